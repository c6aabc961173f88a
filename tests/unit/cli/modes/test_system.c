/* SPDX-License-Identifier: BSD-2-Clause */
/* The router as a whole. */
#include "tests/unit/cli/modes/configured.h"

static void hostname_is_set_and_returns_to_home(void **state)
{
	struct config config;

	(void)state;
	configured_read("hostname flat-7\n", &config);
	assert_string_equal(config.hostname, "flat-7");
	config_fini(&config);
	configured_gives("hostname flat-7\nno hostname\n", "");
	configured_gives("hostname flat-7\nno hostname flat-7\n", "");
}

static void hostname_is_letters_digits_and_hyphens(void **state)
{
	(void)state;
	configured_refuses("hostname a_b\n", 1, "hostname a_b: contains");
	configured_refuses("hostname -a\n", 1, "hostname -a: contains");
	configured_refuses("hostname a-\n", 1, "hostname a-: contains");
}

static void dhcp_service_that_is_off_stands_at_the_top(void **state)
{
	struct buffer lines = {0};
	struct config config;

	(void)state;
	configured_read("hostname x\nno service dhcp\n", &config);
	assert_true(config.dhcp.disabled);
	configured_write(&config, &lines);
	assert_string_equal(buffer_text(&lines), "no service dhcp\nhostname x\n");
	buffer_free(&lines);
	config_fini(&config);
	configured_gives("no service dhcp\nservice dhcp\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostname_is_set_and_returns_to_home),
		cmocka_unit_test(hostname_is_letters_digits_and_hyphens),
		cmocka_unit_test(dhcp_service_that_is_off_stands_at_the_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
