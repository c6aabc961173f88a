/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/match.h"
#include "core/text.h"

enum toy {
	TOY_SHOW_IP_ROUTE,
	TOY_SHOW_IP_ARP,
	TOY_SHOW_INTERFACES,
	TOY_SHOW,
	TOY_ROUTE,
	TOY_IN,
	TOY_NAMED,
	TOY_TYPED,
	TOY_TEXT,
	TOY_ENDLESS,
	TOY_SERVERS,
};

#define TOY(which, line) [which] = {.mode = MODE_EXEC, .path = (line)}

static const struct command toy_commands[] = {
	[TOY_SHOW_IP_ROUTE] = {.mode = MODE_EXEC, .path = "show ip route", .flags = COMMAND_LOOK},
	TOY(TOY_SHOW_IP_ARP, "show ip arp [<a:ip4>]"),
	TOY(TOY_SHOW_INTERFACES, "show interfaces [brief]"),
	TOY(TOY_SHOW, "show"),
	[TOY_ROUTE] = {.mode = MODE_EXEC,
		       .path = "ip route <net:prefix> {<nh:ip4>|<if:interface>} [<ad:1-255>]",
		       .no_path = "ip route <net:prefix>"},
	TOY(TOY_IN, "in"),
	TOY(TOY_NAMED, "name {fixed|<name:word>} end"),
	TOY(TOY_TYPED, "typed {<n:1-10>|<a:ip4>|<m:mac>|<p:port>|<h:hex> tail|which={x a|y b}}"),
	TOY(TOY_TEXT, "text <t:line>"),
	TOY(TOY_ENDLESS, "mask <m:mask>"),
	TOY(TOY_SERVERS, "servers <a1:ip4> [<a2:ip4> [<a3:ip4>]]"),
	{.mode = MODE_CONFIG, .path = "hostname <name:word>"},
};

static const struct command_family toy_family = {.commands = toy_commands,
						 .command_count = ARRAY_COUNT(toy_commands)};
static const struct command_family *const toy_families[] = {&toy_family, NULL};

struct toy_match {
	struct grammar *grammar;
	struct match match;
	struct call call;
};

static enum match_kind toy_run(struct toy_match *toy, const char *line, enum match_flags flags)
{
	match_fini(&toy->match);
	match_run(&(struct match_query){toy->grammar, MODE_EXEC, flags, line, 0, strlen(line)},
		  &toy->match);
	if (toy->match.kind == MATCH_FOUND)
		match_fill(&toy->match, &toy->call);
	return toy->match.kind;
}

static void toy_found(struct toy_match *toy, const char *line, enum toy which)
{
	assert_int_equal(toy_run(toy, line, 0), MATCH_FOUND);
	assert_ptr_equal(toy->call.row, &toy_commands[which]);
}

static int toy_setup(void **state)
{
	struct toy_match *toy = calloc(1, sizeof(*toy));

	toy->grammar = grammar_new(toy_families);
	*state = toy;
	return toy->grammar ? 0 : -1;
}

static int toy_teardown(void **state)
{
	struct toy_match *toy = *state;

	match_fini(&toy->match);
	grammar_free(toy->grammar);
	free(toy);
	return 0;
}

static void any_unambiguous_prefix_of_a_word_will_do(void **state)
{
	toy_found(*state, "sh ip ro", TOY_SHOW_IP_ROUTE);
	toy_found(*state, "SHOW Ip R", TOY_SHOW_IP_ROUTE);
	toy_found(*state, "  sho\tint  b ", TOY_SHOW_INTERFACES);
	toy_found(*state, "sh", TOY_SHOW);
}

static void a_prefix_of_two_words_is_ambiguous_where_it_stands(void **state)
{
	struct toy_match *toy = *state;

	assert_int_equal(toy_run(toy, "sh i", 0), MATCH_AMBIGUOUS);
	assert_int_equal(toy->match.column, 3);
	assert_int_equal(toy->match.expected.count, 3); /* ip of two rows, interfaces */
	assert_int_equal(toy_run(toy, "t 5", 0), MATCH_AMBIGUOUS);
	assert_int_equal(toy->match.column, 0);
}

