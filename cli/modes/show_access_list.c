/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `show access-lists`: the lists line by line, each with the number of packets that it decided.
 * Remarks are no lines of it, as in IOS. For the text a line is made again from the answer, so that
 * it reads as in the configuration.
 */
#include <stdio.h>

#include "cli/modes/acl_line.h"
#include "cli/modes/show.h"
#include "cli/modes/view.h"
#include "cli/names.h"
#include "cli/session.h"

/* ---- the answer ------------------------------------------------------------------------- */

static json_t *view_of_protocol(uint8_t proto)
{
	const char *name = names_of_protocol(proto);
	char number[8];

	if (name)
		return json_string(name);
	snprintf(number, sizeof(number), "%u", proto);
	return json_string(number);
}

static json_t *view_of_end(ip4_t address, ip4_t wildcard, struct config_ports ports)
{
	json_t *end = json_pack("{s:o, s:o}", "address", view_of_ip4(address), "wildcard",
				view_of_ip4(wildcard));

	if (ports.op == CONFIG_PORT_ANY) {
		view_set(end, "port_operator", json_null());
		view_set(end, "ports", json_array());
		return end;
	}
	view_set(end, "port_operator",
		 json_string(acl_line_op_name((enum config_port_op)ports.op)));
	view_set(end, "ports",
		 ports.op == CONFIG_PORT_RANGE
			 ? json_pack("[i, i]", (int)ports.first, (int)ports.last)
			 : json_pack("[i]", (int)ports.first));
	return end;
}

static json_t *view_of_line(const struct config_acl_line *line, bool extended, uint64_t matches)
{
	json_t *view = json_pack("{s:i, s:s}", "sequence", (int)line->sequence, "action",
				 line->permit ? "permit" : "deny");

	if (extended) {
		view_set(view, "protocol", view_of_protocol(line->proto));
		view_set(view, "source", view_of_end(line->address, line->wildcard, line->sport));
		view_set(view, "destination",
			 view_of_end(line->dst, (ip4_t){~line->dst_care.host}, line->dport));
		view_set(view, "icmp_type",
			 line->icmp_match == CONFIG_ICMP_ANY ? json_null()
							     : json_integer(line->icmp_type));
		view_set(view, "icmp_code",
			 line->icmp_match == CONFIG_ICMP_TYPE_CODE ? json_integer(line->icmp_code)
								   : json_null());
		view_set(view, "established", json_boolean(line->established));
		view_set(view, "fragments", json_boolean(line->fragments));
	} else {
		view_set(view, "address", view_of_ip4(line->address));
		view_set(view, "wildcard", view_of_ip4(line->wildcard));
	}
	view_set(view, "log", json_boolean(line->log));
	view_set_number(view, "matches", matches);
	return view;
}

static json_t *view_of_list(const struct world *world, const struct config_acl *acl)
{
	json_t *lines = json_array();
	uint32_t count;
	const struct config_acl_line *line = config_acl_lines(world->running, acl->name, &count);

	for (uint32_t i = 0; i < count; i++) {
		if (line[i].remark[0])
			continue;
		json_array_append_new(lines, view_of_line(&line[i], acl->extended,
							  router_acl_hits(world->router, acl->name,
									  line[i].sequence)));
	}
	return json_pack("{s:o, s:s, s:o}", "name", view_of_text(acl->name), "type",
			 acl->extended ? "extended" : "standard", "lines", lines);
}

/*
 * [{name, type: "standard"|"extended", lines: [{sequence, action: "permit"|"deny", …, log,
 *   matches}]}]
 * a line of a standard list: address, wildcard; of an extended one: protocol ("tcp", or a number in
 * decimal), source and destination {address, wildcard, port_operator: null|"eq"|"neq"|"lt"|"gt"|
 * "range", ports: []}, icmp_type, icmp_code, established, fragments
 */
static json_t *show_access_list_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct arg *only = call_arg(call, "list");
	json_t *lists = json_array();

	(void)cursor;
	vec_each (&call->world->running->acls, acl) {
		if (!only || strcmp(only->text, acl->name) == 0)
			json_array_append_new(lists, view_of_list(call->world, acl));
	}
	return lists;
}

/* ---- the text --------------------------------------------------------------------------- */

static ip4_t read_ip4(const json_t *object, const char *key)
{
	ip4_t address = IP4_ANY;

	ip4_from_text(view_string(object, key), &address);
	return address;
}

static struct config_ports read_ports(const json_t *end)
{
	const json_t *ports = json_object_get(end, "ports");

	return (struct config_ports){
		.op = acl_line_op_of(view_string(end, "port_operator")),
		.first = (uint16_t)json_integer_value(json_array_get(ports, 0)),
		.last = (uint16_t)json_integer_value(json_array_get(ports, 1)),
	};
}

static void read_extended(const json_t *view, struct config_acl_line *line)
{
	const json_t *source = json_object_get(view, "source");
	const json_t *destination = json_object_get(view, "destination");
	int proto = names_protocol(view_string(view, "protocol"));

	line->proto = (uint8_t)(proto >= 0 ? proto : atoi(view_string(view, "protocol")));
	line->address = read_ip4(source, "address");
	line->wildcard = read_ip4(source, "wildcard");
	line->sport = read_ports(source);
	line->dst = read_ip4(destination, "address");
	line->dst_care.host = ~read_ip4(destination, "wildcard").host;
	line->dport = read_ports(destination);
	if (!view_is_null(view, "icmp_type"))
		line->icmp_match =
			view_is_null(view, "icmp_code") ? CONFIG_ICMP_TYPE : CONFIG_ICMP_TYPE_CODE;
	line->icmp_type = (uint8_t)view_number(view, "icmp_type");
	line->icmp_code = (uint8_t)view_number(view, "icmp_code");
	line->established = view_true(view, "established");
	line->fragments = view_true(view, "fragments");
}

static void print_line(struct buffer *out, const json_t *view, bool extended)
{
	struct config_acl_line line = {.log = view_true(view, "log")};
	long long matches = view_number(view, "matches");

	if (extended) {
		read_extended(view, &line);
	} else {
		line.address = read_ip4(view, "address");
		line.wildcard = read_ip4(view, "wildcard");
	}
	buffer_printf(out, "    %lld %s", view_number(view, "sequence"),
		      view_string(view, "action"));
	acl_line_write_shown(out, &line, extended);
	if (matches > 0)
		buffer_printf(out, " (%lld match%s)", matches, matches == 1 ? "" : "es");
	buffer_add(out, "\n");
}

static void show_access_list_print(struct buffer *out, const json_t *piece,
				   const struct show_cursor *cursor)
{
	const json_t *list, *line;
	size_t i, j;

	(void)cursor;
	json_array_foreach (piece, i, list) {
		bool extended = strcmp(view_string(list, "type"), "extended") == 0;

		buffer_printf(out, "%s IP access list %s\n", extended ? "Extended" : "Standard",
			      view_string(list, "name"));
		json_array_foreach (json_object_get(list, "lines"), j, line)
			print_line(out, line, extended);
	}
}

const struct show show_access_list = {show_access_list_collect, show_access_list_print};
