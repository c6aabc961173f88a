/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages of DHCP's clients, type by type: how the server answers each. */
#include "fixture.h"

static const ip4_t first = IP4(192, 168, 1, 10); /* of the pool */

/* ---- DISCOVER ---- */

static void a_device_gets_offer_and_ack(void **state)
{
	struct world *w = *state;

	assert_ip(discover(w, mac_of(1)), first);
	assert_int_equal(w->verdict, VERDICT_CONSUMED);
	assert_int_equal(request(w, mac_of(1), first), DHCP_ACK);
	assert_ip(w->answer.yiaddr, first);
	assert_int_equal(option_u32(w, DHCP_OPT_SERVER_ID), ROUTER.host);
	assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), LEASE_S);
	assert_int_equal(w->reply.interface, 7);
	assert_ip(w->reply.src, ROUTER);
}

static void d1_current_binding_is_offered_before_the_requested_address(void **state)
{
	struct world *w = *state;

	assert_ip(lease(w, mac_of(1)), first);
	assert_int_equal(ask(w, &(struct ask){.type = DHCP_DISCOVER,
					      .mac = mac_of(1),
					      .requested = IP4(192, 168, 1, 77)}),
			 DHCP_OFFER);
	assert_ip(w->answer.yiaddr, first);
}

static void d1_previous_address_is_offered_again(void **state)
{
	struct world *w = *state;
	ip4_t mine;

	lease(w, mac_of(1));
	mine = lease(w, mac_of(2));
	release(w, mac_of(1), first);
	release(w, mac_of(2), mine);
	assert_ip(discover(w, mac_of(2)), mine);
	pass(w, 61);
	lease(w, mac_of(3)); /* takes none of theirs */
	assert_ip(discover(w, mac_of(1)), first);
}

static void d1_an_expired_address_is_offered_to_its_last_client(void **state)
{
	struct world *w = *state;
	ip4_t mine;

	lease(w, mac_of(1));
	mine = lease(w, mac_of(2));
	pass(w, LEASE_S + 1);
	assert_int_equal(kept_as(w, mine), DHCP_LEASE_EXPIRED);
	assert_ip(discover(w, mac_of(2)), mine);
}

static void d1_requested_address_is_offered_if_free(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .requested = IP4(192, 168, 1, 77)};

	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, a.requested);
	a.mac = mac_of(2); /* held for the first */
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, first);
}

static void requested_address_outside_what_is_leased_is_ignored(void **state)
{
	static const ip4_t bad[] = {
		IP4(192, 168, 1, 0),  IP4(192, 168, 1, 255), IP4(192, 168, 1, 1),
		IP4(192, 168, 1, 9),  IP4(10, 0, 0, 1),	     IP4(255, 255, 255, 255),
		IP4(192, 168, 2, 10),
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		const struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .requested = bad[i]};

		assert_int_equal(ask(w, &a), DHCP_OFFER);
		assert_ip(w->answer.yiaddr, first);
	}
}

static void d1_an_offer_is_held_for_a_minute(void **state)
{
	struct world *w = *state;
	const struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(2), .requested = first};

	assert_ip(discover(w, mac_of(1)), first);
	pass(w, 59);
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_int_not_equal(w->answer.yiaddr.host, first.host);
	pass(w, 2);
	assert_ip(discover(w, mac_of(3)), first);
	assert_int_equal(w->saved_count, 0); /* offers are never on disk */
}

static void d18_a_pool_of_200_asked_by_300_gives_exactly_200(void **state)
{
	const struct config_dhcp_excluded high = {IP4(192, 168, 1, 210), IP4(192, 168, 1, 255)};
	struct world *w = *state;
	bool given[256] = {false};
	unsigned int count = 0;

	config_excluded_add(&w->config, &high);
	configure(w);
	for (uint32_t i = 0; i < 300; i++) {
		ip4_t a = lease(w, mac_of(i));

		if (ip4_is_any(a))
			continue;
		count++;
		assert_true(a.host >= first.host && a.host < first.host + 200);
		assert_false(given[a.host & 255]);
		given[a.host & 255] = true;
	}
	assert_int_equal(count, 200);
	assert_int_equal(w->drops.count[DROP_DHCP_POOL_EXHAUSTED], 100);
	/* D18: those who have one go on */
	assert_int_equal(renew(w, mac_of(0), first), DHCP_ACK);
	assert_string_equal(w->log.mnemonic, "POOLFULL");
}

