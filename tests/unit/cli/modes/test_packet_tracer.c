/* SPDX-License-Identifier: BSD-2-Clause */
/* `packet-tracer` typed at a session, on a router with the configuration of a home. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "cli/session.h"
#include "core/router.h"
#include "core/text.h"

static const char home[] = "interface Tap1\n"
			   " bridge-group 1\n"
			   "interface Tap2\n"
			   " bridge-group 1\n"
			   "interface Tap3\n"
			   " shutdown\n"
			   "interface Tap4\n"
			   " mtu 600\n"
			   "interface BVI1\n"
			   " ip address 192.168.1.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface BVI2\n"
			   " ip address 192.168.2.1 255.255.255.0\n"
			   "interface Loopback0\n"
			   " ip address 10.0.0.1 255.255.255.255\n"
			   "interface Tap9\n"
			   " ip address 203.0.113.2 255.255.255.0\n"
			   " ip nat outside\n"
			   "interface Tun1\n"
			   " ip address 10.1.0.1 255.255.255.0\n"
			   "ip vip HOME 203.0.113.10 interface Tap9\n"
			   "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			   "ip nat inside source list 1 vip HOME overload\n"
			   "ip nat inside source static tcp 192.168.1.20 80 vip HOME 8080\n"
			   "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n"
			   "arp 203.0.113.1 0200.0000.0009 arpa\n"
			   "arp 192.168.1.20 0200.0000.0020 arpa\n";

struct bench {
	struct config config;
	struct world world;
	struct session *session;
	struct buffer out;
	int status; /* what the effect answers, if not 0 */
};

static int bench_trace(void *context, const struct trace_packet *packet, struct trace *trace)
{
	struct bench *bench = context;

	if (bench->status)
		return bench->status;
	return router_probe(bench->world.router, packet, trace, bench->world.now);
}

static const struct world_effects bench_effects = {.trace = bench_trace};

static int set_up(void **state)
{
	static const struct hash_key key;
	struct bench *bench = calloc(1, sizeof(*bench));
	struct config_read_error error = {0};
	mono_ms_t now = {3600000};

	bench->world.router = router_new(&key, "home");
	config_init(&bench->config);
	if (running_config_read(home, &bench->config, &error) < 0)
		fail_msg("line %u: %s", error.line, error.text);
	assert_int_equal(router_apply(bench->world.router, &bench->config, now), 0);
	vec_each (&bench->config.interfaces, i) {
		int port = router_port(bench->world.router, i->id);

		if (port >= 0)
			router_port_link(bench->world.router, (unsigned int)port, true, now);
	}
	bench->world.running = &bench->config;
	bench->world.now = now;
	bench->world.effects = &bench_effects;
	bench->world.context = bench;
	bench->session = session_new(&bench->world, 0);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	session_free(bench->session);
	router_free(bench->world.router);
	config_fini(&bench->config);
	buffer_free(&bench->out);
	free(bench);
	return 0;
}

static const char *type(struct bench *bench, enum session_status wanted, const char *line)
{
	enum session_status got;

	buffer_clear(&bench->out);
	got = session_run(bench->session, line, &bench->out);
	if (got != wanted)
		fail_msg("%s: %s", line, buffer_text(&bench->out));
	return buffer_text(&bench->out);
}

/* The answer to a trace, unpacked with a format of json_unpack(). */
#define ask(bench, packet, ...)                                                                    \
	do {                                                                                       \
		json_t *answer = json_loads(                                                       \
			type(bench, SESSION_DONE, "packet-tracer input " packet " | json"), 0,     \
			NULL);                                                                     \
                                                                                                   \
		assert_non_null(answer);                                                           \
		assert_int_equal(json_unpack(answer, __VA_ARGS__), 0);                             \
		json_decref(kept);                                                                 \
		kept = answer;                                                                     \
	} while (0)

static json_t *kept; /* what the strings of the last answer are in */

static void refused(struct bench *bench, const char *line, const char *text)
{
	const char *out = type(bench, SESSION_FAILED, line);

	if (!strstr(out, text))
		fail_msg("%s: %s", line, out);
}

