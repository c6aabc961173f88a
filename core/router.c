/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame's way through the router, from top to bottom: link, IPv4 checks, inbound NAT, route, time
 * to live and MTU, outbound NAT; then router_output.c. Each step returns a verdict; NEXT goes on.
 *
 * What every packet takes is one function with what it calls once, and what is rare stands apart:
 * a call that saves and restores all registers costs as much as a step of the way.
 *
 * Invariants: a frame that comes in has one fate (sent, consumed, dropped), a flooded one that the
 * router also takes in has two, which `copies` counts. The bytes of a flooded frame are never
 * changed. Nothing here allocates.
 */
#include "core/router_private.h"

#include "core/ip/mss.h"
#include "core/nat/prefetch.h"
#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

/* ---- routing ---------------------------------------------------------------------------- */

/* Whether a packet has to turn back before it may be sent (RFC 4787 REQ-13). DEVIATION: a
 * super-frame of UDP that is too long is refused as if it might not be fragmented; its sender then
 * sends smaller datagrams. */
bool router_too_long(const struct frame *f, const struct interface *out)
{
	uint32_t len = router_wire_len(f);

	if (len <= out->mtu)
		return false;
	return f->dont_fragment || f->offload.gso == OFFLOAD_GSO_UDP_L4 ||
	       (f->offload.gso == OFFLOAD_GSO_TCPV4 && len - out->mtu >= f->offload.gso_size);
}

/* NAT dropped a packet; if for want of room, its sender inside is told (RFC 5508 REQ-8). */
static enum verdict nat_dropped(struct router *r, struct frame *f, mono_ms_t now)
{
	if (f->refuse)
		router_icmp_error(r, f, ICMP_UNREACHABLE, f->refuse, 0, now);
	return VERDICT_DROPPED;
}

/* NAT between inside and outside, once the way out is known. @in: NULL when the ingress is gone. */
static enum verdict ip_translate(struct router *r, struct frame *f, const struct interface *in,
				 const struct interface *out, mono_ms_t now)
{
	ip4_t source = f->src;

	if (!f->nat_out && in && in->nat_side == CONFIG_NAT_INSIDE &&
	    out->nat_side == CONFIG_NAT_OUTSIDE) {
		f->out = out->id;
		if (nat_outbound(r->nat, f, now) != VERDICT_NEXT)
			return nat_dropped(r, f, now);
		f->nat_out = !ip4_equal(source, f->src);
		return VERDICT_NEXT;
	}
	TRACE(f, router_trace_no_nat(f, in, out));
	if (r->nat_outside && in && in->nat_side == CONFIG_NAT_OUTSIDE &&
	    out->nat_side == CONFIG_NAT_INSIDE)
		return nat_outside_inbound(r->nat, f, now);
	return VERDICT_NEXT;
}

/* A packet whose destination is final. @in: NULL when its ingress is gone. */
static enum verdict ip_route(struct router *r, struct frame *f, struct interface *in, mono_ms_t now)
{
	const struct route *route = router_route_of(r, f);
	struct interface *out;
	ip4_t next_hop;
	enum verdict v;

	TRACE(f, router_trace_route(r, f, route));
	if (!route) {
		router_icmp_error(r, f, ICMP_UNREACHABLE, ICMP_NET_UNREACHABLE, 0, now);
		return drop(f, DROP_IP_NO_ROUTE);
	}
	if (route->source == ROUTE_LOCAL)
		return router_local_input(r, f, now);
	if (router_is_link_broadcast(route, f->dst))
		return drop(f, DROP_IP_BROADCAST); /* RFC 2644: never forwarded */
	if (f->ttl <= 1) {
		TRACE(f, trace_deny(f->trace, TRACE_TTL, "time to live %u runs out here", f->ttl));
		router_icmp_error(r, f, ICMP_TIME_EXCEEDED, ICMP_TTL_TIME, 0, now);
		return drop(f, DROP_IP_TTL_EXPIRED);
	}
	out = r->interfaces[route->interface];
	next_hop = ip4_is_any(route->next_hop) ? f->dst : route->next_hop;
	if (router_wire_len(f) > out->mtu && router_too_long(f, out)) {
		TRACE(f,
		      trace_deny(f->trace, TRACE_MTU,
				 "%u bytes do not fit MTU %u of %s and may not be cut",
				 router_wire_len(f), out->mtu, trace_interface(f->trace, out->id)));
		router_icmp_error(r, f, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED, out->mtu, now);
		return drop(f, DROP_IP_MTU_EXCEEDED);
	}
	v = ip_translate(r, f, in, out, now);
	if (v != VERDICT_NEXT)
		return v;
	if (router_filter_out(r, f, out, now) != VERDICT_NEXT)
		return VERDICT_DROPPED;
	if (mss_is_told(f))
		mss_lower(f, MIN(out->mss, in ? in->mss : CONFIG_MSS_OFF));
	ipv4_decrement_ttl(frame_l3(f));
	f->ttl--;
	TRACE(f, trace_add(f->trace, TRACE_TTL, "goes on with time to live %u", f->ttl));
	return router_ip_send(r, f, out, next_hop, now);
}

