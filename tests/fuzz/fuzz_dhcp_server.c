/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP server with leases in place, driven by a script: each command is a byte and its
 * arguments, see run(). Half the commands are messages built from a few bytes, so that a mutated
 * script still speaks DHCP and goes deep; one hands in any bytes at all.
 *
 * After every command: no address is promised to two clients at a time (a shadow table holds what
 * was promised), none that is ours or excluded is promised at all, replies can be parsed, and the
 * walk over the records comes to an end in order.
 */
#include "core/config.h"
#include "core/dhcp/server.h"
#include "core/wire/dhcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	CLIENTS = 16,
	COMMANDS_MAX = 400, /* of one input */
	RESERVED = 20,	    /* 192.168.1.20 is client 5's */
};

#define ROUTER	IP4(192, 168, 1, 1)
#define NETWORK IP4(192, 168, 1, 0)

/** A promise that was made: address 192.168.1.index. */
struct promise {
	uint8_t client;
	mono_ms_t until;
};

struct home {
	struct config config;
	struct event_queue events;
	struct dhcp_server *server;
	struct drop_counters drops;
	struct frame frame;
	struct dhcp_ingress in;
	mono_ms_t now;
	struct promise promise[256];
	uint64_t token; /* the last one seen */
};

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static ip4_t address_of(uint8_t index)
{
	return (ip4_t){NETWORK.host + index};
}

/** Gives the pool an option of @len bytes, more than any client can take among them. */
static void add_option(struct home *h, uint8_t code, size_t len)
{
	struct config_dhcp_option option = {.pool = "LAN", .code = code, .form = CONFIG_OPTION_HEX};

	option.len = (uint16_t)len;
	memset(option.bytes, code, len);
	config_option_add(&h->config, &option);
}

/**
 * Configuration 0 is a small pool, 1 one with more exclusions, 2 none, 3 switched off; 4 to 7 are
 * the same with probes before offers, options that fill a reply, and lines of debug.
 */
static void configure(struct home *h, uint8_t which)
{
	const bool probes = which >= 4;

	const struct config_dhcp_excluded low = {ROUTER, IP4(192, 168, 1, 9)},
					  high = {IP4(192, 168, 1, 28), IP4(192, 168, 1, 255)},
					  some = {IP4(192, 168, 1, 12), IP4(192, 168, 1, 14)};
	struct config_interface *i;
	struct config_dhcp_pool *p;

	which %= 4;
	config_fini(&h->config);
	config_init(&h->config);
	i = config_interface_get(&h->config, (struct interface_id){INTERFACE_TAP, 1});
	i->addresses[0] = h->in.network;
	i->address_count = 1;
	if (which != 2) {
		p = config_pool_get(&h->config, "LAN");
		p->has_network = true;
		p->network = (struct ip4_prefix){NETWORK, 24};
		p->has_lease = true;
		p->lease_s = 600;
		config_excluded_add(&h->config, &low);
		config_excluded_add(&h->config, &high);
	}
	if (which == 1)
		config_excluded_add(&h->config, &some);
	for (unsigned int n = 0; probes && n < 8; n++)
		add_option(h, (uint8_t)(200 + n), 1 + n * n * 10);
	p = config_pool_get(&h->config, "TV");
	p->has_host = true;
	p->host = (struct ip4_prefix){address_of(RESERVED), 24};
	p->has_hardware = true;
	p->hardware = (mac_t){{2, 0, 0, 0, 0, 5}};
	h->config.dhcp.disabled = which == 3;
	h->config.dhcp.ping_packets = probes ? 2 : 0;
	h->events.debug = probes ? UINT32_MAX : 0;
	require(dhcp_server_configure(h->server, &h->config, h->now) == 0);
	if (which == 2)
		memset(h->promise, 0, sizeof(h->promise));
}

/** Whether two clients may hold @index one after the other without a word: one device. */
static bool same_holder(uint8_t index, uint8_t a, uint8_t b)
{
	return a == b || (index == RESERVED && a % 8 == b % 8);
}

