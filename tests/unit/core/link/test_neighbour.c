/* SPDX-License-Identifier: BSD-2-Clause */
/* The ARP cache, state by state, and the packets that wait in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/link/neighbour.h"

#define HOST IP4(192, 168, 1, 5)

static const struct hash_key key = {{1, 2}};
static const mac_t card = {{2, 0, 0, 0, 0, 5}}, other_card = {{2, 0, 0, 0, 0, 6}};

static int set_up(void **state)
{
	*state = neighbour_table_new(&key);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	neighbour_table_free(*state);
	return 0;
}

static mono_ms_t at(int64_t ms)
{
	return (mono_ms_t){ms};
}

static int resolve(struct neighbour_table *t, ip4_t address, int64_t ms)
{
	mac_t mac;

	return neighbour_resolve(t, 3, address, &mac, at(ms));
}

static int hold(struct neighbour_table *t, ip4_t address, uint8_t mark, uint32_t len)
{
	static uint8_t bytes[FRAME_HEADROOM + 14 + NEIGHBOUR_HELD_LEN + 1];
	struct frame f = {.data = bytes + FRAME_HEADROOM, .l3 = 14, .l4 = 34, .port = 9};

	f.len = f.end = 14 + len;
	memset(f.data, mark, f.len);
	return neighbour_hold(t, 3, address, &f);
}

static void assert_asks(struct neighbour_table *t, int64_t ms, bool unicast)
{
	struct neighbour_action action;

	assert_true(neighbour_due(t, &action, at(ms)));
	assert_int_equal(action.kind, NEIGHBOUR_ASK);
	assert_int_equal(action.interface, 3);
	assert_true(ip4_equal(action.address, HOST));
	assert_int_equal(action.unicast, unicast);
	assert_false(neighbour_due(t, &action, at(ms)));
}

static void assert_gives_up(struct neighbour_table *t, int64_t ms)
{
	struct neighbour_action action;

	assert_true(neighbour_due(t, &action, at(ms)));
	assert_int_equal(action.kind, NEIGHBOUR_GAVE_UP);
	assert_true(ip4_equal(action.address, HOST));
}

static void a6_an_address_is_asked_for_thrice_a_second_apart_then_given_up(void **state)
{
	struct neighbour_table *t = *state;
	struct neighbour_action action;

	assert_int_equal(neighbour_deadline(t).ms, MONO_NEVER.ms);
	assert_int_equal(resolve(t, HOST, 0), -EAGAIN);
	assert_asks(t, 0, false);
	assert_int_equal(neighbour_deadline(t).ms, 1000);
	assert_int_equal(resolve(t, HOST, 500), -EAGAIN); /* no second question for it */
	assert_false(neighbour_due(t, &action, at(999)));
	assert_asks(t, 1000, false);
	assert_asks(t, 2000, false);
	assert_gives_up(t, 3000);
	assert_int_equal(resolve(t, HOST, 5999), -EHOSTUNREACH);
	assert_false(neighbour_due(t, &action, at(6000))); /* the hold-down ends */
	assert_null(neighbour_find(t, 3, HOST));
	assert_int_equal(neighbour_deadline(t).ms, MONO_NEVER.ms);
	assert_int_equal(resolve(t, HOST, 6000), -EAGAIN);
}

static void a2_only_a_message_for_us_makes_an_entry(void **state)
{
	struct neighbour_table *t = *state;
	mac_t mac;

	assert_false(neighbour_learn(t, 3, HOST, card, false, at(0)));
	assert_null(neighbour_find(t, 3, HOST));
	assert_false(neighbour_learn(t, 3, HOST, card, true, at(0)));
	assert_int_equal(neighbour_resolve(t, 3, HOST, &mac, at(0)), 0);
	assert_true(mac_equal(mac, card));
	assert_int_equal(neighbour_resolve(t, 4, HOST, &mac, at(0)), -EAGAIN);
	/* an entry that is there follows any message */
	neighbour_learn(t, 3, HOST, other_card, false, at(0));
	assert_int_equal(neighbour_resolve(t, 3, HOST, &mac, at(0)), 0);
	assert_true(mac_equal(mac, other_card));
}

