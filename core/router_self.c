/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets to and from the router's own host: core/self.h has the rules.
 *
 * Model: the host is a line of its own beside the interfaces, without addresses: what it sends is
 * routed like a packet that the router made, and what it gets is a packet to the router that one of
 * the rules names. Nothing is translated: a source is an address of the router, and NAT knows which
 * of its ports are lent. Not supported: packets of the host to an address of the router's, or to a
 * VIP.
 */
#include "core/router_private.h"

#include "core/nat/icmp_quote.h"
#include "core/self.h"
#include "core/wire/ipv4.h"

/* ---- what is open ----------------------------------------------------------------------- */

static struct self_service *service_find(struct router *r, uint8_t protocol, uint16_t port)
{
	for (unsigned int n = 0; n < r->self.service_count; n++) {
		struct self_service *at = &r->self.services[n];

		if (at->proto == protocol && at->port == port)
			return at;
	}
	return NULL;
}

int router_serve(struct router *r, uint8_t protocol, uint16_t port, bool served)
{
	struct self_service *at = service_find(r, protocol, port);

	assert(protocol == IP_PROTO_TCP || protocol == IP_PROTO_UDP);
	if (!at && served) {
		if (r->self.service_count == SELF_SERVICES_MAX)
			return -ENOSPC;
		r->self.services[r->self.service_count++] = (struct self_service){protocol, port};
	}
	if (at && !served)
		*at = r->self.services[--r->self.service_count];
	r->self.open = r->self.lends || r->self.service_count > 0;
	return 0;
}

int router_lend(struct router *r, uint8_t protocol, ip4_t peer, uint64_t random,
		struct endpoint *source, mono_ms_t now)
{
	const struct route *route = route_find(&r->routes, peer);
	struct nat_lending_request request = {.proto = protocol, .peer = peer, .random = random};
	int err;

	assert(protocol == IP_PROTO_TCP || protocol == IP_PROTO_UDP);
	if (!route || route->source == ROUTE_LOCAL)
		return -ENETUNREACH;
	request.address = interface_source(r->interfaces[route->interface],
					   ip4_is_any(route->next_hop) ? peer : route->next_hop);
	if (ip4_is_any(request.address))
		return -ENETUNREACH;
	err = nat_lend(r->nat, &request, &source->port, now);
	if (err)
		return err;
	source->address = request.address;
	r->self.lends = r->self.open = true;
	return 0;
}

void router_return(struct router *r, uint8_t protocol, const struct endpoint *source, mono_ms_t now)
{
	nat_return(r->nat, protocol, source->address, source->port, now);
}

static bool is_outside(const struct router *r, const struct route *route)
{
	return r->interfaces[route->interface]->nat_side == CONFIG_NAT_OUTSIDE;
}

/* Whether an address is one of an interface that is not outside. A VIP is not an interface's. */
static bool is_inside_address(const struct router *r, ip4_t address)
{
	const struct route *route = route_find(&r->routes, address);
	const struct interface *i;

	if (!route || route->source != ROUTE_LOCAL || is_outside(r, route))
		return false;
	i = r->interfaces[route->interface];
	for (unsigned int n = 0; n < i->address_count; n++)
		if (ip4_equal(i->addresses[n].address, address))
			return true;
	return false;
}

/* Whether a host may be served: what is sent to it does not go outside, whoever it claims to be. */
static bool is_inside_host(const struct router *r, ip4_t address)
{
	const struct route *route = route_find(&r->routes, address);

	return route && route->source != ROUTE_LOCAL && !is_outside(r, route);
}

static bool is_service(struct router *r, uint8_t protocol, ip4_t address, uint16_t port, ip4_t peer)
{
	return service_find(r, protocol, port) && is_inside_address(r, address) &&
	       is_inside_host(r, peer);
}

static bool came_from_outside(const struct router *r, const struct frame *f)
{
	const struct interface *in = f->in < INTERFACES_MAX ? r->interfaces[f->in] : NULL;

	return !in || in->nat_side == CONFIG_NAT_OUTSIDE;
}

/* ---- to the host ------------------------------------------------------------------------ */

