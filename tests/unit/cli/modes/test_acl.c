/* SPDX-License-Identifier: BSD-2-Clause */
/* Access lists, by number and by name. */
#include "tests/unit/cli/modes/configured.h"

static void sources_have_every_form(void **state)
{
	(void)state;
	configured_gives("access-list 10 permit any\n"
			 "access-list 1 deny host 192.168.1.66\n"
			 "access-list 1 deny 192.168.1.67\n"
			 "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			 "access-list 2 permit 10.0.0.0 0.0.255.0\n"
			 "access-list 1300 permit any log\n",
			 "access-list 1 deny 192.168.1.66\n"
			 "access-list 1 deny 192.168.1.67\n"
			 "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			 "access-list 2 permit 10.0.0.0 0.0.255.0\n"
			 "access-list 10 permit any\n"
			 "access-list 1300 permit any log\n");
}

static void a_line_is_kept_as_it_takes_effect(void **state)
{
	(void)state;
	configured_gives(
		"access-list 1 permit 192.168.1.7 0.0.0.255\n"
		"access-list 2 permit 192.168.1.7 255.255.255.255\n"
		"access-list 3 permit 192.168.1.7 0.0.0.0\n"
		"access-list 101 permit ip 192.168.1.7 0.0.0.255 10.1.1.1 255.255.255.255\n"
		"access-list 101 permit 6 any 10.1.1.1 0.0.0.0\n",
		"access-list 1 permit 192.168.1.0 0.0.0.255\n"
		"access-list 2 permit any\n"
		"access-list 3 permit 192.168.1.7\n"
		"access-list 101 permit ip 192.168.1.0 0.0.0.255 any\n"
		"access-list 101 permit tcp any host 10.1.1.1\n");
}

static void a_line_typed_twice_stands_once(void **state)
{
	(void)state;
	configured_gives("access-list 1 permit any\naccess-list 1 permit any\n",
			 "access-list 1 permit any\n");
}

static void ports_are_printed_back_as_they_were_typed(void **state)
{
	(void)state;
	configured_gives("access-list 101 permit tcp any eq 80 any eq 22\n"
			 "access-list 101 permit tcp any lt 1024 any neq telnet\n"
			 "access-list 101 permit udp any range 20 21 any gt 514\n"
			 "access-list 101 permit tcp any any range 20 21\n",
			 "access-list 101 permit tcp any eq www any eq 22\n"
			 "access-list 101 permit tcp any lt 1024 any neq telnet\n"
			 "access-list 101 permit udp any range 20 21 any gt syslog\n"
			 "access-list 101 permit tcp any any range ftp-data ftp\n");
	configured_refuses("access-list 101 permit tcp any any range 90 80\n", 1,
			   "Invalid port range: 90 is above 80");
	configured_refuses("access-list 101 permit icmp any eq 80 any\n", 1, "invalid input");
	configured_refuses("access-list 101 permit udp any any established\n", 1, "invalid input");
}

static void icmp_messages_have_names_and_numbers(void **state)
{
	(void)state;
	configured_gives("access-list 101 permit icmp any any echo-reply\n"
			 "access-list 101 permit icmp any any 11\n"
			 "access-list 101 permit icmp any any 3 4\n"
			 "access-list 101 permit icmp any any unreachable 1\n"
			 "access-list 101 permit icmp any any 200 7 log\n"
			 "access-list 101 permit icmp any any log\n",
			 "access-list 101 permit icmp any any echo-reply\n"
			 "access-list 101 permit icmp any any time-exceeded\n"
			 "access-list 101 permit icmp any any packet-too-big\n"
			 "access-list 101 permit icmp any any host-unreachable\n"
			 "access-list 101 permit icmp any any 200 7 log\n"
			 "access-list 101 permit icmp any any log\n");
	configured_refuses("access-list 101 permit icmp any any ttl-exceeded 1\n", 1,
			   "\"ttl-exceeded\" is a type and a code already");
	configured_refuses("access-list 101 permit icmp any any 256\n", 1, "valid range is 0-255");
}

static void fragments_have_nothing_but_addresses_and_protocol(void **state)
{
	(void)state;
	configured_gives("access-list 101 deny tcp any any fragments log\n",
			 "access-list 101 deny tcp any any fragments log\n");
	configured_refuses("access-list 101 deny tcp any any eq 80 fragments\n", 1,
			   "later fragments have no ports");
	configured_refuses("access-list 101 deny icmp any any echo fragments\n", 1,
			   "later fragments have no ports");
}

