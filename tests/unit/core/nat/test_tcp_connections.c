/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every valid order of segments (RFC 5382 REQ-2). Connections are lists of segments: each has to
 * have the fate and lead to the state that it says, and data have to flow afterwards. Every list is
 * run with numbers that wrap around at several places, and once more with a forger who sends
 * between the segments.
 */
#include "tests/unit/core/nat/tcp_talk.h"

enum { FORWARDED = 8080 };

enum flow { FLOW_NONE = 0, FLOW_OUT = 1, FLOW_IN = 2, FLOW_BOTH = 3 };

struct connection {
	const char *name;
	bool forwarded;		    /* the TV is the server, behind a static forward */
	uint8_t flow;		    /* enum flow: the ways in which data have to flow afterwards */
	uint32_t out_next, in_next; /* the numbers then */
	const char *segments[16];
};

static const struct connection connections[] = {
	{"three ways",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0 =syn-sent", "< SA 0 a1 =syn-both", "> A 1 a1 =established"}},
	{"three ways from outside",
	 true,
	 FLOW_BOTH,
	 1,
	 1,
	 {"< S 0 =syn-received", "> SA 0 a1 =syn-both", "< A 1 a1 =established"}},
	{"both open at once",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0 =syn-sent", "< S 0 =syn-both", "> SA 0 a1 =established", "< SA 0 a1"}},
	{"both open at once, SYN-ACKs are lost",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0", "< S 0", "> SA 0 a1", "< S 0", "> SA 0 a1", "< SA 0 a1", "> A 1 a1"}},
	{"SYN once more without its options",
	 false,
	 FLOW_BOTH,
	 1,
	 61001,
	 {"> S 0 w64240 s7", "> S 0 w64240", "< SA 0 a1 w65535 s7", "> A 1 a1 w501",
	  "< A 60001+1000 a1", "< A 1+60000 a1", "> A 1 a61001 w501"}},
	{"SYN-ACK once more",
	 false,
	 FLOW_BOTH,
	 101,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< SA 0 a1 =established", "> A 1+100 a1"}},
	{"SYN-ACK of the inside once more, after data",
	 true,
	 FLOW_BOTH,
	 1001,
	 1,
	 {"< S 0+10", "> SA 0 a11", "> A 1+1000 a11", "> SA 0 a11", "< A 11 a1001 =established",
	  "> A 1001 a11", "< A 1 a1001"}},
	{"refused by the server", false, FLOW_NONE, 0, 0, {"> S 0", "< RA 0 a1 =syn-sent"}},
	{"largest window",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0 w65535 s14", "< SA 0 a1 w65535 s14", "> A 1 a1 w65535", "< A 1073725441+1000 a1",
	  "< A 1073725442+1000 a1 !"}},
	{"much on its way out",
	 false,
	 FLOW_BOTH,
	 6001001,
	 101,
	 {"> S 0 s7", "< SA 0 a1 w65535 s7", "> A 1 a1", "< A 1 a1 w60000", "> A 6000001+1000 a1",
	  "< A 1+100 a1", "< A 101 a6001001"}},
	{"window that is not scaled",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< A 10001 a1", "< A 10002+100 a1 !"}},
	{"window that shrinks",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1 w10000", "> A 1 a1 w100", "< A 9001+500 a1"}},
	{"window closed, probed and opened",
	 false,
	 FLOW_BOTH,
	 1,
	 11001,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< A 1+10000 a1", "> A 1 a10001 w0", "< A 10001+1 a1",
	  "< A 10000 a1", "> A 1 a10001 w0", "> A 1 a10001", "< A 10001+1000 a1", "> A 1 a11001"}},
	{"the outside's window closed and probed",
	 false,
	 FLOW_BOTH,
	 10001,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "> A 1+10000 a1", "< A 1 a10001 w0", "> A 10001+1 a1",
	  "> A 10000 a1", "< A 1 a10001 w0", "< A 1 a10001 w10000"}},
	{"kept alive from both sides",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< A 0 a1", "> A 1 a1", "< A 0+1 a1", "> A 1 a1",
	  "> A 0+1 a1", "< A 1 a1 =established"}},
	{"out of order, with holes told by SACK",
	 false,
	 FLOW_BOTH,
	 1,
	 4001,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< A 3001+1000 a1", "> A 1 a1", "< A 1001+1000 a1",
	  "> A 1 a1", "< A 1+1000 a1", "> A 1 a2001", "< A 2001+1000 a1", "> A 1 a4001"}},
	{"sent again, though acknowledged",
	 false,
	 FLOW_BOTH,
	 2001,
	 1001,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< A 1+1000 a1", "> A 1+1000 a1001",
	  "> A 1001+1000 a1001", "< A 1+1000 a1", "< A 1001 a2001", "< A 1+1000 a1001",
	  "> A 2001 a1001"}},
	{"super-frame",
	 false,
	 FLOW_BOTH,
	 1,
	 130001,
	 {"> S 0 s7", "< SA 0 a1 s7", "> A 1 a1", "< A 65001+65000 a1", "< A 1+65000 a1",
	  "> A 1 a130001"}},
	{"data in the SYN",
	 false,
	 FLOW_BOTH,
	 501,
	 1,
	 {"> S 0+500", "< SA 0 a501", "> A 501 a1 =established"}},
	{"data in the SYN that the server leaves",
	 false,
	 FLOW_BOTH,
	 501,
	 1,
	 {"> S 0+500", "< SA 0 a1", "> A 1+500 a1 =established", "< A 1 a501"}},
	{"data in the SYN, sent once more without",
	 false,
	 FLOW_BOTH,
	 501,
	 1,
	 {"> S 0+500", "> S 0", "< SA 0 a501", "> A 501 a1 =established"}},
	{"data in the SYN, answered before the last ACK",
	 false,
	 FLOW_BOTH,
	 501,
	 2101,
	 {"> S 0+500", "< SA 0+100 a501", "< A 101+1000 a501", "< A 1101+1000 a501",
	  "> A 501 a2101 =established"}},
	{"data in the SYN of the outside",
	 true,
	 FLOW_BOTH,
	 1001,
	 501,
	 {"< S 0+500", "> SA 0 a501", "> A 1+1000 a501", "< A 501 a1001 =established"}},
	{"the inside closes its half",
	 false,
	 FLOW_IN,
	 2,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "> FA 1 a1 =fin-out", "< A 1 a2 =fin-out"}},
	{"the outside closes its half",
	 false,
	 FLOW_OUT,
	 1,
	 2,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< FA 1 a1 =established", "> A 1 a2 =fin-in"}},
	{"FIN in place of the last ACK",
	 false,
	 FLOW_IN,
	 2,
	 1,
	 {"> S 0", "< SA 0 a1", "> FA 1 a1 =fin-out", "< A 1 a2"}},
	{"FIN with data",
	 false,
	 FLOW_OUT,
	 1,
	 102,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< FA 1+100 a1", "> A 1 a102 =fin-in"}},
	{"FIN with data before the last ACK",
	 false,
	 FLOW_OUT,
	 1,
	 102,
	 {"> S 0", "< SA 0 a1", "< FA 1+100 a1", "> A 1 a102 =fin-in"}},
	{"FIN that overtakes data",
	 false,
	 FLOW_OUT,
	 1,
	 502,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< FA 501 a1", "> A 1 a1 =established", "< A 1+500 a1",
	  "> A 1 a502 =fin-in"}},
	{"FIN that is lost",
	 false,
	 FLOW_OUT,
	 1,
	 502,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< FA 1+500 a1", "< FA 501 a1", "< FA 1+500 a1",
	  "> A 1 a502 =fin-in", "< FA 501 a1", "> A 1 a502 =fin-in"}},
	{"closed by one, then by the other",
	 false,
	 FLOW_NONE,
	 2,
	 2,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "> FA 1 a1 =fin-out", "< A 1 a2", "< FA 1 a2",
	  "> A 2 a2 =closing", "< FA 1 a2", "> A 2 a2 =closing"}},
	{"closed from outside, answered by FIN",
	 false,
	 FLOW_NONE,
	 2,
	 2,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< FA 1 a1", "> FA 1 a2 =closing", "< A 2 a2"}},
	{"closed at once by both",
	 false,
	 FLOW_NONE,
	 2,
	 2,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "> FA 1 a1", "< FA 1 a1", "> A 2 a2 =closing",
	  "< A 2 a2"}},
	{"reset from outside",
	 false,
	 FLOW_NONE,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< R 1 =reset"}},
	{"reset behind data",
	 false,
	 FLOW_NONE,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< A 1+100 a1", "< RA 101 a1 =reset"}},
	{"reset behind a FIN",
	 false,
	 FLOW_NONE,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< FA 1+100 a1", "< R 102 =reset"}},
	{"reset in answer to data",
	 false,
	 FLOW_NONE,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< A 1+100 a1", "> A 1+500 a101", "> A 501 a101",
	  "< R 101 =reset", "< R 101 =reset"}},
	{"RST elsewhere in the window",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< R 2 =established", "< R 10000 =established",
	  "< R 20000 ! =established", "< RA 1 a50000 ! =established"}},
	{"RST that is not true, and life goes on",
	 false,
	 FLOW_BOTH,
	 101,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< R 1 =reset", "> A 1+100 a1 =established"}},
	{"reset from inside",
	 false,
	 FLOW_NONE,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "> RA 1 a1 =reset", "< R 1 =reset"}},
	{"tuple used again",
	 false,
	 FLOW_BOTH,
	 700001,
	 300001,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "> FA 1 a1", "< FA 1 a2", "> A 2 a2 =closing",
	  "> S 700000 =syn-sent", "< SA 300000 a700001", "> A 700001 a300001 =established"}},
	{"tuple used again, the other end still had the old connection",
	 false,
	 FLOW_BOTH,
	 700001,
	 300001,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "> FA 1 a1", "< FA 1 a2", "> A 2 a2 =closing",
	  "> S 700000 =syn-sent", "< A 2 a2", "> R 2", "> S 700000", "< SA 300000 a700001",
	  "> A 700001 a300001 =established"}},
	{"tuple used again from outside",
	 true,
	 FLOW_BOTH,
	 700001,
	 300001,
	 {"< S 0", "> SA 0 a1", "< A 1 a1", "< FA 1 a1", "> FA 1 a2", "< A 2 a2 =closing",
	  "< S 300000 =syn-received", "> SA 700000 a300001", "< A 300001 a700001 =established"}},
	{"challenged SYN of a forger",
	 false,
	 FLOW_BOTH,
	 1,
	 1,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "< S 777777 =established", "> A 1 a1",
	  "< SA 777777 a3 =established", "> A 1 a1 =established"}},
	{"the outside restarts",
	 true,
	 FLOW_BOTH,
	 500001,
	 777778,
	 {"< S 0", "> SA 0 a1", "< A 1 a1 =established", "< S 777777 =established", "> A 1 a1",
	  "< R 1 =reset", "< S 777777 =reset", "> SA 500000 a777778",
	  "< A 777778 a500001 =established"}},
	{"the inside restarts",
	 false,
	 FLOW_BOTH,
	 900001,
	 800001,
	 {"> S 0", "< SA 0 a1", "> A 1 a1", "> S 900000 =established", "< A 1 a1", "> R 1 =reset",
	  "> S 900000 =syn-sent", "< SA 800000 a900001", "> A 900001 a800001 =established"}},
	{"begun before the router",
	 false,
	 FLOW_BOTH,
	 5300,
	 507000,
	 {"> A 5000+100 a7000 =resumed", "< A 7000+1000 a5300 =established", "> A 5300 a8000",
	  "< A 500000+7000 a5300", "> A 5300 a507000"}},
	{"begun before the router, the outside speaks first",
	 true,
	 FLOW_BOTH,
	 5300,
	 7002,
	 {"< A 7000+1 a5000 =resumed", "> A 5000+300 a7001", "< A 7001+1 a5300", "> A 5300 a7002"}},
};

