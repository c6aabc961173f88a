/* SPDX-License-Identifier: BSD-2-Clause */
#include "exact.h"

#include "core/wire/ethernet.h"

/* 02:00:c0:a8:01:64 to 02:00:5e:10:00:01, IPv4 */
static const uint8_t golden[] = {0x02, 0x00, 0x5e, 0x10, 0x00, 0x01, 0x02,
				 0x00, 0xc0, 0xa8, 0x01, 0x64, 0x08, 0x00};

static int parse(struct cursor *c)
{
	struct ethernet e;

	return ethernet_parse(c, &e);
}

static void golden_frame_is_read_field_by_field(void **state)
{
	struct cursor c = cursor_over(golden, sizeof(golden));
	struct ethernet e;

	(void)state;
	assert_int_equal(ethernet_parse(&c, &e), 0);
	assert_true(mac_equal(e.dst, (mac_t){{0x02, 0x00, 0x5e, 0x10, 0x00, 0x01}}));
	assert_true(mac_equal(e.src, (mac_t){{0x02, 0x00, 0xc0, 0xa8, 0x01, 0x64}}));
	assert_int_equal(e.type, ETHERNET_IPV4);
	assert_int_equal(cursor_left(&c), 0);
}

static void built_frame_is_the_golden_one(void **state)
{
	struct ethernet e = {.dst = {{0x02, 0x00, 0x5e, 0x10, 0x00, 0x01}},
			     .src = {{0x02, 0x00, 0xc0, 0xa8, 0x01, 0x64}},
			     .type = ETHERNET_IPV4};
	uint8_t bytes[ETHERNET_LEN];
	struct writer w = writer_over(bytes, sizeof(bytes));

	(void)state;
	ethernet_build(&w, &e);
	assert_false(w.bad);
	assert_int_equal(writer_len(&w), sizeof(golden));
	assert_memory_equal(bytes, golden, sizeof(golden));
}

static void cut_frame_is_refused(void **state)
{
	(void)state;
	assert_refused_when_cut(golden, ETHERNET_LEN, parse);
}

static void building_into_too_little_room_writes_nothing_beyond(void **state)
{
	struct ethernet e = {.type = ETHERNET_ARP};

	(void)state;
	for (size_t room = 0; room < ETHERNET_LEN; room++) {
		uint8_t *bytes = malloc(room ? room : 1);
		struct writer w = writer_over(bytes, room);

		ethernet_build(&w, &e);
		assert_true(w.bad);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_frame_is_read_field_by_field),
		cmocka_unit_test(built_frame_is_the_golden_one),
		cmocka_unit_test(cut_frame_is_refused),
		cmocka_unit_test(building_into_too_little_room_writes_nothing_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
