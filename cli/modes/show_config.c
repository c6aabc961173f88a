/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configurations as text, and how the running one differs from what is saved. What these print can
 * be read back as it is; therefore IOS's "Building configuration..." is not said.
 */
#include "cli/modes/show.h"
#include "cli/modes/line_diff.h"
#include "cli/modes/view.h"
#include "cli/session.h"

/* Takes from an array of lines all but the section that begins with @head. */
static json_t *show_config_section(json_t *lines, const char *head)
{
	json_t *section = json_array(), *line;
	bool inside = false;
	size_t i;

	json_array_foreach (lines, i, line) {
		const char *text = json_string_value(line);

		if (text[0] != ' ')
			inside = strcmp(text, head) == 0;
		if (inside)
			json_array_append(section, line);
	}
	json_decref(lines);
	return section;
}

/*
 * {lines: []}
 */
static json_t *show_config_running_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct arg *only = call_arg(call, "interface");
	struct buffer text = {0};
	json_t *lines;

	(void)cursor;
	running_config_write(&text, call->world->running);
	lines = view_of_lines(buffer_text(&text));
	buffer_free(&text);
	if (only) {
		char head[INTERFACE_TEXT_SIZE + 10] = "interface ";

		interface_to_text(only->interface, head + strlen(head));
		lines = show_config_section(lines, head);
	}
	return json_pack("{s:o}", "lines", lines);
}

static void show_config_print_lines(struct buffer *out, const json_t *lines)
{
	const json_t *line;
	size_t i;

	json_array_foreach (lines, i, line)
		buffer_printf(out, "%s\n", json_string_value(line));
}

static void show_config_running_print(struct buffer *out, const json_t *piece,
				      const struct show_cursor *cursor)
{
	(void)cursor;
	show_config_print_lines(out, json_object_get(piece, "lines"));
}

const struct show show_running = {show_config_running_collect, show_config_running_print};

/*
 * {present, lines: []}
 */
static json_t *show_config_startup_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct world *world = call->world;
	char *text = world->effects->read_startup(world->context);
	json_t *answer = json_pack("{s:b, s:o}", "present", text != NULL, "lines",
				   view_of_lines(text ? text : ""));

	(void)cursor;
	free(text);
	return answer;
}

static void show_config_startup_print(struct buffer *out, const json_t *piece,
				      const struct show_cursor *cursor)
{
	(void)cursor;
	if (view_true(piece, "present"))
		show_config_print_lines(out, json_object_get(piece, "lines"));
	else
		buffer_add(out, "startup-config is not present\n");
}

const struct show show_startup = {show_config_startup_collect, show_config_startup_print};

/* ---- what differs ----------------------------------------------------------------------- */

/* Lines that configure nothing. */
static bool show_config_is_idle(const struct line *line)
{
	size_t blanks = 0;

	while (blanks < line->len && line->at[blanks] == ' ')
		blanks++;
	return blanks == line->len || line->at[blanks] == '!' ||
	       (line->len == 3 && memcmp(line->at, "end", 3) == 0);
}

static int show_config_read(struct line_list *list, const char *text)
{
	int status = line_list_read(list, text);
	uint32_t kept = 0;

	for (uint32_t i = 0; status == 0 && i < list->lines.count; i++) {
		if (!show_config_is_idle(&list->lines.at[i]))
			list->lines.at[kept++] = list->lines.at[i];
	}
	list->lines.count = kept;
	return status;
}

static void show_config_put(json_t *lines, const char *op, const struct line *line)
{
	char *text = strndup(line->at, line->len);

	if (text)
		json_array_append_new(
			lines, json_pack("{s:s, s:o}", "op", op, "text", view_of_text(text)));
	free(text);
}

/* The edits that change something, and above those in a section the line that opens it. */
static json_t *show_config_edits(const struct line_edit_list *list)
{
	static const char *const ops[] = {
		[LINE_KEEP] = "keep", [LINE_REMOVE] = "remove", [LINE_ADD] = "add"};
	json_t *lines = json_array();
	const struct line_edit *head = NULL; /* a kept one that was not put yet */

	vec_each (&list->edits, edit) {
		bool within = edit->line.at[0] == ' ';

		if (!within)
			head = edit->op == LINE_KEEP ? edit : NULL;
		if (edit->op == LINE_KEEP)
			continue;
		if (within && head) {
			show_config_put(lines, ops[LINE_KEEP], &head->line);
			head = NULL;
		}
		show_config_put(lines, ops[edit->op], &edit->line);
	}
	return lines;
}

/*
 * {startup_present, differs, lines: [{op: "add"|"remove"|"keep", text}]}: what turns the startup
 * configuration into the running one; "keep" is the head of the section that changes.
 */
static json_t *show_config_diff_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct world *world = call->world;
	char *startup = world->effects->read_startup(world->context);
	struct line_list before = {0}, after = {0};
	struct line_edit_list edits = {0};
	struct buffer text = {0};
	json_t *answer = NULL, *lines;

	(void)cursor;
	running_config_write(&text, world->running);
	if (show_config_read(&before, startup ? startup : "") == 0 &&
	    show_config_read(&after, buffer_text(&text)) == 0 &&
	    line_diff(&before, &after, &edits) == 0) {
		lines = show_config_edits(&edits);
		answer = json_pack("{s:b, s:b, s:o}", "startup_present", startup != NULL, "differs",
				   json_array_size(lines) > 0, "lines", lines);
	}
	vec_free(&edits.edits);
	vec_free(&before.lines);
	vec_free(&after.lines);
	buffer_free(&text);
	free(startup);
	return answer;
}

static void show_config_diff_print(struct buffer *out, const json_t *piece,
				   const struct show_cursor *cursor)
{
	const json_t *line;
	size_t i;

	(void)cursor;
	if (!view_true(piece, "differs"))
		buffer_add(out, "!No changes were found\n");
	json_array_foreach (json_object_get(piece, "lines"), i, line) {
		const char *op = view_string(line, "op");

		buffer_printf(out, "%c%s\n",
			      strcmp(op, "add") == 0	  ? '+'
			      : strcmp(op, "remove") == 0 ? '-'
							  : ' ',
			      view_string(line, "text"));
	}
}

const struct show show_diff = {show_config_diff_collect, show_config_diff_print};
