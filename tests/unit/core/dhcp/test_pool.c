/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/dhcp/pool.h"

static const struct hash_key some_key = {{3, 4}};

static void add_network(struct config *config, const char *name, ip4_t address, uint8_t len)
{
	struct config_dhcp_pool *p = config_pool_get(config, name);

	p->has_network = true;
	p->network = (struct ip4_prefix){address, len};
}

static struct dhcp_pool_set *set_of(struct config *config)
{
	struct dhcp_pool_set *set = dhcp_pool_set_new(&some_key, config);

	assert_non_null(set);
	config_fini(config);
	return set;
}

/** Takes every address that the pool has. Return: how many. */
static unsigned int drain(struct dhcp_pool_set *set, struct dhcp_pool *pool, ip4_t *last)
{
	unsigned int count = 0;
	ip4_t address;

	while (dhcp_pool_fresh(pool, &address)) {
		assert_true(dhcp_pool_open(pool, address));
		dhcp_pool_mark(set, address, true);
		*last = address;
		count++;
	}
	return count;
}

static void a_network_gives_all_but_its_own_and_its_broadcast_address(void **state)
{
	static const struct {
		uint8_t len;
		unsigned int count;
	} cases[] = {{16, 65534}, {23, 510}, {24, 254}, {26, 62},
		     {28, 14},	  {30, 2},   {31, 2},	{32, 1}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct config config;
		struct dhcp_pool_set *set;
		ip4_t last;

		config_init(&config);
		add_network(&config, "P", IP4(10, 1, 0, 0), cases[i].len);
		set = set_of(&config);
		assert_int_equal(drain(set, dhcp_pool_find(set, IP4(10, 1, 0, 0)), &last),
				 cases[i].count);
		dhcp_pool_set_free(set);
	}
}

static void of_a_huge_network_the_first_65536_addresses_are_leased(void **state)
{
	struct config config;
	struct dhcp_pool_set *set;
	struct dhcp_pool *pool;
	ip4_t last;

	(void)state;
	config_init(&config);
	add_network(&config, "P", IP4(10, 0, 0, 0), 8);
	set = set_of(&config);
	pool = dhcp_pool_find(set, IP4(10, 200, 0, 1));
	assert_non_null(pool); /* the whole network is its */
	assert_false(dhcp_pool_covers(pool, IP4(10, 200, 0, 1)));
	assert_false(dhcp_pool_fits(set, IP4(10, 200, 0, 1)));
	assert_int_equal(drain(set, pool, &last), 65535); /* the broadcast address is far */
	assert_int_equal(last.host, IP4(10, 0, 255, 255).host);
	assert_int_equal(dhcp_pool_set_capacity(set), 65536);
	dhcp_pool_set_free(set);
}

static void many_huge_networks_share_a_stated_number_of_records(void **state)
{
	struct config config;
	struct dhcp_pool_set *set;
	char name[] = "A";

	(void)state;
	config_init(&config);
	for (uint8_t i = 0; i < 10; i++, name[0]++)
		add_network(&config, name, IP4(10, i, 0, 0), 16);
	set = set_of(&config);
	assert_int_equal(dhcp_pool_set_capacity(set), DHCP_POOL_RECORDS_MAX);
	dhcp_pool_set_free(set);
}

static void exclusions_apply_where_they_touch_a_pool(void **state)
{
	const struct config_dhcp_excluded ranges[] = {
		{IP4(10, 0, 0, 0), IP4(10, 1, 0, 9)},
		{IP4(10, 1, 0, 200), IP4(10, 255, 255, 255)},
		{IP4(10, 1, 0, 100), IP4(10, 1, 0, 100)},
		{IP4(192, 168, 0, 0), IP4(192, 168, 0, 1)},
	};
	struct config config;
	struct dhcp_pool_set *set;
	struct dhcp_pool *pool;
	ip4_t address, last;

	(void)state;
	config_init(&config);
	add_network(&config, "P", IP4(10, 1, 0, 0), 24);
	for (size_t i = 0; i < ARRAY_COUNT(ranges); i++)
		assert_int_equal(config_excluded_add(&config, &ranges[i]), 0);
	set = set_of(&config);
	pool = dhcp_pool_find(set, IP4(10, 1, 0, 10));
	assert_true(dhcp_pool_fresh(pool, &address));
	assert_int_equal(address.host, IP4(10, 1, 0, 10).host);
	assert_false(dhcp_pool_open(pool, IP4(10, 1, 0, 100)));
	assert_int_equal(drain(set, pool, &last), 189);
	assert_int_equal(last.host, IP4(10, 1, 0, 199).host);
	dhcp_pool_set_free(set);
}

