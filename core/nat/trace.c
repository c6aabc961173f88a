/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a trace says of NAT's steps: which mapping and session a packet has, and why a new one was
 * made or refused. Only traced frames come here. Nothing here changes anything but the trace.
 */
#include <stdio.h>

#include "core/nat/nat.h"
#include "core/nat/tcp_track.h"
#include "core/text.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

static const char *local_of(struct trace *t, const struct nat_mapping *m)
{
	return trace_endpoint(t, m->proto, (ip4_t){m->local}, m->local_port);
}

static const char *global_of(struct trace *t, const struct nat_mapping *m)
{
	return trace_endpoint(t, m->proto, (ip4_t){m->global}, m->global_port);
}

static const char *behaviour_name(uint8_t behaviour)
{
	switch ((enum nat_behaviour)behaviour) {
	case NAT_ENDPOINT_INDEPENDENT: return "endpoint-independent";
	case NAT_ADDRESS_DEPENDENT: return "address-dependent";
	case NAT_ADDRESS_AND_PORT_DEPENDENT: return "address-and-port-dependent";
	case NAT_BEHAVIOUR_COUNT: break;
	}
	return "";
}

/* ---- sessions --------------------------------------------------------------------------- */

static void say_session(const struct nat *nat, const struct frame *f, uint32_t session, bool known)
{
	const struct nat_session *s = nat_session_at(nat, session);
	const struct nat_mapping *m = nat_mapping_at(nat, s->mapping);
	struct trace *t = f->trace;
	const char *remote =
		m->proto == IP_PROTO_ICMP
			? trace_ip4(t, (ip4_t){s->remote})
			: trace_endpoint(t, m->proto, (ip4_t){s->remote}, s->remote_port);

	if (!known)
		trace_add(t, TRACE_SESSION, "a new %s session of %s with %s",
			  trace_protocol(t, m->proto), local_of(t, m), remote);
	else if (m->proto == IP_PROTO_TCP)
		trace_add(t, TRACE_SESSION, "a known tcp session of %s with %s, %s", local_of(t, m),
			  remote, tcp_track_name(s->state));
	else
		trace_add(t, TRACE_SESSION, "a known %s session of %s with %s",
			  trace_protocol(t, m->proto), local_of(t, m), remote);
}

/* Why the mapping of an outbound packet is the one it is. */
static const char *why_mapping(const struct nat_mapping *m, bool known)
{
	if (m->flags & NAT_MAPPING_STATIC)
		return "its static translation";
	if (known || m->sessions > 1)
		return "the mapping that it has";
	if (m->global_port == m->local_port)
		return "a new mapping; its own port is free";
	if (m->flags & NAT_MAPPING_BLOCK)
		return "a new mapping; its own port is taken, or in none of its blocks";
	return "a new mapping; its own port is taken";
}

/* The rule that a mapping belongs to, as " (list 1, vip HOME)"; "" of none. */
static const char *rule_of(const struct nat *nat, const struct nat_mapping *m, char *text,
			   size_t size)
{
	const struct config_nat_source *rule;
	char interface[INTERFACE_TEXT_SIZE];

	text[0] = '\0';
	if (m->rule >= nat->rules.sources.count)
		return text;
	rule = &nat->rules.sources.at[m->rule].from;
	switch ((enum config_public_kind)rule->public.kind) {
	case CONFIG_PUBLIC_VIP:
		snprintf(text, size, " (list %s, vip %s)", rule->list, rule->public.vip);
		break;
	case CONFIG_PUBLIC_POOL:
		snprintf(text, size, " (list %s, pool %s)", rule->list, rule->public.pool);
		break;
	case CONFIG_PUBLIC_INTERFACE:
		snprintf(text, size, " (list %s, interface %s)", rule->list,
			 interface_to_text(rule->public.interface, interface));
		break;
	case CONFIG_PUBLIC_ADDRESS: break; /* of static translations */
	}
	return text;
}

void nat_trace_outbound(const struct nat *nat, const struct frame *f, uint32_t session, bool known)
{
	const struct nat_mapping *m = nat_mapping_at(nat, nat_session_at(nat, session)->mapping);
	struct trace *t = f->trace;
	char rule[2 * CONFIG_NAME_SIZE + 16];

	say_session(nat, f, session, known);
	trace_add(t, TRACE_NAT, "source %s becomes %s%s: %s", local_of(t, m), global_of(t, m),
		  rule_of(nat, m, rule, sizeof(rule)), why_mapping(m, known));
}

void nat_trace_inbound(const struct nat *nat, const struct frame *f, uint32_t session, bool known)
{
	const struct nat_mapping *m = nat_mapping_at(nat, nat_session_at(nat, session)->mapping);
	struct trace *t = f->trace;

	say_session(nat, f, session, known);
	trace_add(t, TRACE_UN_NAT, "destination %s becomes %s: %s", global_of(t, m), local_of(t, m),
		  m->flags & NAT_MAPPING_STATIC ? "its static translation" : "the mapping there");
}

void nat_trace_error(const struct nat *nat, const struct frame *f, uint32_t session, bool inbound)
{
	struct trace *t = f->trace;

	say_session(nat, f, session, true);
	trace_add(t, inbound ? TRACE_UN_NAT : TRACE_NAT,
		  "an ICMP error about that session: translated, and what it quotes too");
}

/* ---- refusals --------------------------------------------------------------------------- */

void nat_trace_untranslated(const struct frame *f)
{
	struct trace *t = f->trace;

	trace_add(t, TRACE_NAT, "no rule names %s: the source stays as it is",
		  trace_ip4(t, f->src));
}

