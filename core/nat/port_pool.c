/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See port_pool.h. Invariants: bit p of `taken` is set when and only when owner[p] is not 0 or p is
 * at rest or reserved, but for port 0 of a pool of ports, which is taken and has no owner; free_low
 * and free_high count the zero bits. Ports at rest are queued in the order in which they were given
 * back, so that only the oldest need be looked at, however long the rest is and has been. A search
 * starts at a random word and takes a random zero bit of the first word that has one: at most 1009
 * words, however full the pool is, and it cannot miss the last port.
 */
#include "core/nat/port_pool.h"

enum {
	PORT_POOL_WORDS = 1024,
	PORT_POOL_LOW_WORDS = 1024 / 64,
	PORT_POOL_WAKES = 16, /* rested ports to free at most for each that is asked for */
};

struct port_pool *port_pool_new(enum port_pool_kind kind)
{
	struct port_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	/* nothing is read there that has not been written */
	pool->rest = malloc(65536 * sizeof(*pool->rest));
	if (!pool->rest) {
		free(pool);
		return NULL;
	}
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
	if (pool)
		free(pool->rest);
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

static uint64_t port_bit(uint16_t port)
{
	return UINT64_C(1) << (port % 64);
}

/* ---- rest ------------------------------------------------------------------------------- */

static bool port_pool_rests(const struct port_pool *pool, uint16_t port)
{
	return (pool->taken[port / 64] & ~pool->reserved[port / 64] & port_bit(port)) &&
	       pool->owner[port] == 0 && (port != 0 || pool->kind == PORT_POOL_IDENTIFIERS);
}

static void port_pool_lay(struct port_pool *pool, uint16_t port, uint32_t local, uint32_t tick)
{
	pool->rest[port] = (struct port_rest){.local = local, .since = tick, .prev = pool->newest};
	if (pool->resting++ == 0)
		pool->oldest = port;
	else
		pool->rest[pool->newest].next = port;
	pool->newest = port;
}

/** Ends the rest of a port: it is free. */
static void port_pool_wake(struct port_pool *pool, uint16_t port)
{
	const struct port_rest *rest = &pool->rest[port];

	if (port == pool->oldest)
		pool->oldest = rest->next;
	else
		pool->rest[rest->prev].next = rest->next;
	if (port == pool->newest)
		pool->newest = rest->prev;
	else
		pool->rest[rest->next].prev = rest->prev;
	pool->resting--;
	pool->taken[port / 64] &= ~port_bit(port);
	(*port_pool_free_count(pool, port))++;
}

static bool port_pool_rested(const struct port_pool *pool, uint16_t port, uint32_t tick)
{
	/* more than, not equal: the rest began somewhere within its tick */
	return pool->hold_ticks == 0 || tick - pool->rest[port].since > pool->hold_ticks;
}

/** Frees up to @most of the ports that have rested. Return: whether it freed any. */
static bool port_pool_wake_oldest(struct port_pool *pool, unsigned int most, uint32_t tick)
{
	unsigned int woken = 0;

	while (woken < most && pool->resting > 0 && port_pool_rested(pool, pool->oldest, tick)) {
		port_pool_wake(pool, pool->oldest);
		woken++;
	}
	return woken > 0;
}

struct port_count port_pool_count(const struct port_pool *pool, uint32_t tick)
{
	struct port_count count = {
		.at_rest = pool->resting,
		.free_low = pool->free_low,
		.free_high = pool->free_high,
	};
	uint16_t port = pool->oldest;

