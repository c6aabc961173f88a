/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole way of a frame: bridge, IPv4 checks, NAT, routes, MTU, neighbours, and its one fate. */
#include "tests/unit/core/router_fixture.h"

/* ---- through NAT -------------------------------------------------------------------------- */

static void udp_goes_out_translated_and_the_answer_comes_back(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	s = only(h, 9);
	assert_ip(s, VIP, SERVER, IP_PROTO_UDP);
	assert_int_equal(l3_of(s)[8], 63);
	assert_memory_equal(s->bytes, MAC(9).byte, 6);
	assert_memory_equal(s->bytes + 6, h->wan_mac.byte, 6);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, wire_get16(l4_of(s)), 30);
	send(h, 9, &p);
	s = only(h, 1);
	assert_ip(s, SERVER, LAPTOP, IP_PROTO_UDP);
	assert_int_equal(wire_get16(l4_of(s) + 2), 5000);
	assert_memory_equal(s->bytes, MAC(1).byte, 6);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 9999, 30);
	send(h, 9, &p);
	assert_int_equal(router_drops(h->router, DROP_NAT_NO_MAPPING), 1);
}

static void a_neighbour_is_reached_by_the_vip_from_inside(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	add_forward(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 4000, VIP, 6000, 30);
	send(h, 1, &p);
	s = only(h, 2);
	assert_ip(s, VIP, TV, IP_PROTO_UDP); /* RFC 4787 REQ-9: the public source */
	assert_int_equal(wire_get16(l4_of(s) + 2), 5000);
	udp(&p, h->lan_mac, MAC(2), TV, 5000, VIP, wire_get16(l4_of(s)), 30);
	send(h, 2, &p);
	s = only(h, 1);
	assert_ip(s, VIP, LAPTOP, IP_PROTO_UDP);
	assert_int_equal(wire_get16(l4_of(s)), 6000);
	assert_int_equal(wire_get16(l4_of(s) + 2), 4000);
}

static void send_piece(struct home *h, const struct packet *p, uint32_t at, uint32_t len, bool more)
{
	struct packet piece = *p;
	uint8_t *ip = piece.bytes + ETHERNET_LEN;

	memcpy(ip + IPV4_LEN, p->bytes + ETHERNET_LEN + IPV4_LEN + at, len);
	wire_put16(ip + 2, (uint16_t)(IPV4_LEN + len));
	wire_put16(ip + 6, (uint16_t)(at / 8 | (more ? IPV4_MF : 0)));
	piece.len = ETHERNET_LEN + IPV4_LEN + len;
	sum_header(&piece);
	send(h, 1, &piece);
}

static void fragments_are_joined_for_nat_in_any_order(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1600);
	send_piece(h, &p, 1480, 128, false);
	assert_int_equal(h->sent_count, 0);
	send_piece(h, &p, 0, 1480, true);
	assert_int_equal(h->sent_count, 2); /* too long for the link: two again */
	for (unsigned int n = 0; n < 2; n++)
		assert_ip(&h->sent[n], VIP, SERVER, IP_PROTO_UDP);
	assert_int_equal(wire_get16(l3_of(&h->sent[0]) + 6) & IPV4_MF, IPV4_MF);
	assert_int_equal(wire_get16(l3_of(&h->sent[1]) + 6), 1480 / 8);
}

static void pieces_that_never_become_whole_are_drops_by_name(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1600);
	send_piece(h, &p, 0, 1480, true);
	advance(h, 120000);
	assert_int_equal(router_drops(h->router, DROP_FRAGMENT_TIMEOUT), 1);
}

/* ---- IPv4 checks -------------------------------------------------------------------------- */

static void r1_a_time_to_live_of_one_gives_time_exceeded(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	p.bytes[22] = 1;
	sum_header(&p);
	send(h, 1, &p);
	s = only(h, 1);
	assert_icmp(s, LAN, LAPTOP, ICMP_TIME_EXCEEDED, 0);
	assert_memory_equal(l4_of(s) + 8, p.bytes + ETHERNET_LEN, 58);
	assert_int_equal(router_drops(h->router, DROP_IP_TTL_EXPIRED), 1);
}