static void take_replies(struct home *h)
{
	struct dhcp_reply reply;
	struct dhcp_message m;

	while (dhcp_server_next_reply(h->server, &reply)) {
		ip4_t at;
		uint8_t index, client;
		uint32_t lease_s = 0;

		require(dhcp_parse(reply.bytes, reply.len, &m) == 0);
		require(m.op == DHCP_BOOTREPLY && reply.len >= DHCP_MIN_LEN);
		at = m.yiaddr;
		if (ip4_is_any(at))
			continue;
		require(ip4_in_prefix(at, h->in.network));
		index = (uint8_t)at.host;
		require((index >= 10 && index < 28) && !ip4_equal(at, ROUTER));
		client = (uint8_t)(m.xid % CLIENTS);
		if (m.type != DHCP_ACK || m.xid >= CLIENTS)
			continue;
		require(dhcp_option_u32(&m, DHCP_OPT_LEASE_TIME, &lease_s) && lease_s >= 60);
		require(mono_reached(h->promise[index].until, h->now) ||
			same_holder(index, h->promise[index].client, client));
		for (unsigned int i = 0; i < ARRAY_COUNT(h->promise); i++)
			if (h->promise[i].client == client)
				h->promise[i].until = h->now; /* one address a client */
		h->promise[index].client = client;
		h->promise[index].until = mono_add_s(h->now, lease_s);
	}
}

/** Takes the events; the disk answers with @status, or not at all. */
static void take_events(struct home *h, bool answers, int status)
{
	struct event e;

	while (event_pop(&h->events, &e)) {
		if (e.type != EVENT_LEASE_PERSIST)
			continue;
		require(e.lease.state < DHCP_LEASE_STATE_COUNT &&
			e.lease.state != DHCP_LEASE_OFFERED);
		require(e.token == 0 || e.token == h->token + 1);
		h->token = MAX(h->token, e.token);
	}
	if (answers)
		dhcp_server_persisted(h->server, h->token, status, h->now);
}

/** A message of five bytes: type, client, address, flags, lease time in minutes. */
static void speak(struct home *h, struct cursor *c)
{
	uint8_t bytes[600], type = (uint8_t)(cursor_u8(c) % 9), client = cursor_u8(c) % CLIENTS;
	uint8_t index = cursor_u8(c), flags = cursor_u8(c);
	uint32_t lease_s = cursor_u8(c) * 60u;
	struct writer w = writer_over(bytes, sizeof(bytes));
	struct dhcp_message m = {.op = DHCP_BOOTREQUEST, .htype = 1, .hlen = 6, .xid = client};
	enum verdict verdict;

	if (flags & 1)
		m.ciaddr = address_of(index);
	if (flags & 2)
		m.giaddr = address_of(200);
	if (flags & 4)
		m.flags = DHCP_FLAG_BROADCAST;
	memcpy(m.chaddr, (const uint8_t[]){2, 0, 0, 0, 0, client % 8}, 6);
	dhcp_build_begin(&w, &m);
	if (type)
		dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE, type);
	if (flags & 8)
		dhcp_build_u32(&w, DHCP_OPT_REQUESTED_ADDRESS, address_of(index).host);
	if (flags & 16)
		dhcp_build_u32(&w, DHCP_OPT_SERVER_ID,
			       flags & 32 ? address_of(2).host : ROUTER.host);
	if (lease_s)
		dhcp_build_u32(&w, DHCP_OPT_LEASE_TIME, lease_s);
	if (client >= 8) /* the same card under another name */
		dhcp_build_option(&w, DHCP_OPT_CLIENT_ID, (const uint8_t[]){0xff, client}, 2);
	dhcp_build_option(&w, DHCP_OPT_HOSTNAME, bytes, flags & 64 ? 20 : 0);
	dhcp_build_end(&w);
	require(!w.bad);
	h->in.port = lease_s % 120 ? DHCP_PORT_NONE : client % 2;
	h->in.lease_limit = 3;
	h->in.dst = flags & 128 ? ROUTER : IP4_BROADCAST;
	verdict = dhcp_server_input(h->server, &h->frame, &h->in, bytes, writer_len(&w), h->now);
	require(verdict == VERDICT_CONSUMED || verdict == VERDICT_DROPPED);
	if (verdict == VERDICT_CONSUMED && (type == DHCP_RELEASE || type == DHCP_DECLINE))
		h->promise[index].until = h->now;
}

/** Any bytes, as many as the first one says. They may be anybody's: all promises are off. */
static void babble(struct home *h, struct cursor *c)
{
	size_t wanted = cursor_u8(c) * (size_t)4, len = MIN(wanted, cursor_left(c));
	uint8_t *exact = malloc(len ? len : 1);

	require(exact != NULL);
	if (len)
		memcpy(exact, cursor_take(c, len), len);
	if (dhcp_server_input(h->server, &h->frame, &h->in, exact, len, h->now) == VERDICT_CONSUMED)
		memset(h->promise, 0, sizeof(h->promise));
	free(exact);
}

