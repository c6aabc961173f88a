/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fixed translations: a port, a range of ports, all of a device, all of a network. The device is
 * named by its address, or by its name, whose DHCP lease then tells the address. Names that a rule
 * uses are looked up with the configuration as a whole.
 */
#include "cli/modes/setting.h"
#include "cli/modes/view.h"
#include "core/text.h"

static void nat_static_write_local(struct buffer *out, const struct config_nat_static *rule)
{
	char local[IP4_TEXT_SIZE];

	if (rule->host[0])
		buffer_printf(out, "host %s", rule->host);
	else
		buffer_add(out, ip4_to_text(rule->local, local));
}

/* The line that makes the rule, without its end. */
static void nat_static_write_one(struct buffer *out, const struct config_nat_static *rule)
{
	char mask[IP4_TEXT_SIZE];

	buffer_add(out, "ip nat inside source static ");
	if (rule->proto)
		buffer_printf(out, "%s ", view_proto_name(rule->proto));
	if (rule->host_bits)
		buffer_add(out, "network ");
	nat_static_write_local(out, rule);
	if (rule->more_ports)
		buffer_printf(out, " range %u %u", rule->local_port,
			      rule->local_port + rule->more_ports);
	else if (rule->proto)
		buffer_printf(out, " %u", rule->local_port);
	buffer_add(out, " ");
	setting_write_public(out, &rule->public);
	if (rule->proto)
		buffer_printf(out, " %u", rule->global_port);
	if (rule->host_bits)
		buffer_printf(out, " %s", ip4_to_text(ip4_mask(32u - rule->host_bits), mask));
	if (rule->extendable)
		buffer_add(out, " extendable");
}

/* IOS's words for a public end that another rule has: that rule is named. */
static enum call_status nat_static_taken(struct call *call, const struct config_nat_static *holder)
{
	struct buffer local = {0}, public = {0}, hint = {0};

	nat_static_write_local(&local, holder);
	setting_write_public(&public, &holder->public);
	buffer_add(&hint, "remove it first: no ");
	nat_static_write_one(&hint, holder);
	call_fail(call, buffer_text(&hint), "similar static entry (%s -> %s) already exists",
		  buffer_text(&local), buffer_text(&public));
	buffer_free(&local);
	buffer_free(&public);
	buffer_free(&hint);
	return CALL_FAILED;
}

/* Adds the rule, or takes it away. */
static enum call_status nat_static_put(struct call *call, const struct config_nat_static *rule)
{
	const struct config_nat_static *holder;
	int status;

	if (call->no) {
		/* by every part of the line: a forward to another device is another forward */
		holder = config_nat_static_find(call->candidate, rule);
		if (!holder || !config_nat_static_same(holder, rule))
			return call_fail(call, "\"show running-config | include nat\" lists them",
					 "ip nat inside source static: there is no such entry");
		config_nat_static_remove(call->candidate, rule);
		return CALL_DONE;
	}
	if (!rule->host[0] && setting_check_host(call, rule->local) != CALL_DONE)
		return CALL_FAILED;
	if (rule->public.kind == CONFIG_PUBLIC_ADDRESS &&
	    setting_check_host(call, rule->public.address) != CALL_DONE)
		return CALL_FAILED;
	status = config_nat_static_add(call->candidate, rule);
	if (status == -EEXIST)
		return nat_static_taken(call, config_nat_static_find(call->candidate, rule));
	return status == 0 ? CALL_DONE : setting_no_memory(call);
}

/* The parts that every form has: the device, and the public address. */
static void nat_static_ends(const struct call *call, struct config_nat_static *rule)
{
	const struct arg *host = call_arg(call, "host");

	memset(rule, 0, sizeof(*rule));
	if (host)
		setting_set_text(rule->host, sizeof(rule->host), host->text);
	else
		rule->local = call_ip4(call, "local");
	rule->public = setting_public(call);
	rule->extendable = call_word(call, "extendable") != NULL;
}

static enum call_status nat_static_ports(struct call *call)
{
	struct config_nat_static rule;
	int64_t first, last;

	nat_static_ends(call, &rule);
	first = call_number(call, "local-port");
	last = call_number_or(call, "last", first);
	if (last < first)
		return call_fail(call, "the first port comes first: range 5000 5010",
				 "range %d %d: the last port is below the first", (int)first,
				 (int)last);
	rule.proto = view_proto_of(call_word(call, "proto"));
	rule.local_port = (uint16_t)first;
	rule.more_ports = (uint16_t)(last - first);
	rule.global_port = (uint16_t)call_number(call, "global-port");
	return nat_static_put(call, &rule);
}

static enum call_status nat_static_device(struct call *call)
{
	struct config_nat_static rule;

	nat_static_ends(call, &rule);
	return nat_static_put(call, &rule);
}

static enum call_status nat_static_network(struct call *call)
{
	struct config_nat_static rule;
	unsigned int host_bits = 32u - (unsigned int)call_number(call, "mask");

	nat_static_ends(call, &rule);
	if (host_bits > NAT_STATIC_HOST_BITS_MAX)
		return call_fail(call, "translate it in several lines",
				 "network: at most a /%d is translated by one line",
				 32 - NAT_STATIC_HOST_BITS_MAX);
	rule.host_bits = (uint8_t)host_bits;
	return nat_static_put(call, &rule);
}

