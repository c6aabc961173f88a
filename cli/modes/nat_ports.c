/* SPDX-License-Identifier: BSD-2-Clause */
/* The public ports of network address translation: how they are given out. */
#include "cli/modes/setting.h"

static enum call_status nat_port_hold(struct call *call)
{
	call->candidate->nat.port_hold_s =
		call->no ? NAT_PORT_HOLD_DEFAULT_S : (uint32_t)call_number(call, "seconds");
	return CALL_DONE;
}

static void nat_ports_write(struct buffer *out, const struct config *config,
			    enum config_section section)
{
	const struct config_nat *nat = &config->nat;

	if (section != SECTION_NAT)
		return;
	if (nat->port_hold_s != NAT_PORT_HOLD_DEFAULT_S)
		buffer_printf(out, "ip nat port-hold %u\n", nat->port_hold_s);
}

static const struct command nat_ports_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip nat port-hold <seconds:0-3600>",
		.no_path = "ip nat port-hold [<seconds:0-3600>]",
		.help = "How long a UDP port or ICMP identifier that a device gave up is kept from "
			"the others (RFC 6888 REQ-8); 120 seconds by default.",
		.section = SECTION_NAT,
		.example = "ip nat port-hold 30",
		.run = nat_port_hold,
	},
};

static const struct word_help nat_ports_words[] = {
	{"port-hold", "Rest of a port before another device has it"},
	{"port-hold <seconds>", "Seconds; 0: none"},
};

const struct command_family nat_ports_family = {
	.title = "Ports of network address translation",
	.commands = nat_ports_commands,
	.command_count = ARRAY_COUNT(nat_ports_commands),
	.words = nat_ports_words,
	.word_count = ARRAY_COUNT(nat_ports_words),
	.write = nat_ports_write,
};
