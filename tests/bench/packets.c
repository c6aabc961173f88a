/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packets - what a packet of a sort costs in the core alone, without devices
 *
 *   packets SORT [FLOWS [ROUNDS [BATCH]]]
 *
 * A home like the one of the examples: laptops on a switch port behind BVI1, NAT to a VIP, the
 * internet behind Tap9. FLOWS flows are begun, then each has a packet in each of ROUNDS rounds, in
 * an order that no memory could foresee (but always the same), the frames handed over in batches of
 * BATCH as the driver does it (default 1024, 8, 64). Every packet must come out at the right port,
 * or the run fails; its bytes are made anew before each batch.
 *
 * Prints "SORT FLOWS PACKETS NANOSECONDS-A-PACKET", the median of groups of 64 packets: what else
 * the machine does then counts little. For instructions run it below callgrind with
 * --toggle-collect=measured, which is all of the router and nothing of what makes the packets; see
 * tests/bench/instructions.
 */
#include "core/router.h"
#include "core/wire/arp.h"
#include "core/wire/ethernet.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

#include <stdio.h>
#include <time.h>

#define LAN	 IP4(192, 168, 1, 1)
#define LAN_NET	 IP4(192, 168, 1, 0)
#define TV	 IP4(192, 168, 1, 3)
#define LAB	 IP4(10, 0, 0, 1)
#define LAB_HOST IP4(10, 0, 0, 2)
#define WAN	 IP4(203, 0, 113, 2)
#define GATEWAY	 IP4(203, 0, 113, 1)
#define VIP	 IP4(203, 0, 113, 10)
#define SERVERS	 IP4(198, 18, 0, 0)

enum {
	BATCH_MAX = 64,
	PLACE = 192,	    /* bytes of a small frame's place, as the driver lays them */
	PLACE_SUPER = 2048, /* of a super-frame's */
	LAPTOPS = 32,	    /* hosts inside that the flows are of: 192.168.1.10 and on */
	LAPTOP_FIRST = 10,
	PORTS = 1024, /* source ports of each */
	PORT_FIRST = 20000,
	FORWARD_PORT = 6000,
	SMALL = 18,	    /* payload bytes: the smallest Ethernet frame with UDP */
	SEGMENT = 536,	    /* of a super-frame, whose payload is three of them */
	WINDOW_ROUNDS = 32, /* numbers begin again then, as nobody acknowledges */
};

/* Where the packets of a sort go in, where they come out, and what they are. */
enum way { WAY_OUT, WAY_IN, WAY_HAIRPIN, WAY_FORWARD, WAY_PLAIN, WAY_ROUTED, WAY_SWITCHED };
struct sort {
	const char *name;
	enum way way;
	uint8_t proto;
	bool super;    /* of three segments, its checksum unfinished */
	bool finished; /* its checksum is whole, as from the wire; else the kernel leaves it */
};

static const struct sort sorts[] = {
	{"udp-out", WAY_OUT, IP_PROTO_UDP, false, true},
	{"udp-in", WAY_IN, IP_PROTO_UDP, false, true},
	{"tcp-out", WAY_OUT, IP_PROTO_TCP, false, true},
	{"tcp-in", WAY_IN, IP_PROTO_TCP, false, true},
	{"super-out", WAY_OUT, IP_PROTO_TCP, true, false},
	{"super-in", WAY_IN, IP_PROTO_TCP, true, false},
	{"hairpin", WAY_HAIRPIN, IP_PROTO_UDP, false, true},
	{"forward", WAY_FORWARD, IP_PROTO_UDP, false, true},
	{"untranslated", WAY_PLAIN, IP_PROTO_UDP, false, true},
	{"routed", WAY_ROUTED, IP_PROTO_UDP, false, true},
	{"switched", WAY_SWITCHED, IP_PROTO_UDP, false, true},
};

/* ---- a home ------------------------------------------------------------------------------ */

struct home {
	struct router *router;
	mac_t lan, lab, wan; /* the router's */
	uint16_t tap[10];    /* ports by number: 1, 2, 3, 9 */
	mono_ms_t now;
};

