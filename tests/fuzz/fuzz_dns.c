/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DNS forwarder, driven by a script of commands: a byte, two of length, so many bytes. They are
 * a query by UDP or TCP, what a name server sends (as it is, or behind the header and the question
 * that are awaited, so that a mutated script still gets that far), time, and a connection that
 * ends.
 *
 * After every command: replies are messages and no longer than the client takes, what waits is
 * bounded, the cache too, and a deadline lies ahead.
 */
#include "cmd/viprouterd/dns_cache.h"
#include "cmd/viprouterd/dns_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COMMANDS_MAX = 200, TRIES_KEPT = 8 };

struct line {
	struct dns_server *server;
	mono_ms_t now;
	uint64_t chance;
	unsigned int tries;
	struct {
		uint32_t exchange;
		ip4_t server;
		uint8_t question[DNS_PLAIN_MAX];
		size_t len;
	} asked[TRIES_KEPT]; /* the last ones */
};

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static void reply(void *context, const struct dns_client *client, const uint8_t *bytes, size_t len)
{
	(void)context;
	require(dns_wire_check(bytes, len));
	require(bytes[2] & 0x80);
	require(client->stream || len <= DNS_EDNS_MAX);
}

static int ask(void *context, uint32_t exchange, const struct dns_asked *asked)
{
	struct line *l = context;
	unsigned int at = l->tries++ % TRIES_KEPT;

	require(dns_wire_check(asked->bytes, asked->len) && asked->len <= DNS_PLAIN_MAX);
	l->asked[at].exchange = exchange;
	l->asked[at].server = asked->server;
	l->asked[at].len = asked->len;
	memcpy(l->asked[at].question, asked->bytes, asked->len);
	return l->tries % 16 == 0 ? -ENETUNREACH : 0;
}

static void end(void *context, uint32_t exchange)
{
	(void)context;
	(void)exchange;
}

static void chance(void *context, void *out, size_t len)
{
	struct line *l = context;

	for (size_t i = 0; i < len; i++)
		((uint8_t *)out)[i] = (uint8_t)(l->chance++ * 0x9e3779b97f4a7c15ULL >> 56);
}

static void query(struct line *l, bool stream, const uint8_t *bytes, size_t len)
{
	struct dns_client client = {
		.address = IP4(192, 168, 1, 10), .port = 4000, .stream = stream, .way = 1};

	dns_server_query(l->server, &client, bytes, len, l->now);
}

/* The bytes follow the header's id and the question, with @flags and counts of their own. */
static void answer(struct line *l, const uint8_t *bytes, size_t len, bool raw)
{
	static uint8_t message[2 * DNS_MESSAGE_MAX];
	unsigned int at = (l->tries + TRIES_KEPT - 1) % TRIES_KEPT;
	size_t to = 0, end_at = DNS_HEADER_LEN;

	if (l->tries == 0)
		return;
	if (!raw && len >= DNS_HEADER_LEN) {
		const uint8_t *question = l->asked[at].question;

		while (question[end_at])
			end_at += question[end_at] + 1u;
		end_at += 5;
		memcpy(message, bytes, DNS_HEADER_LEN);
		memcpy(message, question, 2);
		message[2] |= 0x80;
		message[2] &= 0x87;
		memcpy(message + DNS_HEADER_LEN, question + DNS_HEADER_LEN,
		       end_at - DNS_HEADER_LEN);
		to = end_at;
		bytes += DNS_HEADER_LEN;
		len -= DNS_HEADER_LEN;
	}
	memcpy(message + to, bytes, len);
	dns_server_answer(l->server, l->asked[at].exchange, l->asked[at].server, DNS_PORT, message,
			  to + len, l->now);
}

static void check(struct line *l)
{
	const struct dns_stats *stats = dns_server_stats(l->server);
	const struct dns_cache *cache = dns_server_cache(l->server);

	require(stats->waiting <= DNS_WAITING_CLIENT_MAX);
	require(dns_cache_count(cache) <= DNS_CACHE_ENTRIES);
	require(dns_cache_bytes(cache) <= DNS_CACHE_BYTES);
	require((stats->waiting == 0) == (dns_server_deadline(l->server).ms == MONO_NEVER.ms));
	require(dns_server_deadline(l->server).ms > l->now.ms);
}

static void run(struct line *l, uint8_t command, const uint8_t *bytes, size_t len)
{
	switch (command % 8) {
	case 0:
	case 1: query(l, command % 8, bytes, len); break;
	case 2:
	case 3: answer(l, bytes, len, false); break;
	case 4: answer(l, bytes, len, true); break;
	case 5: l->now = mono_add_ms(l->now, 1 + (int64_t)len * 500); break;
	case 6: dns_server_forget(l->server, 1); break;
	case 7:
		if (l->tries)
			dns_server_failed(l->server, l->asked[(l->tries - 1) % TRIES_KEPT].exchange,
					  l->now);
		break;
	}
	dns_server_tick(l->server, l->now);
	check(l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const ip4_t servers[] = {{0xc6336401}, {0xc6336402}};
	struct line l = {.now = {1000}};
	struct dns_names names = {0};

	l.server = dns_server_new(
		&(struct dns_world){
			.context = &l, .reply = reply, .ask = ask, .end = end, .random = chance},
		&names);
	require(l.server != NULL);
	dns_server_set_upstreams(l.server, servers, 1, 2);
	dns_names_begin(&names, "lan");
	dns_names_add(&names, "tv", "", IP4(192, 168, 1, 20), DNS_FROM_LEASE);
	dns_names_end(&names);
	for (unsigned int i = 0; i < COMMANDS_MAX && size >= 3; i++) {
		size_t len = (size_t)data[1] << 8 | data[2];

		len = MIN(len, size - 3);
		run(&l, data[0], data + 3, len);
		data += 3 + len;
		size -= 3 + len;
	}
	dns_server_free(l.server);
	dns_names_fini(&names);
	return 0;
}
