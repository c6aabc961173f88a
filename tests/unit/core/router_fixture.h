/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A home for tests of the router: Tap1 (laptop) and Tap2 (TV) bridged in BVI1 192.168.1.1/24,
 * Tap9 203.0.113.2/24 outside with the gateway .1 and the VIP .10, which NAT overloads. Time is
 * the test's. Every frame that comes out has its checksums checked, and after every call each
 * port's counters must add up.
 */
#ifndef TESTS_ROUTER_FIXTURE_H
#define TESTS_ROUTER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/router.h"
#include "core/wire/arp.h"
#include "core/wire/dhcp.h"
#include "core/wire/ethernet.h"
#include "core/wire/icmp.h"
#include "core/wire/ipv4.h"
#include "core/wire/tcp.h"
#include "core/wire/udp.h"

#define LAPTOP	  IP4(192, 168, 1, 100)
#define TV	  IP4(192, 168, 1, 101)
#define LAN	  IP4(192, 168, 1, 1)
#define WAN	  IP4(203, 0, 113, 2)
#define GATEWAY	  IP4(203, 0, 113, 1)
#define VIP	  IP4(203, 0, 113, 10)
#define SERVER	  IP4(198, 51, 100, 7)
#define MAC(n)	  ((mac_t){{2, 0, 0, 0, 0, (n)}})
#define TAP_ID(n) ((struct interface_id){INTERFACE_TAP, (n)})
#define BVI_ID(n) ((struct interface_id){INTERFACE_BVI, (n)})

enum {
	PACKET_MAX = 5000,
	SENT_MAX = 64,
	SELF = 0, /* the router's own host, in the place of a Tap */
};

struct packet {
	uint8_t room[FRAME_HEADROOM];
	uint8_t bytes[PACKET_MAX]; /* from the Ethernet header on */
	uint32_t len;
	struct offload offload;
};

struct sent {
	unsigned int tap;
	uint8_t bytes[PACKET_MAX];
	uint32_t len;
	struct offload offload;
};

struct home {
	struct router *router;
	struct config config;
	mono_ms_t now;
	mac_t lan_mac, wan_mac;
	struct sent sent[SENT_MAX]; /* of the last call */
	unsigned int sent_count;
	char log[160];	    /* the last line */
	char debug[4][160]; /* the last lines of debug, of them the newest first */
	unsigned int persisted;
	struct event_client client; /* the last lease of the router's own */
	unsigned int client_leases; /* so many were told */
	bool any_sums;		    /* what goes in may be spoilt, and then come out so */
};

/* ---- what came out ---------------------------------------------------------------------- */

static inline uint8_t *l3_of(struct sent *s)
{
	return s->bytes + ETHERNET_LEN;
}

static inline uint8_t *l4_of(struct sent *s)
{
	return l3_of(s) + (l3_of(s)[0] & 15) * 4;
}

/* Of what the router made or rewrote; what it bridges it leaves alone. */
static inline void check_sums(const struct home *h, struct sent *s)
{
	struct cursor c = cursor_over(l3_of(s), s->len - ETHERNET_LEN);
	uint32_t len;
	struct ipv4 ip;

	if (wire_get16(s->bytes + 12) != ETHERNET_IPV4 || h->any_sums ||
	    (memcmp(s->bytes + 6, h->lan_mac.byte, 6) && memcmp(s->bytes + 6, h->wan_mac.byte, 6)))
		return;
	assert_int_equal(ipv4_parse(&c, &ip), 0);
	assert_true(ipv4_checksum_ok(l3_of(s), ip.header_len));
	assert_true(ip.total_len <= s->len - ETHERNET_LEN);
	if (ip.more_fragments || ip.fragment_offset || s->offload.needs_csum)
		return;
	len = ip.total_len - ip.header_len;
	if (ip.proto == IP_PROTO_ICMP)
		assert_true(icmp_checksum_ok(l4_of(s), len));
	else if (ip.proto == IP_PROTO_UDP)
		assert_true(udp_checksum_ok(l4_of(s), len, ip.src, ip.dst));
	else if (ip.proto == IP_PROTO_TCP)
		assert_int_equal(
			checksum_sum(l4_of(s), len,
				     checksum_pseudo(ip.src, ip.dst, ip.proto, (uint16_t)len)),
			0xffff);
}

