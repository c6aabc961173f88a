/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A person at a terminal: readline in front, the router's words behind `?`, TAB and the prompt.
 *
 * One loop waits for keys, for the router hanging up, and for signals. Signals are blocked except
 * while it waits, so readline never runs inside a handler; a handler only leaves a mark. Readline
 * is given a terminal that stays in its mode until the end, else lines typed or pasted while a
 * command runs would be echoed twice. Ctrl-Z is a key here, not a signal: it ends configuration.
 *
 * Bracketed paste is off: a pasted configuration is to be carried out line by line.
 */
#include "cmd/vipsh/vipsh.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "cmd/vipsh/exchange.h"
#include "cmd/vipsh/history.h"
#include "cmd/vipsh/pager.h"

enum {
	KEY_CTRL_Z = 'Z' & 0x1f,
	EVENTS_MAX = 1 << 20, /* bytes of events that wait for the end of an answer */
};

/* readline calls back without an argument, so this is the one editor of the process */
static struct {
	struct client *client;
	char *prompt;		 /* owned */
	unsigned int page_lines; /* `terminal length` */
	sigset_t open;		 /* the signal mask while waiting */
	bool shown;		 /* the prompt and its line are on the screen */
	bool busy;		 /* a request is under way: events wait for its end */
	char *events;		 /* that wait; owned */
	size_t events_len;
	size_t events_lost; /* that came while EVENTS_MAX bytes waited */
	bool ends_mode;	    /* the line was ended by Ctrl-Z */
	bool done;	    /* leave the loop */
	int status;	    /* exit status, once done */
} editor;

static volatile sig_atomic_t interrupted; /* SIGINT came */
static volatile sig_atomic_t resized;	  /* SIGWINCH came */
static volatile sig_atomic_t ended_by;	  /* SIGTERM or SIGHUP came: its number */

/* ---- signals and the terminal ---------------------------------------------------------- */

static void on_signal(int number)
{
	if (number == SIGINT)
		interrupted = 1;
	else if (number == SIGWINCH)
		resized = 1;
	else
		ended_by = number;
}

static void signals_init(void)
{
	static const int caught[] = {SIGINT, SIGWINCH, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t block;

	sigemptyset(&block);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaddset(&block, caught[i]);
	sigprocmask(SIG_BLOCK, &block, &editor.open);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		sigaction(caught[i], &action, NULL);
		sigdelset(&editor.open, caught[i]);
	}
}

/** Readline's mode, and Ctrl-Z a key like others. */
static void terminal_prepare(int meta)
{
	struct termios mode;

	rl_prep_terminal(meta);
	if (tcgetattr(STDIN_FILENO, &mode) == 0) {
		mode.c_cc[VSUSP] = _POSIX_VDISABLE;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
	}
}

/** In place of readline's way back, which is taken at the very end. */
static void terminal_keep(void)
{
}

/** Undoes everything; at exit, however that comes. */
static void restore(void)
{
	rl_deprep_terminal();
	history_save();
}

static void finish_with(int status)
{
	editor.done = true;
	editor.status = status;
}

static void lost(int error)
{
	if (editor.shown)
		fputc('\n', rl_outstream);
	editor.shown = false;
	fflush(rl_outstream);
	finish_with(vipsh_lost(editor.client, error));
}

/* ---- lines that come unasked ------------------------------------------------------------ */

/** Shows @text above the prompt and what is being typed, which stand below it again after. */
static void show_event(const char *text, size_t len)
{
	if (editor.shown)
		rl_clear_visible_line();
	fwrite(text, 1, len, rl_outstream);
	fflush(rl_outstream);
	if (editor.shown) {
		rl_on_new_line();
		rl_redisplay();
	}
}

/** One came: at the prompt it is shown, within an answer it waits. */
static void take_event(void *context, const char *text, size_t len)
{
	char *grown;

	(void)context;
	if (!editor.busy) {
		show_event(text, len);
		return;
	}
	grown = editor.events_len + len <= EVENTS_MAX
			? realloc(editor.events, editor.events_len + len)
			: NULL;
	if (!grown) {
		editor.events_lost++;
		return;
	}
	memcpy(grown + editor.events_len, text, len);
	editor.events = grown;
	editor.events_len += len;
}

