/* SPDX-License-Identifier: BSD-2-Clause */
/* See icmp.h. */
#include "core/wire/icmp.h"

int icmp_parse(struct cursor *c, struct icmp *i)
{
	i->type = cursor_u8(c);
	i->code = cursor_u8(c);
	i->checksum = cursor_u16(c);
	i->id = cursor_u16(c);
	i->seq = cursor_u16(c);
	return c->bad ? -EPROTO : 0;
}

void icmp_build(struct writer *w, const struct icmp *i, const void *payload, size_t payload_len)
{
	uint8_t header[ICMP_LEN];
	uint16_t sum;

	header[0] = i->type;
	header[1] = i->code;
	wire_put16(header + 2, 0);
	wire_put16(header + 4, i->id);
	wire_put16(header + 6, i->seq);
	sum = checksum_sum(payload, payload_len, checksum_sum(header, ICMP_LEN, 0));
	wire_put16(header + 2, (uint16_t)~sum);
	writer_bytes(w, header, ICMP_LEN);
	writer_bytes(w, payload, payload_len);
}

bool icmp_checksum_ok(const uint8_t *message, size_t len)
{
	return len >= ICMP_LEN && checksum_sum(message, len, 0) == 0xffff;
}
