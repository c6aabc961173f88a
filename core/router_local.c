/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets to the router itself, and packets of its own: ARP, echo, refusals, ICMP errors, DHCP.
 */
#include "core/router_private.h"

#include <stdio.h>

#include "core/debug.h"
#include "core/text.h"
#include "core/wire/dhcp.h"
#include "core/wire/ethernet.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

/** Identifier of the DHCP server's echoes. */
enum { DHCP_PROBE_ECHO_ID = 0x4443 };

/* On the interface that owns it, and no other (RFC 1812 s3.3.2). */
bool interface_holds(const struct interface *i, ip4_t address)
{
	for (unsigned int n = 0; n < i->address_count; n++)
		if (ip4_equal(i->addresses[n].address, address))
			return true;
	/* by address: a pool may have thousands, and every ARP request asks */
	uint32_t low = 0, high = i->vips.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ip4_equal(i->vips.at[middle], address))
			return true;
		if (i->vips.at[middle].host < address.host)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

ip4_t interface_source(const struct interface *i, ip4_t peer)
{
	for (unsigned int n = 0; n < i->address_count; n++)
		if (ip4_in_prefix(peer, i->addresses[n]))
			return i->addresses[n].address;
	if (i->address_count)
		return i->addresses[0].address;
	return i->vips.count ? i->vips.at[0] : IP4_ANY;
}

void router_frame_own(struct router *r, struct frame *f, uint8_t *packet, uint32_t len,
		      struct interface *in)
{
	memset(f, 0, sizeof(*f));
	f->data = packet;
	f->len = f->end = len;
	f->port = NO_INTERFACE;
	f->in = in ? in->index : NO_INTERFACE;
	f->drops = &r->lost;
	f->own = true;
}

void frame_parse_own(struct frame *f)
{
	struct cursor c = cursor_over(f->data, f->len);
	struct ipv4 ip;

	if (ipv4_parse(&c, &ip) < 0)
		return;
	f->l4 = ip.header_len;
	f->src = ip.src;
	f->dst = ip.dst;
	f->proto = ip.proto;
	f->ttl = ip.ttl;
	f->id = ip.id;
	f->dont_fragment = ip.dont_fragment;
	frame_parse_transport(f);
}

/* ---- ARP (RFC 826, RFC 5227) ------------------------------------------------------------- */

/* IOS's words, by what is done with it: "rcvd", "sent". */
static void debug_arp(struct router *r, const struct interface *i, const struct arp *arp,
		      const char *done)
{
	char sender[IP4_TEXT_SIZE], target[IP4_TEXT_SIZE], from[MAC_TEXT_SIZE], to[MAC_TEXT_SIZE];
	char name[INTERFACE_TEXT_SIZE];

	debug_line(&r->events, DEBUG_ARP, "IP ARP: %s %s src %s %s, dst %s %s %s", done,
		   arp->op == ARP_REQUEST ? "req" : "rep", ip4_to_text(arp->sender, sender),
		   mac_to_text(arp->sender_mac, from), ip4_to_text(arp->target, target),
		   mac_to_text(arp->target_mac, to), interface_to_text(i->id, name));
}

/* Whether somebody looks at the category. */
static inline bool is_debugged(const struct router *r, enum debug_what what)
{
	return r->events.debug & debug_bit(what);
}

void router_send_arp(struct router *r, struct interface *i, const struct arp *arp, mac_t to)
{
	uint8_t *packet = router_scratch(r, ARP_LEN);
	struct writer w = writer_over(packet, packet ? ARP_LEN : 0);
	struct frame f;

	if (!packet) {
		r->lost.count[DROP_OUTPUT_QUEUE_FULL]++;
		return;
	}
	arp_build(&w, arp);
	if (is_debugged(r, DEBUG_ARP))
		debug_arp(r, i, arp, "sent");
	router_frame_own(r, &f, packet, ARP_LEN, i);
	router_ethernet_output(r, &f, i, to);
}

static void announce_address(struct router *r, struct interface *i, ip4_t address)
{
	struct arp arp = {
		.op = ARP_REQUEST, .sender_mac = i->mac, .sender = address, .target = address};

	router_send_arp(r, i, &arp, MAC_BROADCAST);
}

void router_announce(struct router *r, struct interface *i)
{
	for (unsigned int n = 0; n < i->address_count; n++)
		announce_address(r, i, i->addresses[n].address);
	vec_each (&i->vips, vip) {
		announce_address(r, i, *vip);
	}
}

