/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The NAT and the fragment table over any run of packets, errors, pieces, times and rules.
 *
 * The input is a program: one byte says what to do, the next ones how. Packets come whole and right
 * from a small set of endpoints, so that sessions meet, or as raw bytes in a block of exactly their
 * size. After each step that let a right packet through its checksums are recomputed; at the end
 * the tables are counted against each other, cleared, and must be empty.
 */
#include <stdio.h>

#include "core/ip/fragment.h"
#include "core/nat/nat.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"
#include "tests/fuzz/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PACKET_ROOM = 256, STEPS_MAX = 400, SESSIONS_MAX = 24 };

static const struct hash_key some_key = {{0x1111222233334444ULL, 0x5555666677778888ULL}};

static const ip4_t addresses[] = {
	IP4(192, 168, 1, 100), IP4(192, 168, 1, 101), IP4(203, 0, 113, 10), IP4(203, 0, 113, 11),
	IP4(198, 51, 100, 7),  IP4(198, 51, 100, 8),  IP4(10, 0, 0, 1),	    IP4(192, 168, 1, 80),
};
static const uint32_t numbers[] = {0, 1, 0x10000, 0xfffffff0}; /* of TCP */
static const uint16_t ports[] = {0, 53, 80, 81, 5000, 5001, 8080, 65535};

struct world {
	struct event_queue events;
	struct config config;
	struct nat *nat;
	struct fragment_table *fragments;
	struct drop_counters drops;
	mono_ms_t now;
	uint8_t last[PACKET_ROOM]; /* IPv4 packet that passed last; quoted by errors */
	size_t last_len;
};

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

/* ---- packets ---------------------------------------------------------------------------- */

/** Fills in a frame from its bytes as the router does. Return: whether NAT may see it. */
static bool frame_read(struct world *w, struct frame *f, uint8_t *packet, size_t len)
{
	struct cursor c = cursor_over(packet, len);
	struct ipv4 ip;

	if (ipv4_parse(&c, &ip) < 0 || ip.total_len > len ||
	    !ipv4_checksum_ok(packet, ip.header_len))
		return false;
	*f = (struct frame){
		.data = packet,
		.len = (uint32_t)len,
		.drops = &w->drops,
		.l4 = ip.header_len,
		.end = ip.total_len,
		.src = ip.src,
		.dst = ip.dst,
		.proto = ip.proto,
		.ttl = ip.ttl,
		.fragment_offset = ip.fragment_offset,
		.more_fragments = ip.more_fragments,
		.id = ip.id,
	};
	const uint8_t *l4 = frame_l4(f);
	uint32_t l4_len = frame_l4_len(f);

	if (f->fragment_offset != 0)
		return true;
	if ((ip.proto == IP_PROTO_TCP && l4_len >= TCP_LEN) ||
	    (ip.proto == IP_PROTO_UDP && l4_len >= UDP_LEN)) {
		f->sport = wire_get16(l4);
		f->dport = wire_get16(l4 + 2);
	} else if (ip.proto == IP_PROTO_ICMP && l4_len >= ICMP_LEN && icmp_is_query(l4[0])) {
		f->sport = f->dport = wire_get16(l4 + 4);
	}
	return true;
}

/** Fields, addresses and checksums of a packet that was right before it was translated. */
static void check_packet(const struct frame *f)
{
	const uint8_t *l3 = frame_l3(f), *l4 = frame_l4(f);
	uint32_t len = frame_l4_len(f);

	require(ipv4_checksum_ok(l3, (unsigned int)(f->l4 - f->l3)));
	require(wire_get32(l3 + 12) == f->src.host && wire_get32(l3 + 16) == f->dst.host);
	if (f->proto == IP_PROTO_ICMP) {
		require(icmp_checksum_ok(l4, len));
		return;
	}
	require(wire_get16(l4) == f->sport && wire_get16(l4 + 2) == f->dport);
	if (f->proto == IP_PROTO_UDP && wire_get16(l4 + UDP_CHECKSUM_OFFSET) == 0)
		return;
	require(checksum_sum(l4, len, checksum_pseudo(f->src, f->dst, f->proto, (uint16_t)len)) ==
		0xffff);
}

