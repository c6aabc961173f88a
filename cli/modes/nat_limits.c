/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `ip nat translation …`: for how long the translator remembers, and how much of it one device may
 * have. The forms are IOS's; max-ports and max-rate, which IOS has not, are made after its
 * max-entries.
 *
 * A timer below the least that its RFC asks for is refused with the configuration as a whole
 * (core/config_limits.c), unless `ip nat timers unsafe` is there too.
 */
#include "cli/modes/setting.h"
#include "cli/modes/view.h"
#include "core/text.h"

/* ---- timers ----------------------------------------------------------------------------- */

/* The timer that a keyword names; NAT_TIMEOUT_COUNT: none of ours. */
static enum nat_timeout timeout_of(const char *word)
{
	unsigned int which = 0;

	while (which < NAT_TIMEOUT_COUNT &&
	       strcmp(config_nat_timeout_name((enum nat_timeout)which), word) != 0)
		which++;
	return (enum nat_timeout)which;
}

/* `<seconds>` or `never` of a path. */
static uint32_t seconds_of(const struct call *call)
{
	return (uint32_t)call_number_or(call, "seconds", UINT32_MAX);
}

static enum call_status nat_timeout(struct call *call)
{
	enum nat_timeout which = timeout_of(call_word(call, "which"));

	if (which == NAT_TIMEOUT_COUNT)
		return call_fail(call, "tcp-timeout rules its control connection",
				 "ip nat translation pptp-timeout: PPTP's GRE is not translated; "
				 "there is no application gateway for it");
	call->candidate->nat.timeout_s[which] =
		call->no ? config_nat_timeout_default(which) : seconds_of(call);
	return CALL_DONE;
}

static enum call_status nat_port_timeout(struct call *call)
{
	struct config_nat_port_timeout timeout;

