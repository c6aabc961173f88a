/* SPDX-License-Identifier: BSD-2-Clause */
/* The port pool: classes, the last free port, unpredictable choices, and rest after use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/nat/port_pool.h"

static const struct hash_key some_key = {{11, 22}};

enum { ONE = 0xc0a80164, ANOTHER = 0xc0a80165 }; /* 192.168.1.100 and .101 */

/** port_pool_take() for one host, at a time at which nothing rests. */
static bool take(struct port_pool *pool, struct chance *chance, uint16_t wanted, uint32_t owner,
		 uint16_t *port)
{
	const struct port_request request = {.owner = owner, .local = ONE, .wanted = wanted};

	return port_pool_take(pool, chance, &request, port);
}

static void u3_every_port_of_a_class_is_found_once(void **state)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);
	struct chance chance;
	static bool used[65536];
	uint16_t port;

	(void)state;
	assert_non_null(pool);
	chance_init(&chance, &some_key);
	memset(used, 0, sizeof(used));
	for (unsigned int n = 0; n < 64512; n++) {
		assert_true(take(pool, &chance, 50000, n + 1, &port));
		assert_true(port >= 1024);
		assert_false(used[port]);
		used[port] = true;
		assert_int_equal(port_pool_owner(pool, port), n + 1);
	}
	assert_false(take(pool, &chance, 50000, 1, &port));
	for (unsigned int n = 0; n < 1023; n++) {
		assert_true(take(pool, &chance, 500, 1, &port));
		assert_in_range(port, 1, 1023);
		assert_false(used[port]);
		used[port] = true;
	}
	assert_false(take(pool, &chance, 500, 1, &port));
	assert_false(take(pool, &chance, 0, 1, &port));
	port_pool_free(pool);
}

static void the_one_port_given_back_is_found(void **state)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);
	struct chance chance;
	uint16_t port;

	(void)state;
	chance_init(&chance, &some_key);
	for (unsigned int p = 1; p < 65536; p++)
		assert_true(port_pool_claim(pool, (uint16_t)p, 7));
	for (unsigned int p = 1; p < 65536; p += 997) {
		port_pool_release(pool, (uint16_t)p, ONE, 0);
		assert_true(take(pool, &chance, p < 1024 ? 1 : 65535, 8, &port));
		assert_int_equal(port, p);
	}
	port_pool_free(pool);
}

static void port_zero_is_never_given(void **state)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);
	struct chance chance;
	uint16_t port;

	(void)state;
	chance_init(&chance, &some_key);
	assert_false(port_pool_claim(pool, 0, 1));
	assert_true(take(pool, &chance, 0, 1, &port));
	assert_in_range(port, 1, 1023);
	port_pool_free(pool);
}

static void identifiers_are_one_class_of_65536(void **state)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_IDENTIFIERS);
	struct chance chance;
	uint16_t port;

	(void)state;
	chance_init(&chance, &some_key);
	for (unsigned int n = 0; n < 65536; n++)
		assert_true(take(pool, &chance, 0, 1, &port));
	assert_false(take(pool, &chance, 9, 1, &port));
	port_pool_free(pool);
}

/** Chi-square of 4000 changed ports over 16 equal ranges; *@runs: those that follow the last. */
static double chi_square_of(uint64_t seed, unsigned int *runs)
{
	const struct hash_key key = {{seed, 22}};
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);
	struct chance chance;
	unsigned int bucket[16] = {0};
	uint16_t port, last = 0;
	double sum = 0;

	assert_non_null(pool);
	chance_init(&chance, &key);
	assert_true(port_pool_claim(pool, 5000, 1));
	for (unsigned int n = 0; n < 4000; n++) {
		assert_true(take(pool, &chance, 5000, 1, &port));
		*runs += port == last + 1;
		bucket[(port - 1024u) * 16 / 64512]++;
		last = port;
	}
	for (unsigned int i = 0; i < 16; i++)
		sum += (bucket[i] - 250.0) * (bucket[i] - 250.0) / 250.0;
	port_pool_free(pool);
	return sum;
}

/** RFC 6056: an off-path host shall not guess the port that a collision leads to. */
static void p1_changed_ports_are_spread_and_not_in_a_run(void **state)
{
	double sum = 0;
	unsigned int runs = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++)
		sum += chi_square_of(seed, &runs);
	/* 20 times 15 degrees of freedom: mean 300, deviation 24.5; four of those either way, so
	 * that ports which are too even to be random fail as well */
	assert_true(sum > 202 && sum < 398);
	assert_true(runs < 20); /* of 80,000; chance makes one or two */
}

/* ---- rest -------------------------------------------------------------------------------- */

enum { HOLD = 469 }; /* ticks: 120 s */

static bool take_as(struct port_pool *pool, struct chance *chance, uint32_t local, uint32_t tick,
		    uint16_t *port)
{
	const struct port_request request = {
		.owner = 5, .local = local, .tick = tick, .wanted = 5000};

	return port_pool_take(pool, chance, &request, port);
}

static struct port_pool *pool_that_holds(struct chance *chance)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);

	assert_non_null(pool);
	chance_init(chance, &some_key);
	port_pool_set_hold(pool, HOLD);
	return pool;
}

