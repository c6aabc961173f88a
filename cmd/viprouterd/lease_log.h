/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lease journal on disk. Records that the core wants kept are gathered while a write is under
 * way and go out together in the next one: one fdatasync a batch, on a worker thread.
 */
#ifndef CMD_VIPROUTERD_LEASE_LOG_H
#define CMD_VIPROUTERD_LEASE_LOG_H

#include "cmd/viprouterd/journal.h"
#include "core/event.h"

struct lease_log;
struct pump;

/**
 * lease_log_open() - read the journal and open it for more
 * @path, @path_new: the journal, and the file that a compaction writes; borrowed for life
 * @contents: out; what it held; the caller's to free
 * Return: as journal_file_open(); journal_file_strerror() says it in words.
 */
int lease_log_open(struct lease_log **log, struct pump *pump, const char *path,
		   const char *path_new, struct journal_contents *contents);
/** The router has the records that were read. Before that the journal is not written anew. */
void lease_log_restored(struct lease_log *log);
/** Only while idle. */
void lease_log_free(struct lease_log *log);

/** Takes an EVENT_LEASE_PERSIST. The router is told when it is on disk. */
void lease_log_add(struct lease_log *log, const struct event *event);

/** Whether nothing waits to be written. */
bool lease_log_idle(const struct lease_log *log);
/** Called each time it falls idle. */
void lease_log_on_idle(struct lease_log *log, void (*idle)(void *context), void *context);

#endif
