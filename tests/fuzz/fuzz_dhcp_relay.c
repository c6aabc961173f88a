/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The relay, over any message: the first byte says how it is set up and which way the message goes,
 * the rest is the message.
 *
 * What goes on can be parsed, fits a packet, and says what came in, but for hops, giaddr and option
 * 82. Option 82 of the relay stands last on the way to the server, and is gone on the way back: the
 * same message, returned as a server would, comes out as it was.
 */
#include "core/dhcp/relay.h"
#include "core/wire/dhcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define GIADDR IP4(10, 9, 0, 1)

enum {
	POLICY = 3, /* the lowest two bits; 3 is read as 0 */
	ADDS_OPTION = 4,
	OWN_GIADDR = 8,
	REPLY = 16,
};

static const mac_t router = {{2, 0, 0, 0, 0, 0xfe}};

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct dhcp_relay_circuit circuit_of(uint8_t flags)
{
	return (struct dhcp_relay_circuit){.giaddr = GIADDR,
					   .add_option = flags & ADDS_OPTION,
					   .policy = (uint8_t)((flags & POLICY) % 3),
					   .remote = router,
					   .circuit = "BVI1/Tap3"};
}

/** All that a relay leaves alone. */
static void require_same(const struct dhcp_message *a, const struct dhcp_message *b)
{
	require(a->htype == b->htype && a->hlen == b->hlen && a->xid == b->xid &&
		a->secs == b->secs && a->flags == b->flags && a->type == b->type);
	require(ip4_equal(a->ciaddr, b->ciaddr) && ip4_equal(a->yiaddr, b->yiaddr) &&
		ip4_equal(a->siaddr, b->siaddr));
	require(memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr)) == 0);
	for (unsigned int code = 1; code < DHCP_OPT_END; code++) {
		uint16_t a_len = 0, b_len = 0;
		const uint8_t *x = dhcp_option(a, (uint8_t)code, &a_len);
		const uint8_t *y = dhcp_option(b, (uint8_t)code, &b_len);

		if (code == DHCP_OPT_RELAY_AGENT)
			continue;
		require(!x == !y && a_len == b_len);
		require(!x || memcmp(x, y, a_len) == 0);
	}
}

static bool same_agent(const struct dhcp_message *a, const struct dhcp_message *b)
{
	uint16_t a_len = 0, b_len = 0;
	const uint8_t *x = dhcp_option(a, DHCP_OPT_RELAY_AGENT, &a_len);
	const uint8_t *y = dhcp_option(b, DHCP_OPT_RELAY_AGENT, &b_len);

	return !x == !y && a_len == b_len && (!x || memcmp(x, y, a_len) == 0);
}

/** The code of the last option in the field of options. */
static uint8_t last_code(const uint8_t *message, size_t len)
{
	struct cursor c = cursor_over(message + DHCP_FIXED_LEN + 4, len - DHCP_FIXED_LEN - 4);
	struct dhcp_field_option o;
	uint8_t code = 0;

	while (dhcp_next_option(&c, &o))
		code = o.code;
	return code;
}

static void reply(const struct dhcp_relay_circuit *circuit, const uint8_t *message, size_t len)
{
	struct dhcp_relay_stats stats = {0};
	struct dhcp_reply out;
	struct dhcp_message m, n;
	enum drop_reason why = DROP_REASON_COUNT;

	if (!dhcp_relay_reply(&stats, circuit, message, len, &out, &why)) {
		require(why == DROP_DHCP_MALFORMED && stats.replies == 0);
		return;
	}
	require(dhcp_parse(message, len, &m) == 0 && dhcp_parse(out.bytes, out.len, &n) == 0);
	require(n.op == DHCP_BOOTREPLY && n.hops == m.hops && ip4_equal(n.giaddr, m.giaddr));
	require_same(&m, &n);
	require(out.len >= DHCP_MIN_LEN && out.len <= DHCP_MESSAGE_MAX);
	require(ip4_equal(out.src, GIADDR) && out.dst_port == DHCP_CLIENT_PORT);
	require(!out.has_mac || (!mac_is_group(out.mac) && !ip4_is_any(out.dst)));
	require(stats.replies == 1);
	if (stats.options_taken)
		require(!n.option[DHCP_OPT_RELAY_AGENT].present);
	else
		require(same_agent(&m, &n));
	require(circuit->policy == CONFIG_RELAY_KEEP || !n.option[DHCP_OPT_RELAY_AGENT].present);
}

/** The server returns the message as the relay sent it. */
static void there_and_back(const struct dhcp_relay_circuit *circuit,
			   struct dhcp_relay_message *sent, const struct dhcp_message *m,
			   bool added)
{
	struct dhcp_relay_stats stats = {0};
	struct dhcp_reply out;
	struct dhcp_message n;
	enum drop_reason why;

	sent->bytes[0] = DHCP_BOOTREPLY;
	require(dhcp_relay_reply(&stats, circuit, sent->bytes, sent->len, &out, &why));
	require(dhcp_parse(out.bytes, out.len, &n) == 0);
	require_same(m, &n);
	require(!added || !n.option[DHCP_OPT_RELAY_AGENT].present);
}

static void request(const struct dhcp_relay_circuit *circuit, bool own, const uint8_t *message,
		    size_t len)
{
	struct dhcp_relay_stats stats = {0};
	struct dhcp_relay_message out;
	struct dhcp_message m, n;
	enum drop_reason why = DROP_REASON_COUNT;
	bool sound = dhcp_parse(message, len, &m) == 0, first;

	if (!dhcp_relay_request(&stats, circuit, own, message, len, &out, &why)) {
		require(why < DROP_REASON_COUNT && stats.requests == 0);
		return;
	}
	require(sound && !own && m.hops <= DHCP_RELAY_HOPS_MAX);
	require(dhcp_parse(out.bytes, out.len, &n) == 0);
	first = ip4_is_any(m.giaddr);
	require(n.op == DHCP_BOOTREQUEST && n.hops == m.hops + 1);
	require(ip4_equal(n.giaddr, first ? GIADDR : m.giaddr));
	require_same(&m, &n);
	require(out.len >= DHCP_MIN_LEN && out.len <= DHCP_MESSAGE_MAX);
	require(stats.options_added + stats.options_no_room <= (first && circuit->add_option));
	if (stats.options_added)
		require(last_code(out.bytes, out.len) == DHCP_OPT_RELAY_AGENT);
	else if (!first || circuit->policy == CONFIG_RELAY_KEEP)
		require(same_agent(&m, &n));
	there_and_back(circuit, &out, &m, stats.options_added);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp_relay_circuit circuit;
	uint8_t *exact;

	if (size == 0)
		return 0;
	circuit = circuit_of(data[0]);
	exact = malloc(size); /* one byte more than it needs, for no message at all */
	if (!exact)
		abort();
	memmove(exact + 1, data + 1, size - 1);
	if (data[0] & REPLY)
		reply(&circuit, exact + 1, size - 1);
	else
		request(&circuit, data[0] & OWN_GIADDR, exact + 1, size - 1);
	free(exact);
	return 0;
}
