/* SPDX-License-Identifier: BSD-2-Clause */
/* DNS messages byte by byte, and a forwarder whose world is the test: it keeps the last reply and
 * what was asked of name servers. */
#ifndef TESTS_UNIT_CMD_VIPROUTERD_DNS_FIXTURE_H
#define TESTS_UNIT_CMD_VIPROUTERD_DNS_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "cmd/viprouterd/dns_cache.h"
#include "cmd/viprouterd/dns_server.h"

enum { A = 1, NS = 2, SOA = 6, PTR = 12, TXT = 16, AAAA = 28, DS = 43, AXFR = 252, ANY = 255 };
enum { NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED };

/** A message being written. */
struct bytes {
	uint8_t at[DNS_MESSAGE_MAX];
	size_t len;
};

static inline void put(struct bytes *b, const void *from, size_t len)
{
	memcpy(b->at + b->len, from, len);
	b->len += len;
}

static inline void put_16(struct bytes *b, unsigned int value)
{
	b->at[b->len++] = (uint8_t)(value >> 8);
	b->at[b->len++] = (uint8_t)value;
}

static inline void put_32(struct bytes *b, uint32_t value)
{
	put_16(b, value >> 16);
	put_16(b, value & 0xffff);
}

/** "tv.lan": labels between dots; "" the root. */
static inline void put_name(struct bytes *b, const char *name)
{
	while (*name) {
		size_t len = strcspn(name, ".");

		b->at[b->len++] = (uint8_t)len;
		put(b, name, len);
		name += len + (name[len] == '.');
	}
	b->at[b->len++] = 0;
}

/** Header with counts of question, answer, authority, additional, all 0. */
static inline void begin_message(struct bytes *b, unsigned int id, unsigned int flags)
{
	static const uint8_t counts[8];

	b->len = 0;
	put_16(b, id);
	put_16(b, flags);
	put(b, counts, sizeof(counts));
}

static inline void count_in(struct bytes *b, unsigned int section)
{
	uint8_t *at = b->at + 4 + 2 * section;

	if (++at[1] == 0)
		at[0]++;
}

static inline void put_question(struct bytes *b, const char *name, unsigned int type)
{
	put_name(b, name);
	put_16(b, type);
	put_16(b, 1);
	count_in(b, 0);
}

/** A record of the question's name in a section from 1 on. */
static inline void put_record(struct bytes *b, unsigned int section, unsigned int type,
			      uint32_t ttl_s, const void *data, size_t len)
{
	put_16(b, 0xc000 | DNS_HEADER_LEN);
	put_16(b, type);
	put_16(b, 1);
	put_32(b, ttl_s);
	put_16(b, (unsigned int)len);
	put(b, data, len);
	count_in(b, section);
}

static inline void put_opt(struct bytes *b, unsigned int size, unsigned int version,
			   unsigned int flags)
{
	b->at[b->len++] = 0;
	put_16(b, 41);
	put_16(b, size);
	put_16(b, version);
	put_16(b, flags);
	put_16(b, 0);
	count_in(b, 3);
}

/** SOA of the question's name. */
static inline void put_soa(struct bytes *b, uint32_t ttl_s, uint32_t minimum_s)
{
	struct bytes data = {.len = 0};

	put_name(&data, "a");
	put_name(&data, "b");
	for (unsigned int i = 0; i < 4; i++)
		put_32(&data, 1);
	put_32(&data, minimum_s);
	put_record(b, 2, SOA, ttl_s, data.at, data.len);
}

static inline void build_query(struct bytes *b, unsigned int id, const char *name,
			       unsigned int type)
{
	begin_message(b, id, 0x0100);
	put_question(b, name, type);
}

/* ---- reading ---------------------------------------------------------------------------- */

static inline unsigned int number_at(const struct bytes *b, size_t at)
{
	assert_true(at + 2 <= b->len);
	return (unsigned int)(b->at[at] << 8 | b->at[at + 1]);
}

static inline unsigned int id_of(const struct bytes *b)
{
	return number_at(b, 0);
}

static inline unsigned int rcode_of(const struct bytes *b)
{
	return number_at(b, 2) & 15;
}

static inline bool is_truncated(const struct bytes *b)
{
	return number_at(b, 2) & 0x0200;
}

static inline unsigned int count_of(const struct bytes *b, unsigned int section)
{
	return number_at(b, 4 + 2 * section);
}

/** The TTL of the first record behind the question, whose name is a pointer. */
static inline uint32_t first_ttl(const struct bytes *b)
{
	size_t at = DNS_HEADER_LEN;

	while (b->at[at])
		at += b->at[at] + 1u;
	at += 5;
	assert_int_equal(b->at[at] & 0xc0, 0xc0);
	return (uint32_t)number_at(b, at + 6) << 16 | number_at(b, at + 8);
}

/** Whether those bytes are somewhere in it. */
static inline bool has_bytes(const struct bytes *b, const void *wanted, size_t len)
{
	return memmem(b->at, b->len, wanted, len) != NULL;
}

/* ---- a forwarder ------------------------------------------------------------------------ */

#define SERVER_1 IP4(198, 51, 100, 1)
#define SERVER_2 IP4(198, 51, 100, 2)
#define LAPTOP	 IP4(192, 168, 1, 10)

