/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP pools, and addresses never leased. */
#include "tests/unit/cli/modes/configured.h"

#define BVI "interface BVI1\n ip address 192.168.1.1 255.255.255.0\n"

static void pool_is_written_in_the_order_of_the_manual(void **state)
{
	(void)state;
	configured_gives(BVI "ip dhcp pool LAN\n"
			     "lease 0 12\n"
			     "domain-name home.lan\n"
			     "dns-server 192.168.1.1 198.51.100.53\n"
			     "default-router 192.168.1.1 192.168.1.2\n"
			     "network 192.168.1.0 /24\n"
			     "ip dhcp excluded-address 192.168.1.1 192.168.1.9\n"
			     "ip dhcp excluded-address 192.168.1.200\n",
			 "ip dhcp excluded-address 192.168.1.1 192.168.1.9\n"
			 "ip dhcp excluded-address 192.168.1.200\n"
			 "ip dhcp pool LAN\n"
			 " network 192.168.1.0 255.255.255.0\n"
			 " default-router 192.168.1.1 192.168.1.2\n"
			 " dns-server 192.168.1.1 198.51.100.53\n"
			 " domain-name home.lan\n"
			 " lease 0 12\n" BVI);
}

static void manual_bindings_name_their_client(void **state)
{
	(void)state;
	configured_gives(BVI "ip dhcp pool TV\nclient-name tv\nhardware-address "
			     "02:00:5e:10:00:01\nhost 192.168.1.20/24\n"
			     "ip dhcp pool PHONE\nclient-identifier 01.02:00:5e:10:00.02\n"
			     "host 192.168.1.21\n",
			 "ip dhcp pool PHONE\n host 192.168.1.21 255.255.255.0\n"
			 " client-identifier 0102.005e.1000.02\n"
			 "ip dhcp pool TV\n host 192.168.1.20 255.255.255.0\n"
			 " hardware-address 0200.5e10.0001\n client-name tv\n" BVI);
}

static void a_client_needs_no_address_of_its_own(void **state)
{
	(void)state;
	configured_gives("ip dhcp pool TV\nlease 0 1\nhardware-address 02:00:5e:10:00:01\n"
			 "dns-server 192.168.1.53\nclient-name tv\n",
			 "ip dhcp pool TV\n hardware-address 0200.5e10.0001\n client-name tv\n"
			 " dns-server 192.168.1.53\n lease 0 1\n");
}

static void host_without_mask_takes_that_of_its_class(void **state)
{
	(void)state;
	configured_gives("interface BVI1\n ip address 10.0.0.1 255.0.0.0\n"
			 "interface BVI2\n ip address 172.16.0.1 255.255.0.0\n"
			 "ip dhcp pool A\nhost 10.1.2.3\nip dhcp pool B\nhost 172.16.2.3\n",
			 "ip dhcp pool A\n host 10.1.2.3 255.0.0.0\n"
			 "ip dhcp pool B\n host 172.16.2.3 255.255.0.0\n"
			 "interface BVI1\n ip address 10.0.0.1 255.0.0.0\n"
			 "interface BVI2\n ip address 172.16.0.1 255.255.0.0\n");
}

static void network_is_kept_without_host_bits(void **state)
{
	(void)state;
	configured_gives(BVI "ip dhcp pool LAN\nnetwork 192.168.1.77 255.255.255.0\n",
			 "ip dhcp pool LAN\n network 192.168.1.0 255.255.255.0\n" BVI);
	configured_refuses("ip dhcp pool LAN\nnetwork 192.168.1.0/31\n", 2, "Bad mask /31");
	configured_refuses("ip dhcp pool LAN\nnetwork 0.0.0.0/0\n", 2,
			   "Not a valid host address - 0.0.0.0");
}

static void a_pool_leases_from_a_network_or_binds_a_client(void **state)
{
	static const char *const manual[] = {"host 192.168.1.20/24", "client-identifier 0102",
					     "hardware-address 0200.5e10.0001", "client-name tv"};
	char text[160];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(manual); i++) {
		snprintf(text, sizeof(text), "ip dhcp pool LAN\nnetwork 192.168.1.0/24\n%s\n",
			 manual[i]);
		configured_refuses(text, 3,
				   "This command may not be used with network, origin, vrf or "
				   "relay pools.");
	}
	configured_refuses("ip dhcp pool TV\nhost 192.168.1.20/24\nnetwork 192.168.1.0/24\n", 3,
			   "ip dhcp pool TV: it binds one client");
}

static void a_client_has_one_name(void **state)
{
	(void)state;
	configured_refuses("ip dhcp pool TV\nclient-identifier 0102\n"
			   "hardware-address 0200.5e10.0001\n",
			   3, "ip dhcp pool TV: its client is named by client identifier");
	configured_refuses("ip dhcp pool TV\nhardware-address 0200.5e10.0001\n"
			   "client-identifier 0102\n",
			   3, "ip dhcp pool TV: its client is named by hardware address");
	configured_refuses("ip dhcp pool TV\nclient-identifier 01\n", 2, "less than 2 bytes");
	configured_refuses("ip dhcp pool TV\nclient-identifier 010\n", 2, "");
	configured_refuses("ip dhcp pool TV\nhardware-address 0100.5e00.0001\n", 2,
			   "Not a valid hardware address - 0100.5e00.0001");
}

