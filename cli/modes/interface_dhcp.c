/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See interface_dhcp.h; and what goes with it: `renew dhcp` and `release dhcp`, and `import all` of
 * a pool, which passes on what was learnt.
 *
 * The identifier and the hostname can be typed in `ip address dhcp` or by lines of their own. They
 * are one setting, and written in the line of `ip address dhcp` where there is one.
 */
#include "cli/modes/interface_dhcp.h"

#include "cli/modes/setting.h"
#include "cli/session.h"
#include "core/dhcp/lease.h"
#include "core/router.h"
#include "core/text.h"

enum { A_MINUTE = 60, AN_HOUR = 3600, A_DAY = 86400 };

/* ---- settings -------------------------------------------------------------------------- */

/* What a server and its log can take: as a name that a client of ours may have. */
static enum call_status interface_dhcp_check_hostname(struct call *call, const struct arg *hostname)
{
	char clean[DHCP_HOSTNAME_SIZE];

	if (!hostname)
		return CALL_DONE;
	dhcp_lease_clean_hostname((const uint8_t *)hostname->text, strlen(hostname->text), clean);
	if (strcmp(clean, hostname->text) == 0)
		return CALL_DONE;
	return call_fail(call, "letters and digits, and single hyphens and dots between them",
			 "hostname %s: contains one or more illegal characters", hostname->text);
}

/* Whether an interface can have a client. */
static enum call_status interface_dhcp_check(struct call *call,
					     const struct config_interface *interface)
{
	char name[INTERFACE_TEXT_SIZE];

	interface_to_text(interface->id, name);
	if (interface->id.kind != INTERFACE_TAP && interface->id.kind != INTERFACE_BVI)
		return call_fail(call, "type its address: ip address A.B.C.D MASK",
				 "interface %s: a %s has no Ethernet to ask for an address on",
				 name, interface_kind_name(interface->id.kind));
	if (setting_check_routed(call, interface, "IP address") != CALL_DONE)
		return CALL_FAILED;
	if (interface->address_count > 1)
		return call_fail(call, "\"no ip address\" removes them all",
				 "interface %s: it has secondary addresses, and one that learns "
				 "its address has none",
				 name);
	return CALL_DONE;
}

static void interface_dhcp_set_id(struct config_interface *interface, const struct arg *of)
{
	/* member by member, so that padding stays zero */
	interface->dhcp_id_of.kind = of ? of->interface.kind : INTERFACE_NONE;
	interface->dhcp_id_of.number = of ? of->interface.number : 0;
}

void interface_dhcp_clear(struct config_interface *interface)
{
	interface->dhcp = false;
	interface_dhcp_set_id(interface, NULL);
	memset(interface->dhcp_hostname, 0, sizeof(interface->dhcp_hostname));
}

static enum call_status interface_dhcp_address(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	const struct arg *hostname = call_arg(call, "hostname"), *of = call_arg(call, "of");
	char name[INTERFACE_TEXT_SIZE];

	if (!interface)
		return CALL_FAILED;
	if (call->no && !interface->dhcp)
		return call_fail(call, "\"show running-config\" shows its addresses",
				 "interface %s: it learns no address by DHCP",
				 interface_to_text(interface->id, name));
	if (call->no) {
		interface_dhcp_clear(interface);
		return CALL_DONE;
	}
	if (interface_dhcp_check(call, interface) != CALL_DONE ||
	    interface_dhcp_check_hostname(call, hostname) != CALL_DONE)
		return CALL_FAILED;
	memset(interface->addresses, 0, sizeof(interface->addresses));
	interface->address_count = 0;
	interface->dhcp = true;
	if (of)
		interface_dhcp_set_id(interface, of);
	if (hostname)
		setting_set_text(interface->dhcp_hostname, sizeof(interface->dhcp_hostname),
				 hostname->text);
	return CALL_DONE;
}

static enum call_status interface_dhcp_client_id(struct call *call)
{
	struct config_interface *interface = setting_interface(call);

	if (!interface)
		return CALL_FAILED;
	interface_dhcp_set_id(interface, call->no ? NULL : call_arg(call, "of"));
	return CALL_DONE;
}

static enum call_status interface_dhcp_hostname(struct call *call)
{
	struct config_interface *interface = setting_interface(call);

