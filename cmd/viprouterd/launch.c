/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pipe from child to caller carries text for the caller's standard error, or one NUL: ready.
 * Its end without a NUL means that the child has ended, and the status is 1.
 */
#include "cmd/viprouterd/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** In the caller: passes the child's word on. Return: the exit status. */
static int wait_for_word(int fd)
{
	char text[1024];

	for (;;) {
		ssize_t n = read(fd, text, sizeof(text));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 1;
		if (memchr(text, '\0', (size_t)n))
			return 0;
		fwrite(text, 1, (size_t)n, stderr);
	}
}

int launch_background(struct launch *launch, int log_fd)
{
	int ends[2], null, status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	child = fork();
	if (child < 0) {
		status = -errno;
		close(ends[0]);
		close(ends[1]);
		return status;
	}
	if (child > 0) {
		close(ends[1]);
		_exit(wait_for_word(ends[0]));
	}
	close(ends[0]);
	launch->pipe = ends[1];
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		close(null);
	}
	dup2(log_fd, STDERR_FILENO);
	return chdir("/") < 0 ? -errno : 0;
}

static void say(const struct launch *launch, const char *text, size_t len)
{
	int fd = launch->pipe >= 0 ? launch->pipe : STDERR_FILENO;

	/* whoever has stopped listening needs no word */
	if (write(fd, text, len) < 0)
		return;
}

void launch_ready(struct launch *launch)
{
	if (launch->pipe < 0)
		return;
	say(launch, "", 1);
	close(launch->pipe);
	launch->pipe = -1;
}

void launch_failed(struct launch *launch, const char *format, ...)
{
	char text[1024] = "viprouterd: ";
	size_t len = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + len, sizeof(text) - len - 1, format, args);
	va_end(args);
	len = strlen(text);
	text[len++] = '\n';
	say(launch, text, len);
}