bool router_self_wants(struct router *r, const struct frame *f)
{
	if (f->nat_in || f->nat_out)
		return false;
	return nat_is_lent(r->nat, f->proto, f->dst, f->dport, f->src) ||
	       (!came_from_outside(r, f) && is_service(r, f->proto, f->dst, f->dport, f->src));
}

bool router_self_wants_error(struct router *r, const struct frame *f)
{
	struct nat_quote q;
	const struct ipv4 *ip = &q.header;

	if (f->nat_in || f->nat_out || nat_quote_read(f, &q) != 0 || !q.has_ports ||
	    ip->proto == IP_PROTO_ICMP || !ip4_equal(ip->src, f->dst))
		return false;
	return nat_is_lent(r->nat, ip->proto, ip->src, q.sport, ip->dst) ||
	       (!came_from_outside(r, f) && is_service(r, ip->proto, ip->src, q.sport, ip->dst));
}

enum verdict router_self_output(struct router *r, struct frame *f)
{
	TRACE(f, trace_add(f->trace, TRACE_LOCAL, "for a program of the router's own"));
	if (!router_queue(r, f, PORT_SELF, 0, frame_l3(f), f->end - f->l3))
		return drop(f, DROP_OUTPUT_QUEUE_FULL);
	return VERDICT_CONSUMED;
}

void router_self_error(struct router *r, const struct frame *about, const struct icmp *what)
{
	uint8_t *packet;
	struct frame f;

	if (!r->self.open || about->proto == IP_PROTO_ICMP ||
	    !(nat_is_lent(r->nat, about->proto, about->src, about->sport, about->dst) ||
	      service_find(r, about->proto, about->sport)))
		return;
	packet = router_scratch(r, ICMP_ERROR_MAX);
	if (!packet)
		return;
	router_frame_own(
		r, &f, packet,
		icmp_error_build(packet, about, about->src, what->type, what->code, what->seq),
		NULL);
	router_self_output(r, &f);
}

/* ---- from the host ---------------------------------------------------------------------- */

static bool may_send(struct router *r, const struct frame *f, const struct route *route)
{
	const struct route *own = route_find(&r->routes, f->src);

	if (nat_is_lent(r->nat, f->proto, f->src, f->sport, f->dst))
		return own && own->source == ROUTE_LOCAL; /* the address may have gone since */
	if (is_outside(r, route) || !is_inside_address(r, f->src))
		return false;
	return f->proto == IP_PROTO_ICMP || service_find(r, f->proto, f->sport);
}

static enum verdict self_frame(struct router *r, struct frame *f, mono_ms_t now)
{
	const struct route *route;
	const struct interface *out;
	enum verdict v;

	if (f->len == 0 || f->data[0] >> 4 != 4)
		return drop(f, DROP_ETHERTYPE_UNKNOWN);
	v = router_ip_parse(f);
	if (v == VERDICT_NEXT && frame_is_fragment(f))
		v = fragment_take(r->fragments, f, now);
	if (v != VERDICT_NEXT)
		return v;
	if (!frame_parse_transport(f))
		return drop(f, DROP_TRANSPORT_MALFORMED);
	route = route_find(&r->routes, f->dst);
	if (!route || route->source == ROUTE_LOCAL)
		return drop(f, DROP_IP_NO_ROUTE);
	if (!may_send(r, f, route))
		return drop(f, DROP_SELF_NOT_OPEN);
	if (router_is_link_broadcast(route, f->dst))
		return drop(f, DROP_IP_BROADCAST);
	out = r->interfaces[route->interface];
	if (router_too_long(f, out)) {
		router_icmp_error(r, f, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED, out->mtu, now);
		return drop(f, DROP_IP_MTU_EXCEEDED);
	}
	return router_send_own(r, f, now);
}

void router_self_input(struct router *r, struct frame *frames, unsigned int count, mono_ms_t now)
{
	router_begin(r);
	for (unsigned int n = 0; n < count; n++) {
		struct frame *f = &frames[n];

		f->port = f->in = NO_INTERFACE;
		f->drops = &r->lost;
		f->at = now;
		f->own = true;
		self_frame(r, f, now);
	}
}
