/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `debug …` shows: a line for a thing that happens, of a category that somebody looks at.
 * Lines are events (core/event.h). A category that nobody looks at costs the test of one word; the
 * arguments of its lines are not worked out then.
 *
 * A stranger's bytes stand in a line as hexadecimal digits or through debug_quote(), never as they
 * came.
 */
#ifndef CORE_DEBUG_H
#define CORE_DEBUG_H

#include "core/base.h"
#include "core/event.h"

/* X(NAME, "the words behind debug", "what it is when it is on") */
#define DEBUG_LIST(X)                                                                              \
	X(ARP, "arp", "ARP packet")                                                                \
	X(ICMP, "ip icmp", "ICMP packet")                                                          \
	X(DHCP_EVENTS, "ip dhcp server events", "DHCP server event")                               \
	X(DHCP_PACKET, "ip dhcp server packet", "DHCP server packet")                              \
	X(DHCP_CLIENT, "dhcp", "DHCP client activity")

enum debug_what {
#define X(name, words, title) DEBUG_##name,
	DEBUG_LIST(X)
#undef X
		DEBUG_COUNT
};

/** A category's bit in a mask. */
static inline uint32_t debug_bit(enum debug_what what)
{
	return 1u << what;
}

/** "ip dhcp server packet". Static. */
const char *debug_words(enum debug_what what);
/** "DHCP server packet", as in "DHCP server packet debugging is on". Static. */
const char *debug_title(enum debug_what what);

/** Appends a line. It is counted as lost when half the queue is taken: others need the rest. */
void debug_line(struct event_queue *events, enum debug_what what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** DEBUG(events, DHCP_PACKET, "format", …): the same, if somebody looks at the category. */
#define DEBUG(events, name, ...)                                                                   \
	do {                                                                                       \
		if (__builtin_expect((events)->debug & debug_bit(DEBUG_##name), 0))                \
			debug_line((events), DEBUG_##name, __VA_ARGS__);                           \
	} while (0)

#define DEBUG_QUOTE_SIZE 80
#define DEBUG_HEX_SIZE	 72

/**
 * debug_quote() - a stranger's bytes between quotes, made harmless
 * @out: DEBUG_QUOTE_SIZE bytes: printable ASCII as it is, \" and \\, all else as \xNN; "…" is cut
 * Return: @out.
 */
const char *debug_quote(const uint8_t *bytes, size_t len, char *out);
/** "0102.005e.1000.01" into @out (DEBUG_HEX_SIZE bytes); ".." at the end: cut. Return: @out. */
const char *debug_hex(const uint8_t *bytes, size_t len, char *out);

#endif
