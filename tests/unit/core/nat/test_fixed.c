/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges of ports and one-to-one translations: TV is OWN in all its ports and protocols, LAPTOP's
 * ports 5000 to 5010 are the VIP's 15000 to 15010, and the network FLAT is the network BLOCK.
 */
#include "core/nat/fixed.h"
#include "tests/unit/core/nat/fixture.h"

#define OWN   IP4(203, 0, 113, 20)
#define FLAT  IP4(192, 168, 1, 160) /* /28 */
#define BLOCK IP4(203, 0, 113, 160)

static struct config_nat_static one_to_one(ip4_t local, ip4_t global, uint8_t host_bits)
{
	return (struct config_nat_static){
		.local = local,
		.public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = global},
		.host_bits = host_bits,
	};
}

static void add(struct home *home, const struct config_nat_static *rule)
{
	assert_int_equal(config_nat_static_add(&home->config, rule), 0);
	home_configure(home);
}

static int setup(void **state)
{
	int err = home_setup(state);
	struct home *home = *state;
	struct config_nat_static own = one_to_one(TV, OWN, 0), block = one_to_one(FLAT, BLOCK, 4);
	struct config_nat_static range = home_static(IP_PROTO_UDP, LAPTOP, 5000, 15000);

	range.more_ports = 10;
	add(home, &own);
	add(home, &block);
	add(home, &range);
	return err;
}

static void packet_gre(struct home *home, struct packet *p, ip4_t src, ip4_t dst)
{
	struct writer w = packet_begin(p, src, dst, 47, 8);

	writer_u32(&w, 0x880b);
	writer_u32(&w, 0x01020304);
	packet_end(home, p, &w);
}

enum kind { UDP, TCP, ECHO, KIND_COUNT };

static void packet_of(struct home *home, struct packet *p, enum kind kind, ip4_t src, ip4_t dst)
{
	switch (kind) {
	case UDP: packet_udp(home, p, src, 5000, dst, 6000); break;
	case TCP: packet_tcp(home, p, src, 5000, dst, 6000); break;
	case ECHO: packet_echo(home, p, ICMP_ECHO, src, dst, 5000); break;
	case KIND_COUNT: break;
	}
}

/** The answer to a packet of packet_of(). */
static void packet_back(struct home *home, struct packet *p, enum kind kind, ip4_t src, ip4_t dst)
{
	switch (kind) {
	case UDP: packet_udp(home, p, src, 6000, dst, 5000); break;
	case TCP:
		packet_tcp(home, p, src, 6000, dst, 5000);
		packet_set_flags(p, TCP_SYN | TCP_ACK);
		break;
	case ECHO: packet_echo(home, p, ICMP_ECHO_REPLY, src, dst, 5000); break;
	case KIND_COUNT: break;
	}
}

static void assert_packet(const struct packet *p, ip4_t src, ip4_t dst)
{
	packet_check(p);
	assert_int_equal(p->frame.src.host, src.host);
	assert_int_equal(p->frame.dst.host, dst.host);
}

static unsigned int mapping_count(const struct home *home)
{
	return home->nat->mappings.count;
}

static void a_device_speaks_first_by_its_own_address_and_ports(void **state)
{
	struct home *home = *state;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		struct packet p;

		packet_of(home, &p, kind, TV, SERVER);
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		assert_packet(&p, OWN, SERVER);
		assert_int_equal(p.frame.sport, 5000);
		packet_back(home, &p, kind, SERVER, OWN);
		assert_int_equal(send_in(home, &p), VERDICT_NEXT);
		assert_packet(&p, SERVER, TV);
	}
}

static void the_outside_speaks_first_to_any_port_and_by_ping(void **state)
{
	struct home *home = *state;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		struct packet p;

		packet_of(home, &p, kind, SERVER, OWN);
		assert_int_equal(send_in(home, &p), VERDICT_NEXT);
		assert_packet(&p, SERVER, TV);
		assert_int_equal(p.frame.sport, 5000);
		packet_back(home, &p, kind, TV, SERVER);
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		assert_packet(&p, OWN, SERVER);
	}
}

