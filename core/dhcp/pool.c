/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pools as two bitmaps each, one bit an address. A new client costs the scan for a clear bit, from
 * a hint on, so it is cheap however many leases there are; reservations are found by hash.
 *
 * Invariants: pools are sorted by network; of two that overlap, the larger has the addresses of the
 * smaller blocked, so an address belongs to one pool. free_count is the number of clear bits.
 * Not supported: more than DHCP_POOL_ADDRESSES_MAX addresses a pool.
 */
#include "core/dhcp/pool.h"

#include "core/config_held.h"

enum { WORD_BITS = 64 };

struct dhcp_pool_set {
	struct hash_key key;
	uint32_t pool_count, host_count, link_count, own_count;
	struct dhcp_pool *pools; /* by network, then length */
	bool nested;		 /* some pools overlap */
	struct dhcp_host *hosts; /* by address; behind them clients without one */
	uint32_t known_count;	 /* of these */
	uint32_t host_mask;	 /* of the three indexes */
	struct dhcp_host **by_address, **by_client, **by_hardware;
	struct dhcp_link *links;		/* by primary */
	ip4_t *own;				/* sorted */
	VEC(struct config_dhcp_option) options; /* as in the configuration */
};

/* ---- bits -------------------------------------------------------------------------------- */

static bool bit_get(const uint64_t *words, uint32_t i)
{
	return words[i / WORD_BITS] >> (i % WORD_BITS) & 1;
}

static void bit_set(uint64_t *words, uint32_t i, bool on)
{
	uint64_t bit = 1ULL << (i % WORD_BITS);

	words[i / WORD_BITS] = on ? words[i / WORD_BITS] | bit : words[i / WORD_BITS] & ~bit;
}

static uint32_t word_count(const struct dhcp_pool *pool)
{
	return (pool->size + WORD_BITS - 1) / WORD_BITS;
}

bool dhcp_pool_covers(const struct dhcp_pool *pool, ip4_t address)
{
	return address.host - pool->first.host < pool->size;
}

bool dhcp_pool_open(const struct dhcp_pool *pool, ip4_t address)
{
	return dhcp_pool_covers(pool, address) &&
	       !bit_get(pool->blocked, address.host - pool->first.host);
}

bool dhcp_pool_fresh(struct dhcp_pool *pool, ip4_t *address)
{
	if (pool->free_count == 0)
		return false;
	for (uint32_t w = pool->hint; w < word_count(pool); w++) {
		uint64_t free_bits = ~(pool->blocked[w] | pool->recorded[w]);

		pool->hint = w;
		if (free_bits) {
			uint32_t bit = (uint32_t)__builtin_ctzll(free_bits);

			address->host = pool->first.host + w * WORD_BITS + bit;
			return true;
		}
	}
	return false;
}

void dhcp_pool_mark(struct dhcp_pool_set *set, ip4_t address, bool recorded)
{
	struct dhcp_pool *pool = dhcp_pool_find(set, address);
	uint32_t i;

	if (!pool || !dhcp_pool_covers(pool, address))
		return; /* a reservation outside every pool */
	i = address.host - pool->first.host;
	if (bit_get(pool->recorded, i) == recorded)
		return;
	bit_set(pool->recorded, i, recorded);
	if (bit_get(pool->blocked, i))
		return;
	if (recorded) {
		pool->free_count--;
	} else {
		pool->free_count++;
		pool->hint = MIN(pool->hint, i / WORD_BITS);
	}
}

void dhcp_pool_block(struct dhcp_pool *pool, ip4_t address)
{
	uint32_t i = address.host - pool->first.host;

	if (!dhcp_pool_open(pool, address))
		return;
	bit_set(pool->blocked, i, true);
	pool->open_count--;
	if (!bit_get(pool->recorded, i))
		pool->free_count--;
}

bool dhcp_pool_quarantine_full(const struct dhcp_pool *pool)
{
	return pool->declined_count >= MAX(pool->open_count / DHCP_POOL_QUARANTINE_SHARE, 1u);
}

