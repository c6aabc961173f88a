/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router at work.
 *
 * Phases: STARTING (the first configuration is being applied; nobody can connect), RUNNING,
 * STOPPING (a signal came: ports are removed, leases written). The socket gets its name at the
 * change to RUNNING, so whoever can connect finds a router that forwards.
 *
 * The end has two ways. Asked for by a signal, everything made is removed. When the agent has died,
 * or the start failed, only this process ends: ports that stay are cables unplugged, and the list
 * in the run folder tells the next start of them.
 */
#include "cmd/viprouterd/daemon.h"

#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>
#include "cmd/viprouterd/agent_link.h"
#include "cmd/viprouterd/apply.h"
#include "cmd/viprouterd/binding_log.h"
#include "cmd/viprouterd/client_leases.h"
#include "cmd/viprouterd/config_file.h"
#include "cmd/viprouterd/control.h"
#include "cmd/viprouterd/dns_service.h"
#include "cmd/viprouterd/effects.h"
#include "cmd/viprouterd/host.h"
#include "cmd/viprouterd/journal_file.h"
#include "cmd/viprouterd/lease_export.h"
#include "cmd/viprouterd/lease_log.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/port_io.h"
#include "cmd/viprouterd/pump.h"
#include "cmd/viprouterd/version.h"

enum phase { PHASE_STARTING, PHASE_RUNNING, PHASE_STOPPING };

#define SYSTEM_LOG_SOCKET "/dev/log"

static const int signal_numbers[] = {SIGTERM, SIGINT, SIGHUP};

struct daemon {
	const struct daemon_setup *setup;
	const struct options *options;
	enum phase phase;
	int status;
	bool named; /* the socket has its name */
	uv_loop_t loop;
	struct pump pump;
	struct agent_link agent;
	struct apply *apply;
	struct port_io *ports;
	struct host *host;
	struct dns_service *dns;
	struct lease_log *leases;
	struct lease_export *export;
	struct binding_log *bindings;
	struct client_leases *clients;
	struct journal_contents journal; /* until it is restored */
	struct effects effects;
	struct control *control;
	int listen_fd; /* -1: given to `control` */
	uv_signal_t signals[ARRAY_COUNT(signal_numbers)];
};

/* ---- the end ---------------------------------------------------------------------------- */

static void leave(void *context)
{
	struct daemon *daemon = context;

	uv_stop(&daemon->loop);
}

static void fail_start(struct daemon *daemon, const char *message)
{
	launch_failed(daemon->setup->launch, "%s", message);
	daemon->status = 1;
	leave(daemon);
}

static void removed(void *context, int status, const char *message)
{
	struct daemon *daemon = context;

	if (status < 0)
		log_line(EVENT_ERROR, "SYS", "STOP", "%s", message);
	if (lease_log_idle(daemon->leases))
		leave(daemon);
	else
		lease_log_on_idle(daemon->leases, leave, daemon);
}

static void stop(struct daemon *daemon)
{
	if (daemon->phase == PHASE_STOPPING)
		return;
	log_line(EVENT_NOTICE, "SYS", "STOP", "Stopped by a signal");
	if (daemon->phase == PHASE_STARTING) {
		launch_failed(daemon->setup->launch, "stopped by a signal");
		daemon->status = 1;
	}
	daemon->phase = PHASE_STOPPING;
	daemon->effects.stopping = true;
	control_close(daemon->control);
	if (apply_start(daemon->apply, NULL, PLAN_REMOVE_ALL, removed, daemon) < 0)
		leave(daemon);
}

static void agent_gone(void *context)
{
	struct daemon *daemon = context;

	log_line(EVENT_ERROR, "SYS", "AGENT", "The agent has ended; the router ends too");
	if (daemon->phase == PHASE_STARTING)
		launch_failed(daemon->setup->launch, "its agent has ended");
	daemon->status = 1;
	leave(daemon);
}

/* ---- the start -------------------------------------------------------------------------- */

static void restore_leases(struct daemon *daemon)
{
	mono_ms_t now = pump_now();
	size_t foreign = 0;

	vec_each (&daemon->journal.records, record) {
		if (router_restore_lease(daemon->pump.router, record, now) < 0)
			foreign++;
		pump_run(&daemon->pump);
	}
	lease_log_restored(daemon->leases);
	if (daemon->journal.damaged > 0)
		log_line(EVENT_WARNING, "DHCP", "JOURNAL", "%s: %zu damaged records were left out",
			 daemon->options->leases, daemon->journal.damaged);
	if (foreign > 0)
		log_line(EVENT_NOTICE, "DHCP", "JOURNAL", "%zu leases fit no pool any more",
			 foreign);
	journal_contents_fini(&daemon->journal);
}

