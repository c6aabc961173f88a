/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the reference of the command language, which docs/cli.md has to equal (tests/check/docs). */
#include <stdio.h>

#include "cli/reference.h"

int main(void)
{
	struct buffer out = {0};
	bool written;

	reference_write(&out);
	written = !out.failed && fwrite(out.data, 1, out.len, stdout) == out.len;
	buffer_fini(&out);
	return written && fflush(stdout) == 0 ? 0 : 1;
}
