/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet is made up as its sender would have sent it, and comes in traced. What the router has
 * learnt says who the sender is and which station it sends to; where it has learnt nothing, a
 * station is made up too, with a locally administered MAC.
 *
 * Not supported: pieces of datagrams, IPv4 options, the quotes of ICMP errors.
 */
#include "core/router_private.h"

#include "core/wire/icmp.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

/* ---- where it comes in ------------------------------------------------------------------ */

/* The MAC of a station on @in, if ARP has learnt it. */
static bool known_mac(const struct router *r, const struct interface *in, ip4_t address, mac_t *mac)
{
	const struct neighbour *n = neighbour_find(r->neighbours, in->index, address);

	if (!n || n->state == NEIGHBOUR_INCOMPLETE || n->state == NEIGHBOUR_FAILED)
		return false;
	*mac = n->mac;
	return true;
}

/* Who sends it: the station itself, or the gateway that it is behind. */
static mac_t sender_mac(const struct router *r, const struct interface *in, ip4_t src)
{
	const struct route *back = route_find(&r->routes, src);
	mac_t mac = {{0x02, 0, (uint8_t)(src.host >> 24), (uint8_t)(src.host >> 16),
		      (uint8_t)(src.host >> 8), (uint8_t)src.host}};

	if (known_mac(r, in, src, &mac))
		return mac;
	if (back && back->interface == in->index && !ip4_is_any(back->next_hop))
		known_mac(r, in, back->next_hop, &mac);
	return mac;
}

/* Whom the sender gives it to: a neighbour of its own, all of them, or else the router. */
static mac_t receiver_mac(const struct router *r, const struct interface *in, ip4_t dst)
{
	const struct route *route = route_find(&r->routes, dst);
	mac_t group = {{0x01, 0x00, 0x5e, (uint8_t)(dst.host >> 16 & 0x7f),
			(uint8_t)(dst.host >> 8), (uint8_t)dst.host}};

	if (ip4_equal(dst, IP4_BROADCAST))
		return MAC_BROADCAST;
	if (ip4_is_multicast(dst)) /* RFC 1112 s6.4 */
		return group;
	if (!route || route->source != ROUTE_CONNECTED || route->interface != in->index ||
	    interface_holds(in, dst))
		return in->mac;
	if (route->network.len < 31 && ip4_equal(dst, ip4_directed_broadcast(route->network)))
		return MAC_BROADCAST;
	return sender_mac(r, in, dst);
}

/* The port of a BVI behind which the station is, or the first that is up; NULL: none is. */
static struct interface *port_of_bvi(const struct router *r, const struct interface *bvi, mac_t mac,
				     mono_ms_t now)
{
	uint16_t port = bridge_find(r->bridge, bvi->index, mac, now);

	if (port != BRIDGE_NO_PORT && interface_line_up(r, r->interfaces[port]))
		return r->interfaces[port];
	vec_each (&bvi->members, member) {
		if (interface_line_up(r, r->interfaces[*member]))
			return r->interfaces[*member];
	}
	return NULL;
}

static struct interface *find(const struct router *r, struct interface_id id)
{
	for (unsigned int n = 0; n < r->interface_last; n++)
		if (r->interfaces[n] && interface_id_equal(r->interfaces[n]->id, id))
			return r->interfaces[n];
	return NULL;
}

/* ---- the packet ------------------------------------------------------------------------- */

static uint32_t headers_len(uint8_t proto)
{
	switch ((enum ip_proto)proto) {
	case IP_PROTO_TCP: return IPV4_LEN + TCP_LEN;
	case IP_PROTO_UDP: return IPV4_LEN + UDP_LEN;
	case IP_PROTO_ICMP: return IPV4_LEN + ICMP_LEN;
	}
	return IPV4_LEN;
}

/* Writes the packet at @at, @len bytes of zeros with as many behind them. */
static void build(const struct trace_packet *p, uint8_t *at, uint32_t len)
{
	struct writer w = writer_over(at, len);
	const uint8_t *payload = at + len;
	uint32_t payload_len = len - headers_len(p->proto);
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = (uint16_t)len,
			  .ttl = p->ttl,
			  .proto = p->proto,
			  .dont_fragment = p->dont_fragment,
			  .src = p->src,
			  .dst = p->dst};
	struct tcp tcp = {.sport = p->sport,
			  .dport = p->dport,
			  .header_len = TCP_LEN,
			  .seq = p->seq,
			  .ack = p->ack,
			  .flags = p->tcp_flags,
			  .window = UINT16_MAX};
	uint8_t *sum = at + IPV4_LEN + TCP_CHECKSUM_OFFSET;

	ipv4_build(&w, &ip);
	switch ((enum ip_proto)p->proto) {
	case IP_PROTO_TCP:
		tcp_build(&w, &tcp, p->src, p->dst);
		/* the payload is zeros: only its length counts, in the pseudo-header */
		wire_put16(sum, checksum_update(wire_get16(sum),
						checksum_delta16(0, (uint16_t)payload_len)));
		break;
	case IP_PROTO_UDP:
		udp_build(&w, &(struct udp){.sport = p->sport, .dport = p->dport}, p->src, p->dst,
			  payload, payload_len);
		break;
	case IP_PROTO_ICMP:
		icmp_build(&w,
			   &(struct icmp){.type = p->icmp_type,
					  .code = p->icmp_code,
					  .id = p->icmp_id,
					  .seq = 1},
			   payload, payload_len);
		break;
	}
}

