/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lease records to lines and back. A line is believed only when its checksum holds and every field
 * is in its range: what is read here goes into the address pools.
 */
#include "cmd/viprouterd/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include "core/config.h"
#include "core/text.h"

enum { CRC_DIGITS = 8, FIELDS = 8 };

static const char *const state_names[] = {
	[DHCP_LEASE_FREE] = "free",	  [DHCP_LEASE_OFFERED] = "offered",
	[DHCP_LEASE_BOUND] = "bound",	  [DHCP_LEASE_RELEASED] = "released",
	[DHCP_LEASE_EXPIRED] = "expired", [DHCP_LEASE_DECLINED] = "declined",
};
static_assert(ARRAY_COUNT(state_names) == DHCP_LEASE_STATE_COUNT, "a name for each state");

/** CRC-32 of IEEE 802.3, four bits a step. */
static uint32_t crc32_of(const char *bytes, size_t len)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint8_t)bytes[i];
		crc = (crc >> 4) ^ table[crc & 15];
		crc = (crc >> 4) ^ table[crc & 15];
	}
	return ~crc;
}

size_t journal_encode(const struct dhcp_lease_record *record, int64_t wall_s, char *line)
{
	char address[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE], expires[24] = "never";
	char key[2 * DHCP_CLIENT_KEY_MAX + 1], hostname[2 * DHCP_HOSTNAME_SIZE + 1] = "-";
	size_t hostname_len = strnlen(record->hostname, DHCP_HOSTNAME_SIZE - 1);
	char *body = line + CRC_DIGITS + 1, crc[CRC_DIGITS + 1];
	int len;

	assert(record->state < DHCP_LEASE_STATE_COUNT && record->client.len <= DHCP_CLIENT_KEY_MAX);
	bytes_to_text(record->client.bytes, record->client.len, key);
	if (hostname_len > 0)
		bytes_to_text((const uint8_t *)record->hostname, hostname_len, hostname);
	if (record->remaining_s != DHCP_LEASE_INFINITE)
		snprintf(expires, sizeof(expires), "%" PRId64, wall_s + record->remaining_s);
	len = snprintf(body, JOURNAL_LINE_SIZE - CRC_DIGITS - 1,
		       "%d %s %s %s %" PRIu32 " %c%s %s %s", JOURNAL_FORMAT,
		       ip4_to_text(record->address, address), state_names[record->state], expires,
		       record->remaining_s, record->client.is_option ? 'o' : 'm', key,
		       mac_to_text_colons(record->hardware, mac), hostname);
	assert(len < JOURNAL_LINE_SIZE - CRC_DIGITS - 2);
	snprintf(crc, sizeof(crc), "%08" PRIx32, crc32_of(body, (size_t)len));
	memcpy(line, crc, CRC_DIGITS);
	line[CRC_DIGITS] = ' ';
	body[len] = '\n';
	body[len + 1] = '\0';
	return (size_t)len + CRC_DIGITS + 2;
}

/** A decimal number and nothing else. Return: 0; -EINVAL. */
static int number_read(const char *text, int64_t max, int64_t *value)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return *end || errno || *value > max ? -EINVAL : 0;
}

static int state_read(const char *text, uint8_t *state)
{
	for (unsigned int i = 0; i < DHCP_LEASE_STATE_COUNT; i++) {
		if (strcmp(text, state_names[i]) == 0) {
			*state = (uint8_t)i;
			return i == DHCP_LEASE_OFFERED ? -EINVAL : 0;
		}
	}
	return -EINVAL;
}

static int times_read(const char *expires, const char *length, int64_t wall_s,
		      struct dhcp_lease_record *record)
{
	int64_t until, length_s, left;

	if (number_read(length, UINT32_MAX, &length_s) < 0)
		return -EINVAL;
	if (strcmp(expires, "never") == 0) {
		record->remaining_s = DHCP_LEASE_INFINITE;
		return length_s == DHCP_LEASE_INFINITE ? 0 : -EINVAL;
	}
	if (length_s == DHCP_LEASE_INFINITE || number_read(expires, INT64_MAX / 4, &until) < 0)
		return -EINVAL;
	/* a clock that was set back must not make a lease longer than it was */
	left = MIN(until - wall_s, length_s);
	record->remaining_s = left > 0 ? (uint32_t)left : 0;
	if (left <= 0 && record->state == DHCP_LEASE_BOUND)
		record->state = DHCP_LEASE_EXPIRED;
	return 0;
}

