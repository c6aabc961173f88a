/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of namespaces are files in one folder, each the mount point of its namespace. */
#include "cmd/viprouterd/ns_watch.h"

#include <stdio.h>
#include <sys/stat.h>
#include "netlink/namespace.h"

struct ns_identity ns_watch_identity(const char *ns)
{
	char path[sizeof(NAMESPACE_FOLDER) + 256];
	struct stat st;

	snprintf(path, sizeof(path), NAMESPACE_FOLDER "/%s", ns);
	if (!ns[0] || stat(path, &st) < 0)
		return (struct ns_identity){0, 0};
	return (struct ns_identity){st.st_dev, st.st_ino};
}

static void folder_changed(uv_fs_event_t *event, const char *name, int events, int status)
{
	struct ns_watch *watch = event->data;

	(void)name;
	(void)events;
	if (status >= 0)
		watch->changed(watch->context);
}

void ns_watch_init(struct ns_watch *watch, uv_loop_t *loop, void (*changed)(void *context),
		   void *context)
{
	memset(watch, 0, sizeof(*watch));
	watch->loop = loop;
	watch->changed = changed;
	watch->context = context;
	watch->event.data = watch;
	watch->exists = uv_fs_event_init(loop, &watch->event) == 0;
}

void ns_watch_start(struct ns_watch *watch)
{
	if (watch->exists && !watch->active)
		watch->active =
			uv_fs_event_start(&watch->event, folder_changed, NAMESPACE_FOLDER, 0) == 0;
}

void ns_watch_close(struct ns_watch *watch)
{
	if (watch->exists)
		uv_close((uv_handle_t *)&watch->event, NULL);
	watch->exists = watch->active = false;
}
