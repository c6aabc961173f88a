/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Namespaces that are deleted, or replaced by others of the same name. An open TUN or TAP device
 * keeps its namespace alive without a name: its device does not go away by itself, but nobody is
 * there any more, and it must be let go.
 */
#ifndef CMD_VIPROUTERD_NS_WATCH_H
#define CMD_VIPROUTERD_NS_WATCH_H

#include "cmd/viprouterd/loop.h"

/** Which namespace a name stands for; all zero: none. */
struct ns_identity {
	uint64_t device, inode;
};

/** @ns: as in the configuration; "" is the router's own, which does not change. */
struct ns_identity ns_watch_identity(const char *ns);

static inline bool ns_identity_equal(struct ns_identity a, struct ns_identity b)
{
	return a.device == b.device && a.inode == b.inode;
}

struct ns_watch {
	uv_loop_t *loop;
	uv_fs_event_t event;
	bool exists, active;
	void (*changed)(void *context);
	void *context;
};

/** @changed: called when a name came or went. */
void ns_watch_init(struct ns_watch *watch, uv_loop_t *loop, void (*changed)(void *context),
		   void *context);
/** Watches, if it does not yet: the folder of names is there only once there is a namespace. */
void ns_watch_start(struct ns_watch *watch);
void ns_watch_close(struct ns_watch *watch);

#endif