/* Whether a fragment cannot go on alone: NAT and the router itself want whole datagrams. */
static bool wants_whole(const struct router *r, const struct frame *f, const struct interface *in)
{
	const struct route *route;

	if (nat_is_public(r->nat, f->dst))
		return true;
	route = router_route_of(r, f);
	return route && (route->source == ROUTE_LOCAL ||
			 (in->nat_side == CONFIG_NAT_INSIDE &&
			  r->interfaces[route->interface]->nat_side == CONFIG_NAT_OUTSIDE));
}

/* A piece of a datagram. NEXT: it is whole now, or may go on alone. */
static enum verdict ip_fragment(struct router *r, struct frame *f, const struct interface *in,
				mono_ms_t now)
{
	enum verdict v;

	if (!wants_whole(r, f, in))
		return VERDICT_NEXT;
	v = fragment_take(r->fragments, f, now);
	if (v == VERDICT_NEXT && !frame_parse_transport(f))
		return drop(f, DROP_TRANSPORT_MALFORMED);
	return v;
}

/* Inbound NAT for packets to a public address; a packet from inside to it makes a hairpin. NEXT:
 * its destination is local now. */
static enum verdict ip_from_public(struct router *r, struct frame *f, const struct interface *in,
				   mono_ms_t now)
{
	bool hairpin = in->nat_side == CONFIG_NAT_INSIDE;
	enum verdict v;

	if (hairpin) {
		TRACE(f, trace_add(f->trace, TRACE_HAIRPIN,
				   "from inside to the public %s: source and destination are "
				   "translated",
				   trace_ip4(f->trace, f->dst)));
		if (nat_outbound(r->nat, f, now) != VERDICT_NEXT)
			return nat_dropped(r, f, now);
		f->nat_out = true;
	}
	v = nat_inbound(r->nat, f, hairpin, now);
	if (v == VERDICT_CONSUMED)
		return router_local_input(r, f, now);
	if (v != VERDICT_NEXT)
		return nat_dropped(r, f, now);
	f->nat_in = true;
	return VERDICT_NEXT;
}

/* Whether NAT takes a packet from its public destination. Echo requests the router answers itself,
 * unless the address is a device's in all. */
static bool is_for_nat(const struct router *r, const struct frame *f)
{
	if (!nat_is_public(r->nat, f->dst))
		return false;
	return f->proto != IP_PROTO_ICMP || f->fragment_offset != 0 ||
	       frame_l4(f)[0] != ICMP_ECHO || nat_is_one_to_one(r->nat, f->dst);
}

static enum verdict ip_forward(struct router *r, struct frame *f, struct interface *in,
			       mono_ms_t now)
{
	enum verdict v;

	if (f->proto == IP_PROTO_ICMP && f->fragment_offset == 0 &&
	    frame_l4(f)[0] == ICMP_REDIRECT)	       /* for one link, and no router's business */
		return drop(f, DROP_ICMP_UNSUPPORTED); /* RFC 1812 s5.2.7.2 */
	if (is_for_nat(r, f)) {
		v = ip_from_public(r, f, in, now);
		if (v != VERDICT_NEXT)
			return v;
	}
	return ip_route(r, f, in, now);
}

