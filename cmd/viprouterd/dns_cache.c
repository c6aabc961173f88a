/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cache: a table of entries, chained by the hash of their question, in one list from the one
 * asked for last to the one asked for longest ago.
 *
 * Invariants: an entry is in a chain and in the list, or in the list of free ones, or was never
 * used. Bytes are those of the messages; the table itself does not grow. An entry that has timed
 * out stays until it is met, replaced, or the last of the list.
 */
#include "cmd/viprouterd/dns_cache.h"

struct entry {
	struct dns_question question;
	mono_ms_t since, until;
	uint8_t *bytes; /* owned; NULL: the entry is free */
	uint16_t len;
	uint32_t chain;	       /* next of its bucket, or free one; 0 ends */
	uint32_t newer, older; /* 0 ends */
};

struct dns_cache {
	struct hash_key key;
	uint32_t entries, buckets; /* buckets: a power of two */
	size_t bytes_max, bytes;
	uint32_t count;
	uint32_t free, fresh; /* first of those given back; entries that were ever used: a page of
			       * the table is touched when it is needed */
	uint32_t newest, oldest;
	uint32_t *bucket;
	struct entry *at; /* from 1 on */
};

struct dns_cache *dns_cache_new(const struct hash_key *key, uint32_t entries, size_t bytes)
{
	struct dns_cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return NULL;
	cache->key = *key;
	cache->entries = entries;
	cache->bytes_max = bytes;
	for (cache->buckets = 1; cache->buckets < entries;)
		cache->buckets *= 2;
	cache->bucket = calloc(cache->buckets, sizeof(*cache->bucket));
	cache->at = calloc((size_t)entries + 1, sizeof(*cache->at));
	if (!cache->bucket || !cache->at) {
		dns_cache_free(cache);
		return NULL;
	}
	return cache;
}

void dns_cache_free(struct dns_cache *cache)
{
	if (!cache)
		return;
	for (uint32_t i = 1; cache->at && i <= cache->fresh; i++)
		free(cache->at[i].bytes);
	free(cache->at);
	free(cache->bucket);
	free(cache);
}

/* ---- places ----------------------------------------------------------------------------- */

static uint32_t *bucket_of(struct dns_cache *cache, const struct dns_question *q)
{
	uint64_t h = hash_bytes(&cache->key, q->name.bytes, q->name.len);

	h = hash_2(&cache->key, h,
		   (uint64_t)q->type << 18 | (uint64_t)q->class << 2 | q->dnssec_ok << 1 |
			   q->checking_disabled);
	return &cache->bucket[h & (cache->buckets - 1)];
}

static void unlist(struct dns_cache *cache, struct entry *e)
{
	*(e->newer ? &cache->at[e->newer].older : &cache->newest) = e->older;
	*(e->older ? &cache->at[e->older].newer : &cache->oldest) = e->newer;
}

static void list_first(struct dns_cache *cache, struct entry *e)
{
	uint32_t i = (uint32_t)(e - cache->at);

	e->newer = 0;
	e->older = cache->newest;
	*(cache->newest ? &cache->at[cache->newest].newer : &cache->oldest) = i;
	cache->newest = i;
}

static void forget(struct dns_cache *cache, struct entry *e)
{
	uint32_t i = (uint32_t)(e - cache->at), *link = bucket_of(cache, &e->question);

	while (*link != i)
		link = &cache->at[*link].chain;
	*link = e->chain;
	unlist(cache, e);
	cache->bytes -= e->len;
	cache->count--;
	free(e->bytes);
	memset(e, 0, sizeof(*e));
	e->chain = cache->free;
	cache->free = i;
}

static struct entry *find(struct dns_cache *cache, const struct dns_question *question)
{
	for (uint32_t i = *bucket_of(cache, question); i != 0; i = cache->at[i].chain)
		if (dns_question_equal(&cache->at[i].question, question))
			return &cache->at[i];
	return NULL;
}

/* ---- use -------------------------------------------------------------------------------- */

static void show(const struct entry *e, struct dns_kept *out)
{
	*out = (struct dns_kept){.question = e->question,
				 .since = e->since,
				 .until = e->until,
				 .len = e->len,
				 .bytes = e->bytes};
}

bool dns_cache_find(struct dns_cache *cache, const struct dns_question *question,
		    struct dns_kept *out, mono_ms_t now)
{
	struct entry *e = find(cache, question);

	if (e && mono_reached(e->until, now)) {
		forget(cache, e);
		e = NULL;
	}
	if (!e)
		return false;
	unlist(cache, e);
	list_first(cache, e);
	show(e, out);
	return true;
}

void dns_cache_put(struct dns_cache *cache, const struct dns_kept *answer, uint32_t ttl_s,
		   mono_ms_t now)
{
	struct entry *e = find(cache, &answer->question);
	uint32_t *bucket = bucket_of(cache, &answer->question);
	uint8_t *copy;

	if (e)
		forget(cache, e);
	if (ttl_s == 0 || answer->len > cache->bytes_max)
		return;
	copy = malloc(answer->len);
	if (!copy)
		return;
	memcpy(copy, answer->bytes, answer->len);
	while (cache->count == cache->entries || cache->bytes + answer->len > cache->bytes_max)
		forget(cache, &cache->at[cache->oldest]);
	e = &cache->at[cache->free ? cache->free : ++cache->fresh];
	cache->free = e->chain;
	*e = (struct entry){.question = answer->question,
			    .since = now,
			    .until = mono_add_s(now, ttl_s),
			    .bytes = copy,
			    .len = answer->len,
			    .chain = *bucket};
	*bucket = (uint32_t)(e - cache->at);
	list_first(cache, e);
	cache->bytes += e->len;
	cache->count++;
}

unsigned int dns_cache_clear(struct dns_cache *cache, const struct dns_wire_name *name)
{
	unsigned int count = 0;

	for (uint32_t i = 1; i <= cache->fresh; i++) {
		struct entry *e = &cache->at[i];

		if (!e->bytes || (name && (e->question.name.len != name->len ||
					   memcmp(e->question.name.bytes, name->bytes, name->len))))
			continue;
		forget(cache, e);
		count++;
	}
	return count;
}

bool dns_cache_next(const struct dns_cache *cache, uint32_t *cursor, struct dns_kept *out,
		    mono_ms_t now)
{
	while (*cursor < cache->fresh) {
		const struct entry *e = &cache->at[++*cursor];

		if (!e->bytes || mono_reached(e->until, now))
			continue;
		show(e, out);
		return true;
	}
	return false;
}

uint32_t dns_cache_count(const struct dns_cache *cache)
{
	return cache->count;
}

size_t dns_cache_bytes(const struct dns_cache *cache)
{
	return cache->bytes;
}
