/* SPDX-License-Identifier: BSD-2-Clause */
/* Which public addresses a router holds, and on which interface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "core/config_held.h"

#define TAP9 ((struct interface_id){INTERFACE_TAP, 9})
#define TUN1 ((struct interface_id){INTERFACE_TUN, 1})

/* Tap1 inside 192.168.1.1/24; Tap9 outside 203.0.113.2/24. */
static int set_up(void **state)
{
	struct config *config = malloc(sizeof(*config));
	struct config_interface *i;

	assert_non_null(config);
	config_init(config);
	i = config_interface_get(config, (struct interface_id){INTERFACE_TAP, 1});
	i->addresses[i->address_count++] = (struct ip4_prefix){IP4(192, 168, 1, 1), 24};
	i->nat_side = CONFIG_NAT_INSIDE;
	i = config_interface_get(config, TAP9);
	i->addresses[i->address_count++] = (struct ip4_prefix){IP4(203, 0, 113, 2), 24};
	i->nat_side = CONFIG_NAT_OUTSIDE;
	*state = config;
	return 0;
}

static int tear_down(void **state)
{
	config_fini(*state);
	free(*state);
	return 0;
}

static void outside_tun(struct config *config)
{
	config_interface_get(config, TUN1)->nat_side = CONFIG_NAT_OUTSIDE;
}

static void vip(struct config *config, const char *name, ip4_t address, struct interface_id on)
{
	struct config_vip *v = config_vip_get(config, name);

	v->address = address;
	v->interface = on;
}

static void pool(struct config *config, const char *name, ip4_t start, ip4_t end)
{
	struct config_nat_pool *p = config_nat_pool_get(config, name);

	p->start = start;
	p->end = end;
	p->len = 24;
}

static void use_pool(struct config *config, const char *name)
{
	struct config_nat_source source = {
		.list = "1", .public = {.kind = CONFIG_PUBLIC_POOL}, .overload = true};

	strcpy(source.public.pool, name);
	assert_int_equal(config_nat_source_add(config, &source), 0);
}

static void forward(struct config *config, ip4_t global)
{
	struct config_nat_static rule = {
		.proto = 6,
		.local = IP4(192, 168, 1, 20),
		.local_port = 80,
		.public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = global},
		.global_port = 80,
	};

	assert_int_equal(config_nat_static_add(config, &rule), 0);
}

/* The held addresses in one line: "203.0.113.10 Tap9". */
static void assert_held(const struct config *config, const char *expected)
{
	struct config_held_list list = {0};
	char text[512] = "";

	assert_int_equal(config_held_gather(&list, config), 0);
	vec_each (&list.items, held) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%u.%u%s",
			 *text ? " " : "", held->address.host >> 8 & 255, held->address.host & 255,
			 held->interface.kind == INTERFACE_TUN ? "t" : "");
	}
	assert_string_equal(text, expected);
	config_held_fini(&list);
}

static void vips_are_held_where_they_say(void **state)
{
	assert_held(*state, "");
	vip(*state, "B", IP4(203, 0, 113, 11), TAP9);
	vip(*state, "A", IP4(203, 0, 113, 10), TUN1);
	assert_held(*state, "113.10t 113.11");
}

static void a_pool_is_held_while_a_rule_uses_it(void **state)
{
	pool(*state, "P", IP4(203, 0, 113, 20), IP4(203, 0, 113, 22));
	assert_held(*state, "");
	use_pool(*state, "P");
	assert_held(*state, "113.20 113.21 113.22");
	use_pool(*state, "none");
	assert_held(*state, "113.20 113.21 113.22");
}

static void the_longest_outside_network_holds_else_the_tun(void **state)
{
	struct config *config = *state;

	pool(config, "P", IP4(203, 0, 113, 254), IP4(203, 0, 114, 1));
	use_pool(config, "P");
	assert_held(config, ""); /* no one network has all of it */
	outside_tun(config);
	assert_held(config, "113.254t 113.255t 114.0t 114.1t");
	pool(config, "P", IP4(203, 0, 113, 20), IP4(203, 0, 113, 20));
	assert_held(config, "113.20");
	config_interface_find(config, TAP9)->nat_side = CONFIG_NAT_NONE;
	assert_held(config, "113.20t");
}

static void statics_hold_the_addresses_they_name(void **state)
{
	forward(*state, IP4(203, 0, 113, 2)); /* the interface's own */
	assert_held(*state, "");
	forward(*state, IP4(203, 0, 113, 30));
	forward(*state, IP4(198, 51, 100, 1)); /* nothing holds it */
	assert_held(*state, "113.30");
	pool(*state, "P", IP4(203, 0, 113, 30), IP4(203, 0, 113, 31));
	use_pool(*state, "P");
	assert_held(*state, "113.30 113.31");
}

static void a_pool_that_the_check_refuses_holds_nothing(void **state)
{
	outside_tun(*state);
	pool(*state, "P", IP4(0, 0, 0, 1), IP4(255, 255, 255, 255));
	use_pool(*state, "P");
	assert_held(*state, "");
	pool(*state, "P", IP4(203, 0, 113, 5), IP4(203, 0, 113, 4));
	assert_held(*state, "");
}

static void every_public_address_is_on_an_interface(void **state)
{
	struct config *config = *state;

	vip(config, "A", IP4(203, 0, 113, 10), TUN1);
	assert_int_equal(config_held_on(config, IP4(203, 0, 113, 10)).kind, INTERFACE_TUN);
	assert_int_equal(config_held_on(config, IP4(203, 0, 113, 2)).kind, INTERFACE_TAP);
	assert_int_equal(config_held_on(config, IP4(203, 0, 113, 77)).kind, INTERFACE_TAP);
	assert_int_equal(config_held_on(config, IP4(198, 51, 100, 1)).kind, INTERFACE_NONE);
	outside_tun(config);
	assert_int_equal(config_held_on(config, IP4(198, 51, 100, 1)).kind, INTERFACE_TUN);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(vips_are_held_where_they_say),
		TEST(a_pool_is_held_while_a_rule_uses_it),
		TEST(the_longest_outside_network_holds_else_the_tun),
		TEST(statics_hold_the_addresses_they_name),
		TEST(a_pool_that_the_check_refuses_holds_nothing),
		TEST(every_public_address_is_on_an_interface),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
