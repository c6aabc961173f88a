/* SPDX-License-Identifier: BSD-2-Clause */
/* A router's duties that need its whole way: redirects, loops, ARP on the right interface. */
#include "tests/unit/core/router_fixture.h"

/* ---- redirects (RFC 1812 s5.2.7.2) ---------------------------------------------------------- */

/* "Go by @gateway", about the packet that came out last. */
static void redirect(struct packet *p, mac_t to, mac_t from, ip4_t src, ip4_t dst, ip4_t gateway,
		     uint8_t *about)
{
	struct writer w;

	link_header(p, to, from, ETHERNET_IPV4);
	w = ip_header(p, src, dst, IP_PROTO_ICMP, ICMP_LEN + 28);
	icmp_build(&w,
		   &(struct icmp){.type = ICMP_REDIRECT,
				  .code = 1,
				  .id = (uint16_t)(gateway.host >> 16),
				  .seq = (uint16_t)gateway.host},
		   about, 28);
}

static void r9_a_redirect_is_neither_taken_nor_forwarded(void **state)
{
	ip4_t other = IP4(203, 0, 113, 66);
	struct home *h = *state;
	struct packet p, r;
	struct sent out;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	out = *only(h, 9);
	redirect(&r, h->wan_mac, MAC(9), GATEWAY, WAN, other, l3_of(&out)); /* to the router */
	send(h, 9, &r);
	assert_dropped(h, DROP_ICMP_UNSUPPORTED, 1);
	redirect(&r, h->wan_mac, MAC(9), GATEWAY, VIP, other, l3_of(&out)); /* through NAT */
	send(h, 9, &r);
	assert_dropped(h, DROP_ICMP_UNSUPPORTED, 2);
	redirect(&r, h->wan_mac, MAC(9), GATEWAY, LAPTOP, other, l3_of(&out)); /* just routed */
	send(h, 9, &r);
	assert_dropped(h, DROP_ICMP_UNSUPPORTED, 3);
	redirect(&r, h->lan_mac, MAC(1), LAPTOP, SERVER, other, l3_of(&out)); /* and out */
	send(h, 1, &r);
	assert_dropped(h, DROP_ICMP_UNSUPPORTED, 4);
	send(h, 1, &p); /* the way is the same as before */
	assert_memory_equal(only(h, 9)->bytes, MAC(9).byte, 6);
}

static void r9_no_redirect_is_sent_to_a_host_whose_packet_goes_back_where_it_came(void **state)
{
	struct config_route detour = {
		.network = {IP4(10, 0, 0, 0), 8}, .next_hop = TV, .distance = 1};
	struct home *h = *state;
	struct packet p;

	/* allowed on the same interface, and left out: nobody would believe it */
	assert_int_equal(config_route_add(&h->config, &detour), 0);
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, IP4(10, 1, 2, 3), 53, 30);
	send(h, 1, &p);
	assert_ip(only(h, 2), LAPTOP, IP4(10, 1, 2, 3), IP_PROTO_UDP);
}

/* ---- loops ----------------------------------------------------------------------------------- */

/* Sends what came out at @tap back in, as a wrong neighbour would. Return: whether it could. */
static bool bounce(struct home *h, unsigned int tap, mac_t to, mac_t from)
{
	struct packet p = {.len = h->sent[0].len, .offload = h->sent[0].offload};

	if (h->sent_count != 1 || h->sent[0].tap != tap)
		return false;
	memcpy(p.bytes, h->sent[0].bytes, p.len);
	memcpy(p.bytes, to.byte, 6);
	memcpy(p.bytes + 6, from.byte, 6);
	send(h, tap, &p);
	return true;
}

static void r12_a_loop_between_two_routers_ends_by_time_to_live(void **state)
{
	ip4_t nobody = IP4(10, 9, 9, 9); /* the gateway thinks it is ours, we that it is its */
	struct home *h = *state;
	unsigned int rounds = 0;
	struct packet p;

	udp(&p, h->wan_mac, MAC(9), SERVER, 53, nobody, 5000, 30);
	send(h, 9, &p);
	while (h->sent[0].bytes[23] == IP_PROTO_UDP) {
		assert_int_equal(l3_of(only(h, 9))[8], 63 - rounds);
		assert_true(bounce(h, 9, h->wan_mac, MAC(9)));
		rounds++;
	}
	assert_int_equal(rounds, 63);
	assert_icmp(only(h, 9), WAN, SERVER, ICMP_TIME_EXCEEDED, ICMP_TTL_TIME);
	assert_int_equal(router_drops(h->router, DROP_IP_TTL_EXPIRED), 1);
}

static void r12_a_loop_of_translated_packets_ends_too(void **state)
{
	struct home *h = *state;
	unsigned int rounds = 0;
	struct packet p;

	/* the gateway sends back what we translated: its source is ours now */
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	while (bounce(h, 9, h->wan_mac, MAC(9)))
		rounds++;
	assert_int_equal(rounds, 1);
	assert_dropped(h, DROP_IP_SPOOFED, 1);
}

