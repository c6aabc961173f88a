/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/grammar.h"

static int compile(const char *text)
{
	struct grammar_path path;
	const char *why = NULL;
	int status = grammar_compile(text, &path, &why);

	assert_int_equal(status < 0, why != NULL);
	grammar_path_free(&path);
	return status;
}

static void every_form_of_the_grammar_compiles(void **state)
{
	static const char *const paths[] = {
		"show", "show ip <a:ip4>",	    "a {b c|d} e",   "a{b|c}d", "a [b] [c [d]]",
		"[a]",	"x which={a|b} [<n:1-10>]", "{<a:ip4>|any}", "clear *", "{a {b|c {d|e}}|f}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		assert_int_equal(compile(paths[i]), 0);
}

static void a_mistake_in_a_path_is_found(void **state)
{
	static const char *const paths[] = {
		"",	     "a {b",  "a b}",	    "a [b",    "a {b]", "a {}",	  "a |b",
		"a {b|}",    "<a>",   "<a:nosuch>", "<a:5-1>", "<a:5>", "<:ip4>", "<a:ip4",
		"a <a:1-x>", "a > b", "a {b|c",	    "[]",      "]",	"}",	  "|",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		assert_int_equal(compile(paths[i]), -EINVAL);
}

static void groups_nested_too_deep_are_refused(void **state)
{
	(void)state;
	assert_int_equal(compile("[a [a [a [a [a [a [a [a [a [a [a [a [a [a [a [a [a [a [a [a]]]]]"
				 "]]]]]]]]]]]]]]]"),
			 -EINVAL);
}

static void the_longest_help_that_ends_in_a_word_wins(void **state)
{
	static const struct word_help words[] = {
		{"inside", "any inside"},
		{"ip nat inside", "inside of ip nat"},
		{"nat inside", "inside of nat"},
		{"ip vip <name>", "name of a VIP"},
	};
	static const struct command_family family = {.words = words,
						     .word_count = ARRAY_COUNT(words)};
	static const struct command_family *const families[] = {&family, NULL};
	struct grammar *grammar = grammar_new(families);
	const char *whole[] = {"ip", "nat", "inside"}, *other[] = {"show", "inside"};
	const char *arg[] = {"ip", "vip", "<name>"}, *none[] = {"ip"};

	(void)state;
	assert_non_null(grammar);
	assert_string_equal(grammar_word_help(grammar, whole, 3), "inside of ip nat");
	assert_string_equal(grammar_word_help(grammar, other, 2), "any inside");
	assert_string_equal(grammar_word_help(grammar, arg, 3), "name of a VIP");
	assert_null(grammar_word_help(grammar, none, 1));
	grammar_free(grammar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_the_grammar_compiles),
		cmocka_unit_test(a_mistake_in_a_path_is_found),
		cmocka_unit_test(groups_nested_too_deep_are_refused),
		cmocka_unit_test(the_longest_help_that_ends_in_a_word_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
