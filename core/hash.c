/* SPDX-License-Identifier: BSD-2-Clause */
/* See hash.h. */
#include "core/hash.h"

uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint64_t h = key->k[0] ^ (uint64_t)len;

	while (len > 0) {
		uint64_t word = 0;
		size_t n = MIN(len, sizeof(word));

		memcpy(&word, at, n);
		h = hash_2(key, h, word);
		at += n;
		len -= n;
	}
	return hash_2(key, h, 0);
}

static uint64_t splitmix(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

void chance_init(struct chance *c, const struct hash_key *key)
{
	uint64_t a = key->k[0], b = ~key->k[1];

	c->s[0] = splitmix(&a);
	c->s[1] = splitmix(&b);
	c->s[2] = splitmix(&a);
	c->s[3] = splitmix(&b) | 1; /* never all zero */
}

static uint64_t rotate_left(uint64_t x, unsigned int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

uint64_t chance_next(struct chance *c)
{
	uint64_t result = rotate_left(c->s[1] * 5, 7) * 9;
	uint64_t t = c->s[1] << 17;

	c->s[2] ^= c->s[0];
	c->s[3] ^= c->s[1];
	c->s[1] ^= c->s[2];
	c->s[0] ^= c->s[3];
	c->s[2] ^= t;
	c->s[3] = rotate_left(c->s[3], 45);
	return result;
}

uint32_t chance_below(struct chance *c, uint32_t limit)
{
	uint64_t m;

	assert(limit > 0);
	do {
		m = (chance_next(c) >> 32) * limit;
	} while ((uint32_t)m < (uint32_t)-limit % limit);
	return (uint32_t)(m >> 32);
}
