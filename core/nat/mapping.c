/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See mapping.h. Invariants: a live mapping is in by_endpoint under its own behaviour's key, owns
 * its port in the pool of its public address unless it is one of a one-to-one translation, and is
 * counted by its host; one that is dynamic or made on demand has a session, but between
 * nat_mapping_open() and the nat_session_open() that follows it.
 *
 * A mapping keeps the behaviour it was made under, so that a change of its rule's mapping leaves
 * live sessions alone; a look-up asks under each behaviour that has a mapping. Its filtering is
 * that of its rule at this moment.
 */
#include "core/nat/nat.h"
#include "core/wire/checksum.h"

enum { NAT_EXHAUSTED_SWEEP = 64 }; /* records to look at for a dead session when ports run out */

/** An inside endpoint as @behaviour sees it; the remote parts are 0 where it does not look. */
struct endpoint {
	uint32_t local, remote;
	uint16_t local_port, remote_port;
	uint8_t proto, behaviour;
};

static ALWAYS_INLINE uint64_t endpoint_hash(const struct hash_key *key, const struct endpoint *e)
{
	return hash_2(key,
		      (uint64_t)e->local << 32 | (uint32_t)e->local_port << 16 |
			      (uint32_t)e->proto << 8 | e->behaviour,
		      (uint64_t)e->remote << 16 | e->remote_port);
}

static ALWAYS_INLINE struct endpoint endpoint_of(const struct nat_flow *flow, uint8_t behaviour)
{
	return (struct endpoint){
		.local = flow->local.host,
		.local_port = flow->local_port,
		.remote = behaviour == NAT_ENDPOINT_INDEPENDENT ? 0 : flow->remote.host,
		.remote_port = behaviour == NAT_ADDRESS_AND_PORT_DEPENDENT ? flow->remote_port : 0,
		.proto = flow->proto,
		.behaviour = behaviour,
	};
}

static ALWAYS_INLINE bool is_of_endpoint(const struct nat_mapping *m, const struct endpoint *e)
{
	return m->local == e->local && m->local_port == e->local_port && m->proto == e->proto &&
	       m->behaviour == e->behaviour && m->remote == e->remote &&
	       m->remote_port == e->remote_port;
}

uint64_t nat_mapping_hash(const struct hash_key *key, const void *record)
{
	const struct nat_mapping *m = record;
	struct endpoint e = {.local = m->local,
			     .local_port = m->local_port,
			     .remote = m->remote,
			     .remote_port = m->remote_port,
			     .proto = m->proto,
			     .behaviour = m->behaviour};

	return endpoint_hash(key, &e);
}

uint64_t nat_host_hash(const struct hash_key *key, const void *record)
{
	const struct nat_host *host = record;

	return hash_2(key, host->local, host->slot);
}

/** The first of a chain, from @i on, that is of an endpoint; 0. */
static ALWAYS_INLINE uint32_t in_chain(const struct nat *nat, uint32_t i, const struct endpoint *e)
{
	while (i != 0 && !is_of_endpoint(nat_mapping_at(nat, i), e))
		i = nat_mapping_at(nat, i)->next;
	return i;
}

const uint32_t *nat_mapping_bucket(const struct nat *nat, const struct nat_flow *flow)
{
	struct endpoint e = endpoint_of(flow, NAT_ENDPOINT_INDEPENDENT);

	return nat_index_bucket(&nat->by_endpoint, endpoint_hash(&nat->key, &e));
}

/** The first mapping of a flow under a behaviour; 0. */
static ALWAYS_INLINE uint32_t first_under(const struct nat *nat, const struct nat_flow *flow,
					  uint8_t behaviour)
{
	struct endpoint e = endpoint_of(flow, behaviour);

	return in_chain(nat, nat_index_first(&nat->by_endpoint, endpoint_hash(&nat->key, &e)), &e);
}

/** The first mapping of a flow under those behaviours, from @behaviour on, that have one; 0. */
static uint32_t first_from(const struct nat *nat, const struct nat_flow *flow, uint8_t behaviour)
{
	for (; behaviour < NAT_BEHAVIOUR_COUNT; behaviour++) {
		uint32_t i = nat->mappings_of[behaviour] ? first_under(nat, flow, behaviour) : 0;

		if (i != 0)
			return i;
	}
	return 0;
}

