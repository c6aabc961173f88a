/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbered standard access lists. */
#include "tests/unit/cli/modes/configured.h"

static void sources_have_every_form(void **state)
{
	(void)state;
	configured_gives("access-list 10 permit any\n"
			 "access-list 1 deny host 192.168.1.66\n"
			 "access-list 1 deny 192.168.1.67\n"
			 "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			 "access-list 2 permit 10.0.0.0 0.0.255.0\n",
			 "access-list 1 deny 192.168.1.66\n"
			 "access-list 1 deny 192.168.1.67\n"
			 "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			 "access-list 2 permit 10.0.0.0 0.0.255.0\n"
			 "access-list 10 permit any\n");
}

static void a_line_is_kept_as_it_takes_effect(void **state)
{
	(void)state;
	configured_gives("access-list 1 permit 192.168.1.7 0.0.0.255\n"
			 "access-list 2 permit 192.168.1.7 255.255.255.255\n"
			 "access-list 3 permit 192.168.1.7 0.0.0.0\n",
			 "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			 "access-list 2 permit any\n"
			 "access-list 3 permit 192.168.1.7\n");
}

static void a_line_typed_twice_stands_once(void **state)
{
	(void)state;
	configured_gives("access-list 1 permit any\naccess-list 1 permit any\n",
			 "access-list 1 permit any\n");
}

static void lists_and_lines_are_removed(void **state)
{
	(void)state;
	configured_gives("access-list 1 permit any\naccess-list 1 deny any\n"
			 "access-list 2 deny any\nno access-list 1\n",
			 "access-list 2 deny any\n");
	configured_gives("access-list 1 permit host 10.0.0.1\naccess-list 1 deny any\n"
			 "no access-list 1 permit 10.0.0.1\n",
			 "access-list 1 deny any\n");
	configured_refuses("no access-list 1\n", 1, "access-list 1: there is none");
	configured_refuses("access-list 1 permit any\nno access-list 1 deny any\n", 2,
			   "access-list 1: there is no such line");
}

static void numbers_are_those_of_standard_lists(void **state)
{
	(void)state;
	configured_refuses("access-list 0 permit any\n", 1, "");
	configured_refuses("access-list 100 permit any\n", 1, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_have_every_form),
		cmocka_unit_test(a_line_is_kept_as_it_takes_effect),
		cmocka_unit_test(a_line_typed_twice_stands_once),
		cmocka_unit_test(lists_and_lines_are_removed),
		cmocka_unit_test(numbers_are_those_of_standard_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
