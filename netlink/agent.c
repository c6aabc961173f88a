/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The agent's process and the socket to it.
 *
 * Model: one request at a time, in order, each answered by one response; the work itself is in
 * reconcile.c. The agent keeps no state: the kernel holds all of it.
 * Invariant: a device's descriptor lives in the agent only until it is sent. So the death of the
 * router alone is what frees a port for the next run.
 * Not supported: several routers on one agent, requests in flight beyond the socket's buffer.
 */
#include "netlink/agent.h"
#include "netlink/reconcile.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/** As `ps` shows it; the kernel keeps 15 characters. */
#define AGENT_NAME "viprouter-agent"

/** Room for one descriptor beside a response. */
union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* ---- the router's side ---------------------------------------------------------------------- */

int agent_send(int socket, const struct request *request)
{
	ssize_t sent;

	do
		sent = send(socket, request, sizeof(*request), MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return errno == ECONNRESET || errno == ENOTCONN ? -EPIPE : -errno;
	return sent == sizeof(*request) ? 0 : -EMSGSIZE;
}

/** The descriptor that came with a message; -1 none. */
static int received_fd(struct msghdr *message)
{
	int fd = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		    c->cmsg_len == CMSG_LEN(sizeof(fd)))
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	}
	return fd;
}

int agent_receive(int socket, struct response *response, int *fd)
{
	union control control = {0};
	struct iovec bytes = {response, sizeof(*response)};
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	ssize_t len;

	*fd = -1;
	do
		len = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return errno == ECONNRESET ? -EPIPE : errno == EWOULDBLOCK ? -EAGAIN : -errno;
	*fd = received_fd(&message);
	if (len == sizeof(*response) && !(message.msg_flags & MSG_TRUNC)) {
		response->text[sizeof(response->text) - 1] = '\0';
		return 0;
	}
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return len == 0 ? -EPIPE : -EPROTO;
}

/* ---- the agent's side ----------------------------------------------------------------------- */

int agent_handle(const struct request *request, struct response *response)
{
	memset(response, 0, sizeof(*response));
	response->id = request->id;
	switch ((enum request_kind)request->kind) {
	case REQUEST_PORT_SET: return reconcile_port(&request->port, response);
	case REQUEST_PORT_REMOVE: reconcile_remove(&request->port, response); return -1;
	case REQUEST_PRUNE: reconcile_prune(&request->port, response); return -1;
	case REQUEST_QUIT: return -1;
	}
	response->status = -EINVAL;
	snprintf(response->text, sizeof(response->text), "malformed request to the agent");
	return -1;
}

static int send_response(int socket, const struct response *response, int fd)
{
	union control control = {0};
	struct iovec bytes = {(void *)(uintptr_t)response, sizeof(*response)};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
	ssize_t sent;

	if (fd >= 0) {
		struct cmsghdr *c;

		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&message);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/** Serves until the router's end closes, or asks to quit. Return: the exit status. */
static int serve(int socket)
{
	struct request request;
	struct response response;
	int fd, err;

	for (;;) {
		ssize_t len = recv(socket, &request, sizeof(request), MSG_TRUNC);

		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return len == 0 || errno == ECONNRESET ? 0 : 1;
		if (len != sizeof(request))
			memset(&request, 0, sizeof(request)); /* of no kind: refused */
		if (request.kind == REQUEST_QUIT)
			return 0;
		fd = agent_handle(&request, &response);
		err = send_response(socket, &response, fd);
		if (fd >= 0)
			close(fd);
		if (response.status == -ENOTRECOVERABLE)
			return 1;
		if (err)
			return err == -EPIPE ? 0 : 1;
	}
}

/** Closes all descriptors but @keep; 0, 1 and 2 become /dev/null, so that no pipe is held open. */
static void close_others(int keep)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= 2; fd++)
		if (fd != keep && null >= 0)
			dup2(null, fd);
	if (keep > 3)
		close_range(3, (unsigned int)keep - 1, 0);
	close_range((unsigned int)MAX(keep, 2) + 1, ~0U, 0);
}

/** The child. The router decides when it ends, so a terminal's signals do not reach it. */
static _Noreturn void run(int socket)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE};
	sigset_t none;

	for (size_t i = 0; i < ARRAY_COUNT(ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_NAME, AGENT_NAME);
	/* Nobody but root reads its memory or its descriptors. */
	prctl(PR_SET_DUMPABLE, 0);
	close_others(socket);
	if (chdir("/") < 0)
		_exit(1);
	_exit(serve(socket));
}

int agent_start(pid_t *pid)
{
	int ends[2], err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	*pid = fork();
	if (*pid < 0) {
		err = -errno;
		close(ends[0]);
		close(ends[1]);
		return err;
	}
	if (*pid == 0) {
		close(ends[0]);
		run(ends[1]);
	}
	close(ends[1]);
	return ends[0];
}
