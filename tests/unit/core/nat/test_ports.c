/* SPDX-License-Identifier: BSD-2-Clause */
/* Which public ports hosts get through the NAT: kept, changed, at rest. */
#include "tests/unit/core/nat/fixture.h"

/** Ends every session, as their timers would. */
static void end_all(struct home *home)
{
	(void)nat_clear(home->nat, &(struct nat_match){0}, home->now);
}

static void c8_a_udp_port_is_not_given_to_another_host_for_120_s(void **state)
{
	struct home *home = *state;

	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 80), 5000);
	end_all(home);
	home_wait(home, 120);
	assert_int_not_equal(udp_out(home, PHONE, 5000, SERVER, 80), 5000);
	end_all(home);
	home_wait(home, 1);
	assert_int_equal(udp_out(home, TV, 5000, SERVER, 80), 5000);
}

static void c8_the_same_host_keeps_its_port(void **state)
{
	struct home *home = *state;

	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 80), 5000);
	end_all(home);
	assert_int_equal(udp_out(home, LAPTOP, 5000, OTHER, 80), 5000);
}

static void c8_what_comes_late_for_a_resting_port_is_dropped(void **state)
{
	struct home *home = *state;
	struct packet p;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	end_all(home);
	assert_int_equal(udp_in(home, SERVER, 80, 5000, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 1);
}

static uint16_t ping_out(struct home *home, ip4_t src, uint16_t id)
{
	struct packet p;

	packet_echo(home, &p, ICMP_ECHO, src, SERVER, id);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	return p.frame.sport;
}

static void c8_an_identifier_rests_too(void **state)
{
	struct home *home = *state;

	assert_int_equal(ping_out(home, LAPTOP, 7), 7);
	end_all(home);
	assert_int_not_equal(ping_out(home, PHONE, 7), 7);
}

static void c8_tcp_ports_are_free_at_once_as_their_sessions_are_tracked(void **state)
{
	struct home *home = *state;

	assert_int_equal(tcp_out(home, LAPTOP, 5000, SERVER, 80, TCP_SYN), 5000);
	end_all(home);
	assert_int_equal(tcp_out(home, PHONE, 5000, SERVER, 80, TCP_SYN), 5000);
}

static void c8_the_hold_time_can_be_set(void **state)
{
	struct home *home = *state;

	home->config.nat.port_hold_s = 10;
	home_configure(home);
	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 80), 5000);
	end_all(home);
	home_wait(home, 11);
	assert_int_equal(udp_out(home, PHONE, 5000, SERVER, 80), 5000);
	home->config.nat.port_hold_s = 0;
	home_configure(home);
	end_all(home);
	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 80), 5000);
}

static void u3_ports_that_rest_or_are_in_use_are_refused_and_counted(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (uint32_t n = 0; n < 64512; n++)
		udp_out(home, (ip4_t){LAPTOP.host + n % 2}, (uint16_t)(1024 + n), SERVER, 80);
	end_all(home);
	packet_udp(home, &p, TV, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_PORTS_EXHAUSTED], 1);
	assert_int_equal(udp_out(home, PHONE, 5001, SERVER, 80), 5001); /* its own */
	home_wait(home, 121);
	assert_int_equal(udp_out(home, TV, 5000, SERVER, 80), 5000);
}

static void u4_parity_is_not_kept_by_design(void **state)
{
	struct home *home = *state;
	unsigned int odd = 0;

	for (uint16_t n = 0; n < 200; n++) {
		udp_out(home, LAPTOP, (uint16_t)(5000 + 2 * n), SERVER, 80);
		odd += udp_out(home, PHONE, (uint16_t)(5000 + 2 * n), SERVER, 80) % 2;
	}
	assert_in_range(odd, 60, 140); /* a port that has to differ may be any: RFC 7857 s2.4 */
}

#define HOME_TEST(test) cmocka_unit_test_setup_teardown(test, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(c8_a_udp_port_is_not_given_to_another_host_for_120_s),
		HOME_TEST(c8_the_same_host_keeps_its_port),
		HOME_TEST(c8_what_comes_late_for_a_resting_port_is_dropped),
		HOME_TEST(c8_an_identifier_rests_too),
		HOME_TEST(c8_tcp_ports_are_free_at_once_as_their_sessions_are_tracked),
		HOME_TEST(c8_the_hold_time_can_be_set),
		HOME_TEST(u3_ports_that_rest_or_are_in_use_are_refused_and_counted),
		HOME_TEST(u4_parity_is_not_kept_by_design),
	};

	return cmocka_run_group_tests_name("nat/ports", tests, NULL, NULL);
}
