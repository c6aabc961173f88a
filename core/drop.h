/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every reason for which a frame is dropped, in one list. From it come the counter, the name in
 * `show drops` and its JSON, and the text in the manual. drop() is the only way to drop a frame.
 */
#ifndef CORE_DROP_H
#define CORE_DROP_H

#include "core/base.h"

/* X(NAME, "json_name", "what happened, as `show drops` says it") */
#define DROP_LIST(X)                                                                               \
	/* link */                                                                                 \
	X(FRAME_TOO_SHORT, "frame_too_short", "frame shorter than its link header")                \
	X(FRAME_TRUNCATED, "frame_truncated", "frame larger than the read buffer")                 \
	X(OFFLOAD_INVALID, "offload_invalid", "offload header contradicts the frame")              \
	X(ETHERTYPE_UNKNOWN, "ethertype_unknown", "neither IPv4 nor ARP, and not bridged")         \
	X(MAC_NOT_OURS, "mac_not_ours", "unicast frame for another station")                       \
	X(MAC_SOURCE_INVALID, "mac_source_invalid", "source MAC is a group address or zero")       \
	X(BRIDGE_SAME_PORT, "bridge_same_port", "destination is on the port it came from")         \
	X(BRIDGE_NO_OTHER_PORT, "bridge_no_other_port", "no other port in the bridge group")       \
	X(PORT_DOWN, "port_down", "the port to send on is down")                                   \
	X(PORT_NO_NETWORK, "port_no_network", "interface has no address")                          \
	X(OUTPUT_QUEUE_FULL, "output_queue_full", "too many frames to send in one batch")          \
	X(OUTPUT_WRITE_FAILED, "output_write_failed", "the kernel refused the frame")              \
	/* ARP, RFC 826 and RFC 5227 */                                                            \
	X(ARP_MALFORMED, "arp_malformed", "ARP with a wrong length, type or opcode")               \
	X(ARP_SENDER_INVALID, "arp_sender_invalid", "ARP sender address or MAC is not credible")   \
	X(ARP_NOT_FOR_US, "arp_not_for_us", "ARP for an address that is not ours")                 \
	X(ARP_CONFLICT, "arp_conflict", "ARP claims an address of the router")                     \
	X(NEIGHBOUR_TABLE_FULL, "neighbour_table_full", "ARP cache is full")                       \
	X(NEIGHBOUR_QUEUE_FULL, "neighbour_queue_full", "too many packets wait for one ARP reply") \
	X(NEIGHBOUR_TOO_LARGE, "neighbour_too_large", "packet too large to wait for an ARP reply") \
	X(NEIGHBOUR_GIVEN_UP, "neighbour_given_up", "it waited for an ARP reply; the entry went")  \
	X(NEIGHBOUR_UNREACHABLE, "neighbour_unreachable", "no ARP reply from the next hop")        \
	/* IPv4, RFC 791 and RFC 1812 */                                                           \
	X(IP_MALFORMED, "ip_malformed", "bad IPv4 version, header length or total length")         \
	X(IP_CHECKSUM, "ip_checksum", "bad IPv4 header checksum")                                  \
	X(IP_MARTIAN, "ip_martian", "source or destination address may not appear here")           \
	X(IP_SPOOFED, "ip_spoofed", "source is one of the router's own addresses")                 \
	X(IP_LAND, "ip_land", "source and destination are the same address")                       \
	X(IP_NAT_SIDE, "ip_nat_side", "source lives on the other side of NAT")                     \
	X(IP_RPF, "ip_rpf", "no way back to the source by this interface")                         \
	X(IP_SOURCE_ROUTE, "ip_source_route", "packet carries a source route option")              \
	X(IP_OPTION_INVALID, "ip_option_invalid", "malformed IPv4 option")                         \
	X(IP_LINK_BROADCAST, "ip_link_broadcast", "unicast packet in a link broadcast")            \
	X(IP_BROADCAST, "ip_broadcast", "broadcast that nobody here listens to")                   \
	X(IP_MULTICAST, "ip_multicast", "multicast that nobody here listens to")                   \
	X(IP_TTL_EXPIRED, "ip_ttl_expired", "time to live ran out")                                \
	X(IP_NO_ROUTE, "ip_no_route", "no route to the destination")                               \
	X(IP_MTU_EXCEEDED, "ip_mtu_exceeded", "larger than the next link's MTU, may not fragment") \
	X(IP_PROTO_UNREACHABLE, "ip_proto_unreachable", "no such protocol on the router")          \
	X(IP_PORT_UNREACHABLE, "ip_port_unreachable", "no such port on the router")                \
	X(SELF_NOT_OPEN, "self_not_open", "from a port of the router's that is not open")          \
	X(IP_ADMIN_DOWN, "ip_admin_down", "the interface is shut down")                            \
	X(ACL_DENIED, "acl_denied", "denied by an access list")                                    \
	/* fragments, RFC 791, RFC 1858, RFC 3128, RFC 5722's rule on overlaps */                  \
	X(FRAGMENT_INVALID, "fragment_invalid", "fragment with a forbidden length or offset")      \
	X(FRAGMENT_NO_FIRST, "fragment_no_first", "fragment whose first piece was not seen")       \
	X(FRAGMENT_OVERLAP, "fragment_overlap", "fragments that overlap")                          \
	X(FRAGMENT_TABLE_FULL, "fragment_table_full", "too many datagrams in pieces")              \
	X(FRAGMENT_TIMEOUT, "fragment_timeout", "the other pieces did not come in time")           \
	/* transport and ICMP */                                                                   \
	X(TRANSPORT_MALFORMED, "transport_malformed", "transport header is cut or contradictory")  \
	X(ICMP_CHECKSUM, "icmp_checksum", "bad ICMP checksum")                                     \
	X(ICMP_UNSUPPORTED, "icmp_unsupported", "ICMP type that the router does not handle")       \
	X(ICMP_QUOTE_INVALID, "icmp_quote_invalid", "ICMP error quotes a malformed packet")        \
	X(ICMP_MTU_IMPLAUSIBLE, "icmp_mtu_implausible", "ICMP error tells an MTU below 552")       \
	X(ICMP_RATE_LIMITED, "icmp_rate_limited", "an ICMP answer was held back by its limit")     \
	/* NAT, RFC 4787, RFC 5382, RFC 5508 */                                                    \
	X(NAT_NO_MAPPING, "nat_no_mapping", "nothing is mapped to this public port")               \
	X(NAT_FILTERED, "nat_filtered", "mapped, but not for this remote host")                    \
	X(NAT_POOL_EXHAUSTED, "nat_pool_exhausted", "no free address in the NAT pool")             \
	X(NAT_PORTS_EXHAUSTED, "nat_ports_exhausted", "no free port on the public address")        \
	X(NAT_TABLE_FULL, "nat_table_full", "the session table is full")                           \
	X(NAT_INBOUND_FULL, "nat_inbound_full", "sessions from outside fill half of the table")    \
	X(NAT_HOST_SHARE, "nat_host_share", "table nearly full, much of it by this device")        \
	X(NAT_HOST_LIMIT, "nat_host_limit", "device has as many sessions as it may")               \
	X(NAT_HOST_PORTS, "nat_host_ports", "device has as many public ports as it may")           \
	X(NAT_HOST_RATE, "nat_host_rate", "device opens sessions too fast")                        \
	X(NAT_UNSUPPORTED_PROTOCOL, "nat_unsupported_protocol", "protocol that NAT cannot map")    \
	X(NAT_NOT_PERMITTED, "nat_not_permitted", "private source that no NAT rule permits")       \
	X(NAT_TCP_NOT_SYN, "nat_tcp_not_syn", "TCP segment of no known session")                   \
	X(NAT_TCP_WINDOW, "nat_tcp_window", "TCP segment outside its connection's window")         \
	X(NAT_HAIRPIN_DISABLED, "nat_hairpin_disabled", "inside to inside by the VIP is off")      \
	/* DHCP, RFC 2131 */                                                                       \
	X(DHCP_MALFORMED, "dhcp_malformed", "malformed DHCP message")                              \
	X(DHCP_NOT_SERVED, "dhcp_not_served", "DHCP message on an interface without a pool")       \
	X(DHCP_NOT_FOR_US, "dhcp_not_for_us", "DHCP message for another server")                   \
	X(DHCP_UNKNOWN_CLIENT, "dhcp_unknown_client", "DHCP request of a client without a record") \
	X(DHCP_POOL_EXHAUSTED, "dhcp_pool_exhausted", "no free address in the DHCP pool")          \
	X(DHCP_WRONG_PORT, "dhcp_wrong_port", "DHCP release or decline from another port")         \
	X(DHCP_LIMITED, "dhcp_limited", "too many DHCP clients at one port")                       \
	X(DHCP_BUSY, "dhcp_busy", "too many leases wait for the disk")                             \
	X(DHCP_RELAY_HOPS, "dhcp_relay_hops", "DHCP request that has passed over 16 relays")       \
	X(DHCP_RELAY_LOOP, "dhcp_relay_loop", "DHCP request that claims to be relayed by us")      \
	X(DHCP_RELAY_OPTION, "dhcp_relay_option", "DHCP client that sends a relay's option 82")    \
	X(DHCP_RELAY_STRANGER, "dhcp_relay_stranger", "DHCP answer from outside by no helper")

enum drop_reason {
#define X(name, json, text) DROP_##name,
	DROP_LIST(X)
#undef X
		DROP_REASON_COUNT
};

/** One counter a reason. Each interface has a set; a frame points to that of its ingress. */
struct drop_counters {
	uint64_t count[DROP_REASON_COUNT];
};

/** The reason's key in JSON ("ip_no_route"). Static. */
const char *drop_name(enum drop_reason reason);

/** The reason in words. Static. */
const char *drop_text(enum drop_reason reason);

#endif
