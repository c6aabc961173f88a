/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replies on their way out: a ring of those that wait for nothing, and a ring of ACKs in the order
 * of their tokens. An ACK becomes takeable when all before it are, for the disk answers in order.
 * A ring that has run empty begins at its first place again, so that a quiet server touches little
 * memory.
 *
 * Invariant: saved <= waiting_count; the tokens of the ring grow.
 */
#include "core/dhcp/server_private.h"

struct dhcp_reply *dhcp_outbox_place(struct dhcp_outbox *o)
{
	if (o->reply_count == DHCP_REPLIES_MAX)
		return NULL;
	return &o->reply[(o->reply_head + o->reply_count) % DHCP_REPLIES_MAX];
}

void dhcp_outbox_post(struct dhcp_outbox *o)
{
	assert(o->reply_count < DHCP_REPLIES_MAX);
	o->reply_count++;
}

struct dhcp_waiting *dhcp_outbox_waiting_place(struct dhcp_outbox *o)
{
	if (o->waiting_count == DHCP_WAITING_MAX)
		return NULL;
	return &o->waiting[(o->waiting_head + o->waiting_count) % DHCP_WAITING_MAX];
}

void dhcp_outbox_wait(struct dhcp_outbox *o)
{
	assert(o->waiting_count < DHCP_WAITING_MAX);
	o->waiting_count++;
}

struct dhcp_waiting *dhcp_outbox_at(struct dhcp_outbox *o, uint32_t i)
{
	if (i >= o->waiting_count - o->saved)
		return NULL;
	return &o->waiting[(o->waiting_head + o->saved + i) % DHCP_WAITING_MAX];
}

struct dhcp_waiting *dhcp_outbox_find(struct dhcp_outbox *o, ip4_t address)
{
	struct dhcp_waiting *w;

	for (uint32_t i = 0; (w = dhcp_outbox_at(o, i)); i++)
		if (!w->cancelled && ip4_equal(w->former.address, address))
			return w;
	return NULL;
}

void dhcp_outbox_saved(struct dhcp_outbox *o, uint32_t n)
{
	assert(n <= o->waiting_count - o->saved);
	o->saved += n;
}

bool dhcp_outbox_ready(const struct dhcp_outbox *o)
{
	return o->reply_count > 0 || o->saved > 0;
}

bool dhcp_outbox_take(struct dhcp_outbox *o, struct dhcp_reply *out)
{
	if (o->reply_count > 0) {
		*out = o->reply[o->reply_head];
		o->reply_head = (o->reply_head + 1) % DHCP_REPLIES_MAX;
		o->reply_count--;
		return true;
	}
	while (o->saved > 0) {
		const struct dhcp_waiting *w = &o->waiting[o->waiting_head];

		o->waiting_head = (o->waiting_head + 1) % DHCP_WAITING_MAX;
		o->waiting_count--;
		o->saved--;
		if (o->waiting_count == 0)
			o->waiting_head = 0;
		if (!w->cancelled) {
			*out = w->reply;
			return true;
		}
	}
	return false;
}
