/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lease journal as bytes: one line a record, each with its checksum.
 *
 *   CRC32 1 ADDRESS STATE EXPIRES LENGTH KEY HARDWARE HOSTNAME
 *   5f1c2a90 1 192.168.1.10 bound 1700043200 43200 m01025e100001 02:5e:10:00:00:01 6c6170746f70
 *
 * CRC32: of the rest of the line, 8 hex digits. 1: the format, JOURNAL_FORMAT; it and the CRC stand
 * where they do in every format, so that an older program knows a newer line, which it refuses,
 * from a damaged one. EXPIRES: seconds since 1970 UTC, or "never". LENGTH: seconds it had when it
 * was written, which bounds what a wrong clock can add. KEY: the client key in hex after "o"
 * (option 61) or "m" (type and chaddr). HOSTNAME: hex; "-" none.
 *
 * The last record of an address counts; one in state "free" erases it. Text, so that people can
 * read it; lines, so that reading finds its feet again after a damaged one.
 */
#ifndef CMD_VIPROUTERD_JOURNAL_H
#define CMD_VIPROUTERD_JOURNAL_H

#include "core/base.h"
#include "core/dhcp/lease.h"

/** What is written. Formats 1 to this one are read. */
enum { JOURNAL_FORMAT = 1 };

/** Longest line, with its newline and a NUL. */
#define JOURNAL_LINE_SIZE 384

/**
 * journal_encode() - write a record as a line
 * @wall_s: now, in seconds since 1970 UTC
 * @line: out; JOURNAL_LINE_SIZE bytes
 * Return: its length, newline included.
 */
size_t journal_encode(const struct dhcp_lease_record *record, int64_t wall_s, char *line);

/**
 * journal_decode() - read a line back
 * @line: @len bytes, without the newline
 * @record: out; remaining_s counts from @wall_s; a lease that ran out meanwhile is EXPIRED
 * Return: 0; -EINVAL it is damaged; -EPROTONOSUPPORT it is of a newer format.
 */
int journal_decode(const char *line, size_t len, int64_t wall_s, struct dhcp_lease_record *record);

/** What a journal held. */
struct journal_contents {
	VEC(struct dhcp_lease_record) records; /* one an address, by address; none in state FREE */
	size_t lines, damaged;
	size_t whole_len; /* bytes up to the end of the last whole line; what follows is a torn tail
			   */
};

/**
 * journal_read() - read all of a journal
 * @contents: out; journal_contents_fini() frees it
 * Return: 0; -EPROTONOSUPPORT some of it is of a newer format; -ENOMEM.
 */
int journal_read(const char *text, size_t len, int64_t wall_s, struct journal_contents *contents);
void journal_contents_fini(struct journal_contents *contents);

#endif
