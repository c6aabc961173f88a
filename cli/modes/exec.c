/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saving: `write`, `copy running-config startup-config`, `erase startup-config`. What is saved is
 * the configuration in force, as `show running-config` prints it.
 */
#include "cli/command.h"
#include "cli/session.h"

#include <string.h>

static enum call_status exec_save(struct call *call)
{
	const struct world *world = call->world;
	struct buffer text = {0};
	int status = -ENOMEM;

	running_config_write(&text, world->running);
	if (!text.failed)
		status = world->effects->save_startup(world->context, call->session,
						      buffer_text(&text));
	buffer_free(&text);
	if (status < 0)
		return call_fail(call, NULL, "startup-config was not saved: %s", strerror(-status));
	buffer_add(call->out, "Building configuration...\n");
	session_set_done_text(call->session, "[OK]\n");
	return CALL_WAIT;
}

static enum call_status exec_erase(struct call *call)
{
	const struct world *world = call->world;
	int status = world->effects->erase_startup(world->context);

	if (status == -ENOENT)
		return call_fail(call, "`write memory` makes one.",
				 "startup-config is not present");
	if (status < 0)
		return call_fail(call, NULL, "startup-config was not erased: %s",
				 strerror(-status));
	buffer_add(call->out, "[OK]\nErase of nvram: complete\n");
	return CALL_DONE;
}

static const struct command exec_commands[] = {
	{
		.mode = MODE_EXEC,
		.path = "write [memory]",
		.help = "Save the running configuration for the next start.",
		.run = exec_save,
	},
	{
		.mode = MODE_EXEC,
		.path = "copy running-config startup-config",
		.help = "Save the running configuration for the next start.",
		.run = exec_save,
	},
	{
		.mode = MODE_EXEC,
		.path = "{write erase|erase startup-config}",
		.help = "Erase the saved configuration; the running one stays.",
		.run = exec_erase,
	},
};

static const struct word_help exec_words[] = {
	{"write", "Save the running configuration"},
	{"write memory", "For the next start"},
	{"write erase", "Erase the saved configuration"},
	{"copy", "Copy a configuration"},
	{"copy running-config", "The configuration in force"},
	{"copy running-config startup-config", "For the next start"},
	{"erase", "Erase what is saved"},
	{"erase startup-config", "Configuration of the next start"},
};

const struct command_family exec_family = {
	.title = "Saving",
	.commands = exec_commands,
	.command_count = ARRAY_COUNT(exec_commands),
	.words = exec_words,
	.word_count = ARRAY_COUNT(exec_words),
};
