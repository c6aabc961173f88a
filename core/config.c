/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration as a value: making, copying, comparing and editing it. Access lists are in
 * config_acl.c; what is wrong with a configuration as a whole is in config_check.c.
 *
 * Invariant: every list is in its canonical order (config.h), so equality is item by item.
 */
#include "core/config.h"

#include <stdio.h>

#include "core/config_list.h"
#include "core/text.h"

static const uint32_t timeout_defaults[] = {
	[NAT_TIMEOUT_UDP] = 300,      [NAT_TIMEOUT_DNS] = 120, [NAT_TIMEOUT_TCP] = 86400,
	[NAT_TIMEOUT_FINRST] = 240,   [NAT_TIMEOUT_SYN] = 240, [NAT_TIMEOUT_ICMP] = 60,
	[NAT_TIMEOUT_SIMPLE] = 86400,
};

static_assert(ARRAY_COUNT(timeout_defaults) == NAT_TIMEOUT_COUNT, "a timeout without a default");

uint32_t config_nat_timeout_default(enum nat_timeout which)
{
	return timeout_defaults[which];
}

void config_init(struct config *config)
{
	memset(config, 0, sizeof(*config));
	snprintf(config->hostname, sizeof(config->hostname), "home");
	config->nat.mapping = NAT_ENDPOINT_INDEPENDENT;
	config->nat.filtering = NAT_ADDRESS_DEPENDENT;
	config->nat.hairpin = true;
	config->nat.port_hold_s = NAT_PORT_HOLD_DEFAULT_S;
	memcpy(config->nat.timeout_s, timeout_defaults, sizeof(timeout_defaults));
	config->dhcp.ping_packets = DHCP_PING_PACKETS_DEFAULT;
	config->dhcp.database_delay_s = DHCP_DATABASE_DELAY_DEFAULT_S;
	config->dhcp.ping_timeout_ms = DHCP_PING_TIMEOUT_DEFAULT_MS;
}

void config_fini(struct config *config)
{
	vec_free(&config->interfaces);
	vec_free(&config->routes);
	vec_free(&config->vips);
	vec_free(&config->arps);
	vec_free(&config->acls);
	vec_free(&config->acl_lines);
	vec_free(&config->nat.pools);
	vec_free(&config->nat.sources);
	vec_free(&config->nat.statics);
	vec_free(&config->nat.outside_statics);
	vec_free(&config->nat.outside_sources);
	config_nat_limits_fini(&config->nat);
	config_dhcp_fini(&config->dhcp);
	config_dns_fini(&config->dns);
}

/* Everything of @from but its lists, which stay @to's own. */
static void copy_scalars(struct config *to, const struct config *from)
{
	memcpy(to->hostname, from->hostname, sizeof(to->hostname));
	to->nat.mapping = from->nat.mapping;
	to->nat.filtering = from->nat.filtering;
	to->nat.hairpin = from->nat.hairpin;
	memcpy(to->nat.timeout_s, from->nat.timeout_s, sizeof(to->nat.timeout_s));
	to->nat.max_entries = from->nat.max_entries;
	to->nat.port_hold_s = from->nat.port_hold_s;
	to->nat.port_block = from->nat.port_block;
	memcpy(to->nat.log, from->nat.log, sizeof(to->nat.log));
}

int config_copy(struct config *to, const struct config *from)
{
	if (vec_copy(&to->interfaces, &from->interfaces) < 0 ||
	    vec_copy(&to->routes, &from->routes) < 0 || vec_copy(&to->vips, &from->vips) < 0 ||
	    vec_copy(&to->arps, &from->arps) < 0 || vec_copy(&to->acls, &from->acls) < 0 ||
	    vec_copy(&to->acl_lines, &from->acl_lines) < 0 ||
	    vec_copy(&to->nat.pools, &from->nat.pools) < 0 ||
	    vec_copy(&to->nat.sources, &from->nat.sources) < 0 ||
	    vec_copy(&to->nat.statics, &from->nat.statics) < 0 ||
	    vec_copy(&to->nat.outside_statics, &from->nat.outside_statics) < 0 ||
	    vec_copy(&to->nat.outside_sources, &from->nat.outside_sources) < 0 ||
	    config_nat_limits_copy(&to->nat, &from->nat) < 0 ||
	    config_dhcp_copy(&to->dhcp, &from->dhcp) < 0 ||
	    config_dns_copy(&to->dns, &from->dns) < 0) {
		config_fini(to);
		config_init(to);
		return -ENOMEM;
	}
	copy_scalars(to, from);
	return 0;
}

