/* SPDX-License-Identifier: BSD-2-Clause */
/* What an off-path host can and cannot do to a connection (RFC 7857 s2.2, RFC 5961). */
#include "tests/unit/core/nat/tcp_talk.h"

static void assert_unharmed(struct talk *t)
{
	struct nat_entry entry = only_session(t->home);

	assert_string_equal(entry.state, "established");
	assert_true(entry.left_s >= 86399);
}

static void t11_a_million_guessed_rsts_do_no_harm(void **state)
{
	struct talk t = talk_established(*state);

	for (unsigned int n = 0; n < 1000000; n++)
		forge(&t, n % 2 ? TCP_RST : TCP_RST | TCP_ACK, 0);
	assert_unharmed(&t);
	PLAY(&t, "< A 1+100 a1", "> A 1 a101");
}

static void t11_a_million_guessed_segments_do_no_harm(void **state)
{
	struct talk t = talk_established(*state);

	for (unsigned int n = 0; n < 1000000; n++)
		forge(&t, n % 3 ? TCP_ACK : TCP_ACK | TCP_FIN, n % 1400);
	assert_unharmed(&t);
	home_wait(t.home, 7440);
	PLAY(&t, "< A 1+100 a1", "> A 1 a101 =established");
}

static void t11_data_and_a_rst_at_their_end_do_no_harm(void **state)
{
	struct talk t = talk_established(*state);

	for (unsigned int n = 0; n < 500000; n++) {
		struct segment s = {.inbound = true,
				    .flags = TCP_ACK,
				    .seq = (uint32_t)chance_next(&t.chance),
				    .ack = t.out_first + 1, /* the forger knows even this */
				    .len = 1400,
				    .window = WINDOW};

		segment_send(&t, &s);
		s.flags = TCP_RST;
		s.seq += s.len;
		s.len = 0;
		segment_send(&t, &s);
	}
	assert_unharmed(&t);
}

static void t11_a_storm_of_rsts_all_over_the_window_does_no_harm(void **state)
{
	struct talk t = talk_established(*state);

	for (uint32_t n = 0; n < 200; n++)
		assert_int_equal(talk_send(&t, (struct segment){.inbound = true,
								.flags = TCP_RST,
								.seq = 2 + n * 49}),
				 VERDICT_NEXT);
	assert_unharmed(&t);
}

static void t11_a_refused_segment_moves_nothing(void **state)
{
	struct talk t = talk_established(*state);
	struct nat_entry before, after;
	struct nat_stats hits_before, hits_after;

	home_wait(t.home, 1000);
	before = only_session(t.home);
	nat_stats(t.home->nat, &hits_before);
	PLAY(&t, "< A 70000+10 a1 !", "< A 1+10 a2 !", "< FA 1 a200000 !", "< R 100000 !");
	assert_int_equal(t.home->drops.count[DROP_NAT_TCP_WINDOW], 4);
	after = only_session(t.home);
	nat_stats(t.home->nat, &hits_after);
	assert_string_equal(before.state, after.state);
	assert_int_equal(before.idle_s, after.idle_s);
	assert_int_equal(before.left_s, after.left_s);
	assert_int_equal(before.packets_in, after.packets_in);
	assert_int_equal(before.bytes_in, after.bytes_in);
	assert_int_equal(hits_before.hits, hits_after.hits);
}

static void t11_a_forged_fin_closes_nothing(void **state)
{
	struct talk t = talk_established(*state);

	/* it lies in the window, and then the inside closes its half: the outside goes on */
	PLAY(&t, "< FA 300 a1", "> FA 1 a1 =fin-out", "< A 1+1000 a2", "> A 2 a1001 =fin-out");
	home_wait(t.home, 7440);
	PLAY(&t, "< FA 1001 a2", "> A 2 a1002 =closing");
}

static void t11_a_rst_is_believed_at_the_number_expected_next_alone(void **state)
{
	struct talk t = talk_established(*state);

	/* 501 is missing: what follows it is no place for a RST */
	PLAY(&t, "< A 1+500 a1", "< A 1001+500 a1", "< R 1501 =established", "< R 1 =reset",
	     "> A 1 a501 =established", "< R 500 =established", "< R 501 =reset");
}

