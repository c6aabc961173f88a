/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `?` and TAB. First it is found out what the last word belongs to: a command of the exec level, a
 * line of configuration (behind `no`, behind `set`), a pipe. Then the automata say what may stand
 * there: `?` lists it with help, TAB gives the words it may become, live values among them.
 */
#include <stdio.h>
#include <strings.h>

#include "cli/arg.h"
#include "cli/complaint.h"
#include "cli/names.h"
#include "cli/session_state.h"
#include "core/text.h"

enum { CHAIN_MAX = 16 };

struct help_item {
	char word[64];
	char help[120];
};

/** What is asked: what may begin with line[word..], after the words of line[from..word). */
struct help_query {
	enum cli_mode mode;
	enum match_flags flags;
	size_t from, word;
	bool pipe;	/* a word behind `|` */
	bool pipe_file; /* and something follows that word: not ours to complete */
	bool negatable; /* `no` may stand here */
	bool flat;	/* behind `set` or `unset` */
};

struct help {
	struct session *session;
	const char *partial;
	VEC(struct help_item) items;
	bool may_end; /* <cr> */
	bool values;  /* TAB: live values instead of the names of arguments */
	bool flat;    /* behind `set`: no commands that only move the session about */
};

static void help_add(struct help *help, const char *word, const char *text)
{
	struct help_item *item;
	size_t len;

	vec_each (&help->items, known) {
		if (strcasecmp(known->word, word) == 0)
			return;
	}
	item = vec_push(&help->items);
	if (!item)
		return;
	snprintf(item->word, sizeof(item->word), "%s", word);
	snprintf(item->help, sizeof(item->help), "%s", text ? text : "");
	/* a row's help is a sentence, a word's is not */
	len = strlen(item->help);
	if (len > 0 && item->help[len - 1] == '.')
		item->help[len - 1] = '\0';
}

/** Adds a live value that begins as the partial word does. */
static void help_value(struct help *help, const char *value)
{
	if (strncasecmp(value, help->partial, strlen(help->partial)) == 0 && !strpbrk(value, " \t"))
		help_add(help, value, NULL);
}

/* ---- live values ------------------------------------------------------------------------ */

static void help_namespaces(struct help *help)
{
	const struct world *world = help->session->world;
	json_t *names, *name;
	size_t index;

	if (!world->effects || !world->effects->namespaces)
		return;
	names = world->effects->namespaces(world->context);
	json_array_foreach (names, index, name)
		if (json_is_string(name))
			help_value(help, json_string_value(name));
	json_decref(names);
}

static void help_hosts(struct help *help)
{
	const struct world *world = help->session->world;
	struct dhcp_binding binding;
	ip4_t after = IP4_ANY;

	vec_each (&world->running->dns.hosts, host)
		help_value(help, host->name);
	if (!world->router)
		return;
	while (dhcp_server_next_binding(router_dhcp(world->router), &after, &binding, world->now)) {
		if (binding.client_name[0])
			help_value(help, binding.client_name);
		if (binding.record.hostname[0])
			help_value(help, binding.record.hostname);
	}
}

static void help_values(struct help *help, enum arg_type type)
{
	const struct config *config = session_config(help->session);
	char text[INTERFACE_TEXT_SIZE];

	switch (type) {
	case ARG_INTERFACE:
		vec_each (&config->interfaces, interface) {
			help_value(help, interface_to_text(interface->id, text));
		}
		break;
	case ARG_VIP: vec_each (&config->vips, vip) { help_value(help, vip->name);
		}
		break;
	case ARG_POOL: vec_each (&config->dhcp.pools, pool) { help_value(help, pool->name);
		}
		break;
	case ARG_NAT_POOL: vec_each (&config->nat.pools, pool) { help_value(help, pool->name);
		}
		break;
	case ARG_ACL: vec_each (&config->acls, acl) { help_value(help, acl->name);
		}
		break;
	case ARG_ICMP:
		for (const struct icmp_name *message = icmp_names; message->name; message++)
			help_value(help, message->name);
		break;
	case ARG_NAMESPACE: help_namespaces(help); break;
	case ARG_HOST: help_hosts(help); break;
	case ARG_IP4:
	case ARG_MASK:
	case ARG_PREFIX:
	case ARG_MAC:
	case ARG_NUMBER:
	case ARG_PORT:
	case ARG_WORD:
	case ARG_LINE:
	case ARG_HEX:
	case ARG_IFNAME:
	case ARG_FILE:
	case ARG_TYPE_COUNT: break;
	}
}

/* ---- what may stand there --------------------------------------------------------------- */

