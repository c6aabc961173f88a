/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rule a source falls under, and which public address it gets. */
#include "tests/unit/core/nat/fixture.h"

#define POOL IP4(203, 0, 113, 20)

/* List 1 goes out by a pool of @count addresses from 203.0.113.20 on, and by nothing else. */
static void pool_only(struct home *home, uint32_t count)
{
	home->config.nat.sources.count = 0;
	home_pool(&home->config, "1", "P", POOL, count);
	home_configure(home);
}

/* The public address of a UDP packet from inside. */
static ip4_t public_of(struct home *home, ip4_t src, uint16_t sport, ip4_t dst, uint16_t dport)
{
	struct packet p;

	packet_udp(home, &p, src, sport, dst, dport);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	packet_check(&p);
	return p.frame.src;
}

static void u2_a_device_always_gets_the_same_address_of_a_pool(void **state)
{
	struct home *home = *state;
	ip4_t first;
	struct packet p;

	pool_only(home, 7);
	first = public_of(home, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(first.host, POOL.host + LAPTOP.host % 7);
	for (uint16_t i = 0; i < 200; i++) {
		ip4_t again = public_of(home, LAPTOP, (uint16_t)(6000 + i), IP4(198, 51, 100, i),
					(uint16_t)(i + 1));

		assert_int_equal(again.host, first.host);
	}
	packet_tcp(home, &p, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, first.host);
	packet_echo(home, &p, ICMP_ECHO, LAPTOP, SERVER, 7);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, first.host);
	/* nothing remembers it, and it is the same after everything was idle */
	home_wait(home, 100000);
	assert_int_equal(public_of(home, LAPTOP, 5000, SERVER, 80).host, first.host);
}

static void u2_neighbours_are_spread_evenly_over_a_pool(void **state)
{
	struct home *home = *state;
	unsigned int devices[8] = {0};

	pool_only(home, 8);
	for (uint8_t i = 16; i < 96; i++) {
		ip4_t public = public_of(home, IP4(192, 168, 1, i), 5000, SERVER, 80);

		assert_in_range(public.host, POOL.host, POOL.host + 7);
		devices[public.host - POOL.host]++;
	}
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(devices[i], 10);
}

static void answers_come_back_by_every_address_of_a_pool(void **state)
{
	struct home *home = *state;

	pool_only(home, 3);
	for (uint8_t i = 100; i < 103; i++) {
		ip4_t local = IP4(192, 168, 1, i);
		ip4_t public = public_of(home, local, 5000, SERVER, 80);
		struct packet p;

		assert_true(nat_is_public(home->nat, public));
		packet_udp(home, &p, SERVER, 80, public, 5000);
		assert_int_equal(send_in(home, &p), VERDICT_NEXT);
		packet_check(&p);
		assert_int_equal(p.frame.dst.host, local.host);
	}
	assert_false(nat_is_public(home->nat, VIP));
}

static void sessions_live_on_when_a_pool_changes_that_still_gives_their_address(void **state)
{
	struct home *home = *state;

	pool_only(home, 4);
	public_of(home, IP4(192, 168, 1, 100), 5000, SERVER, 80); /* 100 % 4 and 100 % 2 are 0 */
	public_of(home, IP4(192, 168, 1, 103), 5000, SERVER, 80);
	assert_int_equal(session_count_now(home), 2);
	pool_only(home, 2);
	assert_int_equal(session_count_now(home), 1);
	assert_int_equal(only_session(home).local.host, IP4(192, 168, 1, 100).host);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
	const struct CMUnitTest tests[] = {
		TEST(u2_a_device_always_gets_the_same_address_of_a_pool),
		TEST(u2_neighbours_are_spread_evenly_over_a_pool),
		TEST(answers_come_back_by_every_address_of_a_pool),
		TEST(sessions_live_on_when_a_pool_changes_that_still_gives_their_address),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
