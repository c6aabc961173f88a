/* SPDX-License-Identifier: BSD-2-Clause */
/* What a relay makes of messages: RFC 1542 s4, RFC 2131 s4.1, RFC 3046. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/dhcp/relay.h"
#include "core/wire/dhcp.h"

#define GIADDR	  IP4(10, 9, 0, 1)
#define OTHER	  IP4(10, 8, 0, 1)
#define YIADDR	  IP4(10, 9, 0, 50)
#define AGENT_LEN (2 + 9 + 2 + 6) /* "BVI1/Tap3" and a MAC address, with their headers */

static const mac_t client = {{2, 0, 0, 0, 0, 1}}, router = {{2, 0, 0, 0, 0, 0xfe}};
static const char agent_option[] = "\x01\x09"
				   "BVI1/Tap3"
				   "\x02\x06\x02\0\0\0\0\xfe";

struct test {
	struct dhcp_relay_stats stats;
	struct dhcp_relay_circuit circuit;
	struct dhcp_message fixed;
	const char *agent; /* option 82 of the message that goes in; NULL none */
	size_t agent_len, filling;
	bool own;
	uint8_t in[1600];
	size_t in_len;
	struct dhcp_relay_message out;
	struct dhcp_reply reply;
	struct dhcp_message m; /* what came out */
	enum drop_reason why;
};

static int set_up(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->circuit = (struct dhcp_relay_circuit){.giaddr = GIADDR, .remote = router};
	strcpy(t->circuit.circuit, "BVI1/Tap3");
	t->fixed = (struct dhcp_message){
		.op = DHCP_BOOTREQUEST, .htype = 1, .hlen = 6, .xid = 0x1234, .secs = 3};
	memcpy(t->fixed.chaddr, client.byte, 6);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static void build(struct test *t, uint8_t type)
{
	struct writer w = writer_over(t->in, sizeof(t->in));

	dhcp_build_begin(&w, &t->fixed);
	dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE, type);
	writer_bytes(&w, "\0\0", 2); /* pads */
	dhcp_build_option(&w, 224, "unknown", 7);
	for (size_t n = 0; n < t->filling; n += 100)
		dhcp_build_option(&w, 225, t->in, 98);
	if (t->agent)
		dhcp_build_option(&w, DHCP_OPT_RELAY_AGENT, t->agent, t->agent_len);
	dhcp_build_end(&w);
	assert_false(w.bad);
	t->in_len = writer_len(&w);
}

/* Relays a request. Return: whether it went on; then it is in t->m. */
static bool relay(struct test *t)
{
	build(t, DHCP_DISCOVER);
	if (!dhcp_relay_request(&t->stats, &t->circuit, t->own, t->in, t->in_len, &t->out, &t->why))
		return false;
	assert_int_equal(dhcp_parse(t->out.bytes, t->out.len, &t->m), 0);
	return true;
}

static bool answer(struct test *t, uint8_t type)
{
	t->fixed.op = DHCP_BOOTREPLY;
	t->fixed.giaddr = GIADDR;
	build(t, type);
	if (!dhcp_relay_reply(&t->stats, &t->circuit, t->in, t->in_len, &t->reply, &t->why))
		return false;
	assert_int_equal(dhcp_parse(t->reply.bytes, t->reply.len, &t->m), 0);
	return true;
}

#define refused(t, reason)                                                                         \
	do {                                                                                       \
		assert_false(relay(t));                                                            \
		assert_int_equal((t)->why, (reason));                                              \
	} while (0)

static void d16_a_request_goes_on_with_giaddr_and_one_more_hop(void **state)
{
	struct test *t = *state;
	uint16_t len;

	assert_true(relay(t));
	assert_int_equal(t->m.giaddr.host, GIADDR.host);
	assert_int_equal(t->m.hops, 1);
	assert_int_equal(t->m.xid, 0x1234);
	assert_int_equal(t->m.secs, 3);
	assert_memory_equal(t->m.chaddr, client.byte, 6);
	assert_int_equal(t->m.type, DHCP_DISCOVER);
	assert_memory_equal(dhcp_option(&t->m, 224, &len), "unknown", 7);
	assert_null(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, NULL));
	assert_true(t->out.len >= DHCP_MIN_LEN);
	assert_int_equal(t->stats.requests, 1);
}