/* ---- finding ----------------------------------------------------------------------------- */

struct dhcp_pool *dhcp_pool_find(const struct dhcp_pool_set *set, ip4_t address)
{
	uint32_t low = 0, high = set->pool_count;

	while (low < high) { /* to the first pool whose network begins above @address */
		uint32_t middle = low + (high - low) / 2;

		if (set->pools[middle].first.host <= address.host)
			low = middle + 1;
		else
			high = middle;
	}
	while (low-- > 0) {
		if (ip4_in_prefix(address, set->pools[low].params.network))
			return &set->pools[low];
		if (!set->nested)
			break;
	}
	return NULL;
}

static int compare_ip4(ip4_t a, ip4_t b)
{
	return (a.host > b.host) - (a.host < b.host);
}

static int compare_own(const void *a, const void *b)
{
	return compare_ip4(*(const ip4_t *)a, *(const ip4_t *)b);
}

static int compare_links(const void *a, const void *b)
{
	return compare_ip4(((const struct dhcp_link *)a)->primary,
			   ((const struct dhcp_link *)b)->primary);
}

static int compare_hosts(const void *a, const void *b)
{
	return compare_ip4(((const struct dhcp_host *)a)->params.host.address,
			   ((const struct dhcp_host *)b)->params.host.address);
}

static int compare_pools(const void *a, const void *b)
{
	const struct dhcp_pool *x = a, *y = b;
	int order = compare_ip4(x->first, y->first);

	return order ? order : (int)x->params.network.len - (int)y->params.network.len;
}

bool dhcp_pool_own(const struct dhcp_pool_set *set, ip4_t address)
{
	return set->own_count &&
	       bsearch(&address, set->own, set->own_count, sizeof(*set->own), compare_own);
}

const struct dhcp_link *dhcp_pool_link(const struct dhcp_pool_set *set, ip4_t primary)
{
	const struct dhcp_link wanted = {.primary = primary};

	if (set->link_count == 0)
		return NULL;
	return bsearch(&wanted, set->links, set->link_count, sizeof(*set->links), compare_links);
}

bool dhcp_pool_fits(const struct dhcp_pool_set *set, ip4_t address)
{
	const struct dhcp_pool *pool = dhcp_pool_find(set, address);

	if (dhcp_pool_own(set, address))
		return false;
	return (pool && dhcp_pool_covers(pool, address)) || dhcp_pool_host_at(set, address);
}

/** The first address above @after that has a lease, in one pool. */
static bool next_recorded(const struct dhcp_pool *pool, ip4_t after, ip4_t *address)
{
	uint32_t i = after.host < pool->first.host ? 0 : after.host - pool->first.host + 1;

	while (i < pool->size) {
		uint64_t bits = pool->recorded[i / WORD_BITS] >> (i % WORD_BITS);

		if (bits) {
			address->host = pool->first.host + i + (uint32_t)__builtin_ctzll(bits);
			return true;
		}
		i = (i / WORD_BITS + 1) * WORD_BITS;
	}
	return false;
}

bool dhcp_pool_next(const struct dhcp_pool_set *set, ip4_t after, ip4_t *address)
{
	uint32_t low = 0, high = set->host_count;
	bool found = false;

	while (low < high) { /* to the first reservation above @after */
		uint32_t middle = low + (high - low) / 2;

		if (set->hosts[middle].params.host.address.host <= after.host)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < set->host_count) {
		*address = set->hosts[low].params.host.address;
		found = true;
	}
	for (uint32_t p = 0; p < set->pool_count; p++) {
		ip4_t next;

		if (!next_recorded(&set->pools[p], after, &next))
			continue;
		if (!found || next.host < address->host)
			*address = next;
		found = true;
		if (!set->nested)
			break; /* all later pools lie above */
	}
	return found;
}

/* ---- reservations ------------------------------------------------------------------------ */

