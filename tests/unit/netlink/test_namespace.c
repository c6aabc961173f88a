/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>

#include "netlink/namespace.h"

static void name_is_one_word_of_a_path(void **state)
{
	char longest[NAME_MAX + 2];

	(void)state;
	assert_true(namespace_name_valid("tv"));
	assert_true(namespace_name_valid("..."));
	assert_true(namespace_name_valid("my phone"));
	assert_false(namespace_name_valid(""));
	assert_false(namespace_name_valid("."));
	assert_false(namespace_name_valid(".."));
	assert_false(namespace_name_valid("../../proc/1/ns/net"));
	assert_false(namespace_name_valid("/tv"));
	assert_false(namespace_name_valid("tv/"));
	memset(longest, 'a', sizeof(longest));
	longest[NAME_MAX + 1] = '\0';
	assert_false(namespace_name_valid(longest));
	longest[NAME_MAX] = '\0';
	assert_true(namespace_name_valid(longest));
}

static void entering_an_unknown_or_invalid_one_changes_nothing(void **state)
{
	int home = -1;

	(void)state;
	assert_int_equal(namespace_enter("t-agent-there-is-none", &home), -ENOENT);
	assert_int_equal(namespace_enter("../ns", &home), -EINVAL);
	assert_int_equal(home, -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_is_one_word_of_a_path),
		cmocka_unit_test(entering_an_unknown_or_invalid_one_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
