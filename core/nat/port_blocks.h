/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks of ports: the ports of one public address, from 1024 on, in runs of one size that each
 * belong to one device. A log then needs a record for each block, not for each port (RFC 6888
 * REQ-14, as the ranges of RFC 7422), and no two devices have ports of one block.
 *
 * A block holds for TCP, UDP and ICMP identifiers alike. A device gets one at random when it needs
 * one, and more of them when those are full. A block without a mapping rests as a port does (RFC
 * 6888 REQ-8): its device may use it again at once, nobody else before the hold time is over.
 */
#ifndef CORE_NAT_PORT_BLOCKS_H
#define CORE_NAT_PORT_BLOCKS_H

#include "core/nat/port_pool.h"

enum {
	PORT_BLOCK_MIN = 64, /* ports of a block: a word of the pool's bits */
	PORT_BLOCK_MAX = 4096,
	PORT_BLOCKS_MAX = 65536 / PORT_BLOCK_MIN,
	PORT_BLOCKS_POOLS = 3, /* TCP, UDP, ICMP: enum nat_protocol */
};

/** A block, by its number: first port / size. */
struct port_block {
	uint32_t since;			    /* at rest: tick at which its last mapping ended */
	uint16_t device;		    /* who has it; 0 nobody */
	uint16_t in_use[PORT_BLOCKS_POOLS]; /* ports */
	uint16_t peer_next, peer_prev;	    /* ring: the blocks of its device */
	uint16_t rest_next, rest_prev;	    /* of the queue of those at rest, oldest first */
	bool resting;
	bool logged; /* the log says that its device has it; for the holder of the blocks */
};

/** A device that has blocks. */
struct port_device {
	uint32_t local; /* inside address, host order */
	uint16_t next;	/* chain of its bucket, or of free records; 0 ends */
	uint16_t first; /* a block of its ring that is likely to have room */
};

struct port_blocks {
	struct hash_key key;
	uint32_t size;		 /* ports of a block, a power of two; 0: there are none */
	uint32_t hold_ticks;	 /* how long a block rests */
	uint16_t resting;	 /* blocks at rest */
	uint16_t oldest, newest; /* ends of their queue */
	uint16_t devices, free;	 /* device records ever used; first free one */
	uint64_t taken[16];	 /* one bit a block: a device's, or out of range */
	uint16_t bucket[256];	 /* devices by hash; 0 empty */
	struct port_block at[PORT_BLOCKS_MAX];
	struct port_device device[PORT_BLOCKS_MAX];
};

/** No blocks, until port_blocks_reset(). Return: NULL: no memory. */
struct port_blocks *port_blocks_new(const struct hash_key *key);
void port_blocks_free(struct port_blocks *blocks);

/** Forgets all blocks; new ones have @size ports: a power of two, _MIN to _MAX, or 0: none. */
void port_blocks_reset(struct port_blocks *blocks, uint32_t size);

/** Number of the block that a device has at @port; 0 none. */
uint16_t port_blocks_at(const struct port_blocks *blocks, uint16_t port);
/** Inside address of the device that has a block, in host order. */
uint32_t port_blocks_local(const struct port_blocks *blocks, uint16_t block);

/** Where a port is to come from. */
struct port_blocks_pools {
	struct port_pool *at[PORT_BLOCKS_POOLS]; /* of one public address; borrowed */
	unsigned int which;			 /* the one to take from */
};

/**
 * port_blocks_take() - a port of the device's blocks, its own one if that is there
 * @port: out
 * Return: whether there was one: a block of the device with room, or a block of nobody.
 */
bool port_blocks_take(struct port_blocks *blocks, const struct port_blocks_pools *pools,
		      struct chance *chance, const struct port_request *request, uint16_t *port);

/** A port that port_blocks_take() gave is not in use any more; the pool knows it. */
void port_blocks_release(struct port_blocks *blocks, unsigned int which, uint16_t port,
			 uint32_t tick);

/** The block that has rested, and must be given up; 0 none. */
uint16_t port_blocks_rested(const struct port_blocks *blocks, uint32_t tick);
/** A block without a mapping is nobody's again. */
void port_blocks_give_up(struct port_blocks *blocks, uint16_t block);

/** Ticks until port_blocks_rested() has one; UINT32_MAX none rests. */
uint32_t port_blocks_wait(const struct port_blocks *blocks, uint32_t tick);

#endif
