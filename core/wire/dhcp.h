/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP messages (RFC 2131 s2) and their options (RFC 2132, RFC 3396, RFC 3046, RFC 6842). */
#ifndef CORE_WIRE_DHCP_H
#define CORE_WIRE_DHCP_H

#include "core/wire/cursor.h"

#define DHCP_FIXED_LEN	    236 /* up to the magic cookie */
#define DHCP_CHADDR_AT	    28
#define DHCP_SNAME_AT	    44 /* the fields that option 52 can make a place for options */
#define DHCP_SNAME_LEN	    64
#define DHCP_FILE_AT	    108
#define DHCP_FILE_LEN	    128
#define DHCP_MIN_LEN	    300	 /* shortest message sent: some clients drop less (RFC 1542 s2.1) */
#define DHCP_OPTIONS_MAX    1424 /* a packet of 1500 bytes, with what file and sname can add */
#define DHCP_ROUTE_MAX	    9
#define DHCP_SERVER_PORT    67
#define DHCP_CLIENT_PORT    68
#define DHCP_FLAG_BROADCAST 0x8000

enum dhcp_op { DHCP_BOOTREQUEST = 1, DHCP_BOOTREPLY = 2 };

enum dhcp_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
	DHCP_RELEASE = 7,
	DHCP_INFORM = 8,
};

enum dhcp_option {
	DHCP_OPT_PAD = 0,
	DHCP_OPT_SUBNET_MASK = 1,
	DHCP_OPT_ROUTER = 3,
	DHCP_OPT_DNS = 6,
	DHCP_OPT_HOSTNAME = 12,
	DHCP_OPT_DOMAIN_NAME = 15,
	DHCP_OPT_INTERFACE_MTU = 26,
	DHCP_OPT_BROADCAST = 28,
	DHCP_OPT_REQUESTED_ADDRESS = 50,
	DHCP_OPT_LEASE_TIME = 51,
	DHCP_OPT_OVERLOAD = 52,
	DHCP_OPT_MESSAGE_TYPE = 53,
	DHCP_OPT_SERVER_ID = 54,
	DHCP_OPT_PARAMETER_LIST = 55,
	DHCP_OPT_MESSAGE = 56,
	DHCP_OPT_MAX_SIZE = 57,
	DHCP_OPT_T1 = 58,
	DHCP_OPT_T2 = 59,
	DHCP_OPT_CLIENT_ID = 61,
	DHCP_OPT_TFTP_SERVER = 66,
	DHCP_OPT_BOOTFILE = 67,
	DHCP_OPT_RAPID_COMMIT = 80,
	DHCP_OPT_RELAY_AGENT = 82,
	DHCP_OPT_DOMAIN_SEARCH = 119,
	DHCP_OPT_CLASSLESS_ROUTES = 121,
	DHCP_OPT_END = 255,
};

/** Values of option 52 (RFC 2132 s9.3); bits. */
enum dhcp_overload { DHCP_OVERLOAD_FILE = 1, DHCP_OVERLOAD_SNAME = 2 };

/**
 * A message. On reading, options of one code are joined (RFC 3396), those of an overloaded file and
 * sname included (option 52); `options` holds their bytes, found by dhcp_option().
 */
struct dhcp_message {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	ip4_t ciaddr, yiaddr, siaddr, giaddr;
	uint8_t chaddr[16];
	uint8_t type; /* option 53; 0: BOOTP, no such option */
	struct {
		uint16_t at, len; /* within bytes[] */
		bool present;
	} option[256];
	uint8_t bytes[DHCP_OPTIONS_MAX];
	uint16_t bytes_len;
};

/**
 * dhcp_parse() - read a whole message (about 3 KB; the caller's storage)
 * Return: 0; -EPROTO cut short, no cookie, hlen over 16, an option past its field's end, or a
 * length that contradicts the option's meaning (50, 51, 53, 54, 57, 61 under 2 bytes).
 */
int dhcp_parse(const uint8_t *bytes, size_t len, struct dhcp_message *m);

/** An option where it stands in its field: a piece of it, when it is cut (RFC 3396). */
struct dhcp_field_option {
	uint8_t code, len;
	const uint8_t *value; /* borrowed from the field */
};

/**
 * dhcp_next_option() - read a field of options (options, file or sname) one by one
 * @c: over the field; bad after the call: an option reaches past its end
 * Return: whether there was one before END or the field's last byte.
 */
bool dhcp_next_option(struct cursor *c, struct dhcp_field_option *out);

/** Bytes of an option, *@len of them; NULL when it is absent. Borrowed from @m. */
const uint8_t *dhcp_option(const struct dhcp_message *m, uint8_t code, uint16_t *len);
/** Value of a four-byte option. Return: whether it is there. */
bool dhcp_option_u32(const struct dhcp_message *m, uint8_t code, uint32_t *value);

/**
 * dhcp_next_route() - read option 121 route by route (RFC 3442)
 * @c: over its bytes; bad after the call: what is there is no route
 * @network: out; no bits outside its mask. @via: out; IP4_ANY: on the link
 * Return: whether there was one.
 */
bool dhcp_next_route(struct cursor *c, struct ip4_prefix *network, ip4_t *via);
/** Writes one route as option 121 has it; at most DHCP_ROUTE_MAX bytes. */
void dhcp_build_route(struct writer *w, struct ip4_prefix network, ip4_t via);

/* Building: the fixed part first, options in the order wanted, then the end. */
void dhcp_build_begin(struct writer *w, const struct dhcp_message *fixed);
/** Writes one option; over 255 bytes it is split (RFC 3396). */
void dhcp_build_option(struct writer *w, uint8_t code, const void *bytes, size_t len);
void dhcp_build_u8(struct writer *w, uint8_t code, uint8_t value);
void dhcp_build_u32(struct writer *w, uint8_t code, uint32_t value);
void dhcp_build_addresses(struct writer *w, uint8_t code, const ip4_t *addresses, unsigned int n);
/** Writes END and pads to DHCP_MIN_LEN. */
void dhcp_build_end(struct writer *w);

#endif
