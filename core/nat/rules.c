/* SPDX-License-Identifier: BSD-2-Clause */
/* See rules.h. Invariants: publics are sorted and distinct; every source and static has its
 * publics.
 */
#include "core/nat/rules.h"

void nat_rules_fini(struct nat_rules *rules)
{
	vec_free(&rules->publics);
	vec_free(&rules->lines);
	vec_free(&rules->addresses);
	vec_free(&rules->sources);
	vec_free(&rules->statics);
}

/** Where @address is, or belongs, among the publics. */
static uint32_t publics_position(const struct nat_rules *rules, ip4_t address)
{
	uint32_t low = 0, high = rules->publics.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (rules->publics.at[middle].address.host < address.host)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct nat_rule_public *nat_rules_public(const struct nat_rules *rules, ip4_t address)
{
	uint32_t at = publics_position(rules, address);

	if (at == rules->publics.count || !ip4_equal(rules->publics.at[at].address, address))
		return NULL;
	return &rules->publics.at[at];
}

static int add_public(struct nat_rules *rules, ip4_t address)
{
	struct nat_rule_public *public;

	if (nat_rules_public(rules, address))
		return 0;
	public = vec_insert(&rules->publics, publics_position(rules, address));
	if (!public)
		return -ENOMEM;
	*public = (struct nat_rule_public){address, NAT_PUBLIC_NONE};
	return 0;
}

static int add_lines(struct nat_rules *rules, const struct config *config, const char *list)
{
	vec_each (&config->acl_lines, acl) {
		struct nat_rule_line *line;

		if (strcmp(acl->list, list) != 0)
			continue;
		line = vec_push(&rules->lines);
		if (!line)
			return -ENOMEM;
		*line = (struct nat_rule_line){
			.address = acl->address.host & ~acl->wildcard.host,
			.care = ~acl->wildcard.host,
			.permit = acl->permit,
		};
	}
	return 0;
}

/** The addresses that a public stands for. @count: out. Return: whether there is one. */
static bool public_range(const struct config *config, const struct config_public *public,
			 ip4_t *first, uint32_t *count)
{
	const struct config_nat_pool *pool;

	*count = 1;
	if (public->kind != CONFIG_PUBLIC_POOL)
		return config_public_address(config, public, first) == 0;
	pool = config_nat_pool_find(config, public->pool);
	if (!pool)
		return false;
	*first = pool->start;
	*count = config_nat_pool_size(pool);
	return *count > 0;
}

static int add_source(struct nat_rules *rules, const struct config *config,
		      const struct config_nat_source *from)
{
	struct nat_rule_source source = {.first_line = rules->lines.count,
					 .first_address = rules->addresses.count};
	struct nat_rule_source *slot;
	ip4_t first;

	if (!public_range(config, &from->public, &first, &source.address_count))
		return 0;
	if (add_lines(rules, config, from->list) < 0)
		return -ENOMEM;
	source.line_count = rules->lines.count - source.first_line;
	for (uint32_t i = 0; i < source.address_count; i++) {
		struct nat_rule_public *public = vec_push(&rules->addresses);

		if (!public)
			return -ENOMEM;
		*public = (struct nat_rule_public){{first.host + i}, NAT_PUBLIC_NONE};
		if (add_public(rules, public->address) < 0)
			return -ENOMEM;
	}
	slot = vec_push(&rules->sources);
	if (!slot)
		return -ENOMEM;
	*slot = source;
	return 0;
}

static int add_static(struct nat_rules *rules, const struct config_nat_static *from, ip4_t address)
{
	struct nat_rule_static *rule = vec_push(&rules->statics);

	if (!rule)
		return -ENOMEM;
	*rule = (struct nat_rule_static){
		.proto = from->proto,
		.local = from->local,
		.local_port = from->local_port,
		.address = address,
		.slot = NAT_PUBLIC_NONE,
		.global_port = from->global_port,
	};
	return add_public(rules, address);
}

int nat_rules_compile(struct nat_rules *rules, const struct config *config)
{
	const struct config_nat *nat = &config->nat;
	ip4_t address;
	int err = 0;

	rules->mapping = nat->mapping;
	rules->filtering = nat->filtering;
	rules->hairpin = nat->hairpin;
	rules->max_entries = nat->max_entries ? nat->max_entries : NAT_MAX_ENTRIES_DEFAULT;
	rules->port_hold_s = nat->port_hold_s;
	memcpy(rules->timeout_s, nat->timeout_s, sizeof(rules->timeout_s));
	vec_each (&nat->sources, source) {
		if (!err)
			err = add_source(rules, config, source);
	}
	vec_each (&nat->statics, rule) {
		if (!err && config_public_address(config, &rule->public, &address) == 0)
			err = add_static(rules, rule, address);
	}
	if (err)
		nat_rules_fini(rules);
	return err;
}

/** Whether the list of @source permits @local; the unwritten last line denies. */
static bool source_permits(const struct nat_rules *rules, const struct nat_rule_source *source,
			   ip4_t local)
{
	for (uint32_t i = 0; i < source->line_count; i++) {
		const struct nat_rule_line *line = &rules->lines.at[source->first_line + i];

		if ((local.host & line->care) == line->address)
			return line->permit;
	}
	return false;
}

uint16_t nat_rules_source(const struct nat_rules *rules, ip4_t local)
{
	vec_each (&rules->sources, source) {
		if (source_permits(rules, source, local))
			return rules->addresses
				.at[source->first_address + local.host % source->address_count]
				.slot;
	}
	return NAT_PUBLIC_NONE;
}
