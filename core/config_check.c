/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong with a configuration as a whole. Each check names both sides of the fault.
 *
 * A reference to an access list that is not there yet is no fault, as in IOS: nothing matches it.
 */
#include "core/config_check.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/config_held.h"
#include "core/port.h"

int refuse(struct config_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -EINVAL;
}

bool config_prefixes_overlap(struct ip4_prefix a, struct ip4_prefix b)
{
	return ip4_in_prefix(a.address, b) || ip4_in_prefix(b.address, a);
}

/* ---- interfaces ------------------------------------------------------------------------- */

static int check_port(const struct config_interface *interface, struct config_error *error)
{
	struct names n;

	interface_to_text(interface->id, n.interface);
	if (config_is_switched(interface) && interface->address_count > 0)
		return refuse(error,
			      "interface %s: a port of bridge group %u has no address of its own; "
			      "put %s on BVI%u",
			      n.interface, interface->bridge_group,
			      ip4_to_text(interface->addresses[0].address, n.a),
			      interface->bridge_group);
	if (config_is_switched(interface) && interface->nat_side != CONFIG_NAT_NONE)
		return refuse(error,
			      "interface %s: a port of bridge group %u has no NAT side of its own; "
			      "put ip nat on BVI%u",
			      n.interface, interface->bridge_group, interface->bridge_group);
	if (config_is_switched(interface) && (interface->acl_in[0] || interface->acl_out[0]))
		return refuse(error,
			      "interface %s: a port of bridge group %u has no access list of its "
			      "own; put %s on BVI%u",
			      n.interface, interface->bridge_group,
			      interface->acl_in[0] ? interface->acl_in : interface->acl_out,
			      interface->bridge_group);
	if (config_is_switched(interface) && interface->verify != CONFIG_VERIFY_NONE)
		return refuse(error,
			      "interface %s: a port of bridge group %u has no reverse path of its "
			      "own; put ip verify on BVI%u",
			      n.interface, interface->bridge_group, interface->bridge_group);
	if (interface->dhcp && interface->id.kind != INTERFACE_TAP &&
	    interface->id.kind != INTERFACE_BVI)
		return refuse(
			error,
			"interface %s: \"ip address dhcp\" needs an Ethernet to ask on, and a %s "
			"is none; type its address",
			n.interface, interface_kind_name(interface->id.kind));
	if (interface->dhcp && config_is_switched(interface))
		return refuse(error,
			      "interface %s: a port of bridge group %u has no address of its own; "
			      "put ip address dhcp on BVI%u",
			      n.interface, interface->bridge_group, interface->bridge_group);
	for (unsigned int i = 0; i < interface->address_count; i++)
		for (unsigned int j = 0; j < interface->peer_address_count; j++)
			if (ip4_equal(interface->addresses[i].address,
				      interface->peer_addresses[j].address))
				return refuse(error,
					      "interface %s: %s is the router's own address and "
					      "cannot be its peer's too",
					      n.interface,
					      ip4_to_text(interface->addresses[i].address, n.a));
	return 0;
}

/* A relay asks another machine, and only for those inside: strangers have no business with it. */
static int check_helpers(const struct config *config, const struct config_interface *interface,
			 struct config_error *error)
{
	struct names n;

	interface_to_text(interface->id, n.interface);
	if (interface->helper_count > 0 && interface->nat_side == CONFIG_NAT_OUTSIDE)
		return refuse(
			error,
			"interface %s: \"ip helper-address %s\" on an outside interface would "
			"relay strangers' DHCP; put it on the inside",
			n.interface, ip4_to_text(interface->helpers[0], n.a));
	if (interface->helper_count > 0 && config_is_switched(interface))
		return refuse(error,
			      "interface %s: a port of bridge group %u relays nothing; put "
			      "ip helper-address %s on BVI%u",
			      n.interface, interface->bridge_group,
			      ip4_to_text(interface->helpers[0], n.a), interface->bridge_group);
	if (interface->helper_count > 0 && interface->dhcp)
		return refuse(error,
			      "interface %s: it is a DHCP client (ip address dhcp), and relays "
			      "nothing there; take back ip helper-address %s, or type an address",
			      n.interface, ip4_to_text(interface->helpers[0], n.a));
	for (unsigned int i = 0; i < interface->helper_count; i++) {
		const struct config_interface *own =
			config_own_address(config, interface->helpers[i]);

		if (own)
			return refuse(error,
				      "interface %s: ip helper-address %s is the address of "
				      "interface %s; name another machine, or make a pool",
				      n.interface, ip4_to_text(interface->helpers[i], n.a),
				      interface_to_text(own->id, n.other));
	}
	return 0;
}

