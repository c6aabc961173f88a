/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers of name servers, kept as they came for as long as they may be (RFC 1035 s7.4, RFC 2308).
 * Bounded in entries and in bytes: the one that was not asked for longest goes first.
 */
#ifndef CMD_VIPROUTERD_DNS_CACHE_H
#define CMD_VIPROUTERD_DNS_CACHE_H

#include "cmd/viprouterd/dns_message.h"
#include "core/hash.h"

struct dns_cache;

/** An answer. */
struct dns_kept {
	struct dns_question question;
	mono_ms_t since, until; /* until: it is gone from then on */
	uint16_t len;
	const uint8_t *bytes; /* the message of the name server; borrowed until the next change */
};

/** @entries, @bytes: the most of each. Return: NULL: no memory. */
struct dns_cache *dns_cache_new(const struct hash_key *key, uint32_t entries, size_t bytes);
void dns_cache_free(struct dns_cache *cache);

/** Return: whether there is a live answer. */
bool dns_cache_find(struct dns_cache *cache, const struct dns_question *question,
		    struct dns_kept *out, mono_ms_t now);
/** Keeps a copy for @ttl_s, in place of an older one; without memory it does not. */
void dns_cache_put(struct dns_cache *cache, const struct dns_kept *answer, uint32_t ttl_s,
		   mono_ms_t now);
/** Forgets all, or (@name in lower case) the answers about one name. Return: how many. */
unsigned int dns_cache_clear(struct dns_cache *cache, const struct dns_wire_name *name);

/**
 * dns_cache_next() - walk what is live
 * @cursor: 0 to begin
 * Return: whether there was one.
 */
bool dns_cache_next(const struct dns_cache *cache, uint32_t *cursor, struct dns_kept *out,
		    mono_ms_t now);

uint32_t dns_cache_count(const struct dns_cache *cache);
size_t dns_cache_bytes(const struct dns_cache *cache);

#endif
