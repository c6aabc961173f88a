/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See fragment.h. Each datagram in pieces has a place with a buffer for the largest there can be;
 * payload lands at its final offset, so nothing is moved when the last piece comes. The list of
 * pieces is sorted and free of overlaps; a datagram is whole when the bytes held are as many as its
 * end says. All memory is taken when the table is made, and unused pages of it stay untouched.
 *
 * States of a place: free; held: pieces are awaited; refused: a piece contradicted another, and all
 * that still come go the same way until the time is over (RFC 5722 s4); timed out: its first piece
 * waits to be quoted (fragment_next_timed_out()); handed out: whole, its buffer is the router's
 * until fragment_release().
 *
 * What is dropped to make room is always the oldest incomplete datagram, refused ones first, those
 * of a source that has too many before all others.
 *
 * DEVIATION: RFC 1812 s5.2.6 forbids a router to reassemble what it forwards; a NAT must see the
 * ports, and RFC 4787 s11 names reassembly as a way. The whole goes on with DF clear, so that it
 * can be cut again. And it answers for the datagram as the host would that puts it together: time
 * exceeded, code 1, if the time ran out and the first piece had come (RFC 792).
 */
#include "core/ip/fragment.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

enum {
	FRAGMENT_LINK_MAX = 18, /* Ethernet and a VLAN tag */
	/* where payload begins in a buffer: room for both headers before it */
	FRAGMENT_PAYLOAD_AT = FRAME_HEADROOM + FRAGMENT_LINK_MAX + IPV4_LEN_MAX,
	FRAGMENT_BUFFER_LEN = FRAGMENT_PAYLOAD_AT + IPV4_MAX + 1,
	FRAGMENT_LOST_MAX = 64, /* accounts of lost pieces that wait to be asked for */
};

enum place_state { PLACE_FREE, PLACE_HELD, PLACE_REFUSED, PLACE_TIMED_OUT, PLACE_OUT };

/** Bytes of a datagram's payload that are there: first to end - 1. */
struct piece {
	uint16_t first, end;
};

struct place {
	enum place_state state;
	ip4_t src, dst;
	uint16_t id;
	uint8_t proto;
	uint8_t ttl;		  /* of the first piece */
	mono_ms_t deadline;	  /* of a held or refused one */
	enum drop_reason refused; /* why */
	uint16_t port;		  /* ingress port of its oldest piece */
	uint16_t in;		  /* ingress layer 3 interface of that */
	ip4_t outside_local;	  /* what its sender wrote for dst: struct frame */
	uint16_t first_len;	  /* payload bytes of the first piece */
	uint32_t have;		  /* payload bytes held */
	uint32_t total;		  /* payload bytes of the whole; 0: not known yet */
	unsigned int piece_count;
	unsigned int consumed; /* frames taken in, repetitions included */
	struct piece pieces[FRAGMENT_PIECES_MAX];
	uint16_t link_len, header_len; /* of the first piece; header_len 0: not seen yet */
	uint8_t headers[FRAGMENT_LINK_MAX + IPV4_LEN_MAX];
};

struct fragment_table {
	struct hash_key key;
	mono_ms_t now;			       /* when it was last told the time */
	uint64_t tags[FRAGMENT_DATAGRAMS_MAX]; /* hash of each place's datagram; looked at first */
	uint32_t bytes;			       /* payload held by all that are held */
	unsigned int out, timed_out;
	unsigned int lost_count;
	struct fragment_lost lost[FRAGMENT_LOST_MAX];
	struct place places[FRAGMENT_DATAGRAMS_MAX];
	uint8_t *buffers; /* FRAGMENT_BUFFER_LEN bytes for each place */
};

struct fragment_table *fragment_table_new(const struct hash_key *key)
{
	struct fragment_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->key = *key;
	table->buffers = malloc((size_t)FRAGMENT_DATAGRAMS_MAX * FRAGMENT_BUFFER_LEN);
	if (!table->buffers) {
		free(table);
		return NULL;
	}
	return table;
}

void fragment_table_free(struct fragment_table *table)
{
	if (!table)
		return;
	free(table->buffers);
	free(table);
}

/** The buffer of a place, from its headroom on. */
static uint8_t *place_buffer(const struct fragment_table *table, const struct place *place)
{
	return table->buffers + (size_t)(place - table->places) * FRAGMENT_BUFFER_LEN;
}

/* ---- giving up -------------------------------------------------------------------------- */

