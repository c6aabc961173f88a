/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP client in a whole router: the home's Tap9 learns its address, the VIP follows it, and
 * the default route comes with it. The test is the server 203.0.113.1, MAC(9).
 */
#include "tests/unit/core/router_fixture.h"

#define LEASED IP4(203, 0, 113, 57)
#define OTHER  IP4(203, 0, 113, 58)
#define DNS    IP4(203, 0, 113, 53)

/** What the server says. */
struct say {
	uint8_t type;
	ip4_t yiaddr;
	uint32_t lease_s; /* 0: 3600 */
	uint8_t len;	  /* of the network; 0: 24 */
	const char *routes;
	size_t routes_len;
	ip4_t dst; /* IP4_ANY: broadcast */
};

static uint32_t last_xid;

/* The DHCP message among what was sent last. Return: its type; 0 none. */
static int asked(struct home *h, ip4_t *src, ip4_t *dst, mac_t *to)
{
	for (unsigned int n = 0; n < h->sent_count; n++) {
		struct sent *s = &h->sent[n];
		struct dhcp_message m;

		if (s->tap != 9 || wire_get16(s->bytes + 12) != ETHERNET_IPV4 ||
		    l3_of(s)[9] != IP_PROTO_UDP || wire_get16(l4_of(s) + 2) != 67)
			continue;
		assert_int_equal(wire_get16(l4_of(s)), 68);
		assert_int_equal(
			dhcp_parse(l4_of(s) + UDP_LEN, wire_get16(l4_of(s) + 4) - UDP_LEN, &m), 0);
		last_xid = m.xid;
		if (src)
			src->host = wire_get32(l3_of(s) + 12);
		if (dst)
			dst->host = wire_get32(l3_of(s) + 16);
		if (to)
			memcpy(to->byte, s->bytes, 6);
		return m.type;
	}
	return 0;
}

/* Until the client sends a message. */
static int wait_asked(struct home *h)
{
	for (unsigned int n = 0; n < 400; n++) {
		advance(h, mono_between_ms(h->now, router_deadline(h->router)));
		if (asked(h, NULL, NULL, NULL))
			return asked(h, NULL, NULL, NULL);
	}
	return 0;
}

static void say(struct home *h, const struct say *what)
{
	struct dhcp_message m = {.op = DHCP_BOOTREPLY,
				 .htype = 1,
				 .hlen = 6,
				 .xid = last_xid,
				 .yiaddr = what->yiaddr};
	ip4_t dst = ip4_is_any(what->dst) ? IP4_BROADCAST : what->dst;
	uint8_t bytes[600];
	struct writer w = writer_over(bytes, sizeof(bytes)), packet;
	struct packet p;

	memcpy(m.chaddr, h->wan_mac.byte, 6);
	dhcp_build_begin(&w, &m);
	dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE, what->type);
	dhcp_build_u32(&w, DHCP_OPT_SERVER_ID, GATEWAY.host);
	if (what->type != DHCP_NAK) {
		dhcp_build_u32(&w, DHCP_OPT_SUBNET_MASK, ip4_mask(what->len ? what->len : 24).host);
		dhcp_build_u32(&w, DHCP_OPT_LEASE_TIME, what->lease_s ? what->lease_s : 3600);
		dhcp_build_u32(&w, DHCP_OPT_ROUTER, GATEWAY.host);
		dhcp_build_u32(&w, DHCP_OPT_DNS, DNS.host);
		dhcp_build_option(&w, DHCP_OPT_DOMAIN_NAME, "isp.example", 11);
	}
	if (what->routes)
		dhcp_build_option(&w, DHCP_OPT_CLASSLESS_ROUTES, what->routes, what->routes_len);
	dhcp_build_end(&w);
	link_header(&p, ip4_is_any(what->dst) ? MAC_BROADCAST : h->wan_mac, MAC(9), ETHERNET_IPV4);
	packet = ip_header(&p, GATEWAY, dst, IP_PROTO_UDP, UDP_LEN + writer_len(&w));
	udp_build(&packet, &(struct udp){.sport = 67, .dport = 68}, GATEWAY, dst, bytes,
		  writer_len(&w));
	send(h, 9, &p);
}

