/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Helps the tests of wire formats: a packet in a buffer of exactly its size, so that a sanitizer
 * sees every byte read behind it; and the same packet cut at every length.
 */
#ifndef TESTS_WIRE_EXACT_H
#define TESTS_WIRE_EXACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/wire/cursor.h"

/** A copy of @len bytes in a block of its own; to be freed. */
static inline uint8_t *exact_copy(const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

/** Whether a parser takes the bytes; the parsed value is thrown away. */
typedef int (*exact_parse)(struct cursor *c);

/** Asserts that @parse refuses every beginning of the packet shorter than @needed bytes. */
static inline void assert_refused_when_cut(const uint8_t *packet, size_t needed, exact_parse parse)
{
	for (size_t len = 0; len < needed; len++) {
		uint8_t *cut = exact_copy(packet, len);
		struct cursor c = cursor_over(cut, len);

		if (parse(&c) != -EPROTO)
			fail_msg("taken when cut to %zu of %zu bytes", len, needed);
		free(cut);
	}
	uint8_t *whole = exact_copy(packet, needed);
	struct cursor c = cursor_over(whole, needed);

	assert_int_equal(parse(&c), 0);
	free(whole);
}

#endif
