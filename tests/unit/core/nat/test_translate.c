/* SPDX-License-Identifier: BSD-2-Clause */
/* Flows through NAT: mapping, filtering, hairpin, static forwards, checksums, limits. */
#include "tests/unit/core/nat/fixture.h"

/* ---- UDP: RFC 4787 ---------------------------------------------------------------------- */

static void u1_mapping_is_endpoint_independent(void **state)
{
	struct home *home = *state;
	uint16_t kept = udp_out(home, LAPTOP, 5000, SERVER, 3478);
	uint16_t lost = udp_out(home, PHONE, 5000, SERVER, 3478);

	assert_int_equal(kept, 5000);
	assert_int_not_equal(lost, 5000);
	assert_int_equal(udp_out(home, LAPTOP, 5000, OTHER, 9999), kept);
	assert_int_equal(udp_out(home, PHONE, 5000, SERVER, 3479), lost);
	assert_int_equal(udp_out(home, PHONE, 5000, OTHER, 9999), lost);
	assert_int_equal(session_count_now(home), 5);
}

static void mapping_is_address_dependent_when_configured(void **state)
{
	struct home *home = *state;

	home->config.nat.mapping = NAT_ADDRESS_DEPENDENT;
	home_configure(home);
	uint16_t first = udp_out(home, LAPTOP, 5000, SERVER, 1);

	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 2), first);
	assert_int_not_equal(udp_out(home, LAPTOP, 5000, OTHER, 1), first);

	home->config.nat.mapping = NAT_ADDRESS_AND_PORT_DEPENDENT;
	home_configure(home);
	/* what lives, lives on as it was made */
	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 2), first);
	uint16_t third = udp_out(home, LAPTOP, 5000, SERVER, 3);

	assert_int_not_equal(third, first);
	assert_int_not_equal(udp_out(home, LAPTOP, 5000, SERVER, 4), third);
	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 3), third);
}

static void u3_no_port_is_given_twice_and_excess_is_refused(void **state)
{
	struct home *home = *state;
	static bool used[65536];
	struct packet p;

	memset(used, 0, sizeof(used));
	for (unsigned int n = 0; n < 64512; n++) {
		ip4_t host = {LAPTOP.host + n / 60000};
		uint16_t port = udp_out(home, host, (uint16_t)(1024 + n % 60000), SERVER, 80);

		assert_true(port >= 1024);
		assert_false(used[port]);
		used[port] = true;
	}
	packet_udp(home, &p, TV, 40000, SERVER, 80);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_PORTS_EXHAUSTED], 1);
	assert_int_equal(p.frame.refuse, ICMP_ADMIN_PROHIBITED);
	assert_int_equal(session_count_now(home), 64512);

	struct nat_public_stats stats;

	nat_public_stats(home->nat, VIP, &stats);
	assert_int_equal(stats.udp_ports, 64512);
	assert_int_equal(stats.tcp_ports, 0);

	struct event event;

	assert_true(event_pop(&home->events, &event));
	assert_string_equal(event.mnemonic, "PORTSEXHAUSTED");
	packet_udp(home, &p, TV, 40000, SERVER, 80);
	send_out(home, &p);
	assert_false(event_pop(&home->events, &event)); /* one line a minute */

	/* another protocol has its own ports, and low ports are a class of their own */
	assert_int_equal(tcp_out(home, TV, 40000, SERVER, 80, TCP_SYN), 40000);
	assert_int_equal(udp_out(home, TV, 123, SERVER, 123), 123);
	/* the known host is served all the while: RFC 6888 REQ-11 */
	assert_int_equal(udp_out(home, LAPTOP, 1024, SERVER, 80), 1024);
	/* and a dead one's port is found before the sweep finds it, if ports need no rest */
	home->config.nat.port_hold_s = 0;
	home_configure(home);
	home_wait(home, 302);
	udp_out(home, TV, 40000, SERVER, 80);
}

static void u3a_low_source_ports_get_low_ports(void **state)
{
	struct home *home = *state;
	unsigned int changed = 0;

	for (unsigned int n = 0; n < 100; n++) {
		ip4_t host = {LAPTOP.host + n};
		uint16_t port = udp_out(home, host, 500, SERVER, 500);

		assert_in_range(port, 1, 1023);
		changed += port != 500;
	}
	assert_int_equal(changed, 99);
}

