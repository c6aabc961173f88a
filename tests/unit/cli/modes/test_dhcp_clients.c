/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses for single clients, and how many clients a port may bring. */
#include "tests/unit/cli/modes/configured.h"

#define BVI	"interface BVI1\n ip address 192.168.1.1 255.255.255.0\n"
#define FAR_BVI "interface BVI2\n ip address 10.0.0.1 255.0.0.0\n"
#define LAN	"ip dhcp pool LAN\n network 192.168.1.0 255.255.255.0\n"

static void addresses_of_single_clients_stand_in_their_pool(void **state)
{
	(void)state;
	configured_gives(BVI "ip dhcp pool LAN\nnetwork 192.168.1.0/24\n"
			     "address 192.168.1.30 client-id 0102.005e.1000.01\n"
			     "address 192.168.1.20 hardware-address 0200.5e10.0002\n"
			     "address 192.168.1.40 client-id 0103\nno address 192.168.1.40\n",
			 "ip dhcp pool LAN\n network 192.168.1.0 255.255.255.0\n"
			 " address 192.168.1.20 hardware-address 0200.5e10.0002\n"
			 " address 192.168.1.30 client-id 0102.005e.1000.01\n" BVI);
	configured_refuses("ip dhcp pool LAN\naddress 192.168.1.20 client-id 0102\n", 2,
			   "address 192.168.1.20 needs the network it lies in");
	configured_refuses(BVI LAN "address 192.168.1.20 hardware-address 0200.5e10.0002\n"
				   "address 192.168.1.20 hardware-address 0200.5e10.0002\n"
				   "address 192.168.1.20 client-id 0103\n",
			   7,
			   "ip dhcp pool LAN: address 192.168.1.20 is reserved for another client, "
			   "hardware-address 0200.5e10.0002");
}

static void a_client_is_named_by_what_can_be_one(void **state)
{
	(void)state;
	configured_refuses(BVI LAN "address 192.168.1.20 client-id 01\n", 5,
			   "ip dhcp pool LAN: client identifier of less than 2 bytes");
	configured_refuses(BVI LAN "address 192.168.1.20 hardware-address 0100.5e00.0001\n", 5,
			   "Not a valid hardware address - 0100.5e00.0001");
	configured_refuses(BVI LAN "address 192.168.1.20 hardware-address 0000.0000.0000\n", 5,
			   "Not a valid hardware address - 0000.0000.0000");
}

static void only_what_is_reserved_is_taken_back(void **state)
{
	(void)state;
	configured_refuses(BVI LAN "address 192.168.1.20 client-id 0102\n"
				   "no address 192.168.1.21\n",
			   6, "ip dhcp pool LAN: address 192.168.1.21 is not reserved");
	configured_gives(BVI LAN "address 192.168.1.20 client-id 0102\n"
				 "no address 192.168.1.20 client-id 0102\n",
			 LAN BVI);
}

static void leases_are_counted_by_port(void **state)
{
	(void)state;
	configured_gives("interface Tap1\n ip dhcp limit lease 5\n"
			 "interface Tun2\n ip dhcp limit lease 65535\n",
			 "interface Tap1\n ip dhcp limit lease 5\n"
			 "interface Tun2\n ip dhcp limit lease 65535\n");
	configured_gives("interface Tap1\n ip dhcp limit lease 5\n no ip dhcp limit lease\n",
			 "interface Tap1\n");
	configured_refuses("interface Tap1\n ip dhcp limit lease 0\n", 2, "1-65535");
	configured_refuses("interface BVI1\nip dhcp limit lease 5\n", 2,
			   "interface BVI1: leases are counted by port");
	configured_gives("interface Tap1\n ip dhcp limit rate 500\n",
			 "interface Tap1\n ip dhcp limit rate 500\n");
	configured_gives("interface Tap1\n ip dhcp limit rate 500\n no ip dhcp limit rate\n",
			 "interface Tap1\n");
	configured_refuses("interface BVI1\nip dhcp limit rate 500\n", 2,
			   "interface BVI1: new clients are counted by port");
}

static void each_pool_has_clients_of_its_own(void **state)
{
	(void)state;
	configured_gives(BVI FAR_BVI LAN "address 192.168.1.20 client-id 0102\n"
					 "ip dhcp pool FAR\nnetwork 10.0.0.0 255.0.0.0\n"
					 "address 10.0.0.20 hardware-address 0200.5e10.0002\n",
			 "ip dhcp pool FAR\n network 10.0.0.0 255.0.0.0\n"
			 " address 10.0.0.20 hardware-address 0200.5e10.0002\n" LAN
			 " address 192.168.1.20 client-id 0102\n" BVI FAR_BVI);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_single_clients_stand_in_their_pool),
		cmocka_unit_test(a_client_is_named_by_what_can_be_one),
		cmocka_unit_test(only_what_is_reserved_is_taken_back),
		cmocka_unit_test(leases_are_counted_by_port),
		cmocka_unit_test(each_pool_has_clients_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
