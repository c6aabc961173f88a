/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with NAT's rules: a public address that no interface holds or that somebody else
 * has, names that nothing defines, two translations that want the same.
 */
#include "core/config_check.h"

#include <stdio.h>

#include "core/config_held.h"

/* ---- addresses that the router is to hold ------------------------------------------------- */

/* Addresses that a line wants the router to hold; inclusive. */
struct range {
	ip4_t first, last;
};

static bool range_has(struct range range, ip4_t address)
{
	return address.host >= range.first.host && address.host <= range.last.host;
}

/* No outside interface holds a range: names the one that is nearest to it. */
static int refuse_unheld(const struct config *config, const char *line, struct range range,
			 struct config_error *error)
{
	const struct config_interface *first = NULL;
	struct names n;

	ip4_to_text(range.first, n.a);
	vec_each (&config->interfaces, interface) {
		if (interface->nat_side != CONFIG_NAT_OUTSIDE)
			continue;
		if (!first || first->address_count == 0)
			first = interface;
		for (unsigned int i = 0; i < interface->address_count; i++) {
			if (!ip4_in_prefix(range.first, interface->addresses[i]))
				continue;
			ip4_to_text(range.last, n.a);
			first = interface;
		}
	}
	if (!first)
		return refuse(error,
			      "%s: no interface is outside, so none holds %s; mark one by ip "
			      "nat outside",
			      line, n.a);
	interface_to_text(first->id, n.interface);
	if (first->address_count == 0)
		return refuse(error, "%s: interface %s has no address, so it cannot hold %s", line,
			      n.interface, n.a);
	return refuse(error, "%s: %s lies outside interface %s's network %s/%u", line, n.a,
		      n.interface, ip4_to_text(ip4_network(first->addresses[0]), n.b),
		      first->addresses[0].len);
}

/* Whether an address of @range is one that @interface or its peer has, or the network itself. */
static int check_range_on(const struct config_interface *interface, const char *line,
			  struct range range, struct config_error *error)
{
	struct names n;

	interface_to_text(interface->id, n.interface);
	for (unsigned int i = 0; i < interface->address_count; i++) {
		struct ip4_prefix network = interface->addresses[i];

		if (range_has(range, network.address))
			return refuse(error, "%s: %s is the address of interface %s", line,
				      ip4_to_text(network.address, n.a), n.interface);
		if (network.len > 30) /* RFC 3021: a /31 has neither */
			continue;
		if (range_has(range, ip4_network(network)))
			return refuse(error, "%s: %s is interface %s's network itself, no address",
				      line, ip4_to_text(ip4_network(network), n.a), n.interface);
		if (range_has(range, ip4_directed_broadcast(network)))
			return refuse(error, "%s: %s is the broadcast address of interface %s",
				      line, ip4_to_text(ip4_directed_broadcast(network), n.a),
				      n.interface);
	}
	for (unsigned int i = 0; i < interface->peer_address_count; i++)
		if (range_has(range, interface->peer_addresses[i].address))
			return refuse(error, "%s: %s is the peer's address on interface %s", line,
				      ip4_to_text(interface->peer_addresses[i].address, n.a),
				      n.interface);
	return 0;
}

static int check_range(const struct config *config, const char *line, struct range range,
		       struct config_error *error)
{
	struct names n;

	if (!config_held_interface(config, range.first, range.last))
		return refuse_unheld(config, line, range, error);
	vec_each (&config->interfaces, interface) {
		int status = check_range_on(interface, line, range, error);

		if (status < 0)
			return status;
	}
	vec_each (&config->vips, vip) {
		if (range_has(range, vip->address))
			return refuse(error, "%s: %s is the address of VIP %s", line,
				      ip4_to_text(vip->address, n.a), vip->name);
	}
	vec_each (&config->routes, route) {
		if (!ip4_is_any(route->next_hop) && range_has(range, route->next_hop))
			return refuse(error, "%s: %s is the next hop of ip route %s/%u", line,
				      ip4_to_text(route->next_hop, n.a),
				      ip4_to_text(route->network.address, n.b), route->network.len);
	}
	return 0;
}

int config_check_range(const struct config *config, const char *line, ip4_t first, ip4_t last,
		       struct config_error *error)
{
	return check_range(config, line, (struct range){first, last}, error);
}

/* ---- pools -------------------------------------------------------------------------------- */

static int check_pool(const struct config *config, const struct config_nat_pool *pool,
		      struct config_error *error)
{
	char line[16 + CONFIG_NAME_SIZE];
	struct names n;