static uint32_t address_slot(const struct dhcp_pool_set *set, ip4_t address)
{
	return hash_2(&set->key, address.host, 2) & set->host_mask;
}

static uint32_t bytes_slot(const struct dhcp_pool_set *set, const void *bytes, size_t len)
{
	return hash_bytes(&set->key, bytes, len) & set->host_mask;
}

/**
 * A `client-identifier` is option 61; a client that sends none is known by the same bytes, its
 * hardware type and address, as if it had.
 */
static bool host_has_id(const struct dhcp_host *host, const struct dhcp_client_key *key)
{
	return host->client.len > 0 && host->client.len == key->len &&
	       memcmp(host->client.bytes, key->bytes, key->len) == 0;
}

/** A `hardware-address` is the device, whatever option 61 it sends. */
static bool host_has_hardware(const struct dhcp_host *host, mac_t hardware)
{
	return host->params.has_hardware && mac_equal(host->params.hardware, hardware);
}

static bool host_in_scope(const struct dhcp_host *host, const struct dhcp_scope *scope)
{
	ip4_t address = host->params.host.address;

	if (!host->params.has_host)
		return false;
	if (scope->pool && ip4_in_prefix(address, scope->pool->params.network))
		return true;
	return host->params.host.len > 0 && ip4_in_prefix(scope->at, host->params.host);
}

const struct dhcp_host *dhcp_pool_host_of(const struct dhcp_pool_set *set,
					  const struct dhcp_client *client,
					  const struct dhcp_scope *scope)
{
	const struct dhcp_host *host;

	if (set->host_count == 0)
		return NULL;
	host = set->by_client[bytes_slot(set, client->key.bytes, client->key.len)];
	for (; host; host = host->next_by_client)
		if (host_has_id(host, &client->key) && host_in_scope(host, scope))
			return host;
	host = set->by_hardware[bytes_slot(set, client->hardware.byte, 6)];
	for (; host; host = host->next_by_hardware)
		if (host_has_hardware(host, client->hardware) && host_in_scope(host, scope))
			return host;
	return NULL;
}

const struct dhcp_host *dhcp_pool_known_client(const struct dhcp_pool_set *set,
					       const struct dhcp_client *client)
{
	const struct dhcp_host *host;

	if (set->known_count == 0)
		return NULL;
	host = set->by_client[bytes_slot(set, client->key.bytes, client->key.len)];
	for (; host; host = host->next_by_client)
		if (host_has_id(host, &client->key) && !host->params.has_host)
			return host;
	host = set->by_hardware[bytes_slot(set, client->hardware.byte, 6)];
	for (; host; host = host->next_by_hardware)
		if (host_has_hardware(host, client->hardware) && !host->params.has_host)
			return host;
	return NULL;
}

static const struct dhcp_host *same_address(const struct dhcp_host *host, ip4_t address)
{
	while (host && !ip4_equal(host->params.host.address, address))
		host = host->next_by_address;
	return host;
}

const struct dhcp_host *dhcp_pool_host_at(const struct dhcp_pool_set *set, ip4_t address)
{
	if (set->host_count == 0)
		return NULL;
	return same_address(set->by_address[address_slot(set, address)], address);
}

bool dhcp_pool_host_admits(const struct dhcp_pool_set *set, ip4_t address,
			   const struct dhcp_client *client)
{
	const struct dhcp_host *host = dhcp_pool_host_at(set, address);

	for (; host; host = same_address(host->next_by_address, address))
		if (host_has_id(host, &client->key) || host_has_hardware(host, client->hardware))
			return true;
	return false;
}

/* ---- building ---------------------------------------------------------------------------- */

static void block(const struct dhcp_pool_set *set, ip4_t address)
{
	struct dhcp_pool *pool = dhcp_pool_find(set, address);

	if (pool && dhcp_pool_covers(pool, address))
		bit_set(pool->blocked, address.host - pool->first.host, true);
}

