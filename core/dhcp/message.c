/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the server answers to each message: RFC 2131 s4.3. Which of the four kinds of REQUEST it is
 * follows from options 54 and 50 and from ciaddr (table 4).
 *
 * An address is taken by a client when the configuration allows it (allowed()) and no other client
 * has a claim to it (claimed_by_other()); all choices and all grants ask both. One that the client
 * has not had before is looked for on the network before it is offered (probe.c).
 */
#include "core/dhcp/server_private.h"
#include "core/text.h"

static enum verdict ignore(struct dhcp_server *s, struct dhcp_request *r, enum drop_reason reason)
{
	if (server_debugs(s, DEBUG_DHCP_EVENTS))
		server_debug_ignored(s, r, reason);
	return drop(r->frame, reason);
}

static enum verdict malformed(struct dhcp_server *s, struct dhcp_request *r)
{
	s->stats.malformed++;
	return ignore(s, r, DROP_DHCP_MALFORMED);
}

/** An option that holds an address. Return: it, or IP4_ANY. */
static ip4_t address_option(const struct dhcp_message *m, uint8_t code)
{
	uint32_t value = 0;

	dhcp_option_u32(m, code, &value);
	return (ip4_t){value};
}

/* ---- which addresses a client may have ---------------------------------------------------- */

/** Whether the configuration lets this client have @address here. */
static bool allowed(const struct dhcp_server *s, const struct dhcp_request *r, ip4_t address)
{
	const struct dhcp_pool *pool = dhcp_pool_find(s->set, address);

	if (dhcp_pool_own(s->set, address) || ip4_equal(address, r->in->network.address))
		return false;
	if (dhcp_pool_host_at(s->set, address)) {
		const struct dhcp_host *host = dhcp_pool_host_of(s->set, &r->client, &r->scope);

		return host && dhcp_pool_host_admits(s->set, address, &r->client);
	}
	return pool && pool == r->scope.pool && dhcp_pool_open(pool, address);
}

/** Whether two clients are one device: both have the reservation of @address. */
static bool same_device(const struct dhcp_server *s, const struct dhcp_lease *lease,
			const struct dhcp_request *r)
{
	const struct dhcp_client holder = {lease->client, lease->hardware};

	return dhcp_pool_host_admits(s->set, lease->address, &holder) &&
	       dhcp_pool_host_admits(s->set, lease->address, &r->client);
}

static bool is_clients(const struct dhcp_lease *lease, const struct dhcp_request *r)
{
	return dhcp_client_key_equal(&lease->client, &r->client.key);
}

static bool claimed_by_other(const struct dhcp_server *s, const struct dhcp_request *r,
			     ip4_t address)
{
	const struct dhcp_lease *lease = lease_table_find(s->table, address);

	if (!lease)
		return false;
	switch ((enum dhcp_lease_state)lease->state) {
	case DHCP_LEASE_OFFERED:
	case DHCP_LEASE_BOUND: return !is_clients(lease, r) && !same_device(s, lease, r);
	case DHCP_LEASE_DECLINED: return true;
	case DHCP_LEASE_FREE:
	case DHCP_LEASE_RELEASED:
	case DHCP_LEASE_EXPIRED:
	case DHCP_LEASE_STATE_COUNT: break;
	}
	return false;
}

static bool may_take(const struct dhcp_server *s, const struct dhcp_request *r, ip4_t address)
{
	return allowed(s, r, address) && !claimed_by_other(s, r, address);
}

static bool in_scope(const struct dhcp_server *s, const struct dhcp_lease *lease,
		     const struct dhcp_request *r)
{
	return dhcp_pool_find(s->set, lease->address) == r->scope.pool;
}

/** The client's lease here that is worth most: current, else offered, else a past one; or NULL. */
static struct dhcp_lease *own_lease(const struct dhcp_server *s, const struct dhcp_request *r)
{
	struct dhcp_lease *best = NULL, *lease = lease_table_of(s->table, &r->client.key);

	for (; lease; lease = lease_table_next_of(lease)) {
		if (!in_scope(s, lease, r) || lease->state == DHCP_LEASE_DECLINED ||
		    !may_take(s, r, lease->address))
			continue;
		if (lease->state == DHCP_LEASE_BOUND)
			return lease;
		if (!best || lease->state == DHCP_LEASE_OFFERED)
			best = lease;
	}
	return best;
}