static void a_freed_address_is_found_again_however_low_it_is(void **state)
{
	struct config config;
	struct dhcp_pool_set *set;
	struct dhcp_pool *pool;
	ip4_t last, address;

	(void)state;
	config_init(&config);
	add_network(&config, "P", IP4(10, 1, 0, 0), 22);
	set = set_of(&config);
	pool = dhcp_pool_find(set, IP4(10, 1, 0, 0));
	drain(set, pool, &last);
	assert_false(dhcp_pool_fresh(pool, &address));
	dhcp_pool_mark(set, IP4(10, 1, 2, 3), false);
	dhcp_pool_mark(set, IP4(10, 1, 0, 3), false);
	dhcp_pool_mark(set, IP4(10, 1, 0, 3), false); /* twice */
	assert_int_equal(pool->free_count, 2);
	assert_true(dhcp_pool_fresh(pool, &address));
	assert_int_equal(address.host, IP4(10, 1, 0, 3).host);
	dhcp_pool_block(pool, address);
	dhcp_pool_block(pool, address);
	assert_int_equal(drain(set, pool, &last), 1);
	assert_int_equal(last.host, IP4(10, 1, 2, 3).host);
	dhcp_pool_set_free(set);
}

static void an_address_is_found_in_the_narrowest_of_nested_pools(void **state)
{
	struct config config;
	struct dhcp_pool_set *set;
	struct dhcp_pool *outer, *inner;
	ip4_t last;

	(void)state;
	config_init(&config);
	add_network(&config, "OUTER", IP4(10, 1, 0, 0), 24);
	add_network(&config, "INNER", IP4(10, 1, 0, 64), 26);
	add_network(&config, "OTHER", IP4(10, 2, 0, 0), 24);
	add_network(&config, "TWIN", IP4(10, 2, 0, 0), 24);
	set = set_of(&config);
	outer = dhcp_pool_find(set, IP4(10, 1, 0, 200));
	inner = dhcp_pool_find(set, IP4(10, 1, 0, 65));
	assert_string_equal(outer->params.name, "OUTER");
	assert_string_equal(inner->params.name, "INNER");
	assert_null(dhcp_pool_find(set, IP4(10, 1, 1, 0)));
	assert_null(dhcp_pool_find(set, IP4(9, 255, 255, 255)));
	assert_int_equal(drain(set, outer, &last), 254 - 64);
	assert_int_equal(drain(set, inner, &last), 62);
	assert_int_equal(drain(set, dhcp_pool_find(set, IP4(10, 2, 0, 9)), &last), 254);
	dhcp_pool_set_free(set);
}

static void leases_and_reservations_are_walked_in_order(void **state)
{
	static const ip4_t wanted[] = {IP4(10, 1, 0, 5), IP4(10, 1, 0, 63),  IP4(10, 1, 0, 64),
				       IP4(10, 9, 0, 1), IP4(172, 16, 0, 1), IP4(192, 168, 0, 7)};
	struct config config;
	struct dhcp_pool_set *set;
	struct config_dhcp_pool *p;
	ip4_t at = IP4_ANY;

	(void)state;
	config_init(&config);
	add_network(&config, "A", IP4(10, 1, 0, 0), 24);
	add_network(&config, "B", IP4(192, 168, 0, 0), 16);
	p = config_pool_get(&config, "H1");
	p->has_host = true;
	p->host = (struct ip4_prefix){IP4(172, 16, 0, 1), 24};
	p = config_pool_get(&config, "H2");
	p->has_host = true;
	p->host = (struct ip4_prefix){IP4(10, 9, 0, 1), 24};
	set = set_of(&config);
	dhcp_pool_mark(set, IP4(192, 168, 0, 7), true);
	dhcp_pool_mark(set, IP4(10, 1, 0, 64), true);
	dhcp_pool_mark(set, IP4(10, 1, 0, 5), true);
	dhcp_pool_mark(set, IP4(10, 1, 0, 63), true);
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++) {
		assert_true(dhcp_pool_next(set, at, &at));
		assert_int_equal(at.host, wanted[i].host);
	}
	assert_false(dhcp_pool_next(set, at, &at));
	dhcp_pool_set_free(set);
}

