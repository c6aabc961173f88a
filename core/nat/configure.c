/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making a NAT, and giving it its rules. New rules are compiled and all memory that they can need
 * is reserved before anything changes; then what the new rules do not allow ends, and all else
 * stays (review.c).
 */
#include "core/nat/nat.h"

struct nat *nat_new(const struct hash_key *key, struct event_queue *events)
{
	struct nat *nat = calloc(1, sizeof(*nat));

	if (!nat)
		return NULL;
	nat->key = *key;
	nat->outside_pool.key = *key;
	nat->events = events;
	chance_init(&nat->chance, key);
	nat_slab_init(&nat->sessions, sizeof(struct nat_session));
	nat_slab_init(&nat->windows, sizeof(struct tcp_window));
	nat_slab_init(&nat->mappings, sizeof(struct nat_mapping));
	nat_slab_init(&nat->hosts, sizeof(struct nat_host));
	nat_slab_init(&nat->devices, sizeof(struct nat_device));
	nat_index_init(&nat->by_flow, &nat->sessions, offsetof(struct nat_session, next),
		       nat_session_hash, &nat->key);
	nat_index_init(&nat->by_contact, &nat->sessions, offsetof(struct nat_session, contact_next),
		       nat_session_contact_hash, &nat->key);
	nat_index_init(&nat->by_endpoint, &nat->mappings, offsetof(struct nat_mapping, next),
		       nat_mapping_hash, &nat->key);
	nat_index_init(&nat->by_host, &nat->hosts, offsetof(struct nat_host, next), nat_host_hash,
		       &nat->key);
	nat_index_init(&nat->by_device, &nat->devices, offsetof(struct nat_device, next),
		       nat_device_hash, &nat->key);
	nat->sweep_next = nat->blocks_next = MONO_NEVER;
	for (unsigned int why = 0; why < NAT_REFUSAL_COUNT; why++)
		nat->signal_next[why] = (mono_ms_t){INT64_MIN};
	return nat;
}

static void public_fini(struct nat_public *public)
{
	for (unsigned int i = 0; i < NAT_PROTOCOL_COUNT; i++)
		port_pool_free(public->pool[i]);
	port_blocks_free(public->blocks);
	*public = (struct nat_public){0};
}

void nat_free(struct nat *nat)
{
	if (!nat)
		return;
	vec_each (&nat->publics, public)
		public_fini(public);
	vec_free(&nat->publics);
	nat_rules_fini(&nat->rules);
	nat_outside_fini(&nat->outside);
	nat_outside_pool_fini(&nat->outside_pool);
	nat_index_fini(&nat->by_flow);
	nat_index_fini(&nat->by_contact);
	nat_index_fini(&nat->by_endpoint);
	nat_index_fini(&nat->by_host);
	nat_index_fini(&nat->by_device);
	nat_slab_fini(&nat->sessions);
	nat_slab_fini(&nat->windows);
	nat_slab_fini(&nat->mappings);
	nat_slab_fini(&nat->hosts);
	nat_slab_fini(&nat->devices);
	nat_limits_fini(&nat->limits);
	free(nat->lending);
	free(nat);
}

/* ---- before anything changes ------------------------------------------------------------ */

static bool public_used(const struct nat_public *public)
{
	return public->pool[0] != NULL;
}

/** Slot of an address, made if need be. Return: 0; -ENOMEM. */
static int public_get(struct nat *nat, ip4_t address, uint16_t *slot)
{
	struct nat_public *free_slot = NULL;

	vec_each (&nat->publics, public) {
		if (!public_used(public)) {
			free_slot = public;
		} else if (ip4_equal(public->address, address)) {
			*slot = (uint16_t)(public - nat->publics.at);
			return 0;
		}
	}
	if (!free_slot) {
		if (nat->publics.count == NAT_PUBLIC_NONE)
			return -ENOMEM;
		free_slot = vec_push(&nat->publics);
		if (!free_slot)
			return -ENOMEM;
	}
	free_slot->address = address;
	free_slot->blocks = port_blocks_new(&nat->key);
	if (!free_slot->blocks) {
		public_fini(free_slot);
		return -ENOMEM;
	}
	for (enum nat_protocol p = 0; p < NAT_PROTOCOL_COUNT; p++) {
		free_slot->pool[p] =
			port_pool_new(p == NAT_ICMP ? PORT_POOL_IDENTIFIERS : PORT_POOL_PORTS);
		if (!free_slot->pool[p]) {
			public_fini(free_slot);
			return -ENOMEM;
		}
	}
	*slot = (uint16_t)(free_slot - nat->publics.at);
	return 0;
}

