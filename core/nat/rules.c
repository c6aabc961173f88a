/* SPDX-License-Identifier: BSD-2-Clause */
/* See rules.h. Invariants: publics are sorted and distinct; every source and static has its
 * publics.
 */
#include "core/nat/rules.h"

#include <strings.h>

#include "core/config_held.h"
#include "core/nat/session.h"

void nat_rules_fini(struct nat_rules *rules)
{
	vec_free(&rules->publics);
	vec_free(&rules->places);
	vec_free(&rules->addresses);
	vec_free(&rules->sources);
	vec_free(&rules->statics);
	nat_fixed_fini(&rules->fixed);
	vec_free(&rules->names);
	acl_set_fini(&rules->acls);
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

/** Adds a public that is not there yet. */
static int add_public(struct nat_rules *rules, const struct nat_rule_public *from)
{
	uint32_t at = publics_position(rules, from->address);
	struct nat_rule_public *public;

	if (at < rules->publics.count && ip4_equal(rules->publics.at[at].address, from->address))
		return 0;
	public = vec_insert(&rules->publics, at);
	if (!public)
		return -ENOMEM;
	*public = *from;
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
	struct nat_rule_source *source;
	struct nat_rule_public public = {.slot = NAT_PUBLIC_NONE};
	uint32_t count;

	if (!public_range(config, &from->public, &public.address, &count))
		return 0;
	if (rules->sources.count == NAT_RULE_NONE)
		return -ENOMEM;
	source = vec_push(&rules->sources);
	if (!source)
		return -ENOMEM;
	public.interface = config_held_on(config, public.address);
	*source = (struct nat_rule_source){
		.list = acl_find(&rules->acls, from->list),
		.mapping = from->has_mapping ? from->mapping : config->nat.mapping,
		.filtering = from->has_filtering ? from->filtering : config->nat.filtering,
		.interface = public.interface,
		.first_address = rules->addresses.count,
		.address_count = count,
		.from = *from,
		.shared = from->overload || from->public.kind != CONFIG_PUBLIC_POOL,
	};
	if (!source->shared)
		source->mapping = NAT_ENDPOINT_INDEPENDENT; /* all ports are its own */
	for (; count > 0; count--, public.address.host++) {
		struct nat_rule_public *address = vec_push(&rules->addresses);

		if (!address || add_public(rules, &public) < 0)
			return -ENOMEM;
		*address = public;
	}
	return 0;
}

/** The name of a device in @rules, or NULL. */
static const struct nat_rule_name *find_name(const struct nat_rules *rules, const char *host)
{
	vec_each (&rules->names, name) {
		if (strcasecmp(name->host, host) == 0)
			return name;
	}
	return NULL;
}

/** Index + 1 of a device's name, made if need be; 0 for "". Return: 0; -ENOMEM. */
static int add_name(struct nat_rules *rules, const char *host, const struct nat_rules *before,
		    uint16_t *index)
{
	const struct nat_rule_name *name = find_name(rules, host), *known;
	struct nat_rule_name *added;

	*index = 0;
	if (host[0] == '\0')
		return 0;
	if (!name) {
		if (rules->names.count == UINT16_MAX)
			return -ENOMEM;
		added = vec_push(&rules->names);
		if (!added)
			return -ENOMEM;
		memcpy(added->host, host, sizeof(added->host));
		known = before ? find_name(before, host) : NULL;
		added->local = known ? known->local : IP4_ANY;
		name = added;
	}
	*index = (uint16_t)(name - rules->names.at + 1);
	return 0;
}

static int add_single(struct nat_rules *rules, const struct nat_rule_static *from)
{
	struct nat_rule_static *rule = vec_push(&rules->statics);

	if (!rule)
		return -ENOMEM;
	*rule = *from;
	return 0;
}

static int add_static(struct nat_rules *rules, const struct config *config,
		      const struct config_nat_static *from, ip4_t address,
		      const struct nat_rules *before)
{
	struct nat_rule_public public = {address, config_held_on(config, address), NAT_PUBLIC_NONE};
	struct nat_rule_static single = {
		.proto = from->proto,
		.local_port = from->local_port,
		.address = address,
		.slot = NAT_PUBLIC_NONE,
		.global_port = from->global_port,
	};
	struct nat_fixed many = {
		.global = address,
		.addresses = UINT32_C(1) << from->host_bits,
		.proto = from->proto,
		.slot = NAT_PUBLIC_NONE,
		.local_port = from->local_port,
		.global_port = from->global_port,
		.ports = from->proto == NAT_FIXED_ALL ? UINT16_MAX + 1 : from->more_ports + 1u,
	};
	int err = add_name(rules, from->host, before, &single.name);

	many.name = single.name;
	many.local = single.local =
		single.name ? rules->names.at[single.name - 1].local : from->local;
	if (!err && from->proto != NAT_FIXED_ALL && from->more_ports == 0)
		err = add_single(rules, &single);
	else if (!err)
		err = nat_fixed_add(&rules->fixed, &many);
	return err ? err : add_public(rules, &public);
}

/** Makes the publics findable at once; half of the places at least stay empty. */
static int index_publics(struct nat_rules *rules)
{
	uint32_t count = 8;

	if (rules->publics.count == 0)
		return 0;
	while (count < 2 * rules->publics.count)
		count *= 2;
	while (rules->places.count < count)
		if (!vec_push(&rules->places))
			return -ENOMEM;
	for (uint32_t i = 0; i < rules->publics.count; i++) {
		uint32_t at = nat_rules_place(count, rules->publics.at[i].address);

		while (rules->places.at[at] != 0)
			at = (at + 1) & (count - 1);
		rules->places.at[at] = i + 1;
	}
	return 0;
}

int nat_rules_compile(struct nat_rules *rules, const struct config *config,
		      const struct nat_rules *before)
{
	const struct config_nat *nat = &config->nat;
	ip4_t address;
	int err = acl_set_compile(&rules->acls, config, before ? &before->acls : NULL);

	rules->hairpin = nat->hairpin;
	rules->max_entries = nat->max_entries ? nat->max_entries : NAT_MAX_ENTRIES_DEFAULT;
	rules->port_hold_s = nat->port_hold_s;
	rules->port_block = nat->port_block;
	for (unsigned int i = 0; i < NAT_LOG_COUNT; i++) {
		rules->log_bindings = rules->log_bindings || nat->log[i] != NAT_LOG_OFF;
		rules->log_destinations =
			rules->log_destinations || nat->log[i] == NAT_LOG_DESTINATIONS;
	}
	for (unsigned int i = 0; i < NAT_TIMEOUT_COUNT; i++)
		rules->timeout_ticks[i] = nat_ticks_of_s(nat->timeout_s[i]);
	vec_each (&nat->sources, source) {
		if (!err)
			err = add_source(rules, config, source);
	}
	vec_each (&nat->statics, rule) {
		if (!err && config_public_address(config, &rule->public, &address) == 0)
			err = add_static(rules, config, rule, address, before);
	}
	if (!err)
		err = index_publics(rules);
	if (err)
		nat_rules_fini(rules);
	return err;
}

bool nat_rules_permit(const struct nat_rules *rules, uint16_t rule, const struct acl_key *key)
{
	return acl_look(&rules->acls, rules->sources.at[rule].list, key).permit;
}

void nat_rules_count(struct nat_rules *rules, uint16_t rule, const struct acl_key *key)
{
	acl_match(&rules->acls, rules->sources.at[rule].list, key);
}

uint16_t nat_rules_source(const struct nat_rules *rules, const struct acl_key *key,
			  struct interface_id out)
{
	uint16_t first = NAT_RULE_NONE;

	for (uint16_t rule = 0; rule < rules->sources.count; rule++) {
		bool held = interface_id_equal(rules->sources.at[rule].interface, out);

		if ((!held && first != NAT_RULE_NONE) || !nat_rules_permit(rules, rule, key))
			continue;
		if (held)
			return rule;
		first = rule;
	}
	return first;
}

uint16_t nat_rules_slot(const struct nat_rules *rules, uint16_t rule, ip4_t local)
{
	const struct nat_rule_source *source = &rules->sources.at[rule];

	return rules->addresses.at[source->first_address + local.host % source->address_count].slot;
}

uint16_t nat_rules_find(const struct nat_rules *rules, const struct config_nat_source *like)
{
	for (uint16_t rule = 0; rule < rules->sources.count; rule++) {
		const struct config_nat_source *from = &rules->sources.at[rule].from;

		if (strcmp(from->list, like->list) == 0 &&
		    config_public_equal(&from->public, &like->public))
			return rule;
	}
	return NAT_RULE_NONE;
}
