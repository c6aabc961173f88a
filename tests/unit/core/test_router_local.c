/* SPDX-License-Identifier: BSD-2-Clause */
/* What the router answers itself: ARP, echo, refusals, DHCP, and what it announces. */
#include "core/debug.h"
#include "tests/unit/core/router_fixture.h"

/* ---- ARP ---------------------------------------------------------------------------------- */

static void a1_a_request_for_our_address_or_vip_is_answered_to_the_asker_alone(void **state)
{
	static const ip4_t ours[] = {{0xcb007102}, {0xcb00710a}};
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	for (unsigned int n = 0; n < ARRAY_COUNT(ours); n++) {
		arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(9), GATEWAY, ours[n]);
		send(h, 9, &p);
		s = only(h, 9);
		assert_int_equal(arp_of(s).op, ARP_REPLY);
		assert_true(ip4_equal(arp_of(s).sender, ours[n]));
		assert_true(mac_equal(arp_of(s).sender_mac, h->wan_mac));
		assert_true(ip4_equal(arp_of(s).target, GATEWAY));
		assert_memory_equal(s->bytes, MAC(9).byte, 6);
	}
	/* an address of ours elsewhere is not one here (RFC 1122 s3.3.4.2's strong model) */
	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(9), GATEWAY, LAN);
	send(h, 9, &p);
	assert_dropped(h, DROP_ARP_NOT_FOR_US, 1);
}

static void a2_what_nobody_asked_us_is_not_learnt_but_updates(void **state)
{
	struct home *h = *state;
	const struct neighbour_table *t = router_neighbours(h->router);
	uint16_t wan = (uint16_t)port_of(h, 9);
	ip4_t stranger = IP4(203, 0, 113, 50);
	struct packet p;

	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), stranger, stranger);
	send(h, 9, &p);
	assert_null(neighbour_find(t, wan, stranger));
	arp(&p, ARP_REPLY, h->wan_mac, MAC(51), GATEWAY, stranger);
	send(h, 9, &p);
	assert_true(mac_equal(neighbour_find(t, wan, GATEWAY)->mac, MAC(51)));
}

static void a3_a_probe_for_our_address_is_answered_and_nothing_learnt(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), IP4_ANY, VIP);
	send(h, 9, &p);
	s = only(h, 9);
	assert_int_equal(arp_of(s).op, ARP_REPLY);
	assert_true(ip4_equal(arp_of(s).sender, VIP));
	assert_null(neighbour_find(router_neighbours(h->router), (uint16_t)port_of(h, 9), IP4_ANY));
}

static void debug_shows_arp_and_icmp_to_and_from_the_router(void **state)
{
	struct home *h = *state;
	struct packet p;

	router_set_debug(h->router, debug_bit(DEBUG_ARP) | debug_bit(DEBUG_ICMP));
	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(9), GATEWAY, VIP);
	send(h, 9, &p);
	assert_string_equal(h->debug[1], "IP ARP: rcvd req src 203.0.113.1 0200.0000.0009, dst "
					 "203.0.113.10 0000.0000.0000 Tap9");
	assert_non_null(strstr(h->debug[0], "IP ARP: sent rep src 203.0.113.10 "));
	assert_non_null(strstr(h->debug[0], ", dst 203.0.113.1 0200.0000.0009 Tap9"));
	icmp(&p, h->wan_mac, MAC(9), GATEWAY, WAN, ICMP_ECHO, 56);
	send(h, 9, &p);
	assert_string_equal(h->debug[1], "ICMP: type 8 code 0 rcvd from 203.0.113.1");
	assert_string_equal(h->debug[0], "ICMP: echo reply sent, src 203.0.113.2, dst 203.0.113.1");
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, LAN, 99, 10);
	send(h, 1, &p);
	assert_string_equal(h->debug[0], "ICMP: type 3 code 3 sent to 192.168.1.100, about a "
					 "packet to 192.168.1.1");
	router_set_debug(h->router, 0);
	send(h, 9, &p);
	assert_non_null(strstr(h->debug[0], "type 3 code 3"));
}

