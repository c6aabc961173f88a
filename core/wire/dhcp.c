/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DHCP messages, read and written.
 *
 * Reading goes twice over the option fields: the first time it checks every length and adds up how
 * many bytes each code has, the second time it copies them, so that the pieces of one option stand
 * together (RFC 3396 s7) however they were cut. The fields follow one another in the order options,
 * file, sname (RFC 3396 s5). A field without END is read to its last byte.
 *
 * Invariant: after dhcp_parse() returned 0, every present option lies within bytes[].
 * Not supported: BOOTP's vendor area without cookie. Options for overloaded file and sname fields
 * are written with the same functions, over those fields.
 */
#include "core/wire/dhcp.h"

enum {
	DHCP_COOKIE = 0x63825363,
	DHCP_HLEN_MAX = 16,
};

bool dhcp_next_option(struct cursor *c, struct dhcp_field_option *out)
{
	do {
		if (cursor_left(c) == 0)
			return false;
		out->code = cursor_u8(c);
	} while (out->code == DHCP_OPT_PAD);
	if (out->code == DHCP_OPT_END)
		return false;
	out->len = cursor_u8(c);
	out->value = cursor_take(c, out->len);
	return !c->bad;
}

/** Checks one field and counts its options. @overload: out, value of option 52; may be NULL. */
static int count_options(const uint8_t *field, size_t len, struct dhcp_message *m,
			 uint8_t *overload)
{
	struct cursor c = cursor_over(field, len);
	struct dhcp_field_option o;

	while (dhcp_next_option(&c, &o)) {
		if (m->bytes_len + o.len > DHCP_OPTIONS_MAX)
			return -EPROTO;
		if (o.code == DHCP_OPT_OVERLOAD && o.len == 1 && overload)
			*overload = o.value[0];
		m->option[o.code].present = true;
		m->option[o.code].len = (uint16_t)(m->option[o.code].len + o.len);
		m->bytes_len = (uint16_t)(m->bytes_len + o.len);
	}
	return c.bad ? -EPROTO : 0;
}

/** Copies the options of a field that count_options() has checked. @filled: bytes so far, by code.
 */
static void join_options(const uint8_t *field, size_t len, struct dhcp_message *m,
			 uint16_t filled[256])
{
	struct cursor c = cursor_over(field, len);
	struct dhcp_field_option o;

	while (dhcp_next_option(&c, &o)) {
		memcpy(m->bytes + m->option[o.code].at + filled[o.code], o.value, o.len);
		filled[o.code] = (uint16_t)(filled[o.code] + o.len);
	}
}

/** Reads the options of all fields. */
static int parse_options(const uint8_t *bytes, size_t len, struct dhcp_message *m)
{
	const size_t at = DHCP_FIXED_LEN + 4;
	uint16_t filled[256] = {0}, start = 0;
	uint8_t overload = 0;
	int err = count_options(bytes + at, len - at, m, &overload);

	if (!err && (overload & DHCP_OVERLOAD_FILE))
		err = count_options(bytes + DHCP_FILE_AT, DHCP_FILE_LEN, m, NULL);
	if (!err && (overload & DHCP_OVERLOAD_SNAME))
		err = count_options(bytes + DHCP_SNAME_AT, DHCP_SNAME_LEN, m, NULL);
	if (err)
		return err;
	for (unsigned int code = 0; code < ARRAY_COUNT(m->option); code++) {
		m->option[code].at = start;
		start = (uint16_t)(start + m->option[code].len);
	}
	join_options(bytes + at, len - at, m, filled);
	if (overload & DHCP_OVERLOAD_FILE)
		join_options(bytes + DHCP_FILE_AT, DHCP_FILE_LEN, m, filled);
	if (overload & DHCP_OVERLOAD_SNAME)
		join_options(bytes + DHCP_SNAME_AT, DHCP_SNAME_LEN, m, filled);
	return 0;
}

static bool has_len(const struct dhcp_message *m, uint8_t code, uint16_t len)
{
	return !m->option[code].present || m->option[code].len == len;
}

/** Whether the options that have a fixed form have it. One sent twice is twice as long: refused. */
static bool lengths_make_sense(const struct dhcp_message *m)
{
	if (!has_len(m, DHCP_OPT_REQUESTED_ADDRESS, 4) || !has_len(m, DHCP_OPT_LEASE_TIME, 4) ||
	    !has_len(m, DHCP_OPT_OVERLOAD, 1) || !has_len(m, DHCP_OPT_MESSAGE_TYPE, 1) ||
	    !has_len(m, DHCP_OPT_SERVER_ID, 4) || !has_len(m, DHCP_OPT_MAX_SIZE, 2))
		return false;
	/* RFC 2132 s9.14: a client identifier is a type and at least one byte. */
	return !m->option[DHCP_OPT_CLIENT_ID].present || m->option[DHCP_OPT_CLIENT_ID].len >= 2;
}

