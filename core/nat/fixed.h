/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixed translations whose mappings are made when they are first needed: ranges of ports, and
 * one-to-one translations (basic NAT of RFC 2663 s4.1.1) of a host or a network, in which every
 * port and protocol of an inside address has its like outside. However many endpoints a rule
 * covers, it costs one entry in each of two sorted lists.
 *
 * A single port is no such rule: its mapping is made once and for all (struct nat_rule_static).
 */
#ifndef CORE_NAT_FIXED_H
#define CORE_NAT_FIXED_H

#include "core/base.h"
#include "core/config.h"

enum { NAT_FIXED_ALL = 0 }; /* protocol of a one-to-one translation */

/** The inside endpoints from local on correspond to the outside ones from global on. */
struct nat_fixed {
	ip4_t local;	    /* the first; IP4_ANY: of a device that has no lease now */
	ip4_t global;	    /* the first */
	uint32_t addresses; /* how many: 1, or a network's */
	uint8_t proto;	    /* 6 or 17: a range of ports; NAT_FIXED_ALL: one-to-one */
	uint16_t slot;	    /* of the (first) public address; set when the rules take effect */
	uint16_t local_port, global_port; /* of a range: the first of each; one-to-one: 0 */
	uint32_t ports;			  /* how many; one-to-one: 65536 */
	uint16_t name;			  /* of the device that it follows; see struct nat_rules */
};

/** Zero bytes are an empty one. */
struct nat_fixed_table {
	VEC(struct nat_fixed) by_local;	 /* by protocol, local address, local port */
	VEC(struct nat_fixed) by_global; /* the same rules by protocol, global address, port */
};

/** Return: 0; -ENOMEM. */
int nat_fixed_add(struct nat_fixed_table *table, const struct nat_fixed *rule);
/** Rules of the device @name have their local end at @local now. Allocates nothing. */
void nat_fixed_follow(struct nat_fixed_table *table, uint16_t name, ip4_t local);
void nat_fixed_fini(struct nat_fixed_table *table);

/**
 * nat_fixed_of_local(), nat_fixed_of_global() - the rule that translates an endpoint
 * A range comes before a one-to-one translation. O(log n) in the rules, and linear in those ranges
 * of one device that overlap, which only two public addresses can make, and in the rules that
 * follow a device, which may be in a network that is translated too.
 * @proto: any; @port: 0 where there is none
 * Return: borrowed; NULL none. A global endpoint may be one of a device that has no lease now.
 */
const struct nat_fixed *nat_fixed_of_local(const struct nat_fixed_table *table, uint8_t proto,
					   ip4_t local, uint16_t port);
const struct nat_fixed *nat_fixed_of_global(const struct nat_fixed_table *table, uint8_t proto,
					    ip4_t global, uint16_t port);

/** Whether a rule translates some endpoint of an inside address. */
bool nat_fixed_names(const struct nat_fixed_table *table, ip4_t local);

/** The one-to-one translation of an address, whatever the protocol; NULL none. */
const struct nat_fixed *nat_fixed_host(const struct nat_fixed_table *table, ip4_t local);
const struct nat_fixed *nat_fixed_public(const struct nat_fixed_table *table, ip4_t global);

/** The other end of an endpoint that @rule translates. */
static inline ip4_t nat_fixed_global(const struct nat_fixed *rule, ip4_t local)
{
	return (ip4_t){rule->global.host + (local.host - rule->local.host)};
}

static inline ip4_t nat_fixed_local(const struct nat_fixed *rule, ip4_t global)
{
	return (ip4_t){rule->local.host + (global.host - rule->global.host)};
}

static inline uint16_t nat_fixed_global_port(const struct nat_fixed *rule, uint16_t local_port)
{
	return (uint16_t)(rule->global_port + (local_port - rule->local_port));
}

static inline uint16_t nat_fixed_local_port(const struct nat_fixed *rule, uint16_t global_port)
{
	return (uint16_t)(rule->local_port + (global_port - rule->global_port));
}

#endif
