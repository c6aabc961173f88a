/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet of each kind that a home sees, cut at every byte: as it is, with lengths that agree with
 * what is left, and with lengths that lie; from inside and from outside of a router with sessions.
 * Each stands in a block of exactly its size behind its headroom, so that the sanitizer sees any
 * byte read or written beyond it.
 */
#include "tests/unit/core/router_fixture.h"

/* ---- the packets --------------------------------------------------------------------------- */

/* Where a packet comes in: the fields that its builders need. */
struct side {
	bool inside;
	unsigned int tap;
	mac_t to, from;
	ip4_t src, dst; /* of a packet that passes */
	ip4_t us;	/* the router's address there */
	uint16_t sport, dport;
};

static struct side side_of(const struct home *h, bool inside)
{
	if (inside)
		return (struct side){true, 1, h->lan_mac, MAC(1), LAPTOP, SERVER, LAN, 5000, 53};
	return (struct side){false, 9, h->wan_mac, MAC(9), SERVER, VIP, WAN, 53, 5000};
}

static void finish_tcp(struct packet *p, struct side s, uint32_t len)
{
	uint8_t *l4 = p->bytes + ETHERNET_LEN + IPV4_LEN;

	wire_put16(l4 + TCP_CHECKSUM_OFFSET, 0);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET,
		   (uint16_t)~checksum_sum(
			   l4, len, checksum_pseudo(s.src, s.dst, IP_PROTO_TCP, (uint16_t)len)));
}

/* A segment with the options of a modern SYN, and some payload. */
static void make_tcp(struct packet *p, struct side s, uint8_t flags)
{
	static const uint8_t options[] = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0,
					  0, 1, 0, 0,	 0, 0, 1, 3,  3, 7};
	uint8_t *l4 = p->bytes + ETHERNET_LEN + IPV4_LEN;
	uint32_t len = TCP_LEN + sizeof(options) + 12;
	struct writer w;

	link_header(p, s.to, s.from, ETHERNET_IPV4);
	w = ip_header(p, s.src, s.dst, IP_PROTO_TCP, len);
	tcp_build(
		&w,
		&(struct tcp){.sport = s.sport, .dport = s.dport, .header_len = 20, .flags = flags},
		s.src, s.dst);
	memset(l4 + TCP_LEN, 7, len - TCP_LEN);
	memcpy(l4 + TCP_LEN, options, sizeof(options));
	l4[12] = 10 << 4;
	finish_tcp(p, s, len);
}

/* The packet that the other side is told to have gone wrong: one that came through here to it. */
static uint32_t make_quoted(struct packet *p, struct side s, uint8_t proto)
{
	struct side back = s;

	back.src = s.inside ? SERVER : VIP; /* as this side saw it */
	back.dst = s.inside ? LAPTOP : SERVER;
	back.sport = s.dport;
	back.dport = s.sport;
	if (proto == IP_PROTO_TCP)
		make_tcp(p, back, TCP_SYN);
	else if (proto == IP_PROTO_UDP)
		udp(p, s.to, s.from, back.src, back.sport, back.dst, back.dport, 20);
	else
		icmp(p, s.to, s.from, back.src, back.dst, s.inside ? ICMP_ECHO_REPLY : ICMP_ECHO,
		     20);
	return p->len - ETHERNET_LEN;
}

static void make_error(struct packet *p, struct side s, uint8_t type, uint8_t code, uint8_t proto)
{
	static struct packet quoted;
	uint32_t len = make_quoted(&quoted, s, proto);
	struct writer w;

	link_header(p, s.to, s.from, ETHERNET_IPV4);
	w = ip_header(p, s.src, s.dst, IP_PROTO_ICMP, ICMP_LEN + len);
	icmp_build(&w, &(struct icmp){.type = type, .code = code, .seq = code == 4 ? 1400 : 0},
		   quoted.bytes + ETHERNET_LEN, len);
}

static void make_dhcp(struct packet *p, uint8_t type)
{
	dhcp_ask(p, &(struct dhcp_ask){.type = type,
				       .requested = IP4(192, 168, 1, 10),
				       .id = "\001\002\003\004\005\006\007"});
}

/* Eight bytes of options between header and transport. */
static void add_options(struct packet *p)
{
	memmove(p->bytes + 42, p->bytes + 34, p->len - 34);
	memcpy(p->bytes + 34, (const uint8_t[]){148, 4, 0, 0, 1, 1, 1, 0}, 8); /* router alert */
	p->len += 8;
	p->bytes[14] = 0x47;
	wire_put16(p->bytes + 16, (uint16_t)(p->len - 14));
	sum_header(p);
}

static void make_piece(struct packet *p, struct side s, uint32_t at, bool more)
{
	static unsigned int id;

	udp(p, s.to, s.from, s.src, s.sport, s.dst, s.dport, 40);
	if (at > 0)
		memset(p->bytes + 34, 9, 48);
	wire_put16(p->bytes + 18, (uint16_t)id++);
	wire_put16(p->bytes + 20, (uint16_t)(at / 8 | (more ? IPV4_MF : 0)));
	sum_header(p);
}

