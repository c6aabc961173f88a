/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A name that is refused (no domain name, or one that a device may not have) is left out: that of
 * a device comes from a stranger.
 */
#include "cmd/viprouterd/dns_fill.h"

/* The domain of the devices at an address: of a pool, by its network. @out: CONFIG_NAME_SIZE bytes.
 */
static const char *domain_at(const struct config *config, ip4_t address, char *out)
{
	out[0] = '\0';
	vec_each (&config->dhcp.pools, pool) {
		if (pool->has_network && ip4_in_prefix(address, pool->network) &&
		    config_dns_name(pool->domain_name, out) == 0)
			break;
	}
	return out;
}

static int no_memory(int status)
{
	return status == -ENOMEM ? status : 0;
}

static int fill_pools(struct dns_names *names, const struct config *config)
{
	char domain[CONFIG_NAME_SIZE];
	int status = 0;

	vec_each (&config->dhcp.pools, pool) {
		if (config_dns_name(pool->domain_name, domain) == 0)
			status |= dns_names_add_zone(names, domain);
		if (pool->has_network)
			status |= dns_names_add_network(names, pool->network);
	}
	return status;
}

static int fill_router(struct dns_names *names, const struct config *config)
{
	char domain[CONFIG_NAME_SIZE];
	int status = 0;

	vec_each (&config->interfaces, interface) {
		if (interface->nat_side == CONFIG_NAT_OUTSIDE)
			continue;
		for (unsigned int i = 0; i < interface->address_count; i++) {
			struct ip4_prefix at = interface->addresses[i];

			status |= dns_names_add_network(
				names, (struct ip4_prefix){ip4_network(at), at.len});
			status |= no_memory(dns_names_add(names, config->hostname,
							  domain_at(config, at.address, domain),
							  at.address, DNS_FROM_ROUTER));
		}
	}
	return status;
}

static int fill_hosts(struct dns_names *names, const struct config *config)
{
	int status = 0;

	vec_each (&config->dns.hosts, host) {
		for (unsigned int i = 0; i < host->address_count; i++)
			status |= no_memory(dns_names_add(names, host->name, "", host->addresses[i],
							  DNS_FROM_HOST));
	}
	return status;
}

/* A reservation has the name that is typed for it, at all times; other clients have theirs while
 * they have a lease, as they have the name that they say. */
static int fill_binding(struct dns_names *names, const struct config *config,
			const struct dhcp_binding *binding)
{
	const struct config_dhcp_pool *pool = config_pool_find(config, binding->pool);
	char domain[CONFIG_NAME_SIZE] = "";
	ip4_t address = binding->record.address;
	int status = 0;

	if (!pool || config_dns_name(pool->domain_name, domain) < 0)
		domain_at(config, address, domain);
	if (binding->client_name[0])
		status = no_memory(dns_names_add(names, binding->client_name, domain, address,
						 DNS_FROM_RESERVATION));
	if (binding->record.hostname[0])
		status |= no_memory(dns_names_add(names, binding->record.hostname, domain, address,
						  DNS_FROM_LEASE));
	return status;
}

int dns_fill(struct dns_names *names, const struct config *config, const char *domain,
	     const struct dhcp_server *dhcp, mono_ms_t now)
{
	struct dhcp_binding binding;
	ip4_t after = IP4_ANY;
	int status;

	dns_names_begin(names, domain);
	status = fill_pools(names, config);
	status |= fill_hosts(names, config);
	status |= fill_router(names, config);
	while (dhcp_server_next_binding(dhcp, &after, &binding, now))
		status |= fill_binding(names, config, &binding);
	status |= dns_names_end(names);
	return status;
}

unsigned int dns_fill_addresses(const struct config *config, ip4_t *out, unsigned int room)
{
	unsigned int count = 0;

	vec_each (&config->interfaces, interface) {
		if (interface->nat_side == CONFIG_NAT_OUTSIDE)
			continue;
		for (unsigned int i = 0; i < interface->address_count && count < room; i++)
			out[count++] = interface->addresses[i].address;
	}
	return count;
}
