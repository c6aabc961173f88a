/* SPDX-License-Identifier: BSD-2-Clause */
/* The router's own host: what it is reached at, whom it may speak to, and the ports it is lent. */
#include "tests/unit/core/router_fixture.h"

#include "core/nat/port_blocks.h"
#include "core/self.h"

#define RESOLVER IP4(198, 51, 100, 53)

/* ---- what goes in ------------------------------------------------------------------------- */

/* A packet of the host, which has no link header; the one of @p stays behind. */
static void send_self(struct home *h, const struct packet *p)
{
	struct packet copy = *p;
	struct frame f = {.data = copy.bytes + ETHERNET_LEN,
			  .len = p->len - ETHERNET_LEN,
			  .port = PORT_SELF,
			  .offload = p->offload};

	h->sent_count = 0;
	router_self_input(h->router, &f, 1, h->now);
	collect(h);
}

static void self_udp(struct home *h, ip4_t src, uint16_t sport, ip4_t dst, uint16_t dport)
{
	struct packet p;

	udp(&p, MAC(0), MAC(0), src, sport, dst, dport, 40);
	send_self(h, &p);
}

static void lan_udp(struct home *h, ip4_t src, ip4_t dst, uint16_t dport)
{
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), src, 5353, dst, dport, 40);
	send(h, 1, &p);
}

static void wan_udp(struct home *h, ip4_t src, uint16_t sport, ip4_t dst, uint16_t dport)
{
	struct packet p;

	udp(&p, h->wan_mac, MAC(9), src, sport, dst, dport, 40);
	send(h, 9, &p);
}

static void tcp(struct packet *p, mac_t to, mac_t from, const struct endpoint *src,
		const struct endpoint *dst, uint8_t flags)
{
	struct writer w;

	link_header(p, to, from, ETHERNET_IPV4);
	w = ip_header(p, src->address, dst->address, IP_PROTO_TCP, TCP_LEN);
	tcp_build(&w,
		  &(struct tcp){.sport = src->port,
				.dport = dst->port,
				.seq = 1,
				.header_len = TCP_LEN,
				.flags = flags},
		  src->address, dst->address);
}

/* An ICMP error from outside about a packet of UDP that the router sent. */
static void wan_error(struct home *h, const struct endpoint *source, ip4_t peer, uint16_t mtu)
{
	struct packet quoted, p;
	uint8_t quote[IPV4_LEN + UDP_LEN + 40];
	struct writer w;

	udp(&quoted, MAC(0), MAC(0), source->address, source->port, peer, 53, 40);
	memcpy(quote, quoted.bytes + ETHERNET_LEN, sizeof(quote));
	link_header(&p, h->wan_mac, MAC(9), ETHERNET_IPV4);
	w = ip_header(&p, GATEWAY, source->address, IP_PROTO_ICMP, ICMP_LEN + sizeof(quote));
	icmp_build(&w,
		   &(struct icmp){.type = ICMP_UNREACHABLE,
				  .code = mtu ? ICMP_FRAGMENTATION_NEEDED : ICMP_PORT_UNREACHABLE,
				  .seq = mtu},
		   quote, sizeof(quote));
	send(h, 9, &p);
}

static struct endpoint lend(struct home *h, uint8_t protocol, ip4_t peer, uint64_t random)
{
	struct endpoint source;

	assert_int_equal(router_lend(h->router, protocol, peer, random, &source, h->now), 0);
	return source;
}

/* The home's devices share the address of the interface itself. */
static void share_the_interface(struct home *h)
{
	struct config_nat_source source = {
		.list = "1", .public = {.kind = CONFIG_PUBLIC_INTERFACE, .interface = TAP_ID(9)}};

	vec_each (&h->config.nat.sources, at)
		*at = source;
	reapply(h);
	assert_true(nat_is_public(router_nat(h->router), WAN));
}

