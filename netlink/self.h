/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network namespace for the router's process alone, with one line: a TUN whose other end is the
 * router's core (core/self.h). So programs within the process use the kernel's sockets, UDP and
 * TCP, and speak through the router, and no socket of theirs is ever the machine's.
 *
 * The namespace has no name: it ends with the process.
 */
#ifndef NETLINK_SELF_H
#define NETLINK_SELF_H

#include "core/base.h"

/** Name of the line within the namespace. */
#define SELF_IFNAME "self0"

/** What self_enter() made. */
struct self_line {
	int fd;		 /* of the device; the caller's; -1 there is none */
	bool low_ports;	 /* a process without rights may bind ports below 1024 here */
	char reason[96]; /* why there is no device; "" else */
};

/**
 * self_enter() - move this process into a namespace of its own
 * To be called with the rights of root, while there is one thread. In the namespace every address
 * counts as local, since the core hands out only what is meant for the router: the addresses of
 * the configuration need not be told to the kernel.
 * @line: out
 * Return: 0; -errno, with @line->reason. The process is then where it was, or in a namespace that
 * has no line at all: never do its sockets reach the machine's network by half.
 */
int self_enter(struct self_line *line);

#endif
