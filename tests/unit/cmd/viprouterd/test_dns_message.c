/* SPDX-License-Identifier: BSD-2-Clause */
/* DNS messages of clients and name servers, read and written. */
#include "tests/unit/cmd/viprouterd/dns_fixture.h"

static int parse(const struct bytes *b, struct dns_query *q, unsigned int *rcode)
{
	return dns_query_parse(b->at, b->len, false, q, rcode);
}

static void a_query_is_read(void **state)
{
	struct dns_query q;
	unsigned int rcode;
	struct bytes b;

	(void)state;
	build_query(&b, 77, "TV.Home.lan", A);
	assert_int_equal(parse(&b, &q, &rcode), 0);
	assert_int_equal(q.id, 77);
	assert_string_equal(q.text, "tv.home.lan");
	assert_int_equal(q.question.type, A);
	assert_true(q.recursion_desired);
	assert_false(q.edns);
	assert_int_equal(q.size, 512);
	assert_memory_equal(q.name.bytes + 1, "TV", 2); /* goes back as it came */
}

static void n7_the_size_of_edns_is_taken_within_bounds(void **state)
{
	static const struct {
		unsigned int said, taken;
	} sizes[] = {{0, 512}, {512, 512}, {1000, 1000}, {1232, 1232}, {4096, 1232}};
	struct dns_query q;
	unsigned int rcode;
	struct bytes b;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_COUNT(sizes); i++) {
		build_query(&b, 1, "tv", A);
		put_opt(&b, sizes[i].said, 0, 0x8000);
		assert_int_equal(parse(&b, &q, &rcode), 0);
		assert_true(q.edns);
		assert_true(q.question.dnssec_ok);
		assert_int_equal(q.size, sizes[i].taken);
	}
	assert_int_equal(dns_query_parse(b.at, b.len, true, &q, &rcode), 0);
	assert_int_equal(q.size, DNS_MESSAGE_MAX);
}

static void n7_another_version_of_edns_is_refused(void **state)
{
	struct dns_query q;
	unsigned int rcode;
	struct bytes b;

	(void)state;
	build_query(&b, 1, "tv", A);
	put_opt(&b, 1232, 1, 0);
	assert_int_equal(parse(&b, &q, &rcode), -EBADMSG);
	assert_int_equal(rcode, DNS_RCODE_BADVERS);
}

static void n1_what_is_no_query_is_refused_or_not_answered(void **state)
{
	struct dns_query q;
	unsigned int rcode;
	struct bytes b;

	(void)state;
	build_query(&b, 1, "tv", A);
	b.at[2] |= 0x80; /* an answer: never answered, or two servers would talk for ever */
	assert_int_equal(parse(&b, &q, &rcode), -EINVAL);
	build_query(&b, 1, "tv", A);
	b.at[2] |= 5 << 3; /* UPDATE */
	assert_int_equal(parse(&b, &q, &rcode), -EBADMSG);
	assert_int_equal(rcode, NOTIMP);
	begin_message(&b, 1, 0x0100);
	assert_int_equal(parse(&b, &q, &rcode), -EBADMSG);
	assert_int_equal(rcode, FORMERR);
	put_question(&b, "a", A);
	put_question(&b, "b", A);
	assert_int_equal(parse(&b, &q, &rcode), -EBADMSG);
	b.len = 11;
	assert_int_equal(parse(&b, &q, &rcode), -EINVAL);
	build_query(&b, 1, "tv", A);
	b.len += DNS_QUERY_MAX;
	assert_int_equal(parse(&b, &q, &rcode), -EBADMSG);
}

/* Dots, zeros, escape codes and quotes within labels become question marks: a label "tv.home" is
 * not two. */
static void n1_hostile_labels_are_spelled_harmlessly(void **state)
{
	static const uint8_t name[] = "\x07tv.home\x0a\x1b[31m\0\"';\n\x03LAN";
	struct dns_query q;
	unsigned int rcode;
	struct bytes b;

	(void)state;
	begin_message(&b, 1, 0x0100);
	put(&b, name, sizeof(name));
	put_16(&b, A);
	put_16(&b, 1);
	count_in(&b, 0);
	assert_int_equal(parse(&b, &q, &rcode), 0);
	assert_string_equal(q.text, "tv?home.??31m?????.lan");
}

