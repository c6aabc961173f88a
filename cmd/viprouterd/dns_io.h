/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarder's sockets: ordinary ones, that speak through the router (host.h).
 *
 * Clients are served at so many addresses by UDP, and by TCP (dns_stream.h). A try at a name server
 * has a socket of its own, and with it a port of its own.
 */
#ifndef CMD_VIPROUTERD_DNS_IO_H
#define CMD_VIPROUTERD_DNS_IO_H

#include "cmd/viprouterd/loop.h"
#include "cmd/viprouterd/dns_server.h"
#include "core/self.h"

struct dns_io;
struct host;

enum {
	DNS_LISTENERS_MAX = 256,
	DNS_STREAMS_MAX = 64,		   /* connections of clients */
	DNS_STREAMS_CLIENT_MAX = 8,	   /* of one address */
	DNS_STREAM_IDLE_S = 10,		   /* a connection without a query, or an answer, ends */
	DNS_STREAM_UNREAD_MAX = 256 << 10, /* bytes that a client does not take; then it ends */
};

/** Where things go that come in. Any function of this header may be called from there. */
struct dns_io_user {
	void *context;
	void (*query)(void *context, const struct dns_client *client, const uint8_t *bytes,
		      size_t len);
	void (*gone)(void *context, uint32_t way); /* a connection */
	void (*answer)(void *context, uint32_t exchange, struct endpoint from, const uint8_t *bytes,
		       size_t len);
	void (*failed)(void *context, uint32_t exchange);
};

struct dns_io_stats {
	unsigned int listeners, streams;
	uint64_t streams_refused; /* too many */
};

/** @loop, @host: borrowed; @port: to listen at. Return: NULL: no memory. */
struct dns_io *dns_io_new(uv_loop_t *loop, struct host *host, uint16_t port,
			  const struct dns_io_user *user);
/** Closes all. Memory goes when the loop has run; nothing is handed out any more. */
void dns_io_close(struct dns_io *io);

/**
 * dns_io_listen() - at these addresses, and at no others
 * An address that cannot be had is told to the log once, and tried again with the next call.
 */
void dns_io_listen(struct dns_io *io, const ip4_t *addresses, unsigned int count);

/** Sends a reply, if who asked is still there. */
void dns_io_reply(struct dns_io *io, const struct dns_client *client, const uint8_t *bytes,
		  size_t len);
/** As `ask` of struct dns_world. */
int dns_io_ask(struct dns_io *io, uint32_t exchange, const struct dns_asked *asked);
/** As `end` of struct dns_world. */
void dns_io_end(struct dns_io *io, uint32_t exchange);

void dns_io_stats(const struct dns_io *io, struct dns_io_stats *out);

#endif
