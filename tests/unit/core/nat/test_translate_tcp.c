/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP through NAT: RFC 5382, and RFC 7857 on resets. */
#include "tests/unit/core/nat/fixture.h"

static void t1_mapping_is_endpoint_independent_for_tcp(void **state)
{
	struct home *home = *state;

	tcp_out(home, PHONE, 40000, SERVER, 80, TCP_SYN);
	uint16_t port = tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_SYN);

	assert_int_not_equal(port, 40000);
	assert_int_equal(tcp_out(home, LAPTOP, 40000, OTHER, 443, TCP_SYN), port);
}

static void establish(struct home *home, ip4_t local, uint16_t port)
{
	assert_int_equal(tcp_out(home, local, port, SERVER, 80, TCP_SYN), port);
	assert_int_equal(tcp_in(home, SERVER, 80, port, TCP_SYN | TCP_ACK), VERDICT_NEXT);
	assert_int_equal(tcp_out(home, local, port, SERVER, 80, TCP_ACK), port);
	assert_string_equal(only_session(home).state, "established");
}

/** The laptop acknowledges @ack; all segments of the fixture have the number 1000. */
static void send_acknowledged(struct home *home, uint32_t ack)
{
	struct packet p;

	packet_tcp(home, &p, LAPTOP, 40000, SERVER, 80);
	packet_set_flags(&p, TCP_ACK);
	wire_put32(frame_l4(&p.frame) + 8, ack);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
}

static void t2_simultaneous_open(void **state)
{
	struct home *home = *state;

	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_SYN);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_SYN), VERDICT_NEXT);
	assert_string_equal(only_session(home).state, "syn-both");
	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_SYN | TCP_ACK);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_SYN | TCP_ACK), VERDICT_NEXT);
	assert_string_equal(only_session(home).state, "established");
}

static void t2_a_contacted_address_may_open_from_a_new_port(void **state)
{
	struct home *home = *state;

	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_SYN);
	assert_int_equal(tcp_in(home, SERVER, 81, 40000, TCP_ACK), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_TCP_NOT_SYN], 1);
	assert_int_equal(tcp_in(home, SERVER, 81, 40000, TCP_SYN), VERDICT_NEXT);
	assert_int_equal(tcp_in(home, OTHER, 81, 40000, TCP_SYN), VERDICT_DROPPED);
}

static void t2_half_closed_connection_keeps_the_long_timer(void **state)
{
	struct home *home = *state;

	establish(home, LAPTOP, 40000);
	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_FIN | TCP_ACK);
	home_wait(home, 7440);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_ACK | TCP_PSH), VERDICT_NEXT);
	assert_string_equal(only_session(home).state, "fin-out");
}

static void t3_filtering_as_configured_for_tcp(void **state)
{
	static const struct {
		enum nat_behaviour filtering;
		bool other_port, other_address; /* may open */
	} cases[] = {
		{NAT_ENDPOINT_INDEPENDENT, true, true},
		{NAT_ADDRESS_DEPENDENT, true, false},
		{NAT_ADDRESS_AND_PORT_DEPENDENT, false, false},
	};
	struct home *home = *state;

	for (unsigned int n = 0; n < ARRAY_COUNT(cases); n++) {
		uint16_t port = (uint16_t)(40000 + n);
		uint64_t filtered = home->drops.count[DROP_NAT_FILTERED];

		home->config.nat.filtering = cases[n].filtering;
		home_configure(home);
		tcp_out(home, LAPTOP, port, SERVER, 80, TCP_SYN);
		assert_int_equal(tcp_in(home, SERVER, 80, port, TCP_SYN | TCP_ACK), VERDICT_NEXT);
		assert_int_equal(tcp_in(home, SERVER, 81, port, TCP_SYN) == VERDICT_NEXT,
				 cases[n].other_port);
		assert_int_equal(tcp_in(home, OTHER, 80, port, TCP_SYN) == VERDICT_NEXT,
				 cases[n].other_address);
		filtered += !cases[n].other_port + !cases[n].other_address;
		assert_int_equal(home->drops.count[DROP_NAT_FILTERED], filtered);
		/* nobody but a SYN opens, whatever the filtering */
		assert_int_equal(tcp_in(home, SERVER, 82, port, TCP_ACK), VERDICT_DROPPED);
		assert_int_equal(tcp_in(home, SERVER, 83, port, TCP_SYN | TCP_ACK),
				 VERDICT_DROPPED);
	}
}

