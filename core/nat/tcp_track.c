/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See tcp_track.h. Nothing here drops a segment: the state only chooses the timer. Which segments
 * may be true, and so get here, is judged by their numbers in tcp_window.c.
 *
 * What an off-path host can forge must not shorten a live connection's life, even if it has guessed
 * the numbers. So a RST leads from an established state to TCP_TRACK_RESET alone, where the next
 * true segment leads back; in the states of the handshake it changes nothing, as their timer is no
 * longer than that of a RST. A half-closed connection keeps the long timer.
 */
#include "core/nat/tcp_track.h"
#include "core/wire/tcp.h"

static const struct {
	const char *name;
	enum nat_timeout timeout;
	uint16_t to; /* bits of the states that may follow */
} tcp_track_table[] = {
	[TCP_TRACK_NONE] = {"", NAT_TIMEOUT_SYN,
			    1 << TCP_TRACK_SYN_SENT | 1 << TCP_TRACK_SYN_RECEIVED |
				    1 << TCP_TRACK_RESUMED},
	[TCP_TRACK_SYN_SENT] = {"syn-sent", NAT_TIMEOUT_SYN, 1 << TCP_TRACK_SYN_BOTH},
	[TCP_TRACK_SYN_RECEIVED] = {"syn-received", NAT_TIMEOUT_SYN, 1 << TCP_TRACK_SYN_BOTH},
	[TCP_TRACK_SYN_BOTH] = {"syn-both", NAT_TIMEOUT_SYN,
				1 << TCP_TRACK_ESTABLISHED | 1 << TCP_TRACK_FIN_OUT |
					1 << TCP_TRACK_FIN_IN},
	[TCP_TRACK_RESUMED] = {"resumed", NAT_TIMEOUT_SYN,
			       1 << TCP_TRACK_SYN_SENT | 1 << TCP_TRACK_ESTABLISHED |
				       1 << TCP_TRACK_FIN_OUT | 1 << TCP_TRACK_FIN_IN},
	[TCP_TRACK_ESTABLISHED] = {"established", NAT_TIMEOUT_TCP,
				   1 << TCP_TRACK_FIN_OUT | 1 << TCP_TRACK_FIN_IN |
					   1 << TCP_TRACK_RESET},
	[TCP_TRACK_FIN_OUT] = {"fin-out", NAT_TIMEOUT_TCP,
			       1 << TCP_TRACK_CLOSING | 1 << TCP_TRACK_RESET},
	[TCP_TRACK_FIN_IN] = {"fin-in", NAT_TIMEOUT_TCP,
			      1 << TCP_TRACK_CLOSING | 1 << TCP_TRACK_RESET},
	[TCP_TRACK_CLOSING] = {"closing", NAT_TIMEOUT_FINRST,
			       1 << TCP_TRACK_SYN_SENT | 1 << TCP_TRACK_SYN_RECEIVED},
	[TCP_TRACK_RESET] = {"reset", NAT_TIMEOUT_FINRST,
			     1 << TCP_TRACK_SYN_SENT | 1 << TCP_TRACK_ESTABLISHED |
				     1 << TCP_TRACK_FIN_OUT | 1 << TCP_TRACK_FIN_IN},
};

static_assert(ARRAY_COUNT(tcp_track_table) == TCP_TRACK_STATE_COUNT, "a TCP state without a row");

