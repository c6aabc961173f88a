/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of a DHCP pool. */
#include "tests/unit/cli/modes/configured.h"

#define BVI "interface BVI1\n ip address 192.168.1.1 255.255.255.0\n"
#define LAN "ip dhcp pool LAN\n network 192.168.1.0 255.255.255.0\n"

static void options_are_written_by_number_and_as_they_were_typed(void **state)
{
	(void)state;
	configured_gives(BVI LAN "option 150 ip 192.168.1.5 192.168.1.6\noption 42 ip 192.168.1.1\n"
				 "option 43 hex 01:04 0a0b.0c0d\noption 66 ascii boot.home.lan\n"
				 "option 67 ascii \" a b \"\nbootfile pxelinux.0\n"
				 "next-server 192.168.1.5\n",
			 LAN " next-server 192.168.1.5\n bootfile pxelinux.0\n"
			     " option 42 ip 192.168.1.1\n option 43 hex 0104.0a0b.0c0d\n"
			     " option 66 ascii boot.home.lan\n option 67 ascii \" a b \"\n"
			     " option 150 ip 192.168.1.5 192.168.1.6\n" BVI);
}

static void an_option_typed_again_replaces_the_first(void **state)
{
	(void)state;
	configured_gives(BVI LAN "option 42 ip 192.168.1.1\noption 42 hex 01020304\n",
			 LAN " option 42 hex 0102.0304\n" BVI);
}

static void options_that_the_server_owns_are_refused_with_the_way_out(void **state)
{
	static const struct {
		unsigned int code;
		const char *way;
	} cases[] = {{0, "gaps"},	{1, "network"},	     {3, "default-router"},
		     {6, "dns-server"}, {12, "client-name"}, {15, "domain-name"},
		     {28, "broadcast"}, {50, "asks"},	     {51, "lease"},
		     {52, "too long"},	{53, "type"},	     {54, "own address"},
		     {55, "asks"},	{56, "refuses"},     {57, "how long"},
		     {58, "lease"},	{59, "lease"},	     {61, "own back"},
		     {80, "request"},	{82, "relay"}};
	char text[160], error[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		snprintf(text, sizeof(text), BVI LAN "option %u hex 01020304\n", cases[i].code);
		snprintf(error, sizeof(error), "ip dhcp pool LAN: option %u is the server's own",
			 cases[i].code);
		configured_refuses(text, 5, error);
		configured_refuses(text, 5, cases[i].way);
	}
	configured_refuses(BVI LAN "option 43 hex 010\n", 5, "pairs of hex digits");
	configured_refuses(BVI LAN "option 43 hex zz\n", 5, "option 43 has no value there");
	configured_refuses(BVI LAN "option 43 ascii \"\"\n", 5, "option 43 has no value there");
	configured_refuses(BVI LAN "option 256 hex 01\n", 5, "256");
	configured_refuses(BVI LAN "no option 43\n", 5, "ip dhcp pool LAN: option 43 is not set");
}

static void a_search_list_is_written_as_names(void **state)
{
	(void)state;
	configured_gives(BVI LAN "domain-search home.lan. office.example x\n",
			 LAN " domain-search home.lan office.example x\n" BVI);
	configured_gives(BVI LAN "domain-search home.lan\nno domain-search\n", LAN BVI);
	configured_refuses(BVI LAN "domain-search home..lan\n", 5,
			   "domain-search: home..lan is no domain");
	configured_refuses(BVI LAN "domain-search .\n", 5, "is no domain");
	configured_refuses(BVI LAN "domain-search ho$me\n", 5, "ho$me is no domain");
}