static mac_t host_mac(unsigned int n)
{
	return (mac_t){{2, 0, 0, 1, (uint8_t)(n >> 8), (uint8_t)n}};
}

static void fail(const char *what)
{
	fprintf(stderr, "packets: %s\n", what);
	exit(1);
}

static struct interface_id tap_id(unsigned int n)
{
	return (struct interface_id){INTERFACE_TAP, (uint16_t)n};
}

static void set_address(struct config *c, struct interface_id id, ip4_t address,
			enum config_nat_side side)
{
	struct config_interface *i = config_interface_get(c, id);

	i->addresses[0] = (struct ip4_prefix){address, 24};
	i->address_count = 1;
	i->nat_side = side;
}

static void configure(struct home *h)
{
	struct config_acl_line line = {
		.list = "1", .permit = true, .address = LAN_NET, .wildcard = IP4(0, 0, 0, 255)};
	struct config_public vip_public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"};
	struct config_nat_source source = {.list = "1", .public = vip_public};
	struct config_nat_static forward = {.proto = IP_PROTO_UDP,
					    .local = TV,
					    .local_port = 5000,
					    .public = vip_public,
					    .global_port = FORWARD_PORT};
	struct config_route route = {.next_hop = GATEWAY, .distance = 1};
	struct interface_id bvi = {INTERFACE_BVI, 1};
	struct config_vip *vip;
	struct config c;

	config_init(&c);
	config_interface_get(&c, tap_id(1))->bridge_group = 1;
	config_interface_get(&c, tap_id(2))->bridge_group = 1;
	set_address(&c, bvi, LAN, CONFIG_NAT_INSIDE);
	set_address(&c, tap_id(3), LAB, CONFIG_NAT_INSIDE);
	set_address(&c, tap_id(9), WAN, CONFIG_NAT_OUTSIDE);
	vip = config_vip_get(&c, "home");
	vip->address = VIP;
	vip->interface = tap_id(9);
	c.nat.max_entries = 2000000;
	if (config_acl_add(&c, &line) || config_nat_source_add(&c, &source) ||
	    config_nat_static_add(&c, &forward) || config_route_add(&c, &route))
		fail("no memory");
	if (router_apply(h->router, &c, h->now) < 0)
		fail("the router does not take its configuration");
	config_fini(&c);
}

static mac_t mac_of(struct home *h, struct interface_id id)
{
	struct interface_status status;

	if (router_interface_status(h->router, id, &status) < 0)
		fail("an interface is not there");
	return status.mac;
}

/* A host asks the router for its address, by which the router learns the host's. */
static void meet(struct home *h, unsigned int tap, mac_t mac, ip4_t address, ip4_t router)
{
	uint8_t bytes[FRAME_HEADROOM + 64] = {0};
	struct writer w = writer_over(bytes + FRAME_HEADROOM, 64);
	struct frame f = {
		.data = bytes + FRAME_HEADROOM, .len = ETHERNET_LEN + ARP_LEN, .port = h->tap[tap]};
	unsigned int count;

	ethernet_build(&w, &(struct ethernet){MAC_BROADCAST, mac, ETHERNET_ARP});
	arp_build(&w, &(struct arp){.op = ARP_REQUEST,
				    .sender_mac = mac,
				    .sender = address,
				    .target = router});
	router_input(h->router, &f, 1, h->now);
	router_output(h->router, &count);
}

static void drain_events(struct home *h)
{
	struct event event;

	while (router_next_event(h->router, &event))
		;
}

