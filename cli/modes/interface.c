/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces: the kernel's end of a port (`attach`, `peer …`) and the router's end of it.
 *
 * What a kind of interface can never have is refused here, by its line; what depends on others
 * (overlapping networks, names taken twice) with the configuration as a whole.
 */
#include "cli/modes/dhcp_clients.h"
#include "cli/modes/dhcp_relay.h"
#include "cli/modes/interface_dhcp.h"
#include "cli/modes/interface_filter.h"
#include "cli/modes/setting.h"
#include "cli/session.h"
#include "core/text.h"

static const char *interface_name(const struct config_interface *interface, char *text)
{
	return interface_to_text(interface->id, text);
}

/* ---- the interface itself -------------------------------------------------------------- */

static enum call_status interface_enter(struct call *call)
{
	struct interface_id id = call_interface(call, "if");
	char name[INTERFACE_TEXT_SIZE];

	if (!call->no) {
		if (!config_interface_get(call->candidate, id))
			return setting_no_memory(call);
		session_set_interface(call->session, id);
		session_enter(call->session, MODE_INTERFACE);
		return CALL_DONE;
	}
	if (!config_interface_find(call->candidate, id))
		return call_fail(call, "\"show interfaces brief\" lists them",
				 "interface %s: there is none", interface_to_text(id, name));
	config_interface_remove(call->candidate, id);
	return CALL_DONE;
}

static enum call_status interface_description(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	char name[INTERFACE_TEXT_SIZE];
	const char *text;

	if (!interface)
		return CALL_FAILED;
	text = call->no ? "" : call_text(call, "text");
	if (strlen(text) >= sizeof(interface->description))
		return call_fail(call, NULL, "interface %s: description longer than %zu characters",
				 interface_name(interface, name),
				 sizeof(interface->description) - 1);
	for (const char *c = text; *c; c++)
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
			return call_fail(call, NULL,
					 "interface %s: description holds a control character",
					 interface_name(interface, name));
	setting_set_text(interface->description, sizeof(interface->description), text);
	return CALL_DONE;
}

static enum call_status interface_shutdown(struct call *call)
{
	struct config_interface *interface = setting_interface(call);

	if (!interface)
		return CALL_FAILED;
	interface->shutdown = !call->no;
	return CALL_DONE;
}

static enum call_status interface_mtu(struct call *call)
{
	struct config_interface *interface = setting_interface(call);

	if (!interface)
		return CALL_FAILED;
	interface->mtu = call->no ? CONFIG_MTU_DEFAULT : (uint16_t)call_number(call, "bytes");
	return CALL_DONE;
}

/* ---- the kernel's end ------------------------------------------------------------------ */

/* Only a Tap or Tun is a device of the kernel. */
static enum call_status interface_check_port(struct call *call,
					     const struct config_interface *interface)
{
	char name[INTERFACE_TEXT_SIZE];

	if (interface_is_port(interface->id))
		return CALL_DONE;
	return call_fail(call, "only a Tap or a Tun is seen by the kernel",
			 "interface %s: a %s has no kernel's end", interface_name(interface, name),
			 interface_kind_name(interface->id.kind));
}

/* The kernel takes no such name: dev_valid_name() of Linux, and '%' stands for a number there. */
static enum call_status interface_check_ifname(struct call *call,
					       const struct config_interface *interface,
					       const struct arg *ifname)
{
	char name[INTERFACE_TEXT_SIZE];

	if (!ifname || (strcmp(ifname->text, ".") != 0 && strcmp(ifname->text, "..") != 0 &&
			strlen(ifname->text) < CONFIG_IFNAME_SIZE && !strpbrk(ifname->text, "/:%")))
		return CALL_DONE;
	return call_fail(call, "up to 15 characters, without \"/\", \":\" and \"%\"",
			 "interface %s: the kernel takes no device name \"%s\"",
			 interface_name(interface, name), ifname->text);
}

