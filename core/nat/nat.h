/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The NAT's inside, shared by the files of this folder:
 * - a packet's way: translate.c, icmp_quote.c (errors), rewrite.c, outside.c and outside_pool.c
 *   (hosts outside under another address), unsolicited.c, prefetch.c (ahead of it), trace.c
 * - the tables: session.c, mapping.c, tcp_track.c and tcp_window.c (connections), device.c (what
 *   each inside address has), over index.c and slab.c
 * - public ports: ports.c, port_pool.c, port_blocks.c, lend.c (the router's own)
 * - rules: configure.c, review.c (what new ones still allow), rules.c, fixed.c (mappings on
 * demand), assign.c (which address), limits.c (who may have more)
 * - looking: look.c, device_look.c, log.c (who had which port)
 */
#ifndef CORE_NAT_NAT_H
#define CORE_NAT_NAT_H

#include "core/nat/device.h"
#include "core/nat/assign.h"
#include "core/nat/index.h"
#include "core/nat/limits.h"
#include "core/nat/log.h"
#include "core/nat/mapping.h"
#include "core/nat/outside.h"
#include "core/nat/outside_pool.h"
#include "core/nat/port_blocks.h"
#include "core/nat/port_pool.h"
#include "core/nat/ports.h"
#include "core/nat/rules.h"
#include "core/nat/session.h"
#include "core/nat/slab.h"
#include "core/nat/tcp_window.h"
#include "core/nat/translate.h"
#include "core/nat/unsolicited.h"

/** The protocols that NAT maps, each with its own ports. */
enum nat_protocol { NAT_TCP, NAT_UDP, NAT_ICMP, NAT_PROTOCOL_COUNT };

/** A public address in use. */
struct nat_public {
	ip4_t address;
	uint32_t sessions;
	uint32_t in_use[NAT_PROTOCOL_COUNT]; /* mappings with a session */
	struct port_pool *pool[NAT_PROTOCOL_COUNT];
	uint32_t assigned;	    /* device whose own it is now, host order; 0 nobody's */
	uint16_t assigned_rule;	    /* that gave it */
	uint32_t assigned_last;	    /* whose own it was before, host order; 0 nobody's */
	uint64_t given_up;	    /* when that was: place among all that were given up */
	struct port_blocks *blocks; /* of size 0 while ports are given one by one */
};

/** A port that the router itself speaks from. */
struct nat_lent {
	ip4_t address, peer;
	uint16_t port; /* 0: the place is free */
	uint8_t proto;
	mono_ms_t until; /* it has been returned, and rests until then; MONO_NEVER: it is in use */
};

struct nat_lending {
	uint32_t count;
	struct nat_lent at[NAT_LENT_MAX];
	uint16_t place[65536]; /* by port: index in `at`, + 1; 0: not lent */
};

struct nat {
	struct hash_key key;
	struct chance chance;
	struct event_queue *events; /* borrowed */
	struct nat_rules rules;
	struct nat_outside outside;
	struct nat_outside_pool outside_pool;
	VEC(struct nat_public) publics; /* by slot; all zero: the slot is free */
	uint64_t given_up;		/* times that one was not a device's own any more */

	struct nat_slab sessions, mappings, hosts, devices;
	struct nat_slab windows;  /* a struct tcp_window for each record of sessions; TCP's alone */
	struct nat_index by_flow; /* sessions by mapping and remote endpoint */
	struct nat_index by_contact;  /* one session of each mapping and remote address */
	struct nat_index by_endpoint; /* mappings by inside endpoint */
	struct nat_index by_host;     /* hosts by inside and public address */
	struct nat_index by_device;   /* devices by inside address */
	uint32_t mappings_of[NAT_BEHAVIOUR_COUNT]; /* mappings by behaviour */

	struct nat_unsolicited unsolicited; /* SYNs from outside that may be answered later */

	struct nat_lending *lending; /* NULL until the first port is lent */

	uint32_t sweep_at;     /* record that nat_tick() looked at last */
	mono_ms_t sweep_next;  /* when it is next needed */
	mono_ms_t blocks_next; /* when a block has rested */
	struct nat_limits limits;
	uint32_t timeout_least;		   /* ticks of the shortest timer there is */
	uint32_t idle_oldest, idle_newest; /* devices without a mapping; 0 none */
	uint32_t idle_count;
	uint32_t inbound;			  /* sessions that the outside made */
	uint32_t limits_swept;			  /* tick of the last sweep for a limit */
	mono_ms_t signal_next[NAT_REFUSAL_COUNT]; /* no log line about it before */
	uint64_t refused[NAT_REFUSAL_COUNT];
	uint32_t by_protocol[NAT_PROTOCOL_COUNT]; /* sessions */
	uint32_t peak;
	mono_ms_t peak_at;
	uint64_t hits, misses, expired, created;
};

/** The NAT's own number of an IP protocol that it maps: 1, 6 or 17. */
static inline enum nat_protocol nat_protocol_of(uint8_t proto)
{
	if (proto == 6)
		return NAT_TCP;
	return proto == 17 ? NAT_UDP : NAT_ICMP;
}

static inline struct port_pool *nat_pool(const struct nat *nat, uint16_t slot, uint8_t proto)
{
	return nat->publics.at[slot].pool[nat_protocol_of(proto)];
}

static inline struct nat_session *nat_session_at(const struct nat *nat, uint32_t i)
{
	return (struct nat_session *)nat->sessions.segments[i >> NAT_SLAB_SHIFT] +
	       (i & NAT_SLAB_MASK);
}

/** The numbers of a session of TCP: they are right from its first segment on. */
static inline struct tcp_window *nat_window_at(const struct nat *nat, uint32_t i)
{
	return (struct tcp_window *)nat->windows.segments[i >> NAT_SLAB_SHIFT] +
	       (i & NAT_SLAB_MASK);
}

static inline struct nat_mapping *nat_mapping_at(const struct nat *nat, uint32_t i)
{
	return (struct nat_mapping *)nat->mappings.segments[i >> NAT_SLAB_SHIFT] +
	       (i & NAT_SLAB_MASK);
}

static inline struct nat_device *nat_device_at(const struct nat *nat, uint32_t i)
{
	return nat_slab_at(&nat->devices, i);
}

/** The filtering in force for a dynamic mapping: its rule's. */
static inline enum nat_behaviour nat_filtering_of(const struct nat *nat,
						  const struct nat_mapping *m)
{
	return (enum nat_behaviour)nat->rules.sources.at[m->rule].filtering;
}

/** Whether a packet from inside is to be translated: a rule permits it, or a static names it. */
bool nat_translates(const struct nat *nat, const struct frame *f);

/** What access lists look at in the first packet of a flow from inside. */
struct acl_key nat_flow_key(const struct nat_flow *flow);

/**
 * nat_review() - end what new rules do not allow, and find a new rule for the rest
 * Mappings have its index as their successor afterwards, static rules have their mapping.
 * @rules: bound to slots, not yet in force
 */
void nat_review(struct nat *nat, struct nat_rules *rules, mono_ms_t now);
/** The new rules are in force: what was found becomes each mapping's rule. */
void nat_review_end(struct nat *nat);

/** outside.c: now, for the bindings of hosts outside. */
struct nat_outside_time nat_outside_time(const struct nat *nat, mono_ms_t now);

/** What a public endpoint leads to. */
struct nat_target {
	uint32_t mapping;	       /* 0: there is none yet */
	const struct nat_fixed *fixed; /* the rule that may make it; NULL: none may */
	ip4_t device;  /* whose own the address is, and everybody may make one; else IP4_ANY */
	uint16_t rule; /* that gave it to the device */
};

/** translate.c: the target of a public endpoint. */
void nat_target_find(const struct nat *nat, uint8_t proto, ip4_t global, uint16_t port,
		     struct nat_target *out);

/* lend.c: the pools are new: what is lent is set aside in them, or taken back. */
void nat_lend_configure(struct nat *nat);

/* icmp_quote.c: ICMP errors, whose quote is what was sent; see nat_outbound(), nat_inbound() */
enum verdict nat_icmp_outbound(struct nat *nat, struct frame *frame, mono_ms_t now);
enum verdict nat_icmp_inbound(struct nat *nat, struct frame *frame, mono_ms_t now);

/* trace.c: what a trace says of a step. Called for frames that are traced, before they change. */
void nat_trace_outbound(const struct nat *nat, const struct frame *f, uint32_t session, bool known);
void nat_trace_inbound(const struct nat *nat, const struct frame *f, uint32_t session, bool known);
/** An ICMP error about a packet of @session. */
void nat_trace_error(const struct nat *nat, const struct frame *f, uint32_t session, bool inbound);
/** No rule names the source, which goes on as it is. */
void nat_trace_untranslated(const struct frame *f);
/** Nothing is mapped to the destination. */
void nat_trace_unmapped(const struct nat *nat, const struct frame *f);
/** A SYN that nobody inside asked for is answered, though not now. */
void nat_trace_unsolicited(const struct frame *f);
/** Of a protocol without ports only the address changes, one-to-one. */
void nat_trace_fixed(const struct frame *f, ip4_t from, ip4_t to);
/** A mapping is there, but its filter holds the packet back, or it is not a SYN. */
void nat_trace_filtered(const struct nat *nat, const struct frame *f, uint32_t mapping);
/** There is no room for a session of @device. */
void nat_trace_refused(const struct frame *f, ip4_t device, enum drop_reason reason);
/** A TCP segment whose numbers the inside cannot expect. */
void nat_trace_window(const struct nat *nat, const struct frame *f, uint32_t session);
void nat_trace_not_syn(const struct nat *nat, const struct frame *f, uint32_t mapping);

#endif
