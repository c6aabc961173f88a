/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `ip dhcp database flash:NAME`: the leases as a text in IOS's form, in the folder `flash` of the
 * router, for people and programs to read. It is written some time after a lease has changed
 * (`write-delay`), as a whole, and never read: what the router itself remembers is in the journal
 * (lease_log.h), before each ACK.
 */
#ifndef CMD_VIPROUTERD_LEASE_EXPORT_H
#define CMD_VIPROUTERD_LEASE_EXPORT_H

#include "cli/session.h"
#include "cmd/viprouterd/loop.h"

struct lease_export;
struct pump;

/** @folder: made when a file is first written; borrowed for life. Return: NULL: no memory. */
struct lease_export *lease_export_new(struct pump *pump, const char *folder);
/** Writes what waits to be written, at once. The loop must run once more before _free(). */
void lease_export_close(struct lease_export *export);
void lease_export_free(struct lease_export *export);

/** A lease, or the configuration, has changed. */
void lease_export_changed(struct lease_export *export);

void lease_export_status(const struct lease_export *export, struct world_database *out);

#endif
