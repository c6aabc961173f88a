/* SPDX-License-Identifier: BSD-2-Clause */
/* What the relay's lines have in an interface's part of the configuration. See dhcp_relay.c. */
#ifndef CLI_MODES_DHCP_RELAY_H
#define CLI_MODES_DHCP_RELAY_H

#include "cli/buffer.h"
#include "core/config.h"

/** Writes an interface's `ip helper-address` lines. */
void dhcp_relay_write_helpers(struct buffer *out, const struct config_interface *interface);

#endif
