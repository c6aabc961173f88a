/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of debug: who gets them, what they cost the others, and what stands in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/debug.h"

static struct event_queue events;

static void a_category_that_nobody_looks_at_has_no_lines(void **state)
{
	unsigned int asked = 0;

	(void)state;
	memset(&events, 0, sizeof(events));
	DEBUG(&events, ARP, "%u", ++asked);
	assert_int_equal(asked, 0); /* nor is anything worked out for them */
	assert_int_equal(events.count, 0);
	events.debug = debug_bit(DEBUG_ICMP);
	DEBUG(&events, ARP, "%u", ++asked);
	assert_int_equal(events.count, 0);
	DEBUG(&events, ICMP, "%u is asked", ++asked);
	assert_int_equal(events.count, 1);
	assert_int_equal(events.at[0].type, EVENT_DEBUG);
	assert_int_equal(events.at[0].debug, DEBUG_ICMP);
	assert_string_equal(events.at[0].text, "1 is asked");
}

static void lines_leave_half_the_queue_to_others_and_tell_how_many_were_lost(void **state)
{
	struct event event;

	(void)state;
	memset(&events, 0, sizeof(events));
	for (unsigned int n = 0; n < EVENT_QUEUE_SIZE; n++)
		debug_line(&events, DEBUG_ARP, "%u", n);
	assert_int_equal(events.count, EVENT_QUEUE_SIZE / 2 + 1);
	assert_true(event_room(&events, EVENT_QUEUE_SIZE / 2 - 1));
	assert_int_equal(events.lost, 0); /* no line of the log is */
	while (event_pop(&events, &event))
		assert_int_equal(event.lost, 0);
	debug_line(&events, DEBUG_ARP, "after");
	assert_true(event_pop(&events, &event));
	assert_int_equal(event.lost, EVENT_QUEUE_SIZE / 2 - 1);
	debug_line(&events, DEBUG_ARP, "after");
	assert_true(event_pop(&events, &event));
	assert_int_equal(event.lost, 0);
}

static void a_line_that_is_too_long_is_cut(void **state)
{
	char text[400];

	(void)state;
	memset(&events, 0, sizeof(events));
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	debug_line(&events, DEBUG_ARP, "%s", text);
	assert_int_equal(strlen(events.at[0].text), sizeof(events.at[0].text) - 1);
}

static void a_strangers_bytes_are_quoted(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
	} cases[] = {
		{"laptop", 6, "\"laptop\""},
		{"", 0, "\"\""},
		{"a\"b\\c", 5, "\"a\\\"b\\\\c\""},
		{"a\0b", 3, "\"a\\x00b\""},
		{"\x1b[2J\x7f\n", 6, "\"\\x1b[2J\\x7f\\x0a\""},
		{"\xc3\xa4\xff", 3, "\"\\xc3\\xa4\\xff\""},
		{"%n%s", 4, "\"%n%s\""},
	};
	char out[DEBUG_QUOTE_SIZE];
	uint8_t all[255];

	(void)state;
	for (unsigned int n = 0; n < ARRAY_COUNT(cases); n++)
		assert_string_equal(debug_quote((const uint8_t *)cases[n].bytes, cases[n].len, out),
				    cases[n].text);
	for (unsigned int fill = 0; fill < 256; fill++) {
		memset(all, (int)fill, sizeof(all));
		debug_quote(all, sizeof(all), out);
		assert_true(strlen(out) < DEBUG_QUOTE_SIZE);
		assert_string_equal(out + strlen(out) - 3, "..\"");
	}
}

static void a_client_is_written_in_groups_of_four_digits(void **state)
{
	char out[DEBUG_HEX_SIZE];
	uint8_t id[255];

	(void)state;
	for (unsigned int n = 0; n < sizeof(id); n++)
		id[n] = (uint8_t)n;
	assert_string_equal(debug_hex(id, 7, out), "0001.0203.0405.06");
	assert_string_equal(debug_hex(id, 0, out), "");
	assert_string_equal(debug_hex(id, 26, out),
			    "0001.0203.0405.0607.0809.0a0b.0c0d.0e0f.1011.1213.1415.1617.1819");
	assert_string_equal(debug_hex(id, 255, out),
			    "0001.0203.0405.0607.0809.0a0b.0c0d.0e0f.1011.1213.1415.1617.1819..");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_category_that_nobody_looks_at_has_no_lines),
		cmocka_unit_test(lines_leave_half_the_queue_to_others_and_tell_how_many_were_lost),
		cmocka_unit_test(a_line_that_is_too_long_is_cut),
		cmocka_unit_test(a_strangers_bytes_are_quoted),
		cmocka_unit_test(a_client_is_written_in_groups_of_four_digits),
	};

	return cmocka_run_group_tests_name("debug", tests, NULL, NULL);
}
