/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mapping and filtering (RFC 4787 s4.1, s5; RFC 5382 REQ-1, REQ-3): all nine combinations, for UDP
 * and TCP, set for all or for one list; and what becomes of live sessions when they change.
 */
#include "tests/unit/core/nat/fixture.h"

/** One remote endpoint, another port of its address, another address. */
enum { SAME, OTHER_PORT, OTHER_ADDRESS, REMOTES };

static const struct {
	ip4_t address;
	uint16_t port;
} remotes[REMOTES] = {{SERVER, 80}, {SERVER, 81}, {OTHER, 80}};

/** A first packet from inside to one of the remotes. Return: its external port. */
static uint16_t out(struct home *home, uint8_t proto, ip4_t local, uint16_t port, int to)
{
	ip4_t address = remotes[to].address;

	if (proto == IP_PROTO_UDP)
		return udp_out(home, local, port, address, remotes[to].port);
	return tcp_out(home, local, port, address, remotes[to].port, TCP_SYN);
}

/** A first packet from one of the remotes. Return: whether it came in. */
static bool comes_in(struct home *home, uint8_t proto, int from, uint16_t port)
{
	struct packet p;

	if (proto == IP_PROTO_UDP)
		return udp_in(home, remotes[from].address, remotes[from].port, port, &p) ==
		       VERDICT_NEXT;
	return tcp_in(home, remotes[from].address, remotes[from].port, port, TCP_SYN) ==
	       VERDICT_NEXT;
}

static bool should_share(uint8_t mapping, int to)
{
	return mapping == NAT_ENDPOINT_INDEPENDENT ||
	       (mapping == NAT_ADDRESS_DEPENDENT && to == OTHER_PORT);
}

static bool should_come_in(uint8_t filtering, int from)
{
	return from == SAME || filtering == NAT_ENDPOINT_INDEPENDENT ||
	       (filtering == NAT_ADDRESS_DEPENDENT && from == OTHER_PORT);
}

/** A host of its own speaks with the first remote, and then the others are tried. */
static void check_combination(struct home *home, uint8_t mapping, uint8_t filtering, uint8_t proto)
{
	for (int other = 0; other < REMOTES; other++) {
		uint16_t local = (uint16_t)(2000 + 100 * other + 10 * mapping + filtering);
		uint16_t port = out(home, proto, LAPTOP, local, SAME);

		if (comes_in(home, proto, other, port) != should_come_in(filtering, other))
			fail_msg("filtering %u, protocol %u, remote %d", filtering, proto, other);
		local += 1000;
		port = out(home, proto, LAPTOP, local, SAME);
		if (other != SAME && (out(home, proto, LAPTOP, local, other) == port) !=
					     should_share(mapping, other))
			fail_msg("mapping %u, protocol %u, remote %d", mapping, proto, other);
	}
}

static void u1_u8_nine_combinations_set_for_all(void **state)
{
	struct home *home = *state;

	for (uint8_t i = 0; i < NAT_BEHAVIOUR_COUNT * NAT_BEHAVIOUR_COUNT; i++) {
		home->config.nat.mapping = i / NAT_BEHAVIOUR_COUNT;
		home->config.nat.filtering = i % NAT_BEHAVIOUR_COUNT;
		home_configure(home);
		check_combination(home, home->config.nat.mapping, home->config.nat.filtering,
				  IP_PROTO_UDP);
		check_combination(home, home->config.nat.mapping, home->config.nat.filtering,
				  IP_PROTO_TCP);
	}
}

static void u1_u8_nine_combinations_of_a_list(void **state)
{
	struct home *home = *state;

	for (uint8_t i = 0; i < NAT_BEHAVIOUR_COUNT * NAT_BEHAVIOUR_COUNT; i++) {
		uint8_t mapping = i / NAT_BEHAVIOUR_COUNT, filtering = i % NAT_BEHAVIOUR_COUNT;

		/* the opposite for all others */
		home->config.nat.mapping = 2 - mapping;
		home->config.nat.filtering = 2 - filtering;
		home_behaviour(&home->config, "1", mapping, filtering);
		home_configure(home);
		check_combination(home, mapping, filtering, IP_PROTO_UDP);
		check_combination(home, mapping, filtering, IP_PROTO_TCP);
	}
}

