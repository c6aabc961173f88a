/* SPDX-License-Identifier: BSD-2-Clause */
/* Blocks of ports: one device each, at random, at rest after use, and none twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/nat/port_blocks.h"

static const struct hash_key some_key = {{33, 44}};

enum { TCP, UDP, ICMP, HOLD = 469, FIRST_HOST = 0xc0a80102 };

struct fixture {
	struct port_blocks *blocks;
	struct port_blocks_pools pools;
	struct chance chance;
	uint32_t tick;
};

static int setup(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	x->blocks = port_blocks_new(&some_key);
	x->blocks->hold_ticks = HOLD;
	port_blocks_reset(x->blocks, 256);
	for (unsigned int i = 0; i < PORT_BLOCKS_POOLS; i++)
		x->pools.at[i] = port_pool_new(i == ICMP ? PORT_POOL_IDENTIFIERS : PORT_POOL_PORTS);
	chance_init(&x->chance, &some_key);
	*state = x;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	for (unsigned int i = 0; i < PORT_BLOCKS_POOLS; i++)
		port_pool_free(x->pools.at[i]);
	port_blocks_free(x->blocks);
	free(x);
	return 0;
}

/** Return: the port; 0 none. */
static uint16_t take(struct fixture *x, unsigned int which, uint32_t host, uint16_t wanted)
{
	const struct port_request request = {
		.owner = 1, .local = FIRST_HOST + host, .tick = x->tick, .wanted = wanted};
	uint16_t port;

	x->pools.which = which;
	return port_blocks_take(x->blocks, &x->pools, &x->chance, &request, &port) ? port : 0;
}

static void give(struct fixture *x, unsigned int which, uint16_t port)
{
	port_pool_drop(x->pools.at[which], port);
	port_blocks_release(x->blocks, which, port, x->tick);
}

static unsigned int give_up_rested(struct fixture *x)
{
	unsigned int count = 0;
	uint16_t block;

	while ((block = port_blocks_rested(x->blocks, x->tick)) != 0) {
		port_blocks_give_up(x->blocks, block);
		count++;
	}
	return count;
}

static void c14_a_device_fills_a_block_before_it_gets_another(void **state)
{
	struct fixture *x = *state;
	uint16_t block = take(x, UDP, 0, 5000) / 256;

	assert_int_not_equal(block, 0);
	for (unsigned int n = 1; n < 256; n++)
		assert_int_equal(take(x, UDP, 0, 5000) / 256, block);
	assert_int_not_equal(take(x, UDP, 0, 5000) / 256, block);
	assert_int_equal(port_blocks_local(x->blocks, block), FIRST_HOST);
}

static void c14_a_block_holds_for_all_protocols(void **state)
{
	struct fixture *x = *state;
	uint16_t block = take(x, UDP, 0, 5000) / 256;

	assert_int_equal(take(x, TCP, 0, 5000) / 256, block);
	assert_int_equal(take(x, ICMP, 0, 5) / 256, block);
	for (unsigned int n = 1; n < 256; n++) {
		assert_int_equal(take(x, UDP, 0, 5000) / 256, block);
		assert_int_equal(take(x, TCP, 0, 5000) / 256, block);
		assert_int_equal(take(x, ICMP, 0, 5) / 256, block);
	}
}

static void c14_two_devices_never_share_a_block(void **state)
{
	struct fixture *x = *state;
	static uint32_t holder[256];

	memset(holder, 0, sizeof(holder));
	for (unsigned int n = 0; n < 40000; n++) {
		uint32_t host = n * 7 % 97;
		uint16_t port = take(x, n % 3, host, (uint16_t)(1024 + n));

		assert_int_not_equal(port, 0);
		assert_true(port >= 1024);
		assert_true(holder[port / 256] == 0 || holder[port / 256] == FIRST_HOST + host);
		holder[port / 256] = FIRST_HOST + host;
	}
}

static void u3_the_last_port_of_the_last_block_is_given_and_no_port_twice(void **state)
{
	struct fixture *x = *state;
	static bool used[65536];

	memset(used, 0, sizeof(used));
	for (unsigned int n = 0; n < 64512; n++) {
		uint16_t port = take(x, UDP, n % 4 == 0, 5000);

		assert_true(port >= 1024);
		assert_false(used[port]);
		used[port] = true;
	}
	assert_int_equal(take(x, UDP, 0, 5000), 0);
	assert_int_equal(take(x, UDP, 9, 5000), 0);
	assert_int_not_equal(take(x, TCP, 0, 5000),
			     0); /* its blocks have room for another protocol */
	assert_int_equal(take(x, TCP, 9, 5000), 0);
	give(x, UDP, 60000);
	assert_int_equal(take(x, UDP, port_blocks_local(x->blocks, 60000 / 256) - FIRST_HOST, 5000),
			 60000);
}

static void an_own_port_is_kept_if_it_lies_in_a_block_of_the_device(void **state)
{
	struct fixture *x = *state;
	uint16_t port = take(x, UDP, 0, 5000), base = (uint16_t)(port & ~255);

	give(x, UDP, port);
	assert_int_equal(take(x, UDP, 0, base + 77), base + 77);
	assert_int_equal(take(x, TCP, 0, base + 77), base + 77);
	assert_int_not_equal(take(x, UDP, 1, base + 78), base + 78);
}