static inline struct interface_stats stats_of(struct home *h, struct interface_id id)
{
	struct interface_status status;

	assert_int_equal(router_interface_status(h->router, id, &status), 0);
	return status.stats;
}

/* frames_in + copies = consumed + forwarded + drops, at every port. */
static inline void check_law(struct home *h)
{
	vec_each (&h->config.interfaces, i) {
		struct interface_stats s;
		uint64_t fates;

		if (!interface_is_port(i->id))
			continue;
		s = stats_of(h, i->id);
		fates = s.consumed + s.forwarded;
		for (unsigned int r = 0; r < DROP_REASON_COUNT; r++)
			fates += s.drops.count[r];
		assert_int_equal(s.frames_in + s.copies, fates);
		assert_true(s.consumed <= s.frames_in + s.copies);
		assert_true(s.forwarded <= s.frames_in + s.copies);
	}
}

static inline void link_of_self(const struct home *h, struct sent *s)
{
	struct writer w = writer_over(s->bytes, ETHERNET_LEN);

	ethernet_build(&w, &(struct ethernet){.src = h->lan_mac, .type = ETHERNET_IPV4});
}

static inline void take_output(struct home *h)
{
	unsigned int count;
	const struct port_output *out = router_output(h->router, &count);

	for (unsigned int n = 0; n < count; n++, h->sent_count++) {
		struct sent *s = &h->sent[h->sent_count];

		/* what goes to the router's own host gets a link header, as if it were the LAN's */
		uint32_t link_len = out[n].port == PORT_SELF ? ETHERNET_LEN : 0;

		assert_true(h->sent_count < SENT_MAX && out[n].len + link_len <= PACKET_MAX);
		s->tap = link_len ? SELF : router_interface_of(h->router, out[n].port).number;
		s->len = out[n].len + link_len;
		s->offload = out[n].offload;
		memcpy(s->bytes + link_len, out[n].data, out[n].len);
		if (link_len)
			link_of_self(h, s);
		check_sums(h, s);
	}
	check_law(h);
}

/* Takes out what there is; leases are on the disk at once. */
static inline void collect(struct home *h)
{
	struct event event;

	take_output(h);
	while (router_next_event(h->router, &event)) {
		if (event.type == EVENT_LOG) {
			strcpy(h->log, event.text);
			continue;
		}
		if (event.type == EVENT_DEBUG) {
			memmove(h->debug[1], h->debug[0], sizeof(h->debug) - sizeof(*h->debug));
			strcpy(h->debug[0], event.text);
			continue;
		}
		if (event.type == EVENT_CLIENT_LEASE) {
			h->client = event.client;
			h->client_leases++;
			continue;
		}
		h->persisted++;
		router_persisted(h->router, event.token, 0, h->now);
		take_output(h);
	}
}

/* The one frame that came out, at @tap. */
static inline struct sent *only(struct home *h, unsigned int tap)
{
	assert_int_equal(h->sent_count, 1);
	assert_int_equal(h->sent[0].tap, tap);
	return &h->sent[0];
}

static inline unsigned int port_of(struct home *h, unsigned int tap)
{
	int port = router_port(h->router, TAP_ID((uint16_t)tap));

	assert_true(port >= 0);
	return (unsigned int)port;
}

/* ---- what goes in ----------------------------------------------------------------------- */

static inline void send(struct home *h, unsigned int tap, const struct packet *p)
{
	struct packet copy = *p; /* the router rewrites it in place; the test may send it again */
	struct frame f = {.data = copy.bytes,
			  .len = p->len,
			  .port = (uint16_t)port_of(h, tap),
			  .offload = p->offload};

	h->sent_count = 0;
	router_input(h->router, &f, 1, h->now);
	collect(h);
}

static inline void advance(struct home *h, int64_t ms)
{
	mono_ms_t end = mono_add_ms(h->now, ms);

	h->sent_count = 0;
	for (unsigned int turns = 0; mono_reached(router_deadline(h->router), end); turns++) {
		assert_true(turns < 10000); /* what is due must have been done */
		if (!mono_reached(router_deadline(h->router), h->now))
			h->now = router_deadline(h->router);
		router_tick(h->router, h->now);
		collect(h);
	}
	h->now = end;
}

