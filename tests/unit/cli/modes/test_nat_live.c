/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shows and clears of translations that live: laptop 192.168.1.100 and TV 192.168.1.101 on Tun1
 * send to hosts outside on Tun9, behind 203.0.113.10.
 */
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/udp.h"
#include "tests/unit/cli/modes/bench.h"

#define LAPTOP IP4(192, 168, 1, 100)
#define TV     IP4(192, 168, 1, 101)
#define SERVER IP4(198, 51, 100, 7)
#define OTHER  IP4(198, 51, 100, 8)
#define HEAD   "Pro Inside global      Inside local       Outside local      Outside global\n"

static const char live[] = "hostname home\n"
			   "interface Tun1\n"
			   " ip address 192.168.1.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface Tun9\n"
			   " ip address 203.0.113.2 255.255.255.0\n"
			   " ip nat outside\n"
			   "ip vip HOME 203.0.113.10 interface Tun9\n"
			   "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			   "ip nat inside source list 1 vip HOME overload\n"
			   "ip nat inside source static tcp 192.168.1.20 80 vip HOME 8080\n"
			   "ip nat translation max-entries host 192.168.1.101 2\n"
			   "ip nat translation max-rate list 1 1000\n"
			   "ip dhcp pool LAN\n"
			   " network 192.168.1.0 255.255.255.0\n"
			   "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n";

static void name_device(struct bench *bench, ip4_t address, const char *name)
{
	struct dhcp_lease_record record = {
		.address = address,
		.hardware = {{2, 0, 0, 0, 0, (uint8_t)address.host}},
		.state = DHCP_LEASE_BOUND,
		.remaining_s = 3600,
		.client = {.len = 7, .bytes = {1, 2, 0, 0, 0, 0, (uint8_t)address.host}},
	};

	snprintf(record.hostname, sizeof(record.hostname), "%s", name);
	assert_int_equal(router_restore_lease(bench->world.router, &record, bench->world.now), 0);
}

static void live_begin(struct bench *bench)
{
	bench_begin(bench, live);
	name_device(bench, LAPTOP, "laptop");
	name_device(bench, TV, "tv");
}

static void send(struct bench *bench, uint8_t *packet, uint32_t len)
{
	struct frame f = {.data = packet, .len = len};
	unsigned int count;

	f.port =
		(uint16_t)router_port(bench->world.router, (struct interface_id){INTERFACE_TUN, 1});
	router_input(bench->world.router, &f, 1, bench->world.now);
	router_output(bench->world.router, &count);
}

static struct writer begin(uint8_t *at, ip4_t src, ip4_t dst, uint8_t proto, uint32_t len)
{
	struct writer w = writer_over(at, IPV4_LEN + len);
	struct ipv4 ip = {
		.header_len = IPV4_LEN,
		.total_len = (uint16_t)(IPV4_LEN + len),
		.ttl = 64,
		.proto = proto,
		.src = src,
		.dst = dst,
	};

	ipv4_build(&w, &ip);
	return w;
}

static void udp(struct bench *bench, ip4_t src, uint16_t sport, ip4_t dst, uint32_t payload)
{
	static const uint8_t zeros[1400];
	uint8_t room[FRAME_HEADROOM + 1500];
	uint8_t *packet = room + FRAME_HEADROOM;
	uint32_t len = UDP_LEN + payload;
	struct writer w = begin(packet, src, dst, IP_PROTO_UDP, len);

	udp_build(&w, &(struct udp){.sport = sport, .dport = 80, .len = (uint16_t)len}, src, dst,
		  zeros, payload);
	send(bench, packet, IPV4_LEN + len);
}

static void ping(struct bench *bench, ip4_t src, ip4_t dst, uint16_t id)
{
	uint8_t room[FRAME_HEADROOM + 64];
	uint8_t *packet = room + FRAME_HEADROOM;
	struct writer w = begin(packet, src, dst, IP_PROTO_ICMP, ICMP_LEN);

	icmp_build(&w, &(struct icmp){.type = ICMP_ECHO, .id = id, .seq = 1}, "", 0);
	send(bench, packet, IPV4_LEN + ICMP_LEN);
}

static uint32_t sessions(const struct bench *bench)
{
	struct nat_stats stats;

	nat_stats(router_nat(bench->world.router), &stats);
	return stats.sessions;
}

/* ---- shows ------------------------------------------------------------------------------ */

