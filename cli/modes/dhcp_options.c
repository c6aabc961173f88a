/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a pool tells its clients beyond router, name servers and domain: options by their number
 * (RFC 2132), the boot server and file, a search list (RFC 3397), routes (RFC 3442).
 *
 * Options that the server works out itself, or that have a line of their own, are refused with the
 * way to say it. A search list and routes are kept as the bytes of options 119 and 121, so that
 * `option 119 hex …` and `domain-search …` replace each other.
 */
#include <ctype.h>

#include "cli/modes/dhcp_options.h"
#include "cli/modes/setting.h"
#include "core/text.h"
#include "core/wire/dhcp.h"

enum { LABEL_MAX = 63, NAME_WIRE_MAX = 255 };

/* ---- options by number ----------------------------------------------------------------- */

/** Why an option cannot be set by its number: the way to set it; NULL: it can. */
static const char *dhcp_option_owner(unsigned int code)
{
	static const struct {
		uint8_t code;
		const char *instead;
	} owned[] = {
		{DHCP_OPT_PAD, "0 fills gaps between options"},
		{DHCP_OPT_SUBNET_MASK, "the mask follows from \"network\" or \"host\""},
		{DHCP_OPT_ROUTER, "type \"default-router\""},
		{DHCP_OPT_DNS, "type \"dns-server\""},
		{DHCP_OPT_HOSTNAME, "type \"client-name\" in the pool of one client"},
		{DHCP_OPT_DOMAIN_NAME, "type \"domain-name\""},
		{DHCP_OPT_BROADCAST, "the broadcast address follows from the network"},
		{DHCP_OPT_REQUESTED_ADDRESS, "a client asks with it for an address"},
		{DHCP_OPT_LEASE_TIME, "type \"lease\""},
		{DHCP_OPT_OVERLOAD, "the server uses it where a reply is too long"},
		{DHCP_OPT_MESSAGE_TYPE, "each message has its own type"},
		{DHCP_OPT_SERVER_ID, "the server puts its own address there"},
		{DHCP_OPT_PARAMETER_LIST, "a client asks with it for parameters"},
		{DHCP_OPT_MESSAGE, "the server says there why it refuses"},
		{DHCP_OPT_MAX_SIZE, "a client says with it how long a reply may be"},
		{DHCP_OPT_T1, "it is half of \"lease\""},
		{DHCP_OPT_T2, "it is seven eighths of \"lease\""},
		{DHCP_OPT_CLIENT_ID, "each client gets its own back"},
		{DHCP_OPT_RAPID_COMMIT, "no address is given without its request"},
		{DHCP_OPT_RELAY_AGENT, "a relay gets its own back"},
	};

	for (size_t i = 0; i < ARRAY_COUNT(owned); i++)
		if (owned[i].code == code)
			return owned[i].instead;
	return NULL;
}

/** Adds the option to the pool being edited. */
static enum call_status dhcp_option_add(struct call *call, const struct config_dhcp_option *option)
{
	return config_option_add(call->candidate, option) == 0 ? CALL_DONE
							       : setting_no_memory(call);
}

/** An option of @pool, empty. */
static void dhcp_option_begin(struct config_dhcp_option *option,
			      const struct config_dhcp_pool *pool, unsigned int code,
			      enum config_option_form form)
{
	memset(option, 0, sizeof(*option));
	setting_set_text(option->pool, sizeof(option->pool), pool->name);
	option->code = (uint8_t)code;
	option->form = (uint8_t)form;
}

/** Text as typed; quotes around it keep spaces at its ends. Return: 0; -EINVAL. */
static int dhcp_read_ascii(const char *text, struct config_dhcp_option *option)
{
	size_t len = strlen(text);

	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	for (size_t i = 0; i < len; i++)
		if (!isprint((unsigned char)text[i]))
			return -EINVAL;
	if (len == 0 || len > sizeof(option->bytes))
		return -EINVAL;
	memcpy(option->bytes, text, len);
	option->len = (uint16_t)len;
	return 0;
}