static void r2_no_error_about_errors_broadcasts_and_later_fragments(void **state)
{
	struct home *h = *state;
	struct packet p;

	icmp(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, ICMP_UNREACHABLE, 40);
	p.bytes[22] = 1;
	sum_header(&p);
	send(h, 1, &p);
	assert_int_equal(h->sent_count, 0);
	udp(&p, MAC_BROADCAST, MAC(9), GATEWAY, 5000, WAN, 53, 30);
	send(h, 9, &p);
	assert_dropped(h, DROP_IP_LINK_BROADCAST, 1);
	udp(&p, h->wan_mac, MAC(9), GATEWAY, 5000, IP4(10, 0, 0, 1), 53, 30);
	p.bytes[22] = 1;
	wire_put16(p.bytes + 20, 5);
	sum_header(&p);
	send(h, 9, &p);
	assert_dropped(h, DROP_IP_TTL_EXPIRED, 2);
}

static void r3_errors_are_limited(void **state)
{
	struct home *h = *state;
	unsigned int errors = 0;
	struct packet p;

	for (unsigned int n = 0; n < 200; n++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, LAN, 53, 30);
		send(h, 1, &p);
		errors += h->sent_count;
	}
	assert_in_range(errors, 12, 28);
	assert_int_equal(router_drops(h->router, DROP_ICMP_RATE_LIMITED), 200 - errors);
}

static void r4_bad_lengths_and_checksums_are_dropped_silently(void **state)
{
	struct home *h = *state;
	struct packet p;

#define SPOILT(spoil, reason, n)                                                                   \
	do {                                                                                       \
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);                         \
		spoil;                                                                             \
		send(h, 1, &p);                                                                    \
		assert_dropped(h, reason, n);                                                      \
	} while (0)
	SPOILT(p.bytes[24] ^= 1, DROP_IP_CHECKSUM, 1);
	SPOILT(p.bytes[14] = 0x55, DROP_IP_MALFORMED, 1);
	SPOILT(p.bytes[14] = 0x44, DROP_IP_MALFORMED, 2);
	SPOILT(wire_put16(p.bytes + 16, 19), DROP_IP_MALFORMED, 3);
	SPOILT(p.len--, DROP_IP_MALFORMED, 4);
	SPOILT(p.len = ETHERNET_LEN + 19, DROP_IP_MALFORMED, 5);
	SPOILT(p.len = 13, DROP_FRAME_TOO_SHORT, 1);
	SPOILT((wire_put16(p.bytes + 16, 27), sum_header(&p)), DROP_TRANSPORT_MALFORMED, 1);
	SPOILT(p.offload.gso = OFFLOAD_GSO_TCPV4, DROP_OFFLOAD_INVALID, 1);
}

