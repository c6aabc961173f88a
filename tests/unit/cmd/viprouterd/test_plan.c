/* SPDX-License-Identifier: BSD-2-Clause */
/* From configurations to steps at the kernel, and back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include "cmd/viprouterd/plan.h"

static const struct interface_id tap1 = {INTERFACE_TAP, 1};
static const struct interface_id tap2 = {INTERFACE_TAP, 2};
static const struct interface_id tun1 = {INTERFACE_TUN, 1};

static struct config_interface *attach(struct config *config, struct interface_id id,
				       const char *ns, const char *ifname)
{
	struct config_interface *interface = config_interface_get(config, id);

	assert_non_null(interface);
	interface->attach = ns[0] ? CONFIG_ATTACH_NAMESPACE : CONFIG_ATTACH_HOST;
	snprintf(interface->ns, sizeof(interface->ns), "%s", ns);
	snprintf(interface->ifname, sizeof(interface->ifname), "%s", ifname);
	return interface;
}

static void plan(struct plan *plan, const struct made_list *made, const struct config *config,
		 enum plan_goal goal)
{
	struct config_error error;

	assert_int_equal(plan_make(plan, made, config, "home", goal, &error), 0);
}

/** What stands once @config was made. */
static void make_all(struct made_list *made, const struct config *config)
{
	struct plan steps;

	plan(&steps, made, config, PLAN_APPLY);
	vec_each (&steps.steps, step) {
		struct made_port *port = made_get(made, step->id);

		assert_non_null(port);
		assert_int_equal(step->kind, REQUEST_PORT_SET);
		port->port = step->port;
		port->port.open = false;
		port->known = port->open = true;
	}
	plan_fini(&steps);
}

static void assert_step(const struct plan_step *step, enum request_kind kind,
			struct interface_id id, bool open)
{
	assert_int_equal(step->kind, kind);
	assert_true(interface_id_equal(step->id, id));
	assert_int_equal(step->port.open, open);
}

static void a_new_port_is_opened(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 1);
	assert_step(&steps.steps.at[0], REQUEST_PORT_SET, tap1, true);
	assert_string_equal(steps.steps.at[0].port.owner, "home");
	assert_string_equal(steps.steps.at[0].port.name, "Tap1");
	assert_string_equal(steps.steps.at[0].port.ns, "laptop");
	assert_string_equal(steps.steps.at[0].port.ifname, "eth0");
	assert_true(steps.steps.at[0].port.up);
	plan_fini(&steps);
	config_fini(&config);
}

static void the_same_configuration_again_needs_no_step(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct config_interface *interface;
	struct plan steps;

	(void)state;
	config_init(&config);
	interface = attach(&config, tap1, "laptop", "");
	interface->peer_addresses[interface->peer_address_count++] =
		(struct ip4_prefix){IP4(10, 0, 0, 1), 24};
	interface->peer_routes[interface->peer_route_count++] =
		(struct config_peer_route){{IP4_ANY, 0}, IP4(10, 0, 0, 2)};
	make_all(&made, &config);
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 0);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void a_changed_port_is_changed_in_place_and_back(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;
	struct plan_step back;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	make_all(&made, &config);
	config_interface_find(&config, tap1)->mtu = 1400;
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 1);
	assert_step(&steps.steps.at[0], REQUEST_PORT_SET, tap1, false);
	assert_int_equal(steps.steps.at[0].port.mtu, 1400);
	assert_true(plan_inverse(&steps.steps.at[0], &back));
	assert_step(&back, REQUEST_PORT_SET, tap1, false);
	assert_int_equal(back.port.mtu, 1500);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void a_new_port_is_undone_by_removal(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;
	struct plan_step back;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_true(plan_inverse(&steps.steps.at[0], &back));
	assert_step(&back, REQUEST_PORT_REMOVE, tap1, false);
	plan_fini(&steps);
	config_fini(&config);
}

static void a_removed_port_is_undone_by_opening_it_as_it_was(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;
	struct plan_step back;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0")->mtu = 1400;
	make_all(&made, &config);
	config_interface_remove(&config, tap1);
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 1);
	assert_step(&steps.steps.at[0], REQUEST_PORT_REMOVE, tap1, false);
	assert_true(plan_inverse(&steps.steps.at[0], &back));
	assert_step(&back, REQUEST_PORT_SET, tap1, true);
	assert_int_equal(back.port.mtu, 1400);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

