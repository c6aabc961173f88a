/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines that nobody types: of -c, of a file, of standard input. They are sent in order; the first
 * that fails ends the run unless -k was given. The router collects configuration lines and applies
 * them as one change when it is told to commit, so a run that ends early leaves nothing half done.
 *
 * Lines of `debug` and of the log are written as they come, between the answers; while standard
 * input is waited for too. A run that ends with some still on goes on to write them, until it is
 * killed or the router ends.
 *
 * A failure is `WHERE:LINE: message` on standard error, and below it the router's whole answer when
 * that is more than a line. With --json it is an object on standard output instead.
 */
#include "cmd/vipsh/vipsh.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/vipsh/exchange.h"

struct script {
	struct client *client;
	const struct vipsh_options *options;
	const char *where;   /* "FILE", "<stdin>" or "-c" */
	FILE *file;	     /* NULL: lines of -c */
	size_t line_no;	     /* from 1 */
	bool failed;	     /* a line did */
	bool quit;	     /* the session has ended */
	bool watch;	     /* lines of debug and of the log may come */
	enum vipsh_exit end; /* VIPSH_NO_ROUTER: the connection is lost */
};

static bool to_stdout(void *context, const char *text, size_t len)
{
	(void)context;
	return fwrite(text, 1, len, stdout) == len;
}

static void event_to_stdout(void *context, const char *text, size_t len)
{
	to_stdout(context, text, len);
	fflush(stdout);
}

static bool never(void *context)
{
	(void)context;
	return false;
}

static const struct screen line_screen = {.write = to_stdout, .interrupted = never, .files = true};
static const struct screen commit_screen = {.write = to_stdout, .interrupted = never};

/* ---- messages -------------------------------------------------------------------------- */

/** Writes an answer and the end of its last line, if that is missing. */
static void put_answer(const char *text, FILE *to)
{
	size_t len = strlen(text);

	fputs(text, to);
	if (len > 0 && text[len - 1] != '\n')
		fputc('\n', to);
}

static size_t line_len(const char *text)
{
	return strcspn(text, "\n");
}

/** The line of an answer that says what is wrong: the first with a '%', else the first. */
static const char *main_line(const char *text)
{
	const char *at = text;

	while (*at != '\0') {
		if (*at == '%')
			return at;
		at += line_len(at);
		at += *at == '\n';
	}
	return text;
}

/** An error of our own in the router's form of one; the router's as it came. */
static void say_object(const char *text)
{
	json_t *object;

	if (text[0] == '{') {
		put_answer(text, stdout);
		return;
	}
	text += text[0] == '%';
	text += text[0] == ' ';
	object = json_pack("{s:{s:s#}}", "error", "message", text, (int)line_len(text));
	json_dumpf(object, stdout, JSON_COMPACT);
	fputc('\n', stdout);
	json_decref(object);
}

static void say_text(const struct script *script, const char *text)
{
	const char *first = main_line(text);
	int first_len = (int)line_len(first);

	const char *rest = first + first_len + (first[first_len] == '\n');

	/* what is wrong, then what stood around it: the line with its caret, the hint */
	fprintf(stderr, "%s:%zu: %.*s\n", script->where, script->line_no, first_len, first);
	fprintf(stderr, "%.*s", (int)(first - text), text);
	if (*rest != '\0')
		put_answer(rest, stderr);
}

/** Says why a line failed. It is an object also where the line alone asked: `show ... | json`. */
static void say_failure(const struct script *script, const char *text)
{
	if (script->options->json || text[0] == '{')
		say_object(text);
	fflush(stdout); /* what came before the failure stands before its message */
	if (!script->options->json && text[0] != '{')
		say_text(script, text);
}

/* ---- one line -------------------------------------------------------------------------- */

/** Takes in how a request ended. */
static void take_result(struct script *script, const struct exchange *x)
{
	if (x->failed)
		say_failure(script, x->error);
	fflush(stdout);
	script->failed |= x->failed;
	script->quit |= x->quit;
	script->watch = x->watch;
	if (ferror(stdout)) {
		fprintf(stderr, "vipsh: cannot write standard output\n");
		script->failed = script->quit = true;
	}
}

