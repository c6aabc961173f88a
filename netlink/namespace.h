/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network namespaces by the name that `ip netns` gives them: a file in /run/netns, which setns(2)
 * enters. A descriptor opened inside (a netlink socket, /dev/net/tun) stays bound to the namespace
 * after leaving it, so a caller enters, opens, leaves, and works on what it opened.
 */
#ifndef NETLINK_NAMESPACE_H
#define NETLINK_NAMESPACE_H

#include "core/base.h"

/** The folder in which `ip netns` keeps them. */
#define NAMESPACE_FOLDER "/run/netns"

/** Whether @name can name one: not empty, "." or "..", without a slash. */
bool namespace_name_valid(const char *name);

/**
 * namespace_enter() - move the calling thread into a namespace
 * @name: its name; valid
 * @home: out; descriptor of the namespace left, for namespace_leave(), which closes it
 * Return: 0; -ENOENT there is none of that name; -EINVAL the file is no network namespace;
 * -EPERM or -EACCES; -errno. On failure the thread is where it was.
 */
int namespace_enter(const char *name, int *home);

/**
 * namespace_leave() - return to where namespace_enter() came from
 * Return: 0; -errno: the thread is still inside, and its caller had better end.
 */
int namespace_leave(int home);

#endif
