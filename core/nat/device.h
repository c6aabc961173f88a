/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices: one record for each inside address, whatever public addresses it goes out by. It counts
 * what the device has and has had, and keeps the limits that hold for it.
 *
 * A device that has no mapping left is kept for a while, so that shows can tell of it and its rate
 * is not forgotten; the oldest of these go when they are too many.
 */
#ifndef CORE_NAT_DEVICE_H
#define CORE_NAT_DEVICE_H

#include "core/base.h"
#include "core/config.h"
#include "core/hash.h"

struct nat;
struct nat_session;

enum { NAT_DEVICES_IDLE_MAX = 4096 }; /* devices without a mapping that are kept */

struct nat_device {
	uint32_t next;			    /* chain of by_device, or of free records */
	uint32_t local;			    /* host order */
	uint32_t idle_next, idle_prev;	    /* of those without a mapping, oldest first; 0: end */
	uint32_t mappings;		    /* external ports it has; of forwards too */
	uint32_t sessions;		    /* it has now */
	uint32_t inbound;		    /* of these, those that the outside made */
	uint32_t generation;		    /* of the limits that `limit` is from; 0 none yet */
	uint32_t limit[CONFIG_LIMIT_COUNT]; /* the tightest; UINT32_MAX none */
	uint32_t rule[CONFIG_LIMIT_COUNT];  /* of the limits, the one that is; counted from 1 */
	uint32_t tokens;		    /* new sessions it may open now, in thousandths */
	uint32_t refused;		    /* sessions refused to it */
	mono_ms_t filled;		    /* when the tokens were worked out */
	uint64_t opened;		    /* sessions it has had */
	uint64_t packets_out, packets_in;   /* of those that have ended */
	uint64_t bytes_out, bytes_in;	    /* the same, bytes of IPv4 */
};

uint64_t nat_device_hash(const struct hash_key *key, const void *record);

/** The record of an inside address, or 0. */
uint32_t nat_device_find(const struct nat *nat, ip4_t local);

/** The same, made if need be; of the idle ones the last to go. Return: 0: no room, which cannot be
 * once NAT is configured. */
uint32_t nat_device_get(struct nat *nat, ip4_t local);

/** Works out the limits of a device, if the configuration is another one (limits.c). */
void nat_device_refresh(const struct nat *nat, struct nat_device *device, mono_ms_t now);

/** A mapping of the device came. */
void nat_device_hold(struct nat *nat, uint32_t i);
/** And went. */
void nat_device_release(struct nat *nat, uint32_t i);

/** A session of the device came. */
void nat_device_session_opened(struct nat *nat, uint32_t i);
/** And goes: what it counted is kept. */
void nat_device_session_closes(struct nat *nat, uint32_t i, const struct nat_session *s);

#endif
