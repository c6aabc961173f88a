/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines for the system log, by its local socket: datagrams in the form of RFC 3164, facility
 * daemon. syslog(3) is not used, for it waits while the socket is full. Lines are limited in rate,
 * by a bound of their own; what is over it, or finds no room or no socket, is counted.
 */
#ifndef CMD_VIPROUTERD_SYSTEM_LOG_H
#define CMD_VIPROUTERD_SYSTEM_LOG_H

#include "core/base.h"

struct system_log {
	const char *path; /* of the socket; borrowed */
	int fd;		  /* -1: not connected */
	uint64_t lost;	  /* lines since the last one that was sent */
	int64_t second;	  /* of wall time: when tokens were last added */
	int64_t tokens;	  /* lines that may be sent now */
	int64_t retry_s;  /* no connection is tried before */
	bool failed_before;
};

void system_log_init(struct system_log *log, const char *path);
void system_log_fini(struct system_log *log);

/** Sends "%FACILITY-SEVERITY-MNEMONIC: text" of severity 6, or counts it as lost. */
void system_log_send(struct system_log *log, const char *text, int64_t wall_ms);

#endif