enum way { WAY_OUT, WAY_IN, WAY_HAIRPIN, WAY_COUNT };

static enum verdict pass(struct world *w, struct frame *f, enum way way)
{
	enum verdict verdict = VERDICT_NEXT;

	if (way != WAY_IN)
		verdict = nat_outbound(w->nat, f, w->now);
	if (way != WAY_OUT && verdict == VERDICT_NEXT)
		verdict = nat_inbound(w->nat, f, way == WAY_HAIRPIN, w->now);
	return verdict;
}

/** A packet that is right: @how picks its endpoints, protocol and flags. */
static void step_packet(struct world *w, const uint8_t how[4])
{
	uint8_t bytes[PACKET_ROOM];
	struct writer out = writer_over(bytes, sizeof(bytes));
	ip4_t src = addresses[how[0] & 7], dst = addresses[how[0] >> 3 & 7];
	uint16_t sport = ports[how[1] & 7], dport = ports[how[1] >> 3 & 7];
	unsigned int kind = how[2] % 3;
	static const uint8_t protos[] = {IP_PROTO_TCP, IP_PROTO_UDP, IP_PROTO_ICMP};
	static const uint8_t lens[] = {TCP_LEN, UDP_LEN + 4, ICMP_LEN + 4};
	struct ipv4 ip = {
		.header_len = IPV4_LEN,
		.total_len = (uint16_t)(IPV4_LEN + lens[kind]),
		.ttl = 64,
		.proto = protos[kind],
		.src = src,
		.dst = dst,
	};
	struct frame f;

	ipv4_build(&out, &ip);
	if (kind == 0)
		tcp_build(&out,
			  &(struct tcp){.sport = sport,
					.dport = dport,
					.seq = numbers[how[0] >> 6],
					.ack = numbers[how[1] >> 6],
					.window = (uint16_t)(how[3] << 8),
					.header_len = TCP_LEN,
					.flags = how[3]},
			  src, dst);
	else if (kind == 1)
		udp_build(&out, &(struct udp){.sport = sport, .dport = dport, .len = UDP_LEN + 4},
			  src, dst, how, 4);
	else
		icmp_build(&out, &(struct icmp){.type = how[3] & 15, .id = sport}, how, 4);
	require(!out.bad && frame_read(w, &f, bytes, writer_len(&out)));
	f.out = (struct interface_id){INTERFACE_TAP, 8 + (how[2] / 9 & 1)};
	if (pass(w, &f, how[2] / 3 % WAY_COUNT) != VERDICT_NEXT)
		return;
	check_packet(&f);
	w->last_len = writer_len(&out);
	memcpy(w->last, bytes, w->last_len);
}

/** An error about the packet that passed last, with one byte of the quote changed, perhaps. */
static void step_error(struct world *w, const uint8_t how[4])
{
	uint8_t quote[PACKET_ROOM], *bytes;
	size_t quote_len = w->last_len ? 1 + how[1] % w->last_len : 0;
	size_t len = IPV4_LEN + ICMP_LEN + quote_len;
	ip4_t about = {w->last_len ? wire_get32(w->last + 12) : 0};
	struct writer out;
	struct frame f;

	memcpy(quote, w->last, sizeof(quote));
	if (how[3])
		quote[how[2] % sizeof(quote)] ^= how[3];
	bytes = malloc(len);
	require(bytes);
	out = writer_over(bytes, len);
	ipv4_build(&out, &(struct ipv4){.header_len = IPV4_LEN,
					.total_len = (uint16_t)len,
					.ttl = 64,
					.proto = IP_PROTO_ICMP,
					.src = addresses[how[0] & 7],
					.dst = about});
	icmp_build(&out, &(struct icmp){.type = how[0] >> 3 & 15, .id = how[2]}, quote, quote_len);
	require(!out.bad && frame_read(w, &f, bytes, len));
	if (pass(w, &f, how[0] >> 7 ? WAY_OUT : WAY_IN) == VERDICT_NEXT)
		check_packet(&f);
	free(bytes);
}

