/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show arp`: the cache, and as in IOS the router's own addresses, without an age. They are
 * gathered and sorted by address at once, a few dozen bytes each, and made into JSON in pieces.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"

#include <stdio.h>
#include "cli/session.h"
#include "core/config_held.h"
#include "core/router.h"

struct show_arp_row {
	ip4_t address;
	mac_t mac;
	struct interface_id interface;
	int64_t age_ms;	   /* since the last answer; -1: no age */
	const char *state; /* static */
};

struct show_arp_rows {
	uint32_t count, room;
	struct show_arp_row at[];
};

/* Adds a row. Return: false: no memory, and *@rows is as it was. */
static bool show_arp_add(struct show_arp_rows **rows, struct show_arp_row row)
{
	uint32_t count = *rows ? (*rows)->count : 0, room = *rows ? (*rows)->room : 0;

	if (count == room) {
		uint32_t wanted = room ? room * 2 : 64;
		struct show_arp_rows *grown =
			realloc(*rows, sizeof(**rows) + wanted * sizeof((*rows)->at[0]));

		if (!grown)
			return false;
		*rows = grown;
		grown->room = wanted;
	}
	(*rows)->at[count] = row;
	(*rows)->count = count + 1;
	return true;
}

static const char *show_arp_state_name(uint8_t state)
{
	switch ((enum neighbour_state)state) {
	case NEIGHBOUR_INCOMPLETE: return "incomplete";
	case NEIGHBOUR_REACHABLE: return "reachable";
	case NEIGHBOUR_STALE: return "stale";
	case NEIGHBOUR_FAILED: return "failed";
	case NEIGHBOUR_STATIC: return "static";
	case NEIGHBOUR_STATE_COUNT: break;
	}
	return "";
}

/* The router answers ARP for this address on this interface. */
static bool show_arp_add_own(const struct call *call, struct show_arp_rows **rows,
			     struct interface_id id, ip4_t address)
{
	struct interface_status status;

	if (router_interface_status(call->world->router, id, &status) < 0 ||
	    mac_is_zero(status.mac))
		return true;
	return show_arp_add(rows, (struct show_arp_row){address, status.mac, id, -1, "self"});
}

static bool show_arp_add_neighbours(const struct call *call, struct show_arp_rows **rows)
{
	const struct neighbour_table *table = router_neighbours(call->world->router);
	const struct neighbour *n;
	uint32_t at = 0;

	while ((n = neighbour_next(table, &at))) {
		bool known = n->state == NEIGHBOUR_REACHABLE || n->state == NEIGHBOUR_STALE ||
			     n->state == NEIGHBOUR_STATIC;
		struct show_arp_row row = {
			.address = n->address,
			.interface = router_interface_of(call->world->router, n->interface),
			.state = show_arp_state_name(n->state),
		};

		if (known)
			row.mac = n->mac;
		if (n->state == NEIGHBOUR_STATIC)
			row.age_ms = -1;
		else if (known)
			row.age_ms = MAX(0, mono_between_ms(n->confirmed, call->world->now));
		if (!show_arp_add(rows, row))
			return false;
	}
	return true;
}

static int show_arp_compare(const void *a, const void *b)
{
	const struct show_arp_row *x = a, *y = b;

	return (x->address.host > y->address.host) - (x->address.host < y->address.host);
}

/* Everything as it is now, by address. Without memory the rows are fewer. */
static struct show_arp_rows *show_arp_gather(const struct call *call)
{
	const struct config *config = view_live(call);
	struct show_arp_rows *rows = NULL;
	struct config_held_list list = {0};
	bool room = show_arp_add_neighbours(call, &rows) && config_held_gather(&list, config) == 0;

	vec_each (&config->interfaces, interface) {
		for (unsigned int i = 0; room && i < interface->address_count; i++)
			room = show_arp_add_own(call, &rows, interface->id,
						interface->addresses[i].address);
	}
	vec_each (&list.items, held) {
		if (room)
			room = show_arp_add_own(call, &rows, held->interface, held->address);
	}
	config_held_fini(&list);
	if (rows)
		qsort(rows->at, rows->count, sizeof(rows->at[0]), show_arp_compare);
	return rows;
}

static json_t *show_arp_item(const struct call *call, const struct show_arp_row *row)
{
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o}", "address", view_of_ip4(row->address),
			 "mac", view_of_mac(row->mac), "age_s",
			 row->age_ms < 0 ? json_null() : json_integer(row->age_ms / 1000), "state",
			 row->state, "interface", view_of_interface(row->interface), "host",
			 view_of_host(call, row->address));
}

static bool show_arp_wanted(const struct call *call, const struct show_arp_row *row)
{
	const struct arg *address = call_arg(call, "address");
	const struct arg *interface = call_arg(call, "interface");

	return (!address || ip4_equal(address->ip4, row->address)) &&
	       (!interface || interface_id_equal(interface->interface, row->interface));
}

/*
 * [{address, mac|null, age_s|null, state: "self"|"static"|"reachable"|"stale"|"incomplete"|
 * "failed", interface, host|null}], by address.
 */
static json_t *show_arp_collect(const struct call *call, struct show_cursor *cursor)
{
	struct show_arp_rows *rows = cursor->state;
	json_t *items = json_array();

	if (cursor->at == 0 && !rows)
		cursor->state = rows = show_arp_gather(call);
	while (rows && cursor->at < rows->count && json_array_size(items) < VIEW_PIECE) {
		const struct show_arp_row *row = &rows->at[cursor->at++];

		if (show_arp_wanted(call, row))
			json_array_append_new(items, show_arp_item(call, row));
	}
	cursor->more = rows && cursor->at < rows->count;
	return items;
}

static void show_arp_print(struct buffer *out, const json_t *piece,
			   const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	if (cursor->first)
		buffer_add(out, "Protocol  Address          Age (min)  Hardware Addr   Type   "
				"Interface\n");
	json_array_foreach (piece, i, item) {
		bool known = !view_is_null(item, "mac");
		char age[24] = "-", mac[MAC_TEXT_SIZE];

		if (!view_is_null(item, "age_s"))
			snprintf(age, sizeof(age), "%lld", view_number(item, "age_s") / 60);
		buffer_printf(out, "Internet  %-15s %9s   %-14s  ARPA",
			      view_string(item, "address"), age,
			      known ? view_mac(item, "mac", mac) : "Incomplete");
		if (known)
			buffer_printf(out, "   %s", view_string(item, "interface"));
		buffer_add(out, "\n");
	}
}

const struct show show_arp = {show_arp_collect, show_arp_print};
