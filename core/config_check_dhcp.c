/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with the DHCP server's part of a configuration. */
#include "core/config_check.h"

#include "core/config_held.h"

/* ---- pools ------------------------------------------------------------------------------ */

/**
 * Whether clients of the network may be heard: it is on an interface, or behind a relay that a
 * route leads to. The default route leads everywhere, so it says nothing.
 */
static bool network_is_connected(const struct config *config, struct ip4_prefix network)
{
	vec_each (&config->interfaces, interface) {
		for (unsigned int i = 0; i < interface->address_count; i++)
			if (config_prefixes_overlap(network, interface->addresses[i]))
				return true;
	}
	vec_each (&config->routes, route) {
		if (route->network.len > 0 && config_prefixes_overlap(network, route->network))
			return true;
	}
	return false;
}

/**
 * A pool is one client's or a network's. A client without an address gets one from the pool of the
 * network it is in, with what its own pool says besides.
 */
static int check_client(const struct config_dhcp_pool *pool, struct config_error *error)
{
	const char *line = pool->has_hardware	     ? "hardware-address"
			   : pool->client_id_len > 0 ? "client-identifier"
			   : pool->client_name[0]    ? "client-name"
						     : NULL;

	if (!line || !pool->has_network)
		return 0;
	return refuse(error,
		      "ip dhcp pool %s: %s names one client, and the pool leases from a network; "
		      "take back one of them: \"no %s\" or \"no network\"",
		      pool->name, line, line);
}

/** An interface whose network nobody has typed: maybe the one that a pool was meant for. */
static const struct config_interface *client_inside(const struct config *config)
{
	vec_each (&config->interfaces, interface) {
		if (interface->dhcp && interface->nat_side != CONFIG_NAT_OUTSIDE)
			return interface;
	}
	return NULL;
}

static int check_pool(const struct config *config, const struct config_dhcp_pool *pool,
		      struct config_error *error)
{
	const struct config_interface *client = client_inside(config);
	struct names n;

	if (pool->has_network && client && !network_is_connected(config, pool->network))
		return refuse(
			error,
			"ip dhcp pool %s: network %s/%u is outside every interface's network; "
			"%s is a DHCP client itself: to serve there, type ip address A.B.C.D "
			"MASK in place of ip address dhcp",
			pool->name, ip4_to_text(pool->network.address, n.a), pool->network.len,
			interface_to_text(client->id, n.interface));
	if (pool->has_network && !network_is_connected(config, pool->network))
		return refuse(
			error,
			"ip dhcp pool %s: network %s/%u is outside every interface's network, "
			"and no ip route but a default leads there",
			pool->name, ip4_to_text(pool->network.address, n.a), pool->network.len);
	if (pool->has_host &&
	    !network_is_connected(config, (struct ip4_prefix){pool->host.address, 32}))
		return refuse(error,
			      "ip dhcp pool %s: host %s is outside every interface's network",
			      pool->name, ip4_to_text(pool->host.address, n.a));
	for (unsigned int i = 0; pool->has_network && i < pool->default_router_count; i++)
		if (!ip4_in_prefix(pool->default_routers[i], pool->network))
			return refuse(error,
				      "ip dhcp pool %s: default-router %s is outside network %s/%u",
				      pool->name, ip4_to_text(pool->default_routers[i], n.a),
				      ip4_to_text(pool->network.address, n.b), pool->network.len);
	return check_client(pool, error);
}

static int check_two_pools(const struct config_dhcp_pool *a, const struct config_dhcp_pool *b,
			   struct config_error *error)
{
	struct names n;

	if (a->has_network && b->has_network && config_prefixes_overlap(a->network, b->network))
		return refuse(error, "ip dhcp pool %s: network %s/%u overlaps with pool %s (%s/%u)",
			      b->name, ip4_to_text(b->network.address, n.b), b->network.len,
			      a->name, ip4_to_text(a->network.address, n.a), a->network.len);
	return 0;
}

/* ---- reservations ----------------------------------------------------------------------- */

/** A client that is named, whichever line says so. */
struct reserved {
	const char *pool, *word; /* "host", "address" */
	bool has_address;
	ip4_t address;
	bool has_hardware;
	mac_t hardware;
	const uint8_t *id;
	uint8_t id_len;
};

static bool same_client(const struct reserved *a, const struct reserved *b)
{
	if (a->id_len && a->id_len == b->id_len && !memcmp(a->id, b->id, a->id_len))
		return true;
	return a->has_hardware && b->has_hardware && mac_equal(a->hardware, b->hardware);
}

