/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may have a new session: limits of devices, the outside's half, the last eighth, exhaustion.
 */
#include "core/nat/device_look.h"
#include "tests/unit/core/nat/fixture.h"

static void limit(struct home *home, enum config_limit_what what, ip4_t address, const char *list,
		  uint32_t value)
{
	struct config_nat_limit item = {
		.what = (uint8_t)what,
		.scope = list ? CONFIG_LIMIT_LIST : CONFIG_LIMIT_ALL_HOST,
		.address = address,
		.value = value,
	};

	if (!ip4_is_any(address))
		item.scope = CONFIG_LIMIT_HOST;
	snprintf(item.list, sizeof(item.list), "%s", list ? list : "");
	assert_int_equal(config_nat_limit_add(&home->config, &item), 0);
	home_configure(home);
}

static void forward(struct home *home, ip4_t local)
{
	struct config_nat_static rule = home_static(IP_PROTO_UDP, local, 80, 8080);

	assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
	home_configure(home);
}

/** Sends @count packets of new flows from @src, source ports from @sport on. Return: how many go.
 */
static unsigned int flood(struct home *home, ip4_t src, uint16_t sport, unsigned int count)
{
	unsigned int gone = 0;
	struct packet p;

	for (unsigned int n = 0; n < count; n++) {
		packet_udp(home, &p, src, (uint16_t)(sport + n), SERVER, 80);
		if (send_out(home, &p) == VERDICT_NEXT) {
			gone++;
			continue;
		}
		assert_int_equal(p.frame.refuse, ICMP_ADMIN_PROHIBITED);
		/* as it came: the quote is of the packet as it was sent */
		assert_int_equal(p.frame.src.host, src.host);
		packet_check(&p);
	}
	return gone;
}

/** The same from as many hosts outside to the forward. */
static unsigned int flood_in(struct home *home, unsigned int first, unsigned int count)
{
	unsigned int come = 0;
	struct packet p;

	for (unsigned int n = first; n < first + count; n++) {
		packet_udp(home, &p, (ip4_t){IP4(198, 18, 0, 0).host + n}, 1000, VIP, 8080);
		if (send_in(home, &p) == VERDICT_NEXT)
			come++;
		else
			assert_int_equal(p.frame.refuse, 0); /* nobody outside is told */
	}
	return come;
}

static uint64_t drops(const struct home *home, enum drop_reason reason)
{
	return home->drops.count[reason];
}

static struct nat_device_stats device(const struct home *home, ip4_t local)
{
	struct nat_device_stats stats;

	assert_true(nat_device_stats(home->nat, local, &stats));
	return stats;
}

/* ---- limits of devices ------------------------------------------------------------------ */

static void c5_a_device_has_no_more_sessions_than_its_limit(void **state)
{
	struct home *home = *state;

	limit(home, CONFIG_LIMIT_ENTRIES, LAPTOP, NULL, 20);
	assert_int_equal(flood(home, LAPTOP, 5000, 50), 20);
	assert_int_equal(drops(home, DROP_NAT_HOST_LIMIT), 30);
	assert_int_equal(flood(home, PHONE, 5000, 50), 50);
	udp_out(home, LAPTOP, 5019, SERVER, 80); /* what lives goes on */
	assert_int_equal(device(home, LAPTOP).sessions, 20);
	assert_int_equal(device(home, LAPTOP).refused, 30);
	assert_int_equal(device(home, LAPTOP).limit[CONFIG_LIMIT_ENTRIES], 20);
	assert_int_equal(device(home, PHONE).limit[CONFIG_LIMIT_ENTRIES], UINT32_MAX);
	/* dead sessions make room, swept or not */
	home_wait(home, 302);
	assert_int_equal(flood(home, LAPTOP, 6000, 50), 20);
}

