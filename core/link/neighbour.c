/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ARP cache.
 *
 *   INCOMPLETE --reply--> REACHABLE --used after 60 s--> STALE --reply--> REACHABLE
 *       |                                                  |
 *       +--no reply in 3 s--> FAILED --3 s--> (gone)       +--no reply--> INCOMPLETE
 *
 * Only an entry that waits for a reply has a deadline, so an idle table needs no timer. Entries sit
 * in a fixed array, chained by hash; free ones are chained too. Waiting packets are copied into
 * slots, which an entry chains; those of an entry that goes are chained as lost, so that the owner
 * of the table can count them, and the table is due at once.
 */
#include "core/link/neighbour.h"

enum { BUCKETS = 4096 };

struct held_slot {
	uint16_t next; /* slot + 1 */
	struct frame frame;
	uint8_t *bytes; /* FRAME_HEADROOM + NEIGHBOUR_HELD_LEN */
};

struct neighbour_table {
	struct hash_key key;
	struct neighbour entry[NEIGHBOURS_MAX]; /* interface UINT16_MAX: free */
	uint16_t bucket[BUCKETS];		/* place + 1; 0 none */
	uint16_t free_first;			/* place + 1; 0 none */
	struct held_slot held[NEIGHBOUR_HELD_ALL];
	uint16_t held_free;  /* slot + 1; 0 none */
	uint16_t lost_first; /* of packets whose entry is gone, in no order */
	mono_ms_t deadline;  /* no entry is due before */
};

enum { FREE_INTERFACE = UINT16_MAX };

struct neighbour_table *neighbour_table_new(const struct hash_key *key)
{
	struct neighbour_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->key = *key;
	t->deadline = MONO_NEVER;
	for (unsigned int i = NEIGHBOURS_MAX; i-- > 0;) {
		t->entry[i].interface = FREE_INTERFACE;
		t->entry[i].chain = t->free_first;
		t->free_first = (uint16_t)(i + 1);
	}
	for (unsigned int i = NEIGHBOUR_HELD_ALL; i-- > 0;) {
		t->held[i].bytes = malloc(FRAME_HEADROOM + NEIGHBOUR_HELD_LEN);
		if (!t->held[i].bytes) {
			neighbour_table_free(t);
			return NULL;
		}
		t->held[i].next = t->held_free;
		t->held_free = (uint16_t)(i + 1);
	}
	return t;
}

void neighbour_table_free(struct neighbour_table *t)
{
	if (!t)
		return;
	for (unsigned int i = 0; i < NEIGHBOUR_HELD_ALL; i++)
		free(t->held[i].bytes);
	free(t);
}

static uint16_t *bucket_of(struct neighbour_table *t, uint16_t interface, ip4_t address)
{
	return &t->bucket[hash_2(&t->key, address.host, interface) % BUCKETS];
}

static struct neighbour *find(const struct neighbour_table *t, uint16_t interface, ip4_t address)
{
	uint16_t at = *bucket_of((struct neighbour_table *)t, interface, address);

	while (at) {
		const struct neighbour *n = &t->entry[at - 1];

		if (n->interface == interface && ip4_equal(n->address, address))
			return (struct neighbour *)n;
		at = n->chain;
	}
	return NULL;
}

const struct neighbour *neighbour_find(const struct neighbour_table *t, uint16_t interface,
				       ip4_t address)
{
	return find(t, interface, address);
}

const struct neighbour *neighbour_next(const struct neighbour_table *t, uint32_t *cursor)
{
	while (*cursor < NEIGHBOURS_MAX) {
		const struct neighbour *n = &t->entry[(*cursor)++];

		if (n->interface != FREE_INTERFACE)
			return n;
	}
	return NULL;
}

/* The one place where an entry's state is written. */
static void set_state(struct neighbour_table *t, struct neighbour *n, enum neighbour_state state,
		      mono_ms_t deadline)
{
	n->state = (uint8_t)state;
	n->deadline = deadline;
	t->deadline = mono_earlier(t->deadline, deadline);
}

static void free_held(struct neighbour_table *t, uint16_t slot_plus_one)
{
	t->held[slot_plus_one - 1].next = t->held_free;
	t->held_free = slot_plus_one;
}

static void remove_entry(struct neighbour_table *t, struct neighbour *n)
{
	uint16_t place = (uint16_t)(n - t->entry + 1);
	uint16_t *link = bucket_of(t, n->interface, n->address);

	while (n->held_first) {
		uint16_t slot = n->held_first;

		n->held_first = t->held[slot - 1].next;
		t->held[slot - 1].next = t->lost_first;
		t->lost_first = slot;
	}
	while (*link != place)
		link = &t->entry[*link - 1].chain;
	*link = n->chain;
	memset(n, 0, sizeof(*n));
	n->interface = FREE_INTERFACE;
	n->chain = t->free_first;
	t->free_first = place;
}

