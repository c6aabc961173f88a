/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See acl_line.h. A line is kept as it takes effect: bits of an address that its wildcard ignores
 * are zero, as IOS stores them, and protocol 6 is tcp.
 *
 * Not supported: `log-input`, `time-range`, `tos`, `precedence`, `dscp`, TCP flags but for
 * `established`, IGMP types, object groups.
 */
#include "cli/modes/acl_line.h"

#include <stdio.h>

#include "cli/names.h"
#include "core/text.h"
#include "core/wire/ipv4.h"

static const char *const op_names[] = {
	[CONFIG_PORT_ANY] = "",	 [CONFIG_PORT_EQ] = "eq", [CONFIG_PORT_NEQ] = "neq",
	[CONFIG_PORT_LT] = "lt", [CONFIG_PORT_GT] = "gt", [CONFIG_PORT_RANGE] = "range",
};

const char *acl_line_op_name(enum config_port_op op)
{
	return op_names[op];
}

enum config_port_op acl_line_op_of(const char *word)
{
	for (unsigned int op = CONFIG_PORT_EQ; op < ARRAY_COUNT(op_names); op++)
		if (strcmp(op_names[op], word) == 0)
			return (enum config_port_op)op;
	return CONFIG_PORT_ANY;
}

/* ---- reading ---------------------------------------------------------------------------- */

/* Keywords that only a line of an extended list has, one of which each of them has. */
bool acl_line_is_extended(const struct call *call)
{
	return call_word(call, "tcp") || call_word(call, "udp") || call_word(call, "icmp") ||
	       call_word(call, "protocol") || call_arg(call, "protocol");
}

static uint8_t read_protocol(const struct call *call)
{
	const char *name = call_word(call, "protocol");

	if (call_arg(call, "protocol"))
		return (uint8_t)call_number(call, "protocol");
	if (!name)
		name = call_word(call, "tcp") ? "tcp" : call_word(call, "udp") ? "udp" : "icmp";
	return (uint8_t)names_protocol(name);
}

/* The ports of one end. @names: of the operator and of the three arguments. */
static enum call_status read_ports(struct call *call, const char *const names[4],
				   struct config_ports *ports)
{
	const char *op = call_word(call, names[0]);

	if (op) {
		ports->op = acl_line_op_of(op);
		ports->first = (uint16_t)call_number(call, names[1]);
	} else if (call_arg(call, names[2])) {
		ports->op = CONFIG_PORT_RANGE;
		ports->first = (uint16_t)call_number(call, names[2]);
		ports->last = (uint16_t)call_number(call, names[3]);
		if (ports->first > ports->last)
			return call_fail(call, "the lower port comes first",
					 "Invalid port range: %u is above %u", ports->first,
					 ports->last);
	}
	return CALL_DONE;
}

static void read_destination(const struct call *call, struct config_acl_line *line)
{
	if (!call_arg(call, "destination"))
		return;
	line->dst_care = IP4_BROADCAST;
	if (call_arg(call, "destination-wildcard"))
		line->dst_care.host = ~call_ip4(call, "destination-wildcard").host;
	line->dst.host = call_ip4(call, "destination").host & line->dst_care.host;
}

static void read_message(const struct call *call, struct config_acl_line *line)
{
	const struct arg *message = call_arg(call, "message");

	if (!message)
		return;
	line->icmp_match = CONFIG_ICMP_TYPE;
	line->icmp_type = message->icmp.type;
	if (message->icmp.code >= 0 || call_arg(call, "code")) {
		line->icmp_match = CONFIG_ICMP_TYPE_CODE;
		line->icmp_code = (uint8_t)(message->icmp.code >= 0 ? message->icmp.code
								    : call_number(call, "code"));
	}
}

/* What an extended line says beyond its source. */
static enum call_status read_extended(struct call *call, struct config_acl_line *line)
{
	static const char *const source[] = {"source-is", "source-port", "source-first",
					     "source-last"};
	static const char *const destination[] = {"destination-is", "destination-port",
						  "destination-first", "destination-last"};
	const struct arg *message = call_arg(call, "message");

	line->proto = read_protocol(call);
	line->established = call_word(call, "established") != NULL;
	line->fragments = call_word(call, "fragments") != NULL;
	read_destination(call, line);
	read_message(call, line);
	if (read_ports(call, source, &line->sport) != CALL_DONE ||
	    read_ports(call, destination, &line->dport) != CALL_DONE)
		return CALL_FAILED;
	if (message && message->icmp.code >= 0 && call_arg(call, "code"))
		return call_fail(call, "leave the code out, or name the type alone",
				 "access-list %s: \"%s\" is a type and a code already", line->list,
				 message->text);
	if (line->fragments &&
	    (line->sport.op || line->dport.op || line->icmp_match || line->established))
		return call_fail(call, "leave out either \"fragments\" or the rest",
				 "access-list %s: later fragments have no ports, flags or ICMP "
				 "type to match",
				 line->list);
	return CALL_DONE;
}

