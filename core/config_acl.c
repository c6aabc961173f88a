/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access lists as a part of the configuration.
 *
 * Model: `acls` has the lists, `acl_lines` their lines, those of one list together. A remark takes
 * no number of its own: it has that of the entry it stands before, so that inserting an entry
 * between two leaves each remark where it belongs, and an entry is numbered as if there were no
 * remarks.
 *
 * Invariants: every line has its list; within one, lines are in the order of their numbers, no two
 * entries have the same number or say the same, and remarks come before the entry of their number.
 */
#include <stdio.h>

#include "core/config_list.h"

/* ---- names ------------------------------------------------------------------------------- */

/* Value of a name that is a number in decimal, at most four digits; 0 none. */
static unsigned int number_of(const char *name)
{
	unsigned int value = 0;

	if (name[0] == '0')
		return 0;
	for (const char *c = name; *c; c++) {
		if (*c < '0' || *c > '9' || c - name >= 4)
			return 0;
		value = value * 10 + (unsigned int)(*c - '0');
	}
	return value;
}

int config_acl_number_is_extended(const char *name)
{
	unsigned int n = number_of(name);

	if ((n >= 1 && n <= 99) || (n >= 1300 && n <= 1999))
		return 0;
	return (n >= 100 && n <= 199) || (n >= 2000 && n <= 2699) ? 1 : -EINVAL;
}

int config_acl_name_compare(const char *a, const char *b)
{
	unsigned int a_number = number_of(a), b_number = number_of(b);

	if (a_number && b_number)
		return COMPARE(a_number, b_number);
	if (!a_number != !b_number)
		return a_number ? -1 : 1;
	return strcmp(a, b);
}

/* ---- lists ------------------------------------------------------------------------------- */

static int acl_key(const struct config_acl *item, const char *name)
{
	return config_acl_name_compare(item->name, name);
}

struct config_acl *config_acl_find(const struct config *config, const char *name)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->acls, name, acl_key, found);

	return found ? &config->acls.at[at] : NULL;
}

struct config_acl *config_acl_get(struct config *config, const char *name, bool extended)
{
	bool found;
	uint32_t at = LIST_PLACE(&config->acls, name, acl_key, found);
	struct config_acl *acl = found ? &config->acls.at[at] : vec_insert(&config->acls, at);

	if (acl && !found) {
		snprintf(acl->name, sizeof(acl->name), "%s", name);
		acl->extended = extended;
	}
	return acl;
}

bool config_acl_exists(const struct config *config, const char *list)
{
	return config_acl_find(config, list) != NULL;
}

