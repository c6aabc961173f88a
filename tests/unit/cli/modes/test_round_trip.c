/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is written reads back as the same value: for the home of the manual, for every example of
 * the command table, and for many configurations made at random from a fixed seed.
 */
#include "tests/unit/cli/modes/configured.h"

#include "core/config_held.h"

/* ---- the home -------------------------------------------------------------------------- */

static const char home[] = "hostname home\n"
			   "interface Tap1\n"
			   " description laptop\n"
			   " attach namespace laptop name eth0\n"
			   " bridge-group 1\n"
			   "interface BVI1\n"
			   " ip address 192.168.1.1 255.255.255.0\n"
			   " ip nat inside\n"
			   "interface Tap9\n"
			   " attach namespace internet name isp0\n"
			   " peer ip address 203.0.113.1 255.255.255.0\n"
			   " ip address 203.0.113.2 255.255.255.0\n"
			   " ip nat outside\n"
			   "ip vip HOME 203.0.113.10 interface Tap9\n"
			   "access-list 1 permit 192.168.1.0 0.0.0.255\n"
			   "ip nat inside source list 1 vip HOME overload\n"
			   "ip dhcp excluded-address 192.168.1.1 192.168.1.9\n"
			   "ip dhcp pool LAN\n"
			   " network 192.168.1.0 255.255.255.0\n"
			   " default-router 192.168.1.1\n"
			   " dns-server 192.168.1.1\n"
			   " domain-name home.lan\n"
			   " lease 0 12\n"
			   "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n";

static const char home_written[] = "hostname home\n"
				   "ip dhcp excluded-address 192.168.1.1 192.168.1.9\n"
				   "ip dhcp pool LAN\n"
				   " network 192.168.1.0 255.255.255.0\n"
				   " default-router 192.168.1.1\n"
				   " dns-server 192.168.1.1\n"
				   " domain-name home.lan\n"
				   " lease 0 12\n"
				   "interface Tap1\n"
				   " description laptop\n"
				   " attach namespace laptop name eth0\n"
				   " bridge-group 1\n"
				   "interface Tap9\n"
				   " attach namespace internet name isp0\n"
				   " peer ip address 203.0.113.1 255.255.255.0\n"
				   " ip address 203.0.113.2 255.255.255.0\n"
				   " ip nat outside\n"
				   "interface BVI1\n"
				   " ip address 192.168.1.1 255.255.255.0\n"
				   " ip nat inside\n"
				   "ip vip HOME 203.0.113.10 interface Tap9\n"
				   "ip nat inside source list 1 vip HOME overload\n"
				   "ip route 0.0.0.0 0.0.0.0 203.0.113.1\n"
				   "access-list 1 permit 192.168.1.0 0.0.0.255\n";

static void home_comes_back_line_for_line(void **state)
{
	struct buffer lines = {0};
	struct config config;

	(void)state;
	configured_read(home, &config);
	configured_write(&config, &lines);
	assert_string_equal(buffer_text(&lines), home_written);
	buffer_free(&lines);
	config_fini(&config);
}

/* ---- the command table ----------------------------------------------------------------- */

/* Whether a line of @text, but for blanks before it, is @line. */
static bool has_line(const char *text, const char *line)
{
	while (*text) {
		size_t len;

		text += strspn(text, " ");
		len = strcspn(text, "\n");
		if (len == strlen(line) && strncmp(text, line, len) == 0)
			return true;
		text += len + (text[len] == '\n');
	}
	return false;
}

static void every_example_stands_in_the_running_configuration(void **state)
{
	unsigned int rows = 0;

	(void)state;
	for (size_t f = 0; command_families[f]; f++) {
		for (size_t i = 0; i < command_families[f]->command_count; i++) {
			const struct command *row = &command_families[f]->commands[i];
			struct buffer text = {0}, lines = {0};
			struct config config;

			if (row->section == SECTION_NONE || row->flags & COMMAND_ACTION)
				continue;
			assert_non_null(row->example);
			rows++;
			if (row->example_after)
				buffer_printf(&text, "%s\n", row->example_after);
			buffer_printf(&text, "%s\n", row->example);
			configured_read(buffer_text(&text), &config);
			configured_write(&config, &lines);
			if (!has_line(buffer_text(&lines), row->example))
				fail_msg("\"%s\" is not in\n%s", row->example, buffer_text(&lines));
			config_fini(&config);
			buffer_free(&text);
			buffer_free(&lines);
		}
	}
	assert_true(rows >= 30);
}