static inline void link_header(struct packet *p, mac_t dst, mac_t src, uint16_t type)
{
	struct writer w = writer_over(p->bytes, ETHERNET_LEN);

	memset(&p->offload, 0, sizeof(p->offload));
	ethernet_build(&w, &(struct ethernet){.dst = dst, .src = src, .type = type});
}

/* The packet's header once more, after a test wrote into it. */
static inline void sum_header(struct packet *p)
{
	uint8_t *ip = p->bytes + ETHERNET_LEN;
	unsigned int len = (ip[0] & 15) * 4u;

	wire_put16(ip + 10, 0);
	wire_put16(ip + 10, (uint16_t)~checksum_sum(ip, len, 0));
}

static inline struct writer ip_header(struct packet *p, ip4_t src, ip4_t dst, uint8_t proto,
				      uint32_t len)
{
	struct writer w = writer_over(p->bytes + ETHERNET_LEN, PACKET_MAX - ETHERNET_LEN);
	struct ipv4 ip = {.header_len = IPV4_LEN,
			  .total_len = (uint16_t)(IPV4_LEN + len),
			  .id = 0x4242,
			  .ttl = 64,
			  .proto = proto,
			  .src = src,
			  .dst = dst};

	p->len = ETHERNET_LEN + IPV4_LEN + len;
	ipv4_build(&w, &ip);
	return w;
}

static inline void udp(struct packet *p, mac_t to, mac_t from, ip4_t src, uint16_t sport, ip4_t dst,
		       uint16_t dport, uint32_t payload)
{
	static const uint8_t zeros[PACKET_MAX];
	struct writer w;

	link_header(p, to, from, ETHERNET_IPV4);
	w = ip_header(p, src, dst, IP_PROTO_UDP, UDP_LEN + payload);
	udp_build(&w, &(struct udp){.sport = sport, .dport = dport}, src, dst, zeros, payload);
}

static inline void icmp(struct packet *p, mac_t to, mac_t from, ip4_t src, ip4_t dst, uint8_t type,
			uint32_t payload)
{
	static uint8_t fill[PACKET_MAX];
	struct writer w;

	for (unsigned int n = 0; n < sizeof(fill); n++)
		fill[n] = (uint8_t)(n * 13 >> 2);
	link_header(p, to, from, ETHERNET_IPV4);
	w = ip_header(p, src, dst, IP_PROTO_ICMP, ICMP_LEN + payload);
	icmp_build(&w, &(struct icmp){.type = type, .id = 77, .seq = 1}, fill, payload);
}

/* A super-frame of TCP, its checksum left to the device. */
static inline void tcp_super(struct packet *p, mac_t to, mac_t from, ip4_t src, ip4_t dst,
			     uint32_t payload, uint16_t segment)
{
	struct writer w;

	link_header(p, to, from, ETHERNET_IPV4);
	memset(p->bytes + ETHERNET_LEN, 0, PACKET_MAX - ETHERNET_LEN);
	w = ip_header(p, src, dst, IP_PROTO_TCP, TCP_LEN + payload);
	tcp_build(&w, &(struct tcp){.sport = 5000, .dport = 80, .header_len = 20, .flags = TCP_SYN},
		  src, dst);
	wire_put16(p->bytes + ETHERNET_LEN + IPV4_LEN + TCP_CHECKSUM_OFFSET,
		   checksum_pseudo(src, dst, IP_PROTO_TCP, (uint16_t)(TCP_LEN + payload)));
	p->offload = (struct offload){.needs_csum = true,
				      .gso = OFFLOAD_GSO_TCPV4,
				      .gso_size = segment,
				      .csum_start = IPV4_LEN,
				      .csum_offset = TCP_CHECKSUM_OFFSET};
}

static inline void arp(struct packet *p, uint16_t op, mac_t to, mac_t from, ip4_t sender,
		       ip4_t target)
{
	struct writer w = writer_over(p->bytes + ETHERNET_LEN, ARP_LEN);

	link_header(p, to, from, ETHERNET_ARP);
	arp_build(&w,
		  &(struct arp){.op = op, .sender_mac = from, .sender = sender, .target = target});
	p->len = ETHERNET_LEN + ARP_LEN;
}

