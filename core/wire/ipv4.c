/* SPDX-License-Identifier: BSD-2-Clause */
/* See ipv4.h. What is done for every packet stands there. */
#include "core/wire/ipv4.h"

/** Options by their type byte: copied flag, class and number (RFC 791 s3.1). */
enum ipv4_option {
	IPV4_OPTION_END = 0,
	IPV4_OPTION_NOP = 1,
	IPV4_OPTION_LSRR = 131,
	IPV4_OPTION_SSRR = 137,
};

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
