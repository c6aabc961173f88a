/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows of translations that live. */
#include "tests/unit/cli/modes/live.h"

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
	bench_lease(&bench, IP4(192, 168, 1, 102), "");
	udp(&bench, IP4(192, 168, 1, 102), 5000, SERVER, 10);
	assert_string_equal(
		type(&bench, "show ip nat translations device Screen"), HEAD
		"udp 203.0.113.10:5000  192.168.1.102:5000 198.51.100.7:80    198.51.100.7:80\n");
	bench_end(&bench);
}

static void translations_of_a_device_by_its_typed_name(void **state)
{
	static const char host[] = "ip host nas.home.lan 192.168.1.103\n";
	char config[sizeof(live) + sizeof(host)];
	struct bench bench;

	(void)state;
	snprintf(config, sizeof(config), "%s%s", live, host);
	bench_begin(&bench, config);
	udp(&bench, IP4(192, 168, 1, 103), 5000, SERVER, 10);
	assert_string_equal(
		type(&bench, "show ip nat translations device NAS.home.lan"), HEAD
		"udp 203.0.113.10:5000  192.168.1.103:5000 198.51.100.7:80    198.51.100.7:80\n");
	assert_non_null(strstr(type(&bench, "show ip nat translations top"), "nas.home.lan"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(translations_of_one_device_by_address_or_name),
		cmocka_unit_test(translations_of_a_device_by_the_name_of_its_reservation),
		cmocka_unit_test(translations_of_a_device_by_its_typed_name),
		cmocka_unit_test(a_ping_has_its_identifier_in_place_of_ports),
		cmocka_unit_test(an_answer_in_pieces_has_one_total),
		cmocka_unit_test(top_names_who_has_sent_most),
		cmocka_unit_test(c5_limits_show_what_is_used_and_what_was_refused),
		cmocka_unit_test(c11_statistics_tell_refusals_by_reason_and_ports_by_address),
	};

	return cmocka_run_group_tests_name("nat_live", tests, NULL, NULL);
}
