/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions that name servers are asked.
 *
 * A job is a question with all queries that wait for its answer: a question that is under way is
 * never asked a second time at once, which would help whoever guesses (RFC 5452 s5). Each try has
 * an exchange of its own, with another port and id, so an answer that comes after its try counts
 * for nothing. A job has a waiter at least; there are as many of both.
 *
 * An answer counts when it comes from the server and port asked, to the port that asked, with the
 * id and the very question (RFC 5452 s9.1). What else comes is counted, and waited on.
 *
 * Servers are asked in their order. One that is silent twice in a row counts as dead for a while
 * and comes last; one that says it cannot (SERVFAIL, REFUSED) is passed over for this question.
 */
#include "cmd/viprouterd/dns_server_private.h"

enum {
	EXCHANGE_JOB_BITS = 8, /* of an exchange's number: which job it is of */
};

static_assert(DNS_WAITING_MAX <= 1 << EXCHANGE_JOB_BITS, "a job's index fits into its exchange");
static_assert(DNS_SERVERS_MAX <= 16, "a bit of `refusals` for each");

static void job_try(struct dns_server *s, struct dns_job *job, unsigned int from, mono_ms_t now);

/* ---- jobs and waiters ------------------------------------------------------------------- */

static struct dns_job *job_of(struct dns_server *s, uint32_t exchange)
{
	struct dns_job *job = &s->jobs[exchange & ((1 << EXCHANGE_JOB_BITS) - 1)];

	return exchange != 0 && job->exchange == exchange ? job : NULL;
}

static struct dns_job *job_find(struct dns_server *s, const struct dns_question *question)
{
	for (unsigned int i = 0; i < DNS_WAITING_MAX; i++)
		if (s->jobs[i].exchange && dns_question_equal(&s->jobs[i].question, question))
			return &s->jobs[i];
	return NULL;
}

static struct dns_job *job_new(struct dns_server *s, const struct dns_question *question)
{
	struct dns_job *job = s->jobs;

	while (job->exchange)
		job++;
	*job = (struct dns_job){.question = *question};
	return job;
}

/* Its try is over. */
static void job_end(struct dns_server *s, struct dns_job *job)
{
	s->world.end(s->world.context, job->exchange);
}

static void waiter_add(struct dns_server *s, struct dns_job *job, const struct dns_client *client,
		       const struct dns_query *query)
{
	uint16_t i = s->free_waiter ? s->free_waiter : ++s->fresh_waiter, *link = &job->first;
	struct dns_waiter *waiter = &s->waiters[i];

	s->free_waiter = waiter->next;
	waiter->client = *client;
	waiter->query = *query;
	waiter->next = 0;
	while (*link)
		link = &s->waiters[*link].next;
	*link = i;
	s->stats.waiting++;
	s->stats.waiting_most = MAX(s->stats.waiting_most, s->stats.waiting);
}

/* Takes the waiter at @link out of its job. */
static void waiter_remove(struct dns_server *s, uint16_t *link)
{
	uint16_t i = *link;

	*link = s->waiters[i].next;
	s->waiters[i].next = s->free_waiter;
	s->free_waiter = i;
	s->stats.waiting--;
}

static unsigned int waiting_of(const struct dns_server *s, ip4_t address)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < DNS_WAITING_MAX; i++) {
		if (!s->jobs[i].exchange)
			continue;
		for (uint16_t w = s->jobs[i].first; w; w = s->waiters[w].next)
			count += ip4_equal(s->waiters[w].client.address, address);
	}
	return count;
}

/* Whether the very query waits already: its client sent it again. */
static bool is_repeated(const struct dns_server *s, const struct dns_job *job,
			const struct dns_client *client, const struct dns_query *query)
{
	for (uint16_t w = job->first; w; w = s->waiters[w].next) {
		const struct dns_waiter *waiter = &s->waiters[w];

		if (waiter->query.id == query->id && waiter->client.port == client->port &&
		    waiter->client.way == client->way && waiter->client.stream == client->stream &&
		    ip4_equal(waiter->client.address, client->address))
			return true;
	}
	return false;
}

static bool waits_by_stream(const struct dns_server *s, const struct dns_job *job)
{
	for (uint16_t w = job->first; w; w = s->waiters[w].next)
		if (s->waiters[w].client.stream)
			return true;
	return false;
}

