/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table - what NAT's table costs alone: no devices, no packets of others
 *
 *   table sessions N    make N sessions, find them, translate packets of theirs, let them expire
 *   table port PERCENT  a port for a mapping while so many of its class are taken
 *   table checksum      sums of 64, 1500 and 65000 bytes
 *
 * The seed is fixed. Each result is a line of JSON with nanoseconds an operation, and, where there
 * is one, those of a plain reference in the same run: a table of open addressing with linear
 * probing, ports by up to 128 random tries, a sum of 16-bit words.
 *
 * Sessions are visited in an order that no cache foresees. Translating means all of nat_outbound():
 * look-up, header and checksum rewritten, session refreshed; making the packet is taken off.
 */
#include "core/nat/nat.h"
#include "core/wire/ipv4.h"
#include "core/wire/udp.h"

#include <stdio.h>
#include <time.h>

enum {
	LINK_LEN = 14,
	PAYLOAD_LEN = 18,
	PACKET_LEN = IPV4_LEN + UDP_LEN + PAYLOAD_LEN,
	ENDPOINTS = 50000, /* inside endpoints; more sessions than that share their mappings */
	HOSTS = 200,
	FIRST_PORT = 1024,
	SESSIONS_MAX = 4000000,
	ROUND_MIN = 2000000, /* operations of a measurement, at least about so many */
	TRIES_MAX = 128,
};

static const struct hash_key key = {{0x0123456789abcdefULL, 0xfedcba9876543210ULL}};

static void fail(const char *what)
{
	fprintf(stderr, "table: %s\n", what);
	exit(1);
}

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void print(const char *what, const char *of, unsigned long n, double ns)
{
	printf("{\"what\": \"%s\", \"of\": \"%s\", \"n\": %lu, \"ns\": %.2f}\n", what, of, n, ns);
}

/* ---- sessions ----------------------------------------------------------------------------- */

struct bench {
	struct event_queue events;
	struct config config;
	struct nat *nat;
	struct drop_counters drops;
	mono_ms_t now;
	uint8_t storage[FRAME_HEADROOM + LINK_LEN + PACKET_LEN];
	uint8_t packet[PACKET_LEN]; /* as it is before ports and addresses are filled in */
	uint32_t count, step;
};

static void set_up(struct bench *b, uint32_t count)
{
	struct config_public public = {.kind = CONFIG_PUBLIC_VIP, .vip = "HOME"};
	struct config_nat_source source = {.list = "1", .public = public};
	struct config_acl_line line = {.list = "1",
				       .permit = true,
				       .address = IP4(192, 168, 0, 0),
				       .wildcard = IP4(0, 0, 255, 255)};
	struct writer w = writer_over(b->packet, sizeof(b->packet));
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = PACKET_LEN,
			  .ttl = 63,
			  .proto = IP_PROTO_UDP,
			  .src = IP4(192, 168, 0, 1),
			  .dst = IP4(198, 51, 100, 7)};
	static const uint8_t payload[PAYLOAD_LEN];
	struct config_vip *vip;

	b->now.ms = 1000000;
	b->count = count;
	b->step = (uint32_t)((double)count * 0.6180339887) | 1;
	while (count % 5 == 0 && b->step % 5 == 0)
		b->step += 2; /* counts are powers of ten: this is without a common divisor */
	b->nat = nat_new(&key, &b->events);
	config_init(&b->config);
	b->config.nat.max_entries = SESSIONS_MAX;
	vip = config_vip_get(&b->config, "HOME");
	if (!b->nat || !vip)
		fail("no memory");
	vip->address = IP4(203, 0, 113, 10);
	vip->interface = (struct interface_id){INTERFACE_TAP, 9};
	if (config_acl_add(&b->config, &line) || config_nat_source_add(&b->config, &source) ||
	    nat_configure(b->nat, &b->config, b->now))
		fail("NAT does not take its configuration");
	ipv4_build(&w, &ip);
	udp_build(&w, &(struct udp){.sport = 1, .dport = 1, .len = UDP_LEN + PAYLOAD_LEN}, ip.src,
		  ip.dst, payload, PAYLOAD_LEN);
}

static void tear_down(struct bench *b)
{
	nat_free(b->nat);
	config_fini(&b->config);
}

static struct nat_flow flow_of(uint32_t n)
{
	uint32_t endpoint = n % ENDPOINTS;

	return (struct nat_flow){.proto = IP_PROTO_UDP,
				 .local = {IP4(192, 168, 0, 1).host + endpoint % HOSTS},
				 .local_port = (uint16_t)(FIRST_PORT + endpoint),
				 .remote = IP4(198, 51, 100, 7),
				 .remote_port = (uint16_t)(1000 + n / ENDPOINTS)};
}