static void d15_routes_of_every_width_are_taken_and_written(void **state)
{
	(void)state;
	configured_gives(BVI LAN "classless-route 0.0.0.0/0 192.168.1.1\n"
				 "classless-route 10.0.0.0/8 192.168.1.2\n"
				 "classless-route 10.32.0.0/11 192.168.1.3\n"
				 "classless-route 10.1.2.3/32 0.0.0.0\n"
				 "no classless-route 10.0.0.0/8\n"
				 "classless-route 0.0.0.0/0 192.168.1.4\n",
			 LAN " classless-route 10.32.0.0 255.224.0.0 192.168.1.3\n"
			     " classless-route 10.1.2.3 255.255.255.255 0.0.0.0\n"
			     " classless-route 0.0.0.0 0.0.0.0 192.168.1.4\n" BVI);
	configured_refuses(BVI LAN "classless-route 10.0.0.1/8 192.168.1.2\n", 5,
			   "classless-route 10.0.0.1/8 is no network");
	configured_refuses(BVI LAN "no classless-route 10.0.0.0/8\n", 5,
			   "there is no classless-route to 10.0.0.0/8");
	configured_refuses(BVI LAN "classless-route 10.0.0.0/8 224.0.0.1\n", 5, "224.0.0.1");
}

/** @text gives the pool an option of these bytes. */
static void configured_option_is(const char *text, uint8_t code, const uint8_t *bytes, size_t len)
{
	const struct config_dhcp_option *option;
	struct config config;

	configured_read(text, &config);
	option = config_option_find(&config, "LAN", code);
	assert_non_null(option);
	assert_int_equal(option->len, len);
	assert_memory_equal(option->bytes, bytes, len);
	config_fini(&config);
}

static void d15_routes_are_the_bytes_of_rfc_3442(void **state)
{
	static const struct {
		const char *route;
		uint8_t len, bytes[9];
	} cases[] = {
		{"0.0.0.0/0", 5, {0, 192, 168, 1, 2}},
		{"128.0.0.0/1", 6, {1, 128, 192, 168, 1, 2}},
		{"10.0.0.0/8", 6, {8, 10, 192, 168, 1, 2}},
		{"10.128.0.0/9", 7, {9, 10, 128, 192, 168, 1, 2}},
		{"10.229.0.128/25", 9, {25, 10, 229, 0, 128, 192, 168, 1, 2}},
		{"10.198.122.47/32", 9, {32, 10, 198, 122, 47, 192, 168, 1, 2}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char text[200], hex[80] = "", want[200];

		for (unsigned int n = 0; n < cases[i].len; n++)
			snprintf(hex + strlen(hex), sizeof(hex) - strlen(hex), "%s%02x",
				 n > 0 && n % 2 == 0 ? "." : "", cases[i].bytes[n]);
		snprintf(text, sizeof(text), BVI LAN "classless-route %s 192.168.1.2\n",
			 cases[i].route);
		snprintf(want, sizeof(want), LAN " option 121 hex %s\n" BVI, hex);
		configured_option_is(text, 121, cases[i].bytes, cases[i].len);
		snprintf(text, sizeof(text), BVI LAN "option 121 hex %s\n", hex);
		configured_gives(text, want);
	}
}

static void removing_a_pool_removes_its_options(void **state)
{
	(void)state;
	configured_gives(BVI LAN
			 "option 42 ip 192.168.1.1\nno ip dhcp pool LAN\nip dhcp pool LAN\n",
			 "ip dhcp pool LAN\n" BVI);
	configured_gives(BVI LAN "option 42 ip 192.168.1.1\nno option 42\nnext-server 192.168.1.5\n"
				 "no next-server\nbootfile x\nno bootfile\n",
			 LAN BVI);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_written_by_number_and_as_they_were_typed),
		cmocka_unit_test(an_option_typed_again_replaces_the_first),
		cmocka_unit_test(options_that_the_server_owns_are_refused_with_the_way_out),
		cmocka_unit_test(a_search_list_is_written_as_names),
		cmocka_unit_test(d15_routes_of_every_width_are_taken_and_written),
		cmocka_unit_test(d15_routes_are_the_bytes_of_rfc_3442),
		cmocka_unit_test(removing_a_pool_removes_its_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
