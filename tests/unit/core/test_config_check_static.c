/* SPDX-License-Identifier: BSD-2-Clause */
/* Static translations that cannot be: each is refused by naming both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/config.h"

#define LAN(n) IP4(192, 168, 1, (n))
#define WAN(n) IP4(203, 0, 113, (n))

/* BVI1 192.168.1.1/24 inside, Tap9 203.0.113.2/24 outside with VIP web .10, a list that shares it,
 * and a pool .100 to .103 that another list shares. */
static void good_home(struct config *c)
{
	struct config_nat_source web = {
		.list = "1", .overload = true, .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "web"}};
	struct config_nat_source many = {.list = "2",
					 .overload = true,
					 .public = {.kind = CONFIG_PUBLIC_POOL, .pool = "many"}};
	struct config_interface *i;
	struct config_nat_pool *pool;

	config_init(c);
	i = config_interface_get(c, (struct interface_id){INTERFACE_BVI, 1});
	i->addresses[i->address_count++] = (struct ip4_prefix){LAN(1), 24};
	i->nat_side = CONFIG_NAT_INSIDE;
	i = config_interface_get(c, (struct interface_id){INTERFACE_TAP, 9});
	i->addresses[i->address_count++] = (struct ip4_prefix){WAN(2), 24};
	i->nat_side = CONFIG_NAT_OUTSIDE;
	config_vip_get(c, "web")->address = WAN(10);
	config_vip_get(c, "web")->interface = i->id;
	pool = config_nat_pool_get(c, "many");
	pool->start = WAN(100);
	pool->end = WAN(103);
	pool->len = 24;
	assert_int_equal(config_nat_source_add(c, &web), 0);
	assert_int_equal(config_nat_source_add(c, &many), 0);
}

static struct config_nat_static range(ip4_t local, uint16_t first, uint16_t last, uint16_t global)
{
	struct config_nat_static rule = {.proto = 6,
					 .local = local,
					 .local_port = first,
					 .more_ports = (uint16_t)(last - first),
					 .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "web"},
					 .global_port = global};

	return rule;
}

static struct config_nat_static all(ip4_t local, ip4_t global, uint8_t host_bits)
{
	return (struct config_nat_static){
		.local = local,
		.public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = global},
		.host_bits = host_bits,
	};
}

static struct config_nat_static of_host(const char *host, struct config_nat_static rule)
{
	rule.local = IP4_ANY;
	strcpy(rule.host, host);
	return rule;
}

/* Checks @count rules; @text NULL: they are fine. */
static void check(const struct config_nat_static *rules, unsigned int count, const char *text)
{
	struct config_error error;
	struct config c;

	good_home(&c);
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(config_nat_static_add(&c, &rules[i]), 0);
	if (text) {
		if (config_check(&c, &error) != -EINVAL)
			fail_msg("not refused: %s", text);
		assert_string_equal(error.text, text);
	} else if (config_check(&c, &error) != 0) {
		fail_msg("refused: %s", error.text);
	}
	config_fini(&c);
}

#define CHECK(text, ...)                                                                           \
	do {                                                                                       \
		const struct config_nat_static rules_[] = {__VA_ARGS__};                           \
		check(rules_, ARRAY_COUNT(rules_), text);                                          \
	} while (0)

static void every_kind_is_taken_beside_the_others(void **state)
{
	(void)state;
	CHECK(NULL, range(LAN(20), 80, 80, 8080), range(LAN(20), 5000, 5010, 5000),
	      range(LAN(21), 5000, 5010, 5011), all(LAN(22), WAN(22), 0), all(LAN(32), WAN(32), 4),
	      of_host("nas", range(IP4_ANY, 443, 443, 443)),
	      of_host("tv", all(IP4_ANY, WAN(23), 0)));
}

static void a_forward_may_be_on_a_one_to_one_address(void **state)
{
	struct config_nat_static web = range(LAN(20), 80, 80, 80);

	(void)state;
	web.public = (struct config_public){.kind = CONFIG_PUBLIC_ADDRESS, .address = WAN(22)};
	CHECK(NULL, web, all(LAN(22), WAN(22), 0));
}