static void an_exhausted_pool_is_logged_once_a_minute(void **state)
{
	const struct config_dhcp_excluded rest = {IP4(192, 168, 1, 10), IP4(192, 168, 1, 255)};
	struct world *w = *state;

	config_excluded_add(&w->config, &rest);
	configure(w);
	for (uint32_t i = 0; i < 100; i++)
		discover(w, mac_of(i));
	assert_int_equal(w->log_count, 1);
	pass(w, 60);
	discover(w, mac_of(1));
	assert_int_equal(w->log_count, 2);
}

static void d1_a_used_up_pool_gives_the_longest_abandoned_address(void **state)
{
	const struct config_dhcp_excluded rest = {IP4(192, 168, 1, 13), IP4(192, 168, 1, 255)};
	struct world *w = *state;
	ip4_t a[3];

	config_excluded_add(&w->config, &rest);
	configure(w);
	for (uint32_t i = 0; i < 3; i++)
		a[i] = lease(w, mac_of(i));
	release(w, mac_of(1), a[1]);
	release(w, mac_of(0), a[0]);
	assert_ip(lease(w, mac_of(9)), a[1]);
	assert_ip(discover(w, mac_of(8)), a[0]);
	assert_ip(discover(w, mac_of(7)), IP4_ANY);
}

/* ---- REQUEST, SELECTING ---- */

static void d3_request_for_another_server_frees_the_offer(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_REQUEST,
			.mac = mac_of(1),
			.requested = IP4(192, 168, 1, 66),
			.server_id = IP4(192, 168, 1, 2)};

	assert_ip(discover(w, mac_of(1)), first);
	assert_int_equal(ask(w, &a), 0);
	assert_dropped(w, DROP_DHCP_NOT_FOR_US);
	assert_ip(discover(w, mac_of(2)), first);
}

static void d3_any_address_of_the_router_is_its_server_id(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_REQUEST, .mac = mac_of(1), .requested = first};

	add_interface(w, 9, (struct ip4_prefix){IP4(203, 0, 113, 10), 24});
	configure(w);
	discover(w, mac_of(1));
	a.server_id = IP4(203, 0, 113, 10);
	assert_int_equal(ask(w, &a), DHCP_ACK);
}

static void d3_an_offer_that_ran_out_is_made_good_while_the_address_is_free(void **state)
{
	struct world *w = *state;

	discover(w, mac_of(1));
	pass(w, 100);
	assert_int_equal(request(w, mac_of(1), first), DHCP_ACK);
}

static void d3_request_for_what_another_holds_is_refused(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	assert_int_equal(request(w, mac_of(2), first), DHCP_NAK);
	assert_int_equal(request(w, mac_of(2), IP4(192, 168, 1, 5)), DHCP_NAK); /* excluded */
	assert_int_equal(request(w, mac_of(2), ROUTER), DHCP_NAK);
	assert_int_equal(request(w, mac_of(2), IP4(10, 1, 1, 1)), DHCP_NAK);
}

/* ---- REQUEST, INIT-REBOOT ---- */

static void d4_init_reboot_on_the_wrong_network_is_refused_to_all(void **state)
{
	struct world *w = *state;

	assert_int_equal(reboot(w, mac_of(1), IP4(10, 9, 9, 9)), DHCP_NAK);
	assert_ip(w->reply.dst, IP4_BROADCAST);
	assert_int_equal(w->reply.dst_port, DHCP_CLIENT_PORT);
	assert_false(w->reply.has_mac);
}

static void d4_init_reboot_of_an_unknown_client_is_silent(void **state)
{
	struct world *w = *state;

	assert_int_equal(reboot(w, mac_of(1), IP4(192, 168, 1, 50)), 0);
	assert_dropped(w, DROP_DHCP_UNKNOWN_CLIENT);
	/* also when the address is somebody else's, or held for the asker only */
	lease(w, mac_of(2));
	assert_int_equal(reboot(w, mac_of(1), first), 0);
	discover(w, mac_of(1));
	assert_int_equal(reboot(w, mac_of(1), IP4(192, 168, 1, 50)), 0);
}

