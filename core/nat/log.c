/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See log.h. Invariant: NAT_MAPPING_LOGGED, and `logged` of a block, are set while the log has its
 * beginning and not its end. Events go to a queue of their own (core/event.h), where one that finds
 * no room is counted; so a flood of sessions costs no lease and no other line of the log.
 */
#include "core/nat/log.h"

#include "core/nat/nat.h"

static void log_push(struct nat *nat, const struct event_nat *record)
{
	event_push_nat(nat->events, record);
}

static struct event_nat record_of(const struct nat_mapping *m, enum nat_log_step step)
{
	return (struct event_nat){
		.what = EVENT_NAT_MAPPING,
		.ended = step == NAT_LOG_ENDED,
		.proto = m->proto,
		.local = {m->local},
		.local_port = m->local_port,
		.global = {m->global},
		.global_port = m->global_port,
		.global_last = m->global_port,
	};
}

void nat_log_mapping(struct nat *nat, uint32_t mapping, enum nat_log_step step)
{
	struct nat_mapping *m = nat_mapping_at(nat, mapping);
	struct event_nat record;

	if (!nat->rules.log_bindings || (m->flags & NAT_MAPPING_BLOCK) ||
	    !!(m->flags & NAT_MAPPING_LOGGED) != (step == NAT_LOG_ENDED))
		return;
	m->flags ^= NAT_MAPPING_LOGGED;
	record = record_of(m, step);
	log_push(nat, &record);
}

void nat_log_block(struct nat *nat, struct nat_public *public, uint16_t block,
		   enum nat_log_step step)
{
	struct port_blocks *blocks = public->blocks;
	struct event_nat record = {
		.what = EVENT_NAT_BLOCK,
		.ended = step == NAT_LOG_ENDED,
		.local = {port_blocks_local(blocks, block)},
		.global = public->address,
		.global_port = (uint16_t)(block * blocks->size),
		.global_last = (uint16_t)((block + 1) * blocks->size - 1),
	};

	if (!nat->rules.log_bindings || blocks->at[block].logged != (step == NAT_LOG_ENDED))
		return;
	blocks->at[block].logged = !blocks->at[block].logged;
	log_push(nat, &record);
}

void nat_log_session(struct nat *nat, uint32_t session, enum nat_log_step step)
{
	const struct nat_session *s = nat_session_at(nat, session);
	struct event_nat record;

	if (!nat->rules.log_destinations)
		return;
	record = record_of(nat_mapping_at(nat, s->mapping), step);
	record.what = EVENT_NAT_SESSION;
	record.remote.host = s->remote;
	record.remote_port = s->remote_port;
	log_push(nat, &record);
}

void nat_log_configure(struct nat *nat)
{
	for (uint32_t i = 1; i <= nat->mappings.high; i++) {
		struct nat_mapping *m = nat_mapping_at(nat, i);

		if (!nat->rules.log_bindings)
			m->flags &= (uint8_t)~NAT_MAPPING_LOGGED;
		else if ((m->flags & NAT_MAPPING_LIVE) && !(m->flags & NAT_MAPPING_STATIC))
			nat_log_mapping(nat, i, NAT_LOG_BEGUN);
	}
	vec_each (&nat->publics, address) {
		for (uint16_t n = 1; address->blocks && n < PORT_BLOCKS_MAX; n++) {
			if (!nat->rules.log_bindings)
				address->blocks->at[n].logged = false;
			else if (address->blocks->at[n].device != 0)
				nat_log_block(nat, address, n, NAT_LOG_BEGUN);
		}
	}
}
