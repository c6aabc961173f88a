/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the NAT's tests share: a home behind 203.0.113.10, packets as they come from a Tap, and a
 * check that recomputes every checksum.
 *
 *   192.168.1.0/24 inside ── NAT ── outside, VIP HOME 203.0.113.10
 */
#ifndef TESTS_UNIT_CORE_NAT_FIXTURE_H
#define TESTS_UNIT_CORE_NAT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/nat/nat.h"
#include "core/nat/tcp_track.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

#define LAPTOP	IP4(192, 168, 1, 100)
#define PHONE	IP4(192, 168, 1, 101)
#define TV	IP4(192, 168, 1, 80)
#define VIP	IP4(203, 0, 113, 10)
#define SERVER	IP4(198, 51, 100, 7)
#define OTHER	IP4(198, 51, 100, 8)
#define TRANSIT IP4(192, 0, 2, 1) /* a router on the way */

enum { PACKET_L3 = 14, PACKET_ROOM = 2048 };

struct home {
	struct event_queue events;
	struct config config;
	struct nat *nat;
	struct drop_counters drops;
	mono_ms_t now;
};

struct packet {
	uint8_t storage[FRAME_HEADROOM + PACKET_ROOM];
	struct frame frame;
};

static const struct hash_key home_key = {{0x0123456789abcdefULL, 0xfedcba9876543210ULL}};

static inline struct config_public home_public(const char *vip)
{
	struct config_public public = {.kind = CONFIG_PUBLIC_VIP};

	snprintf(public.vip, sizeof(public.vip), "%s", vip);
	return public;
}

static inline void home_vip(struct config *config, const char *name, ip4_t address)
{
	struct config_vip *vip = config_vip_get(config, name);

	assert_non_null(vip);
	vip->address = address;
	vip->interface = (struct interface_id){INTERFACE_TAP, 9};
}

static inline void home_acl(struct config *config, const char *list, ip4_t address, ip4_t wildcard)
{
	struct config_acl_line line = {.permit = true, .address = address, .wildcard = wildcard};

	snprintf(line.list, sizeof(line.list), "%s", list);
	assert_int_equal(config_acl_add(config, &line), 0);
}

static inline void home_source(struct config *config, const char *list, const char *vip)
{
	struct config_nat_source source = {.public = home_public(vip)};

	snprintf(source.list, sizeof(source.list), "%s", list);
	assert_int_equal(config_nat_source_add(config, &source), 0);
}

/** The behaviour of every rule of a list. */
static inline void home_behaviour(struct config *config, const char *list, uint8_t mapping,
				  uint8_t filtering)
{
	vec_each (&config->nat.sources, source) {
		if (strcmp(source->list, list) != 0)
			continue;
		source->has_mapping = source->has_filtering = true;
		source->mapping = mapping;
		source->filtering = filtering;
	}
}

/** Removes the rules of a list. */
static inline void home_unsource(struct config *config, const char *list)
{
	for (uint32_t i = config->nat.sources.count; i-- > 0;)
		if (strcmp(config->nat.sources.at[i].list, list) == 0)
			vec_remove(&config->nat.sources, i);
}

/** A pool of @count addresses from @start on, and list @list's rule that shares it. */
static inline void home_pool(struct config *config, const char *list, const char *name, ip4_t start,
			     uint32_t count)
{
	struct config_nat_source source = {.public = {.kind = CONFIG_PUBLIC_POOL},
					   .overload = true};
	struct config_nat_pool *pool = config_nat_pool_get(config, name);

	assert_non_null(pool);
	pool->start = start;
	pool->end.host = start.host + count - 1;
	pool->len = 24;
	snprintf(source.list, sizeof(source.list), "%s", list);
	snprintf(source.public.pool, sizeof(source.public.pool), "%s", name);
	assert_int_equal(config_nat_source_add(config, &source), 0);
}

static inline struct config_nat_static home_static(uint8_t proto, ip4_t local, uint16_t local_port,
						   uint16_t global_port)
{
	return (struct config_nat_static){
		.proto = proto,
		.local = local,
		.local_port = local_port,
		.public = home_public("HOME"),
		.global_port = global_port,
	};
}

static inline void home_configure(struct home *home)
{
	assert_int_equal(nat_configure(home->nat, &home->config, home->now), 0);
}

static inline int home_setup(void **state)
{
	struct home *home = calloc(1, sizeof(*home));

	assert_non_null(home);
	home->now.ms = 1000000;
	home->nat = nat_new(&home_key, &home->events);
	assert_non_null(home->nat);
	config_init(&home->config);
	home->config.nat.max_entries = 100000;
	home_vip(&home->config, "HOME", VIP);
	home_acl(&home->config, "1", IP4(192, 168, 1, 0), IP4(0, 0, 0, 255));
	home_source(&home->config, "1", "HOME");
	home_configure(home);
	*state = home;
	return 0;
}