static void a_reply_ends_the_questions(void **state)
{
	struct neighbour_table *t = *state;
	struct neighbour_action action;

	assert_int_equal(resolve(t, HOST, 0), -EAGAIN);
	assert_asks(t, 0, false);
	neighbour_learn(t, 3, HOST, card, true, at(10));
	assert_false(neighbour_due(t, &action, at(100000)));
	assert_int_equal(neighbour_deadline(t).ms, MONO_NEVER.ms);
}

static void a7_an_old_entry_is_asked_for_by_unicast_and_used_meanwhile(void **state)
{
	struct neighbour_table *t = *state;

	neighbour_learn(t, 3, HOST, card, true, at(0));
	assert_int_equal(resolve(t, HOST, 59999), 0);
	assert_int_equal(neighbour_find(t, 3, HOST)->state, NEIGHBOUR_REACHABLE);
	assert_int_equal(resolve(t, HOST, 60000), 0);
	assert_int_equal(neighbour_find(t, 3, HOST)->state, NEIGHBOUR_STALE);
	assert_asks(t, 60000, true);
	assert_int_equal(resolve(t, HOST, 60500), 0);
	neighbour_learn(t, 3, HOST, card, false, at(60500));
	assert_int_equal(neighbour_find(t, 3, HOST)->state, NEIGHBOUR_REACHABLE);
	assert_int_equal(resolve(t, HOST, 120499), 0);
	assert_int_equal(neighbour_find(t, 3, HOST)->state, NEIGHBOUR_REACHABLE);
}

static void a7_a_stale_entry_without_reply_asks_everybody_then_fails(void **state)
{
	struct neighbour_table *t = *state;

	neighbour_learn(t, 3, HOST, card, true, at(0));
	assert_int_equal(resolve(t, HOST, 60000), 0);
	assert_asks(t, 60000, true);
	assert_asks(t, 61000, true);
	assert_asks(t, 62000, true);
	assert_asks(t, 63000, false);
	assert_int_equal(resolve(t, HOST, 63000), -EAGAIN);
	assert_asks(t, 64000, false);
	assert_asks(t, 65000, false);
	assert_gives_up(t, 66000);
}

static void a6_packets_wait_in_order_and_only_so_many(void **state)
{
	struct neighbour_table *t = *state;
	struct neighbour_held held;

	assert_int_equal(hold(t, HOST, 0, 100), -ENOSPC); /* nobody asked for it */
	assert_int_equal(resolve(t, HOST, 0), -EAGAIN);
	for (uint8_t n = 0; n < NEIGHBOUR_HELD_EACH; n++)
		assert_int_equal(hold(t, HOST, n, 100u + n), 0);
	assert_int_equal(hold(t, HOST, 9, 100), -ENOSPC);
	assert_true(neighbour_learn(t, 3, HOST, card, true, at(1)));
	for (uint8_t n = 0; n < NEIGHBOUR_HELD_EACH; n++) {
		assert_true(neighbour_take_held(t, 3, HOST, &held));
		assert_int_equal(held.frame.end - held.frame.l3, 100 + n);
		assert_int_equal(frame_l3(&held.frame)[0], n);
		assert_int_equal(held.frame.port, 9);
		assert_int_equal(held.frame.l4 - held.frame.l3, 20);
	}
	assert_false(neighbour_take_held(t, 3, HOST, &held));
	assert_false(neighbour_learn(t, 3, HOST, card, true, at(2)));
}

static void a_packet_that_is_too_long_does_not_wait(void **state)
{
	struct neighbour_table *t = *state;

	assert_int_equal(resolve(t, HOST, 0), -EAGAIN);
	assert_int_equal(hold(t, HOST, 1, NEIGHBOUR_HELD_LEN), 0);
	assert_int_equal(hold(t, HOST, 1, NEIGHBOUR_HELD_LEN + 1), -EMSGSIZE);
}

