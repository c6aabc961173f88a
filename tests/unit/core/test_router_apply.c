/* SPDX-License-Identifier: BSD-2-Clause */
/* A router's configurations: what lives on, what goes, and links that come and go. */
#include "tests/unit/core/router_fixture.h"

static unsigned int session_count(struct home *h)
{
	uint64_t cursor = 0;
	struct nat_entry entry;
	unsigned int count = 0;

	while (nat_next_entry(router_nat(h->router), &cursor, &entry, h->now))
		count++;
	return count;
}

static void send_out(struct home *h)
{
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
}

static void the_same_configuration_again_changes_nothing(void **state)
{
	struct home *h = *state;
	struct interface_stats before;
	unsigned int port = port_of(h, 9);

	send_out(h);
	before = stats_of(h, TAP_ID(1));
	reapply(h);
	assert_int_equal(session_count(h), 1);
	assert_int_equal(port_of(h, 9), port);
	assert_int_equal(stats_of(h, TAP_ID(1)).frames_in, before.frames_in);
	advance(h, 5000);
	assert_int_equal(h->sent_count, 0); /* nothing to announce */
	send_out(h);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP); /* its neighbour is still known */
}

static void a_new_vip_is_announced_and_answers(void **state)
{
	struct home *h = *state;
	struct config_vip *vip = config_vip_get(&h->config, "other");
	struct packet p;

	vip->address = IP4(203, 0, 113, 20);
	vip->interface = TAP_ID(9);
	reapply(h);
	advance(h, 0);
	assert_int_equal(h->sent_count, 3);
	icmp(&p, h->wan_mac, MAC(9), GATEWAY, IP4(203, 0, 113, 20), ICMP_ECHO, 8);
	send(h, 9, &p);
	assert_icmp(only(h, 9), IP4(203, 0, 113, 20), GATEWAY, ICMP_ECHO_REPLY, 0);
	config_vip_remove(&h->config, "other");
	reapply(h);
	icmp(&p, h->wan_mac, MAC(9), GATEWAY, IP4(203, 0, 113, 20), ICMP_ECHO, 8);
	send(h, 9, &p);
	assert_true(h->sent_count == 0 || wire_get16(h->sent[0].bytes + 12) == ETHERNET_ARP);
}

static void a_link_that_went_takes_its_routes_and_neighbours(void **state)
{
	struct home *h = *state;

	router_port_link(h->router, port_of(h, 9), false, h->now);
	send_out(h);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_NET_UNREACHABLE);
	router_port_link(h->router, port_of(h, 9), true, h->now);
	assert_null(neighbour_find(router_neighbours(h->router), (uint16_t)port_of(h, 9), GATEWAY));
	advance(h, 3000);
	meet(h, 9, MAC(9), GATEWAY, WAN);
	send_out(h);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
}

static void a_bvi_is_up_while_one_of_its_ports_is(void **state)
{
	struct home *h = *state;
	struct interface_status status;

	router_port_link(h->router, port_of(h, 1), false, h->now);
	router_interface_status(h->router, BVI_ID(1), &status);
	assert_true(status.line_up);
	router_port_link(h->router, port_of(h, 2), false, h->now);
	router_interface_status(h->router, BVI_ID(1), &status);
	assert_false(status.line_up);
}

static void an_interface_that_is_shut_down_takes_nothing_in(void **state)
{
	struct home *h = *state;

	config_interface_find(&h->config, TAP_ID(1))->shutdown = true;
	reapply(h);
	send_out(h);
	assert_dropped(h, DROP_IP_ADMIN_DOWN, 1);
	config_interface_find(&h->config, TAP_ID(1))->shutdown = false;
	config_interface_find(&h->config, BVI_ID(1))->shutdown = true;
	reapply(h);
	send_out(h);
	assert_dropped(h, DROP_IP_ADMIN_DOWN, 2);
}

