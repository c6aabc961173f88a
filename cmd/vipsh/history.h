/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines typed in earlier sessions: $XDG_STATE_HOME/viprouter/history, or that below ~/.local/state.
 * Whoever cannot keep a history has none; nothing is said about it.
 */
#ifndef CMD_VIPSH_HISTORY_H
#define CMD_VIPSH_HISTORY_H

/** Reads what earlier sessions left into readline's list. */
void history_load(void);
/** Remembers a line, unless it is blank or the same as the one before. */
void history_remember(const char *line);
/** Adds this session's lines to the file, for several shells may be open. */
void history_save(void);

#endif
