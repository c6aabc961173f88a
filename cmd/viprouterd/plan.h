/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a configuration to what the agent is asked to do: which kernel ends of ports exist, which
 * should, and the steps between. Values only; cmd/viprouterd/apply.c carries them out.
 */
#ifndef CMD_VIPROUTERD_PLAN_H
#define CMD_VIPROUTERD_PLAN_H

#include "cmd/viprouterd/ns_watch.h"
#include "core/base.h"
#include "core/config.h"
#include "netlink/request.h"

/** A port whose kernel end was made. */
struct made_port {
	struct interface_id id;
	struct request_port port; /* as it was asked for; only its identity unless `known` */
	bool known;		  /* by this process; false: read from the list after a crash */
	bool open;		  /* we hold its device; false: lost, or not yet taken over */
	struct ns_identity ns;	  /* of the namespace that it is in, while `open` */
};

struct made_list {
	VEC(struct made_port) ports; /* by interface kind and number */
};

struct made_port *made_find(const struct made_list *made, struct interface_id id);
/** Makes the entry when it is missing. Return: NULL: no memory. */
struct made_port *made_get(struct made_list *made, struct interface_id id);
void made_remove(struct made_list *made, struct interface_id id);

/** Length of a line of the list of made ports, with its NUL. */
#define MADE_LINE_SIZE 160
/** One port as a line: `Tap1 tap laptop eth0`; the namespace is "-" for the router's own. */
void made_line(const struct made_port *port, char *line);
/**
 * made_parse() - read the list back
 * Lines that make no sense are skipped. Return: how many were skipped; -ENOMEM.
 */
int made_parse(struct made_list *made, const char *owner, const char *text);

/**
 * plan_port() - the kernel's end that a Tap or Tun should have
 * @owner: name of the instance
 * Return: 0; -ENOENT it is attached to nothing; -E2BIG with @error filled in: too many routes.
 */
int plan_port(const struct config *config, const struct config_interface *interface,
	      const char *owner, struct request_port *port, struct config_error *error);

struct plan_step {
	enum request_kind kind;
	struct interface_id id;
	struct request_port port;   /* with `open` as it will be asked */
	struct request_port before; /* what stands now; has_before */
	bool has_before;
	bool take_over; /* the device is there already: undoing does not remove it */
	bool beside;	/* a move: the port's former device stands until this one does */
	bool optional;	/* its failure is logged and stops nothing */
	/* for the one who carries it out */
	bool done;
	int fd; /* of the device; -1 none */
};

struct plan {
	VEC(struct plan_step) steps;
};

/** What plan_make() is for. */
enum plan_goal {
	PLAN_APPLY,	 /* a changed configuration: a lost device may stay lost */
	PLAN_START,	 /* every device must come */
	PLAN_REMOVE_ALL, /* no port at all; what cannot be removed stops nothing */
};

/**
 * plan_make() - the steps from @made to @config, in order
 * New ports come first, for they can fail without harm; then removals, then what needs the names
 * and namespaces that those leave.
 * Return: 0; -ENOMEM or -E2BIG with @error filled in.
 */
int plan_make(struct plan *plan, const struct made_list *made, const struct config *config,
	      const char *owner, enum plan_goal goal, struct config_error *error);
/** The step that undoes @step. Return: whether there is anything to do. */
bool plan_inverse(const struct plan_step *step, struct plan_step *inverse);
void plan_fini(struct plan *plan);

#endif
