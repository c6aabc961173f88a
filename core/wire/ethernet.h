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
int ethernet_parse(struct cursor *c, struct ethernet *e);
void ethernet_build(struct writer *w, const struct ethernet *e);

#endif