/** What a DHCP client asks the home's server for. What is zero is not in it. */
struct dhcp_ask {
	uint8_t type;
	ip4_t requested, server;
	const char *id, *hostname; /* text of the options */
};

/* The broadcast of the client 02:00:00:00:00:4d, which also wants its answer by broadcast. */
static inline void dhcp_ask(struct packet *p, const struct dhcp_ask *ask)
{
	uint8_t bytes[600];
	struct writer w = writer_over(bytes, sizeof(bytes)), packet;
	struct dhcp_message m = {.op = DHCP_BOOTREQUEST, .htype = 1, .hlen = 6, .xid = 99};

	m.chaddr[0] = 2;
	m.chaddr[5] = 77;
	m.flags = DHCP_FLAG_BROADCAST;
	dhcp_build_begin(&w, &m);
	dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE, ask->type);
	if (!ip4_is_any(ask->requested))
		dhcp_build_u32(&w, DHCP_OPT_REQUESTED_ADDRESS, ask->requested.host);
	if (!ip4_is_any(ask->server))
		dhcp_build_u32(&w, DHCP_OPT_SERVER_ID, ask->server.host);
	if (ask->id)
		dhcp_build_option(&w, DHCP_OPT_CLIENT_ID, ask->id, strlen(ask->id));
	if (ask->hostname)
		dhcp_build_option(&w, DHCP_OPT_HOSTNAME, ask->hostname, strlen(ask->hostname));
	dhcp_build_end(&w);
	assert_false(w.bad);
	link_header(p, MAC_BROADCAST, MAC(77), ETHERNET_IPV4);
	packet = ip_header(p, IP4_ANY, IP4_BROADCAST, IP_PROTO_UDP, UDP_LEN + writer_len(&w));
	udp_build(&packet, &(struct udp){.sport = 68, .dport = 67}, IP4_ANY, IP4_BROADCAST, bytes,
		  writer_len(&w));
}

static inline struct arp arp_of(struct sent *s)
{
	struct cursor c = cursor_over(s->bytes + ETHERNET_LEN, s->len - ETHERNET_LEN);
	struct arp a;

	assert_int_equal(wire_get16(s->bytes + 12), ETHERNET_ARP);
	assert_int_equal(arp_parse(&c, &a), 0);
	return a;
}

static inline void assert_ip(struct sent *s, ip4_t src, ip4_t dst, uint8_t proto)
{
	assert_int_equal(wire_get16(s->bytes + 12), ETHERNET_IPV4);
	assert_int_equal(wire_get32(l3_of(s) + 12), src.host);
	assert_int_equal(wire_get32(l3_of(s) + 16), dst.host);
	assert_int_equal(l3_of(s)[9], proto);
}

static inline void assert_icmp(struct sent *s, ip4_t src, ip4_t dst, uint8_t type, uint8_t code)
{
	assert_ip(s, src, dst, IP_PROTO_ICMP);
	assert_int_equal(l4_of(s)[0], type);
	assert_int_equal(l4_of(s)[1], code);
}

static inline void assert_dropped(struct home *h, enum drop_reason reason, uint64_t count)
{
	assert_int_equal(h->sent_count, 0);
	assert_int_equal(router_drops(h->router, reason), count);
}

/* ---- the home ---------------------------------------------------------------------------- */

static inline void reapply(struct home *h)
{
	struct config_error error;

	if (config_check(&h->config, &error) < 0)
		fail_msg("%s", error.text);
	assert_int_equal(router_apply(h->router, &h->config, h->now), 0);
}

/* UDP port 6000 of the VIP is the TV's 5000. */
static inline void add_forward(struct home *h)
{
	struct config_nat_static rule = {.proto = IP_PROTO_UDP,
					 .local = TV,
					 .local_port = 5000,
					 .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"},
					 .global_port = 6000};

	assert_int_equal(config_nat_static_add(&h->config, &rule), 0);
	reapply(h);
}

