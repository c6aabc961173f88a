/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP for IPv4 over Ethernet (RFC 826). */
#ifndef CORE_WIRE_ARP_H
#define CORE_WIRE_ARP_H

#include "core/wire/cursor.h"

#define ARP_LEN 28

enum arp_op { ARP_REQUEST = 1, ARP_REPLY = 2 };

struct arp {
	uint16_t op; /* enum arp_op */
	mac_t sender_mac;
	ip4_t sender;
	mac_t target_mac;
	ip4_t target;
};

/** Return: 0; -EPROTO cut short, not Ethernet/IPv4, or an opcode other than request and reply. */
int arp_parse(struct cursor *c, struct arp *a);
void arp_build(struct writer *w, const struct arp *a);

#endif
