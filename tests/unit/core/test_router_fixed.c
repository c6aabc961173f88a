/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One-to-one translations and forwards by name, through the whole router: the TV is OWN, and "nas",
 * which gets its address by DHCP, has port 8080 of the VIP.
 */
#include "tests/unit/core/router_fixture.h"

#define OWN IP4(203, 0, 113, 20)
#define NAS IP4(192, 168, 1, 10) /* what the server leases first */

static int set_up(void **state)
{
	struct config_nat_static own = {.local = TV,
					.public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = OWN}};
	struct config_nat_static nas = {.proto = 6,
					.host = "nas",
					.local_port = 80,
					.public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"},
					.global_port = 8080};
	int status = home_set_up(state);
	struct home *h = *state;

	assert_int_equal(config_nat_static_add(&h->config, &own), 0);
	assert_int_equal(config_nat_static_add(&h->config, &nas), 0);
	reapply(h);
	advance(h, 3000); /* the announcements */
	return status;
}

static void a_ping_to_a_one_to_one_address_is_the_devices(void **state)
{
	struct home *h = *state;
	struct packet p;

	ping(h, &(struct echo){9, SERVER, OWN, 2, SERVER, TV});
	/* one to the VIP is the router's */
	icmp(&p, h->wan_mac, MAC(9), SERVER, VIP, ICMP_ECHO, 8);
	send(h, 9, &p);
	assert_icmp(only(h, 9), VIP, SERVER, ICMP_ECHO_REPLY, 0);
}

static void the_inside_pings_it_too(void **state)
{
	ping(*state, &(struct echo){1, LAPTOP, OWN, 2, VIP, TV});
}

static void the_router_answers_arp_for_it(void **state)
{
	struct home *h = *state;
	struct packet p;

	arp(&p, ARP_REQUEST, MAC_BROADCAST, MAC(9), GATEWAY, OWN);
	send(h, 9, &p);
	assert_int_equal(arp_of(only(h, 9)).sender.host, OWN.host);
}

static void gre(struct packet *p, mac_t to, mac_t from, ip4_t src, ip4_t dst)
{
	link_header(p, to, from, ETHERNET_IPV4);
	ip_header(p, src, dst, 47, 40);
}

static void a_tunnel_goes_through_it_both_ways(void **state)
{
	struct home *h = *state;
	struct packet p;

	gre(&p, h->wan_mac, MAC(9), SERVER, OWN);
	send(h, 9, &p);
	assert_ip(only(h, 2), SERVER, TV, 47);
	gre(&p, h->lan_mac, MAC(2), TV, SERVER);
	send(h, 2, &p);
	assert_ip(only(h, 9), OWN, SERVER, 47);
	gre(&p, h->lan_mac, MAC(1), LAPTOP, SERVER);
	send(h, 1, &p);
	assert_int_equal(router_drops(h->router, DROP_NAT_UNSUPPORTED_PROTOCOL), 1);
}

/* An error of the router's own about a packet that was translated by its header alone. */
static void an_error_about_a_tunnel_finds_its_sender(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	config_interface_get(&h->config, BVI_ID(1))->mtu = 600;
	reapply(h);
	link_header(&p, h->wan_mac, MAC(9), ETHERNET_IPV4);
	ip_header(&p, SERVER, OWN, 47, 1000);
	p.bytes[ETHERNET_LEN + 6] = 0x40; /* may not be cut */
	sum_header(&p);
	send(h, 9, &p);
	s = only(h, 9);
	assert_ip(s, OWN, SERVER, IP_PROTO_ICMP);
	assert_int_equal(l4_of(s)[0], ICMP_UNREACHABLE);
	assert_int_equal(l4_of(s)[1], ICMP_FRAGMENTATION_NEEDED);
	assert_memory_equal(l4_of(s) + ICMP_LEN + 12, p.bytes + ETHERNET_LEN + 12, 16);
}

/* ---- by name ---- */

static void lease(struct home *h, const char *name, ip4_t address)
{
	struct packet p;

	dhcp_ask(&p, &(struct dhcp_ask){.type = DHCP_REQUEST,
					.requested = address,
					.server = LAN,
					.hostname = name});
	send(h, 1, &p);
	meet(h, 1, MAC(77), address, LAN);
}

static void syn(struct home *h, struct packet *p, uint16_t port)
{
	struct writer w;

	link_header(p, h->wan_mac, MAC(9), ETHERNET_IPV4);
	w = ip_header(p, SERVER, VIP, IP_PROTO_TCP, TCP_LEN);
	tcp_build(&w,
		  &(struct tcp){.sport = 4000, .dport = port, .header_len = 20, .flags = TCP_SYN},
		  SERVER, VIP);
}