/** Remembers @pieces frames as lost until fragment_next_lost() asks. */
static void account_lost(struct fragment_table *table, enum drop_reason reason, uint16_t port,
			 unsigned int pieces)
{
	struct fragment_lost *to = NULL;

	if (pieces == 0)
		return;
	for (unsigned int i = 0; i < table->lost_count && !to; i++) {
		if (table->lost[i].reason == reason && table->lost[i].port == port)
			to = &table->lost[i];
	}
	/* no room: better under another name than not counted */
	if (!to && table->lost_count == FRAGMENT_LOST_MAX)
		to = &table->lost[FRAGMENT_LOST_MAX - 1];
	if (!to) {
		to = &table->lost[table->lost_count++];
		*to = (struct fragment_lost){.reason = reason, .port = port};
	}
	to->pieces += pieces;
}

/** Forgets what a held place has. */
static void place_empty(struct fragment_table *table, struct place *place, enum drop_reason reason)
{
	account_lost(table, reason, place->port, place->consumed);
	table->bytes -= place->have;
	place->have = 0;
	place->consumed = 0;
	place->piece_count = 0;
}

static void place_give_up(struct fragment_table *table, struct place *place,
			  enum drop_reason reason)
{
	if (place->state == PLACE_HELD)
		place_empty(table, place, reason);
	place->state = PLACE_FREE;
}

/** Gives a datagram up for good: later pieces are dropped too, until its time is over. */
static enum verdict place_refuse(struct fragment_table *table, struct place *place, struct frame *f,
				 enum drop_reason reason)
{
	place_empty(table, place, reason);
	place->state = PLACE_REFUSED;
	place->refused = reason;
	return drop(f, reason);
}

/** The time of a place is over. */
static void place_time_out(struct fragment_table *table, struct place *place)
{
	bool tell = place->state == PLACE_HELD && place->header_len != 0;

	place_give_up(table, place,
		      place->header_len ? DROP_FRAGMENT_TIMEOUT : DROP_FRAGMENT_NO_FIRST);
	if (!tell)
		return;
	place->state = PLACE_TIMED_OUT;
	table->timed_out++;
}

static void expire(struct fragment_table *table, mono_ms_t now)
{
	table->now = now;
	for (unsigned int i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++) {
		struct place *place = &table->places[i];

		if ((place->state == PLACE_HELD || place->state == PLACE_REFUSED) &&
		    mono_reached(place->deadline, now))
			place_time_out(table, place);
	}
}

bool fragment_next_timed_out(struct fragment_table *table, struct frame *frame)
{
	for (unsigned int i = 0; table->timed_out > 0 && i < FRAGMENT_DATAGRAMS_MAX; i++) {
		struct place *place = &table->places[i];
		uint16_t headers = (uint16_t)(place->link_len + place->header_len);

		if (place->state != PLACE_TIMED_OUT)
			continue;
		place->state = PLACE_FREE;
		table->timed_out--;
		*frame = (struct frame){
			.data = place_buffer(table, place) + FRAGMENT_PAYLOAD_AT - headers,
			.len = headers + place->first_len,
			.end = headers + place->first_len,
			.port = place->port,
			.in = place->in,
			.l3 = place->link_len,
			.l4 = headers,
			.src = place->src,
			.dst = place->dst,
			.outside_local = place->outside_local,
			.proto = place->proto,
			.ttl = place->ttl,
			.id = place->id,
			.more_fragments = true,
		};
		memcpy(frame->data, place->headers, headers);
		return true;
	}
	return false;
}

bool fragment_next_lost(struct fragment_table *table, struct fragment_lost *lost, mono_ms_t now)
{
	expire(table, now);
	if (table->lost_count == 0)
		return false;
	*lost = table->lost[--table->lost_count];
	return true;
}

mono_ms_t fragment_deadline(const struct fragment_table *table)
{
	mono_ms_t next = table->lost_count || table->timed_out ? table->now : MONO_NEVER;

	for (unsigned int i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++) {
		const struct place *place = &table->places[i];

		if (place->state == PLACE_HELD || place->state == PLACE_REFUSED)
			next = mono_earlier(next, place->deadline);
	}
	return next;
}

/* ---- places ----------------------------------------------------------------------------- */

/** RFC 791 s3.2: what the pieces of a datagram have in common. */
static uint64_t tag_of(const struct fragment_table *table, const struct frame *f)
{
	return hash_2(&table->key, (uint64_t)f->src.host << 32 | f->dst.host,
		      (uint64_t)f->proto << 16 | f->id);
}

static struct place *place_find(struct fragment_table *table, const struct frame *f)
{
	uint64_t tag = tag_of(table, f);

	for (unsigned int i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++) {
		struct place *place = &table->places[i];

		if (table->tags[i] == tag &&
		    (place->state == PLACE_HELD || place->state == PLACE_REFUSED) &&
		    place->id == f->id && place->proto == f->proto &&
		    ip4_equal(place->src, f->src) && ip4_equal(place->dst, f->dst))
			return place;
	}
	return NULL;
}

