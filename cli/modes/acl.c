/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access lists: `access-list N …` line by line, and `ip access-list {standard|extended} NAME` with
 * a mode of its own, in which lines have numbers.
 *
 * What is written is IOS's form: `access-list N …` for lists with a number, the mode for those with
 * a name. A list whose lines are not numbered as they would be by themselves is written in the mode
 * with all its numbers, so that they are kept.
 */
#include "cli/modes/acl_line.h"

#include <ctype.h>
#include <stdio.h>

#include "cli/modes/setting.h"
#include "cli/session.h"

static const char *kind_name(bool extended)
{
	return extended ? "extended" : "standard";
}

/* ---- lines ------------------------------------------------------------------------------ */

static enum call_status add_line(struct call *call, const struct config_acl_line *line)
{
	switch (config_acl_add(call->candidate, line)) {
	case 0: return CALL_DONE;
	case -EEXIST:
		return call_fail(call, "remove it first, or type another number",
				 "Duplicate sequence number: line %u of access list %s is another",
				 line->sequence, line->list);
	case -EALREADY:
		return call_fail(call, "remove it there first",
				 "Access list %s has this very line under another number",
				 line->list);
	case -ERANGE:
		return call_fail(call, "\"ip access-list resequence\" makes room",
				 "Access list %s: no sequence number is left behind the last",
				 line->list);
	}
	return setting_no_memory(call);
}

static enum call_status remove_line(struct call *call, const struct config_acl_line *line)
{
	if (config_acl_remove(call->candidate, line) == 0)
		return CALL_DONE;
	return call_fail(call, "\"show running-config | section access-list\" lists them",
			 "access-list %s: there is no such line", line->list);
}

/* ---- access-list N ---------------------------------------------------------------------- */

/* The list's number as its name. Return: CALL_DONE; CALL_FAILED, having said so. */
static enum call_status number_read(struct call *call, char *list)
{
	snprintf(list, CONFIG_NAME_SIZE, "%d", (int)call_number(call, "list"));
	if (config_acl_number_is_extended(list) >= 0)
		return CALL_DONE;
	return call_fail(
		call, "1-99 and 1300-1999 are standard lists, 100-199 and 2000-2699 extended ones",
		"access-list %s: no list has that number", list);
}

/* Removes a line. A list that was numbered by itself is so again: whoever removes lines by what
 * they say has given them no numbers to be kept. */
static enum call_status number_remove(struct call *call, const struct config_acl_line *line)
{
	bool by_itself = config_acl_numbers_are_default(call->candidate, line->list);

	if (remove_line(call, line) != CALL_DONE)
		return CALL_FAILED;
	if (by_itself)
		config_acl_resequence(call->candidate, line->list, CONFIG_SEQUENCE_DEFAULT,
				      CONFIG_SEQUENCE_DEFAULT);
	return CALL_DONE;
}

static enum call_status number_entry(struct call *call)
{
	struct config_acl_line line;
	char list[CONFIG_NAME_SIZE];
	bool extended;

	if (number_read(call, list) != CALL_DONE)
		return CALL_FAILED;
	extended = config_acl_number_is_extended(list) == 1;
	if (call->no && !call_word(call, "action")) {
		if (config_acl_remove_list(call->candidate, list) == -ENOENT)
			return call_fail(call, NULL, "access-list %s: there is none", list);
		return CALL_DONE;
	}
	if (acl_line_is_extended(call) && !extended)
		return call_fail(call, "extended lists have the numbers 100-199 and 2000-2699",
				 "access-list %s: a standard list has a source, and no protocol "
				 "and no destination",
				 list);
	if (!acl_line_is_extended(call) && extended)
		return call_fail(call, "standard lists have the numbers 1-99 and 1300-1999",
				 "access-list %s: a line of an extended list has a protocol, a "
				 "source and a destination",
				 list);
	if (acl_line_read(call, list, &line) != CALL_DONE)
		return CALL_FAILED;
	return call->no ? number_remove(call, &line) : add_line(call, &line);
}

