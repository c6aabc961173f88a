/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtnetlink over libmnl: requests and dumps.
 *
 * Model: talk() sends one message and reads until the kernel acknowledges it, or until the end of a
 * dump; every message with our sequence number goes to a taker. A dump that the kernel marks as
 * interrupted by a change is started again.
 * Not supported: IPv6 addresses and routes, multipath routes, other tables than main. The kernel's
 * messages are read in rtnetlink_parse.c.
 */
#include "netlink/rtnetlink.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <stdalign.h>

enum {
	ANSWER_SIZE = 32768, /* as `ip` uses: the kernel fills a dump's reads up to this */
	REQUEST_SIZE = 1024, /* the longest we send is a link with an alias of 255 bytes */
	DUMP_TRIES = 5,
	ANSWER_S = 10,
	ATTRIBUTE_IFA_PROTO = 11, /* IFA_PROTO since Linux 5.18; ignored by older kernels */
};

/** Takes one message of the answer. Return: 0; -errno. */
typedef int taker_fn(const struct nlmsghdr *message, void *context);

/** A message under construction. */
struct outgoing {
	alignas(NLMSG_ALIGNTO) char bytes[REQUEST_SIZE];
};

int rtnetlink_open(struct rtnetlink *rt)
{
	struct timeval limit = {.tv_sec = ANSWER_S};
	int on = 1, err;

	*rt = (struct rtnetlink){0};
	rt->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!rt->socket)
		return -errno;
	if (mnl_socket_bind(rt->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		rtnetlink_close(rt);
		return err;
	}
	/* The kernel always answers; should it not, one port fails rather than the agent. */
	setsockopt(mnl_socket_get_fd(rt->socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	/* Kernels without these options only say less. */
	mnl_socket_setsockopt(rt->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(rt->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(rt->socket, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	return 0;
}

void rtnetlink_close(struct rtnetlink *rt)
{
	if (rt->socket)
		mnl_socket_close(rt->socket);
	rt->socket = NULL;
}

/** How a dump ended: the kernel puts 0 or -errno into its last message. */
static int done_status(const struct nlmsghdr *message)
{
	int status = 0;

	if (mnl_nlmsg_get_payload_len(message) >= sizeof(status))
		memcpy(&status, mnl_nlmsg_get_payload(message), sizeof(status));
	return MIN(status, 0);
}

/**
 * take_batch() - hand the messages of one read to the taker
 * Return: 1 the answer is complete; 0 more follows; -EAGAIN the dump was interrupted; -errno.
 */
static int take_batch(struct rtnetlink *rt, const char *bytes, int len, taker_fn *take,
		      void *context)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)bytes;
	bool interrupted = false;

	for (; mnl_nlmsg_ok(message, len); message = mnl_nlmsg_next(message, &len)) {
		int err;

		if (message->nlmsg_seq != rt->sequence)
			continue;
		interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
		if (message->nlmsg_type == NLMSG_ERROR) {
			err = rtnetlink_parse_error(message, rt->detail, sizeof(rt->detail));
			return err ? err : 1;
		}
		if (message->nlmsg_type == NLMSG_DONE) {
			err = done_status(message);
			return err ? err : interrupted ? -EAGAIN : 1;
		}
		err = take ? take(message, context) : 0;
		if (err)
			return err;
	}
	return interrupted ? -EAGAIN : 0;
}

/** Sends @message and waits until it is answered in full. Return: 0; -errno, with rt->detail. */
static int talk(struct rtnetlink *rt, struct nlmsghdr *message, taker_fn *take, void *context)
{
	alignas(NLMSG_ALIGNTO) char answer[ANSWER_SIZE];
	int done = 0;

	message->nlmsg_seq = ++rt->sequence;
	message->nlmsg_flags |= NLM_F_REQUEST;
	/* All bits of NLM_F_DUMP: NLM_F_EXCL is one of them. */
	if ((message->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		message->nlmsg_flags |= NLM_F_ACK;
	rt->detail[0] = '\0';
	if (mnl_socket_sendto(rt->socket, message, message->nlmsg_len) < 0)
		return -errno;
	while (done == 0) {
		ssize_t len = mnl_socket_recvfrom(rt->socket, answer, sizeof(answer));

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		done = take_batch(rt, answer, (int)len, take, context);
	}
	return done < 0 ? done : 0;
}

static struct nlmsghdr *start(struct outgoing *out, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(out->bytes);

	message->nlmsg_type = type;
	message->nlmsg_flags = flags;
	return message;
}

/* ---- links ------------------------------------------------------------------------------ */

static int take_link(const struct nlmsghdr *message, void *context)
{
	return rtnetlink_parse_link(message, context);
}

int rtnetlink_link_get(struct rtnetlink *rt, const char *ifname, struct rtnetlink_link *link)
{
	struct outgoing out;
	struct nlmsghdr *message = start(&out, RTM_GETLINK, 0);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	int err;

	info->ifi_family = AF_UNSPEC;
	mnl_attr_put_strz(message, IFLA_IFNAME, ifname);
	*link = (struct rtnetlink_link){0};
	err = talk(rt, message, take_link, link);
	return err == 0 && link->index == 0 ? -ENODEV : err;
}

static int take_listed_link(const struct nlmsghdr *message, void *context)
{
	struct rtnetlink_links *links = context;
	struct rtnetlink_link *link = vec_push(&links->list);

	return link ? rtnetlink_parse_link(message, link) : -ENOMEM;
}

int rtnetlink_link_list(struct rtnetlink *rt, struct rtnetlink_links *links)
{
	int err = -EAGAIN;

	memset(links, 0, sizeof(*links));
	for (int i = 0; err == -EAGAIN && i < DUMP_TRIES; i++) {
		struct outgoing out;
		struct nlmsghdr *message = start(&out, RTM_GETLINK, NLM_F_DUMP);
		struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

		info->ifi_family = AF_UNSPEC;
		links->list.count = 0;
		err = talk(rt, message, take_listed_link, links);
	}
	return err;
}

/** The start of a message that changes the link @index. */
static struct nlmsghdr *start_link(struct outgoing *out, uint16_t type, int index)
{
	struct nlmsghdr *message = start(out, type, 0);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifi_family = AF_UNSPEC;
	info->ifi_index = index;
	return message;
}

int rtnetlink_link_set_up(struct rtnetlink *rt, int index, bool up)
{
	struct outgoing out;
	struct nlmsghdr *message = start_link(&out, RTM_NEWLINK, index);
	struct ifinfomsg *info = mnl_nlmsg_get_payload(message);

	info->ifi_change = IFF_UP;
	info->ifi_flags = up ? IFF_UP : 0;
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_link_set_mtu(struct rtnetlink *rt, int index, uint32_t mtu)
{
	struct outgoing out;
	struct nlmsghdr *message = start_link(&out, RTM_NEWLINK, index);

	mnl_attr_put_u32(message, IFLA_MTU, mtu);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_link_set_mac(struct rtnetlink *rt, int index, mac_t mac)
{
	struct outgoing out;
	struct nlmsghdr *message = start_link(&out, RTM_NEWLINK, index);

	mnl_attr_put(message, IFLA_ADDRESS, sizeof(mac.byte), mac.byte);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_link_set_alias(struct rtnetlink *rt, int index, const char *alias)
{
	struct outgoing out;
	struct nlmsghdr *message = start_link(&out, RTM_NEWLINK, index);

	/* Without the zero: the kernel keeps the attribute's length as the alias' own. */
	mnl_attr_put(message, IFLA_IFALIAS, strlen(alias), alias);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_link_set_master(struct rtnetlink *rt, int index, int master)
{
	struct outgoing out;
	struct nlmsghdr *message = start_link(&out, RTM_NEWLINK, index);

	mnl_attr_put_u32(message, IFLA_MASTER, (uint32_t)master);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_link_keep_secondaries(struct rtnetlink *rt, int index)
{
	struct outgoing out;
	struct nlmsghdr *message = start_link(&out, RTM_NEWLINK, index);
	struct nlattr *spec = mnl_attr_nest_start(message, IFLA_AF_SPEC);
	struct nlattr *family = mnl_attr_nest_start(message, AF_INET);
	struct nlattr *settings = mnl_attr_nest_start(message, IFLA_INET_CONF);

	mnl_attr_put_u32(message, IPV4_DEVCONF_PROMOTE_SECONDARIES, 1);
	mnl_attr_nest_end(message, settings);
	mnl_attr_nest_end(message, family);
	mnl_attr_nest_end(message, spec);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_link_without_ipv6(struct rtnetlink *rt, int index)
{
	struct outgoing out;
	struct nlmsghdr *message = start_link(&out, RTM_NEWLINK, index);
	struct nlattr *spec = mnl_attr_nest_start(message, IFLA_AF_SPEC);
	struct nlattr *family = mnl_attr_nest_start(message, AF_INET6);

	mnl_attr_put_u8(message, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(message, family);
	mnl_attr_nest_end(message, spec);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_link_delete(struct rtnetlink *rt, int index)
{
	struct outgoing out;

	return talk(rt, start_link(&out, RTM_DELLINK, index), NULL, NULL);
}

/* ---- addresses -------------------------------------------------------------------------- */

struct wanted_addresses {
	int index;
	struct rtnetlink_addresses *addresses;
};

static int take_address(const struct nlmsghdr *message, void *context)
{
	struct wanted_addresses *wanted = context;
	struct rtnetlink_address address, *slot;
	int index, err;

	err = rtnetlink_parse_address(message, &index, &address);
	if (err || index != wanted->index)
		return err;
	slot = vec_push(&wanted->addresses->list);
	if (!slot)
		return -ENOMEM;
	*slot = address;
	return 0;
}

int rtnetlink_address_list(struct rtnetlink *rt, int index, struct rtnetlink_addresses *addresses)
{
	struct wanted_addresses wanted = {index, addresses};
	int err = -EAGAIN;

	memset(addresses, 0, sizeof(*addresses));
	for (int i = 0; err == -EAGAIN && i < DUMP_TRIES; i++) {
		struct outgoing out;
		struct nlmsghdr *message = start(&out, RTM_GETADDR, NLM_F_DUMP);
		struct ifaddrmsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

		info->ifa_family = AF_INET;
		info->ifa_index = (unsigned int)index;
		addresses->list.count = 0;
		err = talk(rt, message, take_address, &wanted);
	}
	return err;
}

static struct nlmsghdr *start_address(struct outgoing *out, uint16_t type, int index,
				      struct ip4_prefix prefix)
{
	uint16_t flags = type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0;
	struct nlmsghdr *message = start(out, type, flags);
	struct ifaddrmsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifa_family = AF_INET;
	info->ifa_prefixlen = prefix.len;
	info->ifa_index = (unsigned int)index;
	info->ifa_scope = RT_SCOPE_UNIVERSE;
	mnl_attr_put_u32(message, IFA_LOCAL, htonl(prefix.address.host));
	mnl_attr_put_u32(message, IFA_ADDRESS, htonl(prefix.address.host));
	return message;
}

int rtnetlink_address_add(struct rtnetlink *rt, int index, struct ip4_prefix prefix)
{
	struct outgoing out;
	struct nlmsghdr *message = start_address(&out, RTM_NEWADDR, index, prefix);

	mnl_attr_put_u8(message, ATTRIBUTE_IFA_PROTO, REQUEST_ROUTE_PROTOCOL);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_address_delete(struct rtnetlink *rt, int index, struct ip4_prefix prefix)
{
	struct outgoing out;

	return talk(rt, start_address(&out, RTM_DELADDR, index, prefix), NULL, NULL);
}

/* ---- routes ----------------------------------------------------------------------------- */

struct wanted_routes {
	int index;
	struct rtnetlink_routes *routes;
};

static int take_route(const struct nlmsghdr *message, void *context)
{
	struct wanted_routes *wanted = context;
	struct rtnetlink_route route, *slot;
	int index, err;

	err = rtnetlink_parse_route(message, &index, &route);
	if (err == -ENOENT || (err == 0 && index != wanted->index))
		return 0;
	if (err)
		return err;
	slot = vec_push(&wanted->routes->list);
	if (!slot)
		return -ENOMEM;
	*slot = route;
	return 0;
}

int rtnetlink_route_list(struct rtnetlink *rt, int index, struct rtnetlink_routes *routes)
{
	struct wanted_routes wanted = {index, routes};
	int err = -EAGAIN;

	memset(routes, 0, sizeof(*routes));
	for (int i = 0; err == -EAGAIN && i < DUMP_TRIES; i++) {
		struct outgoing out;
		struct nlmsghdr *message = start(&out, RTM_GETROUTE, NLM_F_DUMP);
		struct rtmsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

		info->rtm_family = AF_INET;
		mnl_attr_put_u32(message, RTA_TABLE, RT_TABLE_MAIN);
		mnl_attr_put_u32(message, RTA_OIF, (uint32_t)index);
		routes->list.count = 0;
		err = talk(rt, message, take_route, &wanted);
	}
	/* A namespace that never had a route has no main table. */
	return err == -ENOENT ? 0 : err;
}

static int change_route(struct rtnetlink *rt, uint16_t type, int index,
			const struct request_route *route)
{
	struct outgoing out;
	uint16_t flags = type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0;
	struct nlmsghdr *message = start(&out, type, flags);
	struct rtmsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->rtm_family = AF_INET;
	info->rtm_dst_len = route->network.len;
	info->rtm_table = RT_TABLE_MAIN;
	info->rtm_protocol = REQUEST_ROUTE_PROTOCOL;
	info->rtm_type = RTN_UNICAST;
	if (type == RTM_DELROUTE)
		info->rtm_scope = RT_SCOPE_NOWHERE;
	else
		info->rtm_scope = ip4_is_any(route->via) ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	if (route->network.len > 0)
		mnl_attr_put_u32(message, RTA_DST, htonl(ip4_network(route->network).host));
	if (!ip4_is_any(route->via))
		mnl_attr_put_u32(message, RTA_GATEWAY, htonl(route->via.host));
	mnl_attr_put_u32(message, RTA_OIF, (uint32_t)index);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_route_add(struct rtnetlink *rt, int index, const struct request_route *route)
{
	return change_route(rt, RTM_NEWROUTE, index, route);
}

int rtnetlink_route_delete(struct rtnetlink *rt, int index, const struct request_route *route)
{
	return change_route(rt, RTM_DELROUTE, index, route);
}

/* ---- every address ---------------------------------------------------------------------- */

/** The rule that asks the table of local addresses. @ifname: for what came in there; NULL: all. */
static int change_local_rule(struct rtnetlink *rt, uint16_t type, const char *ifname)
{
	struct outgoing out;
	uint16_t flags = type == RTM_NEWRULE ? NLM_F_CREATE | NLM_F_EXCL : 0;
	struct nlmsghdr *message = start(&out, type, flags);
	struct fib_rule_hdr *rule = mnl_nlmsg_put_extra_header(message, sizeof(*rule));

	rule->family = AF_INET;
	rule->table = RT_TABLE_LOCAL;
	rule->action = FR_ACT_TO_TBL;
	mnl_attr_put_u32(message, FRA_PRIORITY, 0);
	if (ifname)
		mnl_attr_put_strz(message, FRA_IIFNAME, ifname);
	return talk(rt, message, NULL, NULL);
}

int rtnetlink_own_every_address(struct rtnetlink *rt, int loopback, const char *ifname)
{
	struct outgoing out;
	struct nlmsghdr *message;
	struct rtmsg *info;
	int err = change_local_rule(rt, RTM_NEWRULE, ifname);

	/* the new rule first: without one there would be no local address at all */
	err = err ? err : change_local_rule(rt, RTM_DELRULE, NULL);
	if (err)
		return err;
	message = start(&out, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	info->rtm_family = AF_INET;
	info->rtm_table = RT_TABLE_LOCAL;
	info->rtm_protocol = REQUEST_ROUTE_PROTOCOL;
	info->rtm_type = RTN_LOCAL;
	info->rtm_scope = RT_SCOPE_HOST;
	mnl_attr_put_u32(message, RTA_OIF, (uint32_t)loopback);
	return talk(rt, message, NULL, NULL);
}
