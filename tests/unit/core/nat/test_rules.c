/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rule a source falls under, and which public address it gets. */
#include "tests/unit/core/nat/fixture.h"

#define POOL   IP4(203, 0, 113, 20)
#define SECOND IP4(198, 18, 0, 10) /* of VIP SECOND on Tap8 */
#define TAP8   ((struct interface_id){INTERFACE_TAP, 8})
#define TAP9   ((struct interface_id){INTERFACE_TAP, 9})

/* List 1 goes out by a pool of @count addresses from 203.0.113.20 on, and by nothing else. */
static void pool_only(struct home *home, uint32_t count)
{
	home->config.nat.sources.count = 0;
	home_pool(&home->config, "1", "P", POOL, count);
	home_configure(home);
}

/* The public address of a UDP packet from inside. */
static ip4_t public_of(struct home *home, ip4_t src, uint16_t sport, ip4_t dst, uint16_t dport)
{
	struct packet p;

	packet_udp(home, &p, src, sport, dst, dport);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	packet_check(&p);
	return p.frame.src;
}

static void u2_a_device_always_gets_the_same_address_of_a_pool(void **state)
{
	struct home *home = *state;
	ip4_t first;
	struct packet p;

	pool_only(home, 7);
	first = public_of(home, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(first.host, POOL.host + LAPTOP.host % 7);
	for (uint16_t i = 0; i < 200; i++) {
		ip4_t again = public_of(home, LAPTOP, (uint16_t)(6000 + i), IP4(198, 51, 100, i),
					(uint16_t)(i + 1));

		assert_int_equal(again.host, first.host);
	}
	packet_tcp(home, &p, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, first.host);
	packet_echo(home, &p, ICMP_ECHO, LAPTOP, SERVER, 7);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, first.host);
	/* nothing remembers it, and it is the same after everything was idle */
	home_wait(home, 100000);
	assert_int_equal(public_of(home, LAPTOP, 5000, SERVER, 80).host, first.host);
}

static void u2_neighbours_are_spread_evenly_over_a_pool(void **state)
{
	struct home *home = *state;
	unsigned int devices[8] = {0};

	pool_only(home, 8);
	for (uint8_t i = 16; i < 96; i++) {
		ip4_t public = public_of(home, IP4(192, 168, 1, i), 5000, SERVER, 80);

		assert_in_range(public.host, POOL.host, POOL.host + 7);
		devices[public.host - POOL.host]++;
	}
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(devices[i], 10);
}

static void answers_come_back_by_every_address_of_a_pool(void **state)
{
	struct home *home = *state;

	pool_only(home, 3);
	for (uint8_t i = 100; i < 103; i++) {
		ip4_t local = IP4(192, 168, 1, i);
		ip4_t public = public_of(home, local, 5000, SERVER, 80);
		struct packet p;

		assert_true(nat_is_public(home->nat, public));
		packet_udp(home, &p, SERVER, 80, public, 5000);
		assert_int_equal(send_in(home, &p), VERDICT_NEXT);
		packet_check(&p);
		assert_int_equal(p.frame.dst.host, local.host);
	}
	assert_false(nat_is_public(home->nat, VIP));
}

static void sessions_live_on_when_a_pool_changes_that_still_gives_their_address(void **state)
{
	struct home *home = *state;

	pool_only(home, 4);
	public_of(home, IP4(192, 168, 1, 100), 5000, SERVER, 80); /* 100 % 4 and 100 % 2 are 0 */
	public_of(home, IP4(192, 168, 1, 103), 5000, SERVER, 80);
	assert_int_equal(session_count_now(home), 2);
	pool_only(home, 2);
	assert_int_equal(session_count_now(home), 1);
	assert_int_equal(only_session(home).local.host, IP4(192, 168, 1, 100).host);
}

/* ---- several outside interfaces ---------------------------------------------------------- */

/** List 1 has a rule for HOME on Tap9 and one for SECOND on Tap8. */
static void two_ways(struct home *home)
{
	home_vip(&home->config, "SECOND", SECOND);
	config_vip_find(&home->config, "SECOND")->interface = TAP8;
	home_source(&home->config, "1", "SECOND");
	home_configure(home);
}

/** The public address of a UDP packet from inside that leaves by @out. */
static ip4_t public_by(struct home *home, struct interface_id out, ip4_t src, uint16_t sport,
		       ip4_t dst)
{
	struct packet p;

	packet_udp(home, &p, src, sport, dst, 80);
	p.frame.out = out;
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	packet_check(&p);
	return p.frame.src;
}

