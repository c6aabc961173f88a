/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entering a namespace and returning.
 *
 * Model: the namespace to return to is opened before leaving it, so the way back needs no name.
 * Invariant: a thread is inside only between namespace_enter() and namespace_leave().
 * Not supported: namespaces that only a process holds (no file in /run/netns), user namespaces.
 */
#include "netlink/namespace.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

bool namespace_name_valid(const char *name)
{
	return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       strchr(name, '/') == NULL && strlen(name) <= NAME_MAX;
}

int namespace_enter(const char *name, int *home)
{
	char path[sizeof(NAMESPACE_FOLDER) + NAME_MAX + 1];
	int target, err;

	if (!namespace_name_valid(name))
		return -EINVAL;
	snprintf(path, sizeof(path), "%s/%s", NAMESPACE_FOLDER, name);
	target = open(path, O_RDONLY | O_CLOEXEC);
	if (target < 0)
		return -errno;
	*home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*home < 0) {
		err = -errno;
		close(target);
		return err;
	}
	err = setns(target, CLONE_NEWNET) < 0 ? -errno : 0;
	close(target);
	if (err) {
		close(*home);
		*home = -1;
	}
	return err;
}

int namespace_leave(int home)
{
	int err = setns(home, CLONE_NEWNET) < 0 ? -errno : 0;

	close(home);
	return err;
}