/* What of `attach …` does not fit the interface. */
static enum call_status interface_check_attach(struct call *call,
					       const struct config_interface *interface)
{
	const struct arg *ns = call_arg(call, "ns"), *mac = call_arg(call, "mac");
	const struct arg *bridge = call_arg(call, "bridge");
	char name[INTERFACE_TEXT_SIZE], text[MAC_TEXT_SIZE];

	if (interface_check_port(call, interface) != CALL_DONE ||
	    interface_check_ifname(call, interface, call_arg(call, "name")) != CALL_DONE ||
	    interface_check_ifname(call, interface, bridge) != CALL_DONE)
		return CALL_FAILED;
	interface_name(interface, name);
	if (ns &&
	    (strchr(ns->text, '/') || strcmp(ns->text, ".") == 0 || strcmp(ns->text, "..") == 0))
		return call_fail(call, "the name that \"ip netns list\" shows",
				 "interface %s: \"%s\" is no name of a namespace", name, ns->text);
	if (interface->id.kind == INTERFACE_TUN && mac)
		return call_fail(call, "leave \"mac\" out, or make it a Tap",
				 "interface %s: a Tun has no MAC address", name);
	if (interface->id.kind == INTERFACE_TUN && bridge)
		return call_fail(call, "leave \"bridge\" out, or make it a Tap",
				 "interface %s: a Tun cannot be a port of bridge %s", name,
				 bridge->text);
	if (mac && !mac_is_station(mac->mac))
		return call_fail(call, "one station's address is needed: no group bit, not all 0",
				 "interface %s: not a valid hardware address - %s", name,
				 mac_to_text(mac->mac, text));
	return CALL_DONE;
}

/* Each `attach` is a whole: what it does not name is gone. */
static enum call_status interface_attach(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	const struct arg *ns = call_arg(call, "ns"), *ifname = call_arg(call, "name");
	const struct arg *mac = call_arg(call, "mac"), *bridge = call_arg(call, "bridge");

	if (!interface || (!call->no && interface_check_attach(call, interface) != CALL_DONE))
		return CALL_FAILED;
	interface->attach = CONFIG_ATTACH_NONE;
	interface->has_mac = false;
	memset(&interface->mac, 0, sizeof(interface->mac));
	setting_set_text(interface->ns, sizeof(interface->ns), "");
	setting_set_text(interface->ifname, sizeof(interface->ifname), "");
	setting_set_text(interface->bridge, sizeof(interface->bridge), "");
	if (call->no)
		return CALL_DONE;
	interface->attach = ns ? CONFIG_ATTACH_NAMESPACE : CONFIG_ATTACH_HOST;
	if (ns)
		setting_set_text(interface->ns, sizeof(interface->ns), ns->text);
	if (ifname)
		setting_set_text(interface->ifname, sizeof(interface->ifname), ifname->text);
	if (bridge)
		setting_set_text(interface->bridge, sizeof(interface->bridge), bridge->text);
	if (mac) {
		interface->has_mac = true;
		interface->mac = mac->mac;
	}
	return CALL_DONE;
}

/* ---- lists of addresses ---------------------------------------------------------------- */

/* Index of @address in a list, or @count. */
static unsigned int interface_address_index(const struct ip4_prefix *list, unsigned int count,
					    ip4_t address)
{
	unsigned int i = 0;

	while (i < count && !ip4_equal(list[i].address, address))
		i++;
	return i;
}

static void interface_address_remove(struct ip4_prefix *list, uint8_t *count, unsigned int index)
{
	memmove(&list[index], &list[index + 1], (*count - index - 1) * sizeof(*list));
	(*count)--;
	memset(&list[*count], 0, sizeof(*list));
}

static enum call_status interface_no_such_address(struct call *call,
						  const struct config_interface *interface,
						  const char *what, struct ip4_prefix prefix)
{
	char name[INTERFACE_TEXT_SIZE], text[IP4_TEXT_SIZE];

	return call_fail(call, "\"show running-config\" lists them", "interface %s: no %s %s/%u",
			 interface_name(interface, name), what, ip4_to_text(prefix.address, text),
			 prefix.len);
}

