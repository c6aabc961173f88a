/* SPDX-License-Identifier: BSD-2-Clause */
/* Which public ports hosts get through the NAT: kept, changed, at rest, of blocks. */
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

/** How ports are given out: what RFC 4787 REQ-11 wants to be the same whatever the load. */
static void assert_port_behaviour(struct home *home, uint16_t port)
{
	uint16_t changed, low = (uint16_t)(port - 1300);

	assert_int_equal(udp_out(home, LAPTOP, port, SERVER, 3478), port); /* its own is kept */
	assert_int_equal(udp_out(home, LAPTOP, port, OTHER, 3479), port);
	changed = udp_out(home, PHONE, port, SERVER, 3478);
	assert_int_not_equal(changed, port);
	assert_true(changed >= 1024);
	assert_int_equal(udp_out(home, PHONE, port, OTHER, 3479), changed);
	/* a low port stays low */
	assert_int_equal(udp_out(home, LAPTOP, low, SERVER, 3478), low);
	changed = udp_out(home, PHONE, low, SERVER, 3478);
	assert_int_not_equal(changed, low);
	assert_in_range(changed, 1, 1023);
}

static void u11_with_95_percent_of_the_ports_in_use_they_are_given_as_ever(void **state)
{
	struct home *home = *state;
	unsigned int followers = 0;
	uint16_t last = 0;

	assert_port_behaviour(home, 2000);
	for (uint32_t n = 0; n < 61286; n++)
		udp_out(home, (ip4_t){IP4(192, 168, 1, 10).host + n % 10}, (uint16_t)(4000 + n),
			SERVER, 80);
	assert_port_behaviour(home, 2001);
	assert_port_behaviour(home, 2002);
	/* what is left is given at random too */
	for (uint16_t n = 0; n < 300; n++) {
		uint16_t port = udp_out(home, TV, (uint16_t)(5000 + n), SERVER, 80);

		followers += port == last + 1;
		last = port;
	}
	assert_true(followers < 60);
}

static void use_blocks(struct home *home, uint16_t size)
{
	home->config.nat.port_block = size;
	home_configure(home);
}

static void u1_blocks_leave_mappings_independent_of_the_endpoint(void **state)
{
	struct home *home = *state;
	struct packet p;
	uint16_t port;

	use_blocks(home, 64);
	port = udp_out(home, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(udp_out(home, LAPTOP, 5000, OTHER, 81), port);
	assert_int_equal(udp_in(home, OTHER, 81, port, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
	assert_int_equal(p.frame.dport, 5000);
	assert_int_equal(tcp_out(home, LAPTOP, 5000, SERVER, 80, TCP_SYN) / 64, port / 64);
	assert_int_equal(ping_out(home, LAPTOP, 7) / 64, port / 64);
	assert_int_not_equal(udp_out(home, PHONE, 5000, SERVER, 80) / 64, port / 64);
}

static void c14_a_device_for_which_no_block_is_left_is_refused(void **state)
{
	struct home *home = *state;
	struct packet p;

	use_blocks(home, 4096);
	for (uint32_t n = 0; n < 15; n++)
		udp_out(home, (ip4_t){LAPTOP.host + n}, 5000, SERVER, 80);
	packet_udp(home, &p, IP4(192, 168, 1, 200), 5000, SERVER, 80);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_PORTS_EXHAUSTED], 1);
	udp_out(home, LAPTOP, 5001, SERVER, 80); /* who has one goes on */
	assert_int_equal(udp_out(home, IP4(192, 168, 1, 200), 500, SERVER, 500), 500);
	/* a block of nobody for two minutes is anybody's */
	end_all(home);
	home_wait(home, 121);
	udp_out(home, IP4(192, 168, 1, 200), 5000, SERVER, 80);
}

static void u3_a_static_forward_may_have_a_port_of_a_block(void **state)
{
	struct home *home = *state;
	uint16_t first, last;

	use_blocks(home, 64);
	first = udp_out(home, LAPTOP, 5000, SERVER, 80) / 64 * 64;
	last = (uint16_t)(first + 63);
	end_all(home);

	struct config_nat_static rule = home_static(IP_PROTO_UDP, TV, 80, last);
	struct packet p;

	assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
	home_configure(home);
	assert_int_equal(udp_in(home, OTHER, 80, last, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, TV.host);
	for (uint16_t n = 0; n < 63; n++)
		assert_in_range(udp_out(home, LAPTOP, (uint16_t)(5000 + n), SERVER, 80), first,
				last - 1);
	assert_int_not_equal(udp_out(home, LAPTOP, 6000, SERVER, 80) / 64, first / 64);
}

static void live_sessions_keep_their_ports_when_blocks_come_and_go(void **state)
{
	struct home *home = *state;
	uint16_t port;

	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 80), 5000);
	use_blocks(home, 64);
	assert_int_equal(udp_out(home, LAPTOP, 5000, OTHER, 80), 5000);
	port = udp_out(home, PHONE, 6000, SERVER, 80);
	use_blocks(home, 0);
	assert_int_equal(udp_out(home, PHONE, 6000, OTHER, 80), port);
	assert_int_equal(udp_out(home, PHONE, 6001, SERVER, 80), 6001);
	end_all(home);
	home_wait(home, 121);
	assert_int_equal(udp_out(home, TV, port, SERVER, 80), port);
}