/** Tap1 as made from `eth0` in `laptop`, and a configuration that wants it as `eth1`. */
static void moved(struct config *config, struct made_list *made, bool with_route)
{
	struct config_interface *interface;

	config_init(config);
	interface = attach(config, tap1, "laptop", "eth0");
	if (with_route)
		interface->peer_routes[interface->peer_route_count++] =
			(struct config_peer_route){{IP4_ANY, 0}, IP4_ANY};
	make_all(made, config);
	snprintf(interface->ifname, CONFIG_IFNAME_SIZE, "eth1");
}

static void a_port_that_moves_is_made_before_its_former_device_goes(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;
	struct plan_step back;

	(void)state;
	moved(&config, &made, false);
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 2);
	assert_step(&steps.steps.at[0], REQUEST_PORT_SET, tap1, true);
	assert_string_equal(steps.steps.at[0].port.ifname, "eth1");
	assert_true(steps.steps.at[0].beside);
	assert_step(&steps.steps.at[1], REQUEST_PORT_REMOVE, tap1, false);
	assert_string_equal(steps.steps.at[1].port.ifname, "eth0");
	assert_false(steps.steps.at[1].beside);
	assert_true(plan_inverse(&steps.steps.at[0], &back));
	assert_step(&back, REQUEST_PORT_REMOVE, tap1, false);
	assert_string_equal(back.port.ifname, "eth1");
	assert_true(back.beside);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void a_moved_port_whose_routes_clash_with_its_own_is_removed_first(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;

	(void)state;
	moved(&config, &made, true);
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 2);
	assert_step(&steps.steps.at[0], REQUEST_PORT_REMOVE, tap1, false);
	assert_step(&steps.steps.at[1], REQUEST_PORT_SET, tap1, true);
	assert_false(steps.steps.at[1].beside);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void two_ports_that_exchange_names_are_both_removed_first(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	attach(&config, tap2, "laptop", "eth1");
	make_all(&made, &config);
	attach(&config, tap1, "laptop", "eth1");
	attach(&config, tap2, "laptop", "eth0");
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 4);
	assert_step(&steps.steps.at[0], REQUEST_PORT_REMOVE, tap1, false);
	assert_step(&steps.steps.at[1], REQUEST_PORT_REMOVE, tap2, false);
	assert_step(&steps.steps.at[2], REQUEST_PORT_SET, tap1, true);
	assert_step(&steps.steps.at[3], REQUEST_PORT_SET, tap2, true);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void a_name_is_free_before_another_port_takes_it(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	make_all(&made, &config);
	config_interface_remove(&config, tap1);
	attach(&config, tap2, "laptop", "eth0");
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 2);
	assert_step(&steps.steps.at[0], REQUEST_PORT_REMOVE, tap1, false);
	assert_step(&steps.steps.at[1], REQUEST_PORT_SET, tap2, true);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void what_may_fail_without_harm_comes_before_removals(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	make_all(&made, &config);
	config_interface_remove(&config, tap1);
	attach(&config, tap2, "phone", "eth0");
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 2);
	assert_step(&steps.steps.at[0], REQUEST_PORT_SET, tap2, true);
	assert_step(&steps.steps.at[1], REQUEST_PORT_REMOVE, tap1, false);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void a_lost_port_may_stay_lost_unless_it_was_changed(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	make_all(&made, &config);
	made_find(&made, tap1)->open = false;
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 1);
	assert_step(&steps.steps.at[0], REQUEST_PORT_SET, tap1, true);
	assert_true(steps.steps.at[0].optional);
	plan_fini(&steps);
	config_interface_find(&config, tap1)->mtu = 1400;
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_false(steps.steps.at[0].optional);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void a_port_taken_over_is_not_removed_by_undoing(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;
	struct plan_step back;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	assert_int_equal(made_parse(&made, "home", "Tap1 tap laptop eth0\n"), 0);
	plan(&steps, &made, &config, PLAN_START);
	assert_int_equal(steps.steps.count, 2);
	assert_step(&steps.steps.at[0], REQUEST_PORT_SET, tap1, true);
	assert_false(steps.steps.at[0].optional);
	assert_false(plan_inverse(&steps.steps.at[0], &back));
	assert_int_equal(steps.steps.at[1].kind, REQUEST_PRUNE);
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void a_vip_on_a_tun_is_a_route_while_the_line_is_up(void **state)
{
	struct config config;
	struct config_vip *vip;
	struct config_error error;
	struct request_port port;

	(void)state;
	config_init(&config);
	attach(&config, tun1, "isp", "");
	attach(&config, tap1, "isp", "");
	vip = config_vip_get(&config, "HOME");
	vip->address = IP4(203, 0, 113, 10);
	vip->interface = tun1;
	assert_int_equal(
		plan_port(&config, config_interface_find(&config, tun1), "home", &port, &error), 0);
	assert_int_equal(port.route_count, 1);
	assert_int_equal(port.routes[0].network.len, 32);
	assert_int_equal(port.routes[0].network.address.host, vip->address.host);
	assert_true(ip4_is_any(port.routes[0].via));
	assert_true(mac_is_zero(port.mac));
	config_interface_find(&config, tun1)->shutdown = true;
	plan_port(&config, config_interface_find(&config, tun1), "home", &port, &error);
	assert_int_equal(port.route_count, 0);
	plan_port(&config, config_interface_find(&config, tap1), "home", &port, &error);
	assert_int_equal(port.route_count, 0);
	config_fini(&config);
}

static void a_pool_on_a_tun_is_a_few_routes(void **state)
{
	static const struct ip4_prefix expected[] = {{IP4(203, 0, 113, 11), 32},
						     {IP4(203, 0, 113, 12), 30},
						     {IP4(203, 0, 113, 16), 28},
						     {IP4(203, 0, 113, 32), 32},
						     {IP4(203, 0, 113, 34), 31}};
	struct config_nat_source source = {
		.list = "1", .public = {.kind = CONFIG_PUBLIC_POOL, .pool = "P"}, .overload = true};
	struct config config;
	struct config_error error;
	struct config_nat_pool *pool;
	struct config_vip *vip;
	struct request_port port;

	(void)state;
	config_init(&config);
	attach(&config, tun1, "isp", "")->nat_side = CONFIG_NAT_OUTSIDE;
	pool = config_nat_pool_get(&config, "P");
	pool->start = IP4(203, 0, 113, 11);
	pool->end = IP4(203, 0, 113, 32);
	pool->len = 24;
	assert_int_equal(config_nat_source_add(&config, &source), 0);
	attach(&config, tap1, "isp", "");
	for (uint8_t i = 0; i < 2; i++) {
		vip = config_vip_get(&config, i ? "B" : "A");
		vip->address = IP4(203, 0, 113, 34 + i);
		vip->interface = tun1;
	}
	vip = config_vip_get(&config, "C"); /* beside the others, but elsewhere */
	vip->address = IP4(203, 0, 113, 33);
	vip->interface = tap1;
	plan_port(&config, config_interface_find(&config, tun1), "home", &port, &error);
	assert_int_equal(port.route_count, ARRAY_COUNT(expected));
	for (unsigned int i = 0; i < ARRAY_COUNT(expected); i++) {
		assert_int_equal(port.routes[i].network.address.host, expected[i].address.host);
		assert_int_equal(port.routes[i].network.len, expected[i].len);
	}
	config_fini(&config);
}

static void too_many_routes_are_refused_by_name(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct config_error error;
	struct plan steps;

	(void)state;
	config_init(&config);
	attach(&config, tun1, "isp", "");
	for (unsigned int i = 0; i <= REQUEST_ROUTES_MAX; i++) {
		char name[8];
		struct config_vip *vip;

		snprintf(name, sizeof(name), "V%u", i);
		vip = config_vip_get(&config, name);
		vip->address = IP4(203, 0, 113, 2 * i + 1); /* none beside another */
		vip->interface = tun1;
	}
	assert_int_equal(plan_make(&steps, &made, &config, "home", PLAN_APPLY, &error), -E2BIG);
	assert_non_null(strstr(error.text, "interface Tun1"));
	config_fini(&config);
}

static void the_kernels_mac_is_the_same_again_and_differs_by_router_and_port(void **state)
{
	struct config config;
	struct config_error error;
	struct request_port a, b, c, d;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "x", "");
	attach(&config, tap2, "x", "");
	plan_port(&config, config_interface_find(&config, tap1), "home", &a, &error);
	plan_port(&config, config_interface_find(&config, tap1), "home", &b, &error);
	plan_port(&config, config_interface_find(&config, tap2), "home", &c, &error);
	plan_port(&config, config_interface_find(&config, tap1), "work", &d, &error);
	assert_true(mac_equal(a.mac, b.mac));
	assert_false(mac_equal(a.mac, c.mac));
	assert_false(mac_equal(a.mac, d.mac));
	assert_int_equal(a.mac.byte[0], 0x02);
	config_fini(&config);
}

