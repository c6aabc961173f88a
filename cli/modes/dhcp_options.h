/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of a DHCP pool. */
#ifndef CLI_MODES_DHCP_OPTIONS_H
#define CLI_MODES_DHCP_OPTIONS_H

#include "cli/buffer.h"
#include "core/config.h"

/** Writes the lines of a pool that this family's commands set. */
void dhcp_options_write(struct buffer *out, const struct config *config,
			const struct config_dhcp_pool *pool);

#endif
