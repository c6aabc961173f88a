/* SPDX-License-Identifier: BSD-2-Clause */
/* What links can carry: MSS of SYNs, fragmentation needed, fragments, on the whole way of a frame.
 */
#include "tests/unit/core/router_fixture.h"

static void set_mtu(struct home *h, struct interface_id id, uint16_t mtu)
{
	config_interface_find(&h->config, id)->mtu = mtu;
	reapply(h);
}

/* ---- MSS ---------------------------------------------------------------------------------- */

/* A SYN, or SYN-ACK, that tells an MSS of 1460. */
static void syn(struct packet *p, mac_t to, mac_t from, ip4_t src, uint16_t sport, ip4_t dst,
		uint16_t dport, uint8_t flags)
{
	uint8_t *l4 = p->bytes + ETHERNET_LEN + IPV4_LEN;
	struct writer w;

	link_header(p, to, from, ETHERNET_IPV4);
	w = ip_header(p, src, dst, IP_PROTO_TCP, TCP_LEN + 4);
	tcp_build(&w,
		  &(struct tcp){.sport = sport, .dport = dport, .header_len = 20, .flags = flags},
		  src, dst);
	l4[12] = 6 << 4;
	wire_put32(l4 + TCP_LEN, 0x02040000 | 1460);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET, 0);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET,
		   (uint16_t)~checksum_sum(l4, TCP_LEN + 4,
					   checksum_pseudo(src, dst, IP_PROTO_TCP, TCP_LEN + 4)));
}

static uint16_t mss_of(struct sent *s)
{
	assert_int_equal(wire_get16(l4_of(s) + TCP_LEN), 0x0204);
	return wire_get16(l4_of(s) + TCP_LEN + 2);
}

/* What becomes of the MSS of a SYN that goes out, and of the answer's. */
static void assert_mss(struct home *h, uint16_t out, uint16_t back)
{
	static uint16_t sport = 5000;
	struct packet p;

	sport++;
	syn(&p, h->lan_mac, MAC(1), LAPTOP, sport, SERVER, 80, TCP_SYN);
	send(h, 1, &p);
	assert_int_equal(mss_of(only(h, 9)), out);
	syn(&p, h->wan_mac, MAC(9), SERVER, 80, VIP, sport, TCP_SYN | TCP_ACK);
	send(h, 9, &p);
	assert_int_equal(mss_of(only(h, 1)), back);
}

static void m3_syn_and_syn_ack_tell_what_both_links_carry(void **state)
{
	struct home *h = *state;

	assert_mss(h, 1460, 1460);
	set_mtu(h, TAP_ID(9), 1400); /* the egress of one is the ingress of the other */
	assert_mss(h, 1360, 1360);
	set_mtu(h, BVI_ID(1), 1300);
	assert_mss(h, 1260, 1260);
	config_interface_find(&h->config, TAP_ID(9))->ip_mtu = 1000;
	reapply(h);
	assert_mss(h, 960, 960);
}

static void m3_adjust_mss_lowers_further_or_not_at_all(void **state)
{
	struct home *h = *state;
	struct config_interface *wan = config_interface_find(&h->config, TAP_ID(9));
	struct config_interface *lan = config_interface_find(&h->config, BVI_ID(1));

	wan->mtu = 1400;
	wan->mss = 1200;
	reapply(h);
	assert_mss(h, 1200, 1200);
	lan->mss = 1100; /* the lower of both */
	reapply(h);
	assert_mss(h, 1100, 1100);
	lan->mss = CONFIG_MSS_AUTO;
	wan->mss = 9000; /* more than fits */
	reapply(h);
	assert_mss(h, 1360, 1360);
	wan->mss = CONFIG_MSS_OFF;
	reapply(h);
	assert_mss(h, 1460, 1460);
}

