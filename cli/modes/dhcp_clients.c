/* SPDX-License-Identifier: BSD-2-Clause */
/* See dhcp_clients.h. A pool and an interface have writers of their own, which call those here. */
#include "cli/modes/dhcp_clients.h"
#include "cli/modes/setting.h"
#include "core/text.h"

enum { DHCP_CLIENT_ID_MIN = 2 /* RFC 2132 s9.14 */ };

enum call_status dhcp_clients_read_id(struct call *call, const struct config_dhcp_pool *pool,
				      uint8_t id[CONFIG_CLIENT_ID_MAX], uint8_t *len)
{
	const struct arg *typed = call_arg(call, "id");

	if (typed->hex.len < DHCP_CLIENT_ID_MIN)
		return call_fail(call, "for an Ethernet client: 01, then its MAC address",
				 "ip dhcp pool %s: client identifier of less than %d bytes",
				 pool->name, DHCP_CLIENT_ID_MIN);
	memcpy(id, typed->hex.bytes, CONFIG_CLIENT_ID_MAX);
	*len = typed->hex.len;
	return CALL_DONE;
}

/* ---- addresses of single clients ------------------------------------------------------- */

/** Whether the pool has that address for another client already, with a message. */
static bool dhcp_address_taken(struct call *call, const struct config_dhcp_reservation *one)
{
	char text[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	vec_each (&call->candidate->dhcp.reservations, other) {
		if (strcmp(other->pool, one->pool) != 0 ||
		    !ip4_equal(other->address, one->address) ||
		    memcmp(other, one, sizeof(*one)) == 0)
			continue;
		ip4_to_text(one->address, text);
		call_fail(call, "\"no address\" with it takes the reservation back",
			  "ip dhcp pool %s: address %s is reserved for another client%s%s",
			  one->pool, text, other->has_hardware ? ", hardware-address " : "",
			  other->has_hardware ? mac_to_text(other->hardware, mac) : "");
		return true;
	}
	return false;
}

static enum call_status dhcp_address(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	struct config_dhcp_reservation one;
	char text[IP4_TEXT_SIZE];

	if (!pool)
		return CALL_FAILED;
	memset(&one, 0, sizeof(one));
	setting_set_text(one.pool, sizeof(one.pool), pool->name);
	one.address = call_ip4(call, "address");
	ip4_to_text(one.address, text);
	if (call->no) {
		if (config_reservation_remove(call->candidate, pool->name, one.address) == -ENOENT)
			return call_fail(call, "\"show running-config\" lists them",
					 "ip dhcp pool %s: address %s is not reserved", pool->name,
					 text);
		return CALL_DONE;
	}
	if (!pool->has_network)
		return call_fail(call, "type \"network\" first, or \"host\" instead",
				 "ip dhcp pool %s: address %s needs the network it lies in",
				 pool->name, text);
	if (call_arg(call, "id")) {
		if (dhcp_clients_read_id(call, pool, one.client_id, &one.client_id_len) !=
		    CALL_DONE)
			return CALL_FAILED;
	} else {
		one.has_hardware = true;
		one.hardware = call_arg(call, "mac")->mac;
		if (setting_check_station(call, one.hardware) != CALL_DONE)
			return CALL_FAILED;
	}
	if (dhcp_address_taken(call, &one))
		return CALL_FAILED;
	return config_reservation_add(call->candidate, &one) == 0 ? CALL_DONE
								  : setting_no_memory(call);
}

void dhcp_clients_write_pool(struct buffer *out, const struct config *config,
			     const struct config_dhcp_pool *pool)
{
	char text[IP4_TEXT_SIZE], mac[MAC_TEXT_SIZE];

	vec_each (&config->dhcp.reservations, one) {
		if (strcmp(one->pool, pool->name) != 0)
			continue;
		buffer_printf(out, " address %s ", ip4_to_text(one->address, text));
		if (one->has_hardware) {
			buffer_printf(out, "hardware-address %s\n",
				      mac_to_text(one->hardware, mac));
			continue;
		}
		buffer_add(out, "client-id ");
		setting_write_hex(out, one->client_id, one->client_id_len);
		buffer_add(out, "\n");
	}
}

/* ---- clients of a port ----------------------------------------------------------------- */

/** The interface of a limit. Return: NULL, with a message. */
static struct config_interface *limited_port(struct call *call, const char *counted)
{
	struct config_interface *interface = setting_interface(call);
	char name[INTERFACE_TEXT_SIZE];

	if (!interface || call->no || interface_is_port(interface->id))
		return interface;
	call_fail(call, "type it on the Taps and Tuns that clients are behind",
		  "interface %s: %s are counted by port, and this is none",
		  interface_to_text(interface->id, name), counted);
	return NULL;
}

static enum call_status dhcp_limit_rate(struct call *call)
{
	struct config_interface *interface = limited_port(call, "new clients");

	if (!interface)
		return CALL_FAILED;
	interface->dhcp_rate = call->no ? 0 : (uint32_t)call_number(call, "clients");
	return CALL_DONE;
}

static enum call_status dhcp_limit_lease(struct call *call)
{
	struct config_interface *interface = limited_port(call, "leases");

	if (!interface)
		return CALL_FAILED;
	interface->dhcp_leases = call->no ? 0 : (uint32_t)call_number(call, "leases");
	return CALL_DONE;
}

void dhcp_clients_write_interface(struct buffer *out, const struct config_interface *interface)
{
	if (interface->dhcp_leases)
		buffer_printf(out, " ip dhcp limit lease %u\n", interface->dhcp_leases);
	if (interface->dhcp_rate)
		buffer_printf(out, " ip dhcp limit rate %u\n", interface->dhcp_rate);
}

/* ---- tables ---------------------------------------------------------------------------- */

#define DHCP_CLIENT "{client-id <id:hex>|hardware-address <mac:mac>}"

static const struct command dhcp_clients_commands[] = {
	{
		.mode = MODE_DHCP_POOL,
		.path = "address <address:ip4> " DHCP_CLIENT,
		.no_path = "address <address:ip4> [" DHCP_CLIENT "]",
		.help = "Give an address of the pool's network to one client only.",
		.section = SECTION_DHCP,
		.example = "address 192.168.1.20 client-id 0102.005e.1000.01",
		.example_after = "interface BVI1\nip address 192.168.1.1 255.255.255.0\n"
				 "ip dhcp pool LAN\nnetwork 192.168.1.0 255.255.255.0",
		.run = dhcp_address,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip dhcp limit lease <leases:1-65535>",
		.no_path = "ip dhcp limit lease [<leases:1-65535>]",
		.help = "Most leases and offers to clients behind this port; no limit by default.",
		.section = SECTION_INTERFACE,
		.example = "ip dhcp limit lease 5",
		.example_after = "interface Tap1",
		.run = dhcp_limit_lease,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip dhcp limit rate <clients:1-100000>",
		.no_path = "ip dhcp limit rate [<clients:1-100000>]",
		.help = "Most clients a second behind this port that nothing is known of, and most "
			"of them with an unanswered offer; 64 by default, and no fewer offers.",
		.section = SECTION_INTERFACE,
		.example = "ip dhcp limit rate 500",
		.example_after = "interface Tap1",
		.run = dhcp_limit_rate,
	},
};

static const struct word_help dhcp_clients_words[] = {
	{"address", "An address for one client only"},
	{"address <address>", "An address of the pool's network"},
	{"client-id", "The client's identifier (option 61)"},
	{"address hardware-address", "The client's MAC address"},
	{"ip dhcp limit", "How many clients a port may bring"},
	{"ip dhcp limit lease", "Leases at once"},
	{"<leases>", "Leases and offers together"},
	{"ip dhcp limit rate", "New clients a second"},
	{"<clients>", "Clients that have no lease and are in no configuration"},
};

static void dhcp_clients_write(struct buffer *out, const struct config *config,
			       enum config_section section)
{
	(void)out;
	(void)config;
	(void)section;
}

const struct command_family dhcp_clients_family = {
	.title = "DHCP clients",
	.commands = dhcp_clients_commands,
	.command_count = ARRAY_COUNT(dhcp_clients_commands),
	.words = dhcp_clients_words,
	.word_count = ARRAY_COUNT(dhcp_clients_words),
	.write = dhcp_clients_write,
};