static void a_line_for_each_step_and_the_result(void **state)
{
	static const char expected[] =
		"Phase  Type          Result  What and why\n"
		"1      INPUT         allow   54 bytes in at Tap9, from station 0200.0000.0009 to "
		"%s\n"
		"3      SESSION       allow   a new tcp session of 192.168.1.20:80 with "
		"198.51.100.7:5000\n"
		"4      UN-NAT        allow   destination 203.0.113.10:8080 becomes "
		"192.168.1.20:80: its static translation\n"
		"5      ROUTE-LOOKUP  allow   connected route 192.168.1.0/24: 192.168.1.20 is a "
		"neighbour on BVI1\n"
		"6      NAT           allow   source is not translated: in at Tap9 (outside), out "
		"of BVI1 (inside)\n"
		"8      NEIGHBOUR     allow   192.168.1.20 is at 0200.0000.0020 on BVI1\n"
		"9      OUTPUT        allow   54 bytes out of Tap1\n"
		"10     OUTPUT        allow   54 bytes out of Tap2\n"
		"\n"
		"Result:\n"
		"Input interface:  Tap9\n"
		"Input:            tcp 198.51.100.7:5000 to 203.0.113.10:8080, syn, ttl 64\n"
		"Output interface: BVI1, Tap1, Tap2\n"
		"Output:           tcp 198.51.100.7:5000 to 192.168.1.20:80, syn, ttl 63\n"
		"Next hop:         192.168.1.20, 0200.0000.0020\n"
		"Action:           sent\n";
	struct bench *bench = *state;
	char text[sizeof(expected) + 32], mac[MAC_TEXT_SIZE];
	struct interface_status tap9;
	const char *out = type(bench, SESSION_DONE,
			       "packet-tracer input Tap9 tcp 198.51.100.7 5000 203.0.113.10 8080");

	router_interface_status(bench->world.router, (struct interface_id){INTERFACE_TAP, 9},
				&tap9);
	snprintf(text, sizeof(text), expected, mac_to_text(tap9.mac, mac));
	assert_string_equal(out, text);
}

static void detailed_gives_each_step_a_block_and_leaves_none_out(void **state)
{
	struct bench *bench = *state;
	const char *out =
		type(bench, SESSION_DONE,
		     "packet-tracer input Tap1 udp 192.168.1.9 5000 198.51.100.7 53 detailed");

	assert_non_null(strstr(out, "\n\nPhase: 3\nType: IP-CHECK\nResult: allow\nudp from "
				    "192.168.1.9:5000 to 198.51.100.7:53 is well-formed and "
				    "credible\n\nPhase: 4\nType: ROUTE-LOOKUP\n"));
	assert_non_null(strstr(out, "Type: TIME-TO-LIVE"));
	assert_non_null(strstr(out, "Action:           sent\n"));
}

static void json_tells_what_goes_out(void **state)
{
	struct bench *bench = *state;
	const char *action, *src, *dst, *interface, *port, *hop, *mac, *flag;
	int sport, dport, ttl, length, waits;

	ask(bench, "Tap1 tcp 192.168.1.9 5000 198.51.100.7 443 ttl 9 length 100",
	    "{s:s, s:n, s:{s:s, s:[s], s:s, s:i, s:s, s:i, s:[s], s:i, s:i, s:s, s:s, s:b}, "
	    "s:[!]}",
	    "action", &action, "drop", "output", "interface", &interface, "ports", &port, "src",
	    &src, "sport", &sport, "dst", &dst, "dport", &dport, "tcp_flags", &flag, "ttl", &ttl,
	    "length", &length, "next_hop", &hop, "mac", &mac, "waits_for_arp", &waits, "answers");
	assert_string_equal(action, "sent");
	assert_string_equal(interface, "Tap9");
	assert_string_equal(port, "Tap9");
	assert_string_equal(src, "203.0.113.10");
	assert_int_equal(sport, 5000);
	assert_string_equal(dst, "198.51.100.7");
	assert_int_equal(dport, 443);
	assert_string_equal(flag, "syn");
	assert_int_equal(ttl, 8);
	assert_int_equal(length, 100);
	assert_string_equal(hop, "203.0.113.1");
	assert_string_equal(mac, "02:00:00:00:00:09");
	assert_false(waits);
}

static void json_tells_why_not_and_what_is_answered(void **state)
{
	struct bench *bench = *state;
	const char *drop, *type_, *result, *src, *dst, *protocol, *interface;
	int icmp_type, icmp_code;

	ask(bench, "Tap9 udp 198.51.100.7 5000 203.0.113.10 9999",
	    "{s:s, s:n, s:[{}, {}, {s:s, s:s} !], s:[!]}", "drop", &drop, "output", "steps", "type",
	    &type_, "result", &result, "answers");
	assert_string_equal(drop, "nat_no_mapping");
	assert_string_equal(type_, "un_nat");
	assert_string_equal(result, "drop");
	ask(bench, "BVI1 udp 192.168.1.9 5000 198.51.100.7 53 ttl 1",
	    "{s:s, s:{s:s}, s:n, s:[{s:s, s:s, s:s, s:s}, {} !]}", "drop", &drop, "input",
	    "interface", &interface, "output", "answers", "interface", &src, "protocol", &protocol,
	    "arp", &type_, "dst", &dst);
	assert_string_equal(drop, "ip_ttl_expired");
	assert_string_equal(interface, "BVI1");
	assert_string_equal(protocol, "arp"); /* it must ask for the sender's MAC first */
	assert_string_equal(type_, "request");
	assert_string_equal(dst, "192.168.1.9");
	ask(bench, "BVI1 udp 192.168.1.20 5000 198.51.100.7 53 ttl 1",
	    "{s:[{s:s, s:s, s:s, s:i, s:i, s:n, s:n} !]}", "answers", "protocol", &protocol, "src",
	    &src, "dst", &dst, "icmp_type", &icmp_type, "icmp_code", &icmp_code, "sport",
	    "tcp_flags");
	assert_string_equal(protocol, "icmp");
	assert_string_equal(src, "192.168.1.1");
	assert_string_equal(dst, "192.168.1.20");
	assert_int_equal(icmp_type, 11);
	assert_int_equal(icmp_code, 0);
}

