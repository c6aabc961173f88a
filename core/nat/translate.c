/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet's way through NAT: find its session, or make one if the rules let it, then rewrite
 * address, port and checksums in place. See translate.h.
 *
 * Checksums change by differences kept with the mapping (RFC 1624), so a super-frame's payload is
 * never read. With offload.needs_csum the transport field holds the pseudo-header's uncomplemented
 * sum: only the address difference applies, as it stands; the port is summed up later by whoever
 * finishes the checksum.
 *
 * Filtering (RFC 4787 s5) holds for what comes from outside. DEVIATION: hairpins are not filtered:
 * both ends are inside, and REQ-9 would be empty under address-dependent filtering, as hardly any
 * host has ever spoken with its own public address.
 *
 * A TCP segment from inside that belongs to no session makes one even without SYN: with the host's
 * own port kept, connections live through a restart of the router. From outside only a SYN does, or
 * any segment to a fixed translation.
 *
 * Not supported: sessions of protocols without ports other than ICMP, which pass a fixed one-to-one
 * translation by their header alone; pieces of datagrams (core/ip/fragment.h puts them together
 * first); tunnels within ICMP quotes. No application-level gateways, by intent
 * (RFC 4787 REQ-10).
 */
#include "core/nat/nat.h"
#include "core/nat/rewrite.h"
#include "core/nat/tcp_track.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

/* ---- rewriting -------------------------------------------------------------------------- */

/* Headers alone are rewritten, no payload is looked at (RFC 4787 REQ-10, RFC 5382 REQ-6). */
static void rewrite_source(struct frame *f, const struct nat_mapping *m)
{
	uint8_t *l3 = frame_l3(f), *l4 = frame_l4(f);

	f->src.host = m->global;
	wire_put32(l3 + 12, m->global);
	ipv4_apply_delta(l3, m->delta_address);
	f->sport = m->global_port;
	if (f->proto == IP_PROTO_ICMP) {
		f->dport = m->global_port;
		wire_put16(l4 + 4, m->global_port);
	} else {
		wire_put16(l4, m->global_port);
	}
	nat_rewrite_checksum(f, m->delta_address, m->delta_l4);
}

static void rewrite_destination(struct frame *f, const struct nat_mapping *m)
{
	uint8_t *l3 = frame_l3(f), *l4 = frame_l4(f);

	f->dst.host = m->local;
	wire_put32(l3 + 16, m->local);
	ipv4_apply_delta(l3, checksum_delta_inverse(m->delta_address));
	f->dport = m->local_port;
	if (f->proto == IP_PROTO_ICMP) {
		f->sport = m->local_port;
		wire_put16(l4 + 4, m->local_port);
	} else {
		wire_put16(l4 + 2, m->local_port);
	}
	nat_rewrite_checksum(f, checksum_delta_inverse(m->delta_address),
			     checksum_delta_inverse(m->delta_l4));
}

/** Whether the fields to be rewritten are within the packet. */
static bool transport_fits(const struct frame *f)
{
	uint32_t len = frame_l4_len(f);

	switch ((enum ip_proto)f->proto) {
	case IP_PROTO_TCP: return len >= TCP_LEN;
	case IP_PROTO_UDP: return len >= UDP_LEN;
	case IP_PROTO_ICMP: return len >= ICMP_LEN;
	}
	return true;
}

/* ---- accounting ------------------------------------------------------------------------- */

/** The session that a packet belongs to, and its mapping. */
struct met {
	uint32_t i;
	struct nat_session *session;
	struct nat_mapping *mapping;
};

static ALWAYS_INLINE struct met met_at(struct nat *nat, uint32_t i)
{
	struct nat_session *s = nat_session_at(nat, i);

	return (struct met){i, s, nat_mapping_at(nat, s->mapping)};
}

/**
 * session_packet() - count a packet of a session, and move its timer and state
 * Return: whether it may pass; false for a segment of TCP from outside that cannot be true, which
 * moves nothing.
 */
