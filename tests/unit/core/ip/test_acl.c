/* SPDX-License-Identifier: BSD-2-Clause */
/* Access lists at work: which line decides, and what is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ip/acl.h"
#include "core/wire/tcp.h"

#define HOST   IP4(192, 168, 1, 10)
#define SERVER IP4(203, 0, 113, 80)

static struct config config;
static struct acl_set set;

static int setup(void **state)
{
	(void)state;
	config_init(&config);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	acl_set_fini(&set);
	config_fini(&config);
	return 0;
}

/* An entry of list 101 for any source; the rest is the test's. */
#define ENTRY(...)                                                                                 \
	add(&(struct config_acl_line){.list = "101", .wildcard = IP4_BROADCAST, __VA_ARGS__})

static void add(const struct config_acl_line *line)
{
	assert_int_equal(config_acl_add(&config, line), 0);
}

static void compile(void)
{
	struct acl_set before = set;

	memset(&set, 0, sizeof(set));
	assert_int_equal(acl_set_compile(&set, &config, &before), 0);
	acl_set_fini(&before);
}

static struct acl_result ask(const struct acl_key *key)
{
	return acl_match(&set, acl_find(&set, "101"), key);
}

static bool permits(const struct acl_key *key)
{
	return acl_look(&set, acl_find(&set, "101"), key).permit;
}

/* A segment from the host to the server's port 80, changed as the test wants. */
#define TCP_KEY(...)                                                                               \
	({                                                                                         \
		static struct acl_key key;                                                         \
		key = (struct acl_key){                                                            \
			.src = HOST, .dst = SERVER, .proto = 6, .sport = 40000, .dport = 80};      \
		__VA_ARGS__;                                                                       \
		&key;                                                                              \
	})

static void the_first_line_that_matches_decides(void **state)
{
	struct acl_result result;

	(void)state;
	ENTRY(.dst = SERVER, .dst_care = IP4_BROADCAST, .log = true);
	ENTRY(.permit = true);
	compile();
	result = ask(TCP_KEY());
	assert_false(result.permit);
	assert_true(result.log);
	assert_int_equal(result.sequence, 10);
	result = ask(TCP_KEY(key.dst = HOST));
	assert_true(result.permit);
	assert_false(result.log);
	assert_int_equal(result.sequence, 20);
}

static void what_no_line_matches_is_denied_by_none(void **state)
{
	(void)state;
	ENTRY(.permit = true, .proto = 17);
	compile();
	assert_false(ask(TCP_KEY()).permit);
	assert_int_equal(ask(TCP_KEY()).sequence, 0);
}

static void a_list_that_is_empty_or_not_there_is_known_as_such(void **state)
{
	(void)state;
	assert_non_null(config_acl_get(&config, "EMPTY", true));
	add(&(struct config_acl_line){.list = "NOTE", .remark = "no entry"});
	ENTRY(.permit = true);
	compile();
	assert_true(acl_is_empty(&set, acl_find(&set, "EMPTY")));
	assert_true(acl_is_empty(&set, acl_find(&set, "NOTE")));
	assert_true(acl_is_empty(&set, acl_find(&set, "102")));
	assert_false(acl_is_empty(&set, acl_find(&set, "101")));
	assert_int_equal(acl_find(&set, "102"), ACL_NONE);
	assert_false(acl_match(&set, ACL_NONE, TCP_KEY()).permit);
	assert_false(acl_match(&set, acl_find(&set, "EMPTY"), TCP_KEY()).permit);
}

static void a_standard_list_looks_at_the_source_alone(void **state)
{
	(void)state;
	add(&(struct config_acl_line){.list = "1", .address = HOST});
	add(&(struct config_acl_line){.list = "1",
				      .permit = true,
				      .address = IP4(192, 168, 1, 0),
				      .wildcard = IP4(0, 0, 0, 255)});
	compile();
	assert_false(acl_match(&set, acl_find(&set, "1"), TCP_KEY()).permit);
	assert_true(acl_match(&set, acl_find(&set, "1"), TCP_KEY(key.src = IP4(192, 168, 1, 11)))
			    .permit);
}

static void wildcards_need_not_be_contiguous(void **state)
{
	(void)state;
	ENTRY(.permit = true, .dst = IP4(203, 0, 0, 80), .dst_care = IP4(255, 0, 255, 255));
	compile();
	assert_true(permits(TCP_KEY(key.dst = IP4(203, 77, 0, 80))));
	assert_false(permits(TCP_KEY(key.dst = IP4(203, 77, 1, 80))));
}

