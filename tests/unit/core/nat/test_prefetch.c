/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A batch of frames over a large table, which is looked up ahead: every frame has the fate that it
 * has alone, and no byte is read that is not there.
 */
#include "../router_fixture.h"

#include "core/nat/prefetch.h"

enum { FLOWS = 8200 }; /* more than from which on it pays */

static struct packet flow_out(struct home *h, unsigned int n)
{
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, (uint16_t)(20000 + n), SERVER, 443, 18);
	return p;
}

/* Many sessions, and the public port of the last. */
static uint16_t fill(struct home *h)
{
	uint16_t port = 0;

	for (unsigned int n = 0; n < FLOWS; n++) {
		struct packet p = flow_out(h, n);

		send(h, 1, &p);
		port = wire_get16(l4_of(only(h, 9)));
	}
	assert_true(nat_prefetch_pays(router_nat(h->router)));
	return port;
}

/* A copy of a frame's first @len bytes, in a block that ends behind them. */
static struct frame cut(struct home *h, unsigned int tap, const struct packet *p, uint32_t len)
{
	uint8_t *block = malloc(FRAME_HEADROOM + len);

	assert_non_null(block);
	memcpy(block + FRAME_HEADROOM, p->bytes, len);
	return (struct frame){
		.data = block + FRAME_HEADROOM, .len = len, .port = (uint16_t)port_of(h, tap)};
}

static void a_large_table_is_looked_up_ahead_and_nothing_else_changes(void **state)
{
	struct home *h = *state;
	uint16_t port = fill(h);
	struct packet out = flow_out(h, 7), in, stranger;
	struct frame frames[2 * NAT_PREFETCH_MAX + 1];
	unsigned int count = ARRAY_COUNT(frames);

	udp(&in, h->wan_mac, MAC(9), SERVER, 443, VIP, port, 18);
	udp(&stranger, h->wan_mac, MAC(9), SERVER, 443, IP4(203, 0, 113, 77), port, 18);
	for (unsigned int n = 0; n < count; n++)
		frames[n] = n % 2 ? cut(h, 9, &in, in.len) : cut(h, 1, &out, out.len);
	free(frames[5].data - FRAME_HEADROOM);
	frames[5] = cut(h, 9, &stranger, stranger.len);
	frames[6].port = UINT16_MAX;
	h->sent_count = 0;
	router_input(h->router, frames, count, h->now);
	take_output(h);
	assert_int_equal(h->sent_count, count - 2 + 1); /* the stranger is asked for by ARP */
	for (unsigned int n = 0; n < 5; n++)
		assert_int_equal(h->sent[n].tap, n % 2 ? 1 : 9);
	for (unsigned int n = 0; n < count; n++)
		free(frames[n].data - FRAME_HEADROOM);
}

static void frames_cut_anywhere_are_not_read_beyond_their_end(void **state)
{
	struct home *h = *state;
	struct packet out;

	fill(h);
	out = flow_out(h, 7);
	for (uint32_t len = 0; len < out.len; len++) {
		struct frame frames[2] = {cut(h, 1, &out, len), cut(h, 1, &out, out.len)};

		h->sent_count = 0;
		router_input(h->router, frames, 2, h->now);
		take_output(h);
		assert_int_equal(h->sent_count, 1);
		free(frames[0].data - FRAME_HEADROOM);
		free(frames[1].data - FRAME_HEADROOM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(a_large_table_is_looked_up_ahead_and_nothing_else_changes),
		HOME_TEST(frames_cut_anywhere_are_not_read_beyond_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
