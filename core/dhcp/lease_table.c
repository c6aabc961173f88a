/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One slab of leases, two chained hash indexes and a binary heap over them.
 *
 * Invariants: a lease in use is in the address index; in the client index when its key is not
 * empty; in the heap when its deadline is not MONO_NEVER. Leases do not move, so pointers to them
 * are good until lease_table_remove(). Slots given back are reused before fresh ones, so memory
 * follows the number of leases that were ever held at once, not the size of the pools.
 * Not supported: growing. A new configuration makes a new table (server.c).
 */
#include "core/dhcp/lease_table.h"

struct lease_table {
	struct hash_key key;
	uint32_t capacity, mask; /* mask: index heads, a power of two, minus one */
	uint32_t fresh;		 /* slots from here on were never used */
	uint32_t count;
	uint32_t heap_count;
	struct dhcp_lease *slot;
	struct dhcp_lease *spare; /* given back, chained by next_by_address */
	struct dhcp_lease **by_address, **by_client;
	struct dhcp_lease **heap;
};

struct lease_table *lease_table_new(const struct hash_key *key, uint32_t capacity)
{
	struct lease_table *t = calloc(1, sizeof(*t));
	uint32_t heads = 16;

	if (!t)
		return NULL;
	while (heads < capacity && heads < 1u << 31)
		heads *= 2;
	t->key = *key;
	t->capacity = capacity;
	t->mask = heads - 1;
	t->slot = calloc(capacity, sizeof(*t->slot));
	t->by_address = calloc(heads, sizeof(struct dhcp_lease *));
	t->by_client = calloc(heads, sizeof(struct dhcp_lease *));
	t->heap = calloc(capacity, sizeof(struct dhcp_lease *));
	if (!t->slot || !t->by_address || !t->by_client || !t->heap) {
		lease_table_free(t);
		return NULL;
	}
	return t;
}

void lease_table_free(struct lease_table *t)
{
	if (!t)
		return;
	free(t->heap);
	free(t->by_client);
	free(t->by_address);
	free(t->slot);
	free(t);
}

bool lease_table_room(const struct lease_table *t)
{
	return t->count < t->capacity;
}

/* ---- the indexes ------------------------------------------------------------------------- */

static struct dhcp_lease **address_head(const struct lease_table *t, ip4_t address)
{
	return &t->by_address[hash_2(&t->key, address.host, 1) & t->mask];
}

static struct dhcp_lease **client_head(const struct lease_table *t,
				       const struct dhcp_client_key *client)
{
	uint64_t h = hash_bytes(&t->key, client->bytes, client->len);

	return &t->by_client[(h ^ client->is_option) & t->mask];
}

struct dhcp_lease *lease_table_find(const struct lease_table *t, ip4_t address)
{
	struct dhcp_lease *lease = *address_head(t, address);

	while (lease && !ip4_equal(lease->address, address))
		lease = lease->next_by_address;
	return lease;
}

static struct dhcp_lease *first_match(struct dhcp_lease *lease,
				      const struct dhcp_client_key *client)
{
	while (lease && !dhcp_client_key_equal(&lease->client, client))
		lease = lease->next_by_client;
	return lease;
}

struct dhcp_lease *lease_table_of(const struct lease_table *t, const struct dhcp_client_key *client)
{
	return first_match(*client_head(t, client), client);
}

struct dhcp_lease *lease_table_next_of(const struct dhcp_lease *lease)
{
	return first_match(lease->next_by_client, &lease->client);
}

static void unlink_client(struct lease_table *t, struct dhcp_lease *lease)
{
	struct dhcp_lease **at;

	if (lease->client.len == 0)
		return;
	for (at = client_head(t, &lease->client); *at != lease;)
		at = &(*at)->next_by_client;
	*at = lease->next_by_client;
	lease->next_by_client = NULL;
	lease->client.len = 0;
}

void lease_table_set_client(struct lease_table *t, struct dhcp_lease *lease,
			    const struct dhcp_client_key *client)
{
	const struct dhcp_client_key key = *client; /* may be the lease's own */
	struct dhcp_lease **head;

	assert(key.len <= DHCP_CLIENT_KEY_MAX);
	unlink_client(t, lease);
	lease->client = key;
	if (key.len == 0)
		return;
	head = client_head(t, &key);
	lease->next_by_client = *head;
	*head = lease;
}

