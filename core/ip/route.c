/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes and their look-up.
 *
 * Sorted by network, then length, the networks nest like brackets. One pass over them with a stack
 * of the networks that are open at an address yields the ranges in which one route is best.
 */
#include "core/ip/route.h"

enum { NO_ROUTE = UINT32_MAX };

void route_table_fini(struct route_table *table)
{
	vec_free(&table->routes);
	vec_free(&table->ranges);
}

int route_table_add(struct route_table *table, const struct route *route)
{
	struct route *slot = vec_push(&table->routes);

	if (!slot)
		return -ENOMEM;
	*slot = *route;
	slot->network.address = ip4_network(route->network);
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct route *a = left, *b = right;

	if (a->network.address.host != b->network.address.host)
		return a->network.address.host < b->network.address.host ? -1 : 1;
	if (a->network.len != b->network.len)
		return a->network.len < b->network.len ? -1 : 1;
	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	if (a->next_hop.host != b->next_hop.host)
		return a->next_hop.host < b->next_hop.host ? -1 : 1;
	return (a->interface > b->interface) - (a->interface < b->interface);
}

/* From @first on, @route is the best. */
static int range_begin(struct route_table *table, uint32_t first, uint32_t route)
{
	struct route_range *last =
		table->ranges.count ? &table->ranges.at[table->ranges.count - 1] : NULL;

	if (last && last->first == first) {
		last->route = route;
		return 0;
	}
	if (last && last->route == route)
		return 0;
	last = vec_push(&table->ranges);
	if (!last)
		return -ENOMEM;
	*last = (struct route_range){.first = first, .route = route};
	return 0;
}

static bool same_network(const struct route *a, const struct route *b)
{
	return ip4_equal(a->network.address, b->network.address) &&
	       a->network.len == b->network.len;
}

/* Where the ranges of each first byte begin. */
static void index_ranges(struct route_table *table)
{
	uint32_t range = 0;

	for (uint32_t byte = 0; byte < 256; byte++) {
		while (range + 1 < table->ranges.count &&
		       table->ranges.at[range + 1].first <= byte << 24)
			range++;
		table->start[byte] = range;
	}
	table->start[256] = table->ranges.count - 1;
}

int route_table_compile(struct route_table *table)
{
	uint32_t open[33]; /* routes whose network holds the current address, widest first */
	unsigned int depth = 0;

	table->ranges.count = 0;
	if (table->routes.count)
		qsort(table->routes.at, table->routes.count, sizeof(*table->routes.at), compare);
	if (range_begin(table, 0, NO_ROUTE) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i <= table->routes.count; i++) {
		const struct route *next = i < table->routes.count ? &table->routes.at[i] : NULL;

		while (depth > 0) {
			const struct route *top = &table->routes.at[open[depth - 1]];
			uint32_t last = ip4_directed_broadcast(top->network).host;

			if (next && next->network.address.host <= last)
				break;
			depth--;
			if (last != UINT32_MAX &&
			    range_begin(table, last + 1, depth ? open[depth - 1] : NO_ROUTE) < 0)
				return -ENOMEM;
		}
		if (!next || (depth > 0 && same_network(next, &table->routes.at[open[depth - 1]])))
			continue; /* the end, or a worse route to the same network */
		open[depth++] = i;
		if (range_begin(table, next->network.address.host, i) < 0)
			return -ENOMEM;
	}
	index_ranges(table);
	return 0;
}

const struct route *route_find(const struct route_table *table, ip4_t address)
{
	const struct route_range *ranges = table->ranges.at;
	uint32_t byte = address.host >> 24;
	uint32_t low = table->start[byte], high = table->start[byte + 1] + 1;

	if (!ranges)
		return NULL;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (ranges[middle].first <= address.host)
			low = middle;
		else
			high = middle;
	}
	return ranges[low].route == NO_ROUTE ? NULL : &table->routes.at[ranges[low].route];
}
