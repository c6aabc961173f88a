/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One timer for all of the core. It is set again only when the router's next deadline is earlier
 * than the one it is set to: a deadline that moved away costs one wake-up that finds nothing to do,
 * not a call for each batch of frames. With no deadline, nothing wakes the program.
 */
#include "cmd/viprouterd/pump.h"

#include <time.h>
#include "cmd/viprouterd/binding_log.h"
#include "cmd/viprouterd/control.h"
#include "cmd/viprouterd/client_leases.h"
#include "cmd/viprouterd/lease_export.h"
#include "cmd/viprouterd/dns_service.h"
#include "cmd/viprouterd/lease_log.h"
#include "cmd/viprouterd/log.h"
#include "cmd/viprouterd/port_io.h"

mono_ms_t pump_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (mono_ms_t){(int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000};
}

int64_t pump_wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t pump_wall_s(void)
{
	return pump_wall_ms() / 1000;
}

static void add_binding(struct pump *pump, const struct event_nat *record)
{
	if (pump->bindings)
		binding_log_add(pump->bindings, router_config(pump->router)->nat.log, record,
				pump_wall_ms());
}

static void keep_client(struct pump *pump, const struct event_client *event)
{
	const struct dhcp_client_grant *grant = router_client_grant(pump->router, event->interface);
	int ret =
		pump->clients ? client_leases_note(pump->clients, event, grant, pump_wall_s()) : 0;

	if (ret < 0)
		log_line(EVENT_WARNING, "DHCP", "CLIENTFILE",
			 "The lease of an interface was not saved: %s", strerror(-ret));
}

static void timer_fired(uv_timer_t *timer)
{
	struct pump *pump = timer->data;

	pump->armed = MONO_NEVER;
	router_tick(pump->router, pump_now());
	pump_run(pump);
	if (pump->dns)
		dns_service_follow(pump->dns);
}

static void arm(struct pump *pump)
{
	mono_ms_t deadline = router_deadline(pump->router);
	int64_t wait_ms;
	mono_ms_t now;

	if (deadline.ms >= pump->armed.ms)
		return;
	now = pump_now();
	/* libuv counts from its own, cached time, which may lag: at worst we wake early and set the
	 * rest of the way, at least a millisecond, again. What is due at once may be due since
	 * INT64_MIN, so no difference is formed of it */
	wait_ms = mono_reached(deadline, now) ? 0 : mono_between_ms(now, deadline);
	if (uv_timer_start(&pump->timer, timer_fired, wait_ms > 0 ? (uint64_t)wait_ms : 1, 0) == 0)
		pump->armed = deadline;
}

void pump_run(struct pump *pump)
{
	struct event event;

	port_io_flush(pump->ports);
	while (router_next_event(pump->router, &event)) {
		switch (event.type) {
		case EVENT_LEASE_PERSIST:
			lease_log_add(pump->leases, &event);
			if (pump->export)
				lease_export_changed(pump->export);
			break;
		case EVENT_LOG: log_event(&event); break;
		case EVENT_DEBUG:
			if (pump->control)
				control_debug(pump->control, &event);
			break;
		case EVENT_NAT: add_binding(pump, &event.nat); break;
		case EVENT_CLIENT_LEASE: keep_client(pump, &event.client); break;
		}
	}
	arm(pump);
}

int pump_init(struct pump *pump, uv_loop_t *loop, struct router *router)
{
	memset(pump, 0, sizeof(*pump));
	pump->loop = loop;
	pump->router = router;
	pump->armed = MONO_NEVER;
	pump->timer.data = pump;
	return uv_timer_init(loop, &pump->timer);
}

void pump_close(struct pump *pump)
{
	uv_close((uv_handle_t *)&pump->timer, NULL);
}

void pump_fini(struct pump *pump)
{
	router_free(pump->router);
	pump->router = NULL;
}