static void a_network_goes_address_by_address(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (uint32_t i = 0; i < 16; i++) {
		ip4_t local = {FLAT.host + i}, global = {BLOCK.host + i};

		packet_of(home, &p, UDP, local, SERVER);
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		assert_packet(&p, global, SERVER);
		packet_of(home, &p, TCP, OTHER, global);
		assert_int_equal(send_in(home, &p), VERDICT_NEXT);
		assert_packet(&p, OTHER, local);
	}
	/* its neighbours share the VIP, or are nobody's */
	packet_of(home, &p, UDP, (ip4_t){FLAT.host + 16}, SERVER);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_packet(&p, VIP, SERVER);
	assert_false(nat_is_public(home->nat, (ip4_t){BLOCK.host + 16}));
	assert_false(nat_is_public(home->nat, (ip4_t){BLOCK.host - 1}));
}

static void a_range_keeps_its_distance(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (uint16_t port = 5000; port <= 5010; port++) {
		assert_int_equal(udp_in(home, SERVER, 53000, (uint16_t)(port + 10000), &p),
				 VERDICT_NEXT);
		assert_packet(&p, SERVER, LAPTOP);
		assert_int_equal(p.frame.dport, port);
		assert_int_equal(udp_out(home, LAPTOP, port, OTHER, 7), port + 10000);
	}
	assert_int_equal(udp_in(home, SERVER, 53000, 14999, &p), VERDICT_DROPPED);
	assert_int_equal(udp_in(home, SERVER, 53000, 15011, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 2);
	assert_int_equal(udp_out(home, LAPTOP, 5011, OTHER, 7), 5011);
}

static void no_source_gets_a_port_of_a_range(void **state)
{
	struct home *home = *state;

	for (uint16_t port = 15000; port <= 15010; port++)
		assert_false(udp_out(home, PHONE, port, OTHER, 7) >= 15000 &&
			     udp_out(home, PHONE, port, OTHER, 7) <= 15010);
	/* another protocol's ports are free */
	assert_int_equal(tcp_out(home, PHONE, 15000, OTHER, 80, TCP_SYN), 15000);
}

static void mappings_are_made_when_they_are_needed_and_go(void **state)
{
	struct home *home = *state;
	struct packet p;

	assert_int_equal(mapping_count(home), 0);
	udp_in(home, SERVER, 53000, 15003, &p);
	packet_of(home, &p, UDP, SERVER, OWN);
	send_in(home, &p);
	assert_int_equal(mapping_count(home), 2);
	home_wait(home, 301);
	nat_tick(home->nat, 100, home->now);
	assert_int_equal(mapping_count(home), 0);
	/* and the port is still the range's */
	assert_int_not_equal(udp_out(home, PHONE, 15003, OTHER, 7), 15003);
	assert_int_equal(udp_in(home, SERVER, 53000, 15003, &p), VERDICT_NEXT);
}

static void everybody_may_speak_to_them_whatever_the_filtering(void **state)
{
	struct home *home = *state;
	struct packet p;

	home->config.nat.filtering = NAT_ADDRESS_AND_PORT_DEPENDENT;
	home_configure(home);
	packet_of(home, &p, UDP, SERVER, OWN);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	packet_of(home, &p, UDP, OTHER, OWN);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_int_equal(udp_in(home, OTHER, 9, 15000, &p), VERDICT_NEXT);
}

static void protocols_without_ports_go_by_their_header(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_gre(home, &p, TV, SERVER);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, OWN.host);
	assert_true(ipv4_checksum_ok(frame_l3(&p.frame), IPV4_LEN));
	packet_gre(home, &p, SERVER, OWN);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, TV.host);
	assert_true(ipv4_checksum_ok(frame_l3(&p.frame), IPV4_LEN));
	/* of a device that shares an address they may not leave */
	packet_gre(home, &p, PHONE, SERVER);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_UNSUPPORTED_PROTOCOL], 1);
	assert_int_equal(session_count_now(home), 0);
}