static void r12_a_hairpin_cannot_go_round(void **state)
{
	struct config_nat_static rule = {.proto = IP_PROTO_UDP,
					 .local = TV,
					 .local_port = 5000,
					 .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"},
					 .global_port = 6000};
	struct home *h = *state;
	unsigned int rounds = 0;
	struct packet p;

	assert_int_equal(config_nat_static_add(&h->config, &rule), 0);
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, VIP, 6000, 30);
	send(h, 1, &p);
	assert_ip(only(h, 2), VIP, TV, IP_PROTO_UDP);
	while (bounce(h, 2, h->lan_mac, MAC(2))) /* the TV forwards instead of taking it */
		rounds++;
	assert_int_equal(rounds, 1);
	assert_dropped(h, DROP_IP_SPOOFED, 1);
	/* nor may a host be its own peer for ever: each turn is a packet that the host itself sends
	 */
	udp(&p, h->lan_mac, MAC(2), TV, 5000, VIP, 6000, 30);
	send(h, 2, &p);
	assert_ip(only(h, 2), VIP, TV, IP_PROTO_UDP);
	assert_int_equal(l3_of(&h->sent[0])[8], 63);
	while (bounce(h, 2, h->lan_mac, MAC(2)))
		rounds++;
	assert_int_equal(rounds, 2);
}

/* ---- ARP ------------------------------------------------------------------------------------ */

static unsigned int requests(struct home *h, ip4_t target)
{
	unsigned int count = 0;

	for (unsigned int n = 0; n < h->sent_count; n++)
		if (wire_get16(h->sent[n].bytes + 12) == ETHERNET_ARP &&
		    ip4_equal(arp_of(&h->sent[n]).target, target))
			count++;
	return count;
}

static void a6_a_flood_to_a_silent_host_asks_for_it_once_a_second(void **state)
{
	ip4_t silent = IP4(203, 0, 113, 99);
	unsigned int asked = 0, refused = 0;
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, silent, 53, 30);
	for (unsigned int ms = 0; ms < 60000; ms += 10) {
		send(h, 1, &p);
		asked += requests(h, silent);
		advance(h, 10);
		asked += requests(h, silent);
	}
	assert_in_range(asked, 20, 60); /* three, then a pause of three seconds */
	refused = (unsigned int)router_drops(h->router, DROP_NEIGHBOUR_QUEUE_FULL);
	assert_true(refused > 2000); /* what waits is bounded */
}

static void a7_a_neighbour_in_use_is_asked_again_by_unicast_alone(void **state)
{
	struct home *h = *state;
	unsigned int asked = 0;
	struct packet p;

	for (unsigned int n = 0; n < 60; n++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
		advance(h, 1000);
		asked += requests(h, GATEWAY);
		send(h, 1, &p);
		for (unsigned int i = 0; i < h->sent_count; i++) {
			if (wire_get16(h->sent[i].bytes + 12) != ETHERNET_ARP)
				continue;
			assert_true(ip4_equal(arp_of(&h->sent[i]).target, GATEWAY));
			assert_memory_equal(h->sent[i].bytes, MAC(9).byte, 6);
			asked++;
		}
	}
	assert_int_equal(asked, 1); /* after its minute, and traffic went on */
	arp(&p, ARP_REPLY, h->wan_mac, MAC(9), GATEWAY, WAN);
	send(h, 9, &p);
	advance(h, 30000);
	assert_int_equal(requests(h, GATEWAY), 0);
}

static void a7_a_scan_of_a_network_ends_no_entry_in_use(void **state)
{
	const struct neighbour *entry;
	struct home *h = *state;
	uint32_t cursor = 0, count = 0;
	struct packet p;

	config_interface_find(&h->config, TAP_ID(9))->addresses[0].len = 16;
	reapply(h);
	advance(h, 3000);
	for (uint32_t n = 0; n < 10000; n++) {
		udp(&p, h->lan_mac, MAC(2), TV, 5000, (ip4_t){IP4(203, 0, 128, 0).host + n}, 53, 1);
		send(h, 2, &p);
		if (n % 500 == 0) {
			udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
			send(h, 1, &p);
			assert_memory_equal(only(h, 9)->bytes, MAC(9).byte, 6);
		}
	}
	while ((entry = neighbour_next(router_neighbours(h->router), &cursor)))
		count++;
	assert_true(count <= NEIGHBOURS_MAX);
}

static const ip4_t silent_host = {0xcb007163}; /* 203.0.113.99 */

