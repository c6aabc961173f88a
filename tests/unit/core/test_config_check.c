/* SPDX-License-Identifier: BSD-2-Clause */
/* What a configuration is refused for: every fault, spoilt out of a good home, and its message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "core/config.h"
#include "core/port.h"

#define NET(a, b, c, d, n) ((struct ip4_prefix){IP4(a, b, c, d), n})

static struct config_interface *interface(struct config *c, enum interface_kind kind, uint16_t n)
{
	return config_interface_get(c, (struct interface_id){(uint8_t)kind, n});
}

static void address(struct config_interface *i, struct ip4_prefix p)
{
	i->addresses[i->address_count++] = p;
}

static struct config_vip *vip(struct config *c, const char *name, ip4_t at,
			      enum interface_kind kind, uint16_t n)
{
	struct config_vip *v = config_vip_get(c, name);

	v->address = at;
	v->interface = (struct interface_id){(uint8_t)kind, n};
	return v;
}

static struct config_dhcp_pool *host(struct config *c, const char *name, ip4_t at, uint8_t mac)
{
	struct config_dhcp_pool *p = config_pool_get(c, name);

	p->has_host = true;
	p->host = (struct ip4_prefix){at, 24};
	p->has_hardware = true;
	p->hardware = (mac_t){{2, 0, 0, 0, 0, mac}};
	return p;
}

static void forward(struct config *c, const char *public, ip4_t local, uint16_t port)
{
	struct config_nat_static rule = {.proto = 6,
					 .local = local,
					 .local_port = 80,
					 .public = {.kind = CONFIG_PUBLIC_VIP},
					 .global_port = port};

	strcpy(rule.public.vip, public);
	assert_int_equal(config_nat_static_add(c, &rule), 0);
}

static void source(struct config *c, struct config_public public)
{
	struct config_nat_source s = {.list = "1", .public = public};

	assert_int_equal(config_nat_source_add(c, &s), 0);
}

/* Tap1 in group 1 of BVI1 192.168.1.1/24, Tap9 203.0.113.2/24 with VIP web, a pool and a forward.
 */
static void good_home(struct config *c)
{
	struct config_interface *i;
	struct config_dhcp_pool *p;

	config_init(c);
	i = interface(c, INTERFACE_TAP, 1);
	i->bridge_group = 1;
	i->attach = CONFIG_ATTACH_NAMESPACE;
	strcpy(i->ns, "laptop");
	address(interface(c, INTERFACE_BVI, 1), NET(192, 168, 1, 1, 24));
	i = interface(c, INTERFACE_TAP, 9);
	i->attach = CONFIG_ATTACH_HOST;
	address(i, NET(203, 0, 113, 2, 24));
	i->peer_addresses[0] = NET(203, 0, 113, 1, 24);
	i->peer_address_count = 1;
	vip(c, "web", IP4(203, 0, 113, 10), INTERFACE_TAP, 9);
	forward(c, "web", IP4(192, 168, 1, 10), 443);
	p = config_pool_get(c, "LAN");
	p->has_network = true;
	p->network = NET(192, 168, 1, 0, 24);
	p->default_routers[0] = IP4(192, 168, 1, 1);
	p->default_router_count = 1;
}

/* ---- faults ----------------------------------------------------------------------------- */

static void bridged_address(struct config *c)
{
	address(interface(c, INTERFACE_TAP, 1), NET(10, 0, 0, 1, 24));
}

static void bridged_nat(struct config *c)
{
	interface(c, INTERFACE_TAP, 1)->nat_side = CONFIG_NAT_INSIDE;
}

static void own_and_peer(struct config *c)
{
	interface(c, INTERFACE_TAP, 9)->peer_addresses[0].address = IP4(203, 0, 113, 2);
}

static void host_name_twice(struct config *c)
{
	struct config_interface *i = interface(c, INTERFACE_TAP, 10);

	i->attach = CONFIG_ATTACH_HOST;
	strcpy(i->ifname, "tap9");
}

