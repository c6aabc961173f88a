/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session: lines in, text out. A line is matched in the session's mode. In a script two bridges
 * lead from one level to the other: a configuration line at the exec level begins configuration,
 * and a line that only the exec level knows ends it, which commits what was collected; the line
 * itself runs when that is done (`again`).
 *
 * One thing at a time: while an effect or output is due (`due`) no line is taken.
 */
#include "cli/session.h"

#include <stdio.h>
#include <strings.h>

#include "cli/session_state.h"

struct session *session_new(const struct world *world, enum session_flags flags)
{
	struct session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->grammar = grammar_shared();
	if (!session->grammar) {
		free(session);
		return NULL;
	}
	session->world = world;
	session->flags = flags;
	session->page_length = 24;
	return session;
}

void session_free(struct session *session)
{
	if (!session)
		return;
	report_stop(&session->report);
	pipe_free(session->pipe);
	session_edit_drop(session);
	if (session->checked)
		config_fini(&session->supposed);
	buffer_free(&session->text);
	free(session->line);
	free(session);
}

/* ---- state ------------------------------------------------------------------------------ */

bool session_is_script(const struct session *session)
{
	return session->flags & SESSION_SCRIPT;
}

bool session_is_enabled(const struct session *session)
{
	return session->flags & SESSION_MAY_CONFIGURE && !session->lowered;
}

void session_set_enabled(struct session *session, bool enabled)
{
	session->lowered = !enabled;
}

void session_set_hints(struct session *session, bool hints)
{
	session->no_hints = !hints;
}

void session_set_page_length(struct session *session, unsigned int lines)
{
	session->page_length = lines;
}

unsigned int session_page_length(const struct session *session)
{
	return session->page_length;
}

uint32_t session_debug(const struct session *session)
{
	return session->debug;
}

void session_set_debug(struct session *session, uint32_t mask)
{
	session->debug = mask;
}

bool session_monitors(const struct session *session)
{
	return session->monitors;
}

void session_set_monitor(struct session *session, bool on)
{
	session->monitors = on;
}

bool session_is_json(const struct session *session)
{
	return session->flags & SESSION_JSON;
}

void session_set_follow(struct session *session, enum session_follow follow)
{
	session->follow = follow;
}

void session_enter(struct session *session, enum cli_mode mode)
{
	session->place.mode = mode;
}

enum cli_mode session_mode(const struct session *session)
{
	return session->place.mode;
}

void session_set_interface(struct session *session, struct interface_id id)
{
	session->place.interface = id;
}

struct interface_id session_interface(const struct session *session)
{
	return session->place.interface;
}

void session_set_pool(struct session *session, const char *name)
{
	snprintf(session->place.pool, sizeof(session->place.pool), "%s", name);
}

const char *session_pool(const struct session *session)
{
	return session->place.pool;
}

void session_set_acl(struct session *session, const char *name)
{
	snprintf(session->place.acl, sizeof(session->place.acl), "%s", name);
}

const char *session_acl(const struct session *session)
{
	return session->place.acl;
}

void session_set_done_text(struct session *session, const char *text)
{
	snprintf(session->done_text, sizeof(session->done_text), "%s", text);
}

const char *session_redirect(const struct session *session, const char **how)
{
	if (how)
		*how = NULL;
	return session->pipe ? pipe_file(session->pipe, how) : NULL;
}

void session_prompt(const struct session *session, struct buffer *out)
{
	buffer_add(out, session->world->running->hostname);
	switch (session->place.mode) {
	case MODE_EXEC: buffer_add(out, session_is_enabled(session) ? "#" : ">"); break;
	case MODE_CONFIG: buffer_add(out, "(config)#"); break;
	case MODE_INTERFACE: buffer_add(out, "(config-if)#"); break;
	case MODE_DHCP_POOL: buffer_add(out, "(dhcp-config)#"); break;
	case MODE_STANDARD_ACL: buffer_add(out, "(config-std-nacl)#"); break;
	case MODE_EXTENDED_ACL: buffer_add(out, "(config-ext-nacl)#"); break;
	case MODE_COUNT: break;
	}
}

/* ---- output ----------------------------------------------------------------------------- */

