/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a binding. Every change of a lease goes through here, and every change of its state
 * through take_state(), which keeps what depends on it: the pool's list of leases that may go to
 * somebody else, its count of quarantined ones, and the ACK that may wait.
 *
 * What the disk must know and nobody waits for (releases, quarantine, expiry, erasure) is marked
 * unsaved, and binding_flush() writes it when the event queue has room; an event is never lost.
 * A FREE lease lives only until its erasure has been handed over, then it leaves the table.
 */
#include "core/dhcp/server_private.h"
#include "core/text.h"

/** Which state may follow which. A row and column a state, in their order. */
static const bool edges[][DHCP_LEASE_STATE_COUNT] = {
	/* clang-format off */
	/*                        FREE  OFFERED BOUND  RELEASED EXPIRED DECLINED */
	[DHCP_LEASE_FREE] =     { true, true,   true,  true,    true,   true  }, /* restored */
	[DHCP_LEASE_OFFERED] =  { true, true,   true,  true,    true,   true  }, /* withdrawn, probed */
	[DHCP_LEASE_BOUND] =    { true, true,   true,  true,    true,   true  }, /* rolled back */
	[DHCP_LEASE_RELEASED] = { true, true,   true,  false,   false,  false },
	[DHCP_LEASE_EXPIRED] =  { true, true,   true,  false,   false,  false },
	[DHCP_LEASE_DECLINED] = { true, false,  false, false,   true,   false }, /* gave its place */
	/* clang-format on */
};

static_assert(ARRAY_COUNT(edges) == DHCP_LEASE_STATE_COUNT, "a lease state without edges");

static const struct dhcp_client_key nobody, unknown = {.len = 2};

static bool is_inactive(uint8_t state)
{
	return state == DHCP_LEASE_FREE || state == DHCP_LEASE_RELEASED ||
	       state == DHCP_LEASE_EXPIRED;
}

/** A lease is in one of them at most, so they share its links. */
static struct lease_list *list_of(struct dhcp_pool *pool, uint8_t state)
{
	return state == DHCP_LEASE_DECLINED ? &pool->declined : &pool->inactive;
}

/** The ACK that waits for a lease must not go out any more. */
static void cancel_waiting(struct dhcp_server *s, struct dhcp_lease *lease)
{
	struct dhcp_waiting *w;

	if (!lease->waiting)
		return;
	w = dhcp_outbox_find(&s->outbox, lease->address);
	if (w)
		w->cancelled = true;
	lease->waiting = false;
}

/** set_state() of a lease that is not new, but comes from another table. */
static void take_state(struct dhcp_server *s, struct dhcp_lease *lease, uint8_t state,
		       mono_ms_t deadline)
{
	struct dhcp_pool *pool = dhcp_pool_find(s->set, lease->address);
	const uint8_t from = lease->state;

	assert(edges[lease->state][state]);
	if (state != DHCP_LEASE_BOUND)
		cancel_waiting(s, lease);
	if (pool) {
		lease_list_remove(list_of(pool, from), LEASE_LIST_INACTIVE, lease);
		pool->declined_count -= from == DHCP_LEASE_DECLINED;
		pool->declined_count += state == DHCP_LEASE_DECLINED;
		if (state == DHCP_LEASE_DECLINED ||
		    (is_inactive(state) && dhcp_pool_open(pool, lease->address)))
			lease_list_append(list_of(pool, state), LEASE_LIST_INACTIVE, lease);
	}
	s->names += (lease->state == DHCP_LEASE_BOUND) != (state == DHCP_LEASE_BOUND);
	lease->state = state;
	limit_changed(s, lease, from);
	lease_table_set_deadline(s->table, lease, deadline);
}

static void set_state(struct dhcp_server *s, struct dhcp_lease *lease, uint8_t state,
		      mono_ms_t deadline)
{
	const uint8_t from = lease->state;

	take_state(s, lease, state, deadline);
	if (from != state && server_debugs(s, DEBUG_DHCP_EVENTS))
		server_debug_lease(s, lease, from);
}

static void mark_unsaved(struct dhcp_server *s, struct dhcp_lease *lease)
{
	lease_list_append(&s->unsaved, LEASE_LIST_UNSAVED, lease);
}