/** Raw bytes, with an IPv4 checksum made right; pieces go by the fragment table. */
static void step_raw(struct world *w, const uint8_t *raw, size_t raw_len, enum way way)
{
	uint8_t *bytes = malloc(raw_len ? raw_len : 1);
	struct frame f;
	unsigned int header_len = raw_len ? (raw[0] & 15) * 4u : 0;

	require(bytes);
	if (raw_len)
		memcpy(bytes, raw, raw_len);
	if (header_len >= IPV4_LEN && header_len <= raw_len) {
		wire_put16(bytes + 10, 0);
		wire_put16(bytes + 10, (uint16_t)~checksum_sum(bytes, header_len, 0));
	}
	if (frame_read(w, &f, bytes, raw_len)) {
		/* fails on a piece, and on a cut transport header, by a verdict */
		struct frame copy = f;

		if (frame_is_fragment(&f) &&
		    fragment_take(w->fragments, &copy, w->now) == VERDICT_NEXT) {
			require(frame_read(w, &f, copy.data, copy.len));
			require(!frame_is_fragment(&f));
		}
		pass(w, &f, way);
		fragment_release(w->fragments);
	}
	free(bytes);
}

/* ---- rules and time --------------------------------------------------------------------- */

static struct config_public public_of(const char *vip)
{
	struct config_public public = {.kind = CONFIG_PUBLIC_VIP};

	snprintf(public.vip, sizeof(public.vip), "%s", vip);
	return public;
}

/** Up to three limits, and perhaps a timer of a port, out of nothing but the other choices. */
static void choose_limits(struct config *config, const uint8_t how[4])
{
	unsigned int mix = how[0] * 31u ^ how[1] * 17u ^ how[2] * 7u ^ how[3];
	struct config_nat_port_timeout timeout = {IP_PROTO_UDP, ports[1 + mix % 7], 1 + mix % 300};

	config->nat.limits.count = config->nat.port_timeouts.count = 0;
	for (unsigned int n = mix % 4; n > 0; n--) {
		struct config_nat_limit limit = {
			.what = (uint8_t)((mix / 4 + n) % CONFIG_LIMIT_COUNT),
			.scope = (uint8_t)((mix / 16 + n) % CONFIG_LIMIT_SCOPE_COUNT),
			.value = 1 + (mix / 64 + n) % 6,
		};

		if (limit.scope == CONFIG_LIMIT_HOST)
			limit.address = addresses[mix / 8 & 7];
		if (limit.scope == CONFIG_LIMIT_LIST)
			limit.list[0] = mix & 1 ? '1' : '2';
		require(config_nat_limit_add(config, &limit) == 0);
	}
	if (mix & 8)
		require(config_nat_port_timeout_add(config, &timeout) == 0);
}

static void step_configure(struct world *w, const uint8_t how[4])
{
	static const uint16_t block_sizes[] = {0, 64, 4096, 256};
	struct config_nat *nat = &w->config.nat;
	struct config_nat_source source = {.list = "1",
					   .public = public_of(how[0] & 1 ? "B" : "A")};
	struct config_nat_static rule = {
		.proto = how[1] & 1 ? IP_PROTO_TCP : IP_PROTO_UDP,
		.local = addresses[how[1] >> 1 & 7],
		.local_port = ports[1 + (how[1] >> 4) % 7],
		.public = public_of(how[2] & 1 ? "B" : "A"),
		.global_port = ports[1 + (how[2] >> 1) % 7],
	};

	nat->mapping = (how[0] >> 1 & 7) % NAT_BEHAVIOUR_COUNT;
	nat->filtering = (how[0] >> 4 & 7) % NAT_BEHAVIOUR_COUNT;
	nat->hairpin = how[0] >> 7;
	nat->max_entries = 1 + how[3] % SESSIONS_MAX;
	nat->port_block = block_sizes[how[3] / SESSIONS_MAX % ARRAY_COUNT(block_sizes)];
	nat->port_hold_s = how[3] & 1 ? NAT_PORT_HOLD_DEFAULT_S : 0;
	nat->log[NAT_LOG_JSON] = how[3] / SESSIONS_MAX % 3;
	choose_limits(&w->config, how);
	if (how[2] & 0x80)
		config_nat_source_remove(&w->config, &source);
	else
		config_nat_source_add(&w->config, &source);
	if (how[2] & 0x40)
		config_nat_static_remove(&w->config, &rule);
	else
		config_nat_static_add(&w->config, &rule);
	require(nat_configure(w->nat, &w->config, w->now) == 0);
}

