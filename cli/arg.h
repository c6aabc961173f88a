/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments: from what was typed to a value. */
#ifndef CLI_ARG_H
#define CLI_ARG_H

#include "cli/command.h"
#include "cli/grammar.h"

enum arg_fit {
	ARG_FIT_NO,
	ARG_FIT_HALF, /* the first of two words: "10.0.0.0" of a prefix, "Tap" of an interface */
	ARG_FIT_YES,
};

/**
 * arg_parse() - whether a word is an argument of the node's type and range
 * @arg: out, on ARG_FIT_YES; may be NULL
 */
enum arg_fit arg_parse(const struct grammar_node *node, const char *word, struct arg *arg);
/** The same of an argument in two words. */
bool arg_parse_two(const struct grammar_node *node, const char *first, const char *second,
		   struct arg *arg);

/** Whether any word would do: such an argument gives way to a keyword. */
bool arg_is_any_word(enum arg_type type);

/** Whether @word could be the beginning of such an argument; generous. */
bool arg_may_begin(const struct grammar_node *node, const char *word);

/** Why @word is no such argument, as a hint; NULL: nothing useful to say. @text: @size bytes. */
const char *arg_complaint(const struct grammar_node *node, const char *word, char *text,
			  size_t size);

/** What `?` says of an argument no word help speaks of. @text: @size bytes. */
const char *arg_help(const struct grammar_node *node, char *text, size_t size);

#endif