static enum call_status number_remark(struct call *call)
{
	struct config_acl_line line;
	char list[CONFIG_NAME_SIZE];

	if (number_read(call, list) != CALL_DONE ||
	    acl_line_read_remark(call, list, &line) != CALL_DONE)
		return CALL_FAILED;
	return call->no ? number_remove(call, &line) : add_line(call, &line);
}

/* ---- ip access-list --------------------------------------------------------------------- */

/* Whether a list may have that name and be of that kind. */
static enum call_status name_check(struct call *call, const char *name, bool extended)
{
	const struct config_acl *acl = config_acl_find(call->candidate, name);
	int by_number = config_acl_number_is_extended(name);

	if (acl && acl->extended != extended)
		return call_fail(call, NULL, "ip access-list %s %s: %s is a list of the %s kind",
				 kind_name(extended), name, name, kind_name(acl->extended));
	if (by_number >= 0 && by_number != extended)
		return call_fail(call,
				 "1-99 and 1300-1999 are standard lists, 100-199 and 2000-2699 "
				 "extended ones",
				 "ip access-list %s %s: that is the number of a list of the %s "
				 "kind",
				 kind_name(extended), name, kind_name(by_number));
	if (by_number < 0 && !isalpha((unsigned char)name[0]))
		return call_fail(call, "a name begins with a letter",
				 "ip access-list %s %s: neither a name nor the number of a list",
				 kind_name(extended), name);
	return CALL_DONE;
}

static enum call_status name_enter(struct call *call)
{
	const char *name = call_text(call, "list");
	bool extended = strcmp(call_word(call, "kind"), "extended") == 0;
	const struct config_acl *acl = config_acl_find(call->candidate, name);

	if (call->no) {
		if (!acl || acl->extended != extended)
			return call_fail(call, NULL, "ip access-list %s %s: there is none",
					 kind_name(extended), name);
		config_acl_remove_list(call->candidate, name);
		return CALL_DONE;
	}
	if (name_check(call, name, extended) != CALL_DONE)
		return CALL_FAILED;
	if (!config_acl_get(call->candidate, name, extended))
		return setting_no_memory(call);
	session_set_acl(call->session, name);
	session_enter(call->session, extended ? MODE_EXTENDED_ACL : MODE_STANDARD_ACL);
	return CALL_DONE;
}

static enum call_status name_resequence(struct call *call)
{
	const char *name = call_text(call, "list");
	uint32_t start = (uint32_t)call_number_or(call, "start", CONFIG_SEQUENCE_DEFAULT);
	uint32_t step = (uint32_t)call_number_or(call, "step", CONFIG_SEQUENCE_DEFAULT);

	switch (config_acl_resequence(call->candidate, name, start, step)) {
	case 0: return CALL_DONE;
	case -ENOENT:
		return call_fail(call, "\"show access-lists\" lists them",
				 "ip access-list resequence %s: there is none", name);
	}
	return call_fail(call, "a smaller start or step",
			 "ip access-list resequence %s: the last line would be above %d", name,
			 CONFIG_SEQUENCE_MAX);
}

/* The list that the mode is about. Return: NULL: it is gone, and call_fail() said so. */
static const char *mode_list(struct call *call)
{
	const char *name = session_acl(call->session);
	const struct config_acl *acl = config_acl_find(call->candidate, name);

	if (acl && acl->extended == (call->row->mode == MODE_EXTENDED_ACL))
		return name;
	call_fail(call, "\"ip access-list\" with its name makes it anew",
		  "ip access-list %s: it has been removed meanwhile", name);
	return NULL;
}

/* Removes the line; a list with a number stays while it is being edited. */
static enum call_status mode_remove(struct call *call, const struct config_acl_line *line)
{
	bool extended = call->row->mode == MODE_EXTENDED_ACL;

