/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shows and clears on a real router with the configuration of a home, typed at a session: what
 * is collected, and that it is complete when there is nothing to collect.
 */
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/udp.h"
#include "tests/unit/cli/modes/bench.h"

static const char home[] = "hostname flat7\n"
			   "interface Tap1\n"
			   " description laptop\n"
			   " attach namespace laptop name eth0\n"
			   " bridge-group 1\n"
			   "interface BVI1\n"
			   " ip address 192.168.1.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface Tap9\n"
			   " ip address 203.0.113.2 255.255.255.0\n"
			   " ip nat outside\n"
			   "ip vip HOME 203.0.113.10 interface Tap9\n"
			   "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			   "ip nat inside source list 1 vip HOME overload\n"
			   "ip nat inside source static tcp 192.168.1.20 80 vip HOME 8080\n"
			   "ip dhcp excluded-address 192.168.1.1 192.168.1.9\n"
			   "ip dhcp pool LAN\n"
			   " network 192.168.1.0 255.255.255.0\n"
			   " default-router 192.168.1.1\n"
			   "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n";

static const char *const every_show[] = {
	"show version",
	"show clock",
	"show running-config",
	"show running-config interface Tap1",
	"show startup-config",
	"show configuration diff",
	"show interfaces",
	"show interfaces Tap9",
	"show interfaces brief",
	"show interfaces description",
	"show ip interface brief",
	"show ip interface",
	"show ip interface BVI1",
	"show ip route",
	"show arp",
	"show ip arp",
	"show ip arp 192.168.1.1",
	"show ip arp BVI1",
	"show ip dhcp binding",
	"show ip dhcp binding 192.168.1.10",
	"show ip dhcp pool",
	"show ip dhcp pool LAN",
	"show ip dhcp server statistics",
	"show ip dhcp conflict",
	"show ip dhcp conflict 192.168.1.10",
	"show ip dhcp database",
	"show ip dhcp relay statistics",
	"show ip dhcp relay information trusted-sources",
	"show ip helper-address",
	"show debugging",
	"show ip nat translations",
	"show ip nat translations tcp",
	"show ip nat translations verbose",
	"show ip nat translations verbose udp",
	"show ip nat translations icmp verbose",
	"show ip nat translations top",
	"show ip nat limits",
	"show ip nat statistics",
	"show ip nat ports",
	"show ip nat port-blocks",
	"show access-lists",
	"show access-lists 1",
	"show ip access-lists",
	"show ip access-lists 1",
	"show vip",
	"show vip HOME",
	"show drops",
	"show drops interface Tap1",
	"show topology",
};

/* A show of one thing by its name, which is not there, says so; nothing else may fail. */
static bool says_it_is_absent(const struct bench *bench, const char *line, bool is_home)
{
	const char *name = strrchr(line, ' ') + 1;
	char said[128];

	if (bench->last != SESSION_FAILED ||
	    (is_home && strcmp(line, "show ip dhcp binding 192.168.1.10") != 0 &&
	     strcmp(line, "show ip dhcp conflict 192.168.1.10") != 0))
		return false;
	snprintf(said, sizeof(said), "%% There is no %s here\n", name);
	return strncmp(buffer_text(&bench->out), said, strlen(said)) == 0;
}

static void every_show_answers_in_text_and_json(void **state)
{
	static const char *const configs[] = {home, ""};
	struct bench bench;

	(void)state;
	for (size_t c = 0; c < ARRAY_COUNT(configs); c++) {
		bench_begin(&bench, configs[c]);
		for (size_t i = 0; i < ARRAY_COUNT(every_show); i++) {
			type(&bench, every_show[i]);
			if (says_it_is_absent(&bench, every_show[i], c == 0))
				continue;
			if (bench.last != SESSION_DONE)
				fail_msg("%s: %s", every_show[i], buffer_text(&bench.out));
			json_decref(ask(&bench, every_show[i]));
		}
		bench_end(&bench);
	}
}

