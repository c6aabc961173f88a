/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See unsolicited.h. All wait equally long, so the oldest is due first. Whether the session came is
 * looked up when the time is over; nothing has to be done when a session is made.
 *
 * A flood of SYNs fills the ring; more are not even compared with those in it. So at most 64 are
 * answered in six seconds, and the router's own limit on ICMP errors holds for each sender too.
 */
#include "core/nat/nat.h"
#include "core/wire/ipv4.h"

void nat_unsolicited_note(struct nat *nat, const struct frame *syn, mono_ms_t now)
{
	struct nat_unsolicited *u = &nat->unsolicited;
	struct nat_unsolicited_syn *to;

	if (u->count == NAT_UNSOLICITED_MAX)
		return;
	for (uint32_t n = 0; n < u->count; n++) {
		const struct nat_unsolicited_syn *s = &u->at[(u->first + n) % NAT_UNSOLICITED_MAX];

		if (s->sport == syn->sport && s->dport == syn->dport &&
		    ip4_equal(s->src, syn->src) && ip4_equal(s->dst, syn->dst))
			return;
	}
	to = &u->at[(u->first + u->count++) % NAT_UNSOLICITED_MAX];
	*to = (struct nat_unsolicited_syn){
		.due = mono_add_ms(now, NAT_UNSOLICITED_WAIT_MS),
		.src = syn->src,
		.dst = syn->dst,
		.sport = syn->sport,
		.dport = syn->dport,
		.in = syn->in,
		.len = (uint8_t)MIN(syn->end - syn->l3, (uint32_t)NAT_UNSOLICITED_QUOTE),
	};
	memcpy(to->bytes, frame_l3(syn), to->len);
}

/** Whether the connection of a SYN has come to be, or its address is no longer ours to speak for.
 */
static bool is_settled(struct nat *nat, const struct nat_unsolicited_syn *s, mono_ms_t now)
{
	const struct nat_rule_public *public = nat_rules_public(&nat->rules, s->dst);
	uint32_t mapping;

	if (!public)
		return true;
	mapping = port_pool_owner(nat_pool(nat, public->slot, IP_PROTO_TCP), s->dport);
	return mapping != 0 && nat_session_find(nat, mapping, s->src, s->sport, now) != 0;
}

bool nat_unsolicited_next(struct nat *nat, struct frame *about, mono_ms_t now)
{
	struct nat_unsolicited *u = &nat->unsolicited;

	while (u->count > 0 && mono_reached(u->at[u->first].due, now)) {
		struct nat_unsolicited_syn *s = &u->at[u->first];

		u->first = (u->first + 1) % NAT_UNSOLICITED_MAX;
		u->count--;
		if (is_settled(nat, s, now))
			continue;
		*about = (struct frame){
			.data = s->bytes,
			.len = s->len,
			.end = s->len,
			.l4 = (uint16_t)((s->bytes[0] & 15) * 4),
			.port = UINT16_MAX,
			.in = s->in,
			.src = s->src,
			.dst = s->dst,
			.proto = IP_PROTO_TCP,
			.id = wire_get16(s->bytes + 4),
			.sport = s->sport,
			.dport = s->dport,
		};
		return true;
	}
	return false;
}

mono_ms_t nat_unsolicited_deadline(const struct nat *nat)
{
	const struct nat_unsolicited *u = &nat->unsolicited;

	return u->count > 0 ? u->at[u->first].due : MONO_NEVER;
}
