/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions at name servers: tries, servers, answers, and who waits for them. */
#include "tests/unit/cmd/viprouterd/dns_fixture.h"

static void a_question_is_asked_and_its_answer_passed_on(void **state)
{
	struct forwarder *f = *state;

	query(f, 7, "Www.Example.com", A);
	assert_int_equal(f->asks, 1);
	assert_int_equal(f->asked[0].server.host, SERVER_1.host);
	assert_false(f->asked[0].stream);
	give_address(f, 0, 300);
	assert_int_equal(f->replies, 1);
	assert_int_equal(id_of(&f->reply), 7);
	assert_int_equal(count_of(&f->reply, 1), 1);
	assert_true(f->asked[0].ended);
	assert_int_equal(dns_server_deadline(f->server).ms, MONO_NEVER.ms);
}

static void n3_only_the_server_port_and_exchange_asked_may_answer(void **state)
{
	struct forwarder *f = *state;
	struct bytes b;

	query(f, 1, "www.example.com", A);
	begin_answer(f, 0, &b, 0);
	dns_server_answer(f->server, f->asked[0].exchange, SERVER_2, DNS_PORT, b.at, b.len, f->now);
	dns_server_answer(f->server, f->asked[0].exchange, SERVER_1, 5353, b.at, b.len, f->now);
	dns_server_answer(f->server, f->asked[0].exchange + 256, SERVER_1, DNS_PORT, b.at, b.len,
			  f->now);
	b.at[1] ^= 1;
	give(f, 0, &b);
	assert_int_equal(f->replies, 0);
	assert_int_equal(dns_server_stats(f->server)->strange, 4);
	give_address(f, 0, 300); /* the true one still counts */
	assert_int_equal(f->replies, 1);
}

static void n3_an_answer_to_a_try_that_is_over_counts_for_nothing(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "www.example.com", A);
	pass_ms(f, DNS_TRY_MS);
	assert_int_equal(f->asks, 2);
	give_address(f, 0, 300);
	assert_int_equal(f->replies, 0);
	give_address(f, 1, 300);
	assert_int_equal(f->replies, 1);
}

static void n4_each_try_has_another_id_and_exchange(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "www.example.com", A);
	pass_ms(f, DNS_TRY_MS);
	assert_int_equal(f->asks, 2);
	assert_true(f->asked[0].ended);
	assert_int_not_equal(f->asked[0].exchange, f->asked[1].exchange);
	assert_int_not_equal(id_of(&f->asked[0].query), id_of(&f->asked[1].query));
	assert_int_equal(f->asked[1].server.host, SERVER_2.host);
}

static void n4_one_question_is_asked_once_for_all(void **state)
{
	struct forwarder *f = *state;

	query_from(f, LAPTOP, 1, "www.example.com", A);
	query_from(f, IP4(192, 168, 1, 11), 2, "WWW.example.com", A);
	query_from(f, LAPTOP, 1, "www.example.com", A); /* sent again */
	assert_int_equal(f->asks, 1);
	assert_int_equal(dns_server_stats(f->server)->waiting, 2);
	give_address(f, 0, 0);
	assert_int_equal(f->replies, 2);
	assert_int_equal(id_of(&f->reply), 2);
	assert_int_equal(dns_server_stats(f->server)->waiting, 0);
}

static void a_silent_world_ends_in_servfail(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "www.example.com", A);
	for (int i = 0; i < DNS_TRIES_MAX; i++) {
		assert_int_equal(f->replies, 0);
		assert_int_equal(dns_server_deadline(f->server).ms, f->now.ms + DNS_TRY_MS);
		pass_ms(f, DNS_TRY_MS);
	}
	assert_int_equal(f->asks, DNS_TRIES_MAX);
	assert_int_equal(f->replies, 1);
	assert_int_equal(rcode_of(&f->reply), SERVFAIL);
}

static void a_server_that_is_silent_twice_is_asked_last_for_a_minute(void **state)
{
	struct forwarder *f = *state;
	struct dns_upstream first;

	for (unsigned int i = 0; i < 2; i++) {
		query(f, i, i ? "b.example" : "a.example", A);
		assert_int_equal(f->asked[2 * i].server.host, SERVER_1.host);
		pass_ms(f, DNS_TRY_MS);
		give_address(f, 2 * i + 1, 0);
	}
	assert_true(dns_server_upstream(f->server, 0, &first, f->now));
	assert_true(first.dead);
	assert_int_equal(first.timeouts, 2);
	query(f, 3, "c.example", A);
	assert_int_equal(f->asked[4].server.host, SERVER_2.host);
	give_address(f, 4, 0);
	pass_ms(f, DNS_DEAD_S * 1000);
	query(f, 4, "d.example", A);
	assert_int_equal(f->asked[5].server.host, SERVER_1.host);
	give_address(f, 5, 0);
	assert_true(dns_server_upstream(f->server, 0, &first, f->now));
	assert_false(first.dead);
}

