/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/dhcp/client.h"
#include "core/wire/dhcp.h"

#define SERVER	IP4(203, 0, 113, 1)
#define OTHER	IP4(203, 0, 113, 2)
#define ADDRESS IP4(203, 0, 113, 77)
#define LEASE_S 3600

static const mac_t mac = {{2, 0, 0, 0, 0, 9}}, stranger = {{2, 0, 0, 0, 0, 0x66}};
static const struct hash_key some_key = {{0x0123456789abcdefULL, 0xfedcba9876543210ULL}};

/** What the server says; options that are zero are left out. */
struct say {
	uint8_t type;
	uint32_t xid; /* 0: the client's */
	ip4_t yiaddr, server;
	ip4_t mask;
	uint32_t lease_s, t1_s, t2_s;
	bool wrong_mac, request;
	ip4_t router, dns;
	const char *domain, *routes;
	size_t routes_len;
	uint16_t mtu;
};

struct line {
	struct dhcp_client *client;
	struct drop_counters drops;
	mono_ms_t now;
	bool sent; /* by the last look */
	struct dhcp_client_output out;
	struct dhcp_message message; /* out, parsed */
};

static const struct say offer = {.type = DHCP_OFFER,
				 .yiaddr = ADDRESS,
				 .server = SERVER,
				 .mask = IP4(255, 255, 255, 0),
				 .lease_s = LEASE_S,
				 .router = SERVER};
static struct say ack; /* the same, granted */

static enum dhcp_client_state state_of(struct line *l)
{
	struct dhcp_client_view view;

	dhcp_client_look(l->client, &view, l->now);
	return view.state;
}

/* Takes out what the client sends. Return: the message's type, 0: none, 255: a probe. */
static int take(struct line *l)
{
	l->sent = dhcp_client_next_output(l->client, &l->out);
	if (!l->sent)
		return 0;
	if (l->out.kind == DHCP_CLIENT_PROBE)
		return 255;
	assert_int_equal(dhcp_parse(l->out.bytes, l->out.len, &l->message), 0);
	assert_int_equal(l->message.op, DHCP_BOOTREQUEST);
	assert_memory_equal(l->message.chaddr, mac.byte, 6);
	assert_int_equal(l->message.flags, 0);
	return l->message.type;
}

static int pass_ms(struct line *l, int64_t ms)
{
	l->now = mono_add_ms(l->now, ms);
	dhcp_client_tick(l->client, l->now);
	return take(l);
}

/* To the next deadline. Return: as take(). */
static int wait_next(struct line *l, int64_t *waited_ms)
{
	int64_t ms = mono_between_ms(l->now, dhcp_client_deadline(l->client));

	assert_true(dhcp_client_deadline(l->client).ms != MONO_NEVER.ms);
	if (waited_ms)
		*waited_ms = ms;
	return pass_ms(l, ms);
}

static size_t build(const struct line *l, const struct say *s, uint8_t *bytes, size_t room)
{
	struct dhcp_message m = {.op = s->request ? DHCP_BOOTREQUEST : DHCP_BOOTREPLY,
				 .htype = 1,
				 .hlen = 6,
				 .xid = s->xid ? s->xid : l->message.xid,
				 .yiaddr = s->yiaddr};
	struct writer w = writer_over(bytes, room);
	uint8_t mtu[2] = {(uint8_t)(s->mtu >> 8), (uint8_t)s->mtu};

	memcpy(m.chaddr, s->wrong_mac ? stranger.byte : mac.byte, 6);
	dhcp_build_begin(&w, &m);
	dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE, s->type);
	if (s->server.host)
		dhcp_build_u32(&w, DHCP_OPT_SERVER_ID, s->server.host);
	if (s->mask.host)
		dhcp_build_u32(&w, DHCP_OPT_SUBNET_MASK, s->mask.host);
	if (s->lease_s)
		dhcp_build_u32(&w, DHCP_OPT_LEASE_TIME, s->lease_s);
	if (s->t1_s)
		dhcp_build_u32(&w, DHCP_OPT_T1, s->t1_s);
	if (s->t2_s)
		dhcp_build_u32(&w, DHCP_OPT_T2, s->t2_s);
	if (s->router.host)
		dhcp_build_u32(&w, DHCP_OPT_ROUTER, s->router.host);
	if (s->dns.host)
		dhcp_build_u32(&w, DHCP_OPT_DNS, s->dns.host);
	if (s->domain)
		dhcp_build_option(&w, DHCP_OPT_DOMAIN_NAME, s->domain, strlen(s->domain));
	if (s->routes)
		dhcp_build_option(&w, DHCP_OPT_CLASSLESS_ROUTES, s->routes, s->routes_len);
	if (s->mtu)
		dhcp_build_option(&w, DHCP_OPT_INTERFACE_MTU, mtu, 2);
	dhcp_build_end(&w);
	assert_false(w.bad);
	return writer_len(&w);
}