/* The entry to give up for a new one: one without an answer, else the one longest unused; those
 * that nothing was ever sent to come first of all. */
static struct neighbour *least_needed(struct neighbour_table *t)
{
	struct neighbour *worst = NULL;

	for (unsigned int i = 0; i < NEIGHBOURS_MAX; i++) {
		struct neighbour *n = &t->entry[i];
		bool unanswered = n->state == NEIGHBOUR_INCOMPLETE || n->state == NEIGHBOUR_FAILED;
		bool worst_unanswered = worst && (worst->state == NEIGHBOUR_INCOMPLETE ||
						  worst->state == NEIGHBOUR_FAILED);

		if (n->interface == FREE_INTERFACE || n->state == NEIGHBOUR_STATIC)
			continue;
		if (!worst || (unanswered && !worst_unanswered) ||
		    (unanswered == worst_unanswered && n->used.ms < worst->used.ms))
			worst = n;
	}
	return worst;
}

/* Packets were sent there within the time that a reply is trusted for. */
static bool is_live(const struct neighbour *n, mono_ms_t now)
{
	return n->state != NEIGHBOUR_INCOMPLETE && n->state != NEIGHBOUR_FAILED &&
	       mono_between_ms(n->used, now) < NEIGHBOUR_REACHABLE_MS;
}

/* Makes room for an entry. @spares_live: no entry in use is worth it. Return: whether there is. */
static bool make_room(struct neighbour_table *t, bool spares_live, mono_ms_t now)
{
	struct neighbour *n;

	if (t->free_first)
		return true;
	n = least_needed(t);
	if (!n || (spares_live && is_live(n, now)))
		return false;
	remove_entry(t, n);
	return true;
}

/* There is room for it. */
static struct neighbour *add_entry(struct neighbour_table *t, uint16_t interface, ip4_t address)
{
	struct neighbour *n;
	uint16_t *bucket, place;

	place = t->free_first;
	n = &t->entry[place - 1];
	t->free_first = n->chain;
	memset(n, 0, sizeof(*n));
	n->interface = interface;
	n->address = address;
	n->deadline = MONO_NEVER;
	bucket = bucket_of(t, interface, address);
	n->chain = *bucket;
	*bucket = place;
	return n;
}

int neighbour_resolve(struct neighbour_table *t, uint16_t interface, ip4_t address, mac_t *mac,
		      mono_ms_t now)
{
	struct neighbour *n = find(t, interface, address);

	if (!n) {
		if (!make_room(t, false, now))
			return -ENOSPC;
		n = add_entry(t, interface, address);
		set_state(t, n, NEIGHBOUR_INCOMPLETE, now);
	}
	n->used = now;
	*mac = n->mac;
	switch ((enum neighbour_state)n->state) {
	case NEIGHBOUR_REACHABLE:
		if (mono_between_ms(n->confirmed, now) >= NEIGHBOUR_REACHABLE_MS) {
			n->probes = 0;
			set_state(t, n, NEIGHBOUR_STALE, now);
		}
		return 0;
	case NEIGHBOUR_STALE:
	case NEIGHBOUR_STATIC: return 0;
	case NEIGHBOUR_INCOMPLETE: return -EAGAIN;
	case NEIGHBOUR_FAILED: return -EHOSTUNREACH;
	case NEIGHBOUR_STATE_COUNT: break;
	}
	return -EHOSTUNREACH;
}

int neighbour_hold(struct neighbour_table *t, uint16_t interface, ip4_t address,
		   const struct frame *frame)
{
	struct neighbour *n = find(t, interface, address);
	uint32_t len = frame->end - frame->l3;
	struct held_slot *slot;
	uint16_t place = t->held_free;

	if (len > NEIGHBOUR_HELD_LEN)
		return -EMSGSIZE;
	if (!n || !place || n->held_count >= NEIGHBOUR_HELD_EACH)
		return -ENOSPC;
	slot = &t->held[place - 1];
	t->held_free = slot->next;
	slot->next = 0;
	slot->frame = *frame;
	slot->frame.data = slot->bytes + FRAME_HEADROOM;
	slot->frame.len = slot->frame.end = len;
	slot->frame.l4 = (uint16_t)(frame->l4 - frame->l3);
	slot->frame.l3 = 0;
	memcpy(slot->frame.data, frame_l3(frame), len);
	if (n->held_last)
		t->held[n->held_last - 1].next = place;
	else
		n->held_first = place;
	n->held_last = place;
	n->held_count++;
	return 0;
}