static void d16_a_giaddr_that_is_set_stays(void **state)
{
	struct test *t = *state;

	t->fixed.giaddr = OTHER;
	t->fixed.hops = 1;
	t->circuit.add_option = true;
	assert_true(relay(t));
	assert_int_equal(t->m.giaddr.host, OTHER.host);
	assert_int_equal(t->m.hops, 2);
	assert_null(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, NULL));
}

static void d16_a_relays_option_82_is_not_touched(void **state)
{
	struct test *t = *state;
	uint16_t len;

	t->fixed.giaddr = OTHER;
	t->agent = "\x01\x01x";
	t->agent_len = 3;
	t->circuit.add_option = true;
	for (t->circuit.policy = 0; t->circuit.policy < CONFIG_RELAY_POLICY_COUNT;
	     t->circuit.policy++) {
		assert_true(relay(t));
		assert_memory_equal(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, &len), t->agent, 3);
		assert_int_equal(len, 3);
	}
	assert_int_equal(t->stats.options_added, 0);
}

static void d16_option_82_is_last_and_names_the_port_and_the_router(void **state)
{
	struct test *t = *state;
	const uint8_t *value;
	uint16_t len;

	t->circuit.add_option = true;
	t->filling = 300; /* no padding behind END */
	assert_true(relay(t));
	value = dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, &len);
	assert_int_equal(len, AGENT_LEN);
	assert_memory_equal(value, agent_option, AGENT_LEN);
	assert_int_equal(t->out.bytes[t->out.len - 1], DHCP_OPT_END);
	assert_int_equal(t->out.bytes[t->out.len - 1 - AGENT_LEN - 2], DHCP_OPT_RELAY_AGENT);
	assert_int_equal(t->stats.options_added, 1);
}

static void d16_a_client_that_sends_option_82_is_judged_by_the_policy(void **state)
{
	struct test *t = *state;
	uint16_t len;

	t->agent = "\x01\x03lie";
	t->agent_len = 5;
	t->circuit.add_option = true;
	refused(t, DROP_DHCP_RELAY_OPTION);
	t->circuit.policy = CONFIG_RELAY_KEEP;
	assert_true(relay(t));
	assert_memory_equal(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, &len), t->agent, 5);
	assert_int_equal(len, 5);
	t->circuit.policy = CONFIG_RELAY_REPLACE;
	assert_true(relay(t));
	assert_memory_equal(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, &len), agent_option,
			    AGENT_LEN);
	assert_int_equal(len, AGENT_LEN);
	t->circuit.add_option = false;
	assert_true(relay(t));
	assert_null(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, NULL));
}

static void d16_option_82_hidden_in_an_overloaded_field_is_found(void **state)
{
	struct test *t = *state;

	t->circuit.policy = CONFIG_RELAY_REPLACE;
	build(t, DHCP_DISCOVER);
	memcpy(t->in + DHCP_FIXED_LEN + 4, "\x34\x01\x03\x35\x01\x01\xff", 7);
	memcpy(t->in + DHCP_FILE_AT, "\x52\x03\x01\x01x\x0c\x02tv\xff", 10);
	memcpy(t->in + DHCP_SNAME_AT, "\x52\x03\x01\x01y\xff", 6);
	assert_true(dhcp_relay_request(&t->stats, &t->circuit, false, t->in, t->in_len, &t->out,
				       &t->why));
	assert_int_equal(dhcp_parse(t->out.bytes, t->out.len, &t->m), 0);
	assert_null(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, NULL));
	assert_memory_equal(dhcp_option(&t->m, DHCP_OPT_HOSTNAME, NULL), "tv", 2);
	t->circuit.policy = CONFIG_RELAY_DROP;
	assert_false(dhcp_relay_request(&t->stats, &t->circuit, false, t->in, t->in_len, &t->out,
					&t->why));
}

