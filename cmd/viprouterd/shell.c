/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connected shell.
 *
 * Model: bytes come in and are cut into lines; a line is a request; requests wait in a short queue
 * and are answered in order. "stop" alone acts when it arrives. No request begins, and no further
 * piece of an answer is made, while WRITE_LIMIT bytes wait to be taken by the other side: so a slow
 * reader costs a bounded memory and no time.
 *
 * Lines of `debug` and of the log come between the objects of answers. They find no room where
 * WRITE_LIMIT bytes wait, and are counted.
 *
 * Only one of these is true at a time: `waiting` (an effect of the world is under way), `more`
 * (pieces of an answer are due), or neither, and then the next request may begin.
 *
 * Closing: the handle goes at once; the memory goes when the handle is closed and no effect is
 * under way, since the effect ends in a session that must still be there.
 */
#include "cmd/viprouterd/shell.h"

#include <jansson.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "cmd/viprouterd/pump.h"
#include "core/debug.h"

enum {
	LINE_MAX_BYTES = 64 * 1024,
	WRITE_LIMIT = 64 * 1024,
	REQUESTS_MAX = 16,
};

struct shell {
	uv_pipe_t pipe;
	struct effects *effects;
	shell_gone_fn *gone;
	void *gone_context;

	struct session *session; /* NULL until the first request */
	bool may_configure;
	bool waiting, more;
	bool ended;    /* the other side sends nothing more */
	bool closing;  /* after the last write the connection ends */
	bool closed;   /* uv_close() was called */
	bool released; /* the handle is closed */

	char in[LINE_MAX_BYTES + 1];
	size_t in_len;
	json_t *requests[REQUESTS_MAX];
	unsigned int request_count;

	json_t *id;	   /* of the request being answered */
	bool first;	   /* no object of this answer was sent yet */
	uint32_t debug;	   /* of the session, as the router knows it */
	uint64_t lost;	   /* lines of debug and of the log that found no room */
	struct buffer out; /* text of the next object */
};

static void proceed(struct shell *shell);

/* ---- coming and going ------------------------------------------------------------------- */

static void release(struct shell *shell)
{
	if (!shell->released || shell->waiting)
		return;
	shell->gone(shell->gone_context, shell);
	session_free(shell->session);
	while (shell->request_count > 0)
		json_decref(shell->requests[--shell->request_count]);
	json_decref(shell->id);
	buffer_free(&shell->out);
	free(shell);
}

static void handle_closed(uv_handle_t *handle)
{
	struct shell *shell = handle->data;

	shell->released = true;
	release(shell);
}

uint32_t shell_debug(const struct shell *shell)
{
	return shell->session && !shell->closed ? session_debug(shell->session) : 0;
}

/** Lets the router know what the session debugs, when that has changed. */
static void sync_debug(struct shell *shell)
{
	if (shell->debug == shell_debug(shell))
		return;
	shell->debug = shell_debug(shell);
	shell->effects->watch(shell->effects->control);
}

void shell_close(struct shell *shell)
{
	if (shell->closed)
		return;
	shell->closed = true;
	shell->more = false;
	sync_debug(shell);
	uv_close((uv_handle_t *)&shell->pipe, handle_closed);
}

struct shell *shell_new(uv_loop_t *loop, struct effects *effects, shell_gone_fn *gone,
			void *context)
{
	struct shell *shell = calloc(1, sizeof(*shell));

	if (!shell)
		return NULL;
	shell->effects = effects;
	shell->gone = gone;
	shell->gone_context = context;
	shell->pipe.data = shell;
	uv_pipe_init(loop, &shell->pipe, 0);
	return shell;
}

uv_stream_t *shell_stream(struct shell *shell)
{
	return (uv_stream_t *)&shell->pipe;
}

/* ---- answers ---------------------------------------------------------------------------- */

struct write_request {
	uv_write_t write;
	char *text;
};

static void tell_lost(struct shell *shell);