static void answer(struct home *h, uint8_t type, ip4_t address)
{
	say(h, &(struct say){.type = type, .yiaddr = address});
}

/* To the end of the probes. */
static void settle(struct home *h)
{
	advance(h, 1000);
}

static void bind_as(struct home *h, const struct say *terms)
{
	struct say offer = *terms;

	assert_int_equal(wait_asked(h), DHCP_DISCOVER);
	offer.type = DHCP_OFFER;
	say(h, &offer);
	assert_int_equal(asked(h, NULL, NULL, NULL), DHCP_REQUEST);
	offer.type = DHCP_ACK;
	say(h, &offer);
	settle(h);
}

static void bind_home(struct home *h)
{
	bind_as(h, &(struct say){.yiaddr = LEASED});
	meet(h, 9, MAC(9), GATEWAY, LEASED);
}

static int client_set_up(void **state)
{
	struct config_interface *i;
	struct config_vip *vip;
	struct home *h;

	if (home_set_up(state))
		return -1;
	h = *state;
	i = config_interface_find(&h->config, TAP_ID(9));
	memset(i->addresses, 0, sizeof(i->addresses));
	i->address_count = 0;
	i->dhcp = true;
	vip = config_vip_find(&h->config, "home");
	vip->dhcp = true;
	vip->address = IP4_ANY;
	vec_free(&h->config.routes);
	reapply(h);
	return 0;
}

static enum dhcp_client_state state_of(struct home *h)
{
	struct router_client_view view;

	assert_int_equal(router_client_look(h->router, TAP_ID(9), &view, h->now), 0);
	return view.machine.state;
}

static ip4_t live_address(struct home *h)
{
	const struct config_interface *i =
		config_interface_find(router_live_config(h->router), TAP_ID(9));

	return i->address_count ? i->addresses[0].address : IP4_ANY;
}

/* The laptop's echo to a server outside leaves by the leased address and comes back. */
static void ping_out(struct home *h, ip4_t public)
{
	ping(h, &(struct echo){.tap = 1,
			       .src = LAPTOP,
			       .dst = SERVER,
			       .far_tap = 9,
			       .far_src = public,
			       .far_dst = SERVER});
}

static uint64_t sessions(struct home *h)
{
	struct nat_stats stats;

	nat_stats(router_nat(h->router), &stats);
	return stats.sessions;
}

/* ---- getting one -------------------------------------------------------------------------- */

static void d31_an_interface_without_an_address_asks_by_broadcast(void **state)
{
	struct home *h = *state;
	ip4_t src, dst;
	mac_t to;

	assert_int_equal(wait_asked(h), DHCP_DISCOVER);
	asked(h, &src, &dst, &to);
	assert_true(ip4_is_any(src));
	assert_true(ip4_equal(dst, IP4_BROADCAST));
	assert_true(mac_equal(to, MAC_BROADCAST));
}

static void d35_what_was_learnt_is_in_force_and_the_typed_stays_as_it_was(void **state)
{
	struct home *h = *state;
	struct router_learned_dns dns;

	bind_home(h);
	assert_string_equal(h->log, "Interface Tap9 assigned DHCP address 203.0.113.57, mask "
				    "255.255.255.0, hostname home");
	assert_true(ip4_equal(live_address(h), LEASED));
	assert_true(
		ip4_equal(config_vip_find(router_live_config(h->router), "home")->address, LEASED));
	assert_true(config_equal(router_config(h->router), &h->config));
	ping_out(h, LEASED);
	router_learned_dns(h->router, &dns);
	assert_int_equal(dns.server_count, 1);
	assert_true(ip4_equal(dns.servers[0], DNS));
	assert_string_equal(dns.domain, "isp.example");
}

