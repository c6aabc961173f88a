/* SPDX-License-Identifier: BSD-2-Clause */
/* What an interface lets through: lists, the way back, and what it says of what it refuses. */
#include "tests/unit/cli/modes/configured.h"

static void interfaces_have_a_list_each_way(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n"
			 " ip access-group 101 in\n"
			 " ip access-group LAN out\n"
			 " ip access-group 102 in\n",
			 "interface Tap9\n"
			 " ip access-group 102 in\n"
			 " ip access-group LAN out\n");
	configured_gives("interface Tap9\n"
			 " ip access-group 101 in\n"
			 " ip access-group LAN out\n"
			 " no ip access-group 101 in\n"
			 " no ip access-group out\n",
			 "interface Tap9\n");
	configured_refuses("interface Tap9\n ip access-group 101 in\n"
			   " no ip access-group 102 in\n",
			   3, "interface Tap9: access list 102 is not its in list");
	configured_refuses("interface Tap9\n ip access-group 200 in\n", 2,
			   "interface Tap9: no access list has the name 200");
	configured_refuses("interface Tap1\n bridge-group 1\n ip access-group 101 in\n", 3,
			   "a port of bridge group 1 has no access list; BVI1 has");
	configured_refuses("interface Tap1\n ip access-group 101 in\n bridge-group 1\n", 3,
			   "interface Tap1: it has access list 101");
}

static void r6_the_way_back_is_configured_by_interface(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n ip verify unicast source reachable-via rx\n",
			 "interface Tap9\n ip verify unicast source reachable-via rx\n");
	configured_gives("interface Tap9\n"
			 " ip verify unicast source reachable-via rx\n"
			 " ip verify unicast source reachable-via any allow-default\n",
			 "interface Tap9\n"
			 " ip verify unicast source reachable-via any allow-default\n");
	configured_gives("interface Tap9\n"
			 " ip verify unicast source reachable-via rx allow-default\n"
			 " no ip verify unicast source reachable-via\n",
			 "interface Tap9\n");
	configured_refuses("interface Tap1\n bridge-group 1\n"
			   " ip verify unicast source reachable-via rx\n",
			   3, "has no reverse path; BVI1 has");
}

static void unreachables_are_on_unless_turned_off(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n no ip unreachables\n",
			 "interface Tap9\n no ip unreachables\n");
	configured_gives("interface Tap9\n no ip unreachables\n ip unreachables\n",
			 "interface Tap9\n");
	configured_gives("interface Tap9\n no ip unreachables\n default ip unreachables\n",
			 "interface Tap9\n");
}

static void a_port_of_a_bridge_says_nothing_of_its_own(void **state)
{
	(void)state;
	configured_refuses("interface Tap1\n bridge-group 1\n no ip unreachables\n", 3,
			   "a port of bridge group 1 has no ICMP of its own; BVI1 has");
	configured_gives("interface Tap1\n bridge-group 1\n ip unreachables\n",
			 "interface Tap1\n bridge-group 1\n");
}

static void a_list_that_is_not_there_is_taken_off_without_a_word(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n no ip access-group in\n", "interface Tap9\n");
	configured_refuses("interface Tap9\n ip access-group 101 out\n"
			   " no ip access-group 101 in\n",
			   3, "interface Tap9: access list 101 is not its in list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interfaces_have_a_list_each_way),
		cmocka_unit_test(r6_the_way_back_is_configured_by_interface),
		cmocka_unit_test(unreachables_are_on_unless_turned_off),
		cmocka_unit_test(a_port_of_a_bridge_says_nothing_of_its_own),
		cmocka_unit_test(a_list_that_is_not_there_is_taken_off_without_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
