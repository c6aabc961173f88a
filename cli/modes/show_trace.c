/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See show_trace.h. What the router would send of its own is read from the frames' first bytes, so
 * that it is what a neighbour would read.
 */
#include "cli/modes/show_trace.h"

#include <ctype.h>
#include <stdio.h>
#include "cli/modes/view.h"
#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

/* ---- JSON ------------------------------------------------------------------------------- */

static bool has_ports(uint8_t proto)
{
	return proto == IP_PROTO_TCP || proto == IP_PROTO_UDP;
}

/** @value: null unless @there. */
static json_t *number_or_null(bool there, unsigned int value)
{
	return there ? json_integer(value) : json_null();
}

static json_t *trace_tcp_flags(const struct trace_packet *p)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} names[] = {{TCP_SYN, "syn"}, {TCP_ACK, "ack"}, {TCP_FIN, "fin"},
		     {TCP_RST, "rst"}, {TCP_PSH, "psh"}, {TCP_URG, "urg"}};
	json_t *flags;

	if (p->proto != IP_PROTO_TCP)
		return json_null();
	flags = json_array();
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		if (p->tcp_flags & names[i].flag)
			json_array_append_new(flags, json_string(names[i].name));
	return flags;
}

/* What a packet says of itself, in the keys that input, output and answers share. */
static json_t *trace_packet(struct interface_id interface, const struct trace_packet *p)
{
	bool ports = has_ports(p->proto), icmp = p->proto == IP_PROTO_ICMP;
	bool tcp = p->proto == IP_PROTO_TCP;

	return json_pack(
		"{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i}",
		"interface",
		interface.kind == INTERFACE_NONE ? json_null() : view_of_interface(interface),
		"protocol", view_proto_name(p->proto), "src", view_of_ip4(p->src), "sport",
		number_or_null(ports, p->sport), "dst", view_of_ip4(p->dst), "dport",
		number_or_null(ports, p->dport), "tcp_flags", trace_tcp_flags(p), "tcp_seq",
		number_or_null(tcp, p->seq), "tcp_ack", number_or_null(tcp, p->ack), "icmp_type",
		number_or_null(icmp, p->icmp_type), "icmp_code", number_or_null(icmp, p->icmp_code),
		"icmp_id", number_or_null(icmp, p->icmp_id), "ttl", p->ttl, "length", p->len);
}

static json_t *trace_steps(const struct trace *trace)
{
	json_t *steps = json_array();

	for (unsigned int n = 0; n < trace->step_count; n++) {
		const struct trace_step *step = &trace->steps[n];

		json_array_append_new(steps,
				      json_pack("{s:i, s:s, s:s, s:b, s:o}", "step", (int)n + 1,
						"type", trace_kind_name(step->kind), "result",
						step->denied ? "drop" : "allow", "routine",
						trace_kind_is_routine(step->kind) && !step->denied,
						"text", view_of_text(step->text)));
	}
	return steps;
}

/* The frame of the packet itself that was handed to a port; NULL: none was. */
static const struct trace_output *trace_sent(const struct trace *trace)
{
	for (unsigned int n = 0; n < trace->output_count; n++)
		if (!trace->outputs[n].own)
			return &trace->outputs[n];
	return NULL;
}

/* The ports that the packet itself was handed to, each once. */
static json_t *trace_ports(const struct trace *trace)
{
	json_t *ports = json_array();

	for (unsigned int n = 0; n < trace->output_count; n++) {
		bool again = trace->outputs[n].own;

		for (unsigned int m = 0; m < n && !again; m++)
			again = !trace->outputs[m].own &&
				interface_id_equal(trace->outputs[m].port, trace->outputs[n].port);
		if (!again)
			json_array_append_new(ports, view_of_interface(trace->outputs[n].port));
	}
	return ports;
}

/* By which interface it leaves, and as what; null when it does not. */
static json_t *trace_output_of(const struct trace *trace)
{
	const struct trace_output *sent = trace_sent(trace);
	struct interface_id interface = trace->interface;
	json_t *output;

	if (trace->verdict != VERDICT_SENT)
		return json_null();
	if (interface.kind == INTERFACE_NONE && sent)
		interface = sent->port; /* switched, not routed: the first of the ports */
	output = trace_packet(interface, &trace->packet);
	view_set(output, "ports", trace_ports(trace));
	view_set(output, "next_hop", view_of_ip4_or_null(trace->next_hop));
	view_set(output, "mac", view_of_mac(trace->mac));
	view_set(output, "waits_for_arp", json_boolean(trace->waits));
	return output;
}