/** Gives every public of @rules its slot, and sources and statics theirs. Return: 0; -ENOMEM. */
static int rules_bind(struct nat *nat, struct nat_rules *rules)
{
	vec_each (&rules->publics, public) {
		int err = public_get(nat, public->address, &public->slot);

		if (err)
			return err;
	}
	vec_each (&rules->addresses, address)
		address->slot = nat_rules_public(rules, address->address)->slot;
	vec_each (&rules->statics, rule)
		rule->slot = nat_rules_public(rules, rule->address)->slot;
	vec_each (&rules->fixed.by_local, rule)
		rule->slot = nat_rules_public(rules, rule->global)->slot;
	vec_each (&rules->fixed.by_global, rule)
		rule->slot = nat_rules_public(rules, rule->global)->slot;
	return 0;
}

/** Room for all that @rules can need, and for what is there now. Return: 0; -ENOMEM. */
static int tables_reserve(struct nat *nat, const struct nat_rules *rules)
{
	uint32_t sessions = MAX(rules->max_entries, nat->sessions.count);
	uint64_t wanted = (uint64_t)sessions + rules->statics.count + nat->rules.statics.count;
	uint32_t mappings = (uint32_t)MIN(wanted, (uint64_t)UINT32_MAX);
	uint32_t devices = (uint32_t)MIN(wanted + NAT_DEVICES_IDLE_MAX, (uint64_t)UINT32_MAX);
	int err = nat_slab_reserve(&nat->sessions, sessions);

	err = err ? err : nat_slab_reserve(&nat->windows, sessions);
	err = err ? err : nat_slab_reserve(&nat->mappings, mappings);
	err = err ? err : nat_slab_reserve(&nat->hosts, mappings);
	err = err ? err : nat_index_reserve(&nat->by_flow, sessions);
	err = err ? err : nat_index_reserve(&nat->by_contact, sessions);
	err = err ? err : nat_index_reserve(&nat->by_endpoint, mappings);
	err = err ? err : nat_index_reserve(&nat->by_host, mappings);
	err = err ? err : nat_slab_reserve(&nat->devices, devices);
	err = err ? err : nat_index_reserve(&nat->by_device, devices);
	return err;
}

/** Frees the publics that @rules does not name; no mapping has one of them. */
static void publics_prune(struct nat *nat, const struct nat_rules *rules)
{
	vec_each (&nat->publics, public) {
		if (!public_used(public) || nat_rules_public(rules, public->address))
			continue;
		nat_ports_forget(nat, public);
		public_fini(public);
	}
}

/* ---- the change ------------------------------------------------------------------------- */

/** Sets the public ports aside that rules name, so that no source gets one of them. */
static void ports_reserve(struct nat *nat, const struct nat_rules *rules)
{
	vec_each (&nat->publics, public) {
		for (enum nat_protocol p = 0; public_used(public) && p < NAT_PROTOCOL_COUNT; p++)
			port_pool_unreserve(public->pool[p]);
	}
	vec_each (&rules->statics, rule)
		port_pool_reserve(nat_pool(nat, rule->slot, rule->proto), rule->global_port, 1);
	vec_each (&rules->fixed.by_global, rule) {
		if (rule->proto != NAT_FIXED_ALL)
			port_pool_reserve(nat_pool(nat, rule->slot, rule->proto), rule->global_port,
					  rule->ports);
	}
}

