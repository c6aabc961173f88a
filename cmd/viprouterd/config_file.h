/* SPDX-License-Identifier: BSD-2-Clause */
/* A configuration read from a file. */
#ifndef CMD_VIPROUTERD_CONFIG_FILE_H
#define CMD_VIPROUTERD_CONFIG_FILE_H

#include "core/config.h"

#define CONFIG_FILE_MESSAGE_SIZE 1024

/**
 * config_file_read()
 * @must_exist: false: a file that is not there is an empty configuration
 * @config: initialised; changed only on success
 * @message: out; on failure `FILE:LINE:COLUMN: text` or `FILE: text`; CONFIG_FILE_MESSAGE_SIZE
 * bytes Return: 0; -EINVAL a mistake in it; -errno it cannot be read.
 */
int config_file_read(const char *path, bool must_exist, struct config *config, char *message);

#endif
