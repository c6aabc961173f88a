/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the core tells the world outside. Engines put events into the router's queue, cmd/ takes
 * them out with router_next_event(); nothing is called back.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdio.h>

#include "core/base.h"
#include "core/config.h"
#include "core/dhcp/lease.h"

enum event_type {
	EVENT_LEASE_PERSIST, /* write the record to stable storage, then router_persisted(token) */
	EVENT_LOG,	     /* a line for the log */
	EVENT_DEBUG,	     /* a line for those who look, see core/debug.h */
	EVENT_NAT,	     /* a record for the log of bindings; only `nat` is filled in */
	EVENT_CLIENT_LEASE,  /* what an interface has learnt; only `client` is filled in */
};

/** Severities of RFC 5424 s6.2.1, as in IOS's %FACILITY-SEVERITY-MNEMONIC. */
enum event_severity { EVENT_ERROR = 3, EVENT_WARNING = 4, EVENT_NOTICE = 5, EVENT_INFO = 6 };

enum event_nat_what {
	EVENT_NAT_MAPPING, /* an inside endpoint has a port */
	EVENT_NAT_BLOCK,   /* an inside address has ports of all protocols */
	EVENT_NAT_SESSION, /* an inside endpoint speaks with a remote one */
};

/** What begins or ends. Host order. */
struct event_nat {
	uint32_t lost; /* records before this one that found no room, since the last one */
	uint8_t what;  /* enum event_nat_what */
	bool ended;
	uint8_t proto;			   /* 1, 6 or 17; a block: 0 */
	ip4_t local;			   /* inside */
	uint16_t local_port;		   /* or ICMP identifier; a block: 0 */
	ip4_t global;			   /* public */
	uint16_t global_port, global_last; /* from, to; the same but of a block */
	ip4_t remote;			   /* of a session only */
	uint16_t remote_port;		   /* of a TCP or UDP session only */
};

/** The lease of an interface's DHCP client, to be kept over a restart. */
struct event_client {
	struct interface_id interface;
	struct ip4_prefix address; /* len 0: it has none, and none to ask for again */
	ip4_t server;
	uint32_t age_s;	 /* since it was asked for */
	uint32_t left_s; /* until it ends; DHCP_LEASE_INFINITE */
};

struct event {
	enum event_type type;
	/* EVENT_LEASE_PERSIST */
	uint64_t token; /* to be handed back; grows by one an event; 0: nobody waits for it */
	struct dhcp_lease_record lease;
	/* EVENT_LOG */
	enum event_severity severity;
	char facility[12]; /* "DHCP" */
	char mnemonic[20]; /* "POOLFULL" */
	char text[160];	   /* of an EVENT_DEBUG too */
	bool notable;	   /* is written like a notice, though its severity, IOS's, is lower */
	/* EVENT_DEBUG */
	uint8_t debug; /* enum debug_what */
	uint32_t lost; /* such lines before this one that found no room, since the last one */
	/* EVENT_NAT */
	struct event_nat nat;
	/* EVENT_CLIENT_LEASE */
	struct event_client client;
};

/** Room for events between two calls of router_next_event(). */
#define EVENT_QUEUE_SIZE     512
#define EVENT_NAT_QUEUE_SIZE 8192

/** EVENT_NAT has a queue of its own: it takes no room from the others, and they go first. */
struct event_queue {
	struct event at[EVENT_QUEUE_SIZE];
	uint32_t head, count;
	uint64_t lost;	     /* log events that found the queue full */
	uint32_t debug;	     /* categories that somebody looks at: debug_bit() */
	uint32_t debug_lost; /* lines that found no room, since the last one that did */
	struct event_nat nat_at[EVENT_NAT_QUEUE_SIZE];
	uint32_t nat_head, nat_count;
	uint32_t nat_lost; /* since the last one that was pushed */
};

/** Whether @n more events fit. An engine that must not lose its event asks first. */
static inline bool event_room(const struct event_queue *q, uint32_t n)
{
	return EVENT_QUEUE_SIZE - q->count >= n;
}

/** The next free place, zeroed and counted as in the queue; NULL when it is full. */
static inline struct event *event_push(struct event_queue *q)
{
	struct event *e;

	if (q->count == EVENT_QUEUE_SIZE) {
		q->lost++;
		return NULL;
	}
	e = &q->at[(q->head + q->count++) % EVENT_QUEUE_SIZE];
	memset(e, 0, sizeof(*e));
	return e;
}

/** Appends an EVENT_LOG but for its text, which the caller writes; NULL when the queue is full. */
static inline struct event *event_push_log(struct event_queue *q, enum event_severity severity,
					   const char *facility, const char *mnemonic)
{
	struct event *e = event_push(q);

	if (!e)
		return NULL;
	e->type = EVENT_LOG;
	e->severity = severity;
	snprintf(e->facility, sizeof(e->facility), "%s", facility);
	snprintf(e->mnemonic, sizeof(e->mnemonic), "%s", mnemonic);
	return e;
}

/** Appends an EVENT_NAT, with `lost` as it is here; one that finds no room is counted there. */
static inline void event_push_nat(struct event_queue *q, const struct event_nat *record)
{
	struct event_nat *e = &q->nat_at[(q->nat_head + q->nat_count) % EVENT_NAT_QUEUE_SIZE];

	if (q->nat_count == EVENT_NAT_QUEUE_SIZE) {
		q->nat_lost++;
		return;
	}
	q->nat_count++;
	*e = *record;
	e->lost = q->nat_lost;
	q->nat_lost = 0;
}

/** Takes the oldest event out. Return: whether there was one. */
static inline bool event_pop(struct event_queue *q, struct event *out)
{
	if (q->count == 0 && q->nat_count > 0) {
		out->type = EVENT_NAT;
		out->nat = q->nat_at[q->nat_head];
		q->nat_head = (q->nat_head + 1) % EVENT_NAT_QUEUE_SIZE;
		q->nat_count--;
		return true;
	}
	if (q->count == 0)
		return false;
	*out = q->at[q->head];
	q->head = (q->head + 1) % EVENT_QUEUE_SIZE;
	q->count--;
	return true;
}

#endif
