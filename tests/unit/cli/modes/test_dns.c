/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of names, typed. */
#include "tests/unit/cli/fake_world.h"

static int set_up(void **state)
{
	struct fake_world *fake = malloc(sizeof(*fake));

	assert_non_null(fake);
	fake_init(fake, SESSION_MAY_CONFIGURE);
	fake_expect(fake, "configure terminal", SESSION_DONE,
		    "Enter configuration commands, one per line.  End with CNTL/Z.\n");
	*state = fake;
	return 0;
}

static int tear_down(void **state)
{
	fake_fini(*state);
	free(*state);
	return 0;
}

static const struct config_dns *dns(const struct fake_world *fake)
{
	return &fake->running.dns;
}

static void name_servers_are_added_and_taken_back(void **state)
{
	struct fake_world *fake = *state;

	fake_expect(fake, "ip name-server 198.51.100.1 198.51.100.2", SESSION_DONE, "");
	fake_expect(fake, "ip name-server 198.51.100.3 198.51.100.1", SESSION_DONE, "");
	assert_int_equal(dns(fake)->name_server_count, 3);
	fake_expect(fake, "no ip name-server 198.51.100.1", SESSION_DONE, "");
	assert_int_equal(dns(fake)->name_server_count, 2);
	assert_int_equal(dns(fake)->name_servers[0].host, IP4(198, 51, 100, 2).host);
	fake_expect(fake, "no ip name-server 198.51.100.1", SESSION_FAILED,
		    "% ip name-server 198.51.100.1: there is none\n"
		    "Hint: \"show running-config | include name-server\" lists them\n");
	fake_expect(fake, "ip name-server 198.51.100.4 198.51.100.5 198.51.100.6 198.51.100.7",
		    SESSION_DONE, "");
	fake_expect(fake, "ip name-server 198.51.100.8", SESSION_FAILED,
		    "% ip name-server 198.51.100.8: there are 6 already\n"
		    "Hint: \"no ip name-server\" with its address removes one\n");
	fake_expect(fake, "no ip name-server", SESSION_DONE, "");
	assert_int_equal(dns(fake)->name_server_count, 0);
}

static void a_host_has_up_to_eight_addresses(void **state)
{
	struct fake_world *fake = *state;

	fake_expect(fake, "ip host NAS.home.lan. 192.168.1.5 192.168.1.4", SESSION_DONE, "");
	assert_int_equal(dns(fake)->hosts.count, 1);
	assert_string_equal(dns(fake)->hosts.at[0].name, "nas.home.lan");
	assert_int_equal(dns(fake)->hosts.at[0].address_count, 2);
	fake_expect(fake, "ip host nas.home.lan 192.168.1.6", SESSION_DONE, "");
	assert_int_equal(dns(fake)->hosts.at[0].address_count, 1);
	fake_expect(fake, "ip host nas 192.168.1.6 192.168.1.6", SESSION_FAILED,
		    "% ip host nas: 192.168.1.6 twice\nHint: each address once\n");
	fake_expect(fake, "ip host -nas 192.168.1.6", SESSION_FAILED,
		    "% -nas: not a domain name\n"
		    "Hint: labels of letters, digits and hyphens, with dots between; no hyphen at "
		    "either end of one\n");
	fake_expect(fake, "no ip host nas", SESSION_FAILED,
		    "% ip host nas: there is none\n"
		    "Hint: \"show running-config | include ip host\" lists them\n");
	fake_expect(fake, "ip host 1.2.3.4 192.168.1.6", SESSION_FAILED,
		    "% ip host 1.2.3.4: an address, not a name\n"
		    "Hint: the name comes first: ip host printer 192.168.1.9\n");
	fake_expect(fake, "ip host nas.home.lan 192.168.1.5 192.168.1.4", SESSION_DONE, "");
	fake_expect(fake, "no ip host nas.home.lan 192.168.1.9", SESSION_FAILED,
		    "% ip host nas.home.lan: 192.168.1.9 is none of its addresses\n"
		    "Hint: \"show running-config | include ip host\" lists them\n");
	fake_expect(fake, "no ip host nas.home.lan 192.168.1.5", SESSION_DONE, "");
	assert_int_equal(dns(fake)->hosts.at[0].address_count, 1);
	assert_int_equal(dns(fake)->hosts.at[0].addresses[0].host, IP4(192, 168, 1, 4).host);
	fake_expect(fake, "no ip host nas.home.lan 192.168.1.4", SESSION_DONE, "");
	assert_int_equal(dns(fake)->hosts.count, 0);
	fake_expect(fake, "ip host nas.home.lan 192.168.1.5", SESSION_DONE, "");
	fake_expect(fake, "no ip host nas.home.lan", SESSION_DONE, "");
	assert_int_equal(dns(fake)->hosts.count, 0);
}

static void the_older_words_for_the_domain_are_taken(void **state)
{
	struct fake_world *fake = *state;

	fake_expect(fake, "ip domain-name Home.LAN", SESSION_DONE, "");
	assert_string_equal(dns(fake)->domain, "home.lan");
	fake_expect(fake, "no ip domain name", SESSION_DONE, "");
	assert_string_equal(dns(fake)->domain, "");
	fake_expect(fake, "no ip domain-lookup", SESSION_DONE, "");
	assert_true(dns(fake)->no_lookup);
	fake_expect(fake, "default ip domain lookup", SESSION_DONE, "");
	assert_false(dns(fake)->no_lookup);
}

static void the_server_is_off_until_turned_on(void **state)
{
	struct fake_world *fake = *state;

	assert_false(dns(fake)->server);
	fake_expect(fake, "ip dns server", SESSION_DONE, "");
	assert_true(dns(fake)->server);
	fake_expect(fake, "default ip dns server", SESSION_DONE, "");
	assert_false(dns(fake)->server);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(name_servers_are_added_and_taken_back),
		TEST(a_host_has_up_to_eight_addresses),
		TEST(the_older_words_for_the_domain_are_taken),
		TEST(the_server_is_off_until_turned_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
