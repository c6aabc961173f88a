/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the two ends of a TCP connection are in their sequence spaces, so that a segment which an
 * off-path host made up can be told from a true one (RFC 9293 s3.10.7.4, RFC 5961, RFC 7857 s2.2).
 *
 * The inside is trusted and the outside may be forged: what the inside sends says which numbers the
 * outside may use. All numbers are modulo 2^32.
 */
#ifndef CORE_NAT_TCP_WINDOW_H
#define CORE_NAT_TCP_WINDOW_H

#include "core/base.h"
#include "core/wire/tcp.h"

enum tcp_window_flags {
	TCP_WINDOW_KNOWN = 1, /* the inside has acknowledged: inbound segments are judged */
	TCP_WINDOW_BEGUN = 2, /* the inside's SYN was seen: out_end and out_scale are right */
	TCP_WINDOW_FIN = 4,   /* in_end is the end of a FIN that is not acknowledged yet */
	TCP_WINDOW_GAP = 8,   /* something before in_end is missing */
};

/** A connection's numbers. Zero bytes: nothing is known. */
struct tcp_window {
	uint32_t out_end; /* highest number after what the inside sent */
	uint32_t in_ack;  /* highest acknowledgement of the inside: what it expects next */
	uint32_t in_edge; /* highest acknowledgement and window together: first that it refuses */
	uint32_t in_end;  /* number after what came in without a gap */
	uint8_t flags;	  /* enum tcp_window_flags */
	uint8_t out_scale : 4, in_scale : 4; /* window scale of the inside's, the outside's SYN */
	uint8_t in_room;  /* log2, rounded up, of the biggest window of the inside, bytes */
	uint8_t out_room; /* of the outside */
};

static_assert(sizeof(struct tcp_window) == 20, "kept for each session");

/** What matters of a segment. */
struct tcp_segment {
	uint32_t seq, ack;
	uint32_t end;	 /* number after it: SYN, FIN and payload counted */
	uint16_t window; /* as it stands: not scaled */
	uint8_t flags;	 /* enum tcp_flags */
	uint8_t scale;	 /* of a SYN's window scale option, 0 to 14; 0: there is none */
};

enum tcp_window_judgement {
	TCP_WINDOW_REFUSED,  /* neither end can have meant it */
	TCP_WINDOW_HARMLESS, /* may pass, but proves nothing: state and timer stay as they are */
	TCP_WINDOW_ACCEPTED,
};

/** The window scale among the options from @at to @end of a header; 0 none. */
uint8_t tcp_segment_scale(const uint8_t *l4, uint32_t at, uint32_t end);

/** Reads a header of 20 bytes at least. @len: bytes of header, options and payload. */
static inline void tcp_segment_read(struct tcp_segment *s, const uint8_t *l4, uint32_t len)
{
	uint32_t header = MIN((l4[12] >> 4) * 4u, len);

	s->seq = wire_get32(l4 + 4);
	s->ack = wire_get32(l4 + 8);
	s->flags = l4[13];
	s->window = wire_get16(l4 + 14);
	s->end = s->seq + (len - header);
	s->scale = 0;
	if (s->flags & (TCP_SYN | TCP_FIN)) {
		s->end += !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);
		if (s->flags & TCP_SYN)
			s->scale = tcp_segment_scale(l4, TCP_LEN, header);
	}
}

/**
 * tcp_window_out() - learn from a segment of the inside, which always passes
 * Return: whether it acknowledges the FIN of the outside, so that there surely was one.
 */
bool tcp_window_out(struct tcp_window *w, const struct tcp_segment *s);

/**
 * tcp_window_in() - judge a segment from outside; learn from it unless it is refused
 * A RST is accepted at exactly the number that the inside expects next, and harmless elsewhere in
 * the window (RFC 5961 s3.2). A SYN is always accepted: it may begin a connection anew or be
 * answered by a challenge ACK (RFC 5961 s4), and it moves no number that is known. While nothing is
 * known, all but SYNs is harmless, and a RST is accepted that acknowledges the inside's SYN.
 */
enum tcp_window_judgement tcp_window_in(struct tcp_window *w, const struct tcp_segment *s);

#endif
