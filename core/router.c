/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame's way through the router, from top to bottom: link, IPv4 checks, inbound NAT, route, time
 * to live and MTU, outbound NAT, neighbour, output queue. Each step returns a verdict; NEXT goes
 * on.
 *
 * Invariants: a frame that comes in has one fate (sent, consumed, dropped), a flooded one that the
 * router also takes in has two, which `copies` counts. The bytes of a flooded frame are never
 * changed. Nothing here allocates.
 */
#include "core/router_private.h"

#include "core/ip/mss.h"
#include "core/ip/split.h"
#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

/* ---- output ----------------------------------------------------------------------------- */

uint8_t *router_scratch(struct router *r, uint32_t len)
{
	uint32_t need = (FRAME_HEADROOM + len + 63) & ~63u;
	uint8_t *at;

	if (need > SCRATCH_SIZE - r->scratch_used)
		return NULL;
	at = r->scratch + r->scratch_used;
	r->scratch_used += need;
	return at + FRAME_HEADROOM;
}

void router_begin(struct router *r)
{
	if (r->output_count > 0)
		return;
	r->scratch_used = 0;
	fragment_release(r->fragments);
}

const struct port_output *router_output(struct router *r, unsigned int *count)
{
	*count = r->output_count;
	r->output_count = 0;
	return r->output;
}

/* Bytes of all headers of a super-frame, which the device wants to know. */
static uint16_t header_len(const struct offload *o, const uint8_t *data, uint32_t len,
			   unsigned int link_len)
{
	uint32_t l4 = link_len + o->csum_start;
	uint32_t header = UDP_LEN;

	if (o->gso == OFFLOAD_GSO_NONE)
		return 0;
	if (!o->needs_csum && len > link_len)
		l4 = link_len + (data[link_len] & 0xfu) * 4;
	if (o->gso != OFFLOAD_GSO_UDP_L4)
		header = l4 + TCP_LEN <= len ? (data[l4 + 12] >> 4) * 4u : TCP_LEN;
	return (uint16_t)MIN(l4 + header, len);
}

bool router_queue(struct router *r, const struct frame *f, uint16_t port, unsigned int link_len,
		  uint8_t *data, uint32_t len)
{
	if (r->output_count == OUTPUT_QUEUE_SIZE)
		return false;
	r->output[r->output_count++] = (struct port_output){
		.port = port,
		.hdr_len = header_len(&f->offload, data, len, link_len),
		.len = len,
		.data = data,
		.offload = f->offload,
	};
	return true;
}

/* Queues @len bytes at @data for a port. */
static enum verdict emit(struct router *r, struct frame *f, struct interface *port, uint8_t *data,
			 uint32_t len)
{
	unsigned int link_len = port->id.kind == INTERFACE_TAP ? ETHERNET_LEN : 0;

	if (!port_line_up(port))
		return drop(f, DROP_PORT_DOWN);
	if (!router_queue(r, f, port->index, link_len, data, len))
		return drop(f, DROP_OUTPUT_QUEUE_FULL);
	port->stats.frames_out++;
	port->stats.bytes_out += len;
	port->stats.originated += f->own;
	TRACE(r, trace_output(r->trace, port->id, f->own, data, len));
	return VERDICT_SENT;
}

/* Hands a frame to every port of a bridge but the one it came from. Return: to how many. */
static unsigned int flood(struct router *r, struct frame *f, struct interface *bvi, uint8_t *data,
			  uint32_t len)
{
	unsigned int sent = 0, lost = 0;

	vec_each (&bvi->members, member) {
		struct interface *port = r->interfaces[*member];

		if ((!f->own && f->port == *member && f->in == bvi->index) || !port_line_up(port))
			continue;
		if (r->output_count == OUTPUT_QUEUE_SIZE)
			lost++;
		else if (emit(r, f, port, data, len) == VERDICT_SENT)
			sent++;
	}
	if (sent > 0) /* the frame's fate is that it was sent, though not to all */
		r->lost.count[DROP_OUTPUT_QUEUE_FULL] += lost;
	return sent;
}

/* Floods a frame that goes nowhere else. @nobody: the reason when there is no port to send it to.
 */
static enum verdict flood_only(struct router *r, struct frame *f, struct interface *bvi,
			       uint8_t *data, uint32_t len, enum drop_reason nobody)
{
	if (flood(r, f, bvi, data, len) > 0)
		return VERDICT_SENT;
	return drop(f, r->output_count == OUTPUT_QUEUE_SIZE ? DROP_OUTPUT_QUEUE_FULL : nobody);
}