bool neighbour_take_held(struct neighbour_table *t, uint16_t interface, ip4_t address,
			 struct neighbour_held *out)
{
	struct neighbour *n = find(t, interface, address);
	uint16_t place = n ? n->held_first : 0;

	if (!place)
		return false;
	n->held_first = t->held[place - 1].next;
	if (!n->held_first)
		n->held_last = 0;
	n->held_count--;
	out->frame = t->held[place - 1].frame;
	free_held(t, place);
	return true;
}

bool neighbour_take_lost(struct neighbour_table *t, struct neighbour_held *out)
{
	uint16_t place = t->lost_first;

	if (!place)
		return false;
	t->lost_first = t->held[place - 1].next;
	out->frame = t->held[place - 1].frame;
	free_held(t, place);
	return true;
}

bool neighbour_learn(struct neighbour_table *t, uint16_t interface, ip4_t address, mac_t mac,
		     bool create, mono_ms_t now)
{
	struct neighbour *n = find(t, interface, address);

	if (!n) {
		if (!create || !make_room(t, true, now))
			return false;
		n = add_entry(t, interface, address);
		n->used = (mono_ms_t){INT64_MIN / 2}; /* never */
	}
	if (n->state == NEIGHBOUR_STATIC)
		return false;
	n->mac = mac;
	n->confirmed = now;
	n->probes = 0;
	set_state(t, n, NEIGHBOUR_REACHABLE, MONO_NEVER);
	return n->held_first != 0;
}

int neighbour_set_static(struct neighbour_table *t, uint16_t interface, ip4_t address, mac_t mac)
{
	struct neighbour *n = find(t, interface, address);

	if (!n) {
		if (!make_room(t, false, (mono_ms_t){0}))
			return -ENOSPC;
		n = add_entry(t, interface, address);
	}
	n->mac = mac;
	set_state(t, n, NEIGHBOUR_STATIC, MONO_NEVER);
	return n->held_first != 0;
}

/* Moves an entry whose deadline came. Return: whether *out says something to do. */
static bool entry_due(struct neighbour_table *t, struct neighbour *n, struct neighbour_action *out,
		      mono_ms_t now)
{
	bool stale = n->state == NEIGHBOUR_STALE;

	if (n->state == NEIGHBOUR_FAILED) {
		remove_entry(t, n);
		return false;
	}
	out->interface = n->interface;
	out->address = n->address;
	if (n->probes < NEIGHBOUR_PROBES) {
		out->kind = NEIGHBOUR_ASK;
		out->unicast = stale;
		out->mac = n->mac;
		n->probes++;
		set_state(t, n, (enum neighbour_state)n->state,
			  mono_add_ms(now, NEIGHBOUR_RETRY_MS));
		return true;
	}
	if (stale) {
		/* gone, or its MAC changed: ask everybody, while what comes in waits */
		n->probes = 0;
		set_state(t, n, NEIGHBOUR_INCOMPLETE, now);
		return entry_due(t, n, out, now);
	}
	out->kind = NEIGHBOUR_GAVE_UP;
	set_state(t, n, NEIGHBOUR_FAILED, mono_add_ms(now, NEIGHBOUR_FAILED_MS));
	return true;
}

bool neighbour_due(struct neighbour_table *t, struct neighbour_action *out, mono_ms_t now)
{
	mono_ms_t next = MONO_NEVER;

	if (!mono_reached(t->deadline, now))
		return false;
	for (unsigned int i = 0; i < NEIGHBOURS_MAX; i++) {
		struct neighbour *n = &t->entry[i];

		if (n->interface == FREE_INTERFACE)
			continue;
		if (mono_reached(n->deadline, now) && entry_due(t, n, out, now)) {
			t->deadline = now; /* others may be due too */
			return true;
		}
		if (n->interface != FREE_INTERFACE)
			next = mono_earlier(next, n->deadline);
	}
	t->deadline = next;
	return false;
}

mono_ms_t neighbour_deadline(const struct neighbour_table *t)
{
	return t->lost_first ? (mono_ms_t){0} : t->deadline; /* at once */
}

void neighbour_forget(struct neighbour_table *t, uint16_t interface, enum neighbour_which which)
{
	for (unsigned int i = 0; i < NEIGHBOURS_MAX; i++) {
		struct neighbour *n = &t->entry[i];
		unsigned int class =
			n->state == NEIGHBOUR_STATIC ? NEIGHBOUR_STATICS : NEIGHBOUR_LEARNT;

		if (n->interface != FREE_INTERFACE && (which & class) &&
		    (interface == UINT16_MAX || n->interface == interface))
			remove_entry(t, n);
	}
}