static void u5_udp_session_lives_300_s_idle_and_no_more(void **state)
{
	struct home *home = *state;
	struct packet p;
	uint16_t port = udp_out(home, LAPTOP, 5000, SERVER, 3478);

	home_wait(home, 300);
	assert_int_equal(udp_in(home, SERVER, 3478, port, &p), VERDICT_NEXT);
	home_wait(home, 1); /* inbound did not refresh; not swept, yet dead */
	assert_int_equal(udp_in(home, SERVER, 3478, port, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 1);
	assert_int_equal(session_count_now(home), 0);
}

static void u5_dns_has_a_timer_of_its_own_of_120_s(void **state)
{
	struct home *home = *state;
	struct packet p;
	uint16_t port = udp_out(home, LAPTOP, 5000, SERVER, 53);

	home_wait(home, 120);
	assert_int_equal(udp_in(home, SERVER, 53, port, &p), VERDICT_NEXT);
	home_wait(home, 1);
	assert_int_equal(udp_in(home, SERVER, 53, port, &p), VERDICT_DROPPED);
}

static void u6_outbound_refreshes(void **state)
{
	struct home *home = *state;
	struct packet p;

	for (unsigned int n = 0; n < 10; n++) {
		assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 3478), 5000);
		home_wait(home, 299);
		assert_int_equal(udp_in(home, SERVER, 3478, 5000, &p), VERDICT_NEXT);
	}
	struct nat_entry entry = only_session(home);

	assert_int_equal(entry.packets_out, 10);
	assert_int_equal(entry.packets_in, 10);
	assert_int_equal(entry.bytes_out, 10 * (20 + 8 + 13));
	assert_in_range(entry.age_s, 2989, 2990);
	assert_int_equal(entry.idle_s, 0);
	assert_in_range(entry.left_s, 1, 2);
}

static void u6_outside_alone_cannot_hold_a_mapping(void **state)
{
	struct home *home = *state;
	struct packet p;
	uint16_t port = udp_out(home, LAPTOP, 5000, SERVER, 3478);

	home->config.nat.filtering = NAT_ENDPOINT_INDEPENDENT;
	home_configure(home);
	/* new sessions from ever new ports begin with the age of the last outbound packet */
	for (uint16_t n = 0; n < 6; n++) {
		assert_int_equal(udp_in(home, SERVER, 1000 + n, port, &p), VERDICT_NEXT);
		assert_int_equal(udp_in(home, OTHER, 1000 + n, port, &p), VERDICT_NEXT);
		home_wait(home, 50);
	}
	home_wait(home, 2);
	assert_int_equal(udp_in(home, SERVER, 2000, port, &p), VERDICT_DROPPED);
}