	if (!interface || (!call->no && interface_dhcp_check_hostname(
						call, call_arg(call, "hostname")) != CALL_DONE))
		return CALL_FAILED;
	setting_set_text(interface->dhcp_hostname, sizeof(interface->dhcp_hostname),
			 call->no ? "" : call_text(call, "hostname"));
	return CALL_DONE;
}

static enum call_status interface_dhcp_lease(struct call *call)
{
	struct config_interface *interface = setting_interface(call);
	uint32_t lease_s = DHCP_LEASE_INFINITE;
	char name[INTERFACE_TEXT_SIZE];

	if (!interface)
		return CALL_FAILED;
	if (call->no) {
		interface->dhcp_lease_s = 0;
		return CALL_DONE;
	}
	if (!call_word(call, "infinite"))
		lease_s = (uint32_t)(call_number_or(call, "days", 0) * A_DAY +
				     call_number_or(call, "hours", 0) * AN_HOUR +
				     call_number_or(call, "minutes", 0) * A_MINUTE);
	if (lease_s == 0)
		return call_fail(call, "one minute at least: ip dhcp client lease 0 0 1",
				 "interface %s: a lease of no time",
				 interface_to_text(interface->id, name));
	interface->dhcp_lease_s = lease_s;
	return CALL_DONE;
}

static enum call_status interface_dhcp_import(struct call *call)
{
	struct config_dhcp_pool *pool = setting_pool(call);

	if (!pool)
		return CALL_FAILED;
	pool->import_all = !call->no;
	return CALL_DONE;
}

/* ---- writing --------------------------------------------------------------------------- */

static void interface_dhcp_write_lease(struct buffer *out, uint32_t lease_s)
{
	uint32_t hours = lease_s % A_DAY / AN_HOUR, minutes = lease_s % AN_HOUR / A_MINUTE;

	if (lease_s == 0)
		return;
	if (lease_s == DHCP_LEASE_INFINITE) {
		buffer_add(out, " ip dhcp client lease infinite\n");
		return;
	}
	buffer_printf(out, " ip dhcp client lease %u", lease_s / A_DAY);
	if (hours || minutes)
		buffer_printf(out, " %u", hours);
	if (minutes)
		buffer_printf(out, " %u", minutes);
	buffer_add(out, "\n");
}

void interface_dhcp_write(struct buffer *out, const struct config_interface *interface)
{
	bool has_id = interface->dhcp_id_of.kind != INTERFACE_NONE;
	char of[INTERFACE_TEXT_SIZE];

	interface_to_text(interface->dhcp_id_of, of);
	if (interface->dhcp) {
		buffer_add(out, " ip address dhcp");
		if (has_id)
			buffer_printf(out, " client-id %s", of);
		if (interface->dhcp_hostname[0])
			buffer_printf(out, " hostname %s", interface->dhcp_hostname);
		buffer_add(out, "\n");
	} else {
		if (has_id)
			buffer_printf(out, " ip dhcp client client-id %s\n", of);
		if (interface->dhcp_hostname[0])
			buffer_printf(out, " ip dhcp client hostname %s\n",
				      interface->dhcp_hostname);
	}
	interface_dhcp_write_lease(out, interface->dhcp_lease_s);
}

/* ---- commands --------------------------------------------------------------------------- */

static enum call_status interface_dhcp_no_client(struct call *call, struct interface_id id)
{
	char name[INTERFACE_TEXT_SIZE];

	return call_fail(call,
			 "type \"ip address dhcp\" there; \"show dhcp lease\" lists those "
			 "that have it",
			 "%s is not a DHCP client", interface_to_text(id, name));
}

static enum call_status interface_dhcp_renew(struct call *call)
{
	struct interface_id id = call_interface(call, "if");
	char name[INTERFACE_TEXT_SIZE];

	switch (router_client_renew(call->world->router, id, call->world->now)) {
	case 0: return CALL_DONE;
	case -ENETDOWN:
		return call_fail(call, "\"show interfaces\" says why",
				 "%s is down, and nobody can be asked there",
				 interface_to_text(id, name));
	default: return interface_dhcp_no_client(call, id);
	}
}

static enum call_status interface_dhcp_release(struct call *call)
{
	struct interface_id id = call_interface(call, "if");
	char name[INTERFACE_TEXT_SIZE];

	switch (router_client_release(call->world->router, id, call->world->now)) {
	case 0: return CALL_DONE;
	case -ENODATA:
		return call_fail(call, "\"show dhcp lease\" shows what it is doing",
				 "%s has no lease to give back", interface_to_text(id, name));
	default: return interface_dhcp_no_client(call, id);
	}
}

