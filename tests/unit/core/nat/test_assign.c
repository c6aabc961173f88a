/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dynamic one-to-one: a pool of three addresses, of which a device has one to itself while it has
 * mappings.
 */
#include "core/nat/assign.h"
#include "tests/unit/core/nat/fixture.h"

#define FIRST IP4(203, 0, 113, 30)

static void own_source(struct home *home, bool overload, int filtering)
{
	struct config_nat_source source = {.list = "1",
					   .overload = overload,
					   .public = {.kind = CONFIG_PUBLIC_POOL, .pool = "own"}};

	if (filtering >= 0) {
		source.has_filtering = true;
		source.filtering = (uint8_t)filtering;
	}
	vec_free(&home->config.nat.sources);
	assert_int_equal(config_nat_source_add(&home->config, &source), 0);
	home_configure(home);
}

static int setup(void **state)
{
	int err = home_setup(state);
	struct home *home = *state;
	struct config_nat_pool *pool = config_nat_pool_get(&home->config, "own");

	pool->start = FIRST;
	pool->end = (ip4_t){FIRST.host + 2};
	pool->len = 24;
	own_source(home, false, -1);
	return err;
}

static bool is_of_pool(ip4_t address)
{
	return address.host - FIRST.host < 3;
}

/** A datagram to OTHER; @p is as it leaves. */
static enum verdict out(struct home *home, struct packet *p, ip4_t src, uint16_t sport)
{
	packet_udp(home, p, src, sport, OTHER, 7);
	enum verdict v = send_out(home, p);

	if (v == VERDICT_NEXT)
		packet_check(p);
	return v;
}

static void each_device_has_an_address_and_its_own_ports(void **state)
{
	struct home *home = *state;
	struct packet a, b;

	for (uint16_t port = 5000; port < 5010; port++) {
		assert_int_equal(out(home, &a, LAPTOP, port), VERDICT_NEXT);
		assert_int_equal(out(home, &b, PHONE, port), VERDICT_NEXT);
		assert_true(is_of_pool(a.frame.src));
		assert_true(is_of_pool(b.frame.src));
		assert_int_not_equal(a.frame.src.host, b.frame.src.host);
		assert_int_equal(a.frame.sport, port);
		assert_int_equal(b.frame.sport, port);
	}
	/* answers find it */
	packet_udp(home, &b, OTHER, 7, a.frame.src, 5000);
	assert_int_equal(send_in(home, &b), VERDICT_NEXT);
	packet_check(&b);
	assert_int_equal(b.frame.dst.host, LAPTOP.host);
	/* so do those of TCP and ICMP, by the same address */
	ip4_t own = a.frame.src;

	packet_tcp(home, &b, LAPTOP, 99, OTHER, 80);
	assert_int_equal(send_out(home, &b), VERDICT_NEXT);
	assert_int_equal(b.frame.src.host, own.host);
	assert_int_equal(b.frame.sport, 99);
	packet_echo(home, &b, ICMP_ECHO, LAPTOP, OTHER, 4711);
	assert_int_equal(send_out(home, &b), VERDICT_NEXT);
	assert_int_equal(b.frame.src.host, own.host);
	assert_int_equal(b.frame.sport, 4711);
}

static void the_device_too_many_is_refused_and_counted(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(out(home, &p, (ip4_t){LAPTOP.host + i}, 5000), VERDICT_NEXT);
	assert_int_equal(out(home, &p, (ip4_t){LAPTOP.host + 3}, 5000), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_POOL_EXHAUSTED], 1);
	assert_int_equal(p.frame.refuse, ICMP_ADMIN_PROHIBITED);
	assert_int_equal(nat_refused(home->nat, NAT_REFUSED_POOL), 1);
	assert_int_equal(nat_pool_misses(home->nat, &home->config.nat.sources.at[0]), 1);
	/* those that have one go on */
	assert_int_equal(out(home, &p, LAPTOP, 5001), VERDICT_NEXT);
	home_configure(home);
	assert_int_equal(nat_pool_misses(home->nat, &home->config.nat.sources.at[0]), 1);
	nat_clear_stats(home->nat, home->now);
	assert_int_equal(nat_pool_misses(home->nat, &home->config.nat.sources.at[0]), 0);
}

