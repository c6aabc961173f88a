/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom the server serves: who a client is, what is reserved for it, and where it asks from. */
#include "fixture.h"

static const ip4_t first = IP4(192, 168, 1, 10); /* of the pool */

/* ---- who is a client ---- */

static void d12_option_61_is_the_key_before_the_hardware_address(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .id = "\xff\x00", .id_len = 2};

	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, first);
	a.mac = mac_of(2); /* same client, another card */
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, first);
	a.id = "\xff\x01"; /* another client, bytes are opaque */
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, IP4(192, 168, 1, 11));
}

static void d12_identifiers_are_64_bytes_at_most(void **state)
{
	struct world *w = *state;
	char id[255];
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .id = id, .id_len = 64};

	memset(id, 7, sizeof(id));
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	a.id_len = 65;
	assert_int_equal(ask(w, &a), 0);
	a.id_len = 255;
	assert_int_equal(ask(w, &a), 0);
	assert_int_equal(dhcp_server_stats(w->server)->malformed, 2);
}

static void d12_a_client_without_any_name_is_malformed(void **state)
{
	struct world *w = *state;
	const struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1)};
	uint8_t bytes[400];
	size_t len = build_ask(&a, bytes, sizeof(bytes));

	bytes[2] = 0; /* hlen, and no option 61 */
	assert_int_equal(send_bytes(w, bytes, len), VERDICT_DROPPED);
	assert_dropped(w, DROP_DHCP_MALFORMED);
}

static void d17_hostname_is_kept_clean(void **state)
{
	struct world *w = *state;
	struct dhcp_binding b;
	struct ask a = {.type = DHCP_REQUEST,
			.mac = mac_of(1),
			.requested = first,
			.server_id = ROUTER,
			TEXT_OPTION("lap\x1b[31m`reboot`;top\0evil")};

	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_int_equal(dhcp_server_find(w->server, first, &b, w->now), 0);
	assert_string_equal(b.record.hostname, "lap-31m-reboot-top");
}

/* ---- reservations ---- */

static void a_reservation_is_its_devices_alone(void **state)
{
	struct world *w = *state;
	ip4_t mine = IP4(192, 168, 1, 10);

	add_host(w, "TV", mine, mac_of(5));
	configure(w);
	assert_ip(lease(w, mac_of(1)), IP4(192, 168, 1, 11));
	assert_int_equal(request(w, mac_of(1), mine), DHCP_NAK);
	assert_ip(lease(w, mac_of(5)), mine);
	/* options come from the pool that holds the address */
	assert_int_equal(option_u32(w, DHCP_OPT_ROUTER), ROUTER.host);
	assert_int_equal(option_u32(w, DHCP_OPT_SUBNET_MASK), 0xffffff00);
	assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), LEASE_S);
}

static void a_reservation_may_lie_in_an_excluded_range(void **state)
{
	struct world *w = *state;

	add_host(w, "TV", IP4(192, 168, 1, 5), mac_of(5));
	configure(w);
	assert_ip(lease(w, mac_of(5)), IP4(192, 168, 1, 5));
}

static void a_reservation_by_identifier_also_knows_the_bare_hardware_address(void **state)
{
	struct world *w = *state;
	struct config_dhcp_pool *p = config_pool_get(&w->config, "PHONE");
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(9)};

	p->has_host = true;
	p->host = (struct ip4_prefix){IP4(192, 168, 1, 20), 24};
	p->client_id[0] = 1;
	memcpy(p->client_id + 1, mac_of(6).byte, 6);
	p->client_id_len = 7;
	configure(w);
	assert_ip(discover(w, mac_of(6)), IP4(192, 168, 1, 20));
	a.id = (const char *)p->client_id;
	a.id_len = 7;
	pass(w, 61);
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, IP4(192, 168, 1, 20));
	assert_ip(discover(w, mac_of(7)), first);
}

static void a_new_reservation_counts_at_the_next_renewal(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	add_host(w, "TV", IP4(192, 168, 1, 30), mac_of(1));
	configure(w);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_NAK);
	assert_ip(lease(w, mac_of(1)), IP4(192, 168, 1, 30));
}