/** Hands @text on, through the line's pipe if it has one. */
static void session_put(struct session *session, const struct buffer *text, struct buffer *out)
{
	if (session->pipe)
		pipe_feed(session->pipe, buffer_text(text), text->len, out);
	else
		buffer_add_bytes(out, buffer_text(text), text->len);
}

/** What handlers printed goes out; as JSON, where JSON is wanted, in an object at the end. */
static void session_flush(struct session *session, bool end, struct buffer *out)
{
	struct buffer *text = &session->text;

	if (session->json && !end)
		return;
	if (session->json && text->len > 0) {
		json_t *object = json_pack("{s:s}", "output", buffer_text(text));
		char *dumped = object ? json_dumps(object, JSON_COMPACT) : NULL;

		buffer_clear(text);
		if (dumped)
			buffer_printf(text, "%s\n", dumped);
		free(dumped);
		json_decref(object);
	}
	session_put(session, text, out);
	buffer_clear(text);
	if (end && session->pipe)
		pipe_end(session->pipe, out);
}

/** The next piece of a show. */
static enum session_status session_next_piece(struct session *session, struct buffer *out)
{
	enum report_status status = report_next(&session->report, &session->text);

	session_put(session, &session->text, out);
	buffer_clear(&session->text);
	session->due = SESSION_DUE_NOTHING;
	switch (status) {
	case REPORT_MORE: session->due = SESSION_DUE_OUTPUT; return SESSION_MORE;
	case REPORT_END:
		if (session->pipe)
			pipe_end(session->pipe, out);
		return SESSION_DONE;
	case REPORT_NOTHING:
		session_error_say(session, "the same command without it lists what there is",
				  "There is no %s here", session->call.args[0].text);
		break;
	case REPORT_NO_MEMORY: session_error_say(session, NULL, "Out of memory"); break;
	}
	return session_error_print(session, out);
}

enum session_status session_more(struct session *session, struct buffer *out)
{
	if (session->due != SESSION_DUE_OUTPUT)
		return SESSION_DONE;
	return session_next_piece(session, out);
}

void session_stop(struct session *session)
{
	if (session->due != SESSION_DUE_OUTPUT)
		return;
	report_stop(&session->report);
	session->due = SESSION_DUE_NOTHING;
}

/* ---- the exec level --------------------------------------------------------------------- */

void session_match_exec(const struct session *session, size_t from, size_t to, bool through_do,
			struct match *match)
{
	enum match_flags flags = 0;

	if (!session_is_enabled(session))
		flags |= MATCH_LOOK;
	if (through_do)
		flags |= MATCH_THROUGH_DO;
	match_run(
		&(struct match_query){session->grammar, MODE_EXEC, flags, session->line, from, to},
		match);
}

/** Parses the pipe at @at. Return: whether it is fine; else the error is set. */
static bool session_take_pipe(struct session *session, size_t at)
{
	struct pipe_error refused;

	pipe_free(session->pipe);
	session->pipe = NULL;
	if (!session->line[at])
		return true;
	session->pipe = pipe_new(session->line, at, &refused);
	if (!session->pipe) {
		bool invalid = refused.text[0] == '\0';

		session_error_say(session,
				  invalid ? "after | comes include, exclude, begin, section, "
					    "count, json, redirect, append or tee"
					  : NULL,
				  "%s",
				  invalid ? "Invalid input detected at '^' marker." : refused.text);
		session->error.caret = invalid;
		session->error.has_column = true;
		session->error.column = refused.column;
		return false;
	}
	session->json = session->json || pipe_wants_json(session->pipe);
	if (session->json && pipe_filters(session->pipe)) {
		session_error_say(session, "leave the filter out, or the JSON",
				  "Lines of JSON cannot be filtered");
		return false;
	}
	return true;
}

/** `set` or `unset`: the line from @from on. */
static enum session_status session_run_flat(struct session *session, size_t from, bool no,
					    struct buffer *out)
{
	enum session_status status;

	session->place_before = session->place;
	if (!session_edit_flat(session, from, no)) {
		if (!session_is_script(session))
			session_edit_drop(session);
		return session_error_print(session, out);
	}
	status = session_is_script(session) ? SESSION_DONE : session_edit_apply(session, out);
	return status;
}