static void r5_martians_and_our_own_addresses_as_source_are_dropped(void **state)
{
	static const struct {
		ip4_t src, dst;
		enum drop_reason reason;
	} bad[] = {
		{{0x7f000001}, {0xc6336407}, DROP_IP_MARTIAN}, /* loopback */
		{{0xc0a80164}, {0x7f000001}, DROP_IP_MARTIAN},
		{{0xe0000005}, {0xc6336407}, DROP_IP_MARTIAN}, /* multicast source */
		{{0xf0000001}, {0xc6336407}, DROP_IP_MARTIAN}, /* class E */
		{{0xffffffff}, {0xc6336407}, DROP_IP_MARTIAN},
		{{0xc0a801ff}, {0xc6336407}, DROP_IP_MARTIAN}, /* directed broadcast as source */
		{{0xc0a80100}, {0xc6336407}, DROP_IP_MARTIAN},
		{{0x00000000}, {0xc6336407}, DROP_IP_MARTIAN},
		{{0xc0a80164}, {0x00000000}, DROP_IP_MARTIAN},
		{{0xc0a80101}, {0xc0a80101}, DROP_IP_LAND},
		{{0xcb00710a}, {0xcb00710a}, DROP_IP_LAND},    /* at the VIP */
		{{0x00000001}, {0xc6336407}, DROP_IP_MARTIAN}, /* this network */
		{{0xc0a80164}, {0x00000001}, DROP_IP_MARTIAN},
		{{0xc0a80101}, {0xc6336407}, DROP_IP_SPOOFED}, /* our own */
		{{0xcb00710a}, {0xc6336407}, DROP_IP_SPOOFED}, /* the VIP */
	};
	struct home *h = *state;
	struct packet p;

	for (unsigned int n = 0; n < ARRAY_COUNT(bad); n++) {
		uint64_t before = router_drops(h->router, bad[n].reason);

		udp(&p, h->lan_mac, MAC(1), bad[n].src, 5000, bad[n].dst, 53, 30);
		send(h, 1, &p);
		assert_dropped(h, bad[n].reason, before + 1);
	}
}

static void r7_a_directed_broadcast_is_not_forwarded(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->wan_mac, MAC(9), SERVER, 5000, IP4(192, 168, 1, 255), 7, 30);
	send(h, 9, &p);
	assert_dropped(h, DROP_IP_BROADCAST, 1);
	udp(&p, h->wan_mac, MAC(9), SERVER, 5000, IP4(192, 168, 1, 0), 7, 30);
	send(h, 9, &p);
	assert_dropped(h, DROP_IP_BROADCAST, 2);
}

static void r8_source_routes_are_dropped_and_harmless_options_are_not(void **state)
{
	static const uint8_t types[] = {131, 137};
	struct home *h = *state;
	struct packet p;

	for (unsigned int n = 0; n < 3; n++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
		memmove(p.bytes + 42, p.bytes + 34, 38);
		p.len += 8;
		p.bytes[14] = 0x47;
		wire_put16(p.bytes + 16, (uint16_t)(p.len - 14));
		memset(p.bytes + 34, 1, 8);
		if (n < 2)
			memcpy(p.bytes + 34, (const uint8_t[]){types[n], 7, 4, 8, 8, 8, 8, 0}, 8);
		sum_header(&p);
		send(h, 1, &p);
		if (n < 2)
			assert_dropped(h, DROP_IP_SOURCE_ROUTE, n + 1);
		else
			assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
	}
}

/* ---- routes and neighbours ----------------------------------------------------------------- */

static void r10_no_route_gives_network_unreachable(void **state)
{
	struct home *h = *state;
	struct packet p;

	config_route_remove(&h->config, &h->config.routes.at[0]);
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_NET_UNREACHABLE);
	assert_int_equal(router_drops(h->router, DROP_IP_NO_ROUTE), 1);
}

static void r11_a_next_hop_that_is_silent_gives_host_unreachable(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, IP4(203, 0, 113, 99), 53, 30);
	send(h, 1, &p);
	assert_true(ip4_equal(arp_of(only(h, 9)).target, IP4(203, 0, 113, 99)));
	assert_int_equal(stats_of(h, TAP_ID(1)).drops.count[DROP_NEIGHBOUR_UNREACHABLE], 0);
	advance(h, 2999);
	assert_int_equal(h->sent_count, 2); /* asked twice more */
	advance(h, 1);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_HOST_UNREACHABLE);
	/* it quotes what the laptop sent, not what NAT made of it */
	assert_int_equal(wire_get32(l4_of(&h->sent[0]) + 8 + 12), LAPTOP.host);
	assert_int_equal(wire_get16(l4_of(&h->sent[0]) + 8 + 20), 5000);
	assert_int_equal(stats_of(h, TAP_ID(1)).drops.count[DROP_NEIGHBOUR_UNREACHABLE], 1);
	send(h, 1, &p); /* in the hold-down: at once */
	assert_int_equal(h->sent_count, 1);
}

