/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Brings the kernel's end of a port to the state that a request describes, whatever it was before:
 * absent, left over by an earlier run, or changed by hand. See request.h.
 */
#ifndef NETLINK_RECONCILE_H
#define NETLINK_RECONCILE_H

#include "netlink/request.h"

/**
 * reconcile_port() - make the port's kernel end as it should be
 * @response: out; status and text. A device made here that cannot be finished is gone again
 * Return: the device's descriptor when `open` was asked and status is 0, the caller's; else -1.
 */
int reconcile_port(const struct request_port *port, struct response *response);

/** Removes the port's kernel end. One that is not there, or not ours, is a success. */
void reconcile_remove(const struct request_port *port, struct response *response);

/** Removes all of @port->owner's devices that no process holds. Goes on after a failure. */
void reconcile_prune(const struct request_port *port, struct response *response);

#endif
