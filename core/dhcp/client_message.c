/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages of the DHCP client, and what it makes of those it gets.
 *
 * Invariant: whatever a server sends, a lease that was read has an address that a host can have,
 * times that are in order, and text that is harmless.
 * Not supported: rapid commit (RFC 4039), options in sname and file of messages sent.
 */
#include "core/dhcp/client_private.h"

#include "core/dhcp/lease.h"
#include "core/text.h"

/* ---- sending ------------------------------------------------------------------------------ */

static void build_client_id(struct writer *w, const struct dhcp_client *c)
{
	uint8_t id[7] = {1}; /* Ethernet */

	memcpy(id + 1, c->id.byte, sizeof(c->id.byte));
	dhcp_build_option(w, DHCP_OPT_CLIENT_ID, id, sizeof(id));
}

/* What DISCOVER and REQUEST tell and ask for, and DECLINE and RELEASE must not (table 5). */
static void build_wishes(struct writer *w, const struct dhcp_client *c)
{
	/* 121 stands before 3: RFC 3442 asks for it */
	static const uint8_t wanted[] = {DHCP_OPT_SUBNET_MASK,
					 DHCP_OPT_CLASSLESS_ROUTES,
					 DHCP_OPT_ROUTER,
					 DHCP_OPT_DNS,
					 DHCP_OPT_DOMAIN_NAME,
					 DHCP_OPT_BROADCAST,
					 DHCP_OPT_INTERFACE_MTU,
					 DHCP_OPT_LEASE_TIME,
					 DHCP_OPT_SERVER_ID,
					 DHCP_OPT_T1,
					 DHCP_OPT_T2};
	static const uint8_t size[2] = {CONFIG_MTU_DEFAULT >> 8, CONFIG_MTU_DEFAULT & 0xff};

	if (c->hostname[0])
		dhcp_build_option(w, DHCP_OPT_HOSTNAME, c->hostname, strlen(c->hostname));
	if (c->wish_s)
		dhcp_build_u32(w, DHCP_OPT_LEASE_TIME, c->wish_s);
	dhcp_build_option(w, DHCP_OPT_MAX_SIZE, size, sizeof(size));
	dhcp_build_option(w, DHCP_OPT_PARAMETER_LIST, wanted, sizeof(wanted));
}

void dhcp_client_build(struct dhcp_client *c, enum dhcp_type type, mono_ms_t now)
{
	const bool holds = dhcp_client_state_has_address(c->state);
	const bool wishes = type == DHCP_DISCOVER || type == DHCP_REQUEST;
	struct dhcp_client_output *out = &c->output;
	struct dhcp_message m = {.op = DHCP_BOOTREQUEST, .htype = 1, .hlen = 6, .xid = c->xid};
	struct writer w = writer_over(out->bytes, sizeof(out->bytes));
	ip4_t address = c->lease.terms.address.address;

	memcpy(m.chaddr, c->mac.byte, sizeof(c->mac.byte));
	if (wishes)
		m.secs = (uint16_t)MIN(mono_between_ms(c->began, now) / 1000, UINT16_MAX);
	if (holds)
		m.ciaddr = address;
	dhcp_build_begin(&w, &m);
	dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE, (uint8_t)type);
	build_client_id(&w, c);
	if (!holds && type != DHCP_DISCOVER)
		dhcp_build_u32(&w, DHCP_OPT_REQUESTED_ADDRESS, address.host);
	if (c->state == DHCP_CLIENT_REQUESTING || !wishes)
		dhcp_build_u32(&w, DHCP_OPT_SERVER_ID, c->lease.server.host);
	if (wishes)
		build_wishes(&w, c);
	dhcp_build_end(&w);
	out->kind = DHCP_CLIENT_MESSAGE;
	out->src = holds ? address : IP4_ANY;
	out->dst = type == DHCP_RELEASE || c->state == DHCP_CLIENT_RENEWING ? c->lease.server
									    : IP4_BROADCAST;
	out->len = (uint16_t)writer_len(&w);
	c->has_output = !w.bad;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Addresses of an option that a host can have; the others are left out. Return: how many. */
static uint8_t read_addresses(const struct dhcp_message *m, uint8_t code, ip4_t *out)
{
	uint16_t len = 0;
	const uint8_t *at = dhcp_option(m, code, &len);
	struct cursor c = cursor_over(at ? at : m->bytes, at && len % 4 == 0 ? len : 0);
	uint8_t n = 0;

	while (cursor_left(&c) > 0 && n < CONFIG_DHCP_SERVERS_MAX) {
		ip4_t address = cursor_ip4(&c);

		if (ip4_is_host(address))
			out[n++] = address;
	}
	return n;
}