static void errors_about_all_of_them_are_translated(void **state)
{
	struct home *home = *state;

	for (unsigned int kind = 0; kind <= KIND_COUNT; kind++) {
		struct packet original, sent, error;

		if (kind == KIND_COUNT)
			packet_gre(home, &original, TV, SERVER);
		else
			packet_of(home, &original, kind, TV, SERVER);
		sent = original;
		sent.frame.data = sent.storage + FRAME_HEADROOM;
		assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
		packet_error(home, &error, TRANSIT, OWN, &sent, 28);
		assert_int_equal(send_in(home, &error), VERDICT_NEXT);
		assert_packet(&error, TRANSIT, TV);
		assert_memory_equal(frame_l4(&error.frame) + ICMP_LEN, frame_l3(&original.frame),
				    28);
	}
}

static void errors_of_the_device_are_translated(void **state)
{
	struct home *home = *state;

	for (unsigned int kind = 0; kind <= KIND_COUNT; kind++) {
		struct packet original, arrived, error;

		if (kind == ECHO)
			continue;
		if (kind == KIND_COUNT)
			packet_gre(home, &original, SERVER, OWN);
		else
			packet_of(home, &original, kind, SERVER, OWN);
		arrived = original;
		arrived.frame.data = arrived.storage + FRAME_HEADROOM;
		assert_int_equal(send_in(home, &arrived), VERDICT_NEXT);
		packet_error(home, &error, TV, SERVER, &arrived, 28);
		assert_int_equal(send_out(home, &error), VERDICT_NEXT);
		assert_packet(&error, OWN, SERVER);
		assert_memory_equal(frame_l4(&error.frame) + ICMP_LEN, frame_l3(&original.frame),
				    28);
	}
}

static enum verdict hairpin(struct home *home, struct packet *p)
{
	enum verdict v = send_out(home, p);

	return v == VERDICT_NEXT ? nat_inbound(home->nat, &p->frame, true, home->now) : v;
}

static void the_inside_reaches_them_by_their_public_addresses(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		packet_of(home, &p, kind, PHONE, OWN);
		assert_int_equal(hairpin(home, &p), VERDICT_NEXT);
		assert_packet(&p, VIP, TV);
		uint16_t port = p.frame.sport;

		/* back the same way */
		if (kind == ECHO)
			packet_echo(home, &p, ICMP_ECHO_REPLY, TV, VIP, port);
		else if (kind == UDP)
			packet_udp(home, &p, TV, 6000, VIP, port);
		else
			packet_tcp(home, &p, TV, 6000, VIP, port);
		if (kind == TCP)
			packet_set_flags(&p, TCP_SYN | TCP_ACK);

		assert_int_equal(hairpin(home, &p), VERDICT_NEXT);
		assert_packet(&p, OWN, PHONE);
	}
	packet_udp(home, &p, PHONE, 9, VIP, 15005);
	assert_int_equal(hairpin(home, &p), VERDICT_NEXT);
	assert_packet(&p, VIP, LAPTOP);
	packet_of(home, &p, UDP, TV, (ip4_t){BLOCK.host + 3});
	assert_int_equal(hairpin(home, &p), VERDICT_NEXT);
	assert_packet(&p, OWN, (ip4_t){FLAT.host + 3});
	packet_gre(home, &p, TV, (ip4_t){BLOCK.host + 3});
	assert_int_equal(hairpin(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, OWN.host);
	assert_int_equal(p.frame.dst.host, FLAT.host + 3);
}

static void without_hairpin_it_does_not(void **state)
{
	struct home *home = *state;
	struct packet p;

	home->config.nat.hairpin = false;
	home_configure(home);
	packet_of(home, &p, UDP, PHONE, OWN);
	assert_int_equal(hairpin(home, &p), VERDICT_DROPPED);
	packet_gre(home, &p, TV, (ip4_t){BLOCK.host + 3});
	assert_int_equal(hairpin(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_HAIRPIN_DISABLED], 2);
}

