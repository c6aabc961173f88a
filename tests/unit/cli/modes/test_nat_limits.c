/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of `ip nat translation` and `ip nat timers`. */
#include "tests/unit/cli/modes/configured.h"

static void timeouts_are_written_unless_they_are_the_default(void **state)
{
	(void)state;
	configured_gives(
		"ip nat translation icmp-timeout 61\nip nat translation udp-timeout never\n"
		"ip nat translation dns-timeout 5\nip nat translation tcp-timeout 7440\n"
		"ip nat translation finrst-timeout 241\nip nat translation syn-timeout 242\n"
		"ip nat translation timeout 600\n",
		"ip nat translation udp-timeout never\nip nat translation dns-timeout 5\n"
		"ip nat translation tcp-timeout 7440\n"
		"ip nat translation finrst-timeout 241\n"
		"ip nat translation syn-timeout 242\nip nat translation icmp-timeout 61\n"
		"ip nat translation timeout 600\n");
	configured_gives("ip nat translation udp-timeout 300\nip nat translation dns-timeout 120\n"
			 "ip nat translation tcp-timeout 86400\n"
			 "ip nat translation finrst-timeout 240\n"
			 "ip nat translation syn-timeout 240\nip nat translation icmp-timeout 60\n"
			 "ip nat translation timeout 86400\n",
			 "");
	configured_gives("ip nat translation udp-timeout 900\nno ip nat translation udp-timeout\n"
			 "ip nat translation syn-timeout 900\n"
			 "no ip nat translation syn-timeout 900\n",
			 "");
	configured_refuses("ip nat translation udp-timeout 0\n", 1, "");
}

static void a_short_timer_takes_the_word_unsafe_before_or_behind_it(void **state)
{
	(void)state;
	configured_gives("ip nat translation udp-timeout 5\nip nat timers unsafe\n",
			 "ip nat timers unsafe\nip nat translation udp-timeout 5\n");
	configured_refuses("ip nat translation udp-timeout 5\n", 0,
			   "ip nat translation udp-timeout 5: RFC 4787 REQ-5 asks for 120");
	configured_refuses("ip nat timers unsafe\nip nat translation udp-timeout 5\n"
			   "no ip nat timers unsafe\n",
			   0, "\"ip nat timers unsafe\" lets a laboratory have less");
}

static void pptp_is_refused_by_name(void **state)
{
	(void)state;
	configured_refuses("ip nat translation pptp-timeout 600\n", 1, "PPTP's GRE");
	configured_refuses("no ip nat translation pptp-timeout\n", 1, "PPTP's GRE");
}

static void ports_have_timers_of_their_own(void **state)
{
	(void)state;
	configured_gives("ip nat translation port-timeout udp ntp 30\n"
			 "ip nat translation port-timeout tcp 22 never\n"
			 "ip nat translation port-timeout udp 123 31\n",
			 "ip nat translation port-timeout tcp 22 never\n"
			 "ip nat translation port-timeout udp 123 31\n");
	configured_gives("ip nat translation port-timeout tcp 22 never\n"
			 "no ip nat translation port-timeout tcp 22\n",
			 "");
	configured_refuses("no ip nat translation port-timeout tcp 22\n", 1,
			   "ip nat translation port-timeout tcp 22: there is none");
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

static void c4_c5_limits_of_devices_are_written_in_one_order(void **state)
{
	(void)state;
	configured_gives("ip nat translation max-rate all-host 100\n"
			 "ip nat translation max-ports list 01 50\n"
			 "ip nat translation max-entries list GUESTS 10\n"
			 "ip nat translation max-entries host 192.168.1.20 3000\n"
			 "ip nat translation max-entries all-host 2000\n"
			 "ip nat translation max-entries 5000\n",
			 "ip nat translation max-entries 5000\n"
			 "ip nat translation max-entries all-host 2000\n"
			 "ip nat translation max-entries host 192.168.1.20 3000\n"
			 "ip nat translation max-entries list GUESTS 10\n"
			 "ip nat translation max-ports list 1 50\n"
			 "ip nat translation max-rate all-host 100\n");
	configured_gives("ip nat translation max-entries all-host 2000\n"
			 "ip nat translation max-entries all-host 3000\n",
			 "ip nat translation max-entries all-host 3000\n");
}

static void limits_of_devices_are_removed_by_what_they_limit(void **state)
{
	(void)state;
	configured_gives("ip nat translation max-entries all-host 2000\n"
			 "ip nat translation max-ports host 10.0.0.1 5\n"
			 "ip nat translation max-rate list 7 5\n"
			 "no ip nat translation max-entries all-host\n"
			 "no ip nat translation max-ports host 10.0.0.1 5\n"
			 "no ip nat translation max-rate list 7\n",
			 "");
	configured_refuses("ip nat translation max-entries all-host 5\n"
			   "no ip nat translation max-entries host 10.0.0.1\n",
			   2, "max-entries host 10.0.0.1: there is no such limit");
}

static void limits_name_hosts_and_counts_within_range(void **state)
{
	(void)state;
	configured_refuses("ip nat translation max-entries host 224.0.0.1 5\n", 1,
			   "Not a valid host address - 224.0.0.1");
	configured_refuses("ip nat translation max-rate all-host 0\n", 1, "");
	configured_refuses("ip nat translation max-rate all-host 1000001\n", 1, "");
	configured_refuses("ip nat translation max-ports all-host 16777217\n", 1, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timeouts_are_written_unless_they_are_the_default),
		cmocka_unit_test(a_short_timer_takes_the_word_unsafe_before_or_behind_it),
		cmocka_unit_test(pptp_is_refused_by_name),
		cmocka_unit_test(ports_have_timers_of_their_own),
		cmocka_unit_test(most_entries_are_written_unless_they_are_the_default),
		cmocka_unit_test(c4_c5_limits_of_devices_are_written_in_one_order),
		cmocka_unit_test(limits_of_devices_are_removed_by_what_they_limit),
		cmocka_unit_test(limits_name_hosts_and_counts_within_range),
	};

	return cmocka_run_group_tests_name("nat_limits", tests, NULL, NULL);
}
