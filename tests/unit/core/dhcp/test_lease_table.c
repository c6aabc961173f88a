/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dhcp/lease_table.h"

static const struct hash_key some_key = {{1, 2}};

static struct dhcp_client_key key_of(uint32_t n)
{
	struct dhcp_client_key key = {.len = sizeof(n)};

	memcpy(key.bytes, &n, sizeof(n));
	return key;
}

static void a_lease_is_found_by_address_and_by_client(void **state)
{
	struct lease_table *t = lease_table_new(&some_key, 100);
	struct dhcp_client_key key = key_of(7);
	struct dhcp_lease *a, *b;

	(void)state;
	assert_non_null(t);
	a = lease_table_add(t, IP4(10, 0, 0, 1));
	b = lease_table_add(t, IP4(10, 0, 0, 2));
	assert_ptr_equal(lease_table_find(t, IP4(10, 0, 0, 1)), a);
	assert_null(lease_table_find(t, IP4(10, 0, 0, 3)));
	assert_null(lease_table_of(t, &key));
	lease_table_set_client(t, a, &key);
	lease_table_set_client(t, b, &key);
	assert_ptr_equal(lease_table_of(t, &key), b);
	assert_ptr_equal(lease_table_next_of(b), a);
	assert_null(lease_table_next_of(a));
	lease_table_set_client(t, b, &b->client); /* its own key */
	lease_table_remove(t, b);
	assert_ptr_equal(lease_table_of(t, &key), a);
	assert_null(lease_table_find(t, IP4(10, 0, 0, 2)));
	key = key_of(8);
	lease_table_set_client(t, a, &key);
	assert_ptr_equal(lease_table_of(t, &key), a);
	key = key_of(7);
	assert_null(lease_table_of(t, &key));
	lease_table_free(t);
}

static void a_full_table_takes_one_more_when_one_goes(void **state)
{
	struct lease_table *t = lease_table_new(&some_key, 3);

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		assert_true(lease_table_room(t));
		assert_non_null(lease_table_add(t, (ip4_t){i}));
	}
	assert_false(lease_table_room(t));
	assert_null(lease_table_add(t, (ip4_t){3}));
	lease_table_remove(t, lease_table_find(t, (ip4_t){1}));
	assert_true(lease_table_room(t));
	assert_non_null(lease_table_add(t, (ip4_t){3}));
	assert_null(lease_table_add(t, (ip4_t){4}));
	lease_table_free(t);
	lease_table_free(NULL);
}

/** Many leases get, change and lose deadlines; the earliest is compared with a plain search. */
static void the_earliest_deadline_is_right_after_every_change(void **state)
{
	enum { COUNT = 200, STEPS = 4000 };
	struct lease_table *t = lease_table_new(&some_key, COUNT);
	struct dhcp_lease *all[COUNT];
	struct chance chance;

	(void)state;
	chance_init(&chance, &some_key);
	for (uint32_t i = 0; i < COUNT; i++)
		all[i] = lease_table_add(t, (ip4_t){i});
	assert_null(lease_table_earliest(t));
	for (int step = 0; step < STEPS; step++) {
		struct dhcp_lease *lease = all[chance_below(&chance, COUNT)];
		mono_ms_t deadline = {chance_below(&chance, 1000)}, earliest = MONO_NEVER;

		lease_table_set_deadline(t, lease, step % 3 ? deadline : MONO_NEVER);
		for (uint32_t i = 0; i < COUNT; i++)
			earliest = mono_earlier(earliest, all[i]->deadline);
		if (earliest.ms == MONO_NEVER.ms)
			assert_null(lease_table_earliest(t));
		else
			assert_int_equal(lease_table_earliest(t)->deadline.ms, earliest.ms);
	}
	for (uint32_t i = 0; i < COUNT; i++)
		lease_table_remove(t, all[i]);
	assert_null(lease_table_earliest(t));
	lease_table_free(t);
}

static void a_list_keeps_its_order_whoever_leaves(void **state)
{
	struct lease_table *t = lease_table_new(&some_key, 3);
	struct lease_list list = {0};
	struct dhcp_lease *a = lease_table_add(t, (ip4_t){1}), *b = lease_table_add(t, (ip4_t){2}),
			  *c = lease_table_add(t, (ip4_t){3});

	(void)state;
	lease_list_append(&list, LEASE_LIST_UNSAVED, a);
	lease_list_append(&list, LEASE_LIST_UNSAVED, b);
	lease_list_append(&list, LEASE_LIST_UNSAVED, c);
	lease_list_append(&list, LEASE_LIST_UNSAVED, a); /* is in it */
	assert_ptr_equal(list.last, c);
	lease_list_remove(&list, LEASE_LIST_UNSAVED, b);
	lease_list_remove(&list, LEASE_LIST_UNSAVED, b);
	assert_ptr_equal(a->link[LEASE_LIST_UNSAVED].after, c);
	lease_list_remove(&list, LEASE_LIST_UNSAVED, a);
	assert_ptr_equal(list.first, c);
	lease_list_remove(&list, LEASE_LIST_UNSAVED, c);
	assert_null(list.first);
	assert_null(list.last);
	lease_table_free(t);
}

static void many_leases_stay_found(void **state)
{
	enum { COUNT = 5000 };
	struct lease_table *t = lease_table_new(&some_key, COUNT);

	(void)state;
	for (uint32_t i = 0; i < COUNT; i++) {
		struct dhcp_client_key key = key_of(i);

		lease_table_set_client(t, lease_table_add(t, (ip4_t){i}), &key);
	}
	for (uint32_t i = 0; i < COUNT; i += 2)
		lease_table_remove(t, lease_table_find(t, (ip4_t){i}));
	for (uint32_t i = 0; i < COUNT; i++) {
		struct dhcp_client_key key = key_of(i);
		struct dhcp_lease *lease = lease_table_of(t, &key);

		assert_int_equal(lease != NULL, i % 2);
		assert_ptr_equal(lease_table_find(t, (ip4_t){i}), lease);
	}
	lease_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_is_found_by_address_and_by_client),
		cmocka_unit_test(a_full_table_takes_one_more_when_one_goes),
		cmocka_unit_test(the_earliest_deadline_is_right_after_every_change),
		cmocka_unit_test(a_list_keeps_its_order_whoever_leaves),
		cmocka_unit_test(many_leases_stay_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