/* `ip mtu` cannot promise more than the link carries. */
static int check_ip_mtu(const struct config_interface *interface, struct config_error *error)
{
	struct names n;

	if (interface->ip_mtu <= interface->mtu)
		return 0;
	return refuse(error, "interface %s: \"ip mtu %u\" is more than its \"mtu %u\"",
		      interface_to_text(interface->id, n.interface), interface->ip_mtu,
		      interface->mtu);
}

static int check_kernel_names(const struct config_interface *a, const struct config_interface *b,
			      struct config_error *error)
{
	char a_name[CONFIG_IFNAME_SIZE], b_name[CONFIG_IFNAME_SIZE];
	struct names n;

	if (a->attach == CONFIG_ATTACH_NONE || a->attach != b->attach || strcmp(a->ns, b->ns) ||
	    strcmp(config_kernel_name(a, a_name), config_kernel_name(b, b_name)))
		return 0;
	interface_to_text(a->id, n.interface);
	interface_to_text(b->id, n.other);
	if (a->attach == CONFIG_ATTACH_HOST)
		return refuse(error, "interface %s: name \"%s\" on the host is taken by %s",
			      n.other, b_name, n.interface);
	return refuse(error, "interface %s: name \"%s\" in namespace \"%s\" is taken by %s",
		      n.other, b_name, b->ns, n.interface);
}

/* Inside and outside may not overlap: a packet would not know its way (RFC 4787 REQ-7). */
static int check_networks(const struct config_interface *a, const struct config_interface *b,
			  struct config_error *error)
{
	struct names n;

	for (unsigned int i = 0; i < a->address_count; i++) {
		for (unsigned int j = 0; j < b->address_count; j++) {
			struct ip4_prefix p = a->addresses[i], q = b->addresses[j];

			if (!config_prefixes_overlap(p, q))
				continue;
			return refuse(error, "interface %s: %s/%u overlaps with %s (%s/%u)",
				      interface_to_text(b->id, n.other),
				      ip4_to_text(q.address, n.b), q.len,
				      interface_to_text(a->id, n.interface),
				      ip4_to_text(p.address, n.a), p.len);
		}
	}
	return 0;
}

static int check_interfaces(const struct config *config, struct config_error *error)
{
	unsigned int ports = 0;
	int status = 0;

	vec_each (&config->interfaces, a) {
		status = check_port(a, error);
		if (status == 0)
			status = check_ip_mtu(a, error);
		if (status == 0)
			status = check_helpers(config, a, error);
		if (status < 0)
			return status;
		ports += interface_is_port(a->id);
		for (const struct config_interface *b = a + 1;
		     b < config->interfaces.at + config->interfaces.count; b++) {
			status = check_kernel_names(a, b, error);
			if (status == 0)
				status = check_networks(a, b, error);
			if (status < 0)
				return status;
		}
	}
	if (ports > PORTS_MAX)
		return refuse(error, "%u Tap and Tun interfaces, and a router has at most %u",
			      ports, PORTS_MAX);
	if (config->interfaces.count - ports > OTHERS_MAX)
		return refuse(error, "%u BVI and Loopback interfaces, and a router has at most %u",
			      config->interfaces.count - ports, OTHERS_MAX);
	return 0;
}

/* ---- VIPs and routes --------------------------------------------------------------------- */

static int check_vip(const struct config *config, const struct config_vip *vip,
		     struct config_error *error)
{
	const struct config_interface *interface = config_interface_find(config, vip->interface);
	const struct config_interface *owner = config_own_address(config, vip->address);
	struct names n;