static void block_range(struct dhcp_pool *pool, ip4_t low, ip4_t high)
{
	uint32_t last = pool->first.host + pool->size - 1;
	uint32_t from = MAX(low.host, pool->first.host), to = MIN(high.host, last);

	if (from > to)
		return;
	for (uint32_t i = from - pool->first.host; i <= to - pool->first.host; i++)
		bit_set(pool->blocked, i, true);
}

/** The set's own copy of a pool's options. */
static struct dhcp_options options_of(const struct dhcp_pool_set *set, const struct config *config,
				      const char *pool)
{
	struct dhcp_options options = {0};
	const struct config_dhcp_option *first = config_options(config, pool, &options.count);

	if (options.count)
		options.at = set->options.at + (first - config->dhcp.options.at);
	return options;
}

static int build_pools(struct dhcp_pool_set *set, const struct config *config)
{
	vec_each (&config->dhcp.pools, p) {
		struct dhcp_pool *pool = &set->pools[set->pool_count];

		if (!p->has_network)
			continue;
		pool->params = *p;
		pool->options = options_of(set, config, p->name);
		pool->first = pool->params.network.address = ip4_network(p->network);
		pool->size = DHCP_POOL_ADDRESSES_MAX;
		if (p->network.len >= 16)
			pool->size = 1u << (32 - p->network.len);
		pool->log_again = (mono_ms_t){INT64_MIN};
		pool->blocked = calloc(word_count(pool), sizeof(uint64_t));
		pool->recorded = calloc(word_count(pool), sizeof(uint64_t));
		set->pool_count++; /* before the check, so that both are freed */
		if (!pool->blocked || !pool->recorded)
			return -ENOMEM;
	}
	if (set->pool_count)
		qsort(set->pools, set->pool_count, sizeof(*set->pools), compare_pools);
	for (uint32_t a = 0; a < set->pool_count; a++) {
		struct dhcp_pool *outer = &set->pools[a];

		for (uint32_t b = a + 1; b < set->pool_count; b++) {
			struct ip4_prefix inner = set->pools[b].params.network;

			if (!ip4_in_prefix(inner.address, outer->params.network))
				break; /* sorted: no later one lies within either */
			set->nested = true;
			block_range(outer, inner.address, ip4_directed_broadcast(inner));
		}
	}
	return 0;
}

void dhcp_pool_complete(struct config_dhcp_pool *p, const struct dhcp_pool *pool)
{
	const struct config_dhcp_pool *from = &pool->params;

	if (p->default_router_count == 0) {
		memcpy(p->default_routers, from->default_routers, sizeof(p->default_routers));
		p->default_router_count = from->default_router_count;
	}
	if (p->dns_server_count == 0) {
		memcpy(p->dns_servers, from->dns_servers, sizeof(p->dns_servers));
		p->dns_server_count = from->dns_server_count;
	}
	if (ip4_is_any(p->next_server))
		p->next_server = from->next_server;
	if (p->bootfile[0] == '\0')
		memcpy(p->bootfile, from->bootfile, sizeof(p->bootfile));
	if (p->domain_name[0] == '\0')
		memcpy(p->domain_name, from->domain_name, sizeof(p->domain_name));
	if (!p->has_lease) {
		p->has_lease = from->has_lease;
		p->lease_s = from->lease_s;
	}
}

/** A client, as its pool says it. */
static struct dhcp_host *build_client(struct dhcp_pool_set *set, const struct config *config,
				      const struct config_dhcp_pool *p, uint32_t place)
{
	struct dhcp_host *host = &set->hosts[place];

	host->params = *p;
	host->options = options_of(set, config, p->name);
	host->client.is_option = true;
	host->client.len = MIN(p->client_id_len, DHCP_CLIENT_KEY_MAX);
	memcpy(host->client.bytes, p->client_id, host->client.len);
	return host;
}