/* The transport of a packet of the router's own, as far as its first bytes tell. */
static void trace_read_transport(struct cursor *c, struct trace_packet *p)
{
	struct tcp tcp;
	struct icmp icmp;

	if (p->proto == IP_PROTO_TCP && tcp_parse(c, &tcp) == 0) {
		p->sport = tcp.sport;
		p->dport = tcp.dport;
		p->tcp_flags = tcp.flags;
		p->seq = tcp.seq;
		p->ack = tcp.ack;
	} else if (p->proto == IP_PROTO_ICMP && icmp_parse(c, &icmp) == 0) {
		p->icmp_type = icmp.type;
		p->icmp_code = icmp.code;
		p->icmp_id = icmp_is_query(icmp.type) ? icmp.id : 0;
	} else if (p->proto == IP_PROTO_UDP && cursor_left(c) >= UDP_LEN) {
		p->sport = cursor_u16(c);
		p->dport = cursor_u16(c);
	}
}

/* A frame of the router's own; NULL: one that is of no interest. */
static json_t *trace_answer(const struct trace_output *o)
{
	struct cursor c = cursor_over(o->head, MIN(o->len, (uint32_t)TRACE_HEAD_SIZE));
	struct ethernet e = {.type = ETHERNET_IPV4};
	struct trace_packet p = {0};
	struct ipv4 ip;
	struct arp arp;

	if (o->port.kind == INTERFACE_TAP && ethernet_parse(&c, &e) < 0)
		return NULL;
	if (e.type == ETHERNET_ARP && arp_parse(&c, &arp) == 0)
		return json_pack("{s:o, s:s, s:o, s:o, s:s}", "interface",
				 view_of_interface(o->port), "protocol", "arp", "src",
				 view_of_ip4(arp.sender), "dst", view_of_ip4(arp.target), "arp",
				 arp.op == ARP_REQUEST ? "request" : "reply");
	if (e.type != ETHERNET_IPV4 || ipv4_parse(&c, &ip) < 0)
		return NULL;
	p.src = ip.src;
	p.dst = ip.dst;
	p.proto = ip.proto;
	p.ttl = ip.ttl;
	p.len = ip.total_len;
	trace_read_transport(&c, &p);
	return trace_packet(o->port, &p);
}

static json_t *trace_answers(const struct trace *trace)
{
	json_t *answers = json_array(), *answer;

	for (unsigned int n = 0; n < trace->output_count; n++) {
		answer = trace->outputs[n].own ? trace_answer(&trace->outputs[n]) : NULL;
		if (answer)
			json_array_append_new(answers, answer);
	}
	return answers;
}

static const char *trace_action(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_SENT: return "sent";
	case VERDICT_CONSUMED: return "consumed";
	case VERDICT_DROPPED:
	case VERDICT_NEXT: break;
	}
	return "dropped";
}

/*
 * {input: PACKET, steps: [{step, type, result: "allow"|"drop", routine, text}], action:
 * "sent"|"consumed"|"dropped", drop: reason|null, output: PACKET and {ports: [interface],
 * next_hop|null, mac|null, waits_for_arp}|null, answers: [PACKET, or of ARP {interface, protocol:
 * "arp", src, dst, arp: "request"|"reply"}]}, with PACKET {interface, protocol, src, sport|null,
 * dst, dport|null, tcp_flags|null, tcp_seq|null, tcp_ack|null, icmp_type|null, icmp_code|null,
 * icmp_id|null, ttl, length}
 */
json_t *show_trace_answer(const struct trace_packet *packet, const struct trace *trace)
{
	bool dropped = trace->verdict == VERDICT_DROPPED;
	struct trace_packet input = *packet;

	input.len = packet->len ? packet->len : trace->packet.len;
	input.seq = trace->packet.seq;
	input.ack = trace->packet.ack;
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "input",
			 trace_packet(packet->interface, &input), "steps", trace_steps(trace),
			 "action", trace_action(trace->verdict), "drop",
			 dropped ? json_string(drop_name(trace->reason)) : json_null(), "output",
			 trace_output_of(trace), "answers", trace_answers(trace));
}

static json_t *show_trace_collect(const struct call *call, struct show_cursor *cursor)
{
	(void)cursor;
	return json_incref(call->answer);
}

/* ---- text ------------------------------------------------------------------------------- */

/* "ROUTE-LOOKUP" of "route_lookup" into @text, @size bytes. */
static const char *trace_print_type(const json_t *step, char *text, size_t size)
{
	size_t n = 0;

	for (const char *c = view_string(step, "type"); *c && n + 1 < size; c++)
		text[n++] = *c == '_' ? '-' : (char)toupper((unsigned char)*c);
	text[n] = '\0';
	return text;
}

