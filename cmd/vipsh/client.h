/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's side of the control socket: one JSON object a line, both ways (docs/design.md).
 *
 * One request is under way at a time: a client_send_*(), then client_receive() until a reply says
 * that no more follows. Only client_send_stop() may come between.
 */
#ifndef CMD_VIPSH_CLIENT_H
#define CMD_VIPSH_CLIENT_H

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct client {
	int fd;		   /* -1: not connected */
	char *socket_path; /* owned */
	json_int_t id;	   /* of the request under way */
	char *in;	   /* bytes read and not yet taken; owned */
	size_t in_len, in_room;
	size_t in_seen; /* of them, bytes known to hold no end of line */
	/* lines of debug and of the log, which may come at any time; NULL: passed over */
	void (*event)(void *context, const char *text, size_t len);
	void *event_context;
	const sigset_t *open; /* signals let in while waiting; NULL: the mask as it is. Borrowed */
};

enum client_flags {
	CLIENT_SCRIPT = 1, /* configuration lines are collected and applied as one change */
	CLIENT_JSON = 2,
	CLIENT_CHECK = 4,
};

/** One reply, or a piece of one. The strings live as long as `json`. */
struct reply {
	json_t *json;		   /* owned; client_reply_free() */
	bool failed;		   /* status is not 0: `out` says why */
	bool more;		   /* another piece follows */
	bool quit;		   /* the session has ended */
	bool watch;		   /* lines of debug and of the log may come from now on */
	const char *out;	   /* never NULL */
	size_t out_len;		   /* bytes */
	const char *prompt;	   /* NULL: not said */
	const char *redirect_how;  /* "redirect", "append" or "tee"; NULL: to the screen */
	const char *redirect_file; /* NULL: to the screen */
	int page_lines;		   /* `terminal length`, 0 no pager; -1: not said */
	const json_t *words;	   /* array of strings; NULL: not said */
};

void client_init(struct client *client);
void client_fini(struct client *client);

/**
 * client_connect() - reach the router's socket
 * @wait_s: seconds to go on trying while nobody listens there; 0: once
 * Return: 0; -errno of connect(); -ENAMETOOLONG.
 */
int client_connect(struct client *client, const char *socket_path, unsigned int wait_s);

/* Each sends one request. Return: 0; -EPIPE the connection is lost; -EILSEQ @line is not UTF-8. */
int client_send_hello(struct client *client, unsigned int flags);
int client_send_run(struct client *client, const char *line);
int client_send_help(struct client *client, const char *line);
int client_send_complete(struct client *client, const char *line);
int client_send_commit(struct client *client);

/** Asks the request under way to end soon. It is still answered. */
int client_send_stop(struct client *client);

/**
 * client_receive() - wait for the next reply to the request under way
 * @reply: out; to be freed also after a failure
 * Return: 0; -EINTR a signal came first; -EPIPE the connection is lost; -EPROTO nonsense came.
 */
int client_receive(struct client *client, struct reply *reply);

void client_reply_free(struct reply *reply);

/**
 * client_take_events() - hand on the events that have come, between two requests
 * Does not wait; to be called when the socket can be read.
 * Return: 0; -EPIPE the router has hung up; -EPROTO nonsense came; -ENOMEM.
 */
int client_take_events(struct client *client);
/** Waits for events, and hands them on, until the router hangs up. Return: as above, or -EINTR. */
int client_watch(struct client *client);

#endif
