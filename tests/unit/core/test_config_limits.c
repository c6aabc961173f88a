/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits and timers of NAT within a configuration: order, equality, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/config.h"

static int set_up(void **state)
{
	struct config *config = calloc(1, sizeof(*config));

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

static struct config_nat_limit limit_of(enum config_limit_what what, ip4_t address,
					const char *list, uint32_t value)
{
	struct config_nat_limit limit = {
		.what = (uint8_t)what,
		.scope = list[0] ? CONFIG_LIMIT_LIST : CONFIG_LIMIT_ALL_HOST,
		.address = address,
		.value = value,
	};

	if (!ip4_is_any(address))
		limit.scope = CONFIG_LIMIT_HOST;
	snprintf(limit.list, sizeof(limit.list), "%s", list);
	return limit;
}

static void add(struct config *config, enum config_limit_what what, ip4_t address, const char *list,
		uint32_t value)
{
	struct config_nat_limit limit = limit_of(what, address, list, value);

	assert_int_equal(config_nat_limit_add(config, &limit), 0);
}

static void limits_have_one_order_however_they_were_typed(void **state)
{
	struct config *config = *state, other;

	add(config, CONFIG_LIMIT_RATE, IP4_ANY, "", 5);
	add(config, CONFIG_LIMIT_ENTRIES, IP4_ANY, "10", 4);
	add(config, CONFIG_LIMIT_ENTRIES, IP4_ANY, "2", 3);
	add(config, CONFIG_LIMIT_ENTRIES, IP4(192, 168, 1, 9), "", 2);
	add(config, CONFIG_LIMIT_ENTRIES, IP4(192, 168, 1, 8), "", 2);
	add(config, CONFIG_LIMIT_ENTRIES, IP4_ANY, "", 1);
	config_init(&other);
	add(&other, CONFIG_LIMIT_ENTRIES, IP4_ANY, "", 1);
	add(&other, CONFIG_LIMIT_ENTRIES, IP4(192, 168, 1, 8), "", 2);
	add(&other, CONFIG_LIMIT_ENTRIES, IP4(192, 168, 1, 9), "", 7);
	add(&other, CONFIG_LIMIT_ENTRIES, IP4_ANY, "2", 3);
	add(&other, CONFIG_LIMIT_ENTRIES, IP4_ANY, "10", 4);
	add(&other, CONFIG_LIMIT_RATE, IP4_ANY, "", 5);
	assert_false(config_equal(config, &other));
	add(&other, CONFIG_LIMIT_ENTRIES, IP4(192, 168, 1, 9), "", 2); /* takes the other's place */
	assert_true(config_equal(config, &other));
	assert_int_equal(other.nat.limits.count, 6);
	config_fini(&other);
}

static void a_limit_is_removed_by_what_it_limits(void **state)
{
	struct config *config = *state;
	struct config_nat_limit key = limit_of(CONFIG_LIMIT_PORTS, IP4(10, 0, 0, 1), "", 0);

	add(config, CONFIG_LIMIT_PORTS, IP4(10, 0, 0, 1), "", 9);
	add(config, CONFIG_LIMIT_PORTS, IP4(10, 0, 0, 2), "", 9);
	assert_int_equal(config_nat_limit_remove(config, &key), 0);
	assert_int_equal(config_nat_limit_remove(config, &key), -ENOENT);
	assert_int_equal(config->nat.limits.count, 1);
	assert_int_equal(config->nat.limits.at[0].address.host, IP4(10, 0, 0, 2).host);
}

static void a_copy_has_the_limits_and_timers_too(void **state)
{
	struct config *config = *state, copy;
	struct config_nat_port_timeout timeout = {.proto = 17, .port = 123, .seconds = 30};

	add(config, CONFIG_LIMIT_RATE, IP4_ANY, "2", 5);
	assert_int_equal(config_nat_port_timeout_add(config, &timeout), 0);
	config->nat.unsafe_timers = true;
	config_init(&copy);
	assert_int_equal(config_copy(&copy, config), 0);
	assert_true(config_equal(&copy, config));
	copy.nat.unsafe_timers = false;
	assert_false(config_equal(&copy, config));
	copy.nat.unsafe_timers = true;
	copy.nat.port_timeouts.at[0].seconds++;
	assert_false(config_equal(&copy, config));
	config_fini(&copy);
}

static void timers_of_ports_are_by_protocol_and_port(void **state)
{
	struct config *config = *state;
	struct config_nat_port_timeout timeouts[] = {
		{17, 123, 1}, {6, 80, 7440}, {17, 53, 1}, {6, 22, UINT32_MAX}, {17, 53, 2}};

	for (unsigned int i = 0; i < ARRAY_COUNT(timeouts); i++)
		assert_int_equal(config_nat_port_timeout_add(config, &timeouts[i]), 0);
	assert_int_equal(config->nat.port_timeouts.count, 4);
	assert_int_equal(config->nat.port_timeouts.at[0].port, 22);
	assert_int_equal(config->nat.port_timeouts.at[1].port, 80);
	assert_int_equal(config->nat.port_timeouts.at[2].port, 53);
	assert_int_equal(config->nat.port_timeouts.at[2].seconds, 2);
	assert_int_equal(config_nat_port_timeout_remove(config, 6, 53), -ENOENT);
	assert_int_equal(config_nat_port_timeout_remove(config, 17, 53), 0);
	assert_int_equal(config->nat.port_timeouts.count, 3);
}

/* ---- least values ----------------------------------------------------------------------- */

static void assert_refused(struct config *config, const char *text)
{
	struct config_error error;

	assert_int_equal(config_check(config, &error), -EINVAL);
	assert_string_equal(error.text, text);
	config->nat.unsafe_timers = true;
	assert_int_equal(config_check(config, &error), 0);
	config->nat.unsafe_timers = false;
}

static void u5_t5_i2_a_timer_below_the_least_of_its_rfc_is_refused(void **state)
{
	static const struct {
		enum nat_timeout which;
		uint32_t least;
		const char *name, *rfc;
	} timers[] = {
		{NAT_TIMEOUT_UDP, 120, "udp-timeout", "RFC 4787 REQ-5"},
		{NAT_TIMEOUT_TCP, 7440, "tcp-timeout", "RFC 5382 REQ-5"},
		{NAT_TIMEOUT_FINRST, 240, "finrst-timeout", "RFC 5382 REQ-5"},
		{NAT_TIMEOUT_SYN, 240, "syn-timeout", "RFC 5382 REQ-5"},
		{NAT_TIMEOUT_ICMP, 60, "icmp-timeout", "RFC 5508 REQ-2"},
	};
	struct config *config = *state;
	struct config_error error;
	char text[256];

	for (unsigned int i = 0; i < ARRAY_COUNT(timers); i++) {
		uint32_t *timer = &config->nat.timeout_s[timers[i].which];

		*timer = timers[i].least;
		assert_int_equal(config_check(config, &error), 0);
		*timer = timers[i].least - 1;
		snprintf(text, sizeof(text),
			 "ip nat translation %s %u: %s asks for %u seconds at least; \"ip nat "
			 "timers unsafe\" lets a laboratory have less",
			 timers[i].name, *timer, timers[i].rfc, timers[i].least);
		assert_refused(config, text);
		*timer = UINT32_MAX;
		assert_int_equal(config_check(config, &error), 0);
	}
	/* RFC 4787 REQ-5a: a well-known port may have what fits its application */
	config->nat.timeout_s[NAT_TIMEOUT_DNS] = 1;
	assert_int_equal(config_check(config, &error), 0);
}

static void u5_of_udp_only_well_known_ports_may_have_shorter_timers(void **state)
{
	struct config_nat_port_timeout timeout = {.proto = 17, .port = 1023, .seconds = 1};
	struct config *config = *state;
	struct config_error error;

	config_nat_port_timeout_add(config, &timeout);
	assert_int_equal(config_check(config, &error), 0);
	timeout.port = 1024;
	timeout.seconds = 119;
	config_nat_port_timeout_add(config, &timeout);
	assert_refused(config, "ip nat translation port-timeout udp 1024 119: RFC 4787 REQ-5 asks "
			       "for 120 seconds at least; \"ip nat timers unsafe\" lets a "
			       "laboratory have less");
	timeout.seconds = 120;
	config_nat_port_timeout_add(config, &timeout);
	assert_int_equal(config_check(config, &error), 0);
}

static void t5_no_port_of_tcp_may_have_a_shorter_timer(void **state)
{
	struct config_nat_port_timeout timeout = {.proto = 6, .port = 80, .seconds = 7439};
	struct config *config = *state;

	config_nat_port_timeout_add(config, &timeout);
	assert_refused(config, "ip nat translation port-timeout tcp 80 7439: RFC 5382 REQ-5 asks "
			       "for 7440 seconds at least; \"ip nat timers unsafe\" lets a "
			       "laboratory have less");
}

static void a_limit_takes_a_standard_list(void **state)
{
	struct config *config = *state;
	struct config_error error;

	add(config, CONFIG_LIMIT_RATE, IP4_ANY, "GUESTS", 5);
	assert_int_equal(config_check(config, &error), 0); /* no such list: nobody is on it */
	assert_non_null(config_acl_get(config, "GUESTS", true));
	assert_int_equal(config_check(config, &error), -EINVAL);
	assert_string_equal(error.text, "ip nat translation max-rate list GUESTS: access list "
					"GUESTS is extended; a limit looks at the address of the "
					"device alone, which takes a standard one");
}

#define LIMITS_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIMITS_TEST(limits_have_one_order_however_they_were_typed),
		LIMITS_TEST(a_limit_is_removed_by_what_it_limits),
		LIMITS_TEST(a_copy_has_the_limits_and_timers_too),
		LIMITS_TEST(timers_of_ports_are_by_protocol_and_port),
		LIMITS_TEST(u5_t5_i2_a_timer_below_the_least_of_its_rfc_is_refused),
		LIMITS_TEST(u5_of_udp_only_well_known_ports_may_have_shorter_timers),
		LIMITS_TEST(t5_no_port_of_tcp_may_have_a_shorter_timer),
		LIMITS_TEST(a_limit_takes_a_standard_list),
	};

	return cmocka_run_group_tests_name("config_limits", tests, NULL, NULL);
}
