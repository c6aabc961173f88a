/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS messages (RFC 1035, RFC 6891), read and written by ldns: questions of clients, answers of our
 * own and of name servers.
 */
#ifndef CMD_VIPROUTERD_DNS_MESSAGE_H
#define CMD_VIPROUTERD_DNS_MESSAGE_H

#include <stdbool.h> /* first: without it ldns makes bool a signed char */

#include <ldns/ldns.h>
#ifndef CORE_BASE_H /* as in loop.h */
#undef MIN
#undef MAX
#endif
#include "cmd/viprouterd/dns_wire.h"
#include "core/base.h"

#define DNS_TEXT_SIZE 256 /* a name as text, with the NUL */
#define DNS_PLAIN_MAX 512 /* bytes that a client without EDNS takes: RFC 1035 s4.2.1 */
/** Bytes that cross every link in one piece; no more is asked for, or given, by UDP. */
#define DNS_EDNS_MAX 1232
/** Longest query that is read; longer ones are refused as malformed. */
#define DNS_QUERY_MAX 1232

enum { DNS_RCODE_BADVERS = 16 }; /* RFC 6891 s9 */

/** A name in wire form, uncompressed, its root label included. */
struct dns_wire_name {
	uint8_t len; /* 1 to DNS_WIRE_MAX */
	uint8_t bytes[DNS_WIRE_MAX];
};

/** What is asked. */
struct dns_question {
	struct dns_wire_name name; /* in lower case */
	uint16_t type, class;
	bool dnssec_ok; /* RFC 3225 */
	bool checking_disabled;
};

/** A client's query. */
struct dns_query {
	struct dns_question question;
	struct dns_wire_name name; /* as the client wrote it */
	uint16_t id;
	uint8_t opcode; /* comes back in the answer, as the id does (RFC 1035 s4.1.1) */
	bool recursion_desired, edns;
	bool wants_ad;		  /* RFC 6840 s5.7 */
	uint16_t size;		  /* most bytes of an answer */
	char text[DNS_TEXT_SIZE]; /* the name in lower case, with dots between; bytes other than
				   * letters, digits, '-' and '_' are question marks; "" the root */
};

/**
 * dns_query_parse() - read what a client sent
 * @stream: by TCP: an answer may be as long as it gets
 * @rcode: out: what to answer if it is refused; the query has then at least its id
 * Return: 0; -EBADMSG it is to be refused; -EINVAL it deserves no answer.
 */
int dns_query_parse(const uint8_t *bytes, size_t len, bool stream, struct dns_query *query,
		    unsigned int *rcode);

/** Whether two questions are the same. */
bool dns_question_equal(const struct dns_question *a, const struct dns_question *b);

/** A query for a name server. @edns: with OPT. @out: DNS_PLAIN_MAX bytes. Return: bytes; 0: no
 * memory. */
size_t dns_question_build(const struct dns_question *question, uint16_t id, bool edns,
			  uint8_t *out);

/**
 * dns_answer_parse() - read what a name server sent
 * Return: the message, the caller's, to be freed by ldns_pkt_free(); NULL: it is no answer to
 * @question with @id: the name has to be the same to the letter (RFC 5452 s9.1).
 */
ldns_pkt *dns_answer_parse(const uint8_t *bytes, size_t len, const struct dns_question *question,
			   uint16_t id);

/**
 * dns_answer_ttl_s() - how long an answer may be kept, seconds
 * Negative ones as long as their SOA says (RFC 2308 s5), three hours at most; others a day at most.
 * Return: 0: not at all.
 */
uint32_t dns_answer_ttl_s(const ldns_pkt *answer, const struct dns_question *question);

/** Whether it says that there is no such name, or none with such data. */
bool dns_answer_is_negative(const ldns_pkt *answer, const struct dns_question *question);

/** How an answer is to be made. */
struct dns_answer {
	const ldns_pkt *from; /* sections; NULL none */
	unsigned int rcode;   /* to DNS_RCODE_BADVERS */
	bool authoritative;
	bool truncated; /* TC, and no sections: what there is would not fit */
	uint32_t age_s; /* taken off every TTL */
};

/**
 * dns_answer_build() - an answer for one client
 * What does not fit into the query's size goes from the end, a section at a time: additional,
 * authority, and then, with TC set, answers (RFC 2181 s9). @out: DNS_MESSAGE_MAX bytes. Return:
 * bytes; 0: no memory.
 */
size_t dns_answer_build(const struct dns_query *query, const struct dns_answer *answer,
			uint8_t *out);

/* Records of our own, put into @to, which may be short of memory: then they are missing. */
void dns_add_address(ldns_pkt *to, const struct dns_query *query, ip4_t address, uint32_t ttl_s);
/** @name: as text. */
void dns_add_pointer(ldns_pkt *to, const struct dns_query *query, const char *name, uint32_t ttl_s);
/** The small answer to type ANY (RFC 8482 s4.2). */
void dns_add_hinfo(ldns_pkt *to, const struct dns_query *query);
/** The SOA that says how long a name is not there (RFC 2308 s3). @zone: as text. */
void dns_add_soa(ldns_pkt *to, const char *zone, uint32_t ttl_s);

/** The name as in a query's `text`, but "." for the root. @out: DNS_TEXT_SIZE bytes. Return: @out.
 */
const char *dns_name_text(const struct dns_wire_name *name, char *out);

/** The other way, in lower case; a dot at the end does not count. Return: 0; -EINVAL. */
int dns_name_from_text(const char *text, struct dns_wire_name *name);

#endif