static void an_answer_that_nobody_waits_for_is_traced_by_what_it_meets(void **state)
{
	static struct trace trace;
	struct home *h = *state;
	struct packet p;

	icmp(&p, h->wan_mac, MAC(9), SERVER, OWN, ICMP_ECHO, 8);
	send(h, 9, &p);
	icmp(&p, h->wan_mac, MAC(9), GATEWAY, OWN, ICMP_ECHO_REPLY, 8);
	memset(&trace, 0, sizeof(trace));
	router_set_trace(h->router, &trace);
	send(h, 9, &p);
	router_set_trace(h->router, NULL);
	assert_int_equal(trace.reason, DROP_NAT_FILTERED);
	assert_int_equal(trace.steps[trace.step_count - 1].kind, TRACE_UN_NAT);
	assert_non_null(strstr(trace.steps[trace.step_count - 1].text, "asked nothing of"));
}

static void a_forward_by_name_waits_for_the_lease(void **state)
{
	struct home *h = *state;
	struct packet p;

	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_dropped(h, DROP_NAT_NO_MAPPING, 1);
	lease(h, "NAS", NAS);
	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_ip(only(h, 1), SERVER, NAS, IP_PROTO_TCP);
	assert_int_equal(wire_get16(l4_of(only(h, 1)) + 2), 80);
}

static void it_follows_the_device_to_another_address(void **state)
{
	struct home *h = *state;
	struct nat_stats stats;
	struct packet p;

	lease(h, "nas", NAS);
	syn(h, &p, 8080);
	send(h, 9, &p);
	lease(h, "nas", IP4(192, 168, 1, 40));
	nat_stats(router_nat(h->router), &stats);
	assert_int_equal(stats.sessions, 0);
	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_ip(only(h, 1), SERVER, IP4(192, 168, 1, 40), IP_PROTO_TCP);
}

static void it_waits_again_when_the_lease_is_over(void **state)
{
	struct home *h = *state;
	struct packet p;

	lease(h, "nas", NAS);
	advance(h, (int64_t)86401 * 1000);
	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_int_equal(router_drops(h->router, DROP_NAT_NO_MAPPING), 1);
	lease(h, "nas", NAS);
	assert_int_equal(router_clear_leases(h->router, NAS, h->now), 1);
	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_int_equal(router_drops(h->router, DROP_NAT_NO_MAPPING), 2);
}

/* Typed names come before those that devices say, and only those of hosts inside count. */
static void n12_a_typed_name_is_followed_too(void **state)
{
	struct config_host host = {
		.name = "nas", .addresses = {IP4(192, 168, 1, 9)}, .address_count = 1};
	struct home *h = *state;
	struct packet p;

	lease(h, "nas", NAS);
	assert_int_equal(config_host_add(&h->config, &host), 0);
	reapply(h);
	meet(h, 1, MAC(78), host.addresses[0], LAN);
	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_ip(only(h, 1), SERVER, host.addresses[0], IP_PROTO_TCP);
	host.addresses[0] = SERVER;
	assert_int_equal(config_host_add(&h->config, &host), 0);
	reapply(h);
	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_ip(only(h, 1), SERVER, NAS, IP_PROTO_TCP);
}

static void a_restored_lease_counts_at_once(void **state)
{
	struct home *h = *state;
	struct dhcp_lease_record record = {.address = NAS,
					   .state = DHCP_LEASE_BOUND,
					   .remaining_s = 500,
					   .client = {.len = 7, .bytes = {1, 2, 0, 0, 0, 0, 77}},
					   .hostname = "nas"};
	struct packet p;

	assert_int_equal(router_restore_lease(h->router, &record, h->now), 0);
	meet(h, 1, MAC(77), NAS, LAN);
	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_ip(only(h, 1), SERVER, NAS, IP_PROTO_TCP);
	reapply(h);
	syn(h, &p, 8080);
	send(h, 9, &p);
	assert_ip(only(h, 1), SERVER, NAS, IP_PROTO_TCP);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, home_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_ping_to_a_one_to_one_address_is_the_devices),
		TEST(the_inside_pings_it_too),
		TEST(the_router_answers_arp_for_it),
		TEST(a_tunnel_goes_through_it_both_ways),
		TEST(an_error_about_a_tunnel_finds_its_sender),
		TEST(an_answer_that_nobody_waits_for_is_traced_by_what_it_meets),
		TEST(a_forward_by_name_waits_for_the_lease),
		TEST(it_follows_the_device_to_another_address),
		TEST(it_waits_again_when_the_lease_is_over),
		TEST(n12_a_typed_name_is_followed_too),
		TEST(a_restored_lease_counts_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
