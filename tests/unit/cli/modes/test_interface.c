/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces: each line in its canonical form, and what a kind of interface can never have. */
#include "tests/unit/cli/modes/configured.h"

static void block_is_written_in_the_order_of_the_manual(void **state)
{
	(void)state;
	configured_gives("interface tap 9\n"
			 "shutdown\n"
			 "mtu 1400\n"
			 "ip tcp adjust-mss off\n"
			 "ip mtu 1280\n"
			 "ip nat outside\n"
			 "ip address 203.0.113.2/24\n"
			 "ip address 203.0.113.3 255.255.255.0 secondary\n"
			 "peer ip route 198.51.100.0/24 via 203.0.113.2\n"
			 "peer ip route 0.0.0.0/0\n"
			 "peer ip address 203.0.113.1/24\n"
			 "attach namespace internet name isp0 mac 02:00:5e:10:00:01 bridge br0\n"
			 "description  the way out \n",
			 "interface Tap9\n"
			 " description the way out\n"
			 " attach namespace internet name isp0 mac 0200.5e10.0001 bridge br0\n"
			 " peer ip address 203.0.113.1 255.255.255.0\n"
			 " peer ip route 198.51.100.0 255.255.255.0 via 203.0.113.2\n"
			 " peer ip route 0.0.0.0 0.0.0.0\n"
			 " ip address 203.0.113.2 255.255.255.0\n"
			 " ip address 203.0.113.3 255.255.255.0 secondary\n"
			 " ip nat outside\n"
			 " ip mtu 1280\n"
			 " ip tcp adjust-mss off\n"
			 " mtu 1400\n"
			 " shutdown\n");
}

static void every_line_can_be_taken_back(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n"
			 "shutdown\nmtu 1400\nip nat outside\nip address 203.0.113.2/24\n"
			 "ip address 203.0.113.3/24 secondary\npeer ip route 198.51.100.0/24\n"
			 "peer ip address 203.0.113.1/24\nattach host name isp0 bridge br0\n"
			 "description x\n"
			 "ip mtu 1000\nip tcp adjust-mss 900\nno ip mtu\nno ip tcp adjust-mss\n"
			 "no shutdown\nno mtu\nno ip nat outside\nno ip address\n"
			 "no peer ip route 198.51.100.0/24\nno peer ip address\nno attach\n"
			 "no description\nbridge-group 4\nno bridge-group\n",
			 "interface Tap9\n");
}

static void a_removed_interface_is_gone(void **state)
{
	(void)state;
	configured_gives("interface Tap1\nmtu 700\ninterface Tap2\nno interface Tap1\n",
			 "interface Tap2\n");
	configured_refuses("interface Tap1\nno interface Tap2\n", 2,
			   "interface Tap2: there is none");
}

static void attach_replaces_the_whole_of_the_one_before(void **state)
{
	(void)state;
	configured_gives("interface Tap1\n"
			 "attach namespace laptop name eth0 mac 0200.5e10.0001 bridge br0\n"
			 "attach host\n",
			 "interface Tap1\n attach host\n");
}

static void description_has_240_characters_at_most(void **state)
{
	char text[320], line[256];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[240] = '\0';
	snprintf(text, sizeof(text), "interface Tap1\n description %s\n", line);
	configured_gives(text, text);
	snprintf(text, sizeof(text), "interface Tap1\n description %sy\n", line);
	configured_refuses(text, 2, "interface Tap1: description longer than 240 characters");
}

