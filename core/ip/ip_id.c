/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See ip_id.h. An identification is a counter plus an offset, both chosen by a keyed hash of
 * source, destination and protocol: those who share a counter cannot tell from their own packets
 * what the others send (RFC 7739 s5.3 says it of IPv6).
 *
 * Not supported: holding an identification back for two minutes. A flow of more than 65536 packets
 * in that time uses them again, as RFC 6864 s4.3 sees of every fast sender.
 */
#include "core/ip/ip_id.h"

#include "core/wire/ipv4.h"

void ip_id_init(struct ip_id_table *table, const struct hash_key *key, struct chance *chance)
{
	table->key = *key;
	for (unsigned int n = 0; n < IP_ID_COUNTERS; n++)
		table->next[n] = (uint16_t)chance_next(chance);
}

uint16_t ip_id_take(struct ip_id_table *table, ip4_t src, ip4_t dst, uint8_t proto, uint32_t count)
{
	uint64_t hash = hash_2(&table->key, (uint64_t)src.host << 32 | dst.host, proto);
	uint16_t *next = &table->next[hash % IP_ID_COUNTERS];
	uint16_t first = (uint16_t)(*next + (hash >> 48));

	*next = (uint16_t)(*next + count);
	return first;
}

static void put_id(struct frame *f, uint16_t id)
{
	uint8_t *l3 = frame_l3(f);
	uint16_t delta = checksum_delta16(wire_get16(l3 + 4), id);

	wire_put16(l3 + 4, id);
	ipv4_apply_delta(l3, delta);
}

void ip_id_stamp(struct ip_id_table *table, struct frame *frame, uint32_t count)
{
	put_id(frame, ip_id_take(table, frame->src, frame->dst, frame->proto, count));
}

void ip_id_restore(struct frame *frame)
{
	if (wire_get16(frame_l3(frame) + 4) != frame->id)
		put_id(frame, frame->id);
}
