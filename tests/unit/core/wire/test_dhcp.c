/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/wire/dhcp.h"

enum { OPTIONS_AT = DHCP_FIXED_LEN + 4, SNAME_AT = 44, FILE_AT = 108 };

/** The fixed part of a request, its cookie, and @options. Return: the length. */
static size_t golden(uint8_t *bytes, const uint8_t *options, size_t len)
{
	memset(bytes, 0, OPTIONS_AT);
	bytes[0] = DHCP_BOOTREQUEST;
	bytes[1] = 1;
	bytes[2] = 6;
	memcpy(bytes + 4, "\x12\x34\x56\x78", 4);
	bytes[10] = 0x80;
	memcpy(bytes + 28, "\x02\x00\x5e\x10\x00\x01", 6);
	memcpy(bytes + 236, "\x63\x82\x53\x63", 4);
	memcpy(bytes + OPTIONS_AT, options, len);
	return OPTIONS_AT + len;
}

/** Parses a block of exactly @len bytes. */
static int parse(const uint8_t *bytes, size_t len, struct dhcp_message *m)
{
	uint8_t *exact = malloc(len ? len : 1);
	int err;

	assert_non_null(exact);
	memcpy(exact, bytes, len);
	err = dhcp_parse(exact, len, m);
	free(exact);
	return err;
}

static int parse_options_of(const char *options, size_t len, struct dhcp_message *m)
{
	uint8_t bytes[2000];

	return parse(bytes, golden(bytes, (const uint8_t *)options, len), m);
}

#define PARSE(literal, m) parse_options_of(literal, sizeof(literal) - 1, m)

static void fields_of_a_discover_are_read(void **state)
{
	struct dhcp_message m;
	uint16_t len = 0;
	uint32_t value = 0;

	(void)state;
	assert_int_equal(PARSE("\x35\x01\x01\x32\x04\xc0\xa8\x01\x0a\x37\x03\x01\x03\x06\xff", &m),
			 0);
	assert_int_equal(m.op, DHCP_BOOTREQUEST);
	assert_int_equal(m.type, DHCP_DISCOVER);
	assert_int_equal(m.xid, 0x12345678);
	assert_int_equal(m.flags, DHCP_FLAG_BROADCAST);
	assert_memory_equal(m.chaddr, "\x02\x00\x5e\x10\x00\x01", 6);
	assert_true(dhcp_option_u32(&m, DHCP_OPT_REQUESTED_ADDRESS, &value));
	assert_int_equal(value, 0xc0a8010a);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_PARAMETER_LIST, &len), "\x01\x03\x06", 3);
	assert_int_equal(len, 3);
	assert_null(dhcp_option(&m, DHCP_OPT_CLIENT_ID, &len));
	assert_false(dhcp_option_u32(&m, DHCP_OPT_LEASE_TIME, &value));
}

static void a_message_without_type_is_bootp(void **state)
{
	struct dhcp_message m;

	(void)state;
	assert_int_equal(PARSE("\xff", &m), 0);
	assert_int_equal(m.type, 0);
}

static void d15_pieces_of_one_option_are_joined_in_order(void **state)
{
	struct dhcp_message m;
	uint16_t len;

	(void)state;
	assert_int_equal(PARSE("\x35\x01\x01\x0f\x02he\x3d\x03\x01\x02\x03\x0f\x02re\x00\xff", &m),
			 0);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_DOMAIN_NAME, &len), "here", 4);
	assert_int_equal(len, 4);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_CLIENT_ID, &len), "\x01\x02\x03", 3);
}

static void d15_a_long_option_is_split_and_comes_back_whole(void **state)
{
	uint8_t bytes[2000], value[700];
	struct writer w = writer_over(bytes, sizeof(bytes));
	struct dhcp_message m, fixed = {.op = DHCP_BOOTREQUEST, .htype = 1, .hlen = 6};
	uint16_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)(i * 7);
	dhcp_build_begin(&w, &fixed);
	dhcp_build_option(&w, DHCP_OPT_RELAY_AGENT, value, sizeof(value));
	dhcp_build_end(&w);
	assert_false(w.bad);
	assert_int_equal(writer_len(&w), OPTIONS_AT + 700 + 3 * 2 + 1);
	assert_int_equal(parse(bytes, writer_len(&w), &m), 0);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_RELAY_AGENT, &len), value, sizeof(value));
	assert_int_equal(len, sizeof(value));
}

