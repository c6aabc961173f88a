/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_world.h"

#include <stdio.h>

static void expect_help(struct fake_world *fake, const char *line, const char *out)
{
	assert_string_equal(fake_help(fake, line), out);
}

static void expect_complete(struct fake_world *fake, const char *line, const char *words)
{
	assert_string_equal(fake_complete(fake, line), words);
}

static int setup(void **state)
{
	struct fake_world *fake = calloc(1, sizeof(*fake));

	fake_init(fake, SESSION_MAY_CONFIGURE);
	*state = fake;
	return 0;
}

static int teardown(void **state)
{
	fake_fini(*state);
	free(*state);
	return 0;
}

static void a_question_lists_what_may_follow_with_help(void **state)
{
	expect_help(*state, "terminal ",
		    "  hints    Whether errors are followed by a hint\n"
		    "  length   Lines of a page\n"
		    "  monitor  Show the lines of the log here too\n"
		    "  no       Negate a setting\n");
	expect_help(*state, "terminal hints ",
		    "  disable  Errors are one line, as in IOS\n"
		    "  enable   Errors are followed by a hint\n");
	expect_help(*state, "term len ", "  <0-512>  Lines of a page; 0 prints without pause\n");
}

static void inside_a_word_only_those_that_begin_so(void **state)
{
	expect_help(*state, "terminal h", "  hints  Whether errors are followed by a hint\n");
	expect_help(*state, "dis", "  disable  Give up the rights to change things\n");
	expect_help(*state, "xyz", "% Unrecognized command\n");
	expect_help(*state, "terminal length 4",
		    "  <0-512>  Lines of a page; 0 prints without pause\n");
}

static void where_the_line_may_end_stands_cr(void **state)
{
	expect_help(*state, "disable ", "  |     Output modifiers\n  <cr>\n");
	expect_help(*state, "disable", "  disable  Give up the rights to change things\n");
}

static void a_wrong_word_before_is_said(void **state)
{
	expect_help(*state, "bogus ", "% Unrecognized command\n");
	expect_help(*state, "t x ", "% Unrecognized command\n");
	expect_help(*state, "sh i ", "% Ambiguous command:  \"sh i\"\n");
}

static void the_second_word_of_an_argument_is_known(void **state)
{
	fake_type(*state, "configure terminal");
	expect_help(*state, "ip route ",
		    "  A.B.C.D     The same in two words: address, mask\n"
		    "  A.B.C.D/nn  The network that is routed\n");
	expect_help(*state, "ip route 10.0.0.0 ", "  A.B.C.D  Network mask\n");
	fake_type(*state, "ip dhcp pool TV");
	expect_help(*state, "host ",
		    "  A.B.C.D     The same in two words: address, mask\n"
		    "  A.B.C.D/nn  The client's address, with the length of its mask\n");
	fake_type(*state, "interface Tap1");
	expect_help(*state, "ip address ",
		    "  A.B.C.D     The same in two words: address, mask\n"
		    "  A.B.C.D/nn  The router's address, with the length of its mask\n"
		    "  dhcp        Learn the address by DHCP\n");
	expect_help(*state, "interface Tap ", "  <0-4095>  Interface number\n");
}

static void configuration_has_no_and_default(void **state)
{
	fake_type(*state, "configure terminal");
	expect_help(*state, "defa", "  default  Set a command to its default\n");
	assert_non_null(strstr(fake_help(*state, ""), "  no "));
	expect_help(*state, "no hostn", "  hostname  Set the router's name\n");
	expect_help(*state, "no no", "% Unrecognized command\n");
}

static void a_sub_mode_helps_with_lines_of_configuration_too(void **state)
{
	fake_type(*state, "configure terminal");
	fake_type(*state, "interface Tap1");
	expect_complete(*state, "shut", "shutdown");
	expect_complete(*state, "hostn", "hostname");
	expect_complete(*state, "ip dhcp po", "pool");
}

static void do_helps_with_the_exec_level(void **state)
{
	fake_type(*state, "configure terminal");
	expect_complete(*state, "do show runn", "running-config");
	expect_complete(*state, "do conf", ""); /* not through do */
}

static void set_helps_as_the_mode_it_leads_to(void **state)
{
	struct fake_world *fake = *state;

	expect_complete(fake, "set hostn", "hostname");
	expect_complete(fake, "set interface Tap1 shut", "shutdown");
	expect_complete(fake, "unset interface Tap1 desc", "description");
	expect_complete(fake, "set interface Tap1 e", "");
	expect_complete(fake, "set d", "default");
	assert_int_equal(fake->running.interfaces.count, 0);
	fake_expect_prompt(fake, "home#");
}

static void live_values_complete(void **state)
{
	struct fake_world *fake = *state;

	fake_type(fake, "set interface Tap10 shutdown");
	fake_type(fake, "set interface Tap2 shutdown");
	fake_type(fake, "set interface BVI1 description x");
	fake_type(fake, "set access-list 7 permit any");
	expect_complete(fake, "set interface t", "Tap10 Tap2");
	expect_complete(fake, "set interface Tap2 attach namespace ", "laptop phone");
	expect_complete(fake, "set interface Tap2 attach namespace p", "phone");
	expect_complete(fake, "set ip nat inside source list ", "7");
	expect_complete(fake, "set interface BVI1 ip access-group ", "7");
	expect_complete(fake, "set access-list 101 permit icmp any any ttl", "ttl-exceeded");
	expect_complete(fake, "terminal length ", "");
}

static void pipes_complete(void **state)
{
	expect_complete(*state, "show running-config | ",
			"append begin count exclude include json redirect section tee");
	expect_complete(*state, "show running-config |re", "redirect");
	expect_complete(*state, "show running-config | include ", "");
	expect_complete(*state, "show running-config | json | te", "tee");
	expect_help(*state, "show running-config | inc", "  include  Only lines that match\n");
}

static void who_may_only_look_sees_only_that(void **state)
{
	fake_type(*state, "disable");
	expect_complete(*state, "se", "");
	expect_complete(*state, "wri", "");
	expect_complete(*state, "ena", "enable");
	expect_complete(*state, "set hostn", "");
}

static void odd_lines_give_nothing(void **state)
{
	expect_complete(*state, "show \x01", "");
	expect_complete(*state, "show \xff", "");
	expect_help(*state, "\x7f", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_question_lists_what_may_follow_with_help),
		TEST(inside_a_word_only_those_that_begin_so),
		TEST(where_the_line_may_end_stands_cr),
		TEST(a_wrong_word_before_is_said),
		TEST(the_second_word_of_an_argument_is_known),
		TEST(configuration_has_no_and_default),
		TEST(a_sub_mode_helps_with_lines_of_configuration_too),
		TEST(do_helps_with_the_exec_level),
		TEST(set_helps_as_the_mode_it_leads_to),
		TEST(live_values_complete),
		TEST(pipes_complete),
		TEST(who_may_only_look_sees_only_that),
		TEST(odd_lines_give_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