static void written(uv_write_t *write, int status)
{
	struct write_request *request = CONTAINER_OF(write, struct write_request, write);
	struct shell *shell = write->data;

	free(request->text);
	free(request);
	if (shell->closed)
		return;
	if (status < 0 || (shell->closing && shell->pipe.write_queue_size == 0))
		shell_close(shell);
	else
		proceed(shell);
	if (!shell->closed)
		tell_lost(shell);
}

/** Takes over @object. Out of memory ends the connection: nobody could be told. */
static void send_object(struct shell *shell, json_t *object)
{
	struct write_request *request = calloc(1, sizeof(*request));
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	size_t len = text ? strlen(text) : 0;
	uv_buf_t piece;

	json_decref(object);
	if (!request || !text || shell->closed) {
		free(request);
		free(text);
		shell_close(shell);
		return;
	}
	text[len] = '\n'; /* in the place of the NUL */
	request->text = text;
	request->write.data = shell;
	piece = uv_buf_init(text, (unsigned int)len + 1);
	if (uv_write(&request->write, shell_stream(shell), &piece, 1, written) < 0) {
		free(text);
		free(request);
		shell_close(shell);
	}
}

/** A JSON string of @text, in which bytes that are not UTF-8 have become question marks. */
static json_t *string_of(const char *text, size_t len)
{
	json_t *string = json_stringn(text, len);
	char *copy;

	if (string)
		return string;
	copy = malloc(len + 1);
	if (!copy)
		return NULL;
	for (size_t i = 0; i < len; i++)
		copy[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	string = json_stringn(copy, len);
	free(copy);
	return string;
}

/** The same of a line, with its end. */
static json_t *string_of_line(const char *line)
{
	char text[1024];
	int len = snprintf(text, sizeof(text), "%s\n", line);

	return string_of(text, MIN((size_t)len, sizeof(text) - 1));
}

static json_t *answer_new(struct shell *shell, int status)
{
	json_t *answer = json_object();

	if (shell->id)
		json_object_set(answer, "id", shell->id);
	json_object_set_new(answer, "status", json_integer(status));
	return answer;
}

static void protocol_error(struct shell *shell, const char *message)
{
	json_t *answer = answer_new(shell, 1);

	json_object_set_new(answer, "error", json_string(message));
	json_object_set_new(answer, "out", json_sprintf("%% %s\n", message));
	shell->closing = true;
	uv_read_stop(shell_stream(shell));
	while (shell->request_count > 0)
		json_decref(shell->requests[--shell->request_count]);
	send_object(shell, answer);
}

static void add_prompt(struct shell *shell, json_t *answer)
{
	struct buffer prompt = {0};

	session_prompt(shell->session, &prompt);
	json_object_set_new(answer, "prompt", string_of(buffer_text(&prompt), prompt.len));
	buffer_free(&prompt);
}

static void add_redirect(struct shell *shell, json_t *answer)
{
	const char *how = NULL, *file = session_redirect(shell->session, &how);
	json_t *redirect;

	if (!file || !how)
		return;
	redirect = json_object();
	json_object_set_new(redirect, "how", json_string(how));
	json_object_set_new(redirect, "file", string_of(file, strlen(file)));
	json_object_set_new(answer, "redirect", redirect);
}

/** Sends what a session printed, and goes by its status. */
static void answer_run(struct shell *shell, enum session_status status)
{
	json_t *answer;

	shell->waiting = status == SESSION_WAIT;
	shell->more = status == SESSION_MORE;
	if (status == SESSION_WAIT)
		return;
	answer = answer_new(shell, status == SESSION_FAILED ? 1 : 0);
	json_object_set_new(answer, "out", string_of(buffer_text(&shell->out), shell->out.len));
	buffer_clear(&shell->out);
	if (shell->first)
		add_redirect(shell, answer);
	shell->first = false;
	if (shell->more) {
		json_object_set_new(answer, "more", json_true());
	} else {
		add_prompt(shell, answer);
		json_object_set_new(answer, "page",
				    json_integer(session_page_length(shell->session)));
		if (session_debug(shell->session) || session_monitors(shell->session))
			json_object_set_new(answer, "watch", json_true());
	}
	if (status == SESSION_QUIT) {
		json_object_set_new(answer, "quit", json_true());
		shell->closing = true;
	}
	send_object(shell, answer);
}

/* ---- lines that nobody asked for one by one ---------------------------------------------- */

/** @out: its text, taken over; NULL: no memory. */
static void send_event(struct shell *shell, const char *kind, json_t *out)
{
	json_t *object = json_pack("{s:s, s:o}", "event", kind, "out", out);

	if (object)
		send_object(shell, object);
	else
		shell->lost++;
}

/** The line of an object, as a string. */
static json_t *line_of(json_t *object)
{
	enum { DIGITS = 13 }; /* of seconds, with milliseconds */
	char *dumped =
		object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS)) : NULL;
	json_t *line = dumped ? json_sprintf("%s\n", dumped) : NULL;

	free(dumped);
	json_decref(object);
	return line;
}

