/* SPDX-License-Identifier: BSD-2-Clause */
/* Rights that the router gives away once its agent keeps them. */
#ifndef CMD_VIPROUTERD_PRIVILEGES_H
#define CMD_VIPROUTERD_PRIVILEGES_H

/** Raises the number of descriptors to the most allowed: each port takes one. */
void privileges_raise_files(void);

/**
 * privileges_drop() - give up every capability, now and for all programs executed later
 * To be called before a second thread exists: capabilities are a thread's.
 * Return: 0, and it was verified that none is left; -errno.
 */
int privileges_drop(void);

#endif
