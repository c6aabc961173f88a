/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP relay in a whole router: Tap3 10.9.0.1/24 has clients whose server is 192.168.1.100, the
 * laptop, behind BVI1. There is no pool for 10.9.0.0/24.
 */
#include "core/debug.h"
#include "tests/unit/core/router_fixture.h"

#define GIADDR IP4(10, 9, 0, 1)
#define YIADDR IP4(10, 9, 0, 50)
#define CLIENT MAC(50)

static int relay_set_up(void **state)
{
	struct home *h;
	struct config_interface *i;

	if (home_set_up(state))
		return -1;
	h = *state;
	i = config_interface_get(&h->config, TAP_ID(3));
	i->addresses[0] = (struct ip4_prefix){GIADDR, 24};
	i->address_count = 1;
	i->helpers[0] = LAPTOP;
	i->helper_count = 1;
	reapply(h);
	router_port_link(h->router, port_of(h, 3), true, h->now);
	advance(h, 3000);
	return 0;
}

static void dhcp(struct packet *p, mac_t to, mac_t from, ip4_t src, ip4_t dst,
		 const struct dhcp_message *fixed, uint8_t type)
{
	uint8_t bytes[600];
	struct writer m = writer_over(bytes, sizeof(bytes)), w;

	dhcp_build_begin(&m, fixed);
	dhcp_build_u8(&m, DHCP_OPT_MESSAGE_TYPE, type);
	dhcp_build_end(&m);
	link_header(p, to, from, ETHERNET_IPV4);
	w = ip_header(p, src, dst, IP_PROTO_UDP, UDP_LEN + (uint32_t)writer_len(&m));
	udp_build(&w, &(struct udp){.sport = fixed->op == DHCP_BOOTREQUEST ? 68 : 67, .dport = 67},
		  src, dst, bytes, (uint32_t)writer_len(&m));
}

static struct dhcp_message message(uint8_t op, ip4_t giaddr)
{
	struct dhcp_message m = {.op = op, .htype = 1, .hlen = 6, .xid = 7, .giaddr = giaddr};

	memcpy(m.chaddr, CLIENT.byte, 6);
	if (op == DHCP_BOOTREPLY)
		m.yiaddr = YIADDR;
	return m;
}

static void ask(struct home *h, unsigned int tap)
{
	struct dhcp_message m = message(DHCP_BOOTREQUEST, IP4_ANY);
	struct packet p;

	dhcp(&p, MAC_BROADCAST, CLIENT, IP4_ANY, IP4_BROADCAST, &m, DHCP_DISCOVER);
	send(h, tap, &p);
}

static struct dhcp_message parsed(struct sent *s)
{
	struct dhcp_message m;

	assert_int_equal(
		dhcp_parse(l4_of(s) + UDP_LEN, s->len - ETHERNET_LEN - IPV4_LEN - UDP_LEN, &m), 0);
	return m;
}

static void d16_a_broadcast_request_is_sent_to_each_server_from_giaddr(void **state)
{
	struct home *h = *state;
	struct config_interface *i = config_interface_find(&h->config, TAP_ID(3));

	i->helpers[1] = TV;
	i->helper_count = 2;
	reapply(h);
	ask(h, 3);
	assert_int_equal(h->sent_count, 2);
	for (unsigned int n = 0; n < 2; n++) {
		assert_int_equal(h->sent[n].tap, n + 1);
		assert_ip(&h->sent[n], GIADDR, n ? TV : LAPTOP, IP_PROTO_UDP);
		assert_int_equal(wire_get16(l4_of(&h->sent[n])), 67);
		assert_int_equal(wire_get16(l4_of(&h->sent[n]) + 2), 67);
		assert_int_equal(parsed(&h->sent[n]).giaddr.host, GIADDR.host);
		assert_int_equal(parsed(&h->sent[n]).hops, 1);
	}
	assert_int_equal(router_relay_stats(h->router)->requests, 1);
	assert_int_equal(router_relay_stats(h->router)->requests_sent, 2);
}

