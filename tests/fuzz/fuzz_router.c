/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A configured router, driven by a script of frames at any port, time, link changes and
 * configurations, and by what the router's own host opens and sends; see run(). Each frame stands
 * in a block of exactly its size behind its headroom. Half of the frames are made from a few bytes
 * with right checksums, so that a mutated script still reaches NAT, fragments and neighbours.
 *
 * After every command: no frame that comes out lies outside memory, and at every port
 * frames_in + copies = consumed + forwarded + drops.
 */
#include "core/router.h"
#include "core/self.h"
#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "tests/fuzz/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	COMMANDS_MAX = 300,
	FRAMES_MAX = 16,
	FRAME_MADE_MAX = 4000,
	SELF = 4, /* in the place of a port: the router's own host */
};

static const struct interface_id ports[] = {
	{INTERFACE_TAP, 1}, {INTERFACE_TAP, 2}, {INTERFACE_TAP, 9}, {INTERFACE_TUN, 1}};

static const ip4_t hosts[] = {{0xc0a80164}, {0xc0a80165}, {0xc0a80101}, {0xcb007101},
			      {0xcb007102}, {0xcb00710a}, {0xc6336407}, {0xc0a801ff},
			      {0x0a090001}, {0x0a090002}, {0xcb007163}, {0xffffffff},
			      {0xe0000001}, {0x00000000}, {0x7f000001}, {0x0a0a0a0a}};

struct home {
	struct router *router;
	struct config config;
	mono_ms_t now;
	uint8_t *blocks[FRAMES_MAX]; /* until the output has been taken out */
	struct frame frames[FRAMES_MAX];
	unsigned int count;
	struct endpoint lent; /* the last port that was */
	uint8_t eaten;	      /* so that reading the output is not optimised away */
};

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct config_interface *routed(struct config *c, struct interface_id id, ip4_t address,
				       uint8_t len, enum config_nat_side side)
{
	struct config_interface *i = config_interface_get(c, id);

	i->addresses[0] = (struct ip4_prefix){address, len};
	i->address_count = 1;
	i->nat_side = (uint8_t)side;
	return i;
}

/* Lists that ask for all that one can ask for, both ways, and the way back. */
static void filter(struct config *c, struct config_interface *wan)
{
	struct config_interface *lan =
		config_interface_find(c, (struct interface_id){INTERFACE_BVI, 1});
	struct config_acl_line lines[] = {
		{.proto = 17, .dport = {CONFIG_PORT_NEQ, 5000, 0}, .log = true},
		{.permit = true, .proto = 6, .established = true},
		{.proto = 1, .icmp_match = CONFIG_ICMP_TYPE_CODE, .icmp_type = 3},
		{.fragments = true, .dst = hosts[5], .dst_care = {UINT32_MAX}},
		{.permit = true, .log = true},
	};

	for (unsigned int n = 0; n < ARRAY_COUNT(lines); n++) {
		fuzz_set_text(lines[n].list, sizeof(lines[n].list), "101");
		lines[n].wildcard = IP4_BROADCAST;
		config_acl_add(c, &lines[n]);
	}
	fuzz_set_text(wan->acl_in, sizeof(wan->acl_in), "101");
	fuzz_set_text(lan->acl_out, sizeof(lan->acl_out), "101");
	fuzz_set_text(lan->acl_in, sizeof(lan->acl_in), "1");
	wan->verify = CONFIG_VERIFY_RX;
	wan->verify_default = true;
	lan->no_unreachables = true;
}

/* By the bits of @which: narrow links, an unbridged TV, no NAT, no route, access lists,
 * the narrowest links there are, an address that is to be learnt. */
