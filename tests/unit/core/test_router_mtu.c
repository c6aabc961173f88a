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

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(m3_syn_and_syn_ack_tell_what_both_links_carry),
		HOME_TEST(m3_adjust_mss_lowers_further_or_not_at_all),
		HOME_TEST(m3_a_syn_that_is_switched_keeps_its_mss),
		HOME_TEST(m4_a_syn_with_malformed_options_passes_unmodified),
	};

	return cmocka_run_group_tests_name("router_mtu", tests, NULL, NULL);
}