static enum verdict hear(struct line *l, const struct say *s)
{
	struct frame f = {.drops = &l->drops};
	uint8_t bytes[600];
	size_t len = build(l, s, bytes, sizeof(bytes));

	return dhcp_client_input(l->client, &f, bytes, len, l->now);
}

/* As hear(), and what the client says to it. */
static int answer(struct line *l, const struct say *s)
{
	hear(l, s);
	return take(l);
}

static void start(struct line *l)
{
	dhcp_client_start(l->client, IP4_ANY, l->now);
	assert_int_equal(state_of(l), DHCP_CLIENT_INIT);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
}

static void request(struct line *l)
{
	start(l);
	assert_int_equal(answer(l, &offer), DHCP_REQUEST);
}

/* The three probes and the wait behind them. */
static void probe(struct line *l)
{
	assert_int_equal(l->out.kind, DHCP_CLIENT_PROBE);
	assert_int_equal(wait_next(l, NULL), 255);
	assert_int_equal(wait_next(l, NULL), 255);
	assert_int_equal(wait_next(l, NULL), 0);
}

static void bind_line(struct line *l)
{
	request(l);
	assert_int_equal(answer(l, &ack), 255);
	probe(l);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_GAINED);
}

/* To RENEWING, with its first request sent. */
static void renew(struct line *l)
{
	bind_line(l);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_RENEWING);
}

static void rebind(struct line *l)
{
	renew(l);
	while (state_of(l) == DHCP_CLIENT_RENEWING)
		assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_REBINDING);
}

static void reboot(struct line *l)
{
	dhcp_client_start(l->client, ADDRESS, l->now);
	assert_int_equal(state_of(l), DHCP_CLIENT_INIT_REBOOT);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_REBOOTING);
}

static uint32_t option_of(const struct line *l, uint8_t code)
{
	uint32_t value = 0;

	dhcp_option_u32(&l->message, code, &value);
	return value;
}

static bool has_option(const struct line *l, uint8_t code)
{
	return dhcp_option(&l->message, code, NULL) != NULL;
}

/* ---- from INIT to BOUND ---- */

static void d31_a_discover_says_who_asks_and_for_what(void **state)
{
	struct line *l = *state;
	const uint8_t *at;
	uint16_t len;

	start(l);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
	assert_int_equal(l->out.src.host, 0);
	assert_int_equal(l->message.ciaddr.host, 0);
	at = dhcp_option(&l->message, DHCP_OPT_CLIENT_ID, &len);
	assert_int_equal(len, 7);
	assert_int_equal(at[0], 1);
	assert_memory_equal(at + 1, mac.byte, 6);
	at = dhcp_option(&l->message, DHCP_OPT_HOSTNAME, &len);
	assert_int_equal(len, 4);
	assert_memory_equal(at, "home", 4);
	at = dhcp_option(&l->message, DHCP_OPT_PARAMETER_LIST, &len);
	for (const uint8_t *want = (const uint8_t *)"\1\3\6\17\34\63\66\72\73\171\32"; *want;
	     want++)
		assert_non_null(memchr(at, *want, len));
	assert_true((const uint8_t *)memchr(at, 121, len) < (const uint8_t *)memchr(at, 3, len));
	assert_false(has_option(l, DHCP_OPT_SERVER_ID));
}

static void d31_a_client_stopped_sends_nothing(void **state)
{
	struct line *l = *state;

	assert_int_equal(dhcp_client_deadline(l->client).ms, MONO_NEVER.ms);
	assert_int_equal(pass_ms(l, 1000000), 0);
	assert_int_equal(hear(l, &offer), VERDICT_DROPPED);
	assert_int_equal(dhcp_client_release(l->client, l->now), -ENOENT);
}