/** Pairs of hex digits, with dots, colons or spaces between. Return: 0; -EINVAL. */
static int dhcp_read_hex(const char *text, struct config_dhcp_option *option)
{
	unsigned int digits = 0;

	for (; *text; text++) {
		int value = text_hex_digit(*text);

		if (*text == '.' || *text == ':' || *text == ' ')
			continue;
		if (value < 0 || digits == 2 * sizeof(option->bytes))
			return -EINVAL;
		option->bytes[digits / 2] = (uint8_t)(option->bytes[digits / 2] << 4 | value);
		digits++;
	}
	option->len = (uint16_t)(digits / 2);
	return digits == 0 || digits % 2 ? -EINVAL : 0;
}

/** Up to eight addresses. Return: 0; -EINVAL. */
static int dhcp_read_addresses(const struct call *call, struct config_dhcp_option *option)
{
	static const char *const names[] = {"a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"};

	for (size_t i = 0; i < ARRAY_COUNT(names) && call_arg(call, names[i]); i++) {
		wire_put32(option->bytes + option->len, call_ip4(call, names[i]).host);
		option->len = (uint16_t)(option->len + 4);
	}
	return option->len ? 0 : -EINVAL;
}

static enum call_status dhcp_option_by_code(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	unsigned int code = (unsigned int)call_number(call, "code");
	const char *owner = dhcp_option_owner(code);
	struct config_dhcp_option option;
	int ret;

	if (!pool)
		return CALL_FAILED;
	if (owner)
		return call_fail(call, owner, "ip dhcp pool %s: option %u is the server's own",
				 pool->name, code);
	if (call->no) {
		if (config_option_remove(call->candidate, pool->name, (uint8_t)code) == -ENOENT)
			return call_fail(call, "\"show running-config\" lists them",
					 "ip dhcp pool %s: option %u is not set", pool->name, code);
		return CALL_DONE;
	}
	dhcp_option_begin(&option, pool, code, CONFIG_OPTION_IP);
	if (call_arg(call, "text")) {
		option.form = CONFIG_OPTION_ASCII;
		ret = dhcp_read_ascii(call_text(call, "text"), &option);
	} else if (call_arg(call, "bytes")) {
		option.form = CONFIG_OPTION_HEX;
		ret = dhcp_read_hex(call_text(call, "bytes"), &option);
	} else {
		ret = dhcp_read_addresses(call, &option);
	}
	if (ret < 0)
		return call_fail(call,
				 option.form == CONFIG_OPTION_HEX
					 ? "bytes are pairs of hex digits: 0102.5e10.0001"
					 : "one printable character at least",
				 "ip dhcp pool %s: option %u has no value there", pool->name, code);
	return dhcp_option_add(call, &option);
}

/* ---- the search list ------------------------------------------------------------------- */

/** A name as RFC 1035 s3.1 has it on the wire, behind what is there. Return: 0; -EINVAL; -E2BIG. */
static int dhcp_add_name(const char *name, size_t len, struct config_dhcp_option *option)
{
	size_t at = option->len, begin = at;

	if (len > 0 && name[len - 1] == '.')
		len--;
	while (len > 0) {
		const char *dot = memchr(name, '.', len);
		size_t label = dot ? (size_t)(dot - name) : len;

		if (label == 0 || label > LABEL_MAX || (dot && label + 1 == len))
			return -EINVAL;
		if (at + label + 2 > sizeof(option->bytes))
			return -E2BIG;
		option->bytes[at++] = (uint8_t)label;
		for (size_t i = 0; i < label; i++) {
			if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '_')
				return -EINVAL;
			option->bytes[at++] = (uint8_t)name[i];
		}
		name += label + (dot ? 1 : 0);
		len -= label + (dot ? 1 : 0);
	}
	if (at == begin || at - begin >= NAME_WIRE_MAX)
		return -EINVAL;
	option->bytes[at++] = 0;
	option->len = (uint16_t)at;
	return 0;
}

