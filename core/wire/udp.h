/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP (RFC 768). */
#ifndef CORE_WIRE_UDP_H
#define CORE_WIRE_UDP_H

#include "core/wire/checksum.h"
#include "core/wire/cursor.h"

#define UDP_LEN		    8
#define UDP_CHECKSUM_OFFSET 6

struct udp {
	uint16_t sport, dport;
	uint16_t len;	   /* header and payload, bytes */
	uint16_t checksum; /* 0: none was computed */
};

/** Return: 0; -EPROTO cut short, or a length under 8 or beyond the cursor's end. */
int udp_parse(struct cursor *c, struct udp *u);

/** Writes header and payload with the right checksum (0 becomes 0xffff). */
void udp_build(struct writer *w, const struct udp *u, ip4_t src, ip4_t dst, const void *payload,
	       size_t payload_len);

/** Whether a whole datagram's checksum is right, or absent. */
bool udp_checksum_ok(const uint8_t *datagram, size_t len, ip4_t src, ip4_t dst);

#endif
