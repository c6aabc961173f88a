/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pools and several outside interfaces, through the whole router: Tap8 198.18.0.2/24 is a second
 * way out, with gateway .1 and VIP SECOND .10.
 */
#include "tests/unit/core/router_fixture.h"

#define WAN2	 IP4(198, 18, 0, 2)
#define GATEWAY2 IP4(198, 18, 0, 1)
#define SECOND	 IP4(198, 18, 0, 10)
#define POOL	 IP4(203, 0, 113, 20)
#define OTHER	 IP4(198, 51, 101, 7)

static void route(struct home *h, ip4_t network, ip4_t next_hop)
{
	struct config_route r = {.network = {network, 24}, .next_hop = next_hop, .distance = 1};

	assert_int_equal(config_route_add(&h->config, &r), 0);
}

/** List 1 may share VIP home on Tap9, and VIP SECOND on Tap8, where OTHER is. */
static void second_way(struct home *h)
{
	struct config_interface *i = config_interface_get(&h->config, TAP_ID(8));
	struct config_nat_source source = {.list = "1",
					   .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "second"}};
	struct config_vip *vip = config_vip_get(&h->config, "second");

	i->addresses[0] = (struct ip4_prefix){WAN2, 24};
	i->address_count = 1;
	i->nat_side = CONFIG_NAT_OUTSIDE;
	vip->address = SECOND;
	vip->interface = TAP_ID(8);
	assert_int_equal(config_nat_source_add(&h->config, &source), 0);
	route(h, IP4(198, 51, 101, 0), GATEWAY2);
	reapply(h);
	router_port_link(h->router, port_of(h, 8), true, h->now);
	advance(h, 5000);
	meet(h, 8, MAC(8), GATEWAY2, WAN2);
}

/** List 1 shares a pool of four addresses instead of the VIP. */
static void use_pool(struct home *h)
{
	struct config_nat_pool *pool = config_nat_pool_get(&h->config, "P");

	pool->start = POOL;
	pool->end.host = POOL.host + 3;
	pool->len = 24;
	h->config.nat.sources.at[0].public =
		(struct config_public){.kind = CONFIG_PUBLIC_POOL, .pool = "P"};
	h->config.nat.sources.at[0].overload = true;
	reapply(h);
	advance(h, 5000);
}

/** A UDP packet of the laptop's. */
static void talk(struct home *h, uint16_t sport, ip4_t to)
{
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, sport, to, 53, 30);
	send(h, 1, &p);
}

static void pool_addresses_are_announced_and_answered(void **state)
{
	struct home *h = *state;
	unsigned int announced = 0;
	struct packet p;

	use_pool(h);
	reapply(h);
	for (uint8_t i = 0; i < 4; i++) {
		ip4_t address = {POOL.host + i};

		arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(9), GATEWAY, address);
		send(h, 9, &p);
		assert_int_equal(arp_of(only(h, 9)).op, ARP_REPLY);
		assert_int_equal(arp_of(only(h, 9)).sender.host, address.host);
		icmp(&p, h->wan_mac, MAC(9), GATEWAY, address, ICMP_ECHO, 8);
		send(h, 9, &p);
		assert_icmp(only(h, 9), address, GATEWAY, ICMP_ECHO_REPLY, 0);
	}
	router_port_link(h->router, port_of(h, 9), false, h->now);
	router_port_link(h->router, port_of(h, 9), true, h->now);
	advance(h, 0);
	for (unsigned int n = 0; n < h->sent_count; n++) {
		ip4_t sender = arp_of(&h->sent[n]).sender;

		announced += sender.host >= POOL.host && sender.host <= POOL.host + 3;
	}
	assert_int_equal(announced, 4);
	/* in nobody's use it is nobody's */
	h->config.nat.sources.count = 0;
	reapply(h);
	meet(h, 9, MAC(9), GATEWAY, WAN);
	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(9), GATEWAY, POOL);
	send(h, 9, &p);
	assert_int_equal(h->sent_count, 0);
}

static void u2_a_device_goes_out_and_back_by_its_pool_address(void **state)
{
	struct home *h = *state;
	ip4_t mine = {POOL.host + LAPTOP.host % 4}, tvs = {POOL.host + TV.host % 4};
	struct packet p;

	use_pool(h);
	talk(h, 5000, SERVER);
	assert_ip(only(h, 9), mine, SERVER, IP_PROTO_UDP);
	udp(&p, h->lan_mac, MAC(2), TV, 5000, SERVER, 53, 30);
	send(h, 2, &p);
	assert_ip(only(h, 9), tvs, SERVER, IP_PROTO_UDP);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, mine, 5000, 30);
	send(h, 9, &p);
	assert_ip(only(h, 1), SERVER, LAPTOP, IP_PROTO_UDP);
}

static void the_way_out_decides_the_public_address(void **state)
{
	struct home *h = *state;

	second_way(h);
	talk(h, 5000, SERVER);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
	talk(h, 5000, OTHER);
	assert_ip(only(h, 8), SECOND, OTHER, IP_PROTO_UDP);
}

static void a_session_keeps_its_address_when_its_route_moves(void **state)
{
	struct home *h = *state;
	struct packet p;

	second_way(h);
	talk(h, 5000, SERVER);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
	route(h, IP4(198, 51, 100, 0), GATEWAY2);
	reapply(h);
	talk(h, 5000, SERVER);
	assert_ip(only(h, 8), VIP, SERVER, IP_PROTO_UDP);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000, 30);
	send(h, 9, &p); /* its answers come the old way */
	assert_ip(only(h, 1), SERVER, LAPTOP, IP_PROTO_UDP);
	talk(h, 5001, SERVER);
	assert_ip(only(h, 8), SECOND, SERVER, IP_PROTO_UDP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, home_set_up, home_tear_down)
		TEST(pool_addresses_are_announced_and_answered),
		TEST(u2_a_device_goes_out_and_back_by_its_pool_address),
		TEST(the_way_out_decides_the_public_address),
		TEST(a_session_keeps_its_address_when_its_route_moves),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