/* ---- equality --------------------------------------------------------------------------- */

static bool prefixes_equal(const struct ip4_prefix *a, const struct ip4_prefix *b,
			   unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (!ip4_prefix_equal(a[i], b[i]))
			return false;
	return true;
}

static bool peer_equal(const struct config_interface *a, const struct config_interface *b)
{
	if (a->attach != b->attach || strcmp(a->ns, b->ns) || strcmp(a->ifname, b->ifname) ||
	    a->has_mac != b->has_mac || (a->has_mac && !mac_equal(a->mac, b->mac)) ||
	    strcmp(a->bridge, b->bridge) || a->peer_address_count != b->peer_address_count ||
	    a->peer_route_count != b->peer_route_count ||
	    !prefixes_equal(a->peer_addresses, b->peer_addresses, a->peer_address_count))
		return false;
	for (unsigned int i = 0; i < a->peer_route_count; i++)
		if (!ip4_prefix_equal(a->peer_routes[i].network, b->peer_routes[i].network) ||
		    !ip4_equal(a->peer_routes[i].via, b->peer_routes[i].via))
			return false;
	return true;
}

static bool interface_equal(const struct config_interface *a, const struct config_interface *b)
{
	return interface_id_equal(a->id, b->id) && !strcmp(a->description, b->description) &&
	       a->shutdown == b->shutdown && a->mtu == b->mtu && peer_equal(a, b) &&
	       a->bridge_group == b->bridge_group && a->address_count == b->address_count &&
	       prefixes_equal(a->addresses, b->addresses, a->address_count) &&
	       a->nat_side == b->nat_side && a->ip_mtu == b->ip_mtu && a->mss == b->mss &&
	       !strcmp(a->acl_in, b->acl_in) && !strcmp(a->acl_out, b->acl_out) &&
	       a->verify == b->verify && a->verify_default == b->verify_default &&
	       a->no_unreachables == b->no_unreachables && a->dhcp_leases == b->dhcp_leases &&
	       a->dhcp_rate == b->dhcp_rate && a->helper_count == b->helper_count &&
	       addresses_equal(a->helpers, b->helpers, a->helper_count) && a->dhcp == b->dhcp &&
	       interface_id_equal(a->dhcp_id_of, b->dhcp_id_of) &&
	       !strcmp(a->dhcp_hostname, b->dhcp_hostname) && a->dhcp_lease_s == b->dhcp_lease_s;
}

static bool route_equal(const struct config_route *a, const struct config_route *b)
{
	return ip4_prefix_equal(a->network, b->network) && ip4_equal(a->next_hop, b->next_hop) &&
	       interface_id_equal(a->interface, b->interface) && a->distance == b->distance &&
	       !strcmp(a->name, b->name);
}

static bool vip_equal(const struct config_vip *a, const struct config_vip *b)
{
	return !strcmp(a->name, b->name) && a->dhcp == b->dhcp &&
	       ip4_equal(a->address, b->address) && interface_id_equal(a->interface, b->interface);
}

static bool arp_equal(const struct config_arp *a, const struct config_arp *b)
{
	return ip4_equal(a->address, b->address) && mac_equal(a->mac, b->mac);
}

static bool acl_equal(const struct config_acl *a, const struct config_acl *b)
{
	return !strcmp(a->name, b->name) && a->extended == b->extended;
}

