/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See mss.h. An option is only ever lowered: adding one would move the payload, and raising one
 * would promise what the receiver did not. Options are read from left to right up to the first that
 * makes no sense; so a length of 0 or 1 cannot hold the reader up. Should an MSS come twice, both
 * are lowered, whichever the receiver believes.
 *
 * Not supported: a header that an IPv4 fragment cuts off within its options (routed, not through
 * NAT, and refused as malformed before it comes here).
 */
#include "core/ip/mss.h"

#include "core/wire/checksum.h"
#include "core/wire/cursor.h"

enum tcp_option {
	TCP_OPTION_END = 0,
	TCP_OPTION_NOP = 1,
	TCP_OPTION_MSS = 2,
	TCP_OPTION_MSS_LEN = 4,
};

/** Writes an MSS at offset @at of the TCP header. */
static void put_mss(struct frame *f, uint32_t at, uint16_t mss)
{
	uint8_t *l4 = frame_l4(f);
	uint16_t delta = checksum_delta16(wire_get16(l4 + at), mss);

	wire_put16(l4 + at, mss);
	if (f->offload.needs_csum)
		return;
	/* at an odd offset the value lies across two of the words that are summed: RFC 1071 s2 (B)
	 */
	if (at % 2)
		delta = (uint16_t)(delta << 8 | delta >> 8);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET,
		   checksum_update(wire_get16(l4 + TCP_CHECKSUM_OFFSET), delta));
}

void mss_lower(struct frame *f, uint16_t most)
{
	const uint8_t *l4 = frame_l4(f);
	uint32_t end = MIN((l4[12] >> 4) * 4u, frame_l4_len(f)), at = TCP_LEN;

	while (at < end && l4[at] != TCP_OPTION_END) {
		uint32_t len;

		if (l4[at] == TCP_OPTION_NOP) {
			at++;
			continue;
		}
		len = at + 1 < end ? l4[at + 1] : 0;
		if (len < 2 || len > end - at)
			return;
		if (l4[at] == TCP_OPTION_MSS && len == TCP_OPTION_MSS_LEN &&
		    wire_get16(l4 + at + 2) > most)
			put_mss(f, at + 2, most);
		at += len;
	}
}
