/* SPDX-License-Identifier: BSD-2-Clause */
/* The DHCP relay's commands. */
#include "tests/unit/cli/modes/configured.h"

#define BVI "interface BVI1\n ip address 192.168.1.1 255.255.255.0\n"

static void helpers_stay_in_the_order_typed_and_each_once(void **state)
{
	(void)state;
	configured_gives(BVI " ip helper-address 10.0.0.9\n ip helper-address 10.0.0.1\n"
			     " ip helper-address 10.0.0.9\n",
			 BVI " ip helper-address 10.0.0.9\n ip helper-address 10.0.0.1\n");
	configured_gives(BVI " ip helper-address 10.0.0.9\n ip helper-address 10.0.0.1\n"
			     " no ip helper-address 10.0.0.9\n",
			 BVI " ip helper-address 10.0.0.1\n");
	configured_gives(BVI " ip helper-address 10.0.0.9\n ip helper-address 10.0.0.1\n"
			     " no ip helper-address\n",
			 BVI);
}

static void helpers_that_cannot_be_are_refused(void **state)
{
	(void)state;
	configured_refuses(BVI " no ip helper-address 10.0.0.9\n", 3,
			   "interface BVI1: no helper address 10.0.0.9");
	configured_refuses("interface Loopback1\n ip helper-address 10.0.0.9\n", 2,
			   "interface Loopback1: a Loopback has no clients to relay");
	configured_refuses("interface Tap1\n bridge-group 1\n ip helper-address 10.0.0.9\n", 3,
			   "Tap1");
	configured_refuses(BVI " ip helper-address 224.0.0.1\n", 3, "224.0.0.1");
	configured_refuses(BVI " ip helper-address 10.0.0.1\n ip helper-address 10.0.0.2\n"
			       " ip helper-address 10.0.0.3\n ip helper-address 10.0.0.4\n"
			       " ip helper-address 10.0.0.5\n ip helper-address 10.0.0.6\n"
			       " ip helper-address 10.0.0.7\n ip helper-address 10.0.0.8\n"
			       " ip helper-address 10.0.0.9\n",
			   11, "interface BVI1: more than 8 helper addresses");
}

static void option_82_and_its_policy_are_written_back(void **state)
{
	(void)state;
	configured_gives("ip dhcp relay information option\n"
			 "ip dhcp relay information policy keep\n",
			 "ip dhcp relay information option\n"
			 "ip dhcp relay information policy keep\n");
	configured_gives("ip dhcp relay information policy keep\n"
			 "ip dhcp relay information policy drop\n",
			 "");
	configured_gives("ip dhcp relay information option\n"
			 "no ip dhcp relay information option\n"
			 "ip dhcp relay information policy replace\n"
			 "no ip dhcp relay information policy\n",
			 "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(helpers_stay_in_the_order_typed_and_each_once),
		cmocka_unit_test(helpers_that_cannot_be_are_refused),
		cmocka_unit_test(option_82_and_its_policy_are_written_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
