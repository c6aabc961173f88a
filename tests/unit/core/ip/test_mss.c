/* SPDX-License-Identifier: BSD-2-Clause */
/* The MSS of a SYN: lowered, never raised nor added, wherever it stands; malformed options stay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ip/mss.h"
#include "core/wire/checksum.h"
#include "core/wire/cursor.h"

#define SRC IP4(192, 168, 1, 100)
#define DST IP4(198, 51, 100, 7)

struct segment {
	uint8_t *bytes; /* a block of exactly its size, so that a read beyond it is seen */
	uint8_t before[TCP_LEN + 40 + 8];
	uint32_t len;
	struct frame frame;
};

static uint16_t sum_of(const struct segment *s)
{
	return checksum_sum(s->bytes, s->len,
			    checksum_pseudo(SRC, DST, IP_PROTO_TCP, (uint16_t)s->len));
}

/* A SYN with @len bytes of options, padded by ends, and a payload of @payload bytes. */
static void begin(struct segment *s, const uint8_t *options, uint32_t len, uint32_t payload)
{
	uint32_t padded = (len + 3) & ~3u;

	s->len = TCP_LEN + padded + payload;
	s->bytes = calloc(1, s->len);
	assert_non_null(s->bytes);
	wire_put16(s->bytes, 5000);
	wire_put16(s->bytes + 2, 80);
	s->bytes[12] = (uint8_t)((TCP_LEN + padded) / 4 << 4);
	s->bytes[13] = TCP_SYN;
	if (len > 0)
		memcpy(s->bytes + TCP_LEN, options, len);
	wire_put16(s->bytes + TCP_CHECKSUM_OFFSET, (uint16_t)~sum_of(s));
	s->frame = (struct frame){
		.data = s->bytes, .len = s->len, .end = s->len, .proto = IP_PROTO_TCP};
	memcpy(s->before, s->bytes, MIN(s->len, sizeof(s->before)));
}

static void end(struct segment *s)
{
	free(s->bytes);
}

static void m3_an_mss_is_lowered_wherever_it_stands(void **state)
{
	static const uint8_t options[] = {1, 1, 1, 2, 4, 0x05, 0xb4, 1, 3, 3, 7, 4, 2};
	struct segment s;

	(void)state;
	for (unsigned int shift = 0; shift < 4; shift++) { /* even and odd offsets */
		begin(&s, options + shift, sizeof(options) - shift, 5);
		mss_lower(&s.frame, 1360);
		assert_int_equal(wire_get16(s.bytes + TCP_LEN + 5 - shift), 1360);
		assert_int_equal(sum_of(&s), 0xffff);
		/* that alone has changed, and the checksum */
		wire_put16(s.bytes + TCP_LEN + 5 - shift, 1460);
		wire_put16(s.bytes + TCP_CHECKSUM_OFFSET,
			   wire_get16(s.before + TCP_CHECKSUM_OFFSET));
		assert_memory_equal(s.bytes, s.before, s.len);
		end(&s);
	}
}

static void m3_an_mss_is_never_raised_nor_added(void **state)
{
	static const uint8_t small[] = {2, 4, 0x02, 0x18}, none[] = {1, 1, 4, 2};
	struct segment s;

	(void)state;
	for (unsigned int n = 0; n < 3; n++) {
		begin(&s, n ? none : small, n == 2 ? 0 : 4, 0);
		mss_lower(&s.frame, n ? 1360 : 536);
		assert_memory_equal(s.bytes, s.before, s.len);
		end(&s);
	}
}

static void m3_an_unfinished_checksum_stays_as_it_is(void **state)
{
	static const uint8_t options[] = {2, 4, 0x05, 0xb4};
	struct segment s;

	(void)state;
	begin(&s, options, sizeof(options), 0);
	s.frame.offload.needs_csum = true;
	mss_lower(&s.frame, 1360);
	assert_int_equal(wire_get16(s.bytes + TCP_LEN + 2), 1360);
	assert_memory_equal(s.bytes, s.before, TCP_LEN);
	end(&s);
}

static void m4_malformed_options_stay_as_they_are(void **state)
{
	static const struct {
		uint8_t len, options[12];
	} cases[] = {
		{8, {3, 0, 2, 4, 0x05, 0xb4, 1, 1}}, /* length 0: would never end */
		{8, {3, 1, 2, 4, 0x05, 0xb4, 1, 1}}, /* length 1 */
		{8, {1, 1, 8, 7, 0x05, 0xb4, 1, 1}}, /* beyond the header */
		{4, {1, 1, 1, 2}},		     /* no length at all */
		{4, {1, 2, 4, 0x05}},		     /* an MSS cut off */
		{4, {2, 3, 0x05, 0}},		     /* an MSS of another length */
		{8, {2, 6, 0x05, 0xb4, 0, 0, 1, 1}}, /* and longer */
		{8, {0, 1, 2, 4, 0x05, 0xb4, 1, 1}}, /* behind the end */
		{8, {8, 255, 2, 4, 0x05, 0xb4, 1, 1}},
	};
	struct segment s;

	(void)state;
	for (size_t n = 0; n < ARRAY_COUNT(cases); n++) {
		begin(&s, cases[n].options, cases[n].len, 0);
		mss_lower(&s.frame, 536);
		assert_memory_equal(s.bytes, s.before, s.len);
		end(&s);
	}
}

static void m4_an_mss_before_a_malformed_option_is_lowered_all_the_same(void **state)
{
	static const uint8_t options[] = {2, 4, 0x05, 0xb4, 3, 0, 1, 1};
	struct segment s;

	(void)state;
	begin(&s, options, sizeof(options), 0);
	mss_lower(&s.frame, 1000);
	assert_int_equal(wire_get16(s.bytes + TCP_LEN + 2), 1000);
	assert_int_equal(sum_of(&s), 0xffff);
	end(&s);
}

static void m3_only_a_syn_of_tcp_tells_an_mss(void **state)
{
	static const uint8_t flags[] = {TCP_ACK, TCP_RST | TCP_ACK, TCP_FIN, 0};
	struct segment s;

	(void)state;
	begin(&s, NULL, 0, 0);
	assert_true(mss_is_told(&s.frame));
	s.bytes[13] = TCP_SYN | TCP_ACK;
	assert_true(mss_is_told(&s.frame));
	for (size_t n = 0; n < ARRAY_COUNT(flags); n++) {
		s.bytes[13] = flags[n];
		assert_false(mss_is_told(&s.frame));
	}
	s.bytes[13] = TCP_SYN;
	s.frame.fragment_offset = 8;
	assert_false(mss_is_told(&s.frame));
	s.frame.fragment_offset = 0;
	s.frame.proto = IP_PROTO_UDP;
	assert_false(mss_is_told(&s.frame));
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(m3_an_mss_is_lowered_wherever_it_stands),
		cmocka_unit_test(m3_an_mss_is_never_raised_nor_added),
		cmocka_unit_test(m3_an_unfinished_checksum_stays_as_it_is),
		cmocka_unit_test(m4_malformed_options_stay_as_they_are),
		cmocka_unit_test(m4_an_mss_before_a_malformed_option_is_lowered_all_the_same),
		cmocka_unit_test(m3_only_a_syn_of_tcp_tells_an_mss),
	};

	return cmocka_run_group_tests_name("ip/mss", tests, NULL, NULL);
}
