/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show hosts`, `show ip dns …`, `clear host` and `clear ip dns statistics`: what the DNS forwarder
 * knows, has kept, and has counted. It is no part of the router, so the world is asked.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"

#include <stdio.h>

#include "cli/session.h"
#include "core/text.h"

/* ---- hosts ------------------------------------------------------------------------------ */

enum { HOST_WIDTH = 25, ADDRESS_COLUMN = 56 };

static const char *show_hosts_name(const struct call *call)
{
	const struct arg *name = call_arg(call, "name");

	return name ? name->text : NULL;
}

/* The two lines above the table: text alone has them, in JSON they are `show ip dns view`'s. */
static char *show_hosts_heading(const struct call *call)
{
	const struct config_dns *dns = &call->world->running->dns;
	const struct world_effects *effects = call->world->effects;
	json_t *view = effects->dns_view ? effects->dns_view(call->world->context) : NULL;
	const json_t *servers = json_object_get(view, "name_servers"),
		     *server; /* learned ones too */
	struct buffer text = {0};
	size_t i;

	if (dns->domain[0])
		buffer_printf(&text, "Default domain is %s\n", dns->domain);
	else
		buffer_add(&text, "Default domain is not set\n");
	buffer_add(&text, json_array_size(servers) > 0 ? "Name servers are " : "No name servers");
	json_array_foreach (servers, i, server)
		buffer_printf(&text, "%s%s", i ? ", " : "", view_string(server, "address"));
	buffer_add(&text, "\n\n");
	json_decref(view);
	return text.at;
}

/*
 * [{name, type ("A", …), source: "configured"|"router"|"reservation"|"lease"|"cache",
 * age_s|null, ttl_s|null (what is left of it), negative (kept: there is no such name, or none of
 * that type), addresses: [of A and AAAA], records (how many)}]; of one name: with or without its
 * domain
 */
static json_t *show_hosts_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct world_effects *effects = call->world->effects;

	if (cursor->first)
		cursor->state = show_hosts_heading(call);
	if (!effects->hosts)
		return json_array();
	return effects->hosts(call->world->context, show_hosts_name(call), cursor);
}

/* IOS's word for a type of address; others by their own. */
static const char *show_hosts_type(const json_t *row)
{
	const char *type = view_string(row, "type");

	if (strcmp(type, "A") == 0)
		return "IP";
	return strcmp(type, "AAAA") == 0 ? "IPv6" : type;
}

static void show_hosts_row(struct buffer *out, const json_t *row)
{
	const char *source = view_string(row, "source"), *name = view_string(row, "name");
	bool kept = strcmp(source, "cache") == 0 || strcmp(source, "lease") == 0;
	const json_t *addresses = json_object_get(row, "addresses"), *address;
	size_t i, start = out->len;

	buffer_printf(out, "%-*s %-5s (%s, %s) %3lld  %-6s", HOST_WIDTH, name, "None",
		      kept ? "temp" : "perm", view_true(row, "negative") ? "NE" : "OK",
		      view_number(row, "age_s") / 3600, show_hosts_type(row));
	json_array_foreach (addresses, i, address) {
		if (i > 0) {
			buffer_add(out, "\n");
			start = out->len;
		}
		view_pad(out, start, ADDRESS_COLUMN);
		buffer_add(out, json_string_value(address));
	}
	buffer_add(out, "\n");
}

static void show_hosts_print(struct buffer *out, const json_t *piece,
			     const struct show_cursor *cursor)
{
	const json_t *row;
	size_t i;

	if (cursor->first) {
		buffer_add(out, cursor->state ? (const char *)cursor->state : "");
		buffer_add(out, "Codes: OK - has addresses, NE - does not exist, perm - permanent, "
				"temp - temporary\n\n"
				"Host                      Port  Flags      Age Type    "
				"Address(es)\n");
	}
	json_array_foreach (piece, i, row)
		show_hosts_row(out, row);
}

const struct show show_hosts = {show_hosts_collect, show_hosts_print};

/* ---- view ------------------------------------------------------------------------------- */

/*
 * {server (queries are answered), lookup, domain|null, trouble|null (why none can be answered),
 * name_servers: [{address, learned, responding, asked, answered, timeouts}], listeners,
 * connections, connections_max, connections_refused, own_names, cache_entries, cache_entries_max,
 * cache_bytes, cache_bytes_max}
 */
static json_t *show_dns_view_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct world_effects *effects = call->world->effects;

	(void)cursor;
	return effects->dns_view ? effects->dns_view(call->world->context) : json_object();
}

static void show_dns_view_servers(struct buffer *out, const json_t *servers)
{
	const json_t *server;
	size_t i;

	json_array_foreach (servers, i, server)
		buffer_printf(out, "    %-15s %-10s %-10s %8lld %8lld %8lld\n",
			      view_string(server, "address"),
			      view_true(server, "learned") ? "learned" : "configured",
			      view_true(server, "responding") ? "yes" : "no",
			      view_number(server, "asked"), view_number(server, "answered"),
			      view_number(server, "timeouts"));
}

static void show_dns_view_print(struct buffer *out, const json_t *view,
				const struct show_cursor *cursor)
{
	const json_t *servers = json_object_get(view, "name_servers"), *server;
	size_t i;

	(void)cursor;
	buffer_add(out, "DNS View default parameters:\nDNS Resolver settings:\n");
	buffer_printf(out, "  Domain lookup is %s\n",
		      view_true(view, "lookup") ? "enabled" : "disabled");
	buffer_printf(out, "  Default domain name: %s\n", view_string(view, "domain"));
	buffer_add(out, "  Domain name-servers:");
	json_array_foreach (servers, i, server)
		buffer_printf(out, " %s", view_string(server, "address"));
	buffer_printf(out, "\nDNS Server settings:\n  Queries are %s\n",
		      view_true(view, "server") ? "answered" : "not answered");
	if (!view_is_null(view, "trouble"))
		buffer_printf(out, "  None can be: %s\n", view_string(view, "trouble"));
	buffer_printf(
		out, "  Addresses served: %lld, TCP connections: %lld (max %lld, refused %lld)\n",
		view_number(view, "listeners"), view_number(view, "connections"),
		view_number(view, "connections_max"), view_number(view, "connections_refused"));
	buffer_printf(out, "  Names of its own: %lld\n", view_number(view, "own_names"));
	buffer_printf(out, "  Cache: %lld answers (max %lld), %lld bytes (max %lld)\n",
		      view_number(view, "cache_entries"), view_number(view, "cache_entries_max"),
		      view_number(view, "cache_bytes"), view_number(view, "cache_bytes_max"));
	buffer_add(out,
		   "Name servers:\n    Address         From       Responding    Asked Answered "
		   "Timeouts\n");
	show_dns_view_servers(out, servers);
}

const struct show show_dns_view = {show_dns_view_collect, show_dns_view_print};

/* ---- statistics ------------------------------------------------------------------------- */

/*
 * {received_udp, received_tcp, replied_udp, replied_tcp, dropped, malformed, refused, own (answered
 * from what the router knows), cached, forwarded, joined (with a question that was under way),
 * limited, failed, truncated, asked (tries), asked_tcp, timeouts, strange (no answer to what was
 * asked), waiting, waiting_most, waiting_max}
 */
static json_t *show_dns_statistics_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct world_effects *effects = call->world->effects;

	(void)cursor;
	return effects->dns_statistics ? effects->dns_statistics(call->world->context)
				       : json_object();
}

static void show_dns_statistics_print(struct buffer *out, const json_t *o,
				      const struct show_cursor *cursor)
{
	static const struct {
		const char *key, *text;
	} lines[] =
		{
			{"own", "Answered from the router's own names"},
			{"cached", "Answered from the cache"},
			{"refused", "Refused"},
			{"malformed", "Malformed"},
			{"truncated", "Answers cut, to be had by TCP"},
			{"failed", "Without an answer of a name server"},
		},
	  queue[] =
		  {
			  {"waiting", "Current size"},
			  {"waiting_most", "Largest size"},
			  {"waiting_max", "Maximum size"},
			  {"limited", "Drops"},
		  },
	  tries[] = {
		  {"forwarded", "Queries for name servers"},
		  {"joined", "Of them, asked already"},
		  {"asked", "Tries"},
		  {"asked_tcp", "Of them, by TCP"},
		  {"timeouts", "Timeouts"},
		  {"strange", "Not what was asked, or late"},
	  };
	long long udp = view_number(o, "received_udp"), tcp = view_number(o, "received_tcp");
	long long replied_udp = view_number(o, "replied_udp");
	long long replied_tcp = view_number(o, "replied_tcp");

	(void)cursor;
	buffer_printf(out, "DNS requests received = %lld ( %lld + %lld )\n", udp + tcp, udp, tcp);
	buffer_printf(out, "DNS requests dropped = %lld\n", view_number(o, "dropped"));
	buffer_printf(out, "DNS responses replied = %lld ( %lld + %lld )\n",
		      replied_udp + replied_tcp, replied_udp, replied_tcp);
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++)
		buffer_printf(out, "  %s = %lld\n", lines[i].text, view_number(o, lines[i].key));
	buffer_add(out, "\nForwarder queue statistics:\n");
	for (size_t i = 0; i < ARRAY_COUNT(queue); i++)
		buffer_printf(out, "  %s = %lld\n", queue[i].text, view_number(o, queue[i].key));
	buffer_add(out, "\nName servers:\n");
	for (size_t i = 0; i < ARRAY_COUNT(tries); i++)
		buffer_printf(out, "  %s = %lld\n", tries[i].text, view_number(o, tries[i].key));
}

const struct show show_dns_statistics = {show_dns_statistics_collect, show_dns_statistics_print};

/* ---- clearing --------------------------------------------------------------------------- */

static enum call_status clear_host(struct call *call)
{
	const struct world_effects *effects = call->world->effects;
	const char *name = show_hosts_name(call);
	unsigned int count = 0;

	if (effects->clear_hosts)
		count = effects->clear_hosts(call->world->context, name);
	if (!name || count > 0)
		return CALL_DONE;
	return call_fail(
		call,
		"\"show hosts\" lists what is kept (temp, without a lease); names of "
		"devices end with their leases, and \"no ip host\" takes back what is typed",
		"Host %s: nothing is kept about it", name);
}

static enum call_status clear_dns_statistics(struct call *call)
{
	if (call->world->effects->clear_dns_statistics)
		call->world->effects->clear_dns_statistics(call->world->context);
	return CALL_DONE;
}

/* ---- tables ----------------------------------------------------------------------------- */

static const struct command show_dns_commands[] = {
	{
		.mode = MODE_EXEC,
		.path = "show hosts [<name:host>]",
		.help = "The names that are known: typed ones, devices, and what name servers "
			"answered.",
		.flags = COMMAND_LOOK,
		.show = &show_hosts,
	},
	{
		.mode = MODE_EXEC,
		.path = "show ip dns view",
		.help = "How names are looked up and served, and how the name servers do.",
		.flags = COMMAND_LOOK,
		.show = &show_dns_view,
	},
	{
		.mode = MODE_EXEC,
		.path = "show ip dns statistics",
		.help = "Queries and answers of the DNS forwarder.",
		.flags = COMMAND_LOOK,
		.show = &show_dns_statistics,
	},
	{
		.mode = MODE_EXEC,
		.path = "clear host {*|<name:host>}",
		.help = "Forget what name servers answered, about one name or all.",
		.run = clear_host,
	},
	{
		.mode = MODE_EXEC,
		.path = "clear ip dns statistics",
		.help = "Set the DNS forwarder's counters to 0.",
		.run = clear_dns_statistics,
	},
};

static const struct word_help show_dns_words[] = {
	{"show hosts", "Names and addresses"},
	{"show hosts <name>", "With or without its domain"},
	{"show ip dns", "The DNS forwarder"},
	{"show ip dns view", "Settings and name servers"},
	{"show ip dns statistics", "Counters of queries and answers"},
	{"clear host", "Answers of name servers that are kept"},
	{"clear host *", "All of them"},
	{"clear host <name>", "A name, with its domain"},
	{"clear ip dns", "The DNS forwarder"},
	{"clear ip dns statistics", "Counters of queries and answers"},
};

const struct command_family show_dns_family = {
	.title = "Looking at names",
	.commands = show_dns_commands,
	.command_count = ARRAY_COUNT(show_dns_commands),
	.words = show_dns_words,
	.word_count = ARRAY_COUNT(show_dns_words),
};