/* ---- IPv4 checks (RFC 1812 s5.2.2, s5.3.7) ------------------------------------------------ */

bool frame_parse_transport(struct frame *f)
{
	const uint8_t *l4 = frame_l4(f);
	uint32_t len = frame_l4_len(f);

	f->sport = f->dport = 0;
	if (f->fragment_offset != 0)
		return true;
	switch (f->proto) {
	case IP_PROTO_TCP:
		if (len < TCP_LEN || (l4[12] >> 4) * 4u < TCP_LEN || (l4[12] >> 4) * 4u > len)
			return false;
		break;
	case IP_PROTO_UDP:
		if (len < UDP_LEN)
			return false;
		break;
	case IP_PROTO_ICMP:
		if (len < ICMP_LEN)
			return false;
		if (icmp_is_query(l4[0]))
			f->sport = f->dport = wire_get16(l4 + 4);
		return true;
	default: return true; /* a byte of the packet: protocols that the router does not read */
	}
	f->sport = wire_get16(l4);
	f->dport = wire_get16(l4 + 2);
	return true;
}

/* Whether a super-frame is one of the protocol that the device says. */
static bool offload_fits(const struct frame *f)
{
	switch (f->offload.gso) {
	case OFFLOAD_GSO_NONE: return true;
	case OFFLOAD_GSO_TCPV4: return f->proto == IP_PROTO_TCP && !frame_is_fragment(f);
	case OFFLOAD_GSO_UDP_L4: return f->proto == IP_PROTO_UDP && !frame_is_fragment(f);
	default: return false; /* a byte from the device, not an enum of ours */
	}
}

static ALWAYS_INLINE enum verdict ip_parse(struct frame *f)
{
	struct cursor c = cursor_over(frame_l3(f), f->len - f->l3);
	struct ipv4 ip;

	if (ipv4_parse(&c, &ip) < 0 || ip.total_len > f->len - f->l3)
		return drop(f, DROP_IP_MALFORMED);
	f->l4 = (uint16_t)(f->l3 + ip.header_len);
	f->end = f->l3 + ip.total_len;
	f->src = ip.src;
	f->dst = ip.dst;
	f->proto = ip.proto;
	f->ttl = ip.ttl;
	f->id = ip.id;
	f->fragment_offset = ip.fragment_offset;
	f->more_fragments = ip.more_fragments;
	f->dont_fragment = ip.dont_fragment;
	if (!ipv4_checksum_ok(frame_l3(f), ip.header_len))
		return drop(f, DROP_IP_CHECKSUM);
	if (ip.options) {
		switch (ipv4_options_check(ip.options, ip.header_len - IPV4_LEN)) {
		case IPV4_OPTIONS_FINE: break;
		case IPV4_OPTIONS_SOURCE_ROUTE: return drop(f, DROP_IP_SOURCE_ROUTE);
		case IPV4_OPTIONS_INVALID: return drop(f, DROP_IP_OPTION_INVALID);
		}
	}
	if (f->offload.gso != OFFLOAD_GSO_NONE && !offload_fits(f))
		return drop(f, DROP_OFFLOAD_INVALID);
	return frame_parse_transport(f) ? VERDICT_NEXT : drop(f, DROP_TRANSPORT_MALFORMED);
}

enum verdict router_ip_parse(struct frame *f)
{
	return ip_parse(f);
}

/* Whether a DHCP message may be meant for the server: to all, or to this very interface. */
static bool is_dhcp_here(const struct frame *f, const struct interface *in)
{
	return frame_is_dhcp(f) &&
	       (ip4_equal(f->dst, IP4_BROADCAST) || interface_holds(in, f->dst));
}

static enum verdict ip_input(struct router *r, struct frame *f, struct interface *in, mono_ms_t now)
{
	enum verdict v = ip_parse(f);

