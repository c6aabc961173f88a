/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starting in the background: the caller waits for the word of the child, ready or the reason why
 * not. In the foreground the same calls write to standard error.
 */
#ifndef CMD_VIPROUTERD_LAUNCH_H
#define CMD_VIPROUTERD_LAUNCH_H

struct launch {
	int pipe; /* to the caller; -1: in the foreground, or it has been told */
};

/**
 * launch_background() - go on in a child; the caller exits with the child's word
 * @log_fd: becomes standard error of the child
 * Call it before any thread exists. Returns in the child. Return: 0; -errno, in the caller.
 */
int launch_background(struct launch *launch, int log_fd);

/** The router forwards. */
void launch_ready(struct launch *launch);

/** It will not: says why, as `viprouterd: TEXT`, where the caller sees it. */
void launch_failed(struct launch *launch, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