/** One reservation, as a `host` pool says it. */
static void build_host(struct dhcp_pool_set *set, const struct config *config,
		       const struct config_dhcp_pool *p)
{
	struct dhcp_host *host = build_client(set, config, p, set->host_count++);
	const struct dhcp_pool *pool = dhcp_pool_find(set, p->host.address);

	host->network = p->host;
	if (pool) {
		host->network.len = pool->params.network.len;
		host->inherited = pool->options;
		dhcp_pool_complete(&host->params, pool);
	}
	block(set, p->host.address);
}

/** Whether a pool names a client, and neither an address for it nor a network. */
static bool names_client_alone(const struct config_dhcp_pool *p)
{
	return !p->has_host && !p->has_network && (p->has_hardware || p->client_id_len > 0);
}

/** Puts a client into the indexes. */
static void index_client(struct dhcp_pool_set *set, struct dhcp_host *host)
{
	struct dhcp_host **head;

	if (host->params.has_host) {
		head = &set->by_address[address_slot(set, host->params.host.address)];
		host->next_by_address = *head;
		*head = host;
	}
	if (host->client.len > 0) {
		head = &set->by_client[bytes_slot(set, host->client.bytes, host->client.len)];
		host->next_by_client = *head;
		*head = host;
	}
	if (host->params.has_hardware) {
		head = &set->by_hardware[bytes_slot(set, host->params.hardware.byte, 6)];
		host->next_by_hardware = *head;
		*head = host;
	}
}

/** Fills in the reservations; the three indexes have been allocated. */
static void build_hosts(struct dhcp_pool_set *set, const struct config *config)
{
	vec_each (&config->dhcp.pools, p) {
		if (p->has_host)
			build_host(set, config, p);
	}
	/* An `address` line is a `host` pool that is in all else like the pool it stands in. */
	vec_each (&config->dhcp.reservations, one) {
		const struct config_dhcp_pool *in = config_pool_find(config, one->pool);
		struct config_dhcp_pool like;

		if (!in)
			continue;
		like = *in;
		like.has_network = false;
		like.has_host = true;
		like.host = (struct ip4_prefix){one->address, in->network.len};
		like.has_hardware = one->has_hardware;
		like.hardware = one->hardware;
		like.client_id_len = one->client_id_len;
		memcpy(like.client_id, one->client_id, sizeof(like.client_id));
		build_host(set, config, &like);
	}
	if (set->host_count)
		qsort(set->hosts, set->host_count, sizeof(*set->hosts), compare_hosts);
	vec_each (&config->dhcp.pools, p) {
		if (names_client_alone(p))
			build_client(set, config, p, set->host_count + set->known_count++);
	}
	/* Backwards, so that of two alike the first in order is found first. */
	for (uint32_t i = set->host_count + set->known_count; i-- > 0;)
		index_client(set, &set->hosts[i]);
}

static void build_links(struct dhcp_pool_set *set, const struct config *config,
			const struct config_held_list *held)
{
	vec_each (&config->interfaces, interface) {
		struct dhcp_link *link = &set->links[set->link_count];

		/* The device's own end has its addresses by hand: not ours, but taken. */
		for (unsigned int i = 0; i < interface->peer_address_count; i++)
			block(set, interface->peer_addresses[i].address);
		if (interface->address_count == 0)
			continue;
		set->link_count++;
		link->primary = interface->addresses[0].address;
		link->mtu = interface->mtu;
		link->outside = interface->nat_side == CONFIG_NAT_OUTSIDE;
		link->address_count = interface->address_count;
		for (unsigned int i = 0; i < interface->address_count; i++) {
			link->addresses[i] = interface->addresses[i];
			set->own[set->own_count++] = interface->addresses[i].address;
		}
	}
	vec_each (&held->items, public)
		set->own[set->own_count++] = public->address;
	if (set->link_count)
		qsort(set->links, set->link_count, sizeof(*set->links), compare_links);
	if (set->own_count)
		qsort(set->own, set->own_count, sizeof(*set->own), compare_own);
	for (uint32_t i = 0; i < set->own_count; i++)
		block(set, set->own[i]);
}

