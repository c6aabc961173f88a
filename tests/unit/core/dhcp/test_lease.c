/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dhcp/lease.h"

static void d17_hostnames_keep_letters_digits_and_single_separators(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *clean;
	} cases[] = {
#define CASE(text, clean) {text, sizeof(text) - 1, clean}
		CASE("laptop", "laptop"),
		CASE("Kitchen TV.home", "Kitchen-TV.home"),
		CASE("", ""),
		CASE("...", ""),
		CASE("-a-", "a"),
		CASE("a--b..c.-d-.e", "a-b.c.d.e"),
		CASE("a\0b", "a"),
		CASE("$(reboot)\n\x1b[2J\"'<b>", "reboot-2J-b"),
		CASE("caf\xc3\xa9", "caf"),
		CASE("\xff\xfe", ""),
#undef CASE
	};
	char out[DHCP_HOSTNAME_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		dhcp_lease_clean_hostname((const uint8_t *)cases[i].text, cases[i].len, out);
		assert_string_equal(out, cases[i].clean);
	}
}

static void long_hostnames_are_cut_without_a_trailing_separator(void **state)
{
	uint8_t text[300];
	char out[DHCP_HOSTNAME_SIZE];

	(void)state;
	memset(text, 'a', sizeof(text));
	dhcp_lease_clean_hostname(text, sizeof(text), out);
	assert_int_equal(strlen(out), DHCP_HOSTNAME_SIZE - 1);
	text[DHCP_HOSTNAME_SIZE - 2] = '-';
	dhcp_lease_clean_hostname(text, sizeof(text), out);
	assert_int_equal(strlen(out), DHCP_HOSTNAME_SIZE - 2);
	dhcp_lease_clean_hostname(NULL, 0, out);
	assert_string_equal(out, "");
}

static void every_state_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(dhcp_lease_state_name(DHCP_LEASE_BOUND), "BOUND");
	for (unsigned int i = 0; i < DHCP_LEASE_STATE_COUNT; i++)
		assert_true(strlen(dhcp_lease_state_name(i)) > 3);
	assert_string_equal(dhcp_lease_state_name(DHCP_LEASE_STATE_COUNT), "?");
}

static void d12_keys_differ_by_length_bytes_and_origin(void **state)
{
	const struct dhcp_client_key a = {.len = 2, .bytes = {1, 2, 9}};
	struct dhcp_client_key b = {.len = 2, .bytes = {1, 2, 8}};

	(void)state;
	assert_true(dhcp_client_key_equal(&a, &b)); /* what is behind len does not count */
	b.is_option = true;
	assert_false(dhcp_client_key_equal(&a, &b));
	b.is_option = false;
	b.len = 3;
	assert_false(dhcp_client_key_equal(&a, &b));
	b.len = 2;
	b.bytes[1] = 3;
	assert_false(dhcp_client_key_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(d17_hostnames_keep_letters_digits_and_single_separators),
		cmocka_unit_test(long_hostnames_are_cut_without_a_trailing_separator),
		cmocka_unit_test(every_state_has_a_name),
		cmocka_unit_test(d12_keys_differ_by_length_bytes_and_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