/* Index of the first line whose list is not before @list. */
static uint32_t lines_position(const struct config *config, const char *list)
{
	uint32_t low = 0, high = config->acl_lines.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (config_acl_name_compare(config->acl_lines.at[middle].list, list) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct config_acl_line *config_acl_lines(const struct config *config, const char *list,
					       uint32_t *count)
{
	uint32_t first = lines_position(config, list), end = first;

	while (end < config->acl_lines.count && !strcmp(config->acl_lines.at[end].list, list))
		end++;
	*count = end - first;
	return config->acl_lines.at ? config->acl_lines.at + first : NULL;
}

/* ---- lines ------------------------------------------------------------------------------- */

static bool ports_equal(struct config_ports a, struct config_ports b)
{
	return a.op == b.op && a.first == b.first && a.last == b.last;
}

bool config_acl_same(const struct config_acl_line *a, const struct config_acl_line *b)
{
	return !strcmp(a->remark, b->remark) && a->permit == b->permit && a->proto == b->proto &&
	       ip4_equal(a->address, b->address) && ip4_equal(a->wildcard, b->wildcard) &&
	       ports_equal(a->sport, b->sport) && ip4_equal(a->dst, b->dst) &&
	       ip4_equal(a->dst_care, b->dst_care) && ports_equal(a->dport, b->dport) &&
	       a->icmp_match == b->icmp_match && a->icmp_type == b->icmp_type &&
	       a->icmp_code == b->icmp_code && a->established == b->established &&
	       a->fragments == b->fragments && a->log == b->log;
}

bool config_acl_line_is_extended(const struct config_acl_line *line)
{
	return line->proto || line->dst_care.host || line->sport.op || line->dport.op ||
	       line->icmp_match || line->established || line->fragments;
}

/* Number of the last entry of the lines from @first up to @end; 0 none. */
static uint32_t last_number(const struct config *config, uint32_t first, uint32_t end)
{
	while (end > first) {
		const struct config_acl_line *line = &config->acl_lines.at[--end];

		if (!line->remark[0])
			return line->sequence;
	}
	return 0;
}

/* Whether @line may stand at its number among the lines from @first up to @end. Return: 1; 0 it
 * stands there; -EEXIST; -EALREADY. */
static int check_entry(const struct config *config, uint32_t first, uint32_t end,
		       const struct config_acl_line *line)
{
	for (uint32_t i = first; i < end; i++) {
		const struct config_acl_line *old = &config->acl_lines.at[i];
		bool same = config_acl_same(old, line);

		if (same && (line->sequence == 0 || line->sequence == old->sequence))
			return 0;
		if (line->remark[0] || old->remark[0])
			continue;
		if (same)
			return -EALREADY;
		if (line->sequence == old->sequence)
			return -EEXIST;
	}
	return 1;
}

int config_acl_add(struct config *config, const struct config_acl_line *line)
{
	bool extended =
		config_acl_number_is_extended(line->list) == 1 || config_acl_line_is_extended(line);
	uint32_t count, first = lines_position(config, line->list), at;
	struct config_acl_line *slot, added = *line;
	int status;

	if (!config_acl_get(config, line->list, extended))
		return -ENOMEM;
	config_acl_lines(config, line->list, &count);
	at = first + count;
	if (line->remark[0] && added.sequence == 0)
		added.sequence = last_number(config, first, at) + CONFIG_SEQUENCE_DEFAULT;
	status = check_entry(config, first, at, &added);
	if (status <= 0)
		return status;
	if (added.sequence == 0)
		added.sequence = last_number(config, first, at) + CONFIG_SEQUENCE_DEFAULT;
	if (added.sequence > CONFIG_SEQUENCE_MAX)
		return -ERANGE;
	while (at > first) {
		const struct config_acl_line *before = &config->acl_lines.at[at - 1];

		if (before->sequence < added.sequence ||
		    (before->sequence == added.sequence && before->remark[0]))
			break;
		at--;
	}
	slot = vec_insert(&config->acl_lines, at);
	if (!slot)
		return -ENOMEM;
	*slot = added;
	return 0;
}

/* Removes the list when it is a numbered one without lines. */
static void remove_if_empty(struct config *config, const char *list)
{
	uint32_t count;

	config_acl_lines(config, list, &count);
	if (count == 0 && config_acl_number_is_extended(list) >= 0)
		config_acl_remove_list(config, list);
}

int config_acl_remove(struct config *config, const struct config_acl_line *line)
{
	uint32_t count, first = lines_position(config, line->list);

	config_acl_lines(config, line->list, &count);
	for (uint32_t i = first; i < first + count; i++) {
		char list[CONFIG_NAME_SIZE];

		if (!config_acl_same(&config->acl_lines.at[i], line))
			continue;
		memcpy(list, line->list, sizeof(list)); /* @line may be the very one that goes */
		vec_remove(&config->acl_lines, i);
		remove_if_empty(config, list);
		return 0;
	}
	return -ENOENT;
}

int config_acl_remove_sequence(struct config *config, const char *list, uint32_t sequence)
{
	uint32_t count, first = lines_position(config, list);
	bool removed = false;

	config_acl_lines(config, list, &count);
	/* backwards: the entry comes before its remarks, and ends the search */
	for (uint32_t i = first + count; i > first; i--) {
		const struct config_acl_line *line = &config->acl_lines.at[i - 1];
		bool entry = !line->remark[0];

		if (line->sequence != sequence)
			continue;
		vec_remove(&config->acl_lines, i - 1);
		removed = true;
		if (entry)
			break;
	}
	return removed ? 0 : -ENOENT;
}

int config_acl_remove_list(struct config *config, const char *list)
{
	uint32_t count, first = lines_position(config, list);
	struct config_acl *acl = config_acl_find(config, list);

	if (!acl)
		return -ENOENT;
	config_acl_lines(config, list, &count);
	while (count-- > 0)
		vec_remove(&config->acl_lines, first + count);
	vec_remove(&config->acls, (uint32_t)(acl - config->acls.at));
	return 0;
}

/* Remarks that say the same and have come to stand under one number are one. */
static void merge_remarks(struct config *config, uint32_t first, uint32_t end)
{
	for (uint32_t i = end; i > first + 1; i--) {
		const struct config_acl_line *line = &config->acl_lines.at[i - 1];

		for (uint32_t j = first; line->remark[0] && j < i - 1; j++) {
			const struct config_acl_line *other = &config->acl_lines.at[j];

			if (other->sequence == line->sequence && config_acl_same(other, line)) {
				vec_remove(&config->acl_lines, i - 1);
				break;
			}
		}
	}
}

int config_acl_resequence(struct config *config, const char *list, uint32_t start, uint32_t step)
{
	uint32_t count, entries = 0, first = lines_position(config, list);

	if (!config_acl_find(config, list))
		return -ENOENT;
	config_acl_lines(config, list, &count);
	for (uint32_t i = first; i < first + count; i++)
		entries += !config->acl_lines.at[i].remark[0];
	if (start + (uint64_t)entries * step > CONFIG_SEQUENCE_MAX)
		return -ERANGE;
	for (uint32_t i = first; i < first + count; i++) {
		config->acl_lines.at[i].sequence = start;
		if (!config->acl_lines.at[i].remark[0])
			start += step;
	}
	merge_remarks(config, first, first + count);
	return 0;
}

bool config_acl_numbers_are_default(const struct config *config, const char *list)
{
	uint32_t count, next = CONFIG_SEQUENCE_DEFAULT;
	const struct config_acl_line *lines = config_acl_lines(config, list, &count);

	for (uint32_t i = 0; i < count; i++) {
		if (lines[i].sequence != next)
			return false;
		if (!lines[i].remark[0])
			next += CONFIG_SEQUENCE_DEFAULT;
	}
	return true;
}

bool config_acl_permits(const struct config *config, const char *list, ip4_t source)
{
	uint32_t count;
	const struct config_acl_line *lines = config_acl_lines(config, list, &count);

	for (uint32_t i = 0; i < count; i++) {
		if (lines[i].remark[0] ||
		    ((source.host ^ lines[i].address.host) & ~lines[i].wildcard.host) != 0)
			continue;
		if (lines[i].permit || !config_acl_line_is_extended(&lines[i]))
			return lines[i].permit;
	}
	return false;
}
