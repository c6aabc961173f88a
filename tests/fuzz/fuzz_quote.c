/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors over a NAT with live sessions. The input is a list of errors: each quotes a packet
 * that truly went out, came in or turned round, with bytes changed here and there, or quotes any
 * bytes at all. Each error stands in a block of exactly its size.
 *
 * Whatever is forwarded has right checksums, outside and in the quoted header, and in the quoted
 * transport if it was right before and is whole; whatever comes, no session or mapping changes by a
 * byte.
 */
#include <stdio.h>

#include "core/nat/nat.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ERRORS_MAX = 200, QUOTE_MAX = 600, QUOTES_MAX = 12, RECORDS_MAX = 32 };

static const struct hash_key some_key = {{0x1111222233334444ULL, 0x5555666677778888ULL}};

static const ip4_t laptop = {0xc0a80164}, tv = {0xc0a80165}, vip = {0xcb00710a};
static const ip4_t server = {0xc6336407}, transit = {0xc0000201};

/** A packet as the one who reports an error about it saw it. */
struct quotable {
	uint8_t bytes[QUOTE_MAX];
	size_t len;
	ip4_t reporter, reported_to;
};

/* The same for all inputs: none changes it. */
static struct world {
	struct event_queue events;
	struct config config;
	struct nat *nat;
	struct drop_counters drops;
	mono_ms_t now;
	struct quotable quotes[QUOTES_MAX];
	unsigned int quote_count;
	struct nat_session sessions[RECORDS_MAX];
	struct nat_mapping mappings[RECORDS_MAX];
	uint32_t session_high, mapping_high;
} world;

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

/* ---- the world ------------------------------------------------------------------------------ */

/** Fills in a frame from its bytes as the router does. Return: whether NAT may see it. */
static bool frame_read(struct frame *f, uint8_t *packet, size_t len)
{
	struct cursor c = cursor_over(packet, len);
	struct ipv4 ip;

	if (ipv4_parse(&c, &ip) < 0)
		return false;
	*f = (struct frame){
		.data = packet,
		.len = (uint32_t)len,
		.drops = &world.drops,
		.l4 = ip.header_len,
		.end = ip.total_len,
		.src = ip.src,
		.dst = ip.dst,
		.proto = ip.proto,
		.ttl = ip.ttl,
		.id = ip.id,
	};
	if (ip.proto == IP_PROTO_ICMP && icmp_is_query(frame_l4(f)[0])) {
		f->sport = f->dport = wire_get16(frame_l4(f) + 4);
	} else if (ip.proto != IP_PROTO_ICMP) {
		f->sport = wire_get16(frame_l4(f));
		f->dport = wire_get16(frame_l4(f) + 2);
	}
	return true;
}

/** Writes a packet with a payload of 500 bytes. Return: its length. */
static size_t make_packet(uint8_t *bytes, uint8_t proto, ip4_t src, uint16_t sport, ip4_t dst,
			  uint16_t dport)
{
	static const uint8_t payload[500] = {1, 2, 3};
	uint32_t header =
		proto == IP_PROTO_TCP ? TCP_LEN : UDP_LEN; /* ICMP's is as long as UDP's */
	uint16_t l4_len = (uint16_t)(header + sizeof(payload));
	struct writer w = writer_over(bytes, QUOTE_MAX);
	uint8_t *l4 = bytes + IPV4_LEN;

	ipv4_build(&w, &(struct ipv4){.header_len = IPV4_LEN,
				      .total_len = (uint16_t)(IPV4_LEN + l4_len),
				      .ttl = 63,
				      .proto = proto,
				      .src = src,
				      .dst = dst});
	if (proto == IP_PROTO_UDP) {
		udp_build(&w, &(struct udp){.sport = sport, .dport = dport}, src, dst, payload,
			  sizeof(payload));
	} else if (proto == IP_PROTO_ICMP) {
		icmp_build(&w, &(struct icmp){.type = ICMP_ECHO, .id = sport}, payload,
			   sizeof(payload));
	} else {
		tcp_build(&w,
			  &(struct tcp){.sport = sport,
					.dport = dport,
					.header_len = TCP_LEN,
					.flags = src.host == server.host ? TCP_SYN | TCP_ACK
									 : TCP_SYN},
			  src, dst);
		writer_bytes(&w, payload, sizeof(payload));
		wire_put16(l4 + TCP_CHECKSUM_OFFSET, 0);
		wire_put16(l4 + TCP_CHECKSUM_OFFSET,
			   (uint16_t)~checksum_sum(l4, l4_len,
						   checksum_pseudo(src, dst, proto, l4_len)));
	}
	require(!w.bad);
	return writer_len(&w);
}

enum way { WAY_OUT, WAY_IN, WAY_HAIRPIN, WAY_COUNT };

