/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fragment table over pieces in any order. The input is a list of pieces and pauses; the bytes
 * of a datagram follow from what it is, so each of its bytes is known beforehand.
 *
 * With few datagrams, none is given up for want of room: then every verdict and every whole is held
 * against a plain reassembler, which has a map of bytes for each datagram. With many, the caps must
 * hold and a whole still has the right bytes.
 */
#include "core/ip/fragment.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 2000, STEP_LEN = 6, MODELS = 8, PAYLOAD_MAX = IPV4_MAX - IPV4_LEN };

static const struct hash_key some_key = {{0x1111222233334444ULL, 0x5555666677778888ULL}};

/** The plain reassembler's view of a datagram. */
struct model {
	bool live, refused;
	mono_ms_t deadline;
	uint8_t *have; /* by byte of the payload: 0, or which piece brought it, modulo 255 */
	unsigned int pieces;
	uint32_t total, reached, held; /* stated end, furthest end, bytes there */
	uint32_t starts[FRAGMENT_PIECES_MAX + 1], ends[FRAGMENT_PIECES_MAX + 1];
};

struct world {
	struct fragment_table *table;
	struct drop_counters drops;
	mono_ms_t now;
	bool many;
	struct model models[MODELS];
	uint64_t consumed, whole, lost;
};

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

struct wanted {
	unsigned int source, id;
	uint8_t proto;
	uint32_t at, len;
	bool more;
};

static uint8_t content(const struct wanted *p, uint32_t at)
{
	return (uint8_t)(at * 7 + (at >> 8) * 13 + p->source * 31 + p->id * 17 + p->proto);
}

/* ---- the plain reassembler --------------------------------------------------------------------
 */

static void model_end(struct model *m)
{
	if (m->have)
		memset(m->have, 0, PAYLOAD_MAX + 8);
	m->live = m->refused = false;
	m->pieces = m->total = m->reached = m->held = 0;
}

static bool piece_may_be(const struct wanted *p)
{
	if (p->len == 0 || (p->more && p->len % 8 != 0) || p->at + p->len > PAYLOAD_MAX)
		return false;
	return p->proto != IP_PROTO_TCP || (p->at != 8 && (p->at != 0 || p->len >= TCP_LEN));
}

static enum verdict model_refuse(struct model *m)
{
	mono_ms_t deadline = m->deadline;

	model_end(m);
	m->live = m->refused = true;
	m->deadline = deadline;
	return VERDICT_DROPPED;
}

static enum verdict model_take(struct world *w, struct model *m, const struct wanted *p)
{
	uint32_t end = p->at + p->len, overlap = 0;

	if (!piece_may_be(p))
		return VERDICT_DROPPED;
	if (m->live && mono_reached(m->deadline, w->now))
		model_end(m);
	if (m->refused)
		return VERDICT_DROPPED;
	if (!m->live) {
		m->live = true;
		m->deadline = mono_add_ms(w->now, FRAGMENT_TIMEOUT_MS);
		if (!m->have)
			m->have = calloc(1, PAYLOAD_MAX + 8);
		require(m->have != NULL);
	}
	for (uint32_t at = p->at; at < end; at++)
		overlap += m->have[at];
	if (overlap > 0) {
		bool known = false;

		for (unsigned int n = 0; n < m->pieces; n++)
			known |= m->starts[n] == p->at && m->ends[n] == end;
		if (!known)
			return model_refuse(m);
		/* the same again, but it may say another thing about the end */
	}
	if (p->more ? m->total && end > m->total : m->total ? end != m->total : end < m->reached)
		return model_refuse(m);
	if (overlap > 0)
		return VERDICT_CONSUMED;
	if (m->pieces == FRAGMENT_PIECES_MAX)
		return model_refuse(m);
	memset(m->have + p->at, 1, p->len);
	m->starts[m->pieces] = p->at;
	m->ends[m->pieces++] = end;
	m->held += p->len;
	m->reached = MAX(m->reached, end);
	if (!p->more)
		m->total = end;
	return m->total && m->held == m->total ? VERDICT_NEXT : VERDICT_CONSUMED;
}

/* ---- the table ---------------------------------------------------------------------------------
 */

