/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traditional NAT, many to one (NAPT of RFC 2663 s4.1.2 and RFC 3022), with the behaviour that
 * RFC 4787 (UDP), RFC 5382 (TCP), RFC 5508 (ICMP) and RFC 7857 ask for.
 *
 * A mapping ties an inside endpoint (protocol, local address, local port) to an external one; a
 * session is a mapping and one remote endpoint. Frames are rewritten in place, super-frames and
 * unfinished checksums included.
 */
#ifndef CORE_NAT_TRANSLATE_H
#define CORE_NAT_TRANSLATE_H

#include "core/base.h"
#include "core/config.h"
#include "core/event.h"
#include "core/frame.h"
#include "core/hash.h"

struct nat;

/** @events: borrowed for life. Return: NULL: no memory. */
struct nat *nat_new(const struct hash_key *key, struct event_queue *events);
void nat_free(struct nat *nat);

/**
 * nat_configure() - take over the NAT rules, VIPs and timers of @config
 * Sessions that the new rules still allow live on; others end. @config has passed config_check().
 * Return: 0; -ENOMEM, nothing changed.
 */
int nat_configure(struct nat *nat, const struct config *config, mono_ms_t now);

/**
 * nat_next_name() - walk the devices that static rules follow by their name
 * @cursor: 0 to begin; changed
 * @local: out: the address they take the device to have; IP4_ANY none
 * Return: the name, borrowed until the next nat_configure(); NULL no more.
 */
const char *nat_next_name(const struct nat *nat, uint32_t *cursor, ip4_t *local);

/**
 * nat_follow() - a device has another address now
 * Its rules lead there, and the sessions that they had at the old address end. Allocates nothing.
 * @cursor: as nat_next_name() left it when it gave the name
 * @local: IP4_ANY: it has none, and its rules wait
 */
void nat_follow(struct nat *nat, uint32_t cursor, ip4_t local, mono_ms_t now);

/** Whether @address is one that NAT translates from: a VIP or interface address in a rule. */
bool nat_is_public(const struct nat *nat, ip4_t address);

/**
 * nat_is_one_to_one() - whether @address is a device's in all its ports and protocols
 * The router itself then answers nothing that is sent to it, no echo request either.
 */
bool nat_is_one_to_one(const struct nat *nat, ip4_t address);

/** Ports that may be lent at a time. */
#define NAT_LENT_MAX 1024

/** Which port to lend; see router_lend(). */
struct nat_lending_request {
	uint8_t proto; /* 6 or 17 */
	ip4_t address; /* of the router */
	ip4_t peer;    /* whom it is for */
	uint64_t random;
};

/**
 * nat_lend() - a port of an address for the router itself, which no device gets
 * Return: 0; -EADDRINUSE, -ENOBUFS, -ENOMEM.
 */
int nat_lend(struct nat *nat, const struct nat_lending_request *request, uint16_t *port,
	     mono_ms_t now);
/** Of UDP it is free again, of TCP it rests a minute. Nothing happens to one that is not lent. */
void nat_return(struct nat *nat, uint8_t proto, ip4_t address, uint16_t port, mono_ms_t now);
/** Whether a port is lent, to speak with @peer. */
bool nat_is_lent(const struct nat *nat, uint8_t proto, ip4_t address, uint16_t port, ip4_t peer);

/**
 * nat_outbound() - a packet from an inside interface: its source becomes public
 * Called for packets routed from an inside to an outside interface, and for hairpins. Packets whose
 * source no rule names pass unchanged (VERDICT_NEXT). ICMP errors have their quote rewritten too.
 * @frame: IPv4 fields parsed, `out` set but for hairpins; rewritten, parsed fields kept in step.
 * When it is dropped for want of room, `refuse` says how its sender, who is inside, is to be told
 * (RFC 5508 REQ-8) Return: VERDICT_NEXT; or VERDICT_DROPPED.
 */
enum verdict nat_outbound(struct nat *nat, struct frame *frame, mono_ms_t now);

