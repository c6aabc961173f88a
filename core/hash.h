/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A keyed hash for tables that a stranger's packets fill, and the core's source of chance.
 *
 * Both are seeded from outside, once, so that a run can be replayed. The hash folds 128-bit
 * products: unlike a CRC it is not linear, so the key truly hides which inputs collide.
 */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include "core/base.h"

/** 128 secret bits. */
struct hash_key {
	uint64_t k[2];
};

static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide_t;
	wide_t p = (wide_t)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

/** Hash of two words under @key. */
static inline uint64_t hash_2(const struct hash_key *key, uint64_t a, uint64_t b)
{
	uint64_t h = hash_fold(a ^ key->k[0], b ^ 0x9e3779b97f4a7c15ULL ^ key->k[1]);

	return hash_fold(h ^ key->k[0], 0xd6e8feb86659fd93ULL ^ key->k[1]);
}

/** Hash of @len bytes under @key. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t len);

/** A small generator (xoshiro256**): unpredictable only to those who do not see its output. */
struct chance {
	uint64_t s[4];
};

void chance_init(struct chance *c, const struct hash_key *key);
uint64_t chance_next(struct chance *c);

/** A number from 0 to @limit - 1, without bias; @limit at least 1. */
uint32_t chance_below(struct chance *c, uint32_t limit);

#endif