static void a6_a_packet_waits_for_its_neighbour_and_goes_with_the_reply(void **state)
{
	struct home *h = *state;
	ip4_t other = IP4(203, 0, 113, 99);
	struct packet p, reply;

	for (unsigned int n = 0; n < 10; n++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, other, (uint16_t)(53 + n), 30);
		send(h, 1, &p);
	}
	assert_dropped(h, DROP_NEIGHBOUR_QUEUE_FULL, 2);
	arp(&reply, ARP_REPLY, h->wan_mac, MAC(99), other, WAN);
	send(h, 9, &reply);
	assert_int_equal(h->sent_count, 8);
	for (unsigned int n = 0; n < 8; n++) {
		assert_ip(&h->sent[n], VIP, other, IP_PROTO_UDP);
		assert_memory_equal(h->sent[n].bytes, MAC(99).byte, 6);
		assert_int_equal(wire_get16(l4_of(&h->sent[n]) + 2), 53 + n);
	}
}

static void what_waited_and_cannot_be_sent_after_all_is_a_drop(void **state)
{
	struct home *h = *state;
	ip4_t other = IP4(192, 168, 1, 99);
	struct packet p, reply;

	udp(&p, h->wan_mac, MAC(9), SERVER, 53, other, 5000, 30);
	send(h, 9, &p);
	arp(&reply, ARP_REPLY, h->lan_mac, MAC(99), other, LAN);
	/* its port is shut down when the reply comes, so it is flooded to the other one */
	h->config.interfaces.at[1].shutdown = true;
	reapply(h);
	send(h, 1, &reply);
	assert_int_equal(h->sent_count, 1);
	check_law(h);
}

/* ---- MTU ----------------------------------------------------------------------------------- */

static void narrow_outside(struct home *h)
{
	config_interface_find(&h->config, TAP_ID(9))->mtu = 1000;
	reapply(h);
}

static void too_long_and_not_to_be_fragmented_gives_the_mtu(void **state)
{
	struct home *h = *state;
	struct packet p;

	narrow_outside(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1200);
	p.bytes[20] |= 0x40;
	sum_header(&p);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED);
	assert_int_equal(wire_get16(l4_of(&h->sent[0]) + 6), 1000);
	assert_int_equal(router_drops(h->router, DROP_IP_MTU_EXCEEDED), 1);
	tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, 4000, 1460);
	p.bytes[20] |= 0x40;
	sum_header(&p);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED);
	tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, 4000, 960); /* its segments fit */
	p.bytes[20] |= 0x40;
	sum_header(&p);
	send(h, 1, &p);
	assert_int_equal(only(h, 9)->offload.gso_size, 960);
}

static void a_super_frame_that_may_be_fragmented_gets_shorter_segments(void **state)
{
	struct home *h = *state;
	struct packet p;

	narrow_outside(h);
	tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, 4000, 1460);
	send(h, 1, &p);
	assert_int_equal(only(h, 9)->offload.gso_size, 960);
	assert_int_equal(only(h, 9)->len, p.len);
}

static void too_long_is_fragmented_when_it_may_be(void **state)
{
	struct home *h = *state;
	struct packet p;

	narrow_outside(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1400);
	send(h, 1, &p);
	assert_int_equal(h->sent_count, 2);
	assert_int_equal(h->sent[0].len, ETHERNET_LEN + IPV4_LEN + 976);
	assert_int_equal(h->sent[1].len, ETHERNET_LEN + IPV4_LEN + 432);
}

static void every_piece_of_a_packet_that_was_cut_has_its_own_fate(void **state)
{
	struct home *h = *state;
	struct packet p;

	narrow_outside(h);
	for (unsigned int n = 0; n < 6; n++) { /* the queue of eight overflows */
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, IP4(203, 0, 113, 99), 53, 1400);
		send(h, 1, &p);
	}
	assert_int_equal(router_drops(h->router, DROP_NEIGHBOUR_QUEUE_FULL), 4);
	advance(h, 4000); /* and those that wait find nobody: check_law() looks */
	assert_int_equal(router_drops(h->router, DROP_NEIGHBOUR_UNREACHABLE), 8);
}

