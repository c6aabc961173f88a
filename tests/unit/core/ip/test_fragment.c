/* SPDX-License-Identifier: BSD-2-Clause */
/* Putting datagrams together: any order, all the forbidden pieces, limits, and the account of
 * losses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ip/fragment.h"
#include "core/wire/ipv4.h"

enum { LINK_LEN = 14, PIECE_ROOM = 2048, DATAGRAM_MAX = 65536 };

#define HOST_A IP4(192, 168, 1, 100)
#define HOST_B IP4(198, 51, 100, 7)

static const struct hash_key some_key = {{5, 6}};

struct fixture {
	struct fragment_table *table;
	struct drop_counters drops;
	mono_ms_t now;
	ip4_t src;
	uint8_t proto;
	uint8_t options_len; /* of the pieces' headers */
	uint16_t id;
	uint32_t consumed;
	uint8_t payload[DATAGRAM_MAX];
	uint8_t storage[FRAME_HEADROOM + LINK_LEN + IPV4_LEN_MAX + PIECE_ROOM];
	struct frame frame;
};

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	x->table = fragment_table_new(&some_key);
	assert_non_null(x->table);
	x->now.ms = 5000;
	x->src = HOST_A;
	x->proto = IP_PROTO_UDP;
	x->id = 77;
	for (size_t n = 0; n < sizeof(x->payload); n++)
		x->payload[n] = (uint8_t)(n * 7 + n / 256);
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	fragment_table_free(x->table);
	free(x);
	return 0;
}

/** Sends the piece of @len bytes at @offset. */
static enum verdict piece(struct fixture *x, uint32_t offset, uint32_t len, bool more)
{
	uint8_t *data = x->storage + FRAME_HEADROOM, *l3 = data + LINK_LEN;
	struct frame *f = &x->frame;
	unsigned int header_len = IPV4_LEN + x->options_len;

	memset(data, 0xcc, LINK_LEN);
	memset(l3, 1, header_len); /* no-operation options */
	l3[0] = (uint8_t)(0x40 | header_len / 4);
	l3[1] = 0;
	wire_put16(l3 + 2, (uint16_t)(header_len + len));
	wire_put16(l3 + 4, x->id);
	wire_put16(l3 + 6, (uint16_t)(offset / 8 | (more ? IPV4_MF : 0)));
	l3[8] = 64;
	l3[9] = x->proto;
	wire_put16(l3 + 10, 0);
	wire_put32(l3 + 12, x->src.host);
	wire_put32(l3 + 16, HOST_B.host);
	wire_put16(l3 + 10, (uint16_t)~checksum_sum(l3, header_len, 0));
	memcpy(l3 + header_len, x->payload + offset, len);
	*f = (struct frame){
		.data = data,
		.len = LINK_LEN + header_len + len,
		.port = 3,
		.drops = &x->drops,
		.l3 = LINK_LEN,
		.l4 = (uint16_t)(LINK_LEN + header_len),
		.end = LINK_LEN + header_len + len,
		.src = x->src,
		.dst = HOST_B,
		.proto = x->proto,
		.ttl = 64,
		.fragment_offset = (uint16_t)offset,
		.more_fragments = more,
		.id = x->id,
	};
	enum verdict verdict = fragment_take(x->table, f, x->now);

	x->consumed += verdict == VERDICT_CONSUMED;
	return verdict;
}

/** The frame is the whole datagram of @len payload bytes. */
static void assert_whole(const struct fixture *x, uint32_t len)
{
	const struct frame *f = &x->frame;
	const uint8_t *l3 = frame_l3(f);
	struct cursor c = cursor_over(l3, f->end - f->l3);
	struct ipv4 ip;

	assert_int_equal(ipv4_parse(&c, &ip), 0);
	assert_true(ipv4_checksum_ok(l3, ip.header_len));
	assert_int_equal(ip.total_len, ip.header_len + len);
	assert_int_equal(ip.fragment_offset, 0);
	assert_false(ip.more_fragments);
	assert_false(frame_is_fragment(f));
	assert_int_equal(frame_l4_len(f), len);
	assert_int_equal(f->len, f->end);
	assert_int_equal(f->data[0], 0xcc);
	assert_memory_equal(frame_l4(f), x->payload, len);
}