	ip4_to_text(vip->address, n.a);
	interface_to_text(vip->interface, n.interface);
	if (!interface)
		return refuse(error, "ip vip %s: interface %s is not configured", vip->name,
			      n.interface);
	if (owner && !vip->dhcp)
		return refuse(error, "ip vip %s: %s is the address of interface %s", vip->name, n.a,
			      interface_to_text(owner->id, n.other));
	if (config_is_switched(interface))
		return refuse(
			error, "ip vip %s: %s is a port of bridge group %u; name BVI%u instead",
			vip->name, n.interface, interface->bridge_group, interface->bridge_group);
	if (vip->dhcp && !interface->dhcp)
		return refuse(
			error,
			"ip vip %s: interface %s learns no address that it could follow; type "
			"ip address dhcp there, or ip vip %s A.B.C.D interface %s",
			vip->name, n.interface, vip->name, n.interface);
	if (vip->dhcp)
		return 0;
	for (unsigned int i = 0; i < interface->peer_address_count; i++)
		if (ip4_equal(interface->peer_addresses[i].address, vip->address))
			return refuse(error, "ip vip %s: %s is the peer's address on interface %s",
				      vip->name, n.a, n.interface);
	/* what network it learns is not known beforehand */
	if (interface->id.kind == INTERFACE_TUN || interface->id.kind == INTERFACE_LOOPBACK ||
	    interface->dhcp)
		return 0;
	for (unsigned int i = 0; i < interface->address_count; i++)
		if (ip4_in_prefix(vip->address, interface->addresses[i]))
			return 0;
	if (interface->address_count == 0)
		return refuse(error, "ip vip %s: interface %s has no address, so it cannot hold %s",
			      vip->name, n.interface, n.a);
	return refuse(error, "ip vip %s: %s lies outside interface %s's network %s/%u", vip->name,
		      n.a, n.interface, ip4_to_text(ip4_network(interface->addresses[0]), n.b),
		      interface->addresses[0].len);
}

static int check_vips(const struct config *config, struct config_error *error)
{
	struct names n;

	vec_each (&config->vips, vip) {
		int status = check_vip(config, vip, error);

		if (status < 0)
			return status;
		for (const struct config_vip *other = config->vips.at; other < vip; other++) {
			if (vip->dhcp && other->dhcp &&
			    interface_id_equal(vip->interface, other->interface))
				return refuse(error,
					      "ip vip %s: VIP %s follows interface %s's address "
					      "already",
					      vip->name, other->name,
					      interface_to_text(vip->interface, n.interface));
			if (!ip4_is_any(vip->address) && ip4_equal(other->address, vip->address))
				return refuse(error, "ip vip %s: %s is the address of VIP %s",
					      vip->name, ip4_to_text(vip->address, n.a),
					      other->name);
		}
	}
	return 0;
}

static int check_routes(const struct config *config, struct config_error *error)
{
	struct names n;

	vec_each (&config->routes, route) {
		ip4_to_text(route->network.address, n.a);
		if (!ip4_is_any(route->next_hop) && config_own_address(config, route->next_hop))
			return refuse(error, "ip route %s/%u: next hop %s is this router itself",
				      n.a, route->network.len, ip4_to_text(route->next_hop, n.b));
		if (route->interface.kind != INTERFACE_NONE &&
		    !config_interface_find(config, route->interface))
			return refuse(error, "ip route %s/%u: interface %s is not configured", n.a,
				      route->network.len,
				      interface_to_text(route->interface, n.interface));
	}
	return 0;
}

int config_check(const struct config *config, struct config_error *error)
{
	int status;

	error->text[0] = '\0';
	status = check_interfaces(config, error);
	if (status == 0)
		status = check_vips(config, error);
	if (status == 0)
		status = check_routes(config, error);
	if (status == 0)
		status = config_check_nat(config, error);
	if (status == 0)
		status = config_check_dhcp(config, error);
	if (status == 0)
		status = config_check_dns(config, error);
	return status;
}
