/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP relay between the router's links and core/dhcp/relay.c.
 *
 * An interface with `ip helper-address` relays what clients send to port 67 of it or of everybody,
 * unless the router's own server has a pool for that network: then the server answers and the relay
 * is silent. Nothing is relayed from outside, and from there only a helper is listened to.
 * A request that is to be sent on is a packet of the router's own: NAT leaves it alone, and the
 * server sees giaddr as its source.
 */
#include "core/router_private.h"

#include <stdio.h>

#include "core/debug.h"
#include "core/text.h"
#include "core/wire/dhcp.h"
#include "core/wire/udp.h"

static struct interface *owner_of(const struct router *r, ip4_t address)
{
	for (unsigned int n = 0; n < r->interface_last; n++) {
		struct interface *i = r->interfaces[n];

		for (unsigned int a = 0; i && a < i->address_count; a++)
			if (ip4_equal(i->addresses[a].address, address))
				return i;
	}
	return NULL;
}

static bool is_helper(const struct interface *i, ip4_t address)
{
	for (unsigned int n = 0; n < i->helper_count; n++)
		if (ip4_equal(i->helpers[n], address))
			return true;
	return false;
}

/* @f: NULL on the way back. */
static struct dhcp_relay_circuit circuit_of(const struct router *r, const struct interface *i,
					    const struct frame *f)
{
	const struct config_dhcp *dhcp = &r->config.dhcp;
	struct dhcp_relay_circuit c = {.giaddr = i->addresses[0].address,
				       .add_option = dhcp->relay_option,
				       .policy = dhcp->relay_policy,
				       .remote = i->mac};
	const struct interface *port =
		f && f->port < INTERFACES_MAX ? r->interfaces[f->port] : NULL;
	char name[INTERFACE_TEXT_SIZE], port_name[INTERFACE_TEXT_SIZE];

	interface_to_text(i->id, name);
	if (port && port != i)
		snprintf(c.circuit, sizeof(c.circuit), "%s/%s", name,
			 interface_to_text(port->id, port_name));
	else
		snprintf(c.circuit, sizeof(c.circuit), "%s", name);
	return c;
}

/* The hardware address that the message is from or for. */
static mac_t client_of(const struct dhcp_reply *message)
{
	mac_t mac;

	memcpy(mac.byte, message->bytes + DHCP_CHADDR_AT, sizeof(mac.byte));
	return mac;
}

enum verdict router_relay_request(struct router *r, struct frame *f, struct interface *i,
				  const uint8_t *message, size_t len, mono_ms_t now)
{
	char mac[MAC_TEXT_SIZE], src[IP4_TEXT_SIZE], dst[IP4_TEXT_SIZE];
	ip4_t giaddr = dhcp_relay_giaddr(message, len);
	struct dhcp_relay_circuit circuit;
	struct dhcp_relay_message relayed;
	struct dhcp_reply copy;
	enum drop_reason why;

	if (i->helper_count == 0 || i->address_count == 0 || r->config.dhcp.disabled ||
	    dhcp_relay_is_reply(message, len) ||
	    dhcp_server_serves(r->dhcp, ip4_is_any(giaddr) ? i->addresses[0].address : giaddr))
		return VERDICT_NEXT;
	circuit = circuit_of(r, i, f);
	if (!dhcp_relay_request(&r->relay, &circuit, owner_of(r, giaddr) != NULL, message, len,
				&relayed, &why))
		return drop(f, why);
	TRACE(f, trace_add(f->trace, TRACE_LOCAL, "relayed to %u DHCP server%s", i->helper_count,
			   i->helper_count == 1 ? "" : "s"));
	memset(&copy, 0, offsetof(struct dhcp_reply, bytes));
	copy.interface = i->index;
	copy.src = circuit.giaddr;
	copy.dst_port = DHCP_SERVER_PORT;
	copy.len = relayed.len;
	memcpy(copy.bytes, relayed.bytes, relayed.len);
	for (unsigned int n = 0; n < i->helper_count; n++) {
		copy.dst = i->helpers[n];
		DEBUG(&r->events, DHCP_PACKET,
		      "DHCPD: BOOTREQUEST from %s forwarded to %s, giaddr %s.",
		      mac_to_text(client_of(&copy), mac), ip4_to_text(copy.dst, dst),
		      ip4_to_text(circuit.giaddr, src));
		router_send_dhcp(r, &copy, now);
		r->relay.requests_sent++;
	}
	return VERDICT_CONSUMED;
}

enum verdict router_relay_reply(struct router *r, struct frame *f, mono_ms_t now)
{
	struct interface *from = f->in < INTERFACES_MAX ? r->interfaces[f->in] : NULL, *i;
	struct cursor c = cursor_over(frame_l4(f), frame_l4_len(f));
	const uint8_t *message = frame_l4(f) + UDP_LEN;
	struct dhcp_relay_circuit circuit;
	struct dhcp_reply reply;
	enum drop_reason why;
	char mac[MAC_TEXT_SIZE];
	struct udp udp;
	ip4_t giaddr;

	if (udp_parse(&c, &udp) < 0 ||
	    (!f->offload.needs_csum && !udp_checksum_ok(frame_l4(f), udp.len, f->src, f->dst)))
		return drop(f, DROP_TRANSPORT_MALFORMED);
	giaddr = dhcp_relay_giaddr(message, udp.len - UDP_LEN);
	if (!dhcp_relay_is_reply(message, udp.len - UDP_LEN) || r->config.dhcp.disabled ||
	    ip4_is_any(giaddr) || !ip4_equal(giaddr, f->dst))
		return VERDICT_NEXT;
	i = owner_of(r, giaddr);
	if (!i || i->helper_count == 0)
		return VERDICT_NEXT;
	if (from && from->nat_side == CONFIG_NAT_OUTSIDE && !is_helper(i, f->src))
		return drop(f, DROP_DHCP_RELAY_STRANGER);
	circuit = circuit_of(r, i, NULL);
	circuit.giaddr = giaddr;
	if (!dhcp_relay_reply(&r->relay, &circuit, message, udp.len - UDP_LEN, &reply, &why))
		return drop(f, why);
	TRACE(f, trace_add(f->trace, TRACE_LOCAL, "a DHCP answer, relayed to its client"));
	reply.interface = i->index;
	DEBUG(&r->events, DHCP_PACKET, "DHCPD: forwarding BOOTREPLY to client %s.",
	      mac_to_text(client_of(&reply), mac));
	router_send_dhcp(r, &reply, now);
	return VERDICT_CONSUMED;
}

const struct dhcp_relay_stats *router_relay_stats(const struct router *r)
{
	return &r->relay;
}

void router_clear_relay_stats(struct router *r)
{
	memset(&r->relay, 0, sizeof(r->relay));
}