enum { ERRORS = 6, GOLDEN_FIXED = 18, GOLDEN_COUNT = GOLDEN_FIXED + ERRORS * 3 };

static void make_golden(struct packet *p, struct side s, unsigned int which)
{
	static const uint8_t errors[ERRORS][2] = {{3, 3}, {3, 4}, {4, 0}, {5, 1}, {11, 0}, {12, 0}};
	static const uint8_t protos[] = {IP_PROTO_TCP, IP_PROTO_UDP, IP_PROTO_ICMP};

	memset(p, 0, sizeof(*p));
	if (which >= GOLDEN_FIXED) {
		const uint8_t *error = errors[(which - GOLDEN_FIXED) / 3];

		make_error(p, s, error[0], error[1], protos[which % 3]);
		return;
	}
	switch (which) {
	case 0:
		arp(p, ARP_REQUEST, MAC_BROADCAST, s.from, s.inside ? LAPTOP : GATEWAY, s.us);
		return;
	case 1: arp(p, ARP_REPLY, s.to, s.from, s.inside ? LAPTOP : GATEWAY, s.us); return;
	case 2: icmp(p, s.to, s.from, s.src, s.us, ICMP_ECHO, 30); return;
	case 3:
		icmp(p, s.to, s.from, s.src, s.dst, s.inside ? ICMP_ECHO : ICMP_ECHO_REPLY, 30);
		return;
	case 4: udp(p, s.to, s.from, s.src, s.sport, s.dst, s.dport, 30); return;
	case 5: udp(p, s.to, s.from, s.src, s.sport, s.us, 9, 30); return; /* refused */
	case 6: make_tcp(p, s, TCP_SYN); return;
	case 7: make_tcp(p, s, TCP_ACK); return;
	case 8:
		s.dst = s.us; /* reset */
		make_tcp(p, s, TCP_SYN);
		return;
	case 9: make_piece(p, s, 0, true); return;
	case 10: make_piece(p, s, 48, true); return;
	case 11: make_piece(p, s, 800, false); return;
	case 12: make_dhcp(p, DHCP_DISCOVER); return;
	case 13: make_dhcp(p, DHCP_REQUEST); return;
	case 14:
		udp(p, s.to, s.from, s.src, s.sport, s.dst, s.dport, 30);
		add_options(p);
		return;
	case 15:
		make_tcp(p, s, TCP_SYN);
		add_options(p);
		return;
	case 16: tcp_super(p, s.to, s.from, s.src, s.dst, 300, 100); return;
	case 17:
		udp(p, s.to, s.from, s.src, s.sport, s.dst, s.dport, 30); /* expires here */
		p->bytes[22] = 1;
		sum_header(p);
		return;
	default: fail();
	}
}

/* ---- what is done to them ------------------------------------------------------------------ */

enum lie {
	LIE_NOTHING_CHANGED, /* the header still tells the whole length */
	LIE_NONE,	     /* all lengths and checksums agree with what is left */
	LIE_INNER,	     /* IPv4's length agrees; UDP's, and those in a quote, do not */
	LIE_HEADER,	     /* IPv4's header is said to be of another length */
	LIE_TRANSPORT,	     /* TCP's header, or UDP's datagram */
	LIE_COUNT
};

/* Makes the first @len bytes of @p say what @lie asks. @turn: varies what is said. */
static void tell(struct packet *p, uint32_t len, enum lie lie, unsigned int turn)
{
	static uint16_t id;
	uint8_t *ip = p->bytes + ETHERNET_LEN, *l4 = ip + (ip[0] & 15) * 4u;
	uint8_t proto = ip[9];
	bool whole = ip + (ip[0] & 15) * 4u + 8 <= p->bytes + len;

	p->len = len;
	if (lie == LIE_NOTHING_CHANGED || len < ETHERNET_LEN + IPV4_LEN ||
	    wire_get16(p->bytes + 12) != ETHERNET_IPV4)
		return;
	wire_put16(ip + 2, (uint16_t)(len - ETHERNET_LEN));
	wire_put16(ip + 4, id++); /* pieces are of another datagram each time */
	if (lie == LIE_HEADER)
		ip[0] = (uint8_t)(0x40 | turn % 16);
	if (lie == LIE_TRANSPORT && whole && proto == IP_PROTO_UDP)
		wire_put16(l4 + 4, (uint16_t)(turn * 97));
	if (lie == LIE_TRANSPORT && proto == IP_PROTO_TCP && l4 + 13 <= p->bytes + len)
		l4[12] = (uint8_t)(turn << 4);
	if (lie == LIE_NONE && whole && proto == IP_PROTO_UDP) {
		wire_put16(l4 + 4, (uint16_t)(p->bytes + len - l4));
		wire_put16(l4 + 6, 0); /* no checksum */
	}
	if (whole && proto == IP_PROTO_ICMP) {
		uint32_t l4_len = (uint32_t)(p->bytes + len - l4);

		if (lie == LIE_NONE && icmp_is_error(l4[0]) && l4_len >= ICMP_LEN + IPV4_LEN) {
			uint8_t *quote = l4 + ICMP_LEN;

			wire_put16(quote + 2, (uint16_t)(l4_len - ICMP_LEN));
			wire_put16(quote + 10, 0);
			wire_put16(quote + 10, (uint16_t)~checksum_sum(quote, IPV4_LEN, 0));
		}
		wire_put16(l4 + 2, 0);
		wire_put16(l4 + 2, (uint16_t)~checksum_sum(l4, l4_len, 0));
	}
	wire_put16(ip + 10, 0);
	if (ip + (ip[0] & 15) * 4u <= p->bytes + len)
		sum_header(p);
}

