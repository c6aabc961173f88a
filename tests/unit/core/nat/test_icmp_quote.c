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

/* ---- whole packets, byte for byte ---------------------------------------------------------- */

/** How an error quotes: bytes of IPv4, padded to, and an RFC 4884 extension of so many bytes. */
static const struct {
	uint32_t quote, padded, extension;
} shapes[] = {
	{28, 28, 0},			/* RFC 792: the header and 64 bits; of TCP no checksum */
	{36, 36, 0},			/* 64 bits more: TCP's checksum is still not whole */
	{38, 38, 0},			/* and now it is */
	{548, 548, 0},			/* RFC 1812 s4.3.2.3 */
	{68, 128, 12},			/* RFC 4884: padded, then an extension */
	{128, 128, 20}, {548, 548, 36}, /* longer than anybody should */
};

/** A packet with 600 bytes of payload, and ports as packet_flow() has them. */
static void packet_long(struct home *home, struct packet *p, enum flow_kind kind, ip4_t src,
			uint16_t sport, ip4_t dst, uint16_t dport)
{
	static uint8_t payload[600];
	struct writer w;

	for (unsigned int n = 0; n < sizeof(payload); n++)
		payload[n] = (uint8_t)(n * 37 >> 2);
	switch (kind) {
	case FLOW_UDP:
	case FLOW_UDP_NO_CHECKSUM:
		w = packet_begin(p, src, dst, IP_PROTO_UDP, UDP_LEN + 600);
		udp_build(&w, &(struct udp){.sport = sport, .dport = dport}, src, dst, payload,
			  600);
		if (kind == FLOW_UDP_NO_CHECKSUM)
			wire_put16(w.at - 600 - 2, 0);
		break;
	case FLOW_TCP:
		w = packet_begin(p, src, dst, IP_PROTO_TCP, TCP_LEN + 600);
		tcp_build(&w,
			  &(struct tcp){.sport = sport,
					.dport = dport,
					.header_len = TCP_LEN,
					.flags = TCP_SYN},
			  src, dst);
		writer_bytes(&w, payload, 600);
		uint8_t *l4 = w.at - 600 - TCP_LEN;

		wire_put16(l4 + TCP_CHECKSUM_OFFSET, 0);
		wire_put16(l4 + TCP_CHECKSUM_OFFSET,
			   (uint16_t)~checksum_sum(
				   l4, TCP_LEN + 600,
				   checksum_pseudo(src, dst, IP_PROTO_TCP, TCP_LEN + 600)));
		break;
	case FLOW_ECHO:
	case FLOW_KIND_COUNT:
		w = packet_begin(p, src, dst, IP_PROTO_ICMP, ICMP_LEN + 600);
		icmp_build(&w, &(struct icmp){.type = ICMP_ECHO, .id = MAX(sport, dport), .seq = 1},
			   payload, 600);
		break;
	}
	packet_end(home, p, &w);
}

/** An error of a shape about a packet. */
static void packet_shaped(struct home *home, struct packet *p, ip4_t src, ip4_t dst,
			  const struct packet *about, unsigned int shape)
{
	uint32_t len = shapes[shape].padded + shapes[shape].extension;
	uint8_t body[700] = {0};
	struct writer w = packet_begin(p, src, dst, IP_PROTO_ICMP, ICMP_LEN + len);
	struct icmp icmp = {.type = ICMP_TIME_EXCEEDED};

	memcpy(body, frame_l3(&about->frame), shapes[shape].quote);
	memset(body + shapes[shape].padded, 0xe5, shapes[shape].extension);
	if (shapes[shape].extension)
		icmp.id = (uint16_t)(shapes[shape].padded / 4);
	icmp_build(&w, &icmp, body, len);
	packet_end(home, p, &w);
}

static void copy_packet(struct packet *to, const struct packet *from)
{
	*to = *from;
	to->frame.data = to->storage + FRAME_HEADROOM;
}

/** The two packets are the same from the first byte of IPv4 to the last. */
static void assert_same(const struct packet *got, const struct packet *want)
{
	uint32_t len = want->frame.end - want->frame.l3;

	assert_int_equal(got->frame.end - got->frame.l3, len);
	assert_memory_equal(frame_l3(&got->frame), frame_l3(&want->frame), len);
}