/** The @i-th reservation: those of pools first. Return: whether there is one there. */
static bool reserved_at(const struct config_dhcp *dhcp, uint32_t i, struct reserved *out)
{
	if (i < dhcp->pools.count) {
		const struct config_dhcp_pool *p = &dhcp->pools.at[i];

		*out = (struct reserved){.pool = p->name,
					 .word = "host",
					 .has_address = p->has_host,
					 .address = p->host.address,
					 .has_hardware = p->has_hardware,
					 .hardware = p->hardware,
					 .id = p->client_id,
					 .id_len = p->client_id_len};
		return p->has_host || p->has_hardware || p->client_id_len > 0;
	}
	if (i - dhcp->pools.count < dhcp->reservations.count) {
		const struct config_dhcp_reservation *r =
			&dhcp->reservations.at[i - dhcp->pools.count];

		*out = (struct reserved){.pool = r->pool,
					 .word = "address",
					 .has_address = true,
					 .address = r->address,
					 .has_hardware = r->has_hardware,
					 .hardware = r->hardware,
					 .id = r->client_id,
					 .id_len = r->client_id_len};
		return true;
	}
	return false;
}

static int check_two_reserved(const struct reserved *a, const struct reserved *b,
			      struct config_error *error)
{
	struct names n;

	if (a->has_address && b->has_address && ip4_equal(a->address, b->address))
		return refuse(error, "ip dhcp pool %s: %s %s is reserved by pool %s", b->pool,
			      b->word, ip4_to_text(b->address, n.b), a->pool);
	if (!a->has_address && !b->has_address && same_client(a, b))
		return refuse(
			error,
			"ip dhcp pool %s: its client is that of pool %s; name it in one of them",
			b->pool, a->pool);
	if (a->has_address && b->has_address && same_client(a, b))
		return refuse(error,
			      "ip dhcp pool %s: the client of %s %s has address %s by pool %s",
			      b->pool, b->word, ip4_to_text(b->address, n.b),
			      ip4_to_text(a->address, n.a), a->pool);
	return 0;
}

/** Whether the address of a reservation can be a client's. */
static int check_reserved(const struct config *config, const struct reserved *r,
			  struct config_error *error)
{
	const struct config_interface *own = config_own_address(config, r->address);
	const struct config_dhcp_pool *pool = config_pool_find(config, r->pool);
	struct names n;

	if (!r->has_address)
		return 0;
	ip4_to_text(r->address, n.a);
	if (own)
		return refuse(error, "ip dhcp pool %s: %s %s is the address of interface %s",
			      r->pool, r->word, n.a, interface_to_text(own->id, n.interface));
	if (!pool || !pool->has_network)
		return 0;
	ip4_to_text(pool->network.address, n.b);
	if (!ip4_in_prefix(r->address, pool->network))
		return refuse(error, "ip dhcp pool %s: %s %s is outside network %s/%u", r->pool,
			      r->word, n.a, n.b, pool->network.len);
	if (!ip4_is_host_of((struct ip4_prefix){r->address, pool->network.len}))
		return refuse(error, "ip dhcp pool %s: %s %s is no host's in network %s/%u",
			      r->pool, r->word, n.a, n.b, pool->network.len);
	return 0;
}

static int check_reservations(const struct config *config, struct config_error *error)
{
	const struct config_dhcp *dhcp = &config->dhcp;
	const uint32_t count = dhcp->pools.count + dhcp->reservations.count;
	struct reserved a, b;
	int status = 0;

	vec_each (&dhcp->reservations, one) {
		const struct config_dhcp_pool *pool = config_pool_find(config, one->pool);

		if (!pool || !pool->has_network)
			return refuse(error,
				      "ip dhcp pool %s: its address lines need a network; type "
				      "\"network\", or take them back",
				      one->pool);
	}
	for (uint32_t i = 0; i < count && status == 0; i++) {
		if (!reserved_at(dhcp, i, &b))
			continue;
		status = check_reserved(config, &b, error);
		for (uint32_t k = 0; k < i && status == 0; k++)
			if (reserved_at(dhcp, k, &a))
				status = check_two_reserved(&a, &b, error);
	}
	return status;
}

int config_check_dhcp(const struct config *config, struct config_error *error)
{
	struct names n;
	int status;

	vec_each (&config->dhcp.excluded, range) {
		if (range->low.host > range->high.host)
			return refuse(error, "ip dhcp excluded-address: %s is above %s",
				      ip4_to_text(range->low, n.a), ip4_to_text(range->high, n.b));
	}
	vec_each (&config->dhcp.pools, pool) {
		status = check_pool(config, pool, error);
		for (const struct config_dhcp_pool *other = config->dhcp.pools.at;
		     status == 0 && other < pool; other++)
			status = check_two_pools(other, pool, error);
		if (status < 0)
			return status;
	}
	return check_reservations(config, error);
}
