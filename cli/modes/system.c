/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router as a whole: its name, and which of its services run.
 */
#include <ctype.h>

#include "cli/modes/setting.h"

/* RFC 1123 s2.1: letters, digits and hyphens, no hyphen at either end. */
static bool system_is_hostname(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || name[0] == '-' || name[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '-')
			return false;
	return true;
}

static enum call_status system_hostname(struct call *call)
{
	struct config *config = call->candidate;
	const char *name;

	if (call->no) {
		setting_set_text(config->hostname, sizeof(config->hostname), "home");
		return CALL_DONE;
	}
	name = call_text(call, "name");
	if (!system_is_hostname(name))
		return call_fail(call, "letters, digits and hyphens, no hyphen at either end",
				 "hostname %s: contains one or more illegal characters", name);
	setting_set_text(config->hostname, sizeof(config->hostname), name);
	return CALL_DONE;
}

static enum call_status system_service_dhcp(struct call *call)
{
	call->candidate->dhcp.disabled = call->no && !call->by_default;
	return CALL_DONE;
}

static void system_write(struct buffer *out, const struct config *config,
			 enum config_section section)
{
	if (section != SECTION_HOSTNAME)
		return;
	if (config->dhcp.disabled)
		buffer_add(out, "no service dhcp\n");
	buffer_printf(out, "hostname %s\n", config->hostname);
}

static const struct command system_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "hostname <name:word>",
		.no_path = "hostname [<name:word>]",
		.help = "Name the router, as its prompt shows it.",
		.section = SECTION_HOSTNAME,
		.example = "hostname flat7",
		.run = system_hostname,
	},
	{
		.mode = MODE_CONFIG,
		.path = "service dhcp",
		.no_path = "service dhcp",
		.help = "Answer DHCP clients; on by default.",
		.section = SECTION_HOSTNAME,
		.example = "no service dhcp",
		.run = system_service_dhcp,
	},
};

static const struct word_help system_words[] = {
	{"hostname", "Set the router's name"},
	{"hostname <name>", "Letters, digits and hyphens"},
	{"service", "Turn a service on"},
	{"service dhcp", "The DHCP server"},
};

const struct command_family system_family = {
	.title = "The router",
	.commands = system_commands,
	.command_count = ARRAY_COUNT(system_commands),
	.words = system_words,
	.word_count = ARRAY_COUNT(system_words),
	.write = system_write,
};
