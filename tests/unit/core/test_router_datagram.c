/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagrams to and from what runs beside the core: queries from inside, answers that are waited
 * for, and nothing else. */
#include "tests/unit/core/router_fixture.h"

enum { QUERY_PORT = 40000, ANSWER_PORT = 50000 };

static struct datagram taken;

static int set_up(void **state)
{
	int status = home_set_up(state);
	struct home *h = *state;

	h->config.dns.server = true;
	router_serve_dns(h->router, true);
	reapply(h);
	return status;
}

static bool take(struct home *h)
{
	return router_next_datagram(h->router, &taken);
}

static int open_port(struct home *h, uint16_t port)
{
	struct datagram_port open = {
		.peer = SERVER, .peer_port = 53, .port = port, .until = mono_add_s(h->now, 8)};
	int status = router_datagram_open(h->router, &open, h->now);

	if (status == 0)
		assert_true(ip4_equal(open.local, WAN));
	return status;
}

static void from_outside(struct home *h, ip4_t src, uint16_t sport, uint16_t dport)
{
	struct packet p;

	udp(&p, h->wan_mac, MAC(9), src, sport, WAN, dport, 30);
	send(h, 9, &p);
}

/* The router's outside address is one that devices share. */
static void share_address(struct home *h)
{
	h->config.nat.sources.at[0].public =
		(struct config_public){.kind = CONFIG_PUBLIC_INTERFACE, .interface = TAP_ID(9)};
	h->config.nat.sources.at[0].overload = true;
	reapply(h);
}

static void a_query_from_inside_is_taken_in(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, QUERY_PORT, LAN, 53, 30);
	send(h, 1, &p);
	assert_int_equal(h->sent_count, 0);
	assert_true(take(h));
	assert_true(ip4_equal(taken.src, LAPTOP) && ip4_equal(taken.dst, LAN));
	assert_int_equal(taken.sport, QUERY_PORT);
	assert_int_equal(taken.dport, 53);
	assert_int_equal(taken.len, 30);
	assert_false(take(h));
}

static void a_query_is_refused_while_the_server_is_off(void **state)
{
	struct home *h = *state;
	struct packet p;

	h->config.dns.server = false;
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, QUERY_PORT, LAN, 53, 30);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	assert_false(take(h));
}

static void a_query_that_nobody_would_answer_is_refused(void **state)
{
	struct home *h = *state;
	struct packet p;

	router_serve_dns(h->router, false);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, QUERY_PORT, LAN, 53, 30);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
}

static void a_query_from_outside_is_refused(void **state)
{
	struct home *h = *state;
	struct packet p;

	from_outside(h, SERVER, QUERY_PORT, 53);
	assert_icmp(only(h, 9), WAN, SERVER, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	udp(&p, h->wan_mac, MAC(9), SERVER, QUERY_PORT, LAN, 53, 30);
	send(h, 9, &p);
	assert_false(take(h));
}

static void a_query_to_the_outside_address_is_refused(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, QUERY_PORT, WAN, 53, 30);
	send(h, 1, &p);
	assert_false(take(h));
}

static void a_query_whose_sender_claims_to_live_outside_is_refused(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), SERVER, QUERY_PORT, LAN, 53, 30);
	send(h, 1, &p);
	assert_false(take(h));
}

static void a_spoilt_query_is_dropped(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, QUERY_PORT, LAN, 53, 30);
	p.bytes[p.len - 1] ^= 1;
	send(h, 1, &p);
	assert_dropped(h, DROP_TRANSPORT_MALFORMED, 1);
	assert_false(take(h));
}

static void queries_beyond_the_queue_are_dropped_by_name(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, QUERY_PORT, LAN, 53, 30);
	for (unsigned int n = 0; n < DATAGRAM_QUEUE_SIZE + 3; n++)
		send(h, 1, &p);
	assert_dropped(h, DROP_DATAGRAM_QUEUE_FULL, 3);
	for (unsigned int n = 0; n < DATAGRAM_QUEUE_SIZE; n++)
		assert_true(take(h));
	assert_false(take(h));
}

static void a_datagram_longer_than_a_frame_is_dropped_by_name(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, QUERY_PORT, LAN, 53, DATAGRAM_MAX + 1);
	send(h, 1, &p);
	assert_dropped(h, DROP_DATAGRAM_TOO_LONG, 1);
}

static void an_answer_comes_in_by_an_open_port_only(void **state)
{
	struct home *h = *state;

	assert_int_equal(open_port(h, ANSWER_PORT), 0);
	from_outside(h, SERVER, 53, ANSWER_PORT);
	assert_int_equal(h->sent_count, 0);
	assert_true(take(h));
	from_outside(h, SERVER, 53, ANSWER_PORT + 1);
	assert_false(take(h));
	from_outside(h, SERVER, 54, ANSWER_PORT);
	assert_false(take(h));
	from_outside(h, IP4(198, 51, 100, 8), 53, ANSWER_PORT);
	assert_false(take(h));
	router_datagram_close(h->router, ANSWER_PORT);
	from_outside(h, SERVER, 53, ANSWER_PORT);
	assert_false(take(h));
}

