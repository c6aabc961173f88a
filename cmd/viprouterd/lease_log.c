/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Model: one job on the worker thread at a time. A job appends the batch to the journal and syncs
 * it; the loop then reports the batch's last token to the router and starts the next job. The two
 * threads never touch the same field at once: while `running`, `job` and the descriptors are the
 * worker's; `next` is the loop's.
 *
 * Compaction: when the journal has grown to COMPACT_FACTOR times what the last snapshot took, and
 * COMPACT_SLACK, a new file is written from the router's own records, a piece a job, so that
 * neither the loop nor the leases wait long. Batches of that time go into both files; the new
 * one replaces the old when all of it is on disk. Records may then stand twice or out of step in
 * the new file, but the last of an address is the newest: a piece holds what is true when it is
 * gathered, and changes after that come in later batches.
 *
 * A batch that could not be written is cut off again, its promise is not made, and a compaction
 * is due, because what a failed fdatasync left on the disk is not known.
 */
#include "cmd/viprouterd/lease_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmd/viprouterd/loop.h"
#include "cli/buffer.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/store.h"

enum { COMPACT_FACTOR = 4, COMPACT_SLACK = 64 * 1024, COMPACT_PIECE = 1024 };

enum compaction { COMPACT_NONE, COMPACT_BEGIN, COMPACT_GO, COMPACT_FINISH };

struct lease_log {
	struct pump *pump;
	const char *path, *path_new;
	uv_work_t work;
	bool running;
	void (*idle)(void *context);
	void *idle_context;

	/* gathered for the next job */
	struct buffer next;
	uint64_t next_token; /* the last one in it; 0 none */

	/* the job */
	struct buffer batch;
	uint64_t token;
	struct buffer piece; /* of the snapshot */
	enum compaction step;
	int status;	    /* of the batch */
	int compact_status; /* of the snapshot */

	/* the files */
	int fd, fd_new;	  /* fd_new: -1 no compaction under way */
	size_t size;	  /* of the journal: all of it whole lines */
	size_t size_new;  /* of the new file */
	size_t size_base; /* the journal had after the last compaction, or at start */

	/* the compaction's walk */
	bool compacting;
	bool suspect; /* a write failed: compact as soon as possible */
	ip4_t walked; /* the last address in the new file */
	bool failed_before;
};

/* ---- on the worker thread --------------------------------------------------------------- */

static void write_batch(struct lease_log *log)
{
	if (log->batch.len == 0)
		return;
	log->status = log->batch.failed ? -ENOMEM
					: store_write_all(log->fd, log->batch.at, log->batch.len);
	if (log->status == 0 && fdatasync(log->fd) < 0)
		log->status = -errno;
	if (log->status == 0)
		log->size += log->batch.len;
	else if (ftruncate(log->fd, (off_t)log->size) < 0)
		log->suspect = true;
}

