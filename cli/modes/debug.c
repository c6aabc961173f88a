/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `debug …` shows lines of a category in this shell as things happen, until `undebug …`, or the
 * shell ends. `terminal monitor` shows the lines of the log besides, and what other shells look at.
 * DEVIATION: in IOS `debug` is the router's, and shows at the console; here it is the shell's that
 * typed it, so that none is forgotten.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"

#include "cli/session.h"
#include "core/debug.h"
#include "core/router.h"

/** Whether the line turns something on: its row does not begin with no or undebug. */
static bool debug_turns_on(const struct call *call)
{
	return strncmp(call->row->path, "debug ", 6) == 0;
}

static enum call_status debug_set(struct call *call, enum debug_what what)
{
	const bool on = debug_turns_on(call);
	uint32_t mask = session_debug(call->session);

	mask = on ? mask | debug_bit(what) : mask & ~debug_bit(what);
	session_set_debug(call->session, mask);
	buffer_printf(call->out, "%s debugging is %s\n", debug_title(what), on ? "on" : "off");
	return CALL_DONE;
}

static enum call_status debug_arp(struct call *call)
{
	return debug_set(call, DEBUG_ARP);
}

static enum call_status debug_icmp(struct call *call)
{
	return debug_set(call, DEBUG_ICMP);
}

static enum call_status debug_dhcp_packet(struct call *call)
{
	return debug_set(call, DEBUG_DHCP_PACKET);
}

static enum call_status debug_dhcp_events(struct call *call)
{
	return debug_set(call, DEBUG_DHCP_EVENTS);
}

static enum call_status debug_dhcp_client(struct call *call)
{
	return debug_set(call, DEBUG_DHCP_CLIENT);
}

static enum call_status debug_all(struct call *call)
{
	const bool on = debug_turns_on(call);

	session_set_debug(call->session, on ? debug_bit(DEBUG_COUNT) - 1 : 0);
	buffer_printf(call->out, "All possible debugging has been turned %s\n", on ? "on" : "off");
	return CALL_DONE;
}

static enum call_status debug_monitor(struct call *call)
{
	session_set_monitor(call->session, strcmp(call->row->path, "terminal monitor") == 0);
	return CALL_DONE;
}

/* ---- show debugging -------------------------------------------------------------------- */

/*
 * {monitor: bool, debugging: [{category, here: bool (in this session), on: bool (in any)}]}: all
 * categories, in the order of their names.
 */
static json_t *debug_collect(const struct call *call, struct show_cursor *cursor)
{
	const uint32_t here = session_debug(call->session);
	const uint32_t on = here | (call->world->router ? router_debug(call->world->router) : 0);
	json_t *answer = json_object(), *list = json_array();

	(void)cursor;
	for (unsigned int what = 0; what < DEBUG_COUNT; what++)
		json_array_append_new(list,
				      json_pack("{s:s, s:b, s:b}", "category", debug_words(what),
						"here", (here & debug_bit(what)) != 0, "on",
						(on & debug_bit(what)) != 0));
	view_set(answer, "monitor", json_boolean(session_monitors(call->session)));
	view_set(answer, "debugging", list);
	return answer;
}

static void debug_print(struct buffer *out, const json_t *piece, const struct show_cursor *cursor)
{
	const json_t *item;
	size_t what;

	(void)cursor;
	json_array_foreach (json_object_get(piece, "debugging"), what, item) {
		if (json_is_true(json_object_get(item, "on")))
			buffer_printf(
				out, "%s debugging is on%s\n", debug_title((enum debug_what)what),
				json_is_true(json_object_get(item, "here")) ? ""
									    : " in another shell");
	}
}

static const struct show debug_show = {debug_collect, debug_print};

/* ---- tables ---------------------------------------------------------------------------- */

#define DEBUG_ROWS(words, text, handler)                                                           \
	{.mode = MODE_EXEC, .path = "debug " words, .help = (text), .run = (handler)},             \
	{                                                                                          \
		.mode = MODE_EXEC, .path = "{undebug|no debug} " words,                            \
		.help = "The opposite of debug " words ".", .run = (handler),                      \
	}

static const struct command debug_commands[] = {
	DEBUG_ROWS("ip dhcp server packet", "Show DHCP messages as they come and go.",
		   debug_dhcp_packet),
	DEBUG_ROWS("ip dhcp server events",
		   "Show what becomes of leases, and why messages come to nothing.",
		   debug_dhcp_events),
	DEBUG_ROWS("dhcp", "Show what the DHCP clients of interfaces do.", debug_dhcp_client),
	DEBUG_ROWS("arp", "Show ARP messages to and from the router.", debug_arp),
	DEBUG_ROWS("ip icmp", "Show ICMP messages to and from the router.", debug_icmp),
	DEBUG_ROWS("all", "Show all of it.", debug_all),
	{
		.mode = MODE_EXEC,
		.path = "terminal monitor",
		.help = "Show the lines of the log here too, and what other shells debug.",
		.run = debug_monitor,
	},
	{
		.mode = MODE_EXEC,
		.path = "{no terminal monitor|terminal no monitor}",
		.help = "The opposite of terminal monitor.",
		.run = debug_monitor,
	},
	{
		.mode = MODE_EXEC,
		.path = "show debugging",
		.help = "What is debugged.",
		.flags = COMMAND_LOOK,
		.show = &debug_show,
	},
};

static const struct word_help debug_words_help[] = {
	{"debug", "Show things as they happen"},
	{"undebug", "Show them no more"},
	{"no debug", "Show them no more"},
	{"no terminal", "Settings of this terminal"},
	{"debug all", "All of them"},
	{"undebug all", "All of them"},
	{"no debug all", "All of them"},
	{"debug arp", "ARP messages to and from the router"},
	{"undebug arp", "ARP messages to and from the router"},
	{"no debug arp", "ARP messages to and from the router"},
	{"debug dhcp", "The router as a DHCP client"},
	{"undebug dhcp", "The router as a DHCP client"},
	{"no debug dhcp", "The router as a DHCP client"},
	{"debug ip", "DHCP and ICMP"},
	{"undebug ip", "DHCP and ICMP"},
	{"no debug ip", "DHCP and ICMP"},
	{"ip icmp", "ICMP messages to and from the router"},
	{"debug ip dhcp", "DHCP"},
	{"undebug ip dhcp", "DHCP"},
	{"no debug ip dhcp", "DHCP"},
	{"dhcp server packet", "Messages as they come and go"},
	{"dhcp server events", "What becomes of leases and messages"},
	{"debug ip dhcp server", "The server and the relay"},
	{"undebug ip dhcp server", "The server and the relay"},
	{"no debug ip dhcp server", "The server and the relay"},
	{"terminal monitor", "Show the lines of the log here too"},
	{"terminal no", "Negate a setting"},
	{"terminal no monitor", "Show the lines of the log here no more"},
	{"show debugging", "What is debugged"},
};

const struct command_family debug_family = {
	.title = "Debugging",
	.commands = debug_commands,
	.command_count = ARRAY_COUNT(debug_commands),
	.words = debug_words_help,
	.word_count = ARRAY_COUNT(debug_words_help),
};
