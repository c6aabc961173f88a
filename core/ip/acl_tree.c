/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See acl_tree.h. A question is a bit of an address, whether the protocol is that one, or whether a
 * port is below a number; bits, not prefixes, because a wildcard may leave out any of them. An
 * entry that does not care goes to both sides, so the tree could grow without bound: a node may
 * hand on no more references than its share of the list's budget, and what is not worth a question
 * is a leaf.
 *
 * For lists of hosts and networks, which is what long ones are, the depth is the logarithm of the
 * length and leaves are short. A list of which every entry may match every packet has no index but
 * its order.
 */
#include "core/ip/acl_tree.h"

enum { SIDE_LOW = 1, SIDE_HIGH = 2 };

/* Where a packet, or an entry that may match it, goes. */
static unsigned int bit_sides(uint32_t value, uint32_t care, unsigned int bit)
{
	if (!(care >> bit & 1))
		return SIDE_LOW | SIDE_HIGH;
	return value >> bit & 1 ? SIDE_HIGH : SIDE_LOW;
}

static unsigned int port_sides(uint16_t first, uint16_t last, uint16_t limit)
{
	if (first > last) /* around the end of the numbers: see compile_ports() in acl.c */
		return SIDE_LOW | SIDE_HIGH;
	return (first < limit ? SIDE_LOW : 0) | (last >= limit ? SIDE_HIGH : 0);
}

static unsigned int line_sides(const struct acl_line *line, const struct acl_node *node)
{
	switch ((enum acl_node_kind)node->kind) {
	case ACL_NODE_SRC: return bit_sides(line->src, line->src_care, node->value);
	case ACL_NODE_DST: return bit_sides(line->dst, line->dst_care, node->value);
	case ACL_NODE_PROTO:
		if (line->proto == 0)
			return SIDE_LOW | SIDE_HIGH;
		return line->proto == node->value ? SIDE_HIGH : SIDE_LOW;
	case ACL_NODE_SPORT: return port_sides(line->sport_first, line->sport_last, node->value);
	case ACL_NODE_DPORT: return port_sides(line->dport_first, line->dport_last, node->value);
	case ACL_NODE_LEAF: break;
	}
	return SIDE_LOW | SIDE_HIGH;
}

static bool key_is_high(const struct acl_key *key, const struct acl_node *node)
{
	switch ((enum acl_node_kind)node->kind) {
	case ACL_NODE_SRC: return key->src.host >> node->value & 1;
	case ACL_NODE_DST: return key->dst.host >> node->value & 1;
	case ACL_NODE_PROTO: return key->proto == node->value;
	case ACL_NODE_SPORT: return key->sport >= node->value;
	case ACL_NODE_DPORT: return key->dport >= node->value;
	case ACL_NODE_LEAF: break;
	}
	return false;
}

const uint32_t *acl_tree_leaf(const struct acl_set *set, const struct acl_list *list,
			      const struct acl_key *key, uint32_t *count)
{
	const struct acl_node *node = &set->nodes.at[list->tree];

	while (node->kind != ACL_NODE_LEAF)
		node = &set->nodes.at[key_is_high(key, node) ? node->high : node->low];
	*count = node->high;
	return set->refs.at + node->low;
}

/* ---- building ---------------------------------------------------------------------------- */

/* Entries that are left at a node, by their index in the set's lines. */
struct left {
	const uint32_t *at;
	uint32_t count;
};

struct split {
	struct acl_node node;
	uint32_t low, high; /* entries on either side */
};

static uint32_t worse_side(const struct split *s)
{
	return MAX(s->low, s->high);
}

/* Keeps the question that leaves the fewest entries on its worse side. */
static void try_split(const struct acl_set *set, struct left left, enum acl_node_kind kind,
		      uint16_t value, struct split *best)
{
	struct split s = {.node = {.kind = (uint8_t)kind, .value = value}};

	for (uint32_t i = 0; i < left.count; i++) {
		unsigned int sides = line_sides(&set->lines.at[left.at[i]], &s.node);

		s.low += (sides & SIDE_LOW) != 0;
		s.high += (sides & SIDE_HIGH) != 0;
	}
	if (worse_side(&s) < worse_side(best) ||
	    (worse_side(&s) == worse_side(best) && s.low + s.high < best->low + best->high))
		*best = s;
}