/* The TV's port to the outside; 0: it got none. */
static uint16_t port_of_tv(struct home *h, uint16_t own)
{
	struct packet p;

	udp(&p, h->lan_mac, MAC(2), TV, own, SERVER, 9, 10);
	send(h, 2, &p);
	return h->sent_count == 1 ? wire_get16(l4_of(&h->sent[0])) : 0;
}

/* ---- serving ------------------------------------------------------------------------------ */

static void a_served_port_is_reached_from_inside_and_answers(void **state)
{
	struct home *h = *state;
	struct sent *s;

	lan_udp(h, LAPTOP, LAN, 53);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	lan_udp(h, LAPTOP, LAN, 53);
	s = only(h, SELF);
	assert_ip(s, LAPTOP, LAN, IP_PROTO_UDP);
	assert_int_equal(l3_of(s)[8], 64); /* its own TTL: the packet has arrived */
	assert_int_equal(wire_get16(l4_of(s) + 2), 53);
	self_udp(h, LAN, 53, LAPTOP, 5353);
	s = only(h, 1);
	assert_ip(s, LAN, LAPTOP, IP_PROTO_UDP);
	assert_memory_equal(s->bytes, MAC(1).byte, 6);
	assert_int_equal(l3_of(s)[8], 64);
	lan_udp(h, LAPTOP, LAN, 54); /* another port is as closed as before */
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, false), 0);
	lan_udp(h, LAPTOP, LAN, 53);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
}

static void a_served_port_is_never_open_to_the_outside(void **state)
{
	struct home *h = *state;
	uint64_t refused;

	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	wan_udp(h, GATEWAY, 4000, WAN, 53);
	assert_icmp(only(h, 9), WAN, GATEWAY, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	wan_udp(h, GATEWAY, 4000, LAN, 53); /* routed to us by its sender, for an inside address */
	assert_icmp(only(h, 9), WAN, GATEWAY, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	wan_udp(h, GATEWAY, 4000, VIP, 53);
	assert_int_equal(h->sent_count, 0);
	/* what claims to come from outside, though from inside, would be answered outside */
	lan_udp(h, SERVER, LAN, 53);
	assert_int_not_equal(h->sent_count == 1 && h->sent[0].tap == SELF, true);
	/* and the host itself cannot answer there */
	refused = router_drops(h->router, DROP_SELF_NOT_OPEN);
	assert_int_equal(refused, 0);
	self_udp(h, WAN, 53, GATEWAY, 4000);
	self_udp(h, LAN, 53, GATEWAY, 4000);
	assert_int_equal(h->sent_count, 0);
	assert_int_equal(router_drops(h->router, DROP_SELF_NOT_OPEN), 2);
}

static void a_service_is_at_the_insides_addresses_alone(void **state)
{
	struct home *h = *state;

	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	lan_udp(h, LAPTOP, WAN, 53);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	lan_udp(h, LAPTOP, VIP, 53);
	assert_int_equal(h->sent_count, 0);
	assert_int_equal(router_drops(h->router, DROP_NAT_NO_MAPPING), 1);
}

static void tcp_is_served_too_and_is_not_reset(void **state)
{
	struct home *h = *state;
	const struct endpoint laptop = {LAPTOP, 4000}, dns = {LAN, 53};
	struct packet p;

	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	tcp(&p, h->lan_mac, MAC(1), &laptop, &dns, TCP_SYN);
	send(h, 1, &p);
	assert_int_equal(l4_of(only(h, 1))[13] & TCP_RST, TCP_RST);
	assert_int_equal(router_serve(h->router, IP_PROTO_TCP, 53, true), 0);
	send(h, 1, &p);
	assert_ip(only(h, SELF), LAPTOP, LAN, IP_PROTO_TCP);
	tcp(&p, MAC(0), MAC(0), &dns, &laptop, TCP_SYN | TCP_ACK);
	send_self(h, &p);
	assert_ip(only(h, 1), LAN, LAPTOP, IP_PROTO_TCP);
}

static void a_trace_says_that_the_host_has_it(void **state)
{
	struct home *h = *state;
	static struct trace trace;

	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	memset(&trace, 0, sizeof(trace));
	router_set_trace(h->router, &trace);
	lan_udp(h, LAPTOP, LAN, 53);
	router_set_trace(h->router, NULL);
	assert_int_equal(trace.verdict, VERDICT_CONSUMED);
	assert_int_equal(trace.steps[trace.step_count - 1].kind, TRACE_LOCAL);
	assert_string_equal(trace.steps[trace.step_count - 1].text,
			    "for a program of the router's own");
	assert_int_equal(stats_of(h, TAP_ID(1)).consumed, 2); /* it had asked for our MAC before */
}

static void only_so_many_ports_are_served(void **state)
{
	struct home *h = *state;

	for (uint16_t port = 1; port <= SELF_SERVICES_MAX; port++)
		assert_int_equal(router_serve(h->router, IP_PROTO_UDP, port, true), 0);
	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 1, true), 0); /* it is already */
	assert_int_equal(router_serve(h->router, IP_PROTO_TCP, 1, true), -ENOSPC);
	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 3, false), 0);
	assert_int_equal(router_serve(h->router, IP_PROTO_TCP, 1, true), 0);
	lan_udp(h, LAPTOP, LAN, 3);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	lan_udp(h, LAPTOP, LAN, SELF_SERVICES_MAX);
	only(h, SELF);
}