static void ip_mtu_and_mss_have_their_ranges_and_are_not_a_switch_ports(void **state)
{
	(void)state;
	configured_gives("interface Tap1\nip mtu 68\nip tcp adjust-mss 500\n"
			 "ip tcp adjust-mss 9216\n",
			 "interface Tap1\n ip mtu 68\n ip tcp adjust-mss 9216\n");
	configured_refuses("interface Tap1\nip mtu 67\n", 2, "");
	configured_refuses("interface Tap1\nip tcp adjust-mss 499\n", 2, "");
	configured_refuses("interface Tap1\nip tcp adjust-mss 9217\n", 2, "");
	configured_refuses("interface Tap1\nip mtu 1000\nbridge-group 1\n", 3,
			   "interface Tap1: it has \"ip mtu\", and a port of a bridge has none");
	configured_refuses("interface Tap1\nbridge-group 1\nip tcp adjust-mss 1000\n", 3,
			   "interface Tap1: a port of bridge group 1 has no TCP MSS; BVI1 has");
}

static void mtu_is_what_every_host_takes_or_more(void **state)
{
	(void)state;
	configured_gives("interface Tun1\nmtu 576\ninterface Tun2\nmtu 65535\n"
			 "interface Tun3\nmtu 1500\n",
			 "interface Tun1\n mtu 576\ninterface Tun2\n mtu 65535\n"
			 "interface Tun3\n");
	configured_refuses("interface Tun1\nmtu 575\n", 2, "");
	configured_refuses("interface Tun1\nmtu 65536\n", 2, "");
}

static void address_must_be_of_one_host(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{"192.168.1.0/24", "Bad mask /24 for address 192.168.1.0"},
		{"192.168.1.255 255.255.255.0", "Bad mask /24 for address 192.168.1.255"},
		{"192.168.1.1/32", "Bad mask /32 for address 192.168.1.1"},
		{"192.168.1.1 0.0.0.0", "Bad mask /0 for address 192.168.1.1"},
		{"224.0.0.5/24", "Not a valid host address - 224.0.0.5"},
		{"127.0.0.1/8", "Not a valid host address - 127.0.0.1"},
		{"0.0.0.1/8", "Not a valid host address - 0.0.0.1"},
		{"240.0.0.1/8", "Not a valid host address - 240.0.0.1"},
		{"255.255.255.255/8", "Not a valid host address - 255.255.255.255"},
	};
	char text[96];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		snprintf(text, sizeof(text), "interface Tap1\nip address %s\n", cases[i].line);
		configured_refuses(text, 2, cases[i].says);
	}
}

static void slash_31_and_loopback_slash_32_have_no_reserved_addresses(void **state)
{
	(void)state;
	configured_gives("interface Tap1\nip address 10.0.0.0/31\n"
			 "interface Loopback0\nip address 10.9.9.9/32\n",
			 "interface Tap1\n ip address 10.0.0.0 255.255.255.254\n"
			 "interface Loopback0\n ip address 10.9.9.9 255.255.255.255\n");
}

static void secondaries_follow_the_primary(void **state)
{
	(void)state;
	configured_refuses("interface Tap1\nip address 10.0.0.1/24 secondary\n", 2,
			   "interface Tap1: its primary address comes first");
	configured_refuses("interface Tap1\nip address 10.0.0.1/24\n"
			   "ip address 10.0.0.1/24 secondary\n",
			   3, "Secondary can't be same as primary");
	configured_refuses("interface Tap1\nip address 10.0.0.1/24\n"
			   "ip address 10.1.0.1/24 secondary\nip address 10.1.0.1/24\n",
			   4, "10.1.0.1 is a secondary address");
	configured_refuses("interface Tap1\nip address 10.0.0.1/24\n"
			   "ip address 10.1.0.1/24 secondary\nno ip address 10.0.0.1/24\n",
			   4, "Must delete secondary before deleting primary");
	configured_gives("interface Tap1\nip address 10.0.0.1/24\n"
			 "ip address 10.1.0.1/24 secondary\nip address 10.2.0.1/24 secondary\n"
			 "ip address 10.3.0.1/24\nno ip address 10.1.0.1/24 secondary\n",
			 "interface Tap1\n ip address 10.3.0.1 255.255.255.0\n"
			 " ip address 10.2.0.1 255.255.255.0 secondary\n");
}

