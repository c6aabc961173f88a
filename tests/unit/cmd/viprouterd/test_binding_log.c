/* SPDX-License-Identifier: BSD-2-Clause */
/* The log of bindings, as a file and to a socket, in a folder of the test's own. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "cmd/viprouterd/binding_log.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/store.h"

/* 2026-11-25T03:40:50.007Z */
#define WALL_MS INT64_C(1795578050007)

struct rig {
	char folder[40], path[64], moved[64], socket_path[64];
	uv_loop_t loop;
	struct binding_log *log;
	int socket; /* the system log's end; -1 */
};

static const uint8_t json_only[NAT_LOG_COUNT] = {[NAT_LOG_JSON] = NAT_LOG_BINDINGS};
static const uint8_t syslog_only[NAT_LOG_COUNT] = {[NAT_LOG_SYSLOG] = NAT_LOG_BINDINGS};

static const struct event_nat mapping = {
	.what = EVENT_NAT_MAPPING,
	.proto = 17,
	.local = IP4(192, 168, 1, 100),
	.local_port = 5000,
	.global = IP4(203, 0, 113, 10),
	.global_port = 6000,
	.global_last = 6000,
};

static int set_up(void **state)
{
	struct rig *w = calloc(1, sizeof(*w));

	*state = w;
	if (!w)
		return -1;
	strcpy(w->folder, "/tmp/test_binding_log.XXXXXX");
	if (!mkdtemp(w->folder) || uv_loop_init(&w->loop) < 0)
		return -1;
	snprintf(w->path, sizeof(w->path), "%s/nat.log", w->folder);
	snprintf(w->moved, sizeof(w->moved), "%s/nat.log.1", w->folder);
	snprintf(w->socket_path, sizeof(w->socket_path), "%s/log", w->folder);
	w->socket = -1;
	w->log = binding_log_new(
		&w->loop, &(struct binding_log_paths){.json = w->path, .syslog = w->socket_path});
	return w->log ? 0 : -1;
}

static int tear_down(void **state)
{
	struct rig *w = *state;

	uv_run(&w->loop, UV_RUN_DEFAULT);
	binding_log_free(w->log);
	if (w->socket >= 0)
		close(w->socket);
	unlink(w->path);
	unlink(w->moved);
	unlink(w->socket_path);
	if (uv_loop_close(&w->loop) < 0 || rmdir(w->folder) < 0)
		return -1;
	free(w);
	return 0;
}

static void settle(struct rig *w)
{
	while (!binding_log_idle(w->log))
		uv_run(&w->loop, UV_RUN_ONCE);
}

static void add(struct rig *w, uint16_t port)
{
	struct event_nat record = mapping;

	record.local_port = port;
	binding_log_add(w->log, json_only, &record, WALL_MS);
}

/** The objects of a file's lines, each of which must be whole. */
static json_t *objects_of(const char *path)
{
	json_t *list = json_array();
	char *text, *line, *rest;

	assert_int_equal(store_read(path, &text, NULL), 0);
	rest = text;
	while ((line = strsep(&rest, "\n")) && rest) {
		json_t *item = json_loads(line, 0, NULL);

		assert_true(json_is_object(item));
		json_array_append_new(list, item);
	}
	assert_string_equal(line, ""); /* the last one ends too */
	free(text);
	return list;
}

