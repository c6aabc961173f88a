/* SPDX-License-Identifier: BSD-2-Clause */
/* Identifications: unique for source, destination and protocol, and not to be guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ip/ip_id.h"
#include "core/wire/ipv4.h"

#define PUBLIC IP4(203, 0, 113, 10)

static void begin(struct ip_id_table *table, uint64_t seed)
{
	struct hash_key key = {{seed, 2}};
	struct chance chance;

	chance_init(&chance, &key);
	ip_id_init(table, &key, &chance);
}

static void p2_no_id_comes_twice_for_one_pair_whoever_shares_its_counter(void **state)
{
	static struct ip_id_table table;
	static uint8_t seen[65536];

	(void)state;
	begin(&table, 1);
	for (unsigned int n = 0; n < 30000; n++) {
		uint16_t id = ip_id_take(&table, PUBLIC, IP4(198, 51, 100, 7), 17, 1);

		assert_int_equal(seen[id]++, 0);
		/* a scan of many others in between */
		ip_id_take(&table, PUBLIC, (ip4_t){n}, 17, 1);
	}
}

static void p2_a_run_of_ids_is_not_given_again(void **state)
{
	static struct ip_id_table table;
	uint16_t first, next;

	(void)state;
	begin(&table, 1);
	first = ip_id_take(&table, PUBLIC, IP4(198, 51, 100, 7), 6, 45);
	next = ip_id_take(&table, PUBLIC, IP4(198, 51, 100, 7), 6, 1);
	assert_int_equal((uint16_t)(next - first), 45);
}

static void p2_where_ids_begin_depends_on_the_key_and_the_pair(void **state)
{
	static struct ip_id_table table;
	uint16_t first[4];

	(void)state;
	for (unsigned int n = 0; n < 4; n++) {
		begin(&table, n / 2);
		first[n] = ip_id_take(&table, PUBLIC, (ip4_t){n % 2}, 17, 1);
	}
	for (unsigned int a = 0; a < 4; a++)
		for (unsigned int b = 0; b < a; b++)
			assert_int_not_equal(first[a], first[b]);
}

static void p2_a_stamp_keeps_the_header_sum_and_can_be_taken_back(void **state)
{
	static struct ip_id_table table;
	uint8_t bytes[IPV4_LEN], before[IPV4_LEN];
	struct writer w = writer_over(bytes, sizeof(bytes));
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = IPV4_LEN,
			  .id = 0x4242,
			  .ttl = 64,
			  .proto = 17,
			  .src = PUBLIC,
			  .dst = IP4(198, 51, 100, 7)};
	struct frame f = {.data = bytes,
			  .len = IPV4_LEN,
			  .end = IPV4_LEN,
			  .id = 0x4242,
			  .proto = 17,
			  .src = PUBLIC,
			  .dst = IP4(198, 51, 100, 7)};

	(void)state;
	begin(&table, 3);
	ipv4_build(&w, &ip);
	memcpy(before, bytes, sizeof(bytes));
	for (unsigned int n = 0; n < 1000; n++) {
		ip_id_stamp(&table, &f, 1);
		assert_true(ipv4_checksum_ok(bytes, IPV4_LEN));
	}
	assert_memory_not_equal(bytes + 4, before + 4, 2);
	ip_id_restore(&f);
	assert_memory_equal(bytes, before, sizeof(bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p2_no_id_comes_twice_for_one_pair_whoever_shares_its_counter),
		cmocka_unit_test(p2_a_run_of_ids_is_not_given_again),
		cmocka_unit_test(p2_where_ids_begin_depends_on_the_key_and_the_pair),
		cmocka_unit_test(p2_a_stamp_keeps_the_header_sum_and_can_be_taken_back),
	};

	return cmocka_run_group_tests_name("ip/ip_id", tests, NULL, NULL);
}
