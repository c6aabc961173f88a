/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames from TUN and TAP devices into the router, and from the router to the devices. */
#ifndef CMD_VIPROUTERD_PORT_IO_H
#define CMD_VIPROUTERD_PORT_IO_H

#include "cmd/viprouterd/loop.h"
#include "core/config.h"

struct port_io;
struct pump;

/** A device went away by itself (its namespace was deleted, say); it is detached already. */
typedef void port_io_lost_fn(void *context, struct interface_id id);

/** @pump: borrowed. Return: NULL: no memory. */
struct port_io *port_io_new(struct pump *pump, port_io_lost_fn *lost, void *context);
/** Every port is detached. The loop must run once more before the memory goes. */
void port_io_free(struct port_io *io);

/**
 * port_io_attach() - read and write frames of port @index on @fd
 * @fd: a TUN or TAP device with IFF_VNET_HDR; owned from now on, closed also on failure
 * @carrier: false while the interface is shut down
 * Return: 0; -errno.
 */
int port_io_attach(struct port_io *io, struct interface_id id, unsigned int index, int fd,
		   bool carrier);
/** The same for the line of the router's own host, which is no interface's. */
int port_io_attach_self(struct port_io *io, int fd);
/** Stops it and closes its device; the router learns of it. Nothing happens to a port not attached.
 */
void port_io_detach(struct port_io *io, struct interface_id id);
void port_io_detach_all(struct port_io *io);

/** Sets or takes the carrier of the kernel's end, and tells the router. */
void port_io_set_carrier(struct port_io *io, struct interface_id id, bool carrier);

bool port_io_is_attached(const struct port_io *io, struct interface_id id);

/** Writes what router_output() holds. */
void port_io_flush(struct port_io *io);

#endif
