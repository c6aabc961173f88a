/* SPDX-License-Identifier: BSD-2-Clause */
/* Pools that name a client and no address: it leases like all others, and is told its own things.
 */
#include "fixture.h"

static const ip4_t first = IP4(192, 168, 1, 10);

static struct config_dhcp_pool *add_client(struct world *w, const char *name, mac_t hardware)
{
	struct config_dhcp_pool *p = config_pool_get(&w->config, name);

	p->has_hardware = true;
	p->hardware = hardware;
	return p;
}

static unsigned int ask_for(struct world *w, mac_t mac, const char *parameters)
{
	return ask(w, &(struct ask){.type = DHCP_DISCOVER,
				    .mac = mac,
				    .parameters = parameters,
				    .parameters_len = strlen(parameters)});
}

static void d13_a_client_without_address_of_its_own_has_parameters_of_its_own(void **state)
{
	struct config_dhcp_option option = {.pool = "TV",
					    .code = 42,
					    .form = CONFIG_OPTION_IP,
					    .len = 4,
					    .bytes = {9, 9, 9, 9}};
	struct world *w = *state;
	struct config_dhcp_pool *tv = add_client(w, "TV", mac_of(1));
	uint16_t len;

	strcpy(tv->client_name, "television");
	strcpy(tv->bootfile, "tv.img");
	tv->has_lease = true;
	tv->lease_s = 600;
	tv->dns_servers[0] = IP4(192, 168, 1, 53);
	tv->dns_server_count = 1;
	assert_int_equal(config_option_add(&w->config, &option), 0);
	configure(w);
	for (unsigned int n = 2; n > 0; n--) { /* another client, then this one */
		bool own = n == 1;

		assert_int_equal(ask_for(w, mac_of(n), "\x01\x03\x06\x0c\x0f\x2a\x43"), DHCP_OFFER);
		assert_ip(w->answer.yiaddr, IP4(192, 168, 1, own ? 11 : 10));
		assert_int_equal(option_u32(w, DHCP_OPT_DNS),
				 (own ? IP4(192, 168, 1, 53) : ROUTER).host);
		assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), own ? 600 : LEASE_S);
		assert_int_equal(has_option(w, DHCP_OPT_HOSTNAME), own);
		assert_int_equal(has_option(w, 42), own);
		assert_int_equal(has_option(w, DHCP_OPT_BOOTFILE), own);
		/* what it does not say is the network's */
		assert_int_equal(option_u32(w, DHCP_OPT_ROUTER), ROUTER.host);
		assert_int_equal(option_u32(w, DHCP_OPT_SUBNET_MASK), 0xffffff00);
		assert_true(has_option(w, DHCP_OPT_DOMAIN_NAME));
	}
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_HOSTNAME, &len), "television", 10);
	assert_int_equal(request(w, mac_of(1), IP4(192, 168, 1, 11)), DHCP_ACK);
	assert_int_equal(option_u32(w, DHCP_OPT_LEASE_TIME), 600);
	assert_int_equal(renew(w, mac_of(1), IP4(192, 168, 1, 11)), DHCP_ACK);
	assert_int_equal(option_u32(w, DHCP_OPT_DNS), IP4(192, 168, 1, 53).host);
}

static void d12_it_is_known_by_its_identifier_or_by_its_hardware(void **state)
{
	struct world *w = *state;
	struct config_dhcp_pool *p = config_pool_get(&w->config, "BOX");

	p->client_id_len = 4;
	memcpy(p->client_id,
	       "\xff"
	       "box",
	       4);
	strcpy(p->domain_name, "box.lan");
	strcpy(add_client(w, "TV", mac_of(1))->domain_name, "tv.lan");
	configure(w);
	ask(w, &(struct ask){.type = DHCP_DISCOVER,
			     .mac = mac_of(7),
			     .id = "\xff"
				   "box",
			     .id_len = 4});
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_DOMAIN_NAME, NULL), "box.lan", 7);
	/* its hardware is named: whatever identifier it sends */
	ask(w, &(struct ask){.type = DHCP_DISCOVER,
			     .mac = mac_of(1),
			     .id = "\xff"
				   "tv",
			     .id_len = 3});
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_DOMAIN_NAME, NULL), "tv.lan", 6);
	ask(w, &(struct ask){.type = DHCP_DISCOVER,
			     .mac = mac_of(8),
			     .id = "\xff"
				   "bo",
			     .id_len = 3});
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_DOMAIN_NAME, NULL), "home.lan", 8);
}