static void translations_of_one_device_by_address_or_name(void **state)
{
	static const char *const laptop = HEAD
		"udp 203.0.113.10:5000  192.168.1.100:5000 198.51.100.7:80    198.51.100.7:80\n"
		"udp 203.0.113.10:5000  192.168.1.100:5000 198.51.100.8:80    198.51.100.8:80\n";
	struct bench bench;

	(void)state;
	live_begin(&bench);
	udp(&bench, LAPTOP, 5000, SERVER, 10);
	udp(&bench, TV, 6000, SERVER, 10);
	udp(&bench, LAPTOP, 5000, OTHER, 10);
	assert_string_equal(type(&bench, "show ip nat translations inside 192.168.1.100"), laptop);
	assert_string_equal(type(&bench, "show ip nat translations device Laptop"), laptop);
	assert_string_equal(
		type(&bench, "show ip nat translations device tv verbose"), HEAD
		"udp 203.0.113.10:6000  192.168.1.101:6000 198.51.100.7:80    198.51.100.7:80\n"
		"    create 00:00:00, use 00:00:00, flags: extended\n"
		"    left 00:05:00, out 1 packets 38 bytes, in 0 packets 0 bytes\n"
		"Total number of translations: 1\n");
	type(&bench, "show ip nat translations device fridge");
	assert_int_equal(bench.last, SESSION_FAILED);
	assert_non_null(strstr(buffer_text(&bench.out), "There is no fridge here"));
	bench_end(&bench);
}

static void translations_of_a_device_by_the_name_of_its_reservation(void **state)
{
	static const char pool[] = "ip dhcp pool SCREEN\n host 192.168.1.102 255.255.255.0\n"
				   " hardware-address 0200.0000.0066\n client-name screen\n";
	char config[sizeof(live) + sizeof(pool)];
	struct bench bench;

	(void)state;
	snprintf(config, sizeof(config), "%s%s", live, pool);
	bench_begin(&bench, config);
	name_device(&bench, IP4(192, 168, 1, 102), "");
	udp(&bench, IP4(192, 168, 1, 102), 5000, SERVER, 10);
	assert_string_equal(
		type(&bench, "show ip nat translations device Screen"), HEAD
		"udp 203.0.113.10:5000  192.168.1.102:5000 198.51.100.7:80    198.51.100.7:80\n");
	bench_end(&bench);
}

static void a_ping_has_its_identifier_in_place_of_ports(void **state)
{
	struct bench bench;

	(void)state;
	live_begin(&bench);
	ping(&bench, LAPTOP, SERVER, 7);
	assert_string_equal(
		type(&bench, "show ip nat translations icmp"), HEAD
		"icmp 203.0.113.10:7    192.168.1.100:7    198.51.100.7:7     198.51.100.7:7\n");
	bench_end(&bench);
}

static void an_answer_in_pieces_has_one_total(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	live_begin(&bench);
	for (uint16_t n = 0; n < 900; n++)
		udp(&bench, LAPTOP, (uint16_t)(10000 + n), SERVER, 10);
	assert_non_null(strstr(type(&bench, "show ip nat translations device laptop verbose"),
			       "\nTotal number of translations: 900\n"));
	assert_null(strstr(strstr(buffer_text(&bench.out), "Total") + 1, "Total"));
	/* the static forward too */
	assert_non_null(strstr(type(&bench, "show ip nat translations verbose"),
			       "\nTotal number of translations: 901\n"));
	answer = ask(&bench, "show ip nat translations device laptop");
	assert_count_at(answer, "", 900);
	json_decref(answer);
	bench_end(&bench);
}

static void top_names_who_has_sent_most(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	live_begin(&bench);
	answer = ask(&bench, "show ip nat translations top");
	assert_count_at(answer, "", 0);
	json_decref(answer);
	udp(&bench, TV, 6000, SERVER, 972);
	udp(&bench, LAPTOP, 5000, SERVER, 972);
	udp(&bench, LAPTOP, 5000, OTHER, 972);
	ping(&bench, IP4(192, 168, 1, 9), OTHER, 7);
	assert_string_equal(
		type(&bench, "show ip nat translations top 2"),
		"Host             Translations  Bytes out       Bytes in        Share   Name\n"
		"192.168.1.100    2             2000            0               66.1%   laptop\n"
		"192.168.1.101    1             1000            0               33.0%   tv\n");
	/* what has ended still counts */
	type(&bench, "clear ip nat translation *");
	assert_int_equal(sessions(&bench), 0);
	answer = ask(&bench, "show ip nat translations top");
	assert_count_at(answer, "", 3);
	assert_text_at(answer, "0.address", "192.168.1.100");
	assert_text_at(answer, "0.host", "laptop");
	assert_number_at(answer, "0.sessions", 0);
	assert_number_at(answer, "0.opened", 2);
	assert_number_at(answer, "0.bytes_out", 2000);
	assert_text_at(answer, "2.address", "192.168.1.9");
	assert_null_at(answer, "2.host");
	json_decref(answer);
	bench_end(&bench);
}

