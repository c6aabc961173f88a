/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transcripts: tests/cli/NAME.conf is read as viprouterd -c reads it, and tests/cli/NAME.out is
 * what `show running-config` must then print, to the letter; reading that back gives the same
 * value.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "cli/session.h"

static char *slurp(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	if (!file)
		fail_msg("cannot open %s", path);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
	fclose(file);
	return text;
}

static void read_into(struct config *config, const char *path, const char *text)
{
	struct config_read_error error;

	config_init(config);
	if (running_config_read(text, config, &error) < 0)
		fail_msg("%s:%u:%u: %s", path, error.line, error.column, error.text);
}

static void check(const char *conf)
{
	char out[512];
	char *typed = slurp(conf), *wanted;
	struct config config, again;
	struct buffer printed = {0};

	snprintf(out, sizeof(out), "%.*s.out", (int)(strlen(conf) - strlen(".conf")), conf);
	wanted = slurp(out);
	read_into(&config, conf, typed);
	running_config_write(&printed, &config);
	assert_string_equal(buffer_text(&printed), wanted);
	read_into(&again, out, wanted);
	assert_true(config_equal(&config, &again));
	config_fini(&config);
	config_fini(&again);
	buffer_free(&printed);
	free(typed);
	free(wanted);
}

static void what_is_typed_comes_back_as_its_transcript_says(void **state)
{
	const char *top = getenv("srcdir");
	char pattern[512];
	glob_t found;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/tests/cli/*.conf", top ? top : ".");
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 2);
	for (size_t i = 0; i < found.gl_pathc; i++)
		check(found.gl_pathv[i]);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_comes_back_as_its_transcript_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
