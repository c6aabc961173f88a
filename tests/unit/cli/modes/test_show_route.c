/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cli/modes/golden.h"

#define CODES "Codes: C - connected, S - static, L - local, * - candidate default\n\n"

static void no_routes_have_no_gateway(void **state)
{
	(void)state;
	golden(&show_route, "[]", CODES "Gateway of last resort is not set\n\n");
}

static void home_has_default_and_variably_subnetted_networks(void **state)
{
	(void)state;
	golden(&show_route,
	       "[{'network':'0.0.0.0','prefix_length':0,'source':'static','distance':1,'metric':0,"
	       "  'next_hop':'203.0.113.1','interface':'Tap9'},"
	       " {'network':'192.168.1.0','prefix_length':24,'source':'connected','distance':0,"
	       "  'metric':0,'next_hop':null,'interface':'BVI1'},"
	       " {'network':'192.168.1.1','prefix_length':32,'source':'local','distance':0,"
	       "  'metric':0,'next_hop':null,'interface':'BVI1'}]",
	       CODES "Gateway of last resort is 203.0.113.1 to network 0.0.0.0\n\n"
		     "S*   0.0.0.0/0 [1/0] via 203.0.113.1\n"
		     "     192.168.1.0/24 is variably subnetted, 2 subnets, 2 masks\n"
		     "C       192.168.1.0/24 is directly connected, BVI1\n"
		     "L       192.168.1.1/32 is directly connected, BVI1\n");
}

static void subnets_of_one_mask_leave_it_to_the_heading(void **state)
{
	(void)state;
	golden(&show_route,
	       "[{'network':'1.1.1.1','prefix_length':32,'source':'static','distance':1,'metric':0,"
	       "  'next_hop':'212.0.0.1','interface':'Tap1'},"
	       " {'network':'10.1.1.0','prefix_length':24,'source':'static','distance':7,'metric':0,"
	       "  'next_hop':'212.0.0.1','interface':'Tap1'},"
	       " {'network':'10.2.1.0','prefix_length':24,'source':'static','distance':1,'metric':0,"
	       "  'next_hop':null,'interface':'Tun1'}]",
	       CODES "Gateway of last resort is not set\n\n"
		     "     1.0.0.0/32 is subnetted, 1 subnets\n"
		     "S       1.1.1.1 [1/0] via 212.0.0.1\n"
		     "     10.0.0.0/24 is subnetted, 2 subnets\n"
		     "S       10.1.1.0 [7/0] via 212.0.0.1\n"
		     "S       10.2.1.0 is directly connected, Tun1\n");
}

static void natural_networks_and_supernets_stand_alone(void **state)
{
	(void)state;
	golden(&show_route,
	       "[{'network':'10.0.0.0','prefix_length':8,'source':'static','distance':1,'metric':0,"
	       "  'next_hop':'212.0.0.1','interface':'Tap1'},"
	       " {'network':'194.0.0.0','prefix_length':16,'source':'connected','distance':0,"
	       "  'metric':0,'next_hop':null,'interface':'Tap1'},"
	       " {'network':'194.0.1.0','prefix_length':24,'source':'connected','distance':0,"
	       "  'metric':0,'next_hop':null,'interface':'Tap2'}]",
	       CODES "Gateway of last resort is not set\n\n"
		     "S    10.0.0.0/8 [1/0] via 212.0.0.1\n"
		     "C    194.0.0.0/16 is directly connected, Tap1\n"
		     "C    194.0.1.0/24 is directly connected, Tap2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_routes_have_no_gateway),
		cmocka_unit_test(home_has_default_and_variably_subnetted_networks),
		cmocka_unit_test(subnets_of_one_mask_leave_it_to_the_heading),
		cmocka_unit_test(natural_networks_and_supernets_stand_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
