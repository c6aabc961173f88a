/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/buffer.h"

static void zero_bytes_are_an_empty_text(void **state)
{
	struct buffer b = {0};

	(void)state;
	assert_string_equal(buffer_text(&b), "");
	buffer_clear(&b);
	assert_string_equal(buffer_text(&b), "");
	buffer_free(&b);
}

static void additions_follow_each_other(void **state)
{
	struct buffer b = {0};

	(void)state;
	buffer_add(&b, "a");
	buffer_printf(&b, "%d-%s", 7, "x");
	buffer_add_bytes(&b, "yz!", 2);
	assert_string_equal(buffer_text(&b), "a7-xyz");
	assert_int_equal(b.len, 6);
	buffer_clear(&b);
	buffer_add(&b, "");
	assert_string_equal(buffer_text(&b), "");
	buffer_free(&b);
}

static void it_grows_past_every_size(void **state)
{
	struct buffer b = {0};

	(void)state;
	for (int i = 0; i < 5000; i++)
		buffer_printf(&b, "%04d", i);
	assert_int_equal(b.len, 20000);
	assert_memory_equal(b.at + 4 * 4321, "4321", 4);
	assert_false(b.failed);
	buffer_free(&b);
	assert_null(b.at);
}

static void after_a_failure_nothing_more_is_taken(void **state)
{
	struct buffer b = {0};

	(void)state;
	buffer_add(&b, "begin");
	b.failed = true;
	buffer_add(&b, "lost");
	buffer_printf(&b, "%s", "lost");
	assert_string_equal(buffer_text(&b), "begin");
	buffer_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zero_bytes_are_an_empty_text),
		cmocka_unit_test(additions_follow_each_other),
		cmocka_unit_test(it_grows_past_every_size),
		cmocka_unit_test(after_a_failure_nothing_more_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
