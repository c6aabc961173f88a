/* SPDX-License-Identifier: BSD-2-Clause */
/* The lease journal on disk, with a loop, its worker and a router, in a folder of the test's own.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmd/viprouterd/lease_log.h"
#include "cmd/viprouterd/port_io.h"
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/store.h"

struct rig {
	char folder[32], path[64], path_new[64];
	uv_loop_t loop;
	struct pump pump;
	struct journal_contents contents;
	struct lease_log *log;
};

static void no_port_is_lost(void *context, struct interface_id id)
{
	(void)context;
	(void)id;
}

static int open_log(struct rig *w)
{
	int ret = lease_log_open(&w->log, &w->pump, w->path, w->path_new, &w->contents);

	w->pump.leases = w->log;
	if (ret == 0)
		lease_log_restored(w->log);
	return ret;
}

static int set_up(void **state)
{
	static const struct hash_key key = {{1, 2}};
	struct rig *w = calloc(1, sizeof(*w));

	*state = w;
	if (!w)
		return -1;
	strcpy(w->folder, "/tmp/test_lease_log.XXXXXX");
	if (!mkdtemp(w->folder) || uv_loop_init(&w->loop) < 0 ||
	    pump_init(&w->pump, &w->loop, router_new(&key, "test")) < 0)
		return -1;
	snprintf(w->path, sizeof(w->path), "%s/leases", w->folder);
	snprintf(w->path_new, sizeof(w->path_new), "%s/leases.new", w->folder);
	w->pump.ports = port_io_new(&w->pump, no_port_is_lost, NULL);
	return w->pump.ports ? 0 : -1;
}

static int tear_down(void **state)
{
	struct rig *w = *state;

	pump_close(&w->pump);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	lease_log_free(w->log);
	journal_contents_fini(&w->contents);
	port_io_free(w->pump.ports);
	pump_fini(&w->pump);
	unlink(w->path);
	if (uv_loop_close(&w->loop) < 0 || rmdir(w->folder) < 0)
		return -1;
	free(w);
	return 0;
}

/** A lease of 10.0.HIGH.LOW that nobody waits for. */
static struct event lease(unsigned int n)
{
	struct event event = {.type = EVENT_LEASE_PERSIST};

	event.lease = (struct dhcp_lease_record){
		.address = IP4(10, 0, n / 256, n % 256),
		.state = DHCP_LEASE_BOUND,
		.client = {.len = 7, .bytes = {1, 2, 0, 0, 0, (uint8_t)(n / 256), (uint8_t)n}},
		.remaining_s = 3600,
	};
	return event;
}

/** Runs the loop until all is written. The pump's timer is not waited for. */
static void settle(struct rig *w)
{
	while (!lease_log_idle(w->log))
		uv_run(&w->loop, UV_RUN_ONCE);
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void reopen(struct rig *w)
{
	lease_log_free(w->log);
	w->log = NULL;
	journal_contents_fini(&w->contents);
	assert_int_equal(open_log(w), 0);
}

static void a_record_is_there_after_a_restart(void **state)
{
	struct rig *w = *state;
	struct event event = lease(7);

	assert_int_equal(open_log(w), 0);
	assert_int_equal(w->contents.records.count, 0);
	assert_true(lease_log_idle(w->log));
	lease_log_add(w->log, &event);
	assert_false(lease_log_idle(w->log));
	settle(w);
	reopen(w);
	assert_int_equal(w->contents.records.count, 1);
	assert_int_equal(w->contents.records.at[0].address.host, IP4(10, 0, 0, 7).host);
}

static void records_that_come_during_a_write_are_written_too(void **state)
{
	struct rig *w = *state;

	assert_int_equal(open_log(w), 0);
	for (unsigned int i = 0; i < 300; i++) {
		struct event event = lease(i);

		lease_log_add(w->log, &event);
	}
	settle(w);
	reopen(w);
	assert_int_equal(w->contents.records.count, 300);
	assert_int_equal(w->contents.damaged, 0);
}

static void a_torn_tail_is_cut_off_before_more_is_written(void **state)
{
	struct rig *w = *state;
	struct event event = lease(1);
	char line[JOURNAL_LINE_SIZE], text[2 * JOURNAL_LINE_SIZE];
	size_t len = journal_encode(&event.lease, pump_wall_s(), line);

	memcpy(text, line, len);
	memcpy(text + len, line, len / 2);
	assert_int_equal(store_replace(w->path, text, len + len / 2, false), 0);
	assert_int_equal(open_log(w), 0);
	assert_int_equal(size_of(w->path), len);
	event = lease(2);
	lease_log_add(w->log, &event);
	settle(w);
	reopen(w);
	assert_int_equal(w->contents.records.count, 2);
	assert_int_equal(w->contents.damaged, 0);
}

static void a_journal_that_has_grown_is_compacted(void **state)
{
	struct rig *w = *state;
	off_t largest = 0;

	assert_int_equal(open_log(w), 0);
	/* one address again and again: the router holds none of it, so a snapshot is empty */
	for (unsigned int i = 0; i < 2000; i++) {
		struct event event = lease(1);

		lease_log_add(w->log, &event);
		if (i % 100 == 99)
			settle(w);
		largest = MAX(largest, size_of(w->path));
	}
	settle(w);
	assert_in_range(largest, 48 * 1024, 96 * 1024);
	assert_true(size_of(w->path) < 64 * 1024);
	assert_int_equal(size_of(w->path_new), -1);
	reopen(w);
	assert_int_equal(w->contents.damaged, 0);
}

static void a_journal_that_cannot_be_opened_is_told(void **state)
{
	struct rig *w = *state;

	snprintf(w->path, sizeof(w->path), "%s/none/leases", w->folder);
	assert_int_equal(open_log(w), -ENOENT);
	assert_null(w->log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_record_is_there_after_a_restart, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(records_that_come_during_a_write_are_written_too,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_torn_tail_is_cut_off_before_more_is_written,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_journal_that_has_grown_is_compacted, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_journal_that_cannot_be_opened_is_told, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
