/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See assign.h. Invariant: an address is assigned to a device while the device has a mapping by it
 * that a rule of such a pool has made, and between nat_assign_take() and that mapping.
 *
 * A device that comes back gets the address that it had, if it is free. Else it gets the free one
 * that has rested longest, so that what is still on its way to its former device finds nobody; of
 * those never used the first from a place of the device's own on. DEVIATION: when no other is free,
 * an address is given out without a rest (RFC 6888 REQ-8), or a small pool would be of no use.
 *
 * Not supported: protocols without ports, as no session of theirs could hold the address.
 */
#include "core/nat/nat.h"

/** The addresses of a rule. */
static const struct nat_rule_public *addresses_of(const struct nat_rules *rules, uint16_t rule)
{
	return &rules->addresses.at[rules->sources.at[rule].first_address];
}

/** The address that a rule gives to a device now; NAT_PUBLIC_NONE: it has none of the pool. */
static uint16_t find_given(const struct nat *nat, uint16_t rule, ip4_t local)
{
	const struct nat_rule_source *source = &nat->rules.sources.at[rule];
	const struct nat_rule_public *addresses = addresses_of(&nat->rules, rule);

	if (source->shared)
		return nat_rules_slot(&nat->rules, rule, local);
	for (uint32_t i = 0; i < source->address_count; i++) {
		uint16_t slot = addresses[(local.host + i) % source->address_count].slot;

		if (nat->publics.at[slot].assigned == local.host)
			return slot;
	}
	return NAT_PUBLIC_NONE;
}

bool nat_assign_gives(const struct nat *nat, const struct nat_rules *rules, uint16_t rule,
		      ip4_t local, uint16_t slot)
{
	const struct nat_rule_source *source = &rules->sources.at[rule];
	const struct nat_public *public = &nat->publics.at[slot];

	if (source->shared)
		return nat_rules_slot(rules, rule, local) == slot;
	/* a pool's addresses follow one another */
	return public->assigned == local.host &&
	       public->address.host - addresses_of(rules, rule)->address.host <
		       source->address_count;
}

/** The free address of a rule that a device may have; NAT_PUBLIC_NONE: none is free. */
static uint16_t find_free(const struct nat *nat, uint16_t rule, ip4_t local)
{
	const struct nat_rule_source *source = &nat->rules.sources.at[rule];
	const struct nat_rule_public *addresses = addresses_of(&nat->rules, rule);
	uint16_t best = NAT_PUBLIC_NONE;

	for (uint32_t i = 0; i < source->address_count; i++) {
		uint16_t slot = addresses[(local.host + i) % source->address_count].slot;
		const struct nat_public *at = &nat->publics.at[slot];

		if (at->assigned != 0)
			continue;
		if (at->assigned_last == local.host)
			return slot;
		if (best == NAT_PUBLIC_NONE || at->given_up < nat->publics.at[best].given_up)
			best = slot;
	}
	return best;
}

uint16_t nat_assign_take(struct nat *nat, uint16_t rule, ip4_t local)
{
	uint16_t slot = find_given(nat, rule, local);

	if (slot != NAT_PUBLIC_NONE)
		return slot;
	slot = find_free(nat, rule, local);
	if (slot == NAT_PUBLIC_NONE) {
		nat->rules.sources.at[rule].misses++;
		return slot;
	}
	nat->publics.at[slot].assigned = local.host;
	nat->publics.at[slot].assigned_rule = rule;
	return slot;
}

static void give_up(struct nat *nat, struct nat_public *address)
{
	address->assigned_last = address->assigned;
	address->assigned = 0;
	address->given_up = ++nat->given_up;
}

void nat_assign_release(struct nat *nat, uint16_t slot, ip4_t local)
{
	if (nat->publics.at[slot].assigned == local.host)
		give_up(nat, &nat->publics.at[slot]);
}

void nat_assign_review(struct nat *nat, const struct nat_rules *rules)
{
	vec_each (&nat->publics, address) {
		ip4_t local = {address->assigned};
		uint16_t slot = (uint16_t)(address - nat->publics.at), rule = 0;

		if (address->assigned == 0)
			continue;
		while (rule < rules->sources.count &&
		       (rules->sources.at[rule].shared ||
			!nat_assign_gives(nat, rules, rule, local, slot)))
			rule++;
		address->assigned_rule = rule;
		if (rule == rules->sources.count)
			give_up(nat, address);
	}
}
