/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a configuration the one in force: the kernel's ends of ports by the agent, then the router,
 * then the devices that are read and written. One at a time; others wait their turn.
 */
#ifndef CMD_VIPROUTERD_APPLY_H
#define CMD_VIPROUTERD_APPLY_H

#include "cmd/viprouterd/agent_link.h"
#include "cmd/viprouterd/plan.h"
#include "core/config.h"

struct apply;
struct pump;

/** @status: 0, or -errno with @message (never NULL then) saying what failed. */
typedef void apply_done_fn(void *context, int status, const char *message);

/**
 * apply_new()
 * @agent: borrowed; its answers come here from now on, its gone() is the caller's to set
 * @owner, @list_path: name of the instance, and the file that lists the ports made; borrowed
 * Return: NULL: no memory.
 */
struct apply *apply_new(struct pump *pump, struct agent_link *agent, const char *owner,
			const char *list_path);
/** No job is begun any more. The loop must run once more before apply_free(). */
void apply_close(struct apply *apply);
/** Jobs that were not finished are told so. */
void apply_free(struct apply *apply);

/** Reads the list of ports that a router before us made. Return: 0; -errno. */
int apply_read_list(struct apply *apply);

/**
 * apply_start() - queue a change
 * @config: copied; has passed config_check(). NULL for PLAN_REMOVE_ALL
 * @done: called later, never from within this call
 * When a step fails, the steps before it are undone, and the old configuration stays in force.
 * Return: 0; -ENOMEM.
 */
int apply_start(struct apply *apply, const struct config *config, enum plan_goal goal,
		apply_done_fn *done, void *context);

/** A port's device went away: port_io_lost_fn. */
void apply_port_lost(void *apply, struct interface_id id);

#endif
