/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DHCP client (RFC 2131 s4.4, its figure 5; RFC 5227 s2.1 before an address is used; RFC 3442).
 *
 * Messages, ARP and time go in; messages, ARP probes and changes of the lease come out. After each
 * call that takes @now, the owner takes out what is to be sent and what has changed.
 */
#ifndef CORE_DHCP_CLIENT_H
#define CORE_DHCP_CLIENT_H

#include "core/base.h"
#include "core/config.h"
#include "core/frame.h"
#include "core/hash.h"
#include "core/wire/arp.h"

struct dhcp_client;

/** Room for a message that the client sends. */
#define DHCP_CLIENT_MESSAGE_MAX 548 /* RFC 2131 s2: what every server takes in */
#define DHCP_CLIENT_ROUTES_MAX	16

/* Times. RFC 2131 s4.1: 4 s, doubled up to 64 s, each a second more or less at random. */
enum {
	DHCP_CLIENT_BACKOFF_S = 4,
	DHCP_CLIENT_BACKOFF_MAX_S = 64,
	DHCP_CLIENT_REQUEST_TRIES = 4, /* s3.1 5: about 60 s, then from the start */
	DHCP_CLIENT_REBOOT_TRIES = 2,  /* about 12 s, then from the start */
	DHCP_CLIENT_RENEW_MIN_S = 60,  /* s4.4.5: between two requests of a renewal */
	DHCP_CLIENT_LEASE_MIN_S =
		10, /* a shorter lease is not taken: it would be renewed all the time */
	DHCP_CLIENT_T1_MIN_S = 3,    /* a sooner T1 is not believed, for the same reason */
	DHCP_CLIENT_DECLINE_S = 10,  /* s3.1 5: before all begins anew */
	DHCP_CLIENT_START_MS = 1000, /* the first message waits up to so long */
	DHCP_CLIENT_PROBES = 3,	     /* RFC 5227 s1.1: PROBE_NUM */
	DHCP_CLIENT_PROBE_MS = 200,  /* between two probes */
	DHCP_CLIENT_PROBED_MS = 400, /* after the last, until the address is used */
};

enum dhcp_client_state {
	DHCP_CLIENT_STOPPED,	 /* nothing is sent, nothing is taken in */
	DHCP_CLIENT_INIT,	 /* about to send DISCOVER */
	DHCP_CLIENT_SELECTING,	 /* waits for an OFFER */
	DHCP_CLIENT_REQUESTING,	 /* waits for the ACK to the offer it took */
	DHCP_CLIENT_INIT_REBOOT, /* about to ask for the address it had */
	DHCP_CLIENT_REBOOTING,	 /* waits for the ACK to that */
	DHCP_CLIENT_PROBING,	 /* granted; asks the link whether somebody has the address */
	DHCP_CLIENT_BOUND,	 /* has an address */
	DHCP_CLIENT_RENEWING,	 /* has one, and asks its server to extend the lease */
	DHCP_CLIENT_REBINDING,	 /* has one, and asks any server */
	DHCP_CLIENT_STATE_COUNT
};

/** A route that a server gave: by option 121, or without it by option 3. */
struct dhcp_client_route {
	struct ip4_prefix network;
	ip4_t via; /* IP4_ANY: on the link */
};

/** What a lease gives, apart from its times. Compared by bytes: zeroed before it is filled in. */
struct dhcp_client_terms {
	struct ip4_prefix address;
	ip4_t routers[CONFIG_DHCP_SERVERS_MAX]; /* option 3, best first */
	ip4_t dns_servers[CONFIG_DHCP_SERVERS_MAX];
	struct dhcp_client_route routes[DHCP_CLIENT_ROUTES_MAX]; /* the ones in force */
	uint8_t router_count, dns_server_count, route_count;
	uint16_t mtu;		       /* option 26, bytes; 0 none */
	char domain[CONFIG_NAME_SIZE]; /* option 15: letters, digits, '-' and '.'; "" none */
};

struct dhcp_client_lease {
	struct dhcp_client_terms terms;
	ip4_t server;	     /* option 54 */
	uint32_t lease_s;    /* from `since`; DHCP_LEASE_INFINITE */
	uint32_t t1_s, t2_s; /* 0 < T1 < T2 < lease; DHCP_LEASE_INFINITE */
	mono_ms_t since;     /* when the request for it was sent (s4.4.1) */
};

/** Bytes of a message that are kept; a longer one is not. */
#define DHCP_CLIENT_GRANT_MAX 1472

/** The ACK that a lease is from, to be kept where it outlives the program. */
struct dhcp_client_grant {
	uint16_t len; /* 0: none, or too long */
	uint8_t bytes[DHCP_CLIENT_GRANT_MAX];
};

enum dhcp_client_kind {
	DHCP_CLIENT_MESSAGE, /* UDP from port 68 to port 67 */
	DHCP_CLIENT_PROBE,   /* an ARP probe for `dst` (RFC 5227 s2.1.1) */
};

