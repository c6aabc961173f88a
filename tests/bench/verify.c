/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify - checks every checksum of what arrives at an interface, by hand
 *
 *   verify INTERFACE [ROOM-BYTES]
 *
 * A packet that arrives here has come out of the router. Its IPv4 header's sum must be right. A sum
 * of TCP, UDP or ICMP must be right, or, where its frame says that the sum is still to be finished
 * (a "partial" one, as the kernel leaves it to a network card), the field must be the sum of the
 * pseudo header and the place that is named must be the field's: then finishing it gives the right
 * one. A super-frame must not claim segments longer than a packet of 1500 bytes. Of an ICMP error
 * the quoted header's sum is checked too. In fragments only the header is.
 *
 * When it is ended by SIGTERM or SIGINT it says what it saw, one JSON object; the first packets
 * that are wrong go to standard error, in hex. What the socket had no room for was not looked at:
 * `missed`.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <net/if_arp.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ROOM = 256 * 1024 * 1024,
	FRAME_ROOM = 1 << 17,
	ETHERNET_LEN = 14,
	SHOWN_MAX = 5,
	SHOWN_BYTES = 80,
	SEGMENT_MTU = 1500,
	ICMP = 1,
	TCP = 6,
	UDP = 17,
	UNREACHABLE = 3,
	TIME_EXCEEDED = 11,
};

/** One IPv4 packet and what its frame says of it. Offsets are from the IPv4 header. */
struct packet {
	const uint8_t *l3, *l4;
	uint32_t len, l4_len;
	bool partial, super;
	uint32_t csum_start, csum_offset, gso_size;
};

static struct {
	uint64_t packets, bad, tcp_full, tcp_partial, tcp_super, udp_full, udp_partial, udp_super,
		udp_zero, icmp, icmp_error, fragments, other, missed;
} seen;
static volatile sig_atomic_t over;

static void stop(int number)
{
	(void)number;
	over = 1;
}

