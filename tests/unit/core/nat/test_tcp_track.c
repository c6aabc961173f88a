/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCP machine: every edge it takes is in the graph, and the runs that RFC 5382 REQ-2 names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/nat/tcp_track.h"
#include "core/wire/tcp.h"

static void every_step_is_an_edge_of_the_graph(void **state)
{
	(void)state;
	for (enum tcp_track_state s = 0; s < TCP_TRACK_STATE_COUNT; s++) {
		for (enum tcp_track_event e = TCP_TRACK_OUT_SYN; e <= TCP_TRACK_IN_RST; e++) {
			for (unsigned int inbound = 0; inbound < 2; inbound++) {
				enum tcp_track_state to = tcp_track_next(s, e, inbound);

				assert_true(to > TCP_TRACK_NONE && to < TCP_TRACK_STATE_COUNT);
				assert_true(tcp_track_edge(s, to));
			}
		}
		assert_int_equal(tcp_track_name(s)[0] == '\0', s == TCP_TRACK_NONE);
	}
	assert_false(tcp_track_edge(TCP_TRACK_SYN_SENT, TCP_TRACK_ESTABLISHED));
}

static void flags_make_the_event(void **state)
{
	(void)state;
	assert_int_equal(tcp_track_event_of(TCP_SYN, false), TCP_TRACK_OUT_SYN);
	assert_int_equal(tcp_track_event_of(TCP_SYN | TCP_ACK, true), TCP_TRACK_IN_SYN_ACK);
	assert_int_equal(tcp_track_event_of(TCP_RST | TCP_ACK, true), TCP_TRACK_IN_RST);
	assert_int_equal(tcp_track_event_of(TCP_FIN | TCP_ACK | TCP_PSH, false), TCP_TRACK_OUT_FIN);
	assert_int_equal(tcp_track_event_of(TCP_ACK, false), TCP_TRACK_OUT_ACK);
	assert_int_equal(tcp_track_event_of(0, true), TCP_TRACK_IN_ACK);
	assert_int_equal(tcp_track_event_of(0xff, false), TCP_TRACK_OUT_RST);
}

/** Runs the events from no session on. @inbound: the first one comes from outside. */
static enum tcp_track_state run(const enum tcp_track_event *events, size_t count)
{
	enum tcp_track_state s = TCP_TRACK_NONE;
	bool inbound = events[0] >= TCP_TRACK_IN_SYN;

	for (size_t n = 0; n < count; n++)
		s = tcp_track_next(s, events[n], inbound);
	return s;
}

#define RUN(...)                                                                                   \
	run((const enum tcp_track_event[]){__VA_ARGS__},                                           \
	    sizeof((const enum tcp_track_event[]){__VA_ARGS__}) / sizeof(enum tcp_track_event))

static void t2_valid_sequences(void **state)
{
	(void)state;
	assert_int_equal(RUN(TCP_TRACK_OUT_SYN, TCP_TRACK_IN_SYN_ACK, TCP_TRACK_OUT_ACK),
			 TCP_TRACK_ESTABLISHED);
	assert_int_equal(RUN(TCP_TRACK_IN_SYN, TCP_TRACK_OUT_SYN_ACK, TCP_TRACK_IN_ACK),
			 TCP_TRACK_ESTABLISHED);
	assert_int_equal(RUN(TCP_TRACK_OUT_SYN, TCP_TRACK_IN_SYN, TCP_TRACK_OUT_SYN_ACK),
			 TCP_TRACK_ESTABLISHED);
	assert_int_equal(RUN(TCP_TRACK_IN_SYN, TCP_TRACK_OUT_SYN, TCP_TRACK_IN_SYN_ACK),
			 TCP_TRACK_ESTABLISHED);
	/* a FIN in place of the last ACK */
	assert_int_equal(RUN(TCP_TRACK_OUT_SYN, TCP_TRACK_IN_SYN_ACK, TCP_TRACK_OUT_FIN),
			 TCP_TRACK_FIN_OUT);
	assert_int_equal(RUN(TCP_TRACK_OUT_SYN, TCP_TRACK_IN_SYN_ACK, TCP_TRACK_OUT_ACK,
			     TCP_TRACK_IN_FIN, TCP_TRACK_OUT_ACK, TCP_TRACK_OUT_FIN),
			 TCP_TRACK_CLOSING);
	/* an old connection's other end: challenge ACK, RST, a new SYN (RFC 9293 s3.5.1) */
	assert_int_equal(RUN(TCP_TRACK_OUT_SYN, TCP_TRACK_IN_ACK, TCP_TRACK_OUT_RST,
			     TCP_TRACK_OUT_SYN, TCP_TRACK_IN_SYN_ACK, TCP_TRACK_OUT_ACK),
			 TCP_TRACK_ESTABLISHED);
}