static struct nat_port_use use_of(const struct home *home, uint8_t proto)
{
	struct nat_port_use use;

	for (uint64_t cursor = 0; nat_next_port_use(home->nat, &cursor, &use, home->now);)
		if (use.proto == proto)
			return use;
	fail();
	return use;
}

static void what_is_shown_adds_up(void **state)
{
	struct home *home = *state;
	struct nat_port_use use;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	udp_out(home, LAPTOP, 500, SERVER, 80);
	use = use_of(home, IP_PROTO_UDP);
	assert_int_equal(use.address.host, VIP.host);
	assert_int_equal(use.in_use, 2);
	assert_int_equal(use.at_rest, 0);
	assert_int_equal(use.free, 64511);
	assert_int_equal(use.free_low, 1022);
	end_all(home);
	use = use_of(home, IP_PROTO_UDP);
	assert_int_equal(use.in_use, 0);
	assert_int_equal(use.at_rest, 2);
	home_wait(home, 121); /* nobody has asked for a port since */
	use = use_of(home, IP_PROTO_UDP);
	assert_int_equal(use.at_rest, 0);
	assert_int_equal(use.free, 64512);
	assert_int_equal(use.free_low, 1023);
	assert_int_equal(use_of(home, IP_PROTO_ICMP).free, 65536);
}

static void blocks_are_shown_with_their_devices(void **state)
{
	struct home *home = *state;
	struct nat_block_use use;
	uint64_t cursor = 0;

	use_blocks(home, 256);
	assert_false(nat_next_block_use(home->nat, &cursor, &use, home->now));
	cursor = 0;
	uint16_t port = udp_out(home, LAPTOP, 5000, SERVER, 80);

	tcp_out(home, LAPTOP, 5000, SERVER, 80, TCP_SYN);
	assert_true(nat_next_block_use(home->nat, &cursor, &use, home->now));
	assert_int_equal(use.local.host, LAPTOP.host);
	assert_int_equal(use.address.host, VIP.host);
	assert_int_equal(use.first, port & ~255);
	assert_int_equal(use.last, port | 255);
	assert_int_equal(use.udp, 1);
	assert_int_equal(use.tcp, 1);
	assert_int_equal(use.icmp, 0);
	assert_false(use.resting);
	assert_false(nat_next_block_use(home->nat, &cursor, &use, home->now));
	end_all(home);
	home_wait(home, 20);
	cursor = 0;
	assert_true(nat_next_block_use(home->nat, &cursor, &use, home->now));
	assert_true(use.resting);
	assert_in_range(use.left_s, 99, 100);
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
		HOME_TEST(u11_with_95_percent_of_the_ports_in_use_they_are_given_as_ever),
		HOME_TEST(u1_blocks_leave_mappings_independent_of_the_endpoint),
		HOME_TEST(c14_a_device_for_which_no_block_is_left_is_refused),
		HOME_TEST(u3_a_static_forward_may_have_a_port_of_a_block),
		HOME_TEST(what_is_shown_adds_up),
		HOME_TEST(blocks_are_shown_with_their_devices),
		HOME_TEST(live_sessions_keep_their_ports_when_blocks_come_and_go),
	};

	return cmocka_run_group_tests_name("nat/ports", tests, NULL, NULL);
}
