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
	return nat->outside.by_global.count > 0;
}

ip4_t nat_outside_local_of(const struct nat *nat, ip4_t global)
{
	ip4_t local = nat_outside_local(&nat->outside, global);

	return ip4_is_any(local) ? global : local;
}

void nat_outside_outbound(struct nat *nat, struct frame *frame)
{
	ip4_t global = nat_outside_global(&nat->outside, frame->dst);
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
	global = nat_outside_global(&nat->outside, quote.header.src);
	if (!ip4_is_any(global))
		nat_quote_rewrite_address(frame, &quote, NAT_END_SOURCE, global);
}

void nat_outside_inbound(struct nat *nat, struct frame *frame)
{
	ip4_t local = nat_outside_local(&nat->outside, frame->src);
	struct nat_quote quote;

	if (!ip4_is_any(local)) {
		frame->outside_in = true;
		TRACE(frame,
		      trace_add(frame->trace, TRACE_NAT, "source %s, a host outside, is %s inside",
				trace_ip4(frame->trace, frame->src),
				trace_ip4(frame->trace, local)));
		nat_rewrite_address(frame, NAT_END_SOURCE, local);
	}
	if (!has_quote(frame) || nat_quote_read(frame, &quote) != 0)
		return;
	local = nat_outside_local(&nat->outside, quote.header.dst);
	if (!ip4_is_any(local))
		nat_quote_rewrite_address(frame, &quote, NAT_END_DESTINATION, local);
}
