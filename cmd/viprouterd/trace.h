/* SPDX-License-Identifier: BSD-2-Clause */
/* `packet-tracer` on the live router, without an effect on it. */
#ifndef CMD_VIPROUTERD_TRACE_H
#define CMD_VIPROUTERD_TRACE_H

#include "core/router.h"

/**
 * trace_fork() - router_probe() in a child process, whose memory is a copy of this one's
 * Waits for it, two seconds at most; frames wait that long, so one trace runs at a time.
 * Return: what router_probe() said; -errno of pipe() or fork(); -ETIMEDOUT the child took too long;
 * -EIO it ended without an answer.
 */
int trace_fork(struct router *router, const struct trace_packet *packet, struct trace *trace,
	       mono_ms_t now);

#endif
