/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See ipv4.h. The parser judges the header by itself alone; whether the packet is as long as the
 * header says, and whether its addresses may appear, is core/ip's matter (RFC 1812 s5.2.2, s5.3.7).
 */
#include "core/wire/ipv4.h"

enum {
	IPV4_VERSION = 4,
	IPV4_FRAGMENT_UNIT = 8, /* bytes that one unit of the fragment offset stands for */
};

/** Options by their type byte: copied flag, class and number (RFC 791 s3.1). */
enum ipv4_option {
	IPV4_OPTION_END = 0,
	IPV4_OPTION_NOP = 1,
	IPV4_OPTION_LSRR = 131,
	IPV4_OPTION_SSRR = 137,
};

int ipv4_parse(struct cursor *c, struct ipv4 *ip)
{
	uint8_t version_ihl = cursor_u8(c);
	uint16_t fragment;
	unsigned int options_len;

	ip->header_len = (uint8_t)((version_ihl & 0x0f) * 4);
	ip->tos = cursor_u8(c);
	ip->total_len = cursor_u16(c);
	ip->id = cursor_u16(c);
	fragment = cursor_u16(c);
	ip->dont_fragment = fragment & IPV4_DF;
	ip->more_fragments = fragment & IPV4_MF;
	ip->fragment_offset = (uint16_t)((fragment & IPV4_OFFSET_MASK) * IPV4_FRAGMENT_UNIT);
	ip->ttl = cursor_u8(c);
	ip->proto = cursor_u8(c);
	ip->checksum = cursor_u16(c);
	ip->src = cursor_ip4(c);
	ip->dst = cursor_ip4(c);
	ip->options = NULL;
	if (c->bad || version_ihl >> 4 != IPV4_VERSION || ip->header_len < IPV4_LEN)
		return -EPROTO;
	if (ip->total_len < ip->header_len)
		return -EPROTO;
	options_len = ip->header_len - IPV4_LEN;
	if (options_len > 0)
		ip->options = cursor_take(c, options_len);
	return c->bad ? -EPROTO : 0;
}

void ipv4_build(struct writer *w, const struct ipv4 *ip)
{
	uint8_t header[IPV4_LEN];
	uint16_t fragment = ip->fragment_offset / IPV4_FRAGMENT_UNIT;

	if (ip->dont_fragment)
		fragment |= IPV4_DF;
	if (ip->more_fragments)
		fragment |= IPV4_MF;
	header[0] = IPV4_VERSION << 4 | IPV4_LEN / 4;
	header[1] = ip->tos;
	wire_put16(header + 2, ip->total_len);
	wire_put16(header + 4, ip->id);
	wire_put16(header + 6, fragment);
	header[8] = ip->ttl;
	header[9] = ip->proto;
	wire_put16(header + 10, 0);
	wire_put32(header + 12, ip->src.host);
	wire_put32(header + 16, ip->dst.host);
	wire_put16(header + 10, (uint16_t)~checksum_sum(header, IPV4_LEN, 0));
	writer_bytes(w, header, IPV4_LEN);
}

bool ipv4_checksum_ok(const uint8_t *header, unsigned int header_len)
{
	return checksum_sum(header, header_len, 0) == 0xffff;
}

enum ipv4_options ipv4_options_check(const uint8_t *options, unsigned int len)
{
	unsigned int at = 0;

	while (at < len) {
		unsigned int option_len;

		if (options[at] == IPV4_OPTION_END)
			return IPV4_OPTIONS_FINE;
		if (options[at] == IPV4_OPTION_NOP) {
			at++;
			continue;
		}
		if (len - at < 2)
			return IPV4_OPTIONS_INVALID;
		option_len = options[at + 1];
		if (option_len < 2 || option_len > len - at)
			return IPV4_OPTIONS_INVALID;
		/* RFC 7126 s4.3 and s4.4: source routes are dropped, whatever else is there */
		if (options[at] == IPV4_OPTION_LSRR || options[at] == IPV4_OPTION_SSRR)
			return IPV4_OPTIONS_SOURCE_ROUTE;
		at += option_len;
	}
	return IPV4_OPTIONS_FINE;
}
