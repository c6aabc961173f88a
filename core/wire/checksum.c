/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum over many bytes.
 *
 * One's complement addition does not care for the order of bytes in a word (RFC 1071 s2 (B)) nor
 * for the width of the words added (s2 (C)): so eight bytes are added at a time, in the machine's
 * own order, the carries are counted beside and put back at the end, and only the folded result is
 * turned into network order. Loads go through memcpy, so every alignment is fine.
 *
 * A sum of words that are not all zero never folds to 0x0000: it is 0xffff instead, as in the
 * plain loop over 16-bit words.
 */
#include "core/wire/checksum.h"

#include <endian.h>

enum {
	CHECKSUM_WORD = sizeof(uint64_t),
	CHECKSUM_LANES = 4, /* independent sums, so that additions need not wait for each other */
};

struct checksum_lane {
	uint64_t sum, carries;
};

static inline void lane_add(struct checksum_lane *lane, const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	lane->sum += word;
	lane->carries += lane->sum < word;
}

/** Adds with the carry put back at the low end. */
static inline uint64_t add_around(uint64_t a, uint64_t b)
{
	uint64_t s = a + b;

	return s + (s < b);
}

uint16_t checksum_sum(const void *bytes, size_t len, uint16_t start)
{
	const uint8_t *at = bytes;
	struct checksum_lane lane[CHECKSUM_LANES] = {{0, 0}};
	uint64_t total = 0;

	for (; len >= CHECKSUM_LANES * CHECKSUM_WORD; len -= CHECKSUM_LANES * CHECKSUM_WORD) {
		lane_add(&lane[0], at);
		lane_add(&lane[1], at + CHECKSUM_WORD);
		lane_add(&lane[2], at + 2 * CHECKSUM_WORD);
		lane_add(&lane[3], at + 3 * CHECKSUM_WORD);
		at += CHECKSUM_LANES * CHECKSUM_WORD;
	}
	for (; len >= CHECKSUM_WORD; len -= CHECKSUM_WORD) {
		lane_add(&lane[0], at);
		at += CHECKSUM_WORD;
	}
	if (len > 0) {
		uint8_t rest[CHECKSUM_WORD] = {0};

		memcpy(rest, at, len);
		lane_add(&lane[1], rest);
	}
	for (unsigned int i = 0; i < CHECKSUM_LANES; i++)
		total = add_around(add_around(total, lane[i].sum), lane[i].carries);
	return checksum_add(be16toh(checksum_fold(total)), start);
}

uint16_t checksum_pseudo(ip4_t src, ip4_t dst, uint8_t proto, uint16_t len)
{
	uint64_t s = (uint64_t)src.host + dst.host + proto + len;

	return checksum_fold(s);
}