static void a6_waiting_packets_are_bounded_in_all_and_their_room_comes_back(void **state)
{
	struct neighbour_table *t = *state;
	struct neighbour_held lost;
	unsigned int held = 0;

	for (unsigned int round = 0; round < 3; round++) {
		held = 0;
		for (uint32_t n = 0; n < 100; n++) {
			ip4_t address = {HOST.host + n};

			assert_int_equal(resolve(t, address, 0), -EAGAIN);
			for (unsigned int i = 0; i < NEIGHBOUR_HELD_EACH; i++)
				held += hold(t, address, 1, 60) == 0;
		}
		assert_int_equal(held, NEIGHBOUR_HELD_ALL);
		neighbour_forget(t, 3, NEIGHBOUR_LEARNT);
		while (neighbour_take_lost(t, &lost))
			held--;
		assert_int_equal(held, 0);
	}
}

static void a7_a_static_entry_is_not_learnt_over_nor_given_up(void **state)
{
	struct neighbour_table *t = *state;
	mac_t mac;

	assert_int_equal(neighbour_set_static(t, 3, HOST, card), 0);
	neighbour_learn(t, 3, HOST, other_card, true, at(0));
	assert_int_equal(neighbour_resolve(t, 3, HOST, &mac, at(1000000)), 0);
	assert_true(mac_equal(mac, card));
	for (uint32_t n = 0; n < NEIGHBOURS_MAX + 100; n++)
		neighbour_learn(t, 5, (ip4_t){n}, other_card, true, at(2000000 + n));
	assert_int_equal(neighbour_resolve(t, 3, HOST, &mac, at(0)), 0);
	neighbour_forget(t, UINT16_MAX, NEIGHBOUR_LEARNT);
	assert_non_null(neighbour_find(t, 3, HOST));
	neighbour_forget(t, UINT16_MAX, NEIGHBOUR_STATICS);
	assert_null(neighbour_find(t, 3, HOST));
}

static void a7_a_full_table_gives_up_the_unanswered_then_the_longest_unused(void **state)
{
	struct neighbour_table *t = *state;
	uint32_t cursor = 0, count = 0;

	for (uint32_t n = 0; n < NEIGHBOURS_MAX - 1; n++)
		neighbour_learn(t, 3, (ip4_t){n + 1}, card, true, at(n));
	assert_int_equal(resolve(t, HOST, 900000), -EAGAIN); /* the newest, but unanswered */
	neighbour_learn(t, 3, (ip4_t){90000}, card, true, at(900001));
	assert_null(neighbour_find(t, 3, HOST));
	assert_non_null(neighbour_find(t, 3, (ip4_t){1}));
	neighbour_learn(t, 3, (ip4_t){90001}, card, true, at(900002));
	assert_null(neighbour_find(t, 3, (ip4_t){1}));
	assert_non_null(neighbour_find(t, 3, (ip4_t){2}));
	while (neighbour_next(t, &cursor))
		count++;
	assert_int_equal(count, NEIGHBOURS_MAX);
}

static void a7_what_is_merely_learnt_ends_no_entry_in_use(void **state)
{
	struct neighbour_table *t = *state;

	for (uint32_t n = 1; n <= NEIGHBOURS_MAX; n++) {
		neighbour_learn(t, 3, (ip4_t){n}, card, true, at(0));
		assert_int_equal(resolve(t, (ip4_t){n}, n == 1 ? 100 : 50000), 0);
	}
	assert_false(neighbour_learn(t, 3, HOST, card, true, at(60099)));
	assert_null(neighbour_find(t, 3, HOST));
	neighbour_learn(t, 3, HOST, card, true, at(60100)); /* one is out of use now */
	assert_non_null(neighbour_find(t, 3, HOST));
	assert_null(neighbour_find(t, 3, (ip4_t){1}));
	/* what nothing was ever sent to goes before all that was used */
	assert_int_equal(resolve(t, (ip4_t){90000}, 60200), -EAGAIN);
	assert_null(neighbour_find(t, 3, HOST));
	assert_non_null(neighbour_find(t, 3, (ip4_t){2}));
}

