/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration as a value: copies, equality, canonical order, adding and removing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "core/config.h"

#define TAP(n)		   ((struct interface_id){INTERFACE_TAP, n})
#define BVI(n)		   ((struct interface_id){INTERFACE_BVI, n})
#define NET(a, b, c, d, n) ((struct ip4_prefix){IP4(a, b, c, d), n})

static int set_up(void **state)
{
	struct config *config = malloc(sizeof(*config));

	assert_non_null(config);
	config_init(config);
	*state = config;
	return 0;
}

static int tear_down(void **state)
{
	config_fini(*state);
	free(*state);
	return 0;
}

static void add_acl(struct config *config, const char *list, bool permit, ip4_t address,
		    ip4_t wildcard)
{
	struct config_acl_line line = {.permit = permit, .address = address, .wildcard = wildcard};

	snprintf(line.list, sizeof(line.list), "%s", list);
	assert_int_equal(config_acl_add(config, &line), 0);
}

/* One item of every kind. */
static void fill(struct config *config)
{
	struct config_interface *tap = config_interface_get(config, TAP(1));
	struct config_nat_source source = {.list = "1",
					   .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "web"}};
	struct config_nat_outside outside = {IP4(198, 51, 100, 7), IP4(10, 99, 0, 7)};
	struct config_nat_outside_source away = {.list = "7", .pool = "away"};
	struct config_nat_static rule = {.proto = 6,
					 .local = IP4(192, 168, 1, 10),
					 .local_port = 80,
					 .public = source.public,
					 .global_port = 8080};
	struct config_route route = {
		.network = NET(10, 0, 0, 0, 8), .next_hop = IP4(192, 168, 1, 2), .distance = 1};
	struct config_arp arp = {IP4(192, 168, 1, 5), {{2, 0, 0, 0, 0, 5}}};
	struct config_dhcp_excluded range = {IP4(192, 168, 1, 1), IP4(192, 168, 1, 9)};
	struct config_dhcp_pool *pool = config_pool_get(config, "LAN");
	struct config_vip *vip = config_vip_get(config, "web");

	tap->addresses[0] = NET(192, 168, 1, 1, 24);
	tap->address_count = 1;
	tap->peer_addresses[0] = NET(192, 168, 1, 2, 24);
	tap->peer_address_count = 1;
	tap->peer_routes[0].via = IP4(192, 168, 1, 1);
	tap->peer_route_count = 1;
	vip->address = IP4(192, 168, 1, 7);
	vip->interface = TAP(1);
	pool->has_network = true;
	pool->network = NET(192, 168, 1, 0, 24);
	pool->dns_servers[0] = IP4(9, 9, 9, 9);
	pool->dns_server_count = 1;
	add_acl(config, "1", true, IP4(192, 168, 1, 0), IP4(0, 0, 0, 255));
	assert_non_null(config_nat_pool_get(config, "P"));
	assert_int_equal(config_nat_source_add(config, &source), 0);
	assert_int_equal(config_nat_static_add(config, &rule), 0);
	assert_int_equal(config_nat_outside_add(config, &outside), 0);
	assert_int_equal(config_nat_outside_source_add(config, &away), 0);
	assert_int_equal(config_route_add(config, &route), 0);
	assert_int_equal(config_arp_add(config, &arp), 0);
	assert_int_equal(config_excluded_add(config, &range), 0);
}

static void defaults_are_those_of_the_manual(void **state)
{
	static const uint32_t seconds[] = {300, 120, 86400, 240, 240, 60, 86400};
	struct config *config = *state;

	assert_string_equal(config->hostname, "home");
	assert_true(config->nat.hairpin);
	assert_int_equal(config->nat.mapping, NAT_ENDPOINT_INDEPENDENT);
	assert_int_equal(config->nat.filtering, NAT_ADDRESS_DEPENDENT);
	for (unsigned int i = 0; i < NAT_TIMEOUT_COUNT; i++) {
		assert_int_equal(config->nat.timeout_s[i], seconds[i]);
		assert_int_equal(config_nat_timeout_default((enum nat_timeout)i), seconds[i]);
	}
	assert_int_equal(config_interface_get(config, TAP(3))->mtu, 1500);
}

