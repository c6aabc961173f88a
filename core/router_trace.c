/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a trace says of the steps in router.c and router_local.c. Only traced frames come here, so
 * that a frame's way stays short to read and to run. Nothing here changes anything but the trace.
 */
#include "core/router_private.h"

#include "core/wire/icmp.h"

void router_set_trace(struct router *r, struct trace *trace)
{
	r->trace = trace;
}

void router_trace_input(const struct router *r, const struct frame *f, const struct interface *port)
{
	struct trace *t = f->trace;
	struct cursor c = cursor_over(f->data, f->len);
	struct ethernet e;

	(void)r;
	if (port->id.kind == INTERFACE_TUN || ethernet_parse(&c, &e) < 0)
		trace_add(t, TRACE_INPUT, "%u bytes in at %s", f->len,
			  trace_interface(t, port->id));
	else
		trace_add(t, TRACE_INPUT, "%u bytes in at %s, from station %s to %s", f->len,
			  trace_interface(t, port->id), trace_mac(t, e.src), trace_mac(t, e.dst));
}

void router_trace_switch(const struct router *r, const struct frame *f, const struct ethernet *e,
			 const struct interface *bvi)
{
	struct trace *t = f->trace;
	const char *name = trace_interface(t, bvi->id);
	uint16_t to;

	if (mac_equal(e->dst, bvi->mac)) {
		trace_add(t, TRACE_BRIDGE, "bridge of %s: the destination is the router's own MAC",
			  name);
		return;
	}
	if (mac_is_group(e->dst)) {
		trace_add(t, TRACE_BRIDGE,
			  "bridge of %s: to every other port, and to the router itself", name);
		return;
	}
	to = bridge_find(r->bridge, bvi->index, e->dst, f->at);
	if (to == BRIDGE_NO_PORT)
		trace_add(t, TRACE_BRIDGE, "bridge of %s: %s was not heard lately: to every port",
			  name, trace_mac(t, e->dst));
	else
		trace_add(t, TRACE_BRIDGE, "bridge of %s: %s was last heard on %s", name,
			  trace_mac(t, e->dst), trace_interface(t, r->interfaces[to]->id));
}

static const char *source_name(uint8_t source)
{
	switch ((enum route_source)source) {
	case ROUTE_CONNECTED: return "connected";
	case ROUTE_LOCAL: return "local";
	case ROUTE_STATIC: return "static";
	}
	return "";
}

void router_trace_route(const struct router *r, const struct frame *f, const struct route *route)
{
	struct trace *t = f->trace;
	const char *to = trace_ip4(t, f->dst), *network, *out;

	if (!route) {
		trace_deny(t, TRACE_ROUTE, "no route to %s", to);
		return;
	}
	if (route->source == ROUTE_LOCAL) {
		trace_add(t, TRACE_ROUTE, "%s is an address of the router itself", to);
		return;
	}
	network = trace_prefix(t, route->network);
	out = trace_interface(t, r->interfaces[route->interface]->id);
	if (ip4_is_any(route->next_hop))
		trace_add(t, TRACE_ROUTE, "%s route %s: %s is a neighbour on %s",
			  source_name(route->source), network, to, out);
	else
		trace_add(t, TRACE_ROUTE, "%s route %s via %s out of %s",
			  source_name(route->source), network, trace_ip4(t, route->next_hop), out);
}

static const char *side_name(uint8_t side)
{
	switch ((enum config_nat_side)side) {
	case CONFIG_NAT_INSIDE: return "inside";
	case CONFIG_NAT_OUTSIDE: return "outside";
	case CONFIG_NAT_NONE: break;
	}
	return "neither inside nor outside";
}

void router_trace_no_nat(const struct frame *f, const struct interface *in,
			 const struct interface *out)
{
	struct trace *t = f->trace;

	if (f->nat_out)
		return; /* a hairpin, translated before */
	if (in)
		trace_add(t, TRACE_NAT, "source is not translated: in at %s (%s), out of %s (%s)",
			  trace_interface(t, in->id), side_name(in->nat_side),
			  trace_interface(t, out->id), side_name(out->nat_side));
}

void router_trace_other_side(const struct router *r, const struct frame *f,
			     const struct route *back, const struct interface *in)
{
	struct trace *t = f->trace;
	const struct interface *home = r->interfaces[back->interface];

	trace_deny(t, TRACE_CHECK, "source %s is in a network of %s (%s), and came in at %s (%s)",
		   trace_ip4(t, f->src), trace_interface(t, home->id), side_name(home->nat_side),
		   trace_interface(t, in->id), side_name(in->nat_side));
}

static void no_neighbour(struct trace *t, ip4_t next_hop, const struct interface *out, int status)
{
	const char *hop = trace_ip4(t, next_hop), *name = trace_interface(t, out->id);

	if (status == -EAGAIN) {
		t->waits = true;
		trace_add(t, TRACE_NEIGHBOUR,
			  "the MAC of %s on %s is not known: asked by ARP, and the packet waits",
			  hop, name);
	} else if (status == -ENOSPC) {
		trace_deny(t, TRACE_NEIGHBOUR, "no room in the ARP cache for %s", hop);
	} else {
		trace_deny(t, TRACE_NEIGHBOUR, "%s on %s does not answer ARP", hop, name);
	}
}

void router_trace_neighbour(const struct router *r, const struct frame *f,
			    const struct interface *out, ip4_t next_hop, int status, mac_t mac)
{
	struct trace *t = f->trace;
	const struct neighbour *n;

	t->interface = out->id;
	t->next_hop = next_hop;
	if (out->id.kind == INTERFACE_TUN)
		return;
	if (status < 0) {
		no_neighbour(t, next_hop, out, status);
		return;
	}
	t->mac = mac;
	n = neighbour_find(r->neighbours, out->index, next_hop);
	trace_add(t, TRACE_NEIGHBOUR, "%s is at %s on %s%s", trace_ip4(t, next_hop),
		  trace_mac(t, mac), trace_interface(t, out->id),
		  n && n->state == NEIGHBOUR_STALE ? ", not heard lately: used, and asked again"
						   : "");
}

static const char *answer_name(uint8_t type, uint8_t code)
{
	static const char *const unreachable[] = {
		[ICMP_NET_UNREACHABLE] = "network unreachable",
		[ICMP_HOST_UNREACHABLE] = "host unreachable",
		[ICMP_PROTOCOL_UNREACHABLE] = "protocol unreachable",
		[ICMP_PORT_UNREACHABLE] = "port unreachable",
		[ICMP_FRAGMENTATION_NEEDED] = "fragmentation needed",
		[ICMP_ADMIN_PROHIBITED] = "administratively prohibited",
	};

	if (type == ICMP_TIME_EXCEEDED)
		return "time exceeded";
	if (type == ICMP_UNREACHABLE && code < ARRAY_COUNT(unreachable) && unreachable[code])
		return unreachable[code];
	return type == ICMP_UNREACHABLE ? "unreachable" : "error";
}

void router_trace_answer(const struct frame *about, uint8_t type, uint8_t code, const char *why)
{
	struct trace *t = about->trace;

	if (why)
		trace_add(t, TRACE_ANSWER, "no ICMP %s to %s: %s", answer_name(type, code),
			  trace_ip4(t, about->src), why);
	else
		trace_add(t, TRACE_ANSWER, "ICMP %s to %s", answer_name(type, code),
			  trace_ip4(t, about->src));
}
