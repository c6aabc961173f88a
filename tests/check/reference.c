/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the reference of the command language; tests/check/docs compares docs/cli.md with it. */
#include <stdio.h>

#include "cli/reference.h"

int main(void)
{
	struct buffer out = {0};
	bool written;

	reference_write(&out);
	written = !out.failed && fwrite(out.at, 1, out.len, stdout) == out.len;
	buffer_free(&out);
	return written && fflush(stdout) == 0 ? 0 : 1;
}