static void u8_four_devices_with_four_presets_share_one_address(void **state)
{
	static const uint8_t presets[][2] = {
		{NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT},
		{NAT_ENDPOINT_INDEPENDENT, NAT_ADDRESS_DEPENDENT},
		{NAT_ENDPOINT_INDEPENDENT, NAT_ADDRESS_AND_PORT_DEPENDENT},
		{NAT_ADDRESS_AND_PORT_DEPENDENT, NAT_ADDRESS_AND_PORT_DEPENDENT},
	};
	static const uint8_t protocols[] = {IP_PROTO_UDP, IP_PROTO_TCP};
	struct home *home = *state;
	uint16_t ports[2][4];

	home_unsource(&home->config, "1");
	for (uint8_t i = 0; i < 4; i++) {
		char list[] = {(char)('5' + i), '\0'};

		home_acl(&home->config, list, IP4(192, 168, 1, 10 + i), IP4_ANY);
		home_source(&home->config, list, "HOME");
		home_behaviour(&home->config, list, presets[i][0], presets[i][1]);
	}
	home_configure(home);
	/* all speak at once, from the same port, and none learns of the other */
	for (int p = 0; p < 2; p++)
		for (uint8_t i = 0; i < 4; i++)
			ports[p][i] = out(home, protocols[p], IP4(192, 168, 1, 10 + i), 5000, SAME);
	for (int p = 0; p < 2; p++) {
		for (uint8_t i = 0; i < 4; i++) {
			ip4_t local = IP4(192, 168, 1, 10 + i);

			for (int from = 0; from < REMOTES; from++)
				assert_int_equal(comes_in(home, protocols[p], from, ports[p][i]),
						 should_come_in(presets[i][1], from));
			assert_int_equal(
				out(home, protocols[p], local, 6000 + i, SAME) ==
					out(home, protocols[p], local, 6000 + i, OTHER_ADDRESS),
				presets[i][0] == NAT_ENDPOINT_INDEPENDENT);
		}
	}
}

static void a_list_without_words_of_its_own_follows_the_global_ones(void **state)
{
	struct home *home = *state;

	home->config.nat.sources.at[0].has_mapping = true; /* but its filtering is the global */
	home->config.nat.mapping = NAT_ADDRESS_AND_PORT_DEPENDENT;
	home->config.nat.filtering = NAT_ENDPOINT_INDEPENDENT;
	home_configure(home);
	check_combination(home, NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT, IP_PROTO_UDP);
	home->config.nat.sources.at[0].has_mapping = false;
	home->config.nat.sources.at[0].has_filtering = true;
	home->config.nat.sources.at[0].filtering = NAT_ADDRESS_AND_PORT_DEPENDENT;
	home_configure(home);
	check_combination(home, NAT_ADDRESS_AND_PORT_DEPENDENT, NAT_ADDRESS_AND_PORT_DEPENDENT,
			  IP_PROTO_UDP);
}

static void a_change_of_filtering_holds_at_once_and_ends_nothing(void **state)
{
	struct home *home = *state;
	uint16_t port = out(home, IP_PROTO_UDP, LAPTOP, 5000, SAME);
	uint32_t sessions;

	home_behaviour(&home->config, "1", NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT);
	home_configure(home);
	assert_true(comes_in(home, IP_PROTO_UDP, OTHER_ADDRESS, port));
	sessions = session_count_now(home);
	home_behaviour(&home->config, "1", NAT_ENDPOINT_INDEPENDENT,
		       NAT_ADDRESS_AND_PORT_DEPENDENT);
	home_configure(home);
	assert_int_equal(session_count_now(home), sessions);
	assert_true(comes_in(home, IP_PROTO_UDP, SAME, port));
	assert_true(comes_in(home, IP_PROTO_UDP, OTHER_ADDRESS, port)); /* its session lives */
	assert_false(comes_in(home, IP_PROTO_UDP, OTHER_PORT, port));
}

