/* SPDX-License-Identifier: BSD-2-Clause */
/* What shows and clears ask of a router. */
#include "core/nat/limits.h"
#include "core/router_private.h"

static const struct interface *find(const struct router *r, struct interface_id id)
{
	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n] && interface_id_equal(r->interfaces[n]->id, id))
			return r->interfaces[n];
	return NULL;
}

int router_interface_status(const struct router *r, struct interface_id id,
			    struct interface_status *out)
{
	const struct interface *i = find(r, id);

	if (!i)
		return -ENOENT;
	out->line_up = interface_line_up(r, i);
	out->link_up = interface_is_port(id) ? i->device && !i->shutdown : out->line_up;
	out->mac = i->mac;
	out->stats = i->stats;
	return 0;
}

void router_clear_counters(struct router *r)
{
	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n])
			memset(&r->interfaces[n]->stats, 0, sizeof(r->interfaces[n]->stats));
	memset(&r->lost, 0, sizeof(r->lost));
}

uint64_t router_drops(const struct router *r, enum drop_reason reason)
{
	uint64_t sum = r->lost.count[reason];

	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n])
			sum += r->interfaces[n]->stats.drops.count[reason];
	return sum;
}

const struct dhcp_server *router_dhcp(const struct router *r)
{
	return r->dhcp;
}

const struct nat *router_nat(const struct router *r)
{
	return r->nat;
}

const struct neighbour_table *router_neighbours(const struct router *r)
{
	return r->neighbours;
}

const struct route_table *router_routes(const struct router *r)
{
	return &r->routes;
}

struct interface_id router_interface_of(const struct router *r, unsigned int index)
{
	if (index >= INTERFACES_MAX || !r->interfaces[index])
		return (struct interface_id){INTERFACE_NONE, 0};
	return r->interfaces[index]->id;
}

unsigned int router_clear_nat(struct router *r, const struct nat_match *match, mono_ms_t now)
{
	return nat_clear(r->nat, match, now);
}

void router_clear_nat_stats(struct router *r, mono_ms_t now)
{
	nat_clear_stats(r->nat, now);
}

uint64_t router_acl_hits(const struct router *r, const char *list, uint32_t sequence)
{
	return acl_set_hits(&r->acls, list, sequence) + nat_acl_hits(r->nat, list, sequence);
}

void router_clear_acl_hits(struct router *r, const char *list)
{
	acl_set_clear(&r->acls, list);
	nat_clear_acl_hits(r->nat, list);
}

void router_clear_nat_refusals(struct router *r)
{
	nat_clear_refusals(r->nat);
}

unsigned int router_clear_leases(struct router *r, ip4_t address, mono_ms_t now)
{
	unsigned int count = dhcp_server_clear(r->dhcp, address, now);

	router_follow_names(r, now);
	return count;
}

unsigned int router_clear_conflicts(struct router *r, ip4_t address, mono_ms_t now)
{
	return dhcp_server_clear_conflicts(r->dhcp, address, now);
}

void router_clear_dhcp_stats(struct router *r)
{
	dhcp_server_clear_stats(r->dhcp);
}

void router_clear_arp(struct router *r, mono_ms_t now)
{
	neighbour_forget(r->neighbours, UINT16_MAX, NEIGHBOUR_LEARNT);
	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n])
			router_announce_start(r, r->interfaces[n], now);
}

int router_restore_lease(struct router *r, const struct dhcp_lease_record *record, mono_ms_t now)
{
	int status = dhcp_server_restore(r->dhcp, record, now);

	router_follow_names(r, now);
	return status;
}