static void leases_are_days_hours_and_minutes(void **state)
{
	static const struct {
		const char *typed, *written;
	} cases[] = {
		{"lease 0 0 1", " lease 0 0 1\n"},
		{"lease 0 0 59", " lease 0 0 59\n"},
		{"lease 2 0 30", " lease 2 0 30\n"},
		{"lease 7", " lease 7\n"},
		{"lease 1 0 0", ""},
		{"lease 365 23 59", " lease 365 23 59\n"},
		{"lease infinite", " lease infinite\n"},
		{"lease 3\nno lease", ""},
	};
	char text[96], expected[96];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		snprintf(text, sizeof(text), "ip dhcp pool P\n%s\n", cases[i].typed);
		snprintf(expected, sizeof(expected), "ip dhcp pool P\n%s", cases[i].written);
		configured_gives(text, expected);
	}
	configured_refuses("ip dhcp pool P\nlease 0\n", 2, "ip dhcp pool P: a lease of no time");
	configured_refuses("ip dhcp pool P\nlease 0 24\n", 2, "");
	configured_refuses("ip dhcp pool P\nlease 366\n", 2, "");
}

static void lists_of_servers_have_eight_at_most(void **state)
{
	(void)state;
	configured_gives("ip dhcp pool P\ndns-server 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 "
			 "10.0.0.6 10.0.0.7 10.0.0.8\n",
			 "ip dhcp pool P\n dns-server 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 "
			 "10.0.0.6 10.0.0.7 10.0.0.8\n");
	configured_refuses("ip dhcp pool P\ndns-server 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 "
			   "10.0.0.5 10.0.0.6 10.0.0.7 10.0.0.8 10.0.0.9\n",
			   2, "");
	configured_refuses("ip dhcp pool P\ndefault-router 10.0.0.1 255.255.255.255\n", 2,
			   "Not a valid host address - 255.255.255.255");
}

static void no_with_addresses_takes_those_out(void **state)
{
	(void)state;
	configured_gives("ip dhcp pool P\ndns-server 10.0.0.1 10.0.0.2 10.0.0.3\n"
			 "no dns-server 10.0.0.1 10.0.0.3\n",
			 "ip dhcp pool P\n dns-server 10.0.0.2\n");
	configured_gives("ip dhcp pool P\ndns-server 10.0.0.1 10.0.0.2\nno dns-server\n"
			 "default-router 10.0.0.1\nno default-router\n",
			 "ip dhcp pool P\n");
}

static void every_line_can_be_taken_back(void **state)
{
	(void)state;
	configured_gives("ip dhcp excluded-address 10.0.0.1 10.0.0.9\n"
			 "ip dhcp excluded-address 10.0.0.20\n"
			 "no ip dhcp excluded-address 10.0.0.1 10.0.0.9\n"
			 "no ip dhcp excluded-address 10.0.0.20\n"
			 "ip dhcp pool P\nnetwork 10.0.0.0/8\ndomain-name x\nno domain-name\n"
			 "no network\nhost 10.0.0.1/8\nno host\nclient-identifier 0102\n"
			 "no client-identifier\nhardware-address 0200.5e10.0001\n"
			 "no hardware-address\nclient-name x\nno client-name\n",
			 "ip dhcp pool P\n");
	configured_gives("ip dhcp pool P\nip dhcp pool Q\nno ip dhcp pool P\n", "ip dhcp pool Q\n");
	configured_refuses("no ip dhcp pool P\n", 1, "ip dhcp pool P: there is none");
}

static void names_are_such_as_dns_can_serve(void **state)
{
	(void)state;
	configured_refuses("ip dhcp pool P\ndomain-name home..lan\n", 2,
			   "ip dhcp pool P: domain-name: home..lan is no domain");
	configured_refuses("ip dhcp pool P\nclient-name -tv\n", 2,
			   "ip dhcp pool P: client-name: -tv is no host's name");
	configured_refuses("ip dhcp pool P\nclient-name 10.0.0.1\n", 2,
			   "ip dhcp pool P: client-name: 10.0.0.1 is no host's name");
	configured_gives("ip dhcp pool P\nclient-name Living_TV\ndomain-name Home.LAN.\n",
			 "ip dhcp pool P\n client-name Living_TV\n domain-name Home.LAN.\n");
}

static void excluded_ranges_go_upwards(void **state)
{
	(void)state;
	configured_refuses("ip dhcp excluded-address 10.0.0.9 10.0.0.1\n", 1,
			   "ip dhcp excluded-address: 10.0.0.9 is above 10.0.0.1");
	configured_refuses("no ip dhcp excluded-address 10.0.0.9\n", 1, "there is no such range");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pool_is_written_in_the_order_of_the_manual),
		cmocka_unit_test(manual_bindings_name_their_client),
		cmocka_unit_test(a_client_needs_no_address_of_its_own),
		cmocka_unit_test(host_without_mask_takes_that_of_its_class),
		cmocka_unit_test(network_is_kept_without_host_bits),
		cmocka_unit_test(a_pool_leases_from_a_network_or_binds_a_client),
		cmocka_unit_test(a_client_has_one_name),
		cmocka_unit_test(leases_are_days_hours_and_minutes),
		cmocka_unit_test(lists_of_servers_have_eight_at_most),
		cmocka_unit_test(no_with_addresses_takes_those_out),
		cmocka_unit_test(every_line_can_be_taken_back),
		cmocka_unit_test(names_are_such_as_dns_can_serve),
		cmocka_unit_test(excluded_ranges_go_upwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
