/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * docs/cli.md from the rows. An argument is shown by its name in capitals, a number by its range.
 */
#include "cli/reference.h"

#include <ctype.h>

#include "cli/command.h"

static const char *const reference_modes[] = {
	[MODE_EXEC] = "At the exec level: `home#`",
	[MODE_CONFIG] = "In configuration: `home(config)#`",
	[MODE_INTERFACE] = "In an interface: `home(config-if)#`",
	[MODE_DHCP_POOL] = "In a DHCP pool: `home(dhcp-config)#`",
	[MODE_STANDARD_ACL] = "In a standard access list: `home(config-std-nacl)#`",
	[MODE_EXTENDED_ACL] = "In an extended access list: `home(config-ext-nacl)#`",
};
static_assert(ARRAY_COUNT(reference_modes) == MODE_COUNT, "a heading for each mode");

/** An argument as people read it; @text: from behind `<` to before `>`. */
static void reference_arg(struct buffer *out, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t name = colon ? (size_t)(colon - text) : len;

	for (size_t i = 0; i < name; i++) {
		char c = (char)toupper((unsigned char)text[i]);

		buffer_add_bytes(out, c == '_' ? "-" : &c, 1);
	}
	if (colon && isdigit((unsigned char)colon[1]))
		buffer_printf(out, "<%.*s>", (int)(len - name - 1), colon + 1);
}

static void reference_path(struct buffer *out, const char *path)
{
	for (const char *p = path; *p;) {
		size_t len;

		if (*p == '<') {
			len = strcspn(p, ">");
			reference_arg(out, p + 1, len - 1);
			p += len + 1;
		} else {
			/* `name={` is for handlers; readers see the braces only */
			len = strcspn(p, " <>{|}[]=");
			if (p[len] == '=' && p[len + 1] == '{') {
				p += len + 1;
				continue;
			}
			len = MAX(len, 1U);
			buffer_add_bytes(out, p, len);
			p += len;
		}
	}
}

static void reference_command(struct buffer *out, const struct command *command)
{
	buffer_add(out, "- `");
	reference_path(out, command->path);
	buffer_add(out, "`  \n  ");
	buffer_add(out, command->help);
	if (command->show)
		buffer_add(out, " Also as JSON: `| json`.");
	buffer_add(out, "\n");
	if (command->no_path) {
		buffer_add(out, "  Taken back by `no ");
		reference_path(out, command->no_path);
		buffer_add(out, "`.\n");
	}
	if (command->example)
		buffer_printf(out, "  Example: `%s`\n", command->example);
}

void reference_write(struct buffer *out)
{
	buffer_add(
		out,
		"# The commands\n\n"
		"Made from the command table; not to be edited by hand. Words in capitals are\n"
		"arguments, `{a|b}` is one of several, `[a]` may be left out. Every keyword may be\n"
		"shortened as long as no other fits, and `?` lists what may stand at a place.\n");
	for (size_t f = 0; command_families[f]; f++) {
		const struct command_family *family = command_families[f];

		buffer_printf(out, "\n## %s\n", family->title);
		for (int mode = 0; mode < MODE_COUNT; mode++) {
			bool any = false;

			for (size_t i = 0; i < family->command_count; i++) {
				if ((int)family->commands[i].mode != mode)
					continue;
				if (!any)
					buffer_printf(out, "\n%s\n\n", reference_modes[mode]);
				any = true;
				reference_command(out, &family->commands[i]);
			}
		}
	}
}
