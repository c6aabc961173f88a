/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of the shows that have one file each and little of their own. */
#include "tests/unit/cli/modes/golden.h"

static void version_counts_what_there_is(void **state)
{
	(void)state;
	golden(&show_version,
	       "{'version':'0.1.0','instance':'home','hostname':'flat7','uptime_s':788645,"
	       " 'started_at':0,'interfaces':{'tap':4,'tun':0,'bvi':1,'loopback':0}}",
	       "viprouter Software (viprouterd), Version 0.1.0, a router in user space\n"
	       "\n"
	       "flat7 uptime is 1 week, 2 days, 3 hours, 4 minutes\n"
	       "Instance is \"home\"\n"
	       "\n"
	       "4 Tap interfaces\n"
	       "1 BVI interface\n");
}

static void a_young_router_has_run_for_0_minutes(void **state)
{
	(void)state;
	golden(&show_version,
	       "{'version':'0.1.0','instance':'home','hostname':'home','uptime_s':9,"
	       " 'interfaces':{}}",
	       "viprouter Software (viprouterd), Version 0.1.0, a router in user space\n"
	       "\n"
	       "home uptime is 0 minutes\n"
	       "Instance is \"home\"\n"
	       "\n");
}

static void the_clock_is_that_of_ios(void **state)
{
	(void)state;
	golden(&show_clock, "{'time_s':1544792583,'timezone':'UTC'}",
	       "13:03:03.000 UTC Fri Dec 14 2018\n");
}

static void a_missing_startup_config_is_said(void **state)
{
	(void)state;
	golden(&show_startup, "{'present':false,'lines':[]}", "startup-config is not present\n");
	golden(&show_startup, "{'present':true,'lines':['hostname a','!']}", "hostname a\n!\n");
}

static void a_difference_has_signs(void **state)
{
	(void)state;
	golden(&show_diff,
	       "{'startup_present':true,'differs':true,'lines':["
	       "{'op':'keep','text':'interface Tap1'},{'op':'remove','text':' description a'},"
	       "{'op':'add','text':' description b'}]}",
	       " interface Tap1\n- description a\n+ description b\n");
	golden(&show_diff, "{'startup_present':true,'differs':false,'lines':[]}",
	       "!No changes were found\n");
}

static void access_lists_are_those_of_ios(void **state)
{
	(void)state;
	golden(&show_access_list,
	       "[{'name':'1','type':'standard','lines':["
	       "{'sequence':10,'action':'permit','address':'192.168.1.0','wildcard':'0.0.0.255'},"
	       "{'sequence':20,'action':'deny','address':'10.1.1.1','wildcard':'0.0.0.0'},"
	       "{'sequence':30,'action':'permit','address':'0.0.0.0',"
	       " 'wildcard':'255.255.255.255'}]}]",
	       "Standard IP access list 1\n"
	       "    10 permit 192.168.1.0, wildcard bits 0.0.0.255\n"
	       "    20 deny 10.1.1.1\n"
	       "    30 permit any\n");
}

static void extended_access_lists_are_those_of_ios(void **state)
{
	(void)state;
	golden(&show_access_list,
	       "[{'name':'101','type':'extended','lines':["
	       "{'sequence':10,'action':'permit','protocol':'tcp',"
	       " 'source':{'address':'0.0.0.0','wildcard':'255.255.255.255',"
	       "           'port_operator':null,'ports':[]},"
	       " 'destination':{'address':'10.1.1.1','wildcard':'0.0.0.0','port_operator':'eq',"
	       "                'ports':[80]},"
	       " 'icmp_type':null,'icmp_code':null,'established':false,'fragments':false,"
	       " 'log':false,'matches':20},"
	       "{'sequence':20,'action':'deny','protocol':'icmp',"
	       " 'source':{'address':'10.0.0.0','wildcard':'0.255.255.255',"
	       "           'port_operator':null,'ports':[]},"
	       " 'destination':{'address':'0.0.0.0','wildcard':'255.255.255.255',"
	       "                'port_operator':null,'ports':[]},"
	       " 'icmp_type':3,'icmp_code':null,'established':false,'fragments':false,"
	       " 'log':true,'matches':1}]},"
	       "{'name':'LAN','type':'standard','lines':[{'sequence':5,'action':'deny',"
	       "  'address':'0.0.0.0','wildcard':'255.255.255.255','log':true,'matches':2}]}]",
	       "Extended IP access list 101\n"
	       "    10 permit tcp any host 10.1.1.1 eq www (20 matches)\n"
	       "    20 deny icmp 10.0.0.0 0.255.255.255 any unreachable log (1 match)\n"
	       "Standard IP access list LAN\n"
	       "    5 deny any log (2 matches)\n");
}

