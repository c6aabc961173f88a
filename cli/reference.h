/* SPDX-License-Identifier: BSD-2-Clause */
/* The reference of the command language, made from the command table. */
#ifndef CLI_REFERENCE_H
#define CLI_REFERENCE_H

#include "cli/buffer.h"

/** docs/cli.md, in Markdown. */
void reference_write(struct buffer *out);

#endif
