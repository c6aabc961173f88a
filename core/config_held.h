/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public addresses that a router must hold beyond those of its interfaces: it answers ARP for
 * them, announces them, has a local route to each, and the kernel's end of a Tun gets a route to
 * them. They are the VIPs, every address of a NAT pool that a source list uses, and the global
 * addresses that static translations name.
 *
 * A VIP names its interface. Any other address is held by the outside interface (`ip nat outside`)
 * in whose network it lies; when there is none, by the first outside Tun, which has no network that
 * an address could lie outside of.
 */
#ifndef CORE_CONFIG_HELD_H
#define CORE_CONFIG_HELD_H

#include "core/base.h"
#include "core/config.h"

struct config_held {
	ip4_t address;
	struct interface_id interface;
};

struct config_held_list {
	VEC(struct config_held) items; /* by address, each once */
};

/**
 * config_held_gather() - every address that the router must hold for @config
 * @list: zero bytes; the caller frees it by config_held_fini(), also after an error
 * Addresses of interfaces are not in it. One that nothing can hold is left out; config_check()
 * refuses such a configuration.
 * Return: 0; -ENOMEM.
 */
int config_held_gather(struct config_held_list *list, const struct config *config);
void config_held_fini(struct config_held_list *list);

/** The outside interface that holds all of @first to @last, or NULL. */
const struct config_interface *config_held_interface(const struct config *config, ip4_t first,
						     ip4_t last);

/**
 * config_held_on() - the interface that a public address is on
 * @address: of a VIP, of an interface, of a pool or of a static translation
 * Return: its id; kind INTERFACE_NONE: nothing holds it.
 */
struct interface_id config_held_on(const struct config *config, ip4_t address);

/** The interface one of whose own addresses is @address; NULL. */
const struct config_interface *config_own_address(const struct config *config, ip4_t address);

#endif