static void namespace_name_twice(struct config *c)
{
	struct config_interface *i = interface(c, INTERFACE_TUN, 3);

	i->attach = CONFIG_ATTACH_NAMESPACE;
	strcpy(i->ns, "laptop");
	strcpy(i->ifname, "tap1");
}

static void networks_overlap(struct config *c)
{
	address(interface(c, INTERFACE_TAP, 5), NET(192, 168, 1, 129, 25));
}

static void too_many_ports(struct config *c)
{
	for (uint16_t n = 100; n < 100 + PORTS_MAX; n++)
		interface(c, INTERFACE_TAP, n);
}

static void too_many_others(struct config *c)
{
	for (uint16_t n = 0; n < OTHERS_MAX; n++)
		interface(c, INTERFACE_LOOPBACK, n);
}

static void vip_nowhere(struct config *c)
{
	vip(c, "x", IP4(203, 0, 113, 11), INTERFACE_TAP, 77);
}

static void vip_is_own(struct config *c)
{
	vip(c, "x", IP4(203, 0, 113, 2), INTERFACE_TAP, 9);
}

static void bridged_access_list(struct config *c)
{
	strcpy(interface(c, INTERFACE_TAP, 1)->acl_out, "101");
}

static void bridged_verify(struct config *c)
{
	interface(c, INTERFACE_TAP, 1)->verify = CONFIG_VERIFY_RX;
}

static void vip_on_bridged(struct config *c)
{
	vip(c, "x", IP4(192, 168, 1, 11), INTERFACE_TAP, 1);
}

static void vip_is_peer(struct config *c)
{
	vip(c, "x", IP4(203, 0, 113, 1), INTERFACE_TAP, 9);
}

static void vip_without_network(struct config *c)
{
	interface(c, INTERFACE_TAP, 5);
	vip(c, "x", IP4(10, 0, 0, 1), INTERFACE_TAP, 5);
}

static void vip_outside(struct config *c)
{
	vip(c, "x", IP4(203, 0, 114, 1), INTERFACE_TAP, 9);
}

static void vip_twice(struct config *c)
{
	vip(c, "x", IP4(203, 0, 113, 10), INTERFACE_TAP, 9);
}

static void route_to_self(struct config *c)
{
	struct config_route r = {.next_hop = IP4(192, 168, 1, 1), .distance = 1};

	config_route_add(c, &r);
}

static void route_nowhere(struct config *c)
{
	struct config_route r = {
		.network = NET(10, 0, 0, 0, 8), .interface = {INTERFACE_TUN, 3}, .distance = 1};

	config_route_add(c, &r);
}

static void source_without_vip(struct config *c)
{
	source(c, (struct config_public){.kind = CONFIG_PUBLIC_VIP, .vip = "gone"});
}

static void source_without_interface(struct config *c)
{
	source(c, (struct config_public){.kind = CONFIG_PUBLIC_INTERFACE,
					 .interface = {INTERFACE_TAP, 77}});
}

static void source_without_address(struct config *c)
{
	source(c, (struct config_public){.kind = CONFIG_PUBLIC_ADDRESS, .address = {0x01020304}});
}

static void forward_without_vip(struct config *c)
{
	config_vip_remove(c, "web");
}

static void forward_to_nowhere(struct config *c)
{
	forward(c, "web", IP4(10, 0, 0, 1), 80);
}

static void forward_taken(struct config *c)
{
	struct config_nat_static rule = c->nat.statics.at[0];

	rule.public = (struct config_public){.kind = CONFIG_PUBLIC_ADDRESS,
					     .address = IP4(203, 0, 113, 10)};
	rule.local.host++;
	assert_int_equal(config_nat_static_add(c, &rule), 0);
}

static void alias(struct config *c, ip4_t global, ip4_t local)
{
	struct config_nat_outside rule = {global, local};

	assert_int_equal(config_nat_outside_add(c, &rule), 0);
}

