/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP (RFC 792, RFC 1812 s4.3; extensions of RFC 4884 are carried, not read). */
#ifndef CORE_WIRE_ICMP_H
#define CORE_WIRE_ICMP_H

#include "core/wire/checksum.h"
#include "core/wire/cursor.h"

#define ICMP_LEN 8

enum icmp_type {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_SOURCE_QUENCH = 4,
	ICMP_REDIRECT = 5,
	ICMP_ECHO = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER_PROBLEM = 12,
	ICMP_TIMESTAMP = 13,
	ICMP_TIMESTAMP_REPLY = 14,
};

enum icmp_unreachable_code {
	ICMP_NET_UNREACHABLE = 0,
	ICMP_HOST_UNREACHABLE = 1,
	ICMP_PROTOCOL_UNREACHABLE = 2,
	ICMP_PORT_UNREACHABLE = 3,
	ICMP_FRAGMENTATION_NEEDED = 4,
	ICMP_ADMIN_PROHIBITED = 13,
};

enum icmp_time_exceeded_code { ICMP_TTL_TIME = 0, ICMP_REASSEMBLY_TIME = 1 };

struct icmp {
	uint8_t type, code;
	uint16_t checksum;
	uint16_t id, seq; /* of queries; an error's second word (unused, next-hop MTU in seq) */
};

static inline bool icmp_is_error(uint8_t type)
{
	return type == ICMP_UNREACHABLE || type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT ||
	       type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER_PROBLEM;
}

/** Echo and timestamp, request or reply: messages with an identifier that NAT can map. */
static inline bool icmp_is_query(uint8_t type)
{
	return type == ICMP_ECHO || type == ICMP_ECHO_REPLY || type == ICMP_TIMESTAMP ||
	       type == ICMP_TIMESTAMP_REPLY;
}

/** A query that asks, not one that answers. */
static inline bool icmp_is_request(uint8_t type)
{
	return type == ICMP_ECHO || type == ICMP_TIMESTAMP;
}

/** @c: left behind the 8 bytes of header. Return: 0; -EPROTO cut short. */
int icmp_parse(struct cursor *c, struct icmp *i);

/** Writes header and payload with the right checksum. */
void icmp_build(struct writer *w, const struct icmp *i, const void *payload, size_t payload_len);

/** Whether a whole message sums up. */
bool icmp_checksum_ok(const uint8_t *message, size_t len);

#endif