static inline int home_teardown(void **state)
{
	struct home *home = *state;

	nat_free(home->nat);
	config_fini(&home->config);
	free(home);
	return 0;
}

static inline void home_wait(struct home *home, int64_t seconds)
{
	home->now = mono_add_s(home->now, seconds);
}

/* ---- packets ---------------------------------------------------------------------------- */

/** Sets the frame's fields from its bytes, as the router does. */
static inline void packet_parse(struct home *home, struct packet *p, uint32_t len)
{
	struct frame *f = &p->frame;
	struct cursor c = cursor_over(p->storage + FRAME_HEADROOM + PACKET_L3, len);
	struct ipv4 ip;

	assert_int_equal(ipv4_parse(&c, &ip), 0);
	*f = (struct frame){
		.data = p->storage + FRAME_HEADROOM,
		.len = PACKET_L3 + len,
		.drops = &home->drops,
		.l3 = PACKET_L3,
		.l4 = (uint16_t)(PACKET_L3 + ip.header_len),
		.end = PACKET_L3 + len,
		.src = ip.src,
		.dst = ip.dst,
		.proto = ip.proto,
		.ttl = ip.ttl,
		.id = ip.id,
	};
	const uint8_t *l4 = frame_l4(f);

	if (ip.proto == IP_PROTO_TCP || ip.proto == IP_PROTO_UDP) {
		f->sport = wire_get16(l4);
		f->dport = wire_get16(l4 + 2);
	} else if (ip.proto == IP_PROTO_ICMP && icmp_is_query(l4[0])) {
		f->sport = f->dport = wire_get16(l4 + 4);
	}
}

static inline struct writer packet_begin(struct packet *p, ip4_t src, ip4_t dst, uint8_t proto,
					 uint32_t l4_len)
{
	struct writer w =
		writer_over(p->storage + FRAME_HEADROOM + PACKET_L3, PACKET_ROOM - PACKET_L3);
	struct ipv4 ip = {
		.header_len = IPV4_LEN,
		.total_len = (uint16_t)(IPV4_LEN + l4_len),
		.id = 0x1234,
		.ttl = 63,
		.proto = proto,
		.src = src,
		.dst = dst,
	};

	memset(p, 0xa5, sizeof(*p));
	ipv4_build(&w, &ip);
	return w;
}

static inline void packet_end(struct home *home, struct packet *p, const struct writer *w)
{
	assert_false(w->bad);
	packet_parse(home, p, (uint32_t)writer_len(w));
}

static inline void packet_udp(struct home *home, struct packet *p, ip4_t src, uint16_t sport,
			      ip4_t dst, uint16_t dport)
{
	static const char payload[] = "thirteen byte";
	struct writer w = packet_begin(p, src, dst, IP_PROTO_UDP, UDP_LEN + 13);

	udp_build(&w, &(struct udp){.sport = sport, .dport = dport, .len = UDP_LEN + 13}, src, dst,
		  payload, 13);
	packet_end(home, p, &w);
}

static inline void packet_tcp(struct home *home, struct packet *p, ip4_t src, uint16_t sport,
			      ip4_t dst, uint16_t dport)
{
	struct writer w = packet_begin(p, src, dst, IP_PROTO_TCP, TCP_LEN);

	tcp_build(&w,
		  &(struct tcp){.sport = sport,
				.dport = dport,
				.seq = 1000,
				.header_len = TCP_LEN,
				.flags = TCP_SYN,
				.window = 65535},
		  src, dst);
	packet_end(home, p, &w);
}

static inline void packet_set_flags(struct packet *p, uint8_t flags)
{
	uint8_t *l4 = frame_l4(&p->frame);
	uint16_t from = wire_get16(l4 + 12);

	l4[13] = flags;
	wire_put16(l4 + TCP_CHECKSUM_OFFSET,
		   checksum_update(wire_get16(l4 + TCP_CHECKSUM_OFFSET),
				   checksum_delta16(from, wire_get16(l4 + 12))));
}

static inline void packet_echo(struct home *home, struct packet *p, uint8_t type, ip4_t src,
			       ip4_t dst, uint16_t id)
{
	struct writer w = packet_begin(p, src, dst, IP_PROTO_ICMP, ICMP_LEN + 5);

	icmp_build(&w, &(struct icmp){.type = type, .id = id, .seq = 1}, "ping!", 5);
	packet_end(home, p, &w);
}

/** An ICMP error that quotes @quote_len bytes of IPv4 (0: all) of another packet. */
static inline void packet_error(struct home *home, struct packet *p, ip4_t src, ip4_t dst,
				const struct packet *quoted, uint32_t quote_len)
{
	uint32_t len = quote_len ? quote_len : quoted->frame.end - quoted->frame.l3;
	struct writer w = packet_begin(p, src, dst, IP_PROTO_ICMP, ICMP_LEN + len);

	icmp_build(&w, &(struct icmp){.type = ICMP_UNREACHABLE, .code = ICMP_PORT_UNREACHABLE},
		   frame_l3(&quoted->frame), len);
	packet_end(home, p, &w);
}