/** RFC 2131 s4.3.1: current, previous, requested, new. A reservation goes before them all. */
static bool choose_address(struct dhcp_server *s, const struct dhcp_request *r, ip4_t *address)
{
	const struct dhcp_host *host = dhcp_pool_host_of(s->set, &r->client, &r->scope);
	const struct dhcp_lease *lease;
	struct dhcp_pool *pool = r->scope.pool;
	const bool room = lease_table_room(s->table);

	if (host && may_take(s, r, host->params.host.address)) {
		*address = host->params.host.address;
		return true;
	}
	lease = own_lease(s, r);
	if (lease) {
		*address = lease->address;
		return true;
	}
	*address = address_option(&r->message, DHCP_OPT_REQUESTED_ADDRESS);
	if (may_take(s, r, *address) && (room || lease_table_find(s->table, *address)))
		return true;
	if (!pool)
		return false;
	if (room && dhcp_pool_fresh(pool, address))
		return true;
	/* All were used once: the one whose client has been gone longest; as a rule the first. */
	for (lease = pool->inactive.first; lease; lease = lease->link[LEASE_LIST_INACTIVE].after) {
		*address = lease->address;
		if (may_take(s, r, *address))
			return true;
	}
	return false;
}

/* ---- answering ---------------------------------------------------------------------------- */

/** Seconds to grant: a shorter time that the client asks for, else what is configured. */
static uint32_t lease_time(const struct dhcp_request *r, const struct config_dhcp_pool *params)
{
	uint32_t configured = params->has_lease ? params->lease_s : DHCP_LEASE_DEFAULT;
	uint32_t asked = configured;

	dhcp_option_u32(&r->message, DHCP_OPT_LEASE_TIME, &asked);
	return MAX(MIN(asked, configured), (uint32_t)DHCP_LEASE_MIN_S);
}

/** The parameters for a client that has an address of the pool's like others. */
static void answer_of_pool(const struct dhcp_server *s, const struct dhcp_request *r,
			   struct dhcp_answer *a)
{
	const struct dhcp_pool *pool = r->scope.pool;
	const struct dhcp_host *known = dhcp_pool_known_client(s->set, &r->client);

	a->params = &pool->params;
	a->options[0] = pool->options;
	a->mask_len = pool->params.network.len;
	if (!known)
		return;
	a->own = known->params;
	dhcp_pool_complete(&a->own, pool);
	a->params = &a->own;
	a->options[0] = known->options;
	a->options[1] = pool->options;
}

/** The parameters for a client at @address: its reservation's, else the pool's. */
static void answer_for(const struct dhcp_server *s, const struct dhcp_request *r,
		       enum dhcp_type type, ip4_t address, struct dhcp_answer *a)
{
	const struct dhcp_host *host = dhcp_pool_host_of(s->set, &r->client, &r->scope);

	memset(a, 0, offsetof(struct dhcp_answer, own));
	a->type = type;
	if (host && !ip4_equal(host->params.host.address, address))
		host = NULL;
	if (!host && dhcp_pool_host_admits(s->set, address, &r->client))
		host = dhcp_pool_host_at(s->set, address);
	if (!host) {
		answer_of_pool(s, r, a);
		return;
	}
	a->params = &host->params;
	a->options[0] = host->options;
	a->options[1] = host->inherited;
	a->mask_len = host->network.len;
}

/** Sends a reply that waits for nothing. */
static enum verdict send_now(struct dhcp_server *s, struct dhcp_request *r,
			     const struct dhcp_answer *a)
{
	struct dhcp_reply *reply = dhcp_outbox_place(&s->outbox);

	if (!reply)
		return ignore(s, r, DROP_DHCP_BUSY);
	if (!dhcp_reply_build(r, a, reply))
		return malformed(s, r); /* its option 82 leaves no room */
	dhcp_outbox_post(&s->outbox);
	s->stats.sent[a->type]++;
	return VERDICT_CONSUMED;
}