static void a6_what_waits_is_sent_when_a_static_entry_says_where_to(void **state)
{
	const struct config_arp line = {.address = silent_host, .mac = MAC(99)};
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, silent_host, 53, 30);
	send(h, 1, &p);
	assert_int_equal(requests(h, silent_host), 1);
	assert_int_equal(config_arp_add(&h->config, &line), 0);
	h->sent_count = 0;
	reapply(h);
	collect(h);
	assert_ip(only(h, 9), VIP, silent_host, IP_PROTO_UDP);
	assert_memory_equal(h->sent[0].bytes, MAC(99).byte, 6);
	advance(h, 10000);
	assert_int_equal(requests(h, silent_host), 0);
}

static void a6_what_waits_in_an_entry_that_goes_is_a_drop(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, silent_host, 53, 30);
	send(h, 1, &p);
	send(h, 1, &p);
	router_clear_arp(h->router, h->now);
	advance(h, 0);
	assert_int_equal(router_drops(h->router, DROP_NEIGHBOUR_GIVEN_UP), 2);
	assert_int_equal(stats_of(h, TAP_ID(1)).drops.count[DROP_NEIGHBOUR_GIVEN_UP], 2);
	advance(h, 10000);
	assert_int_equal(router_drops(h->router, DROP_NEIGHBOUR_UNREACHABLE), 0);
}

static void a4_a_new_vip_is_announced_twice_and_nobody_need_ask(void **state)
{
	struct home *h = *state;
	struct config_vip *vip;

	advance(h, 10000);
	vip = config_vip_get(&h->config, "second");
	vip->address = IP4(203, 0, 113, 11);
	vip->interface = TAP_ID(9);
	reapply(h);
	for (unsigned int round = 0; round < 2; round++) {
		advance(h, round ? 1 : 0);
		assert_int_equal(requests(h, IP4(203, 0, 113, 11)), 1);
		advance(h, 1999);
		assert_int_equal(requests(h, IP4(203, 0, 113, 11)), 0);
	}
	vip->address = IP4(203, 0, 113, 12); /* the same name elsewhere */
	reapply(h);
	advance(h, 0);
	assert_int_equal(requests(h, IP4(203, 0, 113, 12)), 1);
	assert_int_equal(requests(h, IP4(203, 0, 113, 11)), 0);
	reapply(h); /* nothing changed: nothing is said again but what is due */
	advance(h, 5000);
	assert_int_equal(requests(h, IP4(203, 0, 113, 12)), 1);
}

static void a8_only_the_interface_that_owns_an_address_answers_for_it(void **state)
{
	static const struct {
		ip4_t address;
		bool inside, outside;
	} cases[] = {
		{{0xc0a80101}, true, false},  /* LAN */
		{{0xcb007102}, false, true},  /* WAN */
		{{0xcb00710a}, false, true},  /* VIP */
		{{0x0affff01}, false, false}, /* the loopback's */
		{{0xc0a80164}, false, false}, /* a host's */
		{{0xc6336407}, false, false}, /* one that is only routed: no proxy ARP */
	};
	struct home *h = *state;
	struct config_interface *lo =
		config_interface_get(&h->config, (struct interface_id){INTERFACE_LOOPBACK, 0});
	struct packet p;

	lo->addresses[0] = (struct ip4_prefix){IP4(10, 255, 255, 1), 32};
	lo->address_count = 1;
	reapply(h);
	for (unsigned int n = 0; n < ARRAY_COUNT(cases); n++) {
		arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(2), TV, cases[n].address);
		send(h, 2, &p);
		/* flooded to the other port, and answered or not */
		assert_int_equal(h->sent_count, 1 + cases[n].inside);
		assert_int_equal(arp_of(&h->sent[0]).op, ARP_REQUEST);
		arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(9), GATEWAY, cases[n].address);
		send(h, 9, &p);
		assert_int_equal(h->sent_count, cases[n].outside);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(r9_a_redirect_is_neither_taken_nor_forwarded),
		HOME_TEST(r9_no_redirect_is_sent_to_a_host_whose_packet_goes_back_where_it_came),
		HOME_TEST(r12_a_loop_between_two_routers_ends_by_time_to_live),
		HOME_TEST(r12_a_loop_of_translated_packets_ends_too),
		HOME_TEST(r12_a_hairpin_cannot_go_round),
		HOME_TEST(a6_a_flood_to_a_silent_host_asks_for_it_once_a_second),
		HOME_TEST(a7_a_neighbour_in_use_is_asked_again_by_unicast_alone),
		HOME_TEST(a7_a_scan_of_a_network_ends_no_entry_in_use),
		HOME_TEST(a6_what_waits_is_sent_when_a_static_entry_says_where_to),
		HOME_TEST(a6_what_waits_in_an_entry_that_goes_is_a_drop),
		HOME_TEST(a4_a_new_vip_is_announced_twice_and_nobody_need_ask),
		HOME_TEST(a8_only_the_interface_that_owns_an_address_answers_for_it),
	};

	return cmocka_run_group_tests_name("router_duties", tests, NULL, NULL);
}
