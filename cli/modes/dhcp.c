/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DHCP: addresses never leased, and the pools. A pool leases from a network, or it is for one
 * client (by client identifier or hardware address), which it binds to a fixed address; never both,
 * as in IOS. A client without `host` leases like others from the pool of the network it is in, and
 * is told what its own pool says before what that one does. Lines may come in any order.
 */
#include "cli/modes/dhcp_clients.h"
#include "cli/modes/dhcp_database.h"
#include "cli/modes/dhcp_options.h"
#include "cli/modes/setting.h"
#include "cli/session.h"
#include "core/text.h"

enum {
	DHCP_SECONDS_A_MINUTE = 60,
	DHCP_SECONDS_AN_HOUR = 3600,
	DHCP_SECONDS_A_DAY = 86400,
};

/* ---- excluded addresses ---------------------------------------------------------------- */

static enum call_status dhcp_excluded(struct call *call)
{
	struct config_dhcp_excluded range;
	char low[IP4_TEXT_SIZE], high[IP4_TEXT_SIZE];

	memset(&range, 0, sizeof(range));
	range.low = call_ip4(call, "low");
	range.high = call_arg(call, "high") ? call_ip4(call, "high") : range.low;
	ip4_to_text(range.low, low);
	ip4_to_text(range.high, high);
	if (call->no) {
		if (config_excluded_remove(call->candidate, &range) == -ENOENT)
			return call_fail(call, "name both ends as they were typed",
					 "ip dhcp excluded-address %s%s%s: there is no such range",
					 low, call_arg(call, "high") ? " " : "",
					 call_arg(call, "high") ? high : "");
		return CALL_DONE;
	}
	if (range.low.host > range.high.host)
		return call_fail(call, "the lower address comes first",
				 "ip dhcp excluded-address: %s is above %s", low, high);
	if (config_excluded_add(call->candidate, &range) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

/* ---- probes ----------------------------------------------------------------------------- */

static enum call_status dhcp_ping_packets(struct call *call)
{
	call->candidate->dhcp.ping_packets =
		call->no ? DHCP_PING_PACKETS_DEFAULT : (uint8_t)call_number(call, "packets");
	return CALL_DONE;
}

static enum call_status dhcp_ping_timeout(struct call *call)
{
	call->candidate->dhcp.ping_timeout_ms =
		call->no ? DHCP_PING_TIMEOUT_DEFAULT_MS : (uint16_t)call_number(call, "ms");
	return CALL_DONE;
}

static enum call_status dhcp_conflict_logging(struct call *call)
{
	call->candidate->dhcp.conflicts_unlogged = call->no && !call->by_default;
	return CALL_DONE;
}

/* ---- the pool itself ------------------------------------------------------------------- */

static enum call_status dhcp_pool(struct call *call)
{
	const char *name = call_text(call, "name");

	if (!call->no) {
		if (!config_pool_get(call->candidate, name))
			return setting_no_memory(call);
		session_set_pool(call->session, name);
		session_enter(call->session, MODE_DHCP_POOL);
		return CALL_DONE;
	}
	if (!config_pool_find(call->candidate, name))
		return call_fail(call, "\"show running-config | include dhcp pool\" lists them",
				 "ip dhcp pool %s: there is none", name);
	config_pool_remove(call->candidate, name);
	return CALL_DONE;
}

static enum call_status dhcp_network(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	struct ip4_prefix network;
	char text[IP4_TEXT_SIZE];

	if (!pool)
		return CALL_FAILED;
	if (call->no) {
		pool->has_network = false;
		memset(&pool->network, 0, sizeof(pool->network));
		return CALL_DONE;
	}
	if (pool->has_host || pool->has_hardware || pool->client_id_len > 0)
		return call_fail(
			call, "make a pool of its own for the network",
			"ip dhcp pool %s: it binds one client, so it leases from no network",
			pool->name);
	network = call_prefix(call, "network");
	if (setting_check_host(call, network.address) != CALL_DONE)
		return CALL_FAILED;
	if (network.len == 0 || network.len > 30)
		return call_fail(call, "a network of /1 to /30 has addresses to lease",
				 "Bad mask /%u for address %s", network.len,
				 ip4_to_text(network.address, text));
	pool->has_network = true;
	pool->network.address = ip4_network(network);
	pool->network.len = network.len;
	return CALL_DONE;
}

/* ---- one client's fixed address -------------------------------------------------------- */

/* Refuses what binds one client in a pool that leases from a network. */
static enum call_status dhcp_check_manual(struct call *call, const struct config_dhcp_pool *pool)
{
	if (!pool->has_network)
		return CALL_DONE;
	return call_fail(call, "make a pool of its own for the client: ip dhcp pool NAME",
			 "This command may not be used with network, origin, vrf or relay pools.");
}

static enum call_status dhcp_host(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	struct ip4_prefix host;

	if (!pool)
		return CALL_FAILED;
	if (call->no) {
		pool->has_host = false;
		memset(&pool->host, 0, sizeof(pool->host));
		return CALL_DONE;
	}
	if (dhcp_check_manual(call, pool) != CALL_DONE)
		return CALL_FAILED;
	if (call_arg(call, "reserved")) {
		host = call_prefix(call, "reserved");
	} else {
		host.address = call_ip4(call, "address");
		host.len = ip4_class_len(host.address); /* as IOS does */
	}
	if (setting_check_host_in(call, host) != CALL_DONE)
		return CALL_FAILED;
	pool->has_host = true;
	pool->host = host;
	return CALL_DONE;
}

static enum call_status dhcp_client_identifier(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);

	if (!pool)
		return CALL_FAILED;
	if (call->no) {
		memset(pool->client_id, 0, sizeof(pool->client_id));
		pool->client_id_len = 0;
		return CALL_DONE;
	}
	if (dhcp_check_manual(call, pool) != CALL_DONE)
		return CALL_FAILED;
	if (pool->has_hardware)
		return call_fail(call, "type \"no hardware-address\" first",
				 "ip dhcp pool %s: its client is named by hardware address",
				 pool->name);
	return dhcp_clients_read_id(call, pool, pool->client_id, &pool->client_id_len);
}

static enum call_status dhcp_hardware_address(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	mac_t mac;

	if (!pool)
		return CALL_FAILED;
	if (call->no) {
		pool->has_hardware = false;
		memset(&pool->hardware, 0, sizeof(pool->hardware));
		return CALL_DONE;
	}
	if (dhcp_check_manual(call, pool) != CALL_DONE)
		return CALL_FAILED;
	if (pool->client_id_len > 0)
		return call_fail(call, "type \"no client-identifier\" first",
				 "ip dhcp pool %s: its client is named by client identifier",
				 pool->name);
	mac = call_arg(call, "mac")->mac;
	if (setting_check_station(call, mac) != CALL_DONE)
		return CALL_FAILED;
	pool->has_hardware = true;
	pool->hardware = mac;
	return CALL_DONE;
}

static enum call_status dhcp_client_name(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	char name[CONFIG_NAME_SIZE]; /* as DNS has it */
	ip4_t address;

	if (!pool || (!call->no && dhcp_check_manual(call, pool) != CALL_DONE))
		return CALL_FAILED;
	if (!call->no && (config_dns_name(call_text(call, "name"), name) < 0 ||
			  ip4_from_text(name, &address) == 0))
		return call_fail(call,
				 "letters, digits and hyphens, no hyphen at either end; its domain "
				 "is that of \"domain-name\"",
				 "ip dhcp pool %s: client-name: %s is no host's name", pool->name,
				 call_text(call, "name"));
	setting_set_text(pool->client_name, sizeof(pool->client_name),
			 call->no ? "" : call_text(call, "name"));
	return CALL_DONE;
}

/* ---- what clients are told ------------------------------------------------------------- */

/* Takes @address out of a list, if it is there. */
static void dhcp_server_remove(ip4_t *list, uint8_t *count, ip4_t address)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < *count; i++)
		if (!ip4_equal(list[i], address))
			list[kept++] = list[i];
	memset(&list[kept], 0, (*count - kept) * sizeof(*list));
	*count = (uint8_t)kept;
}