static void alias_is_itself(struct config *c)
{
	alias(c, IP4(198, 51, 100, 7), IP4(198, 51, 100, 7));
}

static void alias_of_ours(struct config *c)
{
	alias(c, IP4(203, 0, 113, 10), IP4(10, 99, 0, 7));
}

static void alias_is_ours(struct config *c)
{
	alias(c, IP4(198, 51, 100, 7), IP4(203, 0, 113, 2));
}

static void alias_in_network(struct config *c)
{
	alias(c, IP4(198, 51, 100, 7), IP4(192, 168, 1, 77));
}

static void alias_twice(struct config *c)
{
	alias(c, IP4(198, 51, 100, 7), IP4(10, 99, 0, 7));
	alias(c, IP4(198, 51, 100, 8), IP4(10, 99, 0, 7));
}

static void away(struct config *c, const char *list)
{
	struct config_nat_outside_source source = {.pool = "away"};

	strcpy(source.list, list);
	assert_int_equal(config_nat_outside_source_add(c, &source), 0);
}

static void away_pool(struct config *c, ip4_t start, ip4_t end)
{
	struct config_nat_pool *pool = config_nat_pool_get(c, "away");

	pool->start = start;
	pool->end = end;
	pool->len = 16;
}

static void away_without_pool(struct config *c)
{
	away(c, "7");
}

static void away_in_network(struct config *c)
{
	away_pool(c, IP4(192, 168, 1, 250), IP4(192, 168, 2, 5));
	away(c, "7");
}

static void away_twice(struct config *c)
{
	away_pool(c, IP4(10, 99, 1, 1), IP4(10, 99, 1, 9));
	away(c, "7");
	away(c, "8");
}

static void pool_outside(struct config *c)
{
	struct config_dhcp_pool *p = config_pool_get(c, "X");

	p->has_network = true;
	p->network = NET(10, 0, 0, 0, 24);
}

static void host_outside(struct config *c)
{
	host(c, "tv", IP4(10, 0, 0, 5), 1);
}

static void host_is_own(struct config *c)
{
	host(c, "tv", IP4(192, 168, 1, 1), 1);
}

static void default_router_outside(struct config *c)
{
	config_pool_find(c, "LAN")->default_routers[0] = IP4(10, 0, 0, 1);
}

static void pools_overlap(struct config *c)
{
	struct config_dhcp_pool *p = config_pool_get(c, "X");

	p->has_network = true;
	p->network = NET(192, 168, 1, 128, 25);
}

static void hosts_of_one_address(struct config *c)
{
	host(c, "tv", IP4(192, 168, 1, 20), 1);
	host(c, "tv2", IP4(192, 168, 1, 20), 2);
}

static void hosts_of_one_client(struct config *c)
{
	host(c, "tv", IP4(192, 168, 1, 20), 1);
	host(c, "tv2", IP4(192, 168, 1, 21), 1);
}

static void hosts_of_one_identifier(struct config *c)
{
	struct config_dhcp_pool *p = host(c, "tv", IP4(192, 168, 1, 20), 1);

	p->client_id_len = 3;
	p = host(c, "tv2", IP4(192, 168, 1, 21), 2);
	p->client_id_len = 3;
}

/* Both without an address: what would the client be told? */
static void clients_alike(struct config *c)
{
	host(c, "tv", IP4(192, 168, 1, 20), 1)->has_host = false;
	host(c, "tv2", IP4(192, 168, 1, 21), 1)->has_host = false;
}

static void hardware_and_network(struct config *c)
{
	config_pool_get(c, "LAN")->has_hardware = true;
}

static void identifier_and_network(struct config *c)
{
	config_pool_get(c, "LAN")->client_id_len = 3;
}

static void name_and_network(struct config *c)
{
	struct config_dhcp_pool *p = config_pool_get(c, "LAN");

	snprintf(p->client_name, sizeof(p->client_name), "tv");
}

