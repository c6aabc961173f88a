/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hosts outside under another address: addresses change, ports and payload do not, and whatever
 * comes back to the inside looks as the inside knows it.
 */
#include "core/nat/outside.h"
#include "tests/unit/core/nat/fixture.h"

#define ALIAS	    IP4(10, 99, 0, 7) /* what the inside calls SERVER */
#define OTHER_ALIAS IP4(10, 99, 0, 8) /* and OTHER */

static void outside_rule(struct home *home, ip4_t global, ip4_t local)
{
	struct config_nat_outside rule = {.global = global, .local = local};

	assert_int_equal(config_nat_outside_add(&home->config, &rule), 0);
	home_configure(home);
}

static int setup(void **state)
{
	int err = home_setup(state);

	outside_rule(*state, SERVER, ALIAS);
	outside_rule(*state, OTHER, OTHER_ALIAS);
	return err;
}

enum kind { UDP, UDP_NO_CHECKSUM, TCP, ECHO, GRE, KIND_COUNT };

static void packet_of(struct home *home, struct packet *p, enum kind kind, ip4_t src, ip4_t dst)
{
	struct writer w;

	switch (kind) {
	case UDP:
	case UDP_NO_CHECKSUM:
		packet_udp(home, p, src, 5000, dst, 6000);
		if (kind == UDP_NO_CHECKSUM)
			wire_put16(frame_l4(&p->frame) + UDP_CHECKSUM_OFFSET, 0);
		break;
	case TCP: packet_tcp(home, p, src, 5000, dst, 80); break;
	case ECHO: packet_echo(home, p, ICMP_ECHO, src, dst, 77); break;
	case GRE:
		w = packet_begin(p, src, dst, 47, 8);
		writer_u32(&w, 0x880b);
		writer_u32(&w, 0x01020304);
		packet_end(home, p, &w);
		break;
	case KIND_COUNT: break;
	}
}

static void check(const struct packet *p, enum kind kind)
{
	const uint8_t *l3 = frame_l3(&p->frame);

	if (kind != GRE) {
		packet_check(p);
		return;
	}
	assert_true(ipv4_checksum_ok(l3, IPV4_LEN));
	assert_int_equal(wire_get32(l3 + 12), p->frame.src.host);
	assert_int_equal(wire_get32(l3 + 16), p->frame.dst.host);
}

static void every_protocol_changes_its_address_and_nothing_else(void **state)
{
	struct home *home = *state;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		struct packet out, in, wanted;

		packet_of(home, &out, kind, LAPTOP, ALIAS);
		nat_outside_outbound(home->nat, &out.frame, home->now);
		assert_int_equal(out.frame.dst.host, SERVER.host);
		assert_int_equal(out.frame.outside_local.host, ALIAS.host);
		check(&out, kind);
		packet_of(home, &wanted, kind, LAPTOP, SERVER);
		assert_memory_equal(out.storage, wanted.storage, sizeof(out.storage));

		packet_of(home, &in, kind, SERVER, LAPTOP);
		nat_outside_inbound(home->nat, &in.frame, home->now);
		assert_int_equal(in.frame.src.host, ALIAS.host);
		assert_true(in.frame.outside_in);
		check(&in, kind);
		packet_of(home, &wanted, kind, ALIAS, LAPTOP);
		assert_memory_equal(in.storage, wanted.storage, sizeof(in.storage));
	}
}

static void other_addresses_pass_as_they_are(void **state)
{
	struct home *home = *state;
	struct packet p, before;

	packet_udp(home, &p, LAPTOP, 5000, TRANSIT, 6000);
	before = p;
	nat_outside_outbound(home->nat, &p.frame, home->now);
	assert_memory_equal(&p, &before, sizeof(p));
	packet_udp(home, &p, TRANSIT, 5000, LAPTOP, 6000);
	before = p;
	nat_outside_inbound(home->nat, &p.frame, home->now);
	assert_memory_equal(&p, &before, sizeof(p));
	/* the address that stands for the host means nothing outside, nor the host's own inside */
	packet_udp(home, &p, ALIAS, 5000, LAPTOP, 6000);
	before = p;
	nat_outside_inbound(home->nat, &p.frame, home->now);
	assert_memory_equal(&p, &before, sizeof(p));
	packet_udp(home, &p, LAPTOP, 5000, SERVER, 6000);
	before = p;
	nat_outside_outbound(home->nat, &p.frame, home->now);
	assert_memory_equal(&p, &before, sizeof(p));
}