uint32_t nat_mapping_next(const struct nat *nat, const struct nat_flow *flow, uint32_t after)
{
	uint8_t behaviour = NAT_ENDPOINT_INDEPENDENT;
	struct endpoint e;
	uint32_t i;

	if (after == 0) {
		i = first_under(nat, flow, NAT_ENDPOINT_INDEPENDENT);
	} else {
		behaviour = nat_mapping_at(nat, after)->behaviour;
		e = endpoint_of(flow, behaviour);
		i = in_chain(nat, nat_mapping_at(nat, after)->next, &e);
	}
	return i ? i : first_from(nat, flow, behaviour + 1);
}

uint32_t nat_host_find(const struct nat *nat, ip4_t local, uint16_t slot)
{
	struct nat_host key = {.local = local.host, .slot = slot};
	uint32_t i = nat_index_first(&nat->by_host, nat_host_hash(&nat->key, &key));

	for (; i != 0; i = nat_index_next(&nat->by_host, i)) {
		const struct nat_host *host = nat_slab_at(&nat->hosts, i);

		if (host->local == local.host && host->slot == slot)
			return i;
	}
	return 0;
}

/** The record of a host, made if need be, with one mapping more. Return: 0: no room. */
static uint32_t host_take(struct nat *nat, ip4_t local, uint16_t slot)
{
	uint32_t i = nat_host_find(nat, local, slot);
	struct nat_host *host;

	if (i == 0) {
		i = nat_slab_take(&nat->hosts);
		if (i == 0)
			return 0;
		host = nat_slab_at(&nat->hosts, i);
		host->device = nat_device_get(nat, local);
		if (host->device == 0) {
			nat_slab_give(&nat->hosts, i);
			return 0;
		}
		host->local = local.host;
		host->slot = slot;
		nat_index_insert(&nat->by_host, nat_host_hash(&nat->key, host), i);
	}
	host = nat_slab_at(&nat->hosts, i);
	host->mappings++;
	nat_device_hold(nat, host->device);
	return i;
}

static void host_give(struct nat *nat, uint32_t i)
{
	struct nat_host *host = nat_slab_at(&nat->hosts, i);

	nat_device_release(nat, host->device);
	if (--host->mappings > 0)
		return;
	nat_assign_release(nat, host->slot, (ip4_t){host->local});
	nat_index_remove(&nat->by_host, nat_host_hash(&nat->key, host), i);
	nat_slab_give(&nat->hosts, i);
}

/** A record with its endpoint, host and public filled in, but no port yet. Return: 0: no room. */
static uint32_t mapping_new(struct nat *nat, const struct nat_flow *flow, uint16_t slot,
			    uint8_t behaviour)
{
	struct endpoint e = endpoint_of(flow, behaviour);
	uint32_t i = nat_slab_take(&nat->mappings);
	struct nat_mapping *m;

	if (i == 0)
		return 0;
	m = nat_mapping_at(nat, i);
	*m = (struct nat_mapping){
		.local = e.local,
		.local_port = e.local_port,
		.remote = e.remote,
		.remote_port = e.remote_port,
		.proto = e.proto,
		.behaviour = behaviour,
	};
	m->flags = NAT_MAPPING_LIVE;
	m->rule = NAT_RULE_NONE;
	m->slot = slot;
	m->global = nat->publics.at[slot].address.host;
	m->host = host_take(nat, flow->local, slot);
	if (m->host == 0) {
		nat_slab_give(&nat->mappings, i);
		return 0;
	}
	return i;
}