static void a_packet_that_waits_says_so(void **state)
{
	struct bench *bench = *state;
	int waits;

	ask(bench, "Tun1 icmp 10.1.0.7 8 0 192.168.1.77 id 5 df",
	    "{s:{s:b, s:n, s:i}, s:{s:n, s:i}}", "output", "waits_for_arp", &waits, "mac",
	    "icmp_id", &waits, "input", "sport", "icmp_type", &waits);
	assert_non_null(strstr(type(bench, SESSION_DONE,
				    "packet-tracer input Tun1 icmp 10.1.0.7 8 0 192.168.1.77"),
			       "Action:           sent, once the next hop answers\n"));
}

static void segments_other_than_syn_can_be_asked_for(void **state)
{
	struct bench *bench = *state;
	const char *one, *two;

	ask(bench, "Tap1 tcp 192.168.1.9 5000 198.51.100.7 443 flags fin", "{s:{s:[s, s]}}",
	    "input", "tcp_flags", &one, &two);
	assert_string_equal(one, "ack");
	assert_string_equal(two, "fin");
}

static void mistakes_name_the_interface_and_the_way_out(void **state)
{
	struct bench *bench = *state;

	refused(bench, "packet-tracer input Tap7 udp 1.1.1.1 1 2.2.2.2 2",
		"interface Tap7 is not configured");
	refused(bench, "packet-tracer input Loopback0 udp 1.1.1.1 1 2.2.2.2 2",
		"interface Loopback0: no packet comes in at a loopback\nHint: Name a Tap");
	refused(bench, "packet-tracer input Tap3 udp 1.1.1.1 1 2.2.2.2 2",
		"interface Tap3 is shut down: no packet comes in there");
	refused(bench, "packet-tracer input BVI2 udp 1.1.1.1 1 2.2.2.2 2",
		"interface BVI2 has no port that is up");
	router_port_link(bench->world.router,
			 (unsigned int)router_port(bench->world.router,
						   (struct interface_id){INTERFACE_TAP, 9}),
			 false, bench->world.now);
	refused(bench, "packet-tracer input Tap9 udp 1.1.1.1 1 2.2.2.2 2",
		"interface Tap9 is down: no packet comes in there");
	refused(bench, "packet-tracer input Tap1 tcp 1.1.1.1 1 2.2.2.2 2 length 30",
		"length 30 is shorter than the packet's headers");
	refused(bench, "packet-tracer input Tap4 tcp 1.1.1.1 1 2.2.2.2 2 length 601",
		"length 601: the MTU of interface Tap4 is 600");
	refused(bench, "packet-tracer input Tap1 tcp 1.1.1.1 1", "Incomplete command");
}

static void no_answer_of_the_world_is_an_error_in_json_too(void **state)
{
	struct bench *bench = *state;

	bench->status = -ETIMEDOUT;
	refused(bench, "packet-tracer input Tap1 udp 1.1.1.1 1 2.2.2.2 2",
		"the packet was not traced: ");
	refused(bench, "packet-tracer input Tap1 udp 1.1.1.1 1 2.2.2.2 2 | json", "\"error\"");
}

int main(void)
{
#define TRACER_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TRACER_TEST(a_line_for_each_step_and_the_result),
		TRACER_TEST(detailed_gives_each_step_a_block_and_leaves_none_out),
		TRACER_TEST(json_tells_what_goes_out),
		TRACER_TEST(json_tells_why_not_and_what_is_answered),
		TRACER_TEST(a_packet_that_waits_says_so),
		TRACER_TEST(segments_other_than_syn_can_be_asked_for),
		TRACER_TEST(mistakes_name_the_interface_and_the_way_out),
		TRACER_TEST(no_answer_of_the_world_is_an_error_in_json_too),
	};
	int status = cmocka_run_group_tests(tests, NULL, NULL);

	json_decref(kept);
	return status;
}