/* Whether an address may be defended now; then it is noted that it was. */
static bool may_defend(struct interface *i, ip4_t address, mono_ms_t now)
{
	unsigned int oldest = 0;

	for (unsigned int n = 0; n < DEFENDED_MAX; n++) {
		if (ip4_equal(i->defended[n].address, address)) {
			oldest = n;
			break;
		}
		if (i->defended[n].at.ms < i->defended[oldest].at.ms)
			oldest = n;
	}
	if (mono_between_ms(i->defended[oldest].at, now) < DEFEND_INTERVAL_MS)
		return false;
	i->defended[oldest].address = address;
	i->defended[oldest].at = now;
	return true;
}

/* Somebody else claims an address of ours: say so once in a while (RFC 5227 s2.4 (c)). */
static enum verdict arp_conflict(struct router *r, struct frame *f, struct interface *i,
				 const struct arp *arp, mono_ms_t now)
{
	char address[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE], name[INTERFACE_TEXT_SIZE];
	struct event *event;

	if (!may_defend(i, arp->sender, now))
		return drop(f, DROP_ARP_CONFLICT);
	announce_address(r, i, arp->sender);
	event = event_push_log(&r->events, EVENT_WARNING, "IP", "DUPADDR");
	if (event)
		snprintf(event->text, sizeof(event->text),
			 "Duplicate address %s on %s, sourced by %s",
			 ip4_to_text(arp->sender, address), interface_to_text(i->id, name),
			 mac_to_text(arp->sender_mac, mac));
	return drop(f, DROP_ARP_CONFLICT);
}

void router_send_held(struct router *r, struct interface *i, ip4_t address, mac_t mac)
{
	struct neighbour_held held;

	while (neighbour_take_held(r->neighbours, i->index, address, &held)) {
		struct frame *f = &held.frame;
		uint32_t len = f->end - f->l3;
		uint8_t *copy = router_scratch(r, len);
		struct interface *in = router_held_port(r, f);
		enum verdict v;

		if (copy) {
			memcpy(copy, frame_l3(f), len);
			f->data = copy;
			v = router_ethernet_output(r, f, i, mac);
		} else {
			v = drop(f, DROP_OUTPUT_QUEUE_FULL);
		}
		if (v == VERDICT_DROPPED && in)
			in->stats.forwarded--; /* so it was counted when it began to wait */
	}
}

static bool arp_sender_valid(const struct interface *i, const struct arp *arp,
			     const struct ethernet *e)
{
	if (mac_is_group(arp->sender_mac) || mac_is_zero(arp->sender_mac) ||
	    !mac_equal(arp->sender_mac, e->src))
		return false;
	for (unsigned int n = 0; n < i->address_count; n++)
		if (ip4_in_prefix(arp->sender, i->addresses[n]))
			return ip4_is_host_of(
				(struct ip4_prefix){arp->sender, i->addresses[n].len});
	return false;
}

/* Somebody shows by ARP that an address is in use. Return: whether the DHCP server asked for it. */
static bool dhcp_sighted(struct router *r, const struct interface *i, const struct arp *arp,
			 mono_ms_t now)
{
	const struct dhcp_sighting seen = {
		/* one who probes it is about to use it (RFC 5227 s2.1.1) */
		.address = ip4_is_any(arp->sender) ? arp->target : arp->sender,
		.by_arp = true,
		.interface = i->index,
		.hardware = arp->sender_mac,
	};

	return dhcp_server_is_probing(r->dhcp) && !mac_equal(arp->sender_mac, i->mac) &&
	       dhcp_server_sighted(r->dhcp, &seen, now);
}

enum verdict router_arp_input(struct router *r, struct frame *f, struct interface *i, mono_ms_t now)
{
	struct cursor c = cursor_over(f->data, f->len);
	struct ethernet e;
	struct arp arp, reply;
	bool for_us, asked_for;

