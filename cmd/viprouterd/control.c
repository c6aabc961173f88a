/* SPDX-License-Identifier: BSD-2-Clause */
/* The control socket: accepts shells, and hands the ends of effects to the right one. */
#include "cmd/viprouterd/control.h"

#include <unistd.h>
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/shell.h"

enum { SHELLS_MAX = 64, BACKLOG = 64 };

struct control {
	uv_loop_t *loop;
	struct effects *effects;
	uv_pipe_t listener;
	bool listening;
	/* those refused stay a moment longer than they count */
	VEC(struct shell *) shells;
	unsigned int refused;
	bool backlog; /* a connection waits that could not be taken in */
};

static void connection(uv_stream_t *server, int status);

static void shell_gone(void *context, struct shell *shell)
{
	struct control *control = context;

	uint32_t i = 0;

	while (i < control->shells.count && control->shells.at[i] != shell)
		i++;
	if (i < control->shells.count)
		vec_remove(&control->shells, i);
	else
		control->refused--;
	if (control->backlog && control->listening)
		connection((uv_stream_t *)&control->listener, 0);
}

static void connection(uv_stream_t *server, int status)
{
	struct control *control = server->data;
	bool full = control->shells.count >= SHELLS_MAX;
	struct shell *shell, **slot;

	/* a flood of them waits in the kernel, and holds no memory here. libuv listens on only
	 * after uv_accept(): shell_gone() comes back to it */
	control->backlog = status == 0 && control->refused >= SHELLS_MAX;
	if (status < 0 || control->backlog)
		return;
	shell = shell_new(control->loop, control->effects, shell_gone, control);
	if (!shell) {
		control->backlog = true;
		return;
	}
	slot = full ? NULL : vec_push(&control->shells);
	if (slot)
		*slot = shell;
	else
		control->refused++;
	if (uv_accept(server, shell_stream(shell)) < 0)
		shell_close(shell);
	else if (slot)
		shell_start(shell);
	else
		shell_refuse(shell, "too many shells are connected");
}

static void resume(void *context, struct session *session, int status, const char *message)
{
	struct control *control = context;

	for (uint32_t i = 0; i < control->shells.count; i++) {
		if (shell_has_session(control->shells.at[i], session)) {
			shell_resume(control->shells.at[i], status, message);
			break;
		}
	}
	control_wake(control);
}

void control_wake(struct control *control)
{
	/* a shell that goes on may start a change, and then the others wait again; one that ends is
	 * removed later, by the loop, so the list stays as it is */
	for (uint32_t i = 0; i < control->shells.count; i++)
		shell_wake(control->shells.at[i]);
}

/* ---- lines of debug and of the log ------------------------------------------------------ */

/** Tells the router which categories any shell looks at. */
static void watch(void *context)
{
	struct control *control = context;
	uint32_t mask = 0;

	for (uint32_t i = 0; i < control->shells.count; i++)
		mask |= shell_debug(control->shells.at[i]);
	router_set_debug(control->effects->pump->router, mask);
}

void control_debug(struct control *control, const struct event *event)
{
	for (uint32_t i = 0; i < control->shells.count; i++)
		shell_take_debug(control->shells.at[i], event);
}

static void logged(void *context, const char *line)
{
	struct control *control = context;

	for (uint32_t i = 0; i < control->shells.count; i++)
		shell_take_log(control->shells.at[i], line);
}

struct control *control_new(uv_loop_t *loop, struct effects *effects)
{
	struct control *control = calloc(1, sizeof(*control));

	if (!control)
		return NULL;
	control->loop = loop;
	control->effects = effects;
	effects->resume = resume;
	effects->watch = watch;
	effects->control = control;
	effects->pump->control = control;
	log_on_line(logged, control);
	return control;
}

int control_listen(struct control *control, int fd)
{
	int ret = uv_pipe_init(control->loop, &control->listener, 0);

	if (ret < 0) {
		close(fd);
		return ret;
	}
	control->listening = true;
	control->listener.data = control;
	ret = uv_pipe_open(&control->listener, fd);
	if (ret < 0) {
		close(fd);
		return ret;
	}
	return uv_listen((uv_stream_t *)&control->listener, BACKLOG, connection);
}

void control_close(struct control *control)
{
	if (control->listening)
		uv_close((uv_handle_t *)&control->listener, NULL);
	control->listening = false;
	for (uint32_t i = 0; i < control->shells.count; i++)
		shell_close(control->shells.at[i]);
}

void control_free(struct control *control)
{
	if (!control)
		return;
	log_on_line(NULL, NULL);
	control->effects->pump->control = NULL;
	vec_free(&control->shells);
	free(control);
}
