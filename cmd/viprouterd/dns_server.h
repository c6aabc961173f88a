/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DNS forwarder (RFC 1035, RFC 2308, RFC 5452, RFC 6891, RFC 7766, RFC 8482) as a machine without
 * socket or clock: queries, answers and time go in; replies, and wishes to ask a name server, go
 * out by the functions of struct dns_world.
 *
 * What the names of dns_names.h tell is answered at once, the rest from the cache, or by name
 * servers. Only queries of those who may ask are to be handed in.
 */
#ifndef CMD_VIPROUTERD_DNS_SERVER_H
#define CMD_VIPROUTERD_DNS_SERVER_H

#include "cmd/viprouterd/dns_message.h"
#include "cmd/viprouterd/dns_names.h"

struct dns_server;

#define DNS_PORT 53
/** Name servers: typed and learned ones. */
#define DNS_SERVERS_MAX (CONFIG_NAME_SERVERS_MAX + CONFIG_DHCP_SERVERS_MAX)

enum {
	DNS_CACHE_ENTRIES = 4096,
	DNS_CACHE_BYTES = 2 << 20,
	DNS_WAITING_MAX = 256,	     /* queries that wait for a name server */
	DNS_WAITING_CLIENT_MAX = 32, /* of one client's address */
	DNS_TRIES_MAX = 4,	     /* at name servers, for one question */
	DNS_TRY_MS = 2000,	     /* for a name server's answer */
	DNS_SILENCE_MAX = 2,	     /* unanswered tries until a server counts as dead … */
	DNS_DEAD_S = 60,	     /* … and is asked last, for so long */
	DNS_OWN_TTL_S = 10,	     /* of what the router knows by itself */
};

/** Who asked, and so where the reply goes. */
struct dns_client {
	ip4_t address;
	uint16_t port;
	bool stream;  /* by TCP */
	uint32_t way; /* socket or connection: the caller's own number */
};

/** A query for a name server. */
struct dns_asked {
	ip4_t server;
	bool stream;
	uint16_t len;
	const uint8_t *bytes; /* borrowed during the call */
};

/** The world outside. None of these may call back into the server. */
struct dns_world {
	void *context;
	/* Sends a reply. @bytes: borrowed during the call. */
	void (*reply)(void *context, const struct dns_client *client, const uint8_t *bytes,
		      size_t len);
	/* Asks a name server at DNS_PORT, from a port of this exchange's own that is hard to guess.
	 * Return: 0, and whatever comes of it is told with this number until end(); -errno. */
	int (*ask)(void *context, uint32_t exchange, const struct dns_asked *asked);
	void (*end)(void *context, uint32_t exchange);
	/* Bytes that nobody can guess. */
	void (*random)(void *context, void *out, size_t len);
};

struct dns_stats {
	uint64_t received[2], replied[2]; /* of clients, by UDP and TCP */
	uint64_t dropped;		  /* no queries, or no memory */
	uint64_t malformed, refused;	  /* answered so */
	uint64_t own, cached, forwarded;  /* how queries were answered, or are to be */
	uint64_t joined;		  /* with one that was under way; of those forwarded */
	uint64_t limited;		  /* too many waited */
	uint64_t failed;		  /* no name server gave an answer */
	uint64_t truncated;		  /* answers that have to be fetched by TCP */
	uint64_t asked, asked_stream, timeouts; /* tries at name servers */
	uint64_t strange;			/* datagrams that were no answer: forged, or late */
	uint32_t waiting, waiting_most;
};

/** A name server. */
struct dns_upstream {
	ip4_t address;
	bool learned;
	bool dead;
	uint64_t asked, answered, timeouts;
};

/**
 * dns_server_new()
 * @world: copied
 * @names: what the router knows by itself; borrowed for life
 * Return: NULL: no memory.
 */
struct dns_server *dns_server_new(const struct dns_world *world, const struct dns_names *names);
/** Ends what is under way, without replies. */
void dns_server_free(struct dns_server *server);

/**
 * dns_server_set_upstreams() - whom to ask, the first first
 * @learned: from this index on they are learned ones
 * @count: to DNS_SERVERS_MAX; 0: nobody is asked
 * Another list empties the cache; tries under way go on.
 */
void dns_server_set_upstreams(struct dns_server *server, const ip4_t *addresses,
			      unsigned int learned, unsigned int count);

/** A client's message, without the length field of TCP. */
void dns_server_query(struct dns_server *server, const struct dns_client *client,
		      const uint8_t *bytes, size_t len, mono_ms_t now);
/** A connection is gone: its queries wait for nothing any more. */
void dns_server_forget(struct dns_server *server, uint32_t way);

/**
 * dns_server_answer() - what came on an exchange's port or connection
 * @from, @port: who sent it
 */
void dns_server_answer(struct dns_server *server, uint32_t exchange, ip4_t from, uint16_t port,
		       const uint8_t *bytes, size_t len, mono_ms_t now);
/** An exchange cannot have an answer: unreachable, refused, closed. */
void dns_server_failed(struct dns_server *server, uint32_t exchange, mono_ms_t now);

/** Does what is due. */
void dns_server_tick(struct dns_server *server, mono_ms_t now);
/** When dns_server_tick() is next needed; MONO_NEVER. */
mono_ms_t dns_server_deadline(const struct dns_server *server);

/* ---- looking ---------------------------------------------------------------------------- */

const struct dns_stats *dns_server_stats(const struct dns_server *server);
void dns_server_clear_stats(struct dns_server *server);
/** Return: whether there is one at @index. */
bool dns_server_upstream(const struct dns_server *server, unsigned int index,
			 struct dns_upstream *out, mono_ms_t now);
/** The cache: to be looked at, and cleared. */
struct dns_cache *dns_server_cache(struct dns_server *server);

#endif
