/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rewriting a packet in place: an address, and every checksum that covers it, by differences
 * (RFC 1624), so that no payload is ever read.
 */
#ifndef CORE_NAT_REWRITE_H
#define CORE_NAT_REWRITE_H

#include "core/frame.h"

/** An end of a packet; the value is the offset of its address in the IPv4 header. */
enum nat_end { NAT_END_SOURCE = 12, NAT_END_DESTINATION = 16 };

/** A UDP checksum after its data changed by @delta: 0 means none, and stays so (RFC 768). */
uint16_t nat_udp_checksum_update(uint16_t field, uint16_t delta);

/**
 * nat_rewrite_checksum() - the transport checksum follows a change of address and port
 * @delta_address: change of the pseudo-header's sum: all that an unfinished checksum
 *                 (offload.needs_csum) has in it
 * @delta_l4: change of the whole transport sum
 * The frame has its transport header: it is no later piece of a datagram.
 */
void nat_rewrite_checksum(struct frame *f, uint16_t delta_address, uint16_t delta_l4);

/**
 * nat_rewrite_address() - one address becomes another; ports stay
 * Any protocol, and pieces of datagrams: the transport checksum is updated where there is one.
 * Parsed fields are kept in step.
 */
void nat_rewrite_address(struct frame *f, enum nat_end end, ip4_t to);

#endif
