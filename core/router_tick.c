/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time passes: what the router does without a frame coming in, and what it has for the world. Each
 * engine names its own deadline, and the earliest is the router's.
 */
#include "core/router_private.h"

#include "core/nat/unsolicited.h"

/** Sessions looked at in one tick. */
enum { NAT_TICK_BUDGET = 4096 };

static void run_announcements(struct router *r, mono_ms_t now)
{
	mono_ms_t next = MONO_NEVER;

	if (!mono_reached(r->announce_at, now))
		return;
	for (unsigned int n = 0; n < r->interface_last; n++) {
		struct interface *i = r->interfaces[n];

		if (!i || i->announce_left == 0)
			continue;
		if (mono_reached(i->announce_at, now)) {
			router_announce(r, i);
			i->announce_left--;
			i->announce_at = mono_add_ms(now, ANNOUNCE_INTERVAL_MS);
		}
		if (i->announce_left)
			next = mono_earlier(next, i->announce_at);
	}
	r->announce_at = next;
}

/* Pieces of datagrams that will never be whole were counted as consumed: they are drops now. */
static void run_fragments(struct router *r, mono_ms_t now)
{
	struct fragment_lost lost;
	struct frame first;

	while (fragment_next_lost(r->fragments, &lost, now)) {
		struct interface *port =
			lost.port < INTERFACES_MAX ? r->interfaces[lost.port] : NULL;

		if (port && port->stats.consumed < lost.pieces)
			port = NULL; /* its counters were cleared since */
		(port ? &port->stats.drops : &r->lost)->count[lost.reason] += lost.pieces;
		if (port)
			port->stats.consumed -= lost.pieces;
	}
	while (fragment_next_timed_out(r->fragments, &first))
		router_icmp_error(r, &first, ICMP_TIME_EXCEEDED, ICMP_REASSEMBLY_TIME, 0, now);
}

/* SYNs that nobody asked for, and that no connection came of (RFC 5382 REQ-4). */
static void run_unsolicited(struct router *r, mono_ms_t now)
{
	struct frame syn;

	while (nat_unsolicited_next(r->nat, &syn, now))
		router_icmp_error(r, &syn, ICMP_UNREACHABLE, ICMP_PORT_UNREACHABLE, 0, now);
}

void router_tick(struct router *r, mono_ms_t now)
{
	router_begin(r);
	run_fragments(r, now);
	router_run_neighbours(r, now);
	run_announcements(r, now);
	if (mono_reached(dhcp_server_deadline(r->dhcp), now))
		dhcp_server_tick(r->dhcp, now);
	if (mono_reached(nat_deadline(r->nat), now))
		nat_tick(r->nat, NAT_TICK_BUDGET, now);
	run_unsolicited(r, now);
	if (mono_reached(r->clients_at, now))
		router_clients_tick(r, now);
	router_dhcp_flush(r, now);
}

mono_ms_t router_deadline(const struct router *r)
{
	mono_ms_t next = neighbour_deadline(r->neighbours);

	next = mono_earlier(next, r->announce_at);
	next = mono_earlier(next, r->clients_at);
	next = mono_earlier(next, fragment_deadline(r->fragments));
	next = mono_earlier(next, dhcp_server_deadline(r->dhcp));
	next = mono_earlier(next, nat_unsolicited_deadline(r->nat));
	return mono_earlier(next, nat_deadline(r->nat));
}

bool router_next_event(struct router *r, struct event *event)
{
	return event_pop(&r->events, event);
}

void router_set_debug(struct router *r, uint32_t mask)
{
	r->events.debug = mask;
}

uint32_t router_debug(const struct router *r)
{
	return r->events.debug;
}

void router_persisted(struct router *r, uint64_t token, int status, mono_ms_t now)
{
	router_begin(r);
	dhcp_server_persisted(r->dhcp, token, status, now);
	router_dhcp_flush(r, now);
}
