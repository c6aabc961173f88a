/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See pager.h. Rows are counted as the terminal fills them, wrapped lines included. A character is
 * taken to be one column wide, tabs excepted. A key is only waited for when there is something left
 * to show, so output that just fills the screen ends without a question.
 */
#include "cmd/vipsh/pager.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TAB_STOP = 8, KEY_CTRL_C = 3, KEY_CTRL_D = 4 };

static const char more_prompt[] = "--More--";
static const char more_erase[] = "\r        \r";

void pager_init(struct pager *pager, unsigned int page_lines, const sigset_t *open,
		bool (*stopped)(void))
{
	struct winsize size = {0};

	*pager = (struct pager){.rows = page_lines, .open = open, .stopped = stopped};
	if (!isatty(STDOUT_FILENO)) {
		pager->rows = 0;
		return;
	}
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return;
	pager->columns = size.ws_col;
	if (page_lines == PAGER_LENGTH_DEFAULT && size.ws_row > 1)
		pager->rows = size.ws_row;
}

/** Waits for a key. Return: it; 'q' when a signal or the terminal's end came instead. */
static int wait_for_key(const struct pager *pager)
{
	struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
	unsigned char key;

	while (ppoll(&ready, 1, NULL, pager->open) < 0) {
		if (errno != EINTR || pager->stopped())
			return 'q';
	}
	return read(STDIN_FILENO, &key, 1) == 1 ? key : 'q';
}

/** Asks whether to go on. */
static void ask(struct pager *pager)
{
	bool answered = false;

	fputs(more_prompt, stdout);
	fflush(stdout);
	while (!answered) {
		answered = true;
		switch (wait_for_key(pager)) {
		case ' ': pager->used = 0; break;
		case '\r':
		case '\n': pager->used = pager->rows - 2; break;
		case 'q':
		case 'Q':
		case KEY_CTRL_C:
		case KEY_CTRL_D: pager->left = true; break;
		default: answered = false; break;
		}
	}
	fputs(more_erase, stdout);
}

/** Moves the place of the cursor over one byte of output. */
static void advance(struct pager *pager, char byte)
{
	if (byte == '\n') {
		pager->used++;
		pager->column = 0;
	} else {
		pager->column += byte == '\t' ? TAB_STOP - pager->column % TAB_STOP : 1;
	}
}

/** Whether the byte begins a character; others of UTF-8 take no column of their own. */
static bool begins_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

bool pager_write(struct pager *pager, const char *text, size_t len)
{
	size_t shown = 0;

	if (pager->left)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!begins_character(text[i]))
			continue;
		/* a terminal goes to the next row when something is to stand there, not before */
		if (text[i] != '\n' && pager->columns > 0 && pager->column >= pager->columns) {
			pager->used++;
			pager->column = 0;
		}
		if (pager->rows > 1 && pager->column == 0 && pager->used >= pager->rows - 1) {
			fwrite(text + shown, 1, i - shown, stdout);
			shown = i;
			ask(pager);
			if (pager->left)
				break;
		}
		advance(pager, text[i]);
	}
	if (!pager->left)
		fwrite(text + shown, 1, len - shown, stdout);
	fflush(stdout);
	return !pager->left;
}