static void c5_the_tightest_limit_holds(void **state)
{
	struct home *home = *state;

	home_acl(&home->config, "7", PHONE, (ip4_t){0});
	limit(home, CONFIG_LIMIT_ENTRIES, IP4_ANY, NULL, 30);
	limit(home, CONFIG_LIMIT_ENTRIES, LAPTOP, NULL, 20);
	limit(home, CONFIG_LIMIT_ENTRIES, TV, NULL, 40);
	limit(home, CONFIG_LIMIT_ENTRIES, IP4_ANY, "7", 10);
	limit(home, CONFIG_LIMIT_ENTRIES, IP4_ANY, "8", 1); /* there is no such list */
	assert_int_equal(flood(home, LAPTOP, 5000, 50), 20);
	assert_int_equal(flood(home, PHONE, 5000, 50), 10);
	assert_int_equal(flood(home, TV, 5000, 50), 30);
	/* each refusal counts for the limit that was reached */
	assert_int_equal(nat_limit_at(home->nat, 0)->refused, 20);
	assert_int_equal(nat_limit_at(home->nat, 1)->config.address.host, TV.host);
	assert_int_equal(nat_limit_at(home->nat, 1)->refused, 0);
	assert_int_equal(nat_limit_at(home->nat, 2)->refused, 30);
	assert_int_equal(nat_limit_at(home->nat, 3)->refused, 40);
	assert_int_equal(nat_limit_at(home->nat, 4)->refused, 0);
	assert_null(nat_limit_at(home->nat, 5));
}

static void c5_a_limit_counts_what_goes_by_every_public_address(void **state)
{
	struct home *home = *state;
	struct config_nat_static rule = home_static(IP_PROTO_UDP, LAPTOP, 80, 8080);
	struct packet p;

	home_vip(&home->config, "OTHER", IP4(203, 0, 113, 11));
	rule.public = home_public("OTHER");
	assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
	limit(home, CONFIG_LIMIT_ENTRIES, IP4_ANY, NULL, 10);
	for (unsigned int n = 0; n < 4; n++) {
		packet_udp(home, &p, (ip4_t){SERVER.host + n}, 1, IP4(203, 0, 113, 11), 8080);
		assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	}
	assert_int_equal(flood(home, LAPTOP, 5000, 50), 6);
	assert_int_equal(device(home, LAPTOP).sessions, 10);
	assert_int_equal(device(home, LAPTOP).inbound, 4);
	assert_int_equal(device(home, LAPTOP).ports, 7);
}

static void c5_a_changed_limit_holds_at_once(void **state)
{
	struct home *home = *state;

	limit(home, CONFIG_LIMIT_ENTRIES, IP4_ANY, NULL, 10);
	assert_int_equal(flood(home, LAPTOP, 5000, 15), 10);
	limit(home, CONFIG_LIMIT_ENTRIES, IP4_ANY, NULL, 30);
	assert_int_equal(flood(home, LAPTOP, 6000, 50), 20);
	assert_int_equal(nat_limit_at(home->nat, 0)->refused, 35); /* it is still this limit */
	limit(home, CONFIG_LIMIT_ENTRIES, IP4_ANY, NULL, 5);
	assert_int_equal(session_count_now(home), 30); /* none ends for it */
	assert_int_equal(flood(home, LAPTOP, 7000, 1), 0);
	udp_out(home, LAPTOP, 6019, SERVER, 80);
	home->config.nat.limits.count = 0;
	home_configure(home);
	assert_int_equal(flood(home, LAPTOP, 7000, 50), 50);
}

static void c4_a_device_has_no_more_ports_than_its_limit(void **state)
{
	struct home *home = *state;

	limit(home, CONFIG_LIMIT_PORTS, IP4_ANY, NULL, 3);
	assert_int_equal(flood(home, LAPTOP, 5000, 5), 3);
	assert_int_equal(drops(home, DROP_NAT_HOST_PORTS), 2);
	assert_int_equal(nat_limit_at(home->nat, 0)->refused, 2);
	/* a port that it has takes it to more remote ends */
	for (uint16_t n = 0; n < 50; n++)
		udp_out(home, LAPTOP, 5001, OTHER, n);
	/* a forward is a port too */
	forward(home, PHONE);
	assert_int_equal(flood(home, PHONE, 5000, 5), 2);
	/* ports that are given up count no more */
	home_wait(home, 302);
	assert_int_equal(flood(home, LAPTOP, 6000, 5), 3);
}

