/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lists of a configuration, which are in the order of a compare(): finding, adding, removing,
 * comparing. For the files that edit a configuration; others use the functions of config.h.
 */
#ifndef CORE_CONFIG_LIST_H
#define CORE_CONFIG_LIST_H

#include "core/config.h"

/** -1, 0 or 1, as a is before, at or behind b. */
#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

/** Where @key belongs in a list ordered by compare(item, key), and whether it is there already. */
#define LIST_PLACE(list, key, compare, found)                                                      \
	({                                                                                         \
		uint32_t low_ = 0, high_ = (list)->count;                                          \
		(found) = false;                                                                   \
		while (low_ < high_) {                                                             \
			uint32_t middle_ = low_ + (high_ - low_) / 2;                              \
			int order_ = compare(&(list)->at[middle_], (key));                         \
			if (order_ == 0) {                                                         \
				(found) = true;                                                    \
				low_ = high_ = middle_;                                            \
			} else if (order_ < 0) {                                                   \
				low_ = middle_ + 1;                                                \
			} else {                                                                   \
				high_ = middle_;                                                   \
			}                                                                          \
		}                                                                                  \
		low_;                                                                              \
	})

/** Puts *item into its place in an ordered list, over an equal one. */
#define LIST_ADD(list, item, compare)                                                              \
	({                                                                                         \
		bool found_;                                                                       \
		uint32_t at_ = LIST_PLACE(list, item, compare, found_);                            \
		__typeof__((list)->at) slot_ = found_ ? &(list)->at[at_] : vec_insert(list, at_);  \
		if (slot_)                                                                         \
			*slot_ = *(item);                                                          \
		slot_ ? 0 : -ENOMEM;                                                               \
	})

#define LIST_REMOVE(list, item, compare)                                                           \
	({                                                                                         \
		bool found_;                                                                       \
		uint32_t at_ = LIST_PLACE(list, item, compare, found_);                            \
		if (found_)                                                                        \
			vec_remove(list, at_);                                                     \
		found_ ? 0 : -ENOENT;                                                              \
	})

/** Whether two lists hold equal items in the same order. */
#define LIST_EQUAL(a, b, item_equal)                                                               \
	({                                                                                         \
		bool equal_ = (a)->count == (b)->count;                                            \
		for (uint32_t i_ = 0; equal_ && i_ < (a)->count; i_++)                             \
			equal_ = item_equal(&(a)->at[i_], &(b)->at[i_]);                           \
		equal_;                                                                            \
	})

/** Whether two arrays of @count addresses are equal. */
static inline bool addresses_equal(const ip4_t *a, const ip4_t *b, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (!ip4_equal(a[i], b[i]))
			return false;
	return true;
}

#endif
