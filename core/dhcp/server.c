/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP server as its owner sees it. The work is divided so: message.c decides what a message
 * gets, binding.c changes leases, reply.c writes messages, outbox.c keeps them until they are
 * taken, probe.c lets them wait for one, conflict.c shows what was found, pool.c knows what the
 * configuration allows, lease_table.c finds leases.
 *
 * Invariants: an address is promised (ACK) only after its record is on disk; what the disk refused
 * is as if it had never been asked for. Every lease lies in a pool or has a reservation, and none
 * is on an address of the router. One address has one lease; a client has one lease a pool, but for
 * the moment between two promises.
 * Not supported yet: pools chosen by secondary addresses of an interface.
 */
#include <stdarg.h>
#include <stdio.h>

#include "core/dhcp/server_private.h"
#include "core/text.h"

struct dhcp_server *dhcp_server_new(const struct hash_key *key, struct event_queue *events)
{
	static const struct config nothing;
	struct dhcp_server *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->key = *key;
	s->events = events;
	s->flush_at = MONO_NEVER;
	if (dhcp_server_configure(s, &nothing, (mono_ms_t){0})) {
		dhcp_server_free(s);
		return NULL;
	}
	return s;
}

void dhcp_server_free(struct dhcp_server *s)
{
	if (!s)
		return;
	lease_table_free(s->table);
	dhcp_pool_set_free(s->set);
	free(s);
}

void dhcp_server_log(struct dhcp_server *s, enum event_severity severity, const char *mnemonic,
		     const char *format, ...)
{
	struct event *e;
	va_list args;

	if (!event_room(s->events, DHCP_ROOM_FOR_ACKS)) {
		s->events->lost++;
		return;
	}
	e = event_push_log(s->events, severity, "DHCP", mnemonic);
	va_start(args, format);
	vsnprintf(e->text, sizeof(e->text), format, args);
	va_end(args);
}

/* ---- configuration ------------------------------------------------------------------------ */

/** A lease that the new configuration has no place for: its record goes too, if there is room. */
static void drop_lease(struct dhcp_server *s, const struct dhcp_lease *lease)
{
	struct dhcp_waiting *w =
		lease->waiting ? dhcp_outbox_find(&s->outbox, lease->address) : NULL;
	struct event *e;

	if (w)
		w->cancelled = true;
	if (lease->state == DHCP_LEASE_OFFERED || !event_room(s->events, DHCP_ROOM_FOR_ACKS))
		return; /* a record that is left over fits no pool when it is read back */
	e = event_push(s->events);
	e->type = EVENT_LEASE_PERSIST;
	e->lease.address = lease->address;
	e->lease.state = DHCP_LEASE_FREE;
}