static void c8_a_port_rests_before_another_host_has_it(void **state)
{
	struct chance chance;
	struct port_pool *pool = pool_that_holds(&chance);
	uint16_t port;

	(void)state;
	assert_true(port_pool_claim(pool, 5000, 1));
	port_pool_release(pool, 5000, ONE, 1000);
	assert_int_equal(port_pool_owner(pool, 5000), 0);
	assert_true(take_as(pool, &chance, ANOTHER, 1000 + HOLD, &port));
	assert_int_not_equal(port, 5000);
	assert_true(take_as(pool, &chance, ANOTHER, 1001 + HOLD, &port));
	assert_int_equal(port, 5000);
	port_pool_free(pool);
}

static void c8_the_host_that_had_a_port_has_it_again_at_once(void **state)
{
	struct chance chance;
	struct port_pool *pool = pool_that_holds(&chance);
	uint16_t port;

	(void)state;
	assert_true(port_pool_claim(pool, 5000, 1));
	port_pool_release(pool, 5000, ONE, 1000);
	assert_true(take_as(pool, &chance, ONE, 1000, &port));
	assert_int_equal(port, 5000);
	assert_int_equal(port_pool_owner(pool, 5000), 5);
	assert_int_equal(pool->resting, 0);
	port_pool_free(pool);
}

static void c8_a_static_forward_takes_a_resting_port_at_once(void **state)
{
	struct chance chance;
	struct port_pool *pool = pool_that_holds(&chance);

	(void)state;
	for (uint16_t p = 5000; p < 5003; p++) {
		assert_true(port_pool_claim(pool, p, 1));
		port_pool_release(pool, p, ONE, 1000);
	}
	assert_true(port_pool_claim(pool, 5001, 2)); /* from the middle, the ends of the queue */
	assert_true(port_pool_claim(pool, 5002, 3));
	assert_true(port_pool_claim(pool, 5000, 4));
	assert_false(port_pool_claim(pool, 5001, 5));
	assert_int_equal(pool->resting, 0);
	assert_int_equal(pool->free_high, 64512 - 3);
	port_pool_free(pool);
}

static void c8_a_class_whose_last_ports_rest_is_exhausted_until_they_have(void **state)
{
	struct chance chance;
	struct port_pool *pool = pool_that_holds(&chance);
	static bool used[65536];
	uint16_t port;

	(void)state;
	memset(used, 0, sizeof(used));
	for (unsigned int p = 1024; p < 65536; p++)
		assert_true(port_pool_claim(pool, (uint16_t)p, 1));
	for (unsigned int p = 1024; p < 65536; p++)
		port_pool_release(pool, (uint16_t)p, ONE, 1000 + p % 3);
	assert_int_equal(pool->free_high, 0);
	assert_int_equal(pool->resting, 64512);
	assert_false(take_as(pool, &chance, ANOTHER, 1000 + HOLD, &port));
	for (unsigned int n = 0; n < 64512; n++) {
		assert_true(take_as(pool, &chance, ANOTHER, 1003 + HOLD, &port));
		assert_true(port >= 1024);
		assert_false(used[port]);
		used[port] = true;
	}
	assert_false(take_as(pool, &chance, ANOTHER, 1003 + HOLD, &port));
	assert_int_equal(pool->resting, 0);
	port_pool_free(pool);
}

static void c8_the_classes_rest_apart(void **state)
{
	const struct port_request low = {.owner = 1, .local = ANOTHER, .tick = 0, .wanted = 500};
	struct chance chance;
	struct port_pool *pool = pool_that_holds(&chance);
	uint16_t port;

	(void)state;
	for (uint16_t p = 1; p < 1024; p++) {
		assert_true(port_pool_claim(pool, p, 1));
		port_pool_release(pool, p, ONE, 0);
	}
	assert_false(port_pool_take(pool, &chance, &low, &port));
	assert_true(take_as(pool, &chance, ANOTHER, 0, &port));
	assert_int_equal(port, 5000);
	port_pool_free(pool);
}

static void c8_a_changed_hold_time_is_that_of_resting_ports_too(void **state)
{
	struct chance chance;
	struct port_pool *pool = pool_that_holds(&chance);
	uint16_t port;

	(void)state;
	assert_true(port_pool_claim(pool, 5000, 1));
	port_pool_release(pool, 5000, ONE, 1000);
	port_pool_set_hold(pool, 0);
	assert_true(take_as(pool, &chance, ANOTHER, 1000, &port));
	assert_int_equal(port, 5000);
	port_pool_free(pool);
}

