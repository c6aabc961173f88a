/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ties the router to the world: after anything went into it, frames, events and the next
 * deadline are taken out here. It also holds the clocks.
 */
#ifndef CMD_VIPROUTERD_PUMP_H
#define CMD_VIPROUTERD_PUMP_H

#include "cmd/viprouterd/loop.h"
#include "core/router.h"

struct port_io;
struct lease_log;
struct lease_export;
struct binding_log;
struct client_leases;
struct dns_service;
struct control;

struct pump {
	uv_loop_t *loop;
	struct router *router;	       /* owned */
	struct port_io *ports;	       /* borrowed; where frames go */
	struct lease_log *leases;      /* borrowed; where lease records go */
	struct lease_export *export;   /* borrowed; what is to know that leases change; NULL */
	struct binding_log *bindings;  /* borrowed; where records of NAT go; NULL: nowhere */
	struct client_leases *clients; /* borrowed; where leases of our own go; NULL: nowhere */
	struct control *control;       /* borrowed; where lines of debug go; NULL: nowhere */
	struct dns_service *dns;       /* borrowed; told of configurations; NULL: nobody is */
	uv_timer_t timer;
	mono_ms_t armed; /* when the timer fires; MONO_NEVER: not armed */
};

/** @router: owned from now on. Return: 0; -errno. */
int pump_init(struct pump *pump, uv_loop_t *loop, struct router *router);
/** Closes the timer; pump_fini() may follow once the loop has run. */
void pump_close(struct pump *pump);
void pump_fini(struct pump *pump);

/** Sends what is to be sent, hands events on, and sets the timer. After each call that changes it.
 */
void pump_run(struct pump *pump);

/** CLOCK_MONOTONIC. */
mono_ms_t pump_now(void);
/** Milliseconds, and seconds, since 1970 UTC. */
int64_t pump_wall_ms(void);
int64_t pump_wall_s(void);

#endif