static void a_name_of_255_bytes_is_spelled_whole(void **state)
{
	char label[] = "0123456789012345678901234567890123456789012345678901234567890";
	char name[300], text[DNS_TEXT_SIZE];
	struct dns_query q;
	unsigned int rcode;
	struct bytes b;

	(void)state;
	snprintf(name, sizeof(name), "%s.%s.%s.%s.56789", label, label, label, label);
	build_query(&b, 1, name, A);
	assert_int_equal(parse(&b, &q, &rcode), 0);
	assert_string_equal(q.text, name);
	assert_string_equal(dns_name_text(&q.question.name, text), name);
	build_query(&b, 1, "", NS);
	assert_int_equal(parse(&b, &q, &rcode), 0);
	assert_string_equal(q.text, "");
	assert_string_equal(dns_name_text(&q.question.name, text), ".");
}

static void a_question_that_was_built_reads_back(void **state)
{
	struct dns_query q, back;
	unsigned int rcode;
	struct bytes b;

	(void)state;
	build_query(&b, 1, "www.Example.com", AAAA);
	put_opt(&b, 1232, 0, 0x8000);
	assert_int_equal(parse(&b, &q, &rcode), 0);
	b.len = dns_question_build(&q.question, 4711, true, b.at);
	assert_int_equal(parse(&b, &back, &rcode), 0);
	assert_true(dns_question_equal(&q.question, &back.question));
	assert_int_equal(back.id, 4711);
	assert_int_equal(back.size, DNS_EDNS_MAX);
}

/* ---- answers ---------------------------------------------------------------------------- */

static struct dns_query query_of(const char *name, unsigned int type)
{
	struct dns_query q;
	unsigned int rcode;
	struct bytes b;

	build_query(&b, 9, name, type);
	assert_int_equal(parse(&b, &q, &rcode), 0);
	return q;
}

static void n3_an_answer_to_another_question_or_id_is_none(void **state)
{
	struct dns_query q = query_of("www.example.com", A);
	ldns_pkt *packet;
	struct bytes b;

	(void)state;
	begin_message(&b, 5, 0x8180);
	put_question(&b, "www.example.com", A);
	packet = dns_answer_parse(b.at, b.len, &q.question, 5);
	assert_non_null(packet);
	ldns_pkt_free(packet);
	assert_null(dns_answer_parse(b.at, b.len, &q.question, 6));
	b.at[2] &= 0x7f;
	assert_null(dns_answer_parse(b.at, b.len, &q.question, 5));
	begin_message(&b, 5, 0x8180);
	put_question(&b, "www.example.net", A);
	assert_null(dns_answer_parse(b.at, b.len, &q.question, 5));
	begin_message(&b, 5, 0x8180);
	put_question(&b, "www.example.com", AAAA);
	assert_null(dns_answer_parse(b.at, b.len, &q.question, 5));
	begin_message(&b, 5, 0x8180);
	assert_null(dns_answer_parse(b.at, b.len, &q.question, 5));
}

static uint32_t ttl_of(const struct bytes *b, const struct dns_query *q)
{
	ldns_pkt *packet = dns_answer_parse(b->at, b->len, &q->question, 5);
	uint32_t ttl_s;

	assert_non_null(packet);
	ttl_s = dns_answer_ttl_s(packet, &q->question);
	ldns_pkt_free(packet);
	return ttl_s;
}

static void n6_an_answer_is_kept_for_its_least_ttl_a_day_at_most(void **state)
{
	struct dns_query q = query_of("www.example.com", A);
	struct bytes b;

	(void)state;
	begin_message(&b, 5, 0x8180);
	put_question(&b, "www.example.com", A);
	put_record(&b, 1, A, 1000000, "\1\2\3\4", 4);
	assert_int_equal(ttl_of(&b, &q), 86400);
	put_record(&b, 1, A, 300, "\1\2\3\5", 4);
	assert_int_equal(ttl_of(&b, &q), 300);
	b.at[2] |= 2; /* cut */
	assert_int_equal(ttl_of(&b, &q), 0);
	b.at[2] &= 0xfd;
	put_record(&b, 1, A, 0x80000000, "\1\2\3\6", 4);
	assert_int_equal(ttl_of(&b, &q), 0);
}

static void n5_a_negative_answer_is_kept_as_its_soa_says(void **state)
{
	struct dns_query q = query_of("nobody.example.com", A);
	struct bytes b;

	(void)state;
	begin_message(&b, 5, 0x8183);
	put_question(&b, "nobody.example.com", A);
	assert_int_equal(ttl_of(&b, &q), 0); /* without an SOA not at all */
	put_soa(&b, 600, 60);
	assert_int_equal(ttl_of(&b, &q), 60);
	begin_message(&b, 5, 0x8180); /* the name is there, without such data */
	put_question(&b, "nobody.example.com", A);
	put_soa(&b, 50, 60);
	assert_int_equal(ttl_of(&b, &q), 50);
	begin_message(&b, 5, 0x8183);
	put_question(&b, "nobody.example.com", A);
	put_soa(&b, 1000000, 1000000);
	assert_int_equal(ttl_of(&b, &q), 10800);
	b.at[3] = 0x82; /* SERVFAIL */
	assert_int_equal(ttl_of(&b, &q), 0);
}

