/* SPDX-License-Identifier: BSD-2-Clause */
/* libuv, beside core/base.h: uv.h brings in <sys/param.h>, which has a MIN and MAX of its own. */
#ifndef CMD_VIPROUTERD_LOOP_H
#define CMD_VIPROUTERD_LOOP_H

#include <uv.h>
#ifndef CORE_BASE_H
#undef MIN
#undef MAX
#endif
#include "core/base.h"

#endif