static void d31_a_discover_is_sent_again_less_and_less_often(void **state)
{
	struct line *l = *state;
	int64_t ms;

	start(l);
	for (int64_t s = 4, n = 0; n < 8; n++, s = MIN(s * 2, 64)) {
		uint32_t xid = l->message.xid;

		assert_int_equal(wait_next(l, &ms), DHCP_DISCOVER);
		assert_in_range(ms, s * 1000 - 1000, s * 1000 + 1000);
		assert_int_equal(l->message.xid, xid);
	}
	assert_true(l->message.secs > 60);
}

static void d31_two_clients_do_not_draw_the_same_numbers(void **state)
{
	struct line *l = *state, other = {.now = l->now};
	uint32_t xid;

	start(l);
	xid = l->message.xid;
	other.client = dhcp_client_new(&some_key, stranger);
	dhcp_client_start(other.client, IP4_ANY, other.now);
	dhcp_client_tick(other.client, dhcp_client_deadline(other.client));
	assert_true(dhcp_client_next_output(other.client, &other.out));
	assert_int_not_equal(wire_get32(other.out.bytes + 4), xid);
	dhcp_client_free(other.client);
}

static void d31_an_offer_is_asked_for_under_its_number(void **state)
{
	struct line *l = *state;
	uint32_t xid;

	start(l);
	xid = l->message.xid;
	assert_int_equal(answer(l, &offer), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_REQUESTING);
	assert_int_equal(l->message.xid, xid);
	assert_int_equal(option_of(l, DHCP_OPT_REQUESTED_ADDRESS), ADDRESS.host);
	assert_int_equal(option_of(l, DHCP_OPT_SERVER_ID), SERVER.host);
	assert_int_equal(l->message.ciaddr.host, 0);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
}

static void d31_a_request_without_an_answer_begins_anew(void **state)
{
	struct line *l = *state;
	int64_t total = 0, ms;
	uint32_t xid;

	request(l);
	xid = l->message.xid;
	for (unsigned int n = 1; n < DHCP_CLIENT_REQUEST_TRIES; n++) {
		assert_int_equal(wait_next(l, &ms), DHCP_REQUEST);
		total += ms;
	}
	assert_int_equal(wait_next(l, &ms), DHCP_DISCOVER);
	assert_in_range(total + ms, 56000, 64000);
	assert_int_not_equal(l->message.xid, xid);
}

static void d32_an_address_is_probed_before_it_is_used(void **state)
{
	struct line *l = *state;

	request(l);
	assert_int_equal(answer(l, &ack), 255);
	assert_int_equal(state_of(l), DHCP_CLIENT_PROBING);
	assert_int_equal(l->out.dst.host, ADDRESS.host);
	assert_null(dhcp_client_lease(l->client));
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_SAME);
	probe(l);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_GAINED);
	assert_int_equal(dhcp_client_lease(l->client)->terms.address.address.host, ADDRESS.host);
	assert_int_equal(dhcp_client_lease(l->client)->terms.address.len, 24);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_SAME);
}

static void check_declined(struct line *l, const struct arp *claim)
{
	request(l);
	answer(l, &ack);
	assert_true(dhcp_client_arp(l->client, claim, l->now));
	assert_int_equal(take(l), DHCP_DECLINE);
	assert_int_equal(option_of(l, DHCP_OPT_REQUESTED_ADDRESS), ADDRESS.host);
	assert_int_equal(option_of(l, DHCP_OPT_SERVER_ID), SERVER.host);
	assert_int_equal(l->message.ciaddr.host, 0);
	assert_int_equal(l->message.secs, 0);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
	assert_false(has_option(l, DHCP_OPT_PARAMETER_LIST));
	assert_false(has_option(l, DHCP_OPT_MAX_SIZE));
	assert_int_equal(pass_ms(l, DHCP_CLIENT_DECLINE_S * 1000 - 1), 0);
	assert_int_equal(pass_ms(l, 1), DHCP_DISCOVER);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_SAME);
}

static void d32_an_address_in_use_is_declined(void **state)
{
	const struct arp claim = {.op = ARP_REPLY, .sender_mac = stranger, .sender = ADDRESS};

	check_declined(*state, &claim);
}

static void d32_an_address_that_another_probes_is_declined(void **state)
{
	const struct arp claim = {.op = ARP_REQUEST, .sender_mac = stranger, .target = ADDRESS};

	check_declined(*state, &claim);
}

