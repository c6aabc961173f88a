/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices, and what public addresses have in use, as shows see them. */
#ifndef CORE_NAT_DEVICE_LOOK_H
#define CORE_NAT_DEVICE_LOOK_H

#include "core/base.h"
#include "core/config.h"

struct nat;

/** What one device has. */
struct nat_device_stats {
	uint32_t number; /* of its record, from 1 */
	ip4_t local;
	uint32_t sessions, inbound, ports; /* now; `inbound` of `sessions` were made from outside */
	uint32_t limit[CONFIG_LIMIT_COUNT]; /* UINT32_MAX none */
	uint32_t refused;
	uint64_t opened;		  /* sessions it has had */
	uint64_t packets_out, packets_in; /* of those that have ended */
	uint64_t bytes_out, bytes_in;
};

/**
 * nat_next_device() - walk the devices
 * @cursor: 0 to begin; changed. None is shown twice.
 * Return: whether there was one.
 */
bool nat_next_device(const struct nat *nat, uint64_t *cursor, struct nat_device_stats *out);

/** One device. Return: whether it is known. */
bool nat_device_stats(const struct nat *nat, ip4_t local, struct nat_device_stats *out);

/** The highest number that a device has. */
uint32_t nat_device_count(const struct nat *nat);

/** Bytes of IPv4 of a device's live sessions. */
struct nat_traffic {
	uint64_t bytes_out, bytes_in;
};

/**
 * nat_sum_traffic() - add up what sessions have carried, by device
 * @cursor: 0 to begin; changed
 * @budget: how many records to look at
 * @sum: by the device's number; devices from @count on are left out
 * Return: whether there are more.
 */
bool nat_sum_traffic(const struct nat *nat, uint64_t *cursor, unsigned int budget,
		     struct nat_traffic *sum, uint32_t count);

/**
 * nat_next_public() - walk the public addresses of the rules
 * @cursor: 0 to begin; changed
 * Return: whether there was one.
 */
bool nat_next_public(const struct nat *nat, uint32_t *cursor, ip4_t *address);

#endif
