/* SPDX-License-Identifier: BSD-2-Clause */
/* The difference of two texts by lines: the shortest list of removals and additions (Myers 1986).
 */
#ifndef CLI_MODES_LINE_DIFF_H
#define CLI_MODES_LINE_DIFF_H

#include "core/base.h"

/** Lines of a text, borrowed from it. */
struct line {
	const char *at;
	size_t len; /* without the newline */
};

enum line_edit_op { LINE_KEEP, LINE_REMOVE, LINE_ADD };

struct line_edit {
	enum line_edit_op op;
	struct line line;
};

/** Zero bytes are empty ones; freed with vec_free(). */
struct line_list {
	VEC(struct line) lines;
};

struct line_edit_list {
	VEC(struct line_edit) edits;
};

/** Adds the lines of @text. Return: 0; -ENOMEM. */
int line_list_read(struct line_list *list, const char *text);

/**
 * line_diff() - what turns @before into @after
 * Texts further apart than LINE_DIFF_MAX edits are not compared to the end: what lies between
 * their common head and tail is removed and added whole.
 * Return: 0; -ENOMEM.
 */
int line_diff(const struct line_list *before, const struct line_list *after,
	      struct line_edit_list *edits);

enum { LINE_DIFF_MAX = 1000 };

#endif
