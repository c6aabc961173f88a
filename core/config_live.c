/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See config_live.h. A server on the line is a stranger: an address that would make two networks
 * one, or a route that would take a part of an inside network out to the line, is not used.
 *
 * Invariant: without a lease the live copy is the typed configuration.
 */
#include "core/config_live.h"

static void set_vips(struct config *live, struct interface_id interface, ip4_t address)
{
	vec_each (&live->vips, vip) {
		if (vip->dhcp && interface_id_equal(vip->interface, interface))
			vip->address = address;
	}
}

static void set_address(struct config_interface *interface, struct ip4_prefix address)
{
	/* member by member, so that padding stays zero */
	interface->addresses[0].address = address.address;
	interface->addresses[0].len = address.len;
	interface->address_count = address.len > 0;
}

const struct config_interface *config_live_in_the_way(const struct config *config,
						      struct interface_id learnt_by,
						      struct ip4_prefix network)
{
	vec_each (&config->interfaces, interface) {
		if (interface_id_equal(interface->id, learnt_by))
			continue;
		for (unsigned int i = 0; i < interface->address_count; i++)
			if (network.len >= interface->addresses[i].len &&
			    ip4_in_prefix(network.address, interface->addresses[i]))
				return interface;
	}
	return NULL;
}

static bool is_typed(const struct config *config, const struct config_route *route)
{
	vec_each (&config->routes, other) {
		if (ip4_prefix_equal(other->network, route->network) &&
		    ip4_equal(other->next_hop, route->next_hop) &&
		    interface_id_equal(other->interface, route->interface))
			return true;
	}
	return false;
}

static int add_routes(struct config *live, struct config_learned *learned)
{
	const struct dhcp_client_terms *terms = learned->terms;
	struct config_route route;
	int ret = 0;

	memset(&route, 0, sizeof(route));
	route.interface = learned->interface;
	route.distance = CONFIG_LIVE_DISTANCE;
	for (unsigned int i = 0; i < terms->route_count && ret == 0; i++) {
		route.network = terms->routes[i].network;
		route.next_hop = terms->routes[i].via;
		if (config_live_in_the_way(live, learned->interface, route.network) ||
		    ip4_equal(route.next_hop, terms->address.address))
			learned->routes_refused |= UINT32_C(1) << i;
		else if (!is_typed(live, &route))
			ret = config_route_add(live, &route);
	}
	return ret;
}

/* `import all`: what a pool does not say itself. */
static void import_names(struct config *live, const struct dhcp_client_terms *terms)
{
	vec_each (&live->dhcp.pools, pool) {
		if (!pool->import_all)
			continue;
		if (pool->dns_server_count == 0) {
			memcpy(pool->dns_servers, terms->dns_servers, sizeof(pool->dns_servers));
			pool->dns_server_count = terms->dns_server_count;
		}
		if (!pool->domain_name[0])
			memcpy(pool->domain_name, terms->domain, sizeof(pool->domain_name));
	}
}

static int add_learned(struct config *live, struct config_learned *learned)
{
	struct config_interface *interface = config_interface_find(live, learned->interface);
	const struct dhcp_client_terms *terms = learned->terms;

	if (!interface || !interface->dhcp)
		return 0;
	set_address(interface, terms->address);
	set_vips(live, interface->id, terms->address.address);
	if (config_check(live, &learned->error) < 0) {
		set_address(interface, (struct ip4_prefix){IP4_ANY, 0});
		set_vips(live, interface->id, IP4_ANY);
		return 0;
	}
	if (terms->mtu >= CONFIG_MTU_MIN && terms->mtu < config_ip_mtu(interface))
		interface->ip_mtu = terms->mtu;
	import_names(live, terms);
	return add_routes(live, learned);
}

int config_live_make(struct config *live, const struct config *typed,
		     struct config_learned *learned, unsigned int count)
{
	int ret = config_copy(live, typed);

	for (unsigned int i = 0; i < count && ret == 0; i++) {
		learned[i].error.text[0] = '\0';
		learned[i].routes_refused = 0;
		ret = add_learned(live, &learned[i]);
	}
	return ret;
}
