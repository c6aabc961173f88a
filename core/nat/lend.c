/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public ports for the router itself, which asks name servers under an address that devices may
 * share. A port that is lent is set aside like one of a static rule, so that nobody's packets can
 * come from it and no answer meant for the router finds a device.
 */
#include "core/nat/nat.h"

/** The public of an address; NULL: it is not one. */
static struct nat_public *lend_public(const struct nat *nat, ip4_t address)
{
	const struct nat_rule_public *public = nat_rules_public(&nat->rules, address);

	return public ? &nat->publics.at[public->slot] : NULL;
}

static bool lend_in_block(const struct port_blocks *blocks, uint16_t port)
{
	return blocks && blocks->size && blocks->at[port / blocks->size].device != 0;
}

bool nat_lend_port(struct nat *nat, ip4_t address, uint16_t port)
{
	const struct nat_public *public = lend_public(nat, address);

	if (!public)
		return true;
	if (nat_is_one_to_one(nat, address) || lend_in_block(public->blocks, port) ||
	    !port_pool_is_open(public->pool[NAT_UDP], port))
		return false;
	port_pool_reserve(public->pool[NAT_UDP], port, 1);
	return true;
}

void nat_return_port(struct nat *nat, ip4_t address, uint16_t port)
{
	const struct nat_public *public = lend_public(nat, address);

	if (public)
		port_pool_return(public->pool[NAT_UDP], port);
}
