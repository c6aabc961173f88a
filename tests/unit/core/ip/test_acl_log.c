/* SPDX-License-Identifier: BSD-2-Clause */
/* The keyword log of access lists: which packets get a line, and what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/ip/acl_log.h"

static struct acl_log acl_log;
static struct event_queue events;
static const struct acl_list extended = {.name = "101", .extended = true};
static const struct acl_list standard = {.name = "1"};
static mono_ms_t now;

static int setup(void **state)
{
	static const struct hash_key key = {{1, 2}};

	(void)state;
	memset(&events, 0, sizeof(events));
	acl_log_init(&acl_log, &key);
	now = (mono_ms_t){500000};
	return 0;
}

static struct acl_key flow(uint8_t proto, uint16_t sport)
{
	return (struct acl_key){
		.src = IP4(1, 2, 3, 4),
		.dst = IP4(6, 7, 8, 9),
		.proto = proto,
		.sport = sport,
		.dport = 80,
	};
}

static void packet(const struct acl_list *list, bool permit, struct acl_key key)
{
	acl_log_packet(&acl_log, list, permit, &key, &events, now);
}

/* The next line, as the log shows it; "" none. */
static const char *line(void)
{
	static char text[256];
	struct event event;

	text[0] = '\0';
	if (event_pop(&events, &event))
		snprintf(text, sizeof(text), "%%%s-%d-%s: %s", event.facility, event.severity,
			 event.mnemonic, event.text);
	return text;
}

static void the_first_packet_of_a_flow_gets_a_line(void **state)
{
	(void)state;
	packet(&extended, false, flow(6, 5));
	assert_string_equal(line(), "%SEC-6-IPACCESSLOGP: list 101 denied tcp 1.2.3.4(5) -> "
				    "6.7.8.9(80), 1 packet");
	packet(&extended, false, flow(6, 5));
	assert_string_equal(line(), "");
	packet(&extended, true, flow(17, 5));
	assert_string_equal(line(), "%SEC-6-IPACCESSLOGP: list 101 permitted udp 1.2.3.4(5) -> "
				    "6.7.8.9(80), 1 packet");
}

static void what_has_no_ports_is_told_without(void **state)
{
	struct acl_key icmp = {.src = IP4(1, 2, 3, 4), .dst = IP4(6, 7, 8, 9), .proto = 1};

	(void)state;
	icmp.icmp_type = 8;
	packet(&extended, false, icmp);
	assert_string_equal(line(), "%SEC-6-IPACCESSLOGDP: list 101 denied icmp 1.2.3.4 -> "
				    "6.7.8.9 (8/0), 1 packet");
	icmp.proto = 47;
	icmp.icmp_type = 0;
	packet(&extended, false, icmp);
	assert_string_equal(
		line(), "%SEC-6-IPACCESSLOGNP: list 101 denied 47 1.2.3.4 -> 6.7.8.9, 1 packet");
	packet(&standard, false, flow(6, 5));
	assert_string_equal(line(), "%SEC-6-IPACCESSLOGS: list 1 denied 1.2.3.4 1 packet");
	packet(&standard, false, flow(6, 6)); /* the source is all that the list looks at */
	assert_string_equal(line(), "");
}

static void a_flow_is_told_of_again_after_five_minutes_with_its_count(void **state)
{
	(void)state;
	packet(&extended, false, flow(6, 5));
	line();
	for (int i = 0; i < 7; i++) {
		now = mono_add_s(now, 42); /* 294 s in all */
		packet(&extended, false, flow(6, 5));
		assert_string_equal(line(), "");
	}
	now = mono_add_s(now, 6);
	packet(&extended, false, flow(6, 5));
	assert_string_equal(line(), "%SEC-6-IPACCESSLOGP: list 101 denied tcp 1.2.3.4(5) -> "
				    "6.7.8.9(80), 8 packets");
	packet(&extended, false, flow(6, 5));
	assert_string_equal(line(), "");
}

static void lines_are_limited_in_rate_and_the_missed_are_counted(void **state)
{
	unsigned int lines = 0;

	(void)state;
	for (uint16_t port = 1; port <= 100; port++)
		packet(&extended, false, flow(6, port));
	while (*line())
		lines++;
	assert_int_equal(lines, ACL_LOG_BURST);
	now = mono_add_s(now, 1);
	packet(&extended, false, flow(6, 1000));
	assert_string_equal(
		line(),
		"%SEC-6-IPACCESSLOGRL: access-list logging rate-limited or missed 80 packets");
	assert_string_equal(line(), "%SEC-6-IPACCESSLOGP: list 101 denied tcp 1.2.3.4(1000) -> "
				    "6.7.8.9(80), 1 packet");
	for (uint16_t port = 2000; port < 2100; port++)
		packet(&extended, false, flow(6, port));
	for (lines = 0; *line();)
		lines++;
	assert_int_equal(lines, ACL_LOG_RATE - 1);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_packet_of_a_flow_gets_a_line),
		TEST(what_has_no_ports_is_told_without),
		TEST(a_flow_is_told_of_again_after_five_minutes_with_its_count),
		TEST(lines_are_limited_in_rate_and_the_missed_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
