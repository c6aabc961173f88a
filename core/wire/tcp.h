/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCP header (RFC 9293 s3.1), as far as a router between two hosts needs it. */
#ifndef CORE_WIRE_TCP_H
#define CORE_WIRE_TCP_H

#include "core/wire/checksum.h"
#include "core/wire/cursor.h"

#define TCP_LEN		    20 /* without options */
#define TCP_CHECKSUM_OFFSET 16

enum tcp_flags {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
};

struct tcp {
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t header_len; /* bytes, 20 to 60 */
	uint8_t flags;	    /* enum tcp_flags */
	uint16_t window;
	uint16_t checksum;
};

/** @c: left behind the header, options included. Return: 0; -EPROTO cut short or header_len
 * under 20. */
int tcp_parse(struct cursor *c, struct tcp *t);

/** Writes a header of 20 bytes with the checksum over it alone: a segment without payload. */
void tcp_build(struct writer *w, const struct tcp *t, ip4_t src, ip4_t dst);

#endif
