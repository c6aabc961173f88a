/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every row of the command table: its paths compile, each of its words has help, it does something,
 * and what it configures is written so that it is found again.
 */
#include "fake_world.h"

#include <ctype.h>
#include <stdio.h>

#include "cli/grammar.h"
#include "cli/reference.h"
#include "cli/session_state.h"

typedef void row_test(const struct command_family *family, const struct command *row);

static void each_row(row_test *test)
{
	for (size_t f = 0; command_families[f]; f++)
		for (size_t i = 0; i < command_families[f]->command_count; i++)
			test(command_families[f], &command_families[f]->commands[i]);
}

static void check_path(const char *text, const char *of)
{
	struct grammar_path path;
	const char *why = "no memory";

	if (grammar_compile(text, &path, &why) < 0)
		fail_msg("\"%s\" (of %s): %s", text, of, why);
	grammar_path_free(&path);
}

static void check_compiles(const struct command_family *family, const struct command *row)
{
	(void)family;
	check_path(row->path, row->path);
	if (row->no_path)
		check_path(row->no_path, row->path);
}

static void every_path_compiles(void **state)
{
	(void)state;
	each_row(check_compiles);
}

static void check_shape(const struct command_family *family, const struct command *row)
{
	if (!row->help || !row->help[0])
		fail_msg("%s: no help", row->path);
	if (!row->run && !row->show)
		fail_msg("%s: needs a handler or a show", row->path);
	if (row->show && row->mode != MODE_EXEC)
		fail_msg("%s: a show belongs to the exec level", row->path);
	if (row->mode != MODE_EXEC && family != &session_family && row->section == SECTION_NONE)
		fail_msg("%s: a configuration row without section", row->path);
	if (row->section != SECTION_NONE && !(row->flags & COMMAND_ACTION) &&
	    (!row->example || !family->write))
		fail_msg("%s: a configuration row without example or writer", row->path);
}

static void every_row_does_something_and_says_so(void **state)
{
	(void)state;
	each_row(check_shape);
}

/* ---- help ------------------------------------------------------------------------------- */

struct chain {
	const struct grammar *grammar;
	const struct grammar_path *path;
	const char *words[ARGS_MAX];
	unsigned int count;
};

/** Whether a word comes after @at on any way. */
static bool word_follows(const struct grammar_path *path, uint16_t at)
{
	if (at == GRAMMAR_NONE)
		return false;
	return path->nodes[at].kind == GRAMMAR_WORD || word_follows(path, path->nodes[at].next) ||
	       word_follows(path, path->nodes[at].other);
}

/** Every word on every way has help: its own, or, as the last one, its row's. */
static void check_words(struct chain chain, uint16_t at)
{
	const struct grammar_node *node;

	if (at == GRAMMAR_NONE)
		return;
	node = &chain.path->nodes[at];
	if (node->kind == GRAMMAR_WORD) {
		chain.words[chain.count++] = node->text;
		if (!grammar_word_help(chain.grammar, chain.words, chain.count) &&
		    word_follows(chain.path, node->next)) {
			char said[200] = "";

			for (unsigned int i = 0; i < chain.count; i++) {
				strncat(said, " ", sizeof(said) - strlen(said) - 1);
				strncat(said, chain.words[i], sizeof(said) - strlen(said) - 1);
			}
			fail_msg("no help for the last word of:%s", said);
		}
	}
	check_words(chain, node->next);
	if (node->kind == GRAMMAR_SPLIT)
		check_words(chain, node->other);
}

static void every_word_has_help(void **state)
{
	const struct grammar *grammar = grammar_shared();

	(void)state;
	for (size_t i = 0; i < grammar->row_count; i++) {
		const struct grammar_row *row = &grammar->rows[i];

		check_words((struct chain){.grammar = grammar, .path = &row->path},
			    row->path.start);
		if (row->command->no_path)
			check_words((struct chain){.grammar = grammar, .path = &row->no_path},
				    row->no_path.start);
	}
}

/* ---- round trips ------------------------------------------------------------------------ */

