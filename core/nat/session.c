/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See session.h. Invariants: a live session is in by_flow; those of one mapping with one remote
 * address form a ring, and exactly one of them (NAT_SESSION_CONTACT) is in by_contact, which is how
 * address-dependent filtering (RFC 4787 s5) knows at once whether an address has been contacted.
 *
 * One index serves both ways: outbound the mapping is found by the inside endpoint, inbound by the
 * port, and from there the session by the remote endpoint. Mappings are few (at most one for each
 * port of a public address), so they stay in the processor's cache, and a million sessions need
 * two indexes less.
 *
 * Timers are not armed: nat_tick() looks at the records one after the other. A deadline is worked
 * out from the configuration in force, so a changed timeout holds for live sessions at once.
 */
#include "core/nat/nat.h"
#include "core/nat/tcp_track.h"
#include "core/wire/tcp.h"

enum {
	NAT_FULL_SWEEP = 64, /* records to look at for a dead session when the table is full */
	NAT_DNS_PORT = 53,
};

static uint64_t flow_hash(const struct hash_key *key, uint32_t mapping, uint32_t remote,
			  uint16_t remote_port)
{
	return hash_2(key, (uint64_t)mapping << 32 | remote, remote_port);
}

static uint64_t contact_hash(const struct hash_key *key, uint32_t mapping, uint32_t remote)
{
	return hash_2(key, (uint64_t)mapping << 32 | remote, UINT64_C(1) << 32);
}

uint64_t nat_session_hash(const struct hash_key *key, const void *record)
{
	const struct nat_session *s = record;

	return flow_hash(key, s->mapping, s->remote, s->remote_port);
}

uint64_t nat_session_contact_hash(const struct hash_key *key, const void *record)
{
	const struct nat_session *s = record;

	return contact_hash(key, s->mapping, s->remote);
}

/* ---- time ------------------------------------------------------------------------------- */