static void restore(struct home *h, struct cursor *c)
{
	struct dhcp_lease_record record = {.address = address_of(cursor_u8(c)),
					   .state = cursor_u8(c) % 8,
					   .remaining_s = cursor_u8(c),
					   .client = {.len = cursor_u8(c)}};

	memset(record.client.bytes, cursor_u8(c), sizeof(record.client.bytes));
	memset(record.hostname, cursor_u8(c), sizeof(record.hostname));
	if (dhcp_server_restore(h->server, &record, h->now) == 0)
		h->promise[(uint8_t)record.address.host].until = h->now;
}

/** Somebody is at an address, and the probes that were sent are taken. */
static void sight(struct home *h, uint8_t index)
{
	const struct dhcp_sighting seen = {.address = address_of(index),
					   .by_arp = index % 2,
					   .interface = h->in.interface,
					   .hardware = {{2, 9, 0, 0, 0, index}}};
	struct dhcp_conflict conflict;
	struct dhcp_probe probe;
	ip4_t at = IP4_ANY;

	while (dhcp_server_next_probe(h->server, &probe))
		require(ip4_in_prefix(probe.address, h->in.network));
	dhcp_server_sighted(h->server, &seen, h->now);
	while (dhcp_server_next_conflict(h->server, &at, &conflict, h->now))
		require(conflict.age_s <= 3600);
}

static void clear(struct home *h, uint8_t index)
{
	ip4_t address = index ? address_of(index) : IP4_ANY;

	dhcp_server_clear(h->server, address, h->now);
	for (unsigned int i = 0; i < ARRAY_COUNT(h->promise); i++)
		if (index == 0 || index == i)
			h->promise[i].until = h->now;
}

static void look(const struct home *h)
{
	struct dhcp_lease_record record;
	struct dhcp_binding binding;
	ip4_t at = IP4_ANY, before = IP4_ANY;

	while (dhcp_server_next_record(h->server, &at, &record, h->now)) {
		require(at.host > before.host && ip4_equal(record.address, at));
		require(record.state != DHCP_LEASE_OFFERED && record.state != DHCP_LEASE_FREE);
		require(memchr(record.hostname, 0, sizeof(record.hostname)) != NULL);
		before = at;
	}
	at = before = IP4_ANY;
	while (dhcp_server_next_binding(h->server, &at, &binding, h->now)) {
		require(at.host > before.host);
		require(binding.manual || binding.record.state == DHCP_LEASE_BOUND);
		before = at;
	}
}

/** One command. */
static void run(struct home *h, struct cursor *c)
{
	uint8_t command = cursor_u8(c) % 16;

	switch (command) { /* the input's byte */
	case 8:		   /* some time goes by */
		h->now = mono_add_s(h->now, cursor_u8(c) * 5);
		dhcp_server_tick(h->server, h->now);
		break;
	case 9: take_events(h, true, 0); break;
	case 10: take_events(h, true, -ENOSPC); break;
	case 11: take_events(h, false, 0); break; /* a slow disk */
	case 12: configure(h, cursor_u8(c) % 8); break;
	case 13: restore(h, c); break;
	case 14: clear(h, cursor_u8(c)); break;
	case 15: babble(h, c); break;
	case 7: sight(h, cursor_u8(c)); break;
	default:
		speak(h, c);
		if (command % 2)
			take_events(h, true, 0);
	}
	take_replies(h);
	look(h);
	require(!mono_reached(dhcp_server_deadline(h->server), mono_add_ms(h->now, -10000000)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hash_key key = {{11, 12}};
	struct cursor c = cursor_over(data, size);
	struct home *h = calloc(1, sizeof(*h));

	require(h != NULL);
	config_init(&h->config);
	h->now = (mono_ms_t){20000000};
	h->frame.drops = &h->drops;
	h->in.network = (struct ip4_prefix){ROUTER, 24};
	h->server = dhcp_server_new(&key, &h->events);
	require(h->server != NULL);
	configure(h, 0);
	for (unsigned int n = 0; cursor_left(&c) > 0 && n < COMMANDS_MAX; n++)
		run(h, &c);
	dhcp_server_free(h->server);
	config_fini(&h->config);
	free(h);
	return 0;
}
