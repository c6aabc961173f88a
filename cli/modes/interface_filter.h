/* SPDX-License-Identifier: BSD-2-Clause */
/* What may pass an interface: its access lists, the way back to a source, and who is told. The rows
 * are in interface.c with the others of an interface. */
#ifndef CLI_MODES_INTERFACE_FILTER_H
#define CLI_MODES_INTERFACE_FILTER_H

#include "cli/buffer.h"
#include "cli/command.h"

/** `ip access-group <list> way={in|out}` */
enum call_status interface_filter_access_group(struct call *call);
/** `ip verify unicast source reachable-via by={rx|any} [allow-default]` */
enum call_status interface_filter_verify(struct call *call);
/** `ip unreachables` */
enum call_status interface_filter_unreachables(struct call *call);

/** Writes those of them that are not as they are by default. */
void interface_filter_write(struct buffer *out, const struct config_interface *interface);

#endif
