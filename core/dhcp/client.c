/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP client's machine: RFC 2131's figure 5, with a state more, PROBING, between the ACK and
 * BOUND, in which the link is asked whether somebody has the address (s4.4.1, RFC 5227 s2.1).
 *
 * Model: each state has one deadline; timeout() does what it asks for. A message, an ARP packet or
 * a command moves to another state, which sets its deadline anew. The lease's own times count from
 * the moment its request was sent.
 * Invariants: set_state() alone writes the state, along the edges of the table. An address is in
 * use in BOUND, RENEWING and REBINDING only, and never past the end of its lease.
 *
 * DEVIATION: the first offer is taken; others are not waited for (s4.4.1 leaves that open).
 * DEVIATION: the start waits up to 1 s, not 1 to 10 s (s4.4.1): a home's line comes back alone.
 * DEVIATION: probes are 200 ms apart, not 1 to 2 s, and the address is used 400 ms after the last
 * (RFC 5227 s1.1): about a second without internet in place of seven.
 * DEVIATION: without an answer in REBOOTING the rest of a lease is used after a restart (s3.2 3),
 * but not after the line was down: it may have been plugged into another network.
 */
#include <stdio.h>

#include "core/dhcp/client_private.h"

static const bool edges[DHCP_CLIENT_STATE_COUNT][DHCP_CLIENT_STATE_COUNT] = {
	[DHCP_CLIENT_STOPPED] = {[DHCP_CLIENT_INIT] = true, [DHCP_CLIENT_INIT_REBOOT] = true},
	[DHCP_CLIENT_INIT] = {[DHCP_CLIENT_STOPPED] = true, [DHCP_CLIENT_SELECTING] = true},
	[DHCP_CLIENT_SELECTING] = {[DHCP_CLIENT_STOPPED] = true,
				   [DHCP_CLIENT_INIT] = true,
				   [DHCP_CLIENT_REQUESTING] = true},
	[DHCP_CLIENT_REQUESTING] = {[DHCP_CLIENT_STOPPED] = true,
				    [DHCP_CLIENT_INIT] = true,
				    [DHCP_CLIENT_PROBING] = true},
	[DHCP_CLIENT_INIT_REBOOT] = {[DHCP_CLIENT_STOPPED] = true,
				     [DHCP_CLIENT_INIT] = true,
				     [DHCP_CLIENT_REBOOTING] = true},
	[DHCP_CLIENT_REBOOTING] = {[DHCP_CLIENT_STOPPED] = true,
				   [DHCP_CLIENT_INIT] = true,
				   [DHCP_CLIENT_PROBING] = true},
	[DHCP_CLIENT_PROBING] = {[DHCP_CLIENT_STOPPED] = true,
				 [DHCP_CLIENT_INIT] = true,
				 [DHCP_CLIENT_BOUND] = true},
	[DHCP_CLIENT_BOUND] = {[DHCP_CLIENT_STOPPED] = true,
			       [DHCP_CLIENT_INIT] = true,
			       [DHCP_CLIENT_RENEWING] = true,
			       [DHCP_CLIENT_REBINDING] = true},
	[DHCP_CLIENT_RENEWING] = {[DHCP_CLIENT_STOPPED] = true,
				  [DHCP_CLIENT_INIT] = true,
				  [DHCP_CLIENT_BOUND] = true,
				  [DHCP_CLIENT_REBINDING] = true},
	[DHCP_CLIENT_REBINDING] = {[DHCP_CLIENT_STOPPED] = true,
				   [DHCP_CLIENT_INIT] = true,
				   [DHCP_CLIENT_BOUND] = true},
};

