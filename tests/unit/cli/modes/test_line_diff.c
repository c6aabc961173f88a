/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "cli/buffer.h"
#include "cli/modes/line_diff.h"

static void diff(const char *before, const char *after, struct buffer *out)
{
	struct line_list a = {0}, b = {0};
	struct line_edit_list edits = {0};

	assert_int_equal(line_list_read(&a, before), 0);
	assert_int_equal(line_list_read(&b, after), 0);
	assert_int_equal(line_diff(&a, &b, &edits), 0);
	vec_each (&edits.edits, edit) {
		buffer_printf(out, "%c%.*s\n", " -+"[edit->op], (int)edit -> line.len,
			      edit->line.at);
	}
	vec_free(&edits.edits);
	vec_free(&a.lines);
	vec_free(&b.lines);
}

static void expect(const char *before, const char *after, const char *expected)
{
	struct buffer out = {0};

	diff(before, after, &out);
	assert_string_equal(buffer_text(&out), expected);
	buffer_free(&out);
}

static void equal_texts_keep_every_line(void **state)
{
	(void)state;
	expect("", "", "");
	expect("a\nb\n", "a\nb\n", " a\n b\n");
	expect("a\nb", "a\nb\n", " a\n b\n");
}

static void from_and_to_nothing(void **state)
{
	(void)state;
	expect("", "a\nb\n", "+a\n+b\n");
	expect("a\nb\n", "", "-a\n-b\n");
}

static void the_shortest_way_is_found(void **state)
{
	(void)state;
	/* the example of Myers' paper: five edits, four lines kept */
	expect("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n",
	       "-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n");
	expect("a\nx\nc\n", "a\ny\nc\n", " a\n-x\n+y\n c\n");
	expect("a\nc\n", "a\nb\nc\n", " a\n+b\n c\n");
	expect("a\na\na\n", "a\n", " a\n-a\n-a\n");
}

/* Whatever the texts, the edits turn one into the other. */
static void edits_lead_from_one_text_to_the_other(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 500; round++) {
		char texts[2][41] = {{0}};
		struct buffer out = {0};
		char rebuilt[2][41] = {{0}};
		size_t len[2] = {0};

		for (int t = 0; t < 2; t++) {
			seed = seed * 1103515245 + 12345;
			for (unsigned int i = 0; i < (seed >> 16) % 20; i++) {
				seed = seed * 1103515245 + 12345;
				texts[t][2 * i] = (char)('a' + (seed >> 16) % 3);
				texts[t][2 * i + 1] = '\n';
				seed ^= 0x10000u * (i & 1);
			}
			texts[t][40] = '\0';
		}
		diff(texts[0], texts[1], &out);
		for (const char *c = buffer_text(&out); *c; c += 3) {
			if (c[0] != '+')
				memcpy(rebuilt[0] + len[0], c + 1, 2), len[0] += 2;
			if (c[0] != '-')
				memcpy(rebuilt[1] + len[1], c + 1, 2), len[1] += 2;
		}
		assert_string_equal(rebuilt[0], texts[0]);
		assert_string_equal(rebuilt[1], texts[1]);
		buffer_free(&out);
	}
}

static void texts_too_far_apart_are_replaced_whole(void **state)
{
	struct buffer before = {0}, after = {0}, out = {0};
	size_t removed = 0, added = 0;

	(void)state;
	buffer_add(&before, "head\n");
	buffer_add(&after, "head\n");
	for (int i = 0; i < LINE_DIFF_MAX; i++) {
		buffer_printf(&before, "a%d\n", i);
		buffer_printf(&after, "b%d\n", i);
	}
	diff(buffer_text(&before), buffer_text(&after), &out);
	assert_memory_equal(buffer_text(&out), " head\n-a0\n", 10);
	for (const char *c = buffer_text(&out); c; c = strchr(c, '\n'), c = c ? c + 1 : c) {
		removed += *c == '-';
		added += *c == '+';
	}
	assert_int_equal(removed, LINE_DIFF_MAX);
	assert_int_equal(added, LINE_DIFF_MAX);
	buffer_free(&before);
	buffer_free(&after);
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_texts_keep_every_line),
		cmocka_unit_test(from_and_to_nothing),
		cmocka_unit_test(the_shortest_way_is_found),
		cmocka_unit_test(edits_lead_from_one_text_to_the_other),
		cmocka_unit_test(texts_too_far_apart_are_replaced_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
