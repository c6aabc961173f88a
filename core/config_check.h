/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of config_check() share: config_check.c, and for NAT's rules config_check_nat.c,
 * config_check_static.c and config_check_outside.c. */
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

bool config_prefixes_overlap(struct ip4_prefix a, struct ip4_prefix b);

/** The DHCP server's part. Return: as config_check(). */
int config_check_dhcp(const struct config *config, struct config_error *error);

/** The NAT part: pools, source lists, static translations. Return: as config_check(). */
int config_check_nat(const struct config *config, struct config_error *error);

/**
 * config_check_public() - whether a public is one that the router holds, or can hold
 * @line: the line that names it, for the message
 */
int config_check_public(const struct config *config, const char *line,
			const struct config_public *public, struct config_error *error);

/** Whether the router can hold all of @first to @last, and nobody else has any of it. */
int config_check_range(const struct config *config, const char *line, ip4_t first, ip4_t last,
		       struct config_error *error);

/** One static translation; those before it in the configuration are its neighbours. */
int config_check_static(const struct config *config, const struct config_nat_static *rule,
			struct config_error *error);

/** One pool whose addresses stand for hosts outside. */
int config_check_outside_source(const struct config *config,
				const struct config_nat_outside_source *source,
				struct config_error *error);

/** One host outside under another address. */
int config_check_outside(const struct config *config, const struct config_nat_outside *rule,
			 struct config_error *error);

#endif