static void set_up(struct home *h)
{
	static const struct hash_key key = {{11, 12}};
	static const unsigned int taps[] = {1, 2, 3, 9};
	unsigned int count;

	h->now = (mono_ms_t){1000000};
	h->router = router_new(&key, "home");
	if (!h->router)
		fail("no memory");
	configure(h);
	for (unsigned int n = 0; n < sizeof(taps) / sizeof(taps[0]); n++) {
		h->tap[taps[n]] = (uint16_t)router_port(h->router, tap_id(taps[n]));
		router_port_link(h->router, h->tap[taps[n]], true, h->now);
	}
	for (unsigned int n = 0; n < 3; n++) { /* the announcements */
		router_tick(h->router, h->now);
		router_output(h->router, &count);
		h->now = mono_add_ms(h->now, 2000);
	}
	h->lan = mac_of(h, (struct interface_id){INTERFACE_BVI, 1});
	h->lab = mac_of(h, tap_id(3));
	h->wan = mac_of(h, tap_id(9));
	for (unsigned int n = 0; n < LAPTOPS; n++)
		meet(h, 1, host_mac(LAPTOP_FIRST + n), (ip4_t){LAN_NET.host + LAPTOP_FIRST + n},
		     LAN);
	meet(h, 2, host_mac(3), TV, LAN);
	meet(h, 3, host_mac(2), LAB_HOST, LAB);
	meet(h, 9, host_mac(1), GATEWAY, WAN);
	drain_events(h);
}

/* ---- packets ----------------------------------------------------------------------------- */

/* A flow's endpoints as they are where its packets go in. */
struct flow {
	ip4_t src, dst;
	uint16_t sport, dport;
};

struct bench {
	struct home home;
	const struct sort *sort;
	unsigned int flows, rounds, batch;
	uint16_t *public_port; /* that NAT gave to each flow */
	uint32_t *order;       /* in which flows have their turn */
	uint8_t *arena;	       /* BATCH_MAX places */
	struct frame frames[BATCH_MAX];
	bool began;    /* from here on counted */
	double *spent; /* nanoseconds a packet, of each group */
	size_t spent_count;
};

static struct flow flow_of(const struct bench *b, enum way way, unsigned int n)
{
	ip4_t laptop = {LAN_NET.host + LAPTOP_FIRST + n % LAPTOPS};
	uint16_t port = (uint16_t)(PORT_FIRST + n / LAPTOPS % PORTS);
	ip4_t server = {SERVERS.host + n / LAPTOPS / PORTS * 7 + n % 5};

	switch (way) {
	case WAY_OUT: return (struct flow){laptop, server, port, 443};
	case WAY_IN: return (struct flow){server, VIP, 443, b->public_port[n]};
	case WAY_HAIRPIN: return (struct flow){laptop, VIP, port, FORWARD_PORT};
	case WAY_FORWARD: return (struct flow){{SERVERS.host + n / PORTS}, VIP, port, FORWARD_PORT};
	case WAY_PLAIN: return (struct flow){LAB_HOST, server, port, 443};
	case WAY_ROUTED: return (struct flow){laptop, LAB_HOST, port, 443};
	case WAY_SWITCHED: return (struct flow){laptop, TV, port, 443};
	}
	return (struct flow){0};
}

/* Where packets of a way go in, and where they must come out. */
static unsigned int tap_in(enum way way)
{
	return way == WAY_IN || way == WAY_FORWARD ? 9 : way == WAY_PLAIN ? 3 : 1;
}

static unsigned int tap_out(enum way way)
{
	switch (way) {
	case WAY_IN: return 1;
	case WAY_HAIRPIN:
	case WAY_FORWARD:
	case WAY_SWITCHED: return 2;
	case WAY_ROUTED: return 3;
	case WAY_OUT:
	case WAY_PLAIN: break;
	}
	return 9;
}

static void link_header(const struct bench *b, struct writer *w, enum way way, unsigned int n)
{
	struct ethernet e = {.type = ETHERNET_IPV4};

	switch (tap_in(way)) {
	case 9:
		e.src = host_mac(1);
		e.dst = b->home.wan;
		break;
	case 3:
		e.src = host_mac(2);
		e.dst = b->home.lab;
		break;
	default:
		e.src = host_mac(LAPTOP_FIRST + n % LAPTOPS);
		e.dst = way == WAY_SWITCHED ? host_mac(3) : b->home.lan;
	}
	ethernet_build(w, &e);
}

