/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See arp.h. Whether a sender is to be believed is judged in core/link/neighbour.c; here only the
 * packet's own contradictions are: the four constants in front, and the opcode.
 */
#include "core/wire/arp.h"

#include "core/wire/ethernet.h"

enum {
	ARP_HARDWARE_ETHERNET = 1, /* RFC 826, "ares_hrd$Ethernet" */
	ARP_HARDWARE_LEN = 6,
	ARP_PROTOCOL_LEN = 4,
};

int arp_parse(struct cursor *c, struct arp *a)
{
	uint16_t hardware = cursor_u16(c);
	uint16_t protocol = cursor_u16(c);
	uint8_t hardware_len = cursor_u8(c);
	uint8_t protocol_len = cursor_u8(c);

	a->op = cursor_u16(c);
	a->sender_mac = cursor_mac(c);
	a->sender = cursor_ip4(c);
	a->target_mac = cursor_mac(c);
	a->target = cursor_ip4(c);
	if (c->bad)
		return -EPROTO;
	if (hardware != ARP_HARDWARE_ETHERNET || protocol != ETHERNET_IPV4)
		return -EPROTO;
	if (hardware_len != ARP_HARDWARE_LEN || protocol_len != ARP_PROTOCOL_LEN)
		return -EPROTO;
	return a->op == ARP_REQUEST || a->op == ARP_REPLY ? 0 : -EPROTO;
}

void arp_build(struct writer *w, const struct arp *a)
{
	writer_u16(w, ARP_HARDWARE_ETHERNET);
	writer_u16(w, ETHERNET_IPV4);
	writer_u8(w, ARP_HARDWARE_LEN);
	writer_u8(w, ARP_PROTOCOL_LEN);
	writer_u16(w, a->op);
	writer_mac(w, a->sender_mac);
	writer_ip4(w, a->sender);
	writer_mac(w, a->target_mac);
	writer_ip4(w, a->target);
}