static void c8_a_block_rests_and_its_device_has_it_again_at_once(void **state)
{
	struct fixture *x = *state;
	uint16_t tcp = take(x, TCP, 0, 5000), udp = take(x, UDP, 0, 5000), block = tcp / 256;

	x->tick = 1000;
	give(x, TCP, tcp);
	assert_int_equal(port_blocks_wait(x->blocks, x->tick), UINT32_MAX);
	give(x, UDP, udp);
	assert_int_equal(port_blocks_wait(x->blocks, x->tick), HOLD + 1);
	x->tick += HOLD;
	assert_int_equal(give_up_rested(x), 0);
	udp = take(x, UDP, 0, 5000);
	assert_int_equal(udp / 256, block);
	x->tick += 5;
	assert_int_equal(give_up_rested(x), 0);
	give(x, UDP, udp);
	x->tick += HOLD + 1;
	assert_int_equal(give_up_rested(x), 1);
	assert_int_equal(port_blocks_at(x->blocks, udp), 0);
	assert_int_equal(x->blocks->free, 1); /* the device is forgotten */
}

static void a_block_with_a_port_of_another_is_not_given(void **state)
{
	struct fixture *x = *state;

	/* one static forward in each block but one, of one protocol or another */
	for (unsigned int block = 4; block < 256; block++) {
		if (block != 200)
			assert_true(port_pool_claim(x->pools.at[block % 3],
						    (uint16_t)(block * 256 + 9), 7));
	}
	assert_int_equal(take(x, UDP, 0, 5000) / 256, 200);
	assert_int_equal(take(x, UDP, 1, 5000), 0);
}

static void c15_blocks_are_given_at_random(void **state)
{
	struct fixture *x = *state;
	unsigned int half = 0, runs = 0;
	uint16_t last = 0;

	for (unsigned int host = 0; host < 120; host++) {
		uint16_t block = take(x, UDP, host, 5000) / 256;

		half += block < 130;
		runs += block == last + 1;
		last = block;
	}
	assert_in_range(half, 40, 80);
	assert_true(runs < 6);
}

static void every_size_has_its_blocks_from_1024_on(void **state)
{
	struct fixture *x = *state;

	for (uint32_t size = PORT_BLOCK_MIN; size <= PORT_BLOCK_MAX; size *= 2) {
		unsigned int blocks = 0;

		port_blocks_reset(x->blocks, size);
		while (take(x, UDP, blocks, 5000) != 0)
			blocks++;
		assert_int_equal(blocks, size <= 1024 ? 64512 / size : 65536 / size - 1);
		for (unsigned int port = 0; port < 65536; port++) {
			if (port_pool_owner(x->pools.at[UDP], (uint16_t)port) == 0)
				continue;
			assert_true(port >= 1024);
			give(x, UDP, (uint16_t)port);
		}
	}
}

/** Rings, chains and the queue hold together whatever comes and goes. */
static void many_devices_come_and_go(void **state)
{
	enum { PORTS = 3000 };
	struct fixture *x = *state;
	static struct {
		uint16_t port;
		uint8_t which;
	} held[PORTS];
	unsigned int count = 0, refused = 0;

	port_blocks_reset(x->blocks, 64);
	for (unsigned int n = 0; n < 200000; n++) {
		if (n % 16 == 0) {
			x->tick++;
			give_up_rested(x);
		}
		if (count == PORTS || (count > 0 && chance_below(&x->chance, 2))) {
			unsigned int pick = chance_below(&x->chance, count);

			give(x, held[pick].which, held[pick].port);
			held[pick] = held[--count];
			continue;
		}
		held[count].which = (uint8_t)chance_below(&x->chance, 3);
		held[count].port = take(x, held[count].which, chance_below(&x->chance, 1500),
					(uint16_t)chance_below(&x->chance, 65536));
		if (held[count].port != 0)
			count++;
		else
			refused++;
	}
	while (count > 0) {
		count--;
		give(x, held[count].which, held[count].port);
	}
	x->tick += HOLD + 1;
	give_up_rested(x);
	assert_int_equal(x->blocks->resting, 0);
	for (unsigned int i = 0; i < ARRAY_COUNT(x->blocks->bucket); i++)
		assert_int_equal(x->blocks->bucket[i], 0);
	for (unsigned int block = 16; block < 1024; block++)
		assert_int_equal(x->blocks->taken[block / 64] >> block % 64 & 1, 0);
	assert_int_equal(x->pools.at[UDP]->free_high, 64512);
	assert_true(refused > 0);
}

#define X(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		X(c14_a_device_fills_a_block_before_it_gets_another),
		X(c14_a_block_holds_for_all_protocols),
		X(c14_two_devices_never_share_a_block),
		X(u3_the_last_port_of_the_last_block_is_given_and_no_port_twice),
		X(an_own_port_is_kept_if_it_lies_in_a_block_of_the_device),
		X(c8_a_block_rests_and_its_device_has_it_again_at_once),
		X(a_block_with_a_port_of_another_is_not_given),
		X(c15_blocks_are_given_at_random),
		X(every_size_has_its_blocks_from_1024_on),
		X(many_devices_come_and_go),
	};

	return cmocka_run_group_tests_name("nat/port_blocks", tests, NULL, NULL);
}
