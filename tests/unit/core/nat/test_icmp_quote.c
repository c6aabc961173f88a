/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP errors through NAT: the quote becomes, byte for byte, what its sender had sent. */
#include "tests/unit/core/nat/fixture.h"

enum flow_kind { FLOW_UDP, FLOW_UDP_NO_CHECKSUM, FLOW_TCP, FLOW_ECHO, FLOW_KIND_COUNT };

static void packet_flow(struct home *home, struct packet *p, enum flow_kind kind, ip4_t src,
			ip4_t dst)
{
	switch (kind) {
	case FLOW_UDP:
	case FLOW_UDP_NO_CHECKSUM:
		packet_udp(home, p, src, 5000, dst, 33434);
		if (kind == FLOW_UDP_NO_CHECKSUM)
			wire_put16(frame_l4(&p->frame) + UDP_CHECKSUM_OFFSET, 0);
		break;
	case FLOW_TCP: packet_tcp(home, p, src, 5000, dst, 80); break;
	case FLOW_ECHO: packet_echo(home, p, ICMP_ECHO, src, dst, 5000); break;
	case FLOW_KIND_COUNT: break;
	}
}

/** Uses up the port and identifier that the flows would keep, so that theirs change. */
static void occupy(struct home *home)
{
	struct packet p;

	for (enum flow_kind kind = 0; kind < FLOW_KIND_COUNT; kind++) {
		packet_flow(home, &p, kind, PHONE, OTHER);
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	}
}

static void assert_quote_equals(const struct packet *error, const struct packet *original,
				uint32_t quote_len)
{
	uint32_t len = quote_len ? quote_len : original->frame.end - original->frame.l3;

	assert_memory_equal(frame_l4(&error->frame) + ICMP_LEN, frame_l3(&original->frame), len);
}

static void i4_inbound_error_quotes_what_the_host_sent(void **state)
{
	struct home *home = *state;
	static const uint32_t lens[] = {0, 28};

	occupy(home);
	for (enum flow_kind kind = 0; kind < FLOW_KIND_COUNT; kind++) {
		struct packet original, sent, error;

		packet_flow(home, &original, kind, LAPTOP, SERVER);
		sent = original;
		sent.frame.data = sent.storage + FRAME_HEADROOM;
		assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
		assert_int_not_equal(sent.frame.sport, 5000);
		for (size_t n = 0; n < ARRAY_COUNT(lens); n++) {
			packet_error(home, &error, TRANSIT, VIP, &sent, lens[n]);
			assert_int_equal(send_in(home, &error), VERDICT_NEXT);
			packet_check(&error);
			assert_int_equal(error.frame.src.host, TRANSIT.host);
			assert_int_equal(error.frame.dst.host, LAPTOP.host);
			assert_quote_equals(&error, &original, lens[n]);
		}
	}
}

static void i5_outbound_error_quotes_what_the_remote_sent(void **state)
{
	struct home *home = *state;

	occupy(home);
	for (enum flow_kind kind = 0; kind < FLOW_ECHO; kind++) {
		struct packet sent, original, arrived, error;
		uint16_t rport = kind == FLOW_TCP ? 80 : 33434;

		packet_flow(home, &sent, kind, LAPTOP, SERVER);
		assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
		uint16_t port = sent.frame.sport;

		if (kind == FLOW_TCP)
			packet_tcp(home, &original, SERVER, rport, VIP, port);
		else
			packet_udp(home, &original, SERVER, rport, VIP, port);
		if (kind == FLOW_UDP_NO_CHECKSUM)
			wire_put16(frame_l4(&original.frame) + UDP_CHECKSUM_OFFSET, 0);
		arrived = original;
		arrived.frame.data = arrived.storage + FRAME_HEADROOM;
		assert_int_equal(send_in(home, &arrived), VERDICT_NEXT);
		/* of the host itself, and of a router inside: both leave as the VIP's */
		for (unsigned int n = 0; n < 2; n++) {
			packet_error(home, &error, n ? IP4(192, 168, 1, 1) : LAPTOP, SERVER,
				     &arrived, n ? 28 : 0);
			assert_int_equal(send_out(home, &error), VERDICT_NEXT);
			packet_check(&error);
			assert_int_equal(error.frame.src.host, VIP.host);
			assert_quote_equals(&error, &original, n ? 28 : 0);
		}
	}
}

