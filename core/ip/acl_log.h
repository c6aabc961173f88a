/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keyword `log` of access lists: a line for the first packet of a flow, and then one in five
 * minutes at most, with the number of packets since. Flows and lines are bounded, whatever comes.
 */
#ifndef CORE_IP_ACL_LOG_H
#define CORE_IP_ACL_LOG_H

#include "core/base.h"
#include "core/event.h"
#include "core/hash.h"
#include "core/ip/acl.h"

enum {
	ACL_LOG_SLOTS = 256,
	ACL_LOG_AGAIN_S = 300, /* as IOS */
	ACL_LOG_BURST = 20,    /* lines at once, and then */
	ACL_LOG_RATE = 10,     /* so many a second */
};

/** A flow that was logged. Flows share slots by a keyed hash; the later one takes it. */
struct acl_log_slot {
	bool used, permit;
	char list[CONFIG_NAME_SIZE];
	struct acl_key flow;
	mono_ms_t logged;
	uint64_t packets; /* since then */
};

struct acl_log {
	struct hash_key key;
	struct acl_log_slot slot[ACL_LOG_SLOTS];
	uint32_t tokens;
	bool begun; /* filled is set */
	mono_ms_t filled;
	uint64_t missed; /* packets whose line had to be left out */
};

void acl_log_init(struct acl_log *log, const struct hash_key *key);

/**
 * acl_log_packet() - a line with `log` decided about a packet
 * @list: its list
 * @events: an EVENT_LOG is put in when a line is due
 */
void acl_log_packet(struct acl_log *log, const struct acl_list *list, bool permit,
		    const struct acl_key *key, struct event_queue *events, mono_ms_t now);

#endif
