/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command table, compiled: each path a small automaton whose steps are words and arguments.
 * Built once, then only read.
 */
#ifndef CLI_GRAMMAR_H
#define CLI_GRAMMAR_H

#include "cli/command.h"

enum grammar_node_kind {
	GRAMMAR_WORD,	/* a keyword: `text` */
	GRAMMAR_ARG,	/* an argument: `text` is its name */
	GRAMMAR_SPLIT,	/* takes nothing, and goes on at `next` and `other` */
	GRAMMAR_ACCEPT, /* the line may end here */
};

/** No node: a SPLIT that only goes on at `next`. */
#define GRAMMAR_NONE UINT16_MAX

struct grammar_node {
	enum grammar_node_kind kind;
	const char *text;   /* in the path's own storage */
	const char *choice; /* of the first word of an arm of `choice={…}`; NULL */
	enum arg_type type;
	int64_t min, max; /* NUMBER */
	uint16_t next, other;
};

/** A compiled path. Zero bytes: none, which matches nothing. */
struct grammar_path {
	char *text; /* the path, with NULs between its tokens */
	struct grammar_node *nodes;
	uint16_t node_count, start;
};

struct grammar_row {
	const struct command *command;
	const struct command_family *family;
	struct grammar_path path, no_path;
};

struct grammar {
	const struct command_family *const *families;
	struct grammar_row *rows; /* by mode */
	size_t row_count;
	size_t mode_first[MODE_COUNT + 1]; /* rows of mode m: from [m] up to [m + 1] */
};

/**
 * grammar_compile() - compile one path
 * @path: out; to be given to grammar_path_free(), also after a failure
 * @why: on -EINVAL, what is wrong; static
 * Return: 0; -EINVAL; -ENOMEM.
 */
int grammar_compile(const char *text, struct grammar_path *path, const char **why);
void grammar_path_free(struct grammar_path *path);

/** @families: NULL-terminated, borrowed. Return: NULL: no memory. Every row must compile. */
struct grammar *grammar_new(const struct command_family *const *families);
void grammar_free(struct grammar *grammar);

/** The grammar of command_families, made at the first call. Return: NULL: no memory. */
const struct grammar *grammar_shared(void);

/** The help of a keyword or argument: see struct word_help. @chain: the keywords up to it, the
 *  last one being itself, or "<name>" of an argument. Return: NULL: nothing says. */
const char *grammar_word_help(const struct grammar *grammar, const char *const *chain,
			      unsigned int count);

/** How `?` names an argument: "A.B.C.D", "<1-255>". @text: @size bytes. Return: @text. */
const char *grammar_arg_shown(const struct grammar_node *node, char *text, size_t size);

#endif
