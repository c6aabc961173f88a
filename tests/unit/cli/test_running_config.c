/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/session.h"

static const char home[] = "hostname home\n"
			   "interface Tap1\n"
			   " description laptop\n"
			   " attach namespace laptop name eth0\n"
			   " bridge-group 1\n"
			   "interface BVI1\n"
			   " ip address 192.168.1.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface Tap9\n"
			   " attach namespace internet name isp0\n"
			   " peer ip address 203.0.113.1 255.255.255.0\n"
			   " ip address 203.0.113.2 255.255.255.0\n"
			   " ip nat outside\n"
			   "ip vip HOME 203.0.113.10 interface Tap9\n"
			   "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			   "ip nat inside source list 1 vip HOME overload\n"
			   "ip dhcp excluded-address 192.168.1.1 192.168.1.9\n"
			   "ip dhcp pool LAN\n"
			   " network 192.168.1.0 255.255.255.0\n"
			   " default-router 192.168.1.1\n"
			   " dns-server 192.168.1.1\n"
			   " domain-name home.lan\n"
			   " lease 0 12\n"
			   "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n";

static void read_well(const char *text, struct config *config)
{
	struct config_read_error error;

	config_init(config);
	if (running_config_read(text, config, &error) < 0)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
}

static void refused(const char *text, unsigned int line, unsigned int column, const char *why)
{
	struct config_read_error error;
	struct config config, untouched;

	config_init(&config);
	config_init(&untouched);
	assert_int_equal(running_config_read(text, &config, &error), -EINVAL);
	assert_non_null(strstr(error.text, why));
	assert_int_equal(error.line, line);
	assert_int_equal(error.column, column);
	assert_true(config_equal(&config, &untouched));
	config_fini(&config);
	config_fini(&untouched);
}

static void what_is_written_reads_back_as_the_same(void **state)
{
	struct config config, again;
	struct buffer text = {0}, text_again = {0};

	(void)state;
	read_well(home, &config);
	assert_int_equal(config.interfaces.count, 3);
	running_config_write(&text, &config);
	read_well(buffer_text(&text), &again);
	assert_true(config_equal(&config, &again));
	running_config_write(&text_again, &again);
	assert_string_equal(buffer_text(&text), buffer_text(&text_again));
	buffer_free(&text);
	buffer_free(&text_again);
	config_fini(&config);
	config_fini(&again);
}

static void sections_are_parted_and_the_end_is_marked(void **state)
{
	struct config config;
	struct buffer text = {0};

	(void)state;
	config_init(&config);
	running_config_write(&text, &config);
	assert_string_equal(buffer_text(&text), "!\nhostname home\n!\nend\n");
	config_fini(&config);
	buffer_free(&text);
	read_well(home, &config);
	running_config_write(&text, &config);
	assert_null(strstr(buffer_text(&text), "!\n!\n"));
	assert_string_equal(buffer_text(&text) + text.len - 6, "!\nend\n");
	config_fini(&config);
	buffer_free(&text);
}

static void an_error_is_named_by_line_and_column(void **state)
{
	(void)state;
	refused("hostname a\ninterface Tap1\n descripton x\n", 3, 2,
		"invalid input \"descripton\"; did you mean \"description\"?");
	refused("!\n\ninterface Tap1\n mtu 1\n", 4, 6, "valid range is 576-65535");
	refused("ip route", 1, 9, "Incomplete command.");
	refused("interface Loopback1\n attach host\n", 2, 2, "Loopback1");
	refused("hostname a\ndo show version\n", 2, 1, "Not a line of a configuration");
	refused("hostname a\nshow version\n", 2, 1, "invalid input \"show\"");
}

static void a_configuration_wrong_as_a_whole_has_no_column(void **state)
{
	(void)state;
	refused("interface Tap1\n ip address 10.0.0.1 255.0.0.0\n"
		"interface Tap2\n ip address 10.0.0.2 255.0.0.0\n",
		0, 0, "Tap");
}

static void an_empty_text_is_the_default(void **state)
{
	struct config config, fresh;

	(void)state;
	config_init(&fresh);
	read_well("", &config);
	assert_true(config_equal(&config, &fresh));
	config_fini(&config);
	read_well("#!/usr/bin/env -S vipsh -f\nenable\nconfigure terminal\r\n! x\n end\n", &config);
	assert_true(config_equal(&config, &fresh));
	config_fini(&config);
	config_fini(&fresh);
}

static void what_was_in_the_config_is_replaced(void **state)
{
	struct config config;
	struct config_read_error error;

	(void)state;
	read_well(home, &config);
	assert_int_equal(running_config_read("hostname b\n", &config, &error), 0);
	assert_int_equal(config.interfaces.count, 0);
	assert_string_equal(config.hostname, "b");
	config_fini(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_reads_back_as_the_same),
		cmocka_unit_test(sections_are_parted_and_the_end_is_marked),
		cmocka_unit_test(an_error_is_named_by_line_and_column),
		cmocka_unit_test(a_configuration_wrong_as_a_whole_has_no_column),
		cmocka_unit_test(an_empty_text_is_the_default),
		cmocka_unit_test(what_was_in_the_config_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