static void help_word(struct help *help, const struct match *match, const struct match_next *next)
{
	const char *chain[CHAIN_MAX], *text;
	char own[64];
	unsigned int count;

	if (*help->partial && !match_abbreviates(help->partial, next->node->text))
		return;
	if (help->flat && next->row->family == &session_family)
		return;
	count = match_chain(match, next, chain, CHAIN_MAX, own, sizeof(own));
	text = grammar_word_help(help->session->grammar, chain, count);
	help_add(help, next->node->text, text ? text : next->row->command->help);
}

static void help_arg(struct help *help, const struct match *match, const struct match_next *next)
{
	const char *chain[CHAIN_MAX], *text;
	char own[64], shown[64], standard[120];
	unsigned int count;

	if (help->values) {
		if (!next->half)
			help_values(help, next->node->type);
		return;
	}
	if (next->half) {
		bool mask = next->node->type == ARG_PREFIX;

		help_add(help, mask ? "A.B.C.D" : "<0-4095>",
			 mask ? "Network mask" : "Interface number");
		return;
	}
	if (!arg_may_begin(next->node, help->partial))
		return;
	count = match_chain(match, next, chain, CHAIN_MAX, own, sizeof(own));
	text = grammar_word_help(help->session->grammar, chain, count);
	help_add(help, grammar_arg_shown(next->node, shown, sizeof(shown)),
		 text ? text : arg_help(next->node, standard, sizeof(standard)));
	if (next->node->type == ARG_PREFIX && !strchr(help->partial, '/'))
		help_add(help, "A.B.C.D", "The same in two words: address, mask");
}

/** Adds what may stand at the query's place, in one mode. */
static void help_expect(struct help *help, const struct help_query *query, enum cli_mode mode,
			struct match *match)
{
	match_expect(&(struct match_query){help->session->grammar, mode, query->flags,
					   help->session->line, query->from, query->word},
		     match);
	if (match->kind != MATCH_INCOMPLETE)
		return;
	vec_each (&match->expected, next) {
		switch (next->node->kind) {
		case GRAMMAR_WORD: help_word(help, match, next); break;
		case GRAMMAR_ARG: help_arg(help, match, next); break;
		case GRAMMAR_SPLIT:
		case GRAMMAR_ACCEPT: break;
		}
	}
	help->may_end = help->may_end || (match->may_end && !*help->partial);
}

static void help_pipe_words(struct help *help)
{
	for (const struct pipe_word *word = pipe_words; word->word; word++)
		if (!*help->partial || match_abbreviates(help->partial, word->word))
			help_add(help, word->word, word->help);
}

static void help_negations(struct help *help)
{
	static const char *const words[] = {"no", "default"};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (!*help->partial || match_abbreviates(help->partial, words[i]))
			help_add(help, words[i],
				 grammar_word_help(help->session->grammar, &words[i], 1));
}

static int help_compare(const void *a, const void *b)
{
	const struct help_item *x = a, *y = b;

	return strcasecmp(x->word, y->word);
}

/** Everything that may stand there. @match: out: of the first mode tried. */
static void help_collect(struct help *help, const struct help_query *query, struct match *match)
{
	*match = (struct match){.kind = MATCH_INCOMPLETE};
	if (query->pipe) {
		if (!query->pipe_file)
			help_pipe_words(help);
	} else {
		help_expect(help, query, query->mode, match);
		if (query->negatable)
			help_negations(help);
		if (help->items.count == 0 && !help->may_end && query->mode != MODE_EXEC &&
		    query->mode != MODE_CONFIG) {
			match_fini(match);
			help_expect(help, query, MODE_CONFIG, match);
		}
	}
	if (help->items.count > 1)
		qsort(help->items.at, help->items.count, sizeof(*help->items.at), help_compare);
}

/* ---- where the last word stands --------------------------------------------------------- */

/** Steps over @word, if it stands at *@at, written out and followed by a blank. */
static bool help_skip(const char *line, size_t *at, const char *word)
{
	size_t begin = *at + strspn(line + *at, " \t");
	size_t len = strlen(word);

	if (strncasecmp(line + begin, word, len) != 0 || !line[begin + len] ||
	    !strchr(" \t", line[begin + len]))
		return false;
	*at = begin + len;
	return true;
}

/** A line of configuration from query->from on. */
static void help_locate_config(const char *line, struct help_query *query)
{
	if (help_skip(line, &query->from, "no") || help_skip(line, &query->from, "default"))
		query->flags |= MATCH_NO;
	else
		query->negatable = query->from + strspn(line + query->from, " \t") >= query->word;
}

