/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values that every layer shares: addresses, time, byte order, verdicts, growable lists.
 *
 * A value that could be mistaken for another is a one-member struct, so that mixing two of them
 * does not compile. Network byte order lives in be16_t and be32_t alone; all else is host order.
 */
#ifndef CORE_BASE_H
#define CORE_BASE_H

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_COUNT(a)			(sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))
#define MIN(a, b)			((a) < (b) ? (a) : (b))
#define MAX(a, b)			((a) > (b) ? (a) : (b))

/** For the few steps that every packet takes, where a call would cost as much as what it does. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* ---- addresses ------------------------------------------------------------------------- */

/** An IPv4 address in host byte order: 192.168.1.1 is 0xc0a80101. */
typedef struct {
	uint32_t host;
} ip4_t;

/** An Ethernet address, bytes in the order in which they travel. */
typedef struct {
	uint8_t byte[6];
} mac_t;

/** 16 and 32 bits in network byte order, as they stand in a packet. */
typedef struct {
	uint16_t raw;
} be16_t;
typedef struct {
	uint32_t raw;
} be32_t;

#define IP4(a, b, c, d)                                                                            \
	((ip4_t){((uint32_t)(a) << 24) | ((uint32_t)(b) << 16) | ((uint32_t)(c) << 8) |            \
		 (uint32_t)(d)})
#define IP4_ANY	      IP4(0, 0, 0, 0)
#define IP4_BROADCAST IP4(255, 255, 255, 255)
#define MAC_BROADCAST ((mac_t){{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}})

static inline bool ip4_equal(ip4_t a, ip4_t b)
{
	return a.host == b.host;
}

static inline bool ip4_is_among(ip4_t a, const ip4_t *list, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (ip4_equal(list[i], a))
			return true;
	return false;
}

static inline bool ip4_is_any(ip4_t a)
{
	return a.host == 0;
}

/** 224.0.0.0/4 (RFC 5771). */
static inline bool ip4_is_multicast(ip4_t a)
{
	return (a.host >> 28) == 0xe;
}

/** 127.0.0.0/8 (RFC 1122 s3.2.1.3). */
static inline bool ip4_is_loopback(ip4_t a)
{
	return (a.host >> 24) == 127;
}

/** Whether an address may be that of one host: not 0/8, 127/8, multicast or 240/4 (RFC 1122
 * s3.2.1.3, RFC 1112 s4). */
static inline bool ip4_is_host(ip4_t a)
{
	return (a.host >> 24) != 0 && !ip4_is_loopback(a) && (a.host >> 28) < 0xe;
}

/** The mask's length of the network that an address' class has (RFC 791 s2.3); 0: it has none. */
static inline uint8_t ip4_class_len(ip4_t a)
{
	if (!(a.host >> 31))
		return 8;
	if (a.host >> 30 == 2)
		return 16;
	return a.host >> 29 == 6 ? 24 : 0;
}

/** Its bytes as one number, below 2^48; which number depends on the machine. */
static inline uint64_t mac_word(mac_t a)
{
	uint32_t first;
	uint16_t last;

	memcpy(&first, a.byte, sizeof(first));
	memcpy(&last, a.byte + sizeof(first), sizeof(last));
	return first | (uint64_t)last << 32;
}

static inline bool mac_equal(mac_t a, mac_t b)
{
	return mac_word(a) == mac_word(b);
}

/** The group bit: multicast, broadcast included. */
static inline bool mac_is_group(mac_t a)
{
	return a.byte[0] & 1;
}

static inline bool mac_is_zero(mac_t a)
{
	return mac_word(a) == 0;
}

/** Whether it can be one station's. */
static inline bool mac_is_station(mac_t a)
{
	return !mac_is_group(a) && !mac_is_zero(a);
}

/** A network: address and prefix length, 0 to 32. The address' host bits are kept as given. */
struct ip4_prefix {
	ip4_t address;
	uint8_t len;
};

static inline bool ip4_prefix_equal(struct ip4_prefix a, struct ip4_prefix b)
{
	return ip4_equal(a.address, b.address) && a.len == b.len;
}

/** The mask of a prefix of @len bits, 0 to 32. */
static inline ip4_t ip4_mask(unsigned int len)
{
	return (ip4_t){len == 0 ? 0 : UINT32_MAX << (32 - len)};
}

static inline ip4_t ip4_network(struct ip4_prefix p)
{
	return (ip4_t){p.address.host & ip4_mask(p.len).host};
}

/** The directed broadcast address; for a /31 or /32 there is none and the last address is given. */
static inline ip4_t ip4_directed_broadcast(struct ip4_prefix p)
{
	return (ip4_t){p.address.host | ~ip4_mask(p.len).host};
}

/** Whether the address is neither the network's own nor its broadcast address; in a /31 (RFC 3021)
 * and a /32 every address is a host's. */
static inline bool ip4_is_host_of(struct ip4_prefix p)
{
	return p.len >= 31 || (!ip4_equal(p.address, ip4_network(p)) &&
			       !ip4_equal(p.address, ip4_directed_broadcast(p)));
}