static void d4_init_reboot_with_the_right_address_is_granted(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	assert_int_equal(reboot(w, mac_of(1), first), DHCP_ACK);
	pass(w, LEASE_S + 5); /* expired, and nobody has taken it */
	assert_int_equal(reboot(w, mac_of(1), first), DHCP_ACK);
}

static void d4_init_reboot_with_another_address_than_recorded_is_refused(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	assert_int_equal(reboot(w, mac_of(1), IP4(192, 168, 1, 50)), DHCP_NAK);
	assert_ip(w->reply.dst, IP4_BROADCAST);
}

static void an_address_on_a_secondary_network_is_not_on_the_wrong_one(void **state)
{
	struct world *w = *state;
	struct config_interface *i =
		config_interface_find(&w->config, (struct interface_id){INTERFACE_TAP, 1});

	i->addresses[i->address_count++] = (struct ip4_prefix){IP4(10, 5, 0, 1), 16};
	configure(w);
	assert_int_equal(reboot(w, mac_of(1), IP4(10, 5, 1, 1)), 0);
	assert_int_equal(reboot(w, mac_of(1), IP4(10, 6, 1, 1)), DHCP_NAK);
}

/* ---- REQUEST, RENEWING and REBINDING ---- */

static void d5_renewing_extends_the_lease_by_unicast(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	pass(w, LEASE_S - 10);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	assert_ip(w->reply.dst, first);
	assert_false(w->reply.has_mac);
	assert_ip(w->answer.ciaddr, first);
	assert_ip(w->answer.yiaddr, first);
	pass(w, LEASE_S - 10);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	pass(w, 20);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_EXPIRED);
}

static void d5_rebinding_by_broadcast_extends_the_lease(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	assert_int_equal(rebind(w, mac_of(1), first), DHCP_ACK);
	assert_ip(w->reply.dst, first);
}

static void d5_ciaddr_that_is_not_the_clients_is_refused(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	lease(w, mac_of(2));
	assert_int_equal(renew(w, mac_of(2), first), DHCP_NAK);
	assert_int_equal(rebind(w, mac_of(2), first), DHCP_NAK);
	assert_int_equal(rebind(w, mac_of(2), IP4(10, 0, 0, 5)), DHCP_NAK);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
}

static void d5_renewal_of_a_lost_record_is_trusted_but_rebinding_is_not(void **state)
{
	struct world *w = *state;
	ip4_t a = IP4(192, 168, 1, 40);

	assert_int_equal(rebind(w, mac_of(1), a), 0);
	assert_int_equal(renew(w, mac_of(1), a), DHCP_ACK);
	assert_int_equal(kept_as(w, a), DHCP_LEASE_BOUND);
	assert_int_equal(renew(w, mac_of(2), a), DHCP_NAK);
}

static void a_reservation_may_be_of_an_excluded_address(void **state)
{
	struct world *w = *state;

	add_host(w, "TV", IP4(192, 168, 1, 5), mac_of(5)); /* 1 to 9 are excluded */
	configure(w);
	assert_ip(lease(w, mac_of(5)), IP4(192, 168, 1, 5));
	assert_int_equal(renew(w, mac_of(5), IP4(192, 168, 1, 5)), DHCP_ACK);
	assert_ip(lease(w, mac_of(6)), first);
}

static void an_excluded_address_runs_on_but_is_not_renewed(void **state)
{
	const struct config_dhcp_excluded now_excluded = {IP4(192, 168, 1, 10),
							  IP4(192, 168, 1, 10)};
	struct world *w = *state;

	lease(w, mac_of(1));
	config_excluded_add(&w->config, &now_excluded);
	configure(w);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_NAK);
	assert_ip(lease(w, mac_of(1)), IP4(192, 168, 1, 11));
	assert_int_equal(kept_as(w, first), DHCP_LEASE_FREE); /* one lease a client */
	assert_ip(lease(w, mac_of(2)), IP4(192, 168, 1, 12));
}

