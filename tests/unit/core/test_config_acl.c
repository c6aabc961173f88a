/* SPDX-License-Identifier: BSD-2-Clause */
/* Access lists in a configuration: names, numbers of lines, remarks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/config.h"

static struct config config;

static int setup(void **state)
{
	(void)state;
	config_init(&config);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	config_fini(&config);
	return 0;
}

/* A line that permits one source, which tells the lines of a test apart. */
static struct config_acl_line entry(const char *list, uint32_t sequence, uint32_t source)
{
	struct config_acl_line line = {.sequence = sequence, .permit = true, .address = {source}};

	strcpy(line.list, list);
	return line;
}

static int add(const char *list, uint32_t sequence, uint32_t source)
{
	struct config_acl_line line = entry(list, sequence, source);

	return config_acl_add(&config, &line);
}

static int remark(const char *list, uint32_t sequence, const char *text)
{
	struct config_acl_line line = {.sequence = sequence};

	strcpy(line.list, list);
	strcpy(line.remark, text);
	return config_acl_add(&config, &line);
}

/* Checks a list's lines: "10:1 20:#text" are an entry for source 0.0.0.1 and a remark. */
static void holds(const char *list, const char *wanted)
{
	char text[512] = "", *end = text;
	uint32_t count;
	const struct config_acl_line *lines = config_acl_lines(&config, list, &count);

	for (uint32_t i = 0; i < count; i++) {
		end += sprintf(end, "%s%u:", i ? " " : "", lines[i].sequence);
		if (lines[i].remark[0])
			end += sprintf(end, "#%s", lines[i].remark);
		else
			end += sprintf(end, "%u", lines[i].address.host);
	}
	assert_string_equal(text, wanted);
}

