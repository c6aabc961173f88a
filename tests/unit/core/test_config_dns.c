/* SPDX-License-Identifier: BSD-2-Clause */
/* Names within a configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/config.h"

static void a_name_is_kept_in_lower_case_without_its_dot(void **state)
{
	char name[CONFIG_NAME_SIZE];

	(void)state;
	assert_int_equal(config_dns_name("NAS.Home.LAN.", name), 0);
	assert_string_equal(name, "nas.home.lan");
	assert_int_equal(config_dns_name("_a-1", name), 0);
}

static void what_is_no_name_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		".",
		"a..b",
		".a",
		"-a",
		"a-",
		"a.-b",
		"a-.b",
		"a b",
		"a\"",
		"\x1b[1m",
		"a..",
		"a1234567890123456789012345678901234567890123456789012345678901234",
	};
	char name[CONFIG_NAME_SIZE];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_COUNT(bad); i++) {
		assert_int_equal(config_dns_name(bad[i], name), -EINVAL);
		assert_string_equal(name, "");
	}
}

static void hosts_are_in_order_and_found_by_name(void **state)
{
	struct config_host tv = {.name = "tv", .addresses = {IP4(1, 1, 1, 1)}, .address_count = 1};
	struct config_host nas = {
		.name = "nas", .addresses = {IP4(1, 1, 1, 2)}, .address_count = 1};
	struct config config, copy;
	ip4_t found;

	(void)state;
	config_init(&config);
	config_init(&copy);
	assert_int_equal(config_host_add(&config, &tv), 0);
	assert_int_equal(config_host_add(&config, &nas), 0);
	assert_int_equal(config_copy(&copy, &config), 0);
	assert_true(config_equal(&copy, &config));
	assert_int_equal(config_host_address(&config, "TV", &found), 0);
	assert_int_equal(found.host, IP4(1, 1, 1, 1).host);
	assert_int_equal(config_host_address(&config, "a b", &found), -ENOENT);
	assert_string_equal(config_host_name(&config, IP4(1, 1, 1, 2)), "nas");
	assert_null(config_host_name(&config, IP4(1, 1, 1, 9)));
	tv.addresses[0] = IP4(1, 1, 1, 3);
	assert_int_equal(config_host_add(&config, &tv), 0);
	assert_int_equal(config.dns.hosts.count, 2);
	assert_string_equal(config.dns.hosts.at[0].name, "nas");
	assert_int_equal(config_host_find(&config, "tv")->addresses[0].host, IP4(1, 1, 1, 3).host);
	assert_false(config_equal(&copy, &config));
	assert_int_equal(config_host_remove(&config, "tv"), 0);
	assert_int_equal(config_host_remove(&config, "tv"), -ENOENT);
	assert_null(config_host_find(&config, "tv"));
	config_fini(&config);
	config_fini(&copy);
}

static void the_router_is_no_name_server_of_its_own(void **state)
{
	struct config_error error;
	struct config_interface *i;
	struct config_vip *vip;
	struct config config;

	(void)state;
	config_init(&config);
	i = config_interface_get(&config, (struct interface_id){INTERFACE_TAP, 1});
	i->addresses[i->address_count++] = (struct ip4_prefix){IP4(192, 168, 1, 1), 24};
	config.dns.name_servers[config.dns.name_server_count++] = IP4(192, 168, 1, 1);
	assert_int_equal(config_check(&config, &error), -EINVAL);
	assert_string_equal(error.text,
			    "ip name-server 192.168.1.1: it is the address of interface "
			    "Tap1, and the router would ask itself");
	config.dns.name_servers[0] = IP4(192, 168, 1, 2);
	assert_int_equal(config_check(&config, &error), 0);
	vip = config_vip_get(&config, "HOME");
	vip->interface = i->id;
	vip->address = IP4(192, 168, 1, 2);
	assert_int_equal(config_check(&config, &error), -EINVAL);
	assert_string_equal(error.text,
			    "ip name-server 192.168.1.2: it is the address of ip vip HOME, and the "
			    "router would ask itself");
	config_fini(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_kept_in_lower_case_without_its_dot),
		cmocka_unit_test(what_is_no_name_is_refused),
		cmocka_unit_test(hosts_are_in_order_and_found_by_name),
		cmocka_unit_test(the_router_is_no_name_server_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
