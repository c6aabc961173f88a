/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which sources are translated, to which public address, and how: `ip nat pool` and `ip nat inside
 * source list`.
 *
 * A rule is known by its list and its public address: typed again with other behaviour it changes,
 * and with another public address it is one more rule. A preset is a shorter way to type a mapping
 * and a filtering, and is written back as those.
 */
#include "cli/modes/nat.h"
#include "cli/modes/setting.h"
#include "core/text.h"

/* ---- pools ------------------------------------------------------------------------------ */

static enum call_status nat_pool_remove(struct call *call, const char *name)
{
	if (!config_nat_pool_find(call->candidate, name))
		return call_fail(call, "\"show running-config | include nat pool\" lists them",
				 "ip nat pool %s: there is none", name);
	if (config_nat_pool_in_use(call->candidate, name) ||
	    config_nat_pool_is_outside(call->candidate, name))
		return call_fail(call,
				 "remove the rules that use it first: no ip nat "
				 "{inside|outside} source list …",
				 "Pool %s in use, cannot destroy", name);
	config_nat_pool_remove(call->candidate, name);
	return CALL_DONE;
}

static enum call_status nat_pool(struct call *call)
{
	const char *name = call_text(call, "name");
	struct config_nat_pool *pool;
	ip4_t start, end;

	if (call->no)
		return nat_pool_remove(call, name);
	start = call_ip4(call, "start");
	end = call_ip4(call, "end");
	if (setting_check_host(call, start) != CALL_DONE ||
	    setting_check_host(call, end) != CALL_DONE)
		return CALL_FAILED;
	pool = config_nat_pool_get(call->candidate, name);
	if (!pool)
		return setting_no_memory(call);
	pool->start = start;
	pool->end = end;
	pool->len = (uint8_t)call_number(call, call_arg(call, "mask") ? "mask" : "length");
	return CALL_DONE;
}

/* ---- source lists ----------------------------------------------------------------------- */

/* Removes the rule that is named, or all rules of the list. Return: how many. */
static unsigned int nat_source_drop(struct config *config, const struct config_nat_source *named,
				    bool all)
{
	unsigned int removed = 0;

	for (uint32_t i = config->nat.sources.count; i-- > 0;) {
		struct config_nat_source source = config->nat.sources.at[i];

		if (strcmp(source.list, named->list) != 0 ||
		    (!all && !config_public_equal(&source.public, &named->public)))
			continue;
		config_nat_source_remove(config, &source);
		removed++;
	}
	return removed;
}

static enum call_status nat_source_remove(struct call *call, struct config_nat_source *source)
{
	bool all = !call_arg(call, "vip") && !call_arg(call, "if") && !call_arg(call, "pool");

	if (!all)
		source->public = setting_public(call);
	if (nat_source_drop(call->candidate, source, all) == 0)
		return call_fail(call, "\"show running-config | include nat\" lists them",
				 "ip nat inside source list %s: there is none%s", source->list,
				 all ? "" : " of this public address");
	return CALL_DONE;
}

static void nat_source_behaviour(const struct call *call, struct config_nat_source *source)
{
	const char *preset = call_word(call, "preset-name");
	const char *mapping = call_word(call, "mapping-kind");
	const char *filtering = call_word(call, "filtering-kind");

	if (preset) {
		const struct nat_preset *found = nat_preset_find(preset);

		source->has_mapping = source->has_filtering = true;
		source->mapping = found->mapping;
		source->filtering = found->filtering;
	}
	if (mapping) {
		source->has_mapping = true;
		source->mapping = (uint8_t)setting_word_index(mapping, nat_behaviour_words,
							      NAT_BEHAVIOUR_COUNT);
	}
	if (filtering) {
		source->has_filtering = true;
		source->filtering = (uint8_t)setting_word_index(filtering, nat_behaviour_words,
								NAT_BEHAVIOUR_COUNT);
	}
}

static enum call_status nat_source_list(struct call *call)
{
	struct config_nat_source source;