/* One line holds the whole list. `no` with addresses takes those out, alone it takes all. */
static enum call_status dhcp_server_list(struct call *call, ip4_t *list, uint8_t *count)
{
	static const char *const names[] = {"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"};
	ip4_t servers[CONFIG_DHCP_SERVERS_MAX] = {0};
	unsigned int typed = 0;

	static_assert(ARRAY_COUNT(names) == CONFIG_DHCP_SERVERS_MAX, "an argument for each");
	while (typed < CONFIG_DHCP_SERVERS_MAX && call_arg(call, names[typed])) {
		servers[typed] = call_ip4(call, names[typed]);
		if (setting_check_host(call, servers[typed]) != CALL_DONE)
			return CALL_FAILED;
		typed++;
	}
	if (call->no && typed > 0) {
		for (unsigned int i = 0; i < typed; i++)
			dhcp_server_remove(list, count, servers[i]);
		return CALL_DONE;
	}
	memcpy(list, servers, sizeof(servers));
	*count = (uint8_t)typed;
	return CALL_DONE;
}

static enum call_status dhcp_default_router(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);

	return pool ? dhcp_server_list(call, pool->default_routers, &pool->default_router_count)
		    : CALL_FAILED;
}

static enum call_status dhcp_dns_server(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);

	return pool ? dhcp_server_list(call, pool->dns_servers, &pool->dns_server_count)
		    : CALL_FAILED;
}

