/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dora - many DHCP clients behind relays, and how long each waited
 *
 *   dora [--relay ADDRESS] [--relays N] [--clients N] [--first N] [--window N | --rate R]
 *        [--seconds S] [--drop-ms MS] [--acked FILE] SERVER
 *   dora --serve ADDRESS
 *
 * Each exchange is DISCOVER, OFFER, REQUEST, ACK of one client, the next one of those there are. As
 * perfdhcp does, it speaks as a relay: giaddr is --relay, so the server answers an ordinary UDP
 * socket there. With --relays N the clients are spread over N networks, each 256 * 256 addresses
 * further on, whose addresses must be this host's.
 *
 * --window N keeps N exchanges under way (how many can the server do?). --rate R begins R a second,
 * come what may, and counts from when each should have begun (how long do clients wait at this
 * load?): a server that stalls cannot hide it by holding the generator up.
 *
 * The result is one JSON object. `generator_cpu` is the share of one CPU that this program took;
 * near 1 it measured itself. Two clients with one address at the same time are an error: `shared`.
 *
 * --serve is the server that does nothing but answer, client N with address N: the most that the
 * generator and the path can do.
 *
 * Not supported: renewals, options beyond those of perfdhcp, answers by broadcast.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	RELAYS_MAX = 16,
	RELAY_STEP = 256 * 256, /* addresses from one relay's network to the next */
	BATCH = 64,
	MESSAGE_LEN = 300, /* RFC 1542 s2.1: at least that */
	MESSAGE_ROOM = 1500,
	SLOTS = 65536,
	SWEEP_US = 20000,
	SAMPLES_MAX = 4 * 1024 * 1024,
	CLIENTS_MAX = 1 << 24,
	SOCKET_BYTES = 16 * 1024 * 1024,
	DHCP_PORT = 67,
	/* RFC 2131 fig. 1, RFC 2132 */
	AT_OP = 0,
	AT_HTYPE = 1,
	AT_HLEN = 2,
	AT_HOPS = 3,
	AT_XID = 4,
	AT_YIADDR = 16,
	AT_GIADDR = 24,
	AT_CHADDR = 28,
	AT_COOKIE = 236,
	AT_OPTIONS = 240,
	OPTION_ADDRESS = 50,
	OPTION_TYPE = 53,
	OPTION_SERVER = 54,
	OPTION_WANTED = 55,
	OPTION_END = 255,
	DISCOVER = 1,
	OFFER = 2,
	REQUEST = 3,
	ACK = 5,
	NAK = 6,
};

/** One exchange under way. Times in microseconds from the start. */
struct slot {
	enum { SLOT_FREE, SLOT_DISCOVER, SLOT_REQUEST } state;
	uint32_t xid; /* slot in the low 16 bits, how often it was used above */
	uint32_t client;
	int64_t due_us;	 /* it should have begun */
	int64_t sent_us; /* the message that waits for its answer */
};

/** Messages on their way out of one relay's socket. */
struct relay {
	int fd;
	uint32_t address;
	unsigned int count;
	uint8_t bytes[BATCH][MESSAGE_LEN];
};

struct samples {
	uint32_t *us;
	size_t count;
};

static struct {
	const char *server, *relay, *acked, *serve;
	unsigned int relays, clients, first, window, drop_ms;
	double rate, seconds;
} options = {.relay = "10.1.0.1",
	     .relays = 1,
	     .clients = 50000,
	     .window = 64,
	     .drop_ms = 1000,
	     .seconds = 3};

static struct relay relays[RELAYS_MAX];
static struct slot slots[SLOTS];
static uint16_t free_slots[SLOTS];
static unsigned int free_head, free_count, slot_count;
static struct samples offers, acks, exchanges, lags;
static uint32_t *holder; /* client + 1 that holds an address, by its distance from the first */
static uint64_t started, done, done_in_time, lost, naks, strange, shared;
static struct sockaddr_in server_address;
static FILE *acked;
static int64_t start_us, end_us;