/** Takes a lease out of the table. */
static void forget(struct dhcp_server *s, struct dhcp_lease *lease)
{
	struct dhcp_pool *pool = dhcp_pool_find(s->set, lease->address);

	set_state(s, lease, DHCP_LEASE_FREE, MONO_NEVER);
	if (pool)
		lease_list_remove(&pool->inactive, LEASE_LIST_INACTIVE, lease);
	lease_list_remove(&s->unsaved, LEASE_LIST_UNSAVED, lease);
	dhcp_pool_mark(s->set, lease->address, false);
	lease_table_remove(s->table, lease);
}

struct dhcp_lease *binding_get(struct dhcp_server *s, ip4_t address)
{
	struct dhcp_lease *lease = lease_table_find(s->table, address);

	if (!lease)
		lease = lease_table_add(s->table, address);
	if (lease)
		dhcp_pool_mark(s->set, address, true);
	return lease;
}

void binding_put(struct dhcp_server *s, struct dhcp_lease *lease)
{
	if (lease->state == DHCP_LEASE_FREE && !lease->link[LEASE_LIST_UNSAVED].linked)
		forget(s, lease);
}

/** Notes who the client is. */
static void set_client(struct dhcp_server *s, struct dhcp_lease *lease,
		       const struct dhcp_request *r)
{
	char clean[DHCP_HOSTNAME_SIZE] = "";
	uint16_t len = 0;
	const uint8_t *name = dhcp_option(&r->message, DHCP_OPT_HOSTNAME, &len);

	/* a client that says no name when it renews keeps the one that it said before */
	if (!name && dhcp_client_key_equal(&lease->client, &r->client.key))
		memcpy(clean, lease->hostname, sizeof(clean));
	else
		dhcp_lease_clean_hostname(name, name ? len : 0, clean);
	lease_table_set_client(s->table, lease, &r->client.key);
	limit_moved(s, lease, r->in->port);
	lease->hardware = r->client.hardware;
	s->names += strcmp(lease->hostname, clean) != 0;
	memcpy(lease->hostname, clean, sizeof(clean));
}

void binding_offer(struct dhcp_server *s, struct dhcp_lease *lease, const struct dhcp_request *r)
{
	uint8_t before = lease->state == DHCP_LEASE_OFFERED ? lease->before_offer : lease->state;

	if (lease->state == DHCP_LEASE_BOUND)
		return;
	if (!dhcp_client_key_equal(&lease->client, &r->client.key))
		before = DHCP_LEASE_FREE; /* somebody else's past */
	set_client(s, lease, r);
	lease->before_offer = before;
	set_state(s, lease, DHCP_LEASE_OFFERED, mono_add_s(r->now, DHCP_OFFER_HOLD_S));
}

void binding_withdraw(struct dhcp_server *s, struct dhcp_lease *lease)
{
	assert(lease->state == DHCP_LEASE_OFFERED);
	set_state(s, lease, lease->before_offer, MONO_NEVER);
	if (lease->state == DHCP_LEASE_FREE)
		lease_table_set_client(s->table, lease, &nobody);
	binding_put(s, lease);
}

static mono_ms_t lease_end(uint32_t lease_s, mono_ms_t now)
{
	return lease_s == DHCP_LEASE_INFINITE ? MONO_NEVER : mono_add_s(now, lease_s);
}

static void push_record(struct dhcp_server *s, const struct dhcp_lease *lease, uint64_t token,
			mono_ms_t now)
{
	struct event *e = event_push(s->events);

	assert(e); /* room was asked for */
	e->type = EVENT_LEASE_PERSIST;
	e->token = token;
	binding_record(lease, now, &e->lease);
}

void binding_bind(struct dhcp_server *s, struct dhcp_lease *lease, const struct dhcp_request *r,
		  uint32_t lease_s, struct dhcp_waiting *waiting)
{
	struct binding_former *former = &waiting->former;

	assert(!lease->waiting);
	former->address = lease->address;
	former->state = lease->state;
	former->client = lease->client;
	former->hardware = lease->hardware;
	memcpy(former->hostname, lease->hostname, sizeof(former->hostname));
	former->lease_s = lease->lease_s;
	former->deadline = lease->deadline;

	set_client(s, lease, r);
	lease->lease_s = lease_s;
	set_state(s, lease, DHCP_LEASE_BOUND, lease_end(lease_s, r->now));
	lease_list_remove(&s->unsaved, LEASE_LIST_UNSAVED, lease); /* this record says it all */
	lease->waiting = true;
	waiting->cancelled = false;
	waiting->xid = r->message.xid;
	waiting->token = ++s->token;
	push_record(s, lease, waiting->token, r->now);
}