/** Data in the ways that a connection still has. */
static void check_flow(struct talk *t, const struct connection *c)
{
	uint32_t out = c->out_next, in = c->in_next;

	for (unsigned int n = 0; n < 10; n++) {
		struct segment to_outside = {
			.flags = TCP_ACK | TCP_PSH, .seq = out, .ack = in, .window = WINDOW};
		struct segment to_inside = to_outside;

		if (c->flow & FLOW_OUT)
			to_outside.len = 1400;
		assert_int_equal(talk_send(t, to_outside), VERDICT_NEXT);
		out += to_outside.len;
		to_inside.inbound = true;
		to_inside.seq = in;
		to_inside.ack = out;
		if (c->flow & FLOW_IN)
			to_inside.len = 1400;
		if (talk_send(t, to_inside) != VERDICT_NEXT)
			fail_msg("%s: no data in round %u", c->name, n);
		in += to_inside.len;
	}
}

/** All that may not change the state of a connection. */
static void forge_some(struct talk *t)
{
	static const uint8_t flags[] = {TCP_RST,	   TCP_RST | TCP_ACK, TCP_ACK,
					TCP_FIN | TCP_ACK, TCP_FIN,	      TCP_RST | TCP_FIN};

	for (unsigned int n = 0; n < 30; n++)
		forge(t, flags[n % ARRAY_COUNT(flags)], n % 7 * 100);
}

