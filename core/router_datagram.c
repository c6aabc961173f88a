/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams to and from what runs beside the core.
 *
 * Model: a queue of datagrams that came in, and a table of ports that were opened for answers. A
 * query is let in from the inside only, to an address of the inside, and only when its sender lives
 * there: nothing that is answered leaves by an outside interface, whatever source a query claims.
 *
 * Invariants: a port is open on one address for one remote endpoint, and while it is, NAT has it
 * set aside if the address is public; `lent` tells. Not supported: datagrams longer than
 * DATAGRAM_MAX.
 */
#include "core/router_private.h"

#include "core/wire/ipv4.h"
#include "core/wire/udp.h"

/* ---- ports ------------------------------------------------------------------------------ */

static struct datagram_port *port_find(struct router *r, uint16_t port)
{
	return r->ports.place[port] ? &r->ports.at[r->ports.place[port] - 1] : NULL;
}

void router_datagram_close(struct router *r, uint16_t port)
{
	struct datagram_port *open = port_find(r, port);

	if (!open)
		return;
	if (open->lent)
		nat_return_port(r->nat, open->local, port);
	memset(open, 0, sizeof(*open));
	r->ports.place[port] = 0;
	r->ports.count--;
}

/* A place for one more; those that have timed out make room. Return: NULL: there is none. */
static struct datagram_port *port_place(struct router *r, mono_ms_t now)
{
	for (unsigned int n = 0; n < DATAGRAM_PORTS_MAX; n++) {
		struct datagram_port *at = &r->ports.at[n];

		if (at->port != 0 && mono_reached(at->until, now))
			router_datagram_close(r, at->port);
		if (at->port == 0)
			return at;
	}
	return NULL;
}

int router_datagram_open(struct router *r, struct datagram_port *port, mono_ms_t now)
{
	const struct route *route = route_find(&r->routes, port->peer);
	struct datagram_port *open = port_find(r, port->port);

	assert(port->port >= 1024);
	if (!route || route->source == ROUTE_LOCAL)
		return -ENETUNREACH;
	port->local = interface_source(r->interfaces[route->interface],
				       ip4_is_any(route->next_hop) ? port->peer : route->next_hop);
	if (ip4_is_any(port->local))
		return -ENETUNREACH;
	if (open && !mono_reached(open->until, now))
		return -EADDRINUSE;
	router_datagram_close(r, port->port);
	open = port_place(r, now);
	if (!open)
		return -ENOBUFS;
	if (!nat_lend_port(r->nat, port->local, port->port))
		return -EADDRINUSE;
	port->lent = nat_is_public(r->nat, port->local);
	*open = *port;
	r->ports.place[port->port] = (uint16_t)(open - r->ports.at + 1);
	r->ports.count++;
	return 0;
}

void router_datagram_reserve(struct router *r)
{
	for (unsigned int n = 0; r->ports.count > 0 && n < DATAGRAM_PORTS_MAX; n++) {
		struct datagram_port *at = &r->ports.at[n];

		if (at->port == 0)
			continue;
		at->lent = false; /* what was lent, NAT has forgotten */
		if (nat_is_public(r->nat, at->local) && nat_lend_port(r->nat, at->local, at->port))
			at->lent = true;
	}
}

/* ---- in --------------------------------------------------------------------------------- */

/* Whether an address is the router's own on an interface that is not outside. */
static bool is_inside_address(const struct router *r, ip4_t address)
{
	const struct route *route = route_find(&r->routes, address);

	return route && route->source == ROUTE_LOCAL &&
	       r->interfaces[route->interface]->nat_side != CONFIG_NAT_OUTSIDE;
}

void router_serve_dns(struct router *r, bool served)
{
	r->dns_served = served;
}

