/* SPDX-License-Identifier: BSD-2-Clause */
/* What may pass a router: access lists on interfaces, the way back, addresses out of place. */
#include "tests/unit/core/router_fixture.h"

static struct config_interface *tap9(struct home *h)
{
	return config_interface_get(&h->config, TAP_ID(9));
}

static struct config_interface *bvi1(struct home *h)
{
	return config_interface_get(&h->config, BVI_ID(1));
}

/* An entry of list 101 for any source; the rest is the test's. */
#define ENTRY(h, ...)                                                                              \
	assert_int_equal(                                                                          \
		config_acl_add(&(h)->config, &(struct config_acl_line){.list = "101",              \
								       .wildcard = {UINT32_MAX},   \
								       __VA_ARGS__}),              \
		0)

/* From the laptop to the server outside. */
static void send_out(struct home *h, uint16_t dport)
{
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, dport, 30);
	send(h, 1, &p);
}

/* From the server to a port of the VIP. */
static void send_in(struct home *h, ip4_t from, uint16_t dport)
{
	struct packet p;

	udp(&p, h->wan_mac, MAC(9), from, 53, VIP, dport, 30);
	send(h, 9, &p);
}

/* ---- access lists ------------------------------------------------------------------------- */

static void a_list_inwards_refuses_and_its_sender_is_told(void **state)
{
	struct home *h = *state;

	ENTRY(h, .proto = 17, .dport = {CONFIG_PORT_EQ, 53, 0});
	ENTRY(h, .permit = true);
	strcpy(bvi1(h)->acl_in, "101");
	reapply(h);
	send_out(h, 53);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
	assert_int_equal(router_drops(h->router, DROP_ACL_DENIED), 1);
	assert_int_equal(router_acl_hits(h->router, "101", 10), 1);
	send_out(h, 54);
	only(h, 9);
	assert_int_equal(router_acl_hits(h->router, "101", 20), 1);
	router_clear_acl_hits(h->router, NULL);
	assert_int_equal(router_acl_hits(h->router, "101", 10), 0);
}

static void what_no_line_permits_is_denied(void **state)
{
	struct home *h = *state;

	ENTRY(h, .permit = true, .proto = 6);
	strcpy(bvi1(h)->acl_in, "101");
	bvi1(h)->no_unreachables = true;
	reapply(h);
	send_out(h, 53);
	assert_dropped(h, DROP_ACL_DENIED, 1);
	assert_int_equal(router_acl_hits(h->router, "101", 10), 0);
}

static void a_list_that_is_missing_or_empty_filters_nothing(void **state)
{
	struct home *h = *state;

	strcpy(bvi1(h)->acl_in, "101");
	strcpy(tap9(h)->acl_out, "EMPTY");
	assert_non_null(config_acl_get(&h->config, "EMPTY", true));
	reapply(h);
	send_out(h, 53);
	only(h, 9);
}

static void a_list_takes_effect_and_goes_with_the_configuration(void **state)
{
	struct home *h = *state;

	strcpy(bvi1(h)->acl_in, "101");
	reapply(h);
	ENTRY(h, .log = true);
	reapply(h);
	send_out(h, 53);
	assert_int_equal(router_drops(h->router, DROP_ACL_DENIED), 1);
	assert_string_equal(h->log, "list 101 denied udp 192.168.1.100(5000) -> 198.51.100.7(53), "
				    "1 packet");
	config_acl_remove_list(&h->config, "101");
	reapply(h);
	send_out(h, 53);
	only(h, 9);
}

static void the_list_inwards_outside_sees_the_public_address(void **state)
{
	struct home *h = *state;

	ENTRY(h, .dst = LAPTOP, .dst_care = IP4_BROADCAST);
	ENTRY(h, .permit = true, .dst = VIP, .dst_care = IP4_BROADCAST);
	strcpy(tap9(h)->acl_in, "101");
	reapply(h);
	send_out(h, 53);
	send_in(h, SERVER, wire_get16(l4_of(only(h, 9))));
	assert_ip(only(h, 1), SERVER, LAPTOP, 17);
	assert_int_equal(router_acl_hits(h->router, "101", 20), 1);
}

static void the_list_outwards_outside_sees_the_public_address(void **state)
{
	struct home *h = *state;

	ENTRY(h, .permit = true, .dport = {CONFIG_PORT_EQ, 53, 0}, .proto = 17);
	config_acl_resequence(&h->config, "101", 5, 5);
	config_acl_add(&h->config, &(struct config_acl_line){.list = "101", .address = VIP});
	strcpy(tap9(h)->acl_out, "101");
	reapply(h);
	send_out(h, 53);
	only(h, 9);
	send_out(h, 54); /* denied by the line that names the VIP, and the laptop is told */
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
	assert_int_equal(router_acl_hits(h->router, "101", 15), 1);
	/* what is quoted is what the laptop had sent */
	assert_int_equal(wire_get32(l4_of(&h->sent[0]) + ICMP_LEN + 12), LAPTOP.host);
	assert_int_equal(wire_get16(l4_of(&h->sent[0]) + ICMP_LEN + IPV4_LEN), 5000);
}