static enum verdict refuse(struct dhcp_server *s, struct dhcp_request *r, const char *why)
{
	const struct dhcp_answer a = {.type = DHCP_NAK, .message = why};

	if (server_debugs(s, DEBUG_DHCP_EVENTS))
		server_debug_refused(s, &r->client.key, why);
	return send_now(s, r, &a);
}

/** A REQUEST whose ACK waits for the disk already. Only a new xid changes anything. */
static enum verdict grant_again(struct dhcp_server *s, struct dhcp_request *r,
				struct dhcp_lease *lease)
{
	struct dhcp_waiting *w = dhcp_outbox_find(&s->outbox, lease->address);
	struct dhcp_answer a;

	assert(w);
	if (!is_clients(lease, r))
		return ignore(s, r, DROP_DHCP_BUSY); /* the same device under another name */
	if (w->xid == r->message.xid)
		return VERDICT_CONSUMED;
	answer_for(s, r, DHCP_ACK, lease->address, &a);
	a.address = lease->address;
	a.lease_s = lease->lease_s;
	if (!dhcp_reply_build(r, &a, &w->reply)) {
		w->cancelled = true;
		binding_release(s, lease);
		return malformed(s, r);
	}
	w->xid = r->message.xid;
	return VERDICT_CONSUMED;
}

/** Binds @address to the client, and lets the ACK wait for the disk. */
static enum verdict grant(struct dhcp_server *s, struct dhcp_request *r, ip4_t address)
{
	struct dhcp_waiting *w = dhcp_outbox_waiting_place(&s->outbox);
	struct dhcp_lease *lease = lease_table_find(s->table, address);
	struct dhcp_answer a;

	if (lease && lease->waiting)
		return grant_again(s, r, lease);
	if (!w || !event_room(s->events, 1))
		return ignore(s, r, DROP_DHCP_BUSY);
	answer_for(s, r, DHCP_ACK, address, &a);
	a.address = address;
	a.lease_s = lease_time(r, a.params);
	if (!dhcp_reply_build(r, &a, &w->reply))
		return malformed(s, r);
	lease = binding_get(s, address);
	if (!lease)
		return ignore(s, r, DROP_DHCP_POOL_EXHAUSTED);
	binding_bind(s, lease, r, a.lease_s, w);
	dhcp_outbox_wait(&s->outbox);
	return VERDICT_CONSUMED;
}

/* ---- DISCOVER ----------------------------------------------------------------------------- */

static enum verdict exhausted(struct dhcp_server *s, struct dhcp_request *r)
{
	struct dhcp_pool *pool = r->scope.pool;

	if (pool && mono_reached(pool->log_again, r->now)) {
		dhcp_server_log(s, EVENT_WARNING, "POOLFULL", "pool %s has no free address",
				pool->params.name);
		pool->log_again = mono_add_s(r->now, DHCP_LOG_AGAIN_S);
	}
	return ignore(s, r, DROP_DHCP_POOL_EXHAUSTED);
}

/**
 * Whether somebody might be at an address that is to be offered: not when the client itself was
 * there last, and not at one that is reserved for it, which the administrator answers for.
 */
static bool wants_probe(const struct dhcp_server *s, const struct dhcp_request *r, ip4_t address)
{
	const struct dhcp_lease *lease = lease_table_find(s->table, address);

	if (s->ping_packets == 0 || dhcp_pool_host_at(s->set, address))
		return false;
	return !lease || !is_clients(lease, r);
}

/** Sends the offer of an address that is the client's to have. */
static enum verdict offer(struct dhcp_server *s, struct dhcp_request *r, ip4_t address)
{
	struct dhcp_answer a;
	struct dhcp_lease *lease;
	enum verdict verdict;

	answer_for(s, r, DHCP_OFFER, address, &a);
	a.address = address;
	a.lease_s = lease_time(r, a.params);
	lease = binding_get(s, address);
	if (!lease)
		return exhausted(s, r);
	verdict = send_now(s, r, &a);
	if (verdict == VERDICT_CONSUMED)
		binding_offer(s, lease, r);
	else
		binding_put(s, lease);
	return verdict;
}

static enum verdict choose_and_offer(struct dhcp_server *s, struct dhcp_request *r)
{
	struct dhcp_lease *lease;
	ip4_t address;

