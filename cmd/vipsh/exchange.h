/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a request that was sent to its last reply: the pieces of output go to the screen, to the
 * file that `| redirect`, `| append` or `| tee` named, or to both. The file is opened here, with
 * the rights of the person who typed the line, never by the router.
 */
#ifndef CMD_VIPSH_EXCHANGE_H
#define CMD_VIPSH_EXCHANGE_H

#include "cmd/vipsh/client.h"

/** Where output goes that goes to no file. */
struct screen {
	/** Shows a piece. Return: whether more is wanted. */
	bool (*write)(void *context, const char *text, size_t len);
	/** A signal came while waiting. Return: whether the output is to stop. */
	bool (*interrupted)(void *context);
	void *context;
	bool files; /* a line was sent, which may name a file; false: none is written */
};

struct exchange {
	bool failed; /* `error` says why */
	bool quit;   /* the session has ended */
	bool watch;  /* lines of debug and of the log may come from now on */
	char *error; /* what the router, or the file, had to say; "" none; owned */
	size_t error_len;
	char *prompt;	/* NULL: not said; owned */
	int page_lines; /* -1: not said */
};

/**
 * exchange_finish() - receive all replies to the request under way
 * @x: out; exchange_free() it also after a failure
 * Return: 0; -EPIPE, -EPROTO, -ENOMEM the connection is of no more use.
 */
int exchange_finish(struct client *client, const struct screen *screen, struct exchange *x);

void exchange_free(struct exchange *x);

#endif