/* The home's pool with an address for one client. */
static void address_line(struct config *c, ip4_t address)
{
	struct config_dhcp_reservation one = {.pool = "LAN", .address = address};
	struct config_dhcp_pool *pool = config_pool_get(c, "LAN");

	pool->has_network = true;
	pool->network = (struct ip4_prefix){IP4(192, 168, 1, 0), 24};
	one.has_hardware = true;
	one.hardware = (mac_t){{2, 0, 0, 0, 0, (uint8_t)address.host}};
	assert_int_equal(config_reservation_add(c, &one), 0);
}

static void address_outside(struct config *c)
{
	address_line(c, IP4(10, 0, 0, 5));
}

static void address_of_nobody(struct config *c)
{
	address_line(c, IP4(192, 168, 1, 255));
}

static void address_without_network(struct config *c)
{
	address_line(c, IP4(192, 168, 1, 5));
	config_pool_get(c, "LAN")->has_network = false;
}

static void range_upside_down(struct config *c)
{
	struct config_dhcp_excluded range = {IP4(192, 168, 1, 9), IP4(192, 168, 1, 1)};

	config_excluded_add(c, &range);
}

static void helper_own(struct config *c)
{
	struct config_interface *i =
		config_interface_get(c, (struct interface_id){INTERFACE_BVI, 1});

	i->helpers[0] = IP4(192, 168, 1, 1);
	i->helper_count = 1;
}

