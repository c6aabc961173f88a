/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router's own host: whoever runs beside the core and speaks UDP or TCP under the router's
 * addresses. The core neither opens nor ends connections. It carries the host's packets, which go
 * in by router_self_input() and come out of router_output() for PORT_SELF, and it decides what may
 * pass: packets
 * - to and from a port that router_serve() opened, for hosts that are not outside. So nothing that
 *   is served is ever open to the outside;
 * - to and from a port that router_lend() lent, with the one host that it was lent for. NAT gives
 *   such a port to no device;
 * - of ICMP, errors about one of those; and the host's own, to hosts that are not outside.
 * All else is refused as if there were no host.
 */
#ifndef CORE_SELF_H
#define CORE_SELF_H

#include "core/base.h"
#include "core/frame.h"
#include "core/port.h"

struct router;

/** Most ports that are served. */
#define SELF_SERVICES_MAX 16

/** An address and a port, in host order. */
struct endpoint {
	ip4_t address;
	uint16_t port;
};

/**
 * router_serve() - let hosts that are not outside reach a port of the router's addresses
 * Each address of an interface that is not `ip nat outside`; no VIP.
 * @protocol: TCP (6) or UDP (17)
 * @served: false: no more
 * Return: 0; -ENOSPC SELF_SERVICES_MAX are.
 */
int router_serve(struct router *router, uint8_t protocol, uint16_t port, bool served);

/**
 * router_lend() - a port to speak from to a host
 * @protocol: TCP or UDP
 * @peer: whom to speak to: nobody else's packets will come to the port
 * @random: drawn anew for each call: who cannot guess it cannot guess the port
 * @source: out: the router's address on the way to @peer, and a port from 1024 on
 * It is lent until router_return(). A configuration may take it back earlier, when the port is
 * given to a fixed translation or the address to a device; nothing passes then.
 * Return: 0; -ENETUNREACH no route, or one by an interface without an address; -EADDRINUSE no port
 * is free; -ENOBUFS NAT_LENT_MAX are lent; -ENOMEM.
 */
int router_lend(struct router *router, uint8_t protocol, ip4_t peer, uint64_t random,
		struct endpoint *source, mono_ms_t now);

/**
 * router_return() - the port is not needed any more
 * One of TCP stays lent for a minute, for what the connection has still to say.
 */
void router_return(struct router *router, uint8_t protocol, const struct endpoint *source,
		   mono_ms_t now);

/** Takes in packets of the host: as router_input(); `port` does not count. */
void router_self_input(struct router *router, struct frame *frames, unsigned int count,
		       mono_ms_t now);

#endif