static uint32_t lost_pieces(struct fixture *x, enum drop_reason reason)
{
	struct fragment_lost lost;
	uint32_t pieces = 0;

	while (fragment_next_lost(x->table, &lost, x->now)) {
		assert_int_equal(lost.reason, reason);
		assert_int_equal(lost.port, 3);
		pieces += lost.pieces;
	}
	return pieces;
}

static void assert_empty(struct fixture *x)
{
	unsigned int datagrams;
	uint32_t bytes;

	fragment_table_load(x->table, &datagrams, &bytes);
	assert_int_equal(datagrams, 0);
	assert_int_equal(bytes, 0);
}

static void u14_pieces_in_every_order_make_the_datagram(void **state)
{
	static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct fixture *x = *state;

	for (size_t n = 0; n < ARRAY_COUNT(orders); n++) {
		for (unsigned int at = 0; at < 3; at++) {
			uint32_t offset = orders[n][at] * 1480u;
			bool more = orders[n][at] != 2;

			assert_int_equal(piece(x, offset, more ? 1480 : 1048, more),
					 at == 2 ? VERDICT_NEXT : VERDICT_CONSUMED);
		}
		assert_whole(x, 4008);
		fragment_release(x->table);
		x->id++;
	}
	assert_empty(x);
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_TIMEOUT), 0);
}

static void headers_of_the_first_piece_become_the_wholes(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(piece(x, 1480, 100, false), VERDICT_CONSUMED);
	x->options_len = 40;
	assert_int_equal(piece(x, 0, 1480, true), VERDICT_NEXT);
	assert_int_equal(x->frame.l4 - x->frame.l3, 60);
	assert_whole(x, 1580);
}

static void the_largest_datagram_is_whole(void **state)
{
	struct fixture *x = *state;
	uint32_t offset = 0;

	for (; offset + 1480 < 65515; offset += 1480)
		assert_int_equal(piece(x, offset, 1480, true), VERDICT_CONSUMED);
	assert_int_equal(piece(x, offset, 65515 - offset, false), VERDICT_NEXT);
	assert_whole(x, 65515);
}

/** pf's five cases: the new piece overlaps the front, the back, the inside, or all of an old one.
 */
static void f1_any_overlap_drops_the_whole_datagram(void **state)
{
	static const struct {
		uint32_t offset, len;
	} cases[] = {{8, 16}, {24, 16}, {16, 8}, {8, 32}, {16, 24}};
	struct fixture *x = *state;

	for (size_t n = 0; n < ARRAY_COUNT(cases); n++) {
		assert_int_equal(piece(x, 16, 16, true), VERDICT_CONSUMED);
		assert_int_equal(piece(x, cases[n].offset, cases[n].len, true), VERDICT_DROPPED);
		/* what still comes of it goes the same way */
		assert_int_equal(piece(x, 0, 8, true), VERDICT_DROPPED);
		assert_int_equal(x->drops.count[DROP_FRAGMENT_OVERLAP], 2 * (n + 1));
		assert_int_equal(lost_pieces(x, DROP_FRAGMENT_OVERLAP), 1);
		x->id++;
	}
	assert_empty(x);
}

static void f1_pieces_that_disagree_about_the_end_drop_the_datagram(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(piece(x, 800, 100, false), VERDICT_CONSUMED);
	assert_int_equal(piece(x, 1600, 100, false), VERDICT_DROPPED);
	x->id++;
	assert_int_equal(piece(x, 800, 100, false), VERDICT_CONSUMED);
	assert_int_equal(piece(x, 904, 96, true), VERDICT_DROPPED);
	x->id++;
	assert_int_equal(piece(x, 800, 96, true), VERDICT_CONSUMED);
	assert_int_equal(piece(x, 80, 100, false), VERDICT_DROPPED);
	assert_int_equal(x->drops.count[DROP_FRAGMENT_OVERLAP], 3);
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_OVERLAP), 3);
}