static void an_empty_router_gives_empty_arrays(void **state)
{
	static const char *const arrays[] = {
		"show interfaces",	  "show ip interface brief",
		"show ip route",	  "show arp",
		"show ip dhcp binding",	  "show ip dhcp pool",
		"show ip dhcp conflict",  "show ip dhcp database",
		"show ip helper-address", "show ip nat translations",
		"show ip nat ports",	  "show ip nat port-blocks",
		"show access-lists",	  "show vip",
	};
	struct bench bench;

	(void)state;
	bench_begin(&bench, "");
	for (size_t i = 0; i < ARRAY_COUNT(arrays); i++) {
		json_t *answer = ask(&bench, arrays[i]);

		assert_true(json_is_array(answer));
		assert_int_equal(json_array_size(answer), 0);
		json_decref(answer);
	}
	bench_end(&bench);
}

static void interfaces_are_complete(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	answer = ask(&bench, "show interfaces");
	assert_count_at(answer, "", 3);
	assert_text_at(answer, "0.interface", "Tap1");
	assert_text_at(answer, "0.description", "laptop");
	assert_text_at(answer, "0.namespace", "laptop");
	assert_text_at(answer, "0.kernel_name", "eth0");
	assert_number_at(answer, "0.bridge_group", 1);
	assert_count_at(answer, "0.addresses", 0);
	assert_null_at(answer, "0.nat");
	assert_text_at(answer, "1.addresses.0.address", "203.0.113.2");
	assert_number_at(answer, "1.addresses.0.prefix_length", 24);
	assert_text_at(answer, "1.nat", "outside");
	assert_true(json_is_true(at(answer, "1.line_up")));
	assert_count_at(answer, "1.drops", DROP_REASON_COUNT);
	json_decref(answer);
	bench_end(&bench);
}

static void routes_are_static_connected_and_local(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	answer = ask(&bench, "show ip route");
	assert_text_at(answer, "0.network", "0.0.0.0");
	assert_text_at(answer, "0.source", "static");
	assert_text_at(answer, "0.next_hop", "203.0.113.1");
	assert_text_at(answer, "0.interface", "Tap9");
	assert_text_at(answer, "1.network", "192.168.1.0");
	assert_text_at(answer, "1.source", "connected");
	assert_null_at(answer, "1.next_hop");
	assert_text_at(answer, "2.network", "192.168.1.1");
	assert_text_at(answer, "2.source", "local");
	json_decref(answer);
	bench_end(&bench);
}

static void own_addresses_and_vips_are_in_the_arp_table(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	answer = ask(&bench, "show arp");
	assert_text_at(answer, "0.address", "192.168.1.1");
	assert_text_at(answer, "0.interface", "BVI1");
	assert_null_at(answer, "0.age_s");
	assert_text_at(answer, "0.state", "self");
	json_decref(answer);
	answer = ask(&bench, "show arp 203.0.113.10");
	assert_count_at(answer, "", 1);
	assert_text_at(answer, "0.interface", "Tap9");
	json_decref(answer);
	bench_end(&bench);
}

static void bench_restore(struct bench *bench, ip4_t address, const char *host)
{
	struct dhcp_lease_record record = {
		.address = address,
		.state = DHCP_LEASE_BOUND,
		.client = {.len = 7, .bytes = {1, 2, 0, 0, 0, 0, (uint8_t)address.host}},
		.hardware = {{2, 0, 0, 0, 0, (uint8_t)address.host}},
		.remaining_s = 3600,
	};

	snprintf(record.hostname, sizeof(record.hostname), "%s", host);
	assert_int_equal(router_restore_lease(bench->world.router, &record, bench->world.now), 0);
}

