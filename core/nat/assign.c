/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See assign.h. Invariant: an address is assigned to a device while the device has a mapping by it
 * that a rule of such a pool has made, and between nat_assign_take() and that mapping.
 *
 * A device looks for a free address from a place of its own on, so that one that comes back is
 * likely to get the one that it had. Not supported: protocols without ports, as no session of
 * theirs could hold the address.
 */
#include "core/nat/nat.h"

/** The addresses of a rule. */
static const struct nat_rule_public *addresses_of(const struct nat_rules *rules, uint16_t rule)
{
	return &rules->addresses.at[rules->sources.at[rule].first_address];
}

uint16_t nat_assign_find(const struct nat *nat, const struct nat_rules *rules, uint16_t rule,
			 ip4_t local)
{
	const struct nat_rule_source *source = &rules->sources.at[rule];
	const struct nat_rule_public *addresses = addresses_of(rules, rule);

	if (source->shared)
		return nat_rules_slot(rules, rule, local);
	for (uint32_t i = 0; i < source->address_count; i++) {
		uint16_t slot = addresses[(local.host + i) % source->address_count].slot;

		if (nat->publics.at[slot].assigned == local.host)
			return slot;
	}
	return NAT_PUBLIC_NONE;
}

uint16_t nat_assign_take(struct nat *nat, uint16_t rule, ip4_t local)
{
	const struct nat_rule_source *source = &nat->rules.sources.at[rule];
	const struct nat_rule_public *addresses = addresses_of(&nat->rules, rule);
	uint16_t slot = nat_assign_find(nat, &nat->rules, rule, local);

	for (uint32_t i = 0; slot == NAT_PUBLIC_NONE && i < source->address_count; i++) {
		uint16_t at = addresses[(local.host + i) % source->address_count].slot;

		if (nat->publics.at[at].assigned != 0)
			continue;
		nat->publics.at[at].assigned = local.host;
		nat->publics.at[at].assigned_rule = rule;
		slot = at;
	}
	if (slot == NAT_PUBLIC_NONE)
		nat->rules.sources.at[rule].misses++;
	return slot;
}

void nat_assign_release(struct nat *nat, uint16_t slot, ip4_t local)
{
	if (nat->publics.at[slot].assigned == local.host)
		nat->publics.at[slot].assigned = 0;
}

void nat_assign_review(struct nat *nat, const struct nat_rules *rules)
{
	vec_each (&nat->publics, public) {
		ip4_t local = {public->assigned};
		uint16_t slot = (uint16_t)(public - nat->publics.at), rule = 0;

		if (public->assigned == 0)
			continue;
		while (rule < rules->sources.count &&
		       (rules->sources.at[rule].shared ||
			nat_assign_find(nat, rules, rule, local) != slot))
			rule++;
		public->assigned_rule = rule;
		if (rule == rules->sources.count)
		public->assigned = 0;
	}
}