static enum call_status interface_peer_address(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	struct ip4_prefix *list, prefix;
	unsigned int i;
	char name[INTERFACE_TEXT_SIZE];

	if (!interface)
		return CALL_FAILED;
	list = interface->peer_addresses;
	if (call->no && !call_arg(call, "address")) {
		memset(list, 0, sizeof(interface->peer_addresses));
		interface->peer_address_count = 0;
		return CALL_DONE;
	}
	prefix = call_prefix(call, "address");
	i = interface_address_index(list, interface->peer_address_count, prefix.address);
	if (call->no) {
		if (i == interface->peer_address_count || list[i].len != prefix.len)
			return interface_no_such_address(call, interface, "peer ip address",
							 prefix);
		interface_address_remove(list, &interface->peer_address_count, i);
		return CALL_DONE;
	}
	if (interface_check_port(call, interface) != CALL_DONE ||
	    setting_check_host_in(call, prefix) != CALL_DONE)
		return CALL_FAILED;
	if (i == CONFIG_ADDRESSES_MAX)
		return call_fail(call, NULL, "interface %s: more than %d peer addresses",
				 interface_name(interface, name), CONFIG_ADDRESSES_MAX);
	list[i] = prefix;
	interface->peer_address_count = (uint8_t)MAX(interface->peer_address_count, i + 1);
	return CALL_DONE;
}

/* ---- routes of the kernel's end -------------------------------------------------------- */

static void interface_peer_route_remove(struct config_interface *interface, unsigned int index)
{
	struct config_peer_route *routes = interface->peer_routes;

	memmove(&routes[index], &routes[index + 1],
		(interface->peer_route_count - index - 1) * sizeof(*routes));
	interface->peer_route_count--;
	memset(&routes[interface->peer_route_count], 0, sizeof(*routes));
}

static enum call_status
interface_no_peer_route(struct call *call, struct config_interface *interface, unsigned int index)
{
	const struct arg *via = call_arg(call, "via");
	const struct config_peer_route *route = &interface->peer_routes[index];

	if (index == interface->peer_route_count || (via && !ip4_equal(route->via, via->ip4)))
		return call_fail(call, "\"show running-config\" lists them",
				 "No matching route to delete");
	interface_peer_route_remove(interface, index);
	return CALL_DONE;
}

/* One route for a network: the kernel has one for each metric, and all of ours have the same. */
static enum call_status interface_peer_route(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	struct ip4_prefix network = call_prefix(call, "network");
	const struct arg *via = call_arg(call, "via");
	unsigned int i = 0;
	char name[INTERFACE_TEXT_SIZE];

	if (!interface)
		return CALL_FAILED;
	while (i < interface->peer_route_count &&
	       !ip4_prefix_equal(interface->peer_routes[i].network, network))
		i++;
	if (call->no)
		return interface_no_peer_route(call, interface, i);
	if (interface_check_port(call, interface) != CALL_DONE ||
	    (via && setting_check_host(call, via->ip4) != CALL_DONE))
		return CALL_FAILED;
	if (!setting_is_network(network))
		return call_fail(call, "the address has bits that the mask does not cover",
				 "Inconsistent address and mask");
	if (i == CONFIG_PEER_ROUTES_MAX)
		return call_fail(call, NULL, "interface %s: more than %d peer routes",
				 interface_name(interface, name), CONFIG_PEER_ROUTES_MAX);
	interface->peer_routes[i].network = network;
	interface->peer_routes[i].via = via ? via->ip4 : IP4_ANY;
	interface->peer_route_count = (uint8_t)MAX(interface->peer_route_count, i + 1);
	return CALL_DONE;
}

/* ---- the router's end ------------------------------------------------------------------ */

static enum call_status interface_bridge_group(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	char name[INTERFACE_TEXT_SIZE], address[IP4_TEXT_SIZE];

	if (!interface)
		return CALL_FAILED;
	if (call->no) {
		interface->bridge_group = 0;
		return CALL_DONE;
	}
	interface_name(interface, name);
	if (interface->id.kind != INTERFACE_TAP)
		return call_fail(call, "only a Tap carries Ethernet frames of others",
				 "interface %s: a %s cannot be a port of a bridge", name,
				 interface_kind_name(interface->id.kind));
	if (interface->address_count > 0)
		return call_fail(call, "type \"no ip address\" first; the BVI has the address",
				 "interface %s: it has address %s, and a port of a bridge has none",
				 name, ip4_to_text(interface->addresses[0].address, address));
	if (interface->acl_in[0] || interface->acl_out[0])
		return call_fail(call, "remove it first, and put \"ip access-group\" on the BVI",
				 "interface %s: it has access list %s, and a port of a bridge has "
				 "none",
				 name,
				 interface->acl_in[0] ? interface->acl_in : interface->acl_out);
	if (interface->verify != CONFIG_VERIFY_NONE)
		return call_fail(
			call, "remove it first, and put \"ip verify\" on the BVI",
			"interface %s: it has \"ip verify\", and a port of a bridge has none",
			name);
	if (interface->nat_side != CONFIG_NAT_NONE)
		return call_fail(call, "remove it first, and put \"ip nat\" on the BVI",
				 "interface %s: it has \"ip nat\", and a port of a bridge has none",
				 name);
	if (interface->ip_mtu != 0 || interface->mss != CONFIG_MSS_AUTO)
		return call_fail(call, "remove it first, and put it on the BVI",
				 "interface %s: it has \"%s\", and a port of a bridge has none",
				 name, interface->ip_mtu ? "ip mtu" : "ip tcp adjust-mss");
	interface->bridge_group = (uint16_t)call_number(call, "group");
	return CALL_DONE;
}

