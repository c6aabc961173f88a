/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All automata of a mode run side by side. Between two words there is a set of places that may
 * come next (`expected`); a word turns it into the set after that word. Each step taken remembers
 * the one before, so that the arguments of the row that wins can be read back.
 *
 * Paths have no loops: the set dies after at most as many words as the longest path has, however
 * long the line is.
 */
#include "cli/match.h"

#include <stdio.h>
#include <strings.h>

#include "cli/arg.h"

/** How well a word fits a place, best first. */
enum match_fit { FIT_EXACT, FIT_TYPED, FIT_PREFIX, FIT_ANY_WORD, FIT_LINE, FIT_NONE };

/** A line that ends in an argument which takes all the rest is found by the last resort. */
enum { COST_ANY_WORD = 1, COST_LINE = 1000 };

bool match_abbreviates(const char *word, const char *keyword)
{
	return *word && strncasecmp(word, keyword, strlen(word)) == 0;
}

static const struct grammar_path *match_path(const struct match_query *query,
					     const struct grammar_row *row)
{
	return query->flags & MATCH_NO ? &row->no_path : &row->path;
}

static bool match_allows(const struct match_query *query, const struct grammar_row *row)
{
	if (!match_path(query, row)->node_count)
		return false;
	if (query->flags & MATCH_LOOK && !(row->command->flags & COMMAND_LOOK))
		return false;
	return !(query->flags & MATCH_THROUGH_DO && row->command->flags & COMMAND_EXEC_ONLY);
}

/** Parts the line into words at blanks. Return: whether there was memory. */
static bool match_scan(const struct match_query *query, struct match *match)
{
	size_t at = query->from;

	match->line = query->line;
	match->end = query->to;
	match->copy = strndup(query->line, query->to);
	if (!match->copy)
		return false;
	for (;;) {
		struct match_word *word;

		at += strspn(match->copy + at, " \t");
		if (at >= query->to)
			return true;
		word = vec_push(&match->words);
		if (!word)
			return false;
		word->at = (uint32_t)at;
		word->len = (uint32_t)strcspn(match->copy + at, " \t");
		at += word->len;
		if (at < query->to)
			match->copy[at++] = '\0';
	}
}

static const char *match_word_text(const struct match *match, uint32_t word)
{
	return match->copy + match->words.at[word].at;
}

/** Adds @next's node to what is expected, through all SPLITs. Return: whether there was memory. */
static bool match_add(struct match *match, const struct grammar_path *path, uint16_t at,
		      struct match_next next)
{
	while (at != GRAMMAR_NONE) {
		const struct grammar_node *node = &path->nodes[at];
		struct match_next *added;

		if (node->kind == GRAMMAR_SPLIT) {
			/* the first arm first: of equals the first wins */
			if (!match_add(match, path, node->next, next))
				return false;
			at = node->other;
			continue;
		}
		for (uint32_t i = match->expected.count; i > 0; i--) {
			const struct match_next *other = &match->expected.at[i - 1];

			if (other->row != next.row)
				break;
			if (other->node == node && !other->half && other->cost <= next.cost)
				return true;
		}
		added = vec_push(&match->expected);
		if (!added)
			return false;
		*added = next;
		added->node = node;
		added->half = false;
		return true;
	}
	return true;
}

static bool match_begin(const struct match_query *query, struct match *match)
{
	size_t first = query->grammar->mode_first[query->mode];
	size_t last = query->grammar->mode_first[query->mode + 1];

	for (size_t i = first; i < last; i++) {
		const struct grammar_row *row = &query->grammar->rows[i];
		const struct grammar_path *path = match_path(query, row);

		if (match_allows(query, row) &&
		    !match_add(match, path, path->start,
			       (struct match_next){.row = row, .before = -1}))
			return false;
	}
	return true;
}

static enum match_fit match_fit(const struct match *match, const struct match_next *next,
				uint32_t word)
{
	const char *text = match_word_text(match, word);
	const struct grammar_node *node = next->node;

	if (node->kind == GRAMMAR_WORD) {
		if (strcasecmp(text, node->text) == 0)
			return FIT_EXACT;
		return match_abbreviates(text, node->text) ? FIT_PREFIX : FIT_NONE;
	}
	if (node->kind != GRAMMAR_ARG)
		return FIT_NONE;
	if (node->type == ARG_LINE) {
		size_t len = match->end - match->words.at[word].at;

		return len < ARG_TEXT_SIZE ? FIT_LINE : FIT_NONE;
	}
	if (next->half) {
		const char *first = match_word_text(match, word - 1);

		return arg_parse_two(node, first, text, NULL) ? FIT_TYPED : FIT_NONE;
	}
	if (arg_parse(node, text, NULL) == ARG_FIT_NO)
		return FIT_NONE;
	return arg_is_any_word(node->type) ? FIT_ANY_WORD : FIT_TYPED;
}

/** What the fits of one word's places say together. */
struct match_survey {
	bool seen[FIT_NONE + 1];
	const char *prefix; /* a keyword that the word begins */
	bool ambiguous;	    /* and another one */
};

