/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See index.h. Invariants: a record with hash h is in the chain of bucket h & mask, or, while that
 * bucket is not in use yet, h & (mask >> 1); buckets at or above `buckets` have never been touched.
 * The index never shrinks: after a flood its empty buckets stay.
 */
#include "core/nat/index.h"

enum { NAT_INDEX_BUCKETS_MIN = 256 };

void nat_index_init(struct nat_index *index, const struct nat_slab *slab, uint32_t link,
		    nat_index_hash hash, const struct hash_key *key)
{
	*index = (struct nat_index){
		.slab = slab,
		.link = link,
		.hash = hash,
		.key = key,
	};
}

void nat_index_fini(struct nat_index *index)
{
	for (uint32_t i = 0; i < index->segment_count; i++)
		free(index->segments[i]);
	free(index->segments);
	index->segments = NULL;
	index->segment_count = index->capacity = index->buckets = index->count = 0;
}

int nat_index_reserve(struct nat_index *index, uint32_t entries)
{
	uint32_t buckets = MAX(entries, (uint32_t)NAT_INDEX_BUCKETS_MIN);
	uint32_t wanted = ((buckets - 1) >> NAT_SLAB_SHIFT) + 1;

	if (wanted > index->segment_count) {
		uint32_t **segments =
			reallocarray(index->segments, wanted, sizeof(*index->segments));

		if (!segments)
			return -ENOMEM;
		index->segments = segments;
		while (index->segment_count < wanted) {
			uint32_t *segment = malloc((NAT_SLAB_MASK + 1) * sizeof(*segment));

			if (!segment)
				return -ENOMEM;
			index->segments[index->segment_count++] = segment;
		}
	}
	index->capacity = MAX(index->capacity, buckets);
	if (index->buckets == 0) {
		index->buckets = NAT_INDEX_BUCKETS_MIN;
		index->mask = NAT_INDEX_BUCKETS_MIN - 1;
		memset(index->segments[0], 0, NAT_INDEX_BUCKETS_MIN * sizeof(uint32_t));
	}
	return 0;
}

/** Takes one more bucket in use, and gives it the entries of its parent that belong there. */
static void nat_index_split(struct nat_index *index)
{
	uint32_t born = index->buckets++;

	if (born > index->mask)
		index->mask = index->mask << 1 | 1;

	uint32_t parent = born & (index->mask >> 1);
	uint32_t *at = &index->segments[parent >> NAT_SLAB_SHIFT][parent & NAT_SLAB_MASK];
	uint32_t *to = &index->segments[born >> NAT_SLAB_SHIFT][born & NAT_SLAB_MASK];

	*to = 0;
	while (*at != 0) {
		uint32_t i = *at;
		uint32_t *link = nat_index_link(index, i);
		uint64_t hash = index->hash(index->key, nat_slab_at(index->slab, i));

		if (((uint32_t)hash & index->mask) != born) {
			at = link;
			continue;
		}
		*at = *link;
		*link = *to;
		*to = i;
	}
}

void nat_index_insert(struct nat_index *index, uint64_t hash, uint32_t i)
{
	uint32_t *bucket = nat_index_bucket(index, hash);

	*nat_index_link(index, i) = *bucket;
	*bucket = i;
	if (++index->count > index->buckets && index->buckets < index->capacity)
		nat_index_split(index);
}

/** The bucket or link that points to @i. */
static uint32_t *nat_index_pointer_to(struct nat_index *index, uint64_t hash, uint32_t i)
{
	uint32_t *at = nat_index_bucket(index, hash);

	while (*at != i) {
		assert(*at != 0);
		at = nat_index_link(index, *at);
	}
	return at;
}

void nat_index_remove(struct nat_index *index, uint64_t hash, uint32_t i)
{
	*nat_index_pointer_to(index, hash, i) = *nat_index_link(index, i);
	*nat_index_link(index, i) = 0;
	index->count--;
}

void nat_index_replace(struct nat_index *index, uint64_t hash, uint32_t i, uint32_t by)
{
	*nat_index_link(index, by) = *nat_index_link(index, i);
	*nat_index_pointer_to(index, hash, i) = by;
	*nat_index_link(index, i) = 0;
}
