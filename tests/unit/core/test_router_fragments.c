/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagrams in pieces on the whole way of a frame: through NAT, to the router, and neither. */
#include "tests/unit/core/router_fixture.h"

/* The piece of @len bytes at @at of a packet's transport. */
static void piece(struct home *h, unsigned int tap, const struct packet *p, uint32_t at,
		  uint32_t len, bool more)
{
	struct packet piece = *p;
	uint8_t *ip = piece.bytes + ETHERNET_LEN;

	memcpy(ip + IPV4_LEN, p->bytes + ETHERNET_LEN + IPV4_LEN + at, len);
	wire_put16(ip + 2, (uint16_t)(IPV4_LEN + len));
	wire_put16(ip + 6, (uint16_t)(at / 8 | (more ? IPV4_MF : 0)));
	piece.len = ETHERNET_LEN + IPV4_LEN + len;
	sum_header(&piece);
	send(h, tap, &piece);
}

/* A TCP segment with a payload, its checksum right. */
static void segment(struct packet *p, mac_t to, mac_t from, ip4_t src, uint16_t sport, ip4_t dst,
		    uint16_t dport, uint32_t payload)
{
	uint8_t *l4 = p->bytes + ETHERNET_LEN + IPV4_LEN;
	uint16_t len = (uint16_t)(TCP_LEN + payload);
	struct writer w;

	link_header(p, to, from, ETHERNET_IPV4);
	w = ip_header(p, src, dst, IP_PROTO_TCP, len);
	tcp_build(&w,
		  &(struct tcp){.sport = sport, .dport = dport, .header_len = 20, .flags = TCP_ACK},
		  src, dst);
	for (uint32_t n = 0; n < payload; n++)
		l4[TCP_LEN + n] = (uint8_t)(n * 31 >> 3);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET, 0);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET,
		   (uint16_t)~checksum_sum(l4, len, checksum_pseudo(src, dst, IP_PROTO_TCP, len)));
}

/* What came out, put together: @len bytes of transport, right by its checksum, its payload from
 * @skip bytes on that of @p. */
static void assert_whole(struct home *h, unsigned int tap, const struct packet *p, uint32_t skip)
{
	static uint8_t whole[PACKET_MAX];
	uint32_t at = 0, len = p->len - ETHERNET_LEN - IPV4_LEN;
	ip4_t src, dst;

	assert_true(h->sent_count > 0);
	src.host = wire_get32(l3_of(&h->sent[0]) + 12);
	dst.host = wire_get32(l3_of(&h->sent[0]) + 16);
	for (unsigned int n = 0; n < h->sent_count; n++) {
		struct sent *s = &h->sent[n];
		uint32_t here = wire_get16(l3_of(s) + 2) - IPV4_LEN;

		assert_int_equal(s->tap, tap);
		assert_ip(s, src, dst, p->bytes[23]);
		assert_int_equal((wire_get16(l3_of(s) + 6) & 0x1fff) * 8, at);
		memcpy(whole + at, l4_of(s), here);
		at += here;
	}
	assert_int_equal(at, len);
	assert_memory_equal(whole + skip, p->bytes + ETHERNET_LEN + IPV4_LEN + skip, len - skip);
	if (p->bytes[23] == IP_PROTO_ICMP)
		assert_true(icmp_checksum_ok(whole, len));
	else
		assert_int_equal(
			checksum_sum(whole, len,
				     checksum_pseudo(src, dst, p->bytes[23], (uint16_t)len)),
			0xffff);
}

static void reversed(struct home *h, unsigned int tap, const struct packet *p, uint32_t each)
{
	uint32_t total = p->len - ETHERNET_LEN - IPV4_LEN;

	for (uint32_t at = (total - 1) / each * each;; at -= each) {
		if (at + each < total)
			assert_int_equal(h->sent_count, 0);
		piece(h, tap, p, at, MIN(each, total - at), at + each < total);
		if (at == 0)
			return;
	}
}

/* ---- in any order --------------------------------------------------------------------------- */

