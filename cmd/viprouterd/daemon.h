/* SPDX-License-Identifier: BSD-2-Clause */
/* The router at work: the loop and what runs on it, from the first configuration to the end. */
#ifndef CMD_VIPROUTERD_DAEMON_H
#define CMD_VIPROUTERD_DAEMON_H

#include <sys/types.h>
#include "cmd/viprouterd/launch.h"
#include "cmd/viprouterd/options.h"
#include "core/config.h"
#include "netlink/self.h"

/** What was prepared while the process still had its rights. */
struct daemon_setup {
	const struct options *options;
	const struct config *config; /* to start with */
	struct launch *launch;	     /* told when the router forwards, or why it will not */
	int agent_socket;	     /* owned by daemon_run() */
	pid_t agent_pid;
	struct self_line self; /* its descriptor is owned by daemon_run() */
	int listen_fd;	       /* bound to options->socket_new; owned by daemon_run() */
};

/** Runs until a signal ends it. Return: the exit status. */
int daemon_run(const struct daemon_setup *setup);

#endif
