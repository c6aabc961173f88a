/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS messages.
 *
 * ldns reads and writes every record; here are only the rules of a forwarder. Three bytes of the
 * header are looked at before: who is to be answered at all is no matter of well-formed records.
 */
#include "cmd/viprouterd/dns_message.h"

#include <ctype.h>
#include <stdio.h>

enum {
	FLAG_QR = 0x80,
	OPCODE_MASK = 0x78,
	OPCODE_SHIFT = 3,
	FLAG_RD = 0x01,
	TTL_MAX_S = 86400,
	NEGATIVE_TTL_MAX_S = 10800, /* RFC 2308 s5 */
	SOA_MINIMUM_AT = 6,
	ANY_TTL_S = 3600,
};

/* ---- names ------------------------------------------------------------------------------ */

static void lower(struct dns_wire_name *name)
{
	for (unsigned int i = 0; i < name->len; i++) /* lengths of labels are below 'A' */
		name->bytes[i] = (uint8_t)tolower(name->bytes[i]);
}

static int wire_name(const ldns_rdf *owner, struct dns_wire_name *out)
{
	size_t len = owner ? ldns_rdf_size(owner) : 0;

	if (len == 0 || len > DNS_WIRE_MAX)
		return -EINVAL;
	out->len = (uint8_t)len;
	memcpy(out->bytes, ldns_rdf_data(owner), len);
	return 0;
}

static bool is_plain(uint8_t c)
{
	return isalnum(c) || c == '-' || c == '_';
}

/* Labels with dots between; text takes no more room than the wire's bytes. */
static void spell(const struct dns_wire_name *name, char *out)
{
	size_t to = 0;

	for (unsigned int at = 0; at < name->len && name->bytes[at] != 0;) {
		unsigned int end = MIN(at + 1u + name->bytes[at], (unsigned int)name->len);

		if (to > 0)
			out[to++] = '.';
		for (at++; at < end; at++)
			out[to++] = is_plain(name->bytes[at]) ? (char)name->bytes[at] : '?';
	}
	out[to] = '\0';
}

const char *dns_name_text(const struct dns_wire_name *name, char *out)
{
	spell(name, out);
	if (out[0] == '\0')
		memcpy(out, ".", sizeof("."));
	return out;
}

int dns_name_from_text(const char *text, struct dns_wire_name *name)
{
	ldns_rdf *rdf = ldns_dname_new_frm_str(text);
	int status = wire_name(rdf, name);

	ldns_rdf_deep_free(rdf);
	if (status == 0)
		lower(name);
	return status;
}

bool dns_question_equal(const struct dns_question *a, const struct dns_question *b)
{
	return a->name.len == b->name.len && a->type == b->type && a->class == b->class &&
	       a->dnssec_ok == b->dnssec_ok && a->checking_disabled == b->checking_disabled &&
	       memcmp(a->name.bytes, b->name.bytes, a->name.len) == 0;
}

/* ---- queries ---------------------------------------------------------------------------- */

/* The question of a message that has just one. */
static int read_question(const ldns_pkt *packet, struct dns_query *q)
{
	const ldns_rr *rr = ldns_rr_list_rr(ldns_pkt_question(packet), 0);

	if (ldns_pkt_qdcount(packet) != 1 || !rr || wire_name(ldns_rr_owner(rr), &q->name) < 0)
		return -EINVAL;
	q->question.name = q->name;
	lower(&q->question.name);
	q->question.type = ldns_rr_get_type(rr);
	q->question.class = ldns_rr_get_class(rr);
	q->question.checking_disabled = ldns_pkt_cd(packet);
	spell(&q->question.name, q->text);
	return 0;
}

static void read_edns(const ldns_pkt *packet, bool stream, struct dns_query *q)
{
	q->edns = ldns_pkt_edns(packet);
	if (!q->edns)
		return;
	q->question.dnssec_ok = ldns_pkt_edns_do(packet);
	if (stream)
		return;
	q->size = MAX(ldns_pkt_edns_udp_size(packet), DNS_PLAIN_MAX); /* RFC 6891 s6.2.3 */
	q->size = MIN(q->size, DNS_EDNS_MAX);
}