/* ---- bridge -------------------------------------------------------------------------------- */

static void a_bridge_floods_what_it_does_not_know_and_then_learns(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, MAC(66), MAC(1), LAPTOP, 1, TV, 2, 30);
	send(h, 1, &p);
	assert_memory_equal(only(h, 2)->bytes, p.bytes, p.len);
	udp(&p, MAC(1), MAC(66), TV, 1, LAPTOP, 2, 30); /* from Tap1 too: no way back */
	send(h, 1, &p);
	assert_dropped(h, DROP_BRIDGE_SAME_PORT, 1);
	udp(&p, MAC(66), MAC(2), TV, 1, LAPTOP, 2, 30);
	send(h, 2, &p);
	only(h, 1);
	p.bytes[12] = 0x86; /* IPv6 is bridged, and not the router's */
	p.bytes[13] = 0xdd;
	memcpy(p.bytes, MAC_BROADCAST.byte, 6);
	send(h, 2, &p);
	assert_memory_equal(only(h, 1)->bytes, p.bytes, p.len);
}

static void an_arp_request_between_neighbours_is_flooded_untouched(void **state)
{
	struct home *h = *state;
	struct packet p;

	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(1), LAPTOP, TV);
	send(h, 1, &p);
	assert_memory_equal(only(h, 2)->bytes, p.bytes, p.len);
	assert_int_equal(stats_of(h, TAP_ID(1)).drops.count[DROP_ARP_NOT_FOR_US], 0);
}

static void frames_for_other_stations_and_from_groups_are_dropped(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, MAC(66), MAC(9), GATEWAY, 1, WAN, 2, 30);
	send(h, 9, &p);
	assert_dropped(h, DROP_MAC_NOT_OURS, 1);
	udp(&p, h->wan_mac, MAC_BROADCAST, GATEWAY, 1, WAN, 2, 30);
	send(h, 9, &p);
	assert_dropped(h, DROP_MAC_SOURCE_INVALID, 1);
}

/* ---- the law ------------------------------------------------------------------------------- */

static uint32_t random_state = 5;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 9) % n;
}

static void any_packet(struct home *h, struct packet *p)
{
	static const ip4_t hosts[] = {{0xc0a80164}, {0xc0a80165}, {0xc0a80101}, {0xcb007102},
				      {0xcb00710a}, {0xcb007163}, {0xc6336407}, {0xc0a801ff},
				      {0xffffffff}, {0xe0000001}, {0x0a000001}};
	ip4_t src = hosts[random_below(ARRAY_COUNT(hosts))];
	ip4_t dst = hosts[random_below(ARRAY_COUNT(hosts))];
	mac_t macs[] = {h->lan_mac, h->wan_mac, MAC_BROADCAST, MAC(2), MAC(66)};
	mac_t to = macs[random_below(ARRAY_COUNT(macs))];
	mac_t from = MAC((uint8_t)(1 + random_below(3)));

	switch (random_below(4)) {
	case 0: arp(p, (uint16_t)(1 + random_below(2)), to, from, src, dst); return;
	case 1: icmp(p, to, from, src, dst, (uint8_t)random_below(15), random_below(100)); break;
	case 2: tcp_super(p, to, from, src, dst, random_below(3000), 1460); break;
	default: udp(p, to, from, src, 5000, dst, (uint16_t)random_below(70), random_below(2000));
	}
	if (random_below(3) == 0) {
		wire_put16(p->bytes + 20,
			   (uint16_t)(random_below(2) * IPV4_MF | random_below(3) * 8));
		p->bytes[22] = (uint8_t)random_below(3);
		sum_header(p);
	}
	if (random_below(10) == 0)
		p->bytes[random_below(p->len)] ^= (uint8_t)(1 + random_below(255));
	if (random_below(10) == 0)
		p->len = random_below(p->len + 1);
}

