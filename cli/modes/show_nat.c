/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show ip nat translations` and `statistics`. The table may hold a million sessions, so a piece
 * looks at a bounded number of them; sessions that come and go between two pieces may be missed,
 * but none is shown twice.
 */
#include "cli/modes/show.h"
#include "cli/modes/show_nat_limits.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

/* ---- translations ----------------------------------------------------------------------- */

/* An end that is not there has no port either, nor has one of every protocol. */
static void show_nat_end(json_t *item, const char *key, ip4_t address, uint8_t proto, uint16_t port)
{
	char port_key[32];

	snprintf(port_key, sizeof(port_key), "%s_port", key);
	view_set(item, key, view_of_ip4_or_null(address));
	view_set(item, port_key,
		 ip4_is_any(address) || proto == 0 ? json_null() : json_integer(port));
}

static json_t *show_nat_item(const struct nat_entry *e)
{
	bool session = !e->entry_static && !e->entry_assigned;
	json_t *item = json_object();

	view_set(item, "proto", e->proto ? json_string(view_proto_name(e->proto)) : json_null());
	show_nat_end(item, "inside_global", e->global, e->proto, e->global_port);
	show_nat_end(item, "inside_local", e->local, e->proto, e->local_port);
	show_nat_end(item, "outside_local", e->remote_local, e->proto, e->remote_port);
	show_nat_end(item, "outside_global", e->remote, e->proto, e->remote_port);
	view_set(item, "ports", e->proto ? json_integer(e->more_ports + 1) : json_null());
	view_set_number(item, "addresses", UINT64_C(1) << e->host_bits);
	view_set(item, "host", view_of_text(e->host));
	view_set(item, "rule", json_boolean(e->entry_static));
	view_set(item, "assigned", json_boolean(e->entry_assigned));
	view_set(item, "static", json_boolean(e->entry_static || (e->flags & NAT_SESSION_STATIC)));
	view_set(item, "inbound", json_boolean(e->flags & NAT_SESSION_INBOUND));
	view_set(item, "hairpin", json_boolean(e->flags & NAT_SESSION_HAIRPIN));
	view_set(item, "state", view_of_text(e->state ? e->state : ""));
	view_set(item, "age_s", session ? json_integer(e->age_s) : json_null());
	view_set(item, "idle_s", session ? json_integer(e->idle_s) : json_null());
	view_set(item, "left_s",
		 session && e->left_s != UINT32_MAX ? json_integer(e->left_s) : json_null());
	view_set_number(item, "packets_out", e->packets_out);
	view_set_number(item, "bytes_out", e->bytes_out);
	view_set_number(item, "packets_in", e->packets_in);
	view_set_number(item, "bytes_in", e->bytes_in);
	return item;
}

/*
 * [{proto: "tcp"|"udp"|"icmp"|null (all), inside_global|null, inside_global_port|null,
 * inside_local|null, inside_local_port|null, outside_local|null, outside_local_port|null,
 * outside_global|null, outside_global_port|null, ports|null (how many from those on), addresses
 * (the same), host|null (the device that a rule follows by name), rule (no session), assigned (nor
 * this: an address of a pool that is a device's own for a while), static, inbound, hairpin,
 * state|null, age_s|null, idle_s|null, left_s|null, packets_out, bytes_out, packets_in, bytes_in}],
 * rules first. ICMP's ports are its query identifier.
 */
static json_t *show_nat_translations_collect(const struct call *call, struct show_cursor *cursor)
{
	enum { LOOKED_AT = 20 * VIEW_PIECE };
	const struct nat *nat = router_nat(call->world->router);
	uint8_t proto = view_proto_of(call_word(call, "proto"));
	uint64_t *total = cursor->state;
	ip4_t device = IP4_ANY;
	json_t *items = json_array();
	struct nat_entry entry;

	if (!total)
		total = cursor->state = calloc(1, sizeof(*total));
	if (call_arg(call, "device") && !view_device(call, call_text(call, "device"), &device))
		return items; /* nobody has that name */
	cursor->more = true;
	for (unsigned int i = 0; i < LOOKED_AT && json_array_size(items) < VIEW_PIECE; i++) {
		if (!nat_next_entry(nat, &cursor->at, &entry, call->world->now)) {
			cursor->more = false;
			break;
		}
		if ((proto == 0 || proto == entry.proto) &&
		    (ip4_is_any(device) || ip4_equal(device, entry.local)))
			json_array_append_new(items, show_nat_item(&entry));
	}
	if (total)
		*total += json_array_size(items);
	return items;
}

/* A network's end has its length behind it, a range's its last port. */
static void show_nat_print_end(struct buffer *out, const json_t *item, const char *address,
			       const char *port)
{
	long long addresses = view_number(item, "addresses"), ports = view_number(item, "ports");

	if (view_is_null(item, address)) {
		buffer_add(out, "---");
		return;
	}
	buffer_add(out, view_string(item, address));
	if (addresses > 1)
		buffer_printf(out, "/%d", 32 - __builtin_ctzll((unsigned long long)addresses));
	if (view_is_null(item, port))
		return;
	buffer_printf(out, ":%lld", view_number(item, port));
	if (ports > 1)
		buffer_printf(out, "-%lld", view_number(item, port) + ports - 1);
}

/* The inside local end: of a device that is followed by name, but has no address now, the name. */
static void show_nat_print_local(struct buffer *out, const json_t *item)
{
	if (view_is_null(item, "inside_local") && !view_is_null(item, "host"))
		buffer_printf(out, "(%s)", view_string(item, "host"));
	else
		show_nat_print_end(out, item, "inside_local", "inside_local_port");
}

static void show_nat_print_one(struct buffer *out, const json_t *item)
{
	size_t start = out->len;

	buffer_add(out, view_is_null(item, "proto") ? "---" : view_string(item, "proto"));
	view_pad(out, start, 4);
	show_nat_print_end(out, item, "inside_global", "inside_global_port");
	view_pad(out, start, 23);
	show_nat_print_local(out, item);
	view_pad(out, start, 42);
	show_nat_print_end(out, item, "outside_local", "outside_local_port");
	view_pad(out, start, 61);
	show_nat_print_end(out, item, "outside_global", "outside_global_port");
	buffer_add(out, "\n");
}

static void show_nat_print_head(struct buffer *out, const struct show_cursor *cursor)
{
	if (cursor->first)
		buffer_add(out, "Pro Inside global      Inside local       Outside local      "
				"Outside global\n");
}

static void show_nat_translations_print(struct buffer *out, const json_t *piece,
					const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	show_nat_print_head(out, cursor);
	json_array_foreach (piece, i, item)
		show_nat_print_one(out, item);
}

const struct show show_nat_translations = {show_nat_translations_collect,
					   show_nat_translations_print};

static void show_nat_print_more(struct buffer *out, const json_t *item)
{
	bool extended = !view_is_null(item, "proto"), fixed = view_true(item, "static");
	char create[VIEW_TIME_SIZE], use[VIEW_TIME_SIZE], left[VIEW_TIME_SIZE] = "never";

	buffer_printf(out, "    create %s, use %s, flags: %s%s%s%s",
		      view_span(view_number(item, "age_s"), create),
		      view_span(view_number(item, "idle_s"), use), extended ? "extended" : "",
		      extended && fixed ? ", " : "", fixed ? "static" : "",
		      view_true(item, "inbound") ? ", outside" : "");
	if (!view_is_null(item, "host"))
		buffer_printf(out, ", host %s%s", view_string(item, "host"),
			      view_is_null(item, "inside_local") ? ", pending" : "");
	buffer_add(out, "\n");
	if (view_true(item, "rule") || view_true(item, "assigned"))
		return;
	if (!view_is_null(item, "left_s"))
		view_span(view_number(item, "left_s"), left);
	buffer_printf(
		out, "    left %s%s%s, out %lld packets %lld bytes, in %lld packets %lld bytes",
		left, view_is_null(item, "state") ? "" : ", state ", view_string(item, "state"),
		view_number(item, "packets_out"), view_number(item, "bytes_out"),
		view_number(item, "packets_in"), view_number(item, "bytes_in"));
	buffer_add(out, view_true(item, "hairpin") ? ", hairpin\n" : "\n");
}

/* IOS-XE ends with the total, which pieces before this one have a part in. */
static void show_nat_verbose_print(struct buffer *out, const json_t *piece,
				   const struct show_cursor *cursor)
{
	const uint64_t *total = cursor->state;
	const json_t *item;
	size_t i;

	show_nat_print_head(out, cursor);
	json_array_foreach (piece, i, item) {
		show_nat_print_one(out, item);
		show_nat_print_more(out, item);
	}
	if (!cursor->more)
		buffer_printf(out, "Total number of translations: %llu\n",
			      total ? (unsigned long long)*total
				    : (unsigned long long)json_array_size(piece));
}

const struct show show_nat_translations_verbose = {show_nat_translations_collect,
						   show_nat_verbose_print};

/* ---- statistics ------------------------------------------------------------------------- */

static json_t *show_nat_side(const struct config *config, enum config_nat_side side)
{
	json_t *names = json_array();

	vec_each (&config->interfaces, interface) {
		if (interface->nat_side == side)
			json_array_append_new(names, view_of_interface(interface->id));
	}
	return names;
}

/* {name, netmask, start, end, addresses, allocated (with a session), misses (devices that found
 * none)}, or null. */
static json_t *show_nat_pool(const struct call *call, const struct config_nat_source *source)
{
	const struct nat *nat = router_nat(call->world->router);
	const struct config_public *public = &source->public;
	const struct config_nat_pool *pool = NULL;
	struct nat_public_stats stats;
	uint32_t allocated = 0, size;

	if (public->kind == CONFIG_PUBLIC_POOL)
		pool = config_nat_pool_find(call->world->running, public->pool);
	if (!pool)
		return json_null();
	size = config_nat_pool_size(pool);
	for (uint32_t i = 0; i < size; i++) {
		nat_public_stats(nat, (ip4_t){pool->start.host + i}, &stats);
		allocated += stats.sessions > 0;
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:I}", "name", view_of_text(pool->name),
			 "netmask", view_of_ip4(ip4_mask(pool->len)), "start",
			 view_of_ip4(pool->start), "end", view_of_ip4(pool->end), "addresses",
			 (json_int_t)size, "allocated", (json_int_t)allocated, "misses",
			 (json_int_t)nat_pool_misses(nat, source));
}

/* Pools whose addresses stand for hosts outside: as show_nat_pool(). */
static json_t *show_nat_outside(const struct call *call, int id,
				const struct config_nat_outside_source *source)
{
	const struct config *config = call->world->running;
	const struct config_nat_pool *pool = config_nat_pool_find(config, source->pool);
	struct nat_outside_stats stats;

	if (!pool) /* config_check() refuses that */
		return json_null();
	nat_outside_stats(router_nat(call->world->router), source, &stats, call->world->now);
	return json_pack("{s:i, s:o, s:I, s:{s:o, s:o, s:o, s:o, s:I, s:I, s:I}}", "id", id,
			 "access_list", view_of_text(source->list), "sessions",
			 (json_int_t)stats.allocated, "pool", "name", view_of_text(pool->name),
			 "netmask", view_of_ip4(ip4_mask(pool->len)), "start",
			 view_of_ip4(pool->start), "end", view_of_ip4(pool->end), "addresses",
			 (json_int_t)stats.addresses, "allocated", (json_int_t)stats.allocated,
			 "misses", (json_int_t)stats.misses);
}

static json_t *show_nat_mapping(const struct call *call, const struct config_nat_source *source,
				int id)
{
	const struct config_public *public = &source->public;
	const struct nat *nat = router_nat(call->world->router);
	ip4_t address = IP4_ANY;
	json_t *item;

	config_public_address(view_live(call), public, &address);
	item = json_pack(
		"{s:i, s:o, s:o, s:o, s:o, s:o}", "id", id, "access_list",
		view_of_text(source->list), "vip", view_of_text(public->vip), "interface",
		public->kind == CONFIG_PUBLIC_INTERFACE ? view_of_interface(public->interface)
							: json_null(),
		"address", view_of_ip4_or_null(address), "pool", show_nat_pool(call, source));
	view_set_number(item, "sessions", nat_source_sessions(nat, source));
	return item;
}

/*
 * {active, static (rules), dynamic (sessions), extended, by_proto: {tcp, udp, icmp}, capacity,
 * peak, peak_age_s|null, outside_interfaces: [], inside_interfaces: [], hits, misses, expired,
 * created, mappings: [{id, access_list, vip|null, interface|null, address|null, pool: {name,
 * netmask, start, end, addresses, allocated, misses}|null, sessions}], and what show_nat_limits.h
 * says}
 */
static json_t *show_nat_statistics_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct config *config = call->world->running;
	json_t *answer = json_object(), *mappings = json_array(), *outside = json_array();
	struct nat_stats s;
	int id = 1;

	(void)cursor;
	nat_stats(router_nat(call->world->router), &s);
	vec_each (&config->nat.sources, source) {
		json_array_append_new(mappings, show_nat_mapping(call, source, id++));
	}
	view_set_number(answer, "active", (uint64_t)s.statics + s.sessions);
	view_set_number(answer, "static", s.statics);
	view_set_number(answer, "dynamic", s.sessions);
	view_set_number(answer, "extended", (uint64_t)s.statics + s.sessions);
	view_set(answer, "by_proto",
		 json_pack("{s:I, s:I, s:I}", "tcp", (json_int_t)s.tcp, "udp", (json_int_t)s.udp,
			   "icmp", (json_int_t)s.icmp));
	view_set_number(answer, "capacity", s.capacity);
	view_set_number(answer, "peak", s.peak);
	view_set(answer, "peak_age_s",
		 s.peak == 0 ? json_null()
			     : json_integer(MAX(0, mono_between_ms(s.peak_at, call->world->now)) /
					    1000));
	view_set(answer, "outside_interfaces", show_nat_side(config, CONFIG_NAT_OUTSIDE));
	view_set(answer, "inside_interfaces", show_nat_side(config, CONFIG_NAT_INSIDE));
	view_set_number(answer, "hits", s.hits);
	view_set_number(answer, "misses", s.misses);
	view_set_number(answer, "expired", s.expired);
	view_set_number(answer, "created", s.created);
	vec_each (&config->nat.outside_sources, source)
		json_array_append_new(outside, show_nat_outside(call, id++, source));
	view_set(answer, "mappings", mappings);
	view_set(answer, "outside_mappings", outside);
	show_nat_add_limits(call, answer);
	return answer;
}

static void show_nat_print_side(struct buffer *out, const char *title, const json_t *names)
{
	const json_t *name;
	size_t i;

	buffer_printf(out, "%s interfaces:\n", title);
	json_array_foreach (names, i, name)
		buffer_printf(out, "%s%s", i ? ", " : "  ", json_string_value(name));
	if (json_array_size(names) > 0)
		buffer_add(out, "\n");
}

static void show_nat_print_pool(struct buffer *out, const json_t *pool)
{
	long long size = view_number(pool, "addresses"), allocated = view_number(pool, "allocated");

	buffer_printf(out, " pool %s: netmask %s\n", view_string(pool, "name"),
		      view_string(pool, "netmask"));
	buffer_printf(out, "        start %s end %s\n", view_string(pool, "start"),
		      view_string(pool, "end"));
	buffer_printf(
		out,
		"        type generic, total addresses %lld, allocated %lld (%lld%%), misses %lld\n",
		size, allocated, size ? allocated * 100 / size : 0, view_number(pool, "misses"));
}

static void show_nat_print_mapping(struct buffer *out, const json_t *mapping)
{
	const json_t *pool = json_object_get(mapping, "pool");

	buffer_printf(out, "[Id: %lld] access-list %s ", view_number(mapping, "id"),
		      view_string(mapping, "access_list"));
	if (!view_is_null(mapping, "vip"))
		buffer_printf(out, "vip %s", view_string(mapping, "vip"));
	else if (!view_is_null(mapping, "interface"))
		buffer_printf(out, "interface %s", view_string(mapping, "interface"));
	else if (!view_is_null(mapping, "pool"))
		buffer_printf(out, "pool %s", view_string(pool, "name"));
	else
		buffer_add(out, view_string(mapping, "address"));
	buffer_printf(out, " refcount %lld\n", view_number(mapping, "sessions"));
	if (!view_is_null(mapping, "pool"))
		show_nat_print_pool(out, pool);
}

static void show_nat_statistics_print(struct buffer *out, const json_t *piece,
				      const struct show_cursor *cursor)
{
	const json_t *mapping;
	char age[VIEW_TIME_SIZE];
	size_t i;

	(void)cursor;
	buffer_printf(
		out, "Total active translations: %lld (%lld static, %lld dynamic; %lld extended)\n",
		view_number(piece, "active"), view_number(piece, "static"),
		view_number(piece, "dynamic"), view_number(piece, "extended"));
	buffer_printf(out, "Peak translations: %lld", view_number(piece, "peak"));
	if (!view_is_null(piece, "peak_age_s"))
		buffer_printf(out, ", occurred %s ago",
			      view_span(view_number(piece, "peak_age_s"), age));
	buffer_add(out, "\n");
	show_nat_print_side(out, "Outside", json_object_get(piece, "outside_interfaces"));
	show_nat_print_side(out, "Inside", json_object_get(piece, "inside_interfaces"));
	buffer_printf(out, "Hits: %lld  Misses: %lld\n", view_number(piece, "hits"),
		      view_number(piece, "misses"));
	buffer_printf(out, "Expired translations: %lld\n", view_number(piece, "expired"));
	buffer_add(out, "Dynamic mappings:\n");
	if (json_array_size(json_object_get(piece, "mappings")) > 0)
		buffer_add(out, "-- Inside Source\n");
	json_array_foreach (json_object_get(piece, "mappings"), i, mapping)
		show_nat_print_mapping(out, mapping);
	if (json_array_size(json_object_get(piece, "outside_mappings")) > 0)
		buffer_add(out, "-- Outside Source\n");
	json_array_foreach (json_object_get(piece, "outside_mappings"), i, mapping)
		show_nat_print_mapping(out, mapping);
	show_nat_print_limits(out, piece);
}

const struct show show_nat_statistics = {show_nat_statistics_collect, show_nat_statistics_print};
