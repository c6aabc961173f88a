/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connects - TCP connections that are opened and closed, as many as go
 *
 *   connects --serve ADDRESS PORT
 *   connects ADDRESS PORT SECONDS AT-A-TIME
 *
 * Each connection is SYN, SYN-ACK, ACK, and FINs both ways: the server closes at once, the client
 * when it sees that. So it is the server that keeps the connection in TIME-WAIT, and the client's
 * port is free again. What is not done within LIMIT_MS counts as failed. Result: one JSON object.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 256, AT_A_TIME_MAX = 1000, LIMIT_MS = 1000, BACKLOG = 4096 };

struct connection {
	int fd; /* -1: none */
	int64_t begun_us;
};

static struct connection connections[AT_A_TIME_MAX];
static uint64_t done, failed, sum_us;
static struct sockaddr_in server;

static void fail(const char *what)
{
	fprintf(stderr, "connects: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int new_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail("socket");
	return fd;
}

static void serve(void)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    bind(listener, (const struct sockaddr *)&server, sizeof(server)) < 0 ||
	    listen(listener, BACKLOG) < 0)
		fail("listen");
	puts("ready");
	fflush(stdout);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0)
			close(fd);
		else if (errno != EINTR && errno != ECONNABORTED)
			fail("accept");
	}
}

static void begin(int epoll, unsigned int i)
{
	struct connection *c = &connections[i];
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.u32 = i};

	c->fd = new_socket();
	c->begun_us = now_us();
	if (connect(c->fd, (const struct sockaddr *)&server, sizeof(server)) < 0 &&
	    errno != EINPROGRESS) {
		/* no port is free, or the like: this place is tried again by the sweep */
		close(c->fd);
		c->fd = -1;
		failed++;
		return;
	}
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event) < 0)
		fail("epoll");
}

/** Something has happened to a connection: it is over. */
static void end(struct connection *c)
{
	char byte;

	if (recv(c->fd, &byte, 1, MSG_DONTWAIT) == 0) {
		done++;
		sum_us += (uint64_t)(now_us() - c->begun_us);
	} else {
		failed++;
	}
	close(c->fd);
	c->fd = -1;
}

static void sweep(int epoll, unsigned int count)
{
	int64_t now = now_us();

	for (unsigned int i = 0; i < count; i++) {
		if (connections[i].fd >= 0 &&
		    now - connections[i].begun_us > (int64_t)LIMIT_MS * 1000) {
			close(connections[i].fd);
			connections[i].fd = -1;
			failed++;
		}
		if (connections[i].fd < 0)
			begin(epoll, i);
	}
}

static void run(double seconds, unsigned int count)
{
	const int64_t start = now_us(), end_us = start + (int64_t)(seconds * 1e6);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event events[EVENTS];
	int64_t swept = start;
	struct rusage used;
	double cpu_s, took_s;

	for (unsigned int i = 0; i < count; i++)
		connections[i].fd = -1;
	sweep(epoll, count);
	while (now_us() < end_us) {
		int ready = epoll_wait(epoll, events, EVENTS, 20);

		for (int i = 0; i < ready; i++) {
			uint32_t which = events[i].data.u32;

			if (connections[which].fd < 0)
				continue;
			end(&connections[which]);
			begin(epoll, which);
		}
		if (now_us() - swept > 20000) {
			sweep(epoll, count);
			swept = now_us();
		}
	}
	took_s = (double)(now_us() - start) / 1e6;
	getrusage(RUSAGE_SELF, &used);
	cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	printf("{\"done\": %" PRIu64 ", \"failed\": %" PRIu64 ", \"rate\": %.1f, "
	       "\"mean_us\": %.1f, \"cpu\": %.3f}\n",
	       done, failed, (double)done / took_s, done ? (double)sum_us / (double)done : 0,
	       cpu_s / took_s);
}

static bool read_address(const char *address, const char *port)
{
	server = (struct sockaddr_in){.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)atoi(port))};
	return inet_pton(AF_INET, address, &server.sin_addr) == 1;
}

int main(int argc, char **argv)
{
	unsigned int count;

	if (argc == 4 && strcmp(argv[1], "--serve") == 0 && read_address(argv[2], argv[3]))
		serve();
	count = argc == 5 ? (unsigned int)atoi(argv[4]) : 0;
	if (count < 1 || count > AT_A_TIME_MAX || !read_address(argv[1], argv[2])) {
		fprintf(stderr, "usage: connects --serve ADDRESS PORT\n"
				"       connects ADDRESS PORT SECONDS AT-A-TIME\n");
		return 2;
	}
	run(atof(argv[3]), count);
	return 0;
}
