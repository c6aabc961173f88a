/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors of the router's own (RFC 792, RFC 1812 s4.3): when one may be sent, how many, and
 * what stands in it.
 */
#ifndef CORE_IP_ICMP_ERROR_H
#define CORE_IP_ICMP_ERROR_H

#include "core/base.h"
#include "core/frame.h"
#include "core/hash.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"

/** Longest error: RFC 1812 s4.3.2.3 lets it quote as much as fits 576 bytes. */
#define ICMP_ERROR_MAX 576

/** Errors to one destination: a burst, then so many a second. */
enum {
	ICMP_ERROR_BURST = 20,
	ICMP_ERROR_JITTER = 8,
	ICMP_ERROR_RATE = 20,
	ICMP_LIMITER_SLOTS = 1024
};

/**
 * Token buckets by destination (RFC 1812 s4.3.2.8). Destinations share slots by a keyed hash, and
 * the burst is jittered, so that the state of the limit tells a third party nothing.
 */
struct icmp_limiter {
	struct hash_key key;
	struct icmp_bucket {
		int16_t tokens;
		bool used;
		mono_ms_t filled;
	} bucket[ICMP_LIMITER_SLOTS];
};

void icmp_limiter_init(struct icmp_limiter *limiter, const struct hash_key *key);
/** Takes a token for an error to @to. Return: whether there was one. */
bool icmp_limiter_take(struct icmp_limiter *limiter, ip4_t to, struct chance *chance,
		       mono_ms_t now);

/** Whether RFC 1812 s4.3.2.7 allows an error about this packet at all. */
bool icmp_error_allowed(const struct frame *about);

/**
 * icmp_error_build() - write a whole IPv4 packet
 * @packet: ICMP_ERROR_MAX bytes
 * @about: the packet in error, quoted as it stands
 * @mtu: next-hop MTU of a "fragmentation needed", bytes (RFC 1191 s4); 0 else
 * Return: its length.
 */
uint32_t icmp_error_build(uint8_t *packet, const struct frame *about, ip4_t src, uint8_t type,
			  uint8_t code, uint16_t mtu);

#endif