/** Return: 0; -errno with the reason told. */
static int open_socket(struct daemon *daemon)
{
	const struct options *o = daemon->options;
	char message[400];
	int fd = daemon->listen_fd, ret;

	daemon->listen_fd = -1;
	ret = control_listen(daemon->control, fd);
	if (ret == 0 && rename(o->socket_new, o->socket) < 0)
		ret = -errno;
	if (ret < 0) {
		snprintf(message, sizeof(message), "cannot listen at %.256s: %s", o->socket,
			 strerror(-ret));
		fail_start(daemon, message);
	}
	daemon->named = ret == 0;
	return ret;
}

static void started(void *context, int status, const char *message)
{
	struct daemon *daemon = context;

	if (daemon->phase == PHASE_STOPPING)
		return;
	if (status < 0) {
		fail_start(daemon, message);
		return;
	}
	restore_leases(daemon);
	if (open_socket(daemon) < 0)
		return;
	daemon->phase = PHASE_RUNNING;
	lease_export_changed(daemon->export);
	log_line(EVENT_NOTICE, "SYS", "RESTART", "viprouterd " VIPROUTERD_VERSION " forwards as %s",
		 daemon->options->name);
	launch_ready(daemon->setup->launch);
}

/* ---- signals ---------------------------------------------------------------------------- */

static void reread(void *context, int status, const char *message)
{
	struct daemon *daemon = context;

	if (status < 0)
		log_line(EVENT_ERROR, "SYS", "CONFIG", "%s; the old configuration stays", message);
	else
		log_line(EVENT_NOTICE, "SYS", "CONFIG_I", "Configured from %s",
			 daemon->options->config);
	lease_export_changed(daemon->export);
	effects_release(&daemon->effects);
	control_wake(daemon->control);
}

static void reread_config(struct daemon *daemon)
{
	char message[CONFIG_FILE_MESSAGE_SIZE];
	struct config config;

	config_init(&config);
	if (daemon->phase != PHASE_RUNNING) {
		config_fini(&config);
		return;
	}
	if (config_file_read(daemon->options->config, true, &config, message) < 0) {
		log_line(EVENT_ERROR, "SYS", "CONFIG", "%s; the old configuration stays", message);
	} else {
		effects_hold(&daemon->effects);
		if (apply_start(daemon->apply, &config, PLAN_APPLY, reread, daemon) < 0)
			reread(daemon, -ENOMEM, "out of memory");
	}
	config_fini(&config);
}

static void signalled(uv_signal_t *handle, int number)
{
	struct daemon *daemon = handle->data;

	if (number == SIGHUP)
		reread_config(daemon);
	else
		stop(daemon);
}

/* ---- making and unmaking ---------------------------------------------------------------- */

static int make_router(struct daemon *daemon)
{
	struct hash_key key;
	struct router *router;

	if (getrandom(&key, sizeof(key), 0) != sizeof(key))
		return -EIO;
	router = router_new(&key, daemon->options->name);
	if (!router)
		return -ENOMEM;
	if (pump_init(&daemon->pump, &daemon->loop, router) < 0) {
		router_free(router);
		return -ENOMEM;
	}
	return 0;
}

static int make_signals(struct daemon *daemon)
{
	for (size_t i = 0; i < ARRAY_COUNT(signal_numbers); i++) {
		int ret = uv_signal_init(&daemon->loop, &daemon->signals[i]);

		daemon->signals[i].data = daemon;
		if (ret == 0)
			ret = uv_signal_start(&daemon->signals[i], signalled, signal_numbers[i]);
		if (ret < 0)
			return ret;
	}
	return 0;
}

/** A file that is damaged costs the addresses of before, not the start. Return: 0; -ENOMEM. */
static int restore_clients(struct daemon *daemon)
{
	int ret;

	daemon->clients = client_leases_new(daemon->options->clients);
	if (!daemon->clients)
		return -ENOMEM;
	daemon->pump.clients = daemon->clients;
	ret = client_leases_restore(daemon->clients, daemon->pump.router, pump_wall_s(),
				    pump_now());
	if (ret < 0)
		log_line(EVENT_WARNING, "DHCP", "CLIENTFILE",
			 "%s is not used, interfaces ask for new addresses: %s",
			 daemon->options->clients,
			 ret == -EPROTO ? "it makes no sense" : strerror(-ret));
	return 0;
}

