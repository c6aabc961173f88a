/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Relayed messages are the ones that came, but for hops, giaddr and option 82: options stay in
 * their order, known or not, and so do the fields sname and file. dhcp_parse() has judged a message
 * before a byte of it is copied.
 *
 * Option 82 is put last (RFC 3046 s2.1), with the circuit (sub-option 1) as text and the router's
 * MAC address as the remote id (2). A client has no business with it: one that sends it (giaddr 0)
 * is on an untrusted circuit, and its message is dropped unless a policy says otherwise. What a
 * relay before us put in is never touched.
 * Not supported: BOOTP without the magic cookie, a threshold of `secs` (RFC 1542 s3.2), sub-options
 * other than these two.
 */
#include "core/dhcp/relay.h"

#include "core/wire/dhcp.h"

enum {
	HOPS_AT = 3,
	GIADDR_AT = 24,
	COOKIE_LEN = 4,
	AGENT_CIRCUIT_ID = 1, /* RFC 3046 s3.1 */
	AGENT_REMOTE_ID = 2,  /* RFC 3046 s3.2 */
	END_LEN = 1,
};

ip4_t dhcp_relay_giaddr(const uint8_t *message, size_t len)
{
	return len < GIADDR_AT + 4 ? IP4_ANY : (ip4_t){wire_get32(message + GIADDR_AT)};
}

bool dhcp_relay_is_reply(const uint8_t *message, size_t len)
{
	return len > 0 && message[0] == DHCP_BOOTREPLY;
}

/* ---- copying ------------------------------------------------------------------------------ */

/* Copies a field of options up to its END; option 82 is left out when @strip. */
static void copy_options(struct writer *w, const uint8_t *field, size_t len, bool strip)
{
	struct cursor c = cursor_over(field, len);
	struct dhcp_field_option o;

	while (dhcp_next_option(&c, &o)) {
		if (strip && o.code == DHCP_OPT_RELAY_AGENT)
			continue;
		writer_u8(w, o.code);
		writer_u8(w, o.len);
		writer_bytes(w, o.value, o.len);
	}
}

/* The same for sname or file at @at, which keeps its length. */
static void copy_field(struct writer *w, const uint8_t *message, size_t at, size_t len, bool strip)
{
	uint8_t field[DHCP_FILE_LEN] = {0};
	struct writer f = writer_over(field, len);

	if (!strip) {
		writer_bytes(w, message + at, len);
		return;
	}
	copy_options(&f, message + at, len, true);
	if (writer_len(&f) < len)
		writer_u8(&f, DHCP_OPT_END);
	writer_bytes(w, field, len);
}

/* Copies all of a message but END. */
static void copy_message(struct writer *w, const struct dhcp_message *m, const uint8_t *message,
			 size_t len, bool strip)
{
	const uint8_t *p = dhcp_option(m, DHCP_OPT_OVERLOAD, NULL);
	uint8_t overload = strip && p ? *p : 0;

	writer_bytes(w, message, DHCP_SNAME_AT);
	copy_field(w, message, DHCP_SNAME_AT, DHCP_SNAME_LEN, overload & DHCP_OVERLOAD_SNAME);
	copy_field(w, message, DHCP_FILE_AT, DHCP_FILE_LEN, overload & DHCP_OVERLOAD_FILE);
	writer_bytes(w, message + DHCP_FIXED_LEN, COOKIE_LEN);
	copy_options(w, message + DHCP_FIXED_LEN + COOKIE_LEN, len - DHCP_FIXED_LEN - COOKIE_LEN,
		     strip);
}

/* ---- requests ----------------------------------------------------------------------------- */

static void add_option(struct dhcp_relay_stats *stats, const struct dhcp_relay_circuit *circuit,
		       struct writer *w)
{
	uint8_t value[4 + DHCP_CIRCUIT_SIZE + sizeof(circuit->remote.byte)];
	size_t circuit_len = strnlen(circuit->circuit, sizeof(circuit->circuit));
	struct writer v = writer_over(value, sizeof(value));

	writer_u8(&v, AGENT_CIRCUIT_ID);
	writer_u8(&v, (uint8_t)circuit_len);
	writer_bytes(&v, circuit->circuit, circuit_len);
	writer_u8(&v, AGENT_REMOTE_ID);
	writer_u8(&v, sizeof(circuit->remote.byte));
	writer_bytes(&v, circuit->remote.byte, sizeof(circuit->remote.byte));
	if (writer_len(w) + 2 + writer_len(&v) + END_LEN > DHCP_MESSAGE_MAX) {
		stats->options_no_room++; /* RFC 3046 s2.1: then without it */
		return;
	}
	dhcp_build_option(w, DHCP_OPT_RELAY_AGENT, value, writer_len(&v));
	stats->options_added++;
}

