/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network address translation: who shares which public address, what is forwarded, how the
 * translator behaves and for how long it remembers.
 *
 * IOS's `ip nat translation timeout` is not taken: it rules translations without ports, and there
 * are none here. Names that a rule uses are looked up with the configuration as a whole.
 */
#include "cli/modes/setting.h"
#include "core/text.h"

enum {
	NAT_PROTO_TCP = 6, /* IANA protocol numbers */
	NAT_PROTO_UDP = 17,
};

static const char *const nat_behaviour_words[] = {
	[NAT_ENDPOINT_INDEPENDENT] = "endpoint-independent",
	[NAT_ADDRESS_DEPENDENT] = "address-dependent",
	[NAT_ADDRESS_AND_PORT_DEPENDENT] = "address-and-port-dependent",
};
static_assert(ARRAY_COUNT(nat_behaviour_words) == NAT_BEHAVIOUR_COUNT, "a word for each");

static const char *const nat_timeout_words[] = {
	[NAT_TIMEOUT_UDP] = "udp-timeout", [NAT_TIMEOUT_DNS] = "dns-timeout",
	[NAT_TIMEOUT_TCP] = "tcp-timeout", [NAT_TIMEOUT_FINRST] = "finrst-timeout",
	[NAT_TIMEOUT_SYN] = "syn-timeout", [NAT_TIMEOUT_ICMP] = "icmp-timeout",
};
static_assert(ARRAY_COUNT(nat_timeout_words) == NAT_TIMEOUT_COUNT, "a word for each");

/* Index of @word in @words; the grammar lets no other word through. */
static unsigned int nat_word_index(const char *word, const char *const *words, unsigned int count)
{
	unsigned int i = 0;

	assert(word);
	while (i < count && strcmp(words[i], word) != 0)
		i++;
	assert(i < count);
	return i;
}

/* ---- rules ----------------------------------------------------------------------------- */

static const struct config_nat_source *nat_source_find(const struct config *config,
						       const char *list)
{
	vec_each (&config->nat.sources, source) {
		if (strcmp(source->list, list) == 0)
			return source;
	}
	return NULL;
}

/* A number without leading zeros, as access-list writes it. */
static const char *nat_list_name(const char *list)
{
	if (list[strspn(list, "0123456789")] != '\0')
		return list;
	while (list[0] == '0' && list[1] != '\0')
		list++;
	return list;
}

static enum call_status nat_source_list(struct call *call)
{
	const char *list = nat_list_name(call_text(call, "list"));
	struct config_nat_source source;

	memset(&source, 0, sizeof(source));
	setting_set_text(source.list, sizeof(source.list), list);
	if (call->no) {
		if (!nat_source_find(call->candidate, list))
			return call_fail(call, "\"show running-config | include nat\" lists them",
					 "ip nat inside source list %s: there is none", list);
		config_nat_source_remove(call->candidate, &source);
		return CALL_DONE;
	}
	source.public = setting_public(call);
	if (config_nat_source_add(call->candidate, &source) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

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
		    setting_public_equal(&rule->public, &wanted->public))
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

/* ---- behaviour ------------------------------------------------------------------------- */

static uint8_t nat_behaviour(const struct call *call, enum nat_behaviour standard)
{
	return call->no ? (uint8_t)standard
			: (uint8_t)nat_word_index(call_word(call, "behaviour"), nat_behaviour_words,
						  NAT_BEHAVIOUR_COUNT);
}

static enum call_status nat_mapping(struct call *call)
{
	call->candidate->nat.mapping = nat_behaviour(call, NAT_ENDPOINT_INDEPENDENT);
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

/* DEVIATION: RFC 4787 REQ-5, RFC 5382 REQ-5 and RFC 5508 REQ-2 set least values. The defaults keep
 * them; a value from one second on is taken all the same, as a laboratory cannot wait for hours. */
static enum call_status nat_timeout(struct call *call)
{
	unsigned int which =
		nat_word_index(call_word(call, "which"), nat_timeout_words, NAT_TIMEOUT_COUNT);
	uint32_t *timeout_s = &call->candidate->nat.timeout_s[which];