/** A source rule comes or goes, with behaviour of its own; or a line of the extended list does. */
static void step_rule(struct world *w, const uint8_t how[4])
{
	struct config_nat_source source = {
		.public = public_of(how[0] & 1 ? "B" : "A"),
		.overload = how[3] < 0x80,
		.has_mapping = how[1] & 1,
		.has_filtering = how[1] & 2,
		.mapping = (how[1] >> 2 & 3) % NAT_BEHAVIOUR_COUNT,
		.filtering = (how[1] >> 4 & 3) % NAT_BEHAVIOUR_COUNT,
	};
	struct config_acl_line line = {.list = "101",
				       .permit = how[2] & 1,
				       .wildcard = IP4_BROADCAST,
				       .dst = addresses[how[2] >> 1 & 7],
				       .dst_care = IP4_BROADCAST};

	if (how[0] & 2) {
		source.public = (struct config_public){.kind = CONFIG_PUBLIC_POOL, .pool = "P"};
		config_nat_pool_get(&w->config, "P")->start = addresses[6];
		config_nat_pool_get(&w->config, "P")->end.host = addresses[6].host + how[3] % 4;
	}
	snprintf(source.list, sizeof(source.list), "%s", how[0] & 4 ? "101" : "1");
	if (how[0] & 8)
		config_nat_source_remove(&w->config, &source);
	else
		config_nat_source_add(&w->config, &source);
	if (how[0] & 16)
		config_acl_remove(&w->config, &line);
	else if (how[0] & 32)
		config_acl_add(&w->config, &line);
	require(nat_configure(w->nat, &w->config, w->now) == 0);
}

/**
 * Fixed translations come and go: a range and a forward by name on one address, a one-to-one
 * translation on another; and the device with the name is elsewhere. No two overlap, as
 * config_check() sees to.
 */
static void step_fixed(struct world *w, const uint8_t how[4])
{
	struct config_nat_static rules[] = {
		{.proto = IP_PROTO_UDP, .local_port = 80, .global_port = 80, .more_ports = 1},
		{.proto = IP_PROTO_TCP, .local_port = 53, .global_port = 8080},
		{.proto = 0},
	};
	uint32_t cursor = 0;
	ip4_t known;

	for (unsigned int n = 0; n < ARRAY_COUNT(rules); n++) {
		struct config_nat_static *rule = &rules[n];

		rule->public = (struct config_public){.kind = CONFIG_PUBLIC_ADDRESS,
						      .address = addresses[n == 2 ? 5 : 4]};
		if (n == 1 || (how[1] & 1 << n))
			fuzz_set_text(rule->host, sizeof(rule->host), "nas");
		else
			rule->local = addresses[how[2] >> n & 7];
		if (how[0] & 1 << n)
			config_nat_static_remove(&w->config, rule);
		else
			config_nat_static_add(&w->config, rule);
	}
	require(nat_configure(w->nat, &w->config, w->now) == 0);
	if (nat_next_name(w->nat, &cursor, &known))
		nat_follow(w->nat, cursor, how[3] & 8 ? IP4_ANY : addresses[how[3] & 7], w->now);
}

static void step_time(struct world *w, const uint8_t how[4])
{
	struct fragment_lost lost;
	struct frame syn;

	w->now = mono_add_s(w->now, how[0] | (how[1] & 7) << 8);
	nat_tick(w->nat, how[2], w->now);
	require(nat_deadline(w->nat).ms > w->now.ms);
	while (nat_unsolicited_next(w->nat, &syn, w->now))
		require(syn.proto == IP_PROTO_TCP && syn.end <= NAT_UNSOLICITED_QUOTE &&
			wire_get16(frame_l4(&syn)) == syn.sport &&
			ip4_equal((ip4_t){wire_get32(frame_l3(&syn) + 12)}, syn.src));
	require(nat_unsolicited_deadline(w->nat).ms > w->now.ms);
	while (fragment_next_lost(w->fragments, &lost, w->now))
		require(lost.pieces > 0);
}

