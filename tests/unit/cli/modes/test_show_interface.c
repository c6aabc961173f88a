/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cli/modes/golden.h"

static void a_tap_looks_as_an_interface_of_ios(void **state)
{
	(void)state;
	golden(&show_interfaces,
	       "[{'interface':'Tap9','admin_up':true,'link_up':true,'line_up':true,'kind':'Tap',"
	       "  'mac':'02:00:00:00:00:09','description':'to the internet',"
	       "  'addresses':[{'address':'203.0.113.2','prefix_length':24,'secondary':false},"
	       "               {'address':'203.0.114.2','prefix_length':24,'secondary':true}],"
	       "  'mtu':1500,'nat':'outside','bridge_group':null,'attached':true,"
	       "  'namespace':'internet','kernel_name':'isp0','kernel_bridge':null,"
	       "  'input':{'packets':12,'bytes':3456,'consumed':1,'forwarded':7},"
	       "  'output':{'packets':9,'bytes':2000,'originated':2},"
	       "  'dropped':4,'drops':{'ip_no_route':3,'output_write_failed':1}}]",
	       "Tap9 is up, line protocol is up\n"
	       "  Hardware is TAP, address is 0200.0000.0009 (bia 0200.0000.0009)\n"
	       "  Description: to the internet\n"
	       "  Internet address is 203.0.113.2/24\n"
	       "  Secondary address is 203.0.114.2/24\n"
	       "  Attached to namespace internet as isp0\n"
	       "  MTU 1500 bytes, BW 10000000 Kbit/sec, DLY 10 usec,\n"
	       "     reliability 255/255, txload 1/255, rxload 1/255\n"
	       "  Encapsulation ARPA, loopback not set\n"
	       "  Input queue: 0/0/3/0 (size/max/drops/flushes); Total output drops: 1\n"
	       "     12 packets input, 3456 bytes, 0 no buffer\n"
	       "     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored\n"
	       "     9 packets output, 2000 bytes, 0 underruns\n"
	       "     0 output errors, 0 collisions, 0 interface resets\n"
	       "     1 dropped: output_write_failed\n"
	       "     3 dropped: ip_no_route\n");
}

static void a_tun_that_is_shut_down_says_so(void **state)
{
	(void)state;
	golden(&show_interfaces,
	       "[{'interface':'Tun1','admin_up':false,'link_up':false,'line_up':false,"
	       "  'kind':'Tun','mac':null,'description':null,'addresses':[],'mtu':1400,'nat':null,"
	       "  'bridge_group':null,'attached':false,'namespace':null,'kernel_name':null,"
	       "  'kernel_bridge':null,'input':{'packets':0,'bytes':0},"
	       "  'output':{'packets':0,'bytes':0},'dropped':0,'drops':{}}]",
	       "Tun1 is administratively down, line protocol is down\n"
	       "  Hardware is TUN\n"
	       "  MTU 1400 bytes, BW 10000000 Kbit/sec, DLY 10 usec,\n"
	       "     reliability 255/255, txload 1/255, rxload 1/255\n"
	       "  Encapsulation IP, loopback not set\n"
	       "  Input queue: 0/0/0/0 (size/max/drops/flushes); Total output drops: 0\n"
	       "     0 packets input, 0 bytes, 0 no buffer\n"
	       "     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored\n"
	       "     0 packets output, 0 bytes, 0 underruns\n"
	       "     0 output errors, 0 collisions, 0 interface resets\n");
}

static void brief_stands_in_its_columns(void **state)
{
	(void)state;
	golden(&show_interface_brief,
	       "[{'interface':'Ethernet0/2','address':null,'method':'NVRAM',"
	       "  'status':'administratively down','protocol':'down'},"
	       " {'interface':'BVI1','address':'192.168.1.1','method':'manual','status':'up',"
	       "  'protocol':'up'}]",
	       "Interface                  IP-Address      OK? Method Status                "
	       "Protocol\n"
	       "Ethernet0/2                unassigned      YES NVRAM  administratively down down\n"
	       "BVI1                       192.168.1.1     YES manual up                    up\n");
}

static void descriptions_stand_in_their_columns(void **state)
{
	(void)state;
	golden(&show_interface_description,
	       "[{'interface':'Tap1','admin_up':false,'link_up':false,'line_up':false,"
	       "  'description':null},"
	       " {'interface':'Tap2','admin_up':true,'link_up':true,'line_up':true,"
	       "  'description':'the phone'},"
	       " {'interface':'Tap3','admin_up':true,'link_up':false,'line_up':false,"
	       "  'description':'D3 USER'}]",
	       "Interface                      Status         Protocol Description\n"
	       "Tap1                           admin down     down\n"
	       "Tap2                           up             up       the phone\n"
	       "Tap3                           down           down     D3 USER\n");
}

static void ip_interfaces_say_what_may_pass(void **state)
{
	(void)state;
	golden(&show_ip_interface,
	       "[{'interface':'BVI1','admin_up':true,'link_up':true,'line_up':true,"
	       "  'addresses':[{'address':'192.168.1.1','prefix_length':24},"
	       "               {'address':'10.8.0.1','prefix_length':24}],'mtu':1500,"
	       "  'access_list_in':'101','access_list_out':null,'access_list_drops':4,"
	       "  'unreachables':false,'nat':'inside','verify':'rx','verify_allow_default':true,"
	       "  'verify_drops':12},"
	       " {'interface':'Tap1','admin_up':false,'link_up':false,'line_up':false,"
	       "  'addresses':[],'mtu':1500,'access_list_in':null,'access_list_out':null,"
	       "  'access_list_drops':0,'unreachables':true,'nat':null,'verify':null,"
	       "  'verify_allow_default':false,'verify_drops':0}]",
	       "BVI1 is up, line protocol is up\n"
	       "  Internet address is 192.168.1.1/24\n"
	       "  Broadcast address is 255.255.255.255\n"
	       "  MTU is 1500 bytes\n"
	       "  Directed broadcast forwarding is disabled\n"
	       "  Secondary address 10.8.0.1/24\n"
	       "  Outgoing access list is not set\n"
	       "  Inbound  access list is 101\n"
	       "  Proxy ARP is disabled\n"
	       "  ICMP redirects are never sent\n"
	       "  ICMP unreachables are never sent\n"
	       "  ICMP mask replies are never sent\n"
	       "  Network address translation is enabled, interface in domain inside\n"
	       "  IP verify source reachable-via RX, allow default\n"
	       "   12 verification drops\n"
	       "Tap1 is administratively down, line protocol is down\n"
	       "  Internet protocol processing disabled\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tap_looks_as_an_interface_of_ios),
		cmocka_unit_test(a_tun_that_is_shut_down_says_so),
		cmocka_unit_test(brief_stands_in_its_columns),
		cmocka_unit_test(descriptions_stand_in_their_columns),
		cmocka_unit_test(ip_interfaces_say_what_may_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