static void d31_before_it_has_an_address_nothing_goes_out_and_all_else_works(void **state)
{
	struct home *h = *state;
	struct packet p;

	icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_ECHO, 8);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_ECHO_REPLY, 0);
	icmp(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, ICMP_ECHO, 8);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_NET_UNREACHABLE);
}

static void d31_an_answer_to_the_address_that_is_only_offered_is_taken_in(void **state)
{
	struct home *h = *state;

	assert_int_equal(wait_asked(h), DHCP_DISCOVER);
	say(h, &(struct say){.type = DHCP_OFFER, .yiaddr = LEASED, .dst = LEASED});
	assert_int_equal(asked(h, NULL, NULL, NULL), DHCP_REQUEST);
}

static void d31_neither_access_list_nor_reverse_path_stands_in_its_way(void **state)
{
	struct home *h = *state;
	struct config_interface *i = config_interface_find(&h->config, TAP_ID(9));
	struct config_acl_line line = {.list = "7", .wildcard = IP4(255, 255, 255, 255)};

	assert_int_equal(config_acl_add(&h->config, &line), 0);
	strcpy(i->acl_in, "7");
	i->verify = CONFIG_VERIFY_RX;
	reapply(h);
	bind_home(h);
	assert_int_equal(state_of(h), DHCP_CLIENT_BOUND);
}

static void d32_the_address_is_probed_first_and_declined_when_somebody_has_it(void **state)
{
	struct home *h = *state;
	struct packet p;

	assert_int_equal(wait_asked(h), DHCP_DISCOVER);
	answer(h, DHCP_OFFER, LEASED);
	answer(h, DHCP_ACK, LEASED);
	assert_true(ip4_is_any(arp_of(only(h, 9)).sender));
	assert_true(ip4_equal(arp_of(only(h, 9)).target, LEASED));
	arp(&p, ARP_REPLY, h->wan_mac, MAC(66), LEASED, IP4_ANY);
	send(h, 9, &p);
	assert_int_equal(asked(h, NULL, NULL, NULL), DHCP_DECLINE);
	assert_string_equal(h->log, "Interface Tap9 declined DHCP address 203.0.113.57: "
				    "0200.0000.0042 has it");
	assert_true(ip4_is_any(live_address(h)));
	bind_as(h, &(struct say){.yiaddr = OTHER});
	assert_true(ip4_equal(live_address(h), OTHER));
}

/* ---- keeping it --------------------------------------------------------------------------- */

static void d31_a_renewal_asks_its_server_alone_and_sessions_live_on(void **state)
{
	struct home *h = *state;
	unsigned int told;
	ip4_t src, dst;
	mac_t to;

	bind_home(h);
	ping_out(h, LEASED);
	told = h->client_leases;
	assert_int_equal(router_client_renew(h->router, TAP_ID(9), h->now), 0);
	h->sent_count = 0;
	collect(h);
	assert_int_equal(asked(h, &src, &dst, &to), DHCP_REQUEST);
	assert_true(ip4_equal(src, LEASED));
	assert_true(ip4_equal(dst, GATEWAY));
	assert_true(mac_equal(to, MAC(9)));
	say(h, &(struct say){.type = DHCP_ACK, .yiaddr = LEASED, .dst = LEASED});
	advance(h, 10);
	assert_int_equal(state_of(h), DHCP_CLIENT_BOUND);
	assert_int_equal(sessions(h), 1);
	assert_int_equal(h->client_leases, told + 1);
	assert_int_equal(h->client.left_s, 3600);
}

static void d31_after_t2_anybody_is_asked(void **state)
{
	struct home *h = *state;
	ip4_t dst = IP4_ANY;

	bind_home(h);
	while (state_of(h) != DHCP_CLIENT_REBINDING)
		assert_int_equal(wait_asked(h), DHCP_REQUEST);
	asked(h, NULL, &dst, NULL);
	assert_true(ip4_equal(dst, IP4_BROADCAST));
	assert_true(ip4_equal(live_address(h), LEASED));
	answer(h, DHCP_ACK, LEASED);
	assert_int_equal(state_of(h), DHCP_CLIENT_BOUND);
}

