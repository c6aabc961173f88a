/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cli/modes/golden.h"

static void helpers_are_a_table(void **state)
{
	(void)state;
	golden(&show_helper_address,
	       "[{'interface':'BVI1','helper_address':'10.20.0.5'},"
	       " {'interface':'BVI1','helper_address':'10.20.0.4'}]",
	       "Interface            Helper-Address\n"
	       "BVI1                 10.20.0.5\n"
	       "BVI1                 10.20.0.4\n");
	golden(&show_helper_address, "[]", "Interface            Helper-Address\n");
}

static void counters_are_lines_and_drops_have_their_words(void **state)
{
	(void)state;
	golden(&show_dhcp_relay,
	       "{'requests':5,'requests_sent':10,'replies':4,'options_added':5,'options_taken':4,"
	       " 'options_no_room':0,'drops':{'dhcp_relay_hops':1,'dhcp_relay_loop':2,"
	       " 'dhcp_relay_option':3,'dhcp_relay_stranger':0}}",
	       "Requests relayed           5\n"
	       "Requests sent to servers   10\n"
	       "Answers relayed            4\n"
	       "Option 82 inserted         5\n"
	       "Option 82 removed          4\n"
	       "Option 82 without room     0\n"
	       "\n"
	       "Dropped\n"
	       "  DHCP request that has passed over 16 relays  1\n"
	       "  DHCP request that claims to be relayed by us 2\n"
	       "  DHCP client that sends a relay's option 82   3\n"
	       "  DHCP answer from outside by no helper        0\n");
}

static void all_are_trusted_or_none(void **state)
{
	(void)state;
	golden(&show_relay_trusted, "{'all':false,'interfaces':[],'policy':'drop','option':true}",
	       "List of trusted sources of relay agent information option:\n");
	golden(&show_relay_trusted, "{'all':true,'interfaces':[],'policy':'keep','option':false}",
	       "All interfaces are trusted source of relay agent information option\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(helpers_are_a_table),
		cmocka_unit_test(all_are_trusted_or_none),
		cmocka_unit_test(counters_are_lines_and_drops_have_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