static void u14_reversed_pieces_pass_nat_out_and_in(void **state)
{
	static const uint32_t each[] = {800, 1000, 1480};
	struct home *h = *state;
	struct packet p;

	for (unsigned int n = 0; n < ARRAY_COUNT(each); n++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 4000);
		reversed(h, 1, &p, each[n]);
		assert_whole(h, 9, &p, UDP_LEN);
		udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000, 4000);
		reversed(h, 9, &p, each[n]);
		assert_whole(h, 1, &p, UDP_LEN);
		segment(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 80, 4000);
		reversed(h, 1, &p, each[n]);
		assert_whole(h, 9, &p, 18);
		segment(&p, h->wan_mac, MAC(9), SERVER, 80, VIP, 5000, 4000);
		reversed(h, 9, &p, each[n]);
		assert_whole(h, 1, &p, 18);
	}
}

static void u14_an_echo_of_4000_bytes_and_its_answer_pass_nat(void **state)
{
	struct home *h = *state;
	struct packet p;

	icmp(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, ICMP_ECHO, 4000);
	reversed(h, 1, &p, 1480);
	assert_whole(h, 9, &p, ICMP_LEN);
	icmp(&p, h->wan_mac, MAC(9), SERVER, VIP, ICMP_ECHO_REPLY, 4000);
	for (uint32_t at = 0; at < 4008; at += 1480)
		piece(h, 9, &p, at, MIN(1480, 4008 - at), at + 1480 < 4008);
	assert_whole(h, 1, &p, ICMP_LEN);
}

static void u14_a_flood_of_halves_leaves_anothers_datagrams_whole(void **state)
{
	struct home *h = *state;
	struct packet flood, p;
	unsigned int whole = 0;

	udp(&flood, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1600);
	udp(&p, h->lan_mac, MAC(2), TV, 5001, SERVER, 53, 1600);
	for (unsigned int n = 0; n < 10000; n++) {
		if (n % 100 == 0) {
			wire_put16(p.bytes + 18, (uint16_t)n);
			piece(h, 2, &p, 1480, 128, false);
		}
		wire_put16(flood.bytes + 18, (uint16_t)n);
		piece(h, 1, &flood, 0, 1480, true);
		h->now = mono_add_ms(h->now, 1); /* so that it is known which is the oldest */
		assert_int_equal(h->sent_count, 0);
		if (n % 100 == 99) {
			piece(h, 2, &p, 0, 1480, true);
			assert_whole(h, 9, &p, UDP_LEN);
			whole++;
		}
	}
	assert_int_equal(whole, 100);
	assert_int_equal(router_drops(h->router, DROP_FRAGMENT_TABLE_FULL), 0); /* not yet told */
	advance(h, 1000);
	assert_true(router_drops(h->router, DROP_FRAGMENT_TABLE_FULL) > 9900);
}

/* ---- overlaps ------------------------------------------------------------------------------ */

/* The cases of a reassembler's nightmares: a piece [600, 1200) is there, and another one comes. */
static const struct {
	const char *name;
	uint32_t at, len;
	bool passes;
} overlaps[] = {
	{"the same again", 600, 600, true},	 {"the front of it", 200, 800, false},
	{"the back of it", 800, 800, false},	 {"all of it", 400, 1000, false},
	{"a part within", 800, 200, false},	 {"a part at its beginning", 600, 200, false},
	{"a part at its end", 1000, 200, false},
};

/* Sends a datagram of 1608 bytes with such a piece among its own. */
static void overlapped(struct home *h, unsigned int tap, const struct packet *p, unsigned int which)
{
	piece(h, tap, p, 600, 600, true);
	piece(h, tap, p, overlaps[which].at, overlaps[which].len, true);
	piece(h, tap, p, 0, 600, true);
	piece(h, tap, p, 1200, 408, false);
}