/** A packet of a flow, as the router's parser leaves it. */
static void make(struct bench *b, struct frame *f, uint32_t n)
{
	struct nat_flow flow = flow_of(n);
	uint8_t *l3 = b->storage + FRAME_HEADROOM + LINK_LEN;

	memcpy(l3, b->packet, sizeof(b->packet));
	wire_put32(l3 + 12, flow.local.host);
	wire_put16(l3 + IPV4_LEN, flow.local_port);
	wire_put16(l3 + IPV4_LEN + 2, flow.remote_port);
	*f = (struct frame){.data = b->storage + FRAME_HEADROOM,
			    .len = LINK_LEN + PACKET_LEN,
			    .drops = &b->drops,
			    .l3 = LINK_LEN,
			    .l4 = LINK_LEN + IPV4_LEN,
			    .end = LINK_LEN + PACKET_LEN,
			    .src = flow.local,
			    .dst = flow.remote,
			    .proto = IP_PROTO_UDP,
			    .ttl = 63,
			    .sport = flow.local_port,
			    .dport = flow.remote_port};
}

/** One packet of each session, @rounds times. Return: nanoseconds a packet. */
static double pass(struct bench *b, unsigned int rounds, bool translates)
{
	uint64_t start = nanoseconds();
	volatile uint8_t *seen = b->storage;
	uint32_t n = 0;

	for (uint64_t i = 0; i < (uint64_t)rounds * b->count; i++) {
		struct frame f;

		make(b, &f, n);
		(void)*seen;
		if (translates && nat_outbound(b->nat, &f, b->now) == VERDICT_DROPPED)
			fail("a packet was dropped");
		n += b->step;
		n -= n >= b->count ? b->count : 0;
	}
	return (double)(nanoseconds() - start) / rounds / b->count;
}

static double find_all(struct bench *b, unsigned int rounds)
{
	uint64_t start = nanoseconds();
	uint32_t n = 0, found = 0;

	for (uint64_t i = 0; i < (uint64_t)rounds * b->count; i++) {
		struct nat_flow flow = flow_of(n);

		found += nat_session_find_flow(b->nat, &flow, b->now) != 0;
		n += b->step;
		n -= n >= b->count ? b->count : 0;
	}
	if (found != (uint32_t)(rounds * b->count))
		fail("a session was not found");
	return (double)(nanoseconds() - start) / rounds / b->count;
}

/** Sweeps until nothing is left. Return: nanoseconds a session. */
static double expire(struct bench *b)
{
	struct nat_stats stats;
	uint64_t start;

	b->now = mono_add_s(b->now, 1000);
	start = nanoseconds();
	do {
		b->now = mono_add_ms(b->now, 1000);
		for (unsigned int i = 0; i < b->count / 256 + 8; i++)
			nat_tick(b->nat, 256, b->now);
		nat_stats(b->nat, &stats);
	} while (stats.sessions > 0);
	return (double)(nanoseconds() - start) / b->count;
}

/* ---- the reference: open addressing, linear probing ----------------------------------------- */

struct plain {
	struct nat_flow flow;
	uint32_t session; /* 0: free */
};

static uint64_t plain_hash(const struct nat_flow *f)
{
	return hash_2(&key, (uint64_t)f->local.host << 32 | f->remote.host,
		      (uint64_t)f->local_port << 32 | (uint64_t)f->remote_port << 16 | f->proto);
}

static bool flows_equal(const struct nat_flow *a, const struct nat_flow *b)
{
	return a->local.host == b->local.host && a->remote.host == b->remote.host &&
	       a->local_port == b->local_port && a->remote_port == b->remote_port &&
	       a->proto == b->proto;
}

static struct plain *plain_find(struct plain *table, uint32_t mask, const struct nat_flow *flow)
{
	uint32_t at = (uint32_t)plain_hash(flow) & mask;

	while (table[at].session != 0 && !flows_equal(&table[at].flow, flow))
		at = (at + 1) & mask;
	return &table[at];
}

static void plain_sessions(struct bench *b, unsigned int rounds)
{
	struct plain *table;
	uint32_t mask = 1, n = 0, found = 0;
	uint64_t start;

	while (mask + 1 < b->count * 4 / 3)
		mask = mask * 2 + 1;
	table = calloc((size_t)mask + 1, sizeof(*table));
	if (!table)
		fail("no memory");
	start = nanoseconds();
	for (uint32_t i = 0; i < b->count; i++) {
		struct nat_flow flow = flow_of(i);

		*plain_find(table, mask, &flow) = (struct plain){flow, i + 1};
	}
	print("insert", "reference", b->count, (double)(nanoseconds() - start) / b->count);
	start = nanoseconds();
	for (uint64_t i = 0; i < (uint64_t)rounds * b->count; i++) {
		struct nat_flow flow = flow_of(n);

		found += plain_find(table, mask, &flow)->session != 0;
		n += b->step;
		n -= n >= b->count ? b->count : 0;
	}
	if (found != (uint32_t)(rounds * b->count))
		fail("the reference lost a session");
	print("find", "reference", b->count, (double)(nanoseconds() - start) / rounds / b->count);
	free(table);
}

