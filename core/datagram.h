/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UDP datagrams to and from the router itself. What runs beside the core (the DNS forwarder) takes
 * them out with router_next_datagram() and sends its own with router_send_datagram(); nothing is
 * called back.
 *
 * The core lets in two kinds: queries to port 53 of an inside address while `ip dns server` is on,
 * and answers to a port that router_datagram_open() registered, from the one endpoint it was
 * registered for. Everything else meets the router's usual refusals.
 */
#ifndef CORE_DATAGRAM_H
#define CORE_DATAGRAM_H

#include "core/base.h"

/** Longest payload: what one Ethernet frame carries. Longer ones are dropped by name. */
#define DATAGRAM_MAX (1500 - 20 - 8)

/** Datagrams waiting for router_next_datagram(). */
#define DATAGRAM_QUEUE_SIZE 128

/** Ports that may be registered at a time. */
#define DATAGRAM_PORTS_MAX 1024

enum { DATAGRAM_DNS_PORT = 53 };

struct datagram {
	ip4_t src, dst;
	uint16_t sport, dport; /* host order */
	uint16_t len;	       /* bytes of payload */
	uint8_t bytes[DATAGRAM_MAX];
};

/** A port of the router's own, for answers of one remote endpoint. */
struct datagram_port {
	ip4_t local, peer;
	uint16_t port, peer_port; /* port: 0: the place is free */
	mono_ms_t until;	  /* from then on it is closed */
	bool lent;		  /* by NAT; for the holder of the table */
};

struct datagram_queue {
	struct datagram at[DATAGRAM_QUEUE_SIZE];
	uint32_t head, count;
};

/** No two have one port, on whatever address. */
struct datagram_ports {
	struct datagram_port at[DATAGRAM_PORTS_MAX];
	uint16_t place[65536]; /* by port: where in `at`, counted from 1; 0: it is not open */
	uint32_t count;	       /* places in use, those that have timed out included */
};

#endif
