/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sessions (RFC 2663 s2.3): a mapping and one remote endpoint, with its timers and counters.
 *
 * Time is kept in ticks of 256 ms. A timer is never early (RFC 4787 REQ-5, RFC 5382 REQ-5) and at
 * most two ticks late. A session past its time counts as gone whenever it is met, swept or not.
 */
#ifndef CORE_NAT_SESSION_H
#define CORE_NAT_SESSION_H

#include "core/base.h"
#include "core/frame.h"
#include "core/hash.h"
#include "core/nat/mapping.h"

enum {
	NAT_TICK_SHIFT = 8, /* log2 of a tick's milliseconds */
	NAT_SWEEP_INTERVAL_MS =
		1000, /* most between two sweeps; an idle router wakes no more often */
};

enum nat_session_life {
	NAT_SESSION_UNASKED = 0x20, /* the outside made it; other than _INBOUND, for all its life */
	NAT_SESSION_LIVE = 0x40,    /* the record is in use */
	NAT_SESSION_CONTACT = 0x80, /* the one of its ring that is in by_contact */
};

/** One cache line. The flags of translate.h and of enum nat_session_life share a byte. */
struct nat_session {
	uint32_t next; /* chain of by_flow, or of free records */
	uint32_t mapping;
	uint32_t remote; /* host order */
	uint16_t remote_port;
	uint8_t flags;		       /* enum nat_session_flags, enum nat_session_life */
	uint8_t state;		       /* enum tcp_track_state; TCP_TRACK_NONE for UDP and ICMP */
	uint32_t contact_next;	       /* chain of by_contact */
	uint32_t peer_next, peer_prev; /* ring: sessions of this mapping with this remote address */
	uint32_t created;	       /* tick */
	uint32_t refreshed;	       /* tick at which the timer started */
	uint32_t seen;		       /* tick of the last packet */
	uint32_t packets_out, packets_in;		/* low 32 bits */
	uint64_t bytes_out : 48, packets_out_high : 16; /* bytes of IPv4 */
	uint64_t bytes_in : 48, packets_in_high : 16;
};

static_assert(sizeof(struct nat_session) == 64, "a session is a cache line");

uint64_t nat_session_hash(const struct hash_key *key, const void *record);
uint64_t nat_session_contact_hash(const struct hash_key *key, const void *record);

static inline uint32_t nat_tick_of(mono_ms_t now)
{
	return (uint32_t)((uint64_t)now.ms >> NAT_TICK_SHIFT);
}

/** Where a session is looked for: for prefetch.h. */
const uint32_t *nat_session_bucket(const struct nat *nat, uint32_t mapping, ip4_t remote,
				   uint16_t remote_port);

/** The live session of a mapping with a remote endpoint, or 0. One found dead is ended. */
uint32_t nat_session_find(struct nat *nat, uint32_t mapping, ip4_t remote, uint16_t remote_port,
			  mono_ms_t now);

/** The live session of a flow, whatever mapping holds it, or 0. Those found dead are ended. */
uint32_t nat_session_find_flow(struct nat *nat, const struct nat_flow *flow, mono_ms_t now);

/** A live session of a mapping with a remote address, whatever the port, or 0. */
uint32_t nat_session_find_contact(struct nat *nat, uint32_t mapping, ip4_t remote, mono_ms_t now);

/**
 * nat_session_open() - a new session on a mapping; all counters zero, its timer started
 * Return: index; 0: the table is full.
 */
uint32_t nat_session_open(struct nat *nat, uint32_t mapping, ip4_t remote, uint16_t remote_port,
			  mono_ms_t now);

/** The outside made this session, which is new: it counts against what the outside may make. */
void nat_session_set_unasked(struct nat *nat, uint32_t i);

/** Whether the table has room for @count sessions; looks for dead ones when it seems full. */
bool nat_session_room(struct nat *nat, uint32_t count, mono_ms_t now);

/** Ends a session, and its dynamic mapping with the last one. */
void nat_session_close(struct nat *nat, uint32_t i, mono_ms_t now);

/**
 * nat_session_segment() - a TCP segment moves a session's numbers, state and timer
 * Return: whether it may pass: false for an inbound one that cannot be true; nothing has moved.
 */
bool nat_session_segment(struct nat *nat, uint32_t i, const struct frame *segment, bool inbound,
			 mono_ms_t now);

/** A time in ticks, rounded up; UINT32_MAX: for ever. */
uint32_t nat_ticks_of_s(uint32_t seconds);

/** A timer's length in ticks; UINT32_MAX never. */
uint32_t nat_timeout_ticks(const struct nat *nat, enum nat_timeout which);

/** Ticks from the start of its timer until its end; UINT32_MAX never. */
uint32_t nat_session_lifetime(const struct nat *nat, const struct nat_session *s);

bool nat_session_dead(const struct nat *nat, const struct nat_session *s, mono_ms_t now);

/** Looks at @budget records after those looked at last, and ends the dead. */
void nat_session_sweep(struct nat *nat, unsigned int budget, mono_ms_t now);

#endif