static inline void configure_home(struct config *c)
{
	struct config_acl_line line = {
		.list = "1", .permit = true, .address = LAN, .wildcard = IP4(0, 0, 0, 255)};
	struct config_nat_source source = {.list = "1",
					   .public = {.kind = CONFIG_PUBLIC_VIP, .vip = "home"}};
	struct config_route route = {.next_hop = GATEWAY, .distance = 1};
	struct config_dhcp_excluded low = {LAN, IP4(192, 168, 1, 9)};
	struct config_interface *i;
	struct config_dhcp_pool *pool;
	struct config_vip *vip;

	config_init(c);
	config_interface_get(c, TAP_ID(1))->bridge_group = 1;
	config_interface_get(c, TAP_ID(2))->bridge_group = 1;
	i = config_interface_get(c, BVI_ID(1));
	i->addresses[0] = (struct ip4_prefix){LAN, 24};
	i->address_count = 1;
	i->nat_side = CONFIG_NAT_INSIDE;
	i = config_interface_get(c, TAP_ID(9));
	i->addresses[0] = (struct ip4_prefix){WAN, 24};
	i->address_count = 1;
	i->nat_side = CONFIG_NAT_OUTSIDE;
	vip = config_vip_get(c, "home");
	vip->address = VIP;
	vip->interface = TAP_ID(9);
	c->dhcp.ping_packets = 0; /* offers come at once */
	pool = config_pool_get(c, "LAN");
	pool->has_network = true;
	pool->network = (struct ip4_prefix){IP4(192, 168, 1, 0), 24};
	if (config_acl_add(c, &line) || config_nat_source_add(c, &source) ||
	    config_route_add(c, &route) || config_excluded_add(c, &low))
		abort();
}

/* A host asks the router for its address, by which the router learns the host's. */
static inline void meet(struct home *h, unsigned int tap, mac_t mac, ip4_t address, ip4_t router)
{
	struct packet p;

	arp(&p, ARP_REQUEST, MAC_BROADCAST, mac, address, router);
	send(h, tap, &p);
}

static inline int home_set_up(void **state)
{
	static const struct hash_key key = {{11, 12}};
	struct home *h = calloc(1, sizeof(*h));
	struct interface_status status;

	assert_non_null(h);
	h->router = router_new(&key, "home");
	assert_non_null(h->router);
	h->now = (mono_ms_t){1000000};
	configure_home(&h->config);
	reapply(h);
	for (unsigned int tap = 1; tap <= 9; tap += tap == 2 ? 7 : 1)
		router_port_link(h->router, port_of(h, tap), true, h->now);
	advance(h, 3000); /* the announcements */
	meet(h, 1, MAC(1), LAPTOP, LAN);
	meet(h, 2, MAC(2), TV, LAN);
	meet(h, 9, MAC(9), GATEWAY, WAN);
	router_interface_status(h->router, BVI_ID(1), &status);
	h->lan_mac = status.mac;
	router_interface_status(h->router, TAP_ID(9), &status);
	h->wan_mac = status.mac;
	*state = h;
	return 0;
}

static inline int home_tear_down(void **state)
{
	struct home *h = *state;

	router_free(h->router);
	config_fini(&h->config);
	free(h);
	return 0;
}

/** An echo as its sender sees it and, where it comes out, as its receiver does. */
struct echo {
	unsigned int tap;
	ip4_t src, dst;
	unsigned int far_tap;
	ip4_t far_src, far_dst;
};

/* The echo arrives, and so does the reply to what was seen; each host is MAC(its tap). */
static inline void ping(struct home *h, const struct echo *e)
{
	struct packet p;

	icmp(&p, e->tap == 9 ? h->wan_mac : h->lan_mac, MAC((uint8_t)e->tap), e->src, e->dst,
	     ICMP_ECHO, 8);
	send(h, e->tap, &p);
	assert_icmp(only(h, e->far_tap), e->far_src, e->far_dst, ICMP_ECHO, 0);
	icmp(&p, e->far_tap == 9 ? h->wan_mac : h->lan_mac, MAC((uint8_t)e->far_tap), e->far_dst,
	     e->far_src, ICMP_ECHO_REPLY, 8);
	send(h, e->far_tap, &p);
	assert_icmp(only(h, e->tap), e->dst, e->src, ICMP_ECHO_REPLY, 0);
}

#define HOME_TEST(f) cmocka_unit_test_setup_teardown(f, home_set_up, home_tear_down)

#endif
