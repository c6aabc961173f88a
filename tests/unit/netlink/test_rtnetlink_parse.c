/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's messages, built here with libmnl as the kernel lays them out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <stdalign.h>

#include "netlink/rtnetlink.h"

enum { ATTRIBUTE_IFA_PROTO = 11 };

static alignas(8) char buffer[2048];

static struct nlmsghdr *start(uint16_t type)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	return message;
}

static struct nlmsghdr *start_link(int index, unsigned int flags)
{
	struct nlmsghdr *message = start(RTM_NEWLINK);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifi_index = index;
	info->ifi_flags = flags;
	return message;
}

static void put_kind(struct nlmsghdr *message, const char *kind, uint8_t tun_type)
{
	struct nlattr *info = mnl_attr_nest_start(message, IFLA_LINKINFO), *data;

	mnl_attr_put_strz(message, IFLA_INFO_KIND, kind);
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	mnl_attr_put_u8(message, IFLA_TUN_TYPE, tun_type);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
}

/* ---- links ------------------------------------------------------------------------------ */

static void link_of_a_tap_is_read_in_full(void **state)
{
	static const uint8_t mac[6] = {2, 0, 0x5e, 0x10, 0, 1};
	struct nlmsghdr *message = start_link(5, IFF_UP);
	struct rtnetlink_link link;

	(void)state;
	mnl_attr_put_strz(message, IFLA_IFNAME, "eth0");
	mnl_attr_put_strz(message, IFLA_IFALIAS, "viprouter home Tap1");
	mnl_attr_put(message, IFLA_ADDRESS, sizeof(mac), mac);
	mnl_attr_put_u32(message, IFLA_MTU, 1400);
	mnl_attr_put_u32(message, IFLA_MASTER, 9);
	put_kind(message, "tun", IFF_TAP);
	assert_int_equal(rtnetlink_parse_link(message, &link), 0);
	assert_int_equal(link.index, 5);
	assert_int_equal(link.flags, IFF_UP);
	assert_string_equal(link.name, "eth0");
	assert_string_equal(link.alias, "viprouter home Tap1");
	assert_memory_equal(link.mac.byte, mac, sizeof(mac));
	assert_int_equal(link.mtu, 1400);
	assert_int_equal(link.master, 9);
	assert_int_equal(link.mode, TUN_MODE_TAP);
	assert_false(link.is_bridge);
}

static void link_kind_tells_tun_tap_and_bridge(void **state)
{
	struct rtnetlink_link link;
	struct nlmsghdr *message = start_link(5, 0);

	(void)state;
	put_kind(message, "tun", IFF_TUN);
	assert_int_equal(rtnetlink_parse_link(message, &link), 0);
	assert_int_equal(link.mode, TUN_MODE_TUN);
	message = start_link(5, 0);
	put_kind(message, "bridge", IFF_TAP);
	assert_int_equal(rtnetlink_parse_link(message, &link), 0);
	assert_int_equal(link.mode, 0);
	assert_true(link.is_bridge);
	message = start_link(5, 0);
	put_kind(message, "tunnel", IFF_TAP);
	assert_int_equal(rtnetlink_parse_link(message, &link), 0);
	assert_int_equal(link.mode, 0);
	assert_int_equal(rtnetlink_parse_link(start_link(5, 0), &link), 0);
	assert_int_equal(link.mode, 0);
}

static void attribute_of_a_wrong_length_is_left_out(void **state)
{
	char longest[600];
	struct nlmsghdr *message = start_link(5, 0);
	struct rtnetlink_link link;

	(void)state;
	memset(longest, 'a', sizeof(longest));
	mnl_attr_put(message, IFLA_MTU, 2, longest);
	mnl_attr_put(message, IFLA_ADDRESS, 20, longest);
	mnl_attr_put(message, IFLA_IFALIAS, sizeof(longest), longest);
	mnl_attr_put(message, IFLA_IFNAME, 40, longest);
	assert_int_equal(rtnetlink_parse_link(message, &link), 0);
	assert_int_equal(link.mtu, 0);
	assert_true(mac_is_zero(link.mac));
	assert_int_equal(strlen(link.alias), sizeof(link.alias) - 1);
	assert_int_equal(strlen(link.name), sizeof(link.name) - 1);
}

