/* SPDX-License-Identifier: BSD-2-Clause */
/* `ip dhcp database`, whose line stands among those of the server. */
#ifndef CLI_MODES_DHCP_DATABASE_H
#define CLI_MODES_DHCP_DATABASE_H

#include "cli/buffer.h"
#include "core/config.h"

void dhcp_database_write(struct buffer *out, const struct config *config);

#endif
