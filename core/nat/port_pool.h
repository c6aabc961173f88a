/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The external ports of one public address and one protocol, or its ICMP query identifiers: which
 * are free, and whose the others are.
 *
 * RFC 4787 REQ-3: no port is given twice, and 3a: a source port below 1024 gets one below 1024, any
 * other one from 1024 on. A host's own port is kept when it is free; else the choice is random (RFC
 * 6056, RFC 7857 s9). Parity is not kept (REQ-4 is a SHOULD, and RFC 7857 s2 lets it be off).
 */
#ifndef CORE_NAT_PORT_POOL_H
#define CORE_NAT_PORT_POOL_H

#include "core/base.h"
#include "core/hash.h"

enum port_pool_kind {
	PORT_POOL_PORTS,       /* 1 to 1023 and 1024 to 65535 are separate classes; 0 is no port */
	PORT_POOL_IDENTIFIERS, /* 0 to 65535, one class */
};

/** One 4-byte owner a port, and a bit to search by; 264 KiB of which unused pages stay untouched.
 */
struct port_pool {
	enum port_pool_kind kind;
	uint32_t free_low, free_high; /* free ports of the class; identifiers: all in free_high */
	uint64_t taken[1024];	      /* one bit a port */
	uint32_t owner[65536];	      /* index of the mapping; 0 free */
};

/** Return: NULL: no memory. */
struct port_pool *port_pool_new(enum port_pool_kind kind);
void port_pool_free(struct port_pool *pool);

/** The mapping that has the port; 0 none. */
static inline uint32_t port_pool_owner(const struct port_pool *pool, uint16_t port)
{
	return pool->owner[port];
}

/** Takes a certain port, as a static forward does. Return: whether it was free. */
bool port_pool_claim(struct port_pool *pool, uint16_t port, uint32_t owner);

/**
 * port_pool_take() - a port for a new mapping
 * @wanted: the host's own port; decides the class
 * @port: out
 * Return: whether there was one; always, while the class has a free port.
 */
bool port_pool_take(struct port_pool *pool, struct chance *chance, uint16_t wanted, uint32_t owner,
		    uint16_t *port);

/** The port is taken. */
void port_pool_release(struct port_pool *pool, uint16_t port);

#endif
