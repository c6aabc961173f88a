/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP relay: which servers an interface's clients are relayed to, and option 82.
 *
 * Unlike IOS, `ip helper-address` forwards DHCP and nothing else of UDP, and a client that sends
 * option 82 itself is dropped until a policy says otherwise: IOS does the same until it is told
 * that the circuit is trusted.
 */
#include "cli/modes/dhcp_relay.h"

#include "cli/command.h"
#include "cli/modes/setting.h"
#include "cli/session.h"
#include "core/text.h"

static const char *const dhcp_relay_policy_names[] = {"drop", "keep", "replace"};

static_assert(ARRAY_COUNT(dhcp_relay_policy_names) == CONFIG_RELAY_POLICY_COUNT, "one each");

static enum call_status dhcp_relay_no_helper(struct call *call, struct config_interface *interface,
					     unsigned int index)
{
	char name[INTERFACE_TEXT_SIZE], text[IP4_TEXT_SIZE];

	if (index == interface->helper_count)
		return call_fail(call, "\"show running-config\" lists them",
				 "interface %s: no helper address %s",
				 interface_to_text(interface->id, name),
				 ip4_to_text(call_ip4(call, "address"), text));
	memmove(&interface->helpers[index], &interface->helpers[index + 1],
		(interface->helper_count - index - 1) * sizeof(interface->helpers[0]));
	interface->helpers[--interface->helper_count] = IP4_ANY;
	return CALL_DONE;
}

static enum call_status dhcp_relay_helper(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	char name[INTERFACE_TEXT_SIZE];
	ip4_t address;
	unsigned int i = 0;

	if (!interface)
		return CALL_FAILED;
	if (call->no && !call_arg(call, "address")) {
		memset(interface->helpers, 0, sizeof(interface->helpers));
		interface->helper_count = 0;
		return CALL_DONE;
	}
	address = call_ip4(call, "address");
	while (i < interface->helper_count && !ip4_equal(interface->helpers[i], address))
		i++;
	if (call->no)
		return dhcp_relay_no_helper(call, interface, i);
	interface_to_text(interface->id, name);
	if (interface->id.kind == INTERFACE_LOOPBACK)
		return call_fail(call, "put it on the interface that the clients are on",
				 "interface %s: a Loopback has no clients to relay", name);
	if (setting_check_routed(call, interface, "helper address") != CALL_DONE ||
	    setting_check_host(call, address) != CALL_DONE)
		return CALL_FAILED;
	if (i == CONFIG_HELPERS_MAX)
		return call_fail(call, NULL, "interface %s: more than %d helper addresses", name,
				 CONFIG_HELPERS_MAX);
	interface->helpers[i] = address;
	interface->helper_count = (uint8_t)MAX(interface->helper_count, i + 1);
	return CALL_DONE;
}

static enum call_status dhcp_relay_option(struct call *call)
{
	call->candidate->dhcp.relay_option = !call->no;
	return CALL_DONE;
}

static enum call_status dhcp_relay_policy(struct call *call)
{
	call->candidate->dhcp.relay_policy =
		call->no ? CONFIG_RELAY_DROP
			 : (uint8_t)setting_word_index(call_word(call, "which"),
						       dhcp_relay_policy_names,
						       CONFIG_RELAY_POLICY_COUNT);
	return CALL_DONE;
}

/* ---- writing --------------------------------------------------------------------------- */

void dhcp_relay_write_helpers(struct buffer *out, const struct config_interface *interface)
{
	char text[IP4_TEXT_SIZE];

	for (unsigned int i = 0; i < interface->helper_count; i++)
		buffer_printf(out, " ip helper-address %s\n",
			      ip4_to_text(interface->helpers[i], text));
}

static void dhcp_relay_write(struct buffer *out, const struct config *config,
			     enum config_section section)
{
	const struct config_dhcp *dhcp = &config->dhcp;

	if (section != SECTION_DHCP)
		return;
	if (dhcp->relay_option)
		buffer_add(out, "ip dhcp relay information option\n");
	if (dhcp->relay_policy != CONFIG_RELAY_DROP)
		buffer_printf(out, "ip dhcp relay information policy %s\n",
			      dhcp_relay_policy_names[dhcp->relay_policy]);
}

/* ---- tables ---------------------------------------------------------------------------- */

static const struct command dhcp_relay_commands[] = {
	{
		.mode = MODE_INTERFACE,
		.path = "ip helper-address <address:ip4>",
		.no_path = "ip helper-address [<address:ip4>]",
		.help = "Relay the DHCP of the interface's clients to a server elsewhere; up to "
			"eight. A pool for the interface's network goes before it.",
		.section = SECTION_INTERFACE,
		.example = "ip helper-address 10.1.0.5",
		.example_after = "interface BVI1",
		.run = dhcp_relay_helper,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip dhcp relay information option",
		.no_path = "ip dhcp relay information option",
		.help = "Tell servers the port and the router's MAC address in option 82.",
		.section = SECTION_DHCP,
		.example = "ip dhcp relay information option",
		.run = dhcp_relay_option,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip dhcp relay information policy which={drop|keep|replace}",
		.no_path = "ip dhcp relay information policy [which={drop|keep|replace}]",
		.help = "What becomes of a client's message that has option 82 already; dropped "
			"by default.",
		.section = SECTION_DHCP,
		.example = "ip dhcp relay information policy keep",
		.run = dhcp_relay_policy,
	},
};

static const struct word_help dhcp_relay_words[] = {
	{"helper-address", "Relay DHCP to a server"},
	{"helper-address <address>", "Address of the server"},
	{"ip dhcp relay", "The DHCP relay"},
	{"relay information", "Relay agent information, option 82"},
	{"information option", "Put it into requests, and take it out of answers"},
	{"information policy", "Requests that have it already, though no relay sent them"},
	{"policy drop", "Drop them"},
	{"policy keep", "Pass them on as they are"},
	{"policy replace", "Pass them on with the router's own instead"},
};

const struct command_family dhcp_relay_family = {
	.title = "DHCP relay",
	.commands = dhcp_relay_commands,
	.command_count = ARRAY_COUNT(dhcp_relay_commands),
	.words = dhcp_relay_words,
	.word_count = ARRAY_COUNT(dhcp_relay_words),
	.write = dhcp_relay_write,
};