static void a_change_of_mapping_holds_for_new_mappings(void **state)
{
	struct home *home = *state;
	uint16_t port = out(home, IP_PROTO_UDP, LAPTOP, 5000, SAME);

	home_behaviour(&home->config, "1", NAT_ADDRESS_AND_PORT_DEPENDENT, NAT_ADDRESS_DEPENDENT);
	home_configure(home);
	assert_int_equal(out(home, IP_PROTO_UDP, LAPTOP, 5000, SAME), port);
	assert_true(comes_in(home, IP_PROTO_UDP, SAME, port));
	assert_int_not_equal(out(home, IP_PROTO_UDP, LAPTOP, 5000, OTHER_PORT), port);
	/* and back: the old mapping is one that fits again */
	home_behaviour(&home->config, "1", NAT_ENDPOINT_INDEPENDENT, NAT_ADDRESS_DEPENDENT);
	home_configure(home);
	assert_int_equal(out(home, IP_PROTO_UDP, LAPTOP, 5000, OTHER_ADDRESS), port);
}

static void a_mapping_stays_with_its_rule_when_others_come_and_go(void **state)
{
	struct home *home = *state;
	uint16_t port;

	home_unsource(&home->config, "1");
	home_acl(&home->config, "5", LAPTOP, IP4_ANY);
	home_source(&home->config, "5", "HOME");
	home_behaviour(&home->config, "5", NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT);
	home_configure(home);
	port = out(home, IP_PROTO_UDP, LAPTOP, 5000, SAME);
	/* a rule before it that permits the device too, but is stricter: it has new mappings */
	home_source(&home->config, "1", "HOME");
	home_behaviour(&home->config, "1", NAT_ENDPOINT_INDEPENDENT,
		       NAT_ADDRESS_AND_PORT_DEPENDENT);
	home_configure(home);
	assert_true(comes_in(home, IP_PROTO_UDP, OTHER_ADDRESS, port));
	assert_int_not_equal(out(home, IP_PROTO_UDP, LAPTOP, 5000, OTHER_PORT), port);
	/* without its own rule it falls to the other one, and lives on under that one's filter */
	home_unsource(&home->config, "5");
	home_configure(home);
	assert_true(comes_in(home, IP_PROTO_UDP, SAME, port));
	assert_true(comes_in(home, IP_PROTO_UDP, OTHER_ADDRESS, port)); /* a session of before */
	assert_false(comes_in(home, IP_PROTO_UDP, OTHER_PORT, port));
	home_unsource(&home->config, "1");
	home_configure(home);
	assert_int_equal(session_count_now(home), 0);
}

static void rules_of_the_same_behaviour_and_address_share_a_mapping(void **state)
{
	struct home *home = *state;
	struct config_acl_line line = {.list = "101",
				       .permit = true,
				       .proto = IP_PROTO_UDP,
				       .address = LAPTOP,
				       .dst = OTHER,
				       .dst_care = IP4_BROADCAST};
	uint16_t port;

	/* what goes to OTHER goes by list 101, the rest by list 1300, which comes behind it */
	assert_int_equal(config_acl_add(&home->config, &line), 0);
	home_unsource(&home->config, "1");
	home_source(&home->config, "101", "HOME");
	home_acl(&home->config, "1300", LAPTOP, IP4_ANY);
	home_source(&home->config, "1300", "HOME");
	home_configure(home);
	port = out(home, IP_PROTO_UDP, LAPTOP, 5000, SAME);
	assert_int_equal(out(home, IP_PROTO_UDP, LAPTOP, 5000, OTHER_ADDRESS), port);
	/* with another filter it may not: who may answer depends on whom it speaks with */
	home_behaviour(&home->config, "101", NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT);
	home_configure(home);
	port = out(home, IP_PROTO_UDP, LAPTOP, 6000, SAME);
	assert_int_not_equal(out(home, IP_PROTO_UDP, LAPTOP, 6000, OTHER_ADDRESS), port);
	assert_false(comes_in(home, IP_PROTO_UDP, OTHER_ADDRESS, port));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
	const struct CMUnitTest tests[] = {
		TEST(u1_u8_nine_combinations_set_for_all),
		TEST(u1_u8_nine_combinations_of_a_list),
		TEST(u8_four_devices_with_four_presets_share_one_address),
		TEST(a_list_without_words_of_its_own_follows_the_global_ones),
		TEST(a_change_of_filtering_holds_at_once_and_ends_nothing),
		TEST(a_change_of_mapping_holds_for_new_mappings),
		TEST(a_mapping_stays_with_its_rule_when_others_come_and_go),
		TEST(rules_of_the_same_behaviour_and_address_share_a_mapping),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
