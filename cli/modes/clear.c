/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `clear …`: forget what the router has learnt or counted. The configuration stays as it is. NAT's
 * are in clear_nat.c.
 */
#include "cli/command.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

static enum call_status clear_dhcp_binding(struct call *call)
{
	const struct arg *address = call_arg(call, "address");
	char text[IP4_TEXT_SIZE];

	if (!address)
		router_clear_leases(call->world->router, IP4_ANY, call->world->now);
	else if (ip4_is_any(address->ip4) ||
		 router_clear_leases(call->world->router, address->ip4, call->world->now) == 0)
		return call_fail(call, "`show ip dhcp binding` lists them.", "No binding for %s",
				 ip4_to_text(address->ip4, text));
	return CALL_DONE;
}

static enum call_status clear_dhcp_conflict(struct call *call)
{
	const struct arg *address = call_arg(call, "address");
	char text[IP4_TEXT_SIZE];

	if (!address)
		router_clear_conflicts(call->world->router, IP4_ANY, call->world->now);
	else if (ip4_is_any(address->ip4) ||
		 router_clear_conflicts(call->world->router, address->ip4, call->world->now) == 0)
		return call_fail(call, "`show ip dhcp conflict` lists them.", "No conflict for %s",
				 ip4_to_text(address->ip4, text));
	return CALL_DONE;
}

static enum call_status clear_dhcp_statistics(struct call *call)
{
	router_clear_dhcp_stats(call->world->router);
	return CALL_DONE;
}

static enum call_status clear_dhcp_relay(struct call *call)
{
	router_clear_relay_stats(call->world->router);
	return CALL_DONE;
}

static enum call_status clear_arp(struct call *call)
{
	router_clear_arp(call->world->router, call->world->now);
	return CALL_DONE;
}

static enum call_status clear_counters(struct call *call)
{
	router_clear_counters(call->world->router);
	return CALL_DONE;
}

static enum call_status clear_access_list(struct call *call)
{
	const struct arg *list = call_arg(call, "list");

	if (list && !config_acl_exists(call->world->running, list->text))
		return call_fail(call, "`show access-lists` lists them.",
				 "Access list %s: there is none", list->text);
	router_clear_acl_hits(call->world->router, list ? list->text : NULL);
	return CALL_DONE;
}

#define CLEAR_ROW(words, text, handler)                                                            \
	{                                                                                          \
		.mode = MODE_EXEC, .path = (words), .help = (text), .run = (handler),              \
	}

static const struct command clear_commands[] = {
	CLEAR_ROW("clear ip dhcp binding {*|<address:ip4>}",
		  "Forget leases; their addresses are free at once.", clear_dhcp_binding),
	CLEAR_ROW("clear ip dhcp conflict {*|<address:ip4>}",
		  "Forget that addresses were found in use; they can be leased again.",
		  clear_dhcp_conflict),
	CLEAR_ROW("clear ip dhcp server statistics", "Set the DHCP server's counters to 0.",
		  clear_dhcp_statistics),
	CLEAR_ROW("clear ip dhcp relay statistics", "Set the DHCP relay's counters to 0.",
		  clear_dhcp_relay),
	CLEAR_ROW("clear access-list counters [<list:acl>]",
		  "Set the counts of matches of one access list, or of all, to 0.",
		  clear_access_list),
	CLEAR_ROW("clear arp-cache", "Forget what ARP has learnt.", clear_arp),
	CLEAR_ROW("clear counters", "Set the interfaces' counters and drops to 0.", clear_counters),
};

static const struct word_help clear_words[] = {
	{"clear", "Forget what was learnt or counted"},
	{"clear ip", "NAT, DHCP and DNS"},
	{"clear ip dhcp", "The DHCP server"},
	{"clear ip dhcp binding", "Leases"},
	{"clear ip dhcp binding *", "All of them"},
	{"clear ip dhcp conflict", "Addresses found in use"},
	{"clear ip dhcp conflict *", "All of them"},
	{"clear ip dhcp server", "The server as a whole"},
	{"clear ip dhcp server statistics", "Counters of messages"},
	{"clear ip dhcp relay", "The DHCP relay"},
	{"clear ip dhcp relay statistics", "Counters of messages"},
	{"clear access-list", "Access lists"},
	{"clear access-list counters", "Counts of matches"},
	{"clear arp-cache", "ARP cache"},
	{"clear counters", "Counters of the interfaces"},
};

const struct command_family clear_family = {
	.title = "Clearing",
	.commands = clear_commands,
	.command_count = ARRAY_COUNT(clear_commands),
	.words = clear_words,
	.word_count = ARRAY_COUNT(clear_words),
};
