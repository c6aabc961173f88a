/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pingpong - how long a small UDP packet takes there and back
 *
 *   pingpong --serve ADDRESS PORT
 *   pingpong ADDRESS PORT SECONDS [PAUSE-US]
 *
 * One packet at a time: the next goes when the answer has come, or after LOST_MS, or PAUSE-US after
 * the answer. The result is one JSON object. The first WARM answers are not counted: with them
 * addresses are looked up and sessions made.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LOST_MS = 100, WARM = 20, SAMPLES_MAX = 8 * 1024 * 1024, DATA_LEN = 18 };

static void fail(const char *what)
{
	fprintf(stderr, "pingpong: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct sockaddr_in address_of(const char *address, const char *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};

	if (inet_pton(AF_INET, address, &at.sin_addr) != 1) {
		fprintf(stderr, "pingpong: %s: not an address\n", address);
		exit(2);
	}
	return at;
}

static void serve(int fd)
{
	uint8_t bytes[2048];

	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &len);

		if (n > 0)
			(void)sendto(fd, bytes, (size_t)n, 0, (struct sockaddr *)&from, len);
	}
}

/** Waits for the answer to packet @number. Return: nanoseconds it took; -1: lost. */
static int64_t wait_for(int fd, uint64_t number, int64_t sent_ns)
{
	const int64_t limit_ns = sent_ns + (int64_t)LOST_MS * 1000000;

	for (;;) {
		int64_t left_ns = limit_ns - now_ns();
		struct timespec left = {.tv_nsec = left_ns};
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		uint8_t bytes[DATA_LEN];
		uint64_t got;

		if (left_ns <= 0 || ppoll(&wait, 1, &left, NULL) == 0)
			return -1;
		if (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) < (ssize_t)sizeof(got))
			continue;
		memcpy(&got, bytes, sizeof(got));
		if (got == number)
			return now_ns() - sent_ns;
	}
}

static int compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double percentile_us(const uint32_t *ns, size_t count, double share)
{
	size_t at = (size_t)((double)count * share);

	return count == 0 ? 0 : ns[at < count ? at : count - 1] / 1e3;
}

static void ask(int fd, double seconds, long pause_us)
{
	uint32_t *ns = malloc(SAMPLES_MAX * sizeof(*ns));
	const int64_t end_ns = now_ns() + (int64_t)(seconds * 1e9);
	size_t count = 0, lost = 0;
	uint64_t number = 0;

	if (!ns)
		fail("memory");
	while (now_ns() < end_ns && count < SAMPLES_MAX) {
		uint8_t bytes[DATA_LEN] = {0};
		int64_t sent_ns = now_ns(), took;

		memcpy(bytes, &number, sizeof(number));
		if (send(fd, bytes, sizeof(bytes), 0) < 0 && errno != ECONNREFUSED &&
		    errno != ENOBUFS)
			fail("send");
		took = wait_for(fd, number, sent_ns);
		if (number++ >= WARM) {
			if (took < 0)
				lost++;
			else
				ns[count++] = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
		}
		if (pause_us > 0)
			nanosleep(&(struct timespec){.tv_nsec = pause_us * 1000}, NULL);
	}
	if (count > 0)
		qsort(ns, count, sizeof(*ns), compare);
	printf("{\"answered\": %zu, \"lost\": %zu, \"p50_us\": %.1f, \"p99_us\": %.1f, "
	       "\"p999_us\": %.1f, \"max_us\": %.1f}\n",
	       count, lost, percentile_us(ns, count, 0.5), percentile_us(ns, count, 0.99),
	       percentile_us(ns, count, 0.999), percentile_us(ns, count, 1));
	free(ns);
}

int main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in at;

	if (argc < 4 || argc > 5 || fd < 0) {
		fprintf(stderr, "usage: pingpong --serve ADDRESS PORT\n"
				"       pingpong ADDRESS PORT SECONDS [PAUSE-US]\n");
		return 2;
	}
	if (strcmp(argv[1], "--serve") == 0) {
		at = address_of(argv[2], argv[3]);
		if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
			fail("bind");
		puts("ready");
		fflush(stdout);
		serve(fd);
	}
	at = address_of(argv[1], argv[2]);
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		fail("connect");
	ask(fd, atof(argv[3]), argc > 4 ? atol(argv[4]) : 0);
	close(fd);
	return 0;
}