static ALWAYS_INLINE bool session_packet(struct nat *nat, const struct met *met,
					 const struct frame *f, bool inbound, mono_ms_t now)
{
	struct nat_session *s = met->session;
	uint32_t tick = nat_tick_of(now), len = f->end - f->l3;

	if (f->proto == IP_PROTO_TCP && !nat_session_segment(nat, met->i, f, inbound, now))
		return false;
	s->seen = tick;
	if (inbound) {
		s->bytes_in += len;
		if (++s->packets_in == 0)
			s->packets_in_high++;
	} else {
		s->bytes_out += len;
		if (++s->packets_out == 0)
			s->packets_out_high++;
		met->mapping->last_out = tick;
	}
	/* Outbound packets refresh (RFC 4787 REQ-6). Inbound ones do not, or the outside alone
	 * could keep a mapping open for ever; to a static forward, which is open anyway, they do.
	 */
	if (f->proto != IP_PROTO_TCP && (!inbound || (met->mapping->flags & NAT_MAPPING_STATIC)))
		s->refreshed = tick;
	return true;
}

/** Whether this is a segment that may open a connection from outside. */
static bool is_plain_syn(const struct frame *f)
{
	return (frame_l4(f)[13] & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
}

/* ---- outbound --------------------------------------------------------------------------- */

bool nat_translates(const struct nat *nat, const struct frame *f)
{
	struct acl_key key;

	acl_key_of(f, &key);
	if (nat_rules_source(&nat->rules, &key, f->out) != NAT_RULE_NONE)
		return true;
	vec_each (&nat->rules.statics, rule) {
		if (ip4_equal(rule->local, f->src))
			return true;
	}
	return nat_fixed_names(&nat->rules.fixed, f->src);
}

struct acl_key nat_flow_key(const struct nat_flow *flow)
{
	struct acl_key key = {.src = flow->local, .dst = flow->remote, .proto = flow->proto};

	if (flow->proto == IP_PROTO_ICMP) {
		key.icmp_type = ICMP_ECHO; /* of all that are mapped the one that matters */
	} else {
		key.sport = flow->local_port;
		key.dport = flow->remote_port;
	}
	return key;
}

bool nat_is_public(const struct nat *nat, ip4_t address)
{
	return nat_rules_public(&nat->rules, address) || nat_is_one_to_one(nat, address);
}

bool nat_is_one_to_one(const struct nat *nat, ip4_t address)
{
	return nat->rules.fixed.by_global.count > 0 && nat_fixed_public(&nat->rules.fixed, address);
}

/** A public address that is a device's own, in a port that has no mapping: whether it leads there.
 */
static void target_device(const struct nat *nat, const struct nat_rule_public *public,
			  struct nat_target *out)
{
	const struct nat_public *state = &nat->publics.at[public->slot];

	if (state->assigned == 0 ||
	    nat->rules.sources.at[state->assigned_rule].filtering != NAT_ENDPOINT_INDEPENDENT)
		return;
	out->device.host = state->assigned;
	out->rule = state->assigned_rule;
}

/** Whether there is a mapping, or may be one. */
static bool target_is_any(const struct nat_target *target)
{
	return target->mapping != 0 || target->fixed || !ip4_is_any(target->device);
}

/** The mapping of a port of a public address; 0 none. */
static ALWAYS_INLINE uint32_t port_mapping(const struct nat *nat,
					   const struct nat_rule_public *public, uint8_t proto,
					   uint16_t port)
{
	return public ? port_pool_owner(nat_pool(nat, public->slot, proto), port) : 0;
}

void nat_target_find(const struct nat *nat, uint8_t proto, ip4_t global, uint16_t port,
		     struct nat_target *out)
{
	const struct nat_rule_public *public = nat_rules_public(&nat->rules, global);
	struct nat_flow flow = {.proto = proto};

	out->fixed = NULL;
	out->device = IP4_ANY;
	out->mapping = port_mapping(nat, public, proto, port);
	if (out->mapping == 0 && public && proto != IP_PROTO_ICMP)
		target_device(nat, public, out);
	if (out->mapping != 0 || nat->rules.fixed.by_global.count == 0)
		return;
	out->fixed = nat_fixed_of_global(&nat->rules.fixed, proto, global, port);
	if (!out->fixed)
		return;
	if (ip4_is_any(out->fixed->local)) {
		out->fixed = NULL;
		return;
	}
	flow.local = nat_fixed_local(out->fixed, global);
	flow.local_port = nat_fixed_local_port(out->fixed, port);
	out->mapping = nat_mapping_fixed(nat, &flow, out->fixed);
}

/** The mapping of a public endpoint, if there is one already; 0. */
static ALWAYS_INLINE uint32_t target_mapping(const struct nat *nat, uint8_t proto, ip4_t global,
					     uint16_t port)
{
	uint32_t mapping = port_mapping(nat, nat_rules_public(&nat->rules, global), proto, port);
	struct nat_target target;

	if (mapping != 0 || nat->rules.fixed.by_global.count == 0)
		return mapping;
	nat_target_find(nat, proto, global, port, &target);
	return target.mapping;
}

/** Whether a hairpin's destination is a device's. */
static bool leads_somewhere(const struct nat *nat, const struct frame *f)
{
	struct nat_target target;

	nat_target_find(nat, f->proto, f->dst, f->dport, &target);
	return target_is_any(&target);
}

/** Why a mapping was refused. @err: of nat_mapping_open(). */
static enum nat_refusal refusal_of(int err)
{
	switch (err) {
	case -ENOSPC: return NAT_REFUSED_PORTS;
	case -EDQUOT: return NAT_REFUSED_OWN;
	case -EADDRNOTAVAIL: return NAT_REFUSED_POOL;
	default: return NAT_REFUSED_TABLE;
	}
}

/** The mapping of a flow that @fixed translates, unless a static one is made for it already. */
static uint32_t outbound_fixed(struct nat *nat, const struct nat_flow *flow,
			       const struct nat_fixed *fixed, int *err)
{
	uint32_t mapping = nat_mapping_static(nat, flow);

	return mapping ? mapping : nat_mapping_open_fixed(nat, flow, fixed, err);
}

/** What is known of a flow from inside that has no session yet. */
struct outbound_way {
	struct acl_key key;
	const struct nat_fixed *fixed; /* the fixed translation of its source; NULL none */
	uint16_t rule;		       /* else the source rule that permits it; NAT_RULE_NONE */
	bool hairpin;		       /* to a public address */
};

/** Whether a new flow may be translated at all; dropped by name if not. */
static bool outbound_sensible(struct nat *nat, struct frame *f, const struct outbound_way *way)
{
	if (f->proto == IP_PROTO_ICMP && !icmp_is_request(frame_l4(f)[0])) {
		TRACE(f, trace_deny(f->trace, TRACE_SESSION, "an answer to %s, which asked nothing",
				    trace_ip4(f->trace, f->dst)));
		drop(f, DROP_NAT_NO_MAPPING);
		return false;
	}
	/* a hairpin that leads nowhere shall not cost a port */
	if (way->hairpin && !nat->rules.hairpin) {
		f->refuse = ICMP_ADMIN_PROHIBITED;
		drop(f, DROP_NAT_HAIRPIN_DISABLED);
		return false;
	}
	if (way->hairpin && !leads_somewhere(nat, f)) {
		TRACE(f, nat_trace_unmapped(nat, f));
		drop(f, DROP_NAT_NO_MAPPING);
		return false;
	}
	return true;
}

/** The session itself, on a mapping that has just been found or made. */
static uint32_t outbound_session(struct nat *nat, const struct nat_flow *flow,
				 const struct outbound_way *way, uint32_t mapping, mono_ms_t now)
{
	uint32_t i = nat_session_open(nat, mapping, flow->remote, flow->remote_port, now);

	assert(i != 0); /* there is room */
	if (nat_mapping_at(nat, mapping)->flags & NAT_MAPPING_STATIC)
		nat_session_at(nat, i)->flags |= NAT_SESSION_STATIC;
	else
		nat_rules_count(&nat->rules, way->rule, &way->key);
	if (way->hairpin)
		nat_session_at(nat, i)->flags |= NAT_SESSION_HAIRPIN;
	return i;
}

/**
 * outbound_open() - the session of a flow's first packet
 * Return: index; 0 with *@verdict filled in: NEXT: no rule names the source; DROPPED.
 */
static uint32_t outbound_open(struct nat *nat, struct frame *f, const struct nat_flow *flow,
			      mono_ms_t now, enum verdict *verdict)
{
	const struct nat_rule_public *to = nat_rules_public(&nat->rules, f->dst);
	struct outbound_way way = {
		.key = nat_flow_key(flow),
		.fixed = nat_fixed_of_local(&nat->rules.fixed, flow->proto, flow->local,
					    flow->local_port),
		.rule = NAT_RULE_NONE,
		.hairpin = nat_is_public(nat, f->dst),
	};
	enum nat_opener opener = way.hairpin ? NAT_OPENED_HAIRPIN : NAT_OPENED_INSIDE;
	enum nat_refusal refusal;
	uint32_t mapping;
	int err = 0;

	if (!way.fixed)
		way.rule = nat_rules_source(&nat->rules, &way.key, to ? to->interface : f->out);
	*verdict = VERDICT_NEXT;
	if (!way.fixed && way.rule == NAT_RULE_NONE && nat_mapping_next(nat, flow, 0) == 0) {
		TRACE(f, nat_trace_untranslated(f));
		return 0;
	}
	*verdict = VERDICT_DROPPED;
	if (!outbound_sensible(nat, f, &way))
		return 0;
	refusal = nat_admit(nat, flow->local, opener, now);
	if (refusal != NAT_ADMITTED) {
		nat_refuse(nat, f, refusal, opener, flow->local, now);
		return 0;
	}
	mapping = way.fixed ? outbound_fixed(nat, flow, way.fixed, &err)
			    : nat_mapping_open(nat, flow, way.rule, now, &err);
	if (mapping != 0)
		return outbound_session(nat, flow, &way, mapping, now);
	if (err == -ENOENT) { /* its only mapping was dynamic, and the rules have changed */
		TRACE(f, nat_trace_untranslated(f));
		*verdict = VERDICT_NEXT;
		return 0;
	}
	nat_refuse(nat, f, refusal_of(err), opener, flow->local, now);
	return 0;
}

/** TCP, UDP and ICMP queries; these have their identifier for a port (RFC 5508 REQ-1). */
static enum verdict outbound_flow(struct nat *nat, struct frame *f, mono_ms_t now)
{
	struct nat_flow flow = {
		.proto = f->proto,
		.local = f->src,
		.local_port = f->sport,
		.remote = f->dst,
		.remote_port = f->proto == IP_PROTO_ICMP ? 0 : f->dport,
	};
	uint32_t i = nat_session_find_flow(nat, &flow, now);
	bool known = i != 0;
	enum verdict verdict;
	struct met met;

	if (known) {
		nat->hits++;
	} else {
		i = outbound_open(nat, f, &flow, now, &verdict);
		if (i == 0)
			return verdict;
		nat->misses++;
	}
	TRACE(f, nat_trace_outbound(nat, f, i, known));
	met = met_at(nat, i);
	session_packet(nat, &met, f, false, now);
	rewrite_source(f, met.mapping);
	return VERDICT_NEXT;
}

/**
 * A packet that cannot be mapped: a one-to-one translation changes its address all the same; else
 * it may not leave with a private source.
 */
static enum verdict outbound_unmapped(struct nat *nat, struct frame *f, enum drop_reason reason)
{
	const struct nat_fixed *fixed = nat_fixed_host(&nat->rules.fixed, f->src);

	if (fixed && !frame_is_fragment(f)) {
		TRACE(f, nat_trace_fixed(f, f->src, nat_fixed_global(fixed, f->src)));
		nat_rewrite_address(f, NAT_END_SOURCE, nat_fixed_global(fixed, f->src));
		return VERDICT_NEXT;
	}
	return nat_translates(nat, f) ? drop(f, reason) : VERDICT_NEXT;
}

enum verdict nat_outbound(struct nat *nat, struct frame *frame, mono_ms_t now)
{
	if (frame_is_fragment(frame))
		return outbound_unmapped(nat, frame, DROP_FRAGMENT_NO_FIRST);
	if (!transport_fits(frame))
		return drop(frame, DROP_TRANSPORT_MALFORMED);
	if (frame->proto == IP_PROTO_ICMP) {
		uint8_t type = frame_l4(frame)[0];

		if (icmp_is_error(type))
			return nat_icmp_outbound(nat, frame, now);
		if (!icmp_is_query(type))
			return outbound_unmapped(nat, frame, DROP_ICMP_UNSUPPORTED);
		/* the router itself answers queries to a public address, whoever asks; DEVIATION:
		 * also to one that is a device's for a while (RFC 7857 s12) */
		if (icmp_is_request(type) && nat_is_public(nat, frame->dst) &&
		    !nat_is_one_to_one(nat, frame->dst))
			return VERDICT_NEXT;
	} else if (frame->proto != IP_PROTO_TCP && frame->proto != IP_PROTO_UDP) {
		return outbound_unmapped(nat, frame, DROP_NAT_UNSUPPORTED_PROTOCOL);
	}
	return outbound_flow(nat, frame, now);
}

/* ---- inbound ---------------------------------------------------------------------------- */

/**
 * inbound_permitted() - whether filtering lets a remote endpoint make a session on a mapping
 * @since: out: tick at which the new session's timer has started: for UDP not now, but when the
 *         inside last spoke, or the outside alone could prolong the mapping for ever
 */
static bool inbound_permitted(struct nat *nat, uint32_t mapping, const struct frame *f,
			      mono_ms_t now, uint32_t *since)
{
	uint32_t contact;

	*since = nat_mapping_at(nat, mapping)->last_out;
	switch (nat_filtering_of(nat, nat_mapping_at(nat, mapping))) {
	case NAT_ENDPOINT_INDEPENDENT:
		return f->proto == IP_PROTO_TCP ||
		       nat_tick_of(now) - *since <= nat_timeout_ticks(nat, NAT_TIMEOUT_UDP);
	case NAT_ADDRESS_DEPENDENT:
		contact = nat_session_find_contact(nat, mapping, f->src, now);
		if (contact != 0)
			*since = nat_session_at(nat, contact)->refreshed;
		return contact != 0;
	case NAT_ADDRESS_AND_PORT_DEPENDENT:
	case NAT_BEHAVIOUR_COUNT: break;
	}
	return false;
}

/**
 * Drops what nobody inside has asked for. A SYN may be part of both ends' opening at once; not so a
 * hairpin's, whose source is ours by now.
 */
static enum verdict inbound_unwanted(struct nat *nat, struct frame *f, enum drop_reason reason,
				     bool hairpin, mono_ms_t now)
{
	if (f->proto == IP_PROTO_TCP && !hairpin && is_plain_syn(f)) {
		TRACE(f, nat_trace_unsolicited(f));
		nat_unsolicited_note(nat, f, now);
	}
	return drop(f, reason);
}

/**
 * inbound_admits() - whether a first packet from outside may make a session
 * @since: as inbound_permitted()
 * Return: false: dropped.
 */
static bool inbound_admits(struct nat *nat, struct frame *f, const struct nat_target *target,
			   bool hairpin, mono_ms_t now, uint32_t *since)
{
	bool opens = target->mapping == 0; /* as only fixed ones and unfiltered addresses may */
	bool exempt =
		hairpin || target->fixed ||
		(!opens && (nat_mapping_at(nat, target->mapping)->flags & NAT_MAPPING_STATIC));
	bool answer = f->proto == IP_PROTO_ICMP && !icmp_is_request(frame_l4(f)[0]);

	if (answer || (f->proto == IP_PROTO_ICMP && !target->fixed) ||
	    (!exempt && !opens && !inbound_permitted(nat, target->mapping, f, now, since))) {
		TRACE(f, target->mapping ? nat_trace_filtered(nat, f, target->mapping)
					 : nat_trace_unmapped(nat, f));
		inbound_unwanted(nat, f, DROP_NAT_FILTERED, hairpin, now);
		return false;
	}
	if (f->proto == IP_PROTO_TCP && !exempt && !is_plain_syn(f)) {
		TRACE(f, opens ? nat_trace_unmapped(nat, f)
			       : nat_trace_not_syn(nat, f, target->mapping));
		drop(f, DROP_NAT_TCP_NOT_SYN);
		return false;
	}
	return true;
}

/** The inside address that a target is. */
static ip4_t target_local(const struct nat *nat, const struct frame *f,
			  const struct nat_target *target)
{
	if (target->mapping != 0)
		return (ip4_t){nat_mapping_at(nat, target->mapping)->local};
	return target->fixed ? nat_fixed_local(target->fixed, f->dst) : target->device;
}

/** The mapping of a packet's target, made if need be. Return: 0: dropped. */
static uint32_t target_open(struct nat *nat, struct frame *f, enum nat_opener opener, mono_ms_t now)
{
	struct nat_flow flow = {.proto = f->proto};
	struct nat_target target;
	uint32_t mapping;
	int err = 0;

	/* looking for room may have ended what was dead, and the mapping with it */
	nat_target_find(nat, f->proto, f->dst, f->dport, &target);
	if (target.mapping != 0)
		return target.mapping;
	if (!target_is_any(&target)) {
		TRACE(f, nat_trace_unmapped(nat, f));
		drop(f, DROP_NAT_NO_MAPPING);
		return 0;
	}
	flow.local = target_local(nat, f, &target);
	flow.local_port = f->dport;
	if (target.fixed)
		flow.local_port = nat_fixed_local_port(target.fixed, f->dport);
	mapping = target.fixed ? nat_mapping_open_fixed(nat, &flow, target.fixed, &err)
			       : nat_mapping_open(nat, &flow, target.rule, now, &err);
	if (mapping == 0)
		nat_refuse(nat, f, refusal_of(err), opener, flow.local, now);
	return mapping;
}

/** The session of a first packet from outside. Return: 0: dropped. */
static uint32_t inbound_open(struct nat *nat, struct frame *f, const struct nat_target *target,
			     bool hairpin, mono_ms_t now)
{
	enum nat_opener opener = hairpin ? NAT_OPENED_BY_OTHER : NAT_OPENED_OUTSIDE;
	enum nat_refusal refusal;
	uint32_t since = nat_tick_of(now), mapping, i;

	if (!inbound_admits(nat, f, target, hairpin, now, &since))
		return 0;
	ip4_t local = target_local(nat, f, target);

	refusal = nat_admit(nat, local, opener, now);
	if (refusal != NAT_ADMITTED) {
		nat_refuse(nat, f, refusal, opener, local, now);
		return 0;
	}
	mapping = target_open(nat, f, opener, now);
	if (mapping == 0)
		return 0;
	i = nat_session_open(nat, mapping, f->src, f->proto == IP_PROTO_ICMP ? 0 : f->sport, now);
	assert(i != 0); /* there is room */
	struct nat_session *s = nat_session_at(nat, i);

	nat_session_set_unasked(nat, i);
	if (nat_mapping_at(nat, mapping)->flags & NAT_MAPPING_STATIC)
		s->flags |= NAT_SESSION_STATIC;
	if (hairpin)
		s->flags |= NAT_SESSION_HAIRPIN;
	if (f->proto == IP_PROTO_UDP)
		s->refreshed = since;
	return i;
}

/**
 * inbound_first() - a packet from outside, or a hairpin, that no session is found for
 * Return: index of the one that it makes; 0 with *@verdict filled in.
 */
static uint32_t inbound_first(struct nat *nat, struct frame *f, bool hairpin, mono_ms_t now,
			      enum verdict *verdict)
{
	struct nat_target target;

	/* once more: the mapping may have ended with a session that was dead */
	nat_target_find(nat, f->proto, f->dst, f->dport, &target);
	*verdict = VERDICT_DROPPED;
	if (target_is_any(&target))
		return inbound_open(nat, f, &target, hairpin, now);
	if (nat_is_lent(nat, f->proto, f->dst, f->dport, f->src)) {
		*verdict = VERDICT_CONSUMED;
		return 0;
	}
	TRACE(f, nat_trace_unmapped(nat, f));
	inbound_unwanted(nat, f, DROP_NAT_NO_MAPPING, hairpin, now);
	return 0;
}

/** TCP, UDP and ICMP queries: of those from outside only answers, but to a one-to-one address. */
static enum verdict inbound_flow(struct nat *nat, struct frame *f, bool hairpin, mono_ms_t now)
{
	uint16_t remote_port = f->proto == IP_PROTO_ICMP ? 0 : f->sport;
	enum verdict verdict;
	uint32_t mapping, i = 0;
	struct met met;
	bool known;

	mapping = target_mapping(nat, f->proto, f->dst, f->dport);
	if (mapping != 0)
		i = nat_session_find(nat, mapping, f->src, remote_port, now);
	known = i != 0;
	if (!known) {
		i = inbound_first(nat, f, hairpin, now, &verdict);
		if (i == 0)
			return verdict;
	}
	TRACE(f, nat_trace_inbound(nat, f, i, known));
	met = met_at(nat, i);
	if (!session_packet(nat, &met, f, true, now)) {
		TRACE(f, nat_trace_window(nat, f, i));
		return drop(f, DROP_NAT_TCP_WINDOW);
	}
	if (known)
		nat->hits++;
	else
		nat->misses++;
	rewrite_destination(f, met.mapping);
	return VERDICT_NEXT;
}

/** A protocol without ports: to a one-to-one address it goes by its header alone. */
static enum verdict inbound_unmapped(struct nat *nat, struct frame *f, bool hairpin)
{
	const struct nat_fixed *fixed = nat_fixed_public(&nat->rules.fixed, f->dst);

	if (!fixed)
		return VERDICT_CONSUMED;
	if (hairpin && !nat->rules.hairpin)
		return drop(f, DROP_NAT_HAIRPIN_DISABLED);
	if (ip4_is_any(fixed->local)) {
		TRACE(f, nat_trace_unmapped(nat, f));
		return drop(f, DROP_NAT_NO_MAPPING);
	}
	TRACE(f, nat_trace_fixed(f, f->dst, nat_fixed_local(fixed, f->dst)));
	nat_rewrite_address(f, NAT_END_DESTINATION, nat_fixed_local(fixed, f->dst));
	return VERDICT_NEXT;
}

/* A hairpin comes here with its public source (RFC 4787 REQ-9, RFC 5382 REQ-8). ICMP: queries and
 * errors that RFC 5508 REQ-9 and REQ-10 name; others are the router's own affair. */
enum verdict nat_inbound(struct nat *nat, struct frame *frame, bool hairpin, mono_ms_t now)
{
	bool error = false;

	if (!nat_is_public(nat, frame->dst))
		return VERDICT_NEXT;
	if (frame_is_fragment(frame))
		return drop(frame, DROP_FRAGMENT_NO_FIRST);
	if (!transport_fits(frame))
		return drop(frame, DROP_TRANSPORT_MALFORMED);
	if (frame->proto == IP_PROTO_ICMP) {
		uint8_t type = frame_l4(frame)[0];

		error = icmp_is_error(type);
		if (!error && !icmp_is_query(type))
			return inbound_unmapped(nat, frame, hairpin);
		if (!error && icmp_is_request(type) && !nat_is_one_to_one(nat, frame->dst))
			return VERDICT_CONSUMED;
	} else if (frame->proto != IP_PROTO_TCP && frame->proto != IP_PROTO_UDP) {
		return inbound_unmapped(nat, frame, hairpin);
	}
	if (hairpin && !nat->rules.hairpin)
		return drop(frame, DROP_NAT_HAIRPIN_DISABLED);
	return error ? nat_icmp_inbound(nat, frame, now) : inbound_flow(nat, frame, hairpin, now);
}
