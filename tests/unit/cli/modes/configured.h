/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the tests of configuration commands: a text goes through the command table into a value, the
 * value is written, and what was written must read back as the same value.
 */
#ifndef TESTS_CLI_MODES_CONFIGURED_H
#define TESTS_CLI_MODES_CONFIGURED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/session.h"
#include "core/config.h"

/** Reads @text into @config, which is made here; the test fails when it is refused. */
static inline void configured_read(const char *text, struct config *config)
{
	struct config_read_error error = {0};

	config_init(config);
	if (running_config_read(text, config, &error) != 0)
		fail_msg("line %u, column %u: %s\n%s", error.line, error.column, error.text, text);
}

/** The lines of @text without comments and without `end`, in @lines. */
static inline void configured_strip(const char *text, struct buffer *lines)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (text[0] != '!' && strncmp(text, "end\n", 4) != 0) {
			buffer_add_bytes(lines, text, len);
			buffer_add(lines, "\n");
		}
		text += len + (text[len] == '\n');
	}
}

/** Writes @config, reads that back, and wants the same value. @lines: what was written. */
static inline void configured_write(const struct config *config, struct buffer *lines)
{
	struct buffer text = {0};
	struct config again;

	running_config_write(&text, config);
	configured_read(buffer_text(&text), &again);
	if (!config_equal(config, &again))
		fail_msg("read back as another value:\n%s", buffer_text(&text));
	configured_strip(buffer_text(&text), lines);
	config_fini(&again);
	buffer_free(&text);
}

/** @text, as it is written back, is @expected after the hostname's line. */
static inline void configured_gives(const char *text, const char *expected)
{
	struct buffer lines = {0};
	struct config config;
	const char *hostname = "hostname home\n";

	configured_read(text, &config);
	configured_write(&config, &lines);
	assert_memory_equal(buffer_text(&lines), hostname, strlen(hostname));
	assert_string_equal(buffer_text(&lines) + strlen(hostname), expected);
	buffer_free(&lines);
	config_fini(&config);
}

/** @text is refused at @line, in words that hold @part; the configuration stays as it was. */
static inline void configured_refuses(const char *text, unsigned int line, const char *part)
{
	struct config_read_error error = {0};
	struct config config, before;

	config_init(&config);
	config_init(&before);
	if (running_config_read(text, &config, &error) != -EINVAL)
		fail_msg("not refused:\n%s", text);
	if (!strstr(error.text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, error.text);
	assert_int_equal(error.line, line);
	assert_true(config_equal(&config, &before));
	config_fini(&config);
	config_fini(&before);
}

#endif
