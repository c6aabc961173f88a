/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands behind `|`: filters of lines, `json`, and files the output goes to. Output is fed in
 * pieces of any size; a file is only named here, and written by the client.
 */
#ifndef CLI_PIPE_H
#define CLI_PIPE_H

#include "cli/buffer.h"

struct pipe;

struct pipe_error {
	size_t column; /* in the line */
	char text[160];
};

struct pipe_word {
	const char *word, *help;
};

/** The words that may follow `|`; the last has a NULL word. */
extern const struct pipe_word pipe_words[];

/** Where the first `|` that begins a pipe stands in @line at or behind @from; its length: none. */
size_t pipe_find(const char *line, size_t from);

/**
 * pipe_new() - parse @line from the `|` at @at to its end
 * Return: the pipe; NULL with @error filled in.
 */
struct pipe *pipe_new(const char *line, size_t at, struct pipe_error *error);
void pipe_free(struct pipe *pipe);

bool pipe_wants_json(const struct pipe *pipe);
/** Whether a filter of lines is in it. */
bool pipe_filters(const struct pipe *pipe);
/** The file named; NULL: none. @how: "redirect", "append" or "tee". */
const char *pipe_file(const struct pipe *pipe, const char **how);

void pipe_feed(struct pipe *pipe, const char *bytes, size_t len, struct buffer *out);
/** The output has ended: what was held back, and counts. */
void pipe_end(struct pipe *pipe, struct buffer *out);

#endif
