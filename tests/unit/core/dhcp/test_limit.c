/* SPDX-License-Identifier: BSD-2-Clause */
/* A flood of clients takes nothing from those who have a lease. */
#include "fixture.h"

static const ip4_t first = IP4(192, 168, 1, 10);

static void d18_a_full_pool_still_renews(void **state)
{
	struct world *w = *state;

	for (uint32_t n = 1; n <= 245; n++)
		assert_false(ip4_is_any(lease(w, mac_of(n))));
	assert_ip(discover(w, mac_of(999)), IP4_ANY);
	assert_dropped(w, DROP_DHCP_POOL_EXHAUSTED);
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	assert_int_equal(rebind(w, mac_of(1), first), DHCP_ACK);
	assert_ip(discover(w, mac_of(1)), first);
}

static void d18_a_port_has_so_many_leases(void **state)
{
	struct world *w = *state;

	w->in.port = 3;
	w->in.lease_limit = 2;
	assert_ip(lease(w, mac_of(1)), first);
	assert_false(ip4_is_any(lease(w, mac_of(2))));
	assert_ip(lease(w, mac_of(3)), IP4_ANY);
	assert_dropped(w, DROP_DHCP_LIMITED);
	assert_string_equal(w->log.mnemonic, "LIMIT");
	/* those who have one keep it, and other ports are not concerned */
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	assert_ip(lease(w, mac_of(1)), first);
	w->in.port = 4;
	assert_false(ip4_is_any(lease(w, mac_of(3))));
	/* what is given back is free again */
	w->in.port = 3;
	release(w, mac_of(1), first);
	assert_false(ip4_is_any(lease(w, mac_of(4))));
	assert_ip(lease(w, mac_of(5)), IP4_ANY);
}

static void d18_unanswered_offers_count_until_they_expire(void **state)
{
	struct world *w = *state;

	w->in.port = 3;
	w->in.lease_limit = 1;
	assert_ip(discover(w, mac_of(1)), first);
	assert_ip(discover(w, mac_of(2)), IP4_ANY);
	pass(w, 61);
	assert_false(ip4_is_any(discover(w, mac_of(2))));
}

static void d18_a_device_moves_its_lease_to_another_port(void **state)
{
	struct world *w = *state;

	w->in.port = 3;
	w->in.lease_limit = 1;
	assert_ip(lease(w, mac_of(1)), first);
	w->in.port = 4;
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	w->in.port = 3;
	assert_false(ip4_is_any(lease(w, mac_of(2))));
	/* a new configuration counts the same */
	configure(w);
	assert_ip(lease(w, mac_of(3)), IP4_ANY);
	assert_false(ip4_is_any(lease(w, mac_of(2))));
}

/** How many of @count new clients get a lease, or only an offer, at once. */
static unsigned int served(struct world *w, uint32_t from, uint32_t count, bool answer)
{
	unsigned int n = 0;

	for (uint32_t i = from; i < from + count; i++)
		n += !ip4_is_any(answer ? lease(w, mac_of(i)) : discover(w, mac_of(i)));
	return n;
}

static void d18_new_clients_of_a_port_come_at_a_bounded_rate(void **state)
{
	struct world *w = *state;

	w->in.port = 3;
	assert_ip(lease(w, mac_of(1000)), first);
	assert_int_equal(served(w, 1, 100, true), 63);
	assert_string_equal(w->log.text, ": too many new clients");
	/* whom we know is not asked, another port has a rate of its own, and time helps */
	assert_ip(discover(w, mac_of(1000)), first);
	w->in.port = 4;
	assert_false(ip4_is_any(discover(w, mac_of(300))));
	w->in.port = 3;
	pass(w, 1);
	assert_int_equal(served(w, 400, 100, true), 64);
}

static void d18_fifty_clients_a_second_are_never_too_many(void **state)
{
	struct world *w = *state;

	w->in.port = 3;
	config_pool_find(&w->config, "LAN")->network = (struct ip4_prefix){IP4(192, 168, 0, 0), 16};
	configure(w);
	for (uint32_t n = 0; n < 1000; n++) {
		assert_false(ip4_is_any(lease(w, mac_of(n))));
		w->now = mono_add_ms(w->now, 20);
	}
}

static void d18_a_flood_of_discovers_holds_few_addresses(void **state)
{
	struct world *w = *state;

	w->in.port = 3;
	for (uint32_t s = 0; s < 30; s++) {
		assert_int_equal(served(w, 1000 * s, 100, false), s == 0 ? 64 : 0);
		pass(w, 1);
	}
	assert_string_equal(w->log.text, ": too many clients that do not answer their offers");
	/* others have the rest of the pool, and those offers end */
	w->in.port = 4;
	assert_false(ip4_is_any(lease(w, mac_of(1))));
	pass(w, 31);
	w->in.port = 3;
	assert_int_equal(served(w, 500000, 10, true), 10);
	/* a new configuration counts the same */
	assert_int_equal(served(w, 600000, 40, false), 40);
	configure(w);
	pass(w, 1);
	assert_int_equal(served(w, 700000, 40, false), 24);
}