static void the_number_of_a_list_says_its_kind(void **state)
{
	static const struct {
		const char *name;
		int extended;
	} cases[] = {
		{"1", 0},	  {"99", 0},	      {"1300", 0},	 {"1999", 0},
		{"100", 1},	  {"199", 1},	      {"2000", 1},	 {"2699", 1},
		{"0", -EINVAL},	  {"200", -EINVAL},   {"1299", -EINVAL}, {"2700", -EINVAL},
		{"web", -EINVAL}, {"10000", -EINVAL}, {"", -EINVAL},	 {"01", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_int_equal(config_acl_number_is_extended(cases[i].name), cases[i].extended);
}

static void lists_stand_by_number_then_by_word(void **state)
{
	static const char *const wanted[] = {"2", "10", "101", "guests", "web"};

	(void)state;
	config_acl_get(&config, "web", true);
	config_acl_get(&config, "101", true);
	config_acl_get(&config, "10", false);
	config_acl_get(&config, "guests", false);
	config_acl_get(&config, "2", false);
	config_acl_get(&config, "web", false); /* it is there, and stays extended */
	assert_int_equal(config.acls.count, ARRAY_COUNT(wanted));
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
		assert_string_equal(config.acls.at[i].name, wanted[i]);
	assert_true(config_acl_find(&config, "web")->extended);
	assert_null(config_acl_find(&config, "3"));
}

static void a_line_makes_its_list(void **state)
{
	struct config_acl_line line = {.list = "inbound", .proto = 6};

	(void)state;
	assert_int_equal(add("101", 0, 1), 0);
	assert_int_equal(add("lan", 0, 1), 0);
	assert_int_equal(config_acl_add(&config, &line), 0);
	assert_true(config_acl_find(&config, "101")->extended);
	assert_false(config_acl_find(&config, "lan")->extended);
	assert_true(config_acl_find(&config, "inbound")->extended);
}

static void lines_are_numbered_by_tens_behind_the_last(void **state)
{
	(void)state;
	assert_int_equal(add("1", 0, 1), 0);
	assert_int_equal(add("1", 0, 2), 0);
	assert_int_equal(add("2", 0, 9), 0);
	assert_int_equal(add("1", 15, 3), 0);
	assert_int_equal(add("1", 0, 4), 0);
	holds("1", "10:1 15:3 20:2 30:4");
	holds("2", "10:9");
	assert_false(config_acl_numbers_are_default(&config, "1"));
	assert_true(config_acl_numbers_are_default(&config, "2"));
}

static void an_entry_stands_once(void **state)
{
	(void)state;
	assert_int_equal(add("1", 0, 1), 0);
	assert_int_equal(add("1", 0, 2), 0);
	assert_int_equal(add("1", 0, 1), 0);
	assert_int_equal(add("1", 10, 1), 0);
	assert_int_equal(add("1", 5, 1), -EALREADY);
	assert_int_equal(add("1", 20, 3), -EEXIST);
	holds("1", "10:1 20:2");
}

static void no_number_is_left_behind_the_highest(void **state)
{
	(void)state;
	assert_int_equal(add("1", CONFIG_SEQUENCE_MAX, 1), 0);
	assert_int_equal(add("1", 0, 2), -ERANGE);
}

static void a_remark_stands_before_the_next_entry(void **state)
{
	(void)state;
	assert_int_equal(remark("1", 0, "first"), 0);
	assert_int_equal(add("1", 0, 1), 0);
	assert_int_equal(remark("1", 0, "second"), 0);
	assert_int_equal(remark("1", 0, "more"), 0);
	assert_int_equal(remark("1", 0, "more"), 0);
	assert_int_equal(add("1", 0, 2), 0);
	assert_int_equal(add("1", 15, 3), 0);
	assert_int_equal(remark("1", 0, "last"), 0);
	holds("1", "10:#first 10:1 15:3 20:#second 20:#more 20:2 30:#last");
	assert_int_equal(config_acl_resequence(&config, "1", 100, 5), 0);
	holds("1", "100:#first 100:1 105:3 110:#second 110:#more 110:2 115:#last");
}

static void remarks_that_come_to_stand_together_are_one(void **state)
{
	(void)state;
	remark("1", 0, "----");
	remark("1", 0, "note");
	remark("1", 15, "----");
	assert_int_equal(config_acl_resequence(&config, "1", 10, 10), 0);
	holds("1", "10:#---- 10:#note");
}

static void removing_a_number_leaves_its_remark(void **state)
{
	(void)state;
	remark("1", 0, "note");
	add("1", 0, 1);
	add("1", 0, 2);
	assert_int_equal(config_acl_remove_sequence(&config, "1", 10), 0);
	holds("1", "10:#note 20:2");
	assert_int_equal(config_acl_remove_sequence(&config, "1", 10), 0);
	holds("1", "20:2");
	assert_int_equal(config_acl_remove_sequence(&config, "1", 10), -ENOENT);
	assert_int_equal(config_acl_remove_sequence(&config, "2", 10), -ENOENT);
}

static void a_numbered_list_goes_with_its_last_line_a_named_one_stays(void **state)
{
	struct config_acl_line line = entry("1", 0, 1);

	(void)state;
	add("1", 0, 1);
	add("lan", 0, 1);
	assert_int_equal(config_acl_remove(&config, &line), 0);
	assert_false(config_acl_exists(&config, "1"));
	strcpy(line.list, "lan");
	assert_int_equal(config_acl_remove(&config, &line), 0);
	assert_int_equal(config_acl_remove(&config, &line), -ENOENT);
	assert_true(config_acl_exists(&config, "lan"));
	assert_int_equal(config_acl_remove_list(&config, "lan"), 0);
	assert_int_equal(config_acl_remove_list(&config, "lan"), -ENOENT);
}

static void a_list_that_would_run_out_of_numbers_is_not_resequenced(void **state)
{
	(void)state;
	add("1", 0, 1);
	add("1", 0, 2);
	assert_int_equal(config_acl_resequence(&config, "1", 1, CONFIG_SEQUENCE_MAX), -ERANGE);
	assert_int_equal(config_acl_resequence(&config, "2", 10, 10), -ENOENT);
	holds("1", "10:1 20:2");
}

static void every_part_of_a_line_counts_in_a_comparison(void **state)
{
	struct config other;
	struct config_acl_line *line;

	(void)state;
	add("101", 0, 1);
	config_init(&other);
#define DIFFERS(change)                                                                            \
	do {                                                                                       \
		assert_int_equal(config_copy(&other, &config), 0);                                 \
		assert_true(config_equal(&other, &config));                                        \
		line = &other.acl_lines.at[0];                                                     \
		change;                                                                            \
		assert_false(config_equal(&other, &config));                                       \
	} while (0)
	DIFFERS(line->sequence++);
	DIFFERS(line->remark[0] = 'x');
	DIFFERS(line->proto = 6);
	DIFFERS(line->sport.op = CONFIG_PORT_EQ);
	DIFFERS(line->sport.first = 1);
	DIFFERS(line->dport.last = 1);
	DIFFERS(line->dst.host = 1);
	DIFFERS(line->dst_care.host = 1);
	DIFFERS(line->icmp_match = CONFIG_ICMP_TYPE);
	DIFFERS(line->icmp_type = 8);
	DIFFERS(line->icmp_code = 1);
	DIFFERS(line->established = true);
	DIFFERS(line->fragments = true);
	DIFFERS(line->log = true);
	DIFFERS(other.acls.at[0].extended = false);
#undef DIFFERS
	config_fini(&other);
}

static void an_extended_list_may_permit_a_source(void **state)
{
	struct config_acl_line line = {.list = "101", .wildcard = IP4_BROADCAST, .proto = 6};

	(void)state;
	config_acl_add(&config, &line); /* deny tcp any any: others may pass */
	line = (struct config_acl_line){.list = "101", .address = {5}};
	config_acl_add(&config, &line); /* deny ip host 0.0.0.5 any: nothing of it passes */
	line = (struct config_acl_line){
		.list = "101", .permit = true, .wildcard = IP4_BROADCAST, .proto = 17};
	config_acl_add(&config, &line);
	assert_false(config_acl_permits(&config, "101", (ip4_t){5}));
	assert_true(config_acl_permits(&config, "101", (ip4_t){6}));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_number_of_a_list_says_its_kind),
		TEST(lists_stand_by_number_then_by_word),
		TEST(a_line_makes_its_list),
		TEST(lines_are_numbered_by_tens_behind_the_last),
		TEST(an_entry_stands_once),
		TEST(no_number_is_left_behind_the_highest),
		TEST(a_remark_stands_before_the_next_entry),
		TEST(remarks_that_come_to_stand_together_are_one),
		TEST(removing_a_number_leaves_its_remark),
		TEST(a_numbered_list_goes_with_its_last_line_a_named_one_stays),
		TEST(a_list_that_would_run_out_of_numbers_is_not_resequenced),
		TEST(every_part_of_a_line_counts_in_a_comparison),
		TEST(an_extended_list_may_permit_a_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