static enum call_status dhcp_domain_search(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	struct config_dhcp_option option;
	const char *word;

	if (!pool)
		return CALL_FAILED;
	if (call->no) {
		config_option_remove(call->candidate, pool->name, DHCP_OPT_DOMAIN_SEARCH);
		return CALL_DONE;
	}
	dhcp_option_begin(&option, pool, DHCP_OPT_DOMAIN_SEARCH, CONFIG_OPTION_NAMES);
	for (word = call_text(call, "names"); *word;) {
		size_t len = strcspn(word, " ");

		if (len > 0 && dhcp_add_name(word, len, &option) < 0)
			return call_fail(call,
					 "a name is labels of letters, digits and - with a dot "
					 "between, up to 63 characters each",
					 "ip dhcp pool %s: domain-search: %.*s is no domain",
					 pool->name, (int)len, word);
		word += len + (word[len] == ' ');
	}
	return dhcp_option_add(call, &option);
}

/* ---- routes ---------------------------------------------------------------------------- */

/** Takes the route to @network out, if it is there. */
static bool dhcp_route_remove(struct config_dhcp_option *option, struct ip4_prefix network)
{
	struct cursor c = cursor_over(option->bytes, option->len);
	size_t begin = 0, end;
	struct ip4_prefix other;
	ip4_t via;

	for (; dhcp_next_route(&c, &other, &via); begin = end) {
		end = option->len - cursor_left(&c);
		if (!ip4_prefix_equal(other, network))
			continue;
		memmove(option->bytes + begin, option->bytes + end, option->len - end);
		option->len = (uint16_t)(option->len - (end - begin));
		memset(option->bytes + option->len, 0, end - begin);
		return true;
	}
	return false;
}

static enum call_status dhcp_classless_route(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);
	const struct config_dhcp_option *now;
	struct config_dhcp_option option;
	struct ip4_prefix network = call_prefix(call, "network");
	char a[IP4_TEXT_SIZE];
	struct writer w;
	bool found;

	if (!pool)
		return CALL_FAILED;
	if (!setting_is_network(network))
		return call_fail(call, "every bit of the address must lie within the mask",
				 "ip dhcp pool %s: classless-route %s/%u is no network", pool->name,
				 ip4_to_text(network.address, a), network.len);
	dhcp_option_begin(&option, pool, DHCP_OPT_CLASSLESS_ROUTES, CONFIG_OPTION_ROUTES);
	now = config_option_find(call->candidate, pool->name, DHCP_OPT_CLASSLESS_ROUTES);
	if (now && now->form == CONFIG_OPTION_ROUTES)
		option = *now;
	found = dhcp_route_remove(&option, network);
	if (call->no) {
		if (!found)
			return call_fail(call, "\"show running-config\" lists them",
					 "ip dhcp pool %s: there is no classless-route to %s/%u",
					 pool->name, ip4_to_text(network.address, a), network.len);
		if (option.len > 0)
			return dhcp_option_add(call, &option);
		config_option_remove(call->candidate, pool->name, DHCP_OPT_CLASSLESS_ROUTES);
		return CALL_DONE;
	}
	/* 0.0.0.0: the network is on the link itself (RFC 3442) */
	if (!ip4_is_any(call_ip4(call, "via")) &&
	    setting_check_host(call, call_ip4(call, "via")) != CALL_DONE)
		return CALL_FAILED;
	if (option.len + DHCP_ROUTE_MAX > CONFIG_DHCP_OPTION_MAX)
		return call_fail(call, "\"no classless-route\" makes room",
				 "ip dhcp pool %s: its classless-routes take %d bytes at most",
				 pool->name, CONFIG_DHCP_OPTION_MAX);
	w = writer_over(option.bytes + option.len, DHCP_ROUTE_MAX);
	dhcp_build_route(&w, network, call_ip4(call, "via"));
	option.len = (uint16_t)(option.len + writer_len(&w));
	return dhcp_option_add(call, &option);
}