static bool acl_line_equal(const struct config_acl_line *a, const struct config_acl_line *b)
{
	return !strcmp(a->list, b->list) && a->sequence == b->sequence && config_acl_same(a, b);
}

bool config_public_equal(const struct config_public *a, const struct config_public *b)
{
	if (a->kind != b->kind)
		return false;
	switch ((enum config_public_kind)a->kind) {
	case CONFIG_PUBLIC_VIP: return !strcmp(a->vip, b->vip);
	case CONFIG_PUBLIC_INTERFACE: return interface_id_equal(a->interface, b->interface);
	case CONFIG_PUBLIC_ADDRESS: return ip4_equal(a->address, b->address);
	case CONFIG_PUBLIC_POOL: return !strcmp(a->pool, b->pool);
	}
	return false;
}

static bool nat_pool_equal(const struct config_nat_pool *a, const struct config_nat_pool *b)
{
	return !strcmp(a->name, b->name) && ip4_equal(a->start, b->start) &&
	       ip4_equal(a->end, b->end) && a->len == b->len;
}

static bool source_equal(const struct config_nat_source *a, const struct config_nat_source *b)
{
	return !strcmp(a->list, b->list) && config_public_equal(&a->public, &b->public) &&
	       a->overload == b->overload && a->has_mapping == b->has_mapping &&
	       a->mapping == b->mapping && a->has_filtering == b->has_filtering &&
	       a->filtering == b->filtering;
}

bool config_nat_static_same(const struct config_nat_static *a, const struct config_nat_static *b)
{
	return a->proto == b->proto && !strcmp(a->host, b->host) && ip4_equal(a->local, b->local) &&
	       a->local_port == b->local_port && config_public_equal(&a->public, &b->public) &&
	       a->global_port == b->global_port && a->more_ports == b->more_ports &&
	       a->host_bits == b->host_bits;
}

static bool static_equal(const struct config_nat_static *a, const struct config_nat_static *b)
{
	return config_nat_static_same(a, b) && a->extendable == b->extendable;
}

static bool outside_source_equal(const struct config_nat_outside_source *a,
				 const struct config_nat_outside_source *b)
{
	return !strcmp(a->list, b->list) && !strcmp(a->pool, b->pool);
}

static bool outside_equal(const struct config_nat_outside *a, const struct config_nat_outside *b)
{
	return ip4_equal(a->global, b->global) && ip4_equal(a->local, b->local);
}

bool config_equal(const struct config *a, const struct config *b)
{
	return !strcmp(a->hostname, b->hostname) &&
	       LIST_EQUAL(&a->interfaces, &b->interfaces, interface_equal) &&
	       LIST_EQUAL(&a->routes, &b->routes, route_equal) &&
	       LIST_EQUAL(&a->vips, &b->vips, vip_equal) &&
	       LIST_EQUAL(&a->arps, &b->arps, arp_equal) &&
	       LIST_EQUAL(&a->acls, &b->acls, acl_equal) &&
	       LIST_EQUAL(&a->acl_lines, &b->acl_lines, acl_line_equal) &&
	       LIST_EQUAL(&a->nat.pools, &b->nat.pools, nat_pool_equal) &&
	       LIST_EQUAL(&a->nat.sources, &b->nat.sources, source_equal) &&
	       LIST_EQUAL(&a->nat.statics, &b->nat.statics, static_equal) &&
	       LIST_EQUAL(&a->nat.outside_statics, &b->nat.outside_statics, outside_equal) &&
	       LIST_EQUAL(&a->nat.outside_sources, &b->nat.outside_sources, outside_source_equal) &&
	       a->nat.mapping == b->nat.mapping && a->nat.filtering == b->nat.filtering &&
	       a->nat.hairpin == b->nat.hairpin && a->nat.max_entries == b->nat.max_entries &&
	       !memcmp(a->nat.timeout_s, b->nat.timeout_s, sizeof(a->nat.timeout_s)) &&
	       a->nat.port_hold_s == b->nat.port_hold_s && a->nat.port_block == b->nat.port_block &&
	       !memcmp(a->nat.log, b->nat.log, sizeof(a->nat.log)) &&
	       config_nat_limits_equal(&a->nat, &b->nat) && config_dhcp_equal(&a->dhcp, &b->dhcp) &&
	       config_dns_equal(&a->dns, &b->dns);
}

