/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hash index over a slab: linear hashing (Litwin 1980) with chains that run through the records.
 *
 * It grows by one bucket at an insertion, which moves the records of one chain, about one; so there
 * is never a moment at which the whole table is rehashed, however large it is. An entry costs
 * four bytes of bucket and four of link. Hashes are keyed (core/hash.h): a stranger cannot choose
 * what collides.
 */
#ifndef CORE_NAT_INDEX_H
#define CORE_NAT_INDEX_H

#include "core/hash.h"
#include "core/nat/slab.h"

typedef uint64_t (*nat_index_hash)(const struct hash_key *key, const void *record);

struct nat_index {
	uint32_t **segments; /* of buckets: index of a chain's first record; 0 empty */
	uint32_t segment_count;
	uint32_t capacity; /* most buckets there is room for */
	uint32_t buckets;  /* in use */
	uint32_t mask;	   /* the least 2^n - 1 that is at least buckets - 1 */
	uint32_t count;	   /* entries */

	const struct nat_slab *slab; /* borrowed: the records */
	uint32_t link;		     /* offset of the chain's uint32_t in a record, bytes */
	nat_index_hash hash;
	const struct hash_key *key; /* borrowed */
};

/** @slab, @key: borrowed for life. @link: offset of the chain's link. Has no room yet. */
void nat_index_init(struct nat_index *index, const struct nat_slab *slab, uint32_t link,
		    nat_index_hash hash, const struct hash_key *key);
void nat_index_fini(struct nat_index *index);

/** Room for as many buckets as @entries; more entries only make chains longer. Return: 0; -ENOMEM.
 */
int nat_index_reserve(struct nat_index *index, uint32_t entries);

void nat_index_insert(struct nat_index *index, uint64_t hash, uint32_t i);
/** @i is in it. */
void nat_index_remove(struct nat_index *index, uint64_t hash, uint32_t i);
/** Puts @by, which is not in it, in the place of @i. */
void nat_index_replace(struct nat_index *index, uint64_t hash, uint32_t i, uint32_t by);

static inline uint32_t *nat_index_bucket(const struct nat_index *index, uint64_t hash)
{
	uint32_t b = (uint32_t)hash & index->mask;

	if (b >= index->buckets)
		b &= index->mask >> 1;
	return &index->segments[b >> NAT_SLAB_SHIFT][b & NAT_SLAB_MASK];
}

static inline uint32_t *nat_index_link(const struct nat_index *index, uint32_t i)
{
	return (uint32_t *)(void *)((uint8_t *)nat_slab_at(index->slab, i) + index->link);
}

/** First record that may have this hash; 0 none. More follow with nat_index_next(). */
static inline uint32_t nat_index_first(const struct nat_index *index, uint64_t hash)
{
	return *nat_index_bucket(index, hash);
}

static inline uint32_t nat_index_next(const struct nat_index *index, uint32_t i)
{
	return *nat_index_link(index, i);
}

#endif
