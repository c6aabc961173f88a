/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cli/modes/golden.h"

#define HEAD "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"

static void own_addresses_have_no_age(void **state)
{
	(void)state;
	golden(&show_arp,
	       "[{'address':'10.100.88.1','mac':'c4:f7:d5:64:b7:16','age_s':null,'state':'self',"
	       "  'interface':'BVI10','host':null}]",
	       HEAD "Internet  10.100.88.1             -   c4f7.d564.b716  ARPA   BVI10\n");
}

static void ages_are_in_minutes_and_unknown_ones_incomplete(void **state)
{
	(void)state;
	golden(&show_arp,
	       "[{'address':'192.168.100.200','mac':'02:00:00:00:00:0a','age_s':7259,"
	       "  'state':'stale','interface':'Tap1','host':'tv'},"
	       " {'address':'192.168.1.7','mac':null,'age_s':0,'state':'incomplete',"
	       "  'interface':'Tap1','host':null}]",
	       HEAD "Internet  192.168.100.200       120   0200.0000.000a  ARPA   Tap1\n"
		    "Internet  192.168.1.7             0   Incomplete      ARPA\n");
}

static void only_the_first_piece_has_the_heading(void **state)
{
	(void)state;
	golden_piece(&show_arp, "[]", (struct show_cursor){.first = true, .more = true}, HEAD);
	golden_piece(&show_arp, "[]", (struct show_cursor){.at = 200}, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_addresses_have_no_age),
		cmocka_unit_test(ages_are_in_minutes_and_unknown_ones_incomplete),
		cmocka_unit_test(only_the_first_piece_has_the_heading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
