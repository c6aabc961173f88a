/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replies: RFC 2131 table 3 says what they hold, s4.1 where they go.
 *
 * Order of options: type, server, times, mask, what the client asked for in its order, client
 * identifier (RFC 6842), relay agent information as it came and last (RFC 3046 s2.1). A parameter
 * that would outgrow the client's size (option 57) is left out; the longest configuration fits 576
 * bytes today, the least there is. Option 82 is not counted, for the relay takes it out again.
 * Not supported: using the file and sname fields for options; boot files.
 */
#include "core/dhcp/server_private.h"

enum {
	IP_UDP_LEN = 28,
	SIZE_DEFAULT = 576, /* RFC 2132 s9.10: and the least that may be asked for */
	SIZE_MAX_SENT = 1500,
};

/* What a client gets that has no parameter list: what it cannot do without. */
static const uint8_t default_parameters[] = {DHCP_OPT_SUBNET_MASK, DHCP_OPT_ROUTER, DHCP_OPT_DNS,
					     DHCP_OPT_DOMAIN_NAME, DHCP_OPT_BROADCAST};

/** The largest message the client takes. */
static size_t client_limit(const struct dhcp_message *m)
{
	const uint8_t *p = dhcp_option(m, DHCP_OPT_MAX_SIZE, NULL);
	uint16_t asked = p ? wire_get16(p) : SIZE_DEFAULT;

	return (size_t)MIN(MAX(asked, (uint16_t)SIZE_DEFAULT), (uint16_t)SIZE_MAX_SENT) -
	       IP_UDP_LEN;
}

static void build_text(struct writer *w, uint8_t code, const char *text)
{
	if (text[0] != '\0')
		dhcp_build_option(w, code, text, strlen(text));
}

/** The network that the client is in, as it will see it. */
static struct ip4_prefix client_network(const struct dhcp_request *r, const struct dhcp_answer *a)
{
	ip4_t address = ip4_is_any(a->address) ? r->message.ciaddr : a->address;

	return (struct ip4_prefix){address, a->mask_len};
}

/** Writes one parameter; nothing when we have no value for it. */
static void build_parameter(struct writer *w, uint8_t code, const struct dhcp_request *r,
			    const struct dhcp_answer *a)
{
	const struct config_dhcp_pool *p = a->params;

	switch (code) { /* a stranger's byte, not one of our enums */
	case DHCP_OPT_SUBNET_MASK: dhcp_build_u32(w, code, ip4_mask(a->mask_len).host); break;
	case DHCP_OPT_ROUTER:
		dhcp_build_addresses(w, code, p->default_routers, p->default_router_count);
		break;
	case DHCP_OPT_DNS:
		dhcp_build_addresses(w, code, p->dns_servers, p->dns_server_count);
		break;
	case DHCP_OPT_HOSTNAME:
		if (p->has_host)
			build_text(w, code, p->client_name);
		break;
	case DHCP_OPT_DOMAIN_NAME: build_text(w, code, p->domain_name); break;
	case DHCP_OPT_INTERFACE_MTU:
		if (r->scope.direct && r->scope.direct->mtu != CONFIG_MTU_DEFAULT) {
			uint8_t mtu[2];

			wire_put16(mtu, r->scope.direct->mtu);
			dhcp_build_option(w, code, mtu, sizeof(mtu));
		}
		break;
	case DHCP_OPT_BROADCAST:
		if (a->mask_len <= 30)
			dhcp_build_u32(w, code, ip4_directed_broadcast(client_network(r, a)).host);
		break;
	default: break; /* RFC 2131 s4.3.1: what we do not know is left out */
	}
}

/** Writes a parameter if it is whole within @end and has not been written before. */
static void try_parameter(struct writer *w, const uint8_t *end, uint8_t code,
			  const struct dhcp_request *r, const struct dhcp_answer *a)
{
	struct writer attempt = *w;

	attempt.end = w->start + (end - w->start);
	build_parameter(&attempt, code, r, a);
	if (!attempt.bad)
		w->at = attempt.at;
}

/** Writes the parameters, up to @end. The mask is always there, and first (RFC 2132 s3.3). */
static void build_parameters(struct writer *w, const uint8_t *end, const struct dhcp_request *r,
			     const struct dhcp_answer *a)
{
	uint16_t count = sizeof(default_parameters);
	const uint8_t *list = dhcp_option(&r->message, DHCP_OPT_PARAMETER_LIST, &count);
	bool written[256] = {[DHCP_OPT_SUBNET_MASK] = true};

	if (!list)
		list = default_parameters;
	try_parameter(w, end, DHCP_OPT_SUBNET_MASK, r, a);
	for (uint16_t i = 0; i < count; i++) {
		if (written[list[i]])
			continue;
		written[list[i]] = true;
		try_parameter(w, end, list[i], r, a);
	}
}

