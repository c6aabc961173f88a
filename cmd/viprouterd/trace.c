/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The very code that forwards tells what it would do, and the kernel's copy on write makes that
 * harmless: a child process lets the packet through its copy of the router, writes the trace into
 * a pipe and ends. Counters, sessions, ARP, the random sequence: all of it is the child's own.
 *
 * The child has the parent's descriptors too, and must leave them alone: it writes to the pipe
 * only, what the router would send stays in its queue, signals are blocked (a signal that libuv
 * caught would be told to the parent through their shared pipe), and it ends by _exit(), so that
 * nothing registered for the end of the process runs.
 */
#include "cmd/viprouterd/trace.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/store.h"

enum { TRACE_WAIT_MS = 2000 };

/** What goes through the pipe; both ends are the same program. */
struct trace_answer {
	int status;
	struct trace trace;
};

static _Noreturn void child(int fd, struct router *router, const struct trace_packet *packet,
			    mono_ms_t now)
{
	static struct trace_answer answer;

	answer.status = router_probe(router, packet, &answer.trace, now);
	store_write_all(fd, (const char *)&answer, sizeof(answer));
	_exit(0);
}

/** Return: 0; -ETIMEDOUT; -EIO: the other end closed too early. */
static int read_all(int fd, void *bytes, size_t len)
{
	mono_ms_t end = mono_add_ms(pump_now(), TRACE_WAIT_MS);
	char *at = bytes;

	while (len > 0) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		int64_t left_ms = mono_between_ms(pump_now(), end);
		ssize_t n;

		if (left_ms <= 0)
			return -ETIMEDOUT;
		if (poll(&wait, 1, (int)left_ms) <= 0)
			continue;
		n = read(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/** Forks with every signal blocked in the child. Return: as fork(), or -errno. */
static pid_t fork_quietly(void)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
		return -EAGAIN;
	pid = fork();
	if (pid < 0)
		pid = -errno;
	if (pid != 0)
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid;
}

int trace_fork(struct router *router, const struct trace_packet *packet, struct trace *trace,
	       mono_ms_t now)
{
	static struct trace_answer answer;
	int ends[2], ret;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork_quietly();
	if (pid == 0)
		child(ends[1], router, packet, now);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return pid;
	}
	ret = read_all(ends[0], &answer, sizeof(answer));
	close(ends[0]);
	if (ret < 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (ret == 0) {
		*trace = answer.trace;
		ret = answer.status;
	}
	return ret;
}
