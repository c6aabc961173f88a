/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame on its way through the core: bytes that the caller owns, rewritten in place, and what has
 * been learnt of them so far. It is valid until the call that took it in returns its buffers; what
 * must live longer is copied (core/link/neighbour.c, core/ip/fragment.c).
 */
#ifndef CORE_FRAME_H
#define CORE_FRAME_H

#include "core/base.h"
#include "core/config.h"
#include "core/drop.h"
#include "core/trace.h"
#include "core/wire/offload.h"

/** Bytes before a frame that the core may write: room for a link header on the way TUN to TAP. */
#define FRAME_HEADROOM 64

/** The largest frame: a 64 KiB IPv4 packet, its Ethernet header and a VLAN tag. */
#define FRAME_MAX_LEN (65535 + 18)

struct frame {
	/* given by the caller */
	uint8_t *data;		/* first byte of the link header (TAP) or of IPv4 (TUN) */
	uint32_t len;		/* bytes from data on; FRAME_HEADROOM writable bytes precede data */
	uint16_t port;		/* index of the port it came in on; see core/port.h */
	struct offload offload; /* csum_start counts from the IPv4 header */

	/* filled in on the way */
	mono_ms_t at;		     /* when it came in */
	struct drop_counters *drops; /* counters of the ingress interface */
	struct trace *trace;	     /* what happens to it is written there; NULL: nowhere */
	uint16_t in;		     /* index of the ingress layer 3 interface */
	struct interface_id out;     /* egress layer 3 interface, once NAT has to know it */
	uint16_t l3;		     /* offset of the IPv4 header from data */
	uint16_t l4;	   /* offset of the transport header from data; valid in fragment 0 */
	uint32_t end;	   /* offset behind the IPv4 packet: l3 + total length */
	bool link_group;   /* came in a link broadcast or multicast */
	bool link_flooded; /* also handed to other ports: its bytes may not be changed */
	bool nat_in;	   /* its destination has been translated: public to local */
	bool nat_out;	   /* its source has been translated: local to public */
	bool outside_in;   /* its source has been translated: the inside knows it by another */
	bool own;	   /* made by the router itself */
	uint8_t refuse;	   /* dropped by NAT, which wants its sender told: the code of an ICMP
			    * destination unreachable; 0 nothing */

	/* IPv4 header as it stands in the packet at this moment, host order */
	ip4_t src, dst;
	ip4_t outside_local; /* the destination that its sender wrote, if it stood for a host
			      * outside and has been translated; else IP4_ANY */
	uint8_t proto;
	uint8_t ttl;
	uint16_t fragment_offset; /* bytes */
	bool more_fragments;
	bool dont_fragment;
	uint16_t id;

	/* transport ports, or an ICMP query's identifier in sport and dport; host order; 0
	 * elsewhere */
	uint16_t sport, dport;
};

static inline bool frame_is_fragment(const struct frame *f)
{
	return f->more_fragments || f->fragment_offset != 0;
}

/** A message to a DHCP server: whole, and to UDP port 67. */
static inline bool frame_is_dhcp(const struct frame *f)
{
	return f->proto == 17 && f->dport == 67 && !frame_is_fragment(f);
}

/** A message from a DHCP server to a client: whole, from UDP port 67 to 68. */
static inline bool frame_is_dhcp_answer(const struct frame *f)
{
	return f->proto == 17 && f->dport == 68 && f->sport == 67 && !frame_is_fragment(f);
}

static inline uint8_t *frame_l3(const struct frame *f)
{
	return f->data + f->l3;
}

static inline uint8_t *frame_l4(const struct frame *f)
{
	return f->data + f->l4;
}

/** Bytes of transport header and payload of this packet (fragment). */
static inline uint32_t frame_l4_len(const struct frame *f)
{
	return f->end - f->l4;
}

/** Drops a frame: the only way. Return: VERDICT_DROPPED, to be returned in turn. */
static inline enum verdict drop(struct frame *f, enum drop_reason reason)
{
	f->drops->count[reason]++;
	TRACE(f, trace_drop(f->trace, reason));
	return VERDICT_DROPPED;
}

#endif
