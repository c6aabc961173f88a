/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with hosts outside under another address: that address must be nobody's, or the
 * inside could not tell the two apart.
 */
#include "core/config_check.h"

#include <stdio.h>

#include "core/config_held.h"

/* What has an address of the router's: "interface Tap9", "VIP HOME" or "pool WIDE". */
struct holder {
	char text[CONFIG_NAME_SIZE + 16];
};

/* Whether the router itself has an address, or holds it for NAT. */
static bool held_by_router(const struct config *config, ip4_t address, struct holder *holder)
{
	const struct config_interface *own = config_own_address(config, address);
	char name[INTERFACE_TEXT_SIZE];

	if (own) {
		snprintf(holder->text, sizeof(holder->text), "interface %s",
			 interface_to_text(own->id, name));
		return true;
	}
	vec_each (&config->vips, vip) {
		if (ip4_equal(vip->address, address)) {
			snprintf(holder->text, sizeof(holder->text), "VIP %s", vip->name);
			return true;
		}
	}
	vec_each (&config->nat.pools, pool) {
		if (address.host >= pool->start.host && address.host <= pool->end.host) {
			snprintf(holder->text, sizeof(holder->text), "pool %s", pool->name);
			return true;
		}
	}
	return false;
}

int config_check_outside(const struct config *config, const struct config_nat_outside *rule,
			 struct config_error *error)
{
	const struct config_interface *network = config_interface_for(config, rule->local);
	struct holder holder;
	struct names n;
	char line[96];

	snprintf(line, sizeof(line), "ip nat outside source static %s %s",
		 ip4_to_text(rule->global, n.a), ip4_to_text(rule->local, n.b));
	if (ip4_equal(rule->global, rule->local))
		return refuse(error, "%s: the two are one address, so nothing would be translated",
			      line);
	if (held_by_router(config, rule->global, &holder))
		return refuse(error, "%s: %s is the router's own, of %s, and no host outside", line,
			      n.a, holder.text);
	if (held_by_router(config, rule->local, &holder))
		return refuse(error, "%s: %s is the router's own, of %s", line, n.b, holder.text);
	if (network)
		return refuse(error,
			      "%s: %s lies in a network of interface %s, where a device may have "
			      "it; choose an address outside every network here",
			      line, n.b, interface_to_text(network->id, n.interface));
	for (const struct config_nat_outside *other = config->nat.outside_statics.at; other < rule;
	     other++)
		if (ip4_equal(other->local, rule->local))
			return refuse(error, "%s: %s stands for %s already", line, n.b,
				      ip4_to_text(other->global, n.a));
	return 0;
}

int config_check_outside_source(const struct config *config,
				const struct config_nat_outside_source *source,
				struct config_error *error)
{
	const struct config_nat_pool *pool = config_nat_pool_find(config, source->pool);
	char line[64 + 2 * CONFIG_NAME_SIZE];
	struct names n;

	snprintf(line, sizeof(line), "ip nat outside source list %s pool %s", source->list,
		 source->pool);
	if (!pool)
		return refuse(error, "%s: there is no such pool; make it by ip nat pool %s", line,
			      source->pool);
	ip4_to_text(pool->start, n.a);
	ip4_to_text(pool->end, n.b);
	if (config_nat_pool_in_use(config, source->pool))
		return refuse(error,
			      "%s: an ip nat inside source list gives its addresses to devices",
			      line);
	vec_each (&config->interfaces, interface) {
		for (unsigned int i = 0; i < interface->address_count; i++) {
			struct ip4_prefix network = interface->addresses[i];

			if (ip4_network(network).host > pool->end.host ||
			    ip4_directed_broadcast(network).host < pool->start.host)
				continue;
			return refuse(error,
				      "%s: %s to %s overlaps with a network of interface %s, "
				      "where a device may have them",
				      line, n.a, n.b,
				      interface_to_text(interface->id, n.interface));
		}
	}
	for (const struct config_nat_outside_source *other = config->nat.outside_sources.at;
	     other < source; other++)
		if (strcmp(other->pool, source->pool) == 0)
			return refuse(error, "%s: ip nat outside source list %s has it already",
				      line, other->list);
	return 0;
}