/* ---- DECLINE ---- */

static void d8_a_declined_address_is_quarantined_and_logged(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(2), .requested = first};

	lease(w, mac_of(1));
	decline(w, mac_of(1), first);
	assert_string_equal(w->log.mnemonic, "DECLINE_CONFLICT");
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_DECLINED);
	assert_int_equal(w->saved.token, 0);
	assert_ip(lease(w, mac_of(1)), IP4(192, 168, 1, 11));
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, IP4(192, 168, 1, 12));
	assert_int_equal(request(w, mac_of(2), first), DHCP_NAK);
	pass(w, 3601);
	a.mac = mac_of(3);
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, first);
}

static void d8_only_the_bound_client_may_decline(void **state)
{
	struct world *w = *state;
	const struct ask another = {.type = DHCP_DECLINE,
				    .mac = mac_of(1),
				    .requested = first,
				    .server_id = IP4(192, 168, 1, 200)}; /* server */

	lease(w, mac_of(1));
	decline(w, mac_of(2), first);
	assert_dropped(w, DROP_DHCP_UNKNOWN_CLIENT);
	decline(w, mac_of(1), IP4(192, 168, 1, 99));
	decline(w, mac_of(1), ROUTER);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	discover(w, mac_of(3));
	decline(w, mac_of(3), IP4(192, 168, 1, 11)); /* offered, never bound */
	assert_int_equal(ask(w, &another), 0);
	assert_dropped(w, DROP_DHCP_NOT_FOR_US);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	assert_int_equal(kept_as(w, IP4(192, 168, 1, 11)), DHCP_LEASE_FREE);
}

static void d8_a_decliner_takes_at_most_a_quarter_of_the_pool(void **state)
{
	struct world *w = *state;
	unsigned int quarantined = 0;

	for (uint32_t i = 0; i < 200; i++) {
		ip4_t a = lease(w, mac_of(1));

		assert_false(ip4_is_any(a));
		decline(w, mac_of(1), a);
		assert_int_equal(w->verdict, VERDICT_CONSUMED);
	}
	for (uint32_t i = 10; i < 255; i++)
		quarantined += kept_as(w, IP4(192, 168, 1, i)) == DHCP_LEASE_DECLINED;
	assert_int_equal(quarantined, 61); /* of 245 */
}

/* ---- RELEASE ---- */

static void d9_release_keeps_the_record_and_is_not_answered(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	release(w, mac_of(1), first);
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_RELEASED);
	assert_int_equal(w->saved.token, 0);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_RELEASED);
	assert_ip(discover(w, mac_of(2)), IP4(192, 168, 1, 11));
	assert_ip(discover(w, mac_of(1)), first);
}

static void d9_a_release_or_decline_from_another_port_is_not_believed(void **state)
{
	struct world *w = *state;

	w->in.port = 3;
	assert_ip(lease(w, mac_of(1)), first);
	w->in.port = 4; /* somebody else, who says to be it */
	release(w, mac_of(1), first);
	assert_dropped(w, DROP_DHCP_WRONG_PORT);
	decline(w, mac_of(1), first);
	assert_int_equal(w->drops.count[DROP_DHCP_WRONG_PORT], 2);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	/* after it has renewed there it is at home there */
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	release(w, mac_of(1), first);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_RELEASED);
}

static void d9_release_must_match_client_hardware_and_address(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .id = "\x00one", .id_len = 4};

	assert_int_equal(ask(w, &a), DHCP_OFFER);
	a.type = DHCP_REQUEST;
	a.requested = first;
	a.server_id = ROUTER;
	assert_int_equal(ask(w, &a), DHCP_ACK);
	a.type = DHCP_RELEASE;
	a.requested = IP4_ANY;

	a.ciaddr = IP4(192, 168, 1, 11); /* not its address */
	ask(w, &a);
	a.ciaddr = first;
	a.mac = mac_of(2); /* not its hardware */
	ask(w, &a);
	a.mac = mac_of(1);
	a.id = "\x00two"; /* not its identifier */
	ask(w, &a);
	a.id = NULL;
	ask(w, &a);
	assert_int_equal(w->drops.count[DROP_DHCP_UNKNOWN_CLIENT], 4);
	a.id = "\x00one";
	a.server_id = IP4(192, 168, 1, 200); /* not its server */
	ask(w, &a);
	assert_dropped(w, DROP_DHCP_NOT_FOR_US);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	a.server_id = ROUTER;
	ask(w, &a);
	assert_int_equal(w->verdict, VERDICT_CONSUMED);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_RELEASED);
	ask(w, &a); /* twice */
	assert_int_equal(w->drops.count[DROP_DHCP_UNKNOWN_CLIENT], 5);
}

