/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replies: RFC 2131 table 3 says what they hold, s4.1 where they go.
 *
 * Order of options: type, server, times, mask, what the client asked for in its order, client
 * identifier (RFC 6842), relay agent information as it came and last (RFC 3046 s2.1). Parameters
 * that would outgrow the client's size (option 57) go into the fields file and sname, and what
 * fits nowhere is left out. Option 82 is not counted, for the relay takes it out again.
 * A parameter is the configuration's `option` line, else what the server knows by itself.
 */
#include "core/dhcp/server_private.h"
#include "core/text.h"

enum {
	IP_UDP_LEN = 28,
	SIZE_DEFAULT = 576, /* RFC 2132 s9.10: and the least that may be asked for */
	SIZE_MAX_SENT = 1500,
	OVERLOAD_LEN = 3, /* option 52 */
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

/** An option from the configuration, or NULL. */
static const struct config_dhcp_option *configured(const struct dhcp_answer *a, uint8_t code)
{
	for (size_t l = 0; l < ARRAY_COUNT(a->options); l++)
		for (uint32_t i = 0; i < a->options[l].count; i++)
			if (a->options[l].at[i].code == code)
				return &a->options[l].at[i];
	return NULL;
}

/** What the server finds out by itself. Nothing is written when there is no value. */
static void build_known(struct writer *w, uint8_t code, const struct dhcp_request *r,
			const struct dhcp_answer *a)
{
	const struct config_dhcp_pool *p = a->params;
	char text[IP4_TEXT_SIZE];

	switch (code) { /* a stranger's byte, not one of our enums */
	case DHCP_OPT_SUBNET_MASK: dhcp_build_u32(w, code, ip4_mask(a->mask_len).host); break;
	case DHCP_OPT_ROUTER:
		dhcp_build_addresses(w, code, p->default_routers, p->default_router_count);
		break;
	case DHCP_OPT_DNS:
		dhcp_build_addresses(w, code, p->dns_servers, p->dns_server_count);
		break;
	case DHCP_OPT_HOSTNAME: build_text(w, code, p->client_name); break;
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
	case DHCP_OPT_TFTP_SERVER:
		if (!ip4_is_any(p->next_server))
			build_text(w, code, ip4_to_text(p->next_server, text));
		break;
	case DHCP_OPT_BOOTFILE: build_text(w, code, p->bootfile); break;
	default: break; /* RFC 2131 s4.3.1: what we do not know is left out */
	}
}

static void build_parameter(struct writer *w, uint8_t code, const struct dhcp_request *r,
			    const struct dhcp_answer *a)
{
	const struct config_dhcp_option *option = configured(a, code);

	if (option)
		dhcp_build_option(w, code, option->bytes, option->len);
	else
		build_known(w, code, r, a);
}

/* ---- where the parameters go -------------------------------------------------------------- */

enum area { AREA_NONE, AREA_OPTIONS, AREA_FILE, AREA_SNAME, AREA_COUNT };

/** The parameters of a reply, and the field that each stands in. */
struct layout {
	unsigned int count;
	uint8_t code[256]; /* in the order asked, each once, the mask first (RFC 2132 s3.3) */
	uint8_t area[256]; /* enum area, by code */
	size_t left[AREA_COUNT];
	bool used[AREA_COUNT];
};

/** Bytes of a parameter with its header; 0: there is no value. */
static size_t parameter_len(uint8_t code, const struct dhcp_request *r, const struct dhcp_answer *a)
{
	uint8_t room[CONFIG_DHCP_OPTION_MAX + 8];
	struct writer w = writer_over(room, sizeof(room));

	build_parameter(&w, code, r, a);
	return writer_len(&w);
}

static void want(struct layout *l, bool wanted[256], uint8_t code)
{
	if (wanted[code])
		return;
	wanted[code] = true;
	l->code[l->count++] = code;
}

/** What the client asks for; without a list, what it cannot do without and what is configured. */
static void gather(struct layout *l, const struct dhcp_request *r, const struct dhcp_answer *a)
{
	bool wanted[256] = {0};
	uint16_t count = 0;
	const uint8_t *list = dhcp_option(&r->message, DHCP_OPT_PARAMETER_LIST, &count);

	want(l, wanted, DHCP_OPT_SUBNET_MASK);
	for (uint16_t i = 0; list && i < count; i++)
		want(l, wanted, list[i]);
	if (list)
		return;
	for (size_t i = 0; i < ARRAY_COUNT(default_parameters); i++)
		want(l, wanted, default_parameters[i]);
	for (size_t n = 0; n < ARRAY_COUNT(a->options); n++)
		for (uint32_t i = 0; i < a->options[n].count; i++)
			want(l, wanted, a->options[n].at[i].code);
}

/** Finds a place for one parameter; none: it is left out. */
static void place(struct layout *l, uint8_t code, size_t len)
{
	for (unsigned int area = AREA_OPTIONS; area < AREA_COUNT && l->area[code] == AREA_NONE;
	     area++) {
		if (len == 0 || len > l->left[area])
			continue;
		l->area[code] = (uint8_t)area;
		l->left[area] -= len;
		l->used[area] = true;
	}
}

/**
 * Finds a place for each. Only when the options field alone is too small are the others made one
 * (option 52); what then still has none is what the client asked for last, and is no route.
 */
static void lay_out(struct layout *l, size_t room, const struct dhcp_request *r,
		    const struct dhcp_answer *a)
{
	static const uint8_t first[] = {DHCP_OPT_SUBNET_MASK, DHCP_OPT_CLASSLESS_ROUTES,
					DHCP_OPT_ROUTER, DHCP_OPT_DNS};
	size_t len[256] = {0}, total = 0;

	gather(l, r, a);
	for (unsigned int i = 0; i < l->count; i++)
		total += len[l->code[i]] = parameter_len(l->code[i], r, a);
	l->left[AREA_OPTIONS] = room;
	if (total > room) {
		l->left[AREA_OPTIONS] -= MIN(room, (size_t)OVERLOAD_LEN);
		/* each field has its own END; a boot file is told where old clients look for it */
		l->left[AREA_FILE] = a->params->bootfile[0] ? 0 : DHCP_FILE_LEN - 1;
		l->left[AREA_SNAME] = DHCP_SNAME_LEN - 1;
		for (size_t i = 0; i < sizeof(first); i++)
			place(l, first[i], len[first[i]]);
	}
	for (unsigned int i = 0; i < l->count; i++)
		place(l, l->code[i], len[l->code[i]]);
}

static void build_area(struct writer *w, const struct layout *l, enum area area,
		       const struct dhcp_request *r, const struct dhcp_answer *a)
{
	for (unsigned int i = 0; i < l->count; i++)
		if (l->area[l->code[i]] == area)
			build_parameter(w, l->code[i], r, a);
}

/** Makes the field at @field, @len bytes of it, one more for options. */
static void build_overloaded(uint8_t *field, size_t len, const struct layout *l, enum area area,
			     const struct dhcp_request *r, const struct dhcp_answer *a)
{
	struct writer w = writer_over(field, len);

	if (!l->used[area])
		return;
	build_area(&w, l, area, r, a);
	writer_u8(&w, DHCP_OPT_END);
	assert(!w.bad);
}

/** Writes the parameters, in @room bytes and what the fixed fields have to give. */
static void build_parameters(struct writer *w, size_t room, const struct dhcp_request *r,
			     const struct dhcp_answer *a)
{
	struct layout l = {0};
	const struct config_dhcp_pool *p = a->params;

	lay_out(&l, room, r, a);
	build_area(w, &l, AREA_OPTIONS, r, a);
	if (w->bad)
		return;
	if (l.used[AREA_FILE] || l.used[AREA_SNAME])
		dhcp_build_u8(w, DHCP_OPT_OVERLOAD,
			      (uint8_t)((l.used[AREA_FILE] ? DHCP_OVERLOAD_FILE : 0) |
					(l.used[AREA_SNAME] ? DHCP_OVERLOAD_SNAME : 0)));
	build_overloaded(w->start + DHCP_FILE_AT, DHCP_FILE_LEN, &l, AREA_FILE, r, a);
	build_overloaded(w->start + DHCP_SNAME_AT, DHCP_SNAME_LEN, &l, AREA_SNAME, r, a);
	if (p->bootfile[0])
		memcpy(w->start + DHCP_FILE_AT, p->bootfile, strlen(p->bootfile));
}

/* ---- the message -------------------------------------------------------------------------- */

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
		.siaddr = a->params ? a->params->next_server : IP4_ANY,
	};

	memcpy(fixed.chaddr, m->chaddr, sizeof(fixed.chaddr));
	if (a->type == DHCP_ACK)
		fixed.ciaddr = m->ciaddr;
	if (a->type == DHCP_NAK && !ip4_is_any(m->giaddr))
		fixed.flags |= DHCP_FLAG_BROADCAST; /* s4.3.2: the client may have no address */
	dhcp_build_begin(w, &fixed);
}

/** Bytes left within the client's limit, with @after more to come. */
static size_t room_left(const struct writer *w, size_t limit, size_t after)
{
	size_t taken = writer_len(w) + after;

	return taken < limit ? limit - taken : 0;
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
		build_parameters(&w, room_left(&w, client_limit(m), after), r, a);
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