static void c5_a_device_opens_no_faster_than_its_rate(void **state)
{
	struct home *home = *state;

	limit(home, CONFIG_LIMIT_RATE, IP4_ANY, NULL, 10);
	assert_int_equal(flood(home, LAPTOP, 5000, 50), 10); /* a second's burst */
	assert_int_equal(drops(home, DROP_NAT_HOST_RATE), 40);
	assert_int_equal(nat_limit_at(home->nat, 0)->refused, 40);
	assert_int_equal(flood(home, PHONE, 5000, 50), 10);
	home->now = mono_add_ms(home->now, 99);
	assert_int_equal(flood(home, LAPTOP, 6000, 5), 0);
	home->now = mono_add_ms(home->now, 1);
	assert_int_equal(flood(home, LAPTOP, 6000, 5), 1);
	for (unsigned int second = 0; second < 5; second++) {
		home_wait(home, 1);
		assert_int_equal(flood(home, LAPTOP, (uint16_t)(7000 + 50 * second), 50), 10);
	}
	home_wait(home, 100); /* a burst is never more */
	assert_int_equal(flood(home, LAPTOP, 8000, 50), 10);
	udp_out(home, LAPTOP, 8009, SERVER, 80); /* what lives is not limited */
}

static void c5_a_rate_is_not_forgotten_with_the_last_session(void **state)
{
	struct home *home = *state;
	struct nat_match all = {0};

	limit(home, CONFIG_LIMIT_RATE, IP4_ANY, NULL, 10);
	assert_int_equal(flood(home, LAPTOP, 5000, 50), 10);
	assert_int_equal(nat_clear(home->nat, &all, home->now), 10);
	assert_int_equal(flood(home, LAPTOP, 5000, 50), 0);
}

/* ---- the outside ------------------------------------------------------------------------ */

static void c5_the_outside_gets_half_of_a_limit_and_leaves_the_other(void **state)
{
	struct home *home = *state;

	forward(home, TV);
	limit(home, CONFIG_LIMIT_ENTRIES, IP4_ANY, NULL, 20);
	assert_int_equal(flood_in(home, 0, 100), 10);
	assert_int_equal(drops(home, DROP_NAT_HOST_LIMIT), 90);
	assert_int_equal(flood(home, TV, 5000, 50), 10);
	/* and what the device has itself takes nothing from its limit as a whole */
	assert_int_equal(device(home, TV).sessions, 20);
}

static void c5_the_outside_leaves_half_of_a_rate(void **state)
{
	struct home *home = *state;
	unsigned int come = 0;

	forward(home, TV);
	for (uint32_t rate = 1; rate <= 3; rate++) {
		limit(home, CONFIG_LIMIT_RATE, IP4_ANY, NULL, rate);
		for (unsigned int n = 0; n < 10; n++) {
			home_wait(home, 2);
			come += flood_in(home, (rate * 100 + n) * 100, 50);
			/* whatever the outside does */
			assert_true(flood(home, TV, (uint16_t)(rate * 1000 + n), 1) == 1);
		}
	}
	assert_true(come >= 30);
	assert_true(drops(home, DROP_NAT_HOST_RATE) > 0);
}

static void a13_a_flood_from_outside_fills_half_of_the_table(void **state)
{
	struct home *home = *state;

	home->config.nat.max_entries = 1000;
	forward(home, TV);
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(flood_in(home, 0, 5000), 500);
	assert_int_equal(drops(home, DROP_NAT_INBOUND_FULL), 4500);
	assert_int_equal(flood(home, LAPTOP, 6000, 100), 100);
	assert_int_equal(flood(home, TV, 6000, 100), 100); /* not locked out either */
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	/* it recovers */
	home_wait(home, 302);
	nat_tick(home->nat, 4096, home->now);
	assert_int_equal(flood_in(home, 6000, 5000), 500);
}

/* ---- without a limit -------------------------------------------------------------------- */

static void a13_the_last_eighth_is_not_for_who_has_an_eighth(void **state)
{
	struct home *home = *state;
	struct packet p;

	home->config.nat.max_entries = 8000;
	home_configure(home);
	/* a download, and a device that floods */
	tcp_out(home, PHONE, 4000, SERVER, 80, TCP_SYN);
	assert_int_equal(flood(home, LAPTOP, 1024, 20000), 6999);
	assert_int_equal(drops(home, DROP_NAT_HOST_SHARE), 13001);
	assert_int_equal(drops(home, DROP_NAT_TABLE_FULL), 0);
	assert_int_equal(tcp_in(home, SERVER, 80, 4000, TCP_SYN | TCP_ACK), VERDICT_NEXT);
	tcp_out(home, PHONE, 4000, SERVER, 80, TCP_ACK);
	/* the others have the rest */
	assert_int_equal(flood(home, PHONE, 5000, 500), 500);
	assert_int_equal(flood(home, TV, 5000, 1000), 500);
	assert_int_equal(drops(home, DROP_NAT_TABLE_FULL), 500);
	assert_int_equal(session_count_now(home), 8000);
	packet_tcp(home, &p, PHONE, 4000, SERVER, 80);
	packet_set_flags(&p, TCP_ACK);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
}

