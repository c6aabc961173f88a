/* SPDX-License-Identifier: BSD-2-Clause */
/* Single clients of the DHCP server: their own addresses, and how many one port may bring. */
#ifndef CLI_MODES_DHCP_CLIENTS_H
#define CLI_MODES_DHCP_CLIENTS_H

#include "cli/buffer.h"
#include "core/config.h"

/** "0102.005e.1000.01" */
void dhcp_clients_write_id(struct buffer *out, const uint8_t *id, unsigned int len);
/** Writes a pool's `address` lines. */
void dhcp_clients_write_pool(struct buffer *out, const struct config *config,
			     const struct config_dhcp_pool *pool);
/** Writes an interface's `ip dhcp limit lease`. */
void dhcp_clients_write_interface(struct buffer *out, const struct config_interface *interface);

#endif