static void build_times(struct writer *w, uint32_t lease_s)
{
	dhcp_build_u32(w, DHCP_OPT_LEASE_TIME, lease_s);
	if (lease_s == DHCP_LEASE_INFINITE)
		return; /* nothing to renew */
	dhcp_build_u32(w, DHCP_OPT_T1, lease_s / 2);
	dhcp_build_u32(w, DHCP_OPT_T2, lease_s - lease_s / 8);
}

/** Echoes an option as it came. */
static void build_echo(struct writer *w, const struct dhcp_message *m, uint8_t code)
{
	uint16_t len;
	const uint8_t *p = dhcp_option(m, code, &len);

	if (p)
		dhcp_build_option(w, code, p, len);
}

static void build_fixed(struct writer *w, const struct dhcp_request *r, const struct dhcp_answer *a)
{
	const struct dhcp_message *m = &r->message;
	struct dhcp_message fixed = {
		.op = DHCP_BOOTREPLY,
		.htype = m->htype,
		.hlen = m->hlen,
		.xid = m->xid,
		.flags = m->flags,
		.yiaddr = a->address,
		.giaddr = m->giaddr,
	};

	memcpy(fixed.chaddr, m->chaddr, sizeof(fixed.chaddr));
	if (a->type == DHCP_ACK)
		fixed.ciaddr = m->ciaddr;
	if (a->type == DHCP_NAK && !ip4_is_any(m->giaddr))
		fixed.flags |= DHCP_FLAG_BROADCAST; /* s4.3.2: the client may have no address */
	dhcp_build_begin(w, &fixed);
}

static bool build_message(const struct dhcp_request *r, const struct dhcp_answer *a,
			  struct dhcp_reply *out)
{
	const struct dhcp_message *m = &r->message;
	struct writer w = writer_over(out->bytes, sizeof(out->bytes));
	uint16_t id_len = 0;
	size_t after = 1; /* bytes that follow the parameters within the client's limit: END */

	if (dhcp_option(m, DHCP_OPT_CLIENT_ID, &id_len))
		after += 2u + id_len;
	build_fixed(&w, r, a);
	dhcp_build_u8(&w, DHCP_OPT_MESSAGE_TYPE, (uint8_t)a->type);
	dhcp_build_u32(&w, DHCP_OPT_SERVER_ID, out->src.host);
	if (!ip4_is_any(a->address))
		build_times(&w, a->lease_s);
	if (a->params)
		build_parameters(&w, out->bytes + client_limit(m) - after, r, a);
	if (a->message)
		build_text(&w, DHCP_OPT_MESSAGE, a->message);
	build_echo(&w, m, DHCP_OPT_CLIENT_ID);
	build_echo(&w, m, DHCP_OPT_RELAY_AGENT);
	dhcp_build_end(&w);
	out->len = (uint16_t)writer_len(&w);
	return !w.bad;
}

/** RFC 2131 s4.1. */
static void address_reply(const struct dhcp_request *r, const struct dhcp_answer *a,
			  struct dhcp_reply *out)
{
	const struct dhcp_message *m = &r->message;

	out->dst_port = DHCP_CLIENT_PORT;
	out->dst = IP4_BROADCAST;
	if (a->type == DHCP_ACK && m->type == DHCP_INFORM) {
		out->dst = m->ciaddr; /* s4.3.5, relay or not */
	} else if (!ip4_is_any(m->giaddr)) {
		out->dst = m->giaddr;
		out->dst_port = DHCP_SERVER_PORT;
	} else if (a->type == DHCP_NAK) {
		return; /* to all, whatever the client asked for */
	} else if (m->type == DHCP_REQUEST && !ip4_is_any(m->ciaddr)) {
		/* Not for DISCOVER: there ciaddr MUST be 0 (table 5) and proves nothing. */
		out->dst = m->ciaddr;
	} else if (!(m->flags & DHCP_FLAG_BROADCAST) && !mac_is_zero(r->client.hardware) &&
		   !mac_is_group(r->client.hardware)) {
		out->dst = a->address;
		out->has_mac = true;
		out->mac = r->client.hardware;
	}
}

bool dhcp_reply_build(const struct dhcp_request *r, const struct dhcp_answer *a,
		      struct dhcp_reply *out)
{
	out->interface = r->in->interface;
	out->src = r->in->network.address;
	out->has_mac = false;
	address_reply(r, a, out);
	return build_message(r, a, out);
}
