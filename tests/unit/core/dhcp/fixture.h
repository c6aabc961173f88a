/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small home for the DHCP server's tests: interface 192.168.1.1/24, a pool LAN on its network
 * from 192.168.1.10 on, leases of an hour, a clock and a disk that do what the test says.
 */
#ifndef TESTS_UNIT_CORE_DHCP_FIXTURE_H
#define TESTS_UNIT_CORE_DHCP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/config.h"
#include "core/dhcp/server.h"
#include "core/wire/dhcp.h"

#define LEASE_S 3600
#define ROUTER	IP4(192, 168, 1, 1)

static const struct hash_key some_key = {{0x0123456789abcdefULL, 0xfedcba9876543210ULL}};

struct world {
	struct config config;
	struct event_queue events;
	struct dhcp_server *server;
	struct drop_counters drops;
	struct frame frame;
	struct dhcp_ingress in;
	mono_ms_t now;
	int disk_status; /* what the disk answers: 0, or -errno */
	/* of the last world_ask() */
	enum verdict verdict;
	bool answered;
	struct dhcp_reply reply;
	struct dhcp_message answer; /* the reply, parsed */
	/* of the last events taken */
	unsigned int saved_count;
	struct event saved, log;
	unsigned int log_count;
};

/** A message to be sent. What is zero is not in it. */
struct ask {
	uint8_t type;
	mac_t mac;
	uint32_t xid;
	uint16_t flags;
	ip4_t ciaddr, giaddr;
	ip4_t requested, server_id;
	uint32_t lease_s;
	uint16_t max_size;
	const char *id, *hostname, *parameters, *relay;
	size_t id_len, hostname_len, parameters_len, relay_len;
};

#define TEXT_OPTION(text) .hostname = (text), .hostname_len = sizeof(text) - 1

