/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `ip dns server` at work: the forwarder (dns_server.h), its sockets (dns_io.h), its timer, and
 * what it knows of the configuration and of leases. Turned off it holds no socket, timer or table.
 */
#ifndef CMD_VIPROUTERD_DNS_SERVICE_H
#define CMD_VIPROUTERD_DNS_SERVICE_H

#include <jansson.h>
#include "cmd/viprouterd/loop.h"
#include "cli/command.h"
#include "cli/session.h"

struct dns_service;
struct host;
struct pump;

/** @pump, @host: borrowed. Return: NULL: no memory. */
struct dns_service *dns_service_new(struct pump *pump, struct host *host);
/** Ends it; dns_service_free() may follow when the loop has run. NULL is fine. */
void dns_service_close(struct dns_service *service);
void dns_service_free(struct dns_service *service);

/** Another configuration is in force. */
void dns_service_configure(struct dns_service *service);
/** Time has passed: an interface may have learnt another address. */
void dns_service_follow(struct dns_service *service);

/* What the shell asks, as in struct world_effects. */
json_t *dns_service_hosts(struct dns_service *service, const char *name,
			  struct show_cursor *cursor);
json_t *dns_service_view(struct dns_service *service);
json_t *dns_service_statistics(struct dns_service *service);
unsigned int dns_service_clear_hosts(struct dns_service *service, const char *name);
void dns_service_clear_statistics(struct dns_service *service);

#endif
