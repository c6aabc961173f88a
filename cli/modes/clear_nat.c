/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `clear ip nat …`: end translations, or set counters to 0. Static translations stay; their
 * sessions end.
 *
 * IOS asks for `forced` where a translation is in use. Here all of them are sessions in use, and
 * ended with and without the word.
 */
#include "cli/command.h"
#include "cli/modes/view.h"
#include "cli/session.h"
#include "core/router.h"

/* ---- what is not found ------------------------------------------------------------------ */

static void add_end(struct buffer *text, ip4_t address, const struct nat_match *match,
		    uint16_t port)
{
	char word[IP4_TEXT_SIZE];

	buffer_add(text, ip4_to_text(address, word));
	if (match->proto)
		buffer_printf(text, ":%u", port);
}

/* "tcp 192.168.1.20:80 as 203.0.113.10:8080 with 198.51.100.7:1024" */
static void add_match(struct buffer *text, const struct nat_match *match)
{
	const char *between = "";

	if (match->proto)
		buffer_printf(text, "%s ", view_proto_name(match->proto));
	if (!ip4_is_any(match->local)) {
		add_end(text, match->local, match, match->local_port);
		buffer_add(text, " as ");
		add_end(text, match->global, match, match->global_port);
		between = " with ";
	}
	if (!ip4_is_any(match->remote)) {
		buffer_add(text, between);
		add_end(text, match->remote, match,
			match->remote_port ? match->remote_port : match->global_port);
	}
	if (!ip4_is_any(match->remote) && !ip4_equal(match->remote, match->remote_local)) {
		buffer_add(text, ", inside known as ");
		add_end(text, match->remote_local, match,
			match->remote_port ? match->remote_port : match->global_port);
	}
}

/* Whether the inside half that is named is a static translation's. */
static bool is_static(const struct call *call, const struct nat_match *match)
{
	struct nat_entry entry;

	for (uint64_t cursor = 0;
	     nat_next_entry(router_nat(call->world->router), &cursor, &entry, call->world->now);) {
		if (!entry.entry_static)
			return false;
		if (entry.proto == match->proto && ip4_equal(entry.local, match->local) &&
		    ip4_equal(entry.global, match->global) &&
		    entry.local_port == match->local_port &&
		    entry.global_port == match->global_port)
			return true;
	}
	return false;
}

static enum call_status not_found(struct call *call, const struct nat_match *match)
{
	struct buffer hint = {0};

	if (is_static(call, match)) {
		add_match(&hint, match);
		buffer_add(&hint, " is a static translation, which no session uses; \"no ip nat "
				  "inside source static …\" takes it back");
	} else {
		buffer_add(&hint, "there is no ");
		add_match(&hint, match);
		buffer_add(&hint, "; \"show ip nat translations\" lists what there is");
	}
	call_fail(call, buffer_text(&hint), "Translation not found");
	buffer_free(&hint);
	return CALL_FAILED;
}

static enum call_status clear_match(struct call *call, const struct nat_match *match, bool whole)
{
	if (!whole || router_clear_nat(call->world->router, match, call->world->now) == 0)
		return not_found(call, match);
	return CALL_DONE;
}

/* ---- translations ----------------------------------------------------------------------- */

static enum call_status clear_all(struct call *call)
{
	static const struct nat_match all;

	router_clear_nat(call->world->router, &all, call->world->now);
	return CALL_DONE;
}

/* The address of an argument; *@whole: no address of the line is 0.0.0.0, which would match all. */
static ip4_t address_of(const struct call *call, const char *name, bool *whole)
{
	ip4_t address = call_ip4(call, name);

	*whole = *whole && !ip4_is_any(address);
	return address;
}

static enum call_status clear_addresses(struct call *call)
{
	struct nat_match match = {0};
	bool whole = true;

	if (call_arg(call, "global")) {
		match.global = address_of(call, "global", &whole);
		match.local = address_of(call, "local", &whole);
	}
	if (call_arg(call, "outside-local")) {
		match.remote_local = address_of(call, "outside-local", &whole);
		match.remote = address_of(call, "outside-global", &whole);
	}
	return clear_match(call, &match, whole);
}

static enum call_status clear_ports(struct call *call)
{
	bool whole = true;
	struct nat_match match = {
		.proto = view_proto_of(call_word(call, "proto")),
		.global = address_of(call, "global", &whole),
		.global_port = (uint16_t)call_number(call, "global-port"),
		.local = address_of(call, "local", &whole),
		.local_port = (uint16_t)call_number(call, "local-port"),
		.all_ports = true,
	};