/* A device leaves checksums to whoever takes the packet; so does the host. */
static void an_unfinished_checksum_is_handed_on_with_where_it_belongs(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	assert_int_equal(router_serve(h->router, IP_PROTO_TCP, 80, true), 0);
	tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, LAN, 3000, 1460);
	send(h, 1, &p);
	s = only(h, SELF);
	assert_true(s->offload.needs_csum);
	assert_int_equal(s->offload.csum_start, IPV4_LEN);
	assert_int_equal(s->offload.csum_offset, TCP_CHECKSUM_OFFSET);
	assert_int_equal(s->offload.gso, OFFLOAD_GSO_TCPV4);
	assert_int_equal(s->offload.gso_size, 1460);
	assert_int_equal(s->len, p.len);
	assert_memory_equal(l3_of(s), p.bytes + ETHERNET_LEN, p.len - ETHERNET_LEN);

	tcp_super(&p, MAC(0), MAC(0), LAN, LAPTOP, 3000, 1460);
	wire_put16(p.bytes + ETHERNET_LEN + IPV4_LEN, 80); /* its pseudo-header has no ports */
	wire_put16(p.bytes + ETHERNET_LEN + IPV4_LEN + 2, 4000);
	send_self(h, &p);
	s = only(h, 1);
	assert_true(s->offload.needs_csum);
	assert_int_equal(s->offload.csum_start, IPV4_LEN);
	assert_int_equal(s->offload.gso_size, 1460);
	assert_memory_equal(l4_of(s), p.bytes + ETHERNET_LEN + IPV4_LEN, TCP_LEN);
}

static void a_datagram_in_pieces_is_whole_for_the_host_and_from_it(void **state)
{
	struct home *h = *state;
	struct packet p;
	uint8_t *ip;

	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	for (int way = 0; way < 2; way++) {
		udp(&p, h->lan_mac, MAC(1), way ? LAN : LAPTOP, way ? 53 : 5353, way ? LAPTOP : LAN,
		    way ? 5353 : 53, 992);
		ip = p.bytes + ETHERNET_LEN;
		for (unsigned int piece = 0; piece < 2; piece++) {
			struct packet part = p;

			ip = part.bytes + ETHERNET_LEN;
			part.len = ETHERNET_LEN + IPV4_LEN + (piece ? 200 : 800);
			wire_put16(ip + 2, (uint16_t)(part.len - ETHERNET_LEN));
			wire_put16(ip + 6, piece ? 800 / 8 : 0x2000);
			memcpy(ip + IPV4_LEN, p.bytes + ETHERNET_LEN + IPV4_LEN + piece * 800,
			       piece ? 200 : 800);
			sum_header(&part);
			if (way)
				send_self(h, &part);
			else
				send(h, 1, &part);
		}
		assert_int_equal(only(h, way ? 1 : SELF)->len, ETHERNET_LEN + IPV4_LEN + 1000);
	}
}

