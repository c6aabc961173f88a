/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one port may take: so many leases at once (`ip dhcp limit lease`), and of clients that
 * nothing is known of so many a second (`ip dhcp limit rate`), and so many with an offer that they
 * have not answered. Without it a device that makes up hardware addresses takes all a pool has
 * within seconds, and keeps it. Who holds a lease, or has an offer, is not asked.
 *
 * Offers bind more than the rate: an offer is held for DHCP_OFFER_HOLD_S, so a flood of DISCOVERs
 * at any rate has no more addresses than may be unanswered, while clients that answer theirs are
 * only held to the rate.
 *
 * A bucket a port: DHCP_NEW_CLIENTS at once, so that a whole home may come up behind one port, then
 * as many a second; both follow `ip dhcp limit rate`, but no fewer come at once. The port of a
 * lease is that of its last message; after a restart it is not known until the client renews, and
 * the lease counts nowhere.
 */
#include "core/dhcp/server_private.h"
#include "core/text.h"

static bool holds(uint8_t state)
{
	return state == DHCP_LEASE_OFFERED || state == DHCP_LEASE_BOUND;
}

static struct dhcp_port *port_of(struct dhcp_server *s, uint16_t port)
{
	return port < ARRAY_COUNT(s->ports) ? &s->ports[port] : NULL;
}

static void count(struct dhcp_server *s, uint16_t port, uint8_t state, uint32_t by)
{
	struct dhcp_port *p = port_of(s, port);

	if (!p)
		return;
	if (holds(state))
		p->leases += by;
	if (state == DHCP_LEASE_OFFERED)
		p->offers += by;
}

void limit_moved(struct dhcp_server *s, struct dhcp_lease *lease, uint16_t port)
{
	count(s, lease->port, lease->state, UINT32_MAX); /* one less */
	lease->port = port;
	count(s, lease->port, lease->state, 1);
}

void limit_changed(struct dhcp_server *s, const struct dhcp_lease *lease, uint8_t from)
{
	count(s, lease->port, from, UINT32_MAX);
	count(s, lease->port, lease->state, 1);
}

/** Clients that nothing is known of: at once, and with an offer that they have not answered. */
static uint32_t burst(const struct dhcp_ingress *in)
{
	return MAX(in->rate_limit, (uint32_t)DHCP_NEW_CLIENTS);
}

/** Takes one client from the port's bucket, which counts in thousandths. Return: whether there was
 * one. */
static bool take_token(struct dhcp_port *p, const struct dhcp_ingress *in, mono_ms_t now)
{
	const int64_t each_s = in->rate_limit ? in->rate_limit : DHCP_NEW_CLIENTS;
	const int64_t full = burst(in) * (int64_t)1000;
	int64_t passed = mono_between_ms(p->filled, now);

	p->filled = now;
	/* a longer pause than a day fills it all the same, and nothing overflows */
	p->taken -= MIN(p->taken, MIN(passed, (int64_t)86400000) * each_s);
	if (p->taken + 1000 > full)
		return false;
	p->taken += 1000;
	return true;
}

/** Says once in a while that a port has had enough. */
static bool refused(struct dhcp_server *s, const struct dhcp_request *r, struct dhcp_port *p,
		    const char *why)
{
	char name[INTERFACE_TEXT_SIZE];

	if (!p->logged || mono_between_ms(p->logged_at, r->now) >= DHCP_LOG_AGAIN_S * 1000) {
		dhcp_server_log(s, EVENT_WARNING, "LIMIT", "%s: %s",
				interface_to_text(r->in->port_id, name), why);
		p->logged = true;
		p->logged_at = r->now;
	}
	return false;
}

bool limit_admits(struct dhcp_server *s, const struct dhcp_request *r)
{
	struct dhcp_port *p = port_of(s, r->in->port);
	const struct dhcp_lease *lease = lease_table_of(s->table, &r->client.key);
	bool known = lease || dhcp_pool_host_of(s->set, &r->client, &r->scope) ||
		     dhcp_pool_known_client(s->set, &r->client);

	for (; lease; lease = lease_table_next_of(lease))
		if (holds(lease->state))
			return true;
	if (!p)
		return true;
	if (r->in->lease_limit && p->leases >= r->in->lease_limit)
		return refused(s, r, p, "no more leases by ip dhcp limit lease");
	if (!known && p->offers >= burst(r->in))
		return refused(s, r, p, "too many clients that do not answer their offers");
	if (!known && !take_token(p, r->in, r->now))
		return refused(s, r, p, "too many new clients");
	return true;
}
