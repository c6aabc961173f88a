/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that IOS has for protocols, ports and ICMP messages, in both directions.
 *
 * Reading takes any unambiguous beginning of an ICMP message's name, as a keyword would; a port's
 * name has to be whole. Writing gives the name that IOS writes, which for a port depends on the
 * protocol: 514 is cmd in TCP and syslog in UDP.
 */
#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include "core/base.h"

/** A message: a type, or one code of it. */
struct icmp_name {
	const char *name;
	uint8_t type;
	int16_t code; /* -1: any */
};

/** All messages, by name; ended by one without. */
extern const struct icmp_name icmp_names[];

/** Return: the port; -ENOENT no such name. */
int names_port(const char *name);
/** IOS's name of a port; NULL: it writes the number. */
const char *names_of_port(uint8_t proto, uint16_t port);
/** Return: NULL no such name, or more than one begins so. */
const struct icmp_name *names_icmp(const char *name);
/** @code: -1: any. Return: NULL: there is no name, and the numbers are written. */
const char *names_of_icmp(uint8_t type, int code);
/** "ip" of 0, "tcp", "gre"; NULL: the number is written. */
const char *names_of_protocol(uint8_t proto);
/** Return: the number; -ENOENT no such name. */
int names_protocol(const char *name);

#endif
