/* SPDX-License-Identifier: BSD-2-Clause */
/* The NAT part of a configuration, compiled: public addresses, who may use them, what is forwarded.
 */
#ifndef CORE_NAT_RULES_H
#define CORE_NAT_RULES_H

#include "core/base.h"
#include "core/config.h"
#include "core/ip/acl.h"
#include "core/nat/fixed.h"

enum {
	NAT_PUBLIC_NONE = UINT16_MAX, /* no slot */
	NAT_RULE_NONE = UINT16_MAX,   /* no source rule: of a static translation */
};

/** A public address, or one that a source rule gives out. */
struct nat_rule_public {
	ip4_t address;
	struct interface_id interface; /* that holds it; kind INTERFACE_NONE: none does */
	uint16_t slot; /* in the NAT's list of public addresses; set when the rules take effect */
};

/** `ip nat inside source list …`. */
struct nat_rule_source {
	uint16_t list;			       /* within acls; ACL_NONE: it permits nothing */
	uint8_t mapping, filtering;	       /* enum nat_behaviour: its own, or else the global */
	struct interface_id interface;	       /* that holds its addresses */
	uint32_t first_address, address_count; /* within addresses; a pool has many, 1 at least */
	struct config_nat_source from;	       /* to know it again in other rules */
	uint16_t successor;		       /* its index in those; nat_review() only */
	uint32_t sessions;		       /* of its mappings */
	bool shared;	 /* overload; else a device has an address of its own */
	uint64_t misses; /* devices that found no free address */
};

/** `ip nat inside source static …` of a single port. */
struct nat_rule_static {
	uint8_t proto;
	ip4_t local; /* IP4_ANY: of a device that has no lease now */
	uint16_t local_port;
	ip4_t address; /* public */
	uint16_t slot;
	uint16_t global_port;
	uint16_t name;	  /* of the device that it follows: index in names + 1; 0 none */
	uint32_t mapping; /* its permanent one; 0 until the rules take effect, or it has none */
};

/** A device that static rules follow by its name. */
struct nat_rule_name {
	char host[CONFIG_NAME_SIZE];
	ip4_t local; /* its address now; IP4_ANY: it has none */
};

struct nat_rules {
	VEC(struct nat_rule_public) publics; /* by address, each once */
	VEC(uint32_t) places; /* of a hash table of publics: index + 1; 0 empty. Power of two */
	VEC(struct nat_rule_public) addresses; /* of sources, in the order of their pools */
	VEC(struct nat_rule_source) sources;   /* in the order of the configuration */
	struct acl_set acls;
	VEC(struct nat_rule_static) statics;
	VEC(struct nat_rule_name) names; /* each once, in any case of letters */
	struct nat_fixed_table fixed;	 /* ranges and one-to-one translations */
	bool hairpin;
	uint32_t max_entries;
	uint32_t port_hold_s;
	uint32_t port_block; /* ports of a block; 0 no blocks */
	bool log_bindings, log_destinations;
	uint32_t timeout_ticks[NAT_TIMEOUT_COUNT]; /* UINT32_MAX never */
};

/**
 * nat_rules_compile() - the rules of a configuration
 * @rules: zero bytes; rules whose public has no address now are left out
 * @before: the rules that these replace: lines of access lists that stay keep their
 *          counts, and devices that are followed by name their addresses; or NULL
 * Return: 0; -ENOMEM, and @rules is empty.
 */
int nat_rules_compile(struct nat_rules *rules, const struct config *config,
		      const struct nat_rules *before);
void nat_rules_fini(struct nat_rules *rules);

/** Where the search for an address begins among @places places. The administrator chooses what
 * collides, so there is no key. */
static inline uint32_t nat_rules_place(uint32_t places, ip4_t address)
{
	return (uint32_t)((uint64_t)(address.host * UINT32_C(0x9e3779b1)) * places >> 32);
}

/** The public of an address; NULL none. Asked for every packet, of rules that are compiled. */
static inline struct nat_rule_public *nat_rules_public(const struct nat_rules *rules, ip4_t address)
{
	uint32_t count = rules->places.count;

	if (count == 0)
		return NULL;
	for (uint32_t at = nat_rules_place(count, address);; at = (at + 1) & (count - 1)) {
		uint32_t place = rules->places.at[at];

		if (place == 0)
			return NULL;
		if (ip4_equal(rules->publics.at[place - 1].address, address))
			return &rules->publics.at[place - 1];
	}
}

/** Whether the list of a rule permits a packet, which is not counted. */
bool nat_rules_permit(const struct nat_rules *rules, uint16_t rule, const struct acl_key *key);
/** Counts a packet at the line of the rule's list that permits it. */
void nat_rules_count(struct nat_rules *rules, uint16_t rule, const struct acl_key *key);

/**
 * nat_rules_source() - the rule that a new flow from inside goes by
 * Of those that permit it the first whose public address is held on @out, else the first.
 * @key: its first packet, not yet translated
 * @out: the interface that it leaves by; kind INTERFACE_NONE: it does not matter
 * Return: index; NAT_RULE_NONE none permits it.
 */
uint16_t nat_rules_source(const struct nat_rules *rules, const struct acl_key *key,
			  struct interface_id out);

/**
 * nat_rules_slot() - the public address that a rule gives to a device
 * Of a pool that is shared a device always gets the same one (RFC 4787 REQ-2): its address modulo
 * the pool's size, so that neighbours are spread evenly.
 * @local: host order
 * Return: its slot.
 */
uint16_t nat_rules_slot(const struct nat_rules *rules, uint16_t rule, ip4_t local);

/** The rule of a list and a public; NAT_RULE_NONE there is none. */
uint16_t nat_rules_find(const struct nat_rules *rules, const struct config_nat_source *like);

#endif