/* Return: false: there are none, or they are damaged. */
static bool read_routes(const struct dhcp_message *m, struct dhcp_client_terms *t)
{
	uint16_t len = 0;
	const uint8_t *at = dhcp_option(m, DHCP_OPT_CLASSLESS_ROUTES, &len);
	struct cursor c = cursor_over(at ? at : m->bytes, len);
	struct dhcp_client_route route;

	memset(&route, 0, sizeof(route)); /* compared by bytes */
	while (dhcp_next_route(&c, &route.network, &route.via))
		if ((ip4_is_any(route.via) || ip4_is_host(route.via)) &&
		    t->route_count < DHCP_CLIENT_ROUTES_MAX)
			t->routes[t->route_count++] = route;
	return len > 0 && !c.bad;
}

static void read_domain(const struct dhcp_message *m, char out[CONFIG_NAME_SIZE])
{
	uint16_t len = 0;
	const uint8_t *at = dhcp_option(m, DHCP_OPT_DOMAIN_NAME, &len);

	static_assert(DHCP_HOSTNAME_SIZE <= CONFIG_NAME_SIZE, "a clean name fits");
	if (at)
		dhcp_lease_clean_hostname(at, len, out);
}

/* Without a mask it is the one of the address' class (RFC 1812 s4.2.2.11 knows no other way). */
static bool read_prefix(const struct dhcp_message *m, struct ip4_prefix *out)
{
	uint32_t mask;
	int len;

	if (dhcp_option_u32(m, DHCP_OPT_SUBNET_MASK, &mask))
		len = ip4_mask_to_len((ip4_t){mask});
	else
		len = ip4_class_len(m->yiaddr);
	if (len < 1)
		return false;
	*out = (struct ip4_prefix){m->yiaddr, (uint8_t)len};
	return ip4_is_host(m->yiaddr) && ip4_is_host_of(*out);
}

/* s4.4.5: what the server says, if it is in order and not too soon; else a half and seven eighths.
 * DEVIATION: without chance in it; a router is alone on its line. */
static void read_times(const struct dhcp_message *m, struct dhcp_client_lease *lease)
{
	if (lease->lease_s == DHCP_LEASE_INFINITE) {
		lease->t1_s = lease->t2_s = DHCP_LEASE_INFINITE;
		return;
	}
	if (dhcp_option_u32(m, DHCP_OPT_T1, &lease->t1_s) &&
	    dhcp_option_u32(m, DHCP_OPT_T2, &lease->t2_s) && lease->t1_s >= DHCP_CLIENT_T1_MIN_S &&
	    lease->t1_s < lease->t2_s && lease->t2_s < lease->lease_s)
		return;
	lease->t1_s = lease->lease_s / 2;
	lease->t2_s = (uint32_t)((uint64_t)lease->lease_s * 7 / 8);
}

int dhcp_client_read(const struct dhcp_message *m, struct dhcp_client_lease *lease)
{
	struct dhcp_client_terms *t = &lease->terms;
	uint16_t len;
	const uint8_t *mtu = dhcp_option(m, DHCP_OPT_INTERFACE_MTU, &len);
	uint32_t server;

	memset(lease, 0, sizeof(*lease));
	if (!dhcp_option_u32(m, DHCP_OPT_SERVER_ID, &server) || !ip4_is_host((ip4_t){server}) ||
	    !dhcp_option_u32(m, DHCP_OPT_LEASE_TIME, &lease->lease_s) ||
	    lease->lease_s < DHCP_CLIENT_LEASE_MIN_S || !read_prefix(m, &t->address))
		return -EPROTO;
	lease->server = (ip4_t){server};
	read_times(m, lease);
	t->router_count = read_addresses(m, DHCP_OPT_ROUTER, t->routers);
	t->dns_server_count = read_addresses(m, DHCP_OPT_DNS, t->dns_servers);
	read_domain(m, t->domain);
	if (mtu && len == 2 && wire_get16(mtu) >= CONFIG_IP_MTU_MIN)
		t->mtu = wire_get16(mtu);
	/* RFC 3442: option 3 counts only without option 121, or when that one is damaged */
	if (read_routes(m, t))
		return 0;
	memset(t->routes, 0, sizeof(t->routes));
	t->route_count = t->router_count > 0;
	if (t->route_count)
		t->routes[0].via = t->routers[0];
	return 0;
}
