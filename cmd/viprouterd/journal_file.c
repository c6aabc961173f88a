/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Model: the journal is its first `size` bytes, all of them synced whole lines. An append that
 * fails is cut off again; when even that fails, nothing is appended until it has been done, for the
 * next line would be glued to the torn one. Nor after a rename until the folder is synced: before
 * that, power lost may bring the former file back, which later batches are not in.
 *
 * The file is held open, so before each append it is made sure that it is still the one at its
 * path: what is written to a file that somebody removed is gone with the process.
 *
 * Not supported: telling a disk that says it has written and has not.
 */
#include "cmd/viprouterd/journal_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmd/viprouterd/store.h"

enum { OPEN_FLAGS = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };

static int read_contents(int fd, int64_t wall_s, struct journal_contents *contents)
{
	char *text = NULL;
	size_t len = 0;
	int ret = store_read_fd(fd, &text, &len);

	if (ret == 0)
		ret = journal_read(text, len, wall_s, contents);
	free(text);
	return ret;
}

int journal_file_open(struct journal_file *file, const char *path, const char *path_new,
		      int64_t wall_s, struct journal_contents *contents)
{
	struct stat st = {0};
	int ret;

	memset(contents, 0, sizeof(*contents));
	*file = (struct journal_file){.path = path, .path_new = path_new, .fd_new = -1};
	file->fd = open(path, OPEN_FLAGS, 0600);
	if (file->fd < 0 || fstat(file->fd, &st) < 0)
		ret = errno == ENXIO ? -ENOTSUP : -errno;
	else
		ret = S_ISREG(st.st_mode) ? read_contents(file->fd, wall_s, contents) : -ENOTSUP;
	if (ret < 0)
		goto fail;
	/* what the process before left unsynced, its name too, counts from here on */
	file->size = contents->whole_len;
	if (((size_t)st.st_size > file->size &&
	     store_calls.ftruncate(file->fd, (off_t)file->size) < 0) ||
	    store_calls.fsync(file->fd) < 0)
		ret = -errno;
	else
		ret = store_sync_dir(path);
	if (ret < 0)
		goto fail;
	unlink(path_new);
	return 0;
fail:
	journal_contents_fini(contents);
	journal_file_close(file);
	return ret;
}

const char *journal_file_strerror(int error)
{
	switch (error) {
	case -EPROTONOSUPPORT:
		return "a newer version of viprouter wrote it, and it was left as it is; start that "
		       "version, or move the file away and lose its leases";
	case -ELOOP:
		return "it is a symbolic link, which is not followed; put the file itself there";
	case -EISDIR: return "it is a folder; move it away";
	case -ENOTSUP: return "it is not a regular file; move it away";
	default: return strerror(-error);
	}
}

static void abandon(struct journal_file *file)
{
	if (file->fd_new < 0)
		return;
	close(file->fd_new);
	file->fd_new = -1;
	unlink(file->path_new);
}

void journal_file_close(struct journal_file *file)
{
	abandon(file);
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/** Whether @fd is the file at the journal's path. */
static bool stands(const struct journal_file *file, int fd, off_t *size)
{
	struct stat ours, there;

	if (fstat(fd, &ours) < 0 || lstat(file->path, &there) < 0 || ours.st_dev != there.st_dev ||
	    ours.st_ino != there.st_ino)
		return false;
	*size = ours.st_size;
	return true;
}

/** Makes sure that what is appended now follows a whole line, and is found after a crash. */
static int make_ready(struct journal_file *file)
{
	off_t size = 0;
	int ret;

	if (!stands(file, file->fd, &size) || (size_t)size < file->size)
		return -ESTALE;
	if (file->renamed) {
		ret = store_sync_dir(file->path);
		if (ret < 0)
			return ret;
		file->renamed = false;
	}
	if (file->torn || (size_t)size > file->size) {
		file->torn = true;
		if (store_calls.ftruncate(file->fd, (off_t)file->size) < 0)
			return -errno;
		file->torn = false;
	}
	return 0;
}

int journal_file_append(struct journal_file *file, struct journal_bytes batch)
{
	int ret = make_ready(file);

	if (ret < 0)
		return ret;
	if (batch.len > STORE_FILE_MAX - MIN(file->size, (size_t)STORE_FILE_MAX))
		return -EFBIG; /* it could not be read back */
	ret = store_write_all(file->fd, batch.at, batch.len);
	if (ret == 0 && store_calls.fdatasync(file->fd) < 0)
		ret = -errno;
	if (ret == 0)
		file->size += batch.len;
	else
		file->torn = store_calls.ftruncate(file->fd, (off_t)file->size) < 0;
	return ret;
}

static int write_part(struct journal_file *file, struct journal_bytes bytes)
{
	int ret = store_write_all(file->fd_new, bytes.at, bytes.len);

	if (ret == 0)
		file->size_new += bytes.len;
	return ret;
}

/** The new file is whole. */
static int take_place(struct journal_file *file)
{
	off_t size;
	int ret = 0;

	if (store_calls.fsync(file->fd_new) < 0)
		return -errno;
	/* what counts is what stands there: a rename may be done and tell of an error all the same
	 */
	if (store_calls.rename(file->path_new, file->path) < 0)
		ret = -errno;
	if (ret < 0 && !stands(file, file->fd_new, &size))
		return ret;
	close(file->fd);
	file->fd = file->fd_new;
	file->size = file->size_new;
	file->fd_new = -1;
	file->torn = false;
	file->renamed = store_sync_dir(file->path) < 0;
	return 0;
}

int journal_file_compact(struct journal_file *file, enum journal_compaction part,
			 struct journal_bytes piece, struct journal_bytes batch)
{
	int ret;

	if (part == JOURNAL_COMPACT_BEGIN) {
		abandon(file);
		unlink(file->path_new);
		file->size_new = 0;
		file->fd_new = open(file->path_new, OPEN_FLAGS | O_EXCL, 0600);
	}
	if (file->fd_new < 0)
		return part == JOURNAL_COMPACT_BEGIN ? -errno : -EBADF;
	ret = write_part(file, piece);
	if (ret == 0)
		ret = write_part(file, batch);
	if (ret == 0 && part == JOURNAL_COMPACT_FINISH)
		ret = take_place(file);
	if (ret < 0)
		abandon(file);
	return ret;
}
