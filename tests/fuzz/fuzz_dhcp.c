/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parser of DHCP messages, over any bytes in a block of exactly their size. What it takes must
 * lie within its storage, and must survive being built and parsed again.
 */
#include "core/dhcp/lease.h"
#include "core/wire/dhcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Our own mistake, not the input's. */
static void require(bool holds)
{
	if (!holds)
		abort();
}

static void build(const struct dhcp_message *m, struct writer *w)
{
	dhcp_build_begin(w, m);
	for (unsigned int code = 1; code < DHCP_OPT_END; code++) {
		uint16_t len;
		const uint8_t *value = dhcp_option(m, (uint8_t)code, &len);

		/* what overloaded fields held stands among the options now */
		if (value && code != DHCP_OPT_OVERLOAD)
			dhcp_build_option(w, (uint8_t)code, value, len);
	}
	dhcp_build_end(w);
}

static void require_same(const struct dhcp_message *a, const struct dhcp_message *b)
{
	require(a->op == b->op && a->htype == b->htype && a->hlen == b->hlen &&
		a->hops == b->hops && a->xid == b->xid && a->secs == b->secs &&
		a->flags == b->flags && a->type == b->type);
	require(ip4_equal(a->ciaddr, b->ciaddr) && ip4_equal(a->yiaddr, b->yiaddr) &&
		ip4_equal(a->siaddr, b->siaddr) && ip4_equal(a->giaddr, b->giaddr));
	require(memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr)) == 0);
	for (unsigned int code = 1; code < DHCP_OPT_END; code++) {
		uint16_t a_len = 0, b_len = 0;
		const uint8_t *x = dhcp_option(a, (uint8_t)code, &a_len);
		const uint8_t *y = dhcp_option(b, (uint8_t)code, &b_len);

		if (code == DHCP_OPT_OVERLOAD)
			continue;
		require(!x == !y && a_len == b_len);
		require(!x || memcmp(x, y, a_len) == 0);
	}
}

static void require_clean_hostname(const struct dhcp_message *m)
{
	char name[DHCP_HOSTNAME_SIZE];
	uint16_t len;
	const uint8_t *text = dhcp_option(m, DHCP_OPT_HOSTNAME, &len);

	if (!text)
		return;
	dhcp_lease_clean_hostname(text, len, name);
	require(strlen(name) < sizeof(name));
	for (const char *c = name; *c; c++)
		require((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			(*c >= '0' && *c <= '9') || *c == '-' || *c == '.');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1), built[4096];
	struct writer w = writer_over(built, sizeof(built));
	struct dhcp_message m, again;

	if (!exact)
		abort();
	if (size)
		memcpy(exact, data, size);
	if (dhcp_parse(exact, size, &m) == 0) {
		for (unsigned int code = 0; code < ARRAY_COUNT(m.option); code++)
			require(m.option[code].at + m.option[code].len <= sizeof(m.bytes));
		require_clean_hostname(&m);
		build(&m, &w);
		require(!w.bad);
		require(dhcp_parse(built, writer_len(&w), &again) == 0);
		require_same(&m, &again);
	}
	free(exact);
	return 0;
}
