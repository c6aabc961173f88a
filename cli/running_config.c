/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configurations as text. Writing asks every family for its part of each section, in the order of
 * the sections; reading runs each line by the command table on an empty configuration. Reading
 * what was written gives the same configuration.
 */
#include <stdio.h>

#include "cli/session_state.h"

void running_config_write(struct buffer *out, const struct config *config)
{
	for (int section = SECTION_NONE + 1; section < SECTION_COUNT; section++) {
		struct buffer part = {0};
		size_t len;

		for (size_t f = 0; command_families[f]; f++)
			if (command_families[f]->write)
				command_families[f]->write(&part, config,
							   (enum config_section)section);
		/* a section may end with the mark that parts its own blocks */
		len = part.len;
		while (len >= 2 && memcmp(part.at + len - 2, "!\n", 2) == 0 &&
		       (len == 2 || part.at[len - 3] == '\n'))
			len -= 2;
		if (len > 0) {
			buffer_add(out, "!\n");
			buffer_add_bytes(out, part.at, len);
		}
		out->failed = out->failed || part.failed;
		buffer_free(&part);
	}
	buffer_add(out, "!\nend\n");
}

/** Turns the session's error about line @number into @error. */
static int running_config_refuse(const struct session *session, unsigned int number,
				 struct config_read_error *error)
{
	const struct session_error *said = &session->error;
	const char *line = session->line ? session->line : "";
	struct buffer text = {0};

	error->line = number;
	error->column = (unsigned int)strspn(line, " \t") + 1;
	if (said->has_column)
		error->column = (unsigned int)said->column + 1;
	if (said->caret) {
		/* there is no caret here that a marker could be */
		const char *word = line + said->column;

		buffer_printf(&text, "invalid input \"%.*s\"", (int)strcspn(word, " \t"), word);
	} else {
		buffer_add(&text, said->text);
	}
	if (said->hint[0])
		buffer_printf(&text, "; %s", said->hint);
	snprintf(error->text, sizeof(error->text), "%s", buffer_text(&text));
	buffer_free(&text);
	return -EINVAL;
}

static int running_config_lines(struct session *session, const char *text,
				struct config_read_error *error)
{
	unsigned int number = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = strndup(text, len);
		bool ok;

		if (!line)
			return -ENOMEM;
		number++;
		ok = session_read_line(session, line);
		free(line);
		if (!ok)
			return running_config_refuse(session, number, error);
		text += len;
		text += *text == '\n';
	}
	return 0;
}

int running_config_read(const char *text, struct config *config, struct config_read_error *error)
{
	struct config empty;
	struct world world = {.running = &empty};
	struct config_error whole = {0};
	struct session *session;
	int status = -ENOMEM;

	*error = (struct config_read_error){0};
	config_init(&empty);
	session = session_new(&world, SESSION_MAY_CONFIGURE | SESSION_SCRIPT);
	if (!session || !session_edit_begin(session))
		goto out;
	session_enter(session, MODE_CONFIG);
	status = running_config_lines(session, text, error);
	if (status < 0)
		goto out;
	status = config_check(&session->candidate, &whole);
	if (status < 0) {
		snprintf(error->text, sizeof(error->text), "%s", whole.text);
		goto out;
	}
	config_fini(config);
	*config = session->candidate;
	config_init(&session->candidate);
out:
	session_free(session);
	config_fini(&empty);
	return status;
}
