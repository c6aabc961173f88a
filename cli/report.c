/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON is the answer, text is a view of it. In JSON an object is the whole document; arrays are
 * joined to one, an element on each line, so that a long table can be read as it comes. The
 * cursor's state belongs to the collector and is freed here.
 */
#include "cli/report.h"

void report_begin(struct report *report, const struct call *call, bool json)
{
	*report = (struct report){.call = call, .json = json};
	report->cursor.first = true;
}

void report_stop(struct report *report)
{
	free(report->cursor.state);
	*report = (struct report){0};
}

static bool report_dump(const json_t *value, size_t flags, struct buffer *out)
{
	char *text = json_dumps(value, flags | JSON_ENCODE_ANY);

	if (!text)
		return false;
	buffer_add(out, text);
	free(text);
	return true;
}

/** An element of the answer's array. */
static bool report_element(struct report *report, const json_t *value, struct buffer *out)
{
	buffer_add(out, report->any ? ",\n " : "\n ");
	report->any = true;
	return report_dump(value, JSON_COMPACT, out);
}

static bool report_json(struct report *report, const json_t *piece, struct buffer *out)
{
	bool ok = true;
	size_t index;
	json_t *value;

	if (report->cursor.first) {
		if (!json_is_array(piece) && !report->cursor.more) {
			ok = report_dump(piece, JSON_INDENT(2), out);
			buffer_add(out, "\n");
			return ok;
		}
		buffer_add(out, "[");
		report->open = true;
	}
	if (json_is_array(piece)) {
		json_array_foreach (piece, index, value)
			ok = report_element(report, value, out) && ok;
	} else {
		ok = report_element(report, piece, out);
	}
	if (!report->cursor.more)
		buffer_add(out, report->any ? "\n]\n" : "]\n");
	return ok;
}

/* An empty list is an answer, but not to a question about one thing by its name. */
static bool names_nothing(const struct report *report, const json_t *piece)
{
	return report->call->arg_count > 0 && report->cursor.first && !report->cursor.more &&
	       json_is_array(piece) && json_array_size(piece) == 0;
}

enum report_status report_next(struct report *report, struct buffer *out)
{
	const struct show *show = report->call->row->show;
	json_t *piece;
	bool ok = true;

	report->cursor.more = false;
	piece = show->collect(report->call, &report->cursor);
	if (piece && names_nothing(report, piece)) {
		json_decref(piece);
		report_stop(report);
		return REPORT_NOTHING;
	}
	if (piece && report->json)
		ok = report_json(report, piece, out);
	else if (piece)
		show->print(out, piece, &report->cursor);
	if (!piece || !ok || out->failed) {
		json_decref(piece);
		report_stop(report);
		return REPORT_NO_MEMORY;
	}
	json_decref(piece);
	report->cursor.first = false;
	if (report->cursor.more)
		return REPORT_MORE;
	report_stop(report);
	return REPORT_END;
}
