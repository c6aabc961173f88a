/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `packet-tracer`: what would happen to a packet now, step by step and why. Nothing is sent,
 * counted or learnt: the world traces it on a copy of the router. So who may only look may ask.
 */
#include "cli/modes/show_trace.h"
#include "cli/modes/view.h"

#include <string.h>
#include "cli/session.h"
#include "core/router.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

enum { TRACER_TTL = 64 };

static uint8_t tracer_tcp_flags(const char *segment)
{
	static const struct {
		const char *word;
		uint8_t flags;
	} segments[] = {
		{"syn", TCP_SYN}, {"syn-ack", TCP_SYN | TCP_ACK},
		{"ack", TCP_ACK}, {"fin", TCP_FIN | TCP_ACK},
		{"rst", TCP_RST},
	};

	for (size_t i = 0; segment && i < ARRAY_COUNT(segments); i++)
		if (strcmp(segment, segments[i].word) == 0)
			return segments[i].flags;
	return TCP_SYN;
}

static struct trace_packet tracer_packet(const struct call *call)
{
	struct trace_packet p = {
		.interface = call_interface(call, "interface"),
		.proto = view_proto_of(call_word(call, "protocol")),
		.src = call_ip4(call, "source"),
		.dst = call_ip4(call, "destination"),
		.ttl = (uint8_t)call_number_or(call, "ttl", TRACER_TTL),
		.len = (uint16_t)call_number_or(call, "length", 0),
		.dont_fragment = call_word(call, "df") != NULL,
	};

	if (p.proto == IP_PROTO_ICMP) {
		p.icmp_type = (uint8_t)call_number(call, "type");
		p.icmp_code = (uint8_t)call_number(call, "code");
		p.icmp_id = (uint16_t)call_number_or(call, "identifier", 0);
		return p;
	}
	p.sport = (uint16_t)call_number(call, "source-port");
	p.dport = (uint16_t)call_number(call, "destination-port");
	if (p.proto == IP_PROTO_TCP) {
		p.tcp_flags = tracer_tcp_flags(call_word(call, "segment"));
		p.has_seq = call_arg(call, "sequence") != NULL;
		p.seq = (uint32_t)call_number_or(call, "sequence", 0);
	}
	return p;
}

/* Why no packet comes in at an interface that is down. */
static enum call_status tracer_fail_down(struct call *call, struct interface_id id,
					 const char *name)
{
	const struct config_interface *interface = config_interface_find(call->world->running, id);

	if (interface && interface->shutdown)
		return call_fail(call, "`no shutdown` on it brings it up.",
				 "interface %s is shut down: no packet comes in there", name);
	if (id.kind == INTERFACE_BVI)
		return call_fail(call, "`bridge-group` makes a Tap a port of it.",
				 "interface %s has no port that is up: no packet comes in there",
				 name);
	return call_fail(call, "`attach` gives it a device.",
			 "interface %s is down: no packet comes in there", name);
}

static enum call_status tracer_fail(struct call *call, const struct trace_packet *p, int status)
{
	char name[INTERFACE_TEXT_SIZE];

	interface_to_text(p->interface, name);
	switch (-status) {
	case ENOENT:
		return call_fail(call, "`show interfaces brief` lists those that there are.",
				 "interface %s is not configured", name);
	case EOPNOTSUPP:
		return call_fail(call, "Name a Tap, a Tun or a BVI.",
				 "interface %s: no packet comes in at a loopback", name);
	case ENETDOWN: return tracer_fail_down(call, p->interface, name);
	case EINVAL:
		return call_fail(call, "Its headers are 40 bytes for TCP, 28 for UDP and ICMP.",
				 "length %u is shorter than the packet's headers", p->len);
	}
	return call_fail(call, "Nothing was changed; try again.", "the packet was not traced: %s",
			 strerror(-status));
}

static enum call_status packet_tracer(struct call *call)
{
	const struct world *world = call->world;
	struct trace_packet packet = tracer_packet(call);
	const struct config_interface *in = config_interface_find(world->running, packet.interface);
	char name[INTERFACE_TEXT_SIZE];
	struct trace *trace;
	int status;

	if (in && packet.len > in->mtu)
		return call_fail(call, NULL, "length %u: the MTU of interface %s is %u", packet.len,
				 interface_to_text(packet.interface, name), in->mtu);
	trace = calloc(1, sizeof(*trace));
	if (!trace)
		return call_fail(call, NULL, "Out of memory");
	status = world->effects->trace(world->context, &packet, trace);
	if (status == 0)
		call->answer = show_trace_answer(&packet, trace);
	free(trace);
	return status < 0 ? tracer_fail(call, &packet, status) : CALL_DONE;
}

#define TRACER_PORTS "<source:ip4> <source-port:port> <destination:ip4> <destination-port:port>"
#define TRACER_PATH                                                                                  \
	"packet-tracer input <interface:interface> protocol={tcp " TRACER_PORTS                      \
	" [flags segment={syn|syn-ack|ack|fin|rst}] [seq <sequence:0-4294967295>]|udp " TRACER_PORTS \
	"|icmp <source:ip4> <type:0-255> <code:0-255> <destination:ip4> "                            \
	"[id <identifier:0-65535>]} [ttl <ttl:0-255>] [length <length:20-65535>] [df]"

static const struct command packet_tracer_commands[] = {
	{
		.mode = MODE_EXEC,
		.path = TRACER_PATH,
		.help = "What would happen to such a packet now, and why. Nothing is sent.",
		.flags = COMMAND_LOOK,
		.run = packet_tracer,
		.show = &show_trace,
	},
	{
		.mode = MODE_EXEC,
		.path = TRACER_PATH " detailed",
		.help = "The same, with the steps that nearly every packet passes.",
		.flags = COMMAND_LOOK,
		.run = packet_tracer,
		.show = &show_trace_detailed,
	},
};

static const struct word_help packet_tracer_words[] = {
	{"packet-tracer", "Ask what would happen to a packet"},
	{"packet-tracer input", "The interface it comes in at"},
	{"packet-tracer input tcp", "A TCP segment, SYN unless flags say otherwise"},
	{"packet-tracer input udp", "A UDP datagram"},
	{"packet-tracer input icmp", "An ICMP message: source, type, code, destination"},
	{"packet-tracer input tcp flags", "Another segment than SYN"},
	{"packet-tracer input tcp flags syn", "Opens a connection"},
	{"packet-tracer input tcp flags syn-ack", "Accepts one"},
	{"packet-tracer input tcp flags ack", "Within one"},
	{"packet-tracer input tcp flags fin", "Closes one"},
	{"packet-tracer input tcp flags rst", "Resets one"},
	{"seq", "Sequence number, if not the one that is due"},
	{"packet-tracer input icmp id", "The identifier of a query"},
	{"ttl", "Time to live, 64 if not given"},
	{"length", "Bytes of IPv4, the headers alone if not given"},
	{"df", "It may not be fragmented"},
	{"detailed", "With the steps that nearly every packet passes"},
	{"<source>", "Where it comes from"},
	{"<destination>", "Where it goes to"},
};

const struct command_family packet_tracer_family = {
	.title = "Tracing a packet",
	.commands = packet_tracer_commands,
	.command_count = ARRAY_COUNT(packet_tracer_commands),
	.words = packet_tracer_words,
	.word_count = ARRAY_COUNT(packet_tracer_words),
};
