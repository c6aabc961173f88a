/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Model: one job on the worker thread at a time. A job appends the batch to the journal and syncs
 * it; the loop then reports the batch's last token to the router and starts the next job. The two
 * threads never touch the same field at once: while `running`, `job` and the file are the worker's;
 * `next` is the loop's.
 *
 * Compaction: when the journal has grown to COMPACT_FACTOR times what the last snapshot took, and
 * COMPACT_SLACK, a new file is written from the router's own records, a piece a job, so that
 * neither the loop nor the leases wait long. Batches of that time go into both files; the new
 * one replaces the old when all of it is on disk. Records may then stand twice or out of step in
 * the new file, but the last of an address is the newest: a piece holds what is true when it is
 * gathered, and changes after that come in later batches.
 *
 * A batch that could not be written is not in the journal, its promise is not made, and a
 * compaction is due: records that nobody waits for were lost with it, and what a failed fdatasync
 * left on the disk is not known. One is due as well when the wall clock was set, for the records
 * tell times by it. A compaction that fails is tried again with a later batch.
 */
#include "cmd/viprouterd/lease_log.h"

#include <stdio.h>
#include "cli/buffer.h"
#include "cmd/viprouterd/journal_file.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/loop.h"
#include "cmd/viprouterd/pump.h"

enum {
	COMPACT_FACTOR = 4,
	COMPACT_SLACK = 64 * 1024,
	COMPACT_GROWTH_MAX = 64 * 1024 * 1024, /* the largest stays far below what can be read */
	COMPACT_PIECE = 1024,
	COMPACT_AGAIN_S = 10, /* not sooner after one that failed: the cause is likely to last */
	CLOCK_STEP_S = 60,    /* the wall clock and ours part by so much: it was set */
};

struct lease_log {
	struct pump *pump;
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
	struct buffer piece; /* of the snapshot; none unless `compacts` */
	bool compacts;
	enum journal_compaction part;
	int status;	    /* of the batch */
	int compact_status; /* of the snapshot */
	struct journal_file file;

	/* the compaction's walk */
	bool restored; /* the router has what the journal held: its records are all there are */
	bool compacting;
	bool spoiled; /* a batch failed since the walk began, and it may have passed what was in it
		       */
	bool suspect; /* the journal may not say what is true: compact as soon as possible */
	ip4_t walked; /* the last address in the new file */
	size_t size_base;     /* the journal had after the last compaction, or at start */
	mono_ms_t not_before; /* of the next compaction */
	bool compact_failed_before;
	int64_t clock_s; /* the wall clock's lead over ours when all records were last right */
	bool failed_before;
};

/* ---- on the worker thread --------------------------------------------------------------- */

static struct journal_bytes bytes_of(const struct buffer *b)
{
	return (struct journal_bytes){buffer_text(b), b->len};
}

static void work(uv_work_t *request)
{
	struct lease_log *log = request->data;
	struct journal_bytes batch = bytes_of(&log->batch);

	log->status = log->compact_status = 0;
	if (log->batch.failed)
		log->status = -ENOMEM;
	else if (batch.len > 0)
		log->status = journal_file_append(&log->file, batch);
	if (!log->compacts)
		return;
	if (log->status < 0)
		batch.len = 0;
	/* a piece with something missing must not become the journal: nothing does */
	log->compact_status =
		log->piece.failed
			? -ENOMEM
			: journal_file_compact(&log->file, log->part, bytes_of(&log->piece), batch);
}

/* ---- on the loop ------------------------------------------------------------------------ */

static int64_t clock_lead_s(void)
{
	return pump_wall_s() - pump_now().ms / 1000;
}