/* ---- canonical order -------------------------------------------------------------------- */

static int interface_id_compare(struct interface_id a, struct interface_id b)
{
	int order = COMPARE(a.kind, b.kind);

	return order ? order : COMPARE(a.number, b.number);
}

static int route_compare(const struct config_route *a, const struct config_route *b)
{
	int order = COMPARE(a->network.address.host, b->network.address.host);

	if (!order)
		order = COMPARE(a->network.len, b->network.len);
	if (!order)
		order = COMPARE(a->next_hop.host, b->next_hop.host);
	return order ? order : interface_id_compare(a->interface, b->interface);
}

static int public_compare(const struct config_public *a, const struct config_public *b)
{
	int order = COMPARE(a->kind, b->kind);

	if (order)
		return order;
	switch ((enum config_public_kind)a->kind) {
	case CONFIG_PUBLIC_VIP: return strcmp(a->vip, b->vip);
	case CONFIG_PUBLIC_INTERFACE: return interface_id_compare(a->interface, b->interface);
	case CONFIG_PUBLIC_ADDRESS: return COMPARE(a->address.host, b->address.host);
	case CONFIG_PUBLIC_POOL: return strcmp(a->pool, b->pool);
	}
	return 0;
}

static int static_compare(const struct config_nat_static *a, const struct config_nat_static *b)
{
	int order = public_compare(&a->public, &b->public);

	if (!order)
		order = COMPARE(a->proto, b->proto);
	return order ? order : COMPARE(a->global_port, b->global_port);
}

static int excluded_compare(const struct config_dhcp_excluded *a,
			    const struct config_dhcp_excluded *b)
{
	int order = COMPARE(a->low.host, b->low.host);

	return order ? order : COMPARE(a->high.host, b->high.host);
}

/* ---- interfaces ------------------------------------------------------------------------- */

static int interface_key(const struct config_interface *item, const struct interface_id *id)
{
	return interface_id_compare(item->id, *id);
}

struct config_interface *config_interface_find(const struct config *config, struct interface_id id)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->interfaces, &id, interface_key, found);

	return found ? &config->interfaces.at[at] : NULL;
}

struct config_interface *config_interface_get(struct config *config, struct interface_id id)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->interfaces, &id, interface_key, found);
	struct config_interface *interface;

	if (found)
		return &config->interfaces.at[at];
	interface = vec_insert(&config->interfaces, at);
	if (interface) {
		interface->id = id;
		interface->mtu = CONFIG_MTU_DEFAULT;
	}
	return interface;
}

void config_interface_remove(struct config *config, struct interface_id id)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->interfaces, &id, interface_key, found);

	if (found)
		vec_remove(&config->interfaces, at);
}

const char *config_kernel_name(const struct config_interface *interface, char *name)
{
	char text[INTERFACE_TEXT_SIZE];

	if (interface->ifname[0]) {
		memcpy(name, interface->ifname, CONFIG_IFNAME_SIZE);
		return name;
	}
	interface_to_text(interface->id, text);
	for (unsigned int i = 0; i < CONFIG_IFNAME_SIZE; i++) {
		name[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
		if (!text[i])
			break;
	}
	name[CONFIG_IFNAME_SIZE - 1] = '\0';
	return name;
}

const struct config_interface *config_interface_for(const struct config *config, ip4_t address)
{
	const struct config_interface *best = NULL;
	unsigned int best_len = 0;

	vec_each (&config->interfaces, interface) {
		if (interface->id.kind == INTERFACE_LOOPBACK || config_is_switched(interface))
			continue;
		for (unsigned int i = 0; i < interface->address_count; i++) {
			struct ip4_prefix p = interface->addresses[i];

			if (ip4_in_prefix(address, p) && (!best || p.len > best_len)) {
				best = interface;
				best_len = p.len;
			}
		}
	}
	return best;
}

/* ---- items with a name ------------------------------------------------------------------ */

static int vip_key(const struct config_vip *item, const char *name)
{
	return strcmp(item->name, name);
}

struct config_vip *config_vip_find(const struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->vips, name, vip_key, found);

	return found ? &config->vips.at[at] : NULL;
}