static void fail(const char *what)
{
	fprintf(stderr, "dora: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 - start_us;
}

static void put32(uint8_t *at, uint32_t value)
{
	value = htonl(value);
	memcpy(at, &value, sizeof(value));
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return ntohl(value);
}

static void sample(struct samples *s, int64_t us)
{
	if (s->count < SAMPLES_MAX)
		s->us[s->count++] = us < 0 ? 0 : us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

/* ---- sockets ------------------------------------------------------------------------------ */

/** A socket at the DHCP port of one of our addresses. */
static int open_socket(uint32_t address)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(DHCP_PORT),
				 .sin_addr.s_addr = htonl(address)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int room = SOCKET_BYTES;

	if (fd < 0)
		fail("socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		fail("bind");
	return fd;
}

/** Sends all of a batch; what the socket has no room for waits. */
static void send_all(int fd, struct mmsghdr *messages, unsigned int count)
{
	for (unsigned int sent = 0; sent < count;) {
		int n = sendmmsg(fd, messages + sent, count - sent, 0);

		if (n > 0) {
			sent += (unsigned int)n;
		} else if (errno == EAGAIN || errno == ENOBUFS) {
			struct pollfd wait = {.fd = fd, .events = POLLOUT};

			poll(&wait, 1, 1);
		} else if (errno != EINTR) {
			fail("send");
		}
	}
}

static void flush(struct relay *relay)
{
	struct mmsghdr messages[BATCH] = {0};
	struct iovec parts[BATCH];

	for (unsigned int i = 0; i < relay->count; i++) {
		parts[i] = (struct iovec){relay->bytes[i], MESSAGE_LEN};
		messages[i].msg_hdr.msg_name = &server_address;
		messages[i].msg_hdr.msg_namelen = sizeof(server_address);
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	send_all(relay->fd, messages, relay->count);
	relay->count = 0;
}

static void flush_all(void)
{
	for (unsigned int i = 0; i < options.relays; i++)
		if (relays[i].count > 0)
			flush(&relays[i]);
}

/* ---- messages ----------------------------------------------------------------------------- */

static void put_client(uint8_t *chaddr, uint32_t client)
{
	memcpy(chaddr, (const uint8_t[]){0x02, 0xd0, 0x0a}, 3);
	chaddr[3] = (uint8_t)(client >> 16);
	chaddr[4] = (uint8_t)(client >> 8);
	chaddr[5] = (uint8_t)client;
}

/** The message of @slot's state. @address, @server: of the offer; 0 in a DISCOVER. */
static void send_message(struct slot *slot, uint32_t address, uint32_t server, int64_t now)
{
	static const uint8_t wanted[] = {OPTION_WANTED, 7, 1, 28, 2, 3, 15, 6, 12};
	struct relay *relay = &relays[slot->client % options.relays];
	uint8_t *m, *at;

	if (relay->count == BATCH)
		flush(relay);
	m = relay->bytes[relay->count++];
	memset(m, 0, MESSAGE_LEN);
	m[AT_OP] = 1;
	m[AT_HTYPE] = 1;
	m[AT_HLEN] = 6;
	m[AT_HOPS] = 1;
	put32(m + AT_XID, slot->xid);
	put32(m + AT_GIADDR, relay->address);
	put_client(m + AT_CHADDR, slot->client);
	put32(m + AT_COOKIE, 0x63825363);
	at = m + AT_OPTIONS;
	*at++ = OPTION_TYPE;
	*at++ = 1;
	*at++ = slot->state == SLOT_DISCOVER ? DISCOVER : REQUEST;
	if (slot->state == SLOT_REQUEST) {
		*at++ = OPTION_ADDRESS;
		*at++ = 4;
		put32(at, address);
		at += 4;
		*at++ = OPTION_SERVER;
		*at++ = 4;
		put32(at, server);
		at += 4;
	}
	memcpy(at, wanted, sizeof(wanted));
	at[sizeof(wanted)] = OPTION_END;
	slot->sent_us = now;
}

/** Type and server of a message. Return: whether it has a type. */
static bool read_options(const uint8_t *m, size_t len, uint8_t *type, uint32_t *server)
{
	size_t at = AT_OPTIONS;

	*type = 0;
	*server = 0;
	while (at + 1 < len && m[at] != OPTION_END) {
		if (m[at] == 0) {
			at++;
			continue;
		}
		if (at + 2 + m[at + 1] > len)
			break;
		if (m[at] == OPTION_TYPE && m[at + 1] == 1)
			*type = m[at + 2];
		else if (m[at] == OPTION_SERVER && m[at + 1] == 4)
			*server = get32(m + at + 2);
		at += 2 + (size_t)m[at + 1];
	}
	return *type != 0;
}

/* ---- exchanges ---------------------------------------------------------------------------- */

static void begin(int64_t due, int64_t now)
{
	unsigned int index = free_slots[free_head];
	struct slot *slot = &slots[index];

	free_head = (free_head + 1) % slot_count;
	free_count--;
	*slot = (struct slot){
		.state = SLOT_DISCOVER,
		.xid = (slot->xid & 0xffff0000) + 0x10000 + index,
		.client = (options.first + (uint32_t)(started % options.clients)) % CLIENTS_MAX,
		.due_us = due,
	};
	started++;
	sample(&lags, now - due);
	send_message(slot, 0, 0, now);
}

static void end(struct slot *slot)
{
	slot->state = SLOT_FREE;
	free_slots[(free_head + free_count) % slot_count] = (uint16_t)(slot - slots);
	free_count++;
}

/** An address has been promised: to nobody else before. */
static void take(const struct slot *slot, uint32_t address)
{
	uint32_t at = address - (relays[0].address & ~(uint32_t)(RELAY_STEP - 1));

	if (at >= options.relays * (uint32_t)RELAY_STEP)
		strange++;
	else if (holder[at] != 0 && holder[at] != slot->client + 1)
		shared++;
	else
		holder[at] = slot->client + 1;
	if (acked)
		fprintf(acked, "%u.%u.%u.%u\n", address >> 24, address >> 16 & 255,
			address >> 8 & 255, address & 255);
}

static void answer(const uint8_t *m, size_t len, int64_t now)
{
	struct slot *slot;
	uint32_t server, xid;
	uint8_t type, chaddr[6];

	if (len < AT_OPTIONS || m[AT_OP] != 2 || !read_options(m, len, &type, &server)) {
		strange++;
		return;
	}
	xid = get32(m + AT_XID);
	slot = &slots[xid % SLOTS];
	put_client(chaddr, slot->client);
	if (slot->state == SLOT_FREE || slot->xid != xid)
		return; /* late: it has been given up */
	if (memcmp(m + AT_CHADDR, chaddr, sizeof(chaddr)) != 0) {
		strange++;
		return;
	}
	if (slot->state == SLOT_DISCOVER && type == OFFER) {
		sample(&offers, now - slot->sent_us);
		slot->state = SLOT_REQUEST;
		send_message(slot, get32(m + AT_YIADDR), server, now);
	} else if (slot->state == SLOT_REQUEST && type == ACK) {
		sample(&acks, now - slot->sent_us);
		sample(&exchanges, now - slot->due_us);
		take(slot, get32(m + AT_YIADDR));
		done++;
		done_in_time += now < end_us;
		end(slot);
	} else if (type == NAK) {
		naks++;
		end(slot);
	}
}

/** Reads what there is at one socket. Return: whether there may be more. */
static bool receive(const struct relay *relay)
{
	static uint8_t bytes[BATCH][MESSAGE_ROOM];
	struct mmsghdr messages[BATCH] = {0};
	struct iovec parts[BATCH];
	int64_t now;
	int n;

	for (unsigned int i = 0; i < BATCH; i++) {
		parts[i] = (struct iovec){bytes[i], MESSAGE_ROOM};
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(relay->fd, messages, BATCH, 0, NULL);
	now = now_us();
	for (int i = 0; i < n; i++)
		answer(bytes[i], messages[i].msg_len, now);
	return n == BATCH;
}

/** Gives up what has waited too long. */
static void sweep(int64_t now)
{
	const int64_t limit = (int64_t)options.drop_ms * 1000;

	for (unsigned int i = 0; i < slot_count; i++) {
		if (slots[i].state != SLOT_FREE && now - slots[i].sent_us > limit) {
			lost++;
			end(&slots[i]);
		}
	}
}

/** Begins what is due. Return: microseconds until the next is; a sweep's pause at most. */
static int64_t begin_due(int64_t now)
{
	if (now >= end_us)
		return SWEEP_US;
	if (options.rate == 0) {
		while (free_count > 0)
			begin(now, now);
		return SWEEP_US;
	}
	for (;;) {
		int64_t due = (int64_t)((double)started * 1e6 / options.rate);

		if (due > now)
			return due - now < SWEEP_US ? due - now : SWEEP_US;
		if (free_count == 0)
			return 1000;
		begin(due, now);
	}
}

static void run(void)
{
	struct pollfd wait[RELAYS_MAX];
	int64_t swept = 0, now, pause;

	end_us = (int64_t)(options.seconds * 1e6);
	for (unsigned int i = 0; i < options.relays; i++)
		wait[i] = (struct pollfd){.fd = relays[i].fd, .events = POLLIN};
	for (;;) {
		struct timespec limit;
		bool more = false;

		now = now_us();
		pause = begin_due(now);
		flush_all();
		if (now - swept >= SWEEP_US) {
			sweep(now);
			swept = now;
		}
		if (now >= end_us && free_count == slot_count)
			return;
		limit = (struct timespec){.tv_nsec = pause * 1000};
		if (ppoll(wait, options.relays, &limit, NULL) < 0 && errno != EINTR)
			fail("poll");
		do {
			more = false;
			for (unsigned int i = 0; i < options.relays; i++)
				if (wait[i].revents)
					more |= receive(&relays[i]);
			flush_all();
		} while (more);
	}
}

/* ---- the result --------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint32_t percentile(const struct samples *s, double share)
{
	size_t at = (size_t)((double)s->count * share);

	return s->count == 0 ? 0 : s->us[at < s->count ? at : s->count - 1];
}

static void print_latency(const char *name, struct samples *s, const char *behind)
{
	if (s->count > 0)
		qsort(s->us, s->count, sizeof(*s->us), compare);
	printf(" \"%s\": {\"p50_us\": %u, \"p99_us\": %u, \"p999_us\": %u, \"max_us\": %u}%s\n",
	       name, percentile(s, 0.5), percentile(s, 0.99), percentile(s, 0.999),
	       percentile(s, 1), behind);
}

static void report(void)
{
	struct rusage used;
	double cpu_s;

	getrusage(RUSAGE_SELF, &used);
	cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	printf("{\"begun\": %" PRIu64 ", \"done\": %" PRIu64 ", \"lost\": %" PRIu64
	       ", \"naks\": %" PRIu64 ", \"strange\": %" PRIu64 ", \"shared\": %" PRIu64 ",\n",
	       started, done, lost, naks, strange, shared);
	printf(" \"seconds\": %.3f, \"rate\": %.1f, \"generator_cpu\": %.3f,\n", options.seconds,
	       (double)done_in_time / options.seconds, cpu_s / ((double)now_us() / 1e6));
	print_latency("lag", &lags, ",");
	print_latency("offer", &offers, ",");
	print_latency("ack", &acks, ",");
	print_latency("exchange", &exchanges, "}");
}

/* ---- the server that only answers --------------------------------------------------------- */

/** Turns a client's message into its answer. */
static void turn(uint8_t *m, size_t len, uint32_t self)
{
	uint32_t server;
	uint8_t type, *at = m + AT_OPTIONS;

	if (len < AT_OPTIONS || !read_options(m, len, &type, &server))
		return;
	m[AT_OP] = 2;
	put32(m + AT_YIADDR, get32(m + AT_GIADDR) + 1 + get32(m + AT_CHADDR + 2) % RELAY_STEP);
	memcpy(at, (const uint8_t[]){OPTION_TYPE, 1, type == DISCOVER ? OFFER : ACK}, 3);
	memcpy(at + 3, (const uint8_t[]){OPTION_SERVER, 4}, 2);
	put32(at + 5, self);
	at[9] = OPTION_END;
}

static void serve(uint32_t self)
{
	static uint8_t bytes[BATCH][MESSAGE_ROOM];
	int fd = open_socket(self);

	for (;;) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		struct mmsghdr messages[BATCH] = {0};
		struct sockaddr_in from[BATCH];
		struct iovec parts[BATCH];
		int n;

		for (unsigned int i = 0; i < BATCH; i++) {
			parts[i] = (struct iovec){bytes[i], MESSAGE_ROOM};
			messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
							      .msg_namelen = sizeof(from[i]),
							      .msg_iov = &parts[i],
							      .msg_iovlen = 1};
		}
		n = recvmmsg(fd, messages, BATCH, 0, NULL);
		if (n < 0 && errno == EAGAIN)
			poll(&wait, 1, -1);
		for (int i = 0; i < n; i++) {
			turn(bytes[i], messages[i].msg_len, self);
			parts[i].iov_len = MESSAGE_LEN;
		}
		if (n > 0)
			send_all(fd, messages, (unsigned int)n);
	}
}

/* ---- start -------------------------------------------------------------------------------- */

static uint32_t address_of(const char *text)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1) {
		fprintf(stderr, "dora: %s: not an address\n", text);
		exit(2);
	}
	return ntohl(address.s_addr);
}

