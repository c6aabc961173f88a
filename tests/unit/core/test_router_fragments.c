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
		HOME_TEST(f4_the_sender_of_a_datagram_that_never_was_whole_is_told),
		HOME_TEST(f4_nobody_is_told_without_the_first_piece_or_for_what_is_only_routed),
		HOME_TEST(f4_telling_is_limited_as_any_error),
	};

	return cmocka_run_group_tests_name("router_fragments", tests, NULL, NULL);
}
