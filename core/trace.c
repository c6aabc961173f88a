/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See trace.h. A step that ends the packet is written before the drop that it explains, and other
 * steps (an answer to the sender) may come between: denied_at keeps its place until drop() comes.
 */
#include "core/trace.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/text.h"
#include "core/wire/ipv4.h"

static const struct {
	const char *name;
	bool routine;
} trace_kinds[] = {
#define X(name, json, routine) [TRACE_##name] = {json, routine},
	TRACE_LIST(X)
#undef X
};

static_assert(ARRAY_COUNT(trace_kinds) == TRACE_KIND_COUNT, "a kind of step without a name");

const char *trace_kind_name(enum trace_step_kind kind)
{
	return trace_kinds[kind].name;
}

bool trace_kind_is_routine(enum trace_step_kind kind)
{
	return trace_kinds[kind].routine;
}

/* ---- steps ------------------------------------------------------------------------------ */

/* The next free step; NULL: none is left. */
static struct trace_step *step_new(struct trace *trace, enum trace_step_kind kind)
{
	struct trace_step *step;

	if (trace->step_count == TRACE_STEPS_MAX) {
		trace->steps_lost++;
		return NULL;
	}
	step = &trace->steps[trace->step_count++];
	*step = (struct trace_step){.kind = kind};
	return step;
}

void trace_add(struct trace *trace, enum trace_step_kind kind, const char *format, ...)
{
	struct trace_step *step = step_new(trace, kind);
	va_list args;

	if (!step)
		return;
	va_start(args, format);
	vsnprintf(step->text, sizeof(step->text), format, args);
	va_end(args);
}

void trace_deny(struct trace *trace, enum trace_step_kind kind, const char *format, ...)
{
	struct trace_step *step = step_new(trace, kind);
	va_list args;

	if (!step)
		return;
	step->denied = true;
	trace->denied_at = trace->step_count;
	va_start(args, format);
	vsnprintf(step->text, sizeof(step->text), format, args);
	va_end(args);
}

void trace_drop(struct trace *trace, enum drop_reason reason)
{
	trace->reason = reason;
	if (trace->denied_at == 0)
		trace_deny(trace, TRACE_DROP, "%s", drop_text(reason));
	trace->denied_at = 0;
}

void trace_output(struct trace *trace, struct interface_id port, bool own, const uint8_t *data,
		  uint32_t len)
{
	struct trace_output *o;

	if (trace->output_count == TRACE_OUTPUTS_MAX) {
		trace->outputs_lost++;
		return;
	}
	o = &trace->outputs[trace->output_count++];
	*o = (struct trace_output){.port = port, .own = own, .len = len};
	memcpy(o->head, data, MIN(len, (uint32_t)TRACE_HEAD_SIZE));
	if (!own)
		trace_add(trace, TRACE_OUTPUT, "%u bytes out of %s", len,
			  trace_interface(trace, port));
}

/* ---- arguments -------------------------------------------------------------------------- */

static char *scratch(struct trace *trace)
{
	return trace->scratch[trace->scratch_at++ % ARRAY_COUNT(trace->scratch)];
}

const char *trace_ip4(struct trace *trace, ip4_t address)
{
	return ip4_to_text(address, scratch(trace));
}

const char *trace_endpoint(struct trace *trace, uint8_t proto, ip4_t address, uint16_t port)
{
	char *text = scratch(trace), ip[IP4_TEXT_SIZE];

	ip4_to_text(address, ip);
	if (proto == IP_PROTO_TCP || proto == IP_PROTO_UDP)
		snprintf(text, sizeof(trace->scratch[0]), "%s:%u", ip, port);
	else if (proto == IP_PROTO_ICMP)
		snprintf(text, sizeof(trace->scratch[0]), "%s id %u", ip, port);
	else
		snprintf(text, sizeof(trace->scratch[0]), "%s", ip);
	return text;
}

const char *trace_prefix(struct trace *trace, struct ip4_prefix prefix)
{
	char *text = scratch(trace), ip[IP4_TEXT_SIZE];

	snprintf(text, sizeof(trace->scratch[0]), "%s/%u", ip4_to_text(prefix.address, ip),
		 prefix.len);
	return text;
}

const char *trace_mac(struct trace *trace, mac_t mac)
{
	return mac_to_text(mac, scratch(trace));
}

const char *trace_interface(struct trace *trace, struct interface_id id)
{
	return interface_to_text(id, scratch(trace));
}

const char *trace_protocol(struct trace *trace, uint8_t proto)
{
	char *text = scratch(trace);

	switch (proto) {
	case IP_PROTO_ICMP: return "icmp";
	case IP_PROTO_TCP: return "tcp";
	case IP_PROTO_UDP: return "udp";
	}
	snprintf(text, sizeof(trace->scratch[0]), "protocol %u", proto);
	return text;
}