	if (ethernet_parse(&c, &e) < 0 || arp_parse(&c, &arp) < 0)
		return drop(f, DROP_ARP_MALFORMED);
	if (is_debugged(r, DEBUG_ARP))
		debug_arp(r, i, &arp, "rcvd");
	if (i->client && router_client_arp(r, i, &arp, now))
		return VERDICT_CONSUMED;
	for_us = interface_holds(i, arp.target);
	if (interface_holds(i, arp.sender)) {
		if (mac_equal(arp.sender_mac, i->mac))
			return drop(f, DROP_ARP_SENDER_INVALID);
		return arp_conflict(r, f, i, &arp, now);
	}
	if (!ip4_is_any(arp.sender)) { /* 0.0.0.0: a probe, RFC 5227 s2.1.1; nothing to learn */
		if (!arp_sender_valid(i, &arp, &e))
			return drop(f, DROP_ARP_SENDER_INVALID);
		if (neighbour_learn(r->neighbours, i->index, arp.sender, arp.sender_mac, for_us,
				    now))
			router_send_held(r, i, arp.sender, arp.sender_mac);
	}
	asked_for = dhcp_sighted(r, i, &arp, now);
	if (!for_us)
		return f->link_flooded || asked_for ? VERDICT_CONSUMED
						    : drop(f, DROP_ARP_NOT_FOR_US);
	if (arp.op == ARP_REQUEST) {
		reply = (struct arp){.op = ARP_REPLY,
				     .sender_mac = i->mac,
				     .sender = arp.target,
				     .target_mac = arp.sender_mac,
				     .target = arp.sender};
		router_send_arp(r, i, &reply, e.src);
	}
	return VERDICT_CONSUMED;
}

/* ---- ICMP ------------------------------------------------------------------------------- */

/* The address to send an error from: the ingress interface's, else any of the router's. */
static ip4_t error_source(struct router *r, const struct frame *about)
{
	struct interface *in = about->in < INTERFACES_MAX ? r->interfaces[about->in] : NULL;

	if (in && interface_holds(in, about->dst))
		return about->dst; /* as a host would (RFC 1122 s3.2.2) */
	if (in && (in->address_count || in->vips.count))
		return interface_source(in, about->src);
	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n] && r->interfaces[n]->address_count)
			return r->interfaces[n]->addresses[0].address;
	return IP4_ANY;
}

void router_icmp_error(struct router *r, struct frame *about, uint8_t type, uint8_t code,
		       uint16_t mtu, mono_ms_t now)
{
	char to[IP4_TEXT_SIZE], dst[IP4_TEXT_SIZE];
	struct frame f;
	uint8_t *packet;
	ip4_t source = error_source(r, about);

	if (about->own) {
		router_self_error(r, about, &(struct icmp){.type = type, .code = code, .seq = mtu});
		return;
	}
	if (type == ICMP_UNREACHABLE && about->in < INTERFACES_MAX && r->interfaces[about->in] &&
	    r->interfaces[about->in]->no_unreachables) {
		TRACE(about, router_trace_answer(about, type, code, "no ip unreachables"));
		return;
	}
	if (ip4_is_any(source) || !icmp_error_allowed(about)) {
		TRACE(about,
		      router_trace_answer(about, type, code, "no error may be sent about it"));
		return;
	}
	if (!icmp_limiter_take(&r->icmp_limiter, about->src, &r->chance, now)) {
		r->lost.count[DROP_ICMP_RATE_LIMITED]++;
		TRACE(about,
		      router_trace_answer(about, type, code, "held back by the limit of its rate"));
		return;
	}
	ip_id_restore(about);
	packet = router_scratch(r, ICMP_ERROR_MAX);
	if (!packet) {
		r->lost.count[DROP_OUTPUT_QUEUE_FULL]++;
		return;
	}
	router_frame_own(r, &f, packet, icmp_error_build(packet, about, source, type, code, mtu),
			 NULL);
	frame_parse_own(&f);
	TRACE(about, router_trace_answer(about, type, code, NULL));
	DEBUG(&r->events, ICMP, "ICMP: type %u code %u sent to %s, about a packet to %s", type,
	      code, ip4_to_text(about->src, to), ip4_to_text(about->dst, dst));
	/* A packet that was translated before it failed is quoted as it now stands; its sender
	 * knows it otherwise, so the error is translated as one from beyond the router would be. */
	if (about->outside_in)
		nat_outside_outbound(r->nat, &f, now);
	if (about->nat_in && nat_outbound(r->nat, &f, now) != VERDICT_NEXT)
		return;
	if (about->nat_out && nat_inbound(r->nat, &f, about->nat_in, now) != VERDICT_NEXT)
		return;
	if (!ip4_is_any(about->outside_local))
		nat_outside_inbound(r->nat, &f, now);
	router_send_own(r, &f, now);
}

static enum verdict echo_reply(struct router *r, struct frame *f, mono_ms_t now)
{
	char from[IP4_TEXT_SIZE], to[IP4_TEXT_SIZE];
	uint8_t *l3 = frame_l3(f), *l4 = frame_l4(f);
	ip4_t src = f->src;

