/* SPDX-License-Identifier: BSD-2-Clause */
/* A session at a real router with a configuration: lines are typed, answers are looked into. */
#ifndef TESTS_UNIT_CLI_MODES_BENCH_H
#define TESTS_UNIT_CLI_MODES_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "cli/session.h"
#include "core/router.h"

struct bench {
	struct config config;
	struct world world;
	struct session *session;
	struct buffer out;
	char *startup;
	enum session_status last;
};

static inline char *bench_read_startup(void *context)
{
	struct bench *bench = context;

	return bench->startup ? strdup(bench->startup) : NULL;
}

static inline int bench_save_startup(void *context, struct session *session, const char *text)
{
	struct bench *bench = context;

	(void)session;
	free(bench->startup);
	bench->startup = strdup(text);
	return 0;
}

static inline int bench_erase_startup(void *context)
{
	struct bench *bench = context;

	if (!bench->startup)
		return -ENOENT;
	free(bench->startup);
	bench->startup = NULL;
	return 0;
}

static inline int bench_trace(void *context, const struct trace_packet *packet, struct trace *trace)
{
	struct bench *bench = context;

	return router_probe(bench->world.router, packet, trace, bench->world.now);
}

static const struct world_effects bench_effects = {
	.save_startup = bench_save_startup,
	.read_startup = bench_read_startup,
	.erase_startup = bench_erase_startup,
	.trace = bench_trace,
};

static inline void bench_begin(struct bench *bench, const char *text)
{
	static const struct hash_key key;
	struct config_read_error error = {0};
	struct router *router = router_new(&key, "home");
	mono_ms_t now = {3600000};

	memset(bench, 0, sizeof(*bench));
	config_init(&bench->config);
	if (running_config_read(text, &bench->config, &error) < 0)
		fail_msg("line %u: %s", error.line, error.text);
	assert_int_equal(router_apply(router, &bench->config, now), 0);
	for (unsigned int i = 0; i < bench->config.interfaces.count; i++) {
		int port = router_port(router, bench->config.interfaces.at[i].id);

		if (port >= 0)
			router_port_link(router, (unsigned int)port, true, now);
	}
	bench->world = (struct world){
		.router = router,
		.running = &bench->config,
		.instance = "home",
		.version = "0.1.0",
		.now = now,
		.wall_s = 1544792580,
		.effects = &bench_effects,
		.context = bench,
	};
	bench->session = session_new(&bench->world, SESSION_MAY_CONFIGURE);
	assert_non_null(bench->session);
}

/* A device with a lease. @name: its host name. */
static inline void bench_lease(struct bench *bench, ip4_t address, const char *name)
{
	struct dhcp_lease_record record = {
		.address = address,
		.hardware = {{2, 0, 0, 0, 0, (uint8_t)address.host}},
		.state = DHCP_LEASE_BOUND,
		.remaining_s = 3600,
		.client = {.len = 7, .bytes = {1, 2, 0, 0, 0, 0, (uint8_t)address.host}},
	};

	snprintf(record.hostname, sizeof(record.hostname), "%s", name);
	assert_int_equal(router_restore_lease(bench->world.router, &record, bench->world.now), 0);
}

static inline void bench_end(struct bench *bench)
{
	session_free(bench->session);
	router_free(bench->world.router);
	config_fini(&bench->config);
	buffer_free(&bench->out);
	free(bench->startup);
}

/* Types a line. Return: all that it prints; good until the next. */
static inline const char *type(struct bench *bench, const char *line)
{
	buffer_clear(&bench->out);
	bench->last = session_run(bench->session, line, &bench->out);
	while (bench->last == SESSION_MORE)
		bench->last = session_more(bench->session, &bench->out);
	if (bench->last == SESSION_WAIT)
		bench->last = session_resume(bench->session, 0, NULL, &bench->out);
	return buffer_text(&bench->out);
}

/* Types a show with `| json`. Return: the answer, the caller's. */
static inline json_t *ask(struct bench *bench, const char *show)
{
	json_error_t error;
	json_t *answer;
	char line[160];

	snprintf(line, sizeof(line), "%s | json", show);
	answer = json_loads(type(bench, line), 0, &error);
	if (!answer)
		fail_msg("%s: %s: %s", line, error.text, buffer_text(&bench->out));
	assert_int_equal(bench->last, SESSION_DONE);
	return answer;
}

/* The answer, unpacked: "?" of a path such as "0.devices" by json_pack-like steps. */
static inline const json_t *at(const json_t *value, const char *path)
{
	while (*path) {
		char step[64];
		size_t len = strcspn(path, ".");

		snprintf(step, sizeof(step), "%.*s", (int)len, path);
		value = json_is_array(value) ? json_array_get(value, (size_t)atoi(step))
					     : json_object_get(value, step);
		path += len + (path[len] == '.');
	}
	if (!value)
		fail_msg("the answer lacks the key");
	return value;
}

#define assert_text_at(answer, path, text)                                                         \
	assert_string_equal(json_string_value(at(answer, path)), text)
#define assert_number_at(answer, path, n) assert_int_equal(json_integer_value(at(answer, path)), n)
#define assert_null_at(answer, path)	  assert_true(json_is_null(at(answer, path)))
#define assert_count_at(answer, path, n)                                                           \
	assert_int_equal(json_is_array(at(answer, path)) ? json_array_size(at(answer, path))       \
							 : json_object_size(at(answer, path)),     \
			 n)

#endif