static double number_of(const char *name, const char *text, double min, double max)
{
	char *rest;
	double value = strtod(text, &rest);

	if (rest == text || *rest || !(value >= min && value <= max)) {
		fprintf(stderr, "dora: --%s %s: from %g to %g\n", name, text, min, max);
		exit(2);
	}
	return value;
}

static void read_arguments(int argc, char **argv)
{
	static const struct option names[] = {
		{"relay", 1, NULL, 'a'},   {"relays", 1, NULL, 'n'},  {"clients", 1, NULL, 'c'},
		{"first", 1, NULL, 'f'},   {"window", 1, NULL, 'w'},  {"rate", 1, NULL, 'r'},
		{"seconds", 1, NULL, 's'}, {"drop-ms", 1, NULL, 'd'}, {"acked", 1, NULL, 'l'},
		{"serve", 1, NULL, 'S'},   {NULL, 0, NULL, 0},
	};
	int which, c;

	while ((c = getopt_long(argc, argv, "", names, &which)) != -1) {
		const char *name = c == '?' ? "" : names[which].name;

		switch (c) {
		case 'a': options.relay = optarg; break;
		case 'n':
			options.relays = (unsigned int)number_of(name, optarg, 1, RELAYS_MAX);
			break;
		case 'c':
			options.clients = (unsigned int)number_of(name, optarg, 1, CLIENTS_MAX);
			break;
		case 'f':
			options.first = (unsigned int)number_of(name, optarg, 0, CLIENTS_MAX);
			break;
		case 'w': options.window = (unsigned int)number_of(name, optarg, 1, SLOTS); break;
		case 'r': options.rate = number_of(name, optarg, 1, 1e7); break;
		case 's': options.seconds = number_of(name, optarg, 0.01, 3600); break;
		case 'd': options.drop_ms = (unsigned int)number_of(name, optarg, 1, 60000); break;
		case 'l': options.acked = optarg; break;
		case 'S': options.serve = optarg; break;
		default: exit(2);
		}
	}
	if (!options.serve && optind + 1 != argc) {
		fprintf(stderr, "usage: dora [OPTION ...] SERVER | dora --serve ADDRESS\n");
		exit(2);
	}
	options.server = argv[optind];
}

