/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lease journal as a file: what was appended is on stable storage or not in it at all, and a
 * compaction puts a new file in its place. Calls block; one thread at a time.
 */
#ifndef CMD_VIPROUTERD_JOURNAL_FILE_H
#define CMD_VIPROUTERD_JOURNAL_FILE_H

#include "cmd/viprouterd/journal.h"

struct journal_file {
	const char *path, *path_new; /* the journal; what a compaction writes. Borrowed */
	int fd, fd_new;		     /* -1: not open; no compaction under way */
	size_t size, size_new;	     /* bytes in them that count: all of it whole lines */
	bool torn;		     /* bytes that do not count may stand after `size` */
	bool renamed;		     /* the folder may still lead to the file before this one */
};

/** Whole lines to be written. Borrowed. */
struct journal_bytes {
	const char *at;
	size_t len;
};

/** What a part of a compaction does. One that begins does not end in the same part. */
enum journal_compaction { JOURNAL_COMPACT_BEGIN, JOURNAL_COMPACT_GO, JOURNAL_COMPACT_FINISH };

/**
 * journal_file_open() - read the journal, or make it, and open it for more
 * @contents: out; what it held; the caller's to free. A torn tail is cut off.
 * Return: 0; -errno, and nothing was changed: -ELOOP a symbolic link; -EISDIR a folder; -ENOTSUP
 * another thing that is no regular file; -EPROTONOSUPPORT of a newer format; -EFBIG larger than
 * STORE_FILE_MAX.
 */
int journal_file_open(struct journal_file *file, const char *path, const char *path_new,
		      int64_t wall_s, struct journal_contents *contents);
/** Forgets a compaction that is under way. */
void journal_file_close(struct journal_file *file);

/** What an error of journal_file_open() means, to people. Static. */
const char *journal_file_strerror(int error);

/**
 * journal_file_append() - add lines, durably
 * Return: 0: on stable storage; -errno: not in the journal; -ESTALE: somebody else removed,
 * replaced or cut the file, and a compaction has to make it anew.
 */
int journal_file_append(struct journal_file *file, struct journal_bytes batch);

/**
 * journal_file_compact() - write a part of the new file; FINISH puts it in the journal's place
 * @piece: of the snapshot; @batch: what was appended to the journal since the part before
 * Return: 0; -errno: the compaction is off, and the journal stands as it was.
 */
int journal_file_compact(struct journal_file *file, enum journal_compaction part,
			 struct journal_bytes piece, struct journal_bytes batch);

#endif
