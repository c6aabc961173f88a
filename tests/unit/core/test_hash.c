/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/hash.h"

static const struct hash_key key = {{0x0123456789abcdef, 0xfedcba9876543210}};

static void same_bytes_hash_the_same_and_each_changed_bit_changes_the_hash(void **state)
{
	uint8_t bytes[41];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	uint64_t whole = hash_bytes(&key, bytes, sizeof(bytes));

	assert_true(hash_bytes(&key, bytes, sizeof(bytes)) == whole);
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
		assert_true(hash_bytes(&key, bytes, sizeof(bytes)) != whole);
		bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
	}
}

static void length_is_part_of_the_hash(void **state)
{
	static const uint8_t zeros[16];

	(void)state;
	for (size_t len = 0; len < sizeof(zeros); len++)
		assert_true(hash_bytes(&key, zeros, len) != hash_bytes(&key, zeros, len + 1));
}

static void hash_reads_no_byte_beyond_its_length(void **state)
{
	(void)state;
	for (size_t len = 0; len < 20; len++) {
		uint8_t *bytes = calloc(1, len ? len : 1);

		assert_true(hash_bytes(&key, bytes, len) == hash_bytes(&key, bytes, len));
		free(bytes);
	}
}

static void either_half_of_the_key_changes_the_hash(void **state)
{
	struct hash_key other = key;

	(void)state;
	other.k[0]++;
	assert_true(hash_2(&key, 1, 2) != hash_2(&other, 1, 2));
	other = key;
	other.k[1]++;
	assert_true(hash_2(&key, 1, 2) != hash_2(&other, 1, 2));
	assert_true(hash_2(&key, 1, 2) != hash_2(&key, 2, 1));
}

static void consecutive_keys_spread_over_the_buckets(void **state)
{
	unsigned int bucket[64] = {0};

	(void)state;
	for (uint64_t i = 0; i < 6400; i++)
		bucket[hash_2(&key, i, 0) % ARRAY_COUNT(bucket)]++;
	/* a hundred each on average; ten deviations to either side */
	for (size_t i = 0; i < ARRAY_COUNT(bucket); i++)
		assert_in_range(bucket[i], 1, 199);
}

static void same_seed_gives_the_same_run(void **state)
{
	struct hash_key other = key;
	struct chance a, b, c;
	bool differs = false;

	(void)state;
	other.k[1]++;
	chance_init(&a, &key);
	chance_init(&b, &key);
	chance_init(&c, &other);
	for (int i = 0; i < 100; i++) {
		uint64_t value = chance_next(&a);

		assert_true(value == chance_next(&b));
		differs |= value != chance_next(&c);
	}
	assert_true(differs);
}

static void numbers_stay_below_the_limit_and_reach_all_below_it(void **state)
{
	struct chance c;
	unsigned int seen[10] = {0};

	(void)state;
	chance_init(&c, &key);
	for (int i = 0; i < 10000; i++) {
		uint32_t value = chance_below(&c, ARRAY_COUNT(seen));

		assert_in_range(value, 0, ARRAY_COUNT(seen) - 1);
		seen[value]++;
	}
	for (size_t i = 0; i < ARRAY_COUNT(seen); i++)
		assert_in_range(seen[i], 700, 1300);
	for (int i = 0; i < 100; i++)
		assert_int_equal(chance_below(&c, 1), 0);
	for (int i = 0; i < 100; i++)
		assert_true(chance_below(&c, UINT32_MAX) < UINT32_MAX);
}

static void chance_of_a_zero_seed_is_not_stuck(void **state)
{
	static const struct hash_key zero;
	struct chance c;

	(void)state;
	chance_init(&c, &zero);
	assert_true(chance_next(&c) != chance_next(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_bytes_hash_the_same_and_each_changed_bit_changes_the_hash),
		cmocka_unit_test(length_is_part_of_the_hash),
		cmocka_unit_test(hash_reads_no_byte_beyond_its_length),
		cmocka_unit_test(either_half_of_the_key_changes_the_hash),
		cmocka_unit_test(consecutive_keys_spread_over_the_buckets),
		cmocka_unit_test(same_seed_gives_the_same_run),
		cmocka_unit_test(numbers_stay_below_the_limit_and_reach_all_below_it),
		cmocka_unit_test(chance_of_a_zero_seed_is_not_stuck),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
