/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The session's own commands: moving between the levels and modes, the terminal, and the commands
 * that take another line as their argument (`do`, `set`, `unset`), which they hand back to the
 * session.
 */
#include "cli/session_state.h"

static enum call_status session_run_enable(struct call *call)
{
	if (!(call->session->flags & SESSION_MAY_CONFIGURE))
		return call_fail(call, "only root and the router's own user may configure",
				 "enable: permission denied");
	session_set_enabled(call->session, true);
	return CALL_DONE;
}

static enum call_status session_run_disable(struct call *call)
{
	session_set_enabled(call->session, false);
	return CALL_DONE;
}

static enum call_status session_run_configure(struct call *call)
{
	struct session *session = call->session;

	if (!session_is_enabled(session))
		return call_fail(call,
				 session->flags & SESSION_MAY_CONFIGURE
					 ? "type \"enable\" first"
					 : "only root and the router's own user may configure",
				 "configure terminal: permission denied");
	if (!session_is_script(session) && !session->json)
		buffer_add(call->out, "Enter configuration commands, one per line.  "
				      "End with CNTL/Z.\n");
	session_enter(session, MODE_CONFIG);
	return CALL_DONE;
}

static enum call_status session_run_quit(struct call *call)
{
	(void)call;
	return CALL_QUIT;
}

/** One level up: a sub-mode to configuration, that to exec. */
static enum call_status session_run_exit(struct call *call)
{
	enum cli_mode mode = session_mode(call->session);

	session_enter(call->session, mode == MODE_CONFIG ? MODE_EXEC : MODE_CONFIG);
	return CALL_DONE;
}

static enum call_status session_run_end(struct call *call)
{
	session_enter(call->session, MODE_EXEC);
	return CALL_DONE;
}

static enum call_status session_run_length(struct call *call)
{
	session_set_page_length(call->session, (unsigned int)call_number(call, "lines"));
	return CALL_DONE;
}

static enum call_status session_run_hints(struct call *call)
{
	session_set_hints(call->session, call_word(call, "enable") != NULL);
	return CALL_DONE;
}

static enum call_status session_run_do_line(struct call *call)
{
	session_set_follow(call->session, SESSION_FOLLOW_DO);
	return CALL_DONE;
}

static enum call_status session_run_set(struct call *call)
{
	session_set_follow(call->session, SESSION_FOLLOW_SET);
	return CALL_DONE;
}

static enum call_status session_run_unset(struct call *call)
{
	session_set_follow(call->session, SESSION_FOLLOW_UNSET);
	return CALL_DONE;
}

static enum call_status session_run_help(struct call *call)
{
	buffer_add(
		call->out,
		"Type ? at any point of a line for what may stand there, TAB to complete a word.\n"
		"A word may be shortened as long as no other fits.\n"
		"\n"
		"  show ?               what can be looked at\n"
		"  configure terminal   change the configuration; \"end\" leaves, \"do\" runs a "
		"command from there\n"
		"  set LINE             one configuration line: set interface Tap1 bridge-group 1\n"
		"  unset LINE           and its opposite\n"
		"  no LINE              in configuration: takes a line back\n"
		"  write memory         keep the configuration for the next start\n"
		"  show ... | json      any show as JSON; also | include, exclude, begin, section, "
		"count\n");
	return CALL_DONE;
}

/* What every configuration mode has. */
#define SESSION_IN_MODE(in)                                                                        \
	{.mode = (in),                                                                             \
	 .path = "do <line:line>",                                                                 \
	 .help = "Run a command of the exec level.",                                               \
	 .run = session_run_do_line},                                                              \
		{.mode = (in),                                                                     \
		 .path = "exit",                                                                   \
		 .help = "Leave this mode for the one above.",                                     \
		 .run = session_run_exit},                                                         \
		{.mode = (in),                                                                     \
		 .path = "end",                                                                    \
		 .help = "Leave configuration.",                                                   \
		 .run = session_run_end},                                                          \
	{                                                                                          \
		.mode = (in), .path = "help", .help = "Say how help works.",                       \
		.run = session_run_help                                                            \
	}

