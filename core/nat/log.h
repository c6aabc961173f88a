/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of bindings (`ip nat log translations`): who had which public port, and when, so that it
 * can be told afterwards whose a packet was. A record for each dynamic mapping, or with blocks for
 * each block (RFC 6888 REQ-14). Where hosts went is in it only when asked for (REQ-12). Static
 * translations stand in the configuration, and are not logged.
 *
 * What lives when the log is switched on is told then, so that each end has its beginning.
 */
#ifndef CORE_NAT_LOG_H
#define CORE_NAT_LOG_H

#include "core/base.h"

struct nat;
struct nat_public;

enum nat_log_step { NAT_LOG_BEGUN, NAT_LOG_ENDED };

/** A dynamic mapping begins or ends. Told once, and not at all when its block is. */
void nat_log_mapping(struct nat *nat, uint32_t mapping, enum nat_log_step step);
/** A block is given or given up. Told once. */
void nat_log_block(struct nat *nat, struct nat_public *public, uint16_t block,
		   enum nat_log_step step);
/** A session begins or ends. */
void nat_log_session(struct nat *nat, uint32_t session, enum nat_log_step step);

/** The rules have changed: tells what is not told yet, or forgets what was told. */
void nat_log_configure(struct nat *nat);

#endif