static int client_read(const char *key, const char *hostname, struct dhcp_lease_record *record)
{
	int len;

	if (key[0] != 'o' && key[0] != 'm')
		return -EINVAL;
	record->client.is_option = key[0] == 'o';
	len = bytes_from_text(key + 1, record->client.bytes, sizeof(record->client.bytes));
	if (len < 0)
		return len;
	record->client.len = (uint8_t)len;
	if (strcmp(hostname, "-") == 0)
		return 0;
	len = bytes_from_text(hostname, (uint8_t *)record->hostname, sizeof(record->hostname) - 1);
	for (int i = 0; i < len; i++)
		if (record->hostname[i] < ' ' || record->hostname[i] > '~')
			return -EINVAL;
	return len < 0 ? len : 0;
}

/** Checks what all formats have. Return: 0; -EINVAL; -EPROTONOSUPPORT newer than we are. */
static int format_read(const char *line, size_t len)
{
	char crc[CRC_DIGITS + 1], digits[20];
	const char *body = line + CRC_DIGITS + 1, *space;
	int64_t format;

	if (len <= CRC_DIGITS || memchr(line, '\0', len) || line[CRC_DIGITS] != ' ')
		return -EINVAL;
	len -= CRC_DIGITS + 1;
	snprintf(crc, sizeof(crc), "%08" PRIx32, crc32_of(body, len));
	space = memchr(body, ' ', len);
	if (memcmp(line, crc, CRC_DIGITS) != 0 || !space ||
	    (size_t)(space - body) >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, body, (size_t)(space - body));
	digits[space - body] = '\0';
	if (number_read(digits, INT64_MAX, &format) < 0 || format == 0)
		return -EINVAL;
	return format > JOURNAL_FORMAT ? -EPROTONOSUPPORT : 0;
}

int journal_decode(const char *line, size_t len, int64_t wall_s, struct dhcp_lease_record *record)
{
	char copy[JOURNAL_LINE_SIZE], *field[FIELDS], *rest = copy;
	unsigned int count = 0;
	int ret = format_read(line, len);

	if (ret < 0)
		return ret;
	if (len >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, line + CRC_DIGITS + 1, len - CRC_DIGITS - 1);
	copy[len - CRC_DIGITS - 1] = '\0';
	for (char *word; (word = strsep(&rest, " ")); field[count++] = word)
		if (count == FIELDS)
			return -EINVAL;
	memset(record, 0, sizeof(*record));
	if (count != FIELDS || ip4_from_text(field[1], &record->address) < 0 ||
	    state_read(field[2], &record->state) < 0 ||
	    times_read(field[3], field[4], wall_s, record) < 0 ||
	    mac_from_text(field[6], &record->hardware) < 0)
		return -EINVAL;
	return client_read(field[5], field[7], record);
}

/** A record and where it stood, so that the last of an address can be told. */
struct numbered {
	struct dhcp_lease_record record;
	size_t line;
};

static int numbered_compare(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->record.address.host != y->record.address.host)
		return x->record.address.host < y->record.address.host ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

int journal_read(const char *text, size_t len, int64_t wall_s, struct journal_contents *contents)
{
	VEC(struct numbered) all = {0};
	const char *line = text, *end;
	int ret;

	memset(contents, 0, sizeof(*contents));
	for (; (end = memchr(line, '\n', len - (size_t)(line - text))); line = end + 1) {
		struct dhcp_lease_record record;
		struct numbered *slot;

		contents->lines++;
		contents->whole_len = (size_t)(end + 1 - text);
		ret = journal_decode(line, (size_t)(end - line), wall_s, &record);
		if (ret == -EPROTONOSUPPORT)
			goto out;
		if (ret < 0) {
			contents->damaged++;
			continue;
		}
		slot = vec_push(&all);
		if (!slot) {
			ret = -ENOMEM;
			goto out;
		}
		*slot = (struct numbered){record, contents->lines};
	}
	ret = -ENOMEM;
	if (all.count > 0)
		qsort(all.at, all.count, sizeof(*all.at), numbered_compare);
	for (uint32_t i = 0; i < all.count; i++) {
		bool last = i + 1 == all.count ||
			    !ip4_equal(all.at[i].record.address, all.at[i + 1].record.address);
		struct dhcp_lease_record *slot;

		if (!last || all.at[i].record.state == DHCP_LEASE_FREE)
			continue;
		slot = vec_push(&contents->records);
		if (!slot)
			goto out;
		*slot = all.at[i].record;
	}
	ret = 0;
out:
	vec_free(&all);
	if (ret < 0)
		journal_contents_fini(contents);
	return ret;
}

void journal_contents_fini(struct journal_contents *contents)
{
	vec_free(&contents->records);
}