static struct match_survey match_survey(const struct match *match, uint32_t word,
					enum match_fit *fits)
{
	struct match_survey survey = {0};

	for (uint32_t i = 0; i < match->expected.count; i++) {
		const struct match_next *next = &match->expected.at[i];

		fits[i] = match_fit(match, next, word);
		survey.seen[fits[i]] = true;
		if (fits[i] != FIT_PREFIX)
			continue;
		if (survey.prefix && strcasecmp(survey.prefix, next->node->text) != 0)
			survey.ambiguous = true;
		survey.prefix = next->node->text;
	}
	return survey;
}

/** Whether a place of this fit goes on, given what else fits. */
static bool match_keeps(const struct match_survey *survey, enum match_fit fit)
{
	switch (fit) {
	case FIT_EXACT: return true;
	case FIT_TYPED: return !survey->seen[FIT_EXACT];
	case FIT_PREFIX:
		return !survey->seen[FIT_EXACT] && !(survey->ambiguous && survey->seen[FIT_TYPED]);
	case FIT_ANY_WORD:
	case FIT_LINE: return !survey->seen[FIT_EXACT] && !survey->seen[FIT_PREFIX];
	case FIT_NONE: break;
	}
	return false;
}

/** A place takes the word: its step, and what may follow. */
static bool match_take(const struct match_query *query, struct match *match,
		       const struct match_next *taken, uint32_t word, enum match_fit fit)
{
	struct match_next next = *taken;
	struct match_step *step = vec_push(&match->steps);

	if (!step)
		return false;
	*step = (struct match_step){taken->before, taken->row, taken->node, word, false};
	next.before = (int32_t)match->steps.count - 1;
	if (fit == FIT_ANY_WORD)
		next.cost += COST_ANY_WORD;
	if (fit == FIT_TYPED && !taken->half &&
	    arg_parse(taken->node, match_word_text(match, word), NULL) == ARG_FIT_HALF) {
		struct match_next *half;

		step->half = true;
		half = vec_push(&match->expected);
		if (!half)
			return false;
		*half = next;
		half->half = true;
		return true;
	}
	next.half = false;
	return match_add(match, match_path(query, taken->row), taken->node->next, next);
}

/** Whether the row may end here, at no more cost than @best; then it is the one. */
static void match_consider_end(struct match *match, const struct match_next *next, uint32_t *best)
{
	if (next->node->kind != GRAMMAR_ACCEPT || next->cost >= *best)
		return;
	*best = next->cost;
	match->may_end = true;
	match->end_row = next->row;
	match->last = next->before;
}

/** An argument that takes the rest of the line: the row ends with it, or is incomplete. */
static bool match_take_line(const struct match_query *query, struct match *match,
			    const struct match_next *taken, uint32_t word, uint32_t *best)
{
	struct match_step *step = vec_push(&match->steps);
	const struct grammar_path *path = match_path(query, taken->row);
	uint16_t at = taken->node->next;
	struct match_next end = *taken;

	if (!step)
		return false;
	*step = (struct match_step){taken->before, taken->row, taken->node, word, false};
	while (at != GRAMMAR_NONE && path->nodes[at].kind == GRAMMAR_SPLIT)
		at = path->nodes[at].next;
	if (at == GRAMMAR_NONE)
		return true;
	end.node = &path->nodes[at];
	end.before = (int32_t)match->steps.count - 1;
	end.cost += COST_LINE;
	match_consider_end(match, &end, best);
	return true;
}

/** Keeps, of what was expected, the keywords that the word begins: the candidates. */
static void match_keep_candidates(struct match *match, const enum match_fit *fits)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < match->expected.count; i++)
		if (fits[i] == FIT_PREFIX)
			match->expected.at[kept++] = match->expected.at[i];
	match->expected.count = kept;
}

/**
 * One word on. @line_best: cost of the cheapest row that took the rest of the line.
 * Return: whether the match goes on; match->kind says why it does not.
 */
static bool match_advance(const struct match_query *query, struct match *match, uint32_t word,
			  uint32_t *line_best)
{
	__typeof__(match->expected) before = match->expected;
	enum match_fit *fits = calloc(MAX(before.count, 1U), sizeof(*fits));
	struct match_survey survey;
	bool memory = fits != NULL;

	match->kind = MATCH_NO_MEMORY;
	if (!fits)
		return false;
	survey = match_survey(match, word, fits);
	if (survey.ambiguous && !survey.seen[FIT_EXACT] && !survey.seen[FIT_TYPED]) {
		match_keep_candidates(match, fits);
		match->kind = MATCH_AMBIGUOUS;
		free(fits);
		return false;
	}
	memset(&match->expected, 0, sizeof(match->expected));
	for (uint32_t i = 0; i < before.count && memory; i++) {
		if (!match_keeps(&survey, fits[i]))
			continue;
		if (fits[i] == FIT_LINE)
			memory = match_take_line(query, match, &before.at[i], word, line_best);
		else
			memory = match_take(query, match, &before.at[i], word, fits[i]);
	}
	free(fits);
	if (!memory || match->expected.count > 0) {
		free(before.at);
		if (memory)
			match->kind = MATCH_INCOMPLETE;
		return memory;
	}
	/* nothing took it, unless as the rest of the line: for the hint keep what might have stood
	 * here */
	match->expected = before;
	match->kind = MATCH_INVALID;
	return false;
}

