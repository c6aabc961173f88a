/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of `show …` but `show ip …`, and the two smallest shows: version and clock.
 */
#include "cli/modes/show.h"
#include "cli/modes/view.h"

#include <limits.h>
#include <time.h>
#include "cli/session.h"

/* ---- version ---------------------------------------------------------------------------- */

static json_t *show_version_interfaces(const struct config *config)
{
	uint64_t count[INTERFACE_KIND_COUNT] = {0};

	vec_each (&config->interfaces, interface) {
		count[interface->id.kind]++;
	}
	return json_pack("{s:I, s:I, s:I, s:I}", "tap", (json_int_t)count[INTERFACE_TAP], "tun",
			 (json_int_t)count[INTERFACE_TUN], "bvi", (json_int_t)count[INTERFACE_BVI],
			 "loopback", (json_int_t)count[INTERFACE_LOOPBACK]);
}

/*
 * {version, instance, hostname, uptime_s, started_at (seconds since 1970 UTC), interfaces: {tap,
 * tun, bvi, loopback}}
 */
static json_t *show_version_collect(const struct call *call, struct show_cursor *cursor)
{
	const struct world *world = call->world;
	json_int_t uptime = mono_between_ms(world->started, world->now) / 1000;

	(void)cursor;
	return json_pack("{s:o, s:o, s:o, s:I, s:I, s:o}", "version", view_of_text(world->version),
			 "instance", view_of_text(world->instance), "hostname",
			 view_of_text(world->running->hostname), "uptime_s", uptime, "started_at",
			 (json_int_t)world->wall_s - uptime, "interfaces",
			 show_version_interfaces(world->running));
}

/* "1 week, 2 days, 0 hours, 3 minutes": from the largest unit that is not zero, minutes always. */
static void show_version_print_uptime(struct buffer *out, long long seconds)
{
	static const struct {
		const char *name;
		long long seconds, most;
	} units[] = {
		{"year", 31536000, LLONG_MAX},
		{"week", 604800, 52},
		{"day", 86400, 7},
		{"hour", 3600, 24},
		{"minute", 60, 60},
	};
	bool begun = false;

	for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
		long long count = seconds / units[i].seconds;

		seconds %= units[i].seconds;
		if (count == 0 && !begun && i + 1 < ARRAY_COUNT(units))
			continue;
		buffer_printf(out, "%s%lld %s%s", begun ? ", " : "", count, units[i].name,
			      count == 1 ? "" : "s");
		begun = true;
	}
}

static void show_version_print(struct buffer *out, const json_t *piece,
			       const struct show_cursor *cursor)
{
	const json_t *interfaces = json_object_get(piece, "interfaces");
	static const struct {
		const char *key, *name;
	} kinds[] = {{"tap", "Tap"}, {"tun", "Tun"}, {"bvi", "BVI"}, {"loopback", "Loopback"}};

	(void)cursor;
	buffer_printf(out,
		      "viprouter Software (viprouterd), Version %s, a router in user space\n\n",
		      view_string(piece, "version"));
	buffer_printf(out, "%s uptime is ", view_string(piece, "hostname"));
	show_version_print_uptime(out, view_number(piece, "uptime_s"));
	buffer_printf(out, "\nInstance is \"%s\"\n\n", view_string(piece, "instance"));
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		long long count = view_number(interfaces, kinds[i].key);

		if (count > 0)
			buffer_printf(out, "%lld %s interface%s\n", count, kinds[i].name,
				      count == 1 ? "" : "s");
	}
}

const struct show show_version = {show_version_collect, show_version_print};

/* ---- clock ------------------------------------------------------------------------------ */

/*
 * {time_s (seconds since 1970), timezone: "UTC"}
 */
static json_t *show_clock_collect(const struct call *call, struct show_cursor *cursor)
{
	(void)cursor;
	return json_pack("{s:I, s:s}", "time_s", (json_int_t)call->world->wall_s, "timezone",
			 "UTC");
}