static const struct {
	void (*spoil)(struct config *c);
	const char *text;
} faults[] = {
	{bridged_address, "interface Tap1: a port of bridge group 1 has no address of its own; "
			  "put 10.0.0.1 on BVI1"},
	{bridged_access_list, "interface Tap1: a port of bridge group 1 has no access list of its "
			      "own; put 101 on BVI1"},
	{bridged_verify, "interface Tap1: a port of bridge group 1 has no reverse path of its own; "
			 "put ip verify on BVI1"},
	{bridged_nat, "interface Tap1: a port of bridge group 1 has no NAT side of its own; "
		      "put ip nat on BVI1"},
	{own_and_peer, "interface Tap9: 203.0.113.2 is the router's own address and cannot be its "
		       "peer's too"},
	{host_name_twice, "interface Tap10: name \"tap9\" on the host is taken by Tap9"},
	{namespace_name_twice,
	 "interface Tun3: name \"tap1\" in namespace \"laptop\" is taken by Tap1"},
	{networks_overlap, "interface BVI1: 192.168.1.1/24 overlaps with Tap5 (192.168.1.129/25)"},
	{too_many_ports, "1026 Tap and Tun interfaces, and a router has at most 1024"},
	{too_many_others, "1025 BVI and Loopback interfaces, and a router has at most 1024"},
	{vip_nowhere, "ip vip x: interface Tap77 is not configured"},
	{vip_is_own, "ip vip x: 203.0.113.2 is the address of interface Tap9"},
	{vip_on_bridged, "ip vip x: Tap1 is a port of bridge group 1; name BVI1 instead"},
	{vip_is_peer, "ip vip x: 203.0.113.1 is the peer's address on interface Tap9"},
	{vip_without_network,
	 "ip vip x: interface Tap5 has no address, so it cannot hold 10.0.0.1"},
	{vip_outside, "ip vip x: 203.0.114.1 lies outside interface Tap9's network 203.0.113.0/24"},
	{vip_twice, "ip vip x: 203.0.113.10 is the address of VIP web"},
	{route_to_self, "ip route 0.0.0.0/0: next hop 192.168.1.1 is this router itself"},
	{route_nowhere, "ip route 10.0.0.0/8: interface Tun3 is not configured"},
	{source_without_vip,
	 "ip nat inside source list 1: there is no VIP gone; make it by ip vip gone"},
	{source_without_interface,
	 "ip nat inside source list 1: interface Tap77 is not configured"},
	{source_without_address,
	 "ip nat inside source list 1: no interface is outside, so none holds 1.2.3.4; mark one "
	 "by ip nat outside"},
	{forward_without_vip, "ip nat inside source static tcp 192.168.1.10 80: there is no VIP "
			      "web; make it by ip vip web"},
	{forward_to_nowhere, "ip nat inside source static tcp 10.0.0.1 80: no interface and no "
			     "route reaches 10.0.0.1"},
	{forward_taken, "ip nat inside source static tcp 192.168.1.11 80: port 443 of 203.0.113.10 "
			"already goes to 192.168.1.10 80"},
	{alias_is_itself, "ip nat outside source static 198.51.100.7 198.51.100.7: the two are one "
			  "address, so nothing would be translated"},
	{alias_of_ours, "ip nat outside source static 203.0.113.10 10.99.0.7: 203.0.113.10 is the "
			"router's own, of VIP web, and no host outside"},
	{alias_is_ours, "ip nat outside source static 198.51.100.7 203.0.113.2: 203.0.113.2 is the "
			"router's own, of interface Tap9"},
	{alias_in_network,
	 "ip nat outside source static 198.51.100.7 192.168.1.77: 192.168.1.77 lies in a network of "
	 "interface BVI1, where a device may have it; choose an address outside every network here"},
	{alias_twice, "ip nat outside source static 198.51.100.8 10.99.0.7: 10.99.0.7 stands for "
		      "198.51.100.7 already"},
	{away_without_pool, "ip nat outside source list 7 pool away: there is no such pool; make "
			    "it by ip nat pool away"},
	{away_in_network,
	 "ip nat outside source list 7 pool away: 192.168.1.250 to 192.168.2.5 overlaps with a "
	 "network of interface BVI1, where a device may have them"},
	{away_twice, "ip nat outside source list 8 pool away: ip nat outside source list 7 has it "
		     "already"},
	{pool_outside,
	 "ip dhcp pool X: network 10.0.0.0/24 is outside every interface's network, and "
	 "no ip route but a default leads there"},
	{helper_own,
	 "interface BVI1: ip helper-address 192.168.1.1 is the address of interface BVI1; name "
	 "another machine, or make a pool"},
	{host_outside, "ip dhcp pool tv: host 10.0.0.5 is outside every interface's network"},
	{host_is_own, "ip dhcp pool tv: host 192.168.1.1 is the address of interface BVI1"},
	{default_router_outside,
	 "ip dhcp pool LAN: default-router 10.0.0.1 is outside network 192.168.1.0/24"},
	{pools_overlap,
	 "ip dhcp pool X: network 192.168.1.128/25 overlaps with pool LAN (192.168.1.0/24)"},
	{address_outside, "ip dhcp pool LAN: address 10.0.0.5 is outside network 192.168.1.0/24"},
	{address_of_nobody,
	 "ip dhcp pool LAN: address 192.168.1.255 is no host's in network 192.168.1.0/24"},
	{address_without_network,
	 "ip dhcp pool LAN: its address lines need a network; type \"network\", or take them back"},
	{name_and_network,
	 "ip dhcp pool LAN: client-name names one client, and the pool leases from a network; "
	 "take back one of them: \"no client-name\" or \"no network\""},
	{identifier_and_network,
	 "ip dhcp pool LAN: client-identifier names one client, and the pool leases from a network; "
	 "take back one of them: \"no client-identifier\" or \"no network\""},
	{hardware_and_network,
	 "ip dhcp pool LAN: hardware-address names one client, and the pool leases from a network; "
	 "take back one of them: \"no hardware-address\" or \"no network\""},
	{hosts_of_one_address, "ip dhcp pool tv2: host 192.168.1.20 is reserved by pool tv"},
	{hosts_of_one_client,
	 "ip dhcp pool tv2: the client of host 192.168.1.21 has address 192.168.1.20 by pool tv"},
	{hosts_of_one_identifier,
	 "ip dhcp pool tv2: the client of host 192.168.1.21 has address 192.168.1.20 by pool tv"},
	{clients_alike, "ip dhcp pool tv2: its client is that of pool tv; name it in one of them"},
	{range_upside_down, "ip dhcp excluded-address: 192.168.1.9 is above 192.168.1.1"},
};