static void a_port_is_compared_as_its_operator_says(void **state)
{
	static const struct {
		struct config_ports ports;
		uint16_t in[3], out[3]; /* the first may stand thrice */
	} cases[] = {
		{{CONFIG_PORT_EQ, 80, 0}, {80, 80, 80}, {79, 81, 0}},
		{{CONFIG_PORT_NEQ, 80, 0}, {79, 81, 0}, {80, 80, 80}},
		{{CONFIG_PORT_NEQ, 0, 0}, {1, 2, 65535}, {0, 0, 0}},
		{{CONFIG_PORT_NEQ, 65535, 0}, {0, 1, 65534}, {65535, 65535, 65535}},
		{{CONFIG_PORT_LT, 80, 0}, {0, 1, 79}, {80, 81, 65535}},
		{{CONFIG_PORT_GT, 80, 0}, {81, 100, 65535}, {0, 79, 80}},
		{{CONFIG_PORT_RANGE, 80, 90}, {80, 85, 90}, {79, 91, 0}},
	};
	struct config_acl_line line = {
		.list = "101", .permit = true, .wildcard = IP4_BROADCAST, .proto = 6};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_COUNT(cases); i++) {
		bool source = i & 1;

		line.sport = source ? cases[i / 2].ports : (struct config_ports){0};
		line.dport = source ? (struct config_ports){0} : cases[i / 2].ports;
		config_acl_remove_list(&config, "101");
		add(&line);
		compile();
		for (int n = 0; n < 3; n++) {
			uint16_t in = cases[i / 2].in[n], out = cases[i / 2].out[n];

			assert_true(permits(source ? TCP_KEY(key.sport = in)
						   : TCP_KEY(key.dport = in)));
			assert_false(permits(source ? TCP_KEY(key.sport = out)
						    : TCP_KEY(key.dport = out)));
		}
	}
}

static void no_port_is_below_the_lowest_or_above_the_highest(void **state)
{
	(void)state;
	ENTRY(.permit = true, .proto = 6, .dport = {CONFIG_PORT_LT, 0, 0});
	ENTRY(.permit = true, .proto = 6, .dport = {CONFIG_PORT_GT, 65535, 0});
	compile();
	for (uint32_t port = 0; port <= UINT16_MAX; port++)
		assert_false(permits(TCP_KEY(key.dport = (uint16_t)port)));
}

static void established_is_a_segment_with_ack_or_rst(void **state)
{
	(void)state;
	ENTRY(.permit = true, .proto = 6, .established = true);
	compile();
	assert_false(permits(TCP_KEY(key.tcp_flags = TCP_SYN)));
	assert_true(permits(TCP_KEY(key.tcp_flags = TCP_SYN | TCP_ACK)));
	assert_true(permits(TCP_KEY(key.tcp_flags = TCP_RST)));
	assert_false(permits(TCP_KEY(key.tcp_flags = TCP_FIN)));
}

static void icmp_is_compared_by_type_and_code(void **state)
{
	struct acl_key key = {.src = HOST, .dst = SERVER, .proto = 1, .icmp_type = 8};

	(void)state;
	ENTRY(.permit = true, .proto = 1, .icmp_match = CONFIG_ICMP_TYPE, .icmp_type = 8);
	ENTRY(.permit = true, .proto = 1, .icmp_match = CONFIG_ICMP_TYPE_CODE, .icmp_type = 3,
	      .icmp_code = 4);
	compile();
	assert_true(permits(&key));
	key.icmp_code = 7;
	assert_true(permits(&key));
	key.icmp_type = 3;
	assert_false(permits(&key));
	key.icmp_code = 4;
	assert_true(permits(&key));
}

static void a_later_fragment_passes_a_permit_with_ports_and_not_a_deny(void **state)
{
	const struct acl_key later = {
		.src = HOST, .dst = SERVER, .proto = 6, .fragment_offset = 1480};

	(void)state;
	ENTRY(.proto = 6, .dport = {CONFIG_PORT_EQ, 80, 0});
	ENTRY(.permit = true, .proto = 6, .dport = {CONFIG_PORT_EQ, 443, 0});
	compile();
	assert_false(permits(TCP_KEY()));
	assert_true(permits(&later));
	assert_int_equal(ask(&later).sequence, 20);
	assert_false(permits(TCP_KEY(key.proto = 17; key.fragment_offset = 1480)));
}

