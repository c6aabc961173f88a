/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which public address of its rule a device goes out by. An address that devices share is a matter
 * of arithmetic (nat_rules_slot()). A pool without `overload` gives each device an address of its
 * own (dynamic basic NAT of RFC 2663 s4.1.1): at its first packet a free one, its former one or
 * the one that has rested longest, which it keeps while it has mappings there, ports kept.
 */
#ifndef CORE_NAT_ASSIGN_H
#define CORE_NAT_ASSIGN_H

#include "core/base.h"
#include "core/nat/rules.h"

struct nat;

/**
 * nat_assign_gives() - whether a rule gives a device the public address of @slot
 * Known at once, however large the pool.
 * @rules: those that @rule is of; new ones, while they are to take effect
 * @local: host order in the struct
 */
bool nat_assign_gives(const struct nat *nat, const struct nat_rules *rules, uint16_t rule,
		      ip4_t local, uint16_t slot);

/**
 * nat_assign_take() - the public address that a rule gives to a device
 * Of a pool that is not shared the one it has, or a free one.
 * Return: its slot; NAT_PUBLIC_NONE: the pool has no more.
 */
uint16_t nat_assign_take(struct nat *nat, uint16_t rule, ip4_t local);

/** A device has no mapping any more by a public address. */
void nat_assign_release(struct nat *nat, uint16_t slot, ip4_t local);

/** New rules are to take effect: what is assigned by none of them is not assigned any more. */
void nat_assign_review(struct nat *nat, const struct nat_rules *rules);

#endif