static inline mac_t mac_of(uint32_t n)
{
	return (mac_t){
		{2, 0, (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
}

static inline void pass(struct world *w, int64_t s)
{
	w->now = mono_add_s(w->now, s);
	dhcp_server_tick(w->server, w->now);
}

static inline void configure(struct world *w)
{
	assert_int_equal(dhcp_server_configure(w->server, &w->config, w->now), 0);
}

static inline struct config_interface *add_interface(struct world *w, uint16_t number,
						     struct ip4_prefix address)
{
	struct config_interface *i =
		config_interface_get(&w->config, (struct interface_id){INTERFACE_TAP, number});

	i->addresses[0] = address;
	i->address_count = 1;
	return i;
}

static inline struct config_dhcp_pool *add_pool(struct world *w, const char *name,
						struct ip4_prefix network)
{
	struct config_dhcp_pool *p = config_pool_get(&w->config, name);

	p->has_network = true;
	p->network = network;
	p->default_routers[0] = (ip4_t){ip4_network(network).host + 1};
	p->default_router_count = 1;
	p->has_lease = true;
	p->lease_s = LEASE_S;
	return p;
}

static inline struct config_dhcp_pool *add_host(struct world *w, const char *name, ip4_t address,
						mac_t hardware)
{
	struct config_dhcp_pool *p = config_pool_get(&w->config, name);

	p->has_host = true;
	p->host = (struct ip4_prefix){address, 24};
	p->has_hardware = true;
	p->hardware = hardware;
	return p;
}

static inline int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	const struct config_dhcp_excluded low = {ROUTER, IP4(192, 168, 1, 9)};
	struct config_dhcp_pool *pool;

	assert_non_null(w);
	config_init(&w->config);
	w->config.dhcp.ping_packets = 0; /* an offer comes at once, but where a test wants probes */
	w->now = (mono_ms_t){1000000};
	w->frame.drops = &w->drops;
	w->in.interface = 7;
	w->in.port = DHCP_PORT_NONE;
	w->in.network = (struct ip4_prefix){ROUTER, 24};
	w->in.dst = IP4_BROADCAST;
	add_interface(w, 1, w->in.network);
	pool = add_pool(w, "LAN", (struct ip4_prefix){IP4(192, 168, 1, 0), 24});
	pool->dns_servers[0] = ROUTER;
	pool->dns_server_count = 1;
	snprintf(pool->domain_name, sizeof(pool->domain_name), "home.lan");
	assert_int_equal(config_excluded_add(&w->config, &low), 0);
	w->server = dhcp_server_new(&some_key, &w->events);
	assert_non_null(w->server);
	configure(w);
	*state = w;
	return 0;
}

static inline int world_teardown(void **state)
{
	struct world *w = *state;

	dhcp_server_free(w->server);
	config_fini(&w->config);
	free(w);
	return 0;
}

/** Takes all events; the disk answers each record at once. */
static inline void settle(struct world *w)
{
	struct event e;

	while (event_pop(&w->events, &e)) {
		if (e.type == EVENT_LOG) {
			w->log = e;
			w->log_count++;
			continue;
		}
		w->saved = e;
		w->saved_count++;
		if (e.token)
			dhcp_server_persisted(w->server, e.token, w->disk_status, w->now);
	}
}

static inline void option_if(struct writer *wr, uint8_t code, const char *bytes, size_t len)
{
	if (bytes)
		dhcp_build_option(wr, code, bytes, len);
}

static inline size_t build_ask(const struct ask *a, uint8_t *bytes, size_t room)
{
	struct writer wr = writer_over(bytes, room);
	struct dhcp_message fixed = {.op = DHCP_BOOTREQUEST,
				     .htype = 1,
				     .hlen = 6,
				     .xid = a->xid,
				     .flags = a->flags,
				     .ciaddr = a->ciaddr,
				     .giaddr = a->giaddr};

	memcpy(fixed.chaddr, a->mac.byte, 6);
	dhcp_build_begin(&wr, &fixed);
	if (a->type)
		dhcp_build_u8(&wr, DHCP_OPT_MESSAGE_TYPE, a->type);
	if (!ip4_is_any(a->requested))
		dhcp_build_u32(&wr, DHCP_OPT_REQUESTED_ADDRESS, a->requested.host);
	if (!ip4_is_any(a->server_id))
		dhcp_build_u32(&wr, DHCP_OPT_SERVER_ID, a->server_id.host);
	if (a->lease_s)
		dhcp_build_u32(&wr, DHCP_OPT_LEASE_TIME, a->lease_s);
	if (a->max_size) {
		uint8_t size[2] = {(uint8_t)(a->max_size >> 8), (uint8_t)a->max_size};

		dhcp_build_option(&wr, DHCP_OPT_MAX_SIZE, size, 2);
	}
	option_if(&wr, DHCP_OPT_CLIENT_ID, a->id, a->id_len);
	option_if(&wr, DHCP_OPT_HOSTNAME, a->hostname, a->hostname_len);
	option_if(&wr, DHCP_OPT_PARAMETER_LIST, a->parameters, a->parameters_len);
	option_if(&wr, DHCP_OPT_RELAY_AGENT, a->relay, a->relay_len);
	dhcp_build_end(&wr);
	assert_false(wr.bad);
	return writer_len(&wr);
}

/** Takes the next reply, if there is one, and parses it. */
static inline bool take(struct world *w)
{
	memset(&w->answer, 0, sizeof(w->answer));
	w->answered = dhcp_server_next_reply(w->server, &w->reply);
	if (w->answered) {
		assert_int_equal(dhcp_parse(w->reply.bytes, w->reply.len, &w->answer), 0);
		assert_int_equal(w->answer.op, DHCP_BOOTREPLY);
		assert_true(w->reply.len >= DHCP_MIN_LEN);
	}
	return w->answered;
}

static inline enum verdict send_bytes(struct world *w, const uint8_t *bytes, size_t len)
{
	uint8_t *exact = malloc(len ? len : 1); /* so that reading past the end is seen */

	assert_non_null(exact);
	memcpy(exact, bytes, len);
	w->verdict = dhcp_server_input(w->server, &w->frame, &w->in, exact, len, w->now);
	free(exact);
	return w->verdict;
}

/** Hands a message in; events and replies stay where they are. */
static inline enum verdict send(struct world *w, const struct ask *a)
{
	uint8_t bytes[1400];

	return send_bytes(w, bytes, build_ask(a, bytes, sizeof(bytes)));
}

/** Hands a message in, lets the disk answer, takes the reply. Return: its type; 0: silence. */
static inline unsigned int ask(struct world *w, const struct ask *a)
{
	send(w, a);
	settle(w);
	return take(w) ? w->answer.type : 0;
}

static inline uint32_t option_u32(const struct world *w, uint8_t code)
{
	uint32_t value = 0;

	assert_true(dhcp_option_u32(&w->answer, code, &value));
	return value;
}

static inline bool has_option(const struct world *w, uint8_t code)
{
	return w->answer.option[code].present;
}

static inline ip4_t discover(struct world *w, mac_t mac)
{
	if (ask(w, &(struct ask){.type = DHCP_DISCOVER, .mac = mac}) != DHCP_OFFER)
		return IP4_ANY;
	return w->answer.yiaddr;
}

static inline unsigned int request(struct world *w, mac_t mac, ip4_t address)
{
	return ask(w, &(struct ask){.type = DHCP_REQUEST,
				    .mac = mac,
				    .requested = address,
				    .server_id = ROUTER});
}

/** DISCOVER to ACK. Return: the address; IP4_ANY: none. */
static inline ip4_t lease(struct world *w, mac_t mac)
{
	ip4_t address = discover(w, mac);

	if (ip4_is_any(address) || request(w, mac, address) != DHCP_ACK)
		return IP4_ANY;
	return w->answer.yiaddr;
}

static inline unsigned int renew(struct world *w, mac_t mac, ip4_t address)
{
	unsigned int type;

	w->in.dst = ROUTER;
	w->in.src = address;
	type = ask(w, &(struct ask){.type = DHCP_REQUEST, .mac = mac, .ciaddr = address});
	w->in.dst = IP4_BROADCAST;
	w->in.src = IP4_ANY;
	return type;
}

static inline unsigned int rebind(struct world *w, mac_t mac, ip4_t address)
{
	return ask(w, &(struct ask){.type = DHCP_REQUEST, .mac = mac, .ciaddr = address});
}

static inline unsigned int reboot(struct world *w, mac_t mac, ip4_t address)
{
	return ask(w, &(struct ask){.type = DHCP_REQUEST, .mac = mac, .requested = address});
}

static inline void release(struct world *w, mac_t mac, ip4_t address)
{
	const struct ask a = {
		.type = DHCP_RELEASE, .mac = mac, .ciaddr = address, .server_id = ROUTER};

	w->in.dst = ROUTER;
	assert_int_equal(ask(w, &a), 0);
	w->in.dst = IP4_BROADCAST;
}

static inline void decline(struct world *w, mac_t mac, ip4_t address)
{
	const struct ask a = {
		.type = DHCP_DECLINE, .mac = mac, .requested = address, .server_id = ROUTER};

	assert_int_equal(ask(w, &a), 0);
}

/** The state in which a snapshot would keep an address; FREE: not at all. */
static inline enum dhcp_lease_state kept_as(const struct world *w, ip4_t address)
{
	struct dhcp_lease_record record;
	ip4_t at = IP4_ANY;

	while (dhcp_server_next_record(w->server, &at, &record, w->now))
		if (ip4_equal(at, address))
			return record.state;
	return DHCP_LEASE_FREE;
}

#define assert_ip(a, b)		  assert_int_equal((a).host, (b).host)
#define assert_dropped(w, reason) assert_int_equal((w)->drops.count[reason], 1)
#define WORLD_TEST(f)		  cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

#endif