static void a5_a_conflict_is_logged_and_defended_once_in_ten_seconds(void **state)
{
	struct home *h = *state;
	struct packet p;

	for (unsigned int round = 0; round < 2; round++) {
		arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), VIP, VIP);
		send(h, 9, &p);
		assert_true(ip4_equal(arp_of(only(h, 9)).sender, VIP));
		assert_string_equal(h->log, "Duplicate address 203.0.113.10 on Tap9, sourced by "
					    "0200.0000.0032");
		send(h, 9, &p);
		assert_int_equal(h->sent_count, 0);
		advance(h, 10000);
	}
	assert_int_equal(router_drops(h->router, DROP_ARP_CONFLICT), 4);
}

static void a5_each_address_is_defended_by_itself(void **state)
{
	struct home *h = *state;
	struct packet p;

	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), VIP, VIP);
	send(h, 9, &p);
	assert_true(ip4_equal(arp_of(only(h, 9)).sender, VIP));
	advance(h, 1000);
	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), WAN, WAN);
	send(h, 9, &p);
	assert_true(ip4_equal(arp_of(only(h, 9)).sender, WAN));
	send(h, 9, &p);
	assert_int_equal(h->sent_count, 0);
	advance(h, 9000); /* ten seconds of the VIP, nine of the other */
	send(h, 9, &p);
	assert_int_equal(h->sent_count, 0);
	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), VIP, VIP);
	send(h, 9, &p);
	assert_true(ip4_equal(arp_of(only(h, 9)).sender, VIP));
}

static void a2_an_arp_sender_that_is_not_credible_is_dropped(void **state)
{
	struct home *h = *state;
	struct packet p;

	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), IP4(10, 0, 0, 1), WAN); /* off the link */
	send(h, 9, &p);
	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), GATEWAY, WAN);
	p.bytes[11] = 51; /* the link header says another */
	send(h, 9, &p);
	arp(&p, ARP_REQUEST, MAC_BROADCAST, h->wan_mac, WAN, WAN); /* our own, come back */
	send(h, 9, &p);
	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(50), IP4(203, 0, 113, 255), WAN);
	send(h, 9, &p);
	arp(&p, ARP_REQUEST, MAC_BROADCAST, (mac_t){{3, 0, 0, 0, 0, 50}}, GATEWAY, WAN);
	memcpy(p.bytes + 6, MAC(50).byte, 6); /* a group's address may stand in no link header */
	send(h, 9, &p);
	assert_dropped(h, DROP_ARP_SENDER_INVALID, 5);
	assert_true(mac_equal(
		neighbour_find(router_neighbours(h->router), (uint16_t)port_of(h, 9), GATEWAY)->mac,
		MAC(9)));
	p.len--;
	send(h, 9, &p);
	assert_dropped(h, DROP_ARP_MALFORMED, 1);
}

static void a4_addresses_are_announced_twice_two_seconds_apart(void **state)
{
	struct home *h = *state;

	router_port_link(h->router, port_of(h, 9), false, h->now);
	router_port_link(h->router, port_of(h, 9), true, h->now);
	for (unsigned int round = 0; round < 2; round++) {
		advance(h, round); /* the second at 2000 ms, not before */
		assert_int_equal(h->sent_count, 2);
		for (unsigned int n = 0; n < 2; n++) {
			struct arp a = arp_of(&h->sent[n]);

			assert_int_equal(h->sent[n].tap, 9);
			assert_int_equal(a.op, ARP_REQUEST);
			assert_true(ip4_equal(a.sender, n ? VIP : WAN));
			assert_true(ip4_equal(a.target, a.sender));
			assert_memory_equal(h->sent[n].bytes, MAC_BROADCAST.byte, 6);
		}
		advance(h, 1999);
		assert_int_equal(h->sent_count, 0);
	}
	advance(h, 60000);
	assert_int_equal(h->sent_count, 0);
}

