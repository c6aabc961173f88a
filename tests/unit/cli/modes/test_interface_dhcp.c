/* SPDX-License-Identifier: BSD-2-Clause */
/* `ip address dhcp` and its like, a VIP that follows it, and the commands for a client's lease. */
#include "tests/unit/cli/modes/bench.h"
#include "tests/unit/cli/modes/configured.h"

static void d35_an_interface_learns_its_address_or_has_typed_ones(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n ip address dhcp\n",
			 "interface Tap9\n ip address dhcp\n");
	configured_gives("interface Tap9\n ip address 203.0.113.2/24\n ip address dhcp\n",
			 "interface Tap9\n ip address dhcp\n");
	configured_gives("interface Tap9\n ip address dhcp\n ip address 203.0.113.2/24\n",
			 "interface Tap9\n ip address 203.0.113.2 255.255.255.0\n");
	configured_gives("interface Tap9\n ip address dhcp\n no ip address dhcp\n",
			 "interface Tap9\n");
	configured_gives("interface Tap9\n ip address dhcp hostname x\n no ip address\n",
			 "interface Tap9\n");
	configured_refuses("interface Tap9\n no ip address dhcp\n", 2,
			   "interface Tap9: it learns no address by DHCP");
	configured_refuses("interface Tap9\n ip address dhcp\n"
			   " ip address 203.0.113.2/24 secondary\n",
			   3, "interface Tap9: its primary address comes first");
	configured_refuses("interface Tap9\n ip address 203.0.113.2/24\n"
			   " ip address 203.0.114.2/24 secondary\n ip address dhcp\n",
			   4, "interface Tap9: it has secondary addresses");
}

static void d35_what_the_client_tells_is_written_in_one_line(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n ip address dhcp client-id Tap1 hostname cabin\n",
			 "interface Tap9\n ip address dhcp client-id Tap1 hostname cabin\n");
	configured_gives("interface Tap9\n ip dhcp client hostname cabin\n"
			 " ip dhcp client client-id Tap1\n ip dhcp client lease 0 12 30\n",
			 "interface Tap9\n ip dhcp client client-id Tap1\n"
			 " ip dhcp client hostname cabin\n ip dhcp client lease 0 12 30\n");
	configured_gives("interface Tap9\n ip dhcp client hostname cabin\n ip address dhcp\n"
			 " ip dhcp client lease infinite\n",
			 "interface Tap9\n ip address dhcp hostname cabin\n"
			 " ip dhcp client lease infinite\n");
	configured_gives("interface Tap9\n ip address dhcp hostname cabin\n"
			 " no ip dhcp client hostname\n ip dhcp client lease 2\n"
			 " no ip dhcp client lease\n",
			 "interface Tap9\n ip address dhcp\n");
	configured_refuses("interface Tap9\n ip address dhcp hostname a_b\n", 2,
			   "hostname a_b: contains one or more illegal characters");
	configured_refuses("interface Tap9\n ip dhcp client lease 0\n", 2,
			   "interface Tap9: a lease of no time");
}

static void d35_only_an_ethernet_of_its_own_can_be_asked_on(void **state)
{
	(void)state;
	configured_gives("interface BVI1\n ip address dhcp\n",
			 "interface BVI1\n ip address dhcp\n");
	configured_refuses("interface Tun1\n ip address dhcp\n", 2,
			   "interface Tun1: a Tun has no Ethernet to ask for an address on");
	configured_refuses("interface Loopback0\n ip address dhcp\n", 2,
			   "interface Loopback0: a Loopback has no Ethernet");
	configured_refuses("interface Tap1\n bridge-group 1\n ip address dhcp\n", 3,
			   "a port of bridge group 1 has no IP address; BVI1 has");
	configured_refuses("interface Tap1\n ip address dhcp\n bridge-group 1\n", 0,
			   "put ip address dhcp on BVI1");
}

static void d35_one_cannot_ask_and_serve_on_one_link(void **state)
{
	(void)state;
	configured_refuses("interface BVI1\n ip address dhcp\n ip nat inside\n"
			   "ip dhcp pool LAN\n network 192.168.1.0 255.255.255.0\n",
			   0,
			   "ip dhcp pool LAN: network 192.168.1.0/24 is outside every interface's "
			   "network; BVI1 is a DHCP client itself: to serve there, type ip address "
			   "A.B.C.D MASK in place of ip address dhcp");
	configured_refuses(
		"interface BVI1\n ip address dhcp\n ip helper-address 10.20.0.5\n", 0,
		"interface BVI1: it is a DHCP client (ip address dhcp), and relays nothing "
		"there; take back ip helper-address 10.20.0.5, or type an address");
}