/** Blocks what no pool may give away, then counts what is left. */
static void build_blocks(struct dhcp_pool_set *set, const struct config *config)
{
	for (uint32_t p = 0; p < set->pool_count; p++) {
		struct dhcp_pool *pool = &set->pools[p];
		struct ip4_prefix network = pool->params.network;

		if (network.len <= 30) { /* RFC 3021: a /31 has neither */
			block_range(pool, network.address, network.address);
			block_range(pool, ip4_directed_broadcast(network),
				    ip4_directed_broadcast(network));
		}
		vec_each (&config->dhcp.excluded, range)
			block_range(pool, range->low, range->high);
		for (uint32_t i = pool->size; i < word_count(pool) * WORD_BITS; i++)
			bit_set(pool->blocked, i, true);
		for (uint32_t w = 0; w < word_count(pool); w++)
			pool->free_count += (uint32_t)__builtin_popcountll(~pool->blocked[w]);
		pool->open_count = pool->free_count;
	}
}

/** calloc() that also makes an array of none. */
static void *array_of(size_t count, size_t size)
{
	return calloc(MAX(count, (size_t)1), size);
}

struct dhcp_pool_set *dhcp_pool_set_new(const struct hash_key *key, const struct config *config)
{
	struct dhcp_pool_set *set = calloc(1, sizeof(*set));
	uint32_t networks = 0, hosts = config->dhcp.reservations.count, own, heads = 16;
	struct config_held_list held = {0};

	if (!set)
		return NULL;
	if (config_held_gather(&held, config) < 0) {
		config_held_fini(&held);
		free(set);
		return NULL;
	}
	own = held.items.count;
	vec_each (&config->dhcp.pools, p) {
		networks += p->has_network;
		hosts += p->has_host || names_client_alone(p);
	}
	vec_each (&config->interfaces, interface)
		own += interface->address_count;
	while (heads < hosts)
		heads *= 2;
	set->key = *key;
	set->host_mask = heads - 1;
	/* One more each: the builders look at the next place before they know that it is needed. */
	set->pools = array_of(networks + 1, sizeof(*set->pools));
	set->hosts = array_of(hosts + 1, sizeof(*set->hosts));
	set->links = array_of(config->interfaces.count + 1, sizeof(*set->links));
	set->own = array_of(own, sizeof(*set->own));
	set->by_address = array_of(heads, sizeof(struct dhcp_host *));
	set->by_client = array_of(heads, sizeof(struct dhcp_host *));
	set->by_hardware = array_of(heads, sizeof(struct dhcp_host *));
	if (vec_copy(&set->options, &config->dhcp.options) < 0 || !set->pools || !set->hosts ||
	    !set->links || !set->own || !set->by_address || !set->by_client || !set->by_hardware ||
	    build_pools(set, config)) {
		config_held_fini(&held);
		dhcp_pool_set_free(set);
		return NULL;
	}
	build_hosts(set, config);
	build_links(set, config, &held);
	config_held_fini(&held);
	build_blocks(set, config);
	return set;
}

void dhcp_pool_set_free(struct dhcp_pool_set *set)
{
	if (!set)
		return;
	for (uint32_t p = 0; p < set->pool_count; p++) {
		free(set->pools[p].blocked);
		free(set->pools[p].recorded);
	}
	free(set->pools);
	free(set->hosts);
	free(set->links);
	free(set->own);
	free(set->by_address);
	free(set->by_client);
	free(set->by_hardware);
	vec_free(&set->options);
	free(set);
}

uint32_t dhcp_pool_set_capacity(const struct dhcp_pool_set *set)
{
	uint64_t total = set->host_count;

	for (uint32_t p = 0; p < set->pool_count; p++)
		total += set->pools[p].size;
	return (uint32_t)MIN(MAX(total, (uint64_t)1), (uint64_t)DHCP_POOL_RECORDS_MAX);
}
