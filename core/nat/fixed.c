/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See fixed.h. Invariants: both lists hold the same rules; those of one global address, protocol
 * and port are at most one range and one one-to-one translation (config_check() refuses more).
 */
#include "core/nat/fixed.h"

/** Where an endpoint stands in one of the two orders: protocol, address, port. */
struct key {
	uint8_t proto;
	ip4_t address;
	uint16_t port;
};

static int key_compare(struct key a, struct key b)
{
	if (a.proto != b.proto)
		return a.proto < b.proto ? -1 : 1;
	if (a.address.host != b.address.host)
		return a.address.host < b.address.host ? -1 : 1;
	return (a.port > b.port) - (a.port < b.port);
}

enum side { LOCAL, GLOBAL };

static struct key rule_key(const struct nat_fixed *rule, enum side side)
{
	return side == LOCAL ? (struct key){rule->proto, rule->local, rule->local_port}
			     : (struct key){rule->proto, rule->global, rule->global_port};
}

/** How many of the rules do not stand behind @key. */
static uint32_t rules_up_to(const struct nat_fixed *rules, uint32_t count, enum side side,
			    struct key key)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (key_compare(rule_key(&rules[middle], side), key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/** The last rule of @key's protocol that begins at or before it and reaches it; NULL none. */
static const struct nat_fixed *rules_find(const struct nat_fixed *rules, uint32_t count,
					  enum side side, struct key key)
{
	for (uint32_t i = rules_up_to(rules, count, side, key); i > 0; i--) {
		const struct nat_fixed *rule = &rules[i - 1];
		struct key first = rule_key(rule, side);

		if (first.proto != key.proto)
			return NULL;
		if (key.address.host - first.address.host >= rule->addresses) {
			if (side == LOCAL && rule->name != 0) /* it may be within a network */
				continue;
			return NULL; /* networks do not overlap: see config_check() */
		}
		if ((uint32_t)(key.port - first.port) < rule->ports)
			return rule;
		if (side == GLOBAL) /* there they do not overlap either */
			return NULL;
	}
	return NULL;
}

static int add_by_local(struct nat_fixed_table *table, const struct nat_fixed *rule)
{
	uint32_t at = rules_up_to(table->by_local.at, table->by_local.count, LOCAL,
				  rule_key(rule, LOCAL));
	struct nat_fixed *slot = vec_insert(&table->by_local, at);

	if (!slot)
		return -ENOMEM;
	*slot = *rule;
	return 0;
}

int nat_fixed_add(struct nat_fixed_table *table, const struct nat_fixed *rule)
{
	uint32_t at = rules_up_to(table->by_global.at, table->by_global.count, GLOBAL,
				  rule_key(rule, GLOBAL));
	struct nat_fixed *slot = vec_insert(&table->by_global, at);

	if (!slot)
		return -ENOMEM;
	*slot = *rule;
	return add_by_local(table, rule);
}

void nat_fixed_follow(struct nat_fixed_table *table, uint16_t name, ip4_t local)
{
	vec_each (&table->by_global, rule) {
		if (rule->name != name || ip4_equal(rule->local, local))
			continue;
		rule->local = local;
		for (uint32_t i = 0; i < table->by_local.count; i++) {
			const struct nat_fixed *old = &table->by_local.at[i];

			if (key_compare(rule_key(old, GLOBAL), rule_key(rule, GLOBAL)) != 0)
				continue;
			vec_remove(&table->by_local, i);
			add_by_local(table, rule); /* in the room that is free now */
			break;
		}
	}
}

void nat_fixed_fini(struct nat_fixed_table *table)
{
	vec_free(&table->by_local);
	vec_free(&table->by_global);
}

const struct nat_fixed *nat_fixed_host(const struct nat_fixed_table *table, ip4_t local)
{
	return rules_find(table->by_local.at, table->by_local.count, LOCAL,
			  (struct key){NAT_FIXED_ALL, local, 0});
}

const struct nat_fixed *nat_fixed_public(const struct nat_fixed_table *table, ip4_t global)
{
	return rules_find(table->by_global.at, table->by_global.count, GLOBAL,
			  (struct key){NAT_FIXED_ALL, global, 0});
}

const struct nat_fixed *nat_fixed_of_local(const struct nat_fixed_table *table, uint8_t proto,
					   ip4_t local, uint16_t port)
{
	const struct nat_fixed *range;

	if (table->by_local.count == 0)
		return NULL;
	range = rules_find(table->by_local.at, table->by_local.count, LOCAL,
			   (struct key){proto, local, port});
	return range ? range : nat_fixed_host(table, local);
}

/** Whether a range of ports of an inside address is translated. */
static bool has_range(const struct nat_fixed_table *table, uint8_t proto, ip4_t local)
{
	uint32_t at = rules_up_to(table->by_local.at, table->by_local.count, LOCAL,
				  (struct key){proto, local, UINT16_MAX});

	return at > 0 && table->by_local.at[at - 1].proto == proto &&
	       ip4_equal(table->by_local.at[at - 1].local, local);
}

bool nat_fixed_names(const struct nat_fixed_table *table, ip4_t local)
{
	return nat_fixed_host(table, local) || has_range(table, 6, local) ||
	       has_range(table, 17, local);
}

const struct nat_fixed *nat_fixed_of_global(const struct nat_fixed_table *table, uint8_t proto,
					    ip4_t global, uint16_t port)
{
	const struct nat_fixed *range = rules_find(table->by_global.at, table->by_global.count,
						   GLOBAL, (struct key){proto, global, port});

	return range ? range : nat_fixed_public(table, global);
}