static void leases_are_shown_and_name_the_devices_of_the_vip(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	bench_restore(&bench, IP4(192, 168, 1, 10), "laptop");
	bench_restore(&bench, IP4(192, 168, 1, 20), "tv");
	answer = ask(&bench, "show ip dhcp binding");
	assert_count_at(answer, "", 2);
	assert_true(json_is_null(at(answer, "0.client_id"))); /* it sent none */
	assert_text_at(answer, "0.mac", "02:00:00:00:00:0a");
	assert_text_at(answer, "0.host", "laptop");
	assert_number_at(answer, "0.remaining_s", 3600);
	assert_number_at(answer, "0.expires_at", 1544792580 + 3600);
	json_decref(answer);
	answer = ask(&bench, "show ip dhcp pool");
	assert_number_at(answer, "0.total_addresses", 254);
	assert_number_at(answer, "0.excluded_addresses", 9);
	assert_number_at(answer, "0.leased_addresses", 2);
	assert_text_at(answer, "0.next_address", "192.168.1.11");
	json_decref(answer);
	answer = ask(&bench, "show vip HOME");
	assert_count_at(answer, "0.devices", 2);
	assert_text_at(answer, "0.devices.0.host", "laptop");
	assert_text_at(answer, "0.forwards.0.host", "tv");
	assert_number_at(answer, "0.forwards.0.global_port", 8080);
	json_decref(answer);
	answer = ask(&bench, "show topology");
	assert_text_at(answer, "interfaces.1.interface", "BVI1");
	assert_text_at(answer, "interfaces.1.ports.0.interface", "Tap1");
	assert_text_at(answer, "interfaces.1.hosts.1.host", "tv");
	assert_text_at(answer, "interfaces.0.vips.0.vip", "HOME");
	json_decref(answer);
	bench_end(&bench);
}

static void the_next_address_of_a_pool_is_not_the_routers_own(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, "interface Tap1\n"
			    " ip address 10.0.0.1 255.255.255.0\n"
			    "ip dhcp pool LAN\n"
			    " network 10.0.0.0 255.255.255.0\n");
	answer = ask(&bench, "show ip dhcp pool");
	assert_text_at(answer, "0.next_address", "10.0.0.2");
	json_decref(answer);
	bench_end(&bench);
}

static void a_strangers_identifier_and_name_harm_no_answer(void **state)
{
	static const char hostile[] = "\x1b[2J\"\\\r\n\xff<a>'`$(x)\t%n";
	struct dhcp_lease_record record = {.address = IP4(192, 168, 1, 30),
					   .state = DHCP_LEASE_BOUND,
					   .client = {.is_option = true, .len = 64},
					   .remaining_s = 60};
	struct bench bench;
	const char *text;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	memcpy(record.hostname, hostile, sizeof(hostile));
	for (unsigned int n = 0; n < 4; n++) { /* every byte there is */
		for (unsigned int i = 0; i < 64; i++)
			record.client.bytes[i] = (uint8_t)(n * 64 + i);
		record.address.host++;
		assert_int_equal(router_restore_lease(bench.world.router, &record, bench.world.now),
				 0);
	}
	answer = ask(&bench, "show ip dhcp binding");
	assert_count_at(answer, "", 4);
	assert_int_equal(strlen(json_string_value(at(answer, "0.client_id"))), 128 + 31);
	assert_text_at(answer, "0.host", "2J-a-x-n");
	json_decref(answer);
	text = type(&bench, "show ip dhcp binding");
	for (; *text; text++)
		assert_true((*text >= ' ' && *text < 0x7f) || *text == '\n');
	assert_string_equal(type(&bench, "show ip dhcp binding 192.168.1.33 | count 192.168.1.33"),
			    "Number of lines which match regexp = 1\n");
	bench_end(&bench);
}

static void a_cleared_lease_is_gone_and_an_unknown_one_is_refused(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	bench_restore(&bench, IP4(192, 168, 1, 10), "laptop");
	bench_restore(&bench, IP4(192, 168, 1, 20), "tv");
	assert_string_equal(type(&bench, "clear ip dhcp binding 192.168.1.10"), "");
	answer = ask(&bench, "show ip dhcp binding");
	assert_count_at(answer, "", 1);
	json_decref(answer);
	type(&bench, "clear ip dhcp binding 192.168.1.10");
	assert_int_equal(bench.last, SESSION_FAILED);
	assert_memory_equal(buffer_text(&bench.out), "% No binding for 192.168.1.10\n", 30);
	type(&bench, "clear ip dhcp binding *");
	assert_int_equal(bench.last, SESSION_DONE);
	answer = ask(&bench, "show ip dhcp binding");
	assert_count_at(answer, "", 0);
	json_decref(answer);
	bench_end(&bench);
}

