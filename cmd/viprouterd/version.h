/* SPDX-License-Identifier: BSD-2-Clause */
/* The version, from configure. */
#ifndef CMD_VIPROUTERD_VERSION_H
#define CMD_VIPROUTERD_VERSION_H

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#ifdef PACKAGE_VERSION
#define VIPROUTERD_VERSION PACKAGE_VERSION
#else
#define VIPROUTERD_VERSION "unreleased"
#endif

#endif
