/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mappings (RFC 4787 s4.1): an inside endpoint and its external one. All sessions of the endpoint
 * share it (REQ-1), so what they have in common, the checksum differences too, stands here. A
 * dynamic mapping lives while it has a session, a static one while its rule stands, or, when the
 * rule covers many endpoints, while it has a session too.
 */
#ifndef CORE_NAT_MAPPING_H
#define CORE_NAT_MAPPING_H

#include "core/base.h"
#include "core/config.h"
#include "core/hash.h"
#include "core/nat/fixed.h"

struct nat;

enum nat_mapping_flags {
	NAT_MAPPING_LIVE = 1,	     /* the record is in use */
	NAT_MAPPING_STATIC = 2,	     /* a static forward's */
	NAT_MAPPING_DYING = 4,	     /* the new rules do not allow it; nat_configure() only */
	NAT_MAPPING_KEPT = 8,	     /* a new rule has it; nat_configure() only */
	NAT_MAPPING_BLOCK = 16,	     /* its port is of its device's block */
	NAT_MAPPING_LOGGED = 32,     /* its beginning is in the log of bindings, its end not yet */
	NAT_MAPPING_ONE_TO_ONE = 64, /* its port is of no pool: all are of one device */
	NAT_MAPPING_ON_DEMAND = 128, /* static, but made by a session and gone with the last one */
};

struct nat_mapping {
	uint32_t next;	      /* chain of by_endpoint, or of free records */
	uint32_t local;	      /* inside address, host order */
	uint32_t global;      /* its public address, host order */
	uint32_t remote;      /* address-dependent behaviours: the remote address; else 0 */
	uint16_t remote_port; /* address-and-port-dependent: the remote port; else 0 */
	uint16_t local_port, global_port; /* or ICMP query identifiers; host order */
	uint16_t slot;			  /* of the public address */
	uint16_t delta_address;		  /* of a sum, local to global: of IPv4 and pseudo-header */
	uint16_t delta_l4;  /* of a whole transport checksum: address and port; ICMP: identifier */
	uint8_t proto;	    /* 1, 6 or 17 */
	uint8_t behaviour;  /* enum nat_behaviour it was made under */
	uint8_t flags;	    /* enum nat_mapping_flags */
	uint8_t spare;	    /* zero */
	uint32_t sessions;  /* how many it has */
	uint32_t host;	    /* record that counts its host's sessions */
	uint32_t last_out;  /* tick of its last outbound packet, or of its making */
	uint16_t rule;	    /* source rule that it belongs to now; NAT_RULE_NONE: a static one */
	uint16_t successor; /* that rule's place in the new ones; nat_review() only */
};

static_assert(sizeof(struct nat_mapping) <= 48, "a mapping is 48 bytes at most");

/** Sessions of one inside address through one public address. */
struct nat_host {
	uint32_t next;
	uint32_t local;	 /* host order */
	uint16_t slot;	 /* of the public address */
	uint16_t spare;	 /* zero */
	uint32_t device; /* record of the inside address as a whole */
	uint32_t mappings, sessions;
};

/** An inside endpoint, and the remote one it speaks with. Host order. */
struct nat_flow {
	uint8_t proto;
	ip4_t local;
	uint16_t local_port;
	ip4_t remote;
	uint16_t remote_port; /* 0 for ICMP queries */
};

uint64_t nat_mapping_hash(const struct hash_key *key, const void *record);
uint64_t nat_host_hash(const struct hash_key *key, const void *record);

/** Where a flow's mapping is looked for, under a behaviour that does not depend on its remote end:
 * for prefetch.h. */
const uint32_t *nat_mapping_bucket(const struct nat *nat, const struct nat_flow *flow);

/**
 * nat_mapping_next() - the mappings that may hold a flow, under every behaviour there has been
 * @after: 0 to begin; the last result to go on
 * Return: index; 0 no more.
 */
uint32_t nat_mapping_next(const struct nat *nat, const struct nat_flow *flow, uint32_t after);

/**
 * nat_mapping_open() - the mapping that a new session of @flow belongs to; made if need be
 * Static forwards come first, then what the source rule @rule says. Two rules share a mapping when
 * they have the same public address and the same behaviour.
 * @rule: NAT_RULE_NONE: no rule permits a dynamic one
 * Return: index; 0: there is none and -ENOENT (nothing permits it), -EDQUOT (its device has
 * ports enough), -EADDRNOTAVAIL (its pool has no free address), -ENOSPC (no free port) or -ENOMEM
 * (table full) is in *@err.
 */
uint32_t nat_mapping_open(struct nat *nat, const struct nat_flow *flow, uint16_t rule,
			  mono_ms_t now, int *err);

/** Makes the permanent mapping of a static forward. Return: index; 0: port taken, or table full. */
uint32_t nat_mapping_open_static(struct nat *nat, const struct nat_flow *flow, uint16_t slot,
				 uint16_t global_port);

/** A static mapping of a flow's inside endpoint, whichever; 0 none. */
uint32_t nat_mapping_static(const struct nat *nat, const struct nat_flow *flow);

/** The mapping that @rule has made for the inside endpoint of @flow, or 0. */
uint32_t nat_mapping_fixed(const struct nat *nat, const struct nat_flow *flow,
			   const struct nat_fixed *rule);

/**
 * nat_mapping_open_fixed() - the same, made if need be
 * Return: index; 0: -ENOSPC (another rule has the public port) or -ENOMEM (table full) is in *@err.
 */
uint32_t nat_mapping_open_fixed(struct nat *nat, const struct nat_flow *flow,
				const struct nat_fixed *rule, int *err);

/** Ends a mapping without sessions; its port goes to rest. */
void nat_mapping_close(struct nat *nat, uint32_t i, mono_ms_t now);

/** The record of a host, or 0. */
uint32_t nat_host_find(const struct nat *nat, ip4_t local, uint16_t slot);

#endif