static void drops_that_did_not_happen_are_left_out(void **state)
{
	(void)state;
	golden(&show_drops,
	       "{'total':5,'reasons':{'ip_no_route':3,'ip_checksum':2},'interfaces':["
	       "{'interface':'Tap1','total':3,'reasons':{'ip_no_route':3,'ip_checksum':0}},"
	       "{'interface':'Tap2','total':0,'reasons':{'ip_no_route':0,'ip_checksum':0}},"
	       "{'interface':null,'total':2,'reasons':{'ip_no_route':0,'ip_checksum':2}}]}",
	       "Interface    Reason                           Drops  Meaning\n"
	       "Tap1         ip_no_route                          3  no route to the destination\n"
	       "-            ip_checksum                          2  bad IPv4 header checksum\n"
	       "Total                                             5\n");
	golden(&show_drops, "{'total':0,'reasons':{},'interfaces':[]}",
	       "Total                                             0\n");
}

static void a_vip_names_its_devices_and_forwards(void **state)
{
	(void)state;
	golden(&show_vip,
	       "[{'vip':'HOME','address':'203.0.113.10','interface':'Tap9','line_up':true,"
	       "  'mac':'02:00:00:00:00:09','sessions':12,'ports':{'tcp':5,'udp':7,'icmp':0},"
	       "  'access_lists':['1'],'devices':["
	       "   {'address':'192.168.1.10','host':'laptop','mac':'02:00:00:00:00:01',"
	       "    'interface':'BVI1','sessions':12},"
	       "   {'address':'192.168.1.11','host':null,'mac':null,'interface':'BVI1',"
	       "    'sessions':0}],"
	       "  'forwards':[{'proto':'tcp','global_port':8080,'local':'192.168.1.20',"
	       "               'local_port':80,'host':'tv'}]}]",
	       "VIP HOME is 203.0.113.10 on Tap9, line protocol is up\n"
	       "  Shared by 2 devices, 12 sessions\n"
	       "  Ports in use: tcp 5, udp 7, icmp 0\n"
	       "  Device           Host                     MAC             Sessions\n"
	       "  192.168.1.10     laptop                   0200.0000.0001  12\n"
	       "  192.168.1.11     -                        -               0\n"
	       "  Forwards tcp 203.0.113.10:8080 to 192.168.1.20:80 (tv)\n");
}

static void the_topology_is_a_tree(void **state)
{
	(void)state;
	golden(&show_topology,
	       "{'name':'home','interfaces':["
	       "{'interface':'Tap9','line_up':true,'description':null,'attached':true,"
	       " 'namespace':'internet','kernel_name':'isp0','kernel_bridge':null,"
	       " 'addresses':[{'address':'203.0.113.2','prefix_length':24}],'nat':'outside',"
	       " 'ports':[],'vips':[{'vip':'HOME','address':'203.0.113.10'}],"
	       " 'hosts':[{'address':'203.0.113.1','mac':'02:00:00:00:01:00','host':null}]},"
	       "{'interface':'BVI1','line_up':true,'description':null,'attached':false,"
	       " 'namespace':null,'kernel_name':null,'kernel_bridge':null,"
	       " 'addresses':[{'address':'192.168.1.1','prefix_length':24}],'nat':'inside',"
	       " 'ports':[{'interface':'Tap1','line_up':false,'description':'laptop',"
	       "           'attached':true,'namespace':null,'kernel_name':'tap1',"
	       "           'kernel_bridge':'br0'}],'vips':[],"
	       " 'hosts':[{'address':'192.168.1.10','mac':null,'host':'laptop'}]}]}",
	       "home\n"
	       "|-- Tap9 203.0.113.2/24 up, nat outside, namespace internet isp0\n"
	       "|   |-- vip HOME 203.0.113.10\n"
	       "|   `-- host 203.0.113.1 0200.0000.0100\n"
	       "`-- BVI1 192.168.1.1/24 up, nat inside\n"
	       "    |-- Tap1 down, host tap1 in bridge br0 (laptop)\n"
	       "    `-- host 192.168.1.10 laptop\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_counts_what_there_is),
		cmocka_unit_test(a_young_router_has_run_for_0_minutes),
		cmocka_unit_test(the_clock_is_that_of_ios),
		cmocka_unit_test(a_missing_startup_config_is_said),
		cmocka_unit_test(a_difference_has_signs),
		cmocka_unit_test(access_lists_are_those_of_ios),
		cmocka_unit_test(extended_access_lists_are_those_of_ios),
		cmocka_unit_test(drops_that_did_not_happen_are_left_out),
		cmocka_unit_test(a_vip_names_its_devices_and_forwards),
		cmocka_unit_test(the_topology_is_a_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
