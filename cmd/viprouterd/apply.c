/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Model: a change is a plan of steps, each a request to the agent. They are done in order; when one
 * fails, those done are undone in reverse, and the change fails with the first one's text. Only
 * when all are done does the router take the configuration, which cannot fail but for memory.
 *
 * The list of ports in the run folder holds, at every moment, each port that may exist: it is
 * written before the first step with the ports to be made, and after the last without those gone. A
 * router that starts after a crash finds there what to take over and what to remove.
 *
 * A port is detached before the agent removes its device, and attached after the router knows it.
 */
#include "cmd/viprouterd/apply.h"

#include <stdio.h>
#include <unistd.h>
#include "cli/buffer.h"
#include "cmd/viprouterd/dns_service.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/port_io.h"
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/store.h"
#include "core/text.h"

struct job {
	struct job *next;
	struct config config;
	enum plan_goal goal;
	apply_done_fn *done;
	void *context;
};

struct apply {
	struct pump *pump;
	struct agent_link *agent;
	const char *owner, *list_path;
	struct made_list made;
	struct job *queue; /* the first one is under way when `busy` */
	bool busy;
	struct ns_watch namespaces;
	uv_idle_t kick; /* starts the next job from the loop, never from its caller's stack */

	/* the job under way */
	struct plan plan;
	uint32_t at; /* step that is asked for; when undoing: steps before it are still done */
	bool undoing;
	int status;
	char message[sizeof(((struct response *)0)->text) + 64];
};

static void next_step(struct apply *apply);
static void next_undo(struct apply *apply);

/* ---- the list of made ports ------------------------------------------------------------- */

static int write_list(const struct apply *apply, const struct plan *coming)
{
	struct buffer text = {0};
	char line[MADE_LINE_SIZE];
	int ret;

	vec_each (&apply->made.ports, port) {
		made_line(port, line);
		buffer_add(&text, line);
	}
	if (coming) {
		vec_each (&coming->steps, step) {
			struct made_port port = {.id = step->id, .port = step->port};

			if (step->kind != REQUEST_PORT_SET)
				continue;
			made_line(&port, line);
			buffer_add(&text, line);
		}
	}
	if (text.failed)
		ret = -ENOMEM;
	else if (text.len == 0)
		ret = unlink(apply->list_path) < 0 && errno != ENOENT ? -errno : 0;
	else
		ret = store_replace(apply->list_path, buffer_text(&text), text.len, false);
	buffer_free(&text);
	return ret;
}

int apply_read_list(struct apply *apply)
{
	char *text;
	int ret = store_read(apply->list_path, &text, NULL);

	if (ret == -ENOENT)
		return 0;
	if (ret < 0)
		return ret;
	ret = made_parse(&apply->made, apply->owner, text);
	free(text);
	if (ret > 0)
		log_line(EVENT_WARNING, "SYS", "PORTS", "%s: %d lines make no sense",
			 apply->list_path, ret);
	return MIN(ret, 0);
}

/* ---- the end of a job ------------------------------------------------------------------- */

static void kicked(uv_idle_t *idle);

static void finish(struct apply *apply)
{
	struct job *job = apply->queue;
	int status = apply->status;

	apply->queue = job->next;
	apply->busy = false;
	vec_each (&apply->plan.steps, step)
		if (step->fd >= 0)
			close(step->fd);
	plan_fini(&apply->plan);
	if (apply->queue)
		uv_idle_start(&apply->kick, kicked);
	pump_run(apply->pump);
	job->done(job->context, status, status < 0 ? apply->message : NULL);
	config_fini(&job->config);
	free(job);
}

static void fail(struct apply *apply, int status, const char *message)
{
	if (apply->status == 0) {
		apply->status = status;
		snprintf(apply->message, sizeof(apply->message), "%s", message);
	}
}

static bool is_shut_down(const struct config *config, struct interface_id id)
{
	const struct config_interface *interface = config_interface_find(config, id);

	return !interface || interface->shutdown;
}

/** Puts a device that the agent opened to work. Its port is lost when that fails. */
static void attach(struct apply *apply, struct interface_id id, int *fd)
{
	struct router *router = apply->pump->router;
	struct made_port *made = made_find(&apply->made, id);
	int index = router_port(router, id), ret = -ENOENT;
	char name[INTERFACE_TEXT_SIZE];

	port_io_detach(apply->pump->ports, id);
	if (index >= 0) {
		ret = port_io_attach(apply->pump->ports, id, (unsigned int)index, *fd,
				     !is_shut_down(router_config(router), id));
		*fd = -1;
	}
	if (made)
		made->open = ret == 0;
	if (ret < 0)
		log_line(EVENT_ERROR, "LINK", "ATTACH",
			 "Interface %s: its device cannot be used: %s", interface_to_text(id, name),
			 strerror(-ret));
}

