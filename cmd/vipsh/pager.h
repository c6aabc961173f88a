/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shows output a screen at a time: space goes on by a page, Enter by a line, q leaves. The terminal
 * must hand over keys at once and without echo, as readline leaves it.
 */
#ifndef CMD_VIPSH_PAGER_H
#define CMD_VIPSH_PAGER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/** What `terminal length` is unless somebody set it. */
enum { PAGER_LENGTH_DEFAULT = 24 };

struct pager {
	unsigned int rows;     /* lines a page, the prompt's included; 0: no paging */
	unsigned int columns;  /* of the terminal; 0: unknown, lines are taken not to wrap */
	unsigned int used;     /* rows written since the last wait for a key */
	unsigned int column;   /* where the cursor stands in its row, from 0 */
	bool left;	       /* no more output is wanted */
	const sigset_t *open;  /* signals let in while waiting. Borrowed */
	bool (*stopped)(void); /* whether a signal that came ends the output */
};

/**
 * pager_init() - begin with an empty page
 * @page_lines: `terminal length`: 0 no paging; PAGER_LENGTH_DEFAULT: the screen's own height
 */
void pager_init(struct pager *pager, unsigned int page_lines, const sigset_t *open,
		bool (*stopped)(void));

/** Shows a piece of output, and waits for keys as needed. Return: whether more is wanted. */
bool pager_write(struct pager *pager, const char *text, size_t len);

#endif
