/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters work on whole lines; a line that is not yet complete is held back. Stages stand in a
 * row, each handing the lines it lets through to the next.
 *
 * Regular expressions are POSIX extended ones with IOS's `_`, which stands for a delimiter or
 * either end. `{` and `}` are plain characters, as in IOS, and there are no back references: so
 * no expression of a line's length can make the library take memory or time beyond reason. For
 * the same reason repetitions of repetitions are limited.
 */
#include "cli/pipe.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <strings.h>

enum { STAGES_MAX = 8, REGEX_MAX = 256, NESTED_REPEATS_MAX = 8, FILE_MAX = 255 };

enum pipe_kind {
	PIPE_APPEND,
	PIPE_BEGIN,
	PIPE_COUNT,
	PIPE_EXCLUDE,
	PIPE_INCLUDE,
	PIPE_JSON,
	PIPE_REDIRECT,
	PIPE_SECTION,
	PIPE_TEE,
	PIPE_KIND_COUNT
};

const struct pipe_word pipe_words[] = {
	{"append", "Append the output to a file"},
	{"begin", "Begin with the line that matches"},
	{"count", "Count the lines that match"},
	{"exclude", "Leave out lines that match"},
	{"include", "Only lines that match"},
	{"json", "The answer as JSON"},
	{"redirect", "Write the output to a file"},
	{"section", "Only sections whose first line matches"},
	{"tee", "Show the output, and write it to a file"},
	{NULL, NULL},
};
static_assert(ARRAY_COUNT(pipe_words) == PIPE_KIND_COUNT + 1, "a word for each kind");

struct stage {
	enum pipe_kind kind;
	regex_t regex;
	bool has_regex;
	bool inside;	/* begin: has begun; section: in one */
	size_t indent;	/* section: of its first line */
	uint64_t count; /* lines that matched */
};

struct pipe {
	struct stage stages[STAGES_MAX];
	unsigned int count;
	bool json, filters;
	char file[FILE_MAX + 1];
	const char *how; /* NULL: no file */
	struct buffer partial;
};

size_t pipe_find(const char *line, size_t from)
{
	size_t len = strlen(line);

	for (size_t i = from; i < len; i++)
		if (line[i] == '|' && (i == from || line[i - 1] == ' ' || line[i - 1] == '\t'))
			return i;
	return len;
}

static struct pipe *pipe_refuse(struct pipe *pipe, struct pipe_error *error, size_t column,
				const char *text)
{
	pipe_free(pipe);
	error->column = column;
	snprintf(error->text, sizeof(error->text), "%s", text);
	return NULL;
}

/** The kind that @word names, whole or (unless @whole) abbreviated. -1: none. */
static int pipe_kind(const char *word, size_t len, bool whole)
{
	for (int i = 0; i < PIPE_KIND_COUNT; i++)
		if (len > 0 && strncasecmp(pipe_words[i].word, word, len) == 0 &&
		    (!whole || strlen(pipe_words[i].word) == len))
			return i;
	return -1;
}

/** Where the stage that begins at @at ends: at a ` | ` before one of the words, written out. */
static size_t pipe_stage_end(const char *line, size_t at)
{
	for (size_t i = pipe_find(line, at + 1); line[i]; i = pipe_find(line, i + 1)) {
		size_t word = i + 1 + strspn(line + i + 1, " \t");

		if (pipe_kind(line + word, strcspn(line + word, " \t"), true) >= 0)
			return i;
	}
	return strlen(line);
}

/** From IOS's expression to POSIX's; @to has room for 14 times the text. Return: NULL, or why not.
 */
static const char *pipe_translate(const char *text, size_t len, char *to)
{
	bool bracket = false, first = false; /* inside […], and at its first character */
	unsigned int nested = 0;
	char before = '\0';

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (bracket) {
			bracket = c != ']' || first;
			first = first && c == '^' && before == '[';
			*to++ = c;
		} else if (c == '\\' && i + 1 < len) {
			c = text[++i];
			if (!isalnum((unsigned char)c))
				*to++ = '\\';
			*to++ = c;
			c = 'x';
		} else if (c == '{' || c == '}') {
			*to++ = '\\';
			*to++ = c;
		} else if (c == '_') {
			to = stpcpy(to, "([ ,(){}]|^|$)");
			c = ')';
		} else {
			bracket = first = c == '[';
			if (strchr("*+?", c) && before && strchr(")*+?", before) &&
			    ++nested > NESTED_REPEATS_MAX)
				return "Regular expression is too complex";
			*to++ = c;
		}
		before = c;
	}
	*to = '\0';
	return NULL;
}

/** Compiles the expression of a stage. Return: NULL, or why not; static or in @why. */
static const char *pipe_compile(struct stage *stage, const char *text, size_t len, char *why,
				size_t size)
{
	char translated[REGEX_MAX * 14 + 1];
	const char *refused;
	int status;

	if (len > REGEX_MAX)
		return "Regular expression is longer than 256 characters";
	refused = pipe_translate(text, len, translated);
	if (refused)
		return refused;
	status = regcomp(&stage->regex, translated, REG_EXTENDED | REG_NOSUB);
	if (status != 0) {
		size_t used = (size_t)snprintf(why, size, "Regular expression: ");

		regerror(status, &stage->regex, why + used, size - used);
		return why;
	}
	stage->has_regex = true;
	return NULL;
}

