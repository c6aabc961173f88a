/* SPDX-License-Identifier: BSD-2-Clause */
/* `show dhcp lease`: what the router's own interfaces have been leased, in the form of IOS. */
#include "cli/modes/show.h"
#include "cli/modes/view.h"

#include <stdio.h>

#include "cli/session.h"
#include "core/router.h"

/* Numbers and words of IOS, for those of its states that are ours. */
static const struct {
	int number;
	const char *key, *text;
} show_lease_states[] = {
	[DHCP_CLIENT_STOPPED] = {0, "stopped", "Stopped"},
	[DHCP_CLIENT_INIT] = {0, "init", "Initialising"},
	[DHCP_CLIENT_SELECTING] = {1, "selecting", "Selecting"},
	[DHCP_CLIENT_REQUESTING] = {2, "requesting", "Requesting"},
	[DHCP_CLIENT_INIT_REBOOT] = {6, "init_reboot", "Init-reboot"},
	[DHCP_CLIENT_REBOOTING] = {6, "rebooting", "Rebooting"},
	[DHCP_CLIENT_PROBING] = {7, "probing", "Probing"},
	[DHCP_CLIENT_BOUND] = {3, "bound", "Bound"},
	[DHCP_CLIENT_RENEWING] = {4, "renewing", "Renewing"},
	[DHCP_CLIENT_REBINDING] = {5, "rebinding", "Rebinding"},
};
static_assert(ARRAY_COUNT(show_lease_states) == DHCP_CLIENT_STATE_COUNT, "each state");

static json_t *show_lease_time(uint32_t seconds)
{
	return seconds == DHCP_LEASE_INFINITE ? json_null() : json_integer(seconds);
}

/* Milliseconds until something, as whole seconds from the next full one on; null: never. */
static json_t *show_lease_until(int64_t ms)
{
	return ms < 0 ? json_null() : json_integer((ms + 999) / 1000);
}

static json_t *show_lease_addresses(const ip4_t *list, unsigned int count)
{
	json_t *items = json_array();

	for (unsigned int i = 0; i < count; i++)
		json_array_append_new(items, view_of_ip4(list[i]));
	return items;
}

static json_t *show_lease_routes(const struct dhcp_client_terms *terms)
{
	json_t *items = json_array();

	for (unsigned int i = 0; i < terms->route_count; i++) {
		json_t *item = json_object();

		view_set(item, "network", view_of_ip4(terms->routes[i].network.address));
		view_set_number(item, "prefix_length", terms->routes[i].network.len);
		view_set(item, "next_hop", view_of_ip4_or_null(terms->routes[i].via));
		json_array_append_new(items, item);
	}
	return items;
}

static void show_lease_add_terms(json_t *item, const struct dhcp_client_view *m)
{
	const struct dhcp_client_terms *terms = &m->lease.terms;

	view_set(item, "address", view_of_ip4_or_null(terms->address.address));
	view_set(item, "prefix_length",
		 m->has_lease ? json_integer(terms->address.len) : json_null());
	view_set(item, "server", view_of_ip4_or_null(m->lease.server));
	view_set(item, "lease_s", m->has_lease ? show_lease_time(m->lease.lease_s) : json_null());
	view_set(item, "renewal_s", m->has_lease ? show_lease_time(m->lease.t1_s) : json_null());
	view_set(item, "rebind_s", m->has_lease ? show_lease_time(m->lease.t2_s) : json_null());
	view_set(item, "expires_in_s", show_lease_until(m->expire_ms));
	view_set(item, "routers", show_lease_addresses(terms->routers, terms->router_count));
	view_set(item, "routes", show_lease_routes(terms));
	view_set(item, "dns_servers",
		 show_lease_addresses(terms->dns_servers, terms->dns_server_count));
	view_set(item, "domain", view_of_text(terms->domain));
	view_set(item, "mtu", terms->mtu ? json_integer(terms->mtu) : json_null());
}

static json_t *show_lease_item(const struct call *call, const struct config_interface *interface,
			       const struct router_client_view *view)
{
	const struct dhcp_client_view *m = &view->machine;
	const char *hostname = interface->dhcp_hostname[0] ? interface->dhcp_hostname
							   : call->world->running->hostname;
	json_t *item = json_object();

	view_set(item, "interface", view_of_interface(interface->id));
	view_set(item, "state", json_string(show_lease_states[m->state].key));
	view_set(item, "released", json_boolean(view->released));
	view_set(item, "used",
		 json_boolean(m->has_lease && !view->unused && m->state != DHCP_CLIENT_PROBING));
	view_set(item, "unused_because", view_of_text(view->unused ? view->unused : ""));
	view_set_number(item, "transaction_id", m->xid);
	show_lease_add_terms(item, m);
	view_set(item, "next_timer_s", show_lease_until(m->next_ms));
	view_set_number(item, "retries", m->tries);
	view_set(item, "client_mac", view_of_mac(view->id));
	view_set(item, "hostname", view_of_text(hostname));
	return item;
}