static void unfinished_checksums_are_right_once_finished(void **state)
{
	struct home *home = *state;

	for (enum kind kind = UDP; kind <= TCP; kind++) {
		struct packet p;

		if (kind == UDP_NO_CHECKSUM)
			continue;
		packet_of(home, &p, kind, LAPTOP, ALIAS);
		packet_unfinish(&p);
		nat_outside_outbound(home->nat, &p.frame, home->now);
		assert_int_equal(p.frame.dst.host, SERVER.host);
		packet_finish(&p);
		packet_check(&p);
		packet_of(home, &p, kind, SERVER, LAPTOP);
		packet_unfinish(&p);
		nat_outside_inbound(home->nat, &p.frame, home->now);
		packet_finish(&p);
		packet_check(&p);
	}
}

static void a_later_piece_changes_in_its_header_alone(void **state)
{
	struct home *home = *state;
	struct packet p, before;

	packet_udp(home, &p, LAPTOP, 5000, ALIAS, 6000);
	p.frame.fragment_offset = 1480;
	before = p;
	nat_outside_outbound(home->nat, &p.frame, home->now);
	assert_int_equal(p.frame.dst.host, SERVER.host);
	assert_true(ipv4_checksum_ok(frame_l3(&p.frame), IPV4_LEN));
	assert_memory_equal(frame_l4(&p.frame), before.storage + FRAME_HEADROOM + p.frame.l4, 21);
}

static void a_first_piece_carries_the_checksum_of_the_whole(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_udp(home, &p, LAPTOP, 5000, ALIAS, 6000);
	p.frame.more_fragments = true;
	nat_outside_outbound(home->nat, &p.frame, home->now);
	packet_check(&p);
}

/** The quote of an error becomes what its receiver had sent; both directions, every protocol. */
static void errors_quote_what_the_inside_sent(void **state)
{
	struct home *home = *state;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		struct packet sent, arrived, error;

		packet_of(home, &sent, kind, LAPTOP, ALIAS);
		packet_of(home, &arrived, kind, LAPTOP, SERVER);
		packet_error(home, &error, TRANSIT, LAPTOP, &arrived, 28);
		nat_outside_inbound(home->nat, &error.frame, home->now);
		packet_check(&error);
		assert_int_equal(error.frame.src.host, TRANSIT.host);
		assert_memory_equal(frame_l4(&error.frame) + ICMP_LEN, frame_l3(&sent.frame), 28);
		/* the host itself is known by its other address */
		packet_error(home, &error, SERVER, LAPTOP, &arrived, 0);
		nat_outside_inbound(home->nat, &error.frame, home->now);
		packet_check(&error);
		assert_int_equal(error.frame.src.host, ALIAS.host);
	}
}

static void errors_quote_what_the_outside_sent(void **state)
{
	struct home *home = *state;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		struct packet sent, arrived, error;

		packet_of(home, &sent, kind, SERVER, LAPTOP);
		packet_of(home, &arrived, kind, ALIAS, LAPTOP);
		packet_error(home, &error, LAPTOP, ALIAS, &arrived, 0);
		nat_outside_outbound(home->nat, &error.frame, home->now);
		packet_check(&error);
		assert_int_equal(error.frame.dst.host, SERVER.host);
		assert_memory_equal(frame_l4(&error.frame) + ICMP_LEN, frame_l3(&sent.frame),
				    sent.frame.end - sent.frame.l3);
	}
}

static void a_broken_error_keeps_its_quote(void **state)
{
	struct home *home = *state;
	struct packet arrived, error;

	packet_udp(home, &arrived, LAPTOP, 5000, SERVER, 6000);
	packet_error(home, &error, TRANSIT, LAPTOP, &arrived, 0);
	frame_l4(&error.frame)[2] ^= 1;
	nat_outside_inbound(home->nat, &error.frame, home->now);
	assert_memory_equal(frame_l4(&error.frame) + ICMP_LEN, frame_l3(&arrived.frame),
			    arrived.frame.end - arrived.frame.l3);
}

