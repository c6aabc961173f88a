/* SPDX-License-Identifier: BSD-2-Clause */
/* The names that a router knows by itself. */
#include "tests/unit/cmd/viprouterd/dns_fixture.h"

#define TV    IP4(192, 168, 1, 20)
#define GUEST IP4(10, 9, 0, 20)

static int set_up(void **state)
{
	struct dns_names *names = calloc(1, sizeof(*names));

	assert_non_null(names);
	dns_names_begin(names, "home.lan");
	dns_names_add_zone(names, "guest.lan");
	*state = names;
	return 0;
}

static int tear_down(void **state)
{
	dns_names_fini(*state);
	free(*state);
	return 0;
}

static void expect(const struct dns_names *names, const char *text, enum dns_known known,
		   ip4_t address)
{
	const struct dns_name *found = NULL;
	unsigned int count = 0;

	assert_int_equal(dns_names_find(names, text, &found, &count), known);
	if (known == DNS_FOUND) {
		assert_true(count >= 1);
		assert_int_equal(found->address.host, address.host);
	}
}

static void expect_pointer(const struct dns_names *names, const char *text, enum dns_known known,
			   const char *name)
{
	const struct dns_name *found = NULL;
	char full[DNS_FULL_SIZE];

	assert_int_equal(dns_names_find_pointer(names, text, &found), known);
	if (known == DNS_FOUND)
		assert_string_equal(dns_name_full(found, full), name);
}

static void n12_a_device_is_found_with_and_without_its_domain(void **state)
{
	struct dns_names *names = *state;

	dns_names_add(names, "TV", "", TV, DNS_FROM_LEASE);
	dns_names_end(names);
	expect(names, "tv", DNS_FOUND, TV);
	expect(names, "tv.home.lan", DNS_FOUND, TV);
	expect(names, "tv.guest.lan", DNS_NO_NAME, IP4_ANY);
	expect(names, "home.lan", DNS_NO_DATA, IP4_ANY);
	expect(names, "xtv.home.lan", DNS_NO_NAME, IP4_ANY);
	expect(names, "t", DNS_NO_NAME, IP4_ANY);
	expect(names, "a.tv.home.lan", DNS_NO_NAME, IP4_ANY);
	expect(names, "tv.xhome.lan", DNS_ELSEWHERE, IP4_ANY);
	expect_pointer(names, "20.1.168.192.in-addr.arpa", DNS_FOUND, "tv.home.lan");
}

static void n12_one_name_in_two_domains_is_two_devices(void **state)
{
	struct dns_names *names = *state;

	dns_names_add(names, "tv", "guest.lan", GUEST, DNS_FROM_LEASE);
	dns_names_add(names, "tv", "home.lan", TV, DNS_FROM_LEASE);
	dns_names_end(names);
	expect(names, "tv.home.lan", DNS_FOUND, GUEST); /* the router's domain has all names */
	expect(names, "tv.guest.lan", DNS_FOUND, GUEST);
	expect_pointer(names, "20.0.9.10.in-addr.arpa", DNS_FOUND, "tv.guest.lan");
	expect_pointer(names, "20.1.168.192.in-addr.arpa", DNS_FOUND, "tv.home.lan");
}

static void n12_what_is_typed_wins_over_what_a_device_says(void **state)
{
	struct dns_names *names = *state;
	const struct dns_name *found;
	unsigned int count;

	dns_names_add(names, "nas", "", IP4(192, 168, 1, 2), DNS_FROM_LEASE);
	dns_names_add(names, "nas", "", IP4(192, 168, 1, 9), DNS_FROM_HOST);
	dns_names_add(names, "nas.home.lan", "", IP4(192, 168, 1, 8), DNS_FROM_HOST);
	dns_names_add(names, "tv", "", TV, DNS_FROM_RESERVATION);
	dns_names_add(names, "tv", "", IP4(192, 168, 1, 2), DNS_FROM_LEASE);
	dns_names_end(names);
	assert_int_equal(dns_names_find(names, "nas", &found, &count), DNS_FOUND);
	assert_int_equal(count, 2); /* in the order typed, and without the device */
	assert_int_equal(found[0].address.host, IP4(192, 168, 1, 9).host);
	assert_int_equal(found[1].address.host, IP4(192, 168, 1, 8).host);
	expect(names, "tv", DNS_FOUND, TV);
}

static void n12_no_device_takes_a_name_that_is_elsewhere_or_trusted(void **state)
{
	struct dns_names *names = *state;

	assert_int_equal(dns_names_add(names, "www.example.com", "", TV, DNS_FROM_LEASE), -EINVAL);
	assert_int_equal(dns_names_add(names, "wpad", "", TV, DNS_FROM_LEASE), -EINVAL);
	assert_int_equal(dns_names_add(names, "localhost", "", TV, DNS_FROM_LEASE), -EINVAL);
	assert_int_equal(dns_names_add(names, "a b", "", TV, DNS_FROM_LEASE), -EINVAL);
	assert_int_equal(dns_names_add(names, "\"; rm", "", TV, DNS_FROM_LEASE), -EINVAL);
	assert_int_equal(dns_names_add(names, "www.example.com", "", TV, DNS_FROM_HOST), 0);
	assert_int_equal(dns_names_add(names, "wpad", "", TV, DNS_FROM_HOST), 0);
	dns_names_end(names);
	expect(names, "www.example.com", DNS_FOUND, TV);
	expect(names, "example.com", DNS_ELSEWHERE, IP4_ANY);
}

