/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The agent: a child process that keeps the privileges which the router drops. See request.h.
 * It ends when its socket closes (the router is gone: ports stay, as a cable unplugged) or on
 * REQUEST_QUIT.
 */
#ifndef NETLINK_AGENT_H
#define NETLINK_AGENT_H

#include <sys/types.h>
#include "netlink/request.h"

/**
 * agent_start() - fork the agent
 * @pid: out; the child, to be waited for
 * Call it before any thread exists and before privileges are dropped.
 * Return: the router's end of the socket, close-on-exec, blocking; -errno.
 */
int agent_start(pid_t *pid);

/** Sends a request. Return: 0; -errno (-EPIPE: the agent is gone). */
int agent_send(int socket, const struct request *request);

/**
 * agent_receive() - take one response
 * @fd: out; the descriptor that came with it, the caller's; -1 none
 * Return: 0; -EAGAIN none yet (non-blocking socket); -EPIPE the agent is gone; -errno.
 */
int agent_receive(int socket, struct response *response, int *fd);

/**
 * agent_handle() - carry out one request here and now: what the agent does with each
 * @response: out; its status is -ENOTRECOVERABLE when the process is stuck in a foreign namespace
 * and must end
 * Return: the descriptor that goes with the response, the caller's; -1 none.
 */
int agent_handle(const struct request *request, struct response *response);

#endif