static void i4_inbound_errors_become_byte_for_byte_what_a_host_without_nat_would_get(void **state)
{
	struct home *home = *state;
	struct packet original, sent, error, want;

	occupy(home);
	for (enum flow_kind kind = 0; kind < FLOW_KIND_COUNT; kind++) {
		packet_long(home, &original, kind, LAPTOP, 5000, SERVER,
			    kind == FLOW_TCP ? 80 : 33434 * (kind != FLOW_ECHO));
		copy_packet(&sent, &original);
		assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
		assert_int_not_equal(sent.frame.sport, original.frame.sport);
		for (unsigned int shape = 0; shape < ARRAY_COUNT(shapes); shape++) {
			packet_shaped(home, &error, TRANSIT, VIP, &sent, shape);
			packet_shaped(home, &want, TRANSIT, LAPTOP, &original, shape);
			assert_int_equal(send_in(home, &error), VERDICT_NEXT);
			assert_same(&error, &want);
		}
	}
}

static void
i5_outbound_errors_become_byte_for_byte_what_a_remote_without_nat_would_get(void **state)
{
	struct home *home = *state;
	struct packet original, arrived, error, want, first;

	occupy(home);
	for (enum flow_kind kind = 0; kind < FLOW_ECHO; kind++) {
		uint16_t rport = kind == FLOW_TCP ? 80 : 33434;

		packet_long(home, &first, kind, LAPTOP, 5000, SERVER, rport);
		assert_int_equal(send_out(home, &first), VERDICT_NEXT);
		packet_long(home, &original, kind, SERVER, rport, VIP, first.frame.sport);
		if (kind == FLOW_TCP) { /* so that the session takes it as an answer */
			packet_set_flags(&original, TCP_SYN | TCP_ACK);
			wire_put32(frame_l4(&original.frame) + 8, 0);
		}
		copy_packet(&arrived, &original);
		assert_int_equal(send_in(home, &arrived), VERDICT_NEXT);
		for (unsigned int shape = 0; shape < ARRAY_COUNT(shapes); shape++) {
			packet_shaped(home, &error, LAPTOP, SERVER, &arrived, shape);
			packet_shaped(home, &want, VIP, SERVER, &original, shape);
			assert_int_equal(send_out(home, &error), VERDICT_NEXT);
			assert_same(&error, &want);
		}
	}
}

static void i7_hairpinned_errors_become_byte_for_byte_what_the_host_sent(void **state)
{
	struct home *home = *state;
	struct packet original, arrived, error, want, p;

	for (enum flow_kind kind = 0; kind < FLOW_ECHO; kind++) {
		uint16_t port = (uint16_t)(6000 + kind);

		packet_long(home, &p, kind, PHONE, port, SERVER, 3478);
		assert_int_equal(send_out(home, &p), VERDICT_NEXT);
		packet_long(home, &original, kind, LAPTOP, port, VIP, p.frame.sport);
		copy_packet(&arrived, &original);
		assert_int_equal(send_out(home, &arrived), VERDICT_NEXT);
		assert_int_equal(nat_inbound(home->nat, &arrived.frame, true, home->now),
				 VERDICT_NEXT);
		for (unsigned int shape = 0; shape < ARRAY_COUNT(shapes); shape++) {
			packet_shaped(home, &error, PHONE, VIP, &arrived, shape);
			packet_shaped(home, &want, VIP, LAPTOP, &original, shape);
			assert_int_equal(send_out(home, &error), VERDICT_NEXT);
			assert_int_equal(nat_inbound(home->nat, &error.frame, true, home->now),
					 VERDICT_NEXT);
			assert_same(&error, &want);
		}
	}
}

/* ---- what errors do not do ------------------------------------------------------------------- */

/** The only session, as records; whatever changes there, changes this. */
static struct nat_session session_now(const struct home *home)
{
	struct nat_session found = {0};
	unsigned int count = 0;

	for (uint32_t i = 1; i <= home->nat->sessions.high; i++) {
		if (!(nat_session_at(home->nat, i)->flags & NAT_SESSION_LIVE))
			continue;
		found = *nat_session_at(home->nat, i);
		count++;
	}
	assert_int_equal(count, 1);
	return found;
}

static void i6_an_error_moves_no_timer_and_ends_nothing(void **state)
{
	struct home *home = *state;
	struct packet sent, error;

	for (enum flow_kind kind = 0; kind < FLOW_KIND_COUNT; kind++) {
		struct nat_session before, after;

		nat_clear(home->nat, &(struct nat_match){0}, home->now);
		packet_flow(home, &sent, kind, LAPTOP, SERVER);
		assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
		before = session_now(home);
		for (unsigned int n = 0; n < 20; n++) {
			home_wait(home, 1);
			packet_error(home, &error, TRANSIT, VIP, &sent, 28);
			assert_int_equal(send_in(home, &error), VERDICT_NEXT);
			after = session_now(home);
			assert_memory_equal(&before, &after, sizeof(before));
		}
	}
}

