/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A router's making and ending, and its configurations: interfaces keep their index and counters
 * while they are configured, so what refers to them lives on.
 */
#include "core/router_private.h"

#include "core/config_held.h"
#include "core/text.h"

struct router *router_new(const struct hash_key *key, const char *identity)
{
	static const struct hash_key fixed = {{0x76697072ULL, 0x6f757465ULL}};
	struct router *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->key = *key;
	chance_init(&r->chance, key);
	r->identity.k[0] = hash_bytes(&fixed, identity, strlen(identity));
	r->identity.k[1] = hash_2(&fixed, r->identity.k[0], 1);
	r->announce_at = r->clients_at = MONO_NEVER;
	config_init(&r->config);
	config_init(&r->typed);
	icmp_limiter_init(&r->icmp_limiter, key);
	ip_id_init(&r->ip_ids, key, &r->chance);
	acl_log_init(&r->acl_log, key);
	r->scratch = malloc(SCRATCH_SIZE);
	r->bridge = bridge_new(key);
	r->neighbours = neighbour_table_new(key);
	r->fragments = fragment_table_new(key);
	r->nat = nat_new(key, &r->events);
	r->dhcp = dhcp_server_new(key, &r->events);
	if (!r->scratch || !r->bridge || !r->neighbours || !r->fragments || !r->nat || !r->dhcp ||
	    route_table_compile(&r->routes) < 0) {
		router_free(r);
		return NULL;
	}
	return r;
}

static void interface_free(struct interface *i)
{
	if (!i)
		return;
	router_client_free(i);
	vec_free(&i->members);
	vec_free(&i->vips);
	free(i);
}

void router_free(struct router *r)
{
	if (!r)
		return;
	for (unsigned int n = 0; n < INTERFACES_MAX; n++)
		interface_free(r->interfaces[n]);
	dhcp_server_free(r->dhcp);
	nat_free(r->nat);
	fragment_table_free(r->fragments);
	neighbour_table_free(r->neighbours);
	bridge_free(r->bridge);
	route_table_fini(&r->routes);
	acl_set_fini(&r->acls);
	config_fini(&r->config);
	config_fini(&r->typed);
	vec_free(&r->memories);
	free(r->scratch);
	free(r);
}

/* ---- interfaces ------------------------------------------------------------------------- */

struct interface *router_interface_find(const struct router *r, struct interface_id id)
{
	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n] && interface_id_equal(r->interfaces[n]->id, id))
			return r->interfaces[n];
	return NULL;
}

/* A stable, locally administered address for the router's end of an interface. */
static mac_t derive_mac(const struct router *r, struct interface_id id)
{
	uint64_t h = hash_2(&r->identity, id.kind, id.number);
	mac_t mac = {{0x02}};

	for (unsigned int n = 1; n < sizeof(mac.byte); n++)
		mac.byte[n] = (uint8_t)(h >> (8 * n));
	return mac;
}

static struct interface *interface_new(struct router *r, struct interface_id id)
{
	uint16_t first = interface_is_port(id) ? 0 : PORTS_MAX;
	uint16_t last = interface_is_port(id) ? PORTS_MAX : INTERFACES_MAX;

	for (uint16_t n = first; n < last; n++) {
		struct interface *i;

		if (r->interfaces[n])
			continue;
		i = calloc(1, sizeof(*i));
		if (!i)
			return NULL;
		i->id = id;
		i->index = n;
		i->bvi = NO_INTERFACE;
		i->acl_in = i->acl_out = ACL_NONE;
		for (unsigned int d = 0; d < DEFENDED_MAX; d++)
			i->defended[d].at = (mono_ms_t){INT64_MIN / 2};
		if (id.kind == INTERFACE_TAP || id.kind == INTERFACE_BVI)
			i->mac = derive_mac(r, id);
		r->interfaces[n] = i;
		r->interface_last = MAX(r->interface_last, (uint16_t)(n + 1));
		return i;
	}
	return NULL;
}

