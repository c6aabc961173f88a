/* SPDX-License-Identifier: BSD-2-Clause */
/* Access lists, by number and by name. */
#include "tests/unit/cli/modes/configured.h"

static void a_line_typed_twice_stands_once(void **state)
{
	(void)state;
	configured_gives("access-list 1 permit any\naccess-list 1 permit any\n",
			 "access-list 1 permit any\n");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_typed_twice_stands_once),
		cmocka_unit_test(lists_and_lines_are_removed),
		cmocka_unit_test(numbers_are_those_of_their_kind),
		cmocka_unit_test(a_list_with_a_name_has_a_mode),
		cmocka_unit_test(numbers_of_lines_are_kept),
		cmocka_unit_test(a_numbered_list_stays_while_its_mode_is_on),
		cmocka_unit_test(lines_are_numbered_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
