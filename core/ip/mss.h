/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The maximum segment size that two hosts tell each other when a TCP connection begins (RFC 9293
 * s3.7.1, RFC 6691), lowered to what the links on both sides of the router carry. So a connection
 * works though somebody on the way drops "fragmentation needed" (RFC 4821 s1).
 */
#ifndef CORE_IP_MSS_H
#define CORE_IP_MSS_H

#include "core/base.h"
#include "core/frame.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

/** Whether a packet may tell an MSS: SYN or SYN-ACK, header in it. IPv4 and transport parsed. */
static inline bool mss_is_told(const struct frame *f)
{
	return f->proto == IP_PROTO_TCP && f->fragment_offset == 0 && frame_l4(f)[13] & TCP_SYN;
}

/**
 * mss_lower() - lower the MSS that a SYN tells, in place
 * @f: mss_is_told(); its TCP header lies within the packet
 * @most: bytes; an MSS of at most this, and a segment without one, stays as it is
 * Malformed options (RFC 9293 s3.1) are left to the receiver. The checksum follows, unless it is
 * unfinished: then the field holds only the pseudo-header's sum.
 */
void mss_lower(struct frame *f, uint16_t most);

#endif