/* ---- booting --------------------------------------------------------------------------- */

static enum call_status dhcp_next_server(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);

	if (!pool)
		return CALL_FAILED;
	if (!call->no && setting_check_host(call, call_ip4(call, "server")) != CALL_DONE)
		return CALL_FAILED;
	pool->next_server = call->no ? IP4_ANY : call_ip4(call, "server");
	return CALL_DONE;
}

static enum call_status dhcp_bootfile(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);

	if (!pool)
		return CALL_FAILED;
	if (!call->no && strlen(call_text(call, "file")) >= sizeof(pool->bootfile))
		return call_fail(call, "the field of a reply is so long (RFC 2131 s2)",
				 "ip dhcp pool %s: bootfile of more than %zu characters",
				 pool->name, sizeof(pool->bootfile) - 1);
	setting_set_text(pool->bootfile, sizeof(pool->bootfile),
			 call->no ? "" : call_text(call, "file"));
	return CALL_DONE;
}

/* ---- writing --------------------------------------------------------------------------- */

static void dhcp_write_ascii(struct buffer *out, const struct config_dhcp_option *option)
{
	const char *text = (const char *)option->bytes;
	bool quote = text[0] == ' ' || text[0] == '"' || text[option->len - 1] == ' ';

	buffer_printf(out, " option %u ascii %s%.*s%s\n", option->code, quote ? "\"" : "",
		      (int)option->len, text, quote ? "\"" : "");
}

static void dhcp_write_hex(struct buffer *out, const struct config_dhcp_option *option)
{
	buffer_printf(out, " option %u hex ", option->code);
	setting_write_hex(out, option->bytes, option->len);
	buffer_add(out, "\n");
}

static void dhcp_write_addresses(struct buffer *out, const struct config_dhcp_option *option)
{
	char text[IP4_TEXT_SIZE];

	buffer_printf(out, " option %u ip", option->code);
	for (unsigned int i = 0; i + 4 <= option->len; i += 4)
		buffer_printf(out, " %s",
			      ip4_to_text((ip4_t){wire_get32(option->bytes + i)}, text));
	buffer_add(out, "\n");
}

static void dhcp_write_names(struct buffer *out, const struct config_dhcp_option *option)
{
	bool begins = true;

	buffer_add(out, " domain-search");
	for (unsigned int at = 0; at < option->len; at += 1u + option->bytes[at]) {
		if (option->bytes[at] > 0)
			buffer_printf(out, "%s%.*s", begins ? " " : ".", option->bytes[at],
				      (const char *)option->bytes + at + 1);
		begins = option->bytes[at] == 0;
	}
	buffer_add(out, "\n");
}

static void dhcp_write_routes(struct buffer *out, const struct config_dhcp_option *option)
{
	struct cursor c = cursor_over(option->bytes, option->len);
	struct ip4_prefix network;
	char text[IP4_TEXT_SIZE];
	ip4_t via;

	while (dhcp_next_route(&c, &network, &via)) {
		buffer_add(out, " classless-route ");
		setting_write_prefix(out, network);
		buffer_printf(out, " %s\n", ip4_to_text(via, text));
	}
}

void dhcp_options_write(struct buffer *out, const struct config *config,
			const struct config_dhcp_pool *pool)
{
	uint32_t count;
	const struct config_dhcp_option *option = config_options(config, pool->name, &count);
	char text[IP4_TEXT_SIZE];

	if (!ip4_is_any(pool->next_server))
		buffer_printf(out, " next-server %s\n", ip4_to_text(pool->next_server, text));
	if (pool->bootfile[0])
		buffer_printf(out, " bootfile %s\n", pool->bootfile);
	for (uint32_t i = 0; i < count; i++, option++) {
		switch ((enum config_option_form)option->form) {
		case CONFIG_OPTION_ASCII: dhcp_write_ascii(out, option); break;
		case CONFIG_OPTION_HEX: dhcp_write_hex(out, option); break;
		case CONFIG_OPTION_IP: dhcp_write_addresses(out, option); break;
		case CONFIG_OPTION_NAMES: dhcp_write_names(out, option); break;
		case CONFIG_OPTION_ROUTES: dhcp_write_routes(out, option); break;
		case CONFIG_OPTION_FORM_COUNT: break;
		}
	}
}