static void prepare(void)
{
	struct samples *all[] = {&offers, &acks, &exchanges, &lags};

	for (unsigned int i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!(all[i]->us = malloc(SAMPLES_MAX * sizeof(uint32_t))))
			fail("memory");
	holder = calloc((size_t)options.relays * RELAY_STEP, sizeof(*holder));
	acked = options.acked ? fopen(options.acked, "w") : NULL;
	if (!holder || (options.acked && !acked))
		fail(options.acked ? options.acked : "memory");
	for (unsigned int i = 0; i < options.relays; i++) {
		relays[i].address = address_of(options.relay) + i * RELAY_STEP;
		relays[i].fd = open_socket(relays[i].address);
	}
	server_address = (struct sockaddr_in){.sin_family = AF_INET,
					      .sin_port = htons(DHCP_PORT),
					      .sin_addr.s_addr = htonl(address_of(options.server))};
	slot_count = options.rate > 0 ? SLOTS : options.window;
	free_count = slot_count;
	for (unsigned int i = 0; i < slot_count; i++)
		free_slots[i] = (uint16_t)i;
}

int main(int argc, char **argv)
{
	read_arguments(argc, argv);
	if (options.serve)
		serve(address_of(options.serve));
	prepare();
	start_us = now_us();
	run();
	if (acked && fclose(acked) != 0)
		fail(options.acked);
	report();
	return 0;
}