/** What serves on the loop. Return: 0; -ENOMEM. */
static int make_parts(struct daemon *daemon)
{
	const struct options *o = daemon->options;

	daemon->apply = apply_new(&daemon->pump, &daemon->agent, o->name, o->ports);
	if (!daemon->apply)
		return -ENOMEM;
	daemon->ports = port_io_new(&daemon->pump, apply_port_lost, daemon->apply);
	daemon->pump.ports = daemon->ports;
	if (daemon->ports)
		daemon->host = host_new(&daemon->pump, &daemon->setup->self);
	if (daemon->host)
		daemon->dns = dns_service_new(&daemon->pump, daemon->host);
	daemon->pump.dns = daemon->dns;
	effects_init(&daemon->effects, &daemon->pump, daemon->apply, o->name, o->startup_config);
	daemon->control = control_new(&daemon->loop, &daemon->effects);
	daemon->bindings = binding_log_new(&daemon->loop, &(struct binding_log_paths){
								  .json = o->nat_log,
								  .syslog = SYSTEM_LOG_SOCKET,
							  });
	daemon->pump.bindings = daemon->bindings;
	daemon->effects.dns = daemon->dns;
	if (!daemon->ports || !daemon->host || !daemon->dns || !daemon->control ||
	    !daemon->bindings)
		return -ENOMEM;
	if (host_trouble(daemon->host))
		log_line(EVENT_WARNING, "SYS", "SELF",
			 "The router serves and asks nobody itself (DNS): %s",
			 host_trouble(daemon->host));
	daemon->export = lease_export_new(&daemon->pump, o->flash);
	if (!daemon->export)
		return -ENOMEM;
	daemon->pump.export = daemon->effects.export = daemon->export;
	return 0;
}

/** Return: 0; -errno with what could not be made in @what. All handles exist, or none is active. */
static int make_all(struct daemon *daemon, const char **what)
{
	const struct options *o = daemon->options;
	int ret;

	*what = "the router";
	ret = make_router(daemon);
	if (ret < 0)
		return ret;
	*what = "its agent";
	ret = agent_link_init(&daemon->agent, &daemon->loop, daemon->setup->agent_socket,
			      daemon->setup->agent_pid);
	if (ret < 0)
		return ret;
	daemon->agent.gone = agent_gone;
	daemon->agent.gone_context = daemon;
	*what = "its parts";
	ret = make_parts(daemon);
	if (ret < 0)
		return ret;
	*what = o->ports;
	ret = apply_read_list(daemon->apply);
	if (ret < 0)
		return ret;
	*what = o->leases;
	ret = lease_log_open(&daemon->leases, &daemon->pump, o->leases, o->leases_new,
			     &daemon->journal);
	if (ret < 0)
		return ret;
	daemon->pump.leases = daemon->leases;
	*what = o->clients;
	ret = restore_clients(daemon);
	if (ret < 0)
		return ret;
	*what = "signals";
	return make_signals(daemon);
}

static void close_all(struct daemon *daemon)
{
	daemon->phase = PHASE_STOPPING;
	daemon->effects.stopping = true;
	lease_log_on_idle(daemon->leases, NULL, NULL);
	lease_export_close(daemon->export);
	control_close(daemon->control);
	dns_service_close(daemon->dns);
	for (size_t i = 0; i < ARRAY_COUNT(signal_numbers); i++)
		uv_close((uv_handle_t *)&daemon->signals[i], NULL);
	port_io_detach_all(daemon->ports);
	agent_link_close(&daemon->agent);
	pump_close(&daemon->pump);
	apply_close(daemon->apply);
	/* what workers still have in hand ends in here, and callbacks of closed handles */
	uv_run(&daemon->loop, UV_RUN_DEFAULT);
	apply_free(daemon->apply);
	control_free(daemon->control);
	lease_log_free(daemon->leases);
	lease_export_free(daemon->export);
	binding_log_free(daemon->bindings);
	client_leases_free(daemon->clients);
	journal_contents_fini(&daemon->journal);
	dns_service_free(daemon->dns);
	host_free(daemon->host);
	port_io_free(daemon->ports);
	pump_fini(&daemon->pump);
	uv_loop_close(&daemon->loop);
}

int daemon_run(const struct daemon_setup *setup)
{
	struct daemon *daemon = calloc(1, sizeof(*daemon));
	const char *what = "its loop";
	int ret = daemon ? uv_loop_init(&daemon->loop) : -ENOMEM, status;

	if (ret == 0) {
		daemon->setup = setup;
		daemon->options = setup->options;
		daemon->listen_fd = setup->listen_fd;
		ret = make_all(daemon, &what);
	}
	if (ret == 0)
		ret = apply_start(daemon->apply, setup->config, PLAN_START, started, daemon);
	if (ret < 0) {
		/* nothing was made in the kernel yet, and the process ends: it takes the memory
		 * along */
		launch_failed(setup->launch, "cannot set up %s: %s", what,
			      what == setup->options->leases ? journal_file_strerror(ret)
							     : strerror(-ret));
		return 1;
	}
	uv_run(&daemon->loop, UV_RUN_DEFAULT);
	close_all(daemon);
	if (daemon->listen_fd >= 0)
		close(daemon->listen_fd);
	if (daemon->named)
		unlink(daemon->options->socket);
	agent_link_reap(setup->agent_pid);
	status = daemon->status;
	free(daemon);
	return status;
}