/* @type: enum ethernet_type */
static ALWAYS_INLINE enum verdict ethernet_output(struct router *r, struct frame *f,
						  struct interface *i, mac_t to, uint16_t type)
{
	uint8_t *data = frame_l3(f) - ETHERNET_LEN;
	uint32_t len = f->end - f->l3 + ETHERNET_LEN;
	struct writer w = writer_over(data, ETHERNET_LEN);
	uint16_t port;

	ethernet_build(&w, &(struct ethernet){.dst = to, .src = i->mac, .type = type});
	if (i->id.kind == INTERFACE_TAP)
		return emit(r, f, i, data, len);
	i->stats.frames_out++;
	i->stats.bytes_out += len;
	i->stats.originated += f->own;
	port = mac_is_group(to) ? BRIDGE_NO_PORT : bridge_find(r->bridge, i->index, to, f->at);
	if (port != BRIDGE_NO_PORT && port_line_up(r->interfaces[port]))
		return emit(r, f, r->interfaces[port], data, len);
	f->port = NO_INTERFACE; /* a routed packet may go back to where it came from */
	return flood_only(r, f, i, data, len, DROP_PORT_DOWN);
}

enum verdict router_ethernet_output(struct router *r, struct frame *f, struct interface *i,
				    mac_t to)
{
	return ethernet_output(r, f, i, to,
			       frame_l3(f)[0] >> 4 == 4 ? ETHERNET_IPV4 : ETHERNET_ARP);
}

/* A packet that waited goes nowhere. @in: the port it came in by; NULL. */
static void drop_held(struct interface *in, struct frame *f, enum drop_reason reason)
{
	drop(f, reason);
	if (in)
		in->stats.forwarded--; /* so it was counted when it began to wait */
}

void router_run_neighbours(struct router *r, mono_ms_t now)
{
	struct neighbour_action action;
	struct neighbour_held held;

	if (r->neighbours_run)
		return;
	r->neighbours_run = true;
	while (neighbour_take_lost(r->neighbours, &held))
		drop_held(router_held_port(r, &held.frame), &held.frame, DROP_NEIGHBOUR_GIVEN_UP);
	while (neighbour_due(r->neighbours, &action, now)) {
		struct interface *i = r->interfaces[action.interface];

		if (action.kind == NEIGHBOUR_ASK) {
			struct arp ask = {.op = ARP_REQUEST,
					  .sender_mac = i->mac,
					  .sender = interface_source(i, action.address),
					  .target = action.address};

			router_send_arp(r, i, &ask, action.unicast ? action.mac : MAC_BROADCAST);
			continue;
		}
		while (neighbour_take_held(r->neighbours, action.interface, action.address,
					   &held)) {
			struct frame *f = &held.frame;
			struct interface *in = router_held_port(r, f);

			router_icmp_error(r, f, ICMP_UNREACHABLE, ICMP_HOST_UNREACHABLE, 0, now);
			drop_held(in, f, DROP_NEIGHBOUR_UNREACHABLE);
		}
	}
	r->neighbours_run = false;
}

struct interface *router_held_port(struct router *r, struct frame *f)
{
	struct interface *in = f->port < INTERFACES_MAX ? r->interfaces[f->port] : NULL;

	/* the interface may have gone while the packet waited, or its counters been cleared */
	if (f->own || (in && in->stats.forwarded == 0))
		in = NULL;
	f->drops = in ? &in->stats.drops : &r->lost;
	if (f->in >= INTERFACES_MAX || !r->interfaces[f->in])
		f->in = NO_INTERFACE;
	return in;
}

static enum verdict hold(struct router *r, struct frame *f, struct interface *out, ip4_t next_hop,
			 mono_ms_t now)
{
	struct frame waiting = *f;
	int status;

	waiting.trace = NULL; /* it outlives the call that is traced */
	status = neighbour_hold(r->neighbours, out->index, next_hop, &waiting);
	router_run_neighbours(r, now);
	if (status == -EMSGSIZE)
		return drop(f, DROP_NEIGHBOUR_TOO_LARGE);
	return status < 0 ? drop(f, DROP_NEIGHBOUR_QUEUE_FULL) : VERDICT_SENT;
}

/* No MAC to send to. @status: of neighbour_resolve(). */
static enum verdict no_neighbour(struct router *r, struct frame *f, struct interface *out,
				 ip4_t next_hop, int status, mono_ms_t now)
{
	if (status == -EAGAIN)
		return hold(r, f, out, next_hop, now);
	if (status == -ENOSPC)
		return drop(f, DROP_NEIGHBOUR_TABLE_FULL);
	router_icmp_error(r, f, ICMP_UNREACHABLE, ICMP_HOST_UNREACHABLE, 0, now);
	return drop(f, DROP_NEIGHBOUR_UNREACHABLE);
}

