/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See split.h. Options are copied into the first fragment alone, but for those with the copy bit
 * (RFC 791 s3.1), which are rare enough that the whole set goes into every fragment:
 * DEVIATION: options without the copy bit are repeated, which receivers must bear.
 */
#include "core/ip/split.h"

#include "core/wire/checksum.h"
#include "core/wire/cursor.h"
#include "core/wire/ipv4.h"

/* Each fragment stands at a multiple of 64 bytes, behind its headroom. */
static uint32_t stride(uint16_t mtu)
{
	return (FRAME_HEADROOM + (uint32_t)mtu + 63) & ~63u;
}

static uint32_t payload_each(const struct frame *f, uint16_t mtu)
{
	return (mtu - (uint32_t)(f->l4 - f->l3)) & ~7u;
}

uint32_t split_room(const struct frame *f, uint16_t mtu)
{
	uint32_t each = payload_each(f, mtu);

	return (frame_l4_len(f) + each - 1) / each * stride(mtu);
}

/* What the sender left to the device: the sum over the whole transport part. */
static void finish_checksum(struct frame *f)
{
	uint8_t *l4 = frame_l4(f);
	uint32_t len = frame_l4_len(f), at = f->offload.csum_offset;
	uint16_t sum;

	if (!f->offload.needs_csum || at + 2 > len)
		return;
	sum = (uint16_t)~checksum_sum(l4, len, 0); /* the field holds the pseudo-header's sum */
	wire_put16(l4 + at, sum == 0 && f->proto == IP_PROTO_UDP ? 0xffff : sum);
	f->offload.needs_csum = false;
}

bool split_frame(struct frame *f, uint16_t mtu, uint8_t *room, uint32_t room_len,
		 void (*send)(void *context, struct frame *fragment), void *context)
{
	uint32_t header = (uint32_t)(f->l4 - f->l3), total = frame_l4_len(f);
	uint32_t each = payload_each(f, mtu);

	if (!room || room_len < split_room(f, mtu))
		return false;
	finish_checksum(f);
	for (uint32_t at = 0; at < total; at += each, room += stride(mtu)) {
		uint32_t len = MIN(each, total - at);
		bool more = f->more_fragments || at + len < total;
		uint32_t offset = (f->fragment_offset + at) / 8;
		struct frame piece = *f;

		memcpy(room, frame_l3(f), header);
		memcpy(room + header, frame_l4(f) + at, len);
		wire_put16(room + 2, (uint16_t)(header + len));
		wire_put16(room + 6, (uint16_t)(offset | (more ? IPV4_MF : 0)));
		wire_put16(room + 10, 0);
		wire_put16(room + 10, (uint16_t)~checksum_sum(room, header, 0));
		memset(&piece.offload, 0, sizeof(piece.offload));
		piece.data = room;
		piece.l3 = 0;
		piece.l4 = (uint16_t)header;
		piece.len = piece.end = header + len;
		piece.fragment_offset = (uint16_t)(f->fragment_offset + at);
		piece.more_fragments = more;
		send(context, &piece);
	}
	return true;
}