struct config_vip *config_vip_get(struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->vips, name, vip_key, found);
	struct config_vip *vip = found ? &config->vips.at[at] : vec_insert(&config->vips, at);

	if (vip)
		snprintf(vip->name, sizeof(vip->name), "%s", name);
	return vip;
}

void config_vip_remove(struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->vips, name, vip_key, found);

	if (found)
		vec_remove(&config->vips, at);
}

static int nat_pool_key(const struct config_nat_pool *item, const char *name)
{
	return strcmp(item->name, name);
}

struct config_nat_pool *config_nat_pool_find(const struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->nat.pools, name, nat_pool_key, found);

	return found ? &config->nat.pools.at[at] : NULL;
}

struct config_nat_pool *config_nat_pool_get(struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->nat.pools, name, nat_pool_key, found);
	struct config_nat_pool *pool =
		found ? &config->nat.pools.at[at] : vec_insert(&config->nat.pools, at);

	if (pool)
		snprintf(pool->name, sizeof(pool->name), "%s", name);
	return pool;
}

void config_nat_pool_remove(struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->nat.pools, name, nat_pool_key, found);

	if (found)
		vec_remove(&config->nat.pools, at);
}

uint32_t config_nat_pool_size(const struct config_nat_pool *pool)
{
	uint32_t last = pool->end.host - pool->start.host;

	return pool->start.host > pool->end.host || last >= CONFIG_NAT_POOL_MAX ? 0 : last + 1;
}

bool config_nat_pool_in_use(const struct config *config, const char *name)
{
	vec_each (&config->nat.sources, source) {
		if (source->public.kind == CONFIG_PUBLIC_POOL &&
		    strcmp(source->public.pool, name) == 0)
			return true;
	}
	return false;
}

static int pool_key(const struct config_dhcp_pool *item, const char *name)
{
	return strcmp(item->name, name);
}

struct config_dhcp_pool *config_pool_find(const struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->dhcp.pools, name, pool_key, found);

	return found ? &config->dhcp.pools.at[at] : NULL;
}

struct config_dhcp_pool *config_pool_get(struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->dhcp.pools, name, pool_key, found);
	struct config_dhcp_pool *pool;

	if (found)
		return &config->dhcp.pools.at[at];
	pool = vec_insert(&config->dhcp.pools, at);
	if (pool)
		snprintf(pool->name, sizeof(pool->name), "%s", name);
	return pool;
}

void config_pool_remove(struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->dhcp.pools, name, pool_key, found);

	config_pool_parts_remove(config, name);
	if (found)
		vec_remove(&config->dhcp.pools, at);
}

/* ---- items that are their own key -------------------------------------------------------- */

int config_route_add(struct config *config, const struct config_route *route)
{
	return LIST_ADD(&config->routes, route, route_compare);
}

int config_route_remove(struct config *config, const struct config_route *route)
{
	return LIST_REMOVE(&config->routes, route, route_compare);
}

static int arp_compare(const struct config_arp *a, const struct config_arp *b)
{
	return COMPARE(a->address.host, b->address.host);
}

int config_arp_add(struct config *config, const struct config_arp *arp)
{
	return LIST_ADD(&config->arps, arp, arp_compare);
}

int config_arp_remove(struct config *config, ip4_t address)
{
	struct config_arp key = {.address = address};

	return LIST_REMOVE(&config->arps, &key, arp_compare);
}