/** A piece in a block of exactly its size. */
static enum verdict take(struct world *w, const struct wanted *p, uint32_t *whole_len)
{
	size_t len = IPV4_LEN + p->len;
	uint8_t *block = malloc(len);
	struct writer out = writer_over(block, len);
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = (uint16_t)len,
			  .id = (uint16_t)p->id,
			  .more_fragments = p->more,
			  .fragment_offset = (uint16_t)p->at,
			  .ttl = 64,
			  .proto = p->proto,
			  .src = {IP4(10, 0, 0, 1).host + p->source},
			  .dst = IP4(203, 0, 113, 10)};
	struct frame f;
	enum verdict v;

	require(block != NULL);
	ipv4_build(&out, &ip);
	for (uint32_t n = 0; n < p->len; n++)
		block[IPV4_LEN + n] = content(p, p->at + n);
	f = (struct frame){.data = block,
			   .len = (uint32_t)len,
			   .end = (uint32_t)len,
			   .l4 = IPV4_LEN,
			   .drops = &w->drops,
			   .src = ip.src,
			   .dst = ip.dst,
			   .proto = p->proto,
			   .ttl = 64,
			   .id = ip.id,
			   .fragment_offset = (uint16_t)p->at,
			   .more_fragments = p->more};
	v = fragment_take(w->table, &f, w->now);
	if (v == VERDICT_NEXT) {
		*whole_len = frame_l4_len(&f);
		require(!frame_is_fragment(&f) && f.len == f.end);
		require(ipv4_checksum_ok(frame_l3(&f), f.l4));
		require(wire_get16(frame_l3(&f) + 2) == f.end);
		for (uint32_t n = 0; n < *whole_len; n++)
			require(frame_l4(&f)[n] == content(p, n));
		fragment_release(w->table);
		w->whole++;
	}
	w->consumed += v == VERDICT_CONSUMED;
	free(block);
	return v;
}

static void require_caps(const struct world *w)
{
	unsigned int datagrams;
	uint32_t bytes;

	fragment_table_load(w->table, &datagrams, &bytes);
	require(datagrams <= FRAGMENT_DATAGRAMS_MAX && bytes <= FRAGMENT_BYTES_MAX);
}

static void step_piece(struct world *w, const uint8_t how[STEP_LEN])
{
	static const uint8_t protos[] = {IP_PROTO_UDP, IP_PROTO_TCP, IP_PROTO_ICMP, 47};
	static const uint16_t units[] = {8, 64, 512, 1480};
	uint32_t unit = units[how[1] & 3];
	struct wanted p = {.source = how[0] & 1,
			   .id = how[0] >> 1 & 3,
			   .proto = protos[how[1] >> 2 & 3],
			   .at = how[2] * unit & 0xfff8,
			   .len = how[3] * unit + (how[4] & 7),
			   .more = how[4] & 8};
	uint32_t whole_len = 0;
	struct model *m = &w->models[p.id << 1 | p.source];
	enum verdict v, expected;

	if (how[1] & 0x80) /* seldom more than 64 KiB, often what a link carries */
		p.len = MIN(p.len, unit);
	p.len = MIN(p.len, (uint32_t)IPV4_MAX - IPV4_LEN);
	if (w->many) {
		p.source = how[0];
		p.id = how[5];
		take(w, &p, &whole_len);
		require_caps(w);
		return;
	}
	p.proto = protos[p.id]; /* so that a model is one datagram */
	expected = model_take(w, m, &p);
	v = take(w, &p, &whole_len);
	require(v == expected);
	if (v == VERDICT_NEXT) {
		require(whole_len == m->total);
		model_end(m);
	}
}

static void step_time(struct world *w, const uint8_t how[STEP_LEN])
{
	struct fragment_lost lost;
	struct frame first;

	w->now = mono_add_ms(w->now, how[1] << 8 | how[2]);
	while (fragment_next_lost(w->table, &lost, w->now)) {
		require(lost.pieces > 0);
		w->lost += lost.pieces;
	}
	while (fragment_next_timed_out(w->table, &first)) {
		require(first.fragment_offset == 0 && first.more_fragments);
		require(ipv4_checksum_ok(frame_l3(&first), IPV4_LEN));
		require(wire_get16(frame_l3(&first) + 2) == first.end);
	}
	require(fragment_deadline(w->table).ms > w->now.ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fragment_table *table; /* its memory is dear: emptied, not made anew */
	static mono_ms_t now = {1000};
	static const uint8_t long_pause[STEP_LEN] = {0, 0xff, 0xff};
	struct cursor c = cursor_over(data, size);
	struct world w = {.now = now};
	unsigned int datagrams;
	uint32_t bytes;

	if (!table)
		table = fragment_table_new(&some_key);
	require(table != NULL);
	w.table = table;
	w.many = cursor_u8(&c) & 1;
	for (unsigned int n = 0; n < STEPS_MAX && cursor_left(&c) >= STEP_LEN; n++) {
		const uint8_t *how = cursor_take(&c, STEP_LEN);

		if (how[4] & 0x80 && how[4] & 0x40)
			step_time(&w, how);
		else
			step_piece(&w, how);
	}
	step_time(&w, long_pause);
	fragment_table_load(w.table, &datagrams, &bytes);
	require(datagrams == 0 && bytes == 0);
	for (unsigned int n = 0; n < MODELS; n++)
		free(w.models[n].have);
	now = w.now;
	return 0;
}