static void d13_overloaded_file_then_sname_are_read_after_the_options(void **state)
{
	struct dhcp_message m;
	uint8_t bytes[OPTIONS_AT + 16];
	size_t n = golden(bytes, (const uint8_t *)"\x34\x01\x03\x0f\x01\x61\xff", 7);
	uint16_t len;

	(void)state;
	memcpy(bytes + FILE_AT, "\x35\x01\x01\x0f\x01\x62\xff\x0f\x01\x78", 10);
	memcpy(bytes + SNAME_AT, "\x0f\x01\x63\xff", 4);
	assert_int_equal(parse(bytes, n, &m), 0);
	assert_int_equal(m.type, DHCP_DISCOVER);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_DOMAIN_NAME, &len), "abc", 3);
	assert_int_equal(len, 3);

	bytes[OPTIONS_AT + 2] = 1; /* the file alone */
	assert_int_equal(parse(bytes, n, &m), 0);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_DOMAIN_NAME, &len), "ab", 2);
	assert_int_equal(len, 2);

	bytes[OPTIONS_AT + 2] = 2; /* sname alone: no type in it */
	assert_int_equal(parse(bytes, n, &m), 0);
	assert_int_equal(m.type, 0);
}

static void d17_an_option_past_its_field_is_refused_in_every_field(void **state)
{
	struct dhcp_message m;
	uint8_t bytes[OPTIONS_AT + 16];
	size_t n = golden(bytes, (const uint8_t *)"\x34\x01\x03\x35\x01\x01\xff", 7);

	(void)state;
	bytes[FILE_AT + 126] = 12; /* PADs before it */
	bytes[FILE_AT + 127] = 1;
	assert_int_equal(parse(bytes, n, &m), -EPROTO);
	bytes[FILE_AT + 126] = bytes[FILE_AT + 127] = 0;
	bytes[SNAME_AT + 63] = 12;
	assert_int_equal(parse(bytes, n, &m), -EPROTO);
	bytes[SNAME_AT + 63] = 0;
	assert_int_equal(parse(bytes, n, &m), 0);
	assert_int_equal(PARSE("\x35\x01\x01\x0c\x05"
			       "abcd",
			       &m),
			 -EPROTO);
	assert_int_equal(PARSE("\x35\x01\x01\x0c", &m), -EPROTO);
}

static void d17_malformed_messages_are_refused(void **state)
{
	static const struct {
		const char *options;
		size_t len;
	} bad[] = {
#define BAD(literal) {literal, sizeof(literal) - 1}
		BAD("\x35\x00\xff"),		     /* type without value */
		BAD("\x35\x02\x01\x01\xff"),	     /* too long */
		BAD("\x35\x01\x01\x35\x01\x03\xff"), /* twice */
		BAD("\x35\x01\x00\xff"),	     /* type 0 */
		BAD("\x35\x01\x01\x32\x03\x01\x02\x03\xff"),
		BAD("\x35\x01\x01\x32\x05\x01\x02\x03\x04\x05\xff"),
		BAD("\x35\x01\x01\x36\x00\xff"),
		BAD("\x35\x01\x01\x36\x05\x01\x02\x03\x04\x05\xff"),
		BAD("\x35\x01\x01\x33\x02\x01\x02\xff"),
		BAD("\x35\x01\x01\x39\x01\x02\xff"),
		BAD("\x35\x01\x01\x39\x03\x01\x02\x03\xff"),
		BAD("\x35\x01\x01\x34\x01\x00\xff"), /* overloads nothing */
		BAD("\x35\x01\x01\x34\x01\x04\xff"),
		BAD("\x35\x01\x01\x34\x02\x01\x01\xff"),
#undef BAD
	};
	struct dhcp_message m;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_int_equal(parse_options_of(bad[i].options, bad[i].len, &m), -EPROTO);
}

static void d12_client_identifier_of_length_0_and_1_is_refused(void **state)
{
	struct dhcp_message m;

	(void)state;
	assert_int_equal(PARSE("\x35\x01\x01\x3d\x00\xff", &m), -EPROTO);
	assert_int_equal(PARSE("\x35\x01\x01\x3d\x01\x01\xff", &m), -EPROTO);
	assert_int_equal(PARSE("\x35\x01\x01\x3d\x02\x01\x02\xff", &m), 0);
}

