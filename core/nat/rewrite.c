/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See rewrite.h. With offload.needs_csum the transport field holds the pseudo-header's
 * uncomplemented sum: the difference of the address applies to it as it stands, and the ports are
 * summed up later by whoever finishes the checksum.
 *
 * A first piece has its transport checksum within (frame_parse_transport() refuses shorter ones),
 * and the sum of a whole datagram is right when the field in its first piece is.
 */
#include "core/nat/rewrite.h"

#include "core/wire/checksum.h"
#include "core/wire/cursor.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

enum {
	PROTO_DCCP = 33,      /* RFC 4340 s5.1: header checksum at 6, pseudo-header in it */
	PROTO_UDP_LITE = 136, /* RFC 3828 s3.1: the same */
	PSEUDO_CHECKSUM_OFFSET = 6,
};

uint16_t nat_udp_checksum_update(uint16_t field, uint16_t delta)
{
	if (field == 0)
		return 0;
	field = checksum_update(field, delta);
	return field ? field : 0xffff; /* 0 would say that there is none */
}

void nat_rewrite_checksum(struct frame *f, uint16_t delta_address, uint16_t delta_l4)
{
	uint8_t *l4 = frame_l4(f);

	if (f->proto == IP_PROTO_ICMP) {
		/* no pseudo-header: an unfinished ICMP checksum has nothing to correct */
		if (!f->offload.needs_csum)
			wire_put16(l4 + 2, checksum_update(wire_get16(l4 + 2), delta_l4));
		return;
	}
	uint8_t *at = l4 + (f->proto == IP_PROTO_TCP ? TCP_CHECKSUM_OFFSET : UDP_CHECKSUM_OFFSET);
	uint16_t field = wire_get16(at);

	if (f->offload.needs_csum)
		field = checksum_add(field, delta_address);
	else if (f->proto == IP_PROTO_UDP)
		field = nat_udp_checksum_update(field, delta_l4);
	else
		field = checksum_update(field, delta_l4);
	wire_put16(at, field);
}

/** The transport checksum of any protocol that has the pseudo-header in it. */
static void checksum_follows(struct frame *f, uint16_t delta)
{
	uint8_t *at = frame_l4(f) + PSEUDO_CHECKSUM_OFFSET;

	if (f->fragment_offset != 0)
		return;
	switch (f->proto) {
	case IP_PROTO_TCP:
	case IP_PROTO_UDP: nat_rewrite_checksum(f, delta, delta); break;
	case PROTO_DCCP:
	case PROTO_UDP_LITE:
		if (!f->offload.needs_csum && frame_l4_len(f) >= PSEUDO_CHECKSUM_OFFSET + 2)
			wire_put16(at, checksum_update(wire_get16(at), delta));
		break;
	default: break; /* a byte of the packet: no pseudo-header in the sum, or none at all */
	}
}

void nat_rewrite_address(struct frame *f, enum nat_end end, ip4_t to)
{
	uint8_t *l3 = frame_l3(f);
	uint16_t delta = checksum_delta32(wire_get32(l3 + end), to.host);

	*(end == NAT_END_SOURCE ? &f->src : &f->dst) = to;
	wire_put32(l3 + end, to.host);
	ipv4_apply_delta(l3, delta);
	checksum_follows(f, delta);
}