/** SESSION_CHECK: whether a command would change something outside the session. */
static bool session_would_change(const struct match *match)
{
	const struct command *command = match->row->command;

	return match->row->family != &session_family && command->run &&
	       !(command->flags & COMMAND_LOOK);
}

/** After a handler of the exec level. */
static enum session_status session_ran_exec(struct session *session, const struct match *match,
					    enum call_status status, struct buffer *out)
{
	enum session_follow follow = session->follow;

	session->follow = SESSION_FOLLOW_NONE;
	if (status == CALL_FAILED && session->json)
		buffer_clear(&session->text);
	session_flush(session, status != CALL_WAIT, out);
	switch (status) {
	case CALL_DONE: break;
	case CALL_FAILED: return session_error_print(session, out);
	case CALL_WAIT: session->due = SESSION_DUE_EFFECT; return SESSION_WAIT;
	case CALL_QUIT: return SESSION_QUIT;
	}
	if (follow == SESSION_FOLLOW_SET || follow == SESSION_FOLLOW_UNSET)
		return session_run_flat(session, match->words.at[1].at,
					follow == SESSION_FOLLOW_UNSET, out);
	return SESSION_DONE;
}

static enum session_status session_run_exec(struct session *session, const struct match *match,
					    struct buffer *out)
{
	struct call *call = &session->call;
	enum session_status shown;
	enum call_status status;

	if (session->flags & SESSION_CHECK && session_would_change(match))
		return SESSION_DONE;
	*call = (struct call){.session = session, .world = session->world, .out = &session->text};
	match_fill(match, call);
	session->error.set = false;
	if (call->row->run) {
		status = call->row->run(call);
		if (!call->row->show || status != CALL_DONE)
			return session_ran_exec(session, match, status, out);
	}
	report_begin(&session->report, call, session->json);
	shown = session_next_piece(session, out);
	json_decref(call->answer);
	call->answer = NULL;
	return shown;
}

/** Whether a command of the exec level leaves the collected configuration open. */
static bool session_keeps_candidate(const struct match *match)
{
	const char *path = match->row->command->path;

	return match->row->family == &session_family &&
	       (strncmp(path, "set ", 4) == 0 || strncmp(path, "unset ", 6) == 0);
}

/**
 * A line that is not configuration, in a script that has collected some: that is applied first,
 * and the line runs when it is done.
 */
static enum session_status session_commit_first(struct session *session, struct buffer *out)
{
	enum session_status status = session_edit_apply(session, out);

	if (status == SESSION_WAIT)
		session->again = true;
	return status;
}

/** A matched line of the exec level, its pipe at @pipe_at. */
static enum session_status session_do_exec(struct session *session, const struct match *match,
					   size_t pipe_at, struct buffer *out)
{
	if (!session_take_pipe(session, pipe_at))
		return session_error_print(session, out);
	if (session->editing && !session_keeps_candidate(match)) {
		enum session_status status = session_commit_first(session, out);

		if (status != SESSION_DONE)
			return status;
	}
	return session_run_exec(session, match, out);
}

/* ---- configuration ---------------------------------------------------------------------- */

/** `do LINE`: the exec level's line, and back. */
static enum session_status session_run_do(struct session *session, size_t from, struct buffer *out)
{
	size_t pipe_at = pipe_find(session->line, from);
	struct match match;
	enum session_status status;

	session_match_exec(session, from, pipe_at, true, &match);
	if (match.kind == MATCH_FOUND) {
		status = session_do_exec(session, &match, pipe_at, out);
	} else {
		session_error_match(session, &match);
		status = session_error_print(session, out);
	}
	match_fini(&match);
	return status;
}

/** Whether the row only moves the session about, and the candidate does not matter. */
static bool session_is_own(const struct match *match)
{
	return match->row->family == &session_family;
}

/** A row of the session's own, in configuration: do, exit, end, help. */
static enum session_status session_run_own(struct session *session, const struct match *match,
					   struct buffer *out)
{
	struct call *call = &session->call;
	enum call_status status;
	enum session_follow follow;

