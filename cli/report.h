/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A show being answered, piece by piece: as text, or as JSON of which all pieces together are one
 * valid document.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/command.h"

enum report_status {
	REPORT_MORE,
	REPORT_END,
	REPORT_NOTHING, /* the command named something, and there is no such thing */
	REPORT_NO_MEMORY,
};

/** Zero bytes: no report. */
struct report {
	const struct call *call; /* borrowed while the report runs; NULL: none runs */
	struct show_cursor cursor;
	bool json;
	bool open; /* JSON: an array has been opened */
	bool any;  /* JSON: and has an element */
};

/** @call: its row has a show; must stay as it is until the report's end. */
void report_begin(struct report *report, const struct call *call, bool json);
/** The next piece, added to @out. After the last the report is done with. */
enum report_status report_next(struct report *report, struct buffer *out);
/** Ends it early. Harmless when none runs. */
void report_stop(struct report *report);

#endif