	TRACE(f, trace_add(f->trace, TRACE_LOCAL, "the router answers the echo"));
	if (!frame_is_fragment(f) && !f->offload.needs_csum &&
	    !icmp_checksum_ok(l4, frame_l4_len(f)))
		return drop(f, DROP_ICMP_CHECKSUM);
	l4[0] = ICMP_ECHO_REPLY;
	wire_put16(l4 + 2,
		   checksum_update(wire_get16(l4 + 2), checksum_delta16(ICMP_ECHO << 8, 0)));
	ipv4_set_src(l3, f->dst);
	ipv4_set_dst(l3, src);
	f->src = f->dst;
	f->dst = src;
	uint16_t old = wire_get16(l3 + 8);

	l3[8] = IPV4_TTL;
	ipv4_apply_delta(l3, checksum_delta16(old, wire_get16(l3 + 8)));
	f->ttl = IPV4_TTL;
	f->own = true;
	DEBUG(&r->events, ICMP, "ICMP: echo reply sent, src %s, dst %s", ip4_to_text(f->src, from),
	      ip4_to_text(f->dst, to));
	if (router_send_own(r, f, now) == VERDICT_DROPPED)
		return VERDICT_DROPPED;
	return VERDICT_CONSUMED;
}

/* Whether the reply answers an echo of the DHCP server's, which looks whether anybody is there. */
static bool dhcp_echoed(struct router *r, const struct frame *f, mono_ms_t now)
{
	const struct dhcp_sighting seen = {.address = f->src};

	return dhcp_server_is_probing(r->dhcp) &&
	       wire_get16(frame_l4(f) + 4) == DHCP_PROBE_ECHO_ID &&
	       dhcp_server_sighted(r->dhcp, &seen, now);
}

static enum verdict icmp_input(struct router *r, struct frame *f, mono_ms_t now)
{
	char from[IP4_TEXT_SIZE];

	DEBUG(&r->events, ICMP, "ICMP: type %u code %u rcvd from %s", frame_l4(f)[0],
	      frame_l4(f)[1], ip4_to_text(f->src, from));
	switch ((enum icmp_type)frame_l4(f)[0]) {
	case ICMP_ECHO: return echo_reply(r, f, now);
	case ICMP_UNREACHABLE:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETER_PROBLEM:
		if (r->self.open && router_self_wants_error(r, f))
			return router_self_output(r, f);
		return VERDICT_CONSUMED; /* about a reply of ours: noted */
	case ICMP_ECHO_REPLY:
		if (dhcp_echoed(r, f, now))
			return VERDICT_CONSUMED;
		break;
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT: /* never accepted (RFC 1812 s5.2.7.2) */
	case ICMP_TIMESTAMP:
	case ICMP_TIMESTAMP_REPLY: break;
	}
	return drop(f, DROP_ICMP_UNSUPPORTED);
}

/* ---- refusals ---------------------------------------------------------------------------- */

/* A reset for a segment that no connection of ours expects (RFC 9293 s3.10.7.1). */
static enum verdict tcp_refuse(struct router *r, struct frame *f, mono_ms_t now)
{
	struct cursor c = cursor_over(frame_l4(f), frame_l4_len(f));
	struct tcp in, rst = {.header_len = TCP_LEN};
	uint8_t *packet = router_scratch(r, IPV4_LEN + TCP_LEN);
	struct writer w = writer_over(packet, packet ? IPV4_LEN + TCP_LEN : 0);
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = IPV4_LEN + TCP_LEN,
			  .ttl = IPV4_TTL,
			  .proto = IP_PROTO_TCP,
			  .dont_fragment = true,
			  .src = f->dst,
			  .dst = f->src};
	struct frame own;

	if (!packet || tcp_parse(&c, &in) < 0 || (in.flags & TCP_RST) ||
	    !icmp_limiter_take(&r->icmp_limiter, f->src, &r->chance, now))
		return drop(f, DROP_IP_PORT_UNREACHABLE);
	rst.sport = in.dport;
	rst.dport = in.sport;
	if (in.flags & TCP_ACK) {
		rst.seq = in.ack;
		rst.flags = TCP_RST;
	} else {
		rst.ack = in.seq + frame_l4_len(f) - in.header_len + !!(in.flags & TCP_SYN) +
			  !!(in.flags & TCP_FIN);
		rst.flags = TCP_RST | TCP_ACK;
	}
	ipv4_build(&w, &ip);
	tcp_build(&w, &rst, ip.src, ip.dst);
	TRACE(f, trace_add(f->trace, TRACE_ANSWER, "a reset to %s",
			   trace_endpoint(f->trace, f->proto, f->src, f->sport)));
	router_frame_own(r, &own, packet, IPV4_LEN + TCP_LEN, NULL);
	frame_parse_own(&own);
	router_send_own(r, &own, now);
	return drop(f, DROP_IP_PORT_UNREACHABLE);
}