	*call = (struct call){.session = session, .world = session->world, .out = &session->text};
	match_fill(match, call);
	status = call->row->run(call);
	follow = session->follow;
	session->follow = SESSION_FOLLOW_NONE;
	session_flush(session, true, out);
	if (status != CALL_DONE)
		return session_error_print(session, out);
	if (follow == SESSION_FOLLOW_DO)
		return session_run_do(session, match->words.at[1].at, out);
	if (session->place.mode == MODE_EXEC && session->editing)
		return session_edit_apply(session, out);
	return SESSION_DONE;
}

static enum session_status session_run_config(struct session *session, const struct match *match,
					      bool no, struct buffer *out)
{
	bool ok;

	if (session_is_own(match))
		return session_run_own(session, match, out);
	session->place_before = session->place;
	ok = session_edit_call(session, match, no);
	session_flush(session, true, out);
	if (!ok) {
		session->place = session->place_before;
		if (!session_is_script(session))
			session_edit_drop(session);
		return session_error_print(session, out);
	}
	return session_is_script(session) ? SESSION_DONE : session_edit_apply(session, out);
}

/* ---- lines ------------------------------------------------------------------------------ */

/** At the exec level: its commands, and in a script those of configuration. */
static enum session_status session_dispatch_exec(struct session *session, size_t from,
						 struct buffer *out)
{
	size_t pipe_at = pipe_find(session->line, from);
	struct match match, config = {0};
	enum session_status status;
	bool no = false;

	session_match_exec(session, from, pipe_at, false, &match);
	if (match.kind == MATCH_FOUND) {
		status = session_do_exec(session, &match, pipe_at, out);
		match_fini(&match);
		return status;
	}
	if (session_is_script(session) && session_is_enabled(session))
		session_edit_match(session, MODE_CONFIG, from, &no, &config);
	if (config.line && config.kind == MATCH_FOUND) {
		session->place.mode = MODE_CONFIG;
		status = session_run_config(session, &config, no, out);
	} else {
		bool further = config.line && (config.word > match.word || no);

		session_error_match(session, further ? &config : &match);
		status = session_error_print(session, out);
	}
	match_fini(&config);
	match_fini(&match);
	return status;
}

/** In configuration: its commands, and in a script those of the exec level, which end it. */
static enum session_status session_dispatch_config(struct session *session, size_t from,
						   struct buffer *out)
{
	struct match match, exec = {0};
	size_t pipe_at = pipe_find(session->line, from);
	enum session_status status;
	bool no = false;

	session_edit_match(session, session->place.mode, from, &no, &match);
	if (match.kind == MATCH_FOUND) {
		status = session_run_config(session, &match, no, out);
		match_fini(&match);
		return status;
	}
	if (session_is_script(session))
		session_match_exec(session, from, pipe_at, false, &exec);
	if (exec.line && exec.kind == MATCH_FOUND) {
		session->place.mode = MODE_EXEC;
		status = session_do_exec(session, &exec, pipe_at, out);
	} else {
		bool further = exec.line && exec.word > match.word;

		session_error_match(session, further ? &exec : &match);
		status = session_error_print(session, out);
	}
	match_fini(&exec);
	match_fini(&match);
	return status;
}

enum session_status session_dispatch(struct session *session, size_t from, struct buffer *out)
{
	if (session->place.mode == MODE_EXEC)
		return session_dispatch_exec(session, from, out);
	return session_dispatch_config(session, from, out);
}

/** Whether the line may be looked at at all; else the error is set. */
static bool session_line_is_sane(struct session *session)
{
	const char *line = session->line;
	json_t *utf8;

	if (strlen(line) > SESSION_LINE_MAX) {
		session->line[0] = '\0';
		session_error_say(session, NULL, "The line is longer than %d characters",
				  SESSION_LINE_MAX);
		return false;
	}
	for (size_t i = 0; line[i]; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c >= ' ' && c != 0x7f) || c == '\t')
			continue;
		session->line[i] = '\0';
		session_error_say(session, NULL, "The line holds a control character, code %u", c);
		session->error.has_column = true;
		session->error.column = i;
		return false;
	}
	utf8 = json_string(line);
	if (utf8) {
		json_decref(utf8);
		return true;
	}
	session->line[0] = '\0';
	session_error_say(session, NULL, "The line is not valid UTF-8");
	return false;
}

