/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of config_check() that judges `ip nat outside source …`. */
#ifndef CORE_CONFIG_CHECK_OUTSIDE_H
#define CORE_CONFIG_CHECK_OUTSIDE_H

#include "core/config.h"

/** Return: as config_check(). */
int config_check_outside(const struct config *config, struct config_error *error);

#endif
