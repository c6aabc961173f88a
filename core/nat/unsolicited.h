/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYNs from outside that nobody asked for (RFC 5382 s4.3 REQ-4). Both ends of a connection may open
 * it at once; then the outside's SYN may come before the inside's has made the session. So nobody
 * is told anything for six seconds. If the session is there by then, the SYN is forgotten, and else
 * its sender is told that the port is unreachable.
 */
#ifndef CORE_NAT_UNSOLICITED_H
#define CORE_NAT_UNSOLICITED_H

#include "core/base.h"
#include "core/frame.h"

struct nat;

enum {
	NAT_UNSOLICITED_MAX = 64, /* remembered at once; those beyond are never answered */
	NAT_UNSOLICITED_WAIT_MS = 6000,
	NAT_UNSOLICITED_QUOTE = 120, /* bytes: the longest headers of IPv4 and TCP */
};

/** A SYN as it came. Host order. */
struct nat_unsolicited_syn {
	mono_ms_t due; /* when it may be answered */
	ip4_t src, dst;
	uint16_t sport, dport;
	uint16_t in; /* index of its ingress interface */
	uint8_t len; /* bytes kept */
	uint8_t bytes[NAT_UNSOLICITED_QUOTE];
};

/** A ring, the oldest first. Zero bytes: empty. */
struct nat_unsolicited {
	uint32_t first, count;
	struct nat_unsolicited_syn at[NAT_UNSOLICITED_MAX];
};

/** Remembers a SYN that is being dropped. One that is sent again counts from the first on. */
void nat_unsolicited_note(struct nat *nat, const struct frame *syn, mono_ms_t now);

/**
 * nat_unsolicited_next() - a SYN whose sender is to be told that the port is unreachable
 * @about: out; its first bytes, for an error to quote; valid until the next packet goes into NAT
 * Return: whether there was one; the caller asks until there is no more.
 */
bool nat_unsolicited_next(struct nat *nat, struct frame *about, mono_ms_t now);

/** When nat_unsolicited_next() is next needed; MONO_NEVER. */
mono_ms_t nat_unsolicited_deadline(const struct nat *nat);

#endif