	if (r->tries == 0 && !limit_admits(s, r))
		return ignore(s, r, DROP_DHCP_LIMITED);
	if (!choose_address(s, r, &address))
		return exhausted(s, r);
	if (!wants_probe(s, r, address))
		return offer(s, r, address);
	lease = binding_get(s, address);
	if (!lease)
		return exhausted(s, r);
	if (!probe_begin(s, r, address)) {
		binding_put(s, lease);
		return offer(s, r, address);
	}
	binding_offer(s, lease, r);
	return VERDICT_CONSUMED;
}

static enum verdict handle_discover(struct dhcp_server *s, struct dhcp_request *r)
{
	struct dhcp_probing *p = probe_of(s, r);

	if (!p)
		return choose_and_offer(s, r);
	probe_renew(p, r);
	return VERDICT_CONSUMED;
}

/* ---- REQUEST (s4.3.2) --------------------------------------------------------------------- */

/** Whether @address is on the network the client is in. */
static bool on_network(const struct dhcp_server *s, const struct dhcp_request *r, ip4_t address)
{
	const struct dhcp_link *link = r->scope.direct;
	const struct dhcp_host *host;

	if (r->scope.pool && ip4_in_prefix(address, r->scope.pool->params.network))
		return true;
	host = dhcp_pool_host_of(s->set, &r->client, &r->scope);
	if (host && ip4_in_prefix(address, host->params.host))
		return true;
	if (!ip4_is_any(r->message.giaddr))
		return false;
	for (unsigned int i = 0; link && i < link->address_count; i++)
		if (ip4_in_prefix(address, link->addresses[i]))
			return true;
	return ip4_in_prefix(address, r->in->network);
}

/** Whether we have a record of this client here: more than an offer it never took. */
static bool is_known(const struct dhcp_server *s, const struct dhcp_request *r)
{
	const struct dhcp_lease *lease = lease_table_of(s->table, &r->client.key);

	if (dhcp_pool_host_of(s->set, &r->client, &r->scope))
		return true;
	for (; lease; lease = lease_table_next_of(lease)) {
		if (!in_scope(s, lease, r))
			continue;
		if (lease->state != DHCP_LEASE_OFFERED || lease->before_offer != DHCP_LEASE_FREE)
			return true;
	}
	return false;
}

/** Whether our record says that @address is the client's, and it may keep it. */
static bool is_right(const struct dhcp_server *s, const struct dhcp_request *r, ip4_t address)
{
	const struct dhcp_host *host = dhcp_pool_host_of(s->set, &r->client, &r->scope);
	const struct dhcp_lease *lease = lease_table_find(s->table, address);

	if (!may_take(s, r, address))
		return false;
	/* A reservation made since then counts, as soon as its address can be had. */
	if (host && may_take(s, r, host->params.host.address))
		return ip4_equal(host->params.host.address, address);
	return lease && is_clients(lease, r);
}

/** The client chose another server: what we held for it is free again. */
static enum verdict not_chosen(struct dhcp_server *s, struct dhcp_request *r)
{
	struct dhcp_lease *lease = lease_table_of(s->table, &r->client.key), *next;

	for (; lease; lease = next) {
		next = lease_table_next_of(lease);
		if (lease->state == DHCP_LEASE_OFFERED && in_scope(s, lease, r))
			binding_withdraw(s, lease);
	}
	return ignore(s, r, DROP_DHCP_NOT_FOR_US);
}

static enum verdict request_selecting(struct dhcp_server *s, struct dhcp_request *r, ip4_t wanted)
{
	/* An offer that ran out meanwhile is made good while the address is still free. */
	if (may_take(s, r, wanted))
		return limit_admits(s, r) ? grant(s, r, wanted) : ignore(s, r, DROP_DHCP_LIMITED);
	return refuse(s, r, "address not available");
}

static enum verdict request_init_reboot(struct dhcp_server *s, struct dhcp_request *r, ip4_t wanted)
{
	if (!on_network(s, r, wanted))
		return refuse(s, r, "address is not on this network");
	if (is_right(s, r, wanted))
		return grant(s, r, wanted);
	if (is_known(s, r))
		return refuse(s, r, "address is not yours");
	/* "MUST remain silent": another server on the link may know the client. */
	return ignore(s, r, DROP_DHCP_UNKNOWN_CLIENT);
}

