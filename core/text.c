/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See text.h. Readers take the whole text or nothing: no blank, sign or rest is overlooked, and an
 * octet with a leading zero is refused, for some programs would read it as octal.
 */
#include "core/text.h"

#include <stdio.h>
#include <strings.h>

enum {
	MAC_DIGITS = 12,
	MAC_GROUP_CISCO = 4, /* digits between dots: aabb.ccdd.eeff */
	MAC_GROUP_BYTE = 2,  /* digits between colons or hyphens */
};

static const char *const interface_kind_names[] = {
	[INTERFACE_NONE] = "",	 [INTERFACE_TAP] = "Tap",	    [INTERFACE_TUN] = "Tun",
	[INTERFACE_BVI] = "BVI", [INTERFACE_LOOPBACK] = "Loopback",
};
static_assert(ARRAY_COUNT(interface_kind_names) == INTERFACE_KIND_COUNT, "a name for each kind");

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int text_hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

const char *bytes_to_text(const uint8_t *bytes, size_t len, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * len] = '\0';
	return text;
}

int bytes_from_text(const char *text, uint8_t *bytes, size_t room)
{
	size_t len = strlen(text) / 2;

	if (strlen(text) % 2 != 0 || len > room)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		int high = text_hex_digit(text[2 * i]), low = text_hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return (int)len;
}

/* ---- IPv4 addresses -------------------------------------------------------------------- */

const char *ip4_to_text(ip4_t a, char *text)
{
	snprintf(text, IP4_TEXT_SIZE, "%u.%u.%u.%u", a.host >> 24, a.host >> 16 & 0xff,
		 a.host >> 8 & 0xff, a.host & 0xff);
	return text;
}

/** Reads one octet. Return: where it ends; NULL there is none. */
static const char *octet_from_text(const char *at, uint32_t *octet)
{
	const char *start = at;

	*octet = 0;
	while (is_digit(*at) && at - start < 3)
		*octet = *octet * 10 + (uint32_t)(*at++ - '0');
	if (at == start || *octet > 255 || (*start == '0' && at - start > 1))
		return NULL;
	return at;
}

int ip4_from_text(const char *text, ip4_t *a)
{
	uint32_t host = 0;

	for (int i = 0; i < 4; i++) {
		uint32_t octet;

		if (i > 0 && *text++ != '.')
			return -EINVAL;
		text = octet_from_text(text, &octet);
		if (!text)
			return -EINVAL;
		host = host << 8 | octet;
	}
	if (*text != '\0')
		return -EINVAL;
	a->host = host;
	return 0;
}

int ip4_mask_to_len(ip4_t mask)
{
	for (unsigned int len = 0; len <= 32; len++) {
		if (ip4_equal(ip4_mask(len), mask))
			return (int)len;
	}
	return -EINVAL;
}

/* ---- Ethernet addresses ---------------------------------------------------------------- */

const char *mac_to_text(mac_t a, char *text)
{
	const uint8_t *b = a.byte;

	snprintf(text, MAC_TEXT_SIZE, "%02x%02x.%02x%02x.%02x%02x", b[0], b[1], b[2], b[3], b[4],
		 b[5]);
	return text;
}

const char *mac_to_text_colons(mac_t a, char *text)
{
	const uint8_t *b = a.byte;

	snprintf(text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4],
		 b[5]);
	return text;
}

/** Reads twelve digits in groups of @group with @separator between them, and nothing else. */
static int mac_from_groups(const char *text, char separator, unsigned int group, mac_t *a)
{
	mac_t mac = {{0}};

	for (unsigned int digit = 0; digit < MAC_DIGITS; digit++) {
		int value;

		if (digit > 0 && digit % group == 0 && *text++ != separator)
			return -EINVAL;
		value = text_hex_digit(*text++);
		if (value < 0)
			return -EINVAL;
		mac.byte[digit / 2] = (uint8_t)(mac.byte[digit / 2] << 4 | value);
	}
	if (*text != '\0')
		return -EINVAL;
	*a = mac;
	return 0;
}

int mac_from_text(const char *text, mac_t *a)
{
	if (mac_from_groups(text, '.', MAC_GROUP_CISCO, a) == 0)
		return 0;
	if (mac_from_groups(text, ':', MAC_GROUP_BYTE, a) == 0)
		return 0;
	return mac_from_groups(text, '-', MAC_GROUP_BYTE, a);
}

/* ---- interfaces ------------------------------------------------------------------------ */

const char *interface_kind_name(enum interface_kind kind)
{
	return (unsigned int)kind < INTERFACE_KIND_COUNT ? interface_kind_names[kind] : "";
}

const char *interface_to_text(struct interface_id id, char *text)
{
	if (id.kind == INTERFACE_NONE)
		text[0] = '\0';
	else
		snprintf(text, INTERFACE_TEXT_SIZE, "%s%u", interface_kind_name(id.kind),
			 id.number);
	return text;
}

/** The one kind whose name begins with these letters. Return: INTERFACE_NONE: no or several. */
static enum interface_kind interface_kind_from_text(const char *letters, size_t len)
{
	enum interface_kind found = INTERFACE_NONE;

	for (unsigned int kind = INTERFACE_NONE + 1; kind < INTERFACE_KIND_COUNT; kind++) {
		if (strncasecmp(interface_kind_names[kind], letters, len) != 0)
			continue;
		if (found != INTERFACE_NONE)
			return INTERFACE_NONE;
		found = (enum interface_kind)kind;
	}
	return found;
}

int interface_from_text(const char *text, struct interface_id *id)
{
	const char *start = text;
	enum interface_kind kind;
	unsigned int number = 0;

	while (is_letter(*text))
		text++;
	kind = interface_kind_from_text(start, (size_t)(text - start));
	if (text == start || kind == INTERFACE_NONE)
		return -EINVAL;
	while (*text == ' ')
		text++;
	if (!is_digit(*text))
		return -EINVAL;
	while (is_digit(*text) && number <= INTERFACE_NUMBER_MAX)
		number = number * 10 + (unsigned int)(*text++ - '0');
	if (*text != '\0' || number > INTERFACE_NUMBER_MAX)
		return -EINVAL;
	*id = (struct interface_id){.kind = (uint8_t)kind, .number = (uint16_t)number};
	return 0;
}
