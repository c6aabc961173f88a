/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, as they are shown, and forgotten. */
#include "tests/unit/cli/modes/golden.h"
#include "tests/unit/cli/fake_world.h"

static void hosts_are_a_table_with_further_addresses_below(void **state)
{
	(void)state;
	golden(&show_hosts,
	       "[{'name':'nas.home.lan','type':'A','source':'configured','age_s':null,"
	       " 'ttl_s':null,'negative':false,'addresses':['192.168.1.5','192.168.1.6']},"
	       " {'name':'tv.home.lan','type':'A','source':'lease','age_s':null,"
	       " 'ttl_s':null,'negative':false,'addresses':['192.168.1.20']},"
	       " {'name':'nobody.example','type':'AAAA','source':'cache','age_s':7300,"
	       " 'ttl_s':5,'negative':true,'addresses':[]}]",
	       "Codes: OK - has addresses, NE - does not exist, perm - permanent, temp - "
	       "temporary\n"
	       "\n"
	       "Host                      Port  Flags      Age Type    Address(es)\n"
	       "nas.home.lan              None  (perm, OK)   0  IP      192.168.1.5\n"
	       "                                                        192.168.1.6\n"
	       "tv.home.lan               None  (temp, OK)   0  IP      192.168.1.20\n"
	       "nobody.example            None  (temp, NE)   2  IPv6  \n");
	golden_piece(&show_hosts, "[]", (struct show_cursor){0}, "");
}

static void the_view_tells_servers_and_bounds(void **state)
{
	(void)state;
	golden(&show_dns_view,
	       "{'server':true,'lookup':true,'domain':'home.lan','trouble':null,"
	       " 'name_servers':[{'address':'198.51.100.53','learned':false,'responding':true,"
	       " 'asked':8,'answered':7,'timeouts':1},"
	       " {'address':'198.51.100.54','learned':true,'responding':false,"
	       " 'asked':2,'answered':0,'timeouts':2}],"
	       " 'listeners':2,'connections':1,'connections_max':64,'connections_refused':3,"
	       " 'own_names':4,'cache_entries':5,'cache_entries_max':4096,'cache_bytes':600,"
	       " 'cache_bytes_max':2097152}",
	       "DNS View default parameters:\n"
	       "DNS Resolver settings:\n"
	       "  Domain lookup is enabled\n"
	       "  Default domain name: home.lan\n"
	       "  Domain name-servers: 198.51.100.53 198.51.100.54\n"
	       "DNS Server settings:\n"
	       "  Queries are answered\n"
	       "  Addresses served: 2, TCP connections: 1 (max 64, refused 3)\n"
	       "  Names of its own: 4\n"
	       "  Cache: 5 answers (max 4096), 600 bytes (max 2097152)\n"
	       "Name servers:\n"
	       "    Address         From       Responding    Asked Answered Timeouts\n"
	       "    198.51.100.53   configured yes               8        7        1\n"
	       "    198.51.100.54   learned    no                2        0        2\n");
	golden(&show_dns_view,
	       "{'server':false,'lookup':false,'domain':null,'trouble':'not permitted',"
	       " 'name_servers':[]}",
	       "DNS View default parameters:\n"
	       "DNS Resolver settings:\n"
	       "  Domain lookup is disabled\n"
	       "  Default domain name: \n"
	       "  Domain name-servers:\n"
	       "DNS Server settings:\n"
	       "  Queries are not answered\n"
	       "  None can be: not permitted\n"
	       "  Addresses served: 0, TCP connections: 0 (max 0, refused 0)\n"
	       "  Names of its own: 0\n"
	       "  Cache: 0 answers (max 0), 0 bytes (max 0)\n"
	       "Name servers:\n"
	       "    Address         From       Responding    Asked Answered Timeouts\n");
}