enum verdict router_local_input(struct router *r, struct frame *f, mono_ms_t now)
{
	if (f->fragment_offset != 0)
		return drop(f, DROP_FRAGMENT_NO_FIRST);
	switch ((enum ip_proto)f->proto) {
	case IP_PROTO_ICMP: return icmp_input(r, f, now);
	case IP_PROTO_TCP:
		if (r->self.open && router_self_wants(r, f))
			return router_self_output(r, f);
		return tcp_refuse(r, f, now);
	case IP_PROTO_UDP:
		if (r->self.open && router_self_wants(r, f))
			return router_self_output(r, f);
		if (frame_is_dhcp(f)) {
			enum verdict v = router_relay_reply(r, f, now);

			if (v != VERDICT_NEXT)
				return v;
		}
		router_icmp_error(r, f, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE, 0, now);
		return drop(f, DROP_IP_PORT_UNREACHABLE);
	}
	router_icmp_error(r, f, ICMP_UNREACHABLE, ICMP_PROTOCOL_UNREACHABLE, 0, now);
	return drop(f, DROP_IP_PROTO_UNREACHABLE);
}

/* ---- DHCP ------------------------------------------------------------------------------- */

enum verdict router_dhcp_input(struct router *r, struct frame *f, struct interface *i,
			       mono_ms_t now)
{
	struct dhcp_ingress in = {
		.interface = i->index,
		.src = f->src,
		.dst = f->dst,
		.port = DHCP_PORT_NONE,
	};
	const struct interface *port = f->port < PORTS_MAX ? r->interfaces[f->port] : NULL;
	struct cursor c = cursor_over(frame_l4(f), frame_l4_len(f));
	struct udp udp;
	enum verdict v;

	if (i->client) /* it asks here: others are the ones to answer */
		return drop(f, DROP_DHCP_NOT_SERVED);
	if (port) {
		in.port = port->index;
		in.port_id = port->id;
		in.lease_limit = port->dhcp_leases;
		in.rate_limit = port->dhcp_rate;
	}
	if (i->address_count)
		in.network = i->addresses[0];
	if (udp_parse(&c, &udp) < 0)
		return drop(f, DROP_TRANSPORT_MALFORMED);
	if (!f->offload.needs_csum && !udp_checksum_ok(frame_l4(f), udp.len, f->src, f->dst))
		return drop(f, DROP_TRANSPORT_MALFORMED);
	if (i->id.kind != INTERFACE_TUN)
		memcpy(in.src_mac.byte, f->data + 6, sizeof(in.src_mac.byte));
	v = router_relay_reply(r, f, now); /* the server is on the client's own link */
	if (v == VERDICT_NEXT)
		v = router_relay_request(r, f, i, frame_l4(f) + UDP_LEN, udp.len - UDP_LEN, now);
	if (v != VERDICT_NEXT)
		return v;
	TRACE(f, trace_add(f->trace, TRACE_LOCAL, "for the DHCP server"));
	return dhcp_server_input(r->dhcp, f, &in, frame_l4(f) + UDP_LEN, udp.len - UDP_LEN, now);
}

void router_send_dhcp(struct router *r, const struct dhcp_reply *reply, mono_ms_t now)
{
	uint32_t len = IPV4_LEN + UDP_LEN + reply->len;
	struct interface *i =
		reply->interface < INTERFACES_MAX ? r->interfaces[reply->interface] : NULL;
	uint8_t *packet = router_scratch(r, len);
	struct writer w = writer_over(packet, packet ? len : 0);
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .tos = 0xc0,
			  .total_len = (uint16_t)len,
			  .ttl = IPV4_TTL,
			  .proto = IP_PROTO_UDP,
			  .src = reply->src,
			  .dst = reply->dst};
	struct udp udp = {.sport = DHCP_SERVER_PORT, .dport = reply->dst_port};
	struct frame f;

	if (!packet || !i) {
		r->lost.count[DROP_OUTPUT_QUEUE_FULL]++;
		return;
	}
	ipv4_build(&w, &ip);
	udp_build(&w, &udp, ip.src, ip.dst, reply->bytes, reply->len);
	router_frame_own(r, &f, packet, len, i);
	frame_parse_own(&f);
	f.at = now;
	ip_id_stamp(&r->ip_ids, &f, 1);
	if (reply->dst_port == DHCP_SERVER_PORT)
		router_send_own(r, &f, now); /* a relay or a server, wherever it is */
	else if (i->id.kind == INTERFACE_TUN)
		router_link_output(r, &f, i, reply->dst, now);
	else if (reply->has_mac)
		router_ethernet_output(r, &f, i, reply->mac);
	else if (ip4_equal(reply->dst, IP4_BROADCAST))
		router_ethernet_output(r, &f, i, MAC_BROADCAST);
	else
		router_send_own(r, &f, now);
}