/* The packet as it stands after its way through the router. */
static void read_back(const struct frame *f, struct trace_packet *p)
{
	if (f->end == 0)
		return; /* it was not looked into */
	p->src = f->src;
	p->dst = f->dst;
	p->ttl = f->ttl;
	p->len = (uint16_t)(f->end - f->l3);
	if (p->proto == IP_PROTO_ICMP) {
		p->icmp_type = frame_l4(f)[0];
		p->icmp_id = f->sport;
	} else {
		p->sport = f->sport;
		p->dport = f->dport;
	}
}

/* The numbers that are due on a connection, unless one was asked for. */
static void number(struct router *r, struct trace_packet *p, mono_ms_t now)
{
	struct nat_segment segment = {
		.src = p->src, .dst = p->dst, .sport = p->sport, .dport = p->dport};

	if (p->proto != IP_PROTO_TCP)
		return;
	nat_expect(r->nat, &segment, now);
	p->ack = p->tcp_flags & TCP_ACK ? segment.ack : 0;
	if (!p->has_seq)
		p->seq = segment.seq;
}

/* ---- the probe -------------------------------------------------------------------------- */

/* Where the packet comes in. @in: out; the layer 3 interface. Return: 0; -errno of router_probe().
 */
static int way_in(const struct router *r, const struct trace_packet *packet, mono_ms_t now,
		  struct interface **port, struct interface **in)
{
	*port = *in = find(r, packet->interface);
	if (!*in)
		return -ENOENT;
	switch ((enum interface_kind)(*in)->id.kind) {
	case INTERFACE_TUN: break;
	case INTERFACE_TAP:
		if ((*port)->bvi != NO_INTERFACE)
			*in = r->interfaces[(*port)->bvi];
		break;
	case INTERFACE_BVI:
		*port = port_of_bvi(r, *in, sender_mac(r, *in, packet->src), now);
		break;
	case INTERFACE_LOOPBACK:
	case INTERFACE_NONE:
	case INTERFACE_KIND_COUNT: return -EOPNOTSUPP;
	}
	return *port && interface_line_up(r, *port) ? 0 : -ENETDOWN;
}

int router_probe(struct router *r, const struct trace_packet *packet, struct trace *trace,
		 mono_ms_t now)
{
	uint32_t len = MAX(packet->len, headers_len(packet->proto));
	struct interface *port, *in;
	struct frame f = {0};
	uint8_t *room;
	unsigned int count;
	int ret = way_in(r, packet, now, &port, &in);

	if (ret < 0)
		return ret;
	if (packet->len != 0 && packet->len < len)
		return -EINVAL;
	room = calloc(1, FRAME_HEADROOM + ETHERNET_LEN + 2 * len); /* the payload is copied too */
	if (!room)
		return -ENOMEM;
	memset(trace, 0, sizeof(*trace));
	trace->packet = *packet;
	trace->packet.len = (uint16_t)len;
	number(r, &trace->packet, now);
	build(&trace->packet, room + FRAME_HEADROOM + ETHERNET_LEN, len);
	f.data = room + FRAME_HEADROOM + ETHERNET_LEN;
	f.len = len;
	f.port = port->index;
	if (port->id.kind == INTERFACE_TAP) {
		struct writer w = writer_over(f.data - ETHERNET_LEN, ETHERNET_LEN);

		f.data -= ETHERNET_LEN;
		f.len += ETHERNET_LEN;
		ethernet_build(&w, &(struct ethernet){.dst = receiver_mac(r, in, packet->dst),
						      .src = sender_mac(r, in, packet->src),
						      .type = ETHERNET_IPV4});
	}
	router_output(r, &count);
	router_set_trace(r, trace);
	router_input(r, &f, 1, now);
	router_set_trace(r, NULL);
	router_output(r, &count); /* written down already; their bytes go with this room */
	read_back(&f, &trace->packet);
	free(room);
	return 0;
}