static void feed(struct home *h, unsigned int tap, const struct packet *p)
{
	uint8_t *block = malloc(FRAME_HEADROOM + p->len);
	struct offload offload = p->offload;
	struct frame f;

	assert_non_null(block);
	memset(block, 0, FRAME_HEADROOM);
	memcpy(block + FRAME_HEADROOM, p->bytes, p->len);
	/* the device hands over no frame whose checksum field would lie beyond it */
	if (offload.needs_csum &&
	    ETHERNET_LEN + offload.csum_start + offload.csum_offset + 2u > p->len)
		offload = (struct offload){0};
	f = (struct frame){.data = block + FRAME_HEADROOM,
			   .len = p->len,
			   .port = (uint16_t)port_of(h, tap),
			   .offload = offload};
	h->sent_count = 0;
	router_input(h->router, &f, 1, h->now);
	collect(h);
	free(block);
}

/* Sessions that the packets belong to, and neighbours that are known. */
static void warm_up(struct home *h)
{
	struct side s = side_of(h, true);
	struct packet p;

	meet(h, 1, MAC(1), LAPTOP, LAN);
	meet(h, 9, MAC(9), GATEWAY, WAN);
	udp(&p, s.to, s.from, s.src, s.sport, s.dst, s.dport, 1);
	send(h, 1, &p);
	make_tcp(&p, s, TCP_SYN);
	send(h, 1, &p);
	icmp(&p, s.to, s.from, s.src, s.dst, ICMP_ECHO, 1);
	send(h, 1, &p);
	advance(h, 500); /* and tokens for errors */
}

static uint64_t malformed(struct home *h)
{
	static const enum drop_reason reasons[] = {
		DROP_FRAME_TOO_SHORT,	  DROP_ARP_MALFORMED,  DROP_IP_MALFORMED,
		DROP_IP_CHECKSUM,	  DROP_ICMP_CHECKSUM,  DROP_IP_OPTION_INVALID,
		DROP_TRANSPORT_MALFORMED, DROP_DHCP_MALFORMED, DROP_ICMP_QUOTE_INVALID,
		DROP_FRAGMENT_INVALID,	  DROP_OFFLOAD_INVALID};
	uint64_t sum = 0;

	for (unsigned int n = 0; n < ARRAY_COUNT(reasons); n++)
		sum += router_drops(h->router, reasons[n]);
	return sum;
}

static void c1_every_golden_packet_is_well_formed(void **state)
{
	struct home *h = *state;
	struct packet p;

	h->any_sums = true; /* a super-frame's first segment has none yet */
	for (unsigned int which = 0; which < GOLDEN_COUNT; which++) {
		for (unsigned int inside = 0; inside < 2; inside++) {
			struct side s = side_of(h, inside);
			uint64_t before;

			warm_up(h);
			make_golden(&p, s, which);
			before = malformed(h);
			feed(h, s.tap, &p);
			if (malformed(h) != before)
				fail_msg("packet %u from %s is malformed", which,
					 inside ? "inside" : "outside");
		}
	}
}

static void c1_any_packet_cut_at_any_byte_does_no_harm(void **state)
{
	struct home *h = *state;
	struct packet whole, p;

	h->any_sums = true;
	for (unsigned int which = 0; which < GOLDEN_COUNT; which++) {
		for (unsigned int inside = 0; inside < 2; inside++) {
			struct side s = side_of(h, inside);

			warm_up(h);
			make_golden(&whole, s, which);
			for (uint32_t len = 0; len <= whole.len; len++) {
				for (unsigned int lie = 0; lie < LIE_COUNT; lie++) {
					p = whole;
					tell(&p, len, (enum lie)lie, len + which);
					feed(h, s.tap, &p);
				}
				h->now = mono_add_ms(h->now, 20);
			}
		}
	}
	/* and after all that, are you still alive? */
	warm_up(h);
	h->any_sums = false;
	make_golden(&p, side_of(h, true), 4);
	send(h, 1, &p);
	assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
	make_golden(&p, side_of(h, false), 4);
	send(h, 9, &p);
	assert_ip(only(h, 1), SERVER, LAPTOP, IP_PROTO_UDP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(c1_every_golden_packet_is_well_formed),
		HOME_TEST(c1_any_packet_cut_at_any_byte_does_no_harm),
	};

	return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