static const struct command session_commands[] = {
	{.mode = MODE_EXEC,
	 .path = "enable",
	 .help = "Take the rights to change things.",
	 .flags = COMMAND_LOOK | COMMAND_EXEC_ONLY,
	 .run = session_run_enable},
	{.mode = MODE_EXEC,
	 .path = "disable",
	 .help = "Give up the rights to change things.",
	 .flags = COMMAND_LOOK | COMMAND_EXEC_ONLY,
	 .run = session_run_disable},
	{.mode = MODE_EXEC,
	 .path = "configure terminal",
	 .help = "Enter configuration.",
	 .flags = COMMAND_LOOK | COMMAND_EXEC_ONLY,
	 .run = session_run_configure},
	{.mode = MODE_EXEC,
	 .path = "exit",
	 .help = "Leave the shell.",
	 .flags = COMMAND_LOOK | COMMAND_EXEC_ONLY,
	 .run = session_run_quit},
	{.mode = MODE_EXEC,
	 .path = "quit",
	 .help = "Leave the shell.",
	 .flags = COMMAND_LOOK | COMMAND_EXEC_ONLY,
	 .run = session_run_quit},
	{.mode = MODE_EXEC,
	 .path = "logout",
	 .help = "Leave the shell.",
	 .flags = COMMAND_LOOK | COMMAND_EXEC_ONLY,
	 .run = session_run_quit},
	{.mode = MODE_EXEC,
	 .path = "terminal length <lines:0-512>",
	 .help = "Lines of a page; 0 prints without pause.",
	 .flags = COMMAND_LOOK,
	 .run = session_run_length},
	{.mode = MODE_EXEC,
	 .path = "terminal hints {enable|disable}",
	 .help = "Whether errors are followed by a hint.",
	 .flags = COMMAND_LOOK,
	 .run = session_run_hints},
	{.mode = MODE_EXEC,
	 .path = "set <line:line>",
	 .help = "One configuration line, flat: set interface Tap1 bridge-group 1.",
	 .flags = COMMAND_EXEC_ONLY,
	 .run = session_run_set},
	{.mode = MODE_EXEC,
	 .path = "unset <line:line>",
	 .help = "The opposite of set: the line with \"no\" on its last part.",
	 .flags = COMMAND_EXEC_ONLY,
	 .run = session_run_unset},
	{.mode = MODE_EXEC,
	 .path = "help",
	 .help = "Say how help works.",
	 .flags = COMMAND_LOOK,
	 .run = session_run_help},
	SESSION_IN_MODE(MODE_CONFIG),
	SESSION_IN_MODE(MODE_INTERFACE),
	SESSION_IN_MODE(MODE_DHCP_POOL),
	SESSION_IN_MODE(MODE_STANDARD_ACL),
	SESSION_IN_MODE(MODE_EXTENDED_ACL),
};

static const struct word_help session_words[] = {
	{"configure", "Change the configuration"},
	{"configure terminal", "Line by line, from here"},
	{"terminal", "Settings of this terminal"},
	{"terminal length", "Lines of a page"},
	{"terminal length <lines>", "Lines of a page; 0 prints without pause"},
	{"terminal hints", "Whether errors are followed by a hint"},
	{"terminal hints enable", "Errors are followed by a hint"},
	{"terminal hints disable", "Errors are one line, as in IOS"},
	{"do <line>", "A command of the exec level"},
	{"set <line>", "A line of the configuration"},
	{"unset <line>", "A line of the configuration"},
	{"no", "Negate a command or set its default"},
	{"default", "Set a command to its default"},
};

const struct command_family session_family = {
	.title = "The session",
	.commands = session_commands,
	.command_count = ARRAY_COUNT(session_commands),
	.words = session_words,
	.word_count = ARRAY_COUNT(session_words),
};
