/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show ip interface`: what IPv4 does on an interface, and what may pass it. The lines are IOS's,
 * those of them that mean something here.
 */
#include <stdio.h>

#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

/* ---- the answer ------------------------------------------------------------------------- */

/* Frames of an interface dropped for a reason. A BVI's are counted where they came in: at the ports
 * of its bridge. */
static uint64_t drops_of(const struct call *call, const struct config_interface *interface,
			 enum drop_reason reason)
{
	struct interface_status status;
	uint64_t count = 0;

	if (router_interface_status(call->world->router, interface->id, &status) == 0)
		count = status.stats.drops.count[reason];
	if (interface->id.kind != INTERFACE_BVI)
		return count;
	vec_each (&call->world->running->interfaces, port) {
		if (config_is_switched(port) && port->bridge_group == interface->id.number &&
		    router_interface_status(call->world->router, port->id, &status) == 0)
			count += status.stats.drops.count[reason];
	}
	return count;
}

static json_t *view_of_ip_interface(const struct call *call,
				    const struct config_interface *interface)
{
	static const char *const verify[] = {
		[CONFIG_VERIFY_NONE] = "", [CONFIG_VERIFY_RX] = "rx", [CONFIG_VERIFY_ANY] = "any"};
	static const char *const sides[] = {[CONFIG_NAT_NONE] = "",
					    [CONFIG_NAT_INSIDE] = "inside",
					    [CONFIG_NAT_OUTSIDE] = "outside"};
	struct interface_status status;
	json_t *item = json_object();

	if (router_interface_status(call->world->router, interface->id, &status) < 0)
		memset(&status, 0, sizeof(status));
	view_set(item, "interface", view_of_interface(interface->id));
	view_set(item, "admin_up", json_boolean(!interface->shutdown));
	view_set(item, "link_up", json_boolean(status.link_up));
	view_set(item, "line_up", json_boolean(status.line_up));
	view_set(item, "addresses", view_of_addresses(interface));
	view_set(item, "dhcp", json_boolean(interface->dhcp));
	view_set_number(item, "mtu", config_ip_mtu(interface));
	view_set(item, "access_list_in", view_of_text(interface->acl_in));
	view_set(item, "access_list_out", view_of_text(interface->acl_out));
	view_set_number(item, "access_list_drops", drops_of(call, interface, DROP_ACL_DENIED));
	view_set(item, "unreachables", json_boolean(!interface->no_unreachables));
	view_set(item, "nat", view_of_text(sides[interface->nat_side]));
	view_set(item, "verify", view_of_text(verify[interface->verify]));
	view_set(item, "verify_allow_default", json_boolean(interface->verify_default));
	view_set_number(item, "verify_drops", drops_of(call, interface, DROP_IP_RPF));
	return item;
}

/*
 * [{interface, admin_up, link_up, line_up, addresses: [{address, prefix_length}] (the primary
 *   first), dhcp (it is learnt), mtu, access_list_in|null, access_list_out|null, access_list_drops
 * (of packets that came in here), unreachables, nat: "inside"|"outside"|null, verify:
 * "rx"|"any"|null, verify_allow_default, verify_drops}]
 */
static json_t *show_ip_interface_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct config *config = view_live(call);
	const struct arg *only = call_arg(call, "interface");
	json_t *items = json_array();

	while (cursor->at < config->interfaces.count && json_array_size(items) < VIEW_PIECE) {
		const struct config_interface *interface = &config->interfaces.at[cursor->at++];

		if (!only || interface_id_equal(only->interface, interface->id))
			json_array_append_new(items, view_of_ip_interface(call, interface));
	}
	cursor->more = cursor->at < config->interfaces.count;
	return items;
}

/* ---- the text --------------------------------------------------------------------------- */

static void print_addresses(struct buffer *out, const json_t *item)
{
	const json_t *address;
	size_t i;

	json_array_foreach (json_object_get(item, "addresses"), i, address) {
		if (i == 0)
			buffer_printf(out, "  Internet address is %s/%lld\n",
				      view_string(address, "address"),
				      view_number(address, "prefix_length"));
	}
	buffer_add(out, "  Broadcast address is 255.255.255.255\n");
	if (view_true(item, "dhcp"))
		buffer_add(out, "  Address determined by DHCP\n");
	buffer_printf(out, "  MTU is %lld bytes\n", view_number(item, "mtu"));
	buffer_add(out, "  Directed broadcast forwarding is disabled\n");
	json_array_foreach (json_object_get(item, "addresses"), i, address) {
		if (i > 0)
			buffer_printf(out, "  Secondary address %s/%lld\n",
				      view_string(address, "address"),
				      view_number(address, "prefix_length"));
	}
}

/* @title: with the blanks that part it from "access list". */
static void print_list(struct buffer *out, const char *title, const char *name)
{
	buffer_printf(out, "  %saccess list is %s\n", title, *name ? name : "not set");
}

static void print_ip_interface(struct buffer *out, const json_t *item)
{
	const char *verify = view_string(item, "verify");

	buffer_printf(out, "%s is %s, line protocol is %s\n", view_string(item, "interface"),
		      !view_true(item, "admin_up") ? "administratively down"
		      : view_true(item, "link_up") ? "up"
						   : "down",
		      view_true(item, "line_up") ? "up" : "down");
	if (json_array_size(json_object_get(item, "addresses")) == 0 && view_true(item, "dhcp")) {
		buffer_add(out, "  Internet address will be negotiated using DHCP\n");
		return;
	}
	if (json_array_size(json_object_get(item, "addresses")) == 0) {
		buffer_add(out, "  Internet protocol processing disabled\n");
		return;
	}
	print_addresses(out, item);
	print_list(out, "Outgoing ", view_string(item, "access_list_out"));
	print_list(out, "Inbound  ", view_string(item, "access_list_in"));
	buffer_add(out, "  Proxy ARP is disabled\n");
	buffer_add(out, "  ICMP redirects are never sent\n");
	buffer_printf(out, "  ICMP unreachables are %s sent\n",
		      view_true(item, "unreachables") ? "always" : "never");
	buffer_add(out, "  ICMP mask replies are never sent\n");
	if (view_is_null(item, "nat"))
		buffer_add(out, "  Network address translation is disabled\n");
	else
		buffer_printf(out,
			      "  Network address translation is enabled, interface in domain %s\n",
			      view_string(item, "nat"));
	if (!*verify)
		return;
	buffer_printf(out, "  IP verify source reachable-via %s%s\n",
		      strcmp(verify, "rx") == 0 ? "RX" : "ANY",
		      view_true(item, "verify_allow_default") ? ", allow default" : "");
	buffer_printf(out, "   %lld verification drops\n", view_number(item, "verify_drops"));
}

static void show_ip_interface_print(struct buffer *out, const json_t *piece,
				    const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	(void)cursor;
	json_array_foreach (piece, i, item)
		print_ip_interface(out, item);
}

const struct show show_ip_interface = {show_ip_interface_collect, show_ip_interface_print};