static void sessions(uint32_t count)
{
	static struct bench b;
	unsigned int rounds = MAX(ROUND_MIN / count, 1u);
	double making;

	set_up(&b, count);
	making = pass(&b, 1, false);
	print("insert", "viprouter", count, pass(&b, 1, true) - making);
	making = pass(&b, rounds, false);
	print("find", "viprouter", count, find_all(&b, rounds));
	print("translate", "viprouter", count, pass(&b, rounds, true) - making);
	print("expire", "viprouter", count, expire(&b));
	plain_sessions(&b, rounds);
	tear_down(&b);
}

/* ---- ports -------------------------------------------------------------------------------- */

/** A port by so many random tries, as other translators do. Return: 0: none was found. */
static uint16_t plain_port(const uint64_t *taken, struct chance *chance)
{
	for (unsigned int i = 0; i < TRIES_MAX; i++) {
		uint32_t port = 1024 + chance_below(chance, 65536 - 1024);

		if (!(taken[port / 64] >> (port % 64) & 1))
			return (uint16_t)port;
	}
	return 0;
}

static void ports(unsigned int percent)
{
	struct port_pool *pool = port_pool_new(PORT_POOL_PORTS);
	struct port_request request = {.owner = 1, .local = 1, .wanted = 1024};
	uint32_t wanted_taken = (65536 - 1024) * percent / 100, failed = 0;
	const unsigned int count = 1000000;
	struct chance chance;
	uint64_t start;
	uint16_t port;

	if (!pool)
		fail("no memory");
	chance_init(&chance, &key);
	port_pool_claim(pool, 1024, 1); /* so that the port that is wanted is never free */
	for (uint32_t i = 1; i < wanted_taken; i++)
		if (!port_pool_take(pool, &chance, &request, &port))
			fail("a port was not found");
	start = nanoseconds();
	for (unsigned int i = 0; i < count; i++) {
		if (!port_pool_take(pool, &chance, &request, &port))
			fail("a port was not found");
		port_pool_drop(pool, port);
	}
	print("port", "viprouter", percent, (double)(nanoseconds() - start) / count);
	start = nanoseconds();
	for (unsigned int i = 0; i < count; i++)
		failed += plain_port(pool->taken, &chance) == 0;
	print("port", "reference", percent, (double)(nanoseconds() - start) / count);
	print("port not found, per million", "reference", percent, failed);
	port_pool_free(pool);
}

/* ---- checksums ---------------------------------------------------------------------------- */

__attribute__((noinline, optimize("no-tree-vectorize"))) static uint16_t
plain_sum(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += wire_get16(bytes + i);
	return checksum_fold(sum);
}

static void checksums(void)
{
	static uint8_t bytes[65000];
	static const size_t lengths[] = {64, 1500, sizeof(bytes)};
	volatile uint16_t result = 0;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31);
	for (unsigned int i = 0; i < ARRAY_COUNT(lengths); i++) {
		unsigned int count = (unsigned int)(200000000 / (lengths[i] + 200));
		uint64_t start = nanoseconds();

		for (unsigned int k = 0; k < count; k++)
			result = checksum_sum(bytes, lengths[i], (uint16_t)k);
		print("checksum", "viprouter", lengths[i], (double)(nanoseconds() - start) / count);
		start = nanoseconds();
		for (unsigned int k = 0; k < count / 4; k++)
			result = plain_sum(bytes, lengths[i]);
		print("checksum", "reference", lengths[i],
		      (double)(nanoseconds() - start) / (count / 4));
	}
	(void)result;
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (argc == 3 && strcmp(argv[1], "sessions") == 0 && n >= 1 && n <= SESSIONS_MAX) {
		sessions((uint32_t)n);
	} else if (argc == 3 && strcmp(argv[1], "port") == 0 && n >= 1 && n <= 99) {
		ports((unsigned int)n);
	} else if (argc == 2 && strcmp(argv[1], "checksum") == 0) {
		checksums();
	} else {
		fprintf(stderr, "usage: table sessions N | table port PERCENT | table checksum\n");
		return 2;
	}
	return 0;
}
