/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A command is a row. From the rows come parsing, abbreviation, `?`, TAB, the reference in
 * docs/cli.md, and the test that types every example and finds it in the running configuration.
 *
 * The grammar of a path, tokens parted by blanks:
 *   word             a keyword; any prefix that no other keyword at this place shares will do
 *   <name:type>      an argument; the types are those of ARG_TYPE_LIST, or a range: <n:1-255>
 *   {a b|c|<x:ip4>}  one of these sequences
 *   name={a|b}       the same, and call_word(call, "name") tells the keyword chosen
 *   [a <x:ip4>]      may be left out
 */
/* The comments beside the rows are a table of their own: */
/* clang-format off */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <jansson.h>
#include "cli/buffer.h"
#include "core/base.h"
#include "core/config.h"

/* X(NAME, "name in a path", "how `?` shows it") */
#define ARG_TYPE_LIST(X)                                                                           \
	X(IP4, "ip4", "A.B.C.D")                 /* strict dotted quad */                          \
	X(MASK, "mask", "A.B.C.D")               /* contiguous mask; value is the length */        \
	X(PREFIX, "prefix", "A.B.C.D/nn")        /* also two words: A.B.C.D M.M.M.M */             \
	X(MAC, "mac", "H.H.H")                   /* also with colons */                            \
	X(INTERFACE, "interface", "Tap|Tun|BVI|Loopback<n>") /* also two words: Tap 1 */           \
	X(NUMBER, "number", "<min-max>")         /* written as a range in the path */              \
	X(PORT, "port", "<1-65535>")             /* also www, telnet, ssh, domain … */             \
	X(ICMP, "icmp", "<0-255>")               /* also echo, unreachable, ttl-exceeded … */      \
	X(WORD, "word", "WORD")                  /* up to CONFIG_NAME_SIZE - 1 characters */       \
	X(LINE, "line", "LINE")                  /* all the rest of the line */                    \
	X(HEX, "hex", "Hex-data")                /* 01aa.bbcc.ddee.ff: bytes in value.hex */       \
	X(VIP, "vip", "NAME")                    /* word; TAB offers the VIPs */                   \
	X(POOL, "pool", "NAME")                  /* word; TAB offers the DHCP pools */             \
	X(NAT_POOL, "nat-pool", "NAME")          /* word; TAB offers the NAT pools */              \
	X(ACL, "acl", "LIST")                    /* word; TAB offers the access lists */           \
	X(NAMESPACE, "namespace", "NAME")        /* word; TAB offers the namespaces */             \
	X(HOST, "host", "NAME")                  /* word; TAB offers names of devices */           \
	X(IFNAME, "ifname", "IFNAME")            /* word, up to 15 characters, no slash */         \
	X(FILE, "file", "FILE")                  /* word of any length to 255 */

enum arg_type {
#define X(name, word, shown) ARG_##name,
	ARG_TYPE_LIST(X)
#undef X
	ARG_TYPE_COUNT
};

#define ARG_TEXT_SIZE 256
#define ARGS_MAX      24

struct arg {
	const char *name; /* as in the path; points into the row's compiled form */
	enum arg_type type;
	char text[ARG_TEXT_SIZE]; /* as typed */
	union {
		ip4_t ip4;
		struct ip4_prefix prefix;
		mac_t mac;
		struct interface_id interface;
		int64_t number; /* NUMBER, PORT; MASK: the length */
		struct {
			uint8_t type;
			int16_t code; /* -1: any */
		} icmp;
		struct {
			uint8_t bytes[CONFIG_CLIENT_ID_MAX];
			uint8_t len;
		} hex;
	};
};

enum cli_mode {
	MODE_EXEC,	/* home> and home# */
	MODE_CONFIG,	/* home(config)# */
	MODE_INTERFACE, /* home(config-if)# */
	MODE_DHCP_POOL, /* home(dhcp-config)# */
	MODE_STANDARD_ACL, /* home(config-std-nacl)# */
	MODE_EXTENDED_ACL, /* home(config-ext-nacl)# */
	MODE_COUNT
};

/** Sections of the running configuration, in the order in which IOS prints them. */
enum config_section {
	SECTION_NONE, /* not a configuration row */
	SECTION_HOSTNAME,
	SECTION_DHCP,
	SECTION_DNS,
	SECTION_INTERFACE,
	SECTION_VIP,
	SECTION_NAT,
	SECTION_ROUTE,
	SECTION_ACL,
	SECTION_ARP,
	SECTION_COUNT
};