/* A datagram to UDP port 53 of the VIP, in at Tap9. */
static void bench_ask_vip(struct bench *bench)
{
	static uint8_t room[FRAME_HEADROOM + ETHERNET_LEN + IPV4_LEN + UDP_LEN];
	struct interface_id tap9 = {INTERFACE_TAP, 9};
	ip4_t src = IP4(198, 51, 100, 7), dst = IP4(203, 0, 113, 10);
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = IPV4_LEN + UDP_LEN,
			  .ttl = 64,
			  .proto = IP_PROTO_UDP,
			  .src = src,
			  .dst = dst};
	struct writer w = writer_over(room + FRAME_HEADROOM, sizeof(room) - FRAME_HEADROOM);
	struct frame f = {.data = room + FRAME_HEADROOM,
			  .len = sizeof(room) - FRAME_HEADROOM,
			  .port = (uint16_t)router_port(bench->world.router, tap9)};
	struct interface_status status;
	unsigned int count;

	router_interface_status(bench->world.router, tap9, &status);
	ethernet_build(&w, &(struct ethernet){.dst = status.mac,
					      .src = {{2, 0, 0, 0, 0, 9}},
					      .type = ETHERNET_IPV4});
	ipv4_build(&w, &ip);
	udp_build(&w, &(struct udp){.sport = 5000, .dport = 53}, src, dst, NULL, 0);
	router_input(bench->world.router, &f, 1, bench->world.now);
	router_output(bench->world.router, &count);
}

static void matches_are_counted_and_cleared(void **state)
{
	static const char guarded[] = "interface Tap9\n"
				      " ip address 203.0.113.2 255.255.255.0\n"
				      " ip access-group GUARD in\n"
				      "ip vip HOME 203.0.113.10 interface Tap9\n"
				      "ip access-list extended GUARD\n"
				      " remark names are not asked for here\n"
				      " deny udp any host 203.0.113.10 eq domain\n"
				      " permit ip any any\n";
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, guarded);
	bench_ask_vip(&bench);
	bench_ask_vip(&bench);
	assert_string_equal(type(&bench, "show access-lists GUARD"),
			    "Extended IP access list GUARD\n"
			    "    10 deny udp any host 203.0.113.10 eq domain (2 matches)\n"
			    "    20 permit ip any any\n");
	answer = ask(&bench, "show ip access-lists");
	assert_text_at(answer, "0.name", "GUARD");
	assert_text_at(answer, "0.lines.0.protocol", "udp");
	assert_text_at(answer, "0.lines.0.destination.port_operator", "eq");
	assert_number_at(answer, "0.lines.0.destination.ports.0", 53);
	assert_null_at(answer, "0.lines.0.source.port_operator");
	assert_number_at(answer, "0.lines.0.matches", 2);
	json_decref(answer);
	assert_string_equal(type(&bench, "clear access-list counters GUARD"), "");
	answer = ask(&bench, "show access-lists");
	assert_number_at(answer, "0.lines.0.matches", 0);
	json_decref(answer);
	type(&bench, "clear access-list counters 9");
	assert_int_equal(bench.last, SESSION_FAILED);
	assert_memory_equal(buffer_text(&bench.out), "% Access list 9: there is none\n", 31);
	bench_end(&bench);
}

static void a_large_table_comes_in_pieces_that_join(void **state)
{
	static const char network[] = "interface Tap1\n ip address 10.0.0.1 255.255.0.0\n"
				      "ip dhcp pool BIG\n network 10.0.0.0 255.255.0.0\n";
	enum { LEASES = 601 };
	struct bench bench;
	json_t *answer;
	unsigned int pieces = 1;

	(void)state;
	bench_begin(&bench, network);
	for (unsigned int i = 0; i < LEASES; i++) {
		struct dhcp_lease_record record = {
			.address = {IP4(10, 0, 1, 0).host + i},
			.state = DHCP_LEASE_BOUND,
			.client = {.len = 4, .bytes = {0, 0, (uint8_t)(i >> 8), (uint8_t)i}},
			.remaining_s = 60,
		};

		assert_int_equal(router_restore_lease(bench.world.router, &record, bench.world.now),
				 0);
	}
	answer = ask(&bench, "show ip dhcp binding");
	assert_count_at(answer, "", LEASES);
	assert_text_at(answer, "600.address", "10.0.3.88");
	json_decref(answer);
	buffer_clear(&bench.out);
	bench.last = session_run(bench.session, "show ip dhcp binding", &bench.out);
	while (bench.last == SESSION_MORE) {
		bench.last = session_more(bench.session, &bench.out);
		pieces++;
	}
	assert_int_equal(pieces, 4);
	assert_non_null(strstr(buffer_text(&bench.out), "\n10.0.3.88 "));
	bench_end(&bench);
}

