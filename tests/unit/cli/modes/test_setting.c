/* SPDX-License-Identifier: BSD-2-Clause */
/* What configuration commands share, seen through a session as a person has it. */
#include "tests/unit/cli/modes/configured.h"

/* A world whose running configuration is what was applied last, at once. */
struct place {
	struct config running;
	struct world_effects effects;
	struct world world;
	struct session *session;
	struct buffer out;
};

static int place_apply(void *context, struct session *session, const struct config *candidate)
{
	struct place *place = context;

	(void)session;
	return config_copy(&place->running, candidate);
}

static void place_init(struct place *place)
{
	memset(place, 0, sizeof(*place));
	config_init(&place->running);
	place->effects.apply = place_apply;
	place->world.running = &place->running;
	place->world.effects = &place->effects;
	place->world.context = place;
	place->session = session_new(&place->world, SESSION_MAY_CONFIGURE);
	assert_non_null(place->session);
}

static void place_fini(struct place *place)
{
	session_free(place->session);
	config_fini(&place->running);
	buffer_free(&place->out);
}

/* Types a line; what it printed is in place->out. Return: whether it went well. */
static bool place_type(struct place *place, const char *line)
{
	enum session_status status;

	buffer_clear(&place->out);
	status = session_run(place->session, line, &place->out);
	while (status == SESSION_WAIT)
		status = session_resume(place->session, 0, NULL, &place->out);
	return status == SESSION_DONE;
}

static void refusal_has_ios_first_line_and_our_hint(void **state)
{
	struct place place;

	(void)state;
	place_init(&place);
	assert_true(place_type(&place, "configure terminal"));
	assert_true(place_type(&place, "interface Tap1"));
	assert_false(place_type(&place, "ip address 192.168.1.0 255.255.255.0"));
	assert_non_null(strstr(buffer_text(&place.out), "Bad mask /24 for address 192.168.1.0\n"));
	assert_non_null(strstr(buffer_text(&place.out), "the address of the network itself"));
	assert_int_equal(place.running.interfaces.at[0].address_count, 0);
	place_fini(&place);
}

static void home_is_accepted_typed_line_by_line(void **state)
{
	static const char *const lines[] = {
		"configure terminal",
		"hostname home",
		"interface Tap1",
		" description laptop",
		" attach namespace laptop name eth0",
		" bridge-group 1",
		"interface BVI1",
		" ip address 192.168.1.1 255.255.255.0",
		" ip nat inside",
		"interface Tap9",
		" attach namespace internet name isp0",
		" peer ip address 203.0.113.1 255.255.255.0",
		" ip address 203.0.113.2 255.255.255.0",
		" ip nat outside",
		"ip vip HOME 203.0.113.10 interface Tap9",
		"access-list 1 permit 192.168.1.0 0.0.0.255",
		"ip nat inside source list 1 vip HOME overload",
		"ip dhcp excluded-address 192.168.1.1 192.168.1.9",
		"ip dhcp pool LAN",
		" network 192.168.1.0 255.255.255.0",
		" default-router 192.168.1.1",
		" dns-server 192.168.1.1",
		" domain-name home.lan",
		" lease 0 12",
		"ip route 0.0.0.0 0.0.0.0 203.0.113.1",
		"end",
	};
	struct place place;
	struct buffer piped = {0};
	struct config whole;

	(void)state;
	place_init(&place);
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		if (!place_type(&place, lines[i]))
			fail_msg("%s\n%s", lines[i], buffer_text(&place.out));
		if (i > 0)
			buffer_printf(&piped, "%s\n", lines[i]);
	}
	configured_read(buffer_text(&piped), &whole);
	assert_true(config_equal(&place.running, &whole));
	config_fini(&whole);
	buffer_free(&piped);
	place_fini(&place);
}

static void lines_for_what_was_removed_meanwhile_are_refused_by_name(void **state)
{
	static const char *const lines[] = {
		"description x",
		"shutdown",
		"mtu 1400",
		"attach host",
		"no attach",
		"peer ip address 10.0.0.1/24",
		"peer ip route 10.0.0.0/24",
		"bridge-group 1",
		"ip address 10.0.0.1/24",
		"ip nat inside",
	};
	static const char *const pool_lines[] = {
		"network 10.0.0.0/24",
		"host 10.0.0.1/24",
		"client-identifier 0102",
		"hardware-address 0200.5e10.0001",
		"client-name x",
		"default-router 10.0.0.1",
		"dns-server 10.0.0.1",
		"domain-name x",
		"lease 1",
	};
	struct place place;

	(void)state;
	place_init(&place);
	assert_true(place_type(&place, "configure terminal"));
	assert_true(place_type(&place, "interface Tap7"));
	config_interface_remove(&place.running, place.running.interfaces.at[0].id);
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		assert_false(place_type(&place, lines[i]));
		assert_non_null(
			strstr(buffer_text(&place.out), "interface Tap7: it has been removed"));
	}
	assert_true(place_type(&place, "ip dhcp pool LAN"));
	config_pool_remove(&place.running, "LAN");
	for (size_t i = 0; i < ARRAY_COUNT(pool_lines); i++) {
		assert_false(place_type(&place, pool_lines[i]));
		assert_non_null(
			strstr(buffer_text(&place.out), "ip dhcp pool LAN: it has been removed"));
	}
	place_fini(&place);
}

static void flat_lines_do_what_the_sub_mode_does(void **state)
{
	struct place place;

	(void)state;
	place_init(&place);
	assert_true(place_type(&place, "set interface BVI1 ip address 10.0.0.1/24"));
	assert_true(place_type(&place, "set ip dhcp pool LAN network 10.0.0.0/24"));
	assert_true(place_type(&place, "set ip dhcp pool LAN lease 0 2"));
	assert_int_equal(place.running.interfaces.at[0].address_count, 1);
	assert_int_equal(place.running.dhcp.pools.at[0].lease_s, 7200);
	assert_true(place_type(&place, "unset ip dhcp pool LAN lease"));
	assert_false(place.running.dhcp.pools.at[0].has_lease);
	place_fini(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusal_has_ios_first_line_and_our_hint),
		cmocka_unit_test(home_is_accepted_typed_line_by_line),
		cmocka_unit_test(lines_for_what_was_removed_meanwhile_are_refused_by_name),
		cmocka_unit_test(flat_lines_do_what_the_sub_mode_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
