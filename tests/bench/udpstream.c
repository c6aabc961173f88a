/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * udpstream - UDP in bulk, cut by its sender or by whoever comes later
 *
 *   udpstream --sink ADDRESS PORT
 *   udpstream ADDRESS PORT SECONDS DATAGRAM-BYTES {cut|whole} [RATE-BIT/S]
 *
 * `whole` hands the kernel many datagrams as one message (UDP_SEGMENT), as QUIC does; `cut` sends
 * them one by one, as many in a call. The sink takes what is still whole as it is (UDP_GRO), and
 * says after a second of silence what has come, as a line of JSON; then it begins anew.
 * A datagram begins with its number, so that those lost and those out of order are counted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	WHOLE_MAX = 65000,
	CUTS_MAX = 64, /* datagrams of one message: UDP_MAX_SEGMENTS of older kernels */
	DATAGRAM_MIN = 64,
	DATAGRAM_MAX = 1472,
	SOCKET_BYTES = 16 * 1024 * 1024,
	SILENCE_MS = 1000,
};

static void fail(const char *what)
{
	fprintf(stderr, "udpstream: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- sink --------------------------------------------------------------------------------- */

struct heard {
	uint64_t bytes, datagrams, messages, last, backwards;
	double first_s, last_s;
};

/** Counts one message of datagrams of @cut bytes each. */
static void count(struct heard *heard, const uint8_t *bytes, size_t len, size_t cut)
{
	heard->messages++;
	heard->bytes += len;
	for (size_t at = 0; at + sizeof(uint64_t) <= len; at += cut) {
		uint64_t number;

		memcpy(&number, bytes + at, sizeof(number));
		heard->backwards += number < heard->last;
		heard->last = number;
		heard->datagrams++;
	}
}

static bool receive(int fd, struct heard *heard)
{
	static uint8_t bytes[1 << 16];
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec part = {bytes, sizeof(bytes)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	ssize_t len = recvmsg(fd, &message, MSG_DONTWAIT);
	const struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	int cut = (int)len;

	if (len <= 0)
		return false;
	if (c && c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO)
		memcpy(&cut, CMSG_DATA(c), sizeof(cut));
	heard->last_s = now_s();
	if (heard->messages == 0)
		heard->first_s = heard->last_s;
	count(heard, bytes, (size_t)len, (size_t)cut);
	return true;
}

static void sink(int fd)
{
	struct heard heard = {0};
	int one = 1;

	(void)setsockopt(fd, SOL_UDP, UDP_GRO, &one, sizeof(one));
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};

		if (poll(&wait, 1, SILENCE_MS) > 0) {
			while (receive(fd, &heard))
				;
			continue;
		}
		if (heard.messages == 0)
			continue;
		printf("{\"bytes\": %" PRIu64 ", \"datagrams\": %" PRIu64 ", \"messages\": %" PRIu64
		       ", \"backwards\": %" PRIu64 ", \"seconds\": %.4f}\n",
		       heard.bytes, heard.datagrams, heard.messages, heard.backwards,
		       heard.last_s - heard.first_s);
		fflush(stdout);
		heard = (struct heard){0};
	}
}

/* ---- sender ------------------------------------------------------------------------------- */

static void send_message(int fd, struct mmsghdr *messages, unsigned int count)
{
	for (unsigned int sent = 0; sent < count;) {
		int n = sendmmsg(fd, messages + sent, count - sent, 0);

		if (n > 0)
			sent += (unsigned int)n;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR &&
			 errno != ECONNREFUSED)
			fail("send");
	}
}

static void stream(int fd, double seconds, size_t size, bool whole, double bits_s)
{
	static uint8_t bytes[WHOLE_MAX];
	const unsigned int cuts =
		WHOLE_MAX / size < CUTS_MAX ? (unsigned int)(WHOLE_MAX / size) : CUTS_MAX;
	struct mmsghdr messages[CUTS_MAX] = {0};
	struct iovec parts[CUTS_MAX];
	double start = now_s(), now = start;
	uint64_t number = 0;
	int segment = (int)size;

	if (whole && setsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment)) < 0)
		fail("UDP_SEGMENT");
	for (unsigned int i = 0; i < cuts; i++) {
		parts[i] = (struct iovec){bytes + i * size, whole ? size * cuts : size};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	for (; now - start < seconds; now = now_s()) {
		if (bits_s > 0 && (double)number * (double)size * 8 > (now - start) * bits_s) {
			nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
			continue;
		}
		for (unsigned int i = 0; i < cuts; i++, number++)
			memcpy(bytes + i * size, &number, sizeof(number));
		send_message(fd, messages, whole ? 1 : cuts);
	}
	printf("{\"datagrams\": %" PRIu64 ", \"seconds\": %.4f}\n", number, now - start);
}

int main(int argc, char **argv)
{
	bool sinks = argc == 4 && strcmp(argv[1], "--sink") == 0;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), room = SOCKET_BYTES;
	struct sockaddr_in at = {.sin_family = AF_INET};
	unsigned int size = sinks || argc < 6 ? 0 : (unsigned int)atoi(argv[4]);

	if ((!sinks && (size < DATAGRAM_MIN || size > DATAGRAM_MAX)) || fd < 0 ||
	    inet_pton(AF_INET, argv[sinks ? 2 : 1], &at.sin_addr) != 1) {
		fprintf(stderr, "usage: udpstream --sink ADDRESS PORT\n"
				"       udpstream ADDRESS PORT SECONDS DATAGRAM-BYTES {cut|whole} "
				"[RATE-BIT/S]\n");
		return 2;
	}
	at.sin_port = htons((uint16_t)atoi(argv[sinks ? 3 : 2]));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (sinks) {
		if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
			fail("bind");
		sink(fd);
	}
	if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		fail("connect");
	stream(fd, atof(argv[3]), size, strcmp(argv[5], "whole") == 0,
	       argc > 6 ? atof(argv[6]) : 0);
	close(fd);
	return 0;
}
