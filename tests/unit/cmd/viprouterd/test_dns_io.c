/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarder's sockets for clients, on the loopback and a loop of the test's own: the other end
 * is written and read without blocking while the loop turns. Queries are answered with their own
 * bytes, or kept until the test answers.
 */
#include "tests/unit/cmd/viprouterd/dns_fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>
#include "cmd/viprouterd/dns_io.h"
#include "cmd/viprouterd/dns_stream.h"
#include "cmd/viprouterd/host.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/pump.h"

enum { TURNS_MAX = 20000 };

#define HERE  IP4(127, 0, 0, 1)
#define THERE IP4(127, 0, 0, 2)

struct rig {
	uv_loop_t loop;
	struct pump pump;
	struct host *host;
	struct dns_io *io;
	uint16_t port;
	bool hold; /* queries are kept */
	unsigned int queries, gone;
	struct dns_client client;    /* of the last query */
	uint8_t last[DNS_QUERY_MAX]; /* … and its bytes */
	size_t last_len;
};

static void query_came(void *context, const struct dns_client *client, const uint8_t *bytes,
		       size_t len)
{
	struct rig *r = context;

	r->queries++;
	r->client = *client;
	r->last_len = len;
	memcpy(r->last, bytes, len);
	if (!r->hold)
		dns_io_reply(r->io, client, bytes, len);
}

static void connection_gone(void *context, uint32_t way)
{
	struct rig *r = context;

	(void)way;
	r->gone++;
}

static void turn(struct rig *r)
{
	uv_run(&r->loop, UV_RUN_NOWAIT);
	usleep(50);
}

/* A port that is free for both protocols at @HERE, as far as one can know. */
static uint16_t free_port(void)
{
	struct sockaddr_in at = host_sockaddr(HERE, 0);
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static int set_up(void **state)
{
	const struct self_line line = {.fd = -1, .reason = "none in a test"};
	const ip4_t here = HERE;
	struct rig *r = calloc(1, sizeof(*r));
	struct dns_io_user user = {.context = r, .query = query_came, .gone = connection_gone};

	assert_non_null(r);
	log_open(STDERR_FILENO, EVENT_ERROR);
	assert_int_equal(uv_loop_init(&r->loop), 0);
	r->pump.loop = &r->loop;
	r->host = host_new(&r->pump, &line);
	r->port = free_port();
	r->io = dns_io_new(&r->loop, r->host, r->port, &user);
	assert_non_null(r->io);
	dns_io_listen(r->io, &here, 1);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;

	dns_io_close(r->io);
	uv_run(&r->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&r->loop), 0);
	host_free(r->host);
	free(r);
	return 0;
}

