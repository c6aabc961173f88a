/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors: IOS's first line to the byte, then one line of ours that names the way out. In a JSON
 * session both are fields of an object.
 */
#include "cli/complaint.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "cli/arg.h"
#include "cli/session_state.h"

enum { WORD_MAX = 40, LISTED_MAX = 12, NAMES_MAX = 64, NAME_SIZE = 48, CHAIN_MAX = 16 };

unsigned int complaint_distance(const char *a, const char *b, unsigned int limit)
{
	unsigned int rows[3][WORD_MAX + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return limit + 1;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned int *row = rows[i % 3], *above = rows[(i + 2) % 3];
		const unsigned int *second = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_len; j++) {
			int ca = tolower((unsigned char)a[i - 1]);
			int cb = tolower((unsigned char)b[j - 1]);
			unsigned int best = above[j - 1] + (ca != cb);

			best = MIN(best, MIN(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
			    cb == tolower((unsigned char)a[i - 2]))
				best = MIN(best, second[j - 2] + 1);
			row[j] = best;
		}
	}
	return MIN(rows[a_len % 3][b_len], limit + 1);
}

/** Takes a character off the end that snprintf() cut in two. */
static void complaint_mend(char *text)
{
	size_t len = strlen(text), at = len;

	while (at > 0 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
		at--;
	if (at == 0 || (unsigned char)text[at - 1] < 0xc0)
		return;
	unsigned char lead = (unsigned char)text[at - 1];
	size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

	if (len - at + 1 < wanted)
		text[at - 1] = '\0';
}

void complaint_text(const struct match *match, char *text, size_t size)
{
	const char *begin = match->line;
	size_t len = match->end, used;

	while (len > 0 && strchr(" \t", begin[len - 1]))
		len--;
	switch (match->kind) {
	case MATCH_AMBIGUOUS:
		if (match->words.count > 0) {
			begin += match->words.at[0].at;
			len -= match->words.at[0].at;
		}
		snprintf(text, size, "Ambiguous command:  \"%.*s", (int)MIN(len, size - 32), begin);
		complaint_mend(text);
		used = strlen(text);
		snprintf(text + used, size - used, "\"");
		break;
	case MATCH_INCOMPLETE: snprintf(text, size, "Incomplete command."); break;
	case MATCH_NO_MEMORY: snprintf(text, size, "Out of memory"); break;
	case MATCH_FOUND:
	case MATCH_INVALID: snprintf(text, size, "Invalid input detected at '^' marker."); break;
	}
}

/** Adds to @hint as much of it as there is room for, never half a character. */
static void complaint_add(char *hint, size_t size, const char *text)
{
	size_t used = strlen(hint), len = MIN(strlen(text), size - 1 - used);

	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	memcpy(hint + used, text, len);
	hint[used + len] = '\0';
}

/** The keyword nearest to the word that failed; NULL: none is near. */
static const char *complaint_nearest(const struct match *match, const char *word)
{
	unsigned int limit = strlen(word) < 3 ? 1 : strlen(word) < 8 ? 2 : 3;
	const char *nearest = NULL;

	vec_each (&match->expected, next) {
		unsigned int distance;

		if (next->node->kind != GRAMMAR_WORD)
			continue;
		distance = complaint_distance(word, next->node->text, limit);
		if (distance <= limit && distance < strlen(next->node->text)) {
			/* a nearer one must be strictly nearer; the first of equals stays */
			limit = distance == 0 ? 0 : distance - 1;
			nearest = next->node->text;
		}
	}
	return nearest;
}

/** What an item is called, into @text. */
static void complaint_name(const struct match_next *next, char *text, size_t size)
{
	if (next->node->kind == GRAMMAR_WORD)
		snprintf(text, size, "%s", next->node->text);
	else if (next->half)
		snprintf(text, size, "%s", next->node->type == ARG_PREFIX ? "A.B.C.D" : "<0-4095>");
	else
		grammar_arg_shown(next->node, text, size);
}

static int complaint_compare(const void *a, const void *b)
{
	return strcasecmp(a, b);
}

/** All that may stand there, in alphabetical order, parted by commas. */
static void complaint_list(const struct match *match, char *hint, size_t size)
{
	char names[NAMES_MAX][NAME_SIZE];
	unsigned int count = 0, listed = 0;

	vec_each (&match->expected, next) {
		if (next->node->kind != GRAMMAR_ACCEPT && count < NAMES_MAX)
			complaint_name(next, names[count++], NAME_SIZE);
	}
	qsort(names, count, NAME_SIZE, complaint_compare);
	for (unsigned int i = 0; i < count; i++) {
		if (i > 0 && strcasecmp(names[i], names[i - 1]) == 0)
			continue;
		if (listed > 0)
			complaint_add(hint, size, ", ");
		if (listed++ == LISTED_MAX) {
			complaint_add(hint, size, "…");
			return;
		}
		complaint_add(hint, size, names[i]);
	}
}

/** What is missing, with its help when it is one thing only. */
static void complaint_missing(const struct grammar *grammar, const struct match *match, char *hint,
			      size_t size)
{
	const char *chain[CHAIN_MAX];
	const struct match_next *only = NULL;
	const char *help;
	char own[64], text[120];

	complaint_add(hint, size, "missing: ");
	complaint_list(match, hint, size);
	vec_each (&match->expected, next) {
		if (only)
			return;
		only = next;
	}
	if (!only)
		return;
	if (only->half) {
		complaint_add(hint, size,
			      only->node->type == ARG_PREFIX ? " - Network mask"
							     : " - Interface number");
		return;
	}
	help = grammar_word_help(grammar, chain,
				 match_chain(match, only, chain, CHAIN_MAX, own, sizeof(own)));
	if (!help && only->node->kind == GRAMMAR_ARG)
		help = arg_help(only->node, text, sizeof(text));
	if (help) {
		complaint_add(hint, size, " - ");
		complaint_add(hint, size, help);
	}
}

static void complaint_invalid(const struct match *match, char *hint, size_t size)
{
	const char *word = match->copy + match->words.at[match->word].at;
	const char *nearest = complaint_nearest(match, word);
	bool any = false;
	char text[120];

	if (nearest) {
		snprintf(text, sizeof(text), "did you mean \"%s\"?", nearest);
		complaint_add(hint, size, text);
		return;
	}
	vec_each (&match->expected, next) {
		const char *why = NULL;

		any = any || next->node->kind != GRAMMAR_ACCEPT;
		if (next->node->kind == GRAMMAR_ARG)
			why = arg_complaint(next->node, word, text, sizeof(text));
		if (why) {
			complaint_add(hint, size, why);
			return;
		}
	}
	if (any && match->expected.count <= NAMES_MAX) {
		complaint_add(hint, size, "expected: ");
		complaint_list(match, hint, size);
	} else if (any) {
		complaint_add(hint, size, "type ? for what may stand here");
	} else if (match->word > 0) {
		complaint_add(hint, size, "the command ends before this word");
	}
}

void complaint_hint(const struct grammar *grammar, const struct match *match, char *hint,
		    size_t size)
{
	hint[0] = '\0';
	switch (match->kind) {
	case MATCH_AMBIGUOUS: complaint_list(match, hint, size); break;
	case MATCH_INCOMPLETE: complaint_missing(grammar, match, hint, size); break;
	case MATCH_INVALID: complaint_invalid(match, hint, size); break;
	case MATCH_FOUND:
	case MATCH_NO_MEMORY: break;
	}
}

/* ---- a session's error ------------------------------------------------------------------ */

void session_error_set(struct session *session, const char *hint, const char *format, va_list args)
{
	struct session_error *error = &session->error;
	static const char prefix[] = "Hint: ";

	*error = (struct session_error){.set = true};
	vsnprintf(error->text, sizeof(error->text), format, args);
	complaint_mend(error->text);
	if (hint && strncmp(hint, prefix, sizeof(prefix) - 1) == 0)
		hint += sizeof(prefix) - 1;
	if (hint)
		complaint_add(error->hint, sizeof(error->hint), hint);
}

void session_error_say(struct session *session, const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	session_error_set(session, hint, format, args);
	va_end(args);
}

/** Whether the same line would do elsewhere; then says where. */
static const char *session_error_elsewhere(const struct session *session, const struct match *match)
{
	size_t from = match->words.count ? match->words.at[0].at : 0;
	struct match other;
	const char *hint = NULL;
	bool no = false;

	if (session->place.mode == MODE_EXEC) {
		if (!session_is_enabled(session)) {
			match_run(&(struct match_query){session->grammar, MODE_EXEC, 0,
							session->line, from, match->end},
				  &other);
			if (other.kind == MATCH_FOUND)
				hint = session->flags & SESSION_MAY_CONFIGURE
					       ? "type \"enable\" first"
					       : "only root and the router's own user may do this";
			match_fini(&other);
			return hint;
		}
		session_edit_match(session, MODE_CONFIG, from, &no, &other);
		if (other.kind == MATCH_FOUND)
			hint = "a configuration command: type \"configure terminal\" first, or "
			       "put \"set\" before it";
	} else {
		session_match_exec(session, from, pipe_find(session->line, from), true, &other);
		if (other.kind == MATCH_FOUND)
			hint = "not a configuration command: put \"do\" before it, or leave with "
			       "\"end\"";
	}
	match_fini(&other);
	return hint;
}

void session_error_match(struct session *session, const struct match *match)
{
	struct session_error *error = &session->error;
	const char *elsewhere = NULL;

	*error = (struct session_error){.set = true, .has_column = true};
	error->caret = match->kind == MATCH_INVALID;
	error->column = match->column;
	complaint_text(match, error->text, sizeof(error->text));
	complaint_hint(session->grammar, match, error->hint, sizeof(error->hint));
	if (match->kind == MATCH_INVALID)
		elsewhere = session_error_elsewhere(session, match);
	if (elsewhere)
		snprintf(error->hint, sizeof(error->hint), "%s", elsewhere);
}

static void session_error_print_json(const struct session *session, struct buffer *out)
{
	const struct session_error *error = &session->error;
	const char *hint = error->hint[0] && !session->no_hints ? error->hint : NULL;
	json_t *object;
	char *text;

	object = json_pack("{s:{s:s,s:s?,s:s?,s:o}}", "error", "message", error->text, "hint", hint,
			   "line", session->line, "column",
			   error->has_column ? json_integer((json_int_t)error->column + 1)
					     : json_null());
	text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	buffer_add(out, text ? text : "{\"error\":{\"message\":\"out of memory\"}}");
	buffer_add(out, "\n");
	free(text);
	json_decref(object);
}

/**
 * The line with the caret. At a terminal the line stands behind its prompt already; elsewhere it
 * is printed first. Tabs are kept, and a character counts once however many bytes it has.
 */
static void session_error_caret(const struct session *session, struct buffer *out)
{
	if (session_is_script(session)) {
		buffer_printf(out, "%s\n", session->line);
	} else {
		struct buffer prompt = {0};

		session_prompt(session, &prompt);
		for (size_t i = 0; i < prompt.len; i++)
			buffer_add(out, " ");
		buffer_free(&prompt);
	}
	for (size_t i = 0; i < session->error.column; i++) {
		unsigned char c = (unsigned char)session->line[i];

		if ((c & 0xc0) != 0x80)
			buffer_add(out, c == '\t' ? "\t" : " ");
	}
	buffer_add(out, "^\n");
}

enum session_status session_error_print(struct session *session, struct buffer *out)
{
	const struct session_error *error = &session->error;

	if (!error->set)
		session_error_say(session, NULL, "The command failed");
	if (session->json) {
		session_error_print_json(session, out);
	} else {
		if (error->caret)
			session_error_caret(session, out);
		buffer_printf(out, "%% %s\n", error->text);
		if (error->hint[0] && !session->no_hints)
			buffer_printf(out, "Hint: %s\n", error->hint);
	}
	session->error.set = false;
	return SESSION_FAILED;
}