/* ---- at random ------------------------------------------------------------------------- */

static uint32_t random_state;

/* xorshift: a number below @below */
static uint32_t draw(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % below;
}

static void draw_kernel_end(struct config_interface *interface)
{
	bool tap = interface->id.kind == INTERFACE_TAP;
	unsigned int n = interface->id.number;

	interface->attach = (uint8_t)draw(3);
	if (interface->attach == CONFIG_ATTACH_NAMESPACE)
		snprintf(interface->ns, sizeof(interface->ns), "ns-%u", n);
	if (interface->attach != CONFIG_ATTACH_NONE) {
		if (draw(2))
			snprintf(interface->ifname, sizeof(interface->ifname), "if%u.%u",
				 interface->id.kind, n);
		interface->has_mac = tap && draw(2);
		if (interface->has_mac)
			interface->mac = (mac_t){{2, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};
		if (tap && draw(2))
			snprintf(interface->bridge, sizeof(interface->bridge), "br%u", draw(9));
	}
	interface->peer_address_count = (uint8_t)draw(CONFIG_ADDRESSES_MAX + 1);
	for (unsigned int i = 0; i < interface->peer_address_count; i++)
		interface->peer_addresses[i] = (struct ip4_prefix){
			IP4(172, 16 + i, n, 1 + draw(200)), (uint8_t)(8 + draw(16))};
	interface->peer_route_count = (uint8_t)draw(CONFIG_PEER_ROUTES_MAX + 1);
	for (unsigned int i = 0; i < interface->peer_route_count; i++)
		interface->peer_routes[i] = (struct config_peer_route){
			{IP4(20 + i, 0, 0, 0), (uint8_t)(8 + draw(25))},
			draw(2) ? IP4(172, 16, n, 1 + draw(200)) : IP4_ANY};
}

static void draw_interface(struct config *config, enum interface_kind kind, unsigned int n)
{
	struct config_interface *interface =
		config_interface_get(config, (struct interface_id){(uint8_t)kind, (uint16_t)n});

	assert_non_null(interface);
	memset(interface, 0, sizeof(*interface)); /* it may have been drawn before */
	interface->id = (struct interface_id){(uint8_t)kind, (uint16_t)n};
	interface->mtu = CONFIG_MTU_DEFAULT;
	if (draw(2))
		snprintf(interface->description, sizeof(interface->description),
			 "! number %u, \"%u\" | of  %u ?", n, draw(1000), kind);
	interface->shutdown = draw(2);
	if (draw(2))
		interface->mtu = (uint16_t)(CONFIG_MTU_MIN + draw(CONFIG_MTU_MAX - CONFIG_MTU_MIN));
	if (interface_is_port(interface->id))
		draw_kernel_end(interface);
	if (kind == INTERFACE_TAP && draw(3) == 0) {
		interface->bridge_group = (uint16_t)(1 + draw(INTERFACE_NUMBER_MAX));
		return;
	}
	interface->nat_side = (uint8_t)draw(3);
	if (draw(2))
		strcpy(interface->acl_in, draw(2) ? "101" : "GUESTS");
	if (draw(2))
		strcpy(interface->acl_out, "7");
	interface->verify = (uint8_t)draw(3);
	interface->verify_default = interface->verify != CONFIG_VERIFY_NONE && draw(2);
	interface->no_unreachables = draw(2);
	if (draw(2))
		interface->ip_mtu = (uint16_t)(CONFIG_IP_MTU_MIN +
					       draw(interface->mtu - CONFIG_IP_MTU_MIN + 1u));
	if (draw(2))
		interface->mss = draw(2) ? CONFIG_MSS_OFF : (uint16_t)(500 + draw(8717));
	interface->address_count = (uint8_t)draw(CONFIG_ADDRESSES_MAX + 1);
	for (unsigned int i = 0; i < interface->address_count; i++)
		interface->addresses[i] =
			(struct ip4_prefix){IP4(10, kind * 16 + i, n, 1 + draw(200)), 24};
}

/* An address in a network of an interface, but not one of its own; 0.0.0.0: none has a network. */
static ip4_t draw_neighbour(const struct config *config)
{
	vec_each (&config->interfaces, interface) {
		if (interface->address_count > 0 && interface->id.kind != INTERFACE_LOOPBACK &&
		    draw(2)) {
			ip4_t network = ip4_network(interface->addresses[0]);

			return (ip4_t){network.host + 201 + draw(50)};
		}
	}
	return IP4_ANY;
}

static struct interface_id draw_interface_id(const struct config *config)
{
	return config->interfaces.at[draw(config->interfaces.count)].id;
}

static void draw_routes(struct config *config)
{
	for (unsigned int i = draw(12); i > 0; i--) {
		struct config_route route = {.distance = (uint8_t)(draw(2) ? 1 : 1 + draw(255))};

		route.network.len = (uint8_t)draw(33);
		route.network.address = IP4(draw(224), draw(256), draw(256), draw(256));
		route.network.address = ip4_network(route.network);
		route.next_hop = draw(3) ? IP4(198, 51, 100, draw(256)) : IP4_ANY;
		if (ip4_is_any(route.next_hop) || draw(2))
			route.interface = draw_interface_id(config);
		if (draw(2))
			snprintf(route.name, sizeof(route.name), "name-%u", draw(100));
		assert_int_equal(config_route_add(config, &route), 0);
	}
	for (unsigned int i = draw(6); i > 0; i--) {
		struct config_arp arp = {IP4(192, 0, 2, 1 + draw(20)),
					 {{2, 0, 0, 0, 0, (uint8_t)draw(256)}}};

		assert_int_equal(config_arp_add(config, &arp), 0);
	}
}

static struct config_ports draw_ports(void)
{
	struct config_ports ports = {.op = (uint8_t)draw(6)};

	if (ports.op != CONFIG_PORT_ANY)
		ports.first = (uint16_t)(1 + draw(600));
	if (ports.op == CONFIG_PORT_RANGE)
		ports.last = (uint16_t)(ports.first + draw(600));
	return ports;
}

/* What a line of an extended list may say, as its protocol lets it. */
static void draw_extended(struct config_acl_line *line)
{
	static const uint8_t protocols[] = {0, 1, 6, 17, 47, 132};

	line->proto = protocols[draw(ARRAY_COUNT(protocols))];
	line->dst_care.host = draw(2) ? UINT32_MAX << draw(32) : 0;
	line->dst.host = draw(UINT32_MAX) & line->dst_care.host;
	line->fragments = draw(4) == 0;
	if (line->fragments)
		return;
	if (line->proto == 6 || line->proto == 17) {
		line->sport = draw_ports();
		line->dport = draw_ports();
	}
	line->established = line->proto == 6 && draw(2);
	if (line->proto == 1) {
		line->icmp_match = (uint8_t)draw(3);
		line->icmp_type = line->icmp_match ? (uint8_t)draw(40) : 0;
		line->icmp_code = line->icmp_match == CONFIG_ICMP_TYPE_CODE ? (uint8_t)draw(20) : 0;
	}
}

static void draw_acl_line(struct config *config, const struct config_acl *acl)
{
	static const uint32_t wildcards[] = {0, 0xff, 0xffff00, UINT32_MAX, 0xff00ff};
	struct config_acl_line line = {.sequence = draw(3) ? 0 : 1 + draw(200)};

	memcpy(line.list, acl->name, sizeof(line.list));
	if (draw(4) == 0) {
		snprintf(line.remark, sizeof(line.remark), "remark! %u | \"any\"", draw(5));
	} else {
		line.permit = draw(2);
		line.log = draw(2);
		line.wildcard.host = wildcards[draw(ARRAY_COUNT(wildcards))];
		line.address.host = draw(UINT32_MAX) & ~line.wildcard.host;
		if (acl->extended)
			draw_extended(&line);
	}
	config_acl_add(config, &line); /* it may refuse what stands there already */
}

static void draw_acls(struct config *config)
{
	static const char *const names[] = {"1", "7", "101", "1999", "2000", "GUESTS", "lan"};

	for (unsigned int i = draw(6); i > 0; i--) {
		const char *name = names[draw(ARRAY_COUNT(names))];
		bool extended = config_acl_number_is_extended(name) == 1 || name[0] == 'G';
		struct config_acl acl;

		assert_non_null(config_acl_get(config, name, extended));
		acl = *config_acl_find(config, name); /* lines that come move nothing, lists do */
		for (unsigned int n = draw(7); n > 0; n--)
			draw_acl_line(config, &acl);
		if (draw(4) == 0)
			config_acl_resequence(config, name, 1 + draw(20), 1 + draw(20));
	}
}

static struct config_public draw_public(const struct config *config)
{
	struct config_public public = {.kind = CONFIG_PUBLIC_INTERFACE};
	const struct config_vip *vip;

	if (config->vips.count == 0 || draw(3) == 0) {
		public.interface = draw_interface_id(config);
		return public;
	}
	vip = &config->vips.at[draw(config->vips.count)];
	public.kind = draw(2) ? CONFIG_PUBLIC_VIP : CONFIG_PUBLIC_ADDRESS;
	if (public.kind == CONFIG_PUBLIC_VIP)
		snprintf(public.vip, sizeof(public.vip), "%s", vip->name);
	else
	public.address = vip->address;
	return public;
}

/* Pools that do not overlap, each in a network of its own. */
static void draw_nat_pools(struct config *config)
{
	for (unsigned int i = draw(4); i > 0; i--) {
		char name[CONFIG_NAME_SIZE];
		struct config_nat_pool *pool;

		snprintf(name, sizeof(name), "P%u", i);
		pool = config_nat_pool_get(config, name);
		assert_non_null(pool);
		pool->start = IP4(198, 51, 100 + i, draw(100));
		pool->end.host = pool->start.host + draw(100);
		pool->len = (uint8_t)(draw(2) ? 24 : 16);
	}
}

static void draw_source(struct config *config)
{
	struct config_nat_source source = {.public = draw_public(config), .overload = true};
	const struct config_nat_pool *pool = NULL;

	if (source.public.kind == CONFIG_PUBLIC_ADDRESS)
		return; /* forwards alone name an address */
	snprintf(source.list, sizeof(source.list), draw(2) ? "%u" : "L%u", 1 + draw(99));
	if (config->nat.pools.count > 0 && draw(2))
		pool = &config->nat.pools.at[draw(config->nat.pools.count)];
	if (pool && config_held_interface(config, pool->start, pool->end)) {
		memset(&source.public, 0, sizeof(source.public));
		source.public.kind = CONFIG_PUBLIC_POOL;
		memcpy(source.public.pool, pool->name, CONFIG_NAME_SIZE);
	}
	source.has_mapping = draw(2);
	source.has_filtering = draw(2);
	if (source.has_mapping)
		source.mapping = (uint8_t)draw(NAT_BEHAVIOUR_COUNT);
	if (source.has_filtering)
		source.filtering = (uint8_t)draw(NAT_BEHAVIOUR_COUNT);
	assert_int_equal(config_nat_source_add(config, &source), 0);
}

static void draw_limits(struct config *config)
{
	config->nat.unsafe_timers = true; /* the timers are whatever they happen to be */
	for (unsigned int i = draw(6); i > 0; i--) {
		struct config_nat_limit limit = {.what = (uint8_t)draw(CONFIG_LIMIT_COUNT),
						 .scope = (uint8_t)draw(CONFIG_LIMIT_SCOPE_COUNT),
						 .value = 1 + draw(1000000)};

		if (limit.scope == CONFIG_LIMIT_HOST)
			limit.address.host = IP4(10, 0, 0, 1).host + draw(1000);
		if (limit.scope == CONFIG_LIMIT_LIST)
			snprintf(limit.list, sizeof(limit.list), "%u", 1 + draw(99));
		assert_int_equal(config_nat_limit_add(config, &limit), 0);
	}
	for (unsigned int i = draw(4); i > 0; i--) {
		struct config_nat_port_timeout timeout = {.proto = draw(2) ? 6 : 17,
							  .port = (uint16_t)(1 + draw(65535)),
							  .seconds = draw(4) ? 1 + draw(2147483)
									     : UINT32_MAX};

		assert_int_equal(config_nat_port_timeout_add(config, &timeout), 0);
	}
}

static void draw_nat(struct config *config)
{
	struct config_nat *nat = &config->nat;

	nat->mapping = (uint8_t)draw(NAT_BEHAVIOUR_COUNT);
	nat->filtering = (uint8_t)draw(NAT_BEHAVIOUR_COUNT);
	nat->hairpin = draw(2);
	for (unsigned int i = 0; i < NAT_TIMEOUT_COUNT; i++)
		if (draw(2))
			nat->timeout_s[i] = draw(4) ? 1 + draw(2147483) : UINT32_MAX;
	nat->max_entries = draw(2) ? draw(1000) : 0;
	draw_limits(config);
	draw_nat_pools(config);
	for (unsigned int i = draw(6); i > 0; i--)
		draw_source(config);
	for (unsigned int i = draw(6); i > 0; i--) {
		struct config_nat_static rule = {.public = draw_public(config),
						 .proto = draw(2) ? 6 : 17,
						 .local = draw_neighbour(config),
						 .local_port = (uint16_t)(1 + draw(65535)),
						 /* no two alike: a clash is for another test */
						 .global_port = (uint16_t)(i * 10000 + draw(5000)),
						 .extendable = draw(2)};

		if (!ip4_is_any(rule.local))
			assert_int_equal(config_nat_static_add(config, &rule), 0);
	}
}

static void draw_servers(ip4_t *list, uint8_t *count, ip4_t network)
{
	*count = (uint8_t)draw(CONFIG_DHCP_SERVERS_MAX + 1);
	for (unsigned int i = 0; i < *count; i++)
		list[i].host = network.host + 1 + draw(200);
}

/* A pool for a network of @interface, or for a host in it. */
static void draw_pool(struct config *config, const struct config_interface *interface)
{
	struct config_dhcp_pool *pool;
	ip4_t network = ip4_network(interface->addresses[0]);
	char name[CONFIG_NAME_SIZE];

	snprintf(name, sizeof(name), "P%u-%u", interface->id.kind, interface->id.number);
	pool = config_pool_get(config, name);
	assert_non_null(pool);
	if (draw(2)) {
		pool->has_network = true;
		pool->network = (struct ip4_prefix){network, 24};
	} else {
		pool->has_host = true;
		pool->host = (struct ip4_prefix){{network.host + 201 + draw(50)}, 24};
		pool->has_hardware = draw(2);
		if (pool->has_hardware) {
			pool->hardware = (mac_t){{2, 1, 0, interface->id.kind,
						  (uint8_t)(interface->id.number >> 8),
						  (uint8_t)interface->id.number}};
		} else {
			pool->client_id_len = (uint8_t)(6 + draw(CONFIG_CLIENT_ID_MAX - 5));
			for (unsigned int i = 0; i < pool->client_id_len; i++)
				pool->client_id[i] = (uint8_t)draw(256);
		}
		if (draw(2))
			snprintf(pool->client_name, sizeof(pool->client_name), "host-%u", draw(99));
	}
	draw_servers(pool->default_routers, &pool->default_router_count, network);
	draw_servers(pool->dns_servers, &pool->dns_server_count, network);
	if (draw(2))
		snprintf(pool->domain_name, sizeof(pool->domain_name), "home%u.lan", draw(99));
	pool->lease_s = draw(4) ? (1 + draw(525599)) * 60 : DHCP_LEASE_INFINITE;
	pool->has_lease = draw(2) && pool->lease_s != DHCP_LEASE_DEFAULT;
}

static void draw_dhcp(struct config *config)
{
	config->dhcp.disabled = draw(2);
	for (unsigned int i = draw(5); i > 0; i--) {
		ip4_t low = IP4(10, draw(256), draw(256), draw(256));
		struct config_dhcp_excluded range = {low, {low.host + draw(3)}};

		assert_int_equal(config_excluded_add(config, &range), 0);
	}
	vec_each (&config->interfaces, interface) {
		if (interface->address_count > 0 && interface->id.kind != INTERFACE_LOOPBACK &&
		    draw(2))
			draw_pool(config, interface);
	}
}

static void draw_config(struct config *config)
{
	config_init(config);
	snprintf(config->hostname, sizeof(config->hostname), "h%u", draw(1000));
	for (unsigned int i = 1 + draw(6); i > 0; i--)
		draw_interface(config, (enum interface_kind)(INTERFACE_TAP + draw(4)), draw(256));
	vec_each (&config->interfaces, interface) {
		struct config_vip *vip;
		char name[CONFIG_NAME_SIZE];

		if (interface->id.kind == INTERFACE_LOOPBACK || interface->address_count == 0)
			continue;
		snprintf(name, sizeof(name), "V%u.%u", interface->id.kind, interface->id.number);
		vip = config_vip_get(config, name);
		assert_non_null(vip);
		vip->interface = interface->id;
		vip->address.host = ip4_network(interface->addresses[0]).host + 252;
	}
	draw_routes(config);
	draw_acls(config);
	draw_nat(config);
	draw_dhcp(config);
}

static void what_is_written_reads_back_as_the_same_value(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 400; seed++) {
		struct buffer lines = {0};
		struct config config;
		struct config_error error;

		random_state = seed * 2654435761U;
		draw_config(&config);
		if (config_check(&config, &error) != 0)
			fail_msg("seed %u drew a wrong configuration: %s", seed, error.text);
		configured_write(&config, &lines);
		buffer_free(&lines);
		config_fini(&config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(home_comes_back_line_for_line),
		cmocka_unit_test(every_example_stands_in_the_running_configuration),
		cmocka_unit_test(what_is_written_reads_back_as_the_same_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
