/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * viprouterd: from the command line to a process without rights that runs the router.
 *
 * Order matters here. The configuration is read first, so that a mistake in it starts nothing. What
 * needs rights (folders, the lock, the socket's group) is done before they are dropped; the agent,
 * which keeps them, is forked while there is one thread. It stays in the machine's network
 * namespace; the router moves into one of its own (netlink/self.h). What may fail later fails in
 * daemon_run().
 */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "cmd/viprouterd/config_file.h"
#include "cmd/viprouterd/daemon.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/options.h"
#include "cmd/viprouterd/privileges.h"
#include "cmd/viprouterd/store.h"
#include "netlink/agent.h"

/** Members of this group may connect, and look. */
#define LOOK_GROUP "viprouter"

static gid_t look_group(void)
{
	const struct group *group = getgrnam(LOOK_GROUP);

	return group ? group->gr_gid : (gid_t)-1;
}

/** Return: 0; -errno with the reason told. */
static int make_dirs(const struct options *o, gid_t group)
{
	/* with a group that may look, its members must come as far as the socket */
	mode_t run_mode = group == (gid_t)-1 ? 0700 : 0750;
	const char *path = o->run_dir;
	int ret = store_make_dir(path, run_mode, group);

	if (ret == 0) {
		path = o->state_dir;
		ret = store_make_dir(path, 0700, (gid_t)-1);
	}
	if (ret < 0)
		fprintf(stderr, "viprouterd: cannot make folder %s: %s\n", path, strerror(-ret));
	return ret;
}

/** Opens the log, and goes into the background. Return: 0; -errno with the reason told. */
static int go_into_background(const struct options *o, struct launch *launch)
{
	int fd = open(o->log, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	int ret = fd < 0 ? -errno : launch_background(launch, fd);

	if (ret < 0)
		launch_failed(launch, "cannot go into the background (log %s): %s", o->log,
			      strerror(-ret));
	if (fd >= 0)
		close(fd);
	return ret;
}

static int take_lock(const struct options *o, struct launch *launch)
{
	pid_t holder;
	int fd = store_lock(o->lock, &holder);

	if (fd == -EWOULDBLOCK)
		launch_failed(launch, "a router named \"%s\" is running: process %ld holds %s",
			      o->name, (long)holder, o->lock);
	else if (fd < 0)
		launch_failed(launch, "cannot lock %s: %s", o->lock, strerror(-fd));
	return fd;
}

/**
 * A socket under a name of its own: it gets the one that shells look for when the router forwards,
 * in the place of what a router that died may have left there.
 * Return: a descriptor; -errno with the reason told.
 */
static int bind_socket(const struct options *o, gid_t group, struct launch *launch)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), ret = 0;

	memcpy(address.sun_path, o->socket_new, strlen(o->socket_new) + 1);
	unlink(o->socket_new);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod(o->socket_new, 0660) < 0)
		ret = -errno;
	/* without the right to give it to the group, only we and root may connect */
	if (ret == 0 && group != (gid_t)-1 && chown(o->socket_new, (uid_t)-1, group) < 0)
		ret = chmod(o->socket_new, 0600) < 0 ? -errno : 0;
	if (ret < 0) {
		launch_failed(launch, "cannot make socket %s: %s", o->socket, strerror(-ret));
		if (fd >= 0)
			close(fd);
		return ret;
	}
	return fd;
}

/** From here on there is something to tidy up. Return: the exit status. */
static int run_locked(const struct options *o, const struct config *config, gid_t group,
		      struct launch *launch)
{
	struct daemon_setup setup = {.options = o, .config = config, .launch = launch};
	int ret, status = 1;

	privileges_raise_files();
	setup.listen_fd = bind_socket(o, group, launch);
	if (setup.listen_fd < 0)
		return 1;
	setup.agent_socket = agent_start(&setup.agent_pid);
	if (setup.agent_socket < 0) {
		launch_failed(launch, "cannot start the agent: %s", strerror(-setup.agent_socket));
	} else {
		self_enter(&setup.self); /* the daemon says when it could not */
		ret = privileges_drop(setup.self.fd >= 0 && !setup.self.low_ports);
		if (ret < 0)
			launch_failed(launch, "cannot drop privileges: %s", strerror(-ret));
		else
			status = daemon_run(&setup);
	}
	unlink(o->socket_new);
	return status;
}

static int start(const struct options *o, const struct config *config)
{
	struct launch launch = {.pipe = -1};
	gid_t group = look_group();
	int lock, status;

	signal(SIGPIPE, SIG_IGN);
	umask(077);
	if (make_dirs(o, group) < 0)
		return 1;
	if (o->daemonize && go_into_background(o, &launch) < 0)
		return 1;
	log_open(STDERR_FILENO, o->log_level);
	lock = take_lock(o, &launch);
	if (lock < 0)
		return 1;
	status = run_locked(o, config, group, &launch);
	unlink(o->lock);
	close(lock);
	return status;
}

int main(int argc, char **argv)
{
	char message[CONFIG_FILE_MESSAGE_SIZE];
	struct options options;
	struct config config;
	int status = options_parse(&options, argc, argv);

	if (status >= 0) {
		options_fini(&options);
		return status;
	}
	config_init(&config);
	if (config_file_read(options.config, options.config_given, &config, message) < 0) {
		fprintf(stderr, "%s\n", message);
		status = 1;
	} else if (options.check) {
		puts("OK");
		status = 0;
	} else {
		status = start(&options, &config);
	}
	config_fini(&config);
	options_fini(&options);
	return status;
}
