/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cli/modes/golden.h"

#define HEAD "Pro Inside global      Inside local       Outside local      Outside global\n"

#define SESSION                                                                                    \
	"{'proto':'tcp','inside_global':'10.9.0.0','inside_global_port':51776,"                    \
	" 'inside_local':'10.1.0.2','inside_local_port':51776,'outside_local':'10.2.0.2',"         \
	" 'outside_local_port':21,'outside_global':'10.2.0.2','outside_global_port':21,"           \
	" 'rule':false,'static':false,'inbound':false,'hairpin':false,'state':'established',"      \
	" 'age_s':73,'idle_s':50,'left_s':86350,'packets_out':3,'bytes_out':180,'packets_in':2,"   \
	" 'bytes_in':120}"
#define RULE                                                                                       \
	"{'proto':'tcp','inside_global':'203.0.113.10','inside_global_port':8080,"                 \
	" 'inside_local':'192.168.1.20','inside_local_port':80,'outside_local':null,"              \
	" 'outside_local_port':null,'outside_global':null,'outside_global_port':null,"             \
	" 'rule':true,'static':true,'inbound':false,'hairpin':false,'state':null,'age_s':null,"    \
	" 'idle_s':null,'left_s':null,'packets_out':0,'bytes_out':0,'packets_in':0,'bytes_in':0}"

static void translations_stand_in_their_columns(void **state)
{
	(void)state;
	golden(&show_nat_translations, "[" RULE "," SESSION "]",
	       HEAD "tcp 203.0.113.10:8080  192.168.1.20:80    ---                ---\n"
		    "tcp 10.9.0.0:51776     10.1.0.2:51776     10.2.0.2:21        10.2.0.2:21\n");
}

static void a_host_outside_under_another_address_has_no_inside_end(void **state)
{
	(void)state;
	golden(&show_nat_translations_verbose,
	       "[{'proto':null,'inside_global':null,'inside_global_port':null,"
	       "  'inside_local':null,'inside_local_port':null,'outside_local':'10.99.0.7',"
	       "  'outside_local_port':null,'outside_global':'198.51.100.7',"
	       "  'outside_global_port':null,'rule':true,'static':true,'inbound':false,"
	       "  'age_s':null,'idle_s':null}]",
	       HEAD "--- ---                ---                10.99.0.7          198.51.100.7\n"
		    "    create 00:00:00, use 00:00:00, flags: static\n"
		    "Total number of translations: 1\n");
}

static void long_addresses_stay_apart(void **state)
{
	(void)state;
	golden(&show_nat_translations,
	       "[{'proto':'icmp','inside_global':'203.101.113.110','inside_global_port':65535,"
	       "  'inside_local':'192.168.1.2','inside_local_port':7,'outside_local':'1.1.1.1',"
	       "  'outside_local_port':7,'outside_global':'1.1.1.1','outside_global_port':7}]",
	       HEAD "icmp 203.101.113.110:65535 192.168.1.2:7  1.1.1.1:7          1.1.1.1:7\n");
}

static void an_empty_table_still_has_its_heading(void **state)
{
	(void)state;
	golden(&show_nat_translations, "[]", HEAD);
}

static void later_pieces_go_on_without_heading(void **state)
{
	(void)state;
	golden_piece(&show_nat_translations, "[" SESSION "]", (struct show_cursor){.at = 5},
		     "tcp 10.9.0.0:51776     10.1.0.2:51776     10.2.0.2:21        10.2.0.2:21\n");
}

static void verbose_adds_ages_and_counters(void **state)
{
	(void)state;
	golden(&show_nat_translations_verbose, "[" RULE "," SESSION "]",
	       HEAD "tcp 203.0.113.10:8080  192.168.1.20:80    ---                ---\n"
		    "    create 00:00:00, use 00:00:00, flags: extended, static\n"
		    "tcp 10.9.0.0:51776     10.1.0.2:51776     10.2.0.2:21        10.2.0.2:21\n"
		    "    create 00:01:13, use 00:00:50, flags: extended\n"
		    "    left 23:59:10, state established, out 3 packets 180 bytes, in 2 packets "
		    "120 bytes\n"
		    "Total number of translations: 2\n");
}