static void a13_what_the_outside_made_is_not_the_devices_share(void **state)
{
	struct home *home = *state;

	home->config.nat.max_entries = 800;
	forward(home, TV);
	assert_int_equal(flood_in(home, 0, 5000), 400);
	assert_int_equal(flood(home, LAPTOP, 5000, 300), 300); /* seven eighths */
	assert_int_equal(flood(home, LAPTOP, 6000, 300), 0);
	assert_int_equal(flood(home, TV, 5000, 300), 100);
}

static void a13_exhaustion_from_inside_leaves_every_live_session(void **state)
{
	struct home *home = *state;
	struct packet p;

	home->config.nat.max_entries = 4000;
	home_acl(&home->config, "1", IP4(10, 0, 0, 0), IP4(0, 255, 255, 255));
	home_configure(home);
	for (uint16_t n = 0; n < 100; n++)
		udp_out(home, LAPTOP, (uint16_t)(5000 + n), SERVER, 80);
	/* as hping3 --rand-source does: every packet from another device */
	for (uint32_t n = 0; n < 20000; n++) {
		packet_udp(home, &p, (ip4_t){IP4(10, 0, 0, 1).host + n}, 9000, SERVER, 80);
		send_out(home, &p);
	}
	assert_int_equal(session_count_now(home), 4000);
	assert_int_equal(drops(home, DROP_NAT_TABLE_FULL), 20100 - 4000);
	for (uint16_t n = 0; n < 100; n++) {
		assert_int_equal(udp_out(home, LAPTOP, (uint16_t)(5000 + n), SERVER, 80), 5000 + n);
		assert_int_equal(udp_in(home, SERVER, 80, (uint16_t)(5000 + n), &p), VERDICT_NEXT);
	}
}

static void a13_memory_stays_under_its_cap(void **state)
{
	struct home *home = *state;
	const struct nat *nat = home->nat;
	uint32_t sessions, mappings, hosts, devices;
	struct packet p;

	home->config.nat.max_entries = 4000;
	home_acl(&home->config, "1", IP4(10, 0, 0, 0), IP4(0, 255, 255, 255));
	forward(home, TV);
	sessions = nat->sessions.segment_count;
	mappings = nat->mappings.segment_count;
	hosts = nat->hosts.segment_count;
	devices = nat->devices.segment_count;
	for (uint32_t round = 0; round < 5; round++) {
		for (uint32_t n = 0; n < 6000; n++) {
			packet_udp(home, &p, (ip4_t){IP4(10, round, 0, 1).host + n}, 9000, SERVER,
				   80);
			send_out(home, &p);
		}
		flood_in(home, round * 10000, 6000);
		home_wait(home, 302);
		nat_tick(home->nat, 10000, home->now);
	}
	/* room as it was reserved, and no record above what may be in use */
	assert_int_equal(nat->sessions.segment_count, sessions);
	assert_int_equal(nat->mappings.segment_count, mappings);
	assert_int_equal(nat->hosts.segment_count, hosts);
	assert_int_equal(nat->devices.segment_count, devices);
	assert_true(nat->sessions.high <= 4000);
	assert_true(nat->mappings.high <= 4001);
	assert_true(nat->hosts.high <= 4001);
	assert_true(nat->devices.high <= 4001 + NAT_DEVICES_IDLE_MAX);
	assert_int_equal(nat->sessions.count, 0);
	assert_int_equal(nat->mappings.count, 1);
	assert_int_equal(nat->hosts.count, 1);
	assert_int_equal(nat->devices.count, 1 + NAT_DEVICES_IDLE_MAX);
	assert_int_equal(nat->by_device.count, nat->devices.count);
	assert_int_equal(nat->inbound, 0);
}