/** Whether there is room for another line; else it is counted. */
static bool has_room(struct shell *shell)
{
	if (shell->closed || shell->closing || !shell->session)
		return false;
	if (shell->pipe.write_queue_size >= WRITE_LIMIT) {
		shell->lost++;
		return false;
	}
	tell_lost(shell);
	return !shell->closed;
}

/** Says that lines were lost, once there is room to say it. */
static void tell_lost(struct shell *shell)
{
	uint64_t lost = shell->lost;

	if (lost == 0 || shell->closing || shell->pipe.write_queue_size >= WRITE_LIMIT)
		return;
	shell->lost = 0;
	if (session_is_json(shell->session))
		send_event(shell, "lost", line_of(json_pack("{s:I}", "lost", (json_int_t)lost)));
	else
		send_event(shell, "lost",
			   json_sprintf("%% %llu lines lost\n", (unsigned long long)lost));
}

/** "Nov 25 07:48:52.123", UTC like the log. */
static void time_text(int64_t wall_ms, char *text, size_t size)
{
	time_t second = (time_t)(wall_ms / 1000);
	struct tm parts;
	size_t len;

	gmtime_r(&second, &parts);
	len = strftime(text, size, "%b %e %H:%M:%S", &parts);
	snprintf(text + len, size - len, ".%03u", (unsigned int)(wall_ms % 1000));
}

void shell_take_debug(struct shell *shell, const struct event *event)
{
	const enum debug_what what = (enum debug_what)event->debug;
	const int64_t wall_ms = pump_wall_ms();
	char stamp[32];

	if (!shell->session || !(session_monitors(shell->session) ||
				 (session_debug(shell->session) & debug_bit(what))))
		return;
	shell->lost += event->lost;
	if (!has_room(shell))
		return;
	if (session_is_json(shell->session)) {
		send_event(shell, "debug",
			   line_of(json_pack("{s:{s:f, s:s, s:o}}", "debug", "time_s",
					     (double)wall_ms / 1000, "category", debug_words(what),
					     "text", string_of(event->text, strlen(event->text)))));
		return;
	}
	time_text(wall_ms, stamp, sizeof(stamp));
	send_event(shell, "debug", json_sprintf("%s: %s\n", stamp, event->text));
}

void shell_take_log(struct shell *shell, const char *line)
{
	if (!shell->session || !session_monitors(shell->session) || !has_room(shell))
		return;
	if (session_is_json(shell->session))
		send_event(shell, "log",
			   line_of(json_pack("{s:{s:o}}", "log", "text",
					     string_of(line, strlen(line)))));
	else
		send_event(shell, "log", string_of_line(line));
}

/* ---- requests --------------------------------------------------------------------------- */

