/* SPDX-License-Identifier: BSD-2-Clause */
/* See names.h. Numbers are those of the IANA registries; which of them have a name is IOS's choice.
 * `ssh` and `https` are ours: they are read, and written as numbers. */
#include "cli/names.h"

#include <strings.h>

#include "core/wire/ipv4.h"

enum { IN_TCP = 1, IN_UDP = 2, READ_ONLY = 4, BOTH = IN_TCP | IN_UDP };

static const struct {
	const char *name;
	uint16_t port;
	uint8_t where; /* the protocols in which IOS writes it */
} port_names[] = {
	{"bgp", 179, IN_TCP},	     {"biff", 512, IN_UDP},
	{"bootpc", 68, IN_UDP},	     {"bootps", 67, IN_UDP},
	{"chargen", 19, IN_TCP},     {"cmd", 514, IN_TCP},
	{"daytime", 13, IN_TCP},     {"discard", 9, BOTH},
	{"dnsix", 195, IN_UDP},	     {"domain", 53, BOTH},
	{"echo", 7, BOTH},	     {"exec", 512, IN_TCP},
	{"finger", 79, IN_TCP},	     {"ftp", 21, IN_TCP},
	{"ftp-data", 20, IN_TCP},    {"gopher", 70, IN_TCP},
	{"hostname", 101, IN_TCP},   {"https", 443, READ_ONLY},
	{"ident", 113, IN_TCP},	     {"irc", 194, IN_TCP},
	{"isakmp", 500, IN_UDP},     {"klogin", 543, IN_TCP},
	{"kshell", 544, IN_TCP},     {"login", 513, IN_TCP},
	{"lpd", 515, IN_TCP},	     {"mobile-ip", 434, IN_UDP},
	{"nameserver", 42, IN_UDP},  {"netbios-dgm", 138, IN_UDP},
	{"netbios-ns", 137, IN_UDP}, {"netbios-ss", 139, IN_UDP},
	{"nntp", 119, IN_TCP},	     {"non500-isakmp", 4500, IN_UDP},
	{"ntp", 123, IN_UDP},	     {"pim-auto-rp", 496, BOTH},
	{"pop2", 109, IN_TCP},	     {"pop3", 110, IN_TCP},
	{"rip", 520, IN_UDP},	     {"smtp", 25, IN_TCP},
	{"snmp", 161, IN_UDP},	     {"snmptrap", 162, IN_UDP},
	{"ssh", 22, READ_ONLY},	     {"sunrpc", 111, BOTH},
	{"syslog", 514, IN_UDP},     {"tacacs", 49, BOTH},
	{"talk", 517, BOTH},	     {"telnet", 23, IN_TCP},
	{"tftp", 69, IN_UDP},	     {"time", 37, BOTH},
	{"uucp", 540, IN_TCP},	     {"who", 513, IN_UDP},
	{"whois", 43, IN_TCP},	     {"www", 80, IN_TCP},
	{"xdmcp", 177, IN_UDP},
};

int names_port(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(port_names); i++)
		if (strcasecmp(port_names[i].name, name) == 0)
			return port_names[i].port;
	return -ENOENT;
}

const char *names_of_port(uint8_t proto, uint16_t port)
{
	uint8_t where = proto == IP_PROTO_TCP ? IN_TCP : proto == IP_PROTO_UDP ? IN_UDP : 0;

	for (size_t i = 0; i < ARRAY_COUNT(port_names); i++)
		if (port_names[i].port == port && port_names[i].where & where)
			return port_names[i].name;
	return NULL;
}

const struct icmp_name icmp_names[] = {
	{"administratively-prohibited", 3, 13},
	{"alternate-address", 6, -1},
	{"conversion-error", 31, -1},
	{"dod-host-prohibited", 3, 10},
	{"dod-net-prohibited", 3, 9},
	{"echo", 8, -1},
	{"echo-reply", 0, -1},
	{"general-parameter-problem", 12, 0},
	{"host-isolated", 3, 8},
	{"host-precedence-unreachable", 3, 14},
	{"host-redirect", 5, 1},
	{"host-tos-redirect", 5, 3},
	{"host-tos-unreachable", 3, 12},
	{"host-unknown", 3, 7},
	{"host-unreachable", 3, 1},
	{"information-reply", 16, -1},
	{"information-request", 15, -1},
	{"mask-reply", 18, -1},
	{"mask-request", 17, -1},
	{"mobile-redirect", 32, -1},
	{"net-redirect", 5, 0},
	{"net-tos-redirect", 5, 2},
	{"net-tos-unreachable", 3, 11},
	{"net-unreachable", 3, 0},
	{"network-unknown", 3, 6},
	{"no-room-for-option", 12, 2},
	{"option-missing", 12, 1},
	{"packet-too-big", 3, 4},
	{"parameter-problem", 12, -1},
	{"port-unreachable", 3, 3},
	{"precedence-unreachable", 3, 15},
	{"protocol-unreachable", 3, 2},
	{"reassembly-timeout", 11, 1},
	{"redirect", 5, -1},
	{"router-advertisement", 9, -1},
	{"router-solicitation", 10, -1},
	{"source-quench", 4, -1},
	{"source-route-failed", 3, 5},
	{"time-exceeded", 11, -1},
	{"timestamp-reply", 14, -1},
	{"timestamp-request", 13, -1},
	{"traceroute", 30, -1},
	{"ttl-exceeded", 11, 0},
	{"unreachable", 3, -1},
	{NULL, 0, 0},
};

const struct icmp_name *names_icmp(const char *name)
{
	const struct icmp_name *found = NULL;
	unsigned int count = 0;
	size_t len = strlen(name);

	for (const struct icmp_name *m = icmp_names; len > 0 && m->name; m++) {
		if (strncasecmp(m->name, name, len) != 0)
			continue;
		if (m->name[len] == '\0')
			return m;
		found = m;
		count++;
	}
	return count == 1 ? found : NULL;
}

const char *names_of_icmp(uint8_t type, int code)
{
	for (const struct icmp_name *m = icmp_names; m->name; m++)
		if (m->type == type && m->code == code)
			return m->name;
	return NULL;
}

static const struct {
	const char *name;
	uint8_t proto;
} protocol_names[] = {
	{"ip", 0},    {"icmp", 1}, {"igmp", 2},	 {"ipinip", 4}, {"tcp", 6},
	{"udp", 17},  {"gre", 47}, {"esp", 50},	 {"ahp", 51},	{"eigrp", 88},
	{"ospf", 89}, {"nos", 94}, {"pim", 103}, {"pcp", 108},
};

const char *names_of_protocol(uint8_t proto)
{
	for (size_t i = 0; i < ARRAY_COUNT(protocol_names); i++)
		if (protocol_names[i].proto == proto)
			return protocol_names[i].name;
	return NULL;
}

int names_protocol(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(protocol_names); i++)
		if (strcasecmp(protocol_names[i].name, name) == 0)
			return protocol_names[i].proto;
	return -ENOENT;
}
