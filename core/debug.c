/* SPDX-License-Identifier: BSD-2-Clause */
/* See debug.h. */
#include "core/debug.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const words[] = {
#define X(name, words, title) words,
	DEBUG_LIST(X)
#undef X
};

static const char *const titles[] = {
#define X(name, words, title) title,
	DEBUG_LIST(X)
#undef X
};

static_assert(DEBUG_COUNT <= 32, "a bit each in a mask");

const char *debug_words(enum debug_what what)
{
	return words[what];
}

const char *debug_title(enum debug_what what)
{
	return titles[what];
}

void debug_line(struct event_queue *events, enum debug_what what, const char *format, ...)
{
	struct event *e;
	va_list args;

	if (!event_room(events, EVENT_QUEUE_SIZE / 2)) {
		events->debug_lost++;
		return;
	}
	e = event_push(events);
	e->type = EVENT_DEBUG;
	e->debug = (uint8_t)what;
	e->lost = events->debug_lost;
	events->debug_lost = 0;
	va_start(args, format);
	vsnprintf(e->text, sizeof(e->text), format, args);
	va_end(args);
}

const char *debug_quote(const uint8_t *bytes, size_t len, char *out)
{
	enum { END = 3 /* "..", if it was cut, and the quote; the NUL is counted in the size */ };
	size_t n = 0;

	out[n++] = '"';
	for (size_t i = 0; i < len; i++) {
		const uint8_t c = bytes[i];
		const bool plain = c >= ' ' && c < 0x7f, escaped = c == '"' || c == '\\';

		if (n + 4 + END >= DEBUG_QUOTE_SIZE) {
			n += (size_t)snprintf(out + n, DEBUG_QUOTE_SIZE - n, "..");
			break;
		}
		if (!plain)
			n += (size_t)snprintf(out + n, DEBUG_QUOTE_SIZE - n, "\\x%02x", c);
		else
			n += (size_t)snprintf(out + n, DEBUG_QUOTE_SIZE - n, "%s%c",
					      escaped ? "\\" : "", c);
	}
	out[n++] = '"';
	out[n] = '\0';
	return out;
}

const char *debug_hex(const uint8_t *bytes, size_t len, char *out)
{
	enum { BYTES_MAX = 26 }; /* 52 digits, 12 dots, the two of the end, the NUL */
	size_t n = 0;

	static_assert(BYTES_MAX * 5 / 2 + 3 <= DEBUG_HEX_SIZE, "room for it");
	out[0] = '\0';
	for (size_t i = 0; i < MIN(len, (size_t)BYTES_MAX); i++)
		n += (size_t)snprintf(out + n, DEBUG_HEX_SIZE - n, "%s%02x",
				      i > 0 && i % 2 == 0 ? "." : "", bytes[i]);
	if (len > BYTES_MAX)
		snprintf(out + n, DEBUG_HEX_SIZE - n, "..");
	return out;
}
