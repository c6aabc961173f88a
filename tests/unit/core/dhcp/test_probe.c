/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses are looked for on the network before they are offered (RFC 2131 s4.3.1). */
#include "fixture.h"

static const ip4_t first = IP4(192, 168, 1, 10), second = IP4(192, 168, 1, 11);

static int probing_setup(void **state)
{
	struct world *w;

	world_setup(state);
	w = *state;
	w->config.dhcp.ping_packets = 2;
	w->config.dhcp.ping_timeout_ms = 500;
	configure(w);
	return 0;
}

static void pass_ms(struct world *w, int64_t ms)
{
	w->now = mono_add_ms(w->now, ms);
	dhcp_server_tick(w->server, w->now);
	settle(w);
}

/** The next probe that is to be sent. Return: its address; IP4_ANY: there is none. */
static ip4_t probed(struct world *w, struct dhcp_probe *probe)
{
	return dhcp_server_next_probe(w->server, probe) ? probe->address : IP4_ANY;
}

static bool sight(struct world *w, ip4_t address, mac_t mac)
{
	const struct dhcp_sighting seen = {
		.address = address, .by_arp = true, .interface = 7, .hardware = mac};
	bool asked_for = dhcp_server_sighted(w->server, &seen, w->now);

	settle(w);
	return asked_for;
}

static unsigned int ask_discover(struct world *w, mac_t mac, uint32_t xid)
{
	return ask(w, &(struct ask){.type = DHCP_DISCOVER, .mac = mac, .xid = xid});
}

static void d2_an_address_is_probed_by_arp_and_then_offered(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;

	assert_int_equal(ask_discover(w, mac_of(1), 1), 0);
	assert_int_equal(w->verdict, VERDICT_CONSUMED);
	assert_ip(probed(w, &probe), first);
	assert_true(probe.by_arp);
	assert_int_equal(probe.interface, 7);
	assert_ip(probed(w, &probe), IP4_ANY);
	pass_ms(w, 99);
	assert_false(take(w));
	assert_ip(probed(w, &probe), IP4_ANY);
	pass_ms(w, 1);
	assert_ip(probed(w, &probe), first);
	pass_ms(w, 99);
	assert_false(take(w));
	assert_int_equal(dhcp_server_deadline(w->server).ms, w->now.ms + 1);
	pass_ms(w, 1);
	assert_true(take(w));
	assert_int_equal(w->answer.type, DHCP_OFFER);
	assert_ip(w->answer.yiaddr, first);
	assert_false(dhcp_server_is_probing(w->server));
	assert_int_equal(request(w, mac_of(1), first), DHCP_ACK);
}

static void d2_behind_a_relay_it_is_an_echo_that_waits_longer(void **state)
{
	struct world *w = *state;
	const struct dhcp_sighting seen = {.address = IP4(10, 9, 0, 1)};
	struct dhcp_probe probe;

	add_interface(w, 2, (struct ip4_prefix){IP4(10, 0, 0, 1), 8});
	add_pool(w, "FAR", (struct ip4_prefix){IP4(10, 9, 0, 0), 24});
	configure(w);
	assert_int_equal(ask(w, &(struct ask){.type = DHCP_DISCOVER,
					      .mac = mac_of(1),
					      .giaddr = IP4(10, 9, 0, 254)}),
			 0);
	assert_ip(probed(w, &probe), IP4(10, 9, 0, 1));
	assert_false(probe.by_arp);
	assert_ip(probe.src, ROUTER);
	assert_int_equal(probe.seq, 1);
	/* ARP of our own link says nothing about it */
	assert_false(sight(w, IP4(10, 9, 0, 1), mac_of(2)));
	pass_ms(w, 500);
	assert_ip(probed(w, &probe), IP4(10, 9, 0, 1));
	assert_int_equal(probe.seq, 2);
	assert_true(dhcp_server_sighted(w->server, &seen, w->now));
	assert_ip(probed(w, &probe), IP4(10, 9, 0, 2));
	pass_ms(w, 500);
	pass_ms(w, 500);
	assert_true(take(w));
	assert_ip(w->answer.yiaddr, IP4(10, 9, 0, 2));
	assert_ip(w->reply.dst, IP4(10, 9, 0, 254));
}