static bool compaction_due(struct lease_log *log)
{
	size_t base = log->size_base;
	size_t most = base + MIN((COMPACT_FACTOR - 1) * base, (size_t)COMPACT_GROWTH_MAX);
	int64_t moved_s = clock_lead_s() - log->clock_s;

	if (moved_s > CLOCK_STEP_S || moved_s < -CLOCK_STEP_S)
		log->suspect = true;
	return log->restored && (log->suspect || log->file.size > most + COMPACT_SLACK) &&
	       mono_reached(log->not_before, pump_now());
}

/** Gathers the next records of the snapshot, and says what the job has to do with them. */
static void gather_piece(struct lease_log *log)
{
	mono_ms_t now = pump_now();
	int64_t wall_s = pump_wall_s();
	struct dhcp_lease_record record;
	char line[JOURNAL_LINE_SIZE];

	log->compacts = true;
	log->part = log->compacting ? JOURNAL_COMPACT_GO : JOURNAL_COMPACT_BEGIN;
	if (!log->compacting) {
		log->walked = IP4_ANY;
		log->clock_s = clock_lead_s();
		log->spoiled = false;
	}
	log->compacting = true;
	for (unsigned int i = 0; i < COMPACT_PIECE; i++) {
		if (!dhcp_server_next_record(router_dhcp(log->pump->router), &log->walked, &record,
					     now)) {
			/* a snapshot of one piece begins and ends in one job after this one */
			if (log->part == JOURNAL_COMPACT_GO)
				log->part = JOURNAL_COMPACT_FINISH;
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
	log->compacts = false;
	if (log->compacting || compaction_due(log))
		gather_piece(log);
	if (log->batch.len == 0 && !log->batch.failed && log->token == 0 && !log->compacts) {
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
			 "leases cannot be kept, and none are given: %s: %s", log->file.path,
			 strerror(-log->status));
	else if (!failed && log->failed_before && log->batch.len > 0)
		log_line(EVENT_NOTICE, "DHCP", "JOURNAL", "leases are kept again: %s",
			 log->file.path);
	if (failed || log->batch.len > 0)
		log->failed_before = failed;
	if (log->token != 0)
		router_persisted(log->pump->router, log->token, log->status, pump_now());
}

/** What became of the job's part of a compaction. */
static void report_compaction(struct lease_log *log)
{
	if (log->compact_status == 0 && log->part != JOURNAL_COMPACT_FINISH)
		return;
	log->compacting = false;
	if (log->compact_status == 0) {
		log->suspect = log->spoiled;
		log->compact_failed_before = false;
		log->size_base = log->file.size;
		return;
	}
	if (!log->failed_before && !log->compact_failed_before)
		log_line(EVENT_WARNING, "DHCP", "COMPACT", "cannot write %s: %s",
			 log->file.path_new, strerror(-log->compact_status));
	log->compact_failed_before = true;
	log->not_before = mono_add_s(pump_now(), COMPACT_AGAIN_S);
}

static void after_work(uv_work_t *request, int status)
{
	struct lease_log *log = request->data;

	(void)status;
	log->running = false;
	report(log);
	if (log->status < 0)
		log->suspect = log->spoiled = true;
	if (log->compacts)
		report_compaction(log);
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

void lease_log_restored(struct lease_log *log)
{
	log->restored = true;
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
	int ret;

	memset(contents, 0, sizeof(*contents));
	if (!log)
		return -ENOMEM;
	log->pump = pump;
	log->clock_s = clock_lead_s();
	ret = journal_file_open(&log->file, path, path_new, pump_wall_s(), contents);
	if (ret < 0) {
		lease_log_free(log);
		return ret;
	}
	/* what is live in it is what a snapshot would take, about */
	log->size_base =
		contents->lines ? log->file.size / contents->lines * contents->records.count : 0;
	*out = log;
	return 0;
}

void lease_log_free(struct lease_log *log)
{
	if (!log)
		return;
	assert(!log->running);
	journal_file_close(&log->file);
	buffer_free(&log->next);
	buffer_free(&log->batch);
	buffer_free(&log->piece);
	free(log);
}
