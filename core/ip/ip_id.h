/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The identification of IPv4 packets (RFC 791 s3.2) whose source is the router: its own, and those
 * that NAT gave a public source. Many hosts behind one address choose theirs without knowing of
 * each other, and fragments of two datagrams with the same source, destination, protocol and
 * identification would be put together as one (RFC 4963, RFC 6864 s5.3). So each such packet gets a
 * new one, unique for its three addresses (RFC 7857 s2.3), unless it may not be fragmented: then
 * nobody reads it (RFC 6864 s4.1).
 */
#ifndef CORE_IP_IP_ID_H
#define CORE_IP_IP_ID_H

#include "core/base.h"
#include "core/frame.h"
#include "core/hash.h"

enum { IP_ID_COUNTERS = 4096 };

/** Counters by source, destination and protocol; those that share one just use it up faster. */
struct ip_id_table {
	struct hash_key key;
	uint16_t next[IP_ID_COUNTERS];
};

/** Every counter begins at random, so that a restart does not repeat what it sent. */
void ip_id_init(struct ip_id_table *table, const struct hash_key *key, struct chance *chance);

/**
 * ip_id_take() - the first of @count consecutive identifications that are now used
 * @count: 1; of a super-frame as many as it will have segments. They wrap at 65536.
 */
uint16_t ip_id_take(struct ip_id_table *table, ip4_t src, ip4_t dst, uint8_t proto, uint32_t count);

/**
 * ip_id_stamp() - give a packet a new identification, in place; its `id` still tells the old one
 * @frame: IPv4 fields as they are sent; its header checksum follows
 */
void ip_id_stamp(struct ip_id_table *table, struct frame *frame, uint32_t count);

/** Puts back the identification that a packet came with, as an error about it must quote it. */
void ip_id_restore(struct frame *frame);

#endif