static void interface_remove(struct router *r, unsigned int n)
{
	neighbour_forget(r->neighbours, (uint16_t)n, NEIGHBOUR_LEARNT | NEIGHBOUR_STATICS);
	bridge_forget_port(r->bridge, (uint16_t)n);
	interface_free(r->interfaces[n]);
	r->interfaces[n] = NULL;
}

/* Takes over addresses and held public ones. Return: 1 when they changed; 0; -ENOMEM. */
static int take_addresses(struct interface *i, const struct config_interface *from,
			  const struct config_held_list *list)
{
	uint32_t known = 0;
	bool changed = i->address_count != from->address_count;

	for (unsigned int n = 0; n < from->address_count; n++) {
		changed |= n >= i->address_count ||
			   !ip4_equal(i->addresses[n].address, from->addresses[n].address) ||
			   i->addresses[n].len != from->addresses[n].len;
		i->addresses[n] = from->addresses[n];
	}
	i->address_count = from->address_count;
	vec_each (&list->items, held) {
		if (!interface_id_equal(held->interface, i->id))
			continue;
		if (known < i->vips.count && ip4_equal(i->vips.at[known], held->address)) {
			known++;
			continue;
		}
		changed = true;
		if (known == i->vips.count && !vec_push(&i->vips))
			return -ENOMEM;
		i->vips.at[known++] = held->address;
	}
	changed |= known != i->vips.count;
	i->vips.count = known;
	return changed;
}

/* Takes over one interface's settings. */
static int take_interface(struct router *r, struct interface *i,
			  const struct config_interface *from, const struct config_held_list *list,
			  mono_ms_t now)
{
	int changed = take_addresses(i, from, list);

	if (changed < 0 || (from->dhcp && router_client_new(r, i) < 0))
		return -ENOMEM;
	if (!from->dhcp)
		router_client_free(i);
	i->present = true;
	i->shutdown = from->shutdown;
	i->mtu = config_ip_mtu(from);
	i->mss = config_mss(from);
	i->nat_side = from->nat_side;
	i->verify = from->verify;
	i->verify_default = from->verify_default;
	i->no_unreachables = from->no_unreachables;
	i->dhcp_leases = from->dhcp_leases;
	i->dhcp_rate = from->dhcp_rate;
	i->helper_count = from->nat_side == CONFIG_NAT_OUTSIDE ? 0 : from->helper_count;
	memcpy(i->helpers, from->helpers, sizeof(i->helpers));
	i->bridge_group = i->id.kind == INTERFACE_TAP ? from->bridge_group : 0;
	i->members.count = 0;
	if (changed)
		router_announce_start(r, i, now);
	return 0;
}

/* Ties bridged ports to their BVI; a group without one switches nothing. */
static int join_bridges(struct router *r)
{
	for (unsigned int n = 0; n < PORTS_MAX && n < r->interface_last; n++) {
		struct interface *port = r->interfaces[n], *bvi = NULL;
		uint16_t *member;

		if (!port)
			continue;
		if (port->bridge_group)
			bvi = router_interface_find(
				r, (struct interface_id){INTERFACE_BVI, port->bridge_group});
		if (port->bvi != (bvi ? bvi->index : NO_INTERFACE))
			bridge_forget_port(r->bridge, port->index);
		port->bvi = bvi ? bvi->index : NO_INTERFACE;
		if (!bvi)
			continue;
		member = vec_push(&bvi->members);
		if (!member)
			return -ENOMEM;
		*member = port->index;
	}
	return 0;
}

static void remove_absent(struct router *r)
{
	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n] && !r->interfaces[n]->present)
			interface_remove(r, n);
}

