/* SPDX-License-Identifier: BSD-2-Clause */
/* What shows see: the walk, counters, and `clear`. */
#include "tests/unit/core/nat/fixture.h"

static void walk_shows_statics_first_then_each_session_once(void **state)
{
	struct home *home = *state;
	struct config_nat_static rule = home_static(IP_PROTO_TCP, TV, 80, 8080);
	struct nat_entry entry;
	uint64_t cursor = 0;
	bool seen[100] = {false};

	assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
	home_configure(home);
	for (uint16_t n = 0; n < 100; n++)
		udp_out(home, LAPTOP, 5000, SERVER, n);
	assert_true(nat_next_entry(home->nat, &cursor, &entry, home->now));
	assert_true(entry.entry_static);
	assert_int_equal(entry.local.host, TV.host);
	assert_int_equal(entry.local_port, 80);
	assert_int_equal(entry.global.host, VIP.host);
	assert_int_equal(entry.global_port, 8080);
	assert_int_equal(entry.remote.host, 0);
	for (unsigned int n = 0; nat_next_entry(home->nat, &cursor, &entry, home->now); n++) {
		assert_false(entry.entry_static);
		assert_false(seen[entry.remote_port]);
		seen[entry.remote_port] = true;
		/* meanwhile one that was shown goes, and its record is used again */
		if (n == 30) {
			struct nat_match match = {.remote_port = entry.remote_port};

			assert_int_equal(nat_clear(home->nat, &match, home->now), 1);
		}
	}
	for (unsigned int n = 0; n < 100; n++)
		assert_true(seen[n]);
}

static void walk_leaves_out_the_dead(void **state)
{
	struct home *home = *state;
	struct nat_entry entry;
	uint64_t cursor = 0;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	home_wait(home, 301);
	assert_false(nat_next_entry(home->nat, &cursor, &entry, home->now));
}

static void entry_tells_age_idleness_and_traffic(void **state)
{
	struct home *home = *state;
	struct packet p;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	home_wait(home, 40);
	assert_int_equal(udp_in(home, SERVER, 80, 5000, &p), VERDICT_NEXT);
	home_wait(home, 20);

	struct nat_entry entry = only_session(home);

	assert_in_range(entry.age_s, 59, 60);
	assert_in_range(entry.idle_s, 19, 20);
	assert_in_range(entry.left_s, 239, 241);
	assert_int_equal(entry.packets_in, 1);
	assert_int_equal(entry.bytes_in, 41);
	assert_int_equal(entry.proto, IP_PROTO_UDP);
	assert_string_equal(entry.state, "");
}

static void packet_counters_count_beyond_32_bits(void **state)
{
	struct home *home = *state;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	nat_session_at(home->nat, 1)->packets_out = UINT32_MAX;
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	assert_true(only_session(home).packets_out == (UINT64_C(1) << 32) + 1);
}

static void counters_add_up(void **state)
{
	struct home *home = *state;
	struct nat_stats stats;
	struct nat_public_stats public;
	struct packet p;

	udp_out(home, LAPTOP, 5000, SERVER, 1);
	udp_out(home, LAPTOP, 5000, SERVER, 2);
	udp_out(home, LAPTOP, 5000, SERVER, 2);
	udp_out(home, PHONE, 5001, SERVER, 1);
	tcp_out(home, PHONE, 5001, SERVER, 1, TCP_SYN);
	packet_echo(home, &p, ICMP_ECHO, PHONE, SERVER, 1);
	send_out(home, &p);

	nat_stats(home->nat, &stats);
	assert_int_equal(stats.sessions, 5);
	assert_int_equal(stats.misses, 5);
	assert_int_equal(stats.hits, 1);
	assert_int_equal(stats.udp, 3);
	assert_int_equal(stats.tcp, 1);
	assert_int_equal(stats.icmp, 1);
	assert_int_equal(stats.peak, 5);
	assert_int_equal(stats.capacity, 100000);
	nat_public_stats(home->nat, VIP, &public);
	assert_int_equal(public.sessions, 5);
	assert_int_equal(public.udp_ports, 2);
	assert_int_equal(public.tcp_ports, 1);
	assert_int_equal(public.icmp_ids, 1);
	nat_public_stats(home->nat, OTHER, &public);
	assert_int_equal(public.sessions, 0);
	assert_int_equal(nat_host_sessions(home->nat, LAPTOP, VIP), 2);
	assert_int_equal(nat_host_sessions(home->nat, PHONE, VIP), 3);
	assert_int_equal(nat_host_sessions(home->nat, TV, VIP), 0);
	assert_int_equal(nat_host_sessions(home->nat, PHONE, OTHER), 0);

	nat_clear_stats(home->nat, home->now);
	nat_stats(home->nat, &stats);
	assert_int_equal(stats.sessions, 5);
	assert_int_equal(stats.hits + stats.misses + stats.created, 0);
}

static void clear_ends_what_matches_and_nothing_else(void **state)
{
	struct home *home = *state;

	udp_out(home, LAPTOP, 5000, SERVER, 1);
	udp_out(home, LAPTOP, 5000, OTHER, 1);
	udp_out(home, PHONE, 5001, SERVER, 1);
	tcp_out(home, PHONE, 5001, SERVER, 1, TCP_SYN);
	assert_int_equal(nat_clear(home->nat,
				   &(struct nat_match){.proto = IP_PROTO_UDP,
						       .local = LAPTOP,
						       .local_port = 5000,
						       .global = VIP,
						       .global_port = 5000,
						       .remote = OTHER,
						       .remote_port = 1},
				   home->now),
			 1);
	assert_int_equal(nat_clear(home->nat, &(struct nat_match){.local = PHONE}, home->now), 2);
	assert_int_equal(only_session(home).local.host, LAPTOP.host);
	assert_int_equal(nat_clear(home->nat, &(struct nat_match){.remote = OTHER}, home->now), 0);
	assert_int_equal(nat_clear(home->nat, &(struct nat_match){0}, home->now), 1);
	assert_int_equal(session_count_now(home), 0);
	assert_int_equal(nat_host_sessions(home->nat, LAPTOP, VIP), 0);
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(walk_shows_statics_first_then_each_session_once),
		HOME_TEST(walk_leaves_out_the_dead),
		HOME_TEST(entry_tells_age_idleness_and_traffic),
		HOME_TEST(packet_counters_count_beyond_32_bits),
		HOME_TEST(counters_add_up),
		HOME_TEST(clear_ends_what_matches_and_nothing_else),
	};

	return cmocka_run_group_tests_name("nat/look", tests, NULL, NULL);
}