	if (remove_line(call, line) != CALL_DONE)
		return CALL_FAILED;
	return config_acl_get(call->candidate, line->list, extended) ? CALL_DONE
								     : setting_no_memory(call);
}

static enum call_status mode_entry(struct call *call)
{
	const char *list = mode_list(call);
	struct config_acl_line line;
	uint32_t sequence;

	if (!list)
		return CALL_FAILED;
	if (!call_word(call, "action")) {
		sequence = (uint32_t)call_number(call, "sequence");
		if (config_acl_remove_sequence(call->candidate, list, sequence) == -ENOENT)
			return call_fail(call, "\"show access-lists\" lists them",
					 "ip access-list %s: there is no line %u", list, sequence);
		return CALL_DONE;
	}
	if (acl_line_read(call, list, &line) != CALL_DONE)
		return CALL_FAILED;
	return call->no ? mode_remove(call, &line) : add_line(call, &line);
}

static enum call_status mode_remark(struct call *call)
{
	const char *list = mode_list(call);
	struct config_acl_line line;

	if (!list || acl_line_read_remark(call, list, &line) != CALL_DONE)
		return CALL_FAILED;
	return call->no ? mode_remove(call, &line) : add_line(call, &line);
}

/* ---- writing ---------------------------------------------------------------------------- */

/* Whether a list is written line by line with its number. */
static bool is_flat(const struct config *config, const struct config_acl *acl)
{
	uint32_t count;

	config_acl_lines(config, acl->name, &count);
	return count > 0 && config_acl_number_is_extended(acl->name) >= 0 &&
	       config_acl_numbers_are_default(config, acl->name);
}

static void write_list(struct buffer *out, const struct config *config,
		       const struct config_acl *acl, bool flat)
{
	bool numbered = !config_acl_numbers_are_default(config, acl->name);
	uint32_t count;
	const struct config_acl_line *lines = config_acl_lines(config, acl->name, &count);

	if (!flat)
		buffer_printf(out, "ip access-list %s %s\n", kind_name(acl->extended), acl->name);
	for (uint32_t i = 0; i < count; i++) {
		if (flat)
			buffer_printf(out, "access-list %s ", acl->name);
		else
			buffer_add(out, " ");
		if (numbered)
			buffer_printf(out, "%u ", lines[i].sequence);
		acl_line_write(out, &lines[i], acl->extended);
		buffer_add(out, "\n");
	}
}

static void acl_write(struct buffer *out, const struct config *config, enum config_section section)
{
	bool any = false;

	if (section != SECTION_ACL)
		return;
	vec_each (&config->acls, acl) {
		if (is_flat(config, acl))
			continue;
		if (any)
			buffer_add(out, "!\n");
		any = true;
		write_list(out, config, acl, false);
	}
	vec_each (&config->acls, acl) {
		if (!is_flat(config, acl))
			continue;
		if (any)
			buffer_add(out, "!\n");
		any = false;
		write_list(out, config, acl, true);
	}
}

/* ---- tables ----------------------------------------------------------------------------- */

#define ACL_ACTION   "action={permit|deny} "
#define ACL_SEQUENCE "<sequence:1-2147483647>"

/* A form of line in `access-list N`. */
#define ACL_NUMBER_ROW(form, text, line)                                                           \
	{                                                                                          \
		.mode = MODE_CONFIG, .path = "access-list <list:1-2699> " ACL_ACTION form,         \
		.no_path = "access-list <list:1-2699> " ACL_ACTION form, .help = (text),           \
		.section = SECTION_ACL, .example = (line), .run = number_entry,                    \
	}

