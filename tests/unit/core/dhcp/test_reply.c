/* SPDX-License-Identifier: BSD-2-Clause */
#include "fixture.h"

enum { OPTIONS_AT = DHCP_FIXED_LEN + 4 };

static const ip4_t first = IP4(192, 168, 1, 10);

/** Codes of the last reply in the order in which they stand. Return: how many. */
static unsigned int codes_of(const struct world *w, uint8_t *codes)
{
	unsigned int count = 0;

	for (size_t at = OPTIONS_AT; at < w->reply.len && w->reply.bytes[at] != DHCP_OPT_END;
	     at += 2u + w->reply.bytes[at + 1])
		codes[count++] = w->reply.bytes[at];
	return count;
}

static unsigned int place_of(const struct world *w, uint8_t code)
{
	uint8_t codes[256];
	unsigned int count = codes_of(w, codes);

	for (unsigned int i = 0; i < count; i++)
		if (codes[i] == code)
			return i;
	fail_msg("option %u is missing", code);
	return 0;
}

static unsigned int discover_with(struct world *w, const char *parameters, size_t len)
{
	return ask(w, &(struct ask){.type = DHCP_DISCOVER,
				    .mac = mac_of(1),
				    .parameters = parameters,
				    .parameters_len = len});
}

static void d6_offer_and_ack_carry_lease_t1_and_t2_in_growing_order(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 2; i++) {
		if (i == 0)
			discover(w, mac_of(1));
		else
			assert_int_equal(request(w, mac_of(1), first), DHCP_ACK);
		assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), LEASE_S);
		assert_int_equal(option_u32(w, DHCP_OPT_T1), LEASE_S / 2);
		assert_int_equal(option_u32(w, DHCP_OPT_T2), LEASE_S * 7 / 8);
	}
}

static void d6_a_client_may_ask_for_less_but_not_for_more_or_next_to_nothing(void **state)
{
	static const struct {
		uint32_t asked, granted;
	} cases[] = {{600, 600}, {LEASE_S + 1, LEASE_S}, {UINT32_MAX, LEASE_S}, {1, 60}};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_int_equal(ask(w, &(struct ask){.type = DHCP_DISCOVER,
						      .mac = mac_of(1),
						      .lease_s = cases[i].asked}),
				 DHCP_OFFER);
		assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), cases[i].granted);
		assert_true(option_u32(w, DHCP_OPT_T1) < option_u32(w, DHCP_OPT_T2));
		assert_true(option_u32(w, DHCP_OPT_T2) < cases[i].granted);
	}
}

static void d20_an_infinite_lease_is_never_renewed_and_never_ends(void **state)
{
	struct world *w = *state;

	config_pool_find(&w->config, "LAN")->lease_s = DHCP_LEASE_INFINITE;
	configure(w);
	assert_ip(lease(w, mac_of(1)), first);
	assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), UINT32_MAX);
	assert_false(has_option(w, DHCP_OPT_T1));
	assert_false(has_option(w, DHCP_OPT_T2));
	assert_int_equal(w->saved.lease.remaining_s, DHCP_LEASE_INFINITE);
	pass(w, (int64_t)200 * 365 * 86400); /* well past 2038 */
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
}

static void a_pool_without_a_lease_time_has_a_day(void **state)
{
	struct world *w = *state;

	config_pool_find(&w->config, "LAN")->has_lease = false;
	configure(w);
	discover(w, mac_of(1));
	assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), 86400);
}

static void d7_nak_holds_nothing_but_type_server_message_and_echoes(void **state)
{
	struct world *w = *state;
	const struct ask a = {.type = DHCP_REQUEST,
			      .mac = mac_of(1),
			      .requested = IP4(10, 0, 0, 1),
			      .id = "\x01zz",
			      .id_len = 3,
			      .relay = "\x01\x02hi",
			      .relay_len = 4,
			      .parameters = "\x01\x03\x06",
			      .parameters_len = 3};
	static const uint8_t wanted[] = {53, 54, 56, 61, 82};
	uint8_t codes[256];

	assert_int_equal(ask(w, &a), DHCP_NAK);
	assert_int_equal(codes_of(w, codes), sizeof(wanted));
	assert_memory_equal(codes, wanted, sizeof(wanted));
	assert_ip(w->answer.yiaddr, IP4_ANY);
	assert_ip(w->answer.ciaddr, IP4_ANY);
	assert_ip(w->answer.siaddr, IP4_ANY);
	assert_int_equal(w->answer.flags, 0);
}