static void an_exact_word_wins_over_longer_ones(void **state)
{
	toy_found(*state, "in", TOY_IN);
	toy_found(*state, "name fixed end", TOY_NAMED);
	assert_string_equal(call_word(&((struct toy_match *)*state)->call, "fixed"), "fixed");
	assert_null(call_arg(&((struct toy_match *)*state)->call, "name"));
}

static void a_prefix_of_a_keyword_wins_over_any_word(void **state)
{
	struct toy_match *toy = *state;

	toy_found(toy, "name fix end", TOY_NAMED);
	assert_null(call_arg(&toy->call, "name"));
	toy_found(toy, "name fixx end", TOY_NAMED);
	assert_string_equal(call_text(&toy->call, "name"), "fixx");
}

static void what_is_optional_may_be_left_out(void **state)
{
	struct toy_match *toy = *state;

	toy_found(toy, "show ip arp", TOY_SHOW_IP_ARP);
	assert_null(call_arg(&toy->call, "a"));
	toy_found(toy, "show ip arp 10.0.0.1", TOY_SHOW_IP_ARP);
	assert_int_equal(call_ip4(&toy->call, "a").host, IP4(10, 0, 0, 1).host);
	toy_found(toy, "servers 1.1.1.1 2.2.2.2", TOY_SERVERS);
	assert_null(call_arg(&toy->call, "a3"));
	assert_int_equal(call_ip4(&toy->call, "a2").host, IP4(2, 2, 2, 2).host);
}

static void a_choice_with_a_name_tells_the_word(void **state)
{
	struct toy_match *toy = *state;

	toy_found(toy, "typed y b", TOY_TYPED);
	assert_string_equal(call_word(&toy->call, "which"), "y");
	assert_string_equal(call_word(&toy->call, "b"), "b");
	assert_null(call_word(&toy->call, "a"));
}

static void each_type_is_parsed(void **state)
{
	struct toy_match *toy = *state;

	toy_found(toy, "typed 7", TOY_TYPED);
	assert_int_equal(call_number(&toy->call, "n"), 7);
	toy_found(toy, "typed 1.2.3.4", TOY_TYPED);
	assert_int_equal(call_ip4(&toy->call, "a").host, IP4(1, 2, 3, 4).host);
	toy_found(toy, "typed www", TOY_TYPED);
	assert_int_equal(call_number(&toy->call, "p"), 80);
	toy_found(toy, "typed 0102.0304.0506 tail", TOY_TYPED);
	assert_int_equal(call_arg(&toy->call, "h")->hex.len, 6);
	toy_found(toy, "mask 255.255.240.0", TOY_ENDLESS);
	assert_int_equal(call_number(&toy->call, "m"), 20);
	toy_found(toy, "mask /24", TOY_ENDLESS);
	assert_int_equal(call_number(&toy->call, "m"), 24);
}

static void a_number_out_of_range_is_invalid_at_its_column(void **state)
{
	struct toy_match *toy = *state;

	assert_int_equal(toy_run(toy, "ip route 10.0.0.0/8 1.1.1.1 0", 0), MATCH_INVALID);
	assert_int_equal(toy->match.column, 28);
	assert_int_equal(toy_run(toy, "ip route 10.0.0.0/8 1.1.1.1 256", 0), MATCH_INVALID);
	assert_int_equal(toy_run(toy, "ip route 10.0.0.0/8 1.1.1.1 99999999999999999999", 0),
			 MATCH_INVALID);
	toy_found(toy, "ip route 10.0.0.0/8 1.1.1.1 255", TOY_ROUTE);
}

static void a_prefix_and_an_interface_may_stand_in_two_words(void **state)
{
	struct toy_match *toy = *state;

	toy_found(toy, "ip route 10.0.0.0 255.0.0.0 Tap 12 5", TOY_ROUTE);
	assert_int_equal(call_prefix(&toy->call, "net").len, 8);
	assert_string_equal(call_text(&toy->call, "net"), "10.0.0.0 255.0.0.0");
	assert_true(interface_id_equal(call_interface(&toy->call, "if"),
				       (struct interface_id){INTERFACE_TAP, 12}));
	assert_int_equal(call_number(&toy->call, "ad"), 5);
	toy_found(toy, "ip route 10.0.0.0/8 tun3", TOY_ROUTE);
	assert_true(interface_id_equal(call_interface(&toy->call, "if"),
				       (struct interface_id){INTERFACE_TUN, 3}));
	assert_int_equal(toy_run(toy, "ip route 10.0.0.0 255.0.255.0 1.1.1.1", 0), MATCH_INVALID);
	assert_int_equal(toy->match.column, 18);
	assert_int_equal(toy_run(toy, "ip route 10.0.0.0", 0), MATCH_INCOMPLETE);
	assert_int_equal(toy_run(toy, "ip route 10.0.0.0/8 Tap", 0), MATCH_INCOMPLETE);
}

