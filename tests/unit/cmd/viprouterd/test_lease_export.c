/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `ip dhcp database`: the leases as a text in a folder of the test's own. The delay of a
 * configuration is shorter here than the shell lets it be.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cmd/viprouterd/lease_export.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/store.h"

struct rig {
	char folder[32], flash[64], path[80];
	uv_loop_t loop;
	struct pump pump;
	struct config config;
	struct lease_export *export;
};

static void configure(struct rig *w, const char *name)
{
	memset(w->config.dhcp.database, 0, sizeof(w->config.dhcp.database));
	strcpy(w->config.dhcp.database, name);
	w->config.dhcp.database_delay_s = 0;
	assert_int_equal(router_apply(w->pump.router, &w->config, pump_now()), 0);
}

static int set_up(void **state)
{
	static const struct hash_key key = {{1, 2}};
	struct rig *w = calloc(1, sizeof(*w));
	struct config_interface *bvi;
	struct config_dhcp_pool *pool;

	*state = w;
	if (!w)
		return -1;
	log_open(STDERR_FILENO, EVENT_ERROR);
	strcpy(w->folder, "/tmp/test_lease_exp.XXXXXX");
	if (!mkdtemp(w->folder) || uv_loop_init(&w->loop) < 0 ||
	    pump_init(&w->pump, &w->loop, router_new(&key, "test")) < 0)
		return -1;
	snprintf(w->flash, sizeof(w->flash), "%s/flash", w->folder);
	snprintf(w->path, sizeof(w->path), "%s/bindings", w->flash);
	config_init(&w->config);
	bvi = config_interface_get(&w->config, (struct interface_id){INTERFACE_BVI, 1});
	bvi->addresses[0] = (struct ip4_prefix){IP4(10, 0, 0, 1), 16};
	bvi->address_count = 1;
	pool = config_pool_get(&w->config, "LAN");
	pool->has_network = true;
	pool->network = (struct ip4_prefix){IP4(10, 0, 0, 0), 16};
	configure(w, "bindings");
	w->export = lease_export_new(&w->pump, w->flash);
	return w->export ? 0 : -1;
}

static int tear_down(void **state)
{
	struct rig *w = *state;

	lease_export_close(w->export);
	pump_close(&w->pump);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	lease_export_free(w->export);
	pump_fini(&w->pump);
	config_fini(&w->config);
	unlink(w->path);
	rmdir(w->flash);
	if (uv_loop_close(&w->loop) < 0 || rmdir(w->folder) < 0)
		return -1;
	free(w);
	return 0;
}

static void restore(struct rig *w, unsigned int n, uint8_t state, bool by_option)
{
	struct dhcp_lease_record lease = {
		.address = IP4(10, 0, n / 256, n % 256),
		.state = state,
		.client = {.len = 7,
			   .is_option = by_option,
			   .bytes = {1, 2, 0, 0, 0, (uint8_t)(n / 256), (uint8_t)n}},
		.remaining_s = n == 9 ? DHCP_LEASE_INFINITE : 3600,
	};

	assert_int_equal(router_restore_lease(w->pump.router, &lease, pump_now()), 0);
}

static struct world_database status(struct rig *w)
{
	struct world_database out;

	lease_export_status(w->export, &out);
	return out;
}

/** Says that something changed, and runs the loop until that is written, or could not be. */
static void change(struct rig *w)
{
	const uint64_t attempts = status(w).successes + status(w).failures;

	lease_export_changed(w->export);
	assert_true(status(w).pending);
	while (status(w).successes + status(w).failures == attempts)
		uv_run(&w->loop, UV_RUN_ONCE);
}

static void take_text(struct rig *w, char **text)
{
	assert_int_equal(store_read(w->path, text, NULL), 0);
}