/**
 * nat_inbound() - a packet to a public address: its destination becomes local
 * @hairpin: it came from inside and has passed nat_outbound() (RFC 4787 REQ-9); only then is
 *           `refuse` set
 * Return: VERDICT_NEXT; VERDICT_CONSUMED: nothing maps it and it is left to the router itself, as
 * an echo request to the VIP is, and what comes to a port that is lent; or VERDICT_DROPPED.
 */
enum verdict nat_inbound(struct nat *nat, struct frame *frame, bool hairpin, mono_ms_t now);

/** Whether a host outside is known inside by another address: else the next two do nothing. */
bool nat_has_outside(const struct nat *nat);

/** The address by which the inside knows a host outside: its own, unless a rule says otherwise. */
ip4_t nat_outside_local_of(const struct nat *nat, ip4_t global, mono_ms_t now);

/**
 * nat_outside_outbound() - a packet from an inside interface: a destination that stands for a host
 * outside becomes that host's own (`ip nat outside source`), in an ICMP error's quote too
 * Called before the packet is routed. @frame: rewritten; outside_local tells what had been there
 */
void nat_outside_outbound(struct nat *nat, struct frame *frame, mono_ms_t now);

/**
 * nat_outside_inbound() - a packet from an outside to an inside interface, after nat_inbound(): its
 * source becomes the address that the inside knows it by, in an ICMP error's quote too
 * A host that a list permits gets an address of its pool to stand for it.
 * @frame: rewritten; outside_in tells that its source was
 * Return: VERDICT_NEXT; VERDICT_DROPPED: the pool has no address left.
 */
enum verdict nat_outside_inbound(struct nat *nat, struct frame *frame, mono_ms_t now);

/** A TCP segment that is to be made up. Host order. */
struct nat_segment {
	ip4_t src, dst;
	uint16_t sport, dport;
	uint32_t seq, ack;
};

/**
 * nat_expect() - the numbers of the next segment of a connection, as far as NAT has seen them
 * @segment: addresses and ports filled in, as it comes in; out: seq and ack; 0 when nothing is
 * known
 */
void nat_expect(struct nat *nat, struct nat_segment *segment, mono_ms_t now);

/**
 * nat_tick() - expire sessions: a part of the table in each call
 * @budget: how many records to look at
 */
void nat_tick(struct nat *nat, unsigned int budget, mono_ms_t now);
/** When nat_tick() is next needed; MONO_NEVER with no session. */
mono_ms_t nat_deadline(const struct nat *nat);

/* ---- looking and clearing ------------------------------------------------------------- */

enum nat_session_flags {
	NAT_SESSION_STATIC = 1,	 /* made by a static forward */
	NAT_SESSION_INBOUND = 2, /* the outside spoke first */
	NAT_SESSION_HAIRPIN = 4,
};

/**
 * One session, or (`entry_static`) one static rule: with no remote end, or, of a host outside, with
 * no inside end. Host order.
 */
struct nat_entry {
	uint8_t proto; /* 1, 6 or 17; 0: any, without ports */
	bool entry_static;
	bool entry_assigned; /* no session: a device has the address as its own for a while */
	uint8_t flags;	     /* enum nat_session_flags */
	const char *state;   /* "established", "syn-sent"…; "" where there is none. Static */
	const char *host;    /* name of the device that a static rule follows; "" none. Borrowed */
	ip4_t local;	     /* inside local; IP4_ANY with a name: the device has no address now */
	uint16_t local_port;
	ip4_t global; /* inside global */
	uint16_t global_port;
	uint16_t more_ports; /* of a rule for a range: how many follow both ports */
	uint8_t host_bits;   /* of a rule for a network: log2 of its addresses */
	ip4_t remote;	     /* outside global */
	ip4_t remote_local;  /* outside local: the same, unless a rule translates it */
	uint16_t remote_port;
	uint32_t age_s, idle_s, left_s; /* since creation, since the last packet, until expiry */
	uint64_t packets_out, packets_in;
	uint64_t bytes_out, bytes_in;
};

/**
 * nat_next_entry() - walk static rules, those of hosts outside, assignments, then sessions
 * @cursor: 0 to begin; changed. Stable while sessions come and go: none is shown twice.
 * Return: whether there was one.
 */
