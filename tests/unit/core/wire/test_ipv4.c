/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include "core/wire/ipv4.h"

/* 10.0.0.1 to 172.16.254.9, UDP, DSCP EF, id beef, more fragments, offset 1480 */
static const uint8_t golden[] = {
	0x45, 0xb8, 0x05, 0xdc, 0xbe, 0xef, 0x20, 0xb9, 0x39, 0x11,
	0xe7, 0x95, 0x0a, 0x00, 0x00, 0x01, 0xac, 0x10, 0xfe, 0x09,
};

/* 192.168.1.100 to 224.0.0.22, IGMP, with a router alert option */
static const uint8_t golden_with_options[] = {
	0x46, 0xc0, 0x00, 0x20, 0x12, 0x34, 0x00, 0x00, 0x01, 0x02, 0x6f, 0xc1,
	0xc0, 0xa8, 0x01, 0x64, 0xe0, 0x00, 0x00, 0x16, 0x94, 0x04, 0x00, 0x00,
};

static int parse(struct cursor *c)
{
	struct ipv4 ip;

	return ipv4_parse(c, &ip);
}

/** What ipv4_parse() says of the golden header with two bytes changed. */
static int parse_with(uint8_t version_ihl, uint16_t total_len)
{
	uint8_t packet[sizeof(golden)];
	struct cursor c = cursor_over(packet, sizeof(packet));

	memcpy(packet, golden, sizeof(packet));
	packet[0] = version_ihl;
	wire_put16(packet + 2, total_len);
	return parse(&c);
}

static struct ipv4 golden_value(void)
{
	return (struct ipv4){.header_len = IPV4_LEN,
			     .tos = 0xb8,
			     .total_len = 1500,
			     .id = 0xbeef,
			     .more_fragments = true,
			     .fragment_offset = 1480,
			     .ttl = 57,
			     .proto = IP_PROTO_UDP,
			     .src = IP4(10, 0, 0, 1),
			     .dst = IP4(172, 16, 254, 9)};
}

static void assert_same_header(const struct ipv4 *a, const struct ipv4 *b)
{
	assert_int_equal(a->header_len, b->header_len);
	assert_int_equal(a->tos, b->tos);
	assert_int_equal(a->total_len, b->total_len);
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->dont_fragment, b->dont_fragment);
	assert_int_equal(a->more_fragments, b->more_fragments);
	assert_int_equal(a->fragment_offset, b->fragment_offset);
	assert_int_equal(a->ttl, b->ttl);
	assert_int_equal(a->proto, b->proto);
	assert_true(ip4_equal(a->src, b->src));
	assert_true(ip4_equal(a->dst, b->dst));
}

static void golden_fragment_is_read_field_by_field(void **state)
{
	struct cursor c = cursor_over(golden, sizeof(golden));
	struct ipv4 ip, expected = golden_value();

	(void)state;
	assert_int_equal(ipv4_parse(&c, &ip), 0);
	assert_same_header(&ip, &expected);
	assert_int_equal(ip.checksum, 0xe795);
	assert_null(ip.options);
	assert_int_equal(cursor_left(&c), 0);
	assert_true(ipv4_checksum_ok(golden, sizeof(golden)));
}

static void golden_options_are_found_and_stepped_over(void **state)
{
	struct cursor c = cursor_over(golden_with_options, sizeof(golden_with_options));
	struct ipv4 ip;

	(void)state;
	assert_int_equal(ipv4_parse(&c, &ip), 0);
	assert_int_equal(ip.header_len, 24);
	assert_ptr_equal(ip.options, golden_with_options + IPV4_LEN);
	assert_int_equal(cursor_left(&c), 0);
	assert_true(ipv4_checksum_ok(golden_with_options, ip.header_len));
	assert_int_equal(ipv4_options_check(ip.options, 4), IPV4_OPTIONS_FINE);
}

static void built_fragment_is_the_golden_one(void **state)
{
	struct ipv4 ip = golden_value();
	uint8_t bytes[IPV4_LEN];
	struct writer w = writer_over(bytes, sizeof(bytes));

	(void)state;
	ipv4_build(&w, &ip);
	assert_false(w.bad);
	assert_memory_equal(bytes, golden, sizeof(golden));
}

static void parse_of_build_gives_the_same_header(void **state)
{
	struct ipv4 ip = golden_value(), back;
	uint8_t bytes[IPV4_LEN];

	(void)state;
	ip.dont_fragment = true;
	ip.more_fragments = false;
	ip.fragment_offset = 65528;
	struct writer w = writer_over(bytes, sizeof(bytes));
	ipv4_build(&w, &ip);
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	assert_int_equal(ipv4_parse(&c, &back), 0);
	assert_same_header(&back, &ip);
	assert_true(ipv4_checksum_ok(bytes, sizeof(bytes)));
}

