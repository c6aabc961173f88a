/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of network address translation share: nat.c (behaviour), nat_source.c
 * (pools and source lists) and nat_static.c (fixed translations).
 */
#ifndef CLI_MODES_NAT_H
#define CLI_MODES_NAT_H

#include "cli/buffer.h"
#include "cli/command.h"
#include "core/config.h"

/** The words of enum nat_behaviour. */
extern const char *const nat_behaviour_words[NAT_BEHAVIOUR_COUNT];

#define NAT_BEHAVIOURS "{endpoint-independent|address-dependent|address-and-port-dependent}"
/** The choice of a path that nat_preset_find() takes. */
#define NAT_PRESETS "{full-cone|restricted-cone|port-restricted-cone|symmetric}"

/** The two behaviours that a kind of NAT is known by (RFC 3489 s5 has the names). */
struct nat_preset {
	const char *name;
	uint8_t mapping, filtering; /* enum nat_behaviour */
};
/** @name: one of NAT_PRESETS. */
const struct nat_preset *nat_preset_find(const char *name);

#endif
