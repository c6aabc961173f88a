/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See outside.h. Every protocol is translated, and pieces of datagrams: only addresses change. Of
 * an ICMP error the quote changes too, whoever outside sent it; a quote that cannot be read stays
 * as it is.
 *
 * Invariant: both lists hold the same pairs, each address once.
 */
#include "core/nat/outside.h"

#include "core/nat/icmp_quote.h"
#include "core/nat/nat.h"
#include "core/wire/icmp.h"

/** The first of @count pairs whose global (or local) address is not below @address. */
static uint32_t pairs_position(const struct nat_outside_pair *pairs, uint32_t count, size_t member,
			       ip4_t address)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const ip4_t *at = (const void *)((const char *)&pairs[middle] + member);

		if (at->host < address.host)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum {
	BY_GLOBAL = offsetof(struct nat_outside_pair, global),
	BY_LOCAL = offsetof(struct nat_outside_pair, local),
};

ip4_t nat_outside_local(const struct nat_outside *outside, ip4_t global)
{
	uint32_t at =
		pairs_position(outside->by_global.at, outside->by_global.count, BY_GLOBAL, global);

	if (at < outside->by_global.count && ip4_equal(outside->by_global.at[at].global, global))
		return outside->by_global.at[at].local;
	return IP4_ANY;
}

ip4_t nat_outside_global(const struct nat_outside *outside, ip4_t local)
{
	uint32_t at =
		pairs_position(outside->by_local.at, outside->by_local.count, BY_LOCAL, local);

	if (at < outside->by_local.count && ip4_equal(outside->by_local.at[at].local, local))
		return outside->by_local.at[at].global;
	return IP4_ANY;
}

void nat_outside_fini(struct nat_outside *outside)
{
	vec_free(&outside->by_global);
	vec_free(&outside->by_local);
}

int nat_outside_compile(struct nat_outside *outside, const struct config *config)
{
	vec_each (&config->nat.outside_statics, rule) {
		uint32_t global = pairs_position(outside->by_global.at, outside->by_global.count,
						 BY_GLOBAL, rule->global);
		uint32_t local = pairs_position(outside->by_local.at, outside->by_local.count,
						BY_LOCAL, rule->local);
		struct nat_outside_pair *by_global = vec_insert(&outside->by_global, global);
		struct nat_outside_pair *by_local =
			by_global ? vec_insert(&outside->by_local, local) : NULL;

		if (!by_local) {
			nat_outside_fini(outside);
			return -ENOMEM;
		}
		*by_global = *by_local = (struct nat_outside_pair){rule->global, rule->local};
	}
	return 0;
}

/* ---- packets ---------------------------------------------------------------------------- */

/** Whether the frame is an ICMP error with a quote to be looked at. */
static bool has_quote(const struct frame *f)
{
	return f->proto == IP_PROTO_ICMP && !frame_is_fragment(f) && frame_l4_len(f) >= ICMP_LEN &&
	       icmp_is_error(frame_l4(f)[0]);
}

bool nat_has_outside(const struct nat *nat)
{
	return nat->outside.by_global.count > 0 || nat->outside_pool.rules.count > 0;
}

struct nat_outside_time nat_outside_time(const struct nat *nat, mono_ms_t now)
{
	return (struct nat_outside_time){
		.tick = nat_tick_of(now),
		.lifetime = nat_timeout_ticks(nat, NAT_TIMEOUT_SIMPLE),
	};
}

ip4_t nat_outside_local_of(const struct nat *nat, ip4_t global, mono_ms_t now)
{
	ip4_t local = nat_outside_local(&nat->outside, global);
	const struct nat_outside_binding *b;

	if (!ip4_is_any(local) || nat->outside_pool.rules.count == 0)
		return ip4_is_any(local) ? global : local;
	b = nat_outside_pool_global(&nat->outside_pool, global, nat_outside_time(nat, now));
	return b ? b->local : global;
}

/** The host that an address stands for, or IP4_ANY; a binding is used. */
static ip4_t use_local(struct nat *nat, ip4_t local, mono_ms_t now)
{
	ip4_t global = nat_outside_global(&nat->outside, local);
	struct nat_outside_binding *b = NULL;

	if (ip4_is_any(global) && nat->outside_pool.rules.count > 0)
		b = nat_outside_pool_local(&nat->outside_pool, local, nat_outside_time(nat, now));
	if (!b)
		return global;
	b->seen = nat_tick_of(now);
	return b->global;
}

/** What stands for a host, or IP4_ANY. */
static ip4_t look_global(const struct nat *nat, ip4_t global, mono_ms_t now)
{
	ip4_t local = nat_outside_local_of(nat, global, now);

	return ip4_equal(local, global) ? IP4_ANY : local;
}

/**
 * use_global() - what stands for the sender of a packet, bound if a list permits it
 * Return: 0, with IP4_ANY in *@local if nothing does; -EADDRNOTAVAIL: its pool has no address left.
 */
static int use_global(struct nat *nat, const struct frame *f, mono_ms_t now, ip4_t *local)
{
	struct nat_outside_time time = nat_outside_time(nat, now);
	struct nat_outside_binding *b;
	struct acl_key key;

	*local = nat_outside_local(&nat->outside, f->src);
	if (!ip4_is_any(*local) || nat->outside_pool.rules.count == 0)
		return 0;
	b = nat_outside_pool_global(&nat->outside_pool, f->src, time);
	if (!b) {
		acl_key_of(f, &key);
		int err =
			nat_outside_pool_bind(&nat->outside_pool, &nat->rules.acls, &key, time, &b);

		if (err)
			return err == -ENOENT ? 0 : err;
	}
	b->seen = time.tick;
	*local = b->local;
	return 0;
}

void nat_outside_outbound(struct nat *nat, struct frame *frame, mono_ms_t now)
{
	ip4_t global = use_local(nat, frame->dst, now);
	struct nat_quote quote;

	if (!ip4_is_any(global)) {
		frame->outside_local = frame->dst;
		TRACE(frame, trace_add(frame->trace, TRACE_UN_NAT,
				       "destination %s is the host outside that is %s there",
				       trace_ip4(frame->trace, frame->dst),
				       trace_ip4(frame->trace, global)));
		nat_rewrite_address(frame, NAT_END_DESTINATION, global);
	}
	if (!has_quote(frame) || nat_quote_read(frame, &quote) != 0)
		return;
	global = use_local(nat, quote.header.src, now);
	if (!ip4_is_any(global))
		nat_quote_rewrite_address(frame, &quote, NAT_END_SOURCE, global);
}

enum verdict nat_outside_inbound(struct nat *nat, struct frame *frame, mono_ms_t now)
{
	struct nat_quote quote;
	ip4_t local = IP4_ANY;

	if (!frame->own && use_global(nat, frame, now, &local) < 0)
		return nat_refuse(nat, frame, NAT_REFUSED_POOL, NAT_OPENED_OUTSIDE, frame->dst,
				  now);
	if (!ip4_is_any(local)) {
		frame->outside_in = true;
		TRACE(frame,
		      trace_add(frame->trace, TRACE_NAT, "source %s, a host outside, is %s inside",
				trace_ip4(frame->trace, frame->src),
				trace_ip4(frame->trace, local)));
		nat_rewrite_address(frame, NAT_END_SOURCE, local);
	}
	if (!has_quote(frame) || nat_quote_read(frame, &quote) != 0)
		return VERDICT_NEXT;
	local = look_global(nat, quote.header.dst, now);
	if (!ip4_is_any(local))
		nat_quote_rewrite_address(frame, &quote, NAT_END_DESTINATION, local);
	return VERDICT_NEXT;
}