static void a_new_flow_gets_an_address_of_the_interface_it_leaves_by(void **state)
{
	struct home *home = *state;

	two_ways(home);
	assert_int_equal(public_by(home, TAP9, LAPTOP, 5000, SERVER).host, VIP.host);
	assert_int_equal(public_by(home, TAP8, LAPTOP, 5001, SERVER).host, SECOND.host);
	/* of an endpoint that has a mapping on the other one, too */
	assert_int_equal(public_by(home, TAP8, LAPTOP, 5000, OTHER).host, SECOND.host);
	/* another rule of the same interface comes behind */
	home_vip(&home->config, "THIRD", IP4(203, 0, 113, 11));
	home_source(&home->config, "1", "THIRD");
	home_configure(home);
	assert_int_equal(public_by(home, TAP9, LAPTOP, 5003, SERVER).host, VIP.host);
	/* no rule is of that interface: the first one */
	assert_int_equal(
		public_by(home, (struct interface_id){INTERFACE_TUN, 1}, LAPTOP, 5002, SERVER).host,
		VIP.host);
}

static void sessions_keep_their_address_when_routes_move(void **state)
{
	struct home *home = *state;

	two_ways(home);
	assert_int_equal(public_by(home, TAP9, LAPTOP, 5000, SERVER).host, VIP.host);
	assert_int_equal(public_by(home, TAP8, LAPTOP, 5000, SERVER).host, VIP.host);
	home_configure(home);
	assert_int_equal(public_by(home, TAP8, LAPTOP, 5000, SERVER).host, VIP.host);
	assert_int_equal(session_count_now(home), 1);
}

static void a_hairpin_leaves_by_the_interface_of_the_address_it_is_for(void **state)
{
	struct home *home = *state;

	two_ways(home);
	public_by(home, TAP8, TV, 80, SERVER);
	assert_int_equal(public_by(home, TAP9, LAPTOP, 5000, SECOND).host, SECOND.host);
	public_by(home, TAP9, TV, 80, SERVER); /* keeps its address */
	assert_int_equal(public_by(home, TAP9, LAPTOP, 5001, SECOND).host, SECOND.host);
}

static void the_other_rule_goes_on_when_one_of_a_list_is_removed(void **state)
{
	struct home *home = *state;

	two_ways(home);
	public_by(home, TAP9, LAPTOP, 5000, SERVER);
	public_by(home, TAP8, LAPTOP, 5001, SERVER);
	vec_each (&home->config.nat.sources, source)
		assert_int_equal(nat_source_sessions(home->nat, source), 1);
	assert_int_equal(
		config_nat_source_remove(
			&home->config,
			&(struct config_nat_source){.list = "1", .public = home_public("HOME")}),
		0);
	home_configure(home);
	assert_int_equal(only_session(home).global.host, SECOND.host);
	assert_int_equal(nat_source_sessions(home->nat, &home->config.nat.sources.at[0]), 1);
	assert_int_equal(public_by(home, TAP9, LAPTOP, 5000, SERVER).host, SECOND.host);
}

/* ---- policy by access list ---------------------------------------------------------------- */

/** A line of extended list @list: UDP from anywhere to @dst, with port @dport (0: any). */
static void extended(struct home *home, const char *list, bool permit, ip4_t dst, uint16_t dport)
{
	struct config_acl_line line = {.permit = permit,
				       .proto = IP_PROTO_UDP,
				       .wildcard = IP4_BROADCAST,
				       .dst = dst,
				       .dst_care = IP4_BROADCAST};

	snprintf(line.list, sizeof(line.list), "%s", list);
	if (dport) {
		line.dport.op = CONFIG_PORT_EQ;
		line.dport.first = dport;
	}
	assert_int_equal(config_acl_add(&home->config, &line), 0);
}

static void an_extended_list_decides_by_destination_and_port(void **state)
{
	struct home *home = *state;

	home_vip(&home->config, "SECOND", SECOND);
	extended(home, "101", true, SERVER, 443);
	home_source(&home->config, "101", "SECOND");
	home_unsource(&home->config, "1");
	home_configure(home);
	assert_int_equal(public_of(home, LAPTOP, 5000, SERVER, 443).host, SECOND.host);
	assert_int_equal(public_of(home, LAPTOP, 5000, SERVER, 80).host, LAPTOP.host);
	assert_int_equal(public_of(home, LAPTOP, 5000, OTHER, 443).host, LAPTOP.host);
	/* what list 101 leaves goes by a rule behind it */
	home_acl(&home->config, "1300", IP4(192, 168, 1, 0), IP4(0, 0, 0, 255));
	home_source(&home->config, "1300", "HOME");
	home_configure(home);
	assert_int_equal(public_of(home, LAPTOP, 6000, SERVER, 443).host, SECOND.host);
	assert_int_equal(public_of(home, LAPTOP, 6000, SERVER, 80).host, VIP.host);
	assert_int_equal(public_of(home, LAPTOP, 6000, OTHER, 443).host, VIP.host);
}