/*
 * [{interface, state: "stopped"|"init"|"selecting"|"requesting"|"init_reboot"|"rebooting"|
 *   "probing"|"bound"|"renewing"|"rebinding", released (by command), used, unused_because|null,
 *   transaction_id, address|null, prefix_length|null, server|null, lease_s|null (infinite, or
 *   none), renewal_s|null, rebind_s|null, expires_in_s|null, routers: [], routes: [{network,
 *   prefix_length, next_hop|null}], dns_servers: [], domain|null, mtu|null, next_timer_s|null,
 *   retries (requests sent in this state), client_mac (of its identifier), hostname}]
 */
static json_t *show_lease_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct arg *only = call_arg(call, "interface");
	json_t *items = json_array();
	struct router_client_view view;

	(void)cursor;
	vec_each (&call->world->running->interfaces, interface) {
		if ((only && !interface_id_equal(only->interface, interface->id)) ||
		    router_client_look(call->world->router, interface->id, &view,
				       call->world->now) < 0)
			continue;
		json_array_append_new(items, show_lease_item(call, interface, &view));
	}
	return items;
}

/* ---- the text --------------------------------------------------------------------------- */

static const char *show_lease_or_zeros(const json_t *item, const char *key)
{
	return view_is_null(item, key) ? "0.0.0.0" : view_string(item, key);
}

static void show_lease_print_seconds(struct buffer *out, const char *before, const json_t *item,
				     const char *key)
{
	if (view_is_null(item, key) && !view_is_null(item, "address"))
		buffer_printf(out, "%sInfinite", before);
	else
		buffer_printf(out, "%s%lld secs", before, view_number(item, key));
}

static void show_lease_print_state(struct buffer *out, const json_t *item)
{
	for (size_t i = 0; i < ARRAY_COUNT(show_lease_states); i++)
		if (strcmp(show_lease_states[i].key, view_string(item, "state")) == 0)
			buffer_printf(out, ", state: %d %s\n", show_lease_states[i].number,
				      show_lease_states[i].text);
}

static void show_lease_print_id(struct buffer *out, const json_t *item)
{
	char mac[MAC_TEXT_SIZE];
	const char *text = view_mac(item, "client_mac", mac);

	/* 01, then the MAC, in groups of four digits: 0102.0000.0000.09 */
	buffer_printf(out, "   Retry count: %lld   Client-ID: 01", view_number(item, "retries"));
	for (unsigned int digits = 2; *text; text++) {
		if (*text == '.')
			continue;
		buffer_printf(out, "%s%c", digits % 4 == 0 ? "." : "", *text);
		digits++;
	}
	buffer_printf(out, "\n   Hostname: %s\n", view_string(item, "hostname"));
}

static void show_lease_print_one(struct buffer *out, const json_t *item)
{
	ip4_t mask = ip4_mask((unsigned int)view_number(item, "prefix_length"));
	const json_t *routers = json_object_get(item, "routers");
	char text[IP4_TEXT_SIZE], span[VIEW_TIME_SIZE];

	buffer_printf(out, "Temp IP addr: %s  for peer on Interface: %s\n",
		      show_lease_or_zeros(item, "address"), view_string(item, "interface"));
	buffer_printf(out, "Temp  sub net mask: %s\n", ip4_to_text(mask, text));
	buffer_printf(out, "   DHCP Lease server: %s", show_lease_or_zeros(item, "server"));
	show_lease_print_state(out, item);
	buffer_printf(out, "   DHCP transaction id: %llX\n",
		      (unsigned long long)view_number(item, "transaction_id"));
	show_lease_print_seconds(out, "   Lease: ", item, "lease_s");
	show_lease_print_seconds(out, ",  Renewal: ", item, "renewal_s");
	show_lease_print_seconds(out, ",  Rebind: ", item, "rebind_s");
	buffer_add(out, "\n");
	if (json_array_size(routers) > 0)
		buffer_printf(out, "Temp default-gateway addr: %s\n",
			      json_string_value(json_array_get(routers, 0)));
	if (!view_is_null(item, "next_timer_s"))
		buffer_printf(out, "   Next timer fires after: %s\n",
			      view_span(view_number(item, "next_timer_s"), span));
	show_lease_print_id(out, item);
	if (view_true(item, "released"))
		buffer_add(out, "   Released: \"renew dhcp\" asks again\n");
	if (!view_is_null(item, "unused_because"))
		buffer_printf(out, "   Not used: %s\n", view_string(item, "unused_because"));
}

static void show_lease_print(struct buffer *out, const json_t *piece,
			     const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	(void)cursor;
	json_array_foreach (piece, i, item)
		show_lease_print_one(out, item);
}

const struct show show_dhcp_lease = {show_lease_collect, show_lease_print};
