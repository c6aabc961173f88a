/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network address translation: how the translator behaves. Who shares which public address is in
 * nat_source.c, what is forwarded in nat_static.c, how long and how much it remembers in
 * nat_limits.c.
 */
#include "cli/modes/nat.h"
#include "cli/modes/setting.h"

const char *const nat_behaviour_words[] = {
	[NAT_ENDPOINT_INDEPENDENT] = "endpoint-independent",
	[NAT_ADDRESS_DEPENDENT] = "address-dependent",
	[NAT_ADDRESS_AND_PORT_DEPENDENT] = "address-and-port-dependent",
};
static_assert(ARRAY_COUNT(nat_behaviour_words) == NAT_BEHAVIOUR_COUNT, "a word for each");

/* RFC 3489 s5 coined the names; RFC 4787 s4.1 and s5 have what they mean. */
static const struct nat_preset nat_presets[] = {
	{"full-cone", NAT_ENDPOINT_INDEPENDENT, NAT_ENDPOINT_INDEPENDENT},
	{"restricted-cone", NAT_ENDPOINT_INDEPENDENT, NAT_ADDRESS_DEPENDENT},
	{"port-restricted-cone", NAT_ENDPOINT_INDEPENDENT, NAT_ADDRESS_AND_PORT_DEPENDENT},
	{"symmetric", NAT_ADDRESS_AND_PORT_DEPENDENT, NAT_ADDRESS_AND_PORT_DEPENDENT},
};

const struct nat_preset *nat_preset_find(const char *name)
{
	unsigned int i = 0;

	while (i < ARRAY_COUNT(nat_presets) && strcmp(nat_presets[i].name, name) != 0)
		i++;
	assert(i < ARRAY_COUNT(nat_presets));
	return &nat_presets[i];
}

/* ---- behaviour ------------------------------------------------------------------------- */

static uint8_t nat_behaviour(const struct call *call, enum nat_behaviour standard)
{
	return call->no ? (uint8_t)standard
			: (uint8_t)setting_word_index(call_word(call, "behaviour"),
						      nat_behaviour_words, NAT_BEHAVIOUR_COUNT);
}

/* `mapping`, or `preset`, which sets the filtering too. */
static enum call_status nat_mapping(struct call *call)
{
	struct config_nat *nat = &call->candidate->nat;
	const char *name = call_word(call, "preset-name");

	if (name) {
		nat->mapping = nat_preset_find(name)->mapping;
		nat->filtering = nat_preset_find(name)->filtering;
		return CALL_DONE;
	}
	nat->mapping = nat_behaviour(call, NAT_ENDPOINT_INDEPENDENT);
	return CALL_DONE;
}

static enum call_status nat_filtering(struct call *call)
{
	call->candidate->nat.filtering = nat_behaviour(call, NAT_ADDRESS_DEPENDENT);
	return CALL_DONE;
}

static enum call_status nat_hairpin(struct call *call)
{
	call->candidate->nat.hairpin = !call->no || call->by_default;
	return CALL_DONE;
}

/* ---- writing --------------------------------------------------------------------------- */

static void nat_write(struct buffer *out, const struct config *config, enum config_section section)
{
	const struct config_nat *nat = &config->nat;

	if (section != SECTION_NAT)
		return;
	if (nat->mapping != NAT_ENDPOINT_INDEPENDENT)
		buffer_printf(out, "ip nat mapping %s\n", nat_behaviour_words[nat->mapping]);
	if (nat->filtering != NAT_ADDRESS_DEPENDENT)
		buffer_printf(out, "ip nat filtering %s\n", nat_behaviour_words[nat->filtering]);
	if (!nat->hairpin)
		buffer_add(out, "no ip nat hairpin\n");
}

/* ---- tables ---------------------------------------------------------------------------- */

#define NAT_BEHAVIOUR_PATH "behaviour=" NAT_BEHAVIOURS

static const struct command nat_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip nat {mapping " NAT_BEHAVIOUR_PATH "|preset preset-name=" NAT_PRESETS
			"}",
		.no_path = "ip nat mapping [" NAT_BEHAVIOUR_PATH "]",
		.help = "What a public port depends on (RFC 4787 s4.1); endpoint-independent by "
			"default. A preset sets this and the filtering by the name that such a NAT "
			"goes by.",
		.section = SECTION_NAT,
		.example = "ip nat mapping address-and-port-dependent",
		.run = nat_mapping,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat filtering " NAT_BEHAVIOUR_PATH,
		.no_path = "ip nat filtering [" NAT_BEHAVIOUR_PATH "]",
		.help = "Who outside may use a public port (RFC 4787 s5); address-dependent by "
			"default.",
		.section = SECTION_NAT,
		.example = "ip nat filtering endpoint-independent",
		.run = nat_filtering,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat hairpin",
		.no_path = "ip nat hairpin",
		.help = "Let inside reach inside by its public address (RFC 4787 s6); on by "
			"default.",
		.section = SECTION_NAT,
		.example = "no ip nat hairpin",
		.run = nat_hairpin,
	},
};

static const struct word_help nat_words[] = {
	{"ip nat", "Network address translation"},
	{"ip nat mapping", "What a public port depends on"},
	{"ip nat mapping endpoint-independent", "One public port whomever the device talks to"},
	{"ip nat mapping address-dependent", "Another public port for each address outside"},
	{"ip nat mapping address-and-port-dependent", "Another public port for each peer outside"},
	{"ip nat filtering", "Who outside may use a public port"},
	{"ip nat filtering endpoint-independent", "Everybody"},
	{"ip nat filtering address-dependent", "Addresses the device has talked to"},
	{"ip nat filtering address-and-port-dependent", "Peers the device has talked to"},
	{"hairpin", "Inside reaches inside by its public address"},
};

const struct command_family nat_family = {
	.title = "Network address translation",
	.commands = nat_commands,
	.command_count = ARRAY_COUNT(nat_commands),
	.words = nat_words,
	.word_count = ARRAY_COUNT(nat_words),
	.write = nat_write,
};