static void c5_limits_show_what_is_used_and_what_was_refused(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	live_begin(&bench);
	udp(&bench, LAPTOP, 5000, SERVER, 10);
	for (uint16_t n = 0; n < 5; n++)
		udp(&bench, TV, (uint16_t)(6000 + n), SERVER, 10);
	assert_string_equal(
		type(&bench, "show ip nat limits"),
		"Host             Max entries  Use count  Miss count  Max ports  Ports     Max rate  "
		"Name\n"
		"192.168.1.20     -            0          0           -          1         1000\n"
		"192.168.1.100    -            1          0           -          1         1000      "
		"laptop\n"
		"192.168.1.101    2            2          3           -          2         1000      "
		"tv\n");
	answer = ask(&bench, "show ip nat limits");
	assert_count_at(answer, "", 3);
	assert_null_at(answer, "1.max_entries");
	assert_null_at(answer, "1.max_ports");
	assert_number_at(answer, "2.max_entries", 2);
	assert_number_at(answer, "2.refused", 3);
	assert_number_at(answer, "2.inbound", 0);
	json_decref(answer);
	type(&bench, "clear ip nat limits");
	answer = ask(&bench, "show ip nat limits");
	assert_number_at(answer, "2.refused", 0);
	json_decref(answer);
	bench_end(&bench);
}

static void c11_statistics_tell_refusals_by_reason_and_ports_by_address(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	live_begin(&bench);
	udp(&bench, LAPTOP, 5000, SERVER, 10);
	ping(&bench, LAPTOP, SERVER, 7);
	for (uint16_t n = 0; n < 5; n++)
		udp(&bench, TV, (uint16_t)(6000 + n), SERVER, 10);
	assert_non_null(strstr(
		type(&bench, "show ip nat statistics"),
		"\nnat-limit statistics:\n"
		" max entry: max allowed 1048576, used 4, missed 0\n"
		" inbound: max allowed 524288, used 0, missed 0\n"
		" max-entries host 192.168.1.101: max allowed 2, missed 3\n"
		" max-rate list 1: max allowed 1000, missed 0\n"
		" refused 3: device has as many sessions as it may\n"
		" address 203.0.113.10: 4 translations, ports in use: tcp 0, udp 3, icmp 1\n"));
	answer = ask(&bench, "show ip nat statistics");
	assert_number_at(answer, "refused.nat_host_limit", 3);
	assert_number_at(answer, "refused.nat_table_full", 0);
	assert_text_at(answer, "limits.0.what", "max-entries");
	assert_text_at(answer, "limits.0.address", "192.168.1.101");
	assert_null_at(answer, "limits.0.access_list");
	assert_text_at(answer, "limits.1.access_list", "1");
	assert_number_at(answer, "publics.0.icmp_ids", 1);
	json_decref(answer);
	type(&bench, "clear ip nat statistics");
	answer = ask(&bench, "show ip nat statistics");
	assert_number_at(answer, "refused.nat_host_limit", 0);
	json_decref(answer);
	bench_end(&bench);
}

/* ---- clears ----------------------------------------------------------------------------- */

struct clear_case {
	const char *line;
	uint32_t left; /* of five sessions */
};

