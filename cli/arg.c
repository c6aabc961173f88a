/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of arguments. A parser takes the whole word or nothing: no signs, no blanks, no octal,
 * nothing after the number. A prefix and an interface may also stand in two words, as IOS writes
 * them; then the first word alone is half an argument.
 */
#include "cli/arg.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "cli/names.h"
#include "core/text.h"

static bool arg_decimal(const char *word, int64_t min, int64_t max, int64_t *number)
{
	int64_t value = 0;
	size_t len = strlen(word);

	/* twelve digits hold every range of the table, and cannot overflow */
	if (len == 0 || len > 12)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)word[i]))
			return false;
		value = value * 10 + (word[i] - '0');
	}
	*number = value;
	return value >= min && value <= max;
}

static bool arg_port(const char *word, int64_t *number)
{
	int port = names_port(word);

	if (port >= 0) {
		*number = port;
		return true;
	}
	return arg_decimal(word, 1, 65535, number);
}

/** A message's name, or its type. */
static bool arg_icmp(const char *word, struct arg *arg)
{
	const struct icmp_name *message = names_icmp(word);
	int64_t type;

	if (message) {
		arg->icmp.type = message->type;
		arg->icmp.code = message->code;
		return true;
	}
	if (!arg_decimal(word, 0, 255, &type))
		return false;
	arg->icmp.type = (uint8_t)type;
	arg->icmp.code = -1;
	return true;
}

/** "255.255.255.0" or "/24". */
static bool arg_mask(const char *word, int64_t *len)
{
	ip4_t mask;
	int found;

	if (word[0] == '/')
		return arg_decimal(word + 1, 0, 32, len);
	if (ip4_from_text(word, &mask) < 0)
		return false;
	found = ip4_mask_to_len(mask);
	*len = found;
	return found >= 0;
}

static enum arg_fit arg_prefix(const char *word, struct ip4_prefix *prefix)
{
	char address[IP4_TEXT_SIZE];
	const char *slash = strchr(word, '/');
	int64_t len;

	if (!slash)
		return ip4_from_text(word, &prefix->address) < 0 ? ARG_FIT_NO : ARG_FIT_HALF;
	if ((size_t)(slash - word) >= sizeof(address) || !arg_decimal(slash + 1, 0, 32, &len))
		return ARG_FIT_NO;
	snprintf(address, sizeof(address), "%.*s", (int)(slash - word), word);
	prefix->len = (uint8_t)len;
	return ip4_from_text(address, &prefix->address) < 0 ? ARG_FIT_NO : ARG_FIT_YES;
}

static bool arg_is_letters(const char *word)
{
	if (!*word)
		return false;
	for (; *word; word++)
		if (!isalpha((unsigned char)*word))
			return false;
	return true;
}

static enum arg_fit arg_interface(const char *word, struct interface_id *id)
{
	char numbered[32];

	if (interface_from_text(word, id) == 0)
		return ARG_FIT_YES;
	if (!arg_is_letters(word) || strlen(word) >= sizeof(numbered) - 2)
		return ARG_FIT_NO;
	snprintf(numbered, sizeof(numbered), "%s1", word);
	return interface_from_text(numbered, id) == 0 ? ARG_FIT_HALF : ARG_FIT_NO;
}

/** Hex digits in pairs, with dots or colons anywhere between the digits. */
static bool arg_hex(const char *word, struct arg *arg)
{
	unsigned int digits = 0;
	uint8_t bytes[CONFIG_CLIENT_ID_MAX] = {0};

	for (const char *p = word; *p; p++) {
		int value = text_hex_digit(*p);

		if ((*p == '.' || *p == ':') && p != word && p[1])
			continue;
		if (value < 0 || digits == 2 * sizeof(bytes))
			return false;
		bytes[digits / 2] = (uint8_t)(bytes[digits / 2] << 4 | value);
		digits++;
	}
	if (digits == 0 || digits % 2)
		return false;
	memcpy(arg->hex.bytes, bytes, sizeof(bytes));
	arg->hex.len = (uint8_t)(digits / 2);
	return true;
}

static bool arg_ifname(const char *word)
{
	return strlen(word) < CONFIG_IFNAME_SIZE && !strchr(word, '/') && strcmp(word, ".") != 0 &&
	       strcmp(word, "..") != 0;
}

