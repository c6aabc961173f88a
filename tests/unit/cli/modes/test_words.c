/* SPDX-License-Identifier: BSD-2-Clause */
/* `?` has something to say of every keyword of the configuration, wherever it stands. */
#include "tests/unit/cli/modes/configured.h"

#include "cli/grammar.h"

enum { CHAIN_MAX = 32 };

struct walk {
	const struct grammar *grammar;
	const struct grammar_path *path;
	const char *chain[CHAIN_MAX]; /* keywords on the way here */
	unsigned int keywords, missing;
};

/* Walks all ways through a path; there are no loops in one. */
static void walk_from(struct walk *walk, uint16_t at, unsigned int depth)
{
	while (at != GRAMMAR_NONE) {
		const struct grammar_node *node = &walk->path->nodes[at];

		if (node->kind == GRAMMAR_SPLIT && node->other != GRAMMAR_NONE)
			walk_from(walk, node->other, depth);
		if (node->kind == GRAMMAR_WORD) {
			assert_true(depth < CHAIN_MAX);
			walk->chain[depth++] = node->text;
			walk->keywords++;
			if (!grammar_word_help(walk->grammar, walk->chain, depth)) {
				walk->missing++;
				print_error("no help for \"%s\" in \"%s %s\"\n", node->text,
					    walk->chain[0], walk->chain[depth / 2]);
			}
		}
		at = node->next;
	}
}

static void every_keyword_of_the_configuration_has_help(void **state)
{
	const struct grammar *grammar = grammar_shared();
	struct walk walk = {.grammar = grammar};

	(void)state;
	assert_non_null(grammar);
	for (size_t i = 0; i < grammar->row_count; i++) {
		const struct grammar_row *row = &grammar->rows[i];

		if (row->command->section == SECTION_NONE)
			continue;
		walk.path = &row->path;
		walk_from(&walk, row->path.start, 0);
		if (row->command->no_path) {
			walk.path = &row->no_path;
			walk_from(&walk, row->no_path.start, 0);
		}
	}
	assert_true(walk.keywords > 100);
	assert_int_equal(walk.missing, 0);
}

static void every_row_of_the_configuration_can_be_documented_and_tested(void **state)
{
	(void)state;
	for (size_t f = 0; command_families[f]; f++) {
		for (size_t i = 0; i < command_families[f]->command_count; i++) {
			const struct command *row = &command_families[f]->commands[i];

			if (row->section == SECTION_NONE || row->flags & COMMAND_ACTION)
				continue;
			if (!row->help || !row->example || !row->no_path || !row->run ||
			    !command_families[f]->write)
				fail_msg("row \"%s\" lacks something", row->path);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_keyword_of_the_configuration_has_help),
		cmocka_unit_test(every_row_of_the_configuration_can_be_documented_and_tested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
