/* SPDX-License-Identifier: BSD-2-Clause */
/* See history.h. The folder is made with mode 0700 and the file with 0600. */
#include "cmd/vipsh/history.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>

enum { HISTORY_LINES_MAX = 1000 };

static int lines_added;

/** Path of the file into @path. Return: whether there is a place for it. */
static bool history_path(char *path, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int len = -1;

	/* the XDG base directory specification: relative paths are to be ignored */
	if (state && state[0] == '/')
		len = snprintf(path, size, "%s/viprouter/history", state);
	else if (home && home[0] == '/')
		len = snprintf(path, size, "%s/.local/state/viprouter/history", home);
	return len > 0 && (size_t)len < size;
}

/** Makes the folders that lead to @path, as far as they are missing. */
static void make_folders(const char *path)
{
	char part[PATH_MAX];

	for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(at - path), path);
		if (mkdir(part, 0700) != 0)
			continue; /* it is there; or opening the file will fail */
	}
}

void history_load(void)
{
	char path[PATH_MAX];

	stifle_history(HISTORY_LINES_MAX);
	if (history_path(path, sizeof(path)))
		read_history(path);
	using_history();
	lines_added = 0;
}

void history_remember(const char *line)
{
	const HIST_ENTRY *last =
		history_length > 0 ? history_get(history_base + history_length - 1) : NULL;

	if (line[strspn(line, " \t")] == '\0' || (last && strcmp(last->line, line) == 0))
		return;
	add_history(line);
	if (lines_added < HISTORY_LINES_MAX)
		lines_added++;
}

void history_save(void)
{
	char path[PATH_MAX];
	int fd;

	if (lines_added == 0 || !history_path(path, sizeof(path)))
		return;
	make_folders(path);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	close(fd);
	if (append_history(lines_added, path) == 0)
		history_truncate_file(path, HISTORY_LINES_MAX);
	lines_added = 0;
}