/** Enters a device that stands. Out of memory: it is left to the next start to find it. */
static void enter(struct apply *apply, const struct plan_step *step)
{
	struct made_port *made = made_get(&apply->made, step->id);

	if (!made)
		return;
	made->port = step->port;
	made->port.open = false;
	made->known = true;
	made->open = true;
	made->ns = ns_watch_identity(made->port.ns);
	if (made->port.ns[0])
		ns_watch_start(&apply->namespaces);
}

/** Everything is done in the kernel: the router follows. Return: 0; -ENOMEM. */
static int commit(struct apply *apply)
{
	const struct job *job = apply->queue;
	int ret;

	if (job->goal == PLAN_REMOVE_ALL)
		return 0;
	ret = router_apply(apply->pump->router, &job->config, pump_now());
	if (ret < 0)
		return ret;
	vec_each (&apply->plan.steps, step) {
		if (step->done && step->beside)
			enter(apply, step);
		if (step->done && step->fd >= 0)
			attach(apply, step->id, &step->fd);
	}
	vec_each (&apply->made.ports, made) {
		port_io_set_carrier(apply->pump->ports, made->id,
				    !is_shut_down(&job->config, made->id));
	}
	if (apply->pump->dns)
		dns_service_configure(apply->pump->dns);
	return 0;
}

static void all_done(struct apply *apply)
{
	int ret = commit(apply);

	if (ret < 0) {
		fail(apply, ret, "out of memory");
		apply->undoing = true;
		next_undo(apply);
		return;
	}
	ret = write_list(apply, NULL);
	if (ret < 0)
		log_line(EVENT_ERROR, "SYS", "PORTS", "cannot write %s: %s", apply->list_path,
			 strerror(-ret));
	finish(apply);
}

/* ---- steps ------------------------------------------------------------------------------ */

/** What a step that succeeded changed. */
static void record(struct apply *apply, const struct plan_step *step)
{
	/* the former device of a moved port is the one that counts up to commit() */
	if (step->kind == REQUEST_PRUNE || step->beside)
		return;
	if (step->kind == REQUEST_PORT_REMOVE) {
		made_remove(&apply->made, step->id);
		return;
	}
	enter(apply, step);
}

/** Return: 0; -errno, and no answer will come. */
static int ask(struct apply *apply, const struct plan_step *step)
{
	if (step->beside)
		return agent_link_send(apply->agent, step->kind, &step->port);
	if (step->kind == REQUEST_PORT_REMOVE)
		port_io_detach(apply->pump->ports, step->id);
	else if (step->kind == REQUEST_PORT_SET && !made_get(&apply->made, step->id))
		return -ENOMEM;
	return agent_link_send(apply->agent, step->kind, &step->port);
}

/** Forgets a port that was entered for a request that then failed. */
static void forget_unmade(struct apply *apply, struct interface_id id)
{
	const struct made_port *made = made_find(&apply->made, id);

	if (made && !made->known && made->port.name[0] == '\0')
		made_remove(&apply->made, id);
}

static void next_step(struct apply *apply)
{
	const struct plan_step *step;
	int ret;

	if (apply->at == apply->plan.steps.count) {
		all_done(apply);
		return;
	}
	step = &apply->plan.steps.at[apply->at];
	ret = ask(apply, step);
	if (ret < 0) {
		forget_unmade(apply, step->id);
		fail(apply, ret, strerror(-ret));
		apply->undoing = true;
		next_undo(apply);
	}
}

static void step_answered(struct apply *apply, const struct response *response, int *fd)
{
	struct plan_step *step = &apply->plan.steps.at[apply->at];

	if (response->status == 0) {
		record(apply, step);
		step->done = true;
		step->fd = *fd;
		*fd = -1;
	} else {
		forget_unmade(apply, step->id);
		if (!step->optional) {
			/* the port was detached for a removal that was refused: undoing opens it
			 * again */
			if (step->kind == REQUEST_PORT_REMOVE) {
				step->done = true;
				apply->at++;
			}
			fail(apply, response->status, response->text);
			apply->undoing = true;
			next_undo(apply);
			return;
		}
		log_line(EVENT_WARNING, "LINK", "PORT", "%s", response->text);
	}
	apply->at++;
	next_step(apply);
}

static void next_undo(struct apply *apply)
{
	while (apply->at > 0) {
		struct plan_step inverse;
		const struct plan_step *step = &apply->plan.steps.at[apply->at - 1];

		if (step->done && plan_inverse(step, &inverse) && ask(apply, &inverse) == 0)
			return;
		apply->at--;
	}
	if (write_list(apply, NULL) < 0)
		log_line(EVENT_ERROR, "SYS", "PORTS", "cannot write %s", apply->list_path);
	finish(apply);
}

/** A port that could not be brought back is one whose device is lost: a later change tries again.
 */
static void keep_as_lost(struct apply *apply, const struct plan_step *step)
{
	struct made_port *made = made_find(&apply->made, step->id);

	if (step->kind != REQUEST_PORT_REMOVE || !made)
		return;
	made->port = step->before;
	made->known = true;
	made->open = false;
}

