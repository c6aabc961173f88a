/* SPDX-License-Identifier: BSD-2-Clause */
/* `clear ip nat …`: each form ends what it names, and says what is not there. */
#include "tests/unit/cli/modes/live.h"

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

static void a_host_known_by_another_address_is_cleared_by_both(void **state)
{
	static const char alias[] = "ip nat outside source static 198.51.100.7 10.99.0.7\n";
	static const char half[] = "clear ip nat translation outside 198.51.100.7 198.51.100.7";
	const ip4_t known = IP4(10, 99, 0, 7);
	struct buffer text = {0};
	struct bench bench;

	(void)state;
	buffer_printf(&text, "%s%s", live, alias);
	bench_begin(&bench, buffer_text(&text));
	udp(&bench, LAPTOP, 5000, known, 10);
	udp(&bench, LAPTOP, 5000, OTHER, 10);
	assert_int_equal(sessions(&bench), 2);
	type(&bench, half);
	assert_int_equal(bench.last, SESSION_FAILED);
	assert_int_equal(sessions(&bench), 2);
	assert_string_equal(type(&bench, "clear ip nat translation outside 10.99.0.7 198.51.100.7"),
			    "");
	assert_int_equal(bench.last, SESSION_DONE);
	assert_int_equal(sessions(&bench), 1);
	bench_end(&bench);
	buffer_free(&text);
}

static void static_translations_stay(void **state)
{
	static const char *const lines[] = {"clear ip nat translation *",
					    "clear ip nat translation forced"};
	struct bench bench;

	(void)state;
	live_begin(&bench);
	for (unsigned int n = 0; n < ARRAY_COUNT(lines); n++) {
		udp(&bench, LAPTOP, 5000, SERVER, 10);
		assert_string_equal(type(&bench, lines[n]), "");
		assert_string_equal(type(&bench, "show ip nat translations"), HEAD
				    "tcp 203.0.113.10:8080  192.168.1.20:80    ---                "
				    "---\n");
	}
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_clear_ends_what_it_names),
		cmocka_unit_test(clear_of_what_is_not_there_names_both_ends),
		cmocka_unit_test(a_host_known_by_another_address_is_cleared_by_both),
		cmocka_unit_test(static_translations_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