static void an_address_that_is_not_there_cannot_be_removed(void **state)
{
	(void)state;
	configured_refuses("interface Tap1\nip address 10.0.0.1/24\nno ip address 10.0.0.2/24\n", 3,
			   "interface Tap1: no primary address 10.0.0.2/24");
	configured_refuses("interface Tap1\nip address 10.0.0.1/24\nno ip address 10.0.0.1/25\n", 3,
			   "10.0.0.1/25");
	configured_refuses("interface Tap1\npeer ip address 10.0.0.1/24\n"
			   "no peer ip address 10.0.0.2/24\n",
			   3, "interface Tap1: no peer ip address 10.0.0.2/24");
	configured_refuses("interface Tap1\npeer ip route 10.0.0.0/24 via 10.1.1.1\n"
			   "no peer ip route 10.0.0.0/24 via 10.1.1.2\n",
			   3, "No matching route to delete");
}

static void lists_of_addresses_have_an_end(void **state)
{
	struct buffer text = {0};

	(void)state;
	buffer_add(&text, "interface Tap1\nip address 10.0.0.1/24\n");
	for (int i = 1; i <= CONFIG_ADDRESSES_MAX; i++)
		buffer_printf(&text, "ip address 10.0.%d.1/24 secondary\n", i);
	configured_refuses(buffer_text(&text), 2 + CONFIG_ADDRESSES_MAX,
			   "interface Tap1: more than 8 addresses");
	buffer_clear(&text);
	buffer_add(&text, "interface Tap1\n");
	for (int i = 0; i <= CONFIG_ADDRESSES_MAX; i++)
		buffer_printf(&text, "peer ip address 10.0.%d.1/24\n", i);
	configured_refuses(buffer_text(&text), 2 + CONFIG_ADDRESSES_MAX,
			   "interface Tap1: more than 8 peer addresses");
	buffer_clear(&text);
	buffer_add(&text, "interface Tap1\n");
	for (int i = 0; i <= CONFIG_PEER_ROUTES_MAX; i++)
		buffer_printf(&text, "peer ip route 10.0.%d.0/24\n", i);
	configured_refuses(buffer_text(&text), 2 + CONFIG_PEER_ROUTES_MAX,
			   "interface Tap1: more than 16 peer routes");
	buffer_free(&text);
}

static void a_peer_has_one_route_for_a_network(void **state)
{
	(void)state;
	configured_gives("interface Tap1\npeer ip route 10.0.0.0/24 via 10.1.1.1\n"
			 "peer ip route 10.0.0.0/24 via 10.1.1.2\n",
			 "interface Tap1\n peer ip route 10.0.0.0 255.255.255.0 via 10.1.1.2\n");
	configured_refuses("interface Tap1\npeer ip route 10.0.0.1/24\n", 2,
			   "Inconsistent address and mask");
	configured_refuses("interface Tap1\npeer ip route 10.0.0.0/24 via 224.0.0.1\n", 2,
			   "Not a valid host address");
}

static void a_kind_is_refused_what_it_can_never_have(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"interface BVI1\nattach host\n", "interface BVI1: a BVI has no kernel's end"},
		{"interface Loopback1\nattach namespace x\n",
		 "interface Loopback1: a Loopback has no kernel's end"},
		{"interface BVI1\npeer ip address 10.0.0.1/24\n", "no kernel's end"},
		{"interface BVI1\npeer ip route 10.0.0.0/24\n", "no kernel's end"},
		{"interface Tun1\nattach host mac 0200.5e10.0001\n",
		 "interface Tun1: a Tun has no MAC address"},
		{"interface Tun1\nattach host bridge br0\n",
		 "interface Tun1: a Tun cannot be a port of bridge br0"},
		{"interface Tun1\nbridge-group 1\n",
		 "interface Tun1: a Tun cannot be a port of a bridge"},
		{"interface BVI1\nbridge-group 1\n",
		 "interface BVI1: a BVI cannot be a port of a bridge"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		configured_refuses(cases[i].text, 2, cases[i].says);
}