static void a6_packets_of_an_entry_that_goes_are_told_as_lost(void **state)
{
	struct neighbour_table *t = *state;
	struct neighbour_held held;
	unsigned int lost = 0;

	assert_false(neighbour_take_lost(t, &held));
	assert_int_equal(resolve(t, HOST, 0), -EAGAIN);
	assert_int_equal(hold(t, HOST, 7, 100), 0);
	assert_int_equal(hold(t, HOST, 8, 100), 0);
	neighbour_forget(t, 3, NEIGHBOUR_LEARNT);
	assert_int_equal(neighbour_deadline(t).ms,
			 0); /* so that a difference can be formed of it */
	while (neighbour_take_lost(t, &held)) {
		assert_int_equal(held.frame.port, 9);
		assert_int_equal(held.frame.end - held.frame.l3, 100);
		lost++;
	}
	assert_int_equal(lost, 2);
	assert_int_equal(neighbour_deadline(t).ms, 0); /* that of the entry, looked at once more */
}

static void a6_a_static_entry_says_that_packets_wait_for_it(void **state)
{
	struct neighbour_table *t = *state;
	struct neighbour_action action;
	struct neighbour_held held;

	assert_int_equal(resolve(t, HOST, 0), -EAGAIN);
	assert_asks(t, 0, false);
	assert_int_equal(hold(t, HOST, 7, 100), 0);
	assert_int_equal(neighbour_set_static(t, 3, HOST, card), 1);
	assert_true(neighbour_take_held(t, 3, HOST, &held));
	assert_int_equal(neighbour_set_static(t, 3, HOST, other_card), 0);
	assert_false(neighbour_due(t, &action, at(100000))); /* nobody is asked any more */
}

static void a_table_of_static_entries_refuses(void **state)
{
	struct neighbour_table *t = *state;

	for (uint32_t n = 0; n < NEIGHBOURS_MAX; n++)
		assert_int_equal(neighbour_set_static(t, 3, (ip4_t){n + 1}, card), 0);
	assert_int_equal(neighbour_set_static(t, 3, HOST, card), -ENOSPC);
	assert_int_equal(resolve(t, HOST, 0), -ENOSPC);
	assert_false(neighbour_learn(t, 3, HOST, card, true, at(0)));
}

static void an_interface_is_forgotten_alone(void **state)
{
	struct neighbour_table *t = *state;

	neighbour_learn(t, 3, HOST, card, true, at(0));
	neighbour_learn(t, 4, HOST, card, true, at(0));
	neighbour_forget(t, 3, NEIGHBOUR_LEARNT);
	assert_null(neighbour_find(t, 3, HOST));
	assert_non_null(neighbour_find(t, 4, HOST));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a6_an_address_is_asked_for_thrice_a_second_apart_then_given_up),
		TEST(a2_only_a_message_for_us_makes_an_entry),
		TEST(a_reply_ends_the_questions),
		TEST(a7_an_old_entry_is_asked_for_by_unicast_and_used_meanwhile),
		TEST(a7_a_stale_entry_without_reply_asks_everybody_then_fails),
		TEST(a6_packets_wait_in_order_and_only_so_many),
		TEST(a_packet_that_is_too_long_does_not_wait),
		TEST(a6_waiting_packets_are_bounded_in_all_and_their_room_comes_back),
		TEST(a7_a_static_entry_is_not_learnt_over_nor_given_up),
		TEST(a7_a_full_table_gives_up_the_unanswered_then_the_longest_unused),
		TEST(a7_what_is_merely_learnt_ends_no_entry_in_use),
		TEST(a6_packets_of_an_entry_that_goes_are_told_as_lost),
		TEST(a6_a_static_entry_says_that_packets_wait_for_it),
		TEST(a_table_of_static_entries_refuses),
		TEST(an_interface_is_forgotten_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
