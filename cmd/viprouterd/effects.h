/* SPDX-License-Identifier: BSD-2-Clause */
/* What the shell asks of the world: struct world_effects, carried out by this program. */
#ifndef CMD_VIPROUTERD_EFFECTS_H
#define CMD_VIPROUTERD_EFFECTS_H

#include "cmd/viprouterd/loop.h"
#include "cli/session.h"

struct apply;
struct lease_export;
struct dns_service;
struct pump;

/** An effect of @session ended; it is to be resumed. */
typedef void effects_resume_fn(void *control, struct session *session, int status,
			       const char *message);

struct effects {
	struct pump *pump;
	struct apply *apply;
	struct dns_service *dns;     /* set before the first session */
	const char *startup_config;  /* path */
	struct lease_export *export; /* borrowed; NULL: there is none */
	struct world world;	     /* what sessions see */
	unsigned int under_way;	     /* changes and saves; see effects_busy() */
	bool stopping;		     /* nothing new is begun */
	effects_resume_fn *resume;
	void (*watch)(void *control); /* what sessions debug has changed */
	void *control;
};

/** @instance, @startup_config: borrowed for life. */
void effects_init(struct effects *effects, struct pump *pump, struct apply *apply,
		  const char *instance, const char *startup_config);

/** Brings the clocks and the running configuration up to date, before a call into a session. */
void effects_refresh(struct effects *effects);

/**
 * Whether a change or a save is under way. Sessions that may configure wait for it with their next
 * line: a candidate copied from the old configuration would undo the change of another.
 */
bool effects_busy(const struct effects *effects);

/** A change that no session asked for begins or ends (SIGHUP). */
void effects_hold(struct effects *effects);
void effects_release(struct effects *effects);

#endif
