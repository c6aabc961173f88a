/* SPDX-License-Identifier: BSD-2-Clause */
/* Single clients of the DHCP server: their own addresses, and how many one port may bring. */
#ifndef CLI_MODES_DHCP_CLIENTS_H
#define CLI_MODES_DHCP_CLIENTS_H

#include "cli/buffer.h"
#include "cli/command.h"
#include "core/config.h"

/**
 * dhcp_clients_read_id() - the client identifier `id` of a line in @pool
 * @id: out; zeros behind it
 * Return: CALL_DONE; CALL_FAILED, having said so.
 */
enum call_status dhcp_clients_read_id(struct call *call, const struct config_dhcp_pool *pool,
				      uint8_t id[CONFIG_CLIENT_ID_MAX], uint8_t *len);
/** Writes a pool's `address` lines. */
void dhcp_clients_write_pool(struct buffer *out, const struct config *config,
			     const struct config_dhcp_pool *pool);
/** Writes an interface's `ip dhcp limit lease`. */
void dhcp_clients_write_interface(struct buffer *out, const struct config_interface *interface);

#endif
