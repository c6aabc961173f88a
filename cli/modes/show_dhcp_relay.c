/* SPDX-License-Identifier: BSD-2-Clause */
/* `show ip helper-address`, which IOS has, and `show ip dhcp relay statistics`. */
#include "cli/modes/show.h"
#include "cli/modes/view.h"

#include "cli/session.h"
#include "core/router.h"
#include "core/text.h"

/* ---- helpers ---------------------------------------------------------------------------- */

/* [{interface, helper_address}] */
static json_t *show_helper_collect(const struct call *call, struct show_cursor *cursor)
{
	json_t *rows = json_array();

	(void)cursor;
	vec_each (&call->world->running->interfaces, interface) {
		for (unsigned int i = 0; i < interface->helper_count; i++) {
			json_t *row = json_object();

			view_set(row, "interface", view_of_interface(interface->id));
			view_set(row, "helper_address", view_of_ip4(interface->helpers[i]));
			json_array_append_new(rows, row);
		}
	}
	return rows;
}

static void show_helper_print(struct buffer *out, const json_t *piece,
			      const struct show_cursor *cursor)
{
	const json_t *row;
	size_t i;

	(void)cursor;
	buffer_add(out, "Interface            Helper-Address\n");
	json_array_foreach (piece, i, row)
		buffer_printf(out, "%-20s %s\n", view_string(row, "interface"),
			      view_string(row, "helper_address"));
}

const struct show show_helper_address = {show_helper_collect, show_helper_print};

/* ---- counters --------------------------------------------------------------------------- */

static const struct {
	const char *key, *text;
} show_relay_lines[] = {
	{"requests", "Requests relayed"},	{"requests_sent", "Requests sent to servers"},
	{"replies", "Answers relayed"},		{"options_added", "Option 82 inserted"},
	{"options_taken", "Option 82 removed"}, {"options_no_room", "Option 82 without room"},
};

static const enum drop_reason show_relay_drops[] = {DROP_DHCP_RELAY_HOPS, DROP_DHCP_RELAY_LOOP,
						    DROP_DHCP_RELAY_OPTION,
						    DROP_DHCP_RELAY_STRANGER};

/*
 * {requests, requests_sent, replies, options_added, options_taken, options_no_room,
 * drops: {dhcp_relay_…: packets}}
 */
static json_t *show_relay_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct dhcp_relay_stats *stats = router_relay_stats(call->world->router);
	const uint64_t values[] = {stats->requests,	 stats->requests_sent,
				   stats->replies,	 stats->options_added,
				   stats->options_taken, stats->options_no_room};
	json_t *answer = json_object(), *drops = json_object();

	static_assert(ARRAY_COUNT(values) == ARRAY_COUNT(show_relay_lines), "one each");
	(void)cursor;
	for (size_t i = 0; i < ARRAY_COUNT(values); i++)
		view_set_number(answer, show_relay_lines[i].key, values[i]);
	for (size_t i = 0; i < ARRAY_COUNT(show_relay_drops); i++)
		view_set_number(drops, drop_name(show_relay_drops[i]),
				router_drops(call->world->router, show_relay_drops[i]));
	view_set(answer, "drops", drops);
	return answer;
}

static void show_relay_print(struct buffer *out, const json_t *piece,
			     const struct show_cursor *cursor)
{
	const json_t *drops = json_object_get(piece, "drops");

	(void)cursor;
	for (size_t i = 0; i < ARRAY_COUNT(show_relay_lines); i++)
		buffer_printf(out, "%-26s %lld\n", show_relay_lines[i].text,
			      view_number(piece, show_relay_lines[i].key));
	buffer_add(out, "\nDropped\n");
	for (size_t i = 0; i < ARRAY_COUNT(show_relay_drops); i++)
		buffer_printf(out, "  %-44s %lld\n", drop_text(show_relay_drops[i]),
			      view_number(drops, drop_name(show_relay_drops[i])));
}

const struct show show_dhcp_relay = {show_relay_collect, show_relay_print};

/* ---- trusted sources -------------------------------------------------------------------- */

/*
 * {all (whether every interface's clients may send option 82), interfaces: [] (those that may, when
 * it is not all: the policy has no single ones), policy: "drop"|"keep"|"replace", option (whether
 * the relay adds one)}
 */
static json_t *show_trusted_collect(const struct call *call, struct show_cursor *cursor)
{
	static const char *const policies[] = {"drop", "keep", "replace"};
	const struct config_dhcp *dhcp = &call->world->running->dhcp;

	static_assert(ARRAY_COUNT(policies) == CONFIG_RELAY_POLICY_COUNT, "one each");
	(void)cursor;
	return json_pack("{s:b, s:[], s:s, s:b}", "all", dhcp->relay_policy != CONFIG_RELAY_DROP,
			 "interfaces", "policy", policies[dhcp->relay_policy], "option",
			 dhcp->relay_option);
}

static void show_trusted_print(struct buffer *out, const json_t *piece,
			       const struct show_cursor *cursor)
{
	(void)cursor;
	buffer_add(out, view_true(piece, "all")
				? "All interfaces are trusted source of relay agent information "
				  "option\n"
				: "List of trusted sources of relay agent information option:\n");
}

const struct show show_relay_trusted = {show_trusted_collect, show_trusted_print};