static void d32_our_own_probe_and_other_arp_decline_nothing(void **state)
{
	struct line *l = *state;
	const struct arp own = {.op = ARP_REQUEST, .sender_mac = mac, .target = ADDRESS};
	const struct arp ask = {
		.op = ARP_REQUEST, .sender_mac = stranger, .sender = OTHER, .target = ADDRESS};

	request(l);
	answer(l, &ack);
	assert_false(dhcp_client_arp(l->client, &own, l->now));
	assert_false(dhcp_client_arp(l->client, &ask, l->now));
	probe(l);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
}

static void d32_arp_outside_of_probing_declines_nothing(void **state)
{
	struct line *l = *state;
	const struct arp claim = {.op = ARP_REPLY, .sender_mac = stranger, .sender = ADDRESS};

	request(l);
	assert_false(dhcp_client_arp(l->client, &claim, l->now));
	answer(l, &ack);
	probe(l);
	assert_false(dhcp_client_arp(l->client, &claim, l->now));
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
}

/* ---- renewing and rebinding ---- */

static void d31_a_lease_is_renewed_at_half_and_rebound_at_seven_eighths(void **state)
{
	struct line *l = *state;
	mono_ms_t since;

	bind_line(l);
	since = dhcp_client_lease(l->client)->since;
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(mono_between_ms(since, l->now), LEASE_S * 1000 / 2);
	assert_int_equal(l->out.dst.host, SERVER.host);
	assert_int_equal(l->out.src.host, ADDRESS.host);
	assert_int_equal(l->message.ciaddr.host, ADDRESS.host);
	assert_false(has_option(l, DHCP_OPT_REQUESTED_ADDRESS));
	assert_false(has_option(l, DHCP_OPT_SERVER_ID));
	while (state_of(l) == DHCP_CLIENT_RENEWING)
		assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(mono_between_ms(since, l->now), LEASE_S * 1000LL * 7 / 8);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
	assert_int_equal(l->out.src.host, ADDRESS.host);
	assert_int_equal(l->message.ciaddr.host, ADDRESS.host);
	assert_false(has_option(l, DHCP_OPT_SERVER_ID));
}

static void d31_a_renewal_is_asked_for_again_at_half_of_what_is_left(void **state)
{
	struct line *l = *state;
	int64_t ms;

	renew(l); /* 1800 s; T2 at 3150 s */
	assert_int_equal(wait_next(l, &ms), DHCP_REQUEST);
	assert_int_equal(ms, 675000);
	wait_next(l, &ms);
	assert_int_equal(ms, 337500);
	wait_next(l, &ms);
	wait_next(l, &ms);
	wait_next(l, &ms); /* half would be 42 s: not within a minute */
	assert_int_equal(ms, 60000);
}

static void d31_an_expired_lease_is_gone(void **state)
{
	struct line *l = *state;
	mono_ms_t since;

	rebind(l);
	since = dhcp_client_lease(l->client)->since;
	while (state_of(l) == DHCP_CLIENT_REBINDING)
		wait_next(l, NULL);
	assert_int_equal(mono_between_ms(since, l->now), LEASE_S * 1000LL);
	assert_int_equal(l->message.type, DHCP_DISCOVER);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
	assert_null(dhcp_client_lease(l->client));
}

static void d31_a_lease_that_ended_while_the_clock_leapt_is_gone(void **state)
{
	struct line *l = *state;

	bind_line(l);
	assert_int_equal(pass_ms(l, 10LL * LEASE_S * 1000), DHCP_DISCOVER);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
}

static void check_extended(struct line *l)
{
	assert_int_equal(answer(l, &ack), 0);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_lease(l->client)->since.ms, l->now.ms);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_SAME);
	assert_int_equal(mono_between_ms(l->now, dhcp_client_deadline(l->client)),
			 LEASE_S * 1000 / 2);
}

static void d31_a_renewed_lease_counts_from_its_request(void **state)
{
	renew(*state);
	check_extended(*state);
}

static void d31_a_rebound_lease_may_be_another_servers(void **state)
{
	struct line *l = *state;
	struct say other = ack;

	other.server = OTHER;
	rebind(l);
	assert_int_equal(answer(l, &other), 0);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_lease(l->client)->server.host, OTHER.host);
}