static void u8_filtering_is_address_dependent(void **state)
{
	struct home *home = *state;
	struct packet p;
	uint16_t port = udp_out(home, LAPTOP, 5000, SERVER, 3478);

	assert_int_equal(udp_in(home, SERVER, 9, port, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
	assert_int_equal(p.frame.dport, 5000);
	assert_int_equal(udp_in(home, OTHER, 3478, port, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_FILTERED], 1);
	/* the new remote port is a session on the same mapping */
	assert_int_equal(session_count_now(home), 2);
	assert_int_equal(udp_out(home, LAPTOP, 5000, SERVER, 9), port);
	assert_int_equal(session_count_now(home), 2);
}

static void u8_filtering_by_policy(void **state)
{
	struct home *home = *state;
	struct packet p;
	uint16_t port = udp_out(home, LAPTOP, 5000, SERVER, 3478);

	home->config.nat.filtering = NAT_ADDRESS_AND_PORT_DEPENDENT;
	home_configure(home);
	assert_int_equal(udp_in(home, SERVER, 9, port, &p), VERDICT_DROPPED);
	assert_int_equal(udp_in(home, SERVER, 3478, port, &p), VERDICT_NEXT);
	home->config.nat.filtering = NAT_ENDPOINT_INDEPENDENT;
	home_configure(home);
	assert_int_equal(udp_in(home, OTHER, 9, port, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
}

static void filtering_forgets_an_address_with_its_last_live_session(void **state)
{
	struct home *home = *state;
	struct packet p;

	udp_out(home, LAPTOP, 5000, SERVER, 1);
	home_wait(home, 200);
	udp_out(home, LAPTOP, 5000, SERVER, 2);
	udp_out(home, LAPTOP, 5000, OTHER, 1);
	home_wait(home, 150); /* the first is dead, the second speaks for the address */
	assert_int_equal(udp_in(home, SERVER, 9, 5000, &p), VERDICT_NEXT);
	home_wait(home, 120);
	udp_out(home, LAPTOP, 5000, OTHER, 1);
	home_wait(home, 60);
	assert_int_equal(udp_in(home, SERVER, 9, 5000, &p), VERDICT_DROPPED);
	assert_int_equal(udp_in(home, OTHER, 9, 5000, &p), VERDICT_NEXT);
}

static void nothing_is_mapped_for_a_stranger(void **state)
{
	struct home *home = *state;
	struct packet p;

	assert_int_equal(udp_in(home, SERVER, 1, 5000, &p), VERDICT_DROPPED);
	assert_int_equal(tcp_in(home, SERVER, 1, 22, TCP_SYN), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 2);
	packet_udp(home, &p, SERVER, 1, TRANSIT, 5000);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT); /* not a public address */
}

static void a_source_that_no_rule_names_passes_unchanged(void **state)
{
	struct home *home = *state;
	struct packet p, before;

	packet_udp(home, &p, IP4(10, 0, 0, 1), 5000, SERVER, 80);
	before = p;
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_memory_equal(p.storage, before.storage, sizeof(p.storage));
	assert_int_equal(session_count_now(home), 0);
}

static void a_protocol_without_ports_may_not_leave_with_a_private_source(void **state)
{
	struct home *home = *state;
	struct packet p;
	struct writer w = packet_begin(&p, LAPTOP, SERVER, 47, 4);

	writer_zeros(&w, 4);
	packet_end(home, &p, &w);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_UNSUPPORTED_PROTOCOL], 1);
	w = packet_begin(&p, SERVER, VIP, 47, 4);
	writer_zeros(&w, 4);
	packet_end(home, &p, &w);
	assert_int_equal(send_in(home, &p), VERDICT_CONSUMED);
}

/* ---- ICMP queries: RFC 5508 ------------------------------------------------------------- */

static void i1_two_hosts_may_ping_with_the_same_identifier(void **state)
{
	struct home *home = *state;
	struct packet a, b;

	packet_echo(home, &a, ICMP_ECHO, LAPTOP, SERVER, 77);
	packet_echo(home, &b, ICMP_ECHO, PHONE, SERVER, 77);
	assert_int_equal(send_out(home, &a), VERDICT_NEXT);
	assert_int_equal(send_out(home, &b), VERDICT_NEXT);
	packet_check(&a);
	packet_check(&b);
	assert_int_equal(a.frame.sport, 77);
	uint16_t id = b.frame.sport;

	assert_int_not_equal(id, 77);
	packet_echo(home, &b, ICMP_ECHO_REPLY, SERVER, VIP, id);
	assert_int_equal(send_in(home, &b), VERDICT_NEXT);
	packet_check(&b);
	assert_int_equal(b.frame.dst.host, PHONE.host);
	assert_int_equal(b.frame.dport, 77);
	/* the identifier is mapped whatever the destination */
	packet_echo(home, &b, ICMP_ECHO, PHONE, OTHER, 77);
	assert_int_equal(send_out(home, &b), VERDICT_NEXT);
	assert_int_equal(b.frame.sport, id);
}

static void i1_timestamp_is_mapped_too(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_echo(home, &p, ICMP_TIMESTAMP, LAPTOP, SERVER, 0);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	packet_check(&p);
	packet_echo(home, &p, ICMP_TIMESTAMP_REPLY, SERVER, VIP, p.frame.sport);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
}

static void i2_query_timer_is_60_s(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_echo(home, &p, ICMP_ECHO, LAPTOP, SERVER, 77);
	send_out(home, &p);
	home_wait(home, 60);
	packet_echo(home, &p, ICMP_ECHO_REPLY, SERVER, VIP, 77);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	home_wait(home, 1);
	packet_echo(home, &p, ICMP_ECHO_REPLY, SERVER, VIP, 77);
	assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
}

static void echo_request_to_the_vip_is_left_to_the_router(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_echo(home, &p, ICMP_ECHO, LAPTOP, SERVER, 77);
	send_out(home, &p);
	packet_echo(home, &p, ICMP_ECHO, SERVER, VIP, 77); /* even with a mapped identifier */
	assert_int_equal(send_in(home, &p), VERDICT_CONSUMED);
	packet_echo(home, &p, ICMP_ECHO, LAPTOP, VIP, 77);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, LAPTOP.host);
	assert_int_equal(nat_inbound(home->nat, &p.frame, true, home->now), VERDICT_CONSUMED);
	/* answers to what nobody asked */
	packet_echo(home, &p, ICMP_ECHO_REPLY, OTHER, VIP, 77);
	assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
	packet_echo(home, &p, ICMP_ECHO_REPLY, LAPTOP, OTHER, 78);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
}

