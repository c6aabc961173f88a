/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fragments (RFC 791 s3.2, RFC 815): putting a datagram together for whoever must see it whole.
 *
 * NAT needs the ports, which only the first piece has, and the pieces come in any order (RFC 4787
 * REQ-14); the router itself needs whole datagrams too. So pieces that NAT or the router takes in
 * are held until all are there, then go on as one frame, and are cut again at the egress MTU
 * (core/ip/split.h).
 * Packets that are only routed must not come here (RFC 1812 s5.2.6).
 *
 * How the router calls it:
 *   - after the IPv4 checks, when frame_is_fragment() and the packet is for NAT (to a public
 *     address, or from an inside to an outside interface) or for the router:
 *       fragment_take(table, frame, now)
 *         VERDICT_CONSUMED: held. VERDICT_DROPPED: counted. VERDICT_NEXT: `frame` now is the whole
 *         datagram, in the table's own buffer: read its ports and l4 again and go on as usual. Its
 *         bytes stay until the table's next fragment_release(), so call that once the output of a
 *         batch has been drained (at the start of the next input call, say).
 *   - from its tick: while (fragment_next_lost(...)) take the pieces of a datagram that was given
 *     up out of the count of frames consumed and into the drops; then while
 *     (fragment_next_timed_out(...)) tell their senders.
 */
#ifndef CORE_IP_FRAGMENT_H
#define CORE_IP_FRAGMENT_H

#include "core/base.h"
#include "core/drop.h"
#include "core/frame.h"
#include "core/hash.h"

enum {
	FRAGMENT_DATAGRAMS_MAX = 64,	 /* in pieces at once */
	FRAGMENT_PER_SOURCE_MAX = 16,	 /* of those from one source address */
	FRAGMENT_PIECES_MAX = 128,	 /* of one datagram; 64 KiB at an MTU of 576 has 119 */
	FRAGMENT_BYTES_MAX = 2 << 20,	 /* payload held, all datagrams together */
	FRAGMENT_TIMEOUT_MS = 30 * 1000, /* from the first piece that came: RFC 791 says 15 s on,
					  * RFC 1122 s3.3.2 60 s at most */
};

struct fragment_table;

/** @key: hides which datagrams share a tag. Return: NULL: no memory. */
struct fragment_table *fragment_table_new(const struct hash_key *key);
void fragment_table_free(struct fragment_table *table);

/**
 * fragment_take() - take in one piece
 * @frame: IPv4 fields parsed; copied unless dropped. On VERDICT_NEXT: data, len, end, l3, l4 and
 *         the fragment fields are those of the whole datagram; sport and dport are 0.
 * A piece that overlaps another, or contradicts the end, ends the whole datagram (RFC 5722's rule).
 * An exact repetition is ignored. Return: NEXT, CONSUMED or DROPPED, see above.
 */
enum verdict fragment_take(struct fragment_table *table, struct frame *frame, mono_ms_t now);

/** Gives back the buffers of datagrams that fragment_take() handed out. */
void fragment_release(struct fragment_table *table);

/** Frames that had been consumed, and are lost now that their datagram was given up. */
struct fragment_lost {
	enum drop_reason
		reason;	 /* FRAGMENT_TIMEOUT, _NO_FIRST, _OVERLAP, _INVALID or _TABLE_FULL */
	uint16_t port;	 /* ingress port of the datagram's oldest piece */
	uint32_t pieces; /* frames; of several datagrams, when port and reason are the same */
};

/**
 * fragment_next_lost() - gives up what is too old, and tells what was given up since
 * Return: whether there was something; the caller asks until there is no more.
 */
bool fragment_next_lost(struct fragment_table *table, struct fragment_lost *lost, mono_ms_t now);

/**
 * fragment_next_timed_out() - a datagram that fragment_next_lost() gave up for its age, and whose
 * first piece had come: its sender is to be told (RFC 792, RFC 1122 s3.3.2)
 * @frame: out: that piece as it came, to be quoted; valid until the table's next call; no drops
 * Return: whether there was one.
 */
bool fragment_next_timed_out(struct fragment_table *table, struct frame *frame);

/** When fragment_next_lost() is next needed; MONO_NEVER. */
mono_ms_t fragment_deadline(const struct fragment_table *table);

/** Datagrams in pieces, and the payload bytes held for them. */
void fragment_table_load(const struct fragment_table *table, unsigned int *datagrams,
			 uint32_t *bytes);

#endif
