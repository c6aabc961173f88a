/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of vipsh share: its options, its exit statuses, its signals. */
#ifndef CMD_VIPSH_VIPSH_H
#define CMD_VIPSH_VIPSH_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/vipsh/client.h"

enum vipsh_exit {
	VIPSH_OK = 0,
	VIPSH_FAILED = 1,    /* a line failed */
	VIPSH_NO_ROUTER = 2, /* no router answers, or wrong usage */
};

struct vipsh_options {
	const char *name;	  /* of the router; for messages when `socket_path` was given */
	char *socket_path;	  /* owned */
	const char *const *lines; /* of -c, in order; NULL: none */
	size_t line_count;
	const char *file;    /* of -f; "-": standard input; NULL: none */
	bool keep_going;     /* -k */
	bool json, check;    /* --json, --check */
	unsigned int wait_s; /* --wait */
};

/** Says that the connection is gone, naming the socket. Return: VIPSH_NO_ROUTER. */
int vipsh_lost(const struct client *client, int error);

/** Lines of -c, of a file or of standard input, one after the other. Return: exit status. */
int script_run(struct client *client, const struct vipsh_options *options);

/** A person at a terminal. @prompt: the first one. Return: exit status. */
int editor_run(struct client *client, const char *prompt);

#endif