static const char *const names[] = {
	[DHCP_CLIENT_STOPPED] = "Stopped",	   [DHCP_CLIENT_INIT] = "Initialising",
	[DHCP_CLIENT_SELECTING] = "Selecting",	   [DHCP_CLIENT_REQUESTING] = "Requesting",
	[DHCP_CLIENT_INIT_REBOOT] = "Init-reboot", [DHCP_CLIENT_REBOOTING] = "Rebooting",
	[DHCP_CLIENT_PROBING] = "Probing",	   [DHCP_CLIENT_BOUND] = "Bound",
	[DHCP_CLIENT_RENEWING] = "Renewing",	   [DHCP_CLIENT_REBINDING] = "Rebinding",
};
static_assert(ARRAY_COUNT(names) == DHCP_CLIENT_STATE_COUNT, "each state has a name");

const char *dhcp_client_state_name(enum dhcp_client_state state)
{
	return names[state];
}

struct dhcp_client *dhcp_client_new(const struct hash_key *key, mac_t mac)
{
	struct dhcp_client *c = calloc(1, sizeof(*c));
	struct hash_key own;

	if (!c)
		return NULL;
	/* its own chance: two interfaces of one router must not draw the same numbers */
	own.k[0] = hash_bytes(key, mac.byte, sizeof(mac.byte));
	own.k[1] = hash_2(key, own.k[0], 0xd4c9);
	chance_init(&c->chance, &own);
	c->mac = c->id = mac;
	c->deadline = MONO_NEVER;
	return c;
}

void dhcp_client_free(struct dhcp_client *c)
{
	free(c);
}

void dhcp_client_set_hostname(struct dhcp_client *c, const char *hostname)
{
	snprintf(c->hostname, sizeof(c->hostname), "%s", hostname);
}

void dhcp_client_set_id(struct dhcp_client *c, mac_t mac)
{
	c->id = mac;
}

void dhcp_client_set_wish(struct dhcp_client *c, uint32_t lease_s)
{
	c->wish_s = lease_s;
}

static void set_state(struct dhcp_client *c, enum dhcp_client_state to)
{
	assert(edges[c->state][to]);
	c->state = to;
	c->tries = 0;
}

/* ---- time --------------------------------------------------------------------------------- */

static mono_ms_t lease_at(const struct dhcp_client *c, uint32_t after_s)
{
	return after_s == DHCP_LEASE_INFINITE ? MONO_NEVER : mono_add_s(c->lease.since, after_s);
}

/* 4, 8, 16, 32, 64 s and on, each a second more or less (s4.1). @tries: from 1. */
static int64_t backoff_ms(struct dhcp_client *c)
{
	uint32_t s = DHCP_CLIENT_BACKOFF_S << MIN(c->tries - 1, 4u);

	return (int64_t)MIN(s, (uint32_t)DHCP_CLIENT_BACKOFF_MAX_S) * 1000 - 1000 +
	       chance_below(&c->chance, 2001);
}

/* From the start, in a while. */
static void restart(struct dhcp_client *c, int64_t wait_ms, mono_ms_t now)
{
	set_state(c, DHCP_CLIENT_INIT);
	memset(&c->lease, 0, sizeof(c->lease));
	c->former.lease_s = 0;
	c->began = c->deadline = mono_add_ms(now, wait_ms);
}

static void new_xid(struct dhcp_client *c)
{
	c->xid = (uint32_t)chance_next(&c->chance);
}

/* Sends, once more than before, and waits. */
static void send_message(struct dhcp_client *c, enum dhcp_type type, mono_ms_t now)
{
	dhcp_client_build(c, type, now);
	c->tries++;
	if (type == DHCP_REQUEST)
		c->asked = now;
	c->deadline = mono_add_ms(now, backoff_ms(c));
}

static void send_probe(struct dhcp_client *c, mono_ms_t now)
{
	c->output.kind = DHCP_CLIENT_PROBE;
	c->output.src = IP4_ANY;
	c->output.dst = c->lease.terms.address.address;
	c->output.len = 0;
	c->has_output = true;
	c->probes--;
	c->deadline = mono_add_ms(now, c->probes ? DHCP_CLIENT_PROBE_MS : DHCP_CLIENT_PROBED_MS);
}

