/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the shell shows of names. Names of our own come first, then what is kept of name servers;
 * the cursor counts through both. Names of strangers are letters, digits, '-', '_' and '?' here, as
 * everywhere.
 */
#include "cmd/viprouterd/dns_service_private.h"
#include "core/text.h"

enum { PIECE = 200 };

static json_t *json_address(ip4_t address)
{
	char text[IP4_TEXT_SIZE];

	return json_string(ip4_to_text(address, text));
}

static void set(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* ---- hosts ------------------------------------------------------------------------------ */

static const char *const source_names[] = {
	[DNS_FROM_HOST] = "configured",
	[DNS_FROM_ROUTER] = "router",
	[DNS_FROM_RESERVATION] = "reservation",
	[DNS_FROM_LEASE] = "lease",
};

static json_t *own_row(const struct dns_name *item)
{
	char name[DNS_FULL_SIZE];

	return json_pack("{s:s, s:s, s:s, s:n, s:n, s:b, s:[o], s:i}", "name",
			 dns_name_full(item, name), "type", "A", "source",
			 source_names[item->source], "age_s", "ttl_s", "negative", 0, "addresses",
			 json_address(item->address), "records", 1);
}

/* Whether the row before is of the same name, and has just another address. */
static bool goes_on(const json_t *row, const struct dns_name *item)
{
	const char *name = json_string_value(json_object_get(row, "name"));
	char full[DNS_FULL_SIZE];

	return name && strcmp(name, dns_name_full(item, full)) == 0 &&
	       strcmp(json_string_value(json_object_get(row, "source")),
		      source_names[item->source]) == 0;
}

static void add_addresses(json_t *to, const ldns_pkt *message)
{
	const ldns_rr_list *list = ldns_pkt_answer(message);

	for (size_t i = 0; list && i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);
		char *text;

		if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_A &&
		    ldns_rr_get_type(rr) != LDNS_RR_TYPE_AAAA)
			continue;
		text = ldns_rr_rd_count(rr) ? ldns_rdf2str(ldns_rr_rdf(rr, 0)) : NULL;
		if (text)
			json_array_append_new(to, json_string(text));
		free(text);
	}
}

static json_t *kept_row(const struct dns_kept *kept, mono_ms_t now)
{
	char name[DNS_TEXT_SIZE], type_number[12];
	char *type = ldns_rr_type2str((ldns_rr_type)kept->question.type);
	json_t *addresses = json_array();
	ldns_pkt *message = NULL;
	bool negative = true;
	json_t *row;

	snprintf(type_number, sizeof(type_number), "TYPE%u", kept->question.type);
	if (ldns_wire2pkt(&message, kept->bytes, kept->len) == LDNS_STATUS_OK) {
		negative = dns_answer_is_negative(message, &kept->question);
		add_addresses(addresses, message);
	}
	row = json_pack("{s:s, s:s, s:s, s:I, s:I, s:b, s:o, s:i}", "name",
			dns_name_text(&kept->question.name, name), "type",
			type ? type : type_number, "source", "cache", "age_s",
			(json_int_t)(mono_between_ms(kept->since, now) / 1000), "ttl_s",
			(json_int_t)((mono_between_ms(now, kept->until) + 999) / 1000), "negative",
			negative, "addresses", addresses, "records",
			message ? (int)ldns_pkt_ancount(message) : 0);
	ldns_pkt_free(message);
	free(type);
	return row;
}

/* Whether a row is wanted: a name with or without its domain. */
static bool is_wanted(const char *wanted, const char *name)
{
	size_t len = wanted ? strlen(wanted) : 0;

	return !wanted || (strncasecmp(wanted, name, len) == 0 &&
			   (name[len] == '\0' || (name[len] == '.' && !strchr(wanted, '.'))));
}

static void add_own(struct dns_service *s, const char *wanted, struct show_cursor *cursor,
		    json_t *rows)
{
	while (cursor->at < s->names.names.count && json_array_size(rows) < PIECE) {
		const struct dns_name *item = &s->names.names.at[cursor->at++];
		json_t *last = json_array_size(rows)
				       ? json_array_get(rows, json_array_size(rows) - 1)
				       : NULL;
		char full[DNS_FULL_SIZE];

		if (!is_wanted(wanted, dns_name_full(item, full)))
			continue;
		if (item->source <= DNS_FROM_ROUTER && goes_on(last, item)) {
			json_array_append_new(json_object_get(last, "addresses"),
					      json_address(item->address));
			set(last, "records", json_array_size(json_object_get(last, "addresses")));
			continue;
		}
		json_array_append_new(rows, own_row(item));
	}
}

static void add_kept(struct dns_service *s, const char *wanted, struct show_cursor *cursor,
		     json_t *rows)
{
	uint32_t own = s->names.names.count, at = (uint32_t)MAX(cursor->at, (uint64_t)own) - own;
	mono_ms_t now = pump_now();
	struct dns_kept kept;

	while (json_array_size(rows) < PIECE) {
		char name[DNS_TEXT_SIZE];

		if (!dns_cache_next(dns_server_cache(s->server), &at, &kept, now)) {
			cursor->more = false;
			return;
		}
		if (is_wanted(wanted, dns_name_text(&kept.question.name, name)))
			json_array_append_new(rows, kept_row(&kept, now));
	}
	cursor->at = (uint64_t)own + at;
}

