/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An index over the entries of a long access list: a decision tree, each node of which asks one
 * question about a packet and leaves fewer entries that may match it. Its leaves hold the entries
 * that are left, in their order, so the first of them that matches is the list's first.
 */
#ifndef CORE_IP_ACL_TREE_H
#define CORE_IP_ACL_TREE_H

#include "core/ip/acl.h"

enum {
	ACL_TREE_LEAF = 8,	  /* entries that are as well compared one by one */
	ACL_TREE_DEPTH_MAX = 40,  /* questions on the way to a leaf */
	ACL_TREE_REPEAT_MAX = 32, /* times the list's length: references in all leaves together */
};

/**
 * acl_tree_build() - index one list of a set whose lines are complete
 * @list: its index; a short one stays without a tree
 * Return: 0; -ENOMEM.
 */
int acl_tree_build(struct acl_set *set, uint16_t list);

/**
 * acl_tree_leaf() - the entries that may match a packet
 * @key: of a whole datagram or a first piece: later ones are not what the tree was made for
 * @count: out: how many
 * Return: their indices in the set's lines, in order.
 */
const uint32_t *acl_tree_leaf(const struct acl_set *set, const struct acl_list *list,
			      const struct acl_key *key, uint32_t *count);

#endif