static void an_address_is_free_after_the_last_mapping(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (uint32_t i = 0; i < 3; i++)
		out(home, &p, (ip4_t){LAPTOP.host + i}, 5000);
	home_wait(home, 200);
	out(home, &p, LAPTOP, 5001); /* keeps its address */
	home_wait(home, 102);
	nat_tick(home->nat, 100, home->now);
	ip4_t own = p.frame.src;

	assert_int_equal(out(home, &p, (ip4_t){LAPTOP.host + 7}, 5000), VERDICT_NEXT);
	assert_int_not_equal(p.frame.src.host, own.host);
	assert_int_equal(out(home, &p, (ip4_t){LAPTOP.host + 8}, 5000), VERDICT_NEXT);
	assert_int_not_equal(p.frame.src.host, own.host);
	assert_int_equal(out(home, &p, (ip4_t){LAPTOP.host + 9}, 5000), VERDICT_DROPPED);
}

/** What a device does that speaks once and then is silent. Return: its address. */
static ip4_t come_and_go(struct home *home, ip4_t local)
{
	struct packet p;

	assert_int_equal(out(home, &p, local, 5000), VERDICT_NEXT);
	home_wait(home, 302);
	nat_tick(home->nat, 100, home->now);
	assert_int_equal(session_count_now(home), 0);
	return p.frame.src;
}

static void c8_the_address_that_has_rested_longest_is_given_out(void **state)
{
	struct home *home = *state;
	/* by its own place each of them would look at the same address first */
	ip4_t a = come_and_go(home, LAPTOP);
	ip4_t b = come_and_go(home, (ip4_t){LAPTOP.host + 3});
	ip4_t c = come_and_go(home, (ip4_t){LAPTOP.host + 6});

	assert_int_not_equal(a.host, b.host);
	assert_int_not_equal(a.host, c.host);
	assert_int_not_equal(b.host, c.host);
	assert_int_equal(come_and_go(home, (ip4_t){LAPTOP.host + 9}).host, a.host);
	/* who comes back has its own again, however short it has rested */
	assert_int_equal(come_and_go(home, (ip4_t){LAPTOP.host + 6}).host, c.host);
	assert_int_equal(come_and_go(home, (ip4_t){LAPTOP.host + 12}).host, b.host);
	assert_int_equal(come_and_go(home, (ip4_t){LAPTOP.host + 15}).host, a.host);
}

static void filtering_holds_as_for_others(void **state)
{
	struct home *home = *state;
	struct packet p;

	out(home, &p, LAPTOP, 5000);
	ip4_t own = p.frame.src;

	packet_udp(home, &p, OTHER, 9, own, 5000); /* contacted, another port */
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	packet_udp(home, &p, SERVER, 9, own, 5000);
	assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_FILTERED], 1);
	packet_udp(home, &p, OTHER, 9, own, 5001); /* a port that it has not used */
	assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 1);
}

static void without_filtering_all_ports_are_the_devices(void **state)
{
	struct home *home = *state;
	struct packet p;

	own_source(home, false, NAT_ENDPOINT_INDEPENDENT);
	out(home, &p, LAPTOP, 5000);
	ip4_t own = p.frame.src;

	packet_udp(home, &p, SERVER, 9, own, 6000);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	packet_check(&p);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
	assert_int_equal(p.frame.dport, 6000);
	packet_udp(home, &p, TRANSIT, 10, own, 6000); /* a second one to the same port */
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
	packet_tcp(home, &p, SERVER, 9, own, 22);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
	packet_tcp(home, &p, SERVER, 10, own, 22);
	packet_set_flags(&p, TCP_ACK);
	assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_TCP_NOT_SYN], 1);
	/* of an address that is nobody's nothing is */
	packet_udp(home, &p, SERVER, 9,
		   (ip4_t){own.host == FIRST.host ? FIRST.host + 1 : FIRST.host}, 6000);
	assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
}

