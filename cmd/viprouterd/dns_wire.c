/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A walk over names and lengths. A pointer has to point before the place where its part of the name
 * began, so a chain of them ends; and a name has a pointer for each of its labels at most, so a
 * message of names is not walked many times over. That holds for names in data too, since whoever
 * takes the message apart follows them as well.
 */
#include "cmd/viprouterd/dns_wire.h"

enum {
	SECTIONS = 4,
	QUESTION_FIXED = 4, /* type, class */
	RECORD_FIXED = 10,  /* type, class, TTL, length */
	RECORD_LENGTH_AT = 8,
	POINTER = 0xc0,
	LABEL_MAX = 63,
	POINTERS_MAX = 127, /* labels of the longest name */
	TYPE_OPT = 41,
};

static unsigned int number_at(const uint8_t *at)
{
	return (unsigned int)(at[0] << 8 | at[1]);
}

/* Return: where the name at @at ends, whose own bytes these are; 0: it is none. */
static size_t name_end(const uint8_t *bytes, size_t len, size_t at)
{
	size_t begin = at, end = 0, size = 0;
	unsigned int pointers = 0;

	while (at < len && size < DNS_WIRE_MAX) {
		uint8_t label = bytes[at];

		if (label == 0)
			return end ? end : at + 1;
		if (label <= LABEL_MAX) {
			size += label + 1u;
			at += label + 1u;
			continue;
		}
		if ((label & POINTER) != POINTER || at + 2 > len || ++pointers > POINTERS_MAX)
			return 0;
		end = end ? end : at + 2;
		at = number_at(bytes + at) & 0x3fff;
		if (at >= begin || at < DNS_HEADER_LEN)
			return 0;
		begin = at;
	}
	return 0;
}

/* Types whose data holds names that a reader follows, from NS (2) to LP (107): behind so many
 * bytes, and so many strings. */
static const struct {
	uint16_t type;
	uint8_t skip, strings, names;
} named[] = {
	{2, 0, 0, 1},  {3, 0, 0, 1},  {4, 0, 0, 1},   {5, 0, 0, 1},   {6, 0, 0, 2},  {7, 0, 0, 1},
	{8, 0, 0, 1},  {9, 0, 0, 1},  {12, 0, 0, 1},  {14, 0, 0, 2},  {15, 2, 0, 1}, {17, 0, 0, 2},
	{18, 2, 0, 1}, {21, 2, 0, 1}, {24, 18, 0, 1}, {26, 2, 0, 2},  {30, 0, 0, 1}, {33, 6, 0, 1},
	{35, 4, 3, 1}, {36, 2, 0, 1}, {39, 0, 0, 1},  {46, 18, 0, 1}, {47, 0, 0, 1}, {58, 0, 0, 2},
	{64, 2, 0, 1}, {65, 2, 0, 1}, {107, 2, 0, 1},
};

/* Whether the names in a record's data, from @at to @end, are names. Too short data is left to the
 * reader. */
static bool data_holds(const uint8_t *bytes, size_t len, size_t at, size_t end, unsigned int type)
{
	unsigned int i = 0, strings, names;

	while (i < ARRAY_COUNT(named) && named[i].type != type)
		i++;
	if (i == ARRAY_COUNT(named))
		return true;
	at += named[i].skip;
	for (strings = named[i].strings; strings > 0 && at < end; strings--)
		at += bytes[at] + 1u;
	for (names = named[i].names; names > 0 && at < end; names--) {
		at = name_end(bytes, len, at);
		if (at == 0)
			return false;
	}
	return true;
}

/* Return: where a record of a section ends; 0: it does not. */
static size_t record_end(const uint8_t *bytes, size_t len, size_t at, unsigned int section,
			 bool *opt)
{
	size_t end = name_end(bytes, len, at);
	size_t fixed = section == 0 ? QUESTION_FIXED : RECORD_FIXED, data;
	unsigned int type;

	if (end == 0 || end + fixed > len)
		return 0;
	if (section == 0)
		return end + fixed;
	if (number_at(bytes + end) == TYPE_OPT) {
		if (*opt || section != SECTIONS - 1 || bytes[at] != 0)
			return 0;
		*opt = true;
	}
	data = end + fixed;
	type = number_at(bytes + end);
	end = data + number_at(bytes + end + RECORD_LENGTH_AT);
	return end <= len && data_holds(bytes, len, data, end, type) ? end : 0;
}

bool dns_wire_check(const uint8_t *bytes, size_t len)
{
	size_t at = DNS_HEADER_LEN;
	bool opt = false;

	if (len < DNS_HEADER_LEN || len > DNS_MESSAGE_MAX)
		return false;
	for (unsigned int section = 0; section < SECTIONS; section++) {
		unsigned int count = number_at(bytes + DNS_COUNTS_AT + 2 * section);

		for (unsigned int i = 0; i < count; i++) {
			at = record_end(bytes, len, at, section, &opt);
			if (at == 0)
				return false;
		}
	}
	return at == len;
}
