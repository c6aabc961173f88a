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

static void ranges_devices_and_networks_read_back(void **state)
{
	(void)state;
	configured_gives(
		HOME "ip nat inside source static network 192.168.1.32 203.0.113.32 /28\n"
		     "ip nat inside source static 192.168.1.20 203.0.113.20 ext\n"
		     "ip nat inside source static tcp 192.168.1.20 range 5000 5010 vip HOME 15000\n"
		     "ip nat inside source static udp 192.168.1.20 range 53 53 vip HOME 53\n"
		     "ip nat inside source static network 192.168.1.21 203.0.113.21 /32\n",
		HOME
		"ip nat inside source static tcp 192.168.1.20 range 5000 5010 vip HOME 15000\n"
		"ip nat inside source static udp 192.168.1.20 53 vip HOME 53\n"
		"ip nat inside source static 192.168.1.20 203.0.113.20 extendable\n"
		"ip nat inside source static 192.168.1.21 203.0.113.21\n"
		"ip nat inside source static network 192.168.1.32 203.0.113.32 255.255.255.240\n");
}

static void devices_may_be_named(void **state)
{
	(void)state;
	configured_gives(
		HOME "ip nat inside source static tcp host nas 80 vip HOME 8080\n"
		     "ip nat inside source static udp host NAS range 7000 7005 vip HOME 7000\n"
		     "ip nat inside source static host tv 203.0.113.20\n",
		HOME "ip nat inside source static tcp host nas 80 vip HOME 8080\n"
		     "ip nat inside source static udp host NAS range 7000 7005 vip HOME 7000\n"
		     "ip nat inside source static host tv 203.0.113.20\n");
	configured_refuses(HOME "ip nat inside source static tcp host nas 80 vip HOME 8080\n"
				"ip nat inside source static tcp host tv 80 vip HOME 8080\n",
			   9, "similar static entry (host nas -> vip HOME) already exists");
}

static void what_is_no_range_or_too_large_is_refused(void **state)
{
	(void)state;
	configured_refuses("ip nat inside source static tcp 10.0.0.1 range 9 8 vip HOME 80\n", 1,
			   "range 9 8: the last port is below the first");
	configured_refuses("ip nat inside source static network 10.0.0.0 203.0.0.0 /16\n", 1,
			   "at most a /24 is translated by one line");
}

static void a_rule_is_removed_by_all_its_parts(void **state)
{
	static const char *const lines[] = {
		"ip nat inside source static tcp 192.168.1.20 range 5000 5010 vip HOME 15000\n",
		"ip nat inside source static tcp host nas 80 vip HOME 8080\n",
		"ip nat inside source static 192.168.1.20 203.0.113.20\n",
		"ip nat inside source static network 192.168.1.32 203.0.113.32 255.255.255.240\n",
	};
	char text[1000];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_COUNT(lines); i++) {
		snprintf(text, sizeof(text), HOME "%sno %s", lines[i], lines[i]);
		configured_gives(text, HOME);
	}
	configured_refuses(
		HOME "ip nat inside source static tcp 192.168.1.20 range 5000 5010 vip HOME 15000\n"
		     "no ip nat inside source static tcp 192.168.1.20 range 5000 5009 vip HOME "
		     "15000\n",
		9, "there is no such entry");
}

static void a_public_port_goes_to_one_device(void **state)
{
	(void)state;
	configured_refuses(HOME "ip nat inside source static tcp 192.168.1.20 80 vip HOME 80\n"
				"ip nat inside source static tcp 192.168.1.21 80 vip HOME 80\n",
			   9, "similar static entry (192.168.1.20 -> vip HOME) already exists");
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
		cmocka_unit_test(ranges_devices_and_networks_read_back),
		cmocka_unit_test(devices_may_be_named),
		cmocka_unit_test(what_is_no_range_or_too_large_is_refused),
		cmocka_unit_test(a_rule_is_removed_by_all_its_parts),
		cmocka_unit_test(a_public_port_goes_to_one_device),
		cmocka_unit_test(only_the_forward_that_is_named_is_removed),
		cmocka_unit_test(forwards_go_to_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