static void d31_other_terms_are_told(void **state)
{
	struct line *l = *state;
	struct say other = ack;

	other.router = OTHER;
	renew(l);
	answer(l, &other);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_CHANGED);
	assert_int_equal(dhcp_client_lease(l->client)->terms.routes[0].via.host, OTHER.host);
}

static void d31_an_infinite_lease_is_never_renewed(void **state)
{
	struct line *l = *state;
	struct say forever = ack;

	forever.lease_s = DHCP_LEASE_INFINITE;
	request(l);
	answer(l, &forever);
	probe(l);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_deadline(l->client).ms, MONO_NEVER.ms);
}

/* ---- NAK ---- */

static const struct say nak = {.type = DHCP_NAK, .server = SERVER};

static void check_refused(struct line *l)
{
	assert_int_equal(hear(l, &nak), VERDICT_CONSUMED);
	assert_int_equal(state_of(l), DHCP_CLIENT_INIT);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
	assert_null(dhcp_client_lease(l->client));
}

static void d31_a_nak_while_requesting_begins_anew(void **state)
{
	request(*state);
	check_refused(*state);
}

static void d31_a_nak_while_rebooting_begins_anew(void **state)
{
	reboot(*state);
	check_refused(*state);
}

static void d31_a_nak_while_renewing_takes_the_address(void **state)
{
	struct line *l = *state;

	renew(l);
	check_refused(l);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
}

static void d31_a_nak_while_rebinding_takes_the_address(void **state)
{
	struct line *l = *state;

	rebind(l);
	check_refused(l);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
}

static void d31_a_server_that_refuses_what_it_offers_is_asked_less_often(void **state)
{
	struct line *l = *state;
	int64_t ms, before = -1;

	start(l);
	for (unsigned int n = 0; n < 6; n++) {
		assert_int_equal(answer(l, &offer), DHCP_REQUEST);
		hear(l, &nak);
		assert_int_equal(wait_next(l, &ms), DHCP_DISCOVER);
		assert_true(ms > before);
		before = ms;
	}
	assert_int_equal(ms, 16000);
}

/* ---- INIT-REBOOT ---- */

static void d31_the_address_of_before_is_asked_for(void **state)
{
	struct line *l = *state;

	reboot(l);
	assert_int_equal(option_of(l, DHCP_OPT_REQUESTED_ADDRESS), ADDRESS.host);
	assert_false(has_option(l, DHCP_OPT_SERVER_ID));
	assert_int_equal(l->message.ciaddr.host, 0);
	assert_int_equal(l->out.dst.host, IP4_BROADCAST.host);
	assert_int_equal(answer(l, &ack), 255);
	probe(l);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_GAINED);
}

static void d31_without_an_answer_another_address_is_looked_for(void **state)
{
	struct line *l = *state;

	reboot(l);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
}

/* ---- commands ---- */

static void d31_a_lease_is_given_back(void **state)
{
	struct line *l = *state;

	bind_line(l);
	assert_int_equal(dhcp_client_release(l->client, l->now), 0);
	assert_int_equal(take(l), DHCP_RELEASE);
	assert_int_equal(l->out.dst.host, SERVER.host);
	assert_int_equal(l->out.src.host, ADDRESS.host);
	assert_int_equal(l->message.ciaddr.host, ADDRESS.host);
	assert_int_equal(option_of(l, DHCP_OPT_SERVER_ID), SERVER.host);
	assert_false(has_option(l, DHCP_OPT_REQUESTED_ADDRESS));
	assert_false(has_option(l, DHCP_OPT_PARAMETER_LIST));
	assert_int_equal(state_of(l), DHCP_CLIENT_STOPPED);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(take(l), DHCP_DISCOVER);
}

static void d31_a_lease_is_renewed_when_asked_for(void **state)
{
	struct line *l = *state;

	bind_line(l);
	l->now = mono_add_s(l->now, 10);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(take(l), DHCP_REQUEST);
	assert_int_equal(l->out.dst.host, SERVER.host);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	check_extended(l);
}

static void d31_a_renewal_asked_for_wakes_every_state(void **state)
{
	struct line *l = *state;

	start(l);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(take(l), DHCP_DISCOVER);
	assert_int_equal(answer(l, &offer), DHCP_REQUEST);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(take(l), DHCP_REQUEST);
	answer(l, &ack);
	dhcp_client_renew(l->client, l->now);
	assert_int_equal(state_of(l), DHCP_CLIENT_PROBING);
}

