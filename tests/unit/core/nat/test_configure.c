/* SPDX-License-Identifier: BSD-2-Clause */
/* New rules: what they still allow lives on, the rest ends; access lists decide in their order. */
#include "tests/unit/core/nat/fixture.h"

static void add_static(struct home *home, uint8_t proto, ip4_t local, uint16_t local_port,
		       uint16_t global_port)
{
	struct config_nat_static rule = home_static(proto, local, local_port, global_port);

	assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
}

static void remove_static(struct home *home, uint8_t proto, ip4_t local, uint16_t local_port,
			  uint16_t global_port)
{
	struct config_nat_static rule = home_static(proto, local, local_port, global_port);

	assert_int_equal(config_nat_static_remove(&home->config, &rule), 0);
}

static void sessions_live_through_a_change_that_still_allows_them(void **state)
{
	struct home *home = *state;
	struct packet p;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_SYN);
	add_static(home, IP_PROTO_TCP, TV, 80, 8080);
	home_vip(&home->config, "SECOND", IP4(203, 0, 113, 11));
	home_acl(&home->config, "2", IP4(10, 0, 0, 0), IP4(0, 255, 255, 255));
	home_source(&home->config, "2", "SECOND");
	home->config.nat.max_entries = 5000;
	home_configure(home);
	assert_int_equal(session_count_now(home), 2);
	assert_int_equal(udp_in(home, SERVER, 80, 5000, &p), VERDICT_NEXT);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_SYN | TCP_ACK), VERDICT_NEXT);
	assert_true(nat_is_public(home->nat, IP4(203, 0, 113, 11)));
}

static void sessions_end_with_their_rule(void **state)
{
	struct home *home = *state;
	struct config_nat_source source = {.list = "1", .public = home_public("HOME")};
	struct packet p;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(config_nat_source_remove(&home->config, &source), 0);
	home_configure(home);
	assert_int_equal(session_count_now(home), 0);
	assert_false(nat_is_public(home->nat, VIP));
	packet_udp(home, &p, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, LAPTOP.host);
	/* and the same rule again begins anew */
	home_source(&home->config, "1", "HOME");
	home_configure(home);
	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 80), 5000);
}

static void sessions_of_a_host_end_when_its_public_address_changes(void **state)
{
	struct home *home = *state;
	struct config_nat_source source = {.list = "1", .public = home_public("HOME")};
	struct packet p;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	home_vip(&home->config, "SECOND", IP4(203, 0, 113, 11));
	assert_int_equal(config_nat_source_remove(&home->config, &source), 0);
	home_source(&home->config, "1", "SECOND");
	home_configure(home);
	assert_int_equal(session_count_now(home), 0);
	packet_udp(home, &p, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, IP4(203, 0, 113, 11).host);
	packet_check(&p);
}

