/* SPDX-License-Identifier: BSD-2-Clause */
/* What a router's configuration and its DHCP server say of names, for dns_names.h. */
#ifndef CMD_VIPROUTERD_DNS_FILL_H
#define CMD_VIPROUTERD_DNS_FILL_H

#include "cmd/viprouterd/dns_names.h"
#include "core/dhcp/server.h"

/**
 * dns_fill() - fill the names anew
 * `ip host`, the router's own name with its addresses that are not outside, reservations and live
 * leases; the domains of all pools; the networks of pools and of interfaces that are not outside.
 * @domain: of names without one; "" none
 * Return: 0; -ENOMEM: some are missing.
 */
int dns_fill(struct dns_names *names, const struct config *config, const char *domain,
	     const struct dhcp_server *dhcp, mono_ms_t now);

/** The addresses of a configuration at which names are served: those of interfaces that are not
 * outside. @out: @room of them. Return: how many. */
unsigned int dns_fill_addresses(const struct config *config, ip4_t *out, unsigned int room);

#endif