	memset(&timeout, 0, sizeof(timeout));
	timeout.proto = view_proto_of(call_word(call, "proto"));
	timeout.port = (uint16_t)call_number(call, "port");
	if (call->no) {
		if (config_nat_port_timeout_remove(call->candidate, timeout.proto, timeout.port) !=
		    0)
			return call_fail(call, "\"show running-config | include nat\" lists them",
					 "ip nat translation port-timeout %s %u: there is none",
					 view_proto_name(timeout.proto), timeout.port);
		return CALL_DONE;
	}
	timeout.seconds = seconds_of(call);
	if (config_nat_port_timeout_add(call->candidate, &timeout) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

static enum call_status nat_timers_unsafe(struct call *call)
{
	call->candidate->nat.unsafe_timers = !call->no;
	return CALL_DONE;
}

/* ---- limits ----------------------------------------------------------------------------- */

static enum call_status nat_max_entries(struct call *call)
{
	uint32_t count = call->no ? 0 : (uint32_t)call_number(call, "count");

	call->candidate->nat.max_entries = count == NAT_MAX_ENTRIES_DEFAULT ? 0 : count;
	return CALL_DONE;
}

static enum config_limit_what limit_of(const char *word)
{
	unsigned int what = 0;

	while (strcmp(config_nat_limit_name((enum config_limit_what)what), word) != 0)
		what++;
	return (enum config_limit_what)what;
}

static const char *limit_scope(const struct config_nat_limit *limit, struct buffer *text)
{
	char address[IP4_TEXT_SIZE];

	switch ((enum config_limit_scope)limit->scope) {
	case CONFIG_LIMIT_ALL_HOST: buffer_add(text, "all-host"); break;
	case CONFIG_LIMIT_HOST:
		buffer_printf(text, "host %s", ip4_to_text(limit->address, address));
		break;
	case CONFIG_LIMIT_LIST: buffer_printf(text, "list %s", limit->list); break;
	case CONFIG_LIMIT_SCOPE_COUNT: break;
	}
	return buffer_text(text);
}

static enum call_status limit_missing(struct call *call, const struct config_nat_limit *limit)
{
	struct buffer scope = {0};

	call_fail(call, "\"show ip nat limits\" lists them",
		  "ip nat translation %s %s: there is no such limit",
		  config_nat_limit_name((enum config_limit_what)limit->what),
		  limit_scope(limit, &scope));
	buffer_free(&scope);
	return CALL_FAILED;
}

static enum call_status nat_limit(struct call *call)
{
	struct config_nat_limit limit;

	memset(&limit, 0, sizeof(limit));
	limit.what = (uint8_t)limit_of(call_word(call, "what"));
	if (call_arg(call, "list")) {
		limit.scope = CONFIG_LIMIT_LIST;
		setting_set_text(limit.list, sizeof(limit.list),
				 setting_list_name(call_text(call, "list")));
	} else if (call_arg(call, "address")) {
		limit.scope = CONFIG_LIMIT_HOST;
		limit.address = call_ip4(call, "address");
	}
	if (call->no)
		return config_nat_limit_remove(call->candidate, &limit) == 0
			       ? CALL_DONE
			       : limit_missing(call, &limit);
	if (limit.scope == CONFIG_LIMIT_HOST &&
	    setting_check_host(call, limit.address) != CALL_DONE)
		return CALL_FAILED;
	limit.value = (uint32_t)call_number(call, "value");
	if (config_nat_limit_add(call->candidate, &limit) != 0)
		return setting_no_memory(call);
	return CALL_DONE;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void write_seconds(struct buffer *out, uint32_t seconds)
{
	if (seconds == UINT32_MAX)
		buffer_add(out, "never\n");
	else
		buffer_printf(out, "%u\n", seconds);
}

static void nat_limits_write(struct buffer *out, const struct config *config,
			     enum config_section section)
{
	const struct config_nat *nat = &config->nat;

	if (section != SECTION_NAT)
		return;
	if (nat->unsafe_timers)
		buffer_add(out, "ip nat timers unsafe\n");
	for (unsigned int i = 0; i < NAT_TIMEOUT_COUNT; i++) {
		if (nat->timeout_s[i] == config_nat_timeout_default((enum nat_timeout)i))
			continue;
		buffer_printf(out, "ip nat translation %s ",
			      config_nat_timeout_name((enum nat_timeout)i));
		write_seconds(out, nat->timeout_s[i]);
	}
	vec_each (&nat->port_timeouts, timeout) {
		buffer_printf(out, "ip nat translation port-timeout %s %u ",
			      view_proto_name(timeout->proto), timeout->port);
		write_seconds(out, timeout->seconds);
	}
	if (nat->max_entries != 0)
		buffer_printf(out, "ip nat translation max-entries %u\n", nat->max_entries);
	vec_each (&nat->limits, limit) {
		struct buffer scope = {0};

		buffer_printf(out, "ip nat translation %s %s %u\n",
			      config_nat_limit_name((enum config_limit_what)limit->what),
			      limit_scope(limit, &scope), limit->value);
		buffer_free(&scope);
	}
}

/* ---- tables ----------------------------------------------------------------------------- */

#define NAT_TIMEOUT_PATH                                                                           \
	"ip nat translation which={timeout|udp-timeout|dns-timeout|tcp-timeout|finrst-timeout|"    \
	"syn-timeout|icmp-timeout|pptp-timeout}"
#define NAT_PORT_TIMEOUT_PATH "ip nat translation port-timeout proto={tcp|udp} <port:port>"
#define NAT_SECONDS_PATH      "{<seconds:1-2147483>|never}"
#define NAT_SCOPE_PATH	      "{all-host|host <address:ip4>|list <list:acl>}"

static const struct command nat_limits_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "ip nat timers unsafe",
		.no_path = "ip nat timers unsafe",
		.help = "Let timers be shorter than the RFCs ask for: udp 120, tcp 7440, finrst "
			"240, syn 240, icmp 60. For laboratories that cannot wait.",
		.section = SECTION_NAT,
		.example = "ip nat timers unsafe",
		.run = nat_timers_unsafe,
	},
	{
		.mode = MODE_CONFIG,
		.path = NAT_TIMEOUT_PATH " " NAT_SECONDS_PATH,
		.no_path = NAT_TIMEOUT_PATH " [" NAT_SECONDS_PATH "]",
		.help = "How long an idle translation lives. The defaults are what the RFCs ask "
			"for: udp 300, dns 120, tcp 86400, finrst 240, syn 240, icmp 60. `timeout` "
			"is for hosts outside that have an address of a pool, 86400; other "
			"translations without ports live as long as their rule, or their sessions. "
			"PPTP has none.",
		.section = SECTION_NAT,
		.example = "ip nat translation udp-timeout 600",
		.run = nat_timeout,
	},
	{
		.mode = MODE_CONFIG,
		.path = NAT_PORT_TIMEOUT_PATH " " NAT_SECONDS_PATH,
		.no_path = NAT_PORT_TIMEOUT_PATH " [" NAT_SECONDS_PATH "]",
		.help = "How long an idle translation with this remote port lives, or of the "
			"forward with this public port. Of TCP: once it is established.",
		.section = SECTION_NAT,
		.example = "ip nat translation port-timeout udp 123 30",
		.run = nat_port_timeout,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat translation max-entries <count:1-16777216>",
		.no_path = "ip nat translation max-entries [<count:1-16777216>]",
		.help = "Most translations at once; 1048576 by default. The outside makes half of "
			"them at most.",
		.section = SECTION_NAT,
		.example = "ip nat translation max-entries 5000",
		.run = nat_max_entries,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat translation what={max-entries|max-ports} " NAT_SCOPE_PATH
			" <value:1-16777216>",
		.no_path = "ip nat translation what={max-entries|max-ports} " NAT_SCOPE_PATH
			   " [<value:1-16777216>]",
		.help = "Most translations, or public ports, of every device, of one, or of each "
			"that an access list permits; the tightest holds.",
		.section = SECTION_NAT,
		.example = "ip nat translation max-entries all-host 2000",
		.run = nat_limit,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip nat translation what={max-rate} " NAT_SCOPE_PATH " <value:1-1000000>",
		.no_path =
			"ip nat translation what={max-rate} " NAT_SCOPE_PATH " [<value:1-1000000>]",
		.help = "Most new translations a second of every device, of one, or of each that "
			"an access list permits; the tightest holds.",
		.section = SECTION_NAT,
		.example = "ip nat translation max-rate all-host 100",
		.run = nat_limit,
	},
};

static const struct word_help nat_limits_words[] = {
	{"ip nat timers", "How short timers may be"},
	{"ip nat timers unsafe", "Shorter than the RFCs ask for"},
	{"ip nat translation", "How long and how many"},
	{"ip nat translation timeout", "Translations without ports, 86400 seconds by default"},
	{"udp-timeout", "UDP, 300 seconds by default"},
	{"dns-timeout", "UDP to port 53, 120 seconds by default"},
	{"tcp-timeout", "Established TCP, 86400 seconds by default"},
	{"finrst-timeout", "TCP after FIN or RST, 240 seconds by default"},
	{"syn-timeout", "TCP before it is established, 240 seconds by default"},
	{"icmp-timeout", "ICMP queries, 60 seconds by default"},
	{"pptp-timeout", "PPTP, which is not translated"},
	{"port-timeout", "One port of TCP or UDP"},
	{"port-timeout tcp", "A port of TCP"},
	{"port-timeout udp", "A port of UDP"},
	{"port-timeout tcp <port>", "Remote port, or public port of a forward"},
	{"port-timeout udp <port>", "Remote port, or public port of a forward"},
	{"never", "No timeout"},
	{"<seconds>", "Seconds without a packet"},
	{"max-entries", "Most translations at once"},
	{"max-entries <count>", "Translations"},
	{"max-ports", "Most public ports of a device at once"},
	{"max-rate", "Most new translations of a device a second"},
	{"all-host", "Every device"},
	{"max-entries host", "One device"},
	{"max-ports host", "One device"},
	{"max-rate host", "One device"},
	{"max-entries list", "Each device that an access list permits"},
	{"max-ports list", "Each device that an access list permits"},
	{"max-rate list", "Each device that an access list permits"},
	{"max-entries host <address>", "Its inside address"},
	{"max-ports host <address>", "Its inside address"},
	{"max-rate host <address>", "Its inside address"},
	{"<value>", "For each device"},
};

const struct command_family nat_limits_family = {
	.title = "Limits and timers of network address translation",
	.commands = nat_limits_commands,
	.command_count = ARRAY_COUNT(nat_limits_commands),
	.words = nat_limits_words,
	.word_count = ARRAY_COUNT(nat_limits_words),
	.write = nat_limits_write,
};
