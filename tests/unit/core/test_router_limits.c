/* SPDX-License-Identifier: BSD-2-Clause */
/* What the router does with a packet that NAT has no room for: RFC 5508 REQ-8, RFC 6888 REQ-11. */
#include "tests/unit/core/router_fixture.h"

/* Room for @entries sessions, of which LAPTOP's port 5000 takes one. */
static void fill_but(struct home *h, uint32_t entries)
{
	struct packet p;

	h->config.nat.max_entries = entries;
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
}

/* The error's quote is the packet as the sender sent it. */
static void assert_quotes(struct sent *s, const struct packet *sent)
{
	uint32_t len = sent->len - ETHERNET_LEN;

	assert_true(l4_of(s) + ICMP_LEN + len <= s->bytes + s->len);
	assert_memory_equal(l4_of(s) + ICMP_LEN, sent->bytes + ETHERNET_LEN, len);
}

static void i8_a_refused_sender_is_told_administratively_prohibited(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	fill_but(h, 1);
	udp(&p, h->lan_mac, MAC(2), TV, 5000, SERVER, 53, 30);
	send(h, 2, &p);
	s = only(h, 2);
	assert_icmp(s, LAN, TV, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
	assert_quotes(s, &p);
	assert_int_equal(router_drops(h->router, DROP_NAT_TABLE_FULL), 1);
	icmp(&p, h->lan_mac, MAC(2), TV, SERVER, ICMP_ECHO, 56);
	send(h, 2, &p);
	assert_icmp(only(h, 2), LAN, TV, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
}

static void c11_the_live_session_passes_while_others_are_refused(void **state)
{
	struct home *h = *state;
	struct packet p;

	fill_but(h, 1);
	for (uint16_t n = 0; n < 500; n++) {
		udp(&p, h->lan_mac, MAC(2), TV, n, SERVER, 53, 30);
		send(h, 2, &p);
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
		send(h, 1, &p);
		assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
		udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000, 30);
		send(h, 9, &p);
		assert_ip(only(h, 1), SERVER, LAPTOP, IP_PROTO_UDP);
	}
	assert_int_equal(router_drops(h->router, DROP_NAT_TABLE_FULL), 500);
}

static void i8_the_answers_to_a_flood_are_limited(void **state)
{
	struct home *h = *state;
	unsigned int answers = 0;
	struct packet p;

	fill_but(h, 1);
	for (uint16_t n = 0; n < 500; n++) {
		udp(&p, h->lan_mac, MAC(2), TV, n, SERVER, 53, 30);
		send(h, 2, &p);
		answers += h->sent_count;
	}
	assert_in_range(answers, 12, 28);
	assert_int_equal(router_drops(h->router, DROP_ICMP_RATE_LIMITED), 500 - answers);
}

static void i8_nobody_outside_is_told(void **state)
{
	struct home *h = *state;
	struct packet p;

	add_forward(h);
	fill_but(h, 1);
	udp(&p, h->wan_mac, MAC(9), SERVER, 4000, VIP, 6000, 30);
	send(h, 9, &p);
	assert_dropped(h, DROP_NAT_TABLE_FULL, 1);
}

static void i8_a_hairpin_needs_room_for_both_its_sessions(void **state)
{
	struct home *h = *state;
	struct nat_stats stats;
	struct packet p;

	add_forward(h);
	fill_but(h, 2);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 4000, VIP, 6000, 30);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
	assert_quotes(&h->sent[0], &p);
	nat_stats(router_nat(h->router), &stats);
	assert_int_equal(stats.sessions, 1);
}

static void i8_a_hairpin_refused_half_way_quotes_what_was_sent(void **state)
{
	struct home *h = *state;
	struct nat_match inbound = {.local = TV};
	struct packet p;

	add_forward(h);
	h->config.nat.max_entries = 2;
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 4000, VIP, 6000, 30);
	send(h, 1, &p);
	assert_ip(only(h, 2), VIP, TV, IP_PROTO_UDP);
	assert_int_equal(router_clear_nat(h->router, &inbound, h->now), 1);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	/* its own session lives, the one of the other end has no room */
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 4000, VIP, 6000, 30);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
	assert_quotes(&h->sent[0], &p);
	assert_int_equal(router_drops(h->router, DROP_NAT_TABLE_FULL), 1);
}

static void i8_a_hairpin_that_is_switched_off_is_told(void **state)
{
	struct home *h = *state;
	struct packet p;

	add_forward(h);
	h->config.nat.hairpin = false;
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 4000, VIP, 6000, 30);
	send(h, 1, &p);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_ADMIN_PROHIBITED);
	assert_int_equal(router_drops(h->router, DROP_NAT_HAIRPIN_DISABLED), 1);
}

static void i8_no_answer_about_icmp_errors(void **state)
{
	struct home *h = *state;
	struct packet p;

	fill_but(h, 1);
	icmp(&p, h->lan_mac, MAC(2), TV, SERVER, ICMP_UNREACHABLE, 28);
	send(h, 2, &p);
	assert_int_equal(h->sent_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(i8_a_refused_sender_is_told_administratively_prohibited),
		HOME_TEST(c11_the_live_session_passes_while_others_are_refused),
		HOME_TEST(i8_the_answers_to_a_flood_are_limited),
		HOME_TEST(i8_nobody_outside_is_told),
		HOME_TEST(i8_a_hairpin_needs_room_for_both_its_sessions),
		HOME_TEST(i8_a_hairpin_refused_half_way_quotes_what_was_sent),
		HOME_TEST(i8_a_hairpin_that_is_switched_off_is_told),
		HOME_TEST(i8_no_answer_about_icmp_errors),
	};

	return cmocka_run_group_tests_name("router_limits", tests, NULL, NULL);
}
