/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every parser of core/wire but DHCP's, over any bytes.
 *
 * The input is a device's offload header and the frame behind it; the frame is taken apart as it
 * says, and then each parser also gets the bytes from the frame's start. Each sees a block of
 * exactly the bytes it may read. What a parser takes must survive being built and parsed again.
 */
#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/offload.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ip4_t some_src = IP4(192, 168, 1, 100);
static const ip4_t some_dst = IP4(203, 0, 113, 80);

/** Bytes in a block of exactly their size. */
struct exact {
	uint8_t *bytes;
	size_t len;
};

static struct exact exact_copy(const uint8_t *bytes, size_t len)
{
	struct exact e = {malloc(len ? len : 1), len};

	if (!e.bytes)
		abort();
	if (len)
		memcpy(e.bytes, bytes, len);
	return e;
}

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static void try_arp(const uint8_t *bytes, size_t len)
{
	struct exact e = exact_copy(bytes, len);
	struct cursor c = cursor_over(e.bytes, e.len);
	struct arp a;
	uint8_t built[ARP_LEN];
	struct writer w = writer_over(built, sizeof(built));

	if (arp_parse(&c, &a) == 0) {
		arp_build(&w, &a);
		require(!w.bad && writer_len(&w) == ARP_LEN);
		require(memcmp(built, e.bytes, ARP_LEN) == 0);
	}
	free(e.bytes);
}

static void try_icmp(const uint8_t *bytes, size_t len)
{
	struct exact e = exact_copy(bytes, len);
	struct cursor c = cursor_over(e.bytes, e.len);
	struct icmp i;

	icmp_checksum_ok(e.bytes, e.len);
	if (icmp_parse(&c, &i) == 0) {
		struct exact built = exact_copy(e.bytes, e.len);
		struct writer w = writer_over(built.bytes, built.len);

		icmp_build(&w, &i, c.at, cursor_left(&c));
		require(!w.bad && icmp_checksum_ok(built.bytes, built.len));
		require(memcmp(built.bytes, e.bytes, 2) == 0);
		require(memcmp(built.bytes + 4, e.bytes + 4, e.len - 4) == 0);
		free(built.bytes);
	}
	free(e.bytes);
}

static void try_tcp(const uint8_t *bytes, size_t len)
{
	struct exact e = exact_copy(bytes, len);
	struct cursor c = cursor_over(e.bytes, e.len);
	struct tcp t, again;
	uint8_t built[TCP_LEN];
	struct writer w = writer_over(built, sizeof(built));

	if (tcp_parse(&c, &t) == 0) {
		tcp_build(&w, &t, some_src, some_dst);
		c = cursor_over(built, sizeof(built));
		require(!w.bad && tcp_parse(&c, &again) == 0);
		require(again.sport == t.sport && again.dport == t.dport && again.seq == t.seq);
		require(again.ack == t.ack && again.flags == t.flags && again.window == t.window);
		require(checksum_sum(built, sizeof(built),
				     checksum_pseudo(some_src, some_dst, IP_PROTO_TCP, TCP_LEN)) ==
			0xffff);
	}
	free(e.bytes);
}

static void try_udp(const uint8_t *bytes, size_t len)
{
	struct exact e = exact_copy(bytes, len);
	struct cursor c = cursor_over(e.bytes, e.len);
	struct udp u;

	udp_checksum_ok(e.bytes, e.len, some_src, some_dst);
	if (udp_parse(&c, &u) == 0) {
		struct exact built = exact_copy(e.bytes, u.len);
		struct writer w = writer_over(built.bytes, built.len);

		udp_build(&w, &u, some_src, some_dst, c.at, u.len - UDP_LEN);
		require(!w.bad && writer_len(&w) == u.len);
		require(udp_checksum_ok(built.bytes, built.len, some_src, some_dst));
		require(memcmp(built.bytes, e.bytes, UDP_CHECKSUM_OFFSET) == 0);
		require(memcmp(built.bytes + UDP_LEN, e.bytes + UDP_LEN, u.len - UDP_LEN) == 0);
		free(built.bytes);
	}
	free(e.bytes);
}

/** The options alone, and every beginning of them. */
static void try_options(const uint8_t *options, unsigned int len)
{
	for (unsigned int cut = 0; cut <= len; cut++) {
		struct exact e = exact_copy(options, cut);

		ipv4_options_check(e.bytes, cut);
		free(e.bytes);
	}
}