/** As the sender's kernel hands it on: the checksum field has the pseudo-header's sum only. */
static inline void packet_unfinish(struct packet *p)
{
	struct frame *f = &p->frame;
	unsigned int at = f->proto == IP_PROTO_TCP ? TCP_CHECKSUM_OFFSET : UDP_CHECKSUM_OFFSET;

	f->offload.needs_csum = true;
	f->offload.csum_start = (uint16_t)(f->l4 - f->l3);
	f->offload.csum_offset = (uint16_t)at;
	wire_put16(frame_l4(f) + at,
		   checksum_pseudo(f->src, f->dst, f->proto, (uint16_t)frame_l4_len(f)));
}

/** What the receiver's kernel does with such a packet. */
static inline void packet_finish(struct packet *p)
{
	struct frame *f = &p->frame;
	uint8_t *l4 = frame_l4(f);

	wire_put16(l4 + f->offload.csum_offset, (uint16_t)~checksum_sum(l4, frame_l4_len(f), 0));
	f->offload.needs_csum = false;
}

/** Recomputes every checksum, and compares the frame's fields with its bytes. */
static inline void packet_check(const struct packet *p)
{
	const struct frame *f = &p->frame;
	const uint8_t *l3 = frame_l3(f), *l4 = frame_l4(f);
	uint32_t len = frame_l4_len(f);

	assert_true(ipv4_checksum_ok(l3, (unsigned int)(f->l4 - f->l3)));
	assert_int_equal(wire_get32(l3 + 12), f->src.host);
	assert_int_equal(wire_get32(l3 + 16), f->dst.host);
	if (f->proto == IP_PROTO_ICMP) {
		assert_true(icmp_checksum_ok(l4, len));
		if (icmp_is_query(l4[0])) {
			assert_int_equal(wire_get16(l4 + 4), f->sport);
			assert_int_equal(wire_get16(l4 + 4), f->dport);
		}
		return;
	}
	assert_int_equal(wire_get16(l4), f->sport);
	assert_int_equal(wire_get16(l4 + 2), f->dport);
	if (f->proto == IP_PROTO_UDP && wire_get16(l4 + UDP_CHECKSUM_OFFSET) == 0)
		return;
	assert_int_equal(
		checksum_sum(l4, len, checksum_pseudo(f->src, f->dst, f->proto, (uint16_t)len)),
		0xffff);
}

/* ---- traffic ---------------------------------------------------------------------------- */

static inline enum verdict send_out(struct home *home, struct packet *p)
{
	return nat_outbound(home->nat, &p->frame, home->now);
}

static inline enum verdict send_in(struct home *home, struct packet *p)
{
	return nat_inbound(home->nat, &p->frame, false, home->now);
}

/** One UDP packet from inside. Return: its external port. */
static inline uint16_t udp_out(struct home *home, ip4_t src, uint16_t sport, ip4_t dst,
			       uint16_t dport)
{
	struct packet p;

	packet_udp(home, &p, src, sport, dst, dport);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	packet_check(&p);
	assert_int_equal(p.frame.src.host, VIP.host);
	return p.frame.sport;
}

/** One UDP packet from outside to the VIP. Return: the verdict; the destination in @to. */
static inline enum verdict udp_in(struct home *home, ip4_t src, uint16_t sport, uint16_t dport,
				  struct packet *p)
{
	packet_udp(home, p, src, sport, VIP, dport);
	enum verdict verdict = send_in(home, p);

	if (verdict == VERDICT_NEXT)
		packet_check(p);
	return verdict;
}

static inline uint16_t tcp_out(struct home *home, ip4_t src, uint16_t sport, ip4_t dst,
			       uint16_t dport, uint8_t flags)
{
	struct packet p;

	packet_tcp(home, &p, src, sport, dst, dport);
	packet_set_flags(&p, flags);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	packet_check(&p);
	return p.frame.sport;
}

static inline enum verdict tcp_in(struct home *home, ip4_t src, uint16_t sport, uint16_t dport,
				  uint8_t flags)
{
	struct packet p;

	packet_tcp(home, &p, src, sport, VIP, dport);
	packet_set_flags(&p, flags);
	enum verdict verdict = send_in(home, &p);

	if (verdict == VERDICT_NEXT)
		packet_check(&p);
	return verdict;
}

/** The only session there is. */
static inline struct nat_entry only_session(const struct home *home)
{
	struct nat_entry entry, found = {0};
	unsigned int count = 0;

	for (uint64_t cursor = 0; nat_next_entry(home->nat, &cursor, &entry, home->now);) {
		if (!entry.entry_static) {
			found = entry;
			count++;
		}
	}
	assert_int_equal(count, 1);
	return found;
}

static inline uint32_t session_count_now(const struct home *home)
{
	struct nat_stats stats;

	nat_stats(home->nat, &stats);
	return stats.sessions;
}

#endif