static void d31_a_stopped_client_loses_its_lease_without_a_word(void **state)
{
	struct line *l = *state;

	renew(l);
	dhcp_client_stop(l->client);
	assert_int_equal(take(l), 0);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_LOST);
	assert_int_equal(hear(l, &ack), VERDICT_DROPPED);
}

/* ---- replies that do not count ---- */

static void expect_nothing(struct line *l, struct say wrong, enum drop_reason why)
{
	enum dhcp_client_state before = state_of(l);
	uint64_t count = l->drops.count[why];

	assert_int_equal(hear(l, &wrong), VERDICT_DROPPED);
	assert_int_equal(l->drops.count[why], count + 1);
	assert_int_equal(state_of(l), before);
	assert_int_equal(take(l), 0);
}

/* What is wrong with @right in every state that it is heard in. */
static void expect_others_ignored(struct line *l, struct say right)
{
	struct say wrong = right;

	wrong.xid = l->message.xid + 1;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = right;
	wrong.wrong_mac = true;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = right;
	wrong.request = true;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
}

/* A grant without what it needs, or of what cannot be. */
static void expect_damaged_ignored(struct line *l, struct say right)
{
	const ip4_t addresses[] = {IP4_ANY,	   IP4(127, 0, 0, 1),	IP4(224, 0, 0, 1),
				   IP4_BROADCAST,  IP4(203, 0, 113, 0), IP4(203, 0, 113, 255),
				   IP4(0, 1, 2, 3)};
	struct say wrong = right;

	wrong.server = IP4_ANY;
	expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	wrong = right;
	wrong.lease_s = 0; /* no option */
	expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	wrong.lease_s = DHCP_CLIENT_LEASE_MIN_S - 1;
	expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	wrong = right;
	wrong.mask = IP4(255, 0, 255, 0);
	expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	for (unsigned int i = 0; i < ARRAY_COUNT(addresses); i++) {
		wrong = right;
		wrong.yiaddr = addresses[i];
		expect_nothing(l, wrong, DROP_DHCP_MALFORMED);
	}
}

static void d33_offers_of_others_and_damaged_ones_are_not_taken(void **state)
{
	struct line *l = *state;

	start(l);
	expect_others_ignored(l, offer);
	expect_damaged_ignored(l, offer);
	expect_nothing(l, ack, DROP_DHCP_NOT_FOR_US);
	expect_nothing(l, nak, DROP_DHCP_NOT_FOR_US);
	assert_int_equal(answer(l, &offer), DHCP_REQUEST);
}

static void d33_a_grant_that_was_not_asked_for_is_not_taken(void **state)
{
	struct line *l = *state;
	struct say wrong = ack;

	request(l);
	expect_others_ignored(l, ack);
	expect_damaged_ignored(l, ack);
	expect_nothing(l, offer, DROP_DHCP_NOT_FOR_US);
	wrong.server = OTHER;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = ack;
	wrong.yiaddr.host++;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = nak;
	wrong.server = OTHER;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong.server = IP4_ANY;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	assert_int_equal(answer(l, &ack), 255);
}

static void d33_an_address_in_use_is_not_swapped_by_a_renewal(void **state)
{
	struct line *l = *state;
	struct say wrong = ack;

	renew(l);
	expect_others_ignored(l, ack);
	expect_damaged_ignored(l, ack);
	wrong.server = OTHER;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	wrong = ack;
	wrong.yiaddr.host++;
	expect_nothing(l, wrong, DROP_DHCP_NOT_FOR_US);
	check_extended(l);
}

static void d33_a_bound_or_probing_client_hears_no_messages(void **state)
{
	struct line *l = *state;

	request(l);
	answer(l, &ack);
	expect_nothing(l, ack, DROP_DHCP_NOT_FOR_US);
	expect_nothing(l, nak, DROP_DHCP_NOT_FOR_US);
	while (wait_next(l, NULL) != 0)
		;
	expect_nothing(l, ack, DROP_DHCP_NOT_FOR_US);
	expect_nothing(l, nak, DROP_DHCP_NOT_FOR_US);
	expect_nothing(l, offer, DROP_DHCP_NOT_FOR_US);
}

