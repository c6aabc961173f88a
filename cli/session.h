/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A shell session: its mode, its rights, the configuration it edits. One line goes in, text comes
 * out; what takes time is an effect of the world, and session_resume() goes on when it is done.
 *
 * Interactive sessions apply each configuration line at once. Script sessions collect lines into
 * one candidate, which is applied as one change at `end`, at a line that is not configuration, or
 * by session_commit(); in them a configuration line needs no `configure terminal` before it.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/buffer.h"
#include "cli/command.h"
#include "core/router.h"

/** What became of `ip dhcp database`. */
struct world_database {
	int64_t written_s; /* seconds since 1970 UTC; 0 never */
	int error;	   /* -errno of the last attempt; 0 */
	bool pending;	   /* changes wait to be written */
	uint64_t successes, failures;
};

/** Things only the world can do. Each starts an effect and returns at once: 0, or -errno with
 *  nothing started; the daemon then calls session_resume() exactly once. */
struct world_effects {
	/** Makes @candidate the running configuration, kernel's side included. Copied. */
	int (*apply)(void *context, struct session *session, const struct config *candidate);
	/** Replaces startup-config by @text, atomically and durably. Copied. */
	int (*save_startup)(void *context, struct session *session, const char *text);
	/* these answer at once */
	/** The startup-config, malloc'd, the caller's; NULL: there is none. */
	char *(*read_startup)(void *context);
	/** Names of network namespaces, a new array of strings. */
	json_t *(*namespaces)(void *context);
	/** Erases startup-config. Return: 0; -errno. */
	int (*erase_startup)(void *context);
	/** router_probe() on a copy of the router, which stays as it is. Return: its own; -errno:
	 *  no copy could be made, -ETIMEDOUT or -EIO: it gave no answer. */
	int (*trace)(void *context, const struct trace_packet *packet, struct trace *trace);
	/** NULL: nothing was ever written. */
	void (*database)(void *context, struct world_database *out);
	/* what the DNS forwarder knows; NULL: there is none */
	/** Rows of `show hosts`, a piece of them; @name: of that name alone; NULL all. */
	json_t *(*hosts)(void *context, const char *name, struct show_cursor *cursor);
	/** The answers of `show ip dns view` and `show ip dns statistics`. */
	json_t *(*dns_view)(void *context);
	json_t *(*dns_statistics)(void *context);
	/** Forgets what is kept of a name, or (NULL) of all. Return: how many answers. */
	unsigned int (*clear_hosts)(void *context, const char *name);
	void (*clear_dns_statistics)(void *context);
};

/** What commands act on and look at. */
struct world {
	struct router *router;
	const struct config *running;
	const char *instance; /* NAME of viprouterd -n */
	const char *version;
	mono_ms_t now; /* brought up to date by the daemon before each call */
	mono_ms_t started;
	int64_t wall_s; /* seconds since 1970 UTC, at `now` */
	const struct world_effects *effects;
	void *context;
};

enum session_flags {
	SESSION_MAY_CONFIGURE = 1, /* root or the daemon's user */
	SESSION_SCRIPT = 2, /* collects configuration lines; no `configure terminal` needed */
	SESSION_JSON = 4,   /* every show is JSON, every error an object */
	SESSION_CHECK = 8,  /* check what would fail, change nothing */
};

enum session_status {
	SESSION_DONE,
	SESSION_FAILED, /* the error is in the output */
	SESSION_MORE,	/* call session_more() for the next piece of output */
	SESSION_WAIT,	/* an effect is under way; session_resume() will be called */
	SESSION_QUIT,
};

/** @world: borrowed for life. Return: NULL: no memory. */
struct session *session_new(const struct world *world, enum session_flags flags);
void session_free(struct session *session);

/**
 * session_run() - carry out one line
 * @out: what it prints is added
 * Not to be called while an effect or more output is due.
 */
enum session_status session_run(struct session *session, const char *line, struct buffer *out);
enum session_status session_more(struct session *session, struct buffer *out);
/** Stops output that is not wanted any more (Ctrl-C). */
void session_stop(struct session *session);

/** An effect ended: @status 0, or -errno with @message (may be NULL) saying what failed. */
enum session_status session_resume(struct session *session, int status, const char *message,
				   struct buffer *out);

/** Applies what a script session has collected, if anything. */
enum session_status session_commit(struct session *session, struct buffer *out);

/** "home(config-if)#" into @out. */
void session_prompt(const struct session *session, struct buffer *out);

/** File named by `| redirect FILE` or append/tee of the last line; NULL. @how: that word. */
const char *session_redirect(const struct session *session, const char **how);

/** `terminal length`: lines a page; 0 no pager. */
unsigned int session_page_length(const struct session *session);

/** What `debug …` of this session shows: a mask of debug_bit() (core/debug.h). */
uint32_t session_debug(const struct session *session);
/** `terminal monitor`: lines of the log are shown too, and what other sessions debug. */
bool session_monitors(const struct session *session);
/** Whether its answers are JSON, whatever the line. */
bool session_is_json(const struct session *session);

/** What `?` prints at the end of @line. */
void session_help(struct session *session, const char *line, struct buffer *out);

/** Words that may complete the last word of @line, whole words, in order. New array of strings. */
json_t *session_complete(struct session *session, const char *line);

/* ---- for the handlers of commands ------------------------------------------------------ */

/** Goes to another mode: a sub-mode of configuration, or out of it. */
void session_enter(struct session *session, enum cli_mode mode);
enum cli_mode session_mode(const struct session *session);

/** The interface that MODE_INTERFACE is about. */
void session_set_interface(struct session *session, struct interface_id id);
struct interface_id session_interface(const struct session *session);

/** The access list that MODE_STANDARD_ACL and MODE_EXTENDED_ACL are about; the name is copied. */
void session_set_acl(struct session *session, const char *name);
const char *session_acl(const struct session *session);

/** The DHCP pool that MODE_DHCP_POOL is about; the name is copied. */
void session_set_pool(struct session *session, const char *name);
const char *session_pool(const struct session *session);

/** @mask: of debug_bit(). */
void session_set_debug(struct session *session, uint32_t mask);
void session_set_monitor(struct session *session, bool on);

/** What is printed when the effect that makes this command wait has ended well ("[OK]\n"). Copied.
 */
void session_set_done_text(struct session *session, const char *text);

/* ---- configurations as text ------------------------------------------------------------ */

/** `show running-config` of @config, without "Building configuration". */
void running_config_write(struct buffer *out, const struct config *config);

struct config_read_error {
	unsigned int line, column; /* from 1; column 0: the whole */
	char text[400];
};

/**
 * running_config_read() - parse a configuration text by the command table, and check it as a whole
 * @config: initialised; changed only on success
 * Return: 0; -EINVAL with @error filled in; -ENOMEM.
 */
int running_config_read(const char *text, struct config *config, struct config_read_error *error);

#endif