static void m3_a_syn_that_is_switched_keeps_its_mss(void **state)
{
	struct home *h = *state;
	struct packet p;

	set_mtu(h, BVI_ID(1), 600);
	syn(&p, MAC(2), MAC(1), LAPTOP, 5000, TV, 80, TCP_SYN);
	send(h, 1, &p);
	assert_memory_equal(only(h, 2)->bytes, p.bytes, p.len);
}

static void m4_a_syn_with_malformed_options_passes_unmodified(void **state)
{
	struct home *h = *state;
	struct packet p;

	set_mtu(h, TAP_ID(9), 600);
	for (unsigned int len = 0; len < 6; len += len ? 4 : 1) { /* 0, 1, 5 */
		syn(&p, h->lan_mac, MAC(1), LAPTOP, (uint16_t)(5000 + len), SERVER, 80, TCP_SYN);
		wire_put32(p.bytes + 54, 0x02000000 | len << 16 | 1460);
		h->any_sums = true;
		send(h, 1, &p);
		assert_memory_equal(l4_of(only(h, 9)) + TCP_LEN, p.bytes + 54, 4);
	}
}

/* ---- too long ------------------------------------------------------------------------------ */

static void may_not_be_cut(struct packet *p)
{
	p->bytes[20] |= 0x40;
	sum_header(p);
}

/* The error says @mtu, and quotes the packet as it was sent, as far as 576 bytes go. */
static void assert_needed(struct home *h, unsigned int tap, ip4_t from, const struct packet *p,
			  uint16_t mtu)
{
	uint32_t quote = MIN(p->len - ETHERNET_LEN, 576u - 28);
	struct sent *s = only(h, tap);

	assert_icmp(s, from, (ip4_t){wire_get32(p->bytes + 26)}, ICMP_UNREACHABLE,
		    ICMP_FRAGMENTATION_NEEDED);
	assert_int_equal(wire_get16(l4_of(s) + 6), mtu);
	assert_int_equal(s->len, ETHERNET_LEN + 28 + quote);
	assert_memory_equal(l4_of(s) + 8, p->bytes + ETHERNET_LEN, quote);
}

static void u13_too_long_and_not_to_be_cut_gives_the_mtu_of_the_next_link(void **state)
{
	struct home *h = *state;
	struct packet p;

	set_mtu(h, TAP_ID(9), 1000);
	for (uint32_t payload = 972; payload <= 973; payload++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, payload);
		may_not_be_cut(&p);
		send(h, 1, &p);
		if (payload == 972)
			assert_ip(only(h, 9), VIP, SERVER, IP_PROTO_UDP);
		else
			assert_needed(h, 1, LAN, &p, 1000);
	}
	config_interface_find(&h->config, TAP_ID(9))->ip_mtu = 800;
	reapply(h);
	send(h, 1, &p);
	assert_needed(h, 1, LAN, &p, 800);
}

static void u13_a_super_frame_counts_by_its_segments(void **state)
{
	struct home *h = *state;
	struct packet p;

	set_mtu(h, TAP_ID(9), 1000);
	for (uint16_t segment = 960; segment <= 961; segment++) {
		tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, 4000, segment);
		may_not_be_cut(&p);
		send(h, 1, &p);
		if (segment == 960)
			assert_int_equal(only(h, 9)->offload.gso_size, 960);
		else
			assert_needed(h, 1, LAN, &p, 1000);
	}
	/* of UDP nobody but its sender can make them shorter: it is told, DF or not */
	for (uint16_t segment = 972; segment <= 973; segment++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 4000);
		p.offload = (struct offload){.needs_csum = true,
					     .gso = OFFLOAD_GSO_UDP_L4,
					     .gso_size = segment,
					     .csum_start = IPV4_LEN,
					     .csum_offset = UDP_CHECKSUM_OFFSET};
		send(h, 1, &p);
		if (segment == 972)
			assert_int_equal(only(h, 9)->offload.gso_size, 972);
		else
			assert_needed(h, 1, LAN, &p, 1000);
	}
	/* a link too narrow for the headers cannot have shorter segments either */
	config_interface_find(&h->config, TAP_ID(9))->ip_mtu = 68;
	reapply(h);
	tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, 400, 100);
	send(h, 1, &p);
	assert_int_equal(only(h, 9)->offload.gso_size, 28);
	p.bytes[ETHERNET_LEN + IPV4_LEN + 12] = 15 << 4;
	send(h, 1, &p);
	assert_needed(h, 1, LAN, &p, 68);
}