static enum call_status interface_no_address(struct call *call, struct config_interface *interface)
{
	bool secondary = call_word(call, "secondary") != NULL;
	struct ip4_prefix prefix;
	unsigned int i;

	if (!call_arg(call, "address")) {
		memset(interface->addresses, 0, sizeof(interface->addresses));
		interface->address_count = 0;
		interface_dhcp_clear(interface);
		return CALL_DONE;
	}
	prefix = call_prefix(call, "address");
	i = interface_address_index(interface->addresses, interface->address_count, prefix.address);
	if (i == interface->address_count || interface->addresses[i].len != prefix.len ||
	    (i != 0) != secondary)
		return interface_no_such_address(
			call, interface, secondary ? "secondary address" : "primary address",
			prefix);
	if (i == 0 && interface->address_count > 1)
		return call_fail(call, "\"no ip address\" alone removes them all",
				 "Must delete secondary before deleting primary");
	interface_address_remove(interface->addresses, &interface->address_count, i);
	return CALL_DONE;
}

static enum call_status interface_secondary(struct call *call, struct config_interface *interface,
					    struct ip4_prefix prefix)
{
	unsigned int i = interface_address_index(interface->addresses, interface->address_count,
						 prefix.address);
	char name[INTERFACE_TEXT_SIZE];

	interface_name(interface, name);
	if (interface->address_count == 0)
		return call_fail(call, "ip address A.B.C.D MASK, without \"secondary\"",
				 "interface %s: its primary address comes first", name);
	if (i == 0)
		return call_fail(call, NULL, "Secondary can't be same as primary");
	if (i == CONFIG_ADDRESSES_MAX)
		return call_fail(call, NULL, "interface %s: more than %d addresses", name,
				 CONFIG_ADDRESSES_MAX);
	interface->addresses[i] = prefix;
	interface->address_count = (uint8_t)MAX(interface->address_count, i + 1);
	return CALL_DONE;
}

static enum call_status interface_address(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	struct ip4_prefix prefix;
	unsigned int i;
	char name[INTERFACE_TEXT_SIZE], text[IP4_TEXT_SIZE];

	if (!interface)
		return CALL_FAILED;
	if (call->no)
		return interface_no_address(call, interface);
	prefix = call_prefix(call, "address");
	if (setting_check_routed(call, interface, "IP address") != CALL_DONE ||
	    setting_check_host_in(call, prefix) != CALL_DONE)
		return CALL_FAILED;
	ip4_to_text(prefix.address, text);
	if (prefix.len == 32 &&
	    (interface->id.kind == INTERFACE_TAP || interface->id.kind == INTERFACE_BVI))
		return call_fail(call, "an Ethernet needs room for a neighbour: /31 or shorter",
				 "Bad mask /32 for address %s", text);
	if (call_word(call, "secondary"))
		return interface_secondary(call, interface, prefix);
	i = interface_address_index(interface->addresses, interface->address_count, prefix.address);
	if (i != 0 && i < interface->address_count)
		return call_fail(call, "remove it there first: no ip address … secondary",
				 "interface %s: %s is a secondary address of it",
				 interface_name(interface, name), text);
	interface_dhcp_clear(interface);
	interface->addresses[0] = prefix;
	interface->address_count = MAX(interface->address_count, 1);
	return CALL_DONE;
}

static enum call_status interface_nat(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	uint8_t side = strcmp(call_word(call, "side"), "inside") == 0 ? CONFIG_NAT_INSIDE
								      : CONFIG_NAT_OUTSIDE;

	if (!interface)
		return CALL_FAILED;
	if (call->no) {
		if (interface->nat_side == side)
			interface->nat_side = CONFIG_NAT_NONE;
		return CALL_DONE;
	}
	if (setting_check_routed(call, interface, "NAT side") != CALL_DONE)
		return CALL_FAILED;
	interface->nat_side = side;
	return CALL_DONE;
}

