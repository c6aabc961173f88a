/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet's way out, from bottom to top of the file: pieces if the next link wants them, the next
 * hop's MAC, the switch, the output queue. See router.c for what comes before.
 *
 * Invariants: each frame handed over has one fate; of one that is flooded or cut in pieces the
 * first, and the others are copies. Nothing here allocates.
 */
#include "core/router_private.h"

#include "core/ip/split.h"
#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

/* ---- the queue -------------------------------------------------------------------------- */

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

	if (!o->needs_csum && len > link_len)
		l4 = link_len + (data[link_len] & 0xfu) * 4;
	if (o->gso != OFFLOAD_GSO_UDP_L4)
		header = l4 + TCP_LEN <= len ? (data[l4 + 12] >> 4) * 4u : TCP_LEN;
	return (uint16_t)MIN(l4 + header, len);
}

static ALWAYS_INLINE bool queue(struct router *r, const struct frame *f, uint16_t port,
				unsigned int link_len, uint8_t *data, uint32_t len)
{
	struct port_output *o = &r->output[r->output_count];

	if (r->output_count == OUTPUT_QUEUE_SIZE)
		return false;
	r->output_count++;
	o->port = port;
	o->hdr_len = 0;
	if (f->offload.gso != OFFLOAD_GSO_NONE)
		o->hdr_len = header_len(&f->offload, data, len, link_len);
	o->len = len;
	o->data = data;
	o->offload = f->offload;
	return true;
}

bool router_queue(struct router *r, const struct frame *f, uint16_t port, unsigned int link_len,
		  uint8_t *data, uint32_t len)
{
	return queue(r, f, port, link_len, data, len);
}

enum verdict router_emit(struct router *r, struct frame *f, struct interface *port, uint8_t *data,
			 uint32_t len)
{
	unsigned int link_len = port->id.kind == INTERFACE_TAP ? ETHERNET_LEN : 0;

	if (!port_line_up(port))
		return drop(f, DROP_PORT_DOWN);
	if (!queue(r, f, port->index, link_len, data, len))
		return drop(f, DROP_OUTPUT_QUEUE_FULL);
	port->stats.frames_out++;
	port->stats.bytes_out += len;
	port->stats.originated += f->own;
	TRACE(r, trace_output(r->trace, port->id, f->own, data, len));
	return VERDICT_SENT;
}

unsigned int router_flood(struct router *r, struct frame *f, struct interface *bvi, uint8_t *data,
			  uint32_t len)
{
	unsigned int sent = 0, lost = 0;

	vec_each (&bvi->members, member) {
		struct interface *port = r->interfaces[*member];

		if ((!f->own && f->port == *member && f->in == bvi->index) || !port_line_up(port))
			continue;
		if (r->output_count == OUTPUT_QUEUE_SIZE)
			lost++;
		else if (router_emit(r, f, port, data, len) == VERDICT_SENT)
			sent++;
	}
	if (sent > 0) /* the frame's fate is that it was sent, though not to all */
		r->lost.count[DROP_OUTPUT_QUEUE_FULL] += lost;
	return sent;
}

enum verdict router_flood_only(struct router *r, struct frame *f, struct interface *bvi,
			       uint8_t *data, uint32_t len, enum drop_reason nobody)
{
	if (router_flood(r, f, bvi, data, len) > 0)
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
		return router_emit(r, f, i, data, len);
	i->stats.frames_out++;
	i->stats.bytes_out += len;
	i->stats.originated += f->own;
	port = mac_is_group(to) ? BRIDGE_NO_PORT : bridge_find(r->bridge, i->index, to, f->at);
	if (port != BRIDGE_NO_PORT && port_line_up(r->interfaces[port]))
		return router_emit(r, f, r->interfaces[port], data, len);
	f->port = NO_INTERFACE; /* a routed packet may go back to where it came from */
	return router_flood_only(r, f, i, data, len, DROP_PORT_DOWN);
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
		return router_emit(r, f, out, frame_l3(f), f->end - f->l3);
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

/* ---- IPv4 ------------------------------------------------------------------------------- */

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
		uint32_t headers = router_wire_len(f) - size, payload = f->end - f->l3 - headers;

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
			   router_wire_len(f), out->mtu));
	if (!f->own && f->port < INTERFACES_MAX)
		way.in = r->interfaces[f->port];
	if (!split_frame(f, out->mtu, router_scratch(r, room), room, send_fragment, &way))
		return drop(f, DROP_OUTPUT_QUEUE_FULL);
	return way.first;
}

enum verdict router_ip_send(struct router *r, struct frame *f, struct interface *out,
			    ip4_t next_hop, mono_ms_t now)
{
	if (f->offload.gso == OFFLOAD_GSO_TCPV4 &&
	    router_wire_len(f) > out->mtu) /* shorter segments */
		f->offload.gso_size -= (uint16_t)(router_wire_len(f) - out->mtu);
	if (!f->dont_fragment && (f->nat_out || f->own))
		give_id(r, f);
	if (router_wire_len(f) > out->mtu)
		return send_in_pieces(r, f, out, next_hop, now);
	return link_output(r, f, out, next_hop, now);
}

enum verdict router_send_own(struct router *r, struct frame *f, mono_ms_t now)
{
	const struct route *route = router_route_of(r, f);

	if (!route || route->source == ROUTE_LOCAL)
		return drop(f, DROP_IP_NO_ROUTE);
	return router_ip_send(r, f, r->interfaces[route->interface],
			      ip4_is_any(route->next_hop) ? f->dst : route->next_hop, now);
}

void router_output_error(struct router *r, unsigned int port)
{
	struct interface *i = port < PORTS_MAX ? r->interfaces[port] : NULL;

	r->lost.count[DROP_OUTPUT_WRITE_FAILED]++;
	if (i)
		i->stats.frames_out--;
}