struct dhcp_lease *lease_table_add(struct lease_table *t, ip4_t address)
{
	struct dhcp_lease *lease = t->spare, **head = address_head(t, address);

	if (lease)
		t->spare = lease->next_by_address;
	else if (t->fresh < t->capacity)
		lease = &t->slot[t->fresh++];
	else
		return NULL;
	memset(lease, 0, sizeof(*lease));
	lease->port = UINT16_MAX;
	lease->address = address;
	lease->state = DHCP_LEASE_FREE;
	lease->deadline = MONO_NEVER;
	lease->next_by_address = *head;
	*head = lease;
	t->count++;
	return lease;
}

void lease_table_remove(struct lease_table *t, struct dhcp_lease *lease)
{
	struct dhcp_lease **at;

	for (unsigned int kind = 0; kind < LEASE_LIST_COUNT; kind++)
		assert(!lease->link[kind].linked);
	lease_table_set_deadline(t, lease, MONO_NEVER);
	unlink_client(t, lease);
	for (at = address_head(t, lease->address); *at != lease;)
		at = &(*at)->next_by_address;
	*at = lease->next_by_address;
	lease->next_by_address = t->spare;
	t->spare = lease;
	t->count--;
}

/* ---- the heap ---------------------------------------------------------------------------- */

static void heap_put(struct lease_table *t, uint32_t at, struct dhcp_lease *lease)
{
	t->heap[at] = lease;
	lease->heap_at = at + 1;
}

static void heap_up(struct lease_table *t, uint32_t at)
{
	struct dhcp_lease *lease = t->heap[at];

	while (at > 0 && lease->deadline.ms < t->heap[(at - 1) / 2]->deadline.ms) {
		heap_put(t, at, t->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_put(t, at, lease);
}

static void heap_down(struct lease_table *t, uint32_t at)
{
	struct dhcp_lease *lease = t->heap[at];

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= t->heap_count)
			break;
		if (child + 1 < t->heap_count &&
		    t->heap[child + 1]->deadline.ms < t->heap[child]->deadline.ms)
			child++;
		if (lease->deadline.ms <= t->heap[child]->deadline.ms)
			break;
		heap_put(t, at, t->heap[child]);
		at = child;
	}
	heap_put(t, at, lease);
}

/** Takes a lease out of the heap. */
static void heap_remove(struct lease_table *t, struct dhcp_lease *lease)
{
	uint32_t at = lease->heap_at - 1;
	struct dhcp_lease *last = t->heap[--t->heap_count];

	lease->heap_at = 0;
	if (last == lease)
		return;
	heap_put(t, at, last);
	heap_up(t, at);
	heap_down(t, last->heap_at - 1);
}

void lease_table_set_deadline(struct lease_table *t, struct dhcp_lease *lease, mono_ms_t deadline)
{
	if (lease->heap_at)
		heap_remove(t, lease);
	lease->deadline = deadline;
	if (deadline.ms == MONO_NEVER.ms)
		return;
	t->heap[t->heap_count] = lease;
	heap_up(t, t->heap_count++);
}

struct dhcp_lease *lease_table_earliest(const struct lease_table *t)
{
	return t->heap_count ? t->heap[0] : NULL;
}

/* ---- lists ------------------------------------------------------------------------------- */

void lease_list_append(struct lease_list *list, enum lease_list_kind kind, struct dhcp_lease *lease)
{
	struct lease_link *link = &lease->link[kind];

	if (link->linked)
		return;
	*link = (struct lease_link){.before = list->last, .linked = true};
	if (list->last)
		list->last->link[kind].after = lease;
	else
		list->first = lease;
	list->last = lease;
}

void lease_list_remove(struct lease_list *list, enum lease_list_kind kind, struct dhcp_lease *lease)
{
	struct lease_link *link = &lease->link[kind];

	if (!link->linked)
		return;
	if (link->before)
		link->before->link[kind].after = link->after;
	else
		list->first = link->after;
	if (link->after)
		link->after->link[kind].before = link->before;
	else
		list->last = link->before;
	*link = (struct lease_link){0};
}