/* IOS shows milliseconds, which its parsers ask for; the answer has whole seconds. */
static void show_clock_print(struct buffer *out, const json_t *piece,
			     const struct show_cursor *cursor)
{
	time_t t = (time_t)view_number(piece, "time_s");
	char text[64];
	struct tm tm;

	(void)cursor;
	if (gmtime_r(&t, &tm) && strftime(text, sizeof(text), "%H:%M:%S.000 UTC %a %b %-d %Y", &tm))
		buffer_printf(out, "%s\n", text);
}

const struct show show_clock = {show_clock_collect, show_clock_print};

/* ---- rows ------------------------------------------------------------------------------- */

#define SHOW_ROW(words, text, what)                                                                \
	{                                                                                          \
		.mode = MODE_EXEC, .path = (words), .help = (text), .flags = COMMAND_LOOK,         \
		.show = (what),                                                                    \
	}

static const struct command show_commands[] = {
	SHOW_ROW("show version", "The program, its instance, and how long it has run.",
		 &show_version),
	SHOW_ROW("show clock", "The time, UTC.", &show_clock),
	SHOW_ROW("show running-config [interface <interface:interface>]",
		 "The configuration in force, or an interface's part of it.", &show_running),
	SHOW_ROW("show startup-config", "The configuration that the next start begins with.",
		 &show_startup),
	SHOW_ROW("show configuration diff",
		 "What the running configuration has changed since it was saved.", &show_diff),
	SHOW_ROW("show interfaces [<interface:interface>]",
		 "State, addresses and counters of the interfaces.", &show_interfaces),
	SHOW_ROW("show interfaces brief", "One line for each interface: address and state.",
		 &show_interface_brief),
	SHOW_ROW("show interfaces description",
		 "One line for each interface: state and description.",
		 &show_interface_description),
	SHOW_ROW("show arp [{<address:ip4>|<interface:interface>}]",
		 "The ARP cache, and the router's own addresses.", &show_arp),
	SHOW_ROW("show access-lists [<list:acl>]", "The access lists, line by line.",
		 &show_access_list),
	SHOW_ROW("show vip [<name:vip>]",
		 "The public addresses: who shares them, what is in use, what is forwarded.",
		 &show_vip),
	SHOW_ROW("show dhcp lease [<interface:interface>]",
		 "What interfaces with \"ip address dhcp\" have been leased, and by whom.",
		 &show_dhcp_lease),
	SHOW_ROW("show drops [interface <interface:interface>]",
		 "Why frames were dropped, by interface, and how often.", &show_drops),
	SHOW_ROW("show topology", "Ports, bridges, namespaces and devices as a tree.",
		 &show_topology),
};

static const struct word_help show_words[] = {
	{"show", "Look at the router"},
	{"show version", "Program, instance and uptime"},
	{"show clock", "Time of day"},
	{"show running-config", "Configuration in force"},
	{"show running-config interface", "Only an interface's part of it"},
	{"show startup-config", "Configuration of the next start"},
	{"show configuration", "Compare configurations"},
	{"show configuration diff", "Running against startup"},
	{"show interfaces", "State and counters of the interfaces"},
	{"show interfaces brief", "Addresses and states as a table"},
	{"show interfaces description", "Descriptions as a table"},
	{"show arp", "ARP cache"},
	{"show access-lists", "Access lists"},
	{"show vip", "Public virtual addresses and who shares them"},
	{"show dhcp", "The router as a DHCP client"},
	{"show dhcp lease", "What its interfaces have been leased"},
	{"show drops", "Dropped frames by reason"},
	{"show drops interface", "Only those of one interface"},
	{"show topology", "Ports, bridges and devices as a tree"},
};

const struct command_family show_family = {
	.title = "Looking at the router",
	.commands = show_commands,
	.command_count = ARRAY_COUNT(show_commands),
	.words = show_words,
	.word_count = ARRAY_COUNT(show_words),
};
