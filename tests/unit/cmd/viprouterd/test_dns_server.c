/* SPDX-License-Identifier: BSD-2-Clause */
/* What a client's query gets without a name server: our own names, refusals, the cache. */
#include "tests/unit/cmd/viprouterd/dns_fixture.h"

static void expect_code(struct forwarder *f, unsigned int rcode)
{
	assert_int_equal(f->replies, 1);
	assert_int_equal(rcode_of(&f->reply), rcode);
	assert_int_equal(f->asks, 0);
	f->replies = 0;
}

static void n12_names_of_devices_are_answered_at_once(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "tv.home.lan", A);
	assert_int_equal(id_of(&f->reply), 1);
	assert_int_equal(count_of(&f->reply, 1), 1);
	assert_int_equal(first_ttl(&f->reply), DNS_OWN_TTL_S);
	assert_true(has_bytes(&f->reply, "\xc0\xa8\x01\x14", 4));
	expect_code(f, NOERROR);
	query(f, 2, "TV", A);
	assert_int_equal(count_of(&f->reply, 1), 1);
	expect_code(f, NOERROR);
	query(f, 3, "nas", A);
	assert_int_equal(count_of(&f->reply, 1), 2);
	expect_code(f, NOERROR);
	query(f, 4, "20.1.168.192.in-addr.arpa", PTR);
	assert_int_equal(count_of(&f->reply, 1), 1);
	assert_true(has_bytes(&f->reply, "\2tv\4home\3lan", 13));
	expect_code(f, NOERROR);
}

static void n2_what_is_ours_and_unknown_is_never_asked_elsewhere(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "nobody.home.lan", A);
	assert_int_equal(count_of(&f->reply, 2), 1); /* the SOA */
	expect_code(f, NXDOMAIN);
	query(f, 2, "nobody", A);
	expect_code(f, NXDOMAIN);
	query(f, 3, "tv.home.lan", AAAA);
	assert_int_equal(count_of(&f->reply, 1), 0);
	assert_int_equal(count_of(&f->reply, 2), 1);
	expect_code(f, NOERROR);
	query(f, 4, "home.lan", A);
	expect_code(f, NOERROR);
	query(f, 5, "1.0.0.10.in-addr.arpa", PTR);
	expect_code(f, NXDOMAIN);
	query(f, 6, "20.1.168.192.in-addr.arpa", TXT);
	expect_code(f, NOERROR);
	query(f, 7, "a b.home.lan", A); /* also when no name could look like it */
	expect_code(f, NXDOMAIN);
	query(f, 8, "_ldap._tcp.home.lan", TXT);
	expect_code(f, NXDOMAIN);
}

static void questions_about_dnssec_of_the_tree_are_asked(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "tv", DS);
	query(f, 2, "", NS);
	assert_int_equal(f->asks, 2);
	assert_int_equal(f->replies, 0);
}

static void n14_transfers_other_classes_and_opcodes_are_refused(void **state)
{
	struct forwarder *f = *state;
	struct bytes b;

	query(f, 1, "home.lan", AXFR);
	expect_code(f, REFUSED);
	build_query(&b, 2, "version.bind", TXT);
	b.at[b.len - 1] = 3; /* CHAOS */
	hand_in(f, LAPTOP, false, &b);
	expect_code(f, REFUSED);
	build_query(&b, 3, "home.lan", SOA);
	b.at[2] |= 4 << 3; /* NOTIFY */
	hand_in(f, LAPTOP, false, &b);
	assert_int_equal(f->reply.at[2] >> 3 & 15, 4);
	expect_code(f, NOTIMP);
	build_query(&b, 4, "home.lan", SOA);
	b.len--;
	hand_in(f, LAPTOP, false, &b);
	assert_int_equal(id_of(&f->reply), 4);
	expect_code(f, FORMERR);
}

static void n14_what_is_no_query_gets_nothing(void **state)
{
	struct forwarder *f = *state;
	struct bytes b;

	build_query(&b, 1, "tv", A);
	b.at[2] |= 0x80;
	hand_in(f, LAPTOP, false, &b);
	b.len = 5;
	hand_in(f, LAPTOP, false, &b);
	assert_int_equal(f->replies, 0);
	assert_int_equal(dns_server_stats(f->server)->dropped, 2);
}