static bool is_connected(const struct home *home)
{
	const char *state = only_session(home).state;

	return strcmp(state, "established") == 0 || strcmp(state, "fin-in") == 0 ||
	       strcmp(state, "fin-out") == 0;
}

/** Runs one list. @forger: somebody sends what he guesses whenever the connection stands. */
static void run(const struct connection *c, uint32_t out_first, uint32_t in_first, bool forger)
{
	struct home *home;
	struct talk t;

	home_setup((void **)&home);
	t = talk_begin(home);
	t.out_first = out_first;
	t.in_first = in_first;
	if (c->forwarded) {
		struct config_nat_static rule = home_static(IP_PROTO_TCP, TV, 443, FORWARDED);

		assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
		home_configure(home);
		t.port = 443;
		t.global_port = FORWARDED;
	}
	for (unsigned int n = 0; n < ARRAY_COUNT(c->segments) && c->segments[n]; n++) {
		play(&t, c->segments[n]);
		if (forger && is_connected(home)) {
			const char *before = only_session(home).state;

			forge_some(&t);
			assert_string_equal(only_session(home).state, before);
		}
	}
	if (c->flow)
		check_flow(&t, c);
	home_teardown((void **)&home);
}

static void t2_valid_connections_pass_wherever_their_numbers_begin(void **state)
{
	static const uint32_t firsts[] = {1000,	      0,	  0xffffffff, 0xfffff000,
					  0x7fffffff, 0x80000000, 0xfff00000};

	(void)state;
	for (unsigned int n = 0; n < ARRAY_COUNT(connections); n++)
		for (unsigned int i = 0; i < ARRAY_COUNT(firsts); i++) {
			uint32_t in = firsts[(i + n) % ARRAY_COUNT(firsts)];

			run(&connections[n], firsts[i], in, false);
			run(&connections[n], firsts[i], in, true);
		}
}

static void t2_numbers_come_round_again(void **state)
{
	struct talk t = talk_begin(*state);
	uint32_t out = 1, in = 1;

	PLAY(&t, "> S 0 w65535 s14", "< SA 0 a1 w65535 s14", "> A 1 a1 w40000");
	for (unsigned int n = 0; n < 70000; n++) {
		struct segment s = {.flags = TCP_ACK, .seq = in, .ack = out, .window = 40000};

		s.inbound = true;
		s.len = 64000;
		assert_int_equal(talk_send(&t, s), VERDICT_NEXT);
		in += s.len;
		if (n % 100 == 0)
			assert_int_equal(talk_send(&t, (struct segment){.flags = TCP_ACK,
									.seq = out,
									.len = 1000,
									.ack = in,
									.window = 40000}),
					 VERDICT_NEXT);
		out += n % 100 == 0 ? 1000 : 0;
	}
	assert_string_equal(only_session(t.home).state, "established");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t2_valid_connections_pass_wherever_their_numbers_begin),
		HOME_TEST(t2_numbers_come_round_again),
	};

	return cmocka_run_group_tests_name("nat/tcp_connections", tests, NULL, NULL);
}
