/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may be leased: the network pools, the reservations (`host` pools), the clients that have
 * parameters of their own but no address, and the networks the router is on, taken from a
 * configuration and never changed after, but for the marks that say which addresses have a record.
 */
#ifndef CORE_DHCP_POOL_H
#define CORE_DHCP_POOL_H

#include "core/base.h"
#include "core/config.h"
#include "core/dhcp/lease.h"
#include "core/dhcp/lease_table.h"
#include "core/hash.h"

enum {
	DHCP_POOL_ADDRESSES_MAX = 65536, /* of a larger network, the first so many are leased */
	DHCP_POOL_RECORDS_MAX = 262144,	 /* of all pools together */
	DHCP_POOL_QUARANTINE_SHARE = 4,	 /* at most this part of a pool is in quarantine */
};

/** Who sent a message. */
struct dhcp_client {
	struct dhcp_client_key key;
	mac_t hardware; /* zero: not Ethernet */
};

/** Options by code; borrowed from the set. */
struct dhcp_options {
	const struct config_dhcp_option *at;
	uint32_t count;
};

/** A network to lease from. */
struct dhcp_pool {
	struct config_dhcp_pool params;
	struct dhcp_options options;
	ip4_t first;
	uint32_t size;		    /* 1 to DHCP_POOL_ADDRESSES_MAX addresses from `first` on */
	uint64_t *blocked;	    /* bit an address: never to be given to just anybody */
	uint64_t *recorded;	    /* bit an address: has a lease in the table */
	uint32_t free_count;	    /* addresses with neither bit */
	uint32_t open_count;	    /* addresses that are not blocked */
	uint32_t hint;		    /* no word of the bitmaps before this one has a free bit */
	struct lease_list inactive; /* leases that may go to somebody else, oldest first */
	struct lease_list declined; /* leases in quarantine, oldest first */
	uint32_t declined_count;
	mono_ms_t log_again; /* when "exhausted" may be said again */
};

/** A client with an address of its own, or (its params have no host) with parameters alone. */
struct dhcp_host {
	struct config_dhcp_pool params; /* completed from the pool that holds the address */
	struct dhcp_options options;	/* its own */
	struct dhcp_options inherited;	/* of that pool; its own go before */
	struct ip4_prefix network;	/* the address, and the mask the client is told */
	struct dhcp_client_key client;	/* len 0: known by hardware alone */
	struct dhcp_host *next_by_address, *next_by_client, *next_by_hardware;
};

/** An interface of the router. */
struct dhcp_link {
	ip4_t primary;
	struct ip4_prefix addresses[CONFIG_ADDRESSES_MAX];
	uint8_t address_count;
	uint16_t mtu;
	bool outside; /* `ip nat outside` */
};

/** Where a client is: what decides which addresses make sense for it. */
struct dhcp_scope {
	ip4_t at;			/* an address of its network: ours, its relay's, its own */
	struct dhcp_pool *pool;		/* NULL: only reservations are possible */
	const struct dhcp_link *direct; /* not behind a relay: our interface; may be NULL */
};

struct dhcp_pool_set;

/** Return: NULL: no memory. */
struct dhcp_pool_set *dhcp_pool_set_new(const struct hash_key *key, const struct config *config);
void dhcp_pool_set_free(struct dhcp_pool_set *set);
/** Most leases that can exist at once; at least 1. */
uint32_t dhcp_pool_set_capacity(const struct dhcp_pool_set *set);

/** The network pool whose network holds @address, or NULL. */
struct dhcp_pool *dhcp_pool_find(const struct dhcp_pool_set *set, ip4_t address);
/** Whether @address is one that the pool leases from at all, exclusions not looked at. */
bool dhcp_pool_covers(const struct dhcp_pool *pool, ip4_t address);
/** Whether @address may be given to a client without a reservation for it. */
bool dhcp_pool_open(const struct dhcp_pool *pool, ip4_t address);
/** Lowest open address that never had a lease. Return: whether there is one. */
bool dhcp_pool_fresh(struct dhcp_pool *pool, ip4_t *address);
/** Whether so many are in quarantine that a liar would take the pool away with more (D8). */
bool dhcp_pool_quarantine_full(const struct dhcp_pool *pool);
/** From now on @address is not open. */
void dhcp_pool_block(struct dhcp_pool *pool, ip4_t address);
/** Notes that @address has a lease now, or has none. */
void dhcp_pool_mark(struct dhcp_pool_set *set, ip4_t address, bool recorded);

/** The reservation of @client that makes sense in @scope, or NULL. */
const struct dhcp_host *dhcp_pool_host_of(const struct dhcp_pool_set *set,
					  const struct dhcp_client *client,
					  const struct dhcp_scope *scope);
/** What @client is told wherever it has no reservation, or NULL: as all others. */
const struct dhcp_host *dhcp_pool_known_client(const struct dhcp_pool_set *set,
					       const struct dhcp_client *client);
/** Completes @params, of one client, by those of the pool that its address is from, as IOS does. */
void dhcp_pool_complete(struct config_dhcp_pool *params, const struct dhcp_pool *pool);
/** A reservation for @address, or NULL. */
const struct dhcp_host *dhcp_pool_host_at(const struct dhcp_pool_set *set, ip4_t address);
/** Whether @address is reserved, and for @client. */
bool dhcp_pool_host_admits(const struct dhcp_pool_set *set, ip4_t address,
			   const struct dhcp_client *client);

/** Whether @address is one of the router's own, VIPs included. */
bool dhcp_pool_own(const struct dhcp_pool_set *set, ip4_t address);
/** The interface with that primary address, or NULL. */
const struct dhcp_link *dhcp_pool_link(const struct dhcp_pool_set *set, ip4_t primary);

/** Whether a lease on @address still makes sense: in a pool or reserved, and not our own. */
bool dhcp_pool_fits(const struct dhcp_pool_set *set, ip4_t address);
/** The next address above @after that has a lease or a reservation. Return: whether there is one.
 */
bool dhcp_pool_next(const struct dhcp_pool_set *set, ip4_t after, ip4_t *address);

#endif