static void f1_a_datagram_with_an_overlap_passes_nat_in_neither_direction(void **state)
{
	struct home *h = *state;
	struct packet p;

	for (unsigned int n = 0; n < ARRAY_COUNT(overlaps); n++) {
		for (unsigned int in = 0; in < 2; in++) {
			if (in)
				udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000, 1600);
			else
				udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1600);
			wire_put16(p.bytes + 18, (uint16_t)(100 + n));
			overlapped(h, in ? 9 : 1, &p, n);
			if (overlaps[n].passes)
				assert_whole(h, in ? 1 : 9, &p, UDP_LEN);
			else
				assert_int_equal(h->sent_count, 0);
			/* and the next one is none the worse for it */
			wire_put16(p.bytes + 18, (uint16_t)(200 + n));
			reversed(h, in ? 9 : 1, &p, 800);
			assert_whole(h, in ? 1 : 9, &p, UDP_LEN);
		}
	}
	advance(h, 1000);
	assert_int_equal(router_drops(h->router, DROP_FRAGMENT_OVERLAP),
			 4u * 2 * (ARRAY_COUNT(overlaps) - 1));
}

static void f1_an_echo_to_the_router_with_an_overlap_is_not_answered(void **state)
{
	struct home *h = *state;
	struct packet p;

	for (unsigned int n = 0; n < ARRAY_COUNT(overlaps); n++) {
		icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_ECHO, 1600);
		wire_put16(p.bytes + 18, (uint16_t)(100 + n));
		overlapped(h, 1, &p, n);
		assert_int_equal(h->sent_count, overlaps[n].passes ? 2 : 0);
	}
}

/* Without NAT a router has no business with the pieces (RFC 1812 s5.2.6): the receiver has. */
static void f1_without_nat_every_piece_goes_on_as_it_came(void **state)
{
	struct home *h = *state;
	struct packet p;
	uint64_t drops;

	h->config.nat.sources.count = 0;
	config_interface_find(&h->config, BVI_ID(1))->nat_side = CONFIG_NAT_NONE;
	config_interface_find(&h->config, TAP_ID(9))->nat_side = CONFIG_NAT_NONE;
	reapply(h);
	drops = router_drops(h->router, DROP_FRAGMENT_OVERLAP);
	for (unsigned int n = 0; n < ARRAY_COUNT(overlaps); n++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1600);
		piece(h, 1, &p, 600, 600, true);
		assert_memory_equal(l4_of(only(h, 9)), p.bytes + 34 + 600, 600);
		piece(h, 1, &p, overlaps[n].at, overlaps[n].len, true);
		assert_ip(only(h, 9), LAPTOP, SERVER, IP_PROTO_UDP);
		assert_int_equal(wire_get16(l3_of(&h->sent[0]) + 6), overlaps[n].at / 8 | IPV4_MF);
		assert_int_equal(wire_get16(l3_of(&h->sent[0]) + 4), 0x4242);
		assert_memory_equal(l4_of(&h->sent[0]), p.bytes + 34 + overlaps[n].at,
				    overlaps[n].len);
	}
	assert_int_equal(router_drops(h->router, DROP_FRAGMENT_OVERLAP), drops);
}

/* ---- given up ------------------------------------------------------------------------------ */

/* After half a minute the sender hears that its datagram was given up. */
static void assert_told(struct home *h, unsigned int tap, ip4_t from, const struct packet *p)
{
	struct sent *s;
	uint8_t first[ETHERNET_LEN + IPV4_LEN + 800];

	advance(h, 29999);
	assert_int_equal(h->sent_count, 0);
	advance(h, 1);
	s = only(h, tap);
	assert_icmp(s, from, (ip4_t){wire_get32(p->bytes + 26)}, ICMP_TIME_EXCEEDED,
		    ICMP_REASSEMBLY_TIME);
	assert_int_equal(s->len, ETHERNET_LEN + 576);
	/* it quotes the first piece as it was sent */
	memcpy(first, p->bytes, sizeof(first));
	wire_put16(first + 16, IPV4_LEN + 800);
	wire_put16(first + 20, IPV4_MF);
	wire_put16(first + 24, 0);
	wire_put16(first + 24, (uint16_t)~checksum_sum(first + ETHERNET_LEN, IPV4_LEN, 0));
	assert_memory_equal(l4_of(s) + 8, first + ETHERNET_LEN, 576 - 28);
}