static bool make_session(struct shell *shell, const json_t *request)
{
	unsigned int flags = shell->may_configure ? SESSION_MAY_CONFIGURE : 0;

	if (json_is_true(json_object_get(request, "script")))
		flags |= SESSION_SCRIPT;
	if (json_is_true(json_object_get(request, "json")))
		flags |= SESSION_JSON;
	if (json_is_true(json_object_get(request, "check")))
		flags |= SESSION_CHECK;
	shell->session = session_new(&shell->effects->world, (enum session_flags)flags);
	return shell->session != NULL;
}

static void do_hello(struct shell *shell)
{
	const char *hostname = shell->effects->world.running->hostname;
	json_t *answer = answer_new(shell, 0);

	add_prompt(shell, answer);
	json_object_set_new(answer, "hostname", string_of(hostname, strlen(hostname)));
	json_object_set_new(answer, "may_configure", json_boolean(shell->may_configure));
	send_object(shell, answer);
}

static void do_help(struct shell *shell, const char *line)
{
	json_t *answer = answer_new(shell, 0);

	session_help(shell->session, line, &shell->out);
	json_object_set_new(answer, "out", string_of(buffer_text(&shell->out), shell->out.len));
	buffer_clear(&shell->out);
	send_object(shell, answer);
}

static void do_complete(struct shell *shell, const char *line)
{
	json_t *answer = answer_new(shell, 0);
	json_t *words = session_complete(shell->session, line);

	json_object_set_new(answer, "words", words ? words : json_array());
	send_object(shell, answer);
}

static void do_run(struct shell *shell, const char *line)
{
	enum session_status status;

	shell->first = true;
	status = line ? session_run(shell->session, line, &shell->out)
		      : session_commit(shell->session, &shell->out);
	sync_debug(shell);
	pump_run(shell->effects->pump); /* `clear` has left records, frames and deadlines */
	answer_run(shell, status);
}

static bool is_op(const json_t *request, const char *op)
{
	const char *is = json_string_value(json_object_get(request, "op"));

	return is && strcmp(is, op) == 0;
}

/** Whether a request has to wait for a change that another session, or a signal, started. */
static bool must_wait(const struct shell *shell, const json_t *request)
{
	return shell->may_configure && effects_busy(shell->effects) &&
	       (is_op(request, "run") || is_op(request, "commit"));
}

static void handle(struct shell *shell, const json_t *request)
{
	const char *line = json_string_value(json_object_get(request, "line"));
	bool is_hello = is_op(request, "hello");

	json_decref(shell->id);
	shell->id = json_incref(json_object_get(request, "id"));
	effects_refresh(shell->effects);
	if (is_hello && shell->session) {
		protocol_error(shell, "\"hello\" comes first");
		return;
	}
	if (!shell->session && !make_session(shell, request)) {
		protocol_error(shell, "out of memory");
		return;
	}
	if (is_hello)
		do_hello(shell);
	else if (is_op(request, "commit"))
		do_run(shell, NULL);
	else if (!line)
		protocol_error(shell, "no such \"op\", or \"line\" is missing");
	else if (is_op(request, "run"))
		do_run(shell, line);
	else if (is_op(request, "help"))
		do_help(shell, line);
	else if (is_op(request, "complete"))
		do_complete(shell, line);
	else
		protocol_error(shell, "no such \"op\"");
}

static void read_more(struct shell *shell);

/** Goes on with whatever is due: a piece of an answer, the next request, the end. */
static void proceed(struct shell *shell)
{
	while (!shell->closed && !shell->closing && !shell->waiting &&
	       shell->pipe.write_queue_size < WRITE_LIMIT) {
		json_t *request;

		if (shell->more) {
			effects_refresh(shell->effects);
			answer_run(shell, session_more(shell->session, &shell->out));
			return; /* the next piece when this one is written: others come between */
		}
		if (shell->request_count == 0 || must_wait(shell, shell->requests[0]))
			break;
		request = shell->requests[0];
		memmove(shell->requests, shell->requests + 1,
			--shell->request_count * sizeof(*shell->requests));
		handle(shell, request);
		json_decref(request);
	}
	if (!shell->closed)
		read_more(shell);
}

