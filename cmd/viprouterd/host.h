/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The router's own host: ordinary sockets of this process, UDP and TCP on the loop, that speak
 * through the router. The process lives in a network namespace of its own (netlink/self.h), whose
 * one line ends in the core (core/self.h); so no socket here reaches the machine's network, and
 * what comes in has passed the core's rules.
 *
 * To serve a port: host_serve(), then a handle bound to one address of the router and that port,
 * for each address that is to be served: uv_udp_bind() or uv_tcp_bind() and uv_listen(). Any
 * address may be bound, the router's or not yet; the core lets packets through to those of
 * interfaces that are not `ip nat outside`, from hosts that are not outside. Never bind to 0.0.0.0:
 * answers must leave from the address that was asked, and the kernel knows none here.
 *
 * To speak to a host: host_udp() or host_tcp() on a handle that was just made with uv_udp_init() or
 * uv_tcp_init(); they bind it to the router's address on the way there and to a random port that
 * NAT keeps from devices. Then uv_udp_connect() and uv_udp_send(), or uv_tcp_connect(), to that
 * host; the core passes packets of nobody else, and the kernel none of another port of it once the
 * handle is connected. An ICMP error about a packet comes back as the handle's error (ECONNREFUSED,
 * …). When the handle has been closed: host_return(), once. Each query of UDP that shall be hard to
 * guess takes a handle and a port of its own.
 */
#ifndef CMD_VIPROUTERD_HOST_H
#define CMD_VIPROUTERD_HOST_H

#include <netinet/in.h>
#include "cmd/viprouterd/loop.h"
#include "core/self.h"
#include "netlink/self.h"

struct host;
struct pump;

/**
 * host_new()
 * @pump: borrowed; its ports take the line's device over
 * @line: of self_enter(); its descriptor is owned from now on
 * Return: NULL: no memory.
 */
struct host *host_new(struct pump *pump, const struct self_line *line);
/** The handles of its users have been closed before. */
void host_free(struct host *host);

/** Why no socket can speak through the router (no right to a namespace of its own, …); NULL: they
 * can. */
const char *host_trouble(const struct host *host);

/**
 * host_serve() - let hosts that are not outside reach a port
 * @protocol: IPPROTO_TCP or IPPROTO_UDP
 * Return: 0; -ENETDOWN see host_trouble(); -ENOSPC too many.
 */
int host_serve(struct host *host, uint8_t protocol, uint16_t port, bool served);

/**
 * host_udp(), host_tcp() - bind a new handle to speak to @peer
 * @source: out: what it is bound to
 * Return: 0; -ENETDOWN see host_trouble(); -ENETUNREACH no route to @peer, or no address on the
 * way; -ENOBUFS or -EADDRINUSE no port; -errno. After a failure there is nothing to return, and the
 * handle is to be closed.
 */
int host_udp(struct host *host, uv_udp_t *handle, ip4_t peer, struct endpoint *source);
int host_tcp(struct host *host, uv_tcp_t *handle, ip4_t peer, struct endpoint *source);

/** Gives the port back. */
void host_return(struct host *host, uint8_t protocol, const struct endpoint *source);

/** An endpoint as sockets have it, and back. */
struct sockaddr_in host_sockaddr(ip4_t address, uint16_t port);
struct endpoint host_endpoint(const struct sockaddr_in *address);

#endif