static enum call_status interface_ip_mtu(struct call *call)
{
	struct config_interface *interface = setting_interface(call);

	if (!interface)
		return CALL_FAILED;
	if (!call->no && setting_check_routed(call, interface, "IP MTU") != CALL_DONE)
		return CALL_FAILED;
	interface->ip_mtu = call->no ? 0 : (uint16_t)call_number(call, "bytes");
	return CALL_DONE;
}

static enum call_status interface_mss(struct call *call)
{
	struct config_interface *interface = setting_interface(call);

	if (!interface)
		return CALL_FAILED;
	if (call->no) {
		interface->mss = CONFIG_MSS_AUTO;
		return CALL_DONE;
	}
	if (setting_check_routed(call, interface, "TCP MSS") != CALL_DONE)
		return CALL_FAILED;
	interface->mss =
		call_arg(call, "bytes") ? (uint16_t)call_number(call, "bytes") : CONFIG_MSS_OFF;
	return CALL_DONE;
}

/* ---- writing --------------------------------------------------------------------------- */

static void interface_write_attach(struct buffer *out, const struct config_interface *interface)
{
	char text[MAC_TEXT_SIZE];

	switch ((enum config_attach)interface->attach) {
	case CONFIG_ATTACH_NONE: return;
	case CONFIG_ATTACH_NAMESPACE:
		buffer_printf(out, " attach namespace %s", interface->ns);
		break;
	case CONFIG_ATTACH_HOST: buffer_add(out, " attach host"); break;
	}
	if (interface->ifname[0])
		buffer_printf(out, " name %s", interface->ifname);
	if (interface->has_mac)
		buffer_printf(out, " mac %s", mac_to_text(interface->mac, text));
	if (interface->bridge[0])
		buffer_printf(out, " bridge %s", interface->bridge);
	buffer_add(out, "\n");
}

static void interface_write_peer(struct buffer *out, const struct config_interface *interface)
{
	char via[IP4_TEXT_SIZE];

	for (unsigned int i = 0; i < interface->peer_address_count; i++) {
		buffer_add(out, " peer ip address ");
		setting_write_prefix(out, interface->peer_addresses[i]);
		buffer_add(out, "\n");
	}
	for (unsigned int i = 0; i < interface->peer_route_count; i++) {
		buffer_add(out, " peer ip route ");
		setting_write_prefix(out, interface->peer_routes[i].network);
		if (!ip4_is_any(interface->peer_routes[i].via))
			buffer_printf(out, " via %s",
				      ip4_to_text(interface->peer_routes[i].via, via));
		buffer_add(out, "\n");
	}
}

static void interface_write_one(struct buffer *out, const struct config_interface *interface)
{
	char name[INTERFACE_TEXT_SIZE];

	buffer_printf(out, "interface %s\n", interface_name(interface, name));
	if (interface->description[0])
		buffer_printf(out, " description %s\n", interface->description);
	interface_write_attach(out, interface);
	interface_write_peer(out, interface);
	if (interface->bridge_group != 0)
		buffer_printf(out, " bridge-group %u\n", interface->bridge_group);
	for (unsigned int i = 0; i < interface->address_count; i++) {
		buffer_add(out, " ip address ");
		setting_write_prefix(out, interface->addresses[i]);
		buffer_add(out, i > 0 ? " secondary\n" : "\n");
	}
	interface_dhcp_write(out, interface);
	dhcp_relay_write_helpers(out, interface);
	interface_filter_write(out, interface);
	dhcp_clients_write_interface(out, interface);
	if (interface->nat_side != CONFIG_NAT_NONE)
		buffer_printf(out, " ip nat %s\n",
			      interface->nat_side == CONFIG_NAT_INSIDE ? "inside" : "outside");
	if (interface->ip_mtu != 0)
		buffer_printf(out, " ip mtu %u\n", interface->ip_mtu);
	if (interface->mss == CONFIG_MSS_OFF)
		buffer_add(out, " ip tcp adjust-mss off\n");
	else if (interface->mss != CONFIG_MSS_AUTO)
		buffer_printf(out, " ip tcp adjust-mss %u\n", interface->mss);
	if (interface->mtu != CONFIG_MTU_DEFAULT)
		buffer_printf(out, " mtu %u\n", interface->mtu);
	if (interface->shutdown)
		buffer_add(out, " shutdown\n");
}