static void show_events(void)
{
	char said[64];

	if (editor.events_len == 0)
		return;
	show_event(editor.events, editor.events_len);
	editor.events_len = 0;
	if (editor.events_lost > 0) {
		int len = snprintf(said, sizeof(said), "%% %zu lines lost\n", editor.events_lost);

		show_event(said, (size_t)len);
	}
	editor.events_lost = 0;
}

/* ---- asking the router ----------------------------------------------------------------- */

/** A signal came while the router was at work. One that ends the program does so here. */
static bool output_is_stopped(void)
{
	if (ended_by)
		exit(128 + ended_by);
	return interrupted;
}

static bool show_page(void *pager, const char *text, size_t len)
{
	return pager_write(pager, text, len);
}

static bool was_interrupted(void *pager)
{
	(void)pager;
	return output_is_stopped();
}

/** Shows how a request ended that was answered to its end. */
static void show_end(struct pager *pager, struct exchange *x)
{
	pager->left = false; /* an error is shown also when output was left early */
	pager_write(pager, x->error, x->error_len);
	if (pager->column > 0)
		fputc('\n', stdout);
	fflush(stdout);
	if (x->page_lines >= 0)
		editor.page_lines = (unsigned int)x->page_lines;
	if (x->prompt) {
		free(editor.prompt);
		editor.prompt = x->prompt;
		x->prompt = NULL;
	}
	if (x->quit)
		finish_with(VIPSH_OK);
}

/** Shows what comes back for what was sent with result @sent. @files: it was a line. */
static void finish(int sent, bool files)
{
	struct pager pager;
	struct screen screen = {.write = show_page,
				.interrupted = was_interrupted,
				.context = &pager,
				.files = files};
	struct exchange x = {0};

	if (sent == -EILSEQ) {
		fputs("% The line is not valid UTF-8\n", stdout);
		return;
	}
	pager_init(&pager, editor.page_lines, &editor.open, output_is_stopped);
	editor.busy = true;
	if (!sent)
		sent = exchange_finish(editor.client, &screen, &x);
	editor.busy = false;
	if (sent)
		lost(sent);
	else
		show_end(&pager, &x);
	show_events();
	interrupted = 0;
	exchange_free(&x);
}

/** Runs what was typed; a line break inside, typed with Ctrl-V, parts it. */
static void run_lines(char *lines)
{
	char *line;

	while (!editor.done && (line = strsep(&lines, "\n")) != NULL) {
		if (line[strspn(line, " \t")] != '\0')
			finish(client_send_run(editor.client, line), true);
	}
}

/* ---- keys ------------------------------------------------------------------------------ */

/** The line up to the cursor; to be freed. */
static char *text_before_cursor(void)
{
	return strndup(rl_line_buffer, (size_t)rl_point);
}

/** `?`: what may follow here. The line stays as it is. */
static int key_help(int count, int key)
{
	char *text = text_before_cursor();
	int point = rl_point;

	(void)count;
	(void)key;
	rl_point = rl_end;
	rl_redisplay();
	fputs("?\n", rl_outstream);
	fflush(rl_outstream);
	editor.shown = false;
	if (text)
		finish(client_send_help(editor.client, text), false);
	free(text);
	rl_point = point;
	if (!editor.done) {
		rl_on_new_line();
		rl_redisplay();
	}
	return 0;
}

/** Ctrl-Z: out of configuration, whatever was typed. */
static int key_end_mode(int count, int key)
{
	if (!strstr(editor.prompt, "(config"))
		return rl_ding();
	rl_replace_line("", 1);
	rl_redisplay();
	fputs("^Z", rl_outstream);
	fflush(rl_outstream);
	editor.ends_mode = true;
	return rl_newline(count, key);
}

static void bind_keys(void)
{
	Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap};

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		rl_bind_key_in_map('?', key_help, maps[i]);
		rl_bind_key_in_map(KEY_CTRL_Z, key_end_mode, maps[i]);
	}
}

/* ---- completion ------------------------------------------------------------------------ */

/** The router's candidates for the word before the cursor; a new reference, or NULL. */
static json_t *ask_for_words(void)
{
	char *text = text_before_cursor();
	int error = text ? client_send_complete(editor.client, text) : -EILSEQ;
	struct reply reply = {0};
	json_t *words;

	editor.busy = true;
	free(text);
	if (error == -EILSEQ) {
		editor.busy = false;
		return NULL;
	}
	if (!error) {
		while ((error = client_receive(editor.client, &reply)) == -EINTR)
			output_is_stopped();
	}
	editor.busy = false;
	if (error)
		lost(error);
	words = reply.words ? json_deep_copy(reply.words) : NULL;
	client_reply_free(&reply);
	return words;
}

