/* SPDX-License-Identifier: BSD-2-Clause */
/* Fragmentation: the pieces, put together again, are the packet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/ip/split.h"
#include "core/wire/ipv4.h"
#include "core/wire/udp.h"

enum { LONGEST = 9000 };

struct pieces {
	uint8_t whole[LONGEST]; /* transport bytes, by offset */
	uint32_t count, end;	/* how many came; where the next must begin */
	uint32_t first;		/* offset of the first */
	bool last;
	uint16_t mtu;
	const struct frame *of;
};

/* Checks one piece and puts it where it belongs. */
static void take(void *context, struct frame *f)
{
	struct pieces *p = context;
	struct cursor c = cursor_over(frame_l3(f), f->end - f->l3);
	uint32_t header = (uint32_t)(p->of->l4 - p->of->l3);
	struct ipv4 ip;

	assert_false(p->last);
	assert_int_equal(ipv4_parse(&c, &ip), 0);
	assert_true(ipv4_checksum_ok(frame_l3(f), ip.header_len));
	assert_int_equal(ip.header_len, header);
	assert_int_equal(ip.total_len, f->end - f->l3);
	assert_true(ip.total_len <= p->mtu);
	assert_int_equal(ip.fragment_offset, p->count ? p->end : p->first);
	assert_int_equal(ip.fragment_offset, f->fragment_offset);
	assert_int_equal(ip.more_fragments, f->more_fragments);
	assert_int_equal(ip.id, 0x1234);
	assert_false(ip.dont_fragment);
	assert_false(f->offload.needs_csum);
	assert_int_equal(f->offload.gso, OFFLOAD_GSO_NONE);
	/* room for a link header before it */
	memset(f->data - FRAME_HEADROOM, 0xee, FRAME_HEADROOM);
	if (ip.more_fragments)
		assert_int_equal(frame_l4_len(f) % 8, 0);
	memcpy(p->whole + ip.fragment_offset - p->first, frame_l4(f), frame_l4_len(f));
	p->end = ip.fragment_offset + frame_l4_len(f);
	p->last = !ip.more_fragments;
	p->count++;
}

static uint8_t packet[LONGEST];

/* A packet of @len bytes with @options bytes of NOPs. */
static struct frame packet_frame(uint32_t len, unsigned int options, uint16_t flags_offset)
{
	struct frame f = {.data = packet, .len = len, .end = len, .proto = IP_PROTO_UDP};

	for (uint32_t i = 0; i < len; i++)
		packet[i] = (uint8_t)(i * 31 >> 3);
	memset(packet, 1, IPV4_LEN + options);
	packet[0] = (uint8_t)(0x40 | (IPV4_LEN + options) / 4);
	wire_put16(packet + 2, (uint16_t)len);
	wire_put16(packet + 4, 0x1234);
	wire_put16(packet + 6, flags_offset);
	f.l4 = (uint16_t)(IPV4_LEN + options);
	f.more_fragments = flags_offset & IPV4_MF;
	f.fragment_offset = (uint16_t)((flags_offset & IPV4_OFFSET_MASK) * 8);
	return f;
}

static struct pieces split(struct frame *f, uint16_t mtu)
{
	struct pieces p = {.mtu = mtu, .of = f, .first = f->fragment_offset};
	uint32_t room = split_room(f, mtu);
	uint8_t *exact = malloc(room + FRAME_HEADROOM);

	assert_non_null(exact);
	assert_true(split_frame(f, mtu, exact + FRAME_HEADROOM, room, take, &p));
	free(exact);
	return p;
}

static void the_pieces_make_the_packet(void **state)
{
	static const uint32_t lengths[] = {577, 600, 1104, 1128, 1129, 1500, 4000, 8999};
	static const unsigned int options[] = {0, 4, 40};
	static const uint16_t mtus[] = {576, 577, 583, 584, 1400, 1500};

	(void)state;
	for (unsigned int l = 0; l < ARRAY_COUNT(lengths); l++)
		for (unsigned int o = 0; o < ARRAY_COUNT(options); o++)
			for (unsigned int m = 0; m < ARRAY_COUNT(mtus); m++) {
				struct frame f = packet_frame(lengths[l], options[o], 0);
				struct pieces p = split(&f, mtus[m]);

				assert_true(p.last);
				assert_int_equal(p.end, frame_l4_len(&f));
				assert_memory_equal(p.whole, frame_l4(&f), frame_l4_len(&f));
			}
}

static void a_piece_is_split_further_and_says_that_more_come(void **state)
{
	struct frame f = packet_frame(20 + 1480, 0, IPV4_MF | 1480 / 8);
	struct pieces p;

	(void)state;
	p = split(&f, 576);
	assert_int_equal(p.count, 3);
	assert_false(p.last);
	assert_int_equal(p.first, 1480);
	assert_int_equal(p.end, 2960);
	f = packet_frame(20 + 1000, 0, 2960 / 8);
	p = split(&f, 576);
	assert_true(p.last);
	assert_int_equal(p.end, 3960);
}

static void a_checksum_left_to_the_device_is_finished_first(void **state)
{
	struct frame f = packet_frame(2000, 0, 0);
	ip4_t src = IP4(192, 168, 1, 5), dst = IP4(8, 8, 8, 8);
	uint8_t *udp = frame_l4(&f);
	struct pieces p;

	(void)state;
	wire_put16(udp + 4, 1980);
	wire_put16(udp + 6, checksum_pseudo(src, dst, IP_PROTO_UDP, 1980));
	f.offload = (struct offload){.needs_csum = true, .csum_start = 20, .csum_offset = 6};
	p = split(&f, 1500);
	assert_true(udp_checksum_ok(p.whole, 1980, src, dst));
}

static void without_room_nothing_is_sent(void **state)
{
	struct frame f = packet_frame(2000, 0, 0);
	static uint8_t room[8000];
	struct pieces p = {.mtu = 1500, .of = &f};

	(void)state;
	assert_false(split_frame(&f, 1500, NULL, 0, take, &p));
	assert_false(split_frame(&f, 1500, room, split_room(&f, 1500) - 1, take, &p));
	assert_int_equal(p.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pieces_make_the_packet),
		cmocka_unit_test(a_piece_is_split_further_and_says_that_more_come),
		cmocka_unit_test(a_checksum_left_to_the_device_is_finished_first),
		cmocka_unit_test(without_room_nothing_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
