/* SPDX-License-Identifier: BSD-2-Clause */
/* See udp.h. */
#include "core/wire/udp.h"

#include "core/wire/ipv4.h"

int udp_parse(struct cursor *c, struct udp *u)
{
	u->sport = cursor_u16(c);
	u->dport = cursor_u16(c);
	u->len = cursor_u16(c);
	u->checksum = cursor_u16(c);
	if (c->bad || u->len < UDP_LEN)
		return -EPROTO;
	return (size_t)(u->len - UDP_LEN) <= cursor_left(c) ? 0 : -EPROTO;
}

void udp_build(struct writer *w, const struct udp *u, ip4_t src, ip4_t dst, const void *payload,
	       size_t payload_len)
{
	uint8_t header[UDP_LEN];
	uint16_t len = (uint16_t)(UDP_LEN + payload_len);
	uint16_t sum;

	if (payload_len > UINT16_MAX - UDP_LEN) {
		w->bad = true;
		return;
	}
	wire_put16(header, u->sport);
	wire_put16(header + 2, u->dport);
	wire_put16(header + 4, len);
	wire_put16(header + UDP_CHECKSUM_OFFSET, 0);
	sum = checksum_pseudo(src, dst, IP_PROTO_UDP, len);
	sum = checksum_sum(header, UDP_LEN, sum);
	sum = (uint16_t)~checksum_sum(payload, payload_len, sum);
	/* RFC 768: a computed zero travels as all ones, for zero says "none" */
	wire_put16(header + UDP_CHECKSUM_OFFSET, sum ? sum : 0xffff);
	writer_bytes(w, header, UDP_LEN);
	writer_bytes(w, payload, payload_len);
}

bool udp_checksum_ok(const uint8_t *datagram, size_t len, ip4_t src, ip4_t dst)
{
	uint16_t pseudo;

	if (len < UDP_LEN || len > UINT16_MAX)
		return false;
	if (wire_get16(datagram + UDP_CHECKSUM_OFFSET) == 0)
		return true;
	pseudo = checksum_pseudo(src, dst, IP_PROTO_UDP, (uint16_t)len);
	return checksum_sum(datagram, len, pseudo) == 0xffff;
}
