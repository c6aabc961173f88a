/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors through NAT (RFC 5508 s4). An error quotes the packet that caused it as it was on the
 * other side; the quote tells the session, and is turned back into the very bytes that its sender
 * had sent: addresses, ports, and the checksums of IPv4 and of the transport, where the quote
 * reaches that far.
 *
 * The error's own checksum and that of the quoted IPv4 header must be right (REQ-3); the quoted
 * transport checksum is never verified: it may be unfinished, or its data cut off. An error moves
 * no timer and ends nothing (REQ-6, RFC 7857 s7). Extensions (RFC 4884) pass as they are. A path
 * MTU below 552 bytes is not believed.
 *
 * Not supported: quotes of later fragments, which show no port; redirects, which are never
 * forwarded (RFC 1812 s5.2.7.2). DEVIATION: an error from a router between us and the host has the
 * public address for its source, as any other packet from inside would (REQ-5's second choice).
 */
#include "core/nat/icmp_quote.h"

#include "core/nat/nat.h"
#include "core/wire/icmp.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

enum {
	QUOTE_L4_MIN = 8, /* RFC 792: a quote has 64 bits of the transport at least */
	QUOTE_EXTENSION_BYTE =
		5,	   /* RFC 4884 s4: length of the quote, 32-bit words; 0 no extension */
	QUOTE_ICMP_ID = 4, /* offset of a query's identifier */
	QUOTE_ICMP_CHECKSUM = 2,
	QUOTE_MTU_AT = 6,    /* offset of the next hop's MTU: RFC 1191 s4 */
	QUOTE_MTU_MIN = 552, /* what Linux, too, goes down to: net.ipv4.route.min_pmtu */
};

/** One 16-bit word becomes @to; @delta sums up what that changes. */
static void put16(uint8_t *at, uint16_t to, uint16_t *delta)
{
	*delta = checksum_add(*delta, checksum_delta16(wire_get16(at), to));
	wire_put16(at, to);
}

/** Bytes of the quote: what is there, or less when an extension follows it. */
static size_t quote_len(const uint8_t *icmp, size_t icmp_len)
{
	size_t stated = (size_t)icmp[QUOTE_EXTENSION_BYTE] * 4;

	/* older senders leave junk in that byte: believe only what can be */
	if (stated >= IPV4_LEN + QUOTE_L4_MIN && stated < icmp_len - ICMP_LEN)
		return stated;
	return icmp_len - ICMP_LEN;
}

static void quote_read_query(struct nat_quote *q)
{
	q->has_ports = icmp_is_query(q->l4[0]);
	if (q->has_ports)
		q->sport = q->dport = wire_get16(q->l4 + QUOTE_ICMP_ID);
}

static void quote_read_ports(struct nat_quote *q)
{
	q->has_ports = true;
	q->sport = wire_get16(q->l4);
	q->dport = wire_get16(q->l4 + 2);
}

enum drop_reason nat_quote_read(const struct frame *f, struct nat_quote *q)
{
	uint8_t *icmp = frame_l4(f);
	size_t len = frame_l4_len(f);
	struct cursor c;

	if (len < ICMP_LEN + IPV4_LEN + QUOTE_L4_MIN)
		return DROP_ICMP_QUOTE_INVALID;
	if (!f->offload.needs_csum && !icmp_checksum_ok(icmp, len))
		return DROP_ICMP_CHECKSUM;
	q->ip = icmp + ICMP_LEN;
	c = cursor_over(q->ip, quote_len(icmp, len));
	if (ipv4_parse(&c, &q->header) < 0 || !ipv4_checksum_ok(q->ip, q->header.header_len) ||
	    q->header.total_len < q->header.header_len + QUOTE_L4_MIN ||
	    cursor_left(&c) < QUOTE_L4_MIN)
		return DROP_ICMP_QUOTE_INVALID;
	q->l4 = q->ip + q->header.header_len;
	q->l4_len = MIN(cursor_left(&c), (size_t)(q->header.total_len - q->header.header_len));
	q->has_ports = false;
	q->sport = q->dport = 0;
	if (q->header.fragment_offset != 0)
		q->l4_len = 0;
	else if (q->header.proto == IP_PROTO_ICMP)
		quote_read_query(q);
	else if (q->header.proto == IP_PROTO_TCP || q->header.proto == IP_PROTO_UDP)
		quote_read_ports(q);
	return DROP_FRAME_TOO_SHORT;
}

static_assert(DROP_FRAME_TOO_SHORT == 0, "nat_quote_read() says 0 for none");

/** Updates the quoted transport checksum, where the quote has it. */
static void quote_update_l4(const struct nat_quote *q, uint16_t change, uint16_t *delta)
{
	uint8_t *field;

	if (!q->has_ports)
		return; /* other protocols' checksums cover no address, or lie beyond the quote */
	if (q->header.proto == IP_PROTO_UDP) {
		field = q->l4 + UDP_CHECKSUM_OFFSET;
		put16(field, nat_udp_checksum_update(wire_get16(field), change), delta);
		return;
	}
	field = q->l4 +
		(q->header.proto == IP_PROTO_TCP ? TCP_CHECKSUM_OFFSET : QUOTE_ICMP_CHECKSUM);
	if (field + 2 <= q->l4 + q->l4_len)
		put16(field, checksum_update(wire_get16(field), change), delta);
}

/** Where the port of an end is in the quote. */
static uint8_t *quote_port(const struct nat_quote *q, enum nat_end end)
{
	if (q->header.proto == IP_PROTO_ICMP)
		return q->l4 + QUOTE_ICMP_ID;
	return q->l4 + (end == NAT_END_SOURCE ? 0 : 2);
}

void nat_quote_rewrite(const struct frame *f, const struct nat_quote *q,
		       const struct nat_quote_change *to)
{
	uint8_t *icmp = frame_l4(f);
	uint16_t delta = 0;

	put16(q->ip + 10, checksum_update(wire_get16(q->ip + 10), to->delta_address), &delta);
	put16(q->ip + to->end, (uint16_t)(to->address.host >> 16), &delta);
	put16(q->ip + to->end + 2, (uint16_t)to->address.host, &delta);
	if (q->has_ports)
		put16(quote_port(q, to->end), to->port, &delta);
	quote_update_l4(q, to->delta_l4, &delta);
	/* an unfinished ICMP checksum has no pseudo-header, so nothing is in it yet */
	if (!f->offload.needs_csum)
		wire_put16(icmp + 2, checksum_update(wire_get16(icmp + 2), delta));
}

void nat_quote_rewrite_address(const struct frame *f, const struct nat_quote *q, enum nat_end end,
			       ip4_t to)
{
	uint16_t delta = checksum_delta32(wire_get32(q->ip + end), to.host);

	nat_quote_rewrite(f, q,
			  &(struct nat_quote_change){
				  .end = end,
				  .address = to,
				  .port = end == NAT_END_SOURCE ? q->sport : q->dport,
				  .delta_address = delta,
				  .delta_l4 = q->header.proto == IP_PROTO_ICMP ? 0 : delta,
			  });
}

/**
 * Whether an error tells an MTU that no link here has, which would make a host cut its packets to
 * crumbs (RFC 1191 s3). 0 is an old router's, and the host's to guess.
 */
static bool mtu_implausible(const struct frame *f)
{
	const uint8_t *icmp = frame_l4(f);
	uint16_t mtu = wire_get16(icmp + QUOTE_MTU_AT);

	return icmp[0] == ICMP_UNREACHABLE && icmp[1] == ICMP_FRAGMENTATION_NEEDED && !f->own &&
	       mtu != 0 && mtu < QUOTE_MTU_MIN;
}

/* About a packet without ports, which only a one-to-one translation lets through. */
static enum verdict icmp_inbound_unmapped(struct nat *nat, struct frame *frame,
					  const struct nat_quote *q)
{
	const struct nat_fixed *fixed = nat_fixed_public(&nat->rules.fixed, q->header.src);

	if (!fixed || ip4_is_any(fixed->local))
		return drop(frame, DROP_NAT_NO_MAPPING);
	frame->dst = nat_fixed_local(fixed, q->header.src);
	ipv4_set_dst(frame_l3(frame), frame->dst);
	nat_quote_rewrite_address(frame, q, NAT_END_SOURCE, frame->dst);
	return VERDICT_NEXT;
}

static enum verdict icmp_outbound_unmapped(struct nat *nat, struct frame *frame,
					   const struct nat_quote *q)
{
	const struct nat_fixed *fixed = nat_fixed_host(&nat->rules.fixed, q->header.dst);

	if (!fixed)
		return nat_translates(nat, frame) ? drop(frame, DROP_NAT_NO_MAPPING) : VERDICT_NEXT;
	frame->src = nat_fixed_global(fixed, q->header.dst);
	ipv4_set_src(frame_l3(frame), frame->src);
	nat_quote_rewrite_address(frame, q, NAT_END_DESTINATION, frame->src);
	return VERDICT_NEXT;
}

/** An error from outside about a packet from inside: the quote's source is ours. Nothing ends by it
 * (RFC 4787 REQ-12, RFC 5382 REQ-10), and it is handed on (RFC 5382 REQ-9). */
enum verdict nat_icmp_inbound(struct nat *nat, struct frame *frame, mono_ms_t now)
{
	struct nat_quote q;
	enum drop_reason reason = nat_quote_read(frame, &q);
	const struct nat_mapping *m;
	struct nat_target target;
	uint32_t i = 0;

	if (frame_l4(frame)[0] == ICMP_REDIRECT)
		return drop(frame, DROP_ICMP_UNSUPPORTED);
	if (reason != 0)
		return drop(frame, reason);
	if (!ip4_equal(q.header.src, frame->dst))
		return drop(frame, DROP_ICMP_QUOTE_INVALID);
	if (!q.has_ports)
		return icmp_inbound_unmapped(nat, frame, &q);
	nat_target_find(nat, q.header.proto, q.header.src, q.sport, &target);
	if (target.mapping != 0)
		i = nat_session_find(nat, target.mapping, q.header.dst,
				     q.header.proto == IP_PROTO_ICMP ? 0 : q.dport, now);
	if (i == 0 && !nat_is_lent(nat, q.header.proto, q.header.src, q.sport, q.header.dst))
		return drop(frame, DROP_NAT_NO_MAPPING);
	if (mtu_implausible(frame))
		return drop(frame, DROP_ICMP_MTU_IMPLAUSIBLE);
	if (i == 0)
		return VERDICT_CONSUMED; /* about a packet of the router's own */
	m = nat_mapping_at(nat, target.mapping);
	TRACE(frame, nat_trace_error(nat, frame, i, true));
	nat_quote_rewrite(frame, &q,
			  &(struct nat_quote_change){
				  .end = NAT_END_SOURCE,
				  .address = {m->local},
				  .port = m->local_port,
				  .delta_address = checksum_delta_inverse(m->delta_address),
				  .delta_l4 = checksum_delta_inverse(m->delta_l4),
			  });
	frame->dst.host = m->local;
	ipv4_set_dst(frame_l3(frame), frame->dst);
	return VERDICT_NEXT;
}

/** An error from inside, or of our own, about a packet to inside: the quote's destination is local.
 * One about a hairpin comes here first, then to nat_icmp_inbound() (RFC 5508 REQ-7). */
enum verdict nat_icmp_outbound(struct nat *nat, struct frame *frame, mono_ms_t now)
{
	struct nat_quote q;
	enum drop_reason reason = nat_quote_read(frame, &q);
	const struct nat_mapping *m;
	struct nat_flow flow;
	uint32_t i;

	if (frame_l4(frame)[0] == ICMP_REDIRECT)
		reason = DROP_ICMP_UNSUPPORTED;
	else if (reason == 0 && !ip4_equal(q.header.src, frame->dst))
		reason = DROP_ICMP_QUOTE_INVALID;
	if (reason != 0)
		return nat_translates(nat, frame) ? drop(frame, reason) : VERDICT_NEXT;
	if (!q.has_ports)
		return icmp_outbound_unmapped(nat, frame, &q);
	flow = (struct nat_flow){
		.proto = q.header.proto,
		.local = q.header.dst,
		.local_port = q.dport,
		.remote = q.header.src,
		.remote_port = q.header.proto == IP_PROTO_ICMP ? 0 : q.sport,
	};
	i = nat_session_find_flow(nat, &flow, now);
	if (i == 0)
		return nat_translates(nat, frame) ? drop(frame, DROP_NAT_NO_MAPPING) : VERDICT_NEXT;
	m = nat_mapping_at(nat, nat_session_at(nat, i)->mapping);
	TRACE(frame, nat_trace_error(nat, frame, i, false));
	nat_quote_rewrite(frame, &q,
			  &(struct nat_quote_change){
				  .end = NAT_END_DESTINATION,
				  .address = {m->global},
				  .port = m->global_port,
				  .delta_address = m->delta_address,
				  .delta_l4 = m->delta_l4,
			  });
	frame->src.host = m->global;
	ipv4_set_src(frame_l3(frame), frame->src);
	return VERDICT_NEXT;
}
