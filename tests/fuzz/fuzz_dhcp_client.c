/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DHCP client, driven by a script: each command is a byte and its arguments. Replies are built
 * from a few bytes under the number of the client's last message, so that a mutated script still
 * goes through all states; one command hands in any options at all.
 *
 * After every command: an address is in use in three states only and is one that a host can have,
 * the times of its lease are in order, its end is not past, a deadline lies ahead, and what is sent
 * can be parsed.
 */
#include "core/dhcp/client.h"
#include "core/wire/dhcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COMMANDS_MAX = 400 };

static const mac_t mac = {{2, 0, 0, 0, 0, 9}};

struct line {
	struct dhcp_client *client;
	struct drop_counters drops;
	mono_ms_t now;
	uint32_t xid; /* of the last message */
};

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_lease(const struct line *l, const struct dhcp_client_lease *lease)
{
	const struct dhcp_client_terms *t = &lease->terms;

	require(t->address.address.host >> 24 != 0 && t->address.address.host >> 28 < 0xe);
	require(t->address.len >= 1 && t->address.len <= 32);
	require(t->route_count <= DHCP_CLIENT_ROUTES_MAX);
	require(t->router_count <= CONFIG_DHCP_SERVERS_MAX);
	require(t->dns_server_count <= CONFIG_DHCP_SERVERS_MAX);
	require(memchr(t->domain, 0, sizeof(t->domain)) != NULL);
	if (lease->lease_s == DHCP_LEASE_INFINITE)
		return;
	require(lease->t1_s < lease->t2_s && lease->t2_s < lease->lease_s);
	require(!mono_reached(mono_add_s(lease->since, lease->lease_s), l->now));
}

static void check(struct line *l)
{
	const struct dhcp_client_lease *lease = dhcp_client_lease(l->client);
	struct dhcp_client_output out;
	struct dhcp_client_view view;
	struct dhcp_message m;

	dhcp_client_tick(l->client, l->now);
	require(dhcp_client_deadline(l->client).ms > l->now.ms);
	lease = dhcp_client_lease(l->client);
	if (lease)
		check_lease(l, lease);
	dhcp_client_look(l->client, &view, l->now);
	require(!lease || view.has_lease);
	while (dhcp_client_next_output(l->client, &out)) {
		if (out.kind == DHCP_CLIENT_PROBE)
			continue;
		require(dhcp_parse(out.bytes, out.len, &m) == 0 && m.op == DHCP_BOOTREQUEST);
		l->xid = m.xid;
	}
	dhcp_client_next_change(l->client);
}

/* A reply with the options @options as they are, behind type, server and lease. */
static void hear(struct line *l, uint8_t shape, const uint8_t *options, size_t len)
{
	static const uint32_t leases[] = {0, 10, 120, 3600, DHCP_LEASE_INFINITE, 1, 86400, 60};
	struct frame f = {.drops = &l->drops};
	struct dhcp_message m = {.op = DHCP_BOOTREPLY,
				 .htype = 1,
				 .hlen = 6,
				 .xid = l->xid,
				 .yiaddr = IP4(203, 0, 113, 70 + (shape & 1))};
	uint8_t bytes[600];
	struct writer w = writer_over(bytes, sizeof(bytes));

	memcpy(m.chaddr, mac.byte, sizeof(mac.byte));
	dhcp_build_begin(&w, &m);
	dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE,
		      (const uint8_t[]){DHCP_OFFER, DHCP_ACK, DHCP_NAK, DHCP_ACK}[shape >> 1 & 3]);
	dhcp_build_u32(&w, DHCP_OPT_SERVER_ID, IP4(203, 0, 113, 1).host);
	dhcp_build_u32(&w, DHCP_OPT_LEASE_TIME, leases[shape >> 3 & 7]);
	writer_bytes(&w, options, len);
	if (shape & 0x80)
		dhcp_build_end(&w);
	dhcp_client_input(l->client, &f, bytes, writer_len(&w), l->now);
}

static void run(struct line *l, struct cursor *c)
{
	uint8_t command = cursor_u8(c), argument = cursor_u8(c);
	struct arp arp = {.op = ARP_REPLY, .sender = IP4(203, 0, 113, 70 + (argument & 1))};
	const uint8_t *options;
	mono_ms_t due;

	switch (command % 9) { /* a byte of the input */
	case 0: dhcp_client_start(l->client, IP4_ANY, l->now); break;
	case 1: dhcp_client_start(l->client, IP4(203, 0, 113, 70 + (argument & 1)), l->now); break;
	case 2: hear(l, (uint8_t)(argument | 0x80), NULL, 0); break;
	case 3:
		options = cursor_take(c, argument % 64);
		if (options)
			hear(l, cursor_u8(c), options, argument % 64);
		break;
	case 4: l->now = mono_add_s(l->now, (int64_t)1 << argument % 18); break;
	case 5:
		due = dhcp_client_deadline(l->client);
		l->now = due.ms == MONO_NEVER.ms ? mono_add_ms(l->now, 100) : due;
		break;
	case 6:
		memset(arp.sender_mac.byte, argument, sizeof(arp.sender_mac.byte));
		dhcp_client_arp(l->client, &arp, l->now);
		break;
	case 7: dhcp_client_renew(l->client, l->now); break;
	default:
		if (argument & 1)
			dhcp_client_release(l->client, l->now);
		else
			dhcp_client_stop(l->client);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hash_key key = {{1, 2}};
	struct cursor c = cursor_over(data, size);
	struct line l = {.client = dhcp_client_new(&key, mac), .now = {1000}};

	if (!l.client)
		return 0;
	dhcp_client_set_hostname(l.client, "home");
	for (unsigned int n = 0; n < COMMANDS_MAX && cursor_left(&c) > 0; n++) {
		run(&l, &c);
		check(&l);
	}
	dhcp_client_free(l.client);
	return 0;
}