static void f2_a_piece_beyond_65535_bytes_is_dropped(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(piece(x, 65512, 4, false), VERDICT_DROPPED);
	assert_int_equal(piece(x, 65512, 3, false), VERDICT_CONSUMED);
	assert_int_equal(x->drops.count[DROP_FRAGMENT_INVALID], 1);
	/* nor may the first piece's longer header push it there */
	uint32_t offset = 1480;

	x->options_len = 40;
	assert_int_equal(piece(x, 0, 1480, true), VERDICT_CONSUMED);
	x->options_len = 0;
	for (; offset + 1480 < 65512; offset += 1480)
		assert_int_equal(piece(x, offset, 1480, true), VERDICT_CONSUMED);
	assert_int_equal(piece(x, offset, 65512 - offset, true), VERDICT_DROPPED);
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_INVALID), x->consumed);
	assert_empty(x);
}

static void f3_tiny_first_pieces_of_tcp_are_dropped(void **state)
{
	struct fixture *x = *state;

	x->proto = IP_PROTO_TCP;
	assert_int_equal(piece(x, 0, 16, true), VERDICT_DROPPED);
	assert_int_equal(piece(x, 8, 800, true), VERDICT_DROPPED);
	assert_int_equal(piece(x, 0, 24, true), VERDICT_CONSUMED);
	assert_int_equal(x->drops.count[DROP_FRAGMENT_INVALID], 2);
}

static void f4_what_is_not_whole_in_30_s_is_given_up(void **state)
{
	struct fixture *x = *state;
	struct frame first;

	assert_int_equal(fragment_deadline(x->table).ms, MONO_NEVER.ms);
	piece(x, 0, 80, true);
	assert_int_equal(fragment_deadline(x->table).ms, x->now.ms + 30000);
	x->now.ms += 29999;
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_TIMEOUT), 0);
	x->now.ms += 1;
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_TIMEOUT), 1);
	assert_empty(x);
	assert_true(fragment_next_timed_out(x->table, &first));
	assert_int_equal(fragment_deadline(x->table).ms, MONO_NEVER.ms);
	/* the rest is the beginning of another, whose first piece is never seen */
	assert_int_equal(piece(x, 80, 80, false), VERDICT_CONSUMED);
	x->now.ms += 30000;
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_NO_FIRST), 1);
}

static void f4_the_first_piece_of_what_timed_out_is_there_to_be_quoted(void **state)
{
	struct fixture *x = *state;
	struct frame first;

	piece(x, 800, 80, true); /* in any order */
	piece(x, 0, 800, true);
	x->id++;
	piece(x, 80, 80, false); /* without a first piece nobody is told */
	x->id++;
	piece(x, 0, 80, true); /* nor about one that contradicted itself */
	piece(x, 0, 160, true);
	assert_false(fragment_next_timed_out(x->table, &first));
	x->now.ms += 30000;
	struct fragment_lost lost;

	while (fragment_next_lost(x->table, &lost, x->now))
		;
	assert_true(fragment_deadline(x->table).ms <= x->now.ms);
	assert_true(fragment_next_timed_out(x->table, &first));
	assert_int_equal(first.id, 77);
	assert_int_equal(first.src.host, HOST_A.host);
	assert_int_equal(first.dst.host, HOST_B.host);
	assert_int_equal(first.port, 3);
	assert_true(first.more_fragments);
	assert_int_equal(frame_l4_len(&first), 800);
	assert_int_equal(wire_get16(frame_l3(&first) + 2), 820); /* as it came */
	assert_int_equal(wire_get16(frame_l3(&first) + 6), IPV4_MF);
	assert_true(ipv4_checksum_ok(frame_l3(&first), 20));
	assert_memory_equal(frame_l4(&first), x->payload, 800);
	assert_false(fragment_next_timed_out(x->table, &first));
	assert_int_equal(fragment_deadline(x->table).ms, MONO_NEVER.ms);
}

static void f4_what_timed_out_gives_its_place_up(void **state)
{
	struct fixture *x = *state;
	struct frame first;

	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int n = 0; n < FRAGMENT_DATAGRAMS_MAX; n++) {
			x->src.host = HOST_A.host + n;
			assert_int_equal(piece(x, 0, 80, true), VERDICT_CONSUMED);
		}
		x->now.ms += 30000;
	}
	assert_int_equal(x->drops.count[DROP_FRAGMENT_TABLE_FULL], 0);
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_TIMEOUT), 3 * FRAGMENT_DATAGRAMS_MAX);
	for (unsigned int n = 0; n < FRAGMENT_DATAGRAMS_MAX; n++)
		assert_true(fragment_next_timed_out(x->table, &first));
	assert_false(fragment_next_timed_out(x->table, &first));
	assert_empty(x);
}