static int apply_interfaces(struct router *r, const struct config *config, mono_ms_t now)
{
	struct config_held_list held = {0};
	int err = config_held_gather(&held, config);

	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n])
			r->interfaces[n]->present = false;
	vec_each (&config->interfaces, from) {
		struct interface *i = router_interface_find(r, from->id);

		if (i)
			i->present = true;
	}
	vec_each (&config->interfaces, from) {
		struct interface *i = router_interface_find(r, from->id);

		if (!err && !i)
			i = interface_new(r, from->id);
		if (!err && !i) { /* every place is taken, maybe by one that goes */
			remove_absent(r);
			i = interface_new(r, from->id);
		}
		if (!err && (!i || take_interface(r, i, from, &held, now) < 0))
			err = -ENOMEM;
	}
	config_held_fini(&held);
	if (err)
		return err;
	remove_absent(r);
	return join_bridges(r);
}

/* A list that is not there or has no entries filters nothing, as in IOS. */
static uint16_t filter_list(const struct acl_set *set, const char *name)
{
	uint16_t list = name[0] ? acl_find(set, name) : ACL_NONE;

	return acl_is_empty(set, list) ? ACL_NONE : list;
}

static int apply_acls(struct router *r, const struct config *config)
{
	struct acl_set set = {0};

	if (acl_set_compile(&set, config, &r->acls) < 0)
		return -ENOMEM;
	acl_set_fini(&r->acls);
	r->acls = set;
	vec_each (&config->interfaces, from) {
		struct interface *i = router_interface_find(r, from->id);

		i->acl_in = filter_list(&set, from->acl_in);
		i->acl_out = filter_list(&set, from->acl_out);
	}
	return 0;
}

void router_announce_start(struct router *r, struct interface *i, mono_ms_t now)
{
	if (i->id.kind != INTERFACE_TAP && i->id.kind != INTERFACE_BVI)
		return;
	i->announce_left = ANNOUNCE_COUNT;
	i->announce_at = now;
	r->announce_at = mono_earlier(r->announce_at, now);
}

/* ---- routes ----------------------------------------------------------------------------- */