static void every_form_of_clear_ends_what_it_names(void **state)
{
	static const struct clear_case cases[] = {
		{"*", 0},
		{"forced", 0},
		{"inside 203.0.113.10 192.168.1.100", 1},
		{"inside 203.0.113.10 192.168.1.100 forced", 1},
		{"inside 203.0.113.10 192.168.1.100 outside 198.51.100.8 198.51.100.8", 4},
		{"outside 198.51.100.7 198.51.100.7", 1},
		{"outside 198.51.100.7 198.51.100.7 forced", 1},
		{"udp inside 203.0.113.10 5000 192.168.1.100 5000", 3},
		{"udp inside 203.0.113.10 5000 192.168.1.100 5000 outside 198.51.100.8 80 "
		 "198.51.100.8 80",
		 4},
		{"udp inside 203.0.113.10 5000 192.168.1.100 5000 forced", 3},
		{"icmp inside 203.0.113.10 0 192.168.1.100 0", 4},
		{"icmp inside 203.0.113.10 7 192.168.1.100 7 outside 198.51.100.7 7 198.51.100.7 7",
		 4},
	};
	struct bench bench;
	char line[200];

	(void)state;
	live_begin(&bench);
	for (unsigned int n = 0; n < ARRAY_COUNT(cases); n++) {
		udp(&bench, LAPTOP, 5000, SERVER, 10);
		udp(&bench, LAPTOP, 5000, OTHER, 10);
		ping(&bench, LAPTOP, SERVER, 7);
		ping(&bench, LAPTOP, SERVER, 0);
		udp(&bench, TV, 6000, SERVER, 10);
		assert_int_equal(sessions(&bench), 5);
		snprintf(line, sizeof(line), "clear ip nat translation %s", cases[n].line);
		assert_string_equal(type(&bench, line), "");
		assert_int_equal(bench.last, SESSION_DONE);
		if (sessions(&bench) != cases[n].left)
			fail_msg("%s leaves %u", line, sessions(&bench));
	}
	bench_end(&bench);
}

static void clear_of_what_is_not_there_names_both_ends(void **state)
{
	static const struct {
		const char *line, *part;
	} cases[] = {
		{"inside 203.0.113.10 192.168.1.9", "there is no 192.168.1.9 as 203.0.113.10;"},
		{"inside 0.0.0.0 0.0.0.0", "Translation not found"},
		{"outside 198.51.100.9 198.51.100.9", "there is no 198.51.100.9;"},
		{"outside 10.99.0.7 198.51.100.7",
		 "there is no 198.51.100.7, inside known as 10.99.0.7;"},
		{"tcp inside 203.0.113.10 5000 192.168.1.100 5000",
		 "there is no tcp 192.168.1.100:5000 as 203.0.113.10:5000;"},
		{"tcp inside 203.0.113.10 8080 192.168.1.20 80",
		 "tcp 192.168.1.20:80 as 203.0.113.10:8080 is a static translation"},
		{"udp inside 203.0.113.10 5000 192.168.1.100 5000 outside 198.51.100.7 81 "
		 "198.51.100.7 80",
		 "there is no udp 192.168.1.100:5000 as 203.0.113.10:5000 with 198.51.100.7:80;"},
		{"icmp inside 203.0.113.10 8 192.168.1.100 8 outside 198.51.100.7 9 198.51.100.7 8",
		 "there is no icmp 192.168.1.100:8 as 203.0.113.10:8 with 198.51.100.7:8;"},
	};
	struct bench bench;
	char line[200];

	(void)state;
	live_begin(&bench);
	udp(&bench, LAPTOP, 5000, SERVER, 10);
	for (unsigned int n = 0; n < ARRAY_COUNT(cases); n++) {
		snprintf(line, sizeof(line), "clear ip nat translation %s", cases[n].line);
		type(&bench, line);
		assert_int_equal(bench.last, SESSION_FAILED);
		assert_non_null(strstr(buffer_text(&bench.out), "% Translation not found\n"));
		if (!strstr(buffer_text(&bench.out), cases[n].part))
			fail_msg("%s: %s", line, buffer_text(&bench.out));
		assert_int_equal(sessions(&bench), 1);
	}
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(translations_of_one_device_by_address_or_name),
		cmocka_unit_test(translations_of_a_device_by_the_name_of_its_reservation),
		cmocka_unit_test(a_ping_has_its_identifier_in_place_of_ports),
		cmocka_unit_test(an_answer_in_pieces_has_one_total),
		cmocka_unit_test(top_names_who_has_sent_most),
		cmocka_unit_test(c5_limits_show_what_is_used_and_what_was_refused),
		cmocka_unit_test(c11_statistics_tell_refusals_by_reason_and_ports_by_address),
		cmocka_unit_test(every_form_of_clear_ends_what_it_names),
		cmocka_unit_test(clear_of_what_is_not_there_names_both_ends),
	};

	return cmocka_run_group_tests_name("nat_live", tests, NULL, NULL);
}