static void a_named_list_decides_as_well_and_counts_sessions(void **state)
{
	struct home *home = *state;

	extended(home, "WORK", false, OTHER, 0);
	extended(home, "WORK", true, SERVER, 0);
	home_unsource(&home->config, "1");
	home_source(&home->config, "WORK", "HOME");
	home_configure(home);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(public_of(home, LAPTOP, 5000, SERVER, 80).host, VIP.host);
		assert_int_equal(public_of(home, PHONE, 5000, SERVER, 80).host, VIP.host);
	}
	assert_int_equal(public_of(home, LAPTOP, 5000, OTHER, 80).host, LAPTOP.host);
	assert_int_equal(nat_acl_hits(home->nat, "WORK", 20), 2);
	home_configure(home); /* a line that stays keeps its count */
	assert_int_equal(nat_acl_hits(home->nat, "WORK", 20), 2);
	nat_clear_acl_hits(home->nat, NULL);
	assert_int_equal(nat_acl_hits(home->nat, "WORK", 20), 0);
}

static void what_cannot_be_mapped_is_held_back_only_where_its_list_says(void **state)
{
	struct home *home = *state;
	struct config_acl_line line = {.list = "101",
				       .permit = true,
				       .wildcard = IP4_BROADCAST,
				       .dst = SERVER,
				       .dst_care = IP4_BROADCAST};
	struct packet p;

	assert_int_equal(config_acl_add(&home->config, &line), 0);
	home_unsource(&home->config, "1");
	home_source(&home->config, "101", "HOME");
	home_configure(home);
	packet_udp(home, &p, LAPTOP, 5000, SERVER, 80);
	p.frame.proto = 47; /* GRE */
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_UNSUPPORTED_PROTOCOL], 1);
	packet_udp(home, &p, LAPTOP, 5000, OTHER, 80);
	p.frame.proto = 47;
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
}

static void sessions_end_that_a_changed_list_does_not_permit(void **state)
{
	struct home *home = *state;
	struct packet p;

	home_unsource(&home->config, "1");
	extended(home, "101", true, SERVER, 0);
	extended(home, "101", true, OTHER, 0);
	home_source(&home->config, "101", "HOME");
	home_behaviour(&home->config, "101", NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT);
	home_configure(home);
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	udp_out(home, LAPTOP, 5000, OTHER, 80);
	assert_int_equal(udp_in(home, TRANSIT, 80, 5000, &p),
			 VERDICT_NEXT); /* its filter lets it */
	assert_int_equal(session_count_now(home), 3);
	assert_int_equal(config_acl_remove_sequence(&home->config, "101", 20), 0);
	home_configure(home);
	assert_int_equal(session_count_now(home), 2);
	assert_int_equal(udp_in(home, SERVER, 80, 5000, &p), VERDICT_NEXT);
	assert_int_equal(session_count_now(home), 2);
	/* what the outside opened lives as long as the mapping has its rule */
	assert_int_equal(config_acl_remove_list(&home->config, "101"), 0);
	home_configure(home);
	assert_int_equal(session_count_now(home), 0);
}

static void a_mapping_whose_inside_sessions_are_gone_goes_with_its_device(void **state)
{
	struct home *home = *state;
	struct config_acl_line deny = {.list = "1", .address = LAPTOP};
	struct packet p;

	home_behaviour(&home->config, "1", NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT);
	home->config.nat.timeout_s[NAT_TIMEOUT_DNS] = 10;
	home_configure(home);
	udp_out(home, LAPTOP, 5000, SERVER, 53);
	udp_out(home, PHONE, 5001, SERVER, 53);
	assert_int_equal(udp_in(home, OTHER, 80, 5000, &p), VERDICT_NEXT);
	assert_int_equal(udp_in(home, OTHER, 80, 5001, &p), VERDICT_NEXT);
	home_wait(home, 20);
	nat_tick(home->nat, 256, home->now);
	assert_int_equal(session_count_now(home), 2);
	home_configure(home);
	assert_int_equal(session_count_now(home), 2);
	deny.sequence = 5;
	assert_int_equal(config_acl_add(&home->config, &deny), 0);
	home_configure(home);
	assert_int_equal(only_session(home).local.host, PHONE.host);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
	const struct CMUnitTest tests[] = {
		TEST(u2_a_device_always_gets_the_same_address_of_a_pool),
		TEST(u2_neighbours_are_spread_evenly_over_a_pool),
		TEST(answers_come_back_by_every_address_of_a_pool),
		TEST(sessions_live_on_when_a_pool_changes_that_still_gives_their_address),
		TEST(a_new_flow_gets_an_address_of_the_interface_it_leaves_by),
		TEST(sessions_keep_their_address_when_routes_move),
		TEST(a_hairpin_leaves_by_the_interface_of_the_address_it_is_for),
		TEST(the_other_rule_goes_on_when_one_of_a_list_is_removed),
		TEST(an_extended_list_decides_by_destination_and_port),
		TEST(a_named_list_decides_as_well_and_counts_sessions),
		TEST(what_cannot_be_mapped_is_held_back_only_where_its_list_says),
		TEST(sessions_end_that_a_changed_list_does_not_permit),
		TEST(a_mapping_whose_inside_sessions_are_gone_goes_with_its_device),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