static void statistics_begin_as_those_of_ios(void **state)
{
	(void)state;
	golden(&show_dns_statistics,
	       "{'received_udp':12,'received_tcp':2,'replied_udp':11,'replied_tcp':2,'dropped':1,"
	       " 'malformed':1,'refused':2,'own':6,'cached':1,'forwarded':7,'joined':1,"
	       " 'limited':3,'failed':1,'truncated':2,'asked':8,'asked_tcp':1,'timeouts':4,"
	       " 'strange':5,'waiting':1,'waiting_most':6,'waiting_max':256}",
	       "DNS requests received = 14 ( 12 + 2 )\n"
	       "DNS requests dropped = 1\n"
	       "DNS responses replied = 13 ( 11 + 2 )\n"
	       "  Answered from the router's own names = 6\n"
	       "  Answered from the cache = 1\n"
	       "  Refused = 2\n"
	       "  Malformed = 1\n"
	       "  Answers cut, to be had by TCP = 2\n"
	       "  Without an answer of a name server = 1\n"
	       "\n"
	       "Forwarder queue statistics:\n"
	       "  Current size = 1\n"
	       "  Largest size = 6\n"
	       "  Maximum size = 256\n"
	       "  Drops = 3\n"
	       "\n"
	       "Name servers:\n"
	       "  Queries for name servers = 7\n"
	       "  Of them, asked already = 1\n"
	       "  Tries = 8\n"
	       "  Of them, by TCP = 1\n"
	       "  Timeouts = 4\n"
	       "  Not what was asked, or late = 5\n");
}

/* ---- commands --------------------------------------------------------------------------- */

static const char *cleared; /* the name; "*" all; NULL not asked */

static unsigned int clear_hosts(void *context, const char *name)
{
	(void)context;
	cleared = name ? "a name" : "*";
	return name && strcmp(name, "www.example.com") == 0;
}

static json_t *hosts(void *context, const char *name, struct show_cursor *cursor)
{
	json_t *rows = json_array();

	(void)context;
	(void)cursor;
	if (!name || strcmp(name, "nas") == 0)
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:[s]}", "name", "nas",
						      "type", "A", "source", "configured",
						      "addresses", "192.168.1.5"));
	return rows;
}

/* Name servers of both kinds: typed, and learned by DHCP. */
static json_t *view(void *context)
{
	(void)context;
	return json_pack("{s:[{s:s, s:b}, {s:s, s:b}]}", "name_servers", "address", "198.51.100.53",
			 "learned", 0, "address", "198.51.100.54", "learned", 1);
}

static void names_are_asked_of_the_world(void **state)
{
	struct fake_world fake;

	(void)state;
	fake_init(&fake, SESSION_MAY_CONFIGURE);
	fake_expect(&fake, "clear host *", SESSION_DONE, ""); /* nobody to ask */
	fake.effects.clear_hosts = clear_hosts;
	fake.effects.hosts = hosts;
	fake_expect(&fake, "clear host *", SESSION_DONE, "");
	assert_string_equal(cleared, "*");
	fake_expect(&fake, "clear host www.example.com", SESSION_DONE, "");
	fake_expect(&fake, "clear host tv", SESSION_FAILED,
		    "% Host tv: nothing is kept about it\n"
		    "Hint: \"show hosts\" lists what is kept (temp, without a lease); names of "
		    "devices end with their leases, and \"no ip host\" takes back what is typed\n");
	strcpy(fake.running.dns.domain, "home.lan");
	fake.effects.dns_view = view;
	fake_expect(&fake, "show hosts nas", SESSION_DONE,
		    "Default domain is home.lan\n"
		    "Name servers are 198.51.100.53, 198.51.100.54\n"
		    "\n"
		    "Codes: OK - has addresses, NE - does not exist, perm - permanent, temp - "
		    "temporary\n"
		    "\n"
		    "Host                      Port  Flags      Age Type    Address(es)\n"
		    "nas                       None  (perm, OK)   0  IP      192.168.1.5\n");
	strcpy(vec_push(&fake.running.dns.hosts)->name, "nas.home.lan");
	assert_string_equal(fake_complete(&fake, "show hosts n"), "nas.home.lan");
	fake_fini(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_a_table_with_further_addresses_below),
		cmocka_unit_test(the_view_tells_servers_and_bounds),
		cmocka_unit_test(statistics_begin_as_those_of_ios),
		cmocka_unit_test(names_are_asked_of_the_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