static void go(struct dhcp_client *c, enum dhcp_client_state to, enum dhcp_type type, mono_ms_t now)
{
	set_state(c, to);
	if (to != DHCP_CLIENT_REQUESTING) /* which answers the offer under its number (s4.4.1) */
		new_xid(c);
	send_message(c, type, now);
}

/* When a request that extends the lease is sent again: at half of what is left until @end, but not
 * within a minute (s4.4.5). One that was asked for before its time is sent again by the back-off.
 */
static mono_ms_t extend_again(struct dhcp_client *c, mono_ms_t end, mono_ms_t now)
{
	int64_t half_ms = mono_between_ms(now, end) / 2;

	if (!mono_reached(lease_at(c, c->lease.t1_s), now))
		return mono_earlier(c->deadline, end);
	return mono_earlier(end, mono_add_ms(now, MAX(half_ms, DHCP_CLIENT_RENEW_MIN_S * 1000)));
}

/* The times of a lease in use have come: T1, T2 or its end (s4.4.5). */
static void lease_timeout(struct dhcp_client *c, mono_ms_t now)
{
	const mono_ms_t t2 = lease_at(c, c->lease.t2_s), end = lease_at(c, c->lease.lease_s);

	if (mono_reached(end, now)) {
		restart(c, 0, now);
		return;
	}
	if (mono_reached(t2, now)) {
		if (c->state != DHCP_CLIENT_REBINDING)
			go(c, DHCP_CLIENT_REBINDING, DHCP_REQUEST, now);
		else
			send_message(c, DHCP_REQUEST, now);
		c->deadline = extend_again(c, end, now);
		return;
	}
	if (c->state == DHCP_CLIENT_RENEWING)
		send_message(c, DHCP_REQUEST, now);
	else
		go(c, DHCP_CLIENT_RENEWING, DHCP_REQUEST, now);
	c->deadline = extend_again(c, t2, now);
}

/* Sends again, until it has been in vain @most times. */
static void request_again(struct dhcp_client *c, uint32_t most, mono_ms_t now)
{
	if (c->tries >= most)
		restart(c, 0, now);
	else
		send_message(c, DHCP_REQUEST, now);
}

/* Is asked whether somebody has the address, before it is used. */
static void probe_lease(struct dhcp_client *c, mono_ms_t now)
{
	set_state(c, DHCP_CLIENT_PROBING);
	c->probes = DHCP_CLIENT_PROBES;
	send_probe(c, now);
}

/* Asks again for the address of before, until it has been in vain a few times. */
static void reboot_again(struct dhcp_client *c, mono_ms_t now)
{
	if (c->tries >= DHCP_CLIENT_REBOOT_TRIES && c->lease.lease_s > 0 &&
	    !mono_reached(lease_at(c, c->lease.lease_s), now))
		probe_lease(c, now);
	else
		request_again(c, DHCP_CLIENT_REBOOT_TRIES, now);
}

static void bind_lease(struct dhcp_client *c)
{
	set_state(c, DHCP_CLIENT_BOUND);
	c->former.lease_s = 0;
	c->failures = 0;
	c->deadline = lease_at(c, c->lease.t1_s);
}

