/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show access-lists`. The lines are numbered by tens in their order, as IOS numbers lines typed
 * without a number.
 *
 * Not supported: counts of matches.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/session.h"

static json_t *show_access_list_line(const struct config_acl_line *line, unsigned int sequence)
{
	return json_pack("{s:i, s:s, s:o, s:o}", "sequence", (int)sequence, "action",
			 line->permit ? "permit" : "deny", "address", view_of_ip4(line->address),
			 "wildcard", view_of_ip4(line->wildcard));
}

/*
 * [{name, type: "standard", lines: [{sequence, action: "permit"|"deny", address, wildcard}]}]
 */
static json_t *show_access_list_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct arg *only = call_arg(call, "list");
	const char *name = NULL;
	json_t *lists = json_array(), *lines = NULL;

	(void)cursor;
	vec_each (&call->world->running->acl_lines, line) {
		if (only && strcmp(only->text, line->list) != 0)
			continue;
		if (!name || strcmp(name, line->list) != 0) {
			name = line->list;
			lines = json_array();
			json_array_append_new(lists, json_pack("{s:o, s:s, s:o}", "name",
							       view_of_text(name), "type",
							       "standard", "lines", lines));
		}
		json_array_append_new(
			lines, show_access_list_line(
				       line, 10 * (unsigned int)(json_array_size(lines) + 1)));
	}
	return lists;
}

static void show_access_list_print_line(struct buffer *out, const json_t *line)
{
	const char *wildcard = view_string(line, "wildcard");

	buffer_printf(out, "    %lld %s ", view_number(line, "sequence"),
		      view_string(line, "action"));
	if (strcmp(wildcard, "255.255.255.255") == 0)
		buffer_add(out, "any\n");
	else if (strcmp(wildcard, "0.0.0.0") == 0)
		buffer_printf(out, "%s\n", view_string(line, "address"));
	else
		buffer_printf(out, "%s, wildcard bits %s\n", view_string(line, "address"),
			      wildcard);
}

static void show_access_list_print(struct buffer *out, const json_t *piece,
				   const struct show_cursor *cursor)
{
	const json_t *list, *line;
	size_t i, j;

	(void)cursor;
	json_array_foreach (piece, i, list) {
		buffer_printf(out, "Standard IP access list %s\n", view_string(list, "name"));
		json_array_foreach (json_object_get(list, "lines"), j, line)
			show_access_list_print_line(out, line);
	}
}

const struct show show_access_list = {show_access_list_collect, show_access_list_print};
