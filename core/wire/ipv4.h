/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The IPv4 header (RFC 791), and its fields in place for the fast path.
 *
 * The parser judges the header by itself alone; whether the packet is as long as the header says,
 * and whether its addresses may appear, is core/ip's matter (RFC 1812 s5.2.2, s5.3.7).
 */
#ifndef CORE_WIRE_IPV4_H
#define CORE_WIRE_IPV4_H

#include "core/wire/checksum.h"
#include "core/wire/cursor.h"

#define IPV4_LEN     20 /* without options */
#define IPV4_LEN_MAX 60
#define IPV4_MAX     65535
#define IPV4_TTL     64 /* of packets of our own (IANA's recommended default) */

enum {
	IPV4_VERSION = 4,
	IPV4_FRAGMENT_UNIT = 8, /* bytes that one unit of the fragment offset stands for */
};

enum ip_proto { IP_PROTO_ICMP = 1, IP_PROTO_TCP = 6, IP_PROTO_UDP = 17 };

enum ipv4_flags { IPV4_DF = 0x4000, IPV4_MF = 0x2000, IPV4_OFFSET_MASK = 0x1fff };

struct ipv4 {
	uint8_t header_len; /* bytes, 20 to 60 */
	uint8_t tos;
	uint16_t total_len; /* bytes, header included */
	uint16_t id;
	bool dont_fragment, more_fragments;
	uint16_t fragment_offset; /* bytes */
	uint8_t ttl, proto;
	uint16_t checksum; /* as it stands; ipv4_build() computes its own */
	ip4_t src, dst;
	const uint8_t *options; /* header_len - 20 bytes in the packet; NULL without */
};

/**
 * ipv4_parse() - read a header; its checksum is not verified (ipv4_checksum_ok())
 * @c: left behind the header
 * Return: 0; -EPROTO cut short, version not 4, header length under 20 or total length under it.
 */
static ALWAYS_INLINE int ipv4_parse(struct cursor *c, struct ipv4 *ip)
{
	const uint8_t *h = cursor_take(c, IPV4_LEN);
	uint16_t fragment;

	if (!h) {
		*ip = (struct ipv4){0};
		return -EPROTO;
	}
	fragment = wire_get16(h + 6);
	ip->header_len = (uint8_t)((h[0] & 0x0f) * 4);
	ip->tos = h[1];
	ip->total_len = wire_get16(h + 2);
	ip->id = wire_get16(h + 4);
	ip->dont_fragment = fragment & IPV4_DF;
	ip->more_fragments = fragment & IPV4_MF;
	ip->fragment_offset = (uint16_t)((fragment & IPV4_OFFSET_MASK) * IPV4_FRAGMENT_UNIT);
	ip->ttl = h[8];
	ip->proto = h[9];
	ip->checksum = wire_get16(h + 10);
	ip->src = (ip4_t){wire_get32(h + 12)};
	ip->dst = (ip4_t){wire_get32(h + 16)};
	ip->options = NULL;
	if (h[0] >> 4 != IPV4_VERSION || ip->header_len < IPV4_LEN ||
	    ip->total_len < ip->header_len)
		return -EPROTO;
	if (ip->header_len > IPV4_LEN)
		ip->options = cursor_take(c, ip->header_len - IPV4_LEN);
	return c->bad ? -EPROTO : 0;
}

/** Writes a header with the right checksum; options are not written (header_len must be 20). */
void ipv4_build(struct writer *w, const struct ipv4 *ip);

/** Whether the header at @header, of @header_len bytes within bounds, 20 at least and a multiple of
 * 4, sums up (RFC 1812 s5.2.2). */
static inline bool ipv4_checksum_ok(const uint8_t *header, unsigned int header_len)
{
	uint64_t sum = 0;
	uint32_t word[IPV4_LEN / 4];

	/* in the machine's own order: all ones are all ones in any (RFC 1071 s2 (B)) */
	memcpy(word, header, IPV4_LEN);
	for (unsigned int n = 0; n < IPV4_LEN / 4; n++)
		sum += word[n];
	for (unsigned int at = IPV4_LEN; at < header_len; at += 4) {
		memcpy(word, header + at, 4);
		sum += word[0];
	}
	return checksum_fold(sum) == 0xffff;
}

/** What the options of a packet hold (RFC 791 s3.1, RFC 7126). */
enum ipv4_options { IPV4_OPTIONS_FINE, IPV4_OPTIONS_SOURCE_ROUTE, IPV4_OPTIONS_INVALID };
enum ipv4_options ipv4_options_check(const uint8_t *options, unsigned int len);

/* In place, on a header whose 20 bytes are within bounds; the header checksum follows (RFC 1624).
 */
static inline void ipv4_apply_delta(uint8_t *header, uint16_t delta)
{
	wire_put16(header + 10, checksum_update(wire_get16(header + 10), delta));
}

static inline void ipv4_set_src(uint8_t *header, ip4_t to)
{
	uint16_t delta = checksum_delta32(wire_get32(header + 12), to.host);

	wire_put32(header + 12, to.host);
	ipv4_apply_delta(header, delta);
}

static inline void ipv4_set_dst(uint8_t *header, ip4_t to)
{
	uint16_t delta = checksum_delta32(wire_get32(header + 16), to.host);

	wire_put32(header + 16, to.host);
	ipv4_apply_delta(header, delta);
}

/** Takes one off the time to live (RFC 1812 s5.3.1); it must be above 0. */
static inline void ipv4_decrement_ttl(uint8_t *header)
{
	uint16_t from = wire_get16(header + 8);

	header[8]--;
	ipv4_apply_delta(header, checksum_delta16(from, wire_get16(header + 8)));
}

#endif