static void a_forward_comes_before_a_one_to_one_translation(void **state)
{
	struct home *home = *state;
	struct config_nat_static web = {
		.proto = IP_PROTO_TCP,
		.local = LAPTOP,
		.local_port = 8000,
		.public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = OWN},
		.global_port = 80,
	};
	struct packet p;

	add(home, &web);
	packet_tcp(home, &p, SERVER, 5000, OWN, 80);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_packet(&p, SERVER, LAPTOP);
	assert_int_equal(p.frame.dport, 8000);
	packet_tcp(home, &p, SERVER, 5000, OWN, 81);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_packet(&p, SERVER, TV);
	/* the device cannot speak by a port that is forwarded to another */
	packet_tcp(home, &p, TV, 80, SERVER, 5000);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_PORTS_EXHAUSTED], 1);
}

/** UDP port 5000 of an address of the network is the TV's. */
static void forward_of_block(struct home *home, ip4_t global)
{
	struct config_nat_static rule = {
		.proto = IP_PROTO_UDP,
		.local = TV,
		.local_port = 80,
		.public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = global},
		.global_port = 5000,
	};

	add(home, &rule);
}

static void a_forward_ends_sessions_of_its_very_address_alone(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_of(home, &p, UDP, (ip4_t){FLAT.host + 2}, SERVER);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_packet(&p, (ip4_t){BLOCK.host + 2}, SERVER);
	forward_of_block(home, BLOCK); /* the network's first address: another one */
	assert_int_equal(session_count_now(home), 1);
	packet_back(home, &p, UDP, SERVER, (ip4_t){BLOCK.host + 2});
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_packet(&p, SERVER, (ip4_t){FLAT.host + 2});
	forward_of_block(home, (ip4_t){BLOCK.host + 2});
	assert_int_equal(session_count_now(home), 0);
	packet_back(home, &p, UDP, SERVER, (ip4_t){BLOCK.host + 2});
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_packet(&p, SERVER, TV);
}

static void sessions_live_through_a_change_that_leaves_their_rule(void **state)
{
	struct home *home = *state;
	struct config_nat_static other = home_static(IP_PROTO_TCP, PHONE, 22, 2222);
	struct packet p;

	packet_of(home, &p, TCP, SERVER, OWN);
	send_in(home, &p);
	udp_in(home, SERVER, 53000, 15003, &p);
	packet_of(home, &p, UDP, (ip4_t){FLAT.host + 2}, SERVER);
	send_out(home, &p);
	add(home, &other);
	assert_int_equal(session_count_now(home), 3);
	/* one rule goes: its session goes */
	config_nat_static_remove(
		&home->config, &(struct config_nat_static){
				       .public = {.kind = CONFIG_PUBLIC_ADDRESS, .address = OWN}});
	home_configure(home);
	assert_int_equal(session_count_now(home), 2);
	assert_false(nat_is_public(home->nat, OWN));
	packet_of(home, &p, UDP, TV, SERVER);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_packet(&p, VIP, SERVER);
}

static void a_range_that_shrinks_gives_its_ports_back(void **state)
{
	struct home *home = *state;
	struct config_nat_static range = home_static(IP_PROTO_UDP, LAPTOP, 5000, 15000);
	struct packet p;

	udp_in(home, SERVER, 53000, 15000, &p);
	udp_in(home, SERVER, 53000, 15009, &p);
	config_nat_static_remove(&home->config, &range);
	range.more_ports = 4;
	add(home, &range);
	assert_int_equal(session_count_now(home), 1);
	assert_int_equal(udp_out(home, PHONE, 15009, OTHER, 7), 15009);
	assert_int_not_equal(udp_out(home, PHONE, 15004, OTHER, 7), 15004);
}

static void rules_are_shown_one_line_each(void **state)
{
	struct home *home = *state;
	struct nat_entry e;
	struct nat_stats stats;
	uint64_t cursor = 0;
	bool range = false, own = false, block = false;

	while (nat_next_entry(home->nat, &cursor, &e, home->now)) {
		assert_true(e.entry_static);
		range |= e.proto == IP_PROTO_UDP && e.more_ports == 10 && e.global_port == 15000 &&
			 e.local_port == 5000;
		own |= e.proto == 0 && e.global.host == OWN.host && e.local.host == TV.host &&
		       e.host_bits == 0;
		block |= e.proto == 0 && e.global.host == BLOCK.host && e.host_bits == 4;
	}
	assert_true(range && own && block);
	nat_stats(home->nat, &stats);
	assert_int_equal(stats.statics, 3);
}

