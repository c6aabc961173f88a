/* SPDX-License-Identifier: BSD-2-Clause */
/* The live configuration: what is typed, with what two interfaces have learnt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/config_held.h"
#include "core/config_live.h"

#define TAP(n) ((struct interface_id){INTERFACE_TAP, (n)})
#define LEASED IP4(203, 0, 113, 57)
#define ROUTER IP4(203, 0, 113, 1)

struct pair {
	struct config typed, live;
	struct dhcp_client_terms terms[2];
	struct config_learned learned[2]; /* of Tap8 and Tap9 */
};

static int pair_set_up(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	struct config_interface *i;
	struct config_vip *vip;

	config_init(&p->typed);
	config_init(&p->live);
	i = config_interface_get(&p->typed, TAP(1));
	i->addresses[0] = (struct ip4_prefix){IP4(192, 168, 1, 1), 24};
	i->address_count = 1;
	config_interface_get(&p->typed, TAP(8))->dhcp = true;
	config_interface_get(&p->typed, TAP(9))->dhcp = true;
	vip = config_vip_get(&p->typed, "home");
	vip->dhcp = true;
	vip->interface = TAP(9);
	for (unsigned int n = 0; n < 2; n++) {
		struct dhcp_client_terms *t = &p->terms[n];

		t->address = (struct ip4_prefix){n ? LEASED : IP4(198, 51, 100, 5), 24};
		t->routes[0].via = n ? ROUTER : IP4(198, 51, 100, 1);
		t->route_count = 1;
		p->learned[n].interface = TAP((uint16_t)(8 + n));
		p->learned[n].terms = t;
	}
	*state = p;
	return 0;
}

static int pair_tear_down(void **state)
{
	struct pair *p = *state;

	config_fini(&p->typed);
	config_fini(&p->live);
	free(p);
	return 0;
}

static void make(struct pair *p, unsigned int count)
{
	struct config_error error;

	assert_int_equal(config_check(&p->typed, &error), 0);
	assert_int_equal(config_live_make(&p->live, &p->typed, p->learned, count), 0);
	assert_int_equal(config_check(&p->live, &error), 0);
}

static ip4_t address_of(const struct pair *p, uint16_t tap)
{
	const struct config_interface *i = config_interface_find(&p->live, TAP(tap));

	return i->address_count ? i->addresses[0].address : IP4_ANY;
}

static void d35_without_a_lease_the_live_one_is_the_typed_one(void **state)
{
	struct pair *p = *state;

	make(p, 0);
	assert_true(config_equal(&p->live, &p->typed));
}

static void d35_each_interface_has_its_address_route_and_vip(void **state)
{
	struct config_held_list held = {0};
	struct pair *p = *state;

	make(p, 2);
	assert_int_equal(config_held_gather(&held, &p->live), 0);
	assert_int_equal(held.items.count, 0); /* the VIP is the interface's own address */
	config_held_fini(&held);
	assert_true(ip4_equal(address_of(p, 8), IP4(198, 51, 100, 5)));
	assert_true(ip4_equal(address_of(p, 9), LEASED));
	assert_true(ip4_equal(config_vip_find(&p->live, "home")->address, LEASED));
	assert_int_equal(p->live.routes.count, 2);
	assert_int_equal(p->live.routes.at[0].distance, CONFIG_LIVE_DISTANCE);
	assert_string_equal(p->learned[1].error.text, "");
}

static void d35_of_two_leases_in_one_network_the_second_is_left_out(void **state)
{
	struct pair *p = *state;

	p->terms[1].address = (struct ip4_prefix){IP4(198, 51, 100, 99), 25};
	make(p, 2);
	assert_true(ip4_equal(address_of(p, 8), IP4(198, 51, 100, 5)));
	assert_true(ip4_is_any(address_of(p, 9)));
	assert_true(ip4_is_any(config_vip_find(&p->live, "home")->address));
	assert_int_equal(p->live.routes.count, 1);
	assert_non_null(strstr(p->learned[1].error.text, "overlaps with Tap8"));
}