static void announce(struct dhcp_server *s, const struct dhcp_lease *lease)
{
	const struct dhcp_pool *pool = dhcp_pool_find(s->set, lease->address);
	const struct dhcp_host *host = dhcp_pool_host_at(s->set, lease->address);
	char address[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	dhcp_server_log(s, EVENT_INFO, "ASSIGN", "%s to %s%s%s, pool %s",
			ip4_to_text(lease->address, address), mac_to_text(lease->hardware, mac),
			lease->hostname[0] ? " " : "", lease->hostname,
			host   ? host->params.name
			: pool ? pool->params.name
			       : "?");
}

/** A client has one lease a pool: the new one replaces those it had. */
static void erase_others(struct dhcp_server *s, const struct dhcp_lease *lease)
{
	const struct dhcp_pool *pool = dhcp_pool_find(s->set, lease->address);
	struct dhcp_lease *other = lease_table_of(s->table, &lease->client), *next;

	for (; other && pool; other = next) {
		next = lease_table_next_of(other);
		if (other == lease || dhcp_pool_find(s->set, other->address) != pool)
			continue;
		if (other->state == DHCP_LEASE_OFFERED)
			binding_withdraw(s, other);
		else if (other->state != DHCP_LEASE_DECLINED && !other->waiting)
			binding_erase(s, other);
	}
}

void binding_confirm(struct dhcp_server *s, const struct dhcp_waiting *waiting, mono_ms_t now)
{
	const struct binding_former *former = &waiting->former;
	struct dhcp_lease *lease = lease_table_find(s->table, former->address);

	assert(lease && lease->waiting);
	lease->waiting = false;
	/* The client counts from its request at the earliest: from now on is never too short. */
	lease_table_set_deadline(s->table, lease, lease_end(lease->lease_s, now));
	if (server_debugs(s, DEBUG_DHCP_EVENTS))
		server_debug_address(s, &lease->client, lease->address, "assigned IP address",
				     "to");
	if (former->state != DHCP_LEASE_BOUND ||
	    !dhcp_client_key_equal(&former->client, &lease->client))
		announce(s, lease);
	erase_others(s, lease);
}

void binding_rollback(struct dhcp_server *s, const struct dhcp_waiting *waiting)
{
	const struct binding_former *former = &waiting->former;
	struct dhcp_lease *lease = lease_table_find(s->table, former->address);

	assert(lease && lease->waiting);
	lease->waiting = false;
	lease_table_set_client(s->table, lease, &former->client);
	lease->hardware = former->hardware;
	s->names += strcmp(lease->hostname, former->hostname) != 0;
	memcpy(lease->hostname, former->hostname, sizeof(lease->hostname));
	lease->lease_s = former->lease_s;
	set_state(s, lease, former->state, former->deadline);
	/* Part of the new record may have reached the disk: say again what holds. */
	mark_unsaved(s, lease);
}

void binding_release(struct dhcp_server *s, struct dhcp_lease *lease)
{
	set_state(s, lease, DHCP_LEASE_RELEASED, MONO_NEVER);
	mark_unsaved(s, lease);
}

void binding_decline(struct dhcp_server *s, struct dhcp_lease *lease, mono_ms_t now)
{
	set_state(s, lease, DHCP_LEASE_DECLINED, mono_add_s(now, DHCP_QUARANTINE_S));
	mark_unsaved(s, lease);
}

/** The address that has been put aside longest is given away again, after all others. */
static void end_oldest_quarantine(struct dhcp_server *s, struct dhcp_pool *pool)
{
	struct dhcp_lease *lease = pool->declined.first;

	assert(lease);
	set_state(s, lease, DHCP_LEASE_EXPIRED, MONO_NEVER);
	lease_table_set_client(s->table, lease, &unknown);
	mark_unsaved(s, lease);
}

void binding_conflict(struct dhcp_server *s, struct dhcp_lease *lease, mac_t hardware,
		      mono_ms_t now)
{
	struct dhcp_pool *pool = dhcp_pool_find(s->set, lease->address);

	assert(lease->state == DHCP_LEASE_OFFERED);
	if (pool && dhcp_pool_quarantine_full(pool))
		end_oldest_quarantine(s, pool);
	lease_table_set_client(s->table, lease, &unknown);
	lease->hardware = hardware;
	lease->hostname[0] = '\0';
	binding_decline(s, lease, now);
}

void binding_erase(struct dhcp_server *s, struct dhcp_lease *lease)
{
	set_state(s, lease, DHCP_LEASE_FREE, MONO_NEVER);
	lease_table_set_client(s->table, lease, &nobody);
	mark_unsaved(s, lease);
}

void binding_expire(struct dhcp_server *s, struct dhcp_lease *lease)
{
	switch ((enum dhcp_lease_state)lease->state) {
	case DHCP_LEASE_OFFERED: binding_withdraw(s, lease); return;
	case DHCP_LEASE_BOUND:
		set_state(s, lease, DHCP_LEASE_EXPIRED, MONO_NEVER);
		mark_unsaved(s, lease);
		return;
	case DHCP_LEASE_DECLINED: binding_erase(s, lease); return;
	case DHCP_LEASE_FREE:
	case DHCP_LEASE_RELEASED:
	case DHCP_LEASE_EXPIRED:
	case DHCP_LEASE_STATE_COUNT: break;
	}
	assert(!"a deadline in a state that has none");
}

void binding_restore(struct dhcp_server *s, struct dhcp_lease *lease,
		     const struct dhcp_lease_record *record, mono_ms_t now)
{
	uint8_t state = record->state;
	mono_ms_t deadline = MONO_NEVER;

	if (lease->state != DHCP_LEASE_FREE) /* a later record of the same address */
		set_state(s, lease, DHCP_LEASE_FREE, MONO_NEVER);
	if (state == DHCP_LEASE_BOUND && record->remaining_s == 0)
		state = DHCP_LEASE_EXPIRED;
	if (state == DHCP_LEASE_BOUND)
		deadline = lease_end(record->remaining_s, now);
	else if (state == DHCP_LEASE_DECLINED)
		deadline = mono_add_s(now, MIN(record->remaining_s, (uint32_t)DHCP_QUARANTINE_S));
	lease_table_set_client(s->table, lease, &record->client);
	lease->hardware = record->hardware;
	lease->lease_s = record->remaining_s;
	dhcp_lease_clean_hostname((const uint8_t *)record->hostname, sizeof(record->hostname),
				  lease->hostname);
	set_state(s, lease, state, deadline);
}

void binding_move(struct dhcp_server *s, struct dhcp_lease *lease, const struct dhcp_lease *from)
{
	lease_table_set_client(s->table, lease, &from->client);
	lease->hardware = from->hardware;
	memcpy(lease->hostname, from->hostname, sizeof(lease->hostname));
	lease->lease_s = from->lease_s;
	lease->before_offer = from->before_offer;
	lease->waiting = from->waiting;
	lease->port = from->port;
	take_state(s, lease, from->state, from->deadline);
	if (from->link[LEASE_LIST_UNSAVED].linked)
		mark_unsaved(s, lease);
}

void binding_flush(struct dhcp_server *s, mono_ms_t now)
{
	while (s->unsaved.first && event_room(s->events, DHCP_ROOM_FOR_ACKS)) {
		struct dhcp_lease *lease = s->unsaved.first;

		push_record(s, lease, 0, now);
		lease_list_remove(&s->unsaved, LEASE_LIST_UNSAVED, lease);
		binding_put(s, lease);
	}
	/* Not at once: the queue is emptied outside, between two calls. */
	s->flush_at = s->unsaved.first ? mono_add_ms(now, 10) : MONO_NEVER;
}

void binding_record(const struct dhcp_lease *lease, mono_ms_t now, struct dhcp_lease_record *out)
{
	uint8_t state = lease->state == DHCP_LEASE_OFFERED ? lease->before_offer : lease->state;

	memset(out, 0, sizeof(*out));
	out->address = lease->address;
	out->state = state;
	out->client = lease->client;
	out->hardware = lease->hardware;
	memcpy(out->hostname, lease->hostname, sizeof(out->hostname));
	if (state != DHCP_LEASE_BOUND && state != DHCP_LEASE_DECLINED)
		return;
	if (lease->deadline.ms == MONO_NEVER.ms)
		out->remaining_s = DHCP_LEASE_INFINITE;
	else if (!mono_reached(lease->deadline, now))
		out->remaining_s = (uint32_t)((mono_between_ms(now, lease->deadline) + 999) / 1000);
}