static int write_snapshot(struct lease_log *log)
{
	int ret;

	if (log->step == COMPACT_BEGIN) {
		log->fd_new =
			open(log->path_new,
			     O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
		log->size_new = 0;
		if (log->fd_new < 0)
			return -errno;
	}
	ret = store_write_all(log->fd_new, buffer_text(&log->piece), log->piece.len);
	if (ret == 0 && log->status == 0)
		ret = store_write_all(log->fd_new, buffer_text(&log->batch), log->batch.len);
	log->size_new += log->piece.len + log->batch.len;
	if (ret < 0 || log->step != COMPACT_FINISH)
		return ret;
	if (fsync(log->fd_new) < 0 || rename(log->path_new, log->path) < 0)
		return -errno;
	(void)store_sync_dir(log->path); /* an old folder entry leads to an old, whole file */
	close(log->fd);
	log->fd = log->fd_new;
	log->fd_new = -1;
	log->size = log->size_base = log->size_new;
	return 0;
}

static void work(uv_work_t *request)
{
	struct lease_log *log = request->data;

	log->status = log->compact_status = 0;
	write_batch(log);
	if (log->step == COMPACT_NONE)
		return;
	log->compact_status = log->piece.failed ? -ENOMEM : write_snapshot(log);
	if (log->compact_status < 0) {
		if (log->fd_new >= 0)
			close(log->fd_new);
		log->fd_new = -1;
		unlink(log->path_new);
	}
}

/* ---- on the loop ------------------------------------------------------------------------ */

static bool compaction_due(const struct lease_log *log)
{
	return log->suspect || log->size > COMPACT_FACTOR * log->size_base + COMPACT_SLACK;
}

/** Gathers the next records of the snapshot, and says what the job has to do with them. */
static void gather_piece(struct lease_log *log)
{
	mono_ms_t now = pump_now();
	int64_t wall_s = pump_wall_s();
	struct dhcp_lease_record record;
	char line[JOURNAL_LINE_SIZE];

	log->step = log->compacting ? COMPACT_GO : COMPACT_BEGIN;
	if (!log->compacting)
		log->walked = IP4_ANY;
	log->compacting = true;
	for (unsigned int i = 0; i < COMPACT_PIECE; i++) {
		if (!dhcp_server_next_record(router_dhcp(log->pump->router), &log->walked, &record,
					     now)) {
			/* a snapshot of one piece begins and ends in one job after this one */
			if (log->step == COMPACT_GO)
				log->step = COMPACT_FINISH;
			return;
		}
		buffer_add_bytes(&log->piece, line, journal_encode(&record, wall_s, line));
	}
}

static void after_work(uv_work_t *request, int status);

static void start(struct lease_log *log)
{
	struct buffer batch = log->next;
	int ret;

	log->next = log->batch;
	log->batch = batch;
	log->token = log->next_token;
	log->next_token = 0;
	buffer_clear(&log->next);
	buffer_clear(&log->piece);
	log->step = COMPACT_NONE;
	if (log->compacting || compaction_due(log))
		gather_piece(log);
	if (log->batch.len == 0 && log->token == 0 && log->step == COMPACT_NONE) {
		if (log->idle)
			log->idle(log->idle_context);
		return;
	}
	log->running = true;
	log->work.data = log;
	ret = uv_queue_work(log->pump->loop, &log->work, work, after_work);
	assert(ret == 0); /* libuv refuses only a missing callback */
	(void)ret;
}

static void report(struct lease_log *log)
{
	bool failed = log->status < 0;

	if (failed && !log->failed_before)
		log_line(EVENT_ERROR, "DHCP", "JOURNAL",
			 "leases cannot be kept, and none are given: %s: %s", log->path,
			 strerror(-log->status));
	else if (!failed && log->failed_before && log->batch.len > 0)
		log_line(EVENT_NOTICE, "DHCP", "JOURNAL", "leases are kept again: %s", log->path);
	if (failed)
		log->suspect = true;
	if (failed || log->batch.len > 0)
		log->failed_before = failed;
	if (log->token != 0)
		router_persisted(log->pump->router, log->token, log->status, pump_now());
}

static void after_work(uv_work_t *request, int status)
{
	struct lease_log *log = request->data;

	(void)status;
	log->running = false;
	report(log);
	if (log->step != COMPACT_NONE && log->compact_status < 0) {
		if (!log->suspect)
			log_line(EVENT_WARNING, "DHCP", "COMPACT", "cannot write %s: %s",
				 log->path_new, strerror(-log->compact_status));
		/* not again before the journal has doubled: the cause is likely to last */
		log->size_base = log->size / 2 + 1;
		log->compacting = log->suspect = false;
	} else if (log->step == COMPACT_FINISH) {
		log->compacting = log->suspect = false;
	}
	pump_run(log->pump);
	if (!log->running)
		start(log);
}

void lease_log_add(struct lease_log *log, const struct event *event)
{
	char line[JOURNAL_LINE_SIZE];

	buffer_add_bytes(&log->next, line, journal_encode(&event->lease, pump_wall_s(), line));
	if (event->token != 0)
		log->next_token = event->token;
	if (!log->running)
		start(log);
}

bool lease_log_idle(const struct lease_log *log)
{
	return !log->running && log->next.len == 0;
}

void lease_log_on_idle(struct lease_log *log, void (*idle)(void *context), void *context)
{
	log->idle = idle;
	log->idle_context = context;
}

int lease_log_open(struct lease_log **out, struct pump *pump, const char *path,
		   const char *path_new, struct journal_contents *contents)
{
	struct lease_log *log = calloc(1, sizeof(*log));
	char *text = NULL;
	size_t len = 0;
	int ret;

	memset(contents, 0, sizeof(*contents));
	if (!log)
		return -ENOMEM;
	log->pump = pump;
	log->path = path;
	log->path_new = path_new;
	log->fd = log->fd_new = -1;
	ret = store_read(path, &text, &len);
	if (ret == 0)
		ret = journal_read(text, len, pump_wall_s(), contents);
	free(text);
	if (ret < 0 && ret != -ENOENT)
		goto fail;
	unlink(path_new);
	log->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (log->fd < 0 || ftruncate(log->fd, (off_t)contents->whole_len) < 0) {
		ret = -errno;
		goto fail;
	}
	if (ret == -ENOENT)
		(void)store_sync_dir(path);
	log->size = contents->whole_len;
	/* what is live in it is what a snapshot would take, about */
	log->size_base =
		contents->lines ? log->size / contents->lines * contents->records.count : 0;
	*out = log;
	return 0;
fail:
	journal_contents_fini(contents);
	lease_log_free(log);
	return ret;
}

void lease_log_free(struct lease_log *log)
{
	if (!log)
		return;
	assert(!log->running);
	if (log->fd >= 0)
		close(log->fd);
	if (log->fd_new >= 0)
		close(log->fd_new);
	buffer_free(&log->next);
	buffer_free(&log->batch);
	buffer_free(&log->piece);
	free(log);
}