static void the_list_outwards_inside_sees_the_local_address(void **state)
{
	struct home *h = *state;
	uint16_t port;

	ENTRY(h, .dst = LAPTOP, .dst_care = IP4_BROADCAST);
	strcpy(bvi1(h)->acl_out, "101");
	reapply(h);
	send_out(h, 53);
	port = wire_get16(l4_of(only(h, 9)));
	send_in(h, SERVER, port);
	assert_icmp(only(h, 9), VIP, SERVER, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
	assert_int_equal(wire_get32(l4_of(&h->sent[0]) + ICMP_LEN + 16), VIP.host);
	assert_int_equal(wire_get16(l4_of(&h->sent[0]) + ICMP_LEN + IPV4_LEN + 2), port);
}

static void the_routers_own_packets_are_not_filtered(void **state)
{
	struct home *h = *state;
	struct packet p;

	ENTRY(h, .permit = false);
	strcpy(bvi1(h)->acl_out, "101");
	reapply(h);
	icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_ECHO, 30);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_ECHO_REPLY, 0);
}

static void packets_to_the_router_are_filtered(void **state)
{
	struct home *h = *state;
	struct packet p;

	ENTRY(h, .proto = 1);
	strcpy(bvi1(h)->acl_in, "101");
	reapply(h);
	icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_ECHO, 30);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
}

static void bridged_frames_are_not_filtered(void **state)
{
	struct home *h = *state;
	struct packet p;

	ENTRY(h, .permit = false);
	strcpy(bvi1(h)->acl_in, "101");
	reapply(h);
	udp(&p, MAC(2), MAC(1), LAPTOP, 5000, TV, 7, 30);
	send(h, 1, &p);
	only(h, 2);
}

static void pieces_are_filtered_one_by_one_as_they_come(void **state)
{
	struct home *h = *state;
	struct packet p;

	ENTRY(h, .fragments = true);
	ENTRY(h, .permit = true);
	strcpy(tap9(h)->acl_in, "101");
	reapply(h);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000, 56);
	wire_put16(p.bytes + 20, IPV4_MF);
	sum_header(&p);
	send(h, 9, &p);
	assert_int_equal(router_acl_hits(h->router, "101", 20), 1);
	wire_put16(p.bytes + 20, 8);
	sum_header(&p);
	send(h, 9, &p);
	assert_dropped(h, DROP_ACL_DENIED, 1); /* and R2: no error about a later piece */
}

static void refusals_are_limited_in_rate(void **state)
{
	struct home *h = *state;
	unsigned int told = 0;

	ENTRY(h, .permit = false);
	strcpy(bvi1(h)->acl_in, "101");
	reapply(h);
	for (unsigned int i = 0; i < 200; i++) {
		send_out(h, 53);
		told += h->sent_count;
	}
	assert_int_equal(router_drops(h->router, DROP_ACL_DENIED), 200);
	assert_in_range(told, 1, 40);
}

static void no_unreachables_silences_them_all(void **state)
{
	struct home *h = *state;
	struct packet p;

	bvi1(h)->no_unreachables = true;
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, LAN, 4000, 30);
	send(h, 1, &p);
	assert_dropped(h, DROP_IP_PORT_UNREACHABLE, 1);
	p.bytes[22] = 1; /* time to live: another kind of error */
	wire_put32(p.bytes + 30, SERVER.host);
	sum_header(&p);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_TIME_EXCEEDED, 0);
}

/* ---- the way back ------------------------------------------------------------------------- */

static void r6_a_source_without_a_way_back_is_dropped(void **state)
{
	struct home *h = *state;
	struct packet p;

	bvi1(h)->verify = CONFIG_VERIFY_RX;
	reapply(h);
	send_out(h, 53);
	only(h, 9);
	udp(&p, h->lan_mac, MAC(1), IP4(10, 9, 9, 9), 5000, SERVER, 53, 30);
	send(h, 1, &p); /* its best route is the default route, outside */
	assert_dropped(h, DROP_IP_RPF, 1);
}

static void r6_the_default_route_counts_only_when_it_may(void **state)
{
	struct home *h = *state;

	tap9(h)->verify = CONFIG_VERIFY_RX;
	reapply(h);
	send_in(h, SERVER, 5000);
	assert_dropped(h, DROP_IP_RPF, 1);
	send_in(h, GATEWAY, 5000); /* connected */
	assert_int_equal(router_drops(h->router, DROP_IP_RPF), 1);
	tap9(h)->verify_default = true;
	reapply(h);
	send_in(h, SERVER, 5000);
	assert_int_equal(router_drops(h->router, DROP_IP_RPF), 1);
}

static void r6_loose_asks_for_any_route(void **state)
{
	struct home *h = *state;
	struct config_route route = {
		.network = {IP4(10, 9, 0, 0), 16}, .next_hop = GATEWAY, .distance = 1};
	struct packet p;

	bvi1(h)->verify = CONFIG_VERIFY_RX;
	config_route_add(&h->config, &route);
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), IP4(10, 9, 9, 9), 5000, SERVER, 53, 30);
	send(h, 1, &p);
	assert_dropped(h, DROP_IP_RPF, 1);
	bvi1(h)->verify = CONFIG_VERIFY_ANY;
	reapply(h);
	send(h, 1, &p);
	assert_int_equal(router_drops(h->router, DROP_IP_RPF), 1);
}