static void sessions_have_the_global_address_and_show_both(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_udp(home, &p, LAPTOP, 5000, ALIAS, 6000);
	nat_outside_outbound(home->nat, &p.frame, home->now);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	packet_check(&p);
	struct nat_entry entry = only_session(home);

	assert_int_equal(entry.remote.host, SERVER.host);
	assert_int_equal(entry.remote_local.host, ALIAS.host);
	/* and back: the answer is the alias's, to the laptop */
	packet_udp(home, &p, SERVER, 6000, VIP, 5000);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	nat_outside_inbound(home->nat, &p.frame, home->now);
	packet_check(&p);
	assert_int_equal(p.frame.src.host, ALIAS.host);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
}

static void rules_are_walked_and_counted(void **state)
{
	struct home *home = *state;
	struct nat_entry entry;
	struct nat_stats stats;
	uint64_t cursor = 0;

	assert_true(nat_next_entry(home->nat, &cursor, &entry, home->now));
	assert_true(entry.entry_static);
	assert_int_equal(entry.proto, 0);
	assert_int_equal(entry.local.host, 0);
	assert_int_equal(entry.remote.host, SERVER.host);
	assert_int_equal(entry.remote_local.host, ALIAS.host);
	assert_true(nat_next_entry(home->nat, &cursor, &entry, home->now));
	assert_int_equal(entry.remote.host, OTHER.host);
	assert_false(nat_next_entry(home->nat, &cursor, &entry, home->now));
	nat_stats(home->nat, &stats);
	assert_int_equal(stats.statics, 2);
}

static void many_rules_are_each_found(void **state)
{
	struct home *home = *state;

	/* global and local in opposite orders: each list has its own */
	for (uint32_t i = 0; i < 200; i++) {
		struct config_nat_outside rule = {
			.global = {IP4(100, 64, 0, 1).host + i},
			.local = {IP4(10, 200, 0, 250).host - i},
		};

		assert_int_equal(config_nat_outside_add(&home->config, &rule), 0);
	}
	home_configure(home);
	for (uint32_t i = 0; i < 200; i++) {
		ip4_t global = {IP4(100, 64, 0, 1).host + i};
		ip4_t local = {IP4(10, 200, 0, 250).host - i};

		assert_int_equal(nat_outside_local(&home->nat->outside, global).host, local.host);
		assert_int_equal(nat_outside_global(&home->nat->outside, local).host, global.host);
	}
	assert_int_equal(nat_outside_local_of(home->nat, TRANSIT, home->now).host, TRANSIT.host);
}

static void without_rules_there_is_nothing_to_do(void **state)
{
	struct home *home = *state;

	assert_true(nat_has_outside(home->nat));
	vec_free(&home->config.nat.outside_statics);
	home_configure(home);
	assert_false(nat_has_outside(home->nat));
}

/* ---- pools ---- */

/** A list that permits all of 198.51.100.0/24, and a pool of two addresses. */
static void add_pool(struct home *home)
{
	struct config_nat_outside_source source = {.list = "7", .pool = "away"};
	struct config_nat_pool *pool = config_nat_pool_get(&home->config, "away");

	vec_free(&home->config.nat.outside_statics);
	pool->start = IP4(10, 99, 1, 1);
	pool->end = IP4(10, 99, 1, 2);
	pool->len = 24;
	home_acl(&home->config, "7", IP4(198, 51, 100, 0), IP4(0, 0, 0, 255));
	assert_int_equal(config_nat_outside_source_add(&home->config, &source), 0);
	home_configure(home);
}

/** A datagram of @src as the inside sees it. Return: its source then; IP4_ANY: dropped. */
static ip4_t comes_as(struct home *home, ip4_t src)
{
	struct packet p;

	packet_udp(home, &p, src, 5000, LAPTOP, 6000);
	if (nat_outside_inbound(home->nat, &p.frame, home->now) != VERDICT_NEXT)
		return IP4_ANY;
	packet_check(&p);
	return p.frame.src;
}

static bool is_away(ip4_t address)
{
	return address.host - IP4(10, 99, 1, 1).host < 2;
}

static void a_host_that_the_list_permits_gets_an_address_of_the_pool(void **state)
{
	struct home *home = *state;
	struct packet p;
	ip4_t a, b;

	add_pool(home);
	assert_true(nat_has_outside(home->nat));
	a = comes_as(home, SERVER);
	b = comes_as(home, OTHER);
	assert_true(is_away(a) && is_away(b));
	assert_int_not_equal(a.host, b.host);
	assert_int_equal(comes_as(home, SERVER).host, a.host);
	assert_int_equal(comes_as(home, TRANSIT).host, TRANSIT.host); /* not permitted */
	packet_udp(home, &p, LAPTOP, 6000, a, 5000);
	nat_outside_outbound(home->nat, &p.frame, home->now);
	packet_check(&p);
	assert_int_equal(p.frame.dst.host, SERVER.host);
}

