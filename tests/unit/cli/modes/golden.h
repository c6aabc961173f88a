/* SPDX-License-Identifier: BSD-2-Clause */
/* What a show prints of an answer written as JSON, compared with the text expected. */
#ifndef TESTS_UNIT_CLI_MODES_GOLDEN_H
#define TESTS_UNIT_CLI_MODES_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "cli/modes/show.h"

/* One piece of an answer; quotes in @answer are single ones. */
static inline void golden_piece(const struct show *show, const char *answer,
				struct show_cursor cursor, const char *expected)
{
	struct buffer out = {0}, json = {0};
	json_error_t error;
	json_t *piece;

	for (const char *c = answer; *c; c++)
		buffer_add_bytes(&json, *c == '\'' ? "\"" : c, 1);
	piece = json_loads(buffer_text(&json), 0, &error);
	if (!piece)
		fail_msg("the answer is no JSON: %s", error.text);
	show->print(&out, piece, &cursor);
	assert_string_equal(buffer_text(&out), expected);
	json_decref(piece);
	buffer_free(&json);
	buffer_free(&out);
}

/* The whole answer in one piece. */
static inline void golden(const struct show *show, const char *answer, const char *expected)
{
	golden_piece(show, answer, (struct show_cursor){.first = true}, expected);
}

#endif