/* A relay on the link asks for a client there: ARP finds who is at the address. */
static void d2_behind_a_relay_on_the_link_it_is_arp(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;

	assert_int_equal(ask(w, &(struct ask){.type = DHCP_DISCOVER,
					      .mac = mac_of(1),
					      .giaddr = IP4(192, 168, 1, 2)}),
			 0);
	assert_ip(probed(w, &probe), first);
	assert_true(probe.by_arp);
	assert_true(sight(w, first, mac_of(2)));
	assert_ip(probed(w, &probe), IP4(192, 168, 1, 11));
	pass_ms(w, 100);
	pass_ms(w, 100);
	assert_true(take(w));
	assert_ip(w->answer.yiaddr, IP4(192, 168, 1, 11));
	assert_ip(w->reply.dst, IP4(192, 168, 1, 2));
}

static void d2_an_address_in_use_is_put_aside_and_the_next_is_probed(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;
	struct dhcp_conflict conflict;
	ip4_t at = IP4_ANY;

	ask_discover(w, mac_of(1), 1);
	assert_ip(probed(w, &probe), first);
	assert_true(sight(w, first, mac_of(77)));
	assert_string_equal(w->log.mnemonic, "PING_CONFLICT");
	assert_int_equal(kept_as(w, first), DHCP_LEASE_DECLINED);
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_DECLINED);
	assert_ip(probed(w, &probe), second);
	pass_ms(w, 100);
	pass_ms(w, 100);
	assert_true(take(w));
	assert_ip(w->answer.yiaddr, second);
	pass(w, 10);
	assert_true(dhcp_server_next_conflict(w->server, &at, &conflict, w->now));
	assert_ip(conflict.address, first);
	assert_true(conflict.probed);
	assert_true(mac_equal(conflict.hardware, mac_of(77)));
	assert_int_equal(conflict.age_s, 10);
	assert_false(dhcp_server_next_conflict(w->server, &at, &conflict, w->now));
}

static void d2_others_are_served_meanwhile(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;

	w->config.dhcp.ping_packets = 0;
	configure(w);
	assert_ip(lease(w, mac_of(1)), first);
	w->config.dhcp.ping_packets = 2;
	configure(w);
	ask_discover(w, mac_of(2), 1);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	assert_int_equal(reboot(w, mac_of(1), first), DHCP_ACK);
	assert_int_equal(ask_discover(w, mac_of(1), 2), DHCP_OFFER);
	ask_discover(w, mac_of(3), 3);
	assert_ip(probed(w, &probe), second);
	assert_ip(probed(w, &probe), IP4(192, 168, 1, 12));
}

static void d2_a_discover_sent_again_gets_one_offer_to_its_last_message(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;

	ask_discover(w, mac_of(1), 1);
	assert_ip(probed(w, &probe), first);
	pass_ms(w, 100);
	assert_int_equal(ask_discover(w, mac_of(1), 2), 0);
	pass_ms(w, 100);
	assert_true(take(w));
	assert_int_equal(w->answer.xid, 2);
	assert_false(take(w));
}

static void d2_what_a_client_had_is_offered_at_once(void **state)
{
	struct world *w = *state;

	ask_discover(w, mac_of(1), 1);
	pass_ms(w, 100);
	pass_ms(w, 100);
	assert_true(take(w));
	assert_int_equal(request(w, mac_of(1), first), DHCP_ACK);
	assert_int_equal(ask_discover(w, mac_of(1), 2), DHCP_OFFER);
	release(w, mac_of(1), first);
	assert_int_equal(ask_discover(w, mac_of(1), 3), DHCP_OFFER);
	assert_int_equal(request(w, mac_of(1), first), DHCP_ACK);
	pass(w, LEASE_S + 1);
	assert_int_equal(ask_discover(w, mac_of(1), 4), DHCP_OFFER);
	assert_ip(w->answer.yiaddr, first);
}

