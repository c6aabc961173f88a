/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See port_blocks.h. Invariants: bit n of `taken` is set when and only when block n is a device's
 * or may not be given; a device's blocks form a ring that `first` points into; a device without
 * blocks has no record; a block without a port in use is at rest, in the order in which they came
 * to it. A block is given only when nobody has any of its ports, whatever the protocol: so ports
 * that a static forward holds, and those of mappings made before there were blocks, stay outside.
 *
 * A search looks at BLOCKS_LOOK blocks of the device before it takes a new one, so that its time
 * does not grow with what a device has; only when no block is left it looks at all of them.
 */
#include "core/nat/port_blocks.h"

enum { BLOCKS_LOOK = 8 };

struct port_blocks *port_blocks_new(const struct hash_key *key)
{
	struct port_blocks *blocks = calloc(1, sizeof(*blocks));

	if (!blocks)
		return NULL;
	blocks->key = *key;
	return blocks;
}

void port_blocks_free(struct port_blocks *blocks)
{
	free(blocks);
}

static uint64_t block_bit(uint16_t block)
{
	return UINT64_C(1) << (block % 64);
}

void port_blocks_reset(struct port_blocks *blocks, uint32_t size)
{
	struct hash_key key = blocks->key;
	uint32_t hold_ticks = blocks->hold_ticks;

	memset(blocks, 0, sizeof(*blocks));
	blocks->key = key;
	blocks->hold_ticks = hold_ticks;
	blocks->size = size;
	if (size == 0)
		return;
	assert(size >= PORT_BLOCK_MIN && size <= PORT_BLOCK_MAX && (size & (size - 1)) == 0);
	for (uint32_t n = 0; n < PORT_BLOCKS_MAX; n++) {
		if (n < MAX(1024 / size, 1u) || n >= 65536 / size)
			blocks->taken[n / 64] |= block_bit((uint16_t)n);
	}
}

static uint16_t block_of(const struct port_blocks *blocks, uint16_t port)
{
	return (uint16_t)(port / blocks->size);
}

static struct port_range block_range(const struct port_blocks *blocks, uint16_t block)
{
	return (struct port_range){(uint16_t)(block * blocks->size), blocks->size};
}

uint16_t port_blocks_at(const struct port_blocks *blocks, uint16_t port)
{
	uint16_t block;

	if (blocks->size == 0)
		return 0;
	block = block_of(blocks, port);
	return blocks->at[block].device ? block : 0;
}

uint32_t port_blocks_local(const struct port_blocks *blocks, uint16_t block)
{
	return blocks->device[blocks->at[block].device].local;
}

/* ---- devices ---------------------------------------------------------------------------- */

static uint16_t *bucket_of(struct port_blocks *blocks, uint32_t local)
{
	return &blocks->bucket[hash_2(&blocks->key, local, 0) % ARRAY_COUNT(blocks->bucket)];
}

static uint16_t device_find(struct port_blocks *blocks, uint32_t local)
{
	uint16_t d = *bucket_of(blocks, local);

	while (d != 0 && blocks->device[d].local != local)
		d = blocks->device[d].next;
	return d;
}

/** A record without blocks: there is one, as there are no more devices than blocks. */
static uint16_t device_new(struct port_blocks *blocks, uint32_t local)
{
	uint16_t *bucket = bucket_of(blocks, local), d = blocks->free;

	if (d != 0)
		blocks->free = blocks->device[d].next;
	else
		d = ++blocks->devices;
	assert(d < PORT_BLOCKS_MAX);
	blocks->device[d] = (struct port_device){.local = local, .next = *bucket};
	*bucket = d;
	return d;
}

static void device_end(struct port_blocks *blocks, uint16_t d)
{
	uint16_t *link = bucket_of(blocks, blocks->device[d].local);

	while (*link != d)
		link = &blocks->device[*link].next;
	*link = blocks->device[d].next;
	blocks->device[d] = (struct port_device){.next = blocks->free};
	blocks->free = d;
}

/** A block becomes the first one of its device. */
static void device_join(struct port_blocks *blocks, uint16_t d, uint16_t block)
{
	struct port_block *b = &blocks->at[block];
	uint16_t first = blocks->device[d].first;

	b->device = d;
	b->peer_next = b->peer_prev = block;
	if (first != 0) {
		b->peer_next = first;
		b->peer_prev = blocks->at[first].peer_prev;
		blocks->at[b->peer_prev].peer_next = block;
		blocks->at[first].peer_prev = block;
	}
	blocks->device[d].first = block;
}

static void device_leave(struct port_blocks *blocks, uint16_t block)
{
	struct port_block *b = &blocks->at[block];

	if (b->peer_next == block) {
		device_end(blocks, b->device);
	} else {
		blocks->at[b->peer_next].peer_prev = b->peer_prev;
		blocks->at[b->peer_prev].peer_next = b->peer_next;
		blocks->device[b->device].first = b->peer_next;
	}
	b->device = 0;
}

/* ---- rest ------------------------------------------------------------------------------- */

static bool block_is_idle(const struct port_block *b)
{
	return b->in_use[0] == 0 && b->in_use[1] == 0 && b->in_use[2] == 0;
}

static void block_lay(struct port_blocks *blocks, uint16_t block, uint32_t tick)
{
	struct port_block *b = &blocks->at[block];

	b->since = tick;
	b->resting = true;
	b->rest_prev = blocks->newest;
	if (blocks->resting++ == 0)
		blocks->oldest = block;
	else
		blocks->at[blocks->newest].rest_next = block;
	blocks->newest = block;
}