static void ranges_may_not_overlap(void **state)
{
	(void)state;
	CHECK("ip nat inside source static tcp 192.168.1.21 range 6000 6010: port 5010 of "
	      "203.0.113.10 already goes to 192.168.1.20 5010",
	      range(LAN(20), 5000, 5010, 5000), range(LAN(21), 6000, 6010, 5010));
	CHECK("ip nat inside source static tcp 192.168.1.21 80: port 5003 of 203.0.113.10 already "
	      "goes to 192.168.1.20 5003",
	      range(LAN(20), 5000, 5010, 5000), range(LAN(21), 80, 80, 5003));
	CHECK("ip nat inside source static tcp 192.168.1.21 80: port 5003 of 203.0.113.10 already "
	      "goes to nas 5003",
	      of_host("nas", range(LAN(20), 5000, 5010, 5000)), range(LAN(21), 80, 80, 5003));
}

static void a_range_ends_by_65535(void **state)
{
	(void)state;
	CHECK(NULL, range(LAN(20), 65000, 65535, 65000));
	CHECK("ip nat inside source static tcp 192.168.1.20 range 5000 5010: 11 ports from 65530 "
	      "on would end beyond port 65535",
	      range(LAN(20), 5000, 5010, 65530));
}

static void a_one_to_one_address_is_shared_with_nobody(void **state)
{
	struct config_nat_static vip = all(LAN(22), IP4_ANY, 0);

	(void)state;
	vip.public = (struct config_public){.kind = CONFIG_PUBLIC_VIP, .vip = "web"};
	CHECK("ip nat inside source static 192.168.1.22: ip nat inside source list 1 shares "
	      "203.0.113.10 among its sources; a one-to-one translation needs an address of its "
	      "own",
	      vip);
	CHECK("ip nat inside source static 192.168.1.22: 203.0.113.50 is translated by ip nat "
	      "inside source static network 192.168.1.64 already",
	      all(LAN(64), WAN(48), 4), all(LAN(22), WAN(50), 0));
	CHECK("ip nat inside source static network 192.168.1.64: ip nat inside source list 2 "
	      "shares 203.0.113.100 among its sources; a one-to-one translation needs an address "
	      "of its own",
	      all(LAN(64), WAN(96), 4));
}

static void a_device_is_one_to_one_once(void **state)
{
	(void)state;
	CHECK("ip nat inside source static 192.168.1.66: ip nat inside source static network "
	      "192.168.1.64 translates it already, and a device has one public address in all its "
	      "ports",
	      all(LAN(64), WAN(48), 4), all(LAN(66), WAN(70), 0));
	CHECK("ip nat inside source static host NAS: ip nat inside source static host nas "
	      "translates it already, and a device has one public address in all its ports",
	      of_host("nas", all(IP4_ANY, WAN(70), 0)), of_host("NAS", all(IP4_ANY, WAN(71), 0)));
}

static void networks_are_whole(void **state)
{
	(void)state;
	CHECK("ip nat inside source static network 192.168.1.65: 192.168.1.65 is not the address "
	      "of a /28; 192.168.1.64 is",
	      all(LAN(65), WAN(48), 4));
	CHECK("ip nat inside source static network 192.168.1.64: 203.0.113.50 is not the address "
	      "of a /28; 203.0.113.48 is",
	      all(LAN(64), WAN(50), 4));
	CHECK("ip nat inside source static network 192.168.0.0: a /23 has 512 addresses, and at "
	      "most a /24 is translated",
	      all(IP4(192, 168, 0, 0), IP4(203, 0, 112, 0), 9));
}

static void the_ends_are_reached_and_held(void **state)
{
	(void)state;
	CHECK("ip nat inside source static 10.0.0.1: no interface and no route reaches 10.0.0.1",
	      all(IP4(10, 0, 0, 1), WAN(22), 0));
	CHECK("ip nat inside source static network 192.168.1.64: 203.0.113.2 is the address of "
	      "interface Tap9",
	      all(LAN(64), WAN(0), 4));
	CHECK("ip nat inside source static 192.168.1.22: 198.51.100.22 lies outside interface "
	      "Tap9's network 203.0.113.0/24",
	      all(LAN(22), IP4(198, 51, 100, 22), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_taken_beside_the_others),
		cmocka_unit_test(a_forward_may_be_on_a_one_to_one_address),
		cmocka_unit_test(ranges_may_not_overlap),
		cmocka_unit_test(a_range_ends_by_65535),
		cmocka_unit_test(a_one_to_one_address_is_shared_with_nobody),
		cmocka_unit_test(a_device_is_one_to_one_once),
		cmocka_unit_test(networks_are_whole),
		cmocka_unit_test(the_ends_are_reached_and_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