static void d1_a_reservation_goes_before_it(void **state)
{
	struct world *w = *state;
	struct config_dhcp_pool *host = add_host(w, "DESK", IP4(192, 168, 1, 77), mac_of(1));

	strcpy(host->domain_name, "desk.lan");
	strcpy(add_client(w, "TV", mac_of(1))->domain_name, "tv.lan");
	configure(w);
	assert_ip(discover(w, mac_of(1)), IP4(192, 168, 1, 77));
	assert_memory_equal(dhcp_option(&w->answer, DHCP_OPT_DOMAIN_NAME, NULL), "desk.lan", 8);
}

static void d4_it_has_no_record_before_it_has_a_lease(void **state)
{
	struct world *w = *state;

	add_client(w, "TV", mac_of(1));
	configure(w);
	assert_int_equal(reboot(w, mac_of(1), IP4(192, 168, 1, 50)), 0);
	assert_dropped(w, DROP_DHCP_UNKNOWN_CLIENT);
}

static void it_is_found_by_its_client_name_while_it_has_a_lease(void **state)
{
	struct world *w = *state;
	ip4_t address;

	strcpy(add_client(w, "TV", mac_of(1))->client_name, "television");
	configure(w);
	assert_int_equal(dhcp_server_find_host(w->server, "television", IP4_ANY, &address),
			 -ENOENT);
	assert_ip(lease(w, mac_of(1)), first);
	assert_int_equal(dhcp_server_find_host(w->server, "Television", IP4_ANY, &address), 0);
	assert_ip(address, first);
	release(w, mac_of(1), first);
	assert_int_equal(dhcp_server_find_host(w->server, "television", IP4_ANY, &address),
			 -ENOENT);
}

static void its_binding_is_automatic_and_nothing_is_shown_before(void **state)
{
	struct world *w = *state;
	struct dhcp_binding binding;
	ip4_t at = IP4_ANY;

	add_client(w, "TV", mac_of(1));
	configure(w);
	assert_false(dhcp_server_next_binding(w->server, &at, &binding, w->now));
	lease(w, mac_of(1));
	assert_true(dhcp_server_next_binding(w->server, &at, &binding, w->now));
	assert_false(binding.manual);
	assert_string_equal(binding.pool, "LAN");
	assert_false(dhcp_server_next_binding(w->server, &at, &binding, w->now));
}

static void d18_it_is_let_in_where_new_clients_are_too_many(void **state)
{
	struct world *w = *state;
	uint32_t n = 1000;

	add_client(w, "TV", mac_of(1));
	configure(w);
	w->in.port = 3;
	while (!ip4_is_any(discover(w, mac_of(n))))
		n++;
	assert_dropped(w, DROP_DHCP_LIMITED);
	assert_false(ip4_is_any(discover(w, mac_of(1))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(d13_a_client_without_address_of_its_own_has_parameters_of_its_own),
		WORLD_TEST(d12_it_is_known_by_its_identifier_or_by_its_hardware),
		WORLD_TEST(d1_a_reservation_goes_before_it),
		WORLD_TEST(d4_it_has_no_record_before_it_has_a_lease),
		WORLD_TEST(it_is_found_by_its_client_name_while_it_has_a_lease),
		WORLD_TEST(its_binding_is_automatic_and_nothing_is_shown_before),
		WORLD_TEST(d18_it_is_let_in_where_new_clients_are_too_many),
	};

	return cmocka_run_group_tests_name("dhcp_known_client", tests, NULL, NULL);
}