static void d35_a_vip_follows_an_interface_that_learns(void **state)
{
	(void)state;
	configured_gives("ip vip HOME dhcp interface Tap9\ninterface Tap9\n ip address dhcp\n",
			 "interface Tap9\n ip address dhcp\nip vip HOME dhcp interface Tap9\n");
	configured_gives("interface Tap9\n ip address dhcp\nip vip HOME dhcp interface Tap9\n"
			 "ip vip HOME 203.0.113.10 interface Tap9\n",
			 "interface Tap9\n ip address dhcp\n"
			 "ip vip HOME 203.0.113.10 interface Tap9\n");
	configured_gives("interface Tap9\n ip address dhcp\nip vip HOME dhcp interface Tap9\n"
			 "no ip vip HOME dhcp\n",
			 "interface Tap9\n ip address dhcp\n");
	configured_refuses(
		"interface Tap9\n ip address 203.0.113.2/24\n"
		"ip vip HOME dhcp interface Tap9\n",
		0,
		"ip vip HOME: interface Tap9 learns no address that it could follow; type "
		"ip address dhcp there, or ip vip HOME A.B.C.D interface Tap9");
	configured_refuses("interface Tap9\n ip address dhcp\nip vip A dhcp interface Tap9\n"
			   "ip vip B dhcp interface Tap9\n",
			   0, "ip vip B: VIP A follows interface Tap9's address already");
	configured_refuses(
		"interface Tap9\n ip address dhcp\nip vip A 203.0.113.10 interface Tap9\n"
		"no ip vip A dhcp\n",
		4, "ip vip A: its address is 203.0.113.10, and not learnt");
}

static void d31_commands_name_what_stands_in_their_way(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, "interface Tap8\n ip address 10.0.0.1/24\n"
			    "interface Tap9\n ip address dhcp\n"
			    "interface BVI2\n ip address dhcp\n");
	assert_string_equal(type(&bench, "renew dhcp Tap9"), "");
	assert_int_equal(bench.last, SESSION_DONE);
	assert_non_null(strstr(type(&bench, "renew dhcp Tap8"), "% Tap8 is not a DHCP client\n"));
	assert_non_null(strstr(type(&bench, "release dhcp Tap7"), "% Tap7 is not a DHCP client\n"));
	assert_non_null(
		strstr(type(&bench, "release dhcp Tap9"), "% Tap9 has no lease to give back\n"));
	assert_non_null(strstr(type(&bench, "renew dhcp BVI2"), "% BVI2 is down"));
	bench_end(&bench);
}

static void d35_shows_say_that_there_is_no_address_yet(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, "interface Tap9\n ip address dhcp\n ip nat outside\n"
			    "ip vip HOME dhcp interface Tap9\n"
			    "access-list 1 permit any\n"
			    "ip nat inside source list 1 vip HOME overload\n");
	assert_non_null(strstr(type(&bench, "show ip interface brief"),
			       "Tap9                       unassigned      YES DHCP   up"));
	assert_non_null(
		strstr(type(&bench, "show vip"),
		       "VIP HOME has no address yet (DHCP) on Tap9, line protocol is up\n"));
	assert_non_null(strstr(type(&bench, "show interfaces"),
			       "  Internet address will be negotiated using DHCP\n"));
	assert_non_null(strstr(type(&bench, "show ip interface"),
			       "  Internet address will be negotiated using DHCP\n"));
	answer = ask(&bench, "show vip");
	assert_null_at(answer, "0.address");
	assert_true(json_is_true(at(answer, "0.dhcp")));
	json_decref(answer);
	answer = ask(&bench, "show ip interface brief");
	assert_text_at(answer, "0.method", "dhcp");
	json_decref(answer);
	answer = ask(&bench, "show dhcp lease");
	assert_text_at(answer, "0.interface", "Tap9");
	assert_text_at(answer, "0.state", "init");
	assert_null_at(answer, "0.address");
	json_decref(answer);
	answer = ask(&bench, "show ip nat statistics");
	assert_null_at(answer, "mappings.0.address");
	json_decref(answer);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(d35_an_interface_learns_its_address_or_has_typed_ones),
		cmocka_unit_test(d35_what_the_client_tells_is_written_in_one_line),
		cmocka_unit_test(d35_only_an_ethernet_of_its_own_can_be_asked_on),
		cmocka_unit_test(d35_one_cannot_ask_and_serve_on_one_link),
		cmocka_unit_test(d35_a_vip_follows_an_interface_that_learns),
		cmocka_unit_test(d31_commands_name_what_stands_in_their_way),
		cmocka_unit_test(d35_shows_say_that_there_is_no_address_yet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