/* Gives an answer to those who wait: all, or only those by UDP. @message: NULL: there is none. */
static void answer_waiters(struct dns_server *s, struct dns_job *job, const ldns_pkt *message,
			   size_t len, bool streams_too)
{
	for (uint16_t *link = &job->first; *link;) {
		struct dns_waiter *waiter = &s->waiters[*link];

		if (waiter->client.stream && !streams_too) {
			link = &waiter->next;
			continue;
		}
		if (message)
			dns_reply_from(s, &waiter->client, &waiter->query, message, len, 0);
		else
			dns_reply_code(s, &waiter->client, &waiter->query, LDNS_RCODE_SERVFAIL);
		waiter_remove(s, link);
	}
}

/* Answers all, and frees the job, whose try is over. */
static void job_finish(struct dns_server *s, struct dns_job *job, const ldns_pkt *message,
		       size_t len)
{
	s->stats.failed += message == NULL;
	answer_waiters(s, job, message, len, true);
	job->exchange = 0;
}

/* ---- servers ---------------------------------------------------------------------------- */

/* The server that a job asks; NULL: it is in the list no more. */
static struct dns_known_server *server_of(struct dns_server *s, const struct dns_job *job)
{
	for (unsigned int i = 0; i < s->server_count; i++)
		if (ip4_equal(s->servers[i].address, job->address))
			return &s->servers[i];
	return NULL;
}

static bool is_dead(const struct dns_known_server *server, mono_ms_t now)
{
	return server->silent >= DNS_SILENCE_MAX && !mono_reached(server->dead_until, now);
}

static void note_silence(struct dns_known_server *server, mono_ms_t now)
{
	if (!server)
		return;
	server->timeouts++;
	if (server->silent < DNS_SILENCE_MAX)
		server->silent++;
	if (server->silent >= DNS_SILENCE_MAX)
		server->dead_until = mono_add_s(now, DNS_DEAD_S);
}

static void note_answer(struct dns_known_server *server)
{
	if (!server)
		return;
	server->answered++;
	server->silent = 0;
}

/* The next one to ask, beginning at index @from; a dead one only if none has said anything yet.
 * Return: its index; -ENOENT. */
static int choose(const struct dns_server *s, const struct dns_job *job, unsigned int from,
		  mono_ms_t now)
{
	int last_resort = -ENOENT;

	for (unsigned int n = 0; n < s->server_count; n++) {
		unsigned int i = (from + n) % s->server_count;

		if (job->refusals & 1 << i)
			continue;
		if (!is_dead(&s->servers[i], now))
			return (int)i;
		if (last_resort < 0 && job->refusals == 0)
			last_resort = (int)i;
	}
	return last_resort;
}

/* ---- tries ------------------------------------------------------------------------------ */

static uint32_t next_exchange(struct dns_server *s, const struct dns_job *job)
{
	uint32_t number = ++s->exchanges & (UINT32_MAX >> EXCHANGE_JOB_BITS);

	if (number == 0)
		number = s->exchanges = 1;
	return number << EXCHANGE_JOB_BITS | (uint32_t)(job - s->jobs);
}

/* Return: 0; -errno: the world could not. */
static int ask(struct dns_server *s, struct dns_job *job, unsigned int server, mono_ms_t now)
{
	uint8_t bytes[DNS_PLAIN_MAX];
	struct dns_asked asked = {
		.server = s->servers[server].address,
		.stream = job->stream,
		.bytes = bytes,
	};

	job->server = (uint8_t)server;
	job->address = asked.server;
	job->exchange = next_exchange(s, job);
	job->deadline = mono_add_ms(now, DNS_TRY_MS);
	job->tries++;
	s->world.random(s->world.context, &job->id, sizeof(job->id));
	asked.len = (uint16_t)dns_question_build(&job->question, job->id, !job->plain, bytes);
	if (asked.len == 0)
		return -ENOMEM;
	s->stats.asked++;
	s->stats.asked_stream += job->stream;
	s->servers[server].asked++;
	return s->world.ask(s->world.context, job->exchange, &asked);
}

