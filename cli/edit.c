/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Editing the configuration. A line is matched in its mode and run on the candidate, a copy of the
 * configuration in force. In an interactive session each line is checked and applied by itself, and
 * the candidate is made anew for the next one; in a script the candidate grows until the commit,
 * and if the running configuration was changed by somebody else meanwhile the commit is refused,
 * for it would undo that change unseen.
 *
 * SESSION_CHECK does all of it but the applying; what would run by then is kept in `supposed`.
 */
#include <stdio.h>
#include <strings.h>

#include "cli/session_state.h"

const struct config *session_config(const struct session *session)
{
	if (session->editing)
		return &session->candidate;
	return session->checked ? &session->supposed : session->world->running;
}

bool session_edit_begin(struct session *session)
{
	const struct config *from = session_config(session);

	if (session->editing)
		return true;
	config_init(&session->candidate);
	config_init(&session->base);
	if (config_copy(&session->candidate, from) < 0 ||
	    (session_is_script(session) && config_copy(&session->base, from) < 0)) {
		config_fini(&session->candidate);
		config_fini(&session->base);
		session_error_say(session, NULL, "Out of memory");
		return false;
	}
	session->editing = true;
	return true;
}

void session_edit_drop(struct session *session)
{
	if (!session->editing)
		return;
	config_fini(&session->candidate);
	config_fini(&session->base);
	session->editing = false;
}

/* ---- matching --------------------------------------------------------------------------- */

static void session_edit_match_in(const struct session *session, enum cli_mode mode, size_t from,
				  enum match_flags flags, struct match *match)
{
	match_run(&(struct match_query){session->grammar, mode, flags, session->line, from,
					strlen(session->line)},
		  match);
}

/** Skips `no` or `default`, written out. Return: whether it stood there. */
static bool session_edit_negation(const char *line, size_t *from)
{
	size_t at = *from + strspn(line + *from, " \t");
	size_t len = strcspn(line + at, " \t");

	if ((len == 2 && strncasecmp(line + at, "no", len) == 0) ||
	    (len == 7 && strncasecmp(line + at, "default", len) == 0)) {
		*from = at + len;
		return true;
	}
	return false;
}

void session_edit_match(const struct session *session, enum cli_mode mode, size_t from, bool *no,
			struct match *match)
{
	enum match_flags flags;

	if (!*no)
		*no = session_edit_negation(session->line, &from);
	flags = *no ? MATCH_NO : 0;
	session_edit_match_in(session, mode, from, flags, match);
	if (match->kind != MATCH_FOUND && mode != MODE_CONFIG) {
		struct match above;

		session_edit_match_in(session, MODE_CONFIG, from, flags, &above);
		/* of two errors, that of the mode which understood more of the line */
		if (above.kind == MATCH_FOUND || above.word > match->word) {
			struct match swap = *match;

			*match = above;
			above = swap;
		}
		match_fini(&above);
	}
}

/* ---- running a line on the candidate ---------------------------------------------------- */

/** Whether `default` stands before the command, which then takes a setting back. */
static bool session_edit_is_default(const struct match *match)
{
	size_t end = match->words.at[0].at;

	while (end > 0 && strchr(" \t", match->line[end - 1]))
		end--;
	return end >= 7 && strncasecmp(match->line + end - 7, "default", 7) == 0 &&
	       (end == 7 || strchr(" \t", match->line[end - 8]));
}

bool session_edit_call(struct session *session, const struct match *match, bool no)
{
	struct call *call = &session->call;
	enum cli_mode before = session->place.mode;

	if (!session_edit_begin(session))
		return false;
	*call = (struct call){.session = session,
			      .world = session->world,
			      .candidate = &session->candidate,
			      .out = &session->text,
			      .no = no,
			      .by_default = no && session_edit_is_default(match)};
	match_fill(match, call);
	session->error.set = false;
	assert(call->row->run);
	if (call->row->mode == MODE_CONFIG) /* a global command ends a sub-mode, as in IOS */
		session_enter(session, MODE_CONFIG);
	switch (call->row->run(call)) {
	case CALL_DONE: return true;
	case CALL_FAILED: session_enter(session, before); break;
	case CALL_WAIT:
	case CALL_QUIT: assert(!"a configuration line neither waits nor quits"); break;
	}
	if (!session->error.set)
		session_error_say(session, NULL, "The command failed");
	return false;
}

/** The longest beginning of the line at @from, short of the whole, that is a command of
 * MODE_CONFIG. */
static bool session_edit_flat_prefix(const struct session *session, size_t from, size_t to,
				     struct match *match)
{
	for (;;) {
		while (to > from && !strchr(" \t", session->line[to - 1]))
			to--;
		while (to > from && strchr(" \t", session->line[to - 1]))
			to--;
		if (to <= from)
			return false;
		match_run(&(struct match_query){session->grammar, MODE_CONFIG, 0, session->line,
						from, to},
			  match);
		if (match->kind == MATCH_FOUND && match->row->command->section != SECTION_NONE)
			return true;
		match_fini(match);
	}
}

/**
 * Enters the mode in which the rest of a flat line stands, on the candidate.
 * Return: whether there is one; the session is then in it, and *@from is where the rest begins.
 */