static void an_open_port_closes_by_itself(void **state)
{
	struct home *h = *state;

	assert_int_equal(open_port(h, ANSWER_PORT), 0);
	assert_int_equal(open_port(h, ANSWER_PORT), -EADDRINUSE);
	advance(h, 8000);
	from_outside(h, SERVER, 53, ANSWER_PORT);
	assert_false(take(h));
	assert_int_equal(open_port(h, ANSWER_PORT), 0);
}

static void as_many_ports_are_open_as_there_is_room_for(void **state)
{
	struct home *h = *state;

	for (unsigned int n = 0; n < DATAGRAM_PORTS_MAX; n++)
		assert_int_equal(open_port(h, (uint16_t)(2000 + n)), 0);
	assert_int_equal(open_port(h, 60000), -ENOBUFS);
	advance(h, 8000);
	assert_int_equal(open_port(h, 60000), 0);
}

static void an_open_port_of_a_shared_address_is_given_to_no_device(void **state)
{
	struct home *h = *state;
	struct packet p;

	share_address(h);
	assert_int_equal(open_port(h, ANSWER_PORT), 0);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, ANSWER_PORT, SERVER, 53, 30);
	send(h, 1, &p);
	assert_ip(only(h, 9), WAN, SERVER, IP_PROTO_UDP);
	assert_int_not_equal(wire_get16(l4_of(&h->sent[0])), ANSWER_PORT);
	from_outside(h, SERVER, 53, ANSWER_PORT);
	assert_int_equal(h->sent_count, 0);
	assert_true(take(h));
}

static void a_port_that_a_device_has_is_not_opened(void **state)
{
	struct home *h = *state;
	struct packet p;

	share_address(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, ANSWER_PORT, SERVER, 53, 30);
	send(h, 1, &p);
	assert_int_equal(wire_get16(l4_of(only(h, 9))), ANSWER_PORT);
	assert_int_equal(open_port(h, ANSWER_PORT), -EADDRINUSE);
	assert_int_equal(open_port(h, ANSWER_PORT + 1), 0);
}

/* New rules of NAT forget what was lent, then it is asked for again; and a closed port is free. */
static void an_open_port_stays_so_over_a_change_of_the_configuration(void **state)
{
	struct home *h = *state;
	struct packet p;

	assert_int_equal(open_port(h, ANSWER_PORT), 0);
	share_address(h);
	h->config.nat.port_hold_s = 30;
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, ANSWER_PORT, SERVER, 53, 30);
	send(h, 1, &p);
	assert_int_not_equal(wire_get16(l4_of(only(h, 9))), ANSWER_PORT);
	router_datagram_close(h->router, ANSWER_PORT);
	udp(&p, h->lan_mac, MAC(2), TV, ANSWER_PORT, SERVER, 53, 30);
	send(h, 2, &p);
	assert_int_equal(wire_get16(l4_of(only(h, 9))), ANSWER_PORT);
}

static void a_datagram_leaves_by_the_route_with_the_routers_address(void **state)
{
	struct home *h = *state;
	struct datagram d = {
		.src = WAN, .dst = SERVER, .sport = ANSWER_PORT, .dport = 53, .len = 4};
	struct sent *s;

	memcpy(d.bytes, "ping", 4);
	h->sent_count = 0;
	assert_int_equal(router_send_datagram(h->router, &d, h->now), 0);
	collect(h);
	s = only(h, 9);
	assert_ip(s, WAN, SERVER, IP_PROTO_UDP);
	assert_int_equal(wire_get16(l4_of(s)), ANSWER_PORT);
	assert_int_equal(wire_get16(l4_of(s) + 2), 53);
	assert_memory_equal(l4_of(s) + UDP_LEN, "ping", 4);
	d.src = TV;
	assert_int_equal(router_send_datagram(h->router, &d, h->now), -EADDRNOTAVAIL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, home_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_query_from_inside_is_taken_in),
		TEST(a_query_is_refused_while_the_server_is_off),
		TEST(a_query_that_nobody_would_answer_is_refused),
		TEST(a_query_from_outside_is_refused),
		TEST(a_query_to_the_outside_address_is_refused),
		TEST(a_query_whose_sender_claims_to_live_outside_is_refused),
		TEST(a_spoilt_query_is_dropped),
		TEST(queries_beyond_the_queue_are_dropped_by_name),
		TEST(a_datagram_longer_than_a_frame_is_dropped_by_name),
		TEST(an_answer_comes_in_by_an_open_port_only),
		TEST(an_open_port_closes_by_itself),
		TEST(as_many_ports_are_open_as_there_is_room_for),
		TEST(an_open_port_of_a_shared_address_is_given_to_no_device),
		TEST(a_port_that_a_device_has_is_not_opened),
		TEST(an_open_port_stays_so_over_a_change_of_the_configuration),
		TEST(a_datagram_leaves_by_the_route_with_the_routers_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