/* ---- static forwards and hairpins ------------------------------------------------------- */

static void forward(struct home *home)
{
	struct config_nat_static rule = home_static(IP_PROTO_TCP, TV, 80, 8080);

	assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
	rule = home_static(IP_PROTO_UDP, TV, 80, 8080);
	assert_int_equal(config_nat_static_add(&home->config, &rule), 0);
	home_configure(home);
}

static void static_forward_lets_any_remote_in(void **state)
{
	struct home *home = *state;
	struct packet p;

	forward(home);
	packet_tcp(home, &p, OTHER, 50000, VIP, 8080);
	assert_int_equal(send_in(home, &p), VERDICT_NEXT);
	packet_check(&p);
	assert_int_equal(p.frame.dst.host, TV.host);
	assert_int_equal(p.frame.dport, 80);
	assert_string_equal(only_session(home).state, "syn-received");
	assert_int_equal(tcp_out(home, TV, 80, OTHER, 50000, TCP_SYN | TCP_ACK), 8080);
	/* a SYN flood's victims never acknowledge: no long timer for them */
	assert_int_equal(tcp_out(home, TV, 80, OTHER, 50000, TCP_SYN | TCP_ACK), 8080);
	assert_string_equal(only_session(home).state, "syn-both");
	assert_int_equal(tcp_in(home, OTHER, 50000, 8080, TCP_ACK), VERDICT_NEXT);

	struct nat_entry entry = only_session(home);

	assert_string_equal(entry.state, "established");
	assert_int_equal(entry.flags, NAT_SESSION_STATIC | NAT_SESSION_INBOUND);
	/* speaking first, the device uses the same endpoint */
	assert_int_equal(tcp_out(home, TV, 80, SERVER, 443, TCP_SYN), 8080);
	assert_int_equal(udp_in(home, OTHER, 1, 8080, &p), VERDICT_NEXT);
}

static void static_forward_needs_no_source_rule(void **state)
{
	struct home *home = *state;
	struct config_nat_static rule = home_static(IP_PROTO_TCP, IP4(10, 0, 0, 9), 80, 8080);
	struct packet p;

	config_nat_static_add(&home->config, &rule);
	home_configure(home);
	assert_int_equal(tcp_in(home, OTHER, 50000, 8080, TCP_SYN), VERDICT_NEXT);
	assert_int_equal(tcp_out(home, IP4(10, 0, 0, 9), 80, OTHER, 50000, TCP_SYN | TCP_ACK),
			 8080);
	packet_tcp(home, &p, IP4(10, 0, 0, 9), 81, OTHER, 50000);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, IP4(10, 0, 0, 9).host);
}

static void port_of_a_static_forward_is_not_given_away(void **state)
{
	struct home *home = *state;

	forward(home);
	assert_int_not_equal(tcp_out(home, LAPTOP, 8080, SERVER, 80, TCP_SYN), 8080);
	assert_int_not_equal(udp_out(home, LAPTOP, 8080, SERVER, 80), 8080);
}

