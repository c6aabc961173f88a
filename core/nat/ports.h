/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which public port a mapping gets: one by itself, or (`ip nat port-block`) one of a block that is
 * its device's alone. Blocks hold for ports from 1024 on and for ICMP identifiers; the few mappings
 * of source ports below 1024 get ports below 1024 one by one in either case (RFC 4787 REQ-3a).
 */
#ifndef CORE_NAT_PORTS_H
#define CORE_NAT_PORTS_H

#include "core/base.h"

struct nat;
struct nat_mapping;
struct nat_public;

/** A port for a new dynamic mapping. Return: whether there was one, *@port. */
bool nat_ports_take(struct nat *nat, uint32_t mapping, uint16_t *port, mono_ms_t now);

/** A mapping ends: its port or its block goes to rest. */
void nat_ports_release(struct nat *nat, const struct nat_mapping *m, mono_ms_t now);

/**
 * nat_ports_configure() - hold time and size of blocks are as nat->rules have them
 * When the size has changed, live mappings keep their ports, each by itself from now on.
 */
void nat_ports_configure(struct nat *nat, mono_ms_t now);

/** A public address goes: nobody has its blocks any more. */
void nat_ports_forget(struct nat *nat, struct nat_public *public);

/** Gives up blocks that have rested. */
void nat_ports_tick(struct nat *nat, mono_ms_t now);

#endif