static void i7_hairpinned_error_quotes_what_the_host_sent(void **state)
{
	struct home *home = *state;
	struct packet original, p, error;
	uint16_t phone = udp_out(home, PHONE, 6000, SERVER, 3478);

	occupy(home);
	packet_udp(home, &original, LAPTOP, 5000, VIP, phone);
	p = original;
	p.frame.data = p.storage + FRAME_HEADROOM;
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	assert_int_equal(nat_inbound(home->nat, &p.frame, true, home->now), VERDICT_NEXT);

	packet_error(home, &error, PHONE, VIP, &p, 0);
	assert_int_equal(send_out(home, &error), VERDICT_NEXT);
	assert_int_equal(nat_inbound(home->nat, &error.frame, true, home->now), VERDICT_NEXT);
	packet_check(&error);
	assert_int_equal(error.frame.src.host, VIP.host);
	assert_int_equal(error.frame.dst.host, LAPTOP.host);
	assert_quote_equals(&error, &original, 0);
}

static void i3_error_with_a_bad_checksum_is_dropped(void **state)
{
	struct home *home = *state;
	struct packet sent, error;

	packet_udp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	packet_error(home, &error, TRANSIT, VIP, &sent, 0);
	frame_l4(&error.frame)[2] ^= 1;
	assert_int_equal(send_in(home, &error), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_ICMP_CHECKSUM], 1);
	/* unless its sender's kernel has not worked it out yet */
	packet_error(home, &error, TRANSIT, VIP, &sent, 0);
	wire_put16(frame_l4(&error.frame) + 2, 0);
	error.frame.offload =
		(struct offload){.needs_csum = true, .csum_start = IPV4_LEN, .csum_offset = 2};
	assert_int_equal(send_in(home, &error), VERDICT_NEXT);
	packet_finish(&error);
	packet_check(&error);

	frame_l3(&sent.frame)[8]++; /* a TTL that the quoted checksum does not cover */
	packet_error(home, &error, TRANSIT, VIP, &sent, 0);
	assert_int_equal(send_in(home, &error), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_ICMP_QUOTE_INVALID], 1);
}

static void i3_quoted_options_are_skipped_and_the_transport_checksum_is_not_verified(void **state)
{
	struct home *home = *state;
	struct packet sent, error;
	uint8_t quote[28 + 4];

	packet_udp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	memcpy(quote, frame_l3(&sent.frame), 20);
	memset(quote + 20, 1, 4); /* four no-operation options */
	memcpy(quote + 24, frame_l4(&sent.frame), 8);
	quote[0] = 0x46;
	quote[24 + 6] ^= 0x55;
	wire_put16(quote + 10, 0);
	wire_put16(quote + 10, (uint16_t)~checksum_sum(quote, 24, 0));

	struct writer w = packet_begin(&error, TRANSIT, VIP, IP_PROTO_ICMP, ICMP_LEN + 32);

	icmp_build(&w, &(struct icmp){.type = ICMP_TIME_EXCEEDED}, quote, sizeof(quote));
	packet_end(home, &error, &w);
	assert_int_equal(send_in(home, &error), VERDICT_NEXT);
	packet_check(&error);
	assert_int_equal(wire_get32(frame_l4(&error.frame) + 8 + 12), LAPTOP.host);
	assert_true(ipv4_checksum_ok(frame_l4(&error.frame) + 8, 24));
}

static void i3_an_extension_behind_the_quote_is_left_alone(void **state)
{
	struct home *home = *state;
	struct packet sent, error;
	uint8_t quote[128 + 8] = {0};

	/* RFC 4884: the quote is padded to 128 bytes, 32 words; then the extension. A quoted TCP
	 * header of 8 bytes must not have its checksum looked for in the padding. */
	packet_tcp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	memcpy(quote, frame_l3(&sent.frame), 40);
	memset(quote + 128, 0xee, 8);

	struct writer w = packet_begin(&error, TRANSIT, VIP, IP_PROTO_ICMP, ICMP_LEN + 136);

	icmp_build(&w, &(struct icmp){.type = ICMP_TIME_EXCEEDED, .id = 32}, quote, sizeof(quote));
	packet_end(home, &error, &w);
	assert_int_equal(send_in(home, &error), VERDICT_NEXT);
	packet_check(&error);
	assert_memory_equal(frame_l4(&error.frame) + 8 + 40, quote + 40, 96);
}