static void configure(struct home *h, uint8_t which)
{
	struct config *c = &h->config;
	struct config_acl_line line = {.list = "1", .permit = true, .wildcard = IP4_BROADCAST};
	struct config_public public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"};
	struct config_nat_source source = {.list = "1", .public = public};
	struct config_nat_static rule = {.proto = 17,
					 .local = hosts[1],
					 .local_port = 5000,
					 .public = public,
					 .global_port = 6000};
	struct config_route route = {.next_hop = hosts[3], .distance = 1};
	struct config_dhcp_pool *pool;
	struct config_vip *vip;
	struct config_error error;
	struct config_interface *wan;

	config_fini(c);
	config_init(c);
	c->nat.max_entries = 256; /* it may be full; and small tables are made fast */
	config_interface_get(c, ports[0])->bridge_group = 1;
	config_interface_get(c, ports[1])->bridge_group = which & 2 ? 0 : 1;
	routed(c, (struct interface_id){INTERFACE_BVI, 1}, hosts[2], 24, CONFIG_NAT_INSIDE);
	wan = routed(c, ports[2], hosts[4], 24, CONFIG_NAT_OUTSIDE);
	wan->mtu = which & 1 ? 576 : 1500;
	wan->ip_mtu = which & 32 ? CONFIG_IP_MTU_MIN : 0;
	routed(c, ports[3], hosts[8], 30, CONFIG_NAT_NONE)->mtu = which & 1 ? 700 : 1500;
	vip = config_vip_get(c, "home");
	vip->dhcp = wan->dhcp = which & 64;
	if (vip->dhcp)
		wan->address_count = 0;
	vip->address = vip->dhcp ? IP4_ANY : hosts[5];
	vip->interface = ports[2];
	pool = config_pool_get(c, "LAN");
	pool->has_network = true;
	pool->network = (struct ip4_prefix){IP4(192, 168, 1, 0), 24};
	config_acl_add(c, &line);
	if (!(which & 4)) {
		config_nat_source_add(c, &source);
		config_nat_static_add(c, &rule);
	}
	if (!(which & 8))
		config_route_add(c, &route);
	if (which & 16)
		filter(c, wan);
	require(config_check(c, &error) == 0);
	require(router_apply(h->router, c, h->now) == 0);
}

static void require_law(struct home *h)
{
	for (unsigned int n = 0; n < ARRAY_COUNT(ports); n++) {
		struct interface_status s;
		uint64_t fates;

		require(router_interface_status(h->router, ports[n], &s) == 0);
		fates = s.stats.consumed + s.stats.forwarded;
		for (unsigned int r = 0; r < DROP_REASON_COUNT; r++)
			fates += s.stats.drops.count[r];
		require(s.stats.frames_in + s.stats.copies == fates);
		require(s.stats.consumed <= fates && s.stats.forwarded <= fates);
	}
}

static void take_output(struct home *h)
{
	unsigned int count;
	const struct port_output *out = router_output(h->router, &count);

	for (unsigned int n = 0; n < count; n++) {
		require(out[n].len > 0 && out[n].len <= FRAME_MAX_LEN);
		require(out[n].hdr_len <= out[n].len);
		for (uint32_t at = 0; at < out[n].len; at++)
			h->eaten ^= out[n].data[at];
		memset(out[n].data - OFFLOAD_HEADER_LEN, 0, OFFLOAD_HEADER_LEN);
	}
	require_law(h);
}

/* Hands a single frame in with a trace, which must tell of a fate, and of a step that denied it. */
static void trace_one(struct home *h)
{
	static struct trace trace;
	unsigned int denied = 0;

	memset(&trace, 0, sizeof(trace));
	router_set_trace(h->router, &trace);
	router_input(h->router, h->frames, 1, h->now);
	router_set_trace(h->router, NULL);
	require(trace.step_count > 0 || trace.verdict == VERDICT_NEXT); /* there is no such port */
	for (unsigned int n = 0; n < trace.step_count; n++)
		denied += trace.steps[n].denied;
	require(trace.verdict != VERDICT_DROPPED || denied == 1);
	require(trace.denied_at == 0);
}

/* Takes all out that there is; the frames that went in are not needed any more. */
static void finish(struct home *h)
{
	struct event event;

	take_output(h);
	while (router_next_event(h->router, &event)) {
		if (event.type != EVENT_LEASE_PERSIST)
			continue;
		router_persisted(h->router, event.token, event.token % 5 ? 0 : -EIO, h->now);
		take_output(h);
	}
	while (h->count > 0)
		free(h->blocks[--h->count]);
}

