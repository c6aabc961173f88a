/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A home whose translations live: laptop 192.168.1.100 and TV 192.168.1.101 on Tun1 send to hosts
 * outside on Tun9, behind 203.0.113.10.
 */
#ifndef TESTS_UNIT_CLI_MODES_LIVE_H
#define TESTS_UNIT_CLI_MODES_LIVE_H

#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/udp.h"
#include "tests/unit/cli/modes/bench.h"

#define LAPTOP IP4(192, 168, 1, 100)
#define TV     IP4(192, 168, 1, 101)
#define SERVER IP4(198, 51, 100, 7)
#define OTHER  IP4(198, 51, 100, 8)
#define HEAD   "Pro Inside global      Inside local       Outside local      Outside global\n"

static const char live[] = "hostname home\n"
			   "interface Tun1\n"
			   " ip address 192.168.1.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface Tun9\n"
			   " ip address 203.0.113.2 255.255.255.0\n"
			   " ip nat outside\n"
			   "ip vip HOME 203.0.113.10 interface Tun9\n"
			   "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			   "ip nat inside source list 1 vip HOME overload\n"
			   "ip nat inside source static tcp 192.168.1.20 80 vip HOME 8080\n"
			   "ip nat translation max-entries host 192.168.1.101 2\n"
			   "ip nat translation max-rate list 1 1000\n"
			   "ip dhcp pool LAN\n"
			   " network 192.168.1.0 255.255.255.0\n"
			   "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n";

static inline void live_begin(struct bench *bench)
{
	bench_begin(bench, live);
	bench_lease(bench, LAPTOP, "laptop");
	bench_lease(bench, TV, "tv");
}

static inline void send(struct bench *bench, uint8_t *packet, uint32_t len)
{
	struct frame f = {.data = packet, .len = len};
	unsigned int count;

	f.port =
		(uint16_t)router_port(bench->world.router, (struct interface_id){INTERFACE_TUN, 1});
	router_input(bench->world.router, &f, 1, bench->world.now);
	router_output(bench->world.router, &count);
}

static inline struct writer begin(uint8_t *at, ip4_t src, ip4_t dst, uint8_t proto, uint32_t len)
{
	struct writer w = writer_over(at, IPV4_LEN + len);
	struct ipv4 ip = {
		.header_len = IPV4_LEN,
		.total_len = (uint16_t)(IPV4_LEN + len),
		.ttl = 64,
		.proto = proto,
		.src = src,
		.dst = dst,
	};

	ipv4_build(&w, &ip);
	return w;
}

static inline void udp(struct bench *bench, ip4_t src, uint16_t sport, ip4_t dst, uint32_t payload)
{
	static const uint8_t zeros[1400];
	uint8_t room[FRAME_HEADROOM + 1500];
	uint8_t *packet = room + FRAME_HEADROOM;
	uint32_t len = UDP_LEN + payload;
	struct writer w = begin(packet, src, dst, IP_PROTO_UDP, len);

	udp_build(&w, &(struct udp){.sport = sport, .dport = 80, .len = (uint16_t)len}, src, dst,
		  zeros, payload);
	send(bench, packet, IPV4_LEN + len);
}

static inline void ping(struct bench *bench, ip4_t src, ip4_t dst, uint16_t id)
{
	uint8_t room[FRAME_HEADROOM + 64];
	uint8_t *packet = room + FRAME_HEADROOM;
	struct writer w = begin(packet, src, dst, IP_PROTO_ICMP, ICMP_LEN);

	icmp_build(&w, &(struct icmp){.type = ICMP_ECHO, .id = id, .seq = 1}, "", 0);
	send(bench, packet, IPV4_LEN + ICMP_LEN);
}

static inline uint32_t sessions(const struct bench *bench)
{
	struct nat_stats stats;

	nat_stats(router_nat(bench->world.router), &stats);
	return stats.sessions;
}

#endif
