/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DISCOVERs that wait while the address they are to be offered is looked for on the network
 * (RFC 2131 s4.3.1). A message waits in a table and nobody waits for it: all others are answered
 * meanwhile. The address is held for its client all that time, as if it had been offered.
 *
 * On the router's own link ARP asks (RFC 5227 s2.1.1: the sender's address is 0.0.0.0), also when a
 * relay on that link asked for the client; beyond a relay an ICMP echo. What happens when the time
 * is over or somebody answers is in message.c.
 *
 * Invariant: count is the number of places in use. When none is free, an address is offered without
 * having been looked for: a flood of clients must not keep the others waiting.
 * Not supported: waiting of messages that are longer than DHCP_MESSAGE_MAX.
 */
#include "core/dhcp/server_private.h"

/** How long one probe waits for its answer. */
static uint32_t wait_ms(const struct dhcp_server *s, bool direct)
{
	return direct ? MAX(s->ping_timeout_ms / DHCP_PROBE_ARP_SHARE, 1u) : s->ping_timeout_ms;
}

static bool same_client(const struct dhcp_probing *p, const struct dhcp_request *r)
{
	return p->used && dhcp_client_key_equal(&p->client, &r->client.key) &&
	       ip4_equal(p->at, r->scope.at);
}

struct dhcp_probing *probe_of(struct dhcp_server *s, const struct dhcp_request *r)
{
	for (size_t i = 0; s->probes.count && i < ARRAY_COUNT(s->probes.place); i++)
		if (same_client(&s->probes.place[i], r))
			return &s->probes.place[i];
	return NULL;
}

/** Takes the message over. */
static void keep_message(struct dhcp_probing *p, const struct dhcp_request *r)
{
	p->in = *r->in;
	p->len = (uint16_t)r->len;
	memcpy(p->bytes, r->bytes, r->len);
}

void probe_renew(struct dhcp_probing *p, const struct dhcp_request *r)
{
	if (r->len <= sizeof(p->bytes))
		keep_message(p, r);
}

bool probe_begin(struct dhcp_server *s, const struct dhcp_request *r, ip4_t address)
{
	struct dhcp_probing *p = s->probes.place;
	struct dhcp_probing *end = p + ARRAY_COUNT(s->probes.place);

	while (p < end && p->used)
		p++;
	if (p == end || r->len > sizeof(p->bytes))
		return false;
	p->used = true;
	p->client = r->client.key;
	p->hardware = r->client.hardware;
	p->at = r->scope.at;
	p->address = address;
	p->direct = ip4_is_any(r->message.giaddr) || ip4_in_prefix(address, r->in->network);
	p->tries = r->tries;
	p->left = (uint8_t)(s->ping_packets - 1);
	p->send = true;
	p->due = mono_add_ms(r->now, wait_ms(s, p->direct));
	keep_message(p, r);
	s->probes.count++;
	if (server_debugs(s, DEBUG_DHCP_EVENTS))
		server_debug_address(s, &p->client, address, "looking for",
				     "before it is offered to");
	return true;
}

void probe_end(struct dhcp_server *s, struct dhcp_probing *p)
{
	assert(p->used);
	p->used = p->send = false;
	s->probes.count--;
}

struct dhcp_probing *probe_over(struct dhcp_server *s, mono_ms_t now)
{
	for (size_t i = 0; s->probes.count && i < ARRAY_COUNT(s->probes.place); i++) {
		struct dhcp_probing *p = &s->probes.place[i];

		if (!p->used || !mono_reached(p->due, now))
			continue;
		if (p->left == 0)
			return p;
		p->left--;
		p->send = true;
		p->due = mono_add_ms(now, wait_ms(s, p->direct));
	}
	return NULL;
}

mono_ms_t probe_deadline(const struct dhcp_server *s)
{
	mono_ms_t next = MONO_NEVER;

	for (size_t i = 0; s->probes.count && i < ARRAY_COUNT(s->probes.place); i++)
		if (s->probes.place[i].used)
			next = mono_earlier(next, s->probes.place[i].due);
	return next;
}

struct dhcp_probing *probe_answered(struct dhcp_server *s, const struct dhcp_sighting *seen)
{
	for (size_t i = 0; s->probes.count && i < ARRAY_COUNT(s->probes.place); i++) {
		struct dhcp_probing *p = &s->probes.place[i];

		if (!p->used || !ip4_equal(p->address, seen->address) ||
		    (seen->by_arp && !p->direct))
			continue;
		/* the client itself may have the address still, and is welcome to it */
		if (seen->by_arp &&
		    (p->in.interface != seen->interface || mac_equal(p->hardware, seen->hardware)))
			continue;
		return p;
	}
	return NULL;
}

bool dhcp_server_next_probe(struct dhcp_server *s, struct dhcp_probe *out)
{
	for (size_t i = 0; s->probes.count && i < ARRAY_COUNT(s->probes.place); i++) {
		struct dhcp_probing *p = &s->probes.place[i];

		if (!p->used || !p->send)
			continue;
		p->send = false;
		*out = (struct dhcp_probe){.interface = p->in.interface,
					   .by_arp = p->direct,
					   .src = p->in.network.address,
					   .address = p->address,
					   .seq = (uint16_t)(s->ping_packets - p->left)};
		return true;
	}
	return false;
}

bool dhcp_server_is_probing(const struct dhcp_server *s)
{
	return s->probes.count > 0;
}