static void t11_what_came_before_the_last_ack_proves_nothing(void **state)
{
	struct talk t = talk_begin(*state);

	PLAY(&t, "> S 0", "< SA 0 a1", "< A 500000+100 a1", "> A 1 a1 =established", "< A 1+100 a1",
	     "< R 101 =reset");
}

static void t11_a_fin_before_the_last_ack_is_forgotten_when_data_follow(void **state)
{
	struct talk t = talk_begin(*state);

	PLAY(&t, "> S 0", "< SA 0 a1", "< FA 50 a1", "< A 1+100 a1", "> A 1 a101 =established");
}

static void t11_a_rst_behind_a_fin_that_overtook_data_is_not_believed(void **state)
{
	struct talk t = talk_established(*state);

	PLAY(&t, "< FA 300 a1", "< R 301 =established");
}

static void t11_a_restarted_host_is_refused_by_who_knows_its_new_number(void **state)
{
	struct talk t = talk_established(*state);

	PLAY(&t, "> S 900000", "< RA 0 a900000 =established", "< R 900001 =established",
	     "< RA 0 a900001 =reset");
}

static void t11_a_rst_of_the_inside_teaches_no_numbers(void **state)
{
	struct talk t = talk_established(*state);

	PLAY(&t, "> RA 800000 a900000 =reset", "< A 1+100 a1 =established");
}

static void t11_a_reset_connection_is_revived_from_either_side(void **state)
{
	struct talk t = talk_established(*state);

	PLAY(&t, "< R 1 =reset", "< A 1+100 a1 =established", "> A 1 a101", "< R 101 =reset");
	home_wait(t.home, 240);
	PLAY(&t, "> A 1+10 a101 =established");
	home_wait(t.home, 7440);
	PLAY(&t, "< A 101 a11 =established", "> R 11 =reset");
	home_wait(t.home, 239);
	assert_int_equal(session_count_now(t.home), 1);
}

static void t11_an_unknown_connection_stays_as_it_is_until_the_inside_speaks(void **state)
{
	struct talk t = talk_begin(*state);

	PLAY(&t, "> S 0", "< SA 999 a1 =syn-both", "< A 1000 a1 =syn-both", "< R 1000 =syn-both",
	     "< SA 0 a1", "> A 1 a1 =established", "< A 1000000 a1 !");
}

static void t5_timers_follow_the_state_there_and_back(void **state)
{
	struct talk t = talk_begin(*state);

	/* transitory, established, half closed, reset and revived, closing, opened again */
	PLAY(&t, "> S 0");
	home_wait(t.home, 239);
	PLAY(&t, "< SA 0 a1", "> A 1 a1 =established");
	home_wait(t.home, 7000);
	PLAY(&t, "< A 1+100 a1 =established");
	home_wait(t.home, 7000);
	PLAY(&t, "> FA 1 a101 =fin-out");
	home_wait(t.home, 7000);
	PLAY(&t, "< R 101 =reset");
	home_wait(t.home, 239);
	PLAY(&t, "< A 101 a2 =established");
	home_wait(t.home, 7000);
	PLAY(&t, "> FA 1 a101 =fin-out", "< FA 101 a2", "> A 2 a102 =closing");
	home_wait(t.home, 239);
	PLAY(&t, "> S 500000 =syn-sent", "< SA 900000 a500001", "> A 500001 a900001 =established");
	home_wait(t.home, 7000);
	PLAY(&t, "> FA 500001 a900001", "< FA 900001 a500002", "> A 500002 a900002 =closing");
	home_wait(t.home, 241);
	assert_int_equal(tcp_in(t.home, SERVER, 80, t.global_port, TCP_ACK), VERDICT_DROPPED);
	assert_int_equal(session_count_now(t.home), 0);
}

