/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See outside_pool.h. Every address of a pool has its record for good, so nothing is allocated and
 * nothing swept: a binding past its time counts as gone whenever it is met, and its address is
 * free.
 *
 * Invariant: a record whose global address is not IP4_ANY is in the chain of that address, dead or
 * alive; no host has two.
 */
#include "core/nat/outside_pool.h"

void nat_outside_pool_fini(struct nat_outside_pool *pool)
{
	vec_free(&pool->rules);
	vec_free(&pool->bindings);
	vec_free(&pool->chains);
}

bool nat_outside_binding_live(const struct nat_outside_binding *b, struct nat_outside_time now)
{
	return !ip4_is_any(b->global) &&
	       (now.lifetime == UINT32_MAX || now.tick - b->seen <= now.lifetime);
}

static uint32_t *chain_of(const struct nat_outside_pool *pool, ip4_t global)
{
	return &pool->chains.at[hash_2(&pool->key, global.host, 0) & (pool->chains.count - 1)];
}

/** The record of a host, dead or alive; NULL none. */
static struct nat_outside_binding *find(const struct nat_outside_pool *pool, ip4_t global)
{
	if (pool->chains.count == 0)
		return NULL;
	for (uint32_t i = *chain_of(pool, global); i != 0; i = pool->bindings.at[i - 1].next)
		if (ip4_equal(pool->bindings.at[i - 1].global, global))
			return &pool->bindings.at[i - 1];
	return NULL;
}

static void unlink_binding(struct nat_outside_pool *pool, struct nat_outside_binding *b)
{
	uint32_t *at = chain_of(pool, b->global);

	while (&pool->bindings.at[*at - 1] != b)
		at = &pool->bindings.at[*at - 1].next;
	*at = b->next;
	b->global = IP4_ANY;
}

static void link_binding(struct nat_outside_pool *pool, struct nat_outside_binding *b, ip4_t global,
			 uint32_t seen)
{
	uint32_t *chain = chain_of(pool, global);

	b->global = global;
	b->seen = seen;
	b->next = *chain;
	*chain = (uint32_t)(b - pool->bindings.at) + 1;
}

struct nat_outside_binding *nat_outside_pool_global(const struct nat_outside_pool *pool,
						    ip4_t global, struct nat_outside_time now)
{
	struct nat_outside_binding *b = find(pool, global);

	return b && nat_outside_binding_live(b, now) ? b : NULL;
}

/** The record of a local address; NULL: it is of no pool. */
static struct nat_outside_binding *record_of(const struct nat_outside_pool *pool, ip4_t local)
{
	vec_each (&pool->rules, rule) {
		uint32_t at = local.host - pool->bindings.at[rule->first].local.host;

		if (at < rule->count)
			return &pool->bindings.at[rule->first + at];
	}
	return NULL;
}

struct nat_outside_binding *nat_outside_pool_local(const struct nat_outside_pool *pool, ip4_t local,
						   struct nat_outside_time now)
{
	struct nat_outside_binding *b = record_of(pool, local);

	return b && nat_outside_binding_live(b, now) ? b : NULL;
}

/** A free address of a rule, from a place of the host's own on; NULL none. */
static struct nat_outside_binding *free_of(const struct nat_outside_pool *pool,
					   const struct nat_outside_rule *rule, ip4_t global,
					   struct nat_outside_time now)
{
	for (uint32_t i = 0; i < rule->count; i++) {
		uint32_t at = rule->first + (global.host + i) % rule->count;

		if (!nat_outside_binding_live(&pool->bindings.at[at], now))
			return &pool->bindings.at[at];
	}
	return NULL;
}