static void undo_answered(struct apply *apply, const struct response *response, int *fd)
{
	struct plan_step *step = &apply->plan.steps.at[apply->at - 1], inverse;

	plan_inverse(step, &inverse);
	if (response->status == 0) {
		record(apply, &inverse);
		/* a removal that is undone brings a device; a lost one that came back is kept */
		if (*fd >= 0)
			attach(apply, step->id, fd);
		else if (step->take_over && step->fd >= 0)
			attach(apply, step->id, &step->fd);
	} else {
		log_line(EVENT_ERROR, "LINK", "UNDO", "%s", response->text);
		keep_as_lost(apply, step);
	}
	apply->at--;
	next_undo(apply);
}

static void answered(void *context, const struct response *response, int fd)
{
	struct apply *apply = context;

	if (apply->busy && apply->undoing)
		undo_answered(apply, response, &fd);
	else if (apply->busy)
		step_answered(apply, response, &fd);
	if (fd >= 0)
		close(fd);
}

/* ---- jobs ------------------------------------------------------------------------------- */

/** Lets go of ports whose namespace went away, or is another one by now. */
static void namespaces_changed(void *context)
{
	struct apply *apply = context;

	vec_each (&apply->made.ports, made) {
		if (made->open && made->port.ns[0] &&
		    !ns_identity_equal(made->ns, ns_watch_identity(made->port.ns))) {
			port_io_detach(apply->pump->ports, made->id);
			apply_port_lost(apply, made->id);
		}
	}
	pump_run(apply->pump);
}

static void begin(struct apply *apply)
{
	const struct job *job = apply->queue;
	struct config_error error;
	int ret;

	apply->busy = true;
	apply->undoing = false;
	apply->status = 0;
	apply->at = 0;
	namespaces_changed(apply);
	ret = plan_make(&apply->plan, &apply->made, &job->config, apply->owner, job->goal, &error);
	if (ret < 0) {
		fail(apply, ret, error.text);
		finish(apply);
		return;
	}
	if (apply->plan.steps.count > 0) {
		ret = write_list(apply, &apply->plan);
		if (ret < 0 && job->goal != PLAN_REMOVE_ALL) {
			snprintf(error.text, sizeof(error.text), "cannot write %.200s: %s",
				 apply->list_path, strerror(-ret));
			fail(apply, ret, error.text);
			finish(apply);
			return;
		}
	}
	next_step(apply);
}

static void kicked(uv_idle_t *idle)
{
	struct apply *apply = idle->data;

	uv_idle_stop(idle);
	if (!apply->busy && apply->queue)
		begin(apply);
}

int apply_start(struct apply *apply, const struct config *config, enum plan_goal goal,
		apply_done_fn *done, void *context)
{
	struct job *job = calloc(1, sizeof(*job)), **end = &apply->queue;

	if (!job)
		return -ENOMEM;
	config_init(&job->config);
	if (config && config_copy(&job->config, config) < 0) {
		config_fini(&job->config);
		free(job);
		return -ENOMEM;
	}
	job->goal = goal;
	job->done = done;
	job->context = context;
	while (*end)
		end = &(*end)->next;
	*end = job;
	uv_idle_start(&apply->kick, kicked);
	return 0;
}

void apply_port_lost(void *context, struct interface_id id)
{
	struct apply *apply = context;
	struct made_port *made = made_find(&apply->made, id);
	char name[INTERFACE_TEXT_SIZE];

	if (made)
		made->open = false;
	log_line(EVENT_ERROR, "LINK", "LOST", "Interface %s: its device in the kernel is gone",
		 interface_to_text(id, name));
}

struct apply *apply_new(struct pump *pump, struct agent_link *agent, const char *owner,
			const char *list_path)
{
	struct apply *apply = calloc(1, sizeof(*apply));

	if (!apply)
		return NULL;
	apply->pump = pump;
	apply->agent = agent;
	apply->owner = owner;
	apply->list_path = list_path;
	agent->answer = answered;
	agent->answer_context = apply;
	ns_watch_init(&apply->namespaces, pump->loop, namespaces_changed, apply);
	uv_idle_init(pump->loop, &apply->kick);
	apply->kick.data = apply;
	return apply;
}

void apply_close(struct apply *apply)
{
	if (!apply)
		return;
	ns_watch_close(&apply->namespaces);
	uv_close((uv_handle_t *)&apply->kick, NULL);
}

void apply_free(struct apply *apply)
{
	if (!apply)
		return;
	while (apply->queue) {
		struct job *job = apply->queue;

		apply->queue = job->next;
		job->done(job->context, -ESHUTDOWN, "the router ends");
		config_fini(&job->config);
		free(job);
	}
	vec_each (&apply->plan.steps, step)
		if (step->fd >= 0)
			close(step->fd);
	plan_fini(&apply->plan);
	vec_free(&apply->made.ports);
	free(apply);
}