static void r6_a_client_without_an_address_may_ask_for_one(void **state)
{
	struct home *h = *state;
	struct packet p;

	bvi1(h)->verify = CONFIG_VERIFY_RX;
	reapply(h);
	udp(&p, MAC_BROADCAST, MAC(1), IP4_ANY, 68, IP4_BROADCAST, 67, 300);
	send(h, 1, &p);
	assert_int_equal(router_drops(h->router, DROP_IP_RPF), 0);
	assert_int_equal(router_drops(h->router, DROP_DHCP_MALFORMED), 1); /* so it got there */
}

static void r6_the_list_comes_before_the_way_back(void **state)
{
	struct home *h = *state;

	ENTRY(h, .permit = false);
	strcpy(tap9(h)->acl_in, "101");
	tap9(h)->verify = CONFIG_VERIFY_RX;
	reapply(h);
	send_in(h, SERVER, 5000);
	assert_int_equal(router_drops(h->router, DROP_ACL_DENIED), 1);
	assert_int_equal(router_drops(h->router, DROP_IP_RPF), 0);
}

/* ---- addresses out of place ---------------------------------------------------------------- */

static void r5_a_source_of_the_other_side_of_nat_is_dropped(void **state)
{
	struct home *h = *state;
	struct packet p;

	send_in(h, LAPTOP, 5000);
	assert_dropped(h, DROP_IP_NAT_SIDE, 1);
	udp(&p, h->lan_mac, MAC(1), GATEWAY, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	assert_dropped(h, DROP_IP_NAT_SIDE, 2);
}

static void r5_without_sides_of_nat_a_source_is_not_judged_by_them(void **state)
{
	struct home *h = *state;
	struct packet p;

	tap9(h)->nat_side = CONFIG_NAT_NONE;
	reapply(h);
	udp(&p, h->wan_mac, MAC(9), LAPTOP, 5000, TV, 53, 30);
	send(h, 9, &p);
	assert_int_equal(router_drops(h->router, DROP_IP_NAT_SIDE), 0);
}

static void r5_land_against_the_vip_is_dropped_from_either_side(void **state)
{
	struct home *h = *state;
	struct packet p;

	send_in(h, VIP, 5000);
	assert_dropped(h, DROP_IP_LAND, 1);
	udp(&p, h->lan_mac, MAC(1), VIP, 5000, VIP, 5000, 30);
	send(h, 1, &p);
	assert_dropped(h, DROP_IP_LAND, 2);
	send_out(h, 53); /* and no session is lost by it */
	send_in(h, SERVER, wire_get16(l4_of(only(h, 9))));
	assert_ip(only(h, 1), SERVER, LAPTOP, 17);
}

static void r7_a_directed_broadcast_of_any_connected_network_is_not_forwarded(void **state)
{
	static const ip4_t to[] = {{0xcb0071ff}, {0xcb007100}, {0xc0a801ff}};
	struct home *h = *state;
	struct packet p;

	for (unsigned int n = 0; n < ARRAY_COUNT(to); n++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, to[n], 7, 30);
		send(h, 1, &p);
		assert_dropped(h, DROP_IP_BROADCAST, n + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(a_list_inwards_refuses_and_its_sender_is_told),
		HOME_TEST(what_no_line_permits_is_denied),
		HOME_TEST(a_list_that_is_missing_or_empty_filters_nothing),
		HOME_TEST(a_list_takes_effect_and_goes_with_the_configuration),
		HOME_TEST(the_list_inwards_outside_sees_the_public_address),
		HOME_TEST(the_list_outwards_outside_sees_the_public_address),
		HOME_TEST(the_list_outwards_inside_sees_the_local_address),
		HOME_TEST(the_routers_own_packets_are_not_filtered),
		HOME_TEST(packets_to_the_router_are_filtered),
		HOME_TEST(bridged_frames_are_not_filtered),
		HOME_TEST(pieces_are_filtered_one_by_one_as_they_come),
		HOME_TEST(refusals_are_limited_in_rate),
		HOME_TEST(no_unreachables_silences_them_all),
		HOME_TEST(r6_a_source_without_a_way_back_is_dropped),
		HOME_TEST(r6_the_default_route_counts_only_when_it_may),
		HOME_TEST(r6_loose_asks_for_any_route),
		HOME_TEST(r6_a_client_without_an_address_may_ask_for_one),
		HOME_TEST(r6_the_list_comes_before_the_way_back),
		HOME_TEST(r5_a_source_of_the_other_side_of_nat_is_dropped),
		HOME_TEST(r5_without_sides_of_nat_a_source_is_not_judged_by_them),
		HOME_TEST(r5_land_against_the_vip_is_dropped_from_either_side),
		HOME_TEST(r7_a_directed_broadcast_of_any_connected_network_is_not_forwarded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
