/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The NAT's table as shows see it, `clear`, counters, and the tick that keeps it clean.
 *
 * A walk goes by record numbers, static rules first: a record never moves, so a session is not
 * shown twice, whatever comes and goes meanwhile; one that comes may be missed.
 */
#include "core/nat/nat.h"
#include "core/nat/tcp_track.h"
#include "core/wire/ipv4.h"

enum { NAT_SWEEP_ROUND_MS = 30 * 1000 }; /* in which every record shall be looked at once */

static uint32_t seconds_of(uint32_t ticks)
{
	return (uint32_t)(((uint64_t)ticks << NAT_TICK_SHIFT) / 1000);
}

/** Fills in an entry's inside half from a mapping. */
static void entry_of_mapping(struct nat_entry *out, const struct nat_mapping *m)
{
	*out = (struct nat_entry){
		.proto = m->proto,
		.state = "",
		.host = "",
		.local = {m->local},
		.local_port = m->local_port,
		.global = {m->global},
		.global_port = m->global_port,
	};
}

static const char *name_of(const struct nat *nat, uint16_t name)
{
	return name ? nat->rules.names.at[name - 1].host : "";
}

static void entry_of_static(const struct nat *nat, struct nat_entry *out,
			    const struct nat_rule_static *rule)
{
	*out = (struct nat_entry){
		.proto = rule->proto,
		.entry_static = true,
		.flags = NAT_SESSION_STATIC,
		.state = "",
		.host = name_of(nat, rule->name),
		.local = rule->local,
		.local_port = rule->local_port,
		.global = rule->address,
		.global_port = rule->global_port,
		.left_s = UINT32_MAX,
	};
}

static void entry_of_fixed(const struct nat *nat, struct nat_entry *out,
			   const struct nat_fixed *rule)
{
	bool one_to_one = rule->proto == NAT_FIXED_ALL;

	*out = (struct nat_entry){
		.proto = rule->proto,
		.entry_static = true,
		.flags = NAT_SESSION_STATIC,
		.state = "",
		.host = name_of(nat, rule->name),
		.local = rule->local,
		.local_port = rule->local_port,
		.global = rule->global,
		.global_port = rule->global_port,
		.more_ports = (uint16_t)(one_to_one ? 0 : rule->ports - 1),
		.host_bits = (uint8_t)__builtin_ctz(rule->addresses),
		.left_s = UINT32_MAX,
	};
}

static void entry_of_outside(struct nat_entry *out, const struct nat_outside_pair *pair)
{
	*out = (struct nat_entry){
		.entry_static = true,
		.flags = NAT_SESSION_STATIC,
		.state = "",
		.host = "",
		.remote = pair->global,
		.remote_local = pair->local,
		.left_s = UINT32_MAX,
	};
}

static void entry_of_assigned(struct nat_entry *out, const struct nat_public *public)
{
	*out = (struct nat_entry){
		.entry_assigned = true,
		.state = "",
		.host = "",
		.local = {public->assigned},
		.global = public->address,
		.left_s = UINT32_MAX,
	};
}

static void entry_of_session(const struct nat *nat, struct nat_entry *out,
			     const struct nat_session *s, mono_ms_t now)
{
	uint32_t tick = nat_tick_of(now), lifetime = nat_session_lifetime(nat, s);
	uint32_t spent = tick - s->refreshed;

	entry_of_mapping(out, nat_mapping_at(nat, s->mapping));
	out->flags = s->flags & (NAT_SESSION_STATIC | NAT_SESSION_INBOUND | NAT_SESSION_HAIRPIN);
	out->state = tcp_track_name(s->state);
	out->remote.host = s->remote;
	out->remote_local = nat_outside_local_of(nat, out->remote, now);
	/* an ICMP query has one identifier; outside it is the global one, as IOS shows it */
	out->remote_port = out->proto == IP_PROTO_ICMP ? out->global_port : s->remote_port;
	out->age_s = seconds_of(tick - s->created);
	out->idle_s = seconds_of(tick - s->seen);
	out->left_s = UINT32_MAX;
	if (lifetime != UINT32_MAX)
		out->left_s = spent < lifetime ? seconds_of(lifetime - spent) : 0;
	out->packets_out = (uint64_t)s->packets_out_high << 32 | s->packets_out;
	out->packets_in = (uint64_t)s->packets_in_high << 32 | s->packets_in;
	out->bytes_out = s->bytes_out;
	out->bytes_in = s->bytes_in;
}