static void every_frame_of_a_storm_has_its_fates_counted(void **state)
{
	static const unsigned int taps[] = {1, 2, 9};
	struct home *h = *state;
	struct packet p;

	h->any_sums = true;
	narrow_outside(h);
	for (unsigned int n = 0; n < 30000; n++) { /* send() and advance() check the law */
		any_packet(h, &p);
		send(h, taps[random_below(3)], &p);
		if (random_below(50) == 0)
			advance(h, random_below(4000));
		if (random_below(500) == 0)
			reapply(h);
		if (random_below(300) == 0)
			router_port_link(h->router, port_of(h, taps[random_below(3)]),
					 random_below(3) > 0, h->now);
	}
	for (unsigned int n = 0; n < 3; n++)
		assert_true(stats_of(h, TAP_ID((uint16_t)taps[n])).forwarded > 0);
}

static void a_full_output_queue_loses_frames_by_name_and_once_each(void **state)
{
	struct home *h = *state;
	static struct packet p;
	static struct frame frames[6000];
	unsigned int count;

	udp(&p, MAC(66), MAC(1), LAPTOP, 1, TV, 2, 30); /* flooded to Tap2 */
	for (unsigned int n = 0; n < ARRAY_COUNT(frames); n++)
		frames[n] = (struct frame){
			.data = p.bytes, .len = p.len, .port = (uint16_t)port_of(h, 1)};
	router_input(h->router, frames, ARRAY_COUNT(frames), h->now);
	router_output(h->router, &count);
	assert_true(count < ARRAY_COUNT(frames));
	assert_int_equal(stats_of(h, TAP_ID(1)).drops.count[DROP_OUTPUT_QUEUE_FULL],
			 ARRAY_COUNT(frames) - count);
	check_law(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(udp_goes_out_translated_and_the_answer_comes_back),
		HOME_TEST(a_neighbour_is_reached_by_the_vip_from_inside),
		HOME_TEST(fragments_are_joined_for_nat_in_any_order),
		HOME_TEST(pieces_that_never_become_whole_are_drops_by_name),
		HOME_TEST(r1_a_time_to_live_of_one_gives_time_exceeded),
		HOME_TEST(r2_no_error_about_errors_broadcasts_and_later_fragments),
		HOME_TEST(r3_errors_are_limited),
		HOME_TEST(r4_bad_lengths_and_checksums_are_dropped_silently),
		HOME_TEST(r5_martians_and_our_own_addresses_as_source_are_dropped),
		HOME_TEST(r7_a_directed_broadcast_is_not_forwarded),
		HOME_TEST(r8_source_routes_are_dropped_and_harmless_options_are_not),
		HOME_TEST(r10_no_route_gives_network_unreachable),
		HOME_TEST(r11_a_next_hop_that_is_silent_gives_host_unreachable),
		HOME_TEST(a6_a_packet_waits_for_its_neighbour_and_goes_with_the_reply),
		HOME_TEST(what_waited_and_cannot_be_sent_after_all_is_a_drop),
		HOME_TEST(too_long_and_not_to_be_fragmented_gives_the_mtu),
		HOME_TEST(a_super_frame_that_may_be_fragmented_gets_shorter_segments),
		HOME_TEST(too_long_is_fragmented_when_it_may_be),
		HOME_TEST(every_piece_of_a_packet_that_was_cut_has_its_own_fate),
		HOME_TEST(a_bridge_floods_what_it_does_not_know_and_then_learns),
		HOME_TEST(an_arp_request_between_neighbours_is_flooded_untouched),
		HOME_TEST(frames_for_other_stations_and_from_groups_are_dropped),
		HOME_TEST(every_frame_of_a_storm_has_its_fates_counted),
		HOME_TEST(a_full_output_queue_loses_frames_by_name_and_once_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
