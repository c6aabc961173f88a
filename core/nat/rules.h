/* SPDX-License-Identifier: BSD-2-Clause */
/* The NAT part of a configuration, compiled: public addresses, who may use them, what is forwarded.
 */
#ifndef CORE_NAT_RULES_H
#define CORE_NAT_RULES_H

#include "core/base.h"
#include "core/config.h"

enum { NAT_PUBLIC_NONE = UINT16_MAX };

/** A public address, or one that a source rule gives out. */
struct nat_rule_public {
	ip4_t address;
	uint16_t slot; /* in the NAT's list of public addresses; set when the rules take effect */
};

/** One line of an access list. */
struct nat_rule_line {
	uint32_t address, care; /* care: the bits that must match */
	bool permit;
};

/** `ip nat inside source list … overload`. */
struct nat_rule_source {
	uint32_t first_line, line_count;       /* within lines */
	uint32_t first_address, address_count; /* within addresses; a pool has many, 1 at least */
};

/** `ip nat inside source static …`. */
struct nat_rule_static {
	uint8_t proto;
	ip4_t local;
	uint16_t local_port;
	ip4_t address; /* public */
	uint16_t slot;
	uint16_t global_port;
	uint32_t mapping; /* its permanent mapping; 0 until the rules take effect */
};

struct nat_rules {
	VEC(struct nat_rule_public) publics; /* by address, each once */
	VEC(struct nat_rule_line) lines;
	VEC(struct nat_rule_public) addresses; /* of sources, in the order of their pools */
	VEC(struct nat_rule_source) sources;   /* the first that permits a source decides */
	VEC(struct nat_rule_static) statics;
	uint8_t mapping, filtering; /* enum nat_behaviour */
	bool hairpin;
	uint32_t max_entries;
	uint32_t port_hold_s;
	uint32_t timeout_s[NAT_TIMEOUT_COUNT]; /* UINT32_MAX never */
};

/** @rules: zero bytes; rules whose public has no address now are left out. Return: 0; -ENOMEM. */
int nat_rules_compile(struct nat_rules *rules, const struct config *config);
void nat_rules_fini(struct nat_rules *rules);

/** The public of an address; NULL none. */
struct nat_rule_public *nat_rules_public(const struct nat_rules *rules, ip4_t address);

/**
 * nat_rules_source() - the public address that a source goes out by
 * Of a pool a source always gets the same one (RFC 4787 REQ-2): its address modulo the pool's size,
 * so that neighbours are spread evenly.
 * Return: its slot; NAT_PUBLIC_NONE no rule permits @local.
 */
uint16_t nat_rules_source(const struct nat_rules *rules, ip4_t local);

#endif
