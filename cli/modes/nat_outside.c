/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hosts outside under another address: `ip nat outside source …`. Whether the address is free to be
 * used so is judged with the configuration as a whole.
 */
#include <stdio.h>

#include "cli/modes/setting.h"
#include "core/text.h"

/* IOS's words for a host that another rule has: that rule is named. */
static enum call_status outside_taken(struct call *call, ip4_t taken)
{
	char global[IP4_TEXT_SIZE], local[IP4_TEXT_SIZE], hint[96];

	ip4_to_text(taken, global);
	vec_each (&call->candidate->nat.outside_statics, rule) {
		if (!ip4_equal(rule->global, taken))
			continue;
		ip4_to_text(rule->local, local);
		snprintf(hint, sizeof(hint),
			 "remove it first: no ip nat outside source static %s %s", global, local);
		call_fail(call, hint, "similar static entry (%s -> %s) already exists", global,
			  local);
	}
	return CALL_FAILED;
}

static enum call_status outside_static(struct call *call)
{
	struct config_nat_outside rule;
	int status;

	memset(&rule, 0, sizeof(rule));
	rule.global = call_ip4(call, "global");
	rule.local = call_ip4(call, "local");
	if (call->no) {
		if (config_nat_outside_remove(call->candidate, &rule) != 0)
			return call_fail(call, "\"show running-config | include nat\" lists them",
					 "ip nat outside source static: there is no such entry");
		return CALL_DONE;
	}
	if (setting_check_host(call, rule.global) != CALL_DONE ||
	    setting_check_host(call, rule.local) != CALL_DONE)
		return CALL_FAILED;
	status = config_nat_outside_add(call->candidate, &rule);
	if (status == -EEXIST)
		return outside_taken(call, rule.global);
	return status == 0 ? CALL_DONE : setting_no_memory(call);
}

static enum call_status outside_list(struct call *call)
{
	const struct arg *pool = call_arg(call, "pool");
	struct config_nat_outside_source source;
	bool there = false;

	memset(&source, 0, sizeof(source));
	setting_set_text(source.list, sizeof(source.list),
			 setting_list_name(call_text(call, "list")));
	if (pool)
		setting_set_text(source.pool, sizeof(source.pool), pool->text);
	vec_each (&call->candidate->nat.outside_sources, rule)
		there |= strcmp(rule->list, source.list) == 0 &&
			 (!pool || strcmp(rule->pool, source.pool) == 0);
	if (call->no && !there)
		return call_fail(call, "\"show running-config | include nat\" lists them",
				 "ip nat outside source list %s: there is none", source.list);
	if (call->no)
		config_nat_outside_source_remove(call->candidate, &source);
	else if (config_nat_outside_source_add(call->candidate, &source) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

static void outside_write(struct buffer *out, const struct config *config,
			  enum config_section section)
{
	char global[IP4_TEXT_SIZE], local[IP4_TEXT_SIZE];

	if (section != SECTION_NAT)
		return;
	vec_each (&config->nat.outside_statics, rule)
		buffer_printf(out, "ip nat outside source static %s %s\n",
			      ip4_to_text(rule->global, global), ip4_to_text(rule->local, local));
	vec_each (&config->nat.outside_sources, source)
		buffer_printf(out, "ip nat outside source list %s pool %s\n", source->list,
			      source->pool);
}

#define OUTSIDE_HOME                                                                               \
	"interface Tap1\nip address 192.168.1.1 255.255.255.0\nip nat inside\n"                    \
	"interface Tap9\nip address 203.0.113.2 255.255.255.0\nip nat outside"

static const struct command outside_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip nat outside source static <global:ip4> <local:ip4>",
		.no_path = "ip nat outside source static <global:ip4> <local:ip4>",
		.help = "Let the inside know a host outside by another address, for all protocols: "
			"its own may be in use inside.",
		.section = SECTION_NAT,
		.example = "ip nat outside source static 198.51.100.7 10.99.0.7",
		.example_after = OUTSIDE_HOME,
		.run = outside_static,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat outside source list <list:acl> pool <pool:nat-pool>",
		.no_path = "ip nat outside source list <list:acl> [pool <pool:nat-pool>]",
		.help = "Let the inside know the hosts outside that an access list permits by "
			"addresses of a pool, each from its first packet on.",
		.section = SECTION_NAT,
		.example = "ip nat outside source list 7 pool AWAY",
		.example_after = OUTSIDE_HOME "\nip nat pool AWAY 10.99.1.1 10.99.1.99 netmask "
					      "255.255.255.0",
		.run = outside_list,
	},
};

static const struct word_help outside_words[] = {
	{"ip nat outside", "Outside addresses"},
	{"ip nat outside source", "Translate the source of what comes from outside"},
	{"ip nat outside source list", "Hosts outside that an access list permits"},
	{"ip nat outside source list pool", "Addresses that the inside knows them by"},
	{"ip nat outside source static", "One host, for all protocols"},
	{"ip nat outside source static <global>", "The host's own address"},
	{"ip nat outside source static <local>", "The address that the inside knows it by"},
};

const struct command_family nat_outside_family = {
	.title = "Hosts outside under another address",
	.commands = outside_commands,
	.command_count = ARRAY_COUNT(outside_commands),
	.words = outside_words,
	.word_count = ARRAY_COUNT(outside_words),
	.write = outside_write,
};