struct dhcp_client_output {
	enum dhcp_client_kind kind;
	ip4_t src; /* IP4_ANY while there is no address */
	ip4_t dst; /* IP4_BROADCAST, or the server's */
	uint16_t len;
	uint8_t bytes[DHCP_CLIENT_MESSAGE_MAX];
};

/** What has become of the lease since the owner last asked. */
enum dhcp_client_change {
	DHCP_CLIENT_SAME,
	DHCP_CLIENT_GAINED,  /* there is an address now */
	DHCP_CLIENT_CHANGED, /* other terms, maybe another address */
	DHCP_CLIENT_LOST,    /* there is none any more */
};

/** For `show dhcp lease`. */
struct dhcp_client_view {
	enum dhcp_client_state state;
	uint32_t xid;
	uint32_t tries;				/* requests sent in this state */
	int64_t next_ms;			/* until the client does something; -1: never */
	bool has_lease;				/* `lease` is granted, perhaps still being probed */
	struct dhcp_client_lease lease;		/* else zero */
	int64_t renew_ms, rebind_ms, expire_ms; /* from now, 0 when past; -1: never */
};

/**
 * dhcp_client_new() - a client, stopped
 * @mac: of the interface: chaddr, and the client identifier (RFC 2132 s9.14)
 * Return: NULL: no memory.
 */
struct dhcp_client *dhcp_client_new(const struct hash_key *key, mac_t mac);
void dhcp_client_free(struct dhcp_client *client);

/** The name told to servers (option 12); "" none. */
void dhcp_client_set_hostname(struct dhcp_client *client, const char *hostname);
/** The MAC address that the client identifier is made of, when it is not the interface's. */
void dhcp_client_set_id(struct dhcp_client *client, mac_t mac);
/** The lease time to ask for, seconds (option 51); 0: none. */
void dhcp_client_set_wish(struct dhcp_client *client, uint32_t lease_s);

/**
 * dhcp_client_remember() - a lease that was granted before the program started
 * Its address is still to be given to dhcp_client_start(). When no server answers then, what is
 * left of the lease is used (RFC 2131 s3.2 3).
 * @grant: copied; @since: when it had been asked for; may lie before 0
 * Return: 0; -EPROTO it is no grant to this client.
 */
int dhcp_client_remember(struct dhcp_client *client, const struct dhcp_client_grant *grant,
			 mono_ms_t since);

/**
 * dhcp_client_start() - begin, when stopped; nothing otherwise
 * @had: an address to ask for again (INIT-REBOOT); IP4_ANY none
 */
void dhcp_client_start(struct dhcp_client *client, ip4_t had, mono_ms_t now);
/** The interface went down: nothing is sent, and the lease is gone here, not at the server. */
void dhcp_client_stop(struct dhcp_client *client);
/** `renew dhcp`: asks at once, whatever it was waiting for. */
void dhcp_client_renew(struct dhcp_client *client, mono_ms_t now);
/** `release dhcp`: gives the lease back and stops. Return: 0; -ENOENT there is none. */
int dhcp_client_release(struct dhcp_client *client, mono_ms_t now);

/**
 * dhcp_client_input() - a message to port 68
 * @frame: for drop(); its bytes are not read
 * @message, @len: the UDP payload
 */
enum verdict dhcp_client_input(struct dhcp_client *client, struct frame *frame,
			       const uint8_t *message, size_t len, mono_ms_t now);

/**
 * dhcp_client_arp() - an ARP packet of the link, while the client may be probing
 * Return: whether it is a claim to the address being probed (RFC 5227 s2.1.1), which is declined.
 */
bool dhcp_client_arp(struct dhcp_client *client, const struct arp *arp, mono_ms_t now);

/** Does what is due. */
void dhcp_client_tick(struct dhcp_client *client, mono_ms_t now);
/** When dhcp_client_tick() is next needed; MONO_NEVER. */
mono_ms_t dhcp_client_deadline(const struct dhcp_client *client);

/** Takes out what is to be sent: at most one; what is not taken is replaced. */
bool dhcp_client_next_output(struct dhcp_client *client, struct dhcp_client_output *out);
/** Takes out what has changed: as seen from what was told before. */
enum dhcp_client_change dhcp_client_next_change(struct dhcp_client *client);

enum dhcp_client_state dhcp_client_state(const struct dhcp_client *client);
/** The MAC address that the client identifier is made of. */
mac_t dhcp_client_id(const struct dhcp_client *client);
/** The lease whose address is in use; NULL: none. Borrowed until the next call with a time. */
const struct dhcp_client_lease *dhcp_client_lease(const struct dhcp_client *client);
/** The message that lease is from; of length 0 without a lease. Borrowed as the lease is. */
const struct dhcp_client_grant *dhcp_client_grant(const struct dhcp_client *client);
void dhcp_client_look(const struct dhcp_client *client, struct dhcp_client_view *out,
		      mono_ms_t now);
/** "Bound", as IOS writes it. Static. */
const char *dhcp_client_state_name(enum dhcp_client_state state);

#endif