bool nat_next_entry(const struct nat *nat, uint64_t *cursor, struct nat_entry *out, mono_ms_t now)
{
	/* up to 2^32: static rules; up to twice that: those of hosts outside; up to three times
	 * that: public addresses by slot; then sessions by record number */
	const uint64_t outside = UINT64_C(1) << 32, slots = 2 * outside, sessions = 3 * outside;

	if (*cursor < nat->rules.statics.count) {
		entry_of_static(nat, out, &nat->rules.statics.at[(*cursor)++]);
		return true;
	}
	if (*cursor - nat->rules.statics.count < nat->rules.fixed.by_global.count) {
		entry_of_fixed(
			nat, out,
			&nat->rules.fixed.by_global.at[(*cursor)++ - nat->rules.statics.count]);
		return true;
	}
	*cursor = MAX(*cursor, outside);
	if (*cursor - outside < nat->outside.by_global.count) {
		entry_of_outside(out, &nat->outside.by_global.at[(*cursor)++ - outside]);
		return true;
	}
	while (*cursor < slots && *cursor - outside - nat->outside.by_global.count <
					  nat->outside_pool.bindings.count) {
		const struct nat_outside_binding *b =
			&nat->outside_pool.bindings
				 .at[(*cursor)++ - outside - nat->outside.by_global.count];

		if (!nat_outside_binding_live(b, nat_outside_time(nat, now)))
			continue;
		entry_of_outside(out, &(struct nat_outside_pair){b->global, b->local});
		out->entry_static = false;
		out->entry_assigned = true;
		out->flags = 0;
		return true;
	}
	*cursor = MAX(*cursor, slots);
	while (*cursor - slots < nat->publics.count) {
		const struct nat_public *public = &nat->publics.at[(*cursor)++ - slots];

		if (public->assigned == 0)
			continue;
		entry_of_assigned(out, public);
		return true;
	}
	*cursor = MAX(*cursor, sessions);
	while (*cursor - sessions < nat->sessions.high) {
		const struct nat_session *s = nat_session_at(nat, (uint32_t)(++*cursor - sessions));

		if ((s->flags & NAT_SESSION_LIVE) && !nat_session_dead(nat, s, now)) {
			entry_of_session(nat, out, s, now);
			return true;
		}
	}
	return false;
}

static bool address_matches(ip4_t wanted, ip4_t address)
{
	return ip4_is_any(wanted) || ip4_equal(wanted, address);
}

static bool session_matches(const struct nat *nat, const struct nat_session *s,
			    const struct nat_match *match, mono_ms_t now)
{
	const struct nat_mapping *m = nat_mapping_at(nat, s->mapping);
	bool exact = match->all_ports;

	return (!match->proto || match->proto == m->proto) &&
	       address_matches(match->local, (ip4_t){m->local}) &&
	       address_matches(match->global, (ip4_t){m->global}) &&
	       address_matches(match->remote, (ip4_t){s->remote}) &&
	       address_matches(match->remote_local,
			       nat_outside_local_of(nat, (ip4_t){s->remote}, now)) &&
	       ((!exact && !match->local_port) || match->local_port == m->local_port) &&
	       ((!exact && !match->global_port) || match->global_port == m->global_port) &&
	       (!match->remote_port || match->remote_port == s->remote_port);
}

unsigned int nat_clear(struct nat *nat, const struct nat_match *match, mono_ms_t now)
{
	unsigned int cleared = 0;

	for (uint32_t i = 1; i <= nat->sessions.high; i++) {
		const struct nat_session *s = nat_session_at(nat, i);

		if (!(s->flags & NAT_SESSION_LIVE) || !session_matches(nat, s, match, now))
			continue;
		cleared += !nat_session_dead(nat, s, now);
		nat_session_close(nat, i, now);
	}
	/* a host outside has neither an inside end nor ports */
	if (!match->proto && ip4_is_any(match->local) && ip4_is_any(match->global))
		cleared += nat_outside_pool_clear(&nat->outside_pool, match->remote,
						  match->remote_local, nat_outside_time(nat, now));
	return cleared;
}