int nat_outside_pool_bind(struct nat_outside_pool *pool, struct acl_set *acls,
			  const struct acl_key *key, struct nat_outside_time now,
			  struct nat_outside_binding **binding)
{
	vec_each (&pool->rules, rule) {
		struct nat_outside_binding *b;

		if (!acl_look(acls, rule->list, key).permit)
			continue;
		acl_match(acls, rule->list, key);
		b = find(pool, key->src); /* dead: its old address, if it is of this rule */
		if (b && (uint32_t)(b - pool->bindings.at) - rule->first >= rule->count)
			unlink_binding(pool, b), b = NULL;
		if (b) {
			b->seen = now.tick;
			*binding = b;
			return 0;
		}
		b = free_of(pool, rule, key->src, now);
		if (!b) {
			rule->misses++;
			return -EADDRNOTAVAIL;
		}
		if (!ip4_is_any(b->global))
			unlink_binding(pool, b);
		link_binding(pool, b, key->src, now.tick);
		*binding = b;
		return 0;
	}
	return -ENOENT;
}

unsigned int nat_outside_pool_clear(struct nat_outside_pool *pool, ip4_t global, ip4_t local,
				    struct nat_outside_time now)
{
	unsigned int cleared = 0;

	vec_each (&pool->bindings, b) {
		if (ip4_is_any(b->global) ||
		    (!ip4_is_any(global) && !ip4_equal(b->global, global)) ||
		    (!ip4_is_any(local) && !ip4_equal(b->local, local)))
			continue;
		cleared += nat_outside_binding_live(b, now);
		unlink_binding(pool, b);
	}
	return cleared;
}

/* ---- compiling -------------------------------------------------------------------------- */

static int add_rule(struct nat_outside_pool *pool, const struct config *config,
		    const struct config_nat_outside_source *from, const struct acl_set *acls)
{
	const struct config_nat_pool *addresses = config_nat_pool_find(config, from->pool);
	uint32_t count = addresses ? config_nat_pool_size(addresses) : 0;
	struct nat_outside_rule *rule;

	if (count == 0)
		return 0;
	rule = vec_push(&pool->rules);
	if (!rule)
		return -ENOMEM;
	*rule = (struct nat_outside_rule){
		.from = *from,
		.list = acl_find(acls, from->list),
		.first = pool->bindings.count,
		.count = count,
	};
	for (uint32_t i = 0; i < count; i++) {
		struct nat_outside_binding *b = vec_push(&pool->bindings);

		if (!b)
			return -ENOMEM;
		b->local.host = addresses->start.host + i;
	}
	return 0;
}

static int add_chains(struct nat_outside_pool *pool)
{
	for (uint32_t n = 1; n < 2 * pool->bindings.count; n *= 2)
		while (pool->chains.count < n)
			if (!vec_push(&pool->chains))
				return -ENOMEM;
	return 0;
}

/** Whether a host has a static translation, which comes first. */
static bool is_static(const struct config *config, ip4_t global)
{
	vec_each (&config->nat.outside_statics, rule) {
		if (ip4_equal(rule->global, global))
			return true;
	}
	return false;
}

/** Takes over what the rules of the same list and pool have bound. */
static void take_over(struct nat_outside_pool *pool, const struct config *config,
		      const struct nat_outside_pool *before)
{
	vec_each (&before->rules, old) {
		vec_each (&pool->rules, rule) {
			if (strcmp(rule->from.list, old->from.list) != 0 ||
			    strcmp(rule->from.pool, old->from.pool) != 0)
				continue;
			rule->misses = old->misses;
			for (uint32_t i = 0; i < old->count; i++) {
				const struct nat_outside_binding *b =
					&before->bindings.at[old->first + i];
				struct nat_outside_binding *to = record_of(pool, b->local);

				if (to && !ip4_is_any(b->global) && !is_static(config, b->global))
					link_binding(pool, to, b->global, b->seen);
			}
		}
	}
}

int nat_outside_pool_compile(struct nat_outside_pool *pool, const struct config *config,
			     const struct acl_set *acls, const struct nat_outside_pool *before)
{
	int err = 0;

	pool->key = before->key;
	vec_each (&config->nat.outside_sources, source) {
		if (!err)
			err = add_rule(pool, config, source, acls);
	}
	if (!err)
		err = add_chains(pool);
	if (err)
		nat_outside_pool_fini(pool);
	else
		take_over(pool, config, before);
	return err;
}