/* ---- INFORM ---- */

static void d10_inform_is_acked_to_ciaddr_without_address_or_lease(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_INFORM, .mac = mac_of(1), .ciaddr = IP4(192, 168, 1, 5)};

	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_ip(w->reply.dst, a.ciaddr);
	assert_int_equal(w->reply.dst_port, DHCP_CLIENT_PORT);
	assert_ip(w->answer.yiaddr, IP4_ANY);
	assert_false(has_option(w, DHCP_OPT_LEASE_TIME));
	assert_false(has_option(w, DHCP_OPT_T1));
	assert_int_equal(option_u32(w, DHCP_OPT_ROUTER), ROUTER.host);
	assert_int_equal(w->saved_count, 0);
	a.ciaddr = IP4_ANY;
	w->in.src = IP4(192, 168, 1, 6);
	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_ip(w->reply.dst, IP4(192, 168, 1, 6));
}

static void d10_inform_behind_a_relay_is_answered_at_ciaddr(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_INFORM,
			.mac = mac_of(1),
			.giaddr = IP4(10, 7, 0, 254),
			.ciaddr = IP4(10, 7, 0, 9),
			.flags = DHCP_FLAG_BROADCAST};

	add_pool(w, "FAR", (struct ip4_prefix){IP4(10, 7, 0, 0), 24});
	configure(w);
	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_ip(w->reply.dst, a.ciaddr); /* s4.3.5, though s4.1 says giaddr */
	assert_int_equal(w->reply.dst_port, DHCP_CLIENT_PORT);
	assert_false(w->reply.has_mac);
	assert_int_equal(option_u32(w, DHCP_OPT_ROUTER), IP4(10, 7, 0, 1).host);
	a.ciaddr = IP4(192, 168, 1, 5); /* of another network than its relay's */
	assert_int_equal(ask(w, &a), 0);
	assert_int_equal(w->verdict, VERDICT_DROPPED);
}

static void d10_inform_with_an_address_no_host_can_have_is_dropped(void **state)
{
	static const ip4_t bad[] = {IP4(0, 0, 0, 0),	   IP4(255, 255, 255, 255),
				    IP4(192, 168, 1, 255), IP4(192, 168, 1, 0),
				    IP4(192, 168, 1, 1),   IP4(8, 8, 8, 8)};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		const struct ask a = {.type = DHCP_INFORM, .mac = mac_of(1), .ciaddr = bad[i]};

		assert_int_equal(ask(w, &a), 0);
		assert_int_equal(w->verdict, VERDICT_DROPPED);
	}
}

/* ---- malformed ---- */

static void d17_messages_that_no_client_sends_are_dropped(void **state)
{
	static const uint8_t types[] = {DHCP_OFFER, DHCP_ACK, DHCP_NAK, 9, 13, 255};
	struct world *w = *state;
	struct ask a = {.type = DHCP_REQUEST, .mac = mac_of(1)};
	uint8_t bytes[400];
	size_t len;

	for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
		const struct ask other = {.type = types[i], .mac = mac_of(1)};

		assert_int_equal(ask(w, &other), 0);
		assert_int_equal(w->drops.count[DROP_DHCP_NOT_FOR_US], i + 1);
	}
	assert_int_equal(ask(w, &a), 0); /* a REQUEST that asks for nothing */
	a.type = DHCP_DECLINE;
	assert_int_equal(ask(w, &a), 0);
	a.type = DHCP_DISCOVER;
	len = build_ask(&a, bytes, sizeof(bytes));
	bytes[0] = DHCP_BOOTREPLY;
	assert_int_equal(send_bytes(w, bytes, len), VERDICT_DROPPED);
	assert_int_equal(w->drops.count[DROP_DHCP_MALFORMED], 3);
}