/** Whether @a is to be given up rather than @b, which may be NULL. */
static bool goes_before(const struct place *a, const struct place *b)
{
	if (!b || a->state != b->state)
		return !b || a->state == PLACE_REFUSED;
	return a->deadline.ms < b->deadline.ms;
}

/** The incomplete datagram to give up next, but for @spare; of @source only, unless NULL. */
static struct place *place_victim(struct fragment_table *table, const struct place *spare,
				  const ip4_t *source)
{
	struct place *victim = NULL;

	for (unsigned int i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++) {
		struct place *place = &table->places[i];

		if (place == spare ||
		    (place->state != PLACE_HELD && place->state != PLACE_REFUSED) ||
		    (source && !ip4_equal(place->src, *source)))
			continue;
		if (goes_before(place, victim))
			victim = place;
	}
	return victim;
}

/** A free place for the datagram of @f; NULL: all are handed out. */
static struct place *place_take(struct fragment_table *table, const struct frame *f, mono_ms_t now)
{
	struct place *free_place = NULL, *victim = NULL;
	unsigned int of_source = 0;

	for (unsigned int i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++) {
		struct place *place = &table->places[i];

		if (place->state == PLACE_FREE ||
		    (place->state == PLACE_TIMED_OUT && !free_place)) /* then nobody is told */
			free_place = place;
		else if (place->state != PLACE_OUT && place->state != PLACE_TIMED_OUT &&
			 ip4_equal(place->src, f->src))
			of_source++;
	}
	if (of_source >= FRAGMENT_PER_SOURCE_MAX)
		victim = place_victim(table, NULL, &f->src);
	else if (!free_place)
		victim = place_victim(table, NULL, NULL);
	if (victim) {
		place_give_up(table, victim, DROP_FRAGMENT_TABLE_FULL);
		free_place = victim;
	}
	if (!free_place)
		return NULL;
	table->timed_out -= free_place->state == PLACE_TIMED_OUT;
	*free_place = (struct place){
		.state = PLACE_HELD,
		.src = f->src,
		.dst = f->dst,
		.id = f->id,
		.proto = f->proto,
		.deadline = mono_add_ms(now, FRAGMENT_TIMEOUT_MS),
		.port = f->port,
		.in = f->in,
		.outside_local = f->outside_local,
	};
	table->tags[free_place - table->places] = tag_of(table, f);
	return free_place;
}

/* ---- pieces ----------------------------------------------------------------------------- */

/** Whether a piece by itself may be (RFC 791 s3.2, RFC 1858 s3, RFC 3128). */
static bool piece_valid(const struct frame *f)
{
	uint32_t len = frame_l4_len(f);

	if (len == 0 || f->l3 > FRAGMENT_LINK_MAX || f->l4 - f->l3 > IPV4_LEN_MAX)
		return false;
	if (f->more_fragments && len % 8 != 0)
		return false;
	if ((uint32_t)(f->l4 - f->l3) + f->fragment_offset + len > IPV4_MAX)
		return false;
	if (f->proto == IP_PROTO_TCP &&
	    (f->fragment_offset == 8 || (f->fragment_offset == 0 && len < TCP_LEN)))
		return false; /* ports without flags: a way around filters */
	return true;
}

/** Where a piece belongs among those held; *@known: exactly it is there. -1: it overlaps one. */
static int piece_position(const struct place *place, struct piece new, bool *known)
{
	unsigned int at = 0;

	while (at < place->piece_count && place->pieces[at].end <= new.first)
		at++;
	*known = false;
	if (at == place->piece_count || place->pieces[at].first >= new.end)
		return (int)at;
	*known = place->pieces[at].first == new.first && place->pieces[at].end == new.end;
	return *known ? (int)at : -1;
}

/** Whether the end that @f states or implies goes with what is known. */
static bool end_agrees(const struct place *place, const struct frame *f, struct piece new)
{
	uint32_t reached = place->piece_count ? place->pieces[place->piece_count - 1].end : 0;

	if (!f->more_fragments)
		return place->total ? place->total == new.end : new.end >= reached;
	return place->total == 0 || new.end <= place->total;
}

/** Keeps the headers of the first piece: they will be the whole's. */
static void keep_headers(struct place *place, const struct frame *f)
{
	place->link_len = f->l3;
	place->header_len = (uint16_t)(f->l4 - f->l3);
	place->ttl = f->ttl;
	place->first_len = (uint16_t)frame_l4_len(f);
	memcpy(place->headers, f->data, f->l4);
}