/** Takes over the line without its trailing blanks. Return: whether there was memory. */
static bool session_take_line(struct session *session, const char *line)
{
	size_t len = strlen(line);

	while (len > 0 && strchr(" \t\r\n", line[len - 1]))
		len--;
	free(session->line);
	session->line = strndup(line, len);
	session->json = session->flags & SESSION_JSON;
	session->again = false;
	session->error.set = false;
	session->done_text[0] = '\0';
	pipe_free(session->pipe);
	session->pipe = NULL;
	buffer_clear(&session->text);
	return session->line != NULL;
}

enum session_status session_run(struct session *session, const char *line, struct buffer *out)
{
	const char *text;

	assert(session->due == SESSION_DUE_NOTHING);
	if (!session_take_line(session, line)) {
		session_error_say(session, NULL, "Out of memory");
		return session_error_print(session, out);
	}
	text = session->line + strspn(session->line, " \t");
	if (!session_line_is_sane(session))
		return session_error_print(session, out);
	if (*text == '\0' || *text == '!' || strncmp(text, "#!", 2) == 0)
		return SESSION_DONE;
	return session_dispatch(session, 0, out);
}

/** A line of a configuration text that only moves the session about. */
static bool session_read_own(struct session *session, const struct match *match)
{
	struct call *call = &session->call;

	*call = (struct call){.session = session, .world = session->world, .out = &session->text};
	match_fill(match, call);
	call->row->run(call);
	if (session->follow != SESSION_FOLLOW_NONE) {
		session->follow = SESSION_FOLLOW_NONE;
		session_error_say(session, NULL, "Not a line of a configuration");
		return false;
	}
	if (session->place.mode == MODE_EXEC)
		session->place.mode = MODE_CONFIG;
	return true;
}

/** Whether a line leads from the exec level to configuration: `enable`, `configure terminal`. */
static bool session_leads_in(const struct session *session)
{
	struct match match;
	bool leads;

	session_match_exec(session, 0, strlen(session->line), false, &match);
	leads = match.kind == MATCH_FOUND && match.row->family == &session_family &&
		(strcmp(match.row->command->path, "enable") == 0 ||
		 strcmp(match.row->command->path, "configure terminal") == 0);
	match_fini(&match);
	return leads;
}

bool session_read_line(struct session *session, const char *line)
{
	struct match match;
	const char *text;
	bool no = false, ok;

	if (!session_take_line(session, line)) {
		session_error_say(session, NULL, "Out of memory");
		return false;
	}
	if (!session_line_is_sane(session))
		return false;
	text = session->line + strspn(session->line, " \t");
	if (*text == '\0' || *text == '!' || strncmp(text, "#!", 2) == 0)
		return true;
	session_edit_match(session, session->place.mode, 0, &no, &match);
	if (match.kind == MATCH_FOUND) {
		ok = session_is_own(&match) ? session_read_own(session, &match)
					    : session_edit_call(session, &match, no);
	} else {
		ok = session_leads_in(session);
		if (!ok)
			session_error_match(session, &match);
	}
	match_fini(&match);
	return ok;
}

enum session_status session_commit(struct session *session, struct buffer *out)
{
	assert(session->due == SESSION_DUE_NOTHING);
	free(session->line);
	session->line = NULL;
	session->json = session->flags & SESSION_JSON;
	session->again = false;
	pipe_free(session->pipe); /* a file named by the last line is not this answer's */
	session->pipe = NULL;
	session->place.mode = MODE_EXEC;
	return session_edit_apply(session, out);
}

enum session_status session_resume(struct session *session, int status, const char *message,
				   struct buffer *out)
{
	enum session_due due = session->due;
	enum session_status applied;

	session->due = SESSION_DUE_NOTHING;
	if (due == SESSION_DUE_APPLY) {
		applied = session_edit_applied(session, status, message, out);
		if (applied != SESSION_DONE || !session->again)
			return applied;
		session->again = false;
		return session_dispatch(session, 0, out);
	}
	assert(due == SESSION_DUE_EFFECT);
	if (status < 0) {
		buffer_clear(&session->text);
		session_error_say(session, NULL, "%s",
				  message && *message ? message : strerror(-status));
		return session_error_print(session, out);
	}
	buffer_add(&session->text, session->done_text);
	session_flush(session, true, out);
	return SESSION_DONE;
}