/** Shows on @screen what comes back for what was sent with result @sent. */
static void finish(struct script *script, const struct screen *screen, int sent)
{
	struct exchange x = {.page_lines = -1};

	if (sent == -EILSEQ) {
		say_failure(script, "the line is not valid UTF-8");
		script->failed = true;
		return;
	}
	/* when nothing could be sent, the reason may still wait to be read */
	sent = exchange_finish(script->client, screen, &x);
	if (sent)
		script->end = vipsh_lost(script->client, sent);
	else
		take_result(script, &x);
	exchange_free(&x);
}

/** Whether the run goes on behind this line. */
static bool goes_on(const struct script *script)
{
	if (script->end != VIPSH_OK || script->quit)
		return false;
	return !script->failed || script->options->keep_going;
}

/** Sends one line. Blank ones count, but need no answer. */
static bool run_line(struct script *script, const char *line)
{
	if (line[strspn(line, " \t")] != '\0')
		finish(script, &line_screen, client_send_run(script->client, line));
	return goes_on(script);
}

/* ---- where lines come from ------------------------------------------------------------- */

/** Reads a line without its end into *@line. Return: whether there was one. */
static bool read_line(struct script *script, char **line, size_t *room)
{
	ssize_t len = getline(line, room, script->file);

	if (len < 0)
		return false;
	script->line_no++;
	if (len > 0 && (*line)[len - 1] == '\n')
		(*line)[--len] = '\0';
	if (len > 0 && (*line)[len - 1] == '\r')
		(*line)[--len] = '\0';
	/* a NUL would hide the rest of the line; no encoding of text has one */
	for (ssize_t i = 0; i < len; i++) {
		if ((*line)[i] == '\0')
			(*line)[i] = '\xff';
	}
	return true;
}

/** Writes events until the next line can be read. Regular files always can be. */
static void watch_for_line(struct script *script)
{
	struct pollfd ready[] = {
		{.fd = fileno(script->file), .events = POLLIN},
		{.fd = script->client->fd, .events = POLLIN},
	};
	int error = 0;

	while (script->watch && !error && !ready[0].revents) {
		if (poll(ready, 2, -1) < 0)
			return;
		if (ready[1].revents)
			error = client_take_events(script->client);
	}
	/* a connection that is lost shows at the next request */
}

static void run_file(struct script *script)
{
	char *line = NULL;
	size_t room = 0;

	if (script->file == stdin)
		setvbuf(stdin, NULL, _IONBF, 0); /* so that poll() knows of all that is there */
	while (watch_for_line(script), read_line(script, &line, &room)) {
		if (script->line_no == 1 && strncmp(line, "#!", 2) == 0)
			continue;
		if (!run_line(script, line))
			break;
	}
	if (ferror(script->file)) {
		fprintf(stderr, "vipsh: %s: %s\n", script->where, strerror(errno));
		script->failed = script->quit = true; /* half a file is not committed */
	}
	free(line);
}

/** The argument of each -c; one that holds several lines is taken apart. */
static void run_arguments(struct script *script)
{
	for (size_t i = 0; i < script->options->line_count; i++) {
		char *copy = strdup(script->options->lines[i]);
		char *rest = copy, *line;
		bool go = copy != NULL;

		script->line_no = i + 1;
		while (go && (line = strsep(&rest, "\n")) != NULL)
			go = run_line(script, line);
		free(copy);
		if (!go)
			return;
	}
}

static bool open_file(struct script *script, const char *path)
{
	if (strcmp(path, "-") == 0) {
		script->file = stdin;
		script->where = "<stdin>";
		return true;
	}
	script->file = fopen(path, "re");
	script->where = path;
	if (!script->file)
		fprintf(stderr, "vipsh: %s: %s\n", path, strerror(errno));
	return script->file != NULL;
}

/** The run is over, and lines are still to come: writes them. */
static void watch(struct script *script)
{
	int error = client_watch(script->client);

	if (!ferror(stdout))
		script->end = vipsh_lost(script->client, error);
}

int script_run(struct client *client, const struct vipsh_options *options)
{
	struct script script = {.client = client, .options = options, .where = "-c"};

	client->event = event_to_stdout;

	if (options->line_count == 0 && !open_file(&script, options->file ? options->file : "-"))
		return VIPSH_FAILED;
	if (script.file)
		run_file(&script);
	else
		run_arguments(&script);
	if (goes_on(&script))
		finish(&script, &commit_screen, client_send_commit(client));
	if (goes_on(&script) && script.watch)
		watch(&script);
	if (script.file && script.file != stdin)
		fclose(script.file);
	if (script.end != VIPSH_OK)
		return script.end;
	return script.failed ? VIPSH_FAILED : VIPSH_OK;
}
