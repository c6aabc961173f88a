/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a handler reads of the command that was typed, and how it refuses. An argument is found by
 * the name it has in the row's path; asking for one that the path does not promise is our own
 * mistake, and asserted.
 */
#include "cli/command.h"

#include "cli/session_state.h"

const struct arg *call_arg(const struct call *call, const char *name)
{
	for (unsigned int i = 0; i < call->arg_count; i++)
		if (strcmp(call->args[i].name, name) == 0)
			return &call->args[i];
	return NULL;
}

static const struct arg *call_need(const struct call *call, const char *name)
{
	const struct arg *arg = call_arg(call, name);

	assert(arg);
	return arg;
}

ip4_t call_ip4(const struct call *call, const char *name)
{
	const struct arg *arg = call_need(call, name);

	assert(arg->type == ARG_IP4);
	return arg->ip4;
}

struct ip4_prefix call_prefix(const struct call *call, const char *name)
{
	const struct arg *arg = call_need(call, name);

	assert(arg->type == ARG_PREFIX);
	return arg->prefix;
}

struct interface_id call_interface(const struct call *call, const char *name)
{
	const struct arg *arg = call_need(call, name);

	assert(arg->type == ARG_INTERFACE);
	return arg->interface;
}

int64_t call_number(const struct call *call, const char *name)
{
	const struct arg *arg = call_need(call, name);

	assert(arg->type == ARG_NUMBER || arg->type == ARG_PORT || arg->type == ARG_MASK);
	return arg->number;
}

int64_t call_number_or(const struct call *call, const char *name, int64_t without)
{
	return call_arg(call, name) ? call_number(call, name) : without;
}

const char *call_text(const struct call *call, const char *name)
{
	return call_need(call, name)->text;
}

const char *call_word(const struct call *call, const char *name)
{
	for (unsigned int i = 0; i < call->word_count; i++)
		if (strcmp(call->words[i].name, name) == 0)
			return call->words[i].word;
	return NULL;
}

enum call_status call_fail(struct call *call, const char *hint, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	session_error_set(call->session, hint, format, args);
	va_end(args);
	return CALL_FAILED;
}
