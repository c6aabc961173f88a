/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Model: one job on the worker thread at a time writes `batch`; meanwhile the loop gathers into
 * `next`, and the two change places when the job is done. While `running`, the batch, the
 * descriptor and what the job has found out are the worker's.
 *
 * Each batch is written whole or, as far as can be, not at all: what a full disk let through of it
 * is cut off again, so that no line is torn. The records are then lost and counted; a log that
 * waited for the disk to have room would need memory without bound.
 */
#include "cmd/viprouterd/binding_log.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "cli/buffer.h"
#include "cli/modes/view.h"
#include "cli/names.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/store.h"
#include "cmd/viprouterd/system_log.h"
#include "core/text.h"
#include "core/wire/ipv4.h"

enum { BATCH_MAX = 65536 }; /* records that may wait for the disk: 3 MiB */

struct entry {
	struct event_nat record;
	uint64_t lost; /* records just before it, here and in the core */
	int64_t wall_ms;
};

struct batch {
	VEC(struct entry) entries;
};

struct binding_log {
	uv_loop_t *loop;
	uv_work_t work;
	bool running;
	struct system_log system_log;
	struct batch next; /* gathered for the next job */
	uint64_t lost;	   /* records since its last one */

	/* the job */
	const char *path;
	struct batch batch;
	struct buffer text;
	int fd; /* -1: not open */
	int status;

	bool failed_before;
};

/* ---- records as text -------------------------------------------------------------------- */

/* NULL: of all protocols. */
static const char *proto_name(uint8_t proto)
{
	return proto ? names_of_protocol(proto) : NULL;
}

void binding_text(const struct event_nat *r, uint64_t lost, char text[BINDING_TEXT_SIZE])
{
	char local[IP4_TEXT_SIZE], global[IP4_TEXT_SIZE], remote[IP4_TEXT_SIZE];
	const char *proto = proto_name(r->proto);
	int len = snprintf(text, BINDING_TEXT_SIZE,
			   "%%NAT-6-NAT_%s: ", r->ended ? "DELETED" : "CREATED");

	ip4_to_text(r->local, local);
	ip4_to_text(r->global, global);
	switch ((enum event_nat_what)r->what) {
	case EVENT_NAT_MAPPING:
		len += snprintf(text + len, BINDING_TEXT_SIZE - (size_t)len, "%s %s:%u is %s:%u",
				proto, local, r->local_port, global, r->global_port);
		break;
	case EVENT_NAT_BLOCK:
		len += snprintf(text + len, BINDING_TEXT_SIZE - (size_t)len, "%s is %s:%u-%u",
				local, global, r->global_port, r->global_last);
		break;
	case EVENT_NAT_SESSION:
		len += snprintf(text + len, BINDING_TEXT_SIZE - (size_t)len,
				r->proto == IP_PROTO_ICMP ? "%s %s:%u is %s:%u with %s"
							  : "%s %s:%u is %s:%u with %s:%u",
				proto, local, r->local_port, global, r->global_port,
				ip4_to_text(r->remote, remote), r->remote_port);
		break;
	}
	if (lost > 0)
		snprintf(text + len, BINDING_TEXT_SIZE - (size_t)len,
			 "; %llu records before this one are lost", (unsigned long long)lost);
}

static json_t *json_of_time(int64_t wall_ms)
{
	time_t wall_s = (time_t)(wall_ms / 1000);
	char stamp[32], text[48];
	struct tm parts;

	gmtime_r(&wall_s, &parts);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text, sizeof(text), "%s.%03dZ", stamp, (int)(wall_ms % 1000));
	return json_string(text);
}

char *binding_json(const struct event_nat *r, uint64_t lost, int64_t wall_ms)
{
	static const char *const kinds[] = {
		[EVENT_NAT_MAPPING] = "mapping",
		[EVENT_NAT_BLOCK] = "block",
		[EVENT_NAT_SESSION] = "session",
	};
	bool block = r->what == EVENT_NAT_BLOCK;
	json_t *item =
		json_pack("{s:o, s:s, s:s, s:s?, s:o, s:o, s:o, s:i, s:i, s:I}", "time",
			  json_of_time(wall_ms), "event", r->ended ? "delete" : "create", "kind",
			  kinds[r->what], "proto", proto_name(r->proto), "inside_local",
			  view_of_ip4(r->local), "inside_local_port",
			  block ? json_null() : json_integer(r->local_port), "inside_global",
			  view_of_ip4(r->global), "inside_global_port", (int)r->global_port,
			  "inside_global_port_last", (int)r->global_last, "lost", (json_int_t)lost);
	char *text;

	if (item && r->what == EVENT_NAT_SESSION) {
		json_object_set_new(item, "outside_global", view_of_ip4(r->remote));
		json_object_set_new(item, "outside_global_port",
				    r->proto == IP_PROTO_ICMP ? json_null()
							      : json_integer(r->remote_port));
	}
	text = item ? json_dumps(item, JSON_COMPACT) : NULL;
	json_decref(item);
	return text;
}

/* ---- on the worker thread --------------------------------------------------------------- */