static void debug_shows_what_is_relayed_and_to_whom(void **state)
{
	struct home *h = *state;
	struct dhcp_message m = message(DHCP_BOOTREPLY, GIADDR);
	struct packet p;

	router_set_debug(h->router, debug_bit(DEBUG_DHCP_PACKET));
	ask(h, 3);
	assert_string_equal(h->debug[0], "DHCPD: BOOTREQUEST from 0200.0000.0032 forwarded to "
					 "192.168.1.100, giaddr 10.9.0.1.");
	dhcp(&p, h->lan_mac, MAC(1), LAPTOP, GIADDR, &m, DHCP_OFFER);
	send(h, 1, &p);
	assert_string_equal(h->debug[0], "DHCPD: forwarding BOOTREPLY to client 0200.0000.0032.");
}

static void d16_option_82_names_the_port_of_a_bridge(void **state)
{
	struct home *h = *state;
	struct config_interface *i = config_interface_find(&h->config, TAP_ID(3));
	static const char routed[] = "\x01\x04Tap3", bridged[] = "\x01\x09"
								 "BVI2/Tap3";
	struct dhcp_message m;

	h->config.dhcp.relay_option = true;
	reapply(h);
	ask(h, 3);
	m = parsed(only(h, 1));
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_RELAY_AGENT, NULL), routed, 6);
	i->address_count = i->helper_count = 0;
	i->bridge_group = 2;
	i = config_interface_get(&h->config, BVI_ID(2));
	i->addresses[0] = (struct ip4_prefix){GIADDR, 24};
	i->address_count = 1;
	i->helpers[0] = LAPTOP;
	i->helper_count = 1;
	reapply(h);
	advance(h, 3000);
	ask(h, 3);
	m = parsed(only(h, 1));
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_RELAY_AGENT, NULL), bridged, 11);
}

static void d16_an_answer_to_giaddr_reaches_the_client(void **state)
{
	struct home *h = *state;
	struct dhcp_message m = message(DHCP_BOOTREPLY, GIADDR);
	struct packet p;
	struct sent *s;

	dhcp(&p, h->lan_mac, MAC(1), LAPTOP, GIADDR, &m, DHCP_OFFER);
	send(h, 1, &p);
	s = only(h, 3);
	assert_memory_equal(s->bytes, CLIENT.byte, 6);
	assert_ip(s, GIADDR, YIADDR, IP_PROTO_UDP);
	assert_int_equal(wire_get16(l4_of(s) + 2), 68);
	m.flags = DHCP_FLAG_BROADCAST;
	dhcp(&p, h->lan_mac, MAC(1), LAPTOP, GIADDR, &m, DHCP_OFFER);
	send(h, 1, &p);
	s = only(h, 3);
	assert_memory_equal(s->bytes, MAC_BROADCAST.byte, 6);
	assert_ip(s, GIADDR, IP4_BROADCAST, IP_PROTO_UDP);
}

static void d16_a_server_on_the_clients_own_link_answers_through_the_relay(void **state)
{
	struct home *h = *state;
	struct dhcp_message m = message(DHCP_BOOTREPLY, GIADDR);
	struct interface_status status;
	struct packet p;

	router_interface_status(h->router, TAP_ID(3), &status);
	dhcp(&p, status.mac, MAC(60), IP4(10, 9, 0, 9), GIADDR, &m, DHCP_OFFER);
	send(h, 3, &p);
	assert_ip(only(h, 3), GIADDR, YIADDR, IP_PROTO_UDP);
}

