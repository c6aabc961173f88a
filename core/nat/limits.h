/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens when NAT has no room for a new session (RFC 6888 REQ-11, RFC 5508 REQ-8): its packet
 * is dropped by name and counted, the log says so now and then, a sender inside is told, and no
 * live session ends for it.
 */
#ifndef CORE_NAT_LIMITS_H
#define CORE_NAT_LIMITS_H

#include "core/base.h"
#include "core/frame.h"

struct nat;

/** Why a new session is refused. */
enum nat_refusal {
	NAT_REFUSED_TABLE, /* the table is full */
	NAT_REFUSED_PORTS, /* the public address has no free port */
	NAT_REFUSAL_COUNT
};

enum nat_refusal_side {
	NAT_REFUSED_INSIDE,  /* the sender is inside, and is told by ICMP */
	NAT_REFUSED_OUTSIDE, /* it is not: nobody there gets an answer to a forged source */
};

/**
 * nat_refuse() - drop the first packet of a session that may not be
 * @device: inside address that the session would have belonged to
 * Return: VERDICT_DROPPED; @frame->refuse is set for a sender inside.
 */
enum verdict nat_refuse(struct nat *nat, struct frame *frame, enum nat_refusal why,
			enum nat_refusal_side side, ip4_t device, mono_ms_t now);

#endif