/* Makes flow @n's packet in place @at of the batch. @flags: of a segment of TCP. */
static void make(struct bench *b, unsigned int at, enum way way, unsigned int n, uint32_t round,
		 uint8_t flags)
{
	static const uint8_t zeros[3 * SEGMENT];
	struct flow flow = flow_of(b, way, n);
	bool tcp = b->sort->proto == IP_PROTO_TCP, syn = flags & TCP_SYN;
	uint32_t payload = syn ? 0 : b->sort->super ? 3 * SEGMENT : SMALL;
	uint32_t transport = (tcp ? TCP_LEN : UDP_LEN) + payload;
	uint32_t place = b->sort->super ? PLACE_SUPER : PLACE;
	uint8_t *data = b->arena + at * place + 128 - ETHERNET_LEN, *l4;
	struct writer w = writer_over(data, place - 128 + ETHERNET_LEN);
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = (uint16_t)(IPV4_LEN + transport),
			  .id = 0x4242,
			  .ttl = 64,
			  .proto = b->sort->proto,
			  .src = flow.src,
			  .dst = flow.dst,
			  .dont_fragment = true};

	link_header(b, &w, way, n);
	ipv4_build(&w, &ip);
	l4 = w.at;
	if (tcp) {
		uint32_t seq = 1000 + !syn + round % WINDOW_ROUNDS * payload;

		tcp_build(&w,
			  &(struct tcp){.sport = flow.sport,
					.dport = flow.dport,
					.seq = seq,
					.ack = flags == TCP_SYN ? 0 : 1001,
					.header_len = TCP_LEN,
					.flags = flags,
					.window = 65535},
			  flow.src, flow.dst);
		writer_bytes(&w, zeros, payload);
	} else {
		udp_build(&w, &(struct udp){.sport = flow.sport, .dport = flow.dport}, flow.src,
			  flow.dst, zeros, payload);
	}
	b->frames[at] = (struct frame){
		.data = data, .len = (uint32_t)(w.at - data), .port = b->home.tap[tap_in(way)]};
	if (b->sort->finished || syn)
		return;
	b->frames[at].offload =
		(struct offload){.needs_csum = true,
				 .gso = b->sort->super ? OFFLOAD_GSO_TCPV4 : OFFLOAD_GSO_NONE,
				 .gso_size = b->sort->super ? SEGMENT : 0,
				 .csum_start = IPV4_LEN,
				 .csum_offset = TCP_CHECKSUM_OFFSET};
	wire_put16(l4 + TCP_CHECKSUM_OFFSET,
		   checksum_pseudo(flow.src, flow.dst, IP_PROTO_TCP, (uint16_t)transport));
}

/* All that is measured: frames go in, frames come out. */
__attribute__((noinline)) static const struct port_output *
measured(struct router *router, struct frame *frames, unsigned int count, mono_ms_t now,
	 unsigned int *out_count)
{
	router_input(router, frames, count, now);
	return router_output(router, out_count);
}

/* The same while flows are begun. */
__attribute__((noinline)) static const struct port_output *begun(struct router *router,
								 struct frame *frames,
								 unsigned int count, mono_ms_t now,
								 unsigned int *out_count)
{
	router_input(router, frames, count, now);
	return router_output(router, out_count);
}

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Passes the @count packets of a group, in batches. @first: of them, in the order of flows. */
static void pass(struct bench *b, enum way way, unsigned int first, unsigned int count)
{
	for (unsigned int at = 0; at < count; at += b->batch) {
		unsigned int wanted = MIN(b->batch, count - at), out_count;
		const struct port_output *out = (b->began ? measured : begun)(
			b->home.router, &b->frames[at], wanted, b->home.now, &out_count);

		if (out_count != wanted)
			fail("packets were lost");
		for (unsigned int n = 0; n < wanted; n++)
			if (out[n].port != b->home.tap[tap_out(way)])
				fail("a packet came out at the wrong port");
		if (b->began || way != WAY_OUT)
			continue;
		for (unsigned int n = 0; n < wanted; n++)
			b->public_port[b->order[first + at + n]] =
				wire_get16(out[n].data + ETHERNET_LEN + IPV4_LEN);
	}
}