/* The deadline of the state has come. */
static void timeout(struct dhcp_client *c, mono_ms_t now)
{
	switch (c->state) {
	case DHCP_CLIENT_STOPPED: c->deadline = MONO_NEVER; return;
	case DHCP_CLIENT_INIT: go(c, DHCP_CLIENT_SELECTING, DHCP_DISCOVER, now); return;
	case DHCP_CLIENT_SELECTING: send_message(c, DHCP_DISCOVER, now); return;
	case DHCP_CLIENT_REQUESTING: request_again(c, DHCP_CLIENT_REQUEST_TRIES, now); return;
	case DHCP_CLIENT_INIT_REBOOT: go(c, DHCP_CLIENT_REBOOTING, DHCP_REQUEST, now); return;
	case DHCP_CLIENT_REBOOTING: reboot_again(c, now); return;
	case DHCP_CLIENT_PROBING:
		if (c->probes)
			send_probe(c, now);
		else
			bind_lease(c);
		return;
	case DHCP_CLIENT_BOUND:
	case DHCP_CLIENT_RENEWING:
	case DHCP_CLIENT_REBINDING: lease_timeout(c, now); return;
	case DHCP_CLIENT_STATE_COUNT: break;
	}
}

void dhcp_client_tick(struct dhcp_client *c, mono_ms_t now)
{
	while (mono_reached(c->deadline, now))
		timeout(c, now);
}

mono_ms_t dhcp_client_deadline(const struct dhcp_client *c)
{
	return c->deadline;
}

/* ---- messages ----------------------------------------------------------------------------- */

static bool is_ours(const struct dhcp_client *c, const struct dhcp_message *m)
{
	return m->op == DHCP_BOOTREPLY && m->htype == 1 && m->hlen == 6 && m->xid == c->xid &&
	       memcmp(m->chaddr, c->mac.byte, sizeof(c->mac.byte)) == 0;
}

/* Whether a reply of this server counts: a broadcast asks all of them, else it is the one asked. */
static bool is_server(const struct dhcp_client *c, const struct dhcp_message *m)
{
	uint32_t server;

	if (!dhcp_option_u32(m, DHCP_OPT_SERVER_ID, &server))
		return false;
	return (c->state != DHCP_CLIENT_REQUESTING && c->state != DHCP_CLIENT_RENEWING) ||
	       server == c->lease.server.host;
}

static enum verdict take_offer(struct dhcp_client *c, struct frame *f, const struct dhcp_message *m,
			       mono_ms_t now)
{
	struct dhcp_client_lease offer;

	if (dhcp_client_read(m, &offer) < 0)
		return drop(f, DROP_DHCP_MALFORMED);
	c->lease = offer;
	go(c, DHCP_CLIENT_REQUESTING, DHCP_REQUEST, now);
	return VERDICT_CONSUMED;
}

static void keep_grant(struct dhcp_client *c, const uint8_t *message, size_t len)
{
	c->grant.len = len <= sizeof(c->grant.bytes) ? (uint16_t)len : 0;
	memcpy(c->grant.bytes, message, c->grant.len);
}

/* @message, @len: @m, as it came. */
static enum verdict take_ack(struct dhcp_client *c, struct frame *f, const struct dhcp_message *m,
			     const uint8_t *message, size_t len, mono_ms_t now)
{
	struct dhcp_client_lease granted;

	if (dhcp_client_read(m, &granted) < 0)
		return drop(f, DROP_DHCP_MALFORMED);
	if (!is_server(c, m) ||
	    !ip4_equal(granted.terms.address.address, c->lease.terms.address.address))
		return drop(f, DROP_DHCP_NOT_FOR_US);
	granted.since = c->asked;
	c->lease = granted;
	keep_grant(c, message, len);
	if (dhcp_client_state_has_address(c->state))
		bind_lease(c);
	else
		probe_lease(c, now);
	return VERDICT_CONSUMED;
}

/* s4.4: from the start; a server that refuses what it offers is asked less and less often. */
static enum verdict take_nak(struct dhcp_client *c, struct frame *f, const struct dhcp_message *m,
			     mono_ms_t now)
{
	int64_t wait_ms = c->failures ? (int64_t)1000 << MIN(c->failures - 1, 6u) : 0;

	if (!is_server(c, m))
		return drop(f, DROP_DHCP_NOT_FOR_US);
	c->failures++;
	restart(c, wait_ms, now);
	return VERDICT_CONSUMED;
}

