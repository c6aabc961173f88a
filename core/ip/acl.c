/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See acl.h. The entries of all lists lie one behind the other; a list is a piece of them. A packet
 * is compared with each entry in turn, and the first that matches decides.
 *
 * Pieces of a datagram behind the first have no transport header. As in IOS, an entry that asks
 * for one takes such a piece by its addresses and protocol alone if it permits (without its first
 * piece the datagram is of no use), and leaves it to the next entry if it denies; an entry with
 * `fragments` takes those pieces and nothing else (RFC 1858 says what a filter has to mind).
 *
 * A long list has an index (core/ip/acl_tree.h), but later pieces do without it: they are compared
 * with each entry.
 */
#include "core/ip/acl.h"

#include "core/ip/acl_tree.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

enum acl_line_flags {
	LINE_PERMIT = 1,
	LINE_LOG = 2,
	LINE_FRAGMENTS = 4,
	LINE_ESTABLISHED = 8,
	LINE_SPORT = 16, /* ports count */
	LINE_DPORT = 32,
	LINE_ICMP_TYPE = 64,
	LINE_ICMP_CODE = 128,
	/* what needs a transport header */
	LINE_TRANSPORT = LINE_ESTABLISHED | LINE_SPORT | LINE_DPORT | LINE_ICMP_TYPE
};

/* ---- compiling --------------------------------------------------------------------------- */

/* The range of ports that an operator stands for. `neq` is the range from the port above to the
 * port below, around the end of the numbers: a range whose first is above its last is what is left
 * outside. */
static void compile_ports(struct config_ports ports, uint16_t *first, uint16_t *last)
{
	*first = ports.first;
	*last = ports.first;
	switch ((enum config_port_op)ports.op) {
	case CONFIG_PORT_EQ: break;
	case CONFIG_PORT_ANY:
		*first = 0;
		*last = UINT16_MAX;
		break;
	case CONFIG_PORT_NEQ:
		*first = (uint16_t)(ports.first + 1);
		*last = (uint16_t)(ports.first - 1);
		break;
	case CONFIG_PORT_LT: /* below 0 there is none: the empty range is 1 to 0, see in_ports() */
		*first = ports.first == 0;
		*last = ports.first == 0 ? 0 : (uint16_t)(ports.first - 1);
		break;
	case CONFIG_PORT_GT:
		*first = ports.first == UINT16_MAX ? 1 : (uint16_t)(ports.first + 1);
		*last = ports.first == UINT16_MAX ? 0 : UINT16_MAX;
		break;
	case CONFIG_PORT_RANGE: *last = ports.last; break;
	}
}

static void compile_line(struct acl_line *to, const struct config_acl_line *from)
{
	to->src_care = ~from->wildcard.host;
	to->src = from->address.host & to->src_care;
	to->dst_care = from->dst_care.host;
	to->dst = from->dst.host & to->dst_care;
	to->proto = from->proto;
	to->icmp_type = from->icmp_type;
	to->icmp_code = from->icmp_code;
	to->sequence = from->sequence;
	compile_ports(from->sport, &to->sport_first, &to->sport_last);
	compile_ports(from->dport, &to->dport_first, &to->dport_last);
	to->flags = (uint8_t)((from->permit ? LINE_PERMIT : 0) | (from->log ? LINE_LOG : 0) |
			      (from->fragments ? LINE_FRAGMENTS : 0) |
			      (from->established ? LINE_ESTABLISHED : 0) |
			      (from->sport.op != CONFIG_PORT_ANY ? LINE_SPORT : 0) |
			      (from->dport.op != CONFIG_PORT_ANY ? LINE_DPORT : 0) |
			      (from->icmp_match != CONFIG_ICMP_ANY ? LINE_ICMP_TYPE : 0) |
			      (from->icmp_match == CONFIG_ICMP_TYPE_CODE ? LINE_ICMP_CODE : 0));
}

static const struct acl_list *list_of(const struct acl_set *set, const char *name)
{
	uint16_t at = set ? acl_find(set, name) : ACL_NONE;

	return at == ACL_NONE ? NULL : &set->lists.at[at];
}