/* The device that a public endpoint is forwarded to, by name, and that has no address now; NULL. */
static const char *absent_device(const struct nat_rules *rules, const struct frame *f)
{
	const struct nat_fixed *fixed =
		nat_fixed_of_global(&rules->fixed, f->proto, f->dst, f->dport);
	uint16_t name = fixed && ip4_is_any(fixed->local) ? fixed->name : 0;

	vec_each (&rules->statics, rule) {
		if (ip4_is_any(rule->local) && rule->proto == f->proto &&
		    ip4_equal(rule->address, f->dst) && rule->global_port == f->dport)
			name = rule->name;
	}
	return name ? rules->names.at[name - 1].host : NULL;
}

void nat_trace_unmapped(const struct nat *nat, const struct frame *f)
{
	struct trace *t = f->trace;
	const char *device = absent_device(&nat->rules, f);

	if (device)
		trace_deny(t, TRACE_UN_NAT, "%s %s is forwarded to %s, which has no address now",
			   trace_protocol(t, f->proto),
			   trace_endpoint(t, f->proto, f->dst, f->dport), device);
	else
		trace_deny(t, TRACE_UN_NAT, "nobody inside has %s %s, and it is not forwarded",
			   trace_protocol(t, f->proto),
			   trace_endpoint(t, f->proto, f->dst, f->dport));
}

void nat_trace_unsolicited(const struct frame *f)
{
	struct trace *t = f->trace;

	trace_add(t, TRACE_ANSWER,
		  "ICMP port unreachable to %s in %d s, unless the inside opens it too",
		  trace_ip4(t, f->src), NAT_UNSOLICITED_WAIT_MS / 1000);
}

void nat_trace_fixed(const struct frame *f, ip4_t from, ip4_t to)
{
	struct trace *t = f->trace;

	trace_add(t, ip4_equal(from, f->src) ? TRACE_NAT : TRACE_UN_NAT,
		  "%s %s becomes %s: its one-to-one translation",
		  ip4_equal(from, f->src) ? "source" : "destination", trace_ip4(t, from),
		  trace_ip4(t, to));
}

void nat_trace_filtered(const struct nat *nat, const struct frame *f, uint32_t mapping)
{
	const struct nat_mapping *m = nat_mapping_at(nat, mapping);
	enum nat_behaviour filtering;
	struct trace *t = f->trace;

	if (!(m->flags & NAT_MAPPING_LIVE)) { /* it went with its last session, dead by now */
		nat_trace_unmapped(nat, f);
		return;
	}
	if (m->proto == IP_PROTO_ICMP) { /* of no rule, maybe: a static translation's */
		trace_deny(t, TRACE_UN_NAT, "%s is mapped to %s, which has asked nothing of %s",
			   global_of(t, m), local_of(t, m), trace_ip4(t, f->src));
		return;
	}
	filtering = nat_filtering_of(nat, m);
	if (filtering == NAT_ENDPOINT_INDEPENDENT)
		trace_deny(t, TRACE_UN_NAT,
			   "%s is mapped to %s, which has sent nothing from there for too long",
			   global_of(t, m), local_of(t, m));
	else
		trace_deny(t, TRACE_UN_NAT,
			   "%s is mapped to %s, but filtering is %s and %s was not contacted "
			   "from there",
			   global_of(t, m), local_of(t, m), behaviour_name(filtering),
			   filtering == NAT_ADDRESS_AND_PORT_DEPENDENT
				   ? trace_endpoint(t, f->proto, f->src, f->sport)
				   : trace_ip4(t, f->src));
}

void nat_trace_refused(const struct frame *f, ip4_t device, enum drop_reason reason)
{
	struct trace *t = f->trace;

	trace_deny(t, TRACE_SESSION, "no new session for %s: %s", trace_ip4(t, device),
		   drop_text(reason));
}

void nat_trace_window(const struct nat *nat, const struct frame *f, uint32_t session)
{
	const struct nat_mapping *m = nat_mapping_at(nat, nat_session_at(nat, session)->mapping);
	const struct tcp_window *w = nat_window_at(nat, session);
	struct tcp_segment s;
	struct trace *t = f->trace;

	tcp_segment_read(&s, frame_l4(f), frame_l4_len(f));
	trace_deny(t, TRACE_SESSION,
		   "sequence number %u, acknowledging %u: %s expects %u next and has sent up to %u",
		   s.seq, s.ack, trace_ip4(t, (ip4_t){m->local}), w->in_ack, w->out_end);
}

void nat_trace_not_syn(const struct nat *nat, const struct frame *f, uint32_t mapping)
{
	const struct nat_mapping *m = nat_mapping_at(nat, mapping);
	struct trace *t = f->trace;

	trace_deny(t, TRACE_UN_NAT,
		   "%s is mapped to %s, but only a SYN begins a session from outside",
		   global_of(t, m), local_of(t, m));
}

/* ---- segments to be made up --------------------------------------------------------------- */

void nat_expect(struct nat *nat, struct nat_segment *segment, mono_ms_t now)
{
	struct nat_flow flow = {
		.proto = IP_PROTO_TCP,
		.local = segment->src,
		.local_port = segment->sport,
		.remote = segment->dst,
		.remote_port = segment->dport,
	};
	uint32_t i = nat_session_find_flow(nat, &flow, now);
	const struct tcp_window *w;
	struct nat_target target;

	segment->seq = segment->ack = 0;
	if (i != 0) {
		w = nat_window_at(nat, i);
		segment->seq = w->out_end;
		segment->ack = w->in_end;
		return;
	}
	nat_target_find(nat, IP_PROTO_TCP, segment->dst, segment->dport, &target);
	if (target.mapping != 0)
		i = nat_session_find(nat, target.mapping, segment->src, segment->sport, now);
	if (i == 0)
		return;
	w = nat_window_at(nat, i);
	segment->seq = w->in_ack;
	segment->ack = w->out_end;
}