/* Asks a server, the one at index @from if it is well. The job has no try under way. */
static void job_try(struct dns_server *s, struct dns_job *job, unsigned int from, mono_ms_t now)
{
	while (job->tries < DNS_TRIES_MAX) {
		int server = choose(s, job, from, now);

		if (server < 0)
			break;
		if (ask(s, job, (unsigned int)server, now) == 0)
			return;
		note_silence(&s->servers[server], now);
		from = (unsigned int)server + 1;
	}
	job_finish(s, job, NULL, 0);
}

static void try_failed(struct dns_server *s, struct dns_job *job, mono_ms_t now)
{
	job_end(s, job);
	note_silence(server_of(s, job), now);
	job_try(s, job, job->server + 1u, now);
}

void dns_forward(struct dns_server *s, const struct dns_client *client,
		 const struct dns_query *query, mono_ms_t now)
{
	struct dns_job *job = job_find(s, &query->question);

	s->stats.forwarded++;
	if (job && is_repeated(s, job, client, query)) {
		s->stats.joined++;
		return;
	}
	if (s->stats.waiting == DNS_WAITING_MAX ||
	    waiting_of(s, client->address) >= DNS_WAITING_CLIENT_MAX) {
		s->stats.limited++;
		dns_reply_code(s, client, query, LDNS_RCODE_SERVFAIL);
		return;
	}
	if (job) {
		s->stats.joined++;
		waiter_add(s, job, client, query);
		return;
	}
	job = job_new(s, &query->question);
	waiter_add(s, job, client, query);
	job_try(s, job, 0, now);
}

void dns_server_forget(struct dns_server *s, uint32_t way)
{
	for (unsigned int i = 0; i < DNS_WAITING_MAX; i++) {
		struct dns_job *job = &s->jobs[i];

		if (!job->exchange)
			continue;
		for (uint16_t *link = &job->first; *link;) {
			struct dns_waiter *waiter = &s->waiters[*link];

			if (waiter->client.stream && waiter->client.way == way)
				waiter_remove(s, link);
			else
				link = &waiter->next;
		}
		if (job->first)
			continue;
		job_end(s, job);
		job->exchange = 0;
	}
}

/* ---- answers ---------------------------------------------------------------------------- */

/* Whether a server says that it does not know EDNS, which old ones do without the question (RFC
 * 6891 s7). */
static bool knows_no_edns(const struct dns_job *job, const uint8_t *bytes, size_t len)
{
	unsigned int rcode;

	if (job->plain || len < DNS_HEADER_LEN || (bytes[0] << 8 | bytes[1]) != job->id ||
	    !(bytes[DNS_FLAGS_AT] & 0x80))
		return false;
	rcode = bytes[DNS_RCODE_AT] & 15;
	return (rcode == LDNS_RCODE_FORMERR || rcode == LDNS_RCODE_NOTIMPL) &&
	       bytes[DNS_COUNTS_AT] == 0 && bytes[DNS_COUNTS_AT + 1] <= 1;
}

/* The answer is cut: those who may come back by TCP are told so; who has, waits for the whole. */
static void take_truncated(struct dns_server *s, struct dns_job *job, const ldns_pkt *message,
			   size_t len, mono_ms_t now)
{
	if (!waits_by_stream(s, job)) {
		job_finish(s, job, message, len);
		return;
	}
	answer_waiters(s, job, message, len, false);
	job->stream = true;
	job_try(s, job, job->server, now);
}

/* Whether it is an answer, and not a server's excuse. */
static bool is_conclusive(const ldns_pkt *message)
{
	ldns_pkt_rcode rcode = ldns_pkt_get_rcode(message);

	return rcode == LDNS_RCODE_NOERROR || rcode == LDNS_RCODE_NXDOMAIN ||
	       rcode == LDNS_RCODE_YXDOMAIN; /* RFC 6672 s2.2 */
}

/* The job's try has ended with a message of the server. */
static void take_message(struct dns_server *s, struct dns_job *job, const ldns_pkt *message,
			 const uint8_t *bytes, size_t len, mono_ms_t now)
{
	struct dns_kept kept = {.question = job->question, .len = (uint16_t)len, .bytes = bytes};

	if (ldns_pkt_tc(message) && !job->stream) {
		take_truncated(s, job, message, len, now);
	} else if (is_conclusive(message) && ldns_pkt_edns_extended_rcode(message) == 0) {
		dns_cache_put(s->cache, &kept, dns_answer_ttl_s(message, &job->question), now);
		job_finish(s, job, message, len);
	} else {
		struct dns_known_server *server = server_of(s, job);

		if (server)
			job->refusals |= (uint16_t)(1 << (server - s->servers));
		job_try(s, job, job->server + 1u, now);
	}
}