static int add_connected(struct route_table *table, const struct interface *i, bool line_up)
{
	for (unsigned int n = 0; n < i->address_count; n++) {
		struct route connected = {.network = i->addresses[n],
					  .interface = i->index,
					  .source = ROUTE_CONNECTED};
		struct route local = {.network = {i->addresses[n].address, 32},
				      .interface = i->index,
				      .source = ROUTE_LOCAL};

		if ((line_up && i->addresses[n].len < 32 &&
		     route_table_add(table, &connected) < 0) ||
		    route_table_add(table, &local) < 0)
			return -ENOMEM;
	}
	vec_each (&i->vips, vip) {
		struct route local = {
			.network = {*vip, 32}, .interface = i->index, .source = ROUTE_LOCAL};

		if (route_table_add(table, &local) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* A static route counts while the way to its next hop is there. Return: 0; -ENOMEM. */
static int add_static(struct router *r, struct route_table *table, const struct config_route *from)
{
	struct route route = {.network = from->network,
			      .next_hop = from->next_hop,
			      .distance = from->distance,
			      .source = ROUTE_STATIC};
	struct interface *out = NULL;

	if (from->interface.kind != INTERFACE_NONE) {
		out = router_interface_find(r, from->interface);
	} else {
		const struct route *way = route_find(table, from->next_hop);

		if (way && way->source == ROUTE_CONNECTED)
			out = r->interfaces[way->interface];
	}
	if (!out || !interface_line_up(r, out))
		return 0;
	route.interface = out->index;
	return route_table_add(table, &route);
}

int router_rebuild_routes(struct router *r)
{
	struct route_table table = {0};

	for (unsigned int n = 0; n < r->interface_last; n++) {
		struct interface *i = r->interfaces[n];

		if (i && !i->shutdown && add_connected(&table, i, interface_line_up(r, i)) < 0)
			goto no_memory;
	}
	if (route_table_compile(&table) < 0)
		goto no_memory;
	uint32_t connected = table.routes.count;

	vec_each (&r->config.routes, from) {
		if (add_static(r, &table, from) < 0)
			goto no_memory;
	}
	if (table.routes.count != connected && route_table_compile(&table) < 0)
		goto no_memory;
	route_table_fini(&r->routes);
	r->routes = table;
	return 0;

no_memory:
	route_table_fini(&table);
	return -ENOMEM;
}

/* ---- the whole --------------------------------------------------------------------------- */

static void apply_arps(struct router *r)
{
	router_begin(r);
	neighbour_forget(r->neighbours, UINT16_MAX, NEIGHBOUR_STATICS);
	vec_each (&r->config.arps, arp) {
		const struct config_interface *on = config_interface_for(&r->config, arp->address);
		struct interface *i = on ? router_interface_find(r, on->id) : NULL;

		if (i && neighbour_set_static(r->neighbours, i->index, arp->address, arp->mac) > 0)
			router_send_held(r, i, arp->address, arp->mac);
	}
}

/* Makes @config the one in force, in part when memory runs out. */
static int apply(struct router *r, const struct config *config, mono_ms_t now)
{
	int status = apply_interfaces(r, config, now);

	if (status == 0)
		status = apply_acls(r, config);
	if (status == 0)
		status = nat_configure(r->nat, config, now);
	r->nat_outside = nat_has_outside(r->nat);
	if (status == 0)
		status = dhcp_server_configure(r->dhcp, config, now);
	return status;
}

/* Puts @typed in force with what was learnt. Return: 0; -ENOMEM: all is as before. */
static int put_in_force(struct router *r, const struct config *typed, mono_ms_t now)
{
	struct config old = r->config, live;
	int status;

	config_init(&live);
	status = router_live_make(r, typed, &live);
	if (status < 0) {
		config_fini(&live);
		return status;
	}
	status = apply(r, &live, now);
	r->config = live;
	if (status == 0)
		status = router_rebuild_routes(r);
	if (status < 0) { /* back; what is freed on the way makes room for it */
		r->config = old;
		config_fini(&live);
		apply(r, &r->config, now);
		router_rebuild_routes(r);
		return status;
	}
	config_fini(&old);
	apply_arps(r);
	router_follow_names(r, now);
	return 0;
}

int router_relive(struct router *r, mono_ms_t now)
{
	return put_in_force(r, &r->typed, now);
}

int router_apply(struct router *r, const struct config *config, mono_ms_t now)
{
	struct config copy;
	int status;

	config_init(&copy);
	status = config_copy(&copy, config);
	if (status < 0)
		return status;
	router_clients_leave(r, config, now);
	status = put_in_force(r, config, now);
	if (status < 0) {
		config_fini(&copy);
	} else {
		config_fini(&r->typed);
		r->typed = copy;
	}
	router_clients_follow(r, now);
	return status;
}

const struct config *router_config(const struct router *r)
{
	return &r->typed;
}

const struct config *router_live_config(const struct router *r)
{
	return &r->config;
}

int router_port(const struct router *r, struct interface_id id)
{
	const struct interface *i = interface_is_port(id) ? router_interface_find(r, id) : NULL;

	return i ? i->index : -ENOENT;
}

void router_port_link(struct router *r, unsigned int port, bool up, mono_ms_t now)
{
	struct interface *i = port < PORTS_MAX ? r->interfaces[port] : NULL;
	struct interface *layer3;

	if (!i || i->device == up)
		return;
	i->device = up;
	layer3 = i->bvi != NO_INTERFACE ? r->interfaces[i->bvi] : i;
	if (up) {
		router_announce_start(r, layer3, now);
	} else {
		bridge_forget_port(r->bridge, i->index);
		if (layer3 == i)
			neighbour_forget(r->neighbours, i->index, NEIGHBOUR_LEARNT);
	}
	router_rebuild_routes(r); /* without memory the old routes stay; their port drops by name */
	router_clients_follow(r, now);
}