enum tcp_track_event tcp_track_event_of(uint8_t flags, bool inbound)
{
	if (flags & TCP_RST)
		return inbound ? TCP_TRACK_IN_RST : TCP_TRACK_OUT_RST;
	if ((flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
		return inbound ? TCP_TRACK_IN_SYN_ACK : TCP_TRACK_OUT_SYN_ACK;
	if (flags & TCP_SYN)
		return inbound ? TCP_TRACK_IN_SYN : TCP_TRACK_OUT_SYN;
	if (flags & TCP_FIN)
		return inbound ? TCP_TRACK_IN_FIN : TCP_TRACK_OUT_FIN;
	return inbound ? TCP_TRACK_IN_ACK : TCP_TRACK_OUT_ACK;
}

static bool tcp_track_is_inbound(enum tcp_track_event event)
{
	return event >= TCP_TRACK_IN_SYN;
}

enum tcp_track_state tcp_track_open(enum tcp_track_event event)
{
	if (event == TCP_TRACK_OUT_SYN)
		return TCP_TRACK_SYN_SENT;
	if (event == TCP_TRACK_IN_SYN)
		return TCP_TRACK_SYN_RECEIVED;
	return TCP_TRACK_RESUMED;
}

/** Both sides have spoken: where @event, not SYN and not RST, leads. */
static enum tcp_track_state tcp_track_connected(enum tcp_track_event event)
{
	if (event == TCP_TRACK_OUT_FIN)
		return TCP_TRACK_FIN_OUT;
	if (event == TCP_TRACK_IN_FIN)
		return TCP_TRACK_FIN_IN;
	return TCP_TRACK_ESTABLISHED;
}

/* Every order of segments that RFC 5382 REQ-2 names has its way through here. */
enum tcp_track_state tcp_track_next(enum tcp_track_state state, enum tcp_track_event event,
				    bool opened_inbound)
{
	bool rst = event == TCP_TRACK_OUT_RST || event == TCP_TRACK_IN_RST;
	bool syn = event == TCP_TRACK_OUT_SYN || event == TCP_TRACK_IN_SYN;
	bool syn_ack = event == TCP_TRACK_OUT_SYN_ACK || event == TCP_TRACK_IN_SYN_ACK;
	bool from_opener = tcp_track_is_inbound(event) == opened_inbound;

	switch (state) {
	case TCP_TRACK_NONE: return tcp_track_open(event);

	case TCP_TRACK_SYN_SENT:
	case TCP_TRACK_SYN_RECEIVED:
		/* the other side's SYN, plain when both open at once (RFC 9293 s3.5) */
		return (syn || syn_ack) && !from_opener ? TCP_TRACK_SYN_BOTH : state;

	case TCP_TRACK_SYN_BOTH:
		/* a SYN-ACK from the opener is the end of a simultaneous open; one from the other
		 * side is a repetition, as a server sends them to the victims of a SYN flood */
		if (rst || syn || (syn_ack && !from_opener))
			return state;
		return tcp_track_connected(event);

	case TCP_TRACK_RESUMED:
		if (event == TCP_TRACK_OUT_SYN)
			return TCP_TRACK_SYN_SENT;
		if (rst || syn || from_opener)
			return state;
		return tcp_track_connected(event);

	case TCP_TRACK_ESTABLISHED:
		if (rst)
			return TCP_TRACK_RESET;
		/* a SYN here is answered by a challenge ACK (RFC 5961 s4): nothing changes */
		return syn || syn_ack ? state : tcp_track_connected(event);

	case TCP_TRACK_FIN_OUT:
		if (rst)
			return TCP_TRACK_RESET;
		return event == TCP_TRACK_IN_FIN ? TCP_TRACK_CLOSING : state;

	case TCP_TRACK_FIN_IN:
		if (rst)
			return TCP_TRACK_RESET;
		return event == TCP_TRACK_OUT_FIN ? TCP_TRACK_CLOSING : state;

	case TCP_TRACK_CLOSING:
		/* the tuple is used again before TIME-WAIT ends (RFC 9293 s3.6.1) */
		return syn ? tcp_track_open(event) : state;

	case TCP_TRACK_RESET:
		/* an inbound SYN may be as forged as the RST was; the answer to it revives */
		if (event == TCP_TRACK_OUT_SYN)
			return TCP_TRACK_SYN_SENT;
		return rst || syn ? state : tcp_track_connected(event);

	case TCP_TRACK_STATE_COUNT: break;
	}
	assert(!"a TCP state that is none");
	return state;
}

bool tcp_track_edge(enum tcp_track_state from, enum tcp_track_state to)
{
	return from == to || (tcp_track_table[from].to & 1 << to);
}

bool tcp_track_refreshes(enum tcp_track_state state, enum tcp_track_event event)
{
	if (event == TCP_TRACK_OUT_RST || event == TCP_TRACK_IN_RST)
		return false;
	return !tcp_track_is_inbound(event) || state == TCP_TRACK_ESTABLISHED ||
	       state == TCP_TRACK_FIN_OUT || state == TCP_TRACK_FIN_IN;
}

enum nat_timeout tcp_track_timeout(enum tcp_track_state state)
{
	return tcp_track_table[state].timeout;
}

const char *tcp_track_name(enum tcp_track_state state)
{
	return tcp_track_table[state].name;
}
