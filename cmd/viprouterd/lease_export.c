/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States: IDLE (the file says what is true, or there is none), DELAYED (a change waits for its
 * time), WALKING (leases are gathered, a piece a turn of the loop, so that frames do not wait),
 * WRITING (the worker thread has the text). A change in the last two makes it DELAYED again when
 * they are over, and so does a failure. The timer runs in DELAYED and WALKING alone.
 */
#include "cmd/viprouterd/lease_export.h"

#include <stdio.h>
#include <time.h>
#include "cli/buffer.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/store.h"

enum { EXPORT_PIECE = 1024, EXPORT_PATH_SIZE = 4096 };

enum export_state { EXPORT_IDLE, EXPORT_DELAYED, EXPORT_WALKING, EXPORT_WRITING };

struct lease_export {
	struct pump *pump;
	const char *folder;
	uv_timer_t timer;
	uv_work_t work;
	enum export_state state;
	bool dirty;  /* something has changed that is not in what is gathered or written */
	bool closed; /* nothing is begun any more */

	char name[CONFIG_NAME_SIZE]; /* of the file under way */
	ip4_t walked;		     /* the last address in `text` */
	struct buffer text;
	int status; /* of the worker */

	char shown[CONFIG_NAME_SIZE]; /* the file that what follows is about */
	int64_t written_s;	      /* since 1970 UTC; 0 never */
	int last;		      /* 0, or -errno of the last attempt */
	uint64_t successes, failures;
};

/* ---- the text -------------------------------------------------------------------------- */

static void add_date(struct buffer *text, int64_t wall_s)
{
	time_t second = (time_t)wall_s;
	char date[32] = "";
	struct tm parts;

	if (gmtime_r(&second, &parts))
		strftime(date, sizeof(date), "%b %d %Y %I:%M %p", &parts);
	buffer_add(text, date);
}

static void begin_text(struct lease_export *e)
{
	buffer_clear(&e->text);
	buffer_add(&e->text, "*time* ");
	add_date(&e->text, pump_wall_s());
	buffer_add(&e->text, "\n*version* 2\n"
			     "!IP address    Type    Hardware address    Lease expiration\n");
	e->walked = IP4_ANY;
}

/** "id" and option 61, or the hardware type and address. */
static void add_client(struct buffer *text, const struct dhcp_client_key *client)
{
	const unsigned int from = client->is_option ? 0 : 1;

	if (client->is_option)
		buffer_add(text, "    id    ");
	else
		buffer_printf(text, "    %u    ", client->bytes[0]);
	for (unsigned int i = from; i < client->len; i++)
		buffer_printf(text, "%s%02x", i > from && (i - from) % 2 == 0 ? "." : "",
			      client->bytes[i]);
}

static void add_lease(struct buffer *text, const struct dhcp_lease_record *lease, int64_t wall_s)
{
	buffer_printf(text, "%u.%u.%u.%u", lease->address.host >> 24,
		      lease->address.host >> 16 & 0xff, lease->address.host >> 8 & 0xff,
		      lease->address.host & 0xff);
	add_client(text, &lease->client);
	buffer_add(text, "    ");
	if (lease->remaining_s == DHCP_LEASE_INFINITE)
		buffer_add(text, "Infinite");
	else
		add_date(text, wall_s + lease->remaining_s);
	buffer_add(text, "\n");
}

/** Gathers the next leases. Return: whether there may be more. */
static bool add_piece(struct lease_export *e)
{
	const int64_t wall_s = pump_wall_s();
	const mono_ms_t now = pump_now();
	struct dhcp_lease_record lease;

	for (unsigned int n = 0; n < EXPORT_PIECE; n++) {
		if (!dhcp_server_next_record(router_dhcp(e->pump->router), &e->walked, &lease,
					     now)) {
			buffer_add(&e->text, "*end*\n");
			return false;
		}
		if (lease.state == DHCP_LEASE_BOUND)
			add_lease(&e->text, &lease, wall_s);
	}
	return true;
}

/* ---- writing ---------------------------------------------------------------------------- */

/** Return: 0; -errno. On any thread. */
static int write_file(const struct lease_export *e)
{
	char path[EXPORT_PATH_SIZE];
	int len = snprintf(path, sizeof(path), "%s/%s", e->folder, e->name), ret;

	if (len < 0 || len >= (int)sizeof(path))
		return -ENAMETOOLONG;
	if (e->text.failed)
		return -ENOMEM;
	ret = store_make_dir(e->folder, 0700, (gid_t)-1);
	if (ret < 0)
		return ret;
	return store_replace(path, buffer_text(&e->text), e->text.len, true);
}

