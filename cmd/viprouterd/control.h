/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control socket: shells talk to the router over a Unix stream socket, one JSON object a line
 * in both directions.
 *
 *   {"id":1,"op":"hello","script":B,"json":B,"check":B} ->
 * {"id":1,"status":0,"prompt":…,"hostname":…, "may_configure":B}
 *   {"id":2,"op":"run","line":"show vip"} -> {"id":2,"status":0,"out":…,"more":true} …
 *                                            {"id":2,"status":0,"out":…,"prompt":…,"page":N}
 *   {"id":3,"op":"commit"}                -> as run
 *   {"id":4,"op":"help","line":"show "}   -> {"id":4,"status":0,"out":…}
 *   {"id":5,"op":"complete","line":"sh"}  -> {"id":5,"status":0,"words":[…]}
 *   {"op":"stop"}                         -> nothing: the answer under way ends early
 *
 * The last object of an answer has "prompt" and no "more". "status": 0, or 1 the command failed and
 * "out" says why. The first object of an answer to `| redirect F` has "redirect":{"how","file"}:
 * the shell writes the output. "quit":true: the session is over. "error": the protocol was broken,
 * and the connection is closed. "watch":true: lines of `debug` or of the log may come, between two
 * objects of an answer too:
 *
 *   {"event":"debug"|"log"|"lost","out":…}
 *
 * A shell that does not read loses lines, never the router time; "lost" says how many.
 */
#ifndef CMD_VIPROUTERD_CONTROL_H
#define CMD_VIPROUTERD_CONTROL_H

#include "cmd/viprouterd/effects.h"

struct control;

/** @effects: borrowed; its resume() comes here from now on. Return: NULL: no memory. */
struct control *control_new(uv_loop_t *loop, struct effects *effects);

/** Accepts shells on @fd, a bound Unix stream socket, owned from now on. Return: 0; -errno. */
int control_listen(struct control *control, int fd);

/** Lines that waited for a change to end go on. */
void control_wake(struct control *control);

/** Hands an EVENT_DEBUG to the shells that look at its category. */
void control_debug(struct control *control, const struct event *event);

/** Closes the socket and every connection. The loop must run once more before control_free(). */
void control_close(struct control *control);
void control_free(struct control *control);

#endif