/** Changes made in place must leave a right checksum right. */
static void try_ipv4_in_place(const struct ipv4 *ip)
{
	uint8_t header[IPV4_LEN];
	struct writer w = writer_over(header, sizeof(header));

	ipv4_build(&w, ip);
	require(!w.bad && ipv4_checksum_ok(header, sizeof(header)));
	ipv4_set_src(header, some_src);
	ipv4_set_dst(header, some_dst);
	if (ip->ttl > 0)
		ipv4_decrement_ttl(header);
	require(ipv4_checksum_ok(header, sizeof(header)));
	ipv4_set_dst(header, ip->dst);
	ipv4_set_src(header, ip->src);
	require(ipv4_checksum_ok(header, sizeof(header)));
}

static void try_ipv4(const uint8_t *bytes, size_t len)
{
	struct exact e = exact_copy(bytes, len);
	struct cursor c = cursor_over(e.bytes, e.len);
	struct ipv4 ip, again;
	uint8_t built[IPV4_LEN];
	struct writer w = writer_over(built, sizeof(built));

	if (ipv4_parse(&c, &ip) != 0) {
		free(e.bytes);
		return;
	}
	ipv4_checksum_ok(e.bytes, ip.header_len);
	if (ip.options)
		try_options(ip.options, ip.header_len - IPV4_LEN);
	ipv4_build(&w, &ip);
	c = cursor_over(built, sizeof(built));
	require(ipv4_parse(&c, &again) == 0);
	require(again.tos == ip.tos && again.total_len == ip.total_len && again.id == ip.id);
	require(again.dont_fragment == ip.dont_fragment);
	require(again.more_fragments == ip.more_fragments);
	require(again.fragment_offset == ip.fragment_offset);
	require(again.ttl == ip.ttl && again.proto == ip.proto);
	require(ip4_equal(again.src, ip.src) && ip4_equal(again.dst, ip.dst));
	try_ipv4_in_place(&ip);
	try_icmp(e.bytes + ip.header_len, e.len - ip.header_len);
	try_tcp(e.bytes + ip.header_len, e.len - ip.header_len);
	try_udp(e.bytes + ip.header_len, e.len - ip.header_len);
	free(e.bytes);
}

static void try_frame(const uint8_t *bytes, size_t len)
{
	struct cursor c = cursor_over(bytes, len);
	struct ethernet e;
	uint8_t built[ETHERNET_LEN];
	struct writer w = writer_over(built, sizeof(built));

	if (ethernet_parse(&c, &e) != 0)
		return;
	ethernet_build(&w, &e);
	require(!w.bad && memcmp(built, bytes, ETHERNET_LEN) == 0);
	try_arp(c.at, cursor_left(&c));
	try_ipv4(c.at, cursor_left(&c));
}

/** A header that was taken must be taken again once it is written, on either kind of port. */
static void try_offload(const uint8_t *header, size_t frame_len)
{
	static const unsigned int link_lens[] = {0, ETHERNET_LEN};

	for (size_t i = 0; i < ARRAY_COUNT(link_lens); i++) {
		struct offload o, again;
		uint8_t built[OFFLOAD_HEADER_LEN];

		if (offload_parse(&o, header, link_lens[i], frame_len) != 0)
			continue;
		offload_build(&o, built, link_lens[1 - i], IPV4_LEN);
		require(offload_parse(&again, built, link_lens[1 - i],
				      frame_len - link_lens[i] + link_lens[1 - i]) == 0);
		require(again.needs_csum == o.needs_csum && again.ecn == o.ecn);
		require(again.gso == o.gso && again.gso_size == o.gso_size);
		require(again.csum_start == o.csum_start && again.csum_offset == o.csum_offset);
	}
}

/** The sum in two parts, cut anywhere even, is the sum of the whole. */
static void try_checksum(const uint8_t *bytes, size_t len)
{
	size_t cut = len / 3 & ~(size_t)1;
	uint16_t parts = checksum_sum(bytes, cut, 0);

	parts = checksum_sum(bytes + cut, len - cut, parts);
	require(parts == checksum_sum(bytes, len, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < OFFLOAD_HEADER_LEN || size > IPV4_MAX)
		return 0;
	try_offload(data, size - OFFLOAD_HEADER_LEN);
	data += OFFLOAD_HEADER_LEN;
	size -= OFFLOAD_HEADER_LEN;
	try_checksum(data, size);
	try_frame(data, size);
	try_arp(data, size);
	try_ipv4(data, size);
	try_icmp(data, size);
	try_tcp(data, size);
	try_udp(data, size);
	try_options(data, (unsigned int)MIN(size, (size_t)IPV4_LEN_MAX - IPV4_LEN));
	return 0;
}
