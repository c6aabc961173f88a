/* SPDX-License-Identifier: BSD-2-Clause */
/* Static routes and static ARP entries. */
#include "tests/unit/cli/modes/configured.h"

#define TAPS "interface Tap1\n ip address 192.168.1.1 255.255.255.0\ninterface Tun1\n"

static void routes_have_every_form(void **state)
{
	(void)state;
	configured_gives(TAPS "ip route 0.0.0.0/0 192.168.1.254\n"
			      "ip route 10.1.0.0/16 tun1\n"
			      "ip route 10.2.0.0 255.255.0.0 Tap 1 192.168.1.253 250\n"
			      "ip route 10.3.0.0/16 192.168.1.252 1 name office\n"
			      "ip route 10.4.0.0/16 Tun1 255 name last\n",
			 TAPS "ip route 0.0.0.0 0.0.0.0 192.168.1.254\n"
			      "ip route 10.1.0.0 255.255.0.0 Tun1\n"
			      "ip route 10.2.0.0 255.255.0.0 Tap1 192.168.1.253 250\n"
			      "ip route 10.3.0.0 255.255.0.0 192.168.1.252 name office\n"
			      "ip route 10.4.0.0 255.255.0.0 Tun1 255 name last\n");
}

static void the_same_way_typed_again_replaces_it(void **state)
{
	(void)state;
	configured_gives(TAPS "ip route 10.1.0.0/16 192.168.1.254 5 name a\n"
			      "ip route 10.1.0.0/16 192.168.1.254\n"
			      "ip route 10.1.0.0/16 192.168.1.253\n",
			 TAPS "ip route 10.1.0.0 255.255.0.0 192.168.1.253\n"
			      "ip route 10.1.0.0 255.255.0.0 192.168.1.254\n");
}

static void routes_are_removed_by_their_way_or_all(void **state)
{
	(void)state;
	configured_gives(TAPS "ip route 10.1.0.0/16 192.168.1.254\nip route 10.1.0.0/16 Tun1\n"
			      "no ip route 10.1.0.0/16 Tun1 7\n",
			 TAPS "ip route 10.1.0.0 255.255.0.0 192.168.1.254\n");
	configured_gives(TAPS "ip route 10.1.0.0/16 192.168.1.254\nip route 10.1.0.0/16 Tun1\n"
			      "ip route 10.1.0.0/17 Tun1\nno ip route 10.1.0.0 255.255.0.0\n",
			 TAPS "ip route 10.1.0.0 255.255.128.0 Tun1\n");
	configured_refuses(TAPS "ip route 10.1.0.0/16 Tun1\nno ip route 10.1.0.0/16 10.9.9.9\n", 5,
			   "No matching route to delete");
}

static void routes_that_mean_nothing_are_refused(void **state)
{
	(void)state;
	configured_refuses("ip route 10.1.0.1/16 192.168.1.254\n", 1,
			   "Inconsistent address and mask");
	configured_refuses("ip route 10.1.0.0/16 224.0.0.1\n", 1,
			   "Not a valid host address - 224.0.0.1");
	configured_refuses("ip route 10.1.0.0/16 0.0.0.0\n", 1,
			   "Not a valid host address - 0.0.0.0");
	configured_refuses("ip route 10.1.0.0/16 10.0.0.1 256\n", 1, "");
	configured_refuses("ip route 10.1.0.0 255.0.255.0 10.0.0.1\n", 1, "");
}

static void neighbours_are_written_by_address(void **state)
{
	(void)state;
	configured_gives("arp 192.168.1.9 02:00:5e:10:00:01 arpa\narp 192.168.1.8 "
			 "0200.5e10.0002 ARPA\narp 192.168.1.9 0200.5e10.0003 arpa\n",
			 "arp 192.168.1.8 0200.5e10.0002 ARPA\n"
			 "arp 192.168.1.9 0200.5e10.0003 ARPA\n");
	configured_gives("arp 192.168.1.9 0200.5e10.0001 arpa\nno arp 192.168.1.9\n", "");
	configured_gives("arp 192.168.1.9 0200.5e10.0001 arpa\n"
			 "no arp 192.168.1.9 0200.5e10.0001 arpa\n",
			 "");
	configured_refuses("no arp 192.168.1.9\n", 1, "arp 192.168.1.9: there is no static entry");
	configured_refuses("arp 192.168.1.9 0100.5e00.0001 arpa\n", 1,
			   "Not a valid hardware address - 0100.5e00.0001");
	configured_refuses("arp 255.255.255.255 0200.5e00.0001 arpa\n", 1,
			   "Not a valid host address - 255.255.255.255");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_have_every_form),
		cmocka_unit_test(the_same_way_typed_again_replaces_it),
		cmocka_unit_test(routes_are_removed_by_their_way_or_all),
		cmocka_unit_test(routes_that_mean_nothing_are_refused),
		cmocka_unit_test(neighbours_are_written_by_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
