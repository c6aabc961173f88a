/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include "core/wire/icmp.h"

/* echo request, identifier 1234, sequence 7, 32 bytes of payload */
static const uint8_t golden_echo[] = {
	0x08, 0x00, 0x01, 0x25, 0x04, 0xd2, 0x00, 0x07, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
	0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23,
	0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
};

/* fragmentation needed, next-hop MTU 1400, about a UDP packet */
static const uint8_t golden_error[] = {
	0x03, 0x04, 0xdf, 0x95, 0x00, 0x00, 0x05, 0x78, 0x45, 0x00, 0x00, 0x39,
	0x1c, 0x46, 0x40, 0x00, 0x01, 0x11, 0x5f, 0x2c, 0xc0, 0xa8, 0x01, 0x64,
	0xcb, 0x00, 0x71, 0x35, 0x9c, 0x41, 0x00, 0x35, 0x00, 0x25, 0x7b, 0x52,
};

static int parse(struct cursor *c)
{
	struct icmp i;

	return icmp_parse(c, &i);
}

static void golden_echo_is_read_field_by_field(void **state)
{
	struct cursor c = cursor_over(golden_echo, sizeof(golden_echo));
	struct icmp i;

	(void)state;
	assert_int_equal(icmp_parse(&c, &i), 0);
	assert_int_equal(i.type, ICMP_ECHO);
	assert_int_equal(i.code, 0);
	assert_int_equal(i.checksum, 0x0125);
	assert_int_equal(i.id, 1234);
	assert_int_equal(i.seq, 7);
	assert_int_equal(cursor_left(&c), 32);
	assert_true(icmp_checksum_ok(golden_echo, sizeof(golden_echo)));
}

static void golden_error_carries_its_mtu_in_seq(void **state)
{
	struct cursor c = cursor_over(golden_error, sizeof(golden_error));
	struct icmp i;

	(void)state;
	assert_int_equal(icmp_parse(&c, &i), 0);
	assert_int_equal(i.type, ICMP_UNREACHABLE);
	assert_int_equal(i.code, ICMP_FRAGMENTATION_NEEDED);
	assert_int_equal(i.id, 0);
	assert_int_equal(i.seq, 1400);
	assert_true(icmp_checksum_ok(golden_error, sizeof(golden_error)));
}

static void built_messages_are_the_golden_ones(void **state)
{
	struct icmp echo = {.type = ICMP_ECHO, .id = 1234, .seq = 7};
	struct icmp error = {
		.type = ICMP_UNREACHABLE, .code = ICMP_FRAGMENTATION_NEEDED, .seq = 1400};
	uint8_t bytes[64];
	struct writer w = writer_over(bytes, sizeof(bytes));

	(void)state;
	icmp_build(&w, &echo, golden_echo + ICMP_LEN, sizeof(golden_echo) - ICMP_LEN);
	assert_int_equal(writer_len(&w), sizeof(golden_echo));
	assert_memory_equal(bytes, golden_echo, sizeof(golden_echo));
	w = writer_over(bytes, sizeof(bytes));
	icmp_build(&w, &error, golden_error + ICMP_LEN, sizeof(golden_error) - ICMP_LEN);
	assert_int_equal(writer_len(&w), sizeof(golden_error));
	assert_memory_equal(bytes, golden_error, sizeof(golden_error));
}

static void odd_payload_sums_up(void **state)
{
	struct icmp echo = {.type = ICMP_ECHO_REPLY, .id = 0xffff, .seq = 0xffff};
	uint8_t bytes[ICMP_LEN + 3];
	struct writer w = writer_over(bytes, sizeof(bytes));

	(void)state;
	icmp_build(&w, &echo, "abc", 3);
	assert_false(w.bad);
	assert_true(icmp_checksum_ok(bytes, sizeof(bytes)));
}

static void cut_header_is_refused(void **state)
{
	(void)state;
	assert_refused_when_cut(golden_echo, ICMP_LEN, parse);
}

static void i3_cut_or_damaged_message_does_not_sum_up(void **state)
{
	uint8_t damaged[sizeof(golden_echo)];

	(void)state;
	for (size_t len = 0; len < sizeof(golden_echo); len++) {
		uint8_t *cut = exact_copy(golden_echo, len);

		assert_false(icmp_checksum_ok(cut, len));
		free(cut);
	}
	memcpy(damaged, golden_echo, sizeof(damaged));
	damaged[30] ^= 0x40;
	assert_false(icmp_checksum_ok(damaged, sizeof(damaged)));
}

static void types_are_errors_or_queries_or_neither_never_both(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < 256; type++) {
		assert_false(icmp_is_error((uint8_t)type) && icmp_is_query((uint8_t)type));
		if (icmp_is_request((uint8_t)type))
			assert_true(icmp_is_query((uint8_t)type));
	}
	assert_true(icmp_is_error(ICMP_TIME_EXCEEDED));
	assert_true(icmp_is_query(ICMP_TIMESTAMP_REPLY));
	assert_false(icmp_is_request(ICMP_ECHO_REPLY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_echo_is_read_field_by_field),
		cmocka_unit_test(golden_error_carries_its_mtu_in_seq),
		cmocka_unit_test(built_messages_are_the_golden_ones),
		cmocka_unit_test(odd_payload_sums_up),
		cmocka_unit_test(cut_header_is_refused),
		cmocka_unit_test(i3_cut_or_damaged_message_does_not_sum_up),
		cmocka_unit_test(types_are_errors_or_queries_or_neither_never_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