/* Hands the frames that have gathered in. */
static void flush(struct home *h)
{
	if (h->count == 1)
		trace_one(h);
	else
		router_input(h->router, h->frames, h->count, h->now);
	finish(h);
}

/* Gathers a frame of exactly @len bytes. @header: the device's words about it, or NULL. */
static void gather(struct home *h, unsigned int port, const uint8_t *bytes, size_t len,
		   const uint8_t *header)
{
	struct frame *f = &h->frames[h->count];
	uint8_t *block = malloc(FRAME_HEADROOM + len);

	require(block != NULL);
	if (len)
		memcpy(block + FRAME_HEADROOM, bytes, len);
	*f = (struct frame){.data = block + FRAME_HEADROOM,
			    .len = (uint32_t)len,
			    .port = port == SELF ? PORT_SELF
						 : (uint16_t)router_port(h->router, ports[port])};
	h->blocks[h->count++] = block;
	if (header && offload_parse(&f->offload, header, port < 3 ? ETHERNET_LEN : 0, len) < 0)
		memset(&f->offload, 0, sizeof(f->offload));
	if (h->count == FRAMES_MAX)
		flush(h);
}

static mac_t router_mac(struct home *h, unsigned int port)
{
	struct interface_id bvi = {INTERFACE_BVI, 1};
	struct interface_status s;

	if (port == SELF)
		return (mac_t){{0}};
	require(router_interface_status(h->router, port < 2 ? bvi : ports[port], &s) == 0);
	return s.mac;
}

/* A packet by twelve bytes: to, from, hosts, protocol, ports, length, flags, first payload bytes.
 */
static void made(struct home *h, unsigned int port, struct cursor *c)
{
	static uint8_t bytes[FRAME_MADE_MAX];
	uint8_t macs = cursor_u8(c), addresses = cursor_u8(c), proto = cursor_u8(c);
	uint16_t sport = cursor_u8(c), dport = cursor_u16(c), len = cursor_u16(c) % 3500;
	uint16_t fragment = cursor_u16(c), words = cursor_u16(c);
	ip4_t src = hosts[addresses >> 4], dst = hosts[addresses & 15];
	uint16_t from_port = (uint16_t)(5000 + sport % 4);
	mac_t from = {{2, 0, 0, 0, 0, (uint8_t)(macs >> 4)}};
	mac_t to = macs & 1 ? MAC_BROADCAST : router_mac(h, port);
	struct writer w = writer_over(bytes, sizeof(bytes));
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = (uint16_t)(IPV4_LEN + len),
			  .id = sport,
			  .ttl = (uint8_t)(fragment >> 8 & 3 ? 64 : 1),
			  .proto = proto & 1   ? 17
				   : proto & 2 ? 6
				   : proto & 4 ? 1
					       : proto,
			  .src = src,
			  .dst = dst};

	memset(bytes, 0, sizeof(bytes));
	if (dport == 1) /* the lent one */
		dport = h->lent.port;
	if (port == SELF && sport & 128)
		from_port = h->lent.port;
	if (macs & 2)
		to = (mac_t){{2, 0, 0, 0, 0, proto}};
	ip.more_fragments = fragment & 1;
	ip.dont_fragment = fragment & 2;
	ip.fragment_offset = fragment & 4 ? (uint16_t)((fragment >> 3 & 31) * 64) : 0;
	if (port < 3)
		ethernet_build(&w,
			       &(struct ethernet){.dst = to, .src = from, .type = ETHERNET_IPV4});
	ipv4_build(&w, &ip);
	writer_u16(&w, ip.proto == 1 ? words : from_port);
	writer_u16(&w, ip.proto == 1 ? 0 : dport);
	writer_u16(&w, ip.proto == 17 ? len : 0);
	writer_u16(&w, 0);
	writer_u32(&w, words);
	writer_u16(&w, (uint16_t)(0x5000 | (words & 0x3f)));
	require(!w.bad);
	gather(h, port, bytes, (port < 3 ? ETHERNET_LEN : 0u) + IPV4_LEN + len, NULL);
}

