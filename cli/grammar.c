/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the paths of the command table to automata (Thompson's construction). A group is a SPLIT
 * for each of its arms and one joining SPLIT behind them; `[x]` is a group whose second arm is
 * empty. There are no loops, so a path takes a bounded number of words.
 *
 * The shared grammar lives as long as the program: it is a constant that is computed.
 */
#include "cli/grammar.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

enum { TOKENS_MAX = 256, DEPTH_MAX = 16 };

static const char *const arg_type_words[] = {
#define X(name, word, shown) word,
	ARG_TYPE_LIST(X)
#undef X
};
static_assert(ARRAY_COUNT(arg_type_words) == ARG_TYPE_COUNT, "a name for each type");

static const char *const arg_type_shown[] = {
#define X(name, word, shown) shown,
	ARG_TYPE_LIST(X)
#undef X
};
static_assert(ARRAY_COUNT(arg_type_shown) == ARG_TYPE_COUNT, "a form for each type");

enum token_kind {
	TOKEN_WORD,
	TOKEN_ARG,
	TOKEN_OPEN,
	TOKEN_BAR,
	TOKEN_CLOSE,
	TOKEN_LEFT,
	TOKEN_RIGHT
};

struct token {
	enum token_kind kind;
	char *text;   /* the word; inside of <…>; name of name={ */
	size_t index; /* place of its last character's successor, to be ended by a NUL */
};

struct compiler {
	struct grammar_path *path;
	struct token tokens[TOKENS_MAX];
	unsigned int count, at;
	unsigned int depth;
	const char *why;
};

/** A piece of automaton; `end` is a SPLIT whose `next` is still open. */
struct fragment {
	uint16_t start, end;
	bool ok;
};

static const struct fragment fragment_none;

static bool compiler_fail(struct compiler *c, const char *why)
{
	if (!c->why)
		c->why = why;
	return false;
}

static bool compiler_token(struct compiler *c, enum token_kind kind, char *text, size_t len)
{
	if (c->count == TOKENS_MAX)
		return compiler_fail(c, "too long");
	c->tokens[c->count++] = (struct token){kind, text, len};
	return true;
}

static bool compiler_mark(struct compiler *c, char mark)
{
	static const struct {
		char mark;
		enum token_kind kind;
	} marks[] = {
		{'{', TOKEN_OPEN}, {'|', TOKEN_BAR},   {'}', TOKEN_CLOSE},
		{'[', TOKEN_LEFT}, {']', TOKEN_RIGHT},
	};

	for (size_t i = 0; i < ARRAY_COUNT(marks); i++)
		if (marks[i].mark == mark)
			return compiler_token(c, marks[i].kind, NULL, 0);
	return compiler_fail(c, "a stray '>'");
}

/** Parts the path into tokens; then ends each token's text, the marks between not being needed. */
static bool compiler_scan(struct compiler *c)
{
	for (char *p = c->path->text; *p;) {
		size_t len;

		if (*p == ' ') {
			p++;
		} else if (*p == '<') {
			len = strcspn(p, ">");
			if (p[len] != '>')
				return compiler_fail(c, "'<' without '>'");
			if (!compiler_token(c, TOKEN_ARG, p + 1, len - 1))
				return false;
			p += len + 1;
		} else if (strchr("{|}[]>", *p)) {
			if (!compiler_mark(c, *p++))
				return false;
		} else if (len = strcspn(p, " <>{|}[]="), p[len] == '=' && p[len + 1] == '{') {
			if (!compiler_token(c, TOKEN_OPEN, p, len))
				return false;
			p += len + 2;
		} else {
			len = strcspn(p, " <>{|}[]");
			if (!compiler_token(c, TOKEN_WORD, p, len))
				return false;
			p += len;
		}
	}
	for (unsigned int i = 0; i < c->count; i++)
		if (c->tokens[i].text)
			c->tokens[i].text[c->tokens[i].index] = '\0';
	return true;
}

static uint16_t compiler_node(struct compiler *c, enum grammar_node_kind kind)
{
	struct grammar_node *node = &c->path->nodes[c->path->node_count];

	*node = (struct grammar_node){.kind = kind, .next = GRAMMAR_NONE, .other = GRAMMAR_NONE};
	return c->path->node_count++;
}

static bool compiler_arg_type(struct compiler *c, struct grammar_node *node, const char *word)
{
	int used = 0;
	long long min, max;

	for (unsigned int i = 0; i < ARG_TYPE_COUNT; i++) {
		if (i != ARG_NUMBER && strcmp(arg_type_words[i], word) == 0) {
			node->type = (enum arg_type)i;
			return true;
		}
	}
	if (sscanf(word, "%lld-%lld%n", &min, &max, &used) < 2 || word[used] || min > max)
		return compiler_fail(c, "an argument of no known type");
	node->type = ARG_NUMBER;
	node->min = min;
	node->max = max;
	return true;
}

static struct fragment compiler_sequence(struct compiler *c, const char *choice);

/** A group from behind its opening mark up to and with its closing one. */
static struct fragment compiler_group(struct compiler *c, enum token_kind close, const char *choice)
{
	uint16_t split = compiler_node(c, GRAMMAR_SPLIT);
	uint16_t join = compiler_node(c, GRAMMAR_SPLIT);
	struct fragment group = {split, join, true};

	if (++c->depth > DEPTH_MAX) {
		compiler_fail(c, "groups nested too deep");
		return fragment_none;
	}
	for (;;) {
		struct fragment arm = compiler_sequence(c, choice);
		enum token_kind mark;

		if (!arm.ok)
			return fragment_none;
		c->path->nodes[arm.end].next = join;
		c->path->nodes[split].next = arm.start;
		if (c->at == c->count) {
			compiler_fail(c, "a group that does not end");
			return fragment_none;
		}
		mark = c->tokens[c->at++].kind;
		if (mark == close)
			break;
		if (mark != TOKEN_BAR) {
			compiler_fail(c, "a group that ends with the wrong mark");
			return fragment_none;
		}
		c->path->nodes[split].other = compiler_node(c, GRAMMAR_SPLIT);
		split = c->path->nodes[split].other;
	}
	if (close == TOKEN_RIGHT)
		c->path->nodes[split].other = join;
	c->depth--;
	return group;
}

static struct fragment compiler_arg(struct compiler *c, char *text)
{
	char *colon = strchr(text, ':');
	uint16_t at = compiler_node(c, GRAMMAR_ARG);
	struct grammar_node *node = &c->path->nodes[at];

	if (!colon || colon == text) {
		compiler_fail(c, "an argument without name or type");
		return fragment_none;
	}
	*colon = '\0';
	node->text = text;
	if (!compiler_arg_type(c, node, colon + 1))
		return fragment_none;
	return (struct fragment){at, at, true};
}

/** One item of a sequence. @choice: the name of the group whose arm this item opens, or NULL. */
static struct fragment compiler_item(struct compiler *c, const char *choice)
{
	struct token *token = &c->tokens[c->at++];
	uint16_t at;

	switch (token->kind) {
	case TOKEN_WORD:
		at = compiler_node(c, GRAMMAR_WORD);
		c->path->nodes[at].text = token->text;
		c->path->nodes[at].choice = choice;
		return (struct fragment){at, at, true};
	case TOKEN_ARG: return compiler_arg(c, token->text);
	case TOKEN_OPEN: return compiler_group(c, TOKEN_CLOSE, token->text ? token->text : choice);
	case TOKEN_LEFT: return compiler_group(c, TOKEN_RIGHT, choice);
	case TOKEN_BAR:
	case TOKEN_CLOSE:
	case TOKEN_RIGHT: break;
	}
	compiler_fail(c, "a closing mark that nothing opens");
	return fragment_none;
}

/** Items up to a closing mark, a bar or the end. */
static struct fragment compiler_sequence(struct compiler *c, const char *choice)
{
	struct fragment all = fragment_none;

	while (c->at < c->count) {
		enum token_kind kind = c->tokens[c->at].kind;
		struct fragment item;

		if (c->depth > 0 &&
		    (kind == TOKEN_BAR || kind == TOKEN_CLOSE || kind == TOKEN_RIGHT))
			break;
		item = compiler_item(c, all.ok ? NULL : choice);
		if (!item.ok)
			return fragment_none;
		if (all.ok)
			c->path->nodes[all.end].next = item.start;
		else
			all.start = item.start;
		all.end = item.end;
		all.ok = true;
	}
	if (!all.ok)
		compiler_fail(c, "an empty sequence");
	return all;
}

int grammar_compile(const char *text, struct grammar_path *path, const char **why)
{
	struct compiler *c = calloc(1, sizeof(*c));
	struct fragment all;
	int status = -ENOMEM;

	*path = (struct grammar_path){.text = strdup(text)};
	if (!c || !path->text)
		goto out;
	c->path = path;
	status = -EINVAL;
	if (!compiler_scan(c))
		goto out;
	/* a group takes at most two nodes, and one for each bar; one more accepts */
	path->nodes = calloc(2 * c->count + 1, sizeof(*path->nodes));
	if (!path->nodes) {
		status = -ENOMEM;
		goto out;
	}
	all = compiler_sequence(c, NULL);
	if (!all.ok)
		goto out;
	path->start = all.start;
	path->nodes[all.end].next = compiler_node(c, GRAMMAR_ACCEPT);
	status = 0;
out:
	if (status == -EINVAL)
		*why = c->why;
	free(c);
	return status;
}

void grammar_path_free(struct grammar_path *path)
{
	free(path->nodes);
	free(path->text);
	*path = (struct grammar_path){0};
}

/** Compiles one row. A row that does not compile is a mistake in our own table. */
static bool grammar_add(struct grammar *grammar, const struct command_family *family,
			const struct command *command)
{
	struct grammar_row *row = &grammar->rows[grammar->row_count++];
	const char *why = NULL;
	int status;

	row->command = command;
	row->family = family;
	status = grammar_compile(command->path, &row->path, &why);
	assert(status != -EINVAL);
	if (status == 0 && command->no_path) {
		status = grammar_compile(command->no_path, &row->no_path, &why);
		assert(status != -EINVAL);
	}
	return status == 0;
}

struct grammar *grammar_new(const struct command_family *const *families)
{
	struct grammar *grammar = calloc(1, sizeof(*grammar));
	size_t count = 0;

	for (size_t f = 0; families[f]; f++)
		count += families[f]->command_count;
	if (!grammar)
		return NULL;
	grammar->families = families;
	grammar->rows = calloc(MAX(count, 1U), sizeof(*grammar->rows));
	if (!grammar->rows)
		goto fail;
	for (int mode = 0; mode < MODE_COUNT; mode++) {
		grammar->mode_first[mode] = grammar->row_count;
		for (size_t f = 0; families[f]; f++) {
			for (size_t i = 0; i < families[f]->command_count; i++) {
				const struct command *command = &families[f]->commands[i];

				if ((int)command->mode == mode &&
				    !grammar_add(grammar, families[f], command))
					goto fail;
			}
		}
	}
	grammar->mode_first[MODE_COUNT] = grammar->row_count;
	return grammar;
fail:
	grammar_free(grammar);
	return NULL;
}

void grammar_free(struct grammar *grammar)
{
	if (!grammar)
		return;
	for (size_t i = 0; i < grammar->row_count; i++) {
		grammar_path_free(&grammar->rows[i].path);
		grammar_path_free(&grammar->rows[i].no_path);
	}
	free(grammar->rows);
	free(grammar);
}

const struct grammar *grammar_shared(void)
{
	static struct grammar *shared;

	if (!shared)
		shared = grammar_new(command_families);
	return shared;
}

/** How many words of @path end @chain; 0: they do not. */
static unsigned int grammar_suffix(const char *path, const char *const *chain, unsigned int count)
{
	const char *end = path + strlen(path);
	unsigned int words = 0;

	while (end > path) {
		const char *start = end;

		while (start > path && start[-1] != ' ')
			start--;
		if (words == count)
			return 0;
		const char *word = chain[count - 1 - words];

		if (strlen(word) != (size_t)(end - start) ||
		    strncasecmp(word, start, (size_t)(end - start)) != 0)
			return 0;
		words++;
		end = start;
		while (end > path && end[-1] == ' ')
			end--;
	}
	return words;
}

const char *grammar_word_help(const struct grammar *grammar, const char *const *chain,
			      unsigned int count)
{
	const char *best = NULL;
	unsigned int best_words = 0;

	for (size_t f = 0; grammar->families[f]; f++) {
		const struct command_family *family = grammar->families[f];

		for (size_t i = 0; i < family->word_count; i++) {
			unsigned int words = grammar_suffix(family->words[i].path, chain, count);

			if (words > best_words) {
				best_words = words;
				best = family->words[i].help;
			}
		}
	}
	return best;
}

const char *grammar_arg_shown(const struct grammar_node *node, char *text, size_t size)
{
	if (node->type == ARG_NUMBER)
		snprintf(text, size, "<%lld-%lld>", (long long)node->min, (long long)node->max);
	else
		snprintf(text, size, "%s", arg_type_shown[node->type]);
	return text;
}