/* ---- what is said of it ----------------------------------------------------------------- */

static void c12_each_kind_of_refusal_is_logged_once_a_minute(void **state)
{
	struct home *home = *state;
	struct event event;

	limit(home, CONFIG_LIMIT_ENTRIES, LAPTOP, NULL, 2);
	limit(home, CONFIG_LIMIT_PORTS, PHONE, NULL, 2);
	flood(home, LAPTOP, 5000, 10);
	flood(home, PHONE, 5000, 10);
	assert_true(event_pop(&home->events, &event));
	assert_string_equal(event.mnemonic, "HOSTLIMIT");
	assert_string_equal(event.text, "no new session for 192.168.1.100: device has as many "
					"sessions as it may; live ones are kept");
	assert_true(event_pop(&home->events, &event));
	assert_string_equal(event.mnemonic, "HOSTPORTS");
	assert_false(event_pop(&home->events, &event));
	home_wait(home, 60);
	flood(home, LAPTOP, 6000, 10);
	assert_true(event_pop(&home->events, &event));
	assert_false(event_pop(&home->events, &event));
}

static void a_device_keeps_the_counts_of_its_ended_sessions(void **state)
{
	struct home *home = *state;
	struct nat_match all = {0};
	struct packet p;

	for (uint16_t n = 0; n < 3; n++)
		udp_out(home, LAPTOP, 5000, SERVER, n);
	udp_in(home, SERVER, 0, 5000, &p);
	assert_int_equal(device(home, LAPTOP).bytes_out, 0);
	assert_int_equal(device(home, LAPTOP).opened, 3);
	nat_clear(home->nat, &all, home->now);
	assert_int_equal(device(home, LAPTOP).sessions, 0);
	assert_int_equal(device(home, LAPTOP).ports, 0);
	assert_int_equal(device(home, LAPTOP).opened, 3);
	assert_int_equal(device(home, LAPTOP).packets_out, 3);
	assert_int_equal(device(home, LAPTOP).packets_in, 1);
	assert_int_equal(device(home, LAPTOP).bytes_out, 3 * 41);
	assert_int_equal(device(home, LAPTOP).bytes_in, 41);
	udp_out(home, LAPTOP, 5000, SERVER, 1);
	assert_int_equal(device(home, LAPTOP).opened, 4);
}

static void every_device_is_walked_once(void **state)
{
	struct home *home = *state;
	struct nat_device_stats stats;
	unsigned int count = 0;

	for (uint32_t n = 0; n < 100; n++)
		udp_out(home, (ip4_t){IP4(192, 168, 1, 100).host + n}, 5000, SERVER, 80);
	for (uint64_t cursor = 0; nat_next_device(home->nat, &cursor, &stats); count++)
		assert_int_equal(stats.sessions, 1);
	assert_int_equal(count, 100);
	assert_false(nat_device_stats(home->nat, TV, &stats));
}

static void refusals_are_cleared(void **state)
{
	struct home *home = *state;

	limit(home, CONFIG_LIMIT_ENTRIES, LAPTOP, NULL, 2);
	flood(home, LAPTOP, 5000, 10);
	assert_int_equal(nat_refused(home->nat, NAT_REFUSED_HOST), 8);
	nat_clear_refusals(home->nat);
	assert_int_equal(nat_refused(home->nat, NAT_REFUSED_HOST), 0);
	assert_int_equal(nat_limit_at(home->nat, 0)->refused, 0);
	assert_int_equal(device(home, LAPTOP).refused, 0);
}

/* ---- timers of ports -------------------------------------------------------------------- */

static void port_timer(struct home *home, uint8_t proto, uint16_t port, uint32_t seconds)
{
	struct config_nat_port_timeout timeout = {proto, port, seconds};

	assert_int_equal(config_nat_port_timeout_add(&home->config, &timeout), 0);
	home_configure(home);
}

