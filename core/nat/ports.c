/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See ports.h. Invariant: a mapping with NAT_MAPPING_BLOCK has a port that port_blocks_take() gave
 * and that is counted there; all others took theirs from the pool alone.
 *
 * With blocks a host's own port is kept only where it lies in one of its blocks.
 */
#include "core/nat/nat.h"

static_assert(PORT_BLOCKS_POOLS == (int)NAT_PROTOCOL_COUNT, "a pool for each protocol");

static bool is_in_blocks(const struct nat *nat, const struct nat_mapping *m)
{
	return nat->rules.port_block != 0 &&
	       (nat_protocol_of(m->proto) == NAT_ICMP || m->local_port >= 1024);
}

static void block_end(struct nat *nat, struct nat_public *public, uint16_t block)
{
	nat_log_block(nat, public, block, NAT_LOG_ENDED);
	port_blocks_give_up(public->blocks, block);
}

static void give_up_rested(struct nat *nat, struct nat_public *public, mono_ms_t now)
{
	uint16_t block;

	while ((block = port_blocks_rested(public->blocks, nat_tick_of(now))) != 0)
		block_end(nat, public, block);
}

bool nat_ports_take(struct nat *nat, uint32_t mapping, uint16_t *port, mono_ms_t now)
{
	struct nat_mapping *m = nat_mapping_at(nat, mapping);
	struct nat_public *public = &nat->publics.at[m->slot];
	struct port_request request = {
		.owner = mapping,
		.local = m->local,
		.tick = nat_tick_of(now),
		.wanted = m->local_port,
	};
	struct port_blocks_pools pools = {.which = nat_protocol_of(m->proto)};

	if (!is_in_blocks(nat, m))
		return port_pool_take(public->pool[pools.which], &nat->chance, &request, port);
	give_up_rested(nat, public, now);
	memcpy(pools.at, public->pool, sizeof(pools.at));
	if (!port_blocks_take(public->blocks, &pools, &nat->chance, &request, port))
		return false;
	m->flags |= NAT_MAPPING_BLOCK;
	nat_log_block(nat, public, port_blocks_at(public->blocks, *port), NAT_LOG_BEGUN);
	return true;
}

void nat_ports_release(struct nat *nat, const struct nat_mapping *m, mono_ms_t now)
{
	struct nat_public *public = &nat->publics.at[m->slot];
	enum nat_protocol protocol = nat_protocol_of(m->proto);
	uint32_t tick = nat_tick_of(now), wait;

	if (!(m->flags & NAT_MAPPING_BLOCK)) {
		port_pool_release(public->pool[protocol], m->global_port, m->local, tick);
		return;
	}
	port_pool_drop(public->pool[protocol], m->global_port);
	port_blocks_release(public->blocks, protocol, m->global_port, tick);
	wait = port_blocks_wait(public->blocks, tick);
	if (wait != UINT32_MAX)
		nat->blocks_next = mono_earlier(nat->blocks_next,
						mono_add_ms(now, (int64_t)wait << NAT_TICK_SHIFT));
}

void nat_ports_tick(struct nat *nat, mono_ms_t now)
{
	if (!mono_reached(nat->blocks_next, now))
		return;
	nat->blocks_next = MONO_NEVER;
	vec_each (&nat->publics, public) {
		uint32_t wait;

		if (!public->blocks)
			continue;
		give_up_rested(nat, public, now);
		wait = port_blocks_wait(public->blocks, nat_tick_of(now));
		if (wait != UINT32_MAX)
			nat->blocks_next =
				mono_earlier(nat->blocks_next,
					     mono_add_ms(now, (int64_t)wait << NAT_TICK_SHIFT));
	}
}

/* ---- rules ------------------------------------------------------------------------------ */

void nat_ports_forget(struct nat *nat, struct nat_public *public)
{
	for (uint16_t block = 1; block < PORT_BLOCKS_MAX; block++) {
		if (public->blocks->at[block].device != 0)
			nat_log_block(nat, public, block, NAT_LOG_ENDED);
	}
	port_blocks_reset(public->blocks, 0);
}