/* ---- echo --------------------------------------------------------------------------------- */

static void the_router_and_its_vip_answer_echo_from_both_sides(void **state)
{
	static const ip4_t ours[] = {{0xc0a80101}, {0xcb007102}, {0xcb00710a}};
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	for (unsigned int n = 0; n < ARRAY_COUNT(ours); n++) {
		icmp(&p, h->lan_mac, MAC(1), LAPTOP, ours[n], ICMP_ECHO, 56);
		send(h, 1, &p);
		s = only(h, 1);
		assert_icmp(s, ours[n], LAPTOP, ICMP_ECHO_REPLY, 0);
		assert_int_equal(l3_of(s)[8], 64);
		assert_memory_equal(l4_of(s) + 4, p.bytes + 38, 60);
		assert_memory_equal(s->bytes, MAC(1).byte, 6);
		icmp(&p, h->wan_mac, MAC(9), SERVER, ours[n], ICMP_ECHO, 56);
		send(h, 9, &p);
		assert_icmp(only(h, 9), ours[n], SERVER, ICMP_ECHO_REPLY, 0);
	}
}

static void an_echo_with_a_wrong_sum_is_dropped(void **state)
{
	struct home *h = *state;
	struct packet p;

	icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_ECHO, 56);
	p.bytes[60] ^= 1;
	send(h, 1, &p);
	assert_dropped(h, DROP_ICMP_CHECKSUM, 1);
	icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_TIMESTAMP, 12);
	send(h, 1, &p);
	assert_dropped(h, DROP_ICMP_UNSUPPORTED, 1);
}

/* Sends @p in pieces of @each bytes of transport. */
static void send_in_pieces(struct home *h, unsigned int tap, const struct packet *p, uint32_t each)
{
	uint32_t total = p->len - ETHERNET_LEN - IPV4_LEN;

	for (uint32_t at = 0; at < total; at += each) {
		uint32_t len = MIN(each, total - at);
		struct packet piece = *p;
		uint8_t *ip = piece.bytes + ETHERNET_LEN;

		memcpy(ip + IPV4_LEN, p->bytes + ETHERNET_LEN + IPV4_LEN + at, len);
		wire_put16(ip + 2, (uint16_t)(IPV4_LEN + len));
		wire_put16(ip + 6, (uint16_t)(at / 8 | (at + len < total ? IPV4_MF : 0)));
		piece.len = ETHERNET_LEN + IPV4_LEN + len;
		sum_header(&piece);
		send(h, tap, &piece);
	}
}

static void a_long_echo_in_pieces_is_answered_in_pieces_that_fit_the_link(void **state)
{
	struct home *h = *state;
	struct packet p;
	uint32_t got = 0;

	icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_ECHO, 3000);
	send_in_pieces(h, 1, &p, 1480);
	assert_int_equal(h->sent_count, 3);
	for (unsigned int n = 0; n < h->sent_count; n++) {
		assert_ip(&h->sent[n], LAN, LAPTOP, IP_PROTO_ICMP);
		assert_true(h->sent[n].len <= ETHERNET_LEN + 1500);
		got += wire_get16(l3_of(&h->sent[n]) + 2) - IPV4_LEN;
	}
	assert_int_equal(got, 3008);
}

/* ---- refusals ----------------------------------------------------------------------------- */

static void a_closed_udp_port_and_an_unknown_protocol_are_refused(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 4000, LAN, 53, 30);
	send(h, 1, &p);
	s = only(h, 1);
	assert_icmp(s, LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	assert_memory_equal(l4_of(s) + 8, p.bytes + ETHERNET_LEN, 58);
	p.bytes[23] = 47;
	sum_header(&p);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PROTOCOL_UNREACHABLE);
}

