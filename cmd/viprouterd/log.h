/* SPDX-License-Identifier: BSD-2-Clause */
/* The log: one line an event in IOS's form, `TIME: %LINK-3-UPDOWN: text`, to one descriptor. */
#ifndef CMD_VIPROUTERD_LOG_H
#define CMD_VIPROUTERD_LOG_H

#include "core/event.h"

/** Lines of a severity above @level are left out. @fd: borrowed. */
void log_open(int fd, int level);

void log_line(enum event_severity severity, const char *facility, const char *mnemonic,
	      const char *format, ...) __attribute__((format(printf, 4, 5)));

/** Calls @fn with each line that is written, without its newline. NULL: nobody. */
void log_on_line(void (*fn)(void *context, const char *line), void *context);

/** Writes an EVENT_LOG of the core. */
void log_event(const struct event *event);

#endif
