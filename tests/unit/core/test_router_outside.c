/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hosts outside under another address, through the whole router: SERVER is known inside as ALIAS,
 * and TWIN, a host far away whose address is one of the LAN's own, as TWIN_ALIAS.
 */
#include "tests/unit/core/router_fixture.h"

#define ALIAS	   IP4(10, 99, 0, 7)
#define TWIN	   IP4(192, 168, 1, 77)
#define TWIN_ALIAS IP4(10, 99, 0, 77)

static int set_up(void **state)
{
	struct config_nat_outside rules[] = {{SERVER, ALIAS}, {TWIN, TWIN_ALIAS}};
	int status = home_set_up(state);
	struct home *h = *state;

	for (unsigned int n = 0; n < ARRAY_COUNT(rules); n++)
		assert_int_equal(config_nat_outside_add(&h->config, &rules[n]), 0);
	reapply(h);
	return status;
}

static void the_inside_talks_with_the_alias(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, ALIAS, 6000, 30);
	send(h, 1, &p);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
	udp(&p, h->wan_mac, MAC(9), SERVER, 6000, VIP, 5000, 30);
	send(h, 9, &p);
	assert_ip(only(h, 1), ALIAS, LAPTOP, IP_PROTO_UDP);
}

static void an_address_that_is_used_inside_too_is_reached_outside(void **state)
{
	ping(*state, &(struct echo){1, LAPTOP, TWIN_ALIAS, 9, VIP, TWIN});
}

/* In pieces both ways: together for NAT outbound, and what comes back is put together too. */
static void pieces_arrive(void **state)
{
	struct home *h = *state;
	struct packet p, piece;
	const uint32_t whole = 1200, cut = 800;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, ALIAS, 6000, whole - UDP_LEN);
	for (uint32_t at = 0; at < whole; at += cut) {
		uint32_t len = MIN(cut, whole - at);

		piece = p;
		memcpy(piece.bytes + ETHERNET_LEN + IPV4_LEN,
		       p.bytes + ETHERNET_LEN + IPV4_LEN + at, len);
		piece.len = ETHERNET_LEN + IPV4_LEN + len;
		wire_put16(piece.bytes + ETHERNET_LEN + 2, (uint16_t)(IPV4_LEN + len));
		wire_put16(piece.bytes + ETHERNET_LEN + 6,
			   (uint16_t)(at / 8 | (at + len < whole ? IPV4_MF : 0)));
		sum_header(&piece);
		send(h, 1, &piece);
	}
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
}

/* Errors of the router's own about a packet that has been translated: as its sender knows it. */
static void our_errors_quote_the_alias(void **state)
{
	struct home *h = *state;
	struct packet p;
	struct sent *s;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, ALIAS, 6000, 30);
	p.bytes[ETHERNET_LEN + 8] = 1;
	sum_header(&p);
	send(h, 1, &p);
	s = only(h, 1);
	assert_icmp(s, LAN, LAPTOP, ICMP_TIME_EXCEEDED, 0);
	assert_memory_equal(l4_of(s) + ICMP_LEN, p.bytes + ETHERNET_LEN, p.len - ETHERNET_LEN);
}

/* A host that does not answer ARP, found when source and destination have been translated. */
static void our_errors_go_to_the_host_itself(void **state)
{
	struct home *h = *state;
	struct config_nat_static forward = {.proto = 17,
					    .local = IP4(192, 168, 1, 55),
					    .local_port = 6000,
					    .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"},
					    .global_port = 6000};
	bool answered = false;
	struct packet p;

	assert_int_equal(config_nat_static_add(&h->config, &forward), 0);
	reapply(h);
	udp(&p, h->wan_mac, MAC(9), SERVER, 5000, VIP, 6000, 30);
	send(h, 9, &p);
	for (unsigned int tries = 0; tries < 20 && !answered; tries++) {
		advance(h, 500);
		for (unsigned int n = 0; n < h->sent_count; n++) {
			struct sent *s = &h->sent[n];

			if (s->tap != 9)
				continue;
			answered = true;
			assert_icmp(s, VIP, SERVER, ICMP_UNREACHABLE, ICMP_HOST_UNREACHABLE);
			/* all but time to live, and the header's checksum with it */
			assert_memory_equal(l4_of(s) + ICMP_LEN + 12, p.bytes + ETHERNET_LEN + 12,
					    8 + UDP_LEN);
		}
	}
	assert_true(answered);
}

static void without_the_rule_the_alias_is_an_address_like_any(void **state)
{
	struct home *h = *state;
	struct packet p;

	vec_free(&h->config.nat.outside_statics);
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, ALIAS, 6000, 30);
	send(h, 1, &p);
	assert_ip(only(h, 9), VIP, ALIAS, IP_PROTO_UDP);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, home_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_inside_talks_with_the_alias),
		TEST(an_address_that_is_used_inside_too_is_reached_outside),
		TEST(pieces_arrive),
		TEST(our_errors_quote_the_alias),
		TEST(our_errors_go_to_the_host_itself),
		TEST(without_the_rule_the_alias_is_an_address_like_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
