/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of sessions, asked for ahead.
 *
 * With a million sessions a packet finds nothing of its own in the processor's cache: the bucket,
 * the mapping, the bucket of the session and the session itself are four waits for memory, one
 * after the other. For a batch of packets they can be waited for together. This is a hint and
 * nothing more: it changes nothing, and a wrong one costs a little time.
 */
#ifndef CORE_NAT_PREFETCH_H
#define CORE_NAT_PREFETCH_H

#include "core/base.h"

struct nat;

/** Most packets of one call: their lines stay in the first-level cache until they are used. */
enum { NAT_PREFETCH_MAX = 32 };

/** What a glance at a packet shows. Host order. */
struct nat_glance {
	ip4_t src, dst;
	uint16_t sport, dport;
	uint8_t proto; /* 6 or 17; others have few sessions */
	bool inside;   /* it comes from there */
};

/** Whether the tables are so large that a glance pays. */
bool nat_prefetch_pays(const struct nat *nat);

/** @count: up to NAT_PREFETCH_MAX. */
void nat_prefetch(const struct nat *nat, const struct nat_glance *glances, unsigned int count);

#endif
