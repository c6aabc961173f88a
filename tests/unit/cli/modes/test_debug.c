/* SPDX-License-Identifier: BSD-2-Clause */
/* `debug`, `undebug`, `no debug`, `terminal monitor` and `show debugging`. */
#include "core/debug.h"
#include "tests/unit/cli/modes/bench.h"

static void each_form_turns_its_category_on_and_off(void **state)
{
	static const struct {
		const char *words, *title;
		enum debug_what what;
	} cases[] = {
		{"ip dhcp server packet", "DHCP server packet", DEBUG_DHCP_PACKET},
		{"ip dhcp server events", "DHCP server event", DEBUG_DHCP_EVENTS},
		{"arp", "ARP packet", DEBUG_ARP},
		{"ip icmp", "ICMP packet", DEBUG_ICMP},
		{"dhcp", "DHCP client activity", DEBUG_DHCP_CLIENT},
	};
	static const char *const off[] = {"undebug", "no debug", "und", "no deb"};
	char line[80], wanted[80];
	struct bench bench;

	(void)state;
	static_assert(ARRAY_COUNT(cases) == DEBUG_COUNT, "each category");
	bench_begin(&bench, "hostname home\n");
	for (unsigned int n = 0; n < ARRAY_COUNT(cases); n++) {
		snprintf(line, sizeof(line), "debug %s", cases[n].words);
		snprintf(wanted, sizeof(wanted), "%s debugging is on\n", cases[n].title);
		assert_string_equal(type(&bench, line), wanted);
		assert_int_equal(session_debug(bench.session), debug_bit(cases[n].what));
		assert_string_equal(type(&bench, "show debugging"), wanted);
		snprintf(line, sizeof(line), "%s %s", off[n % ARRAY_COUNT(off)], cases[n].words);
		snprintf(wanted, sizeof(wanted), "%s debugging is off\n", cases[n].title);
		assert_string_equal(type(&bench, line), wanted);
		assert_int_equal(session_debug(bench.session), 0);
		assert_string_equal(type(&bench, "show debugging"), "");
	}
	bench_end(&bench);
}

static void all_is_every_category(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, "hostname home\n");
	assert_string_equal(type(&bench, "debug all"),
			    "All possible debugging has been turned on\n");
	assert_string_equal(type(&bench, "show debugging"),
			    "ARP packet debugging is on\n"
			    "ICMP packet debugging is on\n"
			    "DHCP server event debugging is on\n"
			    "DHCP server packet debugging is on\n"
			    "DHCP client activity debugging is on\n");
	assert_string_equal(type(&bench, "no debug all"),
			    "All possible debugging has been turned off\n");
	assert_int_equal(session_debug(bench.session), 0);
	type(&bench, "debug all");
	assert_string_equal(type(&bench, "undebug all"),
			    "All possible debugging has been turned off\n");
	assert_string_equal(type(&bench, "show debugging"), "");
	bench_end(&bench);
}

static void what_another_shell_debugs_is_told_apart(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, "hostname home\n");
	router_set_debug(bench.world.router, debug_bit(DEBUG_ARP));
	assert_string_equal(type(&bench, "show debugging"),
			    "ARP packet debugging is on in another shell\n");
	bench_end(&bench);
}

static void the_answer_is_complete_when_nothing_is_on(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, "hostname home\n");
	answer = ask(&bench, "show debugging");
	assert_true(json_is_false(json_object_get(answer, "monitor")));
	assert_int_equal(json_array_size(json_object_get(answer, "debugging")), DEBUG_COUNT);
	json_decref(answer);
	bench_end(&bench);
}

static void the_monitor_is_turned_off_both_ways(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, "hostname home\n");
	type(&bench, "terminal monitor");
	assert_true(session_monitors(bench.session));
	type(&bench, "terminal no monitor");
	assert_false(session_monitors(bench.session));
	type(&bench, "terminal monitor");
	type(&bench, "no terminal monitor");
	assert_false(session_monitors(bench.session));
	bench_end(&bench);
}

static void debug_is_not_for_those_who_may_only_look(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, "hostname home\n");
	type(&bench, "disable");
	type(&bench, "debug arp");
	assert_int_equal(bench.last, SESSION_FAILED);
	assert_int_equal(session_debug(bench.session), 0);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_turns_its_category_on_and_off),
		cmocka_unit_test(all_is_every_category),
		cmocka_unit_test(what_another_shell_debugs_is_told_apart),
		cmocka_unit_test(the_answer_is_complete_when_nothing_is_on),
		cmocka_unit_test(the_monitor_is_turned_off_both_ways),
		cmocka_unit_test(debug_is_not_for_those_who_may_only_look),
	};

	return cmocka_run_group_tests_name("debug", tests, NULL, NULL);
}