static void piece_insert(struct fragment_table *table, struct place *place, const struct frame *f,
			 struct piece new, unsigned int at)
{
	memmove(&place->pieces[at + 1], &place->pieces[at],
		(place->piece_count - at) * sizeof(place->pieces[0]));
	place->pieces[at] = new;
	place->piece_count++;
	place->consumed++;
	place->have += (uint32_t)(new.end - new.first);
	table->bytes += (uint32_t)(new.end - new.first);
	memcpy(place_buffer(table, place) + FRAGMENT_PAYLOAD_AT + new.first, frame_l4(f),
	       (size_t)(new.end - new.first));
	if (new.first == 0)
		keep_headers(place, f);
	if (!f->more_fragments)
		place->total = new.end;
}

/* ---- the whole -------------------------------------------------------------------------- */

/** Makes @f the whole datagram. */
static void hand_out(struct fragment_table *table, struct place *place, struct frame *f)
{
	unsigned int headers = place->link_len + place->header_len;
	uint8_t *data = place_buffer(table, place) + FRAGMENT_PAYLOAD_AT - headers;
	uint8_t *l3 = data + place->link_len;
	uint16_t delta, total_len = (uint16_t)(place->header_len + place->total);

	memcpy(data, place->headers, headers);
	delta = checksum_delta16(wire_get16(l3 + 2), total_len);
	delta = checksum_add(delta, checksum_delta16(wire_get16(l3 + 6), 0));
	wire_put16(l3 + 2, total_len);
	wire_put16(l3 + 6, 0);
	ipv4_apply_delta(l3, delta);

	f->data = data;
	f->len = headers + place->total;
	f->l3 = place->link_len;
	f->l4 = (uint16_t)headers;
	f->end = f->len;
	f->ttl = place->ttl;
	f->fragment_offset = 0;
	f->more_fragments = f->dont_fragment = false;
	f->sport = f->dport = 0;
	f->link_flooded = false; /* these bytes are nobody else's */
	f->offload = (struct offload){0};

	table->bytes -= place->have;
	place->state = PLACE_OUT;
	table->out++;
}

void fragment_release(struct fragment_table *table)
{
	for (unsigned int i = 0; table->out > 0 && i < FRAGMENT_DATAGRAMS_MAX; i++) {
		if (table->places[i].state != PLACE_OUT)
			continue;
		table->places[i].state = PLACE_FREE;
		table->out--;
	}
}

/** Makes room for @len bytes more in @place by giving up others: memory is bounded (RFC 4963 s5).
 */
static bool bytes_room(struct fragment_table *table, const struct place *place, uint32_t len)
{
	while (table->bytes + len > FRAGMENT_BYTES_MAX) {
		struct place *victim = place_victim(table, place, NULL);

		if (!victim)
			return false;
		place_give_up(table, victim, DROP_FRAGMENT_TABLE_FULL);
	}
	return true;
}

enum verdict fragment_take(struct fragment_table *table, struct frame *f, mono_ms_t now)
{
	struct piece new;
	struct place *place;
	bool known;
	int at;

	if (!piece_valid(f))
		return drop(f, DROP_FRAGMENT_INVALID);
	if (f->offload.needs_csum || f->offload.gso != OFFLOAD_GSO_NONE)
		return drop(f, DROP_OFFLOAD_INVALID); /* neither makes sense on a piece */
	expire(table, now);
	place = place_find(table, f);
	if (place && place->state == PLACE_REFUSED)
		return drop(f, place->refused);
	if (!place)
		place = place_take(table, f, now);
	if (!place)
		return drop(f, DROP_FRAGMENT_TABLE_FULL);

	new = (struct piece){f->fragment_offset, (uint16_t)(f->fragment_offset + frame_l4_len(f))};
	at = piece_position(place, new, &known);
	if (at < 0 || !end_agrees(place, f, new))
		return place_refuse(table, place, f, DROP_FRAGMENT_OVERLAP);
	if (known) {
		place->consumed++;
		return VERDICT_CONSUMED;
	}
	if (place->piece_count == FRAGMENT_PIECES_MAX)
		return place_refuse(table, place, f, DROP_FRAGMENT_INVALID);
	if (!bytes_room(table, place, frame_l4_len(f)))
		return place_refuse(table, place, f, DROP_FRAGMENT_TABLE_FULL);
	piece_insert(table, place, f, new, (unsigned int)at);
	if (place->total == 0 || place->have != place->total)
		return VERDICT_CONSUMED;
	/* the last piece's header may have been shorter than the first's */
	if (place->header_len + place->total > IPV4_MAX) {
		place->consumed--; /* this frame is dropped, not lost */
		return place_refuse(table, place, f, DROP_FRAGMENT_INVALID);
	}
	hand_out(table, place, f);
	return VERDICT_NEXT;
}

void fragment_table_load(const struct fragment_table *table, unsigned int *datagrams,
			 uint32_t *bytes)
{
	*datagrams = 0;
	*bytes = table->bytes;
	for (unsigned int i = 0; i < FRAGMENT_DATAGRAMS_MAX; i++)
		*datagrams += table->places[i].state == PLACE_HELD;
}
