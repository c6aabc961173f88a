/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's rtnetlink messages say (rtnetlink(7), linux/rtnetlink.h).
 *
 * Model: an attribute is read when it is there with the length it must have; one that is missing or
 * of another length leaves its field zero. Only a message of the wrong type or shorter than its
 * fixed header is refused.
 */
#include "netlink/rtnetlink.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

enum { ATTRIBUTE_IFA_PROTO = 11 /* IFA_PROTO since Linux 5.18 */ };

static bool holds(const struct nlmsghdr *message, uint16_t type, size_t header)
{
	return message->nlmsg_type == type && mnl_nlmsg_get_payload_len(message) >= header;
}

static uint32_t read_u32(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) == sizeof(uint32_t) ? mnl_attr_get_u32(attr) : 0;
}

static uint8_t read_u8(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 1 ? mnl_attr_get_u8(attr) : 0;
}

static ip4_t read_ip4(const struct nlattr *attr)
{
	return (ip4_t){ntohl(read_u32(attr))};
}

/** Copies a text attribute, with or without its final zero; what does not fit is cut. */
static void read_text(const struct nlattr *attr, char *text, size_t size)
{
	size_t len = strnlen(mnl_attr_get_payload(attr), mnl_attr_get_payload_len(attr));

	len = MIN(len, size - 1);
	memcpy(text, mnl_attr_get_payload(attr), len);
	text[len] = '\0';
}

static bool text_is(const struct nlattr *attr, const char *text)
{
	char copy[32];

	read_text(attr, copy, sizeof(copy));
	return strcmp(copy, text) == 0;
}

/** IFLA_LINKINFO: what driver made the link, and for tun its mode. */
static void parse_link_info(const struct nlattr *info, struct rtnetlink_link *link)
{
	const struct nlattr *attr, *data = NULL;
	bool is_tun_driver = false;

	mnl_attr_for_each_nested(attr, info)
	{
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND) {
			link->is_bridge = text_is(attr, "bridge");
			is_tun_driver = text_is(attr, "tun");
		} else if (mnl_attr_get_type(attr) == IFLA_INFO_DATA) {
			data = attr;
		}
	}
	if (!is_tun_driver || !data)
		return;
	mnl_attr_for_each_nested(attr, data)
	{
		if (mnl_attr_get_type(attr) != IFLA_TUN_TYPE)
			continue;
		if (read_u8(attr) == IFF_TUN)
			link->mode = TUN_MODE_TUN;
		else if (read_u8(attr) == IFF_TAP)
			link->mode = TUN_MODE_TAP;
	}
}

int rtnetlink_parse_link(const struct nlmsghdr *message, struct rtnetlink_link *link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	*link = (struct rtnetlink_link){0};
	if (!holds(message, RTM_NEWLINK, sizeof(*info)))
		return -EPROTO;
	link->index = info->ifi_index;
	link->flags = info->ifi_flags;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME: read_text(attr, link->name, sizeof(link->name)); break;
		case IFLA_IFALIAS: read_text(attr, link->alias, sizeof(link->alias)); break;
		case IFLA_MTU: link->mtu = read_u32(attr); break;
		case IFLA_MASTER: link->master = (int)read_u32(attr); break;
		case IFLA_LINKINFO: parse_link_info(attr, link); break;
		case IFLA_ADDRESS:
			if (mnl_attr_get_payload_len(attr) == sizeof(link->mac.byte))
				memcpy(link->mac.byte, mnl_attr_get_payload(attr),
				       sizeof(link->mac.byte));
			break;
		}
	}
	return 0;
}

int rtnetlink_parse_address(const struct nlmsghdr *message, int *index,
			    struct rtnetlink_address *address)
{
	const struct ifaddrmsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;

	*address = (struct rtnetlink_address){0};
	if (!holds(message, RTM_NEWADDR, sizeof(*info)) || info->ifa_family != AF_INET)
		return -EPROTO;
	*index = (int)info->ifa_index;
	address->prefix.len = info->ifa_prefixlen;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		switch (mnl_attr_get_type(attr)) {
		case IFA_LOCAL: address->prefix.address = read_ip4(attr); break;
		case ATTRIBUTE_IFA_PROTO:
			address->ours = read_u8(attr) == REQUEST_ROUTE_PROTOCOL;
			break;
		}
	}
	return 0;
}

int rtnetlink_parse_route(const struct nlmsghdr *message, int *index, struct rtnetlink_route *route)
{
	const struct rtmsg *info = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;
	uint32_t table;

	*route = (struct rtnetlink_route){0};
	*index = 0;
	if (!holds(message, RTM_NEWROUTE, sizeof(*info)))
		return -EPROTO;
	table = info->rtm_table;
	route->route.network.len = info->rtm_dst_len;
	route->ours = info->rtm_protocol == REQUEST_ROUTE_PROTOCOL;
	mnl_attr_for_each(attr, message, sizeof(*info))
	{
		switch (mnl_attr_get_type(attr)) {
		case RTA_TABLE: table = read_u32(attr); break;
		case RTA_DST: route->route.network.address = read_ip4(attr); break;
		case RTA_GATEWAY: route->route.via = read_ip4(attr); break;
		case RTA_OIF: *index = (int)read_u32(attr); break;
		}
	}
	if (info->rtm_family != AF_INET || info->rtm_type != RTN_UNICAST || *index == 0 ||
	    table != RT_TABLE_MAIN || (info->rtm_flags & RTM_F_CLONED))
		return -ENOENT;
	return 0;
}

int rtnetlink_parse_error(const struct nlmsghdr *message, char *detail, size_t size)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	size_t skip = sizeof(*error);
	const struct nlattr *attr;

	detail[0] = '\0';
	if (!holds(message, NLMSG_ERROR, sizeof(*error)))
		return -EPROTO;
	if (error->error > 0)
		return -EPROTO;
	/* The request follows in full unless the kernel was asked not to (NETLINK_CAP_ACK). */
	if (!(message->nlmsg_flags & NLM_F_CAPPED) && error->msg.nlmsg_len > sizeof(error->msg))
		skip += MNL_ALIGN(error->msg.nlmsg_len - sizeof(error->msg));
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS) || skip > mnl_nlmsg_get_payload_len(message))
		return error->error;
	mnl_attr_for_each(attr, message, (unsigned int)skip)
	{
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			read_text(attr, detail, size);
	}
	return error->error;
}
