/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of the lease journal, over any bytes in a block of exactly their size. The input is a
 * journal, but for its first byte: when that is odd, each line gets a right checksum first, so that
 * what is behind it is reached. Every record that is read has its fields in their ranges, is of one
 * address alone, and reads back as it is from the line that is written of it.
 */
#include <stdio.h>

#include "cmd/viprouterd/journal.h"
#include "core/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW = 1700000000, CRC_DIGITS = 8 };

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static uint32_t crc32_of(const char *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint8_t)bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void mend_checksums(char *text, size_t len)
{
	char *line = text, *end;

	for (; (end = memchr(line, '\n', len - (size_t)(line - text))); line = end + 1) {
		char crc[CRC_DIGITS + 1];

		if (end - line <= CRC_DIGITS)
			continue;
		snprintf(crc, sizeof(crc), "%08x",
			 crc32_of(line + CRC_DIGITS + 1, (size_t)(end - line) - CRC_DIGITS - 1));
		memcpy(line, crc, CRC_DIGITS);
	}
}

static void require_valid(const struct dhcp_lease_record *r)
{
	require(r->state < DHCP_LEASE_STATE_COUNT && r->state != DHCP_LEASE_OFFERED &&
		r->state != DHCP_LEASE_FREE);
	require(r->client.len <= DHCP_CLIENT_KEY_MAX);
	require(memchr(r->hostname, '\0', sizeof(r->hostname)) != NULL);
	for (const char *c = r->hostname; *c; c++)
		require(*c >= ' ' && *c <= '~');
	require(r->state != DHCP_LEASE_BOUND || r->remaining_s > 0);
}

static void require_reads_back(const struct dhcp_lease_record *r)
{
	char line[JOURNAL_LINE_SIZE];
	size_t len = journal_encode(r, NOW, line);
	struct dhcp_lease_record again;

	require(len < JOURNAL_LINE_SIZE && line[len - 1] == '\n' && strlen(line) == len);
	require(journal_decode(line, len - 1, NOW, &again) == 0);
	require(memcmp(r, &again, sizeof(again)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = size > 0 ? size - 1 : 0;
	char *text = malloc(len ? len : 1);
	struct journal_contents c;
	int ret;

	require(text != NULL);
	if (len > 0)
		memcpy(text, data + 1, len);
	if (size > 0 && data[0] & 1)
		mend_checksums(text, len);
	ret = journal_read(text, len, NOW, &c);
	require(ret == 0 || ret == -EPROTONOSUPPORT);
	require(c.whole_len <= len && c.damaged <= c.lines);
	require(ret == 0 || c.records.count == 0);
	for (uint32_t i = 0; i < c.records.count; i++) {
		require_valid(&c.records.at[i]);
		require(i == 0 || c.records.at[i - 1].address.host < c.records.at[i].address.host);
		require_reads_back(&c.records.at[i]);
	}
	journal_contents_fini(&c);
	free(text);
	return 0;
}
