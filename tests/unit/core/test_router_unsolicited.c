/* SPDX-License-Identifier: BSD-2-Clause */
/* SYNs from outside that nobody asked for: RFC 5382 s4.3 REQ-4. */
#include "core/ip/icmp_error.h"
#include "core/nat/unsolicited.h"
#include "tests/unit/core/router_fixture.h"

enum { WAIT_MS = 6000 };

static void segment(struct packet *p, bool inbound, ip4_t remote, uint16_t remote_port,
		    uint16_t port, uint8_t flags)
{
	ip4_t src = inbound ? remote : LAPTOP, dst = inbound ? VIP : remote;
	struct writer w;

	link_header(p, MAC(0), inbound ? MAC(9) : MAC(1), ETHERNET_IPV4);
	w = ip_header(p, src, dst, IP_PROTO_TCP, TCP_LEN);
	tcp_build(&w,
		  &(struct tcp){.sport = inbound ? remote_port : port,
				.dport = inbound ? port : remote_port,
				.seq = inbound ? 9000 : 1000,
				.ack = flags & TCP_ACK ? (inbound ? 1001 : 9001) : 0,
				.header_len = TCP_LEN,
				.flags = flags,
				.window = 65535},
		  src, dst);
}

/* A segment from a host outside to a port of the VIP. */
static void from_outside(struct home *h, ip4_t remote, uint16_t remote_port, uint16_t port,
			 uint8_t flags)
{
	struct packet p;

	segment(&p, true, remote, remote_port, port, flags);
	memcpy(p.bytes, h->wan_mac.byte, sizeof(h->wan_mac.byte));
	send(h, 9, &p);
}

/* A segment of the laptop's to a host outside. */
static void from_laptop(struct home *h, ip4_t remote, uint16_t remote_port, uint16_t port,
			uint8_t flags)
{
	struct packet p;

	segment(&p, false, remote, remote_port, port, flags);
	memcpy(p.bytes, h->lan_mac.byte, sizeof(h->lan_mac.byte));
	send(h, 1, &p);
}

/* Errors among what came out, and the last of them. ARP checks itself meanwhile. */
static unsigned int errors(struct home *h, struct sent **last)
{
	unsigned int count = 0;

	for (unsigned int n = 0; n < h->sent_count; n++) {
		struct sent *s = &h->sent[n];

		if (wire_get16(s->bytes + 12) != ETHERNET_IPV4)
			continue;
		assert_int_equal(s->tap, 9);
		assert_int_equal(l3_of(s)[9], IP_PROTO_ICMP);
		count++;
		if (last)
			*last = s;
	}
	return count;
}