enum call_status acl_line_read(struct call *call, const char *list, struct config_acl_line *line)
{
	memset(line, 0, sizeof(*line));
	snprintf(line->list, sizeof(line->list), "%s", list);
	line->sequence = (uint32_t)call_number_or(call, "sequence", 0);
	line->permit = strcmp(call_word(call, "action"), "permit") == 0;
	line->log = call_word(call, "log") != NULL;
	line->wildcard = IP4_BROADCAST;
	if (call_arg(call, "source"))
		line->wildcard = call_arg(call, "wildcard") ? call_ip4(call, "wildcard") : IP4_ANY;
	if (call_arg(call, "source"))
		line->address.host = call_ip4(call, "source").host & ~line->wildcard.host;
	return acl_line_is_extended(call) ? read_extended(call, line) : CALL_DONE;
}

enum call_status acl_line_read_remark(struct call *call, const char *list,
				      struct config_acl_line *line)
{
	const char *text = call_text(call, "text");
	size_t len = strlen(text);

	memset(line, 0, sizeof(*line));
	snprintf(line->list, sizeof(line->list), "%s", list);
	line->sequence = (uint32_t)call_number_or(call, "sequence", 0);
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len >= sizeof(line->remark))
		return call_fail(call, NULL, "access-list %s: remark longer than %zu characters",
				 list, sizeof(line->remark) - 1);
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return call_fail(call, NULL,
					 "access-list %s: remark holds a control character", list);
	memcpy(line->remark, text, len);
	return CALL_DONE;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void write_end(struct buffer *out, ip4_t address, ip4_t wildcard)
{
	char text[IP4_TEXT_SIZE];

	if (ip4_equal(wildcard, IP4_BROADCAST))
		buffer_add(out, " any");
	else if (ip4_is_any(wildcard))
		buffer_printf(out, " host %s", ip4_to_text(address, text));
	else {
		buffer_printf(out, " %s", ip4_to_text(address, text));
		buffer_printf(out, " %s", ip4_to_text(wildcard, text));
	}
}

static void write_port(struct buffer *out, uint8_t proto, uint16_t port)
{
	const char *name = names_of_port(proto, port);

	if (name)
		buffer_printf(out, " %s", name);
	else
		buffer_printf(out, " %u", port);
}

static void write_ports(struct buffer *out, uint8_t proto, struct config_ports ports)
{
	if (ports.op == CONFIG_PORT_ANY)
		return;
	buffer_printf(out, " %s", op_names[ports.op]);
	write_port(out, proto, ports.first);
	if (ports.op == CONFIG_PORT_RANGE)
		write_port(out, proto, ports.last);
}

static void write_message(struct buffer *out, const struct config_acl_line *line)
{
	bool coded = line->icmp_match == CONFIG_ICMP_TYPE_CODE;
	const char *name = names_of_icmp(line->icmp_type, coded ? line->icmp_code : -1);

	if (line->icmp_match == CONFIG_ICMP_ANY)
		return;
	if (name) {
		buffer_printf(out, " %s", name);
		return;
	}
	buffer_printf(out, " %u", line->icmp_type);
	if (coded)
		buffer_printf(out, " %u", line->icmp_code);
}

static void write_extended(struct buffer *out, const struct config_acl_line *line)
{
	const char *protocol = names_of_protocol(line->proto);

	if (protocol)
		buffer_printf(out, " %s", protocol);
	else
		buffer_printf(out, " %u", line->proto);
	write_end(out, line->address, line->wildcard);
	write_ports(out, line->proto, line->sport);
	write_end(out, line->dst, (ip4_t){~line->dst_care.host});
	write_ports(out, line->proto, line->dport);
	write_message(out, line);
	if (line->established)
		buffer_add(out, " established");
	if (line->fragments)
		buffer_add(out, " fragments");
}

/* @between: what stands between address and wildcard. */
static void write_standard(struct buffer *out, const struct config_acl_line *line,
			   const char *between)
{
	char text[IP4_TEXT_SIZE];

	if (ip4_equal(line->wildcard, IP4_BROADCAST)) {
		buffer_add(out, " any");
		return;
	}
	buffer_printf(out, " %s", ip4_to_text(line->address, text));
	if (!ip4_is_any(line->wildcard))
		buffer_printf(out, "%s%s", between, ip4_to_text(line->wildcard, text));
}

void acl_line_write_shown(struct buffer *out, const struct config_acl_line *line, bool extended)
{
	if (extended)
		write_extended(out, line);
	else
		write_standard(out, line, ", wildcard bits ");
	if (line->log)
		buffer_add(out, " log");
}

void acl_line_write(struct buffer *out, const struct config_acl_line *line, bool extended)
{
	if (line->remark[0]) {
		buffer_printf(out, "remark %s", line->remark);
		return;
	}
	buffer_add(out, line->permit ? "permit" : "deny");
	if (extended)
		write_extended(out, line);
	else
		write_standard(out, line, " ");
	if (line->log)
		buffer_add(out, " log");
}