static void d2_what_another_client_had_is_probed(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;

	ask_discover(w, mac_of(1), 1);
	pass_ms(w, 100);
	pass_ms(w, 100);
	assert_true(take(w));
	request(w, mac_of(1), first);
	release(w, mac_of(1), first);
	while (dhcp_server_next_probe(w->server, &probe))
		;
	assert_int_equal(
		ask(w, &(struct ask){.type = DHCP_DISCOVER, .mac = mac_of(2), .requested = first}),
		0);
	assert_ip(probed(w, &probe), first);
	assert_true(sight(w, first, mac_of(1)));
	assert_int_equal(kept_as(w, first), DHCP_LEASE_DECLINED);
}

static void d2_the_client_itself_may_answer(void **state)
{
	struct world *w = *state;

	ask_discover(w, mac_of(1), 1);
	assert_false(sight(w, first, mac_of(1)));
	assert_false(sight(w, second, mac_of(9)));
	pass_ms(w, 100);
	pass_ms(w, 100);
	assert_true(take(w));
	assert_ip(w->answer.yiaddr, first);
}

static void d2_a_reservation_is_not_probed(void **state)
{
	struct world *w = *state;

	add_host(w, "TV", IP4(192, 168, 1, 50), mac_of(1));
	configure(w);
	assert_int_equal(ask_discover(w, mac_of(1), 1), DHCP_OFFER);
}

static void d2_a_full_table_offers_unprobed(void **state)
{
	struct world *w = *state;

	for (uint32_t n = 1; n <= 64; n++)
		assert_int_equal(ask_discover(w, mac_of(n), n), 0);
	assert_int_equal(ask_discover(w, mac_of(65), 65), DHCP_OFFER);
	pass_ms(w, 100);
	pass_ms(w, 100);
	for (uint32_t n = 1; n <= 64; n++)
		assert_true(take(w));
	assert_false(dhcp_server_is_probing(w->server));
}

static void a_discover_whose_addresses_are_all_in_use_is_given_up(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;
	unsigned int count = 0;

	ask_discover(w, mac_of(1), 1);
	for (ip4_t at; !ip4_is_any(at = probed(w, &probe)); count++)
		assert_true(sight(w, at, mac_of(77)));
	assert_int_equal(count, 16);
	assert_false(dhcp_server_is_probing(w->server));
	/* the next one goes on from there */
	ask_discover(w, mac_of(1), 2);
	assert_ip(probed(w, &probe), IP4(192, 168, 1, 26));
}

static void what_changes_while_a_discover_waits_counts(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;

	/* it chose another server */
	ask_discover(w, mac_of(1), 1);
	ask(w, &(struct ask){.type = DHCP_REQUEST,
			     .mac = mac_of(1),
			     .requested = IP4(192, 168, 1, 99),
			     .server_id = IP4(192, 168, 1, 2)});
	pass_ms(w, 100);
	pass_ms(w, 100);
	assert_false(take(w));
	/* the pool went */
	ask_discover(w, mac_of(2), 2);
	config_pool_remove(&w->config, "LAN");
	configure(w);
	assert_true(dhcp_server_is_probing(w->server));
	pass_ms(w, 100);
	pass_ms(w, 100);
	assert_false(take(w));
	assert_false(dhcp_server_is_probing(w->server));
	assert_ip(probed(w, &probe), IP4_ANY);
}

/** Answers every probe, until the client gives up or is offered something. */
static void answer_all(struct world *w, mac_t client, uint32_t xid)
{
	struct dhcp_probe probe;

	ask_discover(w, client, xid);
	while (dhcp_server_next_probe(w->server, &probe))
		assert_true(sight(w, probe.address, mac_of(66)));
}

static unsigned int conflicts(struct world *w)
{
	struct dhcp_conflict conflict;
	unsigned int count = 0;

	for (ip4_t at = IP4_ANY; dhcp_server_next_conflict(w->server, &at, &conflict, w->now);)
		count++;
	return count;
}

static void d8_who_answers_every_probe_takes_at_most_a_quarter_of_the_pool(void **state)
{
	struct world *w = *state;
	struct dhcp_probe probe;

	for (uint32_t n = 1; n <= 40; n++) {
		answer_all(w, mac_of(n), n);
		assert_false(take(w));
		assert_true(conflicts(w) <= 61);
	}
	assert_int_equal(conflicts(w), 61);
	/* he stops, and new clients are served at once */
	for (uint32_t n = 100; n < 150; n++) {
		ask_discover(w, mac_of(n), n);
		assert_false(ip4_is_any(probed(w, &probe)));
		pass_ms(w, 100);
		pass_ms(w, 100);
		assert_true(take(w));
		assert_int_equal(request(w, mac_of(n), w->answer.yiaddr), DHCP_ACK);
	}
}