static void interface_write(struct buffer *out, const struct config *config,
			    enum config_section section)
{
	if (section != SECTION_INTERFACE)
		return;
	vec_each (&config->interfaces, interface) {
		if (interface != config->interfaces.at)
			buffer_add(out, "!\n");
		interface_write_one(out, interface);
	}
}

/* ---- tables ---------------------------------------------------------------------------- */

#define INTERFACE_ATTACH_OPTIONS "[name <name:ifname>] [mac <mac:mac>] [bridge <bridge:ifname>]"

static const struct command interface_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "interface <if:interface>",
		.no_path = "interface <if:interface>",
		.help = "Make an interface, or go on editing it.",
		.section = SECTION_INTERFACE,
		.example = "interface Tap1",
		.run = interface_enter,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "description <text:line>",
		.no_path = "description [<text:line>]",
		.help = "A note on the interface, up to 240 characters.",
		.section = SECTION_INTERFACE,
		.example = "description the laptop upstairs",
		.example_after = "interface Tap1",
		.run = interface_description,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "attach namespace <ns:namespace> " INTERFACE_ATTACH_OPTIONS,
		.no_path = "attach namespace [<ns:namespace> " INTERFACE_ATTACH_OPTIONS "]",
		.help = "Put the kernel's end of the port into a network namespace, which was "
			"made before.",
		.section = SECTION_INTERFACE,
		.example = "attach namespace laptop name eth0 mac 0200.5e10.0001",
		.example_after = "interface Tap1",
		.run = interface_attach,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "attach host " INTERFACE_ATTACH_OPTIONS,
		.no_path = "attach [host " INTERFACE_ATTACH_OPTIONS "]",
		.help = "Put the kernel's end of the port into the router's own namespace.",
		.section = SECTION_INTERFACE,
		.example = "attach host name lan0 bridge br0",
		.example_after = "interface Tap1",
		.run = interface_attach,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "peer ip address <address:prefix>",
		.no_path = "peer ip address [<address:prefix>]",
		.help = "Give the kernel's end an address; several lines, several addresses.",
		.section = SECTION_INTERFACE,
		.example = "peer ip address 203.0.113.1 255.255.255.0",
		.example_after = "interface Tap9",
		.run = interface_peer_address,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "peer ip route <network:prefix> [via <via:ip4>]",
		.no_path = "peer ip route <network:prefix> [via <via:ip4>]",
		.help = "Give the namespace of the kernel's end a route through the port.",
		.section = SECTION_INTERFACE,
		.example = "peer ip route 198.51.100.0 255.255.255.0 via 203.0.113.2",
		.example_after = "interface Tap9\npeer ip address 203.0.113.1 255.255.255.0",
		.run = interface_peer_route,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "bridge-group <group:1-4095>",
		.no_path = "bridge-group [<group:1-4095>]",
		.help = "Make the Tap a switch port of the BVI of that number.",
		.section = SECTION_INTERFACE,
		.example = "bridge-group 1",
		.example_after = "interface Tap1",
		.run = interface_bridge_group,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip address <address:prefix> [secondary]",
		.no_path = "ip address [<address:prefix> [secondary]]",
		.help = "Set the router's address; up to seven more with \"secondary\".",
		.section = SECTION_INTERFACE,
		.example = "ip address 192.168.1.1 255.255.255.0",
		.example_after = "interface BVI1",
		.run = interface_address,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip nat side={inside|outside}",
		.no_path = "ip nat side={inside|outside}",
		.help = "Say on which side of the translation the interface lies.",
		.section = SECTION_INTERFACE,
		.example = "ip nat inside",
		.example_after = "interface BVI1",
		.run = interface_nat,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip access-group <list:acl> way={in|out}",
		.no_path = "ip access-group [<list:acl>] way={in|out}",
		.help = "Filter packets that come in or are routed out; none while the list is "
			"missing or empty.",
		.section = SECTION_INTERFACE,
		.example = "ip access-group 101 in",
		.example_after = "interface BVI1",
		.run = interface_filter_access_group,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip verify unicast source reachable-via by={rx|any} [allow-default]",
		.no_path = "ip verify unicast source reachable-via [by={rx|any} [allow-default]]",
		.help = "Drop packets whose source has no route back, or (rx) none by this "
			"interface.",
		.section = SECTION_INTERFACE,
		.example = "ip verify unicast source reachable-via rx",
		.example_after = "interface BVI1",
		.run = interface_filter_verify,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip unreachables",
		.no_path = "ip unreachables",
		.help = "Tell senders what cannot be delivered; on unless \"no\" turns it off.",
		.section = SECTION_INTERFACE,
		.example = "no ip unreachables",
		.example_after = "interface BVI1",
		.run = interface_filter_unreachables,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip mtu <bytes:68-65535>",
		.no_path = "ip mtu [<bytes:68-65535>]",
		.help = "The longest IPv4 packet to send; the interface's MTU by default.",
		.section = SECTION_INTERFACE,
		.example = "ip mtu 1280",
		.example_after = "interface Tap9",
		.run = interface_ip_mtu,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip tcp adjust-mss {<bytes:500-9216>|off}",
		.no_path = "ip tcp adjust-mss [{<bytes:500-9216>|off}]",
		.help = "Lower the MSS of TCP SYNs further, or leave it; by default it fits the MTU.",
		.section = SECTION_INTERFACE,
		.example = "ip tcp adjust-mss 1200",
		.example_after = "interface Tap9",
		.run = interface_mss,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "mtu <bytes:576-65535>",
		.no_path = "mtu [<bytes:576-65535>]",
		.help = "The longest IP packet, in bytes; 1500 by default.",
		.section = SECTION_INTERFACE,
		.example = "mtu 1400",
		.example_after = "interface Tap1",
		.run = interface_mtu,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "shutdown",
		.no_path = "shutdown",
		.help = "Take the interface out of service.",
		.section = SECTION_INTERFACE,
		.example = "shutdown",
		.example_after = "interface Tap1",
		.run = interface_shutdown,
	},
};

