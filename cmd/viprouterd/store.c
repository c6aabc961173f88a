/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files. A file that others may read while it changes is written beside its place, synced, and
 * renamed over it; the folder is synced after, for the rename itself is a change of the folder.
 */
#include "cmd/viprouterd/store.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct store_calls store_calls = {
	.write = write,
	.ftruncate = ftruncate,
	.fdatasync = fdatasync,
	.fsync = fsync,
	.rename = rename,
};

static int make_one(const char *path, mode_t mode, gid_t gid)
{
	struct stat st;

	if (mkdir(path, mode) < 0) {
		int error = errno;

		if (stat(path, &st) == 0)
			return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
		return -error;
	}
	/* the umask had its say in mkdir() */
	if (chmod(path, mode) < 0)
		return -errno;
	if (gid != (gid_t)-1 && chown(path, (uid_t)-1, gid) < 0)
		return -errno;
	return 0;
}

int store_make_dir(const char *path, mode_t mode, gid_t gid)
{
	char part[PATH_MAX];
	size_t len = strlen(path);
	int ret;

	if (len == 0 || len >= sizeof(part))
		return -ENAMETOOLONG;
	memcpy(part, path, len + 1);
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ret = make_one(part, 0755, (gid_t)-1);
		*slash = '/';
		if (ret < 0)
			return ret;
	}
	return make_one(path, mode, gid);
}

int store_read_fd(int fd, char **text, size_t *len)
{
	size_t room = 4096, used = 0;
	char *at = malloc(room + 1);

	if (!at)
		return -ENOMEM;
	for (;;) {
		ssize_t n = read(fd, at + used, room - used);
		int error = errno;

		if (n < 0 && error == EINTR)
			continue;
		if (n < 0) {
			free(at);
			return -error;
		}
		if (n == 0)
			break;
		used += (size_t)n;
		if (used == room) {
			char *grown = used >= STORE_FILE_MAX ? NULL : realloc(at, room * 2 + 1);

			if (!grown) {
				free(at);
				return used >= STORE_FILE_MAX ? -EFBIG : -ENOMEM;
			}
			at = grown;
			room *= 2;
		}
	}
	at[used] = '\0';
	*text = at;
	if (len)
		*len = used;
	return 0;
}

int store_read(const char *path, char **text, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int ret;

	if (fd < 0)
		return -errno;
	ret = store_read_fd(fd, text, len);
	close(fd);
	return ret;
}

int store_write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = store_calls.write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int store_sync_dir(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd, ret = 0;

	if (!slash || (size_t)(slash - path) >= sizeof(dir) - 1)
		return -EINVAL;
	memcpy(dir, path, (size_t)(slash - path) + 1);
	dir[slash - path + 1] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* EINVAL: a file system that has nothing to sync for a folder */
	if (store_calls.fsync(fd) < 0 && errno != EINVAL)
		ret = -errno;
	close(fd);
	return ret;
}

int store_replace(const char *path, const char *bytes, size_t len, bool durable)
{
	char temp[PATH_MAX];
	int fd, ret;

	if (snprintf(temp, sizeof(temp), "%s.new", path) >= (int)sizeof(temp))
		return -ENAMETOOLONG;
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	ret = store_write_all(fd, bytes, len);
	if (ret == 0 && durable && store_calls.fsync(fd) < 0)
		ret = -errno;
	if (close(fd) < 0 && ret == 0)
		ret = -errno;
	if (ret == 0 && store_calls.rename(temp, path) < 0)
		ret = -errno;
	if (ret < 0) {
		unlink(temp);
		return ret;
	}
	return durable ? store_sync_dir(path) : 0;
}

static pid_t lock_holder(int fd)
{
	char text[24] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	return n > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

/** Whether @fd is still the file at @path: the one before us removes it when it ends. */
static bool same_file(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino;
}

int store_lock(const char *path, pid_t *holder)
{
	char text[24];
	int fd, len, ret;

	*holder = 0;
	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			ret = -errno;
			*holder = lock_holder(fd);
			close(fd);
			return ret;
		}
		if (same_file(fd, path))
			break;
		close(fd);
	}
	len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	ret = ftruncate(fd, 0) < 0 ? -errno : store_write_all(fd, text, (size_t)len);
	if (ret < 0) {
		close(fd);
		return ret;
	}
	return fd;
}
