/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of viprouterd. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include "cmd/viprouterd/options.h"
#include "core/event.h"

/** Parses a NULL-terminated list of words. */
static int parse(struct options *options, ...)
{
	char *argv[16] = {(char *)"viprouterd"};
	int argc = 1;
	va_list words;

	va_start(words, options);
	while ((argv[argc] = va_arg(words, char *)))
		argc++;
	va_end(words);
	return options_parse(options, argc, argv);
}

static void without_options_it_is_home(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse(&o, NULL), -1);
	assert_string_equal(o.name, "home");
	assert_string_equal(o.socket, "/run/viprouter/home.sock");
	assert_string_equal(o.lock, "/run/viprouter/home.lock");
	assert_string_equal(o.ports, "/run/viprouter/home.ports");
	assert_string_equal(o.config, "/var/lib/viprouter/home/startup-config");
	assert_string_equal(o.leases, "/var/lib/viprouter/home/leases");
	assert_false(o.config_given || o.daemonize || o.check);
	assert_int_equal(o.log_level, EVENT_NOTICE);
	options_fini(&o);
}

static void every_option_is_taken(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse(&o, "-n", "flat", "-c", "/etc/flat.cfg", "-d", "--check",
			       "--state-dir", "/s", "--run-dir", "/r", "--log-level", "info", NULL),
			 -1);
	assert_string_equal(o.socket, "/r/flat.sock");
	assert_string_equal(o.startup_config, "/s/flat/startup-config");
	assert_string_equal(o.config, "/etc/flat.cfg");
	assert_true(o.config_given && o.daemonize && o.check);
	assert_int_equal(o.log_level, EVENT_INFO);
	options_fini(&o);
}

static void paths_become_absolute(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse(&o, "-c", "home.cfg", "--run-dir", "run", NULL), -1);
	assert_int_equal(o.config[0], '/');
	assert_int_equal(o.socket[0], '/');
	assert_non_null(strstr(o.config, "/home.cfg"));
	options_fini(&o);
}

static void wrong_usage_is_status_2(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse(&o, "--nonsense", NULL), 2);
	assert_int_equal(parse(&o, "-n", NULL), 2);
	assert_int_equal(parse(&o, "extra", NULL), 2);
	assert_int_equal(parse(&o, "--log-level", "loud", NULL), 2);
	assert_int_equal(parse(&o, "-n", "../etc", NULL), 2);
	assert_int_equal(parse(&o, "-c", "", NULL), 2);
}

static void help_and_version_are_status_0(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse(&o, "--help", NULL), 0);
	assert_int_equal(parse(&o, "-V", NULL), 0);
}

static void a_socket_name_too_long_is_status_1(void **state)
{
	struct options o;
	char dir[120];

	(void)state;
	memset(dir, 'x', sizeof(dir) - 1);
	dir[0] = '/';
	dir[sizeof(dir) - 1] = '\0';
	assert_int_equal(parse(&o, "--run-dir", dir, NULL), 1);
	options_fini(&o);
}

static void names_are_plain_words(void **state)
{
	(void)state;
	assert_true(options_name_valid("home"));
	assert_true(options_name_valid("Flat_2.b-3"));
	assert_false(options_name_valid(""));
	assert_false(options_name_valid(".hidden"));
	assert_false(options_name_valid("-x"));
	assert_false(options_name_valid("a/b"));
	assert_false(options_name_valid("a b"));
	assert_false(options_name_valid(
		"0123456789012345678901234567890123456789012345678901234567890123"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_options_it_is_home),
		cmocka_unit_test(every_option_is_taken),
		cmocka_unit_test(paths_become_absolute),
		cmocka_unit_test(wrong_usage_is_status_2),
		cmocka_unit_test(help_and_version_are_status_0),
		cmocka_unit_test(a_socket_name_too_long_is_status_1),
		cmocka_unit_test(names_are_plain_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