static void a_tcp_segment_to_the_router_is_reset(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, LAN, 0, 0);
	memset(&p.offload, 0, sizeof(p.offload));
	send(h, 1, &p);
	s = only(h, 1);
	assert_ip(s, LAN, LAPTOP, IP_PROTO_TCP);
	assert_int_equal(l4_of(s)[13], TCP_RST | TCP_ACK);
	assert_int_equal(wire_get32(l4_of(s) + 8), 1); /* the SYN counts */
	p.bytes[ETHERNET_LEN + IPV4_LEN + 13] = TCP_RST;
	send(h, 1, &p);
	assert_dropped(h, DROP_IP_PORT_UNREACHABLE, 2);
}

/* ---- DHCP --------------------------------------------------------------------------------- */

/* The server's answer among the frames that came out at @tap. */
static void read_reply(struct home *h, unsigned int tap, struct dhcp_message *m)
{
	for (unsigned int n = 0; n < h->sent_count; n++) {
		struct sent *s = &h->sent[n];

		if (s->tap != tap || wire_get16(l4_of(s)) != 67)
			continue;
		assert_ip(s, LAN, IP4_BROADCAST, IP_PROTO_UDP);
		assert_int_equal(dhcp_parse(l4_of(s) + 8, wire_get16(l4_of(s) + 4) - 8u, m), 0);
		return;
	}
	fail_msg("no reply");
}

static void a_discover_through_the_bridge_is_flooded_and_offered(void **state)
{
	struct home *h = *state;
	struct dhcp_message m;
	struct packet p;

	dhcp_ask(&p, &(struct dhcp_ask){.type = DHCP_DISCOVER});
	send(h, 1, &p);
	/* to Tap2 as it came, and the offer to both */
	assert_int_equal(h->sent_count, 3);
	assert_int_equal(h->sent[0].tap, 2);
	assert_memory_equal(h->sent[0].bytes, p.bytes, p.len);
	read_reply(h, 1, &m);
	assert_int_equal(m.type, DHCP_OFFER);
	assert_int_equal(m.yiaddr.host, IP4(192, 168, 1, 10).host);
	dhcp_ask(&p,
		 &(struct dhcp_ask){.type = DHCP_REQUEST, .requested = m.yiaddr, .server = LAN});
	send(h, 1, &p);
	read_reply(h, 1, &m);
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(h->persisted, 1);
}

static void d2_an_arp_probe_goes_before_the_offer(void **state)
{
	struct home *h = *state;
	ip4_t first = IP4(192, 168, 1, 10), second = IP4(192, 168, 1, 11);
	struct dhcp_message m;
	struct packet p;
	struct arp probe;

	h->config.dhcp.ping_packets = 1;
	reapply(h);
	dhcp_ask(&p, &(struct dhcp_ask){.type = DHCP_DISCOVER});
	send(h, 1, &p);
	assert_int_equal(h->sent_count, 3); /* the message to Tap2, the probe to both */
	probe = arp_of(&h->sent[1]);
	assert_int_equal(probe.op, ARP_REQUEST);
	assert_true(ip4_is_any(probe.sender)); /* RFC 5227 s2.1.1: nobody is to learn it */
	assert_int_equal(probe.target.host, first.host);
	/* a device that has the address answers */
	arp(&p, ARP_REPLY, probe.sender_mac, MAC(50), first, IP4_ANY);
	send(h, 2, &p);
	assert_int_equal(router_drops(h->router, DROP_ARP_NOT_FOR_US), 0);
	assert_string_equal(h->log, "DHCP address conflict: server pinged 192.168.1.10, "
				    "it is used by 0200.0000.0032");
	assert_int_equal(arp_of(&h->sent[0]).target.host, second.host);
	advance(h, 100);
	read_reply(h, 1, &m);
	assert_int_equal(m.type, DHCP_OFFER);
	assert_int_equal(m.yiaddr.host, second.host);
}

static void a_lease_outlives_a_new_configuration(void **state)
{
	struct home *h = *state;
	struct dhcp_binding binding;
	struct packet p;

	dhcp_ask(&p, &(struct dhcp_ask){.type = DHCP_DISCOVER});
	send(h, 2, &p);
	dhcp_ask(&p, &(struct dhcp_ask){.type = DHCP_REQUEST,
					.requested = IP4(192, 168, 1, 10),
					.server = LAN});
	send(h, 2, &p);
	strcpy(h->config.hostname, "other");
	reapply(h);
	assert_int_equal(
		dhcp_server_find(router_dhcp(h->router), IP4(192, 168, 1, 10), &binding, h->now),
		0);
}