/** The mappings of a public address have their ports by themselves. */
static void leave_blocks(struct nat *nat, const struct nat_public *public)
{
	uint16_t slot = (uint16_t)(public - nat->publics.at);

	for (uint32_t i = 1; i <= nat->mappings.high; i++) {
		struct nat_mapping *m = nat_mapping_at(nat, i);

		if ((m->flags & NAT_MAPPING_LIVE) && m->slot == slot)
			m->flags &= (uint8_t)~NAT_MAPPING_BLOCK;
	}
}

/**
 * RFC 6888 REQ-8: how long ports rest. Those of TCP do not (exception a): a state machine tracks
 * its sessions, and their ports have rested since the FINs or the RST, for finrst-timeout.
 */
void nat_ports_configure(struct nat *nat, mono_ms_t now)
{
	uint32_t hold_ticks = nat_ticks_of_s(nat->rules.port_hold_s);

	vec_each (&nat->publics, public) {
		if (!public->blocks)
			continue;
		port_pool_set_hold(public->pool[NAT_UDP], hold_ticks);
		port_pool_set_hold(public->pool[NAT_ICMP], hold_ticks);
		public->blocks->hold_ticks = hold_ticks;
		if (public->blocks->size == nat->rules.port_block)
			continue;
		nat_ports_forget(nat, public);
		leave_blocks(nat, public);
		port_blocks_reset(public->blocks, nat->rules.port_block);
	}
	nat->blocks_next = now; /* holds may be shorter */
	nat_ports_tick(nat, now);
}

/* ---- looking ---------------------------------------------------------------------------- */

bool nat_next_port_use(const struct nat *nat, uint64_t *cursor, struct nat_port_use *out,
		       mono_ms_t now)
{
	static const uint8_t protos[] = {[NAT_TCP] = 6, [NAT_UDP] = 17, [NAT_ICMP] = 1};
	uint64_t at = *cursor / NAT_PROTOCOL_COUNT;
	unsigned int protocol = *cursor % NAT_PROTOCOL_COUNT;
	const struct port_pool *pool;
	struct port_count count;

	if (at >= nat->rules.publics.count)
		return false;
	(*cursor)++;
	pool = nat->publics.at[nat->rules.publics.at[at].slot].pool[protocol];
	count = port_pool_count(pool, nat_tick_of(now));
	*out = (struct nat_port_use){
		.address = nat->rules.publics.at[at].address,
		.proto = protos[protocol],
		.at_rest = count.at_rest,
		.free = count.free_high,
		.free_low = count.free_low,
	};
	out->in_use = (pool->kind == PORT_POOL_PORTS ? 65535 : 65536) - count.at_rest -
		      count.free_high - count.free_low;
	return true;
}

bool nat_next_block_use(const struct nat *nat, uint64_t *cursor, struct nat_block_use *out,
			mono_ms_t now)
{
	for (; *cursor / PORT_BLOCKS_MAX < nat->rules.publics.count; (*cursor)++) {
		const struct nat_rule_public *rule =
			&nat->rules.publics.at[*cursor / PORT_BLOCKS_MAX];
		const struct port_blocks *blocks = nat->publics.at[rule->slot].blocks;
		uint16_t n = *cursor % PORT_BLOCKS_MAX;
		const struct port_block *b = &blocks->at[n];
		uint32_t spent = nat_tick_of(now) - b->since;

		if (b->device == 0)
			continue;
		*out = (struct nat_block_use){
			.local = {port_blocks_local(blocks, n)},
			.address = rule->address,
			.first = (uint16_t)(n * blocks->size),
			.last = (uint16_t)((n + 1) * blocks->size - 1),
			.tcp = b->in_use[NAT_TCP],
			.udp = b->in_use[NAT_UDP],
			.icmp = b->in_use[NAT_ICMP],
			.resting = b->resting,
		};
		if (b->resting && spent < blocks->hold_ticks)
			out->left_s = (uint32_t)(((uint64_t)(blocks->hold_ticks - spent)
						  << NAT_TICK_SHIFT) /
						 1000);
		(*cursor)++;
		return true;
	}
	return false;
}
