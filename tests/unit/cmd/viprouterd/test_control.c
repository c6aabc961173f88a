/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control protocol over a real socket, on a loop of the test's own: the other end is written
 * and read without blocking while the loop turns. Configurations are applied in full, but none here
 * has a port, so no agent is asked.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "cmd/viprouterd/apply.h"
#include "cmd/viprouterd/control.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/port_io.h"
#include "cmd/viprouterd/pump.h"
#include "core/debug.h"

enum { TURNS_MAX = 100000 };

struct rig {
	char folder[32], socket[64], ports[64], startup[64];
	uv_loop_t loop;
	struct pump pump;
	struct agent_link agent;
	struct apply *apply;
	struct effects effects;
	struct control *control;
};

/** A shell's end of a connection. */
struct peer {
	struct rig *rig;
	int fd;
	char in[1 << 20];
	size_t len;
};

static struct sockaddr_un address_of(const struct rig *w)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, w->socket, strlen(w->socket));
	return address;
}

static int set_up(void **state)
{
	static const struct hash_key key = {{1, 2}};
	struct rig *w = calloc(1, sizeof(*w));
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	*state = w;
	if (!w || fd < 0)
		return -1;
	log_open(STDERR_FILENO, EVENT_ERROR);
	strcpy(w->folder, "/tmp/test_control.XXXXXX");
	if (!mkdtemp(w->folder))
		return -1;
	snprintf(w->socket, sizeof(w->socket), "%s/sock", w->folder);
	snprintf(w->ports, sizeof(w->ports), "%s/ports", w->folder);
	snprintf(w->startup, sizeof(w->startup), "%s/startup-config", w->folder);
	if (uv_loop_init(&w->loop) < 0 ||
	    pump_init(&w->pump, &w->loop, router_new(&key, "test")) < 0)
		return -1;
	w->apply = apply_new(&w->pump, &w->agent, "test", w->ports);
	w->pump.ports = port_io_new(&w->pump, apply_port_lost, w->apply);
	effects_init(&w->effects, &w->pump, w->apply, "test", w->startup);
	w->control = control_new(&w->loop, &w->effects);
	address = address_of(w);
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return control_listen(w->control, fd);
}

static int tear_down(void **state)
{
	struct rig *w = *state;

	control_close(w->control);
	apply_close(w->apply);
	pump_close(&w->pump);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	apply_free(w->apply);
	control_free(w->control);
	port_io_free(w->pump.ports);
	pump_fini(&w->pump);
	unlink(w->socket);
	unlink(w->startup);
	if (uv_loop_close(&w->loop) < 0 || rmdir(w->folder) < 0)
		return -1;
	free(w);
	return 0;
}

static void turn(struct rig *w, unsigned int times)
{
	while (times-- > 0)
		uv_run(&w->loop, UV_RUN_NOWAIT);
}

static struct peer *peer_new(struct rig *w)
{
	struct sockaddr_un address = address_of(w);
	struct peer *peer = calloc(1, sizeof(*peer));

