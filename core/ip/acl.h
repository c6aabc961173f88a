/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access lists at work: the lists of a configuration, compiled, and a packet matched against one.
 *
 * A set is a whole configuration's lists. Who uses one finds it by name when it is configured and
 * keeps the index; matching then takes no name. The router has a set for its interfaces, and
 * whoever else compiles rules of its own (core/nat) may have another; counts are added up by
 * acl_set_hits() of each.
 */
#ifndef CORE_IP_ACL_H
#define CORE_IP_ACL_H

#include "core/base.h"
#include "core/config.h"
#include "core/frame.h"

/** Index of no list: nothing of that name is configured. */
#define ACL_NONE UINT16_MAX

/** What a list may look at. Host byte order; what does not apply is 0. */
struct acl_key {
	ip4_t src, dst;
	uint8_t proto;
	uint8_t tcp_flags; /* enum tcp_flags */
	uint8_t icmp_type, icmp_code;
	uint16_t sport, dport;	  /* TCP and UDP */
	uint16_t fragment_offset; /* not 0: there is no transport header to look at */
};

/** One entry, compiled: two of them fill a cache line. */
struct acl_line {
	uint32_t src, src_care; /* host order; care: the bits that must match */
	uint32_t dst, dst_care;
	uint16_t sport_first, sport_last; /* inclusive */
	uint16_t dport_first, dport_last;
	uint32_t sequence;
	uint8_t proto; /* 0 any */
	uint8_t flags; /* enum acl_line_flags, in acl.c */
	uint8_t icmp_type, icmp_code;
};

/** What a node of a list's tree asks of a packet; see core/ip/acl_tree.h. */
enum acl_node_kind {
	ACL_NODE_LEAF,	/* nothing: these entries are left */
	ACL_NODE_SRC,	/* bit `value` of the source, 0 the lowest: set, high */
	ACL_NODE_DST,	/* of the destination */
	ACL_NODE_PROTO, /* it is `value`: high */
	ACL_NODE_SPORT, /* below `value`: low */
	ACL_NODE_DPORT,
};

struct acl_node {
	uint8_t kind; /* enum acl_node_kind */
	uint16_t value;
	uint32_t low, high; /* the next nodes; of a leaf: its first reference, and how many */
};

/** Of a list too short for one. */
#define ACL_NO_TREE UINT32_MAX

struct acl_list {
	char name[CONFIG_NAME_SIZE];
	bool extended;
	uint32_t first, count; /* within the set's lines */
	uint32_t tree;	       /* its root within the set's nodes; ACL_NO_TREE */
};

/** Zero bytes: a set of no lists. */
struct acl_set {
	VEC(struct acl_list) lists; /* in the configuration's order */
	VEC(struct acl_line) lines;
	VEC(uint64_t) hits; /* packets that each line decided */
	VEC(struct acl_node) nodes;
	VEC(uint32_t) refs; /* indices of lines, of all leaves */
};

struct acl_result {
	bool permit;
	bool log;	   /* the line says so */
	uint32_t sequence; /* number of the line that decided; 0: the unwritten last one */
};

/**
 * acl_set_compile() - make the lists of a configuration ready
 * @set: zero bytes
 * @before: the set that it replaces: a line that stays as it was keeps its count; may be NULL
 * Return: 0; -ENOMEM, and @set is zero bytes.
 */
int acl_set_compile(struct acl_set *set, const struct config *config, const struct acl_set *before);
void acl_set_fini(struct acl_set *set);

/** Index of a list in the set, valid as long as the set; ACL_NONE: there is none. */
uint16_t acl_find(const struct acl_set *set, const char *name);
/** Whether a list has no entries, or there is none: an interface then lets everything through. */
bool acl_is_empty(const struct acl_set *set, uint16_t list);

/** Fills in a key from a parsed packet as it stands at this moment. */
void acl_key_of(const struct frame *f, struct acl_key *key);

/**
 * acl_match() - what a list says of a packet; counts it at the line that decides
 * @list: of acl_find(); ACL_NONE and an empty list deny everything: who wants the opposite asks
 *        acl_is_empty() before
 */
struct acl_result acl_match(struct acl_set *set, uint16_t list, const struct acl_key *key);
/** The same without counting. */
struct acl_result acl_look(const struct acl_set *set, uint16_t list, const struct acl_key *key);

/** Packets that the line of that number decided; 0 when there is none. */
uint64_t acl_set_hits(const struct acl_set *set, const char *list, uint32_t sequence);
/** Sets the counts of one list, or of all (NULL), to 0. */
void acl_set_clear(struct acl_set *set, const char *list);

#endif