/* A query to the name server, which is nobody's but the inside's. */
static bool is_query(const struct router *r, const struct frame *f)
{
	const struct interface *in = f->in < INTERFACES_MAX ? r->interfaces[f->in] : NULL;
	const struct route *back;

	if (f->dport != DATAGRAM_DNS_PORT || f->sport == 0 || !r->config.dns.server ||
	    !r->dns_served || !in || in->nat_side == CONFIG_NAT_OUTSIDE ||
	    !is_inside_address(r, f->dst))
		return false;
	back = route_find(&r->routes, f->src);
	return back && r->interfaces[back->interface]->nat_side != CONFIG_NAT_OUTSIDE;
}

bool router_datagram_wanted(const struct router *r, const struct frame *f, mono_ms_t now)
{
	const struct datagram_port *open;

	if (frame_is_fragment(f))
		return false;
	if (r->ports.place[f->dport] == 0)
		return is_query(r, f);
	open = &r->ports.at[r->ports.place[f->dport] - 1];
	return ip4_equal(open->local, f->dst) && ip4_equal(open->peer, f->src) &&
	       open->peer_port == f->sport && !mono_reached(open->until, now);
}

enum verdict router_datagram_input(struct router *r, struct frame *f)
{
	struct cursor c = cursor_over(frame_l4(f), frame_l4_len(f));
	struct datagram_queue *q = &r->datagrams;
	struct datagram *to;
	struct udp udp;

	TRACE(f, trace_add(f->trace, TRACE_LOCAL, "for the router's name server"));
	/* a super-frame holds several datagrams: no resolver sends them so */
	if (udp_parse(&c, &udp) < 0 || f->offload.gso != OFFLOAD_GSO_NONE ||
	    (!f->offload.needs_csum && !udp_checksum_ok(frame_l4(f), udp.len, f->src, f->dst)))
		return drop(f, DROP_TRANSPORT_MALFORMED);
	if (udp.len - UDP_LEN > DATAGRAM_MAX)
		return drop(f, DROP_DATAGRAM_TOO_LONG);
	if (q->count == DATAGRAM_QUEUE_SIZE)
		return drop(f, DROP_DATAGRAM_QUEUE_FULL);
	to = &q->at[(q->head + q->count++) % DATAGRAM_QUEUE_SIZE];
	to->src = f->src;
	to->dst = f->dst;
	to->sport = f->sport;
	to->dport = f->dport;
	to->len = (uint16_t)(udp.len - UDP_LEN);
	memcpy(to->bytes, frame_l4(f) + UDP_LEN, to->len);
	return VERDICT_CONSUMED;
}

bool router_next_datagram(struct router *r, struct datagram *out)
{
	struct datagram_queue *q = &r->datagrams;
	const struct datagram *from = &q->at[q->head];

	if (q->count == 0)
		return false;
	memcpy(out, from, offsetof(struct datagram, bytes) + from->len);
	q->head = (q->head + 1) % DATAGRAM_QUEUE_SIZE;
	q->count--;
	return true;
}

/* ---- out -------------------------------------------------------------------------------- */

int router_send_datagram(struct router *r, const struct datagram *d, mono_ms_t now)
{
	uint32_t len = IPV4_LEN + UDP_LEN + d->len;
	const struct route *own = route_find(&r->routes, d->src);
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = (uint16_t)len,
			  .ttl = IPV4_TTL,
			  .proto = IP_PROTO_UDP,
			  .src = d->src,
			  .dst = d->dst};
	struct udp udp = {.sport = d->sport, .dport = d->dport};
	struct writer w;
	struct frame f;
	uint8_t *packet;

	if (d->len > DATAGRAM_MAX)
		return -EMSGSIZE;
	if (!own || own->source != ROUTE_LOCAL)
		return -EADDRNOTAVAIL;
	router_begin(r);
	packet = router_scratch(r, len);
	if (!packet) {
		r->lost.count[DROP_OUTPUT_QUEUE_FULL]++;
		return -EIO;
	}
	w = writer_over(packet, len);
	ipv4_build(&w, &ip);
	udp_build(&w, &udp, ip.src, ip.dst, d->bytes, d->len);
	router_frame_own(r, &f, packet, len, NULL);
	router_parse_own(&f);
	f.at = now;
	return router_send_own(r, &f, now) == VERDICT_DROPPED ? -EIO : 0;
}