static ALWAYS_INLINE enum verdict link_output(struct router *r, struct frame *f,
					      struct interface *out, ip4_t next_hop, mono_ms_t now)
{
	mac_t mac;
	int status;

	f->at = now;
	switch ((enum interface_kind)out->id.kind) {
	case INTERFACE_TUN:
		TRACE(f, router_trace_neighbour(r, f, out, next_hop, 0, (mac_t){{0}}));
		return emit(r, f, out, frame_l3(f), f->end - f->l3);
	case INTERFACE_TAP:
	case INTERFACE_BVI: break;
	case INTERFACE_LOOPBACK:
	case INTERFACE_NONE:
	case INTERFACE_KIND_COUNT: return drop(f, DROP_IP_NO_ROUTE);
	}
	status = neighbour_resolve(r->neighbours, out->index, next_hop, &mac, now);
	TRACE(f, router_trace_neighbour(r, f, out, next_hop, status, mac));
	if (status < 0)
		return no_neighbour(r, f, out, next_hop, status, now);
	if (mono_reached(neighbour_deadline(r->neighbours), now))
		router_run_neighbours(r, now);
	return ethernet_output(r, f, out, mac, ETHERNET_IPV4);
}

enum verdict router_link_output(struct router *r, struct frame *f, struct interface *out,
				ip4_t next_hop, mono_ms_t now)
{
	return link_output(r, f, out, next_hop, now);
}

/* ---- routing ---------------------------------------------------------------------------- */

/* Longest IPv4 packet that will be on the wire: a super-frame counts by its segments. */
static ALWAYS_INLINE uint32_t wire_len(const struct frame *f)
{
	if (f->offload.gso == OFFLOAD_GSO_NONE)
		return f->end - f->l3;
	return (uint32_t)(f->l4 - f->l3) + f->offload.gso_size +
	       (f->offload.gso == OFFLOAD_GSO_TCPV4 ? (frame_l4(f)[12] >> 4) * 4u : UDP_LEN);
}

struct split_way {
	struct router *r;
	struct interface *out;
	ip4_t next_hop;
	mono_ms_t now;
	struct interface *in; /* port that counts the packet; NULL: it is the router's own */
	bool begun;
	enum verdict first; /* fate of the first fragment, which stands for the packet's */
};

/* One fragment of a packet too long for the next link. Each has a fate: those behind the first are
 * counted as copies of the frame that came in. */
static void send_fragment(void *way_of, struct frame *fragment)
{
	struct split_way *way = way_of;
	enum verdict v;

	if (way->begun && !way->in)
		fragment->drops = &way->r->lost;
	v = router_link_output(way->r, fragment, way->out, way->next_hop, way->now);
	if (!way->begun) {
		way->begun = true;
		way->first = v;
	} else if (way->in) {
		way->in->stats.copies++;
		way->in->stats.forwarded += v == VERDICT_SENT;
	}
}

/* A packet that leaves under an address of ours, and that may be fragmented further on, gets an
 * identification that no other such packet has (RFC 7857 s2.3, RFC 6864 s4.3). */
static void give_id(struct router *r, struct frame *f)
{
	uint32_t size = f->offload.gso_size, segments = 1;

	if (f->offload.gso != OFFLOAD_GSO_NONE) {
		uint32_t headers = wire_len(f) - size, payload = f->end - f->l3 - headers;

		segments = MAX((payload + size - 1) / size, 1u);
	}
	ip_id_stamp(&r->ip_ids, f, segments);
}

/* Sends a packet that is too long for the next link in pieces. */
static enum verdict send_in_pieces(struct router *r, struct frame *f, struct interface *out,
				   ip4_t next_hop, mono_ms_t now)
{
	struct split_way way = {.r = r, .out = out, .next_hop = next_hop, .now = now};
	uint32_t room = split_room(f, out->mtu);

	TRACE(f, trace_add(f->trace, TRACE_MTU, "%u bytes do not fit MTU %u: sent in pieces",
			   wire_len(f), out->mtu));
	if (!f->own && f->port < INTERFACES_MAX)
		way.in = r->interfaces[f->port];
	if (!split_frame(f, out->mtu, router_scratch(r, room), room, send_fragment, &way))
		return drop(f, DROP_OUTPUT_QUEUE_FULL);
	return way.first;
}

/* Sends, in pieces if the next link wants them (RFC 791 s2.3, RFC 1191 s3). */
static ALWAYS_INLINE enum verdict ip_send(struct router *r, struct frame *f, struct interface *out,
					  ip4_t next_hop, mono_ms_t now)
{
	if (f->offload.gso == OFFLOAD_GSO_TCPV4 && wire_len(f) > out->mtu) /* shorter segments */
		f->offload.gso_size -= (uint16_t)(wire_len(f) - out->mtu);
	if (!f->dont_fragment && (f->nat_out || f->own))
		give_id(r, f);
	if (wire_len(f) > out->mtu)
		return send_in_pieces(r, f, out, next_hop, now);
	return link_output(r, f, out, next_hop, now);
}