/** Every free count and the queue against the bits, after many steps by chance. */
static void c8_what_is_counted_is_what_is_free(void **state)
{
	struct chance chance;
	struct port_pool *pool = pool_that_holds(&chance);
	uint32_t tick = 0, free_low = 0, free_high = 0, resting = 0;
	uint16_t port;

	(void)state;
	port_pool_set_hold(pool, 2000);
	for (unsigned int n = 0; n < 300000; n++, tick += n % 8 == 0) {
		struct port_request request = {
			.owner = 1,
			.local = chance_below(&chance, 4),
			.tick = tick,
			.wanted = (uint16_t)chance_below(&chance, 3000),
		};

		if (port_pool_owner(pool, request.wanted) != 0)
			port_pool_release(pool, request.wanted, request.local, tick);
		else
			(void)port_pool_take(pool, &chance, &request, &port);
	}
	for (unsigned int p = 1; p < 65536; p++) {
		bool taken = pool->taken[p / 64] >> p % 64 & 1;

		resting += taken && pool->owner[p] == 0;
		free_low += !taken && p < 1024;
		free_high += !taken && p >= 1024;
	}
	assert_int_equal(pool->free_low, free_low);
	assert_int_equal(pool->free_high, free_high);
	assert_int_equal(pool->resting, resting);
	assert_true(resting > 100);
	for (uint32_t n = 1; n < resting; n++) {
		uint16_t next = pool->rest[pool->oldest].next;

		assert_true(pool->rest[next].since >= pool->rest[pool->oldest].since);
		assert_int_equal(pool->rest[next].prev, pool->oldest);
		pool->oldest = next;
	}
	assert_int_equal(pool->oldest, pool->newest);
	port_pool_free(pool);
}

static void a_reserved_port_is_only_claimed(void **state)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);
	struct chance chance;
	uint16_t port;

	(void)state;
	assert_non_null(pool);
	chance_init(&chance, &some_key);
	assert_true(take(pool, &chance, 5001, 9, &port)); /* in use when it is reserved */
	port_pool_reserve(pool, 5000, 10);
	assert_int_equal(pool->free_high, 64512 - 10);
	assert_true(take(pool, &chance, 5005, 1, &port));
	assert_false(port >= 5000 && port < 5010);
	assert_false(port_pool_is_open(pool, 5005));
	assert_true(port_pool_is_open(pool, 5010));
	assert_false(port_pool_claim(pool, 5001, 2));
	assert_true(port_pool_claim(pool, 5005, 2));
	assert_false(port_pool_claim(pool, 5005, 3));
	assert_int_equal(port_pool_owner(pool, 5005), 2);
	port_pool_set_hold(pool, 100);
	port_pool_release(pool, 5005, ONE, 1); /* neither at rest nor free: reserved still */
	assert_int_equal(pool->resting, 0);
	assert_false(port_pool_is_open(pool, 5005));
	assert_true(port_pool_claim(pool, 5006, 4));
	port_pool_unreserve(pool);
	assert_int_equal(pool->free_high, 64512 - 3); /* 5001, 5006 and the one that was taken */
	assert_true(port_pool_is_open(pool, 5005));
	assert_false(port_pool_is_open(pool, 5006));
	port_pool_free(pool);
}

static void every_port_can_be_reserved_and_given_back(void **state)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);
	struct chance chance;
	uint16_t port;

	(void)state;
	assert_non_null(pool);
	chance_init(&chance, &some_key);
	port_pool_reserve(pool, 1, 65535);
	assert_int_equal(pool->free_low + pool->free_high, 0);
	assert_false(take(pool, &chance, 5005, 1, &port));
	port_pool_unreserve(pool);
	assert_int_equal(pool->free_low, 1023);
	assert_int_equal(pool->free_high, 64512);
	port_pool_free(pool);
}

static void a_reserved_port_that_is_returned_is_anybodys(void **state)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);
	uint32_t before = pool->free_high;

	(void)state;
	port_pool_reserve(pool, 5000, 1);
	assert_false(port_pool_is_open(pool, 5000));
	assert_int_equal(pool->free_high, before - 1);
	port_pool_return(pool, 5000);
	assert_true(port_pool_is_open(pool, 5000));
	assert_int_equal(pool->free_high, before);
	assert_true(port_pool_claim(pool, 5000, 1));
	port_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(u3_every_port_of_a_class_is_found_once),
		cmocka_unit_test(a_reserved_port_is_only_claimed),
		cmocka_unit_test(every_port_can_be_reserved_and_given_back),
		cmocka_unit_test(the_one_port_given_back_is_found),
		cmocka_unit_test(port_zero_is_never_given),
		cmocka_unit_test(identifiers_are_one_class_of_65536),
		cmocka_unit_test(p1_changed_ports_are_spread_and_not_in_a_run),
		cmocka_unit_test(c8_a_port_rests_before_another_host_has_it),
		cmocka_unit_test(c8_the_host_that_had_a_port_has_it_again_at_once),
		cmocka_unit_test(c8_a_static_forward_takes_a_resting_port_at_once),
		cmocka_unit_test(c8_a_class_whose_last_ports_rest_is_exhausted_until_they_have),
		cmocka_unit_test(c8_the_classes_rest_apart),
		cmocka_unit_test(c8_a_changed_hold_time_is_that_of_resting_ports_too),
		cmocka_unit_test(a_reserved_port_that_is_returned_is_anybodys),
		cmocka_unit_test(c8_what_is_counted_is_what_is_free),
	};

	return cmocka_run_group_tests_name("nat/port_pool", tests, NULL, NULL);
}
