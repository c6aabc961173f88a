/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP by its numbers, for tests. A segment is a line, as one would write it for packetdrill:
 *
 *   "> SA 0+100 a1 w500 s7 =syn-both"   from inside: SYN and ACK, number 0, 100 bytes, acknowledges
 *                                       1, window 500, scale option 7; the state then
 *   "< R 5000 !"                        from outside: RST, dropped
 *
 * Numbers count from the initial one of the side that they belong to.
 */
#ifndef TESTS_UNIT_CORE_NAT_TCP_TALK_H
#define TESTS_UNIT_CORE_NAT_TCP_TALK_H

#include "tests/unit/core/nat/fixture.h"

enum { WINDOW = 10000, TCP_SPACE = 66000 };

struct segment {
	bool inbound, refused;
	uint8_t flags, scale;
	uint32_t seq, len, ack;
	uint16_t window;
	const char *state;
};

/** A connection of the TV's, with its port or by its static forward. */
struct talk {
	struct home *home;
	uint32_t out_first, in_first; /* initial numbers */
	uint16_t port;		      /* the TV's */
	uint16_t global_port;
	struct chance chance;
};

/* ---- segments --------------------------------------------------------------------------- */

static inline uint8_t flags_read(const char *word)
{
	static const struct {
		char letter;
		uint8_t flag;
	} letters[] = {
		{'S', TCP_SYN}, {'A', TCP_ACK}, {'F', TCP_FIN}, {'R', TCP_RST}, {'P', TCP_PSH}};
	uint8_t flags = 0;

	for (; *word && *word != ' '; word++)
		for (unsigned int n = 0; n < ARRAY_COUNT(letters); n++)
			if (letters[n].letter == *word)
				flags |= letters[n].flag;
	return flags;
}

static inline struct segment segment_read(const char *text)
{
	struct segment s = {.inbound = text[0] == '<', .window = WINDOW};
	char *at;

	s.flags = flags_read(text + 2);
	at = strchr(text + 2, ' ');
	assert_non_null(at);
	s.seq = (uint32_t)strtoul(at, &at, 10);
	for (; *at; at += *at == ' ')
		switch (*at) {
		case '+': s.len = (uint32_t)strtoul(at + 1, &at, 10); break;
		case 'a': s.ack = (uint32_t)strtoul(at + 1, &at, 10); break;
		case 'w': s.window = (uint16_t)strtoul(at + 1, &at, 10); break;
		case 's': s.scale = (uint8_t)strtoul(at + 1, &at, 10); break;
		case '!': s.refused = true, at++; break;
		case '=': s.state = at + 1, at += strlen(at); break;
		default: assert_int_equal(*at, ' ');
		}
	return s;
}

/** Sends a segment with numbers as they are on the wire. */
static inline enum verdict segment_send(struct talk *t, const struct segment *s)
{
	static struct {
		uint8_t room[FRAME_HEADROOM + PACKET_L3];
		uint8_t bytes[TCP_SPACE];
	} p;
	uint32_t header = TCP_LEN + (s->scale ? 4 : 0), len = header + s->len;
	ip4_t src = s->inbound ? SERVER : TV, dst = s->inbound ? VIP : SERVER;
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = (uint16_t)(IPV4_LEN + len),
			  .ttl = 63,
			  .proto = IP_PROTO_TCP,
			  .src = src,
			  .dst = dst};
	struct writer w = writer_over(p.bytes, sizeof(p.bytes));
	uint8_t *l4 = p.bytes + IPV4_LEN;
	struct frame f = {.data = p.room + FRAME_HEADROOM,
			  .len = PACKET_L3 + IPV4_LEN + len,
			  .drops = &t->home->drops,
			  .l3 = PACKET_L3,
			  .l4 = PACKET_L3 + IPV4_LEN,
			  .end = PACKET_L3 + IPV4_LEN + len,
			  .src = src,
			  .dst = dst,
			  .proto = IP_PROTO_TCP,
			  .sport = s->inbound ? 80 : t->port,
			  .dport = s->inbound ? t->global_port : 80};
	enum verdict verdict;

	assert_true(IPV4_LEN + len <= UINT16_MAX);
	ipv4_build(&w, &ip);
	memset(l4, 0, header);
	wire_put16(l4, f.sport);
	wire_put16(l4 + 2, f.dport);
	wire_put32(l4 + 4, s->seq);
	wire_put32(l4 + 8, s->ack);
	l4[12] = (uint8_t)(header / 4 << 4);
	l4[13] = s->flags;
	wire_put16(l4 + 14, s->window);
	if (s->scale)
		memcpy(l4 + TCP_LEN, (uint8_t[]){1, 3, 3, s->scale}, 4);
	wire_put16(l4 + TCP_CHECKSUM_OFFSET,
		   (uint16_t)~checksum_sum(l4, len,
					   checksum_pseudo(src, dst, IP_PROTO_TCP, (uint16_t)len)));
	verdict = s->inbound ? nat_inbound(t->home->nat, &f, false, t->home->now)
			     : nat_outbound(t->home->nat, &f, t->home->now);
	if (verdict == VERDICT_NEXT)
		assert_int_equal(
			checksum_sum(l4, len,
				     checksum_pseudo(f.src, f.dst, IP_PROTO_TCP, (uint16_t)len)),
			0xffff);
	return verdict;
}

/** Sends a segment whose numbers count from the initial ones. */
static inline enum verdict talk_send(struct talk *t, struct segment s)
{
	s.seq += s.inbound ? t->in_first : t->out_first;
	if (s.flags & TCP_ACK)
		s.ack += s.inbound ? t->out_first : t->in_first;
	return segment_send(t, &s);
}

/** What an off-path host does: right addresses and ports, all else by chance. */
static inline enum verdict forge(struct talk *t, uint8_t flags, uint32_t len)
{
	return segment_send(t, &(struct segment){.inbound = true,
						 .flags = flags,
						 .seq = (uint32_t)chance_next(&t->chance),
						 .ack = (uint32_t)chance_next(&t->chance),
						 .len = len,
						 .window = (uint16_t)chance_next(&t->chance)});
}

static inline void play(struct talk *t, const char *text)
{
	struct segment s = segment_read(text);
	enum verdict verdict = talk_send(t, s);

	if (verdict != (s.refused ? VERDICT_DROPPED : VERDICT_NEXT))
		fail_msg("%s: verdict %d", text, (int)verdict);
	if (s.state && strcmp(only_session(t->home).state, s.state) != 0)
		fail_msg("%s: state %s", text, only_session(t->home).state);
}

#define PLAY(t, ...)                                                                               \
	do {                                                                                       \
		static const char *const played[] = {__VA_ARGS__};                                 \
		for (unsigned int n = 0; n < ARRAY_COUNT(played); n++)                             \
			play((t), played[n]);                                                      \
	} while (0)

static inline struct talk talk_begin(struct home *home)
{
	struct talk t = {.home = home,
			 .out_first = 1000,
			 .in_first = 5000,
			 .port = 40000,
			 .global_port = 40000};

	chance_init(&t.chance, &home_key);
	return t;
}

static inline struct talk talk_established(struct home *home)
{
	struct talk t = talk_begin(home);

	PLAY(&t, "> S 0", "< SA 0 a1", "> A 1 a1 =established");
	return t;
}

#define HOME_TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

#endif