	assert_non_null(peer);
	peer->rig = w;
	peer->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(peer->fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	turn(w, 2);
	return peer;
}

static void peer_free(struct peer *peer)
{
	close(peer->fd);
	turn(peer->rig, 4);
	free(peer);
}

static void say_bytes(struct peer *peer, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(peer->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (errno != EAGAIN) {
			return; /* hung up on: what came before tells why */
		}
		turn(peer->rig, 1);
	}
}

/** Puts a request into the socket, and lets the loop rest. */
static bool send_whole(struct peer *peer, const char *text)
{
	return send(peer->fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

static void say(struct peer *peer, const char *text)
{
	say_bytes(peer, text, strlen(text));
}

/** The next object; NULL: the connection has ended, or nothing comes. */
static json_t *hear(struct peer *peer)
{
	for (unsigned int turns = 0; turns < TURNS_MAX; turns++) {
		char *end = memchr(peer->in, '\n', peer->len);
		ssize_t n;

		if (end) {
			size_t len = (size_t)(end - peer->in);
			json_t *object = json_loadb(peer->in, len, 0, NULL);

			assert_non_null(object);
			peer->len -= len + 1;
			memmove(peer->in, end + 1, peer->len);
			return object;
		}
		assert_true(peer->len < sizeof(peer->in));
		n = recv(peer->fd, peer->in + peer->len, sizeof(peer->in) - peer->len,
			 MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			return NULL;
		if (n > 0)
			peer->len += (size_t)n;
		else
			turn(peer->rig, 1);
	}
	return NULL;
}

static json_int_t status_of(const json_t *object)
{
	const json_t *status = json_object_get(object, "status");

	assert_true(json_is_integer(status));
	return json_integer_value(status);
}

/** Sends a request, and puts all that is printed into @out (4096 bytes). Return: the status. */
static json_int_t ask(struct peer *peer, const char *request, char *out)
{
	json_int_t status;
	bool more = true;

	out[0] = '\0';
	say(peer, request);
	while (more) {
		json_t *answer = hear(peer);
		const char *text = json_string_value(json_object_get(answer, "out"));

		assert_non_null(answer);
		if (text)
			snprintf(out + strlen(out), 4096 - strlen(out), "%s", text);
		more = json_is_true(json_object_get(answer, "more"));
		status = status_of(answer);
		if (!more)
			assert_true(json_is_string(json_object_get(answer, "prompt")));
		json_decref(answer);
	}
	return status;
}

static void hello_tells_who_answers_and_what_one_may_do(void **state)
{
	struct peer *peer = peer_new(*state);
	json_t *answer;

	say(peer, "{\"id\":7,\"op\":\"hello\"}\n");
	answer = hear(peer);
	assert_int_equal(json_integer_value(json_object_get(answer, "id")), 7);
	assert_int_equal(status_of(answer), 0);
	assert_string_equal(json_string_value(json_object_get(answer, "hostname")), "home");
	assert_string_equal(json_string_value(json_object_get(answer, "prompt")), "home#");
	assert_true(json_is_true(json_object_get(answer, "may_configure")));
	json_decref(answer);
	peer_free(peer);
}

static void a_configuration_line_changes_the_router(void **state)
{
	struct peer *peer = peer_new(*state);
	struct rig *w = *state;
	char out[4096];

	say(peer, "{\"id\":1,\"op\":\"hello\"}\n");
	json_decref(hear(peer));
	assert_int_equal(
		ask(peer, "{\"id\":2,\"op\":\"run\",\"line\":\"configure terminal\"}\n", out), 0);
	assert_int_equal(ask(peer, "{\"id\":3,\"op\":\"run\",\"line\":\"hostname den\"}\n", out),
			 0);
	assert_string_equal(router_config(w->pump.router)->hostname, "den");
	peer_free(peer);
}

static void a_script_is_applied_at_its_commit(void **state)
{
	struct peer *peer = peer_new(*state);
	struct rig *w = *state;
	char out[4096];

	say(peer, "{\"id\":1,\"op\":\"hello\",\"script\":true}\n");
	json_decref(hear(peer));
	assert_int_equal(ask(peer, "{\"id\":2,\"op\":\"run\",\"line\":\"hostname den\"}\n", out),
			 0);
	assert_string_equal(router_config(w->pump.router)->hostname, "home");
	assert_int_equal(ask(peer, "{\"id\":3,\"op\":\"commit\"}\n", out), 0);
	assert_string_equal(router_config(w->pump.router)->hostname, "den");
	peer_free(peer);
}

static void edits_of_two_shells_at_once_are_both_kept(void **state)
{
	struct rig *w = *state;
	struct peer *a = peer_new(w), *b = peer_new(w);
	char out[4096];

	ask(a, "{\"id\":1,\"op\":\"run\",\"line\":\"configure terminal\"}\n", out);
	ask(b, "{\"id\":1,\"op\":\"run\",\"line\":\"configure terminal\"}\n", out);
	/* both lines are there before the loop turns: the second begins while the first is applied
	 */
	assert_true(send_whole(a, "{\"id\":2,\"op\":\"run\",\"line\":\"hostname den\"}\n"));
	say(b, "{\"id\":2,\"op\":\"run\",\"line\":\"arp 10.0.0.1 0200.0000.0001 arpa\"}\n");
	json_decref(hear(a));
	json_decref(hear(b));
	assert_string_equal(router_config(w->pump.router)->hostname, "den");
	assert_int_equal(router_config(w->pump.router)->arps.count, 1);
	peer_free(a);
	peer_free(b);
}

static void a_shell_that_goes_during_its_change_harms_nothing(void **state)
{
	struct rig *w = *state;
	struct peer *peer = peer_new(w);
	char out[4096];

	ask(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"configure terminal\"}\n", out);
	assert_true(send_whole(peer, "{\"id\":2,\"op\":\"run\",\"line\":\"hostname den\"}\n"));
	peer_free(peer);
	turn(w, 10);
	peer = peer_new(w);
	assert_int_equal(ask(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"show version\"}\n", out),
			 0);
	assert_string_equal(router_config(w->pump.router)->hostname, "den");
	peer_free(peer);
}

static void saving_writes_a_file_that_holds_the_configuration(void **state)
{
	struct rig *w = *state;
	struct peer *peer = peer_new(w);
	char out[4096];

	assert_int_equal(ask(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"write memory\"}\n", out),
			 0);
	assert_int_equal(access(w->startup, R_OK), 0);
	assert_int_equal(
		ask(peer, "{\"id\":2,\"op\":\"run\",\"line\":\"show startup-config\"}\n", out), 0);
	assert_non_null(strstr(out, "hostname home"));
	peer_free(peer);
}

static void what_a_command_leaves_to_be_done_is_done_without_a_frame_coming_in(void **state)
{
	struct rig *w = *state;
	struct peer *peer = peer_new(w);
	struct config config;
	char out[4096];

	config_init(&config);
	assert_non_null(config_interface_get(&config, (struct interface_id){INTERFACE_BVI, 1}));
	assert_int_equal(router_apply(w->pump.router, &config, (mono_ms_t){0}), 0);
	config_fini(&config);
	router_tick(w->pump.router, (mono_ms_t){0});
	router_tick(w->pump.router, (mono_ms_t){2000}); /* announced twice: nothing is due */
	assert_int_equal(router_deadline(w->pump.router).ms, MONO_NEVER.ms);
	assert_int_equal(w->pump.armed.ms, MONO_NEVER.ms);
	assert_int_equal(ask(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"clear arp-cache\"}\n", out),
			 0);
	assert_int_not_equal(w->pump.armed.ms, MONO_NEVER.ms);
	peer_free(peer);
}

static void help_and_completion_answer(void **state)
{
	struct peer *peer = peer_new(*state);
	json_t *answer;

	say(peer, "{\"id\":1,\"op\":\"help\",\"line\":\"show \"}\n"
		  "{\"id\":2,\"op\":\"complete\",\"line\":\"sho\"}\n");
	answer = hear(peer);
	assert_non_null(strstr(json_string_value(json_object_get(answer, "out")), "version"));
	json_decref(answer);
	answer = hear(peer);
	assert_string_equal(json_string_value(json_array_get(json_object_get(answer, "words"), 0)),
			    "show");
	json_decref(answer);
	peer_free(peer);
}

static void a_mistake_is_status_1_and_the_shell_goes_on(void **state)
{
	struct peer *peer = peer_new(*state);
	char out[4096];

	assert_int_equal(ask(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"bogus\"}\n", out), 1);
	assert_non_null(strstr(out, "% Invalid input detected at '^' marker."));
	assert_int_equal(ask(peer, "{\"id\":2,\"op\":\"run\",\"line\":\"show version\"}\n", out),
			 0);
	peer_free(peer);
}

static void a_request_may_come_byte_by_byte(void **state)
{
	struct peer *peer = peer_new(*state);
	const char *text = "{\"id\":1,\"op\":\"run\",\"line\":\"show version\"}\n";
	json_t *answer;

	for (; *text; text++)
		say_bytes(peer, text, 1);
	answer = hear(peer);
	assert_int_equal(status_of(answer), 0);
	json_decref(answer);
	peer_free(peer);
}

static void what_breaks_the_protocol_is_told_and_ends_the_connection(void **state)
{
	static const char *const broken[] = {
		"garbage\n",
		"[1]\n",
		"{\"id\":\"x\",\"op\":\"hello\"}\n",
		"{\"id\":1}\n",
		"{\"id\":1,\"op\":\"run\"}\n",
		"{\"id\":1,\"op\":\"nonsense\",\"line\":\"\"}\n",
		"{\"op\":1,\"op\":2}\n",
		"\xff\xfe\n",
	};

	for (size_t i = 0; i < ARRAY_COUNT(broken); i++) {
		struct peer *peer = peer_new(*state);
		json_t *answer;

		say(peer, broken[i]);
		answer = hear(peer);
		assert_true(json_is_string(json_object_get(answer, "error")));
		assert_int_equal(status_of(answer), 1);
		json_decref(answer);
		assert_null(hear(peer));
		peer_free(peer);
	}
}

static void a_line_without_end_is_told_and_ends_the_connection(void **state)
{
	struct peer *peer = peer_new(*state);
	char *line = malloc(70000);
	json_t *answer;

	assert_non_null(line);
	memset(line, ' ', 70000);
	say_bytes(peer, line, 70000);
	answer = hear(peer);
	assert_true(json_is_string(json_object_get(answer, "error")));
	json_decref(answer);
	free(line);
	peer_free(peer);
}

static void deep_nesting_is_refused(void **state)
{
	struct peer *peer = peer_new(*state);
	char *line = malloc(60001);
	json_t *answer;

	assert_non_null(line);
	memset(line, '[', 60000);
	line[60000] = '\n';
	say_bytes(peer, line, 60001);
	answer = hear(peer);
	assert_true(json_is_string(json_object_get(answer, "error")));
	json_decref(answer);
	free(line);
	peer_free(peer);
}

static void many_requests_at_once_are_answered_in_order(void **state)
{
	struct peer *peer = peer_new(*state);
	char text[80];

	for (json_int_t i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "{\"id\":%d,\"op\":\"complete\",\"line\":\"sh\"}\n",
			 (int)i);
		say(peer, text);
	}
	for (json_int_t i = 0; i < 200; i++) {
		json_t *answer = hear(peer);

		assert_int_equal(json_integer_value(json_object_get(answer, "id")), i);
		json_decref(answer);
	}
	peer_free(peer);
}

static void one_that_never_reads_is_not_read_from_for_ever(void **state)
{
	struct peer *peer = peer_new(*state), *other;
	static const char text[] = "{\"id\":1,\"op\":\"run\",\"line\":\"show running-config\"}\n";
	size_t sent = 0;
	char out[4096];
	unsigned int refused = 0;

	while (refused < 100 && sent < 64 * 1024 * 1024) {
		ssize_t n = send(peer->fd, text, sizeof(text) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);

		refused = n < 0 ? refused + 1 : 0;
		sent += n > 0 ? (size_t)n : 0;
		turn(*state, 2);
	}
	assert_int_equal(refused, 100);
	other = peer_new(*state);
	assert_int_equal(ask(other, "{\"id\":1,\"op\":\"run\",\"line\":\"show version\"}\n", out),
			 0);
	peer_free(other);
	peer_free(peer);
}

static void what_was_asked_before_the_end_of_input_is_answered(void **state)
{
	struct peer *peer = peer_new(*state);
	json_t *answer;

	say(peer, "{\"id\":1,\"op\":\"complete\",\"line\":\"sh\"}\n"
		  "{\"id\":2,\"op\":\"complete\",\"line\":\"sh\"}\n");
	shutdown(peer->fd, SHUT_WR);
	json_decref(hear(peer));
	answer = hear(peer);
	assert_int_equal(json_integer_value(json_object_get(answer, "id")), 2);
	json_decref(answer);
	assert_null(hear(peer));
	peer_free(peer);
}

static void the_sixty_fifth_shell_is_refused_with_a_reason(void **state)
{
	struct peer *peers[65];
	json_t *answer;

	for (unsigned int i = 0; i < 65; i++)
		peers[i] = peer_new(*state);
	answer = hear(peers[64]);
	assert_true(json_is_string(json_object_get(answer, "error")));
	json_decref(answer);
	assert_null(hear(peers[64]));
	peer_free(peers[0]);
	peer_free(peers[64]);
	peers[0] = peer_new(*state);
	say(peers[0], "{\"id\":1,\"op\":\"hello\"}\n");
	answer = hear(peers[0]);
	assert_int_equal(status_of(answer), 0);
	json_decref(answer);
	for (unsigned int i = 0; i < 64; i++)
		peer_free(peers[i]);
}

static void exit_ends_the_connection_after_its_answer(void **state)
{
	struct peer *peer = peer_new(*state);
	json_t *answer;

	say(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"exit\"}\n");
	answer = hear(peer);
	assert_true(json_is_true(json_object_get(answer, "quit")));
	json_decref(answer);
	assert_null(hear(peer));
	peer_free(peer);
}

/** What an event says; NULL: the object is none, or none came. */
static char *event_text(struct peer *peer, const char *kind)
{
	json_t *object = hear(peer);
	const char *is = json_string_value(json_object_get(object, "event"));
	char *text = NULL;

	if (is && strcmp(is, kind) == 0)
		text = strdup(json_string_value(json_object_get(object, "out")));
	json_decref(object);
	return text;
}

/** Something happens that `debug arp` shows. */
static void happen(struct rig *w, const char *what)
{
	const struct event event = {.type = EVENT_DEBUG, .debug = DEBUG_ARP};
	struct event copy = event;

	snprintf(copy.text, sizeof(copy.text), "%s", what);
	control_debug(w->control, &copy);
}

static void lines_of_debug_come_to_the_shell_that_typed_it_alone(void **state)
{
	struct rig *w = *state;
	struct peer *peer = peer_new(w), *other = peer_new(w);
	char out[4096], *text;

	say(other, "{\"id\":1,\"op\":\"hello\"}\n");
	json_decref(hear(other));
	assert_int_equal(ask(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"debug arp\"}\n", out), 0);
	assert_int_equal(router_debug(w->pump.router), debug_bit(DEBUG_ARP));
	happen(w, "who is it");
	text = event_text(peer, "debug");
	assert_non_null(text);
	assert_string_equal(text + strlen("Nov 25 07:48:52.123"), ": who is it\n");
	free(text);
	assert_int_equal(ask(other, "{\"id\":2,\"op\":\"run\",\"line\":\"show debugging\"}\n", out),
			 0);
	assert_string_equal(out, "ARP packet debugging is on in another shell\n");
	peer_free(peer);
	assert_int_equal(router_debug(w->pump.router), 0); /* none is forgotten */
	peer_free(other);
}

static void an_answer_tells_whether_lines_may_follow(void **state)
{
	static const struct {
		const char *line;
		bool watch;
	} cases[] = {
		{"show clock", false},	{"debug ip icmp", true},    {"show clock", true},
		{"undebug all", false}, {"terminal monitor", true}, {"terminal no monitor", false},
	};
	struct peer *peer = peer_new(*state);
	char request[120];

	for (unsigned int n = 0; n < ARRAY_COUNT(cases); n++) {
		json_t *answer;

		snprintf(request, sizeof(request), "{\"id\":1,\"op\":\"run\",\"line\":\"%s\"}\n",
			 cases[n].line);
		say(peer, request);
		answer = hear(peer);
		assert_int_equal(json_is_true(json_object_get(answer, "watch")), cases[n].watch);
		json_decref(answer);
	}
	peer_free(peer);
}

static void a_session_of_json_gets_objects(void **state)
{
	struct rig *w = *state;
	struct peer *peer = peer_new(w);
	json_t *line, *debug;
	char out[4096], *text;

	say(peer, "{\"id\":1,\"op\":\"hello\",\"json\":true}\n");
	json_decref(hear(peer));
	ask(peer, "{\"id\":2,\"op\":\"run\",\"line\":\"debug arp\"}\n", out);
	happen(w, "it says \"\\x1b\"");
	text = event_text(peer, "debug");
	line = json_loads(text, 0, NULL);
	debug = json_object_get(line, "debug");
	assert_string_equal(json_string_value(json_object_get(debug, "text")), "it says \"\\x1b\"");
	assert_string_equal(json_string_value(json_object_get(debug, "category")), "arp");
	assert_true(json_is_real(json_object_get(debug, "time_s")));
	json_decref(line);
	free(text);
	peer_free(peer);
}

static void the_monitor_shows_the_log(void **state)
{
	struct rig *w = *state;
	struct peer *peer = peer_new(w);
	char out[4096], *text;

	ask(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"terminal monitor\"}\n", out);
	log_open(STDERR_FILENO, EVENT_ERROR);
	log_line(EVENT_INFO, "TEST", "NOT", "is not written, so it is not shown");
	log_line(EVENT_ERROR, "TEST", "LINE", "is part of the test");
	text = event_text(peer, "log");
	assert_non_null(text);
	assert_non_null(strstr(text, "%TEST-3-LINE: is part of the test\n"));
	free(text);
	happen(w, "debugged by anybody");
	text = event_text(peer, "debug");
	assert_non_null(text);
	free(text);
	peer_free(peer);
}

static void a_shell_that_does_not_read_loses_lines_and_is_told(void **state)
{
	struct rig *w = *state;
	struct peer *peer = peer_new(w);
	unsigned int came = 0, lost = 0;
	char out[4096];

	ask(peer, "{\"id\":1,\"op\":\"run\",\"line\":\"debug arp\"}\n", out);
	for (unsigned int n = 0; n < 20000; n++) {
		happen(w, "a line among very many, of which most find no room");
		turn(w, n % 100 == 0);
	}
	while (came + lost < 20000) {
		json_t *object = hear(peer);
		const char *text = json_string_value(json_object_get(object, "out"));

		assert_non_null(text);
		if (strcmp(json_string_value(json_object_get(object, "event")), "lost") == 0)
			lost += (unsigned int)strtoul(text + 2, NULL, 10); /* "% N lines lost" */
		else
			came++;
		json_decref(object);
	}
	assert_int_equal(came + lost, 20000);
	assert_true(came > 100 && lost > 1000);
	assert_int_equal(ask(peer, "{\"id\":2,\"op\":\"run\",\"line\":\"undebug all\"}\n", out), 0);
	peer_free(peer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hello_tells_who_answers_and_what_one_may_do),
		TEST(a_configuration_line_changes_the_router),
		TEST(a_script_is_applied_at_its_commit),
		TEST(edits_of_two_shells_at_once_are_both_kept),
		TEST(a_shell_that_goes_during_its_change_harms_nothing),
		TEST(saving_writes_a_file_that_holds_the_configuration),
		TEST(what_a_command_leaves_to_be_done_is_done_without_a_frame_coming_in),
		TEST(help_and_completion_answer),
		TEST(a_mistake_is_status_1_and_the_shell_goes_on),
		TEST(a_request_may_come_byte_by_byte),
		TEST(what_breaks_the_protocol_is_told_and_ends_the_connection),
		TEST(a_line_without_end_is_told_and_ends_the_connection),
		TEST(deep_nesting_is_refused),
		TEST(many_requests_at_once_are_answered_in_order),
		TEST(one_that_never_reads_is_not_read_from_for_ever),
		TEST(what_was_asked_before_the_end_of_input_is_answered),
		TEST(the_sixty_fifth_shell_is_refused_with_a_reason),
		TEST(exit_ends_the_connection_after_its_answer),
		TEST(lines_of_debug_come_to_the_shell_that_typed_it_alone),
		TEST(an_answer_tells_whether_lines_may_follow),
		TEST(a_session_of_json_gets_objects),
		TEST(the_monitor_shows_the_log),
		TEST(a_shell_that_does_not_read_loses_lines_and_is_told),
	};

	signal(SIGPIPE, SIG_IGN); /* as main() does */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
