/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of one size, addressed by a 32-bit index, that never move.
 *
 * Room is reserved in segments when the table is configured; the system backs a page of it only
 * when a record there is first used, so an empty table of a million records costs next to nothing,
 * and growing never copies. Index 0 is no record. A record's first member is a uint32_t `next`,
 * which the slab uses while the record is free.
 */
#ifndef CORE_NAT_SLAB_H
#define CORE_NAT_SLAB_H

#include "core/base.h"

enum {
	NAT_SLAB_SHIFT = 16, /* log2 of the records of a segment */
	NAT_SLAB_MASK = (1 << NAT_SLAB_SHIFT) - 1,
	NAT_SLAB_ALIGN = 64, /* of a segment: a cache line */
};

struct nat_slab {
	uint8_t **segments; /* aligned starts */
	void **storage;	    /* what to free */
	uint32_t segment_count;
	uint32_t record_len; /* bytes */
	uint32_t capacity;   /* highest index that has room */
	uint32_t high;	     /* highest index ever used */
	uint32_t free;	     /* first free record up to `high`; 0 none */
	uint32_t count;	     /* records in use */
};

/** The record of an index from 1 to `high`. */
static inline void *nat_slab_at(const struct nat_slab *slab, uint32_t i)
{
	return slab->segments[i >> NAT_SLAB_SHIFT] + (size_t)(i & NAT_SLAB_MASK) * slab->record_len;
}

/** @record_len: bytes; fixed for life. */
void nat_slab_init(struct nat_slab *slab, uint32_t record_len);
void nat_slab_fini(struct nat_slab *slab);

/** Makes room for @records records in all; never less than before. Return: 0; -ENOMEM. */
int nat_slab_reserve(struct nat_slab *slab, uint32_t records);

/** Return: the index of a record of zeros; 0: no room is left. */
uint32_t nat_slab_take(struct nat_slab *slab);
/** Zeroes the record, but for the slab's own link. */
void nat_slab_give(struct nat_slab *slab, uint32_t i);

#endif