	if (call->no)
		*timeout_s = config_nat_timeout_default((enum nat_timeout)which);
	else if (call_arg(call, "seconds"))
		*timeout_s = (uint32_t)call_number(call, "seconds");
	else
		*timeout_s = UINT32_MAX;
	return CALL_DONE;
}

static enum call_status nat_max_entries(struct call *call)
{
	uint32_t count = call->no ? 0 : (uint32_t)call_number(call, "count");

	call->candidate->nat.max_entries = count == NAT_MAX_ENTRIES_DEFAULT ? 0 : count;
	return CALL_DONE;
}

/* ---- writing --------------------------------------------------------------------------- */

static void nat_write_timeouts(struct buffer *out, const struct config_nat *nat)
{
	for (unsigned int i = 0; i < NAT_TIMEOUT_COUNT; i++) {
		if (nat->timeout_s[i] == config_nat_timeout_default((enum nat_timeout)i))
			continue;
		buffer_printf(out, "ip nat translation %s ", nat_timeout_words[i]);
		if (nat->timeout_s[i] == UINT32_MAX)
			buffer_add(out, "never\n");
		else
			buffer_printf(out, "%u\n", nat->timeout_s[i]);
	}
	if (nat->max_entries != 0)
		buffer_printf(out, "ip nat translation max-entries %u\n", nat->max_entries);
}

static void nat_write(struct buffer *out, const struct config *config, enum config_section section)
{
	const struct config_nat *nat = &config->nat;
	char local[IP4_TEXT_SIZE];

	if (section != SECTION_NAT)
		return;
	if (nat->mapping != NAT_ENDPOINT_INDEPENDENT)
		buffer_printf(out, "ip nat mapping %s\n", nat_behaviour_words[nat->mapping]);
	if (nat->filtering != NAT_ADDRESS_DEPENDENT)
		buffer_printf(out, "ip nat filtering %s\n", nat_behaviour_words[nat->filtering]);
	if (!nat->hairpin)
		buffer_add(out, "no ip nat hairpin\n");
	nat_write_timeouts(out, nat);
	vec_each (&nat->sources, source) {
		buffer_printf(out, "ip nat inside source list %s ", source->list);
		setting_write_public(out, &source->public);
		buffer_add(out, " overload\n");
	}
	vec_each (&nat->statics, rule) {
		buffer_printf(out, "ip nat inside source static %s %s %u ",
			      rule->proto == NAT_PROTO_TCP ? "tcp" : "udp",
			      ip4_to_text(rule->local, local), rule->local_port);
		setting_write_public(out, &rule->public);
		buffer_printf(out, " %u%s\n", rule->global_port,
			      rule->extendable ? " extendable" : "");
	}
}

/* ---- tables ---------------------------------------------------------------------------- */

#define NAT_HOME                                                                                   \
	"interface Tap1\nip address 192.168.1.1 255.255.255.0\nip nat inside\n"                    \
	"interface Tap9\nip address 203.0.113.2 255.255.255.0\nip nat outside\n"                   \
	"ip vip HOME 203.0.113.10 interface Tap9\naccess-list 1 permit 192.168.1.0 0.0.0.255"
#define NAT_STATIC_PATH                                                                            \
	"ip nat inside source static proto={tcp|udp} <local:ip4> <local-port:port> "               \
	"{vip <vip:vip>|interface <if:interface>|<global:ip4>} <global-port:port> [extendable]"
#define NAT_BEHAVIOUR_PATH                                                                         \
	"behaviour={endpoint-independent|address-dependent|address-and-port-dependent}"
#define NAT_TIMEOUT_PATH                                                                           \
	"which={udp-timeout|dns-timeout|tcp-timeout|finrst-timeout|syn-timeout|icmp-timeout}"

static const struct command nat_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip nat inside source list <list:acl> "
			"{vip <vip:vip>|interface <if:interface>} [overload]",
		.no_path = "ip nat inside source list <list:acl> "
			   "[{vip <vip:vip>|interface <if:interface>} [overload]]",
		.help = "Let the sources that an access list permits share one public address.",
		.section = SECTION_NAT,
		.example = "ip nat inside source list 1 vip HOME overload",
		.example_after = NAT_HOME,
		.run = nat_source_list,
	},
	{
		.mode = MODE_CONFIG,
		.path = NAT_STATIC_PATH,
		.no_path = NAT_STATIC_PATH,
		.help = "Forward a port of a public address to a device inside.",
		.section = SECTION_NAT,
		.example = "ip nat inside source static tcp 192.168.1.20 80 vip HOME 8080",
		.example_after = NAT_HOME,
		.run = nat_static,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat mapping " NAT_BEHAVIOUR_PATH,
		.no_path = "ip nat mapping [" NAT_BEHAVIOUR_PATH "]",
		.help = "What a public port depends on (RFC 4787 s4.1); endpoint-independent by "
			"default.",
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
	{
		.mode = MODE_CONFIG,
		.path = "ip nat translation " NAT_TIMEOUT_PATH " {<seconds:1-2147483>|never}",
		.no_path = "ip nat translation " NAT_TIMEOUT_PATH " [{<seconds:1-2147483>|never}]",
		.help = "How long an idle translation lives. The defaults are what the RFCs ask "
			"for: udp 300, dns 120, tcp 86400, finrst 240, syn 240, icmp 60.",
		.section = SECTION_NAT,
		.example = "ip nat translation udp-timeout 600",
		.run = nat_timeout,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat translation max-entries <count:1-16777216>",
		.no_path = "ip nat translation max-entries [<count:1-16777216>]",
		.help = "Most translations at once; 1048576 by default.",
		.section = SECTION_NAT,
		.example = "ip nat translation max-entries 5000",
		.run = nat_max_entries,
	},
};

static const struct word_help nat_words[] = {
	{"ip nat", "Network address translation"},
	{"ip nat inside", "Inside addresses"},
	{"ip nat inside source", "Translate the source of what comes from inside"},
	{"ip nat inside source list", "Sources that an access list permits"},
	{"ip nat inside source list vip", "Share a public virtual address"},
	{"ip nat inside source list interface", "Share the address of an interface"},
	{"overload", "Many sources share the one address"},
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
	{"ip nat mapping", "What a public port depends on"},
	{"ip nat mapping endpoint-independent", "One public port whomever the device talks to"},
	{"ip nat mapping address-dependent", "Another public port for each address outside"},
	{"ip nat mapping address-and-port-dependent", "Another public port for each peer outside"},
	{"ip nat filtering", "Who outside may use a public port"},
	{"ip nat filtering endpoint-independent", "Everybody"},
	{"ip nat filtering address-dependent", "Addresses the device has talked to"},
	{"ip nat filtering address-and-port-dependent", "Peers the device has talked to"},
	{"hairpin", "Inside reaches inside by its public address"},
	{"ip nat translation", "How long and how many"},
	{"udp-timeout", "UDP, 300 seconds by default"},
	{"dns-timeout", "UDP to port 53, 120 seconds by default"},
	{"tcp-timeout", "Established TCP, 86400 seconds by default"},
	{"finrst-timeout", "TCP after FIN or RST, 240 seconds by default"},
	{"syn-timeout", "TCP before it is established, 240 seconds by default"},
	{"icmp-timeout", "ICMP queries, 60 seconds by default"},
	{"never", "No timeout"},
	{"<seconds>", "Seconds without a packet"},
	{"max-entries", "Most translations at once"},
	{"max-entries <count>", "Translations"},
};

const struct command_family nat_family = {
	.title = "Network address translation",
	.commands = nat_commands,
	.command_count = ARRAY_COUNT(nat_commands),
	.words = nat_words,
	.word_count = ARRAY_COUNT(nat_words),
	.write = nat_write,
};