	memset(&source, 0, sizeof(source));
	setting_set_text(source.list, sizeof(source.list),
			 setting_list_name(call_text(call, "list")));
	if (call->no)
		return nat_source_remove(call, &source);
	source.public = setting_public(call);
	/* there is one address: that many share it goes without saying */
	source.overload = call_word(call, "overload") || source.public.kind != CONFIG_PUBLIC_POOL;
	nat_source_behaviour(call, &source);
	if (config_nat_source_add(call->candidate, &source) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void nat_source_write(struct buffer *out, const struct config *config,
			     enum config_section section)
{
	char start[IP4_TEXT_SIZE], end[IP4_TEXT_SIZE], mask[IP4_TEXT_SIZE];

	if (section != SECTION_NAT)
		return;
	vec_each (&config->nat.pools, pool) {
		buffer_printf(out, "ip nat pool %s %s %s netmask %s\n", pool->name,
			      ip4_to_text(pool->start, start), ip4_to_text(pool->end, end),
			      ip4_to_text(ip4_mask(pool->len), mask));
	}
	vec_each (&config->nat.sources, source) {
		buffer_printf(out, "ip nat inside source list %s ", source->list);
		setting_write_public(out, &source->public);
		if (source->overload)
			buffer_add(out, " overload");
		if (source->has_mapping)
			buffer_printf(out, " mapping %s", nat_behaviour_words[source->mapping]);
		if (source->has_filtering)
			buffer_printf(out, " filtering %s", nat_behaviour_words[source->filtering]);
		buffer_add(out, "\n");
	}
}

/* ---- tables ------------------------------------------------------------------------------ */

#define NAT_SOURCE_HOME                                                                            \
	"interface Tap1\nip address 192.168.1.1 255.255.255.0\nip nat inside\n"                    \
	"interface Tap9\nip address 203.0.113.2 255.255.255.0\nip nat outside\n"                   \
	"ip vip HOME 203.0.113.10 interface Tap9\naccess-list 1 permit 192.168.1.0 0.0.0.255"
#define NAT_SOURCE_PUBLIC "{vip <vip:vip>|interface <if:interface>|pool <pool:nat-pool>}"
#define NAT_SOURCE_HOW                                                                             \
	"[overload] [{preset preset-name=" NAT_PRESETS "|mapping mapping-kind=" NAT_BEHAVIOURS     \
	" [filtering filtering-kind=" NAT_BEHAVIOURS "]|filtering filtering-kind=" NAT_BEHAVIOURS  \
	"}]"

static const struct command nat_source_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip nat pool <name:nat-pool> <start:ip4> <end:ip4> "
			"{netmask <mask:mask>|prefix-length <length:1-32>}",
		.no_path = "ip nat pool <name:nat-pool> [<start:ip4> <end:ip4> "
			   "[{netmask <mask:mask>|prefix-length <length:1-32>}]]",
		.help = "Name a range of up to 256 public addresses. A device always gets the same "
			"one of them (RFC 4787 REQ-2).",
		.section = SECTION_NAT,
		.example = "ip nat pool P 203.0.113.20 203.0.113.29 netmask 255.255.255.0",
		.run = nat_pool,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat inside source list <list:acl> " NAT_SOURCE_PUBLIC
			" " NAT_SOURCE_HOW,
		.no_path = "ip nat inside source list <list:acl> [" NAT_SOURCE_PUBLIC
			   " " NAT_SOURCE_HOW "]",
		.help = "Let the sources that an access list permits share public addresses. A "
			"rule's own mapping and filtering go before \"ip nat mapping\" and \"ip "
			"nat filtering\".",
		.section = SECTION_NAT,
		.example = "ip nat inside source list 1 vip HOME overload filtering "
			   "endpoint-independent",
		.example_after = NAT_SOURCE_HOME,
		.run = nat_source_list,
	},
};

static const struct word_help nat_source_words[] = {
	{"ip nat pool", "A range of public addresses"},
	{"ip nat pool <start>", "The first address"},
	{"ip nat pool <end>", "The last address"},
	{"netmask", "Mask of the network that both lie in"},
	{"prefix-length", "Prefix length of the network that both lie in"},
	{"prefix-length <length>", "Bits"},
	{"ip nat inside source list", "Sources that an access list permits"},
	{"ip nat inside source list vip", "Share a public virtual address"},
	{"ip nat inside source list interface", "Share the address of an interface"},
	{"ip nat inside source list pool", "The addresses of a pool"},
	{"overload", "Many sources share an address; else each has one of the pool to itself"},
	{"preset", "Mapping and filtering by a familiar name"},
	{"mapping", "What a public port depends on"},
	{"filtering", "Who outside may use a public port"},
	{"endpoint-independent", "Not on who is outside"},
	{"address-dependent", "On the address outside"},
	{"address-and-port-dependent", "On address and port outside"},
	{"full-cone", "One public port, and everybody may use it"},
	{"restricted-cone", "One public port, for addresses the device has talked to"},
	{"port-restricted-cone", "One public port, for peers the device has talked to"},
	{"symmetric", "A public port for each peer, and for it alone"},
};

const struct command_family nat_source_family = {
	.title = "Sources that are translated",
	.commands = nat_source_commands,
	.command_count = ARRAY_COUNT(nat_source_commands),
	.words = nat_source_words,
	.word_count = ARRAY_COUNT(nat_source_words),
	.write = nat_source_write,
};