static void record_of_an_earlier_session_is_not_believed(void **state)
{
	struct talk t = talk_established(*state);

	PLAY(&t, "< A 1+100 a1", "> A 1+100 a101");
	nat_clear(t.home->nat, &(struct nat_match){0}, t.home->now);
	udp_out(t.home, LAPTOP, 5000, SERVER, 1);
	nat_clear(t.home->nat, &(struct nat_match){0}, t.home->now);
	t.out_first = 0x90000000;
	t.in_first = 0x70000000;
	PLAY(&t, "> S 0", "< SA 0 a1 =syn-both", "> A 1 a1 =established", "< A 1+100 a1");
}

/* ---- what is read of a segment ---------------------------------------------------------- */

static void options_are_read_up_to_the_first_that_makes_no_sense(void **state)
{
	static const struct {
		uint8_t options[8];
		uint8_t scale;
	} cases[] = {
		{{1, 3, 3, 7, 0, 0, 0, 0}, 7},	 {{3, 3, 14, 0, 0, 0, 0, 0}, 14},
		{{3, 3, 15, 0, 0, 0, 0, 0}, 14}, {{2, 4, 5, 180, 1, 3, 3, 9}, 9},
		{{0, 3, 3, 7, 0, 0, 0, 0}, 0},	 {{5, 0, 3, 3, 7, 0, 0, 0}, 0},
		{{5, 1, 3, 3, 7, 0, 0, 0}, 0},	 {{5, 9, 3, 3, 7, 0, 0, 0}, 0},
		{{1, 1, 1, 1, 1, 1, 1, 3}, 0},	 {{1, 1, 1, 1, 1, 1, 3, 3}, 0},
		{{3, 4, 7, 7, 3, 3, 5, 0}, 5},	 {{1, 1, 1, 1, 1, 3, 3, 2}, 2},
	};
	uint8_t *l4 = calloc(1, TCP_LEN + 8);
	struct tcp_segment s;

	(void)state;
	assert_non_null(l4);
	l4[13] = TCP_SYN;
	for (unsigned int n = 0; n < ARRAY_COUNT(cases); n++) {
		l4[12] = (TCP_LEN + 8) / 4 << 4;
		memcpy(l4 + TCP_LEN, cases[n].options, 8);
		tcp_segment_read(&s, l4, TCP_LEN + 8);
		assert_int_equal(s.scale, cases[n].scale);
		assert_int_equal(s.end, 1);
		for (unsigned int offset = 0; offset < 16; offset++) { /* whatever it may say */
			l4[12] = (uint8_t)(offset << 4);
			tcp_segment_read(&s, l4, TCP_LEN + 8);
			assert_true(s.end >= 1 && s.end <= TCP_LEN + 8 + 1);
		}
	}
	free(l4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(t11_a_million_guessed_rsts_do_no_harm),
		HOME_TEST(t11_a_million_guessed_segments_do_no_harm),
		HOME_TEST(t11_data_and_a_rst_at_their_end_do_no_harm),
		HOME_TEST(t11_a_storm_of_rsts_all_over_the_window_does_no_harm),
		HOME_TEST(t11_a_refused_segment_moves_nothing),
		HOME_TEST(t11_a_forged_fin_closes_nothing),
		HOME_TEST(t11_a_rst_is_believed_at_the_number_expected_next_alone),
		HOME_TEST(t11_what_came_before_the_last_ack_proves_nothing),
		HOME_TEST(t11_a_fin_before_the_last_ack_is_forgotten_when_data_follow),
		HOME_TEST(t11_a_rst_behind_a_fin_that_overtook_data_is_not_believed),
		HOME_TEST(t11_a_restarted_host_is_refused_by_who_knows_its_new_number),
		HOME_TEST(t11_a_rst_of_the_inside_teaches_no_numbers),
		HOME_TEST(t11_a_reset_connection_is_revived_from_either_side),
		HOME_TEST(t11_an_unknown_connection_stays_as_it_is_until_the_inside_speaks),
		HOME_TEST(t5_timers_follow_the_state_there_and_back),
		HOME_TEST(record_of_an_earlier_session_is_not_believed),
		cmocka_unit_test(options_are_read_up_to_the_first_that_makes_no_sense),
	};

	return cmocka_run_group_tests_name("nat/tcp_window", tests, NULL, NULL);
}