	f->in = in->index;
	if (v == VERDICT_NEXT)
		v = router_check_addresses(r, f, in);
	if (v != VERDICT_NEXT)
		return v;
	if (in->shutdown)
		return drop(f, DROP_IP_ADMIN_DOWN);
	TRACE(f, trace_add(f->trace, TRACE_CHECK, "%s from %s to %s is well-formed and credible",
			   trace_protocol(f->trace, f->proto),
			   trace_endpoint(f->trace, f->proto, f->src, f->sport),
			   trace_endpoint(f->trace, f->proto, f->dst, f->dport)));
	if (frame_is_dhcp_answer(f) && router_client_wants(f, in))
		return router_client_input(r, f, in, now);
	v = router_filter_in(r, f, in, now);
	if (v != VERDICT_NEXT)
		return v;
	if (is_dhcp_here(f, in))
		return router_dhcp_input(r, f, in, now);
	if (ip4_equal(f->dst, IP4_BROADCAST))
		return drop(f, DROP_IP_BROADCAST);
	if (ip4_is_multicast(f->dst))
		return drop(f, DROP_IP_MULTICAST);
	if (in->address_count == 0 && in->vips.count == 0 && in->id.kind != INTERFACE_TUN)
		return drop(f, DROP_PORT_NO_NETWORK);
	if (r->nat_outside && in->nat_side == CONFIG_NAT_INSIDE)
		nat_outside_outbound(r->nat, f, now);
	if (frame_is_fragment(f)) {
		v = ip_fragment(r, f, in, now);
		if (v != VERDICT_NEXT)
			return v;
	}
	return ip_forward(r, f, in, now);
}

/* ---- link ------------------------------------------------------------------------------- */

/* What the router itself makes of a frame that its link layer let through. */
static enum verdict take_in(struct router *r, struct frame *f, uint16_t type, struct interface *in,
			    mono_ms_t now)
{
	if (in->id.kind == INTERFACE_BVI) {
		in->stats.frames_in++;
		in->stats.bytes_in += f->len;
	}
	f->in = in->index;
	switch (type) {
	case ETHERNET_ARP: return router_arp_input(r, f, in, now);
	case ETHERNET_IPV4: return ip_input(r, f, in, now);
	default: return drop(f, DROP_ETHERTYPE_UNKNOWN); /* a field of the frame, not an enum */
	}
}

/* A frame on a switch port: to a station behind another port, to all, or to the router. */
static enum verdict switch_input(struct router *r, struct frame *f, const struct ethernet *e,
				 struct interface *port, mono_ms_t now)
{
	struct interface *bvi = r->interfaces[port->bvi];
	uint16_t to;
	enum verdict v;

	f->in = bvi->index;
	bridge_learn(r->bridge, bvi->index, e->src, port->index, now);
	TRACE(f, router_trace_switch(r, f, e, bvi));
	if (mac_equal(e->dst, bvi->mac))
		return take_in(r, f, e->type, bvi, now);
	if (!mac_is_group(e->dst)) {
		to = bridge_find(r->bridge, bvi->index, e->dst, now);
		if (to == port->index)
			return drop(f, DROP_BRIDGE_SAME_PORT);
		if (to != BRIDGE_NO_PORT)
			return router_emit(r, f, r->interfaces[to], f->data, f->len);
		return router_flood_only(r, f, bvi, f->data, f->len, DROP_BRIDGE_NO_OTHER_PORT);
	}
	f->link_flooded = router_flood(r, f, bvi, f->data, f->len) > 0;
	if (!f->link_flooded && r->output_count == OUTPUT_QUEUE_SIZE)
		r->lost.count[DROP_OUTPUT_QUEUE_FULL]++;
	if (f->link_flooded && e->type != ETHERNET_ARP && e->type != ETHERNET_IPV4)
		return VERDICT_SENT;
	v = take_in(r, f, e->type, bvi, now);
	if (!f->link_flooded)
		return v;
	port->stats.copies++;
	port->stats.consumed += v == VERDICT_CONSUMED;
	port->stats.forwarded += v == VERDICT_SENT;
	return VERDICT_SENT;
}