static void a_reservation_that_another_still_holds_waits_for_it(void **state)
{
	struct world *w = *state;

	assert_ip(lease(w, mac_of(1)), first);
	add_host(w, "TV", first, mac_of(2));
	configure(w);
	assert_ip(lease(w, mac_of(2)), IP4(192, 168, 1, 11));
	assert_int_equal(renew(w, mac_of(1), first), DHCP_NAK); /* must go */
	assert_int_equal(renew(w, mac_of(2), IP4(192, 168, 1, 11)), DHCP_ACK);
	pass(w, LEASE_S + 1);
	assert_ip(lease(w, mac_of(2)), first);
}

static void one_device_under_two_names_keeps_its_reservation(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(5), .id = "\x00pxe", .id_len = 4};

	add_host(w, "TV", IP4(192, 168, 1, 30), mac_of(5));
	configure(w);
	assert_ip(lease(w, mac_of(5)), IP4(192, 168, 1, 30));
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, IP4(192, 168, 1, 30));
	a.type = DHCP_REQUEST;
	a.requested = IP4(192, 168, 1, 30);
	a.server_id = ROUTER;
	assert_int_equal(ask(w, &a), DHCP_ACK);
}

static void a_reservation_alone_serves_its_network(void **state)
{
	struct world *w = *state;

	config_pool_remove(&w->config, "LAN");
	add_host(w, "TV", IP4(192, 168, 1, 30), mac_of(5));
	configure(w);
	assert_ip(lease(w, mac_of(5)), IP4(192, 168, 1, 30));
	assert_int_equal(option_u32(w, DHCP_OPT_SUBNET_MASK), 0xffffff00);
	assert_int_equal(renew(w, mac_of(5), IP4(192, 168, 1, 30)), DHCP_ACK);
	assert_ip(discover(w, mac_of(1)), IP4_ANY);
	assert_dropped(w, DROP_DHCP_NOT_SERVED);
}

/* ---- where a message comes from ---- */

static void an_interface_without_a_pool_is_not_served(void **state)
{
	struct world *w = *state;

	w->in.network = (struct ip4_prefix){IP4(203, 0, 113, 10), 24};
	assert_ip(discover(w, mac_of(1)), IP4_ANY);
	w->in.network = (struct ip4_prefix){IP4_ANY, 0};
	assert_ip(discover(w, mac_of(1)), IP4_ANY);
	assert_int_equal(w->drops.count[DROP_DHCP_NOT_SERVED], 2);
}

static void each_interface_has_its_own_pool(void **state)
{
	struct world *w = *state;

	add_interface(w, 2, (struct ip4_prefix){IP4(10, 0, 0, 1), 16});
	add_pool(w, "GUESTS", (struct ip4_prefix){IP4(10, 0, 0, 0), 16});
	configure(w);
	assert_ip(lease(w, mac_of(1)), first);
	w->in.network = (struct ip4_prefix){IP4(10, 0, 0, 1), 16};
	assert_ip(lease(w, mac_of(1)), IP4(10, 0, 0, 2)); /* .1 is the router */
	assert_int_equal(kept_as(w, first), DHCP_LEASE_BOUND);
	assert_int_equal(reboot(w, mac_of(1), first), DHCP_NAK); /* not on this one */
}

static void d16_the_pool_behind_a_relay_is_found_by_giaddr(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .giaddr = IP4(10, 7, 0, 254)};

	add_pool(w, "FAR", (struct ip4_prefix){IP4(10, 7, 0, 0), 24});
	configure(w);
	assert_int_equal(ask(w, &a), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, IP4(10, 7, 0, 1));
	assert_ip(w->reply.dst, a.giaddr);
	assert_int_equal(w->reply.dst_port, DHCP_SERVER_PORT);
	a.giaddr = IP4(10, 8, 0, 1); /* no pool: silent */
	assert_int_equal(ask(w, &a), 0);
	assert_dropped(w, DROP_DHCP_NOT_SERVED);
}

static void d16_init_reboot_on_the_wrong_side_of_a_relay_is_refused(void **state)
{
	struct world *w = *state;
	const struct ask a = {.type = DHCP_REQUEST,
			      .mac = mac_of(1),
			      .giaddr = IP4(10, 7, 0, 254),
			      .requested = IP4(192, 168, 1, 10)};

	add_pool(w, "FAR", (struct ip4_prefix){IP4(10, 7, 0, 0), 24});
	configure(w);
	assert_int_equal(ask(w, &a), DHCP_NAK);
	assert_ip(w->reply.dst, a.giaddr);
	assert_int_equal(w->answer.flags, DHCP_FLAG_BROADCAST);
}

