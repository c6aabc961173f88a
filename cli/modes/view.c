/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values of answers and pieces of text. A value that memory ran out for is NULL; jansson's setters
 * take NULL and leave the key out, so the collectors need not check each one.
 */
#include "cli/modes/view.h"

#include <stdio.h>
#include <time.h>
#include "cli/session.h"
#include "core/dhcp/server.h"
#include "core/router.h"
#include "core/wire/ipv4.h"

json_t *view_of_ip4(ip4_t a)
{
	char text[IP4_TEXT_SIZE];

	return json_string(ip4_to_text(a, text));
}

json_t *view_of_ip4_or_null(ip4_t a)
{
	return ip4_is_any(a) ? json_null() : view_of_ip4(a);
}

json_t *view_of_mac(mac_t a)
{
	char text[MAC_TEXT_SIZE];

	return mac_is_zero(a) ? json_null() : json_string(mac_to_text_colons(a, text));
}

json_t *view_of_interface(struct interface_id id)
{
	char text[INTERFACE_TEXT_SIZE];

	return json_string(interface_to_text(id, text));
}

/* A string of any bytes: JSON holds UTF-8 only, and a description may be in another code. */
static json_t *view_of_bytes(const char *text, size_t len)
{
	json_t *value = json_stringn(text, len);
	char *plain;

	if (value)
		return value;
	plain = malloc(len + 1);
	if (!plain)
		return NULL;
	for (size_t i = 0; i < len; i++)
		plain[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	value = json_stringn(plain, len);
	free(plain);
	return value;
}

json_t *view_of_text(const char *text)
{
	return text[0] == '\0' ? json_null() : view_of_bytes(text, strlen(text));
}

json_t *view_of_prefix(struct ip4_prefix prefix)
{
	return json_pack("{s:o, s:i}", "address", view_of_ip4(prefix.address), "prefix_length",
			 (int)prefix.len);
}

json_t *view_of_addresses(const struct config_interface *interface)
{
	json_t *addresses = json_array();

	for (unsigned int i = 0; i < interface->address_count; i++)
		json_array_append_new(addresses, view_of_prefix(interface->addresses[i]));
	return addresses;
}

const struct config *view_live(const struct call *call)
{
	return router_live_config(call->world->router);
}

json_t *view_of_drops(const struct drop_counters *drops, uint64_t *total)
{
	json_t *reasons = json_object();
	uint64_t sum = 0;

	for (unsigned int r = 0; r < DROP_REASON_COUNT; r++) {
		view_set_number(reasons, drop_name((enum drop_reason)r), drops->count[r]);
		sum += drops->count[r];
	}
	if (total)
		*total = sum;
	return reasons;
}

json_t *view_of_lines(const char *text)
{
	json_t *lines = json_array();

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		json_array_append_new(lines, view_of_bytes(text, len));
		text += len + (text[len] == '\n');
	}
	return lines;
}

json_t *view_of_host(const struct call *call, ip4_t address)
{
	const struct dhcp_server *server = router_dhcp(call->world->router);
	const char *typed = config_host_name(call->world->running, address);
	struct dhcp_binding binding;

	if (typed)
		return view_of_text(typed);
	if (dhcp_server_find(server, address, &binding, call->world->now) < 0)
		return json_null();
	return view_of_text(binding.client_name[0] ? binding.client_name : binding.record.hostname);
}

bool view_device(const struct call *call, const char *word, ip4_t *address)
{
	return ip4_from_text(word, address) == 0 ||
	       config_host_address(call->world->running, word, address) == 0 ||
	       dhcp_server_find_host(router_dhcp(call->world->router), word, IP4_ANY, address) == 0;
}

void view_set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

void view_set_number(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

const char *view_proto_name(uint8_t proto)
{
	switch (proto) {
	case IP_PROTO_ICMP: return "icmp";
	case IP_PROTO_TCP: return "tcp";
	case IP_PROTO_UDP: return "udp";
	}
	return "---";
}

uint8_t view_proto_of(const char *word)
{
	static const uint8_t protos[] = {IP_PROTO_ICMP, IP_PROTO_TCP, IP_PROTO_UDP};

	for (size_t i = 0; word && i < ARRAY_COUNT(protos); i++) {
		if (strcmp(word, view_proto_name(protos[i])) == 0)
			return protos[i];
	}
	return 0;
}

const char *view_string(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

long long view_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

bool view_true(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

bool view_is_null(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return !value || json_is_null(value);
}

void view_pad(struct buffer *out, size_t start, size_t column)
{
	size_t at = out->len - start;

	buffer_printf(out, "%*s", at < column ? (int)(column - at) : 1, "");
}

const char *view_span(long long seconds, char *text)
{
	enum { MINUTE = 60, HOUR = 3600, DAY = 86400, WEEK = 7 * DAY, YEAR = 365 * DAY };
	long long s = seconds < 0 ? 0 : seconds;

	if (s < DAY)
		snprintf(text, VIEW_TIME_SIZE, "%02lld:%02lld:%02lld", s / HOUR, s % HOUR / MINUTE,
			 s % MINUTE);
	else if (s < WEEK)
		snprintf(text, VIEW_TIME_SIZE, "%lldd%02lldh", s / DAY, s % DAY / HOUR);
	else if (s < YEAR)
		snprintf(text, VIEW_TIME_SIZE, "%lldw%lldd", s / WEEK, s % WEEK / DAY);
	else
		snprintf(text, VIEW_TIME_SIZE, "%lldy%lldw", s / YEAR, s % YEAR / WEEK);
	return text;
}

const char *view_date(long long wall_s, char *text)
{
	time_t t = (time_t)wall_s;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(text, VIEW_TIME_SIZE, "%b %d %Y %I:%M %p", &tm) == 0)
		text[0] = '\0';
	return text;
}

const char *view_mac(const json_t *object, const char *key, char *text)
{
	mac_t mac;

	if (mac_from_text(view_string(object, key), &mac) < 0)
		return "";
	return mac_to_text(mac, text);
}
