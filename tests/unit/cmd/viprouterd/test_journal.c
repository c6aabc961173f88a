/* SPDX-License-Identifier: BSD-2-Clause */
/* The lease journal's lines, and what reading does with damaged ones. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "cmd/viprouterd/journal.h"
#include "core/config.h"

enum { NOW = 1700000000 };

static struct dhcp_lease_record sample(uint8_t last_byte)
{
	struct dhcp_lease_record r = {
		.address = IP4(192, 168, 1, last_byte),
		.state = DHCP_LEASE_BOUND,
		.client = {.len = 7,
			   .is_option = true,
			   .bytes = {1, 2, 0, 0x5e, 0x10, 0, last_byte}},
		.hardware = {{2, 0, 0x5e, 0x10, 0, last_byte}},
		.remaining_s = 43200,
		.hostname = "living room tv",
	};

	return r;
}

static void assert_same(const struct dhcp_lease_record *a, const struct dhcp_lease_record *b)
{
	assert_int_equal(a->address.host, b->address.host);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->client.len, b->client.len);
	assert_int_equal(a->client.is_option, b->client.is_option);
	assert_memory_equal(a->client.bytes, b->client.bytes, a->client.len);
	assert_true(mac_equal(a->hardware, b->hardware));
	assert_int_equal(a->remaining_s, b->remaining_s);
	assert_string_equal(a->hostname, b->hostname);
}

static void a_record_reads_back_as_it_was_written(void **state)
{
	char line[JOURNAL_LINE_SIZE];
	struct dhcp_lease_record in = sample(10), out;
	size_t len = journal_encode(&in, NOW, line);

	(void)state;
	assert_int_equal(line[len - 1], '\n');
	assert_int_equal(journal_decode(line, len - 1, NOW, &out), 0);
	assert_same(&in, &out);
}

static void the_largest_record_fits_its_line(void **state)
{
	char line[JOURNAL_LINE_SIZE];
	struct dhcp_lease_record in = sample(10), out;
	size_t len;

	(void)state;
	in.address = IP4(255, 255, 255, 255);
	in.state = DHCP_LEASE_RELEASED;
	in.client.len = DHCP_CLIENT_KEY_MAX;
	memset(in.client.bytes, 0xff, DHCP_CLIENT_KEY_MAX);
	memset(in.hostname, '~', DHCP_HOSTNAME_SIZE - 1);
	in.remaining_s = DHCP_LEASE_INFINITE - 1;
	len = journal_encode(&in, INT64_MAX / 4 - UINT32_MAX, line);
	assert_in_range(len, 1, JOURNAL_LINE_SIZE - 1);
	assert_int_equal(journal_decode(line, len - 1, INT64_MAX / 4 - UINT32_MAX, &out), 0);
	assert_same(&in, &out);
}

static void an_infinite_lease_stays_infinite(void **state)
{
	char line[JOURNAL_LINE_SIZE];
	struct dhcp_lease_record in = sample(10), out;
	size_t len;

	(void)state;
	in.remaining_s = DHCP_LEASE_INFINITE;
	in.hostname[0] = '\0';
	len = journal_encode(&in, NOW, line);
	assert_int_equal(journal_decode(line, len - 1, NOW + 1000000, &out), 0);
	assert_same(&in, &out);
}

static void time_that_passed_is_taken_off(void **state)
{
	char line[JOURNAL_LINE_SIZE];
	struct dhcp_lease_record in = sample(10), out;
	size_t len = journal_encode(&in, NOW, line);

	(void)state;
	assert_int_equal(journal_decode(line, len - 1, NOW + 200, &out), 0);
	assert_int_equal(out.remaining_s, 43000);
	assert_int_equal(out.state, DHCP_LEASE_BOUND);
	assert_int_equal(journal_decode(line, len - 1, NOW + 43200, &out), 0);
	assert_int_equal(out.remaining_s, 0);
	assert_int_equal(out.state, DHCP_LEASE_EXPIRED);
}

static void a_clock_set_back_makes_no_lease_longer(void **state)
{
	char line[JOURNAL_LINE_SIZE];
	struct dhcp_lease_record in = sample(10), out;
	size_t len = journal_encode(&in, NOW, line);

	(void)state;
	assert_int_equal(journal_decode(line, len - 1, 0, &out), 0);
	assert_int_equal(out.remaining_s, 43200);
}

static void any_flipped_bit_is_noticed(void **state)
{
	char line[JOURNAL_LINE_SIZE];
	struct dhcp_lease_record in = sample(10), out;
	size_t len = journal_encode(&in, NOW, line) - 1;

	(void)state;
	for (size_t i = 0; i < len * 8; i++) {
		line[i / 8] = (char)(line[i / 8] ^ 1 << i % 8);
		assert_int_equal(journal_decode(line, len, NOW, &out), -EINVAL);
		line[i / 8] = (char)(line[i / 8] ^ 1 << i % 8);
	}
	assert_int_equal(journal_decode(line, len, NOW, &out), 0);
}

static void an_offer_is_not_believed(void **state)
{
	char line[JOURNAL_LINE_SIZE];
	struct dhcp_lease_record in = sample(10), out;
	size_t len;

	(void)state;
	in.state = DHCP_LEASE_OFFERED;
	len = journal_encode(&in, NOW, line);
	assert_int_equal(journal_decode(line, len - 1, NOW, &out), -EINVAL);
}

/** Three records of two addresses; .10 changes its host name in the third. Return: length. */
static size_t journal_of_three(char *text)
{
	struct dhcp_lease_record a = sample(10), b = sample(11);
	size_t len = journal_encode(&a, NOW, text);

	len += journal_encode(&b, NOW, text + len);
	strcpy(a.hostname, "renamed");
	return len + journal_encode(&a, NOW, text + len);
}