static void t5_only_an_acknowledged_handshake_gets_the_long_timer(void **state)
{
	(void)state;
	assert_int_equal(tcp_track_timeout(RUN(TCP_TRACK_IN_SYN, TCP_TRACK_OUT_SYN_ACK,
					       TCP_TRACK_OUT_SYN_ACK, TCP_TRACK_OUT_RST)),
			 NAT_TIMEOUT_SYN);
	assert_int_equal(tcp_track_timeout(RUN(TCP_TRACK_OUT_ACK, TCP_TRACK_OUT_ACK)),
			 NAT_TIMEOUT_SYN);
	assert_int_equal(tcp_track_timeout(RUN(TCP_TRACK_OUT_ACK, TCP_TRACK_IN_ACK)),
			 NAT_TIMEOUT_TCP);
	assert_int_equal(tcp_track_timeout(TCP_TRACK_FIN_OUT), NAT_TIMEOUT_TCP);
	assert_int_equal(tcp_track_timeout(TCP_TRACK_CLOSING), NAT_TIMEOUT_FINRST);
	assert_int_equal(tcp_track_timeout(TCP_TRACK_RESET), NAT_TIMEOUT_FINRST);
}

static void t11_forged_segments_do_not_keep_a_connection_from_its_long_timer(void **state)
{
	static const enum tcp_track_event forged[] = {TCP_TRACK_IN_RST, TCP_TRACK_IN_SYN,
						      TCP_TRACK_IN_RST};

	(void)state;
	for (enum tcp_track_state s = TCP_TRACK_ESTABLISHED; s <= TCP_TRACK_FIN_IN; s++) {
		enum tcp_track_state now = s;

		for (size_t n = 0; n < ARRAY_COUNT(forged); n++)
			now = tcp_track_next(now, forged[n], false);
		assert_int_equal(now, TCP_TRACK_RESET);
		assert_int_equal(tcp_track_next(now, TCP_TRACK_OUT_ACK, false),
				 TCP_TRACK_ESTABLISHED);
	}
	assert_int_equal(RUN(TCP_TRACK_OUT_SYN, TCP_TRACK_IN_RST), TCP_TRACK_SYN_SENT);
}

static void u6_rsts_never_refresh(void **state)
{
	(void)state;
	for (enum tcp_track_state s = 0; s < TCP_TRACK_STATE_COUNT; s++) {
		assert_false(tcp_track_refreshes(s, TCP_TRACK_OUT_RST));
		assert_false(tcp_track_refreshes(s, TCP_TRACK_IN_RST));
		assert_true(tcp_track_refreshes(s, TCP_TRACK_OUT_ACK));
	}
	assert_true(tcp_track_refreshes(TCP_TRACK_ESTABLISHED, TCP_TRACK_IN_ACK));
	assert_false(tcp_track_refreshes(TCP_TRACK_SYN_RECEIVED, TCP_TRACK_IN_SYN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_is_an_edge_of_the_graph),
		cmocka_unit_test(flags_make_the_event),
		cmocka_unit_test(t2_valid_sequences),
		cmocka_unit_test(t5_only_an_acknowledged_handshake_gets_the_long_timer),
		cmocka_unit_test(t11_forged_segments_do_not_keep_a_connection_from_its_long_timer),
		cmocka_unit_test(u6_rsts_never_refresh),
	};

	return cmocka_run_group_tests_name("nat/tcp_track", tests, NULL, NULL);
}