static void static_forwards_head_the_translations(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench, home);
	assert_string_equal(
		type(&bench, "show ip nat translations"),
		"Pro Inside global      Inside local       Outside local      Outside global\n"
		"tcp 203.0.113.10:8080  192.168.1.20:80    ---                ---\n");
	assert_string_equal(
		type(&bench, "show ip nat translations udp"),
		"Pro Inside global      Inside local       Outside local      Outside global\n");
	type(&bench, "clear ip nat translation *");
	assert_int_equal(bench.last, SESSION_DONE);
	type(&bench, "clear ip nat translation tcp inside 203.0.113.10 99 192.168.1.20 80");
	assert_int_equal(bench.last, SESSION_FAILED);
	type(&bench, "clear ip nat translation tcp inside 203.0.113.10 8080 192.168.1.20 80 "
		     "outside 198.51.100.7 1024 198.51.100.7 1024");
	assert_int_equal(bench.last, SESSION_FAILED);
	assert_string_equal(type(&bench, "clear ip nat statistics"), "");
	assert_string_equal(type(&bench, "clear arp-cache"), "");
	assert_string_equal(type(&bench, "clear counters"), "");
	assert_string_equal(type(&bench, "clear ip dhcp server statistics"), "");
	bench_end(&bench);
}

static void statistics_name_the_vip(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	answer = ask(&bench, "show ip nat statistics");
	assert_number_at(answer, "static", 1);
	assert_number_at(answer, "dynamic", 0);
	assert_null_at(answer, "peak_age_s");
	assert_text_at(answer, "outside_interfaces.0", "Tap9");
	assert_text_at(answer, "inside_interfaces.0", "BVI1");
	assert_text_at(answer, "mappings.0.vip", "HOME");
	assert_text_at(answer, "mappings.0.address", "203.0.113.10");
	assert_null_at(answer, "mappings.0.interface");
	json_decref(answer);
	bench_end(&bench);
}

static void ports_of_the_vip_are_counted(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	answer = ask(&bench, "show ip nat ports");
	assert_int_equal(json_array_size(answer), 3);
	assert_text_at(answer, "0.inside_global", "203.0.113.10");
	assert_text_at(answer, "0.proto", "tcp");
	assert_number_at(answer, "0.in_use", 1); /* the forward */
	assert_number_at(answer, "0.free", 64511);
	assert_number_at(answer, "1.free_low", 1023);
	assert_text_at(answer, "2.proto", "icmp");
	assert_number_at(answer, "2.free", 65536);
	assert_null_at(answer, "2.free_low");
	json_decref(answer);
	bench_end(&bench);
}

static void drops_list_every_reason(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	router_input_error(bench.world.router,
			   (unsigned int)router_port(bench.world.router,
						     (struct interface_id){INTERFACE_TAP, 9}),
			   DROP_FRAME_TRUNCATED);
	answer = ask(&bench, "show drops");
	assert_count_at(answer, "reasons", DROP_REASON_COUNT);
	assert_number_at(answer, "total", 1);
	assert_number_at(answer, "reasons.frame_truncated", 1);
	assert_count_at(answer, "interfaces", 4);
	assert_text_at(answer, "interfaces.1.interface", "Tap9");
	assert_number_at(answer, "interfaces.1.reasons.frame_truncated", 1);
	assert_null_at(answer, "interfaces.3.interface");
	json_decref(answer);
	answer = ask(&bench, "show drops interface Tap1");
	assert_count_at(answer, "interfaces", 1);
	assert_number_at(answer, "total", 0);
	json_decref(answer);
	type(&bench, "clear counters");
	answer = ask(&bench, "show drops");
	assert_number_at(answer, "total", 0);
	json_decref(answer);
	bench_end(&bench);
}

