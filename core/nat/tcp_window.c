/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See tcp_window.h. Numbers count as known from the inside's first acknowledgement on; before that
 * inbound segments pass, as the connection has a short timer then and cannot be harmed.
 *
 * A segment may begin as far below the inside's acknowledgement as its biggest window (a
 * retransmission whose ACK was lost, a keepalive) and up to its edge. It may acknowledge as little
 * as RFC 5961 s5.2 allows, two of the outside's windows below what the inside has sent, and no
 * more than that. Windows are rounded up to a power of two and to 64 KiB at least, and the largest
 * scale ever told counts: too wide a window does no harm, too narrow a one would end a connection.
 *
 * A FIN counts once the inside acknowledges it, so a forged one closes nothing. A number is moved
 * by data that follow without a gap only; so a RST "exactly at the end" cannot be prepared by one
 * forged segment anywhere in the window.
 *
 * Connections begun before the router was are loose: their scale is taken for 14, the largest, and
 * the inside may have sent more than was seen, so acknowledgements beyond it are believed.
 *
 * Not supported: RFC 7323 timestamps (PAWS) and SACK blocks are not looked at.
 */
#include "core/nat/tcp_window.h"
#include "core/wire/cursor.h"
#include "core/wire/tcp.h"

enum {
	WINDOW_SCALE_MAX = 14,	/* RFC 7323 s2.3 */
	WINDOW_ROOM_MIN = 16,	/* log2 of the least that is allowed for */
	WINDOW_LOOSE = 1 << 30, /* the largest window there is, about */
	WINDOW_OPTION_END = 0,	/* TCP options, RFC 9293 s3.2, RFC 7323 s2.2 */
	WINDOW_OPTION_NOP = 1,
	WINDOW_OPTION_SCALE = 3,
	WINDOW_OPTION_SCALE_LEN = 3,
};

/* ---- segments --------------------------------------------------------------------------- */

uint8_t tcp_segment_scale(const uint8_t *l4, uint32_t at, uint32_t end)
{
	while (at < end && l4[at] != WINDOW_OPTION_END) {
		uint32_t len = 1;

		if (l4[at] != WINDOW_OPTION_NOP) {
			len = at + 1 < end ? l4[at + 1] : 0;
			if (len < 2 || len > end - at)
				return 0;
		}
		if (l4[at] == WINDOW_OPTION_SCALE && len == WINDOW_OPTION_SCALE_LEN)
			return MIN(l4[at + 2], WINDOW_SCALE_MAX);
		at += len;
	}
	return 0;
}

/* ---- numbers ---------------------------------------------------------------------------- */

static bool after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

static uint32_t later(uint32_t a, uint32_t b)
{
	return after(a, b) ? a : b;
}

/** Whether @n is one of @low to @high, however far apart they are. */
static bool between(uint32_t n, uint32_t low, uint32_t high)
{
	return n - low <= high - low;
}

/** @room, or the log2 of @bytes, rounded up, if that is more. */
static uint8_t room_for(uint8_t room, uint32_t bytes)
{
	uint8_t log = bytes > 1 ? (uint8_t)(32 - __builtin_clz(bytes - 1)) : 0;

	return MAX(room, log);
}

/** Bytes of a room. */
static uint32_t room_bytes(uint8_t room)
{
	return UINT32_C(1) << MAX(room, WINDOW_ROOM_MIN);
}

/* ---- from inside ------------------------------------------------------------------------ */

/** A SYN of the inside. Numbers begin anew, unless it is sent once more. */
static void out_syn(struct tcp_window *w, const struct tcp_segment *s)
{
	bool begun = w->flags & TCP_WINDOW_BEGUN;

	/* a second one may leave options and data of the first away, and either may be answered */
	w->out_scale = begun ? MAX(w->out_scale, s->scale) : s->scale;
	if (begun && w->out_end - s->end < room_bytes(w->out_room)) {
		if (!(s->flags & TCP_ACK))
			w->flags = TCP_WINDOW_BEGUN;
		return;
	}
	w->flags = TCP_WINDOW_BEGUN;
	w->out_end = s->end;
}

/** Learns from an acknowledgement of the inside. Return: whether a FIN is acknowledged. */
static bool out_ack(struct tcp_window *w, const struct tcp_segment *s)
{
	/* the window of a SYN is never scaled: RFC 7323 s2.2 */
	uint32_t room = s->flags & TCP_SYN ? s->window : (uint32_t)s->window << w->out_scale;
	uint32_t edge = s->ack + room;
	bool fin;

	w->in_room = room_for(w->in_room, room);
	if (w->flags & TCP_WINDOW_KNOWN) {
		w->in_ack = later(w->in_ack, s->ack);
		w->in_edge = later(w->in_edge, edge);
	} else {
		w->flags |= TCP_WINDOW_KNOWN;
		w->in_ack = s->ack;
		w->in_edge = edge;
		if (!between(w->in_end, s->ack, edge)) { /* what came in before was not true */
			w->in_end = s->ack;
			w->flags &= (uint8_t) ~(TCP_WINDOW_FIN | TCP_WINDOW_GAP);
		}
	}
	if (after(w->in_end, w->in_ack))
		return false;
	fin = w->flags & TCP_WINDOW_FIN;
	w->in_end = w->in_ack;
	w->flags &= (uint8_t) ~(TCP_WINDOW_FIN | TCP_WINDOW_GAP);
	return fin;
}