static void a_copy_is_equal_and_shares_nothing(void **state)
{
	struct config *config = *state, copy;

	fill(config);
	config_init(&copy);
	config_vip_get(&copy, "gone");
	assert_int_equal(config_copy(&copy, config), 0);
	assert_true(config_equal(&copy, config));
	assert_null(config_vip_find(&copy, "gone"));
	config_interface_find(config, TAP(1))->mtu = 1400;
	assert_int_equal(config_interface_find(&copy, TAP(1))->mtu, 1500);
	assert_false(config_equal(&copy, config));
	config_fini(&copy);
}

/* Asserts that what was just done to the copy made it differ, and starts anew. */
static void assert_differs(struct config *copy, const struct config *config, const char *what)
{
	if (config_equal(copy, config) || config_equal(config, copy))
		fail_msg("a difference in %s is not seen", what);
	assert_int_equal(config_copy(copy, config), 0);
	assert_true(config_equal(copy, config));
}

#define DIFFERS(change)                                                                            \
	do {                                                                                       \
		change;                                                                            \
		assert_differs(c, config, #change);                                                \
	} while (0)

static void every_setting_makes_a_difference(void **state)
{
	struct config *config = *state, copy, *c = &copy;

	fill(config);
	config_init(c);
	assert_int_equal(config_copy(c, config), 0);
	DIFFERS(c->hostname[0] = 'x');
	DIFFERS(c->interfaces.at[0].description[0] = 'x');
	DIFFERS(c->interfaces.at[0].shutdown = true);
	DIFFERS(c->interfaces.at[0].mtu++);
	DIFFERS(c->interfaces.at[0].attach = CONFIG_ATTACH_HOST);
	DIFFERS(c->interfaces.at[0].ns[0] = 'x');
	DIFFERS(c->interfaces.at[0].ifname[0] = 'x');
	DIFFERS(c->interfaces.at[0].has_mac = true);
	DIFFERS(c->interfaces.at[0].bridge[0] = 'x');
	DIFFERS(c->interfaces.at[0].peer_address_count = 0);
	DIFFERS(c->interfaces.at[0].peer_addresses[0].len = 25);
	DIFFERS(c->interfaces.at[0].peer_routes[0].via.host++);
	DIFFERS(c->interfaces.at[0].peer_routes[0].network.len++);
	DIFFERS(c->interfaces.at[0].bridge_group = 1);
	DIFFERS(c->interfaces.at[0].addresses[0].address.host++);
	DIFFERS(c->interfaces.at[0].nat_side = CONFIG_NAT_INSIDE);
	DIFFERS(c->interfaces.at[0].acl_in[0] = 'x');
	DIFFERS(c->interfaces.at[0].acl_out[0] = 'x');
	DIFFERS(c->interfaces.at[0].verify = CONFIG_VERIFY_RX);
	DIFFERS(c->interfaces.at[0].verify_default = true);
	DIFFERS(c->interfaces.at[0].no_unreachables = true);
	DIFFERS(c->routes.at[0].distance++);
	DIFFERS(c->routes.at[0].name[0] = 'x');
	DIFFERS(c->vips.at[0].address.host++);
	DIFFERS(c->vips.at[0].interface.number++);
	DIFFERS(c->arps.at[0].mac.byte[5]++);
	DIFFERS(c->acl_lines.at[0].permit = false);
	DIFFERS(c->acl_lines.at[0].wildcard.host++);
	DIFFERS(c->nat.pools.at[0].start.host++);
	DIFFERS(c->nat.pools.at[0].end.host++);
	DIFFERS(c->nat.pools.at[0].len++);
	DIFFERS(c->nat.pools.count = 0);
	DIFFERS(c->nat.sources.at[0].overload = true);
	DIFFERS(c->nat.sources.at[0].has_mapping = true);
	DIFFERS(c->nat.sources.at[0].mapping++);
	DIFFERS(c->nat.sources.at[0].has_filtering = true);
	DIFFERS(c->nat.sources.at[0].filtering++);
	DIFFERS(c->nat.sources.at[0].public.vip[0] = 'x');
	DIFFERS(c->nat.sources.at[0].public.kind = CONFIG_PUBLIC_ADDRESS);
	DIFFERS(c->nat.statics.at[0].local_port++);
	DIFFERS(c->nat.statics.at[0].extendable = true);
	DIFFERS(c->nat.outside_statics.at[0].global.host++);
	DIFFERS(c->nat.outside_statics.at[0].local.host++);
	DIFFERS(c->nat.outside_sources.at[0].list[0] = '9');
	DIFFERS(c->nat.outside_sources.at[0].pool[0]++);
	DIFFERS(c->nat.mapping = NAT_ADDRESS_DEPENDENT);
	DIFFERS(c->nat.filtering = NAT_ENDPOINT_INDEPENDENT);
	DIFFERS(c->nat.hairpin = false);
	DIFFERS(c->nat.timeout_s[NAT_TIMEOUT_TCP]++);
	DIFFERS(c->nat.max_entries = 5);
	DIFFERS(c->dhcp.disabled = true);
	DIFFERS(c->dhcp.excluded.at[0].high.host++);
	DIFFERS(c->dhcp.pools.at[0].network.len--);
	DIFFERS(c->dhcp.pools.at[0].dns_servers[0].host++);
	DIFFERS(c->dhcp.pools.at[0].has_lease = true);
	DIFFERS(c->dhcp.pools.at[0].domain_name[0] = 'x');
	DIFFERS(c->dhcp.pools.at[0].client_id_len = 1);
	DIFFERS(c->vips.count = 0);
	config_fini(c);
}

static void values_that_are_not_in_use_make_no_difference(void **state)
{
	struct config *config = *state, copy;

	fill(config);
	config_init(&copy);
	assert_int_equal(config_copy(&copy, config), 0);
	copy.interfaces.at[0].mac.byte[0] = 2;
	copy.interfaces.at[0].addresses[5].len = 7;
	copy.dhcp.pools.at[0].hardware.byte[0] = 2;
	copy.dhcp.pools.at[0].lease_s = 100;
	copy.nat.sources.at[0].public.address = IP4(1, 2, 3, 4);
	assert_true(config_equal(&copy, config));
	config_fini(&copy);
}

static void interfaces_stand_by_kind_and_number(void **state)
{
	static const struct interface_id typed[] = {{INTERFACE_LOOPBACK, 0}, {INTERFACE_TAP, 10},
						    {INTERFACE_BVI, 1},	     {INTERFACE_TAP, 9},
						    {INTERFACE_TUN, 2},	     {INTERFACE_TAP, 9}};
	static const struct interface_id wanted[] = {{INTERFACE_TAP, 9},
						     {INTERFACE_TAP, 10},
						     {INTERFACE_TUN, 2},
						     {INTERFACE_BVI, 1},
						     {INTERFACE_LOOPBACK, 0}};
	struct config *config = *state;

	for (unsigned int i = 0; i < ARRAY_COUNT(typed); i++)
		assert_non_null(config_interface_get(config, typed[i]));
	assert_int_equal(config->interfaces.count, ARRAY_COUNT(wanted));
	for (unsigned int i = 0; i < ARRAY_COUNT(wanted); i++)
		assert_true(interface_id_equal(config->interfaces.at[i].id, wanted[i]));
	config_interface_remove(config, TAP(10));
	config_interface_remove(config, TAP(77));
	assert_int_equal(config->interfaces.count, ARRAY_COUNT(wanted) - 1);
	assert_null(config_interface_find(config, TAP(10)));
}

static void routes_stand_by_network_length_and_next_hop(void **state)
{
	static const struct config_route typed[] = {
		{.network = {{0x0a010000}, 16}, .next_hop = {2}, .distance = 1},
		{.network = {{0}, 0}, .next_hop = {9}, .distance = 1},
		{.network = {{0x0a010000}, 8}, .next_hop = {2}, .distance = 1},
		{.network = {{0x0a010000}, 16}, .next_hop = {1}, .distance = 7},
		{.network = {{0x0a010000}, 16}, .next_hop = {1}, .distance = 5},
	};
	struct config *config = *state;
	struct config_route absent = {.network = {{0x0a010000}, 16}, .next_hop = {3}};

	for (unsigned int i = 0; i < ARRAY_COUNT(typed); i++)
		assert_int_equal(config_route_add(config, &typed[i]), 0);
	assert_int_equal(config->routes.count, 4);
	assert_int_equal(config->routes.at[0].network.len, 0);
	assert_int_equal(config->routes.at[1].network.len, 8);
	assert_int_equal(config->routes.at[2].next_hop.host, 1);
	assert_int_equal(config->routes.at[2].distance, 5); /* the same key: the last one counts */
	assert_int_equal(config->routes.at[3].next_hop.host, 2);
	assert_int_equal(config_route_remove(config, &absent), -ENOENT);
	assert_int_equal(config_route_remove(config, &typed[0]), 0);
	assert_int_equal(config->routes.count, 3);
}

static void names_stand_by_the_alphabet(void **state)
{
	struct config *config = *state;

	config_vip_get(config, "web");
	config_vip_get(config, "dns");
	config_pool_get(config, "b");
	config_pool_get(config, "a");
	assert_string_equal(config->vips.at[0].name, "dns");
	assert_string_equal(config->dhcp.pools.at[0].name, "a");
	config_vip_remove(config, "dns");
	config_vip_remove(config, "dns");
	config_pool_remove(config, "a");
	assert_int_equal(config->vips.count, 1);
	assert_null(config_pool_find(config, "a"));
	assert_non_null(config_pool_find(config, "b"));
}

static void lists_stand_by_value_and_keep_their_lines_in_the_order_typed(void **state)
{
	static const char *const wanted[] = {"2", "10", "10", "guests", "web"};
	struct config *config = *state;

	add_acl(config, "web", true, IP4_ANY, IP4_BROADCAST);
	add_acl(config, "10", false, IP4(9, 0, 0, 0), IP4_ANY);
	add_acl(config, "2", true, IP4_ANY, IP4_BROADCAST);
	add_acl(config, "10", true, IP4(1, 0, 0, 0), IP4_ANY);
	add_acl(config, "guests", true, IP4_ANY, IP4_BROADCAST);
	add_acl(config, "10", false, IP4(9, 0, 0, 0), IP4_ANY); /* there already */
	assert_int_equal(config->acl_lines.count, ARRAY_COUNT(wanted));
	for (unsigned int i = 0; i < ARRAY_COUNT(wanted); i++)
		assert_string_equal(config->acl_lines.at[i].list, wanted[i]);
	assert_false(config->acl_lines.at[1].permit);
	assert_true(config->acl_lines.at[2].permit);
	assert_int_equal(config_acl_remove(config, &config->acl_lines.at[0]), 0);
	assert_false(config_acl_exists(config, "2"));
	assert_int_equal(config_acl_remove_list(config, "10"), 0);
	assert_int_equal(config_acl_remove_list(config, "10"), -ENOENT);
	assert_int_equal(config->acl_lines.count, 2);
}

static void the_first_line_that_matches_decides_and_the_last_denies(void **state)
{
	struct config *config = *state;

	add_acl(config, "1", false, IP4(192, 168, 1, 66), IP4_ANY);
	add_acl(config, "1", true, IP4(192, 168, 1, 0), IP4(0, 0, 0, 255));
	add_acl(config, "2", true, IP4_ANY, IP4_BROADCAST);
	assert_false(config_acl_permits(config, "1", IP4(192, 168, 1, 66)));
	assert_true(config_acl_permits(config, "1", IP4(192, 168, 1, 67)));
	assert_false(config_acl_permits(config, "1", IP4(192, 168, 2, 67)));
	assert_true(config_acl_permits(config, "2", IP4(8, 8, 8, 8)));
	assert_false(config_acl_permits(config, "3", IP4(192, 168, 1, 67)));
}

static void a_forward_taken_for_another_local_end_is_refused(void **state)
{
	struct config *config = *state;
	struct config_nat_static rule;

	fill(config);
	rule = config->nat.statics.at[0];
	rule.extendable = true;
	assert_int_equal(config_nat_static_add(config, &rule), 0);
	assert_int_equal(config->nat.statics.count, 1);
	assert_true(config->nat.statics.at[0].extendable);
	rule.local_port++;
	assert_int_equal(config_nat_static_add(config, &rule), -EEXIST);
	rule.proto = 17;
	assert_int_equal(config_nat_static_add(config, &rule), 0);
	rule.global_port--;
	assert_int_equal(config_nat_static_add(config, &rule), 0);
	assert_int_equal(config->nat.statics.at[0].proto, 6);
	assert_int_equal(config->nat.statics.at[1].global_port, 8079);
	assert_int_equal(config_nat_static_remove(config, &rule), 0);
	assert_int_equal(config_nat_static_remove(config, &rule), -ENOENT);
}

static void a_host_outside_has_one_other_address(void **state)
{
	struct config *config = *state;
	struct config_nat_outside other = {IP4(198, 51, 100, 7), IP4(10, 99, 0, 8)};
	struct config_nat_outside lower = {IP4(198, 51, 100, 1), IP4(10, 99, 0, 1)};

	fill(config);
	assert_int_equal(config_nat_outside_add(config, &config->nat.outside_statics.at[0]), 0);
	assert_int_equal(config_nat_outside_add(config, &other), -EEXIST);
	assert_int_equal(config_nat_outside_remove(config, &other), -ENOENT);
	assert_int_equal(config_nat_outside_add(config, &lower), 0);
	assert_int_equal(config->nat.outside_statics.count, 2);
	assert_int_equal(config->nat.outside_statics.at[0].global.host, lower.global.host);
	assert_int_equal(config_nat_outside_remove(config, &lower), 0);
	assert_int_equal(config->nat.outside_statics.count, 1);
}

static void sources_arps_and_ranges_are_replaced_and_removed_by_key(void **state)
{
	struct config *config = *state;
	struct config_nat_source source = {.list = "1", .public = {.kind = CONFIG_PUBLIC_ADDRESS}};
	struct config_arp arp = {IP4(192, 168, 1, 5), {{2, 0, 0, 0, 0, 6}}};
	struct config_dhcp_excluded low = {IP4(10, 0, 0, 1), IP4(10, 0, 0, 1)};

	fill(config);
	assert_int_equal(config_nat_source_add(config, &source), 0);
	assert_int_equal(config->nat.sources.count, 2); /* the public is part of the key */
	assert_int_equal(config->nat.sources.at[0].public.kind, CONFIG_PUBLIC_VIP);
	source.has_mapping = true;
	assert_int_equal(config_nat_source_add(config, &source), 0);
	assert_int_equal(config->nat.sources.count, 2);
	assert_true(config->nat.sources.at[1].has_mapping);
	assert_int_equal(config_nat_source_remove(config, &source), 0);
	assert_int_equal(config_nat_source_remove(config, &source), -ENOENT);
	assert_int_equal(config_arp_add(config, &arp), 0);
	assert_int_equal(config->arps.count, 1);
	assert_int_equal(config->arps.at[0].mac.byte[5], 6);
	assert_int_equal(config_arp_remove(config, arp.address), 0);
	assert_int_equal(config_arp_remove(config, arp.address), -ENOENT);
	assert_int_equal(config_excluded_add(config, &low), 0);
	assert_true(ip4_equal(config->dhcp.excluded.at[0].low, low.low));
	assert_int_equal(config_excluded_remove(config, &low), 0);
	assert_int_equal(config_excluded_remove(config, &low), -ENOENT);
}

static void nat_pools_are_by_name_and_know_their_use(void **state)
{
	struct config *config = *state;
	struct config_nat_source source = {.list = "1",
					   .public = {.kind = CONFIG_PUBLIC_POOL, .pool = "B"}};
	struct config_nat_pool *pool;

	config_nat_pool_get(config, "B");
	pool = config_nat_pool_get(config, "A");
	assert_int_equal(config->nat.pools.count, 2);
	assert_ptr_equal(config_nat_pool_find(config, "A"), pool);
	assert_ptr_equal(pool, &config->nat.pools.at[0]);
	assert_null(config_nat_pool_find(config, "C"));
	assert_int_equal(config_nat_source_add(config, &source), 0);
	assert_true(config_nat_pool_in_use(config, "B"));
	assert_false(config_nat_pool_in_use(config, "A"));
	pool->start = IP4(203, 0, 113, 0);
	pool->end = IP4(203, 0, 113, 255);
	assert_int_equal(config_nat_pool_size(pool), 256);
	pool->end.host++;
	assert_int_equal(config_nat_pool_size(pool), 0);
	pool->end = pool->start;
	assert_int_equal(config_nat_pool_size(pool), 1);
	pool->end.host--;
	assert_int_equal(config_nat_pool_size(pool), 0);
	config_nat_pool_remove(config, "A");
	config_nat_pool_remove(config, "A");
	assert_string_equal(config->nat.pools.at[0].name, "B");
}

static void a_public_address_is_that_of_its_vip_or_interface(void **state)
{
	struct config *config = *state;
	struct config_public public = {.kind = CONFIG_PUBLIC_VIP, .vip = "web"};
	ip4_t address;

	fill(config);
	assert_int_equal(config_public_address(config, &public, &address), 0);
	assert_true(ip4_equal(address, IP4(192, 168, 1, 7)));
	strcpy(public.vip, "none");
	assert_int_equal(config_public_address(config, &public, &address), -ENOENT);
	public = (struct config_public){.kind = CONFIG_PUBLIC_INTERFACE, .interface = TAP(1)};
	assert_int_equal(config_public_address(config, &public, &address), 0);
	assert_true(ip4_equal(address, IP4(192, 168, 1, 1)));
	config_interface_get(config, TAP(2));
	public.interface = TAP(2);
	assert_int_equal(config_public_address(config, &public, &address), -ENOENT);
}

static void the_interface_of_an_address_is_a_routed_one_with_the_longest_network(void **state)
{
	struct config *config = *state;
	struct config_interface *i = config_interface_get(config, TAP(1));

	i->addresses[0] = NET(10, 0, 0, 1, 8);
	i->address_count = 1;
	i = config_interface_get(config, BVI(1));
	i->addresses[0] = NET(10, 1, 0, 1, 16);
	i->address_count = 1;
	i = config_interface_get(config, (struct interface_id){INTERFACE_LOOPBACK, 0});
	i->addresses[0] = NET(10, 1, 1, 1, 24);
	i->address_count = 1;
	assert_int_equal(config_interface_for(config, IP4(10, 1, 1, 5))->id.kind, INTERFACE_BVI);
	assert_int_equal(config_interface_for(config, IP4(10, 2, 1, 5))->id.kind, INTERFACE_TAP);
	assert_null(config_interface_for(config, IP4(11, 2, 1, 5)));
	config_interface_find(config, TAP(1))->bridge_group = 1;
	assert_null(config_interface_for(config, IP4(10, 2, 1, 5)));
}

static void the_kernel_end_is_named_after_the_interface_unless_told(void **state)
{
	struct config *config = *state;
	struct config_interface *i = config_interface_get(config, TAP(4095));
	char name[CONFIG_IFNAME_SIZE];

	assert_string_equal(config_kernel_name(i, name), "tap4095");
	strcpy(i->ifname, "eth0");
	assert_string_equal(config_kernel_name(i, name), "eth0");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(defaults_are_those_of_the_manual),
		TEST(a_copy_is_equal_and_shares_nothing),
		TEST(every_setting_makes_a_difference),
		TEST(values_that_are_not_in_use_make_no_difference),
		TEST(interfaces_stand_by_kind_and_number),
		TEST(routes_stand_by_network_length_and_next_hop),
		TEST(names_stand_by_the_alphabet),
		TEST(lists_stand_by_value_and_keep_their_lines_in_the_order_typed),
		TEST(the_first_line_that_matches_decides_and_the_last_denies),
		TEST(a_forward_taken_for_another_local_end_is_refused),
		TEST(a_host_outside_has_one_other_address),
		TEST(sources_arps_and_ranges_are_replaced_and_removed_by_key),
		TEST(nat_pools_are_by_name_and_know_their_use),
		TEST(a_public_address_is_that_of_its_vip_or_interface),
		TEST(the_interface_of_an_address_is_a_routed_one_with_the_longest_network),
		TEST(the_kernel_end_is_named_after_the_interface_unless_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