/* Index of the entry of a number among a list's lines, which are in order; UINT32_MAX none. */
static uint32_t find_line(const struct acl_set *set, const struct acl_list *list, uint32_t sequence)
{
	uint32_t low = list->first, high = list->first + list->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (set->lines.at[middle].sequence < sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->first + list->count && set->lines.at[low].sequence == sequence
		       ? low
		       : UINT32_MAX;
}

static bool lines_equal(const struct acl_line *a, const struct acl_line *b)
{
	return a->src == b->src && a->src_care == b->src_care && a->dst == b->dst &&
	       a->dst_care == b->dst_care && a->sport_first == b->sport_first &&
	       a->sport_last == b->sport_last && a->dport_first == b->dport_first &&
	       a->dport_last == b->dport_last && a->proto == b->proto && a->flags == b->flags &&
	       a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code;
}

/* The count of an entry in the list as it was: found by its number, or after a renumbering by what
 * it says. */
static uint64_t hits_before(const struct acl_set *before, const struct acl_list *list,
			    const struct acl_line *line)
{
	uint32_t at;

	if (!list)
		return 0;
	at = find_line(before, list, line->sequence);
	if (at != UINT32_MAX && lines_equal(&before->lines.at[at], line))
		return before->hits.at[at];
	for (at = list->first; at < list->first + list->count; at++)
		if (lines_equal(&before->lines.at[at], line))
			return before->hits.at[at];
	return 0;
}

static int compile_list(struct acl_set *set, const struct config *config,
			const struct config_acl *from, const struct acl_set *before)
{
	struct acl_list *list = vec_push(&set->lists);
	const struct acl_list *old = list_of(before, from->name);
	uint32_t count;
	const struct config_acl_line *lines = config_acl_lines(config, from->name, &count);

	if (!list)
		return -ENOMEM;
	memcpy(list->name, from->name, sizeof(list->name));
	list->extended = from->extended;
	list->first = set->lines.count;
	for (uint32_t i = 0; i < count; i++) {
		struct acl_line *line;
		uint64_t *hits;

		if (lines[i].remark[0])
			continue;
		line = vec_push(&set->lines);
		hits = line ? vec_push(&set->hits) : NULL;
		if (!hits)
			return -ENOMEM;
		compile_line(line, &lines[i]);
		*hits = hits_before(before, old, line);
		list->count++;
	}
	return acl_tree_build(set, (uint16_t)(set->lists.count - 1));
}

int acl_set_compile(struct acl_set *set, const struct config *config, const struct acl_set *before)
{
	vec_each (&config->acls, from) {
		if (set->lists.count == ACL_NONE || compile_list(set, config, from, before) < 0) {
			acl_set_fini(set);
			return -ENOMEM;
		}
	}
	return 0;
}

void acl_set_fini(struct acl_set *set)
{
	vec_free(&set->lists);
	vec_free(&set->lines);
	vec_free(&set->hits);
	vec_free(&set->nodes);
	vec_free(&set->refs);
}

/* ---- finding ----------------------------------------------------------------------------- */

uint16_t acl_find(const struct acl_set *set, const char *name)
{
	uint32_t low = 0, high = set->lists.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = config_acl_name_compare(set->lists.at[middle].name, name);

		if (order == 0)
			return (uint16_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return ACL_NONE;
}

bool acl_is_empty(const struct acl_set *set, uint16_t list)
{
	return list == ACL_NONE || set->lists.at[list].count == 0;
}

/* ---- matching ---------------------------------------------------------------------------- */

void acl_key_of(const struct frame *f, struct acl_key *key)
{
	const uint8_t *l4 = frame_l4(f);

	*key = (struct acl_key){
		.src = f->src,
		.dst = f->dst,
		.proto = f->proto,
		.fragment_offset = f->fragment_offset,
	};
	if (f->fragment_offset != 0)
		return;
	if (f->proto == IP_PROTO_ICMP) { /* the ports of a frame hold a query's identifier */
		key->icmp_type = l4[0];
		key->icmp_code = l4[1];
		return;
	}
	key->sport = f->sport;
	key->dport = f->dport;
	if (f->proto == IP_PROTO_TCP)
		key->tcp_flags = l4[13];
}

/* A range whose first is above its last is all that lies outside the gap between them; the one that
 * would be left, 1 to 0, is empty. */
static bool in_ports(uint16_t port, uint16_t first, uint16_t last)
{
	if (first <= last)
		return port >= first && port <= last;
	return !(first == 1 && last == 0) && (port >= first || port <= last);
}

static bool transport_matches(const struct acl_line *line, const struct acl_key *key)
{
	if ((line->flags & LINE_SPORT) &&
	    !in_ports(key->sport, line->sport_first, line->sport_last))
		return false;
	if ((line->flags & LINE_DPORT) &&
	    !in_ports(key->dport, line->dport_first, line->dport_last))
		return false;
	if ((line->flags & LINE_ESTABLISHED) && !(key->tcp_flags & (TCP_ACK | TCP_RST)))
		return false;
	if ((line->flags & LINE_ICMP_TYPE) && key->icmp_type != line->icmp_type)
		return false;
	return !(line->flags & LINE_ICMP_CODE) || key->icmp_code == line->icmp_code;
}

static bool line_matches(const struct acl_line *line, const struct acl_key *key)
{
	if ((key->src.host & line->src_care) != line->src ||
	    (key->dst.host & line->dst_care) != line->dst ||
	    (line->proto && line->proto != key->proto))
		return false;
	if (key->fragment_offset != 0)
		return !(line->flags & LINE_TRANSPORT) || (line->flags & LINE_PERMIT);
	return !(line->flags & LINE_FRAGMENTS) &&
	       (!(line->flags & LINE_TRANSPORT) || transport_matches(line, key));
}

/* Index of the entry that decides; UINT32_MAX: none. */
static uint32_t deciding(const struct acl_set *set, uint16_t list, const struct acl_key *key)
{
	const struct acl_list *of = &set->lists.at[list];

	if (of->tree != ACL_NO_TREE && key->fragment_offset == 0) {
		uint32_t count;
		const uint32_t *refs = acl_tree_leaf(set, of, key, &count);

		for (uint32_t i = 0; i < count; i++)
			if (line_matches(&set->lines.at[refs[i]], key))
				return refs[i];
		return UINT32_MAX;
	}
	for (uint32_t at = of->first; at < of->first + of->count; at++)
		if (line_matches(&set->lines.at[at], key))
			return at;
	return UINT32_MAX;
}

static struct acl_result result_of(const struct acl_set *set, uint32_t at)
{
	const struct acl_line *line;

	if (at == UINT32_MAX)
		return (struct acl_result){.permit = false};
	line = &set->lines.at[at];
	return (struct acl_result){
		.permit = line->flags & LINE_PERMIT,
		.log = line->flags & LINE_LOG,
		.sequence = line->sequence,
	};
}

struct acl_result acl_match(struct acl_set *set, uint16_t list, const struct acl_key *key)
{
	uint32_t at = list == ACL_NONE ? UINT32_MAX : deciding(set, list, key);

	if (at != UINT32_MAX)
		set->hits.at[at]++;
	return result_of(set, at);
}

struct acl_result acl_look(const struct acl_set *set, uint16_t list, const struct acl_key *key)
{
	return result_of(set, list == ACL_NONE ? UINT32_MAX : deciding(set, list, key));
}

/* ---- counts ------------------------------------------------------------------------------ */

uint64_t acl_set_hits(const struct acl_set *set, const char *list, uint32_t sequence)
{
	const struct acl_list *of = list_of(set, list);
	uint32_t at = of ? find_line(set, of, sequence) : UINT32_MAX;

	return at == UINT32_MAX ? 0 : set->hits.at[at];
}

void acl_set_clear(struct acl_set *set, const char *list)
{
	vec_each (&set->lists, of) {
		if (list && strcmp(list, of->name) != 0)
			continue;
		for (uint32_t at = of->first; at < of->first + of->count; at++)
			set->hits.at[at] = 0;
	}
}
