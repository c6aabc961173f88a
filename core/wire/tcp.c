/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See tcp.h. The bits for congestion (CWR, ECE) are kept in `flags` beside those of enum tcp_flags;
 * options are stepped over, and the urgent pointer is neither read nor written.
 */
#include "core/wire/tcp.h"

#include "core/wire/ipv4.h"

int tcp_parse(struct cursor *c, struct tcp *t)
{
	t->sport = cursor_u16(c);
	t->dport = cursor_u16(c);
	t->seq = cursor_u32(c);
	t->ack = cursor_u32(c);
	t->header_len = (uint8_t)((cursor_u8(c) >> 4) * 4);
	t->flags = cursor_u8(c);
	t->window = cursor_u16(c);
	t->checksum = cursor_u16(c);
	cursor_u16(c); /* urgent pointer */
	if (c->bad || t->header_len < TCP_LEN)
		return -EPROTO;
	cursor_take(c, t->header_len - TCP_LEN);
	return c->bad ? -EPROTO : 0;
}

void tcp_build(struct writer *w, const struct tcp *t, ip4_t src, ip4_t dst)
{
	uint8_t header[TCP_LEN];
	uint16_t pseudo = checksum_pseudo(src, dst, IP_PROTO_TCP, TCP_LEN);

	wire_put16(header, t->sport);
	wire_put16(header + 2, t->dport);
	wire_put32(header + 4, t->seq);
	wire_put32(header + 8, t->ack);
	header[12] = TCP_LEN / 4 << 4;
	header[13] = t->flags;
	wire_put16(header + 14, t->window);
	wire_put16(header + TCP_CHECKSUM_OFFSET, 0);
	wire_put16(header + 18, 0);
	wire_put16(header + TCP_CHECKSUM_OFFSET, (uint16_t)~checksum_sum(header, TCP_LEN, pseudo));
	writer_bytes(w, header, TCP_LEN);
}