static void t4_an_unsolicited_syn_is_not_answered_for_six_seconds(void **state)
{
	struct home *h = *state;
	struct packet syn;
	struct sent *s = NULL;

	from_outside(h, SERVER, 4000, 22, TCP_SYN);
	assert_dropped(h, DROP_NAT_NO_MAPPING, 1);
	advance(h, WAIT_MS - 1);
	assert_int_equal(errors(h, NULL), 0);
	advance(h, 1);
	assert_int_equal(errors(h, &s), 1);
	assert_icmp(s, VIP, SERVER, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
	/* it quotes the SYN as it came */
	segment(&syn, true, SERVER, 4000, 22, TCP_SYN);
	assert_int_equal(s->len, ETHERNET_LEN + IPV4_LEN + ICMP_LEN + IPV4_LEN + TCP_LEN);
	assert_memory_equal(l4_of(s) + ICMP_LEN, syn.bytes + ETHERNET_LEN, IPV4_LEN + TCP_LEN);
	advance(h, 10 * WAIT_MS);
	assert_int_equal(errors(h, NULL), 0);
}

static void t4_a_filtered_syn_is_not_answered_for_six_seconds(void **state)
{
	struct home *h = *state;
	struct sent *s = NULL;

	from_laptop(h, SERVER, 80, 40000, TCP_SYN);
	from_outside(h, IP4(198, 51, 100, 99), 4000, 40000, TCP_SYN);
	assert_dropped(h, DROP_NAT_FILTERED, 1);
	advance(h, WAIT_MS - 1);
	assert_int_equal(errors(h, NULL), 0);
	advance(h, 1);
	assert_int_equal(errors(h, &s), 1);
	assert_icmp(s, VIP, IP4(198, 51, 100, 99), ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE);
}

static void t4_a_syn_from_inside_within_six_seconds_makes_it_forgotten(void **state)
{
	struct home *h = *state;

	/* both open at once, and the outside's SYN is first: it is lost, and sent again */
	from_outside(h, SERVER, 4000, 40000, TCP_SYN);
	advance(h, WAIT_MS - 10);
	from_laptop(h, SERVER, 4000, 40000, TCP_SYN);
	only(h, 9);
	advance(h, 2 * WAIT_MS);
	assert_int_equal(errors(h, NULL), 0);
	from_outside(h, SERVER, 4000, 40000, TCP_SYN);
	only(h, 1);
	from_laptop(h, SERVER, 4000, 40000, TCP_SYN | TCP_ACK);
	only(h, 9);
	from_outside(h, SERVER, 4000, 40000, TCP_SYN | TCP_ACK);
	only(h, 1);
}

static void t4_a_syn_from_inside_to_elsewhere_changes_nothing(void **state)
{
	struct home *h = *state;

	from_outside(h, SERVER, 4000, 40000, TCP_SYN);
	from_laptop(h, SERVER, 4001, 40000, TCP_SYN);
	advance(h, WAIT_MS);
	assert_int_equal(errors(h, NULL), 1);
}

static void t4_a_syn_that_is_sent_again_is_answered_once(void **state)
{
	struct home *h = *state;

	from_outside(h, SERVER, 4000, 22, TCP_SYN);
	advance(h, 1000);
	from_outside(h, SERVER, 4000, 22, TCP_SYN);
	advance(h, 2000);
	from_outside(h, SERVER, 4000, 22, TCP_SYN);
	advance(h, WAIT_MS - 3000);
	assert_int_equal(errors(h, NULL), 1);
	advance(h, 10 * WAIT_MS);
	assert_int_equal(errors(h, NULL), 0);
}

static void t4_other_segments_are_never_answered(void **state)
{
	static const uint8_t flags[] = {TCP_ACK,	   TCP_SYN | TCP_ACK, TCP_RST,
					TCP_SYN | TCP_RST, TCP_SYN | TCP_FIN, TCP_FIN};
	struct home *h = *state;

	for (unsigned int n = 0; n < ARRAY_COUNT(flags); n++)
		from_outside(h, SERVER, (uint16_t)(4000 + n), 22, flags[n]);
	assert_dropped(h, DROP_NAT_NO_MAPPING, ARRAY_COUNT(flags));
	advance(h, 2 * WAIT_MS);
	assert_int_equal(errors(h, NULL), 0);
}

static void t4_a_flood_is_met_by_silence(void **state)
{
	struct home *h = *state;

	for (uint16_t n = 0; n < 1000; n++)
		from_outside(h, (ip4_t){SERVER.host + n % 100}, n, 22, TCP_SYN);
	advance(h, WAIT_MS);
	assert_int_equal(errors(h, NULL), NAT_UNSOLICITED_MAX);
	/* there is room again */
	from_outside(h, SERVER, 4000, 22, TCP_SYN);
	advance(h, WAIT_MS);
	assert_int_equal(errors(h, NULL), 1);
}

static void t4_answers_to_one_sender_are_limited_in_rate(void **state)
{
	struct home *h = *state;
	unsigned int sent;

	for (uint16_t n = 0; n < NAT_UNSOLICITED_MAX; n++)
		from_outside(h, SERVER, n, 22, TCP_SYN);
	advance(h, WAIT_MS);
	sent = errors(h, NULL);
	assert_true(sent >= ICMP_ERROR_BURST - ICMP_ERROR_JITTER);
	assert_true(sent <= ICMP_ERROR_BURST + ICMP_ERROR_JITTER);
	assert_int_equal(router_drops(h->router, DROP_ICMP_RATE_LIMITED),
			 NAT_UNSOLICITED_MAX - sent);
}

static void t4_nothing_is_said_for_an_address_that_was_given_up(void **state)
{
	struct home *h = *state;
	struct config_nat_source source = {.list = "1",
					   .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"}};

	from_outside(h, SERVER, 4000, 22, TCP_SYN);
	assert_int_equal(config_nat_source_remove(&h->config, &source), 0);
	reapply(h);
	advance(h, WAIT_MS);
	assert_int_equal(errors(h, NULL), 0);
}

static void t4_a_syn_to_a_forwarded_port_is_not_held_up(void **state)
{
	struct home *h = *state;
	struct config_nat_static rule = {.proto = IP_PROTO_TCP,
					 .local = LAPTOP,
					 .local_port = 443,
					 .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"},
					 .global_port = 8080};

	assert_int_equal(config_nat_static_add(&h->config, &rule), 0);
	reapply(h);
	from_outside(h, SERVER, 4000, 8080, TCP_SYN);
	only(h, 1);
	advance(h, WAIT_MS);
	assert_int_equal(errors(h, NULL), 0);
}

static void t4_nothing_is_said_to_ourselves_about_a_hairpin(void **state)
{
	struct config_nat_static web = {.proto = IP_PROTO_TCP,
					.local = TV,
					.local_port = 80,
					.public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"},
					.global_port = 8080};
	struct home *h = *state;

	assert_int_equal(config_nat_static_add(&h->config, &web), 0);
	reapply(h);
	advance(h, 3000);
	from_laptop(h, VIP, 8080, 40000, TCP_SYN);
	assert_int_equal(only(h, 2)->tap, 2);
	/* the forward goes; the laptop's own session is there still */
	assert_int_equal(config_nat_static_remove(&h->config, &web), 0);
	reapply(h);
	from_laptop(h, VIP, 8080, 40000, TCP_SYN);
	assert_dropped(h, DROP_NAT_NO_MAPPING, 1);
	advance(h, WAIT_MS);
	assert_int_equal(router_drops(h->router, DROP_IP_NO_ROUTE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(t4_an_unsolicited_syn_is_not_answered_for_six_seconds),
		HOME_TEST(t4_a_filtered_syn_is_not_answered_for_six_seconds),
		HOME_TEST(t4_a_syn_from_inside_within_six_seconds_makes_it_forgotten),
		HOME_TEST(t4_a_syn_from_inside_to_elsewhere_changes_nothing),
		HOME_TEST(t4_a_syn_that_is_sent_again_is_answered_once),
		HOME_TEST(t4_other_segments_are_never_answered),
		HOME_TEST(t4_a_flood_is_met_by_silence),
		HOME_TEST(t4_answers_to_one_sender_are_limited_in_rate),
		HOME_TEST(t4_nothing_is_said_for_an_address_that_was_given_up),
		HOME_TEST(t4_a_syn_to_a_forwarded_port_is_not_held_up),
		HOME_TEST(t4_nothing_is_said_to_ourselves_about_a_hairpin),
	};

	return cmocka_run_group_tests_name("router/unsolicited", tests, NULL, NULL);
}