bool nat_next_entry(const struct nat *nat, uint64_t *cursor, struct nat_entry *out, mono_ms_t now);

/** What `clear ip nat translation …` names. Zero fields match all. */
struct nat_match {
	uint8_t proto;
	ip4_t local;
	uint16_t local_port;
	ip4_t global;
	uint16_t global_port;
	ip4_t remote;
	uint16_t remote_port;
	ip4_t remote_local; /* outside local */
	bool all_ports;	    /* ports and identifiers of 0 are what they say, as ICMP may have */
};

/** Ends the sessions that match. Return: how many. */
unsigned int nat_clear(struct nat *nat, const struct nat_match *match, mono_ms_t now);

struct nat_stats {
	uint32_t sessions;	 /* now */
	uint32_t statics;	 /* static rules */
	uint32_t peak;		 /* most sessions at once */
	mono_ms_t peak_at;	 /* when */
	uint32_t capacity;	 /* most sessions allowed */
	uint64_t hits, misses;	 /* packets of a known session; packets that made one */
	uint64_t expired;	 /* sessions that timed out */
	uint64_t created;	 /* sessions ever made */
	uint32_t tcp, udp, icmp; /* sessions now, by protocol */
};

void nat_stats(const struct nat *nat, struct nat_stats *out);
/** `clear ip nat statistics`: hits, misses, expired, created, peak. */
void nat_clear_stats(struct nat *nat, mono_ms_t now);

/** What one public address has in use. @ports: distinct external ports in use, by protocol. */
struct nat_public_stats {
	uint32_t sessions;
	uint32_t tcp_ports, udp_ports, icmp_ids;
};
void nat_public_stats(const struct nat *nat, ip4_t address, struct nat_public_stats *out);

/** The ports of one protocol, or the ICMP query identifiers, of a public address. */
struct nat_port_use {
	ip4_t address;
	uint8_t proto;		  /* 1, 6 or 17 */
	uint32_t in_use, at_rest; /* static forwards included; see core/nat/port_pool.h */
	uint32_t free;		  /* from 1024 on; ICMP: of all */
	uint32_t free_low;	  /* below 1024; ICMP: 0 */
};

/** Walks all of them. @cursor: 0 to begin; changed. Return: whether there was one. */
bool nat_next_port_use(const struct nat *nat, uint64_t *cursor, struct nat_port_use *out,
		       mono_ms_t now);

/** A block of ports, and the device that has it. */
struct nat_block_use {
	ip4_t local, address;	 /* inside and public */
	uint16_t first, last;	 /* ports */
	uint32_t tcp, udp, icmp; /* in use */
	bool resting;		 /* nothing is in use */
	uint32_t left_s;	 /* until it is nobody's, while it rests */
};

/** Walks all of them. @cursor: 0 to begin; changed. Return: whether there was one. */
bool nat_next_block_use(const struct nat *nat, uint64_t *cursor, struct nat_block_use *out,
			mono_ms_t now);

/** What has been bound in the pool of hosts outside of a list. */
struct nat_outside_stats {
	uint32_t addresses, allocated;
	uint64_t misses; /* packets of hosts that found no free address */
};
void nat_outside_stats(const struct nat *nat, const struct config_nat_outside_source *source,
		       struct nat_outside_stats *out, mono_ms_t now);

/** How many devices found no free address in the pool of a source list without `overload`. */
uint64_t nat_pool_misses(const struct nat *nat, const struct config_nat_source *source);

/** How many sessions one inside address has, through a public address. */
uint32_t nat_host_sessions(const struct nat *nat, ip4_t local, ip4_t global);

/** How many sessions a source rule has now. @source: its list and public. */
uint32_t nat_source_sessions(const struct nat *nat, const struct config_nat_source *source);

/** How many sessions a line of an access list has let in; see core/ip/acl.h. */
uint64_t nat_acl_hits(const struct nat *nat, const char *list, uint32_t sequence);
/** Sets the counts of one list, or of all (NULL), to 0. */
void nat_clear_acl_hits(struct nat *nat, const char *list);

#endif