/* ---- devices followed by name ---- */

static uint32_t follow(struct home *home, const char *wanted, ip4_t local)
{
	uint32_t cursor = 0;
	const char *name;
	ip4_t known;

	while ((name = nat_next_name(home->nat, &cursor, &known))) {
		if (strcmp(name, wanted) == 0) {
			nat_follow(home->nat, cursor, local, home->now);
			return known.host;
		}
	}
	fail_msg("no rule follows %s", wanted);
	return 0;
}

/** Forwards, a range and a one-to-one translation, all of the device "nas". */
static void add_nas(struct home *home)
{
	struct config_nat_static web = home_static(IP_PROTO_TCP, IP4_ANY, 80, 8080);
	struct config_nat_static range = home_static(IP_PROTO_UDP, IP4_ANY, 7000, 7000);
	struct config_nat_static all = one_to_one(IP4_ANY, IP4(203, 0, 113, 21), 0);

	strcpy(web.host, "nas");
	strcpy(range.host, "NAS"); /* the same */
	range.more_ports = 5;
	strcpy(all.host, "nas");
	add(home, &web);
	add(home, &range);
	add(home, &all);
}

static enum verdict to_nas(struct home *home, unsigned int which, struct packet *p)
{
	switch (which) {
	case 0: packet_tcp(home, p, SERVER, 5000, VIP, 8080); break;
	case 1: packet_udp(home, p, SERVER, 5000, VIP, 7003); break;
	default: packet_udp(home, p, SERVER, 5000, IP4(203, 0, 113, 21), 9); break;
	}
	return send_in(home, p);
}

static void rules_wait_while_the_device_has_no_address(void **state)
{
	struct home *home = *state;
	struct packet p;

	add_nas(home);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(to_nas(home, i, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 3);
	/* and nobody gets their ports meanwhile */
	assert_int_not_equal(tcp_out(home, PHONE, 8080, OTHER, 80, TCP_SYN), 8080);
	assert_int_not_equal(udp_out(home, PHONE, 7003, OTHER, 80), 7003);
	assert_int_equal(follow(home, "nas", TV), 0);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(to_nas(home, i, &p), VERDICT_NEXT);
		assert_packet(&p, SERVER, TV);
	}
}

static void rules_follow_the_device_and_old_sessions_end(void **state)
{
	struct home *home = *state;
	struct packet p;

	add_nas(home);
	follow(home, "nas", LAPTOP);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(to_nas(home, i, &p), VERDICT_NEXT);
		assert_packet(&p, SERVER, LAPTOP);
	}
	assert_int_equal(session_count_now(home), 3);
	assert_int_equal(follow(home, "nas", PHONE), LAPTOP.host);
	assert_int_equal(session_count_now(home), 0);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(to_nas(home, i, &p), VERDICT_NEXT);
		assert_packet(&p, SERVER, PHONE);
	}
	follow(home, "nas", IP4_ANY);
	assert_int_equal(session_count_now(home), 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(to_nas(home, i, &p), VERDICT_DROPPED);
}

static void a_device_followed_into_a_network_hides_none_of_it(void **state)
{
	struct home *home = *state;
	struct packet p;

	add_nas(home);
	follow(home, "nas", (ip4_t){FLAT.host + 2});
	packet_of(home, &p, UDP, (ip4_t){FLAT.host + 2}, SERVER);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_packet(&p, IP4(203, 0, 113, 21), SERVER);
	for (uint32_t n = 0; n < 16; n += n == 1 ? 2 : 1) {
		packet_of(home, &p, UDP, (ip4_t){FLAT.host + n}, SERVER);
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		assert_packet(&p, (ip4_t){BLOCK.host + n}, SERVER);
	}
}