static void note_result(struct lease_export *e)
{
	if (strcmp(e->shown, e->name) != 0) {
		memcpy(e->shown, e->name, sizeof(e->shown));
		e->written_s = 0;
		e->successes = e->failures = 0;
		e->last = 0;
	}
	if (e->status < 0 && e->last == 0)
		log_line(EVENT_WARNING, "DHCP", "DATABASE", "cannot write flash:%s: %s", e->name,
			 strerror(-e->status));
	else if (e->status == 0 && e->last < 0)
		log_line(EVENT_NOTICE, "DHCP", "DATABASE", "flash:%s is written again", e->name);
	e->last = e->status;
	if (e->status == 0) {
		e->successes++;
		e->written_s = pump_wall_s();
	} else {
		e->failures++;
	}
}

static void delay(struct lease_export *e);

/** The end: nobody is waiting for frames any more. */
static void write_now(struct lease_export *e)
{
	const char *name = router_config(e->pump->router)->dhcp.database;

	e->state = EXPORT_IDLE;
	if (name[0] == '\0')
		return;
	memcpy(e->name, name, sizeof(e->name));
	begin_text(e);
	while (add_piece(e))
		;
	e->status = write_file(e);
	note_result(e);
}

static void work(uv_work_t *request)
{
	struct lease_export *e = request->data;

	e->status = write_file(e);
}

static void after_work(uv_work_t *request, int status)
{
	struct lease_export *e = request->data;

	(void)status;
	note_result(e);
	e->state = EXPORT_IDLE;
	buffer_free(&e->text); /* it may be large, and is seldom needed */
	if (e->closed && e->dirty)
		write_now(e);
	else if (e->dirty || e->last < 0)
		delay(e);
}

static void fired(uv_timer_t *timer)
{
	struct lease_export *e = timer->data;
	const struct config_dhcp *dhcp = &router_config(e->pump->router)->dhcp;

	if (e->state == EXPORT_DELAYED) {
		if (dhcp->database[0] == '\0') { /* taken back meanwhile */
			e->state = EXPORT_IDLE;
			return;
		}
		memcpy(e->name, dhcp->database, sizeof(e->name));
		e->dirty = false;
		e->state = EXPORT_WALKING;
		begin_text(e);
	}
	if (add_piece(e)) {
		uv_timer_start(&e->timer, fired, 1, 0);
		return;
	}
	e->state = EXPORT_WRITING;
	e->work.data = e;
	if (uv_queue_work(e->pump->loop, &e->work, work, after_work) < 0)
		e->state = EXPORT_IDLE; /* it refuses only a missing callback */
}

static void delay(struct lease_export *e)
{
	const struct config_dhcp *dhcp = &router_config(e->pump->router)->dhcp;

	if (e->closed || dhcp->database[0] == '\0')
		return;
	if (uv_timer_start(&e->timer, fired, (uint64_t)dhcp->database_delay_s * 1000, 0) == 0)
		e->state = EXPORT_DELAYED;
}

void lease_export_changed(struct lease_export *e)
{
	e->dirty = true;
	if (e->state == EXPORT_IDLE)
		delay(e);
}

/* ---- the whole -------------------------------------------------------------------------- */

void lease_export_status(const struct lease_export *e, struct world_database *out)
{
	const char *name = router_config(e->pump->router)->dhcp.database;

	memset(out, 0, sizeof(*out));
	out->pending = e->dirty || e->state != EXPORT_IDLE;
	if (strcmp(name, e->shown) != 0)
		return;
	out->written_s = e->written_s;
	out->error = e->last;
	out->successes = e->successes;
	out->failures = e->failures;
}

struct lease_export *lease_export_new(struct pump *pump, const char *folder)
{
	struct lease_export *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->pump = pump;
	e->folder = folder;
	e->timer.data = e;
	if (uv_timer_init(pump->loop, &e->timer) < 0) {
		free(e);
		return NULL;
	}
	return e;
}

void lease_export_close(struct lease_export *e)
{
	if (!e || e->closed)
		return;
	e->closed = true;
	uv_close((uv_handle_t *)&e->timer, NULL);
	if (e->state == EXPORT_DELAYED || e->state == EXPORT_WALKING)
		write_now(e);
}

void lease_export_free(struct lease_export *e)
{
	if (!e)
		return;
	buffer_free(&e->text);
	free(e);
}
