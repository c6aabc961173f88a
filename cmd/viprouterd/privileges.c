/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router stays the user who started it, for its files are that user's, but without any of
 * root's capabilities: it reads and writes frames, its own files and its sockets, and no more.
 * Where the settings of its network namespace cannot be written, it keeps the one to bind ports
 * below 1024, which is worth nothing in any other namespace: it has no way there.
 */
#include "cmd/viprouterd/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void privileges_raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/** Whether the process has no capability, or at most the one for low ports. */
static bool is_dropped(bool low_ports)
{
	if (capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE)
		return true;
	if (!low_ports)
		return false;
	capng_update(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_BIND_SERVICE);
	return capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE;
}

int privileges_drop(bool low_ports)
{
	/* what the process does not have cannot be kept */
	low_ports = low_ports && capng_get_caps_process() == 0 &&
		    capng_have_capability(CAPNG_PERMITTED, CAP_NET_BIND_SERVICE);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	capng_clear(CAPNG_SELECT_BOTH);
	if (low_ports)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_BIND_SERVICE);
	/* the bounding set falls only to a process that has CAP_SETPCAP; without it, and with
	 * NO_NEW_PRIVS set, an exec gives nothing back either */
	if (capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_BOUNDS) != 0 &&
	    capng_apply(CAPNG_SELECT_CAPS) != 0)
		return -EPERM;
	if (capng_get_caps_process() != 0)
		return -EIO;
	if (!is_dropped(low_ports) || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return -EPERM;
	return 0;
}
