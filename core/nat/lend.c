/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports for the router itself, which speaks under addresses that devices may share. Model: a port
 * that is lent is set aside in its pool like one of a fixed translation, so that nobody's packets
 * can come from it and no answer meant for the router finds a device. An address that NAT does not
 * know has no pool, and nothing to set aside.
 *
 * Invariants: a number is lent once at a time, whatever the protocol and address, so one table by
 * number finds it. A port of TCP that was returned rests, still lent, and ends when its place is
 * wanted or another port is asked for after the rest.
 *
 * With blocks of ports, a block in which a port is lent goes to no device; so there the lent ports
 * are kept together.
 */
#include "core/nat/nat.h"
#include "core/wire/ipv4.h"

enum {
	LEND_REST_MS = 60 * 1000,
	LEND_FIRST = 1024,
	LEND_TOGETHER_FIRST = 65536 - PORT_BLOCK_MAX, /* with blocks */
	LEND_TRIES = 64, /* random ports to look at; then one behind the other */
};

/** The public of an address; NULL: it is not one. */
static struct nat_public *lend_public(const struct nat *nat, ip4_t address)
{
	const struct nat_rule_public *public = nat_rules_public(&nat->rules, address);

	return public ? &nat->publics.at[public->slot] : NULL;
}

static bool lend_in_block(const struct port_blocks *blocks, uint16_t port)
{
	return blocks->size && blocks->at[port / blocks->size].device != 0;
}

/** Sets a port aside for the router. Return: whether it may have it. */
static bool lend_reserve(struct nat *nat, const struct nat_lent *lent)
{
	const struct nat_public *public = lend_public(nat, lent->address);
	struct port_pool *pool;

	if (nat_is_one_to_one(nat, lent->address))
		return false;
	if (!public)
		return true;
	pool = public->pool[nat_protocol_of(lent->proto)];
	if (public->assigned || lend_in_block(public->blocks, lent->port) ||
	    !port_pool_is_open(pool, lent->port))
		return false;
	port_pool_reserve(pool, lent->port, 1);
	return true;
}

static void lend_forget(struct nat_lending *lending, struct nat_lent *lent)
{
	lending->place[lent->port] = 0;
	lending->count--;
	memset(lent, 0, sizeof(*lent));
}

static void lend_end(struct nat *nat, struct nat_lent *lent)
{
	const struct nat_public *public = lend_public(nat, lent->address);

	if (public)
		port_pool_return(public->pool[nat_protocol_of(lent->proto)], lent->port);
	lend_forget(nat->lending, lent);
}

/** A free place, else that of the port which has rested longest; NULL: all are in use. */
static struct nat_lent *lend_place(struct nat *nat, mono_ms_t now)
{
	struct nat_lent *best = NULL;

	for (unsigned int n = 0; n < NAT_LENT_MAX; n++) {
		struct nat_lent *at = &nat->lending->at[n];

		if (at->port != 0 && mono_reached(at->until, now))
			lend_end(nat, at);
		if (at->port == 0)
			return at;
		if (at->until.ms != MONO_NEVER.ms && (!best || at->until.ms < best->until.ms))
			best = at;
	}
	if (best)
		lend_end(nat, best);
	return best;
}

/** Finds a port for @lent by @random. Return: whether there was one. */
static bool lend_port(struct nat *nat, struct nat_lent *lent, uint64_t random)
{
	const struct nat_public *public = lend_public(nat, lent->address);
	uint32_t first = public && public->blocks->size ? LEND_TOGETHER_FIRST : LEND_FIRST;
	uint32_t count = 65536 - first, at = 0;

	for (uint32_t n = 0; n < LEND_TRIES + count; n++) {
		at = n < LEND_TRIES ? (uint32_t)(hash_2(&nat->key, random, n) >> 16) : at + 1;
		lent->port = (uint16_t)(first + at % count);
		if (nat->lending->place[lent->port] == 0 && lend_reserve(nat, lent))
			return true;
	}
	return false;
}

int nat_lend(struct nat *nat, const struct nat_lending_request *request, uint16_t *port,
	     mono_ms_t now)
{
	struct nat_lent lent = {.address = request->address,
				.peer = request->peer,
				.proto = request->proto,
				.until = MONO_NEVER};
	struct nat_lent *place;

	if (!nat->lending)
		nat->lending = calloc(1, sizeof(*nat->lending));
	if (!nat->lending)
		return -ENOMEM;
	place = lend_place(nat, now);
	if (!place)
		return -ENOBUFS;
	if (!lend_port(nat, &lent, request->random))
		return -EADDRINUSE;
	*place = lent;
	nat->lending->place[lent.port] = (uint16_t)(place - nat->lending->at + 1);
	nat->lending->count++;
	*port = lent.port;
	return 0;
}

/** NULL: the port is not lent. */
static struct nat_lent *lend_find(const struct nat *nat, uint8_t proto, ip4_t address,
				  uint16_t port)
{
	struct nat_lent *lent;

	if (!nat->lending || nat->lending->place[port] == 0)
		return NULL;
	lent = &nat->lending->at[nat->lending->place[port] - 1];
	return lent->proto == proto && ip4_equal(lent->address, address) ? lent : NULL;
}

void nat_return(struct nat *nat, uint8_t proto, ip4_t address, uint16_t port, mono_ms_t now)
{
	struct nat_lent *lent = lend_find(nat, proto, address, port);

	if (!lent)
		return;
	if (proto == IP_PROTO_TCP)
		lent->until = mono_add_ms(now, LEND_REST_MS);
	else
		lend_end(nat, lent);
}

bool nat_is_lent(const struct nat *nat, uint8_t proto, ip4_t address, uint16_t port, ip4_t peer)
{
	const struct nat_lent *lent = lend_find(nat, proto, address, port);

	return lent && ip4_equal(lent->peer, peer);
}

void nat_lend_configure(struct nat *nat)
{
	for (unsigned int n = 0; nat->lending && n < NAT_LENT_MAX; n++) {
		struct nat_lent *at = &nat->lending->at[n];

		if (at->port != 0 && !lend_reserve(nat, at))
			lend_forget(nat->lending, at);
	}
}
