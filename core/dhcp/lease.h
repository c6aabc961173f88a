/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DHCP binding (RFC 2131 s2.1) as it is kept on disk and shown to people.
 */
#ifndef CORE_DHCP_LEASE_H
#define CORE_DHCP_LEASE_H

#include "core/base.h"

/** Longest client key kept: option 61, or type and chaddr. Longer ones are refused. */
#define DHCP_CLIENT_KEY_MAX 64
#define DHCP_HOSTNAME_SIZE  64 /* with the NUL */

/** Who a client is: option 61 as sent, opaque (RFC 4361); without it hardware type and chaddr. */
struct dhcp_client_key {
	uint8_t len;	/* 2 to DHCP_CLIENT_KEY_MAX */
	bool is_option; /* from option 61 */
	uint8_t bytes[DHCP_CLIENT_KEY_MAX];
};

enum dhcp_lease_state {
	DHCP_LEASE_FREE,     /* nobody's; the record remembers its last client (s2.2, s4.3.1) */
	DHCP_LEASE_OFFERED,  /* held for a client that has not yet asked for it; never on disk */
	DHCP_LEASE_BOUND,    /* the client's until it expires */
	DHCP_LEASE_RELEASED, /* given back; kept for its last client */
	DHCP_LEASE_EXPIRED,  /* ran out; kept for its last client */
	DHCP_LEASE_DECLINED, /* in use by somebody unknown; quarantined (s4.3.3) */
	DHCP_LEASE_STATE_COUNT
};

/** What must survive a restart. `remaining_s` counts from the moment it was handed out. */
struct dhcp_lease_record {
	ip4_t address;
	uint8_t state; /* enum dhcp_lease_state; FREE erases the record */
	struct dhcp_client_key client;
	mac_t hardware;
	uint32_t remaining_s;		   /* DHCP_LEASE_INFINITE: for ever */
	char hostname[DHCP_HOSTNAME_SIZE]; /* printable, from option 12; "" none */
};

static inline bool dhcp_client_key_equal(const struct dhcp_client_key *a,
					 const struct dhcp_client_key *b)
{
	return a->len == b->len && a->is_option == b->is_option &&
	       memcmp(a->bytes, b->bytes, a->len) == 0;
}

/**
 * Whether the key stands for nobody known, in a DECLINED record: a probe found the address in use.
 * Its hardware type 0 is reserved (RFC 5494 s4), so it is no client's.
 */
static inline bool dhcp_client_is_unknown(const struct dhcp_client_key *key)
{
	return key->len == 2 && !key->is_option && key->bytes[0] == 0 && key->bytes[1] == 0;
}

/** "BOUND"; "?" for a number that is no state. Static. */
const char *dhcp_lease_state_name(unsigned int state);

/**
 * dhcp_lease_clean_hostname() - make a stranger's text harmless
 * @out: DHCP_HOSTNAME_SIZE bytes; letters, digits, and single '-' and '.' between them, or ""
 */
void dhcp_lease_clean_hostname(const uint8_t *text, size_t len, char *out);

#endif