static void d11_without_an_address_the_flag_chooses_broadcast_or_unicast_without_arp(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .flags = DHCP_FLAG_BROADCAST};

	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->reply.dst, IP4_BROADCAST);
	assert_false(w->reply.has_mac);
	assert_int_equal(w->answer.flags, DHCP_FLAG_BROADCAST);
	a.flags = 0;
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->reply.dst, first);
	assert_int_equal(w->reply.dst_port, DHCP_CLIENT_PORT);
	assert_true(w->reply.has_mac);
	assert_true(mac_equal(w->reply.mac, mac_of(1)));
	/* what is no station's address cannot be sent to */
	a.mac = MAC_BROADCAST;
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_false(w->reply.has_mac);
	assert_ip(w->reply.dst, IP4_BROADCAST);
}

static void d11_a_discover_cannot_aim_the_offer_with_ciaddr(void **state)
{
	struct world *w = *state;
	const struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .ciaddr = IP4(8, 8, 8, 8)};

	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->reply.dst, first);
	assert_ip(w->answer.ciaddr, IP4_ANY);
}

static void d13_parameters_come_once_in_the_order_asked_and_unknown_ones_not(void **state)
{
	static const uint8_t wanted[] = {53, 54, 51, 58, 59, 1, 15, 6, 3, 28};
	struct world *w = *state;
	uint8_t codes[256];

	assert_int_equal(discover_with(w, "\x0f\x06\x03\x06\x77\x01\xfc\x1c\x35\x33\x0c", 11),
			 DHCP_OFFER);
	assert_int_equal(codes_of(w, codes), sizeof(wanted));
	assert_memory_equal(codes, wanted, sizeof(wanted));
	assert_int_equal(option_u32(w, DHCP_OPT_BROADCAST), 0xc0a801ff);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_DOMAIN_NAME, NULL), "home.lan", 8);
}

static void d13_the_mask_comes_before_the_router(void **state)
{
	struct world *w = *state;

	assert_int_equal(discover_with(w, "\x03\x01", 2), DHCP_OFFER);
	assert_true(place_of(w, DHCP_OPT_SUBNET_MASK) < place_of(w, DHCP_OPT_ROUTER));
	discover(w, mac_of(2)); /* no list at all */
	assert_true(place_of(w, DHCP_OPT_SUBNET_MASK) < place_of(w, DHCP_OPT_ROUTER));
	assert_true(has_option(w, DHCP_OPT_DNS));
}

static void d13_the_longest_reply_keeps_to_what_every_client_takes(void **state)
{
	struct world *w = *state;
	struct config_dhcp_pool *p = add_host(w, "TV", first, mac_of(1));
	char id[64] = {1, 2};
	struct ask a = {.type = DHCP_DISCOVER,
			.mac = mac_of(1),
			.id = id,
			.id_len = sizeof(id),
			.relay = "\x01\x02hi",
			.relay_len = 4,
			.parameters = "\x01\x03\x06\x0c\x0f\x1a\x1c",
			.parameters_len = 7};

	p->default_router_count = p->dns_server_count = CONFIG_DHCP_SERVERS_MAX;
	memset(p->domain_name, 'd', sizeof(p->domain_name) - 1);
	memset(p->client_name, 'c', sizeof(p->client_name) - 1);
	config_interface_find(&w->config, (struct interface_id){INTERFACE_TAP, 1})->mtu = 9000;
	configure(w);
	for (unsigned int i = 0; i < 3; i++) {
		static const uint16_t sizes[] = {0, 10, 65535}; /* below 576 counts as 576 */

		a.max_size = sizes[i];
		assert_int_equal(ask(w, &a), DHCP_OFFER);
		assert_true(has_option(w, DHCP_OPT_BROADCAST));
		assert_true(w->reply.len <= 576 - 28 + 6); /* option 82 is not counted */
	}
}

