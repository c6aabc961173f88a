/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/text.h"

static void address_survives_writing_and_reading(void **state)
{
	static const struct {
		ip4_t address;
		const char *text;
	} cases[] = {
		{{0x00000000}, "0.0.0.0"},	{{0xffffffff}, "255.255.255.255"},
		{{0xc0a80101}, "192.168.1.1"},	{{0x0a000009}, "10.0.0.9"},
		{{0xcb00710a}, "203.0.113.10"},
	};
	char text[IP4_TEXT_SIZE];
	ip4_t back;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_string_equal(ip4_to_text(cases[i].address, text), cases[i].text);
		assert_int_equal(ip4_from_text(cases[i].text, &back), 0);
		assert_true(ip4_equal(back, cases[i].address));
	}
}

static void anything_but_a_dotted_quad_is_refused(void **state)
{
	static const char *const bad[] = {
		"",	     ".",	  "1",	       "1.2",
		"1.2.3",     "1.2.3.",	  "1.2.3.4.",  "1.2.3.4.5",
		"256.1.1.1", "1.1.1.256", "1..2.3",    " 1.2.3.4",
		"1.2.3.4 ",  "01.2.3.4",  "1.2.3.00",  "1.2.3.0001",
		"-1.2.3.4",  "1.2.3.+4",  "1.2.3.4/8", "0x1.2.3.4",
		"a.b.c.d",   "1,2,3,4",	  "1.2.3.4x",  "99999999999.1.1.1",
	};
	ip4_t a = IP4(9, 9, 9, 9);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (ip4_from_text(bad[i], &a) != -EINVAL)
			fail_msg("taken: \"%s\"", bad[i]);
	}
	assert_true(ip4_equal(a, IP4(9, 9, 9, 9))); /* untouched by a refusal */
}

static void mask_gives_its_length_unless_it_has_a_hole(void **state)
{
	(void)state;
	for (unsigned int len = 0; len <= 32; len++)
		assert_int_equal(ip4_mask_to_len(ip4_mask(len)), len);
	assert_int_equal(ip4_mask_to_len(IP4(255, 255, 255, 0)), 24);
	assert_int_equal(ip4_mask_to_len(IP4(255, 0, 255, 0)), -EINVAL);
	assert_int_equal(ip4_mask_to_len(IP4(0, 0, 0, 255)), -EINVAL);
	assert_int_equal(ip4_mask_to_len(IP4(127, 255, 255, 255)), -EINVAL);
}

static void mac_is_read_in_all_three_forms_and_any_case(void **state)
{
	static const char *const good[] = {"0200.5e10.abcd", "02:00:5e:10:ab:cd",
					   "02-00-5e-10-ab-cd", "0200.5E10.ABCD",
					   "02:00:5E:10:aB:Cd"};
	char text[MAC_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		mac_t mac = {{0}};

		assert_int_equal(mac_from_text(good[i], &mac), 0);
		assert_string_equal(mac_to_text(mac, text), "0200.5e10.abcd");
		assert_string_equal(mac_to_text_colons(mac, text), "02:00:5e:10:ab:cd");
	}
}

static void malformed_mac_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"0200",
		"0200.5e10",
		"0200.5e10.abc",
		"0200.5e10.abcde",
		"0200.5e10.abcd.",
		"0200:5e10:abcd",
		"02:00:5e:10:ab",
		"02:00:5e:10:ab:c",
		"02:00:5e:10:ab:cd:ef",
		"02:00-5e:10:ab:cd",
		"02:00:5e:10:ab:cg",
		"2:0:5e:10:ab:cd",
		"02005e10abcd",
		" 02:00:5e:10:ab:cd",
		"02:00:5e:10:ab:cd ",
	};
	mac_t mac;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (mac_from_text(bad[i], &mac) != -EINVAL)
			fail_msg("taken: \"%s\"", bad[i]);
	}
}

static void interface_is_read_in_any_unambiguous_form(void **state)
{
	static const struct {
		const char *typed, *name;
	} cases[] = {
		{"Tap1", "Tap1"},
		{"tap 1", "Tap1"},
		{"ta1", "Tap1"},
		{"TAP0", "Tap0"},
		{"tu7", "Tun7"},
		{"Tun 4095", "Tun4095"},
		{"b1", "BVI1"},
		{"bvi1", "BVI1"},
		{"BVI 1", "BVI1"},
		{"l0", "Loopback0"},
		{"lo0", "Loopback0"},
		{"loopback 4095", "Loopback4095"},
		{"Loopback0", "Loopback0"},
	};
	char text[INTERFACE_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct interface_id id;

		if (interface_from_text(cases[i].typed, &id) != 0)
			fail_msg("refused: \"%s\"", cases[i].typed);
		assert_string_equal(interface_to_text(id, text), cases[i].name);
	}
}

static void ambiguous_or_malformed_interface_is_refused(void **state)
{
	static const char *const bad[] = {
		"",	"t1",	 "T 1",	  "1",		" Tap1",  "Tap",	   "tap ",
		"tapx", "tap1x", "tap1 ", "tap1.1",	"tap-1",  "tap4096",	   "tap99999999999",
		"eth0", "tapp1", "tap+1", "loopbacks0", "tap\t1", "tap4294967297",
	};
	struct interface_id id;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (interface_from_text(bad[i], &id) != -EINVAL)
			fail_msg("taken: \"%s\"", bad[i]);
	}
}

static void every_kind_of_interface_has_a_name(void **state)
{
	char text[INTERFACE_TEXT_SIZE];

	(void)state;
	for (unsigned int kind = INTERFACE_TAP; kind < INTERFACE_KIND_COUNT; kind++) {
		struct interface_id id = {.kind = (uint8_t)kind, .number = INTERFACE_NUMBER_MAX};
		struct interface_id back;

		assert_string_not_equal(interface_kind_name((enum interface_kind)kind), "");
		assert_int_equal(interface_from_text(interface_to_text(id, text), &back), 0);
		assert_true(interface_id_equal(id, back));
	}
	assert_string_equal(interface_to_text((struct interface_id){0}, text), "");
}

static void bytes_are_written_and_read_as_hexadecimal(void **state)
{
	static const char *const damaged[] = {"0", "0g", "00112233445", "0011223344", " 0", "-1"};
	static const uint8_t bytes[] = {0x00, 0x9a, 0xff};
	uint8_t read[4];
	char text[7];

	(void)state;
	assert_string_equal(bytes_to_text(bytes, sizeof(bytes), text), "009aff");
	assert_int_equal(bytes_from_text(text, read, sizeof(read)), 3);
	assert_memory_equal(read, bytes, sizeof(bytes));
	assert_int_equal(bytes_from_text("", read, sizeof(read)), 0);
	for (size_t i = 0; i < ARRAY_COUNT(damaged); i++)
		assert_int_equal(bytes_from_text(damaged[i], read, sizeof(read)), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_written_and_read_as_hexadecimal),
		cmocka_unit_test(address_survives_writing_and_reading),
		cmocka_unit_test(anything_but_a_dotted_quad_is_refused),
		cmocka_unit_test(mask_gives_its_length_unless_it_has_a_hole),
		cmocka_unit_test(mac_is_read_in_all_three_forms_and_any_case),
		cmocka_unit_test(malformed_mac_is_refused),
		cmocka_unit_test(interface_is_read_in_any_unambiguous_form),
		cmocka_unit_test(ambiguous_or_malformed_interface_is_refused),
		cmocka_unit_test(every_kind_of_interface_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