int dns_query_parse(const uint8_t *bytes, size_t len, bool stream, struct dns_query *q,
		    unsigned int *rcode)
{
	ldns_pkt *packet = NULL;
	int status = -EBADMSG;

	memset(q, 0, sizeof(*q));
	q->size = stream ? DNS_MESSAGE_MAX : DNS_PLAIN_MAX;
	*rcode = LDNS_RCODE_FORMERR;
	if (len < DNS_HEADER_LEN || (bytes[DNS_FLAGS_AT] & FLAG_QR))
		return -EINVAL;
	q->id = (uint16_t)(bytes[0] << 8 | bytes[1]);
	q->recursion_desired = bytes[DNS_FLAGS_AT] & FLAG_RD;
	q->opcode = (bytes[DNS_FLAGS_AT] & OPCODE_MASK) >> OPCODE_SHIFT;
	if (q->opcode != LDNS_PACKET_QUERY) {
		*rcode = LDNS_RCODE_NOTIMPL;
		return -EBADMSG;
	}
	if (len > DNS_QUERY_MAX || !dns_wire_check(bytes, len) ||
	    ldns_wire2pkt(&packet, bytes, len) != LDNS_STATUS_OK)
		return -EBADMSG;
	q->wants_ad = ldns_pkt_ad(packet);
	read_edns(packet, stream, q);
	if (read_question(packet, q) < 0 || ldns_pkt_ancount(packet) != 0)
		memset(&q->name, 0, sizeof(q->name));
	else if (q->edns && ldns_pkt_edns_version(packet) != 0)
		*rcode = DNS_RCODE_BADVERS;
	else
		status = 0;
	ldns_pkt_free(packet);
	return status;
}

static ldns_rr *question_rr(const struct dns_wire_name *name, const struct dns_question *question)
{
	ldns_rdf *owner = ldns_dname_new_frm_data(name->len, name->bytes);
	ldns_rr *rr = owner ? ldns_rr_new() : NULL;

	if (!rr) {
		ldns_rdf_deep_free(owner);
		return NULL;
	}
	ldns_rr_set_owner(rr, owner);
	ldns_rr_set_type(rr, (ldns_rr_type)question->type);
	ldns_rr_set_class(rr, (ldns_rr_class)question->class);
	ldns_rr_set_question(rr, true);
	return rr;
}

/* Puts the question into a message. A message without one is fine when there is no name. */
static bool add_question(ldns_pkt *packet, const struct dns_wire_name *name,
			 const struct dns_question *question)
{
	ldns_rr *rr;

	if (name->len == 0)
		return true;
	rr = question_rr(name, question);
	if (rr && ldns_pkt_push_rr(packet, LDNS_SECTION_QUESTION, rr))
		return true;
	ldns_rr_free(rr);
	return false;
}

/* Return: bytes, of which those that fit into @size are in @out; 0: no memory. */
static size_t to_wire(const ldns_pkt *packet, size_t size, uint8_t *out)
{
	uint8_t *wire = NULL;
	size_t len = 0;

	if (ldns_pkt2wire(&wire, packet, &len) != LDNS_STATUS_OK)
		len = 0;
	if (len > 0 && len <= size)
		memcpy(out, wire, len);
	free(wire);
	return len;
}

size_t dns_question_build(const struct dns_question *question, uint16_t id, bool edns, uint8_t *out)
{
	ldns_pkt *packet = ldns_pkt_new();
	size_t len = 0;

	if (!packet)
		return 0;
	ldns_pkt_set_id(packet, id);
	ldns_pkt_set_rd(packet, true);
	ldns_pkt_set_cd(packet, question->checking_disabled);
	ldns_pkt_set_ad(packet, true); /* RFC 6840 s5.7: we would know whether it was validated */
	if (edns) {
		ldns_pkt_set_edns_udp_size(packet, DNS_EDNS_MAX);
		ldns_pkt_set_edns_do(packet, question->dnssec_ok);
	}
	if (add_question(packet, &question->name, question))
		len = to_wire(packet, DNS_PLAIN_MAX, out);
	ldns_pkt_free(packet);
	return len <= DNS_PLAIN_MAX ? len : 0;
}