static void d16_where_the_router_has_a_pool_the_relay_is_silent(void **state)
{
	struct home *h = *state;
	struct config_dhcp_pool *pool = config_pool_get(&h->config, "THREE");

	pool->has_network = true;
	pool->network = (struct ip4_prefix){IP4(10, 9, 0, 0), 24};
	reapply(h);
	ask(h, 3);
	assert_int_equal(parsed(only(h, 3)).type, DHCP_OFFER);
	assert_int_equal(router_relay_stats(h->router)->requests, 0);
	h->config.dhcp.disabled = true; /* as in IOS: neither server nor relay */
	reapply(h);
	ask(h, 3);
	assert_dropped(h, DROP_DHCP_NOT_SERVED, 1);
}

static void d16_a_request_that_we_relayed_before_is_dropped(void **state)
{
	struct home *h = *state;
	struct dhcp_message m = message(DHCP_BOOTREQUEST, GIADDR);
	struct packet p;

	dhcp(&p, MAC_BROADCAST, CLIENT, IP4_ANY, IP4_BROADCAST, &m, DHCP_DISCOVER);
	send(h, 3, &p);
	assert_dropped(h, DROP_DHCP_RELAY_LOOP, 1);
}

static void d20_nothing_is_relayed_for_the_outside(void **state)
{
	struct home *h = *state;
	struct config_interface *wan = config_interface_find(&h->config, TAP_ID(9));
	struct config_error error;

	ask(h, 9);
	assert_dropped(h, DROP_DHCP_NOT_SERVED, 1);
	wan->helpers[0] = LAPTOP;
	wan->helper_count = 1;
	assert_int_equal(config_check(&h->config, &error), -EINVAL);
	assert_string_equal(error.text,
			    "interface Tap9: \"ip helper-address 192.168.1.100\" on an outside "
			    "interface would relay strangers' DHCP; put it on the inside");
}

static void d20_from_outside_only_a_helper_is_listened_to(void **state)
{
	struct home *h = *state;
	struct dhcp_message m = message(DHCP_BOOTREPLY, GIADDR);
	struct packet p;

	dhcp(&p, h->wan_mac, MAC(9), SERVER, GIADDR, &m, DHCP_OFFER);
	send(h, 9, &p);
	assert_dropped(h, DROP_DHCP_RELAY_STRANGER, 1);
	config_interface_find(&h->config, TAP_ID(3))->helpers[0] = SERVER;
	reapply(h);
	send(h, 9, &p);
	assert_ip(only(h, 3), GIADDR, YIADDR, IP_PROTO_UDP);
}

static void d16_an_answer_for_nobody_here_is_refused(void **state)
{
	struct home *h = *state;
	struct dhcp_message m = message(DHCP_BOOTREPLY, WAN);
	struct packet p;

	dhcp(&p, h->lan_mac, MAC(1), LAPTOP, GIADDR, &m, DHCP_OFFER); /* another relay's */
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	m.giaddr = GIADDR;
	config_interface_find(&h->config, TAP_ID(3))->helper_count = 0; /* no relay any more */
	reapply(h);
	dhcp(&p, h->lan_mac, MAC(1), LAPTOP, GIADDR, &m, DHCP_OFFER);
	send(h, 1, &p);
	assert_int_equal(router_relay_stats(h->router)->replies, 0);
}

#define RELAY_TEST(f) cmocka_unit_test_setup_teardown(f, relay_set_up, home_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RELAY_TEST(d16_a_broadcast_request_is_sent_to_each_server_from_giaddr),
		RELAY_TEST(debug_shows_what_is_relayed_and_to_whom),
		RELAY_TEST(d16_option_82_names_the_port_of_a_bridge),
		RELAY_TEST(d16_an_answer_to_giaddr_reaches_the_client),
		RELAY_TEST(d16_a_server_on_the_clients_own_link_answers_through_the_relay),
		RELAY_TEST(d16_where_the_router_has_a_pool_the_relay_is_silent),
		RELAY_TEST(d16_a_request_that_we_relayed_before_is_dropped),
		RELAY_TEST(d20_nothing_is_relayed_for_the_outside),
		RELAY_TEST(d20_from_outside_only_a_helper_is_listened_to),
		RELAY_TEST(d16_an_answer_for_nobody_here_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
