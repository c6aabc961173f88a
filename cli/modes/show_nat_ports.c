/* SPDX-License-Identifier: BSD-2-Clause */
/* The public ports of network address translation: how many are left, and whose the blocks are. */
#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"
#include "core/wire/ipv4.h"

enum { SHOW_NAT_PORTS_PIECE = 12 }; /* each may count all ports at rest */

/* ---- ports ------------------------------------------------------------------------------ */

/*
 * [{inside_global, proto, in_use, at_rest, free (from 1024 on; ICMP: all), free_low|null}], by
 * address; static forwards are in use.
 */
static json_t *show_nat_ports_collect(const struct call *call, struct show_cursor *cursor)
{
	json_t *items = json_array();
	struct nat_port_use use;

	cursor->more = false;
	while (nat_next_port_use(router_nat(call->world->router), &cursor->at, &use,
				 call->world->now)) {
		json_array_append_new(
			items,
			json_pack("{s:o, s:s, s:I, s:I, s:I, s:o}", "inside_global",
				  view_of_ip4(use.address), "proto", view_proto_name(use.proto),
				  "in_use", (json_int_t)use.in_use, "at_rest",
				  (json_int_t)use.at_rest, "free", (json_int_t)use.free, "free_low",
				  use.proto == IP_PROTO_ICMP ? json_null()
							     : json_integer(use.free_low)));
		if (json_array_size(items) == SHOW_NAT_PORTS_PIECE) {
			cursor->more = true;
			break;
		}
	}
	return items;
}

static void show_nat_ports_print(struct buffer *out, const json_t *piece,
				 const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	if (cursor->first)
		buffer_printf(out, "%-16s %-5s %8s %8s %8s %11s\n", "Inside global", "Pro",
			      "In use", "At rest", "Free", "Below 1024");
	json_array_foreach (piece, i, item) {
		buffer_printf(out, "%-16s %-5s %8lld %8lld %8lld",
			      view_string(item, "inside_global"), view_string(item, "proto"),
			      view_number(item, "in_use"), view_number(item, "at_rest"),
			      view_number(item, "free"));
		if (view_is_null(item, "free_low"))
			buffer_printf(out, " %11s\n", "-");
		else
			buffer_printf(out, " %11lld\n", view_number(item, "free_low"));
	}
}

const struct show show_nat_ports = {show_nat_ports_collect, show_nat_ports_print};

/* ---- blocks ----------------------------------------------------------------------------- */

/*
 * [{inside_local, host|null, inside_global, first, last (ports), tcp, udp, icmp (in use),
 * rest_left_s|null (it is in use)}], by address and port.
 */
static json_t *show_nat_blocks_collect(const struct call *call, struct show_cursor *cursor)
{
	json_t *items = json_array();
	struct nat_block_use use;

	cursor->more = false;
	while (nat_next_block_use(router_nat(call->world->router), &cursor->at, &use,
				  call->world->now)) {
		json_t *item = json_object();

		view_set(item, "inside_local", view_of_ip4(use.local));
		view_set(item, "host", view_of_host(call, use.local));
		view_set(item, "inside_global", view_of_ip4(use.address));
		view_set_number(item, "first", use.first);
		view_set_number(item, "last", use.last);
		view_set_number(item, "tcp", use.tcp);
		view_set_number(item, "udp", use.udp);
		view_set_number(item, "icmp", use.icmp);
		view_set(item, "rest_left_s", use.resting ? json_integer(use.left_s) : json_null());
		json_array_append_new(items, item);
		if (json_array_size(items) == VIEW_PIECE) {
			cursor->more = true;
			break;
		}
	}
	return items;
}

static void show_nat_blocks_print(struct buffer *out, const json_t *piece,
				  const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	if (cursor->first)
		buffer_printf(out, "%-16s %-16s %-12s %5s %5s %5s  %s\n", "Inside local",
			      "Inside global", "Ports", "TCP", "UDP", "ICMP", "Rests for");
	json_array_foreach (piece, i, item) {
		char range[32], time[VIEW_TIME_SIZE];

		snprintf(range, sizeof(range), "%lld-%lld", view_number(item, "first"),
			 view_number(item, "last"));
		buffer_printf(out, "%-16s %-16s %-12s %5lld %5lld %5lld  %s\n",
			      view_string(item, "inside_local"), view_string(item, "inside_global"),
			      range, view_number(item, "tcp"), view_number(item, "udp"),
			      view_number(item, "icmp"),
			      view_is_null(item, "rest_left_s")
				      ? "-"
				      : view_span(view_number(item, "rest_left_s"), time));
	}
}

const struct show show_nat_blocks = {show_nat_blocks_collect, show_nat_blocks_print};
