/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a session remembers, for the files that make it up: session.c (lines and effects), edit.c
 * (the candidate), complaint.c (errors), help.c, and the session's own commands.
 */
#ifndef CLI_SESSION_STATE_H
#define CLI_SESSION_STATE_H

#include "cli/grammar.h"
#include "cli/match.h"
#include "cli/pipe.h"
#include "cli/report.h"
#include "cli/session.h"

enum { SESSION_LINE_MAX = 4096, SESSION_ERROR_SIZE = 400 };

/** What the session waits for before the next line. */
enum session_due {
	SESSION_DUE_NOTHING,
	SESSION_DUE_APPLY,  /* the candidate becomes the running configuration */
	SESSION_DUE_EFFECT, /* a command's own effect */
	SESSION_DUE_OUTPUT, /* session_more() */
};

/** What a handler left to the session: the rest of its line is a line of its own. */
enum session_follow {
	SESSION_FOLLOW_NONE,
	SESSION_FOLLOW_DO,    /* a command of exec */
	SESSION_FOLLOW_SET,   /* a configuration line, with the mode it stands in before it */
	SESSION_FOLLOW_UNSET, /* the same, with `no` on its last part */
};

/** Where a session is. */
struct session_place {
	enum cli_mode mode;
	struct interface_id interface; /* MODE_INTERFACE */
	char pool[CONFIG_NAME_SIZE];   /* MODE_DHCP_POOL */
	char acl[CONFIG_NAME_SIZE];    /* MODE_STANDARD_ACL, MODE_EXTENDED_ACL */
};

struct session_error {
	bool set;
	bool caret;		       /* the caret stands under `column` */
	bool has_column;	       /* `column` means something */
	size_t column;		       /* in the line, from 0 */
	char text[SESSION_ERROR_SIZE]; /* without "% " */
	char hint[SESSION_ERROR_SIZE]; /* "" none */
};

struct session {
	const struct grammar *grammar;
	const struct world *world;
	enum session_flags flags;
	bool lowered; /* `disable` */
	bool no_hints;
	unsigned int page_length;
	uint32_t debug; /* categories that it looks at: debug_bit() */
	bool monitors;	/* `terminal monitor` */
	struct session_place place;
	struct session_place place_before; /* before the line that is being applied */
	enum session_due due;

	/* The candidate: in an interactive session for the time of one line; in a script from its
	 * first configuration line up to the commit. */
	bool editing;
	struct config candidate;
	struct config base; /* script: what the candidate began from */
	bool checked;	    /* SESSION_CHECK: `supposed` is what would run by now */
	struct config supposed;

	char *line; /* the current one; NULL before the first */
	bool again; /* when the commit is done, the line is run (again) */
	bool json;  /* this line's answer is JSON */
	enum session_follow follow;
	struct call call;
	struct buffer text; /* what the handler printed */
	char done_text[120];
	struct session_error error;
	struct report report;
	struct pipe *pipe; /* of this line; NULL */
};

bool session_is_script(const struct session *session);
/** Whether it may change things: its rights, not lowered by `disable`. */
bool session_is_enabled(const struct session *session);
void session_set_enabled(struct session *session, bool enabled);
void session_set_hints(struct session *session, bool hints);
void session_set_page_length(struct session *session, unsigned int lines);
void session_set_follow(struct session *session, enum session_follow follow);

/** Runs the current line from the mode the session is in, from byte @from on. */
enum session_status session_dispatch(struct session *session, size_t from, struct buffer *out);
/** Runs a line of a configuration text on the candidate. Return: whether; else the error is set. */
bool session_read_line(struct session *session, const char *line);
/** Matches at the exec level; @through_do: only what may be run through `do`. */
void session_match_exec(const struct session *session, size_t from, size_t to, bool through_do,
			struct match *match);

/* ---- errors: complaint.c ---------------------------------------------------------------- */

void session_error_set(struct session *session, const char *hint, const char *format, va_list args);
void session_error_say(struct session *session, const char *hint, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** The error of a line that did not match. */
void session_error_match(struct session *session, const struct match *match);
/** Prints the error. Return: SESSION_FAILED. */
enum session_status session_error_print(struct session *session, struct buffer *out);

/* ---- configuration: edit.c -------------------------------------------------------------- */

/** The configuration that the session sees: its candidate, or the one in force. */
const struct config *session_config(const struct session *session);

/**
 * session_edit_match() - match a configuration line, `no` and `default` included
 * A line that does not match in @mode but does in MODE_CONFIG is one of that mode.
 * @no: in: the line is meant as if `no` stood before it; out: whether it is negated
 */
void session_edit_match(const struct session *session, enum cli_mode mode, size_t from, bool *no,
			struct match *match);
/** Makes the candidate, if there is none. Return: whether; else the error is set. */
bool session_edit_begin(struct session *session);
void session_edit_drop(struct session *session);
/** Runs a matched configuration line on the candidate. Return: whether; else the error is set. */
bool session_edit_call(struct session *session, const struct match *match, bool no);
/** `set` and `unset`: the line from @from on. Return: whether; else the error is set. */
bool session_edit_flat(struct session *session, size_t from, bool no);
/**
 * session_edit_flat_mode() - the mode in which the rest of a flat line stands
 * @rest: in: where the line begins; out: where the rest does
 */
enum cli_mode session_edit_flat_mode(struct session *session, size_t *rest);
/** Makes the candidate the running configuration. Prints errors. */
enum session_status session_edit_apply(struct session *session, struct buffer *out);
/** The end of what session_edit_apply() began. */
enum session_status session_edit_applied(struct session *session, int status, const char *message,
					 struct buffer *out);

/* ---- the session's own commands: modes/session_commands.c -------------------------------- */

extern const struct command_family session_family;

#endif