/* ---- answers of name servers ------------------------------------------------------------ */

static bool is_answer(const ldns_pkt *packet, const struct dns_question *question, uint16_t id)
{
	const ldns_rr *rr = ldns_rr_list_rr(ldns_pkt_question(packet), 0);
	struct dns_wire_name name;

	return ldns_pkt_id(packet) == id && ldns_pkt_qr(packet) &&
	       ldns_pkt_get_opcode(packet) == LDNS_PACKET_QUERY && ldns_pkt_qdcount(packet) == 1 &&
	       rr && wire_name(ldns_rr_owner(rr), &name) == 0 && name.len == question->name.len &&
	       memcmp(name.bytes, question->name.bytes, name.len) == 0 &&
	       ldns_rr_get_type(rr) == (ldns_rr_type)question->type &&
	       ldns_rr_get_class(rr) == (ldns_rr_class)question->class;
}

ldns_pkt *dns_answer_parse(const uint8_t *bytes, size_t len, const struct dns_question *question,
			   uint16_t id)
{
	ldns_pkt *packet = NULL;

	if (!dns_wire_check(bytes, len) || ldns_wire2pkt(&packet, bytes, len) != LDNS_STATUS_OK)
		return NULL;
	if (is_answer(packet, question, id))
		return packet;
	ldns_pkt_free(packet);
	return NULL;
}

/* The least TTL of a section; a TTL with its highest bit counts as 0 (RFC 2181 s8). */
static uint32_t least_ttl_s(const ldns_rr_list *list, uint32_t least_s)
{
	for (size_t i = 0; list && i < ldns_rr_list_rr_count(list); i++) {
		uint32_t ttl_s = ldns_rr_ttl(ldns_rr_list_rr(list, i));

		least_s = MIN(least_s, ttl_s > INT32_MAX ? 0 : ttl_s);
	}
	return least_s;
}

/* How long the SOA of a negative answer lets it be kept; 0: there is none. */
static uint32_t soa_ttl_s(const ldns_pkt *answer)
{
	const ldns_rr_list *list = ldns_pkt_authority(answer);

	for (size_t i = 0; list && i < ldns_rr_list_rr_count(list); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(list, i);
		const ldns_rdf *minimum = ldns_rr_rdf(rr, SOA_MINIMUM_AT);

		if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && minimum)
			return MIN(ldns_rr_ttl(rr), ldns_rdf2native_int32(minimum));
	}
	return 0;
}

bool dns_answer_is_negative(const ldns_pkt *answer, const struct dns_question *question)
{
	const ldns_rr_list *list = ldns_pkt_answer(answer);
	bool positive = false;

	for (size_t i = 0; list && i < ldns_rr_list_rr_count(list); i++)
		positive |=
			ldns_rr_get_type(ldns_rr_list_rr(list, i)) == (ldns_rr_type)question->type;
	return !positive || ldns_pkt_get_rcode(answer) != LDNS_RCODE_NOERROR;
}

uint32_t dns_answer_ttl_s(const ldns_pkt *answer, const struct dns_question *question)
{
	uint32_t ttl_s = least_ttl_s(ldns_pkt_answer(answer), TTL_MAX_S);

	if (ldns_pkt_tc(answer) || (ldns_pkt_get_rcode(answer) != LDNS_RCODE_NOERROR &&
				    ldns_pkt_get_rcode(answer) != LDNS_RCODE_NXDOMAIN))
		return 0;
	ttl_s = least_ttl_s(ldns_pkt_authority(answer), ttl_s);
	ttl_s = least_ttl_s(ldns_pkt_additional(answer), ttl_s);
	if (!dns_answer_is_negative(answer, question))
		return ttl_s;
	return MIN(MIN(ttl_s, soa_ttl_s(answer)), NEGATIVE_TTL_MAX_S);
}

