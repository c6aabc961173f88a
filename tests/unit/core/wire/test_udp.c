/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include "core/wire/udp.h"

/* 192.168.1.100 port 40001 asks 203.0.113.53 port 53 for example.com */
static const uint8_t golden[] = {
	0x9c, 0x41, 0x00, 0x35, 0x00, 0x25, 0x7b, 0x52, 0x1a, 0x2b, 0x01, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x65, 0x78, 0x61, 0x6d, 0x70,
	0x6c, 0x65, 0x03, 0x63, 0x6f, 0x6d, 0x00, 0x00, 0x01, 0x00, 0x01,
};
static const ip4_t client = IP4(192, 168, 1, 100);
static const ip4_t server = IP4(203, 0, 113, 53);

static int parse(struct cursor *c)
{
	struct udp u;

	return udp_parse(c, &u);
}

static void golden_datagram_is_read_field_by_field(void **state)
{
	struct cursor c = cursor_over(golden, sizeof(golden));
	struct udp u;

	(void)state;
	assert_int_equal(udp_parse(&c, &u), 0);
	assert_int_equal(u.sport, 40001);
	assert_int_equal(u.dport, 53);
	assert_int_equal(u.len, sizeof(golden));
	assert_int_equal(u.checksum, 0x7b52);
	assert_int_equal(cursor_left(&c), sizeof(golden) - UDP_LEN);
	assert_true(udp_checksum_ok(golden, sizeof(golden), client, server));
}

static void built_datagram_is_the_golden_one(void **state)
{
	struct udp u = {.sport = 40001, .dport = 53};
	uint8_t bytes[sizeof(golden)];
	struct writer w = writer_over(bytes, sizeof(bytes));

	(void)state;
	udp_build(&w, &u, client, server, golden + UDP_LEN, sizeof(golden) - UDP_LEN);
	assert_false(w.bad);
	assert_memory_equal(bytes, golden, sizeof(golden));
}

static void cut_datagram_is_refused(void **state)
{
	(void)state;
	assert_refused_when_cut(golden, sizeof(golden), parse);
}

static void length_that_lies_is_refused(void **state)
{
	static const uint16_t lies[] = {0, 7, sizeof(golden) + 1, 65535};
	uint8_t datagram[sizeof(golden)];

	(void)state;
	memcpy(datagram, golden, sizeof(golden));
	for (size_t i = 0; i < ARRAY_COUNT(lies); i++) {
		struct cursor c = cursor_over(datagram, sizeof(datagram));

		wire_put16(datagram + 4, lies[i]);
		assert_int_equal(parse(&c), -EPROTO);
	}
	struct cursor c = cursor_over(datagram, sizeof(datagram));
	wire_put16(datagram + 4, UDP_LEN); /* shorter than its packet is fine: padding */
	assert_int_equal(parse(&c), 0);
}

static void absent_checksum_is_accepted_and_a_wrong_one_is_not(void **state)
{
	uint8_t datagram[sizeof(golden)];

	(void)state;
	memcpy(datagram, golden, sizeof(golden));
	datagram[20]++;
	assert_false(udp_checksum_ok(datagram, sizeof(datagram), client, server));
	wire_put16(datagram + UDP_CHECKSUM_OFFSET, 0);
	assert_true(udp_checksum_ok(datagram, sizeof(datagram), client, server));
	assert_false(udp_checksum_ok(datagram, UDP_LEN - 1, client, server));
	assert_false(udp_checksum_ok(golden, sizeof(golden), client, client));
}

static void computed_zero_travels_as_all_ones(void **state)
{
	struct udp u = {.sport = 1024, .dport = 2048};
	uint8_t payload[2] = {0, 0};
	uint8_t bytes[UDP_LEN + sizeof(payload)];
	struct writer w = writer_over(bytes, sizeof(bytes));

	(void)state;
	udp_build(&w, &u, client, server, payload, sizeof(payload));
	/* the checksum as payload makes the sum ffff, whose complement is zero */
	memcpy(payload, bytes + UDP_CHECKSUM_OFFSET, sizeof(payload));
	w = writer_over(bytes, sizeof(bytes));
	udp_build(&w, &u, client, server, payload, sizeof(payload));
	assert_int_equal(wire_get16(bytes + UDP_CHECKSUM_OFFSET), 0xffff);
	assert_true(udp_checksum_ok(bytes, sizeof(bytes), client, server));
}

static void payload_too_long_for_the_length_field_is_not_written(void **state)
{
	struct udp u = {.sport = 1, .dport = 2};
	uint8_t *room = malloc(70000), *payload = calloc(1, 65528);
	struct writer w = writer_over(room, 70000);

	(void)state;
	udp_build(&w, &u, client, server, payload, 65527);
	assert_false(w.bad);
	assert_int_equal(writer_len(&w), 65535);
	w = writer_over(room, 70000);
	udp_build(&w, &u, client, server, payload, 65528);
	assert_true(w.bad);
	free(payload);
	free(room);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_datagram_is_read_field_by_field),
		cmocka_unit_test(built_datagram_is_the_golden_one),
		cmocka_unit_test(cut_datagram_is_refused),
		cmocka_unit_test(length_that_lies_is_refused),
		cmocka_unit_test(absent_checksum_is_accepted_and_a_wrong_one_is_not),
		cmocka_unit_test(computed_zero_travels_as_all_ones),
		cmocka_unit_test(payload_too_long_for_the_length_field_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