static enum call_status dhcp_domain_name(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	char name[CONFIG_NAME_SIZE]; /* as DNS has it; the pool's stays as it was typed */

	if (!pool)
		return CALL_FAILED;
	if (!call->no && config_dns_name(call_text(call, "name"), name) < 0)
		return call_fail(call,
				 "labels of letters, digits and hyphens, with dots between; no "
				 "hyphen at either end of one",
				 "ip dhcp pool %s: domain-name: %s is no domain", pool->name,
				 call_text(call, "name"));
	setting_set_text(pool->domain_name, sizeof(pool->domain_name),
			 call->no ? "" : call_text(call, "name"));
	return CALL_DONE;
}

static enum call_status dhcp_lease(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	uint32_t lease_s = DHCP_LEASE_INFINITE;

	if (!pool)
		return CALL_FAILED;
	if (call->no) {
		pool->has_lease = false;
		pool->lease_s = 0;
		return CALL_DONE;
	}
	if (call_arg(call, "days"))
		lease_s = (uint32_t)(call_number_or(call, "days", 0) * DHCP_SECONDS_A_DAY +
				     call_number_or(call, "hours", 0) * DHCP_SECONDS_AN_HOUR +
				     call_number_or(call, "minutes", 0) * DHCP_SECONDS_A_MINUTE);
	if (lease_s == 0)
		return call_fail(call, "one minute at least: lease 0 0 1",
				 "ip dhcp pool %s: a lease of no time", pool->name);
	pool->has_lease = lease_s != DHCP_LEASE_DEFAULT;
	pool->lease_s = pool->has_lease ? lease_s : 0;
	return CALL_DONE;
}

/* ---- writing --------------------------------------------------------------------------- */

/* IOS's form: 01aa.bbcc.ddee.ff */
static void dhcp_write_client_id(struct buffer *out, const struct config_dhcp_pool *pool)
{
	if (pool->client_id_len == 0)
		return;
	buffer_add(out, " client-identifier ");
	setting_write_hex(out, pool->client_id, pool->client_id_len);
	buffer_add(out, "\n");
}

static void dhcp_write_servers(struct buffer *out, const char *word, const ip4_t *list,
			       unsigned int count)
{
	char text[IP4_TEXT_SIZE];

	if (count == 0)
		return;
	buffer_printf(out, " %s", word);
	for (unsigned int i = 0; i < count; i++)
		buffer_printf(out, " %s", ip4_to_text(list[i], text));
	buffer_add(out, "\n");
}

static void dhcp_write_lease(struct buffer *out, const struct config_dhcp_pool *pool)
{
	uint32_t hours = pool->lease_s % DHCP_SECONDS_A_DAY / DHCP_SECONDS_AN_HOUR;
	uint32_t minutes = pool->lease_s % DHCP_SECONDS_AN_HOUR / DHCP_SECONDS_A_MINUTE;

	if (!pool->has_lease)
		return;
	if (pool->lease_s == DHCP_LEASE_INFINITE) {
		buffer_add(out, " lease infinite\n");
		return;
	}
	buffer_printf(out, " lease %u", pool->lease_s / DHCP_SECONDS_A_DAY);
	if (hours > 0 || minutes > 0)
		buffer_printf(out, " %u", hours);
	if (minutes > 0)
		buffer_printf(out, " %u", minutes);
	buffer_add(out, "\n");
}

static void dhcp_write_pool(struct buffer *out, const struct config *config,
			    const struct config_dhcp_pool *pool)
{
	char text[MAC_TEXT_SIZE];

	buffer_printf(out, "ip dhcp pool %s\n", pool->name);
	if (pool->has_network) {
		buffer_add(out, " network ");
		setting_write_prefix(out, pool->network);
		buffer_add(out, "\n");
	}
	if (pool->has_host) {
		buffer_add(out, " host ");
		setting_write_prefix(out, pool->host);
		buffer_add(out, "\n");
	}
	dhcp_write_client_id(out, pool);
	if (pool->has_hardware)
		buffer_printf(out, " hardware-address %s\n", mac_to_text(pool->hardware, text));
	if (pool->client_name[0])
		buffer_printf(out, " client-name %s\n", pool->client_name);
	dhcp_write_servers(out, "default-router", pool->default_routers,
			   pool->default_router_count);
	dhcp_write_servers(out, "dns-server", pool->dns_servers, pool->dns_server_count);
	if (pool->domain_name[0])
		buffer_printf(out, " domain-name %s\n", pool->domain_name);
	if (pool->import_all)
		buffer_add(out, " import all\n");
	dhcp_options_write(out, config, pool);
	dhcp_clients_write_pool(out, config, pool);
	dhcp_write_lease(out, pool);
}