/* ---- tables ---------------------------------------------------------------------------- */

#define INTERFACE_DHCP_OPTIONS "[client-id <of:interface>] [hostname <hostname:word>]"
#define INTERFACE_DHCP_LEASE   "{infinite|<days:0-365> [<hours:0-23> [<minutes:0-59>]]}"

static const struct command interface_dhcp_commands[] = {
	{
		.mode = MODE_INTERFACE,
		.path = "ip address dhcp " INTERFACE_DHCP_OPTIONS,
		.no_path = "ip address dhcp " INTERFACE_DHCP_OPTIONS,
		.help = "Learn the router's address, its default route and DNS servers by DHCP.",
		.section = SECTION_INTERFACE,
		.example = "ip address dhcp",
		.example_after = "interface Tap9",
		.run = interface_dhcp_address,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip dhcp client client-id <of:interface>",
		.no_path = "ip dhcp client client-id [<of:interface>]",
		.help = "Be known to DHCP servers by the MAC address of that interface.",
		.section = SECTION_INTERFACE,
		.example = "ip dhcp client client-id Tap1",
		.example_after = "interface Tap9",
		.run = interface_dhcp_client_id,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip dhcp client hostname <hostname:word>",
		.no_path = "ip dhcp client hostname [<hostname:word>]",
		.help = "The name to tell DHCP servers; the router's own by default.",
		.section = SECTION_INTERFACE,
		.example = "ip dhcp client hostname cabin",
		.example_after = "interface Tap9",
		.run = interface_dhcp_hostname,
	},
	{
		.mode = MODE_INTERFACE,
		.path = "ip dhcp client lease " INTERFACE_DHCP_LEASE,
		.no_path = "ip dhcp client lease [" INTERFACE_DHCP_LEASE "]",
		.help = "The lease time to ask DHCP servers for: days, hours, minutes.",
		.section = SECTION_INTERFACE,
		.example = "ip dhcp client lease 0 12",
		.example_after = "interface Tap9",
		.run = interface_dhcp_lease,
	},
	{
		.mode = MODE_DHCP_POOL,
		.path = "import all",
		.no_path = "import all",
		.help = "Tell clients the DNS servers and domain that \"ip address dhcp\" learns, "
			"where the pool has none.",
		.section = SECTION_DHCP,
		.example = "import all",
		.example_after = "ip dhcp pool LAN",
		.run = interface_dhcp_import,
	},
	{
		.mode = MODE_EXEC,
		.path = "renew dhcp <if:interface>",
		.help = "Extend an interface's DHCP lease at once, or ask for one again.",
		.run = interface_dhcp_renew,
	},
	{
		.mode = MODE_EXEC,
		.path = "release dhcp <if:interface>",
		.help = "Give an interface's DHCP lease back; \"renew dhcp\" asks for one again.",
		.run = interface_dhcp_release,
	},
};

static const struct word_help interface_dhcp_words[] = {
	{"ip address dhcp", "Learn the address by DHCP"},
	{"ip address dhcp client-id", "Whose MAC address identifies the client"},
	{"ip address dhcp hostname", "The name to tell the server"},
	{"ip dhcp client", "What this interface's DHCP client asks for"},
	{"ip dhcp client client-id", "Whose MAC address identifies the client"},
	{"ip dhcp client hostname", "The name to tell the server"},
	{"ip dhcp client lease", "The lease time to ask for"},
	{"ip dhcp client lease infinite", "For ever"},
	{"ip dhcp client lease <days>", "Days"},
	{"import", "Pass on what the router has learnt"},
	{"import all", "DNS servers and domain"},
	{"renew", "Ask again for something that was leased"},
	{"renew dhcp", "An interface's address"},
	{"release", "Give back something that was leased"},
	{"release dhcp", "An interface's address"},
};

/* interface.c writes an interface as a whole. */
static void interface_dhcp_write_none(struct buffer *out, const struct config *config,
				      enum config_section section)
{
	(void)out;
	(void)config;
	(void)section;
}

const struct command_family interface_dhcp_family = {
	.title = "DHCP on the outside: the router as a client",
	.commands = interface_dhcp_commands,
	.command_count = ARRAY_COUNT(interface_dhcp_commands),
	.words = interface_dhcp_words,
	.word_count = ARRAY_COUNT(interface_dhcp_words),
	.write = interface_dhcp_write_none,
};