static void f5_repetitions_do_not_count_as_progress(void **state)
{
	struct fixture *x = *state;
	uint32_t bytes;
	unsigned int datagrams;

	for (unsigned int n = 0; n < 1000; n++)
		assert_int_equal(piece(x, 0, 1480, true), VERDICT_CONSUMED);
	fragment_table_load(x->table, &datagrams, &bytes);
	assert_int_equal(datagrams, 1);
	assert_int_equal(bytes, 1480);
	assert_int_equal(piece(x, 1480, 20, false), VERDICT_NEXT);
	assert_whole(x, 1500);
}

static void f6_odd_lengths(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(piece(x, 0, 0, true), VERDICT_DROPPED);
	assert_int_equal(piece(x, 80, 0, false), VERDICT_DROPPED);
	assert_int_equal(piece(x, 0, 81, true), VERDICT_DROPPED);
	assert_int_equal(x->drops.count[DROP_FRAGMENT_INVALID], 3);
	assert_int_equal(piece(x, 0, 80, true), VERDICT_CONSUMED);
	assert_int_equal(piece(x, 80, 1, false), VERDICT_NEXT);
	assert_whole(x, 81);
}

static void f6_too_many_pieces_drop_the_datagram(void **state)
{
	struct fixture *x = *state;

	for (uint32_t n = 0; n < FRAGMENT_PIECES_MAX; n++)
		assert_int_equal(piece(x, n * 16, 8, true), VERDICT_CONSUMED);
	assert_int_equal(piece(x, 16 * FRAGMENT_PIECES_MAX, 8, true), VERDICT_DROPPED);
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_INVALID), FRAGMENT_PIECES_MAX);
	assert_empty(x);
}

static void f7_a_flood_of_one_source_leaves_others_alone(void **state)
{
	struct fixture *x = *state;
	unsigned int datagrams;
	uint32_t bytes;

	x->src = IP4(192, 168, 1, 9);
	assert_int_equal(piece(x, 0, 1480, true), VERDICT_CONSUMED);
	x->src = HOST_A;
	for (x->id = 1000; x->id < 11000; x->id++)
		assert_int_equal(piece(x, 0, 1480, true), VERDICT_CONSUMED);
	fragment_table_load(x->table, &datagrams, &bytes);
	assert_int_equal(datagrams, FRAGMENT_PER_SOURCE_MAX + 1);
	x->src = IP4(192, 168, 1, 9);
	x->id = 77;
	assert_int_equal(piece(x, 1480, 20, false), VERDICT_NEXT);
	assert_whole(x, 1500);
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_TABLE_FULL), 10000 - FRAGMENT_PER_SOURCE_MAX);
}

static void f7_memory_has_a_limit_and_the_newest_datagram_gets_through(void **state)
{
	struct fixture *x = *state;
	unsigned int datagrams;
	uint32_t bytes;

	for (unsigned int n = 0; n < 200; n++) {
		x->src.host = HOST_A.host + n;
		for (uint32_t offset = 0; offset < 44 * 1480; offset += 1480) {
			assert_int_equal(piece(x, offset, 1480, true), VERDICT_CONSUMED);
			fragment_table_load(x->table, &datagrams, &bytes);
			assert_true(bytes <= FRAGMENT_BYTES_MAX);
			assert_true(datagrams <= FRAGMENT_DATAGRAMS_MAX);
		}
	}
	assert_int_equal(piece(x, 44 * 1480, 8, false), VERDICT_NEXT);
	assert_whole(x, 44 * 1480 + 8);
	/* every frame taken in is in the whole, held, or accounted for as lost */
	fragment_release(x->table);
	fragment_table_load(x->table, &datagrams, &bytes);
	assert_int_equal(lost_pieces(x, DROP_FRAGMENT_TABLE_FULL) + bytes / 1480 + 44, x->consumed);
}

