/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show ip dhcp binding`, `conflict`, `pool` and `server statistics`.
 *
 * Not supported: high and low marks of utilization, pools of several subnets; their lines in IOS's
 * texts say 0 or none.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"

#include <stdio.h>
#include "cli/session.h"
#include "core/config_held.h"
#include "core/router.h"

/* ---- bindings --------------------------------------------------------------------------- */

/*
 * "01aa.bbcc.ddee.ff", groups of four digits. null: the client sent none, and is known by its MAC;
 * one with hardware of another kind is shown by type and address, as if that were its identifier.
 */
static json_t *show_dhcp_client_id(const struct dhcp_lease_record *record)
{
	const struct dhcp_client_key *key = &record->client;
	char text[DHCP_CLIENT_KEY_MAX * 3];
	size_t at = 0;

	if (!key->is_option && !mac_is_zero(record->hardware))
		return json_null();
	text[0] = '\0';
	for (unsigned int i = 0; i < MIN(key->len, DHCP_CLIENT_KEY_MAX); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%02x",
				       i > 0 && i % 2 == 0 ? "." : "", key->bytes[i]);
	return view_of_text(text);
}

static json_t *show_dhcp_binding_item(const struct call *call, const struct dhcp_binding *binding)
{
	const struct dhcp_lease_record *record = &binding->record;
	bool for_ever = record->remaining_s == DHCP_LEASE_INFINITE;

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o}", "address", view_of_ip4(record->address),
		"client_id", show_dhcp_client_id(record), "mac", view_of_mac(record->hardware),
		"host", view_of_text(record->hostname), "pool",
		view_of_text(binding->pool ? binding->pool : ""), "type",
		binding->manual ? "manual" : "automatic", "remaining_s",
		for_ever ? json_null() : json_integer(record->remaining_s), "expires_at",
		for_ever ? json_null() : json_integer(call->world->wall_s + record->remaining_s));
}

/*
 * [{address, client_id|null, mac|null, host|null, pool|null, type: "automatic"|"manual",
 * remaining_s|null, expires_at|null}], by address. expires_at is in seconds since 1970 UTC; a
 * lease for ever has null.
 */
static json_t *show_dhcp_binding_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct dhcp_server *server = router_dhcp(call->world->router);
	const struct arg *only = call_arg(call, "address");
	json_t *items = json_array();
	struct dhcp_binding binding;
	ip4_t after = {(uint32_t)cursor->at};

	cursor->more = false;
	if (only) {
		if (dhcp_server_find(server, only->ip4, &binding, call->world->now) == 0)
			json_array_append_new(items, show_dhcp_binding_item(call, &binding));
		return items;
	}
	while (json_array_size(items) < VIEW_PIECE &&
	       dhcp_server_next_binding(server, &after, &binding, call->world->now))
		json_array_append_new(items, show_dhcp_binding_item(call, &binding));
	cursor->at = after.host;
	cursor->more = json_array_size(items) == VIEW_PIECE;
	return items;
}

/* A long client identifier goes on in the lines below, four groups a line. */
static void show_dhcp_print_binding(struct buffer *out, const json_t *item)
{
	enum { GROUPS_WIDTH = 20 };
	const char *id = view_string(item, "client_id");
	const char *type =
		strcmp(view_string(item, "type"), "manual") == 0 ? "Manual" : "Automatic";
	char date[VIEW_TIME_SIZE] = "Infinite", mac[MAC_TEXT_SIZE];

	if (id[0] == '\0')
		id = view_mac(item, "mac", mac);
	if (!view_is_null(item, "expires_at"))
		view_date(view_number(item, "expires_at"), date);
	buffer_printf(out, "%-19s %-23.*s %-23s %s\n", view_string(item, "address"), GROUPS_WIDTH,
		      id, date, type);
	for (size_t at = GROUPS_WIDTH; at < strlen(id); at += GROUPS_WIDTH)
		buffer_printf(out, "%20s%.*s\n", "", GROUPS_WIDTH, id + at);
}

static void show_dhcp_binding_print(struct buffer *out, const json_t *piece,
				    const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	if (cursor->first) {
		buffer_add(out, "Bindings from all pools not associated with VRF:\n");
		buffer_add(out,
			   "IP address          Client-ID/              Lease expiration        "
			   "Type\n");
		buffer_printf(out, "%20sHardware address/\n%20sUser name\n", "", "");
	}
	json_array_foreach (piece, i, item)
		show_dhcp_print_binding(out, item);
}

const struct show show_dhcp_binding = {show_dhcp_binding_collect, show_dhcp_binding_print};

/* ---- conflicts --------------------------------------------------------------------------- */

/*
 * [{address, method: "ping" (a probe was answered)|"gratuitous_arp" (a client declined it),
 * mac|null (who has it; who declined it), detected_at, vrf|null}], by address. detected_at is in
 * seconds since 1970 UTC.
 */
static json_t *show_dhcp_conflict_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct dhcp_server *server = router_dhcp(call->world->router);
	const struct arg *only = call_arg(call, "address");
	json_t *items = json_array();
	struct dhcp_conflict conflict;
	ip4_t after = {(uint32_t)cursor->at};

	while (json_array_size(items) < VIEW_PIECE &&
	       dhcp_server_next_conflict(server, &after, &conflict, call->world->now)) {
		json_t *item;

		if (only && !ip4_equal(conflict.address, only->ip4))
			continue;
		item = json_object();
		view_set(item, "address", view_of_ip4(conflict.address));
		view_set(item, "method", json_string(conflict.probed ? "ping" : "gratuitous_arp"));
		view_set(item, "mac", view_of_mac(conflict.hardware));
		view_set(item, "detected_at", json_integer(call->world->wall_s - conflict.age_s));
		view_set(item, "vrf", json_null());
		json_array_append_new(items, item);
	}
	cursor->at = after.host;
	cursor->more = json_array_size(items) == VIEW_PIECE;
	return items;
}

static void show_dhcp_conflict_print(struct buffer *out, const json_t *piece,
				     const struct show_cursor *cursor)
{
	char date[VIEW_TIME_SIZE];
	const json_t *item;
	size_t i;

	if (cursor->first)
		buffer_add(out,
			   "IP address        Detection method   Detection time          VRF\n");
	json_array_foreach (piece, i, item) {
		view_date(view_number(item, "detected_at"), date);
		buffer_printf(out, "%-17s %-18s %s\n", view_string(item, "address"),
			      strcmp(view_string(item, "method"), "ping") == 0 ? "Ping"
									       : "Gratuitous ARP",
			      date);
	}
}

const struct show show_dhcp_conflict = {show_dhcp_conflict_collect, show_dhcp_conflict_print};

/* ---- pools ------------------------------------------------------------------------------ */

/* The first and the last address that a pool may give. */
static void show_dhcp_range(const struct config_dhcp_pool *pool, ip4_t *first, ip4_t *last)
{
	if (!pool->has_network) {
		*first = *last = pool->host.address;
		return;
	}
	*first = ip4_network(pool->network);
	*last = ip4_directed_broadcast(pool->network);
	if (pool->network.len < 31) {
		first->host++;
		last->host--;
	}
}

/* The end of the excluded range that @address lies in; @address itself when it lies in none. */
static bool show_dhcp_excluded(const struct config *config, ip4_t address, ip4_t *end)
{
	if (config_own_address(config, address)) {
		*end = address;
		return true;
	}
	vec_each (&config->dhcp.excluded, range) {
		if (address.host >= range->low.host && address.host <= range->high.host) {
			*end = range->high;
			return true;
		}
	}
	return false;
}

/* How many addresses between two are excluded; ranges may overlap. */
static uint64_t show_dhcp_excluded_count(const struct config *config, ip4_t first, ip4_t last)
{
	uint64_t count = 0, at = first.host;

	vec_each (&config->dhcp.excluded, range) { /* by low, so that each begins after the last */
		uint64_t low = MAX(at, range->low.host), high = MIN(last.host, range->high.host);

		if (low > high)
			continue;
		count += high - low + 1;
		at = high + 1;
	}
	return count;
}

/* Walks one pool's range. @leased: out. Return: the lowest free address; IP4_ANY: none. */
static ip4_t show_dhcp_survey(const struct call *call, ip4_t first, ip4_t last, uint64_t *leased)
{
	const struct dhcp_server *server = router_dhcp(call->world->router);
	ip4_t after = {first.host > 0 ? first.host - 1 : 0}, end;
	uint64_t free_at = first.host;
	struct dhcp_binding binding;

	*leased = 0;
	for (;;) {
		bool found = dhcp_server_next_binding(server, &after, &binding, call->world->now) &&
			     after.host <= last.host;

		while (free_at <= last.host && (!found || free_at < after.host) &&
		       show_dhcp_excluded(call->world->running, (ip4_t){(uint32_t)free_at}, &end))
			free_at = (uint64_t)end.host + 1;
		if (!found)
			break;
		*leased += binding.record.state == DHCP_LEASE_BOUND;
		if (free_at == after.host)
			free_at++;
	}
	return free_at <= last.host ? (ip4_t){(uint32_t)free_at} : IP4_ANY;
}

static json_t *show_dhcp_addresses(const ip4_t *at, unsigned int count)
{
	json_t *addresses = json_array();

	for (unsigned int i = 0; i < count; i++)
		json_array_append_new(addresses, view_of_ip4(at[i]));
	return addresses;
}

static json_t *show_dhcp_pool_item(const struct call *call, const struct config_dhcp_pool *pool)
{
	json_t *item = json_object();
	uint32_t lease_s = pool->has_lease ? pool->lease_s : DHCP_LEASE_DEFAULT;
	struct ip4_prefix network = pool->has_network ? pool->network : pool->host;
	uint64_t leased = 0;
	ip4_t first, last, next;

	show_dhcp_range(pool, &first, &last);
	network.address = ip4_network(network);
	next = show_dhcp_survey(call, first, last, &leased);
	view_set(item, "pool", view_of_text(pool->name));
	view_set(item, "type",
		 json_string(pool->has_network ? "network"
			     : pool->has_host  ? "host"
					       : "client"));
	view_set(item, "network", view_of_ip4_or_null(network.address));
	view_set_number(item, "prefix_length", network.len);
	view_set(item, "first", view_of_ip4_or_null(first));
	view_set(item, "last", view_of_ip4_or_null(last));
	view_set_number(item, "total_addresses",
			ip4_is_any(last) ? 0 : (uint64_t)last.host - first.host + 1);
	view_set_number(item, "excluded_addresses",
			show_dhcp_excluded_count(call->world->running, first, last));
	view_set_number(item, "leased_addresses", leased);
	view_set(item, "next_address", view_of_ip4_or_null(next));
	view_set(item, "lease_s",
		 lease_s == DHCP_LEASE_INFINITE ? json_null() : json_integer(lease_s));
	view_set(item, "default_routers",
		 show_dhcp_addresses(pool->default_routers, pool->default_router_count));
	view_set(item, "dns_servers",
		 show_dhcp_addresses(pool->dns_servers, pool->dns_server_count));
	view_set(item, "domain_name", view_of_text(pool->domain_name));
	return item;
}

/*
 * [{pool, type: "network"|"host"|"client" (without address), network|null, prefix_length,
 * first|null, last|null, total_addresses, excluded_addresses, leased_addresses, next_address|null,
 * lease_s|null (for ever), default_routers: [], dns_servers: [], domain_name|null}], by name.
 */
static json_t *show_dhcp_pool_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct arg *only = call_arg(call, "name");
	json_t *items = json_array();

	(void)cursor;
	vec_each (&view_live(call)->dhcp.pools, pool) {
		if (!only || strcmp(only->text, pool->name) == 0)
			json_array_append_new(items, show_dhcp_pool_item(call, pool));
	}
	return items;
}

static void show_dhcp_pool_print(struct buffer *out, const json_t *piece,
				 const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	(void)cursor;
	json_array_foreach (piece, i, item) {
		bool range = !view_is_null(item, "first");

		buffer_printf(out, "\nPool %s :\n", view_string(item, "pool"));
		buffer_add(out, " Utilization mark (high/low)    : 100 / 0\n");
		buffer_add(out, " Subnet size (first/next)       : 0 / 0\n");
		buffer_printf(out, " Total addresses                : %lld\n",
			      view_number(item, "total_addresses"));
		buffer_printf(out, " Leased addresses               : %lld\n",
			      view_number(item, "leased_addresses"));
		buffer_add(out, " Pending event                  : none\n");
		buffer_printf(out, " %d subnet%s currently in the pool :\n", range,
			      range ? " is" : "s are");
		if (!range)
			continue;
		buffer_add(out, " Current index        IP address range                    "
				"Leased addresses\n");
		buffer_printf(out, " %-20s %-16s - %-17s %lld\n",
			      view_is_null(item, "next_address")
				      ? "0.0.0.0"
				      : view_string(item, "next_address"),
			      view_string(item, "first"), view_string(item, "last"),
			      view_number(item, "leased_addresses"));
	}
}

const struct show show_dhcp_pool = {show_dhcp_pool_collect, show_dhcp_pool_print};

/* ---- counters --------------------------------------------------------------------------- */

/* Messages in IOS's order: the index in the counters, which is the type of RFC 2132 s9.6. */
static const struct show_dhcp_message {
	const char *name, *key;
	unsigned int type;
} show_dhcp_received[] =
	{
		{"BOOTREQUEST", "bootrequest", 0}, {"DHCPDISCOVER", "discover", 1},
		{"DHCPREQUEST", "request", 3},	   {"DHCPDECLINE", "decline", 4},
		{"DHCPRELEASE", "release", 7},	   {"DHCPINFORM", "inform", 8},
},
  show_dhcp_sent[] = {
	  {"BOOTREPLY", "bootreply", 0},
	  {"DHCPOFFER", "offer", 2},
	  {"DHCPACK", "ack", 5},
	  {"DHCPNAK", "nak", 6},
};

static json_t *show_dhcp_counters(const struct show_dhcp_message *messages, size_t count,
				  const uint64_t *values)
{
	json_t *counters = json_object();

	for (size_t i = 0; i < count; i++)
		view_set_number(counters, messages[i].key, values[messages[i].type]);
	return counters;
}

/*
 * {memory_bytes (of the records), pools, agents, automatic, manual, expired, malformed, secure_arp,
 * received: {bootrequest, discover, request, decline, release, inform},
 * sent: {bootreply, offer, ack, nak}}
 */
static json_t *show_dhcp_statistics_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct dhcp_server *server = router_dhcp(call->world->router);
	const struct dhcp_server_stats *stats = dhcp_server_stats(server);
	uint64_t automatic = 0, manual = 0, expired = 0, records = 0;
	struct dhcp_lease_record record;
	struct dhcp_binding binding;
	json_t *answer = json_object();

	(void)cursor;
	for (ip4_t at = IP4_ANY; dhcp_server_next_binding(server, &at, &binding, call->world->now);)
		*(binding.manual ? &manual : &automatic) += 1;
	for (ip4_t at = IP4_ANY; dhcp_server_next_record(server, &at, &record, call->world->now);) {
		records++;
		expired += record.state == DHCP_LEASE_EXPIRED &&
			   !dhcp_client_is_unknown(&record.client); /* was a conflict */
	}
	view_set_number(answer, "memory_bytes", records * sizeof(record));
	view_set_number(answer, "pools", call->world->running->dhcp.pools.count);
	view_set_number(answer, "agents", call->world->running->dhcp.database[0] != '\0');
	view_set_number(answer, "automatic", automatic);
	view_set_number(answer, "manual", manual);
	view_set_number(answer, "expired", expired);
	view_set_number(answer, "malformed", stats->malformed);
	view_set_number(answer, "secure_arp", 0);
	view_set(answer, "received",
		 show_dhcp_counters(show_dhcp_received, ARRAY_COUNT(show_dhcp_received),
				    stats->received));
	view_set(answer, "sent",
		 show_dhcp_counters(show_dhcp_sent, ARRAY_COUNT(show_dhcp_sent), stats->sent));
	return answer;
}

static void show_dhcp_print_counter(struct buffer *out, const char *name, long long value)
{
	buffer_printf(out, "%-20s %lld\n", name, value);
}

static void show_dhcp_statistics_print(struct buffer *out, const json_t *piece,
				       const struct show_cursor *cursor)
{
	static const struct {
		const char *name, *key;
	} lines[] = {
		{"Memory usage", "memory_bytes"},    {"Address pools", "pools"},
		{"Database agents", "agents"},	     {"Automatic bindings", "automatic"},
		{"Manual bindings", "manual"},	     {"Expired bindings", "expired"},
		{"Malformed messages", "malformed"}, {"Secure arp entries", "secure_arp"},
	};
	const json_t *received = json_object_get(piece, "received");
	const json_t *sent = json_object_get(piece, "sent");

	(void)cursor;
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++)
		show_dhcp_print_counter(out, lines[i].name, view_number(piece, lines[i].key));
	buffer_add(out, "\nMessage              Received\n");
	for (size_t i = 0; i < ARRAY_COUNT(show_dhcp_received); i++)
		show_dhcp_print_counter(out, show_dhcp_received[i].name,
					view_number(received, show_dhcp_received[i].key));
	buffer_add(out, "\nMessage              Sent\n");
	for (size_t i = 0; i < ARRAY_COUNT(show_dhcp_sent); i++)
		show_dhcp_print_counter(out, show_dhcp_sent[i].name,
					view_number(sent, show_dhcp_sent[i].key));
}

const struct show show_dhcp_statistics = {show_dhcp_statistics_collect, show_dhcp_statistics_print};
