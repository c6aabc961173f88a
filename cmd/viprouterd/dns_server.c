/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarder's front: what a query gets without anybody being asked.
 *
 * The order: messages that are none are dropped or refused; other classes than IN, zone transfers
 * and the types that only mean something between servers are refused; then the router's own names,
 * the cache, and at last name servers (dns_forward.c).
 *
 * A question about DNSSEC of a single label (DS or DNSKEY of "com") is asked elsewhere though
 * single labels are ours: whoever validates needs it, and it names no device.
 */
#include "cmd/viprouterd/dns_server_private.h"

enum {
	ANSWER_FITS_MAX =
		4096,	       /* longer messages of name servers are not tried to be cut for UDP */
	TYPE_META_FIRST = 128, /* RFC 6895 s3.1: types of queries and of transactions */
	TYPE_META_LAST = 255,
};

/* ---- replies ---------------------------------------------------------------------------- */

void dns_reply(struct dns_server *s, const struct dns_client *client, const struct dns_query *query,
	       const struct dns_answer *answer)
{
	size_t len = dns_answer_build(query, answer, s->out);

	if (len == 0) {
		s->stats.dropped++;
		return;
	}
	s->stats.replied[client->stream]++;
	s->stats.truncated += (s->out[2] & 2) != 0;
	s->world.reply(s->world.context, client, s->out, len);
}

void dns_reply_from(struct dns_server *s, const struct dns_client *client,
		    const struct dns_query *query, const ldns_pkt *message, size_t len,
		    uint32_t age_s)
{
	struct dns_answer answer = {
		.from = message,
		.rcode = ldns_pkt_get_rcode(message),
		.truncated = ldns_pkt_tc(message) || (!client->stream && len > ANSWER_FITS_MAX),
		.age_s = age_s,
	};

	dns_reply(s, client, query, &answer);
}

void dns_reply_code(struct dns_server *s, const struct dns_client *client,
		    const struct dns_query *query, unsigned int rcode)
{
	struct dns_answer answer = {.rcode = rcode};

	dns_reply(s, client, query, &answer);
}

/* ---- names of our own ------------------------------------------------------------------- */

static void add_found(ldns_pkt *to, const struct dns_query *q, const struct dns_name *found,
		      unsigned int count, bool pointer)
{
	char name[DNS_FULL_SIZE];

	if (pointer) {
		dns_add_pointer(to, q, dns_name_full(found, name), DNS_OWN_TTL_S);
		return;
	}
	for (unsigned int i = 0; i < count; i++)
		dns_add_address(to, q, found[i].address, DNS_OWN_TTL_S);
}

/* Whether the question is for those who validate the DNS itself. */
static bool is_of_tree(const struct dns_query *q)
{
	bool single = strchr(q->text, '.') == NULL;

	return q->text[0] == '\0' || (single && (q->question.type == LDNS_RR_TYPE_DS ||
						 q->question.type == LDNS_RR_TYPE_DNSKEY));
}

/* Answers from the names that are known here. Return: whether it did. */
static bool answer_own(struct dns_server *s, const struct dns_client *client,
		       const struct dns_query *q)
{
	struct dns_answer answer = {.authoritative = true};
	const struct dns_name *found = NULL;
	unsigned int count = 1;
	bool pointer = false;
	enum dns_known known;
	ldns_pkt *records;

	if (is_of_tree(q))
		return false;
	known = dns_names_find(s->names, q->text, &found, &count);
	if (known == DNS_ELSEWHERE) {
		known = dns_names_find_pointer(s->names, q->text, &found);
		pointer = true;
	}
	if (known == DNS_ELSEWHERE)
		return false;
	records = ldns_pkt_new();
	if (!records) {
		s->stats.dropped++;
		return true;
	}
	if (known == DNS_NO_NAME)
		answer.rcode = LDNS_RCODE_NXDOMAIN;
	if (known == DNS_FOUND && q->question.type == LDNS_RR_TYPE_ANY)
		dns_add_hinfo(records, q);
	else if (known == DNS_FOUND &&
		 q->question.type == (pointer ? LDNS_RR_TYPE_PTR : LDNS_RR_TYPE_A))
		add_found(records, q, found, count, pointer);
	else
		dns_add_soa(records, dns_names_zone(s->names, q->text), DNS_OWN_TTL_S);
	answer.from = records;
	s->stats.own++;
	dns_reply(s, client, q, &answer);
	ldns_pkt_free(records);
	return true;
}

