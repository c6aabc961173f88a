/* SPDX-License-Identifier: BSD-2-Clause */
/* A traced packet's steps, and that they say why. */
#include "tests/unit/core/router_fixture.h"

#include "core/trace.h"

static struct trace trace;

/* Sends with the trace on. */
static void follow(struct home *h, unsigned int tap, const struct packet *p)
{
	memset(&trace, 0, sizeof(trace));
	router_set_trace(h->router, &trace);
	send(h, tap, p);
	router_set_trace(h->router, NULL);
	assert_int_equal(trace.steps_lost, 0);
}

/* The one step of a kind. */
static const struct trace_step *step_of(enum trace_step_kind kind)
{
	const struct trace_step *found = NULL;

	for (unsigned int n = 0; n < trace.step_count; n++) {
		if (trace.steps[n].kind != kind)
			continue;
		assert_null(found);
		found = &trace.steps[n];
	}
	return found;
}

static void assert_says(enum trace_step_kind kind, bool denied, const char *text)
{
	const struct trace_step *step = step_of(kind);

	assert_non_null(step);
	assert_string_equal(step->text, text);
	assert_int_equal(step->denied, denied);
}

static void assert_ends(enum drop_reason reason)
{
	unsigned int denied = 0;

	for (unsigned int n = 0; n < trace.step_count; n++)
		denied += trace.steps[n].denied;
	assert_int_equal(trace.verdict, VERDICT_DROPPED);
	assert_int_equal(trace.reason, reason);
	assert_int_equal(denied, 1);
}

static void from_inside_the_source_is_translated_and_the_steps_say_to_what(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	follow(h, 1, &p);
	assert_says(TRACE_ROUTE, false, "static route 0.0.0.0/0 via 203.0.113.1 out of Tap9");
	assert_says(TRACE_SESSION, false,
		    "a new udp session of 192.168.1.100:5000 with 198.51.100.7:53");
	assert_says(
		TRACE_NAT, false,
		"source 192.168.1.100:5000 becomes 203.0.113.10:5000 (list 1, vip home): a new mapping; its own "
		"port is free");
	assert_says(TRACE_NEIGHBOUR, false, "203.0.113.1 is at 0200.0000.0009 on Tap9");
	assert_says(TRACE_OUTPUT, false, "72 bytes out of Tap9");
	assert_null(step_of(TRACE_DROP));
	assert_int_equal(trace.verdict, VERDICT_SENT);
	assert_true(interface_id_equal(trace.interface, TAP_ID(9)));
	assert_int_equal(trace.next_hop.host, GATEWAY.host);
	assert_int_equal(trace.output_count, 1);
	assert_int_equal(trace.outputs[0].len, 72);
	assert_false(trace.outputs[0].own);
	assert_memory_equal(trace.outputs[0].head, h->sent[0].bytes, 72);
	follow(h, 1, &p);
	assert_says(TRACE_SESSION, false,
		    "a known udp session of 192.168.1.100:5000 with 198.51.100.7:53");
	assert_says(
		TRACE_NAT, false,
		"source 192.168.1.100:5000 becomes 203.0.113.10:5000 (list 1, vip home): the mapping that it has");
}

static void a_taken_port_is_said_to_be_taken(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	udp(&p, h->lan_mac, MAC(2), TV, 5000, SERVER, 53, 30);
	follow(h, 2, &p);
	assert_non_null(step_of(TRACE_NAT));
	assert_non_null(strstr(step_of(TRACE_NAT)->text, "its own port is taken"));
}

static void from_outside_an_unmapped_port_and_a_filter_are_told_apart(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000, 30);
	follow(h, 9, &p);
	assert_says(TRACE_UN_NAT, true,
		    "nobody inside has udp 203.0.113.10:5000, and it is not forwarded");
	assert_ends(DROP_NAT_NO_MAPPING);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	udp(&p, h->wan_mac, MAC(9), IP4(198, 51, 100, 9), 53, VIP, 5000, 30);
	follow(h, 9, &p);
	assert_says(TRACE_UN_NAT, true,
		    "203.0.113.10:5000 is mapped to 192.168.1.100:5000, but filtering is "
		    "address-dependent and 198.51.100.9 was not contacted from there");
	assert_ends(DROP_NAT_FILTERED);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 5000, 30);
	follow(h, 9, &p);
	assert_says(TRACE_UN_NAT, false,
		    "destination 203.0.113.10:5000 becomes 192.168.1.100:5000: the mapping there");
	assert_int_equal(trace.verdict, VERDICT_SENT);
}

static void a_syn_that_nobody_asked_for_is_said_to_be_answered_later(void **state)
{
	struct home *h = *state;
	struct trace_packet p = {.interface = TAP_ID(9),
				 .src = SERVER,
				 .dst = VIP,
				 .sport = 80,
				 .dport = 5000,
				 .proto = IP_PROTO_TCP,
				 .tcp_flags = TCP_SYN,
				 .ttl = 64};

	assert_int_equal(router_probe(h->router, &p, &trace, h->now), 0);
	assert_says(TRACE_ANSWER, false,
		    "ICMP port unreachable to 198.51.100.7 in 6 s, unless the inside opens it too");
	assert_ends(DROP_NAT_NO_MAPPING);
}

