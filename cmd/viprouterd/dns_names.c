/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names that the router knows by itself.
 *
 * Model: sorted lists, searched by halves. A name NAME in a domain is found as NAME, as
 * NAME.its-domain and as NAME.the-router's-domain. Of several devices with one name the one with
 * the lowest address has it, as for NAT's forwards; `ip host` gives all its addresses.
 */
#include "cmd/viprouterd/dns_names.h"

#include <ctype.h>
#include <stdio.h>

void dns_names_fini(struct dns_names *names)
{
	vec_free(&names->names);
	vec_free(&names->pointers);
	vec_free(&names->zones);
	vec_free(&names->networks);
}

/* ---- filling ---------------------------------------------------------------------------- */

void dns_names_begin(struct dns_names *names, const char *domain)
{
	names->names.count = names->pointers.count = 0;
	names->zones.count = names->networks.count = 0;
	snprintf(names->domain, sizeof(names->domain), "%s", domain);
	if (domain[0])
		dns_names_add_zone(names, domain);
}

static bool is_zone(const struct dns_names *names, const char *text)
{
	vec_each (&names->zones, zone) {
		if (strcmp(zone->name, text) == 0)
			return true;
	}
	return false;
}

int dns_names_add_zone(struct dns_names *names, const char *domain)
{
	struct dns_zone *zone;

	if (domain[0] == '\0' || is_zone(names, domain))
		return 0;
	zone = vec_push(&names->zones);
	if (!zone)
		return -ENOMEM;
	snprintf(zone->name, sizeof(zone->name), "%s", domain);
	return 0;
}

int dns_names_add_network(struct dns_names *names, struct ip4_prefix network)
{
	struct ip4_prefix *item = vec_push(&names->networks);

	if (!item)
		return -ENOMEM;
	*item = network;
	return 0;
}

/* Names that browsers and systems trust without having been told (CERT VU#598349), and localhost:
 * no device may take them by asking for a lease. */
static bool is_reserved(const char *name)
{
	static const char *const reserved[] = {"wpad", "isatap", "localhost"};

	for (unsigned int i = 0; i < ARRAY_COUNT(reserved); i++)
		if (strcmp(name, reserved[i]) == 0)
			return true;
	return false;
}

int dns_names_add(struct dns_names *names, const char *name, const char *domain, ip4_t address,
		  enum dns_source source)
{
	struct dns_name item = {
		.address = address, .source = (uint8_t)source, .order = names->names.count};
	struct dns_name *place;
	char *dot;

	if (config_dns_name(name, item.name) < 0)
		return -EINVAL;
	dot = strchr(item.name, '.');
	if (dot && is_zone(names, dot + 1)) {
		snprintf(item.domain, sizeof(item.domain), "%s", dot + 1);
		memset(dot, 0, sizeof(item.name) - (size_t)(dot - item.name));
	} else if (dot && source != DNS_FROM_HOST) {
		return -EINVAL;
	} else if (!dot) {
		const char *from = domain[0] ? domain : names->domain;

		for (unsigned int i = 0; from[i] && i < sizeof(item.domain) - 1; i++)
			item.domain[i] = (char)tolower((unsigned char)from[i]);
	}
	if (source == DNS_FROM_LEASE && is_reserved(item.name))
		return -EINVAL;
	place = vec_push(&names->names);
	if (!place)
		return -ENOMEM;
	*place = item;
	return 0;
}

/* Whether a name of that source has all its addresses, not just the lowest. */
static bool has_many(const struct dns_name *item)
{
	return item->source <= DNS_FROM_ROUTER;
}

static int by_name(const void *a, const void *b)
{
	const struct dns_name *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order == 0)
		order = x->source - y->source;
	if (order == 0 && has_many(x)) {
		order = strcmp(x->domain, y->domain);
		return order ? order : (x->order > y->order) - (x->order < y->order);
	}
	if (order == 0)
		order = (x->address.host > y->address.host) - (x->address.host < y->address.host);
	return order;
}