static void u13_inbound_too_long_is_told_to_the_outside_in_its_own_terms(void **state)
{
	struct home *h = *state;
	struct packet p;

	set_mtu(h, BVI_ID(1), 1000);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, wire_get16(l4_of(only(h, 9))), 1200);
	may_not_be_cut(&p);
	send(h, 9, &p);
	assert_needed(h, 9, VIP, &p, 1000);
}

static void u13_a_hairpin_too_long_is_told_to_its_host_in_its_own_terms(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(2), TV, 6000, SERVER, 53, 30);
	send(h, 2, &p);
	set_mtu(h, BVI_ID(1), 600);
	config_interface_find(&h->config, BVI_ID(1))->ip_mtu = 500; /* nor is 500 "implausible" */
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, VIP, wire_get16(l4_of(only(h, 9))), 700);
	may_not_be_cut(&p);
	send(h, 1, &p);
	assert_int_equal(router_drops(h->router, DROP_ICMP_MTU_IMPLAUSIBLE), 0);
	assert_int_equal(router_drops(h->router, DROP_IP_MTU_EXCEEDED), 1);
	assert_int_equal(h->sent_count, 2); /* the error is too long for this link in turn */
	assert_icmp(&h->sent[0], VIP, LAPTOP, ICMP_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED);
	assert_int_equal(wire_get16(l4_of(&h->sent[0]) + 6), 500);
	assert_memory_equal(l4_of(&h->sent[0]) + 8, p.bytes + ETHERNET_LEN, 400);
}

static void u13_what_may_be_cut_comes_in_order_and_whole(void **state)
{
	static const uint16_t mtus[] = {68, 576, 1000, 1280};
	struct home *h = *state;
	struct packet p;

	for (unsigned int n = 0; n < ARRAY_COUNT(mtus); n++) {
		uint32_t at = 0, total = UDP_LEN + 1400;
		static uint8_t whole[PACKET_MAX];

		config_interface_find(&h->config, TAP_ID(9))->ip_mtu = mtus[n];
		reapply(h);
		icmp(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, ICMP_ECHO, 1400);
		send(h, 1, &p);
		for (unsigned int i = 0; i < h->sent_count; i++) {
			struct sent *s = &h->sent[i];
			uint16_t flags = wire_get16(l3_of(s) + 6);
			uint32_t len = wire_get16(l3_of(s) + 2) - IPV4_LEN;

			assert_ip(s, VIP, SERVER, IP_PROTO_ICMP);
			assert_true(len + IPV4_LEN <= mtus[n]);
			assert_int_equal((flags & 0x1fff) * 8, at);
			assert_int_equal(!!(flags & IPV4_MF), at + len < total);
			memcpy(whole + at, l4_of(s), len);
			at += len;
		}
		assert_int_equal(at, total);
		assert_true(icmp_checksum_ok(whole, total));
		assert_memory_equal(whole + 8, p.bytes + 42, 1400);
	}
}

static void m5_errors_of_ours_quote_up_to_576_bytes(void **state)
{
	static const uint32_t payloads[] = {0, 1, 500, 520, 521, 1400};
	struct home *h = *state;
	struct packet p;

	for (unsigned int n = 0; n < ARRAY_COUNT(payloads); n++) {
		udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, LAN, 53, payloads[n]);
		send(h, 1, &p);
		assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
		assert_int_equal(h->sent[0].len - ETHERNET_LEN, MIN(28 + 28 + payloads[n], 576));
		assert_memory_equal(l4_of(&h->sent[0]) + 8, p.bytes + ETHERNET_LEN,
				    MIN(28 + payloads[n], 548));
	}
}