void nat_stats(const struct nat *nat, struct nat_stats *out)
{
	*out = (struct nat_stats){
		.sessions = nat->sessions.count,
		.statics = nat->rules.statics.count + nat->rules.fixed.by_global.count +
			   nat->outside.by_global.count,
		.peak = nat->peak,
		.peak_at = nat->peak_at,
		.capacity = nat->rules.max_entries,
		.hits = nat->hits,
		.misses = nat->misses,
		.expired = nat->expired,
		.created = nat->created,
		.tcp = nat->by_protocol[NAT_TCP],
		.udp = nat->by_protocol[NAT_UDP],
		.icmp = nat->by_protocol[NAT_ICMP],
	};
}

void nat_clear_stats(struct nat *nat, mono_ms_t now)
{
	nat->hits = nat->misses = nat->expired = nat->created = 0;
	nat->peak = nat->sessions.count;
	nat->peak_at = now;
	vec_each (&nat->rules.sources, rule)
		rule->misses = 0;
	vec_each (&nat->outside_pool.rules, outside)
		outside->misses = 0;
}

void nat_public_stats(const struct nat *nat, ip4_t address, struct nat_public_stats *out)
{
	const struct nat_rule_public *rule = nat_rules_public(&nat->rules, address);

	*out = (struct nat_public_stats){0};
	if (!rule)
		return;
	const struct nat_public *public = &nat->publics.at[rule->slot];

	out->sessions = public->sessions;
	out->tcp_ports = public->in_use[NAT_TCP];
	out->udp_ports = public->in_use[NAT_UDP];
	out->icmp_ids = public->in_use[NAT_ICMP];
}

uint32_t nat_host_sessions(const struct nat *nat, ip4_t local, ip4_t global)
{
	const struct nat_rule_public *rule = nat_rules_public(&nat->rules, global);
	uint32_t i = rule ? nat_host_find(nat, local, rule->slot) : 0;

	return i ? ((const struct nat_host *)nat_slab_at(&nat->hosts, i))->sessions : 0;
}

uint32_t nat_source_sessions(const struct nat *nat, const struct config_nat_source *source)
{
	uint16_t rule = nat_rules_find(&nat->rules, source);

	return rule == NAT_RULE_NONE ? 0 : nat->rules.sources.at[rule].sessions;
}

uint64_t nat_acl_hits(const struct nat *nat, const char *list, uint32_t sequence)
{
	return acl_set_hits(&nat->rules.acls, list, sequence);
}

void nat_clear_acl_hits(struct nat *nat, const char *list)
{
	acl_set_clear(&nat->rules.acls, list);
}

void nat_outside_stats(const struct nat *nat, const struct config_nat_outside_source *source,
		       struct nat_outside_stats *out, mono_ms_t now)
{
	*out = (struct nat_outside_stats){0};
	vec_each (&nat->outside_pool.rules, rule) {
		if (strcmp(rule->from.list, source->list) != 0)
			continue;
		out->addresses = rule->count;
		out->misses = rule->misses;
		for (uint32_t i = 0; i < rule->count; i++)
			out->allocated += nat_outside_binding_live(
				&nat->outside_pool.bindings.at[rule->first + i],
				nat_outside_time(nat, now));
	}
}

uint64_t nat_pool_misses(const struct nat *nat, const struct config_nat_source *source)
{
	vec_each (&nat->rules.sources, rule) {
		if (strcmp(rule->from.list, source->list) == 0 &&
		    config_public_equal(&rule->from.public, &source->public))
			return rule->misses;
	}
	return 0;
}

/* ---- the tick --------------------------------------------------------------------------- */

void nat_tick(struct nat *nat, unsigned int budget, mono_ms_t now)
{
	int64_t wait_ms;

	nat_session_sweep(nat, budget, now);
	nat_ports_tick(nat, now);
	/* so often that a round takes NAT_SWEEP_ROUND_MS: dead sessions hold ports until then */
	wait_ms = (int64_t)NAT_SWEEP_ROUND_MS * budget / MAX(nat->sessions.high, 1u);
	wait_ms = MIN(MAX(wait_ms, 1), NAT_SWEEP_INTERVAL_MS);
	nat->sweep_next = mono_add_ms(now, wait_ms);
}

mono_ms_t nat_deadline(const struct nat *nat)
{
	return nat->sessions.count == 0 ? nat->blocks_next
					: mono_earlier(nat->sweep_next, nat->blocks_next);
}