static void t7_no_tcp_port_is_given_twice(void **state)
{
	struct home *home = *state;
	static bool used[65536];
	struct packet p;

	memset(used, 0, sizeof(used));
	for (unsigned int n = 0; n < 65535; n++) {
		/* two hosts want the same ports, one after the other */
		ip4_t host = n % 2 ? LAPTOP : PHONE;
		uint16_t own = (uint16_t)(n < 1023 ? 1 + n / 2 : 1024 + (n - 1023) / 2);
		uint16_t port = tcp_out(home, host, own, SERVER, 80, TCP_SYN);

		assert_int_equal(port < 1024, own < 1024);
		assert_false(used[port]);
		used[port] = true;
	}
	packet_tcp(home, &p, TV, 40000, SERVER, 80);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_PORTS_EXHAUSTED], 1);
	/* the ports of UDP are others */
	assert_int_equal(udp_out(home, TV, 40000, SERVER, 80), 40000);
}

static void t5_established_connection_lives_idle_for_a_day(void **state)
{
	struct home *home = *state;

	establish(home, LAPTOP, 40000);
	home_wait(home, 86400);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_ACK), VERDICT_NEXT);
	home_wait(home, 86400); /* inbound refreshes an established connection */
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_ACK), VERDICT_NEXT);
	home_wait(home, 86401);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_ACK), VERDICT_DROPPED);
}

static void t5_transitory_connection_lives_240_s(void **state)
{
	struct home *home = *state;

	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_SYN);
	home_wait(home, 240);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_SYN | TCP_ACK), VERDICT_NEXT);
	home_wait(home, 241);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_ACK), VERDICT_DROPPED);
}

static void t11_a_rst_from_outside_does_not_end_the_session(void **state)
{
	struct home *home = *state;

	establish(home, LAPTOP, 40000);
	send_acknowledged(home, 1000);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_RST), VERDICT_NEXT);
	assert_string_equal(only_session(home).state, "reset");
	home_wait(home, 240);
	assert_int_equal(tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_ACK), 40000);
	assert_string_equal(only_session(home).state, "established");
	home_wait(home, 7440);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_ACK), VERDICT_NEXT);
}

static void t11_a_rst_from_inside_is_held_for_four_minutes(void **state)
{
	struct home *home = *state;

	establish(home, LAPTOP, 40000);
	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_RST);
	home_wait(home, 200);
	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_RST); /* does not refresh: RFC 7857 s7 */
	home_wait(home, 40);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_RST), VERDICT_NEXT);
	home_wait(home, 1);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_RST), VERDICT_DROPPED);
}

static void t11_a_rst_during_the_handshake_changes_nothing(void **state)
{
	struct home *home = *state;

	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_SYN);
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_RST), VERDICT_NEXT);
	assert_string_equal(only_session(home).state, "syn-sent");
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_SYN | TCP_ACK), VERDICT_NEXT);
	tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_ACK);
	assert_string_equal(only_session(home).state, "established");
}

static void connection_survives_a_restart_of_the_router(void **state)
{
	struct home *home = *state;

	assert_int_equal(tcp_out(home, LAPTOP, 40000, SERVER, 80, TCP_ACK | TCP_PSH), 40000);
	assert_string_equal(only_session(home).state, "resumed");
	assert_int_equal(tcp_in(home, SERVER, 80, 40000, TCP_ACK), VERDICT_NEXT);
	assert_string_equal(only_session(home).state, "established");
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(t1_mapping_is_endpoint_independent_for_tcp),
		HOME_TEST(t2_simultaneous_open),
		HOME_TEST(t2_a_contacted_address_may_open_from_a_new_port),
		HOME_TEST(t2_half_closed_connection_keeps_the_long_timer),
		HOME_TEST(t3_filtering_as_configured_for_tcp),
		HOME_TEST(t7_no_tcp_port_is_given_twice),
		HOME_TEST(t5_established_connection_lives_idle_for_a_day),
		HOME_TEST(t5_transitory_connection_lives_240_s),
		HOME_TEST(t11_a_rst_from_outside_does_not_end_the_session),
		HOME_TEST(t11_a_rst_from_inside_is_held_for_four_minutes),
		HOME_TEST(t11_a_rst_during_the_handshake_changes_nothing),
		HOME_TEST(connection_survives_a_restart_of_the_router),
	};

	return cmocka_run_group_tests_name("nat/translate_tcp", tests, NULL, NULL);
}
