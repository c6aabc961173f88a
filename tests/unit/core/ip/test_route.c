/* SPDX-License-Identifier: BSD-2-Clause */
/* The route table against a look-up that just tries every route. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/ip/route.h"

#define NET(a, b, c, d, n) ((struct ip4_prefix){IP4(a, b, c, d), n})

static uint32_t random_state;

static uint32_t random_u32(void)
{
	random_state = random_state * 1664525u + 1013904223u;
	return random_state >> 8 ^ random_state << 13;
}

static void add(struct route_table *t, struct ip4_prefix network, uint32_t next_hop,
		uint8_t distance)
{
	struct route r = {.network = network,
			  .next_hop = {next_hop},
			  .distance = distance,
			  .source = ROUTE_STATIC};

	assert_int_equal(route_table_add(t, &r), 0);
}

/* Longest prefix, then distance, then the lowest next hop. */
static const struct route *naive_find(const struct route_table *t, ip4_t address)
{
	const struct route *best = NULL;

	vec_each (&t->routes, r) {
		if (!ip4_in_prefix(address, r->network))
			continue;
		if (!best || r->network.len > best->network.len ||
		    (r->network.len == best->network.len &&
		     (r->distance < best->distance ||
		      (r->distance == best->distance && r->next_hop.host < best->next_hop.host))))
			best = r;
	}
	return best;
}

static void assert_same(const struct route_table *t, uint32_t address)
{
	const struct route *found = route_find(t, (ip4_t){address});
	const struct route *wanted = naive_find(t, (ip4_t){address});

	assert_int_equal(!found, !wanted);
	if (!found)
		return;
	assert_int_equal(found->network.len, wanted->network.len);
	assert_int_equal(found->next_hop.host, wanted->next_hop.host);
	assert_int_equal(found->distance, wanted->distance);
}

/* Every edge of every network, and addresses at random. */
static void compare_with_naive(const struct route_table *t)
{
	assert_same(t, 0);
	assert_same(t, UINT32_MAX);
	for (uint32_t i = 0; i < t->routes.count; i++) {
		struct ip4_prefix p = t->routes.at[i].network;

		assert_same(t, ip4_network(p).host);
		assert_same(t, ip4_network(p).host - 1);
		assert_same(t, ip4_directed_broadcast(p).host);
		assert_same(t, ip4_directed_broadcast(p).host + 1);
	}
	for (unsigned int i = 0; i < 300; i++)
		assert_same(t, random_u32() & (i & 1 ? 0xff0000ffu : UINT32_MAX));
}

static void an_empty_table_knows_no_way(void **state)
{
	struct route_table t = {0};

	(void)state;
	assert_null(route_find(&t, IP4(1, 2, 3, 4)));
	assert_int_equal(route_table_compile(&t), 0);
	assert_null(route_find(&t, IP4(1, 2, 3, 4)));
	route_table_fini(&t);
}

static void the_longest_prefix_wins_then_the_lowest_distance(void **state)
{
	struct route_table t = {0};

	(void)state;
	add(&t, NET(0, 0, 0, 0, 0), 1, 1);
	add(&t, NET(10, 0, 0, 0, 8), 2, 1);
	add(&t, NET(10, 1, 0, 0, 16), 4, 5);
	add(&t, NET(10, 1, 0, 0, 16), 9, 3);
	add(&t, NET(10, 1, 0, 0, 16), 8, 3);
	add(&t, NET(10, 1, 2, 3, 32), 5, 200);
	add(&t, NET(255, 255, 255, 255, 32), 6, 1);
	assert_int_equal(route_table_compile(&t), 0);
	assert_int_equal(route_find(&t, IP4(9, 255, 255, 255))->next_hop.host, 1);
	assert_int_equal(route_find(&t, IP4(10, 0, 255, 255))->next_hop.host, 2);
	assert_int_equal(route_find(&t, IP4(10, 1, 0, 0))->next_hop.host, 8);
	assert_int_equal(route_find(&t, IP4(10, 1, 2, 3))->next_hop.host, 5);
	assert_int_equal(route_find(&t, IP4(10, 1, 2, 4))->next_hop.host, 8);
	assert_int_equal(route_find(&t, IP4(10, 2, 0, 0))->next_hop.host, 2);
	assert_int_equal(route_find(&t, IP4(11, 0, 0, 0))->next_hop.host, 1);
	assert_int_equal(route_find(&t, IP4_BROADCAST)->next_hop.host, 6);
	compare_with_naive(&t);
	route_table_fini(&t);
}

static void host_bits_of_a_network_are_ignored(void **state)
{
	struct route_table t = {0};

	(void)state;
	add(&t, NET(192, 168, 1, 77, 24), 1, 0);
	assert_int_equal(route_table_compile(&t), 0);
	assert_non_null(route_find(&t, IP4(192, 168, 1, 0)));
	assert_true(ip4_equal(t.routes.at[0].network.address, IP4(192, 168, 1, 0)));
	assert_null(route_find(&t, IP4(192, 168, 2, 0)));
	route_table_fini(&t);
}

static void random_tables_agree_with_the_naive_look_up(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 200; seed++) {
		struct route_table t = {0};
		uint32_t count;

		random_state = seed;
		count = random_u32() % 60;
		for (uint32_t i = 0; i < count; i++) {
			/* few distinct bits, so that networks nest and meet */
			uint32_t address = random_u32() & (seed % 3 ? 0xc00300c0u : 0xff000003u);
			uint8_t len = (uint8_t)(random_u32() % 33);

			add(&t, (struct ip4_prefix){{address}, len}, i + 1,
			    (uint8_t)(1 + random_u32() % 3));
		}
		assert_int_equal(route_table_compile(&t), 0);
		compare_with_naive(&t);
		assert_int_equal(route_table_compile(&t), 0); /* again: nothing changes */
		compare_with_naive(&t);
		route_table_fini(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_table_knows_no_way),
		cmocka_unit_test(the_longest_prefix_wins_then_the_lowest_distance),
		cmocka_unit_test(host_bits_of_a_network_are_ignored),
		cmocka_unit_test(random_tables_agree_with_the_naive_look_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
