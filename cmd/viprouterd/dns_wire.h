/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A look at the bytes of a DNS message before a library takes it apart (RFC 1035 s4.1): a
 * stranger's message is to cost no more time than its length, whatever its counts and pointers say.
 */
#ifndef CMD_VIPROUTERD_DNS_WIRE_H
#define CMD_VIPROUTERD_DNS_WIRE_H

#include "core/base.h"

#define DNS_HEADER_LEN	12
#define DNS_MESSAGE_MAX 65535 /* bytes: what TCP's length field can say (RFC 1035 s4.2.2) */
#define DNS_WIRE_MAX	255   /* bytes of a name: RFC 1035 s2.3.4 */

/** Where a header has what (RFC 1035 s4.1.1); of the counts the first, the question's. */
enum dns_header { DNS_FLAGS_AT = 2, DNS_RCODE_AT = 3, DNS_COUNTS_AT = 4 };

/**
 * dns_wire_check() - whether a message is one
 * Every record lies within the bytes, and the last ends with them; names are at most DNS_WIRE_MAX
 * bytes long and their pointers go backwards; there is one OPT at most, with the root's name and in
 * the additional section (RFC 6891 s6.1.1). Of the data of records only names are looked at.
 * Return: whether all that holds.
 */
bool dns_wire_check(const uint8_t *bytes, size_t len);

#endif
