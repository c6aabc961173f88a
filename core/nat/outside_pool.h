/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of pools that stand for hosts outside for a while (`ip nat outside source list L pool
 * P`): the first packet of a host that the list permits makes a binding, and every packet of either
 * side starts its timer anew (`ip nat translation timeout`).
 */
#ifndef CORE_NAT_OUTSIDE_POOL_H
#define CORE_NAT_OUTSIDE_POOL_H

#include "core/base.h"
#include "core/config.h"
#include "core/hash.h"
#include "core/nat/rules.h"

/** One address of a pool. */
struct nat_outside_binding {
	ip4_t local;   /* it */
	ip4_t global;  /* the host that it stands for, or last did; IP4_ANY: none yet */
	uint32_t seen; /* tick of the last packet */
	uint32_t next; /* of its hash chain: index + 1 in bindings; 0 none */
};

/** `ip nat outside source list …`. */
struct nat_outside_rule {
	struct config_nat_outside_source from;
	uint16_t list;	       /* within the rules' acls; ACL_NONE: it permits nobody */
	uint32_t first, count; /* within bindings */
	uint64_t misses;       /* packets of hosts that found no free address */
};

/** Zero bytes are an empty one. */
struct nat_outside_pool {
	VEC(struct nat_outside_rule) rules;	  /* in the configuration's order */
	VEC(struct nat_outside_binding) bindings; /* by rule, then by local address */
	VEC(uint32_t) chains; /* by hash of the global address; a power of two */
	struct hash_key key;
};

/** What a packet's address is at this moment. */
struct nat_outside_time {
	uint32_t tick;	   /* now */
	uint32_t lifetime; /* of a binding, ticks; UINT32_MAX for ever */
};

/**
 * nat_outside_pool_compile() - the pools of a configuration
 * @pool: zero bytes
 * @acls: compiled from the same configuration
 * @before: bindings of those that are still there are taken over
 * Return: 0; -ENOMEM, and it is empty.
 */
int nat_outside_pool_compile(struct nat_outside_pool *pool, const struct config *config,
			     const struct acl_set *acls, const struct nat_outside_pool *before);
void nat_outside_pool_fini(struct nat_outside_pool *pool);

/** The live binding of a host outside, or of a local address; NULL none. */
struct nat_outside_binding *nat_outside_pool_global(const struct nat_outside_pool *pool,
						    ip4_t global, struct nat_outside_time now);
struct nat_outside_binding *nat_outside_pool_local(const struct nat_outside_pool *pool, ip4_t local,
						   struct nat_outside_time now);

/**
 * nat_outside_pool_bind() - a binding for a host that has none
 * @key: its packet
 * Return: 0 with *@binding filled in; -ENOENT no list permits it; -EADDRNOTAVAIL its pool has no
 * free address, which is counted.
 */
int nat_outside_pool_bind(struct nat_outside_pool *pool, struct acl_set *acls,
			  const struct acl_key *key, struct nat_outside_time now,
			  struct nat_outside_binding **binding);

/** Ends the bindings of a host, of a local address, or (both IP4_ANY) all. Return: how many. */
unsigned int nat_outside_pool_clear(struct nat_outside_pool *pool, ip4_t global, ip4_t local,
				    struct nat_outside_time now);

bool nat_outside_binding_live(const struct nat_outside_binding *b, struct nat_outside_time now);

#endif