static void i4_error_without_a_session_is_dropped_silently(void **state)
{
	struct home *home = *state;
	struct packet sent, error;

	udp_out(home, LAPTOP, 5000, SERVER, 80);
	packet_udp(home, &sent, VIP, 5001, SERVER, 80); /* no such mapping */
	packet_error(home, &error, TRANSIT, VIP, &sent, 0);
	assert_int_equal(send_in(home, &error), VERDICT_DROPPED);
	packet_udp(home, &sent, VIP, 5000, OTHER, 80); /* no such session */
	packet_error(home, &error, TRANSIT, VIP, &sent, 0);
	assert_int_equal(send_in(home, &error), VERDICT_DROPPED);
	packet_udp(home, &sent, SERVER, 80, LAPTOP, 9); /* nor this way */
	packet_error(home, &error, LAPTOP, SERVER, &sent, 0);
	assert_int_equal(send_out(home, &error), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 3);
	/* a source that is not translated may speak for itself */
	packet_error(home, &error, IP4(10, 0, 0, 1), SERVER, &sent, 0);
	assert_int_equal(send_out(home, &error), VERDICT_NEXT);
	assert_int_equal(error.frame.src.host, IP4(10, 0, 0, 1).host);
}

static void u12_no_error_ends_or_refreshes_a_session(void **state)
{
	struct home *home = *state;
	static const uint8_t kinds[][2] = {{3, 0},  {3, 1},  {3, 2},  {3, 3},  {3, 4},	{3, 5},
					   {3, 6},  {3, 7},  {3, 8},  {3, 9},  {3, 10}, {3, 11},
					   {3, 12}, {3, 13}, {3, 14}, {3, 15}, {4, 0},	{5, 0},
					   {5, 1},  {11, 0}, {11, 1}, {12, 0}};
	struct packet sent, error, p;

	packet_udp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	for (size_t n = 0; n < ARRAY_COUNT(kinds); n++) {
		struct writer w = packet_begin(&error, TRANSIT, VIP, IP_PROTO_ICMP, ICMP_LEN + 28);

		icmp_build(&w, &(struct icmp){.type = kinds[n][0], .code = kinds[n][1]},
			   frame_l3(&sent.frame), 28);
		packet_end(home, &error, &w);
		assert_int_equal(send_in(home, &error),
				 kinds[n][0] == ICMP_REDIRECT ? VERDICT_DROPPED : VERDICT_NEXT);
		assert_int_equal(udp_in(home, SERVER, 80, 5000, &p), VERDICT_NEXT);
		home_wait(home, 10);
	}
	home_wait(home, 300 - 10 * (int64_t)ARRAY_COUNT(kinds) + 1);
	assert_int_equal(udp_in(home, SERVER, 80, 5000, &p), VERDICT_DROPPED);
}

/* Fragmentation needed, with @mtu, about a packet that went out. */
static enum verdict needed(struct home *home, struct packet *error, const struct packet *sent,
			   uint16_t mtu)
{
	struct writer w = packet_begin(error, TRANSIT, VIP, IP_PROTO_ICMP, ICMP_LEN + 28);

	icmp_build(&w,
		   &(struct icmp){
			   .type = ICMP_UNREACHABLE, .code = ICMP_FRAGMENTATION_NEEDED, .seq = mtu},
		   frame_l3(&sent->frame), 28);
	packet_end(home, error, &w);
	return send_in(home, error);
}

static void m1_fragmentation_needed_comes_in_translated(void **state)
{
	static const uint16_t mtus[] = {0, 552, 576, 1400, 1500, 9000, 65535};
	struct home *home = *state;
	struct packet sent, original, error;

	packet_udp(home, &original, LAPTOP, 5000, SERVER, 80);
	sent = original;
	sent.frame.data = sent.storage + FRAME_HEADROOM;
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	for (size_t n = 0; n < ARRAY_COUNT(mtus); n++) {
		assert_int_equal(needed(home, &error, &sent, mtus[n]), VERDICT_NEXT);
		packet_check(&error);
		assert_int_equal(error.frame.dst.host, LAPTOP.host);
		assert_int_equal(wire_get16(frame_l4(&error.frame) + 6), mtus[n]);
		assert_quote_equals(&error, &original, 28);
	}
}