static void d20_a_discover_outside_is_not_served(void **state)
{
	struct home *h = *state;
	struct packet p;

	dhcp_ask(&p, &(struct dhcp_ask){.type = DHCP_DISCOVER});
	send(h, 9, &p);
	assert_dropped(h, DROP_DHCP_NOT_SERVED, 1);
	p.bytes[p.len - 1] ^= 1; /* its sum is wrong */
	send(h, 1, &p);
	assert_int_equal(router_drops(h->router, DROP_TRANSPORT_MALFORMED), 1);
	assert_int_equal(h->sent_count, 1); /* bridged all the same */
}

/* What stands behind the datagram's end is not part of the message. */
static void d17_a_udp_length_that_lies_is_not_believed(void **state)
{
	enum { LEN_AT = ETHERNET_LEN + IPV4_LEN + 4, SUM_AT = LEN_AT + 2 };
	struct home *h = *state;
	struct packet p;
	uint16_t len;

	dhcp_ask(&p, &(struct dhcp_ask){.type = DHCP_DISCOVER});
	len = wire_get16(p.bytes + LEN_AT);
	wire_put16(p.bytes + SUM_AT, 0); /* no checksum: only the length is wrong */
	wire_put16(p.bytes + LEN_AT, (uint16_t)(len + 1)); /* more than there is */
	send(h, 1, &p);
	assert_int_equal(router_drops(h->router, DROP_TRANSPORT_MALFORMED), 1);
	wire_put16(p.bytes + LEN_AT, 7); /* less than its own header */
	send(h, 1, &p);
	assert_int_equal(router_drops(h->router, DROP_TRANSPORT_MALFORMED), 2);
	wire_put16(p.bytes + LEN_AT, 8 + 236 + 4 + 2); /* option 53 is cut off */
	send(h, 1, &p);
	assert_int_equal(router_drops(h->router, DROP_DHCP_MALFORMED), 1);
	assert_int_equal(h->sent_count, 1); /* bridged all the same */
	wire_put16(p.bytes + LEN_AT, len);
	send(h, 1, &p);
	assert_int_equal(h->sent_count, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(a1_a_request_for_our_address_or_vip_is_answered_to_the_asker_alone),
		HOME_TEST(a2_what_nobody_asked_us_is_not_learnt_but_updates),
		HOME_TEST(a3_a_probe_for_our_address_is_answered_and_nothing_learnt),
		HOME_TEST(debug_shows_arp_and_icmp_to_and_from_the_router),
		HOME_TEST(a5_a_conflict_is_logged_and_defended_once_in_ten_seconds),
		HOME_TEST(a5_each_address_is_defended_by_itself),
		HOME_TEST(a2_an_arp_sender_that_is_not_credible_is_dropped),
		HOME_TEST(a4_addresses_are_announced_twice_two_seconds_apart),
		HOME_TEST(the_router_and_its_vip_answer_echo_from_both_sides),
		HOME_TEST(an_echo_with_a_wrong_sum_is_dropped),
		HOME_TEST(a_long_echo_in_pieces_is_answered_in_pieces_that_fit_the_link),
		HOME_TEST(a_closed_udp_port_and_an_unknown_protocol_are_refused),
		HOME_TEST(a_tcp_segment_to_the_router_is_reset),
		HOME_TEST(a_discover_through_the_bridge_is_flooded_and_offered),
		HOME_TEST(d2_an_arp_probe_goes_before_the_offer),
		HOME_TEST(a_lease_outlives_a_new_configuration),
		HOME_TEST(d17_a_udp_length_that_lies_is_not_believed),
		HOME_TEST(d20_a_discover_outside_is_not_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