/* The errors of others, whole and through NAT: fragmentation needed in its old and new form. */
static void m1_fragmentation_needed_reaches_the_host_that_sent_too_much(void **state)
{
	static const uint16_t mtus[] = {0, 552, 1400};
	struct home *h = *state;
	struct packet p, error;
	struct sent out;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 1200);
	may_not_be_cut(&p);
	send(h, 1, &p);
	out = *only(h, 9);
	p.bytes[22]--; /* on its way the time to live changed, and that alone */
	sum_header(&p);
	for (unsigned int n = 0; n < ARRAY_COUNT(mtus); n++) {
		struct writer w;

		link_header(&error, h->wan_mac, MAC(9), ETHERNET_IPV4);
		w = ip_header(&error, GATEWAY, VIP, IP_PROTO_ICMP, ICMP_LEN + 548);
		icmp_build(&w,
			   &(struct icmp){.type = ICMP_UNREACHABLE,
					  .code = ICMP_FRAGMENTATION_NEEDED,
					  .seq = mtus[n]},
			   l3_of(&out), 548);
		send(h, 9, &error);
		assert_needed(h, 1, GATEWAY, &p, mtus[n]);
	}
}

/* ---- identifications ---------------------------------------------------------------------- */

static uint16_t id_of(struct sent *s)
{
	return wire_get16(l3_of(s) + 4);
}

/* A UDP packet all of whose payload is @fill. */
static void filled(struct packet *p, mac_t to, uint8_t host, ip4_t src, uint16_t sport,
		   uint32_t payload)
{
	uint8_t *l4 = p->bytes + ETHERNET_LEN + IPV4_LEN;

	udp(p, to, MAC(host), src, sport, SERVER, 53, payload);
	memset(l4 + UDP_LEN, host, payload);
	wire_put16(l4 + UDP_CHECKSUM_OFFSET, 0);
	wire_put16(l4 + UDP_CHECKSUM_OFFSET,
		   (uint16_t)~checksum_sum(l4, UDP_LEN + payload,
					   checksum_pseudo(src, SERVER, IP_PROTO_UDP,
							   (uint16_t)(UDP_LEN + payload))));
}

/* What the server makes of fragments that come to it in any mixture: by identification alone. */
static void p2_fragments_of_two_hosts_with_one_id_never_mix(void **state)
{
	struct home *h = *state;
	struct packet laptop, tv;

	set_mtu(h, TAP_ID(9), 600);
	for (unsigned int n = 0; n < 200; n++) {
		uint16_t ids[2];

		filled(&laptop, h->lan_mac, 1, LAPTOP, 5000, 1000);
		filled(&tv, h->lan_mac, 2, TV, 5001, 1000);
		assert_memory_equal(laptop.bytes + 18, tv.bytes + 18, 2); /* as they chose it */
		for (unsigned int who = 0; who < 2; who++) {
			send(h, who + 1, who ? &tv : &laptop);
			assert_int_equal(h->sent_count, 2);
			ids[who] = id_of(&h->sent[0]);
			assert_int_equal(id_of(&h->sent[1]), ids[who]); /* one datagram */
			assert_int_equal(l3_of(&h->sent[1])[IPV4_LEN], who + 1);
		}
		assert_int_not_equal(ids[0], ids[1]);
	}
}

static void p2_ids_of_a_flow_come_once_in_65536(void **state)
{
	static uint8_t seen[65536];
	struct home *h = *state;
	struct packet p;

	memset(seen, 0, sizeof(seen));
	for (unsigned int n = 0; n < 65536; n++) {
		unsigned int host = n & 1;

		udp(&p, h->lan_mac, MAC((uint8_t)(1 + host)), host ? TV : LAPTOP, 5000, SERVER, 53,
		    10);
		send(h, 1 + host, &p);
		assert_int_equal(seen[id_of(only(h, 9))]++, 0);
	}
}

