/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Static routes, and static entries of the ARP table.
 */
#include "cli/modes/setting.h"
#include "core/text.h"

enum { ROUTE_DISTANCE_DEFAULT = 1 };

/* ---- routes ---------------------------------------------------------------------------- */

static bool route_matches(const struct config_route *route, const struct config_route *wanted,
			  bool any_way)
{
	return ip4_prefix_equal(route->network, wanted->network) &&
	       (any_way || (ip4_equal(route->next_hop, wanted->next_hop) &&
			    interface_id_equal(route->interface, wanted->interface)));
}

/* Without a way, IOS removes every route to the network. */
static enum call_status route_remove(struct call *call, const struct config_route *wanted)
{
	struct config *config = call->candidate;
	bool any_way = !call_arg(call, "hop") && !call_arg(call, "if");
	bool found = false;

	for (uint32_t i = config->routes.count; i-- > 0;) {
		struct config_route route = config->routes.at[i];

		if (!route_matches(&route, wanted, any_way))
			continue;
		config_route_remove(config, &route);
		found = true;
	}
	if (!found)
		return call_fail(call, "\"show running-config | include ip route\" lists them",
				 "No matching route to delete");
	return CALL_DONE;
}

static enum call_status route_static(struct call *call)
{
	const struct arg *hop = call_arg(call, "hop");
	const struct arg *interface = call_arg(call, "if");
	struct config_route route;

	memset(&route, 0, sizeof(route));
	route.network.address = call_prefix(call, "network").address;
	route.network.len = call_prefix(call, "network").len;
	route.distance = ROUTE_DISTANCE_DEFAULT;
	if (!setting_is_network(route.network))
		return call_fail(call, "the address has bits that the mask does not cover",
				 "Inconsistent address and mask");
	if (hop)
		route.next_hop = hop->ip4;
	if (interface)
		route.interface = interface->interface;
	if (call->no)
		return route_remove(call, &route);
	if (hop && setting_check_host(call, hop->ip4) != CALL_DONE)
		return CALL_FAILED;
	if (call_arg(call, "distance"))
		route.distance = (uint8_t)call_number(call, "distance");
	if (call_arg(call, "name"))
		setting_set_text(route.name, sizeof(route.name), call_text(call, "name"));
	if (config_route_add(call->candidate, &route) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

static void route_write_routes(struct buffer *out, const struct config *config)
{
	char text[MAX(IP4_TEXT_SIZE, INTERFACE_TEXT_SIZE)];

	vec_each (&config->routes, route) {
		buffer_add(out, "ip route ");
		setting_write_prefix(out, route->network);
		if (route->interface.kind != INTERFACE_NONE)
			buffer_printf(out, " %s", interface_to_text(route->interface, text));
		if (!ip4_is_any(route->next_hop))
			buffer_printf(out, " %s", ip4_to_text(route->next_hop, text));
		if (route->distance != ROUTE_DISTANCE_DEFAULT)
			buffer_printf(out, " %u", route->distance);
		if (route->name[0])
			buffer_printf(out, " name %s", route->name);
		buffer_add(out, "\n");
	}
}

/* ---- ARP ------------------------------------------------------------------------------- */

static enum call_status route_arp(struct call *call)
{
	struct config_arp arp;
	char text[IP4_TEXT_SIZE];

	memset(&arp, 0, sizeof(arp));
	arp.address = call_ip4(call, "address");
	if (call->no) {
		if (config_arp_remove(call->candidate, arp.address) == -ENOENT)
			return call_fail(call, "\"show running-config | include arp\" lists them",
					 "arp %s: there is no static entry",
					 ip4_to_text(arp.address, text));
		return CALL_DONE;
	}
	if (setting_check_host(call, arp.address) != CALL_DONE)
		return CALL_FAILED;
	arp.mac = call_arg(call, "mac")->mac;
	if (setting_check_station(call, arp.mac) != CALL_DONE)
		return CALL_FAILED;
	if (config_arp_add(call->candidate, &arp) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

static void route_write_arps(struct buffer *out, const struct config *config)
{
	char address[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	vec_each (&config->arps, arp) {
		buffer_printf(out, "arp %s %s ARPA\n", ip4_to_text(arp->address, address),
			      mac_to_text(arp->mac, mac));
	}
}

/* ---- tables ---------------------------------------------------------------------------- */

static void route_write(struct buffer *out, const struct config *config,
			enum config_section section)
{
	if (section == SECTION_ROUTE)
		route_write_routes(out, config);
	else if (section == SECTION_ARP)
		route_write_arps(out, config);
}

static const struct command route_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip route <network:prefix> {<hop:ip4>|<if:interface> [<hop:ip4>]} "
			"[<distance:1-255>] [name <name:word>]",
		.no_path = "ip route <network:prefix> [{<hop:ip4>|<if:interface> [<hop:ip4>]}] "
			   "[<distance:1-255>] [name <name:word>]",
		.help = "Route a network by a next hop, or straight out of an interface.",
		.section = SECTION_ROUTE,
		.example = "ip route 10.20.0.0 255.255.0.0 192.168.1.254 250 name backup",
		.example_after = "interface Tap1\nip address 192.168.1.1 255.255.255.0",
		.run = route_static,
	},
	{
		.mode = MODE_CONFIG,
		.path = "arp <address:ip4> <mac:mac> arpa",
		.no_path = "arp <address:ip4> [<mac:mac> [arpa]]",
		.help = "Fix the hardware address of a neighbour.",
		.section = SECTION_ARP,
		.example = "arp 192.168.1.77 0200.5e10.0001 ARPA",
		.example_after = "interface Tap1\nip address 192.168.1.1 255.255.255.0",
		.run = route_arp,
	},
};

static const struct word_help route_words[] = {
	{"ip route", "Static routes"},
	{"ip route <network>", "The network that is routed"},
	{"ip route <hop>", "Next hop"},
	{"ip route <if>", "Straight out of an interface"},
	{"<distance>", "Of two routes to a network the lower distance wins"},
	{"ip route name <name>", "The note, one word"},
	{"ip route name", "A note on the route"},
	{"arp", "Static entries of the ARP table"},
	{"arpa", "Ethernet encapsulation"},
};

const struct command_family route_family = {
	.title = "Static routes and neighbours",
	.commands = route_commands,
	.command_count = ARRAY_COUNT(route_commands),
	.words = route_words,
	.word_count = ARRAY_COUNT(route_words),
	.write = route_write,
};
