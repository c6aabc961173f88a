/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer of `packet-tracer`: a trace as JSON, and that as text. */
#ifndef CLI_MODES_SHOW_TRACE_H
#define CLI_MODES_SHOW_TRACE_H

#include "cli/command.h"
#include "core/trace.h"

/** Views of call->answer, which the command made of a trace: each step a line, or a block. */
extern const struct show show_trace, show_trace_detailed;

/** @packet: as it was asked for. Return: a new object; NULL: no memory. */
json_t *show_trace_answer(const struct trace_packet *packet, const struct trace *trace);

#endif
