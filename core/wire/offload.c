/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device's header, read and written so that what was accepted here the kernel accepts there.
 *
 * Its layout: flags u8, gso_type u8, hdr_len u16, gso_size u16, csum_start u16, csum_offset u16,
 * num_buffers u16. A TUN/TAP takes the fields in the machine's own order unless told otherwise.
 *
 * Refused on reading is what the kernel would refuse on writing: GSO without a size or of size
 * 0xffff (its mark for "by fragments"), TCP whose checksum is not at 16, USO without an unfinished
 * checksum at 6, the ECN bit without TCP. Legacy UFO is refused too: it is never asked for, so a
 * frame that claims it is wrong.
 *
 * Not kept: hdr_len, which the kernel fills with whatever lies in its linear buffer and which must
 * be computed anew; the flag "data valid", which a TUN/TAP ignores when it is written; num_buffers.
 * That csum_start agrees with the IPv4 header's length is checked where that header is read.
 */
#include "core/wire/offload.h"

#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

enum {
	OFFLOAD_FLAG_NEEDS_CSUM = 1,
	OFFLOAD_GSO_ECN = 0x80,
	OFFLOAD_GSO_BY_FRAGMENTS = 0xffff,
	OFFLOAD_CSUM_LEN = 2,
};

static uint16_t get_host16(const uint8_t *at)
{
	uint16_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static void put_host16(uint8_t *at, uint16_t v)
{
	memcpy(at, &v, sizeof(v));
}

static bool gso_is_tcp(uint8_t gso)
{
	return gso == OFFLOAD_GSO_TCPV4 || gso == OFFLOAD_GSO_TCPV6;
}

/** Whether type, size and checksum of a super-frame are ones that the kernel takes. */
static bool gso_is_sound(const struct offload *o)
{
	if (o->gso_size == 0 || o->gso_size == OFFLOAD_GSO_BY_FRAGMENTS)
		return false;
	if (gso_is_tcp(o->gso))
		return !o->needs_csum || o->csum_offset == TCP_CHECKSUM_OFFSET;
	return o->gso == OFFLOAD_GSO_UDP_L4 && !o->ecn && o->needs_csum &&
	       o->csum_offset == UDP_CHECKSUM_OFFSET;
}

int offload_parse(struct offload *offload, const uint8_t *bytes, unsigned int link_len,
		  size_t frame_len)
{
	memset(offload, 0, sizeof(*offload));
	offload->needs_csum = bytes[0] & OFFLOAD_FLAG_NEEDS_CSUM;
	offload->ecn = bytes[1] & OFFLOAD_GSO_ECN;
	offload->gso = bytes[1] & (uint8_t)~OFFLOAD_GSO_ECN;
	if (offload->needs_csum) {
		uint32_t start = get_host16(bytes + 6);
		uint32_t offset = get_host16(bytes + 8);

		if (start < link_len + IPV4_LEN || start + offset + OFFLOAD_CSUM_LEN > frame_len)
			return -EPROTO;
		offload->csum_start = (uint16_t)(start - link_len);
		offload->csum_offset = (uint16_t)offset;
	}
	if (offload->gso == OFFLOAD_GSO_NONE)
		return offload->ecn ? -EPROTO : 0;
	offload->gso_size = get_host16(bytes + 4);
	return gso_is_sound(offload) ? 0 : -EPROTO;
}

void offload_build(const struct offload *offload, uint8_t *bytes, unsigned int link_len,
		   unsigned int hdr_len)
{
	memset(bytes, 0, OFFLOAD_HEADER_LEN);
	if (offload->needs_csum) {
		bytes[0] = OFFLOAD_FLAG_NEEDS_CSUM;
		put_host16(bytes + 6, (uint16_t)(offload->csum_start + link_len));
		put_host16(bytes + 8, offload->csum_offset);
	}
	if (offload->gso == OFFLOAD_GSO_NONE)
		return;
	bytes[1] = offload->gso | (offload->ecn ? OFFLOAD_GSO_ECN : 0);
	put_host16(bytes + 2, (uint16_t)MIN(hdr_len, (unsigned int)UINT16_MAX));
	put_host16(bytes + 4, offload->gso_size);
}