	if (call_arg(call, "outside-global")) {
		match.remote_local = address_of(call, "outside-local", &whole);
		match.remote = address_of(call, "outside-global", &whole);
		match.remote_port = (uint16_t)call_number(call, "outside-global-port");
		/* ports outside are never translated */
		whole = whole && match.remote_port == call_number(call, "outside-local-port");
	}
	return clear_match(call, &match, whole);
}

/* ICMP has identifiers: outside, that of the global end. */
static enum call_status clear_icmp(struct call *call)
{
	bool whole = true;
	struct nat_match match = {
		.proto = view_proto_of("icmp"),
		.global = address_of(call, "global", &whole),
		.global_port = (uint16_t)call_number(call, "global-id"),
		.local = address_of(call, "local", &whole),
		.local_port = (uint16_t)call_number(call, "local-id"),
		.all_ports = true,
	};

	if (call_arg(call, "outside-global")) {
		match.remote_local = address_of(call, "outside-local", &whole);
		match.remote = address_of(call, "outside-global", &whole);
		whole = whole && call_number(call, "outside-local-id") == match.global_port &&
			call_number(call, "outside-global-id") == match.global_port;
	}
	return clear_match(call, &match, whole);
}

/* ---- counters --------------------------------------------------------------------------- */

static enum call_status clear_statistics(struct call *call)
{
	router_clear_nat_stats(call->world->router, call->world->now);
	router_clear_nat_refusals(call->world->router);
	return CALL_DONE;
}

static enum call_status clear_limits(struct call *call)
{
	router_clear_nat_refusals(call->world->router);
	return CALL_DONE;
}

/* ---- tables ----------------------------------------------------------------------------- */

#define CLEAR_ROW(words, text, handler)                                                            \
	{                                                                                          \
		.mode = MODE_EXEC, .path = (words), .help = (text), .run = (handler),              \
	}
#define CLEAR_INSIDE  "inside <global:ip4> <local:ip4>"
#define CLEAR_OUTSIDE "outside <outside-local:ip4> <outside-global:ip4>"

static const struct command clear_nat_commands[] = {
	CLEAR_ROW("clear ip nat translation {*|forced}", "End every translation; static ones stay.",
		  clear_all),
	CLEAR_ROW(
		"clear ip nat translation " CLEAR_INSIDE " [" CLEAR_OUTSIDE "] [forced]",
		"End the translations of one device's address, or of those with one host outside.",
		clear_addresses),
	CLEAR_ROW("clear ip nat translation " CLEAR_OUTSIDE " [forced]",
		  "End the translations with one host outside.", clear_addresses),
	CLEAR_ROW("clear ip nat translation proto={tcp|udp} inside <global:ip4> <global-port:port> "
		  "<local:ip4> <local-port:port> [outside <outside-local:ip4> "
		  "<outside-local-port:port> <outside-global:ip4> <outside-global-port:port>] "
		  "[forced]",
		  "End the translations of one port, or of one connection.", clear_ports),
	CLEAR_ROW("clear ip nat translation icmp inside <global:ip4> <global-id:0-65535> "
		  "<local:ip4> <local-id:0-65535> [outside <outside-local:ip4> "
		  "<outside-local-id:0-65535> <outside-global:ip4> <outside-global-id:0-65535>] "
		  "[forced]",
		  "End the translations of one identifier of ICMP queries.", clear_icmp),
	CLEAR_ROW("clear ip nat statistics", "Set the counters of address translation to 0.",
		  clear_statistics),
	CLEAR_ROW("clear ip nat limits", "Set the counters of refused translations to 0.",
		  clear_limits),
};

static const struct word_help clear_nat_words[] = {
	{"clear ip nat", "Network address translation"},
	{"clear ip nat translation", "Translations in the table"},
	{"clear ip nat translation *", "All of them"},
	{"clear ip nat translation forced", "All of them, in use or not"},
	{"forced", "In use or not"},
	{"clear ip nat translation tcp", "A TCP translation"},
	{"clear ip nat translation udp", "A UDP translation"},
	{"clear ip nat translation icmp", "An ICMP translation"},
	{"clear ip nat translation inside", "Inside addresses: global, then local"},
	{"clear ip nat translation outside", "Outside addresses: local, then global"},
	{"clear ip nat translation tcp inside", "Inside address and port: global, then local"},
	{"clear ip nat translation udp inside", "Inside address and port: global, then local"},
	{"clear ip nat translation icmp inside",
	 "Inside address and identifier: global, then local"},
	{"inside outside", "Outside ends: local, then global"},
	{"clear ip nat statistics", "Counters of translation"},
	{"clear ip nat limits", "Counters of refused translations"},
};

const struct command_family clear_nat_family = {
	.title = "Clearing translations",
	.commands = clear_nat_commands,
	.command_count = ARRAY_COUNT(clear_nat_commands),
	.words = clear_nat_words,
	.word_count = ARRAY_COUNT(clear_nat_words),
};