/* Asks whether anybody is at an address. */
static void send_dhcp_probe(struct router *r, const struct dhcp_probe *probe, mono_ms_t now)
{
	enum { LEN = IPV4_LEN + ICMP_LEN };
	struct interface *i =
		probe->interface < INTERFACES_MAX ? r->interfaces[probe->interface] : NULL;
	const struct arp arp = {.op = ARP_REQUEST,
				.sender_mac = i ? i->mac : (mac_t){{0}},
				.target = probe->address};
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = LEN,
			  .ttl = IPV4_TTL,
			  .proto = IP_PROTO_ICMP,
			  .src = probe->src,
			  .dst = probe->address};
	const struct icmp echo = {.type = ICMP_ECHO, .id = DHCP_PROBE_ECHO_ID, .seq = probe->seq};
	struct writer w;
	struct frame f;
	uint8_t *packet;

	if (!i)
		return;
	if (probe->by_arp && i->id.kind != INTERFACE_TUN) {
		router_send_arp(r, i, &arp, MAC_BROADCAST);
		return;
	}
	packet = router_scratch(r, LEN);
	if (!packet) {
		r->lost.count[DROP_OUTPUT_QUEUE_FULL]++;
		return;
	}
	w = writer_over(packet, LEN);
	ipv4_build(&w, &ip);
	icmp_build(&w, &echo, NULL, 0);
	router_frame_own(r, &f, packet, LEN, i);
	frame_parse_own(&f);
	f.at = now;
	ip_id_stamp(&r->ip_ids, &f, 1);
	router_send_own(r, &f, now);
}

/* Whether an address is of a network inside: typed names may be of hosts anywhere, and a rule leads
 * inside. */
static bool is_inside(const struct router *r, ip4_t address)
{
	vec_each (&r->config.interfaces, interface) {
		for (unsigned int i = 0; i < interface->address_count; i++)
			if (interface->nat_side == CONFIG_NAT_INSIDE &&
			    ip4_in_prefix(address, interface->addresses[i]))
				return true;
	}
	return false;
}

/* Where a device is: typed names come before those that devices say, as in DNS. */
static ip4_t find_named(const struct router *r, const char *name, ip4_t known)
{
	ip4_t address;

	if (config_host_address(&r->config, name, &address) == 0 && is_inside(r, address))
		return address;
	return dhcp_server_find_host(r->dhcp, name, known, &address) == 0 ? address : IP4_ANY;
}

void router_follow_names(struct router *r, mono_ms_t now)
{
	ip4_t known, address;
	uint32_t cursor = 0;
	const char *name;

	if (r->names == dhcp_server_names(r->dhcp))
		return;
	r->names = dhcp_server_names(r->dhcp);
	while ((name = nat_next_name(r->nat, &cursor, &known))) {
		address = find_named(r, name, known);
		if (!ip4_equal(address, known))
			nat_follow(r->nat, cursor, address, now);
	}
}

/** Whether a reply of the DHCP server finds room, also when it goes to every port of a bridge. */
static bool has_room(const struct router *r)
{
	return r->scratch_used <= SCRATCH_SIZE / 2 && r->output_count <= OUTPUT_QUEUE_SIZE / 2;
}

void router_dhcp_flush(struct router *r, mono_ms_t now)
{
	struct dhcp_probe probe;
	struct dhcp_reply reply;

	router_follow_names(r, now);
	while (dhcp_server_next_probe(r->dhcp, &probe))
		send_dhcp_probe(r, &probe, now);
	/* the rest goes when these have left: router_deadline() asks for it */
	while (has_room(r) && dhcp_server_next_reply(r->dhcp, &reply))
		router_send_dhcp(r, &reply, now);
}
