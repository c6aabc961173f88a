/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include "core/wire/checksum.h"

/** The plain loop of RFC 1071 s4.1, over network-order words. */
static uint16_t naive_sum(const uint8_t *bytes, size_t len, uint16_t start)
{
	uint32_t s = start;

	for (size_t i = 0; i + 1 < len; i += 2)
		s += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	if (len % 2)
		s += (uint32_t)(bytes[len - 1] << 8);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

static void fill(uint8_t *bytes, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(seed >> 24);
	}
}

static void sum_of_rfc_1071_example(void **state)
{
	/* RFC 1071 s3: 00-01 f2-03 f4-f5 f6-f7 sum to ddf2 */
	static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

	(void)state;
	assert_int_equal(checksum_sum(bytes, sizeof(bytes), 0), 0xddf2);
}

static void sum_equals_the_plain_loop_for_every_length_and_alignment(void **state)
{
	static const uint16_t starts[] = {0, 1, 0x1234, 0xfffe, 0xffff};

	(void)state;
	for (size_t len = 0; len <= 200; len++) {
		for (size_t shift = 0; shift < 9; shift++) {
			uint8_t *block = malloc(shift + len + 1);
			uint8_t *bytes = block + 1 + shift;

			fill(bytes, len, (uint32_t)(len * 31 + shift));
			for (size_t i = 0; i < ARRAY_COUNT(starts); i++)
				assert_int_equal(checksum_sum(bytes, len, starts[i]),
						 naive_sum(bytes, len, starts[i]));
			free(block);
		}
	}
}

static void sum_equals_the_plain_loop_for_large_and_extreme_bytes(void **state)
{
	static const size_t lengths[] = {1448, 1500, 65534, 65535};
	static const uint8_t fillers[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	uint8_t *bytes = malloc(65535);

	(void)state;
	for (size_t l = 0; l < ARRAY_COUNT(lengths); l++) {
		fill(bytes, lengths[l], (uint32_t)l);
		assert_int_equal(checksum_sum(bytes, lengths[l], 0),
				 naive_sum(bytes, lengths[l], 0));
		for (size_t f = 0; f < ARRAY_COUNT(fillers); f++) {
			memset(bytes, fillers[f], lengths[l]);
			assert_int_equal(checksum_sum(bytes, lengths[l], 7),
					 naive_sum(bytes, lengths[l], 7));
		}
	}
	free(bytes);
}

static void sum_of_nothing_is_its_start(void **state)
{
	(void)state;
	assert_int_equal(checksum_sum(NULL, 0, 0), 0);
	assert_int_equal(checksum_sum(NULL, 0, 0xbeef), 0xbeef);
}

static void sum_of_parts_is_the_sum_of_the_whole(void **state)
{
	uint8_t bytes[300];

	(void)state;
	fill(bytes, sizeof(bytes), 99);
	for (size_t cut = 0; cut <= sizeof(bytes); cut += 2) {
		uint16_t first = checksum_sum(bytes, cut, 0);

		assert_int_equal(checksum_sum(bytes + cut, sizeof(bytes) - cut, first),
				 checksum_sum(bytes, sizeof(bytes), 0));
	}
}

static void pseudo_header_sums_addresses_protocol_and_length(void **state)
{
	/* 192.168.0.31, 192.168.0.30, UDP, 10 bytes, written out */
	static const uint8_t written[] = {192, 168, 0, 31, 192, 168, 0, 30, 0, 17, 0, 10};

	(void)state;
	assert_int_equal(checksum_pseudo(IP4(192, 168, 0, 31), IP4(192, 168, 0, 30), 17, 10),
			 naive_sum(written, sizeof(written), 0));
	assert_int_equal(checksum_pseudo(IP4_BROADCAST, IP4_BROADCAST, 255, 65535), 0x00ff);
}

static void update_of_rfc_1624_example_keeps_the_right_zero(void **state)
{
	/* RFC 1624 s4: field dd2f, word 5555 becomes 3285; the answer is 0000, not ffff */
	(void)state;
	assert_int_equal(checksum_update(0xdd2f, checksum_delta16(0x5555, 0x3285)), 0x0000);
}

static void update_equals_computing_anew(void **state)
{
	static const uint16_t words[] = {0x0000, 0x0001, 0x00ff, 0x5555, 0x7fff,
					 0x8000, 0xabcd, 0xfffe, 0xffff};
	uint8_t packet[20];

	(void)state;
	fill(packet, sizeof(packet), 4);
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		for (size_t j = 0; j < ARRAY_COUNT(words); j++) {
			packet[6] = (uint8_t)(words[i] >> 8);
			packet[7] = (uint8_t)words[i];
			uint16_t field = (uint16_t)~naive_sum(packet, sizeof(packet), 0);

			packet[6] = (uint8_t)(words[j] >> 8);
			packet[7] = (uint8_t)words[j];
			assert_int_equal(
				checksum_update(field, checksum_delta16(words[i], words[j])),
				(uint16_t)~naive_sum(packet, sizeof(packet), 0));
		}
	}
}

static void update_without_a_change_keeps_the_field_valid(void **state)
{
	(void)state;
	for (uint32_t field = 0; field < 0xffff; field++)
		assert_int_equal(checksum_update((uint16_t)field, checksum_delta16(0x1234, 0x1234)),
				 field);
	/* a field of ffff stands for a sum of 0, which only a packet of zeros has: 0000 is its twin
	 */
	assert_int_equal(checksum_update(0xffff, checksum_delta16(0x1234, 0x1234)), 0x0000);
}

static void delta_of_an_address_is_that_of_its_halves(void **state)
{
	uint32_t from = 0xc0a80164, to = 0xcb00710a;
	uint16_t field = 0x4242;
	uint16_t by_halves;

	(void)state;
	by_halves = checksum_update(field, checksum_delta16(0xc0a8, 0xcb00));
	by_halves = checksum_update(by_halves, checksum_delta16(0x0164, 0x710a));
	assert_int_equal(checksum_update(field, checksum_delta32(from, to)), by_halves);
}

static void inverse_delta_brings_the_field_back(void **state)
{
	static const uint32_t addresses[] = {0xc0a80164, 0xcb00710a, 0x00000000,
					     0xffffffff, 0x0a000001, 0x0000ffff};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(addresses); i++) {
		for (size_t j = 0; j < ARRAY_COUNT(addresses); j++) {
			uint16_t delta = checksum_delta32(addresses[i], addresses[j]);
			uint16_t inverse = checksum_delta_inverse(delta);

			for (uint32_t field = 0; field < 0xffff; field += 13)
				assert_int_equal(
					checksum_update(checksum_update((uint16_t)field, delta),
							inverse),
					field);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sum_of_rfc_1071_example),
		cmocka_unit_test(sum_equals_the_plain_loop_for_every_length_and_alignment),
		cmocka_unit_test(sum_equals_the_plain_loop_for_large_and_extreme_bytes),
		cmocka_unit_test(sum_of_nothing_is_its_start),
		cmocka_unit_test(sum_of_parts_is_the_sum_of_the_whole),
		cmocka_unit_test(pseudo_header_sums_addresses_protocol_and_length),
		cmocka_unit_test(update_of_rfc_1624_example_keeps_the_right_zero),
		cmocka_unit_test(update_equals_computing_anew),
		cmocka_unit_test(update_without_a_change_keeps_the_field_valid),
		cmocka_unit_test(delta_of_an_address_is_that_of_its_halves),
		cmocka_unit_test(inverse_delta_brings_the_field_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