static void the_last_record_of_an_address_counts(void **state)
{
	char text[3 * JOURNAL_LINE_SIZE];
	size_t len = journal_of_three(text);
	struct journal_contents c;

	(void)state;
	assert_int_equal(journal_read(text, len, NOW, &c), 0);
	assert_int_equal(c.records.count, 2);
	assert_int_equal(c.lines, 3);
	assert_int_equal(c.damaged, 0);
	assert_int_equal(c.whole_len, len);
	assert_string_equal(c.records.at[0].hostname, "renamed");
	assert_string_equal(c.records.at[1].hostname, "living room tv");
	journal_contents_fini(&c);
}

static void a_free_record_erases(void **state)
{
	char text[4 * JOURNAL_LINE_SIZE];
	size_t len = journal_of_three(text);
	struct dhcp_lease_record gone = {.address = IP4(192, 168, 1, 10), .state = DHCP_LEASE_FREE};
	struct journal_contents c;

	(void)state;
	len += journal_encode(&gone, NOW, text + len);
	assert_int_equal(journal_read(text, len, NOW, &c), 0);
	assert_int_equal(c.records.count, 1);
	assert_int_equal(c.records.at[0].address.host, IP4(192, 168, 1, 11).host);
	journal_contents_fini(&c);
}

static void a_tail_cut_at_any_byte_costs_only_itself(void **state)
{
	char text[3 * JOURNAL_LINE_SIZE];
	size_t len = journal_of_three(text);

	(void)state;
	for (size_t cut = 0; cut <= len; cut++) {
		/* a copy of just that size, so that reading past it is seen */
		char *part = malloc(cut ? cut : 1);
		struct journal_contents c;
		size_t whole = 0;

		assert_non_null(part);
		memcpy(part, text, cut);
		for (size_t i = 0; i < cut; i++)
			whole = text[i] == '\n' ? i + 1 : whole;
		assert_int_equal(journal_read(part, cut, NOW, &c), 0);
		assert_int_equal(c.damaged, 0);
		assert_int_equal(c.whole_len, whole);
		assert_int_equal(c.records.count, MIN(c.lines, 2));
		journal_contents_fini(&c);
		free(part);
	}
}

static void any_flipped_byte_costs_only_its_own_line(void **state)
{
	char text[3 * JOURNAL_LINE_SIZE];
	size_t len = journal_of_three(text);

	(void)state;
	for (size_t i = 0; i < len - 1; i++) {
		struct journal_contents c;
		char before = text[i];

		text[i] = (char)(before ^ 0x55);
		assert_int_equal(journal_read(text, len, NOW, &c), 0);
		/* a newline that was lost takes two lines along; one that appeared makes two of one
		 */
		assert_in_range(c.damaged, 1, 2);
		assert_in_range(c.records.count, 1, 2);
		journal_contents_fini(&c);
		text[i] = before;
	}
}

static void nonsense_is_skipped_and_counted(void **state)
{
	char text[2 * JOURNAL_LINE_SIZE + 2000];
	struct dhcp_lease_record a = sample(10);
	struct journal_contents c;
	size_t len;

	(void)state;
	memset(text, 'x', 1000);
	text[1000] = '\n';
	text[1001] = '\n';
	len = 1002 + journal_encode(&a, NOW, text + 1002);
	assert_int_equal(journal_read(text, len, NOW, &c), 0);
	assert_int_equal(c.damaged, 2);
	assert_int_equal(c.records.count, 1);
	journal_contents_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_reads_back_as_it_was_written),
		cmocka_unit_test(the_largest_record_fits_its_line),
		cmocka_unit_test(an_infinite_lease_stays_infinite),
		cmocka_unit_test(time_that_passed_is_taken_off),
		cmocka_unit_test(a_clock_set_back_makes_no_lease_longer),
		cmocka_unit_test(any_flipped_bit_is_noticed),
		cmocka_unit_test(an_offer_is_not_believed),
		cmocka_unit_test(the_last_record_of_an_address_counts),
		cmocka_unit_test(a_free_record_erases),
		cmocka_unit_test(a_tail_cut_at_any_byte_costs_only_itself),
		cmocka_unit_test(any_flipped_byte_costs_only_its_own_line),
		cmocka_unit_test(nonsense_is_skipped_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
