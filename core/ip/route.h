/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes: longest prefix first, then lowest distance (RFC 1812 s5.2.4). The table is compiled from
 * a list into disjoint address ranges, so a look-up is a binary search whatever the prefixes are,
 * among the ranges that share the address' first byte.
 */
#ifndef CORE_IP_ROUTE_H
#define CORE_IP_ROUTE_H

#include "core/base.h"
#include "core/config.h"

enum route_source {
	ROUTE_CONNECTED, /* an interface's network */
	ROUTE_LOCAL,	 /* an address of the router itself */
	ROUTE_STATIC,
};

struct route {
	struct ip4_prefix network; /* host bits zero */
	ip4_t next_hop;		   /* IP4_ANY: the destination itself */
	uint16_t interface;	   /* index of the layer 3 interface */
	uint8_t distance;	   /* 0 connected and local */
	uint8_t source;		   /* enum route_source */
};

struct route_range {
	uint32_t first; /* first address of the range, host order; it ends before the next's */
	uint32_t route; /* index in routes; UINT32_MAX none */
};

struct route_table {
	VEC(struct route) routes; /* all that are usable, by network, length, distance */
	VEC(struct route_range) ranges;
	uint32_t start[257]; /* range of the first address with that first byte; [256]: the last */
};

void route_table_fini(struct route_table *table);
/** Adds a route; takes effect with route_table_compile(). Return: 0; -ENOMEM. */
int route_table_add(struct route_table *table, const struct route *route);
/** Return: 0; -ENOMEM. */
int route_table_compile(struct route_table *table);
/** The best route to @address; NULL: none, as in a table that has never been compiled. */
const struct route *route_find(const struct route_table *table, ip4_t address);

#endif
