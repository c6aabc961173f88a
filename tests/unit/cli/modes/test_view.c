/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "cli/modes/view.h"

static void spans_are_those_of_ios(void **state)
{
	char text[VIEW_TIME_SIZE];

	(void)state;
	assert_string_equal(view_span(0, text), "00:00:00");
	assert_string_equal(view_span(-5, text), "00:00:00");
	assert_string_equal(view_span(73, text), "00:01:13");
	assert_string_equal(view_span(86399, text), "23:59:59");
	assert_string_equal(view_span(86400, text), "1d00h");
	assert_string_equal(view_span(6 * 86400 + 3 * 3600, text), "6d03h");
	assert_string_equal(view_span(16 * 86400, text), "2w2d");
	assert_string_equal(view_span(400LL * 86400, text), "1y5w");
}

static void dates_are_those_of_ios(void **state)
{
	char text[VIEW_TIME_SIZE];

	(void)state;
	assert_string_equal(view_date(1544792580, text), "Dec 14 2018 01:03 PM");
	assert_string_equal(view_date(0, text), "Jan 01 1970 12:00 AM");
}

static void text_that_is_not_utf8_is_still_a_string(void **state)
{
	json_t *value = view_of_text("caf\xe9");

	(void)state;
	assert_string_equal(json_string_value(value), "caf?");
	json_decref(value);
	value = view_of_text("");
	assert_true(json_is_null(value));
	json_decref(value);
}

static void lines_need_no_newline_at_the_end(void **state)
{
	json_t *lines = view_of_lines("a\n\nb");

	(void)state;
	assert_int_equal(json_array_size(lines), 3);
	assert_string_equal(json_string_value(json_array_get(lines, 1)), "");
	assert_string_equal(json_string_value(json_array_get(lines, 2)), "b");
	json_decref(lines);
}

static void every_reason_is_counted(void **state)
{
	struct drop_counters drops = {0};
	uint64_t total;
	json_t *reasons;

	(void)state;
	drops.count[DROP_IP_NO_ROUTE] = 3;
	drops.count[DROP_DHCP_BUSY] = 4;
	reasons = view_of_drops(&drops, &total);
	assert_int_equal(total, 7);
	assert_int_equal(json_object_size(reasons), DROP_REASON_COUNT);
	assert_int_equal(view_number(reasons, "dhcp_busy"), 4);
	json_decref(reasons);
}

static void what_is_not_there_reads_as_nothing(void **state)
{
	json_t *object = json_pack("{s:n, s:i}", "a", "b", 1);
	char mac[MAC_TEXT_SIZE];

	(void)state;
	assert_string_equal(view_string(object, "a"), "");
	assert_string_equal(view_string(object, "b"), "");
	assert_int_equal(view_number(object, "c"), 0);
	assert_true(view_is_null(object, "a"));
	assert_true(view_is_null(object, "c"));
	assert_string_equal(view_mac(object, "a", mac), "");
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_those_of_ios),
		cmocka_unit_test(dates_are_those_of_ios),
		cmocka_unit_test(text_that_is_not_utf8_is_still_a_string),
		cmocka_unit_test(lines_need_no_newline_at_the_end),
		cmocka_unit_test(every_reason_is_counted),
		cmocka_unit_test(what_is_not_there_reads_as_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