static void the_host_is_told_of_a_link_that_is_narrower_than_its_line(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	config_interface_get(&h->config, BVI_ID(1))->mtu = 1400;
	reapply(h);
	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	udp(&p, MAC(0), MAC(0), LAN, 53, LAPTOP, 5353, 1400);
	p.bytes[ETHERNET_LEN + 6] = 0x40; /* don't fragment */
	sum_header(&p);
	send_self(h, &p);
	s = only(h, SELF);
	assert_icmp(s, LAN, LAN, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED);
	assert_int_equal(wire_get16(l4_of(s) + 6), 1400);
	p.bytes[ETHERNET_LEN + 6] = 0;
	sum_header(&p);
	send_self(h, &p);
	assert_int_equal(h->sent_count, 2); /* in pieces */
	assert_int_equal(h->sent[0].tap, 1);
}

/* ---- lent ports --------------------------------------------------------------------------- */

static void a_lent_port_speaks_with_the_host_it_is_for_and_nobody_else(void **state)
{
	struct home *h = *state;
	struct endpoint source;
	struct sent *s;

	for (int shared = 0; shared < 2; shared++) {
		if (shared)
			share_the_interface(h);
		source = lend(h, IP_PROTO_UDP, RESOLVER, 99);
		assert_true(ip4_equal(source.address, WAN));
		assert_true(source.port >= 1024);
		self_udp(h, WAN, source.port, RESOLVER, 53);
		s = only(h, 9);
		assert_ip(s, WAN, RESOLVER, IP_PROTO_UDP);
		assert_int_equal(wire_get16(l4_of(s)), source.port);
		wan_udp(h, RESOLVER, 53, WAN, source.port);
		assert_ip(only(h, SELF), RESOLVER, WAN, IP_PROTO_UDP);

		wan_udp(h, SERVER, 53, WAN, source.port);
		assert_true(h->sent_count == 0 || h->sent[0].tap == 9);
		self_udp(h, WAN, source.port, SERVER, 53);
		self_udp(h, LAN, source.port, RESOLVER, 53);
		self_udp(h, WAN, (uint16_t)(source.port ^ 1), RESOLVER, 53);
		assert_int_equal(h->sent_count, 0);
		assert_int_equal(router_drops(h->router, DROP_SELF_NOT_OPEN), shared ? 6 : 3);

		router_return(h->router, IP_PROTO_UDP, &source, h->now);
		self_udp(h, WAN, source.port, RESOLVER, 53);
		assert_int_equal(router_drops(h->router, DROP_SELF_NOT_OPEN), shared ? 7 : 4);
		router_clear_counters(h->router);
		for (int n = 0; shared == 0 && n < 3; n++) /* as many as before */
			self_udp(h, WAN, source.port, RESOLVER, 53);
		wan_udp(h, RESOLVER, 53, WAN, source.port);
		assert_true(h->sent_count == 0 || h->sent[0].tap == 9);
	}
}

