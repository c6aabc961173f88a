/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing string. The text is always NUL-terminated once it exists; room doubles. When memory
 * runs out the buffer says so in `failed` and takes nothing more, so that what it holds is always
 * a true beginning of what was meant.
 */
#include "cli/buffer.h"

#include <stdio.h>

/** Makes room for @more bytes and the NUL. Return: whether there is. */
static bool buffer_reserve(struct buffer *b, size_t more)
{
	size_t room = b->room ? b->room : 128;
	char *grown;

	if (b->failed)
		return false;
	while (room - b->len <= more) {
		if (room > SIZE_MAX / 2) {
			b->failed = true;
			return false;
		}
		room *= 2;
	}
	if (room == b->room)
		return true;
	grown = realloc(b->at, room);
	if (!grown) {
		b->failed = true;
		return false;
	}
	b->at = grown;
	b->room = room;
	return true;
}

void buffer_add_bytes(struct buffer *b, const char *bytes, size_t len)
{
	if (!buffer_reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->at + b->len, bytes, len);
	b->len += len;
	b->at[b->len] = '\0';
}

void buffer_add(struct buffer *b, const char *text)
{
	buffer_add_bytes(b, text, strlen(text));
}

void buffer_vprintf(struct buffer *b, const char *format, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0) {
		b->failed = true;
		return;
	}
	if (!buffer_reserve(b, (size_t)len))
		return;
	vsnprintf(b->at + b->len, (size_t)len + 1, format, args);
	b->len += (size_t)len;
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buffer_vprintf(b, format, args);
	va_end(args);
}

const char *buffer_text(const struct buffer *b)
{
	return b->at ? b->at : "";
}

void buffer_clear(struct buffer *b)
{
	b->len = 0;
	b->failed = false;
	if (b->at)
		b->at[0] = '\0';
}

void buffer_free(struct buffer *b)
{
	free(b->at);
	*b = (struct buffer){0};
}