/** Opens the file, or the one that is in its place now. Return: 0; -errno. */
static int reopen(struct binding_log *log)
{
	struct stat st, open_st;

	if (log->fd >= 0 && stat(log->path, &st) == 0 && fstat(log->fd, &open_st) == 0 &&
	    st.st_ino == open_st.st_ino && st.st_dev == open_st.st_dev)
		return 0;
	if (log->fd >= 0)
		close(log->fd);
	/* not blocking, for a FIFO in its place would make the thread wait for ever */
	log->fd = open(log->path,
		       O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (log->fd < 0)
		return -errno;
	if (fstat(log->fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	/* the umask is stricter; who may read it is for the administrator to change */
	if (st.st_size == 0 && fchmod(log->fd, 0640) < 0)
		return -errno;
	return 0;
}

static int write_batch(struct binding_log *log)
{
	int ret = reopen(log);
	struct stat st;

	if (ret == 0 && fstat(log->fd, &st) < 0)
		ret = -errno;
	if (ret < 0) {
		if (log->fd >= 0)
			close(log->fd);
		log->fd = -1;
		return ret;
	}
	ret = store_write_all(log->fd, log->text.at, log->text.len);
	if (ret < 0 && ftruncate(log->fd, st.st_size) < 0)
		return ret; /* a torn line may stay; the next one is whole */
	return ret;
}

static void work(uv_work_t *request)
{
	struct binding_log *log = request->data;

	buffer_clear(&log->text);
	vec_each (&log->batch.entries, entry) {
		char *line = binding_json(&entry->record, entry->lost, entry->wall_ms);

		buffer_add(&log->text, line ? line : "");
		buffer_add(&log->text, "\n");
		log->text.failed = log->text.failed || !line;
		free(line);
	}
	log->status = log->text.failed ? -ENOMEM : write_batch(log);
}

/* ---- on the loop ------------------------------------------------------------------------ */

/** How many records are gone with a batch, and those that it tells of. */
static uint64_t lost_with(const struct batch *batch)
{
	uint64_t lost = batch->entries.count;

	vec_each (&batch->entries, entry)
		lost += entry->lost;
	return lost;
}

static void report(struct binding_log *log)
{
	bool failed = log->status < 0;

	if (failed)
		*(log->next.entries.count > 0 ? &log->next.entries.at[0].lost : &log->lost) +=
			lost_with(&log->batch);
	if (failed && !log->failed_before)
		log_line(EVENT_ERROR, "NAT", "LOG", "records of bindings are lost: %s: %s",
			 log->path, strerror(-log->status));
	else if (!failed && log->failed_before)
		log_line(EVENT_NOTICE, "NAT", "LOG", "bindings are logged again: %s", log->path);
	log->failed_before = failed;
}

static void after_work(uv_work_t *request, int status);

static void start(struct binding_log *log)
{
	struct batch done = log->batch;
	int ret;

	log->batch = log->next;
	log->next = done;
	log->next.entries.count = 0;
	log->running = true;
	log->work.data = log;
	ret = uv_queue_work(log->loop, &log->work, work, after_work);
	assert(ret == 0); /* libuv refuses only a missing callback */
	(void)ret;
}

static void after_work(uv_work_t *request, int status)
{
	struct binding_log *log = request->data;

	(void)status;
	log->running = false;
	report(log);
	if (log->next.entries.count > 0)
		start(log);
}

static void add_json(struct binding_log *log, const struct event_nat *record, int64_t wall_ms)
{
	struct entry *entry = NULL;

	if (log->next.entries.count < BATCH_MAX)
		entry = vec_push(&log->next.entries);
	if (!entry) {
		log->lost += 1 + record->lost;
		return;
	}
	entry->record = *record;
	entry->lost = log->lost + record->lost;
	log->lost = 0;
	entry->wall_ms = wall_ms;
	if (!log->running)
		start(log);
}

static void add_text(struct binding_log *log, const struct event_nat *record, int64_t wall_ms)
{
	char text[BINDING_TEXT_SIZE];

	log->system_log.lost += record->lost;
	binding_text(record, log->system_log.lost, text);
	system_log_send(&log->system_log, text, wall_ms);
}

void binding_log_add(struct binding_log *log, const uint8_t places[NAT_LOG_COUNT],
		     const struct event_nat *record, int64_t wall_ms)
{
	enum nat_log least =
		record->what == EVENT_NAT_SESSION ? NAT_LOG_DESTINATIONS : NAT_LOG_BINDINGS;

	if (places[NAT_LOG_JSON] >= least)
		add_json(log, record, wall_ms);
	if (places[NAT_LOG_SYSLOG] >= least)
		add_text(log, record, wall_ms);
}

bool binding_log_idle(const struct binding_log *log)
{
	return !log->running;
}

struct binding_log *binding_log_new(uv_loop_t *loop, const struct binding_log_paths *paths)
{
	struct binding_log *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	json_object_seed(0); /* here, for it is not for two threads at once */
	log->loop = loop;
	log->path = paths->json;
	log->fd = -1;
	system_log_init(&log->system_log, paths->syslog);
	return log;
}

void binding_log_free(struct binding_log *log)
{
	if (!log)
		return;
	assert(!log->running);
	if (log->fd >= 0)
		close(log->fd);
	system_log_fini(&log->system_log);
	buffer_free(&log->text);
	vec_free(&log->next.entries);
	vec_free(&log->batch.entries);
	free(log);
}