static int by_address(const void *a, const void *b)
{
	const struct dns_name *x = a, *y = b;
	int order = (x->address.host > y->address.host) - (x->address.host < y->address.host);

	return order ? order : by_name(a, b);
}

int dns_names_end(struct dns_names *names)
{
	uint32_t to = 0;

	if (names->names.count == 0)
		return 0;
	qsort(names->names.at, names->names.count, sizeof(names->names.at[0]), by_name);
	if (vec_copy(&names->pointers, &names->names) < 0)
		return -ENOMEM;
	qsort(names->pointers.at, names->pointers.count, sizeof(names->pointers.at[0]), by_address);
	for (uint32_t i = 0; i < names->pointers.count; i++) {
		struct dns_name *at = names->pointers.at;

		if (to > 0 && ip4_equal(at[to - 1].address, at[i].address)) {
			if (at[i].source < at[to - 1].source)
				at[to - 1] = at[i];
			continue;
		}
		at[to++] = at[i];
	}
	names->pointers.count = to;
	return 0;
}

/* ---- looking ---------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *zone)
{
	size_t len = strlen(text), tail = strlen(zone);

	return len == tail ? strcmp(text, zone) == 0
			   : len > tail && text[len - tail - 1] == '.' &&
				     strcmp(text + len - tail, zone) == 0;
}

/* The first item of a name of @len bytes; NULL. */
static const struct dns_name *first_of(const struct dns_names *names, const char *name, size_t len)
{
	uint32_t low = 0, high = names->names.count;
	const struct dns_name *item;

	if (len >= CONFIG_NAME_SIZE)
		return NULL;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const char *at = names->names.at[mid].name;
		int order = strncmp(at, name, len);

		if (order == 0)
			order = at[len] != '\0';
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	item = low < names->names.count ? &names->names.at[low] : NULL;
	return item && strncmp(item->name, name, len) == 0 && item->name[len] == '\0' ? item : NULL;
}

/* Items of a name in a domain ("": in any). */
static bool find_in(const struct dns_names *names, const char *name, size_t len, const char *domain,
		    const struct dns_name **found, unsigned int *count)
{
	const struct dns_name *end = names->names.at + names->names.count;
	const struct dns_name *item = first_of(names, name, len);

	if (!item)
		return false;
	for (; item < end && strncmp(item->name, name, len) == 0 && item->name[len] == '\0';
	     item++) {
		if (domain[0] && strcmp(domain, item->domain) && strcmp(domain, names->domain))
			continue;
		*found = item;
		*count = 1;
		while (has_many(item) && item + *count < end &&
		       item[*count].source == item->source &&
		       strcmp(item[*count].name, item->name) == 0 &&
		       strcmp(item[*count].domain, item->domain) == 0)
			++*count;
		return true;
	}
	return false;
}

/* Whether a name is one that is never looked up elsewhere: of special use, of IPv6 addresses that
 * are nobody's elsewhere (RFC 6303 s4.3, s4.4 and s4.5), or a single label. */
static bool is_special(const char *text)
{
	static const char *const special[] = {
		"localhost",	  "invalid",	    "local",	      "onion",
		"test",		  "home.arpa",	    "resolver.arpa",  "0.ip6.arpa",
		"c.f.ip6.arpa",	  "d.f.ip6.arpa",   "8.e.f.ip6.arpa", "9.e.f.ip6.arpa",
		"a.e.f.ip6.arpa", "b.e.f.ip6.arpa",
	};

	for (unsigned int i = 0; i < ARRAY_COUNT(special); i++)
		if (ends_with(text, special[i]))
			return true;
	return strchr(text, '.') == NULL;
}