/* The route of a packet. A destination that stood for a host outside may have an address that is
 * used inside too: then the address that the sender wrote shows the way. */
static const struct route *route_of(const struct router *r, const struct frame *f)
{
	const struct route *route = route_find(&r->routes, f->dst);

	if (ip4_is_any(f->outside_local) ||
	    (route && r->interfaces[route->interface]->nat_side == CONFIG_NAT_OUTSIDE))
		return route;
	return route_find(&r->routes, f->outside_local);
}

enum verdict router_send_own(struct router *r, struct frame *f, mono_ms_t now)
{
	const struct route *route = route_of(r, f);

	if (!route || route->source == ROUTE_LOCAL)
		return drop(f, DROP_IP_NO_ROUTE);
	return ip_send(r, f, r->interfaces[route->interface],
		       ip4_is_any(route->next_hop) ? f->dst : route->next_hop, now);
}

/* Whether a packet has to turn back before it may be sent (RFC 4787 REQ-13). DEVIATION: a
 * super-frame of UDP that is too long is refused as if it might not be fragmented; its sender then
 * sends smaller datagrams. */
bool router_too_long(const struct frame *f, const struct interface *out)
{
	uint32_t len = wire_len(f);

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
	const struct route *route = route_of(r, f);
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
	if (wire_len(f) > out->mtu && router_too_long(f, out)) {
		TRACE(f, trace_deny(f->trace, TRACE_MTU,
				    "%u bytes do not fit MTU %u of %s and may not be cut",
				    wire_len(f), out->mtu, trace_interface(f->trace, out->id)));
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
	return ip_send(r, f, out, next_hop, now);
}

/* Whether a fragment cannot go on alone: NAT and the router itself want whole datagrams. */
static bool wants_whole(const struct router *r, const struct frame *f, const struct interface *in)
{
	const struct route *route;

	if (nat_is_public(r->nat, f->dst))
		return true;
	route = route_of(r, f);
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

enum verdict router_ip_parse(struct frame *f)
{
	struct cursor c = cursor_over(frame_l3(f), f->len - f->l3);
	struct ipv4 ip;

	if (ipv4_parse(&c, &ip) < 0 || ip.total_len > f->len - f->l3)
		return drop(f, DROP_IP_MALFORMED);
	if (!ipv4_checksum_ok(frame_l3(f), ip.header_len))
		return drop(f, DROP_IP_CHECKSUM);
	if (ip.options) {
		switch (ipv4_options_check(ip.options, ip.header_len - IPV4_LEN)) {
		case IPV4_OPTIONS_FINE: break;
		case IPV4_OPTIONS_SOURCE_ROUTE: return drop(f, DROP_IP_SOURCE_ROUTE);
		case IPV4_OPTIONS_INVALID: return drop(f, DROP_IP_OPTION_INVALID);
		}
	}
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
	if (!offload_fits(f))
		return drop(f, DROP_OFFLOAD_INVALID);
	return frame_parse_transport(f) ? VERDICT_NEXT : drop(f, DROP_TRANSPORT_MALFORMED);
}

/* Whether a DHCP message may be meant for the server: to all, or to this very interface. */
static bool is_dhcp_here(const struct frame *f, const struct interface *in)
{
	return frame_is_dhcp(f) &&
	       (ip4_equal(f->dst, IP4_BROADCAST) || interface_holds(in, f->dst));
}

static enum verdict ip_input(struct router *r, struct frame *f, struct interface *in, mono_ms_t now)
{
	enum verdict v = router_ip_parse(f);

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
			return emit(r, f, r->interfaces[to], f->data, f->len);
		return flood_only(r, f, bvi, f->data, f->len, DROP_BRIDGE_NO_OTHER_PORT);
	}
	f->link_flooded = flood(r, f, bvi, f->data, f->len) > 0;
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

void router_input(struct router *r, struct frame *frames, unsigned int count, mono_ms_t now)
{
	router_begin(r);
	for (unsigned int n = 0; n < count; n++) {
		struct frame *f = &frames[n];
		struct interface *port = f->port < INTERFACES_MAX ? r->interfaces[f->port] : NULL;
		enum verdict v;

		if (!port) {
			r->lost.count[DROP_PORT_DOWN]++;
			continue;
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

void router_output_error(struct router *r, unsigned int port)
{
	struct interface *i = port < PORTS_MAX ? r->interfaces[port] : NULL;

	r->lost.count[DROP_OUTPUT_WRITE_FAILED]++;
	if (i)
		i->stats.frames_out--;
}
