/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live configuration: the typed one with what DHCP servers gave to the interfaces with `ip
 * address dhcp`. A router works by the live one; the typed one is what is shown, compared and
 * saved. What was learnt is an interface's first address, its VIP's address, its IP MTU if that is
 * smaller, routes of distance 254, and what pools with `import all` tell of DNS.
 */
#ifndef CORE_CONFIG_LIVE_H
#define CORE_CONFIG_LIVE_H

#include "core/config.h"
#include "core/dhcp/client.h"

enum { CONFIG_LIVE_DISTANCE = 254 /* as in IOS: a typed route of any other distance is better */ };

/** What one interface has learnt. */
struct config_learned {
	struct interface_id interface;
	const struct dhcp_client_terms *terms; /* borrowed */
	/* out */
	struct config_error error; /* why none of it is used; "" it is */
	uint32_t routes_refused;   /* bit n: routes[n] is not used */
};
static_assert(DHCP_CLIENT_ROUTES_MAX <= 32, "a bit each");

/**
 * config_live_make() - the typed configuration with what was learnt
 * @live: initialised; out; the caller frees it
 * @typed: has passed config_check()
 * What @typed and one lease together would be refused for by config_check() is left out, and the
 * lease's `error` says so: @live passes too.
 * Return: 0; -ENOMEM.
 */
int config_live_make(struct config *live, const struct config *typed,
		     struct config_learned *learned, unsigned int count);

/** The interface, other than @learnt_by, in a network of which all of @network lies; NULL. */
const struct config_interface *config_live_in_the_way(const struct config *config,
						      struct interface_id learnt_by,
						      struct ip4_prefix network);

#endif
