/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * New rules and what lives: which mappings and sessions they still allow, and whose they are now.
 *
 * A static mapping is allowed while its forward, range or one-to-one translation stands. A session
 * that the inside has opened is allowed while a rule permits its flow and gives the device the
 * public address that it has; the rule of before goes first, so that behaviour stays with the list
 * it was given to. What the outside has opened lives as long as its mapping, and that as long as it
 * has a session of the inside; when those are gone, as long as its rule stands and does not deny
 * the device. An extended list, which asks for more than the source, is not asked about it then.
 */
#include "core/nat/nat.h"

/** The static rule of a public port; NULL none. */
static struct nat_rule_static *static_of_port(const struct nat_rules *rules,
					      const struct nat_mapping *m)
{
	vec_each (&rules->statics, rule) {
		/* by the address: all of a one-to-one network's mappings have one slot */
		if (rule->address.host == m->global && rule->proto == m->proto &&
		    rule->global_port == m->global_port)
			return rule;
	}
	return NULL;
}

/** Whether a mapping is the one that a forward makes. */
static bool single_fits(const struct nat_rule_static *rule, const struct nat_mapping *m)
{
	return !(m->flags & NAT_MAPPING_ONE_TO_ONE) && m->behaviour == NAT_ENDPOINT_INDEPENDENT &&
	       rule->local.host == m->local && rule->local_port == m->local_port;
}

/** Whether a mapping is one that a range or a one-to-one translation makes. */
static bool fixed_fits(const struct nat_fixed *rule, const struct nat_mapping *m)
{
	bool one_to_one = m->flags & NAT_MAPPING_ONE_TO_ONE;

	return one_to_one == (rule->proto == NAT_FIXED_ALL) && m->slot == rule->slot &&
	       m->behaviour == NAT_ENDPOINT_INDEPENDENT && m->sessions > 0 &&
	       m->local == nat_fixed_local(rule, (ip4_t){m->global}).host &&
	       m->local_port == nat_fixed_local_port(rule, m->global_port);
}

/** Judges what a static rule decides: its own mapping, and another that stands in its way. */
static void judge_static(struct nat *nat, struct nat_rules *rules, uint32_t i)
{
	struct nat_mapping *m = nat_mapping_at(nat, i);
	struct nat_rule_static *rule = static_of_port(rules, m);
	const struct nat_fixed *fixed = NULL;

	if (!rule)
		fixed = nat_fixed_of_global(&rules->fixed, m->proto, (ip4_t){m->global},
					    m->global_port);
	if (!rule && !fixed && !(m->flags & NAT_MAPPING_STATIC))
		return;
	if (rule ? !single_fits(rule, m) : !fixed || !fixed_fits(fixed, m)) {
		m->flags &= (uint8_t) ~(NAT_MAPPING_STATIC | NAT_MAPPING_ON_DEMAND);
		m->flags |= NAT_MAPPING_DYING;
		return;
	}
	m->successor = NAT_RULE_NONE;
	nat_log_mapping(nat, i, NAT_LOG_ENDED); /* its block, if any, it keeps */
	m->flags &= (uint8_t)~NAT_MAPPING_ON_DEMAND;
	m->flags |= NAT_MAPPING_STATIC | NAT_MAPPING_KEPT;
	if (rule)
		rule->mapping = i;
	else
		m->flags |= NAT_MAPPING_ON_DEMAND;
}

/** The rule of before, in the new ones, if it gives the device the address it has; or none. */
static uint16_t rule_of_before(const struct nat *nat, const struct nat_rules *rules,
			       const struct nat_mapping *m)
{
	uint16_t rule = nat->rules.sources.at[m->rule].successor;

	if (rule == NAT_RULE_NONE ||
	    !nat_assign_gives(nat, rules, rule, (ip4_t){m->local}, m->slot))
		return NAT_RULE_NONE;
	return rule;
}

