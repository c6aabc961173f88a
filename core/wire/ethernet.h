/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet II frames (IEEE 802.3 with a type field), RFC 894. No VLAN tags: such frames are bridged
 * only. */
#ifndef CORE_WIRE_ETHERNET_H
#define CORE_WIRE_ETHERNET_H

#include "core/wire/cursor.h"

#define ETHERNET_LEN 14

enum ethernet_type { ETHERNET_IPV4 = 0x0800, ETHERNET_ARP = 0x0806 };

struct ethernet {
	mac_t dst, src;
	uint16_t type; /* enum ethernet_type or another; host order */
};

/** Return: 0; -EPROTO too short. */
static inline int ethernet_parse(struct cursor *c, struct ethernet *e)
{
	const uint8_t *h = cursor_take(c, ETHERNET_LEN);

	if (!h) {
		*e = (struct ethernet){0};
		return -EPROTO;
	}
	memcpy(e->dst.byte, h, sizeof(e->dst.byte));
	memcpy(e->src.byte, h + 6, sizeof(e->src.byte));
	e->type = wire_get16(h + 12);
	return 0;
}

static inline void ethernet_build(struct writer *w, const struct ethernet *e)
{
	uint8_t h[ETHERNET_LEN];

	memcpy(h, e->dst.byte, sizeof(e->dst.byte));
	memcpy(h + 6, e->src.byte, sizeof(e->src.byte));
	wire_put16(h + 12, e->type);
	writer_bytes(w, h, sizeof(h));
}

#endif