static enum verdict link_input(struct router *r, struct frame *f, struct interface *port,
			       mono_ms_t now)
{
	struct cursor c = cursor_over(f->data, f->len);
	struct ethernet e;

	TRACE(f, router_trace_input(r, f, port));
	if (port->shutdown)
		return drop(f, DROP_IP_ADMIN_DOWN);
	if (port->id.kind == INTERFACE_TUN) {
		if (f->len == 0)
			return drop(f, DROP_FRAME_TOO_SHORT);
		f->l3 = 0;
		return take_in(r, f, f->data[0] >> 4 == 4 ? ETHERNET_IPV4 : 0, port, now);
	}
	if (ethernet_parse(&c, &e) < 0)
		return drop(f, DROP_FRAME_TOO_SHORT);
	f->l3 = ETHERNET_LEN;
	f->link_group = mac_is_group(e.dst);
	if (mac_is_group(e.src) || mac_is_zero(e.src))
		return drop(f, DROP_MAC_SOURCE_INVALID);
	if (port->bvi != NO_INTERFACE)
		return switch_input(r, f, &e, port, now);
	if (!f->link_group && !mac_equal(e.dst, port->mac))
		return drop(f, DROP_MAC_NOT_OURS);
	return take_in(r, f, e.type, port, now);
}

/* Looks at a packet before its turn, as far as NAT wants to know. Nothing of it is believed yet.
 * Return: whether it is one of TCP or UDP. */
static bool glance(const struct router *r, const struct frame *f, struct nat_glance *out)
{
	const struct interface *in = f->port < INTERFACES_MAX ? r->interfaces[f->port] : NULL;
	uint32_t l3 = in && in->id.kind == INTERFACE_TAP ? ETHERNET_LEN : 0;
	const uint8_t *ip = f->data + l3;

	if (!in || f->len < l3 + IPV4_LEN + UDP_LEN ||
	    ip[0] != (IPV4_VERSION << 4 | IPV4_LEN / 4) ||
	    (ip[9] != IP_PROTO_UDP && ip[9] != IP_PROTO_TCP))
		return false;
	if (in->bvi != NO_INTERFACE)
		in = r->interfaces[in->bvi];
	*out = (struct nat_glance){
		.src = {wire_get32(ip + 12)},
		.dst = {wire_get32(ip + 16)},
		.sport = wire_get16(ip + IPV4_LEN),
		.dport = wire_get16(ip + IPV4_LEN + 2),
		.proto = ip[9],
		.inside = in->nat_side == CONFIG_NAT_INSIDE,
	};
	return true;
}

static void prefetch(const struct router *r, const struct frame *frames, unsigned int count)
{
	struct nat_glance glances[NAT_PREFETCH_MAX];
	unsigned int found = 0;

	for (unsigned int n = 0; n < count; n++)
		found += glance(r, &frames[n], &glances[found]);
	nat_prefetch(r->nat, glances, found);
}

/* One frame that came in, from its port to its fate. */
static void input(struct router *r, struct frame *f, mono_ms_t now)
{
	struct interface *port = f->port < INTERFACES_MAX ? r->interfaces[f->port] : NULL;
	enum verdict v;

	if (!port) {
		r->lost.count[DROP_PORT_DOWN]++;
		return;
	}
	f->drops = &port->stats.drops;
	f->in = f->port;
	f->at = now;
	f->trace = r->trace;
	port->stats.frames_in++;
	port->stats.bytes_in += f->len;
	v = link_input(r, f, port, now);
	TRACE(f, f->trace->verdict = v);
	switch (v) {
	case VERDICT_CONSUMED: port->stats.consumed++; break;
	case VERDICT_SENT: port->stats.forwarded++; break;
	case VERDICT_DROPPED: break; /* counted by drop() */
	case VERDICT_NEXT: assert(!"a frame without a fate"); break;
	}
}

void router_input(struct router *r, struct frame *frames, unsigned int count, mono_ms_t now)
{
	bool ahead = count > 1 && nat_prefetch_pays(r->nat);

	router_begin(r);
	for (unsigned int n = 0; n < count; n++) {
		if (ahead && n % NAT_PREFETCH_MAX == 0)
			prefetch(r, &frames[n], MIN(count - n, (unsigned int)NAT_PREFETCH_MAX));
		input(r, &frames[n], now);
	}
	router_dhcp_flush(r, now);
}

void router_input_error(struct router *r, unsigned int port, enum drop_reason reason)
{
	struct interface *i = port < INTERFACES_MAX ? r->interfaces[port] : NULL;

	if (!i) {
		r->lost.count[reason]++;
		return;
	}
	i->stats.frames_in++;
	i->stats.drops.count[reason]++;
}
