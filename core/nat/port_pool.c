/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See port_pool.h. Invariants: bit p of `taken` is set when and only when owner[p] is not 0, but
 * for port 0 of a pool of ports, which is taken and has no owner; free_low and free_high count the
 * zero bits. A search starts at a random word and takes a random zero bit of the first word that
 * has one: at most 1009 words, however full the pool is, and it cannot miss the last port.
 */
#include "core/nat/port_pool.h"

enum { PORT_POOL_WORDS = 1024, PORT_POOL_LOW_WORDS = 1024 / 64 };

struct port_pool *port_pool_new(enum port_pool_kind kind)
{
	struct port_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->kind = kind;
	switch (kind) {
	case PORT_POOL_PORTS:
		pool->taken[0] = 1;
		pool->free_low = 1023;
		pool->free_high = 64512;
		break;
	case PORT_POOL_IDENTIFIERS: pool->free_high = 65536; break;
	}
	return pool;
}

void port_pool_free(struct port_pool *pool)
{
	free(pool);
}

static bool port_pool_is_low(const struct port_pool *pool, uint16_t port)
{
	return pool->kind == PORT_POOL_PORTS && port < 1024;
}

static uint32_t *port_pool_free_count(struct port_pool *pool, uint16_t port)
{
	return port_pool_is_low(pool, port) ? &pool->free_low : &pool->free_high;
}

bool port_pool_claim(struct port_pool *pool, uint16_t port, uint32_t owner)
{
	uint64_t bit = UINT64_C(1) << (port % 64);

	assert(owner != 0);
	if (pool->taken[port / 64] & bit)
		return false;
	pool->taken[port / 64] |= bit;
	pool->owner[port] = owner;
	(*port_pool_free_count(pool, port))--;
	return true;
}

/** Position of a random zero bit of @taken, which has one. */
static unsigned int random_zero_bit(uint64_t taken, struct chance *chance)
{
	uint64_t zeros = ~taken;
	unsigned int count = (unsigned int)__builtin_popcountll(zeros);

	for (uint32_t skip = chance_below(chance, count); skip > 0; skip--)
		zeros &= zeros - 1;
	return (unsigned int)__builtin_ctzll(zeros);
}

bool port_pool_take(struct port_pool *pool, struct chance *chance, uint16_t wanted, uint32_t owner,
		    uint16_t *port)
{
	uint32_t first = 0, words = PORT_POOL_WORDS;

	if (port_pool_claim(pool, wanted, owner)) {
		*port = wanted;
		return true;
	}
	if (*port_pool_free_count(pool, wanted) == 0)
		return false;
	if (port_pool_is_low(pool, wanted)) {
		words = PORT_POOL_LOW_WORDS;
	} else if (pool->kind == PORT_POOL_PORTS) {
		first = PORT_POOL_LOW_WORDS;
		words = PORT_POOL_WORDS - PORT_POOL_LOW_WORDS;
	}
	uint32_t word = chance_below(chance, words);

	while (pool->taken[first + word] == UINT64_MAX)
		word = (word + 1) % words;
	*port = (uint16_t)((first + word) * 64 +
			   random_zero_bit(pool->taken[first + word], chance));
	return port_pool_claim(pool, *port, owner);
}

void port_pool_release(struct port_pool *pool, uint16_t port)
{
	assert(pool->owner[port] != 0);
	pool->taken[port / 64] &= ~(UINT64_C(1) << (port % 64));
	pool->owner[port] = 0;
	(*port_pool_free_count(pool, port))++;
}