static void a_port_of_a_bridge_has_no_layer_3(void **state)
{
	(void)state;
	configured_refuses("interface Tap1\nbridge-group 1\nip address 10.0.0.1/24\n", 3,
			   "a port of bridge group 1 has no IP address; BVI1 has");
	configured_refuses("interface Tap1\nbridge-group 1\nip nat inside\n", 3,
			   "a port of bridge group 1 has no NAT side; BVI1 has");
	configured_refuses("interface Tap1\nip address 10.0.0.1/24\nbridge-group 1\n", 3,
			   "interface Tap1: it has address 10.0.0.1");
	configured_refuses("interface Tap1\nip nat inside\nbridge-group 1\n", 3,
			   "interface Tap1: it has \"ip nat\"");
	configured_gives("interface Tap1\nbridge-group 1\npeer ip address 10.0.0.1/24\n",
			 "interface Tap1\n peer ip address 10.0.0.1 255.255.255.0\n"
			 " bridge-group 1\n");
}

static void names_the_kernel_cannot_take_are_refused(void **state)
{
	(void)state;
	configured_refuses("interface Tap1\nattach namespace a/b\n", 2,
			   "interface Tap1: \"a/b\" is no name of a namespace");
	configured_refuses("interface Tap1\nattach namespace ..\n", 2,
			   "interface Tap1: \"..\" is no name of a namespace");
	configured_refuses("interface Tap1\nattach host name eth%d\n", 2,
			   "interface Tap1: the kernel takes no device name \"eth%d\"");
	configured_refuses("interface Tap1\nattach host bridge a:b\n", 2,
			   "interface Tap1: the kernel takes no device name \"a:b\"");
	configured_refuses("interface Tap1\nattach host name sixteencharacter\n", 2, "");
	configured_refuses("interface Tap1\nattach host mac ffff.ffff.ffff\n", 2,
			   "interface Tap1: not a valid hardware address - ffff.ffff.ffff");
	configured_refuses("interface Tap1\nattach host mac 0000.0000.0000\n", 2,
			   "interface Tap1: not a valid hardware address - 0000.0000.0000");
}

static void removing_the_other_nat_side_changes_nothing(void **state)
{
	(void)state;
	configured_gives("interface Tap1\nip nat inside\nno ip nat outside\n",
			 "interface Tap1\n ip nat inside\n");
	configured_gives("interface Tap1\nip nat inside\nip nat outside\n",
			 "interface Tap1\n ip nat outside\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(block_is_written_in_the_order_of_the_manual),
		cmocka_unit_test(every_line_can_be_taken_back),
		cmocka_unit_test(a_removed_interface_is_gone),
		cmocka_unit_test(attach_replaces_the_whole_of_the_one_before),
		cmocka_unit_test(description_has_240_characters_at_most),
		cmocka_unit_test(ip_mtu_and_mss_have_their_ranges_and_are_not_a_switch_ports),
		cmocka_unit_test(mtu_is_what_every_host_takes_or_more),
		cmocka_unit_test(address_must_be_of_one_host),
		cmocka_unit_test(slash_31_and_loopback_slash_32_have_no_reserved_addresses),
		cmocka_unit_test(secondaries_follow_the_primary),
		cmocka_unit_test(an_address_that_is_not_there_cannot_be_removed),
		cmocka_unit_test(lists_of_addresses_have_an_end),
		cmocka_unit_test(a_peer_has_one_route_for_a_network),
		cmocka_unit_test(a_kind_is_refused_what_it_can_never_have),
		cmocka_unit_test(a_port_of_a_bridge_has_no_layer_3),
		cmocka_unit_test(names_the_kernel_cannot_take_are_refused),
		cmocka_unit_test(removing_the_other_nat_side_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