/** Types lines parted by "\n" into the candidate, unchecked as a whole. */
static void type_lines(struct session *session, const char *lines)
{
	while (lines && *lines) {
		size_t len = strcspn(lines, "\n");
		char *line = strndup(lines, len);

		if (!session_read_line(session, line))
			fail_msg("%s: %s", line, session->error.text);
		free(line);
		lines += len + (lines[len] == '\n');
	}
}

/** Whether @line stands in @text, apart from its indent. */
static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; *at;) {
		size_t end = strcspn(at, "\n"), indent = strspn(at, " ");

		if (end - indent == len && memcmp(at + indent, line, len) == 0)
			return true;
		at += end + (at[end] == '\n');
	}
	return false;
}

struct typed {
	struct world world;
	struct config empty;
	struct session *session;
};

static void typed_init(struct typed *typed)
{
	memset(typed, 0, sizeof(*typed));
	config_init(&typed->empty);
	typed->world.running = &typed->empty;
	typed->session = session_new(&typed->world, SESSION_MAY_CONFIGURE | SESSION_SCRIPT);
	assert_true(session_edit_begin(typed->session));
	session_enter(typed->session, MODE_CONFIG);
}

static void typed_fini(struct typed *typed)
{
	session_free(typed->session);
	config_fini(&typed->empty);
}

static void check_round_trip(const struct command_family *family, const struct command *row)
{
	struct typed typed, again;
	struct buffer text = {0}, text_again = {0};
	const struct config *config;

	(void)family;
	if (!row->example)
		return;
	typed_init(&typed);
	type_lines(typed.session, row->example_after);
	type_lines(typed.session, row->example);
	if (typed.session->call.row != row)
		fail_msg("%s: its example \"%s\" is that of \"%s\"", row->path, row->example,
			 typed.session->call.row->path);
	config = session_config(typed.session);
	running_config_write(&text, config);
	if (!has_line(buffer_text(&text), row->example))
		fail_msg("%s: \"%s\" is not in\n%s", row->path, row->example, buffer_text(&text));
	typed_init(&again);
	type_lines(again.session, buffer_text(&text));
	if (!config_equal(config, session_config(again.session)))
		fail_msg("%s: read back differs:\n%s", row->path, buffer_text(&text));
	running_config_write(&text_again, session_config(again.session));
	assert_string_equal(buffer_text(&text), buffer_text(&text_again));
	buffer_free(&text);
	buffer_free(&text_again);
	typed_fini(&typed);
	typed_fini(&again);
}

static void every_example_is_written_and_read_back(void **state)
{
	(void)state;
	each_row(check_round_trip);
}

/** `no` and the example take the example's line back: it is gone from the text. */
static void check_negation(const struct command_family *family, const struct command *row)
{
	struct typed typed;
	struct buffer text = {0};
	char line[600];

	(void)family;
	if (!row->example || !row->no_path)
		return;
	typed_init(&typed);
	type_lines(typed.session, row->example_after);
	type_lines(typed.session, row->example);
	/* a row that enters a mode is taken back from outside it */
	if (strncmp(row->example, "no ", 3) == 0)
		snprintf(line, sizeof(line), "%s", row->example + 3);
	else
		snprintf(line, sizeof(line), "no %s", row->example);
	type_lines(typed.session, line);
	running_config_write(&text, session_config(typed.session));
	if (has_line(buffer_text(&text), row->example))
		fail_msg("%s: \"%s\" leaves it in\n%s", row->path, line, buffer_text(&text));
	buffer_free(&text);
	typed_fini(&typed);
}

static void no_takes_every_example_back(void **state)
{
	(void)state;
	each_row(check_negation);
}

static void the_reference_names_every_row(void **state)
{
	struct buffer out = {0};
	size_t rows = 0, entries = 0;

	(void)state;
	reference_write(&out);
	for (size_t f = 0; command_families[f]; f++)
		rows += command_families[f]->command_count;
	for (const char *at = buffer_text(&out); (at = strstr(at, "\n- `")); at++)
		entries++;
	assert_int_equal(entries, rows);
	assert_null(strchr(buffer_text(&out), '='));
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_compiles),
		cmocka_unit_test(every_row_does_something_and_says_so),
		cmocka_unit_test(every_word_has_help),
		cmocka_unit_test(every_example_is_written_and_read_back),
		cmocka_unit_test(no_takes_every_example_back),
		cmocka_unit_test(the_reference_names_every_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
