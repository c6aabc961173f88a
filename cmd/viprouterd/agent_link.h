/* SPDX-License-Identifier: BSD-2-Clause */
/* The router's end of the agent's socket, on the loop. One request at a time. */
#ifndef CMD_VIPROUTERD_AGENT_LINK_H
#define CMD_VIPROUTERD_AGENT_LINK_H

#include <sys/types.h>
#include "cmd/viprouterd/loop.h"
#include "netlink/request.h"

/** @fd: a descriptor that came with the response, the receiver's from now on; -1 none. */
typedef void agent_link_answer_fn(void *context, const struct response *response, int fd);
/** The agent is gone, or has not answered for so long that it is given up. */
typedef void agent_link_gone_fn(void *context);

struct agent_link {
	uv_poll_t poll;
	uv_timer_t patience; /* runs while an answer is due */
	int socket;
	pid_t pid;
	uint32_t id; /* of the last request */
	bool waiting;
	agent_link_answer_fn *answer;
	void *answer_context;
	agent_link_gone_fn *gone;
	void *gone_context;
};

/**
 * agent_link_init() - put the agent's socket on the loop
 * @socket, @pid: as agent_start() gave them; the socket is owned from now on
 * The callbacks and their contexts are set by the caller before the first request.
 * Return: 0; -errno.
 */
int agent_link_init(struct agent_link *link, uv_loop_t *loop, int socket, pid_t pid);

/** Sends a request; answer() is called later, once. Return: 0; -EPIPE the agent is gone; -errno. */
int agent_link_send(struct agent_link *link, enum request_kind kind,
		    const struct request_port *port);

/** Lets the agent go. It ends by itself; agent_link_reap() waits for that. */
void agent_link_close(struct agent_link *link);

/** Waits for the agent's end, a second at most; then it is killed. */
void agent_link_reap(pid_t pid);

#endif