/** The port is known: works out the checksum differences and makes the mapping findable. */
static void mapping_publish(struct nat *nat, uint32_t i, uint16_t global_port)
{
	struct nat_mapping *m = nat_mapping_at(nat, i);
	uint16_t delta_port = checksum_delta16(m->local_port, global_port);

	m->global_port = global_port;
	m->delta_address = checksum_delta32(m->local, m->global);
	/* no pseudo-header in ICMP's checksum (RFC 792) */
	m->delta_l4 = nat_protocol_of(m->proto) == NAT_ICMP
			      ? delta_port
			      : checksum_add(m->delta_address, delta_port);
	nat->mappings_of[m->behaviour]++;
	nat_index_insert(&nat->by_endpoint, nat_mapping_hash(&nat->key, m), i);
}

/** The mapping is not published. */
static void mapping_abandon(struct nat *nat, uint32_t i)
{
	host_give(nat, nat_mapping_at(nat, i)->host);
	nat_slab_give(&nat->mappings, i);
}

/** Whether a mapping is just what @rule would make. */
static bool mapping_fits(const struct nat *nat, const struct nat_mapping *m, uint16_t rule)
{
	const struct nat_rule_source *wanted, *has;

	if (rule == NAT_RULE_NONE || m->rule == NAT_RULE_NONE)
		return false;
	wanted = &nat->rules.sources.at[rule];
	has = &nat->rules.sources.at[m->rule];
	return m->behaviour == wanted->mapping && has->mapping == wanted->mapping &&
	       has->filtering == wanted->filtering &&
	       nat_assign_gives(nat, &nat->rules, rule, (ip4_t){m->local}, m->slot);
}

/** A mapping that @flow can join (RFC 4787 REQ-1, RFC 5382 REQ-1): a static forward's, or one that
 * fits its rule. */
static uint32_t mapping_existing(const struct nat *nat, const struct nat_flow *flow, uint16_t rule)
{
	uint32_t found = 0;

	for (uint32_t i = nat_mapping_next(nat, flow, 0); i != 0;
	     i = nat_mapping_next(nat, flow, i)) {
		const struct nat_mapping *m = nat_mapping_at(nat, i);

		if (m->flags & NAT_MAPPING_STATIC)
			return i;
		if (mapping_fits(nat, m, rule))
			found = i;
	}
	return found;
}

/** A port for a new dynamic mapping: its own, where the address is. Return: whether there was one.
 */
static bool mapping_take_port(struct nat *nat, uint32_t i, uint16_t *port, mono_ms_t now)
{
	const struct nat_mapping *m = nat_mapping_at(nat, i);

	if (nat->rules.sources.at[m->rule].shared)
		return nat_ports_take(nat, i, port, now);
	*port = m->local_port;
	return port_pool_is_open(nat_pool(nat, m->slot, m->proto), *port) &&
	       port_pool_claim(nat_pool(nat, m->slot, m->proto), *port, i);
}

uint32_t nat_mapping_open(struct nat *nat, const struct nat_flow *flow, uint16_t rule,
			  mono_ms_t now, int *err)
{
	uint32_t i = mapping_existing(nat, flow, rule);
	uint16_t port, slot;

	if (i != 0)
		return i;
	if (rule == NAT_RULE_NONE) {
		*err = -ENOENT;
		return 0;
	}
	if (!nat_admit_port(nat, flow->local, now)) {
		*err = -EDQUOT;
		return 0;
	}
	slot = nat_assign_take(nat, rule, flow->local);
	if (slot == NAT_PUBLIC_NONE) {
		*err = -EADDRNOTAVAIL;
		return 0;
	}
	i = mapping_new(nat, flow, slot, nat->rules.sources.at[rule].mapping);
	if (i == 0) {
		if (nat_host_find(nat, flow->local, slot) == 0)
			nat_assign_release(nat, slot, flow->local);
		*err = -ENOMEM;
		return 0;
	}
	nat_mapping_at(nat, i)->rule = rule;
	nat_mapping_at(nat, i)->last_out = nat_tick_of(now);
	if (!mapping_take_port(nat, i, &port, now)) {
		/* a dead session that the sweep has not met yet may hold one */
		nat_session_sweep(nat, NAT_EXHAUSTED_SWEEP, now);
		if (!mapping_take_port(nat, i, &port, now)) {
			mapping_abandon(nat, i);
			*err = -ENOSPC;
			return 0;
		}
	}
	mapping_publish(nat, i, port);
	nat_log_mapping(nat, i, NAT_LOG_BEGUN);
	return i;
}