static void fail(const char *what)
{
	fprintf(stderr, "verify: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/** The sum of RFC 1071, 16 bits a step, so that nothing is shared with what is checked. */
static uint32_t sum(const uint8_t *bytes, size_t len, uint32_t start)
{
	uint64_t s = start;

	for (size_t i = 0; i + 1 < len; i += 2)
		s += get16(bytes + i);
	if (len % 2)
		s += (uint32_t)bytes[len - 1] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint32_t)s;
}

static uint32_t pseudo_sum(const struct packet *p)
{
	return sum(p->l3 + 12, 8, p->l3[9] + p->l4_len);
}

/** Whether the sum of TCP or UDP is right, or will be once it is finished. @at: of the field. */
static bool transport_is_right(const struct packet *p, uint32_t at)
{
	if (p->partial)
		return get16(p->l4 + at) == pseudo_sum(p) &&
		       p->csum_start == (uint32_t)(p->l4 - p->l3) && p->csum_offset == at;
	return !p->super && sum(p->l4, p->l4_len, pseudo_sum(p)) == 0xffff;
}

static bool super_is_right(const struct packet *p, uint32_t header_len)
{
	uint32_t before = (uint32_t)(p->l4 - p->l3) + header_len;

	return !p->super || (p->gso_size > 0 && before + p->gso_size <= SEGMENT_MTU);
}

static bool tcp_is_right(const struct packet *p)
{
	uint32_t header_len = p->l4_len < 20 ? 0 : (p->l4[12] >> 4) * 4u;

	if (header_len < 20 || header_len > p->l4_len)
		return false;
	seen.tcp_super += p->super;
	seen.tcp_partial += p->partial;
	seen.tcp_full += !p->partial;
	return transport_is_right(p, 16) && super_is_right(p, header_len);
}

static bool udp_is_right(const struct packet *p)
{
	if (p->l4_len < 8 || (!p->super && get16(p->l4 + 4) != p->l4_len))
		return false;
	if (!p->partial && get16(p->l4 + 6) == 0) {
		seen.udp_zero++;
		return !p->super;
	}
	seen.udp_super += p->super;
	seen.udp_partial += p->partial;
	seen.udp_full += !p->partial;
	return transport_is_right(p, 6) && super_is_right(p, 8);
}

static bool icmp_is_right(const struct packet *p)
{
	const uint8_t *quote = p->l4 + 8;
	uint32_t quote_len = p->l4_len - 8, header_len;

	if (p->l4_len < 8 || sum(p->l4, p->l4_len, 0) != 0xffff)
		return false;
	if (p->l4[0] != UNREACHABLE && p->l4[0] != TIME_EXCEEDED) {
		seen.icmp++;
		return true;
	}
	seen.icmp_error++;
	header_len = quote_len < 20 ? 0 : (quote[0] & 15) * 4u;
	return header_len >= 20 && header_len <= quote_len && sum(quote, header_len, 0) == 0xffff;
}

static bool is_right(struct packet *p)
{
	uint32_t header_len = (p->l3[0] & 15) * 4u, total = get16(p->l3 + 2);

	if (header_len < 20 || header_len > p->len || total < header_len || total > p->len ||
	    sum(p->l3, header_len, 0) != 0xffff)
		return false;
	p->l4 = p->l3 + header_len;
	p->l4_len = total - header_len;
	if (get16(p->l3 + 6) & 0x3fff) {
		seen.fragments++;
		return !p->partial && !p->super;
	}
	switch (p->l3[9]) {
	case TCP: return tcp_is_right(p);
	case UDP: return udp_is_right(p);
	case ICMP: return icmp_is_right(p);
	default: seen.other++; return true;
	}
}

static void show(const struct packet *p)
{
	if (seen.bad > SHOWN_MAX)
		return;
	fprintf(stderr, "bad:%s%s csum_start %u csum_offset %u gso_size %u, %u bytes:",
		p->partial ? " partial" : "", p->super ? " super" : "", p->csum_start,
		p->csum_offset, p->gso_size, p->len);
	for (uint32_t i = 0; i < p->len && i < SHOWN_BYTES; i++)
		fprintf(stderr, "%s%02x", i % 4 ? "" : " ", p->l3[i]);
	fprintf(stderr, "\n");
}

static void look(const uint8_t *bytes, size_t len, size_t link_len)
{
	struct virtio_net_hdr h;
	struct packet p = {0};

	if (len < sizeof(h) + link_len + 20)
		return;
	memcpy(&h, bytes, sizeof(h));
	if (link_len && get16(bytes + sizeof(h) + 12) != ETHERTYPE_IP)
		return;
	p.l3 = bytes + sizeof(h) + link_len;
	p.len = (uint32_t)(len - sizeof(h) - link_len);
	if (p.l3[0] >> 4 != 4)
		return;
	p.partial = h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	p.super = (h.gso_type & ~VIRTIO_NET_HDR_GSO_ECN) != VIRTIO_NET_HDR_GSO_NONE;
	p.csum_start = h.csum_start - (p.partial ? (uint32_t)link_len : 0);
	p.csum_offset = h.csum_offset;
	p.gso_size = h.gso_size;
	seen.packets++;
	if (is_right(&p))
		return;
	seen.bad++;
	show(&p);
}

static int open_interface(const char *name, int room, size_t *link_len)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL)), one = 1;
	struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	socklen_t len = sizeof(at);

	at.sll_ifindex = (int)if_nametoindex(name);
	if (fd < 0 || at.sll_ifindex == 0)
		fail(name);
	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) < 0)
		fail("PACKET_VNET_HDR");
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		fail(name);
	*link_len = at.sll_hatype == ARPHRD_ETHER ? ETHERNET_LEN : 0;
	return fd;
}

static void report(int fd)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	(void)getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	printf("{\"packets\": %" PRIu64 ", \"bad\": %" PRIu64 ", \"tcp_full\": %" PRIu64
	       ", \"tcp_partial\": %" PRIu64 ", \"tcp_super\": %" PRIu64 ", \"udp_full\": %" PRIu64
	       ", \"udp_partial\": %" PRIu64 ", \"udp_super\": %" PRIu64 ", \"udp_zero\": %" PRIu64
	       ", \"icmp\": %" PRIu64 ", \"icmp_error\": %" PRIu64 ", \"fragments\": %" PRIu64
	       ", \"other\": %" PRIu64 ", \"missed\": %u}\n",
	       seen.packets, seen.bad, seen.tcp_full, seen.tcp_partial, seen.tcp_super,
	       seen.udp_full, seen.udp_partial, seen.udp_super, seen.udp_zero, seen.icmp,
	       seen.icmp_error, seen.fragments, seen.other, stats.tp_drops);
}

int main(int argc, char **argv)
{
	static uint8_t bytes[FRAME_ROOM];
	struct sigaction action = {.sa_handler = stop};
	size_t link_len;
	int fd;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: verify INTERFACE [ROOM-BYTES]\n");
		return 2;
	}
	fd = open_interface(argv[1], argc > 2 ? atoi(argv[2]) : ROOM, &link_len);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	fprintf(stderr, "ready\n");
	while (!over) {
		struct sockaddr_ll from;
		socklen_t from_len = sizeof(from);
		ssize_t len = recvfrom(fd, bytes, sizeof(bytes), MSG_TRUNC,
				       (struct sockaddr *)&from, &from_len);

		if (len > 0 && (size_t)len <= sizeof(bytes) && from.sll_pkttype != PACKET_OUTGOING)
			look(bytes, (size_t)len, link_len);
	}
	report(fd);
	close(fd);
	return 0;
}
