/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices by their name: whoever follows one asks again when dhcp_server_names() has changed. */
#include <strings.h>

#include "core/dhcp/server_private.h"

uint32_t dhcp_server_names(const struct dhcp_server *s)
{
	return s->names;
}

/** Whether @address is leased now to a device called @name. */
static bool is_called(const struct dhcp_server *s, ip4_t address, const char *name)
{
	const struct dhcp_lease *lease = lease_table_find(s->table, address);
	const struct dhcp_host *host;
	struct dhcp_client client;

	if (!lease || lease->state != DHCP_LEASE_BOUND)
		return false;
	if (strcasecmp(lease->hostname, name) == 0)
		return true;
	host = dhcp_pool_host_at(s->set, address);
	if (!host) {
		client = (struct dhcp_client){lease->client, lease->hardware};
		host = dhcp_pool_known_client(s->set, &client);
	}
	return host && strcasecmp(host->params.client_name, name) == 0;
}

int dhcp_server_find_host(const struct dhcp_server *s, const char *name, ip4_t keep, ip4_t *address)
{
	ip4_t at = IP4_ANY;

	if (name[0] == '\0')
		return -ENOENT;
	if (!ip4_is_any(keep) && is_called(s, keep, name)) {
		*address = keep;
		return 0;
	}
	while (dhcp_pool_next(s->set, at, &at)) {
		if (is_called(s, at, name)) {
			*address = at;
			return 0;
		}
	}
	return -ENOENT;
}