static void d31_an_address_whose_time_is_over_is_given_up(void **state)
{
	struct home *h = *state;

	bind_home(h);
	ping_out(h, LEASED);
	advance(h, 3600 * 1000);
	assert_true(ip4_is_any(live_address(h)));
	assert_int_equal(sessions(h), 0);
	assert_string_equal(h->log, "Interface Tap9 lost DHCP address 203.0.113.57: its time has "
				    "run out; its sessions end");
}

static void d31_a_nak_ends_the_sessions_and_begins_anew(void **state)
{
	struct home *h = *state;

	bind_home(h);
	ping_out(h, LEASED);
	router_client_renew(h->router, TAP_ID(9), h->now);
	h->sent_count = 0;
	collect(h);
	assert_int_equal(asked(h, NULL, NULL, NULL), DHCP_REQUEST);
	answer(h, DHCP_NAK, IP4_ANY);
	assert_int_equal(h->client.address.len, 0);
	bind_as(h, &(struct say){.yiaddr = OTHER});
	assert_int_equal(sessions(h), 0);
	assert_true(ip4_equal(live_address(h), OTHER));
	meet(h, 9, MAC(9), GATEWAY, OTHER);
	ping_out(h, OTHER);
}

/* A segment of the laptop's connection to the web server, or of the server's answer. */
static void tcp_segment(struct home *h, bool inside, uint8_t flags, ip4_t public)
{
	ip4_t src = inside ? LAPTOP : SERVER, dst = inside ? SERVER : public;
	struct packet p;
	struct writer w;

	link_header(&p, inside ? h->lan_mac : h->wan_mac, MAC(inside ? 1 : 9), ETHERNET_IPV4);
	w = ip_header(&p, src, dst, IP_PROTO_TCP, TCP_LEN);
	tcp_build(&w,
		  &(struct tcp){.sport = inside ? 5000 : 80,
				.dport = inside ? 80 : 5000,
				.seq = 100,
				.ack = flags & TCP_ACK ? 101 : 0,
				.header_len = TCP_LEN,
				.window = 1000,
				.flags = flags},
		  src, dst);
	send(h, inside ? 1 : 9, &p);
}

static void d31_a_connection_of_an_address_that_is_gone_ends_by_a_reset(void **state)
{
	struct home *h = *state;

	bind_home(h);
	tcp_segment(h, true, TCP_SYN, LEASED);
	tcp_segment(h, false, TCP_SYN | TCP_ACK, LEASED);
	tcp_segment(h, true, TCP_ACK, LEASED);
	assert_ip(only(h, 9), LEASED, SERVER, IP_PROTO_TCP);
	router_client_release(h->router, TAP_ID(9), h->now);
	advance(h, 10);
	assert_int_equal(sessions(h), 0);
	tcp_segment(h, true, TCP_ACK, LEASED);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_NET_UNREACHABLE);
	router_client_renew(h->router, TAP_ID(9), h->now);
	bind_as(h, &(struct say){.yiaddr = OTHER});
	meet(h, 9, MAC(9), GATEWAY, OTHER);
	tcp_segment(h, true, TCP_ACK, LEASED);
	assert_ip(only(h, 9), OTHER, SERVER, IP_PROTO_TCP);
	tcp_segment(h, false, TCP_RST, OTHER); /* the server knows of no such connection */
	assert_ip(only(h, 1), SERVER, LAPTOP, IP_PROTO_TCP);
	assert_int_equal(l4_of(only(h, 1))[13], TCP_RST);
}