static void what_is_shown_can_be_read_back(void **state)
{
	struct config_read_error error;
	struct config again;
	struct bench bench;

	(void)state;
	bench_begin(&bench, home);
	config_init(&again);
	assert_int_equal(running_config_read(type(&bench, "show running-config"), &again, &error),
			 0);
	assert_true(config_equal(&again, &bench.config));
	config_fini(&again);
	assert_string_equal(type(&bench, "show running-config interface Tap1"),
			    "interface Tap1\n description laptop\n"
			    " attach namespace laptop name eth0\n bridge-group 1\n");
	bench_end(&bench);
}

static void saving_prints_ok_and_leaves_no_difference(void **state)
{
	struct bench bench;
	json_t *answer;

	(void)state;
	bench_begin(&bench, home);
	assert_string_equal(type(&bench, "show startup-config"), "startup-config is not present\n");
	answer = ask(&bench, "show configuration diff");
	assert_true(json_is_true(at(answer, "differs")));
	assert_text_at(answer, "lines.0.op", "add");
	json_decref(answer);
	assert_string_equal(type(&bench, "write memory"), "Building configuration...\n[OK]\n");
	assert_string_equal(type(&bench, "write"), "Building configuration...\n[OK]\n");
	assert_string_equal(type(&bench, "copy running-config startup-config"),
			    "Building configuration...\n[OK]\n");
	assert_string_equal(type(&bench, "show configuration diff"), "!No changes were found\n");
	strcpy(config_interface_find(&bench.config, (struct interface_id){INTERFACE_TAP, 1})
		       ->description,
	       "tablet");
	assert_string_equal(type(&bench, "show configuration diff"),
			    " interface Tap1\n- description laptop\n+ description tablet\n");
	type(&bench, "write erase");
	assert_int_equal(bench.last, SESSION_DONE);
	type(&bench, "erase startup-config");
	assert_int_equal(bench.last, SESSION_FAILED);
	bench_end(&bench);
}

static void whoever_may_only_look_may_not_clear_or_save(void **state)
{
	static const char *const changes[] = {"clear counters", "clear arp-cache", "write memory",
					      "write erase"};
	struct bench bench;

	(void)state;
	bench_begin(&bench, home);
	session_free(bench.session);
	bench.session = session_new(&bench.world, 0);
	for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
		type(&bench, changes[i]);
		assert_int_equal(bench.last, SESSION_FAILED);
	}
	for (size_t i = 0; i < ARRAY_COUNT(every_show); i++) {
		type(&bench, every_show[i]);
		assert_true(bench.last == SESSION_DONE ||
			    says_it_is_absent(&bench, every_show[i], true));
	}
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_show_answers_in_text_and_json),
		cmocka_unit_test(an_empty_router_gives_empty_arrays),
		cmocka_unit_test(interfaces_are_complete),
		cmocka_unit_test(routes_are_static_connected_and_local),
		cmocka_unit_test(own_addresses_and_vips_are_in_the_arp_table),
		cmocka_unit_test(leases_are_shown_and_name_the_devices_of_the_vip),
		cmocka_unit_test(the_next_address_of_a_pool_is_not_the_routers_own),
		cmocka_unit_test(a_strangers_identifier_and_name_harm_no_answer),
		cmocka_unit_test(a_cleared_lease_is_gone_and_an_unknown_one_is_refused),
		cmocka_unit_test(matches_are_counted_and_cleared),
		cmocka_unit_test(a_large_table_comes_in_pieces_that_join),
		cmocka_unit_test(static_forwards_head_the_translations),
		cmocka_unit_test(statistics_name_the_vip),
		cmocka_unit_test(ports_of_the_vip_are_counted),
		cmocka_unit_test(drops_list_every_reason),
		cmocka_unit_test(what_is_shown_can_be_read_back),
		cmocka_unit_test(saving_prints_ok_and_leaves_no_difference),
		cmocka_unit_test(whoever_may_only_look_may_not_clear_or_save),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
