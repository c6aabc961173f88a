/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See client.h. The socket blocks: whoever waits for the router has nothing else to do, except to
 * hear a signal, which ppoll() lets in. Replies to an earlier request are passed over. One without
 * an id, or with an "error", is about the connection itself, and answers whatever was asked.
 */
#include "cmd/vipsh/client.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	CLIENT_READ_SIZE = 16384,   /* bytes asked of the socket at once */
	CLIENT_LINE_MAX = 64 << 20, /* bytes of one reply; a longer one is nonsense */
	CLIENT_RETRY_MS = 50,	    /* between two attempts to connect */
};

void client_init(struct client *client)
{
	memset(client, 0, sizeof(*client));
	client->fd = -1;
}

void client_fini(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	free(client->socket_path);
	free(client->in);
	client_init(client);
}

/* ---- connecting ------------------------------------------------------------------------ */

static int connect_once(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int error;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
		return fd;
	error = -errno;
	close(fd);
	return error;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/** Whether a router that is just starting may cause this. */
static bool may_come_yet(int error)
{
	return error == -ENOENT || error == -ECONNREFUSED || error == -EAGAIN;
}

int client_connect(struct client *client, const char *socket_path, unsigned int wait_s)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int64_t deadline = now_ms() + (int64_t)wait_s * 1000;
	const size_t len = strlen(socket_path);
	int fd;

	if (len >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, socket_path, len);
	client->socket_path = strdup(socket_path);
	if (!client->socket_path)
		return -ENOMEM;
	while ((fd = connect_once(&address)) < 0) {
		struct timespec pause = {.tv_nsec = CLIENT_RETRY_MS * 1000000L};

		if (!may_come_yet(fd) || now_ms() >= deadline)
			return fd;
		nanosleep(&pause, NULL);
	}
	client->fd = fd;
	return 0;
}

/* ---- requests -------------------------------------------------------------------------- */

