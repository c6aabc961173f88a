/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet within an ICMP error (RFC 792): reading it, and turning one of its ends into what it
 * was on the other side of the NAT (RFC 5508 s4).
 */
#ifndef CORE_NAT_ICMP_QUOTE_H
#define CORE_NAT_ICMP_QUOTE_H

#include "core/frame.h"
#include "core/nat/rewrite.h"
#include "core/wire/ipv4.h"

/** Pointers into the frame. */
struct nat_quote {
	uint8_t *ip, *l4;
	size_t l4_len;	/* bytes of transport in the quote; 0 in a later piece */
	bool has_ports; /* TCP, UDP or an ICMP query, and its first piece */
	struct ipv4 header;
	uint16_t sport, dport; /* an ICMP query: the identifier in both, whichever way it went */
};

/**
 * nat_quote_read() - the quote of a whole ICMP error, whose checksum is verified
 * Return: 0, or the reason to drop the error (its value is not 0).
 */
enum drop_reason nat_quote_read(const struct frame *f, struct nat_quote *q);

/** An end of a quoted packet and what it becomes. */
struct nat_quote_change {
	enum nat_end end;
	ip4_t address;
	uint16_t port;		/* of quotes with ports */
	uint16_t delta_address; /* as in struct nat_mapping, in this direction */
	uint16_t delta_l4;	/* of the whole transport sum */
};

/** Rewrites one end of the quote, and the error's checksum for all of that. */
void nat_quote_rewrite(const struct frame *f, const struct nat_quote *q,
		       const struct nat_quote_change *to);

/** The same when the address alone changes, in any protocol. */
void nat_quote_rewrite_address(const struct frame *f, const struct nat_quote *q, enum nat_end end,
			       ip4_t to);

#endif
