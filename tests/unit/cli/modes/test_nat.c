/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of network address translation. */
#include "tests/unit/cli/modes/configured.h"

static void behaviour_is_written_unless_it_is_the_default(void **state)
{
	(void)state;
	configured_gives("ip nat mapping address-dependent\n"
			 "ip nat filtering address-and-port-dependent\nno ip nat hairpin\n",
			 "ip nat mapping address-dependent\n"
			 "ip nat filtering address-and-port-dependent\nno ip nat hairpin\n");
	configured_gives("ip nat mapping endpoint-independent\nip nat filtering address-dependent\n"
			 "ip nat hairpin\n",
			 "");
	configured_gives("ip nat mapping address-dependent\nip nat filtering endpoint-independent\n"
			 "no ip nat hairpin\n"
			 "no ip nat mapping\nno ip nat filtering\nip nat hairpin\n",
			 "");
}

static void a_preset_is_written_as_mapping_and_filtering(void **state)
{
	(void)state;
	configured_gives("ip nat preset full-cone\n", "ip nat filtering endpoint-independent\n");
	configured_gives("ip nat preset symmetric\nip nat preset restricted\n", "");
	configured_gives("ip nat preset port\n", "ip nat filtering address-and-port-dependent\n");
	configured_gives("ip nat preset symmetric\n",
			 "ip nat mapping address-and-port-dependent\n"
			 "ip nat filtering address-and-port-dependent\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behaviour_is_written_unless_it_is_the_default),
		cmocka_unit_test(a_preset_is_written_as_mapping_and_filtering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
