/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log. Packets can bring about lines (a full pool, say), so lines are limited: a burst of
 * LOG_BURST, then LOG_PER_S a second; what was held back is told in one line afterwards.
 */
#include "cmd/viprouterd/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LOG_BURST = 200, LOG_PER_S = 20, LOG_LINE_MAX = 1024 };

static struct {
	int fd;
	int level;
	time_t second; /* tokens were last added in */
	long tokens;
	unsigned long held_back;
	void (*on_line)(void *context, const char *line);
	void *on_line_context;
} logger = {.fd = STDERR_FILENO, .level = EVENT_NOTICE, .tokens = LOG_BURST};

void log_open(int fd, int level)
{
	logger.fd = fd;
	logger.level = level;
}

void log_on_line(void (*fn)(void *context, const char *line), void *context)
{
	logger.on_line = fn;
	logger.on_line_context = context;
}

/** One write a line, so that lines of two processes do not mix. A log that fails is no reason to
 * stop. */
static void put(time_t now_s, enum event_severity severity, const char *facility,
		const char *mnemonic, const char *text)
{
	char line[LOG_LINE_MAX], stamp[32];
	struct tm parts;
	ssize_t written;
	int len;

	gmtime_r(&now_s, &parts);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &parts);
	len = snprintf(line, sizeof(line), "%s: %%%s-%d-%s: %s\n", stamp, facility, (int)severity,
		       mnemonic, text);
	if (len >= (int)sizeof(line)) {
		len = sizeof(line) - 1;
		line[len - 1] = '\n';
	}
	written = write(logger.fd, line, (size_t)len);
	(void)written;
	line[len - 1] = '\0';
	if (logger.on_line)
		logger.on_line(logger.on_line_context, line);
}

static bool may_write(time_t now_s)
{
	if (now_s != logger.second) {
		long passed = logger.second == 0 || now_s < logger.second
				      ? LOG_BURST
				      : (long)(now_s - logger.second);

		logger.second = now_s;
		logger.tokens = MIN((long)LOG_BURST, logger.tokens + MIN(passed, 60L) * LOG_PER_S);
	}
	if (logger.tokens == 0) {
		logger.held_back++;
		return false;
	}
	logger.tokens--;
	if (logger.held_back > 0) {
		char text[64];

		snprintf(text, sizeof(text), "%lu lines were held back", logger.held_back);
		logger.held_back = 0;
		put(now_s, EVENT_WARNING, "LOG", "RATELIMIT", text);
	}
	return true;
}

/** @text: changed: control characters become blanks. */
static void write_line(enum event_severity severity, const char *facility, const char *mnemonic,
		       char *text)
{
	time_t now_s = time(NULL);

	if (!may_write(now_s))
		return;
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	put(now_s, severity, facility, mnemonic, text);
}

void log_line(enum event_severity severity, const char *facility, const char *mnemonic,
	      const char *format, ...)
{
	char text[LOG_LINE_MAX - 128];
	va_list args;

	if ((int)severity > logger.level)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	write_line(severity, facility, mnemonic, text);
}

void log_event(const struct event *event)
{
	int counts_as = event->notable ? EVENT_NOTICE : (int)event->severity;
	char text[sizeof(event->text)];

	if (counts_as > logger.level)
		return;
	memcpy(text, event->text, sizeof(text));
	write_line(event->severity, event->facility, event->mnemonic, text);
}