/* The same in a mode, where a line may have its number before it. */
#define ACL_MODE_ROW(which, form, text, line, list)                                                \
	{                                                                                          \
		.mode = (which), .path = "[" ACL_SEQUENCE "] " ACL_ACTION form,                    \
		.no_path = "[" ACL_SEQUENCE "] " ACL_ACTION form, .help = (text),                  \
		.section = SECTION_ACL, .example = (line), .example_after = (list),                \
		.run = mode_entry,                                                                 \
	}

#define ACL_REMARK_ROW(which, list)                                                                \
	{                                                                                          \
		.mode = (which), .path = "[" ACL_SEQUENCE "] remark <text:line>",                  \
		.no_path = "[" ACL_SEQUENCE "] remark <text:line>",                                \
		.help = "Note something before the next line, up to 100 characters.",              \
		.section = SECTION_ACL, .example = "remark guests may browse",                     \
		.example_after = (list), .run = mode_remark,                                       \
	}

#define ACL_STANDARD "ip access-list standard LAN"
#define ACL_EXTENDED "ip access-list extended GUESTS"

static const struct command acl_commands[] = {
	{
		.mode = MODE_CONFIG,
		.path = "access-list <list:1-2699> " ACL_ACTION ACL_LINE_STANDARD,
		.no_path = "access-list <list:1-2699> [" ACL_ACTION ACL_LINE_STANDARD "]",
		.help = "Add a line to a standard access list; its last, unwritten line denies.",
		.section = SECTION_ACL,
		.example = "access-list 1 permit 192.168.1.0 0.0.0.255",
		.run = number_entry,
	},
	ACL_NUMBER_ROW(ACL_LINE_TCP, "Add a line about TCP to an extended access list.",
		       "access-list 101 permit tcp any host 10.1.1.1 eq www"),
	ACL_NUMBER_ROW(ACL_LINE_UDP, "Add a line about UDP.",
		       "access-list 101 permit udp any range 1024 65535 any eq domain"),
	ACL_NUMBER_ROW(ACL_LINE_ICMP, "Add a line about ICMP.",
		       "access-list 101 deny icmp any 10.0.0.0 0.255.255.255 echo log"),
	ACL_NUMBER_ROW(ACL_LINE_OTHER, "Add a line about IPv4 as a whole, or another protocol.",
		       "access-list 101 permit gre host 10.1.1.1 any"),
	{
		.mode = MODE_CONFIG,
		.path = "access-list <list:1-2699> remark <text:line>",
		.no_path = "access-list <list:1-2699> remark <text:line>",
		.help = "Note something before the next line, up to 100 characters.",
		.section = SECTION_ACL,
		.example = "access-list 1 remark the devices at home",
		.run = number_remark,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip access-list kind={standard|extended} <list:acl>",
		.no_path = "ip access-list kind={standard|extended} <list:acl>",
		.help = "Make an access list, or go on editing it.",
		.section = SECTION_ACL,
		.example = ACL_EXTENDED,
		.run = name_enter,
	},
	{
		.mode = MODE_CONFIG,
		.path = "ip access-list resequence <list:acl> [<start:1-2147483647> "
			"[<step:1-2147483647>]]",
		.help = "Number the lines of a list anew, by tens unless told otherwise.",
		.flags = COMMAND_ACTION,
		.section = SECTION_ACL,
		.run = name_resequence,
	},
	{
		.mode = MODE_STANDARD_ACL,
		.path = "[" ACL_SEQUENCE "] " ACL_ACTION ACL_LINE_STANDARD,
		.no_path = "{" ACL_SEQUENCE "|[" ACL_SEQUENCE "] " ACL_ACTION ACL_LINE_STANDARD "}",
		.help = "Add a line, behind the others or under its number.",
		.section = SECTION_ACL,
		.example = "permit 192.168.1.0 0.0.0.255",
		.example_after = ACL_STANDARD,
		.run = mode_entry,
	},
	ACL_REMARK_ROW(MODE_STANDARD_ACL, ACL_STANDARD),
	ACL_MODE_ROW(MODE_EXTENDED_ACL, ACL_LINE_TCP,
		     "Add a line about TCP, behind the others or under its number.",
		     "permit tcp any any established", ACL_EXTENDED),
	ACL_MODE_ROW(MODE_EXTENDED_ACL, ACL_LINE_UDP, "Add a line about UDP.",
		     "permit udp any any eq ntp", ACL_EXTENDED),
	ACL_MODE_ROW(MODE_EXTENDED_ACL, ACL_LINE_ICMP, "Add a line about ICMP.",
		     "permit icmp any any unreachable", ACL_EXTENDED),
	{
		.mode = MODE_EXTENDED_ACL,
		.path = "[" ACL_SEQUENCE "] " ACL_ACTION ACL_LINE_OTHER,
		.no_path = "{" ACL_SEQUENCE "|[" ACL_SEQUENCE "] " ACL_ACTION ACL_LINE_OTHER "}",
		.help = "Add a line about IPv4 as a whole, or another protocol.",
		.section = SECTION_ACL,
		.example = "deny ip any 192.168.0.0 0.0.255.255 log",
		.example_after = ACL_EXTENDED,
		.run = mode_entry,
	},
	ACL_REMARK_ROW(MODE_EXTENDED_ACL, ACL_EXTENDED),
};