/** Takes one stage: a word at @word, its argument up to @end. Return: NULL, or why not. */
static const char *pipe_add(struct pipe *pipe, const char *line, size_t *at, size_t end, char *why,
			    size_t size)
{
	size_t word = *at + strspn(line + *at, " \t");
	size_t word_len = strcspn(line + word, " \t");
	size_t arg = word + word_len + strspn(line + word + word_len, " \t");
	int kind = pipe_kind(line + word, word_len, false);
	struct stage *stage = &pipe->stages[pipe->count];

	while (end > arg && strchr(" \t", line[end - 1]))
		end--;
	*at = word;
	if (word >= end)
		return "Incomplete command.";
	if (kind < 0)
		return "";
	if (pipe->how)
		return "Nothing may follow a file";
	*at = arg;
	if (kind == PIPE_JSON) {
		pipe->json = true;
		return arg < end ? "" : NULL;
	}
	if (arg >= end)
		return "Incomplete command.";
	if (kind == PIPE_REDIRECT || kind == PIPE_APPEND || kind == PIPE_TEE) {
		if (end - arg > FILE_MAX)
			return "File name is longer than 255 characters";
		snprintf(pipe->file, sizeof(pipe->file), "%.*s", (int)(end - arg), line + arg);
		pipe->how = pipe_words[kind].word;
		return NULL;
	}
	if (pipe->count == STAGES_MAX)
		return "Too many filters";
	pipe->filters = true;
	stage->kind = (enum pipe_kind)kind;
	why = (char *)pipe_compile(stage, line + arg, end - arg, why, size);
	pipe->count += !why;
	return why;
}

struct pipe *pipe_new(const char *line, size_t at, struct pipe_error *error)
{
	struct pipe *pipe = calloc(1, sizeof(*pipe));
	char why[sizeof(error->text)];

	if (!pipe)
		return pipe_refuse(pipe, error, at, "Out of memory");
	for (size_t end; line[at]; at = end) {
		const char *refused;

		end = pipe_stage_end(line, at);
		at++;
		refused = pipe_add(pipe, line, &at, end, why, sizeof(why));
		if (refused)
			return pipe_refuse(pipe, error, at, refused);
	}
	return pipe;
}

void pipe_free(struct pipe *pipe)
{
	if (!pipe)
		return;
	for (unsigned int i = 0; i < pipe->count; i++)
		if (pipe->stages[i].has_regex)
			regfree(&pipe->stages[i].regex);
	buffer_free(&pipe->partial);
	free(pipe);
}

bool pipe_wants_json(const struct pipe *pipe)
{
	return pipe->json;
}

bool pipe_filters(const struct pipe *pipe)
{
	return pipe->filters;
}

const char *pipe_file(const struct pipe *pipe, const char **how)
{
	if (how)
		*how = pipe->how;
	return pipe->how ? pipe->file : NULL;
}

/** Whether the stage lets a line through. */
static bool stage_passes(struct stage *stage, const char *line)
{
	bool matches = regexec(&stage->regex, line, 0, NULL, 0) == 0;
	size_t indent = strspn(line, " ");

	stage->count += matches;
	switch (stage->kind) {
	case PIPE_INCLUDE: return matches;
	case PIPE_EXCLUDE: return !matches;
	case PIPE_BEGIN: return stage->inside = stage->inside || matches;
	case PIPE_SECTION:
		if (stage->inside && indent > stage->indent)
			return true;
		stage->inside = matches;
		stage->indent = indent;
		return matches;
	case PIPE_COUNT:
	case PIPE_APPEND:
	case PIPE_JSON:
	case PIPE_REDIRECT:
	case PIPE_TEE:
	case PIPE_KIND_COUNT: break;
	}
	return false;
}

static void pipe_line(struct pipe *pipe, unsigned int from, const char *line, struct buffer *out)
{
	for (unsigned int i = from; i < pipe->count; i++)
		if (!stage_passes(&pipe->stages[i], line))
			return;
	buffer_add(out, line);
	buffer_add(out, "\n");
}

void pipe_feed(struct pipe *pipe, const char *bytes, size_t len, struct buffer *out)
{
	if (pipe->count == 0) {
		buffer_add_bytes(out, bytes, len);
		return;
	}
	while (len > 0) {
		const char *newline = memchr(bytes, '\n', len);
		size_t part = newline ? (size_t)(newline - bytes) : len;

		buffer_add_bytes(&pipe->partial, bytes, part);
		if (!newline)
			return;
		pipe_line(pipe, 0, buffer_text(&pipe->partial), out);
		buffer_clear(&pipe->partial);
		bytes += part + 1;
		len -= part + 1;
	}
}

void pipe_end(struct pipe *pipe, struct buffer *out)
{
	if (pipe->partial.len > 0)
		pipe_line(pipe, 0, buffer_text(&pipe->partial), out);
	buffer_clear(&pipe->partial);
	for (unsigned int i = 0; i < pipe->count; i++) {
		char line[80];

		if (pipe->stages[i].kind != PIPE_COUNT)
			continue;
		snprintf(line, sizeof(line), "Number of lines which match regexp = %llu",
			 (unsigned long long)pipe->stages[i].count);
		pipe_line(pipe, i + 1, line, out);
	}
}