bool tcp_window_out(struct tcp_window *w, const struct tcp_segment *s)
{
	if (s->flags & TCP_RST) /* its numbers are those of the segment that it answers */
		return false;
	if (s->flags & TCP_SYN) {
		out_syn(w, s);
	} else if (!(w->flags & (TCP_WINDOW_BEGUN | TCP_WINDOW_KNOWN))) {
		w->out_scale = WINDOW_SCALE_MAX;
		w->out_end = s->end;
	} else {
		w->out_end = later(w->out_end, s->end);
	}
	return (s->flags & TCP_ACK) && out_ack(w, s);
}

/* ---- from outside ----------------------------------------------------------------------- */

/** Whether the numbers of a segment are possible. */
static bool in_fits(const struct tcp_window *w, const struct tcp_segment *s)
{
	uint32_t least = w->out_end - 2 * room_bytes(w->out_room), most = w->out_end;

	if (!between(s->seq, w->in_ack - room_bytes(w->in_room), w->in_edge))
		return false;
	if (!(s->flags & TCP_ACK))
		return true;
	if (!(w->flags & TCP_WINDOW_BEGUN)) {
		least = w->out_end - WINDOW_LOOSE;
		most = w->out_end + WINDOW_LOOSE;
	}
	return between(s->ack, least, most);
}

/** Moves in_end over an acceptable segment. */
static void in_move(struct tcp_window *w, const struct tcp_segment *s)
{
	bool gap = after(s->seq, w->in_end);

	if (!after(s->end, w->in_end)) /* nothing new, or the same FIN again */
		return;
	if (w->flags & TCP_WINDOW_FIN) { /* the stream goes on, so that FIN was not of it */
		w->flags &= (uint8_t) ~(TCP_WINDOW_FIN | TCP_WINDOW_GAP);
		w->in_end = w->in_ack;
		gap = after(s->seq, w->in_end);
	}
	if (s->flags & TCP_FIN)
		w->flags |= TCP_WINDOW_FIN | (gap ? TCP_WINDOW_GAP : 0);
	else if (gap)
		return;
	w->in_end = s->end;
}

/** A segment before anything is known of the inside's numbers. */
static enum tcp_window_judgement in_unknown(struct tcp_window *w, const struct tcp_segment *s)
{
	if (s->flags & TCP_RST) /* a SYN refused by who has seen its number */
		return (w->flags & TCP_WINDOW_BEGUN) && (s->flags & TCP_ACK) && s->ack == w->out_end
			       ? TCP_WINDOW_ACCEPTED
			       : TCP_WINDOW_HARMLESS;
	w->in_end = s->end;
	w->flags &= (uint8_t)~TCP_WINDOW_FIN;
	if (s->flags & TCP_SYN)
		return TCP_WINDOW_ACCEPTED;
	if (s->flags & TCP_FIN)
		w->flags |= TCP_WINDOW_FIN;
	return TCP_WINDOW_HARMLESS;
}

enum tcp_window_judgement tcp_window_in(struct tcp_window *w, const struct tcp_segment *s)
{
	uint8_t scale = s->flags & TCP_SYN ? 0 : w->in_scale;
	bool judged = (w->flags & TCP_WINDOW_KNOWN) && !(s->flags & TCP_SYN);

	if (judged && !in_fits(w, s))
		return TCP_WINDOW_REFUSED;
	if (!(s->flags & TCP_RST)) {
		w->in_scale = MAX(w->in_scale, s->scale);
		w->out_room = room_for(w->out_room, (uint32_t)s->window << scale);
	}
	if (!(w->flags & TCP_WINDOW_KNOWN))
		return in_unknown(w, s);
	if (!judged)
		return TCP_WINDOW_ACCEPTED;
	if (s->flags & TCP_RST)
		return s->seq == w->in_ack || (s->seq == w->in_end && !(w->flags & TCP_WINDOW_GAP))
			       ? TCP_WINDOW_ACCEPTED
			       : TCP_WINDOW_HARMLESS;
	if (!(s->flags & TCP_ACK)) /* the host will not take it */
		return TCP_WINDOW_ACCEPTED;
	if (!(w->flags & TCP_WINDOW_BEGUN))
		w->out_end = later(w->out_end, s->ack);
	in_move(w, s);
	return TCP_WINDOW_ACCEPTED;
}
