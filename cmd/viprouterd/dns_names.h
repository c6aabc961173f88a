/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that the router knows by itself: `ip host`, its own, reservations, leases; and what is
 * nobody else's business: the local domains, single labels, addresses of private and of its own
 * networks (RFC 6303), and names of special use (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9462).
 *
 * It is filled anew when something has changed: dns_names_begin(), additions, dns_names_end().
 */
#ifndef CMD_VIPROUTERD_DNS_NAMES_H
#define CMD_VIPROUTERD_DNS_NAMES_H

#include "core/base.h"
#include "core/config.h"

/** Where a name comes from; the lesser wins. */
enum dns_source {
	DNS_FROM_HOST,	 /* `ip host` */
	DNS_FROM_ROUTER, /* `hostname`, with the addresses of interfaces */
	DNS_FROM_RESERVATION,
	DNS_FROM_LEASE,
};

struct dns_name {
	char name[CONFIG_NAME_SIZE];   /* lower case, without the domain */
	char domain[CONFIG_NAME_SIZE]; /* lower case; "" none: the name is whole */
	ip4_t address;
	uint8_t source; /* enum dns_source */
	uint32_t order; /* in which it was added */
};

struct dns_zone {
	char name[CONFIG_NAME_SIZE];
};

struct dns_names {
	char domain[CONFIG_NAME_SIZE]; /* `ip domain name` */
	VEC(struct dns_name) names;    /* by name, source, domain, then order, or address */
	VEC(struct dns_name) pointers; /* one an address, by address */
	VEC(struct dns_zone) zones;    /* local domains */
	VEC(struct ip4_prefix) networks;
};

/** What there is to say of a name. */
enum dns_known {
	DNS_ELSEWHERE, /* others have to be asked */
	DNS_FOUND,
	DNS_NO_DATA, /* the name is there, but has nothing of that kind */
	DNS_NO_NAME, /* nobody has the name, and nobody else could */
};

void dns_names_fini(struct dns_names *names);

/** Forgets all. @domain: of names that come without one; "" none. */
void dns_names_begin(struct dns_names *names, const char *domain);
/** Names in @domain, which is in lower case, are the router's to know. Return: 0; -ENOMEM. */
int dns_names_add_zone(struct dns_names *names, const char *domain);
/** Addresses of @network are the router's to know. Return: 0; -ENOMEM. */
int dns_names_add_network(struct dns_names *names, struct ip4_prefix network);
/**
 * dns_names_add() - one address of a name
 * @name: any case; of a reservation or lease with labels only if they are a local domain's: nobody
 *        can call himself by a name that is elsewhere
 * @domain: of the pool; "" none
 * Return: 0; -ENOMEM; -EINVAL the name may not be had.
 */
int dns_names_add(struct dns_names *names, const char *name, const char *domain, ip4_t address,
		  enum dns_source source);
/** The lists are complete. Return: 0; -ENOMEM: no address has a name until they are filled anew. */
int dns_names_end(struct dns_names *names);

/**
 * dns_names_find() - the addresses of a name
 * @text: in lower case, without a dot at its end; not ""
 * @found: out: the first; borrowed until the next dns_names_begin()
 * @count: out: how many follow one another there
 * Return: DNS_FOUND with both; DNS_NO_DATA: it is a local domain itself; DNS_NO_NAME;
 * DNS_ELSEWHERE.
 */
enum dns_known dns_names_find(const struct dns_names *names, const char *text,
			      const struct dns_name **found, unsigned int *count);

/**
 * dns_names_find_pointer() - the name of an address, by "1.1.168.192.in-addr.arpa"
 * Return: DNS_FOUND with *@found; DNS_NO_DATA, DNS_NO_NAME: it is a private network's, or the
 * router's own; else DNS_ELSEWHERE.
 */
enum dns_known dns_names_find_pointer(const struct dns_names *names, const char *text,
				      const struct dns_name **found);

/** The whole name, with its domain. @out: DNS_FULL_SIZE bytes. Return: @out. */
#define DNS_FULL_SIZE (2 * CONFIG_NAME_SIZE)
const char *dns_name_full(const struct dns_name *name, char *out);

/** The zone whose SOA a negative answer about a name bears: a local domain, or what it lies in. */
const char *dns_names_zone(const struct dns_names *names, const char *text);

#endif
