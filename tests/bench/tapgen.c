/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tapgen - UDP packets of many sessions, as frames, as fast as they go
 *
 *   tapgen [--rate PPS] [--sessions N] [--ports N] [--size BYTES] [--seconds S] [--once]
 *          --mac GATEWAY --from ADDRESS INTERFACE DESTINATION PORT
 *
 * The frames go to the interface past its queue discipline, so the sender's own stack costs little
 * of the CPU that is shared with what is measured. Session N has the source port FIRST_PORT + N %
 * --ports and the destination port PORT + N / --ports: one source endpoint has many sessions, as
 * one public address has only so many ports. Sessions are visited in an order without pattern
 * (RFC 4814), over and over; with --once each is visited once, then it ends: each packet is a flow.
 * --size is the length of the IPv4 packet.
 *
 * Checksums are full and right. The result is one JSON object; what the interface had no room for
 * counts as sent, as a packet that is dropped behind it does. `cpu` is the share of one CPU taken.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	BATCH = 64,
	FRAME_MAX = 1514,
	IP_AT = 14,
	UDP_AT = IP_AT + 20,
	DATA_AT = UDP_AT + 8,
	PACKET_MIN = 46, /* of the packet: the smallest frame */
	PACKET_MAX = FRAME_MAX - IP_AT,
	FIRST_PORT = 1024,
	PORTS_MAX = 64512,
	SESSIONS_MAX = 10000000,
};

static struct {
	double rate, seconds;
	uint32_t sessions, ports, size;
	bool once;
	uint8_t mac[6];
	uint32_t from, to;
	uint16_t port;
	const char *interface;
} options = {.sessions = 1000, .ports = 50000, .size = PACKET_MIN, .seconds = 3};

static uint8_t frames[BATCH][FRAME_MAX];
static uint32_t header_sum; /* of what is the same in the UDP checksum of all packets */

static void fail(const char *what)
{
	fprintf(stderr, "tapgen: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static uint32_t sum_of(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return len % 2 ? sum + ((uint32_t)bytes[len - 1] << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/** Lays out all that is the same in every packet. */
static void build_frames(const uint8_t *own_mac)
{
	uint32_t udp_len = options.size - 20;

	for (unsigned int i = 0; i < BATCH; i++) {
		uint8_t *f = frames[i];

		memcpy(f, options.mac, 6);
		memcpy(f + 6, own_mac, 6);
		put16(f + 12, ETHERTYPE_IP);
		f[IP_AT] = 0x45;
		put16(f + IP_AT + 2, options.size);
		put16(f + IP_AT + 6, 0x4000); /* DF: nobody has to choose an identification */
		f[IP_AT + 8] = 64;
		f[IP_AT + 9] = IPPROTO_UDP;
		put32(f + IP_AT + 12, options.from);
		put32(f + IP_AT + 16, options.to);
		put16(f + IP_AT + 10, fold(sum_of(f + IP_AT, 20)));
		put16(f + UDP_AT + 4, udp_len);
		for (uint32_t at = DATA_AT; at < IP_AT + options.size; at++)
			f[at] = (uint8_t)at;
	}
	header_sum = sum_of(frames[0] + IP_AT + 12, 8) + IPPROTO_UDP + udp_len +
		     sum_of(frames[0] + UDP_AT, options.size - 20);
}

/** Makes a frame one of a session. */
static void set_session(uint8_t *f, uint32_t session)
{
	uint32_t sport = FIRST_PORT + session % options.ports;
	uint32_t dport = (options.port + session / options.ports) & 0xffff;
	uint16_t sum = fold(header_sum + sport + dport);

	put16(f + UDP_AT, sport);
	put16(f + UDP_AT + 2, dport);
	put16(f + UDP_AT + 6, sum ? sum : 0xffff);
}

static int open_interface(uint8_t *own_mac)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), one = 1;
	struct sockaddr_ll at = {.sll_family = AF_PACKET};
	socklen_t len = sizeof(at);

	at.sll_ifindex = (int)if_nametoindex(options.interface);
	if (fd < 0 || at.sll_ifindex == 0 ||
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		fail(options.interface);
	memcpy(own_mac, at.sll_addr, 6);
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) < 0)
		fail("PACKET_QDISC_BYPASS");
	return fd;
}