static void dhcp_write(struct buffer *out, const struct config *config, enum config_section section)
{
	const struct config_dhcp *dhcp = &config->dhcp;
	char low[IP4_TEXT_SIZE], high[IP4_TEXT_SIZE];
	const size_t begin = out->len;

	if (section != SECTION_DHCP)
		return;
	dhcp_database_write(out, config);
	if (dhcp->conflicts_unlogged)
		buffer_add(out, "no ip dhcp conflict logging\n");
	if (dhcp->ping_packets != DHCP_PING_PACKETS_DEFAULT)
		buffer_printf(out, "ip dhcp ping packets %u\n", dhcp->ping_packets);
	if (dhcp->ping_timeout_ms != DHCP_PING_TIMEOUT_DEFAULT_MS)
		buffer_printf(out, "ip dhcp ping timeout %u\n", dhcp->ping_timeout_ms);
	vec_each (&dhcp->excluded, range) {
		buffer_printf(out, "ip dhcp excluded-address %s", ip4_to_text(range->low, low));
		if (!ip4_equal(range->low, range->high))
			buffer_printf(out, " %s", ip4_to_text(range->high, high));
		buffer_add(out, "\n");
	}
	vec_each (&dhcp->pools, pool) {
		if (pool != dhcp->pools.at || out->len > begin)
			buffer_add(out, "!\n");
		dhcp_write_pool(out, config, pool);
	}
}

/* ---- tables ---------------------------------------------------------------------------- */

#define DHCP_SERVERS                                                                               \
	"<a1:ip4> [<a2:ip4> [<a3:ip4> [<a4:ip4> [<a5:ip4> [<a6:ip4> [<a7:ip4> [<a8:ip4>]]]]]]]"
#define DHCP_LEASE  "{<days:0-365> [<hours:0-23> [<minutes:0-59>]]|infinite}"
#define DHCP_HOME   "interface BVI1\nip address 192.168.1.1 255.255.255.0\n"
#define DHCP_LAN    DHCP_HOME "ip dhcp pool LAN\nnetwork 192.168.1.0 255.255.255.0"
#define DHCP_MANUAL DHCP_HOME "ip dhcp pool TV\nhost 192.168.1.20 255.255.255.0"

