/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `clear …`: forget what the router has learnt or counted. The configuration stays as it is.
 */
#include "cli/command.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

/* ---- NAT -------------------------------------------------------------------------------- */

static enum call_status clear_nat(struct call *call, const struct nat_match *match)
{
	if (router_clear_nat(call->world->router, match, call->world->now) == 0)
		return call_fail(call, "`show ip nat translations` lists them.",
				 "Translation not found");
	return CALL_DONE;
}

static enum call_status clear_nat_all(struct call *call)
{
	static const struct nat_match all;

	router_clear_nat(call->world->router, &all, call->world->now);
	return CALL_DONE;
}

static enum call_status clear_nat_inside(struct call *call)
{
	struct nat_match match = {
		.global = call_ip4(call, "global"),
		.local = call_ip4(call, "local"),
	};

	return clear_nat(call, &match);
}

static enum call_status clear_nat_ports(struct call *call)
{
	struct nat_match match = {
		.proto = view_proto_of(call_word(call, "proto")),
		.global = call_ip4(call, "global"),
		.global_port = (uint16_t)call_number(call, "global-port"),
		.local = call_ip4(call, "local"),
		.local_port = (uint16_t)call_number(call, "local-port"),
	};

	if (call_arg(call, "outside-global")) {
		match.remote = call_ip4(call, "outside-global");
		match.remote_port = (uint16_t)call_number(call, "outside-global-port");
		if (!ip4_equal(match.remote, call_ip4(call, "outside-local")) ||
		    match.remote_port != call_number(call, "outside-local-port"))
			return call_fail(call,
					 "Outside local and outside global are the same here.",
					 "Translation not found");
	}
	return clear_nat(call, &match);
}

static enum call_status clear_nat_statistics(struct call *call)
{
	router_clear_nat_stats(call->world->router, call->world->now);
	return CALL_DONE;
}

/* ---- the others ------------------------------------------------------------------------- */

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

static enum call_status clear_dhcp_statistics(struct call *call)
{
	router_clear_dhcp_stats(call->world->router);
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
	CLEAR_ROW("clear ip nat translation {*|forced}",
		  "End every translation; static forwards stay.", clear_nat_all),
	CLEAR_ROW("clear ip nat translation inside <global:ip4> <local:ip4> [forced]",
		  "End the translations of one device's address.", clear_nat_inside),
	CLEAR_ROW("clear ip nat translation proto={tcp|udp} inside <global:ip4> <global-port:port> "
		  "<local:ip4> <local-port:port> [outside <outside-local:ip4> "
		  "<outside-local-port:port> <outside-global:ip4> <outside-global-port:port>]",
		  "End the translations of one port, or of one connection.", clear_nat_ports),
	CLEAR_ROW("clear ip nat statistics", "Set the counters of address translation to 0.",
		  clear_nat_statistics),
	CLEAR_ROW("clear ip dhcp binding {*|<address:ip4>}",
		  "Forget leases; their addresses are free at once.", clear_dhcp_binding),
	CLEAR_ROW("clear ip dhcp server statistics", "Set the DHCP server's counters to 0.",
		  clear_dhcp_statistics),
	CLEAR_ROW("clear access-list counters [<list:acl>]",
		  "Set the counts of matches of one access list, or of all, to 0.",
		  clear_access_list),
	CLEAR_ROW("clear arp-cache", "Forget what ARP has learnt.", clear_arp),
	CLEAR_ROW("clear counters", "Set the interfaces' counters and drops to 0.", clear_counters),
};

static const struct word_help clear_words[] = {
	{"clear", "Forget what was learnt or counted"},
	{"clear ip", "NAT and DHCP"},
	{"clear ip nat", "Network address translation"},
	{"clear ip nat translation", "Translations in the table"},
	{"clear ip nat translation *", "All of them"},
	{"clear ip nat translation forced", "All of them, in use or not"},
	{"clear ip nat translation tcp", "A TCP translation"},
	{"clear ip nat translation udp", "A UDP translation"},
	{"clear ip nat translation inside", "Inside addresses: global, then local"},
	{"clear ip nat translation tcp inside", "Inside address and port: global, then local"},
	{"clear ip nat translation udp inside", "Inside address and port: global, then local"},
	{"inside outside", "Outside address and port: local, then global"},
	{"clear ip nat statistics", "Counters of translation"},
	{"clear ip dhcp", "The DHCP server"},
	{"clear ip dhcp binding", "Leases"},
	{"clear ip dhcp binding *", "All of them"},
	{"clear ip dhcp server", "The server as a whole"},
	{"clear ip dhcp server statistics", "Counters of messages"},
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
