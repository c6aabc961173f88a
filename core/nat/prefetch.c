/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See prefetch.h. The steps of a look-up, each for all packets before the next: what a step reads
 * was asked for in the step before. Of mappings only those are looked for that do not depend on the
 * remote endpoint, which is nearly always all of them.
 */
#include "core/nat/prefetch.h"

#include "core/nat/nat.h"

enum { PAYS_FROM = 8192 }; /* sessions: about what a second-level cache of 1 MB holds */

/** A look-up on its way. */
struct look {
	const uint32_t *bucket; /* of mappings, or a port's owner; then of sessions; NULL: none */
	uint32_t mapping;
	ip4_t remote;
	uint16_t remote_port;
};

bool nat_prefetch_pays(const struct nat *nat)
{
	return nat->sessions.count >= PAYS_FROM;
}

static void find_bucket(const struct nat *nat, const struct nat_glance *g, struct look *look)
{
	const struct nat_rule_public *public = nat_rules_public(&nat->rules, g->dst);

	look->bucket = NULL;
	if (public) {
		look->remote = g->src;
		look->remote_port = g->sport;
		look->bucket = &nat_pool(nat, public->slot, g->proto)->owner[g->dport];
	} else if (g->inside) {
		struct nat_flow flow = {.proto = g->proto, .local = g->src, .local_port = g->sport};

		look->remote = g->dst;
		look->remote_port = g->dport;
		look->bucket = nat_mapping_bucket(nat, &flow);
	}
	__builtin_prefetch(look->bucket);
}

/** The first mapping of a bucket may not be the right one, but mostly there is no other. */
static void find_mapping(const struct nat *nat, struct look *look)
{
	const char *m;

	look->mapping = look->bucket ? *look->bucket : 0;
	if (look->mapping == 0)
		return;
	m = (const char *)nat_mapping_at(nat, look->mapping);
	__builtin_prefetch(m);
	__builtin_prefetch(m + sizeof(struct nat_mapping) - 1);
}

static void find_session_bucket(const struct nat *nat, const struct nat_glance *g,
				struct look *look)
{
	uint32_t i = look->mapping;

	if (g->inside && !nat_rules_public(&nat->rules, g->dst))
		while (i != 0 && (nat_mapping_at(nat, i)->local != g->src.host ||
				  nat_mapping_at(nat, i)->local_port != g->sport))
			i = nat_mapping_at(nat, i)->next;
	look->bucket = NULL;
	if (i != 0)
		look->bucket = nat_session_bucket(nat, i, look->remote, look->remote_port);
	__builtin_prefetch(look->bucket);
}

static void find_session(const struct nat *nat, const struct nat_glance *g, const struct look *look)
{
	uint32_t i = look->bucket ? *look->bucket : 0;

	if (i == 0)
		return;
	__builtin_prefetch(nat_session_at(nat, i));
	if (g->proto == 6)
		__builtin_prefetch(nat_window_at(nat, i));
}

void nat_prefetch(const struct nat *nat, const struct nat_glance *glances, unsigned int count)
{
	struct look looks[NAT_PREFETCH_MAX];

	assert(count <= NAT_PREFETCH_MAX);
	for (unsigned int n = 0; n < count; n++)
		find_bucket(nat, &glances[n], &looks[n]);
	for (unsigned int n = 0; n < count; n++)
		find_mapping(nat, &looks[n]);
	for (unsigned int n = 0; n < count; n++)
		find_session_bucket(nat, &glances[n], &looks[n]);
	for (unsigned int n = 0; n < count; n++)
		find_session(nat, &glances[n], &looks[n]);
}