static void thousands_of_reservations_are_found_by_hardware_identifier_and_address(void **state)
{
	enum { COUNT = 3000 };
	struct config config;
	struct dhcp_pool_set *set;
	const struct dhcp_scope here = {.at = IP4(10, 1, 0, 1)}, there = {.at = IP4(10, 2, 0, 1)};

	(void)state;
	config_init(&config);
	for (uint32_t i = 0; i < COUNT; i++) {
		char name[16] = "H0000";
		struct config_dhcp_pool *p;

		for (uint32_t d = 4, n = i; d > 0; d--, n /= 10)
			name[d] = (char)('0' + n % 10);
		p = config_pool_get(&config, name);
		p->has_host = true;
		p->host = (struct ip4_prefix){{IP4(10, 1, 0, 2).host + i}, 16};
		p->has_hardware = i % 2;
		p->hardware = (mac_t){{2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i}};
		p->client_id_len = i % 2 ? 0 : 4;
		memcpy(p->client_id, &i, 4);
	}
	set = set_of(&config);
	for (uint32_t i = 0; i < COUNT; i++) {
		struct dhcp_client client = {.key = {.len = 3, .bytes = {9, 9, 9}}};
		const struct dhcp_host *host;
		ip4_t address = {IP4(10, 1, 0, 2).host + i};

		if (i % 2) {
			client.hardware = (mac_t){{2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i}};
		} else {
			client.key.len = 4;
			memcpy(client.key.bytes, &i, 4);
		}
		host = dhcp_pool_host_of(set, &client, &here);
		assert_non_null(host);
		assert_int_equal(host->params.host.address.host, address.host);
		assert_ptr_equal(dhcp_pool_host_at(set, address), host);
		assert_true(dhcp_pool_host_admits(set, address, &client));
		assert_false(dhcp_pool_host_admits(set, (ip4_t){address.host + 1}, &client));
		assert_null(dhcp_pool_host_of(set, &client, &there)); /* not on its network */
	}
	dhcp_pool_set_free(set);
}

static void the_routers_addresses_are_known(void **state)
{
	struct config_nat_source source = {
		.list = "1", .public = {.kind = CONFIG_PUBLIC_POOL, .pool = "P"}, .overload = true};
	struct config config;
	struct dhcp_pool_set *set;
	struct config_interface *i;

	(void)state;
	config_init(&config);
	assert_non_null(config_interface_get(&config, (struct interface_id){INTERFACE_TAP, 1}));
	i = config_interface_get(&config, (struct interface_id){INTERFACE_TAP, 2});
	i->addresses[0] = (struct ip4_prefix){IP4(10, 1, 0, 1), 24};
	i->addresses[1] = (struct ip4_prefix){IP4(10, 3, 0, 1), 24};
	i->address_count = 2;
	i->nat_side = CONFIG_NAT_OUTSIDE;
	config_vip_get(&config, "V")->address = IP4(203, 0, 113, 10);
	config_nat_pool_get(&config, "P")->start = IP4(10, 1, 0, 20);
	config_nat_pool_get(&config, "P")->end = IP4(10, 1, 0, 21);
	assert_int_equal(config_nat_source_add(&config, &source), 0);
	set = set_of(&config);
	assert_true(dhcp_pool_own(set, IP4(10, 1, 0, 1)));
	assert_true(dhcp_pool_own(set, IP4(10, 3, 0, 1)));
	assert_true(dhcp_pool_own(set, IP4(203, 0, 113, 10)));
	assert_true(dhcp_pool_own(set, IP4(10, 1, 0, 20))); /* of a NAT pool in use */
	assert_true(dhcp_pool_own(set, IP4(10, 1, 0, 21)));
	assert_false(dhcp_pool_own(set, IP4(10, 1, 0, 2)));
	assert_true(dhcp_pool_link(set, IP4(10, 1, 0, 1))->outside);
	assert_null(dhcp_pool_link(set, IP4(10, 3, 0, 1))); /* a secondary */
	dhcp_pool_set_free(set);
}

static void an_empty_configuration_has_nothing(void **state)
{
	struct config config;
	struct dhcp_pool_set *set;
	const struct dhcp_client nobody = {0};
	const struct dhcp_scope nowhere = {0};
	ip4_t at;

	(void)state;
	config_init(&config);
	set = set_of(&config);
	assert_null(dhcp_pool_find(set, IP4(10, 0, 0, 1)));
	assert_null(dhcp_pool_host_at(set, IP4(10, 0, 0, 1)));
	assert_null(dhcp_pool_host_of(set, &nobody, &nowhere));
	assert_null(dhcp_pool_link(set, IP4_ANY));
	assert_false(dhcp_pool_own(set, IP4_ANY));
	assert_false(dhcp_pool_next(set, IP4_ANY, &at));
	assert_int_equal(dhcp_pool_set_capacity(set), 1);
	dhcp_pool_set_free(set);
	dhcp_pool_set_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_gives_all_but_its_own_and_its_broadcast_address),
		cmocka_unit_test(of_a_huge_network_the_first_65536_addresses_are_leased),
		cmocka_unit_test(many_huge_networks_share_a_stated_number_of_records),
		cmocka_unit_test(exclusions_apply_where_they_touch_a_pool),
		cmocka_unit_test(a_freed_address_is_found_again_however_low_it_is),
		cmocka_unit_test(an_address_is_found_in_the_narrowest_of_nested_pools),
		cmocka_unit_test(leases_and_reservations_are_walked_in_order),
		cmocka_unit_test(
			thousands_of_reservations_are_found_by_hardware_identifier_and_address),
		cmocka_unit_test(the_routers_addresses_are_known),
		cmocka_unit_test(an_empty_configuration_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