static void n10_any_gets_the_small_answer(void **state)
{
	static const char *const names[] = {"tv.home.lan", "www.example.com"};
	struct forwarder *f = *state;

	for (unsigned int i = 0; i < ARRAY_COUNT(names); i++) {
		query(f, 1, names[i], ANY);
		assert_int_equal(count_of(&f->reply, 1), 1);
		assert_true(has_bytes(&f->reply, "RFC8482", 7));
		expect_code(f, NOERROR);
	}
	query(f, 1, "nobody.home.lan", ANY);
	expect_code(f, NXDOMAIN);
}

static void n6_a_kept_answer_grows_old(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "www.example.com", A);
	give_address(f, 0, 300);
	assert_int_equal(f->replies, 1);
	pass_ms(f, 100 * 1000);
	query(f, 2, "WWW.example.com", A);
	assert_int_equal(f->replies, 2);
	assert_int_equal(id_of(&f->reply), 2);
	assert_int_equal(first_ttl(&f->reply), 200);
	assert_int_equal(f->asks, 1);
	pass_ms(f, 200 * 1000);
	query(f, 3, "www.example.com", A);
	assert_int_equal(f->asks, 2);
}

static void n5_that_a_name_is_not_there_is_kept(void **state)
{
	struct forwarder *f = *state;
	struct bytes b;

	query(f, 1, "nobody.example.com", A);
	begin_answer(f, 0, &b, NXDOMAIN);
	put_soa(&b, 60, 60);
	give(f, 0, &b);
	query(f, 2, "nobody.example.com", A);
	assert_int_equal(f->replies, 2);
	assert_int_equal(rcode_of(&f->reply), NXDOMAIN);
	assert_int_equal(f->asks, 1);
}

static void n14_who_wants_no_recursion_gets_what_is_known(void **state)
{
	struct forwarder *f = *state;
	struct bytes b;

	begin_message(&b, 1, 0);
	put_question(&b, "tv.home.lan", A);
	hand_in(f, LAPTOP, false, &b);
	expect_code(f, NOERROR);
	begin_message(&b, 1, 0);
	put_question(&b, "www.example.com", A);
	hand_in(f, LAPTOP, false, &b);
	expect_code(f, REFUSED);
}

static void without_name_servers_only_our_own_is_answered(void **state)
{
	struct forwarder *f = *state;

	dns_server_set_upstreams(f->server, NULL, 0, 0);
	query(f, 1, "tv", A);
	expect_code(f, NOERROR);
	query(f, 2, "www.example.com", A);
	expect_code(f, REFUSED);
}

static void other_name_servers_empty_the_cache(void **state)
{
	const ip4_t other = IP4(198, 51, 100, 9);
	struct forwarder *f = *state;

	query(f, 1, "www.example.com", A);
	give_address(f, 0, 300);
	dns_server_set_upstreams(f->server, &other, 0, 1);
	query(f, 2, "www.example.com", A);
	assert_int_equal(f->asks, 2);
	assert_int_equal(f->asked[1].server.host, other.host);
}

static void counters_start_again_but_for_what_waits(void **state)
{
	struct forwarder *f = *state;

	query(f, 1, "www.example.com", A);
	query(f, 2, "tv", A);
	assert_int_equal(dns_server_stats(f->server)->received[0], 2);
	assert_int_equal(dns_server_stats(f->server)->own, 1);
	dns_server_clear_stats(f->server);
	assert_int_equal(dns_server_stats(f->server)->received[0], 0);
	assert_int_equal(dns_server_stats(f->server)->waiting, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, forwarder_begin, forwarder_end)
	const struct CMUnitTest tests[] = {
		TEST(n12_names_of_devices_are_answered_at_once),
		TEST(n2_what_is_ours_and_unknown_is_never_asked_elsewhere),
		TEST(questions_about_dnssec_of_the_tree_are_asked),
		TEST(n14_transfers_other_classes_and_opcodes_are_refused),
		TEST(n14_what_is_no_query_gets_nothing),
		TEST(n10_any_gets_the_small_answer),
		TEST(n6_a_kept_answer_grows_old),
		TEST(n5_that_a_name_is_not_there_is_kept),
		TEST(n14_who_wants_no_recursion_gets_what_is_known),
		TEST(without_name_servers_only_our_own_is_answered),
		TEST(other_name_servers_empty_the_cache),
		TEST(counters_start_again_but_for_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
