/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `ip dhcp database flash:NAME`: a text of the leases, in IOS's form, for others to read; and `show
 * ip dhcp database`. The router never reads it: what it remembers is on disk before each ACK.
 * Not supported: databases on other machines, and several of them.
 */
#include "cli/modes/dhcp_database.h"
#include "cli/modes/show.h"
#include "cli/modes/setting.h"
#include "cli/modes/view.h"

#include "cli/session.h"

#define DATABASE_PREFIX "flash:"

/** Letters, digits, '-', '_' and '.', which does not lead. */
static bool database_is_name(const char *name)
{
	if (name[0] == '\0' || name[0] == '.')
		return false;
	for (const char *c = name; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z') &&
		    !(*c >= '0' && *c <= '9') && !strchr("-_.", *c))
			return false;
	return true;
}

static enum call_status database_set(struct call *call)
{
	struct config_dhcp *dhcp = &call->candidate->dhcp;
	const char *url = call->no ? "" : call_text(call, "url");
	const size_t prefix = strlen(DATABASE_PREFIX);

	if (call->no) {
		memset(dhcp->database, 0, sizeof(dhcp->database));
		dhcp->database_delay_s = DHCP_DATABASE_DELAY_DEFAULT_S;
		return CALL_DONE;
	}
	if (strncmp(url, DATABASE_PREFIX, prefix) != 0)
		return call_fail(call, "name a file of the router's own: flash:bindings",
				 "ip dhcp database %s: leases are written to flash: alone", url);
	if (!database_is_name(url + prefix))
		return call_fail(call,
				 "letters, digits, '-', '_' and '.', without folders: "
				 "flash:bindings",
				 "ip dhcp database %s: not the name of a file", url);
	setting_set_text(dhcp->database, sizeof(dhcp->database), url + prefix);
	dhcp->database_delay_s =
		(uint32_t)call_number_or(call, "delay", DHCP_DATABASE_DELAY_DEFAULT_S);
	return CALL_DONE;
}

void dhcp_database_write(struct buffer *out, const struct config *config)
{
	const struct config_dhcp *dhcp = &config->dhcp;

	if (dhcp->database[0] == '\0')
		return;
	buffer_printf(out, "ip dhcp database " DATABASE_PREFIX "%s", dhcp->database);
	if (dhcp->database_delay_s != DHCP_DATABASE_DELAY_DEFAULT_S)
		buffer_printf(out, " write-delay %u", dhcp->database_delay_s);
	buffer_add(out, "\n");
}

/* ---- show ip dhcp database --------------------------------------------------------------- */

/*
 * [{url, read_at|null, written_at|null, status: "never"|"written"|"failed", error|null, pending
 * (changes wait to be written), delay_s, timeout_s|null, failures, successes}]: one, or none.
 * written_at is in seconds since 1970 UTC. Nothing is ever read, and nothing can time out.
 */
static json_t *database_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct world *world = call->world;
	const struct config_dhcp *dhcp = &world->running->dhcp;
	struct world_database state = {0};
	json_t *items = json_array(), *item;

	(void)cursor;
	if (dhcp->database[0] == '\0')
		return items;
	if (world->effects->database)
		world->effects->database(world->context, &state);
	item = json_object();
	view_set(item, "url", json_sprintf(DATABASE_PREFIX "%s", dhcp->database));
	view_set(item, "read_at", json_null());
	view_set(item, "written_at", state.written_s ? json_integer(state.written_s) : json_null());
	view_set(item, "status",
		 json_string(state.error       ? "failed"
			     : state.written_s ? "written"
					       : "never"));
	view_set(item, "error", state.error ? view_of_text(strerror(-state.error)) : json_null());
	view_set(item, "pending", json_boolean(state.pending));
	view_set_number(item, "delay_s", dhcp->database_delay_s);
	view_set(item, "timeout_s", json_null());
	view_set_number(item, "failures", state.failures);
	view_set_number(item, "successes", state.successes);
	json_array_append_new(items, item);
	return items;
}

static void database_print_status(struct buffer *out, const json_t *item)
{
	const char *status = view_string(item, "status");

	buffer_add(out, "Status    :  ");
	if (strcmp(status, "failed") == 0)
		buffer_printf(out, "Last write failed. %s.\n", view_string(item, "error"));
	else if (strcmp(status, "never") == 0)
		buffer_add(out, "Nothing has been written yet.\n");
	else
		buffer_printf(out, "Last write succeeded. %s\n",
			      view_true(item, "pending") ? "Bindings have changed since."
							 : "Agent information is up-to-date.");
}

static void database_print(struct buffer *out, const json_t *piece,
			   const struct show_cursor *cursor)
{
	char date[VIEW_TIME_SIZE];
	const json_t *item;
	size_t i;

	(void)cursor;
	json_array_foreach (piece, i, item) {
		buffer_printf(out, "URL       :  %s\n", view_string(item, "url"));
		buffer_add(out, "Read      :  Never\n");
		buffer_printf(out, "Written   :  %s\n",
			      view_is_null(item, "written_at")
				      ? "Never"
				      : view_date(view_number(item, "written_at"), date));
		database_print_status(out, item);
		buffer_printf(out, "Delay     :  %lld seconds\n", view_number(item, "delay_s"));
		buffer_printf(out, "Timeout   :  %lld seconds\n", view_number(item, "timeout_s"));
		buffer_printf(out, "Failures  :  %lld\n", view_number(item, "failures"));
		buffer_printf(out, "Successes :  %lld\n", view_number(item, "successes"));
	}
}

const struct show show_dhcp_database = {database_collect, database_print};

/* ---- tables ---------------------------------------------------------------------------- */

static const struct command database_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip dhcp database <url:word> [write-delay <delay:60-86400>]",
		.no_path = "ip dhcp database [<url:word> [write-delay <delay:60-86400>]]",
		.help = "Write the leases to a file for others to read, so many seconds after a "
			"change, 300 by default; the router itself does not read it.",
		.section = SECTION_DHCP,
		.example = "ip dhcp database flash:bindings write-delay 60",
		.run = database_set,
	},
};

static const struct word_help database_words[] = {
	{"ip dhcp database", "Write the leases to a file"},
	{"ip dhcp database <url>", "flash:NAME"},
	{"write-delay", "How long after a change"},
	{"<delay>", "Seconds"},
};

static void database_write_nothing(struct buffer *out, const struct config *config,
				   enum config_section section)
{
	(void)out;
	(void)config;
	(void)section;
}

const struct command_family dhcp_database_family = {
	.title = "DHCP database",
	.commands = database_commands,
	.command_count = ARRAY_COUNT(database_commands),
	.words = database_words,
	.word_count = ARRAY_COUNT(database_words),
	.write = database_write_nothing,
};