static void a_pool_without_free_addresses_drops_and_counts(void **state)
{
	struct home *home = *state;
	struct nat_outside_stats stats;

	add_pool(home);
	comes_as(home, SERVER);
	comes_as(home, OTHER);
	assert_int_equal(comes_as(home, IP4(198, 51, 100, 9)).host, 0);
	assert_int_equal(home->drops.count[DROP_NAT_POOL_EXHAUSTED], 1);
	nat_outside_stats(home->nat, &home->config.nat.outside_sources.at[0], &stats, home->now);
	assert_int_equal(stats.addresses, 2);
	assert_int_equal(stats.allocated, 2);
	assert_int_equal(stats.misses, 1);
}

static void a_binding_ends_after_the_timeout_without_packets(void **state)
{
	struct home *home = *state;
	ip4_t a, b;

	add_pool(home);
	home->config.nat.timeout_s[NAT_TIMEOUT_SIMPLE] = 100;
	home_configure(home);
	a = comes_as(home, SERVER);
	b = comes_as(home, OTHER);
	home_wait(home, 99);
	assert_int_equal(comes_as(home, SERVER).host, a.host);
	home_wait(home, 99);
	/* the one that was silent gives its address to a third */
	assert_int_equal(comes_as(home, IP4(198, 51, 100, 9)).host, b.host);
	assert_int_equal(comes_as(home, OTHER).host, 0);
	assert_int_equal(comes_as(home, SERVER).host, a.host);
	home_wait(home, 102);
	assert_int_equal(comes_as(home, SERVER).host, a.host); /* its own old one again */
	assert_true(is_away(comes_as(home, OTHER)));
}

static void bindings_are_shown_live_through_changes_and_are_cleared(void **state)
{
	struct home *home = *state;
	struct nat_entry e;
	uint64_t cursor = 0;
	ip4_t a;

	add_pool(home);
	a = comes_as(home, SERVER);
	home_configure(home);
	assert_true(nat_next_entry(home->nat, &cursor, &e, home->now));
	assert_true(e.entry_assigned);
	assert_int_equal(e.proto, 0);
	assert_int_equal(e.local.host, 0);
	assert_int_equal(e.remote.host, SERVER.host);
	assert_int_equal(e.remote_local.host, a.host);
	assert_false(nat_next_entry(home->nat, &cursor, &e, home->now));
	assert_int_equal(nat_clear(home->nat, &(struct nat_match){.remote = OTHER}, home->now), 0);
	assert_int_equal(nat_clear(home->nat, &(struct nat_match){.remote = SERVER}, home->now), 1);
	cursor = 0;
	assert_false(nat_next_entry(home->nat, &cursor, &e, home->now));
}

static void a_static_line_comes_before_the_pool(void **state)
{
	struct home *home = *state;

	add_pool(home);
	comes_as(home, SERVER);
	outside_rule(home, SERVER, ALIAS);
	assert_int_equal(comes_as(home, SERVER).host, ALIAS.host);
	assert_true(is_away(comes_as(home, OTHER)));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_protocol_changes_its_address_and_nothing_else),
		TEST(other_addresses_pass_as_they_are),
		TEST(unfinished_checksums_are_right_once_finished),
		TEST(a_later_piece_changes_in_its_header_alone),
		TEST(a_first_piece_carries_the_checksum_of_the_whole),
		TEST(errors_quote_what_the_inside_sent),
		TEST(errors_quote_what_the_outside_sent),
		TEST(a_broken_error_keeps_its_quote),
		TEST(sessions_have_the_global_address_and_show_both),
		TEST(rules_are_walked_and_counted),
		TEST(many_rules_are_each_found),
		TEST(without_rules_there_is_nothing_to_do),
		TEST(a_host_that_the_list_permits_gets_an_address_of_the_pool),
		TEST(a_pool_without_free_addresses_drops_and_counts),
		TEST(a_binding_ends_after_the_timeout_without_packets),
		TEST(bindings_are_shown_live_through_changes_and_are_cleared),
		TEST(a_static_line_comes_before_the_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