static void an_interface_that_goes_leaves_nothing_behind(void **state)
{
	struct home *h = *state;
	struct interface_status status;
	struct frame f = {0};
	uint8_t bytes[100] = {0};
	unsigned int port = port_of(h, 2);

	config_interface_remove(&h->config, TAP_ID(2));
	reapply(h);
	assert_int_equal(router_port(h->router, TAP_ID(2)), -ENOENT);
	assert_int_equal(router_interface_status(h->router, TAP_ID(2), &status), -ENOENT);
	f.data = bytes;
	f.len = 60;
	f.port = (uint16_t)port;
	router_input(h->router, &f, 1, h->now); /* one that was still on its way */
	assert_int_equal(router_drops(h->router, DROP_PORT_DOWN), 1);
	send_out(h);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
}

static void what_waits_for_an_interface_that_goes_is_let_go(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->wan_mac, MAC(9), SERVER, 1, IP4(192, 168, 1, 200), 2, 30);
	send(h, 9, &p);
	config_interface_remove(&h->config, TAP_ID(9));
	h->config.vips.count = h->config.nat.sources.count = h->config.routes.count = 0;
	reapply(h);
	advance(h, 10000);
	check_law(h);
}

static void a_static_neighbour_needs_no_question(void **state)
{
	struct home *h = *state;
	struct config_arp fixed = {IP4(203, 0, 113, 99), MAC(99)};
	struct packet p;

	config_arp_add(&h->config, &fixed);
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, fixed.address, 53, 30);
	send(h, 1, &p);
	assert_memory_equal(only(h, 9)->bytes, MAC(99).byte, 6);
	config_arp_remove(&h->config, fixed.address);
	reapply(h);
	send_out(h);
	assert_null(neighbour_find(router_neighbours(h->router), (uint16_t)port_of(h, 9),
				   fixed.address));
}

static void addresses_are_the_same_after_a_restart_and_others_elsewhere(void **state)
{
	static const struct hash_key other_key = {{77, 78}};
	static const char *const names[] = {"home", "away"};
	struct home *h = *state;

	for (unsigned int n = 0; n < 2; n++) {
		struct router *r = router_new(&other_key, names[n]);
		struct interface_status status;

		assert_non_null(r);
		assert_int_equal(router_apply(r, &h->config, h->now), 0);
		router_interface_status(r, TAP_ID(9), &status);
		assert_int_equal(mac_equal(status.mac, h->wan_mac), n == 0);
		assert_int_equal(status.mac.byte[0], 2);
		router_free(r);
	}
}

static void counters_cleared_while_frames_wait_do_not_run_backwards(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, IP4(203, 0, 113, 99), 53, 30);
	send(h, 1, &p);
	router_clear_counters(h->router);
	h->sent_count = 0;
	router_tick(h->router, mono_add_ms(h->now, 1000));
	router_tick(h->router, mono_add_ms(h->now, 2000));
	router_tick(h->router, mono_add_ms(h->now, 3000));
	assert_int_equal(stats_of(h, TAP_ID(1)).forwarded, 0);
}

static void as_many_ports_as_there_may_be_can_be_exchanged_for_others(void **state)
{
	struct home *h = *state;

	for (uint16_t n = 100; n < 1100; n++)
		config_interface_get(&h->config, TAP_ID(n));
	reapply(h);
	for (uint16_t n = 100; n < 1100; n++)
		config_interface_remove(&h->config, TAP_ID(n));
	for (uint16_t n = 2000; n < 3000; n++)
		config_interface_get(&h->config, TAP_ID(n));
	reapply(h);
	assert_true(router_port(h->router, TAP_ID(2999)) >= 0);
	send_out(h);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(the_same_configuration_again_changes_nothing),
		HOME_TEST(a_new_vip_is_announced_and_answers),
		HOME_TEST(a_link_that_went_takes_its_routes_and_neighbours),
		HOME_TEST(a_bvi_is_up_while_one_of_its_ports_is),
		HOME_TEST(an_interface_that_is_shut_down_takes_nothing_in),
		HOME_TEST(an_interface_that_goes_leaves_nothing_behind),
		HOME_TEST(what_waits_for_an_interface_that_goes_is_let_go),
		HOME_TEST(a_static_neighbour_needs_no_question),
		HOME_TEST(addresses_are_the_same_after_a_restart_and_others_elsewhere),
		HOME_TEST(counters_cleared_while_frames_wait_do_not_run_backwards),
		HOME_TEST(as_many_ports_as_there_may_be_can_be_exchanged_for_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
