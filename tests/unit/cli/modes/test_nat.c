/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of network address translation. */
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

static void a_second_rule_for_a_list_replaces_the_first(void **state)
{
	(void)state;
	configured_gives(HOME "ip nat inside source list 1 vip HOME overload\n"
			      "ip nat inside source list 1 interface Tap9 overload\n",
			 HOME "ip nat inside source list 1 interface Tap9 overload\n");
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

static void forwards_name_a_vip_an_interface_or_an_address(void **state)
{
	(void)state;
	configured_gives(
		HOME "ip nat inside source static udp 192.168.1.20 53 203.0.113.2 53\n"
		     "ip nat inside source static tcp 192.168.1.20 www interface Tap9 8080\n"
		     "ip nat inside source static tcp 192.168.1.21 22 vip HOME 2222 extendable\n",
		HOME "ip nat inside source static tcp 192.168.1.21 22 vip HOME 2222 extendable\n"
		     "ip nat inside source static tcp 192.168.1.20 80 interface Tap9 8080\n"
		     "ip nat inside source static udp 192.168.1.20 53 203.0.113.2 53\n");
}

static void a_public_port_goes_to_one_device(void **state)
{
	(void)state;
	configured_refuses(HOME "ip nat inside source static tcp 192.168.1.20 80 vip HOME 80\n"
				"ip nat inside source static tcp 192.168.1.21 80 vip HOME 80\n",
			   9, "similar static entry (192.168.1.21 -> vip HOME) already exists");
}

static void only_the_forward_that_is_named_is_removed(void **state)
{
	(void)state;
	configured_gives(HOME "ip nat inside source static tcp 192.168.1.20 80 vip HOME 80\n"
			      "no ip nat inside source static tcp 192.168.1.20 80 vip HOME 80\n",
			 HOME);
	configured_refuses(HOME "ip nat inside source static tcp 192.168.1.20 80 vip HOME 80\n"
				"no ip nat inside source static tcp 192.168.1.21 80 vip HOME 80\n",
			   9, "there is no such entry");
}

static void forwards_go_to_hosts(void **state)
{
	(void)state;
	configured_refuses("ip nat inside source static tcp 224.0.0.1 80 vip HOME 80\n", 1,
			   "Not a valid host address - 224.0.0.1");
	configured_refuses("ip nat inside source static tcp 10.0.0.1 80 127.0.0.1 80\n", 1,
			   "Not a valid host address - 127.0.0.1");
	configured_refuses("ip nat inside source static tcp 10.0.0.1 0 vip HOME 80\n", 1, "");
	configured_refuses("ip nat inside source static tcp 10.0.0.1 80 vip HOME 65536\n", 1, "");
}

static void behaviour_is_written_unless_it_is_the_default(void **state)
{
	(void)state;
	configured_gives("ip nat mapping address-dependent\n"
			 "ip nat filtering address-and-port-dependent\nno ip nat hairpin\n",
			 "ip nat mapping address-dependent\n"
			 "ip nat filtering address-and-port-dependent\nno ip nat hairpin\n");
	configured_gives("ip nat mapping endpoint-independent\nip nat filtering address-dependent\n"
			 "ip nat hairpin\n",
			 "");
	configured_gives("ip nat mapping address-dependent\nip nat filtering endpoint-independent\n"
			 "no ip nat hairpin\n"
			 "no ip nat mapping\nno ip nat filtering\nip nat hairpin\n",
			 "");
}

static void timeouts_are_written_unless_they_are_the_default(void **state)
{
	(void)state;
	configured_gives(
		"ip nat translation icmp-timeout 1\nip nat translation udp-timeout never\n"
		"ip nat translation dns-timeout 121\nip nat translation tcp-timeout 2\n"
		"ip nat translation finrst-timeout 3\nip nat translation syn-timeout 4\n",
		"ip nat translation udp-timeout never\nip nat translation dns-timeout 121\n"
		"ip nat translation tcp-timeout 2\nip nat translation finrst-timeout 3\n"
		"ip nat translation syn-timeout 4\nip nat translation icmp-timeout 1\n");
	configured_gives("ip nat translation udp-timeout 300\nip nat translation dns-timeout 120\n"
			 "ip nat translation tcp-timeout 86400\n"
			 "ip nat translation finrst-timeout 240\n"
			 "ip nat translation syn-timeout 240\nip nat translation icmp-timeout 60\n",
			 "");
	configured_gives("ip nat translation udp-timeout 9\nno ip nat translation udp-timeout\n"
			 "ip nat translation syn-timeout 9\nno ip nat translation syn-timeout 9\n",
			 "");
	configured_refuses("ip nat translation udp-timeout 0\n", 1, "");
}

static void most_entries_are_written_unless_they_are_the_default(void **state)
{
	(void)state;
	configured_gives("ip nat translation max-entries 5\n",
			 "ip nat translation max-entries 5\n");
	configured_gives("ip nat translation max-entries 1048576\n", "");
	configured_gives("ip nat translation max-entries 5\nno ip nat translation max-entries\n",
			 "");
	configured_refuses("ip nat translation max-entries 0\n", 1, "");
}

static void c8_the_rest_of_a_port_is_written_unless_it_is_the_default(void **state)
{
	(void)state;
	configured_gives("ip nat port-hold 0\n", "ip nat port-hold 0\n");
	configured_gives("ip nat port-hold 120\n", "");
	configured_gives("ip nat port-hold 5\nno ip nat port-hold\n", "");
	configured_refuses("ip nat port-hold 3601\n", 1, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_share_a_vip_or_an_interface),
		cmocka_unit_test(overload_goes_without_saying),
		cmocka_unit_test(a_second_rule_for_a_list_replaces_the_first),
		cmocka_unit_test(source_rules_are_removed_by_their_list),
		cmocka_unit_test(forwards_name_a_vip_an_interface_or_an_address),
		cmocka_unit_test(a_public_port_goes_to_one_device),
		cmocka_unit_test(only_the_forward_that_is_named_is_removed),
		cmocka_unit_test(forwards_go_to_hosts),
		cmocka_unit_test(behaviour_is_written_unless_it_is_the_default),
		cmocka_unit_test(timeouts_are_written_unless_they_are_the_default),
		cmocka_unit_test(most_entries_are_written_unless_they_are_the_default),
		cmocka_unit_test(c8_the_rest_of_a_port_is_written_unless_it_is_the_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