static void message_of_another_type_or_cut_short_is_refused(void **state)
{
	struct rtnetlink_address address;
	struct rtnetlink_route route;
	struct rtnetlink_link link;
	char detail[32];
	int index;

	(void)state;
	assert_int_equal(rtnetlink_parse_link(start(RTM_DELLINK), &link), -EPROTO);
	assert_int_equal(rtnetlink_parse_link(start(RTM_NEWLINK), &link), -EPROTO);
	assert_int_equal(rtnetlink_parse_address(start(RTM_NEWADDR), &index, &address), -EPROTO);
	assert_int_equal(rtnetlink_parse_route(start(RTM_NEWROUTE), &index, &route), -EPROTO);
	assert_int_equal(rtnetlink_parse_error(start(NLMSG_ERROR), detail, sizeof(detail)),
			 -EPROTO);
}

/* ---- addresses -------------------------------------------------------------------------- */

static struct nlmsghdr *start_address(uint8_t family)
{
	struct nlmsghdr *message = start(RTM_NEWADDR);
	struct ifaddrmsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->ifa_family = family;
	info->ifa_prefixlen = 24;
	info->ifa_index = 3;
	mnl_attr_put_u32(message, IFA_ADDRESS, htonl(0xc0000263)); /* the far end, were it one */
	mnl_attr_put_u32(message, IFA_LOCAL, htonl(0xc0000201));
	return message;
}

static void address_is_ours_only_by_its_mark(void **state)
{
	struct nlmsghdr *message = start_address(AF_INET);
	struct rtnetlink_address address;
	int index;

	(void)state;
	assert_int_equal(rtnetlink_parse_address(message, &index, &address), 0);
	assert_int_equal(index, 3);
	assert_int_equal(address.prefix.address.host, 0xc0000201);
	assert_int_equal(address.prefix.len, 24);
	assert_false(address.ours);
	mnl_attr_put_u8(message, ATTRIBUTE_IFA_PROTO, REQUEST_ROUTE_PROTOCOL);
	assert_int_equal(rtnetlink_parse_address(message, &index, &address), 0);
	assert_true(address.ours);
	message = start_address(AF_INET);
	mnl_attr_put_u8(message, ATTRIBUTE_IFA_PROTO, 3);
	assert_int_equal(rtnetlink_parse_address(message, &index, &address), 0);
	assert_false(address.ours);
	assert_int_equal(rtnetlink_parse_address(start_address(AF_INET6), &index, &address),
			 -EPROTO);
}

/* ---- routes ----------------------------------------------------------------------------- */

static struct nlmsghdr *start_route(uint8_t type, uint8_t protocol, uint32_t table)
{
	struct nlmsghdr *message = start(RTM_NEWROUTE);
	struct rtmsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));

	info->rtm_family = AF_INET;
	info->rtm_type = type;
	info->rtm_protocol = protocol;
	mnl_attr_put_u32(message, RTA_TABLE, table);
	return message;
}

static void route_is_read_with_and_without_a_gateway(void **state)
{
	struct nlmsghdr *message = start_route(RTN_UNICAST, REQUEST_ROUTE_PROTOCOL, RT_TABLE_MAIN);
	struct rtnetlink_route route;
	int index;

	(void)state;
	mnl_attr_put_u32(message, RTA_OIF, 4);
	assert_int_equal(rtnetlink_parse_route(message, &index, &route), 0);
	assert_int_equal(index, 4);
	assert_true(route.ours);
	assert_true(ip4_is_any(route.route.via));
	assert_int_equal(route.route.network.len, 0);
	mnl_attr_put_u32(message, RTA_GATEWAY, htonl(0xc00002fe));
	assert_int_equal(rtnetlink_parse_route(message, &index, &route), 0);
	assert_int_equal(route.route.via.host, 0xc00002fe);
}