static void a_remote_port_may_have_a_timer_of_its_own(void **state)
{
	struct home *home = *state;
	struct packet p;

	port_timer(home, IP_PROTO_UDP, 123, 30);
	port_timer(home, IP_PROTO_UDP, 53, 600);
	port_timer(home, IP_PROTO_TCP, 80, 7440);
	udp_out(home, LAPTOP, 5000, SERVER, 123);
	udp_out(home, LAPTOP, 5001, SERVER, 53);
	udp_out(home, LAPTOP, 5002, SERVER, 80); /* TCP's timer is not UDP's */
	home_wait(home, 30);
	assert_int_equal(udp_in(home, SERVER, 123, 5000, &p), VERDICT_NEXT);
	home_wait(home, 1);
	assert_int_equal(udp_in(home, SERVER, 123, 5000, &p), VERDICT_DROPPED);
	home_wait(home, 269);
	assert_int_equal(udp_in(home, SERVER, 80, 5002, &p), VERDICT_NEXT);
	home_wait(home, 300);
	assert_int_equal(udp_in(home, SERVER, 53, 5001, &p), VERDICT_NEXT);
}

static void t5_a_port_timer_of_tcp_is_that_of_established_connections(void **state)
{
	struct home *home = *state;

	port_timer(home, IP_PROTO_TCP, 80, UINT32_MAX);
	tcp_out(home, LAPTOP, 5000, SERVER, 80, TCP_SYN);
	tcp_out(home, PHONE, 5001, SERVER, 80, TCP_SYN);
	assert_int_equal(tcp_in(home, SERVER, 80, 5000, TCP_SYN | TCP_ACK), VERDICT_NEXT);
	tcp_out(home, LAPTOP, 5000, SERVER, 80, TCP_ACK);
	home_wait(home, 242);
	nat_tick(home->nat, 100, home->now);
	assert_int_equal(session_count_now(home), 1); /* the handshake has its own timer */
	home_wait(home, 1000000);
	assert_int_equal(tcp_in(home, SERVER, 80, 5000, TCP_ACK), VERDICT_NEXT);
}

static void a_forward_is_timed_by_its_public_port(void **state)
{
	struct home *home = *state;
	struct packet p;

	forward(home, TV);
	port_timer(home, IP_PROTO_UDP, 8080, 1000);
	port_timer(home, IP_PROTO_UDP, 53, 5);
	/* the remote port of who comes in is nothing but chance */
	assert_int_equal(udp_in(home, SERVER, 53, 8080, &p), VERDICT_NEXT);
	home_wait(home, 1000);
	nat_tick(home->nat, 100, home->now);
	assert_int_equal(session_count_now(home), 1);
	home_wait(home, 2);
	nat_tick(home->nat, 100, home->now);
	assert_int_equal(session_count_now(home), 0);
}

#define LIMITS_TEST(f) cmocka_unit_test_setup_teardown(f, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIMITS_TEST(c5_a_device_has_no_more_sessions_than_its_limit),
		LIMITS_TEST(c5_the_tightest_limit_holds),
		LIMITS_TEST(c5_a_limit_counts_what_goes_by_every_public_address),
		LIMITS_TEST(c5_a_changed_limit_holds_at_once),
		LIMITS_TEST(c4_a_device_has_no_more_ports_than_its_limit),
		LIMITS_TEST(c5_a_device_opens_no_faster_than_its_rate),
		LIMITS_TEST(c5_a_rate_is_not_forgotten_with_the_last_session),
		LIMITS_TEST(c5_the_outside_gets_half_of_a_limit_and_leaves_the_other),
		LIMITS_TEST(c5_the_outside_leaves_half_of_a_rate),
		LIMITS_TEST(a13_a_flood_from_outside_fills_half_of_the_table),
		LIMITS_TEST(a13_the_last_eighth_is_not_for_who_has_an_eighth),
		LIMITS_TEST(a13_what_the_outside_made_is_not_the_devices_share),
		LIMITS_TEST(a13_exhaustion_from_inside_leaves_every_live_session),
		LIMITS_TEST(a13_memory_stays_under_its_cap),
		LIMITS_TEST(c12_each_kind_of_refusal_is_logged_once_a_minute),
		LIMITS_TEST(a_device_keeps_the_counts_of_its_ended_sessions),
		LIMITS_TEST(every_device_is_walked_once),
		LIMITS_TEST(refusals_are_cleared),
		LIMITS_TEST(a_remote_port_may_have_a_timer_of_its_own),
		LIMITS_TEST(t5_a_port_timer_of_tcp_is_that_of_established_connections),
		LIMITS_TEST(a_forward_is_timed_by_its_public_port),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