static void d31_a_release_goes_to_the_server_and_nothing_is_asked_until_renewed(void **state)
{
	struct home *h = *state;
	ip4_t dst = IP4_ANY;

	bind_home(h);
	assert_int_equal(router_client_release(h->router, TAP_ID(9), h->now), 0);
	h->sent_count = 0;
	collect(h);
	assert_int_equal(asked(h, NULL, &dst, NULL), DHCP_RELEASE);
	assert_true(ip4_equal(dst, GATEWAY));
	advance(h, 200000);
	assert_int_equal(asked(h, NULL, NULL, NULL), 0);
	assert_true(ip4_is_any(live_address(h)));
	assert_int_equal(router_client_release(h->router, TAP_ID(9), h->now), -ENODATA);
	assert_int_equal(router_client_renew(h->router, TAP_ID(9), h->now), 0);
	h->sent_count = 0;
	collect(h);
	assert_int_equal(asked(h, NULL, NULL, NULL), DHCP_DISCOVER);
}

static void d31_taking_back_the_line_gives_the_lease_back(void **state)
{
	struct home *h = *state;

	bind_home(h);
	config_interface_find(&h->config, TAP_ID(9))->dhcp = false;
	config_vip_find(&h->config, "home")->dhcp = false;
	config_vip_find(&h->config, "home")->address = LEASED;
	config_interface_find(&h->config, TAP_ID(9))->addresses[0] = (struct ip4_prefix){WAN, 24};
	config_interface_find(&h->config, TAP_ID(9))->address_count = 1;
	h->sent_count = 0;
	reapply(h);
	collect(h);
	assert_int_equal(asked(h, NULL, NULL, NULL), DHCP_RELEASE);
	assert_true(ip4_equal(live_address(h), WAN));
	assert_int_equal(h->client.address.len, 0);
}

static void d34_after_the_line_was_down_it_asks_for_the_same_address(void **state)
{
	struct home *h = *state;

	bind_home(h);
	router_port_link(h->router, port_of(h, 9), false, h->now);
	advance(h, 10);
	assert_true(ip4_is_any(live_address(h)));
	router_port_link(h->router, port_of(h, 9), true, h->now);
	assert_int_equal(wait_asked(h), DHCP_REQUEST);
	assert_int_equal(state_of(h), DHCP_CLIENT_REBOOTING);
	answer(h, DHCP_ACK, LEASED);
	settle(h);
	assert_true(ip4_equal(live_address(h), LEASED));
}

static void d34_a_router_that_remembers_begins_with_init_reboot(void **state)
{
	static const struct hash_key key = {{21, 22}};
	struct home *h = *state;

	router_free(h->router);
	h->router = router_new(&key, "home");
	assert_int_equal(router_client_remember(h->router, TAP_ID(9), LEASED, NULL, h->now), 0);
	reapply(h);
	for (unsigned int tap = 1; tap <= 9; tap += tap == 2 ? 7 : 1)
		router_port_link(h->router, port_of(h, tap), true, h->now);
	assert_int_equal(wait_asked(h), DHCP_REQUEST);
	assert_int_equal(state_of(h), DHCP_CLIENT_REBOOTING);
	assert_true(ip4_is_any(live_address(h))); /* not before somebody says so */
	answer(h, DHCP_NAK, IP4_ANY);
	assert_int_equal(h->client_leases, 1);
	assert_int_equal(h->client.address.len, 0);
	assert_int_equal(wait_asked(h), DHCP_DISCOVER);
}

/* ---- strangers' answers ------------------------------------------------------------------- */

