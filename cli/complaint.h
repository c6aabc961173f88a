/* SPDX-License-Identifier: BSD-2-Clause */
/* What to say about a line that does not match. */
#ifndef CLI_COMPLAINT_H
#define CLI_COMPLAINT_H

#include "cli/match.h"

/** IOS's first line, without "% ", into @text. @match: not found. */
void complaint_text(const struct match *match, char *text, size_t size);
/** The way out into @hint; "" when there is nothing useful to say. */
void complaint_hint(const struct grammar *grammar, const struct match *match, char *hint,
		    size_t size);

/** The number of single-character edits, swaps included, between two words; at most @limit + 1. */
unsigned int complaint_distance(const char *a, const char *b, unsigned int limit);

#endif
