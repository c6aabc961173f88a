/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The external ports of one public address and one protocol, or its ICMP query identifiers: which
 * are free, and whose the others are.
 *
 * RFC 4787 REQ-3: no port is given twice, and 3a: a source port below 1024 gets one below 1024, any
 * other one from 1024 on. A host's own port is kept when it is free; else the choice is random (RFC
 * 6056, RFC 7857 s9). Parity is not kept (REQ-4 is a SHOULD, and RFC 7857 s2 lets it be off).
 *
 * RFC 6888 REQ-8: a port that was given back rests for a while before another host may have it, so
 * that what is still on its way to the one is not taken for the other's. The host that had it may
 * have it again at once.
 */
#ifndef CORE_NAT_PORT_POOL_H
#define CORE_NAT_PORT_POOL_H

#include "core/base.h"
#include "core/hash.h"

enum port_pool_kind {
	PORT_POOL_PORTS,       /* 1 to 1023 and 1024 to 65535 are separate classes; 0 is no port */
	PORT_POOL_IDENTIFIERS, /* 0 to 65535, one class */
};

/** A port at rest. */
struct port_rest {
	uint32_t local;	     /* inside address that had it, host order */
	uint32_t since;	     /* tick at which it was given back */
	uint16_t next, prev; /* of the queue, oldest first */
};

/** Four bytes of owner and twelve of rest a port; pages that are not used stay untouched. */
struct port_pool {
	enum port_pool_kind kind;
	uint32_t free_low, free_high; /* free ports of the class; identifiers: all in free_high */
	uint32_t hold_ticks;	      /* how long a port rests; 0 not at all */
	uint32_t resting;	      /* ports at rest */
	uint16_t oldest, newest;      /* ends of the queue; nothing while none is at rest */
	uint64_t taken[1024];	      /* one bit a port: in use, at rest or reserved */
	uint64_t reserved[1024];      /* one bit a port: only to be claimed, never to be taken */
	uint32_t owner[65536];	      /* index of the mapping; 0 free or at rest */
	struct port_rest *rest;	      /* 65536, of ports at rest only; owned */
};

/** Who asks for a port, and when. */
struct port_request {
	uint32_t owner;	 /* index of the new mapping; not 0 */
	uint32_t local;	 /* its inside address, host order */
	uint32_t tick;	 /* now */
	uint16_t wanted; /* the host's own port; decides the class */
};

/** Return: NULL: no memory. */
struct port_pool *port_pool_new(enum port_pool_kind kind);
void port_pool_free(struct port_pool *pool);

/** How many ticks ports rest from now on, those at rest already included. */
void port_pool_set_hold(struct port_pool *pool, uint32_t ticks);

/** Free ports, those at rest that have rested included; as port_pool_count() has them. */
struct port_count {
	uint32_t at_rest, free_low, free_high;
};

struct port_count port_pool_count(const struct port_pool *pool, uint32_t tick);

/** The mapping that has the port; 0 none. */
static inline uint32_t port_pool_owner(const struct port_pool *pool, uint16_t port)
{
	return pool->owner[port];
}

/** Sets aside @count ports from @first on for those who claim them; in use or at rest or not. */
void port_pool_reserve(struct port_pool *pool, uint16_t first, uint32_t count);
/** The port, which is set aside and nobody has, is free again. */
void port_pool_return(struct port_pool *pool, uint16_t port);
/** Nothing is set aside any more; what is in use stays so. */
void port_pool_unreserve(struct port_pool *pool);
/** Whether nobody has a port, and it is not reserved for anybody. */
bool port_pool_is_open(const struct port_pool *pool, uint16_t port);

/** Takes a certain port, as a static forward does, at rest, reserved or not. Return: whether nobody
 * has it.
 */
bool port_pool_claim(struct port_pool *pool, uint16_t port, uint32_t owner);

/**
 * port_pool_take() - a port for a new mapping
 * @port: out
 * Return: whether there was one; always, while the class has a free port.
 */
bool port_pool_take(struct port_pool *pool, struct chance *chance,
		    const struct port_request *request, uint16_t *port);

/** Whole words of a pool's bits: both are multiples of 64. */
struct port_range {
	uint16_t first;
	uint32_t count;
};

/** A port of a range, the wanted one if it is there; else as port_pool_take(). */
bool port_pool_take_within(struct port_pool *pool, struct chance *chance,
			   const struct port_request *request, struct port_range range,
			   uint16_t *port);
/** Whether all ports of a range are free. Those that have rested are freed first, a few a call. */
bool port_pool_is_clear(struct port_pool *pool, struct port_range range, uint32_t tick);

/** The port, which is in use, goes to rest. @local: inside address it was for, in host order. */
void port_pool_release(struct port_pool *pool, uint16_t port, uint32_t local, uint32_t tick);
/** The port, which is in use, is free at once. */
void port_pool_drop(struct port_pool *pool, uint16_t port);

/**
 * port_pool_zero_bit() - a zero bit by chance
 * Begins at a random one of @words words, and takes a random zero bit of the first that has one.
 * Return: whether there was one; its number in *@at.
 */
bool port_pool_zero_bit(const uint64_t *bits, uint32_t words, struct chance *chance, uint32_t *at);

#endif
