/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include "core/wire/offload.h"

enum { TAP = 14, TUN = 0, SUPER_FRAME = 14 + 20 + 32 + 2 * 1448 };

/** A device header as its fields say; host order, as the kernel writes it. */
struct device_header {
	uint8_t flags, gso_type;
	uint16_t hdr_len, gso_size, csum_start, csum_offset, num_buffers;
};
static_assert(sizeof(struct device_header) == OFFLOAD_HEADER_LEN, "no padding");

/* two TCP segments of 1448 bytes from a TAP; hdr_len is what the kernel's linear buffer held */
static const struct device_header tso = {1, OFFLOAD_GSO_TCPV4, 1514, 1448, 34, 16, 0};
static const struct device_header uso = {1, OFFLOAD_GSO_UDP_L4, 42, 1200, 34, 6, 0};

static int parse(const struct device_header *h, unsigned int link_len, size_t frame_len)
{
	struct offload o;
	uint8_t *bytes = exact_copy(h, sizeof(*h));
	int result = offload_parse(&o, bytes, link_len, frame_len);

	free(bytes);
	return result;
}

static struct device_header build(const struct offload *o, unsigned int link_len,
				  unsigned int hdr_len)
{
	struct device_header h;
	uint8_t bytes[OFFLOAD_HEADER_LEN];

	memset(bytes, 0xa5, sizeof(bytes)); /* every byte must be written */
	offload_build(o, bytes, link_len, hdr_len);
	memcpy(&h, bytes, sizeof(h));
	return h;
}

static void tap_super_frame_counts_from_its_ipv4_header(void **state)
{
	struct offload o;

	(void)state;
	assert_int_equal(offload_parse(&o, (const uint8_t *)&tso, TAP, SUPER_FRAME), 0);
	assert_true(o.needs_csum);
	assert_false(o.ecn);
	assert_int_equal(o.gso, OFFLOAD_GSO_TCPV4);
	assert_int_equal(o.gso_size, 1448);
	assert_int_equal(o.csum_start, 20);
	assert_int_equal(o.csum_offset, 16);
}

static void super_frame_goes_from_tap_to_tun_and_back(void **state)
{
	struct offload o, again;

	(void)state;
	assert_int_equal(offload_parse(&o, (const uint8_t *)&tso, TAP, SUPER_FRAME), 0);
	struct device_header tun = build(&o, TUN, 20 + 32);

	assert_int_equal(tun.flags, 1);
	assert_int_equal(tun.gso_type, OFFLOAD_GSO_TCPV4);
	assert_int_equal(tun.hdr_len, 52); /* computed anew, not the kernel's 1514 */
	assert_int_equal(tun.gso_size, 1448);
	assert_int_equal(tun.csum_start, 20);
	assert_int_equal(tun.csum_offset, 16);
	assert_int_equal(tun.num_buffers, 0);
	assert_int_equal(offload_parse(&again, (const uint8_t *)&tun, TUN, SUPER_FRAME - 14), 0);
	assert_memory_equal(&again, &o, sizeof(o));
	assert_int_equal(build(&again, TAP, 66).csum_start, 34);
}

static void uso_frame_passes(void **state)
{
	struct offload o;

	(void)state;
	assert_int_equal(offload_parse(&o, (const uint8_t *)&uso, TAP, 42 + 2400), 0);
	struct device_header h = build(&o, TAP, 42);

	assert_memory_equal(&h, &uso, sizeof(h));
}

static void ecn_bit_is_kept_apart_from_the_type(void **state)
{
	struct device_header ecn = tso;
	struct offload o;

	(void)state;
	ecn.gso_type |= 0x80;
	assert_int_equal(offload_parse(&o, (const uint8_t *)&ecn, TAP, SUPER_FRAME), 0);
	assert_true(o.ecn);
	assert_int_equal(o.gso, OFFLOAD_GSO_TCPV4);
	assert_int_equal(build(&o, TAP, 66).gso_type, 0x81);
	ecn.gso_type = 0x80;
	assert_int_equal(parse(&ecn, TAP, SUPER_FRAME), -EPROTO);
	ecn = uso;
	ecn.gso_type |= 0x80;
	assert_int_equal(parse(&ecn, TAP, 42 + 2400), -EPROTO);
}

static void plain_frame_has_an_empty_header(void **state)
{
	/* "data valid", a linear length, and leftovers in fields that then mean nothing */
	const struct device_header plain = {2, 0, 66, 1448, 34, 16, 1};
	const struct device_header empty = {0};
	struct offload o;

	(void)state;
	assert_int_equal(offload_parse(&o, (const uint8_t *)&plain, TAP, 60), 0);
	struct device_header h = build(&o, TAP, 54);

	assert_memory_equal(&h, &empty, sizeof(h));
}

static void checksum_field_outside_the_frame_is_refused(void **state)
{
	struct device_header h = {1, 0, 0, 0, 34, 6, 0};

	(void)state;
	assert_int_equal(parse(&h, TAP, 42), 0);
	assert_int_equal(parse(&h, TAP, 41), -EPROTO);
	assert_int_equal(parse(&h, TAP, 0), -EPROTO);
	h.csum_start = 33; /* inside the IPv4 header */
	assert_int_equal(parse(&h, TAP, 1000), -EPROTO);
	h.csum_start = 13; /* inside the link header */
	assert_int_equal(parse(&h, TAP, 1000), -EPROTO);
	h.csum_start = 65535;
	h.csum_offset = 65535;
	assert_int_equal(parse(&h, TUN, 65535 + 18), -EPROTO);
}

static void super_frame_that_the_kernel_would_refuse_is_refused(void **state)
{
	struct device_header h = tso;

	(void)state;
	h.gso_size = 0;
	assert_int_equal(parse(&h, TAP, SUPER_FRAME), -EPROTO);
	h.gso_size = 0xffff;
	assert_int_equal(parse(&h, TAP, SUPER_FRAME), -EPROTO);
	h = tso;
	h.csum_offset = 6;
	assert_int_equal(parse(&h, TAP, SUPER_FRAME), -EPROTO);
	h = uso;
	h.csum_offset = 16;
	assert_int_equal(parse(&h, TAP, 42 + 2400), -EPROTO);
	h = uso;
	h.flags = 0;
	assert_int_equal(parse(&h, TAP, 42 + 2400), -EPROTO);
}

static void unknown_types_of_super_frame_are_refused(void **state)
{
	struct device_header h = tso;

	(void)state;
	for (unsigned int type = 0; type < 0x80; type++) {
		bool known = type == OFFLOAD_GSO_NONE || type == OFFLOAD_GSO_TCPV4 ||
			     type == OFFLOAD_GSO_TCPV6;

		h.gso_type = (uint8_t)type;
		if (type == OFFLOAD_GSO_UDP_L4)
			continue;
		assert_int_equal(parse(&h, TAP, SUPER_FRAME), known ? 0 : -EPROTO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tap_super_frame_counts_from_its_ipv4_header),
		cmocka_unit_test(super_frame_goes_from_tap_to_tun_and_back),
		cmocka_unit_test(uso_frame_passes),
		cmocka_unit_test(ecn_bit_is_kept_apart_from_the_type),
		cmocka_unit_test(plain_frame_has_an_empty_header),
		cmocka_unit_test(checksum_field_outside_the_frame_is_refused),
		cmocka_unit_test(super_frame_that_the_kernel_would_refuse_is_refused),
		cmocka_unit_test(unknown_types_of_super_frame_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