static void nat_static_write(struct buffer *out, const struct config *config,
			     enum config_section section)
{
	if (section != SECTION_NAT)
		return;
	vec_each (&config->nat.statics, rule) {
		nat_static_write_one(out, rule);
		buffer_add(out, "\n");
	}
}

#define NAT_STATIC_HOME                                                                            \
	"interface Tap1\nip address 192.168.1.1 255.255.255.0\nip nat inside\n"                    \
	"interface Tap9\nip address 203.0.113.2 255.255.255.0\nip nat outside\n"                   \
	"ip vip HOME 203.0.113.10 interface Tap9"
#define NAT_STATIC	 "ip nat inside source static "
#define NAT_STATIC_PROTO NAT_STATIC "proto={tcp|udp} "
#define NAT_STATIC_PUBLIC                                                                          \
	" {vip <vip:vip>|interface <if:interface>|<global:ip4>} <global-port:port> [extendable]"
#define NAT_STATIC_ALL	 " {vip <vip:vip>|interface <if:interface>|<global:ip4>} [extendable]"
#define NAT_STATIC_RANGE "range <local-port:port> <last:port>"

#define NAT_STATIC_ROW(words, text, line, handler)                                                 \
	{                                                                                          \
		.mode = MODE_CONFIG, .path = words, .no_path = words, .help = (text),              \
		.section = SECTION_NAT, .example = NAT_STATIC line,                                \
		.example_after = NAT_STATIC_HOME, .run = (handler),                                \
	}

static const struct command nat_static_commands[] = {
	NAT_STATIC_ROW(NAT_STATIC_PROTO "<local:ip4> <local-port:port>" NAT_STATIC_PUBLIC,
		       "Forward a port of a public address to a device inside.",
		       "tcp 192.168.1.20 80 vip HOME 8080", nat_static_ports),
	NAT_STATIC_ROW(NAT_STATIC_PROTO "<local:ip4> " NAT_STATIC_RANGE NAT_STATIC_PUBLIC,
		       "Forward a range of ports: the public one begins at the last number.",
		       "udp 192.168.1.20 range 5000 5010 vip HOME 15000", nat_static_ports),
	NAT_STATIC_ROW(NAT_STATIC_PROTO "host <host:host> <local-port:port>" NAT_STATIC_PUBLIC,
		       "Forward a port to a device by its name, wherever its DHCP lease is.",
		       "tcp host nas 80 vip HOME 8080", nat_static_ports),
	NAT_STATIC_ROW(NAT_STATIC_PROTO "host <host:host> " NAT_STATIC_RANGE NAT_STATIC_PUBLIC,
		       "Forward a range of ports to a device by its name.",
		       "tcp host nas range 5000 5010 vip HOME 5000", nat_static_ports),
	NAT_STATIC_ROW(NAT_STATIC "<local:ip4>" NAT_STATIC_ALL,
		       "Give a device a public address of its own, in all ports and protocols.",
		       "192.168.1.20 203.0.113.20", nat_static_device),
	NAT_STATIC_ROW(NAT_STATIC "host <host:host>" NAT_STATIC_ALL,
		       "Give a device a public address of its own, by the device's name.",
		       "host nas 203.0.113.20", nat_static_device),
	NAT_STATIC_ROW(NAT_STATIC "network <local:ip4> <global:ip4> <mask:mask> [extendable]",
		       "Give each device of a network a public address of its own; at most 256.",
		       "network 192.168.1.32 203.0.113.32 255.255.255.240", nat_static_network),
};

static const struct word_help nat_static_words[] = {
	{"ip nat inside", "Inside addresses"},
	{"ip nat inside source", "Translate the source of what comes from inside"},
	{"ip nat inside source static", "A fixed translation"},
	{"ip nat inside source static tcp", "A TCP port, or a range"},
	{"ip nat inside source static udp", "A UDP port, or a range"},
	{"ip nat inside source static network", "All of a network, address by address"},
	{"static <local>", "The device inside: all its ports and protocols"},
	{"static host", "A device by its name: all its ports and protocols"},
	{"static network <local>", "The first address inside"},
	{"static network <global>", "The first public address"},
	{"static network <mask>", "The mask of both networks, or /nn"},
	{"static vip", "A public virtual address, all of it"},
	{"static interface", "The address of an interface, all of it"},
	{"static tcp <local>", "The device inside"},
	{"static udp <local>", "The device inside"},
	{"static tcp host", "The device inside by its name"},
	{"static udp host", "The device inside by its name"},
	{"host <host>", "Its name by \"ip host\", in its DHCP lease or reservation"},
	{"static tcp range", "Several ports"},
	{"static udp range", "Several ports"},
	{"host range", "Several ports"},
	{"<local-port>", "Its port"},
	{"range <local-port>", "The first port of the device"},
	{"<last>", "The last port of the device"},
	{"<global>", "The public address, a VIP's or an interface's"},
	{"<global-port>", "The public port, of a range the first"},
	{"static tcp vip", "A port of a public virtual address"},
	{"static udp vip", "A port of a public virtual address"},
	{"range vip", "Ports of a public virtual address"},
	{"range interface", "Ports of the address of an interface"},
	{"static host vip", "A public virtual address, all of it"},
	{"static host interface", "The address of an interface, all of it"},
	{"tcp host vip", "A port of a public virtual address"},
	{"udp host vip", "A port of a public virtual address"},
	{"tcp host interface", "A port of the address of an interface"},
	{"udp host interface", "A port of the address of an interface"},
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
