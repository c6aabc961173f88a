/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of the drop reasons; the list itself is in drop.h. */
#include "core/drop.h"

static const struct {
	const char *name, *text;
} drop_table[] = {
#define X(name, json, text) [DROP_##name] = {json, text},
	DROP_LIST(X)
#undef X
};

static_assert(ARRAY_COUNT(drop_table) == DROP_REASON_COUNT, "a drop reason without a name");

const char *drop_name(enum drop_reason reason)
{
	return drop_table[reason].name;
}

const char *drop_text(enum drop_reason reason)
{
	return drop_table[reason].text;
}
