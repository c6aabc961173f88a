/* SPDX-License-Identifier: BSD-2-Clause */
/* Text into the configurations that fuzz targets make. */
#ifndef TESTS_FUZZ_TEXT_H
#define TESTS_FUZZ_TEXT_H

#include <stdio.h>
#include <stdlib.h>

/**
 * fuzz_set_text() - write a name into a field of a configuration
 * @field: the field; @size: its bytes, the terminating NUL among them
 * A name that does not fit is a mistake in the target, which ends.
 */
static inline void fuzz_set_text(char *field, size_t size, const char *text)
{
	int len = snprintf(field, size, "%s", text);

	if (len < 0 || (size_t)len >= size)
		abort();
}

#endif
