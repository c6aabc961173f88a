/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of an access list: what is read, and how it is written back. */
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

static void protocols_have_names_and_numbers(void **state)
{
	(void)state;
	configured_gives("access-list 101 permit 47 any any\n"
			 "access-list 101 permit ospf any any\n"
			 "access-list 101 deny 99 any any log\n"
			 "access-list 101 deny 17 any any\n",
			 "access-list 101 permit gre any any\n"
			 "access-list 101 permit ospf any any\n"
			 "access-list 101 deny 99 any any log\n"
			 "access-list 101 deny udp any any\n");
	configured_refuses("access-list 101 permit 256 any any\n", 1, "0-255");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_have_every_form),
		cmocka_unit_test(a_line_is_kept_as_it_takes_effect),
		cmocka_unit_test(ports_are_printed_back_as_they_were_typed),
		cmocka_unit_test(icmp_messages_have_names_and_numbers),
		cmocka_unit_test(fragments_have_nothing_but_addresses_and_protocol),
		cmocka_unit_test(remarks_stand_before_the_next_line),
		cmocka_unit_test(protocols_have_names_and_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