	snprintf(line, sizeof(line), "ip nat pool %s", pool->name);
	ip4_to_text(pool->start, n.a);
	ip4_to_text(pool->end, n.b);
	if (pool->start.host > pool->end.host)
		return refuse(error, "%s: its start, %s, is above its end, %s", line, n.a, n.b);
	if (!ip4_in_prefix(pool->end, (struct ip4_prefix){pool->start, pool->len}))
		return refuse(error,
			      "%s: %s and %s are not in one /%u network; a shorter mask "
			      "holds both",
			      line, n.a, n.b, pool->len);
	if (config_nat_pool_size(pool) == 0)
		return refuse(error, "%s: %s to %s are %u addresses, and a pool has at most %d",
			      line, n.a, n.b, pool->end.host - pool->start.host + 1,
			      CONFIG_NAT_POOL_MAX);
	for (const struct config_nat_pool *other = config->nat.pools.at; other < pool; other++)
		if (other->start.host <= pool->end.host && pool->start.host <= other->end.host)
			return refuse(error, "%s: %s to %s overlaps with pool %s", line, n.a, n.b,
				      other->name);
	if (!config_nat_pool_in_use(config, pool->name))
		return 0;
	return check_range(config, line, (struct range){pool->start, pool->end}, error);
}

/* ---- rules -------------------------------------------------------------------------------- */

int config_check_public(const struct config *config, const char *line,
			const struct config_public *public, struct config_error *error)
{
	struct names n;

	switch ((enum config_public_kind) public->kind) {
	case CONFIG_PUBLIC_VIP:
		if (!config_vip_find(config, public->vip))
			return refuse(error, "%s: there is no VIP %s; make it by ip vip %s", line,
				      public->vip, public->vip);
		break;
	case CONFIG_PUBLIC_INTERFACE:
		if (!config_interface_find(config, public->interface))
			return refuse(error, "%s: interface %s is not configured", line,
				      interface_to_text(public->interface, n.interface));
		break;
	case CONFIG_PUBLIC_ADDRESS:
		if (config_own_address(config, public->address))
			break;
		vec_each (&config->vips, vip) {
			if (ip4_equal(vip->address, public->address))
				return 0;
		}
		return check_range(config, line, (struct range){public->address, public->address},
				   error);
	case CONFIG_PUBLIC_POOL:
		if (!config_nat_pool_find(config, public->pool))
			return refuse(error, "%s: there is no pool %s; make it by ip nat pool %s",
				      line, public->pool, public->pool);
		break;
	}
	return 0;
}

static int check_source(const struct config *config, const struct config_nat_source *source,
			struct config_error *error)
{
	char line[128];

	snprintf(line, sizeof(line), "ip nat inside source list %s", source->list);
	if (source->public.kind == CONFIG_PUBLIC_POOL && !source->overload && source->has_mapping &&
	    source->mapping != NAT_ENDPOINT_INDEPENDENT)
		return refuse(error,
			      "%s pool %s: a device that has an address to itself keeps its ports "
			      "whoever it talks to; leave the mapping out, or add overload",
			      line, source->public.pool);
	for (const struct config_nat_source *other = config->nat.sources.at; other < source;
	     other++)
		if (source->public.kind == CONFIG_PUBLIC_POOL &&
		    config_public_equal(&source->public, &other->public) &&
		    source->overload != other->overload)
			return refuse(error,
				      "%s pool %s: one list cannot share addresses (overload) that "
				      "another gives to one device each, as ip nat inside source "
				      "list %s says otherwise",
				      line, source->public.pool, other->list);
	return config_check_public(config, line, &source->public, error);
}

int config_check_nat(const struct config *config, struct config_error *error)
{
	int status = 0;

	vec_each (&config->nat.pools, pool) {
		if (status == 0)
			status = check_pool(config, pool, error);
	}
	vec_each (&config->nat.sources, source) {
		if (status == 0)
			status = check_source(config, source, error);
	}
	vec_each (&config->nat.statics, rule) {
		if (status == 0)
			status = config_check_static(config, rule, error);
	}
	vec_each (&config->nat.outside_statics, rule) {
		if (status == 0)
			status = config_check_outside(config, rule, error);
	}
	vec_each (&config->nat.outside_sources, source) {
		if (status == 0)
			status = config_check_outside_source(config, source, error);
	}
	return status < 0 ? status : config_check_limits(config, error);
}