static void an_interface_attached_to_nothing_needs_no_port(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;

	(void)state;
	config_init(&config);
	config_interface_get(&config, tap1);
	config_interface_get(&config, (struct interface_id){INTERFACE_BVI, 1});
	plan(&steps, &made, &config, PLAN_APPLY);
	assert_int_equal(steps.steps.count, 0);
	plan_fini(&steps);
	config_fini(&config);
}

static void the_end_removes_everything_and_stops_at_nothing(void **state)
{
	struct made_list made = {0};
	struct config config;
	struct plan steps;

	(void)state;
	config_init(&config);
	attach(&config, tap1, "laptop", "eth0");
	attach(&config, tun1, "", "");
	make_all(&made, &config);
	plan(&steps, &made, &config, PLAN_REMOVE_ALL);
	assert_int_equal(steps.steps.count, 2);
	vec_each (&steps.steps, step) {
		assert_int_equal(step->kind, REQUEST_PORT_REMOVE);
		assert_true(step->optional);
	}
	plan_fini(&steps);
	vec_free(&made.ports);
	config_fini(&config);
}

static void the_list_of_ports_reads_back(void **state)
{
	static const char text[] = "Tap1 tap laptop eth0\nTap2 tap phone eth0\nTun1 tun - tun1\n";
	struct made_list made = {0};
	char back[3 * MADE_LINE_SIZE] = "", line[MADE_LINE_SIZE];

	(void)state;
	assert_int_equal(made_parse(&made, "home", text), 0);
	assert_int_equal(made.ports.count, 3);
	vec_each (&made.ports, port) {
		assert_string_equal(port->port.owner, "home");
		assert_false(port->known || port->open);
		made_line(port, line);
		strcat(back, line);
	}
	assert_string_equal(back, text);
	assert_string_equal(made_find(&made, tun1)->port.ns, "");
	vec_free(&made.ports);
}