static void the_inside_reaches_it_by_its_public_address(void **state)
{
	struct home *home = *state;
	struct packet p;

	out(home, &p, LAPTOP, 5000);
	packet_udp(home, &p, PHONE, 77, p.frame.src, 5000);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_true(is_of_pool(p.frame.src));
	assert_int_equal(nat_inbound(home->nat, &p.frame, true, home->now), VERDICT_NEXT);
	packet_check(&p);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
}

static void an_assignment_is_shown_while_it_lasts(void **state)
{
	struct home *home = *state;
	struct nat_entry e;
	struct packet p;
	uint64_t cursor = 0;

	assert_false(nat_next_entry(home->nat, &cursor, &e, home->now));
	out(home, &p, LAPTOP, 5000);
	cursor = 0;
	assert_true(nat_next_entry(home->nat, &cursor, &e, home->now));
	assert_true(e.entry_assigned);
	assert_int_equal(e.proto, 0);
	assert_int_equal(e.local.host, LAPTOP.host);
	assert_int_equal(e.global.host, p.frame.src.host);
	assert_true(nat_next_entry(home->nat, &cursor, &e, home->now)); /* the session */
	assert_false(e.entry_assigned);
	assert_false(nat_next_entry(home->nat, &cursor, &e, home->now));
	nat_clear(home->nat, &(struct nat_match){0}, home->now);
	cursor = 0;
	assert_false(nat_next_entry(home->nat, &cursor, &e, home->now));
}

static void assignments_live_through_a_change_that_leaves_their_rule(void **state)
{
	struct home *home = *state;
	struct packet p;

	out(home, &p, LAPTOP, 5000);
	ip4_t own = p.frame.src;

	own_source(home, false, NAT_ENDPOINT_INDEPENDENT);
	assert_int_equal(session_count_now(home), 1);
	out(home, &p, LAPTOP, 5001);
	assert_int_equal(p.frame.src.host, own.host);
	packet_udp(home, &p, SERVER, 9, own, 6000); /* by the filtering of now */
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	/* the pool goes: so does all of it */
	vec_free(&home->config.nat.sources);
	home_source(&home->config, "1", "HOME");
	home_configure(home);
	assert_int_equal(session_count_now(home), 0);
	out(home, &p, LAPTOP, 5000);
	assert_int_equal(p.frame.src.host, VIP.host);
}

static void a_pool_that_becomes_shared_is(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (uint32_t i = 0; i < 3; i++)
		out(home, &p, (ip4_t){LAPTOP.host + i}, 5000);
	own_source(home, true, -1);
	for (uint32_t i = 0; i < 9; i++)
		assert_int_equal(out(home, &p, (ip4_t){LAPTOP.host + i}, 5000), VERDICT_NEXT);
	own_source(home, false, -1);
	assert_int_equal(session_count_now(home), 0);
}

static void a_forwarded_port_of_the_pool_is_not_the_devices(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (uint32_t i = 0; i < 3; i++) {
		struct config_nat_static rule = {
			.proto = IP_PROTO_UDP,
			.host = "nas",
			.local_port = 53,
			.public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = {FIRST.host + i}},
			.global_port = 5000};

		assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
	}
	home_configure(home);
	assert_int_equal(out(home, &p, LAPTOP, 5001), VERDICT_NEXT);
	assert_int_equal(out(home, &p, LAPTOP, 5000), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_PORTS_EXHAUSTED], 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_device_has_an_address_and_its_own_ports),
		TEST(the_device_too_many_is_refused_and_counted),
		TEST(an_address_is_free_after_the_last_mapping),
		TEST(c8_the_address_that_has_rested_longest_is_given_out),
		TEST(filtering_holds_as_for_others),
		TEST(without_filtering_all_ports_are_the_devices),
		TEST(the_inside_reaches_it_by_its_public_address),
		TEST(an_assignment_is_shown_while_it_lasts),
		TEST(assignments_live_through_a_change_that_leaves_their_rule),
		TEST(a_pool_that_becomes_shared_is),
		TEST(a_forwarded_port_of_the_pool_is_not_the_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