static void d35_an_address_that_overlaps_the_inside_is_not_used(void **state)
{
	struct home *h = *state;
	struct router_client_view view;

	bind_as(h, &(struct say){.yiaddr = IP4(192, 168, 1, 57)});
	assert_true(ip4_is_any(live_address(h)));
	assert_non_null(strstr(h->log, "does not use DHCP address 192.168.1.57/24"));
	assert_non_null(strstr(h->log, "BVI1"));
	router_client_look(h->router, TAP_ID(9), &view, h->now);
	assert_non_null(view.unused);
	/* the inside goes elsewhere: now it can be used */
	config_pool_remove(&h->config, "LAN");
	config_interface_find(&h->config, BVI_ID(1))->addresses[0] =
		(struct ip4_prefix){IP4(10, 0, 0, 1), 24};
	reapply(h);
	advance(h, 10);
	assert_true(ip4_equal(live_address(h), IP4(192, 168, 1, 57)));
	assert_non_null(strstr(h->log, "assigned DHCP address 192.168.1.57"));
}

static void d35_routes_of_option_121_stand_in_place_of_the_router_but_not_inside(void **state)
{
	struct home *h = *state;
	/* 0.0.0.0/0 via .1, 192.168.1.0/25 via .1, 10.9.0.0/16 via .1 */
	static const char routes[] = "\0\xcb\0\x71\x01\x19\xc0\xa8\x01\0\xcb\0\x71\x01"
				     "\x10\x0a\x09\xcb\0\x71\x01";
	const struct route *route;

	bind_as(h, &(struct say){
			   .yiaddr = LEASED, .routes = routes, .routes_len = sizeof(routes) - 1});
	assert_string_equal(h->log,
			    "Interface Tap9 does not use route 192.168.1.0/25 via 203.0.113.1 by "
			    "DHCP: it leads to BVI1");
	route = route_find(router_routes(h->router), LAPTOP);
	assert_int_equal(route->source, ROUTE_CONNECTED);
	route = route_find(router_routes(h->router), IP4(10, 9, 3, 4));
	assert_true(ip4_equal(route->next_hop, GATEWAY));
	assert_int_equal(route->distance, 254);
	assert_int_equal(route->network.len, 16);
}

static void d35_a_typed_default_route_is_better_than_a_learnt_one(void **state)
{
	struct home *h = *state;
	struct config_route route = {.next_hop = IP4(203, 0, 113, 99), .distance = 1};

	assert_int_equal(config_route_add(&h->config, &route), 0);
	reapply(h);
	bind_home(h);
	assert_true(ip4_equal(route_find(router_routes(h->router), SERVER)->next_hop,
			      IP4(203, 0, 113, 99)));
}

static void d35_pools_pass_on_the_names_that_were_learnt(void **state)
{
	struct home *h = *state;
	const struct config_dhcp_pool *pool;

	config_pool_find(&h->config, "LAN")->import_all = true;
	strcpy(config_pool_find(&h->config, "LAN")->domain_name, "home.lan");
	reapply(h);
	bind_home(h);
	pool = config_pool_find(router_live_config(h->router), "LAN");
	assert_int_equal(pool->dns_server_count, 1);
	assert_true(ip4_equal(pool->dns_servers[0], DNS));
	assert_string_equal(pool->domain_name, "home.lan");
	assert_int_equal(config_pool_find(router_config(h->router), "LAN")->dns_server_count, 0);
}

static void d31_what_the_client_tells_is_what_is_typed(void **state)
{
	struct home *h = *state;
	struct config_interface *i = config_interface_find(&h->config, TAP_ID(9));
	struct router_client_view view;
	struct interface_status tap1;
	struct dhcp_message m;
	uint32_t lease_s = 0;
	uint16_t len = 0;

	strcpy(i->dhcp_hostname, "cabin");
	i->dhcp_id_of = TAP_ID(1);
	i->dhcp_lease_s = 7200;
	reapply(h);
	assert_int_equal(wait_asked(h), DHCP_DISCOVER);
	assert_int_equal(dhcp_parse(l4_of(only(h, 9)) + UDP_LEN,
				    wire_get16(l4_of(only(h, 9)) + 4) - UDP_LEN, &m),
			 0);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_HOSTNAME, &len), "cabin", 5);
	assert_true(dhcp_option_u32(&m, DHCP_OPT_LEASE_TIME, &lease_s));
	assert_int_equal(lease_s, 7200);
	router_interface_status(h->router, TAP_ID(1), &tap1);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_CLIENT_ID, &len) + 1, tap1.mac.byte, 6);
	router_client_look(h->router, TAP_ID(9), &view, h->now);
	assert_true(mac_equal(view.id, tap1.mac));
}

