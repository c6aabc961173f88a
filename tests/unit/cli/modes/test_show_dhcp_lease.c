/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cli/modes/golden.h"

static void a_lease_is_shown_as_ios_does(void **state)
{
	(void)state;
	golden(&show_dhcp_lease,
	       "[{'interface':'Tap9','state':'bound','released':false,'used':true,"
	       "  'unused_because':null,'transaction_id':6503,'address':'203.0.113.57',"
	       "  'prefix_length':24,'server':'203.0.113.1','lease_s':3600,'renewal_s':1800,"
	       "  'rebind_s':3150,'expires_in_s':3579,'routers':['203.0.113.1'],'routes':[],"
	       "  'dns_servers':[],'domain':null,'mtu':null,'next_timer_s':1579,'retries':0,"
	       "  'client_mac':'02:00:5e:10:00:09','hostname':'home'}]",
	       "Temp IP addr: 203.0.113.57  for peer on Interface: Tap9\n"
	       "Temp  sub net mask: 255.255.255.0\n"
	       "   DHCP Lease server: 203.0.113.1, state: 3 Bound\n"
	       "   DHCP transaction id: 1967\n"
	       "   Lease: 3600 secs,  Renewal: 1800 secs,  Rebind: 3150 secs\n"
	       "Temp default-gateway addr: 203.0.113.1\n"
	       "   Next timer fires after: 00:26:19\n"
	       "   Retry count: 0   Client-ID: 0102.005e.1000.09\n"
	       "   Hostname: home\n");
}

static void one_that_has_none_shows_zeros_and_one_that_is_not_used_says_why(void **state)
{
	(void)state;
	golden(&show_dhcp_lease,
	       "[{'interface':'Tap9','state':'selecting','released':true,'used':false,"
	       "  'unused_because':'it overlaps','transaction_id':1,'address':null,"
	       "  'prefix_length':null,'server':null,'lease_s':null,'renewal_s':null,"
	       "  'rebind_s':null,'expires_in_s':null,'routers':[],'routes':[],"
	       "  'dns_servers':[],'domain':null,'mtu':null,'next_timer_s':null,'retries':3,"
	       "  'client_mac':'02:00:5e:10:00:09','hostname':'home'}]",
	       "Temp IP addr: 0.0.0.0  for peer on Interface: Tap9\n"
	       "Temp  sub net mask: 0.0.0.0\n"
	       "   DHCP Lease server: 0.0.0.0, state: 1 Selecting\n"
	       "   DHCP transaction id: 1\n"
	       "   Lease: 0 secs,  Renewal: 0 secs,  Rebind: 0 secs\n"
	       "   Retry count: 3   Client-ID: 0102.005e.1000.09\n"
	       "   Hostname: home\n"
	       "   Released: \"renew dhcp\" asks again\n"
	       "   Not used: it overlaps\n");
	golden(&show_dhcp_lease, "[]", "");
}

static void an_infinite_lease_says_so(void **state)
{
	(void)state;
	golden(&show_dhcp_lease,
	       "[{'interface':'BVI1','state':'renewing','released':false,'used':true,"
	       "  'unused_because':null,'transaction_id':255,'address':'10.0.0.2',"
	       "  'prefix_length':8,'server':'10.0.0.1','lease_s':null,'renewal_s':null,"
	       "  'rebind_s':null,'expires_in_s':null,'routers':[],'routes':[],"
	       "  'dns_servers':[],'domain':null,'mtu':null,'next_timer_s':null,'retries':1,"
	       "  'client_mac':'02:00:5e:10:00:09','hostname':'home'}]",
	       "Temp IP addr: 10.0.0.2  for peer on Interface: BVI1\n"
	       "Temp  sub net mask: 255.0.0.0\n"
	       "   DHCP Lease server: 10.0.0.1, state: 4 Renewing\n"
	       "   DHCP transaction id: FF\n"
	       "   Lease: Infinite,  Renewal: Infinite,  Rebind: Infinite\n"
	       "   Retry count: 1   Client-ID: 0102.005e.1000.09\n"
	       "   Hostname: home\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_is_shown_as_ios_does),
		cmocka_unit_test(one_that_has_none_shows_zeros_and_one_that_is_not_used_says_why),
		cmocka_unit_test(an_infinite_lease_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
