/* SPDX-License-Identifier: BSD-2-Clause */
/* The public virtual IP. */
#include "tests/unit/cli/modes/configured.h"

#define TAP9	     "interface Tap9\nip address 203.0.113.2 255.255.255.0\n"
#define TAP9_WRITTEN "interface Tap9\n ip address 203.0.113.2 255.255.255.0\n"

static void vips_are_written_by_name(void **state)
{
	(void)state;
	configured_gives(TAP9 "ip vip WORK 203.0.113.11 interface tap9\n"
			      "ip vip HOME 203.0.113.10 interface Tap 9\n",
			 TAP9_WRITTEN "ip vip HOME 203.0.113.10 interface Tap9\n"
				      "ip vip WORK 203.0.113.11 interface Tap9\n");
}

static void a_second_line_of_the_name_replaces_the_first(void **state)
{
	(void)state;
	configured_gives(TAP9 "ip vip HOME 203.0.113.11 interface Tap9\n"
			      "ip vip HOME 203.0.113.10 interface Tap9\n",
			 TAP9_WRITTEN "ip vip HOME 203.0.113.10 interface Tap9\n");
}

static void interface_may_follow_the_vip_in_a_script(void **state)
{
	(void)state;
	configured_gives("ip vip HOME 203.0.113.10 interface Tap9\n" TAP9,
			 TAP9_WRITTEN "ip vip HOME 203.0.113.10 interface Tap9\n");
}

static void vip_is_removed_by_name_or_by_the_whole_line(void **state)
{
	(void)state;
	configured_gives(TAP9 "ip vip HOME 203.0.113.10 interface Tap9\nno ip vip HOME\n",
			 TAP9_WRITTEN);
	configured_gives(TAP9 "ip vip HOME 203.0.113.10 interface Tap9\n"
			      "no ip vip HOME 203.0.113.10 interface Tap9\n",
			 TAP9_WRITTEN);
	configured_refuses(TAP9 "no ip vip HOME\n", 3, "ip vip HOME: there is none");
	configured_refuses(TAP9 "ip vip HOME 203.0.113.10 interface Tap9\n"
				"no ip vip HOME 203.0.113.11\n",
			   4, "ip vip HOME: its address is 203.0.113.10");
}

static void vip_is_an_address_of_one_host(void **state)
{
	(void)state;
	configured_refuses("ip vip HOME 224.0.0.1 interface Tun9\n", 1,
			   "Not a valid host address - 224.0.0.1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vips_are_written_by_name),
		cmocka_unit_test(a_second_line_of_the_name_replaces_the_first),
		cmocka_unit_test(interface_may_follow_the_vip_in_a_script),
		cmocka_unit_test(vip_is_removed_by_name_or_by_the_whole_line),
		cmocka_unit_test(vip_is_an_address_of_one_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