static bool session_edit_flat_enter(struct session *session, size_t *from)
{
	struct match match;
	bool entered;

	if (!session_edit_flat_prefix(session, *from, strlen(session->line), &match))
		return false;
	entered = session_edit_call(session, &match, false) && session->place.mode != MODE_EXEC &&
		  session->place.mode != MODE_CONFIG;
	*from = match.end;
	match_fini(&match);
	return entered;
}

enum cli_mode session_edit_flat_mode(struct session *session, size_t *rest)
{
	struct session_place place = session->place;
	struct config saved = {0};
	bool editing = session->editing;
	enum cli_mode mode = MODE_CONFIG;
	size_t from = *rest;

	if (editing && config_copy(&saved, &session->candidate) < 0)
		return mode;
	session->place.mode = MODE_EXEC;
	if (session_edit_flat_enter(session, &from)) {
		mode = session->place.mode;
		*rest = from;
	}
	session->place = place;
	session->error.set = false;
	buffer_clear(&session->text);
	if (editing) {
		config_fini(&session->candidate);
		session->candidate = saved;
	} else {
		session_edit_drop(session);
	}
	return mode;
}

/** The parts of session_edit_flat() without its way back. */
static bool session_edit_flat_run(struct session *session, size_t from, bool no)
{
	struct match match, part;
	bool negated = no, ok = false;

	session_edit_match(session, MODE_CONFIG, from, &negated, &match);
	if (match.kind == MATCH_FOUND) {
		ok = match.row->command->section != SECTION_NONE &&
		     session_edit_call(session, &match, negated);
		if (match.row->command->section == SECTION_NONE)
			session_error_say(session, NULL, "Not a line of the configuration");
	} else if (negated == no && session_edit_flat_enter(session, &from)) {
		session_edit_match(session, session->place.mode, from, &no, &part);
		if (part.kind == MATCH_FOUND)
			ok = session_edit_call(session, &part, no);
		else
			session_error_match(session, &part);
		match_fini(&part);
	} else if (!session->error.set) {
		session_error_match(session, &match);
	}
	match_fini(&match);
	return ok;
}

bool session_edit_flat(struct session *session, size_t from, bool no)
{
	struct session_place place = session->place;
	struct config saved = {0};
	bool ok;

	session->error.set = false;
	if (!session_edit_begin(session))
		return false;
	if (config_copy(&saved, &session->candidate) < 0) {
		session_error_say(session, NULL, "Out of memory");
		return false;
	}
	session->place.mode = MODE_EXEC;
	ok = session_edit_flat_run(session, from, no);
	session->place = place;
	if (ok) {
		config_fini(&saved);
	} else {
		config_fini(&session->candidate);
		session->candidate = saved;
	}
	return ok;
}

/* ---- applying --------------------------------------------------------------------------- */

/** The candidate cannot be applied: it is dropped, and the session stands where it did before. */
static enum session_status session_edit_fail(struct session *session, struct buffer *out)
{
	session_edit_drop(session);
	if (!session_is_script(session))
		session->place = session->place_before;
	session->again = false;
	return session_error_print(session, out);
}

/** SESSION_CHECK: the candidate is what would run now. */
static void session_edit_suppose(struct session *session)
{
	if (session->checked)
		config_fini(&session->supposed);
	session->supposed = session->candidate;
	session->checked = true;
	config_init(&session->candidate);
	session_edit_drop(session);
}

/** Errors with which the world refuses an effect at once. */
static const char *session_edit_errno(int status)
{
	return status == -EBUSY ? "another session's change is being applied; try again"
				: strerror(-status);
}

enum session_status session_edit_apply(struct session *session, struct buffer *out)
{
	const struct world *world = session->world;
	struct config_error error = {0};
	int status;

	if (!session->editing)
		return SESSION_DONE;
	if (config_equal(&session->candidate,
			 session->checked ? &session->supposed : world->running)) {
		session_edit_drop(session);
		return SESSION_DONE;
	}
	if (session_is_script(session) && !session->checked &&
	    !config_equal(&session->base, world->running)) {
		session_error_say(session, "nothing was changed; run it again",
				  "The configuration was changed by somebody else meanwhile");
		return session_edit_fail(session, out);
	}
	if (config_check(&session->candidate, &error) < 0) {
		session_error_say(session, NULL, "%s", error.text);
		return session_edit_fail(session, out);
	}
	if (session->flags & SESSION_CHECK) {
		session_edit_suppose(session);
		return SESSION_DONE;
	}
	status = world->effects->apply(world->context, session, &session->candidate);
	if (status < 0) {
		session_error_say(session, NULL, "The configuration cannot be applied: %s",
				  session_edit_errno(status));
		return session_edit_fail(session, out);
	}
	session->due = SESSION_DUE_APPLY;
	return SESSION_WAIT;
}

enum session_status session_edit_applied(struct session *session, int status, const char *message,
					 struct buffer *out)
{
	if (status < 0) {
		session_error_say(session, NULL, "%s",
				  message && *message ? message : session_edit_errno(status));
		return session_edit_fail(session, out);
	}
	session_edit_drop(session);
	return SESSION_DONE;
}
