/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the service share. */
#ifndef CMD_VIPROUTERD_DNS_SERVICE_PRIVATE_H
#define CMD_VIPROUTERD_DNS_SERVICE_PRIVATE_H

#include "cmd/viprouterd/dns_cache.h"
#include "cmd/viprouterd/dns_io.h"
#include "cmd/viprouterd/dns_server.h"
#include "cmd/viprouterd/dns_service.h"
#include "cmd/viprouterd/host.h"
#include "cmd/viprouterd/pump.h"

struct dns_service {
	struct pump *pump;
	struct host *host;
	struct dns_server *server; /* NULL: turned off */
	struct dns_io *io;	   /* with `server` */
	uv_timer_t timer;
	mono_ms_t armed; /* when the timer fires; MONO_NEVER */
	bool closing;
	struct dns_names names;
	bool stale;	      /* the configuration has changed since the names were filled */
	uint32_t leases;      /* dhcp_server_names() when they were */
	uint32_t learned;     /* router_learned_dns() when the listeners were last set */
	mono_ms_t fill_again; /* not before, for leases: see dns_service.c */
};

/* ---- dns_service.c ---- */

/** Brings names and name servers up to date. */
void dns_service_refresh(struct dns_service *s, mono_ms_t now);
/** The name servers of the configuration, and those learned. @out: DNS_SERVERS_MAX. @learned: out:
 * from which index on. Return: how many. */
unsigned int dns_service_upstreams(const struct dns_service *s, ip4_t *out, unsigned int *learned);
/** The domain of names without one. @out: CONFIG_NAME_SIZE bytes. Return: @out. */
const char *dns_service_domain(const struct dns_service *s, char *out);

#endif