static int open_client(const struct rig *r, int kind)
{
	struct sockaddr_in to = host_sockaddr(HERE, r->port);
	int fd = socket(AF_INET, kind, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* So many bytes, or what came before the end. */
static size_t receive(struct rig *r, int fd, uint8_t *out, size_t wanted)
{
	size_t len = 0;

	for (int i = 0; i < TURNS_MAX && len < wanted; i++) {
		ssize_t count = read(fd, out + len, wanted - len);

		if (count == 0 || (count < 0 && errno != EAGAIN))
			break;
		len += count > 0 ? (size_t)count : 0;
		turn(r);
	}
	return len;
}

static bool is_closed(struct rig *r, int fd)
{
	uint8_t byte;

	for (int i = 0; i < TURNS_MAX; i++) {
		ssize_t count = read(fd, &byte, 1);

		if (count == 0 || (count < 0 && errno != EAGAIN))
			return true;
		turn(r);
	}
	return false;
}

static void wait_for_queries(struct rig *r, unsigned int count)
{
	for (int i = 0; i < TURNS_MAX && r->queries < count; i++)
		turn(r);
	assert_int_equal(r->queries, count);
}

static void put_framed(struct bytes *b, const char *text)
{
	put_16(b, (unsigned int)strlen(text));
	put(b, text, strlen(text));
}

static void a_query_by_udp_is_answered_to_its_sender(void **state)
{
	struct rig *r = *state;
	int fd = open_client(r, SOCK_DGRAM);
	uint8_t answer[20];

	assert_int_equal(write(fd, "question", 8), 8);
	assert_int_equal(receive(r, fd, answer, 8), 8);
	assert_memory_equal(answer, "question", 8);
	assert_false(r->client.stream);
	assert_int_equal(r->client.address.host, HERE.host);
	close(fd);
}

static void n9_several_queries_on_a_connection_in_any_pieces(void **state)
{
	struct rig *r = *state;
	int fd = open_client(r, SOCK_STREAM);
	struct bytes b = {.len = 0};
	uint8_t answer[60];

	put_framed(&b, "first");
	put_framed(&b, "");
	put_framed(&b, "second one");
	for (size_t i = 0; i < b.len; i++) {
		assert_int_equal(write(fd, b.at + i, 1), 1);
		turn(r);
	}
	assert_int_equal(receive(r, fd, answer, b.len), b.len);
	assert_memory_equal(answer, b.at, b.len);
	assert_int_equal(write(fd, b.at, b.len), b.len); /* and in one */
	assert_int_equal(receive(r, fd, answer, b.len), b.len);
	assert_int_equal(r->queries, 6);
	assert_true(r->client.stream);
	close(fd);
	for (int i = 0; i < TURNS_MAX && r->gone == 0; i++)
		turn(r);
	assert_int_equal(r->gone, 1);
}

static void n9_answers_go_as_they_come_even_after_the_last_query(void **state)
{
	struct rig *r = *state;
	int fd = open_client(r, SOCK_STREAM);
	struct bytes b = {.len = 0};
	struct dns_client client;
	uint8_t answer[20];

	r->hold = true;
	put_framed(&b, "one");
	put_framed(&b, "two");
	assert_int_equal(write(fd, b.at, b.len), b.len);
	shutdown(fd, SHUT_WR);
	wait_for_queries(r, 2);
	client = r->client;
	dns_io_reply(r->io, &client, (const uint8_t *)"B", 1);
	assert_int_equal(receive(r, fd, answer, 3), 3);
	assert_memory_equal(answer, "\0\1B", 3);
	dns_io_reply(r->io, &client, (const uint8_t *)"A", 1);
	assert_int_equal(receive(r, fd, answer, 3), 3);
	assert_true(is_closed(r, fd));
	dns_io_reply(r->io, &client, (const uint8_t *)"C", 1); /* to nobody */
	close(fd);
}

static void n9_a_query_that_is_too_long_ends_the_connection(void **state)
{
	struct rig *r = *state;
	int fd = open_client(r, SOCK_STREAM);
	struct bytes b = {.len = 0};

	put_16(&b, DNS_QUERY_MAX + 1);
	assert_int_equal(write(fd, b.at, b.len), b.len);
	assert_true(is_closed(r, fd));
	assert_int_equal(r->queries, 0);
	close(fd);
}

static void n9_a_client_has_so_many_connections(void **state)
{
	struct rig *r = *state;
	int fd[DNS_STREAMS_CLIENT_MAX + 1];
	struct dns_io_stats stats;
	struct bytes b = {.len = 0};
	uint8_t answer[3];

	for (unsigned int i = 0; i < ARRAY_COUNT(fd); i++) {
		fd[i] = open_client(r, SOCK_STREAM);
		turn(r);
	}
	assert_true(is_closed(r, fd[DNS_STREAMS_CLIENT_MAX]));
	dns_io_stats(r->io, &stats);
	assert_int_equal(stats.streams, DNS_STREAMS_CLIENT_MAX);
	assert_int_equal(stats.streams_refused, 1);
	put_framed(&b, "x");
	assert_int_equal(write(fd[0], b.at, b.len), b.len);
	assert_int_equal(receive(r, fd[0], answer, 3), 3);
	for (unsigned int i = 0; i < ARRAY_COUNT(fd); i++)
		close(fd[i]);
}

/* It reads nothing of what it is sent. */
static void n9_a_client_that_takes_nothing_loses_its_connection(void **state)
{
	static const uint8_t large[60000];
	struct rig *r = *state;
	int fd = open_client(r, SOCK_STREAM);
	struct bytes b = {.len = 0};

	r->hold = true;
	put_framed(&b, "x");
	assert_int_equal(write(fd, b.at, b.len), b.len);
	wait_for_queries(r, 1);
	for (int i = 0; i < 1000 && r->gone == 0; i++) {
		dns_io_reply(r->io, &r->client, large, sizeof(large));
		assert_int_equal(r->gone, 0); /* who answers is not told in the midst of it */
		dns_io_reply(r->io, &r->client, large, 1);
		assert_int_equal(r->gone, 0);
		turn(r);
	}
	assert_int_equal(r->gone, 1);
	close(fd);
}

static void listeners_follow_the_addresses(void **state)
{
	const ip4_t both[] = {THERE, HERE};
	struct rig *r = *state;
	struct dns_io_stats stats;
	int fd = open_client(r, SOCK_DGRAM);
	uint8_t answer[3];

	dns_io_listen(r->io, both, 2);
	dns_io_stats(r->io, &stats);
	assert_int_equal(stats.listeners, 2);
	assert_int_equal(write(fd, "abc", 3), 3); /* the first has stayed */
	assert_int_equal(receive(r, fd, answer, 3), 3);
	dns_io_listen(r->io, both, 1);
	dns_io_stats(r->io, &stats);
	assert_int_equal(stats.listeners, 1);
	dns_io_reply(r->io, &r->client, (const uint8_t *)"late", 4); /* its socket is gone */
	turn(r);
	close(fd);
}

static void who_cannot_speak_through_the_router_says_so(void **state)
{
	struct rig *r = *state;
	struct dns_asked asked = {.server = HERE, .bytes = (const uint8_t *)"?", .len = 1};

	assert_int_equal(dns_io_ask(r->io, 1, &asked), -ENETDOWN);
	asked.stream = true;
	assert_int_equal(dns_io_ask(r->io, 2, &asked), -ENETDOWN);
	dns_io_end(r->io, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_query_by_udp_is_answered_to_its_sender),
		TEST(n9_several_queries_on_a_connection_in_any_pieces),
		TEST(n9_answers_go_as_they_come_even_after_the_last_query),
		TEST(n9_a_query_that_is_too_long_ends_the_connection),
		TEST(n9_a_client_has_so_many_connections),
		TEST(n9_a_client_that_takes_nothing_loses_its_connection),
		TEST(listeners_follow_the_addresses),
		TEST(who_cannot_speak_through_the_router_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
