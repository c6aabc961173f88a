/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits and what they refuse, as a part of `show ip nat statistics`. */
#ifndef CLI_MODES_SHOW_NAT_LIMITS_H
#define CLI_MODES_SHOW_NAT_LIMITS_H

#include "cli/command.h"

/**
 * Adds to an answer: inbound (sessions that the outside made), inbound_capacity, refused: {by drop
 * reason}, limits: [{what: "max-entries"|"max-ports"|"max-rate", address|null, access_list|null
 * (both: every device), max, refused}], publics: [{address, sessions, tcp_ports, udp_ports,
 * icmp_ids}] (those in use).
 */
void show_nat_add_limits(const struct call *call, json_t *answer);
void show_nat_print_limits(struct buffer *out, const json_t *answer);

#endif