static enum verdict pass(struct frame *f, enum way way)
{
	enum verdict verdict = VERDICT_NEXT;

	if (way != WAY_IN)
		verdict = nat_outbound(world.nat, f, world.now);
	if (way != WAY_OUT && verdict == VERDICT_NEXT)
		verdict = nat_inbound(world.nat, f, way == WAY_HAIRPIN, world.now);
	return verdict;
}

/** Lets a packet through, and keeps it as the far end saw it. Return: its source port there. */
static uint16_t quotable(uint8_t proto, ip4_t src, uint16_t sport, ip4_t dst, uint16_t dport)
{
	enum way way = src.host == server.host ? WAY_IN
		       : dst.host == vip.host  ? WAY_HAIRPIN
					       : WAY_OUT;
	struct quotable *q = &world.quotes[world.quote_count++];
	struct frame f;

	require(world.quote_count <= QUOTES_MAX);
	q->len = make_packet(q->bytes, proto, src, sport, dst, dport);
	require(frame_read(&f, q->bytes, q->len));
	require(pass(&f, way) == VERDICT_NEXT);
	q->reporter = way == WAY_OUT ? transit : f.dst;
	q->reported_to = f.src;
	return f.sport;
}

static void world_begin(void)
{
	static const uint8_t protos[] = {IP_PROTO_UDP, IP_PROTO_TCP, IP_PROTO_ICMP};
	struct config_acl_line line = {
		.list = "1", .permit = true, .address = {0xc0a80100}, .wildcard = {255}};
	struct config_nat_source source = {.list = "1",
					   .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "A"}};

	world.now = (mono_ms_t){1000000};
	world.nat = nat_new(&some_key, &world.events);
	require(world.nat != NULL);
	config_init(&world.config);
	world.config.nat.max_entries = 1000;
	config_acl_add(&world.config, &line);
	config_vip_get(&world.config, "A")->address = vip;
	config_nat_source_add(&world.config, &source);
	require(nat_configure(world.nat, &world.config, world.now) == 0);
	for (unsigned int n = 0; n < ARRAY_COUNT(protos); n++) {
		uint16_t port, far;

		port = quotable(protos[n], tv, 5000, server, 80);
		far = quotable(protos[n], laptop, 5000, server, 80); /* has to take another */
		if (protos[n] == IP_PROTO_ICMP)
			continue;
		quotable(protos[n], server, 80, vip, far);
		quotable(protos[n], laptop, 5000, vip, port);
	}
	/* a datagram without checksum */
	struct quotable *q = &world.quotes[world.quote_count++];

	*q = world.quotes[0];
	wire_put16(q->bytes + IPV4_LEN + UDP_CHECKSUM_OFFSET, 0);
	world.session_high = world.nat->sessions.high;
	world.mapping_high = world.nat->mappings.high;
	require(world.session_high < RECORDS_MAX && world.mapping_high < RECORDS_MAX);
	for (uint32_t i = 1; i <= world.session_high; i++)
		world.sessions[i] = *nat_session_at(world.nat, i);
	for (uint32_t i = 1; i <= world.mapping_high; i++)
		world.mappings[i] = *nat_mapping_at(world.nat, i);
}

static void require_unchanged(void)
{
	require(world.nat->sessions.high == world.session_high);
	require(world.nat->mappings.high == world.mapping_high);
	for (uint32_t i = 1; i <= world.session_high; i++)
		require(memcmp(&world.sessions[i], nat_session_at(world.nat, i),
			       sizeof(struct nat_session)) == 0);
	for (uint32_t i = 1; i <= world.mapping_high; i++)
		require(memcmp(&world.mappings[i], nat_mapping_at(world.nat, i),
			       sizeof(struct nat_mapping)) == 0);
}

/* ---- the errors ------------------------------------------------------------------------------ */

/** Whether a quote is a whole packet, without extension, whose transport adds up. */
static bool quote_adds_up(const uint8_t *icmp, size_t len)
{
	struct cursor c = cursor_over(icmp + ICMP_LEN, len - ICMP_LEN);
	const uint8_t *l4;
	uint16_t l4_len;
	struct ipv4 ip;

	if (ipv4_parse(&c, &ip) < 0 || ip.total_len > len - ICMP_LEN || icmp[5] != 0 ||
	    ip.fragment_offset != 0)
		return false;
	l4 = icmp + ICMP_LEN + ip.header_len;
	l4_len = (uint16_t)(ip.total_len - ip.header_len);
	if (ip.proto == IP_PROTO_ICMP)
		return l4_len >= ICMP_LEN && icmp_checksum_ok(l4, l4_len);
	if (ip.proto == IP_PROTO_UDP)
		return l4_len >= UDP_LEN &&
		       (wire_get16(l4 + UDP_CHECKSUM_OFFSET) == 0 ||
			checksum_sum(l4, l4_len,
				     checksum_pseudo(ip.src, ip.dst, ip.proto, l4_len)) == 0xffff);
	return ip.proto == IP_PROTO_TCP && l4_len >= TCP_LEN &&
	       checksum_sum(l4, l4_len, checksum_pseudo(ip.src, ip.dst, ip.proto, l4_len)) ==
		       0xffff;
}

