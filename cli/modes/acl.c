/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbered standard access lists: `access-list N {permit|deny} …`, by source address.
 *
 * A line is kept as it takes effect: bits of the address that the wildcard ignores are zero, as
 * IOS stores them. Not supported: `remark`, `log`, extended and named lists.
 */
#include <stdio.h>

#include "cli/modes/setting.h"
#include "core/text.h"

/* The line that was typed; zero bytes but what was named. */
static struct config_acl_line acl_line(const struct call *call)
{
	struct config_acl_line line;

	memset(&line, 0, sizeof(line));
	snprintf(line.list, sizeof(line.list), "%d", (int)call_number(call, "list"));
	line.permit = strcmp(call_word(call, "action"), "permit") == 0;
	if (!call_arg(call, "source")) { /* any */
		line.wildcard = IP4_BROADCAST;
		return line;
	}
	if (call_arg(call, "wildcard"))
		line.wildcard = call_ip4(call, "wildcard");
	line.address.host = call_ip4(call, "source").host & ~line.wildcard.host;
	return line;
}

static enum call_status acl_remove(struct call *call)
{
	char list[CONFIG_NAME_SIZE];

	snprintf(list, sizeof(list), "%d", (int)call_number(call, "list"));
	if (!call_word(call, "action")) {
		if (config_acl_remove_list(call->candidate, list) == -ENOENT)
			return call_fail(call, NULL, "access-list %s: there is none", list);
		return CALL_DONE;
	}

	struct config_acl_line line = acl_line(call);

	if (config_acl_remove(call->candidate, &line) == -ENOENT)
		return call_fail(call, "\"show running-config | include access-list\" lists them",
				 "access-list %s: there is no such line", list);
	config_acl_resequence(call->candidate, list, CONFIG_SEQUENCE_DEFAULT,
			      CONFIG_SEQUENCE_DEFAULT);
	return CALL_DONE;
}

static enum call_status acl_standard(struct call *call)
{
	struct config_acl_line line;

	if (call->no)
		return acl_remove(call);
	line = acl_line(call);
	if (config_acl_add(call->candidate, &line) == -ENOMEM)
		return setting_no_memory(call);
	return CALL_DONE;
}

static void acl_write(struct buffer *out, const struct config *config, enum config_section section)
{
	char text[IP4_TEXT_SIZE];

	if (section != SECTION_ACL)
		return;
	vec_each (&config->acl_lines, line) {
		buffer_printf(out, "access-list %s %s", line->list,
			      line->permit ? "permit" : "deny");
		if (ip4_equal(line->wildcard, IP4_BROADCAST)) {
			buffer_add(out, " any\n");
			continue;
		}
		buffer_printf(out, " %s", ip4_to_text(line->address, text));
		if (!ip4_is_any(line->wildcard))
			buffer_printf(out, " %s", ip4_to_text(line->wildcard, text));
		buffer_add(out, "\n");
	}
}

#define ACL_SOURCE "{any|host <source:ip4>|<source:ip4> [<wildcard:ip4>]}"

static const struct command acl_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "access-list <list:1-99> action={permit|deny} " ACL_SOURCE,
		.no_path = "access-list <list:1-99> [action={permit|deny} " ACL_SOURCE "]",
		.help = "Add a line to a standard access list; its last, unwritten line denies.",
		.section = SECTION_ACL,
		.example = "access-list 1 permit 192.168.1.0 0.0.0.255",
		.run = acl_standard,
	},
};

static const struct word_help acl_words[] = {
	{"access-list", "Access lists, by source address"},
	{"access-list <list>", "Standard access list"},
	{"<source>", "Address to match"},
	{"<wildcard>", "Wildcard: bits that need not match"},
	{"permit", "Let through"},
	{"deny", "Do not let through"},
	{"any", "Any source"},
	{"access-list host", "One host"},
};

const struct command_family acl_family = {
	.title = "Access lists",
	.commands = acl_commands,
	.command_count = ARRAY_COUNT(acl_commands),
	.words = acl_words,
	.word_count = ARRAY_COUNT(acl_words),
	.write = acl_write,
};