static enum arg_fit arg_fit(bool fits)
{
	return fits ? ARG_FIT_YES : ARG_FIT_NO;
}

enum arg_fit arg_parse(const struct grammar_node *node, const char *word, struct arg *arg)
{
	const size_t len = strlen(word);
	struct arg scratch;

	if (!arg)
		arg = &scratch;
	memset(arg, 0, sizeof(*arg));
	arg->name = node->text;
	arg->type = node->type;
	if (len >= sizeof(arg->text))
		return ARG_FIT_NO;
	memcpy(arg->text, word, len);
	switch (node->type) {
	case ARG_IP4: return arg_fit(ip4_from_text(word, &arg->ip4) == 0);
	case ARG_MASK: return arg_fit(arg_mask(word, &arg->number));
	case ARG_PREFIX: return arg_prefix(word, &arg->prefix);
	case ARG_MAC: return arg_fit(mac_from_text(word, &arg->mac) == 0);
	case ARG_INTERFACE: return arg_interface(word, &arg->interface);
	case ARG_NUMBER: return arg_fit(arg_decimal(word, node->min, node->max, &arg->number));
	case ARG_PORT: return arg_fit(arg_port(word, &arg->number));
	case ARG_HEX: return arg_fit(arg_hex(word, arg));
	case ARG_ICMP: return arg_fit(arg_icmp(word, arg));
	case ARG_IFNAME: return arg_fit(arg_ifname(word));
	case ARG_LINE:
	case ARG_FILE: return ARG_FIT_YES;
	case ARG_WORD:
	case ARG_VIP:
	case ARG_POOL:
	case ARG_NAT_POOL:
	case ARG_ACL:
	case ARG_NAMESPACE:
	case ARG_HOST: return arg_fit(len < CONFIG_NAME_SIZE);
	case ARG_TYPE_COUNT: break;
	}
	return ARG_FIT_NO;
}

bool arg_parse_two(const struct grammar_node *node, const char *first, const char *second,
		   struct arg *arg)
{
	struct arg scratch;
	int64_t len;

	if (!arg)
		arg = &scratch;
	memset(arg, 0, sizeof(*arg));
	arg->name = node->text;
	arg->type = node->type;
	if (snprintf(arg->text, sizeof(arg->text), "%s %s", first, second) >=
	    (int)sizeof(arg->text))
		return false;
	if (node->type == ARG_PREFIX) {
		if (ip4_from_text(first, &arg->prefix.address) < 0 || !arg_mask(second, &len))
			return false;
		arg->prefix.len = (uint8_t)len;
		return true;
	}
	if (node->type == ARG_INTERFACE)
		return isdigit((unsigned char)second[0]) &&
		       interface_from_text(arg->text, &arg->interface) == 0;
	return false;
}

bool arg_is_any_word(enum arg_type type)
{
	switch (type) {
	case ARG_WORD:
	case ARG_LINE:
	case ARG_VIP:
	case ARG_POOL:
	case ARG_NAT_POOL:
	case ARG_ACL:
	case ARG_NAMESPACE:
	case ARG_HOST:
	case ARG_IFNAME:
	case ARG_FILE: return true;
	case ARG_IP4:
	case ARG_MASK:
	case ARG_PREFIX:
	case ARG_MAC:
	case ARG_INTERFACE:
	case ARG_NUMBER:
	case ARG_PORT:
	case ARG_HEX:
	case ARG_ICMP:
	case ARG_TYPE_COUNT: break;
	}
	return false;
}

/** Whether every character of @word is one of @set. */
static bool arg_only(const char *word, const char *set)
{
	return word[strspn(word, set)] == '\0';
}