static inline bool ip4_in_prefix(ip4_t a, struct ip4_prefix p)
{
	return ((a.host ^ p.address.host) & ip4_mask(p.len).host) == 0;
}

/* ---- time ------------------------------------------------------------------------------ */

/** Monotonic milliseconds since an arbitrary start. The core has no other clock. */
typedef struct {
	int64_t ms;
} mono_ms_t;

#define MONO_NEVER ((mono_ms_t){INT64_MAX})

static inline mono_ms_t mono_add_ms(mono_ms_t t, int64_t ms)
{
	mono_ms_t sum;

	return __builtin_add_overflow(t.ms, ms, &sum.ms) ? MONO_NEVER : sum;
}

static inline mono_ms_t mono_add_s(mono_ms_t t, int64_t s)
{
	return s >= INT64_MAX / 1000 ? MONO_NEVER : mono_add_ms(t, s * 1000);
}

/** Milliseconds from @from to @to; negative when @to is earlier. */
static inline int64_t mono_between_ms(mono_ms_t from, mono_ms_t to)
{
	return to.ms - from.ms;
}

/** Whether @deadline has come at @now. */
static inline bool mono_reached(mono_ms_t deadline, mono_ms_t now)
{
	return now.ms >= deadline.ms;
}

static inline mono_ms_t mono_earlier(mono_ms_t a, mono_ms_t b)
{
	return a.ms < b.ms ? a : b;
}

/* ---- the fate of a frame --------------------------------------------------------------- */

/**
 * What a step of the pipeline decided. Packet code returns a verdict; set-up and configuration
 * return 0 or -errno; the two never mix.
 */
enum verdict {
	VERDICT_NEXT,	  /* go on with the next step */
	VERDICT_CONSUMED, /* taken in: answered, learnt or held; the frame is done */
	VERDICT_SENT,	  /* handed to one port or more */
	VERDICT_DROPPED,  /* dropped through drop(), and counted there */
};

/* ---- growable lists of plain values ---------------------------------------------------- */

/**
 * VEC(type): a growable array that its holder owns. Zero bytes are an empty one.
 * Only configuration and set-up code may grow one: never code on a frame's way.
 */
#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *at;                                                                          \
		uint32_t count;                                                                    \
		uint32_t room;                                                                     \
	}

/** for (each element): vec_each(&config->routes, r) { … r->next_hop … } */
#define vec_each(vec, item)                                                                        \
	for (__typeof__(&*(vec)->at) item = (vec)->at;                                             \
	     (vec)->at != NULL && item < (vec)->at + (vec)->count; item++)

/** Makes room for one more zeroed element at @index (0 to count). Return: it, or NULL: no memory.
 */
#define vec_insert(vec, index)                                                                     \
	((__typeof__((vec)->at))vec_insert_raw((void **)&(vec)->at, &(vec)->count, &(vec)->room,   \
					       sizeof(*(vec)->at), (index)))
#define vec_push(vec)	       vec_insert(vec, (vec)->count)
#define vec_remove(vec, index) vec_remove_raw((vec)->at, &(vec)->count, sizeof(*(vec)->at), (index))
#define vec_free(vec)                                                                              \
	do {                                                                                       \
		free((vec)->at);                                                                   \
		memset((vec), 0, sizeof(*(vec)));                                                  \
	} while (0)
/** Replaces @to by a copy of @from. Return: 0, or -ENOMEM with @to emptied. */
#define vec_copy(to, from)                                                                         \
	vec_copy_raw((void **)&(to)->at, &(to)->count, &(to)->room, (from)->at, (from)->count,     \
		     sizeof(*(to)->at))

static inline void *vec_insert_raw(void **at, uint32_t *count, uint32_t *room, size_t size,
				   uint32_t index)
{
	assert(index <= *count);
	if (*count == *room) {
		uint32_t wanted = *room ? *room * 2 : 8;
		void *grown = reallocarray(*at, wanted, size);

		if (!grown)
			return NULL;
		*at = grown;
		*room = wanted;
	}
	char *slot = (char *)*at + (size_t)index * size;

	memmove(slot + size, slot, (size_t)(*count - index) * size);
	memset(slot, 0, size);
	(*count)++;
	return slot;
}

static inline void vec_remove_raw(void *at, uint32_t *count, size_t size, uint32_t index)
{
	assert(index < *count);
	char *slot = (char *)at + (size_t)index * size;

	memmove(slot, slot + size, (size_t)(*count - index - 1) * size);
	(*count)--;
}

static inline int vec_copy_raw(void **to, uint32_t *count, uint32_t *room, const void *from,
			       uint32_t from_count, size_t size)
{
	void *copy = NULL;

	free(*to);
	*to = NULL;
	*count = *room = 0;
	if (from_count == 0)
		return 0;
	copy = reallocarray(NULL, from_count, size);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, from, (size_t)from_count * size);
	*to = copy;
	*count = *room = from_count;
	return 0;
}

#endif