uint32_t nat_mapping_open_static(struct nat *nat, const struct nat_flow *flow, uint16_t slot,
				 uint16_t global_port)
{
	uint32_t i = mapping_new(nat, flow, slot, NAT_ENDPOINT_INDEPENDENT);

	if (i == 0)
		return 0;
	if (!port_pool_claim(nat_pool(nat, slot, flow->proto), global_port, i)) {
		mapping_abandon(nat, i);
		return 0;
	}
	nat_mapping_at(nat, i)->flags |= NAT_MAPPING_STATIC;
	mapping_publish(nat, i, global_port);
	return i;
}

uint32_t nat_mapping_static(const struct nat *nat, const struct nat_flow *flow)
{
	uint32_t i = nat_mapping_next(nat, flow, 0);

	while (i != 0 && !(nat_mapping_at(nat, i)->flags & NAT_MAPPING_STATIC))
		i = nat_mapping_next(nat, flow, i);
	return i;
}

uint32_t nat_mapping_fixed(const struct nat *nat, const struct nat_flow *flow,
			   const struct nat_fixed *rule)
{
	ip4_t global = nat_fixed_global(rule, flow->local);
	uint16_t port = nat_fixed_global_port(rule, flow->local_port);
	uint32_t i = nat_mapping_next(nat, flow, 0);

	for (; i != 0; i = nat_mapping_next(nat, flow, i)) {
		const struct nat_mapping *m = nat_mapping_at(nat, i);

		if ((m->flags & NAT_MAPPING_STATIC) && m->global == global.host &&
		    m->global_port == port)
			break;
	}
	return i;
}

/** Whether a more specific rule has the public port of a one-to-one mapping. */
static bool fixed_port_taken(const struct nat *nat, ip4_t global, uint8_t proto, uint16_t port)
{
	const struct nat_rule_public *public = nat_rules_public(&nat->rules, global);

	return public && (port != 0 || nat_protocol_of(proto) == NAT_ICMP) &&
	       !port_pool_is_open(nat_pool(nat, public->slot, proto), port);
}

uint32_t nat_mapping_open_fixed(struct nat *nat, const struct nat_flow *flow,
				const struct nat_fixed *rule, int *err)
{
	bool one_to_one = rule->proto == NAT_FIXED_ALL;
	ip4_t global = nat_fixed_global(rule, flow->local);
	uint16_t port = nat_fixed_global_port(rule, flow->local_port);
	uint32_t i = nat_mapping_fixed(nat, flow, rule);

	if (i != 0)
		return i;
	*err = -ENOSPC;
	if (one_to_one && fixed_port_taken(nat, global, flow->proto, port))
		return 0;
	*err = -ENOMEM;
	i = mapping_new(nat, flow, rule->slot, NAT_ENDPOINT_INDEPENDENT);
	if (i == 0)
		return 0;
	if (!one_to_one && !port_pool_claim(nat_pool(nat, rule->slot, flow->proto), port, i)) {
		mapping_abandon(nat, i);
		return 0;
	}
	nat_mapping_at(nat, i)->global = global.host;
	nat_mapping_at(nat, i)->flags |= NAT_MAPPING_STATIC | NAT_MAPPING_ON_DEMAND |
					 (one_to_one ? NAT_MAPPING_ONE_TO_ONE : 0);
	mapping_publish(nat, i, port);
	return i;
}

void nat_mapping_close(struct nat *nat, uint32_t i, mono_ms_t now)
{
	struct nat_mapping *m = nat_mapping_at(nat, i);

	assert(m->sessions == 0);
	nat_log_mapping(nat, i, NAT_LOG_ENDED);
	if (!(m->flags & NAT_MAPPING_ONE_TO_ONE))
		nat_ports_release(nat, m, now);
	nat_index_remove(&nat->by_endpoint, nat_mapping_hash(&nat->key, m), i);
	nat->mappings_of[m->behaviour]--;
	mapping_abandon(nat, i);
}
