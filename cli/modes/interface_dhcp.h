/* SPDX-License-Identifier: BSD-2-Clause */
/* The DHCP client of an interface: `ip address dhcp` and `ip dhcp client …`. */
#ifndef CLI_MODES_INTERFACE_DHCP_H
#define CLI_MODES_INTERFACE_DHCP_H

#include "cli/buffer.h"
#include "core/config.h"

/** `ip address dhcp` is gone, with the identifier and hostname that its line has. */
void interface_dhcp_clear(struct config_interface *interface);
/** Writes an interface's lines. */
void interface_dhcp_write(struct buffer *out, const struct config_interface *interface);

#endif