static void d8_the_first_free_address_is_found_behind_more_than_a_quarter_in_use(void **state)
{
	const struct config_dhcp_excluded most = {IP4(192, 168, 1, 30), IP4(192, 168, 1, 254)};
	struct world *w = *state;
	struct dhcp_probe probe;

	/* twenty are left: five in quarantine at once, and fifteen are in use */
	assert_int_equal(config_excluded_add(&w->config, &most), 0);
	configure(w);
	ask_discover(w, mac_of(1), 1);
	for (uint32_t n = 0; n < 15; n++) {
		assert_ip(probed(w, &probe), IP4(192, 168, 1, 10 + n));
		assert_true(sight(w, probe.address, mac_of(66)));
	}
	assert_int_equal(conflicts(w), 5);
	assert_ip(probed(w, &probe), IP4(192, 168, 1, 25));
	assert_int_equal(w->saved.lease.state, DHCP_LEASE_DECLINED);
	pass_ms(w, 100);
	pass_ms(w, 100);
	assert_true(take(w));
	assert_ip(w->answer.yiaddr, IP4(192, 168, 1, 25));
}

static void d8_conflicts_survive_a_restart_and_can_be_cleared(void **state)
{
	struct world *w = *state;
	struct dhcp_lease_record record;
	struct dhcp_conflict conflict;
	ip4_t at = IP4_ANY;

	ask_discover(w, mac_of(1), 1);
	sight(w, first, mac_of(77));
	pass(w, 100);
	assert_true(dhcp_server_next_record(w->server, &at, &record, w->now));
	assert_int_equal(record.state, DHCP_LEASE_DECLINED);
	dhcp_server_free(w->server);
	w->server = dhcp_server_new(&some_key, &w->events);
	configure(w);
	assert_int_equal(dhcp_server_restore(w->server, &record, w->now), 0);
	at = IP4_ANY;
	assert_true(dhcp_server_next_conflict(w->server, &at, &conflict, w->now));
	assert_true(conflict.probed);
	assert_int_equal(conflict.age_s, 100);
	/* leases may be cleared, and the conflict stays */
	dhcp_server_clear(w->server, IP4_ANY, w->now);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_DECLINED);
	assert_int_equal(dhcp_server_clear_conflicts(w->server, second, w->now), 0);
	assert_int_equal(dhcp_server_clear_conflicts(w->server, first, w->now), 1);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_FREE);
}

#define PROBE_TEST(f) cmocka_unit_test_setup_teardown(f, probing_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROBE_TEST(d2_an_address_is_probed_by_arp_and_then_offered),
		PROBE_TEST(d2_behind_a_relay_it_is_an_echo_that_waits_longer),
		PROBE_TEST(d2_behind_a_relay_on_the_link_it_is_arp),
		PROBE_TEST(d2_an_address_in_use_is_put_aside_and_the_next_is_probed),
		PROBE_TEST(d2_others_are_served_meanwhile),
		PROBE_TEST(d2_a_discover_sent_again_gets_one_offer_to_its_last_message),
		PROBE_TEST(d2_what_a_client_had_is_offered_at_once),
		PROBE_TEST(d2_what_another_client_had_is_probed),
		PROBE_TEST(d2_the_client_itself_may_answer),
		PROBE_TEST(d2_a_reservation_is_not_probed),
		PROBE_TEST(d2_a_full_table_offers_unprobed),
		PROBE_TEST(a_discover_whose_addresses_are_all_in_use_is_given_up),
		PROBE_TEST(what_changes_while_a_discover_waits_counts),
		PROBE_TEST(d8_who_answers_every_probe_takes_at_most_a_quarter_of_the_pool),
		PROBE_TEST(d8_the_first_free_address_is_found_behind_more_than_a_quarter_in_use),
		PROBE_TEST(d8_conflicts_survive_a_restart_and_can_be_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
