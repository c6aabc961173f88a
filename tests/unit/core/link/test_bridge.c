/* SPDX-License-Identifier: BSD-2-Clause */
/* The switch's table: learning, moving, ageing, and what a flood of stations does to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/link/bridge.h"

static const struct hash_key key = {{1, 2}};

static int set_up(void **state)
{
	*state = bridge_new(&key);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	bridge_free(*state);
	return 0;
}

static mac_t mac(uint32_t n)
{
	return (mac_t){
		{2, 0, (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
}

static mono_ms_t at_s(int64_t s)
{
	return (mono_ms_t){s * 1000};
}

static void a_station_is_found_where_it_was_heard_last(void **state)
{
	assert_int_equal(bridge_find(*state, 0, mac(1), at_s(0)), BRIDGE_NO_PORT);
	bridge_learn(*state, 0, mac(1), 7, at_s(0));
	assert_int_equal(bridge_find(*state, 0, mac(1), at_s(1)), 7);
	bridge_learn(*state, 0, mac(1), 8, at_s(1));
	assert_int_equal(bridge_find(*state, 0, mac(1), at_s(1)), 8);
	bridge_forget_port(*state, 7);
	assert_int_equal(bridge_find(*state, 0, mac(1), at_s(1)), 8);
	bridge_forget_port(*state, 8);
	assert_int_equal(bridge_find(*state, 0, mac(1), at_s(1)), BRIDGE_NO_PORT);
}

static void bridges_share_nothing(void **state)
{
	bridge_learn(*state, 1024, mac(1), 7, at_s(0));
	bridge_learn(*state, 1025, mac(1), 9, at_s(0));
	assert_int_equal(bridge_find(*state, 1024, mac(1), at_s(0)), 7);
	assert_int_equal(bridge_find(*state, 1025, mac(1), at_s(0)), 9);
	assert_int_equal(bridge_find(*state, 1026, mac(1), at_s(0)), BRIDGE_NO_PORT);
}

static void a_silent_station_is_forgotten_after_five_minutes(void **state)
{
	bridge_learn(*state, 0, mac(1), 7, at_s(0));
	assert_int_equal(bridge_find(*state, 0, mac(1), at_s(BRIDGE_AGE_S - 1)), 7);
	assert_int_equal(bridge_find(*state, 0, mac(1), at_s(BRIDGE_AGE_S)), BRIDGE_NO_PORT);
	bridge_learn(*state, 0, mac(1), 7, at_s(BRIDGE_AGE_S));
	assert_int_equal(bridge_find(*state, 0, mac(1), at_s(2 * BRIDGE_AGE_S - 1)), 7);
}

static void a_home_of_stations_is_known_whole(void **state)
{
	unsigned int known = 0;

	for (uint32_t n = 0; n < 500; n++)
		bridge_learn(*state, 0, mac(n), (uint16_t)(n % 5), at_s(0));
	for (uint32_t n = 0; n < 500; n++)
		known += bridge_find(*state, 0, mac(n), at_s(0)) == n % 5;
	assert_int_equal(known, 500);
}

static void a_flood_of_stations_never_gives_a_wrong_port_and_the_last_is_known(void **state)
{
	for (uint32_t n = 0; n < 100000; n++) {
		bridge_learn(*state, 0, mac(n), (uint16_t)(n % 5), (mono_ms_t){n});
		assert_int_equal(bridge_find(*state, 0, mac(n), (mono_ms_t){n}), n % 5);
	}
	for (uint32_t n = 0; n < 100000; n++) {
		uint16_t port = bridge_find(*state, 0, mac(n), (mono_ms_t){100000});

		assert_true(port == BRIDGE_NO_PORT || port == n % 5);
	}
}

static void the_station_heard_last_longest_ago_makes_room(void **state)
{
	unsigned int kept = 0;

	/* one that goes on talking outlives any number that do not */
	for (uint32_t n = 1; n < 50000; n++) {
		bridge_learn(*state, 0, mac(0), 3, (mono_ms_t){2 * n});
		bridge_learn(*state, 0, mac(n), 4, (mono_ms_t){2 * n + 1});
		kept += bridge_find(*state, 0, mac(0), (mono_ms_t){2 * n + 1}) == 3;
	}
	assert_int_equal(kept, 49999);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_station_is_found_where_it_was_heard_last),
		TEST(bridges_share_nothing),
		TEST(a_silent_station_is_forgotten_after_five_minutes),
		TEST(a_home_of_stations_is_known_whole),
		TEST(a_flood_of_stations_never_gives_a_wrong_port_and_the_last_is_known),
		TEST(the_station_heard_last_longest_ago_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