static void t9_destination_unreachable_about_a_connection_reaches_its_host(void **state)
{
	struct home *home = *state;
	struct packet sent, error, want, original;

	for (uint8_t code = 0; code <= 15; code++) {
		struct writer w;

		packet_tcp(home, &original, LAPTOP, 5000, SERVER, 80);
		copy_packet(&sent, &original);
		assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
		for (unsigned int n = 0; n < 2; n++) {
			w = packet_begin(n ? &want : &error, TRANSIT, n ? LAPTOP : VIP,
					 IP_PROTO_ICMP, ICMP_LEN + 40);
			icmp_build(&w, &(struct icmp){.type = ICMP_UNREACHABLE, .code = code},
				   frame_l3(n ? &original.frame : &sent.frame), 40);
			packet_end(home, n ? &want : &error, &w);
		}
		assert_int_equal(send_in(home, &error), VERDICT_NEXT);
		assert_same(&error, &want);
	}
}

static void t10_no_error_ends_a_connection(void **state)
{
	struct home *home = *state;
	struct packet sent, error;
	struct nat_session before, after;

	packet_tcp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	before = session_now(home);
	for (unsigned int type = 0; type < 256; type++) {
		for (unsigned int code = 0; code < 20; code++) {
			struct writer w =
				packet_begin(&error, TRANSIT, VIP, IP_PROTO_ICMP, ICMP_LEN + 40);

			icmp_build(&w, &(struct icmp){.type = (uint8_t)type, .code = (uint8_t)code},
				   frame_l3(&sent.frame), 40);
			packet_end(home, &error, &w);
			send_in(home, &error);
			after = session_now(home);
			assert_memory_equal(&before, &after, sizeof(before));
		}
	}
}

static void i9_the_types_that_a_nat_must_know_pass_and_others_go_by_policy(void **state)
{
	static const struct {
		uint8_t type;
		bool out, in;
	} types[] = {
		{ICMP_ECHO, true, false},
		{ICMP_TIMESTAMP, true, false},
		{ICMP_ECHO_REPLY, false, true}, /* an answer to the host's own question */
		{ICMP_TIMESTAMP_REPLY, false, true},
		{ICMP_UNREACHABLE, true, true},
		{ICMP_SOURCE_QUENCH, true, true},
		{ICMP_TIME_EXCEEDED, true, true},
		{ICMP_PARAMETER_PROBLEM, true, true},
		{ICMP_REDIRECT, false, false},
		{9, false, false}, /* router advertisement */
		{10, false, false},
		{15, false, false}, /* information request */
		{17, false, false}, /* address mask request */
		{42, false, false}, /* extended echo */
		{200, false, false},
	};
	struct home *home = *state;
	struct packet sent, arrived, p;

	packet_udp(home, &sent, LAPTOP, 5000, SERVER, 80);
	assert_int_equal(send_out(home, &sent), VERDICT_NEXT);
	packet_udp(home, &arrived, SERVER, 80, VIP, 5000);
	assert_int_equal(send_in(home, &arrived), VERDICT_NEXT);
	packet_echo(home, &p, ICMP_ECHO, LAPTOP, SERVER, 77);
	assert_int_equal(send_out(home, &p), VERDICT_NEXT);
	for (size_t n = 0; n < ARRAY_COUNT(types); n++) {
		bool error = icmp_is_error(types[n].type);
		const struct packet *about[] = {&arrived, &sent};

		for (unsigned int in = 0; in < 2; in++) {
			struct writer w = packet_begin(&p, in ? SERVER : LAPTOP, in ? VIP : SERVER,
						       IP_PROTO_ICMP, ICMP_LEN + 28);
			uint16_t id = (uint16_t)(in ? 77 : 100 + n);
			enum verdict v;

			id = error ? 0 : id;
			icmp_build(&w, &(struct icmp){.type = types[n].type, .id = id},
				   frame_l3(&about[in]->frame), 28);
			packet_end(home, &p, &w);
			v = in ? send_in(home, &p) : send_out(home, &p);
			assert_int_equal(v == VERDICT_NEXT, in ? types[n].in : types[n].out);
			if (v == VERDICT_NEXT)
				packet_check(&p);
		}
	}
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
		HOME_TEST(i4_inbound_errors_become_byte_for_byte_what_a_host_without_nat_would_get),
		HOME_TEST(
			i5_outbound_errors_become_byte_for_byte_what_a_remote_without_nat_would_get),
		HOME_TEST(i7_hairpinned_errors_become_byte_for_byte_what_the_host_sent),
		HOME_TEST(i6_an_error_moves_no_timer_and_ends_nothing),
		HOME_TEST(t9_destination_unreachable_about_a_connection_reaches_its_host),
		HOME_TEST(t10_no_error_ends_a_connection),
		HOME_TEST(i9_the_types_that_a_nat_must_know_pass_and_others_go_by_policy),
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
