/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of hosts outside under another address. */
#include "tests/unit/cli/modes/configured.h"

#define HOME                                                                                       \
	"interface Tap1\n ip address 192.168.1.1 255.255.255.0\n ip nat inside\n"                  \
	"interface Tap9\n ip address 203.0.113.2 255.255.255.0\n ip nat outside\n"                 \
	"ip vip HOME 203.0.113.10 interface Tap9\n"
#define RULE "ip nat outside source static 198.51.100.7 10.99.0.7\n"

static void hosts_are_written_by_their_own_address(void **state)
{
	(void)state;
	configured_gives(HOME RULE "ip nat outside source static 192.0.2.9 10.99.0.9\n",
			 HOME "ip nat outside source static 192.0.2.9 10.99.0.9\n" RULE);
	configured_gives(HOME RULE RULE, HOME RULE);
}

static void only_the_entry_that_is_named_is_removed(void **state)
{
	(void)state;
	configured_gives(HOME RULE "no " RULE, HOME);
	configured_refuses(HOME RULE "no ip nat outside source static 198.51.100.7 10.99.0.8\n", 9,
			   "there is no such entry");
	configured_refuses(HOME "no " RULE, 8, "there is no such entry");
}

static void a_host_has_one_other_address(void **state)
{
	(void)state;
	configured_refuses(HOME RULE "ip nat outside source static 198.51.100.7 10.99.0.8\n", 9,
			   "similar static entry (198.51.100.7 -> 10.99.0.7) already exists");
}

static void both_are_hosts(void **state)
{
	(void)state;
	configured_refuses("ip nat outside source static 224.0.0.1 10.99.0.8\n", 1,
			   "Not a valid host address - 224.0.0.1");
	configured_refuses("ip nat outside source static 198.51.100.7 127.0.0.1\n", 1,
			   "Not a valid host address - 127.0.0.1");
}

#define AWAY "ip nat pool AWAY 10.99.1.1 10.99.1.9 netmask 255.255.255.0\n"

static void lists_take_a_pool(void **state)
{
	(void)state;
	configured_gives(AWAY "ip nat outside source list 07 pool AWAY\n",
			 AWAY "ip nat outside source list 7 pool AWAY\n");
	configured_gives(AWAY "ip nat outside source list 7 pool AWAY\n"
			      "no ip nat outside source list 7\n",
			 AWAY);
	configured_refuses("no ip nat outside source list 7\n", 1,
			   "ip nat outside source list 7: there is none");
	configured_refuses(AWAY "ip nat outside source list 7 pool AWAY\nno ip nat pool AWAY\n", 3,
			   "Pool AWAY in use, cannot destroy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_written_by_their_own_address),
		cmocka_unit_test(only_the_entry_that_is_named_is_removed),
		cmocka_unit_test(a_host_has_one_other_address),
		cmocka_unit_test(both_are_hosts),
		cmocka_unit_test(lists_take_a_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
