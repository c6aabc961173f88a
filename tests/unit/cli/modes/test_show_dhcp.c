/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cli/modes/golden.h"

#define HEAD                                                                                       \
	"Bindings from all pools not associated with VRF:\n"                                       \
	"IP address          Client-ID/              Lease expiration        Type\n"               \
	"                    Hardware address/\n"                                                  \
	"                    User name\n"

static void bindings_stand_in_their_columns(void **state)
{
	(void)state;
	golden(&show_dhcp_binding,
	       "[{'address':'10.100.88.26','client_id':'01aa.aaaa.aaaa.aa',"
	       "  'mac':'aa:aa:aa:aa:aa:aa','host':null,'pool':'TV','type':'manual',"
	       "  'remaining_s':null,'expires_at':null},"
	       " {'address':'192.168.1.10','client_id':'0102.0000.0000.01',"
	       "  'mac':'02:00:00:00:00:01','host':'laptop','pool':'LAN','type':'automatic',"
	       "  'remaining_s':3600,'expires_at':1544792580}]",
	       HEAD "10.100.88.26        01aa.aaaa.aaaa.aa       Infinite                Manual\n"
		    "192.168.1.10        0102.0000.0000.01       Dec 14 2018 01:03 PM    "
		    "Automatic\n");
}

static void long_client_identifiers_go_on_below(void **state)
{
	(void)state;
	golden(&show_dhcp_binding,
	       "[{'address':'192.168.1.11','client_id':"
	       "  'ff00.0000.0100.0100.01aa.bbcc.dd02.0000.0000.01','mac':null,'host':null,"
	       "  'pool':'LAN','type':'automatic','remaining_s':5,'expires_at':0}]",
	       HEAD "192.168.1.11        ff00.0000.0100.0100.    Jan 01 1970 12:00 AM    "
		    "Automatic\n"
		    "                    01aa.bbcc.dd02.0000.\n"
		    "                    0000.01\n");
}

static void a_manual_binding_without_client_identifier_shows_its_mac(void **state)
{
	(void)state;
	golden(&show_dhcp_binding,
	       "[{'address':'192.168.1.12','client_id':null,'mac':'02:00:00:00:00:01',"
	       "  'host':null,'pool':'TV','type':'manual','remaining_s':null,'expires_at':null}]",
	       HEAD "192.168.1.12        0200.0000.0001          Infinite                Manual\n");
}

static void conflicts_stand_in_their_columns(void **state)
{
	(void)state;
	golden(&show_dhcp_conflict,
	       "[{\"address\": \"10.0.0.8\", \"method\": \"ping\", \"mac\": null, \"detected_at\": "
	       "1693989600, \"vrf\": null},"
	       "{\"address\": \"10.0.0.9\", \"method\": \"gratuitous_arp\", \"mac\": null, "
	       "\"detected_at\": 1693989600, \"vrf\": null}]",
	       "IP address        Detection method   Detection time          VRF\n"
	       "10.0.0.8          Ping               Sep 06 2023 08:40 AM\n"
	       "10.0.0.9          Gratuitous ARP     Sep 06 2023 08:40 AM\n");
}

static void a_pool_has_its_range_and_its_next_address(void **state)
{
	(void)state;
	golden(&show_dhcp_pool,
	       "[{'pool':'PC','type':'network','network':'10.1.1.0','prefix_length':24,"
	       "  'first':'10.1.1.1','last':'10.1.1.254','total_addresses':254,"
	       "  'excluded_addresses':0,'leased_addresses':3,'next_address':'10.1.1.104'}]",
	       "\n"
	       "Pool PC :\n"
	       " Utilization mark (high/low)    : 100 / 0\n"
	       " Subnet size (first/next)       : 0 / 0\n"
	       " Total addresses                : 254\n"
	       " Leased addresses               : 3\n"
	       " Pending event                  : none\n"
	       " 1 subnet is currently in the pool :\n"
	       " Current index        IP address range                    Leased addresses\n"
	       " 10.1.1.104           10.1.1.1         - 10.1.1.254        3\n");
}

static void a_pool_without_network_has_no_range(void **state)
{
	(void)state;
	golden(&show_dhcp_pool,
	       "[{'pool':'X','type':'host','network':null,'prefix_length':0,'first':null,"
	       "  'last':null,'total_addresses':0,'leased_addresses':0,'next_address':null}]",
	       "\n"
	       "Pool X :\n"
	       " Utilization mark (high/low)    : 100 / 0\n"
	       " Subnet size (first/next)       : 0 / 0\n"
	       " Total addresses                : 0\n"
	       " Leased addresses               : 0\n"
	       " Pending event                  : none\n"
	       " 0 subnets are currently in the pool :\n");
}

static void values_of_the_statistics_are_in_column_22(void **state)
{
	(void)state;
	golden(&show_dhcp_statistics,
	       "{'memory_bytes':1200,'pools':1,'agents':0,'automatic':3,'manual':2,'expired':4,"
	       " 'malformed':5,'secure_arp':0,"
	       " 'received':{'bootrequest':0,'discover':6,'request':7,'decline':8,'release':9,"
	       "             'inform':10},"
	       " 'sent':{'bootreply':0,'offer':11,'ack':12,'nak':13}}",
	       "Memory usage         1200\n"
	       "Address pools        1\n"
	       "Database agents      0\n"
	       "Automatic bindings   3\n"
	       "Manual bindings      2\n"
	       "Expired bindings     4\n"
	       "Malformed messages   5\n"
	       "Secure arp entries   0\n"
	       "\n"
	       "Message              Received\n"
	       "BOOTREQUEST          0\n"
	       "DHCPDISCOVER         6\n"
	       "DHCPREQUEST          7\n"
	       "DHCPDECLINE          8\n"
	       "DHCPRELEASE          9\n"
	       "DHCPINFORM           10\n"
	       "\n"
	       "Message              Sent\n"
	       "BOOTREPLY            0\n"
	       "DHCPOFFER            11\n"
	       "DHCPACK              12\n"
	       "DHCPNAK              13\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bindings_stand_in_their_columns),
		cmocka_unit_test(long_client_identifiers_go_on_below),
		cmocka_unit_test(a_manual_binding_without_client_identifier_shows_its_mac),
		cmocka_unit_test(conflicts_stand_in_their_columns),
		cmocka_unit_test(a_pool_has_its_range_and_its_next_address),
		cmocka_unit_test(a_pool_without_network_has_no_range),
		cmocka_unit_test(values_of_the_statistics_are_in_column_22),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