static json_t *candidates; /* of the completion under way */

/** Readline's generator: candidates one by one, each malloc'd. */
static char *next_candidate(const char *text, int state)
{
	static size_t next;

	if (state == 0)
		next = 0;
	while (next < json_array_size(candidates)) {
		const char *word = json_string_value(json_array_get(candidates, next++));

		if (word && strncasecmp(word, text, strlen(text)) == 0)
			return strdup(word);
	}
	return NULL;
}

static char **complete(const char *text, int start, int end)
{
	char **matches;

	(void)start;
	(void)end;
	rl_attempted_completion_over = 1; /* never a file's name */
	candidates = ask_for_words();
	matches = candidates ? rl_completion_matches(text, next_candidate) : NULL;
	json_decref(candidates);
	candidates = NULL;
	return matches;
}

/* ---- the loop -------------------------------------------------------------------------- */

/** Readline's: a whole line, now ours to free; NULL: Ctrl-D on an empty one. */
static void take_line(char *line)
{
	editor.shown = false;
	if (editor.ends_mode) {
		run_lines((char[]){"end"});
	} else if (line) {
		history_remember(line);
		run_lines(line);
	} else {
		fputs("exit\n", rl_outstream);
		fflush(rl_outstream);
		run_lines((char[]){"exit"});
	}
	editor.ends_mode = false;
	free(line);
	if (editor.done)
		rl_callback_handler_remove();
	else
		rl_set_prompt(editor.prompt);
}

/** Ctrl-C at the prompt: a fresh line. */
static void clear_line(void)
{
	interrupted = 0;
	rl_callback_sigcleanup();
	rl_point = rl_end;
	rl_redisplay();
	fputs("^C\n", rl_outstream);
	rl_free_line_state();
	rl_callback_handler_remove();
	rl_callback_handler_install(editor.prompt, take_line);
}

static void handle_signals(void)
{
	if (ended_by) {
		fputc('\n', rl_outstream);
		finish_with(128 + ended_by);
	}
	if (resized) {
		resized = 0;
		rl_resize_terminal();
	}
	if (interrupted)
		clear_line();
}

/** Waits for something to happen at the prompt, and sees to it. */
static void wait_once(void)
{
	struct pollfd ready[] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = editor.client->fd, .events = POLLIN},
	};
	int error;

	show_events();
	if (ppoll(ready, 2, NULL, &editor.open) < 0) {
		handle_signals();
		return;
	}
	if (ready[1].revents) {
		editor.busy = true; /* many are shown at once, for the line is drawn anew after */
		error = client_take_events(editor.client);
		editor.busy = false;
		if (error) {
			lost(error);
			return;
		}
	}
	if (ready[0].revents & POLLIN) {
		rl_callback_read_char();
		editor.shown = !editor.done;
	} else if (ready[0].revents) {
		finish_with(VIPSH_OK); /* the terminal is gone */
	}
}

static void readline_init(void)
{
	rl_readline_name = "vipsh";
	if (!isatty(STDOUT_FILENO))
		rl_outstream = stderr;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_prep_term_function = terminal_prepare;
	rl_deprep_term_function = terminal_keep;
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = " \t";
	rl_completer_quote_characters = NULL;
	rl_completion_query_items = -1;
	rl_initialize();
	/* from here on, so that they hold whatever the person's inputrc says */
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_variable_bind("page-completions", "off");
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_variable_bind("completion-ignore-case", "on");
	bind_keys();
}

int editor_run(struct client *client, const char *prompt)
{
	editor.client = client;
	editor.prompt = strdup(prompt);
	editor.page_lines = PAGER_LENGTH_DEFAULT;
	if (!editor.prompt)
		return VIPSH_FAILED;
	signals_init();
	client->open = &editor.open;
	client->event = take_event;
	readline_init();
	history_load();
	atexit(restore);
	rl_callback_handler_install(editor.prompt, take_line);
	editor.shown = true;
	while (!editor.done)
		wait_once();
	rl_callback_handler_remove();
	free(editor.prompt);
	editor.prompt = NULL;
	free(editor.events);
	editor.events = NULL;
	return editor.status;
}
