/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the forwarder share. */
#ifndef CMD_VIPROUTERD_DNS_SERVER_PRIVATE_H
#define CMD_VIPROUTERD_DNS_SERVER_PRIVATE_H

#include "cmd/viprouterd/dns_cache.h"
#include "cmd/viprouterd/dns_server.h"

/** A query that waits for a job's answer. */
struct dns_waiter {
	struct dns_client client;
	struct dns_query query;
	uint16_t next; /* of the job, or free one; 0 ends */
};

/** A question that is being asked. */
struct dns_job {
	struct dns_question question;
	uint32_t exchange; /* of the try under way; 0: the job is free */
	uint16_t id;	   /* of that try */
	bool stream;	   /* it goes by TCP */
	bool plain;	   /* without EDNS */
	uint8_t tries;
	uint8_t server;	   /* index of the one being asked … */
	ip4_t address;	   /* … and its address, should the list change */
	uint16_t refusals; /* bits by index: servers that would not answer */
	mono_ms_t deadline;
	uint16_t first; /* waiter; 0 none */
};

struct dns_known_server {
	ip4_t address;
	bool learned;
	uint8_t silent; /* tries in a row without an answer */
	mono_ms_t dead_until;
	uint64_t asked, answered, timeouts;
};

struct dns_server {
	struct dns_world world;
	const struct dns_names *names;
	struct dns_cache *cache;
	struct dns_stats stats;
	unsigned int server_count;
	struct dns_known_server servers[DNS_SERVERS_MAX];
	uint32_t exchanges;		    /* numbers given out */
	uint16_t free_waiter, fresh_waiter; /* first given back; how many were ever used */
	struct dns_job jobs[DNS_WAITING_MAX];
	struct dns_waiter waiters[DNS_WAITING_MAX + 1]; /* from 1 on */
	uint8_t out[DNS_MESSAGE_MAX];
};

/* ---- dns_server.c ---- */

/** Builds an answer to a query and sends it. */
void dns_reply(struct dns_server *s, const struct dns_client *client, const struct dns_query *query,
	       const struct dns_answer *answer);
/** The same with a name server's message, @age_s old. @len: of that message. */
void dns_reply_from(struct dns_server *s, const struct dns_client *client,
		    const struct dns_query *query, const ldns_pkt *message, size_t len,
		    uint32_t age_s);
/** An answer without records. */
void dns_reply_code(struct dns_server *s, const struct dns_client *client,
		    const struct dns_query *query, unsigned int rcode);

/* ---- dns_forward.c ---- */

/** Has name servers asked, and the client answered, now or later. */
void dns_forward(struct dns_server *s, const struct dns_client *client,
		 const struct dns_query *query, mono_ms_t now);

#endif