static void block_wake(struct port_blocks *blocks, uint16_t block)
{
	struct port_block *b = &blocks->at[block];

	if (block == blocks->oldest)
		blocks->oldest = b->rest_next;
	else
		blocks->at[b->rest_prev].rest_next = b->rest_next;
	if (block == blocks->newest)
		blocks->newest = b->rest_prev;
	else
		blocks->at[b->rest_next].rest_prev = b->rest_prev;
	blocks->resting--;
	b->resting = false;
}

uint32_t port_blocks_wait(const struct port_blocks *blocks, uint32_t tick)
{
	uint32_t spent;

	if (blocks->resting == 0)
		return UINT32_MAX;
	spent = tick - blocks->at[blocks->oldest].since;
	/* more than, not equal: the rest began somewhere within its tick */
	return blocks->hold_ticks == 0 || spent > blocks->hold_ticks
		       ? 0
		       : blocks->hold_ticks + 1 - spent;
}

uint16_t port_blocks_rested(const struct port_blocks *blocks, uint32_t tick)
{
	return port_blocks_wait(blocks, tick) == 0 ? blocks->oldest : 0;
}

void port_blocks_give_up(struct port_blocks *blocks, uint16_t block)
{
	assert(blocks->at[block].resting);
	block_wake(blocks, block);
	device_leave(blocks, block);
	blocks->at[block] = (struct port_block){0};
	blocks->taken[block / 64] &= ~block_bit(block);
}

/* ---- taking ----------------------------------------------------------------------------- */

/** What port_blocks_take() was asked, and what it found. */
struct search {
	struct port_blocks *blocks;
	const struct port_blocks_pools *pools;
	struct chance *chance;
	const struct port_request *request;
	uint16_t port; /* found */
};

/** Whether nobody has a port of the block, whatever the protocol. */
static bool block_is_clear(const struct search *s, uint16_t block)
{
	for (unsigned int i = 0; i < PORT_BLOCKS_POOLS; i++) {
		if (!port_pool_is_clear(s->pools->at[i], block_range(s->blocks, block),
					s->request->tick))
			return false;
	}
	return true;
}

/** A block for device @d, or (0) for a new one, all of whose ports are nobody's; 0: none. */
static uint16_t block_new(struct search *s, uint16_t d)
{
	struct port_blocks *blocks = s->blocks;
	uint64_t busy[ARRAY_COUNT(blocks->taken)];
	uint32_t words = MAX(65536 / 64 / blocks->size, 1u), at;

	memcpy(busy, blocks->taken, sizeof(busy));
	while (port_pool_zero_bit(busy, words, s->chance, &at)) {
		uint16_t block = (uint16_t)at;

		busy[block / 64] |= block_bit(block);
		if (!block_is_clear(s, block))
			continue;
		blocks->taken[block / 64] |= block_bit(block);
		device_join(blocks, d ? d : device_new(blocks, s->request->local), block);
		block_lay(blocks, block, s->request->tick);
		return block;
	}
	return 0;
}

/** Whether a block of the device has a port for it. */
static bool block_take(struct search *s, uint16_t block)
{
	struct port_blocks *blocks = s->blocks;
	struct port_block *b = &blocks->at[block];
	unsigned int which = s->pools->which;

	if (b->in_use[which] == blocks->size ||
	    !port_pool_take_within(s->pools->at[which], s->chance, s->request,
				   block_range(blocks, block), &s->port))
		return false;
	if (b->resting)
		block_wake(blocks, block);
	b->in_use[which]++;
	blocks->device[b->device].first = block;
	return true;
}

/** Whether one of the first @most blocks of a device has a port for it. */
static bool device_take(struct search *s, uint16_t d, unsigned int most)
{
	uint16_t first = s->blocks->device[d].first, block = first;

	do {
		if (block_take(s, block))
			return true;
		block = s->blocks->at[block].peer_next;
	} while (block != first && --most > 0);
	return false;
}

static bool search_run(struct search *s)
{
	uint16_t d = device_find(s->blocks, s->request->local);
	uint16_t block = block_of(s->blocks, s->request->wanted);

	if (d != 0) {
		if (s->blocks->at[block].device == d && block_take(s, block))
			return true;
		if (device_take(s, d, BLOCKS_LOOK))
			return true;
	}
	block = block_new(s, d);
	if (block != 0)
		return block_take(s, block);
	return d != 0 && device_take(s, d, PORT_BLOCKS_MAX);
}

bool port_blocks_take(struct port_blocks *blocks, const struct port_blocks_pools *pools,
		      struct chance *chance, const struct port_request *request, uint16_t *port)
{
	struct search search = {
		.blocks = blocks, .pools = pools, .chance = chance, .request = request};

	if (!search_run(&search))
		return false;
	*port = search.port;
	return true;
}

void port_blocks_release(struct port_blocks *blocks, unsigned int which, uint16_t port,
			 uint32_t tick)
{
	uint16_t block = block_of(blocks, port);
	struct port_block *b = &blocks->at[block];

	assert(b->device != 0 && b->in_use[which] > 0);
	b->in_use[which]--;
	blocks->device[b->device].first = block; /* it has room now */
	if (block_is_idle(b))
		block_lay(blocks, block, tick);
}