static void f8_an_identifier_used_again_makes_a_new_datagram(void **state)
{
	struct fixture *x = *state;

	for (unsigned int n = 0; n < 3; n++) {
		assert_int_equal(piece(x, 0, 80, true), VERDICT_CONSUMED);
		assert_int_equal(piece(x, 80, 8, false), VERDICT_NEXT);
		/* the whole is still out; its pieces' key is free all the same */
	}
	/* same identifier, another source or protocol: another datagram */
	assert_int_equal(piece(x, 0, 80, true), VERDICT_CONSUMED);
	x->src = IP4(192, 168, 1, 101);
	assert_int_equal(piece(x, 80, 8, false), VERDICT_CONSUMED);
	x->src = HOST_A;
	x->proto = IP_PROTO_ICMP;
	assert_int_equal(piece(x, 80, 8, false), VERDICT_CONSUMED);
	x->proto = IP_PROTO_UDP;
	assert_int_equal(piece(x, 80, 8, false), VERDICT_NEXT);
}

static void buffers_that_are_out_are_not_touched_until_released(void **state)
{
	struct fixture *x = *state;
	struct frame first;

	for (unsigned int n = 0; n < FRAGMENT_DATAGRAMS_MAX; n++) {
		x->id = (uint16_t)n;
		assert_int_equal(piece(x, 0, 80, true), VERDICT_CONSUMED);
		assert_int_equal(piece(x, 80, 8, false), VERDICT_NEXT);
		if (n == 0)
			first = x->frame;
	}
	x->id = 999;
	assert_int_equal(piece(x, 0, 80, true), VERDICT_DROPPED);
	assert_int_equal(x->drops.count[DROP_FRAGMENT_TABLE_FULL], 1);
	assert_int_equal(wire_get16(frame_l3(&first) + 4), 0);
	assert_memory_equal(frame_l4(&first), x->payload, 88);
	fragment_release(x->table);
	assert_int_equal(piece(x, 0, 80, true), VERDICT_CONSUMED);
}

static void a_piece_with_an_offload_is_dropped(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(piece(x, 0, 80, true), VERDICT_CONSUMED);
	x->frame.fragment_offset = 80;
	x->frame.offload.needs_csum = true;
	assert_int_equal(fragment_take(x->table, &x->frame, x->now), VERDICT_DROPPED);
	assert_int_equal(x->drops.count[DROP_OFFLOAD_INVALID], 1);
}

#define FRAGMENT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRAGMENT_TEST(u14_pieces_in_every_order_make_the_datagram),
		FRAGMENT_TEST(headers_of_the_first_piece_become_the_wholes),
		FRAGMENT_TEST(the_largest_datagram_is_whole),
		FRAGMENT_TEST(f1_any_overlap_drops_the_whole_datagram),
		FRAGMENT_TEST(f1_pieces_that_disagree_about_the_end_drop_the_datagram),
		FRAGMENT_TEST(f2_a_piece_beyond_65535_bytes_is_dropped),
		FRAGMENT_TEST(f3_tiny_first_pieces_of_tcp_are_dropped),
		FRAGMENT_TEST(f4_what_is_not_whole_in_30_s_is_given_up),
		FRAGMENT_TEST(f4_the_first_piece_of_what_timed_out_is_there_to_be_quoted),
		FRAGMENT_TEST(f4_what_timed_out_gives_its_place_up),
		FRAGMENT_TEST(f5_repetitions_do_not_count_as_progress),
		FRAGMENT_TEST(f6_odd_lengths),
		FRAGMENT_TEST(f6_too_many_pieces_drop_the_datagram),
		FRAGMENT_TEST(f7_a_flood_of_one_source_leaves_others_alone),
		FRAGMENT_TEST(f7_memory_has_a_limit_and_the_newest_datagram_gets_through),
		FRAGMENT_TEST(f8_an_identifier_used_again_makes_a_new_datagram),
		FRAGMENT_TEST(buffers_that_are_out_are_not_touched_until_released),
		FRAGMENT_TEST(a_piece_with_an_offload_is_dropped),
	};

	return cmocka_run_group_tests_name("ip/fragment", tests, NULL, NULL);
}