/* One packet of each flow, one way. */
static void run_round(struct bench *b, enum way way, uint32_t round, uint8_t flags)
{
	for (unsigned int first = 0; first < b->flows; first += BATCH_MAX) {
		unsigned int count = MIN((unsigned int)BATCH_MAX, b->flows - first);
		uint64_t start;

		for (unsigned int at = 0; at < count; at++)
			make(b, at, way, b->order[first + at], round, flags);
		start = nanoseconds();
		pass(b, way, first, count);
		if (b->began)
			b->spent[b->spent_count++] = (double)(nanoseconds() - start) / count;
	}
	drain_events(&b->home);
}

/* Every flow once, by chance. */
static void shuffle(struct bench *b)
{
	static const struct hash_key key = {{21, 22}};
	struct chance chance;

	chance_init(&chance, &key);
	for (uint32_t n = 0; n < b->flows; n++) {
		uint32_t at = chance_below(&chance, n + 1);

		b->order[n] = b->order[at];
		b->order[at] = n;
	}
}

/* The flows are begun: sessions made, connections open. */
static void begin_flows(struct bench *b)
{
	bool tcp = b->sort->proto == IP_PROTO_TCP;

	if (b->sort->way != WAY_IN) {
		run_round(b, b->sort->way, 0, tcp ? TCP_SYN : 0);
		if (!tcp)
			return;
	} else {
		run_round(b, WAY_OUT, 0, tcp ? TCP_SYN : 0);
		if (!tcp)
			return;
	}
	run_round(b, WAY_IN, 0, TCP_SYN | TCP_ACK);
	run_round(b, WAY_OUT, 0, TCP_ACK);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(struct bench *b)
{
	qsort(b->spent, b->spent_count, sizeof(*b->spent), compare);
	return b->spent[b->spent_count / 2];
}

int main(int argc, char **argv)
{
	static struct bench b = {.flows = 1024, .rounds = 8, .batch = BATCH_MAX};

	for (unsigned int n = 0; argc > 1 && n < sizeof(sorts) / sizeof(sorts[0]); n++)
		if (strcmp(argv[1], sorts[n].name) == 0)
			b.sort = &sorts[n];
	if (!b.sort) {
		fprintf(stderr, "usage: packets SORT [FLOWS [ROUNDS [BATCH]]]\nsorts:");
		for (unsigned int n = 0; n < sizeof(sorts) / sizeof(sorts[0]); n++)
			fprintf(stderr, " %s", sorts[n].name);
		fprintf(stderr, "\n");
		return 2;
	}
	if (argc > 2)
		b.flows = (unsigned int)strtoul(argv[2], NULL, 10);
	if (argc > 3)
		b.rounds = (unsigned int)strtoul(argv[3], NULL, 10);
	if (argc > 4)
		b.batch = (unsigned int)strtoul(argv[4], NULL, 10);
	if (b.flows == 0 || b.rounds == 0 || b.batch == 0 || b.batch > BATCH_MAX)
		fail("FLOWS and ROUNDS from 1, BATCH from 1 to 64");
	b.public_port = calloc(b.flows, sizeof(*b.public_port));
	b.order = calloc(b.flows, sizeof(*b.order));
	b.arena = aligned_alloc(64, BATCH_MAX * PLACE_SUPER);
	b.spent = calloc((size_t)(b.flows / BATCH_MAX + 1) * b.rounds, sizeof(*b.spent));
	if (!b.public_port || !b.order || !b.arena || !b.spent)
		fail("no memory");
	for (uint32_t n = 0; n < b.flows; n++)
		b.order[n] = n;
	set_up(&b.home);
	begin_flows(&b);
	shuffle(&b);
	b.began = true;
	for (uint32_t round = 1; round <= b.rounds; round++)
		run_round(&b, b.sort->way, round, TCP_ACK);
	printf("%s %u %u %.1f\n", b.sort->name, b.flows, b.flows * b.rounds, median(&b));
	router_free(b.home.router);
	free(b.public_port);
	free(b.order);
	free(b.spent);
	free(b.arena);
	return 0;
}
