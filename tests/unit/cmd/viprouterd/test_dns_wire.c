/* SPDX-License-Identifier: BSD-2-Clause */
/* Which bytes are a DNS message. */
#include "tests/unit/cmd/viprouterd/dns_fixture.h"

static bool holds(const struct bytes *b)
{
	uint8_t *exact = malloc(b->len); /* so that a sanitizer sees reads past it */
	bool is;

	assert_non_null(exact);
	memcpy(exact, b->at, b->len);
	is = dns_wire_check(exact, b->len);
	free(exact);
	return is;
}

static void n1_queries_and_answers_hold(void **state)
{
	struct bytes b;

	(void)state;
	build_query(&b, 1, "tv.home.lan", A);
	assert_true(holds(&b));
	put_opt(&b, 1232, 0, 0);
	assert_true(holds(&b));
	begin_message(&b, 1, 0x8180);
	put_question(&b, "www.example.com", A);
	put_record(&b, 1, A, 60, "\xcb\x00\x71\x50", 4);
	put_soa(&b, 60, 60);
	assert_true(holds(&b));
}

static void n1_a_message_cut_at_any_byte_is_none(void **state)
{
	struct bytes b;
	size_t len;

	(void)state;
	begin_message(&b, 1, 0x8180);
	put_question(&b, "www.example.com", A);
	put_record(&b, 1, A, 60, "\xcb\x00\x71\x50", 4);
	put_soa(&b, 60, 60);
	len = b.len;
	for (b.len = 0; b.len < len; b.len++)
		assert_false(holds(&b));
	b.at[b.len++] = 0;
	assert_false(holds(&b)); /* nor with a byte more */
}

static void n1_pointers_that_do_not_go_back_are_refused(void **state)
{
	static const unsigned int to[] = {DNS_HEADER_LEN, DNS_HEADER_LEN + 1, 40, 0x3fff, 0, 11};
	struct bytes b;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_COUNT(to); i++) {
		begin_message(&b, 1, 0x0100);
		put_16(&b, 0xc000 | to[i]);
		put_16(&b, A);
		put_16(&b, 1);
		count_in(&b, 0);
		assert_false(holds(&b));
	}
}

/* a.a.a… with a pointer to its own beginning: backwards, and yet without end. */
static void n1_a_name_that_runs_into_itself_is_refused(void **state)
{
	struct bytes b;

	(void)state;
	begin_message(&b, 1, 0x0100);
	put(&b, "\1a", 2);
	put_16(&b, 0xc000 | DNS_HEADER_LEN);
	put_16(&b, A);
	put_16(&b, 1);
	count_in(&b, 0);
	assert_false(holds(&b));
}

/* Pointers to pointers, each of which goes back: every name that begins at the last one would cost
 * a walk over all of them. */
static void n1_a_chain_of_pointers_alone_is_refused(void **state)
{
	static const struct {
		unsigned int type, at;
	} named[] = {{2, 0}, {5, 0}, {12, 0}, {15, 2}, {33, 6}, {35, 7}, {46, 18}, {65, 2}};
	const unsigned int links = 200;
	uint8_t data[400];
	unsigned int first;
	size_t len;
	struct bytes b;

	(void)state;
	begin_message(&b, 1, 0x8180);
	put_question(&b, "www.example.com", A);
	first = (unsigned int)b.len + 12;
	for (unsigned int i = 0; i < links; i++) {
		unsigned int to = i == 0 ? DNS_HEADER_LEN : first + 2 * (i - 1);

		data[2 * i] = (uint8_t)(0xc0 | to >> 8);
		data[2 * i + 1] = (uint8_t)to;
	}
	put_record(&b, 1, 65280, 60, data, 2 * links);
	assert_true(holds(&b)); /* nobody reads these bytes as a name */
	len = b.len;
	put_16(&b, 0xc000 | (first + 2 * (links - 1)));
	put_16(&b, A);
	put_16(&b, 1);
	put_16(&b, 0);
	put_16(&b, 60);
	put_16(&b, 4);
	put(&b, "\xcb\x00\x71\x50", 4);
	count_in(&b, 1);
	assert_false(holds(&b));
	for (unsigned int i = 0; i < ARRAY_COUNT(named); i++) { /* nor in data */
		uint8_t holder[24] = {0};

		b.len = len;
		holder[named[i].at] = (uint8_t)(0xc0 | (first + 2 * (links - 1)) >> 8);
		holder[named[i].at + 1] = (uint8_t)(first + 2 * (links - 1));
		put_record(&b, 1, named[i].type, 60, holder, named[i].at + 2u);
		b.at[7] = 2;
		assert_false(holds(&b));
		b.len = len; /* the question's name is fine */
		holder[named[i].at] = 0xc0;
		holder[named[i].at + 1] = DNS_HEADER_LEN;
		put_record(&b, 1, named[i].type, 60, holder, named[i].at + 2u);
		b.at[7] = 2;
		assert_true(holds(&b));
	}
}

static void n1_a_name_of_256_bytes_is_refused(void **state)
{
	char label[] = "0123456789012345678901234567890123456789012345678901234567890";
	char name[300];
	struct bytes b;

	(void)state;
	snprintf(name, sizeof(name), "%s.%s.%s.%s.56789", label, label, label, label);
	build_query(&b, 1, name, A);
	assert_int_equal(b.len, DNS_HEADER_LEN + 255 + 4);
	assert_true(holds(&b));
	strcat(name, "0");
	build_query(&b, 1, name, A);
	assert_false(holds(&b));
}

static void n7_two_opt_records_are_refused(void **state)
{
	struct bytes b;

	(void)state;
	build_query(&b, 1, "tv", A);
	put_opt(&b, 1232, 0, 0);
	put_opt(&b, 1232, 0, 0);
	assert_false(holds(&b));
}

static void n1_counts_that_promise_more_are_refused(void **state)
{
	struct bytes b;

	(void)state;
	build_query(&b, 1, "tv", A);
	for (unsigned int section = 0; section < 4; section++) {
		b.at[4 + 2 * section] = 0xff;
		assert_false(holds(&b));
		b.at[4 + 2 * section] = 0;
	}
	assert_true(holds(&b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(n1_queries_and_answers_hold),
		cmocka_unit_test(n1_a_message_cut_at_any_byte_is_none),
		cmocka_unit_test(n1_pointers_that_do_not_go_back_are_refused),
		cmocka_unit_test(n1_a_name_that_runs_into_itself_is_refused),
		cmocka_unit_test(n1_a_chain_of_pointers_alone_is_refused),
		cmocka_unit_test(n1_a_name_of_256_bytes_is_refused),
		cmocka_unit_test(n7_two_opt_records_are_refused),
		cmocka_unit_test(n1_counts_that_promise_more_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
