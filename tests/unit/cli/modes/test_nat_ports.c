/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines about public ports and the log of bindings. */
#include "tests/unit/cli/modes/configured.h"

static void c8_the_rest_of_a_port_is_written_unless_it_is_the_default(void **state)
{
	(void)state;
	configured_gives("ip nat port-hold 0\n", "ip nat port-hold 0\n");
	configured_gives("ip nat port-hold 120\n", "");
	configured_gives("ip nat port-hold 5\nno ip nat port-hold\n", "");
	configured_refuses("ip nat port-hold 3601\n", 1, "");
}

static void c14_blocks_of_ports_are_powers_of_two(void **state)
{
	(void)state;
	configured_gives("ip nat port-block 64\n", "ip nat port-block 64\n");
	configured_gives("ip nat port-block 4096\nno ip nat port-block\n", "");
	configured_refuses("ip nat port-block 500\n", 1,
			   "ip nat port-block 500: blocks of 500 ports do not fill the range");
	configured_refuses("ip nat port-block 32\n", 1, "");
	configured_refuses("ip nat port-block 8192\n", 1, "");
}

static void c12_bindings_are_logged_to_either_place_with_or_without_destinations(void **state)
{
	(void)state;
	configured_gives("ip nat log translations json\n", "ip nat log translations json\n");
	configured_gives("ip nat log translations json destinations\n"
			 "ip nat log translations syslog\n",
			 "ip nat log translations syslog\n"
			 "ip nat log translations json destinations\n");
	configured_gives("ip nat log translations json destinations\n"
			 "ip nat log translations json\n",
			 "ip nat log translations json\n");
	configured_gives("ip nat log translations json\nip nat log translations syslog\n"
			 "no ip nat log translations syslog\n",
			 "ip nat log translations json\n");
	configured_gives("ip nat log translations json\nip nat log translations syslog\n"
			 "no ip nat log translations\n",
			 "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(c8_the_rest_of_a_port_is_written_unless_it_is_the_default),
		cmocka_unit_test(c14_blocks_of_ports_are_powers_of_two),
		cmocka_unit_test(
			c12_bindings_are_logged_to_either_place_with_or_without_destinations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
