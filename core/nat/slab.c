/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See slab.h. Invariant: every index from 1 to `high` is either in use or on the free list; what
 * is above `high` has never been touched, so that reserving room costs nothing. Room once reserved
 * is kept until the slab ends: pages of records that were used once stay with the process.
 */
#include "core/nat/slab.h"

void nat_slab_init(struct nat_slab *slab, uint32_t record_len)
{
	*slab = (struct nat_slab){.record_len = record_len};
}

void nat_slab_fini(struct nat_slab *slab)
{
	for (uint32_t i = 0; i < slab->segment_count; i++)
		free(slab->storage[i]);
	free(slab->storage);
	free(slab->segments);
	*slab = (struct nat_slab){.record_len = slab->record_len};
}

/** Appends one segment; its arrays have room. */
static int nat_slab_add_segment(struct nat_slab *slab)
{
	size_t len = ((size_t)slab->record_len << NAT_SLAB_SHIFT) + NAT_SLAB_ALIGN;
	/* not calloc: it would fill memory that the process had before, and so take all of it */
	void *storage = malloc(len);

	if (!storage)
		return -ENOMEM;
	uintptr_t start = (uintptr_t)storage;
	size_t skip = (NAT_SLAB_ALIGN - start % NAT_SLAB_ALIGN) % NAT_SLAB_ALIGN;

	slab->storage[slab->segment_count] = storage;
	slab->segments[slab->segment_count] = (uint8_t *)storage + skip;
	slab->segment_count++;
	return 0;
}

int nat_slab_reserve(struct nat_slab *slab, uint32_t records)
{
	uint32_t wanted = (records >> NAT_SLAB_SHIFT) + 1;

	if (wanted > slab->segment_count) {
		uint8_t **segments = reallocarray(slab->segments, wanted, sizeof(*slab->segments));

		if (!segments)
			return -ENOMEM;
		slab->segments = segments;
		void **storage = reallocarray(slab->storage, wanted, sizeof(*slab->storage));

		if (!storage)
			return -ENOMEM;
		slab->storage = storage;
		while (slab->segment_count < wanted) {
			int err = nat_slab_add_segment(slab);

			if (err)
				return err;
		}
	}
	slab->capacity = MAX(slab->capacity, records);
	return 0;
}

uint32_t nat_slab_take(struct nat_slab *slab)
{
	uint32_t i = slab->free;

	if (i != 0) {
		uint32_t *next = nat_slab_at(slab, i);

		slab->free = *next;
		*next = 0;
	} else if (slab->high < slab->capacity) {
		i = ++slab->high;
		memset(nat_slab_at(slab, i), 0, slab->record_len);
	} else {
		return 0;
	}
	slab->count++;
	return i;
}

void nat_slab_give(struct nat_slab *slab, uint32_t i)
{
	uint32_t *next = nat_slab_at(slab, i);

	assert(slab->count > 0);
	memset(next, 0, slab->record_len);
	*next = slab->free;
	slab->free = i;
	slab->count--;
}
