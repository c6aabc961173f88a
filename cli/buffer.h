/* SPDX-License-Identifier: BSD-2-Clause */
/* A growing string: what a command prints. Zero bytes are an empty one. */
#ifndef CLI_BUFFER_H
#define CLI_BUFFER_H

#include <stdarg.h>
#include "core/base.h"

struct buffer {
	char *at; /* NUL-terminated once anything was added; NULL before */
	size_t len, room;
	bool failed; /* sticky: memory ran out, the tail is missing */
};

void buffer_add(struct buffer *b, const char *text);
void buffer_add_bytes(struct buffer *b, const char *bytes, size_t len);
void buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_vprintf(struct buffer *b, const char *format, va_list args);
/** The text so far, never NULL. Borrowed until the next change. */
const char *buffer_text(const struct buffer *b);
/** Empties it and keeps its room. */
void buffer_clear(struct buffer *b);
void buffer_free(struct buffer *b);

#endif