/** The new rule that a session of the inside is allowed by. */
static uint16_t rule_of_session(const struct nat *nat, const struct nat_rules *rules,
				const struct nat_session *s)
{
	const struct nat_mapping *m = nat_mapping_at(nat, s->mapping);
	struct nat_flow flow = {
		.proto = m->proto,
		.local = {m->local},
		.local_port = m->local_port,
		.remote = {s->remote},
		.remote_port = s->remote_port,
	};
	struct acl_key key = nat_flow_key(&flow);
	uint16_t before =
		m->flags & NAT_MAPPING_KEPT ? m->successor : rule_of_before(nat, rules, m);

	if (before != NAT_RULE_NONE && nat_rules_permit(rules, before, &key))
		return before;
	for (uint16_t rule = 0; rule < rules->sources.count; rule++) {
		if (nat_assign_gives(nat, rules, rule, flow.local, m->slot) &&
		    nat_rules_permit(rules, rule, &key))
			return rule;
	}
	return NAT_RULE_NONE;
}

/** Judges a session of the inside on a dynamic mapping; it ends, or its mapping has a rule. */
static void judge_session(struct nat *nat, const struct nat_rules *rules, uint32_t i, mono_ms_t now)
{
	const struct nat_session *s = nat_session_at(nat, i);
	struct nat_mapping *m = nat_mapping_at(nat, s->mapping);
	uint16_t rule;

	if ((s->flags & NAT_SESSION_INBOUND) ||
	    (m->flags & (NAT_MAPPING_STATIC | NAT_MAPPING_DYING)))
		return;
	rule = rule_of_session(nat, rules, s);
	if (rule == NAT_RULE_NONE) {
		nat_session_close(nat, i, now);
	} else if (!(m->flags & NAT_MAPPING_KEPT)) {
		m->successor = rule;
		m->flags |= NAT_MAPPING_KEPT;
	}
}

/** Judges a dynamic mapping that has no session of the inside. */
static void judge_rest(const struct nat *nat, const struct nat_rules *rules, struct nat_mapping *m)
{
	uint16_t rule = rule_of_before(nat, rules, m);
	struct acl_key key = {.src = {m->local}, .proto = m->proto};
	bool allowed = rule != NAT_RULE_NONE && rules->sources.at[rule].list != ACL_NONE;

	if (allowed && !rules->acls.lists.at[rules->sources.at[rule].list].extended)
		allowed = nat_rules_permit(rules, rule, &key);
	if (allowed)
		m->successor = rule;
	else
		m->flags |= NAT_MAPPING_DYING;
}

void nat_review(struct nat *nat, struct nat_rules *rules, mono_ms_t now)
{
	vec_each (&nat->rules.sources, source) {
		source->successor = nat_rules_find(rules, &source->from);
		if (source->successor != NAT_RULE_NONE)
			rules->sources.at[source->successor].misses = source->misses;
	}
	for (uint32_t i = 1; i <= nat->mappings.high; i++)
		if (nat_mapping_at(nat, i)->flags & NAT_MAPPING_LIVE)
			judge_static(nat, rules, i);
	for (uint32_t i = 1; i <= nat->sessions.high; i++)
		if (nat_session_at(nat, i)->flags & NAT_SESSION_LIVE)
			judge_session(nat, rules, i, now);
	for (uint32_t i = 1; i <= nat->mappings.high; i++) {
		struct nat_mapping *m = nat_mapping_at(nat, i);

		if ((m->flags & NAT_MAPPING_LIVE) &&
		    !(m->flags & (NAT_MAPPING_KEPT | NAT_MAPPING_DYING)))
			judge_rest(nat, rules, m);
		m->flags &= (uint8_t)~NAT_MAPPING_KEPT;
		if ((m->flags & NAT_MAPPING_DYING) && m->sessions == 0)
			nat_mapping_close(nat, i, now);
	}
	for (uint32_t i = 1; i <= nat->sessions.high; i++) { /* a mapping goes with its last one */
		const struct nat_session *s = nat_session_at(nat, i);

		if ((s->flags & NAT_SESSION_LIVE) &&
		    (nat_mapping_at(nat, s->mapping)->flags & NAT_MAPPING_DYING))
			nat_session_close(nat, i, now);
	}
	nat_assign_review(nat, rules);
}

void nat_review_end(struct nat *nat)
{
	for (uint32_t i = 1; i <= nat->mappings.high; i++) {
		struct nat_mapping *m = nat_mapping_at(nat, i);

		if (!(m->flags & NAT_MAPPING_LIVE) || (m->flags & NAT_MAPPING_STATIC)) {
			m->rule = NAT_RULE_NONE;
			continue;
		}
		m->rule = m->successor;
		nat->rules.sources.at[m->rule].sessions += m->sessions;
	}
}