static void a_limit_of_the_table_is_named(void **state)
{
	struct home *h = *state;
	struct packet p;

	h->config.nat.max_entries = 1;
	reapply(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	send(h, 1, &p);
	udp(&p, h->lan_mac, MAC(2), TV, 5000, SERVER, 53, 30);
	follow(h, 2, &p);
	assert_says(TRACE_SESSION, true,
		    "no new session for 192.168.1.101: the session table is full");
	assert_says(TRACE_ANSWER, false, "ICMP administratively prohibited to 192.168.1.101");
	assert_ends(DROP_NAT_TABLE_FULL);
}

static void a_forward_is_called_static(void **state)
{
	struct home *h = *state;
	struct packet p;

	add_forward(h);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 6000, 30);
	follow(h, 9, &p);
	assert_says(TRACE_UN_NAT, false,
		    "destination 203.0.113.10:6000 becomes 192.168.1.101:5000: its static "
		    "translation");
	assert_says(TRACE_ROUTE, false,
		    "connected route 192.168.1.0/24: 192.168.1.101 is a neighbour on BVI1");
	assert_says(TRACE_NAT, false,
		    "source is not translated: in at Tap9 (outside), out of BVI1 (inside)");
}

static void a_forward_to_a_device_without_a_lease_names_the_device(void **state)
{
	struct home *h = *state;
	struct config_nat_static rule = {.proto = IP_PROTO_UDP,
					 .local_port = 5000,
					 .host = "tv",
					 .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"},
					 .global_port = 6000};
	struct packet p;

	assert_int_equal(config_nat_static_add(&h->config, &rule), 0);
	reapply(h);
	udp(&p, h->wan_mac, MAC(9), SERVER, 53, VIP, 6000, 30);
	follow(h, 9, &p);
	assert_says(TRACE_UN_NAT, true,
		    "udp 203.0.113.10:6000 is forwarded to tv, which has no address now");
	assert_ends(DROP_NAT_NO_MAPPING);
}

static void a_hairpin_is_translated_both_ways(void **state)
{
	struct home *h = *state;
	struct packet p;

	add_forward(h);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 4000, VIP, 6000, 30);
	follow(h, 1, &p);
	assert_says(TRACE_HAIRPIN, false,
		    "from inside to the public 203.0.113.10: source and destination are "
		    "translated");
	assert_says(
		TRACE_NAT, false,
		"source 192.168.1.100:4000 becomes 203.0.113.10:4000 (list 1, vip home): a new mapping; its own "
		"port is free");
	assert_non_null(step_of(TRACE_UN_NAT));
	assert_int_equal(trace.verdict, VERDICT_SENT);
	udp(&p, h->lan_mac, MAC(1), LAPTOP, 4000, VIP, 6001, 30);
	follow(h, 1, &p);
	assert_says(TRACE_UN_NAT, true,
		    "nobody inside has udp 203.0.113.10:6001, and it is not forwarded");
	assert_ends(DROP_NAT_NO_MAPPING);
}

static void no_route_and_the_last_hop_are_answered(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAPTOP, 5000, SERVER, 53, 30);
	p.bytes[22] = 1;
	sum_header(&p);
	follow(h, 1, &p);
	assert_says(TRACE_TTL, true, "time to live 1 runs out here");
	assert_says(TRACE_ANSWER, false, "ICMP time exceeded to 192.168.1.100");
	assert_ends(DROP_IP_TTL_EXPIRED);
	assert_int_equal(trace.output_count, 1);
	assert_true(trace.outputs[0].own);
	h->config.routes.count = 0;
	reapply(h);
	follow(h, 1, &p);
	assert_says(TRACE_ROUTE, true, "no route to 198.51.100.7");
	assert_says(TRACE_ANSWER, false, "ICMP network unreachable to 192.168.1.100");
	assert_ends(DROP_IP_NO_ROUTE);
}

static void an_unknown_neighbour_makes_the_packet_wait(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->wan_mac, MAC(9), SERVER, 53, IP4(192, 168, 1, 77), 5000, 30);
	follow(h, 9, &p);
	assert_says(TRACE_NEIGHBOUR, false,
		    "the MAC of 192.168.1.77 on BVI1 is not known: asked by ARP, and the packet "
		    "waits");
	assert_true(trace.waits);
	assert_int_equal(trace.verdict, VERDICT_SENT);
	assert_true(trace.outputs[0].own); /* the question */
	advance(h, 10000);		   /* it is given up without a trace to write to */
}

static void the_switch_says_where_a_station_is(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, MAC(2), MAC(1), LAPTOP, 5000, TV, 5001, 30);
	follow(h, 1, &p);
	assert_says(TRACE_BRIDGE, false, "bridge of BVI1: 0200.0000.0002 was last heard on Tap2");
	assert_null(step_of(TRACE_ROUTE));
	udp(&p, MAC(7), MAC(1), LAPTOP, 5000, TV, 5001, 30);
	follow(h, 1, &p);
	assert_says(TRACE_BRIDGE, false,
		    "bridge of BVI1: 0200.0000.0007 was not heard lately: to every port");
	assert_int_equal(trace.verdict, VERDICT_SENT);
}