static enum verdict request_extend(struct dhcp_server *s, struct dhcp_request *r)
{
	ip4_t ciaddr = r->message.ciaddr;
	bool renewing = !ip4_equal(r->in->dst, IP4_BROADCAST) && ip4_is_any(r->message.giaddr);

	if (is_right(s, r, ciaddr))
		return grant(s, r, ciaddr);
	if (!on_network(s, r, ciaddr) || is_known(s, r))
		return refuse(s, r, "lease is not yours");
	if (!renewing)
		return ignore(s, r, DROP_DHCP_UNKNOWN_CLIENT);
	/* Unicast to us, so the lease is of our making: we have lost the record. Trust ciaddr. */
	if (may_take(s, r, ciaddr))
		return grant(s, r, ciaddr);
	return refuse(s, r, "lease is not yours");
}

/** Whether option 54 names this server, by any of its addresses. */
static bool names_us(const struct dhcp_server *s, const struct dhcp_request *r, ip4_t server_id)
{
	return ip4_equal(server_id, r->in->network.address) || dhcp_pool_own(s->set, server_id);
}

static enum verdict handle_request(struct dhcp_server *s, struct dhcp_request *r)
{
	const struct dhcp_message *m = &r->message;
	ip4_t wanted = address_option(m, DHCP_OPT_REQUESTED_ADDRESS);
	ip4_t server_id = address_option(m, DHCP_OPT_SERVER_ID);

	if (m->option[DHCP_OPT_SERVER_ID].present) {
		if (!names_us(s, r, server_id))
			return not_chosen(s, r);
		if (!ip4_is_any(wanted))
			return request_selecting(s, r, wanted);
	} else if (!ip4_is_any(wanted)) {
		return request_init_reboot(s, r, wanted);
	}
	if (ip4_is_any(m->ciaddr))
		return malformed(s, r); /* asks for nothing */
	return request_extend(s, r);
}

/* ---- DECLINE, RELEASE, INFORM ------------------------------------------------------------- */

/**
 * Whether the message comes in by a port at which the client of @lease was not heard last. All that
 * a RELEASE or a DECLINE holds can be seen by others on the link, and nobody answers it; so who
 * sits at another port is not believed. A client that has moved there says so with its next
 * REQUEST.
 */
static bool is_elsewhere(const struct dhcp_request *r, const struct dhcp_lease *lease)
{
	return r->in->port != DHCP_PORT_NONE && lease->port != DHCP_PORT_NONE &&
	       r->in->port != lease->port;
}

static enum verdict handle_decline(struct dhcp_server *s, struct dhcp_request *r)
{
	const struct dhcp_message *m = &r->message;
	const struct dhcp_pool *pool;
	ip4_t address = address_option(m, DHCP_OPT_REQUESTED_ADDRESS);
	ip4_t server_id = address_option(m, DHCP_OPT_SERVER_ID);
	struct dhcp_lease *lease = lease_table_find(s->table, address);
	char text[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	if (ip4_is_any(address))
		return malformed(s, r);
	if (m->option[DHCP_OPT_SERVER_ID].present && !names_us(s, r, server_id))
		return ignore(s, r, DROP_DHCP_NOT_FOR_US);
	if (!lease || lease->state != DHCP_LEASE_BOUND || !is_clients(lease, r))
		return ignore(s, r, DROP_DHCP_UNKNOWN_CLIENT);
	if (is_elsewhere(r, lease))
		return ignore(s, r, DROP_DHCP_WRONG_PORT);
	if (!s->conflicts_unlogged)
		dhcp_server_log(s, EVENT_WARNING, "DECLINE_CONFLICT",
				"%s declined by %s: another device uses it",
				ip4_to_text(address, text), mac_to_text(r->client.hardware, mac));
	pool = dhcp_pool_find(s->set, address);
	if (pool && dhcp_pool_quarantine_full(pool))
		binding_erase(s, lease);
	else
		binding_decline(s, lease, r->now);
	return VERDICT_CONSUMED;
}

static enum verdict handle_release(struct dhcp_server *s, struct dhcp_request *r)
{
	const struct dhcp_message *m = &r->message;
	ip4_t server_id = address_option(m, DHCP_OPT_SERVER_ID);
	struct dhcp_lease *lease = lease_table_find(s->table, m->ciaddr);