/* An answer of @count addresses, to a client that takes @size bytes; into @out. */
static void answer_of(unsigned int count, uint16_t size, uint32_t age_s, struct bytes *out)
{
	struct dns_query q = query_of("Www.example.com", A);
	struct dns_answer answer = {.age_s = age_s};
	ldns_pkt *packet;
	struct bytes b;

	begin_message(&b, 5, 0x8180);
	put_question(&b, "www.example.com", A);
	for (unsigned int i = 0; i < count; i++)
		put_record(&b, 1, A, 300, "\1\2\3\4", 4);
	put_record(&b, 3, AAAA, 300, "0123456789abcdef", 16);
	packet = dns_answer_parse(b.at, b.len, &q.question, 5);
	assert_non_null(packet);
	answer.from = packet;
	q.size = size;
	out->len = dns_answer_build(&q, &answer, out->at);
	ldns_pkt_free(packet);
	assert_true(out->len > 0 && out->len <= size);
}

static void n6_ttls_count_down(void **state)
{
	struct bytes b;

	(void)state;
	answer_of(1, 512, 100, &b);
	assert_int_equal(first_ttl(&b), 200);
	answer_of(1, 512, 1000, &b);
	assert_int_equal(first_ttl(&b), 0);
}

static void n8_what_does_not_fit_is_left_out_and_answers_set_tc(void **state)
{
	struct bytes b;

	(void)state;
	answer_of(20, 512, 0, &b);
	assert_int_equal(count_of(&b, 1), 20);
	assert_int_equal(count_of(&b, 3), 1);
	assert_false(is_truncated(&b));
	answer_of(29, 512, 0, &b); /* 33 + 29 * 16, and 28 more */
	assert_int_equal(count_of(&b, 1), 29);
	assert_int_equal(count_of(&b, 3), 0);
	assert_false(is_truncated(&b));
	answer_of(30, 512, 0, &b);
	assert_int_equal(count_of(&b, 1), 0);
	assert_true(is_truncated(&b));
	answer_of(3000, DNS_MESSAGE_MAX, 0, &b);
	assert_int_equal(count_of(&b, 1), 3000);
	assert_false(is_truncated(&b));
	assert_true(has_bytes(&b, "\3Www", 4)); /* the question as the client wrote it */
}

static void records_of_our_own_are_built(void **state)
{
	struct dns_query q = query_of("tv.lan", A);
	ldns_pkt *records = ldns_pkt_new();
	struct dns_answer answer = {.from = records, .authoritative = true};
	struct bytes b;

	(void)state;
	dns_add_address(records, &q, IP4(192, 168, 1, 20), 10);
	dns_add_pointer(records, &q, "tv.lan", 10);
	dns_add_hinfo(records, &q);
	dns_add_soa(records, ".", 10);
	b.len = dns_answer_build(&q, &answer, b.at);
	assert_true(dns_wire_check(b.at, b.len));
	assert_int_equal(count_of(&b, 1), 3);
	assert_int_equal(count_of(&b, 2), 1);
	assert_true(has_bytes(&b, "\xc0\xa8\x01\x14", 4));
	assert_true(has_bytes(&b, "RFC8482", 7));
	assert_int_equal(number_at(&b, 2), 0x8580);
	ldns_pkt_free(records);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_read),
		cmocka_unit_test(n7_the_size_of_edns_is_taken_within_bounds),
		cmocka_unit_test(n7_another_version_of_edns_is_refused),
		cmocka_unit_test(n1_what_is_no_query_is_refused_or_not_answered),
		cmocka_unit_test(n1_hostile_labels_are_spelled_harmlessly),
		cmocka_unit_test(a_name_of_255_bytes_is_spelled_whole),
		cmocka_unit_test(a_question_that_was_built_reads_back),
		cmocka_unit_test(n3_an_answer_to_another_question_or_id_is_none),
		cmocka_unit_test(n6_an_answer_is_kept_for_its_least_ttl_a_day_at_most),
		cmocka_unit_test(n5_a_negative_answer_is_kept_as_its_soa_says),
		cmocka_unit_test(n6_ttls_count_down),
		cmocka_unit_test(n8_what_does_not_fit_is_left_out_and_answers_set_tc),
		cmocka_unit_test(records_of_our_own_are_built),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
