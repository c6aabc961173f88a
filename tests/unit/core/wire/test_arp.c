/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include "core/wire/arp.h"

/* who has 192.168.1.1? tell 192.168.1.100 at 02:00:c0:a8:01:64 */
static const uint8_t golden[] = {
	0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0x02, 0x00, 0xc0, 0xa8, 0x01, 0x64,
	0xc0, 0xa8, 0x01, 0x64, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xc0, 0xa8, 0x01, 0x01,
};

static int parse(struct cursor *c)
{
	struct arp a;

	return arp_parse(c, &a);
}

/** What arp_parse() says when byte @at of the golden packet is @value. */
static int parse_with(size_t at, uint8_t value)
{
	uint8_t packet[ARP_LEN];
	struct cursor c = cursor_over(packet, sizeof(packet));

	memcpy(packet, golden, sizeof(packet));
	packet[at] = value;
	return parse(&c);
}

static void golden_request_is_read_field_by_field(void **state)
{
	struct cursor c = cursor_over(golden, sizeof(golden));
	struct arp a;

	(void)state;
	assert_int_equal(arp_parse(&c, &a), 0);
	assert_int_equal(a.op, ARP_REQUEST);
	assert_true(mac_equal(a.sender_mac, (mac_t){{0x02, 0x00, 0xc0, 0xa8, 0x01, 0x64}}));
	assert_true(ip4_equal(a.sender, IP4(192, 168, 1, 100)));
	assert_true(mac_is_zero(a.target_mac));
	assert_true(ip4_equal(a.target, IP4(192, 168, 1, 1)));
}

static void parse_of_build_gives_the_same_reply(void **state)
{
	struct arp a = {.op = ARP_REPLY,
			.sender_mac = {{0x02, 0x00, 0x5e, 0x10, 0x00, 0x01}},
			.sender = IP4(192, 168, 1, 1),
			.target_mac = {{0x02, 0x00, 0xc0, 0xa8, 0x01, 0x64}},
			.target = IP4(192, 168, 1, 100)};
	struct arp b;
	uint8_t bytes[ARP_LEN];
	struct writer w = writer_over(bytes, sizeof(bytes));
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	arp_build(&w, &a);
	assert_int_equal(writer_len(&w), ARP_LEN);
	assert_int_equal(arp_parse(&c, &b), 0);
	assert_int_equal(b.op, a.op);
	assert_true(mac_equal(b.sender_mac, a.sender_mac));
	assert_true(ip4_equal(b.sender, a.sender));
	assert_true(mac_equal(b.target_mac, a.target_mac));
	assert_true(ip4_equal(b.target, a.target));
}

static void built_request_is_the_golden_one(void **state)
{
	struct arp a = {.op = ARP_REQUEST,
			.sender_mac = {{0x02, 0x00, 0xc0, 0xa8, 0x01, 0x64}},
			.sender = IP4(192, 168, 1, 100),
			.target = IP4(192, 168, 1, 1)};
	uint8_t bytes[ARP_LEN];
	struct writer w = writer_over(bytes, sizeof(bytes));

	(void)state;
	arp_build(&w, &a);
	assert_memory_equal(bytes, golden, sizeof(golden));
}

static void cut_packet_is_refused(void **state)
{
	(void)state;
	assert_refused_when_cut(golden, ARP_LEN, parse);
}

static void a1_other_hardware_protocol_lengths_and_opcodes_are_refused(void **state)
{
	(void)state;
	assert_int_equal(parse_with(1, 1), 0); /* the byte that stands there */
	assert_int_equal(parse_with(0, 1), -EPROTO);
	assert_int_equal(parse_with(1, 6), -EPROTO);
	assert_int_equal(parse_with(2, 0x86), -EPROTO);
	assert_int_equal(parse_with(3, 0x06), -EPROTO);
	assert_int_equal(parse_with(4, 8), -EPROTO);
	assert_int_equal(parse_with(5, 16), -EPROTO);
	assert_int_equal(parse_with(6, 1), -EPROTO);
	assert_int_equal(parse_with(7, 0), -EPROTO);
	assert_int_equal(parse_with(7, ARP_REPLY), 0);
	assert_int_equal(parse_with(7, 3), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_request_is_read_field_by_field),
		cmocka_unit_test(parse_of_build_gives_the_same_reply),
		cmocka_unit_test(built_request_is_the_golden_one),
		cmocka_unit_test(cut_packet_is_refused),
		cmocka_unit_test(a1_other_hardware_protocol_lengths_and_opcodes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