int dhcp_parse(const uint8_t *bytes, size_t len, struct dhcp_message *m)
{
	struct cursor c = cursor_over(bytes, len);
	const uint8_t *chaddr, *value;
	uint32_t cookie;
	int err;

	memset(m, 0, sizeof(*m));
	m->op = cursor_u8(&c);
	m->htype = cursor_u8(&c);
	m->hlen = cursor_u8(&c);
	m->hops = cursor_u8(&c);
	m->xid = cursor_u32(&c);
	m->secs = cursor_u16(&c);
	m->flags = cursor_u16(&c);
	m->ciaddr = cursor_ip4(&c);
	m->yiaddr = cursor_ip4(&c);
	m->siaddr = cursor_ip4(&c);
	m->giaddr = cursor_ip4(&c);
	chaddr = cursor_take(&c, sizeof(m->chaddr));
	cursor_take(&c, DHCP_SNAME_LEN + DHCP_FILE_LEN);
	cookie = cursor_u32(&c);
	if (c.bad || cookie != DHCP_COOKIE || m->hlen > DHCP_HLEN_MAX ||
	    (m->op != DHCP_BOOTREQUEST && m->op != DHCP_BOOTREPLY))
		return -EPROTO;
	memcpy(m->chaddr, chaddr, sizeof(m->chaddr));
	err = parse_options(bytes, len, m);
	if (err)
		return err;
	if (!lengths_make_sense(m))
		return -EPROTO;
	value = dhcp_option(m, DHCP_OPT_OVERLOAD, NULL);
	if (value && (value[0] < 1 || value[0] > 3))
		return -EPROTO;
	value = dhcp_option(m, DHCP_OPT_MESSAGE_TYPE, NULL);
	if (value && value[0] == 0)
		return -EPROTO;
	m->type = value ? value[0] : 0;
	return 0;
}

const uint8_t *dhcp_option(const struct dhcp_message *m, uint8_t code, uint16_t *len)
{
	if (!m->option[code].present)
		return NULL;
	if (len)
		*len = m->option[code].len;
	return m->bytes + m->option[code].at;
}

bool dhcp_option_u32(const struct dhcp_message *m, uint8_t code, uint32_t *value)
{
	uint16_t len;
	const uint8_t *p = dhcp_option(m, code, &len);

	if (!p || len != 4)
		return false;
	*value = wire_get32(p);
	return true;
}

void dhcp_build_begin(struct writer *w, const struct dhcp_message *fixed)
{
	writer_u8(w, fixed->op);
	writer_u8(w, fixed->htype);
	writer_u8(w, fixed->hlen);
	writer_u8(w, fixed->hops);
	writer_u32(w, fixed->xid);
	writer_u16(w, fixed->secs);
	writer_u16(w, fixed->flags);
	writer_ip4(w, fixed->ciaddr);
	writer_ip4(w, fixed->yiaddr);
	writer_ip4(w, fixed->siaddr);
	writer_ip4(w, fixed->giaddr);
	writer_bytes(w, fixed->chaddr, sizeof(fixed->chaddr));
	writer_zeros(w, DHCP_SNAME_LEN + DHCP_FILE_LEN);
	writer_u32(w, DHCP_COOKIE);
}

void dhcp_build_option(struct writer *w, uint8_t code, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	do {
		size_t n = MIN(len, (size_t)UINT8_MAX);

		writer_u8(w, code);
		writer_u8(w, (uint8_t)n);
		writer_bytes(w, at, n);
		at = n ? at + n : at;
		len -= n;
	} while (len > 0);
}

void dhcp_build_u8(struct writer *w, uint8_t code, uint8_t value)
{
	dhcp_build_option(w, code, &value, 1);
}

void dhcp_build_u32(struct writer *w, uint8_t code, uint32_t value)
{
	uint8_t b[4];

	wire_put32(b, value);
	dhcp_build_option(w, code, b, sizeof(b));
}

void dhcp_build_addresses(struct writer *w, uint8_t code, const ip4_t *addresses, unsigned int n)
{
	/* An address option is never empty (RFC 2132 s3.5, s3.8): no addresses, no option. */
	if (n == 0)
		return;
	assert(n <= UINT8_MAX / 4);
	writer_u8(w, code);
	writer_u8(w, (uint8_t)(4 * n));
	for (unsigned int i = 0; i < n; i++)
		writer_ip4(w, addresses[i]);
}

void dhcp_build_end(struct writer *w)
{
	writer_u8(w, DHCP_OPT_END);
	if (!w->bad && writer_len(w) < DHCP_MIN_LEN)
		writer_zeros(w, DHCP_MIN_LEN - writer_len(w));
}

bool dhcp_next_route(struct cursor *c, struct ip4_prefix *network, ip4_t *via)
{
	unsigned int significant;

	if (c->bad || cursor_left(c) == 0)
		return false;
	network->address = IP4_ANY;
	network->len = cursor_u8(c);
	c->bad = network->len > 32;
	significant = (network->len + 7u) / 8;
	for (unsigned int i = 0; i < significant && !c->bad; i++)
		network->address.host |= (uint32_t)cursor_u8(c) << (24 - 8 * i);
	*via = cursor_ip4(c);
	if (c->bad)
		return false;
	network->address = ip4_network(*network);
	return true;
}

void dhcp_build_route(struct writer *w, struct ip4_prefix network, ip4_t via)
{
	uint8_t address[4];

	wire_put32(address, ip4_network(network).host);
	writer_u8(w, network.len);
	writer_bytes(w, address, (network.len + 7u) / 8);
	writer_ip4(w, via);
}