/** Says that a device must look for another address, and @why. @lost: so many before it. */
static void log_lost(struct dhcp_server *s, const struct dhcp_lease *lease, unsigned int lost,
		     const char *why)
{
	char address[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	if (lost < DHCP_LOST_LINES)
		dhcp_server_log(s, EVENT_NOTICE, "LEASE_LOST", "lease of %s to %s %s",
				ip4_to_text(lease->address, address),
				mac_to_text(lease->hardware, mac), why);
}

/** What forbids the client of @lease to extend it, although a pool has the address; or NULL. */
static const char *lease_refused(const struct dhcp_pool_set *set, const struct dhcp_lease *lease)
{
	const struct dhcp_client client = {lease->client, lease->hardware};
	const struct dhcp_pool *pool = dhcp_pool_find(set, lease->address);

	if (dhcp_pool_host_at(set, lease->address))
		return dhcp_pool_host_admits(set, lease->address, &client)
			       ? NULL
			       : "is not extended: the address is reserved for another client";
	return pool && dhcp_pool_open(pool, lease->address)
		       ? NULL
		       : "is not extended: the address is not leased any more";
}

/** Takes the leases of the old table over into the server's new one. */
static void move_leases(struct dhcp_server *s, const struct lease_table *old,
			const struct dhcp_pool_set *old_set)
{
	ip4_t address = IP4_ANY;
	unsigned int lost = 0;
	const char *refused;

	while (dhcp_pool_next(old_set, address, &address)) {
		const struct dhcp_lease *from = lease_table_find(old, address);
		struct dhcp_lease *lease = NULL;

		if (!from)
			continue; /* a reservation that nobody holds */
		if (dhcp_pool_fits(s->set, address))
			lease = binding_get(s, address);
		if (lease) {
			refused = lease_refused(s->set, from);
			if (from->state == DHCP_LEASE_BOUND && refused &&
			    !lease_refused(old_set, from))
				log_lost(s, from, lost++, refused);
			binding_move(s, lease, from);
			continue;
		}
		if (from->state == DHCP_LEASE_BOUND)
			log_lost(s, from, lost++, "ends: no pool has the address any more");
		drop_lease(s, from);
	}
	if (lost > DHCP_LOST_LINES)
		dhcp_server_log(s, EVENT_NOTICE, "LEASE_LOST", "and %u more leases",
				lost - DHCP_LOST_LINES);
}

int dhcp_server_configure(struct dhcp_server *s, const struct config *config, mono_ms_t now)
{
	struct dhcp_pool_set *set = dhcp_pool_set_new(&s->key, config), *old_set = s->set;
	struct lease_table *table, *old_table = s->table;

	table = set ? lease_table_new(&s->key, dhcp_pool_set_capacity(set)) : NULL;
	if (!table) {
		dhcp_pool_set_free(set);
		return -ENOMEM;
	}
	s->set = set;
	s->table = table;
	s->unsaved = (struct lease_list){0};
	for (size_t i = 0; i < ARRAY_COUNT(s->ports); i++)
		s->ports[i].leases = s->ports[i].offers =
			0; /* the leases come in again one by one */
	s->disabled = config->dhcp.disabled;
	s->ping_packets = config->dhcp.ping_packets;
	s->ping_timeout_ms = config->dhcp.ping_timeout_ms;
	s->conflicts_unlogged = config->dhcp.conflicts_unlogged;
	if (old_table)
		move_leases(s, old_table, old_set);
	lease_table_free(old_table);
	dhcp_pool_set_free(old_set);
	s->names++; /* reservations may have other names */
	binding_flush(s, now);
	return 0;
}

int dhcp_server_restore(struct dhcp_server *s, const struct dhcp_lease_record *record,
			mono_ms_t now)
{
	struct dhcp_lease *lease;
	bool forgets = record->state == DHCP_LEASE_FREE;

	/* The file may have been edited or damaged: trust nothing in it. */
	if (record->state >= DHCP_LEASE_STATE_COUNT || record->state == DHCP_LEASE_OFFERED ||
	    record->client.len > DHCP_CLIENT_KEY_MAX || (!forgets && record->client.len < 2))
		return -EINVAL;
	if (!dhcp_pool_fits(s->set, record->address))
		return -ENOENT;
	lease = binding_get(s, record->address);
	if (!lease)
		return -ENOENT;
	binding_restore(s, lease, record, now);
	binding_put(s, lease);
	return 0;
}

/* ---- messages ----------------------------------------------------------------------------- */

enum verdict dhcp_server_input(struct dhcp_server *s, struct frame *frame,
			       const struct dhcp_ingress *in, const uint8_t *message, size_t len,
			       mono_ms_t now)
{
	struct dhcp_request r = {
		.frame = frame, .in = in, .now = now, .bytes = message, .len = len};
	enum verdict verdict;

	if (dhcp_parse(message, len, &r.message)) {
		s->stats.malformed++;
		DEBUG(s->events, DHCP_PACKET, "DHCPD: malformed message of %zu bytes ignored.",
		      len);
		return drop(frame, DROP_DHCP_MALFORMED);
	}
	if (r.message.type == 0) { /* BOOTP: its addresses would never come back */
		s->stats.received[0]++;
		return drop(frame, DROP_DHCP_NOT_SERVED);
	}
	verdict = dhcp_message_handle(s, &r);
	binding_flush(s, now);
	return verdict;
}

bool dhcp_server_serves(const struct dhcp_server *s, ip4_t at)
{
	return !s->disabled && dhcp_pool_find(s->set, at) != NULL;
}

bool dhcp_server_next_reply(struct dhcp_server *s, struct dhcp_reply *reply)
{
	if (!dhcp_outbox_take(&s->outbox, reply))
		return false;
	if (server_debugs(s, DEBUG_DHCP_PACKET))
		server_debug_sent(s, reply);
	return true;
}

void dhcp_server_persisted(struct dhcp_server *s, uint64_t token, int status, mono_ms_t now)
{
	struct dhcp_waiting *w;
	uint32_t n = 0;

	while ((w = dhcp_outbox_at(&s->outbox, n)) && w->token <= token)
		n++;
	/* Undone in the order opposite to that in which it was done. */
	for (uint32_t i = n; status && i-- > 0;) {
		w = dhcp_outbox_at(&s->outbox, i);
		if (!w->cancelled)
			binding_rollback(s, w);
		w->cancelled = true;
	}
	for (uint32_t i = 0; !status && i < n; i++) {
		w = dhcp_outbox_at(&s->outbox, i);
		if (w->cancelled)
			continue;
		binding_confirm(s, w, now);
		s->stats.sent[DHCP_ACK]++;
	}
	dhcp_outbox_saved(&s->outbox, n);
	binding_flush(s, now);
}

/* ---- time --------------------------------------------------------------------------------- */

void dhcp_server_tick(struct dhcp_server *s, mono_ms_t now)
{
	struct dhcp_lease *lease;
	struct dhcp_probing *p;

	while ((p = probe_over(s, now)))
		dhcp_message_offer(s, p, now);
	while ((lease = lease_table_earliest(s->table)) && mono_reached(lease->deadline, now))
		binding_expire(s, lease);
	if (s->unsaved.first)
		binding_flush(s, now);
}

mono_ms_t dhcp_server_deadline(const struct dhcp_server *s)
{
	const struct dhcp_lease *lease = lease_table_earliest(s->table);

	if (dhcp_outbox_ready(&s->outbox)) /* its owner had no room for all of them */
		return (mono_ms_t){0};
	return mono_earlier(probe_deadline(s),
			    mono_earlier(s->flush_at, lease ? lease->deadline : MONO_NEVER));
}

bool dhcp_server_sighted(struct dhcp_server *s, const struct dhcp_sighting *seen, mono_ms_t now)
{
	struct dhcp_probing *p = probe_answered(s, seen);

	if (!p)
		return false;
	dhcp_message_conflict(s, p, seen->hardware, now);
	binding_flush(s, now);
	return true;
}

/* ---- looking ------------------------------------------------------------------------------ */

/** The client of a reservation as its configuration names it. */
static void reserved_record(const struct dhcp_host *host, struct dhcp_lease_record *out)
{
	memset(out, 0, sizeof(*out));
	out->address = host->params.host.address;
	out->state = DHCP_LEASE_FREE;
	out->remaining_s = DHCP_LEASE_INFINITE;
	out->hardware = host->params.hardware;
	out->client = host->client;
	if (host->client.len == 0 && host->params.has_hardware) {
		out->client.is_option = false;
		out->client.len = 7;
		out->client.bytes[0] = 1; /* Ethernet */
		memcpy(out->client.bytes + 1, host->params.hardware.byte, 6);
	}
}

/** What `client-name` calls the client of @record, whose address is that of @host, or of none. */
static const char *typed_name(const struct dhcp_server *s, const struct dhcp_host *host,
			      const struct dhcp_lease_record *record)
{
	const struct dhcp_client client = {record->client, record->hardware};

	if (!host)
		host = dhcp_pool_known_client(s->set, &client);
	else if (record->state == DHCP_LEASE_BOUND &&
		 !dhcp_pool_host_admits(s->set, record->address, &client))
		return ""; /* it had the address before this was somebody's */
	return host ? host->params.client_name : "";
}

/** Fills in what is shown of @address. Return: false: nothing is. */
static bool show_binding(const struct dhcp_server *s, ip4_t address, struct dhcp_binding *out,
			 mono_ms_t now)
{
	const struct dhcp_lease *lease = lease_table_find(s->table, address);
	const struct dhcp_host *host = dhcp_pool_host_at(s->set, address);
	const struct dhcp_pool *pool = dhcp_pool_find(s->set, address);
	bool bound = lease && lease->state == DHCP_LEASE_BOUND;

	if (!bound && !host)
		return false;
	memset(out, 0, sizeof(*out));
	out->manual = host != NULL;
	out->pool = host ? host->params.name : pool ? pool->params.name : "";
	if (bound)
		binding_record(lease, now, &out->record);
	else
		reserved_record(host, &out->record);
	out->client_name = typed_name(s, host, &out->record);
	return true;
}

bool dhcp_server_next_binding(const struct dhcp_server *s, ip4_t *after, struct dhcp_binding *out,
			      mono_ms_t now)
{
	while (dhcp_pool_next(s->set, *after, after))
		if (show_binding(s, *after, out, now))
			return true;
	return false;
}

bool dhcp_server_next_record(const struct dhcp_server *s, ip4_t *after,
			     struct dhcp_lease_record *out, mono_ms_t now)
{
	while (dhcp_pool_next(s->set, *after, after)) {
		const struct dhcp_lease *lease = lease_table_find(s->table, *after);

		if (!lease)
			continue;
		binding_record(lease, now, out);
		if (out->state != DHCP_LEASE_FREE)
			return true;
	}
	return false;
}

int dhcp_server_find(const struct dhcp_server *s, ip4_t address, struct dhcp_binding *out,
		     mono_ms_t now)
{
	return show_binding(s, address, out, now) ? 0 : -ENOENT;
}

unsigned int dhcp_server_clear(struct dhcp_server *s, ip4_t address, mono_ms_t now)
{
	const bool all = ip4_is_any(address);
	unsigned int count = 0;
	ip4_t at = all ? IP4_ANY : (ip4_t){address.host - 1};

	while (dhcp_pool_next(s->set, at, &at) && (all || ip4_equal(at, address))) {
		struct dhcp_lease *lease = lease_table_find(s->table, at);

		if (!lease || lease->state == DHCP_LEASE_FREE ||
		    lease->state == DHCP_LEASE_DECLINED)
			continue;
		count += lease->state == DHCP_LEASE_BOUND;
		if (lease->state == DHCP_LEASE_OFFERED && lease->before_offer == DHCP_LEASE_FREE)
			binding_withdraw(s, lease);
		else
			binding_erase(s, lease);
	}
	binding_flush(s, now);
	return count;
}

const struct dhcp_server_stats *dhcp_server_stats(const struct dhcp_server *s)
{
	return &s->stats;
}

void dhcp_server_clear_stats(struct dhcp_server *s)
{
	memset(&s->stats, 0, sizeof(s->stats));
}