static void f4_the_sender_of_a_datagram_that_never_was_whole_is_told(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1600); /* out through NAT */
	piece(h, 1, &p, 800, 400, true);
	piece(h, 1, &p, 0, 800, true);
	assert_told(h, 1, LAN, &p);
	meet(h, 9, MAC(9), GATEWAY, WAN);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000,
	    1600); /* in: as if the VIP were a host */
	piece(h, 9, &p, 0, 800, true);
	assert_told(h, 9, VIP, &p);
	meet(h, 1, MAC(1), LAPTOP, LAN);
	icmp(&p, h->lan_mac, MAC(1), LAPTOP, WAN, ICMP_ECHO, 1600); /* to the router itself */
	piece(h, 1, &p, 0, 800, true);
	assert_told(h, 1, LAN, &p);
	assert_int_equal(router_drops(h->router, DROP_FRAGMENT_TIMEOUT), 4);
}

static void f4_a_datagram_to_a_host_known_by_another_address_is_quoted_as_it_was_sent(void **state)
{
	struct config_nat_outside rule = {SERVER, IP4(10, 99, 0, 7)};
	struct home *h = *state;
	struct packet p;

	assert_int_equal(config_nat_outside_add(&h->config, &rule), 0);
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, IP4(10, 99, 0, 7), 53, 1600);
	piece(h, 1, &p, 0, 800, true);
	assert_told(h, 1, LAN, &p);
}

static void f4_nobody_is_told_without_the_first_piece_or_for_what_is_only_routed(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1600);
	piece(h, 1, &p, 800, 400, true);
	config_interface_get(&h->config, TAP_ID(2))->bridge_group = 0;
	config_interface_get(&h->config, TAP_ID(2))->addresses[0] =
		(struct ip4_prefix){IP4(10, 0, 0, 1), 24};
	config_interface_get(&h->config, TAP_ID(2))->address_count = 1;
	reapply(h);
	advance(h, 3000);
	meet(h, 2, MAC(2), IP4(10, 0, 0, 2), IP4(10, 0, 0, 1));
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, IP4(10, 0, 0, 2), 53, 1600);
	piece(h, 1, &p, 0, 800, true);
	assert_ip(only(h, 2), LAPTOP, IP4(10, 0, 0, 2), IP_PROTO_UDP); /* goes on as it came */
	assert_int_equal(wire_get16(l3_of(&h->sent[0]) + 6), IPV4_MF);
	advance(h, 40000);
	for (unsigned int n = 0; n < h->sent_count; n++)
		assert_int_equal(wire_get16(h->sent[n].bytes + 12), ETHERNET_ARP);
	assert_int_equal(router_drops(h->router, DROP_FRAGMENT_NO_FIRST), 1);
}

static void f4_telling_is_limited_as_any_error(void **state)
{
	struct home *h = *state;
	struct packet p, closed;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1600);
	piece(h, 1, &p, 0, 800, true);
	advance(h, 29999);
	udp(&closed, h->lan_mac, MAC(1), LAPTOP, 5000, LAN, 53, 30);
	for (unsigned int n = 0; n < 30; n++)
		send(h, 1, &closed);
	assert_int_equal(h->sent_count, 0); /* it has had its share */
	advance(h, 1);
	assert_int_equal(h->sent_count, 0);
	assert_int_equal(router_drops(h->router, DROP_FRAGMENT_TIMEOUT), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(u14_reversed_pieces_pass_nat_out_and_in),
		HOME_TEST(u14_an_echo_of_4000_bytes_and_its_answer_pass_nat),
		HOME_TEST(u14_a_flood_of_halves_leaves_anothers_datagrams_whole),
		HOME_TEST(f1_a_datagram_with_an_overlap_passes_nat_in_neither_direction),
		HOME_TEST(f1_an_echo_to_the_router_with_an_overlap_is_not_answered),
		HOME_TEST(f1_without_nat_every_piece_goes_on_as_it_came),
		HOME_TEST(f4_the_sender_of_a_datagram_that_never_was_whole_is_told),
		HOME_TEST(
			f4_a_datagram_to_a_host_known_by_another_address_is_quoted_as_it_was_sent),
		HOME_TEST(f4_nobody_is_told_without_the_first_piece_or_for_what_is_only_routed),
		HOME_TEST(f4_telling_is_limited_as_any_error),
	};

	return cmocka_run_group_tests_name("router_fragments", tests, NULL, NULL);
}
