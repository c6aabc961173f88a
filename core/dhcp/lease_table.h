/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's leases: one an address, found by address and by client, and ordered by deadline.
 * All memory is taken when the table is made; the kernel provides it as it is touched.
 */
#ifndef CORE_DHCP_LEASE_TABLE_H
#define CORE_DHCP_LEASE_TABLE_H

#include "core/base.h"
#include "core/dhcp/lease.h"
#include "core/hash.h"

/** Neighbours of a lease in one of the lists it can be in. */
struct lease_link {
	struct dhcp_lease *before, *after;
	bool linked;
};

enum lease_list_kind {
	LEASE_LIST_INACTIVE, /* of a pool: may be given to somebody else, oldest first */
	LEASE_LIST_UNSAVED,  /* of the server: its record on disk is out of date */
	LEASE_LIST_COUNT
};

struct lease_list {
	struct dhcp_lease *first, *last;
};

struct dhcp_lease {
	/* for all to read; written by binding.c alone, through the functions below where noted */
	ip4_t address;
	uint8_t state;		       /* enum dhcp_lease_state */
	uint8_t before_offer;	       /* while OFFERED: the state to go back to */
	bool waiting;		       /* an ACK for it waits for the disk */
	struct dhcp_client_key client; /* changed by lease_table_set_client() */
	mac_t hardware;
	uint16_t port; /* of its client's last message; UINT16_MAX not known */
	char hostname[DHCP_HOSTNAME_SIZE];
	uint32_t lease_s;   /* while BOUND: what was granted; DHCP_LEASE_INFINITE */
	mono_ms_t deadline; /* of the state; changed by lease_table_set_deadline() */
	/* the table's own */
	uint32_t heap_at; /* place in the heap plus one; 0: it has no deadline */
	struct dhcp_lease *next_by_address, *next_by_client;
	struct lease_link link[LEASE_LIST_COUNT];
};

struct lease_table;

/** @capacity: most leases it will hold, at least 1. Return: NULL: no memory. */
struct lease_table *lease_table_new(const struct hash_key *key, uint32_t capacity);
void lease_table_free(struct lease_table *table);
/** Whether there is room for one more. */
bool lease_table_room(const struct lease_table *table);

/** The lease of an address, or NULL. */
struct dhcp_lease *lease_table_find(const struct lease_table *table, ip4_t address);
/** First and further leases of a client, in no order, or NULL. */
struct dhcp_lease *lease_table_of(const struct lease_table *table,
				  const struct dhcp_client_key *client);
struct dhcp_lease *lease_table_next_of(const struct dhcp_lease *lease);

/** A FREE lease for an address that has none, nobody's yet. Return: NULL: the table is full. */
struct dhcp_lease *lease_table_add(struct lease_table *table, ip4_t address);
/** Forgets a lease, which is in no list. Pointers to it are void. */
void lease_table_remove(struct lease_table *table, struct dhcp_lease *lease);

void lease_table_set_client(struct lease_table *table, struct dhcp_lease *lease,
			    const struct dhcp_client_key *client);
/** MONO_NEVER: none. */
void lease_table_set_deadline(struct lease_table *table, struct dhcp_lease *lease,
			      mono_ms_t deadline);
/** The lease with the earliest deadline, or NULL. */
struct dhcp_lease *lease_table_earliest(const struct lease_table *table);

/* Lists. Appending what is in a list of that kind, or removing what is not, changes nothing. */
void lease_list_append(struct lease_list *list, enum lease_list_kind kind,
		       struct dhcp_lease *lease);
void lease_list_remove(struct lease_list *list, enum lease_list_kind kind,
		       struct dhcp_lease *lease);

#endif