static void d16_a_pool_behind_a_relay_needs_a_route_to_it(void **state)
{
	struct config_route route = {
		.network = {IP4(10, 0, 0, 0), 16}, .next_hop = IP4(192, 168, 1, 2), .distance = 1};
	struct config_error error;
	struct config c;

	(void)state;
	good_home(&c);
	pool_outside(&c);
	assert_int_equal(config_route_add(&c, &route), 0);
	assert_int_equal(config_check(&c, &error), 0);
	config_fini(&c);
}

static void every_fault_is_refused_and_names_both_sides(void **state)
{
	struct config_error error;
	struct config c;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_COUNT(faults); i++) {
		good_home(&c);
		assert_int_equal(config_check(&c, &error), 0);
		assert_string_equal(error.text, "");
		faults[i].spoil(&c);
		if (config_check(&c, &error) != -EINVAL)
			fail_msg("not refused: %s", faults[i].text);
		assert_string_equal(error.text, faults[i].text);
		config_fini(&c);
	}
}

/* A home and its provider with the same network: which of the two an address lies in, nobody
 * could say. */
static void u7_a_network_inside_and_outside_is_refused(void **state)
{
	const struct ip4_prefix outside[] = {NET(192, 168, 1, 2, 24), NET(192, 168, 1, 66, 30),
					     NET(192, 168, 0, 2, 16), NET(192, 168, 1, 1, 32),
					     NET(192, 168, 1, 254, 31)};
	struct config_error error;
	struct config c;

	(void)state;
	for (unsigned int n = 0; n < ARRAY_COUNT(outside); n++) {
		good_home(&c);
		address(interface(&c, INTERFACE_TUN, 7), outside[n]);
		interface(&c, INTERFACE_TUN, 7)->nat_side = CONFIG_NAT_OUTSIDE;
		assert_int_equal(config_check(&c, &error), -EINVAL);
		assert_non_null(strstr(error.text, "interface BVI1: 192.168.1.1/24 overlaps with "
						   "Tun7 ("));
		config_fini(&c);
	}
}

static void what_only_looks_like_a_fault_is_taken(void **state)
{
	struct config_public later = {.kind = CONFIG_PUBLIC_INTERFACE,
				      .interface = {INTERFACE_TAP, 5}};
	struct config_route r = {
		.network = NET(10, 0, 0, 0, 8), .next_hop = IP4(192, 168, 1, 77), .distance = 1};
	struct config_error error;
	struct config c;

	(void)state;
	good_home(&c);
	interface(&c, INTERFACE_TAP, 5); /* an outside whose address comes later */
	source(&c, later);		 /* of list 1, which has no line yet */
	config_route_add(&c, &r);
	forward(&c, "web", IP4(10, 1, 2, 3), 8443); /* reached by the route */
	interface(&c, INTERFACE_TUN, 1);
	vip(&c, "tun", IP4(198, 51, 100, 1), INTERFACE_TUN, 1); /* no network to lie outside of */
	host(&c, "tv", IP4(192, 168, 1, 20), 1);		/* within pool LAN's network */
	interface(&c, INTERFACE_TAP, 20); /* unattached: its name is nobody's */
	strcpy(interface(&c, INTERFACE_TAP, 20)->ifname, "tap9");
	if (config_check(&c, &error) != 0)
		fail_msg("refused: %s", error.text);
	config_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(d16_a_pool_behind_a_relay_needs_a_route_to_it),
		cmocka_unit_test(every_fault_is_refused_and_names_both_sides),
		cmocka_unit_test(u7_a_network_inside_and_outside_is_refused),
		cmocka_unit_test(what_only_looks_like_a_fault_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