static const struct word_help interface_words[] = {
	{"interface", "An interface"},
	{"ip", "IPv4"},
	{"description", "A note on the interface"},
	{"description <text>", "Up to 240 characters"},
	{"attach", "Where the kernel's end of the port appears"},
	{"attach namespace", "In a network namespace"},
	{"attach host", "In the namespace the router runs in"},
	{"attach namespace name", "Name of the device there"},
	{"mac", "MAC address of the device there"},
	{"bridge", "Kernel bridge to make it a port of"},
	{"attach host name", "Name of the device there"},
	{"peer", "The kernel's end of the port"},
	{"peer ip address", "An address of the kernel's end"},
	{"peer ip route", "A route of the kernel's end"},
	{"via", "Next hop"},
	{"bridge-group", "Make the Tap a switch port of a BVI"},
	{"bridge-group <group>", "Number of the BVI"},
	{"ip address", "The interface's IP address"},
	{"ip address <address>", "The router's address, with the length of its mask"},
	{"secondary", "One more address"},
	{"outside", "Towards the internet"},
	{"inside", "Towards the devices"},
	{"access-group", "Filter by an access list"},
	{"access-group in", "Packets that come in"},
	{"access-group out", "Packets that are routed out"},
	{"verify", "Check where packets come from"},
	{"verify unicast", "Packets to one host"},
	{"verify unicast source", "By their source address"},
	{"reachable-via", "What the source must have"},
	{"reachable-via rx", "A route back by this interface"},
	{"reachable-via any", "A route back"},
	{"allow-default", "The default route counts"},
	{"unreachables", "ICMP destination unreachable to senders"},
	{"ip mtu", "The longest IPv4 packet to send"},
	{"ip mtu <bytes>", "Bytes, no more than the interface's MTU"},
	{"tcp", "TCP connections that pass"},
	{"adjust-mss", "The maximum segment size that a SYN may tell"},
	{"adjust-mss <bytes>", "Bytes"},
	{"adjust-mss off", "Leave it as it is"},
	{"mtu", "The longest IP packet"},
	{"mtu <bytes>", "Bytes"},
	{"shutdown", "Take the interface out of service"},
};

const struct command_family interface_family = {
	.title = "Interfaces",
	.commands = interface_commands,
	.command_count = ARRAY_COUNT(interface_commands),
	.words = interface_words,
	.word_count = ARRAY_COUNT(interface_words),
	.write = interface_write,
};
