/* SPDX-License-Identifier: BSD-2-Clause */
/* Rights that the router gives away once its agent keeps them. */
#ifndef CMD_VIPROUTERD_PRIVILEGES_H
#define CMD_VIPROUTERD_PRIVILEGES_H

#include <stdbool.h>

/** Raises the number of descriptors to the most allowed: each port takes one. */
void privileges_raise_files(void);

/**
 * privileges_drop() - give up every capability, now and for all programs executed later
 * To be called before a second thread exists: capabilities are a thread's.
 * @low_ports: but for CAP_NET_BIND_SERVICE, which binds ports below 1024. For a process whose
 *             namespace is its own, and where the kernel cannot be told to do without
 * Return: 0, and it was verified that no other is left; -errno.
 */
int privileges_drop(bool low_ports);

#endif