static void d17_fixed_fields_are_checked(void **state)
{
	uint8_t bytes[OPTIONS_AT + 4];
	struct dhcp_message m;
	size_t n = golden(bytes, (const uint8_t *)"\x35\x01\x01\xff", 4);

	(void)state;
	assert_int_equal(parse(bytes, n, &m), 0);
	bytes[2] = 16;
	assert_int_equal(parse(bytes, n, &m), 0);
	bytes[2] = 17;
	assert_int_equal(parse(bytes, n, &m), -EPROTO);
	bytes[2] = 6;
	bytes[0] = 3;
	assert_int_equal(parse(bytes, n, &m), -EPROTO);
	bytes[0] = 1;
	bytes[239] = 0x64;
	assert_int_equal(parse(bytes, n, &m), -EPROTO);
}

static void c1_a_message_cut_at_every_byte_is_read_within_its_bounds(void **state)
{
	static const char options[] = "\x35\x01\x03\x32\x04\xc0\xa8\x01\x0a\x36\x04\xc0\xa8\x01\x01"
				      "\x3d\x07\x01\x02\x00\x5e\x10\x00\x01\x0c\x06laptop"
				      "\x37\x04\x01\x03\x06\x0f\x39\x02\x05\xdc\x34\x01\x03\xff";
	uint8_t bytes[OPTIONS_AT + sizeof(options)];
	size_t n = golden(bytes, (const uint8_t *)options, sizeof(options) - 1);
	struct dhcp_message m;

	(void)state;
	assert_int_equal(parse(bytes, n, &m), 0);
	for (size_t len = 0; len < n; len++) {
		int err = parse(bytes, len, &m);

		if (len < OPTIONS_AT)
			assert_int_equal(err, -EPROTO);
		else
			assert_true(err == 0 || err == -EPROTO);
	}
	/* within an option's value and between its code and length */
	assert_int_equal(parse(bytes, OPTIONS_AT + 5, &m), -EPROTO);
	assert_int_equal(parse(bytes, OPTIONS_AT + 4, &m), -EPROTO);
}

static void more_options_than_there_is_room_for_are_refused(void **state)
{
	uint8_t options[2048], bytes[OPTIONS_AT + sizeof(options)];
	struct dhcp_message m;
	size_t at = 0;

	(void)state;
	memset(options, 0, sizeof(options));
	for (int i = 0; i < 5; i++, at += 257) {
		options[at] = 200;
		options[at + 1] = 255;
	}
	assert_int_equal(parse(bytes, golden(bytes, options, at), &m), 0);
	options[at] = 201;
	options[at + 1] = DHCP_OPTIONS_MAX - 5 * 255;
	assert_int_equal(parse(bytes, golden(bytes, options, at + 2 + options[at + 1]), &m), 0);
	options[at + 1]++;
	assert_int_equal(parse(bytes, golden(bytes, options, at + 2 + options[at + 1]), &m),
			 -EPROTO);
}

static void what_is_built_is_read_back(void **state)
{
	static const ip4_t routers[] = {{0xc0a80101}, {0xc0a80102}};
	struct dhcp_message m,
		fixed = {
			.op = DHCP_BOOTREPLY,
			.htype = 1,
			.hlen = 6,
			.hops = 2,
			.xid = 0xdeadbeef,
			.secs = 9,
			.flags = DHCP_FLAG_BROADCAST,
			.ciaddr = {1},
			.yiaddr = {2},
			.siaddr = {3},
			.giaddr = {4},
			.chaddr = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		};
	uint8_t bytes[600];
	struct writer w = writer_over(bytes, sizeof(bytes));
	uint16_t len;
	uint32_t value;

	(void)state;
	dhcp_build_begin(&w, &fixed);
	dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE, DHCP_ACK);
	dhcp_build_u32(&w, DHCP_OPT_LEASE_TIME, UINT32_MAX);
	dhcp_build_addresses(&w, DHCP_OPT_ROUTER, routers, 2);
	dhcp_build_addresses(&w, DHCP_OPT_DNS, routers, 0);
	dhcp_build_option(&w, DHCP_OPT_MESSAGE, "", 0);
	dhcp_build_end(&w);
	assert_false(w.bad);
	assert_int_equal(writer_len(&w), DHCP_MIN_LEN);
	assert_int_equal(parse(bytes, writer_len(&w), &m), 0);
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.op, fixed.op);
	assert_int_equal(m.hops, fixed.hops);
	assert_int_equal(m.xid, fixed.xid);
	assert_int_equal(m.secs, fixed.secs);
	assert_int_equal(m.flags, fixed.flags);
	assert_int_equal(m.ciaddr.host, 1);
	assert_int_equal(m.yiaddr.host, 2);
	assert_int_equal(m.siaddr.host, 3);
	assert_int_equal(m.giaddr.host, 4);
	assert_memory_equal(m.chaddr, fixed.chaddr, 16);
	assert_true(dhcp_option_u32(&m, DHCP_OPT_LEASE_TIME, &value));
	assert_int_equal(value, UINT32_MAX);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_ROUTER, &len),
			    "\xc0\xa8\x01\x01\xc0\xa8\x01\x02", 8);
	assert_int_equal(len, 8);
	assert_null(dhcp_option(&m, DHCP_OPT_DNS, &len));
	assert_non_null(dhcp_option(&m, DHCP_OPT_MESSAGE, &len));
	assert_int_equal(len, 0);
}

