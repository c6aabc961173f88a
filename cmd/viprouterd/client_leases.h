/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file with the leases that the router's own interfaces have (`ip address dhcp`), so that after
 * a restart their clients ask for the same addresses again, and use what is left of the lease when
 * no server answers. It is JSON:
 *   {"leases": [{"interface", "address", "prefix_length", "server", "granted_at",
 *                "expires_at"|null (never), "grant"}]}
 * with times in seconds since 1970 UTC; grant: the server's message in hexadecimal, "" not known,
 * from which the rest is read again as if it had just come. The file is replaced as a whole; losing
 * it costs no more than a new start, so it is not synced.
 */
#ifndef CMD_VIPROUTERD_CLIENT_LEASES_H
#define CMD_VIPROUTERD_CLIENT_LEASES_H

#include "core/router.h"

struct client_leases;

/** @path: borrowed for life. Return: NULL: no memory. */
struct client_leases *client_leases_new(const char *path);
void client_leases_free(struct client_leases *leases);

/**
 * client_leases_restore() - read the file, and tell @router of leases whose time has not run out
 * To be called before the router's first configuration. A wall clock that was set back makes no
 * lease longer than it was granted.
 * Return: how many it was told of; what makes no sense is left out. -errno: the file that is there
 * cannot be read, or holds no such leases.
 */
int client_leases_restore(struct client_leases *leases, struct router *router, int64_t wall_s,
			  mono_ms_t now);

/**
 * Keeps an EVENT_CLIENT_LEASE.
 * @grant: the message that the lease is from; NULL: not known
 * Return: 0; -errno: the file is as it was.
 */
int client_leases_note(struct client_leases *leases, const struct event_client *event,
		       const struct dhcp_client_grant *grant, int64_t wall_s);

#endif