static void leases_stand_in_a_text_of_the_form_of_ios(void **state)
{
	static const char head[] = "*version* 2\n"
				   "!IP address    Type    Hardware address    Lease expiration\n"
				   "10.0.0.7    id    0102.0000.0000.07    ";
	struct rig *w = *state;
	char *text, *line;

	restore(w, 7, DHCP_LEASE_BOUND, true);
	restore(w, 8, DHCP_LEASE_RELEASED, false);
	restore(w, 9, DHCP_LEASE_BOUND, false);
	change(w);
	assert_int_equal(status(w).successes, 1);
	assert_false(status(w).pending);
	assert_true(status(w).written_s >= pump_wall_s() - 10);
	take_text(w, &text);
	assert_memory_equal(text, "*time* ", 7);
	line = strstr(text, "*version* 2\n");
	assert_non_null(line);
	assert_ptr_equal(line, strstr(line, head));
	assert_non_null(strstr(line, "\n10.0.0.9    1    0200.0000.0009    Infinite\n*end*\n"));
	assert_null(strstr(text, "10.0.0.8 "));
	free(text);
}

static void a_change_meanwhile_is_written_too_and_many_are_written_once(void **state)
{
	struct rig *w = *state;
	char *text;

	for (unsigned int n = 2; n < 5000; n++) {
		restore(w, n, DHCP_LEASE_BOUND, false);
		lease_export_changed(w->export);
	}
	uv_run(&w->loop, UV_RUN_ONCE); /* the first piece is gathered */
	restore(w, 5000, DHCP_LEASE_BOUND, false);
	lease_export_changed(w->export);
	while (status(w).pending)
		uv_run(&w->loop, UV_RUN_ONCE);
	assert_true(status(w).successes <= 2);
	take_text(w, &text);
	assert_non_null(strstr(text, "\n10.0.19.136    1    "));
	free(text);
}

static void what_cannot_be_written_is_told_and_tried_again(void **state)
{
	struct rig *w = *state;

	assert_int_equal(mkdir(w->flash, 0700), 0);
	assert_int_equal(mkdir(w->path, 0700), 0); /* in the file's place */
	change(w);
	assert_true(status(w).error < 0);
	assert_int_equal(status(w).failures, 1);
	assert_int_equal(status(w).written_s, 0);
	assert_int_equal(rmdir(w->path), 0);
	while (status(w).successes == 0)
		uv_run(&w->loop, UV_RUN_ONCE);
	assert_int_equal(status(w).error, 0);
	assert_int_equal(access(w->path, R_OK), 0);
}

static void without_a_name_nothing_is_written_and_nothing_waits(void **state)
{
	struct rig *w = *state;

	configure(w, "");
	lease_export_changed(w->export);
	assert_int_equal(uv_run(&w->loop, UV_RUN_NOWAIT), 0); /* no handle is active */
	assert_int_equal(access(w->flash, F_OK), -1);
	configure(w, "bindings"); /* with a name, what changed before is written */
	change(w);
	assert_int_equal(access(w->path, R_OK), 0);
}

static void the_end_writes_what_waits(void **state)
{
	struct rig *w = *state;
	char *text;

	w->config.dhcp.database_delay_s = 3600;
	assert_int_equal(router_apply(w->pump.router, &w->config, pump_now()), 0);
	restore(w, 7, DHCP_LEASE_BOUND, true);
	lease_export_changed(w->export);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_int_equal(access(w->path, F_OK), -1);
	lease_export_close(w->export);
	take_text(w, &text);
	assert_non_null(strstr(text, "\n10.0.0.7    id    "));
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(leases_stand_in_a_text_of_the_form_of_ios),
		TEST(a_change_meanwhile_is_written_too_and_many_are_written_once),
		TEST(what_cannot_be_written_is_told_and_tried_again),
		TEST(without_a_name_nothing_is_written_and_nothing_waits),
		TEST(the_end_writes_what_waits),
	};

	return cmocka_run_group_tests_name("lease_export", tests, NULL, NULL);
}