static void n2_names_of_special_use_are_never_asked_elsewhere(void **state)
{
	static const char *const special[] = {
		"unknown",
		"printer.local",
		"a.onion",
		"x.invalid",
		"nas.home.arpa",
		"foo.test",
		"_dns.resolver.arpa",
		"1.0.0.0.d.f.ip6.arpa",
	};
	struct dns_names *names = *state;

	dns_names_end(names);
	for (unsigned int i = 0; i < ARRAY_COUNT(special); i++)
		expect(names, special[i], DNS_NO_NAME, IP4_ANY);
	expect(names, "localhost", DNS_FOUND, IP4(127, 0, 0, 1));
	expect(names, "a.localhost", DNS_FOUND, IP4(127, 0, 0, 1));
	expect(names, "local.example", DNS_ELSEWHERE, IP4_ANY);
	expect(names, "thelocal.example.com", DNS_ELSEWHERE, IP4_ANY);
	expect(names, "notlocal.elocal", DNS_ELSEWHERE, IP4_ANY);
}

static void n2_private_addresses_are_never_asked_elsewhere(void **state)
{
	struct dns_names *names = *state;

	dns_names_add_network(names, (struct ip4_prefix){IP4(198, 18, 7, 0), 24});
	dns_names_end(names);
	expect_pointer(names, "9.1.168.192.in-addr.arpa", DNS_NO_NAME, NULL);
	expect_pointer(names, "168.192.in-addr.arpa", DNS_NO_DATA, NULL);
	expect_pointer(names, "192.in-addr.arpa", DNS_ELSEWHERE, NULL);
	expect_pointer(names, "1.0.0.10.in-addr.arpa", DNS_NO_NAME, NULL);
	expect_pointer(names, "1.0.16.172.in-addr.arpa", DNS_NO_NAME, NULL);
	expect_pointer(names, "1.0.32.172.in-addr.arpa", DNS_ELSEWHERE, NULL);
	expect_pointer(names, "1.0.64.100.in-addr.arpa", DNS_NO_NAME, NULL);
	expect_pointer(names, "1.7.18.198.in-addr.arpa", DNS_NO_NAME, NULL);
	expect_pointer(names, "1.8.18.198.in-addr.arpa", DNS_ELSEWHERE, NULL);
	expect_pointer(names, "8.8.8.8.in-addr.arpa", DNS_ELSEWHERE, NULL);
	expect_pointer(names, "256.1.168.192.in-addr.arpa", DNS_ELSEWHERE, NULL);
	expect_pointer(names, "x.1.168.192.in-addr.arpa", DNS_ELSEWHERE, NULL);
	expect_pointer(names, "1.2.3.4.5.in-addr.arpa", DNS_ELSEWHERE, NULL);
	expect_pointer(names, "in-addr.arpa", DNS_ELSEWHERE, NULL);
}

static void a_negative_answer_bears_the_zone_it_lies_in(void **state)
{
	struct dns_names *names = *state;

	assert_string_equal(dns_names_zone(names, "x.y.home.lan"), "home.lan");
	assert_string_equal(dns_names_zone(names, "x"), ".");
	assert_string_equal(dns_names_zone(names, "a.local"), "local");
	assert_string_equal(dns_names_zone(names, "a.b?c.local"), "local");
}

static void filling_anew_forgets_what_was(void **state)
{
	struct dns_names *names = *state;

	dns_names_add(names, "tv", "", TV, DNS_FROM_LEASE);
	dns_names_end(names);
	dns_names_begin(names, "");
	dns_names_end(names);
	expect(names, "tv", DNS_NO_NAME, IP4_ANY);
	expect(names, "tv.home.lan", DNS_ELSEWHERE, IP4_ANY);
	expect_pointer(names, "20.1.168.192.in-addr.arpa", DNS_NO_NAME, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(n12_a_device_is_found_with_and_without_its_domain),
		TEST(n12_one_name_in_two_domains_is_two_devices),
		TEST(n12_what_is_typed_wins_over_what_a_device_says),
		TEST(n12_no_device_takes_a_name_that_is_elsewhere_or_trusted),
		TEST(n2_names_of_special_use_are_never_asked_elsewhere),
		TEST(n2_private_addresses_are_never_asked_elsewhere),
		TEST(a_negative_answer_bears_the_zone_it_lies_in),
		TEST(filling_anew_forgets_what_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