static void lists_and_lines_are_removed(void **state)
{
	(void)state;
	configured_gives("access-list 1 permit any\naccess-list 1 deny any\n"
			 "access-list 2 deny any\nno access-list 1\n",
			 "access-list 2 deny any\n");
	configured_gives("access-list 1 permit host 10.0.0.1\naccess-list 1 deny any\n"
			 "no access-list 1 permit 10.0.0.1\n",
			 "access-list 1 deny any\n");
	configured_gives("access-list 101 permit ip any any\n"
			 "no access-list 101 permit ip any any\n",
			 "");
	configured_refuses("no access-list 1\n", 1, "access-list 1: there is none");
	configured_refuses("access-list 1 permit any\nno access-list 1 deny any\n", 2,
			   "access-list 1: there is no such line");
}

static void numbers_are_those_of_their_kind(void **state)
{
	(void)state;
	configured_refuses("access-list 0 permit any\n", 1, "");
	configured_refuses("access-list 200 permit any\n", 1, "no list has that number");
	configured_refuses("access-list 1299 permit ip any any\n", 1, "no list has that number");
	configured_refuses("access-list 1 permit tcp any any\n", 1,
			   "access-list 1: a standard list has a source, and no protocol and no "
			   "destination; extended lists have the numbers 100-199 and 2000-2699");
	configured_refuses("access-list 150 permit 10.0.0.0 0.0.0.255\n", 1,
			   "access-list 150: a line of an extended list has a protocol, a source "
			   "and a destination");
	configured_refuses("ip access-list extended 50\n", 1, "of the standard kind");
	configured_refuses("ip access-list extended 9lives\n", 1, "neither a name nor the number");
	configured_refuses("ip access-list standard LAN\nip access-list extended LAN\n", 2,
			   "ip access-list extended LAN: LAN is a list of the standard kind");
}

static void a_list_with_a_name_has_a_mode(void **state)
{
	(void)state;
	configured_gives("ip access-list extended IN\n"
			 " permit tcp any any established\n"
			 " deny ip any any\n"
			 "ip access-list standard LAN\n"
			 " permit 192.168.1.0 0.0.0.255\n"
			 "ip access-list standard NOBODY\n"
			 "access-list 1 permit any\n",
			 "ip access-list extended IN\n"
			 " permit tcp any any established\n"
			 " deny ip any any\n"
			 "ip access-list standard LAN\n"
			 " permit 192.168.1.0 0.0.0.255\n"
			 "ip access-list standard NOBODY\n"
			 "access-list 1 permit any\n");
	configured_gives("ip access-list standard LAN\n permit any\n"
			 "no ip access-list standard LAN\n",
			 "");
	configured_refuses("no ip access-list standard LAN\n", 1, "there is none");
	configured_refuses("ip access-list standard LAN\n permit tcp any any\n", 2,
			   "invalid input");
}

static void numbers_of_lines_are_kept(void **state)
{
	(void)state;
	configured_gives("ip access-list extended IN\n"
			 " permit tcp any any\n"
			 " deny ip any any\n"
			 " 15 permit udp any any\n",
			 "ip access-list extended IN\n"
			 " 10 permit tcp any any\n"
			 " 15 permit udp any any\n"
			 " 20 deny ip any any\n");
	configured_gives("access-list 101 deny ip any any\n"
			 "ip access-list extended 101\n"
			 " 5 permit tcp any any\n",
			 "ip access-list extended 101\n"
			 " 5 permit tcp any any\n"
			 " 10 deny ip any any\n");
	configured_gives("ip access-list extended IN\n"
			 " permit tcp any any\n"
			 " permit udp any any\n"
			 " deny ip any any\n"
			 " no 20\n"
			 " no permit tcp any any\n",
			 "ip access-list extended IN\n"
			 " 30 deny ip any any\n");
	configured_refuses("ip access-list extended IN\n permit tcp any any\n"
			   " 10 deny ip any any\n",
			   3, "Duplicate sequence number: line 10 of access list IN is another");
	configured_refuses("ip access-list extended IN\n permit tcp any any\n"
			   " 20 permit tcp any any\n",
			   3, "Access list IN has this very line under another number");
	configured_refuses("ip access-list extended IN\n no 10\n", 2,
			   "ip access-list IN: there is no line 10");
}

static void a_numbered_list_stays_while_its_mode_is_on(void **state)
{
	(void)state;
	configured_gives("ip access-list standard 5\n"
			 " permit any\n"
			 " no permit any\n"
			 " deny any\n",
			 "access-list 5 deny any\n");
	configured_gives("ip access-list standard 5\n", "ip access-list standard 5\n");
}

static void lines_are_numbered_anew(void **state)
{
	(void)state;
	configured_gives("ip access-list standard LAN\n"
			 " permit any\n"
			 " 5 deny 10.0.0.1\n"
			 "ip access-list resequence LAN 100 20\n",
			 "ip access-list standard LAN\n"
			 " 100 deny 10.0.0.1\n"
			 " 120 permit any\n");
	configured_gives("ip access-list standard LAN\n"
			 " permit any\n"
			 " 5 deny 10.0.0.1\n"
			 "ip access-list resequence LAN\n",
			 "ip access-list standard LAN\n"
			 " deny 10.0.0.1\n"
			 " permit any\n");
	configured_refuses("ip access-list resequence LAN 10 10\n", 1,
			   "ip access-list resequence LAN: there is none");
	configured_refuses("access-list 1 permit any\n"
			   "ip access-list resequence 1 2147483647 10\n",
			   2, "the last line would be above 2147483647");
}