static int send_all(struct client *client, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(client->fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -EPIPE;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/** Sends @request as one line and drops it. NULL: jansson refused to build it. */
static int send_request(struct client *client, json_t *request)
{
	char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
	int error = -EILSEQ;

	json_decref(request);
	if (text) {
		error = send_all(client, text, strlen(text));
		if (!error)
			error = send_all(client, "\n", 1);
	}
	free(text);
	return error;
}

int client_send_hello(struct client *client, unsigned int flags)
{
	return send_request(client, json_pack("{s:I, s:s, s:b, s:b, s:b}", "id", ++client->id, "op",
					      "hello", "script", (flags & CLIENT_SCRIPT) != 0,
					      "json", (flags & CLIENT_JSON) != 0, "check",
					      (flags & CLIENT_CHECK) != 0));
}

static int send_line(struct client *client, const char *op, const char *line)
{
	return send_request(
		client, json_pack("{s:I, s:s, s:s}", "id", ++client->id, "op", op, "line", line));
}

int client_send_run(struct client *client, const char *line)
{
	return send_line(client, "run", line);
}

int client_send_help(struct client *client, const char *line)
{
	return send_line(client, "help", line);
}

int client_send_complete(struct client *client, const char *line)
{
	return send_line(client, "complete", line);
}

int client_send_commit(struct client *client)
{
	return send_request(client, json_pack("{s:I, s:s}", "id", ++client->id, "op", "commit"));
}

int client_send_stop(struct client *client)
{
	return send_request(client, json_pack("{s:s}", "op", "stop"));
}

/* ---- replies --------------------------------------------------------------------------- */

/** Reads what is there, or waits for it. Return: 0; -EINTR; -EPIPE; -EPROTO; -ENOMEM. */
static int fill(struct client *client)
{
	struct pollfd ready = {.fd = client->fd, .events = POLLIN};
	ssize_t n;

	if (client->in_len >= CLIENT_LINE_MAX)
		return -EPROTO;
	if (client->in_room - client->in_len < CLIENT_READ_SIZE) {
		size_t room = client->in_room * 2 + CLIENT_READ_SIZE;
		char *grown = realloc(client->in, room);

		if (!grown)
			return -ENOMEM;
		client->in = grown;
		client->in_room = room;
	}
	if (ppoll(&ready, 1, NULL, client->open) < 0)
		return errno == EINTR ? -EINTR : -EPIPE;
	n = recv(client->fd, client->in + client->in_len, CLIENT_READ_SIZE, 0);
	if (n < 0 && errno == EINTR)
		return -EINTR;
	if (n <= 0)
		return -EPIPE;
	client->in_len += (size_t)n;
	return 0;
}

/** Whether something can be read, or the router has hung up. */
static bool client_has_input(const struct client *client)
{
	struct pollfd ready = {.fd = client->fd, .events = POLLIN};

	return poll(&ready, 1, 0) > 0;
}

/** Takes one line out of what was read. Return: its object; NULL: no whole line, or *bad. */
static json_t *take_line(struct client *client, bool *bad)
{
	char *end = memchr(client->in + client->in_seen, '\n', client->in_len - client->in_seen);
	json_t *json;
	size_t used;

	*bad = false;
	if (!end) {
		client->in_seen = client->in_len;
		return NULL;
	}
	used = (size_t)(end - client->in) + 1;
	json = json_loadb(client->in, used, 0, NULL);
	memmove(client->in, client->in + used, client->in_len - used);
	client->in_len -= used;
	client->in_seen = 0;
	*bad = !json_is_object(json);
	return json;
}

/** Hands on an object that is an event. Return: whether it is one. */
static bool take_event(const struct client *client, const json_t *json)
{
	const json_t *out = json_object_get(json, "out");

	if (!json_object_get(json, "event"))
		return false;
	if (client->event && json_is_string(out))
		client->event(client->event_context, json_string_value(out),
			      json_string_length(out));
	return true;
}

/** Whether an object answers the request under way. */
static bool is_ours(const struct client *client, const json_t *json)
{
	const json_t *id = json_object_get(json, "id");

	return !id || json_object_get(json, "error") || json_integer_value(id) == client->id;
}

static void reply_read(struct reply *reply, json_t *json)
{
	const json_t *redirect = json_object_get(json, "redirect");
	const json_t *out = json_object_get(json, "out");
	const json_t *page = json_object_get(json, "page");
	const json_t *words = json_object_get(json, "words");

	*reply = (struct reply){.json = json, .out = "", .page_lines = -1};
	reply->failed = json_integer_value(json_object_get(json, "status")) != 0;
	reply->more = json_is_true(json_object_get(json, "more"));
	reply->quit = json_is_true(json_object_get(json, "quit"));
	reply->watch = json_is_true(json_object_get(json, "watch"));
	if (json_is_string(out)) {
		reply->out = json_string_value(out);
		reply->out_len = json_string_length(out);
	}
	reply->prompt = json_string_value(json_object_get(json, "prompt"));
	reply->redirect_how = json_string_value(json_object_get(redirect, "how"));
	reply->redirect_file = json_string_value(json_object_get(redirect, "file"));
	if (json_is_integer(page) && json_integer_value(page) >= 0 &&
	    json_integer_value(page) <= INT16_MAX)
		reply->page_lines = (int)json_integer_value(page);
	reply->words = json_is_array(words) ? words : NULL;
}

int client_receive(struct client *client, struct reply *reply)
{
	*reply = (struct reply){.out = "", .page_lines = -1};
	for (;;) {
		bool bad = false;
		json_t *json = client->in_len ? take_line(client, &bad) : NULL;
		int error;

		if (bad) {
			json_decref(json);
			return -EPROTO;
		}
		if (json && !take_event(client, json) && is_ours(client, json)) {
			reply_read(reply, json);
			return 0;
		}
		if (json) {
			json_decref(json);
			continue;
		}
		error = fill(client);
		if (error)
			return error;
	}
}

void client_reply_free(struct reply *reply)
{
	json_decref(reply->json);
	*reply = (struct reply){.out = "", .page_lines = -1};
}

/** Hands on all events that were read. Other objects answer nothing that is asked now. */
static int hand_on_events(struct client *client)
{
	bool bad = false;
	json_t *json;

	while (client->in_len && (json = take_line(client, &bad))) {
		if (!bad)
			take_event(client, json);
		json_decref(json);
	}
	return bad ? -EPROTO : 0;
}

int client_take_events(struct client *client)
{
	int error;

	if (!client_has_input(client))
		return hand_on_events(client);
	error = fill(client);
	if (error)
		return error == -EINTR ? 0 : error;
	return hand_on_events(client);
}

int client_watch(struct client *client)
{
	int error = hand_on_events(client);

	while (!error) {
		error = fill(client);
		if (!error)
			error = hand_on_events(client);
	}
	return error;
}
