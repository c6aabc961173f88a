/* SPDX-License-Identifier: BSD-2-Clause */
/* `show access-lists`: every part of a line in the answer, and in the text made of it. */
#include "tests/unit/cli/modes/bench.h"
#include "tests/unit/cli/modes/golden.h"

static const char lists[] =
	"access-list 1 deny host 192.168.1.66\n"
	"access-list 1 permit 192.168.1.0 0.0.0.255\n"
	"access-list 1 permit any log\n"
	"access-list 101 remark not shown\n"
	"access-list 101 permit tcp any eq www host 203.0.113.10 range 1000 2000 established\n"
	"access-list 101 deny udp 10.0.0.0 0.255.255.255 neq 53 any lt 1024 log\n"
	"access-list 101 permit icmp any any unreachable 1\n"
	"access-list 101 permit icmp any any echo\n"
	"access-list 101 permit icmp any any 200 7\n"
	"access-list 101 deny 99 any 192.168.1.0 0.0.0.255 fragments\n"
	"ip access-list standard NOBODY\n";

static void the_text_reads_as_the_configuration_but_for_remarks(void **state)
{
	static const char standard[] = "Standard IP access list 1\n"
				       "    10 deny 192.168.1.66\n"
				       "    20 permit 192.168.1.0, wildcard bits 0.0.0.255\n"
				       "    30 permit any log\n";
	struct bench bench;

	(void)state;
	bench_begin(&bench, lists);
	assert_string_equal(type(&bench, "show access-lists 1"), standard);
	assert_string_equal(type(&bench, "show ip access-lists 1"), standard);
	assert_string_equal(type(&bench, "show access-lists 101"),
			    "Extended IP access list 101\n"
			    "    10 permit tcp any eq www host 203.0.113.10 range 1000 2000 "
			    "established\n"
			    "    20 deny udp 10.0.0.0 0.255.255.255 neq domain any lt 1024 log\n"
			    "    30 permit icmp any any host-unreachable\n"
			    "    40 permit icmp any any echo\n"
			    "    50 permit icmp any any 200 7\n"
			    "    60 deny 99 any 192.168.1.0 0.0.0.255 fragments\n");
	assert_string_equal(type(&bench, "show access-lists NOBODY"),
			    "Standard IP access list NOBODY\n");
	bench_end(&bench);
}

static void all_lists_are_shown_where_none_is_named(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, lists);
	answer = ask(&bench, "show access-lists");
	assert_count_at(answer, "", 3);
	json_decref(answer);
	answer = ask(&bench, "show access-lists 101");
	assert_count_at(answer, "", 1);
	assert_text_at(answer, "0.name", "101");
	json_decref(answer);
	type(&bench, "show access-lists 9");
	assert_int_equal(bench.last, SESSION_FAILED);
	assert_non_null(strstr(buffer_text(&bench.out), "% There is no 9 here\n"));
	bench_end(&bench);
}

static void a_standard_line_has_its_source_alone(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, lists);
	answer = ask(&bench, "show access-lists 1");
	assert_text_at(answer, "0.type", "standard");
	assert_count_at(answer, "0.lines", 3);
	assert_count_at(answer, "0.lines.1", 6);
	assert_number_at(answer, "0.lines.1.sequence", 20);
	assert_text_at(answer, "0.lines.1.action", "permit");
	assert_text_at(answer, "0.lines.1.address", "192.168.1.0");
	assert_text_at(answer, "0.lines.1.wildcard", "0.0.0.255");
	assert_true(json_is_false(at(answer, "0.lines.1.log")));
	assert_number_at(answer, "0.lines.1.matches", 0);
	assert_text_at(answer, "0.lines.0.action", "deny");
	assert_true(json_is_true(at(answer, "0.lines.2.log")));
	json_decref(answer);
	bench_end(&bench);
}

static void an_extended_line_has_both_ends_and_what_it_matches(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, lists);
	answer = ask(&bench, "show access-lists 101");
	assert_text_at(answer, "0.type", "extended");
	assert_count_at(answer, "0.lines", 6); /* the remark is none */
	assert_text_at(answer, "0.lines.0.protocol", "tcp");
	assert_text_at(answer, "0.lines.0.source.wildcard", "255.255.255.255");
	assert_text_at(answer, "0.lines.0.source.port_operator", "eq");
	assert_number_at(answer, "0.lines.0.source.ports.0", 80);
	assert_text_at(answer, "0.lines.0.destination.address", "203.0.113.10");
	assert_text_at(answer, "0.lines.0.destination.wildcard", "0.0.0.0");
	assert_text_at(answer, "0.lines.0.destination.port_operator", "range");
	assert_count_at(answer, "0.lines.0.destination.ports", 2);
	assert_number_at(answer, "0.lines.0.destination.ports.0", 1000);
	assert_number_at(answer, "0.lines.0.destination.ports.1", 2000);
	assert_true(json_is_true(at(answer, "0.lines.0.established")));
	assert_null_at(answer, "0.lines.0.icmp_type");
	assert_count_at(answer, "0.lines.1.source.ports", 1);
	assert_true(json_is_true(at(answer, "0.lines.1.log")));
	assert_number_at(answer, "0.lines.2.icmp_type", 3);
	assert_number_at(answer, "0.lines.2.icmp_code", 1);
	assert_null_at(answer, "0.lines.2.source.port_operator");
	assert_count_at(answer, "0.lines.2.source.ports", 0);
	assert_number_at(answer, "0.lines.3.icmp_type", 8);
	assert_null_at(answer, "0.lines.3.icmp_code");
	assert_text_at(answer, "0.lines.5.protocol", "99");
	assert_true(json_is_true(at(answer, "0.lines.5.fragments")));
	assert_true(json_is_false(at(answer, "0.lines.5.established")));
	json_decref(answer);
	bench_end(&bench);
}

static void one_match_is_no_plural_and_none_is_not_shown(void **state)
{
	(void)state;
	golden(&show_access_list,
	       "[{'name':'7','type':'standard','lines':["
	       "{'sequence':10,'action':'permit','address':'10.0.0.1','wildcard':'0.0.0.0',"
	       " 'log':false,'matches':1},"
	       "{'sequence':20,'action':'deny','address':'0.0.0.0',"
	       " 'wildcard':'255.255.255.255','log':true,'matches':5000000000},"
	       "{'sequence':30,'action':'permit','address':'10.0.0.2','wildcard':'0.0.0.0',"
	       " 'log':false,'matches':0}]}]",
	       "Standard IP access list 7\n"
	       "    10 permit 10.0.0.1 (1 match)\n"
	       "    20 deny any log (5000000000 matches)\n"
	       "    30 permit 10.0.0.2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_reads_as_the_configuration_but_for_remarks),
		cmocka_unit_test(all_lists_are_shown_where_none_is_named),
		cmocka_unit_test(a_standard_line_has_its_source_alone),
		cmocka_unit_test(an_extended_line_has_both_ends_and_what_it_matches),
		cmocka_unit_test(one_match_is_no_plural_and_none_is_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