/* ---- input ------------------------------------------------------------------------------ */

/** Takes one line. Return: false: the connection is over. */
static bool take_line(struct shell *shell, const char *line, size_t len)
{
	json_error_t error;
	json_t *request;
	bool blank = true;

	for (size_t i = 0; i < len; i++)
		blank = blank && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r');
	if (blank)
		return true;
	request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(request) ||
	    (json_object_get(request, "id") && !json_is_integer(json_object_get(request, "id")))) {
		json_decref(request);
		protocol_error(shell, "not a request: one JSON object a line is expected");
		return false;
	}
	if (is_op(request, "stop")) {
		if (shell->more)
			session_stop(shell->session);
		json_decref(request);
		return true;
	}
	shell->requests[shell->request_count++] = request;
	return true;
}

/** Cuts what has come in into requests, as many as there is room for. */
static void cut_lines(struct shell *shell)
{
	size_t at = 0;

	while (!shell->closed && !shell->closing && shell->request_count < REQUESTS_MAX) {
		const char *start = shell->in + at;
		const char *end = memchr(start, '\n', shell->in_len - at);

		if (!end)
			break;
		if (!take_line(shell, start, (size_t)(end - start)))
			return;
		at += (size_t)(end - start) + 1;
	}
	shell->in_len -= at;
	memmove(shell->in, shell->in + at, shell->in_len);
	if (shell->in_len >= LINE_MAX_BYTES && !shell->closing &&
	    !memchr(shell->in, '\n', shell->in_len))
		protocol_error(shell, "a line of more than 65536 bytes");
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct shell *shell = handle->data;

	(void)suggested;
	*buf = uv_buf_init(shell->in + shell->in_len,
			   (unsigned int)(sizeof(shell->in) - shell->in_len));
}

static void came_in(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct shell *shell = stream->data;

	(void)buf;
	if (shell->closed || n == 0)
		return;
	if (n > 0) {
		shell->in_len += (size_t)n;
	} else {
		/* half closed: what was asked is still answered. A shell that is gone altogether
		 * shows when it is written to */
		shell->ended = true;
		uv_read_stop(stream);
		if (n != UV_EOF) {
			shell_close(shell);
			return;
		}
	}
	read_more(shell);
	proceed(shell);
}

/** Cuts more requests out of the input, and listens only while there is room for them. */
static void read_more(struct shell *shell)
{
	uv_stream_t *stream = shell_stream(shell);

	if (shell->closing)
		return;
	cut_lines(shell);
	if (shell->closed || shell->closing)
		return;
	if (shell->ended && shell->request_count == 0 && !shell->waiting && !shell->more &&
	    shell->pipe.write_queue_size == 0) {
		shell_close(shell);
		return;
	}
	if (!shell->ended && shell->in_len < sizeof(shell->in) &&
	    shell->request_count < REQUESTS_MAX)
		uv_read_start(stream, give_room, came_in);
	else
		uv_read_stop(stream);
}

void shell_start(struct shell *shell)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	uv_os_fd_t fd;

	if (uv_fileno((uv_handle_t *)&shell->pipe, &fd) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0) {
		shell_close(shell);
		return;
	}
	shell->may_configure = peer.uid == 0 || peer.uid == geteuid();
	read_more(shell);
}

void shell_refuse(struct shell *shell, const char *message)
{
	protocol_error(shell, message);
}

/* ---- effects ---------------------------------------------------------------------------- */

void shell_wake(struct shell *shell)
{
	if (!shell->closed)
		proceed(shell);
}

bool shell_has_session(const struct shell *shell, const struct session *session)
{
	return shell->session == session;
}

void shell_resume(struct shell *shell, int status, const char *message)
{
	enum session_status result;

	effects_refresh(shell->effects);
	result = session_resume(shell->session, status, message, &shell->out);
	if (shell->closed) {
		shell->waiting = result == SESSION_WAIT;
		release(shell);
		return;
	}
	answer_run(shell, result);
	proceed(shell);
}