json_t *dns_service_hosts(struct dns_service *s, const char *name, struct show_cursor *cursor)
{
	json_t *rows = json_array();

	if (cursor->at == 0)
		dns_service_refresh(s, pump_now());
	cursor->more = true;
	add_own(s, name, cursor, rows);
	if (cursor->at >= s->names.names.count) {
		if (s->server)
			add_kept(s, name, cursor, rows);
		else
			cursor->more = false;
	}
	return rows;
}

unsigned int dns_service_clear_hosts(struct dns_service *s, const char *name)
{
	struct dns_wire_name wire;

	if (!s->server || (name && dns_name_from_text(name, &wire) < 0))
		return 0;
	return dns_cache_clear(dns_server_cache(s->server), name ? &wire : NULL);
}

/* ---- the view --------------------------------------------------------------------------- */

static json_t *upstream_rows(struct dns_service *s)
{
	json_t *rows = json_array();
	ip4_t servers[DNS_SERVERS_MAX];
	unsigned int learned, count = dns_service_upstreams(s, servers, &learned);

	for (unsigned int i = 0; i < count; i++) {
		struct dns_upstream at = {.address = servers[i], .learned = i >= learned};
		json_t *row = json_object();

		if (s->server)
			dns_server_upstream(s->server, i, &at, pump_now());
		json_object_set_new(row, "address", json_address(at.address));
		json_object_set_new(row, "learned", json_boolean(at.learned));
		json_object_set_new(row, "responding", json_boolean(!at.dead));
		set(row, "asked", at.asked);
		set(row, "answered", at.answered);
		set(row, "timeouts", at.timeouts);
		json_array_append_new(rows, row);
	}
	return rows;
}

json_t *dns_service_view(struct dns_service *s)
{
	const struct config_dns *dns = &router_config(s->pump->router)->dns;
	struct dns_cache *cache = s->server ? dns_server_cache(s->server) : NULL;
	struct dns_io_stats io = {0};
	char domain[CONFIG_NAME_SIZE];
	json_t *view = json_object();

	dns_service_refresh(s, pump_now());
	dns_service_domain(s, domain);
	if (s->io)
		dns_io_stats(s->io, &io);
	json_object_set_new(view, "server", json_boolean(s->server != NULL));
	json_object_set_new(view, "lookup", json_boolean(!dns->no_lookup));
	json_object_set_new(view, "domain", domain[0] ? json_string(domain) : json_null());
	json_object_set_new(view, "trouble",
			    host_trouble(s->host) ? json_string(host_trouble(s->host))
						  : json_null());
	json_object_set_new(view, "name_servers", upstream_rows(s));
	set(view, "listeners", io.listeners);
	set(view, "connections", io.streams);
	set(view, "connections_max", DNS_STREAMS_MAX);
	set(view, "connections_refused", io.streams_refused);
	set(view, "own_names", s->names.names.count);
	set(view, "cache_entries", cache ? dns_cache_count(cache) : 0);
	set(view, "cache_entries_max", DNS_CACHE_ENTRIES);
	set(view, "cache_bytes", cache ? dns_cache_bytes(cache) : 0);
	set(view, "cache_bytes_max", DNS_CACHE_BYTES);
	return view;
}

/* ---- statistics ------------------------------------------------------------------------- */

json_t *dns_service_statistics(struct dns_service *s)
{
	static const struct dns_stats none;
	const struct dns_stats *stats = s->server ? dns_server_stats(s->server) : &none;
	json_t *o = json_object();

	set(o, "received_udp", stats->received[0]);
	set(o, "received_tcp", stats->received[1]);
	set(o, "replied_udp", stats->replied[0]);
	set(o, "replied_tcp", stats->replied[1]);
	set(o, "dropped", stats->dropped);
	set(o, "malformed", stats->malformed);
	set(o, "refused", stats->refused);
	set(o, "own", stats->own);
	set(o, "cached", stats->cached);
	set(o, "forwarded", stats->forwarded);
	set(o, "joined", stats->joined);
	set(o, "limited", stats->limited);
	set(o, "failed", stats->failed);
	set(o, "truncated", stats->truncated);
	set(o, "asked", stats->asked);
	set(o, "asked_tcp", stats->asked_stream);
	set(o, "timeouts", stats->timeouts);
	set(o, "strange", stats->strange);
	set(o, "waiting", stats->waiting);
	set(o, "waiting_most", stats->waiting_most);
	set(o, "waiting_max", DNS_WAITING_MAX);
	return o;
}

void dns_service_clear_statistics(struct dns_service *s)
{
	if (s->server)
		dns_server_clear_stats(s->server);
}