/* The small answer of RFC 8482 to ANY: no device needs more, and amplifiers do. */
static void answer_any(struct dns_server *s, const struct dns_client *client,
		       const struct dns_query *q)
{
	ldns_pkt *records = ldns_pkt_new();
	struct dns_answer answer = {.from = records};

	if (records)
		dns_add_hinfo(records, q);
	s->stats.own++;
	dns_reply(s, client, q, &answer);
	ldns_pkt_free(records);
}

/* ---- the cache -------------------------------------------------------------------------- */

/* A long answer, for which nobody who asks by UDP has room: it need not be read to say so. */
static void answer_cut(struct dns_server *s, const struct dns_client *client,
		       const struct dns_query *q, const struct dns_kept *kept)
{
	struct dns_answer answer = {
		.rcode = kept->bytes[DNS_RCODE_AT] & 15,
		.truncated = true,
	};

	s->stats.cached++;
	dns_reply(s, client, q, &answer);
}

static bool answer_cached(struct dns_server *s, const struct dns_client *client,
			  const struct dns_query *q, mono_ms_t now)
{
	struct dns_kept kept;
	ldns_pkt *message = NULL;

	if (!dns_cache_find(s->cache, &q->question, &kept, now))
		return false;
	if (!client->stream && kept.len > ANSWER_FITS_MAX) {
		answer_cut(s, client, q, &kept);
		return true;
	}
	if (ldns_wire2pkt(&message, kept.bytes, kept.len) != LDNS_STATUS_OK)
		return false;
	s->stats.cached++;
	dns_reply_from(s, client, q, message, kept.len,
		       (uint32_t)(mono_between_ms(kept.since, now) / 1000));
	ldns_pkt_free(message);
	return true;
}

/* ---- queries ---------------------------------------------------------------------------- */

static bool is_refused(const struct dns_question *q)
{
	return q->class != LDNS_RR_CLASS_IN || q->type == 0 || q->type == LDNS_RR_TYPE_OPT ||
	       (q->type >= TYPE_META_FIRST && q->type <= TYPE_META_LAST &&
		q->type != LDNS_RR_TYPE_ANY);
}

void dns_server_query(struct dns_server *s, const struct dns_client *client, const uint8_t *bytes,
		      size_t len, mono_ms_t now)
{
	struct dns_query q;
	unsigned int rcode;
	int status = dns_query_parse(bytes, len, client->stream, &q, &rcode);

	s->stats.received[client->stream]++;
	if (status == -EINVAL) {
		s->stats.dropped++;
	} else if (status < 0) {
		s->stats.malformed++;
		dns_reply_code(s, client, &q, rcode);
	} else if (is_refused(&q.question)) {
		s->stats.refused++;
		dns_reply_code(s, client, &q, LDNS_RCODE_REFUSED);
	} else if (answer_own(s, client, &q)) {
		return;
	} else if (q.question.type == LDNS_RR_TYPE_ANY) {
		answer_any(s, client, &q);
	} else if (answer_cached(s, client, &q, now)) {
		return;
	} else if (!q.recursion_desired || s->server_count == 0) {
		s->stats.refused++;
		dns_reply_code(s, client, &q, LDNS_RCODE_REFUSED);
	} else {
		dns_forward(s, client, &q, now);
	}
}

/* ---- the whole -------------------------------------------------------------------------- */

struct dns_server *dns_server_new(const struct dns_world *world, const struct dns_names *names)
{
	struct dns_server *s = calloc(1, sizeof(*s));
	struct hash_key key;

	if (!s)
		return NULL;
	s->world = *world;
	s->names = names;
	world->random(world->context, &key, sizeof(key));
	s->cache = dns_cache_new(&key, DNS_CACHE_ENTRIES, DNS_CACHE_BYTES);
	if (!s->cache) {
		free(s);
		return NULL;
	}
	return s;
}

void dns_server_free(struct dns_server *s)
{
	if (!s)
		return;
	for (unsigned int i = 0; i < DNS_WAITING_MAX; i++)
		if (s->jobs[i].exchange)
			s->world.end(s->world.context, s->jobs[i].exchange);
	dns_cache_free(s->cache);
	free(s);
}

const struct dns_stats *dns_server_stats(const struct dns_server *s)
{
	return &s->stats;
}

void dns_server_clear_stats(struct dns_server *s)
{
	uint32_t waiting = s->stats.waiting;

	memset(&s->stats, 0, sizeof(s->stats));
	s->stats.waiting = s->stats.waiting_most = waiting;
	for (unsigned int i = 0; i < s->server_count; i++)
		s->servers[i].asked = s->servers[i].answered = s->servers[i].timeouts = 0;
}

struct dns_cache *dns_server_cache(struct dns_server *s)
{
	return s->cache;
}