static void d13_a_reply_is_300_bytes_at_least_and_has_an_end(void **state)
{
	struct world *w = *state;
	size_t at = OPTIONS_AT;

	assert_int_equal(reboot(w, mac_of(1), IP4(10, 0, 0, 1)), DHCP_NAK);
	assert_int_equal(w->reply.len, DHCP_MIN_LEN);
	while (w->reply.bytes[at] != DHCP_OPT_END) {
		at += 2u + w->reply.bytes[at + 1];
		assert_true(at < w->reply.len);
	}
	for (at++; at < w->reply.len; at++)
		assert_int_equal(w->reply.bytes[at], DHCP_OPT_PAD);
}

static void d11_giaddr_goes_before_ciaddr_and_ciaddr_before_the_flag(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_REQUEST,
			.mac = mac_of(1),
			.ciaddr = first,
			.giaddr = IP4(192, 168, 1, 254),
			.flags = DHCP_FLAG_BROADCAST};

	assert_ip(lease(w, mac_of(1)), first);
	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_ip(w->reply.dst, a.giaddr);
	assert_int_equal(w->reply.dst_port, DHCP_SERVER_PORT);
	assert_false(w->reply.has_mac);
	a.giaddr = IP4_ANY;
	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_ip(w->reply.dst, first);
	assert_int_equal(w->reply.dst_port, DHCP_CLIENT_PORT);
	assert_false(w->reply.has_mac); /* it has the address, and answers ARP */
	/* a refusal goes to all, whatever the client said, but to a relay first */
	a.ciaddr = IP4(10, 0, 0, 5);
	a.flags = 0;
	assert_int_equal(ask(w, &a), DHCP_NAK);
	assert_ip(w->reply.dst, IP4_BROADCAST);
	assert_int_equal(w->reply.dst_port, DHCP_CLIENT_PORT);
	assert_int_equal(w->answer.flags, 0);
	a.giaddr = IP4(192, 168, 1, 254);
	assert_int_equal(ask(w, &a), DHCP_NAK);
	assert_ip(w->reply.dst, a.giaddr);
	assert_int_equal(w->answer.flags, DHCP_FLAG_BROADCAST);
}

static void d14_the_client_identifier_is_echoed_if_it_was_sent(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .id = "\xff\x00id", .id_len = 4};
	uint16_t len;

	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_CLIENT_ID, &len), "\xff\x00id", 4);
	assert_int_equal(len, 4);
	a.type = DHCP_REQUEST;
	a.requested = first;
	a.server_id = ROUTER;
	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_true(has_option(w, DHCP_OPT_CLIENT_ID));
	a.requested = ROUTER; /* which it cannot have */
	assert_int_equal(ask(w, &a), DHCP_NAK);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_CLIENT_ID, &len), "\xff\x00id", 4);
	assert_int_equal(len, 4);
	a.id = NULL;
	a.mac = mac_of(2);
	a.requested = IP4(192, 168, 1, 11);
	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_false(has_option(w, DHCP_OPT_CLIENT_ID));
}

static void d16_relay_information_is_echoed_verbatim_and_last(void **state)
{
	struct world *w = *state;
	char relay[400];
	struct ask a = {.type = DHCP_DISCOVER,
			.mac = mac_of(1),
			.giaddr = IP4(192, 168, 1, 200),
			.id = "\x01zz",
			.id_len = 3,
			.relay = relay,
			.relay_len = sizeof(relay)};
	uint8_t codes[256];
	unsigned int count;
	uint16_t len;

	for (size_t i = 0; i < sizeof(relay); i++)
		relay[i] = (char)i;
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_RELAY_AGENT, &len), relay,
			    sizeof(relay));
	assert_int_equal(len, sizeof(relay));
	count = codes_of(w, codes);
	assert_int_equal(codes[count - 1], DHCP_OPT_RELAY_AGENT);
	assert_int_equal(codes[count - 3], DHCP_OPT_CLIENT_ID);
	assert_true(has_option(w, DHCP_OPT_DNS));
	assert_ip(w->answer.giaddr, a.giaddr);
}

static void d16_relay_information_that_no_reply_can_hold_is_malformed(void **state)
{
	struct world *w = *state;
	char relay[1190], id[3] = {1, 2, 3};
	uint8_t bytes[1700];
	struct ask a = {.type = DHCP_DISCOVER,
			.mac = mac_of(1),
			.id = id,
			.id_len = sizeof(id),
			.relay = relay,
			.relay_len = sizeof(relay)};

	memset(relay, 3, sizeof(relay));
	send_bytes(w, bytes, build_ask(&a, bytes, sizeof(bytes)));
	assert_false(take(w));
	assert_dropped(w, DROP_DHCP_MALFORMED);
	assert_ip(lease(w, mac_of(2)), first); /* nothing is held for it */
}