static json_int_t number(const json_t *list, size_t i, const char *key)
{
	const json_t *value = json_object_get(json_array_get(list, i), key);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

/* ---- records as text -------------------------------------------------------------------- */

static void json_is(const struct event_nat *record, uint64_t lost, const char *wanted)
{
	char *text = binding_json(record, lost, WALL_MS);

	assert_non_null(text);
	assert_string_equal(text, wanted);
	free(text);
}

static void c12_a_mapping_is_an_object_without_a_destination(void **state)
{
	(void)state;
	json_is(&mapping, 0,
		"{\"time\":\"2026-11-25T03:40:50.007Z\",\"event\":\"create\",\"kind\":\"mapping\","
		"\"proto\":\"udp\",\"inside_local\":\"192.168.1.100\",\"inside_local_port\":5000,"
		"\"inside_global\":\"203.0.113.10\",\"inside_global_port\":6000,"
		"\"inside_global_port_last\":6000,\"lost\":0}");
}

static void c14_a_block_is_an_object_with_its_first_and_last_port(void **state)
{
	struct event_nat block = mapping;

	(void)state;
	block.what = EVENT_NAT_BLOCK;
	block.proto = 0;
	block.local_port = 0;
	block.global_port = 1024;
	block.global_last = 1535;
	block.ended = true;
	json_is(&block, 7,
		"{\"time\":\"2026-11-25T03:40:50.007Z\",\"event\":\"delete\",\"kind\":\"block\","
		"\"proto\":null,\"inside_local\":\"192.168.1.100\",\"inside_local_port\":null,"
		"\"inside_global\":\"203.0.113.10\",\"inside_global_port\":1024,"
		"\"inside_global_port_last\":1535,\"lost\":7}");
}

static void a_session_tells_whom_it_is_with(void **state)
{
	struct event_nat session = mapping;

	(void)state;
	session.what = EVENT_NAT_SESSION;
	session.remote = IP4(198, 51, 100, 7);
	session.remote_port = 443;
	json_is(&session, 0,
		"{\"time\":\"2026-11-25T03:40:50.007Z\",\"event\":\"create\",\"kind\":\"session\","
		"\"proto\":\"udp\",\"inside_local\":\"192.168.1.100\",\"inside_local_port\":5000,"
		"\"inside_global\":\"203.0.113.10\",\"inside_global_port\":6000,"
		"\"inside_global_port_last\":6000,\"lost\":0,"
		"\"outside_global\":\"198.51.100.7\",\"outside_global_port\":443}");
	session.proto = 1;
	json_is(&session, 0,
		"{\"time\":\"2026-11-25T03:40:50.007Z\",\"event\":\"create\",\"kind\":\"session\","
		"\"proto\":\"icmp\",\"inside_local\":\"192.168.1.100\",\"inside_local_port\":5000,"
		"\"inside_global\":\"203.0.113.10\",\"inside_global_port\":6000,"
		"\"inside_global_port_last\":6000,\"lost\":0,"
		"\"outside_global\":\"198.51.100.7\",\"outside_global_port\":null}");
}

static void text_is(const struct event_nat *record, uint64_t lost, const char *wanted)
{
	char text[BINDING_TEXT_SIZE];

	binding_text(record, lost, text);
	assert_string_equal(text, wanted);
}

static void lines_for_the_system_log_are_in_the_form_of_ios(void **state)
{
	struct event_nat record = mapping;

	(void)state;
	text_is(&record, 0, "%NAT-6-NAT_CREATED: udp 192.168.1.100:5000 is 203.0.113.10:6000");
	record.ended = true;
	text_is(&record, 3,
		"%NAT-6-NAT_DELETED: udp 192.168.1.100:5000 is 203.0.113.10:6000; "
		"3 records before this one are lost");
	record.what = EVENT_NAT_SESSION;
	record.remote = IP4(198, 51, 100, 7);
	record.remote_port = 443;
	text_is(&record, 0,
		"%NAT-6-NAT_DELETED: udp 192.168.1.100:5000 is 203.0.113.10:6000 with "
		"198.51.100.7:443");
	record.what = EVENT_NAT_BLOCK;
	record.global_last = 6015;
	text_is(&record, 0, "%NAT-6-NAT_DELETED: 192.168.1.100 is 203.0.113.10:6000-6015");
}

static void the_longest_line_fits(void **state)
{
	const struct event_nat record = {
		.what = EVENT_NAT_SESSION,
		.proto = 1,
		.local = IP4_BROADCAST,
		.local_port = 65535,
		.global = IP4_BROADCAST,
		.global_port = 65535,
		.remote = IP4_BROADCAST,
		.remote_port = 65535,
	};
	char text[BINDING_TEXT_SIZE];

	(void)state;
	binding_text(&record, UINT64_MAX, text);
	assert_non_null(strstr(text, "records before this one are lost"));
}

/* ---- the file --------------------------------------------------------------------------- */

static void records_are_appended_one_a_line(void **state)
{
	struct rig *w = *state;
	struct stat st;
	json_t *list;

	for (uint16_t n = 0; n < 100; n++) {
		add(w, n);
		if (n % 30 == 0)
			settle(w);
	}
	settle(w);
	list = objects_of(w->path);
	assert_int_equal(json_array_size(list), 100);
	for (size_t n = 0; n < 100; n++) {
		assert_int_equal(number(list, n, "inside_local_port"), n);
		assert_int_equal(number(list, n, "lost"), 0);
	}
	json_decref(list);
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void what_goes_where_is_as_configured(void **state)
{
	static const uint8_t nowhere[NAT_LOG_COUNT] = {0};
	static const uint8_t all[NAT_LOG_COUNT] = {[NAT_LOG_JSON] = NAT_LOG_DESTINATIONS};
	struct rig *w = *state;
	struct event_nat session = mapping;
	json_t *list;

	session.what = EVENT_NAT_SESSION;
	binding_log_add(w->log, nowhere, &mapping, WALL_MS);
	assert_true(binding_log_idle(w->log));
	binding_log_add(w->log, json_only, &session, WALL_MS);
	assert_true(binding_log_idle(w->log));
	binding_log_add(w->log, all, &session, WALL_MS);
	settle(w);
	list = objects_of(w->path);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
}

static void a_file_that_was_moved_away_is_made_anew(void **state)
{
	struct rig *w = *state;
	json_t *list;

	add(w, 1);
	settle(w);
	assert_int_equal(rename(w->path, w->moved), 0);
	add(w, 2);
	settle(w);
	list = objects_of(w->moved);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	list = objects_of(w->path);
	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(number(list, 0, "inside_local_port"), 2);
	json_decref(list);
}

static void a_symbolic_link_is_not_followed(void **state)
{
	struct rig *w = *state;
	json_t *list;

	assert_int_equal(symlink(w->moved, w->path), 0);
	add(w, 1);
	settle(w);
	assert_int_equal(access(w->moved, F_OK), -1);
	unlink(w->path);
	add(w, 2);
	settle(w);
	list = objects_of(w->path);
	assert_int_equal(json_array_size(list), 1);
	assert_int_equal(number(list, 0, "lost"), 1);
	json_decref(list);
}

static void a_fifo_in_its_place_stops_nothing(void **state)
{
	struct rig *w = *state;

	assert_int_equal(mkfifo(w->path, 0600), 0);
	add(w, 1);
	settle(w);
}

static void a_full_disk_tears_no_line_and_is_told_of_afterwards(void **state)
{
	struct rig *w = *state;
	struct rlimit limit, small;
	json_t *list;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	add(w, 1);
	settle(w);
	small = limit;
	small.rlim_cur = 300; /* one record and a piece of the next */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	add(w, 2);
	add(w, 3);
	settle(w);
	add(w, 4);
	settle(w);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	list = objects_of(w->path);
	assert_int_equal(json_array_size(list), 1);
	json_decref(list);
	add(w, 5);
	settle(w);
	add(w, 6);
	settle(w);
	list = objects_of(w->path);
	assert_int_equal(json_array_size(list), 3);
	assert_int_equal(number(list, 1, "inside_local_port"), 5);
	assert_int_equal(number(list, 1, "lost"), 3);
	assert_int_equal(number(list, 2, "lost"), 0);
	json_decref(list);
}

static void what_waits_for_the_disk_is_bounded_and_its_loss_told(void **state)
{
	enum { BOUND = 65536, MORE = 100 };
	struct rig *w = *state;
	json_t *list;
	json_int_t lost = 0;
	size_t count;

	for (unsigned int n = 0; n < 1 + BOUND + MORE; n++)
		add(w, (uint16_t)n);
	settle(w);
	add(w, 1);
	settle(w);
	list = objects_of(w->path);
	count = json_array_size(list);
	for (size_t n = 0; n < count; n++)
		lost += number(list, n, "lost");
	assert_int_equal(lost, MORE);
	assert_int_equal(count, 1 + BOUND + 1);
	assert_int_equal(number(list, count - 1, "lost"), MORE);
	json_decref(list);
}

static void what_the_core_lost_is_told(void **state)
{
	struct rig *w = *state;
	struct event_nat record = mapping;
	json_t *list;

	record.lost = 12;
	binding_log_add(w->log, json_only, &record, WALL_MS);
	settle(w);
	list = objects_of(w->path);
	assert_int_equal(number(list, 0, "lost"), 12);
	json_decref(list);
}

/* ---- the system log --------------------------------------------------------------------- */

static void listen_as_system_log(struct rig *w)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	strcpy(address.sun_path, w->socket_path);
	unlink(w->socket_path);
	w->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(w->socket >= 0);
	assert_int_equal(bind(w->socket, (struct sockaddr *)&address, sizeof(address)), 0);
}

/** The text of the next line, after its time and tag; "" none. Borrowed until the next call. */
static const char *heard(struct rig *w)
{
	static char line[512];
	ssize_t len = recv(w->socket, line, sizeof(line) - 1, 0);

	if (len < 0)
		return "";
	line[len] = '\0';
	assert_memory_equal(line, "<30>", 4);
	assert_non_null(strstr(line, " viprouterd["));
	return strstr(line, "]: ") + 3;
}

static void say(struct rig *w, int64_t wall_ms)
{
	binding_log_add(w->log, syslog_only, &mapping, wall_ms);
}

#define LINE "%NAT-6-NAT_CREATED: udp 192.168.1.100:5000 is 203.0.113.10:6000"

static void a_line_goes_to_the_system_log(void **state)
{
	struct rig *w = *state;

	listen_as_system_log(w);
	say(w, WALL_MS);
	assert_string_equal(heard(w), LINE);
	assert_string_equal(heard(w), "");
	assert_int_equal(access(w->path, F_OK), -1);
}

static void a_system_log_that_is_missing_costs_lines_and_no_time(void **state)
{
	struct rig *w = *state;

	say(w, WALL_MS);
	say(w, WALL_MS);
	listen_as_system_log(w);
	say(w, WALL_MS); /* not tried again within the second */
	assert_string_equal(heard(w), "");
	say(w, WALL_MS + 1000);
	assert_string_equal(heard(w), LINE "; 3 records before this one are lost");
	say(w, WALL_MS + 1000);
	assert_string_equal(heard(w), LINE);
}

static void a_system_log_that_starts_anew_is_found_again(void **state)
{
	struct rig *w = *state;

	listen_as_system_log(w);
	say(w, WALL_MS);
	assert_string_equal(heard(w), LINE);
	close(w->socket);
	listen_as_system_log(w);
	say(w, WALL_MS);
	assert_string_equal(heard(w), LINE);
}

static void a_system_log_that_does_not_read_is_not_waited_for(void **state)
{
	struct rig *w = *state;
	unsigned int count = 0;

	listen_as_system_log(w);
	for (unsigned int n = 0; n < 1500; n++)
		say(w, WALL_MS);
	while (heard(w)[0] != '\0')
		count++;
	assert_in_range(count, 1, 1499);
	say(w, WALL_MS);
	assert_non_null(strstr(heard(w), " records before this one are lost"));
}

static void lines_for_the_system_log_are_limited_in_rate(void **state)
{
	struct rig *w = *state;
	unsigned int count = 0;

	listen_as_system_log(w);
	for (unsigned int n = 0; n < 5000; n++) {
		say(w, WALL_MS);
		count += heard(w)[0] != '\0';
	}
	assert_int_equal(count, 2000);
	say(w, WALL_MS + 1000);
	assert_string_equal(heard(w), LINE "; 3000 records before this one are lost");
}

#define RIG_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(c12_a_mapping_is_an_object_without_a_destination),
		cmocka_unit_test(c14_a_block_is_an_object_with_its_first_and_last_port),
		cmocka_unit_test(a_session_tells_whom_it_is_with),
		cmocka_unit_test(lines_for_the_system_log_are_in_the_form_of_ios),
		cmocka_unit_test(the_longest_line_fits),
		RIG_TEST(records_are_appended_one_a_line),
		RIG_TEST(what_goes_where_is_as_configured),
		RIG_TEST(a_file_that_was_moved_away_is_made_anew),
		RIG_TEST(a_symbolic_link_is_not_followed),
		RIG_TEST(a_fifo_in_its_place_stops_nothing),
		RIG_TEST(a_full_disk_tears_no_line_and_is_told_of_afterwards),
		RIG_TEST(what_waits_for_the_disk_is_bounded_and_its_loss_told),
		RIG_TEST(what_the_core_lost_is_told),
		RIG_TEST(a_line_goes_to_the_system_log),
		RIG_TEST(a_system_log_that_is_missing_costs_lines_and_no_time),
		RIG_TEST(a_system_log_that_starts_anew_is_found_again),
		RIG_TEST(a_system_log_that_does_not_read_is_not_waited_for),
		RIG_TEST(lines_for_the_system_log_are_limited_in_rate),
	};

	return cmocka_run_group_tests_name("viprouterd/binding_log", tests, NULL, NULL);
}
