/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request is under way at most, so its send never waits for room, and an answer needs no table
 * to find its question. The agent works on one at a time anyway.
 */
#include "cmd/viprouterd/agent_link.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "netlink/agent.h"

/** Longer than all that the kernel can be asked for one port may take. */
enum { PATIENCE_MS = 60 * 1000 };

static void give_up(struct agent_link *link)
{
	uv_poll_stop(&link->poll);
	uv_timer_stop(&link->patience);
	link->gone(link->gone_context);
}

static void patience_ended(uv_timer_t *timer)
{
	give_up(timer->data);
}

static void readable(uv_poll_t *poll, int status, int events)
{
	struct agent_link *link = poll->data;
	struct response response;
	int fd = -1, ret;

	(void)events;
	ret = status < 0 ? -EPIPE : agent_receive(link->socket, &response, &fd);
	if (ret == -EAGAIN || ret == -EINTR)
		return;
	if (ret < 0) {
		give_up(link);
		return;
	}
	if (!link->waiting || response.id != link->id) {
		if (fd >= 0)
			close(fd);
		return;
	}
	link->waiting = false;
	uv_timer_stop(&link->patience);
	response.text[sizeof(response.text) - 1] = '\0';
	link->answer(link->answer_context, &response, fd);
}

int agent_link_init(struct agent_link *link, uv_loop_t *loop, int socket, pid_t pid)
{
	int flags = fcntl(socket, F_GETFL), ret;

	memset(link, 0, sizeof(*link));
	link->socket = socket;
	link->pid = pid;
	link->poll.data = link;
	link->patience.data = link;
	uv_timer_init(loop, &link->patience);
	if (flags < 0 || fcntl(socket, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	ret = uv_poll_init(loop, &link->poll, socket);
	if (ret < 0)
		return ret;
	return uv_poll_start(&link->poll, UV_READABLE, readable);
}

int agent_link_send(struct agent_link *link, enum request_kind kind,
		    const struct request_port *port)
{
	struct request request;
	int ret;

	assert(!link->waiting);
	memset(&request, 0, sizeof(request));
	request.kind = kind;
	request.id = ++link->id;
	request.port = *port;
	ret = agent_send(link->socket, &request);
	if (ret < 0)
		return ret;
	link->waiting = true;
	uv_timer_start(&link->patience, patience_ended, PATIENCE_MS, 0);
	return 0;
}

void agent_link_close(struct agent_link *link)
{
	if (link->socket < 0)
		return;
	uv_close((uv_handle_t *)&link->poll, NULL);
	uv_close((uv_handle_t *)&link->patience, NULL);
	close(link->socket);
	link->socket = -1;
}

void agent_link_reap(pid_t pid)
{
	static const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};

	for (int tries = 0; tries < 200; tries++) {
		pid_t ended = waitpid(pid, NULL, WNOHANG);

		if (ended == pid || (ended < 0 && errno != EINTR))
			return;
		nanosleep(&pause, NULL);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
