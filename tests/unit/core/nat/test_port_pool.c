/* SPDX-License-Identifier: BSD-2-Clause */
/* The port pool: classes, the last free port, and unpredictable choices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/nat/port_pool.h"

static const struct hash_key some_key = {{11, 22}};

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
		assert_true(port_pool_take(pool, &chance, 50000, n + 1, &port));
		assert_true(port >= 1024);
		assert_false(used[port]);
		used[port] = true;
		assert_int_equal(port_pool_owner(pool, port), n + 1);
	}
	assert_false(port_pool_take(pool, &chance, 50000, 1, &port));
	for (unsigned int n = 0; n < 1023; n++) {
		assert_true(port_pool_take(pool, &chance, 500, 1, &port));
		assert_in_range(port, 1, 1023);
		assert_false(used[port]);
		used[port] = true;
	}
	assert_false(port_pool_take(pool, &chance, 500, 1, &port));
	assert_false(port_pool_take(pool, &chance, 0, 1, &port));
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
		port_pool_release(pool, (uint16_t)p);
		assert_true(port_pool_take(pool, &chance, p < 1024 ? 1 : 65535, 8, &port));
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
	assert_true(port_pool_take(pool, &chance, 0, 1, &port));
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
		assert_true(port_pool_take(pool, &chance, 0, 1, &port));
	assert_false(port_pool_take(pool, &chance, 9, 1, &port));
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
		assert_true(port_pool_take(pool, &chance, 5000, 1, &port));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(u3_every_port_of_a_class_is_found_once),
		cmocka_unit_test(the_one_port_given_back_is_found),
		cmocka_unit_test(port_zero_is_never_given),
		cmocka_unit_test(identifiers_are_one_class_of_65536),
		cmocka_unit_test(p1_changed_ports_are_spread_and_not_in_a_run),
	};

	return cmocka_run_group_tests_name("nat/port_pool", tests, NULL, NULL);
}
