/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checked access to bytes. A reader past the end gets zeros and the cursor remembers (`bad`); so a
 * parser reads all fields and asks once, before it decides anything. The writer likewise.
 * Multi-byte values are read and written in network order.
 */
#ifndef CORE_WIRE_CURSOR_H
#define CORE_WIRE_CURSOR_H

#include "core/base.h"

struct cursor {
	const uint8_t *at, *end;
	bool bad; /* sticky: something lay outside */
};

static inline struct cursor cursor_over(const void *bytes, size_t len)
{
	return (struct cursor){bytes, (const uint8_t *)bytes + len, false};
}

static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

/** Steps over @len bytes. Return: the first of them; NULL, and bad, when there are fewer. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t len)
{
	const uint8_t *at = c->at;

	if (c->bad || cursor_left(c) < len) {
		c->bad = true;
		return NULL;
	}
	c->at += len;
	return at;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);

	return p ? p[0] : 0;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline ip4_t cursor_ip4(struct cursor *c)
{
	return (ip4_t){cursor_u32(c)};
}

static inline mac_t cursor_mac(struct cursor *c)
{
	mac_t mac = {{0}};
	const uint8_t *p = cursor_take(c, sizeof(mac.byte));

	if (p)
		memcpy(mac.byte, p, sizeof(mac.byte));
	return mac;
}

struct writer {
	uint8_t *start, *at, *end;
	bool bad; /* sticky: it did not fit */
};

static inline struct writer writer_over(void *bytes, size_t room)
{
	return (struct writer){bytes, bytes, (uint8_t *)bytes + room, false};
}

static inline size_t writer_len(const struct writer *w)
{
	return (size_t)(w->at - w->start);
}

static inline void writer_bytes(struct writer *w, const void *bytes, size_t len)
{
	if (w->bad || (size_t)(w->end - w->at) < len) {
		w->bad = true;
		return;
	}
	if (len)
		memcpy(w->at, bytes, len);
	w->at += len;
}

static inline void writer_u8(struct writer *w, uint8_t v)
{
	writer_bytes(w, &v, 1);
}

static inline void writer_u16(struct writer *w, uint16_t v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	writer_bytes(w, b, 2);
}

static inline void writer_u32(struct writer *w, uint32_t v)
{
	uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

	writer_bytes(w, b, 4);
}

static inline void writer_ip4(struct writer *w, ip4_t a)
{
	writer_u32(w, a.host);
}

static inline void writer_mac(struct writer *w, mac_t a)
{
	writer_bytes(w, a.byte, sizeof(a.byte));
}

static inline void writer_zeros(struct writer *w, size_t len)
{
	while (len-- > 0 && !w->bad)
		writer_u8(w, 0);
}

/** Fields within a packet whose bounds have been checked: the fast path's reads and writes. */
static inline uint16_t wire_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t wire_get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void wire_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void wire_put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

#endif