/** Sends a batch. Return: how many the interface refused. */
static unsigned int send_batch(int fd, struct mmsghdr *messages, unsigned int count)
{
	unsigned int refused = 0;

	for (unsigned int at = 0; at < count;) {
		int n = sendmmsg(fd, messages + at, count - at, 0);

		if (n > 0) {
			at += (unsigned int)n;
		} else if (errno == ENOBUFS || errno == EAGAIN) {
			refused++;
			at++;
		} else if (errno != EINTR) {
			fail("send");
		}
	}
	return refused;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/** A stride through all sessions that visits each once: without a common divisor with their number.
 */
static uint32_t stride(uint32_t count)
{
	uint32_t step = (uint32_t)((double)count * 0.6180339887) | 1;

	for (;; step += 2) {
		uint32_t a = count, b = step;

		while (b) {
			uint32_t rest = a % b;

			a = b;
			b = rest;
		}
		if (a == 1)
			return step;
	}
}

/** How many packets are due; 0: none yet, and a nap was taken. */
static unsigned int due(uint64_t sent, double since_s)
{
	double wanted;

	if (options.rate == 0)
		return BATCH;
	wanted = since_s * options.rate - (double)sent;
	if (wanted >= BATCH)
		return BATCH;
	if (wanted >= 1)
		return (unsigned int)wanted;
	nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
	return 0;
}

static void run(int fd)
{
	struct mmsghdr messages[BATCH] = {0};
	struct iovec parts[BATCH];
	const uint32_t step = stride(options.sessions);
	uint64_t sent = 0, refused = 0;
	double start = now_s(), end = start + options.seconds, now = start, cpu;
	struct rusage used;
	uint32_t session = 0;

	for (unsigned int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){frames[i], IP_AT + options.size};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	for (; now < end; now = now_s()) {
		unsigned int count = due(sent, now - start);

		if (options.once && sent + count > options.sessions)
			count = (unsigned int)(options.sessions - sent);
		if (options.once && sent == options.sessions)
			break;
		for (unsigned int i = 0; i < count; i++) {
			set_session(frames[i], session);
			session = (uint32_t)(((uint64_t)session + step) % options.sessions);
		}
		refused += send_batch(fd, messages, count);
		sent += count;
	}
	getrusage(RUSAGE_SELF, &used);
	cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	      (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	printf("{\"sent\": %" PRIu64 ", \"refused\": %" PRIu64
	       ", \"seconds\": %.4f, \"cpu\": %.3f}\n",
	       sent, refused, now - start, cpu / (now - start));
}

static double number_of(const char *name, const char *text, double min, double max)
{
	char *rest;
	double value = strtod(text, &rest);

	if (rest == text || *rest || !(value >= min && value <= max)) {
		fprintf(stderr, "tapgen: %s %s: from %g to %g\n", name, text, min, max);
		exit(2);
	}
	return value;
}

static uint32_t address_of(const char *text)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1) {
		fprintf(stderr, "tapgen: %s: not an address\n", text);
		exit(2);
	}
	return ntohl(address.s_addr);
}

static void read_mac(const char *text)
{
	uint8_t *m = options.mac;

	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", m, m + 1, m + 2, m + 3, m + 4, m + 5) !=
	    6) {
		fprintf(stderr, "tapgen: %s: not a MAC address\n", text);
		exit(2);
	}
}

static void read_arguments(int argc, char **argv)
{
	static const struct option names[] = {
		{"rate", 1, NULL, 'r'}, {"sessions", 1, NULL, 'n'}, {"ports", 1, NULL, 'p'},
		{"size", 1, NULL, 's'}, {"seconds", 1, NULL, 't'},  {"once", 0, NULL, 'o'},
		{"mac", 1, NULL, 'm'},	{"from", 1, NULL, 'f'},	    {NULL, 0, NULL, 0},
	};
	int c, which = 0;

	while ((c = getopt_long(argc, argv, "", names, &which)) != -1) {
		const char *name = names[which].name;

		switch (c) {
		case 'r': options.rate = number_of(name, optarg, 1, 1e9); break;
		case 'n':
			options.sessions = (uint32_t)number_of(name, optarg, 1, SESSIONS_MAX);
			break;
		case 'p': options.ports = (uint32_t)number_of(name, optarg, 1, PORTS_MAX); break;
		case 's':
			options.size = (uint32_t)number_of(name, optarg, PACKET_MIN, PACKET_MAX);
			break;
		case 't': options.seconds = number_of(name, optarg, 0.01, 3600); break;
		case 'o': options.once = true; break;
		case 'm': read_mac(optarg); break;
		case 'f': options.from = address_of(optarg); break;
		default: exit(2);
		}
	}
	if (optind + 3 != argc) {
		fprintf(stderr, "usage: tapgen [OPTION ...] --mac GATEWAY --from ADDRESS INTERFACE "
				"DESTINATION PORT\n");
		exit(2);
	}
	options.interface = argv[optind];
	options.to = address_of(argv[optind + 1]);
	options.port = (uint16_t)number_of("PORT", argv[optind + 2], 1, 65535);
}

int main(int argc, char **argv)
{
	uint8_t own_mac[6];
	int fd;

	read_arguments(argc, argv);
	fd = open_interface(own_mac);
	build_frames(own_mac);
	run(fd);
	close(fd);
	return 0;
}