/* Builds a DISCOVER that is @len bytes when it goes on without option 82; in->pads are left out. */
static void build_long(struct test *t, size_t len)
{
	enum { PADS = 2, END = 1 };
	size_t more;

	t->filling = 1000;
	build(t, DHCP_DISCOVER);
	while (t->in[t->in_len - 1] == 0)
		t->in_len--;
	more = len + PADS - t->in_len; /* in place of END, with another behind */
	assert_in_range(more, 2, 255);
	t->in[t->in_len - END] = 226;
	t->in[t->in_len] = (uint8_t)(more - 2);
	memset(t->in + t->in_len + 1, 'x', more - 2);
	t->in_len += more;
	t->in[t->in_len - END] = DHCP_OPT_END;
}

static bool relay_long(struct test *t, size_t len)
{
	uint16_t filled;

	build_long(t, len);
	if (!dhcp_relay_request(&t->stats, &t->circuit, false, t->in, t->in_len, &t->out, &t->why))
		return false;
	assert_int_equal(dhcp_parse(t->out.bytes, t->out.len, &t->m), 0);
	assert_non_null(dhcp_option(&t->m, 226, &filled));
	return true;
}

static void d16_what_has_no_room_for_option_82_goes_without(void **state)
{
	enum { LONGEST = 1472, OPTION_LEN = 2 + AGENT_LEN }; /* of a packet of 1500 bytes */
	struct test *t = *state;

	t->circuit.add_option = true;
	assert_true(relay_long(t, LONGEST - OPTION_LEN));
	assert_int_equal(t->out.len, LONGEST);
	assert_non_null(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, NULL));
	assert_int_equal(t->stats.options_added, 1);
	assert_int_equal(t->stats.options_no_room, 0);
	/* one byte more: the message goes, the option does not */
	assert_true(relay_long(t, LONGEST - OPTION_LEN + 1));
	assert_int_equal(t->out.len, LONGEST - OPTION_LEN + 1);
	assert_null(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, NULL));
	assert_int_equal(t->stats.options_added, 1);
	assert_int_equal(t->stats.options_no_room, 1);
	/* so it is up to what a packet holds at all */
	assert_true(relay_long(t, LONGEST));
	assert_int_equal(t->out.len, LONGEST);
	assert_int_equal(t->stats.options_no_room, 2);
	assert_false(relay_long(t, LONGEST + 1));
	assert_int_equal(t->why, DROP_DHCP_MALFORMED);
	assert_int_equal(t->stats.requests, 3);
}

static void d16_a_loop_ends(void **state)
{
	struct test *t = *state;

	t->fixed.giaddr = OTHER;
	t->fixed.hops = 16;
	assert_true(relay(t));
	t->fixed.hops = 17; /* RFC 1542 s4.1.1: exceeds 16 */
	refused(t, DROP_DHCP_RELAY_HOPS);
	t->fixed.hops = 0;
	t->own = true;
	refused(t, DROP_DHCP_RELAY_LOOP);
}

static void d17_a_malformed_message_is_not_relayed(void **state)
{
	struct test *t = *state;

	build(t, DHCP_DISCOVER);
	for (size_t len = 0; len < DHCP_FIXED_LEN + 4; len++)
		assert_false(dhcp_relay_request(&t->stats, &t->circuit, false, t->in, len, &t->out,
						&t->why));
	assert_int_equal(t->why, DROP_DHCP_MALFORMED);
	t->fixed.hlen = 17;
	refused(t, DROP_DHCP_MALFORMED);
	t->fixed.hlen = 6;
	t->fixed.op = DHCP_BOOTREPLY;
	refused(t, DROP_DHCP_MALFORMED);
	t->fixed.op = DHCP_BOOTREQUEST;
	assert_true(relay(t));
	assert_int_equal(t->stats.requests, 1);
}

static void d11_an_answer_goes_to_the_client_without_arp(void **state)
{
	struct test *t = *state;

	t->fixed.yiaddr = YIADDR;
	assert_true(answer(t, DHCP_OFFER));
	assert_int_equal(t->reply.dst.host, YIADDR.host);
	assert_int_equal(t->reply.src.host, GIADDR.host);
	assert_int_equal(t->reply.dst_port, DHCP_CLIENT_PORT);
	assert_true(t->reply.has_mac);
	assert_true(mac_equal(t->reply.mac, client));
	assert_int_equal(t->m.giaddr.host, GIADDR.host);
	assert_int_equal(t->stats.replies, 1);
}

