/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may have a new session (RFC 6888 REQ-4, REQ-5, REQ-11), and what happens when it may not be:
 * its packet is dropped by name and counted, the log says so now and then, a sender inside is told
 * (RFC 5508 REQ-8), and no live session ends for it.
 *
 * Limits are looked at when a session is made, never for a packet of a live one.
 */
#ifndef CORE_NAT_LIMITS_H
#define CORE_NAT_LIMITS_H

#include "core/base.h"
#include "core/config.h"
#include "core/frame.h"
#include "core/ip/acl.h"

struct nat;

/** Why a new session is refused. */
enum nat_refusal {
	NAT_ADMITTED,	   /* it is not */
	NAT_REFUSED_TABLE, /* the table is full */
	NAT_REFUSED_HALF,  /* the outside has its half of the table */
	NAT_REFUSED_SHARE, /* the table is nearly full, and much of it is the device's */
	NAT_REFUSED_PORTS, /* the public address has no free port */
	NAT_REFUSED_POOL,  /* the pool has no free address */
	NAT_REFUSED_HOST,  /* the device has as many sessions as it may */
	NAT_REFUSED_OWN,   /* the device has as many ports as it may */
	NAT_REFUSED_RATE,  /* the device opens sessions too fast */
	NAT_REFUSAL_COUNT
};

/** Who opens a session. */
enum nat_opener {
	NAT_OPENED_INSIDE,   /* the device itself, to the outside */
	NAT_OPENED_HAIRPIN,  /* the device, to a public address: two sessions */
	NAT_OPENED_BY_OTHER, /* another device, by a hairpin */
	NAT_OPENED_OUTSIDE,
};

/** One limit of the configuration, compiled. */
struct nat_limit {
	struct config_nat_limit config;
	uint64_t refused; /* sessions refused because of it */
	uint16_t list;	  /* of the set; ACL_NONE */
};

/** Idle time of sessions with a certain port. */
struct nat_port_timeout {
	uint32_t key;	/* protocol and port, see nat_port_timeout_find() */
	uint32_t ticks; /* UINT32_MAX never */
};

struct nat_limits {
	VEC(struct nat_port_timeout) port_timeouts; /* by key */
	VEC(struct nat_limit) at;		    /* in the configuration's order */
	uint32_t generation;			    /* from 1; another one for each configuration */
	uint32_t begin[CONFIG_LIMIT_COUNT][CONFIG_LIMIT_SCOPE_COUNT + 1]; /* of what and scope */
};

/**
 * nat_limits_compile() - take the limits of a configuration
 * @limits: zero bytes
 * @acls: of the same configuration, and in force as long as the limits are
 * @before: those that were in force: what is in both keeps its counter
 * Return: 0; -ENOMEM.
 */
int nat_limits_compile(struct nat_limits *limits, const struct config *config,
		       const struct acl_set *acls, const struct nat_limits *before);
void nat_limits_fini(struct nat_limits *limits);

/** The timer of a protocol's port; NULL: it has none of its own. For limits with port_timeouts. */
const struct nat_port_timeout *nat_port_timeout_find(const struct nat_limits *limits, uint8_t proto,
						     uint16_t port);

/**
 * nat_admit() - whether a device may have a new session; takes from its rate
 * May end dead sessions, and mappings with them, to find room.
 * @local: the device: inside address of the session
 */
enum nat_refusal nat_admit(struct nat *nat, ip4_t local, enum nat_opener opener, mono_ms_t now);

/** Whether a device, which nat_admit() has let through, may have one more external port. */
bool nat_admit_port(struct nat *nat, ip4_t local, mono_ms_t now);

/**
 * nat_refuse() - drop the first packet of a session that may not be
 * @local: the device
 * Return: VERDICT_DROPPED; @frame->refuse is set unless the sender is outside: nobody there gets an
 * answer to a forged source.
 */
enum verdict nat_refuse(struct nat *nat, struct frame *frame, enum nat_refusal why,
			enum nat_opener opener, ip4_t local, mono_ms_t now);

/** The reason under which it is dropped; DROP_REASON_COUNT for NAT_ADMITTED. */
enum drop_reason nat_refusal_reason(enum nat_refusal why);

/* ---- looking ---------------------------------------------------------------------------- */

/** Most sessions that the outside may make: half of the table. */
uint32_t nat_inbound_limit(const struct nat *nat);

/** How many sessions there are that the outside made. */
uint32_t nat_inbound_count(const struct nat *nat);

/** How many sessions have been refused for a reason. */
uint64_t nat_refused(const struct nat *nat, enum nat_refusal why);

/** The limit of a place in the configuration's order; NULL: no more. */
const struct nat_limit *nat_limit_at(const struct nat *nat, uint32_t at);

/** `clear ip nat limits`: refusals, of limits and of devices, to 0. */
void nat_clear_refusals(struct nat *nat);

#endif