static void a_server_that_will_not_is_passed_over(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "www.example.com", A);
	give_code(f, 0, REFUSED);
	assert_int_equal(f->asks, 2);
	assert_int_equal(f->asked[1].server.host, SERVER_2.host);
	give_code(f, 1, SERVFAIL);
	assert_int_equal(f->asks, 2);
	assert_int_equal(f->replies, 1);
	assert_int_equal(rcode_of(&f->reply), SERVFAIL);
}

static void who_has_a_servers_word_does_not_wait_for_the_dead(void **state)
{
	struct forwarder *f = *state;

	for (unsigned int i = 0; i < 2; i++) {
		query(f, i, i ? "b.example" : "a.example", A);
		pass_ms(f, DNS_TRY_MS);
		give_address(f, 2 * i + 1, 0);
	}
	query(f, 3, "c.example", A);
	give_code(f, 4, SERVFAIL);
	assert_int_equal(f->replies, 3);
	assert_int_equal(rcode_of(&f->reply), SERVFAIL);
}

static void an_unreachable_server_costs_no_time(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "www.example.com", A);
	dns_server_failed(f->server, f->asked[0].exchange, f->now);
	assert_int_equal(f->asks, 2);
	give_address(f, 1, 300);
	assert_int_equal(f->replies, 1);
	f->refuse = -ENETUNREACH;
	query(f, 2, "b.example", A);
	assert_int_equal(f->replies, 2);
	assert_int_equal(rcode_of(&f->reply), SERVFAIL);
}

static void n7_a_server_without_edns_is_asked_without(void **state)
{
	struct forwarder *f = *state;
	struct bytes b;

	query(f, 1, "www.example.com", A);
	assert_int_equal(count_of(&f->asked[0].query, 3), 1);
	begin_message(&b, id_of(&f->asked[0].query), 0x8181); /* no question either */
	give(f, 0, &b);
	assert_int_equal(f->asks, 2);
	assert_int_equal(f->asked[1].server.host, SERVER_1.host);
	assert_int_equal(count_of(&f->asked[1].query, 3), 0);
	give_address(f, 1, 300);
	assert_int_equal(f->replies, 1);
}

/* ---- TCP -------------------------------------------------------------------------------- */

static void query_by_stream(struct forwarder *f, unsigned int id, const char *name)
{
	struct bytes b;

	build_query(&b, id, name, TXT);
	hand_in(f, LAPTOP, true, &b);
}

static void give_truncated(struct forwarder *f, unsigned int nth)
{
	struct bytes b;

	begin_answer(f, nth, &b, 0x0200);
	give(f, nth, &b);
}

static void give_large(struct forwarder *f, unsigned int nth)
{
	struct bytes b;

	begin_answer(f, nth, &b, 0);
	for (unsigned int i = 0; i < 100; i++) {
		uint8_t text[101] = {100, (uint8_t)i};

		put_record(&b, 1, TXT, 300, text, sizeof(text));
	}
	give(f, nth, &b);
}

static void n8_a_client_by_udp_is_told_that_the_answer_is_cut(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "big.example", TXT);
	give_truncated(f, 0);
	assert_int_equal(f->replies, 1);
	assert_true(is_truncated(&f->reply));
	assert_int_equal(f->asks, 1);
}

static void n8_a_client_by_tcp_gets_the_whole_answer(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "big.example", TXT);
	query_by_stream(f, 2, "big.example");
	give_truncated(f, 0);
	assert_int_equal(f->replies, 1); /* UDP's */
	assert_false(f->client.stream);
	assert_int_equal(f->asks, 2);
	assert_true(f->asked[1].stream);
	assert_int_equal(f->asked[1].server.host, SERVER_1.host);
	give_large(f, 1);
	assert_int_equal(f->replies, 2);
	assert_true(f->client.stream);
	assert_int_equal(f->client.way, 7);
	assert_int_equal(count_of(&f->reply, 1), 100);
	query(f, 3, "big.example", TXT); /* it is kept now, and too long for UDP */
	assert_true(is_truncated(&f->reply));
	query_by_stream(f, 4, "big.example");
	assert_int_equal(count_of(&f->reply, 1), 100);
	assert_int_equal(f->asks, 2);
}

static void n9_a_connection_that_is_gone_waits_for_nothing(void **state)
{
	struct forwarder *f = *state;

	query_by_stream(f, 1, "a.example");
	query_by_stream(f, 2, "b.example");
	query(f, 3, "b.example", TXT);
	dns_server_forget(f->server, 7);
	assert_true(f->asked[0].ended);
	assert_false(f->asked[1].ended);
	give_large(f, 1);
	assert_int_equal(f->replies, 1);
	assert_int_equal(id_of(&f->reply), 3);
}