static void cut_header_is_refused(void **state)
{
	(void)state;
	assert_refused_when_cut(golden, sizeof(golden), parse);
	assert_refused_when_cut(golden_with_options, sizeof(golden_with_options), parse);
}

static void r4_wrong_version_header_length_or_total_length_is_refused(void **state)
{
	(void)state;
	assert_int_equal(parse_with(0x45, 20), 0);
	assert_int_equal(parse_with(0x65, 1500), -EPROTO);
	assert_int_equal(parse_with(0x05, 1500), -EPROTO);
	assert_int_equal(parse_with(0x44, 1500), -EPROTO);
	assert_int_equal(parse_with(0x40, 1500), -EPROTO);
	assert_int_equal(parse_with(0x46, 1500), -EPROTO); /* options beyond the bytes */
	assert_int_equal(parse_with(0x45, 19), -EPROTO);
	assert_int_equal(parse_with(0x45, 0), -EPROTO);
}

static void r4_any_flipped_bit_spoils_the_checksum(void **state)
{
	uint8_t header[sizeof(golden)];

	(void)state;
	for (size_t bit = 0; bit < sizeof(golden) * 8; bit++) {
		memcpy(header, golden, sizeof(golden));
		header[bit / 8] ^= (uint8_t)(1U << (bit % 8));
		assert_false(ipv4_checksum_ok(header, sizeof(header)));
	}
}

static void fields_changed_in_place_keep_the_checksum_right(void **state)
{
	uint8_t header[sizeof(golden)];

	(void)state;
	memcpy(header, golden, sizeof(golden));
	ipv4_set_src(header, IP4(203, 0, 113, 10));
	assert_true(ipv4_checksum_ok(header, sizeof(header)));
	ipv4_set_dst(header, IP4_BROADCAST);
	assert_true(ipv4_checksum_ok(header, sizeof(header)));
	while (header[8] > 0) {
		ipv4_decrement_ttl(header);
		assert_true(ipv4_checksum_ok(header, sizeof(header)));
	}
	assert_int_equal(wire_get32(header + 12), 0xcb00710a);
	assert_int_equal(wire_get32(header + 16), 0xffffffff);
}

struct options_case {
	uint8_t bytes[8];
	unsigned int len;
	enum ipv4_options expected;
};

static void r8_options_are_judged_one_by_one(void **state)
{
	static const struct options_case cases[] = {
		{{0}, 0, IPV4_OPTIONS_FINE},
		{{1, 1, 1, 1}, 4, IPV4_OPTIONS_FINE},
		{{0, 131, 1, 9}, 4, IPV4_OPTIONS_FINE}, /* nothing counts after the end */
		{{148, 4, 0, 0}, 4, IPV4_OPTIONS_FINE},
		{{1, 148, 4, 0, 0, 0}, 6, IPV4_OPTIONS_FINE},
		{{131, 7, 4, 203, 0, 113, 1, 0}, 8, IPV4_OPTIONS_SOURCE_ROUTE},
		{{137, 3, 4, 0}, 4, IPV4_OPTIONS_SOURCE_ROUTE},
		{{1, 1, 148, 4, 0, 0, 131, 2}, 8, IPV4_OPTIONS_SOURCE_ROUTE},
		{{131, 9, 4, 203, 0, 113, 1, 0}, 8, IPV4_OPTIONS_INVALID},
		{{7, 0, 4, 0}, 4, IPV4_OPTIONS_INVALID},
		{{7, 1, 4, 0}, 4, IPV4_OPTIONS_INVALID},
		{{7, 5, 4, 0}, 4, IPV4_OPTIONS_INVALID},
		{{1, 1, 1, 7}, 4, IPV4_OPTIONS_INVALID}, /* no room for its length */
		{{1, 1, 1, 131}, 4, IPV4_OPTIONS_INVALID},
		{{7, 4, 0, 0}, 4, IPV4_OPTIONS_FINE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		uint8_t *bytes = exact_copy(cases[i].bytes, cases[i].len);

		if (ipv4_options_check(bytes, cases[i].len) != cases[i].expected)
			fail_msg("case %zu", i);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_fragment_is_read_field_by_field),
		cmocka_unit_test(golden_options_are_found_and_stepped_over),
		cmocka_unit_test(built_fragment_is_the_golden_one),
		cmocka_unit_test(parse_of_build_gives_the_same_header),
		cmocka_unit_test(cut_header_is_refused),
		cmocka_unit_test(r4_wrong_version_header_length_or_total_length_is_refused),
		cmocka_unit_test(r4_any_flipped_bit_spoils_the_checksum),
		cmocka_unit_test(fields_changed_in_place_keep_the_checksum_right),
		cmocka_unit_test(r8_options_are_judged_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