static void statistics_name_sides_and_mappings(void **state)
{
	(void)state;
	golden(&show_nat_statistics,
	       "{'active':3,'static':1,'dynamic':2,'extended':3,"
	       " 'by_proto':{'tcp':1,'udp':1,'icmp':0},'capacity':100,'peak':12,'peak_age_s':71,"
	       " 'outside_interfaces':['Tap9'],'inside_interfaces':['BVI1','Tap3'],'hits':103,"
	       " 'misses':3,'expired':0,'created':15,"
	       " 'mappings':[{'id':1,'access_list':'1','vip':'HOME','interface':null,"
	       "              'address':'203.0.113.10','pool':null,'sessions':2},"
	       "             {'id':2,'access_list':'2','vip':null,'interface':'Tap9',"
	       "              'address':'203.0.113.2','pool':null,'sessions':0},"
	       "             {'id':3,'access_list':'OFFICE','vip':null,'interface':null,"
	       "              'address':null,'pool':{'name':'P','netmask':'255.255.255.0',"
	       "              'start':'11.0.0.3','end':'11.0.0.13','addresses':11,"
	       "              'allocated':2},'sessions':5}],"
	       " 'inbound':1,'inbound_capacity':50,"
	       " 'refused':{'nat_table_full':4,'nat_host_rate':2},"
	       " 'limits':[{'what':'max-rate','address':null,'access_list':null,'max':9,"
	       "            'refused':2}],"
	       " 'publics':[{'address':'203.0.113.10','sessions':2,'tcp_ports':1,'udp_ports':1,"
	       "             'icmp_ids':0}]}",
	       "Total active translations: 3 (1 static, 2 dynamic; 3 extended)\n"
	       "Peak translations: 12, occurred 00:01:11 ago\n"
	       "Outside interfaces:\n"
	       "  Tap9\n"
	       "Inside interfaces:\n"
	       "  BVI1, Tap3\n"
	       "Hits: 103  Misses: 3\n"
	       "Expired translations: 0\n"
	       "Dynamic mappings:\n"
	       "-- Inside Source\n"
	       "[Id: 1] access-list 1 vip HOME refcount 2\n"
	       "[Id: 2] access-list 2 interface Tap9 refcount 0\n"
	       "[Id: 3] access-list OFFICE pool P refcount 5\n"
	       " pool P: netmask 255.255.255.0\n"
	       "        start 11.0.0.3 end 11.0.0.13\n"
	       "        type generic, total addresses 11, allocated 2 (18%), misses 0\n"
	       "nat-limit statistics:\n"
	       " max entry: max allowed 100, used 2, missed 4\n"
	       " inbound: max allowed 50, used 1, missed 0\n"
	       " max-rate all-host: max allowed 9, missed 2\n"
	       " refused 4: the session table is full\n"
	       " refused 2: device opens sessions too fast\n"
	       " address 203.0.113.10: 2 translations, ports in use: tcp 1, udp 1, icmp 0\n");
}

static void statistics_of_nothing_are_complete(void **state)
{
	(void)state;
	golden(&show_nat_statistics,
	       "{'active':0,'static':0,'dynamic':0,'extended':0,'peak':0,'peak_age_s':null,"
	       " 'outside_interfaces':[],'inside_interfaces':[],'hits':0,'misses':0,'expired':0,"
	       " 'mappings':[]}",
	       "Total active translations: 0 (0 static, 0 dynamic; 0 extended)\n"
	       "Peak translations: 0\n"
	       "Outside interfaces:\n"
	       "Inside interfaces:\n"
	       "Hits: 0  Misses: 0\n"
	       "Expired translations: 0\n"
	       "Dynamic mappings:\n"
	       "nat-limit statistics:\n"
	       " max entry: max allowed 0, used 0, missed 0\n"
	       " inbound: max allowed 0, used 0, missed 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(translations_stand_in_their_columns),
		cmocka_unit_test(a_host_outside_under_another_address_has_no_inside_end),
		cmocka_unit_test(long_addresses_stay_apart),
		cmocka_unit_test(an_empty_table_still_has_its_heading),
		cmocka_unit_test(later_pieces_go_on_without_heading),
		cmocka_unit_test(verbose_adds_ages_and_counters),
		cmocka_unit_test(statistics_name_sides_and_mappings),
		cmocka_unit_test(statistics_of_nothing_are_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
