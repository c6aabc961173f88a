/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show ip route`: the routes in use, one for each network. The text groups them as IOS does, by
 * the classful network they are part of (RFC 791 s2.3): a network of its class's own length, and
 * a supernet, stand alone; the rest stand under a heading that counts subnets and masks.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

static const char *show_route_source_name(uint8_t source)
{
	switch ((enum route_source)source) {
	case ROUTE_CONNECTED: return "connected";
	case ROUTE_LOCAL: return "local";
	case ROUTE_STATIC: return "static";
	}
	return "";
}

static bool show_route_same_network(const struct route *a, const struct route *b)
{
	return ip4_equal(a->network.address, b->network.address) &&
	       a->network.len == b->network.len;
}

/*
 * [{network, prefix_length, source: "connected"|"local"|"static", distance, metric,
 * next_hop|null, interface}], by network and length.
 */
static json_t *show_route_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct route_table *table = router_routes(call->world->router);
	json_t *items = json_array();

	/* One piece: the text counts the subnets of a network, and each route was typed by hand. */
	(void)cursor;
	for (uint32_t i = 0; i < table->routes.count; i++) {
		const struct route *route = &table->routes.at[i];

		/* of several to one network the first is used: least distance (RFC 1812 s5.2.4) */
		if (i > 0 && show_route_same_network(route, route - 1))
			continue;
		json_array_append_new(
			items, json_pack("{s:o, s:i, s:s, s:i, s:i, s:o, s:o}", "network",
					 view_of_ip4(route->network.address), "prefix_length",
					 (int)route->network.len, "source",
					 show_route_source_name(route->source), "distance",
					 (int)route->distance, "metric", 0, "next_hop",
					 view_of_ip4_or_null(route->next_hop), "interface",
					 view_of_interface(router_interface_of(call->world->router,
									       route->interface))));
	}
	return items;
}

static struct ip4_prefix show_route_network(const json_t *item)
{
	struct ip4_prefix network = {.len = (uint8_t)view_number(item, "prefix_length")};

	if (ip4_from_text(view_string(item, "network"), &network.address) < 0)
		network.address = IP4_ANY;
	return network;
}

/* The classful network that the route is a subnet of; len 0: it stands alone. */
static struct ip4_prefix show_route_major(const json_t *item)
{
	struct ip4_prefix network = show_route_network(item);
	struct ip4_prefix major = {network.address, ip4_class_len(network.address)};

	if (network.len < major.len || major.len == 0)
		return (struct ip4_prefix){0};
	major.address = ip4_network(major);
	return major;
}

/* What belongs under one heading. */
struct show_route_group {
	struct ip4_prefix major;
	size_t count; /* routes, from the first on */
	unsigned int masks;
	bool variable;
};

static struct show_route_group show_route_group_at(const json_t *items, size_t first)
{
	struct show_route_group group = {show_route_major(json_array_get(items, first)), 0, 0,
					 false};
	uint64_t seen = 0;

	for (size_t i = first; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		struct ip4_prefix major = show_route_major(item);

		if (major.len != group.major.len || !ip4_equal(major.address, group.major.address))
			break;
		seen |= UINT64_C(1) << (show_route_network(item).len & 63);
		group.count++;
		if (major.len == 0)
			break;
	}
	group.masks = (unsigned int)__builtin_popcountll(seen);
	group.variable = group.masks > 1;
	return group;
}

static void show_route_print_one(struct buffer *out, const json_t *item, bool under, bool mask)
{
	const char *source = view_string(item, "source");
	bool candidate = view_number(item, "prefix_length") == 0;
	char code = strcmp(source, "static") == 0 ? 'S' : strcmp(source, "local") == 0 ? 'L' : 'C';
	size_t start = out->len;

	buffer_printf(out, "%c%s", code, candidate ? "*" : "");
	view_pad(out, start, under ? 8 : 5);
	buffer_add(out, view_string(item, "network"));
	if (mask)
		buffer_printf(out, "/%lld", view_number(item, "prefix_length"));
	if (view_is_null(item, "next_hop"))
		buffer_printf(out, " is directly connected, %s\n", view_string(item, "interface"));
	else
		buffer_printf(out, " [%lld/%lld] via %s\n", view_number(item, "distance"),
			      view_number(item, "metric"), view_string(item, "next_hop"));
}

static void show_route_print_group(struct buffer *out, const json_t *items, size_t first,
				   const struct show_route_group *group)
{
	const json_t *item = json_array_get(items, first);
	bool under = group->major.len != 0 &&
		     (group->variable || view_number(item, "prefix_length") != group->major.len);
	char text[IP4_TEXT_SIZE];

	if (under && group->variable)
		buffer_printf(out, "     %s/%u is variably subnetted, %zu subnets, %u masks\n",
			      ip4_to_text(group->major.address, text), group->major.len,
			      group->count, group->masks);
	else if (under)
		buffer_printf(out, "     %s/%lld is subnetted, %zu subnets\n",
			      ip4_to_text(group->major.address, text),
			      view_number(item, "prefix_length"), group->count);
	for (size_t i = first; i < first + group->count; i++)
		show_route_print_one(out, json_array_get(items, i), under,
				     !under || group->variable);
}

static void show_route_print_head(struct buffer *out, const json_t *items)
{
	const json_t *first = json_array_get(items, 0);

	buffer_add(out, "Codes: C - connected, S - static, L - local, * - candidate default\n\n");
	if (!first || view_number(first, "prefix_length") != 0)
		buffer_add(out, "Gateway of last resort is not set\n\n");
	else
		buffer_printf(out, "Gateway of last resort is %s to network 0.0.0.0\n\n",
			      view_is_null(first, "next_hop") ? "0.0.0.0"
							      : view_string(first, "next_hop"));
}

static void show_route_print(struct buffer *out, const json_t *piece,
			     const struct show_cursor *cursor)
{
	if (cursor->first)
		show_route_print_head(out, piece);
	for (size_t i = 0; i < json_array_size(piece);) {
		struct show_route_group group = show_route_group_at(piece, i);

		show_route_print_group(out, piece, i, &group);
		i += group.count;
	}
}

const struct show show_route = {show_route_collect, show_route_print};
