/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a configuration file, and says of a mistake where it is. */
#include "cmd/viprouterd/config_file.h"

#include <stdio.h>
#include "cli/session.h"
#include "cmd/viprouterd/store.h"

int config_file_read(const char *path, bool must_exist, struct config *config, char *message)
{
	struct config_read_error error = {0};
	char *text;
	size_t len;
	int ret = store_read(path, &text, &len);

	if (ret == -ENOENT && !must_exist)
		return 0;
	if (ret < 0) {
		snprintf(message, CONFIG_FILE_MESSAGE_SIZE, "%s: %s", path, strerror(-ret));
		return ret;
	}
	if (strlen(text) != len) {
		free(text);
		snprintf(message, CONFIG_FILE_MESSAGE_SIZE, "%s: not a text: it holds a NUL", path);
		return -EINVAL;
	}
	ret = running_config_read(text, config, &error);
	free(text);
	if (ret == -ENOMEM)
		snprintf(message, CONFIG_FILE_MESSAGE_SIZE, "%s: out of memory", path);
	else if (ret < 0 && error.column == 0)
		snprintf(message, CONFIG_FILE_MESSAGE_SIZE, "%s: %s", path, error.text);
	else if (ret < 0)
		snprintf(message, CONFIG_FILE_MESSAGE_SIZE, "%s:%u:%u: %s", path, error.line,
			 error.column, error.text);
	return ret;
}
