/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum (RFC 1071), and the one way to update it (RFC 1624).
 *
 * A sum is the one's complement sum of 16-bit words, folded to 16 bits, not complemented. A
 * checksum field holds a sum's complement, or, while its frame's offload says needs_csum, the
 * pseudo-header's sum itself, uncomplemented.
 */
#ifndef CORE_WIRE_CHECKSUM_H
#define CORE_WIRE_CHECKSUM_H

#include "core/base.h"

/** Adds two folded sums. */
static inline uint16_t checksum_add(uint16_t a, uint16_t b)
{
	uint32_t s = (uint32_t)a + b;

	return (uint16_t)((s & 0xffff) + (s >> 16));
}

/** The change of a sum when one 16-bit word @from becomes @to: ~from + to. */
static inline uint16_t checksum_delta16(uint16_t from, uint16_t to)
{
	return checksum_add((uint16_t)~from, to);
}

/** The change of a sum when an address becomes another. */
static inline uint16_t checksum_delta32(uint32_t from, uint32_t to)
{
	return checksum_add(checksum_delta16((uint16_t)(from >> 16), (uint16_t)(to >> 16)),
			    checksum_delta16((uint16_t)from, (uint16_t)to));
}

/** The change that undoes @delta. */
static inline uint16_t checksum_delta_inverse(uint16_t delta)
{
	return (uint16_t)~delta;
}

/** A complemented checksum field after its data changed by @delta (RFC 1624 eqn 3). */
static inline uint16_t checksum_update(uint16_t field, uint16_t delta)
{
	return (uint16_t)~checksum_add((uint16_t)~field, delta);
}

/** Folds a sum of words of 16 bits or of several 16 bits each. */
static inline uint16_t checksum_fold(uint64_t s)
{
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

/** Folded sum of @len bytes, starting from the folded sum @start. An odd end is padded by zero. */
uint16_t checksum_sum(const void *bytes, size_t len, uint16_t start);

/** Folded sum of the pseudo-header of TCP and UDP (RFC 9293 s3.1); @len of transport, bytes. */
uint16_t checksum_pseudo(ip4_t src, ip4_t dst, uint8_t proto, uint16_t len);

#endif
