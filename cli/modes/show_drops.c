/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show drops`: why frames were dropped, by interface and in all. Every reason stands in the
 * answer, zeros too; the text leaves the zeros out.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

/* @interface: taken over. */
static json_t *show_drops_item(json_t *interface, const struct drop_counters *drops)
{
	uint64_t total;
	json_t *reasons = view_of_drops(drops, &total);

	return json_pack("{s:o, s:I, s:o}", "interface", interface, "total", (json_int_t)total,
			 "reasons", reasons);
}

static json_t *show_drops_interface(const struct call *call, struct interface_id id,
				    struct drop_counters *sum)
{
	struct interface_status status;

	if (router_interface_status(call->world->router, id, &status) < 0)
		memset(&status, 0, sizeof(status));
	for (unsigned int r = 0; r < DROP_REASON_COUNT; r++)
		sum->count[r] += status.stats.drops.count[r];
	return show_drops_item(view_of_interface(id), &status.stats.drops);
}

/* What was counted for no interface: frames of ports that are gone, or that the router made. */
static json_t *show_drops_elsewhere(const struct call *call, struct drop_counters *sum)
{
	struct drop_counters rest;

	for (unsigned int r = 0; r < DROP_REASON_COUNT; r++) {
		uint64_t all = router_drops(call->world->router, (enum drop_reason)r);

		rest.count[r] = all - MIN(all, sum->count[r]);
		sum->count[r] += rest.count[r];
	}
	return show_drops_item(json_null(), &rest);
}

/*
 * {total, reasons: {reason: count}, interfaces: [{interface|null, total, reasons: {reason:
 * count}}]}; the last has null, and what no interface has counted. With an interface named there is
 * only that one, and total and reasons are its own.
 */
static json_t *show_drops_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct arg *only = call_arg(call, "interface");
	struct drop_counters sum = {0};
	json_t *interfaces = json_array(), *reasons;
	uint64_t total;

	(void)cursor;
	vec_each (&call->world->running->interfaces, interface) {
		if (!only || interface_id_equal(only->interface, interface->id))
			json_array_append_new(interfaces,
					      show_drops_interface(call, interface->id, &sum));
	}
	if (!only)
		json_array_append_new(interfaces, show_drops_elsewhere(call, &sum));
	reasons = view_of_drops(&sum, &total);
	return json_pack("{s:I, s:o, s:o}", "total", (json_int_t)total, "reasons", reasons,
			 "interfaces", interfaces);
}

static void show_drops_print_interface(struct buffer *out, const json_t *item)
{
	const json_t *reasons = json_object_get(item, "reasons");

	for (unsigned int r = 0; r < DROP_REASON_COUNT; r++) {
		enum drop_reason reason = (enum drop_reason)r;
		long long count = view_number(reasons, drop_name(reason));

		if (count > 0)
			buffer_printf(out, "%-12s %-25s %12lld  %s\n",
				      view_is_null(item, "interface")
					      ? "-"
					      : view_string(item, "interface"),
				      drop_name(reason), count, drop_text(reason));
	}
}

static void show_drops_print(struct buffer *out, const json_t *piece,
			     const struct show_cursor *cursor)
{
	const json_t *item;
	size_t i;

	(void)cursor;
	if (view_number(piece, "total") > 0)
		buffer_add(out, "Interface    Reason                           Drops  Meaning\n");
	json_array_foreach (json_object_get(piece, "interfaces"), i, item)
		show_drops_print_interface(out, item);
	buffer_printf(out, "%-38s %12lld\n", "Total", view_number(piece, "total"));
}

const struct show show_drops = {show_drops_collect, show_drops_print};
