/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base.h"

static void prefix_holds_its_addresses_and_no_other(void **state)
{
	struct ip4_prefix lan = {IP4(192, 168, 1, 77), 24};
	struct ip4_prefix all = {IP4_ANY, 0};
	struct ip4_prefix one = {IP4(10, 0, 0, 1), 32};

	(void)state;
	assert_true(ip4_in_prefix(IP4(192, 168, 1, 0), lan));
	assert_true(ip4_in_prefix(IP4(192, 168, 1, 255), lan));
	assert_false(ip4_in_prefix(IP4(192, 168, 0, 255), lan));
	assert_false(ip4_in_prefix(IP4(192, 168, 2, 0), lan));
	assert_true(ip4_in_prefix(IP4_BROADCAST, all));
	assert_true(ip4_in_prefix(IP4(10, 0, 0, 1), one));
	assert_false(ip4_in_prefix(IP4(10, 0, 0, 2), one));
}

static void network_and_broadcast_are_the_prefix_ends(void **state)
{
	struct ip4_prefix lan = {IP4(192, 168, 1, 77), 26};
	struct ip4_prefix all = {IP4(1, 2, 3, 4), 0};

	(void)state;
	assert_true(ip4_equal(ip4_network(lan), IP4(192, 168, 1, 64)));
	assert_true(ip4_equal(ip4_directed_broadcast(lan), IP4(192, 168, 1, 127)));
	assert_true(ip4_equal(ip4_network(all), IP4_ANY));
	assert_true(ip4_equal(ip4_directed_broadcast(all), IP4_BROADCAST));
	assert_true(ip4_equal(ip4_mask(0), IP4_ANY));
	assert_true(ip4_equal(ip4_mask(1), IP4(128, 0, 0, 0)));
	assert_true(ip4_equal(ip4_mask(32), IP4_BROADCAST));
}

static void special_addresses_are_told_apart(void **state)
{
	(void)state;
	assert_true(ip4_is_multicast(IP4(224, 0, 0, 1)));
	assert_true(ip4_is_multicast(IP4(239, 255, 255, 255)));
	assert_false(ip4_is_multicast(IP4(223, 255, 255, 255)));
	assert_false(ip4_is_multicast(IP4(240, 0, 0, 0)));
	assert_true(ip4_is_loopback(IP4(127, 255, 0, 1)));
	assert_false(ip4_is_loopback(IP4(128, 0, 0, 1)));
	assert_true(mac_is_group(MAC_BROADCAST));
	assert_false(mac_is_group((mac_t){{0x02, 0xff, 0xff, 0xff, 0xff, 0xff}}));
	assert_true(mac_is_zero((mac_t){{0}}));
	assert_false(mac_is_zero((mac_t){{0, 0, 0, 0, 0, 1}}));
}

static void a_host_has_an_address_of_class_a_b_or_c_but_for_0_and_127(void **state)
{
	(void)state;
	assert_true(ip4_is_host(IP4(1, 0, 0, 0)));
	assert_true(ip4_is_host(IP4(223, 255, 255, 255)));
	assert_false(ip4_is_host(IP4(0, 0, 0, 1)));
	assert_false(ip4_is_host(IP4(127, 0, 0, 1)));
	assert_false(ip4_is_host(IP4(224, 0, 0, 1)));
	assert_false(ip4_is_host(IP4(240, 0, 0, 1)));
	assert_int_equal(ip4_class_len(IP4(127, 0, 0, 1)), 8);
	assert_int_equal(ip4_class_len(IP4(128, 0, 0, 1)), 16);
	assert_int_equal(ip4_class_len(IP4(191, 255, 0, 1)), 16);
	assert_int_equal(ip4_class_len(IP4(192, 0, 0, 1)), 24);
	assert_int_equal(ip4_class_len(IP4(224, 0, 0, 1)), 0);
	assert_int_equal(ip4_class_len(IP4_BROADCAST), 0);
}