struct asked {
	uint32_t exchange;
	ip4_t server;
	bool stream, ended;
	struct bytes query;
};

struct forwarder {
	struct dns_server *server;
	struct dns_names names;
	mono_ms_t now;
	unsigned int replies;	  /* so far */
	struct dns_client client; /* of the last */
	struct bytes reply;
	unsigned int asks;
	struct asked asked[16]; /* the first so many */
	int refuse;		/* ask() gives this */
	uint64_t chance;
};

static inline void keep_reply(void *context, const struct dns_client *client, const uint8_t *bytes,
			      size_t len)
{
	struct forwarder *f = context;

	f->replies++;
	f->client = *client;
	f->reply.len = 0;
	put(&f->reply, bytes, len);
}

static inline int keep_asked(void *context, uint32_t exchange, const struct dns_asked *asked)
{
	struct forwarder *f = context;
	struct asked *keep = &f->asked[f->asks % ARRAY_COUNT(f->asked)];

	f->asks++;
	*keep = (struct asked){
		.exchange = exchange, .server = asked->server, .stream = asked->stream};
	put(&keep->query, asked->bytes, asked->len);
	return f->refuse;
}

static inline void keep_end(void *context, uint32_t exchange)
{
	struct forwarder *f = context;

	for (unsigned int i = 0; i < ARRAY_COUNT(f->asked); i++)
		f->asked[i].ended |= f->asked[i].exchange == exchange;
}

static inline void keep_random(void *context, void *out, size_t len)
{
	struct forwarder *f = context;

	for (size_t i = 0; i < len; i++) {
		f->chance = f->chance * 6364136223846793005ULL + 1442695040888963407ULL;
		((uint8_t *)out)[i] = (uint8_t)(f->chance >> 56);
	}
}

static inline int forwarder_begin(void **state)
{
	struct forwarder *f = calloc(1, sizeof(*f));
	const ip4_t servers[] = {SERVER_1, SERVER_2};
	struct dns_names *names;

	assert_non_null(f);
	f->now.ms = 1000000;
	f->server = dns_server_new(
		&(struct dns_world){
			.context = f,
			.reply = keep_reply,
			.ask = keep_asked,
			.end = keep_end,
			.random = keep_random,
		},
		&f->names);
	assert_non_null(f->server);
	dns_server_set_upstreams(f->server, servers, 1, 2);
	names = &f->names;
	dns_names_begin(names, "home.lan");
	dns_names_add(names, "tv", "", IP4(192, 168, 1, 20), DNS_FROM_LEASE);
	dns_names_add(names, "nas.home.lan", "", IP4(192, 168, 1, 5), DNS_FROM_HOST);
	dns_names_add(names, "nas.home.lan", "", IP4(192, 168, 1, 4), DNS_FROM_HOST);
	dns_names_end(names);
	*state = f;
	return 0;
}

static inline int forwarder_end(void **state)
{
	struct forwarder *f = *state;

	dns_server_free(f->server);
	dns_names_fini(&f->names);
	free(f);
	return 0;
}

static inline void hand_in(struct forwarder *f, ip4_t from, bool stream, const struct bytes *query)
{
	struct dns_client client = {
		.address = from, .port = 40000, .stream = stream, .way = stream ? 7 : 1};

	dns_server_query(f->server, &client, query->at, query->len, f->now);
}

static inline void query_from(struct forwarder *f, ip4_t from, unsigned int id, const char *name,
			      unsigned int type)
{
	struct bytes b;

	build_query(&b, id, name, type);
	hand_in(f, from, false, &b);
}

static inline void query(struct forwarder *f, unsigned int id, const char *name, unsigned int type)
{
	query_from(f, LAPTOP, id, name, type);
}

/** The question of the nth query to a name server, as an answer begins. */
static inline void begin_answer(const struct forwarder *f, unsigned int nth, struct bytes *b,
				unsigned int flags)
{
	const struct asked *asked = &f->asked[nth];
	size_t at = DNS_HEADER_LEN;

	while (asked->query.at[at])
		at += asked->query.at[at] + 1u;
	begin_message(b, id_of(&asked->query), 0x8180 | flags);
	put(b, asked->query.at + DNS_HEADER_LEN, at + 5 - DNS_HEADER_LEN);
	count_in(b, 0);
}

static inline void give(struct forwarder *f, unsigned int nth, const struct bytes *b)
{
	const struct asked *asked = &f->asked[nth];

	dns_server_answer(f->server, asked->exchange, asked->server, DNS_PORT, b->at, b->len,
			  f->now);
}

/** The nth query to a name server is answered with an address. */
static inline void give_address(struct forwarder *f, unsigned int nth, uint32_t ttl_s)
{
	static const uint8_t address[] = {203, 0, 113, 80};
	struct bytes b;

	begin_answer(f, nth, &b, 0);
	put_record(&b, 1, A, ttl_s, address, sizeof(address));
	give(f, nth, &b);
}

static inline void give_code(struct forwarder *f, unsigned int nth, unsigned int rcode)
{
	struct bytes b;

	begin_answer(f, nth, &b, rcode);
	give(f, nth, &b);
}

static inline void pass_ms(struct forwarder *f, int64_t ms)
{
	f->now = mono_add_ms(f->now, ms);
	dns_server_tick(f->server, f->now);
}

#endif