/* ---- answers for clients ---------------------------------------------------------------- */

/* Copies of records of a section, @age_s older. Return: whether there was memory. */
static bool add_records(ldns_pkt *to, ldns_pkt_section section, const ldns_rr_list *from,
			uint32_t age_s)
{
	for (size_t i = 0; from && i < ldns_rr_list_rr_count(from); i++) {
		ldns_rr *rr = ldns_rr_clone(ldns_rr_list_rr(from, i));
		uint32_t ttl_s = rr ? ldns_rr_ttl(rr) : 0;

		if (!rr)
			return false;
		ttl_s = ttl_s > INT32_MAX ? 0 : ttl_s; /* RFC 2181 s8 */
		ldns_rr_set_ttl(rr, ttl_s > age_s ? ttl_s - age_s : 0);
		if (!ldns_pkt_push_rr(to, section, rr)) {
			ldns_rr_free(rr);
			return false;
		}
	}
	return true;
}

static void set_header(ldns_pkt *packet, const struct dns_query *query,
		       const struct dns_answer *answer)
{
	ldns_pkt_set_id(packet, query->id);
	ldns_pkt_set_opcode(packet, (ldns_pkt_opcode)query->opcode);
	ldns_pkt_set_qr(packet, true);
	ldns_pkt_set_ra(packet, true);
	ldns_pkt_set_rd(packet, query->recursion_desired);
	ldns_pkt_set_cd(packet, query->question.checking_disabled);
	ldns_pkt_set_aa(packet, answer->authoritative);
	ldns_pkt_set_rcode(packet, answer->rcode & 15);
	ldns_pkt_set_tc(packet, answer->truncated);
	if (answer->from) {
		ldns_pkt_set_ad(packet, ldns_pkt_ad(answer->from) &&
						(query->wants_ad || query->question.dnssec_ok));
	}
	if (!query->edns)
		return;
	ldns_pkt_set_edns_udp_size(packet, DNS_EDNS_MAX);
	ldns_pkt_set_edns_extended_rcode(packet, (uint8_t)(answer->rcode >> 4));
	ldns_pkt_set_edns_do(packet, query->question.dnssec_ok);
}

/* Takes the records of a section out. Return: whether there were any. */
static bool empty(ldns_pkt *packet, ldns_rr_list *list, ldns_pkt_section section)
{
	bool any = false;

	for (ldns_rr *rr; list && (rr = ldns_rr_list_pop_rr(list)); any = true)
		ldns_rr_free(rr);
	ldns_pkt_set_section_count(packet, section, 0);
	return any;
}

/* Leaves out what does not fit, section by section: so a message is written four times at most,
 * however many records it has. Return: bytes; 0: no memory. */
static size_t fit(ldns_pkt *packet, size_t size, uint8_t *out)
{
	size_t len = to_wire(packet, size, out);

	while (len > size) {
		bool positive = ldns_pkt_ancount(packet) > 0;

		if (!empty(packet, ldns_pkt_additional(packet), LDNS_SECTION_ADDITIONAL) &&
		    !(positive &&
		      empty(packet, ldns_pkt_authority(packet), LDNS_SECTION_AUTHORITY))) {
			if (!empty(packet, ldns_pkt_answer(packet), LDNS_SECTION_ANSWER) &&
			    !empty(packet, ldns_pkt_authority(packet), LDNS_SECTION_AUTHORITY))
				return 0;
			ldns_pkt_set_tc(packet, true);
		}
		len = to_wire(packet, size, out);
	}
	return len;
}

size_t dns_answer_build(const struct dns_query *query, const struct dns_answer *answer,
			uint8_t *out)
{
	const ldns_pkt *from = answer->truncated ? NULL : answer->from;
	ldns_pkt *packet = ldns_pkt_new();
	size_t len = 0;

	if (!packet)
		return 0;
	set_header(packet, query, answer);
	if (add_question(packet, &query->name, &query->question) &&
	    (!from ||
	     (add_records(packet, LDNS_SECTION_ANSWER, ldns_pkt_answer(from), answer->age_s) &&
	      add_records(packet, LDNS_SECTION_AUTHORITY, ldns_pkt_authority(from),
			  answer->age_s) &&
	      add_records(packet, LDNS_SECTION_ADDITIONAL, ldns_pkt_additional(from),
			  answer->age_s))))
		len = fit(packet, query->size, out);
	ldns_pkt_free(packet);
	return len;
}

