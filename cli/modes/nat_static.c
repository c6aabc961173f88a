/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixed translations: what is forwarded to which device inside. Names that a rule uses are looked
 * up with the configuration as a whole.
 */
#include "cli/modes/setting.h"
#include "core/text.h"

enum {
	NAT_PROTO_TCP = 6, /* IANA protocol numbers */
	NAT_PROTO_UDP = 17,
};

/* IOS's words for a forward whose public end is taken already. */
static enum call_status nat_static_taken(struct call *call, const struct config_nat_static *rule)
{
	struct buffer public = {0};
	char local[IP4_TEXT_SIZE];

	setting_write_public(&public, &rule->public);
	call_fail(call, "remove the other one first: no ip nat inside source static …",
		  "similar static entry (%s -> %s) already exists", ip4_to_text(rule->local, local),
		  buffer_text(&public));
	buffer_free(&public);
	return CALL_FAILED;
}

/* By every part of the line but `extendable`: a forward to another device is another forward. */
static bool nat_static_exists(const struct config *config, const struct config_nat_static *wanted)
{
	vec_each (&config->nat.statics, rule) {
		if (rule->proto == wanted->proto && ip4_equal(rule->local, wanted->local) &&
		    rule->local_port == wanted->local_port &&
		    rule->global_port == wanted->global_port &&
		    config_public_equal(&rule->public, &wanted->public))
			return true;
	}
	return false;
}

static enum call_status nat_static(struct call *call)
{
	struct config_nat_static rule;
	int status;

	memset(&rule, 0, sizeof(rule));
	rule.proto = strcmp(call_word(call, "proto"), "tcp") == 0 ? NAT_PROTO_TCP : NAT_PROTO_UDP;
	rule.local = call_ip4(call, "local");
	rule.local_port = (uint16_t)call_number(call, "local-port");
	rule.public = setting_public(call);
	rule.global_port = (uint16_t)call_number(call, "global-port");
	rule.extendable = call_word(call, "extendable") != NULL;
	if (call->no) {
		if (!nat_static_exists(call->candidate, &rule))
			return call_fail(call, "\"show running-config | include nat\" lists them",
					 "ip nat inside source static: there is no such entry");
		config_nat_static_remove(call->candidate, &rule);
		return CALL_DONE;
	}
	if (setting_check_host(call, rule.local) != CALL_DONE)
		return CALL_FAILED;
	if (rule.public.kind == CONFIG_PUBLIC_ADDRESS &&
	    setting_check_host(call, rule.public.address) != CALL_DONE)
		return CALL_FAILED;
	status = config_nat_static_add(call->candidate, &rule);
	if (status == -EEXIST)
		return nat_static_taken(call, &rule);
	return status == 0 ? CALL_DONE : setting_no_memory(call);
}

static void nat_static_write(struct buffer *out, const struct config *config,
			     enum config_section section)
{
	char local[IP4_TEXT_SIZE];

	if (section != SECTION_NAT)
		return;
	vec_each (&config->nat.statics, rule) {
		buffer_printf(out, "ip nat inside source static %s %s %u ",
			      rule->proto == NAT_PROTO_TCP ? "tcp" : "udp",
			      ip4_to_text(rule->local, local), rule->local_port);
		setting_write_public(out, &rule->public);
		buffer_printf(out, " %u%s\n", rule->global_port,
			      rule->extendable ? " extendable" : "");
	}
}

#define NAT_STATIC_HOME                                                                            \
	"interface Tap1\nip address 192.168.1.1 255.255.255.0\nip nat inside\n"                    \
	"interface Tap9\nip address 203.0.113.2 255.255.255.0\nip nat outside\n"                   \
	"ip vip HOME 203.0.113.10 interface Tap9"
#define NAT_STATIC_PATH                                                                            \
	"ip nat inside source static proto={tcp|udp} <local:ip4> <local-port:port> "               \
	"{vip <vip:vip>|interface <if:interface>|<global:ip4>} <global-port:port> [extendable]"

static const struct command nat_static_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = NAT_STATIC_PATH,
		.no_path = NAT_STATIC_PATH,
		.help = "Forward a port of a public address to a device inside.",
		.section = SECTION_NAT,
		.example = "ip nat inside source static tcp 192.168.1.20 80 vip HOME 8080",
		.example_after = NAT_STATIC_HOME,
		.run = nat_static,
	},
};

static const struct word_help nat_static_words[] = {
	{"ip nat inside", "Inside addresses"},
	{"ip nat inside source", "Translate the source of what comes from inside"},
	{"ip nat inside source static", "A fixed translation: a port forward"},
	{"ip nat inside source static tcp", "A TCP port"},
	{"ip nat inside source static udp", "A UDP port"},
	{"static tcp <local>", "The device inside"},
	{"static udp <local>", "The device inside"},
	{"<local-port>", "Its port"},
	{"<global>", "The public address, a VIP's or an interface's"},
	{"<global-port>", "The public port"},
	{"static tcp vip", "A port of a public virtual address"},
	{"static udp vip", "A port of a public virtual address"},
	{"static tcp interface", "A port of the address of an interface"},
	{"static udp interface", "A port of the address of an interface"},
	{"extendable", "The local end may have other public ends too"},
};

const struct command_family nat_static_family = {
	.title = "Fixed translations",
	.commands = nat_static_commands,
	.command_count = ARRAY_COUNT(nat_static_commands),
	.words = nat_static_words,
	.word_count = ARRAY_COUNT(nat_static_words),
	.write = nat_static_write,
};