	for (; count.at_rest > 0 && port_pool_rested(pool, port, tick); count.at_rest--) {
		(*(port_pool_is_low(pool, port) ? &count.free_low : &count.free_high))++;
		port = pool->rest[port].next;
	}
	return count;
}

void port_pool_set_hold(struct port_pool *pool, uint32_t ticks)
{
	pool->hold_ticks = ticks;
}

/* ---- reserving -------------------------------------------------------------------------- */

static bool port_pool_reserved(const struct port_pool *pool, uint16_t port)
{
	return pool->reserved[port / 64] & port_bit(port);
}

void port_pool_reserve(struct port_pool *pool, uint16_t first, uint32_t count)
{
	for (uint32_t port = first; port < (uint32_t)first + count && port <= UINT16_MAX; port++) {
		uint64_t bit = port_bit((uint16_t)port);

		if (port_pool_rests(pool, (uint16_t)port))
			port_pool_wake(pool, (uint16_t)port);
		if (!(pool->taken[port / 64] & bit))
			(*port_pool_free_count(pool, (uint16_t)port))--;
		pool->taken[port / 64] |= bit;
		pool->reserved[port / 64] |= bit;
	}
}

void port_pool_return(struct port_pool *pool, uint16_t port)
{
	assert(port_pool_reserved(pool, port) && pool->owner[port] == 0);
	pool->reserved[port / 64] &= ~port_bit(port);
	pool->taken[port / 64] &= ~port_bit(port);
	(*port_pool_free_count(pool, port))++;
}

void port_pool_unreserve(struct port_pool *pool)
{
	for (uint32_t port = 0; port <= UINT16_MAX; port++) {
		uint64_t bit = port_bit((uint16_t)port);

		if (pool->reserved[port / 64] == 0) {
			port |= 63; /* none of this word */
			continue;
		}
		if (!(pool->reserved[port / 64] & bit))
			continue;
		pool->reserved[port / 64] &= ~bit;
		if (pool->owner[port] != 0)
			continue;
		pool->taken[port / 64] &= ~bit;
		(*port_pool_free_count(pool, (uint16_t)port))++;
	}
}

bool port_pool_is_open(const struct port_pool *pool, uint16_t port)
{
	return !(pool->taken[port / 64] & port_bit(port)) || port_pool_rests(pool, port);
}

/* ---- taking ----------------------------------------------------------------------------- */

/* The one place where a port gets its owner: never two (RFC 4787 REQ-3, RFC 5382 REQ-7). */
bool port_pool_claim(struct port_pool *pool, uint16_t port, uint32_t owner)
{
	assert(owner != 0);
	if (port_pool_rests(pool, port))
		port_pool_wake(pool, port);
	if (port_pool_reserved(pool, port) && pool->owner[port] == 0) {
		pool->owner[port] = owner;
		return true;
	}
	if (pool->taken[port / 64] & port_bit(port))
		return false;
	pool->taken[port / 64] |= port_bit(port);
	pool->owner[port] = owner;
	(*port_pool_free_count(pool, port))--;
	return true;
}

/** Whether a port that rests may not be @request's: it was another host's not long ago. */
static bool port_pool_is_kept_from(const struct port_pool *pool, uint16_t port,
				   const struct port_request *request)
{
	return port_pool_rests(pool, port) && pool->rest[port].local != request->local &&
	       !port_pool_rested(pool, port, request->tick);
}

bool port_pool_zero_bit(const uint64_t *bits, uint32_t words, struct chance *chance, uint32_t *at)
{
	uint32_t word = chance_below(chance, words);
	uint64_t zeros;

	for (uint32_t n = 0; bits[word] == UINT64_MAX; n++) {
		if (n == words)
			return false;
		word = (word + 1) % words;
	}
	zeros = ~bits[word];
	for (uint32_t skip = chance_below(chance, (uint32_t)__builtin_popcountll(zeros)); skip > 0;
	     skip--)
		zeros &= zeros - 1;
	*at = word * 64 + (uint32_t)__builtin_ctzll(zeros);
	return true;
}

/** A random free port of @words words from @first. Return: whether there was one. */
static bool port_pool_take_random(struct port_pool *pool, struct chance *chance, uint32_t first,
				  uint32_t words, uint16_t *port)
{
	uint32_t bit;

	if (!port_pool_zero_bit(pool->taken + first, words, chance, &bit))
		return false;
	*port = (uint16_t)(first * 64 + bit);
	return true;
}

/** Takes the port that is wanted, unless it is somebody's. Return: whether it could. */
static bool port_pool_take_wanted(struct port_pool *pool, const struct port_request *request,
				  uint16_t *port)
{
	*port = request->wanted;
	return !port_pool_is_kept_from(pool, *port, request) && !port_pool_reserved(pool, *port) &&
	       port_pool_claim(pool, *port, request->owner);
}

/* Its own port first, else random within its class (RFC 6888 REQ-15), to the very last
 * (RFC 4787 REQ-11). An even one may become odd (RFC 4787 REQ-4 is a SHOULD). */
bool port_pool_take(struct port_pool *pool, struct chance *chance,
		    const struct port_request *request, uint16_t *port)
{
	uint32_t first = 0, words = PORT_POOL_WORDS, *free_ports;

	port_pool_wake_oldest(pool, PORT_POOL_WAKES, request->tick);
	if (port_pool_take_wanted(pool, request, port))
		return true;
	free_ports = port_pool_free_count(pool, request->wanted);
	while (*free_ports == 0) {
		if (!port_pool_wake_oldest(pool, PORT_POOL_WAKES, request->tick))
			return false;
	}
	if (port_pool_is_low(pool, request->wanted)) {
		words = PORT_POOL_LOW_WORDS;
	} else if (pool->kind == PORT_POOL_PORTS) {
		first = PORT_POOL_LOW_WORDS;
		words = PORT_POOL_WORDS - PORT_POOL_LOW_WORDS;
	}
	return port_pool_take_random(pool, chance, first, words, port) &&
	       port_pool_claim(pool, *port, request->owner);
}

bool port_pool_take_within(struct port_pool *pool, struct chance *chance,
			   const struct port_request *request, struct port_range range,
			   uint16_t *port)
{
	uint32_t offset = (uint32_t)request->wanted - range.first;

	assert(range.first % 64 == 0 && range.count % 64 == 0);
	port_pool_wake_oldest(pool, PORT_POOL_WAKES, request->tick);
	if (request->wanted >= range.first && offset < range.count &&
	    port_pool_take_wanted(pool, request, port))
		return true;
	return port_pool_take_random(pool, chance, range.first / 64, range.count / 64, port) &&
	       port_pool_claim(pool, *port, request->owner);
}

bool port_pool_is_clear(struct port_pool *pool, struct port_range range, uint32_t tick)
{
	uint64_t taken = 0;

	assert(range.first % 64 == 0 && range.count % 64 == 0);
	port_pool_wake_oldest(pool, PORT_POOL_WAKES, tick);
	for (uint32_t n = 0; n < range.count / 64; n++)
		taken |= pool->taken[range.first / 64 + n];
	return taken == 0;
}

void port_pool_drop(struct port_pool *pool, uint16_t port)
{
	assert(pool->owner[port] != 0);
	pool->owner[port] = 0;
	if (port_pool_reserved(pool, port))
		return;
	pool->taken[port / 64] &= ~port_bit(port);
	(*port_pool_free_count(pool, port))++;
}

void port_pool_release(struct port_pool *pool, uint16_t port, uint32_t local, uint32_t tick)
{
	if (pool->hold_ticks == 0 || port_pool_reserved(pool, port)) {
		port_pool_drop(pool, port);
		return;
	}
	assert(pool->owner[port] != 0);
	pool->owner[port] = 0;
	port_pool_lay(pool, port, local, tick);
}