static void new_static_forward_takes_its_port_from_another(void **state)
{
	struct home *home = *state;
	struct packet p;

	udp_out(home, LAPTOP, 8080, SERVER, 80);
	udp_out(home, PHONE, 6000, SERVER, 80);
	add_static(home, IP_PROTO_UDP, TV, 80, 8080);
	home_configure(home);
	assert_int_equal(session_count_now(home), 1);
	assert_int_equal(udp_in(home, OTHER, 1, 8080, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, TV.host);
}

static void new_static_forward_adopts_the_mapping_it_describes(void **state)
{
	struct home *home = *state;
	struct packet p;

	udp_out(home, TV, 8080, SERVER, 80);
	add_static(home, IP_PROTO_UDP, TV, 8080, 8080);
	home_configure(home);
	assert_int_equal(session_count_now(home), 1);
	assert_int_equal(udp_in(home, OTHER, 1, 8080, &p), VERDICT_NEXT);
	home_wait(home, 1000);
	nat_tick(home->nat, 256, home->now);
	assert_int_equal(session_count_now(home), 0);
	assert_int_equal(udp_in(home, OTHER, 1, 8080, &p), VERDICT_NEXT);
}

static void new_sessions_use_the_static_forward_and_old_ones_keep_their_port(void **state)
{
	struct home *home = *state;

	assert_int_equal(udp_out(home, TV, 80, SERVER, 1), 80);
	add_static(home, IP_PROTO_UDP, TV, 80, 8080);
	home_configure(home);
	assert_int_equal(udp_out(home, TV, 80, OTHER, 1), 8080);
	assert_int_equal(udp_out(home, TV, 80, SERVER, 1), 80);
}

static void sessions_of_a_removed_static_forward_end(void **state)
{
	struct home *home = *state;

	add_static(home, IP_PROTO_TCP, TV, 80, 8080);
	add_static(home, IP_PROTO_TCP, TV, 81, 8081);
	home_configure(home);
	assert_int_equal(tcp_in(home, OTHER, 1, 8080, TCP_SYN), VERDICT_NEXT);
	assert_int_equal(tcp_in(home, OTHER, 1, 8081, TCP_SYN), VERDICT_NEXT);
	remove_static(home, IP_PROTO_TCP, TV, 80, 8080);
	home_configure(home);
	assert_int_equal(session_count_now(home), 1);
	assert_int_equal(tcp_in(home, OTHER, 1, 8080, TCP_SYN), VERDICT_DROPPED);
	assert_int_equal(tcp_in(home, OTHER, 1, 8081, TCP_SYN), VERDICT_NEXT);
	remove_static(home, IP_PROTO_TCP, TV, 81, 8081);
	home_configure(home);
	assert_int_equal(session_count_now(home), 0);
	assert_int_equal(home->nat->mappings.count, 0);
	/* the port is anyone's again */
	assert_int_equal(tcp_out(home, LAPTOP, 8080, SERVER, 80, TCP_SYN), 8080);
}

static void two_forwards_to_one_endpoint_answer_each_by_its_own_port(void **state)
{
	struct home *home = *state;

	add_static(home, IP_PROTO_TCP, TV, 80, 8080);
	add_static(home, IP_PROTO_TCP, TV, 80, 8081);
	home_configure(home);
	assert_int_equal(tcp_in(home, OTHER, 1, 8080, TCP_SYN), VERDICT_NEXT);
	assert_int_equal(tcp_in(home, OTHER, 2, 8081, TCP_SYN), VERDICT_NEXT);
	assert_int_equal(tcp_out(home, TV, 80, OTHER, 1, TCP_SYN | TCP_ACK), 8080);
	assert_int_equal(tcp_out(home, TV, 80, OTHER, 2, TCP_SYN | TCP_ACK), 8081);
}

static void access_list_decides_by_its_first_line_that_matches(void **state)
{
	struct home *home = *state;
	struct config_acl_line deny = {.list = "3", .address = PHONE};
	struct packet p;

	assert_int_equal(config_acl_add(&home->config, &deny), 0);
	home_acl(&home->config, "3", IP4(10, 9, 0, 0), IP4(0, 0, 255, 255));
	home_acl(&home->config, "3", IP4(192, 168, 0, 0), IP4(0, 0, 255, 255));
	config_nat_source_remove(&home->config, &home->config.nat.sources.at[0]);
	home_source(&home->config, "3", "HOME");
	home_configure(home);
	for (unsigned int n = 0; n < 2; n++) {
		ip4_t host = n ? IP4(10, 9, 8, 7) : PHONE;

		packet_udp(home, &p, host, 5000, SERVER, 80);
		assert_int_equal(nat_translates(home->nat, &p.frame),
				 config_acl_permits(&home->config, "3", host));
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		assert_int_equal(p.frame.src.host, n ? VIP.host : PHONE.host);
	}
}

static void shorter_timers_hold_for_live_sessions(void **state)
{
	struct home *home = *state;
	struct packet p;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	home_wait(home, 150);
	home->config.nat.timeout_s[NAT_TIMEOUT_UDP] = 120;
	home_configure(home);
	assert_int_equal(udp_in(home, SERVER, 80, 5000, &p), VERDICT_DROPPED);
}

static void many_public_addresses_are_told_apart(void **state)
{
	struct home *home = *state;
	char name[16];
	struct packet p;

	for (unsigned int n = 0; n < 40; n++) {
		snprintf(name, sizeof(name), "V%02u", n);
		home_vip(&home->config, name, (ip4_t){IP4(203, 0, 114, 0).host + n * 7 % 40});
		char list[4];

		snprintf(list, sizeof(list), "%u", n + 20);
		home_acl(&home->config, list, (ip4_t){IP4(10, 0, 0, 0).host + n}, IP4_ANY);
		home_source(&home->config, list, name);
	}
	home_configure(home);
	for (unsigned int n = 0; n < 40; n++) {
		packet_udp(home, &p, (ip4_t){IP4(10, 0, 0, 0).host + n}, 5000, SERVER, 80);
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		assert_int_equal(p.frame.src.host, IP4(203, 0, 114, 0).host + n * 7 % 40);
		assert_int_equal(p.frame.sport, 5000);
		packet_check(&p);
	}
	assert_false(nat_is_public(home->nat, IP4(203, 0, 114, 40)));
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(sessions_live_through_a_change_that_still_allows_them),
		HOME_TEST(sessions_end_with_their_rule),
		HOME_TEST(sessions_of_a_host_end_when_its_public_address_changes),
		HOME_TEST(new_static_forward_takes_its_port_from_another),
		HOME_TEST(new_static_forward_adopts_the_mapping_it_describes),
		HOME_TEST(new_sessions_use_the_static_forward_and_old_ones_keep_their_port),
		HOME_TEST(sessions_of_a_removed_static_forward_end),
		HOME_TEST(two_forwards_to_one_endpoint_answer_each_by_its_own_port),
		HOME_TEST(access_list_decides_by_its_first_line_that_matches),
		HOME_TEST(shorter_timers_hold_for_live_sessions),
		HOME_TEST(many_public_addresses_are_told_apart),
	};

	return cmocka_run_group_tests_name("nat/configure", tests, NULL, NULL);
}
