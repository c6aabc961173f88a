/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/complaint.h"

static const struct command commands[] = {
	{.mode = MODE_EXEC, .path = "show {running-config|startup-config|version}"},
	{.mode = MODE_EXEC, .path = "mtu <bytes:68-9000>"},
	{.mode = MODE_EXEC, .path = "peer <a:ip4> [<m:mask>]"},
	{.mode = MODE_EXEC, .path = "end"},
};
static const struct command_family family = {.commands = commands,
					     .command_count = ARRAY_COUNT(commands)};
static const struct command_family *const families[] = {&family, NULL};

static void expect(const char *line, const char *text, const char *hint)
{
	struct grammar *grammar = grammar_new(families);
	struct match match;
	char got[120];

	match_run(&(struct match_query){grammar, MODE_EXEC, 0, line, 0, strlen(line)}, &match);
	complaint_text(&match, got, sizeof(got));
	assert_string_equal(got, text);
	complaint_hint(grammar, &match, got, sizeof(got));
	assert_string_equal(got, hint);
	match_fini(&match);
	grammar_free(grammar);
}

static void distance_counts_single_edits(void **state)
{
	(void)state;
	assert_int_equal(complaint_distance("abc", "abc", 5), 0);
	assert_int_equal(complaint_distance("abc", "ABC", 5), 0);
	assert_int_equal(complaint_distance("abc", "abcd", 5), 1);
	assert_int_equal(complaint_distance("abc", "ac", 5), 1);
	assert_int_equal(complaint_distance("abc", "acb", 5), 1);
	assert_int_equal(complaint_distance("", "abc", 5), 3);
	assert_int_equal(complaint_distance("kitten", "sitting", 5), 3);
	assert_int_equal(complaint_distance("kitten", "sitting", 1), 2);
}

static void each_mistake_gets_the_nearest_way_out(void **state)
{
	static const char invalid[] = "Invalid input detected at '^' marker.";

	(void)state;
	expect("show runing-config", invalid, "did you mean \"running-config\"?");
	expect("show zzzzzz", invalid, "expected: running-config, startup-config, version");
	expect("mtu 9001", invalid, "valid range is 68-9000");
	expect("mtu many", invalid, "expected: <68-9000>");
	expect("peer 1.2.3.400", invalid, "an address is A.B.C.D, each part 0-255");
	expect("peer 1.2.3.4 255.0.255.0", invalid, "a mask is ones, then zeros: 255.255.255.0");
	expect("end now", invalid, "the command ends before this word");
}

static void what_is_missing_is_named(void **state)
{
	(void)state;
	expect("peer", "Incomplete command.", "missing: A.B.C.D - IP address");
	expect("show", "Incomplete command.", "missing: running-config, startup-config, version");
}

static void a_long_ambiguous_line_is_cut_between_characters(void **state)
{
	struct match match = {.kind = MATCH_AMBIGUOUS, .line = "éééééééééééééééééééé"};
	char text[48];

	(void)state;
	match.end = strlen(match.line);
	complaint_text(&match, text, sizeof(text));
	assert_string_equal(text, "Ambiguous command:  \"éééééééé\"");
	complaint_text(&match, text, sizeof(text) - 1);
	assert_string_equal(text, "Ambiguous command:  \"ééééééé\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distance_counts_single_edits),
		cmocka_unit_test(each_mistake_gets_the_nearest_way_out),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(a_long_ambiguous_line_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