static void step_clear(struct world *w, const uint8_t how[4])
{
	nat_clear(w->nat,
		  &(struct nat_match){
			  .proto = how[0] & 1 ? IP_PROTO_UDP : 0,
			  .local = how[0] & 2 ? addresses[how[1] & 7] : IP4_ANY,
			  .remote = how[0] & 4 ? addresses[how[2] & 7] : IP4_ANY,
			  .remote_port = how[0] & 8 ? ports[how[3] & 7] : 0,
		  },
		  w->now);
}

/* ---- the whole -------------------------------------------------------------------------- */

/** How many ports are in use in blocks; those at rest are in order. */
static uint32_t check_blocks(const struct nat *nat)
{
	uint32_t in_use = 0;

	vec_each (&nat->publics, public) {
		for (uint16_t n = 1; public->blocks && n < PORT_BLOCKS_MAX; n++) {
			const struct port_block *b = &public->blocks->at[n];
			uint32_t used = (uint32_t)b->in_use[0] + b->in_use[1] + b->in_use[2];

			require(b->device != 0 ? b->resting == (used == 0) : used == 0);
			in_use += used;
		}
	}
	return in_use;
}

/** Counts the devices against what they have, and the idle ones one by one. */
static void check_devices(const struct nat *nat, uint32_t inbound)
{
	uint32_t devices = 0, sessions = 0, mappings = 0, unasked = 0, idle = 0, before = 0;

	for (uint32_t i = 1; i <= nat->devices.high; i++) {
		const struct nat_device *d = nat_device_at(nat, i);

		devices += d->local != 0;
		sessions += d->sessions;
		mappings += d->mappings;
		unasked += d->inbound;
		require(d->inbound <= d->sessions && (d->mappings > 0 || d->sessions == 0));
	}
	for (uint32_t i = nat->idle_oldest; i != 0; i = nat_device_at(nat, i)->idle_next) {
		require(nat_device_at(nat, i)->idle_prev == before);
		require(nat_device_at(nat, i)->mappings == 0);
		before = i;
		idle++;
	}
	require(before == nat->idle_newest && idle == nat->idle_count);
	require(devices == nat->devices.count && devices == nat->by_device.count);
	require(sessions == nat->sessions.count && mappings == nat->mappings.count);
	require(unasked == inbound && inbound == nat->inbound);
}

/** Counts the tables against each other. */
static void check_tables(const struct nat *nat)
{
	uint32_t in_blocks = 0, inbound = 0;
	uint32_t of_rules = 0, of_statics = 0;
	uint32_t sessions = 0, of_mappings = 0, of_hosts = 0, mappings = 0, contacts = 0;

	for (uint32_t i = 1; i <= nat->sessions.high; i++) {
		const struct nat_session *s = nat_session_at(nat, i);

		if (!(s->flags & NAT_SESSION_LIVE))
			continue;
		sessions++;
		contacts += !!(s->flags & NAT_SESSION_CONTACT);
		inbound += !!(s->flags & NAT_SESSION_UNASKED);
		require(nat_mapping_at(nat, s->mapping)->flags & NAT_MAPPING_LIVE);
		require(nat_session_at(nat, s->peer_next)->peer_prev == i);
	}
	for (uint32_t i = 1; i <= nat->mappings.high; i++) {
		const struct nat_mapping *m = nat_mapping_at(nat, i);

		if (!(m->flags & NAT_MAPPING_LIVE))
			continue;
		mappings++;
		in_blocks += !!(m->flags & NAT_MAPPING_BLOCK);
		of_mappings += m->sessions;
		of_statics += m->rule == NAT_RULE_NONE ? m->sessions : 0;
		require(m->sessions > 0 || (m->flags & NAT_MAPPING_STATIC));
		require(m->rule < nat->rules.sources.count ||
			(m->rule == NAT_RULE_NONE && (m->flags & NAT_MAPPING_STATIC)));
		require(m->sessions > 0 || !(m->flags & NAT_MAPPING_ON_DEMAND));
		require((m->flags & NAT_MAPPING_ONE_TO_ONE) ||
			port_pool_owner(nat_pool(nat, m->slot, m->proto), m->global_port) == i);
	}
	for (uint32_t i = 1; i <= nat->hosts.high; i++)
		of_hosts += ((const struct nat_host *)nat_slab_at(&nat->hosts, i))->sessions;
	vec_each (&nat->publics, public)
		require(public->assigned == 0 ||
			nat_host_find(nat, (ip4_t){public->assigned},
				      (uint16_t)(public - nat->publics.at)) != 0);
	vec_each (&nat->rules.sources, source)
		of_rules += source->sessions;
	require(sessions == of_rules + of_statics);
	require(sessions == nat->sessions.count && sessions == nat->by_flow.count);
	require(sessions == of_mappings && sessions == of_hosts);
	require(contacts == nat->by_contact.count);
	require(mappings == nat->mappings.count && mappings == nat->by_endpoint.count);
	require(nat->hosts.count == nat->by_host.count);
	require(in_blocks == check_blocks(nat));
	check_devices(nat, inbound);
}

