/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * E. Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1 (1986), the greedy
 * form. For each number of edits d the furthest point reached on each diagonal is kept, so that the
 * way there can be walked back; that takes d squared numbers, hence the limit.
 */
#include "cli/modes/line_diff.h"

/* What lies between the common head and tail. */
struct line_diff_part {
	const struct line *a, *b; /* before, after */
	int n, m;		  /* how many lines */
};

static bool line_equal(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

int line_list_read(struct line_list *list, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		struct line *line = vec_push(&list->lines);

		if (!line)
			return -ENOMEM;
		*line = (struct line){text, len};
		text += len + (text[len] == '\n');
	}
	return 0;
}

static int line_diff_put(struct line_edit_list *edits, enum line_edit_op op,
			 const struct line *line)
{
	struct line_edit *edit = vec_push(&edits->edits);

	if (!edit)
		return -ENOMEM;
	*edit = (struct line_edit){op, *line};
	return 0;
}

/* The row of d edits in the trace: furthest x on the diagonals -d to d; row d begins at d * d. */
static int *line_diff_row(int *trace, int d)
{
	return trace + (size_t)d * (size_t)d + (size_t)d;
}

/* Whether the way to diagonal @k with @d edits came down from k + 1 (an addition). */
static bool line_diff_is_down(const int *before, int d, int k)
{
	return k == -d || (k != d && before[k - 1] < before[k + 1]);
}

/* Fills the trace. Return: edits needed; -1: more than @limit. */
static int line_diff_search(const struct line_diff_part *part, int *trace, int limit)
{
	for (int d = 0; d <= limit; d++) {
		int *row = line_diff_row(trace, d);
		const int *before = d > 0 ? line_diff_row(trace, d - 1) : NULL;

		for (int k = -d; k <= d; k += 2) {
			int x = 0, y;

			if (d > 0)
				x = line_diff_is_down(before, d, k) ? before[k + 1]
								    : before[k - 1] + 1;
			y = x - k;
			while (x < part->n && y < part->m && line_equal(&part->a[x], &part->b[y])) {
				x++;
				y++;
			}
			row[k] = x;
			if (x >= part->n && y >= part->m)
				return d;
		}
	}
	return -1;
}

/* Walks back from the end, and puts the edits in the order of the lines. */
static int line_diff_trace(const struct line_diff_part *part, int *trace, int d,
			   struct line_edit_list *edits)
{
	uint32_t first = edits->edits.count;
	int x = part->n, y = part->m, status = 0;

	while (status == 0 && (x > 0 || y > 0)) {
		int k = x - y, from_x = 0, from_y = 0;
		bool down = false;

		if (d > 0) {
			const int *before = line_diff_row(trace, d - 1);

			down = line_diff_is_down(before, d, k);
			from_x = before[down ? k + 1 : k - 1];
			from_y = from_x - (down ? k + 1 : k - 1);
		}
		while (status == 0 && x > from_x && y > from_y) {
			status = line_diff_put(edits, LINE_KEEP, &part->a[--x]);
			y--;
		}
		if (d > 0 && status == 0)
			status = down ? line_diff_put(edits, LINE_ADD, &part->b[--y])
				      : line_diff_put(edits, LINE_REMOVE, &part->a[--x]);
		d--;
	}
	for (uint32_t i = first, j = edits->edits.count; i + 1 < j; i++) {
		struct line_edit other = edits->edits.at[--j];

		edits->edits.at[j] = edits->edits.at[i];
		edits->edits.at[i] = other;
	}
	return status;
}

static int line_diff_part(const struct line_diff_part *part, struct line_edit_list *edits)
{
	int limit = MIN(part->n + part->m, LINE_DIFF_MAX), d, status = 0;
	int *trace = calloc((size_t)(limit + 1) * (size_t)(limit + 1), sizeof(*trace));

	if (!trace)
		return -ENOMEM;
	d = line_diff_search(part, trace, limit);
	if (d >= 0)
		status = line_diff_trace(part, trace, d, edits);
	for (int i = 0; d < 0 && status == 0 && i < part->n; i++)
		status = line_diff_put(edits, LINE_REMOVE, &part->a[i]);
	for (int i = 0; d < 0 && status == 0 && i < part->m; i++)
		status = line_diff_put(edits, LINE_ADD, &part->b[i]);
	free(trace);
	return status;
}

int line_diff(const struct line_list *before, const struct line_list *after,
	      struct line_edit_list *edits)
{
	uint32_t n = before->lines.count, m = after->lines.count, head = 0, tail = 0;
	const struct line *a = before->lines.at, *b = after->lines.at;
	struct line_diff_part part;
	int status = 0;

	while (head < n && head < m && line_equal(&a[head], &b[head]))
		head++;
	while (tail < n - head && tail < m - head && line_equal(&a[n - 1 - tail], &b[m - 1 - tail]))
		tail++;
	for (uint32_t i = 0; status == 0 && i < head; i++)
		status = line_diff_put(edits, LINE_KEEP, &a[i]);
	part.a = a ? a + head : NULL;
	part.b = b ? b + head : NULL;
	part.n = (int)(n - head - tail);
	part.m = (int)(m - head - tail);
	if (status == 0)
		status = line_diff_part(&part, edits);
	for (uint32_t i = n - tail; status == 0 && i < n; i++)
		status = line_diff_put(edits, LINE_KEEP, &a[i]);
	return status;
}