static int source_compare(const struct config_nat_source *a, const struct config_nat_source *b)
{
	int order = config_acl_name_compare(a->list, b->list);

	return order ? order : public_compare(&a->public, &b->public);
}

int config_nat_source_add(struct config *config, const struct config_nat_source *source)
{
	return LIST_ADD(&config->nat.sources, source, source_compare);
}

int config_nat_source_remove(struct config *config, const struct config_nat_source *source)
{
	return LIST_REMOVE(&config->nat.sources, source, source_compare);
}

int config_nat_static_add(struct config *config, const struct config_nat_static *rule)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->nat.statics, rule, static_compare, found);

	if (found && !config_nat_static_same(&config->nat.statics.at[at], rule))
		return -EEXIST;
	return LIST_ADD(&config->nat.statics, rule, static_compare);
}

const struct config_nat_static *config_nat_static_find(const struct config *config,
						       const struct config_nat_static *rule)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->nat.statics, rule, static_compare, found);

	return found ? &config->nat.statics.at[at] : NULL;
}

int config_nat_static_remove(struct config *config, const struct config_nat_static *rule)
{
	return LIST_REMOVE(&config->nat.statics, rule, static_compare);
}

static int outside_compare(const struct config_nat_outside *a, const struct config_nat_outside *b)
{
	return COMPARE(a->global.host, b->global.host);
}

int config_nat_outside_add(struct config *config, const struct config_nat_outside *rule)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->nat.outside_statics, rule, outside_compare, found);

	if (found && !outside_equal(&config->nat.outside_statics.at[at], rule))
		return -EEXIST;
	return LIST_ADD(&config->nat.outside_statics, rule, outside_compare);
}

int config_nat_outside_remove(struct config *config, const struct config_nat_outside *rule)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->nat.outside_statics, rule, outside_compare, found);

	if (!found || !outside_equal(&config->nat.outside_statics.at[at], rule))
		return -ENOENT;
	vec_remove(&config->nat.outside_statics, at);
	return 0;
}

static int outside_source_compare(const struct config_nat_outside_source *a,
				  const struct config_nat_outside_source *b)
{
	return config_acl_name_compare(a->list, b->list);
}

int config_nat_outside_source_add(struct config *config,
				  const struct config_nat_outside_source *source)
{
	return LIST_ADD(&config->nat.outside_sources, source, outside_source_compare);
}

int config_nat_outside_source_remove(struct config *config,
				     const struct config_nat_outside_source *source)
{
	return LIST_REMOVE(&config->nat.outside_sources, source, outside_source_compare);
}

bool config_nat_pool_is_outside(const struct config *config, const char *name)
{
	vec_each (&config->nat.outside_sources, source) {
		if (strcmp(source->pool, name) == 0)
			return true;
	}
	return false;
}

int config_excluded_add(struct config *config, const struct config_dhcp_excluded *range)
{
	return LIST_ADD(&config->dhcp.excluded, range, excluded_compare);
}

int config_excluded_remove(struct config *config, const struct config_dhcp_excluded *range)
{
	return LIST_REMOVE(&config->dhcp.excluded, range, excluded_compare);
}

int config_public_address(const struct config *config, const struct config_public *public,
			  ip4_t *address)
{
	const struct config_vip *vip;
	const struct config_interface *interface;

	switch ((enum config_public_kind) public->kind) {
	case CONFIG_PUBLIC_VIP:
		vip = config_vip_find(config, public->vip);
		if (!vip || ip4_is_any(vip->address))
			return -ENOENT;
		*address = vip->address;
		return 0;
	case CONFIG_PUBLIC_INTERFACE:
		interface = config_interface_find(config, public->interface);
		if (!interface || interface->address_count == 0)
			return -ENOENT;
		*address = interface->addresses[0].address;
		return 0;
	case CONFIG_PUBLIC_ADDRESS: *address = public->address; return 0;
	case CONFIG_PUBLIC_POOL: return -ENOENT;
	}
	return -ENOENT;
}