static void world_begin(struct world *w)
{
	struct config_acl_line line = {.list = "1",
				       .permit = true,
				       .address = IP4(192, 168, 1, 0),
				       .wildcard = IP4(0, 0, 0, 255)};
	static const uint8_t first[4] = {0x90, 0xff, 0x04, SESSIONS_MAX - 1};

	memset(w, 0, sizeof(*w));
	w->nat = nat_new(&some_key, &w->events);
	w->fragments = fragment_table_new(&some_key);
	require(w->nat && w->fragments);
	config_init(&w->config);
	config_acl_add(&w->config, &line);
	config_vip_get(&w->config, "A")->address = addresses[2];
	config_vip_get(&w->config, "B")->address = addresses[3];
	config_vip_get(&w->config, "A")->interface = (struct interface_id){INTERFACE_TAP, 8};
	config_vip_get(&w->config, "B")->interface = (struct interface_id){INTERFACE_TAP, 9};
	step_configure(w, first);
}

static void world_end(struct world *w)
{
	struct nat_entry entry;
	uint64_t cursor = 0;
	uint32_t permanent = 0;

	check_tables(w->nat);
	while (nat_next_entry(w->nat, &cursor, &entry, w->now))
		require(entry.proto == 1 || entry.proto == 6 || entry.proto == 17 ||
			(entry.proto == 0 && (entry.entry_static || entry.entry_assigned)));
	nat_clear(w->nat, &(struct nat_match){0}, w->now);
	check_tables(w->nat);
	require(w->nat->sessions.count == 0);
	vec_each (&w->nat->rules.statics, rule)
		permanent += !ip4_is_any(rule->local);
	require(w->nat->mappings.count == permanent);
	nat_free(w->nat);
	fragment_table_free(w->fragments);
	config_fini(&w->config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world w;
	struct cursor c = cursor_over(data, size);

	world_begin(&w);
	for (unsigned int n = 0; n < STEPS_MAX && cursor_left(&c) >= 5; n++) {
		uint8_t what = cursor_u8(&c);
		const uint8_t *how = cursor_take(&c, 4);

		switch (what % 8) {
		case 0:
		case 1:
		case 2: step_packet(&w, how); break;
		case 3: step_error(&w, how); break;
		case 4: {
			size_t len = MIN((size_t)how[0], cursor_left(&c));

			step_raw(&w, cursor_take(&c, len), len, how[1] % WAY_COUNT);
			break;
		}
		case 5:
			if (what & 0x80)
				step_rule(&w, how);
			else
				step_configure(&w, how);
			break;
		case 6: step_time(&w, how); break;
		case 7:
			if (what & 0x80)
				step_fixed(&w, how);
			else
				step_clear(&w, how);
			break;
		}
	}
	world_end(&w);
	return 0;
}
