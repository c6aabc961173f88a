/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers that are kept. */
#include "tests/unit/cmd/viprouterd/dns_fixture.h"

static const struct hash_key key = {{1, 2}};
static const mono_ms_t now = {1000000};

static struct dns_question question(unsigned int n)
{
	struct dns_question q = {.type = A, .class = 1};

	q.name.len = (uint8_t)(snprintf((char *)q.name.bytes, 20, "%cn%06u", 7, n) + 1);
	return q;
}

static void keep(struct dns_cache *cache, unsigned int n, size_t len, uint32_t ttl_s)
{
	static const uint8_t bytes[600] = {1};
	struct dns_kept kept = {.question = question(n), .len = (uint16_t)len, .bytes = bytes};

	dns_cache_put(cache, &kept, ttl_s, now);
}

static bool has(struct dns_cache *cache, unsigned int n, mono_ms_t at)
{
	struct dns_question q = question(n);
	struct dns_kept kept;

	return dns_cache_find(cache, &q, &kept, at);
}

static void n6_an_answer_is_kept_as_long_as_it_may_be(void **state)
{
	struct dns_cache *cache = dns_cache_new(&key, 8, 1000);

	(void)state;
	keep(cache, 1, 10, 60);
	keep(cache, 2, 10, 0);
	assert_true(has(cache, 1, mono_add_ms(now, 59999)));
	assert_false(has(cache, 1, mono_add_ms(now, 60000)));
	assert_false(has(cache, 2, now));
	assert_int_equal(dns_cache_count(cache), 0);
	dns_cache_free(cache);
}

static void a13_the_cache_never_has_more_entries_or_bytes(void **state)
{
	struct dns_cache *cache = dns_cache_new(&key, 8, 1000);

	(void)state;
	for (unsigned int n = 0; n < 1000; n++) {
		keep(cache, n, 1 + n % 600, 60);
		assert_true(dns_cache_count(cache) <= 8);
		assert_true(dns_cache_bytes(cache) <= 1000);
		assert_true(has(cache, n, now));
	}
	keep(cache, 5000, 600, 60);
	keep(cache, 5001, 600, 60);
	assert_false(has(cache, 5000, now));
	dns_cache_free(cache);
}

static void the_one_not_asked_for_longest_goes_first(void **state)
{
	struct dns_cache *cache = dns_cache_new(&key, 3, 1000);

	(void)state;
	for (unsigned int n = 1; n <= 3; n++)
		keep(cache, n, 10, 60);
	assert_true(has(cache, 1, now));
	keep(cache, 4, 10, 60);
	assert_true(has(cache, 1, now));
	assert_false(has(cache, 2, now));
	dns_cache_free(cache);
}

static void questions_that_differ_have_answers_of_their_own(void **state)
{
	struct dns_cache *cache = dns_cache_new(&key, 8, 1000);
	struct dns_question q = question(1);
	struct dns_kept kept;

	(void)state;
	keep(cache, 1, 10, 60);
	q.dnssec_ok = true;
	assert_false(dns_cache_find(cache, &q, &kept, now));
	q.dnssec_ok = false;
	q.type = AAAA;
	assert_false(dns_cache_find(cache, &q, &kept, now));
	q.type = A;
	assert_true(dns_cache_find(cache, &q, &kept, now));
	assert_int_equal(kept.len, 10);
	dns_cache_free(cache);
}

static void one_name_or_all_are_forgotten(void **state)
{
	struct dns_cache *cache = dns_cache_new(&key, 8, 1000);
	struct dns_question q = question(2);
	struct dns_kept kept;
	uint32_t cursor = 0;

	(void)state;
	for (unsigned int n = 1; n <= 4; n++)
		keep(cache, n, 10, 60);
	assert_int_equal(dns_cache_clear(cache, &q.name), 1);
	assert_false(has(cache, 2, now));
	assert_true(dns_cache_next(cache, &cursor, &kept, now));
	assert_int_equal(dns_cache_clear(cache, NULL), 3);
	cursor = 0;
	assert_false(dns_cache_next(cache, &cursor, &kept, now));
	dns_cache_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(n6_an_answer_is_kept_as_long_as_it_may_be),
		cmocka_unit_test(a13_the_cache_never_has_more_entries_or_bytes),
		cmocka_unit_test(the_one_not_asked_for_longest_goes_first),
		cmocka_unit_test(questions_that_differ_have_answers_of_their_own),
		cmocka_unit_test(one_name_or_all_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