static void d5_a_client_behind_a_relay_renews_past_it(void **state)
{
	struct world *w = *state;
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .giaddr = IP4(10, 7, 0, 254)};

	add_pool(w, "FAR", (struct ip4_prefix){IP4(10, 7, 0, 0), 24});
	configure(w);
	ask(w, &a);
	a.type = DHCP_REQUEST;
	a.requested = IP4(10, 7, 0, 1);
	a.server_id = ROUTER;
	assert_int_equal(ask(w, &a), DHCP_ACK);
	assert_int_equal(renew(w, mac_of(1), IP4(10, 7, 0, 1)), DHCP_ACK);
	assert_ip(w->reply.dst, IP4(10, 7, 0, 1));
	release(w, mac_of(1), IP4(10, 7, 0, 1));
	assert_int_equal(kept_as(w, IP4(10, 7, 0, 1)), DHCP_LEASE_RELEASED);
}

static void d20_nothing_relayed_or_unicast_from_outside_is_served(void **state)
{
	struct world *w = *state;
	struct config_interface *wan =
		add_interface(w, 9, (struct ip4_prefix){IP4(203, 0, 113, 10), 24});
	struct ask a = {.type = DHCP_DISCOVER, .mac = mac_of(1), .giaddr = IP4(192, 168, 1, 50)};

	wan->nat_side = CONFIG_NAT_OUTSIDE;
	configure(w);
	w->in.network = wan->addresses[0];
	w->in.dst = wan->addresses[0].address;
	assert_int_equal(ask(w, &a), 0);
	a.giaddr = IP4_ANY;
	a.type = DHCP_REQUEST;
	a.ciaddr = IP4(192, 168, 1, 50);
	assert_int_equal(ask(w, &a), 0);
	a.type = DHCP_INFORM;
	assert_int_equal(ask(w, &a), 0);
	assert_int_equal(w->drops.count[DROP_DHCP_NOT_SERVED], 3);
}

static void d20_bootp_is_ignored_and_counted(void **state)
{
	struct world *w = *state;

	assert_int_equal(ask(w, &(struct ask){.mac = mac_of(1)}), 0);
	assert_int_equal(dhcp_server_stats(w->server)->received[0], 1);
	assert_dropped(w, DROP_DHCP_NOT_SERVED);
}

static void no_service_dhcp_answers_nobody_and_keeps_the_leases(void **state)
{
	struct world *w = *state;

	lease(w, mac_of(1));
	w->config.dhcp.disabled = true;
	configure(w);
	assert_int_equal(renew(w, mac_of(1), first), 0);
	assert_dropped(w, DROP_DHCP_NOT_SERVED);
	w->config.dhcp.disabled = false;
	configure(w);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(d12_option_61_is_the_key_before_the_hardware_address),
		WORLD_TEST(d12_identifiers_are_64_bytes_at_most),
		WORLD_TEST(d12_a_client_without_any_name_is_malformed),
		WORLD_TEST(d17_hostname_is_kept_clean),
		WORLD_TEST(a_reservation_is_its_devices_alone),
		WORLD_TEST(a_reservation_may_lie_in_an_excluded_range),
		WORLD_TEST(a_reservation_by_identifier_also_knows_the_bare_hardware_address),
		WORLD_TEST(a_new_reservation_counts_at_the_next_renewal),
		WORLD_TEST(a_reservation_that_another_still_holds_waits_for_it),
		WORLD_TEST(one_device_under_two_names_keeps_its_reservation),
		WORLD_TEST(a_reservation_alone_serves_its_network),
		WORLD_TEST(an_interface_without_a_pool_is_not_served),
		WORLD_TEST(each_interface_has_its_own_pool),
		WORLD_TEST(d16_the_pool_behind_a_relay_is_found_by_giaddr),
		WORLD_TEST(d16_init_reboot_on_the_wrong_side_of_a_relay_is_refused),
		WORLD_TEST(d5_a_client_behind_a_relay_renews_past_it),
		WORLD_TEST(d20_nothing_relayed_or_unicast_from_outside_is_served),
		WORLD_TEST(d20_bootp_is_ignored_and_counted),
		WORLD_TEST(no_service_dhcp_answers_nobody_and_keeps_the_leases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