	if (m->option[DHCP_OPT_SERVER_ID].present && !names_us(s, r, server_id))
		return ignore(s, r, DROP_DHCP_NOT_FOR_US);
	if (!lease || lease->state != DHCP_LEASE_BOUND || !is_clients(lease, r) ||
	    !mac_equal(lease->hardware, r->client.hardware))
		return ignore(s, r, DROP_DHCP_UNKNOWN_CLIENT);
	if (is_elsewhere(r, lease))
		return ignore(s, r, DROP_DHCP_WRONG_PORT);
	binding_release(s, lease);
	return VERDICT_CONSUMED;
}

/** Whether a host of the client's network can have @address. */
static bool is_host_address(const struct dhcp_server *s, const struct dhcp_request *r,
			    ip4_t address, uint8_t mask_len)
{
	if (!on_network(s, r, address) || dhcp_pool_own(s->set, address) ||
	    ip4_equal(address, r->in->network.address))
		return false;
	return ip4_is_host_of((struct ip4_prefix){address, mask_len});
}

static enum verdict handle_inform(struct dhcp_server *s, struct dhcp_request *r)
{
	struct dhcp_answer a;

	/* Some leave ciaddr empty, though they have the address and send from it. */
	if (ip4_is_any(r->message.ciaddr))
		r->message.ciaddr = r->in->src;
	if (!r->scope.pool && !dhcp_pool_host_admits(s->set, r->message.ciaddr, &r->client))
		return ignore(s, r, DROP_DHCP_NOT_SERVED);
	answer_for(s, r, DHCP_ACK, r->message.ciaddr, &a);
	if (!is_host_address(s, r, r->message.ciaddr, a.mask_len))
		return malformed(s, r);
	return send_now(s, r, &a);
}

/* ---- all messages ------------------------------------------------------------------------- */

/** Who sent it (RFC 2131 s4.2). Return: whether that can be said. */
static bool read_client(const struct dhcp_message *m, struct dhcp_client *client)
{
	uint16_t len;
	const uint8_t *id = dhcp_option(m, DHCP_OPT_CLIENT_ID, &len);

	memset(client, 0, sizeof(*client));
	if (m->htype == 1 && m->hlen == sizeof(client->hardware.byte))
		memcpy(client->hardware.byte, m->chaddr, sizeof(client->hardware.byte));
	if (id) {
		if (len > DHCP_CLIENT_KEY_MAX)
			return false;
		client->key.is_option = true;
		client->key.len = (uint8_t)len;
		memcpy(client->key.bytes, id, len);
		return true;
	}
	client->key.len = (uint8_t)(1 + m->hlen);
	client->key.bytes[0] = m->htype;
	memcpy(client->key.bytes + 1, m->chaddr, m->hlen);
	return m->hlen > 0;
}

/**
 * Where the client is: behind a relay, where its unicast says, or on the link. Return: whether we
 * serve it there at all.
 */
static bool find_scope(const struct dhcp_server *s, struct dhcp_request *r)
{
	const struct dhcp_message *m = &r->message;
	const struct dhcp_link *link = dhcp_pool_link(s->set, r->in->network.address);
	struct dhcp_scope *scope = &r->scope;

	if (s->disabled || r->in->network.len == 0)
		return false;
	if (dhcp_pool_find(s->set, r->in->network.address))
		dhcp_pool_block(dhcp_pool_find(s->set, r->in->network.address),
				r->in->network.address);
	scope->at = r->in->network.address;
	scope->direct = link;
	if (!ip4_is_any(m->giaddr)) {
		/* A relay out there, where strangers are, is none of ours (D20). */
		if (link && link->outside)
			return false;
		scope->at = m->giaddr;
		scope->direct = NULL;
	} else if (!ip4_is_any(m->ciaddr) && !ip4_equal(r->in->dst, IP4_BROADCAST) &&
		   !(link && link->outside) && dhcp_pool_find(s->set, m->ciaddr)) {
		/* RENEWING behind a relay goes past it: ciaddr alone says where (s4.3.2). */
		scope->at = m->ciaddr;
		if (!ip4_in_prefix(m->ciaddr, r->in->network))
			scope->direct = NULL;
	}
	scope->pool = dhcp_pool_find(s->set, scope->at);
	return scope->pool || dhcp_pool_host_of(s->set, &r->client, scope);
}

enum verdict dhcp_message_handle(struct dhcp_server *s, struct dhcp_request *r)
{
	const struct dhcp_message *m = &r->message;

