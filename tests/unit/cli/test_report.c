/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/report.h"

/** Numbers 1 to 5, two a piece. */
static json_t *numbers_collect(const struct call *call, struct show_cursor *cursor)
{
	json_t *piece = json_array();

	(void)call;
	if (cursor->first)
		cursor->state = malloc(1); /* freed by the report */
	for (int i = 0; i < 2 && cursor->at < 5; i++)
		json_array_append_new(piece, json_pack("{s:I}", "n", (json_int_t)++cursor->at));
	cursor->more = cursor->at < 5;
	return piece;
}

static void numbers_print(struct buffer *out, const json_t *piece, const struct show_cursor *cursor)
{
	size_t index;
	json_t *value;

	if (cursor->first)
		buffer_add(out, "begin\n");
	json_array_foreach (piece, index, value)
		buffer_printf(out, "%d\n", (int)json_integer_value(json_object_get(value, "n")));
	if (!cursor->more)
		buffer_add(out, "end\n");
}

static json_t *empty_collect(const struct call *call, struct show_cursor *cursor)
{
	(void)call;
	(void)cursor;
	return json_array();
}

static json_t *object_collect(const struct call *call, struct show_cursor *cursor)
{
	(void)call;
	(void)cursor;
	return json_pack("{s:{s:i},s:n}", "a", "b", 1, "c");
}

static json_t *nothing_collect(const struct call *call, struct show_cursor *cursor)
{
	(void)call;
	(void)cursor;
	return NULL;
}

static enum report_status run(json_t *(*collect)(const struct call *, struct show_cursor *),
			      bool json, unsigned int pieces, struct buffer *out)
{
	struct show show = {collect, numbers_print};
	struct command row = {.show = &show};
	struct call call = {.row = &row};
	struct report report;
	enum report_status status;

	report_begin(&report, &call, json);
	while ((status = report_next(&report, out)) == REPORT_MORE)
		pieces--;
	assert_int_equal(pieces, 1);
	return status;
}

static void pieces_of_an_array_make_one_json_document(void **state)
{
	struct buffer out = {0};
	json_t *whole;

	(void)state;
	assert_int_equal(run(numbers_collect, true, 3, &out), REPORT_END);
	whole = json_loads(buffer_text(&out), 0, NULL);
	assert_int_equal(json_array_size(whole), 5);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(whole, 4), "n")), 5);
	json_decref(whole);
	buffer_free(&out);
}

static void an_empty_array_is_complete(void **state)
{
	struct buffer out = {0};

	(void)state;
	assert_int_equal(run(empty_collect, true, 1, &out), REPORT_END);
	assert_string_equal(buffer_text(&out), "[]\n");
	buffer_free(&out);
}

static void an_object_is_the_whole_document(void **state)
{
	struct buffer out = {0};
	json_t *whole;

	(void)state;
	assert_int_equal(run(object_collect, true, 1, &out), REPORT_END);
	whole = json_loads(buffer_text(&out), 0, NULL);
	assert_true(json_is_null(json_object_get(whole, "c")));
	assert_non_null(json_object_get(whole, "a"));
	json_decref(whole);
	buffer_free(&out);
}

static void text_knows_its_first_and_last_piece(void **state)
{
	struct buffer out = {0};

	(void)state;
	assert_int_equal(run(numbers_collect, false, 3, &out), REPORT_END);
	assert_string_equal(buffer_text(&out), "begin\n1\n2\n3\n4\n5\nend\n");
	buffer_free(&out);
}

static void a_collector_without_memory_ends_the_report(void **state)
{
	struct buffer out = {0};

	(void)state;
	assert_int_equal(run(nothing_collect, true, 1, &out), REPORT_NO_MEMORY);
	buffer_free(&out);
}

static void a_report_may_be_stopped_between_pieces(void **state)
{
	struct show show = {numbers_collect, numbers_print};
	struct command row = {.show = &show};
	struct call call = {.row = &row};
	struct report report;
	struct buffer out = {0};

	(void)state;
	report_begin(&report, &call, false);
	assert_int_equal(report_next(&report, &out), REPORT_MORE);
	report_stop(&report); /* a leak is the sanitizer's to find */
	report_stop(&report);
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_an_array_make_one_json_document),
		cmocka_unit_test(an_empty_array_is_complete),
		cmocka_unit_test(an_object_is_the_whole_document),
		cmocka_unit_test(text_knows_its_first_and_last_piece),
		cmocka_unit_test(a_collector_without_memory_ends_the_report),
		cmocka_unit_test(a_report_may_be_stopped_between_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