static void d33_what_is_no_message_is_dropped(void **state)
{
	struct line *l = *state;
	struct frame f = {.drops = &l->drops};

	start(l);
	assert_int_equal(dhcp_client_input(l->client, &f, (const uint8_t *)"x", 1, l->now),
			 VERDICT_DROPPED);
	assert_int_equal(l->drops.count[DROP_DHCP_MALFORMED], 1);
}

/* ---- what a lease says ---- */

static const struct dhcp_client_lease *lease_with(struct line *l, struct say grant)
{
	request(l);
	answer(l, &grant);
	probe(l);
	return dhcp_client_lease(l->client);
}

static void d33_times_out_of_order_are_not_believed(void **state)
{
	const struct {
		uint32_t t1_s, t2_s;
	} wrong[] = {{3000, 2000}, {2000, 2000}, {100, LEASE_S}, {LEASE_S, LEASE_S + 1}, {100, 0}};
	struct line *l = *state;

	for (unsigned int i = 0; i < ARRAY_COUNT(wrong); i++) {
		struct say grant = ack;

		grant.t1_s = wrong[i].t1_s;
		grant.t2_s = wrong[i].t2_s;
		assert_int_equal(lease_with(l, grant)->t1_s, LEASE_S / 2);
		assert_int_equal(dhcp_client_lease(l->client)->t2_s, LEASE_S * 7 / 8);
		dhcp_client_stop(l->client);
	}
}

static void d31_times_that_the_server_names_count(void **state)
{
	struct say grant = ack;

	grant.t1_s = 100;
	grant.t2_s = 200;
	assert_int_equal(lease_with(*state, grant)->t1_s, 100);
	assert_int_equal(dhcp_client_lease(((struct line *)*state)->client)->t2_s, 200);
}

static void d31_a_lease_has_router_names_and_mtu(void **state)
{
	struct say grant = ack;
	const struct dhcp_client_terms *t;

	grant.dns = OTHER;
	grant.domain = "isp.example\n!";
	grant.mtu = 1492;
	t = &lease_with(*state, grant)->terms;
	assert_int_equal(t->router_count, 1);
	assert_int_equal(t->route_count, 1);
	assert_int_equal(t->routes[0].network.len, 0);
	assert_int_equal(t->routes[0].via.host, SERVER.host);
	assert_int_equal(t->dns_server_count, 1);
	assert_int_equal(t->dns_servers[0].host, OTHER.host);
	assert_string_equal(t->domain, "isp.example");
	assert_int_equal(t->mtu, 1492);
}

static void d33_classless_routes_stand_in_for_the_router(void **state)
{
	struct say grant = ack;
	const struct dhcp_client_terms *t;

	grant.routes = "\0\xcb\0\x71\2"		/* 0/0 via .2 */
		       "\x12\xa\x1\x7f\0\0\0\0" /* 10.1.127.0/18, on the link */
		       "\x20\xc0\0\2\1\xcb\0\x71\3";
	grant.routes_len = 5 + 8 + 9;
	t = &lease_with(*state, grant)->terms;
	assert_int_equal(t->route_count, 3);
	assert_int_equal(t->routes[0].network.len, 0);
	assert_int_equal(t->routes[0].via.host, OTHER.host);
	assert_int_equal(t->routes[1].network.address.host, IP4(10, 1, 64, 0).host);
	assert_int_equal(t->routes[1].network.len, 18);
	assert_int_equal(t->routes[1].via.host, 0);
	assert_int_equal(t->routes[2].network.len, 32);
}

static void d33_damaged_classless_routes_leave_the_router(void **state)
{
	struct line *l = *state;
	const char *const damaged[] = {"\x21\1\1\1\1\1\1\1\1\1", "\x20\1\1"};
	const size_t len[] = {10, 3};

	for (unsigned int i = 0; i < ARRAY_COUNT(damaged); i++) {
		struct say grant = ack;

		grant.routes = damaged[i];
		grant.routes_len = len[i];
		assert_int_equal(lease_with(l, grant)->terms.route_count, 1);
		assert_int_equal(dhcp_client_lease(l->client)->terms.routes[0].via.host,
				 SERVER.host);
		dhcp_client_stop(l->client);
	}
}

static void d33_without_a_mask_the_class_counts(void **state)
{
	struct say grant = ack;

	grant.mask = IP4_ANY;
	assert_int_equal(lease_with(*state, grant)->terms.address.len, 24);
}

