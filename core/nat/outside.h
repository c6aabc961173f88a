/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hosts outside under another address (twice NAT of RFC 2663 s4.3): the inside knows the host
 * GLOBAL as LOCAL. Inside to outside, a destination LOCAL becomes GLOBAL before the packet is
 * routed; outside to inside, a source GLOBAL becomes LOCAL after inbound NAT. Sessions therefore
 * always have the global address; LOCAL is looked up when it is to be shown.
 */
#ifndef CORE_NAT_OUTSIDE_H
#define CORE_NAT_OUTSIDE_H

#include "core/base.h"
#include "core/config.h"

/** A host outside: its own address, and the one that the inside knows it by. */
struct nat_outside_pair {
	ip4_t global, local;
};

/** Zero bytes are an empty one. */
struct nat_outside {
	VEC(struct nat_outside_pair) by_global, by_local; /* the same pairs in two orders */
};

/** @outside: zero bytes. Return: 0; -ENOMEM, and it is empty. */
int nat_outside_compile(struct nat_outside *outside, const struct config *config);
void nat_outside_fini(struct nat_outside *outside);

/** What stands for an address, or IP4_ANY. O(log n). */
ip4_t nat_outside_local(const struct nat_outside *outside, ip4_t global);
ip4_t nat_outside_global(const struct nat_outside *outside, ip4_t local);

#endif
