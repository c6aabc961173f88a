/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of fixed translations. */
#include "tests/unit/cli/modes/configured.h"

#define HOME                                                                                       \
	"interface Tap1\n ip address 192.168.1.1 255.255.255.0\n ip nat inside\n"                  \
	"interface Tap9\n ip address 203.0.113.2 255.255.255.0\n ip nat outside\n"                 \
	"ip vip HOME 203.0.113.10 interface Tap9\n"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forwards_name_a_vip_an_interface_or_an_address),
		cmocka_unit_test(a_public_port_goes_to_one_device),
		cmocka_unit_test(only_the_forward_that_is_named_is_removed),
		cmocka_unit_test(forwards_go_to_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