static void d35_a_lease_that_is_a_typed_vips_address_is_left_out(void **state)
{
	struct pair *p = *state;
	struct config_vip *vip = config_vip_get(&p->typed, "other");

	vip->address = LEASED;
	vip->interface = TAP(9);
	make(p, 2);
	assert_true(ip4_is_any(address_of(p, 9)));
	assert_non_null(strstr(p->learned[1].error.text, "other"));
}

static void d35_what_is_typed_of_a_route_or_mtu_stays(void **state)
{
	struct pair *p = *state;
	struct config_route route = {.next_hop = ROUTER, .interface = TAP(9), .distance = 7};

	assert_int_equal(config_route_add(&p->typed, &route), 0);
	config_interface_find(&p->typed, TAP(8))->ip_mtu = 1280;
	p->terms[0].mtu = 1400; /* more than is typed */
	p->terms[1].mtu = 1400;
	make(p, 2);
	assert_int_equal(config_ip_mtu(config_interface_find(&p->live, TAP(8))), 1280);
	assert_int_equal(config_ip_mtu(config_interface_find(&p->live, TAP(9))), 1400);
	vec_each (&p->live.routes, r) {
		if (interface_id_equal(r->interface, TAP(9)))
			assert_int_equal(r->distance, 7);
	}
	assert_int_equal(p->live.routes.count, 2);
}

static void d35_an_mtu_that_no_host_takes_is_left_out(void **state)
{
	struct pair *p = *state;

	p->terms[1].mtu = CONFIG_MTU_MIN - 1;
	make(p, 2);
	assert_int_equal(config_ip_mtu(config_interface_find(&p->live, TAP(9))), 1500);
}

static void d35_a_route_inside_or_to_the_router_itself_is_refused(void **state)
{
	struct pair *p = *state;
	struct dhcp_client_route *routes = p->terms[1].routes;

	routes[1] = (struct dhcp_client_route){{IP4(192, 168, 1, 128), 25}, ROUTER};
	routes[2] = (struct dhcp_client_route){{IP4(192, 168, 0, 0), 16}, ROUTER}; /* around it */
	routes[3] = (struct dhcp_client_route){{IP4(10, 0, 0, 0), 8}, LEASED};
	routes[4] = (struct dhcp_client_route){{IP4(198, 51, 100, 0), 24}, ROUTER};
	p->terms[1].route_count = 5;
	make(p, 2);
	assert_int_equal(p->learned[1].routes_refused, 1u << 1 | 1u << 3 | 1u << 4);
	assert_int_equal(p->live.routes.count, 1 + 2);
}

static void d35_one_that_is_no_client_any_more_learns_nothing(void **state)
{
	struct pair *p = *state;

	config_vip_remove(&p->typed, "home");
	config_interface_find(&p->typed, TAP(9))->dhcp = false;
	make(p, 2);
	assert_true(ip4_is_any(address_of(p, 9)));
}

#define PAIR_TEST(f) cmocka_unit_test_setup_teardown(f, pair_set_up, pair_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAIR_TEST(d35_without_a_lease_the_live_one_is_the_typed_one),
		PAIR_TEST(d35_each_interface_has_its_address_route_and_vip),
		PAIR_TEST(d35_of_two_leases_in_one_network_the_second_is_left_out),
		PAIR_TEST(d35_a_lease_that_is_a_typed_vips_address_is_left_out),
		PAIR_TEST(d35_what_is_typed_of_a_route_or_mtu_stays),
		PAIR_TEST(d35_an_mtu_that_no_host_takes_is_left_out),
		PAIR_TEST(d35_a_route_inside_or_to_the_router_itself_is_refused),
		PAIR_TEST(d35_one_that_is_no_client_any_more_learns_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