uint32_t nat_ticks_of_s(uint32_t seconds)
{
	uint64_t ticks = ((uint64_t)seconds * 1000 + (1 << NAT_TICK_SHIFT) - 1) >> NAT_TICK_SHIFT;

	return seconds == UINT32_MAX || ticks >= UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

uint32_t nat_timeout_ticks(const struct nat *nat, enum nat_timeout which)
{
	return nat->rules.timeout_ticks[which];
}

/** A timer that a session's port has of its own, in place of @which; NULL. */
static const struct nat_port_timeout *
port_timeout(const struct nat *nat, const struct nat_session *s, enum nat_timeout which)
{
	const struct nat_mapping *m = nat_mapping_at(nat, s->mapping);
	bool forward = (m->flags & NAT_MAPPING_STATIC) && (s->flags & NAT_SESSION_UNASKED);

	if (which != NAT_TIMEOUT_TCP && which != NAT_TIMEOUT_UDP && which != NAT_TIMEOUT_DNS)
		return NULL;
	return nat_port_timeout_find(&nat->limits, m->proto,
				     forward ? m->global_port : s->remote_port);
}

uint32_t nat_session_lifetime(const struct nat *nat, const struct nat_session *s)
{
	enum nat_timeout which = NAT_TIMEOUT_ICMP;

	switch (nat_protocol_of(nat_mapping_at(nat, s->mapping)->proto)) {
	case NAT_TCP: which = tcp_track_timeout(s->state); break;
	case NAT_UDP:
		which = s->remote_port == NAT_DNS_PORT ? NAT_TIMEOUT_DNS : NAT_TIMEOUT_UDP;
		break;
	case NAT_ICMP:
	case NAT_PROTOCOL_COUNT: break;
	}
	if (nat->limits.port_timeouts.count > 0) {
		const struct nat_port_timeout *own = port_timeout(nat, s, which);

		if (own)
			return own->ticks;
	}
	return nat_timeout_ticks(nat, which);
}

bool nat_session_dead(const struct nat *nat, const struct nat_session *s, mono_ms_t now)
{
	uint32_t idle = nat_tick_of(now) - s->refreshed, lifetime;

	if (idle <= nat->timeout_least) /* nearly all, and no timer need be looked up */
		return false;
	lifetime = nat_session_lifetime(nat, s);
	/* more than, not equal: the timer started somewhere within its tick */
	return lifetime != UINT32_MAX && idle > lifetime;
}

/* ---- finding ---------------------------------------------------------------------------- */

static void session_expire(struct nat *nat, uint32_t i, mono_ms_t now)
{
	nat->expired++;
	nat_session_close(nat, i, now);
}

const uint32_t *nat_session_bucket(const struct nat *nat, uint32_t mapping, ip4_t remote,
				   uint16_t remote_port)
{
	return nat_index_bucket(&nat->by_flow,
				flow_hash(&nat->key, mapping, remote.host, remote_port));
}

/** The session, dead or alive, or 0. */
static uint32_t session_lookup(const struct nat *nat, uint32_t mapping, ip4_t remote,
			       uint16_t remote_port)
{
	uint32_t i = nat_index_first(&nat->by_flow,
				     flow_hash(&nat->key, mapping, remote.host, remote_port));

	for (; i != 0; i = nat_index_next(&nat->by_flow, i)) {
		const struct nat_session *s = nat_session_at(nat, i);

		if (s->mapping == mapping && s->remote == remote.host &&
		    s->remote_port == remote_port)
			return i;
	}
	return 0;
}

uint32_t nat_session_find(struct nat *nat, uint32_t mapping, ip4_t remote, uint16_t remote_port,
			  mono_ms_t now)
{
	uint32_t i = session_lookup(nat, mapping, remote, remote_port);

	if (i != 0 && nat_session_dead(nat, nat_session_at(nat, i), now)) {
		session_expire(nat, i, now);
		return 0;
	}
	return i;
}

uint32_t nat_session_find_flow(struct nat *nat, const struct nat_flow *flow, mono_ms_t now)
{
	uint32_t m = nat_mapping_next(nat, flow, 0);

	while (m != 0) {
		uint32_t i = session_lookup(nat, m, flow->remote, flow->remote_port);

		if (i == 0) {
			m = nat_mapping_next(nat, flow, m);
			continue;
		}
		if (!nat_session_dead(nat, nat_session_at(nat, i), now))
			return i;
		/* its mapping may go with it: begin anew */
		session_expire(nat, i, now);
		m = nat_mapping_next(nat, flow, 0);
	}
	return 0;
}

/** The representative of a mapping's sessions with an address, dead or alive, or 0. */
static uint32_t contact_lookup(const struct nat *nat, uint32_t mapping, uint32_t remote)
{
	uint32_t i = nat_index_first(&nat->by_contact, contact_hash(&nat->key, mapping, remote));

	for (; i != 0; i = nat_index_next(&nat->by_contact, i)) {
		const struct nat_session *s = nat_session_at(nat, i);

		if (s->mapping == mapping && s->remote == remote)
			return i;
	}
	return 0;
}

uint32_t nat_session_find_contact(struct nat *nat, uint32_t mapping, ip4_t remote, mono_ms_t now)
{
	uint32_t i;

	/* each turn ends a dead session, and the next of its ring takes its place */
	while ((i = contact_lookup(nat, mapping, remote.host)) != 0) {
		if (!nat_session_dead(nat, nat_session_at(nat, i), now))
			return i;
		session_expire(nat, i, now);
	}
	return 0;
}

/* ---- coming and going ------------------------------------------------------------------- */

bool nat_session_room(struct nat *nat, uint32_t count, mono_ms_t now)
{
	if ((uint64_t)nat->sessions.count + count <= nat->rules.max_entries)
		return true;
	nat_session_sweep(nat, NAT_FULL_SWEEP, now);
	return (uint64_t)nat->sessions.count + count <= nat->rules.max_entries;
}

/** Puts a session into the ring of its mapping and remote address. */
static void ring_join(struct nat *nat, uint32_t i)
{
	struct nat_session *s = nat_session_at(nat, i);
	uint32_t contact = contact_lookup(nat, s->mapping, s->remote);

	if (contact == 0) {
		s->peer_next = s->peer_prev = i;
		s->flags |= NAT_SESSION_CONTACT;
		nat_index_insert(&nat->by_contact, nat_session_contact_hash(&nat->key, s), i);
		return;
	}
	struct nat_session *before = nat_session_at(nat, contact);

	s->peer_prev = contact;
	s->peer_next = before->peer_next;
	nat_session_at(nat, s->peer_next)->peer_prev = i;
	before->peer_next = i;
}

static void ring_leave(struct nat *nat, uint32_t i)
{
	struct nat_session *s = nat_session_at(nat, i);
	struct nat_session *next = nat_session_at(nat, s->peer_next);

	if (s->flags & NAT_SESSION_CONTACT) {
		uint64_t hash = nat_session_contact_hash(&nat->key, s);

		if (s->peer_next == i) {
			nat_index_remove(&nat->by_contact, hash, i);
			return;
		}
		nat_index_replace(&nat->by_contact, hash, i, s->peer_next);
		next->flags |= NAT_SESSION_CONTACT;
	}
	next->peer_prev = s->peer_prev;
	nat_session_at(nat, s->peer_prev)->peer_next = s->peer_next;
}

/** Counts a session of @m as come (@by 1) or gone (-1). */
static void session_count(struct nat *nat, struct nat_mapping *m, int by)
{
	struct nat_public *address = &nat->publics.at[m->slot];
	struct nat_host *host = nat_slab_at(&nat->hosts, m->host);
	enum nat_protocol protocol = nat_protocol_of(m->proto);
	uint32_t step = (uint32_t)by;

	if (by > 0 ? m->sessions == 0 : m->sessions == 1)
		address->in_use[protocol] += step;
	m->sessions += step;
	host->sessions += step;
	address->sessions += step;
	if (m->rule != NAT_RULE_NONE)
		nat->rules.sources.at[m->rule].sessions += step;
	nat->by_protocol[protocol] += step;
}

/** The device that a mapping is of. */
static uint32_t device_of(const struct nat *nat, uint32_t mapping)
{
	const struct nat_host *host = nat_slab_at(&nat->hosts, nat_mapping_at(nat, mapping)->host);

	return host->device;
}

void nat_session_set_unasked(struct nat *nat, uint32_t i)
{
	struct nat_session *s = nat_session_at(nat, i);

	s->flags |= NAT_SESSION_UNASKED | NAT_SESSION_INBOUND;
	nat_device_at(nat, device_of(nat, s->mapping))->inbound++;
	nat->inbound++;
}

uint32_t nat_session_open(struct nat *nat, uint32_t mapping, ip4_t remote, uint16_t remote_port,
			  mono_ms_t now)
{
	uint32_t i = nat_slab_take(&nat->sessions);
	struct nat_session *s;

	if (i == 0)
		return 0;
	s = nat_session_at(nat, i);
	s->mapping = mapping;
	s->remote = remote.host;
	s->remote_port = remote_port;
	s->flags = NAT_SESSION_LIVE;
	s->state = TCP_TRACK_NONE;
	s->created = s->refreshed = s->seen = nat_tick_of(now);
	nat_index_insert(&nat->by_flow, nat_session_hash(&nat->key, s), i);
	ring_join(nat, i);
	session_count(nat, nat_mapping_at(nat, mapping), 1);
	nat_device_session_opened(nat, device_of(nat, mapping));
	nat->created++;
	nat_log_session(nat, i, NAT_LOG_BEGUN);
	if (nat->sessions.count == 1)
		nat->sweep_next = mono_add_ms(now, NAT_SWEEP_INTERVAL_MS);
	if (nat->sessions.count > nat->peak) {
		nat->peak = nat->sessions.count;
		nat->peak_at = now;
	}
	return i;
}

void nat_session_close(struct nat *nat, uint32_t i, mono_ms_t now)
{
	struct nat_session *s = nat_session_at(nat, i);
	uint32_t mapping = s->mapping;
	struct nat_mapping *m = nat_mapping_at(nat, mapping);

	nat_log_session(nat, i, NAT_LOG_ENDED);
	ring_leave(nat, i);
	nat_index_remove(&nat->by_flow, nat_session_hash(&nat->key, s), i);
	nat_device_session_closes(nat, device_of(nat, mapping), s);
	nat_slab_give(&nat->sessions, i);
	session_count(nat, m, -1);
	if (m->sessions == 0 &&
	    (!(m->flags & NAT_MAPPING_STATIC) || (m->flags & NAT_MAPPING_ON_DEMAND)))
		nat_mapping_close(nat, mapping, now);
}

/** The only writer of a state: a new one starts its timer. */
static void session_set_state(struct nat_session *s, enum tcp_track_state state, mono_ms_t now)
{
	assert(tcp_track_edge(s->state, state));
	s->state = state;
	s->refreshed = nat_tick_of(now);
	/* who spoke first matters while a connection opens, and a tuple may be used again */
	if (state == TCP_TRACK_SYN_SENT)
		s->flags &= (uint8_t)~NAT_SESSION_INBOUND;
	else if (state == TCP_TRACK_SYN_RECEIVED)
		s->flags |= NAT_SESSION_INBOUND;
}

/** What a segment, by its flags, does to a session. */
static void session_event(struct nat_session *s, enum tcp_track_event event, mono_ms_t now)
{
	enum tcp_track_state next = tcp_track_next(s->state, event, s->flags & NAT_SESSION_INBOUND);

	if (next != s->state)
		session_set_state(s, next, now);
	else if (tcp_track_refreshes(s->state, event))
		s->refreshed = nat_tick_of(now);
}

/** The same by a segment's flags. */
static void session_flags(struct nat_session *s, uint8_t flags, bool inbound, mono_ms_t now)
{
	/* nearly all segments there are: they lead nowhere else, and start the timer anew */
	if (s->state == TCP_TRACK_ESTABLISHED && !(flags & (TCP_SYN | TCP_FIN | TCP_RST))) {
		s->refreshed = nat_tick_of(now);
		return;
	}
	session_event(s, tcp_track_event_of(flags, inbound), now);
}

bool nat_session_segment(struct nat *nat, uint32_t i, const struct frame *segment, bool inbound,
			 mono_ms_t now)
{
	struct nat_session *s = nat_session_at(nat, i);
	struct tcp_window *w = nat_window_at(nat, i);
	struct tcp_segment read;

	tcp_segment_read(&read, frame_l4(segment), frame_l4_len(segment));
	if (s->state == TCP_TRACK_NONE) /* the record may be one of an earlier session */
		memset(w, 0, sizeof(*w));
	if (!inbound) {
		bool fin_in = tcp_window_out(w, &read);

		session_flags(s, read.flags, false, now);
		if (fin_in)
			session_event(s, TCP_TRACK_IN_FIN, now);
		return true;
	}
	switch (tcp_window_in(w, &read)) {
	case TCP_WINDOW_REFUSED: return false;
	case TCP_WINDOW_HARMLESS:
		if (s->state != TCP_TRACK_NONE)
			return true;
		break;
	case TCP_WINDOW_ACCEPTED: break;
	}
	/* a FIN counts when the inside acknowledges it */
	session_flags(s, read.flags & (uint8_t)~TCP_FIN, true, now);
	return true;
}

void nat_session_sweep(struct nat *nat, unsigned int budget, mono_ms_t now)
{
	uint32_t high = nat->sessions.high;

	for (uint32_t n = MIN(budget, high); n > 0; n--) {
		nat->sweep_at = nat->sweep_at >= high ? 1 : nat->sweep_at + 1;
		const struct nat_session *s = nat_session_at(nat, nat->sweep_at);

		if ((s->flags & NAT_SESSION_LIVE) && nat_session_dead(nat, s, now))
			session_expire(nat, nat->sweep_at, now);
	}
}
