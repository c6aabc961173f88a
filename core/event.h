/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the core tells the world outside. Engines put events into the router's queue, cmd/ takes
 * them out with router_next_event(); nothing is called back.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "core/base.h"
#include "core/dhcp/lease.h"

enum event_type {
	EVENT_LEASE_PERSIST, /* write the record to stable storage, then router_persisted(token) */
	EVENT_LOG,	     /* a line for the log */
};

/** Severities of RFC 5424 s6.2.1, as in IOS's %FACILITY-SEVERITY-MNEMONIC. */
enum event_severity { EVENT_ERROR = 3, EVENT_WARNING = 4, EVENT_NOTICE = 5, EVENT_INFO = 6 };

struct event {
	enum event_type type;
	/* EVENT_LEASE_PERSIST */
	uint64_t token; /* to be handed back; grows by one an event; 0: nobody waits for it */
	struct dhcp_lease_record lease;
	/* EVENT_LOG */
	enum event_severity severity;
	char facility[12]; /* "DHCP" */
	char mnemonic[20]; /* "POOLFULL" */
	char text[160];
};

/** Room for events between two calls of router_next_event(). */
#define EVENT_QUEUE_SIZE 512

struct event_queue {
	struct event at[EVENT_QUEUE_SIZE];
	uint32_t head, count;
	uint64_t lost; /* log events that found the queue full */
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

/** Takes the oldest event out. Return: whether there was one. */
static inline bool event_pop(struct event_queue *q, struct event *out)
{
	if (q->count == 0)
		return false;
	*out = q->at[q->head];
	q->head = (q->head + 1) % EVENT_QUEUE_SIZE;
	q->count--;
	return true;
}

#endif
