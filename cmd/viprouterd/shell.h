/* SPDX-License-Identifier: BSD-2-Clause */
/* One shell connected to the control socket: its lines, its session, its answers. See control.h. */
#ifndef CMD_VIPROUTERD_SHELL_H
#define CMD_VIPROUTERD_SHELL_H

#include "cmd/viprouterd/effects.h"

struct shell;

/** Called when the shell is gone and its memory is about to be freed. */
typedef void shell_gone_fn(void *context, struct shell *shell);

/** A shell not yet connected. Return: NULL: no memory. */
struct shell *shell_new(uv_loop_t *loop, struct effects *effects, shell_gone_fn *gone,
			void *context);

/** The stream to accept the connection into, before shell_start(). */
uv_stream_t *shell_stream(struct shell *shell);

/** Reads who is there, and begins to listen to it. */
void shell_start(struct shell *shell);

/** Tells it that the connection cannot be, and closes it. */
void shell_refuse(struct shell *shell, const char *message);

/** Goes on with lines that waited for a change to end. */
void shell_wake(struct shell *shell);

bool shell_has_session(const struct shell *shell, const struct session *session);
void shell_resume(struct shell *shell, int status, const char *message);

/** What its session debugs: a mask of debug_bit(); 0 once it is closed. */
uint32_t shell_debug(const struct shell *shell);
/** Sends an EVENT_DEBUG on, or a line of the log, if the session is to see it. */
void shell_take_debug(struct shell *shell, const struct event *event);
void shell_take_log(struct shell *shell, const char *line);

/** Closes the connection. gone() comes later; when an effect is under way, after its end. */
void shell_close(struct shell *shell);

#endif
