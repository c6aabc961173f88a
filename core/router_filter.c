/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may pass: addresses that are credible where they come in, access lists, and the way back to
 * the source. The order is IOS's: the list inwards sees the packet as it came, before NAT, and
 * comes before the look at the way back; the list outwards sees it as it leaves, after NAT.
 *
 * Invariants: packets of the router's own come by here neither in nor out. A packet that is dropped
 * has its reason, and its sender is told of a list's refusal and of nothing else.
 */
#include "core/router_private.h"

#include "core/wire/icmp.h"

/* ---- addresses (RFC 1812 s5.3.7, RFC 6890) ------------------------------------------------ */

static bool is_class_e(ip4_t a)
{
	return a.host >= IP4(240, 0, 0, 0).host;
}

/** 0.0.0.0/8: "this network", a source only of those who have no address yet (RFC 1122 s3.2.1.3).
 */
static bool is_this_network(ip4_t a)
{
	return a.host >> 24 == 0;
}

static bool is_martian(const struct frame *f)
{
	if (ip4_is_host(f->src) && ip4_is_host(f->dst)) /* nearly all */
		return false;
	if (ip4_is_multicast(f->src) || is_class_e(f->src) || ip4_is_loopback(f->src) ||
	    ip4_is_loopback(f->dst) || is_this_network(f->dst) ||
	    (is_class_e(f->dst) && !ip4_equal(f->dst, IP4_BROADCAST)))
		return true;
	return is_this_network(f->src) && !(ip4_is_any(f->src) && frame_is_dhcp(f));
}

/* The route to a packet's source, as seen from inside: a host outside may have an address that is
 * used inside too, and then another by which it is known there (`ip nat outside source`). */
static const struct route *route_back(const struct router *r, const struct frame *f,
				      const struct interface *in)
{
	ip4_t src = f->src;

	if (r->nat_outside && in->nat_side == CONFIG_NAT_OUTSIDE)
		src = nat_outside_local_of(r->nat, src, f->at);
	return route_find(&r->routes, src);
}

/* Whether the source's network, which is connected, is on the other side of NAT. Nothing from there
 * can rightly come in here: it would take the place of a host that NAT serves, or is to reach. */
static bool is_from_other_side(const struct router *r, const struct route *back,
			       const struct interface *in)
{
	const struct interface *home = r->interfaces[back->interface];

	return in->nat_side != CONFIG_NAT_NONE && home->nat_side != CONFIG_NAT_NONE &&
	       home->nat_side != in->nat_side;
}

/* What came in a link broadcast is a broadcast of IPv4 too (RFC 1122 s3.3.6). */
static enum verdict check_link_group(const struct router *r, struct frame *f)
{
	const struct route *to;

	if (ip4_is_multicast(f->dst) || ip4_equal(f->dst, IP4_BROADCAST))
		return VERDICT_NEXT;
	to = route_find(&r->routes, f->dst);
	if (!to || !router_is_link_broadcast(to, f->dst))
		return drop(f, DROP_IP_LINK_BROADCAST);
	return VERDICT_NEXT;
}

enum verdict router_check_addresses(struct router *r, struct frame *f, const struct interface *in)
{
	const struct route *back;

	if (is_martian(f))
		return drop(f, DROP_IP_MARTIAN);
	if (ip4_equal(f->src, f->dst))
		return drop(f, DROP_IP_LAND);
	if (ip4_is_any(f->src))
		return VERDICT_NEXT;
	back = route_back(r, f, in);
	if (back && back->source == ROUTE_LOCAL)
		return drop(f, DROP_IP_SPOOFED);
	if (back && back->source == ROUTE_CONNECTED) {
		if (router_is_link_broadcast(back, f->src))
			return drop(f, DROP_IP_MARTIAN);
		if (is_from_other_side(r, back, in)) {
			TRACE(f, router_trace_other_side(r, f, back, in));
			return drop(f, DROP_IP_NAT_SIDE);
		}
	}
	if (f->link_group)
		return check_link_group(r, f);
	return VERDICT_NEXT;
}

/* ---- the way back (RFC 1812 s5.3.8, RFC 3704 s2.2 and s2.4) -------------------------------- */

static bool has_way_back(const struct router *r, const struct frame *f, const struct interface *in)
{
	const struct route *back;

	if (ip4_is_any(f->src)) /* asks for its address: only DHCP comes this far */
		return true;
	back = route_back(r, f, in);
	if (!back || (back->network.len == 0 && !in->verify_default))
		return false;
	return in->verify == CONFIG_VERIFY_ANY || back->interface == in->index;
}

/* ---- access lists ------------------------------------------------------------------------- */

/* What a list says of a packet, with all that goes with a refusal. @way: "in" or "out". */
static enum verdict filter(struct router *r, struct frame *f, uint16_t list, const char *way,
			   mono_ms_t now)
{
	const struct acl_list *of = &r->acls.lists.at[list];
	struct acl_result result;
	struct acl_key key;

	acl_key_of(f, &key);
	result = acl_match(&r->acls, list, &key);
	if (result.log)
		acl_log_packet(&r->acl_log, of, result.permit, &key, &r->events, now);
	if (result.permit) {
		TRACE(f, trace_add(f->trace, TRACE_ACCESS_LIST,
				   "%s: permitted by line %u of access list %s", way,
				   result.sequence, of->name));
		return VERDICT_NEXT;
	}
	if (result.sequence)
		TRACE(f, trace_deny(f->trace, TRACE_ACCESS_LIST,
				    "%s: denied by line %u of access list %s", way, result.sequence,
				    of->name));
	else
		TRACE(f, trace_deny(f->trace, TRACE_ACCESS_LIST,
				    "%s: denied, for no line of access list %s permits it", way,
				    of->name));
	/* RFC 1812 s5.2.7.1 */
	router_icmp_error(r, f, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED, 0, now);
	return drop(f, DROP_ACL_DENIED);
}

enum verdict router_filter_in_by(struct router *r, struct frame *f, const struct interface *in,
				 mono_ms_t now)
{
	if (in->acl_in != ACL_NONE && filter(r, f, in->acl_in, "in", now) != VERDICT_NEXT)
		return VERDICT_DROPPED;
	if (in->verify == CONFIG_VERIFY_NONE)
		return VERDICT_NEXT;
	if (!has_way_back(r, f, in)) {
		TRACE(f,
		      trace_deny(f->trace, TRACE_RPF, "no way back to %s by %s",
				 trace_ip4(f->trace, f->src), trace_interface(f->trace, in->id)));
		return drop(f, DROP_IP_RPF);
	}
	TRACE(f, trace_add(f->trace, TRACE_RPF, "%s can be reached by %s",
			   trace_ip4(f->trace, f->src), trace_interface(f->trace, in->id)));
	return VERDICT_NEXT;
}

enum verdict router_filter_out_by(struct router *r, struct frame *f, const struct interface *out,
				  mono_ms_t now)
{
	return filter(r, f, out->acl_out, "out", now);
}