static bool refuse(enum drop_reason *why, enum drop_reason reason)
{
	*why = reason;
	return false;
}

bool dhcp_relay_request(struct dhcp_relay_stats *stats, const struct dhcp_relay_circuit *circuit,
			bool own_giaddr, const uint8_t *message, size_t len,
			struct dhcp_relay_message *out, enum drop_reason *why)
{
	struct writer w = writer_over(out->bytes, sizeof(out->bytes));
	struct dhcp_message m;
	bool first, has_option, replace;

	if (dhcp_parse(message, len, &m) < 0 || m.op != DHCP_BOOTREQUEST)
		return refuse(why, DROP_DHCP_MALFORMED);
	if (m.hops > DHCP_RELAY_HOPS_MAX)
		return refuse(why, DROP_DHCP_RELAY_HOPS);
	if (own_giaddr) /* RFC 3046 s2.1: forged, or it went in a circle */
		return refuse(why, DROP_DHCP_RELAY_LOOP);
	first = ip4_is_any(m.giaddr);
	has_option = first && m.option[DHCP_OPT_RELAY_AGENT].present;
	if (has_option && circuit->policy == CONFIG_RELAY_DROP)
		return refuse(why, DROP_DHCP_RELAY_OPTION);
	replace = has_option && circuit->policy == CONFIG_RELAY_REPLACE;
	copy_message(&w, &m, message, len, replace);
	if (first && circuit->add_option && (!has_option || replace) && !w.bad)
		add_option(stats, circuit, &w);
	dhcp_build_end(&w);
	if (w.bad) /* longer than any packet that may be sent */
		return refuse(why, DROP_DHCP_MALFORMED);
	out->bytes[HOPS_AT] = (uint8_t)(m.hops + 1);
	if (first)
		wire_put32(out->bytes + GIADDR_AT, circuit->giaddr.host);
	out->len = (uint16_t)writer_len(&w);
	stats->requests++;
	return true;
}

/* ---- replies ------------------------------------------------------------------------------ */

/* Whether option 82 is one that this router put in: it has our MAC address as the remote id. */
static bool is_ours(const struct dhcp_relay_circuit *circuit, const struct dhcp_message *m)
{
	uint16_t len = 0;
	const uint8_t *value = dhcp_option(m, DHCP_OPT_RELAY_AGENT, &len);
	struct cursor c;

	if (!value)
		return false;
	c = cursor_over(value, len);
	while (!c.bad && cursor_left(&c) > 0) {
		uint8_t code = cursor_u8(&c), n = cursor_u8(&c);
		const uint8_t *id = cursor_take(&c, n);

		if (id && code == AGENT_REMOTE_ID && n == sizeof(circuit->remote.byte) &&
		    !memcmp(id, circuit->remote.byte, n))
			return true;
	}
	return false;
}

/* RFC 2131 s4.1, RFC 1542 s4.1.2. */
static void address_reply(const struct dhcp_message *m, struct dhcp_reply *out)
{
	mac_t mac = {{0}};

	out->dst_port = DHCP_CLIENT_PORT;
	out->dst = IP4_BROADCAST;
	out->has_mac = false;
	if (m->htype == 1 && m->hlen == sizeof(mac.byte))
		memcpy(mac.byte, m->chaddr, sizeof(mac.byte));
	if ((m->flags & DHCP_FLAG_BROADCAST) || mac_is_zero(mac) || mac_is_group(mac))
		return;
	if (ip4_is_any(m->yiaddr) && ip4_is_any(m->ciaddr))
		return; /* a NAK: the client has no address to be reached by */
	out->dst = ip4_is_any(m->yiaddr) ? m->ciaddr : m->yiaddr;
	out->has_mac = true;
	out->mac = mac;
}

bool dhcp_relay_reply(struct dhcp_relay_stats *stats, const struct dhcp_relay_circuit *circuit,
		      const uint8_t *message, size_t len, struct dhcp_reply *out,
		      enum drop_reason *why)
{
	struct writer w = writer_over(out->bytes, sizeof(out->bytes));
	struct dhcp_message m;
	bool strip;

	if (dhcp_parse(message, len, &m) < 0 || m.op != DHCP_BOOTREPLY)
		return refuse(why, DROP_DHCP_MALFORMED);
	strip = m.option[DHCP_OPT_RELAY_AGENT].present &&
		(circuit->policy != CONFIG_RELAY_KEEP || is_ours(circuit, &m));
	copy_message(&w, &m, message, len, strip);
	dhcp_build_end(&w);
	if (w.bad)
		return refuse(why, DROP_DHCP_MALFORMED);
	out->len = (uint16_t)writer_len(&w);
	out->src = circuit->giaddr;
	address_reply(&m, out);
	stats->options_taken += strip;
	stats->replies++;
	return true;
}
