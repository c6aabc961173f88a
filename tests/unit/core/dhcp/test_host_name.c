/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices are found by the name in their live binding, and a change of that is told. */
#include "fixture.h"

static const ip4_t first = IP4(192, 168, 1, 10), second = IP4(192, 168, 1, 11);

static int restore(struct world *w, ip4_t address, enum dhcp_lease_state state, uint32_t n,
		   const char *name)
{
	const mac_t mac = mac_of(n);
	struct dhcp_lease_record record = {.address = address,
					   .state = (uint8_t)state,
					   .hardware = mac,
					   .remaining_s = 100,
					   .client = {.len = 7, .bytes = {1}}};

	memcpy(record.client.bytes + 1, mac.byte, 6);
	snprintf(record.hostname, sizeof(record.hostname), "%s", name);
	return dhcp_server_restore(w->server, &record, w->now);
}

/** The address of a name, or IP4_ANY. */
static ip4_t find(const struct world *w, const char *name, ip4_t keep)
{
	ip4_t address = IP4_ANY;

	if (dhcp_server_find_host(w->server, name, keep, &address) == -ENOENT)
		return IP4_ANY;
	return address;
}

static void a_name_is_found_in_any_case_of_letters(void **state)
{
	struct world *w = *state;

	restore(w, first, DHCP_LEASE_BOUND, 1, "NAS");
	restore(w, second, DHCP_LEASE_BOUND, 2, "tv");
	assert_ip(find(w, "nas", IP4_ANY), first);
	assert_ip(find(w, "TV", IP4_ANY), second);
	assert_ip(find(w, "phone", IP4_ANY), IP4_ANY);
	assert_ip(find(w, "", IP4_ANY), IP4_ANY);
}

static void only_a_live_binding_counts(void **state)
{
	struct world *w = *state;

	restore(w, first, DHCP_LEASE_RELEASED, 1, "nas");
	assert_ip(find(w, "nas", IP4_ANY), IP4_ANY);
	restore(w, second, DHCP_LEASE_BOUND, 1, "nas");
	assert_ip(find(w, "nas", first), second);
	pass(w, 101);
	assert_ip(find(w, "nas", second), IP4_ANY);
}

static void of_two_with_one_name_the_known_one_stays(void **state)
{
	struct world *w = *state;

	restore(w, first, DHCP_LEASE_BOUND, 1, "nas");
	restore(w, second, DHCP_LEASE_BOUND, 2, "nas");
	assert_ip(find(w, "nas", IP4_ANY), first);
	assert_ip(find(w, "nas", second), second);
}

static void a_reservation_has_its_own_name(void **state)
{
	struct world *w = *state;
	struct config_dhcp_pool *pool = add_host(w, "tv", second, mac_of(2));

	strcpy(pool->client_name, "Screen");
	configure(w);
	assert_ip(find(w, "screen", IP4_ANY), IP4_ANY); /* nobody has the lease */
	restore(w, second, DHCP_LEASE_BOUND, 2, "android-77");
	assert_ip(find(w, "screen", IP4_ANY), second);
	assert_ip(find(w, "android-77", IP4_ANY), second);
}

/** Whether the names have changed since the last call. */
static bool changed(const struct world *w, uint32_t *names)
{
	uint32_t before = *names;

	*names = dhcp_server_names(w->server);
	return *names != before;
}

static void changes_are_told_and_renewals_are_none(void **state)
{
	struct world *w = *state;
	struct ask ask_nas = {.type = DHCP_REQUEST,
			      .mac = mac_of(1),
			      .requested = first,
			      .server_id = ROUTER,
			      TEXT_OPTION("nas")};
	struct ask ask_box = ask_nas;
	uint32_t names = dhcp_server_names(w->server);

	ask_box.hostname = "box";
	assert_int_equal(ask(w, &ask_nas), DHCP_ACK);
	assert_true(changed(w, &names));
	assert_ip(find(w, "nas", IP4_ANY), first);
	pass(w, 10);
	assert_int_equal(ask(w, &ask_nas), DHCP_ACK);
	assert_false(changed(w, &names));
	assert_int_equal(ask(w, &ask_box), DHCP_ACK);
	assert_true(changed(w, &names));
	assert_ip(find(w, "nas", first), IP4_ANY);
	assert_ip(find(w, "box", first), first);
	release(w, mac_of(1), first);
	assert_true(changed(w, &names));
	assert_int_equal(ask(w, &ask_box), DHCP_ACK);
	changed(w, &names);
	pass(w, LEASE_S + 10);
	assert_true(changed(w, &names));
	assert_ip(find(w, "box", first), IP4_ANY);
}

static void a_renewal_without_a_name_keeps_it(void **state)
{
	struct world *w = *state;
	struct ask ask_nas = {.type = DHCP_REQUEST,
			      .mac = mac_of(1),
			      .requested = first,
			      .server_id = ROUTER,
			      TEXT_OPTION("nas")};
	struct ask silent = ask_nas;

	silent.hostname = NULL;
	assert_int_equal(ask(w, &ask_nas), DHCP_ACK);
	assert_int_equal(ask(w, &silent), DHCP_ACK);
	assert_ip(find(w, "nas", IP4_ANY), first);
	silent.mac = mac_of(2); /* another device does not get the name with the address */
	release(w, mac_of(1), first);
	assert_int_equal(ask(w, &silent), DHCP_ACK);
	assert_ip(find(w, "nas", IP4_ANY), IP4_ANY);
}

static void a_new_configuration_may_change_names(void **state)
{
	struct world *w = *state;
	uint32_t names = dhcp_server_names(w->server);

	configure(w);
	assert_true(changed(w, &names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_name_is_found_in_any_case_of_letters),
		WORLD_TEST(only_a_live_binding_counts),
		WORLD_TEST(of_two_with_one_name_the_known_one_stays),
		WORLD_TEST(a_reservation_has_its_own_name),
		WORLD_TEST(changes_are_told_and_renewals_are_none),
		WORLD_TEST(a_renewal_without_a_name_keeps_it),
		WORLD_TEST(a_new_configuration_may_change_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