static const struct command dhcp_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip dhcp excluded-address <low:ip4> [<high:ip4>]",
		.no_path = "ip dhcp excluded-address <low:ip4> [<high:ip4>]",
		.help = "Addresses that are never leased.",
		.section = SECTION_DHCP,
		.example = "ip dhcp excluded-address 192.168.1.1 192.168.1.9",
		.run = dhcp_excluded,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip dhcp ping packets <packets:0-10>",
		.no_path = "ip dhcp ping packets [<packets:0-10>]",
		.help = "How often an address is looked for before it is offered; 2 by default, 0 "
			"not at all.",
		.section = SECTION_DHCP,
		.example = "ip dhcp ping packets 3",
		.run = dhcp_ping_packets,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip dhcp ping timeout <ms:100-10000>",
		.no_path = "ip dhcp ping timeout [<ms:100-10000>]",
		.help = "How long an echo waits for its reply, milliseconds, 500 by default; ARP on "
			"the router's own link waits a fifth of it.",
		.section = SECTION_DHCP,
		.example = "ip dhcp ping timeout 1000",
		.run = dhcp_ping_timeout,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip dhcp conflict logging",
		.no_path = "ip dhcp conflict logging",
		.help = "Write to the log that an address was found in use; on by default.",
		.section = SECTION_DHCP,
		.example = "no ip dhcp conflict logging",
		.run = dhcp_conflict_logging,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip dhcp pool <name:pool>",
		.no_path = "ip dhcp pool <name:pool>",
		.help = "Make a pool of addresses, or go on editing it.",
		.section = SECTION_DHCP,
		.example = "ip dhcp pool LAN",
		.run = dhcp_pool,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "network <network:prefix>",
		.no_path = "network [<network:prefix>]",
		.help = "The network to lease addresses from.",
		.section = SECTION_DHCP,
		.example = "network 192.168.1.0 255.255.255.0",
		.example_after = DHCP_HOME "ip dhcp pool LAN",
		.run = dhcp_network,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "host {<reserved:prefix>|<address:ip4>}",
		.no_path = "host [{<reserved:prefix>|<address:ip4>}]",
		.help = "The fixed address of one client; without a mask, that of its class.",
		.section = SECTION_DHCP,
		.example = "host 192.168.1.20 255.255.255.0",
		.example_after = DHCP_HOME "ip dhcp pool TV",
		.run = dhcp_host,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "client-identifier <id:hex>",
		.no_path = "client-identifier [<id:hex>]",
		.help = "Name the client by its identifier (option 61): 01, then the MAC address; "
			"without `host` it leases like others, with what its own pool says.",
		.section = SECTION_DHCP,
		.example = "client-identifier 0102.005e.1000.01",
		.example_after = DHCP_MANUAL,
		.run = dhcp_client_identifier,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "hardware-address <mac:mac>",
		.no_path = "hardware-address [<mac:mac>]",
		.help = "Name the client by its MAC address.",
		.section = SECTION_DHCP,
		.example = "hardware-address 0200.5e10.0001",
		.example_after = DHCP_MANUAL,
		.run = dhcp_hardware_address,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "client-name <name:word>",
		.no_path = "client-name [<name:word>]",
		.help = "The host name of the client.",
		.section = SECTION_DHCP,
		.example = "client-name tv",
		.example_after = DHCP_MANUAL,
		.run = dhcp_client_name,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "default-router " DHCP_SERVERS,
		.no_path = "default-router [" DHCP_SERVERS "]",
		.help = "Routers that clients use, the best first; up to eight.",
		.section = SECTION_DHCP,
		.example = "default-router 192.168.1.1",
		.example_after = DHCP_LAN,
		.run = dhcp_default_router,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "dns-server " DHCP_SERVERS,
		.no_path = "dns-server [" DHCP_SERVERS "]",
		.help = "Name servers that clients use, the best first; up to eight.",
		.section = SECTION_DHCP,
		.example = "dns-server 192.168.1.1 198.51.100.53",
		.example_after = DHCP_LAN,
		.run = dhcp_dns_server,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "domain-name <name:word>",
		.no_path = "domain-name [<name:word>]",
		.help = "The domain of the clients.",
		.section = SECTION_DHCP,
		.example = "domain-name home.lan",
		.example_after = DHCP_LAN,
		.run = dhcp_domain_name,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "lease " DHCP_LEASE,
		.no_path = "lease [" DHCP_LEASE "]",
		.help = "For how long an address is given: days, hours, minutes; one day by "
			"default.",
		.section = SECTION_DHCP,
		.example = "lease 0 12",
		.example_after = DHCP_LAN,
		.run = dhcp_lease,
	},
};

static const struct word_help dhcp_words[] = {
	{"ip dhcp", "Give devices their addresses"},
	{"excluded-address", "Addresses that are never leased"},
	{"excluded-address <low>", "The lowest address"},
	{"excluded-address <high>", "The highest address"},
	{"ip dhcp pool", "Pools of addresses"},
	{"ip dhcp ping", "Look for an address before it is offered"},
	{"ip dhcp ping packets", "How often"},
	{"ip dhcp ping timeout", "How long to wait for an answer"},
	{"<packets>", "0 for not at all"},
	{"<ms>", "Milliseconds"},
	{"ip dhcp conflict", "Addresses found in use"},
	{"ip dhcp conflict logging", "Write them to the log"},
	{"network", "The network to lease addresses from"},
	{"host", "The fixed address of one client"},
	{"host <reserved>", "The client's address, with the length of its mask"},
	{"host <address>", "The client's address, with the mask of its class"},
	{"client-identifier", "Name the client by its identifier"},
	{"hardware-address", "Name the client by its MAC address"},
	{"client-name", "The host name of the client"},
	{"default-router", "Routers that clients use"},
	{"dns-server", "Name servers that clients use"},
	{"domain-name", "The domain of the clients"},
	{"lease", "For how long an address is given"},
	{"<days>", "Days"},
	{"<hours>", "Hours"},
	{"<minutes>", "Minutes"},
	{"infinite", "For ever"},
};

const struct command_family dhcp_family = {
	.title = "DHCP",
	.commands = dhcp_commands,
	.command_count = ARRAY_COUNT(dhcp_commands),
	.words = dhcp_words,
	.word_count = ARRAY_COUNT(dhcp_words),
	.write = dhcp_write,
};