static void d31_what_is_shown_counts_down(void **state)
{
	struct line *l = *state;
	struct dhcp_client_view view;

	bind_line(l);
	l->now = mono_add_s(dhcp_client_lease(l->client)->since, 100);
	dhcp_client_look(l->client, &view, l->now);
	assert_true(view.has_lease);
	assert_int_equal(view.renew_ms, (LEASE_S / 2 - 100) * 1000);
	assert_int_equal(view.expire_ms, (LEASE_S - 100) * 1000);
	assert_int_equal(view.next_ms, view.renew_ms);
	assert_string_equal(dhcp_client_state_name(view.state), "Bound");
}

static int set_up(void **state)
{
	struct line *l = calloc(1, sizeof(*l));

	ack = offer;
	ack.type = DHCP_ACK;
	l->now = (mono_ms_t){5000};
	l->client = dhcp_client_new(&some_key, mac);
	dhcp_client_set_hostname(l->client, "home");
	*state = l;
	return l->client ? 0 : -1;
}

static int tear_down(void **state)
{
	struct line *l = *state;

	dhcp_client_free(l->client);
	free(l);
	return 0;
}

#define LINE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINE_TEST(d31_a_discover_says_who_asks_and_for_what),
		LINE_TEST(d31_a_client_stopped_sends_nothing),
		LINE_TEST(d31_a_discover_is_sent_again_less_and_less_often),
		LINE_TEST(d31_two_clients_do_not_draw_the_same_numbers),
		LINE_TEST(d31_an_offer_is_asked_for_under_its_number),
		LINE_TEST(d31_a_request_without_an_answer_begins_anew),
		LINE_TEST(d32_an_address_is_probed_before_it_is_used),
		LINE_TEST(d32_an_address_in_use_is_declined),
		LINE_TEST(d32_an_address_that_another_probes_is_declined),
		LINE_TEST(d32_our_own_probe_and_other_arp_decline_nothing),
		LINE_TEST(d32_arp_outside_of_probing_declines_nothing),
		LINE_TEST(d31_a_lease_is_renewed_at_half_and_rebound_at_seven_eighths),
		LINE_TEST(d31_a_renewal_is_asked_for_again_at_half_of_what_is_left),
		LINE_TEST(d31_an_expired_lease_is_gone),
		LINE_TEST(d31_a_lease_that_ended_while_the_clock_leapt_is_gone),
		LINE_TEST(d31_a_renewed_lease_counts_from_its_request),
		LINE_TEST(d31_a_rebound_lease_may_be_another_servers),
		LINE_TEST(d31_other_terms_are_told),
		LINE_TEST(d31_an_infinite_lease_is_never_renewed),
		LINE_TEST(d31_a_nak_while_requesting_begins_anew),
		LINE_TEST(d31_a_nak_while_rebooting_begins_anew),
		LINE_TEST(d31_a_nak_while_renewing_takes_the_address),
		LINE_TEST(d31_a_nak_while_rebinding_takes_the_address),
		LINE_TEST(d31_a_server_that_refuses_what_it_offers_is_asked_less_often),
		LINE_TEST(d31_the_address_of_before_is_asked_for),
		LINE_TEST(d31_without_an_answer_another_address_is_looked_for),
		LINE_TEST(d31_a_lease_is_given_back),
		LINE_TEST(d31_a_lease_is_renewed_when_asked_for),
		LINE_TEST(d31_a_renewal_asked_for_wakes_every_state),
		LINE_TEST(d31_a_stopped_client_loses_its_lease_without_a_word),
		LINE_TEST(d33_offers_of_others_and_damaged_ones_are_not_taken),
		LINE_TEST(d33_a_grant_that_was_not_asked_for_is_not_taken),
		LINE_TEST(d33_an_address_in_use_is_not_swapped_by_a_renewal),
		LINE_TEST(d33_a_bound_or_probing_client_hears_no_messages),
		LINE_TEST(d33_what_is_no_message_is_dropped),
		LINE_TEST(d33_times_out_of_order_are_not_believed),
		LINE_TEST(d31_times_that_the_server_names_count),
		LINE_TEST(d31_a_lease_has_router_names_and_mtu),
		LINE_TEST(d33_classless_routes_stand_in_for_the_router),
		LINE_TEST(d33_damaged_classless_routes_leave_the_router),
		LINE_TEST(d33_without_a_mask_the_class_counts),
		LINE_TEST(d31_what_is_shown_counts_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