/** `set` and `unset`: into the mode where the rest of the line stands. */
static bool help_locate_flat(struct session *session, struct help_query *query)
{
	bool unset = help_skip(session->line, &query->from, "unset");

	if (!unset && !help_skip(session->line, &query->from, "set"))
		return false;
	query->mode = session_edit_flat_mode(session, &query->from);
	query->flat = true;
	if (unset)
		query->flags = MATCH_NO;
	else
		help_locate_config(session->line, query);
	return true;
}

static void help_locate(struct session *session, struct help_query *query)
{
	const char *line = session->line;
	size_t pipe;

	*query = (struct help_query){.mode = session->place.mode, .word = strlen(line)};
	while (query->word > 0 && !strchr(" \t", line[query->word - 1]))
		query->word--;
	if (query->mode != MODE_EXEC) {
		if (!help_skip(line, &query->from, "do")) {
			help_locate_config(line, query);
			return;
		}
		query->mode = MODE_EXEC;
		query->flags = MATCH_THROUGH_DO;
	} else if (session_is_enabled(session) && help_locate_flat(session, query)) {
		return;
	}
	if (!session_is_enabled(session))
		query->flags |= MATCH_LOOK;
	pipe = pipe_find(line, query->from);
	if (!line[pipe])
		return;
	for (size_t next; line[next = pipe_find(line, pipe + 1)];)
		pipe = next;
	query->pipe = true;
	pipe++;
	if (query->word < pipe)
		query->word = pipe;
	query->pipe_file = pipe + strspn(line + pipe, " \t") < query->word;
}

/** Collects for @line, which takes the place of the session's own meanwhile. */
static void help_ask(struct help *help, const char *line, struct help_query *query,
		     struct match *match)
{
	help_locate(help->session, query);
	help->flat = query->flat;
	help->partial = line + query->word;
	help_collect(help, query, match);
}

/** Whether the line is one that a command could be; and the session has time for it. */
static bool help_is_sane(const struct session *session, const char *line)
{
	json_t *utf8;

	if (session->due != SESSION_DUE_NOTHING || strlen(line) > SESSION_LINE_MAX)
		return false;
	for (const char *p = line; *p; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f)
			return false;
	utf8 = json_string(line);
	json_decref(utf8);
	return utf8 != NULL;
}

static void help_print(const struct help *help, const struct help_query *query, struct buffer *out)
{
	int width = 2;

	vec_each (&help->items, item) {
		width = MAX(width, (int)strlen(item->word));
	}
	width = help->may_end ? MAX(width, 4) : width;
	vec_each (&help->items, item) {
		buffer_printf(out, item->help[0] ? "  %-*s  %s\n" : "  %-*s%s\n",
			      item->help[0] ? width : 0, item->word, item->help);
	}
	if (!help->may_end)
		return;
	if (query->mode == MODE_EXEC)
		buffer_printf(out, "  %-*s  Output modifiers\n", width, "|");
	buffer_add(out, "  <cr>\n");
}

void session_help(struct session *session, const char *line, struct buffer *out)
{
	struct help help = {.session = session};
	struct help_query query;
	struct match match;
	char *saved = session->line, *copy;

	if (!help_is_sane(session, line))
		return;
	copy = strdup(line);
	if (!copy)
		return;
	session->line = copy;
	help_ask(&help, copy, &query, &match);
	if (help.items.count > 0 || help.may_end) {
		help_print(&help, &query, out);
	} else if (match.kind == MATCH_AMBIGUOUS) {
		char text[SESSION_ERROR_SIZE];

		complaint_text(&match, text, sizeof(text));
		buffer_printf(out, "%% %s\n", text);
	} else if (!query.pipe_file) {
		buffer_add(out, "% Unrecognized command\n");
	}
	match_fini(&match);
	vec_free(&help.items);
	session->line = saved;
	free(copy);
}

json_t *session_complete(struct session *session, const char *line)
{
	struct help help = {.session = session, .values = true};
	json_t *words = json_array();
	struct help_query query;
	struct match match;
	char *saved = session->line, *copy;

	if (!words || !help_is_sane(session, line))
		return words;
	copy = strdup(line);
	if (!copy)
		return words;
	session->line = copy;
	help_ask(&help, copy, &query, &match);
	vec_each (&help.items, item) {
		json_t *word = json_string(item->word);

		if (word)
			json_array_append_new(words, word);
	}
	match_fini(&match);
	vec_free(&help.items);
	session->line = saved;
	free(copy);
	return words;
}