static struct split best_split(const struct acl_set *set, struct left left)
{
	static const uint8_t protocols[] = {6, 17, 1};
	struct split best = {.low = left.count, .high = left.count};
	uint32_t step = left.count / 8 + 1;

	for (unsigned int bit = 0; bit < 32; bit++) {
		try_split(set, left, ACL_NODE_SRC, (uint16_t)bit, &best);
		try_split(set, left, ACL_NODE_DST, (uint16_t)bit, &best);
	}
	for (size_t i = 0; i < ARRAY_COUNT(protocols); i++)
		try_split(set, left, ACL_NODE_PROTO, protocols[i], &best);
	for (uint32_t i = 0; i < left.count;
	     i += step) { /* ports of some entries part the others */
		const struct acl_line *line = &set->lines.at[left.at[i]];

		try_split(set, left, ACL_NODE_SPORT, line->sport_first, &best);
		try_split(set, left, ACL_NODE_DPORT, line->dport_first, &best);
	}
	return best;
}

static int make_leaf(struct acl_set *set, struct left left, uint32_t node)
{
	set->nodes.at[node] = (struct acl_node){
		.kind = ACL_NODE_LEAF, .low = set->refs.count, .high = left.count};
	for (uint32_t i = 0; i < left.count; i++) {
		uint32_t *ref = vec_push(&set->refs);

		if (!ref)
			return -ENOMEM;
		*ref = left.at[i];
	}
	return 0;
}

static int build(struct acl_set *set, struct left left, uint64_t budget, unsigned int depth,
		 uint32_t *at);

/* Builds one side of a split. @room: for as many indices as there are at the node. */
static int build_side(struct acl_set *set, struct left left, const struct split *split,
		      unsigned int side, uint64_t budget, unsigned int depth, uint32_t *at)
{
	uint32_t *room = reallocarray(NULL, left.count, sizeof(*room)), count = 0;
	int status;

	if (!room)
		return -ENOMEM;
	for (uint32_t i = 0; i < left.count; i++)
		if (line_sides(&set->lines.at[left.at[i]], &split->node) & side)
			room[count++] = left.at[i];
	budget = budget * (count + 1) / (split->low + split->high + 2);
	status = build(set, (struct left){room, count}, budget, depth + 1, at);
	free(room);
	return status;
}

static int build(struct acl_set *set, struct left left, uint64_t budget, unsigned int depth,
		 uint32_t *at)
{
	struct split split;
	uint32_t low, high;
	int status;

	*at = set->nodes.count;
	if (!vec_push(&set->nodes))
		return -ENOMEM;
	if (left.count <= ACL_TREE_LEAF || depth == ACL_TREE_DEPTH_MAX)
		return make_leaf(set, left, *at);
	split = best_split(set, left);
	if (worse_side(&split) > left.count - left.count / 8 || split.low + split.high > budget)
		return make_leaf(set, left, *at);
	status = build_side(set, left, &split, SIDE_LOW, budget, depth, &low);
	if (status == 0)
		status = build_side(set, left, &split, SIDE_HIGH, budget, depth, &high);
	if (status < 0)
		return status;
	split.node.low = low;
	split.node.high = high;
	set->nodes.at[*at] = split.node;
	return 0;
}

int acl_tree_build(struct acl_set *set, uint16_t list)
{
	struct acl_list *of = &set->lists.at[list];
	uint32_t *all;
	int status;

	of->tree = ACL_NO_TREE;
	if (of->count <= ACL_TREE_LEAF)
		return 0;
	all = reallocarray(NULL, of->count, sizeof(*all));
	if (!all)
		return -ENOMEM;
	for (uint32_t i = 0; i < of->count; i++)
		all[i] = of->first + i;
	status = build(set, (struct left){all, of->count},
		       (uint64_t)of->count * ACL_TREE_REPEAT_MAX, 0, &of->tree);
	free(all);
	return status;
}
