/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cli/modes/golden.h"

static void ports_are_counted_by_protocol(void **state)
{
	(void)state;
	golden(&show_nat_ports,
	       "[{'inside_global':'203.0.113.10','proto':'tcp','in_use':3,'at_rest':0,"
	       "  'free':64509,'free_low':1023},"
	       " {'inside_global':'203.0.113.10','proto':'icmp','in_use':0,'at_rest':12,"
	       "  'free':65524,'free_low':null}]",
	       "Inside global    Pro     In use  At rest     Free  Below 1024\n"
	       "203.0.113.10     tcp          3        0    64509        1023\n"
	       "203.0.113.10     icmp         0       12    65524           -\n");
}

static void blocks_name_their_device_and_its_ports(void **state)
{
	(void)state;
	golden(&show_nat_blocks,
	       "[{'inside_local':'192.168.1.100','host':null,'inside_global':'203.0.113.10',"
	       "  'first':1024,'last':1279,'tcp':3,'udp':200,'icmp':1,'rest_left_s':null},"
	       " {'inside_local':'192.168.1.101','host':'tv','inside_global':'203.0.113.10',"
	       "  'first':65280,'last':65535,'tcp':0,'udp':0,'icmp':0,'rest_left_s':119}]",
	       "Inside local     Inside global    Ports          TCP   UDP  ICMP  Rests for\n"
	       "192.168.1.100    203.0.113.10     1024-1279        3   200     1  -\n"
	       "192.168.1.101    203.0.113.10     65280-65535      0     0     0  00:01:59\n");
}

static void later_pieces_go_on_without_heading(void **state)
{
	(void)state;
	golden_piece(&show_nat_ports, "[]", (struct show_cursor){.at = 5}, "");
	golden_piece(&show_nat_blocks, "[]", (struct show_cursor){.at = 5}, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_counted_by_protocol),
		cmocka_unit_test(blocks_name_their_device_and_its_ports),
		cmocka_unit_test(later_pieces_go_on_without_heading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