enum verdict dhcp_client_input(struct dhcp_client *c, struct frame *f, const uint8_t *message,
			       size_t len, mono_ms_t now)
{
	struct dhcp_message m;

	if (dhcp_parse(message, len, &m) < 0)
		return drop(f, DROP_DHCP_MALFORMED);
	if (!is_ours(c, &m))
		return drop(f, DROP_DHCP_NOT_FOR_US);
	switch (c->state) {
	case DHCP_CLIENT_SELECTING:
		if (m.type == DHCP_OFFER)
			return take_offer(c, f, &m, now);
		break;
	case DHCP_CLIENT_REQUESTING:
	case DHCP_CLIENT_REBOOTING:
	case DHCP_CLIENT_RENEWING:
	case DHCP_CLIENT_REBINDING:
		if (m.type == DHCP_ACK)
			return take_ack(c, f, &m, message, len, now);
		if (m.type == DHCP_NAK)
			return take_nak(c, f, &m, now);
		break;
	case DHCP_CLIENT_STOPPED:
	case DHCP_CLIENT_INIT:
	case DHCP_CLIENT_INIT_REBOOT:
	case DHCP_CLIENT_PROBING:
	case DHCP_CLIENT_BOUND:
	case DHCP_CLIENT_STATE_COUNT: break;
	}
	return drop(f, DROP_DHCP_NOT_FOR_US);
}

bool dhcp_client_arp(struct dhcp_client *c, const struct arp *arp, mono_ms_t now)
{
	ip4_t address = c->lease.terms.address.address;
	bool claims = ip4_equal(arp->sender, address);
	bool probes = arp->op == ARP_REQUEST && ip4_is_any(arp->sender) &&
		      ip4_equal(arp->target, address);

	if (c->state != DHCP_CLIENT_PROBING || mac_equal(arp->sender_mac, c->mac) ||
	    !(claims || probes))
		return false;
	new_xid(c);
	dhcp_client_build(c, DHCP_DECLINE, now);
	restart(c, DHCP_CLIENT_DECLINE_S * 1000, now);
	return true;
}

/* ---- commands ----------------------------------------------------------------------------- */

int dhcp_client_remember(struct dhcp_client *c, const struct dhcp_client_grant *grant,
			 mono_ms_t since)
{
	struct dhcp_client_lease lease;
	struct dhcp_message m;

	if (dhcp_parse(grant->bytes, grant->len, &m) < 0 || m.op != DHCP_BOOTREPLY ||
	    m.type != DHCP_ACK || memcmp(m.chaddr, c->mac.byte, sizeof(c->mac.byte)) != 0 ||
	    dhcp_client_read(&m, &lease) < 0)
		return -EPROTO;
	keep_grant(c, grant->bytes, grant->len);
	c->former = lease;
	c->former.since = since;
	return 0;
}

void dhcp_client_start(struct dhcp_client *c, ip4_t had, mono_ms_t now)
{
	if (c->state != DHCP_CLIENT_STOPPED)
		return;
	memset(&c->lease, 0, sizeof(c->lease));
	c->lease.terms.address.address = had;
	if (c->former.lease_s > 0 && ip4_equal(c->former.terms.address.address, had))
		c->lease = c->former;
	c->failures = 0;
	set_state(c, ip4_is_any(had) ? DHCP_CLIENT_INIT : DHCP_CLIENT_INIT_REBOOT);
	c->began = c->deadline = mono_add_ms(now, chance_below(&c->chance, DHCP_CLIENT_START_MS));
}

void dhcp_client_stop(struct dhcp_client *c)
{
	if (c->state == DHCP_CLIENT_STOPPED)
		return;
	set_state(c, DHCP_CLIENT_STOPPED);
	memset(&c->lease, 0, sizeof(c->lease));
	c->has_output = false;
	c->deadline = MONO_NEVER;
}

