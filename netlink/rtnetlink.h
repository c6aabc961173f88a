/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few requests of rtnetlink(7) that a port's kernel end needs: link, IPv4 address, IPv4 route.
 *
 * Each call sends one message and waits for the kernel's acknowledgement; what the kernel says
 * about a refusal in words (NETLINK_EXT_ACK) is kept in `detail`. Blocking: for the agent, never
 * for the router's loop.
 */
#ifndef NETLINK_RTNETLINK_H
#define NETLINK_RTNETLINK_H

#include "core/base.h"
#include "netlink/request.h"
#include "netlink/tun.h"

struct mnl_socket;
struct nlmsghdr;

/** One socket, in the namespace in which it was opened. */
struct rtnetlink {
	struct mnl_socket *socket;
	uint32_t sequence;
	char detail[128]; /* the kernel's own words about the last refusal; "" none */
};

struct rtnetlink_link {
	int index;
	unsigned int flags; /* IFF_UP, … */
	uint32_t mtu;	    /* bytes */
	int master;	    /* index of the bridge it belongs to; 0 none */
	mac_t mac;	    /* zero on a TUN */
	enum tun_mode mode; /* 0: neither TUN nor TAP */
	bool is_bridge;
	char name[REQUEST_IFNAME_SIZE];
	char alias[256]; /* "" none */
};

struct rtnetlink_address {
	struct ip4_prefix prefix;
	bool ours; /* marked by REQUEST_ROUTE_PROTOCOL (IFA_PROTO, Linux 5.18) */
};

/** A unicast route of the main table. */
struct rtnetlink_route {
	struct request_route route;
	bool ours; /* marked by REQUEST_ROUTE_PROTOCOL */
};

struct rtnetlink_links {
	VEC(struct rtnetlink_link) list;
};
struct rtnetlink_addresses {
	VEC(struct rtnetlink_address) list;
};
struct rtnetlink_routes {
	VEC(struct rtnetlink_route) list;
};

/** Opens a socket in the caller's namespace. Return: 0; -errno. */
int rtnetlink_open(struct rtnetlink *rt);
void rtnetlink_close(struct rtnetlink *rt);

/** Return: 0; -ENODEV there is none of that name; -errno. */
int rtnetlink_link_get(struct rtnetlink *rt, const char *ifname, struct rtnetlink_link *link);
/** All links; the caller's to vec_free(), also after a failure. Return: 0; -errno. */
int rtnetlink_link_list(struct rtnetlink *rt, struct rtnetlink_links *links);

/** Return: 0; -errno, with rt->detail. */
int rtnetlink_link_set_up(struct rtnetlink *rt, int index, bool up);
int rtnetlink_link_set_mtu(struct rtnetlink *rt, int index, uint32_t mtu);
int rtnetlink_link_set_mac(struct rtnetlink *rt, int index, mac_t mac);
int rtnetlink_link_set_alias(struct rtnetlink *rt, int index, const char *alias);
/** @master: index of a bridge; 0 none. */
int rtnetlink_link_set_master(struct rtnetlink *rt, int index, int master);
/** When an address goes, others of its network stay (net.ipv4.conf.IF.promote_secondaries). */
int rtnetlink_link_keep_secondaries(struct rtnetlink *rt, int index);
/** No IPv6 address of its own, and so no packet that nobody asked for. Before it is brought up. */
int rtnetlink_link_without_ipv6(struct rtnetlink *rt, int index);
int rtnetlink_link_delete(struct rtnetlink *rt, int index);

/** IPv4 addresses of a link; the caller's to vec_free(), also after a failure. Return: 0; -errno.
 */
int rtnetlink_address_list(struct rtnetlink *rt, int index, struct rtnetlink_addresses *addresses);
/** Adds one, marked as ours. Return: 0; -EEXIST; -errno. */
int rtnetlink_address_add(struct rtnetlink *rt, int index, struct ip4_prefix prefix);
int rtnetlink_address_delete(struct rtnetlink *rt, int index, struct ip4_prefix prefix);

/** IPv4 routes over a link; the caller's to vec_free(), also after a failure. Return: 0; -errno. */
int rtnetlink_route_list(struct rtnetlink *rt, int index, struct rtnetlink_routes *routes);
/** Adds one of protocol REQUEST_ROUTE_PROTOCOL. Return: 0; -EEXIST that network has one; -errno. */
int rtnetlink_route_add(struct rtnetlink *rt, int index, const struct request_route *route);
/** Deletes one of protocol REQUEST_ROUTE_PROTOCOL. Return: 0; -ESRCH; -errno. */
int rtnetlink_route_delete(struct rtnetlink *rt, int index, const struct request_route *route);

/**
 * rtnetlink_own_every_address() - whatever comes in by a link is for this namespace itself
 * And a socket may be bound to any address, while what it sends follows the main table's routes.
 * To be called once, in a namespace of one's own: the rule of all local addresses is replaced.
 * @loopback: index of `lo`; @ifname: the link
 * Return: 0; -EOPNOTSUPP or -EAFNOSUPPORT: a kernel without policy routing; -errno.
 */
int rtnetlink_own_every_address(struct rtnetlink *rt, int loopback, const char *ifname);

/* ---- what the kernel's messages say; pure, for the above and for tests ------------------------
 */

/** RTM_NEWLINK. Return: 0; -EPROTO it is not one. */
int rtnetlink_parse_link(const struct nlmsghdr *message, struct rtnetlink_link *link);
/** RTM_NEWADDR of IPv4. Return: 0; -EPROTO. @index: out; the link it is on. */
int rtnetlink_parse_address(const struct nlmsghdr *message, int *index,
			    struct rtnetlink_address *address);
/**
 * RTM_NEWROUTE. @index: out; the link it goes over.
 * Return: 0; -ENOENT not a plain unicast IPv4 route of the main table; -EPROTO.
 */
int rtnetlink_parse_route(const struct nlmsghdr *message, int *index,
			  struct rtnetlink_route *route);
/** NLMSG_ERROR: its words, if any, go to @detail. Return: 0 acknowledged; -errno; -EPROTO. */
int rtnetlink_parse_error(const struct nlmsghdr *message, char *detail, size_t size);

#endif
