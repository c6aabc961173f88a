/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show ip nat limits`: what each device has and may have, and what was refused to it; and the part
 * of `show ip nat statistics` that tells of limits as a whole.
 */
#include "cli/modes/show_nat_limits.h"

#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/nat/device_look.h"
#include "core/nat/limits.h"
#include "core/router.h"

/* ---- in the statistics ------------------------------------------------------------------ */

static json_t *show_nat_refused(const struct nat *nat)
{
	json_t *refused = json_object();

	for (unsigned int why = NAT_ADMITTED + 1; why < NAT_REFUSAL_COUNT; why++)
		view_set_number(refused, drop_name(nat_refusal_reason((enum nat_refusal)why)),
				nat_refused(nat, (enum nat_refusal)why));
	return refused;
}

static json_t *show_nat_limit(const struct nat_limit *limit)
{
	const struct config_nat_limit *config = &limit->config;

	return json_pack("{s:s, s:o, s:o, s:I, s:I}", "what",
			 config_nat_limit_name((enum config_limit_what)config->what), "address",
			 view_of_ip4_or_null(config->address), "access_list",
			 view_of_text(config->list), "max", (json_int_t)config->value, "refused",
			 (json_int_t)limit->refused);
}

static json_t *show_nat_publics(const struct nat *nat)
{
	json_t *publics = json_array();
	uint32_t cursor = 0;
	ip4_t address;

	while (nat_next_public(nat, &cursor, &address)) {
		struct nat_public_stats stats;

		nat_public_stats(nat, address, &stats);
		if (stats.sessions == 0)
			continue;
		json_array_append_new(publics, json_pack("{s:o, s:I, s:I, s:I, s:I}", "address",
							 view_of_ip4(address), "sessions",
							 (json_int_t)stats.sessions, "tcp_ports",
							 (json_int_t)stats.tcp_ports, "udp_ports",
							 (json_int_t)stats.udp_ports, "icmp_ids",
							 (json_int_t)stats.icmp_ids));
	}
	return publics;
}

void show_nat_add_limits(const struct call *call, json_t *answer)
{
	const struct nat *nat = router_nat(call->world->router);
	const struct nat_limit *limit;
	json_t *limits = json_array();

	for (uint32_t at = 0; (limit = nat_limit_at(nat, at)) != NULL; at++)
		json_array_append_new(limits, show_nat_limit(limit));
	view_set_number(answer, "inbound", nat_inbound_count(nat));
	view_set_number(answer, "inbound_capacity", nat_inbound_limit(nat));
	view_set(answer, "refused", show_nat_refused(nat));
	view_set(answer, "limits", limits);
	view_set(answer, "publics", show_nat_publics(nat));
}

/* The lines of single limits are as that of IOS for all of them; a rate has no use at a moment. */
static void print_limit(struct buffer *out, const json_t *limit)
{
	buffer_printf(out, " %s ", view_string(limit, "what"));
	if (!view_is_null(limit, "address"))
		buffer_printf(out, "host %s", view_string(limit, "address"));
	else if (!view_is_null(limit, "access_list"))
		buffer_printf(out, "list %s", view_string(limit, "access_list"));
	else
		buffer_add(out, "all-host");
	buffer_printf(out, ": max allowed %lld, missed %lld\n", view_number(limit, "max"),
		      view_number(limit, "refused"));
}

static void print_refused(struct buffer *out, const json_t *refused)
{
	for (unsigned int why = NAT_ADMITTED + 1; why < NAT_REFUSAL_COUNT; why++) {
		enum drop_reason reason = nat_refusal_reason((enum nat_refusal)why);
		long long count = view_number(refused, drop_name(reason));

		if (count > 0)
			buffer_printf(out, " refused %lld: %s\n", count, drop_text(reason));
	}
}

void show_nat_print_limits(struct buffer *out, const json_t *answer)
{
	const json_t *refused = json_object_get(answer, "refused"), *item;
	size_t i;

	buffer_add(out, "nat-limit statistics:\n");
	buffer_printf(out, " max entry: max allowed %lld, used %lld, missed %lld\n",
		      view_number(answer, "capacity"), view_number(answer, "dynamic"),
		      view_number(refused, drop_name(nat_refusal_reason(NAT_REFUSED_TABLE))));
	buffer_printf(out, " inbound: max allowed %lld, used %lld, missed %lld\n",
		      view_number(answer, "inbound_capacity"), view_number(answer, "inbound"),
		      view_number(refused, drop_name(nat_refusal_reason(NAT_REFUSED_HALF))));
	json_array_foreach (json_object_get(answer, "limits"), i, item)
		print_limit(out, item);
	print_refused(out, refused);
	json_array_foreach (json_object_get(answer, "publics"), i, item)
		buffer_printf(out,
			      " address %s: %lld translations, ports in use: tcp %lld, udp %lld, "
			      "icmp %lld\n",
			      view_string(item, "address"), view_number(item, "sessions"),
			      view_number(item, "tcp_ports"), view_number(item, "udp_ports"),
			      view_number(item, "icmp_ids"));
}

/* ---- devices ---------------------------------------------------------------------------- */

static json_t *view_of_limit(const struct nat_device_stats *stats, enum config_limit_what what)
{
	return stats->limit[what] == UINT32_MAX ? json_null() : json_integer(stats->limit[what]);
}

static json_t *show_nat_device(const struct call *call, const struct nat_device_stats *stats)
{
	return json_pack(
		"{s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:I, s:o}", "address",
		view_of_ip4(stats->local), "host", view_of_host(call, stats->local), "max_entries",
		view_of_limit(stats, CONFIG_LIMIT_ENTRIES), "entries", (json_int_t)stats->sessions,
		"inbound", (json_int_t)stats->inbound, "refused", (json_int_t)stats->refused,
		"max_ports", view_of_limit(stats, CONFIG_LIMIT_PORTS), "ports",
		(json_int_t)stats->ports, "max_rate", view_of_limit(stats, CONFIG_LIMIT_RATE));
}

/*
 * [{address, host|null, max_entries|null, entries, inbound (of them), refused, max_ports|null,
 * ports, max_rate|null (new ones a second)}]: devices that have something, or were refused it.
 */
static json_t *show_nat_limits_collect(const struct call *call, struct show_cursor *cursor)
{
	enum { LOOKED_AT = 20 * VIEW_PIECE };
	const struct nat *nat = router_nat(call->world->router);
	json_t *items = json_array();
	struct nat_device_stats stats;

	cursor->more = true;
	for (unsigned int i = 0; i < LOOKED_AT && json_array_size(items) < VIEW_PIECE; i++) {
		if (!nat_next_device(nat, &cursor->at, &stats)) {
			cursor->more = false;
			break;
		}
		if (stats.ports > 0 || stats.refused > 0)
			json_array_append_new(items, show_nat_device(call, &stats));
	}
	return items;
}

static void print_limit_of(struct buffer *out, const json_t *device, const char *key)
{
	if (view_is_null(device, key))
		buffer_add(out, "-");
	else
		buffer_printf(out, "%lld", view_number(device, key));
}

static void show_nat_limits_print(struct buffer *out, const json_t *piece,
				  const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	if (cursor->first)
		buffer_add(out, "Host             Max entries  Use count  Miss count  Max ports  "
				"Ports     Max rate  Name\n");
	json_array_foreach (piece, i, item) {
		size_t start = out->len;

		buffer_add(out, view_string(item, "address"));
		view_pad(out, start, 17);
		print_limit_of(out, item, "max_entries");
		view_pad(out, start, 30);
		buffer_printf(out, "%lld", view_number(item, "entries"));
		view_pad(out, start, 41);
		buffer_printf(out, "%lld", view_number(item, "refused"));
		view_pad(out, start, 53);
		print_limit_of(out, item, "max_ports");
		view_pad(out, start, 64);
		buffer_printf(out, "%lld", view_number(item, "ports"));
		view_pad(out, start, 74);
		print_limit_of(out, item, "max_rate");
		if (!view_is_null(item, "host")) {
			view_pad(out, start, 84);
			buffer_add(out, view_string(item, "host"));
		}
		buffer_add(out, "\n");
	}
}

const struct show show_nat_limits = {show_nat_limits_collect, show_nat_limits_print};