void dhcp_client_renew(struct dhcp_client *c, mono_ms_t now)
{
	switch (c->state) {
	case DHCP_CLIENT_STOPPED: dhcp_client_start(c, IP4_ANY, now); break;
	case DHCP_CLIENT_BOUND:
	case DHCP_CLIENT_RENEWING:
	case DHCP_CLIENT_REBINDING: lease_timeout(c, now); return;
	case DHCP_CLIENT_PROBING: return; /* it is about to be done */
	case DHCP_CLIENT_INIT:
	case DHCP_CLIENT_SELECTING:
	case DHCP_CLIENT_REQUESTING:
	case DHCP_CLIENT_INIT_REBOOT:
	case DHCP_CLIENT_REBOOTING:
	case DHCP_CLIENT_STATE_COUNT: break;
	}
	c->deadline = now;
	dhcp_client_tick(c, now);
}

int dhcp_client_release(struct dhcp_client *c, mono_ms_t now)
{
	struct dhcp_client_output release;

	if (!dhcp_client_state_has_address(c->state)) {
		dhcp_client_stop(c);
		return -ENOENT;
	}
	new_xid(c);
	dhcp_client_build(c, DHCP_RELEASE, now);
	release = c->output;
	dhcp_client_stop(c);
	c->output = release;
	c->has_output = true;
	return 0;
}

/* ---- looking ------------------------------------------------------------------------------ */

bool dhcp_client_next_output(struct dhcp_client *c, struct dhcp_client_output *out)
{
	if (!c->has_output)
		return false;
	*out = c->output;
	c->has_output = false;
	return true;
}

enum dhcp_client_change dhcp_client_next_change(struct dhcp_client *c)
{
	const struct dhcp_client_lease *lease = dhcp_client_lease(c);
	const bool told = c->told;

	c->told = lease != NULL;
	if (!lease)
		return told ? DHCP_CLIENT_LOST : DHCP_CLIENT_SAME;
	if (told && memcmp(&c->told_terms, &lease->terms, sizeof(lease->terms)) == 0)
		return DHCP_CLIENT_SAME;
	c->told_terms = lease->terms;
	return told ? DHCP_CLIENT_CHANGED : DHCP_CLIENT_GAINED;
}

enum dhcp_client_state dhcp_client_state(const struct dhcp_client *c)
{
	return c->state;
}

mac_t dhcp_client_id(const struct dhcp_client *c)
{
	return c->id;
}

const struct dhcp_client_lease *dhcp_client_lease(const struct dhcp_client *c)
{
	return dhcp_client_state_has_address(c->state) ? &c->lease : NULL;
}

const struct dhcp_client_grant *dhcp_client_grant(const struct dhcp_client *c)
{
	static const struct dhcp_client_grant none = {0};

	return dhcp_client_lease(c) ? &c->grant : &none;
}

/* Milliseconds until @at, 0 when it has passed; -1: it never comes. */
static int64_t until_ms(mono_ms_t at, mono_ms_t now)
{
	return at.ms == MONO_NEVER.ms ? -1 : MAX(mono_between_ms(now, at), 0);
}

void dhcp_client_look(const struct dhcp_client *c, struct dhcp_client_view *out, mono_ms_t now)
{
	memset(out, 0, sizeof(*out));
	out->state = c->state;
	out->xid = c->xid;
	out->tries = c->tries;
	out->next_ms = until_ms(c->deadline, now);
	out->renew_ms = out->rebind_ms = out->expire_ms = -1;
	out->has_lease = c->state == DHCP_CLIENT_PROBING || dhcp_client_lease(c);
	if (!out->has_lease)
		return;
	out->lease = c->lease;
	out->renew_ms = until_ms(lease_at(c, c->lease.t1_s), now);
	out->rebind_ms = until_ms(lease_at(c, c->lease.t2_s), now);
	out->expire_ms = until_ms(lease_at(c, c->lease.lease_s), now);
}