static void no_host_has_the_ends_of_a_network_but_of_31_and_32(void **state)
{
	(void)state;
	assert_false(ip4_is_host_of((struct ip4_prefix){IP4(10, 0, 0, 0), 30}));
	assert_true(ip4_is_host_of((struct ip4_prefix){IP4(10, 0, 0, 1), 30}));
	assert_false(ip4_is_host_of((struct ip4_prefix){IP4(10, 0, 0, 3), 30}));
	assert_true(ip4_is_host_of((struct ip4_prefix){IP4(10, 0, 0, 0), 31}));
	assert_true(ip4_is_host_of((struct ip4_prefix){IP4(10, 0, 0, 1), 31}));
	assert_true(ip4_is_host_of((struct ip4_prefix){IP4(10, 0, 0, 0), 32}));
	assert_true(mac_is_station((mac_t){{2, 0, 0, 0, 0, 1}}));
	assert_false(mac_is_station((mac_t){{1, 0, 0, 0, 0, 1}}));
	assert_false(mac_is_station((mac_t){{0}}));
}

static void never_stays_never_whatever_is_added(void **state)
{
	mono_ms_t late = {INT64_MAX - 10};

	(void)state;
	assert_true(mono_add_ms(MONO_NEVER, 1).ms == MONO_NEVER.ms);
	assert_true(mono_add_ms(late, 11).ms == MONO_NEVER.ms);
	assert_true(mono_add_s((mono_ms_t){5}, INT64_MAX).ms == MONO_NEVER.ms);
	assert_true(mono_add_s((mono_ms_t){5}, 2).ms == 2005);
	assert_false(mono_reached(MONO_NEVER, late));
	assert_true(mono_reached((mono_ms_t){7}, (mono_ms_t){7}));
	assert_false(mono_reached((mono_ms_t){8}, (mono_ms_t){7}));
	assert_true(mono_between_ms((mono_ms_t){9}, (mono_ms_t){4}) == -5);
	assert_true(mono_earlier(MONO_NEVER, (mono_ms_t){3}).ms == 3);
}

static void list_keeps_its_order_when_items_come_and_go(void **state)
{
	VEC(int) list = {0};
	int expected = 0;

	(void)state;
	vec_each (&list, item)
		fail_msg("an empty list has %d", *item);
	for (int i = 0; i < 100; i++)
		*vec_push(&list) = i;
	*vec_insert(&list, 0) = -1;
	assert_int_equal(list.count, 101);
	vec_remove(&list, 0);
	vec_remove(&list, 50);
	vec_remove(&list, list.count - 1);
	vec_each (&list, item) {
		if (expected == 50)
			expected++;
		assert_int_equal(*item, expected++);
	}
	assert_int_equal(expected, 99);
	vec_free(&list);
	assert_int_equal(list.count, 0);
	assert_null(list.at);
}

static void new_item_is_zeroed_even_where_another_stood(void **state)
{
	VEC(int) list = {0};

	(void)state;
	*vec_push(&list) = 7;
	vec_remove(&list, 0);
	assert_int_equal(*vec_push(&list), 0);
	vec_free(&list);
}

static void copy_of_a_list_is_independent_of_it(void **state)
{
	VEC(int) from = {0};
	VEC(int) to = {0};

	(void)state;
	*vec_push(&to) = 99;
	*vec_push(&from) = 1;
	*vec_push(&from) = 2;
	assert_int_equal(vec_copy(&to, &from), 0);
	from.at[0] = 42;
	assert_int_equal(to.count, 2);
	assert_int_equal(to.at[0], 1);
	*vec_push(&to) = 3;
	assert_int_equal(to.at[2], 3);
	vec_free(&from);
	assert_int_equal(vec_copy(&to, &from), 0);
	assert_int_equal(to.count, 0);
	vec_free(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefix_holds_its_addresses_and_no_other),
		cmocka_unit_test(network_and_broadcast_are_the_prefix_ends),
		cmocka_unit_test(special_addresses_are_told_apart),
		cmocka_unit_test(a_host_has_an_address_of_class_a_b_or_c_but_for_0_and_127),
		cmocka_unit_test(no_host_has_the_ends_of_a_network_but_of_31_and_32),
		cmocka_unit_test(never_stays_never_whatever_is_added),
		cmocka_unit_test(list_keeps_its_order_when_items_come_and_go),
		cmocka_unit_test(new_item_is_zeroed_even_where_another_stood),
		cmocka_unit_test(copy_of_a_list_is_independent_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