static void c1_every_message_cut_at_every_byte_and_in_every_state_does_no_harm(void **state)
{
	struct world *w = *state;
	uint8_t bytes[600];

	lease(w, mac_of(1));
	discover(w, mac_of(2));
	for (uint8_t type = 0; type <= 9; type++) {
		const struct ask a = {.type = type,
				      .mac = mac_of(type % 3),
				      .requested = IP4(192, 168, 1, 11),
				      .ciaddr = type & 1 ? first : IP4_ANY,
				      .id = "\x01zz",
				      .id_len = 3,
				      .parameters = "\x01\x03\x06\x0f",
				      .parameters_len = 4,
				      .relay = "\x01\x02zz",
				      .relay_len = 4,
				      TEXT_OPTION("name")};
		size_t len = build_ask(&a, bytes, sizeof(bytes));

		for (size_t cut = 0; cut <= len; cut++) {
			send_bytes(w, bytes, cut);
			settle(w);
			while (take(w))
				;
		}
	}
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_device_gets_offer_and_ack),
		WORLD_TEST(d1_current_binding_is_offered_before_the_requested_address),
		WORLD_TEST(d1_previous_address_is_offered_again),
		WORLD_TEST(d1_an_expired_address_is_offered_to_its_last_client),
		WORLD_TEST(d1_requested_address_is_offered_if_free),
		WORLD_TEST(requested_address_outside_what_is_leased_is_ignored),
		WORLD_TEST(d1_an_offer_is_held_for_a_minute),
		WORLD_TEST(d18_a_pool_of_200_asked_by_300_gives_exactly_200),
		WORLD_TEST(an_exhausted_pool_is_logged_once_a_minute),
		WORLD_TEST(d1_a_used_up_pool_gives_the_longest_abandoned_address),
		WORLD_TEST(d3_request_for_another_server_frees_the_offer),
		WORLD_TEST(d3_any_address_of_the_router_is_its_server_id),
		WORLD_TEST(d3_an_offer_that_ran_out_is_made_good_while_the_address_is_free),
		WORLD_TEST(d3_request_for_what_another_holds_is_refused),
		WORLD_TEST(d4_init_reboot_on_the_wrong_network_is_refused_to_all),
		WORLD_TEST(d4_init_reboot_of_an_unknown_client_is_silent),
		WORLD_TEST(d4_init_reboot_with_the_right_address_is_granted),
		WORLD_TEST(d4_init_reboot_with_another_address_than_recorded_is_refused),
		WORLD_TEST(an_address_on_a_secondary_network_is_not_on_the_wrong_one),
		WORLD_TEST(d5_renewing_extends_the_lease_by_unicast),
		WORLD_TEST(d5_rebinding_by_broadcast_extends_the_lease),
		WORLD_TEST(d5_ciaddr_that_is_not_the_clients_is_refused),
		WORLD_TEST(d5_renewal_of_a_lost_record_is_trusted_but_rebinding_is_not),
		WORLD_TEST(a_reservation_may_be_of_an_excluded_address),
		WORLD_TEST(an_excluded_address_runs_on_but_is_not_renewed),
		WORLD_TEST(d8_a_declined_address_is_quarantined_and_logged),
		WORLD_TEST(d8_only_the_bound_client_may_decline),
		WORLD_TEST(d8_a_decliner_takes_at_most_a_quarter_of_the_pool),
		WORLD_TEST(d9_release_keeps_the_record_and_is_not_answered),
		WORLD_TEST(d9_a_release_or_decline_from_another_port_is_not_believed),
		WORLD_TEST(d9_release_must_match_client_hardware_and_address),
		WORLD_TEST(d10_inform_is_acked_to_ciaddr_without_address_or_lease),
		WORLD_TEST(d10_inform_behind_a_relay_is_answered_at_ciaddr),
		WORLD_TEST(d10_inform_with_an_address_no_host_can_have_is_dropped),
		WORLD_TEST(d17_messages_that_no_client_sends_are_dropped),
		WORLD_TEST(c1_every_message_cut_at_every_byte_and_in_every_state_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
