/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/pipe.h"

static const char text[] = "interface Tap1\n"
			   " description one\n"
			   " shutdown\n"
			   "interface Tap2\n"
			   " description two\n"
			   "!\n"
			   "end\n";

/** Feeds the text in pieces of @step bytes. */
static void expect_in_pieces(const char *line, size_t step, const char *out)
{
	struct pipe_error error;
	struct buffer got = {0};
	struct pipe *pipe = pipe_new(line, pipe_find(line, 0), &error);
	size_t len = strlen(text);

	assert_non_null(pipe);
	for (size_t i = 0; i < len; i += step)
		pipe_feed(pipe, text + i, MIN(step, len - i), &got);
	pipe_end(pipe, &got);
	assert_string_equal(buffer_text(&got), out);
	buffer_free(&got);
	pipe_free(pipe);
}

static void expect(const char *line, const char *out)
{
	expect_in_pieces(line, 1, out);
	expect_in_pieces(line, 7, out);
	expect_in_pieces(line, sizeof(text), out);
}

static void refused(const char *line, size_t column, const char *why)
{
	struct pipe_error error;

	assert_null(pipe_new(line, pipe_find(line, 0), &error));
	assert_int_equal(error.column, column);
	assert_string_equal(error.text, why);
}

static void each_filter_lets_its_lines_through(void **state)
{
	(void)state;
	expect("x | include desc", " description one\n description two\n");
	expect("x | exclude desc|!", "interface Tap1\n shutdown\ninterface Tap2\nend\n");
	expect("x | begin Tap2", "interface Tap2\n description two\n!\nend\n");
	expect("x | section Tap1", "interface Tap1\n description one\n shutdown\n");
	expect("x | section desc", " description one\n description two\n");
	expect("x | count desc", "Number of lines which match regexp = 2\n");
	expect("x |i shut", " shutdown\n");
}

static void filters_may_follow_each_other(void **state)
{
	(void)state;
	expect("x | include desc | exclude two", " description one\n");
	expect("x | section Tap1 | count desc", "Number of lines which match regexp = 1\n");
	/* not a filter's name: part of the expression */
	expect("x | include shut| two", " shutdown\n description two\n");
	expect("x | count desc | include = 2", "Number of lines which match regexp = 2\n");
}

static void an_underscore_is_a_delimiter_or_an_end(void **state)
{
	(void)state;
	expect("x | include _Tap1_", "interface Tap1\n");
	expect("x | include _Tap_", "");
	expect("x | include ^_description_one", " description one\n");
}

static void braces_are_plain_characters(void **state)
{
	(void)state;
	expect("x | include o{1,2}", "");
	expect("x | include [{]|shut", " shutdown\n");
}

static void a_regular_expression_that_is_wrong_is_refused(void **state)
{
	char line[400];

	(void)state;
	refused("x | include (", 12, "Regular expression: Unmatched ( or \\(");
	refused("x | include ((((((((((a+)+)+)+)+)+)+)+)+)+)+", 12,
		"Regular expression is too complex");
	refused("x | include a++++++++++++++++++++++++++++++++", 12,
		"Regular expression is too complex");
	memset(line, 'a', sizeof(line));
	memcpy(line, "x | include ", 12);
	line[399] = '\0';
	refused(line, 12, "Regular expression is longer than 256 characters");
}

static void what_is_missing_or_unknown_is_told(void **state)
{
	(void)state;
	refused("x |", 3, "Incomplete command.");
	refused("x | include", 11, "Incomplete command.");
	refused("x | include  ", 13, "Incomplete command.");
	refused("x | bogus y", 4, "");
	refused("x | json y", 9, "");
	refused("x | redirect f | include y", 17, "Nothing may follow a file");
}

static void a_file_is_named_and_not_written(void **state)
{
	struct pipe_error error;
	const char *how, *line = "x | json | redirect /tmp/a b";
	struct pipe *pipe = pipe_new(line, pipe_find(line, 0), &error);

	(void)state;
	assert_non_null(pipe);
	assert_true(pipe_wants_json(pipe));
	assert_false(pipe_filters(pipe));
	assert_string_equal(pipe_file(pipe, &how), "/tmp/a b");
	assert_string_equal(how, "redirect");
	pipe_free(pipe);
}

static void a_bar_inside_a_word_begins_no_pipe(void **state)
{
	(void)state;
	assert_int_equal(pipe_find("show a|b | include c", 0), 9);
	assert_int_equal(pipe_find("show a|b", 0), 8);
	assert_int_equal(pipe_find("show |include c", 0), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_filter_lets_its_lines_through),
		cmocka_unit_test(filters_may_follow_each_other),
		cmocka_unit_test(an_underscore_is_a_delimiter_or_an_end),
		cmocka_unit_test(braces_are_plain_characters),
		cmocka_unit_test(a_regular_expression_that_is_wrong_is_refused),
		cmocka_unit_test(what_is_missing_or_unknown_is_told),
		cmocka_unit_test(a_file_is_named_and_not_written),
		cmocka_unit_test(a_bar_inside_a_word_begins_no_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