static void ask(struct home *h, unsigned int port, struct cursor *c)
{
	uint8_t macs = cursor_u8(c), addresses = cursor_u8(c), bytes[ETHERNET_LEN + ARP_LEN];
	mac_t from = {{2, 0, 0, 0, 0, (uint8_t)(macs >> 4)}};
	struct writer w = writer_over(bytes, sizeof(bytes));

	ethernet_build(&w, &(struct ethernet){.dst = macs & 1 ? MAC_BROADCAST : router_mac(h, port),
					      .src = from,
					      .type = ETHERNET_ARP});
	arp_build(&w, &(struct arp){.op = (uint16_t)(1 + (macs >> 1 & 1)),
				    .sender_mac = from,
				    .sender = hosts[addresses >> 4],
				    .target = hosts[addresses & 15]});
	gather(h, port, bytes, sizeof(bytes), NULL);
}

/* Any bytes, perhaps with a device's header. */
static void babble(struct home *h, unsigned int port, struct cursor *c, bool with_header)
{
	const uint8_t *header = with_header ? cursor_take(c, OFFLOAD_HEADER_LEN) : NULL;
	size_t wanted = cursor_u16(c), len = MIN(wanted, cursor_left(c));

	gather(h, port, cursor_take(c, len), c->bad ? 0 : len, header);
}

/* The host serves a port, or no more, or is lent one, or gives it back. */
static void open_port(struct home *h, struct cursor *c)
{
	uint8_t what = cursor_u8(c), proto = what & 1 ? 17 : 6;

	switch (what >> 1 & 3) {
	case 0: router_lend(h->router, proto, hosts[what >> 4], what, &h->lent, h->now); return;
	case 1: router_return(h->router, proto, &h->lent, h->now); return;
	default: router_serve(h->router, proto, (uint16_t)(5000 + (what >> 4)), what & 2); return;
	}
}

/* One command: its low four bits say which, the next two the port. */
static void run(struct home *h, struct cursor *c)
{
	uint8_t what = cursor_u8(c);
	unsigned int port = what >> 4 & 3;

	switch (what & 15) {
	case 0: babble(h, port, c, false); return;
	case 1: babble(h, port, c, true); return;
	case 2: ask(h, port, c); return;
	case 3:
		flush(h);
		h->now = mono_add_ms(h->now, cursor_u16(c));
		break;
	case 4:
		flush(h);
		h->now = mono_add_s(h->now, cursor_u16(c));
		break;
	case 5:
		flush(h);
		configure(h, cursor_u8(c));
		break;
	case 6:
		flush(h);
		router_port_link(h->router, (unsigned int)router_port(h->router, ports[port]),
				 what & 64, h->now);
		break;
	case 7:
		flush(h);
		router_clear_arp(h->router, h->now);
		break;
	case 14:
		flush(h);
		made(h, SELF, c);
		router_self_input(h->router, h->frames, h->count, h->now);
		finish(h);
		return;
	case 15:
		flush(h);
		open_port(h, c);
		break;
	default: made(h, port, c); return; /* a byte of the input */
	}
	router_tick(h->router, h->now);
	flush(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hash_key key = {{5, 6}};
	struct cursor c = cursor_over(data, size);
	struct home *h = calloc(1, sizeof(*h));

	require(h != NULL);
	h->router = router_new(&key, "fuzz");
	require(h->router != NULL);
	h->now = (mono_ms_t){1000};
	configure(h, 0);
	for (unsigned int n = 0; n < ARRAY_COUNT(ports); n++)
		router_port_link(h->router, (unsigned int)router_port(h->router, ports[n]), true,
				 h->now);
	for (unsigned int n = 0; n < COMMANDS_MAX && cursor_left(&c) > 0; n++)
		run(h, &c);
	flush(h);
	router_free(h->router);
	config_fini(&h->config);
	free(h);
	return 0;
}
