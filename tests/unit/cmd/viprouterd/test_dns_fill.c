/* SPDX-License-Identifier: BSD-2-Clause */
/* What names a configuration and live leases make. */
#include "tests/unit/cli/modes/bench.h"

#include "cmd/viprouterd/dns_fill.h"

static const char text[] = "hostname home\n"
			   "interface Tun1\n"
			   " ip address 192.168.1.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface Tun2\n"
			   " ip address 10.9.0.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface Tun9\n"
			   " ip address 203.0.113.2 255.255.255.0\n"
			   " ip nat outside\n"
			   "ip dhcp pool GUEST\n"
			   " network 10.9.0.0 255.255.255.0\n"
			   " domain-name Guest.LAN\n"
			   "ip dhcp pool LAN\n"
			   " network 192.168.1.0 255.255.255.0\n"
			   " domain-name home.lan\n"
			   "ip dhcp pool PRINTER\n"
			   " host 192.168.1.9 255.255.255.0\n"
			   " hardware-address 0200.5e10.0009\n"
			   " client-name printer\n"
			   "ip dhcp pool TOASTER\n"
			   " hardware-address 0200.0000.001e\n"
			   " client-name toaster\n"
			   "ip host nas.home.lan 192.168.1.5 192.168.1.4\n";

struct names_bench {
	struct bench bench;
	struct dns_names names;
};

static int set_up(void **state)
{
	struct names_bench *n = calloc(1, sizeof(*n));

	assert_non_null(n);
	bench_begin(&n->bench, text);
	*state = n;
	return 0;
}

static int tear_down(void **state)
{
	struct names_bench *n = *state;

	dns_names_fini(&n->names);
	bench_end(&n->bench);
	free(n);
	return 0;
}

static void fill(struct names_bench *n)
{
	assert_int_equal(dns_fill(&n->names, &n->bench.config, "",
				  router_dhcp(n->bench.world.router), n->bench.world.now),
			 0);
}

/* The address of a name, or what there is instead. */
static void expect(struct names_bench *n, const char *name, enum dns_known known, ip4_t address)
{
	const struct dns_name *found = NULL;
	unsigned int count;

	assert_int_equal(dns_names_find(&n->names, name, &found, &count), known);
	if (known == DNS_FOUND)
		assert_int_equal(found->address.host, address.host);
}

static void n12_devices_have_the_domain_of_their_pool(void **state)
{
	struct names_bench *n = *state;

	bench_lease(&n->bench, IP4(192, 168, 1, 20), "TV");
	bench_lease(&n->bench, IP4(10, 9, 0, 20), "phone");
	fill(n);
	expect(n, "tv.home.lan", DNS_FOUND, IP4(192, 168, 1, 20));
	expect(n, "tv.guest.lan", DNS_NO_NAME, IP4_ANY);
	expect(n, "phone.guest.lan", DNS_FOUND, IP4(10, 9, 0, 20));
	expect(n, "phone", DNS_FOUND, IP4(10, 9, 0, 20));
	expect(n, "nas.home.lan", DNS_FOUND, IP4(192, 168, 1, 5));
}

static void n12_a_lease_that_is_gone_takes_its_name_along(void **state)
{
	struct names_bench *n = *state;
	struct router *router = n->bench.world.router;
	uint32_t before = dhcp_server_names(router_dhcp(router));

	bench_lease(&n->bench, IP4(192, 168, 1, 20), "tv");
	fill(n);
	assert_int_not_equal(dhcp_server_names(router_dhcp(router)), before);
	before = dhcp_server_names(router_dhcp(router));
	router_clear_leases(router, IP4(192, 168, 1, 20), n->bench.world.now);
	assert_int_not_equal(dhcp_server_names(router_dhcp(router)), before);
	fill(n);
	expect(n, "tv.home.lan", DNS_NO_NAME, IP4_ANY);
}

static void n12_a_reservation_has_its_name_without_a_lease(void **state)
{
	struct names_bench *n = *state;

	fill(n);
	expect(n, "printer.home.lan", DNS_FOUND, IP4(192, 168, 1, 9));
}

static void n12_a_client_that_is_named_has_its_name_wherever_its_lease_is(void **state)
{
	struct names_bench *n = *state;

	fill(n);
	expect(n, "toaster.home.lan", DNS_NO_NAME, IP4_ANY);
	bench_lease(&n->bench, IP4(192, 168, 1, 30), ""); /* by its MAC address, 0200.0000.001e */
	fill(n);
	expect(n, "toaster.home.lan", DNS_FOUND, IP4(192, 168, 1, 30));
}

static void the_router_has_its_name_inside_only(void **state)
{
	struct names_bench *n = *state;
	const struct dns_name *found;
	char full[DNS_FULL_SIZE];

	fill(n);
	expect(n, "home.home.lan", DNS_FOUND, IP4(192, 168, 1, 1));
	expect(n, "home.guest.lan", DNS_FOUND, IP4(10, 9, 0, 1));
	assert_int_equal(dns_names_find_pointer(&n->names, "1.1.168.192.in-addr.arpa", &found),
			 DNS_FOUND);
	assert_string_equal(dns_name_full(found, full), "home.home.lan");
	assert_int_equal(dns_names_find_pointer(&n->names, "2.113.0.203.in-addr.arpa", &found),
			 DNS_ELSEWHERE);
}

static void n11_names_are_served_at_no_outside_address(void **state)
{
	struct names_bench *n = *state;
	ip4_t addresses[8];

	assert_int_equal(dns_fill_addresses(&n->bench.config, addresses, 8), 2);
	assert_int_equal(addresses[0].host, IP4(192, 168, 1, 1).host);
	assert_int_equal(addresses[1].host, IP4(10, 9, 0, 1).host);
	assert_int_equal(dns_fill_addresses(&n->bench.config, addresses, 1), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(n12_devices_have_the_domain_of_their_pool),
		TEST(n12_a_lease_that_is_gone_takes_its_name_along),
		TEST(n12_a_reservation_has_its_name_without_a_lease),
		TEST(n12_a_client_that_is_named_has_its_name_wherever_its_lease_is),
		TEST(the_router_has_its_name_inside_only),
		TEST(n11_names_are_served_at_no_outside_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