enum dns_known dns_names_find(const struct dns_names *names, const char *text,
			      const struct dns_name **found, unsigned int *count)
{
	enum dns_known known = DNS_ELSEWHERE;
	static const struct dns_name localhost = {.name = "localhost", .address = {0x7f000001}};

	if (find_in(names, text, strlen(text), "", found, count))
		return DNS_FOUND;
	if (ends_with(text, "localhost")) { /* RFC 6761 s6.3 */
		*found = &localhost;
		*count = 1;
		return DNS_FOUND;
	}
	vec_each (&names->zones, zone) {
		if (strcmp(text, zone->name) == 0)
			return DNS_NO_DATA;
		if (!ends_with(text, zone->name))
			continue;
		known = DNS_NO_NAME;
		if (find_in(names, text, strlen(text) - strlen(zone->name) - 1, zone->name, found,
			    count))
			return DNS_FOUND;
	}
	return is_special(text) ? DNS_NO_NAME : known;
}

const char *dns_names_zone(const struct dns_names *names, const char *text)
{
	const char *parent = text;

	vec_each (&names->zones, zone) {
		if (ends_with(text, zone->name))
			return zone->name;
	}
	do {
		const char *dot = strchr(parent, '.');

		parent = dot ? dot + 1 : ".";
	} while (strchr(parent, '?'));
	return parent;
}

const char *dns_name_full(const struct dns_name *name, char *out)
{
	snprintf(out, DNS_FULL_SIZE, "%s%s%s", name->name, name->domain[0] ? "." : "",
		 name->domain);
	return out;
}

/* ---- pointers --------------------------------------------------------------------------- */

/* The bytes that a name under in-addr.arpa gives, the highest first. Return: how many; -EINVAL. */
static int read_reverse(const char *text, uint8_t bytes[4])
{
	static const char tail[] = "in-addr.arpa";
	uint8_t read[4];
	int count = 0;

	if (!ends_with(text, tail) || strlen(text) == strlen(tail))
		return -EINVAL;
	while (strcmp(text, tail) != 0) {
		unsigned int value = 0, digits = 0;

		for (; isdigit((unsigned char)*text) && digits < 3; digits++)
			value = value * 10 + (unsigned int)(*text++ - '0');
		if (digits == 0 || value > 255 || *text++ != '.' || count == 4)
			return -EINVAL;
		read[count++] = (uint8_t)value;
	}
	for (int i = 0; i < count; i++)
		bytes[i] = read[count - 1 - i];
	return count;
}

/*
 * Whether the addresses that begin with so many bytes are nobody's elsewhere (RFC 6303 s4, RFC 7793
 * s2), or of a network of ours.
 *
 * DEVIATION: networks for documentation (RFC 6303 s4.2) are asked for elsewhere: in a home of
 * namespaces they stand for the internet.
 */
static bool is_ours(const struct dns_names *names, ip4_t address, int count)
{
	static const struct ip4_prefix private[] = {
		{{0}, 8},	    {{0x0a000000}, 8},	{{0x7f000000}, 8},  {{0xac100000}, 12},
		{{0xc0a80000}, 16}, {{0xa9fe0000}, 16}, {{0x64400000}, 10}, {{0xffffffff}, 32},
	};

	for (unsigned int i = 0; i < ARRAY_COUNT(private); i++)
		if (private[i].len <= 8 * count && ip4_in_prefix(address, private[i]))
			return true;
	vec_each (&names->networks, network) {
		if (network->len <= 8 * count && ip4_in_prefix(address, *network))
			return true;
	}
	return false;
}

enum dns_known dns_names_find_pointer(const struct dns_names *names, const char *text,
				      const struct dns_name **found)
{
	uint32_t low = 0, high = names->pointers.count;
	uint8_t bytes[4] = {0};
	int count = read_reverse(text, bytes);
	ip4_t address = IP4(bytes[0], bytes[1], bytes[2], bytes[3]);

	if (count < 0)
		return DNS_ELSEWHERE;
	while (count == 4 && low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (names->pointers.at[mid].address.host < address.host)
			low = mid + 1;
		else
			high = mid;
	}
	if (count == 4 && low < names->pointers.count &&
	    ip4_equal(names->pointers.at[low].address, address)) {
		*found = &names->pointers.at[low];
		return DNS_FOUND;
	}
	if (!is_ours(names, address, count))
		return DNS_ELSEWHERE;
	return count == 4 ? DNS_NO_NAME : DNS_NO_DATA;
}