/* ---- tables ---------------------------------------------------------------------------- */

#define DHCP_ADDRESSES                                                                             \
	"<a1:ip4> [<a2:ip4> [<a3:ip4> [<a4:ip4> [<a5:ip4> [<a6:ip4> [<a7:ip4> [<a8:ip4>]]]]]]]"
#define DHCP_VALUE "{ascii <text:line>|hex <bytes:line>|ip " DHCP_ADDRESSES "}"
#define DHCP_LAN                                                                                   \
	"interface BVI1\nip address 192.168.1.1 255.255.255.0\nip dhcp pool LAN\n"                 \
	"network 192.168.1.0 255.255.255.0"
#define DHCP_ROW(path_, no_path_, help_, example_, run_)                                           \
	{                                                                                          \
		.mode = MODE_DHCP_POOL, .path = (path_), .no_path = (no_path_), .help = (help_),   \
		.section = SECTION_DHCP, .example = (example_), .example_after = DHCP_LAN,         \
		.run = (run_)                                                                      \
	}

static const struct command dhcp_options_commands[] = {
	DHCP_ROW("option <code:0-255> " DHCP_VALUE, "option <code:0-255> [" DHCP_VALUE "]",
		 "Tell clients that ask for it an option, by its number.",
		 "option 42 ip 192.168.1.1 198.51.100.123", dhcp_option_by_code),
	DHCP_ROW("next-server <server:ip4>", "next-server [<server:ip4>]",
		 "The server that a client boots from (siaddr, option 66).",
		 "next-server 192.168.1.5", dhcp_next_server),
	DHCP_ROW("bootfile <file:line>", "bootfile [<file:line>]",
		 "The file that a client boots (file, option 67).", "bootfile pxelinux.0",
		 dhcp_bootfile),
	DHCP_ROW("domain-search <names:line>", "domain-search [<names:line>]",
		 "Domains in which clients look for names, the first one first (option 119).",
		 "domain-search home.lan office.example", dhcp_domain_search),
	DHCP_ROW("classless-route <network:prefix> <via:ip4>",
		 "classless-route <network:prefix> [<via:ip4>]",
		 "A route for clients (option 121); those that take it ignore default-router.",
		 "classless-route 10.20.0.0 255.255.0.0 192.168.1.2", dhcp_classless_route),
};

static const struct word_help dhcp_options_words[] = {
	{"option", "An option by its number"},
	{"option <code>", "Number of the option (RFC 2132)"},
	{"ascii", "Its value is text"},
	{"ascii <text>", "The text; quotes keep spaces at its ends"},
	{"hex", "Its value is bytes"},
	{"hex <bytes>", "Pairs of hex digits: 0102.5e10.0001"},
	{"option ip", "Its value is addresses"},
	{"next-server", "The server that clients boot from"},
	{"bootfile", "The file that clients boot"},
	{"domain-search", "Domains in which clients look for names"},
	{"<names>", "Domains, the first one first"},
	{"classless-route", "A route for clients"},
	{"<via>", "Next hop; 0.0.0.0: the network is on the link"},
};

/* The pool's own writer has the lines between its first and its last (dhcp_options_write()). */
static void dhcp_options_family_write(struct buffer *out, const struct config *config,
				      enum config_section section)
{
	(void)out;
	(void)config;
	(void)section;
}

const struct command_family dhcp_options_family = {
	.title = "DHCP options",
	.commands = dhcp_options_commands,
	.command_count = ARRAY_COUNT(dhcp_options_commands),
	.words = dhcp_options_words,
	.word_count = ARRAY_COUNT(dhcp_options_words),
	.write = dhcp_options_family_write,
};