static void a_lent_port_may_be_for_a_device(void **state)
{
	struct home *h = *state;
	struct endpoint source = lend(h, IP_PROTO_UDP, LAPTOP, 5);

	assert_true(ip4_equal(source.address, LAN));
	self_udp(h, LAN, source.port, LAPTOP, 514);
	assert_ip(only(h, 1), LAN, LAPTOP, IP_PROTO_UDP);
	lan_udp(h, LAPTOP, LAN, source.port);
	only(h, SELF);
	lan_udp(h, TV, LAN, source.port);
	assert_icmp(only(h, 2), LAN, TV, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
}

static void nobody_gets_a_port_without_a_route_or_an_own_address(void **state)
{
	struct home *h = *state;
	struct endpoint source;

	assert_int_equal(router_lend(h->router, IP_PROTO_UDP, LAN, 1, &source, h->now),
			 -ENETUNREACH);
	assert_int_equal(router_lend(h->router, IP_PROTO_UDP, VIP, 1, &source, h->now),
			 -ENETUNREACH);
	router_port_link(h->router, port_of(h, 9), false, h->now);
	assert_int_equal(router_lend(h->router, IP_PROTO_UDP, RESOLVER, 1, &source, h->now),
			 -ENETUNREACH);
}

static void nat_gives_no_device_a_port_that_is_lent(void **state)
{
	struct home *h = *state;
	struct endpoint source;
	uint16_t got;

	share_the_interface(h);
	source = lend(h, IP_PROTO_UDP, RESOLVER, 7);
	got = port_of_tv(h, source.port); /* it would have kept its own */
	assert_int_not_equal(got, 0);
	assert_int_not_equal(got, source.port);
	router_clear_nat(h->router, &(struct nat_match){0}, h->now);
	reapply(h); /* new rules, new pools: still so */
	got = port_of_tv(h, source.port);
	assert_int_not_equal(got, 0);
	assert_int_not_equal(got, source.port);
	wan_udp(h, RESOLVER, 53, WAN, source.port);
	only(h, SELF);
	router_return(h->router, IP_PROTO_UDP, &source, h->now);
	router_clear_nat(h->router, &(struct nat_match){0}, h->now);
	advance(h, 200 * 1000);
	meet(h, 9, MAC(9), GATEWAY, WAN);
	assert_int_equal(port_of_tv(h, source.port), source.port);
}

static void a_port_that_a_device_has_is_not_lent(void **state)
{
	struct home *h = *state;
	struct endpoint source, again;

	share_the_interface(h);
	source = lend(h, IP_PROTO_UDP, RESOLVER, 7);
	router_return(h->router, IP_PROTO_UDP, &source, h->now);
	assert_int_equal(port_of_tv(h, source.port), source.port);
	again = lend(h, IP_PROTO_UDP, RESOLVER, 7); /* the same chance, another port */
	assert_int_not_equal(again.port, source.port);
	wan_udp(h, SERVER, 9, WAN, source.port);
	assert_ip(only(h, 2), SERVER, TV, IP_PROTO_UDP);
}

static void a_fixed_translation_takes_a_lent_port_back(void **state)
{
	struct home *h = *state;
	struct config_nat_static rule = {
		.proto = IP_PROTO_UDP,
		.local = TV,
		.local_port = 5000,
		.public = {.kind = CONFIG_PUBLIC_INTERFACE, .interface = TAP_ID(9)}};
	struct endpoint source;

	share_the_interface(h);
	source = lend(h, IP_PROTO_UDP, RESOLVER, 7);
	rule.global_port = source.port;
	assert_int_equal(config_nat_static_add(&h->config, &rule), 0);
	reapply(h);
	self_udp(h, WAN, source.port, RESOLVER, 53);
	assert_int_equal(router_drops(h->router, DROP_SELF_NOT_OPEN), 1);
	wan_udp(h, RESOLVER, 53, WAN, source.port);
	assert_ip(only(h, 2), RESOLVER, TV, IP_PROTO_UDP);
	router_return(h->router, IP_PROTO_UDP, &source, h->now); /* nothing is taken from the TV */
	wan_udp(h, RESOLVER, 53, WAN, source.port);
	only(h, 2);
}

static void a_lent_port_does_not_outlive_its_address(void **state)
{
	struct home *h = *state;
	struct endpoint source = lend(h, IP_PROTO_UDP, RESOLVER, 7);

	config_interface_get(&h->config, TAP_ID(9))->addresses[0].address = IP4(203, 0, 113, 3);
	reapply(h);
	self_udp(h, WAN, source.port, RESOLVER, 53);
	assert_dropped(h, DROP_SELF_NOT_OPEN, 1);
	wan_udp(h, RESOLVER, 53, WAN, source.port);
	assert_true(h->sent_count == 0 || h->sent[0].tap != SELF);
	assert_true(ip4_equal(lend(h, IP_PROTO_UDP, RESOLVER, 7).address, IP4(203, 0, 113, 3)));
	router_return(h->router, IP_PROTO_UDP, &source, h->now);
}

static void a_lent_port_of_tcp_lives_on_for_a_minute(void **state)
{
	struct home *h = *state;
	const struct endpoint peer = {RESOLVER, 53};
	struct endpoint source, other;
	struct packet p;

	share_the_interface(h);
	source = lend(h, IP_PROTO_TCP, RESOLVER, 3);
	tcp(&p, h->wan_mac, MAC(9), &peer, &source, TCP_SYN | TCP_ACK);
	send(h, 9, &p);
	assert_ip(only(h, SELF), RESOLVER, WAN, IP_PROTO_TCP);
	router_return(h->router, IP_PROTO_TCP, &source, h->now);
	send(h, 9, &p);
	only(h, SELF);
	advance(h, 61 * 1000);
	other = lend(h, IP_PROTO_TCP, RESOLVER, 4);
	assert_int_not_equal(other.port, source.port);
	send(h, 9, &p);
	assert_int_equal(h->sent_count, 0);
}

static void only_so_many_ports_are_lent_and_each_once(void **state)
{
	struct home *h = *state;
	static bool taken[65536];
	struct endpoint source = {0}, more;

	share_the_interface(h);
	memset(taken, 0, sizeof(taken));
	for (uint64_t n = 0; n < NAT_LENT_MAX; n++) {
		source = lend(h, n % 2 ? IP_PROTO_UDP : IP_PROTO_TCP, RESOLVER, n * 77);
		assert_false(taken[source.port]);
		taken[source.port] = true;
	}
	assert_int_equal(router_lend(h->router, IP_PROTO_UDP, RESOLVER, 1, &more, h->now),
			 -ENOBUFS);
	router_return(h->router, IP_PROTO_UDP, &source, h->now);
	more = lend(h, IP_PROTO_TCP, RESOLVER, 1);
	router_return(h->router, IP_PROTO_TCP, &more, h->now);
	lend(h, IP_PROTO_TCP, RESOLVER, 2); /* one that rests makes room */
}

static void with_blocks_of_ports_lent_ones_keep_together(void **state)
{
	struct home *h = *state;

	share_the_interface(h);
	h->config.nat.port_block = 64;
	reapply(h);
	for (uint64_t n = 0; n < 50; n++)
		assert_true(lend(h, IP_PROTO_UDP, RESOLVER, n).port >= 65536 - PORT_BLOCK_MAX);
}

/* ---- errors ------------------------------------------------------------------------------- */

static void an_error_about_a_packet_of_the_host_reaches_it(void **state)
{
	struct home *h = *state;

	for (int shared = 0; shared < 2; shared++) {
		struct endpoint source, wrong;

		if (shared)
			share_the_interface(h);
		source = lend(h, IP_PROTO_UDP, RESOLVER, 21);
		wan_error(h, &source, RESOLVER, 0);
		assert_icmp(only(h, SELF), GATEWAY, WAN, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
		wan_error(h, &source, RESOLVER, 1400);
		only(h, SELF);
		wan_error(h, &source, SERVER, 0);
		assert_int_equal(h->sent_count, 0);
		wrong = source;
		wrong.port ^= 1;
		wan_error(h, &wrong, RESOLVER, 0);
		assert_int_equal(h->sent_count, 0);
		router_return(h->router, IP_PROTO_UDP, &source, h->now);
	}
}

static void the_host_is_told_of_a_next_hop_that_does_not_answer(void **state)
{
	struct home *h = *state;
	ip4_t nobody = IP4(192, 168, 1, 77);
	struct endpoint source = lend(h, IP_PROTO_UDP, nobody, 4);
	bool told = false;

	self_udp(h, LAN, source.port, nobody, 514);
	for (int n = 0; n < 100 && !told; n++) {
		advance(h, 100);
		told = h->sent_count > 0 && h->sent[0].tap == SELF;
	}
	assert_true(told);
	assert_icmp(&h->sent[0], LAN, LAN, ICMP_UNREACHABLE, ICMP_HOST_UNREACHABLE);
	assert_int_equal(wire_get16(l4_of(&h->sent[0]) + ICMP_LEN + IPV4_LEN), source.port);
}

/* Else whoever scans from outside would hear from its errors which ports are lent. */
static void the_hosts_own_errors_do_not_go_outside(void **state)
{
	struct home *h = *state;
	struct packet p;

	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	icmp(&p, MAC(0), MAC(0), WAN, RESOLVER, ICMP_UNREACHABLE, 28);
	send_self(h, &p);
	assert_dropped(h, DROP_SELF_NOT_OPEN, 1);
	icmp(&p, MAC(0), MAC(0), LAN, LAPTOP, ICMP_UNREACHABLE, 28);
	send_self(h, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, 0);
}

static void the_host_has_no_source_but_the_routers(void **state)
{
	struct home *h = *state;
	struct packet p;

	assert_int_equal(router_serve(h->router, IP_PROTO_UDP, 53, true), 0);
	self_udp(h, TV, 53, LAPTOP, 5353);
	self_udp(h, VIP, 53, LAPTOP, 5353);
	self_udp(h, IP4_ANY, 53, LAPTOP, 5353);
	assert_dropped(h, DROP_SELF_NOT_OPEN, 3);
	self_udp(h, LAN, 53, VIP, 5353);
	self_udp(h, LAN, 53, WAN, 5353);
	assert_dropped(h, DROP_IP_NO_ROUTE, 2);
	self_udp(h, LAN, 53, IP4(192, 168, 1, 255), 5353);
	assert_dropped(h, DROP_IP_BROADCAST, 1);
	udp(&p, MAC(0), MAC(0), LAN, 53, LAPTOP, 5353, 8);
	p.bytes[ETHERNET_LEN] = 0x65; /* of IPv6, which a kernel may send unasked */
	send_self(h, &p);
	assert_dropped(h, DROP_ETHERTYPE_UNKNOWN, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(a_served_port_is_reached_from_inside_and_answers),
		HOME_TEST(a_served_port_is_never_open_to_the_outside),
		HOME_TEST(a_service_is_at_the_insides_addresses_alone),
		HOME_TEST(tcp_is_served_too_and_is_not_reset),
		HOME_TEST(a_trace_says_that_the_host_has_it),
		HOME_TEST(only_so_many_ports_are_served),
		HOME_TEST(an_unfinished_checksum_is_handed_on_with_where_it_belongs),
		HOME_TEST(a_datagram_in_pieces_is_whole_for_the_host_and_from_it),
		HOME_TEST(the_host_is_told_of_a_link_that_is_narrower_than_its_line),
		HOME_TEST(a_lent_port_speaks_with_the_host_it_is_for_and_nobody_else),
		HOME_TEST(a_lent_port_may_be_for_a_device),
		HOME_TEST(nobody_gets_a_port_without_a_route_or_an_own_address),
		HOME_TEST(nat_gives_no_device_a_port_that_is_lent),
		HOME_TEST(a_port_that_a_device_has_is_not_lent),
		HOME_TEST(a_fixed_translation_takes_a_lent_port_back),
		HOME_TEST(a_lent_port_does_not_outlive_its_address),
		HOME_TEST(a_lent_port_of_tcp_lives_on_for_a_minute),
		HOME_TEST(only_so_many_ports_are_lent_and_each_once),
		HOME_TEST(with_blocks_of_ports_lent_ones_keep_together),
		HOME_TEST(an_error_about_a_packet_of_the_host_reaches_it),
		HOME_TEST(the_host_is_told_of_a_next_hop_that_does_not_answer),
		HOME_TEST(the_hosts_own_errors_do_not_go_outside),
		HOME_TEST(the_host_has_no_source_but_the_routers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