static void d11_a_client_that_cannot_take_unicast_gets_a_broadcast(void **state)
{
	struct test *t = *state;

	t->fixed.yiaddr = YIADDR;
	t->fixed.flags = DHCP_FLAG_BROADCAST;
	assert_true(answer(t, DHCP_OFFER));
	assert_int_equal(t->reply.dst.host, IP4_BROADCAST.host);
	assert_false(t->reply.has_mac);
	t->fixed.flags = 0;
	t->fixed.htype = 7; /* no Ethernet: its address is nothing to send to */
	assert_true(answer(t, DHCP_OFFER));
	assert_int_equal(t->reply.dst.host, IP4_BROADCAST.host);
	t->fixed.htype = 1;
	memset(t->fixed.chaddr, 0xff, 6);
	assert_true(answer(t, DHCP_OFFER));
	assert_int_equal(t->reply.dst.host, IP4_BROADCAST.host);
	assert_false(t->reply.has_mac);
}

static void d11_a_nak_is_broadcast_and_an_inform_answered_at_ciaddr(void **state)
{
	struct test *t = *state;

	assert_true(answer(t, DHCP_NAK));
	assert_int_equal(t->reply.dst.host, IP4_BROADCAST.host);
	t->fixed.ciaddr = YIADDR;
	assert_true(answer(t, DHCP_ACK));
	assert_int_equal(t->reply.dst.host, YIADDR.host);
	assert_true(t->reply.has_mac);
}

static void d16_our_option_82_does_not_reach_the_client(void **state)
{
	struct test *t = *state;
	uint16_t len;

	t->agent = agent_option;
	t->agent_len = AGENT_LEN;
	for (t->circuit.policy = 0; t->circuit.policy < CONFIG_RELAY_POLICY_COUNT;
	     t->circuit.policy++) {
		assert_true(answer(t, DHCP_ACK));
		assert_null(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, NULL));
		assert_memory_equal(dhcp_option(&t->m, 224, NULL), "unknown", 7);
	}
	assert_int_equal(t->stats.options_taken, 3);
	/* what was kept on its way out is kept on its way back */
	t->agent = "\x01\x03lie";
	t->agent_len = 5;
	t->circuit.policy = CONFIG_RELAY_KEEP;
	assert_true(answer(t, DHCP_ACK));
	assert_memory_equal(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, &len), t->agent, 5);
	/* a remote id that is cut short */
	t->agent = "\x02\x09x";
	t->agent_len = 3;
	assert_true(answer(t, DHCP_ACK));
	assert_non_null(dhcp_option(&t->m, DHCP_OPT_RELAY_AGENT, &len));
}

#define RELAY_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RELAY_TEST(d16_a_request_goes_on_with_giaddr_and_one_more_hop),
		RELAY_TEST(d16_a_giaddr_that_is_set_stays),
		RELAY_TEST(d16_a_relays_option_82_is_not_touched),
		RELAY_TEST(d16_option_82_is_last_and_names_the_port_and_the_router),
		RELAY_TEST(d16_a_client_that_sends_option_82_is_judged_by_the_policy),
		RELAY_TEST(d16_option_82_hidden_in_an_overloaded_field_is_found),
		RELAY_TEST(d16_what_has_no_room_for_option_82_goes_without),
		RELAY_TEST(d16_a_loop_ends),
		RELAY_TEST(d17_a_malformed_message_is_not_relayed),
		RELAY_TEST(d11_an_answer_goes_to_the_client_without_arp),
		RELAY_TEST(d11_a_client_that_cannot_take_unicast_gets_a_broadcast),
		RELAY_TEST(d11_a_nak_is_broadcast_and_an_inform_answered_at_ciaddr),
		RELAY_TEST(d16_our_option_82_does_not_reach_the_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
