/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a TUN/TAP device says about a frame beside its bytes: whether its checksum is unfinished,
 * and whether it is a super-frame that somebody later cuts into segments (struct virtio_net_hdr
 * of the VIRTIO 1.2 specification s5.1.6, little-endian fields in the kernel's legacy layout: host
 * order).
 *
 * Inside the core csum_start counts from the IPv4 header, whatever the port's link header was, so
 * that a frame passes from a TAP to a TUN untouched. offload_parse() and offload_build() convert.
 */
#ifndef CORE_WIRE_OFFLOAD_H
#define CORE_WIRE_OFFLOAD_H

#include "core/base.h"

/** Length of the header on the device: virtio_net_hdr_mrg_rxbuf's, TUNSETVNETHDRSZ 12. */
#define OFFLOAD_HEADER_LEN 12

enum offload_gso {
	OFFLOAD_GSO_NONE = 0,
	OFFLOAD_GSO_TCPV4 = 1,
	OFFLOAD_GSO_UDP = 3, /* legacy UFO; never asked for */
	OFFLOAD_GSO_TCPV6 = 4,
	OFFLOAD_GSO_UDP_L4 = 5, /* USO */
};

struct offload {
	bool needs_csum;      /* the transport checksum holds only its pseudo-header's sum */
	bool ecn;	      /* GSO with a CWR segment (gso type bit 0x80) */
	uint8_t gso;	      /* enum offload_gso */
	uint16_t gso_size;    /* payload bytes a segment; 0 without GSO */
	uint16_t csum_start;  /* bytes from the IPv4 header to the transport header; needs_csum only
			       */
	uint16_t csum_offset; /* bytes from there to the checksum field; needs_csum only */
};

/**
 * offload_parse() - read the device's header
 * @bytes: OFFLOAD_HEADER_LEN bytes
 * @link_len: bytes of link header before the IPv4 header: 14 on a TAP, 0 on a TUN
 * @frame_len: bytes of the frame after this header
 * Return: 0; -EPROTO it contradicts the frame (csum field outside it, unknown GSO type, size 0).
 */
int offload_parse(struct offload *offload, const uint8_t *bytes, unsigned int link_len,
		  size_t frame_len);

/**
 * offload_build() - write the device's header so that the kernel accepts it
 * @hdr_len: bytes of all headers, link to transport; ignored without GSO
 */
void offload_build(const struct offload *offload, uint8_t *bytes, unsigned int link_len,
		   unsigned int hdr_len);

#endif