static void d20_a_client_interface_serves_nobody(void **state)
{
	struct config_route route = {{IP4(203, 0, 113, 0), 24}, IP4(192, 168, 1, 9), {0}, 1, ""};
	struct home *h = *state;
	struct config_dhcp_pool *pool = config_pool_get(&h->config, "OUT");
	struct packet p;

	/* not outside, and there is a pool for the very network that is learnt */
	pool->has_network = true;
	pool->network = route.network;
	config_interface_find(&h->config, TAP_ID(9))->nat_side = CONFIG_NAT_NONE;
	assert_int_equal(config_route_add(&h->config, &route), 0);
	config_interface_find(&h->config, BVI_ID(1))->nat_side = CONFIG_NAT_OUTSIDE;
	reapply(h);
	bind_home(h);
	assert_true(ip4_equal(live_address(h), LEASED));
	dhcp_ask(&p, &(struct dhcp_ask){.type = DHCP_DISCOVER});
	send(h, 9, &p);
	assert_dropped(h, DROP_DHCP_NOT_SERVED, 1);
}

static void d33_an_answer_to_somebody_else_is_dropped(void **state)
{
	struct home *h = *state;

	assert_int_equal(wait_asked(h), DHCP_DISCOVER);
	last_xid++;
	answer(h, DHCP_OFFER, LEASED);
	assert_dropped(h, DROP_DHCP_NOT_FOR_US, 1);
}

#define CLIENT_TEST(f) cmocka_unit_test_setup_teardown(f, client_set_up, home_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLIENT_TEST(d31_an_interface_without_an_address_asks_by_broadcast),
		CLIENT_TEST(d35_what_was_learnt_is_in_force_and_the_typed_stays_as_it_was),
		CLIENT_TEST(d31_before_it_has_an_address_nothing_goes_out_and_all_else_works),
		CLIENT_TEST(d31_an_answer_to_the_address_that_is_only_offered_is_taken_in),
		CLIENT_TEST(d31_neither_access_list_nor_reverse_path_stands_in_its_way),
		CLIENT_TEST(d32_the_address_is_probed_first_and_declined_when_somebody_has_it),
		CLIENT_TEST(d31_a_renewal_asks_its_server_alone_and_sessions_live_on),
		CLIENT_TEST(d31_after_t2_anybody_is_asked),
		CLIENT_TEST(d31_an_address_whose_time_is_over_is_given_up),
		CLIENT_TEST(d31_a_nak_ends_the_sessions_and_begins_anew),
		CLIENT_TEST(d31_a_connection_of_an_address_that_is_gone_ends_by_a_reset),
		CLIENT_TEST(d31_a_release_goes_to_the_server_and_nothing_is_asked_until_renewed),
		CLIENT_TEST(d31_taking_back_the_line_gives_the_lease_back),
		CLIENT_TEST(d34_after_the_line_was_down_it_asks_for_the_same_address),
		CLIENT_TEST(d34_a_router_that_remembers_begins_with_init_reboot),
		CLIENT_TEST(d35_an_address_that_overlaps_the_inside_is_not_used),
		CLIENT_TEST(d35_routes_of_option_121_stand_in_place_of_the_router_but_not_inside),
		CLIENT_TEST(d35_a_typed_default_route_is_better_than_a_learnt_one),
		CLIENT_TEST(d35_pools_pass_on_the_names_that_were_learnt),
		CLIENT_TEST(d31_what_the_client_tells_is_what_is_typed),
		CLIENT_TEST(d20_a_client_interface_serves_nobody),
		CLIENT_TEST(d33_an_answer_to_somebody_else_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