bool arg_may_begin(const struct grammar_node *node, const char *word)
{
	if (!*word || arg_is_any_word(node->type))
		return true;
	if (arg_parse(node, word, NULL) != ARG_FIT_NO)
		return true;
	switch (node->type) {
	case ARG_IP4: return arg_only(word, "0123456789.");
	case ARG_MASK:
	case ARG_PREFIX: return arg_only(word, "0123456789./");
	case ARG_MAC: return arg_only(word, "0123456789abcdefABCDEF.:-");
	case ARG_HEX: return arg_only(word, "0123456789abcdefABCDEF.:");
	case ARG_NUMBER:
	case ARG_PORT: return arg_only(word, "0123456789");
	case ARG_ICMP:
		for (const struct icmp_name *message = icmp_names; message->name; message++)
			if (strncasecmp(message->name, word, strlen(word)) == 0)
				return true;
		return false;
	case ARG_INTERFACE:
		for (int kind = INTERFACE_TAP; kind < INTERFACE_KIND_COUNT; kind++)
			if (strncasecmp(interface_kind_name((enum interface_kind)kind), word,
					strlen(word)) == 0)
				return true;
		return false;
	case ARG_WORD:
	case ARG_LINE:
	case ARG_VIP:
	case ARG_POOL:
	case ARG_NAT_POOL:
	case ARG_ACL:
	case ARG_NAMESPACE:
	case ARG_HOST:
	case ARG_IFNAME:
	case ARG_FILE:
	case ARG_TYPE_COUNT: break;
	}
	return false;
}

const char *arg_complaint(const struct grammar_node *node, const char *word, char *text,
			  size_t size)
{
	bool number = isdigit((unsigned char)word[0]);
	const char *says = NULL;

	switch (node->type) {
	case ARG_NUMBER:
		snprintf(text, size, "valid range is %lld-%lld", (long long)node->min,
			 (long long)node->max);
		return number ? text : NULL;
	case ARG_PORT: says = number ? "valid range is 1-65535" : NULL; break;
	case ARG_ICMP:
		says = number ? "valid range is 0-255"
			      : "a type's number, or a name: echo, unreachable";
		break;
	case ARG_IP4: says = number ? "an address is A.B.C.D, each part 0-255" : NULL; break;
	case ARG_MASK: says = number ? "a mask is ones, then zeros: 255.255.255.0" : NULL; break;
	case ARG_PREFIX:
		says = number ? "a network is A.B.C.D and a mask, or A.B.C.D/nn" : NULL;
		break;
	case ARG_MAC: says = "a MAC address is H.H.H: 0200.5e10.0001"; break;
	case ARG_HEX: says = "bytes are pairs of hex digits: 0102.5e10.0001"; break;
	case ARG_INTERFACE:
		says = "an interface is Tap<n>, Tun<n>, BVI<n> or Loopback<n>, n up to 4095";
		break;
	case ARG_IFNAME: says = "a kernel interface's name has up to 15 characters, no /"; break;
	case ARG_LINE:
	case ARG_FILE: says = "at most 255 characters"; break;
	case ARG_WORD:
	case ARG_VIP:
	case ARG_POOL:
	case ARG_NAT_POOL:
	case ARG_ACL:
	case ARG_NAMESPACE:
	case ARG_HOST: says = "at most 63 characters"; break;
	case ARG_TYPE_COUNT: break;
	}
	if (!says)
		return NULL;
	snprintf(text, size, "%s", says);
	return text;
}

const char *arg_help(const struct grammar_node *node, char *text, size_t size)
{
	const char *says = NULL;

	switch (node->type) {
	case ARG_IP4: says = "IP address"; break;
	case ARG_MASK: says = "Network mask"; break;
	case ARG_PREFIX: says = "Address and mask"; break;
	case ARG_MAC: says = "MAC address"; break;
	case ARG_INTERFACE: says = "Interface"; break;
	case ARG_PORT: says = "Port number or name"; break;
	case ARG_ICMP: says = "Type of ICMP message, by number or name"; break;
	case ARG_VIP: says = "Name of a VIP"; break;
	case ARG_POOL: says = "Name of a DHCP pool"; break;
	case ARG_NAT_POOL: says = "Name of a NAT pool"; break;
	case ARG_ACL: says = "Access list"; break;
	case ARG_NAMESPACE: says = "Network namespace"; break;
	case ARG_HOST: says = "Name of a device"; break;
	case ARG_IFNAME: says = "Name of a kernel interface"; break;
	case ARG_FILE: says = "Name of a file"; break;
	case ARG_HEX: says = "Bytes in hex"; break;
	case ARG_NUMBER:
	case ARG_WORD:
	case ARG_LINE:
	case ARG_TYPE_COUNT: break;
	}
	snprintf(text, size, "%s", says ? says : node->text);
	if (!says) {
		text[0] = (char)toupper((unsigned char)text[0]);
		for (char *p = text; *p; p++)
			if (*p == '_' || *p == '-')
				*p = ' ';
	}
	return text;
}