struct session;
struct world;

/** A command as it was typed, matched and checked. */
struct call {
	struct session *session;
	const struct world *world;
	struct config *candidate; /* the configuration being edited; NULL outside configuration */
	struct buffer *out;
	bool no;	 /* `no …` or `default …` */
	bool by_default; /* `default …`: for settings that are on unless `no` turns them off */
	const struct command *row;
	struct arg args[ARGS_MAX];
	unsigned int arg_count;
	struct {
		const char *name, *word;
	} words[ARGS_MAX]; /* choices with a name, and optional keywords under their own name */
	unsigned int word_count;
	json_t *answer; /* of a row with run() and show: made by run() for collect(); else NULL */
};

/* Arguments by their name in the path. The plain getters assert that the argument is there;
 * call_arg() gives NULL when an optional one was left out. */
const struct arg *call_arg(const struct call *call, const char *name);
ip4_t call_ip4(const struct call *call, const char *name);
struct ip4_prefix call_prefix(const struct call *call, const char *name);
struct interface_id call_interface(const struct call *call, const char *name);
int64_t call_number(const struct call *call, const char *name);
/** The same of an optional one; @without: when it was left out. */
int64_t call_number_or(const struct call *call, const char *name, int64_t without);
const char *call_text(const struct call *call, const char *name);
/** The keyword chosen in `name={…}`, or "name" itself when the keyword `name` was typed; else NULL. */
const char *call_word(const struct call *call, const char *name);

/** What a handler did. */
enum call_status {
	CALL_DONE,
	CALL_FAILED, /* call_fail() said why */
	CALL_WAIT,   /* an effect of the world was started; session_resume() goes on */
	CALL_QUIT,   /* the session ends */
};

/**
 * Refuses a command: "% " and the message on the first line, and, unless NULL, the way out on the
 * second ("Hint: …" of ours, which `terminal hints disable` turns off). Return: CALL_FAILED.
 */
enum call_status call_fail(struct call *call, const char *hint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Where a show stands between two pieces of its answer. */
struct show_cursor {
	uint64_t at; /* the collector's own; 0 to begin */
	bool first;  /* this piece opens the answer */
	bool more;   /* set by collect(): call again for the next piece */
	void *state; /* the collector's own, freed with free() at the end */
};

/**
 * A show: JSON is the answer, text is a view of it. collect() returns an object, or a piece of an
 * array (at most a few hundred items; set more); never NULL but out of memory. print() writes a
 * piece as IOS would: headings when cursor->first, totals when !cursor->more.
 * Keys are fixed snake_case, numbers are numbers, times are seconds, absent is null.
 */
struct show {
	json_t *(*collect)(const struct call *call, struct show_cursor *cursor);
	void (*print)(struct buffer *out, const json_t *piece, const struct show_cursor *cursor);
};

enum command_flags {
	COMMAND_LOOK = 1, /* exec: also for those who may only look */
	COMMAND_EXEC_ONLY = 2, /* not through `do` */
	COMMAND_ACTION = 4,    /* configuration: changes settings, and is none that is written */
};

struct command {
	enum cli_mode mode;
	const char *path;    /* grammar above */
	const char *no_path; /* what may follow `no`; NULL: there is no such form */
	const char *help;    /* one line, for docs/cli.md */
	enum command_flags flags;
	enum config_section section; /* configuration rows: who writes it back */
	const char *example;	     /* configuration rows: a line that stands in the running
					configuration just so after it was typed */
	const char *example_after;   /* lines that must be typed before it, "\n" between; may be NULL */
	enum call_status (*run)(struct call *call);
	const struct show *show; /* instead of run; with both, run() may refuse, and makes call->answer,
				    which collect() gives back in one piece */
};

/** What `?` says of a keyword: the longest path that ends in it wins over the word alone. */
struct word_help {
	const char *path; /* "ip nat inside", "show ip", or just "vip" */
	const char *help;
};

/** A family of commands: one file in cli/modes. */
struct command_family {
	const char *title; /* heading in docs/cli.md */
	const struct command *commands;
	size_t command_count;
	const struct word_help *words;
	size_t word_count;
	/* writes this family's part of @section; NULL: none */
	void (*write)(struct buffer *out, const struct config *config, enum config_section section);
};

/** Every family, in the order of docs/cli.md; NULL-terminated. cli/modes/families.c */
extern const struct command_family *const command_families[];

#endif