static void d18_the_rate_of_a_port_is_a_setting(void **state)
{
	struct world *w = *state;

	w->in.port = 3;
	w->in.rate_limit = 100;
	assert_int_equal(served(w, 1, 120, true), 100);
	pass(w, 1);
	assert_int_equal(served(w, 201, 120, true), 100);
	/* as many may leave their offers unanswered */
	pass(w, LEASE_S + 1);
	assert_int_equal(served(w, 401, 120, false), 100);
	pass(w, 1);
	assert_int_equal(served(w, 601, 120, false), 0);
}

static void leases_that_a_new_configuration_ends_are_named(void **state)
{
	struct world *w = *state;
	unsigned int before;

	for (uint32_t n = 1; n <= 40; n++)
		lease(w, mac_of(n));
	before = w->log_count;
	config_pool_find(&w->config, "LAN")->network = (struct ip4_prefix){IP4(192, 168, 1, 0), 27};
	configure(w);
	settle(w);
	/* 32 to 49 have no place, 31 is for broadcasts: 16 are named, then their number is */
	assert_int_equal(w->log_count - before, 17);
	assert_string_equal(w->log.text, "and 3 more leases");
	assert_int_equal(renew(w, mac_of(1), first), DHCP_ACK);
	config_pool_remove(&w->config, "LAN");
	configure(w);
	settle(w);
	assert_int_equal(kept_as(w, first), DHCP_LEASE_FREE);
}

static void an_address_line_reserves_an_address_of_the_pool(void **state)
{
	struct world *w = *state;
	struct config_dhcp_reservation one = {.pool = "LAN",
					      .address = IP4(192, 168, 1, 60),
					      .has_hardware = true,
					      .hardware = mac_of(1)};
	struct config_dhcp_reservation two = {
		.pool = "LAN", .address = first, .client_id = "\1xy", .client_id_len = 3};

	config_reservation_add(&w->config, &one);
	config_reservation_add(&w->config, &two);
	configure(w);
	assert_ip(lease(w, mac_of(1)), IP4(192, 168, 1, 60));
	assert_true(has_option(w, DHCP_OPT_DNS));
	assert_ip(lease(w, mac_of(2)), IP4(192, 168, 1, 11)); /* the first one is kept */
	assert_int_equal(ask(w, &(struct ask){.type = DHCP_DISCOVER,
					      .mac = mac_of(3),
					      .id = "\1xy",
					      .id_len = 3}),
			 DHCP_OFFER);
	assert_ip(w->answer.yiaddr, first);
}

static void d17_a_hostile_host_name_is_stored_harmlessly(void **state)
{
	struct world *w = *state;
	struct dhcp_binding binding;
	char name[255];

	memset(name, 'x', sizeof(name));
	memcpy(name, "a\"'\x1b[2J$(id)\n\r;\xff|b\\", 18);
	assert_int_equal(ask(w, &(struct ask){.type = DHCP_DISCOVER,
					      .mac = mac_of(1),
					      .hostname = name,
					      .hostname_len = sizeof(name)}),
			 DHCP_OFFER);
	ask(w, &(struct ask){.type = DHCP_REQUEST,
			     .mac = mac_of(1),
			     .requested = first,
			     .server_id = ROUTER,
			     .hostname = name,
			     .hostname_len = sizeof(name)});
	assert_int_equal(dhcp_server_find(w->server, first, &binding, w->now), 0);
	for (const char *p = binding.record.hostname; *p; p++)
		assert_non_null(strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "0123456789-.",
				       *p));
	assert_true(strlen(binding.record.hostname) < DHCP_HOSTNAME_SIZE);
	assert_string_equal(w->saved.lease.hostname, binding.record.hostname);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(d18_a_full_pool_still_renews),
		WORLD_TEST(d18_a_port_has_so_many_leases),
		WORLD_TEST(d18_unanswered_offers_count_until_they_expire),
		WORLD_TEST(d18_a_device_moves_its_lease_to_another_port),
		WORLD_TEST(d18_new_clients_of_a_port_come_at_a_bounded_rate),
		WORLD_TEST(d18_fifty_clients_a_second_are_never_too_many),
		WORLD_TEST(d18_a_flood_of_discovers_holds_few_addresses),
		WORLD_TEST(d18_the_rate_of_a_port_is_a_setting),
		WORLD_TEST(leases_that_a_new_configuration_ends_are_named),
		WORLD_TEST(an_address_line_reserves_an_address_of_the_pool),
		WORLD_TEST(d17_a_hostile_host_name_is_stored_harmlessly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