static void a_new_configuration_knows_where_the_device_is(void **state)
{
	struct home *home = *state;
	struct packet p;

	add_nas(home);
	follow(home, "nas", LAPTOP);
	to_nas(home, 0, &p);
	home_configure(home);
	assert_int_equal(session_count_now(home), 1);
	assert_int_equal(to_nas(home, 1, &p), VERDICT_NEXT);
	assert_packet(&p, SERVER, LAPTOP);
}

static void what_follows_a_name_says_so(void **state)
{
	struct home *home = *state;
	struct nat_entry e;
	uint64_t cursor = 0;
	unsigned int waiting = 0;

	add_nas(home);
	while (nat_next_entry(home->nat, &cursor, &e, home->now))
		waiting += strcasecmp(e.host, "nas") == 0 && ip4_is_any(e.local);
	assert_int_equal(waiting, 3);
}

/* ---- the table ---- */

static void every_endpoint_of_many_rules_is_found(void **state)
{
	struct nat_fixed_table table = {0};

	(void)state;
	/* 256 ranges of 100 ports on one address, each for a device of its own */
	for (uint32_t i = 0; i < 256; i++) {
		struct nat_fixed rule = {
			.local = {IP4(10, 0, 0, 0).host + (i * 37) % 256},
			.global = VIP,
			.addresses = 1,
			.proto = IP_PROTO_TCP,
			.local_port = 1000,
			.global_port = (uint16_t)(20000 + i * 100),
			.ports = 100,
		};

		assert_int_equal(nat_fixed_add(&table, &rule), 0);
	}
	for (uint32_t port = 20000; port < 20000 + 25600; port++) {
		const struct nat_fixed *rule =
			nat_fixed_of_global(&table, IP_PROTO_TCP, VIP, (uint16_t)port);

		assert_non_null(rule);
		assert_int_equal(nat_fixed_local_port(rule, (uint16_t)port),
				 1000 + (port - 20000) % 100);
		assert_ptr_equal(nat_fixed_of_global(&table, IP_PROTO_UDP, VIP, (uint16_t)port),
				 NULL);
		rule = nat_fixed_of_local(&table, IP_PROTO_TCP, rule->local, 1099);
		assert_non_null(rule);
	}
	assert_null(nat_fixed_of_global(&table, IP_PROTO_TCP, VIP, 19999));
	assert_null(nat_fixed_of_global(&table, IP_PROTO_TCP, VIP, 45600));
	assert_null(nat_fixed_of_local(&table, IP_PROTO_TCP, IP4(10, 0, 0, 7), 1100));
	assert_null(nat_fixed_of_local(&table, IP_PROTO_TCP, IP4(10, 0, 1, 7), 1050));
	nat_fixed_fini(&table);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_speaks_first_by_its_own_address_and_ports),
		TEST(the_outside_speaks_first_to_any_port_and_by_ping),
		TEST(a_network_goes_address_by_address),
		TEST(a_range_keeps_its_distance),
		TEST(no_source_gets_a_port_of_a_range),
		TEST(mappings_are_made_when_they_are_needed_and_go),
		TEST(everybody_may_speak_to_them_whatever_the_filtering),
		TEST(protocols_without_ports_go_by_their_header),
		TEST(errors_about_all_of_them_are_translated),
		TEST(errors_of_the_device_are_translated),
		TEST(the_inside_reaches_them_by_their_public_addresses),
		TEST(without_hairpin_it_does_not),
		TEST(a_forward_comes_before_a_one_to_one_translation),
		TEST(a_forward_ends_sessions_of_its_very_address_alone),
		TEST(sessions_live_through_a_change_that_leaves_their_rule),
		TEST(a_range_that_shrinks_gives_its_ports_back),
		TEST(rules_are_shown_one_line_each),
		TEST(rules_wait_while_the_device_has_no_address),
		TEST(rules_follow_the_device_and_old_sessions_end),
		TEST(a_device_followed_into_a_network_hides_none_of_it),
		TEST(a_new_configuration_knows_where_the_device_is),
		TEST(what_follows_a_name_says_so),
		cmocka_unit_test(every_endpoint_of_many_rules_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