/** Makes the mappings of static rules that have none yet. */
static void statics_open(struct nat *nat, struct nat_rules *rules)
{
	vec_each (&rules->statics, rule) {
		struct nat_flow flow = {
			.proto = rule->proto,
			.local = rule->local,
			.local_port = rule->local_port,
		};

		/* cannot fail: room is reserved, and config_check() saw no port given twice */
		if (rule->mapping == 0 && !ip4_is_any(rule->local))
			rule->mapping =
				nat_mapping_open_static(nat, &flow, rule->slot, rule->global_port);
	}
}

/** The shortest timer that a session can have, in ticks. */
static uint32_t timeout_least(const struct nat_rules *rules, const struct nat_limits *limits)
{
	uint32_t least = UINT32_MAX;

	for (unsigned int i = 0; i < NAT_TIMEOUT_COUNT; i++)
		least = MIN(least, rules->timeout_ticks[i]);
	vec_each (&limits->port_timeouts, timeout)
		least = MIN(least, timeout->ticks);
	return least;
}

int nat_configure(struct nat *nat, const struct config *config, mono_ms_t now)
{
	struct nat_limits limits = {0};
	struct nat_rules rules = {0};
	struct nat_outside outside = {0};
	struct nat_outside_pool outside_pool = {0};
	int err = nat_rules_compile(&rules, config, &nat->rules);

	err = err ? err : nat_outside_compile(&outside, config);
	err = err ? err
		  : nat_outside_pool_compile(&outside_pool, config, &rules.acls,
					     &nat->outside_pool);
	err = err ? err : nat_limits_compile(&limits, config, &rules.acls, &nat->limits);
	err = err ? err : rules_bind(nat, &rules);
	err = err ? err : tables_reserve(nat, &rules);
	if (err) {
		publics_prune(nat, &nat->rules);
		nat_rules_fini(&rules);
		nat_outside_fini(&outside);
		nat_outside_pool_fini(&outside_pool);
		nat_limits_fini(&limits);
		return err;
	}
	nat_review(nat, &rules, now);
	ports_reserve(nat, &rules);
	statics_open(nat, &rules);
	publics_prune(nat, &rules);
	nat_rules_fini(&nat->rules);
	nat->rules = rules;
	nat_limits_fini(&nat->limits);
	nat->limits = limits; /* its lists are the rules' */
	nat->timeout_least = timeout_least(&nat->rules, &nat->limits);
	nat_review_end(nat);
	nat_ports_configure(nat, now);
	nat_lend_configure(nat);
	nat_log_configure(nat);
	nat_outside_fini(&nat->outside);
	nat->outside = outside;
	nat_outside_pool_fini(&nat->outside_pool);
	nat->outside_pool = outside_pool;
	if (nat->sessions.count > 0)
		nat->sweep_next = mono_earlier(nat->sweep_next, now); /* timers may be shorter */
	return 0;
}

/* ---- devices followed by name ----------------------------------------------------------- */

const char *nat_next_name(const struct nat *nat, uint32_t *cursor, ip4_t *local)
{
	const struct nat_rule_name *name;

	if (*cursor >= nat->rules.names.count)
		return NULL;
	name = &nat->rules.names.at[(*cursor)++];
	*local = name->local;
	return name->host;
}

void nat_follow(struct nat *nat, uint32_t cursor, ip4_t local, mono_ms_t now)
{
	struct nat_rules *rules = &nat->rules;

	rules->names.at[cursor - 1].local = local;
	vec_each (&rules->statics, rule) {
		rule->mapping = 0; /* found again below, if it is still the rule's */
		if (rule->name == cursor)
			rule->local = local;
	}
	nat_fixed_follow(&rules->fixed, (uint16_t)cursor, local);
	nat_review(nat, rules, now);
	vec_each (&rules->sources, source)
		source->sessions = 0; /* counted anew */
	nat_review_end(nat);
	statics_open(nat, rules);
}
