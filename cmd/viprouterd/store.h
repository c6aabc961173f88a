/* SPDX-License-Identifier: BSD-2-Clause */
/* Files: folders, the lock, and files that are replaced as a whole. Nothing here waits for a loop.
 */
#ifndef CMD_VIPROUTERD_STORE_H
#define CMD_VIPROUTERD_STORE_H

#include <sys/types.h>
#include "core/base.h"

/** What is asked of the kernel when something is to be kept. Tests put faults here. */
struct store_calls {
	ssize_t (*write)(int fd, const void *bytes, size_t len);
	int (*ftruncate)(int fd, off_t len);
	int (*fdatasync)(int fd);
	int (*fsync)(int fd);
	int (*rename)(const char *from, const char *to);
};
extern struct store_calls store_calls;

/**
 * store_make_dir() - make a folder and those above it, if they are missing
 * @mode: of the folder itself, when it is made; those above get 0755
 * @gid: group of the folder when it is made; (gid_t)-1: leave it
 * Return: 0; -errno.
 */
int store_make_dir(const char *path, mode_t mode, gid_t gid);

/**
 * store_read() - read a whole file
 * @text: out; malloc'd, NUL-terminated; the caller's
 * @len: out; bytes before the NUL; may be NULL
 * Return: 0; -ENOENT; -EFBIG larger than STORE_FILE_MAX; -errno.
 */
int store_read(const char *path, char **text, size_t *len);
/** The same of an open file, from where it stands. */
int store_read_fd(int fd, char **text, size_t *len);
enum { STORE_FILE_MAX = 256 * 1024 * 1024 };

/**
 * store_replace() - put @len bytes in the place of the file @path, atomically
 * After a crash the file is the old one or the new one. Mode 0600.
 * @durable: returns once it is on disk
 * Return: 0; -errno, and the old file stands.
 */
int store_replace(const char *path, const char *bytes, size_t len, bool durable);

/** Makes a rename in the folder of @path last. Return: 0; -errno. */
int store_sync_dir(const char *path);

/** Writes all of it. Return: 0; -errno. */
int store_write_all(int fd, const char *bytes, size_t len);

/**
 * store_lock() - take the lock file, and write our process id into it
 * @holder: out; when it is taken: the process id read from it, 0 unknown
 * Return: a descriptor that holds the lock while it is open; -EWOULDBLOCK taken; -errno.
 */
int store_lock(const char *path, pid_t *holder);

#endif