void dns_server_answer(struct dns_server *s, uint32_t exchange, ip4_t from, uint16_t port,
		       const uint8_t *bytes, size_t len, mono_ms_t now)
{
	struct dns_job *job = job_of(s, exchange);
	ldns_pkt *message;

	if (!job || !ip4_equal(from, job->address) || port != DNS_PORT) {
		s->stats.strange++;
		return;
	}
	if (knows_no_edns(job, bytes, len)) {
		note_answer(server_of(s, job));
		job_end(s, job);
		job->plain = true;
		job_try(s, job, job->server, now);
		return;
	}
	message = dns_answer_parse(bytes, len, &job->question, job->id);
	if (!message) {
		s->stats.strange++;
		if (job->stream) /* nothing better will come on this connection */
			try_failed(s, job, now);
		return;
	}
	note_answer(server_of(s, job));
	job_end(s, job);
	take_message(s, job, message, bytes, len, now);
	ldns_pkt_free(message);
}

void dns_server_failed(struct dns_server *s, uint32_t exchange, mono_ms_t now)
{
	struct dns_job *job = job_of(s, exchange);

	if (job)
		try_failed(s, job, now);
}

/* ---- time ------------------------------------------------------------------------------- */

void dns_server_tick(struct dns_server *s, mono_ms_t now)
{
	for (unsigned int i = 0; i < DNS_WAITING_MAX; i++) {
		struct dns_job *job = &s->jobs[i];

		if (!job->exchange || !mono_reached(job->deadline, now))
			continue;
		s->stats.timeouts++;
		try_failed(s, job, now);
	}
}

mono_ms_t dns_server_deadline(const struct dns_server *s)
{
	mono_ms_t earliest = MONO_NEVER;

	for (unsigned int i = 0; s->stats.waiting > 0 && i < DNS_WAITING_MAX; i++)
		if (s->jobs[i].exchange)
			earliest = mono_earlier(earliest, s->jobs[i].deadline);
	return earliest;
}

/* ---- whom to ask ------------------------------------------------------------------------ */

static bool is_same_list(const struct dns_server *s, const ip4_t *addresses, unsigned int count)
{
	for (unsigned int i = 0; i < count && i < s->server_count; i++)
		if (!ip4_equal(s->servers[i].address, addresses[i]))
			return false;
	return count == s->server_count;
}

void dns_server_set_upstreams(struct dns_server *s, const ip4_t *addresses, unsigned int learned,
			      unsigned int count)
{
	struct dns_known_server former[DNS_SERVERS_MAX];
	unsigned int former_count = s->server_count;

	count = MIN(count, (unsigned int)DNS_SERVERS_MAX);
	if (!is_same_list(s, addresses, count)) {
		dns_cache_clear(s->cache, NULL);
		for (unsigned int i = 0; i < DNS_WAITING_MAX; i++)
			s->jobs[i].refusals = 0; /* its bits mean others now */
	}
	memcpy(former, s->servers, sizeof(former));
	memset(s->servers, 0, sizeof(s->servers));
	for (unsigned int i = 0; i < count; i++) {
		for (unsigned int n = 0; n < former_count; n++)
			if (ip4_equal(former[n].address, addresses[i]))
				s->servers[i] = former[n];
		s->servers[i].address = addresses[i];
		s->servers[i].learned = i >= learned;
	}
	s->server_count = count;
}

bool dns_server_upstream(const struct dns_server *s, unsigned int index, struct dns_upstream *out,
			 mono_ms_t now)
{
	const struct dns_known_server *server = &s->servers[index];

	if (index >= s->server_count)
		return false;
	*out = (struct dns_upstream){
		.address = server->address,
		.learned = server->learned,
		.dead = is_dead(server, now),
		.asked = server->asked,
		.answered = server->answered,
		.timeouts = server->timeouts,
	};
	return true;
}