/* "tcp 10.0.0.1:80 to 10.0.0.2:81, syn", "icmp type 8 code 0, 10.0.0.1 to 10.0.0.2" */
static void trace_print_packet(struct buffer *out, const json_t *p)
{
	const json_t *flags = json_object_get(p, "tcp_flags"), *flag;
	size_t i;

	if (!view_is_null(p, "icmp_type"))
		buffer_printf(out, "icmp type %lld code %lld, %s to %s",
			      view_number(p, "icmp_type"), view_number(p, "icmp_code"),
			      view_string(p, "src"), view_string(p, "dst"));
	else if (!view_is_null(p, "sport"))
		buffer_printf(out, "%s %s:%lld to %s:%lld", view_string(p, "protocol"),
			      view_string(p, "src"), view_number(p, "sport"), view_string(p, "dst"),
			      view_number(p, "dport"));
	else
		buffer_printf(out, "%s %s to %s", view_string(p, "protocol"), view_string(p, "src"),
			      view_string(p, "dst"));
	json_array_foreach (flags, i, flag)
		buffer_printf(out, "%s%s", i ? " " : ", ", json_string_value(flag));
}

static void trace_print_answer(struct buffer *out, const json_t *answer)
{
	buffer_printf(out, "%-18s", "Router sends:");
	if (view_is_null(answer, "arp"))
		trace_print_packet(out, answer);
	else
		buffer_printf(out, "arp %s, %s to %s", view_string(answer, "arp"),
			      view_string(answer, "src"), view_string(answer, "dst"));
	buffer_printf(out, ", out of %s\n", view_string(answer, "interface"));
}

static void trace_print_output(struct buffer *out, const json_t *output)
{
	const json_t *ports = json_object_get(output, "ports"), *port;
	char mac[MAC_TEXT_SIZE];
	size_t i;

	buffer_printf(out, "%-18s%s", "Output interface:", view_string(output, "interface"));
	json_array_foreach (ports, i, port)
		if (strcmp(json_string_value(port), view_string(output, "interface")) != 0)
			buffer_printf(out, ", %s", json_string_value(port));
	buffer_printf(out, "\n%-18s", "Output:");
	trace_print_packet(out, output);
	buffer_printf(out, ", ttl %lld\n", view_number(output, "ttl"));
	if (view_is_null(output, "next_hop"))
		return;
	buffer_printf(out, "%-18s%s", "Next hop:", view_string(output, "next_hop"));
	if (!view_is_null(output, "mac"))
		buffer_printf(out, ", %s", view_mac(output, "mac", mac));
	buffer_add(out, "\n");
}

/* What became of it, after the steps. */
static void trace_print_result(struct buffer *out, const json_t *piece)
{
	const json_t *output = json_object_get(piece, "output"), *answer;
	const json_t *input = json_object_get(piece, "input");
	const char *drop = view_string(piece, "drop");
	size_t i;

	buffer_printf(out, "\nResult:\n%-18s%s\n%-18s",
		      "Input interface:", view_string(input, "interface"), "Input:");
	trace_print_packet(out, input);
	buffer_printf(out, ", ttl %lld\n", view_number(input, "ttl"));
	if (json_is_object(output))
		trace_print_output(out, output);
	json_array_foreach (json_object_get(piece, "answers"), i, answer)
		trace_print_answer(out, answer);
	buffer_printf(out, "%-18s%s%s\n", "Action:", view_string(piece, "action"),
		      view_true(output, "waits_for_arp") ? ", once the next hop answers" : "");
	for (unsigned int r = 0; r < DROP_REASON_COUNT; r++)
		if (strcmp(drop, drop_name((enum drop_reason)r)) == 0)
			buffer_printf(out, "%-18s%s, %s\n", "Drop reason:", drop,
				      drop_text((enum drop_reason)r));
}

static void show_trace_print(struct buffer *out, const json_t *piece,
			     const struct show_cursor *cursor)
{
	const json_t *step;
	char type[24];
	size_t i;

	(void)cursor;
	buffer_add(out, "Phase  Type          Result  What and why\n");
	json_array_foreach (json_object_get(piece, "steps"), i, step) {
		if (!view_true(step, "routine"))
			buffer_printf(out, "%-5lld  %-12s  %-6s  %s\n", view_number(step, "step"),
				      trace_print_type(step, type, sizeof(type)),
				      view_string(step, "result"), view_string(step, "text"));
	}
	trace_print_result(out, piece);
}

static void show_trace_print_detailed(struct buffer *out, const json_t *piece,
				      const struct show_cursor *cursor)
{
	const json_t *step;
	char type[24];
	size_t i;

	(void)cursor;
	json_array_foreach (json_object_get(piece, "steps"), i, step)
		buffer_printf(out, "%sPhase: %lld\nType: %s\nResult: %s\n%s\n", i ? "\n" : "",
			      view_number(step, "step"), trace_print_type(step, type, sizeof(type)),
			      view_string(step, "result"), view_string(step, "text"));
	trace_print_result(out, piece);
}

const struct show show_trace = {show_trace_collect, show_trace_print};
const struct show show_trace_detailed = {show_trace_collect, show_trace_print_detailed};
