/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of NAT pools and source lists. */
#include "tests/unit/cli/modes/configured.h"

#define HOME                                                                                       \
	"interface Tap1\n ip address 192.168.1.1 255.255.255.0\n ip nat inside\n"                  \
	"interface Tap9\n ip address 203.0.113.2 255.255.255.0\n ip nat outside\n"                 \
	"ip vip HOME 203.0.113.10 interface Tap9\n"

static void sources_share_a_vip_or_an_interface(void **state)
{
	(void)state;
	configured_gives(HOME "ip nat inside source list 10 interface tap9 overload\n"
			      "ip nat inside source list 2 vip HOME overload\n",
			 HOME "ip nat inside source list 2 vip HOME overload\n"
			      "ip nat inside source list 10 interface Tap9 overload\n");
}

static void overload_goes_without_saying(void **state)
{
	(void)state;
	configured_gives(HOME "ip nat inside source list 01 vip HOME\n",
			 HOME "ip nat inside source list 1 vip HOME overload\n");
}

static void a_list_may_have_rules_of_several_public_addresses(void **state)
{
	(void)state;
	configured_gives(HOME "ip nat inside source list 1 interface Tap9 overload\n"
			      "ip nat inside source list 1 vip HOME overload\n",
			 HOME "ip nat inside source list 1 vip HOME overload\n"
			      "ip nat inside source list 1 interface Tap9 overload\n");
	configured_gives(HOME "ip nat inside source list 1 vip HOME overload\n"
			      "ip nat inside source list 1 interface Tap9 overload\n"
			      "no ip nat inside source list 1 vip HOME overload\n",
			 HOME "ip nat inside source list 1 interface Tap9 overload\n");
	configured_gives(HOME "ip nat inside source list 1 vip HOME overload\n"
			      "ip nat inside source list 1 interface Tap9 overload\n"
			      "no ip nat inside source list 1\n",
			 HOME);
	configured_refuses(HOME "ip nat inside source list 1 vip HOME overload\n"
				"no ip nat inside source list 1 interface Tap9\n",
			   9, "list 1: there is none of this public address");
}

static void a_rule_has_behaviour_of_its_own(void **state)
{
	(void)state;
	configured_gives(
		HOME "ip nat inside source list 1 vip HOME over map address-dep filt endpoint\n"
		     "ip nat inside source list 2 vip HOME overload filtering address-and-port\n"
		     "ip nat inside source list 3 vip HOME mapping endpoint-independent\n",
		HOME "ip nat inside source list 1 vip HOME overload mapping address-dependent "
		     "filtering endpoint-independent\n"
		     "ip nat inside source list 2 vip HOME overload filtering "
		     "address-and-port-dependent\n"
		     "ip nat inside source list 3 vip HOME overload mapping "
		     "endpoint-independent\n");
	/* typed again, the last word counts, and there is one rule */
	configured_gives(HOME "ip nat inside source list 1 vip HOME overload preset symmetric\n"
			      "ip nat inside source list 1 vip HOME overload\n",
			 HOME "ip nat inside source list 1 vip HOME overload\n");
	configured_gives(HOME "ip nat inside source list 1 vip HOME overload preset symmetric\n"
			      "no ip nat inside source list 1 vip HOME overload\n",
			 HOME);
}

static void presets_are_written_as_mapping_and_filtering(void **state)
{
	(void)state;
	configured_gives(
		HOME "ip nat inside source list 1 vip HOME overload preset full-cone\n"
		     "ip nat inside source list 2 vip HOME overload preset restricted-cone\n"
		     "ip nat inside source list 3 vip HOME overload preset port-restricted-cone\n"
		     "ip nat inside source list 4 vip HOME overload preset symmetric\n",
		HOME "ip nat inside source list 1 vip HOME overload mapping endpoint-independent "
		     "filtering endpoint-independent\n"
		     "ip nat inside source list 2 vip HOME overload mapping endpoint-independent "
		     "filtering address-dependent\n"
		     "ip nat inside source list 3 vip HOME overload mapping endpoint-independent "
		     "filtering address-and-port-dependent\n"
		     "ip nat inside source list 4 vip HOME overload mapping "
		     "address-and-port-dependent filtering address-and-port-dependent\n");
}

#define POOL "ip nat pool P 203.0.113.20 203.0.113.29 netmask 255.255.255.0\n"

static void pools_are_written_by_name_with_their_netmask(void **state)
{
	(void)state;
	configured_gives("ip nat pool Q 198.51.100.1 198.51.100.1 prefix-length 32\n"
			 "ip nat pool P 203.0.113.20 203.0.113.29 prefix-length 24\n",
			 POOL "ip nat pool Q 198.51.100.1 198.51.100.1 netmask 255.255.255.255\n");
	configured_gives(POOL "ip nat pool P 203.0.113.21 203.0.113.22 netmask 255.255.255.0\n",
			 "ip nat pool P 203.0.113.21 203.0.113.22 netmask 255.255.255.0\n");
	configured_gives(POOL "no ip nat pool P 203.0.113.20 203.0.113.29 netmask /24\n", "");
	configured_gives(POOL "no ip nat pool P\n", "");
	configured_refuses("no ip nat pool P\n", 1, "ip nat pool P: there is none");
	configured_refuses("ip nat pool P 224.0.0.1 224.0.0.2 netmask 255.255.255.0\n", 1,
			   "Not a valid host address - 224.0.0.1");
	configured_refuses("ip nat pool P 203.0.113.1 203.0.113.2 netmask 255.0.255.0\n", 1, "");
}

static void a_pool_in_use_cannot_be_destroyed(void **state)
{
	(void)state;
	configured_gives(HOME POOL "ip nat inside source list 1 pool P overload\n",
			 HOME POOL "ip nat inside source list 1 pool P overload\n");
	configured_refuses(HOME POOL "ip nat inside source list 1 pool P overload\n"
				     "no ip nat pool P\n",
			   10, "Pool P in use, cannot destroy");
	configured_gives(HOME POOL "ip nat inside source list 1 pool P overload\n"
				   "no ip nat inside source list 1 pool P overload\n"
				   "no ip nat pool P\n",
			 HOME);
}

static void source_rules_are_removed_by_their_list(void **state)
{
	(void)state;
	configured_gives(HOME "ip nat inside source list 1 vip HOME overload\n"
			      "no ip nat inside source list 1 vip HOME overload\n",
			 HOME);
	configured_gives(HOME "ip nat inside source list 1 vip HOME overload\n"
			      "no ip nat inside source list 1\n",
			 HOME);
	configured_refuses(HOME "no ip nat inside source list 1\n", 8,
			   "ip nat inside source list 1: there is none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_share_a_vip_or_an_interface),
		cmocka_unit_test(overload_goes_without_saying),
		cmocka_unit_test(a_list_may_have_rules_of_several_public_addresses),
		cmocka_unit_test(a_rule_has_behaviour_of_its_own),
		cmocka_unit_test(presets_are_written_as_mapping_and_filtering),
		cmocka_unit_test(pools_are_written_by_name_with_their_netmask),
		cmocka_unit_test(a_pool_in_use_cannot_be_destroyed),
		cmocka_unit_test(source_rules_are_removed_by_their_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