static void p2_what_may_not_be_fragmented_or_is_not_translated_keeps_its_id(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 10);
	p.bytes[20] |= 0x40;
	sum_header(&p);
	send(h, 1, &p);
	assert_int_equal(id_of(only(h, 9)), 0x4242);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000, 10); /* its source stays */
	send(h, 9, &p);
	assert_int_equal(id_of(only(h, 1)), 0x4242);
}

static void p2_packets_of_our_own_have_ids_of_their_own(void **state)
{
	static bool seen[65536];
	struct home *h = *state;
	struct packet p;

	memset(seen, 0, sizeof(seen));
	for (unsigned int n = 0; n < 1000; n++) {
		icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_ECHO, 30);
		send(h, 1, &p);
		assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_ECHO_REPLY, 0);
		assert_false(seen[id_of(&h->sent[0])]);
		seen[id_of(&h->sent[0])] = true;
	}
}

static void p2_a_super_frame_uses_an_id_for_each_segment(void **state)
{
	struct home *h = *state;
	struct packet p;
	uint16_t first;

	for (unsigned int mtu = 1500; mtu >= 1000; mtu -= 500) {
		set_mtu(h, TAP_ID(9), (uint16_t)mtu);
		tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, 4000, 1460);
		send(h, 1, &p);
		first = id_of(only(h, 9));
		tcp_super(&p, h->lan_mac, MAC(1), LAPTOP, SERVER, 100, 1460);
		send(h, 1, &p);
		/* 1460 + 1460 + 1080; by the shorter segments of the narrower link 5 * 800 */
		assert_int_equal((uint16_t)(id_of(only(h, 9)) - first), mtu == 1500 ? 3 : 5);
	}
}

static void p2_an_error_about_a_translated_packet_quotes_the_id_that_its_host_chose(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, IP4(203, 0, 113, 99), 53, 30);
	send(h, 1, &p);
	advance(h, 2999);
	advance(h, 1);
	assert_icmp(only(h, 1), LAN, LAPTOP, ICMP_UNREACHABLE, ICMP_HOST_UNREACHABLE);
	p.bytes[22]--; /* all of it is as it was, but that it has travelled */
	sum_header(&p);
	assert_memory_equal(l4_of(&h->sent[0]) + 8, p.bytes + ETHERNET_LEN, 58);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(m3_syn_and_syn_ack_tell_what_both_links_carry),
		HOME_TEST(m3_adjust_mss_lowers_further_or_not_at_all),
		HOME_TEST(m3_a_syn_that_is_switched_keeps_its_mss),
		HOME_TEST(m4_a_syn_with_malformed_options_passes_unmodified),
		HOME_TEST(u13_too_long_and_not_to_be_cut_gives_the_mtu_of_the_next_link),
		HOME_TEST(u13_a_super_frame_counts_by_its_segments),
		HOME_TEST(u13_inbound_too_long_is_told_to_the_outside_in_its_own_terms),
		HOME_TEST(u13_a_hairpin_too_long_is_told_to_its_host_in_its_own_terms),
		HOME_TEST(u13_what_may_be_cut_comes_in_order_and_whole),
		HOME_TEST(m5_errors_of_ours_quote_up_to_576_bytes),
		HOME_TEST(m1_fragmentation_needed_reaches_the_host_that_sent_too_much),
		HOME_TEST(p2_fragments_of_two_hosts_with_one_id_never_mix),
		HOME_TEST(p2_ids_of_a_flow_come_once_in_65536),
		HOME_TEST(p2_what_may_not_be_fragmented_or_is_not_translated_keeps_its_id),
		HOME_TEST(p2_packets_of_our_own_have_ids_of_their_own),
		HOME_TEST(p2_a_super_frame_uses_an_id_for_each_segment),
		HOME_TEST(p2_an_error_about_a_translated_packet_quotes_the_id_that_its_host_chose),
	};

	return cmocka_run_group_tests_name("router_mtu", tests, NULL, NULL);
}
