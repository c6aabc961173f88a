/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far a TCP connection is, as a NAT between its ends can tell: RFC 5382 s5 asks for two timers,
 * RFC 6146 s3.5.2 shows a machine for it, and RFC 7857 s2.2 says what a RST may do: next to
 * nothing.
 */
#ifndef CORE_NAT_TCP_TRACK_H
#define CORE_NAT_TCP_TRACK_H

#include "core/base.h"
#include "core/config.h"

enum tcp_track_state {
	TCP_TRACK_NONE,		/* no TCP session; no edge leads here */
	TCP_TRACK_SYN_SENT,	/* the inside sent SYN */
	TCP_TRACK_SYN_RECEIVED, /* the outside sent SYN */
	TCP_TRACK_SYN_BOTH,	/* SYN went both ways; the last ACK is missing */
	TCP_TRACK_RESUMED,	/* begun in mid-connection; the other side has not spoken yet */
	TCP_TRACK_ESTABLISHED,
	TCP_TRACK_FIN_OUT, /* the inside has closed its half */
	TCP_TRACK_FIN_IN,  /* the outside has closed its half */
	TCP_TRACK_CLOSING, /* both have */
	TCP_TRACK_RESET,   /* a RST with the right number passed; any other segment revives it */
	TCP_TRACK_STATE_COUNT
};

/** A segment, by its flags and its way. Out: from the inside. */
enum tcp_track_event {
	TCP_TRACK_OUT_SYN,
	TCP_TRACK_OUT_SYN_ACK,
	TCP_TRACK_OUT_ACK, /* and whatever else is none of these */
	TCP_TRACK_OUT_FIN,
	TCP_TRACK_OUT_RST,
	TCP_TRACK_IN_SYN,
	TCP_TRACK_IN_SYN_ACK,
	TCP_TRACK_IN_ACK,
	TCP_TRACK_IN_FIN, /* the inside has acknowledged it; see tcp_window.h */
	TCP_TRACK_IN_RST,
};

/** @flags: enum tcp_flags. */
enum tcp_track_event tcp_track_event_of(uint8_t flags, bool inbound);

/** The state in which a session begins whose first segment is @event. */
enum tcp_track_state tcp_track_open(enum tcp_track_event event);

/**
 * tcp_track_next() - the state after a segment
 * @opened_inbound: the outside sent the first segment
 */
enum tcp_track_state tcp_track_next(enum tcp_track_state state, enum tcp_track_event event,
				    bool opened_inbound);

/** Whether the graph has this edge; a state may always stay. */
bool tcp_track_edge(enum tcp_track_state from, enum tcp_track_state to);

/**
 * tcp_track_refreshes() - whether a segment starts the timer anew
 * Outbound ones do, but no RST (RFC 7857 s7). Inbound ones do in an established connection only:
 * there the inside has shown that it wants them, and a download may be all one way; before that
 * the outside could hold a session open alone.
 */
bool tcp_track_refreshes(enum tcp_track_state state, enum tcp_track_event event);

/** The timer that runs in a state. */
enum nat_timeout tcp_track_timeout(enum tcp_track_state state);

/** "established". Static. */
const char *tcp_track_name(enum tcp_track_state state);

#endif
