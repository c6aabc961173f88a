/* SPDX-License-Identifier: BSD-2-Clause */
/* The public ports of network address translation: how they are given out, and the log of it. */
#include "cli/modes/setting.h"
#include "cli/modes/show.h"

static enum call_status nat_port_hold(struct call *call)
{
	call->candidate->nat.port_hold_s =
		call->no ? NAT_PORT_HOLD_DEFAULT_S : (uint32_t)call_number(call, "seconds");
	return CALL_DONE;
}

static enum call_status nat_port_block(struct call *call)
{
	uint32_t size = call->no ? 0 : (uint32_t)call_number(call, "size");

	if ((size & (size - 1)) != 0)
		return call_fail(call, "a power of two: 64, 128, 256, 512, 1024, 2048 or 4096",
				 "ip nat port-block %u: blocks of %u ports do not fill the range",
				 size, size);
	call->candidate->nat.port_block = (uint16_t)size;
	return CALL_DONE;
}

static const char *const nat_log_words[] = {
	[NAT_LOG_SYSLOG] = "syslog",
	[NAT_LOG_JSON] = "json",
};
static_assert(ARRAY_COUNT(nat_log_words) == NAT_LOG_COUNT, "a word for each");

/* Without a word for the place, `no` means both. */
static enum call_status nat_log_translations(struct call *call)
{
	const char *word = call_word(call, "place");
	uint8_t log = call_word(call, "destinations") ? NAT_LOG_DESTINATIONS : NAT_LOG_BINDINGS;

	for (unsigned int i = 0; i < NAT_LOG_COUNT; i++) {
		if (!word || strcmp(word, nat_log_words[i]) == 0)
			call->candidate->nat.log[i] = call->no ? (uint8_t)NAT_LOG_OFF : log;
	}
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
	if (nat->port_block != 0)
		buffer_printf(out, "ip nat port-block %u\n", nat->port_block);
	for (unsigned int i = 0; i < NAT_LOG_COUNT; i++) {
		if (nat->log[i] != NAT_LOG_OFF)
			buffer_printf(out, "ip nat log translations %s%s\n", nat_log_words[i],
				      nat->log[i] == NAT_LOG_DESTINATIONS ? " destinations" : "");
	}
}

#define NAT_LOG_PLACE "place={syslog|json}"

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
	{
		.mode = MODE_CONFIG,
		.path = "ip nat port-block <size:64-4096>",
		.no_path = "ip nat port-block [<size:64-4096>]",
		.help = "Give each device blocks of this many public ports, a power of two, that "
			"it shares with no other, so that the log has a record for each block, not "
			"for each port. Off by default.",
		.section = SECTION_NAT,
		.example = "ip nat port-block 512",
		.run = nat_port_block,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat log translations " NAT_LOG_PLACE " [destinations]",
		.no_path = "ip nat log translations [" NAT_LOG_PLACE " [destinations]]",
		.help = "Log which device had which public port or block of ports, and when: to "
			"syslog, or as JSON, one object a line, to nat.log beside the leases. Whom "
			"devices speak with is left out (RFC 6888 REQ-12) unless `destinations` "
			"asks for it.",
		.section = SECTION_NAT,
		.example = "ip nat log translations json",
		.run = nat_log_translations,
	},
	{
		.mode = MODE_EXEC,
		.path = "show ip nat ports",
		.help = "How many public ports are in use, at rest and free.",
		.flags = COMMAND_LOOK,
		.show = &show_nat_ports,
	},
	{
		.mode = MODE_EXEC,
		.path = "show ip nat port-blocks",
		.help = "Which device has which block of public ports.",
		.flags = COMMAND_LOOK,
		.show = &show_nat_blocks,
	},
};

static const struct word_help nat_ports_words[] = {
	{"port-hold", "Rest of a port before another device has it"},
	{"port-hold <seconds>", "Seconds; 0: none"},
	{"port-block", "Blocks of public ports for one device each"},
	{"port-block <size>", "Ports of a block: a power of two"},
	{"ip nat log", "The log of bindings"},
	{"ip nat log translations", "Which device had which public port, and when"},
	{"translations syslog", "To the system log, facility daemon"},
	{"translations json", "To nat.log beside the leases, one object a line"},
	{"show ip nat ports", "Public ports in use, at rest and free"},
	{"show ip nat port-blocks", "Blocks of public ports, and whose they are"},
	{"destinations", "A record for each session too, with whom it is"},
};

const struct command_family nat_ports_family = {
	.title = "Ports of network address translation",
	.commands = nat_ports_commands,
	.command_count = ARRAY_COUNT(nat_ports_commands),
	.words = nat_ports_words,
	.word_count = ARRAY_COUNT(nat_ports_words),
	.write = nat_ports_write,
};