/* ---- records of our own ----------------------------------------------------------------- */

/* A record of the query's name with one field of data, both given away. */
static void add_own(ldns_pkt *to, ldns_pkt_section section, ldns_rdf *owner, ldns_rr *rr)
{
	if (owner && rr) {
		ldns_rr_set_owner(rr, owner);
		ldns_rr_set_class(rr, LDNS_RR_CLASS_IN);
		if (ldns_pkt_push_rr(to, section, rr))
			return;
	} else {
		ldns_rdf_deep_free(owner);
	}
	ldns_rr_free(rr);
}

static ldns_rr *own_rr(ldns_rr_type type, uint32_t ttl_s)
{
	ldns_rr *rr = ldns_rr_new();

	if (rr) {
		ldns_rr_set_type(rr, type);
		ldns_rr_set_ttl(rr, ttl_s);
	}
	return rr;
}

static void push(ldns_rr *rr, ldns_rdf *data)
{
	if (!rr || !data || !ldns_rr_push_rdf(rr, data))
		ldns_rdf_deep_free(data);
}

static ldns_rdf *query_owner(const struct dns_query *query)
{
	return ldns_dname_new_frm_data(query->name.len, query->name.bytes);
}

void dns_add_address(ldns_pkt *to, const struct dns_query *query, ip4_t address, uint32_t ttl_s)
{
	uint8_t bytes[4] = {(uint8_t)(address.host >> 24), (uint8_t)(address.host >> 16),
			    (uint8_t)(address.host >> 8), (uint8_t)address.host};
	ldns_rr *rr = own_rr(LDNS_RR_TYPE_A, ttl_s);

	push(rr, ldns_rdf_new_frm_data(LDNS_RDF_TYPE_A, sizeof(bytes), bytes));
	add_own(to, LDNS_SECTION_ANSWER, query_owner(query), rr);
}

void dns_add_pointer(ldns_pkt *to, const struct dns_query *query, const char *name, uint32_t ttl_s)
{
	ldns_rr *rr = own_rr(LDNS_RR_TYPE_PTR, ttl_s);

	push(rr, ldns_dname_new_frm_str(name));
	add_own(to, LDNS_SECTION_ANSWER, query_owner(query), rr);
}

void dns_add_hinfo(ldns_pkt *to, const struct dns_query *query)
{
	ldns_rr *rr = own_rr(LDNS_RR_TYPE_HINFO, ANY_TTL_S);

	push(rr, ldns_rdf_new_frm_str(LDNS_RDF_TYPE_STR, "RFC8482"));
	push(rr, ldns_rdf_new_frm_str(LDNS_RDF_TYPE_STR, ""));
	add_own(to, LDNS_SECTION_ANSWER, query_owner(query), rr);
}

void dns_add_soa(ldns_pkt *to, const char *zone, uint32_t ttl_s)
{
	const uint32_t numbers[] = {1, 3600, 600, 86400, ttl_s}; /* serial … minimum */
	ldns_rr *rr = own_rr(LDNS_RR_TYPE_SOA, ttl_s);

	push(rr, ldns_dname_new_frm_str(zone));
	push(rr, ldns_dname_new_frm_str("nobody.invalid"));
	push(rr, ldns_native2rdf_int32(LDNS_RDF_TYPE_INT32, numbers[0]));
	for (unsigned int i = 1; i < ARRAY_COUNT(numbers); i++)
		push(rr, ldns_native2rdf_int32(LDNS_RDF_TYPE_PERIOD, numbers[i]));
	add_own(to, LDNS_SECTION_AUTHORITY, ldns_dname_new_frm_str(zone), rr);
}