static void n8_garbage_by_tcp_ends_the_try(void **state)
{
	struct forwarder *f = *state;

	query_by_stream(f, 1, "big.example");
	give_truncated(f, 0);
	dns_server_answer(f->server, f->asked[1].exchange, SERVER_1, DNS_PORT,
			  (const uint8_t *)"garbage", 7, f->now);
	assert_int_equal(f->asks, 3);
	assert_int_equal(f->asked[2].server.host, SERVER_2.host);
	assert_true(f->asked[2].stream);
}

/* ---- limits ----------------------------------------------------------------------------- */

static void ask_many(struct forwarder *f, ip4_t from, unsigned int count)
{
	char name[40];

	for (unsigned int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "n%u-%u.example", i, (unsigned int)from.host);
		query_from(f, from, i, name, A);
	}
}

static void n13_a_client_may_wait_for_so_many_answers(void **state)
{
	struct forwarder *f = *state;

	ask_many(f, LAPTOP, DNS_WAITING_CLIENT_MAX);
	assert_int_equal(f->replies, 0);
	query(f, 99, "more.example", A);
	assert_int_equal(f->replies, 1);
	assert_int_equal(rcode_of(&f->reply), SERVFAIL);
	query_from(f, IP4(192, 168, 1, 11), 99, "more.example", A); /* others go on */
	assert_int_equal(f->replies, 1);
	query(f, 100, "tv", A); /* as does what needs nobody */
	assert_int_equal(f->replies, 2);
	assert_int_equal(rcode_of(&f->reply), NOERROR);
}

static void n13_all_together_may_wait_for_so_many_answers(void **state)
{
	struct forwarder *f = *state;
	unsigned int i;

	for (i = 0; i < DNS_WAITING_MAX / DNS_WAITING_CLIENT_MAX; i++)
		ask_many(f, IP4(192, 168, 1, 100 + i), DNS_WAITING_CLIENT_MAX);
	assert_int_equal(dns_server_stats(f->server)->waiting, DNS_WAITING_MAX);
	query(f, 1, "more.example", A);
	assert_int_equal(f->replies, 1);
	assert_int_equal(dns_server_stats(f->server)->limited, 1);
	for (i = 0; i < DNS_TRIES_MAX; i++)
		pass_ms(f, DNS_TRY_MS);
	assert_int_equal(f->replies, 1 + DNS_WAITING_MAX);
	assert_int_equal(dns_server_stats(f->server)->waiting, 0);
	query(f, 2, "more.example", A);
	assert_int_equal(dns_server_stats(f->server)->waiting, 1);
}

static void servers_may_change_while_they_are_asked(void **state)
{
	const ip4_t one = SERVER_2;
	struct forwarder *f = *state;

	query(f, 1, "a.example", A);
	dns_server_set_upstreams(f->server, &one, 0, 1);
	give_code(f, 0, REFUSED);
	assert_int_equal(f->asked[1].server.host, SERVER_2.host);
	dns_server_set_upstreams(f->server, NULL, 0, 0);
	pass_ms(f, DNS_TRY_MS);
	assert_int_equal(f->replies, 1);
	assert_int_equal(rcode_of(&f->reply), SERVFAIL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, forwarder_begin, forwarder_end)
	const struct CMUnitTest tests[] = {
		TEST(a_question_is_asked_and_its_answer_passed_on),
		TEST(n3_only_the_server_port_and_exchange_asked_may_answer),
		TEST(n3_an_answer_to_a_try_that_is_over_counts_for_nothing),
		TEST(n4_each_try_has_another_id_and_exchange),
		TEST(n4_one_question_is_asked_once_for_all),
		TEST(a_silent_world_ends_in_servfail),
		TEST(a_server_that_is_silent_twice_is_asked_last_for_a_minute),
		TEST(a_server_that_will_not_is_passed_over),
		TEST(who_has_a_servers_word_does_not_wait_for_the_dead),
		TEST(an_unreachable_server_costs_no_time),
		TEST(n7_a_server_without_edns_is_asked_without),
		TEST(n8_a_client_by_udp_is_told_that_the_answer_is_cut),
		TEST(n8_a_client_by_tcp_gets_the_whole_answer),
		TEST(n9_a_connection_that_is_gone_waits_for_nothing),
		TEST(n8_garbage_by_tcp_ends_the_try),
		TEST(n13_a_client_may_wait_for_so_many_answers),
		TEST(n13_all_together_may_wait_for_so_many_answers),
		TEST(servers_may_change_while_they_are_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
