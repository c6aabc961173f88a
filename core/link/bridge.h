/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A learning switch's table (IEEE 802.1D s7.8, s7.9): which port a station was last heard on.
 * A fixed, set-associative table: a new station replaces the one longest unheard in its set, so a
 * flood of forged addresses costs flooding, never memory.
 */
#ifndef CORE_LINK_BRIDGE_H
#define CORE_LINK_BRIDGE_H

#include "core/base.h"
#include "core/hash.h"

/** A station not heard for this long is forgotten (802.1D table 7-5). */
#define BRIDGE_AGE_S   300
#define BRIDGE_NO_PORT UINT16_MAX

struct bridge;

struct bridge *bridge_new(const struct hash_key *key);
void bridge_free(struct bridge *bridge);
/** @domain: index of the BVI, so that bridges share nothing. */
void bridge_learn(struct bridge *bridge, uint16_t domain, mac_t mac, uint16_t port, mono_ms_t now);
/** Return: the port, or BRIDGE_NO_PORT: not known. */
uint16_t bridge_find(const struct bridge *bridge, uint16_t domain, mac_t mac, mono_ms_t now);
/** Forgets all that was learnt on a port. */
void bridge_forget_port(struct bridge *bridge, uint16_t port);

#endif