static void require_right(struct frame *f, bool added_up)
{
	uint8_t *l3 = frame_l3(f), *icmp = frame_l4(f);
	uint32_t len = frame_l4_len(f);
	struct cursor c = cursor_over(icmp + ICMP_LEN, len - ICMP_LEN);
	struct ipv4 ip;

	require(ipv4_checksum_ok(l3, IPV4_LEN));
	require(wire_get32(l3 + 12) == f->src.host && wire_get32(l3 + 16) == f->dst.host);
	if (f->offload.needs_csum)
		wire_put16(icmp + 2, (uint16_t)~checksum_sum(icmp, len, 0));
	require(icmp_checksum_ok(icmp, len));
	/* it went to the one who, as the quote says, sent the packet */
	require(ipv4_parse(&c, &ip) == 0);
	require(ipv4_checksum_ok(icmp + ICMP_LEN, ip.header_len));
	require(ip.src.host == f->dst.host);
	if (added_up)
		require(quote_adds_up(icmp, len));
}

/** What the quote is made of: bytes in the block, @len of them. */
static void fill_quote(uint8_t *quote, size_t len, const struct quotable *q, struct cursor *c,
		       uint8_t edits)
{
	memset(quote, 0, len);
	memcpy(quote, q->bytes, MIN(len, q->len));
	for (unsigned int n = 0; n < (edits & 15u); n++) {
		uint16_t at = cursor_u16(c);
		uint8_t value = cursor_u8(c);

		if (len > 0)
			quote[at % len] ^= value;
	}
	if ((edits & 0x80) && len >= IPV4_LEN) { /* the quoted header adds up all the same */
		size_t header_len = MIN((quote[0] & 15) * 4u, len);

		wire_put16(quote + 10, 0);
		wire_put16(quote + 10, (uint16_t)~checksum_sum(quote, header_len, 0));
	}
}

static void step(struct cursor *c)
{
	static const uint8_t types[] = {ICMP_UNREACHABLE, ICMP_TIME_EXCEEDED,
					ICMP_PARAMETER_PROBLEM, ICMP_SOURCE_QUENCH, ICMP_REDIRECT};
	uint8_t how = cursor_u8(c), which = cursor_u8(c), type = cursor_u8(c), edits = cursor_u8(c);
	const struct quotable *q = &world.quotes[which % world.quote_count];
	uint32_t second_word = cursor_u32(c);
	size_t quote_len = cursor_u16(c) % (QUOTE_MAX + 1);
	size_t len = IPV4_LEN + ICMP_LEN + quote_len;
	uint8_t *block = malloc(len), *icmp;
	enum way way = how % WAY_COUNT;
	struct writer w;
	struct frame f;
	ip4_t src, dst;
	bool added_up;

	require(block != NULL);
	w = writer_over(block, len);
	ipv4_build(&w, &(struct ipv4){.header_len = IPV4_LEN,
				      .total_len = (uint16_t)len,
				      .ttl = 64,
				      .proto = IP_PROTO_ICMP,
				      .src = how & 4 ? transit : q->reporter,
				      .dst = how & 8 ? vip : q->reported_to});
	icmp = block + IPV4_LEN;
	fill_quote(icmp + ICMP_LEN, quote_len, q, c, edits);
	icmp[0] = types[type % ARRAY_COUNT(types)];
	icmp[1] = type >> 4;
	wire_put32(icmp + 4, how & 16 ? second_word : 0);
	wire_put16(icmp + 2, 0);
	if (!(how & 32))
		wire_put16(icmp + 2, (uint16_t)~checksum_sum(icmp, ICMP_LEN + quote_len, 0));
	require(frame_read(&f, block, len));
	if (how & 64) {
		wire_put16(icmp + 2, 0);
		f.offload = (struct offload){
			.needs_csum = true, .csum_start = IPV4_LEN, .csum_offset = 2};
	}
	f.own = how & 128;
	added_up = quote_adds_up(icmp, ICMP_LEN + quote_len);
	src = f.src;
	dst = f.dst;
	/* what NAT has nothing to do with goes on as it came, right or not */
	if (pass(&f, way) == VERDICT_NEXT && !(ip4_equal(f.src, src) && ip4_equal(f.dst, dst)))
		require_right(&f, added_up);
	require_unchanged();
	free(block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_over(data, size);

	if (!world.nat)
		world_begin();
	for (unsigned int n = 0; n < ERRORS_MAX && cursor_left(&c) > 0; n++)
		step(&c);
	return 0;
}