static void a_drop_that_no_step_explains_has_a_step_of_its_own(void **state)
{
	struct home *h = *state;
	struct packet p;

	udp(&p, h->lan_mac, MAC(1), LAN, 5000, SERVER, 53, 30);
	follow(h, 1, &p);
	assert_says(TRACE_DROP, true, drop_text(DROP_IP_SPOOFED));
	assert_ends(DROP_IP_SPOOFED);
}

static void for_the_router_itself_says_so(void **state)
{
	struct home *h = *state;
	struct packet p;

	icmp(&p, h->lan_mac, MAC(1), LAPTOP, LAN, ICMP_ECHO, 20);
	follow(h, 1, &p);
	assert_says(TRACE_ROUTE, false, "192.168.1.1 is an address of the router itself");
	assert_says(TRACE_LOCAL, false, "the router answers the echo");
	assert_int_equal(trace.verdict, VERDICT_CONSUMED);
	assert_true(trace.outputs[0].own);
}

/* A segment of the connection between the laptop and the server. */
static void follow_segment(struct home *h, bool inbound, uint8_t flags, const uint32_t *seq)
{
	struct trace_packet p = {.interface = inbound ? TAP_ID(9) : BVI_ID(1),
				 .src = inbound ? SERVER : LAPTOP,
				 .dst = inbound ? VIP : SERVER,
				 .sport = inbound ? 80 : 5000,
				 .dport = inbound ? 5000 : 80,
				 .proto = IP_PROTO_TCP,
				 .tcp_flags = flags,
				 .ttl = 64,
				 .has_seq = seq != NULL,
				 .seq = seq ? *seq : 0};

	assert_int_equal(router_probe(h->router, &p, &trace, h->now), 0);
}

static void a_segment_made_up_has_the_numbers_that_are_due_unless_told_others(void **state)
{
	static const uint32_t forged = 0x40000000;
	struct home *h = *state;

	follow_segment(h, false, TCP_SYN, NULL);
	follow_segment(h, true, TCP_SYN | TCP_ACK, NULL);
	follow_segment(h, false, TCP_ACK, NULL);
	assert_int_equal(trace.verdict, VERDICT_SENT);
	follow_segment(h, true, TCP_RST, &forged);
	assert_ends(DROP_NAT_TCP_WINDOW);
	assert_non_null(strstr(trace.steps[trace.step_count - 1].text,
			       "sequence number 1073741824, acknowledging 0: 192.168.1.100 "
			       "expects 1 next and has sent up to 1"));
	follow_segment(h, true, TCP_ACK, NULL);
	assert_int_equal(trace.verdict, VERDICT_SENT);
	assert_int_equal(trace.packet.seq, 1);
	assert_int_equal(trace.packet.ack, 1);
	assert_says(TRACE_SESSION, false,
		    "a known tcp session of 192.168.1.100:5000 with 198.51.100.7:80, established");
	follow_segment(h, true, TCP_RST, NULL);
	assert_int_equal(trace.verdict, VERDICT_SENT);
}

static void more_than_fits_is_counted(void **state)
{
	(void)state;
	memset(&trace, 0, sizeof(trace));
	for (unsigned int n = 0; n < TRACE_STEPS_MAX + 3; n++)
		trace_add(&trace, TRACE_NAT, "%300s", "");
	trace_drop(&trace, DROP_NAT_FILTERED);
	assert_int_equal(trace.step_count, TRACE_STEPS_MAX);
	assert_int_equal(trace.steps_lost, 4);
	for (unsigned int n = 0; n < TRACE_OUTPUTS_MAX + 1; n++)
		trace_output(&trace, TAP_ID(1), false, (const uint8_t *)"x", 1);
	assert_int_equal(trace.outputs_lost, 1);
	assert_int_equal(trace.reason, DROP_NAT_FILTERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOME_TEST(from_inside_the_source_is_translated_and_the_steps_say_to_what),
		HOME_TEST(a_taken_port_is_said_to_be_taken),
		HOME_TEST(from_outside_an_unmapped_port_and_a_filter_are_told_apart),
		HOME_TEST(a_syn_that_nobody_asked_for_is_said_to_be_answered_later),
		HOME_TEST(a_limit_of_the_table_is_named),
		HOME_TEST(a_forward_is_called_static),
		HOME_TEST(a_forward_to_a_device_without_a_lease_names_the_device),
		HOME_TEST(a_hairpin_is_translated_both_ways),
		HOME_TEST(no_route_and_the_last_hop_are_answered),
		HOME_TEST(an_unknown_neighbour_makes_the_packet_wait),
		HOME_TEST(the_switch_says_where_a_station_is),
		HOME_TEST(a_drop_that_no_step_explains_has_a_step_of_its_own),
		HOME_TEST(for_the_router_itself_says_so),
		HOME_TEST(a_segment_made_up_has_the_numbers_that_are_due_unless_told_others),
		cmocka_unit_test(more_than_fits_is_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
