/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of config_check() share: config_check.c, and config_check_nat.c for NAT's rules.
 */
#ifndef CORE_CONFIG_CHECK_H
#define CORE_CONFIG_CHECK_H

#include "core/config.h"
#include "core/text.h"

/** The texts that messages are made of, in one place so that messages stay one line. */
struct names {
	char interface[INTERFACE_TEXT_SIZE], other[INTERFACE_TEXT_SIZE];
	char a[IP4_TEXT_SIZE], b[IP4_TEXT_SIZE];
};

/** Says in @error why a configuration is refused. Return: -EINVAL. */
int refuse(struct config_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** The NAT part: pools, source lists, static translations. Return: as config_check(). */
int config_check_nat(const struct config *config, struct config_error *error);

#endif