static void the_fixed_part_echoes_what_it_must(void **state)
{
	struct world *w = *state;
	const struct ask a = {.type = DHCP_DISCOVER,
			      .mac = mac_of(1),
			      .xid = 0xcafe1234,
			      .flags = DHCP_FLAG_BROADCAST};

	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_int_equal(w->answer.xid, a.xid);
	assert_int_equal(w->answer.htype, 1);
	assert_int_equal(w->answer.hlen, 6);
	assert_int_equal(w->answer.hops, 0);
	assert_int_equal(w->answer.secs, 0);
	assert_memory_equal(w->answer.chaddr, mac_of(1).byte, 6);
}

static void an_unusual_mtu_is_told_to_those_who_ask(void **state)
{
	struct world *w = *state;
	uint16_t len;

	assert_int_equal(discover_with(w, "\x1a", 1), DHCP_OFFER);
	assert_false(has_option(w, DHCP_OPT_INTERFACE_MTU));
	config_interface_find(&w->config, (struct interface_id){INTERFACE_TAP, 1})->mtu = 9000;
	configure(w);
	assert_int_equal(discover_with(w, "\x1a", 1), DHCP_OFFER);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_INTERFACE_MTU, &len), "\x23\x28", 2);
	assert_int_equal(discover_with(w, "\x01", 1), DHCP_OFFER);
	assert_false(has_option(w, DHCP_OPT_INTERFACE_MTU));
}

static void a_reservations_own_options_go_before_the_pools(void **state)
{
	struct world *w = *state;
	struct config_dhcp_pool *p = add_host(w, "TV", IP4(192, 168, 1, 30), mac_of(1));
	uint16_t len;

	p->default_routers[0] = IP4(192, 168, 1, 2);
	p->default_router_count = 1;
	p->has_lease = true;
	p->lease_s = 7200;
	snprintf(p->client_name, sizeof(p->client_name), "tv");
	configure(w);
	assert_int_equal(discover_with(w, "\x03\x06\x0c", 3), DHCP_OFFER);
	assert_int_equal(option_u32(w, DHCP_OPT_ROUTER), IP4(192, 168, 1, 2).host);
	assert_int_equal(option_u32(w, DHCP_OPT_DNS), ROUTER.host);
	assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), 7200);
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_HOSTNAME, &len), "tv", 2);
	assert_int_equal(len, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(d6_offer_and_ack_carry_lease_t1_and_t2_in_growing_order),
		WORLD_TEST(d6_a_client_may_ask_for_less_but_not_for_more_or_next_to_nothing),
		WORLD_TEST(d20_an_infinite_lease_is_never_renewed_and_never_ends),
		WORLD_TEST(a_pool_without_a_lease_time_has_a_day),
		WORLD_TEST(d7_nak_holds_nothing_but_type_server_message_and_echoes),
		WORLD_TEST(
			d11_without_an_address_the_flag_chooses_broadcast_or_unicast_without_arp),
		WORLD_TEST(d11_a_discover_cannot_aim_the_offer_with_ciaddr),
		WORLD_TEST(d13_parameters_come_once_in_the_order_asked_and_unknown_ones_not),
		WORLD_TEST(d13_the_mask_comes_before_the_router),
		WORLD_TEST(d13_the_longest_reply_keeps_to_what_every_client_takes),
		WORLD_TEST(d13_a_reply_is_300_bytes_at_least_and_has_an_end),
		WORLD_TEST(d11_giaddr_goes_before_ciaddr_and_ciaddr_before_the_flag),
		WORLD_TEST(d14_the_client_identifier_is_echoed_if_it_was_sent),
		WORLD_TEST(d16_relay_information_is_echoed_verbatim_and_last),
		WORLD_TEST(d16_relay_information_that_no_reply_can_hold_is_malformed),
		WORLD_TEST(the_fixed_part_echoes_what_it_must),
		WORLD_TEST(an_unusual_mtu_is_told_to_those_who_ask),
		WORLD_TEST(a_reservations_own_options_go_before_the_pools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