static void a_line_argument_takes_all_the_rest(void **state)
{
	struct toy_match *toy = *state;

	toy_found(toy, "text  the  | rest ! of it", TOY_TEXT);
	assert_string_equal(call_text(&toy->call, "t"), "the  | rest ! of it");
	assert_int_equal(toy_run(toy, "text", 0), MATCH_INCOMPLETE);
}

static void a_wrong_word_is_named_by_its_column(void **state)
{
	struct toy_match *toy = *state;

	assert_int_equal(toy_run(toy, "show ip  bogus thing", 0), MATCH_INVALID);
	assert_int_equal(toy->match.column, 9);
	assert_int_equal(toy->match.word, 2);
	assert_int_equal(toy_run(toy, "show ip route extra", 0), MATCH_INVALID);
	assert_int_equal(toy->match.column, 14);
	assert_int_equal(toy_run(toy, "", 0), MATCH_INCOMPLETE);
}

static void no_is_matched_against_its_own_paths(void **state)
{
	struct toy_match *toy = *state;

	assert_int_equal(toy_run(toy, "ip route 10.0.0.0/8", MATCH_NO), MATCH_FOUND);
	assert_int_equal(toy_run(toy, "ip route 10.0.0.0/8", 0), MATCH_INCOMPLETE);
	assert_int_equal(toy_run(toy, "show", MATCH_NO), MATCH_INVALID);
}

static void those_who_may_only_look_find_no_other_rows(void **state)
{
	struct toy_match *toy = *state;

	assert_int_equal(toy_run(toy, "show ip route", MATCH_LOOK), MATCH_FOUND);
	assert_int_equal(toy_run(toy, "show ip arp", MATCH_LOOK), MATCH_INVALID);
	assert_int_equal(toy_run(toy, "sh i r", MATCH_LOOK), MATCH_FOUND);
}

static void a_line_of_two_thousand_words_is_just_wrong(void **state)
{
	struct toy_match *toy = *state;
	char line[4001];

	for (size_t i = 0; i < 4000; i += 2)
		memcpy(line + i, "1 ", 2);
	line[4000] = '\0';
	assert_int_equal(toy_run(toy, line, 0), MATCH_INVALID);
	memcpy(line, "text ", 5);
	assert_int_equal(toy_run(toy, line, 0), MATCH_INVALID); /* more than an argument holds */
	memcpy(line, "servers 1.1.1.1 ", 16);
	assert_int_equal(toy_run(toy, line, 0), MATCH_INVALID);
	assert_int_equal(toy->match.column, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_unambiguous_prefix_of_a_word_will_do),
		cmocka_unit_test(a_prefix_of_two_words_is_ambiguous_where_it_stands),
		cmocka_unit_test(an_exact_word_wins_over_longer_ones),
		cmocka_unit_test(a_prefix_of_a_keyword_wins_over_any_word),
		cmocka_unit_test(what_is_optional_may_be_left_out),
		cmocka_unit_test(a_choice_with_a_name_tells_the_word),
		cmocka_unit_test(each_type_is_parsed),
		cmocka_unit_test(a_number_out_of_range_is_invalid_at_its_column),
		cmocka_unit_test(a_prefix_and_an_interface_may_stand_in_two_words),
		cmocka_unit_test(a_line_argument_takes_all_the_rest),
		cmocka_unit_test(a_wrong_word_is_named_by_its_column),
		cmocka_unit_test(no_is_matched_against_its_own_paths),
		cmocka_unit_test(those_who_may_only_look_find_no_other_rows),
		cmocka_unit_test(a_line_of_two_thousand_words_is_just_wrong),
	};

	return cmocka_run_group_tests(tests, toy_setup, toy_teardown);
}
