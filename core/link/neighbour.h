/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ARP cache (RFC 826, RFC 1122 s2.3.2, RFC 5227): who has which MAC on which interface. Packets
 * that wait for an answer are copied into a bounded queue.
 */
#ifndef CORE_LINK_NEIGHBOUR_H
#define CORE_LINK_NEIGHBOUR_H

#include "core/base.h"
#include "core/frame.h"
#include "core/hash.h"

enum neighbour_state {
	NEIGHBOUR_INCOMPLETE, /* asked, no answer yet: packets wait */
	NEIGHBOUR_REACHABLE,  /* answered lately */
	NEIGHBOUR_STALE,      /* used beyond its time: asked again by unicast, still used */
	NEIGHBOUR_FAILED,     /* no answer: packets are dropped until the hold-down ends */
	NEIGHBOUR_STATIC,     /* configured */
	NEIGHBOUR_STATE_COUNT
};

struct neighbour {
	uint16_t interface; /* index of the layer 3 interface */
	uint8_t state;	    /* enum neighbour_state */
	uint8_t probes;	    /* requests sent in this state */
	ip4_t address;
	mac_t mac;
	mono_ms_t confirmed; /* last answer */
	mono_ms_t used;	     /* last packet sent there; long ago: none ever was */
	mono_ms_t deadline;  /* when its state next changes or a request is due */
	uint16_t held_first; /* queue of waiting packets, oldest first: slot + 1; 0 none */
	uint16_t held_last;
	uint8_t held_count;
	uint16_t chain; /* next entry of the same hash bucket: place + 1; 0 none */
};

struct neighbour_table;

/**
 * Most entries. A full table gives up one without an answer, else the one longest unused; never a
 * static one, and for what is merely learnt none that packets were sent to in
 * NEIGHBOUR_REACHABLE_MS.
 */
#define NEIGHBOURS_MAX 4096
/** Packets that wait for one reply, and in all; a longer packet is not kept. */
enum { NEIGHBOUR_HELD_EACH = 8, NEIGHBOUR_HELD_ALL = 256, NEIGHBOUR_HELD_LEN = 2048 };
/** A reply is trusted for this long, then asked for again by unicast while it is still used. */
#define NEIGHBOUR_REACHABLE_MS 60000
/** Requests for one address: one a second (RFC 1122 s2.3.2.1), so many before giving up. */
enum { NEIGHBOUR_RETRY_MS = 1000, NEIGHBOUR_PROBES = 3, NEIGHBOUR_FAILED_MS = 3000 };

struct neighbour_table *neighbour_table_new(const struct hash_key *key);
void neighbour_table_free(struct neighbour_table *table);

/** Walks the entries by table order. @cursor: 0 to begin. Return: NULL at the end. */
const struct neighbour *neighbour_next(const struct neighbour_table *table, uint32_t *cursor);
/** The entry of an address on an interface; NULL. */
const struct neighbour *neighbour_find(const struct neighbour_table *table, uint16_t interface,
				       ip4_t address);

/**
 * neighbour_resolve() - the MAC to send a packet to
 * @mac: out
 * Return: 0; -EAGAIN none yet: hold the packet with neighbour_hold(); -EHOSTUNREACH no answer, in
 * the hold-down; -ENOSPC the table is full of entries that may not be given up.
 */
int neighbour_resolve(struct neighbour_table *table, uint16_t interface, ip4_t address, mac_t *mac,
		      mono_ms_t now);

/**
 * neighbour_hold() - keep a copy of a packet until its next hop answers
 * To be called right after neighbour_resolve() gave -EAGAIN.
 * Return: 0; -ENOSPC too many wait; -EMSGSIZE longer than NEIGHBOUR_HELD_LEN.
 */
int neighbour_hold(struct neighbour_table *table, uint16_t interface, ip4_t address,
		   const struct frame *frame);

/** A packet that waited. Its bytes are valid until the next call that changes the table. */
struct neighbour_held {
	struct frame frame; /* data, l3, end and the parsed fields as they were */
};

/** Takes the oldest waiting packet out. Return: whether there was one. */
bool neighbour_take_held(struct neighbour_table *table, uint16_t interface, ip4_t address,
			 struct neighbour_held *out);

/**
 * neighbour_take_lost() - a packet that waited in an entry that is gone
 * The table is due (neighbour_deadline()) while there are any. Return: whether there was one.
 */
bool neighbour_take_lost(struct neighbour_table *table, struct neighbour_held *out);

/**
 * neighbour_learn() - an ARP message says who has @address
 * @create: make an entry when there is none: the message was for us (RFC 826)
 * Return: whether packets wait that can now be sent.
 */
bool neighbour_learn(struct neighbour_table *table, uint16_t interface, ip4_t address, mac_t mac,
		     bool create, mono_ms_t now);

/**
 * neighbour_set_static() - make or change a static entry
 * Return: 0; 1 packets wait that can now be sent; -ENOSPC.
 */
int neighbour_set_static(struct neighbour_table *table, uint16_t interface, ip4_t address,
			 mac_t mac);

/** What is due. */
struct neighbour_action {
	enum { NEIGHBOUR_ASK, NEIGHBOUR_GAVE_UP } kind; /* GAVE_UP: take the held packets out */
	uint16_t interface;
	ip4_t address;
	bool unicast; /* ASK: to `mac`, else broadcast */
	mac_t mac;
};

/** The next thing to do at @now; its entry moves on. Return: whether there was one. */
bool neighbour_due(struct neighbour_table *table, struct neighbour_action *out, mono_ms_t now);
/** When neighbour_due() next has something; MONO_NEVER. */
mono_ms_t neighbour_deadline(const struct neighbour_table *table);

/** Which entries to forget. */
enum neighbour_which { NEIGHBOUR_LEARNT = 1, NEIGHBOUR_STATICS = 2 };

/** Forgets entries of an interface; @interface: UINT16_MAX all. */
void neighbour_forget(struct neighbour_table *table, uint16_t interface,
		      enum neighbour_which which);

#endif
