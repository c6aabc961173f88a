/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the router asks of its agent, the one process with privileges: messages over a
 * SOCK_SEQPACKET pair, fixed-size structs between two processes of one binary.
 *
 * A request names a port and the state it should have; the agent compares that with the kernel's
 * and changes what differs. So making, changing, taking over after a crash and rolling back are one
 * operation, and doing it twice does nothing the second time.
 */
#ifndef NETLINK_REQUEST_H
#define NETLINK_REQUEST_H

#include "core/base.h"

#define REQUEST_NAME_SIZE     64
#define REQUEST_IFNAME_SIZE   16
#define REQUEST_ADDRESSES_MAX 8
#define REQUEST_ROUTES_MAX    64

enum request_kind {
	REQUEST_PORT_SET = 1,
	REQUEST_PORT_REMOVE,
	REQUEST_QUIT,
	REQUEST_PRUNE, /* remove every port of port.owner, in all namespaces, that no process holds:
			  to be asked after the ports of the configuration are set, for those of an
			  earlier run that it no longer has. Of `port` only `owner` counts */
};

struct request_route {
	struct ip4_prefix network;
	ip4_t via; /* IP4_ANY: on the link */
};

/** The kernel's end of a port, as it should be. */
struct request_port {
	char owner[REQUEST_NAME_SIZE];	/* instance, and */
	char name[REQUEST_IFNAME_SIZE]; /* port: "home", "Tap1"; kept as the link's alias, by which
					   the agent knows its own links again */
	bool is_tun;
	char ns[REQUEST_NAME_SIZE]; /* "": the namespace the agent was started in */
	char ifname[REQUEST_IFNAME_SIZE];
	mac_t mac;			  /* TAP; zero: as it is */
	uint16_t mtu;			  /* 0: as it is */
	char bridge[REQUEST_IFNAME_SIZE]; /* kernel bridge in the same namespace; "" none */
	bool up;			  /* link administratively up */
	bool open; /* open the device and hand its descriptor back; false: it is open already */
	uint8_t address_count;
	struct ip4_prefix addresses[REQUEST_ADDRESSES_MAX]; /* these and no other */
	uint8_t route_count;
	struct request_route routes[REQUEST_ROUTES_MAX]; /* these and no other of ours: marked by
							    their protocol number */
};

struct request {
	uint32_t kind; /* enum request_kind */
	uint32_t id;   /* chosen by the router, handed back */
	struct request_port port;
};

enum request_offloads {
	REQUEST_OFFLOAD_CSUM = 1,
	REQUEST_OFFLOAD_TSO = 2,
	REQUEST_OFFLOAD_USO = 4
};

struct response {
	uint32_t id;
	int32_t status;	   /* 0 or -errno */
	uint32_t offloads; /* enum request_offloads that the device took */
	char text[192];	   /* when status < 0: `interface Tap3: namespace "tv" does not exist` */
	/* a descriptor follows as SCM_RIGHTS when `open` was asked and status is 0 */
};

/** Route protocol number of the routes the agent makes (rtm_protocol); not used by others. */
#define REQUEST_ROUTE_PROTOCOL 86

#endif