static void fragments_are_the_pieces_behind_the_first(void **state)
{
	(void)state;
	ENTRY(.fragments = true);
	ENTRY(.permit = true);
	compile();
	assert_true(permits(TCP_KEY()));
	assert_false(permits(TCP_KEY(key.fragment_offset = 8)));
}

static void each_line_counts_the_packets_it_decided(void **state)
{
	(void)state;
	ENTRY(.permit = true, .proto = 6);
	ENTRY(.proto = 17);
	compile();
	ask(TCP_KEY());
	ask(TCP_KEY());
	ask(TCP_KEY(key.proto = 17));
	permits(TCP_KEY()); /* a look is no packet */
	assert_int_equal(acl_set_hits(&set, "101", 10), 2);
	assert_int_equal(acl_set_hits(&set, "101", 20), 1);
	assert_int_equal(acl_set_hits(&set, "101", 30), 0);
	assert_int_equal(acl_set_hits(&set, "102", 10), 0);
	acl_set_clear(&set, "102");
	assert_int_equal(acl_set_hits(&set, "101", 10), 2);
	acl_set_clear(&set, "101");
	assert_int_equal(acl_set_hits(&set, "101", 10), 0);
}

static void a_line_that_stays_keeps_its_count(void **state)
{
	(void)state;
	ENTRY(.permit = true, .proto = 6);
	ENTRY(.permit = true, .proto = 17);
	compile();
	ask(TCP_KEY());
	ask(TCP_KEY(key.proto = 17));
	ENTRY(.proto = 1);
	ENTRY(.sequence = 5, .proto = 47);
	compile();
	assert_int_equal(acl_set_hits(&set, "101", 10), 1);
	assert_int_equal(config_acl_resequence(&config, "101", 1, 1), 0);
	compile();
	assert_int_equal(acl_set_hits(&set, "101", 1), 0);
	assert_int_equal(acl_set_hits(&set, "101", 2), 1);
	assert_int_equal(acl_set_hits(&set, "101", 3), 1);
	config_acl_remove_sequence(&config, "101", 2);
	ENTRY(.sequence = 2, .proto = 6, .established = true, .permit = true);
	compile();
	assert_int_equal(acl_set_hits(&set, "101", 2), 0);
}

static void a_key_is_what_stands_in_the_packet(void **state)
{
	uint8_t bytes[40] = {[20] = 8, [21] = 3};
	struct frame f = {.data = bytes,
			  .l4 = 20,
			  .end = 40,
			  .src = HOST,
			  .dst = SERVER,
			  .proto = 1,
			  .sport = 7,
			  .dport = 7};
	struct acl_key key;

	(void)state;
	acl_key_of(&f, &key);
	assert_int_equal(key.src.host, HOST.host);
	assert_int_equal(key.dst.host, SERVER.host);
	assert_int_equal(key.icmp_type, 8);
	assert_int_equal(key.icmp_code, 3);
	assert_int_equal(key.sport, 0); /* an identifier is no port */
	f.proto = 6;
	bytes[33] = TCP_SYN;
	acl_key_of(&f, &key);
	assert_int_equal(key.sport, 7);
	assert_int_equal(key.tcp_flags, TCP_SYN);
	assert_int_equal(key.icmp_type, 0);
	f.fragment_offset = 8;
	acl_key_of(&f, &key);
	assert_int_equal(key.sport, 0);
	assert_int_equal(key.tcp_flags, 0);
	assert_int_equal(key.fragment_offset, 8);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_line_that_matches_decides),
		TEST(what_no_line_matches_is_denied_by_none),
		TEST(a_list_that_is_empty_or_not_there_is_known_as_such),
		TEST(a_standard_list_looks_at_the_source_alone),
		TEST(wildcards_need_not_be_contiguous),
		TEST(a_port_is_compared_as_its_operator_says),
		TEST(no_port_is_below_the_lowest_or_above_the_highest),
		TEST(established_is_a_segment_with_ack_or_rst),
		TEST(icmp_is_compared_by_type_and_code),
		TEST(a_later_fragment_passes_a_permit_with_ports_and_not_a_deny),
		TEST(fragments_are_the_pieces_behind_the_first),
		TEST(each_line_counts_the_packets_it_decided),
		TEST(a_line_that_stays_keeps_its_count),
		TEST(a_key_is_what_stands_in_the_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