static void m2_an_mtu_that_no_link_has_or_no_flow_is_dropped_by_name(void **state)
{
	static const uint16_t mtus[] = {1, 68, 296, 551};
	struct home *home = *state;
	struct packet sent, error;

	packet_udp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	for (size_t n = 0; n < ARRAY_COUNT(mtus); n++)
		assert_int_equal(needed(home, &error, &sent, mtus[n]), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_ICMP_MTU_IMPLAUSIBLE], ARRAY_COUNT(mtus));
	/* other errors have no MTU, whatever stands there */
	struct writer w = packet_begin(&error, TRANSIT, VIP, IP_PROTO_ICMP, ICMP_LEN + 28);

	icmp_build(
		&w,
		&(struct icmp){.type = ICMP_UNREACHABLE, .code = ICMP_HOST_UNREACHABLE, .seq = 68},
		frame_l3(&sent.frame), 28);
	packet_end(home, &error, &w);
	assert_int_equal(send_in(home, &error), VERDICT_NEXT);
	packet_udp(home, &sent, VIP, 5001, SERVER, 80); /* nobody sent this */
	assert_int_equal(needed(home, &error, &sent, 1400), VERDICT_DROPPED);
	packet_udp(home, &sent, VIP, 5000, OTHER, 80);
	assert_int_equal(needed(home, &error, &sent, 1400), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 2);
}

static void quote_that_is_cut_or_of_another_is_dropped(void **state)
{
	struct home *home = *state;
	struct packet sent, error;

	packet_udp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	for (uint32_t len = 1; len < 28; len++) {
		packet_error(home, &error, TRANSIT, VIP, &sent, len);
		assert_int_equal(send_in(home, &error), VERDICT_DROPPED);
	}
	assert_int_equal(home->drops.count[DROP_ICMP_QUOTE_INVALID], 27);
	packet_udp(home, &sent, OTHER, 5000, SERVER, 80);
	packet_error(home, &error, TRANSIT, VIP, &sent, 0);
	assert_int_equal(send_in(home, &error), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_ICMP_QUOTE_INVALID], 28);
}

static void quote_of_an_error_or_of_a_later_fragment_has_no_session(void **state)
{
	struct home *home = *state;
	struct packet sent, inner, error;

	packet_udp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	packet_error(home, &inner, VIP, SERVER, &sent, 0);
	packet_error(home, &error, TRANSIT, VIP, &inner, 0);
	assert_int_equal(send_in(home, &error), VERDICT_DROPPED);

	uint8_t *l3 = frame_l3(&sent.frame);

	wire_put16(l3 + 6, 3);
	wire_put16(l3 + 10, checksum_update(wire_get16(l3 + 10), checksum_delta16(0, 3)));
	packet_error(home, &error, TRANSIT, VIP, &sent, 0);
	assert_int_equal(send_in(home, &error), VERDICT_DROPPED);
	assert_int_equal(home->drops.count[DROP_NAT_NO_MAPPING], 2);
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(i4_inbound_error_quotes_what_the_host_sent),
		HOME_TEST(i5_outbound_error_quotes_what_the_remote_sent),
		HOME_TEST(i7_hairpinned_error_quotes_what_the_host_sent),
		HOME_TEST(i3_error_with_a_bad_checksum_is_dropped),
		HOME_TEST(i3_quoted_options_are_skipped_and_the_transport_checksum_is_not_verified),
		HOME_TEST(i3_an_extension_behind_the_quote_is_left_alone),
		HOME_TEST(i4_error_without_a_session_is_dropped_silently),
		HOME_TEST(u12_no_error_ends_or_refreshes_a_session),
		HOME_TEST(m1_fragmentation_needed_comes_in_translated),
		HOME_TEST(m2_an_mtu_that_no_link_has_or_no_flow_is_dropped_by_name),
		HOME_TEST(quote_that_is_cut_or_of_another_is_dropped),
		HOME_TEST(quote_of_an_error_or_of_a_later_fragment_has_no_session),
	};

	return cmocka_run_group_tests_name("nat/icmp_quote", tests, NULL, NULL);
}