static void lines_of_the_list_that_make_no_sense_are_skipped(void **state)
{
	static const char text[] =
		"\nTap1\nTap1 tap a\nBVI1 tap a b\nTap1 bus a b\nTap1 tap a b c\nTap99999 tap a b\n"
		"Tap1 tap a 0123456789abcdef\n"
		"Tap1 tap 0123456789012345678901234567890123456789012345678901234567890123 b\n"
		"Tap2 tap phone eth0";
	struct made_list made = {0};

	(void)state;
	assert_int_equal(made_parse(&made, "home", text), 9);
	assert_int_equal(made.ports.count, 1);
	assert_non_null(made_find(&made, tap2));
	vec_free(&made.ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_port_is_opened),
		cmocka_unit_test(the_same_configuration_again_needs_no_step),
		cmocka_unit_test(a_changed_port_is_changed_in_place_and_back),
		cmocka_unit_test(a_new_port_is_undone_by_removal),
		cmocka_unit_test(a_removed_port_is_undone_by_opening_it_as_it_was),
		cmocka_unit_test(a_port_that_moves_is_made_before_its_former_device_goes),
		cmocka_unit_test(a_moved_port_whose_routes_clash_with_its_own_is_removed_first),
		cmocka_unit_test(two_ports_that_exchange_names_are_both_removed_first),
		cmocka_unit_test(a_name_is_free_before_another_port_takes_it),
		cmocka_unit_test(what_may_fail_without_harm_comes_before_removals),
		cmocka_unit_test(a_lost_port_may_stay_lost_unless_it_was_changed),
		cmocka_unit_test(a_port_taken_over_is_not_removed_by_undoing),
		cmocka_unit_test(a_vip_on_a_tun_is_a_route_while_the_line_is_up),
		cmocka_unit_test(a_pool_on_a_tun_is_a_few_routes),
		cmocka_unit_test(too_many_routes_are_refused_by_name),
		cmocka_unit_test(the_kernels_mac_is_the_same_again_and_differs_by_router_and_port),
		cmocka_unit_test(an_interface_attached_to_nothing_needs_no_port),
		cmocka_unit_test(the_end_removes_everything_and_stops_at_nothing),
		cmocka_unit_test(the_list_of_ports_reads_back),
		cmocka_unit_test(lines_of_the_list_that_make_no_sense_are_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