/** Sets up and takes @count words. Return: whether all were taken. */
static bool match_words(const struct match_query *query, struct match *match, uint32_t count,
			uint32_t *line_best)
{
	for (uint32_t i = 0; i < count; i++) {
		match->word = i;
		match->column = match->words.at[i].at;
		if (!match_advance(query, match, i, line_best))
			return false;
	}
	match->word = count;
	match->column = match->end;
	return true;
}

static bool match_prepare(const struct match_query *query, struct match *match)
{
	*match = (struct match){.kind = MATCH_NO_MEMORY, .last = -1};
	return match_scan(query, match) && match_begin(query, match);
}

void match_run(const struct match_query *query, struct match *match)
{
	uint32_t line_best = UINT32_MAX, best;

	if (!match_prepare(query, match))
		return;
	match->kind = MATCH_INCOMPLETE;
	if (!match_words(query, match, match->words.count, &line_best)) {
		if (match->kind != MATCH_NO_MEMORY && match->may_end) {
			match->kind = MATCH_FOUND;
			match->row = match->end_row;
		}
		return;
	}
	best = line_best;
	vec_each (&match->expected, next) {
		match_consider_end(match, next, &best);
	}
	if (match->may_end) {
		match->kind = MATCH_FOUND;
		match->row = match->end_row;
	}
}

void match_expect(const struct match_query *query, struct match *match)
{
	uint32_t best = UINT32_MAX, ignored = UINT32_MAX;

	if (!match_prepare(query, match))
		return;
	match->kind = MATCH_INCOMPLETE;
	if (!match_words(query, match, match->words.count, &ignored))
		return;
	match->may_end = false;
	match->end_row = NULL;
	vec_each (&match->expected, next) {
		match_consider_end(match, next, &best);
	}
}

void match_fini(struct match *match)
{
	free(match->copy);
	vec_free(&match->words);
	vec_free(&match->steps);
	vec_free(&match->expected);
	memset(match, 0, sizeof(*match));
}

/* ---- reading back ----------------------------------------------------------------------- */

static void match_fill_word(const struct grammar_node *node, struct call *call)
{
	if (call->word_count == ARGS_MAX)
		return;
	call->words[call->word_count].name = node->text;
	call->words[call->word_count++].word = node->text;
	if (!node->choice || call->word_count == ARGS_MAX)
		return;
	call->words[call->word_count].name = node->choice;
	call->words[call->word_count++].word = node->text;
}

static void match_fill_arg(const struct match *match, const struct match_step *step,
			   struct call *call)
{
	const char *text = match_word_text(match, step->word);
	struct arg *arg;

	if (call->arg_count == ARGS_MAX)
		return;
	arg = &call->args[call->arg_count++];
	if (step->node->type == ARG_LINE) {
		memset(arg, 0, sizeof(*arg));
		arg->name = step->node->text;
		arg->type = ARG_LINE;
		snprintf(arg->text, sizeof(arg->text), "%.*s",
			 (int)(match->end - match->words.at[step->word].at),
			 match->line + match->words.at[step->word].at);
	} else if (step->before >= 0 && match->steps.at[step->before].half) {
		arg_parse_two(step->node, match_word_text(match, step->word - 1), text, arg);
	} else {
		arg_parse(step->node, text, arg);
	}
}

static void match_fill_from(const struct match *match, int32_t at, struct call *call)
{
	const struct match_step *step;

	if (at < 0)
		return;
	step = &match->steps.at[at];
	match_fill_from(match, step->before, call);
	if (step->half)
		return;
	if (step->node->kind == GRAMMAR_WORD)
		match_fill_word(step->node, call);
	else
		match_fill_arg(match, step, call);
}

void match_fill(const struct match *match, struct call *call)
{
	assert(match->kind == MATCH_FOUND);
	call->row = match->row->command;
	call->arg_count = call->word_count = 0;
	match_fill_from(match, match->last, call);
}

unsigned int match_chain(const struct match *match, const struct match_next *next,
			 const char **chain, unsigned int room, char *own, size_t own_size)
{
	unsigned int count = 0, keep;

	for (int32_t at = next->before; at >= 0; at = match->steps.at[at].before)
		if (match->steps.at[at].node->kind == GRAMMAR_WORD)
			count++;
	/* the last ones, if there are more than fit */
	keep = MIN(count, room - 1);
	count = keep;
	for (int32_t at = next->before; at >= 0 && count > 0; at = match->steps.at[at].before)
		if (match->steps.at[at].node->kind == GRAMMAR_WORD)
			chain[--count] = match->steps.at[at].node->text;
	if (next->node->kind == GRAMMAR_ARG) {
		snprintf(own, own_size, "<%s>", next->node->text);
		chain[keep] = own;
	} else {
		chain[keep] = next->node->text;
	}
	return keep + 1;
}