static void route_of_another_table_or_type_does_not_count(void **state)
{
	struct nlmsghdr *message = start_route(RTN_UNICAST, 2, RT_TABLE_LOCAL);
	struct rtnetlink_route route;
	int index;

	(void)state;
	mnl_attr_put_u32(message, RTA_OIF, 4);
	assert_int_equal(rtnetlink_parse_route(message, &index, &route), -ENOENT);
	message = start_route(RTN_BLACKHOLE, 2, RT_TABLE_MAIN);
	mnl_attr_put_u32(message, RTA_OIF, 4);
	assert_int_equal(rtnetlink_parse_route(message, &index, &route), -ENOENT);
	message = start_route(RTN_UNICAST, 2, RT_TABLE_MAIN);
	assert_int_equal(rtnetlink_parse_route(message, &index, &route), -ENOENT);
	mnl_attr_put_u32(message, RTA_OIF, 4);
	assert_int_equal(rtnetlink_parse_route(message, &index, &route), 0);
	assert_false(route.ours);
}

/* ---- errors ----------------------------------------------------------------------------- */

static struct nlmsghdr *start_error(int error, uint32_t request_len)
{
	struct nlmsghdr *message = start(NLMSG_ERROR);
	struct nlmsgerr *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));

	body->error = error;
	body->msg.nlmsg_len = request_len;
	return message;
}

static void refusal_is_read_with_its_words(void **state)
{
	struct nlmsghdr *message = start_error(-EINVAL, 500);
	char detail[32];

	(void)state;
	message->nlmsg_flags = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	mnl_attr_put_strz(message, NLMSGERR_ATTR_MSG, "Nexthop has invalid gateway");
	assert_int_equal(rtnetlink_parse_error(message, detail, sizeof(detail)), -EINVAL);
	assert_string_equal(detail, "Nexthop has invalid gateway");
	assert_int_equal(rtnetlink_parse_error(message, detail, 8), -EINVAL);
	assert_string_equal(detail, "Nexthop");
}

static void words_follow_the_request_when_it_is_echoed(void **state)
{
	struct nlmsghdr *message = start_error(-EBUSY, sizeof(struct nlmsghdr) + 6);
	char detail[32];

	(void)state;
	message->nlmsg_flags = NLM_F_ACK_TLVS;
	mnl_nlmsg_put_extra_header(message, 6);
	mnl_attr_put_strz(message, NLMSGERR_ATTR_MSG, "busy");
	assert_int_equal(rtnetlink_parse_error(message, detail, sizeof(detail)), -EBUSY);
	assert_string_equal(detail, "busy");
}

static void error_that_lies_about_its_length_is_not_read_past(void **state)
{
	struct nlmsghdr *message = start_error(-EBUSY, UINT32_MAX - 2);
	char detail[32] = "x";

	(void)state;
	message->nlmsg_flags = NLM_F_ACK_TLVS;
	mnl_attr_put_strz(message, NLMSGERR_ATTR_MSG, "busy");
	assert_int_equal(rtnetlink_parse_error(message, detail, sizeof(detail)), -EBUSY);
	assert_string_equal(detail, "");
}

static void acknowledgement_is_no_error(void **state)
{
	char detail[32] = "x";

	(void)state;
	assert_int_equal(rtnetlink_parse_error(start_error(0, 16), detail, sizeof(detail)), 0);
	assert_string_equal(detail, "");
	assert_int_equal(rtnetlink_parse_error(start_error(5, 16), detail, sizeof(detail)),
			 -EPROTO);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(link_of_a_tap_is_read_in_full),
		cmocka_unit_test(link_kind_tells_tun_tap_and_bridge),
		cmocka_unit_test(attribute_of_a_wrong_length_is_left_out),
		cmocka_unit_test(message_of_another_type_or_cut_short_is_refused),
		cmocka_unit_test(address_is_ours_only_by_its_mark),
		cmocka_unit_test(route_is_read_with_and_without_a_gateway),
		cmocka_unit_test(route_of_another_table_or_type_does_not_count),
		cmocka_unit_test(refusal_is_read_with_its_words),
		cmocka_unit_test(words_follow_the_request_when_it_is_echoed),
		cmocka_unit_test(error_that_lies_about_its_length_is_not_read_past),
		cmocka_unit_test(acknowledgement_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
