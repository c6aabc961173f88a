/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of `show ip …`; each show is in the file that show.h names. */
#include "cli/modes/show.h"

#define SHOW_IP_ROW(words, text, what)                                                             \
	{                                                                                          \
		.mode = MODE_EXEC, .path = (words), .help = (text), .flags = COMMAND_LOOK,         \
		.show = (what),                                                                    \
	}

static const struct command show_ip_commands[] = {
	SHOW_IP_ROW("show ip interface brief [<interface:interface>]",
		    "One line for each interface: address and state.", &show_interface_brief),
	SHOW_IP_ROW("show ip interface [<interface:interface>]",
		    "Addresses of the interfaces, and what may pass them.", &show_ip_interface),
	SHOW_IP_ROW("show ip route", "The routes in use, grouped by network.", &show_route),
	SHOW_IP_ROW("show ip arp [{<address:ip4>|<interface:interface>}]",
		    "The ARP cache, and the router's own addresses.", &show_arp),
	SHOW_IP_ROW("show ip access-lists [<list:acl>]", "The access lists, line by line.",
		    &show_access_list),
	SHOW_IP_ROW("show ip dhcp binding [<address:ip4>]", "Who holds which lease, until when.",
		    &show_dhcp_binding),
	SHOW_IP_ROW("show ip dhcp conflict", "Addresses that were found in use without a lease.",
		    &show_dhcp_conflict),
	SHOW_IP_ROW("show ip dhcp pool [<name:pool>]", "The pools, and how full they are.",
		    &show_dhcp_pool),
	SHOW_IP_ROW("show ip dhcp server statistics", "Bindings and messages of the DHCP server.",
		    &show_dhcp_statistics),
	SHOW_IP_ROW("show ip nat translations [proto={tcp|udp|icmp}]",
		    "The address translations: static forwards, then sessions.",
		    &show_nat_translations),
	SHOW_IP_ROW("show ip nat translations {verbose [proto={tcp|udp|icmp}]|"
		    "proto={tcp|udp|icmp} verbose}",
		    "The same with ages, timeouts and counters.", &show_nat_translations_verbose),
	SHOW_IP_ROW("show ip nat translations {inside|device} <device:host>",
		    "Those of one device, by its inside address or its name.",
		    &show_nat_translations),
	SHOW_IP_ROW("show ip nat translations {inside|device} <device:host> verbose",
		    "The same with ages, timeouts and counters.", &show_nat_translations_verbose),
	SHOW_IP_ROW("show ip nat translations top [<count:1-100>]",
		    "The devices that have sent and received most; ten of them by default.",
		    &show_nat_top),
	SHOW_IP_ROW("show ip nat limits",
		    "What each device has of translations and ports, may have, and was refused.",
		    &show_nat_limits),
	SHOW_IP_ROW("show ip nat statistics", "Totals of the address translation.",
		    &show_nat_statistics),
};

static const struct word_help show_ip_words[] = {
	{"show ip", "Addresses, routes, DHCP and NAT"},
	{"show ip interface", "Addresses of the interfaces"},
	{"show ip interface brief", "Addresses and states as a table"},
	{"show ip route", "Routing table"},
	{"show ip arp", "ARP cache"},
	{"show ip access-lists", "Access lists"},
	{"show ip dhcp", "The DHCP server"},
	{"show ip dhcp binding", "Leases and who holds them"},
	{"show ip dhcp conflict", "Addresses found in use"},
	{"show ip dhcp pool", "Pools and their use"},
	{"show ip dhcp server", "The server as a whole"},
	{"show ip dhcp server statistics", "Counters of messages"},
	{"show ip nat", "Network address translation"},
	{"show ip nat translations", "Translations in the table"},
	{"show ip nat translations tcp", "Only those of TCP"},
	{"show ip nat translations udp", "Only those of UDP"},
	{"show ip nat translations icmp", "Only those of ICMP queries"},
	{"show ip nat translations verbose", "With ages, timeouts and counters"},
	{"show ip nat translations verbose tcp", "Only those of TCP"},
	{"show ip nat translations verbose udp", "Only those of UDP"},
	{"show ip nat translations verbose icmp", "Only those of ICMP queries"},
	{"show ip nat translations tcp verbose", "With ages, timeouts and counters"},
	{"show ip nat translations udp verbose", "With ages, timeouts and counters"},
	{"show ip nat translations icmp verbose", "With ages, timeouts and counters"},
	{"translations inside", "Only those of one device"},
	{"translations device", "Only those of one device"},
	{"translations inside <device>", "Its inside address, or its name"},
	{"translations device <device>", "Its inside address, or its name"},
	{"translations inside <device> verbose", "With ages, timeouts and counters"},
	{"translations device <device> verbose", "With ages, timeouts and counters"},
	{"translations top", "Devices with the most bytes"},
	{"translations top <count>", "How many devices"},
	{"show ip nat limits", "Devices: what they have and may have"},
	{"show ip nat statistics", "Totals and mappings"},
};

const struct command_family show_ip_family = {
	.title = "Looking at addresses, routes, DHCP and NAT",
	.commands = show_ip_commands,
	.command_count = ARRAY_COUNT(show_ip_commands),
	.words = show_ip_words,
	.word_count = ARRAY_COUNT(show_ip_words),
};