static const struct word_help acl_words[] = {
	{"access-list", "Access lists by number"},
	{"access-list <list>", "1-99, 1300-1999: standard; 100-199, 2000-2699: extended"},
	{"ip access-list", "Access lists by name"},
	{"ip access-list standard", "By source address alone"},
	{"ip access-list extended", "By protocol, addresses and ports"},
	{"ip access-list resequence", "Number the lines of a list anew"},
	{"<start>", "Number of the first line"},
	{"<step>", "From one line to the next"},
	{"<sequence>", "Number of the line; by default ten behind the last"},
	{"remark", "A note before the next line"},
	{"remark <text>", "Up to 100 characters"},
	{"<source>", "Source address to match"},
	{"<wildcard>", "Wildcard of the source: bits that need not match"},
	{"<destination>", "Destination address to match"},
	{"<destination-wildcard>", "Wildcard of the destination: bits that need not match"},
	{"permit", "Let through"},
	{"deny", "Do not let through"},
	{"any", "Any address"},
	{"access-list host", "One host"},
	{"permit host", "One host"},
	{"deny host", "One host"},
	{"eq", "Only this port"},
	{"neq", "Any port but this"},
	{"lt", "Lower ports than this"},
	{"gt", "Higher ports than this"},
	{"range", "Ports from here to there"},
	{"<code>", "Code of the ICMP message"},
	{"established", "Segments with ACK or RST: of connections that have begun"},
	{"fragments", "Pieces of datagrams behind the first"},
	{"log", "Write a line to the log when it matches"},
	{"<protocol>", "Number of an IP protocol"},
	{"permit tcp", "TCP"},
	{"deny tcp", "TCP"},
	{"permit udp", "UDP"},
	{"deny udp", "UDP"},
	{"permit icmp", "ICMP"},
	{"deny icmp", "ICMP"},
	{"permit ip", "Any protocol"},
	{"deny ip", "Any protocol"},
	{"ahp", "Authentication header of IPsec"},
	{"eigrp", "EIGRP"},
	{"esp", "Encapsulated payloads of IPsec"},
	{"gre", "Generic routing encapsulation"},
	{"igmp", "Group membership"},
	{"ipinip", "IP in IP"},
	{"nos", "KA9Q IP over IP"},
	{"ospf", "OSPF"},
	{"pcp", "Payload compression"},
	{"pim", "Multicast routing"},
};

const struct command_family acl_family = {
	.title = "Access lists",
	.commands = acl_commands,
	.command_count = ARRAY_COUNT(acl_commands),
	.words = acl_words,
	.word_count = ARRAY_COUNT(acl_words),
	.write = acl_write,
};