static void a_message_that_does_not_fit_is_marked_bad(void **state)
{
	uint8_t bytes[299];
	struct writer w = writer_over(bytes, sizeof(bytes));
	struct dhcp_message fixed = {.op = DHCP_BOOTREPLY};

	(void)state;
	dhcp_build_begin(&w, &fixed);
	assert_false(w.bad);
	dhcp_build_end(&w); /* 300 bytes are the least */
	assert_true(w.bad);
}

static void routes_are_read_as_they_were_written_and_no_others(void **state)
{
	static const uint8_t too_wide[] = {33, 10, 0, 0, 0, 0, 10, 0, 0, 1};
	const struct ip4_prefix lan = {IP4(10, 20, 255, 9), 17}, all = {IP4_ANY, 0};
	uint8_t bytes[2 * DHCP_ROUTE_MAX];
	struct writer w = writer_over(bytes, sizeof(bytes));
	struct ip4_prefix network;
	struct cursor c;
	ip4_t via;

	(void)state;
	dhcp_build_route(&w, lan, IP4(10, 0, 0, 1));
	dhcp_build_route(&w, all, IP4_ANY);
	assert_int_equal(writer_len(&w), 8 + 5);
	c = cursor_over(bytes, writer_len(&w));
	assert_true(dhcp_next_route(&c, &network, &via));
	assert_true(ip4_prefix_equal(network, (struct ip4_prefix){IP4(10, 20, 128, 0), 17}));
	assert_true(ip4_equal(via, IP4(10, 0, 0, 1)));
	assert_true(dhcp_next_route(&c, &network, &via));
	assert_true(ip4_prefix_equal(network, all) && ip4_is_any(via));
	assert_false(dhcp_next_route(&c, &network, &via));
	assert_false(c.bad);
	c = cursor_over(bytes, 7); /* cut short */
	assert_false(dhcp_next_route(&c, &network, &via));
	assert_true(c.bad);
	c = cursor_over(too_wide, sizeof(too_wide));
	assert_false(dhcp_next_route(&c, &network, &via));
	assert_true(c.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_of_a_discover_are_read),
		cmocka_unit_test(a_message_without_type_is_bootp),
		cmocka_unit_test(d15_pieces_of_one_option_are_joined_in_order),
		cmocka_unit_test(d15_a_long_option_is_split_and_comes_back_whole),
		cmocka_unit_test(d13_overloaded_file_then_sname_are_read_after_the_options),
		cmocka_unit_test(d17_an_option_past_its_field_is_refused_in_every_field),
		cmocka_unit_test(d17_malformed_messages_are_refused),
		cmocka_unit_test(d12_client_identifier_of_length_0_and_1_is_refused),
		cmocka_unit_test(d17_fixed_fields_are_checked),
		cmocka_unit_test(c1_a_message_cut_at_every_byte_is_read_within_its_bounds),
		cmocka_unit_test(more_options_than_there_is_room_for_are_refused),
		cmocka_unit_test(what_is_built_is_read_back),
		cmocka_unit_test(routes_are_read_as_they_were_written_and_no_others),
		cmocka_unit_test(a_message_that_does_not_fit_is_marked_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
