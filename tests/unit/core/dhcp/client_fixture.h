/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DHCP client on its line for the client's tests: the test is the server, says what it likes,
 * and reads what the client says. The time is the test's.
 */
#ifndef TESTS_UNIT_CORE_DHCP_CLIENT_FIXTURE_H
#define TESTS_UNIT_CORE_DHCP_CLIENT_FIXTURE_H

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
static struct say ack; /* the same, granted; by line_set_up() */
static const struct say nak = {.type = DHCP_NAK, .server = SERVER};

static inline enum dhcp_client_state state_of(struct line *l)
{
	struct dhcp_client_view view;

	dhcp_client_look(l->client, &view, l->now);
	return view.state;
}

/* Takes out what the client sends. Return: the message's type, 0: none, 255: a probe. */
static inline int take(struct line *l)
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

static inline int pass_ms(struct line *l, int64_t ms)
{
	l->now = mono_add_ms(l->now, ms);
	dhcp_client_tick(l->client, l->now);
	return take(l);
}

/* To the next deadline. Return: as take(). */
static inline int wait_next(struct line *l, int64_t *waited_ms)
{
	int64_t ms = mono_between_ms(l->now, dhcp_client_deadline(l->client));

	assert_true(dhcp_client_deadline(l->client).ms != MONO_NEVER.ms);
	if (waited_ms)
		*waited_ms = ms;
	return pass_ms(l, ms);
}

static inline size_t build(const struct line *l, const struct say *s, uint8_t *bytes, size_t room)
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

static inline enum verdict hear(struct line *l, const struct say *s)
{
	struct frame f = {.drops = &l->drops};
	uint8_t bytes[600];
	size_t len = build(l, s, bytes, sizeof(bytes));

	return dhcp_client_input(l->client, &f, bytes, len, l->now);
}

/* As hear(), and what the client says to it. */
static inline int answer(struct line *l, const struct say *s)
{
	hear(l, s);
	return take(l);
}

static inline void start(struct line *l)
{
	dhcp_client_start(l->client, IP4_ANY, l->now);
	assert_int_equal(state_of(l), DHCP_CLIENT_INIT);
	assert_int_equal(wait_next(l, NULL), DHCP_DISCOVER);
}

static inline void request(struct line *l)
{
	start(l);
	assert_int_equal(answer(l, &offer), DHCP_REQUEST);
}

/* The three probes and the wait behind them. */
static inline void probe(struct line *l)
{
	assert_int_equal(l->out.kind, DHCP_CLIENT_PROBE);
	assert_int_equal(wait_next(l, NULL), 255);
	assert_int_equal(wait_next(l, NULL), 255);
	assert_int_equal(wait_next(l, NULL), 0);
}

static inline void bind_line(struct line *l)
{
	request(l);
	assert_int_equal(answer(l, &ack), 255);
	probe(l);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_GAINED);
}

/* To RENEWING, with its first request sent. */
static inline void renew(struct line *l)
{
	bind_line(l);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_RENEWING);
}

static inline void rebind(struct line *l)
{
	renew(l);
	while (state_of(l) == DHCP_CLIENT_RENEWING)
		assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_REBINDING);
}

static inline void reboot(struct line *l)
{
	dhcp_client_start(l->client, ADDRESS, l->now);
	assert_int_equal(state_of(l), DHCP_CLIENT_INIT_REBOOT);
	assert_int_equal(wait_next(l, NULL), DHCP_REQUEST);
	assert_int_equal(state_of(l), DHCP_CLIENT_REBOOTING);
}

static inline uint32_t option_of(const struct line *l, uint8_t code)
{
	uint32_t value = 0;

	dhcp_option_u32(&l->message, code, &value);
	return value;
}

static inline bool has_option(const struct line *l, uint8_t code)
{
	return dhcp_option(&l->message, code, NULL) != NULL;
}

/* A renewal is granted: the lease counts from now on, its terms are those of before. */
static inline void check_extended(struct line *l)
{
	assert_int_equal(answer(l, &ack), 0);
	assert_int_equal(state_of(l), DHCP_CLIENT_BOUND);
	assert_int_equal(dhcp_client_lease(l->client)->since.ms, l->now.ms);
	assert_int_equal(dhcp_client_next_change(l->client), DHCP_CLIENT_SAME);
	assert_int_equal(mono_between_ms(l->now, dhcp_client_deadline(l->client)),
			 LEASE_S * 1000 / 2);
}

static inline int line_set_up(void **state)
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

static inline int line_tear_down(void **state)
{
	struct line *l = *state;

	dhcp_client_free(l->client);
	free(l);
	return 0;
}

#define LINE_TEST(name) cmocka_unit_test_setup_teardown(name, line_set_up, line_tear_down)

#endif