	if (m->op != DHCP_BOOTREQUEST || !read_client(m, &r->client))
		return malformed(s, r);
	if (m->type > DHCP_INFORM)
		return ignore(s, r, DROP_DHCP_NOT_FOR_US); /* lease query and the like */
	s->stats.received[m->type]++;
	if (server_debugs(s, DEBUG_DHCP_PACKET))
		server_debug_received(s, r);
	if (!find_scope(s, r))
		return ignore(s, r, DROP_DHCP_NOT_SERVED);
	switch ((enum dhcp_type)m->type) {
	case DHCP_DISCOVER: return handle_discover(s, r);
	case DHCP_REQUEST: return handle_request(s, r);
	case DHCP_DECLINE: return handle_decline(s, r);
	case DHCP_RELEASE: return handle_release(s, r);
	case DHCP_INFORM: return handle_inform(s, r);
	case DHCP_OFFER:
	case DHCP_ACK:
	case DHCP_NAK: break;
	}
	return ignore(s, r, DROP_DHCP_NOT_FOR_US);
}

/* ---- messages that waited ----------------------------------------------------------------- */

/**
 * Reads a message again that waited in @p, and is about to leave. @lease: out; held for it still.
 * Return: whether it still has its address and is served where it came from.
 */
static bool resume(struct dhcp_server *s, struct dhcp_probing *p, struct dhcp_request *r,
		   struct dhcp_lease **lease)
{
	bool sound = dhcp_parse(r->bytes, r->len, &r->message) == 0 &&
		     read_client(&r->message, &r->client);

	assert(sound); /* it was read before */
	(void)sound;
	*lease = lease_table_find(s->table, p->address);
	return find_scope(s, r) && *lease && (*lease)->state == DHCP_LEASE_OFFERED &&
	       is_clients(*lease, r) && may_take(s, r, p->address);
}

void dhcp_message_offer(struct dhcp_server *s, struct dhcp_probing *p, mono_ms_t now)
{
	struct frame frame = {.drops = &s->unseen};
	struct dhcp_request r = {
		.frame = &frame, .in = &p->in, .now = now, .bytes = p->bytes, .len = p->len};
	struct dhcp_lease *lease;

	if (resume(s, p, &r, &lease))
		offer(s, &r, p->address);
	probe_end(s, p);
}

void dhcp_message_conflict(struct dhcp_server *s, struct dhcp_probing *p, mac_t hardware,
			   mono_ms_t now)
{
	const struct dhcp_probing copy = *p; /* its place may be taken again at once */
	struct frame frame = {.drops = &s->unseen};
	struct dhcp_request r = {.frame = &frame,
				 .in = &copy.in,
				 .now = now,
				 .bytes = copy.bytes,
				 .len = copy.len,
				 .tries = (uint8_t)(copy.tries + 1)};
	char text[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	struct dhcp_lease *lease;
	bool held = resume(s, p, &r, &lease);

	probe_end(s, p);
	if (!held)
		return;
	if (!s->conflicts_unlogged)
		dhcp_server_log(s, EVENT_WARNING, "PING_CONFLICT",
				"DHCP address conflict: server pinged %s%s%s",
				ip4_to_text(copy.address, text),
				mac_is_zero(hardware) ? "" : ", it is used by ",
				mac_is_zero(hardware) ? "" : mac_to_text(hardware, mac));
	binding_conflict(s, lease, hardware, now);
	if (r.tries < DHCP_PROBE_TRIES_MAX)
		choose_and_offer(s, &r);
}
