/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

/* 192.168.1.100 port 51776 opens 203.0.113.80 port 443, with ECN and 20 bytes of options */
static const uint8_t golden_syn[] = {
	0xca, 0x40, 0x01, 0xbb, 0x9e, 0x37, 0x79, 0xb9, 0x00, 0x00, 0x00, 0x00, 0xa0, 0xc2,
	0xfa, 0xf0, 0x65, 0xff, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a,
	0x01, 0x02, 0x03, 0x04, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,
};

/* the refusal: RST and ACK */
static const uint8_t golden_rst[] = {
	0x01, 0xbb, 0xca, 0x40, 0x00, 0x00, 0x00, 0x00, 0x9e, 0x37,
	0x79, 0xba, 0x50, 0x14, 0x00, 0x00, 0xcd, 0x85, 0x00, 0x00,
};
static const ip4_t client = IP4(192, 168, 1, 100);
static const ip4_t server = IP4(203, 0, 113, 80);

static int parse(struct cursor *c)
{
	struct tcp t;

	return tcp_parse(c, &t);
}

static void golden_syn_is_read_field_by_field(void **state)
{
	struct cursor c = cursor_over(golden_syn, sizeof(golden_syn));
	struct tcp t;

	(void)state;
	assert_int_equal(tcp_parse(&c, &t), 0);
	assert_int_equal(t.sport, 51776);
	assert_int_equal(t.dport, 443);
	assert_int_equal(t.seq, 0x9e3779b9);
	assert_int_equal(t.ack, 0);
	assert_int_equal(t.header_len, 40);
	assert_int_equal(t.flags & 0x3f, TCP_SYN);
	assert_int_equal(t.window, 64240);
	assert_int_equal(t.checksum, 0x65ff);
	assert_int_equal(cursor_left(&c), 0);
}

static void built_reset_is_the_golden_one(void **state)
{
	struct tcp t = {.sport = 443,
			.dport = 51776,
			.ack = 0x9e3779ba,
			.header_len = TCP_LEN,
			.flags = TCP_RST | TCP_ACK};
	uint8_t bytes[TCP_LEN];
	struct writer w = writer_over(bytes, sizeof(bytes));

	(void)state;
	tcp_build(&w, &t, server, client);
	assert_false(w.bad);
	assert_memory_equal(bytes, golden_rst, sizeof(golden_rst));
}

static void parse_of_build_gives_the_same_segment(void **state)
{
	struct tcp t = {.sport = 1,
			.dport = 65535,
			.seq = 0xffffffff,
			.ack = 0x80000000,
			.header_len = TCP_LEN,
			.flags = TCP_FIN | TCP_PSH | TCP_URG,
			.window = 0xfffe};
	struct tcp b;
	uint8_t bytes[TCP_LEN];
	struct writer w = writer_over(bytes, sizeof(bytes));
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	tcp_build(&w, &t, client, server);
	assert_int_equal(tcp_parse(&c, &b), 0);
	assert_int_equal(b.sport, t.sport);
	assert_int_equal(b.dport, t.dport);
	assert_int_equal(b.seq, t.seq);
	assert_int_equal(b.ack, t.ack);
	assert_int_equal(b.header_len, t.header_len);
	assert_int_equal(b.flags, t.flags);
	assert_int_equal(b.window, t.window);
	assert_int_equal(checksum_sum(bytes, sizeof(bytes),
				      checksum_pseudo(client, server, IP_PROTO_TCP, TCP_LEN)),
			 0xffff);
}

static void cut_segment_is_refused(void **state)
{
	(void)state;
	assert_refused_when_cut(golden_syn, sizeof(golden_syn), parse);
	assert_refused_when_cut(golden_rst, sizeof(golden_rst), parse);
}

static void data_offset_under_five_or_beyond_the_bytes_is_refused(void **state)
{
	uint8_t segment[sizeof(golden_rst)];

	(void)state;
	memcpy(segment, golden_rst, sizeof(segment));
	for (unsigned int offset = 0; offset < 16; offset++) {
		struct cursor c = cursor_over(segment, sizeof(segment));

		segment[12] = (uint8_t)(offset << 4);
		assert_int_equal(parse(&c), offset == 5 ? 0 : -EPROTO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_syn_is_read_field_by_field),
		cmocka_unit_test(built_reset_is_the_golden_one),
		cmocka_unit_test(parse_of_build_gives_the_same_segment),
		cmocka_unit_test(cut_segment_is_refused),
		cmocka_unit_test(data_offset_under_five_or_beyond_the_bytes_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
