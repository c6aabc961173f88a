/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matching a line against every row of a mode at once, word by word. An exact keyword wins over
 * all else; a prefix of one keyword wins over arguments that take any word; a prefix of two is
 * ambiguous.
 */
#ifndef CLI_MATCH_H
#define CLI_MATCH_H

#include "cli/grammar.h"

enum match_kind {
	MATCH_FOUND,
	MATCH_INVALID,	  /* no row takes the word at `column` */
	MATCH_AMBIGUOUS,  /* the word at `column` begins several keywords: `expected` */
	MATCH_INCOMPLETE, /* the line ended where `expected` was to follow */
	MATCH_NO_MEMORY,
};

enum match_flags {
	MATCH_NO = 1,	      /* against the no_paths */
	MATCH_LOOK = 2,	      /* only rows for those who may only look */
	MATCH_THROUGH_DO = 4, /* only rows that may be run through `do` */
};

/** A word and what took it. */
struct match_step {
	int32_t before; /* index of the step before; -1 none */
	const struct grammar_row *row;
	const struct grammar_node *node;
	uint32_t word; /* index of the word */
	bool half;     /* the first word of an argument of two */
};

/** What may come next. */
struct match_next {
	const struct grammar_row *row;
	const struct grammar_node *node;
	int32_t before; /* the step it would follow; -1 */
	uint32_t cost;	/* how many loose arguments led here */
	bool half;	/* the second word of `node` */
};

struct match_word {
	uint32_t at, len; /* in the line */
};

struct match {
	enum match_kind kind;
	const char *line;		   /* borrowed */
	char *copy;			   /* the line with NULs after its words */
	size_t end;			   /* in the line */
	size_t column;			   /* in the line, of the word that failed, or its end */
	unsigned int word;		   /* index of that word: how far the match came */
	const struct grammar_row *row;	   /* found */
	int32_t last;			   /* its last step */
	bool may_end;			   /* the line might end before `word` */
	const struct grammar_row *end_row; /* the row that might */
	VEC(struct match_word) words;
	VEC(struct match_step) steps;
	VEC(struct match_next) expected; /* what might stand at `word` */
};

/** Which part of a line, and against what. */
struct match_query {
	const struct grammar *grammar;
	enum cli_mode mode;
	enum match_flags flags;
	const char *line;
	size_t from, to; /* only these bytes of it */
};

/** Matches the whole. @match: out; to be given to match_fini() whatever came of it. */
void match_run(const struct match_query *query, struct match *match);
/** What may stand behind all words of the line: `expected` and `may_end`; kind MATCH_INCOMPLETE,
 *  unless a word before already fails. */
void match_expect(const struct match_query *query, struct match *match);
void match_fini(struct match *match);

/** Fills in row, arguments and words of @call. @match must be found. */
void match_fill(const struct match *match, struct call *call);

/** The keywords from the line's begin to @next, itself last ("<name>" in @own when an argument). */
unsigned int match_chain(const struct match *match, const struct match_next *next,
			 const char **chain, unsigned int room, char *own, size_t own_size);

/** Whether @word abbreviates @keyword. */
bool match_abbreviates(const char *word, const char *keyword);

#endif