static void static_udp_forward_is_refreshed_from_outside(void **state)
{
	struct home *home = *state;
	struct packet p;

	forward(home);
	for (unsigned int n = 0; n < 5; n++) {
		assert_int_equal(udp_in(home, OTHER, 1, 8080, &p), VERDICT_NEXT);
		home_wait(home, 299);
	}
	assert_int_equal(only_session(home).packets_in, 5);
}

/** A packet from inside to the VIP. */
static enum verdict hairpin(struct home *home, struct packet *p)
{
	enum verdict verdict = nat_outbound(home->nat, &p->frame, home->now);

	if (verdict == VERDICT_NEXT)
		verdict = nat_inbound(home->nat, &p->frame, true, home->now);
	if (verdict == VERDICT_NEXT)
		packet_check(p);
	return verdict;
}

static void u9_hairpin_shows_the_external_source(void **state)
{
	struct home *home = *state;
	struct packet p;
	uint16_t phone = udp_out(home, PHONE, 6000, SERVER, 3478);

	packet_udp(home, &p, LAPTOP, 5000, VIP, phone);
	assert_int_equal(hairpin(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, VIP.host);
	assert_int_equal(p.frame.sport, 5000);
	assert_int_equal(p.frame.dst.host, PHONE.host);
	assert_int_equal(p.frame.dport, 6000);
	/* and back */
	packet_udp(home, &p, PHONE, 6000, VIP, 5000);
	assert_int_equal(hairpin(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, VIP.host);
	assert_int_equal(p.frame.sport, phone);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
	assert_int_equal(p.frame.dport, 5000);
	assert_int_equal(session_count_now(home), 3);
}

static void t8_hairpin_to_a_static_forward(void **state)
{
	struct home *home = *state;
	struct packet p;

	forward(home);
	packet_tcp(home, &p, LAPTOP, 40000, VIP, 8080);
	packet_unfinish(&p);
	assert_int_equal(nat_outbound(home->nat, &p.frame, home->now), VERDICT_NEXT);
	assert_int_equal(nat_inbound(home->nat, &p.frame, true, home->now), VERDICT_NEXT);
	packet_finish(&p);
	packet_check(&p);
	assert_int_equal(p.frame.src.host, VIP.host);
	assert_int_equal(p.frame.dst.host, TV.host);
	packet_tcp(home, &p, TV, 80, VIP, 40000);
	packet_set_flags(&p, TCP_SYN | TCP_ACK);
	assert_int_equal(hairpin(home, &p), VERDICT_NEXT);
	assert_int_equal(p.frame.src.host, VIP.host);
	assert_int_equal(p.frame.sport, 8080);
	assert_int_equal(p.frame.dst.host, LAPTOP.host);
}

static void hairpin_to_nowhere_costs_no_port(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_udp(home, &p, LAPTOP, 5000, VIP, 9);
	assert_int_equal(hairpin(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 1);
	assert_int_equal(session_count_now(home), 0);
}

static void hairpin_can_be_switched_off(void **state)
{
	struct home *home = *state;
	struct packet p;

	forward(home);
	home->config.nat.hairpin = false;
	home_configure(home);
	packet_tcp(home, &p, LAPTOP, 40000, VIP, 8080);
	assert_int_equal(hairpin(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_HAIRPIN_DISABLED], 1);
	assert_int_equal(session_count_now(home), 0);
}

/* ---- checksums -------------------------------------------------------------------------- */

static void unfinished_checksum_gets_the_address_difference_only(void **state)
{
	struct home *home = *state;
	struct packet p;

	udp_out(home, PHONE, 5000, SERVER, 80);
	for (unsigned int n = 0; n < 4; n++) {
		if (n % 2)
			packet_udp(home, &p, LAPTOP, 5000, SERVER, 80);
		else
			packet_tcp(home, &p, LAPTOP, 5000, SERVER, 80);
		packet_unfinish(&p);
		if (n >= 2) { /* a super-frame is one by its offload header alone */
			p.frame.offload.gso = n % 2 ? OFFLOAD_GSO_UDP_L4 : OFFLOAD_GSO_TCPV4;
			p.frame.offload.gso_size = 4;
		}
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		assert_true(p.frame.offload.needs_csum);
		uint16_t sport = p.frame.sport;

		packet_finish(&p);
		packet_check(&p);

		if (n % 2)
			packet_udp(home, &p, SERVER, 80, VIP, sport);
		else
			packet_tcp(home, &p, SERVER, 80, VIP, sport);
		packet_unfinish(&p);
		assert_int_equal(send_in(home, &p), VERDICT_NEXT);
		packet_finish(&p);
		packet_check(&p);
		assert_int_equal(p.frame.dport, 5000);
	}
}

static void udp_without_checksum_stays_without(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_udp(home, &p, LAPTOP, 5000, SERVER, 80);
	wire_put16(frame_l4(&p.frame) + UDP_CHECKSUM_OFFSET, 0);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(wire_get16(frame_l4(&p.frame) + UDP_CHECKSUM_OFFSET), 0);
	packet_check(&p);
}

static void udp_checksum_that_comes_out_as_zero_is_sent_as_ones(void **state)
{
	struct home *home = *state;
	struct packet p;
	unsigned int ones = 0;

	/* the payload's second word is tuned so that the sum behind the NAT is all ones */
	udp_out(home, LAPTOP, 5000, SERVER, 80);
	packet_udp(home, &p, VIP, 5000, SERVER, 80);
	uint8_t *l4 = frame_l4(&p.frame);
	uint16_t field = wire_get16(l4 + UDP_CHECKSUM_OFFSET);
	uint16_t word = checksum_add(wire_get16(l4 + 10), field);

	packet_udp(home, &p, LAPTOP, 5000, SERVER, 80);
	l4 = frame_l4(&p.frame);
	wire_put16(l4 + 10, word);
	wire_put16(l4 + UDP_CHECKSUM_OFFSET, 0);
	wire_put16(l4 + UDP_CHECKSUM_OFFSET,
		   (uint16_t)~checksum_sum(l4, frame_l4_len(&p.frame),
					   checksum_pseudo(LAPTOP, SERVER, IP_PROTO_UDP,
							   (uint16_t)frame_l4_len(&p.frame))));
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	packet_check(&p);
	ones = wire_get16(frame_l4(&p.frame) + UDP_CHECKSUM_OFFSET);
	assert_int_equal(ones, 0xffff);
}

static void checksums_are_right_for_many_addresses_and_ports(void **state)
{
	struct home *home = *state;
	struct chance chance;
	struct packet p;

	chance_init(&chance, &home_key);
	for (unsigned int n = 0; n < 5000; n++) {
		ip4_t local = {(LAPTOP.host & ~255u) | chance_below(&chance, 256)};
		ip4_t remote = {0x08000000 + (uint32_t)(chance_next(&chance) & 0xffffff)};
		uint16_t sport = (uint16_t)chance_below(&chance, 65536);
		uint16_t dport = (uint16_t)chance_below(&chance, 65536);

		switch (n % 3) {
		case 0: packet_tcp(home, &p, local, sport, remote, dport); break;
		case 1: packet_udp(home, &p, local, sport, remote, dport); break;
		default: packet_echo(home, &p, ICMP_ECHO, local, remote, sport); break;
		}
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		packet_check(&p);
		uint16_t global = p.frame.sport;

		switch (n % 3) {
		case 0: packet_tcp(home, &p, remote, dport, VIP, global); break;
		case 1: packet_udp(home, &p, remote, dport, VIP, global); break;
		default: packet_echo(home, &p, ICMP_ECHO_REPLY, remote, VIP, global); break;
		}
		assert_int_equal(send_in(home, &p), VERDICT_NEXT);
		packet_check(&p);
		assert_int_equal(p.frame.dst.host, local.host);
		assert_int_equal(p.frame.dport, sport);
	}
}

/* ---- limits ----------------------------------------------------------------------------- */

static void c11_full_table_drops_the_new_and_keeps_the_live(void **state)
{
	struct home *home = *state;
	struct packet p;

	home->config.nat.max_entries = 3;
	home_configure(home);
	for (uint16_t n = 0; n < 3; n++)
		udp_out(home, LAPTOP, 5000, SERVER, n);
	packet_udp(home, &p, LAPTOP, 5001, SERVER, 9);
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	assert_int_equal(udp_in(home, SERVER, 9, 5000, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_TABLE_FULL], 2);
	udp_out(home, LAPTOP, 5000, SERVER, 2);
	/* dead sessions make room, swept or not */
	home_wait(home, 302);
	udp_out(home, LAPTOP, 5001, SERVER, 9);
	assert_int_equal(session_count_now(home), 1);
}

static void a_fragment_is_not_translated(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_udp(home, &p, LAPTOP, 5000, SERVER, 80);
	p.frame.more_fragments = true;
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	packet_udp(home, &p, SERVER, 80, VIP, 5000);
	p.frame.fragment_offset = 8;
	assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
	packet_udp(home, &p, IP4(10, 0, 0, 1), 5000, SERVER, 80);
	p.frame.more_fragments = true;
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
}

static void a_cut_transport_header_is_dropped(void **state)
{
	struct home *home = *state;
	struct packet p;

	packet_udp(home, &p, LAPTOP, 5000, SERVER, 80);
	p.frame.end = p.frame.l4 + UDP_LEN - 1;
	assert_int_equal(send_out(home, &p), VERDICT_DROPPED);
	packet_tcp(home, &p, SERVER, 80, VIP, 5000);
	p.frame.end = p.frame.l4 + TCP_LEN - 1;
	assert_int_equal(send_in(home, &p), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_TRANSPORT_MALFORMED], 2);
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(u1_mapping_is_endpoint_independent),
		HOME_TEST(mapping_is_address_dependent_when_configured),
		HOME_TEST(u3_no_port_is_given_twice_and_excess_is_refused),
		HOME_TEST(u3a_low_source_ports_get_low_ports),
		HOME_TEST(u5_udp_session_lives_300_s_idle_and_no_more),
		HOME_TEST(u5_dns_has_a_timer_of_its_own_of_120_s),
		HOME_TEST(u6_outbound_refreshes),
		HOME_TEST(u6_outside_alone_cannot_hold_a_mapping),
		HOME_TEST(u8_filtering_is_address_dependent),
		HOME_TEST(u8_filtering_by_policy),
		HOME_TEST(filtering_forgets_an_address_with_its_last_live_session),
		HOME_TEST(nothing_is_mapped_for_a_stranger),
		HOME_TEST(a_source_that_no_rule_names_passes_unchanged),
		HOME_TEST(a_protocol_without_ports_may_not_leave_with_a_private_source),
		HOME_TEST(i1_two_hosts_may_ping_with_the_same_identifier),
		HOME_TEST(i1_timestamp_is_mapped_too),
		HOME_TEST(i2_query_timer_is_60_s),
		HOME_TEST(echo_request_to_the_vip_is_left_to_the_router),
		HOME_TEST(static_forward_lets_any_remote_in),
		HOME_TEST(static_forward_needs_no_source_rule),
		HOME_TEST(port_of_a_static_forward_is_not_given_away),
		HOME_TEST(static_udp_forward_is_refreshed_from_outside),
		HOME_TEST(u9_hairpin_shows_the_external_source),
		HOME_TEST(t8_hairpin_to_a_static_forward),
		HOME_TEST(hairpin_to_nowhere_costs_no_port),
		HOME_TEST(hairpin_can_be_switched_off),
		HOME_TEST(unfinished_checksum_gets_the_address_difference_only),
		HOME_TEST(udp_without_checksum_stays_without),
		HOME_TEST(udp_checksum_that_comes_out_as_zero_is_sent_as_ones),
		HOME_TEST(checksums_are_right_for_many_addresses_and_ports),
		HOME_TEST(c11_full_table_drops_the_new_and_keeps_the_live),
		HOME_TEST(a_fragment_is_not_translated),
		HOME_TEST(a_cut_transport_header_is_dropped),
	};

	return cmocka_run_group_tests_name("nat/translate", tests, NULL, NULL);
}
