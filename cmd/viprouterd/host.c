/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host has no address of its own and no state but the line: what is open, the core knows.
 * Sockets are the kernel's, which keeps their queues and sees to TCP.
 */
#include "cmd/viprouterd/host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>
#include "cmd/viprouterd/port_io.h"
#include "cmd/viprouterd/pump.h"

enum { BIND_TRIES = 4 };

struct host {
	struct pump *pump;
	char trouble[sizeof(((struct self_line *)0)->reason)]; /* "" none */
};

struct host *host_new(struct pump *pump, const struct self_line *line)
{
	struct host *host = calloc(1, sizeof(*host));
	int ret = -ENOMEM;

	if (!host) {
		if (line->fd >= 0)
			close(line->fd);
		return NULL;
	}
	host->pump = pump;
	if (line->fd >= 0)
		ret = port_io_attach_self(pump->ports, line->fd);
	if (line->fd < 0)
		snprintf(host->trouble, sizeof(host->trouble), "%s", line->reason);
	else if (ret < 0)
		snprintf(host->trouble, sizeof(host->trouble), "%s", strerror(-ret));
	return host;
}

void host_free(struct host *host)
{
	free(host);
}

const char *host_trouble(const struct host *host)
{
	return host->trouble[0] ? host->trouble : NULL;
}

int host_serve(struct host *host, uint8_t protocol, uint16_t port, bool served)
{
	if (host_trouble(host))
		return -ENETDOWN;
	return router_serve(host->pump->router, protocol, port, served);
}

/** Binds a handle of libuv's to an address. Return: 0; -errno. */
typedef int bind_fn(void *handle, const struct sockaddr *address);

static int bind_udp(void *handle, const struct sockaddr *address)
{
	return uv_udp_bind(handle, address, 0);
}

static int bind_tcp(void *handle, const struct sockaddr *address)
{
	return uv_tcp_bind(handle, address, 0);
}

/** Lends a port, and binds to it: another when a socket of this process has that one. */
static int bind_lent(struct host *host, uint8_t protocol, ip4_t peer, struct endpoint *source,
		     bind_fn *bind, void *handle)
{
	int ret = -EADDRINUSE;

	if (host_trouble(host))
		return -ENETDOWN;
	for (int tries = 0; ret == -EADDRINUSE && tries < BIND_TRIES; tries++) {
		struct sockaddr_in address;
		uint64_t random;

		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return -EIO;
		ret = router_lend(host->pump->router, protocol, peer, random, source, pump_now());
		if (ret < 0)
			return ret;
		address = host_sockaddr(source->address, source->port);
		ret = bind(handle, (const struct sockaddr *)&address);
		if (ret < 0)
			host_return(host, protocol, source);
	}
	return ret;
}

int host_udp(struct host *host, uv_udp_t *handle, ip4_t peer, struct endpoint *source)
{
	return bind_lent(host, IPPROTO_UDP, peer, source, bind_udp, handle);
}

int host_tcp(struct host *host, uv_tcp_t *handle, ip4_t peer, struct endpoint *source)
{
	return bind_lent(host, IPPROTO_TCP, peer, source, bind_tcp, handle);
}

void host_return(struct host *host, uint8_t protocol, const struct endpoint *source)
{
	router_return(host->pump->router, protocol, source, pump_now());
}

struct sockaddr_in host_sockaddr(ip4_t address, uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(address.host),
	};
}

struct endpoint host_endpoint(const struct sockaddr_in *address)
{
	return (struct endpoint){{ntohl(address->sin_addr.s_addr)}, ntohs(address->sin_port)};
}
