/* SPDX-License-Identifier: BSD-2-Clause */
/* When an ICMP error may be sent, how many of them, and what it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/ip/icmp_error.h"

#define HOST   IP4(192, 168, 1, 5)
#define ROUTER IP4(192, 168, 1, 1)

static uint8_t bytes[2000];

static struct frame udp_frame(uint32_t len)
{
	struct frame f = {.data = bytes, .len = len, .end = len, .l4 = IPV4_LEN};

	for (uint32_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	f.proto = IP_PROTO_UDP;
	f.src = HOST;
	f.dst = IP4(8, 8, 8, 8);
	return f;
}

static void r2_no_error_about_what_must_not_be_answered(void **state)
{
	static const ip4_t sources[] = {
		{0}, {0x7f000001}, {0xe0000001}, {0xf0000001}, {0xffffffff}};
	struct frame f = udp_frame(100);

	(void)state;
	assert_true(icmp_error_allowed(&f));
	f.link_group = true;
	assert_false(icmp_error_allowed(&f));
	f = udp_frame(100);
	f.fragment_offset = 8;
	assert_false(icmp_error_allowed(&f));
	f = udp_frame(100);
	f.more_fragments = true; /* the first piece may be answered */
	assert_true(icmp_error_allowed(&f));
	f.own = true;
	assert_false(icmp_error_allowed(&f));
	for (unsigned int i = 0; i < ARRAY_COUNT(sources); i++) {
		f = udp_frame(100);
		f.src = sources[i];
		assert_false(icmp_error_allowed(&f));
	}
	f = udp_frame(100);
	f.dst = IP4(224, 0, 0, 1);
	assert_false(icmp_error_allowed(&f));
	f.dst = IP4_BROADCAST;
	assert_false(icmp_error_allowed(&f));
}

static void r2_no_error_about_an_error_or_an_unknown_type(void **state)
{
	struct frame f = udp_frame(100);

	(void)state;
	f.proto = IP_PROTO_ICMP;
	for (unsigned int type = 0; type < 256; type++) {
		bytes[IPV4_LEN] = (uint8_t)type;
		assert_int_equal(icmp_error_allowed(&f),
				 type == 0 || type == 8 || type == 13 || type == 14);
	}
	bytes[IPV4_LEN] = ICMP_ECHO;
	f.end = IPV4_LEN; /* no type at all */
	assert_false(icmp_error_allowed(&f));
}

static void r3_errors_to_one_host_are_a_burst_then_twenty_a_second(void **state)
{
	static const struct hash_key key = {{3, 4}};
	struct icmp_limiter limiter;
	struct chance chance;
	unsigned int burst = 0, later = 0;
	int64_t ms = 1000000;

	(void)state;
	chance_init(&chance, &key);
	icmp_limiter_init(&limiter, &key);
	for (unsigned int n = 0; n < 100; n++)
		burst += icmp_limiter_take(&limiter, HOST, &chance, (mono_ms_t){ms});
	assert_in_range(burst, ICMP_ERROR_BURST - ICMP_ERROR_JITTER,
			ICMP_ERROR_BURST + ICMP_ERROR_JITTER);
	assert_true(icmp_limiter_take(&limiter, IP4(192, 168, 1, 6), &chance, (mono_ms_t){ms}));
	for (unsigned int n = 0; n < 10000; n++, ms++)
		later += icmp_limiter_take(&limiter, HOST, &chance, (mono_ms_t){ms});
	assert_in_range(later, 10 * ICMP_ERROR_RATE - 2, 10 * ICMP_ERROR_RATE + 1);
}

static void r3_an_attacker_slow_or_fast_never_gets_more_than_rate_and_burst(void **state)
{
	static const struct hash_key key = {{3, 5}};
	struct icmp_limiter limiter;
	struct chance chance;

	(void)state;
	chance_init(&chance, &key);
	for (int64_t gap = 1; gap < 200; gap += 13) {
		int64_t ms = 0;
		unsigned int sent = 0;

		icmp_limiter_init(&limiter, &key);
		for (unsigned int n = 0; n < 5000; n++, ms += gap)
			sent += icmp_limiter_take(&limiter, HOST, &chance, (mono_ms_t){ms});
		assert_in_range(sent, 1, ms * ICMP_ERROR_RATE / 1000 + 2 * ICMP_ERROR_BURST);
	}
}

static void m5_an_error_quotes_as_much_as_fits_576_bytes(void **state)
{
	static const uint32_t lengths[] = {28, 548, 549, 1500};
	uint8_t packet[ICMP_ERROR_MAX];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_COUNT(lengths); i++) {
		struct frame f = udp_frame(lengths[i]);
		uint32_t quoted = MIN(lengths[i], 548u);
		uint32_t len = icmp_error_build(packet, &f, ROUTER, ICMP_UNREACHABLE,
						ICMP_FRAGMENTATION_NEEDED, 1400);
		struct cursor c = cursor_over(packet, len);
		struct ipv4 ip;
		struct icmp icmp;

		assert_int_equal(len, IPV4_LEN + ICMP_LEN + quoted);
		assert_int_equal(ipv4_parse(&c, &ip), 0);
		assert_int_equal(icmp_parse(&c, &icmp), 0);
		assert_true(ipv4_checksum_ok(packet, IPV4_LEN));
		assert_true(icmp_checksum_ok(packet + IPV4_LEN, len - IPV4_LEN));
		assert_int_equal(ip.total_len, len);
		assert_int_equal(ip.tos, 0xc0);
		assert_int_equal(ip.proto, IP_PROTO_ICMP);
		assert_true(ip4_equal(ip.src, ROUTER));
		assert_true(ip4_equal(ip.dst, HOST));
		assert_int_equal(icmp.type, ICMP_UNREACHABLE);
		assert_int_equal(icmp.code, ICMP_FRAGMENTATION_NEEDED);
		assert_int_equal(icmp.seq, 1400);
		assert_int_equal(icmp.id, 0);
		assert_memory_equal(packet + IPV4_LEN + ICMP_LEN, bytes, quoted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r2_no_error_about_what_must_not_be_answered),
		cmocka_unit_test(r2_no_error_about_an_error_or_an_unknown_type),
		cmocka_unit_test(r3_errors_to_one_host_are_a_burst_then_twenty_a_second),
		cmocka_unit_test(r3_an_attacker_slow_or_fast_never_gets_more_than_rate_and_burst),
		cmocka_unit_test(m5_an_error_quotes_as_much_as_fits_576_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