static void remarks_stand_before_the_next_line(void **state)
{
	(void)state;
	configured_gives("access-list 101 remark  the web   server \n"
			 "access-list 101 permit tcp any any eq 80\n"
			 "access-list 101 remark and no more\n",
			 "access-list 101 remark the web   server\n"
			 "access-list 101 permit tcp any any eq www\n"
			 "access-list 101 remark and no more\n");
	configured_gives("access-list 1 remark a\naccess-list 1 permit any\n"
			 "no access-list 1 remark a\n",
			 "access-list 1 permit any\n");
	configured_refuses("access-list 1 remark "
			   "12345678901234567890123456789012345678901234567890"
			   "12345678901234567890123456789012345678901234567890+\n",
			   1, "remark longer than 100 characters");
	configured_refuses("access-list 1 remark a\aa\n", 1, "control character");
}

static void interfaces_have_a_list_each_way(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n"
			 " ip access-group 101 in\n"
			 " ip access-group LAN out\n"
			 " ip access-group 102 in\n",
			 "interface Tap9\n"
			 " ip access-group 102 in\n"
			 " ip access-group LAN out\n");
	configured_gives("interface Tap9\n"
			 " ip access-group 101 in\n"
			 " ip access-group LAN out\n"
			 " no ip access-group 101 in\n"
			 " no ip access-group out\n",
			 "interface Tap9\n");
	configured_refuses("interface Tap9\n ip access-group 101 in\n"
			   " no ip access-group 102 in\n",
			   3, "interface Tap9: access list 102 is not its in list");
	configured_refuses("interface Tap9\n ip access-group 200 in\n", 2,
			   "interface Tap9: no access list has the name 200");
	configured_refuses("interface Tap1\n bridge-group 1\n ip access-group 101 in\n", 3,
			   "a port of bridge group 1 has no access list; BVI1 has");
	configured_refuses("interface Tap1\n ip access-group 101 in\n bridge-group 1\n", 3,
			   "interface Tap1: it has access list 101");
}

static void r6_the_way_back_is_configured_by_interface(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n ip verify unicast source reachable-via rx\n",
			 "interface Tap9\n ip verify unicast source reachable-via rx\n");
	configured_gives("interface Tap9\n"
			 " ip verify unicast source reachable-via rx\n"
			 " ip verify unicast source reachable-via any allow-default\n",
			 "interface Tap9\n"
			 " ip verify unicast source reachable-via any allow-default\n");
	configured_gives("interface Tap9\n"
			 " ip verify unicast source reachable-via rx allow-default\n"
			 " no ip verify unicast source reachable-via\n",
			 "interface Tap9\n");
	configured_refuses("interface Tap1\n bridge-group 1\n"
			   " ip verify unicast source reachable-via rx\n",
			   3, "has no reverse path; BVI1 has");
}

static void unreachables_are_on_unless_turned_off(void **state)
{
	(void)state;
	configured_gives("interface Tap9\n no ip unreachables\n",
			 "interface Tap9\n no ip unreachables\n");
	configured_gives("interface Tap9\n no ip unreachables\n ip unreachables\n",
			 "interface Tap9\n");
	configured_gives("interface Tap9\n no ip unreachables\n default ip unreachables\n",
			 "interface Tap9\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_have_every_form),
		cmocka_unit_test(a_line_is_kept_as_it_takes_effect),
		cmocka_unit_test(a_line_typed_twice_stands_once),
		cmocka_unit_test(ports_are_printed_back_as_they_were_typed),
		cmocka_unit_test(icmp_messages_have_names_and_numbers),
		cmocka_unit_test(fragments_have_nothing_but_addresses_and_protocol),
		cmocka_unit_test(lists_and_lines_are_removed),
		cmocka_unit_test(numbers_are_those_of_their_kind),
		cmocka_unit_test(a_list_with_a_name_has_a_mode),
		cmocka_unit_test(numbers_of_lines_are_kept),
		cmocka_unit_test(a_numbered_list_stays_while_its_mode_is_on),
		cmocka_unit_test(lines_are_numbered_anew),
		cmocka_unit_test(remarks_stand_before_the_next_line),
		cmocka_unit_test(interfaces_have_a_list_each_way),
		cmocka_unit_test(r6_the_way_back_is_configured_by_interface),
		cmocka_unit_test(unreachables_are_on_unless_turned_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
